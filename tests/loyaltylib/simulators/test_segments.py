"""The simulator of segments: its cells counted in another way, its edges, its point, and what its stories say."""

from __future__ import annotations

from datetime import timedelta

import pytest

from loyaltylib.segments import ClpCell, RfmCell, pareto_share, profit_contribution, rfm_summary
from loyaltylib.segments_board import name_of
from loyaltylib.simulators.segments import LEAST_TOP, MOST_TOP


def test_the_state_is_what_can_be_counted_in_another_way(simulator):
    simulator.go({"recent_days": 60, "often": 10, "much": 2000, "top": 0.1, "by": "revenue"})
    tables = simulator.tables
    bought = rfm_summary(tables, tables.as_of)
    champions = bought.query("days_since_last <= 60 and frequency >= 10 and spent >= 2000")
    assert simulator.now.rfm.customers[RfmCell.CHAMPION] == len(champions)
    brought = profit_contribution(tables, tables.as_of - timedelta(days=364), tables.as_of)
    held = pareto_share(brought, 0.1, "revenue")
    assert simulator.now.largest.at(0.1) == pytest.approx(held)
    assert f"largest 10% bring {held:.1%} of the revenue" in simulator.picture.title


def test_the_ends_of_the_cuts_leave_cells_empty_and_are_drawn(simulator):
    simulator.go({"often": 90, "much": 20_000, "current_cut": 5000, "potential_cut": 5000})
    assert not simulator.picture.alarm
    assert simulator.now.clp.customers[ClpCell.HIGH_HIGH] < simulator.before.clp.customers[ClpCell.HIGH_HIGH]
    assert "only a cut has moved" in simulator.picture.message


def test_the_place_on_the_curve_can_be_dragged_and_stops_at_its_ends(simulator):
    (point,) = simulator.last.points
    assert simulator.dragged(point.name, point.x, point.y) == {"top": 0.2}
    for x, end in ((1.0, LEAST_TOP), (0.0, MOST_TOP)):
        simulator._asked(None, {"do": "drag", "name": point.name, "x": x, "y": 0.5}, [])  # noqa: SLF001 - as the page
        assert simulator.settings["top"] == end


def test_the_numbers_of_the_picture_stand_in_a_table(simulator):
    simulator.go({"much": 20_000})
    rows = {row[0]: row[1:] for row in simulator.picture.table["rows"]}
    assert len(rows) == 1 + len(RfmCell) + len(ClpCell)
    then, now = (each.rfm.customers[RfmCell.CHAMPION] for each in (simulator.before, simulator.now))
    assert rows[name_of(RfmCell.CHAMPION, "en")][:2] == [f"{then:,}", f"{now:,}"]


def test_what_the_stories_call_right_is_what_happens(simulator):
    champion, slipping = RfmCell.CHAMPION, RfmCell.SLIPPING_CHAMPION

    def told(name):
        simulator.begin(name)
        return simulator.before, simulator.now, next(each.right for each in simulator.told if each.name == name)

    before, now, right = told("double")
    assert (right, 0 < now.largest.at(0.4) / before.largest.at(0.2) - 1 < 0.25) == (1, True)
    before, now, right = told("turnover")
    assert (right, now.largest.at(0.2)) == (2, pytest.approx(before.largest.at(0.2), abs=0.02))
    before, now, right = told("impatient")
    gone = before.rfm.customers[champion] - now.rfm.customers[champion]
    assert gone == now.rfm.customers[slipping] - before.rfm.customers[slipping]
    assert (right, 0.4 < gone / before.rfm.customers[champion] < 0.6) == (3, True)
    before, now, right = told("generous")
    fewer = {cell: before.rfm.customers[cell] - now.rfm.customers[cell] for cell in before.rfm.cells}
    assert (right, max(fewer, key=fewer.get)) == (3, RfmCell.DORMANT)
    before, now, right = told("strict")
    assert 0.15 < now.rfm.customers[champion] / before.rfm.customers[champion] < 0.25
    assert (right, now.rfm.value_share(champion) > 2 / 3 * before.rfm.value_share(champion)) == (3, True)
    before, now, right = told("sideways")
    rows = [sum(each.clp.customers[cell] for cell in (ClpCell.HIGH_LOW, ClpCell.HIGH_HIGH)) for each in (before, now)]
    assert (right, rows[0]) == (2, rows[1])
