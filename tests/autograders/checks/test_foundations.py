"""The checks of `foundations`: every variant solved, named mistakes, and many learners' data."""

from __future__ import annotations

import json
import math
from collections.abc import Callable
from copy import deepcopy
from functools import cache
from itertools import combinations
from statistics import mean
from types import SimpleNamespace
from typing import Any

import matplotlib as mpl
import numpy as np
import pytest
from matplotlib.figure import Figure

from autograders.check import Group, Verdict, examine
from autograders.checks import foundations as checks
from autograders.messages import LANGUAGES, tell
from autograders.mistakes import Draft
from autograders.mistakes import foundations as mistakes
from autograders.plain import NamespaceWork
from loyaltylib import chapters, foundations
from loyaltylib.data import Tables, load
from tests.course import notebooks

mpl.use("agg")
EXERCISES = {e.id.partition("-")[2]: e for e in chapters.chapter("foundations").exercises}
VARIED = ("pays_back", "curve", "net_gain")
FUNCTIONS = ("pays_back", "net_gain")


@cache
def tables(learner: str) -> Tables:
    return load("company", learner)


@cache
def figures(learner: str) -> checks.Figures:
    return checks.figures(load("company", learner))


def verdict(name: str, learner: str, answer: Any) -> Verdict:
    exercise = EXERCISES[name]
    known = {"figures": vars(figures(learner))} if name in ("stays", "campaign") else {}
    return examine(exercise.id, NamespaceWork({exercise.answer: answer}), learner, references=known)


def missed(outcome: Verdict) -> set[str]:
    return {probe.name for probe in outcome.probes if not probe.passed}


def variant(name: str, learner: str) -> dict[str, Any]:
    return chapters.variant(EXERCISES[name].id, learner)


@cache
def learners_of(name: str) -> dict[str, str]:
    """Return one learner for each combination of an exercise's variants."""
    found: dict[str, str] = {}
    for number in range(400):
        found.setdefault(json.dumps(variant(name, f"learner-{number}")), f"learner-{number}")
    assert len(found) == math.prod(len(values) for values in EXERCISES[name].variant.values())
    return found


# ---------------------------------------------------------------- every variant


def solved(name: str, learner: str) -> Any:
    """Return the solution's answer for a learner, from the notebook's own cells."""
    import matplotlib.pyplot as plt

    kit = SimpleNamespace(yours=lambda _: variant(name, learner))
    names: dict[str, Any] = {"kit": kit, "plt": plt}
    for cell in notebooks.notebook("foundations", "en", "solved").cells:
        if cell.id in (f"{name}-yours", f"foundations-{name}-answer"):
            notebooks.run(cell.source, names)
    plt.close("all")
    return names[EXERCISES[name].answer]


@pytest.mark.parametrize("name", VARIED)
def test_the_solution_solves_every_variant(name):
    for learner in learners_of(name).values():
        assert verdict(name, learner, solved(name, learner)).passed


@pytest.mark.parametrize("name", VARIED)
def test_every_variant_is_drawn_about_equally_often(name):
    drawn = [variant(name, f"id-{number}") for number in range(600)]
    for parameter, values in EXERCISES[name].variant.items():
        for value in values:
            assert sum(one[parameter] == value for one in drawn) == pytest.approx(600 / len(values), rel=0.3)


@pytest.mark.parametrize("name", FUNCTIONS)
@pytest.mark.parametrize("constant", [True, False, None, 0, -10.0, "pays"])
def test_a_function_that_always_gives_the_same_gets_nothing(name, constant):
    assert verdict(name, "learner-0", lambda _: constant).points == 0


@pytest.mark.parametrize("name", FUNCTIONS)
def test_a_function_that_raises_costs_only_itself(name):
    for broken in (lambda _: 1 / 0, lambda: True, 7):
        assert verdict(name, "learner-0", broken).points == 0


@pytest.mark.parametrize("name", EXERCISES)
def test_an_empty_notebook_gets_none_and_says_what_is_missing(name):
    exercise = EXERCISES[name]
    if exercise.kind == "text":
        return
    outcome = examine(exercise.id, NamespaceWork({}), "learner-0", references={"figures": vars(figures("learner-0"))})
    assert outcome.points == 0
    assert exercise.answer in " ".join(outcome.reasons("en"))


# ---------------------------------------------------------------- named mistakes


def draft(learner: str) -> Draft:
    instructors = notebooks.notebook("foundations", "en", "solved")
    released = notebooks.notebook("foundations", "en", "released")
    chapter = chapters.chapter("foundations")
    whole = deepcopy(instructors)
    return Draft(chapter, learner, learner, whole, released, lambda: released, instructors, "foundations.ipynb")


MISTAKES = {mistake.name: mistake for mistake in mistakes.mistakes()}


@pytest.mark.parametrize("mistake", MISTAKES.values(), ids=MISTAKES)
def test_a_mistake_costs_exactly_what_it_says(mistake):
    (name,) = mistake.touches
    learners = list(learners_of(name).values()) if name in VARIED else list(notebooks.LEARNERS)
    for learner in learners:
        made = draft(learner)
        ((touched, cost),) = mistake.change(made).items()
        names = _names_for(name, learner)
        notebooks.run(
            made.answer(touched).source.replace("### BEGIN SOLUTION", "").replace("### END SOLUTION", ""), names
        )
        exercise = EXERCISES[touched]
        known = {"figures": vars(figures(learner))} if name in ("stays", "campaign") else {}
        outcome = examine(exercise.id, NamespaceWork(names), learner, references=known)
        expected = {probe.name: 0.0 if cost.whole else cost.left.get(probe.name, 1.0) for probe in outcome.probes}
        assert {probe.name: probe.credit for probe in outcome.probes} == pytest.approx(expected), learner
        assert outcome.points < exercise.points
        assert all(outcome.reasons(lang) for lang in LANGUAGES)


def _names_for(name: str, learner: str) -> dict[str, Any]:
    if name in VARIED:
        import matplotlib.pyplot as plt

        plt.close("all")
        return {"plt": plt}
    return notebooks.before(EXERCISES[name], learner)


def test_every_exercise_but_the_text_has_a_mistake_of_its_own():
    touched = {name for mistake in MISTAKES.values() for name in mistake.touches}
    assert touched == {name for name, exercise in EXERCISES.items() if exercise.kind != "text"}


# ---------------------------------------------------------------- kindly read


@pytest.mark.parametrize(
    "formula",
    [
        lambda cost, v: v["margin"] / (1 - v["retention"]) >= cost,
        lambda cost, v: v["margin"] * (1 / (1 - v["retention"])) >= cost,
        lambda cost, v: cost <= v["margin"] * foundations.tenure(v["retention"]),
        lambda cost, v: cost * (1 - v["retention"]) <= v["margin"],
        lambda cost, v: foundations.customer_value(margin=v["margin"], retention=v["retention"]) - cost >= 0,
    ],
)
def test_every_right_way_to_write_the_value_passes(formula):
    """At break-even itself float arithmetic must not decide between equivalent formulas."""
    for learner in learners_of("pays_back").values():
        own = variant("pays_back", learner)
        assert verdict("pays_back", learner, lambda cost, v=own: np.bool_(formula(cost, v))).passed


def test_a_number_is_read_as_it_was_meant():
    right = figures("learner-0").retention
    for good in (right, np.float64(right), round(right, 4)):
        assert verdict("stays", "learner-0", good).passed
    for wrong in (right * 1.02, -right, math.nan, True, "abc", [right, right], f"{right:.2%}", right * 100):
        assert verdict("stays", "learner-0", wrong).points == 0
    assert "100" in " ".join(verdict("stays", "learner-0", right * 100).reasons("en"))


def test_the_order_of_the_plans_does_not_matter_and_a_part_is_worth_something():
    found = figures("learner-0")
    best = max(checks.affordable(), key=found.of)
    assert verdict("campaign", "learner-0", list(reversed(best))).passed
    assert verdict("campaign", "learner-0", ", ".join(best)).passed
    part = verdict("campaign", "learner-0", ["keep_homes"])
    assert 0 < part.points < EXERCISES["campaign"].points
    assert missed(part) == {"best"}
    assert verdict("campaign", "learner-0", ["keep_everyone"]).points == 0


def test_a_line_across_zero_may_stand_beside_the_curve():
    own = variant("curve", "learner-0")
    totals = checks.reference_curve(own["margin"], own["retention"], own["cost"])
    axes = Figure().subplots()
    axes.plot([1, 2, 3, 4, 5, 6], [round(total, 1) for total in totals], "o-")
    axes.axhline(0)
    axes.set(title="a", xlabel="b", ylabel="c")
    assert verdict("curve", "learner-0", axes).passed
    assert verdict("curve", "learner-0", axes.figure).passed
    axes.set_title("")
    assert missed(verdict("curve", "learner-0", axes)) == {"words"}


# ---------------------------------------------------------------- probes and references


def groups_of(name: str, learner: str) -> list[Group]:
    own = variant(name, learner)
    return checks.net_gain_groups() if name == "net_gain" else checks.pays_back_groups(**own)


def expected(name: str, learner: str, argument: Any) -> Any:
    reference: Callable[..., Any] = getattr(checks, f"reference_{name}")
    return reference(argument, **variant(name, learner))


@pytest.mark.parametrize("name", FUNCTIONS)
def test_each_group_has_different_results_and_every_hidden_one_a_reason(name):
    for learner in learners_of(name).values():
        for group in groups_of(name, learner):
            assert len({expected(name, learner, call) for call in group.calls}) > 1, group.name
            assert group.visible or tell("zh", group.reason) != group.reason


def test_the_visible_probes_are_those_of_the_notebook():
    shown: dict[str, list[Any]] = {}
    kit = SimpleNamespace(probe=lambda name, cases=(): shown.update({name.partition("-")[2]: list(cases)}))
    for cell in notebooks.source("foundations").cells:
        if cell.role == "try":
            notebooks.run(cell.source["en"], {"kit": kit})
    for name in FUNCTIONS:
        for learner in learners_of(name).values():
            visible = [call for group in groups_of(name, learner) if group.visible for call in group.calls]
            assert [((call,), expected(name, learner, call)) for call in visible] == shown[name]


def test_the_net_gain_by_hand():
    plan = {"margin": 100, "retention": 0.5, "points": 0.1, "fee": 10}
    by_hand = (90 - 100) + (90 * 0.6 - 100 * 0.5) / 1.1 + (90 * 0.36 - 100 * 0.25) / 1.21
    assert checks.reference_net_gain(plan, 0.1, [0, 1, 2]) == pytest.approx(by_hand)


def test_the_running_total_by_hand():
    assert checks.reference_curve(100, 0.5, 120) == [-20, 30, 55, 67.5, 73.75, 76.875]


# ---------------------------------------------------------------- every learner's data


def test_figures_by_hand_on_the_learners_own_rows():
    data = tables("learner-0")
    kind = dict(zip(data.customers["customer_id"], data.customers["customer_type"], strict=True))
    margin: dict[str, float] = {}
    stayed = {row.customer_id for row in data.transactions.itertuples() if row.date.year == 2025}
    for row in data.transactions.itertuples():
        if row.date.year == 2024:
            margin[row.customer_id] = margin.get(row.customer_id, 0) + row.amount - row.cost
    found = figures("learner-0")
    assert found.retention == pytest.approx(len(stayed & set(margin)) / len(margin))
    firms = [who for who in margin if kind[who] == "business"]
    rate = sum(who in stayed for who in firms) / len(firms)
    worth = mean(margin[who] for who in firms) * 1.1 / (1.1 - rate)
    assert found.firm == pytest.approx(worth, abs=0.51)


def test_figures_do_not_depend_on_the_language():
    assert checks.figures(load("company", "learner-0", lang="zh")) == figures("learner-0")


def test_the_plans_are_those_of_the_notebook():
    cell = next(c.source["en"] for c in notebooks.source("foundations").cells if c.id == "campaign-plans")
    for words in (
        list(checks.PLANS),
        [plan.extra for plan in checks.PLANS.values()],
        [plan.cost for plan in checks.PLANS.values()],
    ):
        assert json.dumps(words) in cell
    assert tuple(checks.PLANS) == EXERCISES["campaign"].choices


def assert_well_posed(learner: str) -> None:
    """Every answer asks for something, common mistakes give something else, and keeping alone is not enough."""
    f = figures(learner)
    tolerance = EXERCISES["stays"].tolerance
    assert 0.7 < f.retention < 0.95
    assert abs(1 - 2 * f.retention) > 2 * tolerance
    orders = load("company", learner).transactions
    year = orders["date"].dt.year
    before, after = orders.loc[year == 2024, "customer_id"], orders.loc[year == 2025, "customer_id"]
    assert abs(before[before.isin(after)].nunique() / after.nunique() - f.retention) > 2 * tolerance
    assert min(f.net("keep_homes"), f.net("keep_firms"), f.net("win_homes")) > 0
    assert f.net("win_promo") < 0
    assert 0 < f.of(["keep_homes", "keep_firms"]) < checks.ENOUGH * f.best
    better = max(("win_homes", "win_firms"), key=f.net)
    assert f.of(["keep_homes", "keep_firms", better]) == pytest.approx(f.best)
    assert verdict("campaign", learner, ["keep_homes", "keep_firms", better]).passed
    assert ("win_firms" if f.firm > 10 * f.home + 12000 else "win_homes") == better


def assert_learners_differ(learners: list[str]) -> None:
    tolerance = EXERCISES["stays"].tolerance
    apart = [abs(figures(a).retention - figures(b).retention) > tolerance for a, b in combinations(learners, 2)]
    assert mean(apart) >= 0.95
    firms = [figures(learner).net("win_firms") > figures(learner).net("win_homes") for learner in learners]
    assert 0.2 < mean(firms) < 0.8


def test_the_exercises_are_well_posed_for_a_sample_of_learners():
    sample = [f"sample-{number}" for number in range(20)]
    for learner in sample:
        assert_well_posed(learner)
    assert_learners_differ(sample)


@pytest.mark.long
@pytest.mark.timeout(3600)
def test_the_exercises_are_well_posed_for_200_learners():
    everyone = [f"id-{number:03d}" for number in range(200)]
    for learner in everyone:
        assert_well_posed(learner)
    assert_learners_differ(everyone)
