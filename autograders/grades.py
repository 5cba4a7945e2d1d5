"""The marks of a whole class as they stand in nbgrader's gradebook, one row a learner: what every export is made from.

The whole class list is in it, whoever handed in nothing too, then whoever is in the gradebook only. What is not known
yet is told: a text that waits for a person, a hand-in that has not been marked.
"""

from __future__ import annotations

from dataclasses import dataclass, field, replace
from typing import TYPE_CHECKING, Any, Literal

from nbgrader import api
from sqlalchemy import func, select

from loyaltylib.chapters import chapter, syllabus
from loyaltylib.errors import UnknownName

from . import attempts, records, titles
from .gradebook import has_points, waits
from .roster import Learner

if TYPE_CHECKING:
    from collections.abc import Mapping, Sequence

    from .classdir import ClassDirectory

State = Literal["marked", "waiting", "unmarked", "nothing"]
SECONDS_AN_HOUR = 3600


@dataclass(frozen=True)
class Part:
    """A chapter of the export: what can be had in it and, by exercise, in course order; its weight in the term."""

    stem: str
    max_points: float
    exercises: Mapping[str, float]
    weight: float = 1.0

    def title(self, lang: str) -> str:
        """Return the chapter's title; the stem of a chapter that is not the course's."""
        return titles.of_chapter(self.stem, lang)


@dataclass(frozen=True)
class Result:
    """One learner's chapter.

    points      by exercise, of a person or without; None: nobody has given any yet
    to_read     exercises whose answers wait for a person, for the first time or again (`gradebook.waits`)
    earned      their sum, as nbgrader has it; `late` is what was lost by handing in late
    handed_in   as nbgrader writes times, in UTC; empty where it is not known
    attempts    how many hand-ins are kept; None where none are
    more_hours  time that the learner had beyond the class's
    unread      what was handed in cannot be read, and counts 0
    """

    state: State = "nothing"
    points: Mapping[str, float | None] = field(default_factory=dict)
    to_read: tuple[str, ...] = ()
    earned: float = 0.0
    late: float = 0.0
    handed_in: str = ""
    attempts: int | None = None
    more_hours: float = 0.0
    unread: bool = False

    @property
    def total(self) -> float:
        """The points that count."""
        return max(0.0, self.earned - self.late)

    @property
    def waiting(self) -> int:
        """How many answers wait for a person."""
        return len(self.to_read)


@dataclass(frozen=True)
class Row:
    """One learner with a result for each chapter."""

    learner: Learner
    results: Mapping[str, Result]


@dataclass(frozen=True)
class Grades:
    """The class's grades."""

    parts: Sequence[Part]
    rows: Sequence[Row]

    def percent(self, row: Row) -> float | None:
        """Return a learner's grade of the term: each chapter's share of its points by weight, in per cent.

        None where nothing weighs anything.
        """
        counted = [part for part in self.parts if part.weight and part.max_points]
        whole = sum(part.weight for part in counted)
        if not whole:
            return None
        return sum(100 * row.results[part.stem].total / part.max_points * part.weight for part in counted) / whole

    def with_state(self, *states: State) -> list[tuple[Row, Part]]:
        """Return who and what is in one of these states."""
        return [(row, part) for row in self.rows for part in self.parts if row.results[part.stem].state in states]


def read_grades(gradebook: Any, opened: ClassDirectory | None, stems: Sequence[str] = ()) -> Grades:
    """Return the grades of some chapters, or of all that the gradebook knows, in course order.

    opened  the class; None where there is the gradebook only: no weights, no class list, no attempts
    """
    known = {each.name: each for each in gradebook.assignments}
    missing = [stem for stem in stems if stem not in known]
    if missing:
        raise UnknownName("chapter", missing[0], known)
    order = [*syllabus(), *sorted(known)]
    chosen = sorted(stems or known, key=order.index)
    parts = [_part(known[stem], opened) for stem in dict.fromkeys(chosen)]
    found = {part.stem: _results(gradebook, part) for part in parts}
    return Grades(
        parts,
        [
            Row(learner, {stem: _completed(found[stem].get(learner.id), opened, stem, learner.id) for stem in found})
            for learner in _learners(gradebook, opened)
        ],
    )


def _part(assignment: Any, opened: ClassDirectory | None) -> Part:
    cells = [cell for notebook in assignment.notebooks for cell in (*notebook.grade_cells, *notebook.task_cells)]
    maximum = {cell.name: float(cell.max_score) for cell in cells if cell.max_score}
    stem = assignment.name
    order = [each.id for each in chapter(stem).exercises] if stem in syllabus() else []
    names = sorted(maximum, key=lambda name: order.index(name) if name in order else len(order))
    weight = opened.rules.chapter(stem).weight if opened else 1.0
    return Part(stem, sum(maximum.values()), {name: maximum[name] for name in names}, weight)


def _results(gradebook: Any, part: Part) -> dict[str, Result]:
    """Return what the gradebook has of a chapter: learner -> result."""
    handed_in, notebook, grade = api.SubmittedAssignment, api.SubmittedNotebook, api.Grade
    of_chapter = select(api.Assignment.id).where(api.Assignment.name == part.stem).scalar_subquery()
    points: dict[str, dict[str, float | None]] = {}
    to_read: dict[str, tuple[str, ...]] = {}
    scores = (grade.auto_score, grade.manual_score, grade.needs_manual_grade, grade.score)
    marks = (
        select(handed_in.student_id, api.BaseCell.name, *scores)
        .join(notebook, notebook.assignment_id == handed_in.id)
        .join(grade, grade.notebook_id == notebook.id)
        .join(api.BaseCell, api.BaseCell.id == grade.cell_id)
        .where(handed_in.assignment_id == of_chapter)
    )
    for row in gradebook.db.execute(marks):
        learner, name = row.student_id, row.name
        if name in part.exercises:
            points.setdefault(learner, {})[name] = row.score if has_points(row) else None
            to_read[learner] = (*to_read.get(learner, ()), *([name] if waits(row) else []))
    whole = (
        select(handed_in.student_id, handed_in.timestamp, func.sum(func.coalesce(notebook.late_submission_penalty, 0)))
        .join(notebook, notebook.assignment_id == handed_in.id)
        .where(handed_in.assignment_id == of_chapter)
        .group_by(handed_in.id)
    )
    return {
        learner: Result(
            "waiting" if to_read.get(learner) else "marked",
            points.get(learner, {}),
            to_read.get(learner, ()),
            float(sum(each or 0.0 for each in points.get(learner, {}).values())),
            float(late),
            f"{at:%Y-%m-%d %H:%M:%S} UTC" if at else "",
        )
        for learner, at, late in gradebook.db.execute(whole)
    }


def _completed(result: Result | None, opened: ClassDirectory | None, stem: str, learner: str) -> Result:
    """Return a result with what the class directory knows of it; for somebody without marks, whether there is work."""
    if opened is None:
        return result or Result()
    kept = len(attempts.attempts(opened, stem, learner))
    submitted = opened.root / "submitted" / learner / stem
    there = kept or (submitted.is_dir() and any(submitted.iterdir()))
    result = result or Result("unmarked" if there else "nothing")
    more = opened.dates.extension(stem, learner).total_seconds() / SECONDS_AN_HOUR
    record = records.read(opened.root, stem, learner) if result.state in ("marked", "waiting") else None
    unread = record is not None and bool(record.failed)
    return replace(result, attempts=kept or None, more_hours=more, unread=unread)


def _learners(gradebook: Any, opened: ClassDirectory | None) -> list[Learner]:
    """Return the class list in its order, then whoever is in the gradebook only."""
    listed = {each.id: each for each in (opened.learners if opened else ())}
    others = [
        Learner(each.id, " ".join(filter(None, (each.last_name, each.first_name))), each.email or "")
        for each in gradebook.students
        if each.id not in listed
    ]
    return [*listed.values(), *others]
