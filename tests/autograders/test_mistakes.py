"""Mistakes in a decision and in a figure cost what they say, and a form that is only unusual costs nothing."""

from __future__ import annotations

from copy import deepcopy
from dataclasses import replace
from pathlib import Path
from types import SimpleNamespace

import matplotlib as mpl
import nbformat
import pytest

from autograders import build, build_chapter, build_notebook
from autograders import check as registry
from autograders.check import N_, Rule, check, decision_probes, figure_probes, same_bars
from autograders.check import examine as examined
from autograders.mistakes import Draft, answers
from autograders.mistakes.draft import solved
from autograders.plain import NamespaceWork
from autograders.verdict import Verdict

mpl.use("agg")
SMALL = Path(__file__).parent / "small_course"
SOURCE = build_chapter.read(SMALL / "tiny")


@pytest.fixture
def small(monkeypatch):
    """Put the checks of the small chapter in place; nothing of it is in the course."""
    monkeypatch.setattr(registry, "CHECKS", {})
    monkeypatch.setattr("loyaltylib.chapters.exercise", SOURCE.chapter.exercise)
    monkeypatch.setattr("loyaltylib.chapters.variant", lambda *_: {})
    check("tiny-plan")(lambda c: decision_probes(c, [Rule("first", lambda p: p["K1"] == "call", N_("Not answered."))]))
    bars = Rule("bars", lambda axes: same_bars(axes, {"core": 2, "lost": 1}), N_("Not answered."))
    check("tiny-draw")(lambda c: figure_probes(c, [bars]))


def draft():
    instructors = build.instructors_notebook(SOURCE, "en")
    released = nbformat.reads(build_notebook.learners_text(instructors), as_version=4)
    whole = solved(released, instructors, SOURCE.chapter)
    return Draft(SOURCE.chapter, "ann", "ann", deepcopy(whole), released, lambda: released, instructors, "tiny.ipynb")


MISTAKES = {
    mistake.name: mistake
    for mistake in answers.mistakes(SOURCE.chapter)
    if set(mistake.touches) in ({"plan"}, {"draw"}) and mistake.place == "form"
}


def points(made: Draft, name: str) -> Verdict:
    names = {"kit": SimpleNamespace()}
    exec(made.answer(name).source, names)  # noqa: S102 - the kit's own code
    return examined(f"tiny-{name}", NamespaceWork(names), "ann")


@pytest.mark.usefixtures("small")
@pytest.mark.parametrize("name", ["plan", "draw"])
def test_the_solution_gets_everything_and_the_stub_nothing(name):
    made = draft()
    assert points(made, name).passed
    assert not made.answer(name).source.startswith("plan = {}")
    made.undo(name)
    assert points(made, name).points == 0


@pytest.mark.usefixtures("small")
@pytest.mark.parametrize("mistake", MISTAKES.values(), ids=MISTAKES)
def test_a_mistake_costs_what_it_says(mistake):
    made = draft()
    ((name, cost),) = mistake.change(made).items()
    verdict = points(made, name)
    expected = {probe.name: 0.0 if cost.whole else cost.left.get(probe.name, 1.0) for probe in verdict.probes}
    assert {probe.name: probe.credit for probe in verdict.probes} == pytest.approx(expected)


class Page:
    """As much of a draft as a mistake needs that writes below an answer."""

    code = ""

    def add(self, _name, code):
        self.code = code


def as_list(code: str) -> float:
    """Return the points of a decision in the form of a list, with code below its right answer."""
    plan = replace(SOURCE.chapter.exercise("tiny-plan"), form="list", choices=())
    names: dict[str, object] = {"plan": ["K1", "K2"]}
    exec(code.replace("ANSWER", "plan"), names)  # noqa: S102 - the kit's own code
    context = registry.context(plan, NamespaceWork(names), "ann")
    rule = Rule("two", lambda chosen: chosen == ["K1", "K2"], N_("Not answered."))
    return Verdict("tiny-plan", plan.points, tuple(decision_probes(context, [rule]))).points


@pytest.mark.usefixtures("small")
def test_the_mistakes_of_a_list_cost_what_they_say():
    plan = replace(SOURCE.chapter.exercise("tiny-plan"), form="list", choices=())
    chapter = replace(SOURCE.chapter, exercises=(plan,))
    found = {each.name: each for each in answers.mistakes(chapter) if each.place == "form"}
    assert set(found) == {"decision_as_number", "decision_as_column", "decision_doubled"}
    for mistake in found.values():
        page = Page()
        (cost,) = mistake.change(page).values()
        assert as_list(page.code) == (0 if cost.whole else plan.points), mistake.name
