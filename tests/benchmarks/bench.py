"""How fast and how large: the library beside the same result by hand, side by side in one run.

    make bench                         1 and 10 million transactions
    make bench ROWS="1 10 50"          50 million too (Polars and DuckDB; the tables take about 3 GB of disk)

Each figure is the median of several runs in a process of its own, after one run to warm up. Ratios are what to look
at: the machine's mood is in both sides of them. Nothing here is asserted but that both sides give the same rows.

    median    seconds
    a million seconds for each million transactions: level where the cost is linear
    by hand   times the same result as one SQL statement by hand, on DuckDB
    ours      times this library on pandas, for the libraries of the field
    memory    the most the process held beyond the tables themselves, in sizes of the tables
"""

from __future__ import annotations

import argparse
import json
import os
import statistics
import subprocess
import sys
import tempfile
import time
from importlib.util import find_spec
from pathlib import Path
from typing import TypeAlias

from generate import generate

from loyaltylib.chapters import stems

Found: TypeAlias = dict[str, float]  # of one subject on one engine: seconds, peak, input (bytes), rows

HERE = Path(__file__).parent
ENGINES = {1: ("pandas", "polars", "duckdb"), 10: ("pandas", "polars", "duckdb"), 50: ("polars", "duckdb")}
SUBJECTS = ("gate", "tiers", "scorecard", "rfm")


def run(subject: str, engine: str, folder: Path, python: str = sys.executable) -> Found | None:
    """Measure one subject on one engine in a process of its own; None where it cannot run there."""
    command = [python, str(HERE / "measure.py"), subject, engine, str(folder)]
    done = subprocess.run(
        command, capture_output=True, text=True, check=False, env={**os.environ, "PYTHONHASHSEED": "0"}
    )
    if done.returncode:
        print(f"  {subject} on {engine} did not end: {done.stderr.strip().splitlines()[-1]}", file=sys.stderr)
        return None
    found: Found = json.loads(done.stdout.splitlines()[-1])
    return found


def starting() -> str:
    """Say how many seconds `import loyaltylib` adds to a bare interpreter, and all its chapters."""

    def once(code: str) -> float:
        start = time.perf_counter()
        subprocess.run([sys.executable, "-c", code], check=True)
        return time.perf_counter() - start

    chapters = "; ".join(f"import loyaltylib.{stem}" for stem in stems() if find_spec(f"loyaltylib.{stem}"))
    bare, package, whole = (
        statistics.median(once(code) for _ in range(9)) for code in ("pass", "import loyaltylib", chapters)
    )
    return f"import loyaltylib adds {package - bare:.3f} s to a bare interpreter, all its chapters {whole - bare:.3f} s"


def row(
    millions: int, what: tuple[str, str], found: Found, hand: Found | None = None, ours: Found | None = None
) -> str:
    """Write one row of the table; `what` is subject and engine."""
    subject, engine = what
    by_hand, by_us = (f"{found['seconds'] / side['seconds']:8.2f}" if side else "       -" for side in (hand, ours))
    same = "" if not hand or hand["rows"] == found["rows"] else "  ROWS DIFFER"
    seconds = f"{found['seconds']:9.3f} {found['seconds'] / millions:10.3f}"
    memory = found["peak"] / found["input"]
    return f"{millions:>4} M  {subject:<10} {engine:<10} {seconds} {by_hand} {by_us} {memory:8.2f}{same}"


def main() -> None:
    """Print the table."""
    reader = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    reader.add_argument("--rows", type=int, nargs="+", default=[1, 10], choices=sorted(ENGINES), help="millions")
    reader.add_argument("--folder", type=Path, default=Path(tempfile.gettempdir()) / "loyalty-bench")
    reader.add_argument(
        "--peers", default=None, help="a Python that has lifetimes and pymc-marketing (make bench sets it up)"
    )
    asked = reader.parse_args()
    print(starting(), end="\n\n")
    print("rows    subject    engine        median  a million  by hand     ours   memory")
    for millions in asked.rows:
        folder = asked.folder / str(millions)
        print(f"making {millions} million transactions ...", file=sys.stderr)
        generate(folder, millions * 1_000_000)
        for subject in SUBJECTS:
            hand = None if subject == "gate" else run(subject, "hand", folder)
            if hand:
                print(row(millions, (subject, "by hand"), hand), flush=True)
            ours = None
            for engine in ENGINES[millions]:
                if found := run(subject, engine, folder):
                    print(row(millions, (subject, engine), found, hand), flush=True)
                    ours = found if engine == "pandas" else ours
            if subject == "rfm" and asked.peers and ours:
                for peer in ("lifetimes", "pymc"):
                    if found := run(subject, peer, folder, asked.peers):
                        print(row(millions, (subject, peer), found, hand, ours), flush=True)


if __name__ == "__main__":
    main()
