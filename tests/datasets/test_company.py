"""The synthetic company: made from its seed, consistent in itself, and like what it was calibrated to."""

import subprocess
import sys

import numpy as np
import pandas as pd
import pyarrow as pa
import pyarrow.parquet as pq
import pytest

from datasets.make.company import QUARTER_ENDS, SEED, Company
from datasets.make.lives import CALIBRATION, SCORES, lives
from datasets.make.measures import TOLERANCE, measured
from datasets.make.personas import FAMILY, GIVEN, HOUSE, REGION, TRADE
from datasets.make.tables import MANIFEST, sha256
from loyaltylib import tiers
from loyaltylib.data import load
from loyaltylib.resources import find
from loyaltylib.schema import TABLES, check

FOLDER = find("datasets/company")
# What was there before the other tables came, and stays: six files byte for byte, and twelve columns of the customers.
FIRST = {
    "complaints": "0c698dc6b788b6acdfd1c04c71160f4e2a7cf30e90903606b28f5105b77c51b2",
    "contacts": "79e6eb9019b45ccb94e2316eb2e0f05bc3a458ea6bbd3fe93e997ef13e4880ff",
    "feedback": "21565ac2b4e6739aa5f312d15550ab9a25bf47aacc1bf95ad7f389735d3e3c51",
    "referrals": "6e1cb7ddc8eef2d0a8704da31a42aff520a025a38c79184c4475034322199ac5",
    "transactions": "d00659566ba5021b4d44646d9cecbb9a62297932eb5be3aae4e77b406b6738a8",
    "wallet": "ff232b58fe7ba4f31b302a7294e831f9904ec28901d0d524f6a88a7c09ec1d04",
}
OWN = ("customer_id", "respondent_id", "account_id")  # how a table calls the customer whose row it is
FIRST_CUSTOMERS = "6d170461c7168d7f788a84c1275a9fa2e17e7da96a50400eee025bc02ec1b131"
TIERS = ("lost", "onlooker", "at_risk", "new", "inactive", "regular", "core", "advocate")


@pytest.fixture(scope="module")
def company():
    return load("company")


@pytest.fixture(scope="module")
def figures(company):
    return measured(company)


@pytest.fixture(scope="module")
def remade(tmp_path_factory):
    """The tables made anew by a process of their own."""
    folder = tmp_path_factory.mktemp("company")
    command = [sys.executable, "-m", "datasets.make.company", "--to", str(folder)]
    subprocess.run(command, check=True, cwd=find("datasets").parent)
    return folder


def test_files_are_those_on_record():
    listed = dict(reversed(line.split("  ")) for line in (FOLDER / MANIFEST).read_text().splitlines())
    assert set(listed) == {path.name for path in FOLDER.glob("*.parquet")}
    for name, digest in listed.items():
        assert sha256((FOLDER / name).read_bytes()) == digest
        assert name.startswith("synthetic_")


def test_files_are_small():
    sizes = {path.stem.removeprefix("synthetic_"): path.stat().st_size for path in FOLDER.glob("*.parquet")}
    assert sum(sizes.values()) < 1_000_000
    assert sum(size for name, size in sizes.items() if name not in {*FIRST, "customers"}) < 400_000


@pytest.mark.parametrize("name", FIRST)
def test_the_first_tables_stay_as_they_were(name):
    assert sha256((FOLDER / f"synthetic_{name}.parquet").read_bytes()) == FIRST[name]


def test_the_first_columns_of_the_customers_stay_as_they_were():
    customers = pd.read_parquet(FOLDER / "synthetic_customers.parquet").iloc[:, :12]
    assert sha256(customers.to_csv(index=False).encode()) == FIRST_CUSTOMERS


def test_seed_gives_the_committed_tables(remade):
    for path in FOLDER.glob("*.parquet"):
        assert pq.read_table(remade / path.name).equals(pq.read_table(path)), path.name


def test_seed_gives_the_committed_bytes(remade):
    # Another version of pyarrow may pack the same tables differently; the lock fixes the version.
    written_by = pq.read_metadata(FOLDER / "synthetic_customers.parquet").created_by
    if not written_by.endswith(f"version {pa.__version__}"):
        pytest.skip(f"the files were written by {written_by}, this is pyarrow {pa.__version__}")
    assert (remade / MANIFEST).read_text() == (FOLDER / MANIFEST).read_text()


def test_another_seed_gives_another_company():
    starts = [[life.start for life in lives(np.random.RandomState(seed))] for seed in (SEED, SEED + 1)]
    assert starts[0] != starts[1]


def test_passes_the_gate(company):
    for name, frame in company.tables.items():
        check(frame, name)
        assert set(frame.columns) <= {column.name for column in TABLES[name].columns}


def test_size_and_span(company):
    assert 2_400 <= len(company.customers) <= 3_000
    assert set(company.customers["customer_type"]) == {"consumer", "business"}
    assert company.transactions["date"].min() == pd.Timestamp("2023-01-01")
    assert company.transactions["date"].max() == pd.Timestamp("2025-12-31")
    for name, frame in company.tables.items():
        for column in frame.select_dtypes("datetime").columns.difference(["acquired_on"]):
            assert frame[column].dropna().between("2023-01-01", "2025-12-31").all(), (name, column)


def test_every_row_is_of_a_known_customer(company):
    known = set(company.customers["customer_id"])
    for name, frame in company.tables.items():
        for column in (*OWN, "referrer_id", "referred_id", "referred_by", "payer_id"):
            if column in frame:
                assert set(frame[column].dropna()) <= known, (name, column)


def test_who_has_not_bought_has_no_day_of_acquisition(company):
    customers = company.customers.set_index("customer_id")
    first = company.transactions.groupby("customer_id")["date"].min()
    bought = customers.index.isin(first.index)
    assert (customers["acquired_on"].notna() == bought).all()
    assert (customers["acquired_via"].notna() == bought).all()
    assert (customers.loc[first.index, "acquired_on"] <= first).all()
    late = customers.loc[first.index, "acquired_on"] >= pd.Timestamp("2023-01-01")
    assert (customers.loc[first.index, "acquired_on"][late] == first[late]).all()


def test_onlookers_are_known_from_a_talk(company):
    customers = company.customers
    onlookers = customers.loc[customers["acquired_on"].isna(), "customer_id"]
    enquiries = company.contacts.loc[company.contacts["function"] == "enquiry", "customer_id"]
    assert onlookers.isin(enquiries).all()


def test_who_said_goodbye_bought_no_more(company):
    said = company.customers.dropna(subset="lost_on").set_index("customer_id")
    last = company.transactions.groupby("customer_id")["date"].max()
    assert (said["lost_on"] > last.loc[said.index]).all()
    assert said["lost_reason"].notna().all()
    assert said["destination"].notna().all()
    assert company.customers.loc[company.customers["lost_on"].isna(), "lost_reason"].isna().all()


def test_wallet_agrees_with_the_orders(company):
    orders = company.transactions
    quarter = (orders["date"] + pd.tseries.offsets.QuarterEnd(0)).rename("period")
    spent = orders.groupby(["customer_id", quarter])["amount"].sum().round(2)
    wallet = company.wallet.set_index(["customer_id", "period"])
    assert len(QUARTER_ENDS) == company.wallet["period"].nunique() == 12
    pd.testing.assert_series_equal(
        wallet["own_spend"][wallet["own_spend"] > 0].sort_index(), spent.sort_index(), check_names=False
    )
    assert (wallet["total_category_spend"] >= wallet["own_spend"]).all()
    alone = wallet["total_category_spend"] == wallet["own_spend"]
    assert (alone == (wallet["n_suppliers"] == 1)).all()


def test_complaints_are_settled_after_they_came_in_and_scored_then(company):
    complaints = company.complaints
    settled = complaints["resolved_on"].notna()
    assert (complaints.loc[settled, "resolved_on"] > complaints.loc[settled, "opened_on"]).all()
    assert (settled == complaints["satisfaction_score"].notna()).all()
    assert (~settled).sum() >= 20


def test_recommendations_precede_the_first_purchase(company):
    told = company.referrals.merge(company.customers, left_on="referred_id", right_on="customer_id")
    assert (told["referrer_id"] == told["referred_by"]).all()
    assert (told["referrer_id"] != told["referred_id"]).all()
    assert told["referred_id"].is_unique
    bought = told["acquired_on"].notna()
    assert (told["date"] < told["acquired_on"])[bought].all()
    assert (~bought).sum() >= 30  # some only look on


@pytest.mark.parametrize("name", CALIBRATION)
def test_calibrated(figures, name):
    assert abs(figures[name] - CALIBRATION[name]) <= TOLERANCE[name]


def test_scores_are_a_distribution():
    assert np.isclose(SCORES.sum(), 1)
    assert np.isclose(SCORES[7:].sum(), CALIBRATION["handled_well"])


def test_recommended_share_stays_below_the_share_of_those_who_would_recommend(company):
    since = company.customers[company.customers["acquired_on"] >= "2023-01-01"]
    assert 0.15 < (since["acquired_via"] == "referral").mean() < 0.38


@pytest.mark.parametrize("card", ["README.md", "README.zh.md"])
def test_cards_say_what_the_tables_hold(company, figures, card):
    text = (FOLDER / card).read_text("utf-8")
    assert "synthetic" in text
    comma, percent = ("，", "%") if "zh" in card else (", ", " %")
    for name, frame in company.tables.items():
        assert f"| {name}{comma}{len(frame):,} |" in text
        assert all(f"`{column}`" in text for column in frame.columns), name
    for name, value in figures.items():
        assert f"| {100 * CALIBRATION[name]:.1f}{percent} | {100 * value:.1f}{percent} |" in text
    for row in company.transactions.head(4).itertuples():
        assert f"| {row.customer_id} | {row.date:%Y-%m-%d} | {row.order_id} | {row.product} |" in text


def test_names_are_made_in_each_language_on_its_own():
    for words in (GIVEN, FAMILY, HOUSE):
        assert words["zh"].isascii() is False
        assert len(set(words["en"].split())) == len(words["en"].split())
        assert len(set(words["zh"].split())) == len(words["zh"].split())
    for names in (TRADE, REGION):
        assert len(names["en"]) == len(names["zh"])


def test_no_answer_is_in_the_data(company):
    answers = {"tier", "rank", "signals", "at_risk", "days_since_last", "recency", "n_orders", "frequency", "habit"}
    for name, frame in company.tables.items():
        assert not answers & set(frame.columns), name


def shares(company, as_of):
    found = tiers.assign_tiers(company, as_of)
    return found["tier"].astype(str).value_counts(normalize=True)


def test_pyramid_is_plausible(company):
    share = shares(company, company.as_of)
    bands = {
        "lost": (0.20, 0.25),
        "onlooker": (0.08, 0.10),
        "at_risk": (0.08, 0.20),
        "new": (0.06, 0.08),
        "inactive": (0.12, 0.18),
        "regular": (0.25, 0.40),
        "core": (0.03, 0.05),
        "advocate": (0.025, 0.045),
    }
    assert set(share.index) == set(TIERS)
    assert {tier: low <= share[tier] <= high for tier, (low, high) in bands.items()} == dict.fromkeys(bands, True)
    assert share.idxmax() == "regular"


@pytest.mark.parametrize("as_of", ["2024-06-30", "2024-12-31", "2025-06-30"])
def test_all_tiers_are_there_at_earlier_dates_too(company, as_of):
    assert set(shares(company, as_of).index) == set(TIERS)


def test_a_steady_customer_is_rarely_taken_for_one_at_risk(company):
    """The hidden habit tells who goes on buying as ever: a window must not halve for them by chance."""
    made = Company(SEED)
    steady = [
        number for number, life in zip(made.ids, made.lives, strict=True) if life.habit == "steady" and not life.stop
    ]
    found = tiers.assign_tiers(company, company.as_of).set_index("customer_id").loc[steady]
    falls = found["signals"].str.contains("frequency_fall|spend_fall|share_fall")
    assert len(steady) > 700
    assert falls.mean() < 0.02


def test_warnings_come_before_a_loss(company):
    """Those at risk in mid-2025 are mostly gone half a year later, those who were regular hardly ever."""
    before = tiers.assign_tiers(company, "2025-06-30").set_index("customer_id")["tier"].astype(str)
    after = tiers.assign_tiers(company, "2025-12-31").set_index("customer_id")["tier"].astype(str)
    assert (after[before.index[before == "at_risk"]] == "lost").mean() > 0.5
    assert (after[before.index[before == "regular"]] == "lost").mean() < 0.1
