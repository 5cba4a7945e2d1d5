"""What a chapter says about itself: title, aims, concepts and exercises, from `course/<stem>/chapter.yml`.

This file is in the learner's wheel, so it holds nothing that gives an answer away: an exercise has a
kind, points, a unit and hints; what decides its mark is in `autograders/checks/<stem>.py`.
"""

from __future__ import annotations

import hashlib
from dataclasses import dataclass, field
from functools import cache
from typing import Any, Literal

from .errors import UnknownName
from .resources import find, read_yaml

Kind = Literal["quiz", "number", "function", "text"]
Text = dict[str, str]  # language -> text


@dataclass(frozen=True)
class Exercise:
    """One marked unit of a chapter.

    id          `<stem>-<name>`; also nbgrader's grade id and the id of the pointed cell
    kind        quiz (ids of options), number (on the learner's own data), function, text (by hand)
    answer      the name in the notebook that holds the answer (a variable or a function)
    points      nbgrader's points
    minutes     how long a beginner takes
    unit        what a number is in, in both languages; None where there is none
    decimals    decimals asked for (number)
    tolerance   largest absolute difference that still counts (number)
    items       ids of its quiz items, in order (quiz)
    variant     parameter -> values one of which is drawn for each learner (function)
    hints       shown in turn while a visible probe fails
    """

    id: str
    kind: Kind
    answer: str
    points: float
    minutes: float
    title: Text
    concept: str
    unit: Text | None = None
    decimals: int | None = None
    tolerance: float = 0.0
    items: tuple[str, ...] = ()
    variant: dict[str, list[Any]] = field(default_factory=dict)
    hints: tuple[Text, ...] = ()

    @property
    def stem(self) -> str:
        """The chapter it belongs to."""
        return self.id.split("-", 1)[0]


@dataclass(frozen=True)
class Chapter:
    """One chapter; an nbgrader assignment of the same name."""

    stem: str
    title: Text
    objectives: tuple[Text, ...]
    concepts: tuple[str, ...]
    exercises: tuple[Exercise, ...]

    def exercise(self, exercise_id: str) -> Exercise:
        """Return one of its exercises by full id; raises `UnknownName`."""
        for exercise in self.exercises:
            if exercise.id == exercise_id:
                return exercise
        raise UnknownName("exercise", exercise_id, (e.id for e in self.exercises))


@cache
def syllabus() -> tuple[str, ...]:
    """Stems of the chapters that have a notebook, in course order, from `course/syllabus.yml`."""
    return _listed("chapters")


@cache
def stems() -> tuple[str, ...]:
    """All stems of the course in its order, from `course/syllabus.yml`."""
    return _listed("stems")


def _listed(key: str) -> tuple[str, ...]:
    return tuple(read_yaml(find("course/syllabus.yml"))[key])


@cache
def chapter(stem: str) -> Chapter:
    """Return one chapter of the syllabus; raises `UnknownName`."""
    if stem not in syllabus():
        raise UnknownName("chapter", stem, syllabus())
    raw = read_yaml(find(f"course/{stem}/chapter.yml"))
    exercises = tuple(
        Exercise(
            **{**e, "id": f"{stem}-{e['id']}", "items": tuple(e.get("items", ())), "hints": tuple(e.get("hints", ()))}
        )
        for e in raw["exercises"]
    )
    return Chapter(stem, raw["title"], tuple(raw["objectives"]), tuple(raw["concepts"]), exercises)


def exercise(exercise_id: str) -> Exercise:
    """Return one exercise by its full id, for instance `tiers-lapsed`."""
    return chapter(exercise_id.split("-", 1)[0]).exercise(exercise_id)


def draw(learner: str, *words: str) -> int:
    """Return a large integer that depends only on the learner's id and the words, the same on every machine."""
    return int.from_bytes(hashlib.sha256("\x1f".join((learner, *words)).encode()).digest()[:8], "big")


def variant(exercise_id: str, learner: str) -> dict[str, Any]:
    """Return the learner's own parameters of an exercise, one value drawn for each."""
    return {
        name: values[draw(learner, exercise_id, name) % len(values)]
        for name, values in exercise(exercise_id).variant.items()
    }
