"""The checks of `relationships`: the solution, the untouched stub, named mistakes, and 200 learners' data."""

from __future__ import annotations

import math
from copy import deepcopy
from functools import cache
from itertools import combinations, product
from statistics import mean
from types import SimpleNamespace
from typing import Any

import matplotlib as mpl
import nbformat
import pytest

from autograders import build, build_notebook
from autograders.check import Group, Verdict, examine
from autograders.checks import relationships as checks
from autograders.messages import LANGUAGES, tell
from autograders.mistakes import relationships as mistakes
from autograders.mistakes.draft import Draft, solved
from autograders.plain import NamespaceWork
from loyaltylib import chapters, relationships
from loyaltylib.data import load
from loyaltylib.relationships import RelationshipType
from tests.course import notebooks

mpl.use("agg")
CHAPTER = chapters.chapter("relationships")
EXERCISES = {e.id: e for e in CHAPTER.exercises}
MARKED = [name for name, e in EXERCISES.items() if e.kind != "text"]
FUNCTIONS = [name for name, e in EXERCISES.items() if e.kind == "function"]
FEW = list(notebooks.LEARNERS)
SAMPLE = [f"sample-{number}" for number in range(200)]


@cache
def tables(learner: str) -> Any:
    return load("company", learner)


@cache
def firms(learner: str) -> Any:
    return checks.accounts(tables(learner))


def verdict(exercise: str, learner: str, names: dict[str, Any]) -> Verdict:
    return examine(exercise, NamespaceWork(names), learner, tables(learner))


def missed(outcome: Verdict) -> set[str]:
    return {probe.name for probe in outcome.probes if not probe.passed}


def learners_of(exercise: str) -> dict[tuple[Any, ...], str]:
    """Return one learner for each combination of an exercise's variants."""
    found: dict[tuple[Any, ...], str] = {}
    for number in range(400):
        learner = f"learner-{number}"
        found.setdefault(tuple(chapters.variant(exercise, learner).values()), learner)
    assert len(found) == math.prod(len(values) for values in EXERCISES[exercise].variant.values())
    return found


def given(exercise: str, learner: str) -> dict[str, Any]:
    """Return the names that stand when a function is written: the learner's own parameters and what goes with them."""
    names: dict[str, Any] = {"kit": SimpleNamespace(yours=lambda name: chapters.variant(name, learner))}
    cell = f"{exercise.removeprefix('relationships-')}-yours"
    notebooks.run(next(each.source["en"] for each in notebooks.source("relationships").cells if each.id == cell), names)
    return names


# ---------------------------------------------------------------- full points, no points


@pytest.mark.parametrize("exercise", FUNCTIONS)
def test_the_function_solves_every_variant(exercise):
    for learner in learners_of(exercise).values():
        names = given(exercise, learner)
        notebooks.run(notebooks.answer_cell(EXERCISES[exercise]), names)
        assert verdict(exercise, learner, names).passed, chapters.variant(exercise, learner)


@pytest.mark.parametrize("exercise", FUNCTIONS)
@pytest.mark.parametrize("constant", [True, False, None, 0, "basic", "reactive", "partnership"])
def test_a_function_that_always_gives_the_same_gets_nothing(exercise, constant):
    for learner in learners_of(exercise).values():
        assert verdict(exercise, learner, {EXERCISES[exercise].answer: lambda _: constant}).points == 0


@pytest.mark.parametrize("exercise", FUNCTIONS)
def test_a_function_that_raises_or_ends_the_program_costs_only_itself(exercise):
    def leave(_argument):
        raise SystemExit(0)

    for broken in (lambda _: 1 / 0, leave, lambda: True, 7):
        assert verdict(exercise, "learner-0", {EXERCISES[exercise].answer: broken}).points == 0


# ---------------------------------------------------------------- named mistakes


@cache
def whole() -> tuple[Any, Any, Any]:
    instructors = build.instructors_notebook(notebooks.source("relationships"), "en")
    released = nbformat.reads(build_notebook.learners_text(instructors), as_version=4)
    return instructors, released, solved(released, instructors, CHAPTER)


def draft(learner: str) -> Draft:
    instructors, released, work = whole()
    return Draft(CHAPTER, learner, learner, deepcopy(work), released, lambda: released, instructors, "relationships")


OWN = mistakes.mistakes()


@pytest.mark.parametrize("mistake", OWN, ids=lambda m: m.name)
def test_a_named_mistake_misses_exactly_its_probes(mistake):
    (name,) = mistake.touches
    exercise = EXERCISES[f"relationships-{name}"]
    function = exercise.kind == "function"
    for learner in learners_of(exercise.id).values() if function else FEW:
        made = draft(learner)
        ((touched, cost),) = mistake.change(made).items()
        assert touched == name
        names = given(exercise.id, learner) if function else notebooks.before(exercise, learner)
        notebooks.run(made.answer(name).source, names)
        outcome = verdict(exercise.id, learner, names)
        expected = {p.name: 0.0 if cost.whole else cost.left.get(p.name, 1.0) for p in outcome.probes}
        assert cost.whole or set(cost.left) <= set(expected)
        assert {p.name: p.credit for p in outcome.probes} == pytest.approx(expected), (learner, outcome.reasons("en"))
        for lang in LANGUAGES:
            assert outcome.reasons(lang)


def test_every_kind_of_exercise_has_its_mistakes():
    assert {name for mistake in OWN for name in mistake.touches} == {name.split("-")[1] for name in MARKED}


@pytest.mark.parametrize("exercise", ["relationships-quiz_types", "relationships-quiz_grid"])
def test_each_item_counts_by_itself(exercise):
    right = notebooks.answered("relationships", "learner-0", "solved")[EXERCISES[exercise].answer]
    for name in right:
        rest = {item: answer for item, answer in right.items() if item != name}
        outcome = verdict(exercise, "learner-0", {EXERCISES[exercise].answer: rest})
        assert missed(outcome) == {name}


# ---------------------------------------------------------------- functions


def groups_of(exercise: str, learner: str) -> list[Group]:
    v = chapters.variant(exercise, learner)
    return checks.pays_groups(**v) if exercise == "relationships-pays" else checks.choose_type_groups(**v)


def expected(exercise: str, learner: str, argument: Any) -> Any:
    reference = getattr(checks, f"reference_{EXERCISES[exercise].answer}")
    return reference(argument, **chapters.variant(exercise, learner))


@pytest.mark.parametrize("exercise", FUNCTIONS)
def test_each_group_has_different_results_and_every_hidden_one_a_reason(exercise):
    for learner in learners_of(exercise).values():
        for group in groups_of(exercise, learner):
            assert len({expected(exercise, learner, call) for call in group.calls}) > 1, group.name
            assert group.visible or tell("zh", group.reason) != group.reason


def test_the_visible_probes_are_those_of_the_notebook():
    shown: dict[str, list[Any]] = {}
    kit = SimpleNamespace(probe=lambda name, cases=(): shown.update({name: list(cases)}))
    for cell in notebooks.source("relationships").cells:
        if cell.role == "try" and cell.exercise in FUNCTIONS:
            notebooks.run(cell.source["en"], {"kit": kit})
    for exercise in FUNCTIONS:
        for learner in learners_of(exercise).values():
            visible = [call for group in groups_of(exercise, learner) if group.visible for call in group.calls]
            probes = [((call,), expected(exercise, learner, call)) for call in visible]
            assert probes == [(tuple(arguments), result) for arguments, result in shown[exercise]]


def test_with_the_librarys_limits_and_plenty_of_profit_it_is_the_librarys_grid():
    for customers, margin in product((1, 99, 101, 999, 1000, 9000), (-0.1, 0.1, 0.2, 0.39, 0.4, 0.9)):
        account = {"customers": customers, "margin": margin, "profit": 1e9}
        found = checks.reference_choose_type(account, few_below=101, high_from=0.4, parts=4)
        assert found == relationships.choose(customers=customers, margin=margin).value


@pytest.mark.parametrize(
    "formula",
    [
        lambda cost, profit: cost <= profit / 2,
        lambda cost, profit: 2 * cost <= profit,
        lambda cost, profit: profit - cost >= cost,
        lambda cost, profit: profit - cost >= profit / 2,
        lambda cost, profit: not cost > 0.5 * profit,
    ],
)
def test_every_right_way_to_write_the_half_passes(formula):
    for learner in learners_of("relationships-pays").values():
        v = chapters.variant("relationships-pays", learner)

        def pays(a, v=v):
            return formula(v["visit"] * a["visits"] + v["call"] * a["calls"], a["profit"])

        assert verdict("relationships-pays", learner, {"pays": pays}).passed


def test_a_part_of_the_profit_may_be_divided_or_multiplied():
    for learner in learners_of("relationships-choose_type").values():
        v = chapters.variant("relationships-choose_type", learner)

        def choose_type(a, v=v):
            near = (a["customers"] < v["few_below"]) + (a["customers"] < 1000)
            rich = (a["margin"] >= v["high_from"]) + (a["margin"] >= 0.2)
            for kind in reversed(RelationshipType):
                dear = 100 * checks.HOURS[kind] > a["profit"] / v["parts"]
                if kind.intensity <= 1 + near + rich and not dear:
                    return kind
            return "basic"

        assert verdict("relationships-choose_type", learner, {"choose_type": choose_type}).passed


# ---------------------------------------------------------------- the plan


def of_plan(learner: str, plan: object) -> set[str]:
    return missed(verdict("relationships-plan", learner, {"plan": plan}))


def test_several_plans_are_right_and_each_rule_can_be_broken_alone():
    learner = "learner-0"
    six = checks.desk(firms(learner))
    plan = {each["id"]: [each["advised"], "grid"] for each in six[:3]}
    low = {each["id"]: ["reactive", "hours"] for each in six[3:]}
    assert of_plan(learner, plan | low) == set()
    assert of_plan(learner, plan | {who: ["basic", "hours"] for who in low}) == set()
    assert of_plan(learner, {who: tuple(chosen) for who, chosen in (plan | low).items()}) == set()
    assert of_plan(learner, plan | {each["id"]: [each["advised"], "grid"] for each in six[3:5]} | {
        six[5]["id"]: ["basic", "hours"]}) == {"hours"}  # fmt: skip
    assert of_plan(learner, plan | {who: ["reactive", "grid"] for who in low}) == {"reasons"}
    assert of_plan(learner, {}) == {"hours", "worth", "borne", "reasons"}
    assert "K9999" not in {each["id"] for each in six}
    assert of_plan(learner, plan | low | {"K9999": ["basic", "hours"]}) == {"hours", "worth", "borne", "reasons"}


@pytest.mark.parametrize(
    ("advised", "share", "kind", "reason", "right"),
    [
        ("proactive", 0.2, "proactive", "grid", True),
        ("proactive", 0.2, "accountable", "grid", False),
        ("proactive", 0.2, "accountable", "hours", True),
        ("proactive", 0.2, "proactive", "hours", False),
        ("proactive", 0.2, "partnership", "share", True),
        ("proactive", 0.5, "partnership", "share", False),
        ("proactive", 0.2, "accountable", "share", False),
        ("proactive", 0.2, "partnership", "hours", False),
    ],
)
def test_a_reason_agrees_with_the_row_or_not(advised, share, kind, reason, right):
    assert checks.right_reason({"advised": advised, "share": share}, kind, reason) == right


# ---------------------------------------------------------------- every learner's data


def wrong_shares(learner: str) -> list[float]:
    frame = firms(learner)
    return [float((frame["fit"] == "too much").mean()), 1 - checks.too_much_share(frame)]


def is_the_share_of_profit(learner: str) -> bool:
    """Return whether a learner's share of cost happens to be the share of profit; of two shares that may be."""
    frame = firms(learner)
    of_profit = frame.loc[frame["fit"] == "too much", "profit"].sum() / frame["profit"].sum()
    return bool(abs(checks.too_much_share(frame) - of_profit) < 2 * EXERCISES["relationships-too_much"].tolerance)


def assert_well_posed(learner: str) -> None:
    """The number is none of its common mistakes, there are bars to draw, and a plan exists as the text hints."""
    frame = firms(learner)
    exercise = EXERCISES["relationships-too_much"]
    share = checks.too_much_share(frame)
    assert 0.01 < share < 0.99
    assert (frame["fit"] == "too much").sum() >= 1
    assert all(abs(wrong - share) > 2 * exercise.tolerance for wrong in wrong_shares(learner))
    assert len(checks.left_by_type(frame)) >= 3
    six = checks.desk(frame)
    assert len({each["id"] for each in six}) == 6
    assert [each["profit"] for each in six] == sorted((each["profit"] for each in six), reverse=True)
    plan = {each["id"]: [each["advised"], "grid"] for each in six[:3]}
    plan |= {each["id"]: ["basic", "hours"] for each in six[3:]}
    assert all(rule.met(plan) == 1 for rule in checks.plan_rules(six))
    everything = {each["id"]: [each["advised"], "grid"] for each in six}
    assert "hours" in {rule.name for rule in checks.plan_rules(six) if rule.met(everything) < 1}


def assert_all_well_posed(learners: list[str]) -> None:
    for learner in learners:
        assert_well_posed(learner)
        tables.cache_clear()
    values = [checks.too_much_share(firms(learner)) for learner in learners]
    tolerance = EXERCISES["relationships-too_much"].tolerance
    assert mean(abs(a - b) > tolerance for a, b in combinations(values, 2)) >= 0.95
    assert sum(map(is_the_share_of_profit, learners)) <= max(1, len(learners) / 100)


def test_the_exercises_are_well_posed_for_a_sample_of_learners():
    assert_all_well_posed(SAMPLE[:20])


@pytest.mark.long
@pytest.mark.timeout(3600)
def test_the_exercises_are_well_posed_for_200_learners():
    assert_all_well_posed(SAMPLE)


def test_every_variant_is_drawn_about_equally_often():
    learners = [f"id-{number:03d}" for number in range(500)]
    for exercise in FUNCTIONS:
        for name, values in EXERCISES[exercise].variant.items():
            drawn = [chapters.variant(exercise, learner)[name] for learner in learners]
            for value in values:
                assert drawn.count(value) == pytest.approx(len(learners) / len(values), rel=0.3)


def test_one_account_by_hand():
    """The yoga house: what it paid in 2025, less the goods, less two visits and six calls."""
    data = load("company")
    row = checks.measured(data).set_index("customer_id").loc["K1110"]
    assert data.contacts is not None
    spent = earned = talks = 0.0
    for order in data.transactions.itertuples():
        if order.customer_id == "K1110" and order.date.year == 2025:
            spent += order.amount
            earned += order.amount - order.cost
    for talk in data.contacts.itertuples():
        if talk.customer_id == "K1110" and talk.date.year == 2025:
            talks += 600 if talk.direction == "out" else 100
    assert (row["amount"], row["profit"], row["serve"]) == pytest.approx((spent, earned, talks))
    assert row["left"] == pytest.approx(earned - 1800)


def test_tables_of_nobody_are_measured_themselves():
    data = load("company")
    assert checks.accounts(data).equals(checks.measured(data))


def test_figures_do_not_depend_on_the_language():
    assert checks.desk(checks.accounts(load("company", "learner-0", lang="zh"))) == checks.desk(firms("learner-0"))
