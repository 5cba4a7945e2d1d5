"""A customer over the years: what he has brought so far, when his cost has come back, and what a change is worth.

Money is per customer and in today's money; each year's margin comes at its start, as in `customer_value`.
"""

from __future__ import annotations

from dataclasses import dataclass
from functools import cached_property
from math import ceil, log
from typing import TYPE_CHECKING

from .errors import RuleError
from .foundations_retention import customer_value, tenure
from .inputs import count, number

if TYPE_CHECKING:
    from collections.abc import Iterable

_DIGITS = 9  # 0.9 + 0.05 is 0.9500000000000001: rates and years are rounded before they are compared


@dataclass(frozen=True)
class CustomerYears:
    """One customer, or the mean of many alike: margin and rate a year, cost of winning, discount a year.

    Raises `RuleError`: what `customer_value` refuses, and a negative cost.
    """

    margin: float
    retention: float
    cost: float = 0.0
    discount: float = 0.0

    def __post_init__(self) -> None:
        customer_value(margin=self.margin, retention=self.retention, discount=self.discount)
        number("cost", self.cost, low=0)

    @cached_property
    def value(self) -> float:
        """Present value over all years, the cost of winning not taken off (money)."""
        return customer_value(margin=self.margin, retention=self.retention, discount=self.discount)

    @property
    def tenure(self) -> float:
        """Mean stay (years)."""
        return tenure(self.retention)

    @property
    def net(self) -> float:
        """The value less the cost of winning (money)."""
        return self.value - self.cost

    @property
    def counting(self) -> float:
        """What a year's margin counts for, of the year before: retention / (1 + discount)."""
        return self.retention / (1 + self.discount)

    def brought(self, years: int) -> list[float]:
        """Return the margins so far, less the cost of winning, at the end of year 0 (nothing yet) to the last (money).

        >>> CustomerYears(margin=1000, retention=0.5, cost=1500).brought(3)
        [-1500, -500.0, 0.0, 250.0]

        Raises `RuleError` for a number of years that is none.
        """
        so_far = [-self.cost]
        for year in range(count("years", years)):
            so_far.append(so_far[-1] + self.margin * self.counting**year)
        return so_far

    @property
    def back(self) -> int | None:
        """The year at whose end the cost of winning has come back; 0 where there is none, None where no year sees it.

        A cost that is exactly the value comes back over all years together, and in no one of them.

        >>> CustomerYears(margin=1000, retention=0.5, cost=1500).back
        2
        >>> CustomerYears(margin=1000, retention=0.5, cost=2000).back is None
        True
        """
        if not self.cost:
            return 0
        if round(self.net, _DIGITS) <= 0 and self.margin < self.cost:
            return None
        if self.margin >= self.cost:
            return 1
        # margin x (1 - counting^t) / (1 - counting) = cost
        return ceil(round(log(self.net / self.value) / log(self.counting), _DIGITS))


@dataclass(frozen=True)
class Keeping:
    """A change of the retention rate, and what it costs.

    customer   before the change
    change     of his rate, as a fraction: 0.05 is five percentage points
    fee        what keeping costs a year for each customer who is still there (money)

    Raises `RuleError`: a rate that leaves 0 to below 1, a negative fee, a fee that takes the whole margin.
    """

    customer: CustomerYears
    change: float = 0.05
    fee: float = 0.0

    def __post_init__(self) -> None:
        number("change", self.change, -1, 1)
        if not 0 <= self.retention < 1:
            raise RuleError(f"retention would be {self.retention:.4g}; it stays from 0 to below 1")
        if number("fee", self.fee, low=0) >= self.customer.margin:
            raise RuleError(f"fee is {self.fee!r} and margin {self.customer.margin!r}; nothing of the margin is left")

    @property
    def retention(self) -> float:
        """The rate after the change."""
        return round(self.customer.retention + self.change, _DIGITS)

    @cached_property
    def after(self) -> CustomerYears:
        """The customer after the change, with what keeping costs taken off his margin."""
        one = self.customer
        return CustomerYears(one.margin - self.fee, self.retention, one.cost, one.discount)

    @property
    def effect(self) -> float:
        """Change of the value as a fraction of what it was: 1.0 is twice as much.

        >>> [round(Keeping(CustomerYears(1000, 0.75), fee=fee).effect, 4) for fee in (0, 250)]
        [0.25, -0.0625]
        """
        return self.after.value / self.customer.value - 1

    @property
    def most_fee(self) -> float:
        """What keeping may cost a year so that nothing is lost by it (money); below 0 where the rate falls.

        margin x change / (1 + discount - retention): the fee that leaves the value as it was.

        >>> round(Keeping(CustomerYears(1000, 0.75)).most_fee, 6), round(Keeping(CustomerYears(1000, 0.9)).most_fee, 6)
        (200.0, 500.0)
        """
        one = self.customer
        return one.margin * self.change / (1 + one.discount - one.retention)

    def effects(self, starts: Iterable[float]) -> list[tuple[float, float]]:
        """Return the effect from other starting rates: (rate, effect), without the rates the change leads out of.

        >>> [(rate, round(effect, 3)) for rate, effect in Keeping(CustomerYears(1000, 0.75)).effects([0.5, 0.9, 0.95])]
        [(0.5, 0.111), (0.9, 1.0)]

        With g = 1 + discount it is (margin - fee) / margin x (g - rate) / (g - rate - change) - 1.
        """
        left = 1 - self.fee / self.customer.margin
        grown = 1 + self.customer.discount
        return [
            (rate, left * (grown - rate) / (grown - rate - self.change) - 1)
            for rate in starts
            if 0 <= rate < 1 and 0 <= round(rate + self.change, _DIGITS) < 1
        ]
