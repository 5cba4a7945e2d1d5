"""A class list: who is in the class, by the ids that count, and what each is called.

An id is text. What a spreadsheet makes of a long one (2.02312E+11) or of one that begins with zeros is refused with
its row, for a mark under a wrong id is somebody's zero.
"""

from __future__ import annotations

import csv
import io
import re
from collections import Counter
from dataclasses import dataclass
from typing import TYPE_CHECKING, NoReturn

from loyaltylib.data import LONGEST_ID, normalise
from loyaltylib.errors import ClassError, LearnerError
from loyaltylib.files import write_whole
from loyaltylib.messages import LANGUAGES

from .messages import tell
from .sheet import read_sheet

if TYPE_CHECKING:
    from collections.abc import Iterable, Sequence
    from pathlib import Path

    from .sheet import Row

COLUMNS = {
    "id": ("student id", "student number", "learner", "学号", "学生编号", "学员编号"),
    "name": ("full name", "姓名", "名字"),
    "email": ("e-mail", "mail", "邮箱", "电子邮件", "电子邮箱"),
    "lang": ("language", "语言"),
}
_LANGUAGE_NAMES = {"english": "en", "英文": "en", "英语": "en", "chinese": "zh", "中文": "zh", "汉语": "zh"}
_SCIENTIFIC = re.compile(r"[\d.,]+E[+-]?\d+", re.IGNORECASE)
_FRACTION = re.compile(r"\d+[.,]0+|\d{15}0+")  # a number that a spreadsheet wrote, or rounded to 15 digits
# Share of the ids that are digits of one length; from so many digits on that means something
_USUAL, _SHORTEST = 0.8, 5


@dataclass(frozen=True)
class Learner:
    """One on the class list: the id in the one form that counts, the name as it is written, e-mail, language."""

    id: str
    name: str = ""
    email: str = ""
    lang: str = ""


def read_roster(path: Path, lang: str = "en") -> list[Learner]:
    """Return those on a class list, a CSV file with a column of ids, in its order.

    The other columns are `COLUMNS`; an id that shall be taken as it stands begins with an apostrophe. Raises
    `ClassError` with file, line and id: no id, one that cannot be one, one that a spreadsheet has made a number of,
    one that is there twice, a language there is not.
    """
    rows = read_sheet(path, COLUMNS, ("id",), lang)
    if not rows:
        raise ClassError(tell(lang, "{file}: nobody is on the list", file=path.name))
    usual = _usual_length(rows)
    found: dict[str, tuple[int, Learner]] = {}
    for row in rows:
        learner = _learner(row, usual, path, lang)
        if learner.id in found:
            _refuse(
                path,
                row,
                tell(lang, "{id} is on line {other} as well", id=learner.id, other=found[learner.id][0]),
                lang,
            )
        found[learner.id] = row.line, learner
    return [learner for _, learner in found.values()]


def write_roster(path: Path, learners: Iterable[Learner]) -> None:
    """Write a class list that any spreadsheet opens with its Chinese names, and that `read_roster` reads as it was."""
    write_whole(path, csv_text(learners).encode("utf-8-sig"))


def csv_text(learners: Iterable[Learner]) -> str:
    """Return the text of such a class list."""
    file = io.StringIO(newline="")
    writer = csv.writer(file, lineterminator="\n")
    writer.writerow(COLUMNS)
    writer.writerows((f"'{each.id}", each.name, each.email, each.lang) for each in learners)
    return file.getvalue()


def _learner(row: Row, usual: int, path: Path, lang: str) -> Learner:
    written = row["id"]
    if _SCIENTIFIC.fullmatch(written) or _FRACTION.fullmatch(written):
        _refuse(
            path,
            row,
            tell(
                lang, "{id} is a number that a spreadsheet wrote; format the column as text and type the id", id=written
            ),
            lang,
        )
    if written.isdecimal() and len(written) < usual:
        _refuse(
            path,
            row,
            tell(
                lang,
                "{id} has {digits} digits and the others {usual}: zeros may be lost; format the column as text and "
                "type the id with its zeros, or write '{id} where it is right",
                id=written,
                digits=len(written),
                usual=usual,
            ),
            lang,
        )
    try:
        who = normalise(written.removeprefix("'"))
    except LearnerError:
        _refuse(
            path,
            row,
            tell(
                lang,
                "“{id}” can be nobody's id: it is empty, longer than {most} signs, or holds one that no file's name "
                "may hold",
                id=written,
                most=LONGEST_ID,
            ),
            lang,
        )
    return Learner(who, " ".join(row["name"].split()), row["email"], _language(row, path, lang))


def _language(row: Row, path: Path, lang: str) -> str:
    """Return the learner's language; empty for the class's own."""
    written = row["lang"].casefold()
    known = _LANGUAGE_NAMES.get(written, written)
    if known and known not in LANGUAGES:
        options = ", ".join(LANGUAGES)
        _refuse(
            path, row, tell(lang, "no language {name}; there are {options}", name=row["lang"], options=options), lang
        )
    return known


def _usual_length(rows: Sequence[Row]) -> int:
    """Return how many digits an id has, as those with zeros or nearly all show; 0 where nothing shows it."""
    lengths = Counter(len(row["id"]) for row in rows if row["id"].isdecimal())
    length, number = max(lengths.items(), key=lambda item: item[1], default=(0, 0))
    zeros = max((len(row["id"]) for row in rows if row["id"].isdecimal() and row["id"].startswith("0")), default=0)
    return max(zeros, length if length >= _SHORTEST and number >= _USUAL * len(rows) else 0)


def _refuse(path: Path, row: Row, why: str, lang: str) -> NoReturn:
    raise ClassError(tell(lang, "{file}, line {line}: {why}", file=path.name, line=row.line, why=why))
