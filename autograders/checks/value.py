"""The checks of the chapter `value`.

What is asked about a learner's own data is computed by the reference model on that sample, never typed: satisfaction
is what a customer answered last, staying is an order in the last 180 days. A function is compared with its reference
in groups of calls that belong together, each group one probe that holds different results.
"""

from __future__ import annotations

from datetime import timedelta
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
    same_points,
)
from loyaltylib.value import Level, Quadrant, loss_rates, quadrant, value_of

if TYPE_CHECKING:
    from collections.abc import Iterable, Mapping

    from loyaltylib.data import Tables

STAY_DAYS = 180  # "stays" of the chapter: an order at most so many days ago
CALLS = 3  # of the exercise `plan`
APOSTLE_FROM = 9  # the exercise's rule 4: recommends with at least this
OURS = "moonkettle"
# The words of the survey as points from 1 to 5.
POINTS = {Level.VERY_DISSATISFIED: 1, Level.NEUTRAL: 3, Level.SATISFIED: 4, Level.VERY_SATISFIED: 5}
REASONS = {
    Quadrant.APOSTLE: "satisfied_stays",
    Quadrant.MERCENARY: "satisfied_gone",
    Quadrant.HOSTAGE: "dissatisfied_stays",
    Quadrant.DEFECTOR: "dissatisfied_gone",
}
# What can be done about each reason; whoever has left is asked why, whether content or not.
STEPS = {
    "satisfied_stays": {"ask_to_recommend"},
    "satisfied_gone": {"offer_more", "win_back"},
    "dissatisfied_stays": {"repair"},
    "dissatisfied_gone": {"win_back", "repair"},
}


@check("value-quiz_value")
def quiz_value(c: Context) -> Iterable[Probe]:
    """Look at the answers on value and on the drivers of loyalty."""
    yield from quiz_probes(c)


@check("value-quiz_loyalty")
def quiz_loyalty(c: Context) -> Iterable[Probe]:
    """Look at the answers on losses, complaints and the four kinds."""
    yield from quiz_probes(c)


# ---------------------------------------------------------------- the learner's own customers


def last_levels(tables: Tables) -> dict[str, str]:
    """Return customer -> the level of satisfaction answered last."""
    last = tables.surveys.sort_values("date").groupby("customer_id").tail(1)  # type: ignore[union-attr]
    return dict(zip(last["customer_id"], last["satisfaction_level"], strict=True))


def most_lost_of(tables: Tables) -> float:
    """Return how many of those who answered may be lost at most, by the rates ascribed to Kotler."""
    rates = loss_rates()
    return float(sum(rates[Level(level)][1] for level in last_levels(tables).values()))


def reasons_of(tables: Tables) -> dict[str, str]:
    """Return customer -> what his rows say: satisfied or not, stays or gone."""
    since = tables.as_of - timedelta(days=STAY_DAYS)
    orders = tables.transactions
    bought = set(orders.loc[orders["date"].dt.date >= since, "customer_id"])
    return {
        who: REASONS[quadrant(POINTS[Level(level)], float(who in bought))] for who, level in last_levels(tables).items()
    }


def compared(tables: Tables) -> list[tuple[float, float]]:
    """Return for each customer with both the ratio of our offer and the largest of a rival's."""
    about = tables.offers[["offer_id", "customer_id", "supplier"]]  # type: ignore[index]
    valued = value_of(tables.offers).merge(about, on="offer_id")
    is_ours = valued["supplier"] == OURS
    best = valued[~is_ours].groupby("customer_id")["ratio"].max()
    ours = valued[is_ours].set_index("customer_id")["ratio"]
    return [(float(ours[who]), float(best[who])) for who in ours.index if who in best.index]


@check("value-most_lost")
def most_lost(c: Context) -> Iterable[Probe]:
    """Look at the upper end of the expected loss."""
    yield from number_probes(c, c.reference("most_lost", lambda: most_lost_of(c.tables)))


@check("value-offers")
def offers(c: Context) -> Iterable[Probe]:
    """Look at the points: one a customer, our offer to the right, the best rival's up."""
    pairs = [(x, y) for x, y in c.reference("compared", lambda: compared(c.tables))]
    yield from figure_probes(
        c,
        [
            Rule(
                "points",
                lambda axes: same_points(axes, pairs),
                N_("The points are not those of your customers: ours to the right, the best rival's upwards."),
                weight=3,
            )
        ],
    )


# ---------------------------------------------------------------- plan


def plan_rules(reasons: Mapping[str, str]) -> list[Rule]:
    """Return what a plan must keep to; `reasons` says of every customer what the rows say."""
    return [
        Rule("three", lambda plan: len(plan) == CALLS, N_("You have time for three calls: name three customers.")),
        Rule(
            "different",
            lambda plan: len({reasons[who] for who in plan}) / CALLS,
            N_("The customers are not of three different kinds."),
        ),
        Rule(
            "reasons",
            lambda plan: sum(reasons[who] == reason for who, (_, reason) in plan.items()) / max(len(plan), CALLS),
            N_("A reason does not agree with the customer's rows: look at satisfaction and at the last order."),
            weight=2,
        ),
        Rule(
            "steps",
            lambda plan: sum(step in STEPS[reasons[who]] for who, (step, _) in plan.items()) / max(len(plan), CALLS),
            N_("A step does not fit why this customer stays or has gone."),
            weight=2,
        ),
    ]


@check("value-plan")
def plan(c: Context) -> Iterable[Probe]:
    """Look at three customers of different kinds, each with the reason that the rows give and a step that fits it."""
    reasons = c.reference("reasons", lambda: reasons_of(c.tables))
    yield from decision_probes(c, plan_rules(reasons), ids=reasons)


# ---------------------------------------------------------------- worth


def reference_worth(offer: Mapping[str, float], hurry: float) -> float:
    """Return the value of an offer as a ratio, the time cost counted `hurry` times."""
    costs = offer["money"] + hurry * offer["time"] + offer["energy"] + offer["psychic"]
    return (offer["functional"] + offer["emotional"]) / costs


def offer_of(**terms: float) -> dict[str, float]:
    """Return an offer that takes no time, changed as told."""
    return {"functional": 60, "emotional": 20, "money": 32, "time": 0, "energy": 5, "psychic": 3} | terms


def worth_groups() -> list[Group]:
    """Return the probes of `worth`: the examples shown, then each term by itself."""
    pot = offer_of(functional=90, emotional=30, money=60, energy=10, psychic=10)
    return [
        Group("examples", (offer_of(), pot), visible=True),
        Group(
            "time",
            (offer_of(time=10), offer_of(time=20), offer_of(time=5, money=80)),
            N_("The time cost counts as often as your hurry says, and only it."),
            weight=3,
        ),
        Group(
            "benefits",
            (offer_of(functional=0), offer_of(emotional=0), offer_of(functional=100, emotional=7)),
            N_("Above the line stand both benefits, each counted once."),
        ),
        Group(
            "costs",
            (offer_of(money=100), offer_of(energy=50), offer_of(psychic=0), offer_of(money=0, psychic=25)),
            N_("Below the line stand all four costs, added up in brackets."),
        ),
    ]


@check("value-worth")
def worth(c: Context) -> Iterable[Probe]:
    """Look at the ratio with the learner's own weight of time."""
    hurry = float(c.variant["hurry"])
    yield from group_probes(c, lambda offer: reference_worth(offer, hurry), worth_groups())


# ---------------------------------------------------------------- kind


def reference_kind(customer: Mapping[str, Any], satisfied_from: float, stay_days: int) -> str:
    """Return the kind of a customer by the exercise's five lines."""
    if customer["satisfaction"] is None:
        return "unknown"
    stays = customer["days_since_last"] <= stay_days
    if customer["satisfaction"] < satisfied_from:
        return "hostage" if stays else "defector"
    if not stays:
        return "mercenary"
    return "apostle" if customer["recommend"] >= APOSTLE_FROM else "loyalist"


def customer(**changed: float | None) -> dict[str, float | None]:
    """Return somebody content who stays and would not recommend, changed as told."""
    return {"satisfaction": 5, "days_since_last": 10, "recommend": 6} | changed


def kind_groups(satisfied_from: int, stay_days: int) -> tuple[Group, ...]:
    """Return the probes of `kind`: each limit on both sides, and each line of the rule against the next."""
    below = satisfied_from - 1
    return (
        Group(
            "examples",
            (
                customer(recommend=10),
                customer(satisfaction=1, days_since_last=400, recommend=0),
                customer(satisfaction=None, recommend=None),
            ),
            visible=True,
        ),
        Group(
            "unknown",
            (customer(satisfaction=None, days_since_last=900), customer(satisfaction=None, recommend=10), customer()),
            N_("Who has not answered is unknown, whatever else is known: that is the first question."),
        ),
        Group(
            "stay-limit",
            (
                customer(days_since_last=stay_days),
                customer(days_since_last=stay_days + 1),
                customer(satisfaction=1, days_since_last=stay_days),
                customer(satisfaction=1, days_since_last=stay_days + 1),
            ),
            N_("Stays: “at most” your number of days, so that day itself still counts as staying."),
            weight=2,
        ),
        Group(
            "own-days",
            (
                customer(days_since_last=stay_days - 20),
                customer(days_since_last=stay_days + 20),
                customer(satisfaction=1, days_since_last=stay_days + 20),
            ),
            N_("Some days before and after your limit are judged wrongly: is it the number of days given to you?"),
        ),
        Group(
            "satisfied-limit",
            (
                customer(satisfaction=below),
                customer(satisfaction=satisfied_from),
                customer(satisfaction=below, days_since_last=500),
                customer(satisfaction=satisfied_from, days_since_last=500),
            ),
            N_("Satisfied: “at least” your number of points, so that number itself is satisfied."),
            weight=2,
        ),
        Group(
            "recommend",
            (customer(recommend=8), customer(recommend=9), customer(recommend=0)),
            N_("An apostle recommends with at least 9; with less, who is satisfied and stays is a loyalist."),
        ),
        Group(
            "apostle-stays",
            (
                customer(recommend=10, days_since_last=500),
                customer(recommend=10, satisfaction=1),
                customer(recommend=10, satisfaction=1, days_since_last=500),
            ),
            N_("Who has gone or is not satisfied is no apostle, even at 10: ask that first."),
        ),
    )


@check("value-kind")
def kind(c: Context) -> Iterable[Probe]:
    """Look at the learner's five kinds."""
    points, days = int(c.variant["satisfied_from"]), int(c.variant["stay_days"])
    yield from group_probes(c, lambda who: reference_kind(who, points, days), kind_groups(points, days))
