"""Quiz items as Moodle XML, for Moodle's question bank.

Moodle publishes no schema of the format. Written to docs.moodle.org, "Moodle XML format", and to what Moodle's own
importer reads (question/format/xml/format.php, question/type/ordering). HTML is escaped and not put into CDATA, which
to an XML parser is the same text.

Credit is the kit's (`Item.mark`): multiple answers get or lose 100 / n for each, never below 0; matchings a share for
each pair; orderings all or nothing. `ordering` is part of Moodle from 4.4 on, before that a plugin.
"""

from __future__ import annotations

from typing import TYPE_CHECKING
from xml.etree import ElementTree as ET

from loyaltylib.errors import CourseError

from .messages import tell
from .quiz_export import COURSE, general_feedback, identity, paragraphs, remark, tags

if TYPE_CHECKING:
    from collections.abc import Sequence

    from loyaltylib.quiz import Item

    from .quiz_export import Unit

TYPES = {
    "single": "multichoice",
    "multiple": "multichoice",
    "truefalse": "truefalse",
    "numeric": "numerical",
    "ordering": "ordering",
    "matching": "matching",
}
# What Moodle accepts for one of n right answers, in per cent, five decimals at most
FRACTIONS = {n: f"{100 / n:.5f}".rstrip("0").rstrip(".") for n in range(1, 11)}
NO_UNIT_ASKED = "3"  # Moodle's `showunits`: the unit stands in the question, a number is typed
_PENALTY = "0.3333333"  # Moodle's own default for another try; no matter where there is one


def quiz(units: Sequence[Unit], lang: str) -> bytes:
    """Return the file: before each chapter's questions the category they are put into, by language, chapter and use."""
    root = ET.Element("quiz")
    for unit in units:
        path = [tell(lang, COURSE), lang, unit.title(lang), unit.use_text(lang)]
        category = ET.SubElement(root, "question", type="category")
        # A name may hold a slash; Moodle writes it twice.
        _text(category, "category", "/".join(["$course$", "top", *(name.replace("/", "//") for name in path)]))
        _text(category, "info", "", format="html")
        for item in unit.items:
            _question(root, item, lang)
    ET.indent(root, " ")
    return bytes(ET.tostring(root, "utf-8", xml_declaration=True)) + b"\n"


def _question(root: ET.Element, item: Item, lang: str) -> None:
    question = ET.SubElement(root, "question", type=TYPES[item.kind])
    _text(question, "name", item.id)
    _text(question, "questiontext", paragraphs(item.stem[lang], remark(item, lang)), format="html")
    _text(question, "generalfeedback", paragraphs(*general_feedback(item, lang)), format="html")
    _plain(question, defaultgrade="1", penalty=_PENALTY, hidden="0", idnumber=identity(item, lang))
    _KINDS[item.kind](question, item, lang)
    marks = ET.SubElement(question, "tags")
    for tag in tags(item):
        _text(marks, "tag", tag)


def _choice(question: ET.Element, item: Item, lang: str) -> None:
    rights = len([option for option in item.options if option.right])
    if rights not in FRACTIONS:
        raise CourseError(f"item '{item.id}': Moodle knows no fraction for one of {rights} right answers")
    single = item.kind == "single"
    _plain(
        question, single=str(single).lower(), shuffleanswers="true", answernumbering="abc", showstandardinstruction="1"
    )
    _outcomes(question)
    for option in item.options:
        wrong = "0" if single else f"-{FRACTIONS[rights]}"
        fraction = FRACTIONS[rights] if option.right else wrong
        _answer(question, fraction, option.text[lang], option.why[lang] if option.why else "")


def _truefalse(question: ET.Element, item: Item, lang: str) -> None:
    for value in (True, False):
        word = str(value).lower()
        answer = ET.SubElement(question, "answer", fraction="100" if value == item.key else "0", format="plain_text")
        ET.SubElement(answer, "text").text = word
        _text(answer, "feedback", paragraphs(item.why[word][lang]), format="html")


def _numeric(question: ET.Element, item: Item, _lang: str) -> None:
    answer = ET.SubElement(question, "answer", fraction="100", format="plain_text")
    ET.SubElement(answer, "text").text = repr(item.key)
    _text(answer, "feedback", "", format="html")
    ET.SubElement(answer, "tolerance").text = repr(item.tolerance)
    _plain(question, unitgradingtype="0", unitpenalty="0.1", showunits=NO_UNIT_ASKED, unitsleft="0")


def _ordering(question: ET.Element, item: Item, lang: str) -> None:
    _plain(
        question,
        layouttype="VERTICAL",
        selecttype="ALL",
        selectcount="0",
        gradingtype="ALL_OR_NOTHING",
        showgrading="HIDE",
        numberingstyle="none",
    )
    _outcomes(question)
    for place, option in enumerate(item.key, 1):  # their places, which Moodle calls fractions
        _answer(question, str(place), item.option(option).text[lang], "")


def _matching(question: ET.Element, item: Item, lang: str) -> None:
    _plain(question, shuffleanswers="true")
    _outcomes(question)
    pairs = [(thing.text[lang], item.key[thing.id]) for thing in item.left]
    spare = [("", option.id) for option in item.options if option.id not in item.key.values()]  # fits nothing
    for left, option in (*pairs, *spare):
        sub = ET.SubElement(question, "subquestion", format="html")
        ET.SubElement(sub, "text").text = paragraphs(left)
        _text(sub, "answer", item.option(option).text[lang])


def _answer(question: ET.Element, fraction: str, text: str, feedback: str) -> None:
    answer = ET.SubElement(question, "answer", fraction=fraction, format="html")
    ET.SubElement(answer, "text").text = paragraphs(text)
    _text(answer, "feedback", paragraphs(feedback), format="html")


def _outcomes(question: ET.Element) -> None:
    for name in ("correctfeedback", "partiallycorrectfeedback", "incorrectfeedback"):
        _text(question, name, "", format="html")


def _plain(parent: ET.Element, **values: str) -> None:
    for name, value in values.items():
        ET.SubElement(parent, name).text = value


def _text(parent: ET.Element, name: str, text: str, **attributes: str) -> None:
    """Add an element with Moodle's `<text>` in it."""
    ET.SubElement(ET.SubElement(parent, name, attributes), "text").text = text


_KINDS = {
    "single": _choice,
    "multiple": _choice,
    "truefalse": _truefalse,
    "numeric": _numeric,
    "ordering": _ordering,
    "matching": _matching,
}
