"""Two cards as small models: points with benefits beside them (Jeanswest), and a fee the holder puts together (BoCom).

Money is in one currency, amounts a year. What a benefit is worth is a member's own judgement, so it is an input.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from enum import StrEnum
from typing import Final

from .errors import RuleError
from .inputs import count, fraction, number, positive

BASE_FEE: Final = 1000  # yuan a year; the fee of the BoCom card before any option
_SEVERAL: Final = 2  # options; from here on the holder has chosen several


class CardService(StrEnum):
    """The seven basic services of the BoCom card that the course names; its list ends in "and so on".

    >>> [service.value for service in CardService]
    ['airport', 'branch', 'insurance', 'roadside', 'points', 'merchants', 'secretary']
    """

    AIRPORT = "airport"
    BRANCH = "branch"
    INSURANCE = "insurance"
    ROADSIDE = "roadside"
    POINTS = "points"
    MERCHANTS = "merchants"
    SECRETARY = "secretary"

    @property
    def concept(self) -> str:
        """Id of the service in the concept registry."""
        return f"case.bocom.service.{list(CardService).index(self) + 1}_{self.value}"


def annual_fee(*, options: Mapping[str, float], reduction: float = 0.0, base: float = BASE_FEE) -> float:
    """Return the yearly fee of the card whose holder puts it together: base + what the options cost - the reduction.

    `options` names each service chosen and its price (money a year), a `CardService` or any other; the course names no
    price, so each is the user's. `reduction` is taken off where several, that is at least two, are chosen (money a
    year; AMB-39: none by default, for the course gives no figure).

    >>> annual_fee(options={"airport": 200, "roadside": 200, "secretary": 200})
    1600.0
    >>> annual_fee(options={"airport": 200, "roadside": 200}, reduction=50), annual_fee(options={})
    (1350.0, 1000.0)

    Raises `RuleError`: a negative price, a reduction above what the options cost (the base fee stays).
    """
    if not isinstance(options, Mapping):
        raise RuleError(f"options is {options!r}; give each service and its price, for instance {{'airport': 200}}")
    prices = [number(f"price of {name!r}", price, low=0) for name, price in options.items()]
    off = number("reduction", reduction, low=0) if len(prices) >= _SEVERAL else 0.0
    if off > sum(prices):
        raise RuleError(f"reduction is {reduction!r}, more than the options cost ({sum(prices):g}); the base fee stays")
    return number("base", base, low=0) + sum(prices) - off


@dataclass(frozen=True)
class Benefit:
    """A benefit of a card beside discount and points, such as concert tickets: what it is worth and what it costs.

    name    what it is; a column of that name in a frame of groups says what it is worth to each of them
    worth   what it is worth to a member a year (money)
    cost    what it costs us for a member a year (money)

    Raises `RuleError` for a negative amount or an empty name.
    """

    name: str
    worth: float
    cost: float

    def __post_init__(self) -> None:
        if not isinstance(self.name, str) or not self.name.strip():
            raise RuleError(f"Benefit.name is {self.name!r}; give a name")
        number(f"Benefit({self.name!r}).worth", self.worth, low=0)
        number(f"Benefit({self.name!r}).cost", self.cost, low=0)


def prize_draw(*, winners: int, prize: float, members: int, name: str = "prize draw") -> Benefit:
    """Return a lucky draw as a benefit: each member's part of all prizes, which is its cost and its expected worth.

    >>> draw = prize_draw(winners=50, prize=3000, members=10_000)
    >>> draw.worth, draw.cost * 10_000
    (15.0, 150000.0)

    Raises `RuleError`: no member, more winners than members, a negative prize.
    """
    everyone = count("members", members, 1)
    if count("winners", winners) > everyone:
        raise RuleError(f"winners is {winners}, more than the {everyone} members; give fewer winners")
    each = winners * number("prize", prize, low=0) / everyone
    return Benefit(name, worth=each, cost=each)


@dataclass(frozen=True)
class Card:
    """A membership card: what a member pays for it and gets by it.

    fee        for the card (money a year)
    discount   off every price (fraction)
    points     worth of the points, of what is paid (fraction)
    redeemed   of the points, how many are ever turned in (fraction; the rest costs nothing and is worth nothing)
    benefits   what the card gives beside

    Raises `RuleError` for what makes no sense, and where two benefits bear one name.
    """

    fee: float = 0.0
    discount: float = 0.0
    points: float = 0.0
    redeemed: float = 1.0
    benefits: tuple[Benefit, ...] = ()

    def __post_init__(self) -> None:
        object.__setattr__(self, "benefits", tuple(self.benefits))
        number("Card.fee", self.fee, low=0)
        for name in ("discount", "points", "redeemed"):
            fraction(f"Card.{name}", getattr(self, name))
        names = [benefit.name for benefit in self.benefits]
        if len(set(names)) < len(names):
            raise RuleError(f"Card.benefits are {', '.join(names)}; give each a name of its own")

    @property
    def returned(self) -> float:
        """What discount and points give back of a member's spending at full prices (fraction)."""
        return self.discount + (1 - self.discount) * self.points * self.redeemed


@dataclass(frozen=True)
class MemberYear:
    """A member's year with a card, in money.

    spend     what is bought, at full prices
    fee       for the card
    saved     by the discount
    points    worth of the points turned in
    benefits  worth of the other benefits
    cost      what the card costs us
    profit    what the card changes in our profit: the fee, and the profit on what is bought in addition, less the cost
    """

    spend: float
    fee: float
    saved: float
    points: float
    benefits: float
    cost: float
    profit: float

    @property
    def worth(self) -> float:
        """What the card is worth to the member (money)."""
        return self.saved + self.points + self.benefits

    @property
    def net(self) -> float:
        """What the card is worth beyond its fee (money); a member takes it where this is above 0."""
        return self.worth - self.fee

    @property
    def value_ratio(self) -> float:
        """What the member gets for each yuan he pays, goods at full prices; above 1 is more than the price."""
        return (self.spend + self.points + self.benefits) / (self.spend - self.saved + self.fee)


def member_year(card: Card, *, spend: float, margin: float, lift: float = 0.0) -> MemberYear:
    """Work out a member's year with a card: what it is worth to the member, and what it changes in our profit.

    `spend` is what the member buys a year without the card (money, above 0), `margin` our profit of it (fraction),
    `lift` the share by which he buys more with the card (a fraction; 0.1 is a tenth more).

    A card of discount and points alone, then one with benefits beside them, as the Jeanswest card has:

    >>> round(member_year(Card(discount=0.05, points=0.01), spend=1000, margin=0.4, lift=0.1).profit, 2)
    -25.45
    >>> concerts = Benefit("concert tickets", worth=80, cost=10)
    >>> year = member_year(Card(points=0.01, benefits=(concerts,)), spend=1000, margin=0.4, lift=0.1)
    >>> round(year.value_ratio, 4), round(year.profit, 2)
    (1.0827, 19.0)

    Raises `RuleError`: spending not above 0, a negative lift, a margin that is no fraction.
    """
    before, growth = positive("spend", spend), number("lift", lift, low=0)
    bought = before * (1 + growth)
    cost = bought * card.returned + sum(benefit.cost for benefit in card.benefits)
    return MemberYear(
        spend=bought,
        fee=card.fee,
        saved=bought * card.discount,
        points=bought * (card.returned - card.discount),
        benefits=float(sum(benefit.worth for benefit in card.benefits)),
        cost=cost,
        profit=card.fee + fraction("margin", margin) * before * growth - cost,
    )
