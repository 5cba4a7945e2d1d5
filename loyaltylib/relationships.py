"""Five types of customer relationship, and the grid that chooses one from two facts about a product's customers.

    choose(customers=..., margin=...)        the type the grid advises, from words or from numbers
    fit(in_use, customers=..., margin=...)   the type in use held against it: too much, fits, too little
    choose_segments(frame), fit_segments(frame)   the same for a frame of segments or accounts
    measure_segments(tables, as_of)          the two facts of each segment of our own customers
    in_use(tables, as_of)                    the type in use with each customer, told from who contacts whom

A type is no mark: partnership is more work than basic, and right only where few customers bring much profit each.
"""

from __future__ import annotations

from dataclasses import dataclass
from enum import StrEnum
from typing import Final

from .errors import RuleError
from .inputs import count, number, word
from .messages import tell
from .relationships_contacts import ContactRules, in_use, measure_segments, type_in_use
from .relationships_rules import CustomerBand, GridRules, MarginBand, RelationshipType
from .relationships_segments import choose_segments, fit_segments

__all__ = [
    "GRID",
    "ContactRules",
    "CustomerBand",
    "Fit",
    "GridRules",
    "MarginBand",
    "RelationshipType",
    "Verdict",
    "choose",
    "choose_segments",
    "customer_band",
    "fit",
    "fit_segments",
    "in_use",
    "margin_band",
    "measure_segments",
    "type_in_use",
]


def customer_band(customers: float, rules: GridRules | None = None) -> CustomerBand:
    """Return the band of a number of customers; raises `RuleError` for one below 0 or not whole.

    >>> customer_band(100), customer_band(101), customer_band(1000)
    (<CustomerBand.FEW: 'few'>, <CustomerBand.MEDIUM: 'medium'>, <CustomerBand.MANY: 'many'>)
    """
    rules, many = rules or GridRules(), count("customers", customers)
    if many >= rules.many_least:
        return CustomerBand.MANY
    return CustomerBand.FEW if many <= rules.few_most else CustomerBand.MEDIUM


def margin_band(margin: float, rules: GridRules | None = None) -> MarginBand:
    """Return the band of a marginal profit, as a fraction of the price; one below 0, a loss on every piece, is low.

    Raises `RuleError` for a margin above 1: profit cannot be more than the price.

    >>> margin_band(0.199), margin_band(0.2), margin_band(0.4), margin_band(-0.1)
    (<MarginBand.LOW: 'low'>, <MarginBand.MEDIUM: 'medium'>, <MarginBand.HIGH: 'high'>, <MarginBand.LOW: 'low'>)
    """
    rules, profit = rules or GridRules(), number("margin", margin)
    if profit > 1:
        raise RuleError(f"margin is {margin!r}; give a fraction of the price, at most 1 (0.4 for 40 per cent)")
    if profit >= rules.high_from:
        return MarginBand.HIGH
    return MarginBand.MEDIUM if profit >= rules.medium_from else MarginBand.LOW


def choose(
    *, customers: CustomerBand | str | float, margin: MarginBand | str | float, rules: GridRules | None = None
) -> RelationshipType:
    """Choose the type of relationship by Kotler's grid: fewer customers and more profit each call for more work.

    `customers` is a band ("few", "medium", "many") or how many there are; `margin` is a band ("low", "medium", "high")
    or the profit on one more piece as a fraction of its price. Numbers become bands by the limits of `rules`, which
    are the kit's own (AMB-32); the nine cells are the course's. The intensity of a cell is 1 + a step for each band
    towards "few" + a step for each band towards "high".

    >>> choose(customers="few", margin="high")
    <RelationshipType.PARTNERSHIP: 'partnership'>
    >>> choose(customers=250_000, margin=0.25)
    <RelationshipType.REACTIVE: 'reactive'>

    Raises `UnknownName` for a word that is no band, `RuleError` for a number that makes no sense.

    Source: the course text, after Kotler; which corner is which is settled by outside evidence (few and high is
    partnership, many and low is basic).
    """
    few = word("band of customers", customers, CustomerBand) if isinstance(customers, str) else None
    high = word("band of margin", margin, MarginBand) if isinstance(margin, str) else None
    few = few or customer_band(customers, rules)  # type: ignore[arg-type]  # a word never comes this far
    high = high or margin_band(margin, rules)  # type: ignore[arg-type]
    return RelationshipType.of(1 + few.step + high.step)


# The nine cells, computed: customers first, then margin, each in the order of its bands.
GRID: Final = {(few, high): choose(customers=few, margin=high) for few in CustomerBand for high in MarginBand}


class Verdict(StrEnum):
    """How a type in use stands to the type advised."""

    TOO_LITTLE = "too little"
    FITS = "fits"
    TOO_MUCH = "too much"


@dataclass(frozen=True)
class Fit:
    """The type in use with a product's customers beside the type the grid advises."""

    in_use: RelationshipType
    advised: RelationshipType

    @property
    def gap(self) -> int:
        """Intensity in use less intensity advised, -4 to 4; 0 is a fit."""
        return self.in_use.intensity - self.advised.intensity

    @property
    def verdict(self) -> Verdict:
        """Too little, fits or too much."""
        return Verdict.TOO_LITTLE if self.gap < 0 else Verdict.TOO_MUCH if self.gap else Verdict.FITS

    def say(self, lang: str = "en") -> str:
        """Return the verdict in a sentence.

        >>> fit("reactive", customers="many", margin="medium").say()
        'Reactive relationship: intensity 2, as the grid advises. It fits.'
        """
        values = {
            "used": self.in_use.term(lang),
            "intensity": self.in_use.intensity,
            "advised": self.advised.term(lang),
            "wanted": self.advised.intensity,
        }
        if self.verdict == Verdict.FITS:
            return tell(lang, "{used}: intensity {intensity}, as the grid advises. It fits.", **values)
        if self.verdict == Verdict.TOO_MUCH:
            return tell(
                lang,
                "{used}: intensity {intensity}, where the grid advises {wanted} ({advised}). Too much: these customers "
                "do not pay for the work.",
                **values,
            )
        return tell(
            lang,
            "{used}: intensity {intensity}, where the grid advises {wanted} ({advised}). Too little: these customers "
            "are worth more work.",
            **values,
        )


def fit(
    in_use: RelationshipType | str,
    *,
    customers: CustomerBand | str | float,
    margin: MarginBand | str | float,
    rules: GridRules | None = None,
) -> Fit:
    """Hold the type in use against the type the grid advises: a type fits its cell or not, none is better (AMB-33).

    Takes what `choose` takes, and raises what it raises.

    >>> found = fit("basic", customers="few", margin="medium")
    >>> found.advised, found.gap, found.verdict
    (<RelationshipType.PROACTIVE: 'proactive'>, -3, <Verdict.TOO_LITTLE: 'too little'>)
    """
    used = word("relationship type", in_use, RelationshipType)
    return Fit(used, choose(customers=customers, margin=margin, rules=rules))
