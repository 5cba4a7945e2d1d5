"""Probes for answers marked by rules: a decision has no one right answer, and a figure is right in many ways.

@check("tiers-save")
def save(c: Context) -> Iterable[Probe]:
    at_stake = spent_by_customer(c.tables)
    rules = [
        Rule("budget", lambda saved: len(saved) <= 3, N_("You have time for three customers, not for more.")),
        Rule("stake", lambda saved: sum(at_stake[each] for each in saved) >= 5000, N_("More is at stake elsewhere.")),
    ]
    yield from decision_probes(c, rules, ids=at_stake)
"""

from __future__ import annotations

from dataclasses import dataclass, field
from typing import TYPE_CHECKING, Any

from loyaltylib.answers import is_untouched, read_decision

from .drawn import WORDS, axes_in
from .messages import N_
from .plain import WorkError
from .probes import NOT_ANSWERED, explain, probe
from .sandbox.answer import Drawing
from .verdict import Probe

if TYPE_CHECKING:
    from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence

    from .verdict import Context

NAMED = "words"  # the probe on the words of a figure


@dataclass(frozen=True)
class Rule:
    """One thing that an answer must keep to.

    name      unique within the exercise
    met       whether the answer keeps to it, or to which share; if it raises, it does not
    reason    what a learner is told when it is not kept (`N_("...")`)
    """

    name: str
    met: Callable[[Any], bool | float]
    reason: str
    weight: float = 1.0
    values: Mapping[str, Any] = field(default_factory=dict)


def decision_probes(c: Context, rules: Sequence[Rule], ids: Iterable[object] = ()) -> Iterator[Probe]:
    """Hold a decision against each rule; where nothing is decided, or not in the form asked for, none is kept.

    A rule is given what `loyaltylib.answers.read_decision` makes of the answer: a list of ids or words, or a mapping
    from id to word or to [word, reason]. `ids` are those of the learner's data that can be chosen from, if any.
    """
    try:
        raw = c.work.get(c.exercise.answer)
    except WorkError as error:
        yield from _all_fail(rules, *explain(error, visible=False))
        return
    if is_untouched(raw):
        yield from _all_fail(rules, NOT_ANSWERED)
        return
    reading = read_decision(raw, c.exercise, ids)
    if reading.problem:
        yield from _all_fail(rules, reading.problem, reading.values)
        return
    yield from _held_against(rules, reading.value)


def figure_probes(c: Context, rules: Sequence[Rule]) -> Iterator[Probe]:
    """Look at a figure's title and axis labels (the probe `words`), then hold what is drawn against each rule.

    A rule is given the axes as plain data, for `same_bars`, `same_lines`, `same_points` of `autograders.drawn`. Where
    nothing is drawn nothing is kept.
    """
    said = N_("The figure needs a title and a label on each axis.")
    words = Rule(NAMED, lambda axes: sum(bool(str(axes[word]).strip()) for word in WORDS) / len(WORDS), said)
    try:
        raw = c.work.get(c.exercise.answer)
    except WorkError as error:
        yield from _all_fail([words, *rules], *explain(error, visible=False))
        return
    axes = axes_in(raw)
    if axes is None:
        blank = is_untouched(raw) or isinstance(raw, Drawing)
        yield from _all_fail([words, *rules], NOT_ANSWERED if blank else N_("This is not a figure or its axes."))
        return
    yield from _held_against([words, *rules], axes)


def _held_against(rules: Sequence[Rule], answer: Any) -> Iterator[Probe]:
    for rule in rules:
        yield probe(rule.name, lambda r=rule: r.met(answer), rule.reason, values=rule.values, weight=rule.weight)  # type: ignore[misc]


def _all_fail(rules: Sequence[Rule], reason: str, values: Mapping[str, Any] | None = None) -> Iterator[Probe]:
    for rule in rules:
        yield Probe(rule.name, passed=False, reason=reason, values=values or {}, weight=rule.weight)
