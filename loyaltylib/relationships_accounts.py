"""Our accounts in Kotler's grid: what each earns, how the type in use fits, and whether its profit pays for the advice.

measure_accounts(tables, as_of)   revenue, profit, margin and the type in use of each account
hold_accounts(accounts)           with the type the grid advises and how the one in use fits
summarise(held)                   how many stand where, and with how many the advice costs more than they bring in
"""

from __future__ import annotations

from collections import Counter
from dataclasses import dataclass
from math import floor, isfinite
from typing import TYPE_CHECKING, Any, Final

import narwhals.stable.v2 as nw

from .frames import to_native
from .inputs import Reader, count, having, known_day, positive
from .look import columns
from .relationships import Fit, Verdict, fit
from .relationships_contacts import ContactRules, earned, in_use, margin
from .relationships_rules import RelationshipType
from .relationships_service import yearly_cost

if TYPE_CHECKING:
    from collections.abc import Iterable, Mapping
    from datetime import date

    from .relationships_rules import GridRules
    from .relationships_service import ServiceRules

LARGE_FROM: Final = 30_000  # yuan a year from which on the chapter calls an account large
BIN: Final = 0.02  # margins are counted in steps of two percentage points
TOP: Final = 0.6  # and up to here; a larger one counts in the last step
_DIGITS: Final = 9  # 0.58 / 0.02 is a little less than 29


def measure_accounts(tables: object, as_of: date | str, kind: str = "business", days: int = 365) -> Any:
    """Measure each account of a kind that bought in the `days` up to and with `as_of`.

    Before: `tables` with customers (customer_id, customer_type, acquired_on), transactions (customer_id, date, amount,
    cost) and contacts (customer_id, date, direction). After: one row an account, sorted by `customer_id`:

        customer_id
        revenue, profit   of what has both an amount and a cost (yuan)
        margin            profit / revenue (fraction); null where nothing was paid
        in_use            the type in use, told from the contacts of the same days

        >>> import pandas as pd
        >>> from types import SimpleNamespace
        >>> customers = pd.DataFrame({
        ...     "customer_id": ["ann", "bo"], "customer_type": ["business", "consumer"],
        ...     "acquired_on": pd.to_datetime(["2024-01-01", "2024-01-01"])})
        >>> orders = pd.DataFrame({
        ...     "customer_id": ["ann", "ann", "bo"], "date": pd.to_datetime(["2025-02-01", "2025-09-01", "2025-05-01"]),
        ...     "amount": [60.0, 40.0, 500.0], "cost": [30.0, 20.0, 400.0]})
        >>> contacts = pd.DataFrame({
        ...     "customer_id": ["ann"], "date": pd.to_datetime(["2025-03-01"]), "direction": ["in"]})
        >>> measure_accounts(SimpleNamespace(customers=customers, transactions=orders, contacts=contacts), "2025-12-31")
          customer_id  revenue  profit  margin    in_use
        0         ann    100.0    50.0     0.5  reactive

    Raises `DataError` (a missing table, what breaks the schema), `RuleError` (`as_of`, `days`).
    """
    today, reader = known_day(tables, as_of), Reader(tables)
    count("days", days, 1)
    why = "without it no account can be measured"
    people = reader.must_open("customers", ("customer_id", "customer_type"), why=why)
    orders = reader.must_open("transactions", ("customer_id", "date", "amount", "cost"), why=why)
    used = nw.from_native(in_use(tables, as_of, ContactRules(window_days=days))).select("customer_id", "in_use")
    chosen = people.filter(nw.col("customer_type") == kind).select("customer_id")
    found = (
        earned(orders, today, days)
        .join(chosen, on="customer_id", how="inner")
        .join(used, on="customer_id", how="inner")
        .with_columns((nw.col("amount") - nw.col("cost")).alias("profit"), margin().alias("margin"))
    )
    placed = found.select("customer_id", nw.col("amount").alias("revenue"), "profit", "margin", "in_use")
    return to_native(placed.sort("customer_id"))


@dataclass(frozen=True)
class Held:
    """An account, how many there are of its kind, and how the type in use stands to the type advised."""

    customer_id: str
    profit: float
    margin: float
    customers: int
    large: bool
    fit: Fit


def hold_accounts(accounts: Any, large_from: float = LARGE_FROM, rules: GridRules | None = None) -> list[Held]:
    """Count each account with those of its kind, and hold the type in use against the one the grid advises.

    `accounts` is what `measure_accounts` returns. An account is large from a revenue of `large_from` yuan on; one team
    serves the large accounts, another the rest. One whose margin is unknown is left out. A list and not a frame: a
    simulator asks for it while somebody drags a slider.

    >>> import pandas as pd
    >>> before = pd.DataFrame({
    ...     "customer_id": ["ann", "bo"], "revenue": [50_000.0, 900.0], "profit": [22_500.0, 90.0],
    ...     "margin": [0.45, 0.1], "in_use": ["proactive", "accountable"]})
    >>> [(each.customer_id, each.customers, each.fit.advised.value, each.fit.verdict.value)
    ...     for each in hold_accounts(before)]
    [('ann', 1, 'partnership', 'too little'), ('bo', 1, 'accountable', 'fits')]

    Raises `DataError` for a missing column, `RuleError` for a number that makes no sense, `UnknownName` for a word in
    `in_use` that is no type.
    """
    positive("large_from", large_from)
    names = ("customer_id", "revenue", "profit", "margin", "in_use")
    rows = list(zip(*columns(having(accounts, "accounts", names).to_native(), *names), strict=True))
    big = sum(row[1] >= large_from for row in rows)
    found = []
    for who, revenue, profit, earns, used in rows:
        large = bool(revenue >= large_from)
        many = big if large else len(rows) - big
        if earns is not None and isfinite(earns):
            found.append(Held(who, profit, earns, many, large, fit(used, customers=many, margin=earns, rules=rules)))
    return found


@dataclass(frozen=True)
class Standing:
    """Accounts of one verdict: how many, and with how many of them the type advised costs more than their profit."""

    accounts: int = 0
    unpaid: int = 0


@dataclass(frozen=True)
class Summary:
    """How a company's accounts stand in the grid.

    large, other  how many there are of either kind
    standings     verdict -> how many, and how many could not pay for what is advised
    heaps         (whether large, verdict) -> how many accounts in each step of margin
    """

    large: int
    other: int
    standings: Mapping[Verdict, Standing]
    heaps: Mapping[tuple[bool, Verdict], tuple[int, ...]]

    @property
    def accounts(self) -> int:
        """All of them."""
        return self.large + self.other

    @property
    def less(self) -> int:
        """How many get less than the grid advises."""
        return self.standings[Verdict.TOO_LITTLE].accounts

    @property
    def unpaid(self) -> int:
        """With how many the type advised costs more than they bring in."""
        return sum(each.unpaid for each in self.standings.values())


def summarise(held: Iterable[Held], service: ServiceRules | None = None) -> Summary:
    """Count the accounts of `hold_accounts` by verdict, by what they can pay for, and by kind and margin."""
    costs = {kind: yearly_cost(kind, service) for kind in RelationshipType}
    verdicts: Counter[Verdict] = Counter()
    unpaid: Counter[Verdict] = Counter()
    heaped: Counter[tuple[bool, Verdict, int]] = Counter()
    for each in held:
        verdict = each.fit.verdict
        verdicts[verdict] += 1
        unpaid[verdict] += costs[each.fit.advised] > each.profit
        heaped[each.large, verdict, _step(each.margin)] += 1
    heaps = {
        (large, verdict): tuple(heaped[large, verdict, step] for step in range(_step(TOP) + 1))
        for large in (True, False)
        for verdict in Verdict
    }
    big = sum(sum(heap) for (large, _), heap in heaps.items() if large)
    standings = {verdict: Standing(verdicts[verdict], unpaid[verdict]) for verdict in Verdict}
    return Summary(big, sum(verdicts.values()) - big, standings, heaps)


def _step(earns: float) -> int:
    """Return the step of a margin; below 0 is the first, from the top on the last."""
    return floor(round(min(max(earns, 0.0), TOP - BIN) / BIN, _DIGITS))
