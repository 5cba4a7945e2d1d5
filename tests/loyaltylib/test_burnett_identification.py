"""Customer identification, and what the database knows of a relationship: typed tables, properties, bad input."""

from dataclasses import replace
from types import SimpleNamespace

import numpy as np
import pandas as pd
import polars as pl
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from loyaltylib import burnett, data, schema
from loyaltylib.errors import DataError, RuleError, UnknownName

few = settings(max_examples=10, deadline=None, derandomize=True)
YEAR = ("2025-01-01", "2025-12-31")
KINDS = {"pandas": lambda made: made, "polars": pl.from_pandas, "polars lazy": lambda made: pl.from_pandas(made).lazy()}


@pytest.fixture(params=KINDS)
def kind(request):
    return KINDS[request.param]


def frame(columns, *made):
    built = pd.DataFrame(made, columns=columns.split())
    for name in built.columns:
        if name.endswith("_on") or name in ("date", "period"):
            built[name] = pd.to_datetime(built[name])
    return built


def tables(kind=KINDS["pandas"], **frames):
    return SimpleNamespace(**{name: kind(made) for name, made in frames.items() if made is not None})


def rows(found):
    found = found.collect() if isinstance(found, pl.LazyFrame) else found
    return found.to_pandas() if isinstance(found, pl.DataFrame) else found


def same(found, expected):
    pd.testing.assert_frame_equal(rows(found), expected, check_dtype=False)


# ---------------------------------------------------------------- a family and a shop

SALES = frame(
    "customer_id payer_id date amount",
    ("kid", "mum", "2025-01-01", 60.0),  # the first day counts
    ("kid", "dad", "2025-03-01", 20.0),
    ("kid", None, "2025-04-01", 10.0),  # an empty payer: the customer paid
    ("mum", "mum", "2025-05-01", 30.0),
    ("gran", "dad", "2025-12-31", 40.0),  # and so does the last
    ("nan", None, "2025-06-01", 0.0),  # a gift: nobody pays, and who gets it benefits
    ("ann", None, "2025-06-02", 40.0),
    ("old", None, "2024-12-31", 500.0),
    ("new", None, "2026-01-01", 500.0),
)
PAYS = frame(
    "customer_id paid paid_for_others users share",
    ("ann", 40.0, 0.0, 1, 0.2),
    ("dad", 60.0, 60.0, 2, 0.3),
    ("kid", 10.0, 0.0, 1, 0.05),
    ("mum", 90.0, 60.0, 2, 0.45),
)
BENEFITS = frame(
    "customer_id received paid_by_others payers",
    ("ann", 40.0, 0.0, 1),
    ("gran", 40.0, 40.0, 1),
    ("kid", 90.0, 80.0, 3),
    ("mum", 30.0, 0.0, 1),
    ("nan", 0.0, 0.0, 0),
)
PARTIES = frame(
    "customer_id paid received part",
    ("ann", 40.0, 40.0, "both"),
    ("dad", 60.0, 0.0, "purchaser"),
    ("gran", 0.0, 40.0, "end user"),
    ("kid", 10.0, 90.0, "both"),
    ("mum", 90.0, 30.0, "both"),
    ("nan", 0.0, 0.0, "end user"),
)


def test_who_pays(kind):
    found = burnett.who_pays(tables(kind, transactions=SALES), *YEAR)
    assert type(found) is type(kind(SALES))
    same(found, PAYS)


def test_who_benefits(kind):
    same(burnett.who_benefits(tables(kind, transactions=SALES), *YEAR), BENEFITS)


def test_parties(kind):
    same(burnett.parties(tables(kind, transactions=SALES), *YEAR), PARTIES)


def test_where_nobody_says_who_pays_the_customer_pays():
    company = data.load("company")
    company = replace(company, transactions=company.transactions.drop(columns="payer_id"))
    found = burnett.parties(company, *YEAR)
    year = company.transactions[company.transactions["date"].between(*YEAR)]
    assert found["customer_id"].tolist() == sorted(year["customer_id"].unique())
    assert found["paid"].sum() == pytest.approx(year["amount"].sum())
    assert set(found["part"]) <= {"both", "end user"}


SALE = st.tuples(
    st.sampled_from("abcd"),
    st.none() | st.sampled_from("abcde"),
    st.integers(0, 30),
    st.integers(0, 500).map(float),
)


def built(sales, shift=0, scale=1):
    made = pd.DataFrame(sales, columns=["customer_id", "payer_id", "date", "amount"])
    made = made.astype({"customer_id": "str", "payer_id": object, "amount": float})
    made["date"] = pd.Timestamp("2025-01-01") + pd.to_timedelta(made["date"].astype(int) + shift, unit="D")
    return tables(pl.from_pandas, transactions=made.assign(amount=made["amount"] * scale))


@few
@given(st.lists(SALE, max_size=12), st.integers(-4000, 4000), st.sampled_from([0.01, 7.3, 1000]))
def test_everyone_has_one_part_and_the_money_is_the_same_on_both_sides(sales, shift, scale):
    window = ("2025-01-05", "2025-01-25")
    found = rows(burnett.parties(built(sales), *window))
    within = [sale for sale in sales if 4 <= sale[2] <= 24]
    total = sum(sale[3] for sale in within)
    assert found["customer_id"].is_unique
    assert set(found["part"]) <= set(burnett.Part)
    assert found["paid"].sum() == pytest.approx(total)
    assert found["received"].sum() == pytest.approx(total)
    shares = rows(burnett.who_pays(built(sales), *window))["share"]
    assert shares.sum() == pytest.approx(1 if total else 0)
    mixed = rows(burnett.parties(built(sales[::-1]), *window))
    pd.testing.assert_frame_equal(mixed, found)
    days = [str((pd.Timestamp(day) + pd.Timedelta(shift, "D")).date()) for day in window]
    pd.testing.assert_frame_equal(rows(burnett.parties(built(sales, shift), *days)), found)
    scaled = rows(burnett.parties(built(sales, scale=scale), *window))
    pd.testing.assert_frame_equal(
        scaled.assign(paid=scaled["paid"] / scale, received=scaled["received"] / scale), found
    )


# ---------------------------------------------------------------- roles and stakeholders

TALKS = frame(
    "customer_id role date",
    ("clinic", "owner", "2025-03-01"),
    ("clinic", "nurse", "2025-03-08"),
    ("clinic", "nurse", "2025-03-09"),
    ("clinic", None, "2025-03-10"),
    ("shop", "clerk", "2025-05-01"),
    ("shop", "owner", "2026-05-01"),
)
READS = {"owner": "decider", "nurse": "user", "head nurse": "user"}


def test_roles(kind):
    expected = frame(
        "customer_id influencer decider user other missing",
        ("clinic", 0, 1, 2, 1, "influencer"),
        ("shop", 0, 0, 0, 1, "influencer, decider, user"),
    )
    same(burnett.roles(tables(kind, contacts=TALKS), *YEAR, reads=READS), expected)


def test_roles_by_their_own_words():
    made = tables(contacts=frame("customer_id role date", *(("a", role, "2025-01-01") for role in burnett.Role)))
    assert burnett.roles(made, *YEAR)[["influencer", "decider", "user", "missing"]].to_numpy().tolist() == [
        [1, 1, 1, ""]
    ]
    without = tables(contacts=frame("customer_id date", ("a", "2025-01-01")))
    assert burnett.roles(without, *YEAR)["other"].tolist() == [1]


def test_stakeholders_keeps_the_two_senses_apart_amb_12():
    company = data.load("company", learner="roles")
    found = burnett.stakeholders(company, "2025-12-31")
    assert set(found["stakeholder_group"]) == {"existing", "target", "potential", "partner"}
    assert found.loc[found["stakeholder_group"] == "partner", "in_base"].nunique() == 2
    assert (found["in_base"] == ~found["tier"].isin(["lost", "onlooker"])).all()
    grouped = SimpleNamespace(
        customers=frame("customer_id stakeholder_group", ("a", "partner"), ("b", None)),
        transactions=frame("customer_id date amount", ("a", "2025-12-01", 9.0)),
    )
    both = burnett.stakeholders(grouped, "2025-12-31")
    assert both["in_base"].tolist() == [True, False]
    assert both["stakeholder_group"].tolist()[0] == "partner"


# ---------------------------------------------------------------- what the database measures

CUSTOMERS = frame(
    "customer_id acquired_on", *((who, "2023-12-31") for who in "abcde"), ("f", None), ("g", "2026-03-01")
)
QUARTERS = [str(day.date()) for day in pd.date_range("2023-03-31", "2025-12-31", freq="QE")]


def wallet(who, shares):
    return [(who, day, 100.0 * share, 100.0) for day, share in zip(QUARTERS[-len(shares) :], shares, strict=True)]


WALLET = frame(
    "customer_id period own_spend total_category_spend",
    *wallet("a", [0.6] * 12),  # steady
    *wallet("b", [0.9, 0.9, 0.9, 0.9, 0.8, 0.8, 0.8, 0.8, 0.7, 0.7, 0.6, 0.6]),  # falling, still the main supplier
    *wallet("c", [0.3] * 4),
    *wallet("d", [0.1] * 4),
    *wallet("e", [0.8] * 2),  # too few quarters for a trend
    ("c", "2026-03-31", 99.0, 100.0),  # after the day
)
TALKED = frame(
    "customer_id date function",
    *(("a", f"2025-{month:02}-05", "visit") for month in range(1, 13)),
    ("a", "2025-06-30", "service"),
    ("b", "2024-06-30", "service"),  # too long ago
)
RATED = frame("customer_id dimension indicator score", *(("d", "relationship", i.value, 4.0) for i in burnett.RATINGS))
KNOWN = {"customers": CUSTOMERS, "wallet": WALLET, "contacts": TALKED, "burnett_scores": RATED}
DAY = "2025-12-31"


def test_measures(kind):
    found = rows(burnett.measures(tables(kind, **KNOWN), DAY)).set_index("customer_id")
    assert found.index.tolist() == list("abcdef")  # g is won later
    assert found["wallet_share"].round(9).tolist()[:5] == [0.6, 0.65, 0.3, 0.1, 0.8]
    assert found.loc["a", "wallet_trend"] == 0
    years = np.array([(pd.Timestamp(day) - pd.Timestamp(DAY)).days / 365.25 for day in QUARTERS])
    shares = WALLET.loc[WALLET["customer_id"] == "b", "own_spend"].to_numpy() / 100
    assert found.loc["b", "wallet_trend"] == pytest.approx(np.polyfit(years, shares, 1)[0], abs=1e-9)
    assert np.isnan(found.loc["e", "wallet_trend"])
    assert found.loc["a", ["contacts_per_month", "contact_functions"]].tolist() == [pytest.approx(13 / 11.99, 1e-3), 2]
    assert found.loc["b", ["contacts_per_month", "contact_functions"]].tolist() == [0, 0]
    assert found.loc["a", "tenure_years"] == pytest.approx(731 / 365.25)
    assert found.loc["f"].isna().tolist() == [True, True, False, False, True]


def test_classes(kind):
    found = rows(burnett.classes(tables(kind, **KNOWN), DAY)).set_index("customer_id")["class"]
    expected = ["loyal", "competitive", "competitive", "switchable", None, None]
    assert found.astype(object).where(found.notna(), None).tolist() == expected
    unloved = {**KNOWN, "burnett_scores": RATED.assign(score=2.0)}
    assert rows(burnett.classes(tables(kind, **unloved), DAY)).set_index("customer_id").loc["d", "class"] == (
        "competitor loyal"
    )


def test_classes_of_the_company_without_ratings():
    found = burnett.classes(replace(data.load("company"), burnett_scores=None), DAY)
    assert set(found["class"].dropna()) == {"loyal", "competitive"}
    minor = found["wallet_share"] < 0.2
    assert found.loc[minor, "class"].isna().all()


def test_automatic_scores_by_hand(kind):
    measured = pd.DataFrame(
        [("a", 0.8, -0.02, 0.1, 4.0, 5.0), ("b", 0.05, np.nan, 0.0, 0.0, 0.9)],
        columns=["customer_id", *burnett.BOUNDS],
    )
    expected = frame(
        "customer_id dimension indicator score",
        ("a", "relationship", "contact", 3.5),  # how often 2, how broadly 5
        ("a", "relationship", "tenure", 5.0),
        ("a", "relationship", "wallet_share", 5.0),
        ("a", "relationship", "wallet_trend3", 3.0),
        ("b", "relationship", "contact", 1.0),
        ("b", "relationship", "tenure", 1.0),
        ("b", "relationship", "wallet_share", 1.0),
    )
    made = kind(measured)
    same(burnett.automatic_scores(made), expected)
    falling = rows(burnett.automatic_scores(made, bounds={"tenure_years": (5, 3, 2, 1)}))
    assert falling.loc[falling["indicator"] == "tenure", "score"].tolist() == [2.0, 5.0]


def test_automatic_scores_of_the_company_pass_the_gate():
    scores = burnett.automatic_scores(burnett.measures(data.load("company"), DAY))
    assert schema.check(scores, "burnett_scores") is not None
    assert burnett.relationship(scores)["relationship"].isna().all()  # three of the seven are ratings


def test_results_have_the_columns_the_model_declares():
    made = {
        "burnett.who_pays": burnett.who_pays(tables(transactions=SALES), *YEAR),
        "burnett.who_benefits": burnett.who_benefits(tables(transactions=SALES), *YEAR),
        "burnett.parties": burnett.parties(tables(transactions=SALES), *YEAR),
        "burnett.roles": burnett.roles(tables(contacts=TALKS), *YEAR),
        "burnett.stakeholders": burnett.stakeholders(tables(customers=CUSTOMERS), DAY),
        "burnett.measures": burnett.measures(tables(**KNOWN), DAY),
        "burnett.classes": burnett.classes(tables(**KNOWN), DAY),
        "burnett.automatic_scores": burnett.automatic_scores(burnett.measures(tables(**KNOWN), DAY)),
    }
    for name, found in made.items():
        assert found.columns.tolist() == schema.describe(name)["column"].tolist(), name


# ---------------------------------------------------------------- the rule of the four classes

FRACTION, TREND, RATING = st.floats(0, 1), st.floats(-1, 1), st.floats(1, 5)


@settings(max_examples=200, deadline=None, derandomize=True)
@given(FRACTION, TREND, RATING)
def test_everyone_whose_figures_are_known_has_one_class(share, trend, rating):
    holds = {
        "loyal": share >= 0.5 and trend >= 0,
        "competitive": (share >= 0.5 and trend < 0) or 0.2 <= share < 0.5,
        "switchable": share < 0.2 and rating >= 3.67,
        "competitor loyal": share < 0.2 and rating < 3.67,
    }
    assert [name for name, held in holds.items() if held] == [
        burnett.customer_class(share=share, trend=trend, rating=rating).value
    ]


@pytest.mark.parametrize(
    ("share", "trend", "rating", "expected"),
    [
        (0.5, 0, None, "loyal"),
        (0.5, -0.001, None, "competitive"),
        (0.499, None, None, "competitive"),
        (0.2, None, None, "competitive"),
        (0.199, None, 3.67, "switchable"),
        (0, None, 3.66, "competitor loyal"),
    ],
)
def test_the_limits_of_the_classes(share, trend, rating, expected):
    assert burnett.customer_class(share=share, trend=trend, rating=rating) == expected


def test_the_limits_are_parameters():
    rules = burnett.ClassRules(main_share=0.8, minor_share=0.5, falling=-0.1, good_rating=2)
    assert burnett.customer_class(share=0.8, trend=-0.1, rules=rules) == "loyal"
    assert burnett.customer_class(share=0.4, rating=2, rules=rules) == "switchable"


# ---------------------------------------------------------------- bad input


@pytest.mark.parametrize("call", [burnett.who_pays, burnett.who_benefits, burnett.parties])
@pytest.mark.parametrize(
    ("change", "sentence"),
    [
        (lambda t: t.drop(columns="amount"), "column 'amount': is missing"),
        (lambda t: t.assign(amount="9"), "column 'amount': holds .* where number is declared"),
        (lambda t: t.assign(amount=-1.0), "column 'amount': -1.0 lies below 0"),
        (lambda t: t.assign(amount=t["amount"].mask(t.index == 0)), "column 'amount': 1 of 9 rows have no value"),
        (lambda t: t.assign(date=t["date"].dt.tz_localize("Asia/Shanghai")), "column 'date': holds .* time zone"),
        (lambda t: t.assign(payer_id=1.5), "column 'payer_id': holds .* where id is declared"),
        (lambda t: t.assign(payer_id=range(9)), "column 'payer_id': ids are of another kind than in 'customer_id'"),
        (lambda _: None, "table 'transactions': is missing"),
    ],
)
def test_transactions_that_break_a_rule(call, change, sentence):
    with pytest.raises(DataError, match=sentence):
        call(tables(transactions=change(SALES)), *YEAR)


def test_ids_that_are_whole_numbers():
    made = SALES.assign(customer_id=range(9), payer_id=[1, *range(1, 9)])
    assert burnett.parties(tables(transactions=made), *YEAR)["customer_id"].tolist() == list(range(7))
    unknown = burnett.who_pays(tables(transactions=made.assign(payer_id=None)), *YEAR)
    assert unknown["paid_for_others"].sum() == 0


@pytest.mark.parametrize("call", [burnett.who_pays, burnett.who_benefits, burnett.parties])
def test_a_window_without_orders_and_an_empty_table_give_an_empty_frame(call, kind):
    made = tables(kind, transactions=SALES)
    assert len(rows(call(made, "2030-01-01", "2030-12-31"))) == 0
    assert len(rows(call(tables(kind, transactions=SALES.head(0)), *YEAR))) == 0


def test_empty_tables_of_contacts_and_customers(kind):
    assert len(rows(burnett.roles(tables(kind, contacts=TALKS.head(0)), *YEAR))) == 0
    empty = {name: made.head(0) for name, made in KNOWN.items()}
    assert len(rows(burnett.measures(tables(kind, **empty), DAY))) == 0
    assert len(rows(burnett.classes(tables(kind, **empty), DAY))) == 0


def test_before_anyone_was_a_customer():
    found = burnett.measures(tables(**KNOWN), "2020-01-01")
    assert found["customer_id"].tolist() == ["f"]  # won on a day nobody knows


def test_a_wallet_in_which_nothing_is_spent_says_nothing():
    nothing = WALLET.assign(own_spend=0.0, total_category_spend=0.0)
    found = burnett.measures(tables(customers=CUSTOMERS, wallet=nothing), DAY)
    assert found[["wallet_share", "wallet_trend"]].isna().all(axis=None)


@pytest.mark.parametrize(
    ("call", "error", "sentence"),
    [
        (lambda: burnett.who_pays(tables(transactions=SALES), "2025-02-01", "2025-01-01"), RuleError, "exchange them"),
        (lambda: burnett.who_pays(tables(transactions=SALES), "2025", "x"), RuleError, "observed_from is '2025'"),
        (lambda: burnett.roles(tables(), *YEAR), DataError, "table 'contacts': is missing"),
        (lambda: burnett.roles(tables(contacts=TALKS), *YEAR, reads={"owner": "boss"}), UnknownName, "no role named"),
        (lambda: burnett.measures(tables(wallet=WALLET), DAY), DataError, "table 'customers': is missing"),
        (lambda: burnett.measures(tables(**KNOWN), "2025-12-31T00:00+08:00"), RuleError, "has a time zone"),
        (lambda: burnett.stakeholders(tables(), DAY), DataError, "table 'customers': is missing"),
        (lambda: burnett.automatic_scores(CUSTOMERS), DataError, "'wallet_share': is missing"),
        (lambda: burnett.automatic_scores(CUSTOMERS, bounds={"charm": (1, 2, 3, 4)}), UnknownName, "no measure named"),
        (
            lambda: burnett.automatic_scores(
                burnett.measures(tables(**KNOWN), DAY), bounds={"tenure_years": (1, 1, 2, 3)}
            ),
            *(RuleError, "give four numbers"),
        ),
        (lambda: burnett.customer_class(share=60), RuleError, "share is 60; .*0.6 for 60 per cent"),
        (lambda: burnett.customer_class(share=0.6), RuleError, "give its trend"),
        (lambda: burnett.customer_class(share=0.1), RuleError, "give the rating"),
        (lambda: burnett.customer_class(share=0.1, rating=9), RuleError, "rating is 9"),
        (lambda: burnett.customer_class(share=float("nan")), RuleError, "share is nan"),
        (lambda: burnett.ClassRules(main_share=0.1), RuleError, "minor_share is 0.2; give less than main_share"),
        (lambda: burnett.ClassRules(good_rating=6), RuleError, "ClassRules.good_rating is 6"),
        (lambda: burnett.ClassRules(trend_periods=1), RuleError, "ClassRules.trend_periods is 1"),
        (lambda: burnett.ClassRules(share_days=0.5), RuleError, "ClassRules.share_days is 0.5"),
    ],
)
def test_what_is_refused(call, error, sentence):
    with pytest.raises(error, match=sentence):
        call()


# ---------------------------------------------------------------- every engine


def test_identification_on_every_engine(engine):
    sales, talks = tables(transactions=SALES), tables(contacts=TALKS)
    engine.agrees(lambda t: burnett.who_pays(t, *YEAR), sales, "customer_id")
    engine.agrees(lambda t: burnett.who_benefits(t, *YEAR), sales, "customer_id")
    engine.agrees(lambda t: burnett.parties(t, *YEAR), sales, "customer_id")
    engine.agrees(lambda t: burnett.roles(t, *YEAR, reads=READS), talks, "customer_id")


def test_classes_and_scores_on_every_engine(engine):
    known = tables(**KNOWN)
    engine.agrees(lambda t: burnett.classes(t, DAY), known, "customer_id")
    engine.agrees(
        lambda t: burnett.automatic_scores(burnett.measures(t, DAY)),
        *(known, "customer_id", "indicator"),
    )


def test_stakeholders_on_every_engine(engine):
    made = tables(
        customers=CUSTOMERS.assign(stakeholder_group="existing"),
        transactions=SALES.drop(columns="payer_id").assign(customer_id=list("abcdefabc")),
    )
    engine.agrees(lambda t: burnett.stakeholders(t, DAY), made, "customer_id")
