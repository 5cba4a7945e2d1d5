"""The words and limits of Kotler's grid: the five types, the two axes in three bands each."""

from __future__ import annotations

from dataclasses import dataclass
from enum import StrEnum

from .concepts import get
from .errors import RuleError
from .inputs import count, number


class RelationshipType(StrEnum):
    """The five types of relationship, from the least work after the sale to the most.

    `intensity` counts that work. It says nothing of good or bad: the right type depends on the product and on who buys
    it, so there is no better type and no worse one (AMB-33).

    >>> [(kind.value, kind.intensity) for kind in RelationshipType]
    [('basic', 1), ('reactive', 2), ('accountable', 3), ('proactive', 4), ('partnership', 5)]
    """

    BASIC = "basic"
    REACTIVE = "reactive"
    ACCOUNTABLE = "accountable"
    PROACTIVE = "proactive"
    PARTNERSHIP = "partnership"

    @property
    def intensity(self) -> int:
        """How much work goes on after the sale: 1 none, 5 both sides work together."""
        return list(RelationshipType).index(self) + 1

    @classmethod
    def of(cls, intensity: int) -> RelationshipType:
        """Return the type of an intensity from 1 to 5; raises `RuleError`.

        >>> RelationshipType.of(3)
        <RelationshipType.ACCOUNTABLE: 'accountable'>
        """
        number("intensity", intensity, 1, len(cls))
        return list(cls)[count("intensity", intensity) - 1]

    @property
    def concept(self) -> str:
        """Id of the type in the concept registry."""
        return f"relationship.{self.value}"

    def term(self, lang: str = "en") -> str:
        """Return the type's term."""
        return get(self.concept).term(lang)


class CustomerBand(StrEnum):
    """How many customers a product has; `step` is how far the band lies towards closer relationships."""

    MANY = "many"
    MEDIUM = "medium"
    FEW = "few"

    @property
    def step(self) -> int:
        """0 for many, 1 for medium, 2 for few."""
        return list(CustomerBand).index(self)


class MarginBand(StrEnum):
    """The level of marginal profit; `step` is how far the band lies towards closer relationships."""

    LOW = "low"
    MEDIUM = "medium"
    HIGH = "high"

    @property
    def step(self) -> int:
        """0 for low, 1 for medium, 2 for high."""
        return list(MarginBand).index(self)


@dataclass(frozen=True)
class GridRules:
    """Where the bands of the grid begin. The course names the bands and gives no limits: these are the kit's (AMB-32).

    few_most      up to and with so many customers are few (customers; each can be known to one person)
    many_least    from so many customers on they are many (customers; no sales force calls on each)
    medium_from   marginal profit is medium from here on (fraction of the price; a fifth)
    high_from     and high from here on (fraction of the price; two fifths)

    Raises `RuleError` for a limit that makes no sense or lies in the wrong order.
    """

    few_most: int = 100
    many_least: int = 1000
    medium_from: float = 0.2
    high_from: float = 0.4

    def __post_init__(self) -> None:
        count("GridRules.few_most", self.few_most)
        count("GridRules.many_least", self.many_least)
        number("GridRules.medium_from", self.medium_from, high=1)
        number("GridRules.high_from", self.high_from, high=1)
        for low, high in (("few_most", "many_least"), ("medium_from", "high_from")):
            if getattr(self, low) >= getattr(self, high):
                raise RuleError(f"GridRules.{low} is {getattr(self, low)}; give a number below {high}")
