"""What a chapter says about itself: title, aims, concepts and exercises, from `course/<stem>/chapter.yml`.

This file is in the learner's wheel, so it holds nothing that gives an answer away: an exercise has a
kind, points, a unit and hints; what decides its mark is in `autograders/checks/<stem>.py`.
"""

from __future__ import annotations

import hashlib
from dataclasses import dataclass, field
from functools import cache
from typing import TYPE_CHECKING, Any, Literal

from .errors import UnknownName
from .resources import find, read_yaml, view

if TYPE_CHECKING:
    from collections.abc import Mapping
    from pathlib import Path

Kind = Literal["quiz", "number", "decision", "function", "figure", "text"]
Form = Literal["list", "mapping"]
Ai = Literal["none", "cite", "free"]  # help by AI is not wanted, is to be named, is the learner's own business
Text = dict[str, str]  # language -> text
_LISTS = ("items", "hints", "choices", "reasons")


@dataclass(frozen=True)
class Exercise:
    """One marked unit of a chapter.

    id          `<stem>-<name>`; also nbgrader's grade id and the id of the pointed cell
    kind        quiz (ids of options), number (on the learner's own data), decision (a choice, marked by a rule),
                function, figure (drawn with matplotlib), text (by hand)
    answer      the name in the notebook that holds the answer (a variable, a function, an axes or a figure)
    points      nbgrader's points
    minutes     how long a beginner takes
    unit        what a number is in, in both languages; None where there is none
    decimals    decimals asked for (number)
    tolerance   largest absolute difference that still counts (number)
    items       ids of its quiz items, in order (quiz)
    form        a list, or a mapping from id to word (decision)
    choices     the words to choose from; empty where ids of the learner's own data are chosen (decision)
    reasons     the words to give as a reason, so that a mapping holds [word, reason]; empty where none is asked
    variant     parameter -> values one of which is drawn for each learner
    nearest     what comes nearest in the library, as `loyaltylib.<module>.<name>`: calling it is no answer (function)
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
    form: Form | None = None
    choices: tuple[str, ...] = ()
    reasons: tuple[str, ...] = ()
    variant: dict[str, list[Any]] = field(default_factory=dict)
    nearest: str = ""
    hints: tuple[Text, ...] = ()

    @property
    def stem(self) -> str:
        """The chapter it belongs to."""
        return self.id.split("-", 1)[0]


def exercise_of(stem: str, raw: Mapping[str, Any]) -> Exercise:
    """Return one exercise from its entry in `chapter.yml`; raises `TypeError` for a field there is not."""
    lists = {name: tuple(raw[name]) for name in _LISTS if name in raw}
    return Exercise(**{**raw, **lists, "id": f"{stem}-{raw['id']}"})


@dataclass(frozen=True)
class Chapter:
    """One chapter; an nbgrader assignment of the same name, unless it has no exercise: then nothing of it is marked.

    ai      the rule on help by AI; a class may have its own
    python  ids of the Python ideas that are new here (`autograders.ideas`)
    """

    stem: str
    title: Text
    objectives: tuple[Text, ...]
    concepts: tuple[str, ...]
    exercises: tuple[Exercise, ...]
    ai: Ai
    python: tuple[str, ...] = ()

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


def chapter(stem: str) -> Chapter:
    """Return one chapter of the syllabus; raises `UnknownName`."""
    return _chapter(stem, view())


@cache
def _chapter(stem: str, _view: Path | None) -> Chapter:
    if stem not in syllabus():
        raise UnknownName("chapter", stem, syllabus())
    return chapter_of(stem, read_yaml(find(f"course/{stem}/chapter.yml")))


def chapter_of(stem: str, raw: Mapping[str, Any]) -> Chapter:
    """Return a chapter from the content of its `chapter.yml`; raises `KeyError` for a field that is missing."""
    return Chapter(
        stem=stem,
        title=raw["title"],
        objectives=tuple(raw["objectives"]),
        concepts=tuple(raw["concepts"]),
        exercises=tuple(exercise_of(stem, each) for each in raw["exercises"]),
        ai=raw["ai"],
        python=tuple(raw["python"]),
    )


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
