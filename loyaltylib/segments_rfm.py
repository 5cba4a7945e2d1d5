"""Recency, frequency and money: one summary of the purchases, scores from it, and eight cells.

rfm_summary(tables, as_of)     frequency, recency, T and money of each customer, in one pass over the purchases
rfm_scores(summary, rules)     scores 1 to 5 and the cell
rfm_cell(r=, f=, m=)           the cell of one customer
"""

from __future__ import annotations

from dataclasses import dataclass
from enum import StrEnum
from typing import TYPE_CHECKING, Any, Final

import narwhals.stable.v2 as nw

from .errors import RuleError
from .frames import days_before, one_if, one_row, ratio, to_native
from .inputs import Reader, count, having, known_day, numbers, positive

if TYPE_CHECKING:
    from datetime import date

_DECIMALS = 6  # sums of floats differ in the last places with the order of the rows; no score may hang on that
_LOWEST, _MOST = 2, 10  # scores: with one there is nothing to tell apart, with more than ten nobody reads them


class RfmCell(StrEnum):
    """The eight cells: recent or not, often or not, much money or not."""

    CHAMPION = "champion"
    FREQUENT = "frequent"
    BIG_SPENDER = "big spender"
    RECENT = "recent"
    SLIPPING_CHAMPION = "slipping champion"
    SLIPPING_FREQUENT = "slipping frequent"
    PAST_BIG_SPENDER = "past big spender"
    DORMANT = "dormant"

    @property
    def concept(self) -> str:
        """Id of the cell in the concept registry."""
        return f"rfm.{self.value.replace(' ', '_')}"


# (recent, often, much) -> cell: every one of the eight combinations, once.
CELLS: Final[dict[tuple[bool, bool, bool], RfmCell]] = {
    (True, True, True): RfmCell.CHAMPION,
    (True, True, False): RfmCell.FREQUENT,
    (True, False, True): RfmCell.BIG_SPENDER,
    (True, False, False): RfmCell.RECENT,
    (False, True, True): RfmCell.SLIPPING_CHAMPION,
    (False, True, False): RfmCell.SLIPPING_FREQUENT,
    (False, False, True): RfmCell.PAST_BIG_SPENDER,
    (False, False, False): RfmCell.DORMANT,
}


@dataclass(frozen=True)
class RfmRules:
    """How scores are cut and where "high" begins.

    scores  how many scores each measure has: 5, fifths of the customers, is the trade's habit (2 to 10)
    high    a score of at least this is high: 4, the upper two fifths (2 to `scores`)

    Raises `RuleError` for a rule that makes no sense.
    """

    scores: int = 5
    high: int = 4

    def __post_init__(self) -> None:
        count("RfmRules.scores", self.scores, _LOWEST)
        count("RfmRules.high", self.high, _LOWEST)
        if self.scores > _MOST or self.high > self.scores:
            raise RuleError(
                f"RfmRules: high is {self.high} of {self.scores} scores; give 2 to {_MOST} scores and a high among them"
            )


def rfm_summary(tables: object, as_of: date | str, unit_days: float = 1) -> Any:
    """Sum up each customer's purchases until `as_of`; the purchases of one day are one purchase.

    Before: `tables` with `transactions` (customer_id, date, amount). After: one row for each customer who bought by
    `as_of`, sorted by `customer_id`:

        customer_id
        frequency        repeat purchases: days with a purchase, less the first
        recency          time from the first purchase to the last (units of `unit_days` days), 0 without a repeat
        T                time from the first purchase to `as_of` (the same units)
        monetary         mean amount of a repeat purchase (money); unknown without a repeat
        days_since_last  days from the last purchase to `as_of`
        spent            money spent in all, the first purchase included

    `recency` here is the customer's age at the last purchase, as the lifetime models of `segments_btyd` need it (Fader,
    Hardie and Lee 2005); the R of the scores is `days_since_last`. `unit_days=7` counts time in weeks. Purchases after
    `as_of` are left out; before the first purchase in the data nobody is there, and the frame is empty. Nothing is
    known of purchases before the data begin: someone who came earlier looks younger than he is.

        >>> import pandas as pd
        >>> from types import SimpleNamespace
        >>> transactions = pd.DataFrame({
        ...     "customer_id": ["ann", "ann", "ann", "ann", "bo"],
        ...     "date": pd.to_datetime(["2025-01-01", "2025-01-11", "2025-01-11", "2025-02-10", "2025-02-01"]),
        ...     "amount": [50.0, 20.0, 10.0, 60.0, 15.0]})
        >>> rfm_summary(SimpleNamespace(transactions=transactions), "2025-03-02")
          customer_id  frequency  recency     T  monetary  days_since_last  spent
        0         ann        2.0     40.0  60.0      45.0             20.0  140.0
        1          bo        0.0      0.0  29.0       NaN             29.0   15.0

    The money of ann's repeat purchases, in plain pandas:

        >>> by_day = transactions.groupby(["customer_id", "date"])["amount"].sum()
        >>> by_day["ann"].iloc[1:].tolist()
        [30.0, 60.0]

    Raises `DataError` (what breaks the schema; no table of transactions), `RuleError` (`as_of`, `unit_days`).
    """
    today, unit = known_day(tables, as_of), positive("unit_days", unit_days)
    why = "without it no purchase is known"
    table = Reader(tables).must_open("transactions", ("customer_id", "date", "amount"), why=why)
    age, amount, repeats = nw.col("age"), nw.col("amount"), nw.col("frequency")
    rows = table.select("customer_id", amount.cast(nw.Float64), days_before("date", today).alias("age"))
    rows = rows.filter(age >= 0)
    # Joined, not by a window over the days: an engine sorts for a window.
    first = rows.group_by("customer_id").agg(age.max().alias("first"))
    days = (
        rows.group_by("customer_id", "age")
        .agg(amount.sum())
        .join(first, on="customer_id", how="inner")
        .with_columns((amount * one_if(age < nw.col("first"))).alias("again"))
    )
    sums = days.group_by("customer_id").agg(
        nw.len().alias("bought"),
        age.min().alias("days_since_last"),
        nw.col("first").max(),
        amount.sum().alias("spent"),
        nw.col("again").sum(),
    )
    return to_native(
        sums.with_columns((nw.col("bought") - 1).cast(nw.Float64).alias("frequency"))
        .select(
            "customer_id",
            "frequency",
            ((nw.col("first") - nw.col("days_since_last")) / unit).alias("recency"),
            (nw.col("first") / unit).alias("T"),
            ratio(nw.col("again"), repeats).alias("monetary"),
            "days_since_last",
            "spent",
        )
        .sort("customer_id")
    )


def rfm_cell(*, r: int, f: int, m: int, rules: RfmRules | None = None) -> RfmCell:
    """Return the cell of one customer's three scores, each 1 (worst) to `rules.scores` (best).

    Raises `RuleError` for a score that is none.

    >>> rfm_cell(r=5, f=4, m=5), rfm_cell(r=1, f=5, m=2)
    (<RfmCell.CHAMPION: 'champion'>, <RfmCell.SLIPPING_FREQUENT: 'slipping frequent'>)
    """
    limits = rules or RfmRules()
    for name, score in (("r", r), ("f", f), ("m", m)):
        if count(name, score, 1) > limits.scores:
            raise RuleError(f"{name} is {score!r}; give a score from 1 to {limits.scores}")
    return CELLS[r >= limits.high, f >= limits.high, m >= limits.high]


def rfm_scores(summary: Any, rules: RfmRules | None = None) -> Any:
    """Score every customer's recency, frequency and money by the quantiles of the frame, and name the cell.

    Before: one row a customer with `customer_id`, `days_since_last`, `frequency`, `spent`, as `rfm_summary` makes it.
    After: one row a customer, sorted by `customer_id`:

        customer_id
        r, f, m  scores from 1, the worst, to 5, the best: 1 plus how many of the cuts (quantiles 0.2, 0.4, 0.6 and 0.8,
                 linear) the customer is better than. Equal customers have equal scores, so a score can be empty
        cell     name of the cell (`RfmCell`)

        >>> import pandas as pd
        >>> before = pd.DataFrame({"customer_id": ["ann", "bo", "cy"],
        ...     "days_since_last": [10.0, 200.0, 40.0], "frequency": [9.0, 0.0, 0.0], "spent": [400.0, 30.0, 900.0]})
        >>> rfm_scores(before)
          customer_id  r  f  m              cell
        0         ann  5  5  3          frequent
        1          bo  1  1  1           dormant
        2          cy  3  1  5  past big spender

    The scores for money in plain pandas:

        >>> cuts = before["spent"].quantile([0.2, 0.4, 0.6, 0.8])
        >>> [1 + int((spent > cuts).sum()) for spent in before["spent"]]
        [3, 1, 5]

    An empty frame gives an empty one. Raises `DataError` for a missing column, text, an unknown or negative value.
    """
    limits = rules or RfmRules()
    names = ("days_since_last", "frequency", "spent")
    table = numbers(having(summary, "summary", ("customer_id",)), "summary", dict.fromkeys(names, (0, None)))
    # Fewer days since the last purchase are better: turned round, more is better in all three.
    measures = {"r": -nw.col("days_since_last"), "f": nw.col("frequency"), "m": nw.col("spent")}
    rated = table.with_columns(measure.round(_DECIMALS).alias(f"_{name}") for name, measure in measures.items())
    steps = {f"{name}{step}": (name, step / limits.scores) for name in measures for step in range(1, limits.scores)}
    cuts = one_row(rated, *(nw.col(f"_{n}").quantile(step, "linear").alias(key) for key, (n, step) in steps.items()))
    better = {
        key: (nw.col(f"_{name}") > round(cuts[key] or 0.0, _DECIMALS)).cast(nw.Int64)
        for key, (name, _) in steps.items()
    }
    scored = rated.with_columns(
        (1 + nw.sum_horizontal(*(won for key, won in better.items() if key[0] == name))).alias(name)
        for name in measures
    )
    return to_native(scored.select("customer_id", *measures, _cell(limits.high).alias("cell")).sort("customer_id"))


def _cell(high: int) -> nw.Expr:
    """Return the name of the cell, from the columns r, f and m."""
    chosen = nw.lit(RfmCell.DORMANT.value)
    for combination, cell in CELLS.items():
        r, f, m = (
            nw.col(name) >= high if is_high else nw.col(name) < high
            for name, is_high in zip("rfm", combination, strict=True)
        )
        chosen = nw.when(r & f & m).then(nw.lit(cell.value)).otherwise(chosen)
    return chosen
