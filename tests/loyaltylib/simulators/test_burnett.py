"""The simulator of the key accounts: what it shows is what the chapter's functions say, and what a drag sets."""

from __future__ import annotations

import numpy as np
import pytest

from loyaltylib import burnett
from loyaltylib.burnett_what_if import FIRM_FROM
from loyaltylib.data import load

BAKERY, THEATRE, GUESTHOUSE = "K0335", "K2598", "K0773"


def drag(simulator, who, x, y):
    """Let the page say that a point was dragged."""
    simulator.picture._handle_custom_msg({"do": "drag", "name": who, "x": x, "y": y}, [])  # noqa: SLF001 - a browser's way in


def scores(simulator, shifted="", attractiveness=0.0, relationship=0.0):
    """Return the table of scores with those of one account shifted, in plain pandas."""
    table = simulator.tables.burnett_scores.copy()
    shift = table["dimension"].map({"attractiveness": attractiveness, "relationship": relationship})
    mine = table["customer_id"] == shifted
    table["score"] = table["score"].where(~mine, (table["score"] + shift).clip(1, 5))
    return table


def test_all_places_and_shares_are_those_of_place_and_robustness(simulator):
    simulator.go({"account": THEATRE, "attractiveness": -0.4, "relationship": 0.7, "volume": 0.2, "change": 0.5})
    table = scores(simulator, THEATRE, -0.4, 0.7)
    weights = burnett.BurnettWeights().changed(volume=0.2)
    placed = burnett.place(table, weights).dropna(subset=["strategy"])
    robust = burnett.robustness(table, burnett.Draws(7, change=0.5), weights).set_index("customer_id")
    now = simulator.now.all
    assert list(now.sheet.accounts) == placed["customer_id"].tolist()
    np.testing.assert_allclose(now.attractiveness, placed["attractiveness"])
    np.testing.assert_allclose(now.relationship, placed["relationship"])
    assert [now.cell(row).strategy for row in range(len(placed))] == placed["strategy"].tolist()
    np.testing.assert_allclose(now.kept, robust.loc[placed["customer_id"], "kept"])
    row = now.sheet.row(THEATRE)
    assert now.nearest(row).moved == pytest.approx(robust.loc[THEATRE, "moved"])


def test_the_weight_of_volume_is_the_one_set_whatever_joint_profit_counts(simulator):
    simulator.go({"volume": 0.3, "joint_profit": 2.0, "others": "managers"})
    weights, managers = simulator.now.all.weights, burnett.BurnettWeights.from_frame(simulator.tables.burnett_weights)
    assert weights["volume"] == 0.3
    assert weights["margin_effect"] / weights["tech"] == pytest.approx(2 * managers["margin_effect"] / managers["tech"])


@pytest.mark.parametrize("who", [BAKERY, THEATRE, GUESTHOUSE])
@pytest.mark.parametrize("target", [(2.9, 3.1), (1.6, 4.6)])
def test_a_dragged_point_goes_where_it_is_dragged_and_says_which_scores_were_set(simulator, who, target):
    simulator.go({"account": who})
    one = simulator.picture
    at = simulator.board.point(*target)
    drag(simulator, who, *at)
    (point,) = one.points
    assert (point["x"], point["y"]) == pytest.approx(at, abs=0.01)
    assert one.message.startswith("Set: each of its 19 scores of attractiveness")
    row = simulator.now.all.sheet.row(who)
    assert simulator.now.all.relationship[row] == pytest.approx(target[0], abs=0.05)
    assert simulator.now.all.attractiveness[row] == pytest.approx(target[1], abs=0.05)


def test_a_point_dragged_off_the_map_stops_at_its_edge_and_its_scores_at_theirs(simulator):
    number = simulator.picture.number
    for _ in range(2):
        drag(simulator, BAKERY, 0.01, -0.5)
    row, now = simulator.now.all.sheet.row(BAKERY), simulator.now.all
    assert (now.attractiveness[row], now.relationship[row]) == (5, 1)
    assert "stop at 1 or 5" in simulator.picture.message
    assert simulator.picture.number == number + 2


def test_a_figure_and_its_place_in_the_picture_are_two_ways_of_one(simulator):
    assert simulator.board.figures(*simulator.board.point(2.5, 4.1)) == pytest.approx((2.5, 4.1))


def test_another_account_leaves_the_first_as_it_was(simulator):
    simulator.go({"account": THEATRE, "attractiveness": 1.0})
    rows = [simulator.now.all.sheet.row(who) for who in (BAKERY, THEATRE)]
    after, before = simulator.now.all.attractiveness, simulator.before.all.attractiveness
    assert after[rows[0]] == before[rows[0]]
    assert after[rows[1]] > before[rows[1]]


def test_a_learners_own_tables_without_the_accounts_of_the_chapter_have_others(simulator):
    tables = simulator.tables
    some = tables.burnett_scores[~tables.burnett_scores["customer_id"].isin(list(simulator.names))]
    other = type(simulator)(load("company", lang="en"), "en")
    other.__dict__["sheet"] = type(simulator.sheet).of(some)
    other.__dict__.pop("names")
    assert len(other.names) == 6
    assert not set(other.names) & set(simulator.names)


def test_the_picture_counts_the_accounts_that_are_not_firm_and_those_of_each_cell(simulator):
    simulator.go({"change": 0.8})
    shaky = int((simulator.now.all.kept < FIRM_FROM).sum())
    assert f"{shaky} do not stand firm" in simulator.picture.message
    rows = {row[0]: row[1:] for row in simulator.picture.table["rows"]}
    assert rows["accounts that are not firm"][1] == str(shaky)
    assert sum(simulator.now.all.counts) == len(simulator.now.all.kept)


def told(simulator, name):
    simulator.begin(name)
    (story,) = (each for each in simulator.told if each.name == name)
    return simulator.before.all, simulator.now.all, story.right


def test_what_the_stories_call_right_is_what_happens(simulator):
    before, now, right = told(simulator, "money")
    changed = before.places != now.places
    gained = (now.attractiveness > before.attractiveness)[changed].mean()
    assert (right, 0.4 < gained < 0.6, 0.27 < changed.mean() < 1 / 3) == (2, True, True)
    assert (before.relationship == now.relationship).all()

    before, now, right = told(simulator, "managers")
    row = now.sheet.row(BAKERY)
    assert (right, (before.places != now.places).mean() < 0.05) == (1, True)
    assert (before.cell(row).strategy, now.cell(row).strategy) == ("minimal hold", "exit")

    before, now, right = told(simulator, "kind")
    row = now.sheet.row(THEATRE)
    assert before.places[row] == now.places[row]
    assert (right, 0.4 < now.kept[row] < 0.6, before.kept[row] > FIRM_FROM) == (2, True, True)
    farthest = abs(before.drawn[row] - before.attractiveness[row]).max()
    assert before.attractiveness[row] - now.attractiveness[row] > farthest

    before, now, right = told(simulator, "courted")
    row = now.sheet.row(BAKERY)
    assert (right, now.kept[row]) == (2, before.kept[row])
    assert before.cell(row).strategy != now.cell(row).strategy

    before, now, right = told(simulator, "doubt")
    assert (right, 0.13 < now.shaky.mean() < 0.2) == (1, True)
    cuts = np.array(now.cuts.attractiveness)
    distance = abs(now.attractiveness[:, None] - cuts).min(axis=1)
    assert distance[now.shaky].max() < 0.3
