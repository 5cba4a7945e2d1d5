"""What a learner may type for a number or a quiz answer, and how it is read."""

import math
from decimal import Decimal

import numpy as np
import pandas as pd
import pytest
from hypothesis import given
from hypothesis import strategies as st

from loyaltylib import answers
from loyaltylib.chapters import Exercise

# typed, value, whether the form is accepted, words of the hint
NUMBERS = [
    (0.25, 0.25, True, ""),
    (7, 7.0, True, ""),
    (np.float64(0.5), 0.5, True, ""),
    (np.int64(12), 12.0, True, ""),
    (np.array(3), 3.0, True, ""),
    (Decimal("0.1"), 0.1, True, ""),
    ("90%", 0.9, False, "0.9, not 90%"),
    ("９０％", 0.9, False, "0.9, not ９０％"),
    ("９０", 90.0, False, "full-width"),
    ("1.2万", 12_000.0, False, "12000, not 1.2万"),
    ("3 亿", 300_000_000.0, False, "300000000"),
    ("1,234", 1234.0, False, "without quotes: 1234"),
    ("−5", -5.0, False, "without quotes: -5"),
    ("0.25", 0.25, False, "without quotes: 0.25"),
    ("12 customers", None, False, "only the number"),
    ("nan", None, False, "only the number"),
    ("%", None, False, "only the number"),
    (math.nan, None, False, "divided by zero"),
    (np.float64("inf"), None, False, "divided by zero"),
    (10**400, None, False, "divided by zero"),
    (pd.NA, None, False, "divided by zero"),
    (True, None, False, "True is not a number"),
    (np.bool_(False), None, False, "False is not a number"),  # noqa: FBT003
    ((1, 5), None, False, "several numbers"),
    (pd.Series([0.5]), None, False, "type Series"),
    (1j, None, False, "type complex"),
    (None, None, False, "no number here yet"),
    (..., None, False, "no number here yet"),
]


@pytest.mark.parametrize(("typed", "value", "accepted", "words"), NUMBERS)
def test_a_number_is_read_as_it_was_meant(typed, value, accepted, words):
    reading = answers.read_number(typed)
    assert reading.value == (pytest.approx(value) if value is not None else None)
    assert reading.accepted is accepted
    assert words in reading.hint("en")


@pytest.mark.parametrize(("typed", "words"), [(t, w) for t, _, _, w in NUMBERS if w])
def test_every_hint_about_a_number_is_there_in_chinese(typed, words):
    del words
    reading = answers.read_number(typed)
    assert reading.hint("zh")
    assert reading.hint("zh") != reading.hint("en")


def test_ninety_per_cent_is_ninety_where_the_unit_is_per_cent():
    assert answers.read_number("90%", percent=True).value == 90
    assert "Write only the number: 90" in answers.read_number("90%", percent=True).hint("en")


@given(st.floats(allow_nan=False, allow_infinity=False))
def test_a_finite_float_is_read_unchanged(number):
    assert answers.read_number(number) == answers.NumberReading(number)


@given(st.text() | st.lists(st.integers()) | st.dictionaries(st.text(), st.integers()) | st.binary())
def test_nothing_typed_raises(typed):
    reading = answers.read_number(typed)
    assert isinstance(reading.hint("zh"), str)
    assert not reading.accepted


def exercise(unit, decimals):
    return Exercise("small-x", "number", "x", 1, 1, {"en": "X", "zh": "X"}, "c", {"en": unit, "zh": unit}, decimals)


@pytest.mark.parametrize(
    ("typed", "accepted", "words"),
    [
        (0.375, True, ""),
        (0, True, ""),
        (1, True, ""),
        (37.5, False, "if you mean 37.5 per cent, write 0.375"),
        (402, False, "between 0 and 1 is asked for, not 402"),
        (-0.1, False, "below zero"),
        ("37.5%", False, "0.375, not 37.5%"),
    ],
)
def test_a_share_is_asked_for_as_a_fraction(typed, accepted, words):
    reading = answers.read_exercise(typed, exercise("fraction between 0 and 1", 4))
    assert reading.accepted is accepted
    assert words in reading.hint("en")


@pytest.mark.parametrize(
    ("typed", "accepted"), [(120, True), (120.0, True), (120.5, False), (-1, False), (np.int64(5), True)]
)
def test_a_count_is_asked_for_as_a_whole_number(typed, accepted):
    assert answers.read_exercise(typed, exercise("customers", 0)).accepted is accepted


def decision(form, *choices, reasons=()):
    title = {"en": "X", "zh": "X"}
    return Exercise("small-x", "decision", "x", 1, 1, title, "c", form=form, choices=choices, reasons=reasons)


@pytest.mark.parametrize(
    ("typed", "value"),
    [
        (["K2", "K1"], ["K2", "K1"]),
        ([" Ｋ2"], ["K2"]),
        (("K2",), ["K2"]),
        ("K2, K1", ["K2", "K1"]),
        ([7, np.int64(8)], ["7", "8"]),
        (pd.Series(["K2", "K1"]), ["K2", "K1"]),
        (np.array(["K2"]), ["K2"]),
        (pd.Index(["K2"]), ["K2"]),
    ],
)
def test_a_list_of_ids_is_a_decision_in_whatever_holds_it(typed, value):
    assert answers.read_decision(typed, decision("list")) == answers.Reading(value)


@pytest.mark.parametrize(
    ("typed", "said"),
    [
        ([], "no answer here yet"),
        (pd.Series([], dtype=str), "no answer here yet"),
        (7, "ids in brackets"),
        (["K1", "K1"], "more than once: K1"),
        ([1.5], "no id"),
        ([True], "no id"),
        ([""], "no id"),
        (["K9"], "not an id of your data"),
        ([["K1", "K2"]], "a list within the list"),
    ],
)
def test_a_list_that_is_no_decision_says_why(typed, said):
    assert said in answers.read_decision(typed, decision("list"), ids=["K1", "K2"]).hint("en")


def test_ids_that_are_known_are_read_in_any_case():
    assert answers.read_decision(["k1"], decision("list"), ids=["K1"]).value == ["K1"]
    assert answers.read_decision({7: "wait"}, decision("mapping", "wait"), ids=[7]).value == {"7": "wait"}


@pytest.mark.parametrize(
    ("typed", "value", "said"),
    [
        ({"K1": "Call", "K2": " ＷＡＩＴ"}, {"K1": "call", "K2": "wait"}, ""),
        ({"K1": "call", "K2": ""}, {"K1": "call"}, ""),
        ({"K1": "visit"}, None, "'visit' is not one of the words call, wait"),
        ({"K1": ["call"]}, None, "not one of the words"),
        ([("K1", "call")], None, "pairs in braces"),
        (pd.Series({"K1": "call"}), None, "pairs in braces"),
        ({(1, 2): "call"}, None, "no id"),
    ],
)
def test_a_mapping_of_words(typed, value, said):
    reading = answers.read_decision(typed, decision("mapping", "call", "wait"))
    assert reading.value == value
    assert said in reading.hint("en")
    assert bool(reading.hint("zh")) is bool(said)


@pytest.mark.parametrize(
    ("typed", "value", "said"),
    [
        ({"K1": ["call", "money"]}, {"K1": ["call", "money"]}, ""),
        ({"K1": ("CALL", "Time")}, {"K1": ["call", "time"]}, ""),
        ({"K1": "call, money"}, {"K1": ["call", "money"]}, ""),
        ({"K1": "call"}, None, "a word and a reason"),
        ({"K1": ["call", "wait"]}, None, "'wait' is not one of the words money, time"),
        ({"K1": []}, None, "no answer here yet"),
    ],
)
def test_a_mapping_of_words_with_a_reason(typed, value, said):
    reading = answers.read_decision(typed, decision("mapping", "call", "wait", reasons=("money", "time")))
    assert reading.value == value
    assert said in reading.hint("en")


@given(
    st.recursive(
        st.none() | st.booleans() | st.floats() | st.text() | st.binary(),
        lambda inner: st.lists(inner) | st.dictionaries(st.text(), inner),
    ),
    st.sampled_from(["list", "mapping"]),
)
def test_no_decision_raises(typed, form):
    for asked in (decision(form), decision(form, "call"), decision(form, "call", reasons=("money",))):
        assert isinstance(answers.read_decision(typed, asked, ["K1"]).hint("zh"), str)


def test_off_by_a_hundred_both_ways():
    assert answers.off_by_hundred(37.5, 0.375, 0.0005)
    assert answers.off_by_hundred(0.375, 37.5, 0.05)
    assert not answers.off_by_hundred(0.375, 0.375, 0.0005)


@pytest.mark.parametrize(
    ("raw", "untouched"),
    [
        (None, True),
        (..., True),
        ("", True),
        (" ", True),
        ([], True),
        ({}, True),
        ({"a": "", "b": [], "c": None}, True),
        ({"a": "", "b": False}, False),
        (0, False),
        (False, False),
        (pd.DataFrame(), False),
    ],
)
def test_which_values_are_stubs(raw, untouched):
    assert answers.is_untouched(raw) is untouched


IDS = ["lost", "new", "core"]


@pytest.mark.parametrize("raw", ["lost", " Lost ", "ＬＯＳＴ", ["lost"], ("lost",)])
def test_one_id_is_read_kindly(raw):
    assert answers.read_choice(raw, IDS) == answers.Reading("lost")


@pytest.mark.parametrize("raw", ["lose", 3, ["lost", "new"], {"lost": 1}, True, ""])
def test_what_is_not_one_id_gets_a_hint(raw):
    reading = answers.read_choice(raw, IDS)
    assert reading.value is None
    assert reading.hint("en")


@pytest.mark.parametrize(
    "raw", [["core", "lost"], {"lost", "core"}, "lost, core", "core，lost", "core、lost", ("core", "lost", "lost")]
)
def test_several_ids_are_read_in_the_order_of_the_options(raw):
    assert answers.read_choices(raw, IDS).value == ["lost", "core"]


@pytest.mark.parametrize(
    ("raw", "value"),
    [(True, True), (np.bool_(False), False), ("true", True), ("错", False), ("对", True)],  # noqa: FBT003
)
def test_true_and_false_in_both_languages(raw, value):
    assert answers.read_truth(raw).value is value


@pytest.mark.parametrize("raw", [1, 0, "maybe", []])
def test_what_is_neither_true_nor_false(raw):
    assert not answers.read_truth(raw).accepted


def test_an_order_names_each_id_once():
    assert answers.read_order(["new", "lost", "core"], IDS).value == ["new", "lost", "core"]
    assert "core" in answers.read_order(["new", "lost"], IDS).hint("en")
    assert "more than once: new" in answers.read_order(["new", "new", "lost", "core"], IDS).hint("en")
    assert "'x'" in answers.read_order(["x"], IDS).hint("en")
    assert "brackets" in answers.read_order(5, IDS).hint("en")


def test_a_matching_needs_a_partner_for_each():
    left = ["p", "q"]
    assert answers.read_matching({"q": "new", "P": "new"}, left, IDS).value == {"p": "new", "q": "new"}
    assert "missing: q" in answers.read_matching({"p": "new", "q": ""}, left, IDS).hint("en")
    assert "'z'" in answers.read_matching({"z": "new"}, left, IDS).hint("en")
    assert "'z'" in answers.read_matching({"p": "z"}, left, IDS).hint("en")
    assert '{"id": "id", ...}' in answers.read_matching(["new"], left, IDS).hint("en")


class Rude:
    def __repr__(self):
        raise RuntimeError


def test_a_value_is_shown_in_one_short_line_whatever_it_is():
    assert answers.shown(Rude()) == "<Rude>"
    assert len(answers.shown("x\n" * 500)) == 40
    assert answers.shown(np.float64(0.5)) == "0.5"
