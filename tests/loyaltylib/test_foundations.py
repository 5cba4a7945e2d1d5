"""The foundations: against print, typed tables a person can check, properties, bad input, every engine."""

import datetime as dt
from dataclasses import replace
from types import SimpleNamespace

import pandas as pd
import polars as pl
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from loyaltylib import concepts, data, foundations, schema, segments
from loyaltylib.errors import DataError, RateWarning, RuleError, UnknownName
from loyaltylib.foundations import (
    Chances,
    ChanceSource,
    CustomerBody,
    Develop,
    Keep,
    Link,
    ManagementField,
    NeedsMeasure,
    StakeholderGroup,
    acquisition_cost,
    checklist,
    closing_rate,
    compare_costs,
    contact_record,
    customer_body,
    customer_scope,
    customer_value,
    database_completeness,
    deal_funnel,
    effect_marks,
    example_tables,
    expected_sales,
    quoted_chances,
    retention_effect,
    retention_effects,
    significance_claims,
    staff_training,
    tenure,
)

AS_OF = "2025-12-31"
KINDS = [pd.DataFrame, pl.DataFrame, pl.LazyFrame]


def typed(columns, *rows):
    made = pd.DataFrame(rows, columns=columns.split())
    for name in made.columns:
        if name.endswith(("_at", "_on")) or name == "date":
            made[name] = pd.to_datetime(made[name])
    return made


def same(found, expected):
    pd.testing.assert_frame_equal(found, expected, check_dtype=False, check_exact=False, rtol=1e-12)


# ---------------------------------------------------------------- against print


def test_hbr_1990_almost_100_per_cent_by_retaining_5_points_more_is_the_step_from_90_to_95_without_discount():
    effect = retention_effect(retention=0.9, change=0.05, margin=100)
    assert effect.profit_change == pytest.approx(1.0)  # "profits up by almost 100 %"; defection is halved
    assert (effect.tenure, effect.tenure_after) == (pytest.approx(10), pytest.approx(20))


def test_amb_23_the_quoted_effects_are_no_elasticity():
    points = [retention_effect(retention=rate, change=0.05).profit_change for rate in (0.1, 0.5, 0.8, 0.9, 0.94)]
    assert points == sorted(points)
    assert points[0] == pytest.approx(0.05 / 0.85)
    assert points[-1] == pytest.approx(0.05 / 0.01)
    marks = effect_marks().set_index("concept")
    assert set(marks["status"]) == {"contested"}
    assert marks.loc["stat.loyalty_down5_profit_down25", "value"] == -0.25
    # Kotler's and HBR's range by industry, 25 to 85 %, lies between 75 and 90 % retention.
    assert retention_effect(retention=0.75).profit_change == pytest.approx(0.25)
    assert retention_effect(retention=0.9).profit_change > 0.85


def test_amb_25_the_chances_of_the_course_and_of_marketing_metrics():
    assert quoted_chances("course") == quoted_chances("course", high=True) == Chances(existing=0.5, new=0.15)
    assert quoted_chances(ChanceSource.OUTSIDE) == Chances(existing=0.6, new=0.05)
    assert quoted_chances("outside", high=True) == Chances(existing=0.7, new=0.2)
    sales = expected_sales(existing=100, new=100, chances=quoted_chances())
    assert (sales.existing, sales.new, sales.total) == (50, 15, 65)


# concept -> what the course says (value, unit), then what others say
QUOTED = {
    "stat.crm.satisfaction5_profit_x2": [(2, "times"), (1.0, "change")],
    "stat.crm.very_satisfied_6x": [(6, "times"), (6, "times")],
    "stat.crm.two_thirds_leave_care": [(2 / 3, "fraction"), (0.68, "fraction")],
    "stat.crm.ceo_93": [(0.93, "fraction")],
    "stat.crm.rep_sales_51": [(0.51, "change")],
    "stat.crm.satisfaction_20": [(0.2, "change")],
    "stat.crm.cost_21": [(-0.21, "change")],
    "stat.crm.cycle_half": [(-0.5, "change")],
    "stat.crm.profit_2": [(0.02, "change")],
    "stat.wom_8": [(8, "people")],
    "stat.wom_25": [(25, "people")],
    "stat.service.80_service": [(0.8, "fraction")],
    "stat.service.94": [(0.94, "fraction")],
    "stat.service.89": [(0.89, "fraction")],
    "stat.service.9": [(9, "people")],
    "stat.service.67": [(0.67, "fraction")],
    "stat.service.75": [(0.75, "fraction")],
    "stat.retention_cost_fifth": [(0.2, "fraction"), (0.1, "fraction")],
    "stat.sell_existing_50": [(0.5, "fraction"), (0.6, "fraction")],
    "stat.sell_new_15": [(0.15, "fraction"), (0.05, "fraction")],
    "stat.loyalty_down5_profit_down25": [(-0.25, "change")],
    "stat.retention_up5_profit_up85": [(v, "change") for v in (0.85, 0.85, 0.5, 0.3, 1.25)],
    "stat.referral_60": [(0.6, "fraction")],
}


def test_the_23_quoted_figures_of_the_inventory_and_their_outside_versions():
    assert len(QUOTED) == 23
    found = {name: [(claim.value, claim.unit) for claim in concepts.get(name).claims] for name in QUOTED}
    assert found == QUOTED


@pytest.mark.parametrize("lang", ["en", "zh"])
def test_all_claims_of_the_chapter_in_either_language(lang):
    claims = significance_claims(lang)
    assert list(claims.columns) == ["concept", "term", "value", "high", "unit", "status", "source", "text"]
    assert len(claims) == sum(len(figures) for figures in QUOTED.values())
    assert set(claims["concept"]) == set(QUOTED)
    assert set(claims["status"]) == {"verified", "contested", "unverified"}
    assert claims.drop(columns="high").notna().all(axis=None)
    assert claims["high"].count() == 4  # ranges


def test_amb_21_two_figures_above_100_per_cent_together_say_that_they_are_no_probabilities():
    assert concepts.get("stat.service.94").claims[0].value + concepts.get("stat.service.89").claims[0].value > 1
    assert all("100" in concepts.get(name).note("en") for name in ("stat.service.94", "stat.service.89"))


def test_lists_as_long_as_the_course_has_them():
    assert [len(kind) for kind in (StakeholderGroup, ManagementField, Link, Keep, NeedsMeasure, Develop)] == [
        4, 10, 5, 5, 3, 4,
    ]  # fmt: skip
    assert [link.place for link in Link] == [1, 2, 3, 4, 5]
    for kind in (Link, Keep, NeedsMeasure, Develop):
        assert all(concepts.get(member.concept).taught_in == "foundations" for member in kind)
    for kind, concept in ((StakeholderGroup, "crm.customer_scope"), (ManagementField, "crm.management_scope")):
        assert [member.term("zh") for member in kind] == list(concepts.get(concept).traits("zh"))


# ---------------------------------------------------------------- the deal process


DEALS = typed(
    "deal_id stage entered_at left_at won",
    ("A", "generation", "2025-01-01", "2025-01-11", False),
    ("A", "control", "2025-01-11", "2025-01-31", False),  # skips tracking
    ("A", "evaluation", "2025-02-10", "2025-02-12", True),
    ("B", "generation", "2025-01-01", "2025-01-03", True),  # won at once
    ("C", "generation", "2025-02-01", "2025-02-05", False),  # dropped
    ("D", "generation", "2025-12-01", "2026-01-05", True),  # open on the day, won after it
    ("E", "generation", "2025-05-01", None, False),  # nobody wrote down that it left, but it is further on
    ("E", "tracking", "2025-05-09", "2025-06-08", None),  # not said: not won
    ("F", "tracking", "2026-01-01", None, False),  # after the day
).astype({"won": "boolean"})

FUNNEL = pd.DataFrame(
    [
        ("generation", 1, 5, 3, 1, 1, 1 / 5, (10 + 2 + 4) / 3),
        ("tracking", 2, 1, 0, 1, 0, 1.0, 30.0),
        ("control", 3, 1, 1, 0, 0, 0.0, 20.0),
        ("fulfilment", 4, 0, 0, 0, 0, None, None),
        ("evaluation", 5, 1, 1, 0, 0, 0.0, 2.0),
    ],
    columns=["link", "place", "deals_in", "deals_out", "dropped", "open", "drop_off", "mean_dwell_days"],
)


def test_the_funnel_of_six_deals():
    found = deal_funnel(SimpleNamespace(deals=DEALS), AS_OF)
    same(found, FUNNEL)
    assert list(found.columns) == [column.name for column in schema.RESULTS["foundations.deal_funnel"].columns]


def test_what_is_open_can_be_left_out():
    tables = SimpleNamespace(deals=DEALS)
    assert deal_funnel(tables, AS_OF, ended_only=True)["drop_off"].tolist()[:2] == [1 / 4, 1.0]
    assert closing_rate(tables, AS_OF) == 2 / 5
    assert closing_rate(tables, AS_OF, ended_only=True) == 2 / 4
    assert closing_rate(tables, "2026-01-31") == 3 / 6


def test_counts_and_table_agree():
    won, pitched = 1, 4
    assert closing_rate(won=won, pitched=pitched) == closing_rate(example_tables(), AS_OF)


def test_more_won_than_pitched_warns():
    with pytest.warns(RateWarning, match="closing_rate is 1.5, outside 0 to 1: more deals are won"):
        assert closing_rate(won=3, pitched=2) == 1.5


@st.composite
def deals(draw):
    rows = []
    for deal in range(draw(st.integers(1, 6))):
        for stage in draw(st.lists(st.sampled_from(list(Link)), min_size=1, max_size=5, unique=True)):
            entered = pd.Timestamp("2025-01-01") + pd.Timedelta(days=draw(st.integers(0, 400)))
            stay = draw(st.none() | st.integers(0, 200))
            left = None if stay is None else entered + pd.Timedelta(days=stay)
            rows.append((f"d{deal}", stage.value, entered, left, draw(st.booleans())))
    made = pd.DataFrame(rows, columns=["deal_id", "stage", "entered_at", "left_at", "won"])
    return made.assign(entered_at=pd.to_datetime(made["entered_at"]), left_at=pd.to_datetime(made["left_at"]))


def funnel_of(table, day, **options):
    return deal_funnel(SimpleNamespace(deals=pl.from_pandas(table)), day, **options).to_pandas()


@settings(max_examples=40)
@given(deals(), st.randoms(use_true_random=False), st.integers(-500, 500), st.booleans())
def test_every_stay_is_out_dropped_or_open_and_neither_rows_nor_the_calendar_matter(table, random, shift, ended_only):
    day = dt.date(2025, 9, 1)
    funnel = funnel_of(table, day, ended_only=ended_only)
    assert (funnel["deals_in"] == funnel["deals_out"] + funnel["dropped"] + funnel["open"]).all()
    assert funnel["deals_in"].sum() == (table["entered_at"] <= "2025-09-01").sum()
    assert funnel["drop_off"].dropna().between(0, 1).all()
    mixed = table.iloc[random.sample(range(len(table)), len(table))]
    later = mixed.assign(**{name: mixed[name] + pd.Timedelta(days=shift) for name in ("entered_at", "left_at")})
    same(funnel_of(later, day + dt.timedelta(shift), ended_only=ended_only), funnel)
    if funnel["deals_in"].sum():
        rate = closing_rate(SimpleNamespace(deals=pl.from_pandas(table)), day)
        assert 0 <= rate <= 1
        assert closing_rate(SimpleNamespace(deals=pl.from_pandas(later)), day + dt.timedelta(shift)) == rate


def test_no_deal_yet():
    empty = deal_funnel(SimpleNamespace(deals=DEALS.head(0)), AS_OF)
    assert empty["deals_in"].tolist() == [0] * 5
    assert empty[["drop_off", "mean_dwell_days"]].isna().all(axis=None)
    same(deal_funnel(SimpleNamespace(deals=DEALS), "2020-01-01"), empty)  # before the data
    assert deal_funnel(SimpleNamespace(deals=DEALS), "2030-01-01")["deals_in"].sum() == len(DEALS)  # after it
    with pytest.raises(DataError, match="no deal to count by 2020-01-01"):
        closing_rate(SimpleNamespace(deals=DEALS), "2020-01-01")


def test_nobody_wrote_down_what_was_won():
    silent = DEALS.assign(won=None)
    assert deal_funnel(SimpleNamespace(deals=silent), AS_OF)["dropped"].tolist() == [2, 1, 0, 0, 1]
    assert closing_rate(SimpleNamespace(deals=silent), AS_OF) == 0


@pytest.mark.parametrize(
    ("deals_", "sentence"),
    [
        (None, "table 'deals': is missing"),
        (DEALS.drop(columns="left_at"), "column 'left_at': is missing"),
        (DEALS.drop(columns="won"), "column 'won': is missing"),
        (
            DEALS.replace({"stage": {"tracking": "pitch"}}),
            "column 'stage': 'pitch' is no link; known: generation, tracking",
        ),
        (DEALS.assign(stage=3), "column 'stage': holds Int64"),
        (DEALS.assign(won="yes"), "column 'won': holds .* turn it into True and False"),
        (DEALS.assign(entered_at=None), "column 'entered_at': 9 of 9 rows have no value"),
        (DEALS.assign(left_at=pd.Timestamp("2024-12-31")), "a stay at '.*' ends before it begins"),
        (DEALS.assign(entered_at=DEALS["entered_at"].dt.tz_localize("Asia/Shanghai")), "without a time zone"),
        (pd.concat([DEALS, DEALS.head(1)]), "A, generation occurs in 2 rows"),
    ],
)
def test_deals_that_are_refused(deals_, sentence):
    for call in (deal_funnel, closing_rate):
        with pytest.raises(DataError, match=sentence):
            call(SimpleNamespace(deals=deals_), AS_OF)


@pytest.mark.parametrize(
    ("arguments", "sentence"),
    [
        ({}, "got no deals"),
        ({"won": 3}, "got no deals"),
        ({"won": 3, "pitched": 0}, "pitched is 0; give a number above 0"),
        ({"won": -1, "pitched": 4}, "won is -1"),
        ({"won": 1.5, "pitched": 4}, "won is 1.5; give a whole number"),
        ({"won": float("nan"), "pitched": 4}, "won is nan; give a finite number"),
        ({"tables": example_tables()}, "give the day as_of"),
        ({"tables": example_tables(), "as_of": AS_OF, "won": 3}, "give the day as_of beside them and no counts"),
        ({"tables": example_tables(), "as_of": "2025-12-31T10:00+08:00"}, "has a time zone"),
        ({"tables": example_tables(), "as_of": "soon"}, "as_of is 'soon'"),
    ],
)
def test_closing_rates_that_make_no_sense(arguments, sentence):
    with pytest.raises(RuleError, match=sentence):
        closing_rate(**arguments)


# ---------------------------------------------------------------- the economics

RATES = st.floats(0, 0.98)
MONEY = st.floats(0.01, 1e6)


def test_the_effect_in_figures_a_person_can_check():
    effect = retention_effect(retention=0.75, change=0.05, margin=100)
    assert effect.tenure == 4
    assert effect.tenure_after == pytest.approx(5)
    assert (effect.value, effect.value_after) == (400, pytest.approx(500))
    assert effect.gain == pytest.approx(100)
    assert effect.profit_change == pytest.approx(0.25)
    assert effect.change == pytest.approx(0.05)
    assert customer_value(margin=100, retention=0.8, discount=0.2) == pytest.approx(100 * 1.2 / 0.4)


EFFECT = "Retention 80.0% -5.0 percentage points: mean stay 5.0 → 4.0 years, value of a customer ¥500 → ¥400 (-20.0%)."


@pytest.mark.parametrize(
    ("lang", "text"),
    [
        ("en", EFFECT),
        ("zh", "留存率 80.0%，变动 -5.0 个百分点：平均留存时间 5.0 → 4.0 年，客户价值 500 元 → 400 元（-20.0%）。"),
    ],
)
def test_the_effect_as_a_sentence(lang, text):
    assert retention_effect(retention=0.8, change=-0.05, margin=100).text(lang) == text


@given(RATES, RATES, MONEY, st.floats(0, 1), st.floats(0.1, 10))
def test_more_retention_never_lowers_tenure_or_value_and_money_scales(one, other, margin, discount, scale):
    low, high = sorted((one, other))
    assert tenure(low) <= tenure(high)
    few = customer_value(margin=margin, retention=low, discount=discount)
    assert few <= customer_value(margin=margin, retention=high, discount=discount)
    assert few >= margin * (1 - 1e-12)  # the first year is paid in full
    assert customer_value(margin=scale * margin, retention=low, discount=discount) == pytest.approx(scale * few)
    assert customer_value(margin=margin, retention=low) == pytest.approx(margin * tenure(low))
    assert few <= margin * tenure(low) * (1 + 1e-12)  # a discount never adds


@given(RATES, st.floats(0, 1), MONEY)
def test_the_value_is_the_discounted_one_of_the_chapter_on_segments_with_the_first_margin(rate, discount, margin):
    other = segments.clv_discounted(margin, rate, discount, immediate=True)
    assert customer_value(margin=margin, retention=rate, discount=discount) == pytest.approx(other)


@given(RATES, st.floats(0, 0.5), MONEY, MONEY)
def test_the_effect_in_per_cent_does_not_hang_on_the_margin_and_turns_back(rate, discount, margin, other):
    after = retention_effect(retention=rate, change=0.015, margin=margin, discount=discount)
    assert after.profit_change >= 0
    again = retention_effect(retention=rate, change=0.015, margin=other, discount=discount)
    assert again.profit_change == pytest.approx(after.profit_change)
    back = retention_effect(retention=after.retention_after, change=-0.015 * (1 - 1e-9), discount=discount)
    assert (1 + after.profit_change) * (1 + back.profit_change) == pytest.approx(1, rel=1e-6)


SEGMENTS = pd.DataFrame(
    {"segment": ["a", "b", "c"], "retention": [0.5, 0.75, 0.8], "margin": [100.0, 100.0, 40.0]},
)


@pytest.mark.parametrize("kind", KINDS)
def test_many_rows_say_what_one_says(kind):
    found = retention_effects(kind(SEGMENTS.to_dict("list")), change=0.05, discount=0.1)
    assert isinstance(found, kind)
    rows = found.collect() if kind is pl.LazyFrame else found
    for n in range(3):
        one = retention_effect(retention=SEGMENTS["retention"][n], margin=SEGMENTS["margin"][n], discount=0.1)
        for name in ("tenure", "tenure_after", "value", "value_after", "profit_change"):
            assert rows[name][n] == pytest.approx(getattr(one, name))


def test_no_segment_no_effect():
    assert len(retention_effects(SEGMENTS.head(0))) == 0


@pytest.mark.parametrize("kind", KINDS)
@pytest.mark.parametrize(
    ("change", "sentence"),
    [
        ({"retention": None}, "'retention': is missing; the frame has"),
        ({"margin": ["1", "2", "3"]}, "'margin': holds String; turn it into numbers"),
        ({"retention": [0.5, 0.6, float("nan")]}, "'retention': 1 of 3 rows (have no value|hold NaN)"),
        ({"retention": [0.5, 0.6, 0.96]}, "'retention': 1.01 is reached with a change of 0.05"),
        ({"retention": [0.5, 0.6, 80.0]}, "'retention': 80.05 is reached"),
        ({"retention": [-0.1, 0.6, 0.7]}, "'retention': -0.1 is reached"),
        ({"margin": [0.0, 1.0, 1.0]}, "'margin': 0 is not above 0"),
        ({"margin": [-5.0, 1.0, 1.0]}, "'margin': -5 is not above 0"),
    ],
)
def test_rows_that_are_refused(kind, change, sentence):
    columns = {**SEGMENTS.to_dict("list"), **change}
    frame = kind({name: values for name, values in columns.items() if values is not None})
    with pytest.raises(DataError, match=sentence):
        retention_effects(frame)


def test_costs_of_keeping_and_winning():
    costs = compare_costs(keep_spend=36_000, kept=900, win_spend=30_000, won=150)
    assert (costs.keep, costs.win, costs.ratio, costs.kept_for_one_won) == (40, 200, 0.2, 5)
    assert compare_costs(keep_spend=0, kept=1, win_spend=1, won=1).kept_for_one_won == float("inf")
    assert acquisition_cost(spend=30_000, new=150) == costs.win


@given(MONEY, MONEY, st.integers(1, 10_000), st.integers(1, 10_000), st.floats(0.1, 10))
def test_money_scales_costs_and_leaves_their_ratio(keep, win, kept, won, scale):
    one = compare_costs(keep_spend=keep, kept=kept, win_spend=win, won=won)
    many = compare_costs(keep_spend=scale * keep, kept=kept, win_spend=scale * win, won=won)
    assert many.keep == pytest.approx(scale * one.keep)
    assert many.ratio == pytest.approx(one.ratio)


@pytest.mark.parametrize(
    ("call", "arguments", "sentence"),
    [
        (acquisition_cost, {"spend": 100, "new": 0}, "new is 0; give a number above 0"),
        (acquisition_cost, {"spend": -1, "new": 3}, "spend is -1; give a number of at least 0"),
        (compare_costs, {"keep_spend": 1, "kept": 0, "win_spend": 1, "won": 1}, "kept is 0"),
        (compare_costs, {"keep_spend": 1, "kept": 1, "win_spend": 0, "won": 1}, "win_spend is 0"),
        (expected_sales, {"existing": 1.5, "new": 1, "chances": Chances(0.5, 0.1)}, "existing is 1.5"),
        (Chances, {"existing": 50, "new": 0.1}, r"existing is 50; give a fraction from 0 to 1 \(0.5 for 50 per cent\)"),
        (tenure, {"retention": 1}, "retention is 1: nobody ever leaves"),
        (tenure, {"retention": 90}, r"\(0.9 for 90 per cent\)"),
        (tenure, {"retention": "0.9"}, "give a finite number"),
        (customer_value, {"margin": 0, "retention": 0.5}, "margin is 0; give a number above 0"),
        (customer_value, {"margin": 1, "retention": 0.5, "discount": -0.1}, "discount is -0.1"),
        (retention_effect, {"retention": 0.97}, "together 1.02; stay from 0 to below 1"),
        (retention_effect, {"retention": 0.5, "change": 5}, "change is 5; give a number from -1 to 1"),
        (retention_effect, {"retention": 0.02, "change": -0.05}, "together -0.03"),
        (retention_effect, {"retention": 0.5, "margin": -3}, "margin is -3"),
        (CustomerBody, {"new": -1, "old": 2}, "new is -1"),
        (retention_effects, {"frame": SEGMENTS, "change": float("nan")}, "change is nan"),
        (retention_effects, {"frame": SEGMENTS, "discount": -1}, "discount is -1"),
    ],
)
def test_figures_that_make_no_sense(call, arguments, sentence):
    with pytest.raises(RuleError, match=sentence):
        call(**arguments)


# ---------------------------------------------------------------- who is a customer

PEOPLE = typed(
    "customer_id stakeholder_group acquired_on",
    ("ann", "existing", "2024-03-01"),
    ("bo", None, "2025-03-01"),
    ("cy", "partner", None),
    ("di", None, None),
    ("eva", "target", None),
    ("flo", "existing", "2023-01-01"),
)
ORDERS = typed(
    "customer_id date amount",
    ("ann", "2024-03-01", 10.0),
    ("ann", "2025-01-01", 10.0),  # the first day counts
    ("bo", "2025-12-31", 10.0),  # the last day too; acquired in March, outside the table
    ("flo", "2024-01-01", 10.0),
    ("gil", "2025-05-01", 10.0),  # not among the customers; the first order says when he was won
    ("hal", "2026-01-01", 10.0),
)
TIERS = pd.DataFrame({"customer_id": ["ann", "bo", "cy", "flo"], "tier": ["core", "new", "onlooker", "lost"]})


def test_scope_and_base_are_two_things_amb_12():
    tables = SimpleNamespace(customers=PEOPLE)
    expected = pd.DataFrame(
        [
            ("existing", 3, 1 / 2, 2),
            ("target", 1, 1 / 6, 0),
            ("potential", 0, 0.0, 0),
            ("partner", 1, 1 / 6, 0),
            ("unknown", 1, 1 / 6, 0),
        ],
        columns=["stakeholder_group", "customers", "share", "in_base"],
    )
    same(customer_scope(tables, TIERS), expected)
    same(customer_scope(tables), expected.drop(columns="in_base"))
    none = customer_scope(SimpleNamespace(customers=PEOPLE[["customer_id"]]))
    assert none["customers"].tolist() == [0, 0, 0, 0, 6]
    empty = customer_scope(SimpleNamespace(customers=PEOPLE.head(0)))
    assert empty["share"].tolist() == [0.0] * 5


def test_where_the_company_names_no_groups_buying_decides():
    company = data.load("company", learner="foundations")
    company = replace(company, customers=company.customers.drop(columns="stakeholder_group"))
    scope = customer_scope(company).set_index("stakeholder_group")["customers"]
    assert scope.sum() == len(company.customers)
    assert scope["existing"] == company.customers["acquired_on"].notna().sum()
    body = customer_body(company, "2025-01-01", AS_OF)
    assert body.new == (company.customers["acquired_on"] >= "2025-01-01").sum()


def test_new_and_old_customers():
    both = SimpleNamespace(customers=PEOPLE, transactions=ORDERS)
    assert customer_body(both, "2025-01-01", AS_OF) == CustomerBody(new=2, old=1)
    assert customer_body(both, "2025-04-01", AS_OF) == CustomerBody(new=1, old=1)
    alone = SimpleNamespace(transactions=ORDERS)
    assert customer_body(alone, "2025-04-01", AS_OF) == CustomerBody(new=2, old=0)
    assert customer_body(both, "2020-01-01", "2020-12-31") == CustomerBody(new=0, old=0)
    assert CustomerBody(new=1, old=3).new_share == 0.25
    with pytest.raises(RuleError, match="both 0"):
        _ = CustomerBody(new=0, old=0).new_share
    cdnow = data.load("cdnow")
    assert customer_body(cdnow, "1997-01-01", "1997-03-31") == CustomerBody(new=23_570, old=0)  # datasets.md 2.A


@settings(max_examples=15)
@given(st.permutations(range(len(ORDERS))), st.integers(-300, 300))
def test_the_body_knows_neither_order_nor_calendar(order, shift):
    span = pd.Timedelta(days=shift)
    moved = SimpleNamespace(
        customers=PEOPLE.assign(acquired_on=PEOPLE["acquired_on"] + span),
        transactions=ORDERS.iloc[list(order)].assign(date=lambda table: table["date"] + span),
    )
    first, last = (dt.date.fromisoformat(day) + dt.timedelta(shift) for day in ("2025-01-01", AS_OF))
    assert customer_body(moved, first, last) == CustomerBody(new=2, old=1)


# ---------------------------------------------------------------- what to do


def test_checklists():
    keep = checklist("keep", done=["staff", Keep.DATABASE, "staff"])
    assert (keep.score, keep.done) == (2, (Keep.DATABASE, Keep.STAFF))
    assert set(keep.done) | set(keep.missing) == set(keep.items) == set(Keep)
    assert checklist("keep", done=Keep).score == 5
    assert checklist("management", done=["market"]).frame("zh")["term"].tolist()[:2] == ["市场管理", "销售管理"]
    develop = checklist("develop").frame("zh")
    assert list(develop.columns) == ["item", "concept", "term", "what", "done"]
    assert develop["what"].tolist() == [concepts.get(item.concept).definition("zh") for item in Develop]
    assert not develop["done"].any()


@pytest.mark.parametrize(
    ("call", "sentence"),
    [
        (lambda: checklist("keeping"), "no checklist named 'keeping'; did you mean 'keep'"),
        (lambda: checklist("keep", done=["stafff"]), "no measure of 'keep' named 'stafff'; did you mean 'staff'"),
        (lambda: checklist("keep").frame("fr"), "no language named 'fr'"),
        (lambda: quoted_chances("article"), "no source named 'article'; known: course, outside"),
        (lambda: significance_claims("fr"), "no language named 'fr'"),
        (lambda: significance_claims("en", ["stat.wom_9"]), "no concept named 'stat.wom_9'; did you mean 'stat.wom_8'"),
        (lambda: retention_effect(retention=0.5).text("fr"), "no language named 'fr'"),
    ],
)
def test_names_nobody_knows(call, sentence):
    with pytest.raises(UnknownName, match=sentence):
        call()


TALKS = typed(
    "customer_id date direction",
    ("ann", "2024-12-31", "in"),
    ("ann", "2025-01-01", "in"),
    ("ann", "2025-12-21", "out"),
    ("bo", "2025-06-30", None),
    ("zoe", "2025-06-30", "in"),
    ("bo", "2026-01-01", "in"),
)


def test_contacts_of_each_customer():
    expected = pd.DataFrame(
        [("ann", 2.0, 1.0, 1.0, 10.0), ("bo", 1.0, 0.0, 0.0, 184.0)]
        + [(name, 0.0, 0.0, 0.0, None) for name in ("cy", "di", "eva", "flo")],
        columns=["customer_id", "contacts", "inbound", "outbound", "days_since_last"],
    )
    tables = SimpleNamespace(customers=PEOPLE, contacts=TALKS)
    same(contact_record(tables, "2025-01-01", AS_OF), expected)
    silent = contact_record(SimpleNamespace(customers=PEOPLE, contacts=TALKS.head(0)), "2025-01-01", AS_OF)
    assert silent["contacts"].sum() == 0
    outside = contact_record(tables, "2030-01-01", "2030-12-31")
    assert outside["contacts"].sum() == 0


def test_what_the_database_knows():
    found = database_completeness(SimpleNamespace(customers=PEOPLE)).set_index("column")
    assert found.loc[["customer_id", "stakeholder_group", "acquired_on", "region"], "known"].tolist() == [6, 4, 3, 0]
    assert found.loc["stakeholder_group", "share"] == pytest.approx(4 / 6)
    assert list(found.index) == [column.name for column in schema.TABLES["customers"].columns]
    assert database_completeness(SimpleNamespace(customers=PEOPLE.head(0)))["share"].isna().all()


def test_training_of_the_staff():
    found = staff_training(example_tables())
    assert (found.staff, found.trained, found.mean_hours, found.mean_tenure) == (3, pytest.approx(2 / 3), 24, 3)
    silent = pd.DataFrame({"employee_id": ["e1"], "training_hours": [None], "tenure": [None]})
    assert staff_training(SimpleNamespace(staff=silent)) == foundations.StaffTraining(1, 0.0, None, None)


def record(tables):
    return contact_record(tables, "2025-01-01", AS_OF)


def body(tables):
    return customer_body(tables, "2025-01-01", AS_OF)


STAFF = example_tables().staff


@pytest.mark.parametrize(
    ("call", "tables", "sentence"),
    [
        (customer_scope, {}, "table 'customers': is missing"),
        (
            customer_scope,
            {"customers": PEOPLE.assign(stakeholder_group="rival")},
            "'rival' is no group; known: existing",
        ),
        (customer_scope, {"customers": PEOPLE.assign(stakeholder_group=1)}, "'stakeholder_group': holds Int64"),
        (customer_scope, {"customers": PEOPLE.assign(customer_id="ann")}, "ann occurs in 6 rows"),
        (lambda t: customer_scope(t, TIERS.drop(columns="tier")), {"customers": PEOPLE}, "'tier': is missing"),
        (body, {}, "table 'transactions': is missing"),
        (body, {"transactions": ORDERS.drop(columns="date")}, "'date': is missing"),
        (body, {"transactions": ORDERS.assign(date="2025")}, "'date': holds String"),
        (body, {"transactions": ORDERS, "customers": PEOPLE.assign(customer_id=range(6))}, "ids are"),
        (record, {"customers": PEOPLE}, "is missing"),
        (record, {"customers": PEOPLE, "contacts": TALKS.assign(date=None)}, "'date': 6 of 6 rows have no value"),
        (
            record,
            {"customers": PEOPLE, "contacts": TALKS.assign(date=TALKS["date"].dt.tz_localize("UTC"))},
            "without a time zone",
        ),
        (database_completeness, {}, "table 'customers': is missing"),
        (database_completeness, {"customers": PEOPLE.drop(columns="customer_id")}, "'customer_id': is missing"),
        (staff_training, {}, "table 'staff': is missing"),
        (staff_training, {"staff": STAFF.head(0)}, "has no row"),
        (staff_training, {"staff": STAFF.assign(training_hours=-1.0)}, "'training_hours': -1.0 lies below 0"),
        (staff_training, {"staff": STAFF.drop(columns="tenure")}, "'tenure': is missing"),
    ],
)
def test_tables_that_are_refused(call, tables, sentence):
    with pytest.raises(DataError, match=sentence):
        call(SimpleNamespace(**tables))


@pytest.mark.parametrize("call", [customer_body, contact_record])
def test_spans_that_are_refused(call):
    tables = SimpleNamespace(customers=PEOPLE, transactions=ORDERS, contacts=TALKS)
    with pytest.raises(RuleError, match="lies before"):
        call(tables, "2025-12-31", "2025-01-01")
    with pytest.raises(RuleError, match="has a time zone"):
        call(tables, "2025-01-01", "2025-12-31T00:00+08:00")


# ---------------------------------------------------------------- every engine


def test_engines(engine):
    tables = SimpleNamespace(
        deals=DEALS, staff=STAFF, customers=PEOPLE, transactions=ORDERS, contacts=TALKS, segments=SEGMENTS, tiers=TIERS,
    )  # fmt: skip
    engine.agrees(lambda t: deal_funnel(t, AS_OF), tables, "place")
    engine.agrees(lambda t: retention_effects(t.segments, discount=0.1), tables, "segment")
    engine.agrees(lambda t: customer_scope(t, t.tiers), tables, "stakeholder_group")
    engine.agrees(record, tables, "customer_id")
    engine.agrees(database_completeness, tables, "column")
    here = engine.tables(tables)
    assert closing_rate(here, AS_OF, ended_only=True) == closing_rate(tables, AS_OF, ended_only=True)
    assert body(here) == body(tables)
    assert staff_training(here) == staff_training(tables)
