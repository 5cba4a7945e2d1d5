"""Customer identification: who provides the revenue, and who benefits.

In `transactions`, `customer_id` is the one an order is for and `payer_id` the one who paid, where that is another.
"""

from __future__ import annotations

from enum import StrEnum
from typing import TYPE_CHECKING, Any

import narwhals.stable.v2 as nw

from .errors import DataError
from .frames import Frame, days_before, one_if, one_row, ratio, to_native
from .inputs import Reader, days

if TYPE_CHECKING:
    from datetime import date


class Part(StrEnum):
    """What a party is in the purchases of a window. Someone who pays nothing and gets nothing has no part."""

    PURCHASER = "purchaser"  # pays, and all of it is for others
    END_USER = "end user"  # gets the goods, and others pay (or nobody: a gift)
    BOTH = "both"

    @property
    def concept(self) -> str | None:
        """Id in the concept registry; None for who is both."""
        return {Part.PURCHASER: "ident.purchaser", Part.END_USER: "ident.end_user"}.get(self)


class Method(StrEnum):
    """The four ways to find the customers that matter, from the simplest idea to the fullest."""

    MOTIVE = "motive"
    PARETO = "pareto"
    CLP = "clp"
    BURNETT = "burnett"

    @property
    def concept(self) -> str:
        """Id in the concept registry."""
        return "burnett" if self is Method.BURNETT else f"ident.method.{self.value}"


def _sales(tables: object, observed_from: date | str, observed_to: date | str) -> Frame:
    """Return the transactions of a window with `payer`, the one who paid, and `elsewhere`, whether that is another."""
    first, last = days(observed_from, observed_to)
    needs, why = ("customer_id", "date", "amount"), "without it nobody is known to pay"
    table = Reader(tables).must_open("transactions", needs, {"payer_id": nw.String}, why=why)
    schema = table.collect_schema()
    payer = nw.coalesce(nw.col("payer_id").cast(schema["customer_id"]), nw.col("customer_id"))
    if schema["payer_id"].is_integer() != schema["customer_id"].is_integer():
        if one_row(table, nw.col("payer_id").count().alias("payers"))["payers"]:
            problem = "ids are of another kind than in 'customer_id'; make both text, or both whole numbers"
            raise DataError(problem, table="transactions", column="payer_id")
        payer = nw.col("customer_id")
    age = nw.col("age")
    return (
        table.with_columns(
            days_before("date", last).alias("age"), payer.alias("payer"), nw.col("amount").cast(nw.Float64)
        )
        .filter((age >= 0) & (age <= (last - first).days))
        .with_columns(one_if(nw.col("payer") != nw.col("customer_id")).alias("elsewhere"))
    )


def who_pays(tables: object, observed_from: date | str, observed_to: date | str) -> Any:
    """Answer the first question, who provides the revenue: what each payer paid in a window, for whom.

    Before: `transactions` (customer_id, date, amount, and where known payer_id; an empty payer_id means that the
    customer paid). After: one row a payer of more than 0, sorted by `customer_id`:

        customer_id      the payer
        paid             money paid
        paid_for_others  money of it paid for someone else
        users            different people it was for, the payer included
        share            of all revenue in the window (fraction)

        >>> import pandas as pd
        >>> from types import SimpleNamespace
        >>> before = pd.DataFrame({
        ...     "customer_id": ["child", "child", "ann"], "payer_id": ["mum", None, None],
        ...     "date": pd.to_datetime(["2025-03-01", "2025-04-01", "2025-05-01"]), "amount": [60.0, 10.0, 30.0]})
        >>> who_pays(SimpleNamespace(transactions=before), "2025-01-01", "2025-12-31")
          customer_id  paid  paid_for_others  users  share
        0         ann  30.0              0.0      1    0.3
        1       child  10.0              0.0      1    0.1
        2         mum  60.0             60.0      1    0.6

    In plain pandas:

        >>> before.groupby(before["payer_id"].fillna(before["customer_id"]))["amount"].sum().to_dict()
        {'ann': 30.0, 'child': 10.0, 'mum': 60.0}

    A window without revenue gives an empty frame. Raises `DataError` (what breaks the schema), `RuleError` (the days).
    """
    sales = _sales(tables, observed_from, observed_to).filter(nw.col("amount") > 0)
    total = one_row(sales, nw.col("amount").sum().alias("total"))["total"] or 0.0
    payers = sales.select(
        nw.col("payer").alias("who"),
        nw.col("customer_id").alias("user"),
        nw.col("amount").alias("paid"),
        (nw.col("amount") * nw.col("elsewhere")).alias("paid_for_others"),
    )
    grouped = payers.group_by("who").agg(
        nw.col("paid", "paid_for_others").sum(), nw.col("user").n_unique().alias("users")
    )
    shared = grouped.with_columns(ratio(nw.col("paid"), nw.lit(float(total))).alias("share"))
    return to_native(shared.rename({"who": "customer_id"}).sort("customer_id"))


def who_benefits(tables: object, observed_from: date | str, observed_to: date | str) -> Any:
    """Answer the second question, who benefits: what each customer got in a window, and who paid for it.

    Before: as in `who_pays`. After: one row a customer with an order, sorted by `customer_id`:

        customer_id
        received          money the goods cost, whoever paid; 0 for gifts
        paid_by_others    money of it paid by someone else
        payers            different people who paid, the customer included

        >>> import pandas as pd
        >>> from types import SimpleNamespace
        >>> before = pd.DataFrame({
        ...     "customer_id": ["child", "child", "ann"], "payer_id": ["mum", None, None],
        ...     "date": pd.to_datetime(["2025-03-01", "2025-04-01", "2025-05-01"]), "amount": [60.0, 10.0, 30.0]})
        >>> who_benefits(SimpleNamespace(transactions=before), "2025-01-01", "2025-12-31")
          customer_id  received  paid_by_others  payers
        0         ann      30.0             0.0       1
        1       child      70.0            60.0       2

    In plain pandas:

        >>> before.groupby("customer_id")["amount"].sum().to_dict()
        {'ann': 30.0, 'child': 70.0}

    A window without orders gives an empty frame. Raises as `who_pays` does.
    """
    sales = _sales(tables, observed_from, observed_to).select(
        "customer_id",
        nw.col("amount").alias("received"),
        (nw.col("amount") * nw.col("elsewhere")).alias("paid_by_others"),
        nw.when(nw.col("amount") > 0).then(nw.col("payer")).alias("payer"),
        one_if(nw.col("amount") > 0).alias("paid"),
    )
    # A payer who is unknown counts as a value of its own in `n_unique` on some engines: sum the first of each instead.
    once = sales.filter(nw.col("paid") > 0).group_by("customer_id", "payer").agg(nw.len().alias("orders"))
    payers = once.group_by("customer_id").agg(nw.len().alias("payers"))
    got = sales.group_by("customer_id").agg(nw.col("received", "paid_by_others").sum())
    joined = got.join(payers, on="customer_id", how="left")
    counted = joined.with_columns(nw.col("payers").fill_null(0).cast(nw.Int64))
    return to_native(counted.sort("customer_id"))


def parties(tables: object, observed_from: date | str, observed_to: date | str) -> Any:
    """Find everybody who matters in a window: all who pay and all who benefit, and which of the two each one does.

    Before: as in `who_pays`. After: one row a party, sorted by `customer_id`:

        customer_id
        paid        money paid, for oneself and for others
        received    money the goods one got cost, whoever paid
        part        purchaser (pays, all of it for others), end user (gets, and others pay) or both

        >>> import pandas as pd
        >>> from types import SimpleNamespace
        >>> before = pd.DataFrame({
        ...     "customer_id": ["child", "ann"], "payer_id": ["mum", None],
        ...     "date": pd.to_datetime(["2025-03-01", "2025-05-01"]), "amount": [60.0, 30.0]})
        >>> parties(SimpleNamespace(transactions=before), "2025-01-01", "2025-12-31")
          customer_id  paid  received       part
        0         ann  30.0      30.0       both
        1       child   0.0      60.0   end user
        2         mum  60.0       0.0  purchaser

    The end users in plain pandas:

        >>> paying = set(before["payer_id"].fillna(before["customer_id"]))
        >>> sorted(set(before["customer_id"]) - paying)
        ['child']

    Raises as `who_pays` does.
    """
    pays = nw.from_native(who_pays(tables, observed_from, observed_to)).select("customer_id", "paid")
    gets = nw.from_native(who_benefits(tables, observed_from, observed_to))
    gets = gets.select(nw.col("customer_id").alias("user"), "received")
    both = pays.join(gets, left_on="customer_id", right_on="user", how="full")
    only_pays = nw.when(nw.col("user").is_null()).then(nw.lit(Part.PURCHASER.value))
    only_gets = nw.when(nw.col("customer_id").is_null()).then(nw.lit(Part.END_USER.value))
    named = both.select(
        nw.coalesce("customer_id", "user").alias("customer_id"),
        nw.col("paid", "received").fill_null(0.0),
        only_pays.otherwise(only_gets.otherwise(nw.lit(Part.BOTH.value))).alias("part"),
    )
    return to_native(named.sort("customer_id"))
