"""Writes the tables of a dataset as parquet, byte for byte the same every time, with their sha256 beside them."""

from __future__ import annotations

import hashlib
from typing import TYPE_CHECKING, Any

import pandas as pd
import pyarrow as pa
import pyarrow.parquet as pq

if TYPE_CHECKING:
    from collections.abc import Iterable, Mapping
    from pathlib import Path

MANIFEST = "SHA256SUMS"
FIRST_DAY = pd.Timestamp("2023-01-01")  # day 0 of the generators: they count days, and a file holds dates
Row = dict[str, Any]

_DATES = ("date", "period", "done_at", "entered_at", "left_at")
_WHOLE = ("quantity", "n_suppliers", "satisfaction_score", "age")


def sha256(content: bytes) -> str:
    """Return the sha256 of some bytes, in hexadecimal."""
    return hashlib.sha256(content).hexdigest()


def in_order(rows: Iterable[Row], *by: str) -> pd.DataFrame:
    """Make a table of rows, sorted."""
    return pd.DataFrame(rows).sort_values(list(by), kind="stable", ignore_index=True)


def arrow(frame: pd.DataFrame) -> pa.Table:
    """Turn days into dates, and fix the type of every column."""
    columns: dict[str, pa.Array] = {}
    for name in frame.columns:
        values = frame[name]
        if name in _DATES or name.endswith("_on"):
            dates = FIRST_DAY + pd.to_timedelta(values, unit="D")
            columns[name] = pa.array(dates.astype("datetime64[us]"), pa.timestamp("us"), from_pandas=True)
        elif name in _WHOLE:
            columns[name] = pa.array(values.astype("Int64"), pa.int64(), from_pandas=True)
        elif values.dtype == bool:
            columns[name] = pa.array(values, pa.bool_())
        elif pd.api.types.is_numeric_dtype(values):
            columns[name] = pa.array(values.astype("float64"), pa.float64(), from_pandas=True)
        else:
            columns[name] = pa.array(values.astype("object").where(values.notna(), None), pa.string())
    return pa.table(columns)


def write(tables: Mapping[str, pa.Table], folder: Path) -> None:
    """Write `<name>.parquet` for every table and the manifest `SHA256SUMS`, in the format of `sha256sum`.

    The strongest zstd setting: the files are committed, so they are read often and written hardly ever.
    """
    folder.mkdir(parents=True, exist_ok=True)
    for name, table in tables.items():
        # The pandas part of the metadata holds versions and would change the bytes without any change of data.
        pq.write_table(
            table.replace_schema_metadata(None),
            folder / f"{name}.parquet",
            compression="zstd",
            compression_level=19,
            store_schema=False,
        )
    lines = [f"{sha256((folder / f'{name}.parquet').read_bytes())}  {name}.parquet\n" for name in sorted(tables)]
    (folder / MANIFEST).write_text("".join(lines), encoding="utf-8")
