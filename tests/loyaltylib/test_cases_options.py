"""Extras sold one by one, as a bundle, or given: against `take_up`, by hand, over every fee, and what is refused."""

from __future__ import annotations

from itertools import combinations

import numpy as np
import pandas as pd
import polars as pl
import pytest

from loyaltylib.cases import Benefit, Card, CardDesign, Option, Sold, annual_fee, card_market, take_up
from loyaltylib.errors import DataError, RuleError

EXTRAS = tuple(Option(name, 0, cost, price) for name, cost, price in (("a", 10, 30), ("b", 5, 20), ("c", 8, 25)))
NAMES = [each.name for each in EXTRAS]


@pytest.fixture(scope="module")
def groups():
    draw = np.random.default_rng(7)
    values = {name: draw.integers(0, 70, 60).astype(float) for name in NAMES}
    return pd.DataFrame(
        {"group": range(60), "customers": 1 + np.arange(60) % 3, "spend": 500 + 40.0 * np.arange(60)} | values
    )


def test_given_to_all_it_is_take_up_with_the_extras_as_benefits(groups):
    card = Card(fee=60, points=0.02, discount=0.01)
    year = card_market(groups, NAMES).year(CardDesign(card, EXTRAS, Sold.GIVEN, margin=0.4, lift=0.1))
    slow = take_up(groups, Card(fee=60, points=0.02, discount=0.01, benefits=EXTRAS), margin=0.4, lift=0.1)
    assert year.members.tolist() == slow["members"].tolist()
    assert year.profit == pytest.approx(slow["profit"].sum())
    money = year.money()
    assert money["anyway"] + money["more"] + money["extras"] == pytest.approx(slow["cost"].sum())
    assert money["fees"] + money["bought"] == pytest.approx(slow["income"].sum())


def test_a_benefit_of_the_card_itself_is_given_to_every_member(groups):
    card = Card(fee=60, points=0.02, benefits=(Benefit("gift", worth=15, cost=6),))
    year = card_market(groups, NAMES).year(CardDesign(card, (), margin=0.4, lift=0.1))
    slow = take_up(groups, card, margin=0.4, lift=0.1)
    assert year.members.tolist() == slow["members"].tolist()
    assert year.profit == pytest.approx(slow["profit"].sum())


@pytest.mark.parametrize("reduction", [0, 15])
def test_one_by_one_each_household_takes_what_leaves_it_most(groups, reduction):
    card = Card(fee=30, points=0.02)
    year = card_market(groups, NAMES).year(CardDesign(card, EXTRAS, Sold.SINGLY, reduction, 0.4, 0.05))
    for place, row in groups.iterrows():
        offers = {
            names: row["spend"] * 0.02
            + sum(row[name] for name in names)
            - annual_fee(options={o.name: o.price for o in EXTRAS if o.name in names}, reduction=reduction, base=30)
            for n in range(4)
            for names in combinations(NAMES, n)
        }
        best = max(offers, key=lambda names: round(offers[names], 6))
        assert year.taken[place] == (round(offers[best], 6) > 0)
        assert {name for name in NAMES if year.uses[name][place]} == set(best)
        assert year.net[place] == pytest.approx(offers[best] + 30)


def test_a_bundle_draws_in_whoever_finds_all_of_it_worth_its_price():
    frame = pd.DataFrame(
        {"group": ["x", "y"], "customers": [10, 5], "spend": [1000.0, 1000.0], "a": [60, 0], "b": [20, 5]}
    )
    two = (Option("a", 0, 10, 30), Option("b", 0, 5, 20))
    year = card_market(frame, ["a", "b"]).year(CardDesign(Card(points=0.02), two, Sold.BUNDLE, margin=0.4))
    assert year.net.tolist() == [50, -25]  # x: 20 of points + 80 - 50; y: 20 + 5 - 50
    assert year.members.tolist() == [10, 0]
    assert year.profit == 10 * (50 - 20 - 15)
    assert not year.uses["a"][1]  # worth nothing to y, so y would not use it


def test_the_profit_at_every_fee_is_that_of_the_card_with_this_fee(groups):
    market = card_market(groups, NAMES)
    fees = (0, 35, 80, 400)
    found = market.year(CardDesign(Card(fee=20, points=0.02), EXTRAS, margin=0.4, lift=0.05)).profits(fees)
    cards = [CardDesign(Card(fee=fee, points=0.02), EXTRAS, margin=0.4, lift=0.05) for fee in fees]
    assert found.tolist() == pytest.approx([market.year(card).profit for card in cards])
    assert found[-1] == 0  # nobody takes it


def test_extras_worth_nothing_are_used_by_nobody_and_every_engine_will_do(groups):
    design = CardDesign(Card(points=0.02), EXTRAS, Sold.GIVEN, margin=0.4)
    market = card_market(pl.from_pandas(groups), NAMES)
    assert market.year(design).profit == card_market(groups, NAMES).year(design).profit
    year = market.valuing(0).year(design)
    assert not any(used.any() for used in year.uses.values())
    assert year.money()["extras"] == 0


def test_what_makes_no_sense_is_refused(groups):
    with pytest.raises(RuleError, match="price"):
        Option("a", 0, 10, -1)
    with pytest.raises(RuleError, match="margin"):
        CardDesign(Card(), EXTRAS, margin=4)
    with pytest.raises(RuleError, match="lift"):
        CardDesign(Card(), EXTRAS, lift=-1)
    with pytest.raises(RuleError, match="name of its own"):
        CardDesign(Card(benefits=(Benefit("a", 1, 1),)), EXTRAS)
    with pytest.raises(RuleError, match="reduction"):
        card_market(groups, NAMES).year(CardDesign(Card(), EXTRAS, reduction=60))
    with pytest.raises(RuleError, match="factor"):
        card_market(groups, NAMES).valuing(-1)
    with pytest.raises(DataError, match="spend"):
        card_market(groups.drop(columns="spend"), NAMES)
