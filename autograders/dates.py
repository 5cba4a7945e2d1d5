"""Deadlines of a class, and who has more time: `dates.csv`, one row for one rule.

    chapter, due                  a chapter's deadline (chapter empty: of every chapter)
    chapter, learner, due         somebody's own deadline of a chapter
    chapter, learner, extra       so much more than the class has (chapter empty: in every chapter)

Of several rows for somebody, the one that names the chapter goes before the one that does not.
"""

from __future__ import annotations

import re
from dataclasses import dataclass, field
from datetime import UTC, datetime, timedelta
from typing import TYPE_CHECKING, NoReturn

from loyaltylib.data import normalise
from loyaltylib.errors import ClassError, LearnerError
from loyaltylib.files import copy_whole

from .messages import N_, tell
from .sheet import read_sheet

if TYPE_CHECKING:
    from collections.abc import Container, Mapping, Sequence
    from pathlib import Path
    from zoneinfo import ZoneInfo

    from .classdir import ClassDirectory
    from .sheet import Row

DATES_FILE = "dates.csv"
COLUMNS = {
    "chapter": ("assignment", "章", "章节"),
    "learner": ("id", "student id", "学号", "学员"),
    "due": ("deadline", "due date", "截止", "截止日期", "截止时间"),
    "extra": ("extension", "extra time", "延长", "延长时间", "延期"),
}
_DAY = re.compile(
    r"(\d{4})\s*[-/.年]\s*(\d{1,2})\s*[-/.月]\s*(\d{1,2})\s*日?(?:[T\s]*(\d{1,2})[:：时](\d{1,2})?(?:[:：分](\d{1,2}))?\S?)?"
)
_UNITS = {
    **dict.fromkeys(("d", "day", "days", "天", "日"), timedelta(days=1)),
    **dict.fromkeys(("h", "hour", "hours", "小时", "时"), timedelta(hours=1)),
    **dict.fromkeys(("min", "minute", "minutes", "分", "分钟"), timedelta(minutes=1)),
}
_SPAN = re.compile(r"(\d+(?:[.,]\d+)?)\s*(\S+)")


@dataclass(frozen=True)
class Dates:
    """What is settled of a class's time. An empty chapter stands for every chapter.

    due    chapter -> the class's deadline
    own    (chapter, learner) -> that learner's deadline
    extra  (chapter, learner) -> how much more time than the class
    given  whether the class has a file of dates at all; without one a deadline set in Formgrader holds
    """

    due: Mapping[str, datetime] = field(default_factory=dict)
    own: Mapping[tuple[str, str], datetime] = field(default_factory=dict)
    extra: Mapping[tuple[str, str], timedelta] = field(default_factory=dict)
    given: bool = False

    def deadline(self, stem: str) -> datetime | None:
        """Return the class's deadline of a chapter; None where it has none."""
        return self.due.get(stem, self.due.get(""))

    def extension(self, stem: str, learner: str) -> timedelta:
        """Return how much longer than the class a learner has; nothing where the chapter has no deadline."""
        due = self.deadline(stem)
        if due is None:
            return timedelta(0)
        for chapter in (stem, ""):
            if (chapter, learner) in self.own:
                return self.own[chapter, learner] - due
            if (chapter, learner) in self.extra:
                return self.extra[chapter, learner]
        return timedelta(0)

    def seconds_late(self, stem: str, learner: str, handed_in: datetime | None) -> float:
        """Return by how much a hand-in is past the learner's own deadline; 0 where either is not known."""
        due = self.deadline(stem)
        if due is None or handed_in is None:
            return 0.0
        return max(0.0, (handed_in - due - self.extension(stem, learner)).total_seconds())


def read_dates(
    path: Path, chapters: Sequence[str], learners: Container[str], zone: ZoneInfo, lang: str = "en"
) -> Dates:
    """Return the dates of a class; those without a time of day end with the day, in the class's time zone.

    learners  the ids of the class list; empty where there is none, and any will do

    Raises `ClassError` with file, line and value: a chapter or learner there is not, a day that cannot be told, a row
    that says nothing, or the same twice.
    """
    due: dict[str, datetime] = {}
    own: dict[tuple[str, str], datetime] = {}
    extra: dict[tuple[str, str], timedelta] = {}
    for row in read_sheet(path, COLUMNS, (), lang):
        chapter, learner = _chapter(path, row, chapters, lang), _learner(path, row, learners, lang)
        if bool(row["due"]) == bool(row["extra"]):
            _refuse(path, row, N_("write either a deadline or how much longer"), lang)
        if row["extra"] and not learner:
            _refuse(path, row, N_("whose time is longer? write the learner's id, or a later deadline for all"), lang)
        key = chapter, learner
        if (not learner and chapter in due) or key in own or key in extra:
            _refuse(path, row, N_("the same is settled in a row above"), lang)
        if row["extra"]:
            extra[key] = _span(path, row, lang)
        elif learner:
            own[key] = _moment(path, row, zone, lang)
        else:
            due[chapter] = _moment(path, row, zone, lang)
    found = Dates(due, own, extra, given=True)
    for chapter, learner in (*own, *extra):
        if not any(found.deadline(each) for each in ((chapter,) if chapter else chapters)):
            message = N_("{file}: {id} has time of their own for {chapter}, which has no deadline: add its row")
            raise ClassError(tell(lang, message, file=path.name, id=learner, chapter=chapter or "*"))
    return found


def set_dates(path: Path, source: Path, lang: str = "en") -> Dates:
    """Make a file of dates the class's own, once it has been read; the next marking goes by it. Raises `ClassError`."""
    from .classdir import open_class

    opened = open_class(path, lang)
    found = read_dates(source, opened.chapters, {each.id for each in opened.learners}, opened.rules.zone, lang)
    if not (found.due or found.own or found.extra):
        message = N_(
            "{file} holds no date, so nothing was changed; to take all deadlines away, leave only the heading in {own}"
        )
        raise ClassError(tell(lang, message, file=source.name, own=opened.root / DATES_FILE))
    copy_whole(source, opened.root / DATES_FILE)
    return found


def rows(opened: ClassDirectory) -> list[dict[str, str]]:
    """Return every deadline of a class in its own time zone: of each chapter, and of everybody who has another one."""
    from loyaltylib.chapters import syllabus

    dates, zone = opened.dates, opened.rules.zone
    found = []
    for stem in sorted(opened.chapters, key=lambda each: (each not in syllabus(), [*syllabus(), each].index(each))):
        due = dates.deadline(stem)
        if due is None:
            continue
        people = sorted({learner for chapter, learner in (*dates.own, *dates.extra) if chapter in (stem, "")})
        for learner, longer in (("", timedelta(0)), *((each, dates.extension(stem, each)) for each in people)):
            shown = (due + longer).astimezone(zone)
            found.append({"chapter": stem, "learner": learner, "due": f"{shown:%Y-%m-%d %H:%M} {zone.key}"})
    return found


def _chapter(path: Path, row: Row, chapters: Sequence[str], lang: str) -> str:
    from loyaltylib.chapters import chapter, syllabus

    written = row["chapter"].casefold()
    titles = {text.casefold(): stem for stem in syllabus() for text in chapter(stem).title.values() if stem in chapters}
    stem = titles.get(written, written)
    if stem and stem not in chapters:
        known = ", ".join(chapters)
        _refuse(path, row, N_("the class has no chapter “{value}”; it has {known}"), lang, row["chapter"], known)
    return stem


def _learner(path: Path, row: Row, learners: Container[str], lang: str) -> str:
    written = row["learner"].removeprefix("'")
    try:
        learner = normalise(written) if written else ""
    except LearnerError:
        learner = written
    if learner and learners and learner not in learners:
        _refuse(path, row, N_("“{value}” is not on the class list"), lang, row["learner"])
    return learner


def _moment(path: Path, row: Row, zone: ZoneInfo, lang: str) -> datetime:
    """Return a deadline in UTC."""
    match = _DAY.fullmatch(row["due"])
    try:
        year, month, day, hour, minute, second = (int(part) if part else None for part in match.groups())  # type: ignore[union-attr]  # no match is an AttributeError
        at = (23, 59, 59) if hour is None else (hour, minute or 0, second or 0)
        return datetime(year, month, day, *at, tzinfo=zone).astimezone(UTC)  # type: ignore[arg-type]  # the day is there
    except (AttributeError, ValueError):
        _refuse(path, row, N_("“{value}” is no day; write it as 2026-12-31 or 2026-12-31 18:00"), lang, row["due"])


def _span(path: Path, row: Row, lang: str) -> timedelta:
    match = _SPAN.fullmatch(row["extra"])
    unit = _UNITS.get(match[2].casefold()) if match else None
    if match is None or unit is None:
        _refuse(path, row, N_("“{value}” is no span of time; write it as 2 days, 3 h or 90 min"), lang, row["extra"])
    return float(match[1].replace(",", ".")) * unit


def _refuse(path: Path, row: Row, message: str, lang: str, value: str = "", known: str = "") -> NoReturn:  # noqa: PLR0913, PLR0917 - what fills the sentence
    why = tell(lang, message, value=value, known=known)
    raise ClassError(tell(lang, "{file}, line {line}: {why}", file=path.name, line=row.line, why=why))
