"""Extra service and personal service: what a service on top must bring, and what to know of each key customer."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

import narwhals.stable.v2 as nw

from .errors import RuleError
from .foundations import customer_value
from .frames import days_before, to_native
from .inputs import Reader, count, known_day, number, positive, word
from .tiers import Tier, assign, signals

if TYPE_CHECKING:
    from collections.abc import Iterable
    from datetime import date

    from .frames import Frame
    from .tiers import TierRules

_MONEY_DECIMALS = 6  # which product brings most must not hang on the order in which floats were added


@dataclass(frozen=True)
class ExtraService:
    """A service given on top, and how much longer customers must stay for it to pay.

    margin     profit of a customer a year, before the service (money)
    cost       what the service costs for a customer a year (money)
    retention  share of customers who stay from year to year without it (fraction)
    discount   rate by which next year's money counts less (fraction a year)
    """

    margin: float
    cost: float
    retention: float
    discount: float = 0.0

    @property
    def value(self) -> float:
        """Value of a customer without the service (money)."""
        return customer_value(margin=self.margin, retention=self.retention, discount=self.discount)

    @property
    def retention_needed(self) -> float:
        """Retention at which a customer with the service is worth as much as one without (fraction)."""
        grown = 1 + self.discount
        return grown - (1 - self.cost / self.margin) * (grown - self.retention)

    @property
    def change_needed(self) -> float:
        """The same as a change (percentage points, as a fraction)."""
        return self.retention_needed - self.retention

    def gain(self, retention: float) -> float:
        """Return what the service is worth for each customer if retention becomes `retention` (money).

        >>> extra_service(margin=100, cost=10, retention=0.8).gain(0.85)
        100.0
        """
        later = customer_value(margin=self.margin - self.cost, retention=retention, discount=self.discount)
        return round(later - self.value, _MONEY_DECIMALS)


def extra_service(*, margin: float, cost: float, retention: float, discount: float = 0.0) -> ExtraService:
    """Work out the retention at which extra service pays, from the value of a customer with and without it.

    The value is that of `loyaltylib.foundations.customer_value`; the service lowers each year's profit by its cost and
    is worth it where customers stay longer for it. The course tells the case without figures, so all are the user's.

    >>> helped = extra_service(margin=100, cost=10, retention=0.8)
    >>> round(helped.retention_needed, 4), round(helped.change_needed, 4)
    (0.82, 0.02)

    Raises `RuleError`: a margin not above 0, a cost that is negative or takes the whole margin, a retention that is no
    fraction or is 1, a negative discount.
    """
    profit = positive("margin", margin)
    if number("cost", cost, low=0) >= profit:
        raise RuleError(f"cost is {cost!r}, the whole margin ({margin!r}) or more; give a cheaper service")
    customer_value(margin=profit, retention=retention, discount=discount)  # refuses a retention or rate that is none
    return ExtraService(profit, float(cost), float(retention), float(discount))


def service_files(
    tables: object,
    as_of: date | str,
    tiers: Iterable[str] = (Tier.CORE,),
    days: int = 365,
    rules: TierRules | None = None,
) -> Any:
    """Open a personal service file for each key customer: what to know before the next talk.

    Before: the tables as `loyaltylib.tiers.signals` reads them, and where known transactions.product. After: one row a
    customer on one of the `tiers` (core customers by default, the course's key customers), sorted by `customer_id`:

        customer_id, tier
        favourite         product line on which most was spent in the `days` up to and with `as_of`; null: unknown.
                          Of two alike the first by name
        spend             money spent in that span, on all products
        days_since_last   days since the last purchase
        feedback          pieces of feedback in the span of the tiers' rules
        negotiations      negotiations in it
        open_complaints   complaints not yet settled; null where there is no such table, as for the two before

        >>> import pandas as pd
        >>> from types import SimpleNamespace
        >>> customers = pd.DataFrame({"customer_id": ["ann", "bo"]})
        >>> orders = pd.DataFrame({
        ...     "customer_id": ["ann", "ann", "bo"], "date": pd.to_datetime(["2025-03-01", "2025-09-01", "2025-08-01"]),
        ...     "amount": [80.0, 120.0, 25.0], "product": ["green_tea", "black_tea", "green_tea"]})
        >>> tables = SimpleNamespace(customers=customers, transactions=orders)
        >>> after = service_files(tables, "2025-09-30", tiers=["regular"])
        >>> after[["customer_id", "tier", "favourite", "spend", "days_since_last"]]
          customer_id     tier  favourite  spend  days_since_last
        0         ann  regular  black_tea  200.0             29.0

    The favourites in plain pandas:

        >>> sums = orders.groupby(["customer_id", "product"])["amount"].sum()
        >>> sums.groupby("customer_id").idxmax().tolist()
        [('ann', 'black_tea'), ('bo', 'green_tea')]

    Raises `DataError` (what breaks the schema), `RuleError` (`as_of`, `days`), `UnknownName` for a tier there is not.
    """
    wanted = [word("tier", tier, Tier).value for tier in tiers]
    today, span = known_day(tables, as_of), count("days", days, 1)
    measured: Frame = nw.from_native(signals(tables, today, rules))
    placed: Frame = nw.from_native(assign(measured.to_native(), rules))
    chosen = placed.filter(nw.col("tier").is_in(wanted)).select("customer_id", "tier")
    known = ("days_since_last", "feedback", "negotiations", "open_complaints")
    files = chosen.join(measured.select("customer_id", *known), on="customer_id", how="left")
    bought = _bought(Reader(tables), today, span)
    if bought is None:
        empty = (nw.lit(None).cast(nw.String).alias("favourite"), nw.lit(None).cast(nw.Float64).alias("spend"))
        files = files.with_columns(*empty)
    else:
        files = files.join(bought, on="customer_id", how="left").with_columns(nw.col("spend").fill_null(0.0))
    return to_native(files.select("customer_id", "tier", "favourite", "spend", *known).sort("customer_id"))


def _bought(reader: Reader, today: date, span: int) -> Frame | None:
    """One row a buyer of the span: the product line most was spent on, and the money spent on all."""
    reader.open("customers", ("customer_id",))  # says what kind ids are
    orders = reader.open("transactions", ("customer_id", "date", "amount"), {"product": nw.String})
    if orders is None:
        return None
    age, amount = nw.col("age"), nw.col("amount")
    lines = (
        orders.with_columns(
            days_before("date", today).alias("age"), amount.cast(nw.Float64), nw.col("product").cast(nw.String)
        )
        .filter((age >= 0) & (age < span))
        .with_columns(nw.col("product").fill_null(""))
        .group_by("customer_id", "product")
        .agg(amount.sum())
        .with_columns(amount.round(_MONEY_DECIMALS))
    )
    spend = lines.group_by("customer_id").agg(amount.sum().alias("spend"))
    named = lines.filter(nw.col("product") != "")
    most = named.group_by("customer_id").agg(amount.max().alias("most"))
    best = named.join(most, on="customer_id", how="inner").filter(amount == nw.col("most"))
    favourite = best.group_by("customer_id").agg(nw.col("product").min().alias("favourite"))
    return spend.join(favourite, on="customer_id", how="left")
