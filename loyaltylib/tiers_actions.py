"""What an action on a tier would do: customers change tier, and with them the revenue that is at stake.

A model to think with, not a forecast. It states how many of a tier's customers an action reaches and where they
go; a customer who moves keeps the revenue he has (AMB-50: value is never inferred from a tier).
"""

from __future__ import annotations

import hashlib
from dataclasses import dataclass
from datetime import date, datetime, timedelta
from math import floor
from typing import Any, Literal, TypeVar, cast

import narwhals.stable.v2 as nw

from .errors import RuleError
from .tiers import Tier, pyramid

REVENUE_DAYS = 365  # "the last year", as the chapter's exercises count it

FrameT = TypeVar("FrameT")
First = Literal["revenue", "any"]


@dataclass(frozen=True)
class Action:
    """A share of one tier's customers moves to another tier.

    tier   whom the action is for
    to     the tier of those it reaches; below `tier` where the story is a loss ("the promotion stops")
    share  how many of the tier it reaches (fraction)
    first  whom it reaches first: "revenue", those who bring in most; "any", without looking (the same each time)

    Raises `RuleError` for an action that makes no sense.
    """

    tier: Tier
    to: Tier
    share: float
    first: First = "any"

    def __post_init__(self) -> None:
        object.__setattr__(self, "tier", Tier(self.tier))
        object.__setattr__(self, "to", Tier(self.to))
        if not 0 <= self.share <= 1:
            raise RuleError(f"Action.share is {self.share!r}; give a fraction between 0 and 1")
        if self.first not in ("revenue", "any"):
            raise RuleError(f"Action.first is {self.first!r}; give 'revenue' or 'any'")
        if self.tier == self.to:
            raise RuleError(f"the action leads from {self.tier} to {self.to}; give two different tiers")
        if self.to == Tier.ONLOOKER:
            raise RuleError(f"who has bought is no onlooker any more; let {self.tier} go to another tier")
        if (self.tier, self.to) == (Tier.ONLOOKER, Tier.LOST):
            raise RuleError("an onlooker has never bought and cannot be lost; let onlookers go to a higher tier")


def revenue(tables: Any, as_of: date, days: int = REVENUE_DAYS) -> Any:
    """Return what each customer paid in the last `days` days up to and with `as_of`, in yuan.

    Frame before: `tables.transactions`, one row an order (customer_id, date, amount in yuan). Frame after: one row a
    customer with a purchase in the span (customer_id, revenue).

        >>> import pandas as pd
        >>> from types import SimpleNamespace
        >>> orders = pd.DataFrame(
        ...     {
        ...         "customer_id": ["ann", "ann", "bo"],
        ...         "date": pd.to_datetime(["2025-12-01", "2024-06-01", "2025-03-01"]),
        ...         "amount": [80.0, 50.0, 20.0],
        ...     }
        ... )
        >>> revenue(SimpleNamespace(transactions=orders), date(2025, 12, 31))
          customer_id  revenue
        0         ann     80.0
        1          bo     20.0

    The same in plain pandas:

        >>> orders[orders["date"] > "2024-12-31"].groupby("customer_id")["amount"].sum().to_dict()
        {'ann': 80.0, 'bo': 20.0}

    Raises `DataError` where the table breaks the schema.
    """
    from .schema import check

    checked = check(tables.transactions, "transactions", ("customer_id", "date", "amount"))
    table: Any = nw.from_native(checked.to_native())
    end = datetime(as_of.year, as_of.month, as_of.day)  # noqa: DTZ001 - calendar days have no time zone
    moment = nw.col("date").cast(nw.Datetime("us"))
    inside = (moment > end - timedelta(days=days)) & (moment < end + timedelta(days=1))
    sums = table.filter(inside).group_by("customer_id").agg(nw.col("amount").sum().alias("revenue"))
    return sums.sort("customer_id").to_native()


def act(tiers: FrameT, revenues: Any, action: Action) -> FrameT:
    """Return the tiers after an action: the share of the tier's customers it reaches stands in the other tier.

    tiers     customer_id, tier, rank, one row a customer, as `tiers.assign_tiers` gives it
    revenues  customer_id, revenue, as `revenue` gives it; who is missing has none

    The number reached is rounded, half up. Other columns of `tiers` stay as they are: they say why a customer stood
    where he stood before.

        >>> import pandas as pd
        >>> before = pd.DataFrame({"customer_id": ["ann", "bo", "cy"], "rank": [3, 3, 4]})
        >>> before["tier"] = ["at_risk", "at_risk", "new"]
        >>> paid = pd.DataFrame({"customer_id": ["ann", "bo"], "revenue": [20.0, 80.0]})
        >>> act(before, paid, Action("at_risk", "regular", 0.5, "revenue"))["tier"].tolist()
        ['at_risk', 'regular', 'new']

    The same in plain pandas:

        >>> reached = before[before["tier"] == "at_risk"].merge(paid).nlargest(1, "revenue")["customer_id"]
        >>> before["tier"].mask(before["customer_id"].isin(reached), "regular").tolist()
        ['at_risk', 'regular', 'new']
    """
    frame: Any = nw.from_native(tiers)
    ids = frame.filter(nw.col("tier") == action.tier.value)["customer_id"].to_list()
    reached = floor(action.share * len(ids) + 0.5)
    if action.first == "revenue":
        paid: Any = nw.from_native(revenues)
        known = dict(zip(paid["customer_id"].to_list(), paid["revenue"].to_list(), strict=True))
        ids.sort(key=lambda customer: (-known.get(customer, 0.0), _mixed(customer)))
    else:
        ids.sort(key=_mixed)
    chosen = nw.col("customer_id").is_in(ids[:reached])
    moved = frame.with_columns(
        nw.when(chosen).then(nw.lit(action.to.value)).otherwise(nw.col("tier")).alias("tier"),
        nw.when(chosen).then(nw.lit(action.to.rank)).otherwise(nw.col("rank")).alias("rank"),
    )
    return cast("FrameT", moved.to_native())


def _mixed(customer: object) -> bytes:
    """Order customers without regard to anything about them, the same way on every machine."""
    return hashlib.sha256(str(customer).encode()).digest()


def value_at_stake(tiers: FrameT, revenues: Any) -> FrameT:
    """Return the pyramid with what each tier brings in: the rows of `tiers.pyramid`, `value` being revenue in yuan.

    The row of at_risk is what is at stake: the revenue of the customers about to leave.

    Frames before: `tiers` (customer_id, tier; one row a customer) and `revenues` (customer_id, revenue; who is missing
    has none). Frame after: tier, rank, customers, share (of the customers), value; eight rows.

        >>> import pandas as pd
        >>> tiers = pd.DataFrame({"customer_id": ["ann", "bo"], "tier": ["at_risk", "regular"]})
        >>> paid = pd.DataFrame({"customer_id": ["ann", "bo"], "revenue": [80.0, 20.0]})
        >>> value_at_stake(tiers, paid).query("customers > 0")
              tier  rank  customers  share  value
        2  at_risk     3          1    0.5   80.0
        5  regular     6          1    0.5   20.0
    """
    frame: Any = nw.from_native(tiers)
    paid: Any = nw.from_native(revenues)
    placed = frame.select("customer_id", "tier")
    if _alike(placed, paid):  # a slider asks at every step: no search where row stands beside row
        joined = placed.with_columns(paid["revenue"])
    else:
        joined = placed.join(paid, on="customer_id", how="left")
    worth = pyramid(joined.with_columns(nw.col("revenue").fill_null(0.0)).to_native(), value="revenue")
    return cast("FrameT", worth)


def _alike(one: Any, other: Any) -> bool:
    """Whether two frames are in memory and have the same customers in the same order."""
    if not (isinstance(one, nw.DataFrame) and isinstance(other, nw.DataFrame)):
        return False
    if one.implementation is not other.implementation:
        return False
    names: list[str] = one["customer_id"].to_list()
    return names == other["customer_id"].to_list()
