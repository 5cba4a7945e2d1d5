"""The KPIs of other records: share of wallet, complaints, attempts to save, product lines, recommendations.

Each in two forms, from counts and from tables; see `loyaltylib.kpis` for the rules that all forms on tables keep.
"""

# ruff: noqa: PLR0913  # a KPI has two forms, with parameters each
from __future__ import annotations

from typing import TYPE_CHECKING, Any, Literal

import narwhals.stable.v2 as nw

from . import kpis_measure as counted
from .errors import DataError, RuleError
from .frames import one_if, one_row, ratio, to_native
from .inputs import Reader, must_have, positive, rate
from .kpis_counts import KpiRules
from .kpis_forms import MADE_OF_IT, known, numbers_of, window_of

if TYPE_CHECKING:
    from datetime import date

    Day = date | str


def customer_share(
    tables: object = None,
    observed_from: Day | None = None,
    observed_to: Day | None = None,
    *,
    own: float | None = None,
    total: float | None = None,
) -> float:
    """Return the share of customers' spending in the category that comes to us (share of wallet).

    >>> customer_share(own=40, total=100)
    0.4

    On tables: all own spending over all spending, in the periods of `wallet` that end within the window; who spends
    more counts more. `customer_shares` has each customer's.
    """
    numbers = numbers_of(tables, own=own, total=total)
    if numbers is not None:
        return rate("customer share", numbers[0] / positive("total", numbers[1]), "own is a part of total")
    window = window_of(tables, observed_from, observed_to)
    must_have(tables, "wallet", MADE_OF_IT)
    spent, everything = counted.wallet(Reader(tables), [window])[0] or (0.0, 0.0)
    share = known(spent / everything if everything > 0 else None, "no spending", window)
    return rate("customer share", share, "own_spend is a part of total_category_spend; correct the wallet")


def customer_shares(tables: object, observed_from: Day, observed_to: Day) -> Any:
    """Return each customer's share, summed over the periods of `wallet` that end within a window.

    After: one row a customer, sorted by `customer_id`, with own_spend, total_category_spend (money) and share
    (fraction; unknown where nothing was spent).

        >>> import pandas as pd
        >>> from types import SimpleNamespace
        >>> wallet = pd.DataFrame({
        ...     "customer_id": ["ann", "ann", "bo"],
        ...     "period": pd.to_datetime(["2025-03-31", "2025-06-30", "2025-06-30"]),
        ...     "own_spend": [10.0, 30.0, 0.0], "total_category_spend": [50.0, 50.0, 0.0]})
        >>> customer_shares(SimpleNamespace(wallet=wallet), "2025-01-01", "2025-06-30")
          customer_id  own_spend  total_category_spend  share
        0         ann       40.0                 100.0    0.4
        1          bo        0.0                   0.0    NaN

    In plain pandas:

        >>> sums = wallet.groupby("customer_id")[["own_spend", "total_category_spend"]].sum()
        >>> (sums["own_spend"] / sums["total_category_spend"]).to_dict()
        {'ann': 0.4, 'bo': nan}
    """
    window = window_of(tables, observed_from, observed_to)
    money = ("own_spend", "total_category_spend")
    table = Reader(tables).must_open("wallet", ("customer_id", "period", *money), why=MADE_OF_IT)
    sums = (
        table.filter(window.holds("period"))
        .select("customer_id", nw.col(*money).cast(nw.Float64))
        .group_by("customer_id")
        .agg(nw.col(*money).sum())
    )
    share = ratio(nw.col("own_spend"), nw.col("total_category_spend")).alias("share")
    return to_native(sums.with_columns(share).select("customer_id", *money, "share").sort("customer_id"))


def complaint_satisfaction(
    tables: object = None,
    observed_from: Day | None = None,
    observed_to: Day | None = None,
    *,
    satisfied: float | None = None,
    surveyed: float | None = None,
    of: Literal["share", "mean"] = "share",
    rules: KpiRules | None = None,
) -> float:
    """Return the share of complainers who are satisfied with how the complaint was handled.

    >>> complaint_satisfaction(satisfied=18, surveyed=40)
    0.45

    On tables: of the complaints settled within the window and scored, those scored `rules.satisfied_from` (8 of 10)
    or more; `of="mean"` gives the mean score (1 to 10) instead. A complaint nobody scored is not counted.
    """
    numbers = numbers_of(tables, satisfied=satisfied, surveyed=surveyed)
    if numbers is not None:
        share = numbers[0] / positive("surveyed", numbers[1])
        return rate("satisfaction", share, "more are satisfied than were asked")
    if of not in ("share", "mean"):
        raise RuleError(f"of is {of!r}; give 'share' or 'mean'")
    window = window_of(tables, observed_from, observed_to)
    must_have(tables, "complaints", MADE_OF_IT)
    scored, pleased, total = counted.complaints(Reader(tables), [window], rules or KpiRules())[0] or (0, 0, 0.0)
    known(scored or None, "no scored complaint", window)
    return (pleased if of == "share" else total) / scored


def save_rate(
    tables: object = None,
    observed_from: Day | None = None,
    observed_to: Day | None = None,
    *,
    saved: float | None = None,
    attempted: float | None = None,
    of: Literal["attempted", "flagged"] = "attempted",
) -> float:
    """Return the share of customers at risk who were saved, of those whom somebody tried to save (AMB-11).

    >>> save_rate(saved=14, attempted=40)
    0.35

    On tables: `save_attempts` flagged within the window. Attempts still open are not decided and count as neither;
    `of="flagged"` divides by all who were flagged, tried or not. It credits the attempt with those who would have
    stayed anyway: see `loyaltylib.kpis_saving.incremental_save_rate`. Lost customers who came back are another rate
    (`winback_rate`).
    """
    numbers = numbers_of(tables, saved=saved, attempted=attempted)
    if numbers is not None:
        return rate("save rate", numbers[0] / positive("attempted", numbers[1]), "more were saved than were tried")
    if of not in ("attempted", "flagged"):
        raise RuleError(f"of is {of!r}; give 'attempted' or 'flagged'")
    window = window_of(tables, observed_from, observed_to)
    must_have(tables, "save_attempts", MADE_OF_IT)
    flagged, tried, kept = counted.saves(Reader(tables), [window])[0] or (0, 0, 0)
    return kept / known((tried if of == "attempted" else flagged) or None, "no decided attempt to save", window)


# ---------------------------------------------------------------- products and recommendations


def cross_sell_ratio(
    tables: object = None,
    observed_from: Day | None = None,
    observed_to: Day | None = None,
    *,
    bought: float | None = None,
    offered: float | None = None,
) -> float:
    """Return the product lines a customer buys over those the company offers.

    >>> cross_sell_ratio(bought=3, offered=12)
    0.25

    On tables: the mean over those who bought within the window; offered is what anybody bought in it, or the number
    `offered`, where it is given with the tables.
    """
    if tables is None:
        lines, offer = numbers_of(None, bought=bought, offered=offered) or (0.0, 0.0)
        return rate("cross-selling ratio", lines / positive("offered", offer), "bought is a part of offered")
    numbers_of(tables, bought=bought)
    window = window_of(tables, observed_from, observed_to)
    table = Reader(tables).must_open("transactions", ("customer_id", "date", "product"), why=MADE_OF_IT)
    pairs = (
        table.filter(window.holds("date") & ~nw.col("product").is_null())
        .group_by("customer_id", "product")
        .agg(nw.len().alias("orders"))
    )
    found = one_row(pairs, nw.len().alias("pairs"), nw.col("customer_id", "product").n_unique())
    known(found["pairs"] or None, "no purchase of a known product", window)
    lines = found["product"] if offered is None else positive("offered", offered)
    value = found["pairs"] / (found["customer_id"] * lines)
    return rate("cross-selling ratio", value, "customers bought more lines than are offered")


def referral_rate(
    tables: object = None,
    observed_from: Day | None = None,
    observed_to: Day | None = None,
    *,
    referred: float | None = None,
    new: float | None = None,
) -> float:
    """Return the share of new customers who came by a recommendation.

    >>> referral_rate(referred=30, new=120)
    0.25

    On tables: of the customers whose `acquired_on` lies within the window, those with `acquired_via` "referral" or a
    `referred_by`. Raises `DataError` where `customers` has neither column.
    """
    numbers = numbers_of(tables, referred=referred, new=new)
    if numbers is not None:
        return rate("referral rate", numbers[0] / positive("new", numbers[1]), "more came by recommendation than came")
    window = window_of(tables, observed_from, observed_to)
    columns = {"acquired_via": nw.String, "referred_by": nw.String}
    native = must_have(tables, "customers", MADE_OF_IT)
    if not set(columns) & set(nw.from_native(native).collect_schema().names()):
        raise DataError("is missing; it says how a customer came", table="customers", column="acquired_via")
    table = Reader(tables).must_open("customers", ("customer_id", "acquired_on"), columns)
    came = (nw.col("acquired_via") == "referral").fill_null(value=False) | ~nw.col("referred_by").is_null()
    within = table.filter(window.holds("acquired_on")).select(one_if(came).alias("came"))
    found = one_row(within, nw.len().alias("new"), nw.col("came").sum())
    return (found["came"] or 0.0) / known(found["new"] or None, "no new customer", window)
