"""The picture of a relationship: what is drawn, in both languages, and what is said of it."""

from __future__ import annotations

import warnings

import pytest

from loyaltylib import look, stages
from loyaltylib.messages import LANGUAGES
from loyaltylib.stages_panels import alt_switching_curve, switching_curve

AIRLINE = stages.switching(advantage=12e6, cost=100e6, periods=10, discount=0.06)


def test_the_airline_stays_for_eleven_years():
    figure = switching_curve(AIRLINE, 0.06)
    axes = figure.axes[0]
    worth = axes.get_lines()[0].get_ydata()
    assert worth[10] < 100e6 < worth[11]
    assert "12 years" in axes.get_title("left")
    assert worth[9] == pytest.approx(AIRLINE.gain)
    assert figure.get_label() == alt_switching_curve(AIRLINE, 0.06)


def test_who_never_gains_is_said_to_stay():
    worse = stages.switching(advantage=-1.0, cost=10.0)
    assert "never pays" in switching_curve(worse).axes[0].get_title("left")


@pytest.mark.parametrize("lang", LANGUAGES)
def test_no_glyph_is_missing_and_the_same_picture_gives_the_same_bytes(lang):
    with warnings.catch_warnings():
        warnings.simplefilter("error")
        assert look.png(switching_curve(AIRLINE, 0.06, lang)) == look.png(switching_curve(AIRLINE, 0.06, lang))
