"""Scores and weights that are moved: three accounts a person can check by hand."""

from __future__ import annotations

import pandas as pd
import pytest

from loyaltylib import burnett
from loyaltylib.burnett_what_if import ScoreSheet, nearest_shift, standing
from loyaltylib.errors import DataError, RuleError, UnknownName

DRAWS = burnett.Draws(seed=1, number=20)
SCORES = pd.DataFrame(
    [
        *(("ann", "attractiveness", name.value, 5.0) for name in burnett.ATTRACTIVENESS),
        *(("ann", "relationship", name.value, 4.0) for name in burnett.RELATIONSHIP),
        *(("bo", "attractiveness", name.value, 5.0 if name == "volume" else 3.0) for name in burnett.ATTRACTIVENESS),
        *(("bo", "relationship", name.value, 2.0) for name in burnett.RELATIONSHIP),
        *(("cy", "attractiveness", name, 4.0) for name in burnett.GIVEN),
        *(("cy", "relationship", name.value, 2.0) for name in burnett.RELATIONSHIP),
    ],
    columns=["customer_id", "dimension", "indicator", "score"],
)


@pytest.fixture(scope="module")
def sheet():
    return ScoreSheet.of(SCORES)


def test_an_account_with_a_gap_is_left_out(sheet):
    assert sheet.accounts == ("ann", "bo")
    assert sheet.scores("bo")["volume"] == 5
    assert sheet.scores("bo")["tech"] == 3


def test_standing_of_two_accounts(sheet):
    found = standing(sheet, DRAWS)
    # bo: 3 + 2 x 0.08
    assert found.attractiveness.tolist() == [5, 3.16]
    assert found.relationship.tolist() == [4, 2]
    assert [found.cell(row).name for row in (0, 1)] == ["high_good", "medium_poor"]
    assert found.counts == (0, 0, 1, 1, 0, 0, 0, 0, 0)
    assert found.kept.tolist() == [1, 1]
    assert not found.shaky.any()
    assert found.nearest(0) is None
    assert found.nearest(1).moved == pytest.approx(0.255)


def test_a_shift_stops_at_the_ends_and_touches_one_account(sheet):
    moved = sheet.shifted("bo", attractiveness=1.5, relationship=-3)
    found = standing(moved, DRAWS)
    # bo: volume stays 5, the others 4.5
    assert found.attractiveness.tolist() == [5, 4.54]
    assert found.relationship.tolist() == [4, 1]
    assert sheet.stopped("bo", attractiveness=1.5, relationship=-3) == 1 + 7
    assert sheet.stopped("bo") == 0
    assert sheet.scores("bo")["tech"] == 3


def test_a_figure_at_a_cut_belongs_to_the_upper_band(sheet):
    cuts = burnett.Cuts(high_from=3.16)
    assert standing(sheet, DRAWS, cuts=cuts).cell(1).name == "high_poor"


def test_the_nearest_shift_brings_a_sum_to_its_target_and_no_further_than_it_can():
    assert nearest_shift([3, 3], [0.5, 0.5], 3.6, [-1, -0.5, 0, 0.5, 1]) == 0.5
    assert nearest_shift([5, 5], [0.5, 0.5], 9, [0, 1, 2]) == 0
    assert nearest_shift([2, 4], [0.5, 0.5], 3, [-0.5, 0.5, 0]) == 0
    with pytest.raises(RuleError, match="give at least one"):
        nearest_shift([3], [1], 3, [])


def test_what_is_refused(sheet):
    with pytest.raises(UnknownName, match="cy"):
        sheet.shifted("cy")
    with pytest.raises(DataError, match="no account has all 26"):
        ScoreSheet.of(SCORES[SCORES["customer_id"] == "cy"])
    with pytest.raises(RuleError, match="give one to each of the 19"):
        standing(sheet, DRAWS, burnett.BurnettWeights({"volume": 1.0}, frozenset()))
