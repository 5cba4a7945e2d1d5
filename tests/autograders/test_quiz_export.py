"""The quiz bank as Moodle XML and QTI 2.1: read back, the key is the item's; marked elsewhere, the credit is ours."""

from __future__ import annotations

import io
import json
import logging
import random
import warnings
import zipfile
from xml.etree import ElementTree as ET

import pytest
from click.testing import CliRunner

from autograders import quiz_moodle, quiz_qti, quiz_qti_package
from autograders.quiz_export import bank, export_quiz, identity
from autograders.quiz_qti import LOM, QTI
from loyaltylib.chapters import chapter
from loyaltylib.cli import loyalty
from loyaltylib.errors import ClassError, UnknownName
from loyaltylib.messages import LANGUAGES
from loyaltylib.quiz import KINDS, parse

pytestmark = pytest.mark.filterwarnings("ignore::DeprecationWarning:pyslet")  # older than this Python

BANK = bank(use="all")
ITEMS = [item for unit in BANK for item in unit.items]
# What Moodle accepts as a fraction (question/engine/bank.php), in per cent
MOODLE_FRACTIONS = {100, 90, 83.33333, 80, 75, 70, 66.66667, 60, 50, 40, 33.33333, 30, 25, 20, 16.66667, 14.28571}
MOODLE_FRACTIONS |= {12.5, 11.11111, 10, 5, 0}
HOSTILE = '<b>&amp;</b> ]]> "张三" & 1 < 2'
COMMON = ["name", "questiontext", "generalfeedback", "defaultgrade", "penalty", "hidden", "idnumber"]
OUTCOMES = ["correctfeedback", "partiallycorrectfeedback", "incorrectfeedback"]
# Moodle's question type -> what an export of Moodle itself has between the common elements and the tags
MOODLE_FORM = {
    "multichoice": ["single", "shuffleanswers", "answernumbering", "showstandardinstruction", *OUTCOMES, "answer"],
    "truefalse": ["answer"],
    "numerical": ["answer", "unitgradingtype", "unitpenalty", "showunits", "unitsleft"],
    "ordering": [
        "layouttype",
        "selecttype",
        "selectcount",
        "gradingtype",
        "showgrading",
        "numberingstyle",
        *OUTCOMES,
        "answer",
    ],
    "matching": ["shuffleanswers", *OUTCOMES, "subquestion"],
}


def parsed(document):
    """A document that we wrote ourselves."""
    return ET.fromstring(document)  # noqa: S314 - nobody else wrote it


def hostile_items():
    """One item of each kind whose texts would be markup."""
    text = dict.fromkeys(LANGUAGES, HOSTILE)
    options = [{"id": name, "text": text, "why": text, "right": name == "a"} for name in ("a", "b", "c")]
    common = {"use": "practice", "concept": "tier.core", "source": "kit", "stem": text}
    left = [{"id": "l", "text": text}, {"id": "m", "text": text}]
    own = {
        "single": {"options": options},
        "multiple": {"options": options},
        "truefalse": {"key": True, "why": {"true": text, "false": text}},
        "numeric": {"key": -1.5, "unit": text, "tolerance": 0.25, "why": text},
        "ordering": {"options": options, "key": ["c", "a", "b"]},
        "matching": {"options": options, "left": left, "key": {"l": "b", "m": "b"}},
    }
    return [parse({"id": f"tiers-{kind}", "kind": kind, **common, **own[kind]}) for kind in KINDS]


# ---------------------------------------------------------------- Moodle


def plain(element):
    """The text a person reads of an escaped paragraph."""
    html = element.findtext("text") or ""
    return "".join(parsed(f"<x>{html}</x>").itertext())


def moodle_key(question, item, lang):
    """The right answer that a Moodle question holds, in the form a learner of ours types it."""
    text_of = {option.text[lang]: option.id for option in (*item.options, *item.left)}
    answers = [(float(each.get("fraction")), each) for each in question.findall("answer")]
    match question.get("type"):
        case "multichoice":
            right = [text_of[plain(each)] for fraction, each in answers if fraction > 0]
            return right[0] if question.findtext("single") == "true" else right
        case "truefalse":
            return {"true": True, "false": False}[next(each.findtext("text") for share, each in answers if share > 0)]
        case "numerical":
            return float(answers[0][1].findtext("text"))
        case "ordering":
            return [text_of[plain(each)] for _, each in sorted(answers, key=lambda pair: pair[0])]
        case "matching":
            pairs = [(plain(each), plain(each.find("answer"))) for each in question.findall("subquestion")]
            return {text_of[left]: text_of[right] for left, right in pairs if left}


@pytest.mark.parametrize("lang", LANGUAGES)
def test_every_key_survives_moodle(lang):
    root = parsed(quiz_moodle.quiz(BANK, lang))
    questions = {each.findtext("idnumber"): each for each in root if each.get("type") != "category"}
    assert list(questions) == [identity(item, lang) for item in ITEMS]
    for item in ITEMS:
        question = questions[identity(item, lang)]
        assert moodle_key(question, item, lang) == item.right_answer, item.id
        assert plain(question.find("questiontext")).startswith(item.stem[lang])
        tags = [tag.findtext("text") for tag in question.find("tags")]
        assert tags == [tag for tag in (item.concept, item.level, item.use) if tag]
        if item.kind == "numeric":
            assert float(question.findtext("answer/tolerance")) == item.tolerance
            assert item.unit[lang] in plain(question.find("questiontext"))


def test_moodle_questions_have_the_form_that_moodle_documents():
    for question in parsed(quiz_moodle.quiz(BANK, "zh")):
        kind, inside = question.get("type"), list(dict.fromkeys(each.tag for each in question))
        if kind == "category":
            assert question.findtext("category/text").startswith("$course$/top/")
            continue
        assert inside == [*COMMON, *MOODLE_FORM[kind], "tags"]
        assert all(each.get("format") == "html" for each in question.iter("feedback"))
        fractions = [float(each.get("fraction")) for each in question.findall("answer")]
        if kind == "multichoice":
            assert {abs(each) for each in fractions} <= MOODLE_FRACTIONS
            assert sum(each for each in fractions if each > 0) == pytest.approx(100, abs=1e-3)
        elif kind == "ordering":
            assert fractions == list(range(1, len(fractions) + 1))
        elif kind == "matching":  # Moodle asks for two questions and three answers
            pairs = [(plain(each), plain(each.find("answer"))) for each in question.findall("subquestion")]
            assert len([left for left, _ in pairs if left]) >= 2
            assert len(pairs) >= 3
        else:
            assert max(fractions) == 100


def moodle_share(question, item, chosen, lang):
    """What Moodle gives for options chosen in a multichoice question: the sum of their fractions, never below 0."""
    fraction = {plain(each): float(each.get("fraction")) / 100 for each in question.findall("answer")}
    return max(0.0, min(1.0, sum(fraction[item.option(option).text[lang]] for option in chosen)))


def test_moodle_gives_the_credit_that_we_give_for_several_choices():
    root = parsed(quiz_moodle.quiz(BANK, "en"))
    questions = {each.findtext("idnumber"): each for each in root}
    draws = random.Random(7)  # noqa: S311 - answers, not secrets
    several = [item for item in ITEMS if item.kind == "multiple"]
    assert several
    for item in several:
        for _ in range(8):
            chosen = [option.id for option in item.options if draws.random() < 0.5]
            share = moodle_share(questions[identity(item, "en")], item, chosen, "en")
            assert share == pytest.approx(item.mark(chosen).share, abs=1e-5), (item.id, chosen)


def test_feedback_of_each_option_goes_along():
    root = parsed(quiz_moodle.quiz(BANK, "zh"))
    questions = {each.findtext("idnumber"): each for each in root}
    for item in ITEMS:
        question = questions[identity(item, "zh")]
        told = "".join("".join(plain(each) for each in question.iter(tag)) for tag in ("feedback", "generalfeedback"))
        texts = [option.why for option in item.options if option.why] + list(item.why.values())
        assert all(text["zh"] in told for text in texts), item.id


# ---------------------------------------------------------------- QTI


@pytest.fixture(scope="module")
def marked_by_qti():
    """A function that marks an answer as an exported item says, run by pyslet, a QTI processor of its own."""
    pytest.importorskip("pyslet", reason="pyslet is not installed: make test-all does it")
    with warnings.catch_warnings():
        warnings.simplefilter("ignore")  # its sources are older than this Python
        from pyslet.qtiv2.expressions import Equal
        from pyslet.qtiv2.variables import ItemSessionState
        from pyslet.qtiv2.xml import QTIDocument
    root = logging.getLogger()
    level = root.level
    root.setLevel(logging.CRITICAL)

    def read(item, lang):
        document = QTIDocument()
        document.read(src=io.BytesIO(quiz_qti.document(quiz_qti.assessment_item(item, lang))))
        for equal in document.root.find_children_depth_first(Equal):
            equal.tolerance = tolerance(item, lang)  # pyslet does not read the list that the attribute is
        return document.root

    def mark(item, answer, lang="en"):
        session = ItemSessionState(read(item, lang))
        session.begin_session()
        session["RESPONSE"].set_value(answer)
        session.end_attempt()
        return session["SCORE"].value, session["FEEDBACK"].value

    mark.key = lambda item, lang: read(item, lang).get_declaration("RESPONSE").get_correct_value().value
    yield mark
    root.setLevel(level)


def tolerance(item, lang):
    equal = quiz_qti.assessment_item(item, lang).find(".//equal")
    return equal.get("tolerance").split()


def as_response(item, answer):
    """An answer as QTI takes it in."""
    if item.kind == "matching":
        return list(answer.items())
    if item.kind == "numeric":
        return float(answer)
    return str(answer).lower() if item.kind == "truefalse" else answer


def qti_key(item, value):
    """A right answer as QTI holds it, in the form a learner of ours types it."""
    match item.kind:
        case "matching":
            return dict(list(value))  # pairs, counted
        case "truefalse":
            return value == "true"
        case "multiple":
            return [option.id for option in item.options if option.id in value]
        case _:
            return value


@pytest.mark.parametrize("lang", LANGUAGES)
def test_every_key_survives_qti_and_earns_everything(marked_by_qti, lang):
    for item in ITEMS:
        key = marked_by_qti.key(item, lang)
        assert qti_key(item, key) == item.right_answer, item.id
        score, _ = marked_by_qti(item, as_response(item, item.right_answer), lang)
        assert score == pytest.approx(1), item.id


def answers(item, draws):
    """Some answers of a kind, right, wrong and in between."""
    ids = [option.id for option in item.options]
    match item.kind:
        case "single":
            return ids
        case "multiple":
            return [[each for each in ids if draws.random() < 0.5] or ids[:1] for _ in range(6)]
        case "truefalse":
            return [True, False]
        case "numeric":
            return [item.key, item.key + item.tolerance / 2, item.key - 2 * item.tolerance, item.key * 100 + 1]
        case "ordering":
            return [item.key, item.key[::-1], item.key[1:] + item.key[:1]]
        case "matching":
            return [{thing.id: draws.choice(ids) for thing in item.left} for _ in range(6)]


def test_qti_gives_the_credit_that_we_give(marked_by_qti):
    draws = random.Random(7)  # noqa: S311 - answers, not secrets
    shares = set()
    for item in ITEMS:
        for answer in answers(item, draws):
            score, told = marked_by_qti(item, as_response(item, answer))
            assert score == pytest.approx(item.mark(answer).share), (item.id, answer)
            assert told, item.id  # every answer is told something
            shares.add(round(score, 3))
    assert {0.0, 0.25, 0.333, 0.5, 0.667, 0.75, 1.0} <= shares


# Order and number of what may stand in an element (information model of QTI 2.1, its schema's content groups)
QTI_FORM = {
    "assessmentItem": ["responseDeclaration", "outcomeDeclaration", "itemBody", "responseProcessing", "modalFeedback"],
    "responseDeclaration": ["correctResponse", "mapping"],
    "mapping": ["mapEntry"],
    "outcomeDeclaration": ["defaultValue"],
    "itemBody": ["p", "choiceInteraction", "orderInteraction", "matchInteraction"],
    "choiceInteraction": ["prompt", "simpleChoice"],
    "orderInteraction": ["prompt", "simpleChoice"],
    "matchInteraction": ["prompt", "simpleMatchSet"],
    "simpleMatchSet": ["simpleAssociableChoice"],
    "modalFeedback": ["p"],
    "assessmentTest": ["outcomeDeclaration", "testPart", "outcomeProcessing"],
    "testPart": ["assessmentSection"],
    "assessmentSection": ["assessmentItemRef"],
    "manifest": ["metadata", "organizations", "resources"],
    "resources": ["resource"],
    "resource": ["metadata", "file", "dependency"],
}
QTI_ATTRIBUTES = {
    "assessmentItem": {"identifier", "title", "adaptive", "timeDependent"},
    "responseDeclaration": {"identifier", "cardinality", "baseType"},
    "outcomeDeclaration": {"identifier", "cardinality", "baseType"},
    "mapping": {"lowerBound", "upperBound", "defaultValue"},
    "mapEntry": {"mapKey", "mappedValue"},
    "choiceInteraction": {"responseIdentifier", "shuffle", "maxChoices"},
    "orderInteraction": {"responseIdentifier", "shuffle"},
    "matchInteraction": {"responseIdentifier", "shuffle", "maxAssociations"},
    "textEntryInteraction": {"responseIdentifier", "expectedLength"},
    "simpleChoice": {"identifier"},
    "simpleAssociableChoice": {"identifier", "matchMax"},
    "modalFeedback": {"outcomeIdentifier", "identifier", "showHide"},
    "equal": {"toleranceMode", "tolerance"},
    "assessmentTest": {"identifier", "title"},
    "testPart": {"identifier", "navigationMode", "submissionMode"},
    "assessmentSection": {"identifier", "title", "visible"},
    "assessmentItemRef": {"identifier", "href"},
    "resource": {"identifier", "type", "href"},
}


def name(element):
    return element.tag.rpartition("}")[2]


def own(attributes):
    return {each for each in attributes if not each.startswith("{")}


@pytest.mark.parametrize("lang", LANGUAGES)
def test_the_package_has_the_form_that_the_specification_lays_down(lang):
    archive = zipfile.ZipFile(io.BytesIO(quiz_qti_package.package(BANK, lang)))
    documents = {place: parsed(archive.read(place)) for place in archive.namelist()}
    for root in documents.values():
        for element in root.iter():
            if element.tag.startswith(f"{{{LOM}}}") or (name(element) == "metadata" and name(root) == "manifest"):
                continue
            order = QTI_FORM.get(name(element))
            inside = [name(each) for each in element]
            if order:
                assert inside == sorted(inside, key=order.index), element
            assert own(element.attrib) == QTI_ATTRIBUTES.get(name(element), own(element.attrib)), element
    manifest = documents["imsmanifest.xml"]
    resources = [each for each in manifest.iter() if name(each) == "resource"]
    assert {each.get("href") for each in resources} == set(documents) - {"imsmanifest.xml"}
    items = [each.get("identifier") for each in resources if each.get("type") == "imsqti_item_xmlv2p1"]
    assert items == [identity(item, lang) for item in ITEMS]
    references = [each.get("href") for each in documents["test.xml"].iter(f"{{{QTI}}}assessmentItemRef")]
    assert references == [f"items/{each}.xml" for each in items]
    keywords = {each.text for each in manifest.iter(f"{{{LOM}}}string")}
    assert keywords >= {item.concept for item in ITEMS if item.concept} | {chapter("tiers").title[lang]}


# ---------------------------------------------------------------- both


def test_texts_that_look_like_markup_stay_texts(marked_by_qti):
    units = [type(BANK[0])("tiers", "practice", tuple(hostile_items()))]
    questions = parsed(quiz_moodle.quiz(units, "zh")).findall("question")[1:]
    for question, item in zip(questions, hostile_items(), strict=True):
        assert HOSTILE in plain(question.find("questiontext"))
        assert "<b>" not in question.findtext("questiontext/text")
        root = parsed(quiz_qti.document(quiz_qti.assessment_item(item, "zh")))
        assert HOSTILE in "".join(root.find(f"{{{QTI}}}itemBody").itertext())
        score, _ = marked_by_qti(item, as_response(item, item.right_answer), "zh")
        assert score == 1


def test_the_same_items_give_the_same_bytes(tmp_path):
    for to in ("moodle", "qti"):
        files = [export_quiz(to, tmp_path / each, ["tiers"], langs=LANGUAGES) for each in "ab"]
        assert [path.read_bytes() for path in files[0]] == [path.read_bytes() for path in files[1]]


def test_practice_items_only_unless_asked(tmp_path):
    (path,) = export_quiz("moodle", tmp_path, ["tiers"], langs=["en"])
    marked = [item.id for item in ITEMS if item.use == "marked"]
    assert not [each for each in marked if f">{each}<" in path.read_text("utf-8")]
    assert [unit.stem for unit in bank(["value", "tiers"], "marked")] == ["tiers", "value"]
    with pytest.raises(UnknownName, match="tears"):
        bank(["tears"])
    with pytest.raises(ClassError, match=r"no marked items in warmup; the course's are in foundations, tiers"):
        export_quiz("qti", tmp_path, ["warmup"], use="marked")


def test_the_command_says_that_keys_are_inside(tmp_path):
    words = ["export-quiz", "tiers", "--to", "qti", "--use", "all", "--out", str(tmp_path)]
    result = CliRunner().invoke(loyalty, words)
    assert result.exit_code == 0, result.output
    assert "for instructors only" in result.stderr
    assert "Marked items are in them" in result.stderr
    said = json.loads(CliRunner().invoke(loyalty, [*words, "--json"]).stdout)
    assert [each.rpartition("/")[2] for each in said["files"]] == ["quiz-en.zip", "quiz-zh.zip"]
    assert {each["use"]: each["items"] for each in said["bank"]} == {
        unit.use: len(unit.items) for unit in BANK if unit.stem == "tiers"
    }
