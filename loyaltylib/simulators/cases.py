"""The simulator of a card: its fee, points and extras, and who takes it, what it costs and what it earns.

    from loyaltylib.simulators import cases as simulator
    simulator.show(lang="zh")

The arithmetic is in `loyaltylib.cases_options` and `loyaltylib.cases_households`, the words are in
`loyaltylib.cases_words`, the picture in `loyaltylib.cases_board`.
"""

from __future__ import annotations

from functools import cached_property
from typing import TYPE_CHECKING, Any, ClassVar, Final

from loyaltylib.cases_board import FEES, CardBoard
from loyaltylib.cases_card import Card
from loyaltylib.cases_households import COSTS, WORTHS, card_households
from loyaltylib.cases_options import CardDesign, Option, Sold, card_market
from loyaltylib.cases_words import ALL, CardState, alt, rows, summary, title
from loyaltylib.errors import RuleError
from loyaltylib.look import columns
from loyaltylib.messages import tell

from .controls import Choice, Control, Slider
from .picture import Point, Shown, Table
from .simulator import Simulator

if TYPE_CHECKING:
    from collections.abc import Collection, Mapping, Sequence

    from loyaltylib.cases_options import CardMarket, CardYear

MARGIN: Final = 0.39  # of what households buy, as the chapter has it
FEE_STEP: Final = FEES[1] - FEES[0]


class CardSimulator(Simulator):
    """Fee, points, extras and two guesses -> who takes the card, money of a year, profit at every fee."""

    stem: ClassVar = "cases"

    def controls(self) -> dict[str, Sequence[Control]]:
        """Return what a card is made of, and what nobody knows."""
        return {
            tell(self.lang, "The card"): _card(self.lang),
            tell(self.lang, "Two guesses"): _guesses(self.lang),
        }

    @cached_property
    def board(self) -> CardBoard:
        """The picture, drawn once and then changed."""
        return CardBoard(self.lang, self.now)

    @cached_property
    def _households(self) -> Any:
        """Return the households, one row each."""
        return card_households(self.tables, self.tables.as_of)

    @cached_property
    def _market(self) -> CardMarket:
        return card_market(self._households, WORTHS)

    @cached_property
    def _groups(self) -> dict[str, Any]:
        """Return which households are in a group: key -> a truth for each."""
        import numpy as np

        found: dict[str, Any] = {ALL: np.ones(len(self._market.spend), dtype=bool)}
        for labels in columns(self._households, "tier", "shopper"):
            place = np.array(labels)
            found |= {str(label): place == label for label in dict.fromkeys(labels)}
        return found

    def state(self, settings: Mapping[str, Any]) -> CardState:
        """Return the card's year under these settings; raises `RuleError` for a reduction above what it reduces."""
        design = _design(settings, self.lang)
        year = self._market.valuing(settings["worth"]).year(design)
        return CardState(
            fee=settings["fee"],
            points=settings["points"],
            members=self._counted(year),
            known={key: int(there.sum()) for key, there in self._groups.items()}
            | {name: int(year.members.sum()) for name in WORTHS},
            money=year.money(),
            profit=year.profit,
            curve=tuple(year.profits(FEES).tolist()),
        )

    def _counted(self, year: CardYear) -> dict[str, int]:
        """Return the members of each group, and of each extra its users."""
        members = year.members
        found = {key: int(members[there].sum()) for key, there in self._groups.items()}
        return found | {name: int((members * used).sum()) for name, used in year.uses.items()}

    def idle(self, settings: Mapping[str, Any]) -> Collection[str]:
        """Return both amounts where the extras are free."""
        return ("price", "reduction") if settings["sold"] == Sold.GIVEN else ()

    def dragged(self, name: str, x: float, y: float) -> Mapping[str, Any]:  # noqa: ARG002 - one point, along one line
        """Return the fee at a place of the picture, in steps and within the range."""
        fee = FEE_STEP * round(self.board.fee_at(x) / FEE_STEP)
        return {"fee": min(max(fee, FEES[0]), FEES[-1])}

    def shown(self, now: CardState, before: CardState) -> Shown:
        """Return who takes the card, the money, the profit at every fee, and what has changed."""
        lang = self.lang
        self.board.update(now, before)
        heads = (tell(lang, "What is counted"), tell(lang, "Before"), tell(lang, "Now"))
        caption = tell(lang, "Households and yuan of a year; what extras are worth and cost is invented")
        return Shown(
            title=title(now, lang),
            figure=self.board.figure,
            alt=alt(now, lang),
            table=Table(caption, heads, rows(now, before, lang)),
            message=summary(now, before, lang),
            points=(Point("fee", *self.board.place(now)),),
        )


show = CardSimulator.show


def _design(settings: Mapping[str, Any], lang: str) -> CardDesign:
    """Return the card as it is set; raises `RuleError` in the reader's language."""
    sold, price, off = Sold(settings["sold"]), settings["price"], settings["reduction"]
    if sold is not Sold.GIVEN and off > 2 * price:
        raise RuleError(
            tell(
                lang,
                "The reduction for several, {reduction} yuan, is more than two extras cost; lower it, or raise the "
                "price.",
                reduction=off,
            )
        )
    options = tuple(Option(name, worth=0, cost=COSTS[name], price=price) for name in WORTHS)
    card = Card(fee=settings["fee"], points=settings["points"])
    return CardDesign(card, options, sold, off, MARGIN, settings["lift"])


# ---------------------------------------------------------------- controls


def _card(lang: str) -> list[Control]:
    ways = {
        tell(lang, "one by one"): Sold.SINGLY.value,
        tell(lang, "as a bundle"): Sold.BUNDLE.value,
        tell(lang, "free to all"): Sold.GIVEN.value,
    }
    return [
        Slider(
            "fee",
            tell(lang, "Base fee (yuan a year)"),
            tell(lang, "what a member pays for the card itself"),
            *(FEES[0], FEES[-1], FEE_STEP, 20),
        ),
        Slider(
            "points",
            tell(lang, "Points (% of purchases)"),
            tell(lang, "worth of the points, of what is bought; all are turned in"),
            *(0.0, 0.06, 0.005, 0.02, ".1%"),
        ),
        Choice(
            "sold",
            tell(lang, "The three extras are"),
            tell(lang, "evenings, delivery and machine care: each for its price, the card with all three, or free"),
            ways,
            Sold.SINGLY.value,
        ),
        Slider(
            "price",
            tell(lang, "Price of an extra (yuan)"),
            tell(lang, "what each extra adds to the fee of a year"),
            *(0, 60, 5, 30),
        ),
        Slider(
            "reduction",
            tell(lang, "Off for several (yuan)"),
            tell(lang, "taken off a year's fee where two or three extras are bought"),
            *(0, 60, 5, 0),
        ),
    ]


def _guesses(lang: str) -> list[Control]:
    return [
        Slider(
            "worth",
            tell(lang, "Worth of extras (% of guess)"),
            tell(lang, "what the extras are worth to households, of what the shop guesses"),
            *(0.0, 2.0, 0.1, 1.0, ".0%"),
        ),
        Slider(
            "lift",
            tell(lang, "Members buy more (%)"),
            tell(lang, "what members buy in addition because they have the card"),
            *(0.0, 0.2, 0.01, 0.05, ".0%"),
        ),
    ]
