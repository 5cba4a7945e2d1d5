"""The standards that tell the eight loyalty tiers apart, in plain Python.

Three steps lead from a customer to a tier, and each is a list you can read here:

    signals    what is measured of one customer: numbers (`SIGNALS`)
    flags      signals held against a limit: yes or no (`FLAGS`)
    standards  a tier asks for so many of its flags; the first tier that gets them is the customer's (`STANDARDS`)

Nothing else decides. `tier_of` goes this way for one customer; `loyaltylib.tiers.assign` goes it for a whole frame
and reads the same lists, so the two cannot differ.

A signal nobody could measure is None. It never holds against a limit, so it raises no flag, and a tier that asks for
the flag is not reached.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import dataclass, fields
from enum import StrEnum
from math import isfinite, nan
from typing import Any, Final, Literal

from .errors import RuleError, UnknownName


class Tier(StrEnum):
    """The eight tiers of the customer pyramid, from the least loyal to the most loyal.

    The value is the name used in frames and in code. A tier says how loyal a customer is, never what the customer is
    worth: that is another score (AMB-50).

    >>> Tier.CORE, Tier.CORE.rank, Tier("at_risk").rank_basis
    (<Tier.CORE: 'core'>, 7, 'listing')
    """

    LOST = "lost"
    ONLOOKER = "onlooker"
    AT_RISK = "at_risk"
    NEW = "new"
    INACTIVE = "inactive"
    REGULAR = "regular"
    CORE = "core"
    ADVOCATE = "advocate"

    @property
    def rank(self) -> int:
        """Place in the pyramid: 1 is the least loyal, 8 the most loyal."""
        return list(Tier).index(self) + 1

    @property
    def rank_basis(self) -> Literal["explicit", "listing"]:
        """How the course fixes the place: by an explicit comparison, or only by the order of its list (AMB-05)."""
        return "listing" if self in (Tier.AT_RISK, Tier.NEW, Tier.INACTIVE) else "explicit"

    @property
    def concept(self) -> str:
        """Id of the tier in the concept registry."""
        return f"tier.{self.value}"


@dataclass(frozen=True)
class TierRules:
    """The limits of the standards. Days are calendar days up to and with `as_of`; shares are fractions.

    lapse_days          lost: more than so many days without a purchase (days)
    new_days            new: at most so many days since the first purchase (days; three months, AMB-07)
    window_days         length of one window in which purchases are counted (days, AMB-10)
    earlier_windows     how many windows before the last one make up the customer's own normal
    fall                a warning: the last window lies at least this share below the mean of the windows before. Half
                        by default; any fall at all would flag about every second customer (AMB-06)
    min_warnings        at risk: at least so many of the four warnings at once (1 to 4, AMB-06)
    volume_days         span over which volume is summed (days)
    core_quantile       core: volume at or above this quantile of all who bought in that span ("very large volume", the
                        trait list; price tolerance is never looked at, AMB-01)
    feedback_days       span over which feedback and negotiations are counted (days)
    core_feedback       core: at least so many pieces of feedback in that span
    core_negotiations   core: at least so many negotiations in that span
    min_referrals       advocate: at least so many recommendations, ever
    forgiven_score      advocate: a settled complaint scored below this (1 to 10) was not forgiven; nor is an open one.
                        Who never complained holds nothing against us
    min_suppliers       inactive: buys from at least so many suppliers, us included
    main_share          inactive: our share of the customer's spending is above 0 and below this, so that we are not the
                        main supplier (fraction)
    gap_irregularity    inactive: the days between purchases vary at least so much (standard deviation / mean; 1 is pure
                        chance, 0 is clockwork). Inactive means buying here and there, not asleep (AMB-08)

    Raises `RuleError` for a limit that makes no sense.
    """

    lapse_days: int = 180
    new_days: int = 90
    window_days: int = 90
    earlier_windows: int = 3
    fall: float = 0.5
    min_warnings: int = 1
    volume_days: int = 365
    core_quantile: float = 0.9
    feedback_days: int = 365
    core_feedback: int = 3
    core_negotiations: int = 1
    min_referrals: int = 1
    forgiven_score: float = 5
    min_suppliers: int = 2
    main_share: float = 0.5
    gap_irregularity: float = 0.75

    def __post_init__(self) -> None:
        for field in fields(self):
            low, high = _LIMITS.get(field.name, (1, None))
            value = getattr(self, field.name)
            whole = field.type == "int"
            kind = "a whole number" if whole else "a number"
            if isinstance(value, bool) or not isinstance(value, int if whole else (int, float)) or not isfinite(value):
                raise RuleError(f"TierRules.{field.name} is {value!r}; give {kind}")
            if value < low or (high is not None and value > high):
                span = f"from {low:g} to {high:g}" if high is not None else f"of at least {low:g}"
                raise RuleError(f"TierRules.{field.name} is {value!r}; give {kind} {span}")


# Smallest and largest sensible value of a rule; one that is not named here is at least 1.
_LIMITS: Final[dict[str, tuple[float, float | None]]] = {
    "fall": (0.01, 1),
    "min_warnings": (1, 4),
    "core_quantile": (0, 1),
    "forgiven_score": (1, 10),
    "main_share": (0.01, 1),
    "gap_irregularity": (0, None),
}

# What is measured of a customer -> its unit or meaning. Every one may be unknown (None).
SIGNALS: Final[dict[str, str]] = {
    "declared_lost": "1: said goodbye and has not bought since; 0: not",
    "n_orders": "days with a purchase, ever",
    "days_since_last": "days since the last purchase",
    "tenure_days": "days since the first purchase",
    "by_promotion": "1: came through a promotion; 0: not",
    "orders_last": "days with a purchase in the last window",
    "orders_before": "the same per window, mean of the windows before",
    "frequency_fall": "share by which orders_last lies below orders_before; negative: a rise",
    "spend_last": "money spent in the last window",
    "spend_before": "the same per window, mean of the windows before",
    "spend_fall": "share by which spend_last lies below spend_before; negative: a rise",
    "wallet_share": "our share of the customer's spending in the latest period",
    "share_fall": "share by which wallet_share lies below its mean in the periods before; negative: a rise",
    "n_suppliers": "suppliers the customer bought from in the latest period, us included",
    "open_complaints": "complaints not yet settled",
    "complaints_unforgiven": "complaints open, or settled with a low score",
    "complaints_forgiven": "complaints settled without a low score",
    "referrals": "recommendations, ever",
    "volume": "money spent in volume_days",
    "volume_cut": "volume from which on a customer is among the largest buyers; the same for all",
    "feedback": "pieces of feedback in feedback_days",
    "negotiations": "negotiations in feedback_days",
    "gap_cv": "standard deviation / mean of the days between purchases; needs two gaps",
}

# A flag from signals `s` and rules `r`. Written with comparisons, & and | only: so one line serves a single customer's
# numbers and whole columns alike.
Flag = Callable[[Mapping[str, Any], TierRules], Any]
FLAGS: Final[dict[str, Flag]] = {
    "declared_lost": lambda s, _: s["declared_lost"] == 1,
    "lapsed": lambda s, r: s["days_since_last"] > r.lapse_days,
    "never_bought": lambda s, _: s["n_orders"] == 0,
    "newly_won": lambda s, r: s["tenure_days"] <= r.new_days,
    "frequency_fall": lambda s, r: s["frequency_fall"] >= r.fall,
    "spend_fall": lambda s, r: s["spend_fall"] >= r.fall,
    "share_fall": lambda s, r: s["share_fall"] >= r.fall,
    "open_complaint": lambda s, _: s["open_complaints"] >= 1,
    "recommends": lambda s, r: s["referrals"] >= r.min_referrals,
    "forgives": lambda s, _: s["complaints_unforgiven"] == 0,
    "large_volume": lambda s, _: s["volume"] >= s["volume_cut"],
    "much_feedback": lambda s, r: s["feedback"] >= r.core_feedback,
    "negotiates": lambda s, r: s["negotiations"] >= r.core_negotiations,
    "several_suppliers": lambda s, r: s["n_suppliers"] >= r.min_suppliers,
    "minor_share": lambda s, r: (s["wallet_share"] > 0) & (s["wallet_share"] < r.main_share),
    "irregular_gaps": lambda s, r: s["gap_cv"] >= r.gap_irregularity,
    "repeat_purchase": lambda s, _: s["n_orders"] > 1,
    "gives_feedback": lambda s, _: s["feedback"] >= 1,
    "by_promotion": lambda s, _: s["by_promotion"] == 1,
}

# A table -> a signal that is unknown where the table is missing or says nothing about the customer.
SOURCES: Final[dict[str, str]] = {
    "transactions": "n_orders",
    "wallet": "n_suppliers",
    "complaints": "open_complaints",
    "referrals": "referrals",
    "feedback": "feedback",
    "contacts": "negotiations",
}


@dataclass(frozen=True)
class Standard:
    """What a tier asks for: at least `least(rules)` of its `flags`.

    tables    the tables its flags rest on
    reported  flags of the tier that are shown with it and decide nothing
    """

    tier: Tier
    flags: tuple[str, ...]
    least: Callable[[TierRules], int]
    tables: tuple[str, ...]
    reported: tuple[str, ...] = ()


# In order of precedence: the first standard that is met gives the tier. The last asks for nothing, so every customer
# has one; a customer has only one, because the search ends there.
STANDARDS: Final[tuple[Standard, ...]] = (
    Standard(Tier.LOST, ("declared_lost", "lapsed"), lambda _: 1, ("transactions",)),
    Standard(Tier.ONLOOKER, ("never_bought",), lambda _: 1, ("transactions",)),
    Standard(Tier.NEW, ("newly_won",), lambda _: 1, ("transactions",), reported=("by_promotion",)),
    Standard(
        Tier.AT_RISK,
        ("frequency_fall", "spend_fall", "share_fall", "open_complaint"),
        lambda rules: rules.min_warnings,
        ("transactions", "wallet", "complaints"),
    ),
    Standard(Tier.ADVOCATE, ("recommends", "forgives"), lambda _: 2, ("referrals", "complaints")),
    Standard(
        Tier.CORE,
        ("large_volume", "much_feedback", "negotiates"),
        lambda _: 3,
        ("transactions", "feedback", "contacts"),
    ),
    Standard(
        Tier.INACTIVE,
        ("several_suppliers", "minor_share", "irregular_gaps"),
        lambda _: 3,
        ("transactions", "wallet"),
    ),
    Standard(Tier.REGULAR, (), lambda _: 0, (), reported=("repeat_purchase", "gives_feedback")),
)


def first_asked() -> dict[str, int]:
    """Return for each table the place in `STANDARDS` (from 0) of the first standard that rests on it."""
    return {
        table: next(place for place, standard in enumerate(STANDARDS) if table in standard.tables) for table in SOURCES
    }


def flags_of(signals: Mapping[str, float | None], rules: TierRules | None = None) -> tuple[str, ...]:
    """Return the names of the flags one customer's signals raise, in the order of `FLAGS`.

    A signal that is left out counts as unknown. Raises `UnknownName` for a name that is no signal.

    >>> flags_of({"days_since_last": 200, "n_orders": 3})
    ('lapsed', 'repeat_purchase')
    """
    for name in signals:
        if name not in SIGNALS:
            raise UnknownName("signal", name, SIGNALS)
    # Every comparison with nan is false: an unknown signal raises no flag.
    known = {name: nan if (value := signals.get(name)) is None else value for name in SIGNALS}
    limits = rules or TierRules()
    return tuple(name for name, holds in FLAGS.items() if holds(known, limits))


def _place(signals: Mapping[str, float | None], rules: TierRules) -> int:
    raised = flags_of(signals, rules)
    return next(
        place
        for place, standard in enumerate(STANDARDS)
        if sum(flag in raised for flag in standard.flags) >= standard.least(rules)
    )


def tier_of(signals: Mapping[str, float | None], rules: TierRules | None = None) -> Tier:
    """Return the tier of one customer: the first in the order of `STANDARDS` whose standard the signals meet.

    A signal that is left out counts as unknown. Raises `UnknownName` for a name that is no signal.

    >>> buyer = {"n_orders": 9, "days_since_last": 20, "tenure_days": 700}
    >>> tier_of(buyer)
    <Tier.REGULAR: 'regular'>
    >>> tier_of(buyer | {"spend_fall": 0.6})
    <Tier.AT_RISK: 'at_risk'>
    >>> tier_of(buyer | {"spend_fall": 0.6}, TierRules(fall=0.7))
    <Tier.REGULAR: 'regular'>
    """
    return STANDARDS[_place(signals, rules or TierRules())].tier


def reasons_of(signals: Mapping[str, float | None], rules: TierRules | None = None) -> tuple[str, ...]:
    """Return why one customer is on the tier: the tier's flags that hold, then the tables that are silent.

    A table with a question mark (`wallet?`) says nothing about the customer, although this tier or one that comes
    before it asks: with that table the tier might be another.

    >>> reasons_of({"n_orders": 9, "days_since_last": 20, "spend_fall": 0.6})
    ('spend_fall', 'wallet?', 'complaints?')
    """
    limits = rules or TierRules()
    silent = {table for table, signal in SOURCES.items() if signals.get(signal) is None}
    return reasons(_place(signals, limits), set(flags_of(signals, limits)), silent)


def reasons(place: int, raised: set[str], silent: set[str]) -> tuple[str, ...]:
    """Return what is said of a tier, by its place in `STANDARDS`: its flags among the raised, its silent tables."""
    shown = STANDARDS[place].flags + STANDARDS[place].reported
    tables = (f"{table}?" for table, first in first_asked().items() if first <= place and table in silent)
    return (*(flag for flag in shown if flag in raised), *tables)
