"""Draw a class: who makes which mistakes, by a seed."""

from __future__ import annotations

import random
from typing import TYPE_CHECKING

from .registry import known

if TYPE_CHECKING:
    from .mistake import Mistake

PERFECT_SHARE, BROKEN_SHARE, UNFINISHED_SHARE = 0.17, 0.27, 0.1  # of the class; the rest has wrong answers
MOST_WRONG = 6  # wrong answers of one learner
PER_CLASS = 30  # of so many learners one has a notebook that makes marking wait, and one a file that cannot be read


def draw(stem: str, learners: int, seed: int) -> list[tuple[Mistake, ...]]:
    """Draw each learner's mistakes: some learners make none, most get something wrong, a few break something.

    What is broken (cells, files, runs) is different for each as long as there is something left; what marking
    has to wait for comes at most once in thirty.
    """
    rng = random.Random(f"{stem} {seed}")  # noqa: S311 - a class is made up, nothing is kept secret
    everything = list(known(stem).values())
    answers = [m for m in everything if m.place in ("answer", "form")]
    wrong = [m for m in answers if m.name not in ("blank", "half")]
    broken = _broken(rng, [m for m in everything if m.place not in ("answer", "form")], learners)
    perfect = round(learners * PERFECT_SHARE)
    unfinished = round(learners * UNFINISHED_SHARE)
    plans: list[tuple[Mistake, ...]] = [()] * perfect
    plans += [_with_answers(rng, (mistake,), wrong, rng.randint(0, 2)) for mistake in broken]
    plans += [(known(stem)["blank" if n % 3 == 0 else "half"],) for n in range(unfinished)]
    while len(plans) < learners:
        plans.append(_with_answers(rng, (), wrong, rng.randint(1, MOST_WRONG)))
    plans = plans[:learners]
    rng.shuffle(plans)
    return plans


def _broken(rng: random.Random, mistakes: list[Mistake], learners: int) -> list[Mistake]:
    """Choose what is broken: one of thirty makes marking wait, a file or more cannot be read, the rest is varied."""
    slow = [mistake for mistake in mistakes if mistake.slow]
    unreadable = [mistake for mistake in mistakes if mistake.place == "file" and mistake.touches]
    quick = [mistake for mistake in mistakes if mistake not in slow and mistake not in unreadable]
    wanted = round(learners * BROKEN_SHARE)
    often = learners // PER_CLASS
    chosen = [rng.choice(slow) for _ in range(often) if slow]
    chosen += [rng.choice(unreadable) for _ in range(max(often, min(wanted, 1)))]
    while len(chosen) < wanted and quick:
        chosen += rng.sample(quick, min(len(quick), wanted - len(chosen)))
    return chosen


def _with_answers(
    rng: random.Random, begun: tuple[Mistake, ...], wrong: list[Mistake], number: int
) -> tuple[Mistake, ...]:
    """Add wrong answers in exercises that nothing has touched yet."""
    chosen = begun
    for _ in range(number):
        touched = {name for mistake in chosen for name in mistake.touches}
        free = [mistake for mistake in wrong if touched.isdisjoint(mistake.touches)]
        if free:
            chosen = (*chosen, rng.choice(free))
    return chosen
