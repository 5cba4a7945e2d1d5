"""Grades out, through nbgrader's export plugins: tables that are safe to open in a spreadsheet.

`CsvExport` is the table that `nbgrader export` writes. nbgrader's own joins texts by commas as they stand: a learner's
id with a comma shifts the row, and one that begins with a formula sign is worked out by the spreadsheet that opens it.
The others (`EXPORTS`) have one row a learner, with the whole class list; those for learning management systems are
in `export_lms`.
"""

from __future__ import annotations

import csv
import io
from collections import Counter
from dataclasses import replace
from pathlib import Path
from typing import TYPE_CHECKING, Any

from nbgrader.api import MissingEntry
from nbgrader.plugins import ExportPlugin
from traitlets import Bool, Unicode

from loyaltylib.errors import ClassError
from loyaltylib.files import write_whole

from . import titles
from .grades import read_grades
from .messages import N_, tell
from .sheets import of_chapter, overview

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator, Sequence

    from .classdir import ClassDirectory
    from .grades import Grades

EXPORTS = {
    "csv": "autograders.export.TableExport",
    "xlsx": "autograders.export.XlsxExport",
    "canvas": "autograders.export_lms.CanvasExport",
    "moodle": "autograders.export_lms.MoodleExport",
}
EXPORT_FOLDER = "export"  # in the class directory
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
        write_whole(Path(self.to or "grades.csv"), as_csv([COLUMNS, *self._rows(gradebook)]))

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


class ClassExport(ExportPlugin):  # type: ignore[misc]  # nbgrader is untyped
    """What the class's exports share: the whole class list, in the class's language, and what is not settled yet.

    With nbgrader's own command: `nbgrader export --exporter autograders.export.XlsxExport`.
    """

    name = ""  # of the file, where none is given
    lang = Unicode("", help="language of headings: en or zh; the class's own where empty").tag(config=True)
    exercises = Bool(default_value=False, help="a column for each exercise too").tag(config=True)
    opened: ClassDirectory | None = None
    grades: Grades | None = None  # what was exported
    said_in = ""  # language of who asks, and tells the remarks; empty: nbgrader's command, whose log has them

    def export(self, gradebook: Any) -> None:
        """Write the grades, in one step, to `to` or to the file that such an export is called by."""
        self.opened = self.opened or _class_of(self.parent)
        grades = read_grades(gradebook, self.opened, [str(stem) for stem in self.assignment])
        if self.student:
            wanted = {str(learner) for learner in self.student}
            grades = replace(grades, rows=[row for row in grades.rows if row.learner.id in wanted])
        lang = self.lang or (self.opened.rules.lang if self.opened else "en")
        content = self.content(grades, lang)
        path = Path(self.to or self.name)
        write_whole(path, content)
        self.grades = grades
        if not self.said_in:
            for remark in remarks(grades, self.where, lang):
                self.log.warning(remark)

    @property
    def where(self) -> Path:
        """The class's folder; nbgrader's own command runs in its course."""
        return self.opened.root if self.opened else Path()

    def content(self, grades: Grades, lang: str) -> bytes:
        """Return the file."""
        raise NotImplementedError


class TableExport(ClassExport):
    """One row a learner as CSV, with the mark before it by which a spreadsheet knows UTF-8. Ids stand as they are."""

    name = "grades.csv"

    def content(self, grades: Grades, lang: str) -> bytes:
        """Return the file."""
        sheet = overview(grades, lang, exercises=self.exercises)
        return as_csv([sheet.heads, *sheet.rows]).encode("utf-8-sig")


class XlsxExport(ClassExport):
    """A workbook: the class at a glance, then a sheet for each chapter with its exercises; every text is a text."""

    name = "grades.xlsx"

    def content(self, grades: Grades, lang: str) -> bytes:
        """Return the file."""
        from .workbook import workbook

        return workbook([overview(grades, lang), *(of_chapter(grades, part, lang) for part in grades.parts)])


def as_csv(rows: Iterable[Sequence[Any]]) -> str:
    """Return rows as CSV in which no text is taken for a formula."""
    file = io.StringIO(newline="")
    csv.writer(file, lineterminator="\n").writerows([cell(value) for value in row] for row in rows)
    return file.getvalue()


def waiting(grades: Grades, where: Path, lang: str) -> list[str]:
    """Return which answers wait for a person, as sentences, an exercise each.

    where  the class's folder, for the command that is to be given next
    """
    message = N_(
        "{title}: answers that wait for a person: {number}; they count 0, or what was handed in before had. Read them:"
        " loyalty read {path} {exercise}, or in Formgrader"
    )
    found = grades.with_state("waiting")
    said = []
    for part in grades.parts:
        counts = Counter(name for row, each in found if each is part for name in row.results[part.stem].to_read)
        for name in (each for each in part.exercises if counts[each]):
            title = titles.of_exercise(name, lang)
            said.append(tell(lang, message, title=title, number=counts[name], path=where, exercise=name))
    return said


def remarks(grades: Grades, where: Path, lang: str) -> list[str]:
    """Return what is to be known of grades that are passed on: what they do not hold yet, as sentences."""
    said = waiting(grades, where, lang)
    for part in grades.parts:
        chapter = part.title(lang)
        unmarked = sum(each is part for _, each in grades.with_state("unmarked"))
        if unmarked:
            message = N_("{chapter}: hand-ins that are not marked yet: {number}; run: loyalty grade {path} {stem}")
            said.append(tell(lang, message, chapter=chapter, number=unmarked, path=where, stem=part.stem))
        if unread := [row.learner.id for row in grades.rows if row.results[part.stem].unread]:
            broken = N_("{chapter}: what was handed in cannot be read and counts 0: {learners}; ask for it again")
            said.append(tell(lang, broken, chapter=chapter, learners=", ".join(unread)))
        if all(row.results[part.stem].state == "nothing" for row in grades.rows):
            message = N_(
                "{chapter}: nobody has handed in, and it counts in the grade; to leave it out, name the other chapters"
            )
            said.append(tell(lang, message, chapter=chapter))
    return said


def _class_of(app: Any) -> ClassDirectory | None:
    """Return the class that nbgrader's command runs in; None in a course that is not the kit's."""
    from .classdir import CONFIG_FILE, open_class

    root = Path(app.coursedir.root) if app is not None else None
    return open_class(root) if root and (root / CONFIG_FILE).is_file() else None


def export(  # what can be asked for
    opened: ClassDirectory,
    to: str,
    stems: Sequence[str] = (),
    out: Path | None = None,
    lang: str = "en",
    **traits: Any,
) -> tuple[Path, Grades]:
    """Export a class's grades by one of `EXPORTS` and return the file and what is in it.

    stems   chapters, which the grade of the term is made of; all that have been released by default
    out     the file; by default one in the class's folder export/
    traits  of the plugin: exercises; for a learning management system zero, anyway, like, feedback

    Raises `ClassError` where nothing is released yet, and where grades that are not settled would go to a learning
    management system unasked.
    """
    from traitlets import import_item

    from .follow_up import follow_up
    from .gradebook import open_gradebook

    plugin = import_item(EXPORTS[to])(**traits)
    plugin.opened, plugin.assignment, plugin.said_in = opened, list(stems), lang
    path = out or opened.root / EXPORT_FOLDER / plugin.name
    plugin.to = str(path)
    for stem in stems or opened.chapters:  # Formgrader may have given marks since the last command
        follow_up(opened, stem)
    with open_gradebook(opened, lang) as gradebook:
        if not gradebook.assignments:
            message = N_("no chapter of {path} is released yet; run: loyalty release {path}")
            raise ClassError(tell(lang, message, path=opened.root))
        plugin.export(gradebook)
    return path, plugin.grades
