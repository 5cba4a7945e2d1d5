"""Every error this kit raises on purpose.

    LoyaltyError                what, where, which value, what to do
    |- DataError                a table breaks the schema
    |- RuleError                a parameter of a rule makes no sense
    |- UnknownName              no concept, chapter, exercise, item or dataset of that name
    |- LearnerError             a learner's id that cannot be one
    |- SalesError               a sales list of one's own that cannot be used: file, row
    |- CourseError              a chapter's source is wrong: file and line
    `- ClassError               a class directory is not in the state a command needs

    RateWarning                 a rate came out above 1 or below 0, and why it can

Each is one sentence for a person; a command prints it and leaves, a notebook shows it without a stack.
"""

from __future__ import annotations

from difflib import get_close_matches
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from collections.abc import Iterable


class LoyaltyError(Exception):
    """Base of all errors a person can act on; its text says what, where, which value and what to do."""


class DataError(LoyaltyError):
    """A table breaks the schema; carries the `table` and the `column` it is about."""

    def __init__(self, message: str, *, table: str, column: str | None = None) -> None:
        self.table = table
        self.column = column
        place = f"table '{table}'" + (f", column '{column}'" if column else "")
        super().__init__(f"{place}: {message}")


class RuleError(LoyaltyError):
    """A parameter of a rule makes no sense (a negative window, a share above 1)."""


class UnknownName(LoyaltyError):  # noqa: N818 - reads as what it is: no concept of that name
    """No such concept, chapter, exercise, item or dataset; names the nearest ones."""

    def __init__(self, kind: str, name: object, known: Iterable[str]) -> None:
        names = sorted(str(word) for word in known)
        near = get_close_matches(str(name), names, n=3)
        hint = f"did you mean {', '.join(map(repr, near))}?" if near else f"known: {', '.join(names)}"
        super().__init__(f"no {kind} named {name!r}; {hint}")


class LearnerError(LoyaltyError):
    """A learner's id that cannot be one."""


class SalesError(LoyaltyError):
    """A sales list of one's own that cannot be used; the text names the file and, where known, the row."""


class CourseError(LoyaltyError):
    """A chapter's source is wrong; the text names the file and, where known, the line."""


class ClassError(LoyaltyError):
    """A class directory is not in the state a command needs."""


class RateWarning(UserWarning):
    """A computed rate lies outside 0 to 1; the text says which, and why the figures it is made of allow that."""
