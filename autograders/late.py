"""What a late hand-in loses, through nbgrader's own step and its plugin, by the class file and the class's dates.

nbgrader takes it off once, when a notebook is marked, and of the points there are then. Here it is worked out anew
whenever marks may have changed, so that a text read later does not escape it and a deadline may be moved.
"""

from __future__ import annotations

import math
from datetime import UTC, datetime
from typing import TYPE_CHECKING, Any

from nbgrader.api import MissingEntry
from nbgrader.plugins import LateSubmissionPlugin
from nbgrader.preprocessors import AssignLatePenalties
from nbgrader.utils import parse_utc

from . import classfile

if TYPE_CHECKING:
    from collections.abc import Callable
    from pathlib import Path

    from nbformat import NotebookNode

    from .classdir import ClassDirectory
    from .classfile import Late
    from .dates import Dates

_DAY = 24 * 60 * 60


def lost(late: Late, score: float, seconds_late: float) -> float:
    """Return the points that a hand-in loses, in hundredths.

    >>> from autograders.classfile import Late
    >>> [lost(Late(grace=15, per_day=10, most=50), 80, minutes * 60) for minutes in (10, 20, 24 * 60 + 20, 14_400)]
    [0.0, 8.0, 16.0, 40.0]
    """
    if seconds_late <= late.grace * 60:
        return 0.0
    days = max(1, math.ceil((seconds_late - late.grace * 60) / _DAY))
    return round(score * min(days * late.per_day, late.most) / 100, 2)


class LatePolicy(LateSubmissionPlugin):  # type: ignore[misc]  # nbgrader is untyped
    """nbgrader's plugin, by the class file; `penalty_method` of the class's settings is not asked."""

    def late_submission_penalty(self, student_id: str, score: float, total_seconds_late: float) -> float | None:
        """Return the points lost; None where nothing is."""
        del student_id
        return lost(classfile.read(_root(self)).late, score, total_seconds_late) or None


class LatePenalties(AssignLatePenalties):  # type: ignore[misc]  # nbgrader is untyped
    """nbgrader's step, for which the learner's own time is written into the gradebook first."""

    def preprocess(self, nb: NotebookNode, resources: dict[str, Any]) -> tuple[NotebookNode, dict[str, Any]]:
        """Return the notebook as it is; what is lost stands in the gradebook."""
        from .classdir import open_class

        known = resources["nbgrader"]
        opened = open_class(_root(self))
        with _gradebook(opened) as gradebook:
            settle(gradebook, opened, known["assignment"], lambda learner: learner == known["student"])
        self.plugin_class = LatePolicy
        found: tuple[NotebookNode, dict[str, Any]] = super().preprocess(nb, resources)
        return found


def assign(opened: ClassDirectory, stem: str) -> None:
    """Write deadlines, everybody's own time and what is lost by lateness into the gradebook, for one chapter."""
    with _gradebook(opened) as gradebook:
        settle(gradebook, opened, stem, lambda _: True, points=True)


def settle(
    gradebook: Any, opened: ClassDirectory, stem: str, wanted: Callable[[str], bool], *, points: bool = False
) -> None:
    """Write the dates of the class into an open gradebook, and with `points` what is lost."""
    try:
        assignment = gradebook.find_assignment(stem)
    except MissingEntry:
        return
    dates, late = opened.dates, opened.rules.late
    if not dates.given and assignment.duedate is None:
        return
    if dates.given:
        due = dates.deadline(stem)
        assignment.duedate = due.replace(tzinfo=None) if due else None
    for submission in assignment.submissions:
        if not wanted(submission.student.id):
            continue
        if dates.given:
            submission.extension = dates.extension(stem, submission.student.id) or None
        if points:
            for notebook in submission.notebooks:
                seconds = submission.total_seconds_late
                notebook.late_submission_penalty = min(lost(late, notebook.score, seconds), notebook.score) or None
    gradebook.db.commit()


def seconds_late(dates: Dates, stem: str, learner: str, handed_in: str) -> float:
    """Return by how much a hand-in is late, from the time as nbgrader writes it."""
    moment: datetime | None = parse_utc(handed_in).replace(tzinfo=UTC) if handed_in else None
    return dates.seconds_late(stem, learner, moment)


def _gradebook(opened: ClassDirectory) -> Any:
    from nbgrader.api import Gradebook

    return Gradebook(opened.coursedir.db_url, opened.coursedir.course_id)


def _root(step: Any) -> Path:
    from .execute import class_root

    return class_root(step)
