"""What the hidden line of a pointed cell means in a plain kernel: run the check, show the reasons, return the points.

The check runs in the learner's own process here, so it isolates nothing; the step that ran the
notebook says so in the record. What the learner's code prints or warns of meanwhile is swallowed:
nbgrader takes any text on stderr in a pointed cell for a failure.
"""

from __future__ import annotations

import html
import os
import signal
import sys
import threading
import time
from contextlib import ExitStack, contextmanager, suppress
from pathlib import Path
from typing import TYPE_CHECKING, Any

from loyaltylib import chapters

from . import overlay
from .check import examine
from .messages import N_, tell
from .plain import NamespaceWork, TookTooLong
from .records import VERDICT_MIME, verdict_to_plain
from .verdict import Probe, Verdict

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator

    from .plain import Work

CALL_SECONDS = 2.0  # one call of a learner's function
EXERCISE_SECONDS = 9.0  # all calls of one exercise, under the time a cell has
AGAIN_SECONDS = 0.05  # a loop that swallows the first signal meets the next one


def mark(exercise_id: str) -> float:
    """Mark an exercise in this notebook: show what was missed and return the points, from 0 to the maximum.

    The learner is the one of LOYALTY_LEARNER, else the one the notebook's `kit` knows.
    """
    from IPython import get_ipython

    shell = get_ipython()
    kit = shell.user_ns.get("kit")
    learner = os.environ.get("LOYALTY_LEARNER") or str(getattr(kit, "learner", "") or "")
    if root := os.environ.get(overlay.CLASS):
        overlay.enter_class(Path(root))
    lang = str(getattr(kit, "lang", "") or os.environ.get("LOYALTY_LANG", "en"))
    started = time.perf_counter()
    with _quiet():
        verdict, crash = examined(exercise_id, NamespaceWork(shell.user_ns, time_limit()), learner)
    _show(verdict, crash, lang if lang in ("en", "zh") else "en", time.perf_counter() - started)
    return verdict.points


def examined(
    exercise_id: str, work: Work, learner: str, references: dict[str, Any] | None = None
) -> tuple[Verdict, str]:
    """Return the verdict of an exercise on a learner's work and, where the check itself failed, why."""
    points = chapters.exercise(exercise_id).points
    if not learner:
        probe = Probe("learner", passed=False, reason=N_("Not marked: the notebook does not know whose work this is."))
        return Verdict(exercise_id, points, (probe,)), ""
    try:
        return examine(exercise_id, work, learner, references=references), ""
    except Exception as error:  # noqa: BLE001  # a broken check must not look like a broken answer
        reason = N_("This exercise could not be marked. Your instructor will see it.")
        probe = Probe("check", passed=False, reason=reason)
        return Verdict(exercise_id, points, (probe,)), f"{type(error).__name__}: {error}"


def _show(verdict: Verdict, crash: str, lang: str, seconds: float) -> None:
    """Display the reasons for a person, and the record by which `loyalty report` sees that nothing stood between."""
    from IPython.display import display

    record = {"verdict": verdict_to_plain(verdict), "crash": crash, "seconds": round(seconds, 4)}
    display({**bundle(verdict, lang), VERDICT_MIME: record}, raw=True)


def bundle(verdict: Verdict, lang: str) -> dict[str, str]:
    """Return points and reasons of a verdict as a notebook shows them."""
    text = explained(verdict, lang)
    lines = "<br>".join(html.escape(line) for line in text.splitlines())
    return {"text/plain": text, "text/html": f"<div>{lines}</div>"}


def explained(verdict: Verdict, lang: str) -> str:
    """Return points and reasons of a verdict as the learner reads them, one to a line."""
    points = tell(lang, "{points} of {max} points", points=f"{verdict.points:g}", max=f"{verdict.max_points:g}")
    return "\n".join([points, *(f"· {reason}" for reason in verdict.reasons(lang))])


class _Stop(BaseException):
    """Ends a learner's call at its time; no `except Exception` of theirs catches it."""


def time_limit() -> Callable[[Callable[[], Any]], Any]:
    """Return a function that runs a call and raises `TookTooLong` when it does not end in time.

    It needs a signal, so calls have no limit on Windows or outside the main thread; there the limit of
    the whole cell is what ends them.
    """
    if not hasattr(signal, "setitimer") or threading.current_thread() is not threading.main_thread():
        return lambda call: call()
    end = time.monotonic() + EXERCISE_SECONDS
    stopped = False

    def stop(*_: object) -> None:
        nonlocal stopped
        stopped = True
        raise _Stop

    def limited(call: Callable[[], Any]) -> Any:
        nonlocal stopped
        stopped = False
        left = min(CALL_SECONDS, end - time.monotonic())
        if left <= 0:
            raise TookTooLong("time")
        before = signal.signal(signal.SIGALRM, stop)
        try:
            try:
                signal.setitimer(signal.ITIMER_REAL, left, AGAIN_SECONDS)
                result = call()
            finally:
                signal.setitimer(signal.ITIMER_REAL, 0)
                signal.signal(signal.SIGALRM, before)
        except _Stop:
            raise TookTooLong("time") from None
        if stopped:
            raise TookTooLong("time")
        return result

    return limited


@contextmanager
def _quiet() -> Iterator[None]:
    """Swallow what is printed, shown, warned or logged, also through streams that earlier cells kept."""
    from IPython.utils.capture import capture_output

    with ExitStack() as stack:
        for stream in {id(s): s for s in (sys.stdout, sys.stderr)}.values():
            stream.flush()
            with suppress(AttributeError):
                stream.write = len  # type: ignore[method-assign]  # writes nothing, says how much it was given
                stack.callback(_unmute, stream)
        for descriptor in (1, 2):
            stack.enter_context(_muted(descriptor))
        stack.enter_context(capture_output())
        yield


def _unmute(stream: Any) -> None:
    with suppress(AttributeError):
        del stream.write


@contextmanager
def _muted(descriptor: int) -> Iterator[None]:
    """Point a descriptor at nothing for a while: what C code or a child process writes is lost."""
    try:
        kept = os.dup(descriptor)
    except OSError:  # a kernel without that descriptor has nothing to mute
        yield
        return
    nothing = os.open(os.devnull, os.O_WRONLY)
    try:
        os.dup2(nothing, descriptor)
        yield
    finally:
        os.dup2(kept, descriptor)
        os.close(kept)
        os.close(nothing)
