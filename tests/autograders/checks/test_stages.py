"""The checks of `stages`: the solution, the untouched stub, named mistakes, and 200 learners' data."""

from __future__ import annotations

import math
from copy import deepcopy
from dataclasses import asdict
from functools import cache
from itertools import pairwise
from typing import Any

import nbformat
import numpy as np
import pytest

from autograders import build, build_notebook
from autograders.check import Verdict, examine
from autograders.checks import stages as checks
from autograders.messages import tell
from autograders.mistakes import stages as named
from autograders.mistakes.draft import Draft, solved
from autograders.plain import NamespaceWork
from loyaltylib import chapters, stages
from loyaltylib.data import Tables, load
from tests.course.notebooks import before, notebook, run, source

CHAPTER = chapters.chapter("stages")
EXERCISES = {e.id: e for e in CHAPTER.exercises}
MARKED = [name for name, e in EXERCISES.items() if e.kind != "text"]
FUNCTIONS = [name for name, e in EXERCISES.items() if e.kind == "function"]
MISTAKES = {mistake.name: mistake for mistake in named.mistakes()}


@cache
def tables(learner: str) -> Tables:
    return load("company", learner)


def verdict(exercise: str, names: dict[str, Any], learner: str = "learner-0") -> Verdict:
    return examine(exercise, NamespaceWork(names), learner, tables(learner))


def missed(outcome: Verdict) -> set[str]:
    return {probe.name for probe in outcome.probes if not probe.passed}


def learners_of(exercise: str) -> dict[tuple[Any, ...], str]:
    """Return one learner for each combination of an exercise's variants."""
    found: dict[tuple[Any, ...], str] = {}
    for number in range(200):
        found.setdefault(tuple(chapters.variant(exercise, f"learner-{number}").values()), f"learner-{number}")
    assert len(found) == math.prod(len(values) for values in EXERCISES[exercise].variant.values())
    return found


# ---------------------------------------------------------------- full points, no points


@pytest.mark.parametrize("exercise", FUNCTIONS)
def test_the_function_solves_every_variant(exercise):
    for learner in learners_of(exercise).values():
        names = dict(chapters.variant(exercise, learner))
        run(solution_code(exercise), names)
        assert verdict(exercise, names, learner).passed


def solution_code(exercise: str) -> str:
    cells = notebook("stages", "en", "solved").cells
    return next(cell.source for cell in cells if cell.id == f"{exercise}-answer")


@pytest.mark.parametrize("exercise", FUNCTIONS)
@pytest.mark.parametrize("constant", [True, False, None, "held", "leaves", "hostage", "content"])
def test_a_function_that_always_gives_the_same_gets_nothing(exercise, constant):
    assert verdict(exercise, {EXERCISES[exercise].answer: lambda _: constant}).points == 0


def library_held(case):
    move = stages.switching(advantage=case["saving"], cost=case["cost"], periods=case["years"], discount=0.05)
    return stages.hold(case["satisfaction"], move).value


def library_leaves(deal):
    risk = deal["chance"] * deal["loss"]
    return not stages.switching(advantage=deal["saving"], cost=deal["cost"], risk=risk, periods=12).stays


def test_the_librarys_rules_with_the_keys_renamed_are_other_rules():
    for learner in learners_of("stages-held").values():
        assert {"delay", "own-rate", "own-satisfied"} <= missed(verdict("stages-held", {"held": library_held}, learner))
    for learner in learners_of("stages-leaves").values():
        assert {"own-months"} <= missed(verdict("stages-leaves", {"leaves": library_leaves}, learner))


# ---------------------------------------------------------------- named mistakes


@cache
def drafts() -> tuple[Any, Any, Any]:
    instructors = build.instructors_notebook(source("stages"), "en")
    released = nbformat.reads(build_notebook.learners_text(instructors), as_version=4)
    return instructors, released, solved(released, instructors, CHAPTER)


@pytest.mark.parametrize("learner", ["learner-0", "learner-1"])
@pytest.mark.parametrize("mistake", MISTAKES.values(), ids=MISTAKES)
def test_a_named_mistake_costs_exactly_what_it_says(mistake, learner):
    instructors, released, whole = drafts()
    draft = Draft(CHAPTER, learner, learner, deepcopy(whole), released, lambda: released, instructors, "stages.ipynb")
    ((name, cost),) = mistake.change(draft).items()
    exercise = EXERCISES[f"stages-{name}"]
    names = deepcopied(before(exercise, learner))
    run(draft.answer(name).source, names)
    outcome = verdict(exercise.id, names, learner)
    expected = {probe.name: 0.0 if cost.whole else cost.left.get(probe.name, 1.0) for probe in outcome.probes}
    credit = {probe.name: probe.credit for probe in outcome.probes}
    for probe, share in expected.items():
        if mistake.name == "no_words" and probe == "words":
            assert credit[probe] < 1
        else:
            assert credit[probe] == pytest.approx(share), (probe, outcome.reasons("en"))
    assert outcome.points < exercise.points
    assert outcome.reasons("en")
    assert outcome.reasons("zh")


def deepcopied(names: dict[str, Any]) -> dict[str, Any]:
    """Return names whose containers an answer may change without changing those of the next test."""
    return {name: dict(value) if isinstance(value, dict) and name != "__builtins__" else value
            for name, value in names.items()}  # fmt: skip


# ---------------------------------------------------------------- probes


@pytest.mark.parametrize("exercise", FUNCTIONS)
def test_each_group_has_different_results_and_every_hidden_one_a_reason(exercise):
    name = EXERCISES[exercise].answer
    for learner in learners_of(exercise).values():
        own = chapters.variant(exercise, learner)
        for group in getattr(checks, f"{name}_groups")(**own):
            results = {getattr(checks, f"reference_{name}")(call, **own) for call in group.calls}
            assert len(results) > 1, (group.name, own)
            assert group.visible or tell("zh", group.reason) != group.reason


def test_the_visible_probes_are_those_of_the_notebook():
    shown: dict[str, Any] = {}

    class Kit:
        @staticmethod
        def probe(name, cases=()):
            shown[name] = list(cases)

    for cell in source("stages").cells:
        if cell.role == "try":
            run(cell.source["en"], {"kit": Kit})
    for exercise in FUNCTIONS:
        name = EXERCISES[exercise].answer
        for learner in learners_of(exercise).values():
            own = chapters.variant(exercise, learner)
            (visible,) = (g for g in getattr(checks, f"{name}_groups")(**own) if g.visible)
            reference = getattr(checks, f"reference_{name}")
            assert shown[exercise] == [((call,), reference(call, **own)) for call in visible.calls]


def test_every_right_way_to_write_the_present_value_passes():
    def backwards(case, rate, delay, satisfied):
        years = case["years"]
        worth = 0.0
        for year in range(years, 0, -1):
            worth = (worth + (case["saving"] if year > delay else 0)) / (1 + rate)
        if worth > case["cost"]:
            return "leaves"
        if not case["satisfaction"] >= satisfied:
            return "hostage"
        return ["content", "held"][worth > 0]

    for learner in learners_of("stages-held").values():
        own = chapters.variant("stages-held", learner)
        outcome = verdict("stages-held", {"held": lambda case, own=own: backwards(case, **own)}, learner)
        assert outcome.passed, outcome.reasons("en")


# ---------------------------------------------------------------- the three visits


def picks(learner: str) -> tuple[checks.Open, list[str]]:
    """Return where visits make sense, and the firms there, the largest first."""
    known = checks.open_visits(tables(learner))
    ranked = sorted((f for f in known.early if f in known.chances), key=lambda firm: -known.early[firm])
    return known, ranked


def points(visits: dict[str, str], learner: str = "learner-0") -> float:
    return verdict("stages-visits", {"visits": visits}, learner).points


def test_any_good_choice_is_right_and_any_chance_that_is_open():
    known, ranked = picks("learner-0")
    full = EXERCISES["stages-visits"].points
    several = next(firm for firm in ranked if len(known.chances[firm]) > 1)
    for place in (0, -1):
        assert points({firm: known.chances[firm][place] for firm in ranked[:3]}) == full
    assert len(known.chances[several]) > 1
    fourth = {firm: known.chances[firm][0] for firm in (*ranked[:2], ranked[3])}
    assert known.worth(fourth) >= checks.ENOUGH * known.best
    assert points(fourth) == full


def test_each_rule_of_the_visits_is_looked_at():
    known, ranked = picks("learner-0")
    best = {firm: known.chances[firm][0] for firm in ranked[:3]}
    four = {firm: known.chances[firm][0] for firm in ranked[:4]}
    least = {ranked[-1]: known.chances[ranked[-1]][0]}
    later = next(firm for firm in known.chances if firm not in known.early)
    not_open = next(word for word in EXERCISES["stages-visits"].choices if word not in known.chances[ranked[0]])

    def wrong(visits):
        return missed(verdict("stages-visits", {"visits": visits}))

    assert wrong(four) == {"budget", "worth"}
    assert wrong(least) == {"worth"}
    assert wrong({**best, later: known.chances[later][0]}) == {"budget", "early", "worth"}
    assert wrong({later: known.chances[later][0]}) == {"early", "worth"}
    assert wrong({ranked[0]: not_open}) == {"chance", "worth"}
    assert wrong({"K9999": "cost"}) == {"budget", "early", "chance", "worth"}


def test_no_visit_is_rewarded_for_a_flagged_chance():
    """What may hide a private demand is no word of the exercise, so that nobody gets a point for it (AMB-37)."""
    choices = EXERCISES["stages-visits"].choices
    assert set(choices) == set(stages.Opportunity) - {stages.Opportunity.WORSENING}
    assert not any(stages.ethics_flag(stages.Opportunity(word).concept) for word in choices)
    _, ranked = picks("learner-0")
    assert points({ranked[0]: "worsening"}) == 0


# ---------------------------------------------------------------- every learner's data


def shown_in_table(learner: str) -> list[tuple[str, str]]:
    """Return firm and chance of the thirty rows that the notebook shows."""
    wallet = checks.firms_wallet(tables(learner))
    year = checks.of_year(wallet, 2025)
    found = stages.opportunities(tables(learner).account_events, tables(learner).as_of)
    joined = found.merge(year.reset_index(), left_on="account_id", right_on="customer_id")
    joined["elsewhere"] = joined["total_category_spend"] - joined["own_spend"]
    rows = joined.sort_values("elsewhere", ascending=False).head(30)
    return list(zip(rows["account_id"], rows["opportunity"], strict=True))


def assert_well_posed(learner: str) -> float:
    """Every exercise on own data asks for something; common mistakes give something else."""
    data = tables(learner)
    found = checks.figures(data)
    wallet = checks.firms_wallet(data)
    path = stages.stage_path(wallet)
    apart = path["number"].shift()
    naive = (path["number"] < apart).sum() / apart.notna().sum()
    share, tolerance = found.going_back_share, EXERCISES["stages-going_back"].tolerance
    assert 0.01 < share < 0.5
    for wrong in (naive, found.back / len(path), 1 - share, (path["move"] == "down").sum() / found.compared):
        assert abs(wrong - share) > 2 * tolerance, (learner, wrong, share)

    down = checks.fall(data)
    change = (checks.of_year(wallet, 2025)["share"] - checks.of_year(wallet, 2024)["share"]).dropna()
    assert change.nsmallest(2).diff().iloc[1] > 1e-6, "two firms fell alike"
    assert change.min() < -0.2
    assert len(down.shares) >= 4
    assert down.shares[0] != down.shares[-1]

    known, ranked = picks(learner)
    assert len(ranked) >= 4
    shown = set(shown_in_table(learner))
    in_sight = {firm: word for firm in ranked[:3] for word in known.chances[firm] if (firm, word) in shown}
    assert known.worth(in_sight) >= known.best * (1 - 1e-9), learner
    assert known.worth({ranked[-1]: known.chances[ranked[-1]][0]}) < checks.ENOUGH * known.best
    assert any(firm not in known.early for firm in known.chances)
    tables.cache_clear()
    return share


def test_exercises_are_well_posed_for_a_sample_of_learners():
    shares = [assert_well_posed(f"sample-{number}") for number in range(12)]
    assert np.mean([abs(a - b) > 0.0005 for a, b in pairwise(shares)]) > 0.9


@pytest.mark.long
@pytest.mark.timeout(3600)
def test_exercises_are_well_posed_for_200_learners():
    shares = [assert_well_posed(f"id-{number:03d}") for number in range(200)]
    assert np.mean([abs(a - b) > 0.0005 for a, b in pairwise(shares)]) > 0.9


def test_figures_by_hand_on_the_learners_own_rows():
    """The reference against plain Python, on one learner."""
    data = tables("learner-0")
    firms = set(data.customers.loc[data.customers["customer_type"] == "business", "customer_id"])
    by_firm: dict[str, list[tuple[Any, float]]] = {}
    for row in data.wallet.itertuples():
        if row.customer_id in firms:
            by_firm.setdefault(row.customer_id, []).append((row.period, row.own_spend / row.total_category_spend))
    compared = back = 0
    for walk in by_firm.values():
        places = [stages.stage_of(share).number for _, share in sorted(walk)]
        compared += len(places) - 1
        back += sum(later < earlier for earlier, later in pairwise(places))
    assert asdict(checks.figures(data)) == {"compared": compared, "back": back}


def test_figures_do_not_depend_on_the_language():
    zh = load("company", "learner-0", lang="zh")
    assert checks.figures(zh) == checks.figures(tables("learner-0"))
    assert checks.open_visits(zh) == checks.open_visits(tables("learner-0"))
    assert checks.fall(zh).firm == checks.fall(tables("learner-0")).firm


def test_a_figure_is_known_by_its_line_and_its_firm():
    import matplotlib.pyplot as plt

    known = checks.fall(tables("learner-0"))
    days = [np.datetime64(day) for day in known.periods]

    def drawn(shares, title, **more):
        fig, ax = plt.subplots()
        ax.plot(days, shares, **more)
        ax.axhline(0.5)
        ax.set(title=title, xlabel="quarter", ylabel="share")
        plt.close(fig)
        return missed(verdict("stages-fallen", {"ax": ax}))

    assert drawn(known.shares, f"{known.name} falls", marker="o") == set()
    assert drawn(known.shares, known.firm.lower()) == set()
    assert drawn(known.shares, "Somebody") == {"firm"}
    assert drawn(known.shares[::-1], known.firm) == {"line"}
    assert drawn([100 * share for share in known.shares], known.firm) == {"line"}
