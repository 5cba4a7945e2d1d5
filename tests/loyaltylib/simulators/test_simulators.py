"""What every simulator keeps to, without a browser: controls, stories, one redraw, words in both languages, a link."""

from __future__ import annotations

import ast
import re
import warnings
from itertools import combinations
from types import SimpleNamespace

import pytest

from loyaltylib.data import load
from loyaltylib.errors import UnknownName
from loyaltylib.learner import MARKING_VARIABLE
from loyaltylib.look import QUIET
from loyaltylib.messages import LANGUAGES
from loyaltylib.simulators import Unmoved, simulator_of, stems
from loyaltylib.simulators.controls import Slider
from loyaltylib.simulators.stories import FREE

LEEWAY = 2  # points by which boxes around signs are larger than the signs

each = pytest.mark.parametrize("stem", stems())
in_both = pytest.mark.parametrize("lang", LANGUAGES)
HAN = re.compile(r"[\u4e00-\u9fff]")
# Controls that decide nothing at the start: what must be set for them to have something to act on.
NEEDS = {
    "tiers": {name: {"share": 0.5} for name in ("tier", "to", "first")},
    "stages": {"satisfaction": {"cost": 20_000, "satisfaction": 3}},  # from 4 on all are satisfied
}


@pytest.fixture(scope="module")
def made():
    """Return a function that gives a chapter's simulator on the whole company, made once, reset for each test."""
    known = {}

    def make(stem, lang="en"):
        if (stem, lang) not in known:
            known[stem, lang] = simulator_of(stem)(load("company", lang=lang), lang)
        known[stem, lang].reset()
        return known[stem, lang]

    return make


def others(control):
    """Return values a control can be set to, other than its start, from the far end."""
    if isinstance(control, Slider):
        return [end for end in (control.high, control.low) if end != control.value]
    return [value for value in control.options.values() if value != control.value]


def seen(one):
    """Return what a person sees and hears of the picture."""
    return one.picture.svg, one.picture.title + one.picture.message


@each
def test_every_control_has_a_name_a_range_and_changes_the_picture_and_what_is_said_of_it(made, stem):
    one = made(stem)
    for name, control in one.known.items():
        assert control.label
        assert control.help
        start = {**one.start, **NEEDS.get(stem, {}).get(name, {})}
        one.go(start)
        before, changed = seen(one), set()
        for value in others(control):
            one.inputs[name].value = value
            changed |= {number for number, part in enumerate(seen(one)) if part != before[number]}
            one.go(start)
        assert changed == {0, 1}, name
        if isinstance(control, Slider):
            assert re.search(r"\d.*–.*\d", one.inputs[name].tooltip), name
            assert control.low <= control.value <= control.high
            assert (control.high - control.low) / control.step <= 200, f"{name}: too many steps for a keyboard"


@each
def test_a_change_is_one_picture_and_a_setting_that_stands_is_none(made, stem):
    one = made(stem)
    number, (name, control) = one.picture.number, next(iter(one.known.items()))
    one.inputs[name].value = others(control)[0]
    assert one.picture.number == number + 1
    one.inputs[name].value = others(control)[0]
    assert one.picture.number == number + 1
    one.reset()
    assert one.picture.number == number + 2


def unreadable(figure):
    """Return the texts that stick out of a picture or lie on one another; under another may lie what is grey."""
    figure.draw_without_rendering()
    texts = [text for axes in figure.axes for text in axes.texts if text.get_text().strip() and text.get_visible()]
    boxes = {text: text.get_window_extent().padded(-LEEWAY) for text in texts}
    out = [text.get_text() for text, box in boxes.items() if not all(map(figure.bbox.contains, *box.corners().T))]
    loud = [(text.get_text(), box) for text, box in boxes.items() if text.get_color() != QUIET]
    return out + [(name, other) for (name, box), (other, where) in combinations(loud, 2) if box.overlaps(where)]


@each
@in_both
def test_every_story_tells_and_asks_and_is_answered_and_can_be_seen(made, stem, lang):
    one = made(stem, lang)
    free = one.picture.svg
    told = [story for story in one.told if story.name != FREE]
    assert 3 <= len(told) <= 6
    assert len({story.name for story in told}) == len(told)
    for story in told:
        assert story.words
        assert story.question.rstrip("”")[-1] in "?？", story.name
        assert 2 <= len(set(story.guesses)) == len(story.guesses) <= 4
        assert 1 <= story.right <= len(story.guesses)
        assert story.answer
        assert story.notes
        assert set(story.at) <= set(one.known)
        one.story.value = story.name
        assert one.settings == one.start | dict(story.at), story.name
        assert one.picture.svg != free, story.name
        assert one.picture.story["question"] == story.question
        assert not one.picture.alarm
        assert unreadable(one.board.figure) == [], story.name
    one.reset()
    assert one.story.value == FREE
    assert not one.picture.story["words"]
    assert one.picture.svg == free


@each
def test_comparing_from_here_changes_what_is_compared_and_reset_brings_it_back(made, stem):
    one = made(stem)
    first = seen(one)
    one.begin(one.told[1].name)
    moved = seen(one)
    one.pin()
    assert one.before is one.now
    one.reset()
    assert seen(one) == first != moved


@each
def test_the_line_of_code_leads_back(made, stem):
    one = made(stem)
    assert one.code == "simulator.show(kit)"
    for story in one.told[1:]:
        one.begin(story.name)
        line, picture = one.code, one.picture.svg
        one.reset()
        (call,) = (node for node in ast.walk(ast.parse(line)) if isinstance(node, ast.Call))
        at = {keyword.arg: ast.literal_eval(keyword.value) for keyword in call.keywords}
        one.go(at)
        one.before = one.state(one.start)
        assert one.picture.svg == picture, line


@each
@in_both
def test_what_makes_no_sense_is_said_beside_the_picture(made, stem, lang):
    one = made(stem, lang)
    picture = one.picture.svg
    for name in one.known:
        one.go({name: "much"})
        assert one.picture.alarm
        assert "much" in one.picture.message
        assert one.picture.svg == picture
    one.go({})
    assert not one.picture.alarm
    with pytest.raises(UnknownName, match="weather"):
        one.go({"weather": 1})


@each
@in_both
def test_title_words_and_table_in_either_language_and_every_sign_can_be_drawn(stem, lang):
    with warnings.catch_warnings():
        warnings.simplefilter("error")
        one = simulator_of(stem)(load("company", lang=lang), lang)
        data, told = one._repr_mimebundle_()
    assert "application/vnd.jupyter.widget-view+json" in data
    assert told["image/png"]["alt"] == one.picture.alt == data["text/plain"]
    table = one.picture.table
    said = [one.picture.title, one.picture.alt, one.picture.message, table["caption"], *map(str, table["heads"])]
    said += [part for control in one.known.values() for part in (control.label, control.help)]
    said += [
        part
        for story in one.told[1:]
        for part in (story.title, story.words, story.question, *story.guesses, story.answer, story.notes)
    ]
    said.append(one.told[0].title)
    assert len(table["rows"]) > 1
    assert all(len(row) == len(table["heads"]) for row in table["rows"])
    for text in filter(None, said):
        assert bool(HAN.search(text)) == (lang == "zh"), text


@each
def test_the_controls_are_locked_until_a_prediction_is_written(stem):
    kit = SimpleNamespace(lang="en")
    locked = simulator_of(stem).show(kit, " ")
    assert all(control.disabled for control in (*locked.inputs.values(), locked.story))
    assert "prediction" in locked.widget.children[0].value
    free = simulator_of(stem).show(kit, "it grows <b>")
    assert not any(control.disabled for control in (*free.inputs.values(), free.story))
    assert "it grows &lt;b&gt;" in free.widget.children[0].value


@each
def test_nothing_is_drawn_while_a_notebook_is_marked(stem, monkeypatch):
    monkeypatch.setenv(MARKING_VARIABLE, "1")
    assert isinstance(simulator_of(stem).show(), Unmoved)


def test_an_unknown_chapter_is_told():
    with pytest.raises(UnknownName, match="pyramids"):
        simulator_of("pyramids")
