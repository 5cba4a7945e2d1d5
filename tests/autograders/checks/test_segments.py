"""The checks of `segments`: the solution, the untouched stub, named mistakes, and many learners' data."""

from __future__ import annotations

import json
import math
from copy import deepcopy
from functools import cache
from itertools import combinations
from statistics import mean
from types import SimpleNamespace
from typing import Any

import nbformat
import numpy as np
import pytest

from autograders import build_notebook
from autograders.check import Group, examine
from autograders.checks import segments as checks
from autograders.messages import LANGUAGES, tell
from autograders.mistakes import segments as mistakes
from autograders.mistakes.draft import Draft, solved
from autograders.plain import NamespaceWork
from autograders.verdict import Verdict
from loyaltylib import chapters, segments
from loyaltylib.data import Tables, load
from loyaltylib.segments_clp import ClpCell
from tests.course import notebooks

EXERCISES = {e.id: e for e in chapters.chapter("segments").exercises}
MARKED = [name for name, e in EXERCISES.items() if e.kind != "text"]
FUNCTIONS = [name for name, e in EXERCISES.items() if e.kind == "function"]
KNOWN: dict[str, dict[str, Any]] = {}


@cache
def tables(learner: str) -> Tables:
    return load("company", learner)


def verdict(exercise: str, learner: str, names: dict[str, Any]) -> Verdict:
    return examine(exercise, NamespaceWork(names), learner, tables(learner), KNOWN.setdefault(learner, {}))


def answered(exercise: str, value: object, learner: str = "learner-0") -> Verdict:
    return verdict(exercise, learner, {EXERCISES[exercise].answer: value})


def credits_of(outcome: Verdict) -> dict[str, float]:
    return {probe.name: probe.credit for probe in outcome.probes}


def learners_of(exercise: str) -> dict[tuple[Any, ...], str]:
    """Return one learner for each combination of an exercise's variants."""
    found: dict[tuple[Any, ...], str] = {}
    for number in range(600):
        learner = f"learner-{number}"
        found.setdefault(tuple(chapters.variant(exercise, learner).values()), learner)
    assert len(found) == math.prod(len(values) for values in EXERCISES[exercise].variant.values())
    return found


# ---------------------------------------------------------------- full points, no points


@pytest.mark.parametrize("exercise", MARKED)
def test_an_empty_notebook_gets_none_and_says_what_is_missing(exercise):
    outcome = verdict(exercise, "learner-0", {})
    assert outcome.points == 0
    assert EXERCISES[exercise].answer in " ".join(outcome.reasons("en"))


# ---------------------------------------------------------------- named mistakes


@cache
def versions() -> tuple[Any, Any, Any]:
    """Return the instructor's notebook, the released one, and the released one with the solution in it."""
    instructors = notebooks.notebook("segments", "en", "solved")
    released = nbformat.reads(build_notebook.learners_text(instructors), as_version=4)
    return instructors, released, solved(released, instructors, chapters.chapter("segments"))


def draft(learner: str) -> Draft:
    instructors, released, whole = versions()
    chapter = chapters.chapter("segments")
    return Draft(chapter, learner, learner, deepcopy(whole), released, lambda: released, instructors, "segments.ipynb")


def marked_with(mistake: Any, learner: str, given: dict[str, Any]) -> None:
    """Make a mistake, run the answer it is made in, and hold its cost against the verdict."""
    made = draft(learner)
    ((name, cost),) = mistake.change(made).items()
    exercise = made.exercise(name)
    names = dict(given)
    notebooks.run(made.answer(name).source, names)
    outcome = verdict(exercise.id, learner, names)
    expected = {probe.name: 0.0 if cost.whole else cost.left.get(probe.name, 1.0) for probe in outcome.probes}
    assert set(cost.left) <= set(expected), "a probe that is not there"
    assert credits_of(outcome) == pytest.approx(expected), outcome.reasons("en")
    assert outcome.points < exercise.points
    assert all(outcome.reasons(lang) for lang in LANGUAGES)


OWN = {mistake.name: mistake for mistake in mistakes.mistakes()}
ON_DATA = [each for each in OWN.values() if f"segments-{each.touches[0]}" not in FUNCTIONS]
IN_FUNCTIONS = [each for each in OWN.values() if each not in ON_DATA]


@pytest.mark.parametrize("learner", ["learner-0", "learner-1"])
@pytest.mark.parametrize("mistake", ON_DATA, ids=lambda each: each.name)
def test_a_mistake_on_the_learners_data_costs_exactly_what_it_says(mistake, learner):
    exercise = EXERCISES[f"segments-{mistake.touches[0]}"]
    marked_with(mistake, learner, notebooks.before(exercise, learner))


@pytest.mark.parametrize("mistake", IN_FUNCTIONS, ids=lambda each: each.name)
def test_a_mistake_in_a_function_misses_exactly_its_probes_whatever_was_drawn(mistake):
    exercise = f"segments-{mistake.touches[0]}"
    for learner in learners_of(exercise).values():
        marked_with(mistake, learner, chapters.variant(exercise, learner))


def test_every_exercise_has_mistakes_of_its_own():
    assert {f"segments-{mistake.touches[0]}" for mistake in OWN.values()} == set(MARKED)


# ---------------------------------------------------------------- functions


@pytest.mark.parametrize("exercise", FUNCTIONS)
def test_the_function_solves_every_variant(exercise):
    _, _, whole = versions()
    code = {cell.id: cell.source for cell in whole.cells}
    for learner in learners_of(exercise).values():
        names: dict[str, Any] = {"kit": SimpleNamespace(yours=lambda name, who=learner: chapters.variant(name, who))}
        notebooks.run(code[f"{exercise.removeprefix('segments-')}-yours"], names)
        notebooks.run(code[f"{exercise}-answer"], names)
        assert verdict(exercise, learner, names).passed


@pytest.mark.parametrize("exercise", FUNCTIONS)
@pytest.mark.parametrize("constant", [None, 0, 900, "low_low", "high_high", "unknown"])
def test_a_function_that_always_gives_the_same_gets_nothing(exercise, constant):
    assert answered(exercise, lambda _: constant).points == 0


@pytest.mark.parametrize(
    "formula",
    [
        lambda left, r, d: left * (1 + d) / (1 + d - r),
        lambda left, r, d: left + left * r / (1 + d - r),
        lambda left, r, d: left / (1 - r / (1 + d)),
        lambda left, r, d: np.float64(segments.clv_discounted(left, r, d, immediate=True)),
    ],
)
def test_every_right_way_to_write_the_worth_passes(formula):
    for learner in learners_of("segments-worth").values():
        interest = chapters.variant("segments-worth", learner)["interest"]

        def worth(account, interest=interest):
            return formula(max(account["profit"] - account["service"], 0), account["stays"], interest)

        assert answered("segments-worth", worth, learner).passed


def groups_of(exercise: str, learner: str) -> list[Group]:
    if exercise == "segments-worth":
        return checks.worth_groups(learner)
    return checks.cell_of_groups(**chapters.variant(exercise, learner))


def expected(exercise: str, learner: str, argument: Any) -> Any:
    return getattr(checks, f"reference_{EXERCISES[exercise].answer}")(argument, **chapters.variant(exercise, learner))


@pytest.mark.parametrize("exercise", FUNCTIONS)
def test_each_group_has_different_results_and_every_hidden_one_a_reason(exercise):
    for learner in learners_of(exercise).values():
        for group in groups_of(exercise, learner):
            assert len({expected(exercise, learner, call) for call in group.calls}) > 1, group.name
            assert group.visible or tell("zh", group.reason) != group.reason


def test_the_visible_probes_are_those_of_the_notebook():
    shown: dict[str, list[Any]] = {}
    kit = SimpleNamespace(probe=lambda name, cases=(): shown.update({name: list(cases)}))
    for cell in notebooks.source("segments").cells:
        if cell.role == "try":
            notebooks.run(cell.source["en"], {"kit": kit})
    for exercise in FUNCTIONS:
        for learner in learners_of(exercise).values():
            visible = [call for group in groups_of(exercise, learner) if group.visible for call in group.calls]
            probes = [((call,), expected(exercise, learner, call)) for call in visible]
            assert probes == [(tuple(arguments), result) for arguments, result in shown[exercise]]


# ---------------------------------------------------------------- number, plan, figure


def top_fifth(learner: str) -> float:
    return segments.pareto_share(checks.profits(tables(learner)), by="profit")


@pytest.mark.parametrize("form", ["per cent", "text"])
def test_a_share_in_another_unit_gets_no_points_but_a_hint(form):
    right = top_fifth("learner-0")
    outcome = answered("segments-top_fifth", 100 * right if form == "per cent" else f"{right:.2%}")
    assert outcome.points == 0
    assert outcome.reasons("en") != outcome.reasons("zh")


def plan_of(accounts: dict[str, list[Any]], **changed: str) -> dict[str, list[str]]:
    """Return the plan of the solution: the largest account of each cell, as its cell advises."""
    found = {}
    for cell, (step, reasons) in checks.ADVICE.items():
        who = max((who for who, (c, _) in accounts.items() if c == cell), key=lambda who: accounts[who][1])
        found[who] = [step, changed.get(cell, reasons[0])]
    return found


def test_other_plans_are_right_too():
    accounts = checks.shortlist(tables("learner-0"))
    right = EXERCISES["segments-plan"].points
    one_each = plan_of(accounts)
    assert answered("segments-plan", one_each).points == right
    assert (
        answered("segments-plan", plan_of(accounts, high_low="little_elsewhere", low_low="little_elsewhere")).points
        == right
    )
    second = next(who for who, (cell, _) in accounts.items() if cell == ClpCell.HIGH_LOW and who not in one_each)
    assert answered("segments-plan", one_each | {second: ["keep", "brings_much"]}).points == right
    assert answered("segments-plan", one_each | {"K9999": ["keep", "brings_much"]}).points == 0


def test_a_curve_may_start_at_the_origin_count_in_per_cent_and_have_a_diagonal_beside_it():
    import matplotlib.pyplot as plt

    steps, held = checks.curves(tables("learner-0"))[0]
    for x, y in ((steps, held), (steps[1:], held[1:]), ([100 * s for s in steps], [100 * h for h in held])):
        _, ax = plt.subplots()
        ax.plot(x, y)
        ax.plot([0, max(x)], [0, max(y)])
        ax.set(title="a", xlabel="b", ylabel="c")
        assert answered("segments-lorenz", ax).passed
        plt.close()


# ---------------------------------------------------------------- quizzes


@pytest.mark.parametrize("exercise", ["segments-quiz_groups", "segments-quiz_value"])
def test_each_item_counts_by_itself(exercise):
    right = draft("learner-0").key(exercise.removeprefix("segments-"))
    full = answered(exercise, right)
    assert full.passed
    for name in right:
        outcome = answered(exercise, {item: answer for item, answer in right.items() if item != name})
        assert {probe for probe, credit in credits_of(outcome).items() if credit == 0} == {name}
        assert outcome.points == pytest.approx(full.points * (1 - 1 / len(right)), abs=0.01)


# ---------------------------------------------------------------- every learner's data


def assert_well_posed(learner: str) -> None:
    """The number is not what a common mistake gives, the list has every cell, nothing stands on a cut."""
    data = load("company", learner)
    brought = checks.profits(data)
    total, fifth = brought["profit"].sum(), round(0.2 * len(brought))
    right = segments.pareto_share(brought, by="profit")
    ranked = brought["profit"].sort_values(ascending=False)
    assert brought[brought["place"] <= fifth]["profit"].sum() / total == pytest.approx(right, abs=1e-9)
    wrong = [
        *(ranked.head(n).sum() / total for n in (fifth - 1, fifth + 1)),
        ranked.tail(fifth).sum() / total,
        1 - right,
        fifth / len(brought),
        brought["revenue"].nlargest(fifth).sum() / brought["revenue"].sum(),
    ]
    assert min(abs(each - right) for each in wrong) > 2 * EXERCISES["segments-top_fifth"].tolerance
    assert brought["profit"].min() > 0

    accounts = checks.shortlist(data)
    assert [cell for cell, _ in accounts.values()].count(ClpCell.LOW_HIGH) == checks.OF_EACH_CELL
    assert len(accounts) == checks.OF_EACH_CELL * len(ClpCell)
    largest = max(accounts, key=lambda who: accounts[who][1])
    assert accounts[largest][0] == ClpCell.HIGH_HIGH
    sizes = [round(clp, 2) for _, clp in accounts.values()]
    assert sizes.count(max(sizes)) == 1
    for rule in checks.plan_rules(accounts):
        assert rule.met(plan_of(accounts)), rule.name

    # Whoever compares the two decimals that are shown comes to the same cell.
    value = segments.crm_dimensions(data, data.as_of)
    cuts = value[["current_value", "potential_value"]].median().round(2)
    for row in value[value["customer_id"].isin(accounts)].itertuples():
        now = "high" if round(row.current_value, 2) > cuts["current_value"] else "low"
        ahead = "high" if round(row.potential_value, 2) > cuts["potential_value"] else "low"
        assert accounts[row.customer_id][0] == f"{now}_{ahead}"


def test_the_exercises_are_well_posed_for_a_sample_of_learners():
    for number in range(8):
        assert_well_posed(f"sample-{number}")


@pytest.mark.long
@pytest.mark.timeout(3600)
def test_the_exercises_are_well_posed_for_200_learners():
    for number in range(200):
        assert_well_posed(f"id-{number:03d}")


def test_learners_differ_in_their_number():
    values = [top_fifth(f"sample-{number}") for number in range(15)]
    apart = [abs(a - b) > 2 * EXERCISES["segments-top_fifth"].tolerance for a, b in combinations(values, 2)]
    assert mean(apart) >= 0.95


def test_every_variant_is_drawn_about_equally_often():
    for exercise in FUNCTIONS:
        for name, values in EXERCISES[exercise].variant.items():
            drawn = [chapters.variant(exercise, f"id-{number:03d}")[name] for number in range(500)]
            for value in values:
                assert drawn.count(value) == pytest.approx(500 / len(values), rel=0.3)


def test_the_largest_fifth_by_hand_on_the_learners_own_rows():
    """The reference against the plainest Python there is, on one learner."""
    profit: dict[str, float] = {}
    for row in tables("learner-0").transactions.itertuples():
        if row.date.year == 2025:
            profit[row.customer_id] = profit.get(row.customer_id, 0) + row.amount - row.cost
    ranked = sorted(profit.values(), reverse=True)
    assert sum(ranked[: round(0.2 * len(ranked))]) / sum(ranked) == pytest.approx(top_fifth("learner-0"))


def test_what_is_asked_of_the_reference_once_comes_back_through_a_record(monkeypatch):
    known: dict[str, Any] = {}
    names = notebooks.answered("segments", "learner-0", "solved")
    asked = [name for name in MARKED if EXERCISES[name].kind in ("number", "decision", "figure")]

    def points() -> list[float]:
        return [examine(name, NamespaceWork(names), "learner-0", tables("learner-0"), known).points for name in asked]

    first = points()
    known = json.loads(json.dumps(known))
    for name in ("profits", "curves", "shortlist"):
        monkeypatch.setattr(checks, name, None)
    assert points() == first == [EXERCISES[name].points for name in asked]
