from importlib import import_module

import narwhals.stable.v2 as nw
import numpy as np
import pandas as pd
import polars as pl
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from loyaltylib import concepts
from loyaltylib.errors import DataError, UnknownName
from loyaltylib.schema import RESULTS, TABLES, UNITS, check, describe

# The data model as the course's inventory names it; the gate knows more columns, those of `ADDED`, never fewer.
INVENTORY = {
    "customers": "customer_id status stakeholder_group customer_type acquired_on acquired_via referred_by lost_on "
    "lost_reason destination age sex education purpose preference region current_value potential_value",
    "transactions": "customer_id payer_id date order_id product quantity amount cost",
    "wallet": "customer_id period own_spend total_category_spend n_suppliers",
    "complaints": "customer_id opened_on resolved_on satisfaction_score",
    "feedback": "customer_id date channel",
    "referrals": "referrer_id referred_id date",
    "save_attempts": "customer_id flagged_on outcome",
    "contacts": "customer_id person role influence_weight direction date function",
    "surveys": "customer_id date perceived expected satisfaction_level",
    "encounters": "customer_id date score",
    "interviews": "respondent_id done_at",
    "burnett_scores": "customer_id dimension indicator score",
    "burnett_weights": "indicator weight given",
    "account_events": "account_id type date",
    "offers": "offer_id functional emotional money time energy psychic",
    "staff": "employee_id training_hours tenure",
    "deals": "deal_id stage entered_at left_at won",
}

# What the inventory leaves out and the kit's own company needs: names, whose row it is, what was asked beside.
ADDED = {
    "customers": "name",
    "surveys": "price product_quality brand_image service_quality recommend",
    "interviews": "stated destination poor_service rival_promotion own_promotion quality_gap price_gap",
    "offers": "customer_id supplier",
    "deals": "customer_id",
}

FEW = settings(deadline=None, max_examples=40, derandomize=True)


def orders(**columns):
    """Three orders of two customers, with columns replaced."""
    table = {
        "customer_id": ["a", "a", "b"],
        "date": pd.to_datetime(["2025-01-05", "2025-02-05", "2025-02-06"]),
        "order_id": ["1", "2", "3"],
        "amount": [10.0, 0.0, 30.0],
    }
    return pd.DataFrame({**table, **columns})


def both(frame):
    return [frame, pl.from_pandas(frame), pl.from_pandas(frame).lazy()]


def refusal(frame, table="transactions", needs=None):
    """The sentence of the error, which must be the same for pandas, Polars and lazy Polars."""
    sentences = set()
    for form in both(frame):
        with pytest.raises(DataError) as caught:
            check(form, table, needs)
        assert caught.value.table == table
        sentences.add(str(caught.value))
    assert len(sentences) == 1, sentences
    return sentences.pop()


def test_every_table_of_the_inventory_is_declared():
    known = {name: {*columns.split(), *ADDED.get(name, "").split()} for name, columns in INVENTORY.items()}
    assert known == {name: {column.name for column in table.columns} for name, table in TABLES.items()}


def test_no_result_is_a_column_of_the_data():
    assert not {"tier", "rank", "signals"} & {column.name for table in TABLES.values() for column in table.columns}


@pytest.mark.parametrize("table", TABLES)
def test_declaration_is_whole(table):
    model = TABLES[table]
    names = [column.name for column in model.columns]
    assert len(set(names)) == len(names)
    assert set(model.key) <= set(names)
    assert model.required
    for column in model.columns:
        assert column.meaning["en"]
        assert not column.meaning["zh"].isascii()
        assert column.kind in ("id", "text", "date", "integer", "number", "flag")
        assert column.low is None or column.kind in ("integer", "number")
        assert not (column.name in model.key and column.nullable)


@pytest.mark.parametrize("lang", ["en", "zh"])
@pytest.mark.parametrize("table", TABLES)
def test_describe(table, lang):
    described = describe(table, lang)
    assert list(described.columns) == ["column", "kind", "unit", "required", "meaning"]
    assert described["column"].to_list() == [column.name for column in TABLES[table].columns]
    assert described["meaning"].ne("").all()


def test_describe_speaks_the_language():
    wallet = describe("wallet", "zh").set_index("column")
    assert wallet.loc["period", "meaning"] == "季度的最后一天"
    assert describe("wallet", "en").set_index("column").loc["period", "meaning"] == "last day of the quarter"


def test_a_good_table_comes_back_as_it_was():
    for form in both(orders()):
        checked = check(form, "transactions")
        assert isinstance(checked, nw.LazyFrame if isinstance(form, pl.LazyFrame) else nw.DataFrame)
        native = nw.to_native(checked)
        assert type(native) is type(form)
    pd.testing.assert_frame_equal(nw.to_native(check(orders(), "transactions")), orders())


def test_a_narwhals_frame_passes():
    assert check(check(orders(), "transactions"), "transactions").shape == (3, 4)


def test_columns_the_model_does_not_know_are_let_through():
    assert "colour" in check(orders(colour=["red", None, 3]), "transactions").columns


def test_missing_column():
    assert refusal(orders().drop(columns="amount")) == (
        "table 'transactions', column 'amount': is missing; the table has 'customer_id', 'date', 'order_id'. "
        "Add or rename it: what the customer paid; 0 is a gift"
    )


def test_no_column_at_all():
    with pytest.raises(DataError, match="the table has no column"):
        check(pd.DataFrame(), "transactions")


def test_a_column_the_caller_needs_is_missing():
    assert "'product'" in refusal(orders(), needs=["customer_id", "product"])


def test_only_the_columns_the_caller_needs_are_looked_at():
    bad = orders(amount=[-1.0, 2.0, 3.0])
    check(bad, "transactions", needs=["customer_id", "date"])
    with pytest.raises(DataError):
        check(bad, "transactions", needs=["customer_id", "amount"])


def test_negative_amount():
    assert refusal(orders(amount=[1.0, -0.5, 3.0])) == (
        "table 'transactions', column 'amount': -0.5 lies below 0; correct or remove such rows"
    )


def test_infinite_amount():
    assert "not a finite number" in refusal(orders(amount=[1.0, float("inf"), 3.0]))


def test_nan_is_no_number():
    frame = pl.from_pandas(orders()).with_columns(pl.Series("amount", [1.0, float("nan"), 3.0]))
    with pytest.raises(DataError, match="1 of 3 rows hold NaN"):
        check(frame, "transactions")
    with pytest.raises(DataError, match="1 of 3 rows have no value"):
        check(orders(amount=[1.0, np.nan, 3.0]), "transactions")


def test_value_above_the_scale():
    complaints = pd.DataFrame(
        {
            "customer_id": ["a"],
            "opened_on": pd.to_datetime(["2025-01-01"]),
            "resolved_on": pd.to_datetime(["2025-01-02"]),
        }
    )
    assert "11 lies above 10" in refusal(complaints.assign(satisfaction_score=[11]), "complaints")


@pytest.mark.parametrize("key", [None, np.nan])
def test_null_in_a_key(key):
    assert "1 of 3 rows have no value" in refusal(orders(customer_id=["a", key, "b"]))


def test_null_in_a_column_that_may_be_unknown():
    customers = pd.DataFrame({"customer_id": ["a", "b"], "acquired_on": [pd.Timestamp("2025-01-01"), pd.NaT]})
    for form in both(customers):
        check(form, "customers")


def test_duplicate_id():
    customers = pd.DataFrame({"customer_id": ["b", "a", "b", "a", "b"]})
    assert refusal(customers, "customers") == (
        "table 'customers', column 'customer_id': a occurs in 2 rows, but names one; remove or merge the repeated rows"
    )


def test_duplicate_key_of_two_columns():
    wallet = pd.DataFrame(
        {
            "customer_id": ["a", "a", "b", "b"],
            "period": pd.to_datetime(["2025-03-31", "2025-06-30", "2025-03-31", "2025-03-31"]),
            "own_spend": 1.0,
            "total_category_spend": 2.0,
            "n_suppliers": 2,
        }
    )
    for form in both(wallet):
        with pytest.raises(DataError, match=r"column 'customer_id \+ period': b, 2025-03-31.* occurs in 2 rows"):
            check(form, "wallet")
    check(wallet.iloc[:3], "wallet")


def test_rows_without_an_order_number_may_be_alike():
    alike = orders().drop(columns="order_id").iloc[[0, 0, 0]]
    for form in both(alike.reset_index(drop=True)):
        check(form, "transactions")


@pytest.mark.parametrize(
    ("column", "values", "remedy"),
    [
        ("customer_id", [1.0, 2.0, 3.0], "read ids as text"),
        ("date", ["2025-01-05", "2025-02-05", "2025-02-06"], "turn it into dates"),
        ("amount", ["10", "20", "30"], "turn it into numbers"),
        ("amount", [True, False, True], "turn it into numbers"),
        ("quantity", [1.5, 2.0, 3.0], "turn it into whole numbers"),
    ],
)
def test_wrong_dtype(column, values, remedy):
    with pytest.raises(DataError, match=remedy) as caught:
        check(orders(**{column: values}), "transactions")
    assert caught.value.column == column
    assert f"for instance {values[0]!r}" in str(caught.value)


def test_dates_with_a_time_zone_are_refused():
    with pytest.raises(DataError, match="convert to local time first"):
        check(orders(date=pd.to_datetime(["2025-01-05"] * 3).tz_localize("UTC")), "transactions")


def test_wrong_dtype_in_polars():
    frame = pl.DataFrame({"customer_id": ["a"], "date": ["2025-01-05"], "amount": [1]})
    with pytest.raises(DataError, match="holds String, for instance '2025-01-05', where date is declared"):
        check(frame, "transactions")


@pytest.mark.parametrize("ids", [[1, 2, 3], ["01", "1", "2"], pd.Categorical(["a", "b", "a"])])
def test_ids_are_text_or_whole_numbers(ids):
    check(orders(customer_id=ids), "transactions")


@pytest.mark.parametrize("table", TABLES)
def test_an_empty_table_passes_and_takes_the_declared_kinds(table):
    columns = {column.name: [] for column in TABLES[table].columns}
    for frame in (pd.DataFrame(columns), pl.DataFrame(columns), pl.DataFrame(columns).lazy()):
        schema = check(frame, table).collect_schema()
        for column in TABLES[table].columns:
            dtype = schema[column.name]
            assert dtype.is_temporal() == (column.kind == "date")
            assert column.kind == "flag" or dtype.is_numeric() == (column.kind in ("integer", "number"))


def test_an_empty_table_still_needs_its_columns():
    with pytest.raises(DataError, match="is missing"):
        check(pd.DataFrame({"customer_id": []}), "transactions")


def test_a_column_of_nothing_takes_the_declared_kind():
    for frame in both(pd.DataFrame({"customer_id": ["a"], "lost_on": [None]})):
        assert check(frame, "customers").collect_schema()["lost_on"].is_temporal()


@pytest.mark.parametrize("thing", [[1, 2], {"customer_id": ["a"]}, "orders.csv", None, np.zeros(3)])
def test_what_is_no_frame(thing):
    with pytest.raises(DataError, match="pass a pandas or Polars DataFrame"):
        check(thing, "transactions")


def test_two_columns_of_one_name():
    twice = orders()
    twice.columns = ["customer_id", "date", "amount", "amount"]
    with pytest.raises(DataError, match="column names are all different"):
        check(twice, "transactions")


def test_unknown_table_and_column():
    with pytest.raises(UnknownName, match="did you mean 'transactions'"):
        check(orders(), "transaction")
    with pytest.raises(UnknownName, match=r"transactions\.amount"):
        check(orders(), "transactions", needs=["amounts"])
    with pytest.raises(UnknownName):
        describe("transaction")


def test_a_lazy_frame_is_run_once():
    runs = []

    def count(frame):
        runs.append(len(frame))
        return frame

    lazy = pl.from_pandas(orders()).lazy().map_batches(count, schema=None)
    check(lazy, "transactions")
    assert runs == [3]


@FEW
@given(st.lists(st.floats(-5, 5, allow_nan=False), min_size=1))
def test_no_negative_amount_ever_passes(amounts):
    frame = pd.DataFrame(
        {"customer_id": [str(i) for i in range(len(amounts))], "date": pd.Timestamp("2025-01-01"), "amount": amounts}
    )
    if min(amounts) < 0:
        with pytest.raises(DataError):
            check(frame, "transactions")
    else:
        check(frame, "transactions")


@FEW
@given(st.lists(st.sampled_from("abcd")))
def test_a_repeated_id_never_passes(ids):
    frame = pl.DataFrame({"customer_id": pl.Series(ids, dtype=pl.String)})
    if len(set(ids)) < len(ids):
        with pytest.raises(DataError, match="names one"):
            check(frame, "customers")
    else:
        check(frame, "customers")


@pytest.mark.parametrize("name", RESULTS)
def test_a_result_bears_the_name_of_a_function_and_is_described_in_both_languages(name):
    module, function = name.split(".")
    assert callable(getattr(import_module(f"loyaltylib.{module}"), function))
    rows = describe(name, "zh")
    assert rows["column"].tolist() == describe(name, "en")["column"].tolist()
    assert rows["meaning"].str.contains(r"[\u4e00-\u9fff]").all()


def test_no_unit_is_without_use():
    used = {str(column.unit) for table in (*TABLES.values(), *RESULTS.values()) for column in table.columns}
    claimed = {claim.unit for concept in concepts.all() for claim in concept.claims}
    assert {name for name, text in UNITS.items() if str(text) not in used and name not in claimed} == set()


def test_an_unknown_flag_is_unknown_on_every_engine(engine):
    deals = pd.DataFrame(
        {"deal_id": ["a"], "stage": ["x"], "entered_at": pd.to_datetime(["2025-01-01"]), "won": [None]}
    )
    assert engine.rows(nw.to_native(check(engine.frame(deals), "deals")))["won"].isna().all()
