"""Who takes a card and what it earns; and what a price cut asks of the volume: the discount trap.

Two models to think with. They hold what the members value and how much more they buy as inputs, and forecast neither.
"""

from __future__ import annotations

from dataclasses import dataclass
from math import inf, isinf
from typing import TYPE_CHECKING, Any

import narwhals.stable.v2 as nw

from .errors import DataError, RuleError
from .formats import percent
from .frames import one_if, one_row, to_native
from .inputs import count, fraction, having, number, numbers
from .messages import tell

if TYPE_CHECKING:
    import pandas as pd

    from .cases_card import Card
    from .frames import Frame

_MONEY_DECIMALS = 6  # sums of floats differ in the last places; nobody takes or leaves a card by that
_NEEDS = ("group", "customers", "spend")


def take_up(groups: Any, card: Card, *, margin: float, lift: float = 0.0) -> Any:
    """Work out who takes a card, what it costs and what it earns: a group takes it where it is worth more than its fee.

    Before: one row a group of customers who are alike (or a customer, with `customers` 1):

        group       its name
        customers   how many
        spend       what each buys a year without the card (money)
        and a column with a benefit's name: what it is worth to each of the group a year (money); where there is none,
        the benefit's own `worth` counts

    After: one row a group, sorted by `group`:

        group, customers
        worth       what the card is worth to each, at what he buys now (money a year)
        net         worth - fee (money a year)
        members     how many take it: all where net is above 0, else none
        income      fees, and the profit on what members buy in addition (money a year)
        cost        discount, points turned in, and benefits; one that is worth nothing to a group is not used by it
        profit      income - cost (money a year)

    `margin` is our profit of what is sold (fraction), `lift` the share by which members buy more (fraction).

        >>> import pandas as pd
        >>> from loyaltylib.cases import Benefit, Card
        >>> before = pd.DataFrame({
        ...     "group": ["fans", "others"], "customers": [100, 900], "spend": [2000.0, 300.0],
        ...     "concert": [120.0, 0.0]})
        >>> card = Card(fee=50, points=0.02, benefits=(Benefit("concert", worth=0, cost=30),))
        >>> take_up(before, card, margin=0.4, lift=0.05)
            group  customers  worth    net  members  income    cost  profit
        0    fans      100.0  160.0  110.0    100.0  9000.0  7200.0  1800.0
        1  others      900.0    6.0  -44.0      0.0     0.0     0.0     0.0

    What the card is worth, in plain pandas:

        >>> (before["spend"] * 0.02 + before["concert"]).tolist()
        [160.0, 6.0]

    An empty frame gives an empty one. Raises `DataError` (a missing column, one that holds no numbers, unknown or
    negative values, a group that is there twice), `RuleError` (`margin`, `lift`).
    """
    earned, growth = fraction("margin", margin), number("lift", lift, low=0)
    benefits = [benefit.name for benefit in card.benefits]
    if clash := [name for name in benefits if name in _NEEDS]:
        raise RuleError(f"a benefit is named {clash[0]!r}, as a column of the groups is; give it another name")
    frame = checked_groups(groups, benefits)
    given = frame.collect_schema().names()
    worths = {b.name: nw.col(b.name) if b.name in given else nw.lit(float(b.worth)) for b in card.benefits}
    costs = [one_if(worths[b.name] > 0) * b.cost for b in card.benefits]
    spend, members = nw.col("spend"), nw.col("members")
    worth = sum(worths.values(), spend * card.returned)
    each = sum(costs, spend * (1 + growth) * card.returned)
    placed = (
        frame.with_columns(worth.alias("worth"), each.alias("each"))
        .with_columns((nw.col("worth") - card.fee).round(_MONEY_DECIMALS).alias("net"))
        .with_columns((nw.col("customers") * (nw.col("net") > 0).cast(nw.Int64)).alias("members"))
        .with_columns(
            (members * (card.fee + earned * growth * spend)).alias("income"), (members * nw.col("each")).alias("cost")
        )
        .with_columns((nw.col("income") - nw.col("cost")).alias("profit"))
    )
    after = ("group", "customers", "worth", "net", "members", "income", "cost", "profit")
    return to_native(placed.select(*after).sort("group"))


@dataclass(frozen=True)
class CardOutcome:
    """What a card comes to over all groups, in a year.

    customers, members     how many there are, and how many take it
    income, cost, profit   money a year
    """

    customers: int
    members: int
    income: float
    cost: float
    profit: float

    @property
    def take_up(self) -> float:
        """Members among the customers (fraction); 0 where there are no customers."""
        return self.members / self.customers if self.customers else 0.0


def card_outcome(groups: Any, card: Card, *, margin: float, lift: float = 0.0) -> CardOutcome:
    """Add up `take_up` over all groups; takes and raises what it does.

    >>> import pandas as pd
    >>> from loyaltylib.cases import Card
    >>> groups = pd.DataFrame({"group": ["fans", "others"], "customers": [100, 900], "spend": [2000.0, 300.0]})
    >>> found = card_outcome(groups, Card(fee=20, points=0.02), margin=0.4, lift=0.05)
    >>> found.members, found.take_up, round(found.income, 2), round(found.cost, 2), round(found.profit, 2)
    (100, 0.1, 6000.0, 4200.0, 1800.0)
    """
    frame: Frame = nw.from_native(take_up(groups, card, margin=margin, lift=lift))
    names = ("customers", "members", "income", "cost", "profit")
    row = {name: value or 0 for name, value in one_row(frame, nw.col(*names).sum()).items()}
    return CardOutcome(int(row["customers"]), int(row["members"]), *(float(row[name]) for name in names[2:]))


def checked_groups(groups: Any, benefits: list[str]) -> Frame:
    """Wrap the groups and refuse what cannot be counted with; one aggregate query."""
    frame = having(groups, "groups", _NEEDS)
    there = set(frame.collect_schema().names())
    frame = numbers(frame, "groups", {name: (0, None) for name in ("customers", "spend", *benefits) if name in there})
    rows = one_row(frame, nw.len().alias("rows"), nw.col("group").n_unique().alias("groups"))
    if rows["rows"] and rows["groups"] < rows["rows"]:
        raise DataError("a group is there twice; give one row a group", table="groups", column="group")
    return frame


@dataclass(frozen=True)
class DiscountTrap:
    """A price cut and what must be sold for the same profit.

    margin    profit of the price before the cut (fraction of the price)
    discount  the cut, or what a benefit costs (fraction of the price)
    reach     what part of the sales it is given on: 1 to everybody, less to a chosen segment (fraction)
    """

    margin: float
    discount: float
    reach: float = 1.0

    @property
    def margin_left(self) -> float:
        """Profit left on what it is given on (fraction of the price before the cut); below 0, a loss on each piece."""
        return self.margin - self.discount

    @property
    def extra_volume(self) -> float:
        """What must be sold in addition, of all sales before (fraction); infinite where no volume makes up for it."""
        lost = self.reach * self.discount
        if lost == 0:
            return 0.0
        return lost / self.margin_left if self.margin_left > 0 else inf

    @property
    def volume_needed(self) -> float:
        """Sales needed for the same profit, in times those before."""
        return 1 + self.extra_volume

    def say(self, lang: str = "en") -> str:
        """Return it in a sentence.

        >>> discount_trap(margin=0.3, discount=0.1).say()
        'A cut of 10% on 100% of the sales, at a margin of 30%: 50% more must be sold to earn the same.'
        """
        values = {
            "discount": percent(self.discount, lang, trim=True),
            "reach": percent(self.reach, lang, trim=True),
            "margin": percent(self.margin, lang, trim=True),
        }
        if isinf(self.extra_volume):
            return tell(
                lang,
                "A cut of {discount} on {reach} of the sales, at a margin of {margin}: no volume makes up for it.",
                **values,
            )
        return tell(
            lang,
            "A cut of {discount} on {reach} of the sales, at a margin of {margin}: {extra} more must be sold to earn "
            "the same.",
            extra=percent(self.extra_volume, lang, trim=True),
            **values,
        )


def discount_trap(*, margin: float, discount: float, reach: float = 1.0) -> DiscountTrap:
    """Work out what a price cut asks of the volume: extra sales = reach x discount / (margin - discount).

    The course warns of cutting prices for everybody, again and again, and elsewhere advises offers for those who need
    them (AMB-29): `reach` tells the two apart. What is sold in addition is sold to those reached, at the cut price. A
    benefit that costs less than it is worth is entered with its cost as `discount`.

    >>> blanket = discount_trap(margin=0.3, discount=0.1)
    >>> targeted = discount_trap(margin=0.3, discount=0.1, reach=0.2)
    >>> round(blanket.extra_volume, 4), round(targeted.extra_volume, 4)
    (0.5, 0.1)

    Raises `RuleError` for a value that is no fraction.
    """
    return DiscountTrap(fraction("margin", margin), fraction("discount", discount), fraction("reach", reach))


def price_cuts(*, margin: float, discount: float, times: int = 3) -> pd.DataFrame:
    """Cut the price by the same share again and again, each time from the price before.

    After: one row a cut, from 0 (none) to `times`:

        cut             how many cuts so far
        price           price, of the first price (fraction)
        margin_left     profit on a piece, of the first price (fraction); below 0, a loss
        volume_needed   sales needed for the first profit, in times those at the start; infinite where none suffices

        >>> price_cuts(margin=0.3, discount=0.1, times=3).round(3)
           cut  price  margin_left  volume_needed
        0    0  1.000        0.300          1.000
        1    1  0.900        0.200          1.500
        2    2  0.810        0.110          2.727
        3    3  0.729        0.029         10.345

    Raises `RuleError` for a value that is no fraction, or a number of cuts that is negative or not whole.
    """
    import pandas as pd

    kept = 1 - fraction("discount", discount)
    traps = [discount_trap(margin=margin, discount=1 - kept**cut) for cut in range(count("times", times) + 1)]
    return pd.DataFrame(
        {
            "cut": range(len(traps)),
            "price": [1 - trap.discount for trap in traps],
            "margin_left": [trap.margin_left for trap in traps],
            "volume_needed": [trap.volume_needed for trap in traps],
        }
    )
