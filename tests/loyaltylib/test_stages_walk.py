"""The outlook of one account: a path bent by hand, its stages, and when a rival takes share."""

from __future__ import annotations

import pandas as pd
import pytest
from hypothesis import given
from hypothesis import strategies as st

from loyaltylib.concepts import get
from loyaltylib.errors import RuleError
from loyaltylib.stages import (
    ETHICS,
    Hold,
    Push,
    Stage,
    StageLimits,
    bent,
    fair_strategies,
    outlook,
    stage_path,
    switching,
    walk,
)

shares = st.lists(st.floats(0, 1), min_size=1, max_size=9)
BETTER, DEAR = switching(advantage=30.0, cost=20.0), switching(advantage=30.0, cost=40.0)


def test_a_path_bent_by_hand():
    assert bent([0.4, 0.4, 0.5, 0.5], Push(won=0.1, taken=0.3, quarter=3)) == pytest.approx((0.4, 0.5, 0.4, 0.5))


def test_what_would_pass_an_end_stops_there_and_goes_on_from_there():
    assert bent([0.9, 0.9, 0.9], Push(won=0.3)) == (0.9, 1.0, 1.0)
    assert bent([0.2, 0.2, 0.2], Push(won=0.1, taken=0.8)) == pytest.approx((0.2, 0.0, 0.1))


@given(shares, st.floats(-1, 1), st.floats(0, 1), st.integers(2, 9))
def test_a_share_stays_a_share_and_the_first_one_where_it_was(path, won, taken, quarter):
    moved = bent(path, Push(won, taken, quarter))
    assert len(moved) == len(path)
    assert moved[0] == path[0]
    assert all(0 <= share <= 1 for share in moved)


@given(shares)
def test_with_nothing_won_or_taken_the_path_is_as_it_was(path):
    assert bent(path, Push()) == pytest.approx(tuple(path))


@pytest.mark.parametrize(
    ("path", "how", "words"),
    [
        ([], {}, "at least one"),
        ([40], {}, "share"),
        ([0.4], {"won": 2}, "won"),
        ([0.4], {"taken": -0.1}, "taken"),
        ([0.4], {"quarter": 1}, "quarter"),
    ],
)
def test_what_makes_no_sense_is_refused(path, how, words):
    with pytest.raises(RuleError, match=words):
        bent(path, Push(**how))


def test_the_walk_is_that_of_the_wallet():
    path = [0.45, 0.55, 0.9, 0.3, 0.0, 0.6]
    wallet = pd.DataFrame({"customer_id": "a", "period": pd.date_range("2024-03-31", periods=6, freq="QE")})
    frame = stage_path(wallet.assign(own_spend=[100 * share for share in path], total_category_spend=100.0))
    steps = walk(path)
    assert [step.stage for step in steps] == frame["stage"].tolist()
    assert [step.move for step in steps] == frame["move"].tolist()
    assert walk([0.45], StageLimits(0.4, 0.7))[0].stage is Stage.STABLE


def test_a_rival_takes_share_only_where_leaving_pays():
    gone = outlook([0.6, 0.6], BETTER, 5, Push(taken=0.5))
    kept = outlook([0.6, 0.6], DEAR, 2, Push(taken=0.5))
    assert (gone.verdict, kept.verdict) == (Hold.LEAVES, Hold.HOSTAGE)
    assert [step.share for step in gone.steps] == pytest.approx([0.6, 0.1])
    assert [step.share for step in kept.steps] == pytest.approx([0.6, 0.6])
    assert kept.base == (0.6, 0.6)


@pytest.mark.parametrize("lang", ["en", "zh"])
@pytest.mark.parametrize("stage", Stage)
def test_nothing_with_a_flag_is_advised(stage, lang):
    flagged = {get(each).term(lang) for each in ETHICS}
    advised = fair_strategies(stage, lang)
    assert advised
    assert not flagged & set(advised)
