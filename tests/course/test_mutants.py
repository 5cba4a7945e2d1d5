"""Wrong answers that look right: of the mutants of a chapter's solutions the checks catch nine in ten.

A mutant that does the same as the solution, for every learner, is no wrong answer: a chapter's own test module may
list it in `EQUIVALENT`, exercise -> what was changed -> why it is the same.
"""

from __future__ import annotations

import ast
import contextlib
import io
from importlib import import_module
from importlib.util import find_spec
from typing import Any

import pytest

from autograders.check import examine
from autograders.marking import time_limit
from autograders.plain import NamespaceWork
from loyaltylib import chapters
from loyaltylib.chapters import Exercise, syllabus
from loyaltylib.data import load
from tests.course.mutants import Mutant, mutants
from tests.course.notebooks import LEARNERS, before, run, solution, with_solution

LEAST = 0.9
KINDS = ("number", "decision", "function")


@pytest.mark.parametrize(
    ("code", "said"),
    [
        ("return a < 2", {"a <= 2", "a < 3", "a < 1", ""}),
        ("x = a + b", {"x = a - b", ""}),
        ("return a and not b", {"a or not b", "a and b", ""}),
        ("if a:\n    return 1\nreturn True", {"not a", "return 2", "return 0", "pass", "return False"}),
        ("return a[:-1]", {"a[1:-1]", "a[:-2]", "a[:-0]", ""}),
        ("plan = {'K1': ['call', 5]}", {"['call', 6]", "['call', 4]", ""}),
    ],
)
def test_what_is_changed(code, said):
    made = mutants(ast.parse(code))
    for words in said:
        assert any(words in mutant.code for mutant in made), words
    assert len({mutant.code for mutant in made}) == len(made)
    assert all(mutant.code != ast.unparse(ast.parse(code)) for mutant in made)


def equivalent(stem: str) -> dict[str, dict[str, str]]:
    """Return the mutants that a chapter's own tests list as the same as the solution."""
    name = f"tests.course.test_{stem}"
    return getattr(import_module(name), "EQUIVALENT", {}) if find_spec(name) else {}


def survives(mutant: Mutant, exercise: Exercise, known: dict[str, dict[str, Any]]) -> bool:
    """Return whether a mutant gets every point, on every learner's data."""
    code = with_solution(exercise, mutant.code)
    for learner in LEARNERS:
        names = before(exercise, learner)
        limit = time_limit()
        with contextlib.redirect_stdout(io.StringIO()):
            try:
                limit(lambda: run(code, names))  # noqa: B023  # called at once
            except Exception:  # noqa: BLE001  # whatever a mutant raises, it is caught
                return False
        work = NamespaceWork(names, limit)
        verdict = examine(exercise.id, work, learner, load("company", learner), known.setdefault(learner, {}))
        if verdict.points < exercise.points:
            return False
    return True


@pytest.mark.long
@pytest.mark.timeout(3600)
@pytest.mark.parametrize("stem", [stem for stem in syllabus() if chapters.chapter(stem).exercises])
def test_nine_of_ten_mutants_are_caught(stem, capsys):
    known: dict[str, dict[str, Any]] = {}
    made = caught = 0
    table = [f"{'exercise':<32}{'mutants':>8}{'caught':>8}{'the same':>10}"]
    left: list[str] = []
    for exercise in chapters.chapter(stem).exercises:
        if exercise.kind not in KINDS:
            continue
        same = equivalent(stem).get(exercise.id, {})
        everything = mutants(solution(exercise))
        alive = [mutant.said for mutant in everything if survives(mutant, exercise, known)]
        assert set(same) <= set(alive), "listed as the same, but caught or not there"
        number, living = len(everything) - len(same), len(alive) - len(same)
        made, caught = made + number, caught + number - living
        table.append(f"{exercise.id:<32}{number:>8}{number - living:>8}{len(same):>10}")
        left += [f"    {exercise.id}: {said}" for said in alive if said not in same]
    table.append(f"{stem:<32}{made:>8}{caught:>8}{caught / max(made, 1):>10.1%}")
    with capsys.disabled():
        print("", *table, "not caught:" if left else "", *left, sep="\n")  # noqa: T201  # the table is what is asked for
    assert caught >= LEAST * made, left
