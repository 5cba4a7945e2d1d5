"""The checks of `burnett`: the solution, the stub, named mistakes, and the data of 200 learners."""

from __future__ import annotations

import math
from copy import deepcopy
from functools import cache
from typing import Any

import nbformat
import pytest

from autograders import build, build_notebook
from autograders.check import Verdict, examine
from autograders.checks import burnett as checks
from autograders.messages import LANGUAGES, tell
from autograders.mistakes import Draft
from autograders.mistakes import burnett as mistakes
from autograders.mistakes.draft import solved
from autograders.plain import NamespaceWork
from loyaltylib import burnett, chapters
from loyaltylib.data import load
from tests.course.notebooks import LEARNERS, before, run, source

EXERCISES = {e.id: e for e in chapters.chapter("burnett").exercises}
MARKED = [name for name, e in EXERCISES.items() if e.kind != "text"]
FUNCTIONS = [name for name, e in EXERCISES.items() if e.kind == "function"]
MISTAKES = {each.name: each for each in mistakes.mistakes()}
SAMPLE = [f"sample-{number}" for number in range(200)]


def verdict(exercise: str, learner: str, names: dict[str, Any]) -> Verdict:
    return examine(exercise, NamespaceWork(names), learner, load("company", learner))


def missed(outcome: Verdict) -> set[str]:
    return {probe.name for probe in outcome.probes if not probe.passed}


def learners_of(exercise: str) -> dict[str, str]:
    """Return one learner for each combination of an exercise's variants."""
    found: dict[str, str] = {}
    for number in range(200):
        found.setdefault(str(chapters.variant(exercise, f"learner-{number}")), f"learner-{number}")
    assert len(found) == math.prod(len(values) for values in EXERCISES[exercise].variant.values())
    return found


# ---------------------------------------------------------------- full points, no points, mistakes


@pytest.mark.parametrize("exercise", MARKED)
def test_an_empty_notebook_gets_none_and_says_what_is_missing(exercise):
    outcome = verdict(exercise, "learner-0", {})
    assert outcome.points == 0
    assert EXERCISES[exercise].answer in " ".join(outcome.reasons("en"))


@cache
def notebooks() -> tuple[Any, Any, Any]:
    """Return the instructor's notebook, the learner's, and the learner's solved."""
    instructors = build.instructors_notebook(source("burnett"), "en")
    released = nbformat.reads(build_notebook.learners_text(instructors), as_version=4)
    return instructors, released, solved(released, instructors, source("burnett").chapter)


def draft(learner: str) -> Draft:
    instructors, released, whole = notebooks()
    chapter = source("burnett").chapter
    return Draft(chapter, learner, learner, deepcopy(whole), released, lambda: released, instructors, "burnett.ipynb")


@pytest.mark.parametrize("learner", LEARNERS)
@pytest.mark.parametrize("mistake", MISTAKES.values(), ids=MISTAKES)
def test_a_named_mistake_costs_exactly_what_it_says(mistake, learner):
    made = draft(learner)
    ((name, cost),) = mistake.change(made).items()
    exercise = EXERCISES[f"burnett-{name}"]
    names = before(exercise, learner)
    run(made.answer(name).source, names)
    outcome = verdict(exercise.id, learner, names)
    expected = {probe.name: 0.0 if cost.whole else cost.left.get(probe.name, 1.0) for probe in outcome.probes}
    assert {probe.name: probe.credit for probe in outcome.probes} == pytest.approx(expected), outcome.reasons("en")
    assert all(outcome.reasons(lang) for lang in LANGUAGES)


def test_every_machine_marked_exercise_but_none_has_a_mistake_of_its_own():
    assert {f"burnett-{name}" for each in MISTAKES.values() for name in each.touches} == set(MARKED)


# ---------------------------------------------------------------- functions


@pytest.mark.parametrize("exercise", FUNCTIONS)
def test_the_solution_of_a_function_passes_with_every_variant(exercise):
    code = draft("learner-0").answer(exercise.removeprefix("burnett-")).source
    for learner in learners_of(exercise).values():
        names = before(EXERCISES[exercise], "learner-0") | renamed(chapters.variant(exercise, learner))
        run(code, names)
        assert verdict(exercise, learner, names).passed, learner


def renamed(variant: dict[str, Any]) -> dict[str, Any]:
    """Return a variant's values under the names the notebook gives them."""
    return {"branch" if name == "weights" else name: value for name, value in variant.items()}


def groups_of(exercise: str, learner: str) -> list[Any]:
    own = chapters.variant(exercise, learner)
    if exercise == "burnett-index":
        return checks.index_groups(own["weights"], learner)
    return checks.kept_groups(own["step"], learner)


def expected(exercise: str, learner: str, argument: Any) -> Any:
    reference = getattr(checks, f"reference_{EXERCISES[exercise].answer}")
    return reference(argument, **chapters.variant(exercise, learner))


@pytest.mark.parametrize("exercise", FUNCTIONS)
def test_each_group_has_different_results_and_every_hidden_one_a_reason(exercise):
    for learner in learners_of(exercise).values():
        for group in groups_of(exercise, learner):
            results = {round(expected(exercise, learner, call), 6) for call in group.calls}
            # Drawn accounts may agree with each other; another step is what they tell apart.
            assert len(results) > 1 or group.name == "own-step", group.name
            assert group.visible or tell("zh", group.reason) != group.reason


def test_no_probe_of_kept_hangs_on_float_noise_and_the_drawn_ones_tell_the_steps_apart():
    for step in (0.2, 0.3, 0.4):
        for learner in SAMPLE[:40]:
            for group in checks.kept_groups(step, learner):
                for scores in group.calls:
                    assert set(scores) == set(burnett.BurnettWeights().indicators)
                    assert checks.is_safe(scores, step), group.name
                    if group.name == "own-step":
                        others = {checks.reference_kept(scores, each) for each in {0.2, 0.3, 0.4} - {step}}
                        assert checks.reference_kept(scores, step) not in others


def test_weights_tilted_one_by_one_give_the_same_as_the_formula():
    scores = {name: 1 + place % 9 / 2 for place, name in enumerate(checks.WEIGHTS)}
    ours, *tilted = checks.tilted(scores, 0.3)
    assert ours == pytest.approx(burnett.attractiveness(scores))
    for name, found in zip(checks.WEIGHTS, tilted, strict=True):
        weights = {each: 0.7 * weight + 0.3 * (each == name) for each, weight in checks.WEIGHTS.items()}
        assert found == pytest.approx(burnett.attractiveness(scores, burnett.BurnettWeights(weights, frozenset())))


@pytest.mark.parametrize("exercise", FUNCTIONS)
@pytest.mark.parametrize("constant", [None, 0, 1.0, 3.0, 18 / 19, "high"])
def test_a_function_that_always_gives_the_same_gets_nothing(exercise, constant):
    assert verdict(exercise, "learner-0", {EXERCISES[exercise].answer: lambda _: constant}).points == 0


# ---------------------------------------------------------------- every learner's data


def test_what_is_known_of_an_account_does_not_depend_on_the_sample():
    tables = load("company", "learner-0")
    assert checks.accounts(tables) == checks._measured(tables)  # noqa: SLF001  # the same, of the sample alone


def assert_well_posed(learner: str) -> None:
    """There is enough to choose from, a choice that matters, and each common mistake gives another number."""
    tables = load("company", learner)
    known = checks.accounts(tables)
    right = [who for who, it in known.items() if it["strategy"] in checks.DEVELOP and it["kept"] >= checks.FIRM]
    assert len(right) >= 3, learner
    assert any(it["strategy"] not in checks.DEVELOP and it["kept"] >= checks.FIRM for it in known.values()), learner
    assert checks.enough(known) > 0, learner
    plan = {who: [known[who]["strategy"], known[who]["weakest"][0]] for who in right[:3]}
    assert all(rule.met(plan) == 1 for rule in checks.develop_rules(known)), learner
    assert all(len(known[who]["weakest"]) < 7 for who in right), learner
    got = burnett.who_benefits(tables, *checks.YEAR)
    share = checks.paid_by_others(tables)
    assert 0.001 < share < 0.5, learner
    wrong = [(got["paid_by_others"] > 0).mean(), 1 - share, got["paid_by_others"].sum() / len(got)]
    wrong.append(got["paid_by_others"].sum() / (got["received"] - got["paid_by_others"]).sum())
    close = [each for each in wrong[1:3] if abs(each - share) <= 2 * EXERCISES["burnett-others_pay"].tolerance]
    assert not close, learner


@pytest.mark.parametrize("learner", SAMPLE[:20])
def test_the_exercises_are_well_posed_for_a_sample_of_learners(learner):
    assert_well_posed(learner)


@pytest.mark.long
@pytest.mark.timeout(3600)
def test_the_exercises_are_well_posed_for_200_learners():
    for learner in SAMPLE:
        assert_well_posed(learner)
    values = [round(checks.paid_by_others(load("company", learner)), 3) for learner in SAMPLE[:40]]
    assert len(set(values)) > 25


@cache
def known() -> dict[str, dict[str, Any]]:
    return checks.accounts(load("company", "learner-0"))


def test_a_plan_of_one_account_earns_a_third_where_single_accounts_are_looked_at():
    who, it = next((who, it) for who, it in known().items() if it["strategy"] in checks.DEVELOP)
    rules = {rule.name: rule for rule in checks.develop_rules(known())}
    plan = {who: [it["strategy"], it["weakest"][0]]}
    assert rules["strategy"].met(plan) == pytest.approx(1 / 3)
    assert not rules["three"].met(plan)


def test_three_small_accounts_are_not_enough():
    right = [who for who, it in known().items() if it["strategy"] in checks.DEVELOP and it["kept"] >= checks.FIRM]
    plan = {who: [known()[who]["strategy"], known()[who]["weakest"][-1]] for who in right[-3:]}
    names = {"plan": plan}
    assert missed(verdict("burnett-develop", "learner-0", names)) == {"stake"}
