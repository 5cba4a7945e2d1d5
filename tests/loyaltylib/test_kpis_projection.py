"""The projection of the ten KPIs: two months by hand, what must always hold, and the band against drawing by lot."""

from __future__ import annotations

from dataclasses import replace

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from loyaltylib import kpis
from loyaltylib.data import load
from loyaltylib.errors import RuleError
from loyaltylib.kpis_projection import HELD, Levers, Start, chance, project, seen
from loyaltylib.kpis_start import measured

THEN = Levers(acquisition=10, early_loss=0.2, churn=0.1, save_rate=0.5, frequency=2, spend=50)
START = Start(
    THEN,
    won=(10.0, 10.0, 10.0, 10.0, 10.0, 20.0, *(10.0,) * 6),
    established=200,
    won_back=1,
    buying=0.8,
    amount_spread=1,
    customer_share=0.4,
    complaint_satisfaction=0.5,
    scored=16,
)
NOW = Levers(acquisition=30, early_loss=0.5, churn=0.2, save_rate=0.6, frequency=3, spend=40)


@pytest.fixture(scope="module")
def company():
    return load("company")


@pytest.fixture(scope="module")
def begins(company):
    return measured(company, "2025-12-31")


def test_two_months_by_hand():
    """270 customers: 200 established, 70 newcomers, of whom 20 end their six months in the first month."""
    after = project(NOW, START, months=2)
    # Month 1: 200 x 0.2 x 0.4 = 16 and 20 x 0.2 = 4 newcomers are lost; 30 are won, 1 comes back.
    assert after.loc[1, "customer_base"] == pytest.approx(270 - 16 - 4 + 30 + 1)
    assert after.loc[1, "churn_rate"] == pytest.approx(20 / 270)
    # Month 2: 200 - 16 + 16 passed + 1 back = 201 established, 8% lost; of 10 newcomers 2; 30 won, 1 back.
    assert after.loc[2, "customer_base"] == pytest.approx(281 - 16.08 - 2 + 30 + 1)
    assert after.loc[2, "churn_rate"] == pytest.approx(18.08 / 281)
    assert (after["retention_rate"] + after["churn_rate"]).tolist() == [1, 1]
    # Won eleven months ago: 80% passed, five months at 5% lost, then one at 8%.
    assert after.loc[1, "new_customer_retention"] == pytest.approx(0.8 * 0.95**5 * 0.92)
    assert after.loc[2, "new_customer_retention"] == pytest.approx(0.8 * 0.95**4 * 0.92**2)
    assert after["average_spend"].tolist() == [120, 120]
    assert after["customer_share"].tolist() == pytest.approx([0.4 * 120 / 100] * 2)
    same = ("new_customers_per_month", "purchase_frequency", "save_rate", "complaint_satisfaction")
    assert after.loc[2, list(same)].tolist() == [30, 3, 0.6, 0.5]


def test_the_columns_are_the_ten_kpis_in_the_order_of_the_scorecard():
    assert list(project(NOW, START).columns) == [kpi.name for kpi in kpis.CORE]
    assert project(NOW, START).index.tolist() == list(range(1, 25))
    assert chance(NOW, START).columns.tolist() == project(NOW, START).columns.tolist()


def test_early_loss_is_seen_in_the_seventh_month_and_read_off_in_the_thirteenth():
    before, after = project(THEN, START), project(replace(THEN, early_loss=0.6), START)
    assert (before["customer_base"] != after["customer_base"]).idxmax() == 7
    assert (before["new_customer_retention"] != after["new_customer_retention"]).idxmax() == 13
    assert after.loc[13, "new_customer_retention"] == pytest.approx(0.4 * 0.95**6)


def test_every_lever_moves_a_kpi_and_only_what_is_held_stays():
    moved = set()
    for name in ("acquisition", "early_loss", "churn", "save_rate", "frequency", "spend"):
        after = project(replace(THEN, **{name: getattr(NOW, name)}), START)
        answers = {kpi for kpi in after if not np.allclose(after[kpi], project(THEN, START)[kpi])}
        assert answers, name
        moved |= answers
    assert set(project(THEN, START)) - moved == set(HELD)


shares = st.floats(0, 1)


@settings(deadline=None, max_examples=60)
@given(shares, shares, st.tuples(shares, shares), st.floats(0, 500))
def test_more_saves_never_fewer_customers_and_rates_stay_shares(early, churn, saves, won):
    less, more = (replace(NOW, acquisition=won, early_loss=early, churn=churn, save_rate=s) for s in sorted(saves))
    a, b = project(less, START), project(more, START)
    assert (b["customer_base"] >= a["customer_base"] - 1e-6).all()
    assert (b["churn_rate"] <= a["churn_rate"] + 1e-9).iloc[0]
    for after in (a, b):
        for rate in ("churn_rate", "retention_rate", "new_customer_retention", "customer_share", "save_rate"):
            assert after[rate].dropna().between(-1e-9, 1 + 1e-9).all()
    assert (chance(more, START).dropna() >= 0).all().all()


def test_the_band_narrows_relative_to_the_base_as_the_base_grows():
    tenfold = replace(START, won=tuple(10 * n for n in START.won), established=2000, won_back=10, scored=160)
    levers = replace(NOW, acquisition=300)
    small, large = (chance(*pair) / project(*pair) for pair in ((NOW, START), (levers, tenfold)))
    assert np.allclose(small, large * np.sqrt(10))


def test_the_band_holds_nine_of_ten_months_drawn_by_lot():
    """Customer by customer, drawn 4,000 times."""
    rng, runs, months = np.random.default_rng(7), 4000, 14
    settled, waiting = np.full(runs, 200), [np.full(runs, int(n)) for n in START.won[5::-1]]
    base, churn = np.empty((months, runs)), np.empty((months, runs))
    for month in range(months):
        opening = settled + sum(waiting)
        passing = waiting.pop(0)
        early = rng.binomial(passing, THEN.early_loss if month < 6 else NOW.early_loss)
        left = rng.binomial(settled, NOW.loss)
        settled = settled - left + passing - early + rng.poisson(START.won_back, runs)
        waiting.append(rng.poisson(NOW.acquisition, runs))
        base[month], churn[month] = settled + sum(waiting), (left + early) / opening
    after, band = project(NOW, START, months), chance(NOW, START, months)
    for drawn, kpi in ((base, "customer_base"), (churn, "churn_rate")):
        assert drawn.mean(axis=1) == pytest.approx(after[kpi], rel=0.01)
        inside = abs(drawn - after[[kpi]].to_numpy()) <= band[[kpi]].to_numpy()
        assert inside.mean() == pytest.approx(0.9, abs=0.025), kpi
        assert 1.6449 * drawn.std(axis=1) == pytest.approx(band[kpi], rel=0.08), kpi


def test_nobody_won_leaves_their_retention_unknown_and_the_rest_known():
    after, band = (make(replace(NOW, acquisition=0), START) for make in (project, chance))
    assert after["new_customer_retention"].isna().tolist() == [False] * 12 + [True] * 12
    assert band["new_customer_retention"].isna().tolist() == [False] * 12 + [True] * 12
    assert after.drop(columns="new_customer_retention").notna().all().all()
    assert seen(after, project(THEN, START), chance(THEN, START))["new_customers_per_month"] == 1


@pytest.mark.parametrize(
    ("name", "value"),
    [("acquisition", -1), ("early_loss", 1.1), ("churn", -0.1), ("save_rate", 2), ("frequency", 0.5), ("spend", -1)],
)
def test_a_lever_that_makes_no_sense_is_refused(name, value):
    with pytest.raises(RuleError, match=name):
        replace(NOW, **{name: value})


def test_a_start_that_makes_no_sense_is_refused():
    with pytest.raises(RuleError, match="twelve"):
        replace(START, won=(1.0,))
    with pytest.raises(RuleError, match="no customer"):
        replace(START, won=(0.0,) * 12, established=0)
    with pytest.raises(RuleError, match="months"):
        project(NOW, START, months=0)


# ---------------------------------------------------------------- where a company stands


def test_the_start_is_what_the_kpis_of_the_year_say(company, begins):
    year = ("2025-01-01", "2025-12-31")
    assert begins.customers == kpis.customer_base(company, "2025-12-31")
    assert sum(begins.won) == kpis.movement(company, *year).new
    assert begins.levers.acquisition == pytest.approx(kpis.new_customers_per_month(company, *year))
    assert begins.levers.save_rate == kpis.save_rate(company, *year)
    assert begins.customer_share == kpis.customer_share(company, *year)
    assert begins.complaint_satisfaction == kpis.complaint_satisfaction(company, *year)
    orders = company.transactions[company.transactions["date"] >= "2025-01-01"]
    assert begins.levers.spend == pytest.approx(orders["amount"].mean())
    within = orders["amount"] - orders.groupby("customer_id")["amount"].transform("mean")
    assert begins.amount_spread == pytest.approx(np.sqrt((within**2).mean()) / orders["amount"].mean())


def test_left_as_it_is_the_model_loses_and_keeps_what_the_company_did(company, begins):
    after = project(begins.levers, begins)
    lost = [kpis.churn_rate(company, f"2025-{m:02d}-01", f"2025-{m:02d}-28") for m in (3, 6, 9)]
    assert after["churn_rate"].mean() == pytest.approx(np.mean(lost), abs=0.004)
    won = kpis.new_customer_retention(company, "2024-01-01", "2024-12-31").rate
    assert after["new_customer_retention"].mean() == pytest.approx(won, abs=0.04)
    grown = kpis.customer_base(company, "2025-12-31") - kpis.customer_base(company, "2024-12-31")
    assert after.loc[12, "customer_base"] - begins.customers == pytest.approx(
        grown, abs=chance(begins.levers, begins).loc[12, "customer_base"] + 15
    )


def test_a_start_needs_the_end_of_a_month_and_twelve_months(company):
    with pytest.raises(RuleError, match="last day of a month"):
        measured(company, "2025-12-30")
    with pytest.raises(RuleError, match="span"):
        measured(company, "2023-03-31")
