"""From scores to the two figures that place an account: attractiveness (weighted) and relationship (a plain mean).

Each function takes one account (a mapping of indicator -> score) or the whole table `burnett_scores`.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from functools import reduce
from operator import add
from typing import TYPE_CHECKING, Any, TypeAlias, overload

import narwhals.stable.v2 as nw

from .burnett_indicators import HIGHEST, LOWEST, RATINGS, RELATIONSHIP, Dimension, Indicator
from .burnett_weights import BurnettWeights
from .errors import DataError, RuleError, UnknownName
from .frames import one_if, to_native
from .inputs import number
from .schema import check

if TYPE_CHECKING:
    from collections.abc import Iterable

    from .frames import Frame

# A sum of floats may differ in its last places from engine to engine; no account changes its band by that.
SCORE_DECIMALS = 9


@dataclass(frozen=True)
class PartialScore:
    """A weighted sum in which indicators are missing: never an index of 1 to 5, and never to be mistaken for one.

    value    sum of weight x score over the indicators that have a score
    weight   sum of their weights (fraction)
    missing  the indicators without a score
    """

    value: float
    weight: float
    missing: tuple[str, ...]

    @property
    def lowest(self) -> float:
        """The value if every score there were 1."""
        return LOWEST * self.weight

    @property
    def highest(self) -> float:
        """The value if every score there were 5."""
        return HIGHEST * self.weight

    @property
    def index_range(self) -> tuple[float, float]:
        """What the whole index can still become: every missing score 1, every missing score 5."""
        return self.value + LOWEST * (1 - self.weight), self.value + HIGHEST * (1 - self.weight)


def _checked(scores: Mapping[str, float], known: Iterable[str]) -> dict[str, float]:
    """Return an account's scores; an indicator that is None has none. Raises `UnknownName`, `RuleError`."""
    names = tuple(known)
    for name in scores:
        if name not in names:
            raise UnknownName("indicator", name, names)
    held = {str(name): score for name, score in scores.items() if score is not None}
    return {name: number(f"the score of {name!r}", score, LOWEST, HIGHEST) for name, score in held.items()}


def _whole(scores: Mapping[str, float], known: Sequence[str]) -> dict[str, float]:
    """Return an account's scores where none is missing. Raises `RuleError`."""
    held = _checked(scores, known)
    missing = [str(name) for name in known if name not in held]
    if missing:
        raise RuleError(f"no score for {', '.join(missing)}; score all {len(known)} (or see `partial_score`)")
    return held


Known: TypeAlias = Mapping[Dimension, Sequence[str]]  # the indicators that count, by dimension


def open_scores(scores: Any, known: Known) -> Frame:
    """Return the checked table; raises `DataError` for a dimension or an indicator nobody declared."""
    frame: Frame = nw.from_native(check(scores, "burnett_scores").to_native())
    words = frame.group_by("dimension", "indicator").agg(nw.len().alias("rows")).lazy().collect()
    for row in words.sort("dimension", "indicator").iter_rows(named=True):
        said, indicator = str(row["dimension"]), str(row["indicator"])
        if said not in set(Dimension):
            remedy = f"{said!r} is no dimension; use {' or '.join(Dimension)}"
            raise DataError(remedy, table="burnett_scores", column="dimension")
        names = known.get(Dimension(said))
        if names is not None and indicator not in names:
            remedy = f"{indicator!r} is no indicator of {said}; known: {', '.join(names)}"
            raise DataError(remedy, table="burnett_scores", column="indicator")
    return frame


def wide(frame: Frame, known: Known) -> Frame:
    """Return one row a customer, the score of each indicator (in order) as `<dimension>_0`, `<dimension>_1`, ..."""
    columns = {
        f"{dimension}_{place}": (nw.col("dimension") == dimension.value) & (nw.col("indicator") == str(name))
        for dimension, names in known.items()
        for place, name in enumerate(names)
    }
    score = nw.col("score").cast(nw.Float64)
    spread = frame.with_columns(*(nw.when(rows).then(score).alias(column) for column, rows in columns.items()))
    return spread.group_by("customer_id").agg(*(nw.col(column).max() for column in columns))


def weighted(weights: BurnettWeights) -> dict[str, nw.Expr]:
    """Return the columns of `attractiveness` from the wide scores; each is summed in the same order of indicators."""
    score = [nw.col(f"{Dimension.ATTRACTIVENESS}_{place}") for place in range(len(weights.indicators))]
    each = list(weights.weights.values())
    known = [one_if(~column.is_null()) * weight for column, weight in zip(score, each, strict=True)]
    parts = [column.fill_null(0.0) * weight for column, weight in zip(score, each, strict=True)]
    whole = [column * weight for column, weight in zip(score, each, strict=True)]
    sums = {"attractiveness": whole, "partial_score": parts, "weight_scored": known}
    return {name: reduce(add, terms).round(SCORE_DECIMALS) for name, terms in sums.items()}


def mean_of(names: Sequence[Indicator]) -> nw.Expr:
    """Return the mean of these scores of the relationship, from the wide scores; unknown where one of them is."""
    total = reduce(add, [nw.col(f"{Dimension.RELATIONSHIP}_{RELATIONSHIP.index(name)}") for name in names])
    return (total / len(names)).round(SCORE_DECIMALS)


@overload
def attractiveness(scores: Mapping[str, float], weights: BurnettWeights | None = None) -> float: ...
@overload
def attractiveness(scores: Any, weights: BurnettWeights | None = None) -> Any: ...
def attractiveness(scores: Any, weights: BurnettWeights | None = None) -> Any:
    """Return how attractive an account is to us: the sum of weight x score over all indicators, from 1 to 5.

    One account, as a mapping of indicator -> score (1 to 5; 5 is best for us; halves are allowed, as a mean of several
    experts gives them):

        >>> round(attractiveness(dict.fromkeys(BurnettWeights().indicators, 4)), 9)
        4.0

    All accounts. Before: the table `burnett_scores` (customer_id, dimension, indicator, score). After: one row a
    customer, sorted by `customer_id`:

        customer_id
        attractiveness   the index, 1 to 5; null where a score is missing
        partial_score    sum of weight x score over the scores there are
        weight_scored    sum of their weights (1: all are there), so that a partial score is seen to be one

        >>> import pandas as pd
        >>> before = pd.DataFrame(
        ...     [("ann", name, 4.0) for name in BurnettWeights().indicators] + [("bo", "volume", 5.0)],
        ...     columns=["customer_id", "indicator", "score"]).assign(dimension="attractiveness")
        >>> attractiveness(before)
          customer_id  attractiveness  partial_score  weight_scored
        0         ann             4.0            4.0           1.00
        1          bo             NaN            0.4           0.08

    In plain pandas:

        >>> weight = before["indicator"].map(BurnettWeights().weights)
        >>> (before["score"] * weight).groupby(before["customer_id"]).sum().round(9).to_dict()
        {'ann': 4.0, 'bo': 0.4}

    An empty table gives an empty frame. Raises `RuleError` (one account: a score missing or outside 1 to 5),
    `UnknownName` (its indicator), `DataError` (what breaks the table's schema, an indicator without weight).
    """
    held = weights or BurnettWeights()
    if isinstance(scores, Mapping):
        found = _whole(scores, held.indicators)
        return round(sum(weight * found[name] for name, weight in held.weights.items()), SCORE_DECIMALS)
    known = {Dimension.ATTRACTIVENESS: held.indicators}
    rows = wide(open_scores(scores, known), known)
    named = [column.alias(name) for name, column in weighted(held).items()]
    return to_native(rows.select("customer_id", *named).sort("customer_id"))


def partial_score(scores: Mapping[str, float], weights: BurnettWeights | None = None) -> PartialScore:
    """Return the weighted sum over the indicators that have a score, labelled as partial.

    With the six weights of the course text alone it lies between 0.27 and 1.35:

    >>> from loyaltylib.burnett_weights import GIVEN
    >>> best = partial_score(dict.fromkeys(GIVEN, 5))
    >>> round(best.value, 9), round(best.weight, 9), round(best.lowest, 9), len(best.missing)
    (1.35, 0.27, 0.27, 13)

    Raises `RuleError` (a score outside 1 to 5), `UnknownName` (an indicator without weight).
    """
    held = weights or BurnettWeights()
    found = _checked(scores, held.indicators)
    return PartialScore(
        value=sum(weight * found[name] for name, weight in held.weights.items() if name in found),
        weight=sum(weight for name, weight in held.weights.items() if name in found),
        missing=tuple(name for name in held.indicators if name not in found),
    )


@overload
def relationship(scores: Mapping[str, float]) -> float: ...
@overload
def relationship(scores: Any) -> Any: ...
def relationship(scores: Any) -> Any:
    """Return how well we stand with an account: the mean of the seven scores (no weights are known, AMB-45), 1 to 5.

    One account:

        >>> relationship(dict.fromkeys(RELATIONSHIP, 3) | {"tenure": 5, "contact": 4})
        3.428571429

    All accounts. Before: the table `burnett_scores`. After: one row a customer, sorted by `customer_id`, with
    `relationship` (1 to 5) and `rating`, the mean of the three in which the customer rates us (price, service,
    technical strength); each null where one of its scores is missing:

        >>> import pandas as pd
        >>> before = pd.DataFrame(
        ...     [("ann", name.value, 3.0) for name in RELATIONSHIP] + [("bo", "tenure", 5.0)],
        ...     columns=["customer_id", "indicator", "score"]).assign(dimension="relationship")
        >>> relationship(before)
          customer_id  relationship  rating
        0         ann           3.0     3.0
        1          bo           NaN     NaN

    In plain pandas, for who has all seven:

        >>> by_customer = before.groupby("customer_id")["score"]
        >>> by_customer.mean()[by_customer.size() == 7].to_dict()
        {'ann': 3.0}

    An empty table gives an empty frame. Raises `RuleError`, `UnknownName`, `DataError` as `attractiveness` does.
    """
    if isinstance(scores, Mapping):
        return round(sum(_whole(scores, RELATIONSHIP).values()) / len(RELATIONSHIP), SCORE_DECIMALS)
    known = {Dimension.RELATIONSHIP: RELATIONSHIP}
    rows = wide(open_scores(scores, known), known)
    figures = mean_of(RELATIONSHIP).alias("relationship"), mean_of(RATINGS).alias("rating")
    return to_native(rows.select("customer_id", *figures).sort("customer_id"))
