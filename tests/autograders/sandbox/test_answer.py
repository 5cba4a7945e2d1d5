"""What comes out of a sandbox is read by a schema: an honest value arrives, anything else is refused by name."""

import datetime as dt
import decimal
import json
import math
from fractions import Fraction

import matplotlib as mpl
import numpy as np
import pandas as pd
import polars as pl
import pytest
from hypothesis import given
from hypothesis import strategies as st

from autograders.plain import NotPlain, to_plain
from autograders.sandbox import answer, inside
from autograders.sandbox.answer import Answer, Begun, Garbled, Ran, Twinned

mpl.use("Agg")


def through(value):
    """The way of an answer: tagged, to bytes, read, plain."""
    frame = json.dumps({"turn": 1, "value": inside.encode(value)}).encode()
    return answer.plain(answer.read(frame, Answer).value)


@pytest.mark.parametrize(
    ("value", "plain"),
    [
        (None, None),
        (..., None),
        (True, True),
        (3, 3),
        (-(2**53) - 1, -(2**53) - 1),
        (10**900, 10**900),
        (0.1, 0.1),
        (math.inf, math.inf),
        ("é 学员", "é 学员"),
        ((1, [2, (3,)]), [1, [2, [3]]]),
        ({3, 1, 2}, [1, 2, 3]),
        ({"a": {1: None}}, {"a": {1: None}}),
        ({("x", 1): 2}, {"x / 1": 2}),
        (np.int64(7), 7),
        (np.float32(0.5), 0.5),
        (np.array([[1, 2], [3, 4]]), [[1, 2], [3, 4]]),
        (np.datetime64("2025-12-31"), "2025-12-31T00:00:00"),
        (pd.Series([1.5, None]), [1.5, math.nan]),
        (pd.Index(["a", "b"]), ["a", "b"]),
        (pd.DataFrame({"n": [1, 2], "s": ["x", "y"]}), {"n": [1, 2], "s": ["x", "y"]}),
        (pl.DataFrame({"n": [1, None]}), {"n": [1, None]}),
        (pd.NaT, None),
        (pd.Timestamp("2025-12-31 10:00"), "2025-12-31T10:00:00"),
        (dt.date(2025, 12, 31), "2025-12-31"),
        (dt.timedelta(days=1), 86400.0),
        (decimal.Decimal("0.25"), 0.25),
        (Fraction(1, 4), 0.25),
    ],
)
def test_what_a_learner_may_honestly_use(value, plain):
    found = through(value)
    assert repr(found) == repr(plain)
    assert repr(to_plain(value)) == repr(plain)


def test_a_figure_is_its_words_and_its_data():
    from matplotlib import pyplot as plt

    figure, axes = plt.subplots()
    axes.plot([1, 2], [3.0, 5.0], label="a")
    axes.bar([1], [4.0])
    axes.set(title="客户", xlabel="month")
    axes.legend()
    (found,) = through(figure)
    plt.close(figure)
    assert (found["title"], found["xlabel"], found["legend"]) == ("客户", "month", ["a"])
    assert found["lines"] == [{"x": [1, 2], "y": [3.0, 5.0]}]
    assert found["bars"][0]["height"] == 4.0
    assert found["bars"][0]["lies"] is False


def test_a_list_of_mappings_is_no_figure():
    from matplotlib.figure import Figure

    assert isinstance(to_plain(Figure()), answer.Drawing)
    assert not isinstance(to_plain([{"bars": [1]}]), answer.Drawing)


class Pleasing(float):
    """A number that always says yes."""

    def __eq__(self, other):
        return True

    __hash__ = None

    def __float__(self):
        return 42.0


@pytest.mark.parametrize("value", [Pleasing(1.5), np.float64(1.5), type("Mine", (dict,), {})(a=1.5)])
def test_a_subclass_is_read_by_its_base(value):
    assert through(value) in (1.5, {"a": 1.5})
    assert type(through(value)) in (float, dict)


def loops():
    own = []
    own.append(own)
    return own


@pytest.mark.parametrize(
    "value",
    [object(), print, open, loops(), "x" * (inside.MOST_TEXT + 1), list(range(inside.MOST_ITEMS + 1)), 10**1100,
     np.zeros(inside.MOST_ITEMS + 1), 1j, {object(): 1}],
)  # fmt: skip
def test_what_has_no_plain_form_is_refused(value):
    with pytest.raises(inside.NotPlain):
        inside.encode(value)
    with pytest.raises(NotPlain):
        to_plain(value)


@pytest.mark.parametrize(
    "frame",
    [
        b"",
        b"null",
        b"[]",
        b"{}",
        b'{"turn": 1, "value": NaN}',
        b'{"turn": 1, "value": {"t": "object", "v": 1}}',
        b'{"turn": 1, "value": {"t": "list", "v": [], "x": 1}}',
        b'{"turn": 1, "value": {"t": "map", "v": [[[], 1]]}}',
        b'{"turn": 1, "value": {"t": "float", "v": 1}}',
        b'{"turn": "1", "value": 1}',
        b'{"turn": 1, "value": 1, "verdict": {"points": 100}}',
        b'{"turn": 1, "value": ' + b'{"t":"list","v":[' * 5000 + b"]}" * 5000 + b"}",
        b'{"turn": 1, "value": "\xff"}',
        b'{"turn": 1, "raised": "' + b"x" * 200_000 + b'"}',
    ],
)
def test_a_forged_frame_is_garbled(frame):
    with pytest.raises(Garbled):
        answer.read(frame, Answer)


@pytest.mark.parametrize(
    "value",
    [
        {"t": "int", "v": "1" * 2000},
        {"t": "int", "v": "0x10"},
        {"t": "int", "v": "١"},
        {"t": "float", "v": "1e5"},
        {"t": "list", "v": [1] * 200_100},
    ],
)
def test_a_forged_value_is_garbled(value):
    frame = json.dumps({"turn": 1, "value": value}).encode()
    with pytest.raises(Garbled):
        answer.plain(answer.read(frame, Answer).value)


leaves = st.none() | st.booleans() | st.integers() | st.floats() | st.text()
values = st.recursive(leaves, lambda v: st.lists(v) | st.dictionaries(st.text() | st.integers(), v), max_leaves=30)


@given(values)
def test_plain_data_arrive_as_they_left(value):
    assert repr(through(value)) == repr(value)


tags = st.sampled_from(
    ["list", "set", "map", "frame", "array", "series", "time", "span", "int", "float", "figure", "?"]
)
json_values = st.recursive(
    leaves,
    lambda v: st.lists(v) | st.dictionaries(st.text(), v) | st.builds(lambda t, v: {"t": t, "v": v}, tags, v),
    max_leaves=30,
)


@given(json_values | st.binary(), st.sampled_from([Answer, Ran, Begun, Twinned]))
def test_whatever_comes_gives_plain_data_or_garbled(value, kind):
    frame = value if isinstance(value, bytes) else json.dumps({"turn": 1, "value": value}).encode()
    try:
        found = answer.read(frame, kind)
        plain = answer.plain(found.value) if kind is Answer and found.value is not answer.NOTHING else None
    except Garbled:
        return
    assert repr(to_plain(plain)) == repr(plain)


def test_arguments_arrive_inside_as_they_were_given():
    frame = pd.DataFrame({"n": [1.5, 2.5], "on": pd.to_datetime(["2025-01-01", "2025-01-02"])})
    found = inside.decode(json.loads(json.dumps(inside.encode([1, "a", {"k": (1, 2)}, frame, np.array([1, 2])]))))
    assert found[:3] == [1, "a", {"k": [1, 2]}]
    pd.testing.assert_frame_equal(found[3], frame)
    assert found[4].tolist() == [1, 2]
