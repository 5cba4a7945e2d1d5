"""What can be moved in the simulator of Kotler's grid: a segment that is planned, and the limits of the grid."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any, Final

from loyaltylib import formats
from loyaltylib.errors import RuleError
from loyaltylib.messages import tell
from loyaltylib.relationships import GridRules
from loyaltylib.relationships_accounts import LARGE_FROM

from .controls import Control, Slider

if TYPE_CHECKING:
    from collections.abc import Mapping

CUSTOMERS: Final = (10, 2000, 10)  # of the planned segment: from, to, step
MARGIN: Final = (0.0, 0.6, 0.01)


def of_a_segment(lang: str) -> list[Control]:
    """Return what is planned: how many customers, what they bring, what a visit costs."""
    return [
        Slider(
            "customers",
            tell(lang, "Customers (number)"),
            tell(lang, "how many customers one team has to serve"),
            *(*CUSTOMERS, 150),
        ),
        Slider(
            "margin",
            tell(lang, "Margin (% of the price)"),
            tell(lang, "profit on what they buy, before anybody has spoken with them"),
            *(*MARGIN, 0.3, ".0%"),
        ),
        Slider(
            "revenue",
            tell(lang, "Each one buys (yuan a year)"),
            tell(lang, "what one customer pays in a year"),
            *(1000, 40_000, 1000, 6000),
        ),
        Slider(
            "visit",
            tell(lang, "A visit costs (yuan)"),
            tell(lang, "one visit with the way there; a talk that the customer begins costs 100 yuan"),
            *(100, 1500, 50, 600),
        ),
    ]


def of_the_grid(lang: str) -> list[Control]:
    """Return where the grid cuts, and from which size an account is large."""
    r = GridRules()
    return [
        Slider(
            "few_most",
            tell(lang, "Few customers up to (number)"),
            tell(lang, "so many are still few"),
            *(20, 400, 10, r.few_most),
        ),
        Slider(
            "many_least",
            tell(lang, "Many customers from (number)"),
            tell(lang, "from so many on they are many"),
            *(200, 2000, 50, r.many_least),
        ),
        Slider(
            "medium_from",
            tell(lang, "Medium margin from (%)"),
            tell(lang, "from here on a margin is medium"),
            *(0.05, 0.4, 0.01, r.medium_from, ".0%"),
        ),
        Slider(
            "high_from",
            tell(lang, "High margin from (%)"),
            tell(lang, "from here on a margin is high"),
            *(0.25, 0.55, 0.01, r.high_from, ".0%"),
        ),
        Slider(
            "large_from",
            tell(lang, "Large account from (yuan a year)"),
            tell(lang, "firms that buy so much are counted among the large accounts, the rest among the other firms"),
            *(10_000, 100_000, 5000, LARGE_FROM),
        ),
    ]


def rules_of(settings: Mapping[str, Any], lang: str) -> GridRules:
    """Return the limits as they are set; raises `RuleError` in the reader's language where two are out of order."""
    if settings["few_most"] >= settings["many_least"]:
        raise RuleError(
            tell(
                lang,
                "Up to {few} customers would be few, and from {many} on many; leave room for a medium number between.",
                few=formats.number(settings["few_most"], lang),
                many=formats.number(settings["many_least"], lang),
            )
        )
    if settings["medium_from"] >= settings["high_from"]:
        raise RuleError(
            tell(
                lang,
                "A margin would be medium from {medium} and high from {high}; set the second above the first.",
                medium=formats.percent(settings["medium_from"], lang, 0),
                high=formats.percent(settings["high_from"], lang, 0),
            )
        )
    return GridRules(**{name: settings[name] for name in ("few_most", "many_least", "medium_from", "high_from")})
