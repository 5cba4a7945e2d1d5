"""The loyalty plan: at least ten KPIs, the ten of the course among them, and seven tasks of groundwork.

A plan does not change: `with_kpi` and `mark` give another one.

    >>> mine = LoyaltyPlan().with_kpi(Kpi("visits", {"en": "Visits to the shop", "zh": "到店次数"}, "count", "up"))
    >>> len(mine.kpis), mine.validate() is mine, mine.groundwork.done
    (11, True, 0)
"""

from __future__ import annotations

from dataclasses import dataclass, field, replace
from enum import StrEnum
from typing import TYPE_CHECKING, Final

from .concepts import get
from .errors import RuleError, UnknownName
from .inputs import word
from .kpis_core import CORE, Kpi
from .messages import tell

if TYPE_CHECKING:
    from collections.abc import Mapping

LEAST_KPIS: Final = 10  # the course's rule: management sets at least so many


class Task(StrEnum):
    """The seven tasks of groundwork for a loyalty plan, in the course's order.

    >>> Task.REVIEW.number, Task.REVIEW.concept
    (3, 'groundwork.3_monthly_review')
    """

    CONSENSUS = "consensus"
    TRACK = "track kpi"
    REVIEW = "monthly review"
    MOTIVATE = "motivate staff"
    ONE_PLAN = "one plan per step"
    BARRIER = "find barrier"
    IMPROVE = "improve"

    @property
    def number(self) -> int:
        """Place in the course's list, from 1."""
        return list(Task).index(self) + 1

    @property
    def concept(self) -> str:
        """Id of the task in the concept registry."""
        return f"groundwork.{self.number}_{self.value.replace(' ', '_')}"


class State(StrEnum):
    """How far a task is."""

    OPEN = "open"
    UNDER_WAY = "under way"
    DONE = "done"


@dataclass(frozen=True)
class Groundwork:
    """The seven tasks and how far each is; one that is not named is open.

    >>> Groundwork().mark("consensus", "done").lines("en")[0]
    'done: Company-wide consensus on loyal customers'
    """

    states: Mapping[str, str] = field(default_factory=dict)

    def __post_init__(self) -> None:
        given = {word("task", task, Task): word("state", state, State) for task, state in self.states.items()}
        object.__setattr__(self, "states", {task: given.get(task, State.OPEN) for task in Task})

    def mark(self, task: str, state: str) -> Groundwork:
        """Return the groundwork with one task in another state; raises `UnknownName`."""
        return replace(self, states={**self.states, word("task", task, Task): word("state", state, State)})

    @property
    def done(self) -> int:
        """How many of the seven are done."""
        return sum(state == State.DONE for state in self.states.values())

    @property
    def next(self) -> Task | None:
        """The first task that is not done; None where all are."""
        return next((Task(task) for task, state in self.states.items() if state != State.DONE), None)

    def lines(self, lang: str = "en") -> tuple[str, ...]:
        """Return a line for each task: its state and its name."""
        said = {
            State.OPEN: tell(lang, "open: {task}"),
            State.UNDER_WAY: tell(lang, "under way: {task}"),
            State.DONE: tell(lang, "done: {task}"),
        }
        return tuple(said[State(s)].format(task=get(Task(t).concept).term(lang)) for t, s in self.states.items())


@dataclass(frozen=True)
class LoyaltyPlan:
    """A loyalty plan's KPIs and groundwork; the ten of the course are in it from the beginning (AMB-04)."""

    kpis: tuple[Kpi, ...] = CORE
    groundwork: Groundwork = field(default_factory=Groundwork)

    def with_kpi(self, kpi: Kpi) -> LoyaltyPlan:
        """Return a plan that has one KPI more; raises `RuleError` where one of that name is in it."""
        if any(kpi.name == other.name for other in self.kpis):
            raise RuleError(f"the plan has a KPI named {kpi.name!r}; give the new one another name")
        return replace(self, kpis=(*self.kpis, kpi))

    def mark(self, task: str, state: str) -> LoyaltyPlan:
        """Return a plan with one task of the groundwork in another state."""
        return replace(self, groundwork=self.groundwork.mark(task, state))

    def kpi(self, name: str) -> Kpi:
        """Return one of its KPIs; raises `UnknownName`."""
        for kpi in self.kpis:
            if kpi.name == name:
                return kpi
        raise UnknownName("KPI", name, (kpi.name for kpi in self.kpis))

    def validate(self) -> LoyaltyPlan:
        """Return the plan; raises `RuleError` for fewer than ten KPIs, one of the ten missing, or a name twice.

        >>> LoyaltyPlan(CORE[:9]).validate()
        Traceback (most recent call last):
        ...
        loyaltylib.errors.RuleError: the plan has 9 KPIs; management sets at least 10
        """
        names = [kpi.name for kpi in self.kpis]
        if len(names) < LEAST_KPIS:
            raise RuleError(f"the plan has {len(names)} KPIs; management sets at least {LEAST_KPIS}")
        missing = [kpi.name for kpi in CORE if kpi.name not in names]
        if missing:
            raise RuleError(f"the plan has no {missing[0]}; the ten of the course belong to every plan")
        if len(set(names)) < len(names):
            raise RuleError(f"the plan has a KPI twice among {', '.join(names)}; remove one")
        return self
