"""The checks of the chapter `relationships`.

What an account earns, what it costs to serve and what the grid advises for it are measured on the whole company, once
in a process: a learner's firms are rows of it. A decision is held against rules, so that many plans are right.
"""

from __future__ import annotations

from functools import cache
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
    same_bars,
)
from loyaltylib.data import load
from loyaltylib.relationships import RelationshipType, fit_segments, in_use

if TYPE_CHECKING:
    from collections.abc import Iterable, Mapping

    from loyaltylib.data import Tables

YEAR = "2025-01-01"  # figures are of the year that begins here
LARGE = 30_000  # yuan a year from which an account is large
VISIT, CALL, HOUR = 600, 100, 100  # yuan: a visit, a talk that the customer begins, an hour
HOURS = {"basic": 0, "reactive": 2, "accountable": 8, "proactive": 24, "partnership": 72}
SPARE_HOURS = 6  # of the budget, beside what the grid advises for the three accounts worth most
LEAST_USED = 0.75  # of the budget that a plan uses
LEAST_SHARE = 0.5  # of the profit of the six that gets what the grid advises; and of the wallet that is "most of it"
MANY, LOW_MARGIN = 1000, 0.2  # the exercise's own limits, the same for all


# ---------------------------------------------------------------- the accounts


def measured(tables: Tables) -> Any:
    """Return one row a firm that bought in the year: what it earns, costs to serve, has in use and is advised."""
    orders = tables.transactions[tables.transactions["date"] >= YEAR]
    money = orders.groupby("customer_id", as_index=False)[["amount", "cost"]].sum()
    people = tables.customers
    firms = people.loc[people["customer_type"] == "business", ["customer_id"]].merge(money, on="customer_id")
    firms["profit"] = firms["amount"] - firms["cost"]
    firms["margin"] = firms["profit"] / firms["amount"]
    firms = firms.merge(in_use(tables, tables.as_of), on="customer_id")
    firms["serve"] = VISIT * firms["outbound"] + CALL * firms["inbound"]
    firms["left"] = firms["profit"] - firms["serve"]
    large = firms["amount"] >= LARGE
    firms["customers"] = [int((large == each).sum()) for each in large]
    fits = fit_segments(firms[["customer_id", "customers", "margin", "in_use"]], key="customer_id")
    firms = firms.merge(fits[["customer_id", "advised", "fit"]], on="customer_id")
    wallet: Any = tables.wallet  # the company has one
    wallet = wallet[wallet["period"] >= YEAR]
    purse = wallet.groupby("customer_id", as_index=False)[["own_spend", "total_category_spend"]].sum()
    purse["share"] = purse["own_spend"] / purse["total_category_spend"]
    return firms.merge(purse[["customer_id", "share"]], on="customer_id")


@cache
def _everyone(dataset: str) -> Any:
    return measured(load(dataset))


def accounts(tables: Tables) -> Any:
    """Return the firms of a learner's sample, each measured among all of the company's."""
    if tables.learner is None:
        return measured(tables)
    everyone = _everyone(tables.name)
    return everyone[everyone["customer_id"].isin(tables.customers["customer_id"])]


def too_much_share(firms: Any) -> float:
    """Return which share of the cost to serve goes to firms with more work than the grid advises."""
    return float(firms.loc[firms["fit"] == "too much", "serve"].sum() / firms["serve"].sum())


def left_by_type(firms: Any) -> dict[str, float]:
    """Return what is left of an account on average, for each type in use."""
    return {str(kind): float(left) for kind, left in firms.groupby("in_use")["left"].mean().items()}


def desk(firms: Any) -> list[dict[str, Any]]:
    """Return the six accounts of the plan by profit: the three worth most, and the three most spent on of the rest."""
    ranked = firms.sort_values("profit", ascending=False)
    others = ranked.iloc[3:].sort_values(["serve", "profit"], ascending=False)
    chosen = [*ranked["customer_id"].head(3), *others["customer_id"].head(3)]
    rows = ranked[ranked["customer_id"].isin(chosen)]
    return [
        {"id": str(who), "profit": float(profit), "share": float(share), "advised": str(advised)}
        for who, profit, share, advised in zip(
            rows["customer_id"], rows["profit"], rows["share"], rows["advised"], strict=True
        )
    ]


def budget(six: list[dict[str, Any]]) -> int:
    """Return the hours of a plan: what the grid advises for the three accounts worth most, and a few to spare."""
    return sum(HOURS[each["advised"]] for each in six[:3]) + SPARE_HOURS


# ---------------------------------------------------------------- quizzes, the number, the figure


@check("relationships-quiz_types")
def quiz_types(c: Context) -> Iterable[Probe]:
    """Look at the answers on the five types."""
    yield from quiz_probes(c)


@check("relationships-quiz_grid")
def quiz_grid(c: Context) -> Iterable[Probe]:
    """Look at the answers on the grid, on cost to serve and on people."""
    yield from quiz_probes(c)


@check("relationships-too_much")
def too_much(c: Context) -> Iterable[Probe]:
    """Look at the share of the cost to serve that goes where the grid advises less."""
    yield from number_probes(c, c.reference("too_much_share", lambda: too_much_share(accounts(c.tables))))


@check("relationships-draw_left")
def draw_left(c: Context) -> Iterable[Probe]:
    """Look at the bars of what is left of an account, type by type."""
    left = c.reference("left_by_type", lambda: left_by_type(accounts(c.tables)))
    bars = Rule(
        "bars",
        lambda axes: same_bars(axes, left, either_way=True, tolerance=0.5),
        N_("The bars are not what is left of an account on average, one bar for each type in use among your firms."),
        weight=3,
    )
    yield from figure_probes(c, [bars])


# ---------------------------------------------------------------- the plan


def intensity(kind: str) -> int:
    """Return the intensity of a type by its word."""
    return RelationshipType(kind).intensity


def right_reason(account: Mapping[str, Any], kind: str, reason: str) -> bool:
    """Return whether a reason agrees with the account's row and with the type chosen for it."""
    gap = intensity(kind) - intensity(account["advised"])
    if reason == "grid":
        return gap == 0
    if reason == "hours":
        return gap < 0
    return gap > 0 and account["share"] < LEAST_SHARE


def plan_rules(six: list[dict[str, Any]]) -> list[Rule]:
    """Return what a plan for the six is held against."""
    known = {each["id"]: each for each in six}
    most = budget(six)
    profit = sum(each["profit"] for each in six)

    def in_hours(plan: Mapping[str, list[str]]) -> bool:
        used = sum(HOURS[kind] for kind, _ in plan.values())
        return plan.keys() == known.keys() and LEAST_USED * most <= used <= most

    def worth(plan: Mapping[str, list[str]]) -> bool:
        cared_for = [who for who, (kind, _) in plan.items() if intensity(kind) >= intensity(known[who]["advised"])]
        return bool(sum(known[who]["profit"] for who in cared_for) >= LEAST_SHARE * profit)

    def borne(plan: Mapping[str, list[str]]) -> bool:
        costs = [HOUR * HOURS[kind] <= known[who]["profit"] for who, (kind, _) in plan.items()]
        return plan.keys() == known.keys() and all(costs)

    def reasons(plan: Mapping[str, list[str]]) -> float:
        right = [right_reason(known[who], kind, reason) for who, (kind, reason) in plan.items()]
        return sum(right) / len(known)

    return [
        Rule(
            "hours",
            in_hours,
            N_("Each of the six needs a type; a plan uses at least three quarters of {hours} hours, at most all."),
            weight=2,
            values={"hours": most},
        ),
        Rule(
            "worth",
            worth,
            N_("Accounts with at least half of the profit of the six get what the grid advises, or more."),
            weight=3,
        ),
        Rule("borne", borne, N_("No account costs more than its profit: count 100 yuan for an hour.")),
        Rule(
            "reasons",
            reasons,
            N_("A reason fits the row: grid the type advised, hours less work, share more where ours is below half."),
            weight=2,
        ),
    ]


@check("relationships-plan")
def plan(c: Context) -> Iterable[Probe]:
    """Look at whether the plan keeps the hours, cares for what is worth most, can be borne and has its reasons."""
    six = c.reference("desk", lambda: desk(accounts(c.tables)))
    yield from decision_probes(c, plan_rules(six), ids=[each["id"] for each in six])


# ---------------------------------------------------------------- pays


def reference_pays(account: Mapping[str, float], visit: int, call: int) -> bool:
    """Return whether the cost to serve is at most half of the profit."""
    return 2 * (visit * account["visits"] + call * account["calls"]) <= account["profit"]


def _account(profit: float, visits: int, calls: int) -> dict[str, float]:
    return {"profit": profit, "visits": visits, "calls": calls}


def pays_groups(visit: int, call: int) -> list[Group]:
    """Return the probes of `pays`: the limit, each cost by itself, and accounts without talks or without profit."""
    both = 2 * (3 * visit + 4 * call)
    return [
        Group("examples", (_account(90000, 2, 3), _account(500, 3, 2)), visible=True),
        Group(
            "at-most",
            (_account(both, 3, 4), _account(both - 2, 3, 4)),
            N_("Exactly half of the profit still pays (“at most”); two yuan less profit, and it does not."),
            weight=2,
        ),
        Group(
            "own-visit",
            (_account(2 * visit * 5 + 60, 5, 0), _account(2 * visit * 5 - 60, 5, 0)),
            N_("Accounts that were only visited are judged wrongly: is it your cost of a visit?"),
            weight=2,
        ),
        Group(
            "own-call",
            (_account(2 * call * 30 + 60, 0, 30), _account(2 * call * 30 - 60, 0, 30)),
            N_("Accounts that only called are judged wrongly: is it your cost of a call?"),
            weight=2,
        ),
        Group(
            "no-talk",
            (_account(0, 0, 0), _account(-200, 0, 0), _account(40, 0, 0)),
            N_("Without talks nothing is spent: profit of 0 bears that, a loss does not."),
        ),
    ]


@check("relationships-pays")
def pays(c: Context) -> Iterable[Probe]:
    """Look at the learner's standard for an account that pays."""
    visit, call = int(c.variant["visit"]), int(c.variant["call"])
    yield from group_probes(c, lambda account: reference_pays(account, visit, call), pays_groups(visit, call))


# ---------------------------------------------------------------- choose_type


def reference_choose_type(account: Mapping[str, float], few_below: int, high_from: float, parts: int) -> str:
    """Return the type of most work within the grid's intensity, by the exercise's limits, and its part of profit."""
    near = 2 if account["customers"] < few_below else 1 if account["customers"] < MANY else 0
    rich = 2 if account["margin"] >= high_from else 1 if account["margin"] >= LOW_MARGIN else 0
    able = [
        kind.value
        for kind in RelationshipType
        if kind.intensity <= 1 + near + rich and HOUR * HOURS[kind] * parts <= account["profit"]
    ]
    return able[-1] if able else RelationshipType.BASIC.value


def _case(customers: int, margin: float, profit: float = 1_000_000) -> dict[str, float]:
    return {"customers": customers, "margin": margin, "profit": profit}


def choose_type_groups(few_below: int, high_from: float, parts: int) -> list[Group]:
    """Return the probes of `choose_type`: each limit on both sides, all cells, and profits that bear less and less."""
    dear, close, once, answer = (
        HOUR * HOURS[kind] * parts for kind in ("partnership", "proactive", "accountable", "reactive")
    )
    return [
        Group("examples", (_case(20, 0.6), _case(500, 0.3, 100_000), _case(5000, 0.1, 100_000)), visible=True),
        Group(
            "few-limit",
            (_case(few_below - 1, 0.3), _case(few_below, 0.3)),
            N_("Few: “fewer than” your number, so that number itself is in between."),
        ),
        Group(
            "many-limit",
            (_case(999, 0.3), _case(1000, 0.3)),
            N_("Many begins with 1,000 customers, that number included."),
        ),
        Group(
            "high-limit",
            (_case(400, high_from), _case(400, high_from - 0.01)),
            N_("High: “at least” your margin, so that margin itself is high."),
        ),
        Group(
            "low-limit",
            (_case(400, 0.2), _case(400, 0.19)),
            N_("Low: below 0.2, so 0.2 itself is in between."),
        ),
        Group(
            "cells",
            [_case(many, margin) for many in (10, 500, 20_000) for margin in (0.05, 0.28, 0.7)],
            N_("With plenty of profit, a cell of the grid has another type: intensity is 1 and both steps added."),
            weight=2,
        ),
        Group(
            "cost-limit",
            (_case(10, 0.7, dear), _case(10, 0.7, dear - 1), _case(10, 0.28, close), _case(10, 0.28, close - 1)),
            N_("The cost, times your parts, is “at most” the profit: with exactly that profit the type still fits."),
            weight=2,
        ),
        Group(
            "step-down",
            (
                _case(10, 0.7, close),
                _case(10, 0.7, once),
                _case(10, 0.7, once - 1),
                _case(500, 0.7, answer),
                _case(20_000, 0.7, answer + 10),
            ),
            N_("Where the grid's type costs too much, the next one of less work is tried, and so on down."),
            weight=2,
        ),
        Group(
            "nothing-fits",
            (_case(10, 0.7, answer - 1), _case(10, 0.7, -50), _case(500, 0.05, answer)),
            N_("Where no other type fits, even with a loss, it is basic: the last line returns it."),
        ),
    ]


@check("relationships-choose_type")
def choose_type(c: Context) -> Iterable[Probe]:
    """Look at the learner's grid with a limit on cost."""
    own = {name: c.variant[name] for name in ("few_below", "high_from", "parts")}
    yield from group_probes(c, lambda account: reference_choose_type(account, **own), choose_type_groups(**own))
