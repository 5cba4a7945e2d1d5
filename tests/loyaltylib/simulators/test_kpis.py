"""The simulator of the scorecard: its numbers, its sentences, its edges, and what the stories call right."""

from __future__ import annotations

import pytest

from loyaltylib import kpis
from loyaltylib.kpis_projection import seen


def end(state, kpi):
    return state.kpis[kpi].iloc[-1]


def rows(simulator):
    return {row[0]: row[1:] for row in simulator.picture.table["rows"]}


def test_the_levers_begin_where_the_company_stands(simulator):
    year = ("2025-01-01", "2025-12-31")
    assert simulator.start["acquisition"] == round(kpis.new_customers_per_month(simulator.tables, *year))
    assert simulator.start["save_rate"] == pytest.approx(kpis.save_rate(simulator.tables, *year), abs=0.005)
    assert simulator.begins.customers == kpis.customer_base(simulator.tables, "2025-12-31")


def test_the_first_month_is_what_can_be_counted_by_hand(simulator):
    simulator.go({"acquisition": 100, "churn": 0.1, "save_rate": 0.5})
    begins = simulator.begins
    lost = begins.established * 0.1 * 0.5 + begins.won[5] * begins.levers.early_loss
    base = begins.customers - lost + 100 + begins.won_back
    assert simulator.now.kpis.loc[1, "customer_base"] == pytest.approx(base)
    assert simulator.now.kpis.loc[1, "churn_rate"] == pytest.approx(lost / begins.customers)


def test_title_and_table_say_the_numbers_of_the_picture(simulator):
    simulator.go({"save_rate": 0.9})
    there = rows(simulator)
    assert len(there) == 10
    assert there["Customer base"][1] == f"{end(simulator.now, 'customer_base'):,.0f}"
    assert there["Customer base"][1] in simulator.picture.title
    assert there["Save rate"][:3] == ["90.0%", "90.0%", "36.0%"]
    assert there["Complainers satisfied"][0] == there["Complainers satisfied"][2]
    assert "31 Dec 2025" in simulator.picture.table["caption"]


def test_the_message_says_what_the_band_means_and_what_is_held(simulator):
    assert simulator.picture.message.startswith("Nothing has changed")
    for at in ({}, {"save_rate": 0.9}):
        simulator.go(at)
        assert "whether the model is right it does not say" in simulator.picture.message
        assert "is held" in simulator.picture.message
    assert "Customer churn rate from month 1" in simulator.picture.message


def test_with_nobody_won_a_first_year_that_nobody_ends_is_unknown(simulator):
    simulator.go({"acquisition": 0})
    assert not simulator.picture.alarm
    assert rows(simulator)["New-customer retention rate"][1] == "–"
    simulator.pin()
    assert simulator.picture.message.startswith("Nothing has changed")


def test_the_ends_of_all_controls_together_can_be_drawn(simulator):
    for side in ("low", "high"):
        simulator.go({name: getattr(control, side) for name, control in simulator.known.items()})
        assert not simulator.picture.alarm
        assert "nan" not in simulator.picture.title + simulator.picture.message + simulator.picture.alt
    simulator.go({"acquisition": 0, "early_loss": 0.6, "churn": 0.1, "save_rate": 0.0, "frequency": 1.0, "spend": 50})
    assert end(simulator.now, "customer_base") > 0


def test_comparing_from_here_moves_the_band(simulator):
    simulator.go({"acquisition": 120})
    simulator.pin()
    assert simulator.before is simulator.now
    simulator.inputs["early_loss"].value = 0.0
    assert "New-customer retention rate from month 13" in simulator.picture.message


def test_a_setting_out_of_range_is_said_and_the_picture_stays(simulator):
    picture = simulator.picture.svg
    simulator.go({"churn": 0.5})
    assert simulator.picture.alarm
    assert "About to leave" in simulator.picture.message
    assert simulator.picture.svg == picture


def told(simulator, name):
    simulator.begin(name)
    right = next(story.right for story in simulator.told if story.name == name)
    now, before = simulator.now, simulator.before
    return now, before, seen(now.kpis, before.kpis, before.band), right


def test_the_stories_name_what_the_levers_stand_at(simulator):
    words = {story.name: story.words for story in simulator.told}
    assert f"instead of {simulator.start['save_rate']:.0%}" in words["rescue"]
    assert f"instead of {simulator.start['early_loss']:.0%}" in words["welcome"]
    start = simulator.start
    told = {story.name: story.at for story in simulator.told}
    assert told["campaign"]["acquisition"] == 2 * start["acquisition"]
    assert told["leak"]["acquisition"] == pytest.approx(1.4 * start["acquisition"])
    assert told["leak"]["churn"] == pytest.approx(1.5 * start["churn"])
    assert simulator.begins.established * start["churn"] == pytest.approx(45, abs=5)  # "some forty"


def test_what_the_stories_call_right_is_what_happens(simulator):
    now, before, first, right = told(simulator, "campaign")
    assert (right, first["new_customer_retention"], first["churn_rate"]) == (3, 13, 7)
    early = now.kpis.loc[:6] - before.kpis.loc[:6]
    assert (early["churn_rate"] <= 1e-9).all()
    assert (early["customer_base"] > 0).all()
    now, before, first, right = told(simulator, "rescue")
    assert (right, set(first)) == (3, {"customer_base"})
    assert 10 <= first["customer_base"] <= 15
    now, before, first, right = told(simulator, "leak")
    assert (right, set(first)) == (2, {"retention_rate", "churn_rate", "new_customers_per_month"})
    assert end(now, "customer_base") == pytest.approx(end(before, "customer_base"), rel=0.01)
    assert first["churn_rate"] == first["retention_rate"] == 1
    now, before, first, right = told(simulator, "packs")
    assert (right, set(first)) == (1, {"purchase_frequency"})
    now, before, first, right = told(simulator, "welcome")
    assert (right, first) == (3, {})
    assert end(now, "new_customer_retention") > end(before, "new_customer_retention") + 0.04
    # What the trainer is told to try: with 120 new customers a month it is seen.
    simulator.go({"acquisition": 120})
    simulator.pin()
    simulator.inputs["early_loss"].value = 0.02
    assert "Beyond chance" in simulator.picture.message
