"""The simulator of value and loyalty: two offers, satisfaction, complaints, switching cost, and who stays.

    from loyaltylib.simulators import value as simulator
    simulator.show(lang="zh")

The arithmetic is in `loyaltylib.value` and `loyaltylib.value_outlook`, the picture in `loyaltylib.value_board`.
"""

from __future__ import annotations

from functools import cached_property
from typing import TYPE_CHECKING, Any, ClassVar, Final

from loyaltylib.errors import RuleError
from loyaltylib.look import columns
from loyaltylib.messages import tell
from loyaltylib.value import FunnelRules, Offer, Preset, expected_loss_of, respread
from loyaltylib.value_board import ValueBoard
from loyaltylib.value_outlook import Outlook
from loyaltylib.value_words import alt, rows, summary, title

from .controls import Control, Slider
from .picture import Point, Shown, Table
from .simulator import Simulator

if TYPE_CHECKING:
    from collections.abc import Mapping, Sequence

# What the customer K0244 sees, in yuan a month, to the next 5: the chapter begins with her.
OURS: Final = Offer(140, 110)
RIVAL: Final = Offer(175, 125)
LEAST, MOST, STEP = 20, 250, 5  # of each term of an offer
SWITCHING: Final = 10  # half of what she would gain by moving, so that there is some choice left
_FINE: Final = 0.005  # a share of customers is set in half per cents


class ValueSimulator(Simulator):
    """Offers, spread, complaints, switching cost -> value, expected loss, the curve and the four kinds."""

    stem: ClassVar = "value"

    def controls(self) -> dict[str, Sequence[Control]]:
        """Return the terms of the offers, and what is known of the customers."""
        return {
            tell(self.lang, "Two offers (yuan a month)"): _offers(self.lang),
            tell(self.lang, "Customers and complaints"): _customers(self.lang, self._counted),
        }

    @cached_property
    def board(self) -> ValueBoard:
        """The picture, drawn once and then changed."""
        return ValueBoard(self.lang)

    @cached_property
    def _counted(self) -> dict[str, float]:
        """Return how many customers gave each level of satisfaction last."""
        found = expected_loss_of(self.tables.surveys, self.tables.as_of)
        return dict(zip(*columns(found, "level", "customers"), strict=True))

    def state(self, settings: Mapping[str, Any]) -> Outlook:
        """Return what to expect under these settings; raises `RuleError` for shares that come to more than all."""
        worst, best = settings["very_dissatisfied"], settings["very_satisfied"]
        if worst + best > 1:
            raise RuleError(
                tell(
                    self.lang,
                    "More than all customers cannot be very dissatisfied or highly satisfied; lower one of the two.",
                )
            )
        return Outlook(
            Offer(settings["benefits"], settings["costs"]),
            Offer(settings["rival_benefits"], settings["rival_costs"]),
            settings["switching"],
            respread(self._counted, worst, best),
            FunnelRules(settings["complain"], settings["won_back"]),
        )

    def dragged(self, name: str, x: float, y: float) -> Mapping[str, Any]:
        """Return the terms of an offer whose point was put at a place of the picture."""
        start = "rival_" if name == "rival" else ""
        benefits, costs = (_to_step(each) for each in self.board.terms(x, y))
        return {f"{start}benefits": benefits, f"{start}costs": costs}

    def shown(self, now: Outlook, before: Outlook) -> Shown:
        """Return the two offers, the losses, the curve and the four kinds, and what has changed."""
        lang = self.lang
        self.board.update(now, before)
        heads = (tell(lang, "What is counted"), tell(lang, "Value before"), tell(lang, "Value now"))
        caption = tell(lang, "Values in yuan a month; losses by quoted rates, staying by the kit's own curve")
        return Shown(
            title=title(now, lang),
            figure=self.board.figure,
            alt=alt(now, lang),
            table=Table(caption, heads, rows(now, before, lang)),
            message=summary(now, before, lang),
            points=tuple(Point(name, *self.board.place(getattr(now, name))) for name in ("ours", "rival")),
        )


show = ValueSimulator.show


def _to_step(value: float) -> int:
    """Return the nearest value that a term of an offer can be set to."""
    return int(min(max(STEP * round(value / STEP), LEAST), MOST))


# ---------------------------------------------------------------- controls


def _offers(lang: str) -> list[Control]:
    gets = tell(lang, "what the goods do for the customer, and the feeling of having them")
    gives = tell(lang, "price, time, energy and worry together")
    ends = (LEAST, MOST, STEP)
    return [
        Slider("benefits", tell(lang, "Our benefits (yuan)"), gets, *ends, int(OURS.benefits)),
        Slider("costs", tell(lang, "Our costs (yuan)"), gives, *ends, int(OURS.costs)),
        Slider("rival_benefits", tell(lang, "Rival's benefits (yuan)"), gets, *ends, int(RIVAL.benefits)),
        Slider("rival_costs", tell(lang, "Rival's costs (yuan)"), gives, *ends, int(RIVAL.costs)),
        Slider(
            "switching",
            tell(lang, "Switching cost (yuan a month)"),
            tell(lang, "what moving to the rival costs the customer, spread over the months"),
            *(0, 100, STEP, SWITCHING),
        ),
    ]


def _customers(lang: str, counted: Mapping[str, float]) -> list[Control]:
    quoted, total = FunnelRules.preset(Preset.OUTSIDE), sum(counted.values())
    start = {level: round(n / total / _FINE) * _FINE for level, n in counted.items()}
    return [
        Slider(
            "very_dissatisfied",
            tell(lang, "Very dissatisfied (% of all)"),
            tell(lang, "share of all customers, before complaints are handled"),
            *(0.0, 0.4, _FINE, round(start["very dissatisfied"], 3), ".1%"),
        ),
        Slider(
            "very_satisfied",
            tell(lang, "Highly satisfied (% of all)"),
            tell(lang, "share of all customers; the rest divides as it did"),
            *(0.0, 0.9, _FINE, round(start["very satisfied"], 3), ".1%"),
        ),
        Slider(
            "complain",
            tell(lang, "Complain (% of those)"),
            tell(lang, "share of the very dissatisfied who complain to us; 4% and 67% are quoted"),
            *(0.0, 1.0, 0.01, quoted.complain, ".0%"),
        ),
        Slider(
            "won_back",
            tell(lang, "Won back (% of complaints)"),
            tell(lang, "share of the complaints after which the customer is satisfied; 70% and 75% are quoted"),
            *(0.0, 1.0, 0.01, quoted.won_back, ".0%"),
        ),
    ]
