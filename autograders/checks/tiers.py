"""The checks of the chapter `tiers`.

Figures are computed by the reference model on the learner's own sample, never typed. A function is compared
with its reference in groups of calls that belong together, each group one probe: both sides of a limit, both
orders of two rules. A group holds different results, so a function that always gives the same one gets nothing.
A decision is held against what it takes and what it keeps, so that several are right.
"""

from __future__ import annotations

from dataclasses import asdict, dataclass
from datetime import timedelta
from functools import cache
from itertools import combinations
from math import nan
from typing import TYPE_CHECKING, Any, Final

from autograders.check import (
    N_,
    Context,
    Group,
    Probe,
    Rule,
    check,
    decision_probes,
    figure_probes,
    group_probes,
    number_probes,
    quiz_probes,
    same_bars,
)
from loyaltylib.data import load
from loyaltylib.tiers import Tier, assign, assign_tiers, signals

if TYPE_CHECKING:
    from collections.abc import Callable, Iterable, Mapping

    from loyaltylib.data import Tables

REVENUE_DAYS = 365  # "the last year" of the exercises on revenue and on whom to save
LOST_DAYS = 180  # the exercise's rule 2: lost after more than so many days
LEAST_WARNINGS = 2  # the exercise's rule on warnings
NOT_IN_BASE = (Tier.LOST, Tier.ONLOOKER)
WARNINGS = ("frequency_fall", "spend_fall", "share_fall", "open_complaint")
ON_DESK = 10  # customers at risk to choose from, those who spent most
BUDGET = 16  # hours: two days
HOURS: Final = {"business": 4, "consumer": 2}  # what it takes to call on one customer
CHANCE = 0.8  # of keeping a customer with one warning; half as much with each further one
ENOUGH, HALF_OF_IT = 0.85, 0.7  # shares of the most that can be kept: all of the credit, half of it
HALF_A_YUAN = 0.5


# ---------------------------------------------------------------- the learner's own figures


@dataclass(frozen=True)
class Figures:
    """What a learner's sample gives: how many customers are in the base, what each tier brought in (yuan)."""

    base: int
    revenue: dict[str, float]


def _asked(c: Context) -> Figures:
    """Return the figures of the learner's own sample; two exercises ask for them."""
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


def _year(tables: Tables, tiers: Any) -> Any:
    """Return the orders of the last year, each with its customer's tier and the reasons."""
    day = tables.transactions["date"].dt.date
    in_year = (day > tables.as_of - timedelta(days=REVENUE_DAYS)) & (day <= tables.as_of)
    return tables.transactions[in_year].merge(tiers, on="customer_id")


def figures(tables: Tables) -> Figures:
    """Return the figures of any tables, whoever's they are."""
    tiers = standing(tables)
    sums = _year(tables, tiers).groupby("tier")["amount"].sum()
    return Figures(
        base=int((~tiers["tier"].isin(NOT_IN_BASE)).sum()),
        revenue={str(tier): float(amount) for tier, amount in sums.items()},
    )


@check("tiers-base")
def base(c: Context) -> Iterable[Probe]:
    """Look at the number of customers who are neither lost nor onlookers."""
    yield from number_probes(c, _asked(c).base)


@check("tiers-revenue")
def revenue(c: Context) -> Iterable[Probe]:
    """Look at the bars of the last year's revenue, tier by tier; a tier that brings in nothing may have a bar of 0."""
    sums = _asked(c).revenue
    everyone = {tier.value: 0.0 for tier in Tier} | sums
    bars = Rule(
        "bars",
        lambda axes: any(same_bars(axes, each, either_way=True, tolerance=HALF_A_YUAN) for each in (sums, everyone)),
        N_("The bars are not the sums of 2025 in your data: one bar a tier, under it the tier's name in code."),
        weight=3,
    )
    yield from figure_probes(c, [bars])


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


# ---------------------------------------------------------------- save


@dataclass(frozen=True)
class AtRisk:
    """A customer at risk on the desk: what getting in touch is expected to keep (yuan), and takes (hours)."""

    id: str
    keeps: float
    hours: int


def desk(tables: Tables) -> list[AtRisk]:
    """Return the customers at risk who spent most in the last year, most first."""
    year = _year(tables, standing(tables))
    paid = year[year["tier"] == Tier.AT_RISK].groupby(["customer_id", "signals"], as_index=False)["amount"].sum()
    ranked = paid.merge(tables.customers[["customer_id", "customer_type"]], on="customer_id")
    ranked = ranked.sort_values(["amount", "customer_id"], ascending=[False, True]).head(ON_DESK)
    return [
        AtRisk(str(who), CHANCE * 0.5 ** (_warnings(signals) - 1) * float(amount), HOURS[kind])
        for who, signals, amount, kind in zip(
            ranked["customer_id"], ranked["signals"], ranked["amount"], ranked["customer_type"], strict=True
        )
    ]


def _warnings(signals: str) -> int:
    return sum(signal in WARNINGS for signal in signals.split(", "))


def hours(chosen: Iterable[AtRisk]) -> int:
    """Return what several customers take (hours)."""
    return sum(each.hours for each in chosen)


def kept(chosen: Iterable[AtRisk]) -> float:
    """Return what getting in touch with several customers is expected to keep (yuan)."""
    return sum(each.keeps for each in chosen)


def most(ten: list[AtRisk]) -> float:
    """Return the most that the hours can keep (yuan)."""
    some = (chosen for size in range(1, len(ten) + 1) for chosen in combinations(ten, size))
    return max(kept(chosen) for chosen in some if hours(chosen) <= BUDGET)


def save_rules(ten: list[AtRisk]) -> list[Rule]:
    """Return what a choice among the customers on the desk is held against."""
    known = {each.id: each for each in ten}
    largest = most(ten)

    def in_hours(ids: list[str]) -> bool:
        return hours(known[each] for each in ids) <= BUDGET

    def enough(ids: list[str]) -> float:
        share = kept(known[each] for each in ids) / largest
        return 0.0 if not in_hours(ids) or share < HALF_OF_IT else 0.5 if share < ENOUGH else 1.0

    return [
        Rule(
            "hours",
            in_hours,
            N_("The choice takes more than {hours} hours: add up the column hours."),
            values={"hours": BUDGET},
        ),
        Rule(
            "kept",
            enough,
            N_("Another choice within {hours} hours would keep clearly more: add up keeps, and hold it against hours."),
            weight=3,
            values={"hours": BUDGET},
        ),
    ]


@check("tiers-save")
def save(c: Context) -> Iterable[Probe]:
    """Look at whether the choice keeps to the hours, and near to the most that can be kept."""
    ten = [AtRisk(**each) for each in c.reference("desk", lambda: [asdict(each) for each in desk(c.tables)])]
    yield from decision_probes(c, save_rules(ten), ids=[each.id for each in ten])


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
