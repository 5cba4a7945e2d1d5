"""Numbers, money, shares and dates as readers of both languages write them."""

from __future__ import annotations

import datetime as dt
import math

import numpy as np
import pandas as pd
import pytest
from hypothesis import given
from hypothesis import strategies as st

from loyaltylib import formats
from loyaltylib.errors import UnknownName


@pytest.mark.parametrize(
    ("value", "en", "zh"),
    [
        (0, "¥0", "0 元"),
        (85, "¥85", "85 元"),
        (8_500, "¥8.5k", "8,500 元"),
        (9_999.4, "¥10k", "1 万元"),  # three digits are shown, so it is the next unit in Chinese
        (12_345, "¥12.3k", "1.23 万元"),
        (1_234_567, "¥1.23m", "123 万元"),
        (99_999_999, "¥100m", "1 亿元"),
        (1_234_567_890, "¥1.23bn", "12.3 亿元"),
        (-12_345, "-¥12.3k", "-1.23 万元"),
    ],
)
def test_money_in_large_units(value, en, zh):
    assert formats.money(value, "en") == en
    assert formats.money(value, "zh") == zh


def test_money_in_full_keeps_every_yuan():
    assert formats.money(1_234_567.4, "en", full=True) == "¥1,234,567"
    assert formats.money(1_234_567.4, "zh", full=True) == "1,234,567 元"


@pytest.mark.parametrize("value", [None, math.nan, math.inf, pd.NA, pd.NaT])
def test_a_value_that_is_not_there_is_a_dash_everywhere(value):
    for lang in ("en", "zh"):
        texts = [formats.number(value, lang), formats.short(value, lang), formats.money(value, lang)]
        texts += [formats.percent(value, lang), formats.points(value, lang), formats.date(value, lang)]
        assert texts == [formats.MISSING] * 6


def test_a_rounded_zero_has_no_sign():
    assert formats.number(-0.2) == "0"
    assert formats.percent(-0.0001, decimals=1) == "0.0%"
    assert formats.points(-0.0001) == "0.0 percentage points"


@pytest.mark.parametrize(
    "day",
    [dt.date(2025, 12, 31), dt.datetime(2025, 12, 31, 23), pd.Timestamp("2025-12-31"), np.datetime64("2025-12-31")],  # noqa: DTZ001
)
def test_a_day_of_any_type(day):
    assert formats.date(day, "en") == "31 Dec 2025"
    assert formats.date(day, "zh") == "2025 年 12 月 31 日"
    assert formats.month(day, "zh") == "2025 年 12 月"


def test_an_unknown_language_is_refused():
    for function in (formats.number, formats.short, formats.money, formats.percent, formats.points, formats.date):
        with pytest.raises(UnknownName, match="no language named 'fr'"):
            function(1, "fr")


@given(st.floats(-1e12, 1e12))
def test_the_large_unit_is_never_wrong_by_more_than_its_last_digit(value):
    scale = {"k": 1e3, "m": 1e6, "bn": 1e9, "万": 1e4, "亿": 1e8}
    for lang in ("en", "zh"):
        text = formats.short(value, lang).replace(" ", "").replace(",", "")
        unit = next((name for name in scale if text.endswith(name)), "")
        read = float(text.removesuffix(unit)) * scale.get(unit, 1)
        assert math.isclose(read, value, rel_tol=0.006, abs_tol=0.006)
