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
