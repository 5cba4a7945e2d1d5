"""The KPIs of who is a customer: the base, who stays, who is lost, who is won.

Each in two forms, from counts and from tables; see `loyaltylib.kpis` for the rules that all forms on tables keep.
"""

# ruff: noqa: PLR0913  # a KPI has two forms, with parameters each
from __future__ import annotations

from dataclasses import replace
from typing import TYPE_CHECKING, Final, Literal, overload

from . import kpis_measure as counted
from .errors import RuleError
from .inputs import count, day, positive, rate
from .kpis_counts import KpiRules, Movement, Newcomers, Window, months_in
from .kpis_forms import known as known_or_raise
from .kpis_forms import numbers_of, window_of

if TYPE_CHECKING:
    from datetime import date

    Day = date | str

DAYS_PER_MONTH: Final = 30.4375  # 365.25 / 12, for windows that are no whole months


def movement(tables: object, observed_from: Day, observed_to: Day, rules: KpiRules | None = None) -> Movement:
    """Count the customers at both ends of a window and those who came and went between, from each one's purchases.

    Whoever was won and lost again within the window is counted apart (`new_and_lost`): in neither retention nor churn.

    >>> import pandas as pd
    >>> from types import SimpleNamespace
    >>> customers = pd.DataFrame({
    ...     "customer_id": ["ann", "bo", "cy"],
    ...     "acquired_on": pd.to_datetime(["2024-01-05", "2024-03-01", "2025-02-01"])})
    >>> transactions = pd.DataFrame({
    ...     "customer_id": ["ann", "bo", "ann", "cy"], "amount": [5.0, 8.0, 9.0, 4.0],
    ...     "date": pd.to_datetime(["2024-11-01", "2024-12-01", "2025-12-01", "2025-02-01"])})
    >>> tables = SimpleNamespace(customers=customers, transactions=transactions)
    >>> movement(tables, "2025-01-01", "2025-12-31")
    Movement(start=2, end=1, kept=1, new=1, new_and_lost=1, lost_before=0, won_back=0)

    Who was a customer at the end, in plain pandas: the last purchase at most 180 days ago.

    >>> last = transactions.groupby("customer_id")["date"].max()
    >>> last[(pd.Timestamp("2025-12-31") - last).dt.days <= 180].index.tolist()
    ['ann']
    """
    return counted.moves(tables, [window_of(tables, observed_from, observed_to)], rules)[0][0]


def customer_base(
    tables: object = None,
    as_of: Day | None = None,
    *,
    known: int | None = None,
    lost: int | None = None,
    onlookers: int | None = None,
    rules: KpiRules | None = None,
) -> int:
    """Count the customers, leaving out lost customers and onlookers: the tiers of rank 3 to 8.

    >>> customer_base(known=1000, lost=120, onlookers=200)
    680

    On tables: those known on the day `as_of` whom the standards of `loyaltylib.tiers` put on neither tier. A partner
    or prospect is in `customers` too and has a `stakeholder_group`; only who bought counts here (AMB-12).

    Raises `RuleError` where more are left out than known, or `as_of` lies outside the data's span.
    """
    numbers = numbers_of(tables, known=known, lost=lost, onlookers=onlookers)
    if numbers is None:
        if as_of is None:
            raise RuleError("tables need a day; give as_of")
        return movement(tables, day(as_of), day(as_of), rules).end
    everyone, *out = (count(name, n) for name, n in zip(("known", "lost", "onlookers"), numbers, strict=True))
    if sum(out) > everyone:
        raise RuleError(f"lost and onlookers are {sum(out)}, of {everyone} known; they are part of those known")
    return everyone - sum(out)


def newcomers(
    tables: object,
    observed_from: Day,
    observed_to: Day,
    horizon_days: int = 365,
    early_watch_days: int = 90,
    *,
    rules: KpiRules | None = None,
) -> Newcomers:
    """Follow the customers won in a window, each over the same days from the first purchase.

    Raises `RuleError` where the data ends before the horizon of those won last: they could not be told from leavers.
    """
    used = replace(rules or KpiRules(), horizon_days=horizon_days, early_watch_days=early_watch_days)
    won = window_of(tables, observed_from, observed_to)
    horizon = won.shifted(used.horizon_days)
    if not Window(won.first, horizon.last).is_within(tables):
        raise RuleError(f"who is won on {won.last} is watched until {horizon.last}, after the data; end earlier")
    return counted.moves(tables, [horizon], used)[0][1]


@overload
def new_customer_retention(*, stayed: float, won: float) -> float: ...
@overload
def new_customer_retention(
    tables: object,
    observed_from: Day,
    observed_to: Day,
    horizon_days: int = 365,
    early_watch_days: int = 90,
    *,
    rules: KpiRules | None = None,
) -> Newcomers: ...
def new_customer_retention(
    tables: object = None,
    observed_from: Day | None = None,
    observed_to: Day | None = None,
    horizon_days: int = 365,
    early_watch_days: int = 90,
    *,
    rules: KpiRules | None = None,
    stayed: float | None = None,
    won: float | None = None,
) -> float | Newcomers:
    """Return the share of newly won customers who are still customers a year after, each counted from the first day.

    >>> new_customer_retention(stayed=52, won=80)
    0.65

    On tables: a `Newcomers` for those won in the window, with `rate`, and `early_rate` for the early watch: the share
    who bought again in the first three months, when new customers change most (AMB-07). The other reading, bought
    again at any time within the year, is its `return_rate`.

    >>> from loyaltylib.data import load
    >>> cdnow = new_customer_retention(load("cdnow"), "1997-01-01", "1997-03-31")
    >>> round(cdnow.rate, 4), round(cdnow.early_rate, 4), round(cdnow.return_rate, 4)
    (0.2562, 0.2922, 0.4586)
    """
    numbers = numbers_of(tables, stayed=stayed, won=won)
    if numbers is not None:
        return rate("new-customer retention", numbers[0] / positive("won", numbers[1]), "more stayed than were won")
    window = window_of(tables, observed_from, observed_to)
    found = newcomers(tables, window.first, window.last, horizon_days, early_watch_days, rules=rules)
    known_or_raise(found.rate, "no new customer", window)
    return found


def retention_rate(
    tables: object = None,
    observed_from: Day | None = None,
    observed_to: Day | None = None,
    *,
    start: float | None = None,
    end: float | None = None,
    new: float | None = None,
    rules: KpiRules | None = None,
) -> float:
    """Return the share of the opening customers who stayed: (end - new) / start, or on tables kept / start.

    >>> retention_rate(start=1000, end=1100, new=300)
    0.8

    On tables the opening customers are followed one by one, as of the day before the window. Both forms agree where
    nobody is won and lost, or lost and won back, within the window (AMB-02; the formula is from outside the course).
    Counts that do not fit, such as more at the end than were there, give a rate outside 0 to 1 with a `RateWarning`.

    Raises `RuleError` where `start` is 0, or nobody was a customer on the day before the window.
    """
    numbers = numbers_of(tables, start=start, end=end, new=new)
    if numbers is not None:
        opening, closing, won = numbers
        value = (closing - won) / positive("start", opening)
        return rate("retention", value, "end - new is no part of start; count lost customers who came back apart")
    window = window_of(tables, observed_from, observed_to)
    return known_or_raise(movement(tables, window.first, window.last, rules).retention, "no opening customer", window)


def churn_rate(
    tables: object = None,
    observed_from: Day | None = None,
    observed_to: Day | None = None,
    *,
    start: float | None = None,
    end: float | None = None,
    new: float | None = None,
    rules: KpiRules | None = None,
) -> float:
    """Return the share of the opening customers who were lost: 1 - `retention_rate` on the same customers (AMB-03).

    >>> round(churn_rate(start=1000, end=1100, new=300), 4)
    0.2

    Who came and left within the window is in neither; `movement` has them as `new_and_lost`.
    """
    return 1 - retention_rate(tables, observed_from, observed_to, start=start, end=end, new=new, rules=rules)


def new_customers_per_month(
    tables: object = None,
    observed_from: Day | None = None,
    observed_to: Day | None = None,
    *,
    new: float | None = None,
    periods: float | None = None,
    period: Literal["M", "Q"] = "M",
    by_days: bool = False,
) -> float:
    """Return how many customers were won per month, counted by months ("M") or quarters ("Q"), always per month.

    >>> new_customers_per_month(new=36, periods=12), new_customers_per_month(new=90, periods=4, period="Q")
    (3.0, 7.5)

    On tables: the whole months or quarters inside the window count; `by_days` takes the window as it is and divides by
    days / 30.4375 (AMB-09). Raises `RuleError` where no whole period lies inside.
    """
    months = months_in(period)
    numbers = numbers_of(tables, new=new, periods=periods)
    if numbers is not None:
        return numbers[0] / (positive("periods", numbers[1]) * months)
    window = window_of(tables, observed_from, observed_to)
    if by_days:
        return movement(tables, window.first, window.last).new * DAYS_PER_MONTH / window.days
    whole = window.whole(period)
    if whole is None:
        raise RuleError(f"no whole period {period!r} lies in {window.first} to {window.last}; give by_days=True")
    return movement(tables, whole[0].first, whole[0].last).new / (whole[1] * months)


def winback_rate(
    tables: object = None,
    observed_from: Day | None = None,
    observed_to: Day | None = None,
    *,
    lost: float | None = None,
    won_back: float | None = None,
    rules: KpiRules | None = None,
) -> float:
    """Return the share of lost customers who came back: an addition of the kit, apart from the save rate (AMB-11).

    On tables: lost on the day before the window and bought within it, whatever brought them back.

    >>> from loyaltylib.data import load
    >>> round(winback_rate(load("cdnow"), "1998-01-01", "1998-06-30"), 4)
    0.113
    """
    numbers = numbers_of(tables, lost=lost, won_back=won_back)
    if numbers is not None:
        return rate("win-back rate", numbers[1] / positive("lost", numbers[0]), "more came back than were lost")
    window = window_of(tables, observed_from, observed_to)
    found = movement(tables, window.first, window.last, rules)
    return found.won_back / known_or_raise(found.lost_before or None, "no lost customer before the window", window)
