"""Grades for a learning management system: the CSV files that Canvas and Moodle import.

Such a file overwrites what stands there and learners see it at once. So a chapter that somebody's text still waits in
is not exported unasked, and a mark that is not known is an empty cell, which both leave as it is there.

Canvas   (its importer's own rules, lib/gradebook_importer.rb) a row is told by ID, Canvas' own number, else by
         SIS User ID, SIS Login ID, or the name. A heading that ends in a number in brackets names an assignment
         there is by its number, any other makes a new one; so points stand in the row Points Possible only.
Moodle   a row is told by ID number or e-mail, chosen at the import; each column is put to a grade item by hand there.
"""

from __future__ import annotations

import csv
import re
from dataclasses import dataclass
from pathlib import Path
from typing import TYPE_CHECKING

from traitlets import Bool, Unicode

from loyaltylib.errors import ClassError
from loyaltylib.messages import LANGUAGES
from loyaltylib.messages import tell as library_tell

from . import titles
from .export import ClassExport, as_csv, waiting
from .messages import N_, tell
from .sheet import read_sheet
from .sheets import rounded

if TYPE_CHECKING:
    from collections.abc import Sequence

    from .grades import Grades, Part, Result, Row
    from .roster import Learner
    from .sheets import Cell

CANVAS_COLUMNS = ("Student", "ID", "SIS User ID", "SIS Login ID", "Section")
POINTS_POSSIBLE = "    Points Possible"  # as Canvas writes it
MOODLE_COLUMNS = ("ID number", "Email address", "Full name")
_ASSIGNMENT = re.compile(r"(.*) \((\d+)\)")
_NAMED = 5  # learners that a message names


class LmsExport(ClassExport):
    """What both have in common."""

    zero = Bool(default_value=False, help="0 for who handed in nothing, instead of an empty cell").tag(config=True)
    anyway = Bool(default_value=False, help="export although answers wait for a person").tag(config=True)

    def content(self, grades: Grades, lang: str) -> bytes:
        """Return the file; raises `ClassError` where answers wait for a person and nobody said that it shall be."""
        said_in = self.said_in or lang
        reasons = waiting(grades, self.where, said_in)
        if reasons and not self.anyway:
            message = N_("not exported: {reasons}. To send out grades without them: --anyway")
            raise ClassError(tell(said_in, message, reasons=library_tell(said_in, "; ").join(reasons)))
        return as_csv(self.table(grades, lang)).encode()

    def table(self, grades: Grades, lang: str) -> list[list[Cell]]:
        """Return the rows of the file, its heading first."""
        raise NotImplementedError

    def mark(self, result: Result) -> Cell:
        """Return the points that go out; None where they are not known."""
        known = result.state in ("marked", "waiting") or (result.state == "nothing" and self.zero)
        return rounded(result.total) if known else None


class CanvasExport(LmsExport):
    """Canvas' gradebook import; with `like`, a gradebook exported there, rows and assignments are those it has."""

    name = "canvas.csv"
    like = Unicode("", help="a gradebook exported from Canvas, which says who is who there").tag(config=True)

    def table(self, grades: Grades, lang: str) -> list[list[Cell]]:
        """Return the rows of the file: heading, points possible, learners."""
        said_in = self.said_in or lang
        theirs = read_canvas(Path(self.like), said_in) if self.like else None
        heads = [theirs.heading(part) if theirs else None for part in grades.parts]
        people = theirs.rows_of([row.learner for row in grades.rows], said_in) if theirs else None
        table: list[list[Cell]] = [
            [*CANVAS_COLUMNS, *(head or part.title(lang) for head, part in zip(heads, grades.parts, strict=True))],
            [POINTS_POSSIBLE, "", "", "", "", *(rounded(part.max_points) for part in grades.parts)],
        ]
        for number, row in enumerate(grades.rows):
            who = people[number] if people else _as_canvas(row.learner)
            table.append([*who, *(self.mark(row.results[part.stem]) for part in grades.parts)])
        return table


@dataclass(frozen=True)
class CanvasBook:
    """What a gradebook exported from Canvas says: the file, its headings, a row by what somebody is known by there."""

    file: str
    heads: Sequence[str]
    people: dict[str, list[Sequence[str]]]

    def heading(self, part: Part) -> str | None:
        """Return the heading of the assignment that is a chapter, with Canvas' number; None where it has none."""
        titles = {part.stem, *(part.title(lang) for lang in LANGUAGES)}
        matched = {head: _ASSIGNMENT.fullmatch(head) for head in self.heads}
        named = [head for head, match in matched.items() if match and match[1].strip() in titles]
        return named[0] if named else None

    def rows_of(self, learners: Sequence[Learner], lang: str) -> list[Sequence[str]]:
        """Return Canvas' own columns for each learner; raises `ClassError` naming who is not there, or is twice."""
        found = [self._row(learner) for learner in learners]
        missing = [
            f"{learner.id} {learner.name}".strip() for learner, row in zip(learners, found, strict=True) if not row
        ]
        if missing:
            message = N_(
                "{file}: nobody there has the SIS id, the login or the e-mail of {learners} ({number} learners); export"
                " the gradebook of the whole course from Canvas, or mend the class list"
            )
            named = ", ".join(missing[:_NAMED])
            raise ClassError(tell(lang, message, file=self.file, learners=named, number=len(missing)))
        return [row for row in found if row]

    def _row(self, learner: Learner) -> Sequence[str] | None:
        """Return the row of a learner, by id or e-mail; None where there is none, or more than one."""
        for key in (learner.id, learner.email):
            rows = self.people.get(key.casefold(), []) if key else []
            if len(rows) == 1:
                return rows[0]
        return None


def read_canvas(path: Path, lang: str = "en") -> CanvasBook:
    """Return what a gradebook exported from Canvas says of people and assignments.

    Raises `ClassError` for a file that is none: without the columns Student, ID and Section, or without anything that
    a learner could be known by.
    """
    rows = read_sheet(path, dict.fromkeys(CANVAS_COLUMNS, ()), ("Student", "ID", "Section"), lang)
    people: dict[str, list[Sequence[str]]] = {}
    for row in rows:
        if not row["ID"]:
            continue  # points possible, posting policies
        for key in {row["SIS User ID"].casefold(), row["SIS Login ID"].casefold()} - {""}:
            people.setdefault(key, []).append([row[name] for name in CANVAS_COLUMNS])
    if not people:
        message = N_("{file}: the columns SIS User ID and SIS Login ID are empty or not there; ask who may see them")
        raise ClassError(tell(lang, message, file=path.name))
    with path.open(encoding="utf-8-sig", errors="replace", newline="") as file:
        heads = next(csv.reader(file, delimiter=";" if _semicolons(path) else ","))
    return CanvasBook(path.name, heads, people)


def _semicolons(path: Path) -> bool:
    """Return whether a Canvas of a country with decimal commas wrote the file."""
    with path.open("rb") as file:
        head = file.readline()
    return head.count(b";") > head.count(b",")


def _as_canvas(learner: Learner) -> list[Cell]:
    return [_one_line(learner.name or learner.id), "", learner.id, learner.email, ""]


class MoodleExport(LmsExport):
    """Moodle's grade import: id number, e-mail, a column of points for each chapter and, if wanted, one of feedback."""

    name = "moodle.csv"
    feedback = Bool(default_value=False, help="a column of feedback for each chapter").tag(config=True)

    def table(self, grades: Grades, lang: str) -> list[list[Cell]]:
        """Return the rows of the file."""
        heads: list[Cell] = list(MOODLE_COLUMNS)
        for part in grades.parts:
            heads.append(part.title(lang))
            if self.feedback:
                heads.append(tell(lang, "{title}: feedback", title=part.title(lang)))
        return [heads, *(self._row(row, grades.parts, lang) for row in grades.rows)]

    def _row(self, row: Row, parts: Sequence[Part], lang: str) -> list[Cell]:
        cells: list[Cell] = [row.learner.id, row.learner.email, _one_line(row.learner.name)]
        for part in parts:
            mark = self.mark(row.results[part.stem])
            cells.append(mark)
            if self.feedback:
                cells.append("" if mark is None else _points_by_exercise(part, row.results[part.stem], lang))
        return cells


def _points_by_exercise(part: Part, result: Result, lang: str) -> str:
    """Return a chapter's points in one line: each exercise, then what lateness took."""
    said = [
        tell(
            lang,
            "{title}: {remark}",
            title=titles.of_exercise(name, lang),
            remark=f"{_number(result.points.get(name))} / {_number(most)}",
        )
        for name, most in part.exercises.items()
        if result.points
    ]
    if result.late:
        said.append(tell(lang, "{title}: {remark}", title=tell(lang, "late penalty"), remark=_number(result.late)))
    return library_tell(lang, "; ").join(said)


def _number(value: float | None) -> str:
    return "–" if value is None else f"{rounded(value):g}"


def _one_line(text: str) -> str:
    return " ".join(text.split())
