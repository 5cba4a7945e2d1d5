"""The checks of `tiers`: the solution, the untouched stub, named mistakes, and 200 learners' data."""

from __future__ import annotations

import contextlib
import io
import json
import math
from collections.abc import Callable
from copy import deepcopy
from dataclasses import dataclass, replace
from functools import cache, lru_cache
from itertools import combinations
from statistics import mean
from types import SimpleNamespace
from typing import Any

import matplotlib as mpl
import matplotlib.pyplot as plt
import nbformat
import numpy as np
import pytest
from matplotlib.figure import Figure

from autograders import build, build_chapter
from autograders.build_chapter import ChapterSource
from autograders.check import Group, Verdict, examine
from autograders.checks import tiers as checks
from autograders.messages import LANGUAGES, tell
from autograders.mistakes import Draft
from autograders.mistakes import tiers as mistakes
from autograders.plain import NamespaceWork
from loyaltylib import chapters, concepts, tiers
from loyaltylib.data import Tables, load
from loyaltylib.tiers import TierRules
from tests.course import notebooks

mpl.use("agg")
EXERCISES = {e.id: e for e in chapters.chapter("tiers").exercises}
MARKED = [name for name, e in EXERCISES.items() if e.kind != "text"]
FUNCTIONS = [name for name, e in EXERCISES.items() if e.kind == "function"]
# Cells the answers rest on.
GIVEN = ("rows", "my-tiers", "spend", "desk", "fill", "lapsed-yours", "assign_one-yours")
FEW = [f"learner-{number}" for number in range(3)]


# ---------------------------------------------------------------- a learner's notebook without a kernel


@cache
def source() -> ChapterSource:
    return build_chapter.read(build.course_folder() / "tiers", concepts.get)


@cache
def cells(version: str) -> dict[str, str]:
    """Return the code cells the answers rest on, and the answers: id -> code, as solved or as released."""
    instructors = build.instructors_notebook(source(), "en")
    notebook = instructors
    if version == "released":
        notebook = nbformat.reads(build.build_notebook.learners_text(instructors), as_version=4)
    wanted = {*GIVEN, *(f"{name}-answer" for name in MARKED)}
    return {cell.id: cell.source for cell in notebook.cells if cell.id in wanted}


@cache
def tables(learner: str) -> Tables:
    return load("company", learner)


def figures(learner: str) -> checks.Figures:
    return checks.figures(tables(learner))


@lru_cache(maxsize=4)
def measured(learner: str) -> Any:
    return tiers.signals(tables(learner), tables(learner).as_of)


def standing(learner: str) -> Any:
    return tiers.assign(measured(learner))


def notebook(learner: str, version: str = "solved") -> dict[str, Any]:
    """Return the names a notebook holds after its answers have run."""
    kit = SimpleNamespace(data=tables(learner), lang="en", yours=lambda name: chapters.variant(name, learner))
    company = SimpleNamespace(transactions=None, wallet=None)
    names = {"kit": kit, "company": company, "assign_tiers": lambda _, __: standing(learner), "plt": plt}
    with contextlib.redirect_stdout(io.StringIO()):
        for code in cells(version).values():
            exec(code, names)  # noqa: S102 - the course's own cells
    plt.close("all")
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


@pytest.mark.parametrize("exercise", FUNCTIONS)
def test_the_function_solves_every_variant(exercise):
    code = cells("solved")
    for learner in learners_of(exercise).values():
        names: dict[str, Any] = {"kit": SimpleNamespace(yours=lambda name, who=learner: chapters.variant(name, who))}
        exec(code[f"{exercise.removeprefix('tiers-')}-yours"], names)  # noqa: S102
        exec(code[f"{exercise}-answer"], names)  # noqa: S102
        assert verdict(exercise, learner, names).passed


@pytest.mark.parametrize("exercise", MARKED)
def test_an_empty_notebook_gets_none_and_says_what_is_missing(exercise):
    outcome = verdict(exercise, "learner-0", {})
    assert outcome.points == 0
    assert EXERCISES[exercise].answer in " ".join(outcome.reasons("en"))


@pytest.mark.parametrize("exercise", FUNCTIONS)
@pytest.mark.parametrize("constant", [True, False, None, 0, "regular", "lost", "at_risk"])
def test_a_function_that_always_gives_the_same_gets_nothing(exercise, constant):
    names = {EXERCISES[exercise].answer: lambda _: constant}
    assert verdict(exercise, "learner-0", names).points == 0


@pytest.mark.parametrize("exercise", FUNCTIONS)
def test_a_function_that_raises_or_ends_the_program_costs_only_itself(exercise):
    def leave(_argument):
        raise SystemExit(0)

    for broken in (lambda _: 1 / 0, leave, lambda: True, 7):
        assert verdict(exercise, "learner-0", {EXERCISES[exercise].answer: broken}).points == 0


# ---------------------------------------------------------------- numbers


def points_of_base(value: object) -> float:
    return verdict("tiers-base", "learner-0", {"customer_base": value}).points


def test_a_number_is_read_as_it_was_meant():
    right = figures("learner-0").base
    for good in (right, float(right), np.float64(right), np.int64(right)):
        assert points_of_base(good) == EXERCISES["tiers-base"].points
    for wrong in (right * 1.02, -right, math.nan, math.inf, True, "abc", [right, right], right + 1):
        assert points_of_base(wrong) == 0, wrong


@pytest.mark.parametrize("form", ["a share", "text"])
def test_a_number_in_another_unit_gets_no_points_but_a_hint(form):
    right = figures("learner-0").base
    typed = right / 100 if form == "a share" else f"{right / 10_000}万"
    outcome = verdict("tiers-base", "learner-0", {"customer_base": typed})
    assert outcome.points == 0
    assert all(outcome.reasons(lang) for lang in LANGUAGES)
    assert outcome.reasons("en") != outcome.reasons("zh")


def wrong_bases(learner: str) -> list[float]:
    """Return what common mistakes give: the whole list, only one tier taken away, or one too many."""
    counts = standing(learner)["tier"].value_counts()
    known, base = len(standing(learner)), figures(learner).base
    return [known, known - counts["lost"], known - counts["onlooker"], base - counts["new"], base - counts["at_risk"]]


# ---------------------------------------------------------------- the figure


def drawn(revenue: dict[str, float], how: str = "bar") -> Any:
    axes = Figure().subplots()
    getattr(axes, how)(list(revenue), list(revenue.values()))
    axes.set(title="a", xlabel="b", ylabel="c")
    return axes


def test_bars_may_stand_or_lie_in_any_order_and_may_be_rounded():
    sums = figures("learner-0").revenue
    everyone = {tier.value: round(sums.get(tier.value, 0)) for tier in tiers.Tier}
    for axes in (drawn(sums), drawn(everyone), drawn(everyone, "barh"), drawn(dict(sorted(sums.items()))).figure):
        assert verdict("tiers-revenue", "learner-0", {"ax": axes}).passed


def test_bars_of_something_else_are_wrong_and_missing_words_cost_a_part():
    sums = figures("learner-0").revenue
    thousands = {tier: amount / 1000 for tier, amount in sums.items()}
    without_lost = {tier: amount for tier, amount in sums.items() if tier != "lost"}
    for wrong in (thousands, without_lost, dict(zip(sums, reversed(sums.values()), strict=True))):
        assert missed(verdict("tiers-revenue", "learner-0", {"ax": drawn(wrong)})) == {"bars"}
    axes = drawn(sums)
    axes.set_ylabel("")
    outcome = verdict("tiers-revenue", "learner-0", {"ax": axes})
    assert missed(outcome) == {"words"}
    assert 0 < outcome.points < EXERCISES["tiers-revenue"].points


# ---------------------------------------------------------------- the decision


def desk_of(learner: str) -> list[checks.AtRisk]:
    return checks.desk(tables(learner))


def filled(ten: list[checks.AtRisk], score: Callable[[checks.AtRisk], float]) -> list[str]:
    """Return whom the hours last for, the highest score first."""
    chosen, left = [], checks.BUDGET
    for each in sorted(ten, key=score, reverse=True):
        if each.hours <= left:
            chosen.append(each.id)
            left -= each.hours
    return chosen


def right_choices(ten: list[checks.AtRisk]) -> list[list[str]]:
    rules = checks.save_rules(ten)
    some = ([each.id for each in chosen] for size in range(1, len(ten) + 1) for chosen in combinations(ten, size))
    return [ids for ids in some if all(rule.met(ids) == 1 for rule in rules)]


def of_save(ids: object) -> Verdict:
    return verdict("tiers-save", "learner-0", {"save": ids})


def test_several_choices_are_right_in_any_order_and_form():
    choices = right_choices(desk_of("learner-0"))
    assert len(choices) > 1
    for ids in choices[:5]:
        assert of_save(ids).passed
    for same in (choices[0][::-1], tuple(choices[0]), ", ".join(choices[0]), np.array(choices[0])):
        assert of_save(same).passed


def test_a_choice_within_the_hours_is_worth_a_part_and_one_beyond_them_nothing():
    ten = desk_of("learner-0")
    full = EXERCISES["tiers-save"].points
    least = min(ten, key=lambda each: each.keeps)
    assert missed(of_save([least.id])) == {"kept"}
    assert of_save([least.id]).points == full / 4
    assert missed(of_save([each.id for each in ten])) == {"hours", "kept"}
    assert of_save([each.id for each in ten]).points == 0
    for other in ([], ["K9999"], [ten[0].id, ten[0].id], 3, None):
        assert of_save(other).points == 0


def test_seven_tenths_of_the_most_get_half_of_what_keeping_is_worth():
    ten = [checks.AtRisk("a", 70, 4), checks.AtRisk("b", 15, 4), checks.AtRisk("c", 15, 4), checks.AtRisk("d", 1, 16)]
    hours, kept = checks.save_rules(ten)
    assert checks.most(ten) == 100
    assert [kept.met(list(ids)) for ids in ("abc", "ab", "a", "bc", "abcd", "d")] == [1, 1, 0.5, 0, 0, 0]
    assert [hours.met(list(ids)) for ids in ("abc", "abcd", "d")] == [True, False, True]


# ---------------------------------------------------------------- named mistakes in functions


@dataclass(frozen=True)
class Mistake:
    """A wrong answer: from the learner's variant to a function, and exactly the probes it must miss."""

    name: str
    exercise: str
    make: Callable[[dict[str, Any]], Callable[[Any], Any]]
    misses: set[str]


def ladder(variant: dict[str, Any], **changed: Any) -> Callable[[dict[str, Any]], str]:
    """Return an answer to assign_one with something changed."""
    new_days = changed.get("new_days", variant["new_days"])
    order = changed.get("order", ["onlooker", "lost", "new", "4", "5", "core", "inactive"])
    first = changed.get("first", variant["first"])
    pair = ["at_risk", "advocate"] if first == "at_risk" else ["advocate", "at_risk"]
    asks = {
        "onlooker": lambda s: s["orders"] == 0,
        "lost": lambda s: s["days_since_last"] > 180,
        "new": lambda s: s["tenure_days"] <= new_days,
        "at_risk": lambda s: s["warnings"] >= 2,
        "advocate": lambda s: s["recommendations"] >= 1,
        "core": lambda s: s["negotiations"] >= 1,
        "inactive": lambda s: s["suppliers"] > 1,
    } | changed.get("asks", {})
    names = [dict(zip("45", pair, strict=True)).get(name, name) for name in order]
    return lambda s: next((name for name in names if asks[name](s)), changed.get("rest", "regular"))


def by_library(s: dict[str, Any], variant: dict[str, Any]) -> str:
    """Call the library's rule with the signals under its own names, as far as it has them."""
    named = {
        "n_orders": s["orders"],
        "days_since_last": s["days_since_last"],
        "tenure_days": s["tenure_days"],
        "open_complaints": s["warnings"],
        "complaints_unforgiven": 0,
        "referrals": s["recommendations"],
        "negotiations": s["negotiations"],
        "n_suppliers": s["suppliers"],
    }
    return tiers.tier_of(named, TierRules(new_days=variant["new_days"]))


MISTAKES = [
    Mistake("more than instead of at least", "tiers-lapsed", lambda v: lambda d: d > v["lapse_days"], {"limit-day"}),
    Mistake("one day early", "tiers-lapsed", lambda v: lambda d: d >= v["lapse_days"] - 1, {"limit-day"}),
    Mistake("the library's limit", "tiers-lapsed", lambda _: lambda d: d > 180, {"limit-day", "own-limit"}),
    Mistake("nan counts as lapsed", "tiers-lapsed", lambda v: lambda d: not d < v["lapse_days"], {"never-bought"}),
    Mistake(
        "turned round",
        "tiers-lapsed",
        lambda v: lambda d: d < v["lapse_days"],
        {"examples", "limit-day", "own-limit", "never-bought"},
    ),
    Mistake(
        "the library's flag, called with the own limit",
        "tiers-lapsed",
        lambda v: lambda d: "lapsed" in tiers.flags_of({"days_since_last": d}, TierRules(lapse_days=v["lapse_days"])),
        {"limit-day"},
    ),
    Mistake(
        "the two lines swapped",
        "tiers-assign_one",
        lambda v: ladder(v, first="advocate" if v["first"] == "at_risk" else "at_risk"),
        {"own-order"},
    ),
    Mistake("the library's days", "tiers-assign_one", lambda v: ladder(v, new_days=90), {"new-limit"}),
    Mistake("new: less than", "tiers-assign_one", lambda v: ladder(v, new_days=v["new_days"] - 1), {"new-limit"}),
    Mistake(
        "lost: at least",
        "tiers-assign_one",
        lambda v: ladder(v, asks={"lost": lambda s: s["days_since_last"] >= 180}),
        {"lost-limit"},
    ),
    Mistake(
        "one warning is enough",
        "tiers-assign_one",
        lambda v: ladder(v, asks={"at_risk": lambda s: s["warnings"] >= 1}),
        {"warnings-limit"},
    ),
    Mistake(
        "suppliers at least three",
        "tiers-assign_one",
        lambda v: ladder(v, asks={"inactive": lambda s: s["suppliers"] > 2}),
        {"inactive"},
    ),
    Mistake(
        "core before the warnings",
        "tiers-assign_one",
        lambda v: ladder(v, order=["onlooker", "lost", "new", "core", "4", "5", "inactive"]),
        {"upper-order"},
    ),
    Mistake(
        "new after the warnings",
        "tiers-assign_one",
        lambda v: ladder(v, order=["onlooker", "lost", "4", "5", "new", "core", "inactive"]),
        {"new-early"},
    ),
    Mistake(
        "lost after the warnings",
        "tiers-assign_one",
        lambda v: ladder(v, order=["onlooker", "new", "4", "5", "lost", "core", "inactive"]),
        {"lost-early"},
    ),
    Mistake(
        "onlooker not asked first",
        "tiers-assign_one",
        lambda v: ladder(v, order=["lost", "onlooker", "new", "4", "5", "core", "inactive"]),
        {"examples", "onlooker"},
    ),
    Mistake(
        "the rest forgotten",
        "tiers-assign_one",
        lambda v: ladder(v, rest=None),
        {"examples", "lost-limit", "new-limit", "warnings-limit", "inactive", "onlooker"},
    ),
    Mistake(
        "the library's rule on the same signals",
        "tiers-assign_one",
        lambda _: tiers.tier_of,
        {g.name for g in checks.assign_one_groups(60)},
    ),
]


@pytest.mark.parametrize("mistake", MISTAKES, ids=lambda m: f"{m.exercise}-{m.name.replace(' ', '_')}")
def test_a_named_mistake_misses_exactly_its_probes(mistake):
    for variant, learner in learners_of(mistake.exercise).items():
        wrong = mistake.make(chapters.variant(mistake.exercise, learner))
        outcome = verdict(mistake.exercise, learner, {EXERCISES[mistake.exercise].answer: wrong})
        assert missed(outcome) == mistake.misses, (variant, outcome.reasons("en"))
        assert outcome.points < EXERCISES[mistake.exercise].points
        for lang in LANGUAGES:
            assert outcome.reasons(lang)


def test_the_librarys_rule_with_the_signals_renamed_is_another_rule():
    for learner in learners_of("tiers-assign_one").values():
        variant = chapters.variant("tiers-assign_one", learner)
        outcome = verdict("tiers-assign_one", learner, {"assign_one": lambda s, v=variant: by_library(s, v)})
        assert {"warnings-limit", "inactive", "upper-order"} <= missed(outcome)


def test_kind_ways_to_answer_pass():
    learner = "learner-0"
    limit = chapters.variant("tiers-lapsed", learner)["lapse_days"]
    assert verdict("tiers-lapsed", learner, {"lapsed": lambda d: np.float64(d) >= limit}).passed
    ladder_ = ladder(chapters.variant("tiers-assign_one", learner))
    assert verdict("tiers-assign_one", learner, {"assign_one": lambda s: tiers.Tier(ladder_(s))}).passed


def test_an_argument_changed_in_place_changes_no_other_call():
    learner = "learner-0"
    right = ladder(chapters.variant("tiers-assign_one", learner))

    def assign_one(signals):
        found = right(dict(signals))
        signals.clear()
        return found

    assert verdict("tiers-assign_one", learner, {"assign_one": assign_one}).passed


# ---------------------------------------------------------------- named mistakes as a simulated class makes them

OF_CLASSES = {mistake.name: mistake for mistake in mistakes.mistakes()}


def draft(learner: str) -> Draft:
    instructors, released = (notebooks.notebook("tiers", "en", version) for version in ("solved", "released"))
    chapter = chapters.chapter("tiers")
    return Draft(chapter, learner, learner, deepcopy(instructors), released, lambda: released, instructors, "x.ipynb")


@pytest.mark.parametrize("mistake", OF_CLASSES.values(), ids=OF_CLASSES)
def test_a_mistake_of_a_class_costs_exactly_what_it_says(mistake):
    (name,) = mistake.touches
    exercise = EXERCISES[f"tiers-{name}"]
    for learner in notebooks.LEARNERS:
        made = draft(learner)
        ((touched, cost),) = mistake.change(made).items()
        names = notebooks.before(exercise, learner)
        code = made.answer(touched).source.replace("### BEGIN SOLUTION", "").replace("### END SOLUTION", "")
        notebooks.run(code, names)
        plt.close("all")
        outcome = verdict(exercise.id, learner, names)
        expected = {probe.name: 0.0 if cost.whole else cost.left.get(probe.name, 1.0) for probe in outcome.probes}
        assert {probe.name: probe.credit for probe in outcome.probes} == pytest.approx(expected), learner
        assert outcome.points < exercise.points
        assert all(outcome.reasons(lang) for lang in LANGUAGES)


def test_every_exercise_but_the_text_has_a_mistake_of_its_own():
    assert {f"tiers-{name}" for mistake in OF_CLASSES.values() for name in mistake.touches} == set(MARKED)


# ---------------------------------------------------------------- probes and references


def groups_of(exercise: str, learner: str) -> list[Group]:
    v = chapters.variant(exercise, learner)
    if exercise == "tiers-lapsed":
        return checks.lapsed_groups(v["lapse_days"])
    return checks.assign_one_groups(v["new_days"])


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


def test_assign_one_reaches_every_tier():
    v = {"new_days": 60, "first": "at_risk"}
    reached = {checks.reference_assign_one(call, **v) for group in checks.assign_one_groups(60) for call in group.calls}
    assert reached == {tier.value for tier in tiers.Tier}


def test_the_visible_probes_are_those_of_the_notebook():
    shown: dict[str, list[Any]] = {}
    kit = SimpleNamespace(probe=lambda name, cases=(): shown.update({name: list(cases)}))
    for cell in source().cells:
        if cell.role == "try":
            exec(cell.source["en"], {"kit": kit})  # noqa: S102
    for exercise in FUNCTIONS:
        for learner in learners_of(exercise).values():
            visible = [call for group in groups_of(exercise, learner) if group.visible for call in group.calls]
            probes = [((call,), expected(exercise, learner, call)) for call in visible]
            assert probes == [(tuple(arguments), result) for arguments, result in shown[exercise]]


# ---------------------------------------------------------------- quizzes


@pytest.mark.parametrize("exercise", ["tiers-quiz_ladder", "tiers-quiz_strategies"])
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


def assert_well_posed(learner: str) -> None:
    """The number is none of its common mistakes, no customer stands on a cut, there are bars, and choices to make."""
    f = figures(learner)
    signals, tiered = measured(learner), standing(learner)
    assert set(tiered["tier"]) == {tier.value for tier in tiers.Tier}
    near = (signals["volume"] - signals["volume_cut"]).abs() < 0.005
    assert near.sum() <= 1, "two of the same volume at the cut"
    for wrong in wrong_bases(learner):
        assert abs(wrong - f.base) > 2 * EXERCISES["tiers-base"].tolerance, wrong
    assert set(f.revenue) == {tier.value for tier in tiers.Tier} - {"onlooker"}
    assert len({round(amount) for amount in f.revenue.values()}) == len(f.revenue)
    assert f.revenue["advocate"] < f.revenue["core"], "the text says that advocates bring in less"
    assert_there_is_something_to_decide(learner)


def assert_there_is_something_to_decide(learner: str) -> None:
    """Several choices are right, the two orders that look at `keeps` among them; not all fit into the hours."""
    ten = desk_of(learner)
    assert len({each.id for each in ten}) == checks.ON_DESK
    assert checks.hours(ten) > checks.BUDGET
    choices = [set(ids) for ids in right_choices(ten)]
    assert len(choices) > 1
    assert set(filled(ten, lambda each: each.keeps / each.hours)) in choices
    assert {min(ten, key=lambda each: each.keeps).id} not in choices


def assert_learners_differ(learners: list[str]) -> None:
    bases = [figures(learner).base for learner in learners]
    apart = [abs(a - b) > EXERCISES["tiers-base"].tolerance for a, b in combinations(bases, 2)]
    assert mean(apart) >= 0.95
    assert len({tuple(each.id for each in desk_of(learner)) for learner in learners}) == len(learners)
    assert mean(amount_alone_is_right(desk_of(learner)) for learner in learners) < 0.8
    assert mean(shown_is_right(learner) for learner in learners) < 0.2


def shown_is_right(learner: str) -> bool:
    """Return whether the order that the notebook shows for an example, most warnings first, happens to be right."""
    signals = standing(learner).set_index("customer_id")["signals"]
    ten = desk_of(learner)
    ids = filled(ten, lambda each: signals[each.id].count("_fall") + signals[each.id].count("open_complaint"))
    return all(rule.met(ids) == 1 for rule in checks.save_rules(ten))


def amount_alone_is_right(ten: list[checks.AtRisk]) -> bool:
    """Return whether it does to begin with who spent most, in which order they lie on the desk."""
    ids = filled(ten, lambda each: -ten.index(each))
    return all(rule.met(ids) == 1 for rule in checks.save_rules(ten))


@pytest.fixture
def measured_once(monkeypatch):
    """Let the check and the test share the signals of a learner: measuring them is the slow part."""
    monkeypatch.setattr(checks, "assign_tiers", lambda sample, _: standing(sample.learner))


SAMPLE = [f"sample-{number}" for number in range(8)]
ALL = [f"id-{number:03d}" for number in range(200)]


@pytest.mark.usefixtures("measured_once")
def test_the_exercises_are_well_posed_for_a_sample_of_learners():
    for learner in SAMPLE:
        assert_well_posed(learner)
    assert_learners_differ(SAMPLE)


@pytest.mark.long
@pytest.mark.timeout(3600)
@pytest.mark.usefixtures("measured_once")
def test_the_exercises_are_well_posed_for_200_learners():
    for learner in ALL:
        assert_well_posed(learner)
        tables.cache_clear()
    assert_learners_differ(ALL)


def test_every_variant_is_drawn_about_equally_often():
    many = [f"id-{number:03d}" for number in range(500)]
    for exercise in FUNCTIONS:
        for name, values in EXERCISES[exercise].variant.items():
            taken = [chapters.variant(exercise, learner)[name] for learner in many]
            for value in values:
                assert taken.count(value) == pytest.approx(len(many) / len(values), rel=0.3)


def test_figures_by_hand_on_the_learners_own_rows():
    """The reference against the plainest pandas there is, on one learner."""
    data = tables("learner-0")
    tiered = standing("learner-0").set_index("customer_id")["tier"].to_dict()
    base = sum(tier not in ("lost", "onlooker") for tier in tiered.values())
    revenue: dict[str, float] = {}
    for row in data.transactions.itertuples():
        if row.date.year == 2025:  # the 365 days that end on 31 December 2025
            tier = tiered[row.customer_id]
            revenue[tier] = revenue.get(tier, 0) + row.amount
    found = figures("learner-0")
    assert found.base == base
    assert found.revenue == pytest.approx(revenue)


def test_the_desk_by_hand_and_as_the_notebook_has_it():
    data, tiered = tables("learner-0"), standing("learner-0").set_index("customer_id")
    kinds = dict(zip(data.customers["customer_id"], data.customers["customer_type"], strict=True))
    spent: dict[str, float] = {}
    for row in data.transactions.itertuples():
        if row.date.year == 2025 and tiered.loc[row.customer_id, "tier"] == "at_risk":
            spent[row.customer_id] = spent.get(row.customer_id, 0) + row.amount
    expected = []
    for who in sorted(spent, key=lambda each: -spent[each])[:10]:
        signals = tiered.loc[who, "signals"].split(", ")
        warnings = sum(signal.endswith("_fall") or signal == "open_complaint" for signal in signals)
        keeps = spent[who] * {1: 0.8, 2: 0.4, 3: 0.2, 4: 0.1}[warnings]
        expected.append((who, pytest.approx(keeps), 4 if kinds[who] == "business" else 2))
    assert [(each.id, each.keeps, each.hours) for each in desk_of("learner-0")] == expected
    shown = notebook("learner-0")["desk"]
    assert [(row.Index, row.keeps, row.hours) for row in shown.itertuples()] == expected


def test_figures_do_not_depend_on_the_language():
    chinese = load("company", "learner-0", lang="zh")
    assert checks.figures(chinese) == figures("learner-0")
    assert checks.desk(chinese) == desk_of("learner-0")


@pytest.mark.parametrize("learner", ["learner-0", "ann", "张三"])
def test_a_sample_taken_from_the_measured_company_stands_as_the_sample_measured_alone(learner):
    alone = tiers.assign_tiers(tables(learner), tables(learner).as_of)
    assert checks.standing(tables(learner)).reset_index(drop=True).equals(alone)


def test_the_figures_are_asked_of_the_reference_once_for_a_learner_and_come_back_through_a_record(monkeypatch):
    known: dict[str, Any] = {}
    verdicts = [examine("tiers-base", NamespaceWork({}), "learner-0", references=known)]
    known = json.loads(json.dumps(known))
    assert checks.Figures(**known["figures"]) == figures("learner-0")
    monkeypatch.setattr(checks, "figures", None)
    verdicts.append(examine("tiers-base", NamespaceWork({}), "learner-0", references=known))
    assert verdicts[0] == verdicts[1]


def test_tables_of_nobody_are_measured_themselves():
    data = tables("learner-0")
    nobody = replace(data, learner=None, transactions=data.transactions.assign(amount=1.0))
    assert sum(checks.figures(nobody).revenue.values()) == nobody.transactions["date"].dt.year.eq(2025).sum()
