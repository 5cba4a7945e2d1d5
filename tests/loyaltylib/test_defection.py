"""Defection on frames and in plain Python: against print, twelve customers, properties, bad input, engines."""

import datetime as dt
from dataclasses import replace
from types import SimpleNamespace

import pandas as pd
import polars as pl
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from loyaltylib import concepts, data, schema
from loyaltylib.defection import (
    FLAGS,
    GONE,
    SIGNALS,
    Cause,
    DefectionRules,
    Destination,
    Kind,
    cause_of,
    causes,
    classify,
    destination_of,
    explain,
    flags_of,
    is_masked,
    kind_of,
    signals,
)
from loyaltylib.errors import DataError, RuleError, UnknownName

AS_OF = "2025-12-31"


def frame(columns, *rows):
    made = pd.DataFrame(rows, columns=columns.split())
    for name in made.columns:
        if name.endswith("_on") or name in ("date", "period"):
            made[name] = pd.to_datetime(made[name])
    return made


# ---------------------------------------------------------------- against print


def test_six_causes_as_the_course_lists_them_and_one_from_outside():
    course = ["price", "product", "service", "promotion", "market", "technology"]
    assert [cause for cause in Cause if not cause.outside] == course
    assert list(concepts.get("defection.cause").traits("en")) == [name.capitalize() for name in course]
    assert concepts.get(Cause.ORGANIZATIONAL.concept).status == "outside"


def test_classical_list_of_desouza_1992():
    classical = {"price", "product", "service", "market", "technology", "organizational"}
    assert {cause for cause in Cause if cause.classical} == classical


@pytest.mark.parametrize("lang", ["en", "zh"])
def test_every_kind_and_cause_is_in_the_registry(lang):
    for member in (*Kind, *Cause):
        assert concepts.get(member.concept).definition(lang)


@pytest.mark.parametrize(
    ("signs", "cause"),
    [
        ({"quality_gap": 0, "price_gap": 12}, "price"),
        ({"quality_gap": 2, "price_gap": 12}, "product"),
        ({"poor_service": True, "quality_gap": 2}, "service"),
        ({"rival_promotion": True}, "promotion"),
        ({"destination": "none", "poor_service": True}, "market"),
        ({"destination": "outside_industry"}, "technology"),
        ({"stated": "organizational", "destination": "none"}, "organizational"),
        ({"rival_promotion": True, "own_promotion": True, "quality_gap": 0, "price_gap": 1}, "price"),
        ({"quality_gap": 0.4, "price_gap": 1, "about_equal": 0.5}, "price"),
        ({"quality_gap": -1, "price_gap": 5}, None),
        ({"price_gap": 5}, None),
        ({"quality_gap": 0, "price_gap": 0}, None),
        ({}, None),
    ],
)
def test_causes_by_the_course_descriptions(signs, cause):
    assert cause_of(**signs) == cause


# ---------------------------------------------------------------- twelve customers a person can check by hand

CUSTOMERS = frame(
    "customer_id acquired_on lost_on lost_reason destination",
    ("ada", "2024-01-10", None, None, None),  # faithful: all spending is ours
    ("ben", "2024-01-10", None, None, None),  # a larger bill, a smaller share
    ("cleo", "2024-01-10", None, None, None),  # a smaller bill, a smaller share
    ("dov", "2024-01-10", None, None, None),  # a rival added, the share as before
    ("eli", "2024-01-10", None, None, None),  # always had a rival, nothing changes
    ("fay", "2024-01-10", "2025-11-03", "price", "competitor"),
    ("gil", "2024-01-10", "2025-11-03", None, "none"),
    ("hua", "2024-01-10", "2025-11-03", None, "outside_industry"),
    ("ike", "2024-01-10", "2025-11-03", "service", "competitor"),  # bought since: back
    ("jin", "2024-01-10", None, None, None),  # silent since the spring
    ("kat", "2024-01-10", None, None, None),  # no purchases recorded, the wallet is empty for us
    ("leo", None, None, None, None),  # has never bought
    ("mia", "2026-01-05", None, None, None),  # won later
)
TRANSACTIONS = frame(
    "customer_id date",
    *((who, "2025-12-10") for who in ("ada", "ben", "cleo", "dov", "eli", "ike")),
    *((who, "2025-10-20") for who in ("fay", "gil", "hua")),
    ("jin", "2025-04-01"),  # 274 days
    ("jin", "2026-01-03"),  # after the day
    ("mia", "2026-01-05"),
)
WALLET = frame(
    "customer_id period own_spend total_category_spend n_suppliers",
    ("ada", "2025-09-30", 50, 50, 1),
    ("ada", "2025-12-31", 60, 60, 1),
    ("ben", "2025-09-30", 60, 100, 2),
    ("ben", "2025-12-31", 80, 200, 2),  # 60 % -> 40 %
    ("cleo", "2025-09-30", 60, 100, 2),
    ("cleo", "2025-12-31", 30, 100, 2),  # 60 % -> 30 %
    ("dov", "2025-09-30", 80, 100, 2),
    ("dov", "2025-12-31", 80, 100, 3),
    ("eli", "2025-09-30", 40, 100, 2),
    ("eli", "2025-12-31", 40, 100, 2),
    ("kat", "2025-09-30", 40, 100, 2),
    ("kat", "2025-12-31", 0, 120, 1),
    ("kat", "2026-03-31", 90, 120, 1),  # a period not over yet
)
TABLES = {"customers": CUSTOMERS, "transactions": TRANSACTIONS, "wallet": WALLET}
COLUMNS = ["customer_id", "kind", "cause", "masked", "destination", "signals"]
EXPECTED = pd.DataFrame(
    [
        ("ada", None, None, False, None, ""),
        ("ben", "partial", None, True, "competitor", "share_declined"),
        ("cleo", "partial", None, False, "competitor", "share_declined"),
        ("dov", "partial", None, False, "competitor", "rival_added"),
        ("eli", None, None, False, None, ""),
        ("fay", "complete", "price", False, "competitor", "said_goodbye"),
        ("gil", "complete", "market", False, "none", "said_goodbye"),
        ("hua", "complete", "technology", False, "outside_industry", "said_goodbye"),
        ("ike", None, None, False, None, "wallet?"),
        ("jin", "complete", None, False, "unknown", "silent, reason?"),
        ("kat", "complete", None, False, "competitor", "wallet_empty, reason?"),
        ("leo", None, None, False, None, "transactions?, wallet?"),
    ],
    columns=COLUMNS,
)
KINDS = {
    "pandas": lambda made: made,
    "polars": pl.from_pandas,
    "dates": lambda made: pl.from_pandas(made).with_columns(pl.selectors.datetime().cast(pl.Date)),
}


@pytest.fixture(params=KINDS)
def kind(request):
    return KINDS[request.param]


def tables(kind=KINDS["pandas"], **changed):
    merged = {**TABLES, **changed}
    return SimpleNamespace(**{name: kind(made) for name, made in merged.items() if made is not None})


def same(found, expected):
    found = found.to_pandas() if isinstance(found, pl.DataFrame) else found
    plain = [made.astype(object).where(made.notna(), None) for made in (found, expected)]
    pd.testing.assert_frame_equal(*plain, check_dtype=False)


def kinds(found):
    found = found.to_pandas() if isinstance(found, pl.DataFrame) else found
    return {who: what for who, what in zip(found["customer_id"], found["kind"], strict=True) if isinstance(what, str)}


def test_twelve_customers(kind):
    found = classify(tables(kind), AS_OF)
    assert type(found) is type(kind(CUSTOMERS))
    same(found, EXPECTED)


def test_some_signals_by_hand():
    found = signals(tables(), AS_OF).set_index("customer_id")
    assert found.loc["ben", ["own_last", "elsewhere_last", "share_last", "share_fall"]].tolist() == [80, 120, 0.4, 0.2]
    assert found.loc["ben", "own_growth"] == pytest.approx(1 / 3)
    assert found.loc["dov", ["rivals", "rivals_added"]].tolist() == [2, 1]
    assert found.loc["kat", ["own_last", "own_earlier", "elsewhere_last", "rivals"]].tolist() == [0, 40, 120, 1]
    assert found.loc["jin", "days_since_last"] == 274
    assert found["declared_lost"].to_dict() == {**dict.fromkeys(found.index, 0), "fay": 1, "gil": 1, "hua": 1}


def test_one_customer_after_another_in_plain_python_gives_the_same():
    for row, expected in zip(signals(tables(), AS_OF).to_dict("records"), EXPECTED.to_dict("records"), strict=True):
        numbers = {name: None if pd.isna(row[name]) else row[name] for name in SIGNALS}
        stated = row["destination"] if isinstance(row["destination"], str) else "unknown"
        found = kind_of(numbers, stated=stated)
        assert found == (expected["kind"] if isinstance(expected["kind"], str) else None)
        assert is_masked(numbers) == expected["masked"]
        if found is Kind.COMPLETE:
            assert destination_of(numbers, stated) == expected["destination"]


def test_strict_counts_only_who_went_to_a_competitor():
    complete = {who for who, what in kinds(classify(tables(), AS_OF, strict=True)).items() if what == "complete"}
    assert complete == {"fay", "kat"}
    assert kinds(classify(tables(), AS_OF, DefectionRules(strict=True))) == kinds(
        classify(tables(), AS_OF, strict=True)
    )
    same(classify(tables(), AS_OF, DefectionRules(strict=True), strict=False), EXPECTED)


def test_any_rival_takes_every_customer_of_several_suppliers_for_a_partial_defector():
    found = classify(tables(), AS_OF, any_rival=True).set_index("customer_id")
    assert found.loc["eli", ["kind", "signals"]].tolist() == ["partial", "rival_beside_us"]
    assert found.loc["ben", "signals"] == "share_declined, rival_beside_us"
    assert not isinstance(found.loc["ada", "kind"], str)


def test_a_fall_must_exceed_min_fall_and_may_be_held_against_an_older_period():
    assert "ben" not in kinds(classify(tables(), AS_OF, DefectionRules(min_fall=0.2)))
    assert "cleo" in kinds(classify(tables(), AS_OF, DefectionRules(min_fall=0.2)))
    older = pd.concat([WALLET, frame(" ".join(WALLET.columns), ("eli", "2025-06-30", 90, 100, 2))])
    assert "eli" not in kinds(classify(tables(wallet=older), AS_OF))
    assert kinds(classify(tables(wallet=older), AS_OF, DefectionRules(compare_periods=2)))["eli"] == "partial"


def test_purchases_decide_over_an_empty_wallet():
    bought = pd.concat([TRANSACTIONS, frame("customer_id date", ("kat", "2025-09-20"))])  # 102 days ago
    found = classify(tables(transactions=bought), AS_OF).set_index("customer_id")
    assert found.loc["kat", ["kind", "signals"]].tolist() == ["partial", "share_declined"]


def test_nobody_buys_anywhere_any_more_is_a_market_defection():
    gone = frame(" ".join(WALLET.columns), ("leo", "2025-09-30", 40, 100, 2), ("leo", "2025-12-31", 0, 0, 0))
    found = classify(tables(wallet=gone), AS_OF).set_index("customer_id")
    assert found.loc["leo", ["kind", "cause", "destination"]].tolist() == ["complete", "market", "none"]


def test_we_are_the_added_supplier_and_nobody_is_lost():
    won = frame(" ".join(WALLET.columns), ("ada", "2025-09-30", 0, 80, 1), ("ada", "2025-12-31", 30, 90, 3))
    assert "ada" not in kinds(classify(tables(wallet=won), AS_OF))


def test_what_is_dated_after_the_day_is_left_out():
    kept = {
        "customers": CUSTOMERS[~(CUSTOMERS["acquired_on"] > AS_OF)],
        "transactions": TRANSACTIONS[TRANSACTIONS["date"] <= AS_OF],
        "wallet": WALLET[WALLET["period"] <= AS_OF],
    }
    same(classify(tables(**kept), AS_OF), EXPECTED)
    assert "fay" not in kinds(classify(tables(), "2025-11-02"))


def test_a_reason_of_a_goodbye_taken_back_does_not_explain_a_later_silence():
    found = classify(tables(), "2026-12-31").set_index("customer_id")
    assert found.loc["ike", "kind"] == "complete"
    assert not isinstance(found.loc["ike", "cause"], str)
    assert found.loc["ike", "destination"] == "unknown"


def test_a_reason_without_a_date_explains_a_silence():
    told = CUSTOMERS.assign(lost_reason=CUSTOMERS["lost_reason"].where(CUSTOMERS["customer_id"] != "jin", "promotion"))
    found = classify(tables(customers=told), AS_OF).set_index("customer_id")
    assert found.loc["jin", ["cause", "signals"]].tolist() == ["promotion", "silent"]


@pytest.mark.parametrize(
    ("as_of", "left"),
    [("2023-06-30", set()), ("2040-01-01", {"complete"})],
)
def test_a_day_outside_the_data(as_of, left):
    found = classify(tables(transactions=TRANSACTIONS[TRANSACTIONS["customer_id"] != "mia"]), as_of)
    bought = found[found["customer_id"].isin(TRANSACTIONS["customer_id"])]
    assert set(bought["kind"].dropna()) - {"partial"} == left
    assert len(found) == (1 if as_of < "2024" else 13)


# ---------------------------------------------------------------- causes counted


def test_causes_of_the_twelve(kind):
    found = causes(classify(tables(kind), AS_OF))
    rows = list(zip(*(found[name].to_list() for name in ("cause", "customers", "share", "cumulative")), strict=True))
    assert rows == [
        ("price", 1, 0.2, 0.2),
        ("market", 1, 0.2, 0.4),
        ("technology", 1, 0.2, 0.6),
        ("product", 0, 0, 0.6),
        ("service", 0, 0, 0.6),
        ("promotion", 0, 0, 0.6),
        ("organizational", 0, 0, 0.6),
        ("unknown", 2, 0.4, 1),
    ]


def test_stated_causes_of_the_synthetic_company():
    company = data.load("company")
    found = classify(company, company.as_of)
    stated = company.customers.set_index("customer_id")["lost_reason"].dropna()
    explained = found.dropna(subset="cause").set_index("customer_id")["cause"]
    assert (stated.reindex(explained.index).dropna() == explained.reindex(stated.index).dropna()).all()
    assert causes(found)["cause"].tolist()[:2] == ["service", "price"]
    compared = signals(company, company.as_of)["share_fall"].notna() & found["kind"].ne("complete")
    fallen = [classify(company, company.as_of, DefectionRules(min_fall=fall)) for fall in (0.0, 0.1)]
    shares = [made[compared]["signals"].str.contains("share_declined").mean() for made in fallen]
    assert shares == pytest.approx([0.45, 0.11], abs=0.01)


# ---------------------------------------------------------------- properties

MONEY = st.integers(0, 300).map(float)
DAYS = st.integers(-40, 500)
few = settings(max_examples=5, deadline=None, derandomize=True)


@st.composite
def companies(draw):
    """Up to five customers with goodbyes, purchases and wallets of a few quarters, and rows of strangers."""
    who = st.sampled_from(["a", "b", "c", "d", "e", "stranger"])
    today = pd.Timestamp(AS_OF)

    def back(days):
        return pd.NaT if days is None else today - pd.Timedelta(days, "D")

    people = draw(
        st.lists(
            st.tuples(
                st.sampled_from("abcde"),
                st.none() | DAYS,
                st.none() | DAYS,
                st.none() | st.sampled_from([cause.value for cause in Cause]),
                st.none() | st.sampled_from([place.value for place in Destination]),
            ),
            max_size=5,
            unique_by=lambda row: row[0],
        )
    )
    bought = draw(st.lists(st.tuples(who, DAYS), max_size=8))
    spent = draw(
        st.lists(
            st.tuples(who, st.integers(-1, 4), MONEY, MONEY, st.integers(0, 3)),
            max_size=14,
            unique_by=lambda row: row[:2],
        )
    )
    texts = {"customer_id": "str", "lost_reason": "str", "destination": "str"}
    customers = pd.DataFrame(
        [(name, back(first), back(last), reason, place) for name, first, last, reason, place in people],
        columns=CUSTOMERS.columns,
    ).astype({**texts, "acquired_on": "datetime64[us]", "lost_on": "datetime64[us]"})
    return {
        "customers": customers,
        "transactions": pd.DataFrame(
            [(name, back(days)) for name, days in bought], columns=["customer_id", "date"]
        ).astype({"customer_id": "str", "date": "datetime64[us]"}),
        "wallet": pd.DataFrame(
            [(name, back(91 * place), own, own + other, n) for name, place, own, other, n in spent],
            columns=WALLET.columns,
        ).astype({"customer_id": "str", "period": "datetime64[us]"}),
    }


def measured(company, as_of=AS_OF, **readings):
    return classify(SimpleNamespace(**{k: pl.from_pandas(v) for k, v in company.items()}), as_of, **readings)


@few
@given(companies(), st.randoms(use_true_random=False))
def test_the_order_of_rows_changes_nothing(company, random):
    shuffled = {name: made.sample(frac=1, random_state=random.randrange(2**31)) for name, made in company.items()}
    assert measured(shuffled).equals(measured(company))


@few
@given(companies(), st.integers(-9000, 9000))
def test_shifting_all_days_and_as_of_together_changes_nothing(company, days):
    def shift(made):
        return made.assign(**{c: made[c] + pd.Timedelta(days, "D") for c in made if made[c].dtype.kind == "M"})

    then = (dt.date.fromisoformat(AS_OF) + dt.timedelta(days)).isoformat()
    assert measured({name: shift(made) for name, made in company.items()}, then).equals(measured(company))


@few
@given(companies(), st.sampled_from([0.01, 0.07, 7.3, 10_000]))
def test_another_currency_changes_nothing(company, rate):
    scaled = company["wallet"].assign(
        **{name: company["wallet"][name] * rate for name in ("own_spend", "total_category_spend")}
    )
    assert measured({**company, "wallet": scaled}).equals(measured(company))


@few
@given(companies())
def test_pandas_and_polars_agree(company):
    same(classify(SimpleNamespace(**company), AS_OF), measured(company).to_pandas())


@few
@given(companies())
def test_the_readings_only_take_away_or_add(company):
    base, strict, wide = (kinds(measured(company, **r)) for r in ({}, {"strict": True}, {"any_rival": True}))
    assert strict.items() <= base.items() <= wide.items()
    assert {what for who, what in wide.items() if who not in base} <= {"partial"}


@few
@given(companies())
def test_each_customer_known_has_one_row_and_what_it_says_hangs_together(company):
    found = measured(company).to_pandas()
    acquired = company["customers"]["acquired_on"]
    known = company["customers"][acquired.isna() | (acquired <= AS_OF)]
    assert found["customer_id"].tolist() == sorted(known["customer_id"])
    for row in found.to_dict("records"):
        complete, partial = row["kind"] == "complete", row["kind"] == "partial"
        assert isinstance(row["destination"], str) == (complete or partial)
        assert complete or not isinstance(row["cause"], str)
        assert partial or not row["masked"]
        assert bool(set(row["signals"].split(", ")) & set(FLAGS)) == (complete or partial)


NEAR = st.none() | st.sampled_from([-1, 0, 0.1, 1, 180, 181])
RULES = st.builds(DefectionRules, min_fall=st.sampled_from([0, 0.1]), strict=st.booleans(), any_rival=st.booleans())


@settings(max_examples=100, deadline=None, derandomize=True)
@given(st.fixed_dictionaries(dict.fromkeys(SIGNALS, NEAR)), RULES, st.sampled_from(Destination))
def test_rules_are_total_and_exclusive_on_any_signals(found, rules, stated):
    kind = kind_of(found, rules, stated)
    raised = set(flags_of(found, rules))
    gone = bool(raised & set(GONE))
    assert kind in (None, Kind.COMPLETE, Kind.PARTIAL)
    assert (kind is Kind.COMPLETE) == (gone and (not rules.strict or destination_of(found, stated) == "competitor"))
    assert kind is not Kind.PARTIAL or not gone
    assert not is_masked(found, rules) or kind is Kind.PARTIAL
    assert kind_of(dict(reversed(found.items())), rules, stated) is kind
    loose = kind_of(found, replace(rules, any_rival=True), stated)
    assert loose in (kind, Kind.PARTIAL)


@settings(max_examples=100, deadline=None, derandomize=True)
@given(
    st.fixed_dictionaries(
        {
            "stated": st.none() | st.sampled_from(Cause),
            "destination": st.sampled_from(Destination),
            "poor_service": st.booleans(),
            "rival_promotion": st.booleans(),
            "own_promotion": st.booleans(),
            "quality_gap": st.none() | st.floats(-5, 5),
            "price_gap": st.none() | st.floats(-100, 100),
            "about_equal": st.floats(0, 1),
        }
    )
)
def test_a_cause_is_one_of_seven_or_unknown_and_organizational_only_where_stated(signs):
    found = cause_of(**signs)
    assert found is None or isinstance(found, Cause)
    assert found is not Cause.ORGANIZATIONAL or signs["stated"] is Cause.ORGANIZATIONAL
    assert signs["stated"] in (None, found)


# ---------------------------------------------------------------- bad input


@pytest.mark.parametrize(
    ("table", "change", "says"),
    [
        ("customers", lambda made: made.drop(columns="customer_id"), "column 'customer_id': is missing"),
        ("customers", lambda made: pd.concat([made, made.tail(1)]), "mia occurs in 2 rows"),
        ("customers", lambda made: made.assign(lost_reason="weather"), "'weather' is none of price, product"),
        ("customers", lambda made: made.assign(destination="the moon"), "'the moon' is none of competitor"),
        ("customers", lambda made: made.assign(lost_on="soon"), "turn it into dates"),
        ("transactions", lambda made: made.drop(columns="date"), "column 'date': is missing"),
        ("transactions", lambda made: made.assign(date=made["date"].dt.tz_localize("Asia/Shanghai")), "time zone"),
        ("transactions", lambda made: made.assign(customer_id=7), "ids are whole numbers here and text"),
        ("wallet", lambda made: made.drop(columns="n_suppliers"), "column 'n_suppliers': is missing"),
        ("wallet", lambda made: made.assign(own_spend=-1.0), "-1.0 lies below 0"),
        ("wallet", lambda made: made.assign(own_spend=float("nan")), "have no value"),
        ("wallet", lambda made: made.assign(own_spend="a lot"), "'a lot'"),
        ("wallet", lambda made: pd.concat([made, made.tail(1)]), "occurs in 2 rows"),
    ],
)
def test_a_table_that_breaks_the_schema(table, change, says):
    with pytest.raises(DataError) as error:
        classify(tables(**{table: change(TABLES[table])}), AS_OF)
    assert error.value.table == table
    assert says in str(error.value)


def test_without_customers_nobody_is_known():
    with pytest.raises(DataError, match="table 'customers': is missing"):
        classify(SimpleNamespace(wallet=WALLET), AS_OF)


@pytest.mark.parametrize("as_of", ["yesterday", 20251231, None, pd.NaT, dt.datetime(2025, 12, 31, tzinfo=dt.UTC)])
def test_a_day_that_is_none(as_of):
    with pytest.raises(RuleError, match="as_of"):
        classify(tables(), as_of)


@pytest.mark.parametrize(
    "limits",
    [
        {"lapse_days": 0},
        {"lapse_days": 1.5},
        {"compare_periods": 0},
        {"min_fall": -0.1},
        {"min_fall": 10},
        {"strict": "yes"},
        {"any_rival": 1},
    ],
)
def test_limits_that_make_no_sense(limits):
    with pytest.raises(RuleError, match=f"DefectionRules.{next(iter(limits))}"):
        DefectionRules(**limits)


def test_words_there_are_not():
    with pytest.raises(UnknownName, match="no signal named 'mood'"):
        kind_of({"mood": 1})
    with pytest.raises(UnknownName, match="no destination named 'moon'"):
        kind_of({}, stated="moon")
    with pytest.raises(UnknownName, match="no cause named 'weather'"):
        cause_of(stated="weather")
    with pytest.raises(UnknownName, match="no destination"):
        cause_of(destination="moon")
    with pytest.raises(RuleError, match="about_equal"):
        cause_of(about_equal=-1)
    with pytest.raises(RuleError, match="gap"):
        cause_of(price_gap="dear")


def test_causes_of_frames_that_are_none():
    with pytest.raises(DataError, match="column 'cause': is missing"):
        causes(EXPECTED.drop(columns="cause"))
    with pytest.raises(DataError, match="'weather' is no cause"):
        causes(EXPECTED.assign(cause="weather"))


def test_empty_input_gives_empty_frames_with_the_right_columns(kind):
    found = classify(tables(kind, **{name: made.head(0) for name, made in TABLES.items()}), AS_OF)
    assert list(found.columns) == COLUMNS
    assert len(found) == 0
    assert causes(found)["customers"].to_list() == [0] * 8
    assert causes(found)["cumulative"].to_list() == [0.0] * 8


@pytest.mark.parametrize("missing", ["transactions", "wallet"])
def test_a_missing_table_leaves_unknown_what_it_would_tell(missing):
    found = classify(tables(**{missing: None}), AS_OF).set_index("customer_id")
    assert f"{missing}?" in found.loc["ada", "signals"]
    assert found.loc["fay", "kind"] == "complete"  # by the goodbye, whatever is missing
    assert ("partial" in set(found["kind"])) == (missing == "transactions")


def test_customers_alone_with_no_word_of_goodbye():
    found = classify(SimpleNamespace(customers=CUSTOMERS[["customer_id"]]), AS_OF)
    assert found["kind"].isna().all()
    assert set(found["signals"]) == {"transactions?, wallet?"}


def test_ids_may_be_whole_numbers(kind):
    number = {name: n for n, name in enumerate(CUSTOMERS["customer_id"])}
    changed = {name: made.assign(customer_id=made["customer_id"].map(number)) for name, made in TABLES.items()}
    assert classify(tables(kind, **changed), AS_OF)["signals"].to_list() == EXPECTED["signals"].tolist()


# ---------------------------------------------------------------- for readers, and every engine


def test_every_reason_has_words_in_both_languages():
    for said in (*GONE, "share_declined", "rival_added", "rival_beside_us", "reason?", "transactions?", "wallet?"):
        assert explain(said, "en") != explain(said, "zh")
    assert explain("") == ()


def test_results_are_described():
    assert list(schema.describe("defection.classify")["column"]) == COLUMNS
    assert list(schema.describe("defection.signals")["column"]) == signals(tables(), AS_OF).columns.tolist()
    assert list(schema.describe("defection.causes")["column"]) == causes(EXPECTED).columns.tolist()


def test_the_same_on_every_engine(engine):
    whole = tables()
    engine.agrees(lambda t: signals(t, AS_OF), whole, "customer_id")
    engine.agrees(lambda t: classify(t, AS_OF, strict=True, any_rival=True), whole, "customer_id")
    done = SimpleNamespace(found=EXPECTED[["customer_id", "kind", "cause"]])
    engine.agrees(lambda t: causes(t.found), done, "cause")
