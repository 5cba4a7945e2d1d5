"""Satisfaction, and the customers a company may lose at each of its levels.

The rates of loss are ascribed to Kotler and have no source anybody found, so they are claims: they live in the concept
registry, and whatever comes of them is an interval to think with, no forecast.
"""

from __future__ import annotations

from dataclasses import dataclass
from enum import StrEnum
from typing import TYPE_CHECKING, Any, Final

import narwhals.stable.v2 as nw

from .concepts import get
from .errors import DataError, RuleError
from .frames import days_before, to_native
from .inputs import day, number, word
from .schema import check

if TYPE_CHECKING:
    from collections.abc import Mapping
    from datetime import date

    from .frames import Frame

_SLACK: Final = 1e-9  # 1.3 - 1.0 is a little more than 0.3 to a computer; on the limit, equal means equal
_NO_RATE: Final = "the table has no such level: pass fifth_level=True (an unverified rate) or leave it out"


class Level(StrEnum):
    """The five levels of satisfaction, from the worst to the best.

    The table of losses ascribed to Kotler has four of them; `DISSATISFIED` is the one that is missing (AMB-19).
    """

    VERY_DISSATISFIED = "very dissatisfied"
    DISSATISFIED = "dissatisfied"
    NEUTRAL = "neutral"
    SATISFIED = "satisfied"
    VERY_SATISFIED = "very satisfied"

    @property
    def concept(self) -> str:
        """Id of the level's row of the table of losses in the concept registry."""
        return f"kotler.loss.{_ROWS[self]}"

    @property
    def points(self) -> int:
        """The level as points of a scale: 1, the worst, to 5.

        >>> Level.VERY_DISSATISFIED.points, Level.NEUTRAL.points, Level.VERY_SATISFIED.points
        (1, 3, 5)
        """
        return [*Level].index(self) + 1


_ROWS: Final = {
    Level.VERY_DISSATISFIED: "very_low",
    Level.DISSATISFIED: "dissatisfied",
    Level.NEUTRAL: "neutral",
    Level.SATISFIED: "fair",
    Level.VERY_SATISFIED: "high",
}


def satisfaction(perceived: float, expected: float, tolerance: float = 0) -> Level:
    """Return how satisfied a customer is, by the gap between service as it was and service as hoped for.

    Better than expected by more than `tolerance`: very satisfied; worse by more: dissatisfied; between: satisfied. The
    course speaks of the two sides only; that equality is (moderate) satisfaction is the reading of services marketing
    (AMB-28). Both numbers on one scale, whichever; the tolerance in its steps.

    >>> satisfaction(4, 3).value, satisfaction(3, 3).value, satisfaction(2, 3).value
    ('very satisfied', 'satisfied', 'dissatisfied')
    >>> satisfaction(3.4, 3, tolerance=0.5).value
    'satisfied'

    Raises `RuleError` for what is no finite number and for a tolerance below 0.
    """
    gap = number("perceived", perceived) - number("expected", expected)
    limit = number("tolerance", tolerance, 0) + _SLACK
    if gap > limit:
        return Level.VERY_SATISFIED
    return Level.DISSATISFIED if gap < -limit else Level.SATISFIED


def satisfaction_of(surveys: Any, tolerance: float = 0) -> Any:
    """Tell for every answer of a survey how satisfied the customer is, by the rule of `satisfaction`.

    Before: table `surveys`: customer_id, date, perceived, expected (both 1 to 5). After: one row an answer, sorted by
    customer and day, with

        customer_id, date
        gap     perceived - expected, in steps of the scale
        level   "very satisfied", "satisfied" or "dissatisfied"; unknown where either number is

        >>> import pandas as pd
        >>> before = pd.DataFrame({
        ...     "customer_id": ["ann", "bo", "cy"], "date": pd.to_datetime(["2025-05-01"] * 3),
        ...     "perceived": [5.0, 3.0, 2.0], "expected": [4.0, 3.0, 4.0]})
        >>> satisfaction_of(before)
          customer_id       date  gap           level
        0         ann 2025-05-01  1.0  very satisfied
        1          bo 2025-05-01  0.0       satisfied
        2          cy 2025-05-01 -2.0    dissatisfied

    In plain pandas:

        >>> gap = before["perceived"] - before["expected"]
        >>> pd.Series("satisfied", gap.index).mask(gap > 0, "very satisfied").mask(gap < 0, "dissatisfied").tolist()
        ['very satisfied', 'satisfied', 'dissatisfied']

    Raises `DataError` (what breaks the schema: a column missing, a score outside 1 to 5, two answers of a customer on
    one day), `RuleError` (tolerance).
    """
    limit = number("tolerance", tolerance, 0) + _SLACK
    answers = check(surveys, "surveys", ("customer_id", "date", "perceived", "expected"))
    gap = nw.col("gap")
    below = nw.when(gap < -limit).then(nw.lit(Level.DISSATISFIED.value)).otherwise(nw.lit(Level.SATISFIED.value))
    level = nw.when(gap > limit).then(nw.lit(Level.VERY_SATISFIED.value)).otherwise(below)
    scored = answers.with_columns((nw.col("perceived") - nw.col("expected")).cast(nw.Float64).alias("gap"))
    named = scored.with_columns(nw.when(~gap.is_null()).then(level).alias("level"))
    return to_native(named.select("customer_id", "date", "gap", "level").sort("customer_id", "date"))


def loss_rates(*, fifth_level: bool = False) -> dict[Level, tuple[float, float]]:
    """Return the lowest and the highest share of customers that may be lost at each level, as quoted in the registry.

    Four levels, ascribed to Kotler. `fifth_level` adds "dissatisfied", which some retellings have and no source was
    found for (AMB-19).

    >>> loss_rates()[Level.NEUTRAL], loss_rates()[Level.VERY_SATISFIED]
    ((0.3, 0.3), (0.01, 0.02))
    """
    rates = {}
    for level in Level:
        if fifth_level or level is not Level.DISSATISFIED:
            claim = get(level.concept).claims[0]
            rates[level] = (claim.value, claim.value if claim.high is None else claim.high)
    return rates


@dataclass(frozen=True)
class Loss:
    """How many of so many customers may be lost: from `low` to `high` people."""

    customers: float
    low: float
    high: float

    @property
    def low_rate(self) -> float:
        """The lowest share that may be lost (fraction); raises `RuleError` where there are no customers."""
        return self._share(self.low)

    @property
    def high_rate(self) -> float:
        """The highest share that may be lost (fraction); raises `RuleError` where there are no customers."""
        return self._share(self.high)

    def _share(self, lost: float) -> float:
        if self.customers <= 0:
            raise RuleError("customers come to 0; a share of them needs at least one")
        return lost / self.customers


def expected_loss(customers: Mapping[str, float], *, fifth_level: bool = False) -> Loss:
    """Return how many customers may be lost, summing customers x rate over the levels of satisfaction.

    `customers` has so many people for each level (see `Level`); a level left out has none. An interval, because the
    rate of the very satisfied is quoted as 1 to 2 per cent. The rates are ascribed to Kotler (AMB-54) and unverified.

    >>> expected_loss({"neutral": 200, "very satisfied": 500})
    Loss(customers=700.0, low=65.0, high=70.0)

    Raises `UnknownName` for a word that is no level, `RuleError` for a negative number, and for customers who are
    "dissatisfied" unless `fifth_level` asks for that level's unverified rate.
    """
    rates = loss_rates(fifth_level=fifth_level)
    total = low = high = 0.0
    for name, people in customers.items():
        level = word("level", name, Level)
        found = number(f"customers[{level.value!r}]", people, 0)
        if found and level not in rates:
            raise RuleError(f"customers[{level.value!r}] is {people!r}; {_NO_RATE}")
        least, most = rates.get(level, (0.0, 0.0))
        total += found
        low += found * least
        high += found * most
    return Loss(total, low, high)


def expected_loss_of(surveys: Any, as_of: date | str | None = None, *, fifth_level: bool = False) -> Any:
    """Tell how many customers may be lost at each level of satisfaction, from the last answer of each customer.

    Before: table `surveys`: customer_id, date, satisfaction_level (the words of `Level`; unknown is left out). Answers
    after `as_of` are left out, where it is given. After: one row for each level of `loss_rates`, worst first, even
    where it is empty:

        level
        customers             how many gave this level last
        rate_low, rate_high   share that may be lost (fraction), as quoted
        loss_low, loss_high   customers x rate (customers)

        >>> import pandas as pd
        >>> before = pd.DataFrame({
        ...     "customer_id": ["ann", "ann", "bo", "cy"],
        ...     "date": pd.to_datetime(["2025-01-01", "2025-07-01", "2025-07-01", "2025-07-01"]),
        ...     "satisfaction_level": ["neutral", "very satisfied", "very dissatisfied", "very satisfied"]})
        >>> expected_loss_of(before)
                       level  customers  rate_low  rate_high  loss_low  loss_high
        0  very dissatisfied          1      0.80       0.80      0.80       0.80
        1            neutral          0      0.30       0.30      0.00       0.00
        2          satisfied          0      0.10       0.10      0.00       0.00
        3     very satisfied          2      0.01       0.02      0.02       0.04

    The customers in plain pandas:

        >>> last = before.sort_values("date").groupby("customer_id").tail(1)
        >>> last["satisfaction_level"].value_counts().to_dict()
        {'very satisfied': 2, 'very dissatisfied': 1}

    A lazy frame is collected. Raises `DataError` (what breaks the schema; a word that is no level; "dissatisfied"
    unless `fifth_level`), `RuleError` (as_of).
    """
    rates = loss_rates(fifth_level=fifth_level)
    counts = _last_levels(surveys, as_of).group_by("satisfaction_level").agg(nw.len().alias("customers"))
    found = counts.lazy().collect()
    by_level = {str(row["satisfaction_level"]): int(row["customers"]) for row in found.iter_rows(named=True)}
    for name in by_level:
        if name not in rates:
            known = ", ".join(repr(level.value) for level in rates)
            says = _NO_RATE if name == Level.DISSATISFIED else f"known: {known}"
            raise DataError(f"{name!r} has no rate of loss; {says}", table="surveys", column="satisfaction_level")
    people = [by_level.get(level.value, 0) for level in rates]
    rows: dict[str, list[Any]] = {"level": [level.value for level in rates], "customers": people}
    for side, end in enumerate(("low", "high")):
        rows[f"rate_{end}"] = [rate[side] for rate in rates.values()]
        rows[f"loss_{end}"] = [n * rate[side] for n, rate in zip(people, rates.values(), strict=True)]
    order = ("level", "customers", "rate_low", "rate_high", "loss_low", "loss_high")
    made = nw.from_dict({name: rows[name] for name in order}, backend=found.implementation)
    return made.to_native()


def _last_levels(surveys: Any, as_of: date | str | None) -> Frame:
    """Keep the last answer of each customer that names a level."""
    answers = check(surveys, "surveys", ("customer_id", "date", "satisfaction_level"))
    answers = answers.filter(~nw.col("satisfaction_level").is_null())
    if as_of is not None:
        answers = answers.filter(days_before("date", day(as_of)) >= 0)
    last = answers.group_by("customer_id").agg(nw.col("date").max().alias("last"))
    return answers.join(last, on="customer_id", how="inner").filter(nw.col("date") == nw.col("last"))
