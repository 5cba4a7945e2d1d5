"""The checks of the chapter `foundations`.

Figures are computed on the learner's own sample, never typed; the value of a customer comes from the reference model. A
function is compared with its reference in groups of calls that belong together, each group one probe.
"""

from __future__ import annotations

from dataclasses import asdict, dataclass
from itertools import combinations
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
    same_lines,
)
from loyaltylib import foundations

if TYPE_CHECKING:
    from collections.abc import Callable, Iterable, Mapping, Sequence

    from loyaltylib.data import Tables

BEFORE, AFTER = 2024, 2025  # the years of the exercise on retention
DISCOUNT = 0.1  # of the values in the exercise on the budget
BUDGET = 110_000
ENOUGH = 0.9  # share of the largest net gain that counts as nearly all of it
CURVE_YEARS: Final = (1, 2, 3, 4, 5, 6)
HALF_A_YUAN = 0.5


@dataclass(frozen=True)
class Plan:
    """One plan of the exercise on the budget: how many customers more, of which kind, for how much (yuan)."""

    extra: int
    kind: str
    cost: float


PLANS: Final = {
    "keep_homes": Plan(12, "consumer", 15_000),
    "keep_firms": Plan(2, "business", 30_000),
    "win_homes": Plan(20, "consumer", 40_000),
    "win_firms": Plan(2, "business", 64_000),
    "win_promo": Plan(20, "consumer", 90_000),
}


# ---------------------------------------------------------------- the learner's own figures


@dataclass(frozen=True)
class Figures:
    """What a learner's sample gives: the share who stayed, and what a household and a firm are worth (yuan)."""

    retention: float
    home: float
    firm: float

    def net(self, plan: str) -> float:
        """Gain less cost of a plan (yuan)."""
        of = PLANS[plan]
        return of.extra * (self.home if of.kind == "consumer" else self.firm) - of.cost

    @property
    def best(self) -> float:
        """The largest sum of gain less cost that the budget allows (yuan)."""
        return max(self.of(chosen) for chosen in affordable())

    def of(self, chosen: Iterable[str]) -> float:
        """Gain less cost of several plans (yuan)."""
        return sum(self.net(plan) for plan in chosen)


def cost(chosen: Iterable[str]) -> float:
    """Return what several plans cost (yuan)."""
    return sum(PLANS[plan].cost for plan in chosen)


def affordable() -> list[tuple[str, ...]]:
    """Return every choice of plans that the budget allows."""
    sets = [chosen for size in range(1, len(PLANS) + 1) for chosen in combinations(PLANS, size)]
    return [chosen for chosen in sets if cost(chosen) <= BUDGET]


def figures(tables: Tables) -> Figures:
    """Return the figures of any tables, whoever's they are."""
    year = tables.transactions["date"].dt.year
    before = tables.transactions[year == BEFORE]
    spent = before.assign(margin=before["amount"] - before["cost"]).groupby("customer_id")["margin"].sum()
    stayed = spent.index.isin(tables.transactions.loc[year == AFTER, "customer_id"])
    kind = tables.customers.set_index("customer_id")["customer_type"].reindex(spent.index)

    def value(of: str) -> float:
        those = (kind == of).to_numpy()
        worth = foundations.customer_value(
            margin=float(spent[those].mean()), retention=float(stayed[those].mean()), discount=DISCOUNT
        )
        return float(round(worth))

    return Figures(retention=float(stayed.mean()), home=value("consumer"), firm=value("business"))


def _asked(c: Context) -> Figures:
    """Return the figures of the learner's own sample; two exercises ask for them."""
    return Figures(**c.reference("figures", lambda: asdict(figures(c.tables))))


@check("foundations-quiz_crm")
def quiz_crm(c: Context) -> Iterable[Probe]:
    """Look at the answers on customers, deals, keeping and winning."""
    yield from quiz_probes(c)


@check("foundations-quiz_money")
def quiz_money(c: Context) -> Iterable[Probe]:
    """Look at the answers on money and claims."""
    yield from quiz_probes(c)


@check("foundations-stays")
def stays(c: Context) -> Iterable[Probe]:
    """Look at the share of the customers of one year who bought in the next."""
    yield from number_probes(c, _asked(c).retention)


# ---------------------------------------------------------------- pays_back


def reference_pays_back(cost: float, margin: float, retention: float) -> bool:
    """Winning pays as long as it costs at most the value over the years, without discount."""
    return foundations.customer_value(margin=margin, retention=retention) >= cost


def pays_back_groups(margin: float, retention: float) -> list[Group]:
    """Return the probes of `pays_back`: the examples shown, break-even, both sides of it, one year against all."""
    value = margin / (1 - retention)
    return [
        Group("examples", (0, 1_000_000), visible=True),
        Group(
            "break-even",
            (value, value + 1),
            N_("One yuan decides: a cost of exactly the value is paid back (“at least”), one yuan more is not."),
            weight=2,
        ),
        Group(
            "own-value",
            (value - 5, value + 5, value - 2.5, value + 2.5),
            N_("Costs just below and above your customer's value are judged wrongly: margin times mean tenure."),
            weight=2,
        ),
        Group(
            "all-years",
            (margin + 5, value * 0.9, value * 1.1),
            N_("More than one year counts: the customer goes on bringing the margin as long as he stays."),
        ),
    ]


@check("foundations-pays_back")
def pays_back(c: Context) -> Iterable[Probe]:
    """Look at the learner's break-even."""
    margin, retention = float(c.variant["margin"]), float(c.variant["retention"])
    yield from group_probes(
        c, lambda cost: reference_pays_back(cost, margin, retention), pays_back_groups(margin, retention)
    )


# ---------------------------------------------------------------- campaign


@check("foundations-campaign")
def campaign(c: Context) -> Iterable[Probe]:
    """Hold the plans chosen against budget, break-even, and what the budget could bring."""
    found = _asked(c)
    rules = [
        Rule("budget", lambda chosen: cost(chosen) <= BUDGET, N_("The plans cost more than the budget together.")),
        Rule(
            "pays",
            lambda chosen: sum(found.net(plan) >= 0 for plan in chosen) / len(chosen),
            N_("One of the plans costs more than it brings in your data: gain less cost is below 0."),
        ),
        Rule(
            "best",
            lambda chosen: cost(chosen) <= BUDGET and found.of(chosen) >= ENOUGH * found.best,
            N_("Within the budget another choice would leave clearly more: add gain less cost over the plans."),
            weight=3,
        ),
    ]
    yield from decision_probes(c, rules)


# ---------------------------------------------------------------- curve


def reference_curve(margin: float, retention: float, cost: float) -> list[float]:
    """Return what a customer has left in all at the end of each year, the cost of winning taken off (yuan)."""
    totals, total = [], -cost
    for year in CURVE_YEARS:
        total += margin * retention ** (year - 1)
        totals.append(total)
    return totals


@check("foundations-curve")
def curve(c: Context) -> Iterable[Probe]:
    """Look at the line that the learner drew; a line across 0 may stand beside it."""
    margin, retention, spent = (float(c.variant[name]) for name in ("margin", "retention", "cost"))
    totals = reference_curve(margin, retention, spent)

    def start(axes: Mapping[str, Any]) -> bool:
        return any(list(line["x"])[:1] == [1] and abs(line["y"][0] - totals[0]) < HALF_A_YUAN for line in axes["lines"])

    rules = [
        Rule("start", start, N_("The line begins at year 1 with the whole margin of that year, less the cost.")),
        Rule(
            "line",
            lambda axes: same_lines(axes, [(CURVE_YEARS, totals)], more=True, tolerance=HALF_A_YUAN),
            N_("The line is not the running total of your branch: each year adds margin * retention ** (year - 1)."),
            weight=3,
        ),
    ]
    yield from figure_probes(c, rules)


# ---------------------------------------------------------------- net_gain


def reference_net_gain(plan: Mapping[str, float], discount: float, years: Sequence[int]) -> float:
    """Return what a care programme brings per customer over the years, its fee paid for all who are there (yuan)."""
    before = [plan["margin"] * plan["retention"] ** year for year in years]
    after = [(plan["margin"] - plan["fee"]) * (plan["retention"] + plan["points"]) ** year for year in years]
    parts = zip(years, before, after, strict=True)
    return sum((more - less) / (1 + discount) ** year for year, less, more in parts)


def care(margin: float = 100, retention: float = 0.0, points: float = 0.0, fee: float = 0) -> dict[str, float]:
    """Return a care programme as the exercise hands it over."""
    return {"margin": margin, "retention": retention, "points": points, "fee": fee}


def net_gain_groups() -> list[Group]:
    """Return the probes of `net_gain`: the examples shown, points alone, a fee alone, both."""
    return [
        Group("examples", (care(fee=10), care(retention=0.5)), visible=True),
        Group(
            "points-only",
            (care(retention=0.6, points=0.05), care(240, 0.8, 0.1), care(500, 0.75, 0.04)),
            N_("Without a fee, the gain of the points is wrong: every year of yours, each one discounted from year 0."),
            weight=2,
        ),
        Group(
            "fee-only",
            (care(retention=0.6, fee=15), care(240, 0.8, 0, 30), care(500, 0.75, 0, 12.5)),
            N_("Without any points, the cost of the fee is wrong: it is paid each year for those who are still there."),
            weight=2,
        ),
        Group(
            "together",
            (care(120, 0.7, 0.06, 8), care(300, 0.85, 0.05, 40), care(900, 0.5, 0.1, 25)),
            N_("With points and fee together the result is wrong: the fee is paid for all whom the programme keeps."),
            weight=2,
        ),
    ]


@check("foundations-net_gain")
def net_gain(c: Context) -> Iterable[Probe]:
    """Look at the learner's sum over his own years, at his own discount."""
    discount, years = float(c.variant["discount"]), [int(year) for year in c.variant["years"]]
    reference: Callable[[Any], float] = lambda plan: reference_net_gain(plan, discount, years)  # noqa: E731
    yield from group_probes(c, reference, net_gain_groups())
