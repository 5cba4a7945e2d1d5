"""Stories for the simulator of the pyramid: a setting of the controls and one question to answer before looking."""

from __future__ import annotations

from dataclasses import dataclass, field
from typing import TYPE_CHECKING, Any

from loyaltylib.messages import tell
from loyaltylib.tiers import Tier
from loyaltylib.tiers_actions import Action

if TYPE_CHECKING:
    from collections.abc import Mapping


@dataclass(frozen=True)
class Story:
    """One story: `rules` differ from the default, `action` is carried out; `words` are told, then the question."""

    name: str
    title: str
    words: str
    question: str
    rules: Mapping[str, Any] = field(default_factory=dict)
    action: Action | None = None


def stories(lang: str) -> tuple[Story, ...]:
    """Return the stories in the reader's language, the one that changes nothing first."""
    return (
        Story("free", tell(lang, "None: your own settings"), "", ""),
        Story(
            "save",
            tell(lang, "Save those about to leave"),
            tell(
                lang,
                "You have the means to win over a quarter of the customers on the edge of leaving, "
                "those who bring in most first.",
            ),
            tell(
                lang,
                "Before you look: will the amount at stake fall by a quarter, by more, or by less? "
                "And if you choose without looking?",
            ),
            action=Action(Tier.AT_RISK, Tier.REGULAR, 0.25, "revenue"),
        ),
        Story(
            "promotion",
            tell(lang, "The promotion stops"),
            tell(lang, "New customers came for a temporary offer. It ends, and half of them go elsewhere."),
            tell(
                lang,
                "Before you look: how much of the revenue goes with them, and how much smaller is the customer base?",
            ),
            action=Action(Tier.NEW, Tier.LOST, 0.5, "any"),
        ),
        Story(
            "main",
            tell(lang, "Become the main supplier"),
            tell(
                lang,
                "Better service makes you the main supplier of three in ten inactive customers, "
                "who until now buy here and there.",
            ),
            tell(lang, "Before you look: does the amount at stake change? Why, or why not?"),
            action=Action(Tier.INACTIVE, Tier.REGULAR, 0.3, "any"),
        ),
        Story(
            "nervous",
            tell(lang, "A sharper eye for warnings"),
            tell(lang, "A manager wants to see danger early: a fall of a fifth already counts as a warning."),
            tell(
                lang,
                "Before you look: how many times as many customers will be at risk, "
                "and from which tiers will they come?",
            ),
            rules={"fall": 0.2},
        ),
        Story(
            "patient",
            tell(lang, "More patience"),
            tell(lang, "Someone who has been silent for nine months is not given up yet: lost only after 270 days."),
            tell(lang, "Before you look: to which tier will those come back who are no longer lost?"),
            rules={"lapse_days": 270},
        ),
    )
