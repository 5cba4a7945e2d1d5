"""Tiers on frames: against print, against thirteen customers, properties, bad input, the companies."""

import datetime as dt
from types import SimpleNamespace

import pandas as pd
import polars as pl
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from loyaltylib import data
from loyaltylib.errors import DataError, RuleError, UnknownName
from loyaltylib.tiers import (
    SIGNALS,
    STANDARDS,
    Tier,
    TierRules,
    assign,
    assign_tiers,
    explain,
    pyramid,
    reasons_of,
    signals,
    strategies_for,
    tier_of,
    traits_of,
    transitions,
)
from loyaltylib.tiers_rules import FLAGS, SOURCES

# ---------------------------------------------------------------- against print


def test_cdnow_lapsed_over_180_days_at_the_end_of_1997_as_in_datasets_md_2a():
    cdnow = data.load("cdnow")
    counts = pyramid(assign_tiers(cdnow, "1997-12-31")).set_index("tier")["customers"]
    assert counts["lost"] == 17_220
    assert counts.sum() == 23_570
    assert counts[["onlooker", "advocate", "core", "inactive"]].tolist() == [0, 0, 0, 0]  # no such tables


def test_strategies_as_the_course_lists_them():
    assert [len(strategies_for(tier)) for tier in ("core", "advocate")] == [4, 3]
    assert strategies_for("inactive", "zh") == ("先成为客户的主要供应商", "再成为客户的唯一供应商")
    assert [len(traits_of(tier)) for tier in ("regular", "core", "advocate")] == [2, 4, 2]
    assert all(strategies_for(tier, lang) and traits_of(tier, lang) for tier in Tier for lang in ("en", "zh"))


# ---------------------------------------------------------------- thirteen customers a person can check with a calendar
# The last window reaches back to 2025-10-03, the three before it to 2025-07-05, 2025-04-06 and 2025-01-06.

AS_OF = "2025-12-31"


def frame(columns: str, *rows: tuple) -> pd.DataFrame:
    made = pd.DataFrame(rows, columns=columns.split())
    for name in made.columns:
        if name.endswith("_on") or name in ("date", "period"):
            made[name] = pd.to_datetime(made[name])
    return made


CUSTOMERS = frame(
    "customer_id acquired_on acquired_via lost_on",
    ("ada", "2024-03-01", "walk_in", None),
    ("cam", "2024-03-01", "walk_in", None),
    ("eva", "2026-01-10", "walk_in", None),
    ("gus", "2024-03-01", "walk_in", "2025-11-15"),
    ("kai", "2024-03-01", "walk_in", None),
    ("kim", "2024-03-01", "walk_in", None),
    ("lia", "2024-03-01", "walk_in", None),
    ("moe", "2025-01-10", "walk_in", None),
    ("nat", "2025-11-20", "promotion", None),
    ("oda", None, None, None),
    ("rea", "2024-03-01", "referral", None),
    ("rik", "2024-03-01", "walk_in", None),
    ("sol", "2025-08-15", "walk_in", None),
)
# In every window once, always the same: nothing falls, and the days between purchases hardly vary.
_STEADY = (
    "2024-03-01",
    "2024-06-01",
    "2024-09-01",
    "2024-12-01",
    "2025-03-01",
    "2025-06-01",
    "2025-09-01",
    "2025-12-01",
)
TRANSACTIONS = frame(
    "customer_id date amount",
    *((who, date, amount) for who, amount in (("ada", 50), ("cam", 50), ("kim", 50), ("rea", 50)) for date in _STEADY),
    *(("kai", date, 2000) for date in _STEADY),
    *(("gus", date, 50) for date in _STEADY[:-1]),
    *(("lia", date, 50) for date in _STEADY[:6]),  # the last on 2025-06-01, 213 days ago
    *(("moe", f"2025-{day}", 70) for day in ("01-10", "01-12", "05-10", "08-10", "12-10", "12-12")),
    ("nat", "2025-11-20", 30),
    *(("rik", date, 100) for date in _STEADY[:-1]),
    ("rik", "2025-12-01", 40),  # 60 % less than in each window before
    ("sol", "2025-08-15", 30),
    ("eva", "2026-01-10", 99),
    ("oda", "2026-01-20", 20),  # her first purchase, but after the day
)
WALLET = frame(
    "customer_id period own_spend total_category_spend n_suppliers",
    *((who, "2025-12-31", 50, 50, 1) for who in ("ada", "cam", "kai", "rea", "rik")),
    *(("kim", period, 80, 100, 2) for period in ("2025-03-31", "2025-06-30", "2025-09-30")),
    ("kim", "2025-12-31", 30, 100, 2),  # from 80 % to 30 %
    ("moe", "2025-12-31", 140, 500, 3),
)
COMPLAINTS = frame(
    "customer_id opened_on resolved_on satisfaction_score",
    ("ada", "2025-05-01", "2025-05-10", 9),
    ("cam", "2025-12-20", "2026-01-05", 8),  # settled later: open on the day
    ("rea", "2025-05-01", "2025-05-10", 4),  # settled, not forgiven
)
FEEDBACK = frame(
    "customer_id date",
    *(("kai", date) for date in ("2025-02-01", "2025-06-01", "2025-10-01")),
    ("rea", "2025-06-01"),
    ("sol", "2024-01-01"),  # too long ago
)
CONTACTS = frame("customer_id date function", ("kai", "2025-06-15", "negotiation"), ("rea", "2025-06-15", "service"))
REFERRALS = frame(
    "referrer_id referred_id date",
    ("ada", "x1", "2024-07-01"),
    ("rea", "x2", "2025-07-01"),
    ("cam", "x3", "2026-02-01"),
)

TABLES = {
    "customers": CUSTOMERS,
    "transactions": TRANSACTIONS,
    "wallet": WALLET,
    "complaints": COMPLAINTS,
    "feedback": FEEDBACK,
    "contacts": CONTACTS,
    "referrals": REFERRALS,
}

EXPECTED = pd.DataFrame(
    [
        ("ada", "advocate", 8, "recommends, forgives"),
        ("cam", "at_risk", 3, "open_complaint"),
        # eva: acquired after the day, not there yet
        ("gus", "lost", 1, "declared_lost"),
        ("kai", "core", 7, "large_volume, much_feedback, negotiates"),
        ("kim", "at_risk", 3, "share_fall"),
        ("lia", "lost", 1, "lapsed"),
        ("moe", "inactive", 5, "several_suppliers, minor_share, irregular_gaps"),
        ("nat", "new", 4, "newly_won, by_promotion"),
        ("oda", "onlooker", 2, "never_bought"),
        ("rea", "regular", 6, "repeat_purchase, gives_feedback"),
        ("rik", "at_risk", 3, "spend_fall"),
        ("sol", "regular", 6, "wallet?"),
    ],
    columns=["customer_id", "tier", "rank", "signals"],
)


def with_dates(made: pd.DataFrame) -> pl.DataFrame:
    """The other way to hold days: Polars with Date in place of Datetime."""
    return pl.from_pandas(made).with_columns(pl.selectors.datetime().cast(pl.Date))


KINDS = {"pandas": lambda made: made, "polars": pl.from_pandas, "polars-dates": with_dates}


@pytest.fixture(params=KINDS)
def kind(request):
    return KINDS[request.param]


DAY_AND_HOUR = dt.datetime.fromisoformat("2025-12-31T07:00")


def tables(kind=KINDS["pandas"], **changed):
    """The tables of the thirteen customers, some of them changed or (None) left out."""
    merged = {**TABLES, **changed}
    return SimpleNamespace(**{name: kind(made) for name, made in merged.items() if made is not None})


def same(found, expected):
    found = found.to_pandas() if isinstance(found, pl.DataFrame) else found
    pd.testing.assert_frame_equal(found, expected, check_dtype=False)


def tiers_of(**changed) -> dict[str, str]:
    found = assign_tiers(tables(**changed), AS_OF)
    return dict(zip(found["customer_id"], found["tier"], strict=True))


def test_thirteen_customers(kind):
    found = assign_tiers(tables(kind), AS_OF)
    assert type(found) is type(kind(CUSTOMERS))
    same(found, EXPECTED)
    assert set(EXPECTED["tier"]) == set(Tier)


def test_their_signals_are_the_same_in_every_kind_of_frame(kind):
    same(signals(tables(kind), AS_OF), signals(tables(), AS_OF))


def test_some_signals_by_hand():
    found = signals(tables(), AS_OF).set_index("customer_id")
    assert found.loc["rik", ["spend_last", "spend_before", "spend_fall", "frequency_fall"]].tolist() == [
        40,
        100,
        0.6,
        0,
    ]
    assert found.loc["kim", ["wallet_share", "share_fall", "n_suppliers"]].tolist() == [0.3, 0.625, 2]
    # moe: gaps of 2, 118, 92, 122 and 2 days; mean 67.2, standard deviation 54.2236
    assert found.loc["moe", "gap_cv"] == pytest.approx(54.2236 / 67.2, abs=1e-4)
    assert found.loc["ada", ["complaints_forgiven", "complaints_unforgiven", "referrals"]].tolist() == [1, 0, 1]
    assert found.loc["oda", ["n_orders", "volume", "open_complaints"]].tolist() == [0, 0, 0]
    assert found.loc["oda", ["days_since_last", "tenure_days", "wallet_share"]].isna().all()


def test_one_customer_after_another_in_plain_python_gives_the_same():
    rows = signals(tables(), AS_OF).astype(object).where(lambda cell: cell.notna(), None).to_dict("records")
    for row, expected in zip(rows, EXPECTED.to_dict("records"), strict=True):
        assert row.pop("customer_id") == expected["customer_id"]
        assert tier_of(row) == expected["tier"]
        assert ", ".join(reasons_of(row)) == expected["signals"]


def test_the_pyramid_of_the_twelve_who_are_there():
    worth = EXPECTED.assign(paid=10.0)
    found = pyramid(worth, value="paid")
    assert found.columns.tolist() == ["tier", "rank", "customers", "share", "value"]
    assert found["customers"].tolist() == [2, 1, 3, 1, 1, 2, 1, 1]
    assert found["value"].tolist() == [20, 10, 30, 10, 10, 20, 10, 10]
    assert found["share"].sum() == pytest.approx(1)


def test_moves_between_two_days(kind):
    before, after = (assign_tiers(tables(kind), day) for day in ("2025-10-31", "2026-01-31"))
    moved = transitions(before, after)
    rows = set(zip(*(moved[name].to_list() for name in ("tier_before", "tier_after", "customers")), strict=True))
    assert ("onlooker", "new", 1) in rows  # oda buys on 20 January
    assert ("absent", "new", 2) in rows  # nat and eva are won in between
    assert sum(row[2] for row in rows) == 13


# ---------------------------------------------------------------- a missing table


@pytest.mark.parametrize("missing", [name for name in TABLES if name != "customers"])
def test_a_missing_table_gives_no_tier_that_needs_it_and_the_result_says_so(missing):
    found = assign_tiers(tables(**{missing: None}), AS_OF)
    needs_all = {s.tier.value for s in STANDARDS if missing in s.tables and s.tier not in (Tier.LOST, Tier.NEW)}
    needs_all -= {"at_risk"}  # any of several tables can give a warning
    assert not needs_all & set(found["tier"])
    regular = found[found["tier"] == "regular"]
    assert regular["signals"].str.contains(f"{missing}?", regex=False).all()
    assert "lost" in set(found["tier"])  # by gus's goodbye, whatever is missing
    measured = signals(tables(**{missing: None}), AS_OF)
    assert measured[SOURCES[missing]].isna().all()


def test_with_customers_alone():
    found = assign_tiers(SimpleNamespace(customers=CUSTOMERS), AS_OF)
    assert found["tier"].value_counts().to_dict() == {"regular": 10, "lost": 1, "new": 1}
    assert found.loc[found["tier"] == "lost", "signals"].tolist() == ["declared_lost, transactions?"]
    assert found.loc[found["tier"] == "new", "signals"].tolist() == ["newly_won, by_promotion, transactions?"]


# ---------------------------------------------------------------- properties

DAYS = st.integers(0, 800)


@st.composite
def companies(draw):
    """A small company: up to six customers, each table there, and rows of customers nobody knows."""
    who = st.sampled_from(["a", "b", "c", "d", "e", "f", "stranger"])
    today = dt.date(2025, 12, 31)

    def rows(columns, *kinds):
        found = draw(st.lists(st.tuples(who, *kinds), max_size=12, unique_by=lambda row: row[:2]))
        made = pd.DataFrame(found, columns=columns.split()).astype({columns.split()[0]: "str"})
        for name in made.columns:
            if name.endswith("_on") or name in ("date", "period"):
                ago = pd.to_timedelta(pd.to_numeric(made[name]), unit="D")
                made[name] = pd.Timestamp(today) - ago.dt.floor("D")
        return made

    late = st.integers(-30, 800)
    money = st.integers(0, 50_000).map(lambda cents: cents / 100)
    customers = rows("customer_id acquired_on lost_on", st.none() | late, st.none() | late)
    return {
        "customers": customers[customers["customer_id"] != "stranger"].drop_duplicates("customer_id"),
        "transactions": rows("customer_id date amount", late, money),
        "wallet": rows("customer_id period own_spend total_category_spend n_suppliers", late, money, money, DAYS),
        "complaints": rows(
            "customer_id opened_on resolved_on satisfaction_score", late, st.none() | late, st.integers(1, 10)
        ),
        "feedback": rows("customer_id date", late),
        "contacts": rows("customer_id date function", late, st.sampled_from(["negotiation", "service"])),
        "referrals": rows("referrer_id referred_id date", st.sampled_from("xyz"), late),
    }


def measured(company, as_of=AS_OF):
    found = assign_tiers(SimpleNamespace(**{name: pl.from_pandas(made) for name, made in company.items()}), as_of)
    return found.to_pandas()


few = settings(max_examples=8, deadline=None, derandomize=True)


@few
@given(companies(), st.randoms(use_true_random=False))
def test_the_order_of_rows_changes_nothing(company, random):
    shuffled = {name: made.sample(frac=1, random_state=random.randrange(2**31)) for name, made in company.items()}
    same(measured(shuffled), measured(company))


@few
@given(companies(), st.integers(-9000, 9000))
def test_shifting_all_days_and_as_of_together_changes_nothing(company, days):
    def shift(made):
        return made.assign(
            **{name: made[name] + pd.Timedelta(days, "D") for name in made if made[name].dtype.kind == "M"}
        )

    then = (dt.date.fromisoformat(AS_OF) + dt.timedelta(days)).isoformat()
    same(measured({name: shift(made) for name, made in company.items()}, then), measured(company))


@few
@given(companies(), st.sampled_from([0.01, 0.07, 7.3, 100, 10_000]))
def test_another_currency_changes_nothing(company, rate):
    def scale(made):
        return made.assign(**{name: made[name] * rate for name in made if name == "amount" or name.endswith("spend")})

    same(measured({name: scale(made) for name, made in company.items()}), measured(company))


@few
@given(companies())
def test_pandas_and_polars_agree(company):
    same(measured(company), assign_tiers(SimpleNamespace(**company), AS_OF))


@few
@given(companies())
def test_every_customer_known_on_the_day_has_one_row_and_one_tier(company):
    found = measured(company)
    acquired = company["customers"]["acquired_on"]
    known = company["customers"][acquired.isna() | (acquired <= AS_OF)]
    assert found["customer_id"].tolist() == sorted(known["customer_id"])
    assert set(found["tier"]) <= set(Tier)
    assert [Tier(tier).rank for tier in found["tier"]] == found["rank"].tolist()


@pytest.mark.long
@pytest.mark.timeout(1200)
@settings(max_examples=60, deadline=None, derandomize=True)
@given(
    companies(), st.randoms(use_true_random=False), st.integers(-9000, 9000), st.sampled_from([0.01, 0.07, 7.3, 10_000])
)
def test_all_properties_at_length(company, random, days, rate):
    test_the_order_of_rows_changes_nothing.hypothesis.inner_test(company, random)
    test_shifting_all_days_and_as_of_together_changes_nothing.hypothesis.inner_test(company, days)
    test_another_currency_changes_nothing.hypothesis.inner_test(company, rate)
    test_pandas_and_polars_agree.hypothesis.inner_test(company)
    test_every_customer_known_on_the_day_has_one_row_and_one_tier.hypothesis.inner_test(company)


NEAR_A_LIMIT = st.none() | st.sampled_from([0, 0.3, 0.5, 0.75, 0.9, 1, 2, 3, 90, 91, 180, 181])


@settings(max_examples=30, deadline=None, derandomize=True)
@given(
    st.lists(st.fixed_dictionaries(dict.fromkeys(SIGNALS, NEAR_A_LIMIT)), min_size=1, max_size=40),
    st.sampled_from([TierRules(), TierRules(min_warnings=2, fall=0.3, core_quantile=0.5), TierRules(new_days=180)]),
)
def test_frame_and_plain_python_agree_on_any_signals(rows, rules):
    made = pl.DataFrame(rows, schema=dict.fromkeys(SIGNALS, pl.Float64), strict=False)
    asked = made.with_columns(pl.int_range(pl.len()).alias("customer_id"))
    found = assign(asked, rules)
    assert assign(asked.lazy(), rules).collect().equals(found)  # the other way: one query instead of arrays
    assert assign(asked.to_pandas(), rules).to_dict("list") == found.to_dict(as_series=False)
    bought = sorted(volume for row in rows if (volume := row["volume"]))
    cut = pl.Series(bought, dtype=pl.Float64).quantile(rules.core_quantile, "linear")
    for row, tier, reasons in zip(rows, found["tier"], found["signals"], strict=True):
        assert tier_of(row | {"volume_cut": cut}, rules) == tier
        assert ", ".join(reasons_of(row | {"volume_cut": cut}, rules)) == reasons


# ---------------------------------------------------------------- documented rules


def test_what_is_dated_after_the_day_is_left_out():
    assert "eva" not in tiers_of()
    before = dict(TABLES)
    for name, column in (("transactions", "date"), ("complaints", "opened_on"), ("referrals", "date")):
        before[name] = before[name][before[name][column] <= AS_OF]
    same(assign_tiers(SimpleNamespace(**before), AS_OF), EXPECTED)
    later = frame("customer_id date function", *(("rea", f"2026-01-0{day}", "negotiation") for day in (1, 2, 3)))
    changed = tables(feedback=pd.concat([FEEDBACK, later]), contacts=pd.concat([CONTACTS, later]))
    same(signals(changed, AS_OF), signals(tables(), AS_OF))


def test_the_wallet_is_compared_with_three_periods_before_and_no_more():
    older = frame(
        "customer_id period own_spend total_category_spend n_suppliers",
        *(("kim", period, 0, 100, 9) for period in ("2024-09-30", "2024-12-31")),
        ("kim", "2026-03-31", 0, 100, 9),
    )
    found = signals(tables(wallet=pd.concat([older, WALLET])), AS_OF).set_index("customer_id")
    assert found.loc["kim", ["wallet_share", "share_fall", "n_suppliers"]].tolist() == [0.3, 0.625, 2]


def test_a_goodbye_after_the_day_is_not_known_yet():
    before, after = (assign_tiers(tables(), day).set_index("customer_id") for day in ("2025-11-14", "2025-11-15"))
    assert before.loc["gus", "tier"] == "regular"
    assert after.loc["gus", "signals"] == "declared_lost"


def test_a_purchase_on_the_day_counts_and_the_hour_does_not():
    late = frame("customer_id date amount", ("sol", "2025-12-31 23:59:00", 5.0))
    both = pd.concat([TRANSACTIONS, late])
    found = signals(tables(transactions=both), AS_OF).set_index("customer_id")
    assert found.loc["sol", "days_since_last"] == 0


def test_rows_of_one_day_are_one_purchase():
    twice = pd.concat([TRANSACTIONS, TRANSACTIONS])
    found, single = (signals(tables(transactions=made), AS_OF) for made in (twice, TRANSACTIONS))
    assert found["n_orders"].tolist() == single["n_orders"].tolist()
    assert found["volume"].tolist() == (2 * single["volume"]).tolist()


def test_who_buys_after_the_goodbye_is_back():
    back = pd.concat([TRANSACTIONS, frame("customer_id date amount", ("gus", "2025-12-05", 50.0))])
    assert tiers_of(transactions=back)["gus"] != "lost"


def test_a_window_before_the_data_begins_is_not_compared():
    later = tables()
    later.observed_from = dt.date(2025, 7, 6)  # cuts the first day off the window before the last
    assert signals(later, AS_OF)["spend_fall"].isna().all()
    later.observed_from = dt.date(2025, 7, 5)
    assert signals(later, AS_OF).set_index("customer_id").loc["rik", "spend_fall"] == 0.6


def test_a_window_before_the_customer_was_there_is_not_compared():
    lots = frame("customer_id date amount", *(("sol", f"2025-08-{day}", 100) for day in range(16, 30)))
    found = signals(tables(transactions=pd.concat([TRANSACTIONS, lots])), AS_OF).set_index("customer_id")
    assert pd.isna(found.loc["sol", "spend_fall"])


def test_the_quantile_is_taken_among_those_who_bought():
    idle = frame("customer_id acquired_on", *((f"idle{n}", "2024-01-01") for n in range(200)))
    found = signals(tables(customers=pd.concat([CUSTOMERS, idle])), AS_OF)
    assert set(found["volume_cut"]) == {420}  # eleven bought; nine tenths of the way lies on the second largest, moe


def test_ids_may_be_whole_numbers(kind):
    number = {name: n for n, name in enumerate(CUSTOMERS["customer_id"])}
    changed = {
        name: made.assign(**{made.columns[0]: made[made.columns[0]].map(number)}) for name, made in TABLES.items()
    }
    found = assign_tiers(tables(kind, **changed), AS_OF)
    assert found["tier"].to_list() == EXPECTED["tier"].tolist()


@pytest.mark.parametrize("as_of", ["2025-12-31", "2025-12-31T18:00", dt.date(2025, 12, 31), DAY_AND_HOUR])
def test_the_day_may_be_given_in_any_of_these_ways(as_of):
    same(assign_tiers(tables(), as_of), EXPECTED)


def test_a_pandas_index_of_any_kind_changes_nothing():
    odd = {name: made.set_index(pd.Index([7] * len(made))) for name, made in TABLES.items()}
    same(assign_tiers(SimpleNamespace(**odd), AS_OF), EXPECTED)


def test_empty_input_gives_empty_frames_with_the_right_columns(kind):
    empty = {name: made.head(0) for name, made in TABLES.items()}
    found = assign_tiers(tables(kind, **empty), AS_OF)
    assert list(found.columns) == ["customer_id", "tier", "rank", "signals"]
    assert len(found) == 0
    assert pyramid(found)["customers"].to_list() == [0] * 8
    assert pyramid(found)["share"].to_list() == [0.0] * 8
    assert len(transitions(found, found)) == 0
    bare = SimpleNamespace(customers=kind(pd.DataFrame({"customer_id": []})))
    assert len(assign_tiers(bare, AS_OF)) == 0


def test_customers_without_any_event(kind):
    empty = {name: made.head(0) for name, made in TABLES.items() if name != "customers"}
    found = assign_tiers(tables(kind, **empty), AS_OF)
    assert set(found["tier"]) == {"lost", "onlooker"}  # gus by his goodbye; nobody has bought


# ---------------------------------------------------------------- bad input


@pytest.mark.parametrize(
    ("table", "change", "says"),
    [
        (
            "customers",
            lambda made: made.drop(columns="customer_id"),
            "table 'customers', column 'customer_id': is missing",
        ),
        ("transactions", lambda made: made.drop(columns="amount"), "table 'transactions', column 'amount': is missing"),
        ("wallet", lambda made: made.drop(columns="n_suppliers"), "table 'wallet', column 'n_suppliers': is missing"),
        ("transactions", lambda made: made.assign(amount=-1.5), "-1.5 lies below 0"),
        ("transactions", lambda made: made.assign(amount="a lot"), "'a lot'"),
        ("transactions", lambda made: made.assign(date="2025-01-01"), "turn it into dates"),
        ("transactions", lambda made: made.assign(date=made["date"].dt.tz_localize("Asia/Shanghai")), "time zone"),
        ("transactions", lambda made: made.assign(customer_id=None), "customer_id"),
        ("customers", lambda made: pd.concat([made, made.tail(1)]), "sol occurs in 2 rows"),
        ("wallet", lambda made: pd.concat([made, made.tail(1)]), "moe"),
        ("complaints", lambda made: made.assign(satisfaction_score=11), "11"),
        (
            "feedback",
            lambda made: made.assign(customer_id=7),
            "ids are whole numbers here and text in table 'customers'",
        ),
    ],
)
def test_a_table_that_breaks_the_schema(table, change, says):
    with pytest.raises(DataError) as error:
        assign_tiers(tables(**{table: change(TABLES[table])}), AS_OF)
    assert error.value.table == table
    assert says in str(error.value)


def test_without_customers_nobody_is_known():
    with pytest.raises(DataError, match="table 'customers'"):
        assign_tiers(SimpleNamespace(transactions=TRANSACTIONS), AS_OF)


@pytest.mark.parametrize(
    "as_of",
    ["yesterday", "2025-13-01", 20251231, None, pd.NaT, dt.datetime(2025, 12, 31, tzinfo=dt.UTC), "2025-12-31T00:00Z"],
)
def test_a_day_that_is_none(as_of):
    with pytest.raises(RuleError, match="as_of"):
        assign_tiers(tables(), as_of)


def test_frames_of_tiers_that_are_none(kind):
    good = kind(EXPECTED)
    with pytest.raises(DataError, match="table 'signals', column 'declared_lost': is missing"):
        assign(good)
    with pytest.raises(DataError, match="table 'tiers', column 'paid': is missing"):
        pyramid(good, value="paid")
    with pytest.raises(DataError, match="'gold' is no tier"):
        pyramid(kind(EXPECTED.assign(tier="gold")))
    with pytest.raises(DataError, match="table 'after', column 'customer_id': ada is there twice"):
        transitions(good, kind(pd.concat([EXPECTED, EXPECTED.head(1)])))
    with pytest.raises(UnknownName, match="no tier named 'gold'"):
        strategies_for("gold")


# ---------------------------------------------------------------- reasons for readers, and the company


def test_every_reason_has_words_in_both_languages():
    for word in (*FLAGS, *(f"{table}?" for table in SOURCES)):
        assert explain(word, "en") != explain(word, "zh")
    assert explain("spend_fall, wallet?", "zh") == ("消费额明显下降", "在别家的支出未知")
    assert explain("") == ()


@pytest.fixture(scope="module")
def company():
    return data.load("company")


def test_the_synthetic_company_has_all_eight_tiers_and_under_a_quarter_at_risk(company):
    found = pyramid(assign_tiers(company, company.as_of)).set_index("tier")
    assert (found["customers"] > 0).all()
    assert found.loc["at_risk", "share"] < 0.25
    assert found["customers"].idxmin() in ("advocate", "core")  # advocates are very rare


def test_a_mere_fall_would_flag_far_more_than_a_fall_of_half(company):
    measured = signals(company, company.as_of)
    half, any_fall = (assign(measured, TierRules(fall=fall))["tier"].eq("at_risk").mean() for fall in (0.5, 0.01))
    assert any_fall > 2 * half


def test_signals_once_and_assign_often_is_the_same_as_both_at_once(company):
    strict = TierRules(lapse_days=120, fall=0.3, core_quantile=0.8)
    same(assign(signals(company, company.as_of), strict), assign_tiers(company, company.as_of, strict))


@pytest.mark.parametrize("as_of", ["2026-01-01", "2022-12-31"])
def test_a_day_outside_the_data_has_no_tiers(as_of):
    with pytest.raises(RuleError, match="give a day within it"):
        assign_tiers(data.load("company"), as_of)
