"""What can be moved in the simulator of the stages: the account and the rival, and what the customer weighs."""

from __future__ import annotations

from typing import TYPE_CHECKING

from loyaltylib import formats
from loyaltylib.messages import tell
from loyaltylib.stages_board import QUARTERS

from .controls import Choice, Control, Slider

if TYPE_CHECKING:
    from collections.abc import Mapping

OWN = "own"  # an account that is none of the company's
# Where the stable and the strategic stage begin.
LIMITS = {
    "50-80": (0.5, 0.8),
    "40-70": (0.4, 0.7),
    "60-90": (0.6, 0.9),
}


def of_the_account(lang: str, names: Mapping[str, str]) -> list[Control]:
    """Return what moves the share; `names` are the firms to choose from: id -> name."""
    accounts = {tell(lang, "one of your own"): OWN} | {name: who for who, name in names.items()}
    return [
        Choice(
            "account",
            tell(lang, "Account"),
            tell(lang, "one of your own, or a firm of the company as it bought"),
            accounts,
            OWN,
        ),
        Slider(
            "start",
            tell(lang, "Share at the start"),
            tell(lang, "our share in the first quarter of an account of your own; a firm keeps its own"),
            *(0.0, 1.0, 0.01, 0.42, ".0%"),
        ),
        Slider(
            "won",
            tell(lang, "We win (points/quarter)"),
            tell(lang, "percentage points of share we win in each quarter; below 0 we lose"),
            *(-10, 10, 1, 5),
        ),
        Slider(
            "quarter",
            tell(lang, "Rival moves (quarter)"),
            tell(lang, "the quarter in which the rival makes its offer"),
            *(2, QUARTERS, 1, 5),
        ),
        Slider(
            "taken",
            tell(lang, "Rival is after (points)"),
            tell(lang, "percentage points of share it takes if leaving pays for the customer"),
            *(0, 100, 5, 30),
        ),
    ]


def of_the_customer(lang: str) -> list[Control]:
    """Return what the customer weighs, and the limits of the stages."""
    written = {who: [formats.percent(share, lang, 0) for share in ends] for who, ends in LIMITS.items()}
    return [
        Slider(
            "advantage",
            tell(lang, "Rival's edge (yuan/year)"),
            tell(lang, "what the rival's offer is worth more than ours, a year; the customer looks three years ahead"),
            *(-2_000, 6_000, 200, 2_000),
        ),
        Slider(
            "cost",
            tell(lang, "Switching cost (yuan)"),
            tell(lang, "what moving to the rival costs the customer once; expected losses count in"),
            *(0, 20_000, 500, 4_000),
        ),
        Slider(
            "satisfaction",
            tell(lang, "Satisfaction (1 to 5)"),
            tell(lang, "what the customer answers when asked; satisfied from 4 on"),
            *(1, 5, 1, 4),
        ),
        Choice(
            "limits",
            tell(lang, "Main, strategic from"),
            tell(lang, "the shares at which the stable and the strategic stage begin"),
            {" / ".join(ends): who for who, ends in written.items()},
            "50-80",
        ),
    ]
