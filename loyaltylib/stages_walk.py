"""What may become of one account: its share quarter by quarter, bent by what we win and by one move of a rival."""

from __future__ import annotations

from dataclasses import dataclass, replace
from itertools import pairwise
from typing import TYPE_CHECKING

from .errors import RuleError
from .inputs import count, fraction, number
from .stages_rules import Move, Stage, StageLimits, move_of, stage_of
from .stages_stay import Hold, Switching, hold

if TYPE_CHECKING:
    from collections.abc import Sequence


@dataclass(frozen=True)
class Step:
    """One quarter of an account: our share (fraction), the stage by it, and the move from the quarter before."""

    share: float
    stage: Stage
    move: Move


@dataclass(frozen=True)
class Outlook:
    """What becomes of an account, and why.

    base    the shares it starts from, before anything is won or taken
    steps   the quarters as they come
    offer   the customer's choice between us and the rival
    verdict what holds the customer, or that nothing does
    """

    base: tuple[float, ...]
    steps: tuple[Step, ...]
    offer: Switching
    verdict: Hold


@dataclass(frozen=True)
class Push:
    """What bends a path: what we win, and one move of a rival.

    won      what we win in each quarter after the first, beside what happens anyway (fraction; negative: we lose)
    taken    what a rival takes once (fraction)
    quarter  in which; 2 is the first that has one before it

    Raises `RuleError` for a share outside its range and for an earlier quarter.
    """

    won: float = 0.0
    taken: float = 0.0
    quarter: int = 2

    def __post_init__(self) -> None:
        number("won", self.won, -1, 1)
        fraction("taken", self.taken)
        count("quarter", self.quarter, low=2)


def bent(shares: Sequence[float], push: Push) -> tuple[float, ...]:
    """Return a path of shares bent by what we win and by what a rival takes; it never leaves 0 to 1.

    shares  our share in each quarter (fractions), at least one

    From one quarter to the next the path changes as `shares` does, by `won`, and in `quarter` by `-taken`; what would
    pass 0 or 1 stops there, and the next quarter goes on from there. Raises `RuleError`.

    >>> [round(share, 2) for share in bent([0.4, 0.4, 0.4, 0.4], Push(won=0.1, taken=0.3, quarter=4))]
    [0.4, 0.5, 0.6, 0.4]
    """
    known = [fraction("share", share) for share in shares]
    if not known:
        raise RuleError("shares are empty; give at least one quarter")
    path = known[:1]
    for place, (before, after) in enumerate(pairwise(known), 2):
        moved = path[-1] + (after - before) + push.won - (push.taken if place == push.quarter else 0.0)
        path.append(min(max(moved, 0.0), 1.0))
    return tuple(path)


def walk(shares: Sequence[float], limits: StageLimits | None = None) -> tuple[Step, ...]:
    """Return each quarter of one path with its stage, by `stage_of`, and its move, by `move_of`.

    >>> [(step.stage.value, step.move.value) for step in walk([0.45, 0.55, 0.2, 0.0])]
    [('early', 'first'), ('stable', 'up'), ('early', 'down'), ('development', 'down')]
    """
    stages = [stage_of(share, limits=limits) for share in shares]
    before = [None, *stages]
    return tuple(
        Step(share, stage, move_of(past, stage)) for share, stage, past in zip(shares, stages, before, strict=False)
    )


def outlook(
    shares: Sequence[float],
    offer: Switching,
    satisfaction: float,
    push: Push,
    limits: StageLimits | None = None,
) -> Outlook:
    """Return what becomes of an account: a rival takes share only where leaving pays for the customer.

    shares and push as in `bent`, offer and satisfaction as in `hold`, limits as in `stage_of`

    That a rival takes all it is after, or nothing, is the kit's simplification. Raises `RuleError`.

    >>> from loyaltylib.stages_stay import switching
    >>> better, near = switching(advantage=30.0, cost=20.0), switching(advantage=30.0, cost=40.0)
    >>> [outlook([0.6, 0.6], offer, 5, Push(taken=0.5)).verdict.value for offer in (better, near)]
    ['leaves', 'held']
    """
    verdict = hold(satisfaction, offer)
    path = bent(shares, push if verdict is Hold.LEAVES else replace(push, taken=0.0))
    return Outlook(tuple(shares), walk(path, limits), offer, verdict)
