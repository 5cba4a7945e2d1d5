"""Actions on a tier: who is reached, where they go, and what is at stake after it."""

from __future__ import annotations

from datetime import date
from types import SimpleNamespace

import pandas as pd
import polars as pl
import pytest
from hypothesis import given
from hypothesis import strategies as st

from loyaltylib.errors import DataError, RuleError
from loyaltylib.tiers import Tier
from loyaltylib.tiers_actions import Action, act, revenue, value_at_stake

TIERS = {
    "customer_id": ["C1", "C2", "C3", "C4", "C5", "C6"],
    "tier": ["at_risk", "at_risk", "at_risk", "at_risk", "core", "onlooker"],
    "rank": [3, 3, 3, 3, 7, 2],
}
PAID = {"customer_id": ["C1", "C2", "C3", "C5"], "revenue": [10.0, 300.0, 50.0, 640.0]}
KINDS = [pd.DataFrame, pl.DataFrame]


@pytest.mark.parametrize("make", KINDS)
def test_half_of_a_tier_moves_and_those_who_bring_in_most_first(make):
    after = act(make(TIERS), make(PAID), Action(Tier.AT_RISK, Tier.REGULAR, 0.5, "revenue"))
    assert isinstance(after, make)
    assert list(after["tier"]) == ["at_risk", "regular", "regular", "at_risk", "core", "onlooker"]
    assert list(after["rank"]) == [3, 6, 6, 3, 7, 2]


@pytest.mark.parametrize("make", KINDS)
def test_what_each_tier_brings_in(make):
    worth = value_at_stake(make(TIERS), make(PAID))
    rows = {tier: (n, paid) for tier, n, paid in zip(worth["tier"], worth["customers"], worth["value"], strict=True)}
    assert rows["at_risk"] == (4, 360.0)
    assert rows["core"] == (1, 640.0)
    assert rows["onlooker"] == (1, 0.0)
    assert len(rows) == 8


def test_the_number_reached_is_rounded_half_up():
    for share, reached in ((0.1, 0), (0.125, 1), (0.37, 1), (0.375, 2), (1.0, 4)):
        after = act(pd.DataFrame(TIERS), pd.DataFrame(PAID), Action(Tier.AT_RISK, Tier.CORE, share))
        assert (after["tier"] == "core").sum() == 1 + reached


@given(st.sampled_from(list(Tier)), st.sampled_from(list(Tier)), st.floats(0, 1), st.sampled_from(["any", "revenue"]))
def test_an_action_moves_only_its_own_tier_and_keeps_every_customer_and_yuan(start, end, share, first):
    try:
        action = Action(start, end, share, first)
    except RuleError:
        return
    before, paid = pd.DataFrame(TIERS), pd.DataFrame(PAID)
    after = act(before, paid, action)
    moved = after["tier"] != before["tier"]
    assert list(after["customer_id"]) == list(before["customer_id"])
    assert set(before.loc[moved, "tier"]) <= {start}
    assert set(after.loc[moved, "tier"]) <= {end}
    assert value_at_stake(after, paid)["value"].sum() == 1000


def test_more_reach_never_lets_go_of_someone_reached_before():
    before, paid = pd.DataFrame(TIERS), pd.DataFrame(PAID)
    for first in ("any", "revenue"):
        reached: set[str] = set()
        for share in (0, 0.25, 0.5, 0.75, 1):
            after = act(before, paid, Action(Tier.AT_RISK, Tier.REGULAR, share, first))
            now = set(after.loc[after["tier"] == "regular", "customer_id"])
            assert reached <= now
            reached = now


@pytest.mark.parametrize(
    ("start", "end", "share", "message"),
    [
        ("at_risk", "at_risk", 0.5, "two different tiers"),
        ("at_risk", "onlooker", 0.5, "no onlooker any more"),
        ("onlooker", "lost", 0.5, "cannot be lost"),
        ("at_risk", "core", 1.5, "1.5; give a fraction"),
        ("at_risk", "core", float("nan"), "give a fraction"),
    ],
)
def test_an_action_that_makes_no_sense_is_refused(start, end, share, message):
    with pytest.raises(RuleError, match=message):
        Action(Tier(start), Tier(end), share)


def orders(make, **changes):
    days = pd.to_datetime(["2025-12-31", "2025-01-01", "2024-12-31", "2026-01-01"])
    table = {"customer_id": ["C1", "C1", "C1", "C2"], "date": list(days), "amount": [1.0, 2.0, 4.0, 8.0], **changes}
    return SimpleNamespace(transactions=make(table))


@pytest.mark.parametrize("make", KINDS)
def test_revenue_counts_the_last_365_days_with_both_ends(make):
    sums = revenue(orders(make), date(2025, 12, 31))
    assert list(sums["customer_id"]) == ["C1"]
    assert list(sums["revenue"]) == [3.0]


def test_a_negative_amount_is_refused_at_the_gate():
    with pytest.raises(DataError, match="amount"):
        revenue(orders(pd.DataFrame, amount=[1.0, -2.0, 4.0, 8.0]), date(2025, 12, 31))
