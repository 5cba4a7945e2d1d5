"""The simulator without a browser: every control, the redraws, and what stays without a kernel."""

from __future__ import annotations

import base64
import warnings
from types import SimpleNamespace

import pytest

from loyaltylib.data import load
from loyaltylib.simulators.tiers import Model, Settings, moves, picture, show
from loyaltylib.simulators.tiers_stories import stories
from loyaltylib.tiers import Tier, TierRules, transitions
from loyaltylib.tiers_actions import Action


@pytest.fixture(scope="module")
def tables():
    """A learner's own sample: a quarter of the company, as quick to redraw as it is true to the rest."""
    return load("company", learner="simulator")


@pytest.fixture(scope="module")
def model(tables):
    return Model(tables)


@pytest.fixture
def simulator(tables):
    return show(tables, "en")


def test_the_moves_are_those_of_transitions(model):
    before, after = model.state(Settings()), model.state(Settings(TierRules(lapse_days=90)))
    counted = transitions(before.tiers, after.tiers)
    slow = {(row.tier_before, row.tier_after): row.customers for row in counted.itertuples()}
    assert {move: n for move, n in moves(before, after).items() if n} == slow


def change(control):
    """Set a control to another of its values."""
    if hasattr(control, "options"):
        control.value = next(
            value for _, value in control.options if value not in (control.value, "onlooker", "regular")
        )
    else:
        control.value = control.max if control.value != control.max else control.min


def test_every_control_has_a_name_a_unit_or_range_and_changes_the_picture(simulator):
    controls = simulator.controls
    controls.share.value = 0.5  # so that the controls of the action have something to act on
    for control in controls.inputs:
        assert control.description
        assert control.tooltip
        start, image, table = control.value, simulator.image.value, simulator.table.value
        change(control)
        assert simulator.image.value != image, control.description
        control.value = start
        assert simulator.table.value == table, control.description
    for slider in (*controls.rules.values(), controls.share):
        assert any(sign.isdigit() for sign in slider.tooltip)


def test_a_key_pressed_without_effect_redraws_nothing(simulator, monkeypatch):
    drawn = []
    monkeypatch.setattr(simulator.board, "draw", lambda *state: drawn.append(state) or b"")
    simulator.controls.first.value = "any"  # no customer is reached: the order decides nothing
    assert drawn == []
    simulator.controls.rules["lapse_days"].value = 90
    assert len(drawn) == 1


def test_a_story_sets_all_controls_and_redraws_once(simulator, monkeypatch):
    drawn = []
    monkeypatch.setattr(simulator.board, "draw", lambda *state: drawn.append(state) or b"")
    simulator.controls.story.value = "promotion"
    assert simulator.settings == Settings(TierRules(), Action(Tier.NEW, Tier.LOST, 0.5, "any"))
    assert "temporary offer" in simulator.words.value
    assert len(drawn) == 1


def test_reset_brings_back_the_first_picture_and_the_comparison(simulator):
    first = simulator.image.value
    simulator.controls.rules["fall"].value = 0.2
    simulator.controls.pin.click()
    simulator.controls.story.value = "save"
    assert simulator.image.value != first
    simulator.controls.reset.click()
    assert simulator.settings == Settings()
    assert simulator.words.value == ""
    assert simulator.image.value == first


def test_comparing_from_here_leaves_no_moves(simulator):
    simulator.controls.rules["lapse_days"].value = 300
    assert "customer base +" in simulator.summary()
    simulator.controls.pin.click()
    assert simulator.summary() == "Nothing has changed against the state before."


@pytest.mark.parametrize(
    ("start", "end", "words"),
    [("core", "core", "same tier"), ("core", "onlooker", "has bought"), ("onlooker", "lost", "never bought")],
)
def test_a_setting_that_makes_no_sense_says_why_and_leaves_the_picture(simulator, start, end, words):
    controls = simulator.controls
    controls.tier.value, controls.to.value = start, "regular"
    controls.share.value = 0.4
    before = simulator.image.value
    controls.to.value = end
    assert words in simulator.message.value
    assert 'role="alert"' in simulator.message.value
    assert simulator.image.value == before
    controls.to.value = "advocate"
    assert 'role="alert"' not in simulator.message.value


def test_without_a_kernel_a_picture_and_its_words_stay(simulator):
    data, metadata = simulator._repr_mimebundle_()
    assert "application/vnd.jupyter.widget-view+json" in data
    assert base64.b64decode(data["image/png"]) == simulator.image.value
    assert data["text/plain"].startswith("Customer pyramid.")
    assert metadata["image/png"]["alt"] == data["text/plain"]


def test_the_numbers_of_the_picture_stand_in_a_table(simulator):
    table = simulator.table.value
    assert table.count("<tr>") == 9
    assert f">{simulator.now.customers['core']:.0f}<" in table
    assert "31 Dec 2025" in table


def test_chinese_from_the_first_control_to_the_last_word(tables):
    with warnings.catch_warnings():
        warnings.simplefilter("error")
        simulator = show(tables, "zh")
        for story in stories("zh"):
            simulator.controls.story.value = story.name
    texts = [c.description for c in simulator.controls.inputs] + [c.tooltip for c in simulator.controls.inputs]
    texts += [s.title for s in stories("zh")] + [simulator.alt, simulator.summary(), simulator.words.value]
    assert all(any("\u4e00" <= sign <= "\u9fff" for sign in text) for text in texts)


def test_a_kit_gives_the_language_and_the_whole_company_never_the_learners_own_sample(tables):
    kit = SimpleNamespace(lang="zh", data=tables)
    simulator = show(kit)
    assert simulator.lang == "zh"
    assert simulator.model.tables.learner is None


def test_the_static_picture_is_the_one_of_the_simulator(tables):
    from loyaltylib.figures import png

    action = Action(Tier.AT_RISK, Tier.REGULAR, 0.25, "revenue")
    simulator = show(tables, "en")
    simulator.controls.story.value = "save"
    figure = picture(tables, "en", action=action)
    assert simulator.alt.startswith(figure.get_label())
    assert png(figure).startswith(b"\x89PNG")
