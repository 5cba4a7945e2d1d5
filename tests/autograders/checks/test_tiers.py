"""The checks of `tiers`: the solution, the untouched stub, named mistakes, and 500 learners' data."""

from __future__ import annotations

import json
import math
from collections.abc import Callable
from dataclasses import dataclass, replace
from functools import cache, lru_cache
from itertools import combinations
from statistics import mean, median
from types import SimpleNamespace
from typing import Any

import nbformat
import numpy as np
import pytest

from autograders import build, build_chapter
from autograders.build_chapter import ChapterSource
from autograders.check import CHECKS, Group, Verdict, check_for, examine
from autograders.checks import tiers as checks
from autograders.messages import LANGUAGES, tell
from autograders.plain import NamespaceWork
from loyaltylib import chapters, concepts, tiers
from loyaltylib.data import Tables, load
from loyaltylib.tiers import TierRules

EXERCISES = {e.id: e for e in chapters.chapter("tiers").exercises}
MARKED = [name for name, e in EXERCISES.items() if e.kind != "text"]
FUNCTIONS = [name for name, e in EXERCISES.items() if e.kind == "function"]
NUMBERS = {"tiers-base": "base", "tiers-at_risk": "at_risk_share", "tiers-top_value": "top_value_share"}
GIVEN = ("rows", "my-tiers", "spend", "lapsed-yours", "warning-yours", "assign_one-yours")  # cells the answers rest on
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
    names = {"kit": kit, "company": company, "assign_tiers": lambda _, __: standing(learner)}
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


def test_every_exercise_but_the_text_has_a_check():
    assert {name for name in MARKED if check_for(name)} == set(MARKED)
    assert {name for name in CHECKS if name.startswith("tiers-")} == set(MARKED)


@pytest.mark.parametrize("learner", FEW)
def test_the_solution_gets_full_points(learner):
    names = notebook(learner)
    for exercise in MARKED:
        outcome = verdict(exercise, learner, names)
        assert outcome.points == EXERCISES[exercise].points, (exercise, outcome.reasons("en"))


@pytest.mark.parametrize("learner", FEW)
def test_the_untouched_notebook_gets_none(learner):
    names = notebook(learner, "released")
    for exercise in MARKED:
        outcome = verdict(exercise, learner, names)
        assert outcome.points == 0
        assert outcome.reasons("en")
        assert outcome.reasons("zh")


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


@pytest.mark.parametrize("exercise", NUMBERS)
def test_a_number_is_read_as_it_was_meant(exercise):
    right = getattr(figures("learner-0"), NUMBERS[exercise])
    name = EXERCISES[exercise].answer

    def points(value: object) -> float:
        return verdict(exercise, "learner-0", {name: value}).points

    assert points(right) == points(np.float64(right)) == EXERCISES[exercise].points
    assert points(round(right, EXERCISES[exercise].decimals or 0)) == EXERCISES[exercise].points
    for wrong in (right * 1.02, -right, math.nan, math.inf, True, "abc", [right, right], right + 10):
        assert points(wrong) == 0, wrong


@pytest.mark.parametrize("exercise", ["tiers-at_risk", "tiers-top_value"])
@pytest.mark.parametrize("form", ["per cent", "text"])
def test_a_share_in_another_unit_gets_no_points_but_a_hint(exercise, form):
    right = getattr(figures("learner-0"), NUMBERS[exercise])
    typed = 100 * right if form == "per cent" else f"{right:.2%}"
    outcome = verdict(exercise, "learner-0", {EXERCISES[exercise].answer: typed})
    assert outcome.points == 0
    assert all(outcome.reasons(lang) for lang in LANGUAGES)
    assert outcome.reasons("en") != outcome.reasons("zh")


def wrong_numbers(learner: str) -> dict[str, list[float]]:
    """Return what common mistakes give: the whole list as base, another denominator, one tier only."""
    data, f = tables(learner), figures(learner)
    tiered = standing(learner)
    counts = tiered["tier"].value_counts()
    known = len(tiered)
    paid = data.transactions[data.transactions["date"] >= "2025-01-01"].merge(tiered, on="customer_id")
    year = paid.groupby("tier")["amount"].sum()
    return {
        "base": [known, known - counts["lost"], known - counts["onlooker"], f.base - counts["new"], f.base - f.at_risk],
        "at_risk_share": [f.at_risk / known, f.at_risk / (known - counts["lost"]), f.base / known, 1 - f.at_risk_share],
        "top_value_share": [
            year["core"] / year.sum(),
            year["advocate"] / year.sum(),
            (counts["core"] + counts["advocate"]) / f.base,
            (year["core"] + year["advocate"]) / (year.sum() - year["lost"]),
        ],
    }


# ---------------------------------------------------------------- named mistakes in functions


@dataclass(frozen=True)
class Mistake:
    """A wrong answer: from the learner's variant to a function, and exactly the probes it must miss."""

    name: str
    exercise: str
    make: Callable[[dict[str, Any]], Callable[[Any], Any]]
    misses: set[str]


def warn(
    variant: dict[str, Any], usual: Callable[[list[float]], float], *, strict: bool = False
) -> Callable[[Any], bool]:
    def warning(spend):
        if len(spend) < 2 or usual(spend) == 0:
            return False
        limit = (1 - variant["fall"]) * usual(spend)
        return spend[-1] < limit if strict else spend[-1] <= limit

    return warning


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
        "more than instead of at least",
        "tiers-warning",
        lambda v: warn(v, lambda s: median(s[:-1]), strict=True),
        {"at-least"},
    ),
    Mistake("mean as in the library", "tiers-warning", lambda v: warn(v, lambda s: mean(s[:-1])), {"median"}),
    Mistake("the last window is part of what is usual", "tiers-warning", lambda v: warn(v, median), {"earlier-only"}),
    Mistake("only the window before", "tiers-warning", lambda v: warn(v, lambda s: s[-2]), {"all-earlier"}),
    Mistake(
        "no thought of short lists",
        "tiers-warning",
        lambda v: lambda s: median(s[:-1]) > 0 and s[-1] <= (1 - v["fall"]) * median(s[:-1]),
        {"examples", "short"},
    ),
    Mistake(
        "no thought of zero",
        "tiers-warning",
        lambda v: lambda s: len(s) >= 2 and s[-1] <= (1 - v["fall"]) * median(s[:-1]),
        {"usual-zero"},
    ),
    Mistake(
        "fall and what is left mixed up",
        "tiers-warning",
        lambda v: warn({"fall": 1 - v["fall"]}, lambda s: median(s[:-1])),
        {"at-least", "own-fall"},
    ),
    Mistake(
        "the library's fall",
        "tiers-warning",
        lambda _: warn({"fall": 0.5}, lambda s: median(s[:-1])),
        {"at-least", "own-fall"},
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


@pytest.mark.parametrize(
    "formula",
    [
        lambda last, usual, fall: (usual - last) / usual >= fall,
        lambda last, usual, fall: 1 - last / usual >= fall,
        lambda last, usual, fall: usual - last >= fall * usual,
        lambda last, usual, fall: last <= usual * (1 - fall),
        lambda last, usual, fall: last <= usual - usual * fall,
    ],
)
def test_every_right_way_to_write_the_fall_passes(formula):
    """At the limit itself float arithmetic must not decide between equivalent formulas."""
    for learner in learners_of("tiers-warning").values():
        fall = chapters.variant("tiers-warning", learner)["fall"]

        def warning(spend, fall=fall):
            usual = median(spend[:-1]) if len(spend) >= 2 else 0
            return np.bool_(usual != 0 and formula(spend[-1], usual, fall))

        assert verdict("tiers-warning", learner, {"warning": warning}).passed


def test_kind_ways_to_answer_pass():
    learner = "learner-0"
    limit = chapters.variant("tiers-lapsed", learner)["lapse_days"]
    assert verdict("tiers-lapsed", learner, {"lapsed": lambda d: np.float64(d) >= limit}).passed
    ladder_ = ladder(chapters.variant("tiers-assign_one", learner))
    assert verdict("tiers-assign_one", learner, {"assign_one": lambda s: tiers.Tier(ladder_(s))}).passed


def test_an_argument_changed_in_place_changes_no_other_call():
    learner = "learner-0"
    fall = chapters.variant("tiers-warning", learner)["fall"]

    def warning(spend):
        if len(spend) < 2:
            return False
        last = spend.pop()
        spend.sort()
        return median(spend) > 0 and last <= (1 - fall) * median(spend)

    assert verdict("tiers-warning", learner, {"warning": warning}).passed


# ---------------------------------------------------------------- probes and references


def groups_of(exercise: str, learner: str) -> list[Group]:
    v = chapters.variant(exercise, learner)
    if exercise == "tiers-lapsed":
        return checks.lapsed_groups(v["lapse_days"])
    if exercise == "tiers-warning":
        return checks.warning_groups(v["fall"], learner)
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
    """Every number asks for something, its common mistakes give something else, and no customer stands on a cut."""
    f = figures(learner)
    signals, tiered = measured(learner), standing(learner)
    assert set(tiered["tier"]) == {tier.value for tier in tiers.Tier}
    assert 0 < f.at_risk < f.base < len(tiered)
    assert 0.01 < f.at_risk_share < 0.99
    assert 0.01 < f.top_value_share < 0.99
    near = (signals["volume"] - signals["volume_cut"]).abs() < 0.005
    assert near.sum() <= 1, "two of the same volume at the cut"
    for exercise, figure in NUMBERS.items():
        for wrong in wrong_numbers(learner)[figure]:
            assert abs(wrong - getattr(f, figure)) > 2 * EXERCISES[exercise].tolerance, (exercise, wrong)


def assert_learners_differ(learners: list[str]) -> None:
    for exercise, figure in NUMBERS.items():
        values = [getattr(figures(learner), figure) for learner in learners]
        apart = [abs(a - b) > EXERCISES[exercise].tolerance for a, b in combinations(values, 2)]
        assert mean(apart) >= 0.95, exercise


@pytest.fixture
def measured_once(monkeypatch):
    """Let the check and the test share the signals of a learner: measuring them is the slow part."""
    monkeypatch.setattr(checks, "assign_tiers", lambda sample, _: standing(sample.learner))


SAMPLE = [f"sample-{number}" for number in range(20)]
ALL = [f"id-{number:03d}" for number in range(500)]


@pytest.mark.usefixtures("measured_once")
def test_numbers_are_well_posed_for_a_sample_of_learners():
    for learner in SAMPLE:
        assert_well_posed(learner)
    assert_learners_differ(SAMPLE)


@pytest.mark.long
@pytest.mark.timeout(3600)
@pytest.mark.usefixtures("measured_once")
def test_numbers_are_well_posed_for_500_learners():
    for learner in ALL:
        assert_well_posed(learner)
        tables.cache_clear()
    assert_learners_differ(ALL)


def test_every_variant_is_drawn_about_equally_often():
    for exercise in FUNCTIONS:
        for name, values in EXERCISES[exercise].variant.items():
            drawn = [chapters.variant(exercise, learner)[name] for learner in ALL]
            for value in values:
                assert drawn.count(value) == pytest.approx(len(ALL) / len(values), rel=0.3)


def test_figures_by_hand_on_the_learners_own_rows():
    """The reference against the plainest pandas there is, on one learner."""
    data = tables("learner-0")
    tiered = standing("learner-0").set_index("customer_id")["tier"].to_dict()
    base = sum(tier not in ("lost", "onlooker") for tier in tiered.values())
    revenue = top = 0.0
    for row in data.transactions.itertuples():
        if row.date.year == 2025:  # the 365 days that end on 31 December 2025
            revenue += row.amount
            top += row.amount if tiered[row.customer_id] in ("core", "advocate") else 0
    found = figures("learner-0")
    assert found.base == base
    assert found.at_risk == list(tiered.values()).count("at_risk")
    assert found.top_value_share == pytest.approx(top / revenue)


def test_figures_do_not_depend_on_the_language():
    assert checks.figures(load("company", "learner-0", lang="zh")) == figures("learner-0")


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
    assert checks.figures(nobody).revenue == nobody.transactions["date"].dt.year.eq(2025).sum()
