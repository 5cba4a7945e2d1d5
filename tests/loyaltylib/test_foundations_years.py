"""A customer over the years: sums by hand, edges, and what holds whatever the numbers."""

from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from loyaltylib.errors import RuleError
from loyaltylib.foundations import CustomerYears, Keeping, customer_value, retention_effect

rates = st.integers(5, 90).map(lambda points: points / 100)
changes = st.integers(0, 9).map(lambda points: points / 100)
margins = st.floats(10, 5000)


def test_what_has_been_brought_is_a_sum_by_hand():
    one = CustomerYears(margin=1000, retention=0.5, cost=1500, discount=0.25)
    assert one.brought(3) == pytest.approx([-1500, -500, -100, 60])
    assert (one.back, one.tenure, one.net) == (3, 2, pytest.approx(1000 / 0.6 - 1500))


def test_a_cost_that_is_nothing_or_within_the_first_margin():
    assert CustomerYears(margin=100, retention=0.5).back == 0
    assert CustomerYears(margin=100, retention=0.5, cost=100).back == 1
    assert CustomerYears(margin=100, retention=0.0, cost=101).back is None


@given(margin=margins, retention=rates, cost=st.floats(1, 20_000), discount=st.floats(0, 0.3))
def test_the_year_it_comes_back_is_the_first_in_which_it_has(margin, retention, cost, discount):
    one = CustomerYears(margin, retention, cost, discount)
    back = one.back
    if back is None:
        assert one.brought(60)[-1] <= 1e-6
    elif back < 500:
        so_far = one.brought(back)
        assert so_far[-1] >= -1e-6 * cost
        assert so_far[-2] < 1e-6 * cost


@given(margin=margins, retention=rates, change=changes, discount=st.floats(0, 0.3))
def test_the_effect_is_that_of_the_values(margin, retention, change, discount):
    plan = Keeping(CustomerYears(margin, retention, discount=discount), change)
    values = [customer_value(margin=margin, retention=rate, discount=discount) for rate in (retention, plan.retention)]
    assert plan.effect == pytest.approx(values[1] / values[0] - 1)
    ((_, read_off),) = plan.effects([retention])
    assert read_off == pytest.approx(plan.effect, abs=1e-6)
    if not discount:
        same = retention_effect(retention=retention, change=change, margin=margin)
        assert plan.effect == pytest.approx(same.value_after / same.value - 1)


@given(margin=margins, retention=rates, change=changes)
def test_at_the_most_that_keeping_may_cost_the_value_stays(margin, retention, change):
    plan = Keeping(CustomerYears(margin, retention), change)
    if plan.most_fee < margin:
        assert Keeping(plan.customer, change, plan.most_fee).effect == pytest.approx(0, abs=1e-6)


@pytest.mark.parametrize(
    "wrong",
    [
        lambda one: Keeping(one, 0.3),
        lambda one: Keeping(one, -0.8),
        lambda one: Keeping(one, fee=-1),
        lambda one: Keeping(one, fee=100),
        lambda _: CustomerYears(100, 0.75, cost=-1),
        lambda _: CustomerYears(100, 1.0),
        lambda one: one.brought(-1),
    ],
)
def test_what_makes_no_sense_is_refused(wrong):
    with pytest.raises(RuleError):
        wrong(CustomerYears(100, 0.75))
