"""Fixtures: every engine beside pandas; a chapter of its own, `small`, in place of the course."""

import json
import shutil
import textwrap
from pathlib import Path
from types import SimpleNamespace

import duckdb
import narwhals.stable.v2 as nw
import nbformat
import pandas as pd
import polars as pl
import pyarrow as pa
import pytest
from nbclient import NotebookClient
from nbformat.v4 import new_code_cell, new_notebook

from loyaltylib import chapters, quiz, resources

SMALL = Path(__file__).parent / "small"
VARIABLES = ("LOYALTY_LEARNER", "JUPYTERHUB_USER", "NBGRADER_EXECUTION", "JPY_SESSION_NAME")

# The same swap in a kernel of its own, before the notebook's first cell.
_SWAP = f"""
import pathlib
from loyaltylib import chapters, quiz, resources
def find(path, small=pathlib.Path({str(SMALL)!r})):
    return small / path if (small / path).exists() else resources.find(path)
chapters.find = quiz.find = find
"""


@pytest.fixture
def small(monkeypatch, tmp_path):
    """Put the small chapter in place of the course, in this process; work in an empty folder as nobody."""

    def find(path):
        return SMALL / path if (SMALL / path).exists() else resources.find(path)

    def forget():
        for cached in (chapters.syllabus, chapters._chapter, quiz._items):  # noqa: SLF001 - what they know by heart
            cached.cache_clear()

    monkeypatch.setattr(chapters, "find", find)
    monkeypatch.setattr(quiz, "find", find)
    for name in VARIABLES:
        monkeypatch.delenv(name, raising=False)
    monkeypatch.chdir(tmp_path)
    forget()
    yield tmp_path
    forget()


@pytest.fixture
def run(tmp_path, monkeypatch):
    """Return a function that runs cells (id -> source) in a real kernel without stdin and returns their outputs."""
    for name in VARIABLES:
        monkeypatch.delenv(name, raising=False)

    def run_cells(cells, **env):
        for name, value in env.items():
            monkeypatch.setenv(name, value)
        sources = {"swap": _SWAP, **cells}
        notebook = new_notebook(cells=[new_code_cell(textwrap.dedent(s), id=name) for name, s in sources.items()])
        client = NotebookClient(
            notebook,
            timeout=120,
            kernel_name="python3",
            allow_errors=True,
            resources={"metadata": {"path": str(tmp_path)}},
        )
        client.execute()
        nbformat.validate(notebook)
        return {cell.id: [json.loads(json.dumps(output)) for output in cell.outputs] for cell in notebook.cells}

    return run_cells


class Engine:
    """One kind of frame: turns pandas tables into it, and its results back into sorted pandas rows."""

    def __init__(self, name, frame):
        self.name = name
        self.frame = frame

    def tables(self, tables):
        """Return the tables (an object with pandas frames as attributes) as this engine's, its days beside them."""
        values = vars(tables).items()
        return SimpleNamespace(**{k: self.frame(v) if isinstance(v, pd.DataFrame) else v for k, v in values})

    @staticmethod
    def rows(result, *keys):
        """Return a result as pandas, sorted by `keys`, unknown numbers as NaN whatever the engine calls them."""
        rows = nw.from_native(result).lazy().collect().to_arrow().to_pandas()
        rows = rows.sort_values(list(keys), ignore_index=True) if keys else rows
        return rows.apply(lambda column: column.astype(float) if column.dtype.kind in "iuf" else column)

    def agrees(self, call, tables, *keys):
        """Assert that `call(tables)` gives the same rows here as on pandas: equal to a relative 1e-9."""
        here, there = self.rows(call(self.tables(tables)), *keys), self.rows(call(tables), *keys)
        assert len(there)
        pd.testing.assert_frame_equal(here, there, check_dtype=False, rtol=1e-9, atol=1e-12)


def _arrow(frame):
    return pa.Table.from_pandas(frame, preserve_index=False)


@pytest.fixture(scope="session")
def spark():
    """Start Spark on this machine alone; skip where there is no Java."""
    if shutil.which("java") is None:
        pytest.skip("PySpark needs Java, which is not on this machine")
    pytest.importorskip("pyspark", reason="PySpark is installed by `make test-all`")
    from pyspark.sql import SparkSession

    quiet = {
        "spark.ui.enabled": "false",
        "spark.sql.shuffle.partitions": "1",
        "spark.sql.session.timeZone": "UTC",
        "spark.driver.host": "127.0.0.1",
        "spark.driver.bindAddress": "127.0.0.1",
        "spark.sql.timestampType": "TIMESTAMP_NTZ",  # days, as on every other engine, not moments
        "spark.log.level": "ERROR",
    }
    builder = SparkSession.builder.master("local[1]").appName("loyaltylib")
    for name, value in quiet.items():
        builder = builder.config(name, value)
    session = builder.getOrCreate()
    yield session
    session.stop()


# Spark plans for seconds what the others do at once, and takes minutes to install: with `make test-all` only.
@pytest.fixture(params=["polars", "polars lazy", "duckdb", pytest.param("pyspark", marks=pytest.mark.long)])
def engine(request):
    """Every engine beside pandas: `engine.agrees(lambda tables: tiers.signals(tables, day), tables, "customer_id")`."""
    match request.param:
        case "polars":
            yield Engine("polars", lambda frame: pl.from_arrow(_arrow(frame)))
        case "polars lazy":
            yield Engine("polars lazy", lambda frame: pl.from_arrow(_arrow(frame)).lazy())
        case "duckdb":
            with duckdb.connect() as connection:
                yield Engine("duckdb", lambda frame: connection.from_arrow(_arrow(frame)))
        case _:
            session = request.getfixturevalue("spark")
            yield Engine("pyspark", lambda frame: session.createDataFrame(_arrow(frame)))
