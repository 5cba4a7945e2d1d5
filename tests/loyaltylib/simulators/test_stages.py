"""The simulator of the stages: its path, what it refuses, what may be dragged, and what its stories end in."""

from __future__ import annotations

from itertools import pairwise

import pytest

from loyaltylib.concepts import get
from loyaltylib.data import load
from loyaltylib.messages import LANGUAGES
from loyaltylib.simulators.stages import ACCOUNTS, StagesSimulator
from loyaltylib.simulators.stages_controls import LIMITS, OWN
from loyaltylib.stages import ETHICS, Hold, Stage, StageLimits, fair_strategies, stage_of, stage_path, strategies_for
from loyaltylib.stages_board import place_of, read_place


@pytest.fixture(scope="module", params=LANGUAGES)
def both(request):
    return StagesSimulator(load("company", lang=request.param), request.param)


def drag(name, x, y):
    """Return what the page says when a point is dragged."""
    return {"do": "drag", "name": name, "x": x, "y": y}


def drawn(simulator):
    """Return all words of the picture."""
    return [text.get_text() for axes in simulator.board.figure.axes for text in axes.texts]


def test_the_path_is_a_sum_made_by_hand(simulator):
    simulator.go({"start": 0.3, "won": 4, "quarter": 6, "taken": 20, "advantage": 1_000, "cost": 2_500})
    by_hand = [0.3 + 0.04 * quarter - (0.2 if quarter >= 5 else 0) for quarter in range(8)]
    assert simulator.now.shares == pytest.approx(by_hand)
    assert [step.stage for step in simulator.now.outlook.steps] == [stage_of(share) for share in by_hand]
    assert "30% to 38%" in simulator.picture.title


@pytest.mark.parametrize(("cost", "verdict"), [(2_500, Hold.LEAVES), (3_000, Hold.HELD), (3_500, Hold.HELD)])
def test_the_rival_must_beat_the_cost_in_three_years(simulator, cost, verdict):
    simulator.go({"won": 0, "advantage": 1_000, "cost": cost})
    assert simulator.now.outlook.verdict is verdict
    assert (simulator.now.shares[-1] < simulator.now.shares[0]) == (verdict is Hold.LEAVES)


def test_a_firm_walks_as_it_did_where_nothing_is_won_or_taken(simulator):
    path = stage_path(simulator.tables.wallet)
    for who in ACCOUNTS:
        simulator.go({"account": who, "won": 0, "taken": 0})
        rows = path[(path["customer_id"] == who) & (path["period"] >= "2024-01-01")]
        assert simulator.now.shares == pytest.approx(rows["share"].tolist()), who
        assert [step.stage for step in simulator.now.outlook.steps] == rows["stage"].tolist()
        assert [step.move for step in simulator.now.outlook.steps][1:] == rows["move"].tolist()[1:]


def test_a_firm_keeps_its_own_first_share_and_the_control_says_so_in_grey(simulator):
    assert not simulator.inputs["start"].disabled
    simulator.go({"account": "K1913"})
    kept = simulator.now
    assert [name for name, control in simulator.inputs.items() if control.disabled] == ["start"]
    simulator.go({"account": "K1913", "start": 0.9})
    assert simulator.now == kept
    simulator.reset()
    assert not simulator.inputs["start"].disabled


def test_a_rival_cannot_move_after_a_firms_last_quarter(both):
    both.go({"account": "K2466", "quarter": 7})
    picture = both.picture.svg
    both.inputs["quarter"].value = 8
    assert both.picture.alarm
    assert "7" in both.picture.message
    assert both.picture.svg == picture
    both.reset()
    assert not both.picture.alarm


@pytest.mark.parametrize("limits", LIMITS)
def test_the_limits_move_the_stages_and_not_the_share(simulator, limits):
    simulator.go({"limits": limits})
    assert simulator.now.shares == simulator.before.shares
    known = StageLimits(*LIMITS[limits])
    assert [step.stage for step in simulator.now.outlook.steps] == [
        stage_of(share, limits=known) for share in simulator.now.shares
    ]


@pytest.mark.parametrize(("start", "stage"), list(zip((0.0, 0.2, 0.6, 0.9), Stage, strict=True)))
def test_nothing_with_a_flag_is_recommended(both, start, stage):
    both.go({"start": start, "won": 0, "taken": 0})
    said = " ".join(drawn(both)).replace("\n   ", " ")
    assert both.now.outlook.steps[-1].stage is stage
    assert all(get(each).term(both.lang) not in said for each in ETHICS)
    shown = [text for text in drawn(both) if text.startswith("•")]
    assert len(shown) == 1
    assert shown[0].count("•") == len(fair_strategies(stage))
    left_out = len(fair_strategies(stage)) < len(strategies_for(stage))
    assert bool(drawn(both)[-1]) == left_out


def test_the_first_share_and_the_rival_can_be_dragged(simulator):
    assert {point.name for point in simulator.last.points} == {"start", "rival"}
    simulator._asked(None, drag("start", *place_of(1, 0.7)), ())  # noqa: SLF001 - as the page does
    assert simulator.settings["start"] == 0.7
    simulator._asked(None, drag("rival", *place_of(3.2, 0.5)), ())  # noqa: SLF001 - as the page does
    assert simulator.settings["quarter"] == 3
    simulator._asked(None, drag("start", 0.1, 0.99), ())  # noqa: SLF001 - as the page does
    simulator._asked(None, drag("rival", 0.99, 0.1), ())  # noqa: SLF001 - as the page does
    assert (simulator.settings["start"], simulator.settings["quarter"]) == (0.0, 8)
    assert read_place(*place_of(4, 0.25)) == pytest.approx((4, 0.25))


def test_a_firms_first_share_cannot_be_dragged_and_the_rival_not_beyond_its_end(simulator):
    simulator.go({"account": "K0318"})
    assert [point.name for point in simulator.last.points] == ["rival"]
    simulator._asked(None, drag("rival", 0.99, 0.1), ())  # noqa: SLF001 - as the page does
    assert simulator.settings["quarter"] == len(simulator.now.shares) < 8


def test_the_table_holds_the_path(simulator):
    rows = simulator.picture.table["rows"]
    assert [row[2] for row in rows] == [f"{share:.0%}" for share in simulator.now.shares]
    assert [row[3] for row in rows][-1] == "Early cooperation"
    assert rows[2][4] == "one stage up"


def test_what_the_stories_call_right_is_what_happens(simulator):
    def told(name):
        simulator.begin(name)
        right = next(each.right for each in simulator.told if each.name == name)
        return simulator.now, right

    stages = list(Stage)
    now, right = told("climb")
    assert stages[right - 1] is now.outlook.steps[-1].stage is Stage.EARLY
    assert now.shares[-1] < now.shares[0]
    won, lost = now.shares[5] - now.shares[0], now.shares[5] - now.shares[6]
    assert lost > won
    simulator.inputs["won"].value = 10
    steep = simulator.now.shares
    assert steep[5] - steep[6] > 0.8 * lost
    now, right = told("patience")
    assert (right, now.outlook.verdict) == (3, Hold.HELD)
    assert min(now.shares) == now.shares[0]
    simulator.inputs["advantage"].value *= 2
    assert simulator.now.outlook.verdict is Hold.LEAVES
    now, right = told("hostage")
    assert (right, len(set(now.shares)), now.outlook.verdict) == (1, 1, Hold.HOSTAGE)
    simulator.inputs["cost"].value = 5_000
    fell = simulator.now.outlook.steps
    assert (fell[4].stage, fell[5].stage) == (Stage.STRATEGIC, Stage.EARLY)
    now, right = told("pinecone")
    assert now.account != OWN
    assert (right, _changes(now)) == (3, 2)
    simulator.inputs["limits"].value = "60-90"
    assert _changes(simulator.now) == 0
    now, right = told("more")
    assert (right, now.outlook.steps[-1].stage, _changes(now)) == (2, Stage.STABLE, 1)
    assert 0.385 < min(now.outlook.base) < max(now.outlook.base) < 0.465


def _changes(state):
    stages = [step.stage for step in state.outlook.steps]
    return sum(one is not other for one, other in pairwise(stages))
