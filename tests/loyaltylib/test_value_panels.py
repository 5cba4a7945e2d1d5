"""The pictures of `value`: what they show, in words and in both languages; nothing that is not there."""

from __future__ import annotations

import warnings

import pandas as pd
import polars as pl
import pytest

from loyaltylib import value, value_panels
from loyaltylib.errors import DataError
from loyaltylib.look import png
from loyaltylib.messages import LANGUAGES

KINDS = {"apostle": 70, "mercenary": 30, "hostage": 6, "defector": 4}
LOSS = pd.DataFrame(
    {
        "level": ["very dissatisfied", "neutral", "satisfied", "very satisfied"],
        "rate_low": [0.8, 0.3, 0.1, 0.01],
        "rate_high": [0.8, 0.3, 0.1, 0.02],
    }
)
COUNTED = {"very dissatisfied": 0.6, "neutral": 0.4, "satisfied": 0.25, "very satisfied": 0.2}


def pictures(lang):
    yield value_panels.four_kinds(KINDS, lang), value_panels.alt_four_kinds(KINDS, lang)
    yield value_panels.losses(LOSS, COUNTED, lang), value_panels.alt_losses(LOSS, COUNTED, lang)


@pytest.mark.parametrize("lang", LANGUAGES)
def test_each_picture_is_drawn_without_a_warning_and_carries_its_words(lang, caplog):
    with warnings.catch_warnings():
        warnings.simplefilter("error")
        for figure, alt in pictures(lang):
            assert png(figure).startswith(b"\x89PNG")
            assert figure.get_label() == alt
            (axes,) = figure.get_axes()
            assert axes.get_title(loc="left")
            assert axes.get_xlabel()
    assert [record for record in caplog.records if "font" in record.name] == []


def test_the_words_say_the_figures():
    said = {lang: [alt for _, alt in pictures(lang)] for lang in LANGUAGES}
    assert "Of the satisfied customers 30% have gone. apostles 70, mercenaries 30" in said["en"][0]
    assert "highly satisfied: quoted 1–2%, counted 20%" in said["en"][1]
    assert "满意的客户中，30% 已经离开" in said["zh"][0]
    assert "高度满意：说法 1%～2%，统计 20%" in said["zh"][1]


@pytest.mark.parametrize("make", [pd.DataFrame, pl.DataFrame, lambda d: pl.DataFrame(d).lazy()])
def test_kinds_are_counted_from_a_frame_of_any_kind_without_the_unknown(make):
    words = [kind for kind, n in KINDS.items() for _ in range(n)]
    frame = make({"customer_id": list(range(len(words) + 1)), "quadrant": [*words, None]})
    assert value_panels.alt_four_kinds(frame) == value_panels.alt_four_kinds(KINDS)


def test_what_the_library_gives_can_be_drawn():
    frame = pd.DataFrame({"customer_id": ["a", "b"], "satisfaction": [5.0, 2.0], "stay": [1.0, 1.0]})
    assert "apostles 1, mercenaries 0, hostages 1, defectors 0" in value_panels.alt_four_kinds(value.quadrants(frame))
    told = pd.DataFrame(
        {"customer_id": ["a"], "date": pd.to_datetime(["2025-05-01"]), "satisfaction_level": ["neutral"]}
    )
    assert "no opinion: quoted 30%" in value_panels.alt_losses(value.expected_loss_of(told), COUNTED)


def test_nobody_at_all_is_drawn_as_well():
    assert "0%" in value_panels.alt_four_kinds({})
    assert png(value_panels.four_kinds({}))


def test_wrong_input_is_named():
    with pytest.raises(DataError, match="'terrorist' is no kind of customer; known: 'apostle'"):
        value_panels.four_kinds({"terrorist": 1})
    with pytest.raises(DataError, match="quadrant"):
        value_panels.four_kinds(pd.DataFrame({"kind": ["apostle"]}))
    with pytest.raises(DataError, match="'neutral' was not counted"):
        value_panels.losses(LOSS, {"very dissatisfied": 0.6})
