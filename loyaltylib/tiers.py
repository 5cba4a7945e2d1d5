"""The customer pyramid: eight tiers of loyalty, who stands where and why, and how customers move.

    signals(tables, as_of, rules)       what is measured of each customer          (slow: reads the tables)
    assign(signals, rules)              tier, rank and the reasons                 (fast: once per turn of a slider)
    assign_tiers(tables, as_of, rules)  both steps in one
    pyramid(frame)                      how many customers stand on each tier
    transitions(before, after)          who moved from where to where between two days
    strategies_for(tier)                what the course advises to do

The standards themselves (limits, flags, precedence) are plain Python in `loyaltylib.tiers_rules`.
"""

from __future__ import annotations

from typing import TYPE_CHECKING, Any, Final

import narwhals.stable.v2 as nw

from .concepts import get, reason
from .errors import DataError
from .frames import to_native
from .inputs import having, word
from .tiers_assign import in_query, on_arrays
from .tiers_rules import (
    FLAGS,
    SIGNALS,
    STANDARDS,
    Standard,
    Tier,
    TierRules,
    flags_of,
    reasons_of,
    tier_of,
)
from .tiers_signals import signals, with_cut

if TYPE_CHECKING:
    from datetime import date


__all__ = [
    "ABSENT",
    "FLAGS",
    "SIGNALS",
    "STANDARDS",
    "Standard",
    "Tier",
    "TierRules",
    "assign",
    "assign_tiers",
    "explain",
    "flags_of",
    "pyramid",
    "reasons_of",
    "signals",
    "strategies_for",
    "tier_of",
    "traits_of",
    "transitions",
]

ABSENT: Final = "absent"  # stands for the tier of a customer who is in only one of two frames


def assign(signals: Any, rules: TierRules | None = None) -> Any:
    """Give every customer a tier, its rank and the reasons, by the standards of `loyaltylib.tiers_rules`.

    Before: one row a customer with the columns of `SIGNALS`, as `signals` makes it. `volume_cut` is computed here, from
    the volumes in the frame. After: the same rows in the same order, with

        customer_id
        tier     name of the tier (`Tier`)
        rank     1, the least loyal, to 8
        signals  why: the tier's flags that hold, then the tables that are silent, separated by ", ". `wallet?` says
                 that nothing is in the wallet about the customer, although this tier or one before it asks for it

        >>> import pandas as pd
        >>> before = pd.DataFrame({name: [None, None, None] for name in SIGNALS}, dtype=float).assign(
        ...     customer_id=["ann", "bo", "cy"],
        ...     n_orders=[9.0, 0.0, 3.0], days_since_last=[20.0, None, 200.0], spend_fall=[0.6, None, None])
        >>> after = assign(before)
        >>> after[["customer_id", "tier", "rank"]]
          customer_id      tier  rank
        0         ann   at_risk     3
        1          bo  onlooker     2
        2          cy      lost     1
        >>> after["signals"].tolist()
        ['spend_fall, wallet?, complaints?', 'never_bought', 'lapsed']

    The first two standards in plain pandas; who meets neither is left to the others:

        >>> lost = before["days_since_last"] > 180
        >>> onlooker = before["n_orders"] == 0
        >>> pd.Series("...", before.index).mask(onlooker, "onlooker").mask(lost, "lost").tolist()
        ['...', 'onlooker', 'lost']

    Raises `DataError` where a signal's column is missing.
    """
    rules = rules or TierRules()
    frame = having(signals, "signals", ("customer_id", *(name for name in SIGNALS if name != "volume_cut")))
    if isinstance(frame, nw.DataFrame):
        return on_arrays(frame, rules).to_native()
    return in_query(frame.pipe(with_cut, rules), rules).to_native()


def assign_tiers(tables: object, as_of: date | str, rules: TierRules | None = None) -> Any:
    """Give every customer known at `as_of` a tier: `signals`, then `assign`.

    Before: the tables (see `signals` for their columns, and for what is left out). After: one row a customer, sorted by
    `customer_id`, with customer_id, tier, rank, signals (see `assign`).

        >>> import pandas as pd
        >>> from types import SimpleNamespace
        >>> customers = pd.DataFrame({"customer_id": ["ann", "bo", "cy"]})
        >>> transactions = pd.DataFrame({
        ...     "customer_id": ["ann", "cy"],
        ...     "date": pd.to_datetime(["2025-12-01", "2025-03-01"]),
        ...     "amount": [80.0, 20.0]})
        >>> tables = SimpleNamespace(customers=customers, transactions=transactions)
        >>> assign_tiers(tables, "2025-12-31")
          customer_id      tier  rank       signals
        0         ann       new     4     newly_won
        1          bo  onlooker     2  never_bought
        2          cy      lost     1        lapsed

    Who lapsed, in plain pandas:

        >>> last = transactions.groupby("customer_id")["date"].max()
        >>> last[(pd.Timestamp("2025-12-31") - last).dt.days > 180].index.tolist()
        ['cy']

    Raises `DataError` (what breaks the schema), `RuleError` (`as_of`).
    """
    rules = rules or TierRules()
    return assign(signals(tables, as_of, rules), rules)


def pyramid(frame: Any, value: str | None = None) -> Any:
    """Count the customers of each tier.

    Before: one row a customer with `tier`, and where `value` names it a column with what each customer is worth (never
    told from the tier: AMB-50). After: eight rows from rank 1 to 8, one a tier even where it is empty:

        tier, rank
        customers    how many
        share        of all customers in the frame (fraction; 0 where there are none)
        value        sum of the column named, only where one is named

        >>> import pandas as pd
        >>> before = pd.DataFrame({"tier": ["lost", "new", "lost", "core"], "paid": [0, 30, 0, 90]})
        >>> pyramid(before, value="paid")
               tier  rank  customers  share  value
        0      lost     1          2   0.50    0.0
        1  onlooker     2          0   0.00    0.0
        2   at_risk     3          0   0.00    0.0
        3       new     4          1   0.25   30.0
        4  inactive     5          0   0.00    0.0
        5   regular     6          0   0.00    0.0
        6      core     7          1   0.25   90.0
        7  advocate     8          0   0.00    0.0

    The counts in plain pandas:

        >>> before["tier"].value_counts().reindex([tier.value for tier in Tier], fill_value=0).tolist()
        [2, 0, 0, 1, 0, 0, 1, 0]

    A lazy frame is collected. Raises `DataError` for a missing column or a name that is no tier.
    """
    columns = ("tier",) if value is None else ("tier", value)
    summed = [] if value is None else [nw.col(value).sum().alias("value")]
    counts = having(frame, "tiers", columns).group_by("tier").agg(nw.len().alias("customers"), *summed).lazy().collect()
    by_tier = {str(row["tier"]): row for row in counts.iter_rows(named=True)}
    for name in by_tier:
        if name not in set(Tier):
            raise DataError(f"{name!r} is no tier; known: {', '.join(Tier)}", table="tiers", column="tier")
    total = sum(row["customers"] for row in by_tier.values())
    numbers = [by_tier[tier]["customers"] if tier in by_tier else 0 for tier in Tier]
    rows: dict[str, list[Any]] = {
        "tier": [tier.value for tier in Tier],
        "rank": [tier.rank for tier in Tier],
        "customers": numbers,
        "share": [number / total if total else 0.0 for number in numbers],
    }
    if value is not None:
        rows["value"] = [float(by_tier[tier]["value"]) if tier in by_tier else 0.0 for tier in Tier]
    return nw.from_dict(rows, backend=counts.implementation).to_native()


def transitions(before: Any, after: Any) -> Any:
    """Count who moved from which tier to which between two days.

    Before: two frames of the same kind with `customer_id` and `tier`, one row a customer. After: one row for each pair
    of tiers that occurs, in order of rank, "absent" last:

        tier_before, tier_after   "absent" stands where a customer is in only one frame (won later, for instance)
        customers                 how many

        >>> import pandas as pd
        >>> before = pd.DataFrame({"customer_id": ["ann", "bo", "cy"], "tier": ["core", "new", "new"]})
        >>> after = pd.DataFrame({"customer_id": ["ann", "bo", "cy", "di"], "tier": ["core", "lost", "lost", "new"]})
        >>> transitions(before, after)
          tier_before tier_after  customers
        0         new       lost          2
        1        core       core          1
        2      absent        new          1

    In plain pandas:

        >>> moved = before.merge(after, on="customer_id", how="outer", suffixes=("_before", "_after")).fillna("absent")
        >>> moved.groupby(["tier_before", "tier_after"]).size().to_dict()
        {('absent', 'new'): 1, ('core', 'core'): 1, ('new', 'lost'): 2}

    Raises `DataError` for a missing column or a customer who is there twice.
    """
    sides: list[Any] = []
    for name, frame in (("before", before), ("after", after)):
        side = having(frame, name, ("customer_id", "tier")).select("customer_id", nw.col("tier").alias(f"tier_{name}"))
        twice = side.group_by("customer_id").agg(nw.len().alias("rows")).filter(nw.col("rows") > 1).lazy().collect()
        if len(twice):
            customer = twice["customer_id"].sort().to_list()[0]
            raise DataError(f"{customer} is there twice; one row a customer", table=name, column="customer_id")
        sides.append(side)
    joined = sides[0].join(sides[1], on="customer_id", how="full")
    pairs = joined.with_columns(nw.col("tier_before", "tier_after").fill_null(ABSENT))
    counted = pairs.group_by("tier_before", "tier_after").agg(nw.len().alias("customers"))
    ranked = counted.with_columns(_rank(f"tier_{name}").alias(f"rank_{name}") for name in ("before", "after"))
    ordered = ranked.sort("rank_before", "rank_after").select("tier_before", "tier_after", "customers")
    return to_native(ordered)


def _rank(column: str) -> nw.Expr:
    rank = nw.lit(len(Tier) + 1)
    for tier in Tier:
        rank = nw.when(nw.col(column) == tier.value).then(nw.lit(tier.rank)).otherwise(rank)
    return rank


def traits_of(tier: str, lang: str = "en") -> tuple[str, ...]:
    """Return what the course lists about a tier; raises `UnknownName` for a name that is no tier.

    >>> traits_of("advocate")[0]
    "Very tolerant of the company's small problems"
    """
    return get(word("tier", tier, Tier).concept).traits(lang)


def strategies_for(tier: str, lang: str = "en") -> tuple[str, ...]:
    """Return what the course advises for a tier, in its order; raises `UnknownName` for a name that is no tier.

    >>> strategies_for("inactive")
    ("First become the customer's main supplier", 'Then become the only one')
    """
    return get(word("tier", tier, Tier).concept).strategies(lang)


def explain(signals: str, lang: str = "en") -> tuple[str, ...]:
    """Return the reasons of a tier in a reader's words, from the text in the column `signals`.

    >>> explain("spend_fall, wallet?")
    ('spends much less than before', 'spending with others unknown')
    """
    return tuple(reason(signal, lang) for signal in signals.split(", ") if signal)
