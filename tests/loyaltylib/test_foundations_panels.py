"""The pictures of the foundations: what is drawn is what the model gives, in both languages, and is said in words."""

from __future__ import annotations

import pytest

from loyaltylib import foundations, foundations_panels
from loyaltylib.errors import DataError, RuleError
from loyaltylib.look import png
from loyaltylib.messages import LANGUAGES

FUNNEL = foundations.deal_funnel(foundations.example_tables(), "2025-12-31")
in_both = pytest.mark.parametrize("lang", LANGUAGES)


@in_both
def test_each_picture_can_be_drawn_and_says_what_it_shows(lang, recwarn):
    made = [
        foundations_panels.deal_links(FUNNEL, lang),
        foundations_panels.still_there([0.7, 0.8, 0.9], lang),
        foundations_panels.points_board(0.75, lang),
    ]
    for figure in made:
        assert png(figure)
        assert figure.get_label()
        for axes in figure.axes:
            assert axes.get_title(loc="left")
            assert axes.get_xlabel()
            assert axes.get_ylabel()
    assert not recwarn.list  # a letter without a glyph would warn


def test_the_bars_of_the_links_are_the_funnel():
    (axes,) = foundations_panels.deal_links(FUNNEL).axes
    widths = [[bar.get_width() for bar in part] for part in axes.containers]
    assert widths == [FUNNEL["deals_out"].tolist(), FUNNEL["open"].tolist(), FUNNEL["dropped"].tolist()]
    assert "Business tracking 4, dropped 1" in foundations_panels.alt_deal_links(FUNNEL)
    with pytest.raises(DataError):
        foundations_panels.deal_links(FUNNEL.drop(columns="dropped"))


def test_who_is_still_there_falls_by_the_rate():
    (axes,) = foundations_panels.still_there([0.5], years=2).axes
    assert list(axes.lines[0].get_ydata()) == [100, 50, 25]
    said = foundations_panels.alt_still_there([0.5, 0.9], years=2)
    assert said == "Of 100 customers after 2 years. 50% stay each year: 25 left; 90% stay each year: 81 left."


@pytest.mark.parametrize("rates", [[], [1.2], [-0.1]])
def test_a_rate_that_is_none_is_refused(rates):
    with pytest.raises(RuleError):
        foundations_panels.still_there(rates)


def test_the_board_draws_what_a_customer_brings_and_the_effect_of_the_points():
    left, right = foundations_panels.points_board(0.75, margin=1000, cost=1500, years=3).axes
    before, after = left.lines[:2]
    assert list(before.get_ydata()) == [-1500, -500, 250, 812.5]
    assert after.get_ydata()[3] == pytest.approx(-1500 + 1000 + 800 + 640)
    curve = dict(zip(*right.lines[0].get_data(), strict=True))
    assert curve[0.75] == pytest.approx(0.25)
    assert curve[0.9] == pytest.approx(1.0)
    marks = sorted(line.get_ydata()[0] for line in right.lines if line.get_linestyle() == ":")
    assert marks == [-0.25, 0.85, 1.0]
    with pytest.raises(RuleError):
        foundations_panels.points_board(0.97)


@pytest.mark.parametrize("start", [0.03, 0.5, 0.94])
def test_the_board_can_be_drawn_from_any_start(start):
    assert png(foundations_panels.points_board(start))


def test_the_marks_are_claims_and_said_to_be():
    said = foundations_panels.alt_points_board(0.75)
    assert said.count("claim:") == 3
    assert "profit +85%" in said
    assert "profit +100%" in said
    assert "profit -25%" in said
