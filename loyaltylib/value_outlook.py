"""What two offers, a spread of satisfaction and the handling of complaints let a company expect, all at once.

`respread`, `choice_left` and `expected_kinds`, and an `Outlook` that puts the chapter's functions together: the value
of our offer and of the best rival's, what moving from one to the other brings, how satisfied the customers are once
complaints are handled, how many of them may be lost by the quoted rates, and how many of each of the four kinds there
are by the kit's own curve.
"""

from __future__ import annotations

from dataclasses import dataclass
from functools import cached_property
from typing import TYPE_CHECKING, Final

from .errors import RuleError
from .inputs import fraction, number, word
from .value_complaints import Funnel, FunnelRules, after_complaints, complaint_funnel
from .value_loyalty import LoyaltyRules, Quadrant, loyalty_curve, quadrant
from .value_satisfaction import Level, Loss, expected_loss, loss_rates

if TYPE_CHECKING:
    from collections.abc import Mapping

    from .value import Offer

_ROUNDING: Final = 1e-9  # 0.9 + 0.1 may come to a little more than 1 to a computer


def respread(customers: Mapping[str, float], very_dissatisfied: float, very_satisfied: float) -> dict[Level, float]:
    """Return as many customers with other shares at the two ends of satisfaction; the rest divides as it did.

    `customers` has so many people for each level; a level left out has none. Both shares are fractions of all. Where
    nobody stood between the two ends, who does now is neutral.

    >>> found = respread({"very dissatisfied": 10, "neutral": 20, "satisfied": 60, "very satisfied": 10}, 0.2, 0.4)
    >>> {level.value: round(people, 6) for level, people in found.items()}
    {'very dissatisfied': 20.0, 'dissatisfied': 0.0, 'neutral': 10.0, 'satisfied': 30.0, 'very satisfied': 40.0}

    Raises `UnknownName` for a word that is no level, `RuleError` for a negative number of people, a share outside 0 to
    1, and two shares that come to more than 1.
    """
    ends = fraction("very_dissatisfied", very_dissatisfied), fraction("very_satisfied", very_satisfied)
    if sum(ends) > 1 + _ROUNDING:
        raise RuleError(f"very_dissatisfied and very_satisfied come to {sum(ends):g}; give at most 1 for both")
    found = dict.fromkeys(Level, 0.0)
    for name, people in customers.items():
        level = word("level", name, Level)
        found[level] += number(f"customers[{level.value!r}]", people, 0)
    total, between = sum(found.values()), [*Level][1:-1]
    rest = sum(found[level] for level in between)
    left = total * max(1 - sum(ends), 0.0)
    inner = {level: left * (found[level] / rest if rest else level is Level.NEUTRAL) for level in between}
    return {Level.VERY_DISSATISFIED: total * ends[0], **inner, Level.VERY_SATISFIED: total * ends[1]}


def choice_left(ours: float, rival: float, switching_cost: float = 0) -> float:
    """Return how much choice customers have, from 0 to 1, by what moving to the best rival would bring them.

    `ours` and `rival` are the values of the two offers as differences (`value_net`), `switching_cost` is what moving
    costs, all in one unit for one span of time. A move pays if the rival is worth more than ours and the cost of moving
    together; where it does not, there is no choice (0). Where it pays, the choice is what moving brings as a part of
    what the rival is worth: all of it (1) where we are worth nothing and moving is free. The scale is the kit's own,
    made for `loyalty_curve`; nobody measured it.

    >>> choice_left(30, 50), choice_left(30, 50, switching_cost=10), choice_left(30, 50, switching_cost=20)
    (0.4, 0.2, 0.0)

    Raises `RuleError` for what is no finite number and for a switching cost below 0.
    """
    there = number("rival", rival)
    gain = there - number("ours", ours) - number("switching_cost", switching_cost, 0)
    if gain <= 0:
        return 0.0
    return min(gain / there, 1.0) if there > 0 else 1.0


def expected_kinds(
    customers: Mapping[float, float], choice: float = 1, rules: LoyaltyRules | None = None
) -> dict[Quadrant, float]:
    """Return how many customers of each kind to expect, where so many have each satisfaction and there is this choice.

    `customers` has satisfaction -> people. Of those with one satisfaction the share that `loyalty_curve` gives stays
    and the others go; whoever stays or goes is of the kind that `quadrant` says. People, not rounded.

    >>> found = expected_kinds({1: 10, 5: 80}, choice=1)
    >>> {kind.value: people for kind, people in found.items()}
    {'apostle': 80.0, 'mercenary': 0.0, 'hostage': 0.0, 'defector': 10.0}
    >>> expected_kinds({1: 10, 5: 80}, choice=0)[Quadrant.HOSTAGE]
    10.0

    Raises `RuleError` for a satisfaction outside its scale, a negative number of people, a choice outside 0 to 1.
    """
    limits = rules or LoyaltyRules()
    goes, stays = limits.stay_scale
    found = dict.fromkeys(Quadrant, 0.0)
    for score, people in customers.items():
        there = number(f"customers[{score!r}]", people, 0)
        loyal = loyalty_curve(score, choice, scale=limits.satisfaction_scale)
        found[quadrant(score, stays, limits)] += there * loyal
        found[quadrant(score, goes, limits)] += there * (1 - loyal)
    return found


@dataclass(frozen=True)
class Outlook:
    """What to expect of customers who all see the same two offers.

    ours, rival      the two offers, their terms in one unit for one span of time
    switching_cost   what moving from ours to the rival's costs, in that unit, at least 0
    found            level of satisfaction -> people, before complaints are handled; a level left out has none
    rules            who complains and who is won back

    >>> from loyaltylib.value import Offer
    >>> seen = Outlook(Offer(140, 110), Offer(175, 125), 10, {"very dissatisfied": 100, "very satisfied": 900},
    ...                FunnelRules(complain=0.5, won_back=0.8))
    >>> seen.gain, seen.choice, seen.customers[Level.VERY_DISSATISFIED], round(seen.loss.low), round(seen.loss.high)
    (10.0, 0.2, 60.0, 61, 70)

    Raises `RuleError` for a switching cost below 0; what is wrong with the other terms is told where they are used.
    """

    ours: Offer
    rival: Offer
    switching_cost: float
    found: Mapping[Level, float]
    rules: FunnelRules

    def __post_init__(self) -> None:
        number("switching_cost", self.switching_cost, 0)

    @property
    def gain(self) -> float:
        """What moving brings: the rival's value less ours and less the cost of moving; below 0 it does not pay."""
        return self.rival.net - self.ours.net - self.switching_cost

    @property
    def agree(self) -> bool:
        """Whether the difference and the ratio put the same offer first; a tie in either agrees with both."""
        return (self.rival.net - self.ours.net) * (self.rival.ratio - self.ours.ratio) >= 0

    @cached_property
    def choice(self) -> float:
        """How much choice the customers have (0 to 1)."""
        return choice_left(self.ours.net, self.rival.net, self.switching_cost)

    @cached_property
    def funnel(self) -> Funnel:
        """What becomes of those who are dissatisfied at first."""
        unhappy = (Level.VERY_DISSATISFIED, Level.DISSATISFIED)
        return complaint_funnel(sum(self.found.get(level, 0.0) for level in unhappy), self.rules)

    @cached_property
    def customers(self) -> dict[Level, float]:
        """How many customers are at each level that has a quoted rate of loss, once complaints are handled."""
        rates = loss_rates()
        return {
            level: n for level, n in after_complaints(_by_word(self.found), self.rules).items() if n or level in rates
        }

    @cached_property
    def losses(self) -> dict[Level, Loss]:
        """How many may be lost at each level."""
        return {level: expected_loss({level: n}) for level, n in self.customers.items()}

    @cached_property
    def loss(self) -> Loss:
        """How many may be lost in all, by the quoted rates."""
        return expected_loss(_by_word(self.customers))

    def stay(self, level: Level) -> float:
        """Return the share of the customers at one level who stay, by the curve."""
        return loyalty_curve(level.points, self.choice)

    @cached_property
    def kinds(self) -> dict[Quadrant, float]:
        """How many customers there are of each of the four kinds, by the curve."""
        return expected_kinds({level.points: n for level, n in self.customers.items()}, self.choice)

    @property
    def satisfied(self) -> float:
        """How many are satisfied, whether they stay or go."""
        return self.kinds[Quadrant.APOSTLE] + self.kinds[Quadrant.MERCENARY]


def _by_word(customers: Mapping[Level, float]) -> dict[str, float]:
    """Return the same by the plain words of the levels, as the chapter's functions take them."""
    return {str(level): people for level, people in customers.items()}
