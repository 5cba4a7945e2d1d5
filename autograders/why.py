"""Why a mark is what it is: everything that decided one exercise of one learner, for the instructor's eyes.

Read from the verdict record, hidden probes with it, and from the gradebook what only that knows: a mark given by hand,
what lateness took.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

from nbgrader.api import MissingEntry

from loyaltylib import chapters
from loyaltylib.data import normalise
from loyaltylib.errors import ClassError, LearnerError, UnknownName

from . import attempts, records, titles
from .classdir import open_class
from .gradebook import open_gradebook
from .messages import N_, tell
from .probes import keys

if TYPE_CHECKING:
    from collections.abc import Sequence
    from pathlib import Path

    from .classdir import ClassDirectory
    from .records import Record
    from .verdict import Probe

_OF_ALL = ""  # an incident of the whole notebook names no exercise


@dataclass(frozen=True)
class InBook:
    """What the gradebook says of an exercise; `late` is what the whole chapter lost."""

    max_points: float
    auto: float | None = None
    by_hand: float | None = None
    extra: float | None = None
    late: float = 0.0
    seconds_late: float = 0.0

    @property
    def points(self) -> float | None:
        """The points that count, before what lateness takes; None where a person has still to mark."""
        given = self.auto if self.by_hand is None else self.by_hand
        return None if given is None else given + (self.extra or 0.0)


@dataclass(frozen=True)
class Why:
    """What decided a mark.

    record    the learner's record of the chapter; None where nbgrader's own Execute marked it, or nobody did
    current   whether the record is of the checks that are installed now
    attempt   number of the hand-in that counts, and of how many; 0 where it is not kept
    """

    stem: str
    learner: str
    exercise: str
    record: Record | None
    book: InBook
    current: bool
    attempt: int
    attempts: int
    handed_in: str

    def plain(self, lang: str) -> dict[str, Any]:
        """Return all of it as plain data, its sentences in a language."""
        record, book = self.record, self.book
        verdict = record.verdicts.get(self.exercise) if record else None
        return {
            "chapter": self.stem,
            "exercise": self.exercise,
            "title": titles.of_exercise(self.exercise, lang),
            "learner": self.learner,
            "points": book.points,
            "max_points": book.max_points,
            "by_check": verdict.points if verdict else None,
            "by_hand": book.by_hand,
            "extra": book.extra,
            "late_penalty_of_chapter": book.late,
            "seconds_late": book.seconds_late,
            "handed_in": self.handed_in,
            "attempt": self.attempt,
            "attempts": self.attempts,
            "probes": [_probe(each, self._right(each), lang) for each in (verdict.probes if verdict else ())],
            "incidents": self._incidents(lang),
            "isolation": record.isolation if record else "",
            "recorded_learner": record.recorded_learner if record else "",
            "seconds": dict(record.seconds) if record else {},
            "check_version": record.check_version if record else "",
            "current": self.current,
        }

    def _right(self, probe: Probe) -> Any:
        """Return what was expected: of an item of a quiz its key."""
        if probe.expected is not None:
            return probe.expected
        asked = {each.id: each.items for each in _exercises(self.stem)}.get(self.exercise, ())
        named = {keys(self.stem)[item].name: keys(self.stem)[item] for item in asked}
        return named[probe.name].right_answer if probe.name in named else None

    def _incidents(self, lang: str) -> list[str]:
        incidents = self.record.incidents if self.record else ()
        return [each.text(lang) for each in incidents if each.exercise in (_OF_ALL, self.exercise)]


def why(path: Path, learner: str, exercise: str, lang: str = "en") -> Why:
    """Return what decided a learner's mark of an exercise.

    exercise  its id; without the chapter's name where the class holds one chapter only

    Raises `UnknownName` for a learner or an exercise there is not, `ClassError` where nothing of it is marked.
    """
    opened = open_class(path, lang)
    stem, exercise = _exercise(opened, exercise)
    learner = _learner(opened, stem, learner, lang)
    record = records.read(opened.root, stem, learner)
    tried = attempts.attempts(opened, stem, learner)
    counting = next((each for each in reversed(tried) if record and each.content == record.content), None)
    handed_in, book = _in_book(opened, stem, learner, exercise, lang)
    return Why(
        stem,
        learner,
        exercise,
        record,
        book,
        current=record is not None and record.check_version == records.check_version(stem),
        attempt=counting.number if counting else 0,
        attempts=len(tried),
        handed_in=handed_in,
    )


def _exercise(opened: ClassDirectory, name: str) -> tuple[str, str]:
    """Return the chapter and the full id of an exercise."""
    stems = opened.chapters
    known = {each.id: stem for stem in stems for each in _exercises(stem)}
    full = name if len(stems) != 1 or name.startswith(f"{stems[0]}-") else f"{stems[0]}-{name}"
    for exercise in (name, full):
        if exercise in known:
            return known[exercise], exercise
    named = [stem for stem in stems if full.startswith(f"{stem}-") and not _exercises(stem)]
    if not named:
        raise UnknownName("exercise", name, known)
    return named[0], full


def _exercises(stem: str) -> Sequence[chapters.Exercise]:
    try:
        return chapters.chapter(stem).exercises
    except UnknownName:  # an instructor's own assignment in the same class
        return ()


def _learner(opened: ClassDirectory, stem: str, name: str, lang: str) -> str:
    """Return the id as the class writes it, whatever its case, width and spaces were typed like."""
    places = (*opened.root.glob(f"submitted/*/{stem}"), *opened.root.glob(f"autograded/*/{stem}"))
    known = {place.parent.name for place in places}
    if not known:
        message = N_("nothing of '{stem}' is handed in yet")
        raise ClassError(tell(lang, message, stem=stem))
    if name in known:
        return name
    same = [each for each in sorted(known) if _normal(each) == _normal(name)]
    if not same:
        raise UnknownName("learner", name, known)
    return same[0]


def _normal(learner: str) -> str:
    try:
        return normalise(learner)
    except LearnerError:
        return learner


def _in_book(opened: ClassDirectory, stem: str, learner: str, exercise: str, lang: str) -> tuple[str, InBook]:
    """Return when the hand-in that counts came in, and what the gradebook holds of the exercise."""
    with open_gradebook(opened, lang) as gradebook:
        try:
            notebook = gradebook.find_submission_notebook(stem, stem, learner)
        except MissingEntry:
            message = N_("nothing of {learner} is marked in '{stem}' yet; run: loyalty grade {path} {stem}")
            raise ClassError(tell(lang, message, learner=learner, stem=stem, path=opened.root)) from None
        grades = {str(grade.name): grade for grade in notebook.grades if grade.max_score > 0}
        if exercise not in grades:
            raise UnknownName("exercise", exercise, grades)
        grade, submission = grades[exercise], notebook.assignment
        return str(submission.timestamp or ""), InBook(
            float(grade.max_score),
            grade.auto_score,
            grade.manual_score,
            grade.extra_credit,
            float(notebook.late_submission_penalty or 0.0),
            float(submission.total_seconds_late),
        )


def _probe(probe: Probe, right: Any, lang: str) -> dict[str, Any]:
    return {
        "name": probe.name,
        "visible": probe.visible,
        "passed": probe.passed,
        "weight": probe.weight,
        "credit": probe.credit,
        "expected": right,
        "reasons": probe.reasons(lang),
    }
