"""What is measured of each customer before defection can be told: one row a customer, one column a signal."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

import narwhals.stable.v2 as nw

from .defection_causes import Cause, Destination
from .defection_rules import SIGNALS, DefectionRules
from .errors import DataError
from .frames import Frame, days_before, one_if, ratio, to_native, unknown
from .inputs import Reader, known_day

if TYPE_CHECKING:
    from datetime import date
    from enum import StrEnum

# The last places of a quotient depend on the currency; nobody may become a defector by that.
_DECIMALS = 9

_OF_WALLET = tuple(name for name in SIGNALS if name not in ("declared_lost", "days_since_last"))


def _known_words(frame: Frame, column: str, words: type[StrEnum]) -> None:
    """Refuse a word of the customers' own table that the rules do not know."""
    odd = frame.filter(~nw.col(column).is_null() & ~nw.col(column).is_in([w.value for w in words]))
    first = odd.lazy().select(nw.col(column).min()).collect()[column].to_list()
    if first and isinstance(first[0], str):
        raise DataError(
            f"{first[0]!r} is none of {', '.join(words)}; map it to one of them, or leave it empty",
            table="customers",
            column=column,
        )


def _people(reader: Reader, today: date) -> Frame:
    """One row a customer known at `today`: days since the goodbye, and what was said with it."""
    dates = {name: nw.Datetime("us") for name in ("acquired_on", "lost_on")}
    extra = {**dates, "lost_reason": nw.String, "destination": nw.String}
    table = reader.must_open("customers", ("customer_id",), extra)
    acquired = nw.col("acquired_age")
    people = table.select(
        "customer_id",
        days_before("acquired_on", today).alias("acquired_age"),
        days_before("lost_on", today).alias("lost_age"),
        nw.col("lost_reason", "destination").cast(nw.String),
    ).filter(acquired.is_null() | (acquired >= 0))
    for column, words in (("lost_reason", Cause), ("destination", Destination)):
        _known_words(people, column, words)
    return people


def _purchases(people: Frame, reader: Reader, today: date) -> Frame:
    """Add the days since the last purchase."""
    table = reader.open("transactions", ("customer_id", "date"))
    if table is None:
        return people.with_columns(unknown().alias("days_since_last"))
    last = (
        table.select("customer_id", days_before("date", today).alias("days_since_last"))
        .filter(nw.col("days_since_last") >= 0)
        .group_by("customer_id")
        .agg(nw.col("days_since_last").min())
    )
    return people.join(last, on="customer_id", how="left")


def _wallet(people: Frame, reader: Reader, today: date, rules: DefectionRules) -> Frame:
    """Add the latest finished period of the wallet and how it differs from the one before."""
    needs = ("customer_id", "period", "own_spend", "total_category_spend", "n_suppliers")
    table = reader.open("wallet", needs)
    if table is None:
        return people.with_columns(*(unknown().alias(name) for name in _OF_WALLET))
    own, total = (nw.col(name).cast(nw.Float64) for name in ("own_spend", "total_category_spend"))
    place = nw.col("place")
    numbered = (
        table.select(
            "customer_id",
            days_before("period", today).alias("age"),
            own.alias("own"),
            (total - own).alias("elsewhere"),
            ratio(own, total).alias("share"),
            (nw.col("n_suppliers").cast(nw.Float64) - one_if(own > 0)).alias("rivals"),
            nw.lit(1).alias("place"),
        )
        .filter(nw.col("age") >= 0)
        .with_columns(place.cum_sum().over("customer_id", order_by="age"))
    )
    latest, before = place == 1, place == 1 + rules.compare_periods
    two = (
        numbered.with_columns(
            *(nw.when(latest).then(nw.col(name)).alias(f"{name}_last") for name in ("own", "elsewhere", "share")),
            nw.when(latest).then(nw.col("rivals")).alias("rivals_last"),
            *(nw.when(before).then(nw.col(name)).alias(f"{name}_before") for name in ("own", "share", "rivals")),
            nw.when(place > 1).then(nw.col("own")).alias("own_earlier"),
        )
        .group_by("customer_id")
        .agg(
            nw.col(
                "own_last", "elsewhere_last", "share_last", "rivals_last", "own_before", "share_before", "rivals_before"
            ).max(),
            nw.col("own_earlier").max(),
        )
    )
    added = nw.col("rivals_last") - nw.col("rivals_before")
    return people.join(two, on="customer_id", how="left").with_columns(
        (ratio(nw.col("own_last"), nw.col("own_before")) - 1).round(_DECIMALS).alias("own_growth"),
        (nw.col("share_before") - nw.col("share_last")).round(_DECIMALS).alias("share_fall"),
        nw.col("rivals_last").alias("rivals"),
        nw.when(nw.col("own_before") > 0).then(added).alias("rivals_added"),
    )


def signals(tables: object, as_of: date | str, rules: DefectionRules | None = None) -> Any:
    """Measure what tells defection of every customer known at `as_of`, from the latest periods and the last purchase.

    Before: `tables` has customers (customer_id; acquired_on, lost_on, lost_reason and destination where they are
    there) and, where there are any, transactions (customer_id, date) and wallet (customer_id, period, own_spend,
    total_category_spend, n_suppliers). After: one row a customer, sorted by `customer_id`, with the columns of
    `SIGNALS` and, where a goodbye (or a reason without a date) stands at `as_of`,

        lost_reason  the cause the customer stated
        destination  where the customer said to buy now

    What is dated after `as_of` is left out, customers acquired after it too; a period counts once it is over. A day
    before all data leaves everything unknown, and one long after it finds everybody silent. A purchase after the
    goodbye undoes it. Where own spending exceeds all spending the share is above 1, and kept so.

        >>> import pandas as pd
        >>> from types import SimpleNamespace
        >>> customers = pd.DataFrame({"customer_id": ["ann", "bo"]})
        >>> wallet = pd.DataFrame({
        ...     "customer_id": ["ann", "ann", "bo", "bo"],
        ...     "period": pd.to_datetime(["2025-09-30", "2025-12-31"] * 2),
        ...     "own_spend": [60.0, 80.0, 50.0, 50.0],
        ...     "total_category_spend": [100.0, 200.0, 50.0, 50.0],
        ...     "n_suppliers": [2, 2, 1, 1]})
        >>> after = signals(SimpleNamespace(customers=customers, wallet=wallet), "2025-12-31")
        >>> after[["customer_id", "share_before", "share_last", "share_fall", "rivals"]]
          customer_id  share_before  share_last  share_fall  rivals
        0         ann           0.6         0.4         0.2     1.0
        1          bo           1.0         1.0         0.0     0.0

    The shares in plain pandas:

        >>> share = wallet["own_spend"] / wallet["total_category_spend"]
        >>> share.groupby(wallet["customer_id"]).agg(list).to_dict()
        {'ann': [0.6, 0.4], 'bo': [1.0, 1.0]}

    Raises `DataError` (what breaks the schema; ids of different kinds; a reason or destination there is not),
    `RuleError` (`as_of`).
    """
    rules = rules or DefectionRules()
    today = known_day(tables, as_of)
    reader = Reader(tables)
    frame = _wallet(_purchases(_people(reader, today), reader, today), reader, today, rules)
    since = nw.col("days_since_last").is_null() | (nw.col("days_since_last") >= nw.col("lost_age"))
    stands = (nw.col("lost_age") >= 0) & since
    said = nw.col("lost_age").is_null() | stands
    return to_native(
        frame.with_columns(
            one_if(stands).fill_null(0.0).alias("declared_lost"),
            *(nw.when(said).then(nw.col(name)).alias(name) for name in ("lost_reason", "destination")),
        )
        .select("customer_id", *SIGNALS, "lost_reason", "destination")
        .sort("customer_id")
    )
