"""What decides a mark: the registry of checks, and everything a chapter's checks are written with.

A chapter's checks live in `autograders/checks/<stem>.py`, one function per exercise:

    @check("tiers-base")
    def base(c: Context) -> Iterable[Probe]:
        yield from number_probes(c, len(c.tables.customers))

A check sees a learner's work through `Work` only (get a name, call a function, both as plain data),
so a process boundary can stand there without a check being rewritten.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable
from importlib import import_module
from typing import TYPE_CHECKING, Any

from loyaltylib import chapters
from loyaltylib.errors import CourseError

from . import overlay
from .drawn import same_bars, same_lines, same_points
from .messages import N_
from .plain import Crashed, Missing, NotPlain, TookTooLong, Work, WorkError
from .probes import Case, Group, function_probes, group_probes, number_probes, probe, quiz_probes
from .rules import Rule, decision_probes, figure_probes
from .verdict import Context, Probe, Verdict

if TYPE_CHECKING:
    from loyaltylib.chapters import Exercise
    from loyaltylib.data import Tables

__all__ = [
    "N_",
    "Case",
    "Context",
    "Crashed",
    "Group",
    "Missing",
    "NotPlain",
    "Probe",
    "Rule",
    "TookTooLong",
    "Verdict",
    "Work",
    "WorkError",
    "check",
    "check_for",
    "context",
    "decision_probes",
    "examine",
    "figure_probes",
    "function_probes",
    "group_probes",
    "number_probes",
    "probe",
    "quiz_probes",
    "same_bars",
    "same_lines",
    "same_points",
]


Check = Callable[[Context], Iterable[Probe]]
CHECKS: dict[str, Check] = {}
PRIVATE = "loyalty_private_"  # how the names of modules with a class's own checks begin (`overlay_checks`)
OWN: dict[str, dict[str, Check]] = {}  # such a module -> its checks


def check(exercise_id: str) -> Callable[[Check], Check]:
    """Register a function as the check of an exercise; a second one from another module is an error."""

    def register(function: Check) -> Check:
        if function.__module__.startswith(PRIVATE):
            OWN[function.__module__][exercise_id] = function
            return function
        known = CHECKS.get(exercise_id)
        if known is not None and known.__module__ != function.__module__:
            raise CourseError(f"exercise '{exercise_id}' has two checks: {known.__module__}, {function.__module__}")
        CHECKS[exercise_id] = function
        return function

    return register


def check_for(exercise_id: str) -> Check:
    """Return the check of an exercise, the class's own before the kit's; raises `CourseError` when there is none."""
    if own := overlay.current().checks.get(exercise_id):
        return own
    stem = exercise_id.split("-", 1)[0]
    if exercise_id not in CHECKS:
        import_module(f"autograders.checks.{stem}")
    try:
        return CHECKS[exercise_id]
    except KeyError:
        raise CourseError(f"autograders/checks/{stem}.py has no check for the exercise '{exercise_id}'") from None


def context(
    exercise: Exercise,
    work: Work,
    learner: str,
    tables: Tables | None = None,
    references: dict[str, Any] | None = None,
) -> Context:
    """Return the context of one exercise for one learner; without `tables` the learner's own sample is read.

    references    the reference's answers that are known; those found are added
    """
    from loyaltylib.data import normalise

    learner = normalise(learner)
    references = {} if references is None else references

    def load(lang: str) -> Tables:
        if tables is not None and tables.lang == lang:
            return tables
        from loyaltylib.data import load as load_tables

        return load_tables("company", learner, lang)

    return Context(work, exercise, learner, chapters.variant(exercise.id, learner), load, references)


def examine(
    exercise_id: str,
    work: Work,
    learner: str,
    tables: Tables | None = None,
    references: dict[str, Any] | None = None,
) -> Verdict:
    """Run the check of an exercise on a learner's work and return the verdict; see `context`."""
    exercise = chapters.exercise(exercise_id)
    probes = tuple(check_for(exercise_id)(context(exercise, work, learner, tables, references)))
    names = [p.name for p in probes]
    if not probes or len(set(names)) < len(names):
        raise CourseError(f"the check of '{exercise_id}' needs one or more probes with different names, got {names}")
    return Verdict(exercise_id, exercise.points, probes)
