"""What customers are told apart by: the traditional features, and the three dimensions of CRM.

Value comes in three parts, each read from the tables (see `crm_dimensions`): historical, current and potential.
"""

from __future__ import annotations

from typing import TYPE_CHECKING, Any, Final

import narwhals.stable.v2 as nw

from .frames import days_before, one_if, one_row, to_native, unknown
from .inputs import Reader, count, known_day
from .segments_profit import sales

if TYPE_CHECKING:
    from datetime import date

    from .frames import Frame

# The course's five basic features, in its order; the consumption level is computed beside them.
TRADITIONAL: Final = ("age", "sex", "education", "purpose", "preference")

_YEAR = 365


def _people(reader: Reader, today: date, columns: dict[str, Any]) -> Frame:
    """One row a person known at `today`, prospects among them."""
    extra = {"acquired_on": nw.Datetime("us"), **columns}
    table = reader.must_open("customers", ("customer_id",), extra)
    age = days_before("acquired_on", today)
    return table.filter(nw.col("acquired_on").is_null() | (age >= 0)).select("customer_id", *columns)


_FEATURES: Final[dict[str, Any]] = {
    name: nw.Float64 if name == "age" else nw.String for name in (*TRADITIONAL, "customer_type")
}


def traditional_dimensions(tables: object, as_of: date | str) -> Any:
    """Describe customers as was always done: five features, and the consumption level, past spending summed up.

    Before: `tables` with `customers` (customer_id, and of age, sex, education, purpose, preference what there is) and
    `transactions` (customer_id, date, amount). After: one row a person known at `as_of` (acquired later: not yet),
    sorted by `customer_id`, with customer_id, the five features (unknown where the table has none) and

        consumption  money spent up to `as_of`; 0 for who has not bought

        >>> import pandas as pd
        >>> from types import SimpleNamespace
        >>> tables = SimpleNamespace(
        ...     customers=pd.DataFrame({"customer_id": ["ann", "bo"], "age": [34, 51], "sex": ["f", "m"]}),
        ...     transactions=pd.DataFrame({"customer_id": ["ann", "ann"], "amount": [80.0, 20.0],
        ...         "date": pd.to_datetime(["2025-01-05", "2025-03-01"])}))
        >>> traditional_dimensions(tables, "2025-12-31")[["customer_id", "age", "sex", "consumption"]]
          customer_id   age sex  consumption
        0         ann  34.0   f        100.0
        1          bo  51.0   m          0.0

    In plain pandas:

        >>> tables.transactions.groupby("customer_id")["amount"].sum().reindex(["ann", "bo"], fill_value=0).tolist()
        [100.0, 0.0]

    Raises `DataError` (what breaks the schema; a table missing), `RuleError` (`as_of`).
    """
    today, reader = known_day(tables, as_of), Reader(tables)
    people = _people(reader, today, {name: _FEATURES[name] for name in TRADITIONAL})
    spent = (
        sales(reader, margin=1)
        .filter(days_before("date", today) >= 0)
        .group_by("customer_id")
        .agg(nw.col("amount").sum().alias("consumption"))
    )
    return to_native(_features(people, spent, TRADITIONAL).sort("customer_id"))


def _features(people: Frame, spent: Frame, names: tuple[str, ...]) -> Frame:
    """Join what was spent to the features, ages as floats so that every engine can say unknown."""
    age = nw.col("age").cast(nw.Float64)
    joined = people.with_columns(age).join(spent, on="customer_id", how="left")
    return joined.select("customer_id", *names, nw.col("consumption").fill_null(0.0), *_others(spent))


def _others(spent: Frame) -> list[str]:
    return [name for name in spent.collect_schema().names() if name not in {"customer_id", "consumption"}]


def crm_dimensions(tables: object, as_of: date | str, *, margin: float | None = None, current_days: int = _YEAR) -> Any:
    """Describe customers by the three dimensions of CRM: attributes, type, and value over the life cycle.

    Before: `tables` with `customers` and `transactions` (with `cost`, or give `margin`), and where known `wallet`.
    After: one row a person known at `as_of`, sorted by `customer_id`, with customer_id, the columns of
    `traditional_dimensions` (attributes), then

        customer_type     consumer or business, as the table has it
        historical_value  profit before the current span (money; 0 without a purchase)
        current_value     profit of the last `current_days` days, `as_of` included; the column `current_value` of
                          `customers` where it knows better (money)
        potential_value   the column `potential_value` of `customers`; else what the customer spent with others in the
                          wallet's periods that end in the current span, at the margin the company earned on all its
                          sales of that span (money). Unknown where neither says anything
        clv               their sum, the course's lifetime value (money); unknown where the potential is

    The course names the three values and leaves open how to get them; this reading is the kit's (AMB-48).

    margin        profit per unit of money to take where a cost is not known (fraction)
    current_days  length of the current span (days)

        >>> import pandas as pd
        >>> from types import SimpleNamespace
        >>> tables = SimpleNamespace(
        ...     customers=pd.DataFrame({"customer_id": ["ann", "bo"], "customer_type": ["consumer", "business"]}),
        ...     transactions=pd.DataFrame({"customer_id": ["ann", "ann", "bo"],
        ...         "date": pd.to_datetime(["2023-01-05", "2025-03-01", "2025-06-01"]),
        ...         "amount": [80.0, 20.0, 60.0], "cost": [50.0, 10.0, 30.0]}),
        ...     wallet=pd.DataFrame({"customer_id": ["bo"], "period": pd.to_datetime(["2025-06-30"]),
        ...         "own_spend": [60.0], "total_category_spend": [100.0], "n_suppliers": [2]}))
        >>> after = crm_dimensions(tables, "2025-12-31")
        >>> after[["customer_id", "historical_value", "current_value", "potential_value", "clv"]]
          customer_id  historical_value  current_value  potential_value   clv
        0         ann              30.0           10.0              NaN   NaN
        1          bo               0.0           30.0             20.0  50.0

    bo's potential in plain Python, at the margin of (10 + 30) / (20 + 60):

        >>> (100 - 60) * (10 + 30) / (20 + 60)
        20.0

    Raises `DataError` (what breaks the schema; a table missing; a cost not known and no margin), `RuleError`.
    """
    today, span, reader = known_day(tables, as_of), count("current_days", current_days, 1), Reader(tables)
    known = {"known_current": nw.Float64, "known_potential": nw.Float64}
    extra = {**_FEATURES, "current_value": nw.Float64, "potential_value": nw.Float64}
    people = _people(reader, today, extra).rename(
        dict(zip(("current_value", "potential_value"), known, strict=True)),
    )
    age = nw.col("age_days")
    bought = sales(reader, margin).with_columns(days_before("date", today).alias("age_days"))
    now = one_if(age < span)
    bought = bought.filter(age >= 0).with_columns(
        (nw.col("profit") * now).alias("current_value"),
        (nw.col("profit") * one_if(age >= span)).alias("historical_value"),
        (nw.col("amount") * now).alias("current_revenue"),
    )
    sums = bought.group_by("customer_id").agg(
        nw.col("amount").sum().alias("consumption"), nw.col("current_value", "historical_value").sum()
    )
    earned = one_row(bought, nw.col("current_value").sum(), nw.col("current_revenue").sum())
    revenue = earned["current_revenue"] or 0.0
    gaps = _gaps(people, reader, today, span)
    joined = _features(people, sums, (*TRADITIONAL, "customer_type", *known)).join(gaps, on="customer_id", how="left")
    per_unit = nw.lit(earned["current_value"] / revenue if revenue > 0 else None, nw.Float64)
    valued = joined.with_columns(
        nw.col("historical_value").fill_null(0.0),
        nw.coalesce(nw.col("known_current").cast(nw.Float64), nw.col("current_value").fill_null(0.0)).alias(
            "current_value"
        ),
        nw.coalesce(nw.col("known_potential").cast(nw.Float64), nw.col("elsewhere") * per_unit).alias(
            "potential_value"
        ),
    )
    values = ("historical_value", "current_value", "potential_value")
    total = nw.col(values[0]) + nw.col(values[1]) + nw.col(values[2])
    return to_native(
        valued.select("customer_id", *TRADITIONAL, "consumption", "customer_type", *values, total.alias("clv")).sort(
            "customer_id"
        )
    )


def _gaps(people: Frame, reader: Reader, today: date, span: int) -> Frame:
    """Sum up what each customer spent with others in the periods of the wallet that end in the span."""
    table = reader.open("wallet", ("customer_id", "period", "own_spend", "total_category_spend"))
    if table is None:
        return people.select("customer_id", unknown().alias("elsewhere"))
    age = days_before("period", today)
    gap = (nw.col("total_category_spend").cast(nw.Float64) - nw.col("own_spend").cast(nw.Float64)).clip(0)
    return (
        table.filter((age >= 0) & (age < span))
        .with_columns(gap.alias("elsewhere"))
        .group_by("customer_id")
        .agg(nw.col("elsewhere").sum())
    )
