"""How fast and how large: the library beside the same result by hand, side by side in one run.

    make bench                         1 and 10 million transactions
    make bench ROWS="1 10 50"          50 million too (Polars and DuckDB; the tables take about 3 GB of disk)

Each figure is the median of several runs in a process of its own, after one run to warm up; memory is the most the
process ever held above what it held when the tables were read. Ratios are what to look at: the machine's mood is in
both sides of them. Nothing here is asserted but that both sides give the same rows.
"""

from __future__ import annotations

import argparse
import json
import os
import subprocess
import sys
import tempfile
from pathlib import Path

from generate import generate

HERE = Path(__file__).parent
ENGINES = {1: ("pandas", "polars", "duckdb"), 10: ("pandas", "polars", "duckdb"), 50: ("polars", "duckdb")}
SUBJECTS = ("gate", "tiers", "scorecard", "rfm")


def run(subject: str, engine: str, folder: Path, python: str = sys.executable) -> dict[str, float] | None:
    """Measure one subject on one engine in a process of its own; None where it cannot run there."""
    command = [python, str(HERE / "measure.py"), subject, engine, str(folder)]
    done = subprocess.run(
        command, capture_output=True, text=True, check=False, env={**os.environ, "PYTHONHASHSEED": "0"}
    )
    if done.returncode:
        print(f"  {subject} on {engine} did not end: {done.stderr.strip().splitlines()[-1]}", file=sys.stderr)
        return None
    found: dict[str, float] = json.loads(done.stdout.splitlines()[-1])
    return found


def line(millions: int, subject: str, engine: str, found: dict[str, float], limit: dict[str, float] | None) -> str:
    """Write one row of the table."""
    ratio = f"{found['seconds'] / limit['seconds']:6.2f}" if limit else "     -"
    memory = f"{found['peak'] / found['input']:6.2f}"
    same = "" if not limit or limit["rows"] == found["rows"] else "  ROWS DIFFER"
    return f"{millions:>4} M  {subject:<10} {engine:<11} {found['seconds']:8.3f} s {ratio} x  {memory} x{same}"


def main() -> None:
    """Print the table."""
    reader = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    reader.add_argument("--rows", type=int, nargs="+", default=[1, 10], choices=sorted(ENGINES), help="millions")
    reader.add_argument("--folder", type=Path, default=Path(tempfile.gettempdir()) / "loyalty-bench")
    reader.add_argument(
        "--peers", default=None, help="a Python that has lifetimes and pymc-marketing (make bench sets it up)"
    )
    asked = reader.parse_args()
    print("                                    median   by hand  memory/input")
    for millions in asked.rows:
        folder = asked.folder / str(millions)
        print(f"making {millions} million transactions ...", file=sys.stderr)
        generate(folder, millions * 1_000_000)
        for subject in SUBJECTS:
            limit = None if subject == "gate" else run(subject, "hand", folder)
            if limit:
                print(line(millions, subject, "by hand", limit, None), flush=True)
            for engine in ENGINES[millions]:
                if found := run(subject, engine, folder):
                    print(line(millions, subject, engine, found, limit), flush=True)
            if subject == "rfm" and asked.peers and "pandas" in ENGINES[millions]:
                for peer in ("lifetimes", "pymc"):
                    if found := run(subject, peer, folder, asked.peers):
                        print(line(millions, subject, peer, found, limit), flush=True)


if __name__ == "__main__":
    main()
