"""BG/NBD and Gamma-Gamma: against the printed estimates, by simulation, properties, bad input, engines."""

from pathlib import Path
from types import SimpleNamespace

import numpy as np
import pandas as pd
import polars as pl
import pytest
from hypothesis import given
from hypothesis import strategies as st
from scipy.special import hyp2f1

from loyaltylib import data, segments
from loyaltylib.errors import DataError, RuleError
from loyaltylib.schema import RESULTS

SAMPLE = Path(__file__).with_name("segments_cdnow_sample.txt")
PRINTED = segments.BgNbd(r=0.243, alpha=4.414, a=0.793, b=2.426)
PRINTED_MONEY = segments.GammaGamma(p=6.25, q=3.74, v=15.44)


@pytest.fixture(scope="module")
def sample():
    """The summary of the 1/10 sample of CDNOW over its 39 weeks of calibration, in the sample's order."""
    lines = [line for line in SAMPLE.read_text("utf-8").splitlines() if line[:1] != "#"]
    customers = [f"{int(number):05}" for line in lines for number in line.split()]
    purchases = data.load("cdnow").transactions
    chosen = purchases[purchases["customer_id"].isin(customers)]
    assert (len(customers), len(chosen)) == (2357, 6919)
    summary = segments.rfm_summary(SimpleNamespace(transactions=chosen), "1997-09-30", unit_days=7)
    return summary.set_index("customer_id").loc[customers].reset_index()


@pytest.fixture(scope="module")
def model(sample):
    return segments.fit_bgnbd(sample)


# ---------------------------------------------------------------- against print


def test_repeat_purchases_in_39_weeks_as_fader_hardie_and_lee_2005_print_them(sample):
    histogram = sample["frequency"].clip(upper=7).value_counts().sort_index()
    assert histogram.tolist() == [1411, 439, 214, 100, 62, 38, 29, 64]
    assert sample.loc[0, ["frequency", "recency", "T", "monetary"]].astype(float).round(2).tolist() == [
        2,
        30.43,
        38.86,
        22.34,  # printed 22.35: (29.73 + 14.96) / 2 is 22.345
    ]


def test_bgnbd_estimates_of_fader_hardie_and_lee_2005(model):
    assert [round(value, 3) for value in (model.r, model.alpha, model.a, model.b)] == [0.243, 4.414, 0.793, 2.426]
    assert round(model.log_likelihood, 1) == -9582.4
    assert (model.customers, model.converged) == (2357, True)


def test_gamma_gamma_estimates_of_fader_and_hardie_2013(sample):
    model = segments.fit_gamma_gamma(sample)
    assert [round(value, 2) for value in (model.p, model.q, model.v)] == [6.25, 3.74, 15.44]
    assert (model.customers, model.converged) == (946, True)


def test_expected_purchases_of_the_first_customer_as_in_the_authors_spreadsheet(model):
    found = segments.expected_purchases(model, 39, frequency=2, recency=30.43, age=38.86)
    assert round(found, 3) == 1.226


def test_expected_purchases_of_a_new_customer_as_in_the_authors_spreadsheet(model):
    found = segments.expected_purchases(model, np.array([0.1429, 1, 3, 31.8571, 32, 78]))
    assert found == pytest.approx([0.0078, 0.0532, 0.1506, 1.0405, 1.0437, 1.8576], abs=1e-3)


def test_worth_of_a_purchase_of_the_first_ten_customers_as_fader_and_hardie_2013_print_it(sample):
    found = segments.expected_value(
        PRINTED_MONEY, frequency=sample["frequency"][:10], monetary=sample["monetary"][:10].fillna(0)
    )
    printed = [24.65, 18.91, 35.17, 35.17, 35.17, 71.46, 18.91, 35.17, 27.28, 35.17]
    assert found == pytest.approx(printed, abs=0.1)  # from estimates with more digits than are printed


# ---------------------------------------------------------------- the formulas against their other forms

histories = st.integers(0, 25).flatmap(
    lambda x: st.tuples(st.just(x), st.floats(0.1, 30) if x else st.just(0.0), st.floats(0, 20), st.floats(0.1, 60))
)


@given(histories)
def test_expected_purchases_as_the_paper_writes_them(history):
    x, last, after, t = history
    age = last + after
    r, alpha, a, b = PRINTED.r, PRINTED.alpha, PRINTED.a, PRINTED.b
    z = t / (alpha + age + t)
    grown = ((alpha + age) / (alpha + age + t)) ** (r + x) * hyp2f1(r + x, b + x, a + b + x - 1, z)
    odds = (x > 0) * a / (b + max(x, 1) - 1) * ((alpha + age) / (alpha + last)) ** (r + x)
    paper = (a + b + x - 1) / (a - 1) * (1 - grown) / (1 + odds)
    found = segments.expected_purchases(PRINTED, t, frequency=x, recency=last, age=age)
    assert found == pytest.approx(paper, rel=1e-7, abs=1e-9)


def test_the_fit_finds_the_parameters_of_simulated_customers():
    random = np.random.RandomState(7)
    size, age = 6000, 60.0
    rates, chances = random.gamma(0.8, 1 / 6, size), random.beta(1.2, 3, size)
    rows = []
    for rate, chance in zip(rates, chances, strict=True):
        x, last, now = 0, 0.0, random.exponential(1 / rate)
        while now <= age:
            x, last = x + 1, now
            if random.uniform() < chance:
                break
            now += random.exponential(1 / rate)
        rows.append((x, last, age))
    model = segments.fit_bgnbd(pd.DataFrame(rows, columns=["frequency", "recency", "T"]))
    assert (model.r, model.alpha) == pytest.approx((0.8, 6), rel=0.15)
    assert model.a / (model.a + model.b) == pytest.approx(1.2 / 4.2, rel=0.1)


# ---------------------------------------------------------------- properties


@given(histories, st.floats(0, 60))
def test_alive_is_a_chance_and_longer_never_means_fewer_purchases(history, more):
    x, last, after, t = history
    past = {"frequency": x, "recency": last, "age": last + after}
    assert 0 <= segments.probability_alive(PRINTED, **past) <= 1
    few, many = segments.expected_purchases(PRINTED, np.array([t, t + more]), **past)
    assert 0 <= few <= many * (1 + 1e-9) + 1e-12
    if x:
        silent = {**past, "age": last + after + more}
        assert segments.probability_alive(PRINTED, **silent) <= segments.probability_alive(PRINTED, **past)
    else:
        assert segments.probability_alive(PRINTED, **past) == 1


@given(st.floats(0.2, 5), st.floats(1e-5, 1e-4))
def test_nothing_jumps_where_a_is_one(t, step):
    around = [segments.BgNbd(r=0.5, alpha=5, a=1 + move, b=2) for move in (-step, 0, step)]
    low, mid, high = (segments.expected_purchases(model, t, frequency=2, recency=3, age=9) for model in around)
    assert mid == pytest.approx((low + high) / 2, rel=1e-4)


@given(st.integers(1, 50), st.floats(0.1, 1e4))
def test_worth_lies_between_the_customers_own_mean_and_that_of_all(x, z):
    everyone = segments.expected_value(PRINTED_MONEY)
    found = segments.expected_value(PRINTED_MONEY, frequency=x, monetary=z)
    assert min(z, everyone) - 1e-9 <= found <= max(z, everyone) + 1e-9


def test_units_order_and_money_scale_the_models_and_change_nothing_else(sample, model):
    mixed = sample.sample(frac=1, random_state=3)
    days = mixed.assign(recency=mixed["recency"] * 7, T=mixed["T"] * 7, monetary=mixed["monetary"] * 8)
    in_days = segments.fit_bgnbd(days)
    assert (in_days.r, in_days.alpha / 7, in_days.a, in_days.b) == pytest.approx(
        (model.r, model.alpha, model.a, model.b), rel=1e-4
    )
    assert segments.fit_bgnbd(mixed) == model
    one, other = segments.fit_gamma_gamma(sample), segments.fit_gamma_gamma(days)
    assert (other.p, other.q, other.v / 8) == pytest.approx((one.p, one.q, one.v), rel=1e-4)


def test_forecast_is_the_single_figures_and_more_discount_or_less_margin_is_worth_less(sample):
    few = sample[:12]
    made = segments.forecast(few, PRINTED, 39, PRINTED_MONEY).set_index("customer_id")
    for row in few.itertuples():
        past = {"frequency": row.frequency, "recency": row.recency, "age": row.T}
        purchases = segments.expected_purchases(PRINTED, 39, **past)
        spent = 0 if np.isnan(row.monetary) else row.monetary
        value = segments.expected_value(PRINTED_MONEY, frequency=row.frequency, monetary=spent)
        alive = segments.probability_alive(PRINTED, **past)
        assert made.loc[row.customer_id].tolist() == pytest.approx([alive, purchases, value, purchases * value])
    discounted = segments.forecast(few, PRINTED, 39, PRINTED_MONEY, discount=0.01, margin=0.5).set_index("customer_id")
    assert (discounted["clv"] < 0.5 * made["clv"]).all()
    assert (discounted["clv"] > 0.5 * made["clv"] / 1.01**39).all()


def test_forecast_columns_are_those_described(sample):
    made = segments.forecast(sample[:3], PRINTED, 4, PRINTED_MONEY)
    assert made.columns.tolist() == [column.name for column in RESULTS["segments.forecast"].columns]
    assert segments.forecast(sample[:0], PRINTED, 4, PRINTED_MONEY).empty


def test_a_model_that_the_data_do_not_determine_says_so():
    nobody_leaves = pd.DataFrame({"frequency": [9.0, 10.0, 11.0], "recency": [10.0] * 3, "T": [10.0] * 3})
    assert not segments.fit_bgnbd(nobody_leaves).converged


# ---------------------------------------------------------------- bad input

ONE = pd.DataFrame({"customer_id": ["a"], "frequency": [2.0], "recency": [3.0], "T": [9.0], "monetary": [5.0]})


@pytest.mark.parametrize("call", [segments.fit_bgnbd, segments.fit_gamma_gamma])
@pytest.mark.parametrize(
    ("summary", "says"),
    [
        (ONE[:0], "bought again"),
        (ONE.assign(frequency=0.0), "bought again"),
        (ONE.drop(columns="T"), "'T': is missing"),
        (ONE.assign(recency=-1.0), "lies below 0"),
        (ONE.assign(recency=10.0), "above T"),
        (ONE.assign(frequency=None), "no value"),
        (ONE.assign(T="9 weeks"), "turn it into numbers"),
        (ONE.assign(T=float("inf")), "finite"),
        (pl.DataFrame(ONE.assign(customer_id=1)).with_columns(T=float("nan")), "NaN"),
        ([1, 2], "list is not a usable frame"),
    ],
)
def test_summaries_that_cannot_be_fitted(call, summary, says):
    with pytest.raises(DataError) as caught:
        call(summary)
    assert says in str(caught.value)


@pytest.mark.parametrize(
    ("call", "error", "says"),
    [
        (lambda: segments.fit_gamma_gamma(ONE.assign(monetary=-1.0)), DataError, "lies below 0"),
        (lambda: segments.fit_gamma_gamma(ONE.assign(monetary=0.0)), DataError, "for money"),
        (lambda: segments.BgNbd(r=0, alpha=1, a=1, b=1), RuleError, "BgNbd.r"),
        (lambda: segments.GammaGamma(p=1, q=-1, v=1), RuleError, "GammaGamma.q"),
        (lambda: segments.expected_value(segments.GammaGamma(p=1, q=1, v=1)), RuleError, "no mean"),
        (lambda: segments.expected_purchases(PRINTED, -1), RuleError, "at least 0"),
        (lambda: segments.probability_alive(PRINTED, frequency=1, recency=2, age=1), RuleError, "above age"),
        (lambda: segments.probability_alive(PRINTED, frequency=float("nan"), recency=0, age=1), RuleError, "frequency"),
        (lambda: segments.forecast(ONE.drop(columns="customer_id"), PRINTED, 4), DataError, "customer_id"),
        (lambda: segments.forecast(ONE, PRINTED, 0), RuleError, "horizon"),
        (lambda: segments.forecast(ONE, PRINTED, 4, PRINTED_MONEY, discount=-1), RuleError, "discount"),
        (lambda: segments.forecast(ONE, PRINTED, 4, PRINTED_MONEY, margin=30), RuleError, "0.3"),
    ],
)
def test_bad_input_is_refused_in_one_sentence(call, error, says):
    with pytest.raises(error) as caught:
        call()
    assert says in str(caught.value)


# ---------------------------------------------------------------- engines


def test_on_every_engine(engine, sample):
    few = SimpleNamespace(summary=sample[:40])
    engine.agrees(lambda t: segments.forecast(t.summary, PRINTED, 12, PRINTED_MONEY, discount=0.01), few, "customer_id")
    model = segments.fit_bgnbd(few.summary)
    other = segments.fit_bgnbd(engine.frame(few.summary))
    assert other.log_likelihood == pytest.approx(model.log_likelihood)
