"""The customer matrix by lifetime profit (CLP): current value against potential value, two by two.

clp_cell(current=, potential=, ...)   the cell of one customer
clp_cells(frame, rules)               the cells of a frame of customers
clp_strategies(cell)                  what to do
"""

from __future__ import annotations

from dataclasses import dataclass
from enum import StrEnum
from typing import Any, Final

import narwhals.stable.v2 as nw

from .concepts import get
from .frames import one_row, to_native
from .inputs import ANY, fraction, having, number, numbers, word

_MONEY_DECIMALS = 6  # sums of floats differ in the last places with the order of the rows; no cell may hang on that


class ClpCell(StrEnum):
    """The four cells: current value first, potential value second (AMB-42).

    The course only names the matrix. The names here say what they mean and nothing else; the strategies are those of
    public sources.
    """

    LOW_LOW = "low_low"
    LOW_HIGH = "low_high"
    HIGH_LOW = "high_low"
    HIGH_HIGH = "high_high"

    @property
    def concept(self) -> str:
        """Id of the cell in the concept registry."""
        return f"clp.{self.value}"

    @property
    def metal(self) -> str:
        """The cell's metal as some Chinese textbooks have it; not verified, see `METALS`."""
        return METALS[self]


# Names by metals circulate; no source for them was found, so nothing in the kit depends on them (AMB-42). The customer
# pyramid of Zeithaml, Rust and Lemon (2001) uses the same metals for another thing, levels of profit.
METALS: Final[dict[ClpCell, str]] = {
    ClpCell.LOW_LOW: "lead",
    ClpCell.LOW_HIGH: "iron",
    ClpCell.HIGH_LOW: "gold",
    ClpCell.HIGH_HIGH: "platinum",
}


@dataclass(frozen=True)
class ClpRules:
    """Where "high" begins. A value above the cut is high; one at the cut or below it is low.

    current_cut    cut of the current value (money); None: the quantile of the frame
    potential_cut  cut of the potential value (money); None: the quantile of the frame
    quantile       which quantile (linear) where no cut is given: 0.5, the median, halves the customers (fraction)

    Raises `RuleError` for a cut that is no number or a quantile outside 0 to 1.
    """

    current_cut: float | None = None
    potential_cut: float | None = None
    quantile: float = 0.5

    def __post_init__(self) -> None:
        fraction("ClpRules.quantile", self.quantile)
        for name in ("current_cut", "potential_cut"):
            if getattr(self, name) is not None:
                number(f"ClpRules.{name}", getattr(self, name))


def clp_cell(*, current: float, potential: float, current_cut: float, potential_cut: float) -> ClpCell:
    """Return the cell of one customer: each value is high where it lies above its cut.

    All four are money in one currency and may be below 0. Raises `RuleError` for what is no finite number.

    >>> clp_cell(current=900, potential=2000, current_cut=1000, potential_cut=500)
    <ClpCell.LOW_HIGH: 'low_high'>
    """
    now = number("current", current) > number("current_cut", current_cut)
    ahead = number("potential", potential) > number("potential_cut", potential_cut)
    return ClpCell(f"{'high' if now else 'low'}_{'high' if ahead else 'low'}")


def clp_cells(frame: Any, rules: ClpRules | None = None) -> Any:
    """Put every customer of a frame into a cell, and add up the lifetime profit.

    Before: one row a customer with `customer_id`, `current_value`, `potential_value` (money; null where unknown), as
    `segments.crm_dimensions` makes it. After: one row a customer, sorted by `customer_id`, with customer_id,
    current_value, potential_value and

        clp   current + potential value (money); unknown where one of them is
        cell  name of the cell (`ClpCell`); unknown likewise

        >>> import pandas as pd
        >>> before = pd.DataFrame({"customer_id": ["ann", "bo", "cy"],
        ...     "current_value": [90.0, 10.0, 40.0], "potential_value": [5.0, 60.0, 20.0]})
        >>> clp_cells(before)
          customer_id  current_value  potential_value   clp      cell
        0         ann           90.0              5.0  95.0  high_low
        1          bo           10.0             60.0  70.0  low_high
        2          cy           40.0             20.0  60.0   low_low

    In plain pandas:

        >>> values = before[["current_value", "potential_value"]]
        >>> high = values > values.median()
        >>> high.replace({True: "high", False: "low"}).agg("_".join, axis=1).tolist()
        ['high_low', 'low_high', 'low_low']

    An empty frame gives an empty one. Raises `DataError` for a missing column, text, or an infinite value.
    """
    rules = rules or ClpRules()
    values = ("current_value", "potential_value")
    # What nobody knows stays unknown: it is in no cell, and it moves no cut.
    table = numbers(having(frame, "values", ("customer_id",)), "values", dict.fromkeys(values, ANY), gaps=True)
    given = (rules.current_cut, rules.potential_cut)
    found = one_row(table, *(nw.col(name).quantile(rules.quantile, "linear") for name in values))
    cuts = [found[name] if cut is None else cut for name, cut in zip(values, given, strict=True)]
    highs = [
        nw.col(name).round(_MONEY_DECIMALS) > round(cut or 0.0, _MONEY_DECIMALS)
        for name, cut in zip(values, cuts, strict=True)
    ]
    words = [nw.when(high).then(nw.lit("high")).otherwise(nw.lit("low")) for high in highs]
    clp = nw.col(values[0]) + nw.col(values[1])
    return to_native(
        table.with_columns(clp.alias("clp"), nw.concat_str(words, separator="_").alias("cell"))
        .select("customer_id", *values, "clp", nw.when(~nw.col("clp").is_null()).then(nw.col("cell")).alias("cell"))
        .sort("customer_id")
    )


def clp_strategies(cell: str, lang: str = "en") -> tuple[str, ...]:
    """Return what is advised for a cell; raises `UnknownName` for a name that is no cell.

    >>> clp_strategies("low_low")
    ('Lower the cost of serving them', 'Fewer promotions, perhaps higher prices', 'Do not invest in growth')
    """
    return get(word("CLP cell", cell, ClpCell).concept).strategies(lang)
