"""The checks of the chapter `tiers`.

Figures are computed by the reference model on the learner's own sample, never typed. A function is compared
with its reference in groups of calls that belong together, each group one probe: both sides of a limit, both
orders of two rules. A group holds different results, so a function that always gives the same one gets nothing.
"""

from __future__ import annotations

from dataclasses import asdict, dataclass
from datetime import timedelta
from functools import cache
from math import nan
from statistics import median
from typing import TYPE_CHECKING, Any

from autograders.check import (
    N_,
    Context,
    Group,
    Probe,
    check,
    group_probes,
    number_probes,
    quiz_probes,
)
from loyaltylib.chapters import draw
from loyaltylib.data import load
from loyaltylib.tiers import Tier, assign, assign_tiers, signals

if TYPE_CHECKING:
    from collections.abc import Callable, Iterable, Mapping, Sequence

    from loyaltylib.data import Tables

REVENUE_DAYS = 365  # "the last year" of the exercise on revenue
LOST_DAYS = 180  # the exercise's rule 2: lost after more than so many days
LEAST_WARNINGS = 2  # the exercise's rule on warnings
NOT_IN_BASE = (Tier.LOST, Tier.ONLOOKER)
TOP = (Tier.CORE, Tier.ADVOCATE)


# ---------------------------------------------------------------- the learner's own figures


@dataclass(frozen=True)
class Figures:
    """What a learner's sample gives: customers in the base, those at risk, revenue of a year and of the top tiers."""

    base: int
    at_risk: int
    revenue: float
    top_revenue: float

    @property
    def at_risk_share(self) -> float:
        """Customers at risk as a fraction of the customer base."""
        return self.at_risk / self.base

    @property
    def top_value_share(self) -> float:
        """Revenue of core customers and advocates as a fraction of all revenue of the year."""
        return self.top_revenue / self.revenue


def _asked(c: Context) -> Figures:
    """Return the figures of the learner's own sample; three exercises ask for them."""
    return Figures(**c.reference("figures", lambda: asdict(figures(c.tables))))


@cache
def _measured(dataset: str) -> Any:
    tables = load(dataset)
    return signals(tables, tables.as_of)


def standing(tables: Tables) -> Any:
    """Return who stands on which tier, by the reference rules on the tables at their own day.

    A learner's sample holds all rows of its customers, and what is measured of a customer rests on these alone: so the
    whole company is measured once for a class, and only the standards are held against each learner's customers.
    """
    if tables.learner is None:
        return assign_tiers(tables, tables.as_of)
    everyone = _measured(tables.name)
    return assign(everyone[everyone["customer_id"].isin(tables.customers["customer_id"])])


def figures(tables: Tables) -> Figures:
    """Return the figures of any tables, whoever's they are."""
    tiers = standing(tables)
    day = tables.transactions["date"].dt.date
    in_year = (day > tables.as_of - timedelta(days=REVENUE_DAYS)) & (day <= tables.as_of)
    year = tables.transactions[in_year].merge(tiers, on="customer_id")
    return Figures(
        base=int((~tiers["tier"].isin(NOT_IN_BASE)).sum()),
        at_risk=int((tiers["tier"] == Tier.AT_RISK).sum()),
        revenue=float(year["amount"].sum()),
        top_revenue=float(year.loc[year["tier"].isin(TOP), "amount"].sum()),
    )


@check("tiers-base")
def base(c: Context) -> Iterable[Probe]:
    """Look at the number of customers who are neither lost nor onlookers."""
    yield from number_probes(c, _asked(c).base)


@check("tiers-at_risk")
def at_risk(c: Context) -> Iterable[Probe]:
    """Look at the share of the base that is at risk."""
    yield from number_probes(c, _asked(c).at_risk_share)


@check("tiers-top_value")
def top_value(c: Context) -> Iterable[Probe]:
    """Look at the share of the last year's revenue that the two top tiers bring in."""
    yield from number_probes(c, _asked(c).top_value_share)


@check("tiers-quiz_ladder")
def quiz_ladder(c: Context) -> Iterable[Probe]:
    """Look at the answers on tiers and traits."""
    yield from quiz_probes(c)


@check("tiers-quiz_strategies")
def quiz_strategies(c: Context) -> Iterable[Probe]:
    """Look at the answers on strategies."""
    yield from quiz_probes(c)


# ---------------------------------------------------------------- lapsed


def reference_lapsed(days_since_last: float, lapse_days: int) -> bool:
    """Lapsed once that many days have passed; unlike the library's rule the day of the limit counts."""
    return days_since_last >= lapse_days


def lapsed_groups(lapse_days: int) -> list[Group]:
    """Return the probes of `lapsed`: the examples shown, the limit, both sides of it, and who never bought."""
    return [
        Group("examples", (3, 400), visible=True),
        Group(
            "limit-day",
            (lapse_days - 1, lapse_days),
            N_("One day decides: the day before the limit is not lapsed, the day of the limit is (“at least”)."),
            weight=2,
        ),
        Group(
            "own-limit",
            (lapse_days - 15, lapse_days + 15, lapse_days - 14.0, lapse_days + 16.0, 0, 2000),
            N_("Some days before and after your limit are judged wrongly: is it the number of days given to you?"),
            weight=2,
        ),
        Group(
            "never-bought",
            (nan, lapse_days + 100.0),
            N_(
                "Who has never bought has nan (“not a number”) here and has not lapsed: comparing with nan gives False."
            ),
        ),
    ]


@check("tiers-lapsed")
def lapsed(c: Context) -> Iterable[Probe]:
    """Look at the learner's limit, counted in days."""
    limit = int(c.variant["lapse_days"])
    yield from group_probes(c, lambda days: reference_lapsed(days, limit), lapsed_groups(limit))


# ---------------------------------------------------------------- warning


def reference_warning(spend: Sequence[float], fall: float) -> bool:
    """Warn when the last window lies at least `fall` below the median of the windows before it."""
    if len(spend) < 2:  # noqa: PLR2004 - a last window and one to compare it with
        return False
    usual = median(spend[:-1])
    # Hundredths keep a limit such as 1 - 0.4 exact where float subtraction does not.
    return usual > 0 and spend[-1] * 100 <= usual * round(100 * (1 - fall))


def warning_groups(fall: float, learner: str) -> list[Group]:
    """Return the probes of `warning`; amounts are chosen so that each group catches one mistake and no other."""
    limit = round(100 * (1 - fall))  # the highest last window that is a warning where 100 is usual
    return [
        Group("examples", ([100, 100, 100, 20], [100, 90, 110, 100], [50]), visible=True),
        Group(
            "at-least",
            ([100, 100, 100, limit], [100, 100, 100, limit + 1]),
            N_("A fall of exactly your share is a warning already (“at least”); one yuan less of a fall is none."),
        ),
        Group(
            "own-fall",
            [_steady(learner, place, last) for place in range(4) for last in (limit - 8, limit + 8)],
            N_("With steady spending, falls just above and below your share are judged wrongly: is it your share?"),
            weight=2,
        ),
        Group(
            "median",
            ([1000, 100, 100, 100, 90], [1000, 100, 100, 100, 10]),
            N_("One extreme window moves the result: usual is the median of the earlier windows, not their mean."),
            weight=2,
        ),
        Group(
            "all-earlier",
            ([100, 100, 100, 20, 18], [20, 20, 20, 100, 30]),
            N_("The last window is compared with all earlier ones, not with a single one of them."),
        ),
        Group(
            "earlier-only",
            ([10, 190, 20], [100, 100, 95]),
            N_("The last window must not be part of what is usual: take spend[:-1]."),
        ),
        Group(
            "short",
            ([], [80], [80, 0]),
            N_("With fewer than two windows there is nothing to compare: False. Two are enough."),
        ),
        Group(
            "usual-zero",
            ([0, 0, 0, 0], [0, 0, 0, 0, 0, 0], [80, 80, 80, 0]),
            N_("Where the usual spending is 0 nothing can fall: False."),
        ),
    ]


def _steady(learner: str, place: int, last: int) -> list[int]:
    """Return three windows within 2 % of 100, drawn for this learner, and the last one."""
    earlier = [98 + draw(learner, "tiers-warning", str(place), str(window)) % 5 for window in range(3)]
    return [*earlier, last]


@check("tiers-warning")
def warning(c: Context) -> Iterable[Probe]:
    """Look at the learner's fall below the median."""
    fall = float(c.variant["fall"])
    yield from group_probes(c, lambda spend: reference_warning(spend, fall), warning_groups(fall, c.learner))


# ---------------------------------------------------------------- assign_one


def reference_assign_one(signals: Mapping[str, Any], new_days: int, first: str) -> str:
    """Return the first tier of the exercise's list that holds; `first` is the tier that stands on line 4."""
    at_risk = signals["orders"] > 0 and signals["warnings"] >= LEAST_WARNINGS
    advocate = signals["orders"] > 0 and signals["recommendations"] >= 1
    fourth, fifth = ("at_risk", "advocate") if first == "at_risk" else ("advocate", "at_risk")
    holds = {"at_risk": at_risk, "advocate": advocate}
    lines: list[tuple[str, Callable[[], bool]]] = [
        ("onlooker", lambda: signals["orders"] == 0),
        ("lost", lambda: signals["days_since_last"] > LOST_DAYS),
        ("new", lambda: signals["tenure_days"] <= new_days),
        (fourth, lambda: holds[fourth]),
        (fifth, lambda: holds[fifth]),
        ("core", lambda: signals["negotiations"] >= 1),
        ("inactive", lambda: signals["suppliers"] > 1),
    ]
    return next((tier for tier, met in lines if met()), "regular")


def customer(**signals: float | None) -> dict[str, float | None]:
    """Return the signals of a regular customer, changed as told."""
    regular: dict[str, float | None] = {
        "orders": 12,
        "days_since_last": 20,
        "tenure_days": 700,
        "warnings": 0,
        "recommendations": 0,
        "negotiations": 0,
        "suppliers": 1,
    }
    return regular | signals


def never_bought(**signals: float | None) -> dict[str, float | None]:
    """Return the signals of somebody without an order: there is no day to count from."""
    return customer(orders=0, days_since_last=None, tenure_days=None) | signals


def assign_one_groups(new_days: int) -> list[Group]:
    """Return the probes of `assign_one`: each line of the rule on both sides of its limit, and against the next."""
    return [
        Group("examples", (customer(), never_bought(), customer(days_since_last=400)), visible=True),
        Group(
            "onlooker",
            (never_bought(recommendations=1), never_bought(suppliers=3), customer(orders=1)),
            N_("Somebody without an order is an onlooker, whatever else is known: that is the first question."),
        ),
        Group(
            "lost-limit",
            (customer(days_since_last=LOST_DAYS), customer(days_since_last=LOST_DAYS + 1)),
            N_("Lost: “more than” so many days, so the last of these days is not lost yet."),
        ),
        Group(
            "lost-early",
            (
                customer(days_since_last=300, recommendations=2),
                customer(days_since_last=300, warnings=3, negotiations=1),
                customer(days_since_last=10, recommendations=2),
            ),
            N_("A lost customer stays lost, even one who recommends, negotiates or shows warnings: ask it earlier."),
        ),
        Group(
            "new-limit",
            (customer(tenure_days=new_days), customer(tenure_days=new_days + 1)),
            N_("New: “at most” your number of days since the first order, so that day itself is still new."),
        ),
        Group(
            "new-early",
            (
                customer(tenure_days=30, warnings=3),
                customer(tenure_days=30, recommendations=2),
                customer(tenure_days=500, recommendations=2),
            ),
            N_("A new customer is new, even one who shows warnings or recommends already: ask it earlier."),
        ),
        Group(
            "own-order",
            (customer(warnings=2, recommendations=1), customer(warnings=2), customer(recommendations=1)),
            N_("A customer may show warnings and recommend at once: which of the two lines comes first in your list?"),
            weight=2,
        ),
        Group(
            "warnings-limit",
            (customer(warnings=1), customer(warnings=2)),
            N_("At risk: “at least” the number of warnings that your list names."),
        ),
        Group(
            "upper-order",
            (
                customer(recommendations=1, negotiations=2),
                customer(warnings=2, negotiations=2),
                customer(negotiations=1, suppliers=3),
            ),
            N_("The line on negotiations comes after those on warnings and recommendations and before the suppliers."),
        ),
        Group(
            "inactive",
            (customer(suppliers=1), customer(suppliers=2)),
            N_("Inactive: more than one supplier, us included. Who fits no line is a regular."),
        ),
    ]


@check("tiers-assign_one")
def assign_one(c: Context) -> Iterable[Probe]:
    """Look at the learner's ladder of standards."""
    new_days, first = int(c.variant["new_days"]), str(c.variant["first"])
    yield from group_probes(
        c, lambda signals: reference_assign_one(signals, new_days, first), assign_one_groups(new_days)
    )
