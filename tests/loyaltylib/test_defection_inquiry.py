"""The inquiry into why customers left, and the sum behind a cheaper mortgage."""

import datetime as dt
from dataclasses import replace
from types import SimpleNamespace

import pandas as pd
import polars as pl
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from loyaltylib import concepts, schema
from loyaltylib.defection import (
    InquiryStep,
    MortgageSwitch,
    annuity,
    inquiry_plan,
    interviews_done,
    review_due,
    review_window,
)
from loyaltylib.errors import DataError, RuleError, UnknownName

some = settings(max_examples=60, deadline=None, derandomize=True)

# ---------------------------------------------------------------- against print


def test_six_steps_in_the_order_of_the_course():
    assert [(step.number, step.value) for step in InquiryStep] == [
        (1, "executives"),
        (2, "team"),
        (3, "targets"),
        (4, "phone"),
        (5, "review"),
        (6, "measures"),
    ]
    assert len(concepts.get("defection.inquiry").traits("zh")) == 6


def test_48_leavers_are_reviewed_from_12_to_36_interviews():
    window = review_window(48)
    assert (window.first, window.last) == (12, 36)
    assert [review_due(done, 48) for done in (0, 11, 12, 24, 36, 37, 48)] == [
        False,
        False,
        True,
        True,
        True,
        False,
        False,
    ]


def test_million_yuan_over_30_years_at_4_9_per_cent_as_chinese_banks_print_it():
    assert annuity(1_000_000, 0.049, 360) == pytest.approx(5307.27, abs=0.005)


def test_seven_tenths_is_thirty_per_cent_off_and_never_seventy():
    assert MortgageSwitch().paid_there == 0.7
    assert MortgageSwitch().off == pytest.approx(0.3)


# ---------------------------------------------------------------- the plan


@pytest.mark.parametrize(
    ("interviewed", "finished", "states"),
    [
        (0, [], ["next", "open", "open", "open", "open", "open"]),
        (3, ["executives", "team", "targets"], ["done", "done", "done", "next", "open", "open"]),
        (12, ["executives", "team", "targets"], ["done", "done", "done", "next", "due", "open"]),
        (40, ["executives", "team", "targets", "phone"], ["done", "done", "done", "done", "overdue", "next"]),
        (40, list(InquiryStep)[:5], ["done", "done", "done", "done", "done", "next"]),
        (48, list(InquiryStep), ["done"] * 6),
    ],
)
def test_where_each_step_stands(interviewed, finished, states):
    assert inquiry_plan(48, interviewed, finished)["state"].tolist() == states


def test_the_plan_speaks_both_languages():
    english, chinese = (inquiry_plan(48, lang=lang)["name"].tolist() for lang in ("en", "zh"))
    assert english[4] == "Step 5: Review meeting halfway"
    assert chinese[4] == "第五步：召开中期讨论会"
    assert list(schema.describe("defection.inquiry_plan")["column"]) == inquiry_plan(1).columns.tolist()


@some
@given(st.integers(1, 500).flatmap(lambda total: st.tuples(st.integers(0, total), st.just(total))))
def test_the_review_is_due_between_a_quarter_and_three_quarters(interviews):
    done, total = interviews
    assert review_due(done, total) == (1 / 4 <= done / total <= 3 / 4)
    if total > 1:
        window = review_window(total)
        assert review_due(done, total) == (window.first <= done <= window.last)
        assert window.first <= window.last


@some
@given(st.integers(2, 100), st.sets(st.sampled_from(InquiryStep)), st.data())
def test_states_are_total_and_at_most_one_step_is_next(total, finished, drawn):
    held = drawn.draw(st.integers(0, total))
    plan = inquiry_plan(total, held, finished).set_index("task")["state"]
    assert set(plan) <= {"done", "due", "overdue", "next", "open"}
    assert set(plan[plan == "done"].index) == finished
    assert (plan == "next").sum() <= 1
    assert set(plan[plan.isin(["due", "overdue"])].index) <= {"review"}
    assert (plan["review"] == "due") == (InquiryStep.REVIEW not in finished and review_due(held, total))


@pytest.mark.parametrize(
    ("call", "says"),
    [
        (lambda: review_due(1, 0), "total is 0"),
        (lambda: review_due(-1, 4), "done"),
        (lambda: review_due(5, 4), "done is 5 of total 4"),
        (lambda: review_due(1.5, 4), "whole number"),
        (lambda: review_due(float("nan"), 4), "done"),
        (lambda: review_window(1), "total is 1"),
        (lambda: inquiry_plan(0), "total is 0"),
        (lambda: inquiry_plan(4, 5), "at most as many"),
        (lambda: inquiry_plan(4, finished="team"), "list of steps"),
        (lambda: interviews_done(SimpleNamespace(), "soon"), "as_of"),
        (lambda: interviews_done(SimpleNamespace(), dt.datetime(2025, 1, 1, tzinfo=dt.UTC)), "time zone"),
    ],
)
def test_inquiries_that_make_no_sense(call, says):
    with pytest.raises(RuleError, match=says):
        call()


def test_a_step_there_is_not():
    with pytest.raises(UnknownName, match="no step named 'party'"):
        inquiry_plan(4, finished=["party"])


# ---------------------------------------------------------------- interviews counted

INTERVIEWS = pd.DataFrame(
    {
        "respondent_id": ["ann", "bo", "cy"],
        "done_at": pd.to_datetime(["2025-12-01T09:00", "2025-12-31T18:00", "2026-01-02T09:00"]),
    }
)


@pytest.mark.parametrize("make", [lambda made: made, pl.from_pandas, lambda made: pl.from_pandas(made).lazy()])
@pytest.mark.parametrize(("as_of", "held"), [("2025-11-30", 0), ("2025-12-31", 2), ("2030-01-01", 3)])
def test_interviews_up_to_the_day(make, as_of, held):
    assert interviews_done(SimpleNamespace(interviews=make(INTERVIEWS)), as_of) == held


def test_no_interviews_and_no_table():
    assert interviews_done(SimpleNamespace(interviews=INTERVIEWS.head(0)), "2025-12-31") == 0
    assert interviews_done(SimpleNamespace(), "2025-12-31") == 0


@pytest.mark.parametrize(
    ("change", "says"),
    [
        (lambda made: made.drop(columns="done_at"), "column 'done_at': is missing"),
        (lambda made: made.assign(done_at="soon"), "turn it into dates"),
        (lambda made: made.assign(done_at=made["done_at"].dt.tz_localize("UTC")), "time zone"),
        (lambda made: made.assign(respondent_id="ann"), "ann occurs in 3 rows"),
        (lambda made: made.assign(done_at=pd.NaT), "have no value"),
    ],
)
def test_interviews_that_break_the_schema(change, says):
    with pytest.raises(DataError, match=says):
        interviews_done(SimpleNamespace(interviews=change(INTERVIEWS)), "2025-12-31")


def test_the_same_on_every_engine(engine):
    held = engine.tables(SimpleNamespace(interviews=INTERVIEWS))
    assert interviews_done(held, "2025-12-31") == 2


# ---------------------------------------------------------------- the mortgage


def test_the_case_by_hand():
    case = MortgageSwitch(balance=120_000, months=12, benchmark=0.0, switching_cost=0)
    assert (case.payment_here, case.payment_there, case.gain) == (10_000, 10_000, 0)
    assert not case.leaves
    assert case.months_to_recover is None
    one_month = MortgageSwitch(balance=12_000, months=1, benchmark=0.1, paid_here=1, paid_there=0.7, switching_cost=20)
    assert one_month.payment_here == pytest.approx(12_100)
    assert one_month.payment_there == pytest.approx(12_070)
    assert one_month.gain == pytest.approx(10)
    assert one_month.months_to_recover == 1


def test_a_high_switching_cost_keeps_the_borrower():
    assert MortgageSwitch().leaves
    stays = MortgageSwitch(switching_cost=100_000)
    assert not stays.leaves
    assert stays.months_to_recover is None


CASES = st.builds(
    MortgageSwitch,
    balance=st.floats(1000, 1e6),
    months=st.integers(1, 360),
    benchmark=st.floats(0.01, 0.1),
    paid_here=st.floats(0.3, 1),
    paid_there=st.floats(0.3, 1),
    switching_cost=st.floats(0, 1e5),
)


@some
@given(CASES)
def test_who_asks_less_is_worth_more_and_money_scales(case):
    cheaper = replace(case, paid_there=case.paid_there * 0.9)
    assert cheaper.gain >= case.gain
    scaled = replace(case, balance=case.balance * 7, switching_cost=case.switching_cost * 7)
    assert scaled.gain == pytest.approx(7 * case.gain, rel=1e-6, abs=1e-3)
    assert case.leaves == (case.gain > 0)
    assert case.months_to_recover is None or 0 <= case.months_to_recover <= case.months


@pytest.mark.parametrize(
    ("name", "value"),
    [
        ("balance", 0),
        ("balance", -1),
        ("balance", float("nan")),
        ("months", 0),
        ("months", 1.5),
        ("benchmark", 6),
        ("paid_here", 85),
        ("paid_there", -0.7),
        ("switching_cost", -1),
        ("switching_cost", "some"),
    ],
)
def test_mortgages_that_make_no_sense(name, value):
    with pytest.raises(RuleError, match=name):
        MortgageSwitch(**{name: value})


@pytest.mark.parametrize(("balance", "rate", "months"), [(-1, 0.05, 12), (1, 5, 12), (1, 0.05, 0)])
def test_annuities_that_make_no_sense(balance, rate, months):
    with pytest.raises(RuleError):
        annuity(balance, rate, months)
