"""Relationship types: against print, by hand, over the whole input space, on frames, on every engine, bad input."""

import datetime as dt
from types import SimpleNamespace

import numpy as np
import pandas as pd
import polars as pl
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from loyaltylib import concepts, data, schema
from loyaltylib.errors import DataError, RuleError, UnknownName
from loyaltylib.relationships import (
    GRID,
    ContactRules,
    CustomerBand,
    GridRules,
    MarginBand,
    RelationshipType,
    Verdict,
    choose,
    choose_segments,
    customer_band,
    fit,
    fit_segments,
    in_use,
    margin_band,
    measure_segments,
    type_in_use,
)

AS_OF = "2025-12-31"
quick = settings(max_examples=60, deadline=None, derandomize=True)

# ---------------------------------------------------------------- against print


@pytest.mark.parametrize(
    ("customers", "row"),
    [
        ("many", ("basic", "reactive", "accountable")),
        ("medium", ("reactive", "accountable", "proactive")),
        ("few", ("accountable", "proactive", "partnership")),
    ],
)
def test_the_nine_cells_of_kotlers_table_as_concepts_md_r1(customers, row):
    assert tuple(choose(customers=customers, margin=margin) for margin in ("low", "medium", "high")) == row


def test_the_nine_cells_agree_with_the_nine_entries_of_the_registry():
    for (customers, margin), kind in GRID.items():
        assert concepts.get(f"relationship.cell.{customers}_{margin}").en.endswith(f": {kind}")


def test_amb_32_exchanging_the_axes_changes_nothing():
    swapped = {"many": "low", "medium": "medium", "few": "high"}
    back = {margin: customers for customers, margin in swapped.items()}
    assert all(kind == GRID[CustomerBand(back[high]), MarginBand(swapped[few])] for (few, high), kind in GRID.items())


def test_the_corners_outside_sources_give():
    assert choose(customers="few", margin="high") == "partnership"
    assert choose(customers="many", margin="low") == "basic"


def test_amb_33_intensity_counts_from_1_to_5_and_nothing_is_better():
    assert [kind.intensity for kind in RelationshipType] == [1, 2, 3, 4, 5]
    assert [RelationshipType.of(kind.intensity) for kind in RelationshipType] == list(RelationshipType)
    assert not [name for name in dir(RelationshipType.BASIC) if "better" in name or "best" in name]


def test_every_type_is_a_concept_with_a_term_in_both_languages():
    for kind in RelationshipType:
        assert concepts.get(kind.concept).id == f"relationship.{kind}"
        assert kind.term("en") != kind.term("zh")


# ---------------------------------------------------------------- by hand


@pytest.mark.parametrize(
    ("customers", "band"), [(0, "few"), (100, "few"), (101, "medium"), (999, "medium"), (1000, "many")]
)
def test_bands_of_customers(customers, band):
    assert customer_band(customers) == band


@pytest.mark.parametrize(
    ("margin", "band"),
    [(-3.0, "low"), (0, "low"), (0.19, "low"), (0.2, "medium"), (0.39, "medium"), (0.4, "high"), (1, "high")],
)
def test_bands_of_margin(margin, band):
    assert margin_band(margin) == band


def test_words_and_numbers_may_be_mixed_and_limits_changed():
    assert choose(customers=60, margin="high") == "partnership"
    assert choose(customers="few", margin=0.45) == "partnership"
    assert choose(customers=60, margin=0.45, rules=GridRules(few_most=10, many_least=50)) == "accountable"


@pytest.mark.parametrize(
    ("used", "customers", "margin", "gap", "verdict"),
    [
        ("partnership", "many", "low", 4, "too much"),
        ("accountable", "medium", "medium", 0, "fits"),
        ("basic", "few", "high", -4, "too little"),
        ("reactive", 300, 0.25, -1, "too little"),
    ],
)
def test_fit(used, customers, margin, gap, verdict):
    found = fit(used, customers=customers, margin=margin)
    assert (found.gap, found.verdict) == (gap, verdict)
    english, chinese = found.say("en"), found.say("zh")
    assert str(found.in_use.intensity) in english
    assert found.in_use.term("zh") in chinese
    assert "{" not in english + chinese
    assert not any("a" <= letter <= "z" for letter in chinese)


@pytest.mark.parametrize(
    ("inbound", "outbound", "kind"),
    [
        (0, 0, "basic"),
        (9, 0, "reactive"),
        (0, 1, "accountable"),
        (9, 1, "accountable"),
        (3, 2, "proactive"),
        (4, 2, "partnership"),
    ],
)
def test_who_contacts_whom(inbound, outbound, kind):
    assert type_in_use(inbound=inbound, outbound=outbound) == kind


SEGMENTS = pd.DataFrame(
    [
        ("a", 40, 0.45, "partnership"),
        ("b", 40, 0.10, "partnership"),
        ("c", 500, 0.30, "basic"),
        ("d", 5000, 0.05, "basic"),
        ("e", 5000, 0.40, "reactive"),
    ],
    columns=["segment", "customers", "margin", "in_use"],
)
CHOSEN = pd.DataFrame(
    [
        ("a", "few", "high", "partnership", 5.0),
        ("b", "few", "low", "accountable", 3.0),
        ("c", "medium", "medium", "accountable", 3.0),
        ("d", "many", "low", "basic", 1.0),
        ("e", "many", "high", "accountable", 3.0),
    ],
    columns=["segment", "customers_band", "margin_band", "advised", "intensity"],
)
FITTED = pd.DataFrame(
    [
        ("a", "partnership", "partnership", 0.0, "fits"),
        ("b", "partnership", "accountable", 2.0, "too much"),
        ("c", "basic", "accountable", -2.0, "too little"),
        ("d", "basic", "basic", 0.0, "fits"),
        ("e", "reactive", "accountable", -1.0, "too little"),
    ],
    columns=["segment", "in_use", "advised", "gap", "fit"],
)


def same(found, expected):
    found = found.to_pandas() if isinstance(found, pl.DataFrame) else found
    pd.testing.assert_frame_equal(found, expected, check_dtype=False)


@pytest.mark.parametrize("kind", [lambda made: made, pl.from_pandas])
def test_five_segments(kind):
    before = kind(SEGMENTS.iloc[::-1])
    assert type(choose_segments(before)) is type(before)
    same(choose_segments(before), CHOSEN)
    same(fit_segments(before), FITTED)


def test_a_frame_may_bring_words_and_a_key_of_its_own():
    words = SEGMENTS.assign(customers=CHOSEN["customers_band"], margin=CHOSEN["margin_band"])
    same(fit_segments(words), FITTED)
    mixed = SEGMENTS.assign(margin=CHOSEN["margin_band"].astype("category")).rename(columns={"segment": "account"})
    same(choose_segments(mixed, key="account"), CHOSEN.rename(columns={"segment": "account"}))


def test_what_nobody_knows_has_no_type():
    before = pd.DataFrame({"segment": ["a", "b", "c"], "customers": [40, None, 40], "margin": [None, 0.5, 0.5]})
    for frame in (before, pl.from_pandas(before)):
        found = choose_segments(frame)
        assert [value if isinstance(value, str) else None for value in found["advised"]] == [None, None, "partnership"]
    unknown = SEGMENTS.assign(in_use=[None, *SEGMENTS["in_use"][1:]])
    assert fit_segments(unknown)["fit"].isna().tolist() == [True, False, False, False, False]


@pytest.mark.parametrize("kind", [lambda made: made, pl.from_pandas])
def test_an_empty_frame_gives_an_empty_one(kind):
    for before in (SEGMENTS.head(0), pd.DataFrame({name: [] for name in SEGMENTS})):
        assert list(choose_segments(kind(before)).columns) == list(CHOSEN)
        assert list(fit_segments(kind(before)).columns) == list(FITTED)
        assert len(fit_segments(kind(before))) == 0


CUSTOMERS = pd.DataFrame(
    {
        "customer_id": ["ann", "bo", "cy", "di", "eli", "flo"],
        "customer_type": ["business", "business", "consumer", "consumer", "consumer", None],
        "acquired_on": pd.to_datetime(["2024-01-01", "2025-06-01", "2025-06-01", "2026-01-01", None, "2024-01-01"]),
    }
)
CALLS = [
    *(("ann", f"2025-0{month}-01", side) for month in (2, 4, 6, 8) for side in ("in", "out")),
    ("ann", "2024-12-31", "out"),  # a day before the window
    ("bo", "2025-05-31", "out"),  # a day before the sale
    ("bo", "2025-06-01", "out"),
    ("bo", "2026-01-01", "out"),  # after the day
    ("cy", "2025-12-31", "in"),
    ("cy", "2025-12-30", None),
    ("di", "2025-12-01", "out"),
    ("stranger", "2025-12-01", "out"),
]
CONTACTS = pd.DataFrame(CALLS, columns=["customer_id", "date", "direction"]).assign(
    date=lambda made: pd.to_datetime(made["date"]), function="service"
)
ORDERS = pd.DataFrame(
    [
        ("ann", "2025-01-01", 300.0, 200.0),  # the first day of the span
        ("ann", "2024-12-31", 999.0, 1.0),  # a day too early
        ("bo", "2025-06-01", 100.0, 60.0),
        ("cy", "2025-07-01", 50.0, 25.0),
        ("cy", "2025-08-01", 70.0, None),  # cost unknown: counts for neither sum
        ("di", "2026-01-01", 50.0, 1.0),  # after the day
        ("flo", "2025-07-01", 50.0, 1.0),  # of no segment
        ("stranger", "2025-07-01", 50.0, 1.0),
    ],
    columns=["customer_id", "date", "amount", "cost"],
).assign(date=lambda made: pd.to_datetime(made["date"]))


def tables(**changed):
    merged = {"customers": CUSTOMERS, "contacts": CONTACTS, "transactions": ORDERS, **changed}
    return SimpleNamespace(**{name: made for name, made in merged.items() if made is not None})


def test_types_in_use_of_six_customers():
    expected = pd.DataFrame(
        [
            ("ann", 4, 4, "partnership", 5),
            ("bo", 0, 1, "accountable", 3),
            ("cy", 1, 0, "reactive", 2),
            # di bought after the day, eli never
            ("flo", 0, 0, "basic", 1),
        ],
        columns=["customer_id", "inbound", "outbound", "in_use", "intensity"],
    )
    same(in_use(tables(), AS_OF), expected)


def test_two_segments_measured():
    expected = pd.DataFrame(
        [("business", 2, 0.35), ("consumer", 1, 0.5)], columns=["segment", "customers", "margin"]
    )  # (400 - 260) / 400 and (50 - 25) / 50
    same(measure_segments(tables(), AS_OF), expected)
    free = ORDERS.assign(cost=np.nan)
    assert measure_segments(tables(transactions=free), AS_OF)["margin"].isna().all()


# ---------------------------------------------------------------- properties

NUMBERS = st.integers(0, 10**7)
MARGINS = st.floats(-5, 1)


@quick
@given(NUMBERS, MARGINS)
def test_the_grid_is_total_and_exclusive(customers, margin):
    cells = [cell for cell in GRID if cell == (customer_band(customers), margin_band(margin))]
    assert len(cells) == 1
    assert choose(customers=customers, margin=margin) == GRID[cells[0]]


@quick
@given(NUMBERS, MARGINS, st.integers(0, 10**7), st.floats(0, 5))
def test_more_customers_never_call_for_more_work_and_more_margin_never_for_less(customers, margin, more, gain):
    kind = choose(customers=customers, margin=margin)
    assert choose(customers=customers + more, margin=margin).intensity <= kind.intensity
    assert choose(customers=customers, margin=min(1, margin + gain)).intensity >= kind.intensity


@quick
@given(st.integers(0, 99), st.integers(0, 99), st.integers(2, 9), st.integers(1, 9))
def test_every_pair_of_counts_has_one_type_and_more_contacts_never_lower_it(inbound, outbound, again, together):
    rules = ContactRules(proactive_from=again, partnership_from=together)
    kind = type_in_use(inbound=inbound, outbound=outbound, rules=rules)
    assert type_in_use(inbound=inbound + 1, outbound=outbound, rules=rules).intensity >= kind.intensity
    assert type_in_use(inbound=inbound, outbound=outbound + 1, rules=rules).intensity >= kind.intensity


@settings(max_examples=15, deadline=None, derandomize=True)
@given(
    st.lists(st.tuples(NUMBERS, MARGINS, st.sampled_from([*RelationshipType])), min_size=1, max_size=20),
    st.randoms(use_true_random=False),
)
def test_a_frame_says_of_each_row_what_the_function_says_and_the_order_of_rows_changes_nothing(rows, random):
    made = pl.DataFrame(rows, schema=["customers", "margin", "in_use"], orient="row").with_row_index("segment")
    found = fit_segments(made)
    for (customers, margin, used), gap, verdict in zip(rows, found["gap"], found["fit"], strict=True):
        one = fit(used, customers=customers, margin=margin)
        assert (one.gap, one.verdict) == (gap, verdict)
    assert fit_segments(made.sample(fraction=1, shuffle=True, seed=random.randrange(99))).equals(found)


def test_shifting_all_days_and_as_of_together_changes_nothing_nor_does_another_currency():
    def moved(made):
        days = [name for name in made if made[name].dtype.kind == "M"]
        return made.assign(**{name: made[name] + pd.Timedelta(1234, "D") for name in days})

    then = dt.date.fromisoformat(AS_OF) + dt.timedelta(1234)
    later = SimpleNamespace(**{name: moved(made) for name, made in vars(tables()).items()})
    same(in_use(later, then), in_use(tables(), AS_OF))
    same(measure_segments(later, then), measure_segments(tables(), AS_OF))
    yen = ORDERS.assign(amount=ORDERS["amount"] * 20.7, cost=ORDERS["cost"] * 20.7)
    same(measure_segments(tables(transactions=yen), AS_OF), measure_segments(tables(), AS_OF))


def test_the_order_of_rows_changes_nothing():
    mixed = SimpleNamespace(**{name: made.sample(frac=1, random_state=4) for name, made in vars(tables()).items()})
    same(in_use(mixed, AS_OF), in_use(tables(), AS_OF))
    same(measure_segments(mixed, AS_OF), measure_segments(tables(), AS_OF))


# ---------------------------------------------------------------- bad input


@pytest.mark.parametrize(
    ("values", "error", "says"),
    [
        ({"customers": "some", "margin": "low"}, UnknownName, "no band of customers named 'some'"),
        ({"customers": "few", "margin": "hihg"}, UnknownName, "did you mean 'high'"),
        ({"customers": -1, "margin": 0.1}, RuleError, "customers is -1"),
        ({"customers": 1.5, "margin": 0.1}, RuleError, "whole number"),
        ({"customers": float("nan"), "margin": 0.1}, RuleError, "finite"),
        ({"customers": 5, "margin": float("nan")}, RuleError, "margin is nan"),
        ({"customers": 5, "margin": 40}, RuleError, "at most 1"),
        ({"customers": True, "margin": 0.4}, RuleError, "customers is True"),
        ({"customers": None, "margin": 0.4}, RuleError, "customers is None"),
    ],
)
def test_facts_that_make_no_sense(values, error, says):
    with pytest.raises(error, match=says):
        choose(**values)


def test_other_words_and_numbers_that_make_no_sense():
    with pytest.raises(UnknownName, match="no relationship type named 'passive'"):
        fit("passive", customers="few", margin="low")
    with pytest.raises(RuleError, match="inbound is -1"):
        type_in_use(inbound=-1, outbound=0)
    with pytest.raises(RuleError, match="intensity is 6"):
        RelationshipType.of(6)


@pytest.mark.parametrize(
    ("rules", "values"),
    [
        (GridRules, {"few_most": 1000}),
        (GridRules, {"medium_from": 0.5}),
        (GridRules, {"high_from": 1.5}),
        (GridRules, {"few_most": -1}),
        (GridRules, {"many_least": 10.5}),
        (ContactRules, {"window_days": 0}),
        (ContactRules, {"proactive_from": 1}),
        (ContactRules, {"partnership_from": "4"}),
    ],
)
def test_limits_that_make_no_sense(rules, values):
    with pytest.raises(RuleError, match=next(iter(values))):
        rules(**values)


@pytest.mark.parametrize(
    ("change", "says"),
    [
        (lambda made: made.drop(columns="margin"), "column 'margin': is missing"),
        (lambda made: made.drop(columns="segment"), "column 'segment': is missing"),
        (lambda made: made.assign(customers=-1), "-1.0 lies below 0"),
        (lambda made: made.assign(margin=40.0), "40.0 lies above 1"),
        (lambda made: made.assign(customers="some"), "'some' is none of many, medium, few"),
        (lambda made: made.assign(customers=True), "holds Boolean"),
        (lambda made: made.assign(in_use="passive"), "'passive' is none of basic"),
        (lambda made: made.assign(in_use=3), "column 'in_use': holds Int64; give one of basic"),
    ],
)
def test_a_frame_that_makes_no_sense(change, says):
    with pytest.raises(DataError, match=says):
        fit_segments(change(SEGMENTS))


def test_nan_off_pandas_and_what_is_no_frame():
    with pytest.raises(DataError, match="hold NaN"):
        choose_segments(pl.DataFrame({"segment": ["a"], "customers": [3], "margin": [float("nan")]}))
    with pytest.raises(DataError, match="a list is not a usable frame"):
        choose_segments([1])


@pytest.mark.parametrize(
    ("changed", "says"),
    [
        ({"contacts": None}, "table 'contacts': is missing"),
        ({"customers": None}, "table 'customers': is missing"),
        ({"customers": CUSTOMERS.drop(columns="acquired_on")}, "column 'acquired_on': is missing"),
        ({"contacts": CONTACTS.assign(direction="sideways")}, "'sideways' is neither 'in' nor 'out'"),
        ({"contacts": CONTACTS.assign(date="2025-01-01")}, "turn it into dates"),
        ({"contacts": CONTACTS.assign(date=CONTACTS["date"].dt.tz_localize("Asia/Shanghai"))}, "time zone"),
        ({"contacts": CONTACTS.assign(customer_id=7)}, "ids are whole numbers here"),
    ],
)
def test_tables_without_an_answer(changed, says):
    with pytest.raises(DataError, match=says):
        in_use(tables(**changed), AS_OF)


@pytest.mark.parametrize(
    ("changed", "says"),
    [
        ({"transactions": None}, "table 'transactions': is missing"),
        ({"customers": None}, "table 'customers': is missing"),
        ({"transactions": ORDERS.assign(amount=-1.0)}, "-1.0 lies below 0"),
        ({"transactions": ORDERS.drop(columns="cost")}, "column 'cost': is missing"),
    ],
)
def test_segments_that_cannot_be_measured(changed, says):
    with pytest.raises(DataError, match=says):
        measure_segments(tables(**changed), AS_OF)


def test_a_day_outside_the_data_and_other_arguments():
    assert len(in_use(tables(), "1999-01-01")) == 0
    assert set(in_use(tables(), "2040-01-01")["in_use"]) == {"basic"}
    assert len(measure_segments(tables(), "1999-01-01")) == 0
    empty = SimpleNamespace(**{name: made.head(0) for name, made in vars(tables()).items()})
    assert len(in_use(empty, AS_OF)) == len(measure_segments(empty, AS_OF)) == 0
    with pytest.raises(RuleError, match="as_of"):
        in_use(tables(), "someday")
    with pytest.raises(UnknownName, match="colour"):
        measure_segments(tables(), AS_OF, by="colour")
    with pytest.raises(RuleError, match="customer_id"):
        measure_segments(tables(), AS_OF, by="customer_id")
    with pytest.raises(RuleError, match="days is 0"):
        measure_segments(tables(), AS_OF, days=0)


# ---------------------------------------------------------------- every engine, the company, the data model


def test_every_engine(engine):
    frames = tables(segments=SEGMENTS.assign(margin=[0.45, None, 0.30, 0.05, 0.40]))
    engine.agrees(lambda made: fit_segments(made.segments), frames, "segment")
    engine.agrees(lambda made: choose_segments(made.segments), frames, "segment")
    engine.agrees(lambda made: in_use(made, AS_OF), frames, "customer_id")
    engine.agrees(lambda made: measure_segments(made, AS_OF), frames, "segment")


def test_the_synthetic_company_works_more_with_businesses_than_with_consumers():
    company = data.load("company")
    advised = choose_segments(measure_segments(company, company.as_of)).set_index("segment")["advised"]
    assert advised.to_dict() == {"business": "accountable", "consumer": "reactive"}
    used = in_use(company, company.as_of).merge(company.customers[["customer_id", "customer_type"]])
    mean = used.groupby("customer_type")["intensity"].mean()
    assert mean["business"] > 1.5 * mean["consumer"]
    assert set(used["in_use"]) == set(RelationshipType)


@pytest.mark.parametrize(
    ("result", "columns"),
    [
        ("choose_segments", list(CHOSEN)),
        ("fit_segments", list(FITTED)),
        ("in_use", ["customer_id", "inbound", "outbound", "in_use", "intensity"]),
        ("measure_segments", ["segment", "customers", "margin"]),
    ],
)
def test_every_column_is_described(result, columns):
    assert schema.describe(f"relationships.{result}", "zh")["column"].tolist() == columns


def test_verdicts_are_the_words_of_the_frame():
    assert {verdict.value for verdict in Verdict} == set(FITTED["fit"])
