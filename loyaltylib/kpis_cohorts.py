"""Beyond the course: the customers of a month followed over time.

    cohort_table  how many of each month's new customers buy k months later
    survival      how long customers stay, with those who have not left yet counted right

The pictures of both are in `loyaltylib.kpis_panels`.
"""

from __future__ import annotations

from datetime import timedelta
from typing import TYPE_CHECKING, Any

import narwhals.stable.v2 as nw

from .errors import RuleError
from .frames import days_before
from .inputs import Reader, count, day, known_day
from .kpis_forms import MADE_OF_IT
from .kpis_measure import people, with_first
from .tiers_rules import TierRules

if TYPE_CHECKING:
    from datetime import date


def cohort_table(tables: Any, as_of: date | str, months: int = 12) -> Any:
    """Count for each month's new customers how many of them bought k calendar months later (the cohort table).

    Before: `customers` (customer_id, acquired_on; the first purchase stands in where it is unknown) and `transactions`
    (customer_id, date, amount). After: one row a cohort and month, sorted by both:

        cohort     month of the first purchase, "1997-01"
        month      calendar months since: 0 is the first; at most `months`, and only months over by `as_of`
        customers  in the cohort
        active     of them, bought in that month
        share      active / customers

        >>> import pandas as pd
        >>> from types import SimpleNamespace
        >>> tables = SimpleNamespace(
        ...     customers=pd.DataFrame({
        ...         "customer_id": ["ann", "bo"], "acquired_on": pd.to_datetime(["2025-01-05", "2025-01-20"])}),
        ...     transactions=pd.DataFrame({
        ...         "customer_id": ["ann", "bo", "ann"], "amount": [1.0, 2.0, 3.0],
        ...         "date": pd.to_datetime(["2025-01-05", "2025-01-20", "2025-03-01"])}))
        >>> cohort_table(tables, "2025-03-31")
            cohort  month  customers  active  share
        0  2025-01      0          2       2    1.0
        1  2025-01      1          2       0    0.0
        2  2025-01      2          2       1    0.5

    In plain pandas:

        >>> months = tables.transactions["date"].dt.to_period("M") - pd.Period("2025-01")
        >>> months.map(lambda gap: gap.n).value_counts().sort_index().to_dict()
        {0: 2, 2: 1}

    A lazy frame is collected. "Active in month 12" is another figure than "bought again within a year": name the one
    you mean. Raises `DataError`, `RuleError` (`as_of`, `months`).
    """
    last, reader = known_day(tables, as_of), Reader(tables)
    closed = _closed(last)
    count("months", months)
    table = reader.must_open("customers", ("customer_id",), {"acquired_on": nw.Datetime("us")}, why=MADE_OF_IT)
    orders = reader.must_open("transactions", ("customer_id", "date", "amount"), why=MADE_OF_IT)
    bought = (
        orders.filter(days_before("date", last) >= 0)
        .select("customer_id", _month("date").alias("at"))
        .group_by("customer_id", "at")
        .agg(nw.len().alias("orders"))
    )
    firsts = bought.group_by("customer_id").agg(nw.col("at").min().alias("first"))
    cohorts = (
        table.filter(nw.col("acquired_on").is_null() | (days_before("acquired_on", last) >= 0))
        .select("customer_id", _month("acquired_on").alias("won"))
        .join(firsts, on="customer_id", how="left")
        .select("customer_id", nw.coalesce("won", "first").alias("cohort"))
        .filter(~nw.col("cohort").is_null())
    )
    sizes = _counts(cohorts.group_by("cohort").agg(nw.len().alias("n")), "cohort")
    active = _counts(
        bought.join(cohorts, on="customer_id", how="inner").group_by("cohort", "at").agg(nw.len().alias("n")),
        "cohort",
        "at",
    )
    rows = [
        (f"{cohort // 12}-{cohort % 12 + 1:02d}", k, size, active.get((cohort, cohort + k), 0))
        for (cohort,), size in sorted(sizes.items())
        for k in range(min(months, closed - cohort) + 1)
    ]
    columns: dict[str, list[Any]] = {
        "cohort": [row[0] for row in rows],
        "month": [row[1] for row in rows],
        "customers": [row[2] for row in rows],
        "active": [row[3] for row in rows],
        "share": [row[3] / row[2] for row in rows],
    }
    kinds = (nw.String, nw.Int64, nw.Int64, nw.Int64, nw.Float64)
    return _frame(columns, kinds, orders)


def _month(column: str) -> nw.Expr:
    """Calendar months of a date column, counted from the year 0; floats, so that "unknown" has a place."""
    date_of = nw.col(column).dt
    return date_of.year().cast(nw.Float64) * 12 + date_of.month().cast(nw.Float64) - 1


def _closed(last: date) -> int:
    """Return the last calendar month over by a day, counted from the year 0."""
    ends = (last + timedelta(1)).day == 1
    return last.year * 12 + last.month - (1 if ends else 2)


def _counts(frame: Any, *keys: str) -> dict[tuple[int, ...], int]:
    rows = frame.lazy().collect()
    return {tuple(int(row[key]) for key in keys): int(row["n"]) for row in rows.iter_rows(named=True)}


def _frame(columns: dict[str, list[Any]], kinds: tuple[Any, ...], like: Any) -> Any:
    """Return rows made here as the kind of frame that rows collected from `like` have."""
    backend = like.head(0).lazy().collect().implementation
    return nw.from_dict(columns, schema=dict(zip(columns, kinds, strict=True)), backend=backend).to_native()


def survival(tables: Any, as_of: date | str, rules: TierRules | None = None) -> Any:
    """Estimate how long customers stay: the Kaplan-Meier curve, by SciPy's `ecdf` on right-censored durations.

    A customer's time runs from the first purchase to the day the standards of the tiers call the customer lost: the
    goodbye, or `lapse_days` + 1 after the last purchase. Who is not lost by `as_of` has stayed at least until then and
    is censored, not left out: leaving them out makes every customer look short-lived. Customers won before the data
    begins (`tables.observed_from`) are left out, since those who left before it were never seen.

    After: one row for each number of days at which somebody was lost:

        days      since the first purchase
        at_risk   customers still watched and not lost just before
        lost      on that day
        survival  estimated share of customers who stay longer

        >>> import pandas as pd
        >>> from types import SimpleNamespace
        >>> days = pd.to_datetime(["2024-01-01", "2024-01-01", "2025-12-01"])
        >>> tables = SimpleNamespace(
        ...     customers=pd.DataFrame({"customer_id": ["ann", "bo", "cy"], "acquired_on": days}),
        ...     transactions=pd.DataFrame({
        ...         "customer_id": ["ann", "bo", "cy", "bo"], "amount": [1.0, 1.0, 1.0, 1.0],
        ...         "date": [*days, pd.Timestamp("2025-12-20")]}))
        >>> survival(tables, "2025-12-31")
            days  at_risk  lost  survival
        0  181.0        2     1       0.5

    Source: Kaplan, Meier (1958). Raises `DataError`, `RuleError` (`as_of`, nobody who was won in the data's span).
    """
    from scipy.stats import CensoredData, ecdf

    last, rules, reader = known_day(tables, as_of), rules or TierRules(), Reader(tables)
    known = people(reader, last)
    orders = reader.must_open("transactions", ("customer_id", "date", "amount"), why=MADE_OF_IT)
    ages = orders.select("customer_id", days_before("date", last).alias("age")).filter(nw.col("age") >= 0)
    near = ages.group_by("customer_id").agg(nw.col("age").min().alias("near"))
    start = getattr(tables, "observed_from", None)
    longest = (last - day(start)).days if start is not None else float("inf")
    acquired, silent, gone = nw.col("acquired"), nw.col("near"), nw.col("gone")
    said = (gone >= 0) & (silent >= gone)
    lapsed = silent - rules.lapse_days - 1
    rows = (
        with_first(known, ages)
        .join(near, on="customer_id", how="inner")
        .filter((acquired >= 0) & (acquired <= longest))
        .with_columns(nw.when(said).then(gone).alias("said"), nw.when(lapsed >= 0).then(lapsed).alias("lapsed"))
        .select("acquired", nw.max_horizontal("said", "lapsed").alias("end"))
        .lazy()
        .collect()
    )
    if not len(rows):
        raise RuleError(f"nobody was won between {start} and {last}; choose a later day")
    time = rows["acquired"].to_numpy() - rows["end"].fill_null(0.0).fill_nan(0.0).to_numpy()
    stays = (rows["end"].is_null() | rows["end"].is_nan().fill_null(value=True)).to_numpy().astype(bool)
    curve = ecdf(CensoredData.right_censored(time, stays)).sf
    lost = [int(((time == x) & ~stays).sum()) for x in curve.quantiles]
    seen = [place for place, left in enumerate(lost) if left]
    columns: dict[str, list[Any]] = {
        "days": [float(curve.quantiles[place]) for place in seen],
        "at_risk": [int((time >= curve.quantiles[place]).sum()) for place in seen],
        "lost": [lost[place] for place in seen],
        "survival": [float(curve.probabilities[place]) for place in seen],
    }
    return _frame(columns, (nw.Float64, nw.Int64, nw.Int64, nw.Float64), orders)
