"""The quiz bank for other systems: which items, in which language, as Moodle XML or a QTI 2.1 package.

The files hold keys and whys: they are the instructor's. They are byte-stable: the same items give the same bytes.
"""

from __future__ import annotations

from dataclasses import dataclass
from html import escape
from typing import TYPE_CHECKING, Literal

from loyaltylib.chapters import chapter, syllabus
from loyaltylib.errors import ClassError, UnknownName
from loyaltylib.files import write_whole
from loyaltylib.quiz_view import remarks

from .messages import N_, tell
from .probes import keys

if TYPE_CHECKING:
    from collections.abc import Iterable, Sequence
    from pathlib import Path

    from loyaltylib.quiz import Item, Option

System = Literal["moodle", "qti"]
COURSE = N_("Customer loyalty management")
FILE_NAMES = {"moodle": "quiz-{lang}.xml", "qti": "quiz-{lang}.zip"}


@dataclass(frozen=True)
class Unit:
    """A chapter's items of one use: a category in Moodle, a section of QTI's test."""

    stem: str
    use: str
    items: tuple[Item, ...]

    def title(self, lang: str) -> str:
        """Return the chapter's title."""
        return chapter(self.stem).title[lang]

    def use_text(self, lang: str) -> str:
        """Return what the items are used for here."""
        return tell(lang, {"marked": N_("marked"), "practice": N_("practice")}[self.use])


def bank(stems: Sequence[str] = (), use: str = "practice") -> list[Unit]:
    """Return the items with their keys by chapter, in course order; raises `UnknownName` for a chapter there is not.

    use  practice, marked or all
    """
    for stem in stems:
        if stem not in syllabus():
            raise UnknownName("chapter", stem, syllabus())
    uses = ("practice", "marked") if use == "all" else (use,)
    units = []
    for stem in syllabus():
        if not stems or stem in stems:
            items = keys(stem).values()
            units += [Unit(stem, each, tuple(item for item in items if item.use == each)) for each in uses]
    return [unit for unit in units if unit.items]


def export_quiz(  # noqa: PLR0913 - what can be asked for
    to: System,
    out: Path,
    stems: Sequence[str] = (),
    *,
    langs: Sequence[str] = ("en",),
    use: str = "practice",
    said_in: str = "en",
) -> list[Path]:
    """Write the bank and return the files, one a language; raises `ClassError` where there is nothing to write."""
    from . import quiz_moodle, quiz_qti_package

    units = bank(stems, use)
    if not units:
        message = N_("no {use} items in {chapters}; the course's are in {all}")
        known = ", ".join(dict.fromkeys(unit.stem for unit in bank(use=use)))
        raise ClassError(tell(said_in, message, use=use, chapters=", ".join(stems), all=known))
    written = []
    for lang in langs:
        content = quiz_moodle.quiz(units, lang) if to == "moodle" else quiz_qti_package.package(units, lang)
        path = out / FILE_NAMES[to].format(lang=lang)
        write_whole(path, content)
        written.append(path)
    return written


def identity(item: Item, lang: str) -> str:
    """Return what an item is called elsewhere: both languages may be imported into one bank."""
    return f"{item.id}-{lang}"


def paragraphs(*texts: str) -> str:
    """Return plain texts as HTML, a paragraph for each that is not empty.

    >>> paragraphs("1 < 2", "")
    '<p>1 &lt; 2</p>'
    """
    return "".join(f"<p>{escape(text, quote=False)}</p>" for text in texts if text)


def remark(item: Item, lang: str) -> str:
    """Return what stands below a question: a number's unit and decimals, how several choices are scored."""
    return " ".join(remarks(item, lang))


def whys(options: Iterable[Option], lang: str) -> list[str]:
    """Return the why of each option, with the option before it, for kinds whose options have no feedback there."""
    return [
        tell(lang, "{title}: {remark}", title=option.text[lang], remark=option.why[lang])
        for option in options
        if option.why
    ]


def general_feedback(item: Item, lang: str) -> list[str]:
    """Return what is told of a whole item, where it is not told of each option."""
    if item.kind == "numeric":
        return [item.why[""][lang]]
    return whys(item.options, lang) if item.kind in ("ordering", "matching") else []


def tags(item: Item) -> list[str]:
    """Return what an item is found by: concept, level, use."""
    return [tag for tag in (item.concept, item.level, item.use) if tag]
