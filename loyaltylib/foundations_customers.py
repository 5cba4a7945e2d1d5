"""Whom CRM counts as customers, and the new and the old among those who buy."""

from __future__ import annotations

from dataclasses import dataclass
from enum import StrEnum
from typing import TYPE_CHECKING, Any, Final

import narwhals.stable.v2 as nw

from .concepts import get
from .errors import DataError, RuleError
from .frames import days_before, one_if, one_row
from .inputs import Reader, count, days, having

if TYPE_CHECKING:
    from datetime import date

UNKNOWN: Final = "unknown"  # stands for the group of a contact nobody has put in one
_OUTSIDE_THE_BASE: Final = ("lost", "onlooker")  # tiers; the customer base is the six others


class StakeholderGroup(StrEnum):
    """The four groups CRM counts as customers.

    >>> StakeholderGroup.PARTNER.term("en"), StakeholderGroup("target").concept
    ('Business partners', 'crm.customer_scope')
    """

    EXISTING = "existing"
    TARGET = "target"
    POTENTIAL = "potential"
    PARTNER = "partner"

    @property
    def concept(self) -> str:
        """Id in the concept registry; the four are the traits of one concept."""
        return "crm.customer_scope"

    def term(self, lang: str) -> str:
        """Return the group's name, from the concept's traits."""
        return get(self.concept).traits(lang)[list(StakeholderGroup).index(self)]


def customer_scope(tables: object, tiers: Any | None = None) -> Any:
    """Count whom CRM counts as customers, by group, and who of them is in the customer base.

    Group and base are two things (AMB-12): a potential customer or a partner is in CRM's scope and not in the base,
    which is made of tiers 3 to 8. Where no group is recorded, who has bought is "existing"; the others are "unknown".

    Before: `tables` with `customers` (customer_id, and where known stakeholder_group and acquired_on); `tiers`, where
    the base is asked for, from `tiers.assign_tiers` (customer_id, tier), of the same kind. After: five rows, the four
    groups and "unknown", even where empty:

        stakeholder_group
        customers    how many
        share        of all in the table (fraction; 0 where it is empty)
        in_base      how many of them stand on a tier other than lost or onlooker; only where `tiers` is given

        >>> import pandas as pd
        >>> from types import SimpleNamespace
        >>> customers = pd.DataFrame({
        ...     "customer_id": ["ann", "bo", "cy", "di"], "stakeholder_group": ["existing", "partner", None, None],
        ...     "acquired_on": pd.to_datetime(["2025-01-05", None, "2025-02-01", None])})
        >>> placed = customers.assign(tier=["core", "onlooker", "lost", "onlooker"])
        >>> customer_scope(SimpleNamespace(customers=customers), placed)
          stakeholder_group  customers  share  in_base
        0          existing          2   0.50        1
        1            target          0   0.00        0
        2         potential          0   0.00        0
        3           partner          1   0.25        0
        4           unknown          1   0.25        0

    In plain pandas:

        >>> bought = customers["acquired_on"].notna().map({True: "existing", False: "unknown"})
        >>> customers["stakeholder_group"].fillna(bought).value_counts().to_dict()
        {'existing': 2, 'partner': 1, 'unknown': 1}

    A lazy frame is collected. Raises `DataError` for what breaks the schema and a group nobody knows.
    """
    extra = {"stakeholder_group": nw.String, "acquired_on": nw.Datetime("us")}
    people = Reader(tables).must_open("customers", ("customer_id",), extra)
    bought = (
        nw.when(nw.col("acquired_on").is_null()).then(nw.lit(UNKNOWN)).otherwise(nw.lit(str(StakeholderGroup.EXISTING)))
    )
    people = people.select(
        "customer_id", nw.coalesce(nw.col("stakeholder_group").cast(nw.String), bought).alias("group")
    )
    if tiers is None:
        people = people.with_columns(nw.lit(0.0).alias("in_base"))
    else:
        placed = having(tiers, "tiers", ("customer_id", "tier"))
        base = one_if(~nw.col("tier").is_in(_OUTSIDE_THE_BASE)).alias("in_base")
        people = people.join(placed.select("customer_id", base), on="customer_id", how="left")
        people = people.with_columns(nw.col("in_base").fill_null(0.0))
    counted = people.group_by("group").agg(nw.len().alias("customers"), nw.col("in_base").sum()).lazy().collect()
    found = {str(row["group"]): row for row in counted.iter_rows(named=True)}
    groups = [*map(str, StakeholderGroup), UNKNOWN]
    for name in found:
        if name not in groups:
            raise DataError(
                f"{name!r} is no group; known: {', '.join(groups)}", table="customers", column="stakeholder_group"
            )
    numbers = [int(found[name]["customers"]) if name in found else 0 for name in groups]
    total = sum(numbers)
    columns: dict[str, list[Any]] = {
        "stakeholder_group": groups,
        "customers": numbers,
        "share": [number / total if total else 0.0 for number in numbers],
    }
    if tiers is not None:
        columns["in_base"] = [int(found[name]["in_base"]) if name in found else 0 for name in groups]
    return nw.from_dict(columns, backend=counted.implementation).to_native()


@dataclass(frozen=True)
class CustomerBody:
    """New and old customers of a span of time; together they are the customer body.

    >>> body = CustomerBody(new=300, old=700)
    >>> body.total, body.new_share
    (1000, 0.3)

    Raises `RuleError` for a count that is none.
    """

    new: int
    old: int

    def __post_init__(self) -> None:
        count("new", self.new)
        count("old", self.old)

    @property
    def total(self) -> int:
        """New and old together."""
        return self.new + self.old

    @property
    def new_share(self) -> float:
        """Share of the new among all (fraction); raises `RuleError` where there is nobody."""
        if not self.total:
            raise RuleError("new and old are both 0; the share of nobody is not defined")
        return self.new / self.total


def customer_body(tables: object, observed_from: date | str, observed_to: date | str) -> CustomerBody:
    """Count the new and the old among those who bought between two days, both included.

    New is who bought for the first time in that span; the first purchase is `acquired_on` where known, else the
    customer's first transaction in the table.

    Before: `tables` with `transactions` (customer_id, date) and, where there is one, `customers` (customer_id,
    acquired_on). After: a `CustomerBody`.

    >>> import pandas as pd
    >>> from types import SimpleNamespace
    >>> transactions = pd.DataFrame({
    ...     "customer_id": ["ann", "ann", "bo", "cy"],
    ...     "date": pd.to_datetime(["2024-05-01", "2025-05-01", "2025-06-01", "2024-07-01"])})
    >>> customer_body(SimpleNamespace(transactions=transactions), "2025-01-01", "2025-12-31")
    CustomerBody(new=1, old=1)

    In plain pandas:

    >>> first = transactions.groupby("customer_id")["date"].min()
    >>> here = transactions.loc[transactions["date"].dt.year == 2025, "customer_id"].unique()
    >>> int((first[here].dt.year == 2025).sum()), int((first[here].dt.year < 2025).sum())
    (1, 1)

    A span without a purchase gives 0 and 0. Raises `DataError` (what breaks the schema), `RuleError` (the span).
    """
    start, end = days(observed_from, observed_to)
    reader, age, span = Reader(tables), nw.col("age"), (end - start).days
    people = reader.open("customers", ("customer_id",), {"acquired_on": nw.Datetime("us")})
    orders = reader.must_open("transactions", ("customer_id", "date"), why="without it nobody bought")
    buyers = (
        orders.select("customer_id", days_before("date", end).alias("age"))
        .filter(age >= 0)
        .group_by("customer_id")
        .agg(age.min().alias("last"), age.max().alias("first"))
        .filter(nw.col("last") <= span)
    )
    if people is not None:
        won = people.select("customer_id", days_before("acquired_on", end).alias("acquired"))
        buyers = buyers.join(won, on="customer_id", how="left").with_columns(
            nw.coalesce("acquired", "first").alias("first")
        )
    new = one_if(nw.col("first") <= span)
    found = one_row(buyers.with_columns(new.alias("new")), nw.len().alias("all"), nw.col("new").sum())
    return CustomerBody(new=int(found["new"] or 0), old=int(found["all"] - (found["new"] or 0)))
