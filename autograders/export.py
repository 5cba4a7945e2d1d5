"""The table of marks that `nbgrader export` writes, safe to open in a spreadsheet.

nbgrader's own joins texts by commas as they stand: a learner's id with a comma shifts the row, and one that begins with
a formula sign is worked out by the spreadsheet that opens it.
"""

from __future__ import annotations

import csv
from pathlib import Path
from typing import TYPE_CHECKING, Any

from nbgrader.api import MissingEntry
from nbgrader.plugins import ExportPlugin

if TYPE_CHECKING:
    from collections.abc import Iterator

COLUMNS = (
    "assignment", "duedate", "timestamp", "student_id", "last_name", "first_name", "email",
    "raw_score", "late_submission_penalty", "score", "max_score",
)  # fmt: skip
# A spreadsheet takes what begins so for a formula; an Asian one takes the full-width forms of the first four as well.
FORMULA_SIGNS = ("=", "+", "-", "@", "\t", "\r", "\n", "\uff1d", "\uff0b", "\uff0d", "\uff20")


class CsvExport(ExportPlugin):  # type: ignore[misc]  # nbgrader is untyped
    """nbgrader's columns and rows, quoted as CSV asks, with no text that a spreadsheet would work out."""

    def export(self, gradebook: Any) -> None:
        """Write one row for each learner and assignment, to `to` or grades.csv."""
        with Path(self.to or "grades.csv").open("w", encoding="utf-8", newline="") as file:
            writer = csv.writer(file, lineterminator="\n")
            writer.writerow(COLUMNS)
            writer.writerows([cell(value) for value in row] for row in self._rows(gradebook))

    def _rows(self, gradebook: Any) -> Iterator[list[Any]]:
        students, wanted = [str(s) for s in self.student], [str(a) for a in self.assignment]
        for assignment in gradebook.assignments:
            for student in gradebook.students:
                if (students and student.id not in students) or (wanted and assignment.name not in wanted):
                    continue
                try:
                    submission = gradebook.find_submission(assignment.name, student.id)
                    lost = submission.late_submission_penalty
                    score = max(0.0, submission.score - lost)
                    marks = [submission.score, lost, score, assignment.max_score]
                    timestamp = submission.timestamp
                except MissingEntry:
                    marks, timestamp = [0.0, 0.0, 0.0, assignment.max_score], None
                who = [student.id, student.last_name, student.first_name, student.email]
                yield [assignment.name, assignment.duedate, timestamp, *who, *marks]


def cell(value: Any) -> Any:
    """Return a value as a cell: a text that looks like a formula gets an apostrophe, which says that it is a text.

    >>> cell("=1+1"), cell("li lei"), cell(-2.5), cell(None)
    ("'=1+1", 'li lei', -2.5, '')
    """
    if isinstance(value, str) and value.lstrip(" ").startswith(FORMULA_SIGNS):
        return f"'{value}"
    return "" if value is None else value
