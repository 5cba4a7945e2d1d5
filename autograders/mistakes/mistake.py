"""What a named mistake is, and what it costs."""

from __future__ import annotations

from dataclasses import dataclass, field
from typing import TYPE_CHECKING, Literal, get_args

if TYPE_CHECKING:
    from collections.abc import Callable, Mapping

    from loyaltylib.chapters import Text

    from .draft import Draft

# Where a mistake is made: in which notebook, in what is answered, in its form, while it runs, in cells, in the file.
# Mistakes of one learner are made in this order.
Place = Literal["notebook", "answer", "form", "run", "cells", "file"]
PLACES: tuple[Place, ...] = get_args(Place)


@dataclass(frozen=True)
class Cost:
    """What a mistake costs in one exercise: everything, or part of the credit of single probes.

    left   probe's name -> share of its credit that is left; probes not named keep all of it
    """

    whole: bool = False
    left: Mapping[str, float] = field(default_factory=dict)


NOTHING = Cost()
EVERYTHING = Cost(whole=True)


def failing(*names: str) -> Cost:
    """Return the cost of probes that fail altogether."""
    return Cost(left=dict.fromkeys(names, 0.0))


@dataclass(frozen=True)
class Mistake:
    """One way a submission is not what it should be.

    name       what tests and the list of a simulated class call it
    said       what a person sees of it, in both languages
    place      where it is made
    touches    names of the exercises it changes; a submission has one mistake for each exercise at most
    change     makes the mistake in a draft and returns what it costs: exercise's name -> cost; exercises
               that are not named keep their points
    incidents  kinds of the incidents that marking must note
    slow       whether marking waits for a time limit
    """

    name: str
    said: Text
    place: Place
    touches: tuple[str, ...]
    change: Callable[[Draft], Mapping[str, Cost]]
    incidents: tuple[str, ...] = ()
    slow: bool = False
