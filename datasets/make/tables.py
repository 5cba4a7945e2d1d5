"""Writes the tables of a dataset as parquet, byte for byte the same every time, with their sha256 beside them."""

from __future__ import annotations

import hashlib
from typing import TYPE_CHECKING

import pyarrow as pa
import pyarrow.parquet as pq

if TYPE_CHECKING:
    from collections.abc import Mapping
    from pathlib import Path

MANIFEST = "SHA256SUMS"


def sha256(content: bytes) -> str:
    """Return the sha256 of some bytes, in hexadecimal."""
    return hashlib.sha256(content).hexdigest()


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
