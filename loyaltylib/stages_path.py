"""The path of every relationship through the stages, from the customers' wallets."""

from __future__ import annotations

from types import SimpleNamespace
from typing import TYPE_CHECKING, Any

import narwhals.stable.v2 as nw

from .errors import DataError, RuleError
from .frames import days_before, one_if, one_row, ratio, to_native
from .inputs import Reader, day, word
from .stages_rules import SHARE_DECIMALS, Boundary, Move, Stage, StageLimits, reaches

if TYPE_CHECKING:
    from collections.abc import Collection
    from datetime import date

    from .frames import Frame


def _wallet(wallet: Any) -> Frame:
    needs = ("customer_id", "period", "own_spend", "total_category_spend")
    frame = Reader(SimpleNamespace(wallet=wallet)).must_open("wallet", needs, why="without it no share is known")
    own, total = nw.col("own_spend").cast(nw.Float64), nw.col("total_category_spend").cast(nw.Float64)
    share = ratio(own, total)
    frame = frame.select("customer_id", "period", share.alias("share"), one_if(own > total).alias("above"))
    above = one_row(frame, nw.col("above").sum())["above"]
    if above:
        raise DataError(
            f"lies below own_spend in {above:.0f} rows; it is the spending with all suppliers, us included",
            table="wallet",
            column="total_category_spend",
        )
    return frame.drop("above")


def stage_path(
    wallet: Any,
    *,
    partners: Collection[Any] | None = None,
    boundary: str = "upper",
    limits: StageLimits | None = None,
    as_of: date | str | None = None,
) -> Any:
    """Follow every relationship through the stages, period by period, from our share of the customer's purchases.

    Before: the table `wallet` (customer_id, period, own_spend, total_category_spend; one row a customer and period).
    After: the same rows, sorted by customer and period:

        customer_id, period
        share    own_spend / total_category_spend (fraction); unknown where the customer bought from nobody
        stage    by `stage_of`, whose `boundary` and `limits` these are; unknown with the share
        number   1 (development) to 4 (strategic), as a float, for it may be unknown
        move     from the customer's row before: first, stayed, up, skipped (more than one stage up), down, collapsed
                 (more than one down); unknown where one of the two stages is

    `partners` are the ids of customers whose partnership is confirmed: no one else is then strategic. None: not known,
    the share decides. Periods that end after `as_of` are left out.

        >>> import pandas as pd
        >>> before = pd.DataFrame({
        ...     "customer_id": ["ann", "ann", "bo", "bo"],
        ...     "period": pd.to_datetime(["2025-03-31", "2025-06-30", "2025-03-31", "2025-06-30"]),
        ...     "own_spend": [20.0, 60.0, 90.0, 40.0], "total_category_spend": 100.0})
        >>> stage_path(before)
          customer_id     period  share      stage  number       move
        0         ann 2025-03-31    0.2      early     2.0      first
        1         ann 2025-06-30    0.6     stable     3.0         up
        2          bo 2025-03-31    0.9  strategic     4.0      first
        3          bo 2025-06-30    0.4      early     2.0  collapsed

    The stages in plain pandas (exactly 0 is development):

        >>> share = before["own_spend"] / before["total_category_spend"]
        >>> names = ["development", "early", "stable", "strategic"]
        >>> pd.cut(share, [0, 1e-9, 0.5, 0.8, 1.1], right=False, labels=names).tolist()
        ['early', 'stable', 'strategic', 'early']

    An empty wallet gives an empty frame. Raises `DataError` (what breaks the schema: a missing column, a wrong dtype, a
    time zone, negative money, a customer twice in a period; or we sold more than the customer bought in all),
    `RuleError` (`as_of`; `partners` as text), `UnknownName` (`boundary`).
    """
    side, limits = word("boundary", boundary, Boundary), limits or StageLimits()
    if isinstance(partners, str):
        raise RuleError(f"partners is {partners!r}; give a list of customer ids")
    frame = _wallet(wallet)
    if as_of is not None:
        frame = frame.filter(days_before("period", day(as_of)) >= 0)
    share = nw.col("share")
    known = share.round(SHARE_DECIMALS)
    partner = nw.lit(value=True) if partners is None else nw.col("customer_id").is_in(list(partners))
    number: nw.Expr = nw.lit(float(Stage.EARLY.number))
    for holds, stage in (
        (reaches(known, limits.main_share, side), Stage.STABLE),
        (partner & reaches(known, limits.strategic_share, side), Stage.STRATEGIC),
        (share == 0, Stage.DEVELOPMENT),
    ):
        number = nw.when(holds).then(nw.lit(float(stage.number))).otherwise(number)
    before = {name: nw.col(name).shift(1).over("customer_id", order_by="period") for name in ("number", "period")}
    return to_native(
        frame.with_columns(nw.when(~share.is_null()).then(number).alias("number"))
        .with_columns(
            _named(nw.col("number"), {stage.number: stage.value for stage in Stage}).alias("stage"),
            (nw.col("number") - before["number"]).alias("step"),
            before["period"].is_null().alias("begins"),
        )
        .with_columns(_move(nw.col("step")).alias("move"))
        .select("customer_id", "period", "share", "stage", "number", "move")
        .sort("customer_id", "period")
    )


def _named(number: nw.Expr, names: dict[int, str]) -> nw.Expr:
    """Return the name of a number; unknown for one without a name."""
    chosen = nw.lit(None).cast(nw.String)
    for value, name in names.items():
        chosen = nw.when(number == value).then(nw.lit(name)).otherwise(chosen)
    return chosen


def _move(step: nw.Expr) -> nw.Expr:
    """Return the move by the number of stages gone; a customer's first row is no move."""
    steps = {0: Move.STAYED, 1: Move.UP, 2: Move.SKIPPED, 3: Move.SKIPPED}
    steps |= {-1: Move.DOWN, -2: Move.COLLAPSED, -3: Move.COLLAPSED}
    moved = _named(step, {gone: move.value for gone, move in steps.items()})
    first = nw.col("begins") & ~nw.col("number").is_null()
    return nw.when(first).then(nw.lit(Move.FIRST.value)).otherwise(moved)
