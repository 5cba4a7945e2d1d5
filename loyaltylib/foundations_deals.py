"""The deal process as a funnel: five links, how many deals pass each, how long they stay, how many close.

One row of the table `deals` is a deal's stay in one link. A stay is over in one of two ways, or not over:

    out      the deal went on to a later link, or left this one with an order
    dropped  it left, came to no later link and brought no order
    open     it is still there

Every stay that began by `as_of` is exactly one of the three.
"""

from __future__ import annotations

from enum import StrEnum
from types import SimpleNamespace
from typing import TYPE_CHECKING, Any, Final

import narwhals.stable.v2 as nw

from .errors import DataError, RuleError
from .frames import days_before, one_if, one_row
from .inputs import count, known_day, must_have, positive, rate
from .schema import check

if TYPE_CHECKING:
    from datetime import date

    from .frames import Frame

_COLUMNS: Final = ("deal_id", "stage", "entered_at", "left_at", "won")


class Link(StrEnum):
    """The five links of the deal process, in their order.

    >>> Link.CONTROL, Link.CONTROL.place, Link("fulfilment").concept
    (<Link.CONTROL: 'control'>, 3, 'crm.process.fulfilment')
    """

    GENERATION = "generation"
    TRACKING = "tracking"
    CONTROL = "control"
    FULFILMENT = "fulfilment"
    EVALUATION = "evaluation"

    @property
    def place(self) -> int:
        """Place in the chain, 1 to 5."""
        return list(Link).index(self) + 1

    @property
    def concept(self) -> str:
        """Id of the link in the concept registry."""
        return f"crm.process.{self.value}"


def example_tables() -> SimpleNamespace:
    """Return small invented tables for class, to be counted by hand: `deals` and `staff`.

    Four deals: one ended in an order, one was dropped at tracking, one at control, and one is still at tracking. Three
    employees.

    >>> example_tables().deals.tail(3)
      deal_id       stage entered_at    left_at    won
    7       C     control 2025-03-15 2025-04-04  False
    8       D  generation 2025-11-01 2025-11-21  False
    9       D    tracking 2025-11-21        NaT  False
    """
    import pandas as pd

    stays = [
        ("A", "generation", "2025-01-01", "2025-01-11", False),
        ("A", "tracking", "2025-01-11", "2025-01-31", False),
        ("A", "control", "2025-01-31", "2025-02-10", False),
        ("A", "fulfilment", "2025-02-10", "2025-03-12", True),
        ("B", "tracking", "2025-02-01", "2025-02-11", False),
        ("C", "generation", "2025-03-01", "2025-03-07", False),
        ("C", "tracking", "2025-03-07", "2025-03-15", False),
        ("C", "control", "2025-03-15", "2025-04-04", False),
        ("D", "generation", "2025-11-01", "2025-11-21", False),
        ("D", "tracking", "2025-11-21", None, False),
    ]
    deals = pd.DataFrame(stays, columns=list(_COLUMNS))
    for name in ("entered_at", "left_at"):
        deals[name] = pd.to_datetime(deals[name])
    staff = pd.DataFrame(
        {"employee_id": ["e1", "e2", "e3"], "training_hours": [40.0, 32.0, 0.0], "tenure": [6.0, 2.0, 1.0]}
    )
    return SimpleNamespace(deals=deals, staff=staff)


def _stays(tables: object, as_of: date | str) -> Frame:
    """One row a stay begun by `as_of`: its link's place, what became of it, and the days it took where it is over."""
    deals = must_have(tables, "deals", "give a table with a row for each stay of a deal in a link")
    today = known_day(tables, as_of)
    place: nw.Expr = nw.lit(0)
    for link in Link:
        place = nw.when(nw.col("stage") == link.value).then(nw.lit(link.place)).otherwise(place)
    left = nw.col("left_age")
    begun = (
        check(deals, "deals", _COLUMNS)
        .select(
            "deal_id",
            "stage",
            place.alias("place"),
            days_before("entered_at", today).alias("entered_age"),
            days_before("left_at", today).alias("left_age"),
            nw.col("won").cast(nw.Boolean).fill_null(value=False).alias("won"),
        )
        .filter(nw.col("entered_age") >= 0)
        .with_columns(
            (~left.is_null() & (left >= 0)).fill_null(value=False).alias("over"),
            one_if(nw.col("won") & (left.is_null() | (left >= 0))).alias("won"),
        )
        .with_columns(
            nw.col("place").max().over("deal_id").alias("furthest"), nw.col("won").max().over("deal_id").alias("won")
        )
    )
    over = nw.col("over")
    went_on = (nw.col("place") < nw.col("furthest")) | (over & (nw.col("won") > 0))
    return begun.with_columns(
        one_if(went_on).alias("out"),
        one_if(~went_on & over).alias("dropped"),
        one_if(~went_on & ~over).alias("open"),
        nw.when(over).then(nw.col("entered_age") - left).alias("dwell"),
    )


def _refuse(row: dict[str, Any]) -> None:
    """Raise for a link nobody knows or a stay that ends before it begins."""
    if row["stage"] not in set(Link):
        raise DataError(f"{row['stage']!r} is no link; known: {', '.join(Link)}", table="deals", column="stage")
    if row["shortest"] is not None and row["shortest"] < 0:
        raise DataError(
            f"a stay at {row['stage']!r} ends before it begins; correct or remove such rows",
            table="deals",
            column="left_at",
        )


def deal_funnel(tables: object, as_of: date | str, *, ended_only: bool = False) -> Any:
    """Follow the deals through the five links, by counting what became of each stay begun by `as_of`.

    Before: `tables` with `deals`: deal_id, stage (a link), entered_at, left_at (unknown: still there), won (the deal
    ended in an order; unknown counts as no). What is dated after `as_of` has not happened yet. After: five rows, one a
    link even where it is empty:

        link, place      1 to 5
        deals_in         stays begun
        deals_out        the deal went on to a later link, or left this one with an order
        dropped, open    it left for good without an order; it is still there. The three add up to `deals_in`
        drop_off         dropped / deals_in (fraction); with `ended_only`, what is open is left out of the whole.
                         Unknown (null) where there is nothing to divide by
        mean_dwell_days  mean of left_at - entered_at (days) over the stays that are over; unknown where none is

        >>> deal_funnel(example_tables(), "2025-12-31").drop(columns="place")
                 link  deals_in  deals_out  dropped  open  drop_off  mean_dwell_days
        0  generation         3          3        0     0      0.00        12.000000
        1    tracking         4          2        1     1      0.25        12.666667
        2     control         2          1        1     0      0.50        15.000000
        3  fulfilment         1          1        0     0      0.00        30.000000
        4  evaluation         0          0        0     0       NaN              NaN

    Deals in, and the days they stayed, in plain pandas:

        >>> deals = example_tables().deals
        >>> days = (deals["left_at"] - deals["entered_at"]).dt.days
        >>> days.groupby(deals["stage"]).agg(["size", "mean"]).loc["control"].tolist()
        [2.0, 15.0]

    A lazy frame is collected. An empty table gives five rows of 0. Raises `DataError` (what breaks the schema: a
    missing table or column, a date with a time zone; a stage that is no link; a stay that ends before it begins),
    `RuleError` (`as_of`).
    """
    dwell = nw.col("dwell")
    counted = (
        _stays(tables, as_of)
        .group_by("stage")
        .agg(
            nw.len().alias("deals_in"),
            nw.col("out", "dropped", "open").sum(),
            dwell.mean().alias("mean"),
            dwell.min().alias("shortest"),
        )
        .lazy()
        .collect()
    )
    found = {row["stage"]: row for row in counted.iter_rows(named=True)}
    for row in found.values():
        _refuse(row)
    nothing = {"deals_in": 0, "out": 0, "dropped": 0, "open": 0, "mean": None}
    rows = [found.get(link.value, nothing) for link in Link]
    whole = [row["deals_in"] - (row["open"] if ended_only else 0) for row in rows]
    columns: dict[str, list[Any]] = {
        "link": [link.value for link in Link],
        "place": [link.place for link in Link],
        "deals_in": [int(row["deals_in"]) for row in rows],
        "deals_out": [int(row["out"]) for row in rows],
        "dropped": [int(row["dropped"]) for row in rows],
        "open": [int(row["open"]) for row in rows],
        "drop_off": [row["dropped"] / n if n else None for row, n in zip(rows, whole, strict=True)],
        "mean_dwell_days": [row["mean"] for row in rows],
    }
    numbers = {name: nw.Float64() for name in ("drop_off", "mean_dwell_days")}
    made = nw.from_dict(columns, backend=counted.implementation)
    return made.with_columns(nw.col(name).cast(dtype) for name, dtype in numbers.items()).to_native()


def closing_rate(
    tables: object | None = None,
    as_of: date | str | None = None,
    *,
    won: int | None = None,
    pitched: int | None = None,
    ended_only: bool = False,
) -> float:
    """Return the share of deals that ended in an order: won / pitched (fraction), from counts or from the table.

    Before: two counts, or `tables` with `deals` (see `deal_funnel`) and the day. On the table every deal begun by
    `as_of` counts as pitched; with `ended_only`, those still open without an order are left out. After: one number.

        >>> closing_rate(won=12, pitched=40)
        0.3
        >>> closing_rate(example_tables(), "2025-12-31")
        0.25
        >>> closing_rate(example_tables(), "2025-12-31", ended_only=True)
        0.3333333333333333

    In plain pandas:

        >>> float(example_tables().deals.groupby("deal_id")["won"].any().mean())
        0.25

    Warns with `RateWarning` where more deals are won than pitched. Raises `RuleError` (neither or both forms given,
    nothing pitched, a count that is none, `as_of`), `DataError` (what breaks the schema; no deal by that day).
    """
    if tables is None:
        if won is None or pitched is None:
            raise RuleError("closing_rate got no deals; give won=... and pitched=..., or tables and as_of")
        whole = positive("pitched", count("pitched", pitched))
        return rate("closing_rate", count("won", won) / whole, "more deals are won than were pitched")
    if won is not None or pitched is not None or as_of is None:
        raise RuleError("closing_rate got tables; give the day as_of beside them and no counts")
    stays = _stays(tables, as_of)
    known = stays.with_columns(one_if(nw.col("place") == 0).alias("odd"))
    deals = known.group_by("deal_id").agg(nw.col("won", "open", "odd").max(), nw.col("dwell").min())
    still = one_if((nw.col("open") > 0) & (nw.col("won") == 0))
    found = one_row(
        deals.with_columns(still.alias("still")),
        nw.len().alias("deals"),
        nw.col("won", "still", "odd").sum(),
        nw.col("dwell").min(),
    )
    if found["odd"] or (found["dwell"] or 0) < 0:
        deal_funnel(tables, as_of)  # says which
    whole = found["deals"] - (found["still"] or 0 if ended_only else 0)
    if not whole:
        raise DataError(
            f"has no deal to count by {known_day(tables, as_of)}; give a later day or more deals", table="deals"
        )
    return float(found["won"] / whole)
