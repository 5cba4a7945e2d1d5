"""Beyond the course: cohorts, survival, survey scores, what saving adds, points, and whom to save first."""

from types import SimpleNamespace

import pandas as pd
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from loyaltylib import data, kpis
from loyaltylib.errors import DataError, RuleError

# ---------------------------------------------------------------- against print


def test_cdnow_cohort_of_january_as_in_datasets_md_2a():
    rows = kpis.cohort_table(data.load("cdnow"), "1998-06-30").set_index(["cohort", "month"])
    assert rows.loc[("1997-01", 3), ["active", "customers"]].tolist() == [810, 7_846]
    assert rows.loc[("1997-01", 12), ["active", "customers"]].tolist() == [528, 7_846]
    assert rows.loc[[("1997-01", 0), ("1997-02", 0), ("1997-03", 0)], "share"].tolist() == [1, 1, 1]
    assert len(rows) == 3 * 13


def test_ecsi_recommendation_as_in_datasets_md_2c():
    assert kpis.nps(promoters=95, passives=95, detractors=60) == pytest.approx(0.14)


def test_survival_by_hand():
    # Lost after 181 days, after 200 (bought again on day 19), two still there after 100 and 300 days.
    first = pd.Timestamp("2024-01-01")
    won = [first, first, pd.Timestamp("2025-09-22"), pd.Timestamp("2025-03-06")]
    rows = [("a", won[0]), ("b", won[1]), ("b", first + pd.Timedelta(days=19)), ("c", won[2]), ("d", won[3])]
    orders = pd.DataFrame(rows, columns=["customer_id", "date"]).assign(amount=1.0)
    orders.loc[len(orders)] = ["d", pd.Timestamp("2025-12-01"), 1.0]
    tables = SimpleNamespace(
        customers=pd.DataFrame({"customer_id": list("abcd"), "acquired_on": won}), transactions=orders
    )
    expected = pd.DataFrame({"days": [181.0, 200.0], "at_risk": [3, 2], "lost": [1, 1], "survival": [2 / 3, 1 / 3]})
    pd.testing.assert_frame_equal(kpis.survival(tables, "2025-12-31"), expected)


def test_a_goodbye_is_a_loss_on_its_day():
    customers = pd.DataFrame(
        {
            "customer_id": ["a", "b"],
            "acquired_on": pd.to_datetime(["2025-06-01", "2025-06-01"]),
            "lost_on": pd.to_datetime(["2025-07-01", None]),
        }
    )
    orders = pd.DataFrame({"customer_id": ["a", "b"], "date": customers["acquired_on"], "amount": 1.0})
    rows = kpis.survival(SimpleNamespace(customers=customers, transactions=orders), "2025-08-01")
    assert rows.to_dict("records") == [{"days": 30.0, "at_risk": 2, "lost": 1, "survival": 0.5}]


def test_survival_of_the_company_falls_and_stays_within_0_and_1():
    rows = kpis.survival(data.load("company"), "2025-12-31")
    assert rows["survival"].is_monotonic_decreasing
    assert rows["survival"].between(0, 1).all()


# ---------------------------------------------------------------- properties


@given(st.lists(st.integers(0, 10), min_size=1))
def test_nps_lies_between_its_ends_and_the_order_does_not_matter(scores):
    assert -1 <= kpis.nps(scores) <= 1
    assert kpis.nps(scores) == kpis.nps(sorted(scores))


@given(st.integers(1, 500), st.integers(1, 500), st.data())
def test_the_increment_lies_within_its_interval(attempted, control, draw):
    saved, stayed = draw.draw(st.integers(0, attempted)), draw.draw(st.integers(0, control))
    found = kpis.incremental_save_rate(saved=saved, attempted=attempted, control_stayed=stayed, control=control)
    assert found.low <= found.increment <= found.high
    wider = kpis.incremental_save_rate(
        saved=saved, attempted=attempted, control_stayed=stayed, control=control, confidence=0.99
    )
    assert wider.low <= found.low


@given(st.floats(0, 1e6), st.floats(0, 100), st.floats(0, 1))
def test_breakage_never_raises_the_liability(outstanding, value, breakage):
    owed = kpis.points_liability(outstanding=outstanding, value_per_point=value, breakage=breakage)
    assert 0 <= owed <= kpis.points_liability(outstanding=outstanding, value_per_point=value)


PEOPLE = st.lists(
    st.tuples(st.floats(0, 1), st.floats(-1, 1), st.integers(0, 10_000), st.integers(1, 100)), min_size=1, max_size=12
)


def frame_of(people):
    rows = [
        (f"c{n:02d}", risk, min(up, risk), float(value), float(cost))
        for n, (risk, up, value, cost) in enumerate(people)
    ]
    return pd.DataFrame(rows, columns=["customer_id", "risk", "uplift", "value", "cost"])


@settings(deadline=None, max_examples=40)
@given(PEOPLE, st.integers(0, 500))
def test_save_first_keeps_to_the_order_and_the_budget(people, budget):
    before = frame_of(people)
    after = kpis.save_first(before, budget)
    assert after["place"].tolist() == list(range(1, len(before) + 1))
    assert after["gain"].is_monotonic_decreasing
    assert after.loc[after["act"] == 1, "cost"].sum() <= budget
    assert (after.loc[after["act"] == 1, "gain"] > 0).all()
    assert after["customer_id"].tolist() == kpis.save_first(before[::-1], budget)["customer_id"].tolist()


# ---------------------------------------------------------------- bad input


@pytest.mark.parametrize(
    "call",
    [
        lambda: kpis.nps([]),
        lambda: kpis.nps([11]),
        lambda: kpis.nps([float("nan")]),
        lambda: kpis.nps(promoters=1),
        lambda: kpis.csat([]),
        lambda: kpis.csat([6]),
        lambda: kpis.csat([3], satisfied_from=7),
        lambda: kpis.incremental_save_rate(saved=1, attempted=0, control_stayed=0, control=1),
        lambda: kpis.incremental_save_rate(saved=2, attempted=1, control_stayed=0, control=1),
        lambda: kpis.incremental_save_rate(saved=1, attempted=1, control_stayed=0, control=1, confidence=1),
        lambda: kpis.points_breakage(issued=0, redeemed=0),
        lambda: kpis.points_breakage(issued=1, redeemed=2),
        lambda: kpis.points_liability(outstanding=-1, value_per_point=1),
        lambda: kpis.points_liability(outstanding=1, value_per_point=1, breakage=20),
        lambda: kpis.save_first(frame_of([(0.5, 0.1, 1, 1)]), budget=-1),
        lambda: kpis.cohort_table(data.load("cdnow"), "soon"),
        lambda: kpis.cohort_table(data.load("cdnow"), "1998-06-30", months=-1),
    ],
)
def test_parameters_that_make_no_sense(call):
    with pytest.raises(RuleError):
        call()


@pytest.mark.parametrize(
    ("column", "value"),
    [("risk", 1.5), ("risk", None), ("uplift", 0.9), ("value", -1.0), ("cost", float("nan")), ("cost", "much")],
)
def test_save_first_names_what_is_wrong(column, value):
    with pytest.raises(DataError, match=f"column '{column}'"):
        kpis.save_first(frame_of([(0.5, 0.1, 1, 1)]).assign(**{column: [value]}))


def test_save_first_needs_its_columns_and_takes_an_empty_frame():
    before = frame_of([(0.5, 0.1, 1, 1)])
    for column in before:
        with pytest.raises(DataError, match=f"'{column}'"):
            kpis.save_first(before.drop(columns=column))
    assert len(kpis.save_first(before.head(0))) == 0


# ---------------------------------------------------------------- engines


def test_engines(engine):
    days = ["2024-01-05", "2024-02-20", "2024-03-03", "2024-04-01", "2025-12-01"]
    tables = SimpleNamespace(
        customers=pd.DataFrame({"customer_id": list("abc"), "acquired_on": pd.to_datetime([*days[:2], None])}),
        transactions=pd.DataFrame(
            {"customer_id": list("abaca"), "date": pd.to_datetime(days), "amount": [1.0, 2.0, 3.0, 4.0, 5.0]}
        ),
    )
    engine.agrees(lambda t: kpis.cohort_table(t, "2024-05-31", 3), tables, "cohort", "month")
    engine.agrees(lambda t: kpis.survival(t, "2025-12-31"), tables, "days")
    one = SimpleNamespace(frame=frame_of([(0.5, 0.1, 900, 10), (0.9, 0.3, 800, 20), (0.9, 0.3, 800, 20)]))
    engine.agrees(lambda t: kpis.save_first(t.frame, 30), one, "place")
