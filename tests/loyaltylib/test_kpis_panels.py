"""The pictures of KPIs over time and the list of calls: right numbers, words for who does not see them, no warning."""

from __future__ import annotations

import math
import warnings
from types import SimpleNamespace

import pandas as pd
import pytest

from loyaltylib import kpis, kpis_panels, look
from loyaltylib.data import load
from loyaltylib.errors import DataError, RuleError

WALLET = pd.DataFrame(
    {
        "period": pd.to_datetime(["2025-06-30", "2025-03-31", "2025-09-30"]),
        "own_spend": [50.0, 80.0, 0.0],
        "total_category_spend": [100.0, 80.0, 0.0],
    }
)


@pytest.fixture(scope="module")
def sample():
    return load("company", "learner-0")


@pytest.fixture(scope="module")
def quarters(sample):
    return kpis_panels.over_time(sample, "2025-01-01", "2025-12-31")


@pytest.mark.parametrize("lang", ["en", "zh"])
def test_all_pictures_are_drawn_without_a_warning_and_tell_what_they_show(quarters, lang):
    with warnings.catch_warnings():
        warnings.simplefilter("error")
        account = kpis_panels.account_history(WALLET, lang)
        lines = kpis_panels.scorecard_over_time(quarters, lang)
        assert look.png(account).startswith(b"\x89PNG")
        assert look.png(lines).startswith(b"\x89PNG")
    assert account.get_label() == kpis_panels.alt_account_history(WALLET, lang)
    assert lines.get_label() == kpis_panels.alt_scorecard_over_time(quarters, lang)
    assert "{" not in account.get_label() + lines.get_label()


def test_an_account_is_told_from_its_first_to_its_last_quarter():
    said = kpis_panels.alt_account_history(WALLET.head(2))
    assert said == (
        "Our share of the last quarter: 50%. 2025 Q1: 80 of 80 yuan with us; 2025 Q2: 50 of 100 yuan with us."
    )
    assert "–" in kpis_panels.alt_account_history(WALLET), "nothing spent, no share"
    with pytest.raises(DataError):
        kpis_panels.account_history(WALLET.head(0))
    with pytest.raises(DataError):
        kpis_panels.account_history(WALLET[["period"]])


@pytest.mark.parametrize("months", [3, 12])
def test_each_quarter_is_the_scorecard_of_its_window(sample, months):
    found = kpis_panels.over_time(sample, "2025-01-01", "2025-12-31", months).set_index(["kpi", "day"])["value"]
    assert len(found) == 40
    start = {3: "2025-10-01", 12: "2025-01-01"}[months]
    card = kpis.scorecard(sample, start, "2025-12-31")
    for name, value in zip(card["kpi"], card["value"], strict=True):
        there = found[name, pd.Timestamp("2025-12-31")]
        assert there == pytest.approx(value, nan_ok=True), name


def test_a_window_that_begins_before_the_data_is_unknown(sample):
    found = kpis_panels.over_time(sample, "2023-01-01", "2023-06-30", 6)
    early = found[found["day"] == pd.Timestamp("2023-03-31")]
    assert len(early) == 10
    assert early["value"].isna().all()
    assert found[found["kpi"] == "customer_base"]["value"].notna().sum() == 1
    nowhere = kpis_panels.over_time(sample, "2023-01-01", "2023-03-31", 12)
    assert nowhere["value"].isna().all()
    assert kpis_panels.alt_scorecard_over_time(nowhere).count("–") == 20
    assert look.png(kpis_panels.scorecard_over_time(nowhere))


@pytest.mark.parametrize(("span", "months"), [(("2025-01-01", "2025-02-28"), 3), (("2025-01-01", "2025-12-31"), 0)])
def test_a_span_without_a_quarter_and_no_month_are_refused(sample, span, months):
    with pytest.raises(RuleError):
        kpis_panels.over_time(sample, *span, months)


def test_the_list_of_calls_holds_customers_at_risk_who_have_not_bought_since(sample):
    found = kpis_panels.call_list(sample)
    assert len(found) == 8
    assert found["risk"].is_monotonic_decreasing
    tries = sample.save_attempts.set_index("customer_id")
    for row in found.itertuples():
        assert tries.loc[row.customer_id, "outcome"] == "open"
        orders = sample.transactions[sample.transactions["customer_id"] == row.customer_id]
        assert orders["date"].max() == row.last_order <= tries.loc[row.customer_id, "flagged_on"]
        year = orders[orders["date"] >= "2025-01-01"]
        assert row.value == pytest.approx((year["amount"] - year["cost"]).sum())
        assert 0 <= row.risk_if_called < row.risk < 1
        assert row.cost in (30, 150)
        assert not math.isnan(row.value)


def test_the_list_of_calls_by_hand():
    day = pd.Timestamp
    tables = SimpleNamespace(
        as_of=day("2025-12-31"),
        customers=pd.DataFrame(
            {"customer_id": ["ann", "bo", "cy"], "customer_type": ["consumer", "business", "consumer"]}
        ),
        transactions=pd.DataFrame(
            {
                "customer_id": ["ann", "bo", "cy"],
                "date": [day("2025-09-22"), day("2025-06-14"), day("2025-12-20")],
                "amount": [100.0, 1000.0, 50.0],
                "cost": [60.0, 500.0, 20.0],
            }
        ),
        save_attempts=pd.DataFrame(
            {"customer_id": ["ann", "bo", "cy"], "flagged_on": [day("2025-11-30")] * 3, "outcome": ["open"] * 3}
        ),
    )
    found = kpis_panels.call_list(tables)
    assert found.to_dict("list") == {
        "customer_id": ["bo", "ann"],  # cy bought again
        "last_order": [day("2025-06-14"), day("2025-09-22")],  # 200 and 100 days of silence
        "risk": [0.97, 0.63],
        "risk_if_called": [0.95, 0.43],
        "value": [500.0, 40.0],
        "cost": [150.0, 30.0],
    }
