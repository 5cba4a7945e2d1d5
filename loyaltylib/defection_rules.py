"""The rules that tell who has left, how, and why, in plain Python.

    signals    what is measured of one customer: numbers (`SIGNALS`)
    flags      signals held against a limit: yes or no (`FLAGS`)
    kind       complete: any flag of `GONE`; else partial: any flag of `slipping(rules)`; else none

`kind_of` goes this way for one customer; `loyaltylib.defection.classify` goes it for whole tables and reads the same
flags, so the two cannot differ. A signal nobody could measure is None and raises no flag.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import dataclass
from enum import StrEnum
from math import nan
from typing import Any, Final

from .defection_causes import Destination
from .errors import RuleError, UnknownName
from .inputs import count, fraction, word


class Kind(StrEnum):
    """How far a customer has gone; who shows no sign of leaving has no kind.

    >>> Kind("partial").concept
    'defection.partial'
    """

    COMPLETE = "complete"
    PARTIAL = "partial"

    @property
    def concept(self) -> str:
        """Id of the kind in the concept registry."""
        return f"defection.{self.value}"


@dataclass(frozen=True)
class DefectionRules:
    """The limits and readings by which defection is told. Days are calendar days up to and with `as_of`.

    lapse_days        complete: more than so many days without a purchase (days; half a year, as for the lost tier)
    compare_periods   partial: the latest period of the wallet is held against the one so many periods before (1: the
                      period before, as the course does; 4: the same quarter of last year, free of seasons)
    min_fall          partial: our share has fallen by more than so much (percentage points as a fraction). 0 takes the
                      course at its word, any fall counts: in the synthetic company that is 45 % of those compared,
                      and a fall of more than 10 points 11 %
    strict            False: whoever has left counts, wherever to. True: only who went to a competitor, as the course's
                      definition says to the letter; it would leave out its own market and technology causes (AMB-13)
    any_rival         False: a partial defector has changed: the share has fallen or a rival was added. True: whoever
                      buys from a rival beside us is one, as the course says to the letter; it would take every
                      customer of several suppliers for one (AMB-14)

    Raises `RuleError` for a limit that makes no sense.
    """

    lapse_days: int = 180
    compare_periods: int = 1
    min_fall: float = 0.0
    strict: bool = False
    any_rival: bool = False

    def __post_init__(self) -> None:
        count("DefectionRules.lapse_days", self.lapse_days, 1)
        count("DefectionRules.compare_periods", self.compare_periods, 1)
        fraction("DefectionRules.min_fall", self.min_fall)
        for name in ("strict", "any_rival"):
            if not isinstance(getattr(self, name), bool):
                raise RuleError(f"DefectionRules.{name} is {getattr(self, name)!r}; give True or False")


# What is measured of a customer -> its unit or meaning. Every one may be unknown (None). "Period" is one of the wallet
# that is over at as_of; "before" is the one `compare_periods` earlier.
SIGNALS: Final[dict[str, str]] = {
    "declared_lost": "1: said goodbye and has not bought since; 0: not",
    "days_since_last": "days since the last purchase",
    "own_last": "spent with us in the latest period (money)",
    "own_earlier": "the most spent with us in any period before the latest (money)",
    "elsewhere_last": "spent with others in the latest period (money)",
    "own_growth": "share by which own_last lies above own spending before; negative: a fall",
    "share_last": "our share of the customer's spending in the latest period",
    "share_before": "the same before",
    "share_fall": "share_before - share_last (percentage points as a fraction); negative: a rise",
    "rivals": "rivals the customer bought from in the latest period",
    "rivals_added": "rivals more than before, where the customer bought from us before; negative: fewer",
}

# A flag from signals `s` and rules `r`. Written with comparisons, & and | only: so one line serves a single customer's
# numbers and whole columns alike.
Flag = Callable[[Mapping[str, Any], DefectionRules], Any]
FLAGS: Final[dict[str, Flag]] = {
    "said_goodbye": lambda s, _: s["declared_lost"] == 1,
    "silent": lambda s, r: s["days_since_last"] > r.lapse_days,
    "wallet_empty": lambda s, _: (s["own_last"] == 0) & (s["own_earlier"] > 0),
    "share_declined": lambda s, r: s["share_fall"] > r.min_fall,
    "rival_added": lambda s, _: (s["rivals_added"] > 0) & (s["own_last"] > 0),
    "rival_beside_us": lambda s, _: (s["rivals"] > 0) & (s["own_last"] > 0),
    "spends_more": lambda s, _: s["own_growth"] > 0,
}
GONE: Final = ("said_goodbye", "silent", "wallet_empty")
# Money or none of it in a period without us says where to.
WENT: Final[dict[Destination, Flag]] = {
    Destination.COMPETITOR: lambda s, r: FLAGS["wallet_empty"](s, r) & (s["elsewhere_last"] > 0),
    Destination.NONE: lambda s, r: FLAGS["wallet_empty"](s, r) & (s["elsewhere_last"] == 0),
}


def slipping(rules: DefectionRules) -> tuple[str, ...]:
    """Return the flags any of which makes a partial defector.

    >>> slipping(DefectionRules())
    ('share_declined', 'rival_added')
    """
    return ("share_declined", "rival_added", *(("rival_beside_us",) if rules.any_rival else ()))


def _known(signals: Mapping[str, float | None]) -> dict[str, float]:
    """Check one customer's signals; every comparison with nan is false, so an unknown one raises no flag."""
    for name in signals:
        if name not in SIGNALS:
            raise UnknownName("signal", name, SIGNALS)
    return {name: nan if (value := signals.get(name)) is None else value for name in SIGNALS}


def flags_of(signals: Mapping[str, float | None], rules: DefectionRules | None = None) -> tuple[str, ...]:
    """Return the flags one customer's signals raise, in the order of `FLAGS`.

    Purchases decide over the wallet: `wallet_empty` is raised only where the day of the last purchase is unknown. A
    signal left out counts as unknown. Raises `UnknownName` for a name that is no signal.

    >>> flags_of({"own_last": 0, "own_earlier": 80, "share_fall": 0.4})
    ('wallet_empty', 'share_declined')
    >>> flags_of({"own_last": 0, "own_earlier": 80, "share_fall": 0.4, "days_since_last": 100})
    ('share_declined',)
    """
    known, limits = _known(signals), rules or DefectionRules()
    bought = signals.get("days_since_last") is not None
    return tuple(
        name for name, rule in FLAGS.items() if rule(known, limits) and not (name == "wallet_empty" and bought)
    )


def destination_of(signals: Mapping[str, float | None], stated: str = "unknown") -> Destination:
    """Return where one customer who left buys now: what was stated, else what the wallet's latest period shows.

    Raises `UnknownName` for a stated word or a signal there is not.

    >>> destination_of({"own_last": 0, "own_earlier": 80, "elsewhere_last": 120})
    <Destination.COMPETITOR: 'competitor'>
    """
    said = word("destination", stated, Destination)
    known, limits = _known(signals), DefectionRules()
    shown = (place for place, rule in WENT.items() if rule(known, limits))
    return said if said is not Destination.UNKNOWN else next(shown, said)


def kind_of(
    signals: Mapping[str, float | None], rules: DefectionRules | None = None, stated: str = "unknown"
) -> Kind | None:
    """Return how far one customer has gone: complete before partial, None where no flag says so.

    `stated` is the destination the customer gave, which only the strict reading looks at; who left for no competitor
    is then no defector at all. Raises `UnknownName` for a signal or a destination there is not.

    >>> kind_of({"days_since_last": 200})
    <Kind.COMPLETE: 'complete'>
    >>> kind_of({"days_since_last": 20, "share_fall": 0.1})
    <Kind.PARTIAL: 'partial'>
    >>> kind_of({"days_since_last": 200}, DefectionRules(strict=True), "none") is None
    True
    """
    limits = rules or DefectionRules()
    raised = flags_of(signals, limits)
    destination = destination_of(signals, stated)
    if any(flag in raised for flag in GONE):
        return None if limits.strict and destination is not Destination.COMPETITOR else Kind.COMPLETE
    return Kind.PARTIAL if any(flag in raised for flag in slipping(limits)) else None


def is_masked(signals: Mapping[str, float | None], rules: DefectionRules | None = None) -> bool:
    """Tell whether one partial defector's loss hides behind a larger bill: our share falls, spending with us grows.

    A falling share is enough for a partial defector; the growing bill only masks it (AMB-15). Raises `UnknownName` for
    a name that is no signal.

    >>> is_masked({"share_fall": 0.2, "own_growth": 0.3}), is_masked({"share_fall": 0.2, "own_growth": -0.1})
    (True, False)
    """
    raised = flags_of(signals, rules)
    return kind_of(signals, rules) is Kind.PARTIAL and {"share_declined", "spends_more"} <= set(raised)
