"""Which measure against defection pays for a mix of causes: each measure answers one cause, and costs something."""

from __future__ import annotations

from dataclasses import dataclass
from math import isclose
from typing import TYPE_CHECKING, Final

from .defection_causes import Cause
from .errors import RuleError
from .inputs import fraction, number, word

if TYPE_CHECKING:
    from collections.abc import Mapping

# The course's six, each with the answer its own description asks for; an outside cause has no measure here.
ANSWERED: Final = tuple(cause for cause in Cause if not cause.outside)


@dataclass(frozen=True)
class Measure:
    """What a measure against one cause of defection does.

    cause  that it answers
    kept   customers it keeps who would have left
    worth  of these, in yuan
    cost   of the measure, in yuan
    """

    cause: Cause
    kept: float
    worth: float
    cost: float

    @property
    def net(self) -> float:
        """What it brings beyond its cost, in yuan; below 0 it does not pay."""
        return self.worth - self.cost


def shares_of(weights: Mapping[str, float]) -> dict[str, float]:
    """Return the causes' weights as fractions that add up to 1: twice the weight is twice the share.

    >>> shares_of({"price": 30, "service": 10})
    {<Cause.PRICE: 'price'>: 0.75, <Cause.SERVICE: 'service'>: 0.25}

    Raises `RuleError` for a weight below 0 and where no weight is above 0, `UnknownName` for a cause there is not.
    """
    found = {word("cause", name, Cause): number(f"weights[{name!r}]", each, 0) for name, each in weights.items()}
    total = sum(found.values())
    if not total:
        raise RuleError("no weight is above 0; give at least one cause a weight")
    return {cause: weight / total for cause, weight in found.items()}


def measures_that_pay(
    leavers: float, mix: Mapping[str, float], *, effect: float, value: float, cost: float
) -> tuple[Measure, ...]:
    """Return one measure a cause, the one that pays most first: kept = leavers x share of the cause x effect.

    leavers  customers about to leave
    mix      cause -> share of the leavers (fractions that add up to 1; a cause left out has none)
    effect   share of the leavers with its cause that a measure keeps (fraction)
    value    of one customer kept, in yuan
    cost     of each measure, in yuan, whatever it keeps

    A model to try out: the course describes the six causes and gives neither effects nor costs, so all measures get
    the same ones here and only the mix tells them apart. Raises `RuleError` (a number outside its range; shares that
    do not add up to 1; a cause outside the course), `UnknownName` (a cause there is not).

    >>> best, *_ = measures_that_pay(100, {"service": 0.6, "price": 0.4}, effect=0.5, value=1000, cost=10_000)
    >>> best.cause.value, best.kept, best.net
    ('service', 30.0, 20000.0)
    """
    people, worth, price = number("leavers", leavers, 0), number("value", value, 0), number("cost", cost, 0)
    part = fraction("effect", effect)
    shares = {word("cause", name, Cause): fraction("share", share) for name, share in mix.items()}
    if any(cause.outside for cause in shares):
        raise RuleError("mix holds a cause from outside the course; give the course's six")
    if not isclose(sum(shares.values()), 1, abs_tol=1e-9):
        raise RuleError(f"the shares in mix add up to {sum(shares.values()):g}; they must add up to 1")
    kept = {cause: people * shares.get(cause, 0.0) * part for cause in ANSWERED}
    found = (Measure(cause, n, n * worth, price) for cause, n in kept.items())
    return tuple(sorted(found, key=lambda measure: -measure.net))
