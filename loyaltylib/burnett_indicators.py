"""The indicators of the Burnett matrix: 19 of how attractive a customer is, seven of how well we stand with him.

Every indicator is scored from 1 to 5, and 5 is always what is best for us (AMB-44). Of some things more is better, of
some less; `Polarity` says which, and `score_of` turns an amount into a score.
"""

from __future__ import annotations

from enum import StrEnum
from typing import TYPE_CHECKING, Final

from .errors import RuleError
from .inputs import number, word

if TYPE_CHECKING:
    from collections.abc import Sequence

LOWEST, HIGHEST = 1, 5  # of a score, and so of a weighted sum whose weights come to 1
_BOUNDS = HIGHEST - LOWEST


class Dimension(StrEnum):
    """The two axes of the matrix; the word is what `burnett_scores.dimension` holds."""

    ATTRACTIVENESS = "attractiveness"
    RELATIONSHIP = "relationship"

    @property
    def concept(self) -> str:
        """Id in the concept registry."""
        return "burnett.dim1" if self is Dimension.ATTRACTIVENESS else "burnett.dim2"


class Factor(StrEnum):
    """The four groups of the 19 indicators of attractiveness, A to D.

    >>> Factor.INDUSTRY.letter, len(Factor.INDUSTRY.indicators)
    ('C', 4)
    """

    BUSINESS = "business"
    PRODUCT = "product"
    INDUSTRY = "industry"
    JOINT_PROFIT = "joint_profit"

    @property
    def letter(self) -> str:
        """A to D, as the course text counts."""
        return "ABCD"[list(Factor).index(self)]

    @property
    def concept(self) -> str:
        """Id in the concept registry."""
        return f"burnett.factor.{self.value}"

    @property
    def indicators(self) -> tuple[Indicator, ...]:
        """The factor's indicators, in the order of the course text."""
        return tuple(indicator for indicator in Indicator if indicator.factor is self)


class Polarity(StrEnum):
    """What more of a thing means for us.

    `DEPENDS` stands where it may be good or bad (or the thing has no more and less, as a phase of life has none): then
    whoever scores decides, account by account.
    """

    BETTER = "more is better"
    WORSE = "more is worse"
    DEPENDS = "depends"


class Indicator(StrEnum):
    """The 26 indicators: 19 of attractiveness (in four factors), then seven of the relationship.

    The value is what `burnett_scores.indicator` holds.

    >>> Indicator.VOLUME.factor, Indicator.TENURE.dimension, Indicator("vertical_integration").polarity
    (<Factor.BUSINESS: 'business'>, <Dimension.RELATIONSHIP: 'relationship'>, <Polarity.WORSE: 'more is worse'>)
    """

    VOLUME = "volume"
    ENTERPRISE_LIFECYCLE = "enterprise_lifecycle"
    MARKET_POTENTIAL = "market_potential"
    SUPPLIER_RELATION = "supplier_relation"
    ORGANISATION = "organisation"
    IMPRESSION = "impression"
    PRODUCT_LIFECYCLE = "product_lifecycle"
    COMPLEXITY = "complexity"
    ADDED_VALUE = "added_value"
    TECH = "tech"
    DIFFERENTIATION = "differentiation"
    COMPETITION = "competition"
    PROFIT_OUTLOOK = "profit_outlook"
    SENSITIVITY = "sensitivity"
    VERTICAL_INTEGRATION = "vertical_integration"
    COST_STRUCTURE = "cost_structure"
    CONTINUOUS_IMPROVEMENT = "continuous_improvement"
    MARGIN_EFFECT = "margin_effect"
    RESOURCE_FIT = "resource_fit"
    WALLET_TREND3 = "wallet_trend3"
    WALLET_SHARE = "wallet_share"
    CONTACT = "contact"
    TENURE = "tenure"
    PRICE_IMAGE = "price_image"
    SERVICE_RATING = "service_rating"
    TECH_RATING = "tech_rating"

    @property
    def factor(self) -> Factor | None:
        """The factor of attractiveness it belongs to; None for one of the relationship."""
        place = list(Indicator).index(self)
        return next((factor for factor, last in _LAST_OF_FACTOR.items() if place <= last), None)

    @property
    def dimension(self) -> Dimension:
        """The axis it counts for."""
        return Dimension.ATTRACTIVENESS if self.factor else Dimension.RELATIONSHIP

    @property
    def polarity(self) -> Polarity:
        """What more of it means for us, as the kit reads it (AMB-44)."""
        return _POLARITY.get(self, Polarity.BETTER)

    @property
    def concept(self) -> str:
        """Id in the concept registry."""
        return f"burnett.ind.{self.factor}.{self.value}" if self.factor else f"burnett.rel.{self.value}"


_LAST_OF_FACTOR: Final = {Factor.BUSINESS: 5, Factor.PRODUCT: 10, Factor.INDUSTRY: 14, Factor.JOINT_PROFIT: 18}

# More of everything else is better for us. The course text names no polarity: all of this is the kit's reading.
_POLARITY: Final = {
    Indicator.ENTERPRISE_LIFECYCLE: Polarity.DEPENDS,
    Indicator.SUPPLIER_RELATION: Polarity.DEPENDS,
    Indicator.PRODUCT_LIFECYCLE: Polarity.DEPENDS,
    Indicator.COMPLEXITY: Polarity.DEPENDS,
    Indicator.COMPETITION: Polarity.DEPENDS,
    Indicator.SENSITIVITY: Polarity.DEPENDS,
    Indicator.VERTICAL_INTEGRATION: Polarity.WORSE,
    Indicator.COST_STRUCTURE: Polarity.DEPENDS,
}

ATTRACTIVENESS: Final = tuple(i for i in Indicator if i.dimension is Dimension.ATTRACTIVENESS)
RELATIONSHIP: Final = tuple(i for i in Indicator if i.dimension is Dimension.RELATIONSHIP)
RATINGS: Final = (
    Indicator.PRICE_IMAGE,
    Indicator.SERVICE_RATING,
    Indicator.TECH_RATING,
)  # the customer's own view of us


def score_of(indicator: str, level: float, polarity: str | None = None) -> float:
    """Return the score of an indicator from how much there is of the thing, 1 (very little) to 5 (very much).

    More is better: the score is the level. More is worse: it is 6 - level. `polarity` overrules the indicator's own;
    where that is "depends" it must be given.

    >>> score_of("market_potential", 4), score_of("vertical_integration", 4)
    (4.0, 2.0)

    Raises `UnknownName` (indicator, polarity) and `RuleError` (a level outside 1 to 5; a polarity that is not known).
    """
    known = word("indicator", indicator, Indicator)
    amount = number("level", level, LOWEST, HIGHEST)
    chosen = known.polarity if polarity is None else word("polarity", polarity, Polarity)
    if chosen is Polarity.DEPENDS:
        raise RuleError(
            f"more of {known.value!r} may be good or bad for us; "
            f"say polarity={Polarity.BETTER.value!r} or {Polarity.WORSE.value!r} for this account"
        )
    return amount if chosen is Polarity.BETTER else LOWEST + HIGHEST - amount


def score_by_bounds(value: float, bounds: Sequence[float]) -> int:
    """Return the score of a measured value from four bounds: 1, and 1 more for each bound it reaches.

    Falling bounds are for what is better the less there is of it. This is how a database scores without experts, once
    an indicator has a definition and score boundaries.

    >>> score_by_bounds(0.55, (0.1, 0.2, 0.5, 0.8)), score_by_bounds(12, (30, 20, 10, 5))
    (4, 3)

    Raises `RuleError` where the bounds are not four numbers that rise, or fall, from one to the next.
    """
    amount = number("value", value)
    steps = [number("a bound", bound) for bound in bounds]
    rising = sorted(set(steps))
    if len(rising) != _BOUNDS or steps not in (rising, rising[::-1]):
        raise RuleError(f"bounds are {tuple(bounds)!r}; give four numbers, each above the one before (or each below)")
    return LOWEST + sum(amount >= step if steps == rising else amount <= step for step in steps)
