"""What crosses from a learner's notebook to a check is plain data, and nothing a learner wrote decides how."""

from __future__ import annotations

from datetime import date
from enum import StrEnum
from fractions import Fraction

import numpy as np
import pandas as pd
import pytest
from hypothesis import given
from hypothesis import strategies as st

from autograders.plain import Crashed, Missing, NamespaceWork, NotPlain, to_plain


class Tier(StrEnum):
    LOST = "lost"


class Flattering(float):
    def __eq__(self, other):
        return True

    __hash__ = float.__hash__

    def __float__(self):
        return 42.0


@pytest.mark.parametrize(
    ("value", "plain"),
    [
        (np.int64(3), 3),
        (np.float64(0.5), 0.5),
        (np.True_, True),
        (np.array([[1, 2], [3, 4]]), [[1, 2], [3, 4]]),
        (pd.Series([1.5, 2.5], index=["a", "b"]), [1.5, 2.5]),
        (pd.Index(["x", "y"]), ["x", "y"]),
        (pd.DataFrame({"n": [1, 2]}), {"n": [1, 2]}),
        (pd.Timestamp("2025-12-31"), "2025-12-31T00:00:00"),
        (pd.NA, None),
        (date(2025, 12, 31), "2025-12-31"),
        (Tier.LOST, "lost"),
        (Fraction(1, 4), 0.25),
        ((1, [2, {3}]), [1, [2, [3]]]),
        ({"a": (1,)}, {"a": [1]}),
        (..., None),
    ],
)
def test_honest_kinds_have_their_plain_form(value, plain):
    result = to_plain(value)
    assert result == plain
    assert type(result) is type(plain)


def test_a_subclass_is_read_without_asking_it():
    result = to_plain(Flattering(7))
    assert type(result) is float
    assert result == 7
    assert result != 42


@pytest.mark.parametrize("value", [object(), print, np, iter([1]), open])
def test_what_has_no_plain_form_is_refused(value):
    with pytest.raises(NotPlain):
        to_plain(value)


def test_depth_and_size_are_limited():
    loop: list = []
    loop.append(loop)
    with pytest.raises(NotPlain):
        to_plain(loop)
    with pytest.raises(NotPlain):
        to_plain(np.zeros(10_000_000))


@given(
    st.recursive(
        st.none() | st.booleans() | st.integers() | st.text(), lambda s: st.lists(s) | st.dictionaries(st.text(), s)
    )
)
def test_plain_data_stay_as_they_are(value):
    assert to_plain(value) == value


def test_names_and_calls():
    def spoils(numbers):
        numbers.append(9)
        return numbers

    def crashes():
        raise ValueError("no")

    def leaves():
        raise SystemExit(0)

    work = NamespaceWork({"n": np.int64(3), "spoils": spoils, "crashes": crashes, "leaves": leaves})
    given_numbers = [1]
    assert work.get("n") == 3
    assert work.call("spoils", given_numbers) == [1, 9]
    assert given_numbers == [1]
    with pytest.raises(Missing, match="m"):
        work.get("m")
    with pytest.raises(Crashed, match="ValueError: no"):
        work.call("crashes")
    with pytest.raises(Crashed, match="SystemExit"):
        work.call("leaves")
    with pytest.raises(NotPlain):
        work.call("n")
