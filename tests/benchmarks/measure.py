"""One subject on one engine in a process of its own, for `bench.py`: prints seconds, bytes and rows as JSON.

`hand` is one DuckDB statement; `lifetimes` and `pymc` are the libraries of the field for the part they do, and run in
an interpreter that has them.
"""

from __future__ import annotations

import gc
import json
import resource
import statistics
import sys
import time
from collections.abc import Callable
from pathlib import Path
from types import SimpleNamespace
from typing import Any

HERE = Path(__file__).parent
AS_OF = "2025-12-31"
RUNS = 5
ENOUGH = 60.0  # seconds; after so long no further run is made


def tables(engine: str, folder: Path) -> tuple[Any, int]:
    """Read the tables as this engine's frames; return them and their size in bytes."""
    import pyarrow as pa
    import pyarrow.parquet as pq

    names = [path.stem for path in sorted(folder.glob("*.parquet"))]
    arrow = {name: pq.read_table(folder / f"{name}.parquet") for name in names}
    size = sum(table.nbytes for table in arrow.values())
    match engine:
        case "polars":
            import polars as pl

            frames = {name: pl.from_arrow(table).lazy() for name, table in arrow.items()}
        case "duckdb" | "hand":
            import duckdb

            duckdb.execute("SET threads = 2")
            for name, table in arrow.items():
                duckdb.register(f"{name}_read", table)
                duckdb.execute(f"CREATE TABLE {name} AS SELECT * FROM {name}_read")  # noqa: S608 - our own names
                duckdb.unregister(f"{name}_read")
            frames = {name: duckdb.table(name) for name in arrow}
        case _:
            frames = {name: table.to_pandas() for name, table in arrow.items()}
            size = sum(int(frame.memory_usage(deep=True).sum()) for frame in frames.values())
    del arrow
    pa.default_memory_pool().release_unused()
    return SimpleNamespace(observed_from="2023-01-01", observed_to=AS_OF, **frames), size


def rows_of(result: Any) -> int:
    """Work a lazy result out, to the last column, and count its rows."""
    if hasattr(result, "collect"):
        result = result.collect()
    if hasattr(result, "to_arrow_table"):
        result = result.to_arrow_table()
    return len(result)


def by_hand(subject: str) -> Callable[[Any], Any]:
    """Return the statement of a subject, as a call."""
    import duckdb

    sql = (HERE / f"{subject}.sql").read_text("utf-8").replace("{as_of}", AS_OF)
    return lambda _: duckdb.sql(sql).to_arrow_table()


def by_us(subject: str) -> Callable[[Any], Any]:
    """Return the library's own way of a subject."""
    match subject:
        case "gate":
            from loyaltylib.schema import TABLES, check

            def gate(frames: Any) -> Any:
                for name in TABLES:
                    if getattr(frames, name, None) is not None:
                        check(getattr(frames, name), name)
                return [0]

            return gate
        case "tiers":
            from loyaltylib.tiers import assign_tiers

            return lambda frames: assign_tiers(frames, AS_OF)
        case "scorecard":
            from loyaltylib.kpis import scorecard

            return lambda frames: scorecard(frames, "2025-01-01", AS_OF)
        case _:
            from loyaltylib.segments import rfm_summary

            return lambda frames: rfm_summary(frames, AS_OF)


def by_peer(peer: str) -> Callable[[Any], Any]:
    """Return what another library does for the same summary."""
    if peer == "lifetimes":
        from lifetimes.utils import summary_data_from_transaction_data as summary

        return lambda frames: summary(
            frames.transactions, "customer_id", "date", "amount", observation_period_end=AS_OF
        )
    from pymc_marketing.clv.utils import rfm_summary

    return lambda frames: rfm_summary(
        frames.transactions, "customer_id", "date", "amount", observation_period_end=AS_OF
    )


STATUS = Path("/proc/self/status")


def held(line: str) -> int:
    """Return the memory this process holds (`VmRSS`), or the most it held since `forget` (`VmHWM`), in bytes."""
    if not STATUS.exists():  # off Linux: the most it ever held
        return resource.getrusage(resource.RUSAGE_SELF).ru_maxrss * (1 if sys.platform == "darwin" else 1024)
    (found,) = (row for row in STATUS.read_text("ascii").splitlines() if row.startswith(f"{line}:"))
    return int(found.split()[1]) * 1024


def forget() -> None:
    """Let `VmHWM` begin anew: what reading the tables took is not what is measured."""
    if STATUS.exists():
        Path("/proc/self/clear_refs").write_text("5", "ascii")


def main() -> None:
    """Measure what the command line asks for."""
    subject, engine, folder = sys.argv[1], sys.argv[2], Path(sys.argv[3])
    frames, size = tables(engine, folder)
    call = (
        by_hand(subject) if engine == "hand" else by_peer(engine) if engine in ("lifetimes", "pymc") else by_us(subject)
    )
    gc.collect()
    forget()
    before, rows, took = held("VmRSS"), 0, []
    while len(took) <= RUNS and (len(took) < 2 or sum(took) < ENOUGH):
        start = time.perf_counter()
        rows = rows_of(call(frames))
        took.append(time.perf_counter() - start)
    found = {"seconds": statistics.median(took[1:]), "peak": held("VmHWM") - before, "input": size, "rows": rows}
    print(json.dumps(found))


if __name__ == "__main__":
    main()
