"""Where a company stands before a projection: the levers and the customers of its last twelve months."""

from __future__ import annotations

from datetime import timedelta
from math import sqrt
from typing import TYPE_CHECKING, Any, Final

import narwhals.stable.v2 as nw

from . import kpis_measure as counted
from .errors import RuleError
from .frames import one_row
from .inputs import Reader, known_day
from .kpis_counts import KpiRules, Window
from .kpis_customers import DAYS_PER_MONTH, newcomers
from .kpis_flow import FIRST_YEAR, NEWCOMER_MONTHS
from .kpis_forms import MADE_OF_IT, known
from .kpis_projection import Levers, Start

if TYPE_CHECKING:
    from datetime import date

# Who is won on a day of a month is found lost in the sixth month after: on average half a month past six.
_FOUND_LOST: Final = round((NEWCOMER_MONTHS + 0.5) * DAYS_PER_MONTH)


def measured(tables: Any, as_of: date | str) -> Start:
    """Measure the levers and the customers of the twelve months that end on `as_of`, the last day of a month.

    The loss of the established is what is lost in all in these months, less the newcomers found lost in them. Those
    about to leave are set so that after the year's `kpis.save_rate` so many are lost: every attempt is credited with
    the customers it kept. Before: customers, transactions, wallet, complaints and save_attempts.

    >>> from loyaltylib.data import load
    >>> start = measured(load("company"), "2025-12-31")
    >>> round(start.customers), round(start.levers.acquisition, 1), round(start.levers.loss, 3)
    (1828, 40.3, 0.019)

    Raises `RuleError` where `as_of` does not end a month or what is needed is unknown, `DataError` for bad tables.
    """
    months = _last_months(tables, as_of)
    year = Window(months[-1].first, months[0].last)
    reader = Reader(tables)
    parts = counted.moves(reader, months)
    moved, bought = [part[0] for part in parts], [part[2] for part in parts if part[2]]
    won = tuple(float(one.new) for one in moved)
    purchases, buyers = sum(one.purchases for one in bought), sum(one.buyers for one in bought)
    known(purchases or None, "no purchase", year)
    early, passed = _early_loss(tables, year)
    opening = sum(one.start for one in moved)
    newcome = sum(won) / FIRST_YEAR * NEWCOMER_MONTHS * FIRST_YEAR  # months of all newcomers together
    settled = known(opening - newcome if opening > newcome else None, "no established customer", year)
    loss = max(sum(one.lost for one in moved) - early * passed, 0) / settled
    _, decided, kept = counted.saves(reader, [year])[0] or (0, 0, 0)
    saved = kept / known(decided or None, "no decided attempt to save", year)
    own, spent = counted.wallet(reader, [year])[0] or (0.0, 0.0)
    scored, pleased, _ = counted.complaints(reader, [year], KpiRules())[0] or (0, 0, 0.0)
    money = sum(one.spend for one in bought)
    return Start(
        Levers(
            acquisition=sum(won) / FIRST_YEAR,
            early_loss=early,
            churn=min(loss / (1 - saved), 1.0) if saved < 1 else loss,
            save_rate=saved,
            frequency=purchases / buyers,
            spend=money / purchases,
        ),
        won=won,
        established=max(moved[0].end - sum(won[:NEWCOMER_MONTHS]), 0.0),
        won_back=sum(one.won_back for one in moved) / FIRST_YEAR,
        buying=min(buyers / known(sum(one.end for one in moved) or None, "no customer", year), 1.0),
        amount_spread=_spread(reader, year),
        customer_share=own / known(spent or None, "no spending", year),
        complaint_satisfaction=pleased / known(scored or None, "no scored complaint", year),
        scored=scored / FIRST_YEAR,
    )


def _last_months(tables: Any, as_of: date | str) -> list[Window]:
    """Return the twelve months that end on a day, the latest first."""
    last = known_day(tables, as_of)
    if (last + timedelta(1)).day != 1:
        raise RuleError(f"as_of is {last}; give the last day of a month")
    months = [Window(last.replace(day=1), last)]
    while len(months) < FIRST_YEAR:
        months.append(months[-1].before())
    months[-1].must_be_within(tables)
    return months


def _early_loss(tables: Any, year: Window) -> tuple[float, int]:
    """Return which share of those found lost or not in the year was lost, and how many newcomers they were."""
    then = year.shifted(-_FOUND_LOST)
    found = newcomers(tables, then.first, then.last, _FOUND_LOST, NEWCOMER_MONTHS)
    return 1 - known(found.rate, "no new customer", then), found.won


def _spread(reader: Reader, year: Window) -> float:
    """Return the standard deviation of a customer's amounts around their own mean, over the mean of all amounts."""
    amount = nw.col("amount")
    orders = reader.must_open("transactions", ("customer_id", "date", "amount"), why=MADE_OF_IT)
    each = (
        orders.filter(year.holds("date"))
        .select("customer_id", amount.cast(nw.Float64), (amount.cast(nw.Float64) ** 2).alias("square"))
        .group_by("customer_id")
        .agg(nw.len().alias("n"), amount.sum(), nw.col("square").sum())
        .with_columns((nw.col("square") - amount**2 / nw.col("n")).alias("within"))
    )
    sums = one_row(each, nw.col("n").sum(), amount.sum(), nw.col("within").sum())
    return sqrt(max(sums["within"], 0.0) / sums["n"]) / (sums["amount"] / sums["n"]) if sums["amount"] else 0.0
