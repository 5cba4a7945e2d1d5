"""The risks a customer runs when buying, and a register that sums them up for each supplier."""

from __future__ import annotations

from enum import StrEnum
from typing import TYPE_CHECKING, Any, Final

import narwhals.stable.v2 as nw

from .errors import DataError
from .frames import one_row, to_native
from .inputs import having, numbers

if TYPE_CHECKING:
    from .frames import Frame


class PurchaseRisk(StrEnum):
    """The six risks a customer runs when buying, above all from a supplier nobody has tried."""

    PRICE = "inflated price"
    QUALITY = "quality problems"
    DELIVERY = "late supply"
    CAPACITY = "insufficient capacity"
    SERVICE = "poor service"
    CONDUCT = "unlawful conduct"


_TABLE: Final = "purchase risks"
_LIMITS: Final = {"likelihood": (0.0, 1.0), "loss": (0.0, None)}


def _refuse(message: str, column: str | None = None) -> None:
    raise DataError(message, table=_TABLE, column=column)


def _register(register: Any) -> Frame:
    """Open a risk register; it is no table of the data model, so its gate is here."""
    frame = numbers(having(register, _TABLE, ("supplier", "risk")), _TABLE, _LIMITS)
    unnamed = one_row(frame, nw.len().alias("rows"), *(nw.col(name).null_count() for name in ("supplier", "risk")))
    for name in ("supplier", "risk"):
        if unnamed[name]:
            _refuse(f"{unnamed[name]} of {unnamed['rows']} rows have no value; fill in or remove such rows", name)
    rows = frame.group_by("supplier", "risk").agg(nw.len().alias("rows")).lazy().collect()
    for row in rows.sort("supplier", "risk").iter_rows(named=True):
        if row["risk"] not in set(PurchaseRisk):
            _refuse(f"{row['risk']!r} is no purchase risk; known: {', '.join(PurchaseRisk)}", "risk")
        if row["rows"] > 1:
            _refuse(f"{row['supplier']} has {row['risk']!r} twice; keep one row", "supplier + risk")
    return frame


def risk_register(register: Any) -> Any:
    """Sum up the risks of buying from each supplier: likelihood times loss, over the six purchase risks.

    Before: one row a supplier and a risk, with `supplier`, `risk` (a word of `PurchaseRisk`), `likelihood` (fraction)
    and `loss` (money, if it happens). After: one row a supplier, sorted by it:

        supplier
        assessed       how many of the six risks have a row
        expected_loss  sum of likelihood * loss (money)
        largest        the largest of them (money)

        >>> import pandas as pd
        >>> before = pd.DataFrame({
        ...     "supplier": ["new", "new", "old"], "risk": ["late supply", "quality problems", "inflated price"],
        ...     "likelihood": [0.25, 0.1, 0.5], "loss": [800.0, 500.0, 60.0]})
        >>> risk_register(before)
          supplier  assessed  expected_loss  largest
        0      new         2          250.0    200.0
        1      old         1           30.0     30.0

    In plain pandas:

        >>> losses = before["likelihood"] * before["loss"]
        >>> losses.groupby(before["supplier"]).agg(["count", "sum", "max"]).reset_index()
          supplier  count    sum    max
        0      new      2  250.0  200.0
        1      old      1   30.0   30.0

    An empty frame gives an empty one. The numbers are somebody's estimates: the course lists the risks and gives none.
    Raises `DataError`: a missing column, a value that is not there, no number, negative, not finite or above 1, a word
    that is no risk, a supplier with the same risk twice.
    """
    expected = nw.col("likelihood") * nw.col("loss")
    summed = (
        _register(register)
        .with_columns(expected.alias("largest"), expected.alias("expected_loss"))
        .group_by("supplier")
        .agg(nw.len().alias("assessed"), nw.col("expected_loss").sum(), nw.col("largest").max())
    )
    return to_native(summed.with_columns(nw.col("assessed").cast(nw.Int64)).sort("supplier"))
