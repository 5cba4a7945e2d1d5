"""The gate of numbers, words and days: what comes in, and the sentence for what does not."""

from datetime import UTC, date, datetime
from decimal import Decimal
from enum import StrEnum
from fractions import Fraction
from types import SimpleNamespace

import numpy as np
import pandas as pd
import polars as pl
import pytest
from hypothesis import given
from hypothesis import strategies as st

from loyaltylib import inputs
from loyaltylib.errors import DataError, RateWarning, RuleError, UnknownName


class Band(StrEnum):
    LOW = "low"
    HIGH = "high"


@pytest.mark.parametrize("value", [3, 3.0, np.float64(3), np.int64(3), Fraction(3)])
def test_a_number_of_any_kind_comes_back_as_a_float(value):
    found = inputs.number("x", value, low=0)
    assert found == 3
    assert type(found) is float


@pytest.mark.parametrize("value", [None, "3", True, float("nan"), float("inf"), [3], Decimal(3), date(2025, 1, 1)])
def test_what_is_no_number_is_named_with_its_value(value):
    with pytest.raises(RuleError, match=r"^x is .+; give a finite number$"):
        inputs.number("x", value)


@pytest.mark.parametrize(
    ("low", "high", "said"), [(0, 1, "from 0 to 1"), (0, None, "of at least 0"), (None, -2, "of at most -2")]
)
def test_limits_are_said(low, high, said):
    with pytest.raises(RuleError, match=f"x is -1.5; give a number {said}"):
        inputs.number("x", -1.5, low, high)


@given(st.floats(allow_nan=True, allow_infinity=True) | st.integers())
def test_a_fraction_is_from_0_to_1_or_refused(value):
    if 0 <= value <= 1:
        assert inputs.fraction("x", value) == value
    else:
        with pytest.raises(RuleError):
            inputs.fraction("x", value)


def test_per_cent_gets_its_own_hint():
    with pytest.raises(RuleError, match=r"0\.4 for 40 per cent"):
        inputs.fraction("share", 40)


@pytest.mark.parametrize(("value", "said"), [(0, "above 0"), (-1, "above 0"), ("1", "finite number")])
def test_positive(value, said):
    with pytest.raises(RuleError, match=said):
        inputs.positive("x", value)


@pytest.mark.parametrize(("value", "said"), [(2.5, "whole number"), (-1, "at least 0"), (True, "finite number")])
def test_count(value, said):
    with pytest.raises(RuleError, match=said):
        inputs.count("x", value)
    assert inputs.count("x", 2.0) == 2


def test_a_word_is_its_member_and_another_names_the_nearest():
    assert inputs.word("band", "low", Band) is inputs.word("band", Band.LOW, Band) is Band.LOW
    with pytest.raises(UnknownName, match="no band named 'hihg'; did you mean 'high'"):
        inputs.word("band", "hihg", Band)


@pytest.mark.parametrize("value", [1.2, -0.1])
def test_a_rate_outside_0_to_1_is_kept_and_warned_of(value):
    with pytest.warns(RateWarning, match="retention is .+, outside 0 to 1: because"):
        assert inputs.rate("retention", value, "because") == value
    assert inputs.rate("retention", 1.0, "because") == 1


@pytest.mark.parametrize("value", ["2025-12-31", date(2025, 12, 31), datetime(2025, 12, 31, 9, 0)])  # noqa: DTZ001
def test_a_day(value):
    assert inputs.day(value) == date(2025, 12, 31)


@pytest.mark.parametrize(
    ("value", "said"),
    [
        ("31.12.2025", "ISO text"),
        (20251231, "ISO text"),
        (None, "ISO text"),
        (datetime(2025, 1, 1, tzinfo=UTC), "zone"),
    ],
)
def test_what_is_no_day_is_refused_by_its_name(value, said):
    with pytest.raises(RuleError, match=f"^observed_to .*{said}"):
        inputs.day(value, "observed_to")


@pytest.mark.parametrize(("as_of", "said"), [("2026-01-01", "after 2025-12-31"), ("2022-12-31", "before 2023-01-01")])
def test_a_day_outside_the_data_is_refused(as_of, said):
    tables = SimpleNamespace(observed_from=date(2023, 1, 1), observed_to="2025-12-31")
    with pytest.raises(RuleError, match=f"as_of {as_of} lies {said}"):
        inputs.known_day(tables, as_of)
    assert inputs.known_day(tables, "2025-12-31") == date(2025, 12, 31)
    assert inputs.known_day(SimpleNamespace(), as_of) == date.fromisoformat(as_of)


def test_a_window_ends_after_it_begins():
    assert inputs.days("2025-01-01", "2025-01-01") == (date(2025, 1, 1), date(2025, 1, 1))
    with pytest.raises(RuleError, match="2024-12-31 lies before observed_from 2025-01-01"):
        inputs.days("2025-01-01", "2024-12-31")


def test_a_frame_of_numbers_comes_back_as_floats_with_its_other_columns():
    before = pd.DataFrame({"id": ["a", "b"], "x": [1, 2], "none": [None, None]})
    after = inputs.numbers(before, "answers", {"x": (1, 2), "none": inputs.ANY}, gaps=True).to_native()
    assert after.columns.tolist() == ["id", "x", "none"]
    assert after["x"].tolist() == [1.0, 2.0]
    assert after["none"].isna().all()
    assert after["none"].dtype == float


@pytest.mark.parametrize("kind", [pd.DataFrame, pl.DataFrame, lambda columns: pl.DataFrame(columns).lazy()])
@pytest.mark.parametrize(
    ("columns", "limits", "said"),
    [
        ({"y": [1.0]}, {"x": inputs.ANY}, "column 'x': is missing; the frame has 'y'"),
        ({"x": ["1"]}, {"x": inputs.ANY}, "column 'x': holds String; turn it into numbers"),
        ({"x": [1.0, None]}, {"x": inputs.ANY}, "column 'x': 1 of 2 rows have no value"),
        ({"x": [1.0, float("inf")]}, {"x": inputs.ANY}, "column 'x': a value is not a finite number"),
        ({"x": [-1.0, 2.0]}, {"x": (0, None)}, "column 'x': -1.0 lies below 0"),
        ({"x": [1.0, 6.0]}, {"x": (1, 5)}, "column 'x': 6.0 lies above 5"),
    ],
)
def test_a_wrong_column_is_named(kind, columns, limits, said):
    with pytest.raises(DataError, match=said):
        inputs.numbers(kind(columns), "answers", limits)


def test_nan_is_unknown_in_pandas_and_broken_elsewhere():
    columns = {"x": [1.0, float("nan")]}
    assert inputs.numbers(pd.DataFrame(columns), "answers", {"x": inputs.ANY}, gaps=True)
    with pytest.raises(DataError, match="1 of 2 rows hold NaN"):
        inputs.numbers(pl.DataFrame(columns), "answers", {"x": inputs.ANY}, gaps=True)


def test_an_empty_frame_is_a_frame_and_a_list_is_none():
    assert len(inputs.numbers(pd.DataFrame({"x": []}), "answers", {"x": inputs.ANY}).to_native()) == 0
    with pytest.raises(DataError, match="a list is not a usable frame"):
        inputs.having([1], "answers", ["x"])
    assert not inputs.is_frame([1])


def test_a_table_that_must_be_there_says_why_it_is_needed():
    reader = inputs.Reader(SimpleNamespace(contacts=None))
    assert reader.open("customers", ("customer_id",)) is reader.open("contacts", ("customer_id",)) is None
    with pytest.raises(DataError, match=r"^table 'customers': is missing; without it nobody is known$"):
        reader.must_open("customers", ("customer_id",))
    with pytest.raises(DataError, match=r"^table 'contacts': is missing; because$"):
        reader.must_open("contacts", ("customer_id",), why="because")
