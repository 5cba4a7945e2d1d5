"""The KPIs: against print, against five customers, properties, bad input, engines, the scorecard and the plan."""

import datetime as dt
import warnings
from dataclasses import replace
from types import SimpleNamespace

import pandas as pd
import polars as pl
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from loyaltylib import concepts, data, kpis, tiers
from loyaltylib.errors import DataError, LoyaltyError, RateWarning, RuleError, UnknownName
from loyaltylib.tiers import TierRules

# ---------------------------------------------------------------- against print


@pytest.fixture(scope="module")
def cdnow():
    return data.load("cdnow")


@pytest.fixture(scope="module")
def company():
    return data.load("company")


def test_cdnow_repeat_within_90_and_365_days_as_in_datasets_md_2a(cdnow):
    won = kpis.new_customer_retention(cdnow, "1997-01-01", "1997-03-31", horizon_days=365, early_watch_days=90)
    assert (won.won, won.returned_early, won.returned) == (23_570, 6_887, 10_810)
    assert round(won.early_rate, 4) == 0.2922
    assert round(won.return_rate, 4) == 0.4586
    assert float(won) == won.rate == won.stayed / 23_570


def test_cdnow_active_revenue_and_frequency_per_quarter_as_in_datasets_md_2a(cdnow):
    printed = [
        ("1997-03-31", 90, 23_570, 1_071_805.47, 1.3212),
        ("1997-06-30", 91, 5_376, 359_153.66, 1.7621),
        ("1997-09-30", 92, 4_263, 292_395.37, 1.7108),
        ("1997-12-31", 92, 4_221, 300_806.76, 1.7560),
        ("1998-03-31", 90, 3_817, 262_823.89, 1.7312),
        ("1998-06-30", 91, 3_317, 213_330.48, 1.7076),
    ]
    for day, length, buyers, revenue, frequency in printed:
        row = kpis.purchase_windows(cdnow, day, length, earlier_windows=0).iloc[0]
        assert row["buyers"] == buyers
        assert row["spend"] == pytest.approx(revenue, abs=0.005)
        assert round(row["frequency"], 4) == frequency


def test_cdnow_lapsed_and_natural_reactivation_as_in_datasets_md_2a(cdnow):
    found = kpis.movement(cdnow, "1998-01-01", "1998-06-30")
    assert (found.lost_before, found.won_back) == (17_220, 1_946)
    assert round(kpis.winback_rate(cdnow, "1998-01-01", "1998-06-30"), 4) == 0.1130
    assert kpis.customer_base(cdnow, "1997-12-31") == 23_570 - 17_220


def test_cdnow_new_customers_by_month_as_in_datasets_md_2a(cdnow):
    months = [("1997-01-01", "1997-01-31"), ("1997-02-01", "1997-02-28"), ("1997-03-01", "1997-03-31")]
    assert [kpis.new_customers_per_month(cdnow, *month) for month in months] == [7_846, 8_476, 7_248]
    assert kpis.new_customers_per_month(cdnow, "1997-01-01", "1997-03-31", period="Q") == pytest.approx(23_570 / 3)


def test_company_complaints_scored_8_or_more_as_on_its_card(company):
    assert round(kpis.complaint_satisfaction(company, "2023-01-01", "2025-12-31"), 3) == 0.438


def test_the_numbers_of_the_course_questions():
    assert kpis.customer_base(known=1000, lost=120, onlookers=200) == 680
    assert kpis.retention_rate(start=200, end=230, new=50) == 0.9
    assert kpis.retention_rate(start=1000, end=1100, new=300) == 0.8
    assert kpis.churn_rate(start=100, end=92, new=0) == pytest.approx(0.08)
    assert kpis.new_customer_retention(stayed=52, won=80) == 0.65
    assert kpis.customer_share(own=300, total=500) == 0.6
    assert kpis.new_customers_per_month(new=36, periods=12) == 3
    assert kpis.save_rate(saved=14, attempted=40) == 0.35


@pytest.mark.parametrize("day", ["2023-12-31", "2024-12-31", "2025-06-30", "2025-12-31"])
def test_the_base_is_the_tiers_from_rank_3_to_8(company, day):
    rows = tiers.pyramid(tiers.assign_tiers(company, day))
    assert kpis.customer_base(company, day) == rows.loc[rows["rank"] >= 3, "customers"].sum()


# ---------------------------------------------------------------- five customers a person can check with a calendar


def frame(columns: str, *rows: tuple) -> pd.DataFrame:
    made = pd.DataFrame(rows, columns=columns.split())
    for name in made.columns:
        if name.endswith("_on") or name in ("date", "period"):
            made[name] = pd.to_datetime(made[name])
    return made


# The window is the second half of 2025 (184 days); whoever did not buy from 2025-07-04 on has lapsed at its end.
FROM, TO = "2025-07-01", "2025-12-31"
FEW = SimpleNamespace(
    observed_from=dt.date(2024, 1, 1),
    observed_to=dt.date(2025, 12, 31),
    customers=frame(
        "customer_id acquired_on lost_on acquired_via referred_by",
        ("ann", "2024-06-01", None, "search", None),  # stays
        ("bo", "2024-08-01", None, "referral", "ann"),  # lapses in the window
        ("cy", "2024-02-01", None, "search", None),  # had lapsed before, comes back
        ("di", "2025-07-02", "2025-08-01", "referral", "ann"),  # won and lost in the window
        ("eva", None, None, None, None),  # onlooker
        ("flo", "2025-10-01", None, "advert", "ann"),  # won
    ),
    transactions=frame(
        "customer_id date amount product",
        ("ann", "2024-06-01", 10.0, "tea"),
        ("ann", "2025-05-01", 10.0, "tea"),
        ("ann", "2025-11-01", 30.0, "tea"),
        ("ann", "2025-11-01", 10.0, "coffee"),
        ("bo", "2024-08-01", 10.0, "tea"),
        ("bo", "2025-05-02", 20.0, "tea"),
        ("cy", "2024-02-01", 5.0, "tea"),
        ("cy", "2025-12-01", 5.0, "coffee"),
        ("di", "2025-07-02", 8.0, "tea"),
        ("flo", "2025-10-01", 7.0, "tea"),
        ("flo", "2025-12-01", 8.0, "cups"),
    ),
    wallet=frame(
        "customer_id period own_spend total_category_spend n_suppliers",
        ("ann", "2025-09-30", 0.0, 40.0, 2),
        ("ann", "2025-12-31", 40.0, 40.0, 1),
        ("bo", "2025-06-30", 20.0, 20.0, 1),
        ("cy", "2025-12-31", 5.0, 20.0, 3),
    ),
    complaints=frame(
        "customer_id opened_on resolved_on satisfaction_score",
        ("ann", "2025-06-20", "2025-07-01", 8.0),
        ("bo", "2025-08-01", "2025-08-02", 3.0),
        ("cy", "2025-08-01", "2025-08-02", None),
        ("flo", "2025-12-01", None, None),
    ),
    save_attempts=frame(
        "customer_id flagged_on outcome",
        ("ann", "2025-09-01", "saved"),
        ("bo", "2025-09-01", "lost"),
        ("cy", "2025-09-01", "not_tried"),
        ("flo", "2025-12-20", "open"),
        ("ann", "2025-02-01", "saved"),
    ),
)


def test_movement_of_the_five():
    assert kpis.movement(FEW, FROM, TO) == kpis.Movement(
        start=2, end=3, kept=1, new=2, new_and_lost=1, lost_before=1, won_back=1
    )
    assert kpis.retention_rate(FEW, FROM, TO) == 0.5
    assert kpis.churn_rate(FEW, FROM, TO) == 0.5
    assert kpis.winback_rate(FEW, FROM, TO) == 1


def test_newcomers_of_the_five():
    # Of ann, bo and cy, none bought within 90 days; bo and ann within a year; both bought in the last 180 days of it.
    assert kpis.newcomers(FEW, "2024-01-01", "2024-12-31") == kpis.Newcomers(3, 0, 2, 2)


def test_the_scorecard_of_the_five():
    found = kpis.scorecard(FEW, FROM, TO).set_index("kpi")
    expected = {
        "customer_base": (3, 2, "up", "better"),
        "new_customer_retention": (1.0, 0.5, "up", "better"),  # bo; ann and cy
        "retention_rate": (0.5, 0.5, "steady", "same"),  # of ann and bo, ann; of ann and bo, both
        "customer_share": (45 / 100, 1.0, "down", "worse"),
        "complaint_satisfaction": (0.5, None, "unknown", "unknown"),
        "new_customers_per_month": (2 / 6, 0.0, "up", "better"),
        "purchase_frequency": (5 / 4, 1.0, "up", "better"),
        "average_spend": (68 / 4, 15.0, "up", "better"),
        "churn_rate": (0.5, 0.5, "steady", "same"),
        "save_rate": (0.5, 1.0, "down", "worse"),
    }
    # cy's year ended on 2025-01-31, ann's on 2025-06-01, bo's on 2025-08-01; the base on 2024-12-31 was bo alone.
    expected["retention_rate"] = (0.5, 1.0, "down", "worse")
    expected["churn_rate"] = (0.5, 0.0, "up", "worse")
    for name, (value, before, trend, judged) in expected.items():
        row = found.loc[name]
        assert row["value"] == pytest.approx(value), name
        assert pd.isna(row["before"]) if before is None else row["before"] == pytest.approx(before), name
        assert (row["trend"], row["judged"]) == (trend, judged), name
    assert list(found.index) == list(expected)


def test_the_other_kpis_of_the_five():
    shares = kpis.customer_shares(FEW, FROM, TO)
    assert shares["share"].tolist() == [0.5, 0.25]
    assert kpis.customer_share(FEW, FROM, TO) == 0.45
    assert kpis.complaint_satisfaction(FEW, FROM, TO, of="mean") == 5.5
    assert kpis.save_rate(FEW, FROM, TO, of="flagged") == 0.25
    assert kpis.referral_rate(FEW, FROM, TO) == 1  # di by acquired_via, flo by referred_by
    assert kpis.cross_sell_ratio(FEW, FROM, TO) == pytest.approx(6 / (4 * 3))
    assert kpis.cross_sell_ratio(FEW, FROM, TO, offered=6) == pytest.approx(6 / (4 * 6))
    assert kpis.purchase_frequency(FEW, TO, 184) == 1.25
    assert kpis.average_spend(FEW, TO, 184) == 17
    assert kpis.new_customers_per_month(FEW, "2025-07-02", TO, period="Q") == pytest.approx(1 / 3)
    assert kpis.new_customers_per_month(FEW, FROM, TO, by_days=True) == pytest.approx(2 * 30.4375 / 184)


def test_a_goodbye_counts_until_the_next_purchase():
    customers = FEW.customers.assign(lost_on=pd.to_datetime(["2025-06-01", *[None] * 5]))
    left = SimpleNamespace(customers=customers, transactions=FEW.transactions)
    assert kpis.customer_base(left, "2025-06-30") == kpis.customer_base(FEW, "2025-06-30") - 1
    assert kpis.customer_base(left, TO) == kpis.customer_base(FEW, TO)  # ann bought again in November


def test_customers_without_transactions_stay_until_they_say_goodbye():
    contract = SimpleNamespace(customers=FEW.customers.dropna(subset="acquired_on"))
    found = kpis.movement(contract, FROM, TO)
    assert (found.start, found.kept, found.new, found.new_and_lost) == (3, 3, 2, 1)
    assert kpis.newcomers(contract, "2025-07-01", "2025-07-31", 60, 30) == kpis.Newcomers(1, None, None, 0)


def test_the_first_purchase_stands_in_where_nobody_wrote_it_down():
    known = SimpleNamespace(customers=FEW.customers, transactions=FEW.transactions)
    silent = SimpleNamespace(customers=FEW.customers.drop(columns="acquired_on"), transactions=FEW.transactions)
    assert kpis.movement(silent, FROM, TO) == kpis.movement(known, FROM, TO)
    assert kpis.newcomers(silent, "2024-01-01", "2024-12-31") == kpis.newcomers(known, "2024-01-01", "2024-12-31")


# ---------------------------------------------------------------- properties

DAY = st.integers(0, 700)
LIVES = st.lists(
    st.tuples(
        st.lists(st.tuples(DAY, st.integers(1, 500)), min_size=0, max_size=5), st.one_of(st.none(), st.integers(0, 700))
    ),
    min_size=1,
    max_size=8,
)


def tables_of(lives, shift=0, scale=1, reverse=False):  # noqa: FBT002 - a test's own switch
    begin = pd.Timestamp("2023-01-01") + pd.Timedelta(days=shift)
    names = [f"c{number}" for number in range(len(lives))]
    rows = [
        (name, begin + pd.Timedelta(days=day), money * scale)
        for name, (bought, _) in zip(names, lives, strict=True)
        for day, money in bought
    ]
    firsts = [min((day for day, _ in bought), default=None) for bought, _ in lives]
    when = [None if day is None else begin + pd.Timedelta(days=day) for day in firsts]
    gone = [None if left is None else begin + pd.Timedelta(days=left) for _, left in lives]
    customers = pd.DataFrame(
        {"customer_id": names, "acquired_on": pd.to_datetime(when), "lost_on": pd.to_datetime(gone)}
    )
    transactions = pd.DataFrame(rows, columns=["customer_id", "date", "amount"])
    if reverse:
        customers, transactions = customers[::-1], transactions[::-1]
    return SimpleNamespace(customers=customers, transactions=transactions)


def window(shift=0):
    return [str(dt.date(2023, 10, 1) + dt.timedelta(days=shift + day)) for day in (0, 200)]


@settings(deadline=None, max_examples=12)
@given(LIVES)
def test_identities_of_movement(lives):
    found = kpis.movement(tables_of(lives), *window())
    assert 0 <= found.kept <= found.start
    assert 0 <= found.new_and_lost <= found.new
    back = found.end - found.kept - (found.new - found.new_and_lost)
    assert back >= 0
    if found.start:
        assert found.retention + found.churn == 1
        if not back and not found.new_and_lost:  # AMB-02: the two forms agree
            with warnings.catch_warnings():
                warnings.simplefilter("error")
                formula = kpis.retention_rate(start=found.start, end=found.end, new=found.new)
            assert formula == pytest.approx(found.retention)


@settings(deadline=None, max_examples=5)
@given(LIVES, st.integers(-400, 400))
def test_shifting_all_days_or_permuting_rows_changes_nothing(lives, shift):
    plain, length = tables_of(lives), 201
    there, later = kpis.movement(plain, *window()), kpis.movement(tables_of(lives, shift), *window(shift))
    assert there == later == kpis.movement(tables_of(lives, reverse=True), *window())
    ends = [kpis.purchase_windows(tables_of(lives, by), window(by)[1], length) for by in (0, shift)]
    columns = ["buyers", "purchases", "spend", "frequency"]
    pd.testing.assert_frame_equal(ends[0][columns], ends[1][columns])


@settings(deadline=None, max_examples=5)
@given(LIVES, st.sampled_from([2, 10, 1000]))
def test_scaling_money_scales_spend_and_nothing_else(lives, scale):
    end = window()[1]
    one, many = (kpis.purchase_windows(tables_of(lives, scale=by), end) for by in (1, scale))
    assert (one["spend"] * scale).tolist() == pytest.approx(many["spend"].tolist())
    assert one["frequency"].equals(many["frequency"])


@settings(deadline=None, max_examples=5)
@given(LIVES, st.integers(30, 200), st.integers(0, 200))
def test_more_patience_never_makes_the_base_smaller(lives, lapse, more):
    tables, day = tables_of(lives), window()[1]
    bases = [
        kpis.customer_base(tables, day, rules=kpis.KpiRules(tiers=TierRules(lapse_days=lapse + by))) for by in (0, more)
    ]
    assert bases[0] <= bases[1]


@given(st.integers(1, 10**6), st.integers(0, 10**6), st.integers(0, 10**6))
def test_churn_is_one_less_retention(start, kept, new):
    kept = min(kept, start)
    counts = {"start": start, "end": kept + new, "new": new}
    assert kpis.retention_rate(**counts) + kpis.churn_rate(**counts) == pytest.approx(1)


@given(st.dates(dt.date(1990, 1, 1), dt.date(2050, 12, 31)), st.integers(1, 800))
def test_the_window_before_ends_the_day_before(first, length):
    now = kpis.Window(first, first + dt.timedelta(days=length - 1))
    before = now.before()
    assert before.last == first - dt.timedelta(days=1)
    assert before.months == now.months if now.months else before.days == now.days


# ---------------------------------------------------------------- scorecard and plan


def single(tables, first, last):
    """Each of the ten by its own function, in a window that is a whole number of months."""
    length = kpis.Window.of(first, last).days
    cohort = kpis.Window.of(first, last).shifted(-365)
    return {
        "customer_base": lambda: kpis.customer_base(tables, last),
        "new_customer_retention": lambda: float(kpis.new_customer_retention(tables, cohort.first, cohort.last)),
        "retention_rate": lambda: kpis.retention_rate(tables, first, last),
        "customer_share": lambda: kpis.customer_share(tables, first, last),
        "complaint_satisfaction": lambda: kpis.complaint_satisfaction(tables, first, last),
        "new_customers_per_month": lambda: kpis.new_customers_per_month(tables, first, last),
        "purchase_frequency": lambda: kpis.purchase_frequency(tables, last, length),
        "average_spend": lambda: kpis.average_spend(tables, last, length),
        "churn_rate": lambda: kpis.churn_rate(tables, first, last),
        "save_rate": lambda: kpis.save_rate(tables, first, last),
    }


def test_the_scorecard_says_what_each_kpi_says(company):
    found = kpis.scorecard(company, "2025-01-01", "2025-12-31").set_index("kpi")
    for column, span in (("value", ("2025-01-01", "2025-12-31")), ("before", ("2024-01-01", "2024-12-31"))):
        for name, compute in single(company, *span).items():
            assert found.loc[name, column] == pytest.approx(compute()), name


def test_without_a_table_of_attempts_nobody_knows_who_was_saved(company):
    without = replace(company, save_attempts=None)
    with pytest.raises(DataError, match="save_attempts"):
        kpis.save_rate(without, "2025-01-01", "2025-12-31")
    found = kpis.scorecard(without, "2025-01-01", "2025-12-31").set_index("kpi")
    assert pd.isna(found.loc["save_rate", "value"])


def test_the_scorecard_speaks_both_languages():
    for lang in ("en", "zh"):
        rows = kpis.scorecard(FEW, FROM, TO, lang)
        assert rows["term"].tolist() == [kpi.term(lang) for kpi in kpis.CORE]
        assert not rows["sentence"].str.contains("{", regex=False).any()
    assert (
        rows["sentence"][2]
        == "窗口期前一天的客户中，有 50.0% 到最后一天仍是客户。上一窗口期为 100.0%（变化 -50.0 个百分点），有所恶化。"
    )
    with pytest.raises(UnknownName, match="language"):
        kpis.scorecard(FEW, FROM, TO, "fr")


def test_what_is_not_known_is_said(cdnow):
    rows = kpis.scorecard(cdnow, "1997-01-01", "1997-03-31").set_index("kpi")
    assert rows["before"].isna().all()
    unknown = ["new_customer_retention", "retention_rate", "customer_share", "complaint_satisfaction", "churn_rate"]
    assert rows.index[rows["value"].isna()].tolist() == [*unknown, "save_rate"]
    assert rows.loc["save_rate", "sentence"].startswith("Save rate of customers at risk is not known")


def test_a_trainers_own_kpi_stands_in_the_scorecard():
    own = kpis.Kpi(
        "product_lines",
        {"en": "Product lines", "zh": "产品线覆盖率"},
        "fraction",
        compute=kpis.cross_sell_ratio,
    )
    plan = kpis.LoyaltyPlan().with_kpi(own)
    rows = kpis.scorecard(FEW, FROM, TO, plan=plan)
    assert len(rows) == 11
    assert rows["value"].iloc[-1] == 0.5
    assert rows["sentence"].iloc[-1].startswith("Product lines: 50.0%.")
    assert kpis.LoyaltyPlan().kpis == kpis.CORE  # the first plan is what it was
    with pytest.raises(RuleError, match="has a KPI named 'product_lines'"):
        plan.with_kpi(own)
    assert plan.kpi("product_lines") is own
    with pytest.raises(UnknownName):
        plan.kpi("nothing")


def test_amb_04_a_plan_has_at_least_ten_and_the_ten_of_the_course():
    assert len(kpis.LoyaltyPlan().validate().kpis) == 10
    with pytest.raises(RuleError, match="9 KPIs"):
        kpis.LoyaltyPlan(kpis.CORE[1:]).validate()
    other = kpis.Kpi("other", {"en": "Other", "zh": "其他"})
    with pytest.raises(RuleError, match="no customer_base"):
        kpis.LoyaltyPlan((*kpis.CORE[1:], other)).validate()
    with pytest.raises(RuleError, match="twice"):
        kpis.LoyaltyPlan((*kpis.CORE, other, other)).validate()
    with pytest.raises(RuleError, match="9 KPIs"):
        kpis.scorecard(FEW, FROM, TO, plan=kpis.LoyaltyPlan(kpis.CORE[:9]))


@pytest.mark.parametrize(
    ("change", "error"),
    [
        ({"name": ""}, RuleError),
        ({"unit": "apples"}, UnknownName),
        ({"better": "left"}, RuleError),
        ({"terms": {}}, RuleError),
    ],
)
def test_a_kpi_that_makes_no_sense(change, error):
    with pytest.raises(error):
        replace(kpis.Kpi("other", {"en": "Other", "zh": "其他"}), **change)


def test_every_core_kpi_and_task_is_a_concept():
    assert [concepts.get(kpi.concept).id for kpi in kpis.CORE]
    assert [concepts.get(task.concept).id for task in kpis.Task]


def test_the_checklist_of_seven():
    none = kpis.Groundwork()
    some = none.mark("consensus", "done").mark(kpis.Task.TRACK, "under way")
    assert (len(none.states), none.done, some.done, some.next) == (7, 0, 1, kpis.Task.TRACK)
    assert some.lines("zh")[:2] == ("已完成：在全公司形成创造忠诚客户的共识", "进行中：用指标衡量并跟踪忠诚度")
    assert kpis.Groundwork(dict.fromkeys(kpis.Task, "done")).next is None
    assert kpis.LoyaltyPlan().mark("improve", "done").groundwork.done == 1
    for wrong in (("consensus", "nearly"), ("party", "done")):
        with pytest.raises(UnknownName):
            none.mark(*wrong)


# ---------------------------------------------------------------- bad input

ON_TABLES = {
    "customer_base": lambda t: kpis.customer_base(t, TO),
    "newcomers": lambda t: kpis.newcomers(t, "2024-01-01", "2024-12-31"),
    "retention_rate": lambda t: kpis.retention_rate(t, FROM, TO),
    "churn_rate": lambda t: kpis.churn_rate(t, FROM, TO),
    "new_customers_per_month": lambda t: kpis.new_customers_per_month(t, FROM, TO),
    "winback_rate": lambda t: kpis.winback_rate(t, FROM, TO),
    "purchase_windows": lambda t: kpis.purchase_windows(t, TO),
    "purchase_frequency": lambda t: kpis.purchase_frequency(t, TO),
    "average_spend": lambda t: kpis.average_spend(t, TO),
    "customer_share": lambda t: kpis.customer_share(t, FROM, TO),
    "customer_shares": lambda t: kpis.customer_shares(t, FROM, TO),
    "complaint_satisfaction": lambda t: kpis.complaint_satisfaction(t, FROM, TO),
    "save_rate": lambda t: kpis.save_rate(t, FROM, TO),
    "cross_sell_ratio": lambda t: kpis.cross_sell_ratio(t, FROM, TO),
    "referral_rate": lambda t: kpis.referral_rate(t, FROM, TO),
    "scorecard": lambda t: kpis.scorecard(t, FROM, TO),
    "cohort_table": lambda t: kpis.cohort_table(t, TO),
    "survival": lambda t: kpis.survival(t, TO),
}
OF_TABLE = {
    "wallet": ("customer_share", "customer_shares", "scorecard"),
    "complaints": ("complaint_satisfaction", "scorecard"),
    "save_attempts": ("save_rate", "scorecard"),
    "transactions": ("customer_base", "purchase_frequency", "average_spend", "scorecard", "cohort_table", "survival"),
    "customers": ("customer_base", "newcomers", "winback_rate", "referral_rate", "scorecard"),
}


def with_table(name, table):
    return SimpleNamespace(**{**vars(FEW), name: table})


@pytest.mark.parametrize("name", ON_TABLES)
def test_no_tables(name):
    with pytest.raises(DataError):
        ON_TABLES[name](SimpleNamespace())


@pytest.mark.parametrize("name", ON_TABLES)
def test_empty_tables(name):
    frames = {k: v.head(0) if isinstance(v, pd.DataFrame) else v for k, v in vars(FEW).items()}
    empty = SimpleNamespace(**frames)
    if name in ("customer_base", "new_customers_per_month"):
        assert ON_TABLES[name](empty) == 0
    elif name == "newcomers":
        assert ON_TABLES[name](empty) == kpis.Newcomers(0, 0, 0, 0)
    elif name in ("purchase_windows", "customer_shares", "scorecard", "cohort_table"):
        made = ON_TABLES[name](empty)
        assert len(made) == {"purchase_windows": 4, "scorecard": 10}.get(name, 0)
    else:
        with pytest.raises(RuleError):
            ON_TABLES[name](empty)


@pytest.mark.parametrize(("table", "name"), [(table, name) for table, names in OF_TABLE.items() for name in names])
def test_a_missing_column_is_named(table, name):
    with pytest.raises(DataError, match="'customer_id'"):
        ON_TABLES[name](with_table(table, getattr(FEW, table).drop(columns="customer_id")))


@pytest.mark.parametrize(
    ("table", "column", "value", "says"),
    [
        ("transactions", "amount", -1.0, "below 0"),
        ("transactions", "amount", None, "have no value"),
        ("transactions", "amount", "many", "number is declared"),
        ("transactions", "date", pd.Timestamp("2025-11-01", tz="UTC"), "without a time zone"),
        ("customers", "customer_id", "ann", "occurs in 6 rows"),
        ("wallet", "own_spend", -5.0, "below 0"),
        ("complaints", "satisfaction_score", 11.0, "above 10"),
        ("save_attempts", "outcome", "perhaps", "another word than saved, lost, open, not_tried"),
    ],
)
def test_bad_values_are_named(table, column, value, says):
    bad = getattr(FEW, table).assign(**{column: value})
    with pytest.raises(DataError, match=says) as error:
        kpis.scorecard(with_table(table, bad), FROM, TO)
    assert error.value.table == table


def test_nan_is_no_number_outside_pandas():
    orders = pl.from_pandas(FEW.transactions).with_columns(amount=pl.lit(float("nan")))
    with pytest.raises(DataError, match="NaN"):
        kpis.customer_base(with_table("transactions", orders), TO)


@pytest.mark.parametrize(
    "call",
    [
        lambda: kpis.retention_rate(start=0, end=1, new=0),
        lambda: kpis.churn_rate(start=0, end=0, new=0),
        lambda: kpis.retention_rate(start=float("nan"), end=1, new=0),
        lambda: kpis.retention_rate(start=-1, end=1, new=0),
        lambda: kpis.retention_rate(start="100", end=1, new=0),
        lambda: kpis.retention_rate(start=10, end=9),
        kpis.retention_rate,
        lambda: kpis.retention_rate(FEW, FROM, TO, start=1),
        lambda: kpis.retention_rate(FEW),
        lambda: kpis.retention_rate(FEW, TO, FROM),
        lambda: kpis.retention_rate(FEW, "2025-07-01", "2026-06-30"),  # after the data
        lambda: kpis.retention_rate(FEW, "2023-07-01", "2024-06-30"),  # before it
        lambda: kpis.retention_rate(FEW, "2024-01-01", "2024-12-31"),  # nobody was seen the day before
        lambda: kpis.customer_base(FEW),
        lambda: kpis.customer_base(FEW, "2027-01-01"),
        lambda: kpis.customer_base(FEW, "soon"),
        lambda: kpis.customer_base(known=10, lost=8, onlookers=3),
        lambda: kpis.customer_base(known=10.5, lost=8, onlookers=3),
        lambda: kpis.new_customer_retention(stayed=1, won=0),
        lambda: kpis.new_customer_retention(FEW, "2025-01-01", "2025-12-31"),  # the year is not over
        lambda: kpis.new_customer_retention(FEW, "2024-09-01", "2024-09-30"),  # nobody was won
        lambda: kpis.newcomers(FEW, "2024-01-01", "2024-12-31", 30, 60),
        lambda: kpis.customer_share(own=1, total=0),
        lambda: kpis.customer_share(FEW, "2024-01-01", "2024-12-31"),  # no period
        lambda: kpis.complaint_satisfaction(satisfied=1, surveyed=0),
        lambda: kpis.complaint_satisfaction(FEW, FROM, TO, of="median"),
        lambda: kpis.save_rate(saved=0, attempted=0),
        lambda: kpis.save_rate(FEW, FROM, TO, of="all"),
        lambda: kpis.new_customers_per_month(new=1, periods=0),
        lambda: kpis.new_customers_per_month(FEW, "2025-07-02", "2025-07-30"),  # no whole month
        lambda: kpis.new_customers_per_month(FEW, FROM, TO, period="W"),
        lambda: kpis.purchase_frequency(FEW),
        lambda: kpis.purchase_frequency(FEW, TO, 0),
        lambda: kpis.purchase_frequency(purchases=3, customers=0),
        lambda: kpis.average_spend(FEW, "2024-05-31", 30),  # nobody bought
        lambda: kpis.winback_rate(lost=0, won_back=0),
        lambda: kpis.referral_rate(referred=1, new=0),
        lambda: kpis.cross_sell_ratio(bought=1, offered=0),
        lambda: kpis.trend([]),
        lambda: kpis.KpiRules(satisfied_from=11),
        lambda: kpis.KpiRules(horizon_days=0),
    ],
)
def test_parameters_that_make_no_sense(call):
    with pytest.raises(RuleError):
        call()


@pytest.mark.parametrize(
    "call",
    [
        lambda: kpis.retention_rate(start=100, end=150, new=20),
        lambda: kpis.retention_rate(start=100, end=20, new=50),
        lambda: kpis.new_customer_retention(stayed=9, won=8),
        lambda: kpis.customer_share(own=9, total=8),
        lambda: kpis.complaint_satisfaction(satisfied=9, surveyed=8),
        lambda: kpis.save_rate(saved=9, attempted=8),
        lambda: kpis.winback_rate(lost=8, won_back=9),
        lambda: kpis.referral_rate(referred=9, new=8),
        lambda: kpis.cross_sell_ratio(bought=9, offered=8),
    ],
)
def test_a_rate_outside_0_to_1_warns_and_is_kept(call):
    with pytest.warns(RateWarning, match="outside 0 to 1"):
        value = call()
    assert not 0 <= value <= 1


def test_trend():
    assert kpis.trend([1.0, 2.0, 3.0, 1.0]) == -0.5
    assert kpis.trend([1.0]) is None
    assert kpis.trend([None, 2.0, None]) is None
    assert kpis.trend([0.0, 2.0]) is None


def test_ids_of_different_kinds_are_refused():
    with pytest.raises(DataError, match="ids are whole numbers here"):
        kpis.scorecard(with_table("wallet", FEW.wallet.assign(customer_id=range(4))), FROM, TO)


def test_every_error_is_one_a_person_can_act_on():
    for call in (lambda: kpis.customer_base(FEW), lambda: kpis.customer_base(SimpleNamespace(), TO)):
        with pytest.raises(LoyaltyError, match=r"give|missing"):
            call()


# ---------------------------------------------------------------- engines


def test_engines(engine):
    engine.agrees(lambda tables: kpis.scorecard(tables, FROM, TO), FEW, "kpi")
    engine.agrees(lambda tables: kpis.customer_shares(tables, FROM, TO), FEW, "customer_id")
    here = engine.tables(FEW)
    assert kpis.cross_sell_ratio(here, FROM, TO) == pytest.approx(kpis.cross_sell_ratio(FEW, FROM, TO))
    assert kpis.referral_rate(here, FROM, TO) == kpis.referral_rate(FEW, FROM, TO)
    if engine.name != "pyspark":  # the query is the scorecard's own, and a minute of Spark says no more
        engine.agrees(lambda tables: kpis.purchase_windows(tables, TO, 184, 1), FEW, "observed_from")
        assert kpis.newcomers(here, "2024-01-01", "2024-12-31") == kpis.newcomers(FEW, "2024-01-01", "2024-12-31")
