"""The checks of `kpis`: the solution, the untouched stub, named mistakes, and 200 learners' data."""

from __future__ import annotations

import ast
import math
from collections.abc import Callable
from dataclasses import dataclass
from functools import cache
from itertools import combinations
from statistics import mean
from types import SimpleNamespace
from typing import Any

import matplotlib as mpl
import numpy as np
import pandas as pd
import pytest
from matplotlib.figure import Figure

from autograders.check import Group, Verdict, examine
from autograders.checks import kpis as checks
from autograders.messages import LANGUAGES, tell
from autograders.mistakes import registry
from autograders.plain import NamespaceWork
from loyaltylib import chapters, kpis_panels
from loyaltylib.data import Tables, load
from tests.course.notebooks import notebook

mpl.use("agg")
EXERCISES = {e.id: e for e in chapters.chapter("kpis").exercises}
MARKED = [name for name, e in EXERCISES.items() if e.kind != "text"]
FUNCTIONS = [name for name, e in EXERCISES.items() if e.kind == "function"]
GIVEN = ("my-autumn", "came_back-yours", "edge", "two-years", "judged-yours")  # cells the answers rest on
FEW = [f"learner-{number}" for number in range(3)]
SAMPLE = [f"sample-{number}" for number in range(200)]


# ---------------------------------------------------------------- a learner's notebook without a kernel


@cache
def tables(learner: str, lang: str = "en") -> Tables:
    return load("company", learner, lang)


@cache
def cells(version: str) -> dict[str, str]:
    """Return the code cells the answers rest on, and the answers: id -> code, as solved or as released."""
    wanted = {*GIVEN, *(f"{name}-answer" for name in MARKED)}
    return {cell.id: cell.source for cell in notebook("kpis", "en", version).cells if cell.id in wanted}


@cache
def answers(learner: str, version: str = "solved") -> dict[str, Any]:
    """Return the names a notebook holds after its answers have run."""
    kit = SimpleNamespace(data=tables(learner), lang="en", yours=lambda name: chapters.variant(name, learner))
    names: dict[str, Any] = {"kit": kit, "kpis_panels": kpis_panels}
    for code in cells(version).values():
        exec(code, names)  # noqa: S102 - the course's own cells
    return names


def verdict(exercise: str, learner: str, names: dict[str, Any]) -> Verdict:
    return examine(exercise, NamespaceWork(names), learner, tables(learner))


def missed(outcome: Verdict) -> set[str]:
    return {probe.name for probe in outcome.probes if not probe.passed}


def learners_of(exercise: str) -> dict[tuple[Any, ...], str]:
    """Return one learner for each combination of an exercise's variants."""
    found: dict[tuple[Any, ...], str] = {}
    for learner in SAMPLE:
        found.setdefault(tuple(chapters.variant(exercise, learner).values()), learner)
    assert len(found) == math.prod(len(values) for values in EXERCISES[exercise].variant.values())
    return found


# ---------------------------------------------------------------- full points, no points


@pytest.mark.parametrize("exercise", MARKED)
def test_an_empty_notebook_gets_none(exercise):
    assert verdict(exercise, "learner-0", {}).points == 0


@pytest.mark.parametrize("exercise", FUNCTIONS)
@pytest.mark.parametrize("constant", [True, False, None, "unknown", "better", "worse", "same"])
def test_a_function_that_always_gives_the_same_gets_nothing(exercise, constant):
    assert verdict(exercise, "learner-0", {EXERCISES[exercise].answer: lambda _: constant}).points == 0


# ---------------------------------------------------------------- named mistakes


@dataclass(frozen=True)
class Mistake:
    """A wrong function: from the learner's variant to a function, and exactly the probes it must miss."""

    name: str
    exercise: str
    make: Callable[[dict[str, Any]], Callable[[Any], Any]]
    misses: set[str]


def judge(own: dict[str, Any], **changed: Any) -> Callable[[dict[str, Any]], str]:
    """Return an answer to `judged` with something changed."""

    def judged(row):
        nothing = changed.get("nothing", lambda r: r["value"] is None or r["before"] is None or r["before"] == 0)
        if nothing(row):
            return "unknown"
        change = changed.get("change", lambda r: r["value"] / r["before"] - 1)(row)
        if changed.get("same", lambda c: abs(c) < own["steady"])(change):
            return "same"
        lower = changed.get("lower", {"churn_rate", own["lower"]})
        return "better" if (change < 0) == (row["kpi"] in lower) else "worse"

    return judged


def back(limit: Callable[[dict[str, Any]], float], which: int = 0) -> Callable[[dict[str, Any]], Any]:
    return lambda own: lambda days: len(days) > 0 and days[which] <= limit(own)


MISTAKES = [
    Mistake("a day short", "kpis-came_back", back(lambda v: v["watch"] - 1), {"limit-day"}),
    Mistake("a day long", "kpis-came_back", back(lambda v: v["watch"] + 1), {"limit-day"}),
    Mistake("the chapter's 90 days", "kpis-came_back", back(lambda _: 90), {"limit-day", "own-watch"}),
    Mistake("the last return", "kpis-came_back", back(lambda v: v["watch"], -1), {"first-return"}),
    Mistake(
        "whether at all",
        "kpis-came_back",
        lambda _: lambda days: len(days) > 0,
        {"examples", "limit-day", "own-watch", "first-return"},
    ),
    Mistake("no thought of nobody", "kpis-came_back", lambda v: lambda d: d[0] <= v["watch"], {"never"}),
    Mistake("nobody came back", "kpis-came_back", lambda v: lambda d: not d or d[0] <= v["watch"], {"never"}),
    Mistake(
        "turned round",
        "kpis-came_back",
        lambda v: lambda d: len(d) > 0 and d[0] > v["watch"],
        {"examples", "limit-day", "own-watch", "first-return", "never"},
    ),
    Mistake(
        "None not thought of",
        "kpis-judged",
        lambda v: judge(v, nothing=lambda r: r["before"] == 0),
        {"examples", "unknown"},
    ),
    Mistake(
        "zero not thought of",
        "kpis-judged",
        lambda v: judge(v, nothing=lambda r: r["value"] is None or r["before"] is None),
        {"from-nothing"},
    ),
    Mistake(
        "a value of zero taken for nothing",
        "kpis-judged",
        lambda v: judge(v, nothing=lambda r: not r["value"] or not r["before"]),
        {"from-nothing"},
    ),
    Mistake(
        "points instead of a share",
        "kpis-judged",
        lambda v: judge(v, change=lambda r: r["value"] - r["before"]),
        {"own-steady", "relative", "before-divides"},
    ),
    Mistake(
        "divided by the value of today",
        "kpis-judged",
        lambda v: judge(v, change=lambda r: 1 - r["before"] / r["value"] if r["value"] else -1),
        {"before-divides"},
    ),
    Mistake(
        "another limit",
        "kpis-judged",
        lambda v: judge(v, same=lambda c: abs(c) < 0.1),
        {"own-steady", "relative", "before-divides"},
    ),
    Mistake(
        "no limit",
        "kpis-judged",
        lambda v: judge(v, same=lambda c: c == 0),
        {"own-steady", "relative", "before-divides", "churn"},
    ),
    Mistake(
        "falls are never the same",
        "kpis-judged",
        lambda v: judge(v, same=lambda c: 0 <= c < v["steady"]),
        {"own-steady", "relative", "before-divides"},
    ),
    Mistake("churn forgotten", "kpis-judged", lambda v: judge(v, lower={v["lower"]}), {"churn"}),
    Mistake("own KPI forgotten", "kpis-judged", lambda v: judge(v, lower={"churn_rate"}), {"own-lower"}),
    Mistake("up is always good", "kpis-judged", lambda v: judge(v, lower=set()), {"churn", "own-lower"}),
]


@pytest.mark.parametrize("mistake", MISTAKES, ids=lambda m: f"{m.exercise}-{m.name.replace(' ', '_')}")
def test_a_named_mistake_misses_exactly_its_probes(mistake):
    for variant, learner in learners_of(mistake.exercise).items():
        wrong = mistake.make(chapters.variant(mistake.exercise, learner))
        outcome = verdict(mistake.exercise, learner, {EXERCISES[mistake.exercise].answer: wrong})
        assert missed(outcome) == mistake.misses, (variant, outcome.reasons("en"))
        assert all(bool(outcome.reasons(lang)) == bool(mistake.misses) for lang in LANGUAGES)


class _Draft:
    """As much of a submission in the making as the mistakes in answers of this chapter touch."""

    def __init__(self, learner: str) -> None:
        self.learner = learner
        self.names = dict(answers(learner))

    def exercise(self, name: str) -> chapters.Exercise:
        return EXERCISES[f"kpis-{name}"]

    def variant(self, name: str) -> dict[str, Any]:
        return chapters.variant(f"kpis-{name}", self.learner)

    def key(self, name: str) -> dict[str, Any]:
        return dict(self.names[EXERCISES[f"kpis-{name}"].answer])

    def write_quiz(self, name: str, given: dict[str, Any]) -> None:
        self.names[EXERCISES[f"kpis-{name}"].answer] = given

    def write(self, _: str, code: str) -> None:
        exec(code, self.names)  # noqa: S102 - the kit's own mistakes

    def add(self, name: str, code: str) -> None:
        """Run the answer again, with something below it."""
        exec(cells("solved")[f"kpis-{name}-answer"] + "\n\n" + code, self.names)  # noqa: S102


OWN = [m for m in registry.known("kpis").values() if m.change.__module__ == "autograders.mistakes.kpis"]


@pytest.mark.parametrize("mistake", OWN, ids=lambda m: m.name)
@pytest.mark.parametrize("learner", FEW)
def test_a_mistake_of_a_simulated_class_costs_what_is_written_beside_it(mistake, learner):
    draft = _Draft(learner)
    costs = mistake.change(draft)
    assert {*costs} == {*mistake.touches}
    for name, cost in costs.items():
        outcome = verdict(f"kpis-{name}", learner, draft.names)
        left = {probe.name: probe.credit for probe in outcome.probes}
        if cost.whole:
            assert outcome.points == 0
        else:
            assert left == pytest.approx({probe: cost.left.get(probe, 1.0) for probe in left}), mistake.name


# ---------------------------------------------------------------- numbers, calls, the figure


def test_the_frequency_is_read_as_it_was_meant():
    right = checks.frequency_of(tables("learner-0"))

    def points(value: object) -> float:
        return verdict("kpis-frequency", "learner-0", {"frequency": value}).points

    assert points(right) == points(np.float64(right)) == points(round(right, 4)) == 12
    for wrong in (right + 0.01, -right, math.nan, math.inf, True, "abc", [right, right]):
        assert points(wrong) == 0, wrong


def test_the_frequency_by_hand_on_the_learners_own_rows():
    bought = {
        (row.customer_id, row.date)
        for row in tables("learner-0").transactions.itertuples()
        if row.date.year == 2025 and row.date.month >= 10
    }
    right = len(bought) / len({customer for customer, _ in bought})
    assert checks.frequency_of(tables("learner-0")) == pytest.approx(right)


@pytest.mark.parametrize("learner", FEW)
def test_choices_of_calls_are_marked_by_what_they_gain(learner):
    gained = checks.gains(tables(learner))
    best = sorted(gained, key=gained.__getitem__, reverse=True)

    def outcome(calls: list[str]) -> Verdict:
        return verdict("kpis-calls", learner, {"calls": calls})

    assert outcome(best[:3]).passed
    assert outcome(best[2::-1]).passed
    assert missed(outcome(best[:2])) == {"time", "earned", "most"}
    assert missed(outcome(best[:4])) >= {"time"}
    assert "most" in missed(outcome(best[-3:]))
    assert 0 < outcome(best[:2]).points < 10
    risk = kpis_panels.call_list(tables(learner))
    assert "most" in missed(outcome(list(risk["customer_id"].head(3)))), "those most at risk"


def drawn(draw: Callable[[Any, pd.Series, pd.Series], Any], *, words: bool = True) -> dict[str, Any]:
    """Return the names of a notebook in which learner-0 draws the share so."""
    wallet = tables("learner-0").wallet
    two = wallet[wallet["period"] >= "2024-01-01"].groupby("period")
    axes = Figure().add_subplot()
    draw(axes, two["own_spend"].sum(), two["total_category_spend"].sum())
    if words:
        axes.set(title="share", xlabel="quarter", ylabel="share")
    return {"ax": axes}


RIGHT_FIGURES = {
    "points": lambda ax, own, total: ax.plot(own / total, "o"),
    "numbers below": lambda ax, own, total: ax.plot(range(8), list(own / total)),
    "words below": lambda ax, own, total: ax.plot([str(day)[:7] for day in own.index], list(own / total)),
    "per cent": lambda ax, own, total: ax.plot(100 * own / total),
    "bars": lambda ax, own, total: ax.bar(range(8), list(own / total)),
    "scatter": lambda ax, own, total: ax.scatter(range(8), list(own / total)),
    "a line for the mean": lambda ax, own, total: (ax.plot(own / total), ax.axhline(0.5)),
}


@pytest.mark.parametrize("way", RIGHT_FIGURES)
def test_every_right_way_to_draw_the_share_passes(way):
    outcome = verdict("kpis-share_line", "learner-0", drawn(RIGHT_FIGURES[way]))
    assert outcome.passed, outcome.reasons("en")


WRONG_FIGURES = {
    "own spending": (lambda ax, own, _: ax.plot(own), {"share"}),
    "turned round": (lambda ax, own, total: ax.plot(total / own), {"share"}),
    "the other part": (lambda ax, own, total: ax.plot(1 - own / total), {"share"}),
    "a quarter left out": (lambda ax, own, total: ax.plot((own / total).head(7)), {"quarters", "share"}),
}


@pytest.mark.parametrize("way", WRONG_FIGURES)
def test_a_wrong_share_misses_exactly_its_probes(way):
    draw, misses = WRONG_FIGURES[way]
    assert missed(verdict("kpis-share_line", "learner-0", drawn(draw))) == misses


def test_a_figure_without_words_loses_them_only():
    outcome = verdict("kpis-share_line", "learner-0", drawn(RIGHT_FIGURES["points"], words=False))
    assert missed(outcome) == {"words"}


# ---------------------------------------------------------------- probes and references


def groups_of(exercise: str, learner: str) -> list[Group]:
    v = chapters.variant(exercise, learner)
    return checks.came_back_groups(**v) if exercise == "kpis-came_back" else checks.judged_groups(**v)


def expected(exercise: str, learner: str, argument: Any) -> Any:
    reference = getattr(checks, f"reference_{EXERCISES[exercise].answer}")
    return reference(argument, **chapters.variant(exercise, learner))


@pytest.mark.parametrize("exercise", FUNCTIONS)
def test_each_group_has_different_results_and_every_hidden_one_a_reason(exercise):
    for learner in learners_of(exercise).values():
        for group in groups_of(exercise, learner):
            assert len({expected(exercise, learner, call) for call in group.calls}) > 1, group.name
            assert group.visible or group.reason
            assert group.visible or tell("zh", group.reason) != group.reason


def test_no_call_of_judged_stands_on_the_limit():
    for learner in learners_of("kpis-judged").values():
        steady = chapters.variant("kpis-judged", learner)["steady"]
        for group in groups_of("kpis-judged", learner):
            for row in group.calls:
                if row["value"] is not None and row["before"]:
                    assert abs(abs(row["value"] / row["before"] - 1) - steady) > 1e-4, group.name


def test_the_visible_probes_are_those_of_the_notebook():
    shown: dict[str, list[Any]] = {}
    kit = SimpleNamespace(probe=lambda name, cases=(): shown.update({name: list(cases)}))
    for cell in notebook("kpis", "en", "solved").cells:
        if cell.id.endswith("-try") and cell.id.removesuffix("-try") in FUNCTIONS:
            ast.parse(cell.source)
            exec(cell.source, {"kit": kit})  # noqa: S102
    for exercise in FUNCTIONS:
        for learner in learners_of(exercise).values():
            visible = [call for group in groups_of(exercise, learner) if group.visible for call in group.calls]
            probes = [((call,), expected(exercise, learner, call)) for call in visible]
            assert probes == [(tuple(arguments), result) for arguments, result in shown[exercise]]


@pytest.mark.parametrize("exercise", ["kpis-quiz_count", "kpis-quiz_read"])
def test_each_item_counts_by_itself(exercise):
    right = answers("learner-0")[EXERCISES[exercise].answer]
    full = verdict(exercise, "learner-0", {EXERCISES[exercise].answer: right})
    assert full.passed
    for name in right:
        rest = {item: answer for item, answer in right.items() if item != name}
        outcome = verdict(exercise, "learner-0", {EXERCISES[exercise].answer: rest})
        assert missed(outcome) == {name}
        assert outcome.points == pytest.approx(full.points * (1 - 1 / len(right)), abs=0.01)


# ---------------------------------------------------------------- every learner's data


@pytest.mark.parametrize("sample", [SAMPLE[:20], pytest.param(SAMPLE, marks=pytest.mark.long)], ids=["few", "many"])
def test_the_exercises_are_well_posed_for_every_learner(sample):
    found = []
    for learner in sample:
        data = load("company", learner)
        orders = data.transactions[data.transactions["date"] >= "2025-10-01"]
        frequency = len(orders) / orders["customer_id"].nunique()
        assert not data.transactions.duplicated(["customer_id", "date"]).any(), "the text says so"
        assert abs(frequency - len(orders) / len(data.customers)) > 0.01
        found.append(frequency)
        gains = checks.gains(data)
        gained = sorted(gains.values(), reverse=True)
        assert len(gained) == 8
        assert gained[2] > 5, "three calls that earn their cost"
        assert gained[2] - gained[3] > 1e-6, "one third best"
        risk = kpis_panels.call_list(data)["customer_id"].head(3)
        by_risk = [gains[each] for each in risk]
        assert sum(gain >= checks.NEARLY * gained[2] for gain in by_risk) < 3, "calling those most at risk is a mistake"
        wallet = data.wallet[data.wallet["period"] >= "2024-01-01"]
        assert wallet["period"].nunique() == checks.QUARTERS
        shares = wallet.groupby("period")["own_spend"].sum() / wallet.groupby("period")["total_category_spend"].sum()
        each = (wallet["own_spend"] / wallet["total_category_spend"]).groupby(wallet["period"]).mean()
        assert max(abs(shares - each)) > 2 * checks.SHARE_TOLERANCE, "the mean of shares is another line"
    apart = [abs(a - b) > EXERCISES["kpis-frequency"].tolerance for a, b in combinations(found, 2)]
    assert mean(apart) > 0.95


def test_the_shares_of_the_reference_are_those_of_the_plainest_pandas():
    data = tables("learner-0")
    wallet = data.wallet[data.wallet["period"] >= "2024-01-01"].groupby("period")
    plain = wallet["own_spend"].sum() / wallet["total_category_spend"].sum()
    assert checks.quarterly_shares(data) == pytest.approx(list(plain))


def test_figures_do_not_depend_on_the_language():
    assert checks.gains(tables("learner-0", "zh")) == checks.gains(tables("learner-0"))


def test_every_variant_is_drawn_about_equally_often():
    for exercise in FUNCTIONS:
        for name, values in EXERCISES[exercise].variant.items():
            drawn_ = [chapters.variant(exercise, f"id-{number}")[name] for number in range(500)]
            for value in values:
                assert drawn_.count(value) == pytest.approx(500 / len(values), rel=0.3)
