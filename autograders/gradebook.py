"""nbgrader's gradebook for a whole class: read once, written in batches, by one process.

nbgrader opens the gradebook anew for every step and commits after every cell. Here one session reads what a chapter
asks for, and writes the marks of many submissions in one transaction, by nbgrader's own rules (`determine_grade`,
checksums).
"""

from __future__ import annotations

from contextlib import contextmanager
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

from nbgrader import api, utils
from nbgrader.api import MissingEntry
from sqlalchemy import select
from sqlalchemy.exc import SQLAlchemyError

from loyaltylib.errors import ClassError

from .classdir import CONFIG_FILE
from .messages import N_, tell

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator, Mapping

    from nbformat import NotebookNode

    from .classdir import ClassDirectory


def has_points(grade: Any) -> bool:
    """Return whether anybody, a check or a person, has given an answer points; nbgrader's own score is 0 if not."""
    return grade.auto_score is not None or grade.manual_score is not None


def waits(grade: Any) -> bool:
    """Return whether an answer waits for a person, for the first time or, as it was handed in anew, again."""
    return bool(grade.needs_manual_grade) or not has_points(grade)


@dataclass(frozen=True)
class Kept:
    """What the gradebook keeps of a cell of the instructor's notebook, its hidden lines included."""

    cell_type: str
    locked: bool
    source: str
    checksum: str
    points: float | None


class ChapterBook:
    """The gradebook of one chapter, open for reading and writing."""

    def __init__(self, gradebook: Any, stem: str) -> None:
        self._gradebook = gradebook
        self._notebook = gradebook.find_notebook(stem, stem)
        self._id, self._assignment = self._notebook.id, self._notebook.assignment_id
        # Id -> name of the cells that have a grade, and of those that have a comment.
        tasks = self._notebook.task_cells
        self._graded = {cell.id: cell.name for cell in (*self._notebook.grade_cells, *tasks)}
        self._commented = {cell.id: cell.name for cell in (*self._notebook.solution_cells, *tasks)}

    def kept(self) -> dict[str, Kept]:
        """Return the cells nbgrader knows, by grade id."""
        points = {cell.name: float(cell.max_score) for cell in self._notebook.grade_cells}
        return {
            cell.name: Kept(cell.cell_type, bool(cell.locked), cell.source, cell.checksum, points.get(cell.name))
            for cell in self._notebook.source_cells
        }

    @property
    def max_points(self) -> float:
        """The points that can be had without a person."""
        return float(sum(cell.max_score for cell in self._notebook.grade_cells if cell.cell_type == "code"))

    def marks(self, learners: Iterable[str] | None = None) -> dict[str, dict[str, float | None]]:
        """Return what is saved: learner -> exercise -> points given without a person; of some learners or of all."""
        wanted = (
            select(api.SubmittedAssignment.student_id, api.BaseCell.name, api.Grade.auto_score)
            .join(api.SubmittedNotebook, api.SubmittedNotebook.assignment_id == api.SubmittedAssignment.id)
            .join(api.Grade, api.Grade.notebook_id == api.SubmittedNotebook.id)
            .join(api.BaseCell, api.BaseCell.id == api.Grade.cell_id)
            .where(api.SubmittedNotebook.notebook_id == self._id)
        )
        if learners is not None:
            wanted = wanted.where(api.SubmittedAssignment.student_id.in_(list(learners)))
        found: dict[str, dict[str, float | None]] = {}
        for learner, exercise, points in self._gradebook.db.execute(wanted):
            found.setdefault(learner, {})[exercise] = points
        return found

    def by_hand(self) -> int:
        """Return how many answers wait for a person's mark."""
        grades = (
            select(api.Grade.auto_score, api.Grade.manual_score, api.Grade.needs_manual_grade)
            .join(api.SubmittedNotebook, api.SubmittedNotebook.id == api.Grade.notebook_id)
            .where(api.SubmittedNotebook.notebook_id == self._id)
        )
        return sum(waits(row) for row in self._gradebook.db.execute(grades))

    def marks_by_hand(self) -> dict[tuple[str, str], float]:
        """Return what persons have given: learner and exercise -> points."""
        given = (
            select(api.SubmittedAssignment.student_id, api.BaseCell.name, api.Grade.manual_score)
            .join(api.SubmittedNotebook, api.SubmittedNotebook.assignment_id == api.SubmittedAssignment.id)
            .join(api.Grade, api.Grade.notebook_id == api.SubmittedNotebook.id)
            .join(api.BaseCell, api.BaseCell.id == api.Grade.cell_id)
            .where(api.SubmittedNotebook.notebook_id == self._id, api.Grade.manual_score.is_not(None))
        )
        return {(learner, exercise): points for learner, exercise, points in self._gradebook.db.execute(given)}

    def mark_by_hand(self, learner: str, exercise: str, points: float) -> None:
        """Put a mark as a person gives it into the session; it goes before what the check gives, and stays."""
        with self._gradebook.db.no_autoflush:
            grades, _ = self._rows(learner, "")
            grades[exercise].manual_score = points
            grades[exercise].needs_manual_grade = False

    def put(self, learner: str, notebook: NotebookNode, timestamp: str, *, same: bool = False) -> None:
        """Put a learner's marks into the session, as nbgrader's SaveAutoGrades would; `commit` keeps them.

        A mark given by hand stays, and asks to be looked at again, unless it is the `same` notebook that was marked
        before: nobody has to read two hundred texts twice because a check was corrected.
        """
        with self._gradebook.db.no_autoflush:
            grades, comments = self._rows(learner, timestamp)
            for cell in notebook.cells:
                name = cell.metadata.get("nbgrader", {}).get("grade_id")
                if utils.is_grade(cell) and name in grades:
                    grade = grades[name]
                    grade.auto_score, _ = utils.determine_grade(cell)
                    if grade.manual_score is None or not same:
                        grade.needs_manual_grade = grade.manual_score is not None or grade.auto_score is None
                if (utils.is_solution(cell) or utils.is_task(cell)) and name in comments:
                    untouched = cell.metadata.nbgrader.get("checksum") == utils.compute_checksum(cell)
                    comments[name].auto_comment = "No response." if untouched and not utils.is_task(cell) else None

    def _rows(self, learner: str, timestamp: str) -> tuple[dict[str, Any], dict[str, Any]]:
        """Return a learner's grades and comments by the names of their cells.

        Where the learner has not handed in before they are made as nbgrader's `add_submission` makes them, but with the
        ids of this chapter, which are known, and without a commit: that way it costs the same in a class of any size.
        """
        db = self._gradebook.db
        one = select(api.SubmittedAssignment).where(
            api.SubmittedAssignment.assignment_id == self._assignment, api.SubmittedAssignment.student_id == learner
        )
        submission = db.scalars(one).one_or_none()
        if submission is None:
            if db.get(api.Student, learner) is None:
                db.add(api.Student(id=learner))
            submission = api.SubmittedAssignment(id=api.new_uuid(), assignment_id=self._assignment, student_id=learner)
            handed_in = api.SubmittedNotebook(id=api.new_uuid(), assignment_id=submission.id, notebook_id=self._id)
            grades = [api.Grade(cell_id=cell, notebook_id=handed_in.id) for cell in self._graded]
            comments = [api.Comment(cell_id=cell, notebook_id=handed_in.id) for cell in self._commented]
            db.add_all([submission, handed_in, *grades, *comments])
            db.flush()  # another attempt of the same learner may follow before the commit
        else:
            within = select(api.SubmittedNotebook.id).where(
                api.SubmittedNotebook.assignment_id == submission.id,
                api.SubmittedNotebook.notebook_id == self._id,
            )
            grades = list(db.scalars(select(api.Grade).where(api.Grade.notebook_id.in_(within))))
            comments = list(db.scalars(select(api.Comment).where(api.Comment.notebook_id.in_(within))))
        if timestamp:
            submission.timestamp = utils.parse_utc(timestamp)
        named = {**self._graded, **self._commented}
        return {named[row.cell_id]: row for row in grades}, {named[row.cell_id]: row for row in comments}

    def commit(self) -> None:
        """Keep what was put."""
        self._gradebook.db.commit()

    def undo(self) -> None:
        """Forget what was put since the last commit."""
        self._gradebook.db.rollback()


@contextmanager
def open_gradebook(opened: ClassDirectory, lang: str) -> Iterator[Any]:
    """Open nbgrader's gradebook where the class's settings say it is; raises `ClassError` where it does not open."""
    coursedir = opened.coursedir
    try:
        gradebook = api.Gradebook(coursedir.db_url, coursedir.course_id)
    except (SQLAlchemyError, ImportError) as error:  # no server, no such database, no driver for it
        message = N_("the gradebook of {path} does not open ({reason}); look at c.CourseDirectory.db_url in {file}")
        reason = str(error).splitlines()[0]
        raise ClassError(tell(lang, message, path=opened.root, reason=reason, file=CONFIG_FILE)) from error
    with gradebook:
        yield gradebook


@contextmanager
def open_chapter(opened: ClassDirectory, stem: str, lang: str) -> Iterator[ChapterBook]:
    """Open the gradebook of a class for one chapter; raises `ClassError` where it does not know the chapter."""
    with open_gradebook(opened, lang) as gradebook:
        try:
            book = ChapterBook(gradebook, stem)
        except MissingEntry:
            message = N_("the gradebook of {path} does not know the chapter '{stem}': release it first")
            raise ClassError(tell(lang, message, path=opened.root, stem=stem)) from None
        yield book


def restore(notebook: NotebookNode, kept: Mapping[str, Kept]) -> None:
    """Give the cells of a repaired notebook what the gradebook keeps of them, as nbgrader's OverwriteCells would."""
    for cell in notebook.cells:
        flags = cell.metadata.get("nbgrader")
        known = kept.get(flags.get("grade_id", "")) if flags else None
        if flags is None or known is None:
            continue
        flags["checksum"] = known.checksum
        flags["locked"] = known.locked
        if known.points is not None and flags.get("grade"):
            flags["points"] = known.points
        if known.locked:
            cell.source = known.source
