"""What the ten KPIs are made of: a window of days, and the counts of one, with what a KPI makes of them.

    KpiRules    horizons and limits
    Window      a span of days, both included, and the window before it
    Movement    customers at both ends of a window, and who came and went between
    Newcomers   customers won in one window, and what became of them
    Purchases   what was bought in a window
    Figures     all of these together, and the sums of wallet, complaints and attempts to save

The formula of a KPI stands here once, as a property; nothing to divide by gives None. The counting is done in
`loyaltylib.kpis_measure`.
"""

from __future__ import annotations

from dataclasses import dataclass, field
from datetime import date, timedelta
from typing import TYPE_CHECKING

from .errors import RuleError
from .frames import days_before
from .inputs import count, days, number
from .inputs import day as as_day
from .tiers_rules import TierRules

if TYPE_CHECKING:
    import narwhals.stable.v2 as nw


def divided(part: float, whole: float) -> float | None:
    """Return `part / whole`; None where there is nothing to divide by."""
    return part / whole if whole > 0 else None


def months_in(period: str) -> int:
    """Return how many months a period has, a month ("M") or a quarter ("Q"); raises `RuleError` for another."""
    months = {"M": 1, "Q": 3}.get(period)
    if months is None:
        raise RuleError(f"period is {period!r}; give 'M' for months or 'Q' for quarters")
    return months


def _month(day: date) -> int:
    return day.year * 12 + day.month - 1


def _first_of(month: int) -> date:
    return date(month // 12, month % 12 + 1, 1)


@dataclass(frozen=True)
class Window:
    """A span of days, both ends included.

    >>> Window(date(2024, 1, 1), date(2024, 12, 31)).before()
    Window(first=datetime.date(2023, 1, 1), last=datetime.date(2023, 12, 31))
    >>> Window(date(2024, 3, 11), date(2024, 3, 20)).before()
    Window(first=datetime.date(2024, 3, 1), last=datetime.date(2024, 3, 10))
    """

    first: date
    last: date

    @classmethod
    def of(cls, observed_from: date | str, observed_to: date | str) -> Window:
        """Return the window between two days; raises `RuleError` where it ends before it begins."""
        return cls(*days(observed_from, observed_to))

    @property
    def days(self) -> int:
        """How many days it has."""
        return (self.last - self.first).days + 1

    @property
    def months(self) -> int:
        """How many months it has where it is made of whole ones; 0 where it is not."""
        whole = self.whole("M")
        return whole[1] if whole is not None and whole[0] == self else 0

    def whole(self, period: str) -> tuple[Window, int] | None:
        """Return the whole months ("M") or quarters ("Q") inside and how many they are; None where there is none."""
        step = months_in(period)
        begin = -(-(_month(self.first) + (self.first.day > 1)) // step) * step
        end = _month(self.last + timedelta(1)) // step * step
        if end <= begin:
            return None
        return Window(_first_of(begin), _first_of(end) - timedelta(1)), (end - begin) // step

    def before(self) -> Window:
        """Return the window before: as many whole months where it is made of them, else as many days."""
        months, last = self.months, self.first - timedelta(1)
        return Window(_first_of(_month(self.first) - months) if months else last - timedelta(self.days - 1), last)

    def shifted(self, by: int) -> Window:
        """Return the same window so many days later."""
        return Window(self.first + timedelta(by), self.last + timedelta(by))

    def is_within(self, tables: object) -> bool:
        """Tell whether the tables know all of it: their own span, where they state one, holds it."""
        start, end = (getattr(tables, name, None) for name in ("observed_from", "observed_to"))
        return (start is None or as_day(start) <= self.first) and (end is None or self.last <= as_day(end))

    def must_be_within(self, tables: object) -> Window:
        """Return itself; raises `RuleError` where the tables do not know all of it."""
        if not self.is_within(tables):
            start, end = (getattr(tables, name, "?") for name in ("observed_from", "observed_to"))
            raise RuleError(f"the window {self.first} to {self.last} leaves the data's span {start} to {end}; move it")
        return self

    def holds(self, column: str) -> nw.Expr:
        """Whether a date column lies within."""
        age = days_before(column, self.last)
        return (age >= 0) & (age < self.days)


@dataclass(frozen=True)
class KpiRules:
    """What the KPIs hold counts against.

    horizon_days      how long a new customer is watched (days; a year, AMB-07)
    early_watch_days  the days in which new customers change most (days; three months, AMB-07)
    satisfied_from    a complainer who scores the handling so high is satisfied (1 to 10; 8, as surveys group it)
    tiers             the standards that tell who is a customer on a day; `lapse_days` above all

    Raises `RuleError` for a value that makes no sense.
    """

    horizon_days: int = 365
    early_watch_days: int = 90
    satisfied_from: float = 8
    tiers: TierRules = field(default_factory=TierRules)

    def __post_init__(self) -> None:
        count("horizon_days", self.horizon_days, 1)
        if count("early_watch_days", self.early_watch_days, 1) > self.horizon_days:
            raise RuleError(
                f"early_watch_days {self.early_watch_days} is longer than horizon_days {self.horizon_days}; "
                "watch at most the whole horizon"
            )
        number("satisfied_from", self.satisfied_from, 1, 10)


@dataclass(frozen=True)
class Movement:
    """Customers at both ends of a window, and who came and went between (all: customers).

    start, end    in the base on the day before the window and on its last day
    kept          of `start`, in the base at the end
    new           first purchase within the window
    new_and_lost  of `new`, not in the base at the end: in neither retention nor churn
    lost_before   lost on the day before the window
    won_back      of `lost_before`, bought within the window
    """

    start: int
    end: int
    kept: int
    new: int
    new_and_lost: int
    lost_before: int
    won_back: int

    @property
    def lost(self) -> int:
        """Of `start`, not in the base at the end."""
        return self.start - self.kept

    @property
    def retention(self) -> float | None:
        """Share of the opening customers who stayed."""
        return divided(self.kept, self.start)

    @property
    def churn(self) -> float | None:
        """Share of the opening customers who were lost: 1 - `retention`."""
        return None if self.retention is None else 1 - self.retention


@dataclass(frozen=True)
class Newcomers:
    """Customers won in one window, and what became of them (all: customers).

    won             first purchase in the window
    returned_early  bought again within the days of the early watch
    returned        bought again within the horizon
    stayed          still customers on the last day of the horizon, by the standards of the tiers

    Who returned is unknown (None) where there are no transactions.
    """

    won: int
    returned_early: int | None
    returned: int | None
    stayed: int

    @property
    def rate(self) -> float | None:
        """New-customer retention: `stayed` of all won; `float(...)` gives it too."""
        return divided(self.stayed, self.won)

    @property
    def early_rate(self) -> float | None:
        """Share who bought again within the early watch."""
        return None if self.returned_early is None else divided(self.returned_early, self.won)

    @property
    def return_rate(self) -> float | None:
        """Share who bought again within the horizon, whether or not they stayed."""
        return None if self.returned is None else divided(self.returned, self.won)

    def __float__(self) -> float:
        return float("nan") if self.rate is None else self.rate


@dataclass(frozen=True)
class Purchases:
    """What was bought in a window: customers who bought, days with a purchase of a customer, money."""

    buyers: int
    purchases: int
    spend: float

    @property
    def frequency(self) -> float | None:
        """Purchases of a buyer in the window."""
        return divided(self.purchases, self.buyers)

    @property
    def per_buyer(self) -> float | None:
        """Money a buyer spent in the window."""
        return divided(self.spend, self.buyers)


@dataclass(frozen=True)
class Figures:
    """Everything the ten KPIs of one window are made of; None where its table is missing or the days are unknown."""

    window: Window
    movement: Movement
    newcomers: Newcomers | None
    purchases: Purchases | None
    wallet: tuple[float, float] | None = None  # own spending, all spending in the category (money)
    complaints: tuple[int, int, float] | None = None  # scored, satisfied, sum of the scores
    saves: tuple[int, int, int] | None = None  # flagged, attempted and decided, saved
