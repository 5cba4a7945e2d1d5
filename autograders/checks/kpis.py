"""The checks of the chapter `kpis`.

Figures are computed by the reference model on the learner's own sample, never typed. A function is compared with its
reference in groups of calls that belong together, each group one probe with different results; a decision and a figure
are held against rules.
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
)
from autograders.drawn import heights
from loyaltylib.kpis import customer_share, purchase_frequency
from loyaltylib.kpis_panels import call_list

if TYPE_CHECKING:
    from collections.abc import Iterable, Mapping, Sequence

    from autograders.drawn import Axes
    from loyaltylib.data import Tables

QUARTER_DAYS = 92  # October to December
CALLS = 3  # for how many there is time
NEARLY = 0.9  # a gain so close to the third best is as good a choice
QUARTERS = 8  # of the figure: those of 2024 and 2025
SHARE_TOLERANCE = 0.0005  # of a share that is drawn


# ---------------------------------------------------------------- the learner's own figures


def frequency_of(tables: Tables) -> float:
    """Return the purchases of a buyer in the quarter that ends on the tables' day."""
    return purchase_frequency(tables, tables.as_of, QUARTER_DAYS)


@check("kpis-frequency")
def frequency(c: Context) -> Iterable[Probe]:
    """Look at the purchases of a buyer in the last quarter."""
    yield from number_probes(c, c.reference("frequency", lambda: frequency_of(c.tables)))


@check("kpis-quiz_count")
def quiz_count(c: Context) -> Iterable[Probe]:
    """Look at the answers on whom a KPI counts."""
    yield from quiz_probes(c)


@check("kpis-quiz_read")
def quiz_read(c: Context) -> Iterable[Probe]:
    """Look at the answers on what a KPI says."""
    yield from quiz_probes(c)


# ---------------------------------------------------------------- the decision


def gains(tables: Tables) -> dict[str, float]:
    """Return what a call gains with each customer on the list: drop in the risk x value - cost (yuan)."""
    edge = call_list(tables)
    gain = (edge["risk"] - edge["risk_if_called"]) * edge["value"] - edge["cost"]
    return dict(zip(edge["customer_id"], gain.astype(float), strict=True))


def call_rules(gained: Mapping[str, float]) -> list[Rule]:
    """Return what a choice of calls must keep to; one for fewer customers than there is time for keeps to it in part.

    Gains that are nearly the third best are as good as it.
    """
    third = sorted(gained.values(), reverse=True)[CALLS - 1]

    def part(calls: Sequence[str], least: float) -> float:
        return sum(gained[each] >= least for each in calls) / max(len(calls), CALLS)

    return [
        Rule("time", lambda calls: len(calls) == CALLS, N_("You have time for three calls: name three customers.")),
        Rule(
            "earned",
            lambda calls: part(calls, 1e-9),
            N_("A call costs more than it gains with one of your customers: set the drop in the risk against it."),
        ),
        Rule(
            "most",
            lambda calls: part(calls, NEARLY * third),
            N_("Somebody you leave out gains clearly more: the gain is drop in the risk × value - cost."),
            weight=3,
        ),
    ]


@check("kpis-calls")
def calls(c: Context) -> Iterable[Probe]:
    """Look at whose calls gain most."""
    gained = c.reference("gains", lambda: gains(c.tables))
    yield from decision_probes(c, call_rules(gained), ids=gained)


# ---------------------------------------------------------------- the figure


def quarterly_shares(tables: Tables) -> list[float]:
    """Return the customer share of each quarter of 2024 and 2025, all customers together."""
    ends = [f"{year}-{end}" for year in (2024, 2025) for end in ("03-31", "06-30", "09-30", "12-31")]
    starts = [f"{year}-{start}" for year in (2024, 2025) for start in ("01-01", "04-01", "07-01", "10-01")]
    return [customer_share(tables, start, end) for start, end in zip(starts, ends, strict=True)]


def drawn_values(axes: Axes) -> list[list[float]]:
    """Return what is drawn as rows of values, from left to right: each line, the points, the bars."""
    rows = [[float(y) for _, y in _ordered(zip(line["x"], line["y"], strict=False))] for line in axes["lines"]]
    rows += [[float(y) for _, y in _ordered(group)] for group in axes["points"]]
    return [*rows, [float(height) for _, height in heights(axes)]]


def _ordered(points: Iterable[Any]) -> list[Any]:
    """Return points by place where the places are numbers; words and days stand as they were drawn."""
    found = [tuple(point) for point in points]
    return sorted(found) if all(isinstance(x, (int, float)) for x, _ in found) else found


def same_shares(values: Sequence[float], expected: Sequence[float]) -> bool:
    """Return whether values are the expected shares, as fractions or in per cent."""
    return len(values) == len(expected) and any(
        all(abs(value / unit - share) <= SHARE_TOLERANCE for value, share in zip(values, expected, strict=True))
        for unit in (1, 100)
    )


@check("kpis-share_line")
def share_line(c: Context) -> Iterable[Probe]:
    """Look at the line of the customer share."""
    expected = c.reference("shares", lambda: quarterly_shares(c.tables))
    rules = [
        Rule(
            "quarters",
            lambda axes: any(len(values) == QUARTERS for values in drawn_values(axes)),
            N_("The picture needs eight values, one for each quarter of the two years."),
        ),
        Rule(
            "share",
            lambda axes: any(same_shares(values, expected) for values in drawn_values(axes)),
            N_("The shares are not those of your data: add up own and total spending of each quarter, then divide."),
            weight=2,
        ),
    ]
    yield from figure_probes(c, rules)


# ---------------------------------------------------------------- came_back


def reference_came_back(days: Sequence[float], watch: int) -> bool:
    """Come back where the first return is not later than the watch; the day of the limit counts."""
    return len(days) > 0 and days[0] <= watch


def came_back_groups(watch: int) -> list[Group]:
    """Return the probes of `came_back`: the examples shown, the limit, both sides of it, and the first return."""
    return [
        Group("examples", ([5], [400]), visible=True),
        Group(
            "limit-day",
            ([watch], [watch + 1]),
            N_("The last day of your watch counts as well (“at most”), the day after it does not."),
            weight=2,
        ),
        Group(
            "own-watch",
            ([watch - 12], [watch + 12], [watch - 9], [watch + 9]),
            N_("Some days before and after your limit are judged wrongly: is it your own watch?"),
            weight=2,
        ),
        Group(
            "first-return",
            ([10, watch + 300], [watch + 200, watch + 240], [1, 2, watch + 200]),
            N_("Only the first return counts: who came back early and then again much later did come back."),
            weight=2,
        ),
        Group(
            "never",
            ([], [1, 2, 3]),
            N_("An empty list is somebody who never came back: False."),
        ),
    ]


@check("kpis-came_back")
def came_back(c: Context) -> Iterable[Probe]:
    """Look at the learner's watch, counted in days."""
    watch = int(c.variant["watch"])
    yield from group_probes(c, lambda days: reference_came_back(days, watch), came_back_groups(watch))


# ---------------------------------------------------------------- judged


def reference_judged(row: Mapping[str, Any], steady: float, lower: str) -> str:
    """Judge a KPI by its change relative to the value before; for two KPIs down is the good way."""
    value, before = row["value"], row["before"]
    if value is None or before is None or before == 0:
        return "unknown"
    change = value / before - 1
    if abs(change) < steady:
        return "same"
    down_is_good = row["kpi"] in ("churn_rate", lower)
    return "better" if (change < 0) == down_is_good else "worse"


def kpi(name: str = "retention_rate", value: float | None = 0.9, before: float | None = 0.8) -> dict[str, Any]:
    """Return one row of a scorecard."""
    return {"kpi": name, "value": value, "before": before}


def judged_groups(steady: float, lower: str) -> list[Group]:
    """Return the probes of `judged`; no value stands on the limit, where float arithmetic would decide."""
    inside, outside = 100 * steady - 0.5, 100 * steady + 0.5  # in per cent of the value before
    return [
        Group("examples", (kpi(), kpi(value=0.7), kpi(value=None)), visible=True),
        Group(
            "unknown",
            (kpi(before=None), kpi(value=None, before=None), kpi("save_rate", None, 0.4), kpi("save_rate", 0.5, 0.4)),
            N_("Where value or before is None nothing is known; do not compute with it."),
        ),
        Group(
            "from-nothing",
            (kpi("average_spend", 300.0, 0), kpi("customer_base", 0, 0), kpi("customer_base", 0, 12)),
            N_("Where before is 0 there is no change to compute: “unknown”. A value of 0 is known."),
        ),
        Group(
            "own-steady",
            [kpi("average_spend", 100 + sign * by, 100) for by in (inside, outside) for sign in (1, -1)],
            N_("Changes just inside and outside your limit are judged wrongly: is it your steady, up and down?"),
            weight=2,
        ),
        Group(
            "relative",
            (
                kpi("customer_share", 0.5 * (1 + 1.5 * steady), 0.5),
                kpi("customer_share", 0.5 * (1 - 1.5 * steady), 0.5),
                kpi("average_spend", 5000 * (1 + steady / 2), 5000.0),
                kpi("average_spend", 5000 * (1 - steady / 2), 5000.0),
            ),
            N_("The change is a share of the value before, value / before - 1: not the difference of the two."),
        ),
        Group(
            "before-divides",
            [kpi("average_spend", 10000 * (1 + sign * steady + steady**2 / 2), 10000) for sign in (1, -1)],
            N_("Divide by the value before, not by the value of today."),
        ),
        Group(
            "churn",
            (
                kpi("churn_rate", 0.15, 0.2),
                kpi("churn_rate", 0.2, 0.15),
                kpi("churn_rate", 0.2 * (1 + steady / 2), 0.2),
            ),
            N_("A churn rate that falls is better, one that rises is worse."),
            weight=2,
        ),
        Group(
            "own-lower",
            (kpi(lower, 12, 20), kpi(lower, 20, 12), kpi(lower, 20, 20)),
            N_("For the KPI that your lower names, down is the good way as well."),
            weight=2,
        ),
        Group(
            "upper",
            (kpi("customer_base", 1200, 1000), kpi("customer_base", 1000, 1200), kpi("save_rate", 0.3, 0.4)),
            N_("For all other KPIs up is the good way."),
        ),
    ]


@check("kpis-judged")
def judged(c: Context) -> Iterable[Probe]:
    """Look at the learner's word for the change of a KPI."""
    steady, lower = float(c.variant["steady"]), str(c.variant["lower"])
    yield from group_probes(c, lambda row: reference_judged(row, steady, lower), judged_groups(steady, lower))
