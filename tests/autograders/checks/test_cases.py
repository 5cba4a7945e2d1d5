"""The checks of `cases`: the solution, the untouched stub, named mistakes, and 200 learners' data."""

from __future__ import annotations

import math
from copy import deepcopy
from functools import cache
from itertools import combinations
from statistics import mean
from types import SimpleNamespace
from typing import Any

import matplotlib as mpl
import nbformat
import pytest

from autograders import build, build_notebook
from autograders.check import Verdict, examine
from autograders.checks import cases as checks
from autograders.messages import LANGUAGES, tell
from autograders.mistakes import cases as mistakes
from autograders.mistakes.draft import Draft, solved
from autograders.plain import NamespaceWork
from loyaltylib import chapters
from loyaltylib.cases import AIMS
from loyaltylib.data import load
from loyaltylib.kpis import CORE
from tests.course import notebooks

mpl.use("agg")
CHAPTER = chapters.chapter("cases")
EXERCISES = {e.id: e for e in CHAPTER.exercises}
MARKED = [name for name, e in EXERCISES.items() if e.kind != "text"]
FEE = "cases-fee"
FEW = list(notebooks.LEARNERS)
SAMPLE = [f"sample-{number}" for number in range(200)]
RIGHT = {
    "lost": ["letter", "churn_rate"],
    "onlooker": ["letter", "customer_base"],
    "at_risk": ["repair", "complaint_satisfaction"],
    "new": ["calls", "new_customer_retention"],
    "inactive": ["whole_range", "customer_share"],
    "regular": ["whole_range", "average_spend"],
    "core": ["file", "retention_rate"],
    "advocate": ["co_design", "churn_rate"],
}


@cache
def tables(learner: str) -> Any:
    return load("company", learner)


@cache
def board(learner: str) -> list[dict[str, str]]:
    return checks.board(tables(learner))


def verdict(exercise: str, learner: str, names: dict[str, Any]) -> Verdict:
    return examine(exercise, NamespaceWork(names), learner, tables(learner))


def missed(outcome: Verdict) -> set[str]:
    return {probe.name for probe in outcome.probes if not probe.passed}


def credits_of(outcome: Verdict) -> dict[str, float]:
    return {probe.name: probe.credit for probe in outcome.probes if probe.credit < 1}


@cache
def learners_of(exercise: str) -> dict[tuple[Any, ...], str]:
    """Return one learner for each combination of an exercise's variants."""
    found: dict[tuple[Any, ...], str] = {}
    for number in range(400):
        learner = f"learner-{number}"
        found.setdefault(tuple(chapters.variant(exercise, learner).values()), learner)
    assert len(found) == math.prod(len(values) for values in EXERCISES[exercise].variant.values())
    return found


def given(exercise: str, learner: str) -> dict[str, Any]:
    """Return the names that stand when a function is written: the learner's own parameters."""
    names: dict[str, Any] = {"kit": SimpleNamespace(yours=lambda name: chapters.variant(name, learner))}
    cell = f"{exercise.removeprefix('cases-')}-yours"
    notebooks.run(next(each.source["en"] for each in notebooks.source("cases").cells if each.id == cell), names)
    return names


# ---------------------------------------------------------------- full points, no points


def test_the_function_solves_every_variant():
    for learner in learners_of(FEE).values():
        names = given(FEE, learner)
        notebooks.run(notebooks.answer_cell(EXERCISES[FEE]), names)
        assert verdict(FEE, learner, names).passed, chapters.variant(FEE, learner)


@pytest.mark.parametrize("constant", [True, None, 0, 1000, "fee"])
def test_a_function_that_always_gives_the_same_gets_nothing(constant):
    for learner in learners_of(FEE).values():
        assert verdict(FEE, learner, {"yearly_fee": lambda _: constant}).points == 0


def test_a_function_that_raises_or_ends_the_program_costs_only_itself():
    def leave(_argument):
        raise SystemExit(0)

    for broken in (lambda _: 1 / 0, leave, lambda: True, 7):
        assert verdict(FEE, "learner-0", {"yearly_fee": broken}).points == 0


# ---------------------------------------------------------------- named mistakes


@cache
def whole() -> tuple[Any, Any, Any]:
    instructors = build.instructors_notebook(notebooks.source("cases"), "en")
    released = nbformat.reads(build_notebook.learners_text(instructors), as_version=4)
    return instructors, released, solved(released, instructors, CHAPTER)


def draft(learner: str) -> Draft:
    instructors, released, work = whole()
    return Draft(CHAPTER, learner, learner, deepcopy(work), released, lambda: released, instructors, "cases")


OWN = mistakes.mistakes()


@pytest.mark.parametrize("mistake", OWN, ids=lambda m: m.name)
def test_a_named_mistake_misses_exactly_its_probes(mistake):
    (name,) = mistake.touches
    exercise = EXERCISES[f"cases-{name}"]
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


@pytest.mark.parametrize("exercise", ["cases-quiz_routes", "cases-quiz_plan"])
def test_each_item_counts_by_itself(exercise):
    right = notebooks.answered("cases", "learner-0", "solved")[EXERCISES[exercise].answer]
    for name in right:
        rest = {item: answer for item, answer in right.items() if item != name}
        outcome = verdict(exercise, "learner-0", {EXERCISES[exercise].answer: rest})
        assert missed(outcome) == {name}


# ---------------------------------------------------------------- the fee


def test_each_group_has_different_results_and_every_hidden_one_a_reason():
    for learner in learners_of(FEE).values():
        own = chapters.variant(FEE, learner)
        for group in checks.fee_groups(**own):
            results = [checks.reference_yearly_fee(call, **own) for call in group.calls]
            assert len(set(results)) > 1, group.name
            assert group.visible or tell("zh", group.reason) != group.reason


def test_the_visible_probes_are_those_of_the_notebook():
    cell = next(c for c in notebooks.source("cases").cells if c.role == "try" and c.exercise == FEE)
    for learner in learners_of(FEE).values():
        own, shown = chapters.variant(FEE, learner), {}
        kit = SimpleNamespace(probe=lambda name, cases: shown.update({name: cases}))  # noqa: B023
        notebooks.run(cell.source["en"], given(FEE, learner) | {"kit": kit})
        (visible,) = (group for group in checks.fee_groups(**own) if group.visible)
        expected = [((call,), checks.reference_yearly_fee(call, **own)) for call in visible.calls]
        assert shown[FEE] == expected


def test_a_fee_may_be_added_up_in_another_way():
    for learner in learners_of(FEE).values():
        v = chapters.variant(FEE, learner)

        def yearly_fee(options, v=v):
            total = float(v["base"])
            for name in options:
                total += options[name] - (options[name] * v["less"] if len(options) >= v["several"] else 0)
            return total

        assert verdict(FEE, learner, {"yearly_fee": yearly_fee}).passed


# ---------------------------------------------------------------- the figure


def test_a_line_may_have_a_companion_but_must_be_there():
    import matplotlib.pyplot as plt

    profits = checks.free_profits(tables("learner-0"))
    for values, right in ((profits, True), (profits[::-1], False), (profits[:4], False)):
        fig, ax = plt.subplots()
        ax.plot(checks.LIFTS[: len(values)], values)
        ax.axhline(0)
        ax.set(title="a", xlabel="b", ylabel="c")
        assert verdict("cases-free_card", "learner-0", {"ax": ax}).passed == right
        plt.close(fig)


# ---------------------------------------------------------------- targets


def of_targets(targets: object) -> dict[str, float]:
    return credits_of(verdict("cases-targets", "learner-0", {"targets": targets}))


def test_several_answers_are_right_and_each_rule_can_be_broken_alone():
    rows = board("learner-0")
    ten = [row["kpi"] for row in rows]
    worse = [row["kpi"] for row in rows if row["judged"] == "worse"]
    held = dict.fromkeys(ten, "hold")
    assert len(ten) == 10
    assert of_targets(held | dict.fromkeys(ten[:3], "further")) == {}
    assert of_targets(held | dict.fromkeys(ten[:5], "further")) == {}
    assert of_targets(held | dict.fromkeys(worse[:2], "back") | {ten[7]: "further"}) == {}
    assert of_targets(held | dict.fromkeys(ten[:2], "further")) == {"focus": 0}
    assert of_targets(held | dict.fromkeys(ten[:6], "further")) == {"focus": 0}
    assert of_targets(held | dict.fromkeys(ten[1:4], "further")) == {"worst": 0.5}
    assert ten[9] not in worse
    assert of_targets(held | dict.fromkeys([*ten[:2], ten[9]], "back")) == pytest.approx({"fits": 0.9})
    assert of_targets({k: "further" if k in ten[:3] else "hold" for k in ten[:8]}) == pytest.approx(
        {"all": 0.8, "fits": 0.8}
    )


# ---------------------------------------------------------------- measures


def of_measures(plan: object, learner: str = "learner-0") -> dict[str, float]:
    return credits_of(verdict("cases-measures", learner, {"measures": plan}))


def test_several_plans_are_right_and_each_rule_of_the_plan_can_be_broken_alone():
    assert of_measures(RIGHT) == {}
    assert of_measures({tier: tuple(pair) for tier, pair in RIGHT.items()}) == {}
    assert of_measures(RIGHT | {"lost": ["letter", "customer_base"]}) == {}
    assert of_measures(RIGHT | {"lost": ["repair", "churn_rate"]}).keys() >= {"worth"}
    assert of_measures(RIGHT | {"new": ["card", "new_customer_retention"]}) == pytest.approx({"suits": 7 / 8})
    assert of_measures(RIGHT | {"new": ["calls", "save_rate"]}) == pytest.approx({"watched": 7 / 8})
    assert of_measures(RIGHT | {"core": ["whole_range", "retention_rate"]}) == {"heart": 0}
    few = {"onlooker": "customer_base", "at_risk": "churn_rate", "regular": "customer_share"}
    narrow = RIGHT | {tier: [RIGHT[tier][0], kpi] for tier, kpi in few.items()}
    assert of_measures(narrow) == pytest.approx({"spread": 5 / 6})


def test_what_suits_and_what_watches_has_a_word_for_every_tier_of_the_menu():
    measures, kpis = set(EXERCISES["cases-measures"].choices), set(EXERCISES["cases-measures"].reasons)
    assert kpis == {kpi.name for kpi in CORE}
    assert measures == {*checks.PRICE, "price_cut"}
    assert set(checks.SUITS) == set(checks.WATCHES) == set(AIMS)
    assert set().union(*checks.SUITS.values()) == measures - {"price_cut"}
    for tier, aim in AIMS.items():  # the library's own plan is watched well
        assert set(aim.kpis) & checks.WATCHES[tier], tier
    assert {kpi for known in checks.WATCHES.values() for kpi in known} == kpis


# ---------------------------------------------------------------- every learner's data


def wrong_values(learner: str) -> list[float]:
    orders = checks.in_year(tables(learner))
    paid, goods = orders["amount"].sum(), orders["cost"].sum()
    return [0.15 * paid / (paid - goods), 0.15 / ((paid - goods) / goods - 0.15), (paid - goods) / paid]


def assert_well_posed(learner: str) -> None:
    """The number is none of its common mistakes, the line crosses 0, and both decisions can be solved as hinted."""
    value = checks.extra_needed(tables(learner))
    assert 0 < value < 1
    assert all(abs(wrong - value) > 0.005 for wrong in wrong_values(learner))
    profits = checks.free_profits(tables(learner))
    assert profits[0] < 0 < profits[-1]
    rows = board(learner)
    ten = [row["kpi"] for row in rows]
    assert len(set(ten)) == 10
    assert all(row["judged"] != "unknown" for row in rows)
    wanted = {kpi: "further" if kpi in ten[:3] else "hold" for kpi in ten}
    assert all(rule.met(wanted) == 1 for rule in checks.target_rules(rows))
    found = checks.steps(tables(learner))
    assert len(found) == 8
    assert all(rule.met(mistakes.RIGHT) >= 1 for rule in checks.measure_rules(found)), learner
    calls = mistakes.RIGHT | {"core": ["calls", "retention_rate"]}
    assert [rule.name for rule in checks.measure_rules(found) if rule.met(calls) < 1] == ["suits", "heart"]


def assert_all_well_posed(learners: list[str]) -> None:
    for learner in learners:
        assert_well_posed(learner)
        tables.cache_clear()
    values = [checks.extra_needed(tables(learner)) for learner in learners]
    tolerance = EXERCISES["cases-cut"].tolerance
    assert mean(abs(a - b) > tolerance for a, b in combinations(values, 2)) >= 0.95


def test_the_exercises_are_well_posed_for_a_sample_of_learners():
    assert_all_well_posed(SAMPLE[:5])


@pytest.mark.long
@pytest.mark.timeout(3600)
def test_the_exercises_are_well_posed_for_200_learners():
    assert_all_well_posed(SAMPLE)


def test_every_variant_is_drawn_about_equally_often():
    learners = [f"id-{number:03d}" for number in range(500)]
    for name, values in EXERCISES[FEE].variant.items():
        drawn = [chapters.variant(FEE, learner)[name] for learner in learners]
        for value in values:
            assert drawn.count(value) == pytest.approx(len(learners) / len(values), rel=0.3)


def test_a_step_by_hand():
    data = tables("learner-0")
    tiers = checks.standing(data).set_index("customer_id")["tier"]
    paid = sum(
        order.amount
        for order in data.transactions.itertuples()
        if order.date.year == 2025 and tiers[order.customer_id] == "core"
    )
    assert checks.steps(data)["core"] == pytest.approx([sum(tiers == "core"), paid])
    assert checks.cost({"core": [4, 1000.0]}, "core", "file") == 2400
    assert checks.cost({"core": [4, 1000.0]}, "core", "price_cut") == 150


def test_figures_do_not_depend_on_the_language():
    assert checks.board(load("company", "learner-0", lang="zh")) == board("learner-0")
