"""What serving costs and how accounts stand: by hand, at the edges, bad input."""

import pandas as pd
import pytest

from autograders.checks import relationships as checks
from loyaltylib.data import load
from loyaltylib.errors import DataError, RuleError
from loyaltylib.relationships import GridRules, RelationshipType, Verdict
from loyaltylib.relationships_accounts import BIN, TOP, Standing, hold_accounts, measure_accounts, summarise
from loyaltylib.relationships_service import ServiceRules, plan_segment, yearly_cost

HELD = pd.DataFrame(
    {
        "customer_id": list("abcd"),
        "revenue": [30_000.0, 29_999.0, 900.0, 50_000.0],
        "profit": [13_500.0, 6_000.0, 90.0, -500.0],
        "margin": [0.45, 0.2, 0.1, -0.01],
        "in_use": ["partnership", "basic", "proactive", "accountable"],
    }
)


def test_the_costs_are_those_the_chapter_tells():
    assert {kind.value: yearly_cost(kind) for kind in RelationshipType} == {
        kind: hours * checks.HOUR for kind, hours in checks.HOURS.items()
    }
    assert yearly_cost(RelationshipType.ACCOUNTABLE, ServiceRules(visit=50, talk=10)) == 70


def test_a_plan_by_hand():
    plan = plan_segment(customers=150, margin=0.3, revenue=6000)
    assert (plan.advised, plan.profit, plan.cost, plan.left) == ("accountable", 1800, 800, 1000)
    assert plan_segment(customers=150, margin=0.3, revenue=6000, rules=GridRules(few_most=150)).cost == 2400
    assert plan_segment(customers=0, margin=0.0, revenue=0).left == -800


@pytest.mark.parametrize("wrong", [{"revenue": -1}, {"customers": 1.5}, {"margin": 2}])
def test_a_plan_that_makes_no_sense(wrong):
    with pytest.raises(RuleError):
        plan_segment(**{"customers": 10, "margin": 0.1, "revenue": 1} | wrong)
    with pytest.raises(RuleError, match="visit"):
        ServiceRules(visit=-1)


def test_accounts_by_hand():
    held = hold_accounts(HELD)
    assert [each.customers for each in held] == [2, 2, 2, 2]
    assert [each.large for each in held] == [True, False, False, True]
    assert [each.fit.advised for each in held] == ["partnership", "proactive", "accountable", "accountable"]
    assert [each.fit.verdict for each in held] == ["fits", "too little", "too much", "fits"]
    found = summarise(held)
    assert (found.large, found.other, found.less, found.unpaid) == (2, 2, 1, 2)
    assert found.standings == {
        Verdict.TOO_LITTLE: Standing(1, 0),
        Verdict.FITS: Standing(2, 1),
        Verdict.TOO_MUCH: Standing(1, 1),
    }
    heap = found.heaps[True, Verdict.FITS]
    assert (len(heap), heap[0], heap[22]) == (round(TOP / BIN), 1, 1)


def test_one_kind_may_be_empty_and_a_table_too():
    assert [each.customers for each in hold_accounts(HELD, 10**6)] == [4, 4, 4, 4]
    assert summarise(hold_accounts(HELD.head(0))).accounts == 0


def test_accounts_that_cannot_be_held():
    with pytest.raises(DataError, match="margin"):
        hold_accounts(HELD.drop(columns="margin"))
    with pytest.raises(RuleError, match="large_from"):
        hold_accounts(HELD, 0)


def test_the_company_as_the_chapter_has_it():
    company = load("company")
    accounts = measure_accounts(company, company.as_of).set_index("customer_id")
    chapter = checks.measured(company).set_index("customer_id").sort_index()
    assert accounts.index.tolist() == chapter.index.tolist()
    assert accounts["profit"].tolist() == pytest.approx(chapter["profit"].tolist())
    assert accounts["in_use"].tolist() == chapter["in_use"].tolist()
    held = hold_accounts(accounts.reset_index())
    assert [each.fit.verdict for each in held] == chapter["fit"].tolist()
    with pytest.raises(RuleError, match="days is 0"):
        measure_accounts(company, company.as_of, days=0)
