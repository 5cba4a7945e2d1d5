"""The ten KPIs month by month under other circumstances: a projection with newcomers and established customers.

    Levers    what can be moved: who comes, who leaves, who is saved, what is bought
    Start     the customers there are, and what the levers stood at
    project   the ten KPIs of each coming month
    chance    how far chance alone moves each of them
    seen      from which month a change can be told from chance

A customer is a newcomer for six months, since the standard of 180 days calls nobody lost sooner; then `early_loss` of
the newcomers are found lost, and the others are established. Of the established `churn` are about to leave each month,
and `save_rate` of these are saved. Lost customers come back at the measured rate. All customers buy alike; what they
need in all does not grow, so that more from us is less from others; satisfaction with complaints is held. A season
there is not. Not from the course: an addition of the kit, made to be tried out. `loyaltylib.kpis_start` measures where
a company stands.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING, Any, Final

from .errors import RuleError
from .inputs import fraction, number
from .kpis_flow import FIRST_YEAR, NEWCOMER_MONTHS, Flow

if TYPE_CHECKING:
    from collections.abc import Mapping

WITHIN: Final = 0.9  # share of the months that chance leaves within its band
HELD: Final = ("complaint_satisfaction",)  # no lever moves it
_Z: Final = 1.6449  # standard deviations to both sides that hold 90% of a normal distribution


@dataclass(frozen=True)
class Levers:
    """What can be moved.

    acquisition  customers won a month
    early_loss   share of those won who are lost after their first six months
    churn        share of the established customers about to leave in a month, before anybody saves them
    save_rate    share of those about to leave who are saved
    frequency    purchases of a buyer in a month; at least 1, the one that makes a buyer
    spend        money a purchase

    Raises `RuleError` for a value that makes no sense.
    """

    acquisition: float
    early_loss: float
    churn: float
    save_rate: float
    frequency: float
    spend: float

    def __post_init__(self) -> None:
        number("acquisition", self.acquisition, 0)
        for name in ("early_loss", "churn", "save_rate"):
            fraction(name, getattr(self, name))
        number("frequency", self.frequency, 1)
        number("spend", self.spend, 0)

    @property
    def loss(self) -> float:
        """Share of the established customers lost in a month: about to leave and not saved."""
        return self.churn * (1 - self.save_rate)

    @property
    def per_buyer(self) -> float:
        """Money of a buyer in a month."""
        return self.frequency * self.spend


@dataclass(frozen=True)
class Start:
    """Where a company stands on the day before the first month.

    levers                  as measured
    won                     customers won in each of the last twelve months, the latest first
    established             customers in the base who were won earlier than six months ago
    won_back                lost customers who buy again, a month
    buying                  share of the customers who buy in a month
    amount_spread           standard deviation of a customer's amounts, as a multiple of the mean amount
    customer_share          as measured (fraction)
    complaint_satisfaction  as measured (fraction), from `scored` complaints a month

    Raises `RuleError` where `won` is not twelve months, or there is nobody.
    """

    levers: Levers
    won: tuple[float, ...]
    established: float
    won_back: float
    buying: float
    amount_spread: float
    customer_share: float
    complaint_satisfaction: float
    scored: float

    def __post_init__(self) -> None:
        if len(self.won) != FIRST_YEAR:
            raise RuleError(f"Start.won has {len(self.won)} months; give the customers won in each of the last twelve")
        if number("established", self.established, 0) + sum(self.won[:NEWCOMER_MONTHS]) <= 0:
            raise RuleError("there is no customer to start with; give the established ones or those won")

    @property
    def customers(self) -> float:
        """The base: established customers and newcomers."""
        return self.established + sum(self.won[:NEWCOMER_MONTHS])


def project(levers: Levers, start: Start, months: int = 24) -> Any:
    """Project the ten KPIs of each of the coming months: what is expected, without chance.

    After, as pandas: one row a month (index `month`, from 1) and a column a KPI, in the scorecard's order. Each KPI is
    that of the month itself, and new-customer retention that of those whose first year ends in it; unknown (NaN) where
    there is nobody to divide by. What is moved acts from the first month on; `early_loss` acts on those won from then
    on, so that it is seen in the seventh month and read off new-customer retention in the thirteenth.

        >>> levers = Levers(acquisition=40, early_loss=0.1, churn=0.03, save_rate=0.4, frequency=2, spend=300)
        >>> start = Start(levers, (40,) * 12, 1500, 0, 0.8, 1, 0.5, 0.5, 15)
        >>> project(levers, start, months=2)[["customer_base", "churn_rate", "average_spend"]].round(4).reset_index()
           month  customer_base  churn_rate  average_spend
        0      1       1749.000      0.0178          600.0
        1      2       1757.838      0.0178          600.0

    In plain Python, the first month: 1,500 established lose 1.8%, 27; of 40 newcomers 4 are lost; 40 come.

        >>> 1500 + 240 - 27 - 4 + 40
        1749

    Raises `RuleError` (`months`).
    """
    return _frame(Flow(levers, start, months).values)


def chance(levers: Levers, start: Start, months: int = 24) -> Any:
    """Return half the width of the band in which chance alone leaves each KPI in nine months of ten.

    After: rows and columns as of `project`, in the same units. Each customer comes, leaves and is saved by lot: numbers
    who come are Poisson, shares of a number are binomial, and both are carried through to the month by their variances
    (in closed form, with the normal distribution's 90%). A buyer's first purchase is certain, further ones are Poisson,
    and amounts vary as each customer's did. In the shares of a month the customers they are divided by are taken as
    certain. Whether the model is right, the band does not say. Raises `RuleError` (`months`).
    """
    flow = Flow(levers, start, months)
    return _frame({name: _Z * variance**0.5 for name, variance in flow.variances.items()})


def seen(now: Any, before: Any, band: Any) -> dict[str, int]:
    """Tell the first month in which each KPI of `now` lies outside the band around `before`; left out where none is.

    now, before  what `project` gives; `band` what `chance` gives of the state before

    >>> import pandas as pd
    >>> now, before, band = (pd.DataFrame({"save_rate": rates}, index=[1, 2]) for rates in ([3, 5], [3, 3], [1, 1]))
    >>> seen(now, before, band)
    {'save_rate': 2}
    """
    outside = abs(now.to_numpy() - before.to_numpy()) > band.to_numpy() * (1 + 1e-9) + 1e-9
    return {
        name: int(now.index[outside[:, place].argmax()])
        for place, name in enumerate(now.columns)
        if outside[:, place].any()
    }


def _frame(columns: Mapping[str, Any]) -> Any:
    import pandas as pd

    from .kpis_core import CORE

    made = pd.DataFrame({kpi.name: columns[kpi.name] for kpi in CORE})
    made.index = pd.RangeIndex(1, len(made) + 1, name="month")
    return made
