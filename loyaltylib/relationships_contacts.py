"""What our own tables say for the grid: the type in use, told from who contacts whom, and each segment's two facts."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

import narwhals.stable.v2 as nw

from .errors import DataError, RuleError
from .frames import days_before, one_if, pick, ratio, to_native
from .inputs import Reader, count, known_day
from .relationships_rules import RelationshipType

if TYPE_CHECKING:
    from datetime import date

    from .frames import Frame

_MARGIN_DECIMALS = (
    9  # a float sum differs in the last places with the order of the rows; a band must not change by that
)


@dataclass(frozen=True)
class ContactRules:
    """When contacts after the sale make which type. The course says who calls whom; the numbers are the kit's.

    window_days        contacts of so many days up to and with `as_of` count (days; a year)
    proactive_from     the company calls again and again: at least so many of its own contacts (at least 2)
    partnership_from   and the customer works along: at least so many contacts of his own besides (four, one a quarter)

    That both work for the customer's success stands in no table; many contacts from both sides are its nearest sign.

    Raises `RuleError` for a number that makes no sense.
    """

    window_days: int = 365
    proactive_from: int = 2
    partnership_from: int = 4

    def __post_init__(self) -> None:
        count("ContactRules.window_days", self.window_days, 1)
        count("ContactRules.proactive_from", self.proactive_from, 2)
        count("ContactRules.partnership_from", self.partnership_from, 1)


def type_in_use(*, inbound: int, outbound: int, rules: ContactRules | None = None) -> RelationshipType:
    """Tell the type in use with one customer from the contacts after the sale: `inbound` his calls, `outbound` ours.

    No contact is basic; only he calls, reactive; we call once, accountable; we call again and again, proactive; and he
    does too, partnership.

    >>> type_in_use(inbound=3, outbound=0), type_in_use(inbound=0, outbound=1)
    (<RelationshipType.REACTIVE: 'reactive'>, <RelationshipType.ACCOUNTABLE: 'accountable'>)

    Raises `RuleError` for a number of contacts that is negative or not whole.
    """
    rules = rules or ContactRules()
    his, ours = count("inbound", inbound), count("outbound", outbound)
    if ours >= rules.proactive_from:
        together = his >= rules.partnership_from
        return RelationshipType.PARTNERSHIP if together else RelationshipType.PROACTIVE
    if ours:
        return RelationshipType.ACCOUNTABLE
    return RelationshipType.REACTIVE if his else RelationshipType.BASIC


def in_use(tables: object, as_of: date | str, rules: ContactRules | None = None) -> Any:
    """Tell the type in use with every customer who has bought by `as_of`, from the contacts since (`type_in_use`).

    Before: `tables` with customers (customer_id, acquired_on) and contacts (customer_id, date, and direction, "in" or
    "out"). After: one row a customer, sorted by `customer_id`, with

        customer_id
        inbound, outbound   contacts of the window, on or after the first purchase (how many)
        in_use              the type
        intensity           1 to 5

    Left out: customers without a first purchase by `as_of`, contacts after `as_of`, before the window or before the
    sale, and those of nobody in `customers`. One whose direction is unknown counts for neither side.

        >>> import pandas as pd
        >>> from types import SimpleNamespace
        >>> customers = pd.DataFrame({
        ...     "customer_id": ["ann", "bo", "cy"], "acquired_on": pd.to_datetime(["2025-01-10", "2025-03-01", None])})
        >>> contacts = pd.DataFrame({
        ...     "customer_id": ["ann", "ann"], "date": pd.to_datetime(["2025-01-20", "2025-06-01"]),
        ...     "direction": ["out", "out"], "function": ["visit", "visit"]})
        >>> in_use(SimpleNamespace(customers=customers, contacts=contacts), "2025-12-31")
          customer_id  inbound  outbound     in_use  intensity
        0         ann        0         2  proactive          4
        1          bo        0         0      basic          1

    The calls in plain pandas, for these tables:

        >>> contacts.groupby("customer_id")["direction"].value_counts().to_dict()
        {('ann', 'out'): 2}

    Raises `DataError` (no customers, no contacts, what breaks the schema, another direction), `RuleError` (`as_of`).
    """
    rules = rules or ContactRules()
    today, reader = known_day(tables, as_of), Reader(tables)
    people = reader.must_open("customers", ("customer_id", "acquired_on"))
    why = "without it nobody knows who contacts whom"
    contacts = reader.must_open("contacts", ("customer_id", "date", "direction"), why=why)
    _check_directions(contacts)
    age, sale = nw.col("age"), nw.col("sale")
    bought = people.select("customer_id", days_before("acquired_on", today).alias("sale")).filter(sale >= 0)
    calls = (
        contacts.select("customer_id", "direction", days_before("date", today).alias("age"))
        .filter((age >= 0) & (age < rules.window_days))
        .join(bought, on="customer_id", how="inner")
        .filter(age <= sale)
        .with_columns(
            one_if(nw.col("direction") == "in").alias("inbound"), one_if(nw.col("direction") == "out").alias("outbound")
        )
        .group_by("customer_id")
        .agg(nw.col("inbound", "outbound").sum())
    )
    his, ours = nw.col("inbound"), nw.col("outbound")
    counted = bought.join(calls, on="customer_id", how="left").with_columns(
        his.fill_null(0.0).cast(nw.Int64), ours.fill_null(0.0).cast(nw.Int64)
    )
    again = ours >= rules.proactive_from
    cases = (again & (his >= rules.partnership_from), again, ours >= 1, his >= 1, his == 0)
    ranked = list(zip(cases, reversed(RelationshipType), strict=True))
    placed = counted.with_columns(
        pick((holds, kind.value) for holds, kind in ranked).alias("in_use"),
        pick((holds, kind.intensity) for holds, kind in ranked).alias("intensity"),
    )
    return to_native(placed.select("customer_id", "inbound", "outbound", "in_use", "intensity").sort("customer_id"))


def measure_segments(tables: object, as_of: date | str, by: str = "customer_type", days: int = 365) -> Any:
    """Measure the two facts of the grid for each segment of our customers, over the `days` up to and with `as_of`.

    Before: `tables` with customers (customer_id and the text column `by`: customer_type, region, ...) and transactions
    (customer_id, date, amount, cost). After: one row a segment in which somebody bought, sorted by `segment`:

        segment     value of the column `by`
        customers   who bought in the span (how many)
        margin      (amount - cost) / amount over what has both (fraction); null where nothing has

    The average margin stands for the marginal one: the tables do not tell what one more piece would cost.

        >>> import pandas as pd
        >>> from types import SimpleNamespace
        >>> customers = pd.DataFrame({"customer_id": ["ann", "bo"], "customer_type": ["consumer", "business"]})
        >>> orders = pd.DataFrame({
        ...     "customer_id": ["ann", "ann", "bo"], "date": pd.to_datetime(["2025-02-01", "2025-09-01", "2025-05-01"]),
        ...     "amount": [60.0, 40.0, 500.0], "cost": [30.0, 20.0, 400.0]})
        >>> measure_segments(SimpleNamespace(customers=customers, transactions=orders), "2025-12-31")
            segment  customers  margin
        0  business          1     0.2
        1  consumer          1     0.5

    The margins in plain pandas:

        >>> sums = orders.merge(customers).groupby("customer_type")[["amount", "cost"]].sum()
        >>> ((sums["amount"] - sums["cost"]) / sums["amount"]).to_dict()
        {'business': 0.2, 'consumer': 0.5}

    Raises `DataError` (a missing table, what breaks the schema), `RuleError` (`as_of`, `days`), `UnknownName` (`by`).
    """
    today, reader = known_day(tables, as_of), Reader(tables)
    count("days", days, 1)
    if by == "customer_id":
        raise RuleError("by is 'customer_id'; give a column that many customers share, for instance 'region'")
    why = "without it no segment can be measured"
    people = reader.must_open("customers", ("customer_id", by), why=why)
    orders = reader.must_open("transactions", ("customer_id", "date", "amount", "cost"), why=why)
    return to_native(_measured(people, orders, today, by, days))


def earned(orders: Frame, today: date, days: int) -> Frame:
    """Add up what each customer paid and what it cost in the `days` up to and with `today`: customer_id, amount, cost.

    An order whose cost is unknown counts in neither sum, yet its customer has bought.
    """
    age, amount, cost = nw.col("age"), nw.col("amount").cast(nw.Float64), nw.col("cost").cast(nw.Float64)
    known = nw.when(~nw.col("cost").is_null())
    return (
        orders.with_columns(
            days_before("date", today).alias("age"), known.then(amount).alias("amount"), known.then(cost).alias("cost")
        )
        .filter((age >= 0) & (age < days))
        .group_by("customer_id")
        .agg(nw.col("amount", "cost").sum())
    )


def margin() -> nw.Expr:
    """Return (amount - cost) / amount, null where nothing was paid, rounded so that the order of rows moves no band."""
    return ratio(nw.col("amount") - nw.col("cost"), nw.col("amount")).round(_MARGIN_DECIMALS)


def _measured(people: Frame, orders: Frame, today: date, by: str, days: int) -> Frame:
    each = (
        earned(orders, today, days)
        .join(people.select("customer_id", nw.col(by).alias("segment")), on="customer_id", how="inner")
        .filter(~nw.col("segment").is_null())
    )
    sums = each.group_by("segment").agg(nw.len().alias("customers"), nw.col("amount", "cost").sum())
    return sums.with_columns(margin().alias("margin")).select("segment", "customers", "margin").sort("segment")


def _check_directions(contacts: Frame) -> None:
    known = contacts.filter(~nw.col("direction").is_null())
    odd = known.filter(~nw.col("direction").is_in(["in", "out"])).select("direction").head(1)
    found = odd.lazy().collect()["direction"].to_list()
    if found:
        raise DataError(f"{found[0]!r} is neither 'in' nor 'out'", table="contacts", column="direction")
