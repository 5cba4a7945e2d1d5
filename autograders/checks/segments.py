"""The checks of the chapter `segments`.

Numbers, the list to decide on and the curve are computed by the reference model on the learner's own sample. A
decision is held against rules, so that many plans are right. Functions are compared with their reference in groups of
calls, as in `tiers`.
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
from loyaltylib.chapters import draw
from loyaltylib.segments import clp_cells, crm_dimensions, pareto_share, profit_contribution
from loyaltylib.segments_clp import ClpCell
from loyaltylib.segments_panels import lorenz_points

if TYPE_CHECKING:
    from collections.abc import Callable, Iterable, Mapping

    from loyaltylib.data import Tables

FIRST_DAY, LAST_DAY = "2025-01-01", "2025-12-31"  # the year of the exercises on profit
OF_EACH_CELL = 3  # accounts of the list to decide on
LEAST_ACCOUNTS, MOST_DAYS = 4, 10
MARGIN = 0.4  # of the exercise `cell_of`
CLOSE = 0.001  # of a share in a picture

# What a step takes, which step the matrix advises for a cell, and which reasons speak for it there.
DAYS = {"serve_first": 4, "grow": 3, "keep": 1, "save_cost": 0}
ADVICE = {
    ClpCell.HIGH_HIGH: ("serve_first", ("brings_much", "much_elsewhere")),
    ClpCell.HIGH_LOW: ("keep", ("brings_much", "little_elsewhere")),
    ClpCell.LOW_HIGH: ("grow", ("much_elsewhere",)),
    ClpCell.LOW_LOW: ("save_cost", ("brings_little", "little_elsewhere")),
}


# ---------------------------------------------------------------- profit


def profits(tables: Tables) -> Any:
    """Return what each customer brought in the year, as the notebook does."""
    return profit_contribution(tables, FIRST_DAY, LAST_DAY)


@check("segments-top_fifth")
def top_fifth(c: Context) -> Iterable[Probe]:
    """Look at the share of the year's profit that the largest fifth brings."""
    expected = c.reference("top_fifth", lambda: pareto_share(profits(c.tables), by="profit"))
    yield from number_probes(c, expected)


def curves(tables: Tables) -> list[list[list[float]]]:
    """Return the Lorenz curve of the year's profit, with its origin and without."""
    steps, held = lorenz_points(profits(tables)["profit"])
    return [[steps, held], [steps[1:], held[1:]]]


def is_lorenz(axes: Mapping[str, Any], expected: list[list[list[float]]]) -> bool:
    """Return whether the curve is drawn, from the origin or from the first customer; in per cent it counts too."""
    return any(
        same_lines(axes, [([scale * x for x in steps], [scale * y for y in held])], more=True, tolerance=CLOSE * scale)
        for steps, held in expected
        for scale in (1, 100)
    )


def ends_in_the_corner(axes: Mapping[str, Any]) -> bool:
    """Return whether a line with the customers one by one ends where all of them bring everything."""
    ends = [(line["x"][-1], line["y"][-1]) for line in axes["lines"] if len(line["x"]) > 2]  # noqa: PLR2004  # no diagonal
    return any(
        abs(x - whole) <= CLOSE * whole and abs(y - whole) <= CLOSE * whole for x, y in ends for whole in (1, 100)
    )


@check("segments-lorenz")
def lorenz(c: Context) -> Iterable[Probe]:
    """Look at the learner's curve, its end and its words."""
    expected = c.reference("lorenz", lambda: curves(c.tables))
    rules = [
        Rule(
            "curve",
            lambda axes: is_lorenz(axes, expected),
            N_("The line is not the Lorenz curve of your data: customers from the smallest on, shares running up."),
            weight=3,
        ),
        Rule(
            "corner",
            ends_in_the_corner,
            N_("All customers bring everything: a curve of shares ends at 1 and 1."),
        ),
    ]
    yield from figure_probes(c, rules)


# ---------------------------------------------------------------- quizzes


@check("segments-quiz_groups")
def quiz_groups(c: Context) -> Iterable[Probe]:
    """Look at the answers on groups and scores."""
    yield from quiz_probes(c)


@check("segments-quiz_value")
def quiz_value(c: Context) -> Iterable[Probe]:
    """Look at the answers on value, now and to come."""
    yield from quiz_probes(c)


# ---------------------------------------------------------------- plan


def shortlist(tables: Tables) -> dict[str, list[Any]]:
    """Return the accounts to decide on, id -> [cell, current and potential value together]."""
    cells = clp_cells(crm_dimensions(tables, tables.as_of))
    largest = cells.sort_values("clp").groupby("cell").tail(OF_EACH_CELL)
    return {
        str(who): [str(cell), float(clp)]
        for who, cell, clp in zip(largest["customer_id"], largest["cell"], largest["clp"], strict=True)
    }


def plan_rules(accounts: Mapping[str, list[Any]]) -> list[Rule]:
    """Return what a plan for these accounts must keep to; it maps an id to [step, reason]."""
    cells = {who: ClpCell(cell) for who, (cell, _) in accounts.items()}
    largest = max(accounts, key=lambda who: accounts[who][1])

    def share(plan: Mapping[str, Any], holds: Callable[[ClpCell, str, str], bool]) -> float:
        return sum(holds(cells[who], *chosen) for who, chosen in plan.items()) / len(plan)

    return [
        Rule("enough", lambda plan: len(plan) >= LEAST_ACCOUNTS, N_("At least four accounts are asked for.")),
        Rule(
            "days",
            lambda plan: sum(DAYS[step] for step, _ in plan.values()) <= MOST_DAYS,
            N_("The plan takes more than ten days."),
        ),
        Rule(
            "largest",
            lambda plan: largest in plan,
            N_("The account with the largest current and potential value together is not among them."),
        ),
        Rule(
            "growth",
            lambda plan: any(cells[who] is ClpCell.LOW_HIGH for who in plan),
            N_("No account with a low current value and a high potential is among them."),
        ),
        Rule(
            "steps",
            lambda plan: share(plan, lambda cell, step, _: step == ADVICE[cell][0]),
            N_("A step does not fit its account: hold both values against the two cuts, then look up the cell."),
            weight=4,
        ),
        Rule(
            "reasons",
            lambda plan: share(plan, lambda cell, _, reason: reason in ADVICE[cell][1]),
            N_("A reason is not true of its account, or does not speak for what its cell advises."),
            weight=3,
        ),
    ]


@check("segments-plan")
def plan(c: Context) -> Iterable[Probe]:
    """Look at which accounts get the team's days, what for, and why."""
    accounts = c.reference("shortlist", lambda: shortlist(c.tables))
    yield from decision_probes(c, plan_rules(accounts), ids=accounts)


# ---------------------------------------------------------------- worth


def reference_worth(account: Mapping[str, float], interest: float) -> float:
    """Return this year's profit after service, never below 0, and the discounted one of all later years."""
    left = max(account["profit"] - account["service"], 0)
    return left + left * account["stays"] / (1 + interest - account["stays"])


def account_of(profit: float, service: float, stays: float) -> dict[str, float]:
    """Return an account as `worth` gets it."""
    return {"profit": profit, "service": service, "stays": stays}


def worth_groups(learner: str) -> list[Group]:
    """Return the probes of `worth`: the examples, this year alone, later years, interest, and what costs too much."""
    drawn = [draw(learner, "segments-worth", str(place)) for place in range(4)]
    others = [account_of(400 + d % 900, 20 + d % 7, 0.5 + d % 40 / 100) for d in drawn]
    return [
        Group("examples", (account_of(1000, 100, 0), account_of(50, 100, 0.5)), visible=True),
        Group(
            "this-year",
            (account_of(640, 40, 0), account_of(800, 0, 0), account_of(90, 90, 0.9)),
            N_("An account that surely leaves is worth what is left this year: that counts in full."),
            weight=2,
        ),
        Group(
            "later-years",
            (account_of(1000, 0, 0.8), account_of(1000, 100, 0.6), *others),
            N_("This year's and all later years together are not right: m × r / (1 + d − r), with your interest."),
            weight=3,
        ),
        Group(
            "never-below-0",
            (account_of(100, 300, 0.9), account_of(0, 60, 0.3), account_of(300, 100, 0)),
            N_("Where serving costs more than the account brings, it is worth 0, not less."),
            weight=2,
        ),
    ]


@check("segments-worth")
def worth(c: Context) -> Iterable[Probe]:
    """Look at the learner's lifetime value from today on."""
    interest = float(c.variant["interest"])
    yield from group_probes(c, lambda account: reference_worth(account, interest), worth_groups(c.learner))


# ---------------------------------------------------------------- cell_of


def reference_cell_of(account: Mapping[str, Any], reach: float, current_cut: float, potential_cut: float) -> str:
    """Return the cell of an account: high from the cut on, and only the part within reach is potential."""
    if account["total"] is None:
        return "unknown"
    potential = (account["total"] - account["own"]) * MARGIN * reach
    now = "high" if account["profit"] >= current_cut else "low"
    return f"{now}_{'high' if potential >= potential_cut else 'low'}"


def row_of(profit: float, elsewhere: float | None, own: float = 0) -> dict[str, float | None]:
    """Return an account as `cell_of` gets it; where nobody knows what is spent elsewhere there is no total."""
    return {"profit": profit, "own": own, "total": None if elsewhere is None else own + elsewhere}


def cell_of_groups(reach: float, current_cut: int, potential_cut: int) -> list[Group]:
    """Return the probes of `cell_of`: the examples, each line of the task, and the order of the two words."""
    whole = potential_cut / (MARGIN * reach)  # spending elsewhere at which the potential is high
    below, above, far = round(0.93 * whole), round(1.07 * whole), round(40 * whole)
    return [
        Group("examples", (row_of(90, 0, 500), row_of(90, 89500, 500), row_of(9000, 0, 30000)), visible=True),
        Group(
            "unknown",
            (row_of(20, None, 300), row_of(90000, None, 7000), row_of(90000, far, 7000)),
            N_("Where nobody knows the total there is no cell: the answer is “unknown”."),
            weight=2,
        ),
        Group(
            "current-cut",
            (row_of(current_cut - 1, far), row_of(current_cut, far), row_of(current_cut + 1, 0)),
            N_(
                "The current value is high from the cut on (“at least”): one yuan below it is low, the cut itself high."
            ),
            weight=2,
        ),
        Group(
            "reach",
            (row_of(current_cut + 300, below), row_of(current_cut + 300, above), row_of(0, below), row_of(0, above)),
            N_("Just below and above the cut the potential is judged wrongly: spending elsewhere × margin × reach."),
            weight=3,
        ),
        Group(
            "own-spending",
            (row_of(90, 0, 50000), row_of(90, far, 50000)),
            N_("What the customer spends with us is no potential: only the difference counts."),
        ),
        Group(
            "order",
            (row_of(current_cut + 900, 0), row_of(10, far), row_of(current_cut + 900, far)),
            N_("The word for the current value stands first, the word for the potential second."),
        ),
    ]


@check("segments-cell_of")
def cell_of(c: Context) -> Iterable[Probe]:
    """Look at the learner's matrix, with a potential that is only in part within reach."""
    own = {name: float(value) for name, value in c.variant.items()}
    groups = cell_of_groups(own["reach"], int(own["current_cut"]), int(own["potential_cut"]))
    yield from group_probes(c, lambda account: reference_cell_of(account, **own), groups)
