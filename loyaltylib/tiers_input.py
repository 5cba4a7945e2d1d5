"""How tables come in before a tier is told: the day, the input gate, one kind of id."""

from __future__ import annotations

from datetime import date, datetime
from typing import Any, TypeAlias

import narwhals.stable.v2 as nw

from .errors import DataError, RuleError
from .schema import check

Frame: TypeAlias = "nw.DataFrame[Any]"  # or a LazyFrame: only what both can do is used


def day(as_of: date | str) -> date:
    """Return the day a figure is for, from a date, a datetime without a time zone, or ISO text (`2025-12-31`).

    Raises `RuleError` for anything else.
    """
    try:
        moment = datetime.fromisoformat(as_of) if isinstance(as_of, str) else as_of
        if isinstance(moment, datetime) and moment.tzinfo is not None:
            raise RuleError(f"as_of {as_of!r} has a time zone; give the calendar day, for instance '2025-12-31'")
        return date.fromordinal(moment.toordinal())
    except (ValueError, AttributeError) as error:
        raise RuleError(f"as_of is {as_of!r}; give a date or ISO text, for instance '2025-12-31'") from error


class Reader:
    """Opens the tables behind the input gate, all with ids of one kind."""

    def __init__(self, tables: object) -> None:
        self._tables = tables
        self._whole: bool | None = None

    def open(self, table: str, needs: tuple[str, ...], extra: dict[str, Any] | None = None) -> Frame | None:
        """Return a checked table, or None where there is none; its first needed column names the customer.

        A column of `extra` that the table has is checked too; one it has not becomes null, of the dtype given.
        """
        native = getattr(self._tables, table, None)
        if native is None:
            return None
        frame: Frame = nw.from_native(check(native, table, needs).to_native())
        names = set(frame.collect_schema().names())
        found = [column for column in extra or {} if column in names]
        if found:
            frame = nw.from_native(check(native, table, [*needs[:1], *found]).to_native())
        absent = {column: dtype for column, dtype in (extra or {}).items() if column not in names}
        return frame.with_columns(
            nw.col(needs[0]).cast(self._id_dtype(frame, table, needs[0])).alias("customer_id"),
            *(nw.lit(None).cast(dtype).alias(column) for column, dtype in absent.items()),
        )

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
