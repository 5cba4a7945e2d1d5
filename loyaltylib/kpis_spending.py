"""The KPIs of purchases: how often customers buy, how much they spend, and where both go.

Each in two forms, from counts and from tables; see `loyaltylib.kpis` for the rules that all forms on tables keep.
"""

# ruff: noqa: PLR0913  # a KPI has two forms, with parameters each
from __future__ import annotations

from datetime import timedelta
from typing import TYPE_CHECKING, Any

import narwhals.stable.v2 as nw

from . import kpis_measure as counted
from .errors import RuleError
from .inputs import count, known_day, must_have, positive
from .kpis_counts import Purchases, Window
from .kpis_forms import MADE_OF_IT, known, numbers_of

if TYPE_CHECKING:
    from collections.abc import Sequence
    from datetime import date

    Day = date | str


def purchase_windows(tables: object, as_of: Day, window_days: int = 90, earlier_windows: int = 3) -> Any:
    """Measure what was bought in a fixed window that ends on `as_of`, and in the windows before it (AMB-10).

    Before: `customers` and `transactions` (customer_id, date, amount). After: one row a window, the latest last:

        observed_from, observed_to   first and last day of the window, ISO text
        buyers                       customers who bought
        purchases                    days with a purchase of a customer
        spend                        money
        frequency                    purchases of a buyer
        gap_days                     days from a buyer's purchase to the next: window / frequency
        per_buyer, per_purchase      money

        >>> import pandas as pd
        >>> from types import SimpleNamespace
        >>> orders = pd.DataFrame({
        ...     "customer_id": ["ann", "ann", "bo", "ann"], "amount": [10.0, 20.0, 30.0, 5.0],
        ...     "date": pd.to_datetime(["2025-03-01", "2025-05-01", "2025-05-02", "2025-05-03"])})
        >>> tables = SimpleNamespace(customers=pd.DataFrame({"customer_id": ["ann", "bo"]}), transactions=orders)
        >>> after = purchase_windows(tables, "2025-05-31", window_days=31, earlier_windows=1)
        >>> after[["observed_from", "buyers", "purchases", "frequency", "per_buyer"]]
          observed_from  buyers  purchases  frequency  per_buyer
        0    2025-03-31       0          0        NaN        NaN
        1    2025-05-01       2          3        1.5       27.5

    The last window in plain pandas:

        >>> may = orders[orders["date"] >= "2025-05-01"].drop_duplicates(["customer_id", "date"])
        >>> len(may) / may["customer_id"].nunique()
        1.5

    Windows that begin before the data's own span are left out. A lazy frame is collected. Raises `DataError` where
    there are no transactions, `RuleError` (`as_of`, a length below 1).
    """
    length, last = count("window_days", window_days, 1), known_day(tables, as_of)
    latest = Window(last - timedelta(length - 1), last).must_be_within(tables)
    spans = [latest.shifted(-length * k) for k in range(count("earlier_windows", earlier_windows), -1, -1)]
    spans = [span for span in spans if span.is_within(tables)]
    table = nw.from_native(must_have(tables, "transactions", MADE_OF_IT))
    found = [parts[2] or Purchases(0, 0, 0.0) for parts in counted.moves(tables, spans)]
    columns = {
        "observed_from": [span.first.isoformat() for span in spans],
        "observed_to": [span.last.isoformat() for span in spans],
        "buyers": [bought.buyers for bought in found],
        "purchases": [bought.purchases for bought in found],
        "spend": [bought.spend for bought in found],
        "frequency": [bought.frequency for bought in found],
        "gap_days": [length / bought.frequency if bought.frequency else None for bought in found],
        "per_buyer": [bought.per_buyer for bought in found],
        "per_purchase": [bought.spend / bought.purchases if bought.purchases else None for bought in found],
    }
    backend = table.head(1).lazy().collect().implementation
    whole = ("buyers", "purchases")
    schema = {name: nw.String if "observed" in name else nw.Int64 if name in whole else nw.Float64 for name in columns}
    return nw.from_dict(columns, schema=schema, backend=backend).to_native()


def trend(values: Sequence[float | None], earlier: int = 3) -> float | None:
    """Return by which share the last value lies above the mean of the `earlier` ones before it; None where unknown.

    >>> trend([4.0, 2.0, 3.0, 1.5])
    -0.5
    """
    if not values:
        raise RuleError("there is no value; give at least one")
    before = [float(value) for value in values[-1 - count("earlier", earlier, 1) : -1] if value is not None]
    last, normal = values[-1], sum(before) / len(before) if before else 0.0
    return None if last is None or normal == 0 else last / normal - 1


def _latest(tables: object, as_of: Day | None, window_days: int) -> tuple[Purchases, Window]:
    if as_of is None:
        raise RuleError("tables need a day; give as_of, the last day of the window")
    length, last = count("window_days", window_days, 1), known_day(tables, as_of)
    window = Window(last - timedelta(length - 1), last).must_be_within(tables)
    must_have(tables, "transactions", MADE_OF_IT)
    return counted.moves(tables, [window])[0][2] or Purchases(0, 0, 0.0), window


def purchase_frequency(
    tables: object = None,
    as_of: Day | None = None,
    window_days: int = 90,
    *,
    purchases: float | None = None,
    customers: float | None = None,
    windows: float = 1,
) -> float:
    """Return the purchases of a customer in a fixed window; a fall is an early sign of loss.

    >>> purchase_frequency(purchases=480, customers=120, windows=2)
    2.0

    On tables: of those who bought in the `window_days` that end on `as_of`, days with a purchase (AMB-10: a window of
    fixed length, since a "purchasing cycle" grows longer as the frequency falls). `purchase_windows` has the gaps in
    days and the windows before, `trend` compares them.

    >>> from loyaltylib.data import load
    >>> round(purchase_frequency(load("cdnow"), "1997-03-31", 90), 4)
    1.3212
    """
    numbers = numbers_of(tables, purchases=purchases, customers=customers)
    if numbers is not None:
        return numbers[0] / (positive("customers", numbers[1]) * positive("windows", windows))
    found, window = _latest(tables, as_of, window_days)
    return known(found.frequency, "no purchase", window)


def average_spend(
    tables: object = None,
    as_of: Day | None = None,
    window_days: int = 90,
    *,
    amount: float | None = None,
    customers: float | None = None,
    windows: float = 1,
) -> float:
    """Return the money a customer spends in a fixed window; a fall is a sign of loss.

    >>> average_spend(amount=30000, customers=120, windows=2)
    125.0

    On tables: of those who bought in the `window_days` that end on `as_of` (AMB-10).

    >>> from loyaltylib.data import load
    >>> round(average_spend(load("cdnow"), "1997-03-31", 90), 2)
    45.47
    """
    numbers = numbers_of(tables, amount=amount, customers=customers)
    if numbers is not None:
        return numbers[0] / (positive("customers", numbers[1]) * positive("windows", windows))
    found, window = _latest(tables, as_of, window_days)
    return known(found.per_buyer, "no purchase", window)
