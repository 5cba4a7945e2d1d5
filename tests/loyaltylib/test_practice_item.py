"""Practice items: a widget for each kind, feedback with the why of everything chosen, a question without a kernel."""

from types import SimpleNamespace

import ipywidgets as w
import pytest

from loyaltylib import concepts, practice_item, quiz


def widgets(root, kind):
    found = [root] if isinstance(root, kind) else []
    for child in getattr(root, "children", ()):
        found += widgets(child, kind)
    return found


@pytest.fixture
def built(small, monkeypatch):
    """Build items of the small chapter, which has no concepts of its own."""
    del small
    concept = SimpleNamespace(en="term", zh="术语", definition=lambda lang: f"definition in {lang}")
    monkeypatch.setattr(concepts, "get", lambda _: concept)

    def build(name, lang="en"):
        root = practice_item.build(quiz.item(f"small-{name}"), "zhang01", lang)
        buttons = {button.description: button for button in widgets(root, w.Button)}
        return root, buttons, lambda: widgets(root, w.HTML)[-1].value

    return build


def test_single_is_answered_by_check_with_the_why_and_what_to_read_again(built):
    root, buttons, said = built("one")
    (radio,) = widgets(root, w.RadioButtons)
    assert radio.value is None
    radio.value = "a"
    assert said() == "", "an arrow key that passes over an option is no answer"
    buttons["Check"].click()
    assert "not first" in said()
    assert "Read again: term. definition in en" in said()
    radio.value = "b"
    buttons["Check"].click()
    assert "Right." in said()
    assert "yes second" in said()
    assert "Read again" not in said()


def test_what_to_read_again_is_the_registrys_concept():
    why = {"en": "why", "zh": "理由"}
    item = quiz.Item(
        "tiers-x", "practice", "truefalse", "tier.lost", "s", why, key=True, why={"true": why, "false": why}
    )
    for lang in ("en", "zh"):
        concept = concepts.get("tier.lost")
        said = practice_item.feedback(item, False, lang)  # noqa: FBT003  # the answer
        assert getattr(concept, lang) in said
        assert concept.definition(lang)[:20] in said


def test_true_and_false(built):
    root, buttons, said = built("claim", "zh")
    (radio,) = widgets(root, w.RadioButtons)
    assert [label for label, _ in radio.options] == ["对", "错"]
    radio.value = True
    buttons["查看反馈"].click()
    assert "还不对。" in said()
    assert "不，是往下" in said()
    radio.value = False
    buttons["查看反馈"].click()
    assert "答对了。" in said()


def test_multiple_shows_score_and_the_why_of_each_choice(built):
    root, buttons, said = built("many")
    boxes = {box.description: box for box in widgets(root, w.Checkbox)}
    buttons["Check"].click()
    assert "Choose an answer first." in said()
    boxes["A"].value = boxes["C"].value = True
    buttons["Check"].click()
    assert "Score: 0 of 1." in said()
    assert "✓ A: a why" in said()
    assert "✗ C: c why" in said()
    assert "not chosen yet: 1." in said()
    assert "b why" not in said()
    boxes["C"].value, boxes["B"].value = False, True
    buttons["Check"].click()
    assert "Right." in said()
    assert any("never below 0" in text.value for text in widgets(root, w.HTML))


@pytest.mark.parametrize(
    ("typed", "words"), [("8", "Right."), ("7", "count them"), ("８", "full-width"), ("eight", "text"), ("", "first")]
)
def test_numeric(built, typed, words):
    root, buttons, said = built("count")
    (text,) = widgets(root, w.Text)
    text.value = typed
    buttons["Check"].click()
    assert words in said()
    assert text.description == "Answer (tiers):"


def test_ordering_by_moving_up_and_down(built):
    root, buttons, said = built("order")

    kept = widgets(root, w.Button)

    def order():
        return [text.value[3:] for text in widgets(root, w.HTML) if text.value[1:3] == ". "]

    while order() != ["X", "Y", "Z"]:  # bubble: one step down wherever a neighbour is out of order
        at = next(i for i in range(2) if order()[i] > order()[i + 1])
        [button for button in widgets(root, w.Button) if button.description == "▼"][at].click()
    buttons["Check"].click()
    assert "Right." in said()
    next(button for button in widgets(root, w.Button) if button.description == "▼").click()
    buttons["Check"].click()
    assert widgets(root, w.Button) == kept, "a button that is made anew loses the keyboard"
    assert "Not yet." in said()
    assert "✗ Y: y why" in said()
    assert "✓ Z: z why" in said()
    assert [each.tooltip for each in widgets(root, w.Button) if each.description == "▲"] == ["up: Y", "up: X", "up: Z"]


def test_matching(built):
    root, buttons, said = built("pairs")
    rows = widgets(root, w.ToggleButtons)
    assert [row.description for row in rows] == ["left one", "left two"]
    listed = next(text.value for text in widgets(root, w.HTML) if "A. " in text.value)
    assert all(
        f"{letter}. {told}" in listed for (letter, _), told in zip(rows[0].options, rows[0].tooltips, strict=True)
    )
    rows[0].value = "r1"
    buttons["Check"].click()
    assert "missing: l2" in said()
    rows[1].value = "r3"
    buttons["Check"].click()
    assert "left two → right three: r3 why" in said()
    rows[1].value = "r2"
    buttons["Check"].click()
    assert "Right." in said()


@pytest.mark.parametrize("name", ["one", "many", "claim", "count", "order", "pairs"])
@pytest.mark.parametrize("lang", ["en", "zh"])
def test_without_a_kernel_the_question_stands(small, name, lang):
    del small
    item = quiz.item(f"small-{name}")
    bundle = practice_item.bundle(item, "zhang01", lang)
    assert "application/vnd.jupyter.widget-view+json" in bundle
    for mime in ("text/html", "text/plain"):
        assert item.stem[lang] in bundle[mime]
        assert all(option.text[lang] in bundle[mime] for option in item.options)


def test_while_a_notebook_is_marked_the_question_stands_without_its_controls(small, monkeypatch):
    del small
    item = quiz.item("small-many")
    live = practice_item.bundle(item, "zhang01", "en")
    monkeypatch.setenv("LOYALTY_LEARNER", "zhang01")
    still = practice_item.bundle(item, "zhang01", "en")
    assert still == {mime: live[mime] for mime in ("text/html", "text/plain")}


def test_feedback_escapes_what_is_typed(small):
    del small
    assert "<b>x" not in practice_item.feedback(quiz.item("small-count"), "<b>x", "en")
