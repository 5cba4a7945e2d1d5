"""What each customer brings: amounts less costs, and his place among all."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

import narwhals.stable.v2 as nw

from .errors import DataError
from .frames import days_before, one_row, to_native
from .inputs import Reader, day, days, fraction

if TYPE_CHECKING:
    from datetime import date

    from .frames import Frame

_MONEY_DECIMALS = 6  # sums of floats differ in the last places with the order of the rows; no place may hang on that


def sales(reader: Reader, margin: float | None) -> Frame:
    """Return one row a transaction with `amount` and `profit`; `margin` stands in where the cost is not known."""
    needs, why = ("customer_id", "date", "amount"), "without it nobody brings anything"
    table = reader.must_open("transactions", needs, {"cost": nw.Float64}, why=why)
    amount, cost = nw.col("amount").cast(nw.Float64), nw.col("cost").cast(nw.Float64)
    if margin is not None:
        cost = nw.coalesce(cost, amount * (1 - fraction("margin", margin)))
    else:
        gaps = one_row(table, nw.col("cost").null_count().alias("gaps"))["gaps"]
        if gaps:
            message = f"is not known for {gaps} rows; fill it in, or give the margin to take for them (margin=0.3)"
            raise DataError(message, table="transactions", column="cost")
    return table.select("customer_id", "date", amount.alias("amount"), (amount - cost).alias("profit"))


def profit_contribution(
    tables: object,
    observed_from: date | str | None = None,
    observed_to: date | str | None = None,
    *,
    margin: float | None = None,
) -> Any:
    """Say what each customer brings, and his place among all, by summing amounts less costs.

    Before: `tables` with `transactions` (customer_id, date, amount, cost). After: one row for each customer who bought
    in the window (both days included; None: all there is), sorted by `customer_id`:

        customer_id
        revenue     what the customer paid (money)
        profit      revenue less the cost of the goods (money); below 0 for a customer who costs more than he brings
        place       1 for the largest profit; of equal ones the smaller customer_id first
        cumulative  profit of this customer and of all before him, as a share of all profit (fraction; it can rise above
                    1 on the way where the last ones make losses). Unknown where all profit together is not above 0

    margin  profit per unit of money to take where a cost is not known (fraction). With 1, data without costs are told
            apart by their revenue

        >>> import pandas as pd
        >>> from types import SimpleNamespace
        >>> transactions = pd.DataFrame({"customer_id": ["ann", "bo", "ann", "cy"],
        ...     "date": pd.to_datetime(["2025-01-05", "2025-02-01", "2025-03-01", "2025-04-01"]),
        ...     "amount": [50.0, 90.0, 30.0, 20.0], "cost": [20.0, 60.0, 10.0, 15.0]})
        >>> profit_contribution(SimpleNamespace(transactions=transactions))
          customer_id  revenue  profit  place  cumulative
        0         ann     80.0    50.0      1    0.588235
        1          bo     90.0    30.0      2    0.941176
        2          cy     20.0     5.0      3    1.000000

    The profits in plain pandas:

        >>> (transactions["amount"] - transactions["cost"]).groupby(transactions["customer_id"]).sum().tolist()
        [50.0, 30.0, 5.0]

    Raises `DataError` (what breaks the schema; a cost not known and no margin given), `RuleError` (days, margin).
    """
    bought = sales(Reader(tables), margin)
    if observed_from is not None and observed_to is not None:
        days(observed_from, observed_to)
    if observed_to is not None:
        bought = bought.filter(days_before("date", day(observed_to, "observed_to")) >= 0)
    if observed_from is not None:
        bought = bought.filter(days_before("date", day(observed_from, "observed_from")) <= 0)
    sums = (
        bought.group_by("customer_id")
        .agg(nw.col("amount").sum().alias("revenue"), nw.col("profit").sum())
        .with_columns(nw.col("revenue", "profit").round(_MONEY_DECIMALS))
    )
    whole = one_row(sums, nw.col("profit").sum().alias("whole"))["whole"] or 0.0
    order = ("minus", "customer_id")
    return to_native(
        sums.with_columns((-nw.col("profit")).alias("minus"), nw.lit(1).alias("place"))
        .with_columns(
            nw.col("place").cum_sum().over(order_by=order),
            nw.col("profit").cum_sum().over(order_by=order).alias("cumulative"),
        )
        .select(
            "customer_id",
            "revenue",
            "profit",
            "place",
            nw.col("cumulative") / nw.lit(whole if whole > 0 else None, nw.Float64),
        )
        .sort("customer_id")
    )
