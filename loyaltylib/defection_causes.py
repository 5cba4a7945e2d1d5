"""Why customers leave: the causes, the rule that names one, and how many left for each."""

from __future__ import annotations

from enum import StrEnum
from math import nan
from typing import Any, Final

import narwhals.stable.v2 as nw

from .errors import DataError
from .inputs import having, number, word


class Cause(StrEnum):
    """Why customers leave: the six causes of the course, and one that only outside lists have (AMB-17).

    The classical list (DeSouza 1992, as services marketing teaches it) has organizational in place of promotion.

    >>> [cause.value for cause in Cause if not cause.outside]
    ['price', 'product', 'service', 'promotion', 'market', 'technology']
    >>> [cause.value for cause in Cause if cause.classical]
    ['price', 'product', 'service', 'market', 'technology', 'organizational']
    """

    PRICE = "price"
    PRODUCT = "product"
    SERVICE = "service"
    PROMOTION = "promotion"
    MARKET = "market"
    TECHNOLOGY = "technology"
    ORGANIZATIONAL = "organizational"

    @property
    def outside(self) -> bool:
        """Whether the cause is from outside the course."""
        return self is Cause.ORGANIZATIONAL

    @property
    def classical(self) -> bool:
        """Whether the classical list has the cause."""
        return self is not Cause.PROMOTION

    @property
    def concept(self) -> str:
        """Id of the cause in the concept registry."""
        return f"defection.cause.{self.value}"


class Destination(StrEnum):
    """Where a customer who left buys now (AMB-13)."""

    COMPETITOR = "competitor"
    OUTSIDE_INDUSTRY = "outside_industry"
    NONE = "none"
    UNKNOWN = "unknown"


_UNKNOWN: Final = "unknown"  # stands for a cause nobody knows, in a table of causes

# Who buys from nobody left with the market; who buys a substitute left for another technology.
CAUSE_OF_DESTINATION: Final = {Destination.NONE: Cause.MARKET, Destination.OUTSIDE_INDUSTRY: Cause.TECHNOLOGY}


def cause_of(  # noqa: PLR0913 - one parameter a sign, all by name
    *,
    stated: str | None = None,
    destination: str = "unknown",
    poor_service: bool = False,
    rival_promotion: bool = False,
    own_promotion: bool = False,
    quality_gap: float | None = None,
    price_gap: float | None = None,
    about_equal: float = 0.0,
) -> Cause | None:
    """Return why a customer left, by the course's descriptions taken in a fixed order; None where nothing speaks.

    stated            the reason the customer gave; it decides
    destination       none: the market cause; outside_industry: technology
    poor_service      our own service was poor; the mark that parts service from product
    rival_promotion, own_promotion   a rival's action was aimed at our customers; we had one to match it
    quality_gap       rival's quality less ours, on any scale; None: unknown
    price_gap         our price less the rival's, in money; None: unknown
    about_equal       a quality gap up to so much, either way, counts as none (same scale)

    The order (the reason stated, where to, our service, their promotion, their product, their price) is the kit's: the
    course gives the six side by side. Raises `UnknownName` for a word there is not, `RuleError` for a number that is
    none.

    >>> cause_of(quality_gap=0, price_gap=12)
    <Cause.PRICE: 'price'>
    >>> cause_of(quality_gap=1.5, price_gap=12)
    <Cause.PRODUCT: 'product'>
    >>> cause_of(destination="none")
    <Cause.MARKET: 'market'>
    """
    where = word("destination", destination, Destination)
    level = number("about_equal", about_equal, low=0)
    quality, price = (nan if gap is None else number("gap", gap) for gap in (quality_gap, price_gap))
    if stated is not None:
        return word("cause", stated, Cause)
    asked = (
        (where in CAUSE_OF_DESTINATION, CAUSE_OF_DESTINATION.get(where)),
        (poor_service, Cause.SERVICE),
        (rival_promotion and not own_promotion, Cause.PROMOTION),
        (quality > level, Cause.PRODUCT),
        (abs(quality) <= level and price > 0, Cause.PRICE),
    )
    return next((cause for holds, cause in asked if holds), None)


def causes(frame: Any) -> Any:
    """Count complete defectors by cause, the most frequent first, for a Pareto chart.

    Before: one row a customer with `kind` and `cause`, as `classify` makes it. After: eight rows, one a cause even
    where nobody left for it (equal ones in the course's order), `unknown` last:

        cause, customers
        share        of all complete defectors (fraction; 0 where there are none)
        cumulative   the shares down to this row, added up

        >>> import pandas as pd
        >>> before = pd.DataFrame({
        ...     "kind": ["complete", "complete", "partial", "complete", "complete"],
        ...     "cause": ["service", "price", None, "service", None]})
        >>> causes(before).head(3)
             cause  customers  share  cumulative
        0  service          2   0.50        0.50
        1    price          1   0.25        0.75
        2  product          0   0.00        0.75

    In plain pandas:

        >>> before.loc[before["kind"] == "complete", "cause"].value_counts(dropna=False).tolist()
        [2, 1, 1]

    A lazy frame is collected. Raises `DataError` for a missing column or a word that is no cause.
    """
    left = (
        having(frame, "defection", ("kind", "cause"))
        .filter(nw.col("kind") == "complete")
        .select(nw.col("cause").cast(nw.String))
    )
    counts = left.group_by("cause").agg(nw.len().alias("customers")).lazy().collect()
    by_cause: dict[str, int] = {}
    for row in counts.iter_rows(named=True):
        name = row["cause"] if isinstance(row["cause"], str) else _UNKNOWN
        if name not in (*Cause, _UNKNOWN):
            raise DataError(f"{name!r} is no cause; known: {', '.join(Cause)}", table="defection", column="cause")
        by_cause[name] = by_cause.get(name, 0) + row["customers"]
    order = [*sorted(Cause, key=lambda cause: -by_cause.get(cause, 0)), _UNKNOWN]
    numbers = [by_cause.get(name, 0) for name in order]
    total = sum(numbers)
    rows = {
        "cause": [str(name) for name in order],
        "customers": numbers,
        "share": [number / total if total else 0.0 for number in numbers],
        "cumulative": [sum(numbers[: place + 1]) / total if total else 0.0 for place in range(len(numbers))],
    }
    return nw.from_dict(rows, backend=counts.implementation).to_native()
