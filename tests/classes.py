"""Classes that tests mark: which chapters every day, and which mistakes stand in one submission together."""

from __future__ import annotations

from typing import Any

import pytest

from autograders.mistakes import known
from loyaltylib.chapters import chapter, syllabus

MARKED = [stem for stem in syllabus() if chapter(stem).exercises]


def each_chapter(*daily: str) -> Any:
    """Ask of every chapter with marks; every day of those that are named."""
    params = [pytest.param(stem, marks=[] if stem in daily else [pytest.mark.long]) for stem in MARKED]
    return pytest.mark.parametrize("stem", params)


def together(stem: str, *places: str) -> list[list[str]]:
    """Return the names of a chapter's mistakes in these places, those of different exercises in one submission."""
    plans: list[list[str]] = []
    touched: list[set[str]] = []
    for mistake in known(stem).values():
        if mistake.place not in places or mistake.slow or mistake.name in ("blank", "half"):
            continue
        free = (number for number, names in enumerate(touched) if names.isdisjoint(mistake.touches))
        number = next(free, len(plans))
        if number == len(plans):
            plans.append([])
            touched.append(set())
        plans[number].append(mistake.name)
        touched[number].update(mistake.touches)
    return plans
