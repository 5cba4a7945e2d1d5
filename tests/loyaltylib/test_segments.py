"""Segments: the 80/20 share, profit, dimensions, the CLP matrix, RFM and the arithmetic of lifetime value."""

from types import SimpleNamespace

import pandas as pd
import polars as pl
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from loyaltylib import concepts, data, segments
from loyaltylib.errors import DataError, RateWarning, RuleError, UnknownName
from loyaltylib.schema import RESULTS

DAY = "2025-12-31"


@pytest.fixture(scope="module")
def cdnow():
    return data.load("cdnow")


# ---------------------------------------------------------------- against print


def test_cdnow_revenue_share_of_the_top_customers_as_in_datasets_md_2a(cdnow):
    curve = segments.pareto_curve(cdnow)
    assert curve["share"].mul(100).round(2).tolist() == [15.88, 36.68, 50.94, 67.78, 89.59, 100]
    assert curve["customers"].tolist() == [236, 1178, 2357, 4714, 11785, 23570]
    assert segments.pareto_share(cdnow, top=0.2) == curve["share"][3]
    assert round(curve["value"][5], 2) == 2_500_315.63


def test_cdnow_repeat_buyers_as_in_datasets_md_2a(cdnow):
    summary = segments.rfm_summary(cdnow, "1998-06-30")
    assert len(summary) == 23_570
    assert (summary["frequency"] > 0).sum() == 11_516
    assert summary["frequency"].sum() + len(summary) == 67_591
    assert round(summary["spent"].sum(), 2) == 2_500_315.63
    at_the_end_of_1997 = segments.rfm_summary(cdnow, "1997-12-31")
    assert (at_the_end_of_1997["days_since_last"] > 180).sum() == 17_220


def test_cdnow_ten_buyers_of_more_than_4000_in_repeat_purchases_as_fader_hardie_and_lee_exclude(cdnow):
    summary = segments.rfm_summary(cdnow, "1998-06-30")
    assert (summary["frequency"] * summary["monetary"] > 4000).sum() == 10


def test_margin_multiples_of_gupta_and_lehmann_2003():
    printed = {0.6: (1.20, 1.15, 1.11, 1.07), 0.7: (1.75, 1.67, 1.59, 1.52)}
    printed |= {0.8: (2.67, 2.50, 2.35, 2.22), 0.9: (4.50, 4.09, 3.75, 3.46)}
    for retention, multiples in printed.items():
        made = (segments.clv_discounted(1, retention, discount) for discount in (0.10, 0.12, 0.14, 0.16))
        assert tuple(round(multiple, 2) for multiple in made) == multiples


# ---------------------------------------------------------------- tables a person can check by hand

CUSTOMERS = pd.DataFrame(
    {
        "customer_id": ["ann", "bo", "cy", "di", "eva"],
        "acquired_on": pd.to_datetime(["2024-03-01", "2025-02-01", "2025-07-01", None, "2026-02-01"]),
        "customer_type": ["consumer", "business", "consumer", "business", "consumer"],
        "age": [34, 51, None, 40, 20],
        "sex": ["f", "m", "m", "f", "f"],
    }
)
TRANSACTIONS = pd.DataFrame(
    [
        ("ann", "2024-03-01", 100.0, 60.0),
        ("ann", "2025-01-10", 30.0, 10.0),
        ("ann", "2025-01-10", 10.0, 5.0),
        ("ann", "2025-12-01", 60.0, 40.0),
        ("bo", "2025-02-01", 400.0, 300.0),
        ("bo", "2025-11-01", 100.0, 80.0),
        ("cy", "2025-07-01", 0.0, 5.0),
        ("bo", "2026-01-05", 999.0, 1.0),  # after the day
    ],
    columns=["customer_id", "date", "amount", "cost"],
).assign(date=lambda t: pd.to_datetime(t["date"]))
WALLET = pd.DataFrame(
    {
        "customer_id": ["ann", "ann", "bo", "di"],
        "period": pd.to_datetime(["2024-12-31", "2025-12-31", "2025-12-31", "2025-12-31"]),
        "own_spend": [0.0, 100.0, 500.0, 0.0],
        "total_category_spend": [900.0, 100.0, 900.0, 200.0],
        "n_suppliers": [1, 1, 2, 1],
    }
)
TABLES = SimpleNamespace(customers=CUSTOMERS, transactions=TRANSACTIONS, wallet=WALLET)


def same(frame, **columns):
    pd.testing.assert_frame_equal(frame, pd.DataFrame(columns), check_dtype=False)


def test_rfm_summary_of_three_customers():
    same(
        segments.rfm_summary(TABLES, DAY),
        customer_id=["ann", "bo", "cy"],
        frequency=[2.0, 1.0, 0.0],
        recency=[640.0, 273.0, 0.0],
        T=[670.0, 333.0, 183.0],
        monetary=[50.0, 100.0, None],
        days_since_last=[30.0, 60.0, 183.0],
        spent=[200.0, 500.0, 0.0],
    )


def test_profit_contribution_of_a_year():
    same(
        segments.profit_contribution(TABLES, "2025-01-01", DAY),
        customer_id=["ann", "bo", "cy"],
        revenue=[100.0, 500.0, 0.0],
        profit=[45.0, 120.0, -5.0],
        place=[2, 1, 3],
        cumulative=[165 / 160, 120 / 160, 1.0],
    )


def test_dimensions_of_four_people():
    # The margin of 2025 is 160 / 600; bo spends 400 with others, di, a prospect, 200.
    same(
        segments.crm_dimensions(TABLES, DAY),
        customer_id=["ann", "bo", "cy", "di"],
        age=[34.0, 51.0, None, 40.0],
        sex=["f", "m", "m", "f"],
        education=pd.array([None] * 4, "str"),
        purpose=pd.array([None] * 4, "str"),
        preference=pd.array([None] * 4, "str"),
        consumption=[200.0, 500.0, 0.0, 0.0],
        customer_type=["consumer", "business", "consumer", "business"],
        historical_value=[40.0, 0.0, 0.0, 0.0],
        current_value=[45.0, 120.0, -5.0, 0.0],
        potential_value=[0.0, 400 * 160 / 600, None, 200 * 160 / 600],
        clv=[85.0, 120 + 400 * 160 / 600, None, 200 * 160 / 600],
    )
    traditional = segments.traditional_dimensions(TABLES, DAY)
    assert traditional.columns.tolist() == ["customer_id", *segments.TRADITIONAL, "consumption"]
    assert traditional["consumption"].tolist() == [200.0, 500.0, 0.0, 0.0]


def test_values_of_the_customers_table_come_first():
    known = CUSTOMERS.assign(current_value=[7.0, None, None, None, None], potential_value=[None, 9.0, None, None, None])
    made = segments.crm_dimensions(SimpleNamespace(customers=known, transactions=TRANSACTIONS), DAY)
    assert made["current_value"].tolist() == [7.0, 120.0, -5.0, 0.0]
    assert made["potential_value"].fillna(-1).tolist() == [-1.0, 9.0, -1.0, -1.0]


def test_clp_cells_by_medians_and_by_given_cuts():
    frame = segments.crm_dimensions(TABLES, DAY)
    cells = segments.clp_cells(frame)
    assert cells["cell"].fillna("?").tolist() == ["high_low", "high_high", "?", "low_low"]
    assert cells["clp"].fillna(-1).tolist() == [45.0, 120 + 400 * 160 / 600, -1.0, 200 * 160 / 600]
    cells = segments.clp_cells(frame, segments.ClpRules(current_cut=100, potential_cut=50))
    assert cells["cell"].fillna("?").tolist() == ["low_low", "high_high", "?", "low_high"]


def test_profile_by_two_features():
    same(
        segments.profile(CUSTOMERS.assign(spent=[1.0, 2.0, None, 4.0, 3.0]), ["sex", "customer_type"], "spent"),
        sex=["f", "f", "m", "m"],
        customer_type=["business", "consumer", "business", "consumer"],
        customers=[1, 2, 1, 1],
        share=[0.2, 0.4, 0.2, 0.2],
        value=[4.0, 4.0, 2.0, 0.0],
        value_share=[0.4, 0.4, 0.2, 0.0],
    )


def test_who_counts_as_the_top():
    values = pd.DataFrame({"revenue": [4.0, 3.0, 2.0, 1.0]})
    tops = {0: 1, 0.1: 1, 0.3: 1, 0.375: 2, 0.5: 2, 0.625: 2, 0.7: 3, 1: 4}  # a half goes to the even number
    curve = segments.pareto_curve(values, tuple(tops))
    assert curve["customers"].tolist() == list(tops.values())
    assert segments.pareto_share(pd.DataFrame({"revenue": [2.0] * 10})) == pytest.approx(0.2)  # ties change nothing


def test_loss_making_customers_lift_the_share_above_one():
    with pytest.warns(RateWarning, match="cost more than they bring"):
        assert segments.pareto_share(pd.DataFrame({"profit": [10.0, 10.0, -5.0]}), 0.667, "profit") == pytest.approx(
            4 / 3
        )


def test_company_profit_is_counted_from_the_tables():
    company = data.load("company")
    by_hand = (
        company.transactions.assign(profit=lambda t: t["amount"] - t["cost"]).groupby("customer_id")["profit"].sum()
    )
    top = by_hand.nlargest(round(0.2 * len(by_hand))).sum() / by_hand.sum()
    assert segments.pareto_share(company, 0.2, "profit") == pytest.approx(top)


# ---------------------------------------------------------------- properties

money = st.floats(-1e6, 1e6, allow_nan=False)
rates = st.floats(0, 1, allow_nan=False)


@given(money, money, money, money)
def test_every_pair_of_values_has_one_cell(current, potential, current_cut, potential_cut):
    cell = segments.clp_cell(current=current, potential=potential, current_cut=current_cut, potential_cut=potential_cut)
    assert cell.value.split("_") == [
        "high" if value > cut else "low" for value, cut in ((current, current_cut), (potential, potential_cut))
    ]


@given(st.lists(st.tuples(money, money), min_size=1, max_size=12))
@settings(max_examples=15)
def test_the_frame_and_the_rule_give_the_same_cell(pairs):
    frame = (
        pd.DataFrame(pairs, columns=["current_value", "potential_value"]).round(2).assign(customer_id=range(len(pairs)))
    )
    cells = segments.clp_cells(frame, segments.ClpRules(current_cut=10, potential_cut=-3))
    for row in cells.itertuples():
        one = segments.clp_cell(
            current=row.current_value, potential=row.potential_value, current_cut=10, potential_cut=-3
        )
        assert row.cell == one


def test_rfm_cells_are_total_and_exclusive():
    found = {(r, f, m): segments.rfm_cell(r=r, f=f, m=m) for r in range(1, 6) for f in range(1, 6) for m in range(1, 6)}
    assert set(found.values()) == set(segments.RfmCell) == set(segments.CELLS.values())
    for scores, cell in found.items():
        assert [high for high, name in segments.CELLS.items() if name == cell] == [
            tuple(score >= 4 for score in scores)
        ]


rows = st.lists(st.tuples(st.integers(0, 400), st.integers(0, 30), st.integers(0, 10_000)), min_size=1, max_size=25)


@given(rows, st.randoms(use_true_random=False))
@settings(max_examples=12)
def test_rfm_scores_follow_the_measures_and_not_the_order_of_rows(rows, random):
    frame = pd.DataFrame(rows, columns=["days_since_last", "frequency", "spent"]).assign(customer_id=range(len(rows)))
    scores = segments.rfm_scores(frame)
    mixed = frame.assign(spent=frame["spent"] * 8).sample(frac=1, random_state=random.randrange(1000))
    pd.testing.assert_frame_equal(segments.rfm_scores(mixed), scores)
    both = frame.merge(scores, on="customer_id")
    for measure, score, better in (("days_since_last", "r", -1), ("frequency", "f", 1), ("spent", "m", 1)):
        ordered = both.assign(value=both[measure] * better).sort_values("value", kind="stable")
        assert ordered[score].is_monotonic_increasing
        assert ordered.groupby("value")[score].nunique().max() == 1
    assert scores["cell"].tolist() == [segments.rfm_cell(r=s.r, f=s.f, m=s.m) for s in scores.itertuples()]


@given(st.lists(st.floats(0.01, 1e6), min_size=1, max_size=30), rates, rates)
@settings(max_examples=15)
def test_a_larger_top_never_brings_less_and_always_its_share(values, one, other):
    frame = pd.DataFrame({"revenue": values})
    small, large = sorted((one, other))
    curve = segments.pareto_curve(frame, (small, large, 1))
    shares, customers = curve["share"], curve["customers"]
    assert shares[0] <= shares[1] <= shares[2] == 1
    assert shares[0] >= customers[0] / len(values) - 1e-9
    assert segments.pareto_share(frame[::-1] * 4, large) == pytest.approx(shares[1])


@given(st.floats(0, 1e6), rates, rates, st.floats(0.001, 1), st.integers(0, 60))
def test_more_retention_never_lowers_lifetime_value(margin, one, other, discount, periods):
    low, high = sorted((one, other))
    for length in (None, periods):
        values = [segments.clv_discounted(margin, rate, discount, length) for rate in (low, high)]
        assert values[0] <= values[1] * (1 + 1e-12)
        assert segments.clv_discounted(3 * margin, high, discount, length) == pytest.approx(3 * values[1])


@given(rates, st.floats(0.05, 1))
@settings(max_examples=40)
def test_the_closed_form_is_the_sum_of_its_terms(retention, discount):
    terms = [(retention / (1 + discount)) ** t for t in range(1, 601)]
    assert segments.clv_discounted(7, retention, discount) == pytest.approx(7 * sum(terms), abs=1e-9)
    assert segments.clv_discounted(7, retention, discount, 12) == pytest.approx(7 * sum(terms[:12]), abs=1e-12)
    assert segments.clv_discounted(7, retention, discount, immediate=True) == pytest.approx(
        7 * (1 + discount) / (1 + discount - retention)
    )


@given(money, money, money)
def test_components_add_up(historical, current, potential):
    whole = segments.clv_components(historical, current, potential)
    ahead = segments.clv_components(historical, current, potential, include_historical=False)
    assert whole == pytest.approx(historical + current + potential, abs=1e-6)
    assert ahead == current + potential


def test_shifting_all_dates_and_the_day_changes_nothing():
    later = pd.Timedelta(days=1000)
    shifted = SimpleNamespace(
        customers=CUSTOMERS.assign(acquired_on=CUSTOMERS["acquired_on"] + later),
        transactions=TRANSACTIONS.assign(date=TRANSACTIONS["date"] + later),
        wallet=WALLET.assign(period=WALLET["period"] + later),
    )
    day = (pd.Timestamp(DAY) + later).date()
    for make in (segments.rfm_summary, segments.traditional_dimensions, segments.crm_dimensions):
        pd.testing.assert_frame_equal(make(shifted, day), make(TABLES, DAY))


def test_permuting_rows_and_scaling_money():
    mixed = SimpleNamespace(**{name: frame[::-1] for name, frame in vars(TABLES).items()})
    scaled = SimpleNamespace(
        customers=CUSTOMERS,
        transactions=TRANSACTIONS.assign(amount=TRANSACTIONS["amount"] * 8, cost=TRANSACTIONS["cost"] * 8),
        wallet=WALLET.assign(
            own_spend=WALLET["own_spend"] * 8, total_category_spend=WALLET["total_category_spend"] * 8
        ),
    )
    made = segments.crm_dimensions(TABLES, DAY)
    pd.testing.assert_frame_equal(segments.crm_dimensions(mixed, DAY), made)
    worth = ["consumption", "historical_value", "current_value", "potential_value", "clv"]
    pd.testing.assert_frame_equal(segments.crm_dimensions(scaled, DAY)[worth], made[worth] * 8)
    profit = segments.profit_contribution(TABLES)
    pd.testing.assert_frame_equal(segments.profit_contribution(mixed), profit)
    pd.testing.assert_frame_equal(
        segments.profit_contribution(scaled)[["place", "cumulative"]], profit[["place", "cumulative"]]
    )


# ---------------------------------------------------------------- bad input


def tables(**changed):
    return SimpleNamespace(**{**vars(TABLES), **changed})


NO_COST = tables(transactions=TRANSACTIONS.drop(columns="cost"))
SCORED = pd.DataFrame({"customer_id": ["a"], "days_since_last": [1.0], "frequency": [2.0], "spent": [3.0]})
VALUED = pd.DataFrame({"customer_id": ["a"], "current_value": [1.0], "potential_value": [2.0]})


@pytest.mark.parametrize(
    ("call", "error", "says"),
    [
        (lambda: segments.rfm_summary(tables(transactions=None), DAY), DataError, "no purchase is known"),
        (lambda: segments.rfm_summary(NO_COST, "soon"), RuleError, "as_of"),
        (lambda: segments.rfm_summary(TABLES, DAY, unit_days=0), RuleError, "unit_days"),
        (
            lambda: segments.rfm_summary(tables(transactions=TRANSACTIONS.drop(columns="amount")), DAY),
            DataError,
            "'amount': is missing",
        ),
        (
            lambda: segments.rfm_summary(tables(transactions=TRANSACTIONS.assign(amount=-1.0)), DAY),
            DataError,
            "lies below 0",
        ),
        (
            lambda: segments.rfm_summary(tables(transactions=TRANSACTIONS.assign(amount=None)), DAY),
            DataError,
            "no value",
        ),
        (
            lambda: segments.rfm_summary(
                tables(transactions=TRANSACTIONS.assign(date=TRANSACTIONS["date"].dt.tz_localize("Asia/Shanghai"))), DAY
            ),
            DataError,
            "time zone",
        ),
        (lambda: segments.profit_contribution(NO_COST), DataError, "margin"),
        (lambda: segments.profit_contribution(NO_COST, margin=30), RuleError, "0.3"),
        (lambda: segments.profit_contribution(TABLES, "2025-02-01", "2025-01-01"), RuleError, "exchange"),
        (lambda: segments.profit_contribution(tables(transactions=None)), DataError, "is missing"),
        (lambda: segments.crm_dimensions(tables(customers=None), DAY), DataError, "nobody is known"),
        (lambda: segments.crm_dimensions(TABLES, DAY, current_days=0), RuleError, "current_days"),
        (lambda: segments.crm_dimensions(NO_COST, DAY), DataError, "margin"),
        (lambda: segments.pareto_share(TABLES, top=20), RuleError, "0.2 for 20 per cent"),
        (lambda: segments.pareto_share(TABLES, by="loyalty"), DataError, "revenue"),
        (lambda: segments.pareto_share(pd.DataFrame({"revenue": []}, dtype=float)), DataError, "above 0"),
        (lambda: segments.pareto_share(pd.DataFrame({"revenue": [0.0]})), DataError, "above 0"),
        (lambda: segments.pareto_share(pd.DataFrame({"revenue": [1.0, None]})), DataError, "no value"),
        (lambda: segments.pareto_share(pl.DataFrame({"revenue": [1.0, float("nan")]})), DataError, "NaN"),
        (lambda: segments.pareto_share(pd.DataFrame({"revenue": ["much"]})), DataError, "turn it into numbers"),
        (lambda: segments.pareto_share(pd.DataFrame({"spent": [1.0]})), DataError, "'revenue': is missing"),
        (lambda: segments.profile(CUSTOMERS, "colour"), DataError, "'colour': is missing"),
        (lambda: segments.profile({"sex": ["f"]}, "sex"), DataError, "dict is not a usable frame"),
        (lambda: segments.clp_cells(VALUED.drop(columns="customer_id")), DataError, "customer_id"),
        (lambda: segments.clp_cells(VALUED.assign(current_value=float("inf"))), DataError, "finite"),
        (lambda: segments.clp_cells(VALUED.assign(current_value=float("-inf"))), DataError, "finite"),
        (lambda: segments.ClpRules(quantile=50), RuleError, "0.5"),
        (lambda: segments.ClpRules(current_cut="much"), RuleError, "current_cut"),
        (lambda: segments.clp_strategies("gold"), UnknownName, "high_low"),
        (lambda: segments.rfm_scores(SCORED.assign(spent=-1.0)), DataError, "lies below 0"),
        (lambda: segments.rfm_scores(SCORED.assign(frequency=None)), DataError, "no value"),
        (lambda: segments.rfm_scores(SCORED.drop(columns="spent")), DataError, "'spent': is missing"),
        (lambda: segments.rfm_cell(r=6, f=1, m=1), RuleError, "from 1 to 5"),
        (lambda: segments.rfm_cell(r=0, f=1, m=1), RuleError, "r is 0"),
        (lambda: segments.RfmRules(scores=3, high=4), RuleError, "high"),
        (lambda: segments.RfmRules(scores=1, high=1), RuleError, "scores"),
        (lambda: segments.clv_discounted(-1, 0.8, 0.1), RuleError, "margin"),
        (lambda: segments.clv_discounted(1, 80, 0.1), RuleError, "0.8 for 80 per cent"),
        (lambda: segments.clv_discounted(1, 0.8, -0.1), RuleError, "discount"),
        (lambda: segments.clv_discounted(1, 1, 0), RuleError, "give periods"),
        (lambda: segments.clv_discounted(1, 1, 0.1, 1.5), RuleError, "whole number"),
        (lambda: segments.clv_components(float("nan"), 1, 1), RuleError, "historical"),
    ],
)
def test_bad_input_is_refused_in_one_sentence(call, error, says):
    with pytest.raises(error) as caught:
        call()
    assert says in str(caught.value)


def test_empty_frames_and_days_outside_the_data():
    assert segments.rfm_summary(TABLES, "2020-01-01").empty
    assert segments.rfm_summary(TABLES, "2035-01-01")["T"].min() > 3000
    none = pd.DataFrame(columns=["customer_id", "date", "amount", "cost"])
    nobody = tables(customers=CUSTOMERS[:0], transactions=none, wallet=None)
    assert segments.rfm_summary(nobody, DAY).empty
    assert segments.profit_contribution(nobody).empty
    assert segments.crm_dimensions(nobody, DAY).empty
    assert segments.rfm_scores(segments.rfm_summary(nobody, DAY)).empty
    assert segments.clp_cells(segments.crm_dimensions(nobody, DAY)).empty
    assert segments.profile(CUSTOMERS[:0], "sex").empty


def test_retention_of_one_counts_the_periods():
    assert segments.clv_discounted(10, 1, 0, 5) == 50
    assert segments.clv_discounted(10, 0, 0.1) == 0


# ---------------------------------------------------------------- texts, and the results' columns


def test_cells_have_terms_and_strategies_in_both_languages():
    for cell in segments.ClpCell:
        assert concepts.get(cell.concept).computed_by == f"segments.ClpCell.{cell.name}"
        assert len(segments.clp_strategies(cell, "zh")) == len(segments.clp_strategies(cell)) >= 2
    assert [cell.metal for cell in segments.ClpCell] == ["lead", "iron", "gold", "platinum"]
    for cell in segments.RfmCell:
        assert concepts.get(cell.concept).computed_by == f"segments.RfmCell.{cell.name}"


def test_results_have_the_columns_that_are_described():
    summary = segments.rfm_summary(TABLES, DAY)
    crm = segments.crm_dimensions(TABLES, DAY)
    made = {
        "pareto_curve": segments.pareto_curve(TABLES),
        "profit_contribution": segments.profit_contribution(TABLES),
        "traditional_dimensions": segments.traditional_dimensions(TABLES, DAY),
        "crm_dimensions": crm,
        "clp_cells": segments.clp_cells(crm),
        "rfm_summary": summary,
        "rfm_scores": segments.rfm_scores(summary),
        "profile": segments.profile(CUSTOMERS, "sex", "age").drop(columns="sex"),
    }
    for name, frame in made.items():
        assert frame.columns.tolist() == [column.name for column in RESULTS[f"segments.{name}"].columns], name


# ---------------------------------------------------------------- engines


def test_on_every_engine(engine):
    # Each function once, on frames of its own: on Spark a chain would run again at every link.
    summary = segments.rfm_summary(TABLES, DAY)
    values = segments.crm_dimensions(TABLES, DAY)[["customer_id", "current_value", "potential_value"]]
    made = tables(summary=summary, values=values)
    engine.agrees(lambda t: segments.rfm_summary(t, DAY, unit_days=7), made, "customer_id")
    engine.agrees(lambda t: segments.rfm_scores(t.summary), made, "customer_id")
    engine.agrees(lambda t: segments.profit_contribution(t, "2025-01-01", DAY), made, "customer_id")
    engine.agrees(lambda t: segments.pareto_curve(t, (0.2, 1), "profit"), made, "top")
    engine.agrees(lambda t: segments.crm_dimensions(t, DAY), made, "customer_id")
    engine.agrees(lambda t: segments.clp_cells(t.values), made, "customer_id")
    engine.agrees(lambda t: _shown(segments.traditional_dimensions(t, DAY)), made, "customer_id")
    engine.agrees(lambda t: segments.profile(t.customers, "customer_type", "age"), made, "customer_type")


def _shown(frame):
    """Leave the features out that nobody knows: each engine has its own dtype for a column of nothing."""
    import narwhals.stable.v2 as nw

    return nw.from_native(frame).select("customer_id", "age", "sex", "consumption").to_native()
