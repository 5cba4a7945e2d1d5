"""Why a customer stays: the pleasure of staying, the pain of leaving, and who stays without being satisfied."""

from __future__ import annotations

from dataclasses import dataclass
from enum import StrEnum
from math import expm1, log1p
from typing import TYPE_CHECKING, Final

from .errors import RuleError
from .inputs import number, positive, word

if TYPE_CHECKING:
    from collections.abc import Mapping


class Benefit(StrEnum):
    """The five benefits that make staying pleasant."""

    QUALITY = "product quality"
    TECHNOLOGY = "technology"
    SERVICE = "service"
    TERMS = "trade terms"
    SOLUTIONS = "solutions"


def pleasure(scores: Mapping[str, float]) -> float:
    """Return how pleasant staying is: the mean of the customer's ratings of the five benefits, 1 (worst) to 5 (best).

    The course lists the benefits without weights, so the kit counts them alike. Raises `UnknownName` for a word that is
    no benefit, `RuleError` where one is missing or a rating lies outside 1 to 5.

    >>> pleasure({"product quality": 5, "technology": 4, "service": 2, "trade terms": 4, "solutions": 5})
    4.0
    """
    given = {
        word("benefit", name, Benefit): number(f"score of {name!r}", value, 1, 5) for name, value in scores.items()
    }
    missing = [benefit.value for benefit in Benefit if benefit not in given]
    if missing:
        raise RuleError(f"scores have no {', '.join(missing)}; give all five benefits")
    return sum(given.values()) / len(given)


@dataclass(frozen=True)
class Switching:
    """A customer's choice between staying and a rival; all amounts are money of today.

    advantage  how much better the rival is, per period (negative: worse)
    cost       the one-off cost of moving: new tools, training, tests, rebates forgone
    risk       the loss expected from the risks of buying from the new supplier
    annuity    what 1 a period is worth today over the periods looked at
    """

    advantage: float
    cost: float
    risk: float
    annuity: float

    @property
    def gain(self) -> float:
        """What the rival's advantage is worth in all (present value)."""
        return self.advantage * self.annuity

    @property
    def pain(self) -> float:
        """What leaving costs the customer: the switching cost and the risk."""
        return self.cost + self.risk

    @property
    def stays(self) -> bool:
        """Whether the customer stays: unless the rival's advantage is worth more than the pain."""
        return self.gain <= self.pain

    @property
    def tolerated(self) -> float:
        """How much better a rival may be, per period, before the customer goes; the less price-sensitive, the more."""
        return self.pain / self.annuity

    @property
    def breakeven(self) -> float | None:
        """Periods until the rival's advantage has paid for the pain, undiscounted; None where there is no advantage."""
        return self.pain / self.advantage if self.advantage > 0 else None


def switching(
    *, advantage: float, cost: float, risk: float = 0.0, periods: float = 1, discount: float = 0.0
) -> Switching:
    """Weigh a rival's advantage against the cost of moving to him: the customer goes if its present value is larger.

    advantage  by how much the customer is better off with the rival, in each period (money; negative: worse off)
    cost       one-off cost of moving (money, at least 0)
    risk       expected loss from the rival's purchase risks (money, at least 0; see `risk_register`)
    periods    how many periods the customer looks ahead (a whole number)
    discount   what later money loses a period (a rate; 0: nothing). The advantage comes at the end of each period

    The course states that a higher cost of moving means less sensitivity to price; the rule of present value is the
    kit's (AMB-38 warns what it hides: see `hold`). Raises `RuleError`.

    >>> move = switching(advantage=30.0, cost=100.0, periods=3)
    >>> move.gain, move.stays, round(move.tolerated, 2), round(move.breakeven, 2)
    (90.0, True, 33.33, 3.33)
    >>> switching(advantage=30.0, cost=100.0, periods=4).stays
    False
    """
    gained = number("advantage", advantage)
    pain = [number(name, value, low=0) for name, value in (("cost", cost), ("risk", risk))]
    ahead, rate = positive("periods", periods), number("discount", discount, low=0)
    if not ahead.is_integer():
        raise RuleError(f"periods is {periods!r}; give a whole number")
    annuity = -expm1(-ahead * log1p(rate)) / rate if rate else ahead  # (1 - (1 + rate) ** -ahead) / rate, precisely
    return Switching(gained, pain[0], pain[1], annuity)


def compare(present: float, candidate: float, cost: float = 0.0, risk: float = 0.0) -> Switching:
    """Weigh the present supplier against a candidate by the net value of each, and the cost of moving.

    present, candidate  benefit - cost to the customer, in all (money; see `loyaltylib.value`)

    The course compares the net values; that a candidate must beat the cost of moving too is added by the kit. Raises
    `RuleError`.

    >>> compare(present=50.0, candidate=60.0).stays, compare(present=50.0, candidate=60.0, cost=15.0).stays
    (False, True)
    """
    return switching(advantage=number("candidate", candidate) - number("present", present), cost=cost, risk=risk)


class Hold(StrEnum):
    """What holds a customer. HOSTAGE is the warning: who stays and is not satisfied goes when the barrier falls."""

    CONTENT = "content"
    HELD = "held"
    HOSTAGE = "hostage"
    LEAVES = "leaves"


SATISFIED: Final = 4  # on a scale of 1 to 5, from here on a customer counts as satisfied


def hold(satisfaction: float, move: Switching, satisfied: float = SATISFIED) -> Hold:
    """Tell what holds a customer, from satisfaction (1 to 5) and the choice between staying and a rival.

        leaves    the rival's advantage is worth more than the pain of leaving
        hostage   stays, but is not satisfied: barriers keep people and not their good will (AMB-38)
        held      stays and is satisfied, although the rival is the better offer: only the pain keeps this customer
        content   stays, is satisfied, and no rival is better

    Exactly one holds. Raises `RuleError` for a satisfaction or a limit outside 1 to 5.

    >>> locked_in = switching(advantage=30.0, cost=100.0, periods=3)
    >>> hold(2, locked_in), hold(5, locked_in)
    (<Hold.HOSTAGE: 'hostage'>, <Hold.HELD: 'held'>)
    """
    limit = number("satisfied", satisfied, 1, 5)
    happy = number("satisfaction", satisfaction, 1, 5) >= limit
    if not move.stays:
        return Hold.LEAVES
    if not happy:
        return Hold.HOSTAGE
    return Hold.HELD if move.gain > 0 else Hold.CONTENT
