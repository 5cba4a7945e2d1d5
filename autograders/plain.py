"""Plain data: what a check may see of a learner's work, and the work of a notebook that ran in this process.

Plain data are None, truth values, numbers, texts, lists and mappings. Everything a learner may honestly use instead
(NumPy scalars and arrays, Series, frames, tuples, sets, dates, enumerations, figures) is turned into it; anything else
is refused, never asked to compare itself. How, is said once: in `sandbox.inside.encode` and `sandbox.answer.plain`.
"""

from __future__ import annotations

from typing import TYPE_CHECKING, Any, Protocol

import msgspec

from .sandbox import answer, inside

if TYPE_CHECKING:
    from collections.abc import Callable, Mapping


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
        # A copy, as the sandbox makes one: what a call does to its arguments reaches no other call.
        fresh = [inside.decode(inside.encode(arg)) for arg in args]
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
    """Return a value as plain data, by the way an answer takes out of the sandbox; raises `NotPlain`.

    >>> to_plain((1, 2.5, {"a": {3}}))
    [1, 2.5, {'a': [3]}]
    """
    try:
        tagged = inside.encode(value)
        return answer.plain(msgspec.convert(tagged, answer.Value))
    except inside.NotPlain as error:
        raise NotPlain(str(error)) from None
    except (answer.Garbled, msgspec.MsgspecError) as error:
        raise NotPlain(str(error)) from None
