"""The simulator of the pyramid: its moves, its sentence, and what it refuses."""

from __future__ import annotations

import pytest

from loyaltylib.data import load
from loyaltylib.simulators.tiers import TierSimulator, moves
from loyaltylib.tiers import transitions
from loyaltylib.tiers_panels import base


@pytest.fixture(scope="module")
def _made():
    """A learner's own sample: a quarter of the company, as quick to redraw as it is true to the rest."""
    return TierSimulator(load("company", learner="simulator"), "en")


def test_the_moves_are_those_of_transitions(simulator):
    simulator.go({"lapse_days": 90})
    counted = transitions(simulator.before.tiers, simulator.now.tiers)
    slow = {(row.tier_before, row.tier_after): row.customers for row in counted.itertuples()}
    assert {move: n for move, n in moves(simulator.before, simulator.now).items() if n} == slow


def test_comparing_from_here_leaves_no_moves(simulator):
    simulator.inputs["lapse_days"].value = 300
    assert "customer base +" in simulator.picture.message
    simulator.pin()
    assert simulator.picture.message == "Nothing has changed against the state before."


@pytest.mark.parametrize(
    ("start", "end", "words"),
    [("core", "core", "same tier"), ("core", "onlooker", "has bought"), ("onlooker", "lost", "never bought")],
)
def test_an_action_that_makes_no_sense_says_why_and_leaves_the_picture(simulator, start, end, words):
    simulator.go({"tier": start, "share": 0.4})
    before = simulator.picture.svg
    simulator.inputs["to"].value = end
    assert words in simulator.picture.message
    assert simulator.picture.alarm
    assert simulator.picture.svg == before
    simulator.inputs["to"].value = "advocate"
    assert not simulator.picture.alarm


def test_the_numbers_of_the_picture_stand_in_a_table(simulator):
    rows = {row[0]: row for row in simulator.picture.table["rows"]}
    assert len(rows) == 8
    assert rows["Core customers"][2] == f"{simulator.now.customers['core']:.0f}"
    assert "31 Dec 2025" in simulator.picture.table["caption"]


def test_what_the_stories_call_right_is_what_happens(simulator):
    def told(name):
        simulator.begin(name)
        return simulator.before, simulator.now, simulator.told[[each.name for each in simulator.told].index(name)].right

    before, now, right = told("save")
    assert (right, 1 - now.revenue["at_risk"] / before.revenue["at_risk"] > 0.5) == (3, True)
    before, now, right = told("promotion")
    revenue = now.revenue["lost"] - before.revenue["lost"]
    people = now.customers["lost"] - before.customers["lost"]
    shares = revenue / sum(before.revenue.values()), people / base(before.customers)
    assert (right, shares[0] < shares[1] / 2) == (1, True)
    before, now, right = told("main")
    assert (right, now.revenue["at_risk"]) == (2, before.revenue["at_risk"])
    before, now, right = told("nervous")
    people, amount = (now_[tier] / then[tier] for tier, now_, then in _at_risk(before, now))
    assert (right, amount > 1.3 * people) == (3, True)
    before, now, right = told("patient")
    back = {move: n for move, n in moves(before, now).items() if move[0] == "lost" and move[1] != "lost"}
    assert (right, max(back, key=back.get)) == (2, ("lost", "at_risk"))


def _at_risk(before, now):
    return (("at_risk", now.customers, before.customers), ("at_risk", now.revenue, before.revenue))
