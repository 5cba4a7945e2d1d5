"""What is measured of each customer before a tier can be told: one row a customer, one column a signal.

The slow part of the tiers: it reads the tables. What is done with the signals is in `loyaltylib.tiers`.
"""

from __future__ import annotations

from math import inf
from typing import TYPE_CHECKING, Any

import narwhals.stable.v2 as nw

from .frames import Frame, days_before, one_if, ratio, to_native, unknown
from .inputs import Reader, day, known_day
from .tiers_rules import SIGNALS, TierRules

if TYPE_CHECKING:
    from datetime import date

# Sums of floats differ in the last places with the order of the rows and the engine; a customer must not change tier
# by that. Nine decimals of a share and six of an amount of money are far below anything that matters.
_SHARE_DECIMALS = 9
_MONEY_DECIMALS = 6

_ONE_GAP = 2  # purchases; how evenly someone buys shows from two gaps on, that is with more purchases than this

_FROM_PURCHASES = (
    "n_orders",
    "days_since_last",
    "orders_last",
    "orders_before",
    "frequency_fall",
    "spend_last",
    "spend_before",
    "spend_fall",
    "volume",
    "gap_cv",
)


def _fall(last: nw.Expr, before: nw.Expr) -> nw.Expr:
    return (1 - ratio(last, before)).round(_SHARE_DECIMALS)


def _people(reader: Reader, today: date) -> Frame:
    """One row a customer known at `today`: days since the first purchase and since the goodbye, where known."""
    extra = {"acquired_on": nw.Datetime("us"), "lost_on": nw.Datetime("us"), "acquired_via": nw.String}
    table = reader.must_open("customers", ("customer_id",), extra)
    ages = table.select(
        "customer_id",
        days_before("acquired_on", today).alias("acquired_age"),
        days_before("lost_on", today).alias("lost_age"),
        nw.when(~nw.col("acquired_via").is_null())
        .then((nw.col("acquired_via") == "promotion").cast(nw.Float64))
        .alias("by_promotion"),
    )
    return ages.filter(nw.col("acquired_age").is_null() | (nw.col("acquired_age") >= 0))


def _purchases(people: Frame, reader: Reader, today: date, rules: TierRules, observed: float) -> Frame:
    """Add what the transactions say: how often, how much, how evenly, and the two falls.

    A purchase is a day with a transaction. A window before the last one counts for a customer only where the customer
    was there, and the data begins, on its first day: else a window half empty would look like a fall or hide one.
    """
    table = reader.open("transactions", ("customer_id", "date", "amount"))
    if table is None:
        return people.with_columns(
            *(unknown().alias(name) for name in _FROM_PURCHASES), nw.col("acquired_age").alias("tenure_days")
        )
    age, amount, acquired = nw.col("age"), nw.col("amount"), nw.col("acquired_age")
    days = (
        table.select("customer_id", amount.cast(nw.Float64), days_before("date", today).alias("age"))
        .filter(age >= 0)
        .group_by("customer_id", "age")
        .agg(amount.sum())
        .join(people.select("customer_id", "acquired_age"), on="customer_id", how="inner")
    )
    # Windows are numbered from 0, the last; `normal` is how many before it the customer's own normal is made of.
    span, normal, window = rules.window_days, nw.col("normal"), nw.col("window")
    there = nw.when(acquired.is_null()).then(age.max().over("customer_id")).otherwise(acquired) + 1
    whole = nw.when(there > observed).then(nw.lit(observed)).otherwise(there) // span - 1
    last, earlier = one_if(window == 0), one_if((window > 0) & (window <= normal))
    sums = (
        days.with_columns(
            whole.clip(0, rules.earlier_windows).alias("normal"),
            (age // span).alias("window"),
            age.diff().over("customer_id", order_by="age").alias("gap"),
        )
        .with_columns(
            (nw.col("gap") * nw.col("gap")).alias("gap"),
            (amount * one_if(age < rules.volume_days)).alias("volume"),
            last.alias("orders_last"),
            (amount * last).alias("spend_last"),
            earlier.alias("orders_before"),
            (amount * earlier).alias("spend_before"),
        )
        .group_by("customer_id")
        .agg(
            nw.len().alias("n_orders"),
            age.min().alias("days_since_last"),
            age.max().alias("first_age"),
            normal.max(),
            nw.col("gap", "volume", "orders_last", "orders_before", "spend_last", "spend_before").sum(),
        )
    )
    orders, length = nw.col("n_orders"), nw.col("first_age") - nw.col("days_since_last")
    spread = (orders - 1) * nw.col("gap") / (length * length) - 1
    return (
        people.join(sums, on="customer_id", how="left")
        .with_columns(
            nw.coalesce("acquired_age", "first_age").alias("tenure_days"),
            nw.col("n_orders", "volume", "orders_last", "spend_last").cast(nw.Float64).fill_null(0.0),
            ratio(nw.col("orders_before"), normal).alias("orders_before"),
            ratio(nw.col("spend_before"), normal).alias("spend_before"),
            nw.when(orders > _ONE_GAP).then(spread.clip(0).sqrt().round(_SHARE_DECIMALS)).alias("gap_cv"),
        )
        .with_columns(
            nw.col("volume", "spend_last", "spend_before").round(_MONEY_DECIMALS),
            _fall(nw.col("orders_last"), nw.col("orders_before")).alias("frequency_fall"),
            _fall(nw.col("spend_last"), nw.col("spend_before")).alias("spend_fall"),
        )
    )


def _wallet(people: Frame, reader: Reader, today: date, rules: TierRules) -> Frame:
    """Add our share of the customer's spending in the latest finished period, its fall, and the suppliers."""
    needs = ("customer_id", "period", "own_spend", "total_category_spend", "n_suppliers")
    table = reader.open("wallet", needs)
    if table is None:
        return people.with_columns(*(unknown().alias(name) for name in ("wallet_share", "share_fall", "n_suppliers")))
    own, total = (nw.col(name).cast(nw.Float64) for name in ("own_spend", "total_category_spend"))
    place = nw.col("place")
    earlier = (place > 1) & (place <= rules.earlier_windows + 1) & ~nw.col("share").is_null()
    periods = (
        table.with_columns(
            days_before("period", today).alias("age"), ratio(own, total).alias("share"), nw.lit(1).alias("place")
        )
        .filter(nw.col("age") >= 0)
        .with_columns(place.cum_sum().over("customer_id", order_by="age"))
        .with_columns(
            nw.when(place == 1).then(nw.col("share")).alias("latest"),
            nw.when(place == 1).then(nw.col("n_suppliers").cast(nw.Float64)).alias("n_suppliers"),
            nw.when(earlier).then(nw.col("share")).alias("earlier"),
        )
        .group_by("customer_id")
        .agg(nw.col("latest").max(), nw.col("n_suppliers").max(), nw.col("earlier").mean())
    )
    return people.join(periods, on="customer_id", how="left").with_columns(
        nw.col("latest").round(_SHARE_DECIMALS).alias("wallet_share"),
        _fall(nw.col("latest"), nw.col("earlier")).alias("share_fall"),
    )


def _complaints(people: Frame, reader: Reader, today: date, rules: TierRules) -> Frame:
    """Add complaints open at `today`, and those forgiven or not; one settled later is still open."""
    names = ("open_complaints", "complaints_unforgiven", "complaints_forgiven")
    table = reader.open("complaints", ("customer_id", "opened_on", "resolved_on"), {"satisfaction_score": nw.Float64})
    if table is None:
        return people.with_columns(*(unknown().alias(name) for name in names))
    still = nw.col("resolved_age").is_null() | (nw.col("resolved_age") < 0)
    low = (nw.col("satisfaction_score") < rules.forgiven_score).fill_null(value=False)
    cases = (
        table.with_columns(
            days_before("opened_on", today).alias("opened_age"), days_before("resolved_on", today).alias("resolved_age")
        )
        .filter(nw.col("opened_age") >= 0)
        .with_columns(
            one_if(still).alias("open_complaints"),
            one_if(still | low).alias("complaints_unforgiven"),
            one_if(~(still | low)).alias("complaints_forgiven"),
        )
        .group_by("customer_id")
        .agg(nw.col(*names).sum())
    )
    return people.join(cases, on="customer_id", how="left").with_columns(nw.col(*names).fill_null(0.0))


def _counts(people: Frame, reader: Reader, today: date, rules: TierRules) -> Frame:
    """Add how many negotiations, pieces of feedback and recommendations are the customer's; unknown without a table."""
    contacts = reader.open("contacts", ("customer_id", "date", "function"))
    if contacts is not None:
        contacts = contacts.filter(nw.col("function") == "negotiation")
    asked = {
        "negotiations": (contacts, rules.feedback_days),
        "feedback": (reader.open("feedback", ("customer_id", "date")), rules.feedback_days),
        "referrals": (reader.open("referrals", ("referrer_id", "date")), inf),
    }
    there = [name for name, (table, _) in asked.items() if table is not None]
    absent = [unknown().alias(name) for name in asked if name not in there]
    if not there:
        return people.with_columns(*absent)
    age = nw.col("age")
    rows = [
        table.with_columns(days_before("date", today).alias("age")).select(
            "customer_id",
            *((one_if((age >= 0) & (age < span)) if other == name else nw.lit(0.0)).alias(other) for other in there),
        )
        for name, (table, span) in asked.items()
        if table is not None
    ]
    found = nw.concat(rows).group_by("customer_id").agg(nw.col(*there).sum())
    return people.join(found, on="customer_id", how="left").with_columns(nw.col(*there).fill_null(0.0), *absent)


def with_cut(signals: Frame, rules: TierRules) -> Frame:
    """Add `volume_cut`: the quantile `core_quantile` (linear) of the volume of all who bought in that span."""
    bought = nw.when(nw.col("volume") > 0).then(nw.col("volume"))
    return signals.with_columns(bought.quantile(rules.core_quantile, "linear").alias("volume_cut"))


def signals(tables: object, as_of: date | str, rules: TierRules | None = None) -> Any:
    """Measure every signal of every customer known at `as_of`, from counts and sums over windows that end that day.

    Before: `tables`, anything with the attributes of `loyaltylib.data.Tables`; `customers` must be there
    (`customer_id`, and where known `acquired_on`, `lost_on`, `acquired_via`), the others may be None:

        transactions  customer_id, date, amount            a transaction; those of one day are one purchase
        wallet        customer_id, period, own_spend, total_category_spend, n_suppliers
        complaints    customer_id, opened_on, resolved_on, and where known satisfaction_score
        feedback      customer_id, date                    contacts   customer_id, date, function
        referrals     referrer_id, date

    After: one row a customer, sorted by `customer_id`, and a column for each name in `SIGNALS` (which see for units),
    all floats so that every kind of frame can say "unknown" (null). A signal is unknown where its table is missing,
    where the wallet has no row of the customer, and where a customer was not there long enough to be compared.

    Left out: what is dated after `as_of` (a complaint settled later counts as open), customers acquired later, and rows
    of customers who are not in `customers`. A goodbye counts unless a purchase followed. Windows that begin before
    `tables.observed_from`, where given, are not compared.

        >>> import pandas as pd
        >>> from types import SimpleNamespace
        >>> customers = pd.DataFrame({"customer_id": ["ann", "bo"]})
        >>> transactions = pd.DataFrame({
        ...     "customer_id": ["ann", "ann", "ann"],
        ...     "date": pd.to_datetime(["2025-06-01", "2025-09-01", "2025-12-01"]),
        ...     "amount": [80.0, 120.0, 25.0]})
        >>> tables = SimpleNamespace(customers=customers, transactions=transactions)
        >>> after = signals(tables, "2025-12-31")
        >>> after[["customer_id", "n_orders", "days_since_last", "tenure_days"]]
          customer_id  n_orders  days_since_last  tenure_days
        0         ann       3.0             30.0        213.0
        1          bo       0.0              NaN          NaN
        >>> after[["spend_last", "spend_before", "spend_fall"]]
           spend_last  spend_before  spend_fall
        0        25.0         120.0    0.791667
        1         0.0           NaN         NaN

    The spending of ann's last window, and the one before it, in plain pandas (the window before those two began when
    she was not a customer yet, so it is not compared):

        >>> age = (pd.Timestamp("2025-12-31") - transactions["date"]).dt.days
        >>> by_window = transactions.groupby(["customer_id", age // 90])["amount"].sum().unstack(fill_value=0.0)
        >>> float(by_window.loc["ann", 0]), float(by_window.loc["ann", 1])
        (25.0, 120.0)
        >>> round(1 - 25.0 / 120.0, 6)
        0.791667

    Raises `DataError` (what breaks the schema; ids of different kinds), `RuleError` (`as_of`).
    """
    rules = rules or TierRules()
    today = known_day(tables, as_of)
    reader = Reader(tables)
    start = getattr(tables, "observed_from", None)
    observed = (today - day(start)).days + 1 if start is not None else inf

    frame = _purchases(_people(reader, today), reader, today, rules, observed)
    frame = _wallet(frame, reader, today, rules)
    frame = _complaints(frame, reader, today, rules)
    frame = _counts(frame, reader, today, rules)
    silent_since = nw.col("days_since_last").is_null() | (nw.col("days_since_last") >= nw.col("lost_age"))
    frame = frame.with_columns(one_if((nw.col("lost_age") >= 0) & silent_since).fill_null(0.0).alias("declared_lost"))
    measured = with_cut(frame, rules).select("customer_id", *SIGNALS).sort("customer_id")
    return to_native(measured)
