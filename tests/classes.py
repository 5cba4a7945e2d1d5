"""Classes that tests mark: which chapters every day, and which mistakes stand in one submission together."""

from __future__ import annotations

from itertools import product
from typing import TYPE_CHECKING, Any

import pytest

from autograders import classdir
from autograders.grade import grade
from autograders.mistakes import known
from autograders.simulate import Handin, simulate
from loyaltylib.chapters import chapter, syllabus
from loyaltylib.messages import LANGUAGES

if TYPE_CHECKING:
    from pathlib import Path

MARKED = [stem for stem in syllabus() if chapter(stem).exercises]


def each_chapter(*daily: str) -> Any:
    """Ask of every chapter with marks; every day of those that are named."""
    return pytest.mark.parametrize("stem", [_param(stem, daily=stem in daily) for stem in MARKED])


def each_chapter_in_each_language(*daily: tuple[str, str]) -> Any:
    """Ask of every chapter with marks in either language; every day of the pairs that are named."""
    pairs = [_param(*pair, daily=pair in daily) for pair in product(MARKED, LANGUAGES)]
    return pytest.mark.parametrize(("stem", "lang"), pairs)


def _param(*values: str, daily: bool) -> Any:
    return pytest.param(*values, marks=[] if daily else [pytest.mark.long])


def marked_class(root: Path, stem: str, lang: str, *mistakes: list[str]) -> tuple[Handin, ...]:
    """Make a class with one learner for each list of mistakes, and mark it."""
    classdir.new(root, lang)
    classdir.release(root, stem)
    handins = simulate(root, stem, mistakes=mistakes)
    grade(root, stem, workers=1)
    return handins


def together(stem: str, *places: str) -> list[list[str]]:
    """Return the names of a chapter's mistakes in these places, those of different exercises in one submission."""
    plans: list[tuple[list[str], set[str]]] = []
    for mistake in known(stem).values():
        if mistake.place not in places or mistake.slow or mistake.name in ("blank", "half"):
            continue
        plan = next((each for each in plans if each[1].isdisjoint(mistake.touches)), None)
        if plan is None:
            plans.append(plan := ([], set()))
        plan[0].append(mistake.name)
        plan[1].update(mistake.touches)
    return [names for names, _ in plans]
