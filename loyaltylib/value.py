"""Value, satisfaction and loyalty: what an offer is worth to the customer, and what his satisfaction lets us expect.

    value_net, value_ratio, value_of, Offer    value as a difference and as a ratio: one offer, a table of offers
    satisfaction, satisfaction_of          service as it was against service as hoped for
    expected_loss, expected_loss_of, respread    how many customers may be lost, as an interval
    complaint_funnel, after_complaints     from dissatisfied customers to those won back
    drivers_of, quality_index              what drives loyalty
    encounter_balance, encounter_path      loyalty as the sum of encounters
    quadrant, quadrants, zone, stay_by_zone, loyalty_curve    satisfaction beside loyalty
    choice_left, expected_kinds            who stays and who goes where a rival is worth more
    advice_for                             what the course advises to do

This module has the value of an offer; the others are in `value_satisfaction`, `value_complaints`, `value_drivers`,
`value_loyalty` and `value_outlook`.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from enum import StrEnum
from functools import reduce
from operator import add
from typing import Any

import narwhals.stable.v2 as nw

from .errors import RuleError
from .frames import ratio, to_native
from .inputs import number
from .schema import check
from .value_complaints import Funnel, FunnelRules, Preset, after_complaints, complaint_funnel
from .value_drivers import (
    TELECOM,
    Advice,
    Driver,
    advice_for,
    drivers_of,
    encounter_balance,
    encounter_path,
    quality_index,
)
from .value_loyalty import LoyaltyRules, Quadrant, Zone, loyalty_curve, quadrant, quadrants, stay_by_zone, zone
from .value_outlook import choice_left, expected_kinds, respread
from .value_satisfaction import Level, Loss, expected_loss, expected_loss_of, loss_rates, satisfaction, satisfaction_of

__all__ = [
    "TELECOM",
    "Advice",
    "Driver",
    "Funnel",
    "FunnelRules",
    "Level",
    "Loss",
    "LoyaltyRules",
    "Offer",
    "Preset",
    "Quadrant",
    "Term",
    "Zone",
    "advice_for",
    "after_complaints",
    "choice_left",
    "complaint_funnel",
    "drivers_of",
    "encounter_balance",
    "encounter_path",
    "expected_kinds",
    "expected_loss",
    "expected_loss_of",
    "loss_rates",
    "loyalty_curve",
    "quadrant",
    "quadrants",
    "quality_index",
    "respread",
    "satisfaction",
    "satisfaction_of",
    "stay_by_zone",
    "value_net",
    "value_of",
    "value_ratio",
    "zone",
]


class Term(StrEnum):
    """The six terms of the value equation: two benefits above the line, four costs below it.

    >>> [term.value for term in Term if term.is_benefit], [term.value for term in Term if not term.is_benefit]
    (['functional', 'emotional'], ['money', 'time', 'energy', 'psychic'])
    """

    FUNCTIONAL = "functional"
    EMOTIONAL = "emotional"
    MONEY = "money"
    TIME = "time"
    ENERGY = "energy"
    PSYCHIC = "psychic"

    @property
    def is_benefit(self) -> bool:
        """Whether the customer gets it; the others he gives up."""
        return self in (Term.FUNCTIONAL, Term.EMOTIONAL)

    @property
    def concept(self) -> str:
        """Id of the term in the concept registry."""
        return f"value.term.{self.value}"


def _total(name: str, value: float | Iterable[float] | Mapping[str, float]) -> float:
    if isinstance(value, Mapping):
        return sum(number(f"{name}[{key!r}]", each, 0) for key, each in value.items())
    if isinstance(value, Iterable) and not isinstance(value, str):
        return sum(number(name, each, 0) for each in value)
    return number(name, value, 0)


def value_net(
    *,
    benefits: float | Iterable[float] | Mapping[str, float],
    costs: float | Iterable[float] | Mapping[str, float],
) -> float:
    """Return customer value as a difference: the benefits a customer perceives less the costs he perceives.

    Each side is one number, several, or several by name, all in one common unit (money, or points of a rating), at
    least 0. Below 0 the offer costs the customer more than it gives him. The course also writes value as a ratio:
    `value_ratio` (AMB-20). Source: Kotler and Keller, Marketing Management, chapter 5 (delivered value).

    >>> value_net(benefits=[60, 20], costs={"money": 40, "time": 10})
    30.0

    Raises `RuleError` for what is no finite number or is below 0.
    """
    return _total("benefits", benefits) - _total("costs", costs)


def value_ratio(  # noqa: PLR0913  # the six terms of the equation, each by its name
    *, functional: float, emotional: float, money: float, time: float, energy: float, psychic: float
) -> float:
    """Return customer value as a ratio: (functional + emotional) / (money + time + energy + psychic).

    All six in one common unit, at least 0; above 1 the customer gets more than he gives up. Of two offers the customer
    prefers the one with the larger ratio. The brackets are Kotler's (Marketing Management, 11th edition); printed
    without them, only the money cost would divide the emotional benefit (AMB-20).

    >>> value_ratio(functional=60, emotional=20, money=40, time=10, energy=8, psychic=6)
    1.25

    Raises `RuleError` for what is no finite number or is below 0, and where the four costs come to 0.
    """
    given = zip(Term, (functional, emotional, money, time, energy, psychic), strict=True)
    found = {term: number(term.value, value, 0) for term, value in given}
    costs = sum(value for term, value in found.items() if not term.is_benefit)
    if costs <= 0:
        raise RuleError("money, time, energy and psychic come to 0; give at least one cost above 0")
    return sum(value for term, value in found.items() if term.is_benefit) / costs


@dataclass(frozen=True)
class Offer:
    """An offer as a customer sees it: all its benefits and all its costs, in one common unit.

    >>> Offer(benefits=140, costs=110).net, Offer(benefits=110, costs=88).ratio
    (30.0, 1.25)

    Raises `RuleError` for what is no finite number or is below 0.
    """

    benefits: float
    costs: float

    def __post_init__(self) -> None:
        value_net(benefits=self.benefits, costs=self.costs)

    @property
    def net(self) -> float:
        """Its value as a difference, in the unit of its terms."""
        return value_net(benefits=self.benefits, costs=self.costs)

    @property
    def ratio(self) -> float:
        """Its value as a ratio; raises `RuleError` where it costs nothing."""
        return value_ratio(functional=self.benefits, emotional=0, money=self.costs, time=0, energy=0, psychic=0)


def value_of(offers: Any) -> Any:
    """Value every offer both ways: as a difference and as a ratio of its benefits and costs.

    Before: one row an offer (table `offers`): offer_id and the six columns of `Term`, in one common unit, at least 0.
    After: one row an offer, sorted by `offer_id`, with

        offer_id
        benefits   functional + emotional
        costs      money + time + energy + psychic
        net        benefits - costs, in the same unit
        ratio      benefits / costs; unknown where the costs are 0

    Other columns are dropped. The two values may put offers in a different order, as here:

        >>> import pandas as pd
        >>> before = pd.DataFrame({
        ...     "offer_id": ["large", "small"], "functional": [90.0, 30.0], "emotional": [10.0, 6.0],
        ...     "money": [60.0, 12.0], "time": [5.0, 2.0], "energy": [5.0, 2.0], "psychic": [10.0, 2.0]})
        >>> value_of(before)
          offer_id  benefits  costs   net  ratio
        0    large     100.0   80.0  20.0   1.25
        1    small      36.0   18.0  18.0   2.00

    In plain pandas:

        >>> benefits = before["functional"] + before["emotional"]
        >>> costs = before[["money", "time", "energy", "psychic"]].sum(axis=1)
        >>> (benefits - costs).tolist(), (benefits / costs).tolist()
        ([20.0, 18.0], [1.25, 2.0])

    An empty table gives an empty one. Raises `DataError` (a column is missing or of another kind, a term is unknown,
    negative or infinite, an offer is there twice).
    """
    sides = [
        [nw.col(term.value).cast(nw.Float64) for term in Term if term.is_benefit is side] for side in (True, False)
    ]
    benefits, costs = (reduce(add, side) for side in sides)
    summed = check(offers, "offers", ("offer_id", *Term)).select(
        "offer_id", benefits.alias("benefits"), costs.alias("costs")
    )
    valued = summed.with_columns(
        (nw.col("benefits") - nw.col("costs")).alias("net"), ratio(nw.col("benefits"), nw.col("costs")).alias("ratio")
    )
    return to_native(valued.sort("offer_id"))
