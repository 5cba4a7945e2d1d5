import hashlib
import json
import subprocess
import sys
from dataclasses import FrozenInstanceError, fields
from datetime import date
from itertools import combinations, pairwise

import numpy as np
import pandas as pd
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from loyaltylib import tiers
from loyaltylib.data import LARGEST_SHARE, LONGEST_ID, SMALLEST_SHARE, Tables, load, normalise
from loyaltylib.errors import LearnerError, UnknownName
from loyaltylib.resources import find
from loyaltylib.schema import TABLES, check

COMPANY = tuple(TABLES)  # the synthetic company has every table of the model
OWNER = {"referrals": "referrer_id", "account_events": "account_id", "interviews": "respondent_id"}
NOBODYS = ("burnett_weights", "staff")
LEARNERS = [f"learner-{number:03d}" for number in range(500)]
TIERS = {"lost", "onlooker", "at_risk", "new", "inactive", "regular", "core", "advocate"}


def fingerprint(company):
    """A short code of every value of every table."""
    whole = "".join(frame.to_csv(index=False) for frame in company.tables.values())
    return hashlib.sha256(whole.encode()).hexdigest()


@pytest.fixture(scope="module")
def company():
    return load("company")


@pytest.fixture(scope="module")
def samples():
    """The customers of 500 learners."""
    return {learner: frozenset(load("company", learner).customers["customer_id"]) for learner in LEARNERS}


def test_tables_have_an_attribute_for_every_table_of_the_model():
    assert set(TABLES) <= {field.name for field in fields(Tables)}


def test_company(company):
    assert tuple(company.tables) == COMPANY
    assert (company.name, company.learner, company.lang) == ("company", None, "en")
    assert company.as_of == company.observed_to == date(2025, 12, 31)
    assert company.observed_from == date(2023, 1, 1)
    assert load("cdnow").surveys is None


def test_cdnow():
    cdnow = load("cdnow")
    assert tuple(cdnow.tables) == ("customers", "transactions")
    assert (cdnow.observed_from, cdnow.as_of) == (date(1997, 1, 1), date(1998, 6, 30))
    assert len(cdnow.customers) == 23_570
    assert cdnow.customers.loc[2].to_list() == ["00003", pd.Timestamp("1997-01-02")]


@pytest.mark.parametrize("name", ["cdnow", "company"])
def test_version_is_that_of_the_files(name):
    manifest = (find(f"datasets/{name}") / "SHA256SUMS").read_bytes()
    assert load(name).version == hashlib.sha256(manifest).hexdigest()[:8]


def test_names_are_in_the_readers_language(company):
    chinese = load("company", lang="zh")
    assert list(chinese.customers.columns) == list(company.customers.columns)
    names = {"customers": ["name", "region"], "contacts": ["person"]}
    for table in COMPANY:
        english, other = company.tables[table], chinese.tables[table]
        assert not [column for column in english.columns if column.endswith(("_en", "_zh"))]
        for column in names.get(table, []):
            assert (english[column].isna() == other[column].isna()).all()
            assert english[column].dropna().map(str.isascii).all()
            assert not other[column].dropna().map(str.isascii).any()
        same = [column for column in english.columns if column not in names.get(table, [])]
        pd.testing.assert_frame_equal(other[same], english[same])


def test_more_columns_of_a_table_stand_beside_its_own_row_for_row(company):
    folder = find("datasets/company")
    for table, column in (("contacts", "influence_weight"), ("transactions", "payer_id")):
        own, more = (pd.read_parquet(folder / f"synthetic_{name}.parquet") for name in (table, f"{table}_more"))
        pd.testing.assert_frame_equal(company.tables[table][list(own.columns)], own)
        pd.testing.assert_series_equal(company.tables[table][column], more[column])


def test_unknown_names():
    with pytest.raises(UnknownName, match="did you mean 'company'"):
        load("compny")
    with pytest.raises(UnknownName, match="language"):
        load("company", lang="fr")


def test_a_change_of_a_frame_stays_with_who_made_it():
    mine = load("company", "a")
    before = fingerprint(load("company", "a"))
    mine.transactions["amount"] *= 2
    mine.customers.loc[0, "name"] = "me"
    whole = load("company")
    whole.transactions.loc[:, "amount"] = 0.0
    assert load("company").transactions["amount"].sum() > 0
    assert fingerprint(load("company", "a")) == before


def test_tables_cannot_be_exchanged(company):
    with pytest.raises(FrozenInstanceError):
        company.customers = None


def test_every_sample_is_a_subset_of_the_customers(company, samples):
    everyone = set(company.customers["customer_id"])
    assert all(sample < everyone for sample in samples.values())


@pytest.mark.parametrize("learner", [LEARNERS[0], LEARNERS[250], "张三", "0417"])
def test_a_sample_has_all_rows_of_its_customers_and_no_others(company, learner):
    sample = load("company", learner)
    chosen = set(sample.customers["customer_id"])
    for name in NOBODYS:
        pd.testing.assert_frame_equal(sample.tables[name], company.tables[name])
    for name in set(COMPANY) - set(NOBODYS):
        whole = company.tables[name]
        expected = whole[whole[OWNER.get(name, "customer_id")].isin(chosen)].reset_index(drop=True)
        pd.testing.assert_frame_equal(sample.tables[name], expected)
        check(sample.tables[name], name)


def test_samples_are_about_a_quarter_and_of_many_sizes(company, samples):
    sizes = [len(sample) for sample in samples.values()]
    whole = len(company.customers)
    assert round(SMALLEST_SHARE * whole) <= min(sizes) < 0.215 * whole
    assert 0.285 * whole < max(sizes) <= round(LARGEST_SHARE * whole)
    assert abs(np.mean(sizes) / whole - 0.25) < 0.01
    pairs = list(combinations(sizes, 2))
    assert sum(a != b for a, b in pairs) / len(pairs) > 0.99


def test_no_two_learners_have_the_same_sample(samples):
    assert len(set(samples.values())) == len(samples)


def test_every_customer_is_in_about_a_quarter_of_the_samples(company, samples):
    count = pd.Series([customer for sample in samples.values() for customer in sample]).value_counts()
    assert len(count) == len(company.customers)
    assert count.between(80, 170).all()


def test_two_samples_of_one_learner_have_little_to_do_with_each_other(samples):
    # The next id in a class list must not give a neighbour's customers.
    overlap = [len(samples[a] & samples[b]) / len(samples[a]) for a, b in pairwise(LEARNERS)]
    assert min(overlap) > 0.15
    assert max(overlap) < 0.36


def test_all_tiers_are_in_every_sample(company, samples):
    """A customer's tier is the same in the sample and in the whole, but for core, whose limit is the sample's own."""
    whole = tiers.assign_tiers(company, company.as_of).set_index("customer_id")["tier"].astype(str)
    counts = pd.DataFrame({learner: whole[list(sample)].value_counts() for learner, sample in samples.items()})
    assert set(counts.index) == TIERS
    assert counts.min(axis=1).min() >= 8


@pytest.mark.parametrize("learner", LEARNERS[::50])
def test_all_tiers_are_in_a_sample_by_its_own_rules(company, learner):
    sample = load("company", learner)
    found = tiers.assign_tiers(sample, sample.as_of).set_index("customer_id")["tier"].astype(str)
    assert set(found) == TIERS
    assert found.value_counts().min() >= 8
    whole = tiers.assign_tiers(company, company.as_of).set_index("customer_id")["tier"].astype(str)
    moved = found.index[found != whole[found.index]]
    assert all("core" in (found[customer], whole[customer]) for customer in moved)
    assert len(moved) < 0.02 * len(found)


@pytest.mark.long
@pytest.mark.timeout(1800)
def test_all_tiers_are_in_500_samples_by_their_own_rules():
    for learner in LEARNERS:
        sample = load("company", learner)
        found = tiers.assign_tiers(sample, sample.as_of)["tier"].astype(str).value_counts()
        assert set(found.index) == TIERS, learner
        assert found.min() >= 5, learner


def test_no_tie_at_the_cut_of_the_largest_buyers():
    for learner in LEARNERS[::10]:
        orders = load("company", learner).transactions
        year = orders[orders["date"] > pd.Timestamp("2025-12-31") - pd.Timedelta(days=365)]
        volume = year.groupby("customer_id")["amount"].sum().sort_values(ascending=False)
        place = round(len(volume) / 10)
        assert volume.iloc[place - 2 : place + 2].is_unique


def test_a_sample_is_the_same_in_every_process():
    """Another process, another hash seed, other samples drawn before: the same rows."""
    code = (
        "import hashlib, json\n"
        "from loyaltylib.data import load\n"
        "def of(t):\n"
        "    text = ''.join(frame.to_csv(index=False) for frame in t.tables.values())\n"
        "    return hashlib.sha256(text.encode()).hexdigest()\n"
        "load('company', 'someone else')\n"
        "print(json.dumps({l: of(load('company', l)) for l in ['learner-001', '张三', '0417']}))\n"
    )
    for seed in ("0", "1"):
        command = [sys.executable, "-c", code]
        done = subprocess.run(command, capture_output=True, text=True, check=True, env={"PYTHONHASHSEED": seed})
        assert json.loads(done.stdout) == {
            learner: fingerprint(load("company", learner)) for learner in ("learner-001", "张三", "0417")
        }


def test_the_draw_itself_is_on_record():
    """If this changes, every learner's data changes: a new version of the kit, not an accident."""
    sample = load("company", "learner-001").customers["customer_id"]
    assert (len(sample), *sample.head(3)) == (626, "K0002", "K0003", "K0005")


@pytest.mark.parametrize(
    ("typed", "normal"),
    [
        ("S-0417", "s-0417"),
        ("  s-0417\n", "s-0417"),
        ("Ｓ－０４１７", "s-0417"),
        ("00417", "00417"),
        ("０0４17", "00417"),
        ("张三", "张三"),
        ("\u3000张三\u3000", "张三"),
        ("Straße", "strasse"),
        ("ÉMILE", "émile"),
        ("E\u0301mile", "émile"),
        ("anna@school.example", "anna@school.example"),
        ("李 明", "李 明"),
    ],
)
def test_normalise(typed, normal):
    assert normalise(typed) == normal


def test_leading_zeros_make_another_learner():
    assert normalise("007") != normalise("7")
    assert set(load("company", "007").customers["customer_id"]) != set(load("company", "7").customers["customer_id"])


def test_all_ways_of_typing_an_id_give_the_same_sample():
    one = fingerprint(load("company", "s-0417"))
    for typed in ("S-0417", " s-0417 ", "Ｓ－０４１７"):
        sample = load("company", typed)
        assert sample.learner == "s-0417"
        assert fingerprint(sample) == one


@pytest.mark.parametrize(
    ("typed", "reason"),
    [
        ("", "is empty"),
        (" \t\u3000", "is empty"),
        ("a\x00b", "holds the character"),
        ("a\tb", "holds the character"),
        ("a\u200bb", "holds the character"),
        ("a/b", "holds the character"),
        ("a\\b", "holds the character"),
        ("..", "nothing but dots"),
        ("x" * (LONGEST_ID + 1), "65 characters"),
    ],
)
def test_an_id_that_cannot_be_one(typed, reason):
    with pytest.raises(LearnerError, match=reason):
        load("company", typed)


@settings(deadline=None, derandomize=True)
@given(st.text(max_size=20))
def test_normalising_twice_is_normalising_once(typed):
    try:
        once = normalise(typed)
    except LearnerError:
        return
    assert normalise(once) == once
    assert normalise(typed.swapcase()) == normalise(typed.swapcase().swapcase().swapcase())
