"""Scores of the relationship that the database gives by itself: what it measures, held against boundaries."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any, Final

import narwhals.stable.v2 as nw

from .burnett_indicators import LOWEST, Dimension, Indicator, score_by_bounds
from .errors import UnknownName
from .frames import one_if, to_native
from .inputs import having

if TYPE_CHECKING:
    from collections.abc import Mapping, Sequence

# Four bounds for each measure, in its unit: the score is 1, and 1 more for each bound reached. Kit assumptions.
BOUNDS: Final[Mapping[str, tuple[float, ...]]] = {
    "wallet_share": (0.1, 0.2, 0.5, 0.8),
    "wallet_trend": (-0.1, -0.02, 0.02, 0.1),
    "contacts_per_month": (0.1, 0.25, 0.5, 1),
    "contact_functions": (1, 2, 3, 4),
    "tenure_years": (1, 2, 3, 5),
}
_MEASURED: Final[Mapping[Indicator, tuple[str, ...]]] = {
    Indicator.WALLET_TREND3: ("wallet_trend",),
    Indicator.WALLET_SHARE: ("wallet_share",),
    Indicator.CONTACT: ("contacts_per_month", "contact_functions"),
    Indicator.TENURE: ("tenure_years",),
}


def _scored(measure: str, bounds: Sequence[float]) -> nw.Expr:
    """Return 1, and 1 more for each bound the measure reaches; unknown where it is unknown."""
    score_by_bounds(0, bounds)
    column = nw.col(measure)
    rising = bounds[0] < bounds[-1]
    steps = [one_if(column >= bound if rising else column <= bound) for bound in bounds]
    return nw.when(~column.is_null()).then(LOWEST + nw.sum_horizontal(*steps))


def automatic_scores(measured: Any, bounds: Mapping[str, Sequence[float]] | None = None) -> Any:
    """Score what the database measures, by boundaries in place of experts.

    Before: one row a customer, as `measures` makes it. After: rows of a table `burnett_scores` (customer_id, dimension,
    indicator, score), sorted by customer_id and indicator, for the four indicators a database can measure. Contact is
    the mean of two scores, how often and how broadly. What is unknown has no row. `bounds` replaces some of `BOUNDS`.

        >>> import pandas as pd
        >>> before = pd.DataFrame({
        ...     "customer_id": ["ann"], "wallet_share": [0.55], "wallet_trend": [None], "contacts_per_month": [0.5],
        ...     "contact_functions": [3.0], "tenure_years": [2.5]}).astype({"wallet_trend": float})
        >>> automatic_scores(before)
          customer_id     dimension     indicator  score
        0         ann  relationship       contact    4.0
        1         ann  relationship        tenure    3.0
        2         ann  relationship  wallet_share    4.0

    One of them in plain pandas:

        >>> int(pd.cut(before["tenure_years"], [-1, 1, 2, 3, 5, 99], right=False, labels=[1, 2, 3, 4, 5])[0])
        3

    Raises `DataError` (a column is missing), `UnknownName` and `RuleError` (bounds).
    """
    for name in bounds or {}:
        if name not in BOUNDS:
            raise UnknownName("measure", name, BOUNDS)
    limits = {**BOUNDS, **(bounds or {})}
    frame = having(measured, "measures", ("customer_id", *limits))
    parts = []
    for indicator, names in _MEASURED.items():
        scores = [_scored(name, limits[name]) for name in names]
        total = scores[0] if len(scores) == 1 else scores[0] + scores[1]
        one = frame.select(
            "customer_id",
            nw.lit(Dimension.RELATIONSHIP.value).alias("dimension"),
            nw.lit(indicator.value).alias("indicator"),
            (total / len(scores)).alias("score"),
        )
        parts.append(one.filter(~nw.col("score").is_null()))
    return to_native(nw.concat(parts).sort("customer_id", "indicator"))
