"""Reading free texts: the answers to one exercise without names, the rubric, marks that go into nbgrader's gradebook.

A level from 0 to 4 gives that many quarters of the points, as a mark by hand: Formgrader, feedback and export know it.
What a marker needs beside the marks is kept in the class, a line for each order, in `reading/<exercise>.jsonl`: who
read what, and comments. Lines are only ever put at its end, so that two markers at once lose nothing of each other's.
"""

from __future__ import annotations

import json
import time
from collections import Counter
from contextlib import suppress
from dataclasses import dataclass, field, replace
from typing import TYPE_CHECKING, Any, TypeVar

import nbformat
from nbgrader.api import Assignment, BaseCell, Comment, Grade, SubmittedAssignment, SubmittedNotebook
from sqlalchemy import select
from sqlalchemy.exc import OperationalError
from sqlalchemy.orm import aliased

from loyaltylib.chapters import draw
from loyaltylib.errors import ClassError, UnknownName

from .gradebook import open_gradebook
from .messages import N_, tell

if TYPE_CHECKING:
    from collections.abc import Callable
    from pathlib import Path

    from .classdir import ClassDirectory

LEVELS = 4  # a rubric's highest level, which has all points
EMPTY = "No response."  # nbgrader's own comment on an untouched answer
_TRIES, _WAIT = 20, 0.1  # another marker may be writing: times, and seconds between them
_Answer = TypeVar("_Answer")


@dataclass(frozen=True)
class Text:
    """One answer as its marker sees it; whose it is, is told to nobody.

    number     its place in the shuffled order, from 1
    learner    for the gradebook only
    source     Markdown, as it was handed in
    untouched  whether nothing was written
    points     given by hand; None where nobody has read it, or it has changed since
    """

    number: int
    learner: str
    source: str
    untouched: bool
    points: float | None
    comment: str


@dataclass(frozen=True)
class Mark:
    """What a person gave an answer.

    waits     whether it asks to be read, for the first time or again
    marker    who gave it, where that is known
    """

    points: float | None
    comment: str = ""
    waits: bool = False
    marker: str = ""


@dataclass(frozen=True)
class Exercise:
    """What is read: the exercise, its rubric and an example of a full answer, both as Markdown."""

    id: str
    stem: str
    points: float
    rubric: str
    example: str

    def points_of(self, level: int) -> float:
        """Return the points of a level, in hundredths."""
        return round(self.points * level / LEVELS, 2)

    def level_of(self, points: float | None) -> int | None:
        """Return the level that gives these points; None where none does, as after a mark in Formgrader."""
        return next((level for level in range(LEVELS + 1) if self.points_of(level) == points), None)


@dataclass
class Notes:
    """What is kept of the reading of an exercise beside the marks: comments with how often each was used, and readers.

    readers   learner -> the marker's name; empty where nobody has read the answer, or who has is not known
    """

    comments: Counter[str] = field(default_factory=Counter)
    readers: dict[str, str] = field(default_factory=dict)


def exercise(opened: ClassDirectory, exercise_id: str) -> Exercise:
    """Return an exercise of a class that a person marks; raises `UnknownName` for one there is not."""
    stem = exercise_id.partition("-")[0]
    found = _asked(opened, opened.chapter(stem, opened.lang))
    if exercise_id not in found:
        raise UnknownName("exercise that a person reads", exercise_id, found)
    cell, rubric = found[exercise_id]
    example = cell.source.replace("### BEGIN SOLUTION", "").replace("### END SOLUTION", "").strip()
    return Exercise(exercise_id, stem, float(cell.metadata.nbgrader.points), rubric, example)


def rubrics(opened: ClassDirectory, stem: str) -> dict[str, str]:
    """Return exercise -> rubric, as the class's own notebook has it, of what a person reads; none without a source."""
    return {name: rubric for name, (_, rubric) in _asked(opened, stem).items()} if stem in opened.chapters else {}


def _asked(opened: ClassDirectory, stem: str) -> dict[str, tuple[Any, str]]:
    """Return the texts that a chapter asks for: exercise -> the instructor's cell, and the text above it."""
    found, above = {}, ""
    for cell in nbformat.read(opened.root / "source" / stem / f"{stem}.ipynb", as_version=4).cells:
        if cell.cell_type != "markdown":
            continue
        flags = cell.metadata.get("nbgrader", {})
        if flags.get("grade") and flags.get("solution"):
            found[flags["grade_id"]] = cell, above
        above = cell.source
    return found


def texts(opened: ClassDirectory, asked: Exercise, part: tuple[int, int] = (1, 1)) -> list[Text]:
    """Return the answers that were handed in, in an order that says nothing of whose they are.

    part    (2, 3) is the second of three parts. Whose part an answer is in stays the same when others come.

    Raises `ClassError` where nothing of the chapter is marked yet.
    """
    found: list[Text] = []
    rows = _rows(opened, asked, part)
    for number, learner in enumerate(sorted(rows, key=lambda each: draw(each, "reading", asked.id)), 1):
        row, source = rows[learner], _source(opened.root, asked, learner)
        untouched = row.auto_comment == EMPTY or not source.strip()
        points = None if row.needs_manual_grade else row.manual_score
        found.append(Text(number, learner, source, untouched, points, row.manual_comment or ""))
    return found


def progress(opened: ClassDirectory, asked: Exercise, part: tuple[int, int] = (1, 1)) -> int:
    """Return how many answers of a part have been read: one query, as it is asked for after every key."""
    rows = _rows(opened, asked, part).values()
    return sum(row.manual_score is not None and not row.needs_manual_grade for row in rows)


def _rows(opened: ClassDirectory, asked: Exercise, part: tuple[int, int]) -> dict[str, Any]:
    """Return the gradebook's mark and comments of the answers of a part, by learner."""
    from .groups import members_of_others

    commented = aliased(BaseCell, flat=True)
    wanted = (
        select(
            SubmittedAssignment.student_id,
            Grade.manual_score,
            Grade.needs_manual_grade,
            Comment.auto_comment,
            Comment.manual_comment,
        )
        .join(Assignment, Assignment.id == SubmittedAssignment.assignment_id)
        .join(SubmittedNotebook, SubmittedNotebook.assignment_id == SubmittedAssignment.id)
        .join(Grade, Grade.notebook_id == SubmittedNotebook.id)
        .join(BaseCell, BaseCell.id == Grade.cell_id)
        .join(Comment, Comment.notebook_id == SubmittedNotebook.id)
        .join(commented, commented.id == Comment.cell_id)  # to nbgrader the same cell under another id
        .where(Assignment.name == asked.stem, BaseCell.name == asked.id, commented.name == asked.id)
    )
    with open_gradebook(opened, opened.lang) as gradebook:
        rows = {str(row.student_id): row for row in gradebook.db.execute(wanted)}
    for learner in members_of_others(opened, asked.stem):
        rows.pop(learner, None)
    if not rows:
        message = N_("nothing of '{stem}' is marked yet; run: loyalty grade {path} {stem}")
        raise ClassError(tell(opened.lang, message, stem=asked.stem, path=opened.root))
    number, of = part
    return {learner: row for learner, row in rows.items() if draw(learner, "part", asked.id) % of + 1 == number}


def _source(root: Path, asked: Exercise, learner: str) -> str:
    path = root / "autograded" / learner / asked.stem / f"{asked.stem}.ipynb"
    try:
        cells = json.loads(path.read_text("utf-8"))["cells"]
    except (OSError, ValueError, KeyError):
        return ""
    own = [cell for cell in cells if cell.get("metadata", {}).get("nbgrader", {}).get("grade_id") == asked.id]
    return "".join(own[0]["source"]) if own else ""


def give(  # noqa: PLR0913, PLR0917 - what a marker says of an answer
    opened: ClassDirectory, asked: Exercise, learner: str, level: int | None, comment: str, marker: str
) -> float | None:
    """Give an answer a level, or take it back (None), with a comment; return its points.

    The gradebook has it when this returns. Raises `ValueError` for a level there is not.
    """
    if level is not None and not 0 <= level <= LEVELS:
        raise ValueError(level)
    points = None if level is None else asked.points_of(level)
    put(opened, asked, learner, Mark(points, comment, points is None, marker if level is not None else ""))
    return points


def put(opened: ClassDirectory, asked: Exercise, learner: str, mark: Mark) -> Mark:
    """Make a mark the one the gradebook has, and return the one there was: put back, it is as if nothing had been."""

    def save() -> Mark:
        with open_gradebook(opened, opened.lang) as gradebook:
            grade = gradebook.find_grade(asked.id, asked.stem, asked.stem, learner)
            comment = gradebook.find_comment(asked.id, asked.stem, asked.stem, learner)
            before = Mark(grade.manual_score, comment.manual_comment or "", bool(grade.needs_manual_grade))
            grade.manual_score, grade.needs_manual_grade = mark.points, mark.waits
            comment.manual_comment = mark.comment or None
            gradebook.db.commit()
        return before

    reader = read_notes(opened.root, asked).readers.get(learner, "")
    before = replace(_when_free(save), marker=reader)
    used = mark.comment if mark.comment != before.comment else ""
    _note(opened.root, asked, {"learner": learner, "marker": mark.marker, "comment": used})
    return before


def put_comment(opened: ClassDirectory, asked: Exercise, learner: str, comment: str) -> Mark:
    """Put a comment under an answer, whatever its mark is; return the mark there was."""
    return put(opened, asked, learner, replace(mark_of(opened, asked, learner), comment=comment))


def mark_of(opened: ClassDirectory, asked: Exercise, learner: str) -> Mark:
    """Return the mark that the gradebook has now; raises `KeyError` for somebody whose answer is not read."""
    row = _rows(opened, asked, (1, 1))[learner]
    reader = read_notes(opened.root, asked).readers.get(learner, "")
    return Mark(row.manual_score, row.manual_comment or "", bool(row.needs_manual_grade), reader)


def _when_free(save: Callable[[], _Answer]) -> _Answer:
    """Do what writes into the gradebook, again while another writer holds it."""
    for _ in range(_TRIES):
        try:
            return save()
        except OperationalError:
            time.sleep(_WAIT)
    return save()


def read_notes(root: Path, asked: Exercise) -> Notes:
    """Return what is kept of the reading of an exercise; a line that was cut off as it was written says nothing."""
    notes = Notes()
    try:
        lines = _place(root, asked).read_text("utf-8").splitlines()
    except OSError:
        return notes
    for line in lines:
        with suppress(ValueError, KeyError, TypeError):
            order = json.loads(line)
            notes.readers[order["learner"]] = order["marker"]
            if order["comment"]:
                notes.comments[order["comment"]] += 1
    return notes


def _note(root: Path, asked: Exercise, order: dict[str, str]) -> None:
    path = _place(root, asked)
    path.parent.mkdir(exist_ok=True)
    with path.open("a", encoding="utf-8") as file:  # one write: lines of two markers stand one after the other
        file.write(json.dumps(order, ensure_ascii=False) + "\n")


def _place(root: Path, asked: Exercise) -> Path:
    return root / "reading" / f"{asked.id}.jsonl"


def status(opened: ClassDirectory, asked: Exercise) -> list[dict[str, Any]]:
    """Return a row for each marker, and one for what nobody has read: how many, and the mean share of the points."""
    found, readers = texts(opened, asked), read_notes(opened.root, asked).readers
    rows = []
    for marker in sorted({readers.get(each.learner, "") for each in found if each.points is not None}):
        own = [each.points for each in found if each.points is not None and readers.get(each.learner, "") == marker]
        rows.append({"marker": marker or "–", "texts": len(own), "mean": round(sum(own) / len(own) / asked.points, 3)})
    waiting = sum(each.points is None for each in found)
    return [*rows, {"marker": "", "texts": waiting, "mean": None}]
