"""Reading free texts: the answers to one exercise without names, the rubric, marks that go into nbgrader's gradebook.

A level from 0 to 4 gives that many quarters of the points, as a mark by hand: Formgrader, feedback and export know it.
What a marker needs beside the marks is kept in the class, under `reading/<exercise>.json`: who read what, and comments.
"""

from __future__ import annotations

import json
import time
from collections import Counter
from dataclasses import dataclass, field
from typing import TYPE_CHECKING, Any, TypeVar

import nbformat
from sqlalchemy.exc import OperationalError

from loyaltylib.chapters import draw
from loyaltylib.errors import ClassError, UnknownName

from .gradebook import open_gradebook
from .messages import N_, tell
from .records import write_whole

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

    readers   learner -> the marker's name
    """

    comments: Counter[str] = field(default_factory=Counter)
    readers: dict[str, str] = field(default_factory=dict)


def exercise(opened: ClassDirectory, exercise_id: str) -> Exercise:
    """Return an exercise of a class that a person marks; raises `UnknownName` for one there is not."""
    stem = exercise_id.partition("-")[0]
    path = opened.root / "source" / opened.chapter(stem, opened.lang) / f"{stem}.ipynb"
    cells = nbformat.read(path, as_version=4).cells
    flags = [cell.metadata.get("nbgrader", {}) for cell in cells]
    texts = {
        flag["grade_id"]: place
        for place, (cell, flag) in enumerate(zip(cells, flags, strict=True))
        if flag.get("grade") and flag.get("solution") and cell.cell_type == "markdown"
    }
    if exercise_id not in texts:
        raise UnknownName("exercise that a person reads", exercise_id, texts)
    place = texts[exercise_id]
    task = next((cell.source for cell in reversed(cells[:place]) if cell.cell_type == "markdown"), "")
    example = cells[place].source.replace("### BEGIN SOLUTION", "").replace("### END SOLUTION", "").strip()
    return Exercise(exercise_id, stem, float(flags[place]["points"]), task, example)


def texts(opened: ClassDirectory, asked: Exercise, part: tuple[int, int] = (1, 1)) -> list[Text]:
    """Return the answers that were handed in, in an order that says nothing of whose they are.

    part    (2, 3) is the second of three parts. Whose part an answer is in stays the same when others come.

    Raises `ClassError` where nothing of the chapter is marked yet.
    """
    of: dict[str, tuple[float | None, Any]] = {}
    with open_gradebook(opened, opened.lang) as gradebook:
        for row in _rows(gradebook, opened, asked):
            learner = str(row.notebook.student.id)
            comment = gradebook.find_comment(asked.id, asked.stem, asked.stem, learner)
            of[learner] = (None if row.needs_manual_grade else row.manual_score, comment)
        found: list[Text] = []
        for learner in sorted(of, key=lambda each: draw(each, "reading", asked.id)):
            if draw(learner, "part", asked.id) % part[1] + 1 != part[0]:
                continue
            points, comment = of[learner]
            source = _source(opened.root, asked, learner)
            untouched = comment.auto_comment == EMPTY or not source.strip()
            found.append(Text(len(found) + 1, learner, source, untouched, points, comment.manual_comment or ""))
    return found


def _rows(gradebook: Any, opened: ClassDirectory, asked: Exercise) -> list[Any]:
    from nbgrader.api import MissingEntry

    from .groups import members_of_others

    try:
        handed_in = gradebook.find_notebook(asked.stem, asked.stem).submissions
    except MissingEntry:
        handed_in = []
    others = members_of_others(opened, asked.stem)
    rows = [grade for each in handed_in for grade in each.grades if grade.name == asked.id]
    rows = [row for row in rows if str(row.notebook.student.id) not in others]
    if not rows:
        message = N_("nothing of '{stem}' is marked yet; run: loyalty grade {path} {stem}")
        raise ClassError(tell(opened.lang, message, stem=asked.stem, path=opened.root))
    return rows


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

    def save() -> None:
        with open_gradebook(opened, opened.lang) as gradebook:
            grade = gradebook.find_grade(asked.id, asked.stem, asked.stem, learner)
            grade.manual_score = points
            grade.needs_manual_grade = points is None
            gradebook.find_comment(asked.id, asked.stem, asked.stem, learner).manual_comment = comment or None
            gradebook.db.commit()

    _when_free(save)
    notes = read_notes(opened.root, asked)
    notes.readers.pop(learner, None)
    if points is not None:
        notes.readers[learner] = marker
    if comment:
        notes.comments[comment] += 1
    _write_notes(opened.root, asked, notes)
    return points


def _when_free(save: Callable[[], _Answer]) -> _Answer:
    """Do what writes into the gradebook, again while another writer holds it."""
    for _ in range(_TRIES):
        try:
            return save()
        except OperationalError:
            time.sleep(_WAIT)
    return save()


def read_notes(root: Path, asked: Exercise) -> Notes:
    """Return what is kept of the reading of an exercise."""
    try:
        raw = json.loads(_place(root, asked).read_text("utf-8"))
    except (OSError, ValueError):
        return Notes()
    return Notes(Counter(raw["comments"]), dict(raw["readers"]))


def _write_notes(root: Path, asked: Exercise, notes: Notes) -> None:
    plain = {"comments": dict(notes.comments.most_common()), "readers": dict(sorted(notes.readers.items()))}
    write_whole(_place(root, asked), json.dumps(plain, ensure_ascii=False, indent=1) + "\n")


def _place(root: Path, asked: Exercise) -> Path:
    return root / "reading" / f"{asked.id}.json"


def status(opened: ClassDirectory, asked: Exercise) -> list[dict[str, Any]]:
    """Return a row for each marker, and one for what nobody has read: how many, and the mean share of the points."""
    found, readers = texts(opened, asked), read_notes(opened.root, asked).readers
    rows = []
    for marker in sorted({readers.get(each.learner, "") for each in found if each.points is not None}):
        own = [each.points for each in found if each.points is not None and readers.get(each.learner, "") == marker]
        rows.append({"marker": marker or "–", "texts": len(own), "mean": round(sum(own) / len(own) / asked.points, 3)})
    waiting = sum(each.points is None for each in found)
    return [*rows, {"marker": "", "texts": waiting, "mean": None}]
