"""What the benchmark calls "by hand" is the same result: each statement beside the library, value by value."""

import sys
from pathlib import Path

import duckdb
import polars as pl
import pytest
from polars.testing import assert_frame_equal

BENCHMARKS = Path(__file__).parents[1] / "benchmarks"


@pytest.fixture(scope="module")
def company(tmp_path_factory):
    """Twenty thousand transactions of the benchmark's company, as tables of DuckDB, and the benchmark's calls."""
    sys.path.insert(0, str(BENCHMARKS))
    try:
        import generate
        import measure
    finally:
        sys.path.remove(str(BENCHMARKS))
    folder = tmp_path_factory.mktemp("company")
    generate.generate(folder, 20_000)
    tables, _ = measure.tables("hand", folder)
    yield tables, measure
    for path in folder.glob("*.parquet"):
        duckdb.execute(f"DROP TABLE {path.stem}")


@pytest.mark.parametrize(("subject", "key"), [("tiers", "customer_id"), ("scorecard", "kpi"), ("rfm", "customer_id")])
def test_the_statement_by_hand_gives_what_the_library_gives(company, subject, key):
    tables, measure = company
    hand = pl.from_arrow(measure.by_hand(subject)(tables))
    ours = measure.by_us(subject)(tables)
    ours = pl.from_arrow(ours.to_arrow_table() if hasattr(ours, "to_arrow_table") else ours).select(hand.columns)
    numeric = {name: pl.Float64 for name, dtype in hand.schema.items() if dtype.is_numeric() or dtype.is_decimal()}
    assert len(hand) > 5
    assert_frame_equal(hand.cast(numeric).sort(key), ours.cast(numeric).sort(key), rel_tol=1e-9)
