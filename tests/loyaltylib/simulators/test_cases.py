"""The simulator of a card: its numbers counted in another way, its edges, its point, and what its stories say."""

from __future__ import annotations

import pytest

from loyaltylib.cases import Card, Option, take_up
from loyaltylib.cases_board import FEES
from loyaltylib.cases_households import COSTS, WORTHS, card_households
from loyaltylib.data import load
from loyaltylib.messages import LANGUAGES
from loyaltylib.simulators.cases import MARGIN, CardSimulator


def test_with_the_extras_given_it_is_the_chapters_take_up_household_by_household(simulator):
    simulator.go({"sold": "given", "fee": 80, "points": 0.03, "lift": 0.1})
    homes = card_households(simulator.tables, simulator.tables.as_of)
    benefits = tuple(Option(name, 0, COSTS[name]) for name in WORTHS)
    taken = take_up(homes, Card(fee=80, points=0.03, benefits=benefits), margin=MARGIN, lift=0.1)
    now = simulator.now
    assert now.members["all"] == taken["members"].sum()
    assert now.profit == pytest.approx(taken["profit"].sum())
    by_tier = taken.merge(homes[["group", "tier"]], on="group").groupby("tier")["members"].sum()
    assert {tier: now.members[tier] for tier in by_tier.index} == by_tier.to_dict()


@pytest.mark.parametrize("fee", [0, 60, 140])
def test_the_curve_and_the_parts_agree_with_the_whole(simulator, fee):
    simulator.go({"fee": fee})
    now, money = simulator.now, simulator.now.money
    assert now.profit == pytest.approx(now.curve[FEES.index(fee)])
    gone = money["anyway"] + money["more"] + money["extras"]
    assert now.profit == pytest.approx(money["fees"] + money["prices"] + money["bought"] - gone)
    assert now.members["all"] == sum(now.members[third] for third in ("light", "middle", "heavy"))
    assert all(0 <= now.members[key] <= now.known[key] for key in now.members)


def test_a_higher_fee_draws_in_fewer_and_free_extras_nobody_less(simulator):
    members = [simulator.state({**simulator.start, "fee": fee}).members["all"] for fee in FEES]
    assert members == sorted(members, reverse=True)
    free = simulator.state({**simulator.start, "price": 0})
    given = simulator.state({**simulator.start, "sold": "given"})
    assert (free.members, free.profit) == (given.members, given.profit)


def test_what_free_extras_cost_is_asked_of_nobody_and_stands_in_grey(simulator):
    simulator.go({"sold": "given"})
    kept = simulator.now
    assert [name for name, control in simulator.inputs.items() if control.disabled] == ["price", "reduction"]
    simulator.go({"sold": "given", "price": 60, "reduction": 50})
    assert simulator.now == kept


def test_an_extra_worth_nothing_and_a_card_without_points_interest_nobody(simulator):
    simulator.go({"worth": 0.0, "points": 0.0, "fee": 0})
    assert simulator.now.members["all"] == 0
    assert simulator.now.profit == 0
    assert not simulator.picture.alarm


@pytest.mark.parametrize("lang", LANGUAGES)
def test_a_reduction_above_what_is_bought_is_refused_and_leaves_the_picture(lang):
    one = CardSimulator(load("company", lang=lang), lang)
    one.go({"reduction": 50})
    picture = one.picture.svg
    one.inputs["price"].value = 20
    assert one.picture.alarm
    assert "50" in one.picture.message
    assert one.picture.svg == picture
    one.inputs["sold"].value = "given"  # nothing is sold, so nothing is reduced
    assert not one.picture.alarm


def test_the_fee_can_be_dragged_along_the_curve_and_not_beyond(simulator):
    (point,) = simulator.last.points
    for fee in (0, 45, 140):
        simulator.go({"fee": fee})
        (there,) = simulator.last.points
        assert simulator.dragged("fee", there.x, 0.5) == {"fee": fee}
    assert simulator.dragged("fee", 0.0, point.y) == {"fee": 0}
    assert simulator.dragged("fee", 1.0, point.y) == {"fee": 140}


def test_it_is_said_who_changed_and_who_pays_for_points(simulator):
    simulator.go({"fee": 100})
    assert "members -" in simulator.picture.message
    assert "largest change is among" in simulator.picture.message
    simulator.go({"points": 0.03})
    assert "would have bought anyway" in simulator.picture.message
    simulator.go({"lift": 0.1})
    assert "same households" in simulator.picture.message
    simulator.pin()
    assert simulator.picture.message.startswith("Nothing has changed")


def test_the_numbers_of_the_picture_stand_in_a_table_and_in_words(simulator):
    rows = {row[0]: row for row in simulator.picture.table["rows"]}
    assert rows["Profit of the card (yuan)"][2] == f"{simulator.now.profit:,.0f}"
    assert rows["Cost of extras (yuan)"][2].startswith("-")
    assert "Core customers" not in rows  # no household is one
    assert f"Tasting evenings {simulator.now.members['evenings']}" in simulator.picture.alt
    simulator.go({"sold": "given"})
    assert "it loses" in simulator.picture.title


def test_what_the_stories_call_right_is_what_happens(simulator):
    def told(name):
        simulator.begin(name)
        story = next(each for each in simulator.told if each.name == name)
        return simulator.before, simulator.now, story.right

    before, now, right = told("no_fee")
    assert (right, 0 < now.profit < before.profit / 5) == (3, True)
    joined = {key: now.members[key] - before.members[key] for key in now.known if key not in WORTHS}
    assert joined["all"] == joined["at_risk"] == joined["light"] > 0
    before, now, right = told("everyone")
    assert (right, now.members["all"] < 1.1 * before.members["all"], now.profit < 0) == (1, True, True)
    before, now, right = told("double")
    points = now.money["anyway"] + now.money["more"]
    assert (right, now.money["anyway"] / points > 0.9) == (3, True)
    assert now.money["anyway"] / now.money["more"] == pytest.approx(20)
    before, now, right = told("bundle")
    assert (right, now.profit > before.profit, now.members["all"] < before.members["all"]) == (3, True, True)
    before, now, right = told("nobody_more")
    assert (right, now.members == before.members, now.profit < 0) == (3, True, True)
