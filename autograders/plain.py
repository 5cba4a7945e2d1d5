"""Plain data: what a check may see of a learner's work, and the work of a notebook that ran in this process.

Plain data are None, truth values, numbers, texts, lists and mappings with text keys. Everything a
learner may honestly use instead (NumPy scalars and arrays, Series, frames, tuples, sets, dates,
enumerations) is turned into it; anything else is refused, never asked to compare itself.
"""

from __future__ import annotations

import math
from typing import TYPE_CHECKING, Any, Protocol

if TYPE_CHECKING:
    from collections.abc import Callable, Mapping

MOST_ITEMS = 200_000  # of one answer, counted over all its levels
DEEPEST = 30


class WorkError(Exception):
    """The learner's work has no plain answer to what a check asked."""


class Missing(WorkError):  # noqa: N818  # checks read as sentences: Missing, Crashed, NotPlain
    """There is no such name in the notebook; the text is the name."""


class Crashed(WorkError):  # noqa: N818  # as above
    """The learner's function raised; the text is `<kind of error>: <its message>`."""


class TookTooLong(Crashed):
    """The learner's function was stopped at its time limit."""


class NotPlain(WorkError):  # noqa: N818  # as above
    """The value is nothing a check compares (an open file, a module, a structure too large)."""


class Work(Protocol):
    """A learner's notebook as a check sees it; both methods give plain data or raise a `WorkError`."""

    def get(self, name: str) -> Any:
        """Return the value of a name of the notebook."""

    def call(self, name: str, *args: Any) -> Any:
        """Call a function of the notebook with plain arguments and return its plain result."""


class NamespaceWork:
    """The work in a namespace of this very process: no boundary, so only for a learner's own fresh kernel.

    `limit` wraps each call and stops it in time (see `marking.time_limit`).
    """

    def __init__(self, namespace: Mapping[str, Any], limit: Callable[[Callable[[], Any]], Any] | None = None) -> None:
        self._namespace = namespace
        self._limit = limit or (lambda call: call())

    def get(self, name: str) -> Any:
        """See `Work`."""
        try:
            value = self._namespace[name]
        except KeyError:
            raise Missing(name) from None
        return _guarded(lambda: to_plain(value))

    def call(self, name: str, *args: Any) -> Any:
        """See `Work`."""
        try:
            function = self._namespace[name]
        except KeyError:
            raise Missing(name) from None
        if not callable(function):
            raise NotPlain(name)
        fresh = [to_plain(arg) for arg in args]  # a copy: what a call does to its arguments reaches no other call
        return _guarded(lambda: self._limit(lambda: to_plain(function(*fresh))))


def _guarded(ask: Callable[[], Any]) -> Any:
    """Run what may run a learner's code; whatever it raises becomes a `WorkError`."""
    try:
        return ask()
    except WorkError:
        raise
    except RecursionError:
        raise Crashed("RecursionError: it calls itself without end") from None
    except BaseException as error:  # SystemExit in a learner's function ends its probe, not the check
        if isinstance(error, KeyboardInterrupt):
            raise
        try:
            text = str(error)
        except Exception:  # noqa: BLE001  # an error may not even be printable
            text = ""
        raise Crashed(f"{type(error).__name__}: {text}") from None


def to_plain(value: Any) -> Any:
    """Return a value as plain data; raises `NotPlain` for anything without a plain form.

    >>> to_plain((1, 2.5, {"a": {3}}))
    [1, 2.5, {'a': [3]}]
    """
    return _Plainer().plain(value, 0)


class _Plainer:
    """One conversion with its budget of items."""

    def __init__(self) -> None:
        self.left = MOST_ITEMS

    def plain(self, value: Any, depth: int) -> Any:
        self.left -= 1
        if self.left < 0 or depth > DEEPEST:
            raise NotPlain("too large")
        scalar = _scalar(value)
        if scalar is not _NOTHING:
            return scalar
        if isinstance(value, dict):
            return {_key(k): self.plain(v, depth + 1) for k, v in dict.items(value)}
        if isinstance(value, (list, tuple)):
            return [self.plain(v, depth + 1) for v in tuple(value)]
        if isinstance(value, (set, frozenset)):
            items = [self.plain(v, depth + 1) for v in tuple(value)]
            return sorted(items, key=lambda item: (type(item).__name__, repr(item)))
        return self._from_library(value, depth)

    def _from_library(self, value: Any, depth: int) -> Any:
        """Turn an array, a Series, an Index or a frame of the library it comes from into lists and mappings."""
        kind = type(value)
        library = kind.__module__.partition(".")[0]
        if library == "numpy" and hasattr(kind, "ndim") and hasattr(kind, "tolist"):
            if getattr(value, "size", 0) > self.left:
                raise NotPlain("too large")
            return self.plain(value.tolist(), depth)
        if library in ("pandas", "polars"):
            if kind.__name__ == "DataFrame":
                return {_key(name): self.plain(value[name], depth + 1) for name in list(value.columns)}
            if hasattr(kind, "tolist") or hasattr(kind, "to_list"):
                if len(value) > self.left:
                    raise NotPlain("too large")
                return self.plain(list(value.to_list()), depth)
        raise NotPlain(kind.__name__)


_NOTHING = object()


def _scalar(value: Any) -> Any:  # noqa: PLR0911  # one for each type
    """Return a scalar as Python's own None, bool, int, float or str; `_NOTHING` when it is no scalar.

    Subclasses are read through the base class's own method, so that their overrides are not asked.
    """
    if value is None or value is Ellipsis:
        return None
    if isinstance(value, bool):
        return bool(value)
    if isinstance(value, int):
        return int.__int__(value)
    if isinstance(value, float):
        return float.__float__(value)
    if isinstance(value, str):
        return str.__str__(value)
    kind = type(value)
    library = kind.__module__.partition(".")[0]
    if kind.__name__ in ("NAType", "NaTType"):
        return None
    if library in ("numpy", "decimal", "fractions", "datetime", "pandas"):
        return _library_scalar(value, library, kind)
    return _NOTHING


def _library_scalar(value: Any, library: str, kind: type) -> Any:
    if library == "numpy" and getattr(value, "shape", None) == () and hasattr(kind, "item"):
        inner = value.item()
        return _NOTHING if type(inner) is kind else _scalar(inner)
    if library in ("decimal", "fractions"):
        return float(value) if math.isfinite(value) else math.nan
    if hasattr(kind, "isoformat"):  # dates and times, pandas' own among them
        return str(value.isoformat())
    if hasattr(kind, "total_seconds"):
        return float(value.total_seconds())
    return _NOTHING


def _key(value: Any) -> Any:
    """Return a mapping's key: text and numbers as they are, anything else as text."""
    scalar = _scalar(value)
    if scalar is _NOTHING:
        if isinstance(value, tuple):
            return " / ".join(str(_key(part)) for part in value)
        raise NotPlain(type(value).__name__)
    return scalar
