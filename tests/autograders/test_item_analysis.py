"""Item analysis against kept libraries, printed examples, and small tables that a person can check."""

from __future__ import annotations

import numpy as np
import pandas as pd
import pytest
from scipy import stats

from autograders.item_analysis import CHANCE, alpha, analysis, correlation, discrimination, distractors, groups

# Eleven right or wrong answers of twelve people, a blank where there is none: the data set `cronbach_wide_missing` of
# pingouin (Vallat, 2018), whose help prints alpha for it with each blank filled by the item's median.
PRINTED = [
    "11111111111", "11111111010", " 011 111100", "11101101100", "11111000100", "01 01111000",
    "11110010000", "11111000000", "01011000010", "10010100 00", "11100000000", "10010000000",
]  # fmt: skip


def test_alpha_is_that_of_a_printed_example():
    answers = pd.DataFrame([[float(each) if each.strip() else np.nan for each in row] for row in PRINTED])
    found = alpha(answers.fillna(answers.median()))
    assert found is not None
    assert (found.items, found.learners) == (11, 12)
    assert found.value == pytest.approx(0.738019, abs=5e-7)
    assert (found.low, found.high) == (pytest.approx(0.447, abs=5e-4), pytest.approx(0.911, abs=5e-4))


def test_alpha_is_none_where_nothing_can_agree():
    assert alpha(pd.DataFrame({"one": [1, 0, 1, 0, 1, 0]})) is None
    assert alpha(pd.DataFrame({"one": [1.0] * 6, "two": [0.0] * 6})) is None


def test_point_biserial_is_that_of_scipy():
    draw = np.random.default_rng(7)
    item, rest = draw.integers(0, 2, 60), draw.normal(10, 3, 60)
    assert correlation(item, rest) == pytest.approx(stats.pointbiserialr(item, rest).statistic)
    assert discrimination(item, rest + item) == pytest.approx(stats.pearsonr(item, rest).statistic)


def test_analysis_by_hand():
    points = pd.DataFrame({"easy": [2.0] * 5, "turned": [0.0, 0, 2, 2, 2], "half": [2.0, 2, 1, 0, 0]})
    table = analysis(points, {"easy": 2, "turned": 2, "half": 2, "gone": 4}, points.sum(axis=1))
    assert list(table["mean"]) == [1, 0.6, 0.5, 0]
    assert list(table["full"]) == [1, 0.6, 0.4, 0]
    assert list(table["flag"]) == ["easy", "negative", "negative", "hard"]
    # 0 0 2 2 2 against the rest 4 4 3 2 2: sums of squares 4.8 and 4, of products -4
    assert table["discrimination"]["turned"] == pytest.approx(-4 / (4.8 * 4) ** 0.5)
    assert np.isnan(table["discrimination"]["easy"])


def test_upper_and_lower_group_hold_27_per_cent():
    totals = pd.Series(range(100), [f"s{n:02d}" for n in range(100)])
    upper, lower = groups(totals)
    assert (len(upper), len(lower)) == (27, 27)
    assert (min(upper), max(lower)) == ("s73", "s26")
    assert groups(totals[:9]) == ([], [])


def test_distractors_by_hand():
    totals = pd.Series(range(10), list("abcdefghij"))  # upper h i j, lower a b c
    chosen = {one: {"wrong"} for one in "ab"} | {one: {"right"} for one in "cdefgh"} | {one: {"trap"} for one in "ij"}
    table = distractors(chosen, totals, {"right": True, "wrong": False, "trap": False, "never": False})
    assert table[["all", "upper", "lower"]].to_numpy().tolist() == [[6, 1, 1], [2, 0, 2], [2, 2, 0], [0, 0, 0]]
    assert list(table["flag"]) == ["", "", "", "rare"]  # two of three are chance
    table = distractors(chosen, totals, {"right": True}, to_be_chosen=False)
    assert list(table["flag"]) == [""]


def drawn(seed, learners, items):
    """Return learners' totals, and which of five wrong options of each item they chose, whatever they know."""
    rng = np.random.default_rng(seed)
    names = [f"s{number:03d}" for number in range(learners)]
    totals = pd.Series(rng.normal(60, 15, learners), names)
    return totals, [dict(zip(names, map(str, rng.integers(0, 5, learners)), strict=True)) for _ in range(items)]


@pytest.mark.parametrize("learners", [30, 60, 200])
def test_of_a_hundred_options_chosen_by_chance_one_at_most_is_said_to_attract(learners):
    totals, answers = drawn(11, learners, 60)
    right = dict.fromkeys("01234", False)
    tables = [distractors({one: {each} for one, each in item.items()}, totals, right) for item in answers]
    flags = pd.concat(tables)["flag"]
    assert (flags == "attracts").mean() <= CHANCE


def test_an_option_that_attracts_is_found():
    totals, (item,) = drawn(12, 60, 1)
    upper, _ = groups(totals)
    chosen = {one: {"trap" if one in upper[:12] else each} for one, each in item.items()}
    assert distractors(chosen, totals, {"trap": False, "0": False})["flag"].tolist() == ["attracts", ""]


@pytest.mark.parametrize("learners", [20, 30, 60])
def test_an_item_answered_by_chance_is_seldom_said_to_be_turned(learners):
    rng = np.random.default_rng(13)
    most = {f"i{number}": 1.0 for number in range(200)}
    points = pd.DataFrame(rng.integers(0, 2, (learners, 200)), columns=list(most)).astype(float)
    known = pd.Series(rng.normal(60, 15, learners))
    found = [analysis(points[[item]], {item: 1.0}, known + points[item])["flag"].iloc[0] for item in most]
    assert found.count("negative") / 200 <= 0.04  # 2.5 per cent, and what chance adds in 200
    turned = (known < known.median()).astype(float).to_frame("turned")
    assert analysis(turned, {"turned": 1.0}, known + turned["turned"])["flag"].tolist() == ["negative"]
