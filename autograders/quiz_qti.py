"""A quiz item as an IMS QTI 2.1 assessmentItem; the package around it is `quiz_qti_package`.

Written to "IMS Question and Test Interoperability, Version 2.1" (2012), assessment, section and item model. How an
answer is marked stands in each item as response processing and is the kit's (`Item.mark`): a mapping for multiple
answers and matchings, equality for the others, a number within its tolerance.
"""

from __future__ import annotations

from typing import TYPE_CHECKING
from xml.etree import ElementTree as ET

from loyaltylib.messages import language_tag

from .messages import N_, tell
from .quiz_export import general_feedback, identity, remark

if TYPE_CHECKING:
    from collections.abc import Iterable, Mapping

    from loyaltylib.quiz import Item

QTI = "http://www.imsglobal.org/xsd/imsqti_v2p1"
LOM = "http://ltsc.ieee.org/xsd/LOM"
_XSI = "http://www.w3.org/2001/XMLSchema-instance"
PREFIXES = {"xsi": _XSI, "lom": LOM, "imsqti": QTI}
QTI_SCHEMA = "http://www.imsglobal.org/xsd/qti/qtiv2p1/imsqti_v2p1.xsd"
INTERACTIONS = {
    "single": "choiceInteraction",
    "multiple": "choiceInteraction",
    "truefalse": "choiceInteraction",
    "numeric": "textEntryInteraction",
    "ordering": "orderInteraction",
    "matching": "matchInteraction",
}
# kind -> (cardinality, base type) of the response
RESPONSES = {
    "single": ("single", "identifier"),
    "multiple": ("multiple", "identifier"),
    "truefalse": ("single", "identifier"),
    "numeric": ("single", "float"),
    "ordering": ("ordered", "identifier"),
    "matching": ("multiple", "directedPair"),
}
WHY = "why"  # identifier of the feedback that a whole item has
_EXPECTED = "12"  # characters of a number's field
_TRUTH = {True: N_("True"), False: N_("False")}


def assessment_item(item: Item, lang: str) -> ET.Element:
    """Return one item: the key, how it is marked, the question, what is told of each answer."""
    root = root_element(
        "assessmentItem",
        QTI,
        QTI_SCHEMA,
        identifier=identity(item, lang),
        title=item.id,
        adaptive="false",
        timeDependent="false",
    )
    root.set("{http://www.w3.org/XML/1998/namespace}lang", language_tag(lang))
    _response(root, item)
    outcome(root, "SCORE", "single", "float", "0")
    outcome(root, "MAXSCORE", "single", "float", "1")
    feedback = _feedback(item, lang)
    outcome(root, "FEEDBACK", "multiple" if item.kind == "multiple" else "single", "identifier")
    body = ET.SubElement(root, "itemBody")
    _BODIES[item.kind](body, item, lang)
    _processing(root, item)
    for name, texts in feedback.items():
        shown = ET.SubElement(root, "modalFeedback", outcomeIdentifier="FEEDBACK", identifier=name, showHide="show")
        for text in texts:
            ET.SubElement(shown, "p").text = text
    return root


def _response(root: ET.Element, item: Item) -> None:
    cardinality, base = RESPONSES[item.kind]
    response = ET.SubElement(root, "responseDeclaration", identifier="RESPONSE", cardinality=cardinality, baseType=base)
    correct = ET.SubElement(response, "correctResponse")
    for value in right_values(item):
        ET.SubElement(correct, "value").text = value
    if item.kind in ("multiple", "matching"):
        credit = repr(1 / len(right_values(item)))
        wrong = [o.id for o in item.options if not o.right] if item.kind == "multiple" else []
        mapping = ET.SubElement(response, "mapping", lowerBound="0", upperBound="1", defaultValue="0")
        for value in right_values(item):
            ET.SubElement(mapping, "mapEntry", mapKey=value, mappedValue=credit)
        for value in wrong:
            ET.SubElement(mapping, "mapEntry", mapKey=value, mappedValue=f"-{credit}")


def right_values(item: Item) -> list[str]:
    """Return the right answer as QTI writes it: the values of a response, in their order where that counts."""
    right = item.right_answer
    match item.kind:
        case "matching":
            return [f"{thing.id} {right[thing.id]}" for thing in item.left]
        case "multiple" | "ordering":
            return list(right)
        case "truefalse":
            return [str(right).lower()]
        case "numeric":
            return [repr(right)]
        case _:
            return [right]


def outcome(root: ET.Element, name: str, cardinality: str, base: str, default: str = "") -> None:
    """Declare what an item or a test comes out with."""
    declared = ET.SubElement(root, "outcomeDeclaration", identifier=name, cardinality=cardinality, baseType=base)
    if default:
        ET.SubElement(ET.SubElement(declared, "defaultValue"), "value").text = default


def _choice(body: ET.Element, item: Item, lang: str) -> None:
    most = "0" if item.kind == "multiple" else "1"  # 0: as many as wanted
    interaction = _interaction(body, item, lang, shuffle="true", maxChoices=most)
    for option in item.options:
        ET.SubElement(interaction, "simpleChoice", identifier=option.id).text = option.text[lang]


def _truefalse(body: ET.Element, item: Item, lang: str) -> None:
    interaction = _interaction(body, item, lang, shuffle="false", maxChoices="1")
    for value, word in _TRUTH.items():
        ET.SubElement(interaction, "simpleChoice", identifier=str(value).lower()).text = tell(lang, word)


def _numeric(body: ET.Element, item: Item, lang: str) -> None:
    ET.SubElement(body, "p").text = item.stem[lang]
    line = ET.SubElement(body, "p")
    field = ET.SubElement(line, "textEntryInteraction", responseIdentifier="RESPONSE", expectedLength=_EXPECTED)
    field.tail = f" {remark(item, lang)}"


def _ordering(body: ET.Element, item: Item, lang: str) -> None:
    interaction = _interaction(body, item, lang, shuffle="true")
    for option in item.options:
        ET.SubElement(interaction, "simpleChoice", identifier=option.id).text = option.text[lang]


def _matching(body: ET.Element, item: Item, lang: str) -> None:
    interaction = _interaction(body, item, lang, shuffle="true", maxAssociations=str(len(item.left)))
    for things, most in ((item.left, "1"), (item.options, "0")):  # an option may be right for several things
        side = ET.SubElement(interaction, "simpleMatchSet")
        for thing in things:
            choice = ET.SubElement(side, "simpleAssociableChoice", identifier=thing.id, matchMax=most)
            choice.text = thing.text[lang]


def _interaction(body: ET.Element, item: Item, lang: str, **attributes: str) -> ET.Element:
    if remark(item, lang):
        ET.SubElement(body, "p").text = remark(item, lang)
    interaction = ET.SubElement(body, INTERACTIONS[item.kind], {"responseIdentifier": "RESPONSE", **attributes})
    ET.SubElement(interaction, "prompt").text = item.stem[lang]
    return interaction


_BODIES = {
    "single": _choice,
    "multiple": _choice,
    "truefalse": _truefalse,
    "numeric": _numeric,
    "ordering": _ordering,
    "matching": _matching,
}


def _processing(root: ET.Element, item: Item) -> None:
    """Add how an answer is marked; nothing is done where there is none."""
    condition = ET.SubElement(ET.SubElement(root, "responseProcessing"), "responseCondition")
    empty = ET.SubElement(condition, "responseIf")
    ET.SubElement(ET.SubElement(empty, "isNull"), "variable", identifier="RESPONSE")
    _base(ET.SubElement(empty, "setOutcomeValue", identifier="SCORE"), "float", "0")
    given = ET.SubElement(condition, "responseElse")
    _score(given, item)
    told = ET.SubElement(given, "setOutcomeValue", identifier="FEEDBACK")
    if item.kind in ("single", "multiple", "truefalse"):  # each option has its own
        ET.SubElement(told, "variable", identifier="RESPONSE")
    else:
        _base(told, "identifier", WHY)


def _score(parent: ET.Element, item: Item) -> None:
    if item.kind in ("multiple", "matching"):
        score = ET.SubElement(parent, "setOutcomeValue", identifier="SCORE")
        ET.SubElement(score, "mapResponse", identifier="RESPONSE")
        return
    right = ET.SubElement(ET.SubElement(parent, "responseCondition"), "responseIf")
    if item.kind == "numeric":
        tolerance = f"{item.tolerance!r} {item.tolerance!r}"
        test = ET.SubElement(right, "equal", toleranceMode="absolute", tolerance=tolerance)
    else:
        test = ET.SubElement(right, "match")
    ET.SubElement(test, "variable", identifier="RESPONSE")
    ET.SubElement(test, "correct", identifier="RESPONSE")
    _base(ET.SubElement(right, "setOutcomeValue", identifier="SCORE"), "float", "1")


def _base(parent: ET.Element, base: str, value: str) -> None:
    ET.SubElement(parent, "baseValue", baseType=base).text = value


def _feedback(item: Item, lang: str) -> Mapping[str, Iterable[str]]:
    """Return what is told, by the identifier of the answer that it is told of."""
    if item.kind in ("single", "multiple"):
        return {option.id: [option.why[lang]] for option in item.options if option.why}
    if item.kind == "truefalse":
        return {answer: [text[lang]] for answer, text in item.why.items()}
    return {WHY: general_feedback(item, lang)}


def root_element(name: str, namespace: str, schema: str, **attributes: str) -> ET.Element:
    """Return a document's first element, with the namespace of those in it and the place of its schema."""
    root = ET.Element(name, {"xmlns": namespace, **attributes})
    root.set(f"{{{_XSI}}}schemaLocation", f"{namespace} {schema}")
    return root


def document(root: ET.Element) -> bytes:
    """Return a document's bytes."""
    for prefix, namespace in PREFIXES.items():
        ET.register_namespace(prefix, namespace)
    return bytes(ET.tostring(root, "utf-8", xml_declaration=True)) + b"\n"
