"""The simulator of defection: its numbers counted in another way, its edges, and what its stories say."""

from __future__ import annotations

from statistics import mean

import pytest

from loyaltylib.data import load
from loyaltylib.defection import cascade
from loyaltylib.defection_net import nearest
from loyaltylib.defection_outlook import EFFECT
from loyaltylib.messages import LANGUAGES
from loyaltylib.simulators.defection import DefectionSimulator

CAUSES = ("price", "product", "service", "promotion", "market", "technology")
RUNS = 40


def test_the_state_is_the_mean_of_many_cascades(simulator):
    simulator.go({"people": 20, "chance": 0.4})
    now = simulator.now
    runs = [cascade(now.standing.network, now.first, chance=0.4, seed=seed) for seed in range(RUNS)]
    assert now.odds.followers == pytest.approx(mean(run.followers for run in runs), rel=0.08)


def test_the_money_is_what_can_be_counted_by_hand(simulator):
    simulator.go({"people": 3, "chance": 0.0, "recovery": "course", "source": "loyalty", "service": 0})
    now = simulator.now
    stay = 1 - 0.67 * 0.75
    profit = stay * sum(now.standing.profit[who] for who in now.first)
    assert now.profit == pytest.approx(profit)
    assert now.reach.bad == pytest.approx(9 * 3 * stay)
    weights = {cause: simulator.settings[cause] for cause in CAUSES}
    for each in now.measures:
        share = weights[each.cause] / sum(weights.values())
        assert each.net == pytest.approx(EFFECT * share * profit - now.cost)


def test_everybody_drawn_along_is_the_whole_of_the_groups(simulator):
    simulator.go({"people": 20, "chance": 1.0})
    drawn = simulator.now.odds.left
    assert simulator.now.odds.total == pytest.approx(len(drawn))
    assert set(drawn) <= set(simulator.board.net.places)
    simulator.go({"chance": 0.0})
    assert simulator.now.odds.followers == 0
    assert "Nobody follows" in simulator.picture.message


def test_no_customer_hides_another(simulator):
    assert nearest(simulator.board.net.places) > 0.2  # inches: a disc is 0.18 wide


@pytest.mark.parametrize("lang", LANGUAGES)
def test_causes_without_weight_are_refused_and_the_picture_stays(lang):
    one = DefectionSimulator(load("company", lang=lang), lang)
    one.go(dict.fromkeys(CAUSES[:5], 0))
    before = one.picture.svg
    one.inputs["technology"].value = 0
    assert one.picture.alarm
    assert ("No cause" in one.picture.message) == (lang == "en")
    assert one.picture.svg == before
    one.inputs["price"].value = 1
    assert not one.picture.alarm


def test_twice_the_weights_are_the_same_mix(simulator):
    simulator.go({cause: 2 * simulator.start[cause] for cause in CAUSES})
    assert simulator.now.shares == pytest.approx(simulator.before.shares)
    assert "mix" not in simulator.picture.message


def test_each_change_is_told_by_what_it_changes(simulator):
    told = {
        "by": ("profit", "nobody else"),
        "recovery": ("outside", "won back"),
        "source": ("outside", "less willing"),
        "chance": (0.9, "more than one step away"),
        "price": (90, "its own cause alone"),
        "cost": (5000, "¥5,000"),
    }
    for name, (value, words) in told.items():
        simulator.go({name: value})
        assert words in simulator.picture.message, name


def test_the_numbers_of_the_picture_stand_in_a_table(simulator):
    simulator.go({"people": 8})
    rows = {name: (was, now) for name, was, now in simulator.picture.table["rows"]}
    assert rows["leave first"] == ("5.0", "8.0")
    assert rows["all who leave"][1] == f"{simulator.now.odds.total:.1f}"
    assert rows["profit of a year"][1] == f"¥{simulator.now.profit:,.0f}"


def test_the_start_is_what_the_interviews_point_to_and_one_measure_pays(simulator):
    weights = {cause: simulator.start[cause] for cause in CAUSES}
    assert max(weights, key=weights.get) == "service"
    assert [each.cause.value for each in simulator.now.paying] == ["service"]


def test_what_the_stories_call_right_is_what_happens(simulator):
    def told(name):
        simulator.begin(name)
        return simulator.before, simulator.now, next(each.right for each in simulator.told if each.name == name)

    before, now, right = told("hub")
    assert (right, sum(now.odds.rounds[2:]) < 0.1, now.paying) == (1, True, ())
    assert now.odds.followers == pytest.approx(0.5 * now.standing.network.degree(now.first[0]), rel=0.1)
    before, now, right = told("lonely")
    assert (right, now.profit > 5 * before.profit, now.odds.followers) == (3, True, 0)
    assert len(now.paying) == len(CAUSES)
    before, now, right = told("recovery")
    assert (right, 0.4 < now.odds.followers / before.odds.followers < 0.6) == (2, True)
    simulator.inputs["recovery"].value = "outside"
    assert simulator.now.odds.followers > 0.95 * before.odds.followers
    before, now, right = told("stated")
    assert (right, [each.cause.value for each in now.paying]) == (2, ["price"])
    assert (now.odds.total, [each.cause.value for each in before.paying]) == (before.odds.total, ["service"])
    said = simulator.tables.interviews["stated"].value_counts(normalize=True)
    assert {cause.value: share for cause, share in now.shares.items()} == pytest.approx(said.to_dict(), abs=0.01)
    before, now, right = told("even")
    assert (right, now.paying, now.profit) == (1, (), before.profit)
    before, now, right = told("claim")
    assert (right, now.profit, now.reach.bad < 0.45 * before.reach.bad) == (2, before.profit, True)
