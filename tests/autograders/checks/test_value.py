"""The checks of `value`: the solution, the untouched stub, named mistakes, and 200 learners' data."""

from __future__ import annotations

import math
from collections.abc import Callable
from dataclasses import dataclass
from functools import lru_cache
from itertools import combinations
from statistics import mean
from types import SimpleNamespace
from typing import Any

import matplotlib as mpl
import matplotlib.pyplot as plt
import numpy as np
import pandas as pd
import pytest

from autograders import mistakes
from autograders.check import Group, Verdict, examine
from autograders.checks import value as checks
from autograders.messages import LANGUAGES, tell
from autograders.plain import NamespaceWork
from loyaltylib import chapters, value
from loyaltylib.data import Tables, load
from loyaltylib.value import Quadrant
from tests.course import notebooks

mpl.use("agg")
EXERCISES = {e.id: e for e in chapters.chapter("value").exercises}
MARKED = [name for name, e in EXERCISES.items() if e.kind != "text"]
FUNCTIONS = [name for name, e in EXERCISES.items() if e.kind == "function"]
QUIZZES = [name for name, e in EXERCISES.items() if e.kind == "quiz"]
GIVEN = ("answers", "worth-yours", "compare", "mine", "shortlist", "kind-yours")  # cells the answers rest on
FEW = [f"learner-{number}" for number in range(3)]
SAMPLE = [f"sample-{number}" for number in range(200)]


@pytest.fixture(autouse=True)
def close_figures():
    """Close what the notebooks' cells have drawn."""
    yield
    plt.close("all")


# ---------------------------------------------------------------- a learner's notebook without a kernel


@lru_cache(maxsize=8)
def tables(learner: str) -> Tables:
    return load("company", learner)


def cells(version: str) -> dict[str, str]:
    """Return the code cells the answers rest on, and the answers: id -> code, as solved or as released."""
    made = notebooks.notebook("value", "en", version)
    wanted = {*GIVEN, *(f"{name}-answer" for name in MARKED)}
    return {cell.id: cell.source for cell in made.cells if cell.id in wanted}


def notebook(learner: str, version: str = "solved") -> dict[str, Any]:
    """Return the names a notebook holds after its answers have run."""
    kit = SimpleNamespace(data=tables(learner), lang="en", yours=lambda name: chapters.variant(name, learner))
    names: dict[str, Any] = {"kit": kit, "value": value, "company": tables(learner)}
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
    for number in range(200):
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


@pytest.mark.parametrize("exercise", FUNCTIONS)
def test_the_function_solves_every_variant(exercise):
    code = cells("solved")
    for learner in learners_of(exercise).values():
        names: dict[str, Any] = {"kit": SimpleNamespace(yours=lambda name, who=learner: chapters.variant(name, who))}
        exec(code[f"{exercise.removeprefix('value-')}-yours"], names)  # noqa: S102
        exec(code[f"{exercise}-answer"], names)  # noqa: S102
        assert verdict(exercise, learner, names).passed


@pytest.mark.parametrize("exercise", FUNCTIONS)
@pytest.mark.parametrize("constant", [True, None, 0, 2.0, "apostle", "hostage"])
def test_a_function_that_always_gives_the_same_gets_nothing(exercise, constant):
    names = {EXERCISES[exercise].answer: lambda _: constant}
    assert verdict(exercise, "learner-0", names).points == 0


# ---------------------------------------------------------------- named mistakes


@dataclass(frozen=True)
class Wrong:
    """A wrong answer: from the learner's variant to a function, and exactly the probes it must miss."""

    name: str
    exercise: str
    make: Callable[[dict[str, Any]], Callable[[Any], Any]]
    misses: set[str]


def ratio(o: dict[str, float], hurry: float, *left_out: str) -> float:
    rest = {term: 0 if term in left_out else amount for term, amount in o.items()}
    costs = rest["money"] + hurry * rest["time"] + rest["energy"] + rest["psychic"]
    return (rest["functional"] + rest["emotional"]) / costs


def kind(v: dict[str, Any], **changed: Any) -> Callable[[dict[str, Any]], str]:
    """Return an answer to `kind` with something changed."""
    stays = changed.get("stays", lambda c: c["days_since_last"] <= v["stay_days"])
    satisfied = changed.get("satisfied", lambda c: c["satisfaction"] >= v["satisfied_from"])
    glad = changed.get("glad", lambda c: c["recommend"] >= 9)

    def answer(c):
        if c["satisfaction"] is None:
            return "unknown"
        if changed.get("glad_first") and glad(c):
            return "apostle"
        if satisfied(c):
            return ("apostle" if glad(c) else "loyalist") if stays(c) else "mercenary"
        return "hostage" if stays(c) else "defector"

    return answer


WRONG = [
    Wrong("time once", "value-worth", lambda _: lambda o: ratio(o, 1), {"time"}),
    Wrong("time forgotten", "value-worth", lambda _: lambda o: ratio(o, 0), {"time"}),
    Wrong("hurry and more", "value-worth", lambda v: lambda o: ratio(o, v["hurry"] + 1), {"time"}),
    Wrong(
        "emotional forgotten",
        "value-worth",
        lambda v: lambda o: ratio(o, v["hurry"], "emotional"),
        {"examples", "time", "benefits", "costs"},
    ),
    Wrong(
        "benefits over money alone",
        "value-worth",
        lambda _: lambda o: (o["functional"] + o["emotional"]) / o["money"],
        {"examples", "time", "benefits", "costs"},
    ),
    Wrong(
        "stays: less than",
        "value-kind",
        lambda v: kind(v, stays=lambda c: c["days_since_last"] < v["stay_days"]),
        {"stay-limit"},
    ),
    Wrong(
        "half a year as in the text",
        "value-kind",
        lambda v: kind(v, stays=lambda c: c["days_since_last"] <= 180),
        {"stay-limit", "own-days"},
    ),
    Wrong(
        "satisfied from 4 as in the text",
        "value-kind",
        lambda v: kind(v, satisfied=lambda c: c["satisfaction"] >= 4),
        {"satisfied-limit"},
    ),
    Wrong("apostle above 9", "value-kind", lambda v: kind(v, glad=lambda c: c["recommend"] > 9), {"recommend"}),
    Wrong("recommending decides", "value-kind", lambda v: kind(v, glad_first=True), {"apostle-stays"}),
    Wrong(
        "no loyalists",
        "value-kind",
        lambda v: kind(v, glad=lambda _: True),
        {"unknown", "stay-limit", "own-days", "satisfied-limit", "recommend"},
    ),
]


@pytest.mark.parametrize("wrong", WRONG, ids=lambda w: f"{w.exercise}-{w.name.replace(' ', '_')}")
def test_a_wrong_function_misses_exactly_its_probes(wrong):
    for variant, learner in learners_of(wrong.exercise).items():
        answer = wrong.make(chapters.variant(wrong.exercise, learner))
        outcome = verdict(wrong.exercise, learner, {EXERCISES[wrong.exercise].answer: answer})
        assert missed(outcome) == wrong.misses, (variant, outcome.reasons("en"))
        assert all(outcome.reasons(lang) for lang in LANGUAGES)


@dataclass
class Paper:
    """What a named mistake needs of a draft: it writes answers, which are run at once."""

    learner: str
    names: dict[str, Any]

    def variant(self, name: str) -> dict[str, Any]:
        return chapters.variant(f"value-{name}", self.learner)

    def write(self, _: str, code: str) -> None:
        exec(code, self.names)  # noqa: S102 - the kit's own mistakes

    add = write

    def key(self, name: str) -> dict[str, Any]:
        return dict(self.names[f"{name}"])

    def write_quiz(self, name: str, answers: dict[str, Any]) -> None:
        self.names[name] = answers


OWN = [m for m in mistakes.known("value").values() if m.change.__module__.endswith(".value")]


@pytest.mark.parametrize("mistake", OWN, ids=lambda m: m.name)
def test_a_named_mistake_costs_what_it_says(mistake):
    for learner in ("learner-0", "learner-1", "learner-4"):
        names = notebook(learner)
        (exercise, cost), *_ = mistake.change(Paper(learner, names)).items()
        outcome = verdict(f"value-{exercise}", learner, names)
        if cost.whole:
            assert outcome.points == 0, outcome.reasons("en")
            continue
        for probe in outcome.probes:
            assert probe.credit == pytest.approx(cost.left.get(probe.name, 1)), (probe.name, outcome.reasons("en"))


# ---------------------------------------------------------------- the number and the figure


def test_the_most_that_may_be_lost_is_read_as_it_was_meant():
    right = checks.most_lost_of(tables("learner-0"))

    def points(answer: object) -> float:
        return verdict("value-most_lost", "learner-0", {"most_lost": answer}).points

    assert points(right) == points(np.float64(right)) == points(round(right, 1)) == 10
    for wrong in (right - 0.1, right * 1.02, -right, math.nan, True, "many", [right, right]):
        assert points(wrong) == 0, wrong


def test_the_most_by_hand_and_by_the_library():
    data = tables("learner-0")
    last = data.surveys.sort_values("date").groupby("customer_id")["satisfaction_level"].last()
    n = last.value_counts()
    by_hand = 0.8 * n["very dissatisfied"] + 0.3 * n["neutral"] + 0.1 * n["satisfied"] + 0.02 * n["very satisfied"]
    assert checks.most_lost_of(data) == pytest.approx(by_hand)
    assert value.expected_loss_of(data.surveys, data.as_of)["loss_high"].sum() == pytest.approx(by_hand)


def test_a_figure_without_words_loses_the_words_alone():
    names = notebook("learner-0")
    _, ax = plt.subplots()
    ax.scatter(names["compare"]["ours"], names["compare"]["best"])
    outcome = verdict("value-offers", "learner-0", {"ax": ax})
    assert missed(outcome) == {"words"}
    assert 0 < outcome.points < 8


def test_points_drawn_in_another_order_or_by_plot_are_points_too():
    compare = notebook("learner-0")["compare"].sample(frac=1, random_state=1)
    _, ax = plt.subplots()
    ax.plot(compare["ours"], compare["best"], "o")
    ax.set(title="a", xlabel="b", ylabel="c")
    assert verdict("value-offers", "learner-0", {"ax": ax}).passed


# ---------------------------------------------------------------- the decision


def reasons(learner: str) -> dict[str, str]:
    return checks.reasons_of(tables(learner))


def one_of(learner: str, reason: str) -> str:
    return next(who for who, said in reasons(learner).items() if said == reason)


RIGHT = {
    "satisfied_stays": "ask_to_recommend",
    "satisfied_gone": "offer_more",
    "dissatisfied_stays": "repair",
    "dissatisfied_gone": "win_back",
}


@pytest.mark.parametrize("chosen", list(combinations(RIGHT, 3)))
def test_every_three_kinds_with_steps_that_fit_are_right(chosen):
    answer = {one_of("learner-0", reason): [RIGHT[reason], reason] for reason in chosen}
    assert verdict("value-plan", "learner-0", {"plan": answer}).passed


def test_whoever_left_may_be_asked_back_and_a_wrong_may_be_made_good():
    other = {"satisfied_gone": "win_back", "dissatisfied_gone": "repair", "dissatisfied_stays": "repair"}
    answer = {one_of("learner-0", reason): [step, reason] for reason, step in other.items()}
    assert verdict("value-plan", "learner-0", {"plan": answer}).passed


def test_three_of_one_kind_four_calls_and_a_stranger_lose_what_they_should():
    found = reasons("learner-0")
    content = [who for who, reason in found.items() if reason == "satisfied_stays"]
    row = ["ask_to_recommend", "satisfied_stays"]
    assert missed(verdict("value-plan", "learner-0", {"plan": dict.fromkeys(content[:3], row)})) == {"different"}
    four = {one_of("learner-0", reason): [step, reason] for reason, step in RIGHT.items()}
    assert missed(verdict("value-plan", "learner-0", {"plan": four})) == {"three"}
    assert verdict("value-plan", "learner-0", {"plan": {"K9999": row}}).points == 0
    assert verdict("value-plan", "learner-0", {"plan": {content[0]: "repair"}}).points == 0


def test_the_steps_fit_every_reason_and_no_step_fits_all():
    exercise = EXERCISES["value-plan"]
    assert set(checks.STEPS) == set(exercise.reasons) == set(checks.REASONS.values())
    assert set().union(*checks.STEPS.values()) == set(exercise.choices)
    for step in exercise.choices:
        assert sum(step in fitting for fitting in checks.STEPS.values()) < len(checks.STEPS) - 1


# ---------------------------------------------------------------- probes and quizzes


def groups_of(exercise: str, learner: str) -> list[Group]:
    v = chapters.variant(exercise, learner)
    return checks.worth_groups() if exercise == "value-worth" else list(checks.kind_groups(*v.values()))


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


def test_kind_reaches_every_word():
    reached = {checks.reference_kind(call, 3, 60) for group in checks.kind_groups(3, 60) for call in group.calls}
    assert reached == {each.value for each in Quadrant} | {"loyalist", "unknown"}


def test_the_visible_probes_are_those_of_the_notebook():
    shown: dict[str, list[Any]] = {}
    kit = SimpleNamespace(probe=lambda name, cases=(): shown.update({name: list(cases)}))
    for cell in notebooks.source("value").cells:
        if cell.role == "try":
            exec(cell.source["en"], {"kit": kit})  # noqa: S102
    for exercise in FUNCTIONS:
        for learner in learners_of(exercise).values():
            visible = [call for group in groups_of(exercise, learner) if group.visible for call in group.calls]
            probes = [((call,), expected(exercise, learner, call)) for call in visible]
            assert probes == [(tuple(arguments), result) for arguments, result in shown[exercise]]


@pytest.mark.parametrize("exercise", QUIZZES)
def test_each_item_counts_by_itself(exercise):
    names: dict[str, Any] = {}
    exec(cells("solved")[f"{exercise}-answer"], names)  # noqa: S102
    right = names[EXERCISES[exercise].answer]
    full = verdict(exercise, "learner-0", {EXERCISES[exercise].answer: right})
    assert full.passed
    for name in right:
        rest = {item: answer for item, answer in right.items() if item != name}
        outcome = verdict(exercise, "learner-0", {EXERCISES[exercise].answer: rest})
        assert missed(outcome) == {name}
        assert outcome.points == pytest.approx(full.points * (1 - 1 / len(right)), abs=0.01)


# ---------------------------------------------------------------- every learner's data


def assert_well_posed(learner: str, last_answers: Callable[[Tables], pd.DataFrame]) -> None:
    """All levels and kinds are there, common mistakes give another number, points are many."""
    data = tables(learner)
    mine = last_answers(data)
    counts = mine["satisfaction_level"].value_counts()
    assert set(counts.index) == {level.value for level in checks.POINTS}
    assert mine["days_since_last"].notna().all()
    by_rows = dict(zip(mine["customer_id"], map(bool, mine["stay"]), strict=True))
    found = checks.reasons_of(data)
    assert {who: reason.endswith("_stays") for who, reason in found.items()} == by_rows
    shown = mine.groupby([mine["satisfaction"] >= 4, "stay"]).tail(2)["customer_id"]
    kinds = [found[who] for who in shown]
    assert all(kinds.count(reason) == 2 for reason in RIGHT), kinds
    right = checks.most_lost_of(data)
    tolerance = EXERCISES["value-most_lost"].tolerance
    every = data.surveys["satisfaction_level"].value_counts()
    for wrong in (right - 0.01 * counts["very satisfied"], right / len(mine), sum(counts), 0.02 * every.sum()):
        assert abs(right - wrong) > 2 * tolerance, wrong
    pairs = checks.compared(data)
    assert len(pairs) >= 25
    assert 0 < sum(best > ours for ours, best in pairs) < len(pairs)


def test_the_exercises_are_well_posed_for_a_sample_of_learners():
    last_answers = notebook("learner-0")["last_answers"]
    for learner in SAMPLE[:20]:
        assert_well_posed(learner, last_answers)


@pytest.mark.long
@pytest.mark.timeout(3600)
def test_the_exercises_are_well_posed_for_200_learners():
    last_answers = notebook("learner-0")["last_answers"]
    for learner in SAMPLE:
        assert_well_posed(learner, last_answers)


def test_learners_differ_in_their_number():
    values = [checks.most_lost_of(tables(learner)) for learner in SAMPLE[:20]]
    apart = [abs(a - b) > EXERCISES["value-most_lost"].tolerance for a, b in combinations(values, 2)]
    assert mean(apart) >= 0.95


def test_every_variant_is_drawn_about_equally_often():
    for exercise in FUNCTIONS:
        for name, values in EXERCISES[exercise].variant.items():
            drawn = [chapters.variant(exercise, f"id-{number:03d}")[name] for number in range(500)]
            for each in values:
                assert drawn.count(each) == pytest.approx(len(drawn) / len(values), rel=0.3)


def test_figures_do_not_depend_on_the_language():
    chinese = load("company", "learner-0", lang="zh")
    assert checks.most_lost_of(chinese) == checks.most_lost_of(tables("learner-0"))
    assert checks.reasons_of(chinese) == reasons("learner-0")
    assert checks.compared(chinese) == checks.compared(tables("learner-0"))
