"""Probes for the common kinds of exercise: a number, a function, the items of a quiz, or anything in a few words."""

from __future__ import annotations

import builtins
import math
from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass, replace
from functools import cache
from random import SystemRandom
from typing import TYPE_CHECKING, Any

from loyaltylib import quiz
from loyaltylib.answers import is_untouched, off_by_hundred, read_number
from loyaltylib.resources import find

from . import overlay
from .messages import LANGUAGES, N_
from .plain import Crashed, Missing, TookTooLong, WorkError
from .verdict import Context, Probe

if TYPE_CHECKING:
    from loyaltylib.chapters import Text

FLOAT_NOISE = 1e-9  # relative and absolute: what float arithmetic done in another order may differ by
LONGEST_VALUE = 80  # characters of a value that a reason repeats
NOT_ANSWERED = N_("Not answered.")
NO_END = N_("The function did not come to an end.")
_SECRET = SystemRandom()


def probe(  # noqa: PLR0913  # the fields of a probe
    name: str,
    thunk: Callable[[], bool | float],
    reason: str = "",
    *,
    values: Mapping[str, Any] | None = None,
    visible: bool = False,
    weight: float = 1.0,
) -> Probe:
    """Run one probe: what `thunk` returns is passed or not, or a share of its credit; if it raises, only it fails."""
    try:
        share = float(thunk())
    except WorkError as error:
        why, filled = explain(error, visible=visible)
        return Probe(name, passed=False, reason=why, values=filled, visible=visible, weight=weight)
    except Exception:  # noqa: BLE001  # a learner's value of any shape must cost this probe only
        share = 0.0
    share = share if math.isfinite(share) else 0.0
    return Probe(name, share >= 1, reason, values or {}, visible, weight, share)


def number_probes(c: Context, expected: float) -> Iterator[Probe]:
    """Compare the exercise's number with the expected one; a wrong unit or form gets a hint, not only a verdict."""
    try:
        raw = c.work.get(c.exercise.answer)
    except WorkError as error:
        reason, values = explain(error, visible=False)
        yield Probe("value", passed=False, reason=reason, values=values, expected=float(expected))
        return
    passed, reason, values = judge_number(raw, expected, c.exercise.tolerance, c.exercise.unit)
    yield Probe("value", passed, reason, values, expected=float(expected))


def judge_number(raw: Any, expected: float, tolerance: float, unit: Text | None) -> tuple[bool, str, dict[str, Any]]:
    """Return whether a plain value is the expected number and, where it is not, the reason and its values."""
    if is_untouched(raw):
        return False, NOT_ANSWERED, {}
    asked: dict[str, Any] = {"unit": unit or {"en": "one number", "zh": "一个数字"}}
    reading = read_number(raw)
    if reading.value is None or reading.problem:
        return False, reading.problem or N_("This is not a number."), asked | reading.values
    if within(reading.value, expected, tolerance):
        return True, "", {}
    if off_by_hundred(reading.value, expected, max(tolerance, FLOAT_NOISE)):
        return False, N_("The value is off by a factor of 100: look at the unit. Asked for: {unit}."), asked
    return False, N_("This is not the value that your data give. Asked for: {unit}."), asked


@dataclass(frozen=True)
class Case:
    """One call of a function exercise.

    args      plain positional arguments
    name      unique within the exercise
    reason    what a learner is told when a hidden case fails (`N_("...")`); names no argument and no result
    visible   whether the notebook shows this very call
    """

    args: tuple[Any, ...]
    name: str
    reason: str = ""
    visible: bool = False
    weight: float = 1.0


def function_probes(c: Context, reference: Callable[..., Any], cases: Sequence[Case]) -> Iterator[Probe]:
    """Call the learner's function and the reference on each case; every case is its own probe.

    A learner's result counts when it equals the reference's as plain data (`same`).
    """
    for case in cases:
        yield _function_probe(c, reference, case)


def _function_probe(c: Context, reference: Callable[..., Any], case: Case) -> Probe:
    function = c.exercise.answer
    expected = reference(*case.args)
    values: dict[str, Any] = {}
    try:
        got = c.work.call(function, *case.args)
    except WorkError as error:
        reason, values = explain(error, visible=case.visible)
        return Probe(case.name, passed=False, reason=reason, values=values, visible=case.visible, weight=case.weight)
    if same(got, expected):
        return Probe(case.name, passed=True, visible=case.visible, weight=case.weight)
    if got is None:
        reason = N_("The function returns nothing: does every way through it end in a return?")
    elif case.visible:
        reason = N_("{call} should give {expected}, but gave {got}.")
        call = f"{function}({', '.join(shorten(a) for a in case.args)})"
        values = {"call": call, "expected": shorten(expected), "got": shorten(got)}
    else:
        reason = case.reason or N_("A hidden probe gives another result.")
    return Probe(case.name, passed=False, reason=reason, values=values, visible=case.visible, weight=case.weight)


@dataclass(frozen=True)
class Group:
    """Calls that together look at one thing: all must agree with the reference for the probe to pass."""

    name: str
    calls: Sequence[Any]  # the only argument of each call
    reason: str = ""
    visible: bool = False
    weight: float = 1.0


def group_probes(c: Context, reference: Callable[[Any], Any], groups: Iterable[Group]) -> Iterator[Probe]:
    """Yield one probe a group, failed where one of its calls is.

    Hidden calls are made in an order nobody knows, and once more the other way round: a function that counts its calls
    instead of looking at what it is given fails. An endless loop ends its group, so it costs the time of one call.
    """
    for group in groups:
        cases = [Case((a,), f"{group.name}-{n}", group.reason, group.visible) for n, a in enumerate(group.calls, 1)]
        order = list(range(len(cases)))
        if not group.visible:
            _SECRET.shuffle(order)
        failed: dict[int, Probe] = {}
        for place in [*order, *reversed(order)]:
            if place not in failed:
                found = _function_probe(c, reference, cases[place])
                if not found.passed:
                    failed[place] = found
                if found.reason == NO_END:
                    break
        first = failed[min(failed)] if failed else Probe(group.name, passed=True, visible=group.visible)
        yield replace(first, name=group.name, weight=group.weight)


def keys(stem: str) -> dict[str, quiz.Item]:
    """Return a chapter's items with their keys, by id, from `course/<stem>/quiz.yml`; the class's own before them."""
    return overlay.current().keys(stem) or _kit_keys(stem)


@cache
def _kit_keys(stem: str) -> dict[str, quiz.Item]:
    return quiz.read_items(find(f"course/{stem}/quiz.yml"))


def quiz_probes(c: Context) -> Iterator[Probe]:
    """Compare the answers of a quiz exercise with the keys in `course/<stem>/quiz.yml`, one probe per item.

    The reasons carry the `why` of what was chosen, never the key.
    """
    items = [keys(c.exercise.stem)[_full_id(c, name)] for name in c.exercise.items]
    try:
        answers = c.work.get(c.exercise.answer)
    except WorkError as error:
        reason, values = explain(error, visible=False)
        yield from (Probe(item.name, passed=False, reason=reason, values=values) for item in items)
        return
    for item in items:
        if is_untouched(answers):
            yield Probe(item.name, passed=False, reason=NOT_ANSWERED)
        elif not isinstance(answers, dict):
            yield Probe(item.name, passed=False, reason=N_("The answers of a quiz are a mapping from item to answer."))
        else:
            yield _item_probe(item, answers.get(item.name, answers.get(item.id)))


def _full_id(c: Context, name: str) -> str:
    return name if name.startswith(f"{c.exercise.stem}-") else f"{c.exercise.stem}-{name}"


def _item_probe(item: quiz.Item, raw: Any) -> Probe:
    asked = {"item": item.stem}
    if is_untouched(raw):
        return Probe(item.name, passed=False, reason=N_("“{item}” Not answered."), values=asked)
    reading = item.read(raw)
    if reading.problem:
        hint = {lang: reading.hint(lang) for lang in LANGUAGES}
        return Probe(item.name, passed=False, reason=N_("“{item}” {hint}"), values=asked | {"hint": hint})
    marked = item.mark(reading.value)
    if marked.passed:
        return Probe(item.name, passed=True, chosen=reading.value)
    reason = N_("“{item}” Not right.") if marked.share == 0 else N_("“{item}” Right in part.")
    whys: tuple[Text, ...] = ()
    if item.kind == "numeric":  # the why of a number works it out: that waits until keys are shown
        if off_by_hundred(reading.value, item.right_answer, max(item.tolerance, FLOAT_NOISE)):
            reason = N_("“{item}” The value is off by a factor of 100: look at the unit.")
    else:
        whys = tuple(note.why for note in marked.notes if not note.right and note.why)
        whys = whys[:1] if item.kind == "ordering" else whys
    chosen, share = reading.value, marked.share
    return Probe(item.name, passed=False, reason=reason, values=asked, share=share, texts=whys, chosen=chosen)


def same(got: Any, expected: Any) -> bool:  # noqa: PLR0911  # one for each type
    """Return whether two plain values are equal; float noise and list against tuple do not matter.

    >>> same(0.1 + 0.2, 0.3), same([1, 2], (1, 2)), same(1, True), same("1", 1)
    (True, True, True, False)
    """
    if isinstance(expected, (bool, int, float)):
        if not isinstance(got, (bool, int, float)):
            return False
        if isinstance(expected, float) and math.isnan(expected):
            return math.isnan(got)
        return got == expected or math.isclose(got, expected, rel_tol=FLOAT_NOISE, abs_tol=FLOAT_NOISE)
    if isinstance(expected, (list, tuple)):
        if not isinstance(got, (list, tuple)) or len(got) != len(expected):
            return False
        return all(same(g, e) for g, e in zip(got, expected, strict=True))
    if isinstance(expected, Mapping):
        return (
            isinstance(got, Mapping) and got.keys() == expected.keys() and all(same(got[k], expected[k]) for k in got)
        )
    if isinstance(expected, str):
        return isinstance(got, str) and got.strip() == str(expected)
    return got is None and expected is None


def within(value: float, expected: float, tolerance: float) -> bool:
    """Return whether a number lies within the stated tolerance, float noise granted."""
    return abs(value - expected) <= tolerance * (1 + FLOAT_NOISE) + FLOAT_NOISE


def shorten(value: Any) -> str:
    """Return a plain value as Python writes it, cut to what fits a sentence."""
    text = repr(value)
    return text if len(text) <= LONGEST_VALUE else text[: LONGEST_VALUE - 1] + "…"


def explain(error: WorkError, *, visible: bool) -> tuple[str, dict[str, Any]]:
    """Return reason and values for work that could not be asked.

    What a hidden call raised is told by its kind only, and only for Python's own kinds: a learner's
    function could carry its hidden arguments out in the message or in a class name.
    """
    if isinstance(error, Missing):
        return N_("The notebook has no {name}."), {"name": str(error)}
    if isinstance(error, TookTooLong):
        return NO_END, {}
    if isinstance(error, Crashed):
        if visible:
            return N_("The function raised {error}"), {"error": str(error)[:200]}
        kind = str(error).partition(":")[0]
        known = isinstance(getattr(builtins, kind, None), type)
        return N_("In a hidden probe the function raised {error}."), {"error": kind if known else "Exception"}
    return N_("The answer is not plain data (a number, a text, a list or a mapping)."), {}
