"""The complaint funnel: of the dissatisfied some complain, and of those some are won back.

How many, nobody agrees. The presets are what is quoted, read from the concept registry; the course text says that most
complain, public sources that nearly all are silent. Put them side by side rather than choose one (AMB-22).
"""

from __future__ import annotations

from dataclasses import dataclass
from enum import StrEnum

from .concepts import get
from .errors import RuleError
from .inputs import fraction, number, word


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
