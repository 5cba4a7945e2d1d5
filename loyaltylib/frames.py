"""Steps that every module on tables shares, in the operations all engines have.

An engine is pandas, Polars, DuckDB or PySpark, reached through Narwhals. Each expression here does the same on all of
them; what one of them lacks is used nowhere in the library.
"""

from __future__ import annotations

from typing import TYPE_CHECKING, Any, TypeAlias

import narwhals.stable.v2 as nw

if TYPE_CHECKING:
    from collections.abc import Iterable
    from datetime import date

Frame: TypeAlias = "nw.DataFrame[Any]"  # or a LazyFrame: only what both can do is used


def days_before(column: str, today: date) -> nw.Expr:
    """Days from a date column to `today`, negative after it; exact for the years 1901 to 2100.

    Every engine knows the year and the day of the year; hardly two share another way from dates to whole days. 1461 is
    four years in days, and 15 leap days had fallen out by 1901.

    >>> import pandas as pd
    >>> from datetime import date
    >>> before = nw.from_native(pd.DataFrame({"on": pd.to_datetime(["2024-02-28", "2024-03-01"])}))
    >>> before.with_columns(days_before("on", date(2024, 3, 1)).alias("age")).to_native()
              on  age
    0 2024-02-28  2.0
    1 2024-03-01  0.0
    """
    years_before = nw.col(column).dt.year().cast(nw.Float64) - 1
    return (today.toordinal() + 15) - years_before * 1461 // 4 - nw.col(column).dt.ordinal_day()


def unknown() -> nw.Expr:
    """Return a column of numbers nobody knows (null)."""
    return nw.lit(None).cast(nw.Float64)


def one_if(condition: nw.Expr) -> nw.Expr:
    """1 where the condition holds and 0 elsewhere, to be summed."""
    return condition.cast(nw.Float64)


def ratio(part: nw.Expr, whole: nw.Expr) -> nw.Expr:
    """`part / whole`, unknown where the whole is not above 0."""
    return nw.when(whole > 0).then(part / whole)


def pick(cases: Iterable[tuple[nw.Expr, str | float]]) -> nw.Expr:
    """Return the value of the first case that holds; null where none does, because something is unknown."""
    chosen: Any = None
    for holds, value in reversed(list(cases)):
        then = nw.when(holds).then(nw.lit(value))
        chosen = then if chosen is None else then.otherwise(chosen)
    return chosen  # type: ignore[no-any-return]


def said_if(condition: nw.Expr, said: str) -> nw.Expr:
    """Return a word and a comma where the condition holds and nothing elsewhere, to be joined to a list of reasons."""
    return nw.when(condition).then(nw.lit(f"{said}, ")).otherwise(nw.lit(""))


def one_row(frame: Frame, *expressions: nw.Expr) -> dict[str, Any]:
    """Run one aggregate query and return its only row; on a lazy engine this is the only execution.

    >>> import pandas as pd
    >>> one_row(nw.from_native(pd.DataFrame({"amount": [3.0, 4.0]})), nw.col("amount").sum())
    {'amount': 7.0}
    """
    row = frame.lazy().select(*expressions).collect()
    return {name: row[name].to_list()[0] for name in row.columns}


def to_native(frame: Frame) -> Any:
    """Return the caller's kind of frame, with the rows numbered from 0 where that kind numbers them."""
    return nw.maybe_reset_index(frame).to_native()
