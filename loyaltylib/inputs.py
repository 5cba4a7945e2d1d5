"""How a caller's values come in: numbers, words, the day, and tables with one kind of id.

Every public function passes what it is given through here or through `loyaltylib.schema.check`, so that one rule has
one sentence wherever it is broken.
"""

from __future__ import annotations

import warnings
from datetime import date, datetime
from enum import StrEnum
from math import isfinite, isinf, isnan
from numbers import Real
from typing import TYPE_CHECKING, Any, Final, TypeVar

import narwhals.stable.v2 as nw

from .errors import DataError, RateWarning, RuleError, UnknownName
from .frames import one_row, unknown
from .schema import check

if TYPE_CHECKING:
    from collections.abc import Iterable, Mapping

    from .frames import Frame

_Word = TypeVar("_Word", bound=StrEnum)

ANY: Final[tuple[None, None]] = (None, None)  # the limits of a column of any finite numbers
_NOBODY: Final = "without it nobody is known"  # why a table must be there: true of most, of the customers above all


def number(name: str, value: object, low: float | None = None, high: float | None = None) -> float:
    """Return a caller's number as a float.

    Raises `RuleError`, naming it, where it is no finite number (a bool and text are none) or lies outside `low` to
    `high`, both included.

    >>> number("margin", 0.25, low=0)
    0.25
    """
    if isinstance(value, bool) or not isinstance(value, Real) or not isfinite(value):
        raise RuleError(f"{name} is {value!r}; give a finite number")
    found = float(value)
    if (low is not None and found < low) or (high is not None and found > high):
        span = f"from {low:g} to {high:g}" if low is not None and high is not None else ""
        span = span or (f"of at least {low:g}" if low is not None else f"of at most {high:g}")
        raise RuleError(f"{name} is {value!r}; give a number {span}")
    return found


def positive(name: str, value: object) -> float:
    """Return a caller's number above 0, such as what something is divided by; raises `RuleError`."""
    found = number(name, value)
    if found <= 0:
        raise RuleError(f"{name} is {value!r}; give a number above 0")
    return found


def fraction(name: str, value: object) -> float:
    """Return a caller's share or rate from 0 to 1; raises `RuleError`, with a word on per cent where it is larger.

    >>> fraction("share", 40)
    Traceback (most recent call last):
    ...
    loyaltylib.errors.RuleError: share is 40; give a fraction from 0 to 1 (0.4 for 40 per cent)
    """
    found = number(name, value)
    if not 0 <= found <= 1:
        per_cent = f" ({found / 100:g} for {found:g} per cent)" if 1 < found <= 100 else ""  # noqa: PLR2004
        raise RuleError(f"{name} is {value!r}; give a fraction from 0 to 1{per_cent}")
    return found


def count(name: str, value: object, low: int = 0) -> int:
    """Return a caller's whole number of at least `low`; raises `RuleError`."""
    found = number(name, value, low)
    if not found.is_integer():
        raise RuleError(f"{name} is {value!r}; give a whole number")
    return int(found)


def word(kind: str, value: str, words: type[_Word]) -> _Word:
    """Return the member of an enumeration from itself or its plain English word; raises `UnknownName`.

    `kind` says what it is, for the error: "tier", "stage".
    """
    try:
        return words(value)
    except ValueError:
        raise UnknownName(kind, value, words) from None


def rate(name: str, value: float, why: str) -> float:
    """Return a computed rate; one outside 0 to 1 is kept, and `RateWarning` says that it is and why it can be."""
    if not 0 <= value <= 1:
        warnings.warn(f"{name} is {value:.4g}, outside 0 to 1: {why}", RateWarning, stacklevel=3)
    return value


def day(value: date | str, name: str = "as_of") -> date:
    """Return a calendar day, from a date, a datetime without a time zone, or ISO text (`2025-12-31`).

    Raises `RuleError` for anything else, naming it.
    """
    try:
        moment = datetime.fromisoformat(value) if isinstance(value, str) else value
        if isinstance(moment, datetime) and moment.tzinfo is not None:
            raise RuleError(f"{name} {value!r} has a time zone; give the calendar day, for instance '2025-12-31'")
        return date.fromordinal(moment.toordinal())
    except (ValueError, AttributeError) as error:
        raise RuleError(f"{name} is {value!r}; give a date or ISO text, for instance '2025-12-31'") from error


def known_day(tables: object, as_of: date | str) -> date:
    """Return the day a figure of tables is for; raises `RuleError` where it lies outside the span they state.

    After the last day of the data everybody would look as if they had gone silent; before the first, nobody is there.

    >>> from types import SimpleNamespace
    >>> known_day(SimpleNamespace(observed_to="2025-12-31"), "2026-03-01")
    Traceback (most recent call last):
    ...
    loyaltylib.errors.RuleError: as_of 2026-03-01 lies after 2025-12-31, the last day of the data; give a day within it
    """
    today = day(as_of)
    first, last = getattr(tables, "observed_from", None), getattr(tables, "observed_to", None)
    if last is not None and today > day(last):
        raise RuleError(f"as_of {today} lies after {day(last)}, the last day of the data; give a day within it")
    if first is not None and today < day(first):
        raise RuleError(f"as_of {today} lies before {day(first)}, the first day of the data; give a day within it")
    return today


def days(observed_from: date | str, observed_to: date | str) -> tuple[date, date]:
    """Return the first and the last day of a window, both included; raises `RuleError` where it ends before it begins.

    >>> days("2025-01-01", "2025-12-31")
    (datetime.date(2025, 1, 1), datetime.date(2025, 12, 31))
    """
    first, last = day(observed_from, "observed_from"), day(observed_to, "observed_to")
    if last < first:
        raise RuleError(f"observed_to {last} lies before observed_from {first}; exchange them")
    return first, last


def is_frame(given: object) -> bool:
    """Tell whether this is a frame of any engine; tables with `customers` and `transactions` are not."""
    return isinstance(nw.from_native(given, pass_through=True), nw.DataFrame | nw.LazyFrame)


def having(frame: Any, name: str, columns: Iterable[str]) -> Frame:
    """Return a frame the data model does not declare, wrapped, once these columns are in it.

    `name` says in the error what it is: "answers", "tiers". Raises `DataError` for what is no frame, and for a column
    that is missing.
    """
    if not is_frame(frame):
        says = f"a {type(frame).__name__} is not a usable frame; pass a pandas or Polars DataFrame"
        raise DataError(says, table=name)
    wrapped: Frame = nw.from_native(frame)
    there = wrapped.collect_schema().names()
    for column in columns:
        if column not in there:
            has = ", ".join(map(repr, there)) or "no column"
            raise DataError(f"is missing; the frame has {has}", table=name, column=column)
    return wrapped


def numbers(
    frame: Any, name: str, limits: Mapping[str, tuple[float | None, float | None]], *, gaps: bool = False
) -> Frame:
    """Return a frame the data model does not declare, these columns as floats within their limits (both included).

    limits  column -> smallest and largest number that makes sense; None: any
    gaps    whether a number may be unknown (null; in pandas NaN too)

    A column without a single value becomes unknown numbers, whatever its dtype was. Raises `DataError`: what `having`
    raises, a column that holds no numbers, a number that is unknown, not finite or outside its limits.
    """
    wrapped = having(frame, name, limits)
    dtypes = wrapped.collect_schema()
    odd = [column for column in limits if not dtypes[column].is_numeric()]
    held = one_row(wrapped, *(nw.col(column).count() for column in odd)) if odd else {}
    for column in odd:
        if held[column]:
            raise DataError(f"holds {dtypes[column]}; turn it into numbers", table=name, column=column)
    wrapped = wrapped.with_columns(unknown().alias(column) for column in odd).with_columns(
        nw.col(*limits).cast(nw.Float64)
    )
    # A float NaN is how pandas writes "unknown"; anywhere else it is a broken number.
    broken = () if wrapped.implementation.is_pandas_like() else tuple(limits)
    found = one_row(
        wrapped,
        nw.len().alias("rows"),
        *(nw.col(column).null_count().alias(f"null {column}") for column in limits),
        *(nw.col(column).min().alias(f"low {column}") for column in limits),
        *(nw.col(column).max().alias(f"high {column}") for column in limits),
        *(nw.col(column).is_nan().cast(nw.Int64).sum().alias(f"nan {column}") for column in broken),
    )
    for column, (low, high) in limits.items():
        if fault := _fault(found, column, low, high, gaps=gaps):
            raise DataError(fault, table=name, column=column)
    return wrapped


def _fault(found: Mapping[str, Any], column: str, low: float | None, high: float | None, *, gaps: bool) -> str | None:
    """Return what is wrong with the numbers of a column, from their aggregates."""
    rows, nulls, least, most = (found[key] for key in ("rows", f"null {column}", f"low {column}", f"high {column}"))
    mend = "correct or remove such rows"
    nans = found.get(f"nan {column}")
    known = least is not None and not isnan(least)
    faults = {
        f"{nans} of {rows} rows hold NaN; use null for what is not known": nans,
        f"{nulls} of {rows} rows have no value; fill in or remove such rows": nulls and not gaps,
        f"a value is not a finite number; {mend}": known and (isinf(least) or isinf(most)),
        f"{least} lies below {low}; {mend}": known and low is not None and least < low,
        f"{most} lies above {high}; {mend}": known and high is not None and most > high,
    }
    return next((says for says, holds in faults.items() if holds), None)


def must_have(tables: object, table: str, why: str = _NOBODY) -> Any:
    """Return a table as it was given; raises `DataError`, which says `why` it is needed, where there is none."""
    native = getattr(tables, table, None)
    if native is None:
        raise DataError(f"is missing; {why}", table=table)
    return native


class Reader:
    """Opens the tables behind the input gate, all with ids of one kind."""

    def __init__(self, tables: object) -> None:
        self._tables = tables
        self._whole: bool | None = None

    def open(self, table: str, needs: tuple[str, ...], extra: dict[str, Any] | None = None) -> Frame | None:
        """Return a checked table as `must_open` does, or None where there is none."""
        return None if getattr(self._tables, table, None) is None else self.must_open(table, needs, extra)

    def must_open(
        self, table: str, needs: tuple[str, ...], extra: dict[str, Any] | None = None, *, why: str = _NOBODY
    ) -> Frame:
        """Return a checked table; its first needed column names the customer.

        A column of `extra` that the table has is checked too; one it has not becomes null, of the dtype given.
        Raises `DataError`, which says `why` the table is needed, where there is none.
        """
        native = must_have(self._tables, table, why)
        frame: Frame = nw.from_native(check(native, table, needs, also=extra or ()).to_native())
        dtypes = frame.collect_schema()
        kind = self._id_dtype(frame, table, needs[0])
        added = {column: nw.lit(None).cast(dtype) for column, dtype in (extra or {}).items() if column not in dtypes}
        if needs[0] != "customer_id" or dtypes["customer_id"] != kind:
            added["customer_id"] = nw.col(needs[0]).cast(kind)
        return frame.with_columns(**added) if added else frame

    def _id_dtype(self, frame: Frame, table: str, column: str) -> Any:
        """Return what ids are read as; the first table opened says whether they are whole numbers or text."""
        whole = bool(frame.collect_schema()[column].is_integer())
        self._whole = whole if self._whole is None else self._whole
        if whole != self._whole:
            kinds = ("text", "whole numbers")
            raise DataError(
                f"ids are {kinds[whole]} here and {kinds[not whole]} in table 'customers'; make them the same",
                table=table,
                column=column,
            )
        return nw.Int64 if whole else nw.String
