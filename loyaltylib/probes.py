"""Visible probes: what a learner is told while working, before anything is marked.

A function is called on every case, and the first case that does not agree is shown. A number, a decision or a quiz
answer is only read: whether its form, unit and words are right, never whether it is the right one; of a figure only
whether it is one and has its title and labels.
"""

from __future__ import annotations

import contextlib
import copy
import inspect
import linecache
import math
import sys
import traceback
import warnings
from collections.abc import Callable, Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from numbers import Number
from typing import TYPE_CHECKING, Any

from . import answers, drawn
from .messages import tell
from .panel import State

if TYPE_CHECKING:
    from .chapters import Exercise
    from .quiz import Item

Case = tuple[Sequence[Any], Any]  # arguments, expected value
MAX_LINES = 6  # of a failing probe
STUB_COMMENT = "your code here"  # stands in the released stub of a function
_WIDE = 160  # characters of a call that are shown
_NAMED = 3  # items of a quiz answer whose form is spoken of at once


class ProbeFailed(Exception):  # noqa: N818  # it is an event in a learner's work, not an error of the kit
    """A visible probe fails; a notebook shows its few lines and no stack."""

    def __init__(self, lines: Sequence[str]) -> None:
        self.lines = [" ".join(line.split()) for line in lines][:MAX_LINES]
        super().__init__("\n".join(self.lines))

    def _render_traceback_(self) -> list[str]:
        """Return what IPython shows instead of a stack."""
        return self.lines


@dataclass(frozen=True)
class Outcome:
    """What looking at one answer found: its state and a few sentences in the learner's language.

    `complete` is False where something is still to be filled in, which Validate reports as failing.
    """

    state: State
    lines: tuple[str, ...]
    complete: bool = True


@dataclass
class Tries:
    """Counts a learner's tries at one exercise; running the same answer again is not another try."""

    count: int = 0
    last: str = ""

    def note(self, answer: object) -> int:
        """Count this answer if it is another one than the last; return the number of tries."""
        now = fingerprint(answer)
        if now != self.last:
            self.count, self.last = self.count + 1, now
        return self.count


@dataclass
class Attempts:
    """Tries at every exercise of a session."""

    tries: dict[str, Tries] = field(default_factory=dict)

    def hints(self, exercise: Exercise, answer: object, lang: str) -> list[str]:
        """Return the newest two hints earned so far: one at the first failing try, one more with each other answer."""
        number = min(self.tries.setdefault(exercise.id, Tries()).note(answer), len(exercise.hints))
        return [tell(lang, "Hint: {hint}", hint=text[lang]) for text in exercise.hints[max(0, number - 2) : number]]


def fingerprint(answer: object) -> str:
    """Return a text that changes when the answer does: a function's source, or a value's `repr`."""
    if inspect.isfunction(answer):
        with contextlib.suppress(OSError, TypeError):
            return inspect.getsource(answer)
        return answer.__code__.co_code.hex() + answers.shown(answer.__code__.co_consts)
    try:
        return repr(answer)
    except Exception:  # noqa: BLE001  # a learner's own __repr__ may raise anything
        return str(id(answer))


@contextlib.contextmanager
def quiet() -> Iterator[None]:
    """Keep warnings and anything else meant for stderr on stdout: stderr in a graded cell costs its mark."""
    with contextlib.redirect_stderr(sys.stdout), warnings.catch_warnings():
        warnings.simplefilter("ignore")
        yield


def look(
    exercise: Exercise,
    namespace: Mapping[str, Any],
    lang: str,
    *,
    cases: Sequence[Case] = (),
    items: Sequence[Item] = (),
) -> Outcome:
    """Look at the answer to one exercise in a notebook's namespace; nothing here raises for a learner's mistake."""
    raw = namespace.get(exercise.answer)
    if exercise.kind == "text":
        return Outcome(State.BY_HAND, (tell(lang, "Your instructor reads this one."),))
    if exercise.kind == "function":
        return _look_at_function(exercise, raw, cases, lang)
    if answers.is_untouched(raw) or drawn.is_blank(raw):
        return Outcome(State.UNTOUCHED, (_nothing_yet(exercise, lang),), complete=False)
    if exercise.kind == "quiz":
        return _look_at_quiz(exercise, raw, items, lang)
    read = {"number": _look_at_number, "decision": _look_at_decision, "figure": _look_at_figure}
    return read[exercise.kind](exercise, raw, lang)


def _nothing_yet(exercise: Exercise, lang: str) -> str:
    return tell(lang, "Nothing in {answer} yet. Fill in the cell above when you are ready.", answer=exercise.answer)


def _recorded(lang: str) -> str:
    return tell(lang, "Recorded, not yet marked.")


def _of(name: str, said: str, lang: str) -> str:
    return tell(lang, "{name}: {said}", name=name, said=said)


def _look_at_number(exercise: Exercise, raw: object, lang: str) -> Outcome:
    reading = answers.read_exercise(raw, exercise)
    said = f"{exercise.answer} = {answers.shown(raw)}"
    if not reading.accepted:
        return Outcome(State.FAILING, (f"△ {said}", reading.hint(lang)))
    number = format(reading.value, ".15g")
    if exercise.unit:
        number = tell(lang, "{number} ({unit})", number=number, unit=exercise.unit[lang])
    return Outcome(State.ACCEPTED, (f"● {number}", _recorded(lang)))


def _look_at_decision(exercise: Exercise, raw: object, lang: str) -> Outcome:
    reading = answers.read_decision(raw, exercise)
    if not reading.accepted:
        return Outcome(State.FAILING, (f"△ {_of(exercise.answer, reading.hint(lang), lang)}",))
    pairs = raw.items() if isinstance(raw, Mapping) else ()
    empty = [str(one) for one, chosen in pairs if answers.is_untouched(chosen)]
    said = f"● {answers.shown(reading.value, _WIDE)}"
    if empty:
        left = tell(lang, "Recorded so far. Still empty: {names}.", names=", ".join(empty))
        return Outcome(State.ACCEPTED, (said, left), complete=False)
    return Outcome(State.ACCEPTED, (said, _recorded(lang)))


def _look_at_figure(exercise: Exercise, raw: object, lang: str) -> Outcome:
    axes = drawn.axes_of(raw)
    if axes is None:
        said = tell(
            lang,
            "{answer} should be the axes you draw on, or their figure; this is a value of type {kind}.",
            answer=exercise.answer,
            kind=type(raw).__name__,
        )
        return Outcome(State.FAILING, (f"△ {said}",))
    missing = [tell(lang, word) for word in drawn.unnamed(axes)]
    if missing:
        said = tell(lang, "The figure still needs {words}.", words=tell(lang, ", ").join(missing))
        return Outcome(State.FAILING, (f"△ {said}",))
    return Outcome(State.ACCEPTED, (f"● {axes.get_title()}", _recorded(lang)))


def _look_at_quiz(exercise: Exercise, raw: object, items: Sequence[Item], lang: str) -> Outcome:
    if not isinstance(raw, Mapping):
        said = tell(lang, "{answer} should keep its braces and one line for each question.", answer=exercise.answer)
        return Outcome(State.FAILING, (f"△ {said}",))
    names = [item.name for item in items]
    unknown = tell(lang, "there is no question of this name; there are {names}.", names=", ".join(names))
    problems = [_of(answers.shown(name), unknown, lang) for name in raw if name not in names]
    empty = []
    for item in items:
        given = raw.get(item.name)
        if answers.is_untouched(given):
            empty.append(item.name)
            continue
        reading = item.read(given)
        if not reading.accepted:
            problems.append(_of(item.name, reading.hint(lang), lang))
    if problems:
        return Outcome(State.FAILING, tuple(f"△ {problem}" for problem in problems[:_NAMED]))
    if empty:
        left = tell(lang, "Recorded so far. Still empty: {names}.", names=", ".join(empty))
        return Outcome(State.ACCEPTED, (f"● {left}",), complete=False)
    return Outcome(State.ACCEPTED, (f"● {_recorded(lang)}",))


@dataclass(frozen=True)
class _Called:
    """What one case gave: the value, or the sentence that says how the call stopped."""

    call: str
    expected: Any
    value: Any = None
    stopped: str = ""
    interrupted: bool = False

    @property
    def agrees(self) -> bool:
        return not self.stopped and agree(self.value, self.expected)


def _look_at_function(exercise: Exercise, raw: Any, cases: Sequence[Case], lang: str) -> Outcome:
    if answers.is_untouched(raw):
        return Outcome(State.UNTOUCHED, (_nothing_yet(exercise, lang),), complete=False)
    if not callable(raw):
        said = tell(lang, "{answer} is not a function any more: run its cell again.", answer=exercise.answer)
        return Outcome(State.FAILING, (f"△ {said}",))
    called = _call_all(raw, exercise.answer, cases, lang)
    silent = all(each.value is None and not each.stopped for each in called)
    if silent and _is_stub(raw):
        return Outcome(State.UNTOUCHED, (_nothing_yet(exercise, lang),), complete=False)
    wrong = [each for each in called if not each.agrees]
    if not wrong:
        said = tell(lang, "Visible probes: {passing} of {number} pass.", passing=len(called), number=len(called))
        return Outcome(State.PASSING, (f"✓ {said}", tell(lang, "More probes are run when it is marked.")))
    first = wrong[0]
    if first.stopped:
        lines = [f"△ {first.call}: {first.stopped}"]
    else:
        got = tell(lang, "{call} gave {got}", call=first.call, got=answers.shown(first.value))
        lines = [f"△ {got}", tell(lang, "expected: {expected}", expected=answers.shown(first.expected))]
        if first.value is None:
            lines.append(tell(lang, "Does the function end with return?"))
    passing = sum(each.agrees for each in called)
    lines.append(tell(lang, "Visible probes: {passing} of {number} pass.", passing=passing, number=len(cases)))
    return Outcome(State.FAILING, tuple(lines))


def _call_all(function: Callable[..., Any], name: str, cases: Sequence[Case], lang: str) -> list[_Called]:
    """Run every case, also after one that fails; only a learner's interrupt ends them all."""
    called: list[_Called] = []
    for arguments, expected in cases:
        called.append(_call(function, name, arguments, expected, lang))
        if called[-1].interrupted:
            break
    return called


def is_unanswered(raw: object) -> bool:
    """Return whether an answer is still a stub, without calling it."""
    return answers.is_untouched(raw) or drawn.is_blank(raw) or (inspect.isfunction(raw) and _is_stub(raw))


def _is_stub(function: Callable[..., Any]) -> bool:
    """Return whether a function that returns nothing is still the released stub and not somebody's try."""
    try:
        source = inspect.getsource(function)
    except (OSError, TypeError):
        return True
    if STUB_COMMENT in source:
        return True
    empty = compile("def stub(): ...", "stub", "exec").co_consts[0]
    code = getattr(function, "__code__", None)
    return code is None or code.co_code == empty.co_code


def _call(function: Callable[..., Any], name: str, arguments: Sequence[Any], expected: Any, lang: str) -> _Called:
    """Call a learner's function on a copy of the arguments; whatever it raises becomes a sentence."""
    shown = ", ".join(answers.shown(each, _WIDE) for each in arguments)
    call = f"{name}({shown})"
    try:
        return _Called(call, expected, function(*copy.deepcopy(list(arguments))))
    except KeyboardInterrupt:
        said = tell(lang, "you stopped it. Is there a loop that never ends?")
        return _Called(call, expected, stopped=said, interrupted=True)
    except (Exception, SystemExit) as error:  # noqa: BLE001  # a learner's function may raise anything
        return _Called(call, expected, stopped=_said(error, function, lang))


def _said(error: BaseException, function: Callable[..., Any], lang: str) -> str:
    """Return one line on an exception: its kind, its text, and the learner's own line it came from."""
    try:
        text = " ".join(str(error).split())
    except Exception:  # noqa: BLE001  # the text of a learner's own error may raise anything
        text = ""
    kind = f"{type(error).__name__}: {text}".rstrip(": ")
    file = getattr(getattr(function, "__code__", None), "co_filename", None)
    own = [frame for frame in traceback.extract_tb(error.__traceback__) if frame.filename == file]
    if not own:
        return kind
    number = own[-1].lineno or 0
    source = linecache.getline(own[-1].filename, number).strip()
    return tell(lang, "{error} (line {number}: {source})", error=kind, number=number, source=source)


def agree(got: Any, expected: Any) -> bool:
    """Return whether a value is the expected one: truth values and texts exactly, other numbers within rounding."""
    plain = (
        got.item() if type(got).__module__.partition(".")[0] == "numpy" and getattr(got, "shape", None) == () else got
    )
    if isinstance(expected, bool) or isinstance(plain, bool):
        return type(plain) is type(expected) and plain == expected
    if isinstance(expected, str) and isinstance(plain, str):
        return plain == expected
    if isinstance(expected, Number) and isinstance(plain, Number):
        try:
            return math.isclose(float(plain), float(expected), rel_tol=1e-9, abs_tol=1e-9)  # type: ignore[arg-type]
        except (TypeError, OverflowError, ValueError):
            return False
    try:
        return type(plain) is type(expected) and bool(plain == expected)
    except Exception:  # noqa: BLE001  # the equality of a learner's object may raise anything
        return False
