"""The nine cells of the Burnett matrix: two figures become two words, and two words become a strategy.

                        relationship
    attractiveness      poor              fair              good
    high                selective hold *  develop           develop and defend
    medium              minimal hold      defend and hold   develop
    low                 exit              minimal hold      selective defence *

The nine strategies and the two axes survive in the course text, their places do not (AMB-46). Seven cells are the same
whichever axis is written in the rows; the two with a star exchange their strategies, so they are not certain.
"""

from __future__ import annotations

from dataclasses import dataclass, fields
from enum import StrEnum
from typing import Final

from .burnett_indicators import HIGHEST, LOWEST
from .concepts import get
from .errors import RuleError
from .inputs import number, word


class AttractivenessBand(StrEnum):
    """How attractive a customer is, in a word; from the lowest to the highest."""

    LOW = "low"
    MEDIUM = "medium"
    HIGH = "high"


class RelationshipBand(StrEnum):
    """How well we stand with a customer, in a word; from the worst to the best."""

    POOR = "poor"
    FAIR = "fair"
    GOOD = "good"


class Strategy(StrEnum):
    """The seven strategies of the nine cells ("develop" and "minimal hold" stand in two)."""

    DEVELOP_AND_DEFEND = "develop and defend"
    DEVELOP = "develop"
    DEFEND_AND_HOLD = "defend and hold"
    SELECTIVE_HOLD = "selective hold"
    SELECTIVE_DEFENCE = "selective defence"
    MINIMAL_HOLD = "minimal hold"
    EXIT = "exit"


class Layout(StrEnum):
    """Which axis the lost figure had in its rows: the reading of the kit, or the other one (AMB-46)."""

    ATTRACTIVENESS_ROWS = "attractiveness rows"
    RELATIONSHIP_ROWS = "relationship rows"


@dataclass(frozen=True)
class Cuts:
    """Where one band ends and the next begins, on scores from 1 to 5. All four are kit assumptions.

    medium_from   attractiveness from here on is medium, below it low. A third of the way from 1 to 5
    high_from     attractiveness from here on is high. Two thirds of the way
    fair_from     relationship from here on is fair, below it poor
    good_from     relationship from here on is good

    A score that is a cut belongs to the upper band. Raises `RuleError` unless 1 < medium < high <= 5, and so for the
    other two: else a band would be empty.
    """

    medium_from: float = 2.33
    high_from: float = 3.67
    fair_from: float = 2.33
    good_from: float = 3.67

    def __post_init__(self) -> None:
        for field in fields(self):
            number(f"Cuts.{field.name}", getattr(self, field.name))
        for lower, upper in (("medium_from", "high_from"), ("fair_from", "good_from")):
            low, high = getattr(self, lower), getattr(self, upper)
            if not LOWEST < low < high <= HIGHEST:
                raise RuleError(f"Cuts.{lower} is {low:g} and Cuts.{upper} {high:g}; give 1 < {lower} < {upper} <= 5")

    @property
    def attractiveness(self) -> tuple[float, float]:
        """The two cuts of attractiveness, lower one first."""
        return self.medium_from, self.high_from

    @property
    def relationship(self) -> tuple[float, float]:
        """The two cuts of the relationship, lower one first."""
        return self.fair_from, self.good_from


def attractiveness_band(value: float | str, cuts: Cuts | None = None) -> AttractivenessBand:
    """Return low, medium or high from an index of 1 to 5, or from the word itself.

    >>> attractiveness_band(3.67), attractiveness_band(3.669), attractiveness_band("low")
    (<AttractivenessBand.HIGH: 'high'>, <AttractivenessBand.MEDIUM: 'medium'>, <AttractivenessBand.LOW: 'low'>)

    Raises `RuleError` (a number outside 1 to 5), `UnknownName` (no such word).
    """
    if isinstance(value, str):
        return word("attractiveness", value, AttractivenessBand)
    return list(AttractivenessBand)[_passed("attractiveness", value, (cuts or Cuts()).attractiveness)]


def relationship_band(value: float | str, cuts: Cuts | None = None) -> RelationshipBand:
    """Return poor, fair or good from a mean of 1 to 5, or from the word itself; raises as `attractiveness_band` does.

    >>> relationship_band(2.33), relationship_band(2.3)
    (<RelationshipBand.FAIR: 'fair'>, <RelationshipBand.POOR: 'poor'>)
    """
    if isinstance(value, str):
        return word("relationship", value, RelationshipBand)
    return list(RelationshipBand)[_passed("relationship", value, (cuts or Cuts()).relationship)]


def _passed(name: str, value: float, cuts: tuple[float, float]) -> int:
    found = number(name, value, LOWEST, HIGHEST)
    return sum(found >= cut for cut in cuts)


@dataclass(frozen=True)
class Cell:
    """One of the nine places of the matrix.

    certain    False for the two cells whose strategy depends on how the lost figure was laid out
    """

    attractiveness: AttractivenessBand
    relationship: RelationshipBand
    strategy: Strategy
    certain: bool

    @property
    def name(self) -> str:
        """The two words, `high_poor`."""
        return f"{self.attractiveness}_{self.relationship}"

    @property
    def concept(self) -> str:
        """Id in the concept registry."""
        return f"burnett.cell.{self.name}"


# Rows from low to high attractiveness; in each row the relationship is poor, fair, good. AMB-46's default.
_ROWS: Final = (
    (Strategy.EXIT, Strategy.MINIMAL_HOLD, Strategy.SELECTIVE_DEFENCE),
    (Strategy.MINIMAL_HOLD, Strategy.DEFEND_AND_HOLD, Strategy.DEVELOP),
    (Strategy.SELECTIVE_HOLD, Strategy.DEVELOP, Strategy.DEVELOP_AND_DEFEND),
)


def cell(
    *,
    attractiveness: float | str,
    relationship: float | str,
    cuts: Cuts | None = None,
    layout: str = Layout.ATTRACTIVENESS_ROWS,
) -> Cell:
    """Return the cell for two words or two scores of 1 to 5 (or one of each), with its strategy and how sure it is.

    `cuts` say where the bands of scores begin. `layout` "relationship rows" is the other reading of the lost figure:
    it exchanges the strategies of the two uncertain cells and changes no other (AMB-46).

    >>> cell(attractiveness="high", relationship="poor").strategy, cell(attractiveness=4.2, relationship=1.5).certain
    (<Strategy.SELECTIVE_HOLD: 'selective hold'>, False)

    Raises `RuleError` (a score outside 1 to 5), `UnknownName` (no such word, no such layout).
    """
    across = attractiveness_band(attractiveness, cuts)
    along = relationship_band(relationship, cuts)
    row, column = list(AttractivenessBand).index(across), list(RelationshipBand).index(along)
    swapped = word("layout", layout, Layout) is Layout.RELATIONSHIP_ROWS
    chosen = _ROWS[column][row] if swapped else _ROWS[row][column]
    return Cell(across, along, chosen, certain=_ROWS[row][column] is _ROWS[column][row])


def strategy(
    *,
    attractiveness: float | str,
    relationship: float | str,
    cuts: Cuts | None = None,
    layout: str = Layout.ATTRACTIVENESS_ROWS,
) -> Strategy:
    """Return the strategy of a cell of the matrix, from two words or two scores; raises and reads as `cell` does.

    >>> strategy(attractiveness="high", relationship="good")
    <Strategy.DEVELOP_AND_DEFEND: 'develop and defend'>
    >>> strategy(attractiveness=1.8, relationship=4.0, layout="relationship rows")
    <Strategy.SELECTIVE_HOLD: 'selective hold'>
    """
    return cell(attractiveness=attractiveness, relationship=relationship, cuts=cuts, layout=layout).strategy


def cells(layout: str = Layout.ATTRACTIVENESS_ROWS) -> tuple[Cell, ...]:
    """Return all nine, from high to low attractiveness and, within it, from a poor to a good relationship.

    >>> [each.strategy.value for each in cells() if not each.certain]
    ['selective hold', 'selective defence']
    """
    return tuple(
        cell(attractiveness=across, relationship=along, layout=layout)
        for across in reversed(AttractivenessBand)
        for along in RelationshipBand
    )


def strategies_for(attractiveness: float | str, relationship: float | str, lang: str = "en") -> tuple[str, ...]:
    """Return what the course advises for a cell, in the reader's words; raises as `cell` does.

    >>> strategies_for("medium", "fair")
    ('Defend and hold',)
    """
    return get(cell(attractiveness=attractiveness, relationship=relationship).concept).strategies(lang)
