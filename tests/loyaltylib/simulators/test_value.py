"""The simulator of value: its numbers counted in another way, its edges, its points, and what its stories say."""

from __future__ import annotations

import pytest

from loyaltylib.data import load
from loyaltylib.messages import LANGUAGES
from loyaltylib.simulators.value import OURS, RIVAL, ValueSimulator
from loyaltylib.value import Level, Quadrant, value_of


def test_the_start_is_what_the_first_customer_of_the_chapter_sees(simulator):
    offers = simulator.tables.offers
    hers = value_of(offers[offers["customer_id"] == "K0244"]).set_index("offer_id")
    for name, offer in (("moonkettle", OURS), ("north_roast", RIVAL)):
        row = hers.loc[f"K0244-{name}"]
        assert (offer.benefits, offer.costs) == (5 * round(row["benefits"] / 5), 5 * round(row["costs"] / 5))


def test_the_state_is_what_can_be_counted_by_hand(simulator):
    simulator.go({"complain": 0.5, "won_back": 0.8, "very_dissatisfied": 0.1, "very_satisfied": 0.5, "switching": 5})
    now, n = simulator.now, 1449
    middle = {"neutral": 76 / 612, "satisfied": 536 / 612}
    people = {"very dissatisfied": 0.06 * n, "very satisfied": 0.5 * n}
    people |= {level: 0.4 * share * n for level, share in middle.items()}
    people["satisfied"] += 0.04 * n
    assert {level.value: count for level, count in now.customers.items()} == pytest.approx(people)
    low = 0.8 * people["very dissatisfied"] + 0.3 * people["neutral"] + 0.1 * people["satisfied"]
    assert now.loss.low == pytest.approx(low + 0.01 * people["very satisfied"])
    assert now.loss.high == pytest.approx(low + 0.02 * people["very satisfied"])
    assert (now.gain, now.choice) == (15, 0.3)
    stay = {"very dissatisfied": 0.0, "neutral": 0.5**1.2, "satisfied": 0.75**1.2, "very satisfied": 1.0}
    assert now.kinds[Quadrant.MERCENARY] == pytest.approx(people["satisfied"] * (1 - stay["satisfied"]))
    assert now.kinds[Quadrant.HOSTAGE] == pytest.approx(people["neutral"] * stay["neutral"])
    assert sum(now.kinds.values()) == pytest.approx(n)


def test_the_start_is_near_what_was_counted(simulator):
    counted = {"very dissatisfied": 63, "neutral": 76, "satisfied": 536, "very satisfied": 774}
    assert sum(counted.values()) == pytest.approx(sum(simulator.now.customers.values()))
    for level, people in counted.items():
        assert simulator.now.customers[Level(level)] == pytest.approx(people, abs=5)


@pytest.mark.parametrize("at", [{"rival_costs": 175}, {"switching": 20}, {"rival_benefits": 20, "rival_costs": 250}])
def test_where_moving_does_not_pay_everybody_stays(simulator, at):
    simulator.go(at)
    assert simulator.now.choice == 0
    assert simulator.now.kinds[Quadrant.MERCENARY] == simulator.now.kinds[Quadrant.DEFECTOR] == 0
    assert "looks like loyalty and is none" in simulator.picture.message
    assert "gains nothing" in simulator.picture.title


def test_nobody_at_a_level_and_nobody_lost_is_drawn_as_well(simulator):
    simulator.go({"very_dissatisfied": 0.0, "complain": 1.0, "won_back": 1.0})
    assert not simulator.picture.alarm
    assert simulator.now.customers[Level.VERY_DISSATISFIED] == 0
    simulator.go({"benefits": 20, "costs": 250})
    assert simulator.now.choice == 1
    assert simulator.now.ours.net < 0


@pytest.mark.parametrize("lang", LANGUAGES)
def test_more_than_all_customers_are_refused_and_the_picture_stays(lang):
    one = ValueSimulator(load("company", lang=lang), lang)
    one.go({"very_satisfied": 0.9})
    before = one.picture.svg
    one.inputs["very_dissatisfied"].value = 0.2
    assert one.picture.alarm
    assert ("More than all" in one.picture.message) == (lang == "en")
    assert one.picture.svg == before
    one.inputs["very_dissatisfied"].value = 0.1
    assert not one.picture.alarm


def test_an_offer_can_be_dragged_and_stops_at_the_edge(simulator):
    places = {point.name: point for point in simulator.last.points}
    assert simulator.dragged("ours", places["ours"].x, places["ours"].y) == {"benefits": 140, "costs": 110}
    assert simulator.dragged("rival", places["rival"].x, places["rival"].y) == {
        "rival_benefits": 175,
        "rival_costs": 125,
    }
    simulator._asked(None, {"do": "drag", "name": "rival", "x": 0.99, "y": 0.0}, [])  # noqa: SLF001 - as the page asks
    assert simulator.settings["rival_benefits"] == simulator.settings["rival_costs"] == 250
    moved = {point.name: point for point in simulator.last.points}["rival"]
    assert moved.x > places["rival"].x
    assert moved.y < places["rival"].y
    assert simulator.settings["benefits"] == 140


def test_each_change_is_told_by_what_it_changes(simulator):
    said = {}
    for name, at in {"won_back": 0.1, "very_dissatisfied": 0.2, "rival_costs": 100}.items():
        simulator.go({name: at})
        said[name] = simulator.picture.message
    assert "never complain" in said["won_back"]
    assert "largest part of the expected loss" in said["very_dissatisfied"]
    assert "the expected loss is the same" in said["rival_costs"]
    simulator.go({"benefits": 145, "rival_benefits": 180, "switching": 10})
    assert "Against the state before" in simulator.picture.message


def test_the_numbers_of_the_picture_stand_in_a_table(simulator):
    simulator.go({"rival_costs": 90})
    rows = {name: (was, now) for name, was, now in simulator.picture.table["rows"]}
    assert rows["the rival's offer: difference"] == ("+¥50", "+¥85")
    assert rows["our offer: ratio"] == ("1.27", "1.27")
    assert rows["mercenaries"][1] == f"{simulator.now.kinds[Quadrant.MERCENARY]:.1f}"


def test_what_the_stories_call_right_is_what_happens(simulator):
    def told(name):
        simulator.begin(name)
        return simulator.before, simulator.now, next(each.right for each in simulator.told if each.name == name)

    before, now, right = told("two_ways")
    assert (right, now.rival.net > now.ours.net, now.rival.ratio < now.ours.ratio) == (3, True, True)
    before, now, right = told("rival")
    assert (right, now.loss) == (2, before.loss)
    assert now.kinds[Quadrant.MERCENARY] > 2 * before.kinds[Quadrant.MERCENARY]
    before, now, right = told("few")
    assert (right, 0.28 < 1 - now.loss.low / before.loss.low < 0.38) == (2, True)
    assert before.losses[Level.SATISFIED].low == pytest.approx(before.losses[Level.VERY_DISSATISFIED].low, rel=0.1)
    before, now, right = told("top")
    assert (right, 0.4 < now.kinds[Quadrant.MERCENARY] / before.kinds[Quadrant.MERCENARY] < 0.6) == (2, True)
    assert now.satisfied == pytest.approx(before.satisfied, rel=0.07)
    before, now, right = told("silent")
    assert (right, now.funnel.won_back_high / now.funnel.dissatisfied < 0.05) == (1, True)
    simulator.inputs["complain"].value = 0.67
    assert simulator.now.funnel.won_back_high / simulator.now.funnel.dissatisfied > 0.6
    before, now, right = told("rebate")
    assert (right, now.kinds[Quadrant.DEFECTOR], now.loss) == (3, 0, before.loss)
    assert before.kinds[Quadrant.HOSTAGE] < 0.4 * (before.kinds[Quadrant.HOSTAGE] + before.kinds[Quadrant.DEFECTOR])
