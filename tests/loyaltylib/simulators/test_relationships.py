"""The simulator of Kotler's grid: what its state says, dragging, what it refuses, and its stories."""

from __future__ import annotations

import pytest

from loyaltylib.relationships import Verdict, choose, fit, in_use

PLAN = "plan"


def slowly(tables, rules, large_from):
    """Return how many firms get less, as much and more than advised, one firm after the other in plain pandas."""
    orders = tables.transactions[tables.transactions["date"] >= "2025-01-01"]
    money = orders.groupby("customer_id", as_index=False)[["amount", "cost"]].sum()
    firms = tables.customers[tables.customers["customer_type"] == "business"][["customer_id"]]
    firms = firms.merge(money, on="customer_id").merge(in_use(tables, tables.as_of), on="customer_id")
    large = int((firms["amount"] >= large_from).sum())
    found = [
        fit(
            row.in_use,
            customers=large if row.amount >= large_from else len(firms) - large,
            margin=(row.amount - row.cost) / row.amount,
            rules=rules,
        ).verdict
        for row in firms.itertuples()
    ]
    return {verdict: found.count(verdict) for verdict in Verdict}


@pytest.mark.parametrize("at", [{}, {"high_from": 0.35}, {"large_from": 10_000, "few_most": 200}])
def test_the_accounts_stand_where_the_grid_puts_each_of_them(simulator, at):
    simulator.go(at)
    now = simulator.now
    counted = {verdict: found.accounts for verdict, found in now.accounts.standings.items()}
    assert counted == slowly(simulator.tables, now.rules, simulator.settings["large_from"])
    assert sum(map(sum, now.accounts.heaps.values())) == now.accounts.accounts


def test_the_planned_segment_costs_what_its_type_plans(simulator):
    simulator.go({"customers": 60, "margin": 0.45, "revenue": 10_000, "visit": 500})
    plan = simulator.now.plan
    assert plan.advised == choose(customers=60, margin=0.45) == "partnership"
    assert (plan.cost, plan.profit, plan.left) == (12 * 500, 4500, -1500)
    assert "¥6,000" in simulator.picture.title
    assert "does not pay" in simulator.picture.message


def test_a_limit_moves_neither_an_account_nor_the_hills_of_the_picture(simulator):
    whole = dict.fromkeys((True, False), simulator.now.accounts.large)
    before = simulator.now.accounts.heaps
    simulator.go({"high_from": 0.35})
    after = simulator.now.accounts.heaps
    for large in whole:
        heights = [[sum(each) for each in zip(*(h[large, v] for v in Verdict), strict=True)] for h in (before, after)]
        assert heights[0] == heights[1]
    assert "a limit is a decision" in simulator.picture.message


def test_the_segment_can_be_dragged_and_stays_within_its_controls(simulator):
    (point,) = simulator.last.points
    assert point.name == PLAN
    assert simulator.dragged(PLAN, point.x, point.y) == {"customers": 150, "margin": 0.3}
    for x, y, customers, margin in ((0, 0, 10, 0.0), (1, 1, 2000, 0.6)):
        assert simulator.dragged(PLAN, x, y) == {"customers": customers, "margin": margin}


@pytest.mark.parametrize(
    ("at", "words"),
    [
        ({"few_most": 400, "many_least": 300}, "leave room for a medium number"),
        ({"medium_from": 0.4, "high_from": 0.3}, "set the second above the first"),
    ],
)
def test_limits_out_of_order_are_told_and_leave_the_picture(simulator, at, words):
    first, second = at
    simulator.inputs[first].value = at[first]
    before = simulator.picture.svg
    simulator.inputs[second].value = at[second]
    assert words in simulator.picture.message
    assert simulator.picture.alarm
    assert simulator.picture.svg == before


def test_the_numbers_of_the_picture_stand_in_a_table(simulator):
    rows = {row[0]: row for row in simulator.picture.table["rows"]}
    assert rows["less than advised"][2] == str(simulator.now.accounts.less)
    assert rows["Cost: Partnership"][2] == "¥7,200"


def test_what_the_stories_call_right_is_what_happens(simulator):
    def told(name):
        simulator.begin(name)
        right = next(story.right for story in simulator.told if story.name == name)
        return right, simulator.before, simulator.now

    right, _, now = told("small")
    paid = [kind for kind, cost in now.plan.costs.items() if cost <= now.plan.profit]
    assert (right, paid[-1]) == (3, "accountable")
    assert now.plan.cost > now.plan.revenue
    right, _, now = told("lists")
    assert (right, now.plan.advised.intensity - now.households.advised.intensity) == (3, 2)
    assert now.plan.left < -now.plan.profit
    right, before, now = told("better")
    assert (right, now.accounts.less < 0.8 * before.accounts.less) == (1, True)
    assert now.accounts.standings["too much"].accounts > before.accounts.standings["too much"].accounts
    right, before, now = told("everyone")
    steps = [choose(customers=each.accounts.large, margin="high").intensity for each in (before, now)]
    assert (right, steps) == (3, [5, 4])
    assert now.accounts.less < before.accounts.less
    right, before, now = told("video")
    assert (right, now.accounts.less, now.rules) == (2, before.accounts.less, before.rules)
    assert now.accounts.unpaid < 0.6 * before.accounts.unpaid
