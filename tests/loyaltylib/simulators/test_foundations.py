"""The simulator of the foundations: its numbers summed by hand, its edges, its point, and what its stories say."""

from __future__ import annotations

import pytest

from loyaltylib.data import load
from loyaltylib.look import UP
from loyaltylib.messages import LANGUAGES
from loyaltylib.simulators.foundations import HIGHEST, LOWEST, YearsSimulator


def test_the_value_is_the_sum_of_the_years(simulator):
    simulator.go({"retention": 0.8, "points": 4, "margin": 700, "discount": 0.1, "fee": 50, "cost": 2000})
    old = sum(700 * (0.8 / 1.1) ** year for year in range(400))
    new = sum(650 * (0.84 / 1.1) ** year for year in range(400))
    assert simulator.now.customer.value == pytest.approx(old)
    assert simulator.now.after.value == pytest.approx(new)
    assert simulator.now.effect == pytest.approx(new / old - 1)
    so_far, year = -2000.0, 0
    while so_far < 0:
        so_far, year = so_far + 650 * (0.84 / 1.1) ** year, year + 1
    assert simulator.now.after.back == year
    assert f"back in year {year}" in simulator.picture.title


def test_at_the_fee_that_is_told_nothing_is_gained_or_lost(simulator):
    simulator.go({"retention": 0.9, "discount": 0.05})
    fee = simulator.now.most_fee
    assert f"{fee:,.0f}" in simulator.picture.message
    assert simulator.state({**simulator.settings, "fee": fee}).effect == pytest.approx(0)


@pytest.mark.parametrize("rate", [0.5, 0.9, 0.94])
@pytest.mark.parametrize("points", [-1, -5, -8])
def test_what_is_said_of_lost_points_is_true(simulator, rate, points):
    simulator.go({"retention": rate, "points": points, "discount": 0.02})
    if rate - points / 100 >= 1:
        assert "could not be gained" in simulator.picture.message
        return
    gained = simulator.state({**simulator.settings, "points": -points})
    assert "less than the same points, gained" in simulator.picture.message
    assert -simulator.now.effect < gained.effect


@pytest.mark.parametrize(("retention", "points"), [(0.5, 5), (0.9, 5), (0.92, 5), (0.94, 5), (0.4, -5), (0.94, -9)])
def test_the_effect_covers_no_claim_and_stands_within_the_picture(simulator, retention, points):
    simulator.go({"retention": retention, "points": points})
    figure, texts = simulator.board.figure, [text for text in simulator.board.effects.axes.texts if text.get_text()]
    figure.draw_without_rendering()
    (said,) = (text.get_window_extent() for text in texts if text.get_color() == UP)
    assert figure.bbox.x0 <= said.x0
    assert said.x1 <= figure.bbox.x1
    others = [text for text in texts if text.get_color() != UP]
    assert [text.get_text() for text in others if said.overlaps(text.get_window_extent())] == []


def test_a_cost_above_the_value_never_comes_back(simulator):
    simulator.go({"cost": 4000, "points": 0})
    assert simulator.now.after.back is None
    assert "over all years together" in simulator.picture.title
    simulator.go({"cost": 4100, "points": 0})
    assert "never" in simulator.picture.title


@pytest.mark.parametrize("lang", LANGUAGES)
@pytest.mark.parametrize("at", [{"retention": 0.94, "points": 10}, {"margin": 200, "fee": 500}])
def test_what_makes_no_sense_is_refused_and_the_picture_stays(lang, at):
    one = YearsSimulator(load("company", lang=lang), lang)
    before = one.picture.svg
    for name, value in at.items():
        one.inputs[name].value = value
    assert one.picture.alarm
    one.reset()
    assert not one.picture.alarm
    assert one.picture.svg == before


def test_the_start_can_be_dragged_along_the_curve_and_stops_at_its_ends(simulator):
    (point,) = simulator.last.points
    assert simulator.dragged(point.name, point.x, point.y) == {"retention": 0.75}
    for x, end in ((0.0, LOWEST), (1.0, HIGHEST)):
        simulator._asked(None, {"do": "drag", "name": point.name, "x": x, "y": 0.5}, [])  # noqa: SLF001 - as the page
        assert simulator.settings["retention"] == end


def test_the_quoted_claims_stand_in_the_picture_as_claims(simulator):
    words = [text.get_text() for axes in simulator.board.figure.axes for text in axes.texts]
    assert sum("claim" in word for word in words) == 3
    assert "claim" in simulator.picture.alt


def test_what_the_stories_call_right_is_what_happens(simulator):
    def told(name):
        simulator.begin(name)
        return simulator.before, simulator.now, next(each.right for each in simulator.told if each.name == name)

    before, now, right = told("ninety")
    assert (right, before.effect, now.effect) == (3, pytest.approx(0.25), pytest.approx(1))
    before, now, right = told("fifty_five")
    assert (right, now.effect) == (1, pytest.approx(before.effect / 2, rel=0.05))
    before, now, right = told("fee")
    assert (right, -0.1 < now.effect < 0) == (3, True)
    assert simulator.state({**simulator.settings, "retention": 0.9}).effect > 0
    before, now, right = told("late")
    assert (right, now.effect) == (3, pytest.approx(0.25))
    before, now, right = told("dear")
    assert (right, before.customer.back, now.customer.back, now.after.back) == (2, 2, None, 11)
    assert simulator.state({**simulator.settings, "discount": 0.03}).after.back is None
    before, now, right = told("lost_points")
    assert (right, now.effect) == (1, pytest.approx(-0.25))
    gained = simulator.state({**simulator.settings, "points": 5})
    assert gained.effect == pytest.approx(0.5)
