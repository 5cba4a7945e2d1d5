"""The checks of the chapter `cases`.

Figures are computed by the reference model on the learner's own sample, never typed. The plan is held against rules, so
that many plans are right: what a tier's customers paid, how many they are and where the KPIs went decide.
"""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

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
from autograders.checks.tiers import standing
from loyaltylib.cases import Benefit, Card, card_outcome
from loyaltylib.kpis import Kpi, LoyaltyPlan, scorecard
from loyaltylib.tiers import Tier

if TYPE_CHECKING:
    from collections.abc import Iterable, Mapping
    from datetime import date

    from loyaltylib.data import Tables

YEAR, LAST = "2025-01-01", "2025-12-31"  # figures are of this year
CUT = 0.15  # the price cut for everybody

EVENINGS = {"new": 40, "at_risk": 10, "inactive": 20, "regular": 60, "core": 60, "advocate": 120}  # worth of them, yuan
FREE = Card(points=0.02, benefits=(Benefit("evenings", worth=60, cost=30),))
MARGIN = 0.39  # of what households buy
LIFTS = (0, 0.05, 0.1, 0.15, 0.2)

LEAST_MOVED, MOST_MOVED = 3, 5  # KPIs that a plan moves
FIRST = 2  # of the board: those that fell most

PRICE = {
    "letter": 4,
    "calls": 15,
    "card": 15,
    "trial": 20,
    "whole_range": 20,
    "co_design": 30,
    "reward": 40,
    "repair": 60,
    "file": 600,
}  # yuan a year for every customer of the step
CUT_PRICE = 0.15  # "price_cut": of what the step paid
BUDGET = 0.016  # of what all customers paid
MOST_SPENT = 0.1  # of what a step paid that may be spent on it
LEAST_KPIS = 6  # different ones

# What the course advises for a tier, as measures of the menu; and KPIs that such a measure would move.
SUITS: Mapping[str, set[str]] = {
    Tier.LOST: {"letter", "trial", "repair"},
    Tier.ONLOOKER: {"letter", "trial"},
    Tier.AT_RISK: {"repair", "file"},
    Tier.NEW: {"calls"},
    Tier.INACTIVE: {"whole_range"},
    Tier.REGULAR: {"card", "whole_range", "co_design"},
    Tier.CORE: {"file", "whole_range", "co_design"},
    Tier.ADVOCATE: {"reward", "co_design"},
}
_STAY = {"retention_rate", "churn_rate"}
_BUY = {"purchase_frequency", "average_spend", "customer_share"}
WATCHES: Mapping[str, set[str]] = {
    Tier.LOST: {"churn_rate", "customer_base"},
    Tier.ONLOOKER: {"new_customers_per_month", "customer_base"},
    Tier.AT_RISK: {"save_rate", "complaint_satisfaction", *_STAY},
    Tier.NEW: {"new_customer_retention"},
    Tier.INACTIVE: {*_BUY},
    Tier.REGULAR: {*_BUY, *_STAY},
    Tier.CORE: {*_BUY, *_STAY},
    Tier.ADVOCATE: {"new_customers_per_month", "customer_base", *_STAY},
}


# ---------------------------------------------------------------- the learner's own figures


def in_year(tables: Tables) -> Any:
    """Return the orders of the year."""
    orders = tables.transactions
    return orders[orders["date"].between(YEAR, LAST)]


def extra_needed(tables: Tables) -> float:
    """Return how much more must be sold for the same profit after the cut for everybody (fraction)."""
    orders = in_year(tables)
    margin = 1 - orders["cost"].sum() / orders["amount"].sum()
    return float(CUT / (margin - CUT))


def card_groups(tables: Tables) -> Any:
    """Return the groups of the card: households by tier, how many, what each spent on average, worth of an evening."""
    spent = in_year(tables).groupby("customer_id", as_index=False)["amount"].sum()
    homes = tables.customers.loc[tables.customers["customer_type"] == "consumer", ["customer_id"]]
    homes = homes.merge(standing(tables), on="customer_id").merge(spent, on="customer_id", how="left")
    homes = homes[homes["tier"].isin(list(EVENINGS))].fillna({"amount": 0.0})
    groups = homes.groupby("tier", as_index=False).agg(customers=("customer_id", "count"), spend=("amount", "mean"))
    return groups.assign(evenings=groups["tier"].map(EVENINGS)).rename(columns={"tier": "group"})


def free_profits(tables: Tables) -> list[float]:
    """Return the profit of the free card for each lift."""
    groups = card_groups(tables)
    return [card_outcome(groups, FREE, margin=MARGIN, lift=lift).profit for lift in LIFTS]


def product_lines(tables: Tables, first: date, last: date) -> float:
    """Return how many product lines a buyer of the window buys."""
    orders = tables.transactions
    inside = orders[orders["date"].between(str(first), str(last))]
    return float(inside.groupby("customer_id")["product"].nunique().mean())


OWN = Kpi(
    "product_lines", {"en": "Product lines of a buyer", "zh": "每位客户购买的产品线数"}, "count", "up", product_lines
)


def board(tables: Tables) -> list[dict[str, str]]:
    """Return the ten KPIs of the decision and how each is judged, those that fell most first."""
    plan = LoyaltyPlan().with_kpi(OWN)
    rows = scorecard(tables, YEAR, LAST, plan=plan)
    rows["step"] = (rows["change"] / rows["before"]).abs()
    rows.loc[rows["judged"] == "worse", "step"] *= -1
    rows = rows[rows["kpi"] != "churn_rate"].sort_values("step")
    return [{"kpi": str(kpi), "judged": str(judged)} for kpi, judged in zip(rows["kpi"], rows["judged"], strict=True)]


def steps(tables: Tables) -> dict[str, list[float]]:
    """Return for each tier how many stand there and what they paid in the year."""
    spent = in_year(tables).groupby("customer_id", as_index=False)["amount"].sum()
    rows = standing(tables)[["customer_id", "tier"]].merge(spent, on="customer_id", how="left")
    sums = rows.groupby("tier")["amount"].agg(["size", "sum"])
    return {tier.value: [float(each) for each in sums.loc[tier.value]] for tier in Tier if tier.value in sums.index}


# ---------------------------------------------------------------- number, quizzes, figure


@check("cases-cut")
def cut(c: Context) -> Iterable[Probe]:
    """Look at what a cut for everybody asks of the sales."""
    yield from number_probes(c, c.reference("extra_needed", lambda: extra_needed(c.tables)))


@check("cases-quiz_routes")
def quiz_routes(c: Context) -> Iterable[Probe]:
    """Look at the answers on routes and cases."""
    yield from quiz_probes(c)


@check("cases-quiz_plan")
def quiz_plan(c: Context) -> Iterable[Probe]:
    """Look at the answers on cards, figures and plans."""
    yield from quiz_probes(c)


@check("cases-free_card")
def free_card(c: Context) -> Iterable[Probe]:
    """Look at the line of what a free card earns."""
    profits = c.reference("free_profits", lambda: free_profits(c.tables))
    line = Rule(
        "line",
        lambda axes: same_lines(axes, [(LIFTS, profits)], more=True, tolerance=0.5),
        N_("The line is not the profit of the free card on your groups, one point for each of the lifts."),
        weight=3,
    )
    yield from figure_probes(c, [line])


# ---------------------------------------------------------------- the fee


def reference_yearly_fee(options: Mapping[str, float], base: int, several: int, less: float) -> float:
    """Return the base fee and the options' prices, these less a share where several are chosen."""
    kept = 1 - less if len(options) >= several else 1
    return base + kept * sum(options.values())


def _of(*prices: float) -> dict[str, float]:
    return {f"service {place}": price for place, price in enumerate(prices)}


def fee_groups(base: int, several: int, less: float) -> list[Group]:  # noqa: ARG001 - each exercise takes all its own
    """Return the probes of `yearly_fee`: few options, exactly several, many; and prices that differ."""
    just, fewer = [120.0 + 10 * place for place in range(several)], [150.0] * (several - 1)
    return [
        Group("examples", ({}, {"airport": 200}, {"points": 80}), visible=True),
        Group(
            "few",
            (_of(*fewer), _of(*(2 * price for price in fewer))),
            N_("With fewer options than your number nothing is taken off."),
            weight=2,
        ),
        Group(
            "exactly",
            (_of(*just), _of(*(price + 40 for price in just))),
            N_("Exactly so many options are several already: “at least”."),
            weight=2,
        ),
        Group(
            "many",
            (_of(100, 250, 80, 60, 310), _of(90, 90, 90, 90, 90, 90)),
            N_("With many options the fee is another: your share comes off the options' prices, never off the base."),
            weight=3,
        ),
        Group(
            "free",
            (_of(0, 0, 0, 0, 0), _of(0, 0, 0, 0, 500)),
            N_("Options without a price count as options too."),
        ),
    ]


@check("cases-fee")
def fee(c: Context) -> Iterable[Probe]:
    """Look at the fee that a holder puts together."""
    own = {name: c.variant[name] for name in ("base", "several", "less")}
    yield from group_probes(c, lambda options: reference_yearly_fee(options, **own), fee_groups(**own))


# ---------------------------------------------------------------- targets


def target_rules(rows: list[dict[str, str]]) -> list[Rule]:
    """Return what ten targets are held against; `rows` is the board."""
    ten = [row["kpi"] for row in rows]
    worse = {row["kpi"] for row in rows if row["judged"] == "worse"}

    def moved(targets: Mapping[str, str]) -> list[str]:
        return [kpi for kpi, word in targets.items() if word != "hold"]

    def fits(targets: Mapping[str, str]) -> float:
        return sum(word != "back" or kpi in worse for kpi, word in targets.items()) / len(ten)

    return [
        Rule("all", lambda targets: len(targets) / len(ten), N_("Each of the ten KPIs needs a target."), weight=2),
        Rule("fits", fits, N_("“back” is only for a KPI that got worse since the year before."), weight=2),
        Rule(
            "focus",
            lambda targets: LEAST_MOVED <= len(moved(targets)) <= MOST_MOVED,
            N_("A plan moves three to five of the ten and holds the others."),
            weight=2,
        ),
        Rule(
            "worst",
            lambda targets: sum(kpi in moved(targets) for kpi in ten[:FIRST]) / FIRST,
            N_("The two KPIs at the head of the board fell most: a plan moves them."),
            weight=2,
        ),
    ]


@check("cases-targets")
def targets(c: Context) -> Iterable[Probe]:
    """Look at whether ten KPIs have targets that fit, with an aim."""
    rows = c.reference("board", lambda: board(c.tables))
    yield from decision_probes(c, target_rules(rows), ids=[row["kpi"] for row in rows])


# ---------------------------------------------------------------- measures


def cost(found: Mapping[str, list[float]], tier: str, measure: str) -> float:
    """Return what a measure costs on a step (yuan a year)."""
    customers, paid = found[tier]
    return CUT_PRICE * paid if measure == "price_cut" else PRICE[measure] * customers


def budget(found: Mapping[str, list[float]]) -> int:
    """Return what there is to spend (yuan a year)."""
    return round(BUDGET * sum(paid for _, paid in found.values()))


def measure_rules(found: Mapping[str, list[float]]) -> list[Rule]:
    """Return what a plan of measures is held against; `found` is tier -> customers, what they paid."""
    most = budget(found)

    def costs(plan: Mapping[str, list[str]]) -> dict[str, float]:
        return {tier: cost(found, tier, measure) for tier, (measure, _) in plan.items()}

    def whole(plan: Mapping[str, list[str]]) -> bool:
        return plan.keys() == found.keys()

    def worth(plan: Mapping[str, list[str]]) -> bool:
        paying = {tier: spent for tier, spent in costs(plan).items() if found[tier][1] > 0}
        return whole(plan) and all(spent <= MOST_SPENT * found[tier][1] for tier, spent in paying.items())

    def heart(plan: Mapping[str, list[str]]) -> bool:
        spent, dearest = costs(plan), max(found, key=lambda tier: found[tier][1] / found[tier][0])
        return all(spent[dearest] > money for tier, money in spent.items() if tier != dearest)

    def part(plan: Mapping[str, list[str]], right: Mapping[str, set[str]], place: int) -> float:
        return sum(pair[place] in right[tier] for tier, pair in plan.items()) / len(found)

    return [
        Rule(
            "budget",
            lambda plan: whole(plan) and sum(costs(plan).values()) <= most,
            N_("Each of the eight steps needs a measure, and together they cost at most {budget} yuan."),
            weight=2,
            values={"budget": most},
        ),
        Rule(
            "suits",
            lambda plan: part(plan, SUITS, 0),
            N_("A measure does not suit its step: look up what the course advises for that tier."),
            weight=3,
        ),
        Rule("worth", worth, N_("On no step is more spent than a tenth of what its customers paid."), weight=2),
        Rule("heart", heart, N_("Most is spent on the step whose customers pay most per head."), weight=2),
        Rule(
            "watched",
            lambda plan: part(plan, WATCHES, 1),
            N_("A KPI would not show whether the measure works on the customers of that step."),
            weight=3,
        ),
        Rule(
            "spread",
            lambda plan: len({kpi for _, kpi in plan.values()}) / LEAST_KPIS,
            N_("At least six different KPIs watch the steps."),
        ),
    ]


@check("cases-measures")
def measures(c: Context) -> Iterable[Probe]:
    """Look at whether the measures suit, can be paid, go where the money is, and are watched."""
    found = c.reference("steps", lambda: steps(c.tables))
    yield from decision_probes(c, measure_rules(found), ids=list(found))
