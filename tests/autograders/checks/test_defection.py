"""The checks of `defection`: named mistakes miss exactly their probes, and 200 learners' data are well posed."""

from __future__ import annotations

import math
from copy import deepcopy
from functools import cache
from itertools import combinations
from statistics import mean
from typing import Any

import matplotlib as mpl
import pytest

from autograders.check import Group, Verdict, examine
from autograders.checks import defection as checks
from autograders.messages import LANGUAGES, tell
from autograders.mistakes import Draft
from autograders.mistakes import defection as mistakes
from autograders.mistakes.draft import solved
from autograders.plain import NamespaceWork
from loyaltylib import chapters, defection, kpis
from loyaltylib.data import Tables, load
from tests.course import notebooks

mpl.use("agg")
CHAPTER = chapters.chapter("defection")
EXERCISES = {e.id: e for e in CHAPTER.exercises}
FUNCTIONS = [name for name, e in EXERCISES.items() if e.kind == "function"]
MISTAKES = {mistake.name: mistake for mistake in mistakes.mistakes()}


@cache
def tables(learner: str) -> Tables:
    return load("company", learner)


def verdict(exercise: str, learner: str, names: dict[str, Any]) -> Verdict:
    return examine(exercise, NamespaceWork(names), learner, tables(learner))


def missed(outcome: Verdict) -> set[str]:
    return {probe.name for probe in outcome.probes if not probe.passed}


def learners_of(exercise: str) -> list[str]:
    """Return one learner for each combination of an exercise's variants."""
    found: dict[tuple[Any, ...], str] = {}
    for number in range(200):
        learner = f"learner-{number}"
        found.setdefault(tuple(chapters.variant(exercise, learner).values()), learner)
    assert len(found) == math.prod(len(values) for values in EXERCISES[exercise].variant.values())
    return list(found.values())


# ---------------------------------------------------------------- the mistakes a class is simulated with


def draft(learner: str) -> Draft:
    instructors, released = (deepcopy(notebooks.notebook("defection", "en", v)) for v in ("solved", "released"))
    whole = solved(released, instructors, CHAPTER)
    return Draft(CHAPTER, learner, learner, whole, released, lambda: released, instructors, "defection.ipynb")


@pytest.mark.parametrize("learner", ["learner-0", "learner-1"])
@pytest.mark.parametrize("name", MISTAKES)
def test_a_named_mistake_misses_exactly_its_probes(name, learner):
    made = draft(learner)
    ((exercise, cost),) = MISTAKES[name].change(made).items()
    full = EXERCISES[f"defection-{exercise}"]
    names = notebooks.before(full, learner)
    notebooks.run(made.answer(exercise).source, names)
    outcome = verdict(full.id, learner, names)
    expected = {probe.name: 0.0 if cost.whole else cost.left.get(probe.name, 1.0) for probe in outcome.probes}
    found = {probe.name: probe.credit for probe in outcome.probes}
    assert found == pytest.approx(expected)
    assert outcome.points < full.points
    for lang in LANGUAGES:
        assert outcome.reasons(lang)


@pytest.mark.parametrize("exercise", FUNCTIONS)
def test_a_functions_mistakes_cost_the_same_under_every_variant(exercise):
    name = exercise.partition("-")[2]
    for learner in learners_of(exercise):
        made, names = draft(learner), {}
        exec(made.answer(name).source, {"points": chapters.variant(exercise, learner).get("points")}, names)  # noqa: S102
        for mistake in (m for m in MISTAKES.values() if m.touches == (name,)):
            ((_, cost),) = mistake.change(made).items()
            wrong: dict[str, Any] = {}
            exec(made.answer(name).source, wrong)  # noqa: S102 - the kit's own code
            assert missed(verdict(exercise, learner, wrong)) == set(cost.left), (mistake.name, learner)


def test_the_untouched_notebook_and_an_empty_one_get_nothing():
    for names in (notebooks.answered("defection", "learner-0", "released"), {}):
        for exercise, full in EXERCISES.items():
            if full.kind != "text":
                outcome = verdict(exercise, "learner-0", names)
                assert outcome.points == 0
                assert all(outcome.reasons(lang) for lang in LANGUAGES)


# ---------------------------------------------------------------- functions

SLIPPING = {
    "difference": lambda p: lambda s: s["before"] - s["now"] >= p,
    "the other side": lambda p: lambda s: s["before"] >= s["now"] + p,
    "negative": lambda p: lambda s: s["now"] - s["before"] <= -p,
}
PRICE = {
    "gain": lambda c, m: lambda a: priced(a, c, m, a["saved"] / a["tried"] - a["back"] / a["alone"]),
    "one fraction": lambda c, m: (
        lambda a: priced(a, c, m, (a["saved"] * a["alone"] - a["back"] * a["tried"]) / (a["tried"] * a["alone"]))
    ),
    "number of attempts": lambda c, m: (
        lambda a: priced(a, c, m, (a["saved"] - a["back"] / a["alone"] * a["tried"]) / a["tried"])
    ),
}


def priced(arms: dict[str, int], cost: float, least: int, gain: float) -> float | None:
    return None if arms["alone"] < least or gain <= 0 else cost / gain


def test_every_right_way_to_write_a_function_passes():
    for learner in learners_of("defection-slipping"):
        points = chapters.variant("defection-slipping", learner)["points"]
        for way in SLIPPING.values():
            assert verdict("defection-slipping", learner, {"slipping": way(points)}).passed
    for learner in learners_of("defection-price_of_one"):
        own = chapters.variant("defection-price_of_one", learner)
        for way in PRICE.values():
            assert verdict("defection-price_of_one", learner, {"price_of_one": way(own["cost"], own["least"])}).passed


def groups_of(exercise: str, learner: str) -> list[Group]:
    own = chapters.variant(exercise, learner)
    if exercise == "defection-slipping":
        return checks.slipping_groups(own["points"])
    return checks.price_of_one_groups(own["least"])


def expected(exercise: str, learner: str, argument: Any) -> Any:
    reference = getattr(checks, f"reference_{EXERCISES[exercise].answer}")
    return reference(argument, **chapters.variant(exercise, learner))


@pytest.mark.parametrize("exercise", FUNCTIONS)
def test_each_group_has_different_results_and_every_hidden_one_a_reason(exercise):
    for learner in learners_of(exercise):
        for group in groups_of(exercise, learner):
            assert len({expected(exercise, learner, call) for call in group.calls}) > 1, group.name
            assert group.visible or group.reason
            assert group.visible or tell("zh", group.reason) != group.reason


@pytest.mark.parametrize("exercise", FUNCTIONS)
@pytest.mark.parametrize("constant", [True, False, None, 0, 100.0])
def test_a_function_that_always_gives_the_same_gets_nothing(exercise, constant):
    assert verdict(exercise, "learner-0", {EXERCISES[exercise].answer: lambda _: constant}).points == 0


def test_the_visible_probes_are_those_of_the_notebook():
    for exercise in FUNCTIONS:
        cell = next(c for c in notebooks.source("defection").cells if c.exercise == exercise and c.role == "try")
        for learner in learners_of(exercise):
            shown: dict[str, Any] = {}

            class Kit:
                def probe(self, name: str, cases: Any, into: dict[str, Any] = shown) -> None:
                    into[name] = cases

            exec(cell.source["en"], {"kit": Kit(), "mine": chapters.variant(exercise, learner)})  # noqa: S102
            visible = [call for group in groups_of(exercise, learner) if group.visible for call in group.calls]
            assert [arguments for arguments, _ in shown[exercise]] == [(call,) for call in visible]
            for (_, result), call in zip(shown[exercise], visible, strict=True):
                wanted = expected(exercise, learner, call)
                assert result == (wanted if wanted is None else pytest.approx(wanted))


def test_the_librarys_functions_with_the_arguments_renamed_are_other_rules():
    for learner in learners_of("defection-slipping"):
        limit = chapters.variant("defection-slipping", learner)["points"] / 100
        rules = defection.DefectionRules(min_fall=limit)

        def slipping(shares, rules=rules):
            return "share_declined" in defection.flags_of(
                {"share_fall": (shares["before"] - shares["now"]) / 100}, rules
            )

        assert missed(verdict("defection-slipping", learner, {"slipping": slipping})) == {"at-least"}

    def price_of_one(arms):
        return kpis.incremental_save_rate(
            saved=arms["saved"], attempted=arms["tried"], control_stayed=arms["back"], control=arms["alone"]
        ).increment

    outcome = verdict("defection-price_of_one", "learner-0", {"price_of_one": price_of_one})
    assert outcome.points == 0


# ---------------------------------------------------------------- the decision


def decided(calls: Any, learner: str = "learner-0") -> Verdict:
    return verdict("defection-calls", learner, {"calls": calls})


def chosen(learner: str, places: list[int]) -> dict[str, str]:
    """Return those of the half-gone at these places, by profit, each with the right word."""
    rows = [row for row in checks.candidates(tables(learner)) if row["kind"] == "partial"]
    rows.sort(key=lambda row: -row["profit"])
    return {rows[place]["id"]: "masked" if rows[place]["growth"] > 0 else "open" for place in places}


def test_several_decisions_are_right_and_small_ones_are_not():
    whole = EXERCISES["defection-calls"].points
    assert decided(chosen("learner-0", [0, 1, 2])).points == whole
    assert decided(chosen("learner-0", [2, 0, 1])).points == whole
    two = decided(chosen("learner-0", [0, 1]))
    assert missed(two) == {"stake"}
    small = decided(chosen("learner-0", [6, 7, 8]))
    assert missed(small) == {"stake"}
    assert small.points < two.points < whole


def test_a_customer_who_is_not_on_the_list_is_no_choice():
    listed = {row["id"] for row in checks.candidates(tables("learner-0"))}
    other = next(who for who in tables("learner-0").customers["customer_id"] if who not in listed)
    assert {"kept", "bill"} <= missed(decided(chosen("learner-0", [0, 1]) | {other: "open"}))
    assert decided({"K9999": "open"}).points == 0


def test_naming_everybody_gets_little():
    rows = checks.candidates(tables("learner-0"))
    assert decided({row["id"]: "open" for row in rows}).points < EXERCISES["defection-calls"].points / 2


# ---------------------------------------------------------------- the figure


def test_lying_bars_will_do_and_the_order_may_be_read_from_the_top():
    import matplotlib.pyplot as plt

    counts = checks.reasons(tables("learner-0"))
    order = sorted(counts, key=lambda word: -counts[word])
    for words in (order, order[::-1]):
        _, ax = plt.subplots()
        ax.barh(words, [counts[word] for word in words])
        ax.set(title="t", xlabel="x", ylabel="y")
        assert verdict("defection-reasons", "learner-0", {"ax": ax}).passed
        plt.close("all")


# ---------------------------------------------------------------- every learner's data


def assert_well_posed(learner: str) -> tuple[float, float]:
    """Every exercise asks for something, and its common mistakes give something else.

    Return the share asked for, and what the three largest falls have at stake as a part of the most: the decision's
    trap.
    """
    data = load("company", learner)
    share = checks.masked_share(data)
    kinds = checks._own(data, 0)  # noqa: SLF001 - what the check itself looks at
    gone, half = ((kinds["kind"] == kind).sum() for kind in ("complete", "partial"))
    masked = kinds["masked"].sum()
    assert 0.05 < share < 0.95
    for wrong in (masked / len(kinds), masked / (half + gone), 1 - share):
        assert abs(wrong - share) > 2 * EXERCISES["defection-masked"].tolerance
    reasons = checks.reasons(data)
    assert reasons["unknown"] >= 10
    assert len(reasons) >= 6
    assert len(set(reasons.values())) >= 4
    rows = checks.candidates(data)
    assert [sum(row["kind"] == kind for row in rows) for kind in ("partial", "complete")] == [9, 3]
    slipping = [row for row in rows if row["kind"] == "partial"]
    assert all(abs(row["growth"]) >= 0.01 for row in slipping)
    most = checks.most_at_stake(rows)
    assert most > 3000
    assert sum(sorted(row["profit"] for row in slipping)[:3]) < checks.ENOUGH / 2 * most
    return share, checks.stake([row["id"] for row in slipping[:3]], rows) / most


def assert_all_well_posed(learners: list[str]) -> None:
    shares, falls = zip(*map(assert_well_posed, learners), strict=True)
    assert mean(fall < checks.ENOUGH for fall in falls) >= 0.95
    apart = [abs(a - b) > EXERCISES["defection-masked"].tolerance for a, b in combinations(shares, 2)]
    assert mean(apart) >= 0.95


def test_exercises_are_well_posed_for_a_sample_of_learners():
    assert_all_well_posed([f"sample-{number}" for number in range(20)])


@pytest.mark.long
@pytest.mark.timeout(600)
def test_exercises_are_well_posed_for_200_learners():
    assert_all_well_posed([f"id-{number:03d}" for number in range(200)])


def test_every_variant_is_drawn_about_equally_often():
    for exercise in FUNCTIONS:
        for name, values in EXERCISES[exercise].variant.items():
            drawn = [chapters.variant(exercise, f"id-{number:03d}")[name] for number in range(500)]
            for value in values:
                assert drawn.count(value) == pytest.approx(len(drawn) / len(values), rel=0.3)


def test_the_figures_by_hand_on_the_learners_own_rows():
    """The reference against the plainest Python there is, on one learner."""
    data = tables("learner-0")
    kinds = defection.classify(data, data.as_of)
    half = [masked for kind, masked in zip(kinds["kind"], kinds["masked"], strict=True) if kind == "partial"]
    assert checks.masked_share(data) == sum(half) / len(half)
    stated = [reason if isinstance(reason, str) else "unknown" for reason in data.interviews["stated"]]
    assert checks.reasons(data) == {word: stated.count(word) for word in stated}
    year = data.transactions[data.transactions["date"].dt.year == 2025]
    for row in checks.candidates(data):
        own = year[year["customer_id"] == row["id"]]
        assert row["profit"] == round(own["amount"].sum() - own["cost"].sum())


def test_the_figures_do_not_depend_on_the_language():
    chinese = load("company", "learner-0", lang="zh")
    assert checks.candidates(chinese) == checks.candidates(tables("learner-0"))
    assert checks.masked_share(chinese) == checks.masked_share(tables("learner-0"))
