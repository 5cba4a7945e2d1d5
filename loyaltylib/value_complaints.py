"""The complaint funnel: of the dissatisfied some complain, and of those some are won back.

How many, nobody agrees. The presets are what is quoted, read from the concept registry; the course text says that most
complain, public sources that nearly all are silent. Put them side by side rather than choose one (AMB-22).
"""

from __future__ import annotations

from dataclasses import dataclass
from enum import StrEnum
from typing import TYPE_CHECKING, Final

from .concepts import get
from .errors import RuleError
from .inputs import fraction, number, word
from .value_satisfaction import Level

if TYPE_CHECKING:
    from collections.abc import Mapping

_UNHAPPY: Final = (Level.VERY_DISSATISFIED, Level.DISSATISFIED)  # who has something to complain of


class Preset(StrEnum):
    """Whose figures the funnel takes: the course's, or those of public sources (`OUTSIDE_QUICK`: settled quickly)."""

    COURSE = "course"
    OUTSIDE = "outside"
    OUTSIDE_QUICK = "outside quick"

    @property
    def concept(self) -> str:
        """Id of the funnel in the concept registry, where the sources are named."""
        return "value.complaint_funnel"


@dataclass(frozen=True)
class FunnelRules:
    """The shares of the funnel, all fractions.

    complain        of the dissatisfied, who complain to the company
    won_back        of those whose complaint is settled, who stay; the lowest share
    won_back_high   the highest, where a range is quoted; None: the same as `won_back`
    settled         of the complaints, settled well. All by default, because the quoted shares speak of those alone

    Raises `RuleError` for a share outside 0 to 1, and for a range that ends below where it begins.
    """

    complain: float
    won_back: float
    won_back_high: float | None = None
    settled: float = 1.0

    def __post_init__(self) -> None:
        for name in ("complain", "won_back", "settled"):
            fraction(f"FunnelRules.{name}", getattr(self, name))
        if self.won_back_high is not None and fraction("FunnelRules.won_back_high", self.won_back_high) < self.won_back:
            raise RuleError(f"FunnelRules.won_back_high is {self.won_back_high!r}; give at least {self.won_back:g}")

    @classmethod
    def preset(cls, name: str, settled: float = 1.0) -> FunnelRules:
        """Return the shares that a source quotes; raises `UnknownName` for a name that is no preset.

        >>> FunnelRules.preset("outside").complain
        0.04
        """
        match word("preset", name, Preset):
            case Preset.COURSE:
                complain, won_back = get("stat.service.67").claims[0], get("stat.service.75").claims[0]
            case Preset.OUTSIDE:
                complain, won_back, _ = get("value.complaint_funnel").claims
            case Preset.OUTSIDE_QUICK:
                complain, _, won_back = get("value.complaint_funnel").claims
        return cls(complain.value, won_back.value, won_back.high, settled)


@dataclass(frozen=True)
class Funnel:
    """How many customers pass each step of the complaint funnel (people, not rounded)."""

    dissatisfied: float
    complain: float
    settled: float
    won_back_low: float
    won_back_high: float

    @property
    def silent(self) -> float:
        """The dissatisfied who never complain: nobody can settle what nobody hears of."""
        return self.dissatisfied - self.complain

    @property
    def not_won_back_low(self) -> float:
        """The fewest who stay dissatisfied: silent, not settled, or settled in vain."""
        return self.dissatisfied - self.won_back_high

    @property
    def not_won_back_high(self) -> float:
        """The most who stay dissatisfied."""
        return self.dissatisfied - self.won_back_low


def complaint_funnel(dissatisfied: float, rules: FunnelRules | str = Preset.COURSE) -> Funnel:
    """Return how many of so many dissatisfied customers complain, are served well and are won back.

    `rules` are shares of your own (`FunnelRules`) or the name of a preset: "course" (67 per cent complain, 75 per cent
    of them can be won back), "outside" (4 per cent; 70 per cent), "outside quick" (4 per cent; 82 to 95 per cent). The
    figures are claims, not laws; sources in the registry (`value.complaint_funnel`).

    >>> complaint_funnel(1000)
    Funnel(dissatisfied=1000.0, complain=670.0, settled=670.0, won_back_low=502.5, won_back_high=502.5)
    >>> complaint_funnel(1000, "outside").silent
    960.0

    Raises `RuleError` for a negative number, `UnknownName` for a name that is no preset.
    """
    shares = rules if isinstance(rules, FunnelRules) else FunnelRules.preset(rules)
    start = number("dissatisfied", dissatisfied, 0)
    complain = start * shares.complain
    settled = complain * shares.settled
    high = shares.won_back if shares.won_back_high is None else shares.won_back_high
    return Funnel(start, complain, settled, settled * shares.won_back, settled * high)


def after_complaints(customers: Mapping[str, float], rules: FunnelRules | str = Preset.COURSE) -> dict[Level, float]:
    """Return how many customers are at each level of satisfaction once complaints are handled.

    `customers` has so many people for each level before; a level left out has none. The dissatisfied and the very
    dissatisfied go through `complaint_funnel`; who is won back (the lowest share) counts as satisfied from then on,
    which is the kit's own reading: the sources say only that they stay.

    >>> after = after_complaints({"very dissatisfied": 100, "satisfied": 50}, FunnelRules(complain=0.5, won_back=0.8))
    >>> after[Level.VERY_DISSATISFIED], after[Level.SATISFIED]
    (60.0, 90.0)

    Raises `UnknownName` for a word that is no level or no preset, `RuleError` for a negative number.
    """
    found = dict.fromkeys(Level, 0.0)
    for name, people in customers.items():
        level = word("level", name, Level)
        found[level] += number(f"customers[{level.value!r}]", people, 0)
    for level in _UNHAPPY:
        won = complaint_funnel(found[level], rules).won_back_low
        found[level] -= won
        found[Level.SATISFIED] += won
    return found
