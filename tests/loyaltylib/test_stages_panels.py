"""The pictures of a relationship: what is drawn, in both languages, and what is said of it."""

from __future__ import annotations

import warnings

import pandas as pd
import pytest

from loyaltylib import look, stages
from loyaltylib.errors import DataError
from loyaltylib.messages import LANGUAGES
from loyaltylib.stages_panels import alt_share_path, alt_switching_curve, share_path, switching_curve

WALLET = pd.DataFrame(
    {
        "customer_id": ["east"] * 3 + ["west"] * 2,
        "period": pd.to_datetime(["2025-03-31", "2025-06-30", "2025-09-30", "2025-03-31", "2025-06-30"]),
        "own_spend": [20.0, 60.0, 90.0, 80.0, 0.0],
        "total_category_spend": 100.0,
    }
)
PATH = stages.stage_path(WALLET)
NAMES = pd.DataFrame({"customer_id": ["east", "west"], "name": ["East Inn", "West Inn"]})
AIRLINE = stages.switching(advantage=12e6, cost=100e6, periods=10, discount=0.06)


def lines(figure):
    return {line.get_label(): line.get_ydata() for line in figure.axes[0].get_lines()}


@pytest.mark.parametrize("lang", LANGUAGES)
def test_the_shares_are_drawn_under_the_names_on_four_grounds(lang):
    figure = share_path(PATH, lang, NAMES)
    drawn = lines(figure)
    assert list(drawn["East Inn"]) == pytest.approx([0.2, 0.6, 0.9])
    assert list(drawn["West Inn"]) == pytest.approx([0.8, 0.0])
    assert len(figure.axes[0].patches) == len(stages.Stage)
    assert [text.get_text() for text in figure.legends[0].get_texts()] == ["East Inn", "West Inn"]
    assert figure.get_label() == alt_share_path(PATH, lang, NAMES)


def test_without_names_the_ids_stand_and_rows_may_come_in_any_order():
    shuffled = PATH.sort_values("share", ascending=False)
    assert list(lines(share_path(shuffled))["east"]) == pytest.approx([0.2, 0.6, 0.9])


def test_lines_can_be_told_apart_without_colour():
    drawn = share_path(PATH).axes[0].get_lines()
    assert len({(line.get_marker(), line.get_linestyle()) for line in drawn}) == len(drawn)


@pytest.mark.parametrize("rows", [PATH.head(0), pd.concat(PATH.assign(customer_id=n) for n in "abcde")])
def test_no_customer_or_too_many_is_an_error_that_says_so(rows):
    with pytest.raises(DataError, match="can be told apart"):
        share_path(rows)


def test_the_words_for_the_shares():
    assert alt_share_path(PATH[PATH["customer_id"] == "east"]) == (
        "Our share over time, on the ground of the four stages. "
        "east: 20% in Mar 2025, between 20% and 90%, 90% in Sep 2025."
    )


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
        for draw in (lambda: share_path(PATH, lang, NAMES), lambda: switching_curve(AIRLINE, 0.06, lang)):
            assert look.png(draw()) == look.png(draw())
