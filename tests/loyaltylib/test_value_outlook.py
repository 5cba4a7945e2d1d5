"""Offers, spread, complaints and choice: by hand, at the edges, and what they refuse; then all of them at once."""

from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from loyaltylib import value
from loyaltylib.errors import RuleError, UnknownName
from loyaltylib.value import FunnelRules, Level, Offer, Quadrant
from loyaltylib.value_board_parts import interval, people, signed_money
from loyaltylib.value_outlook import Outlook

COUNTED = {"very dissatisfied": 63, "neutral": 76, "satisfied": 536, "very satisfied": 774}
money = st.floats(0.01, 1e4)
share = st.floats(0, 1)


def test_an_offer_is_worth_what_its_terms_are_worth():
    offer = Offer(80, 64)
    assert (offer.net, offer.ratio) == (16, 1.25)
    assert offer.ratio == value.value_ratio(functional=60, emotional=20, money=40, time=10, energy=8, psychic=6)
    with pytest.raises(RuleError, match="costs is -1"):
        Offer(10, -1)
    with pytest.raises(RuleError, match="come to 0"):
        _ = Offer(10, 0).ratio


@given(share, share)
def test_another_spread_has_as_many_customers(worst, best):
    if worst + best > 1:
        with pytest.raises(RuleError, match="at most 1 for both"):
            value.respread(COUNTED, worst, best)
        return
    found = value.respread(COUNTED, worst, best)
    assert sum(found.values()) == pytest.approx(1449)
    assert found[Level.NEUTRAL] * 536 == pytest.approx(found[Level.SATISFIED] * 76)
    assert min(found.values()) >= 0


def test_a_spread_at_its_edges():
    assert value.respread({"very satisfied": 10}, 0.2, 0.3)[Level.NEUTRAL] == pytest.approx(5)
    assert sum(value.respread({}, 0.2, 0.3).values()) == 0
    with pytest.raises(UnknownName, match="delighted"):
        value.respread({"delighted": 1}, 0.2, 0.3)
    with pytest.raises(RuleError, match="give a fraction"):
        value.respread(COUNTED, 20, 0.3)


@given(share, share)
def test_complaints_move_customers_up_and_lose_none(complain, won_back):
    after = value.after_complaints(COUNTED, FunnelRules(complain, won_back))
    assert sum(after.values()) == pytest.approx(1449)
    assert after[Level.SATISFIED] - 536 == pytest.approx(63 * complain * won_back)
    assert after[Level.NEUTRAL] == 76


def test_both_unhappy_levels_complain_by_the_course():
    after = value.after_complaints({"very dissatisfied": 100, "dissatisfied": 200})
    assert after[Level.DISSATISFIED] == pytest.approx(200 * (1 - 0.67 * 0.75))
    assert after[Level.SATISFIED] == pytest.approx(300 * 0.67 * 0.75)
    with pytest.raises(RuleError, match="at least 0"):
        value.after_complaints({"neutral": -1})


@given(money, money, money)
def test_choice_is_there_only_where_moving_pays(ours, rival, cost):
    choice = value.choice_left(ours, rival, cost)
    assert 0 <= choice <= 1
    assert (choice > 0) == (rival - ours - cost > 0)
    assert value.choice_left(ours, rival, cost + 1) <= choice


@pytest.mark.parametrize(
    ("ours", "rival", "cost", "choice"),
    [(30, 50, 10, 0.2), (0, 50, 0, 1), (-20, 50, 0, 1), (-20, -10, 0, 1), (-20, -10, 10, 0), (50, 50, 0, 0)],
)
def test_choice_by_hand(ours, rival, cost, choice):
    assert value.choice_left(ours, rival, cost) == pytest.approx(choice)


def test_choice_refuses_a_negative_cost():
    with pytest.raises(RuleError, match="switching_cost is -1"):
        value.choice_left(1, 2, -1)


@given(share)
def test_the_kinds_are_all_customers_and_those_of_the_curve(choice):
    found = value.expected_kinds({1: 63, 3: 76, 4: 536, 5: 774}, choice)
    assert sum(found.values()) == pytest.approx(1449)
    assert found[Quadrant.APOSTLE] + found[Quadrant.MERCENARY] == pytest.approx(536 + 774)
    assert found[Quadrant.MERCENARY] == pytest.approx(536 * (1 - value.loyalty_curve(4, choice)))


def test_kinds_on_another_scale_and_outside_it():
    ten = value.LoyaltyRules(8, 6, 7, 9, satisfaction_scale=(1, 10), stay_scale=(1, 10))
    assert value.expected_kinds({10: 5, 1: 2}, 1, ten)[Quadrant.DEFECTOR] == 2
    with pytest.raises(RuleError, match="satisfaction is 6"):
        value.expected_kinds({6: 1})
    with pytest.raises(RuleError, match="at least 0"):
        value.expected_kinds({3: -1})


def test_an_outlook_is_its_parts():
    seen = Outlook(Offer(140, 110), Offer(175, 125), 10, COUNTED, FunnelRules(0.04, 0.7))
    assert seen.funnel == value.complaint_funnel(63, FunnelRules(0.04, 0.7))
    assert seen.loss == value.expected_loss(seen.customers)
    assert sum(each.low for each in seen.losses.values()) == pytest.approx(seen.loss.low)
    assert seen.stay(Level.SATISFIED) == value.loyalty_curve(4, seen.choice)
    assert seen.satisfied == pytest.approx(seen.customers[Level.SATISFIED] + seen.customers[Level.VERY_SATISFIED])
    assert Level.DISSATISFIED not in seen.customers
    with pytest.raises(RuleError, match="switching_cost is -1"):
        Outlook(Offer(1, 1), Offer(1, 1), -1, COUNTED, FunnelRules(0.04, 0.7))


@pytest.mark.parametrize(
    ("ours", "rival", "agree"),
    [((80, 62.5), (102.5, 82.5), False), ((140, 110), (175, 125), True), ((9, 6), (9, 6), True)],
)
def test_an_outlook_knows_whether_difference_and_ratio_agree(ours, rival, agree):
    assert Outlook(Offer(*ours), Offer(*rival), 0, COUNTED, FunnelRules(0, 0)).agree is agree


def test_points_of_the_levels():
    assert [level.points for level in Level] == [1, 2, 3, 4, 5]


def test_numbers_as_the_picture_writes_them():
    assert interval(8.2, 7.9, "en") == "8"
    assert (people(9.96, "en"), people(10.2, "en")) == ("10.0", "10")
    assert (signed_money(30, "zh"), signed_money(-20, "en"), signed_money(0, "en")) == ("+30 元", "-¥20", "¥0")
