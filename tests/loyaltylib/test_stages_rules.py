"""The rules of the stages and of staying, in plain Python: against print, total and exclusive, monotone, bad input."""

import math

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from loyaltylib import concepts, stages
from loyaltylib.errors import RuleError, UnknownName
from loyaltylib.stages import (
    ETHICS,
    OPENINGS,
    Benefit,
    Breakup,
    BreakupRules,
    Hold,
    Move,
    Opportunity,
    PurchaseRisk,
    Stage,
    StageLimits,
    Tactic,
    breakup_causes,
    compare,
    compliance_note,
    ethics_flag,
    hold,
    move_of,
    pleasure,
    stage_of,
    switching,
)

# ---------------------------------------------------------------- against print (concepts.md A14, R4, Y, Z)


def test_q084_q085_45_per_cent_is_stage_2_and_65_per_cent_stage_3():
    assert (stage_of(0.45).number, stage_of(0.65).number) == (2, 3)


@pytest.mark.parametrize(
    ("share", "upper", "lower"),
    [
        (0, "development", "development"),
        (1e-12, "early", "early"),
        (0.49, "early", "early"),
        (0.5, "stable", "early"),
        (0.51, "stable", "stable"),
        (0.8, "strategic", "stable"),
        (0.1 + 0.7, "strategic", "stable"),  # 0.7999999999999999 on a machine
        (0.81, "strategic", "strategic"),
        (1, "strategic", "strategic"),
    ],
)
def test_amb_34_limits(share, upper, lower):
    assert (stage_of(share), stage_of(share, boundary="lower")) == (upper, lower)


def test_amb_34_a_share_alone_makes_no_partnership():
    assert [stage_of(0.9, known) for known in (None, True, False)] == ["strategic", "strategic", "stable"]
    assert stage_of(0.6, confirmed_partnership=True) == "stable"
    assert stage_of(0, confirmed_partnership=True) == "development"


def test_amb_35_six_openings_are_seven_of_the_eight_opportunities():
    assert len(OPENINGS) == 6
    assert len(Opportunity) == 8
    assert set(Opportunity) - {chance for several in OPENINGS.values() for chance in several} == {"weak tie"}


def test_amb_37_flags_and_notes():
    assert [tactic.ethics_flag for tactic in Tactic] == [True, True, False]
    for lang in ("en", "zh"):
        assert [compliance_note(tactic, lang) is None for tactic in Tactic] == [False, False, True]
        assert all(concepts.get(name).note(lang) for name in ETHICS)
    assert not ethics_flag("stage.early")


def test_five_benefits_six_risks_three_causes():
    assert (len(Benefit), len(PurchaseRisk), len(Breakup), len(Tactic)) == (5, 6, 3, 3)


def test_every_member_is_an_entry_of_the_registry():
    for member in (*Stage, *Opportunity, *Tactic, *Breakup):
        assert concepts.get(member.concept).taught_in == "stages"


def test_everything_public_is_there():
    assert all(hasattr(stages, name) for name in stages.__all__)


# ---------------------------------------------------------------- total, exclusive, monotone

quick = settings(max_examples=200, deadline=None, derandomize=True)
SHARES = st.floats(0, 1) | st.sampled_from([0.0, 0.5, 0.8, 1.0, math.nextafter(0.5, 0), math.nextafter(0.8, 1)])
KNOWN = st.sampled_from([None, True, False])
SIDES = st.sampled_from(["upper", "lower"])


def claims(share, known, side):
    """Each stage's own condition, as section Y words it; floats are read to nine decimals."""
    near = round(share, 9)
    past_main, past_strategic = (near >= x if side == "upper" else near > x for x in (0.5, 0.8))
    return {
        "development": share == 0,
        "early": share > 0 and not past_main,
        "stable": past_main and (not past_strategic or known is False),
        "strategic": past_strategic and known is not False,
    }


@quick
@given(SHARES, KNOWN, SIDES)
def test_exactly_one_stage_claims_every_share(share, known, side):
    assert [stage for stage, holds in claims(share, known, side).items() if holds] == [stage_of(share, known, side)]


@quick
@given(SHARES, SHARES, KNOWN, SIDES)
def test_a_larger_share_is_never_an_earlier_stage(one, other, known, side):
    low, high = sorted((one, other))
    assert stage_of(low, known, side).number <= stage_of(high, known, side).number


def test_every_pair_of_stages_has_one_move():
    table = [[move_of(before, after).value for after in Stage] for before in Stage]
    assert table == [
        ["stayed", "up", "skipped", "skipped"],
        ["down", "stayed", "up", "skipped"],
        ["collapsed", "down", "stayed", "up"],
        ["collapsed", "collapsed", "down", "stayed"],
    ]
    assert {move_of(None, stage) for stage in Stage} == {Move.FIRST}


# ---------------------------------------------------------------- staying and leaving

MONEY = st.floats(0, 1e6)


def test_switching_by_hand():
    move = switching(advantage=40.0, cost=60.0, risk=20.0, periods=2, discount=0.25)
    assert move.annuity == pytest.approx(1 / 1.25 + 1 / 1.25**2)  # 0.8 + 0.64
    assert move.gain == pytest.approx(57.6)
    assert (move.pain, move.stays) == (80, True)
    assert move.tolerated == pytest.approx(80 / 1.44)
    assert move.breakeven == pytest.approx(2)
    assert switching(advantage=0, cost=5).breakeven is None
    assert switching(advantage=5.0, cost=5.0).stays  # only more than the cost makes the customer go


@quick
@given(st.floats(-1e5, 1e5), MONEY, MONEY, st.integers(1, 40), st.floats(0, 0.5))
def test_a_higher_cost_never_makes_a_customer_go_and_lowers_sensitivity_to_price(gain, cost, more, n, rate):
    low = switching(advantage=gain, cost=cost, periods=n, discount=rate)
    high = switching(advantage=gain, cost=cost, risk=more, periods=n, discount=rate)
    assert high.stays or not low.stays
    assert high.tolerated >= low.tolerated
    assert not (low.stays and low.gain > low.pain)


@quick
@given(st.floats(-1e5, 1e5), MONEY, st.integers(1, 40))
def test_scaling_money_scales_money(gain, cost, n):
    one, thousand = (switching(advantage=k * gain, cost=k * cost, periods=n) for k in (1, 1024))
    assert (thousand.gain, thousand.pain, thousand.stays) == (1024 * one.gain, 1024 * one.pain, one.stays)


def test_compare_is_the_course_at_no_cost_and_the_kit_above():
    assert not compare(50, 50.01).stays
    assert compare(50, 50).stays
    assert compare(50, 64.9, cost=10, risk=5).stays
    assert not compare(50, 65.1, cost=10, risk=5).stays


@pytest.mark.parametrize(
    ("satisfaction", "advantage", "cost", "expected"),
    [
        (5, 0, 0, "content"), (4, -3, 10, "content"), (5, 5, 10, "held"), (3.9, 5, 10, "hostage"),
        (1, -3, 0, "hostage"), (5, 11, 10, "leaves"), (1, 11, 10, "leaves"),
    ],
)  # fmt: skip
def test_amb_38_what_holds_a_customer(satisfaction, advantage, cost, expected):
    assert hold(satisfaction, switching(advantage=advantage, cost=cost)) == expected


@quick
@given(st.floats(1, 5), st.floats(-1e3, 1e3), st.floats(0, 1e3))
def test_exactly_one_hold(satisfaction, advantage, cost):
    move = switching(advantage=advantage, cost=cost)
    happy = satisfaction >= 4
    holds = {
        Hold.LEAVES: not move.stays,
        Hold.HOSTAGE: move.stays and not happy,
        Hold.HELD: move.stays and happy and move.gain > 0,
        Hold.CONTENT: move.stays and happy and move.gain <= 0,
    }
    assert [name for name, true in holds.items() if true] == [hold(satisfaction, move)]


@quick
@given(st.lists(st.floats(1, 5), min_size=5, max_size=5))
def test_pleasure_lies_between_the_worst_and_the_best_rating(ratings):
    found = pleasure(dict(zip(Benefit, ratings, strict=True)))
    assert min(ratings) - 1e-9 <= found <= max(ratings) + 1e-9


def test_causes_of_a_breakup():
    assert breakup_causes() == ()
    assert breakup_causes("market", "none", 30) == ()
    assert breakup_causes(wait=31) == ("unsolved complaint",)
    assert breakup_causes("price", "competitor") == ("rival",)
    assert breakup_causes("product") == ("unmet need",)
    assert breakup_causes(wait=8, rules=BreakupRules(timely_days=7)) == ("unsolved complaint",)


# ---------------------------------------------------------------- bad input

ALL_FIVE = dict.fromkeys(Benefit, 3)


@pytest.mark.parametrize(
    ("call", "error", "says"),
    [
        (lambda: stage_of(45), RuleError, r"share is 45; give a fraction from 0 to 1 \(0.45 for 45 per cent\)"),
        (lambda: stage_of(-0.1), RuleError, "share is -0.1"),
        (lambda: stage_of(float("nan")), RuleError, "share is nan"),
        (lambda: stage_of(None), RuleError, "share is None"),
        (lambda: stage_of("half"), RuleError, "share is 'half'"),
        (lambda: stage_of(0.5, boundary="middle"), UnknownName, "no boundary named 'middle'"),
        (lambda: StageLimits(0.8, 0.5), RuleError, "give 0 < main_share < strategic_share"),
        (lambda: StageLimits(0, 0.5), RuleError, "give 0 < main_share"),
        (lambda: StageLimits(50, 80), RuleError, "StageLimits.main_share is 50"),
        (lambda: move_of("late", "early"), UnknownName, "no stage named 'late'"),
        (lambda: stages.strategies_for("mature"), UnknownName, "no stage named 'mature'"),
        (lambda: stages.traits_of("mature"), UnknownName, "no stage named 'mature'"),
        (lambda: ethics_flag("early.tactic.9"), UnknownName, "no concept named 'early.tactic.9'"),
        (lambda: compliance_note("bribe"), UnknownName, "no tactic named 'bribe'"),
        (lambda: pleasure({"price": 3}), UnknownName, "no benefit named 'price'"),
        (lambda: pleasure({"service": 3}), RuleError, "scores have no product quality, technology"),
        (lambda: pleasure(ALL_FIVE | {"service": 6}), RuleError, "give a number from 1 to 5"),
        (lambda: switching(advantage=float("inf"), cost=1), RuleError, "advantage is inf"),
        (lambda: switching(advantage=1, cost=-1), RuleError, "cost is -1; give a number of at least 0"),
        (lambda: switching(advantage=1, cost=1, risk=-1), RuleError, "risk is -1"),
        (lambda: switching(advantage=1, cost=1, periods=0), RuleError, "periods is 0; give a number above 0"),
        (lambda: switching(advantage=1, cost=1, periods=1.5), RuleError, "periods is 1.5; give a whole number"),
        (lambda: switching(advantage=1, cost=1, discount=-0.1), RuleError, "discount is -0.1"),
        (lambda: compare("50", 60), RuleError, "present is '50'"),
        (lambda: hold(0, switching(advantage=1, cost=1)), RuleError, "satisfaction is 0"),
        (lambda: hold(3, switching(advantage=1, cost=1), satisfied=6), RuleError, "satisfied is 6"),
        (lambda: breakup_causes(wait=-1), RuleError, "wait is -1"),
        (lambda: BreakupRules(timely_days=-1), RuleError, "BreakupRules.timely_days is -1"),
        (lambda: BreakupRules(recent_days=0), RuleError, "BreakupRules.recent_days is 0"),
    ],
)
def test_what_is_refused(call, error, says):
    with pytest.raises(error, match=says):
        call()
