"""The two forms of a KPI, from counts or from tables, and what is said where neither works."""

from __future__ import annotations

from typing import TYPE_CHECKING, Final

from .errors import RuleError
from .inputs import number
from .kpis_counts import Window

if TYPE_CHECKING:
    from datetime import date

MADE_OF_IT: Final = "this KPI is made of it"  # why a table must be there


def numbers_of(tables: object, **values: float | None) -> list[float] | None:
    """Return the numbers of the count form, or None where tables are given; raises `RuleError` for neither or both."""
    given = [name for name, value in values.items() if value is not None]
    if tables is not None:
        if given:
            raise RuleError(f"tables and {given[0]} are both given; give the tables or the numbers")
        return None
    for name, value in values.items():
        if value is None:
            raise RuleError(f"{name} is missing; give {', '.join(values)}, or tables and a window of days")
    return [number(name, value, low=0) for name, value in values.items()]


def window_of(tables: object, observed_from: date | str | None, observed_to: date | str | None) -> Window:
    """Return the window asked for; raises `RuleError` for none, or one the tables do not know."""
    if observed_from is None or observed_to is None:
        raise RuleError("tables need a window of days; give observed_from and observed_to")
    return Window.of(observed_from, observed_to).must_be_within(tables)


def known(value: float | None, what: str, window: Window) -> float:
    """Return a value; raises `RuleError` where there was nothing to divide by."""
    if value is None:
        raise RuleError(f"there is {what} in {window.first} to {window.last}; choose another window")
    return value
