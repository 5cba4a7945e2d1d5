"""A card whose extras are sold one by one, as a bundle, or given to every member: who takes it, and who pays for it.

A model to think with, as `cases.take_up` is, and with the same arithmetic: whoever finds the card worth more than it
costs takes it. Here each household decides for itself, and where extras are sold one by one it takes those that pay
for it best. What an extra is worth to whom, and how much more members buy, are inputs, no findings.
"""

from __future__ import annotations

from dataclasses import dataclass
from enum import StrEnum
from itertools import chain, combinations
from typing import TYPE_CHECKING, Any

import numpy as np

from .cases_card import Benefit, Card, annual_fee
from .cases_design import checked_groups
from .errors import RuleError
from .inputs import fraction, number
from .look import columns

if TYPE_CHECKING:
    from collections.abc import Iterable, Mapping, Sequence

    from numpy.typing import NDArray

    Numbers = NDArray[np.float64]

_MONEY_DECIMALS = 6  # as `cases.take_up` rounds: nobody takes or leaves a card by the last places of a float


class Sold(StrEnum):
    """How a card's extras reach its members.

    >>> [sold.value for sold in Sold]
    ['singly', 'bundle', 'given']
    """

    SINGLY = "singly"
    BUNDLE = "bundle"
    GIVEN = "given"


@dataclass(frozen=True)
class Option(Benefit):
    """A benefit with a price, for the holder to choose: `price` is what it adds to the yearly fee (money).

    >>> Option("evenings", worth=60, cost=30, price=40).price
    40

    Raises `RuleError` as `Benefit` does, and for a negative price.
    """

    price: float = 0.0

    def __post_init__(self) -> None:
        super().__post_init__()
        number(f"Option({self.name!r}).price", self.price, low=0)


@dataclass(frozen=True)
class CardDesign:
    """A card, its extras, and how they are sold.

    card       its fee, discount and points; its own benefits are given to every member
    options    the extras
    sold       one by one: each holder chooses; as a bundle: the card with all of them; given: free to every member
    reduction  off the yearly fee where at least two are bought (money)
    margin     our profit of what is sold (fraction)
    lift       share by which members buy more (fraction)

    Raises `RuleError` for a rate that makes no sense, and for a name that two extras bear.
    """

    card: Card
    options: tuple[Option, ...]
    sold: Sold = Sold.SINGLY
    reduction: float = 0.0
    margin: float = 0.0
    lift: float = 0.0

    def __post_init__(self) -> None:
        fraction("margin", self.margin)
        number("lift", self.lift, low=0)
        names = [each.name for each in (*self.options, *self.card.benefits)]
        if len(set(names)) < len(names):
            raise RuleError(f"the extras are {', '.join(names)}; give each a name of its own")

    @property
    def offers(self) -> list[tuple[tuple[Option, ...], float]]:
        """What may be taken, the fewest extras first, each with what it adds to the fee (money a year)."""
        if self.sold is Sold.GIVEN:
            return [(self.options, 0.0)]
        sizes = [len(self.options)] if self.sold is Sold.BUNDLE else range(len(self.options) + 1)
        return [(each, self._price(each)) for each in chain.from_iterable(combinations(self.options, n) for n in sizes)]

    def _price(self, chosen: tuple[Option, ...]) -> float:
        return annual_fee(options={each.name: each.price for each in chosen}, reduction=self.reduction, base=0)


@dataclass(frozen=True)
class CardYear:
    """A card's year, one place a household; amounts of money count only where it has the card.

    customers      how many there are at each place
    taken          whether they take the card
    net            what the card is worth beyond its base fee (money), to those who do not take it too
    uses           extra -> whether they use it
    fees           base fees
    prices         prices of the extras
    bought         profit on what members buy in addition
    anyway         points and discount on what they would have bought without the card
    more           points and discount on what they buy in addition
    extras         what the extras cost us
    """

    customers: Numbers
    taken: NDArray[np.bool_]
    net: Numbers
    uses: Mapping[str, NDArray[np.bool_]]
    fees: Numbers
    prices: Numbers
    bought: Numbers
    anyway: Numbers
    more: Numbers
    extras: Numbers

    @property
    def members(self) -> Numbers:
        """How many take the card at each place."""
        return self.customers * self.taken

    def money(self) -> dict[str, float]:
        """Return what comes in and what it costs, over all members (money a year): word -> sum."""
        words = ("fees", "prices", "bought", "anyway", "more", "extras")
        return {word: float((getattr(self, word) * self.members).sum()) for word in words}

    @property
    def profit(self) -> float:
        """What the card changes in our profit (money a year)."""
        each = self.money()
        return each["fees"] + each["prices"] + each["bought"] - each["anyway"] - each["more"] - each["extras"]

    def profits(self, fees: Sequence[float]) -> Numbers:
        """Return the profit at each of these base fees, all else as it is (money a year)."""
        each = self.prices + self.bought - self.anyway - self.more - self.extras
        base = np.asarray(fees, dtype=float)[:, None]
        members = (np.round(self.net - base, _MONEY_DECIMALS) > 0) * self.customers
        return np.asarray((members * (each + base)).sum(axis=1))


@dataclass(frozen=True)
class CardMarket:
    """The households a card is offered to, as `card_market` reads them: how many, what they spend, what they value."""

    customers: Numbers
    spend: Numbers
    worths: Mapping[str, Numbers]

    def valuing(self, factor: float) -> CardMarket:
        """Return the same households, to whom every extra is worth so many times as much."""
        return CardMarket(
            self.customers,
            self.spend,
            {name: worth * number("factor", factor, low=0) for name, worth in self.worths.items()},
        )

    def year(self, design: CardDesign) -> CardYear:
        """Work out who takes a card and which extras, what it costs and what it brings.

        A household takes what leaves it most beyond the price, the fewest extras where two are alike, and the card at
        all where that is worth more than the base fee. An extra that is worth nothing to it, it does not use, and so
        it costs nothing.

        >>> import pandas as pd
        >>> groups = pd.DataFrame({
        ...     "group": ["fans", "others"], "customers": [100, 900], "spend": [2000.0, 300.0],
        ...     "concert": [120.0, 20.0]})
        >>> concert = Option("concert", worth=0, cost=30, price=50)
        >>> design = CardDesign(Card(fee=5, points=0.02), (concert,), margin=0.4, lift=0.1)
        >>> year = card_market(groups, ["concert"]).year(design)
        >>> year.members.tolist(), year.uses["concert"].tolist(), round(year.profit)
        ([100.0, 900.0], [True, False], 15460)
        """
        card, offers = design.card, design.offers
        given = sum((self._worth(each) for each in card.benefits), self.spend * card.returned)
        nets = np.round(
            [sum((self._worth(each) for each in chosen), given) - price for chosen, price in offers], _MONEY_DECIMALS
        )
        best, one = nets.argmax(axis=0), np.ones_like(self.spend)
        net = nets.max(axis=0)
        prices = np.array([price for _, price in offers])[best]
        uses = {
            each.name: np.array([each in chosen for chosen, _ in offers])[best] & (self._worth(each) > 0)
            for each in design.options
        }
        uses |= {each.name: self._worth(each) > 0 for each in card.benefits}
        cost = {each.name: each.cost for each in (*design.options, *card.benefits)}
        return CardYear(
            self.customers,
            taken=np.round(net - card.fee, _MONEY_DECIMALS) > 0,
            net=net,
            uses=uses,
            fees=one * card.fee,
            prices=prices,
            bought=self.spend * design.lift * design.margin,
            anyway=self.spend * card.returned,
            more=self.spend * design.lift * card.returned,
            extras=sum((used * cost[name] for name, used in uses.items()), 0 * one),
        )

    def _worth(self, benefit: Benefit) -> Numbers:
        return self.worths.get(benefit.name, np.full_like(self.spend, benefit.worth))


def card_market(groups: Any, options: Iterable[str]) -> CardMarket:
    """Read groups, or single households, as `cases.take_up` takes them; `options` names the columns with worths.

    >>> import pandas as pd
    >>> groups = pd.DataFrame({"group": ["a"], "customers": [2], "spend": [300.0], "concert": [20.0]})
    >>> card_market(groups, ["concert"]).worths["concert"].tolist()
    [20.0]

    Raises `DataError` as `cases.take_up` does.
    """
    names = list(options)
    frame: Any = checked_groups(groups, names)
    there = [name for name in names if name in frame.collect_schema().names()]
    customers, spend, *worths = (np.asarray(each, dtype=float) for each in columns(frame, "customers", "spend", *there))
    return CardMarket(customers, spend, dict(zip(there, worths, strict=True)))
