"""The four stages of a relationship and the course's lists for them, in plain Python.

`stage_of` tells the stage of one customer; `loyaltylib.stages.stage_path` does it for a whole wallet and calls the same
`reaches`, so the two cannot differ.
"""

from __future__ import annotations

from dataclasses import dataclass
from enum import StrEnum
from typing import Any, Final

from .concepts import get
from .errors import RuleError
from .inputs import fraction, word


class Stage(StrEnum):
    """The four stages of a relationship, from no trade to partnership.

    >>> Stage.STABLE, Stage.STABLE.number, Stage("early").concept
    (<Stage.STABLE: 'stable'>, 3, 'stage.early')
    """

    DEVELOPMENT = "development"
    EARLY = "early"
    STABLE = "stable"
    STRATEGIC = "strategic"

    @property
    def number(self) -> int:
        """Place on the way: 1 for development to 4 for strategic."""
        return list(Stage).index(self) + 1

    @property
    def concept(self) -> str:
        """Id of the stage in the concept registry."""
        return f"stage.{self.value}"


class Boundary(StrEnum):
    """To which stage a share exactly at a limit belongs; the course's spans overlap there (AMB-34)."""

    UPPER = "upper"
    LOWER = "lower"


@dataclass(frozen=True)
class StageLimits:
    """Where one stage ends and the next begins, as shares of the customer's purchases (fractions).

    main_share       half: from here on we are the main supplier, the stable stage
    strategic_share  four fifths: from here on the strategic stage

    Raises `RuleError` unless 0 < main_share < strategic_share <= 1.
    """

    main_share: float = 0.5
    strategic_share: float = 0.8

    def __post_init__(self) -> None:
        low, high = (fraction(f"StageLimits.{name}", getattr(self, name)) for name in ("main_share", "strategic_share"))
        if not 0 < low < high:
            raise RuleError(f"StageLimits are {low:g} and {high:g}; give 0 < main_share < strategic_share")


SHARE_DECIMALS: Final = 9  # 0.1 + 0.7 falls short of 0.8 by a rounding error; nobody's stage may hang on that


def reaches(share: Any, limit: float, boundary: Boundary) -> Any:
    """Whether a share, or a column of shares, is past a limit; exactly at it the boundary decides."""
    return share >= limit if boundary is Boundary.UPPER else share > limit


def stage_of(
    share: float,
    confirmed_partnership: bool | None = None,  # noqa: FBT001  # the second thing one says of a relationship
    boundary: str = "upper",
    limits: StageLimits | None = None,
) -> Stage:
    """Tell the stage of a relationship from our share of what the customer buys, by the course's limits.

    share                   our sales to the customer / all such purchases of the customer (fraction)
    confirmed_partnership   a share alone makes no partnership: False keeps a large share in the stable stage; None, not
                            known, lets the share decide; True asks for the share all the same
    boundary                "upper" puts exactly 0.5 and 0.8 in the later stage: 0 development, (0, 0.5) early,
                            [0.5, 0.8) stable, [0.8, 1] strategic. "lower" puts them in the earlier one (AMB-34)

    Every share from 0 to 1 has exactly one stage. Raises `RuleError` (share), `UnknownName` (boundary).

    >>> [stage_of(share).value for share in (0, 0.45, 0.65, 0.8)]
    ['development', 'early', 'stable', 'strategic']
    >>> stage_of(0.8, boundary="lower"), stage_of(0.9, confirmed_partnership=False)
    (<Stage.STABLE: 'stable'>, <Stage.STABLE: 'stable'>)
    """
    known = fraction("share", share)
    side, limits = word("boundary", boundary, Boundary), limits or StageLimits()
    if known == 0:
        return Stage.DEVELOPMENT
    known = round(known, SHARE_DECIMALS)
    if not reaches(known, limits.main_share, side):
        return Stage.EARLY
    if confirmed_partnership is False or not reaches(known, limits.strategic_share, side):
        return Stage.STABLE
    return Stage.STRATEGIC


class Move(StrEnum):
    """From one period to the next: what happened to the relationship.

    Outside sources say that stages follow one another and that a regress is gradual; SKIPPED and COLLAPSED are what
    does not look like that, and deserve a second look at the data.
    """

    FIRST = "first"
    STAYED = "stayed"
    UP = "up"
    SKIPPED = "skipped"
    DOWN = "down"
    COLLAPSED = "collapsed"


def move_of(before: str | None, after: str) -> Move:
    """Tell the move from one stage to another; `before` is None in a customer's first period.

    >>> move_of("early", "stable"), move_of("development", "stable"), move_of("strategic", "early")
    (<Move.UP: 'up'>, <Move.SKIPPED: 'skipped'>, <Move.COLLAPSED: 'collapsed'>)
    """
    then = word("stage", after, Stage)
    if before is None:
        return Move.FIRST
    step = then.number - word("stage", before, Stage).number
    if step == 0:
        return Move.STAYED
    if step > 0:
        return Move.UP if step == 1 else Move.SKIPPED
    return Move.DOWN if step == -1 else Move.COLLAPSED


class Listed(StrEnum):
    """A numbered point of one of the course's lists; its word with underscores ends its id in the registry."""

    @property
    def number(self) -> int:
        """Place in the list, from 1."""
        return list(type(self)).index(self) + 1

    def _id(self, area: str) -> str:
        return f"{area}.{self.number}_{self.value.replace(' ', '_')}"


class Opportunity(Listed):
    """The eight chances to grow at the cost of the present main supplier."""

    NEW_PRODUCT = "new product"
    PURCHASE_TIMING = "purchase timing"
    PERSONNEL = "personnel"
    QUALITY = "quality"
    SERVICE = "service"
    WEAK_TIE = "weak tie"
    WORSENING = "worsening"
    COST = "cost"

    @property
    def concept(self) -> str:
        """Id of the opportunity in the concept registry."""
        return self._id("early.opportunity")


# The six openings of the development stage -> the chances they are among the eight of the early stage: quality and
# service are one opening there and two chances here, and the weak tie is not yet named (AMB-35).
OPENINGS: Final[dict[str, tuple[Opportunity, ...]]] = {
    "new product launch": (Opportunity.NEW_PRODUCT,),
    "annual supplier evaluation": (Opportunity.PURCHASE_TIMING,),
    "personnel change": (Opportunity.PERSONNEL,),
    "quality or service problems": (Opportunity.QUALITY, Opportunity.SERVICE),
    "worsening relationship": (Opportunity.WORSENING,),
    "need to cut cost": (Opportunity.COST,),
}

# Points of the course that carry an ethical or legal risk: favours to a buyer in person, setting people at odds, making
# small problems look large. They are listed to be recognised, never as good practice (AMB-37).
ETHICS: Final = frozenset(
    {
        "dev.relationship",
        "early.expectation",
        "early.opportunity.7_worsening",
        "early.tactic.1_internal_conflict",
        "early.tactic.2_grassroots",
    }
)


def ethics_flag(concept_id: str) -> bool:
    """Tell whether a point of the course carries an ethical or legal risk; its note in the registry says which.

    Raises `UnknownName` for an id that is not in the registry.

    >>> ethics_flag("dev.relationship"), ethics_flag("dev.technical")
    (True, False)
    """
    return get(concept_id).id in ETHICS


class Tactic(Listed):
    """The three ways the course lists of making an opportunity."""

    INTERNAL_CONFLICT = "internal conflict"
    GRASSROOTS = "grassroots"
    NEW_NEED = "new need"

    @property
    def concept(self) -> str:
        """Id of the tactic in the concept registry."""
        return self._id("early.tactic")

    @property
    def ethics_flag(self) -> bool:
        """Whether it carries an ethical or legal risk, so that it is only to be recognised."""
        return ethics_flag(self.concept)
