"""Customers cut into cells by fixed cuts, again and again: the eight cells of RFM, the four of the customer matrix.

RfmCuts(recent_days, often, much)     where recent, often and much begin, in days, purchases and money
rfm_cut(summary, cuts)                the cells of RFM by fixed cuts, not by fifths of the customers
clp_cut(values, current, potential)   the customer matrix by given cuts
cell_moves(before, after)             how many customers change from which cell to which

`rfm_summary` and `crm_dimensions` take a tenth of a second; what is here takes a thousandth, so that somebody can move
a cut and watch. Scores by fifths (`rfm_scores`) compare the customers with each other; a fixed cut compares each of
them with a standard.
"""

from __future__ import annotations

from collections import Counter
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

from .errors import DataError
from .inputs import count, number
from .look import columns
from .segments_clp import ClpCell
from .segments_rfm import CELLS

if TYPE_CHECKING:
    from collections.abc import Mapping, Sequence

    import numpy as np
    import numpy.typing as npt

    Flags = npt.NDArray[np.bool_]

_MONEY_DECIMALS = 6  # as in `segments_clp`: no cell may hang on the last place of a sum


@dataclass(frozen=True)
class RfmCuts:
    """Where "high" begins in each measure of RFM; a customer at the cut is high.

    recent_days  bought at most so many days ago: recently
    often        at least so many repeat purchases: often
    much         spent at least so much in all (money): much

    Raises `RuleError` for days or purchases that are no whole number of at least 0, and for money below 0.
    """

    recent_days: int = 30
    often: int = 30
    much: float = 5000.0

    def __post_init__(self) -> None:
        count("RfmCuts.recent_days", self.recent_days)
        count("RfmCuts.often", self.often)
        number("RfmCuts.much", self.much, low=0)


@dataclass(frozen=True, eq=False)
class Cut:
    """Customers in cells: `places` has for each customer, in the order of the frame, the place of his cell in `cells`.

    customers  how many are in each cell
    brought    what they bring together (money)
    """

    cells: tuple[str, ...]
    places: npt.NDArray[np.intp]
    customers: Mapping[str, int]
    brought: Mapping[str, float]

    @property
    def size(self) -> int:
        """How many customers there are in all."""
        return len(self.places)

    def share(self, cell: str) -> float:
        """Return a cell's share of the customers (fraction); of none it is 0."""
        return self.customers[cell] / self.size if self.size else 0.0

    def value_share(self, cell: str) -> float:
        """Return a cell's share of the value of all (fraction); 0 where that is not above 0."""
        whole = sum(self.brought.values())
        return self.brought[cell] / whole if whole > 0 else 0.0


def rfm_cut(summary: Any, cuts: RfmCuts | None = None) -> Cut:
    """Put every customer into one of the eight cells by fixed cuts; the value of a cell is the money spent.

    Before: one row a customer with `days_since_last`, `frequency`, `spent`, as `rfm_summary` makes it.

        >>> import pandas as pd
        >>> before = pd.DataFrame({"days_since_last": [3, 200], "frequency": [40, 2], "spent": [9000.0, 300.0]})
        >>> found = rfm_cut(before)
        >>> found.customers["champion"], found.customers["dormant"], found.brought["champion"]
        (1, 1, 9000.0)

    Raises `DataError` for a missing column.
    """
    import numpy as np

    limits = cuts or RfmCuts()
    last, again, spent = (np.asarray(each, float) for each in columns(summary, "days_since_last", "frequency", "spent"))
    spent = spent.round(_MONEY_DECIMALS)
    high = (last <= limits.recent_days, again >= limits.often, spent >= limits.much)
    return _cut({where: str(cell) for where, cell in CELLS.items()}, high, spent)


def clp_cut(values: Any, current_cut: float, potential_cut: float) -> Cut:
    """Put every customer into one of the four cells of the matrix; the value of a cell is the current value.

    Before: one row a customer with `current_value` and `potential_value`, as `crm_dimensions` makes it, without those
    whose potential is unknown: they are in no cell. The same cells as `clp_cells` with both cuts given: high is what
    lies above a cut.

        >>> import pandas as pd
        >>> before = pd.DataFrame({"current_value": [90.0, 10.0], "potential_value": [5.0, 60.0]})
        >>> clp_cut(before, 50, 20).customers
        {'low_low': 0, 'low_high': 1, 'high_low': 1, 'high_high': 0}

    Raises `DataError` for a missing column or an unknown value, `RuleError` for a cut that is no number.
    """
    import numpy as np

    cuts = (number("current_cut", current_cut), number("potential_cut", potential_cut))
    table = columns(values, "current_value", "potential_value")
    now, ahead = (np.asarray(each, float).round(_MONEY_DECIMALS) for each in table)
    if np.isnan(now).any() or np.isnan(ahead).any():
        raise DataError("some are unknown; leave those customers out first", table="values", column="potential_value")
    cells: dict[tuple[bool, ...], str] = {}
    for cell in ClpCell:
        cells[tuple(part == "high" for part in cell.split("_"))] = str(cell)
    return _cut(cells, (now > cuts[0], ahead > cuts[1]), now)


def _cut(cells: Mapping[tuple[bool, ...], str], high: Sequence[Flags], value: npt.NDArray[np.float64]) -> Cut:
    """Count customers and value by which of the measures are high; a place is made of their bits."""
    import numpy as np

    ordered = tuple(cells[where] for where in sorted(cells))
    places = np.zeros(len(value), np.intp)
    for flags in high:
        places = 2 * places + flags
    people, sums = np.bincount(places, minlength=len(ordered)), np.bincount(places, value, len(ordered))
    return Cut(
        ordered,
        places,
        {cell: int(n) for cell, n in zip(ordered, people, strict=True)},
        {cell: float(sum_) for cell, sum_ in zip(ordered, sums, strict=True)},
    )


def cell_moves(before: Cut, after: Cut) -> dict[tuple[str, str], int]:
    """Count who changes cell: (cell before, cell after) -> customers, the largest first; who stays is left out.

    Both cuts are of the same customers in the same order; raises `DataError` where they cannot be.
    """
    if before.cells != after.cells or before.size != after.size:
        raise DataError("the two have other cells or other customers", table="cells", column="cell")
    changed = before.places != after.places
    pairs = Counter(zip(before.places[changed].tolist(), after.places[changed].tolist(), strict=True))
    named = {(before.cells[start], after.cells[end]): n for (start, end), n in pairs.items()}
    return dict(sorted(named.items(), key=lambda item: (-item[1], item[0])))
