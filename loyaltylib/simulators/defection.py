"""The simulator of defection: who leaves first, who follows, who hears of it, and which measure pays.

    from loyaltylib.simulators import defection as simulator
    simulator.show(lang="zh")

The arithmetic is in `loyaltylib.defection_outlook`, the picture in `loyaltylib.defection_board`.
"""

from __future__ import annotations

from functools import cached_property
from typing import TYPE_CHECKING, Any, ClassVar, Final

from loyaltylib.defection_board import DefectionBoard
from loyaltylib.defection_measures import ANSWERED
from loyaltylib.defection_outlook import MOST_FIRST, First, Outlook, standing
from loyaltylib.defection_panels import cause_name, stated_and_told
from loyaltylib.defection_word import WordSource
from loyaltylib.defection_words import alt, rows, summary, title
from loyaltylib.errors import RuleError
from loyaltylib.messages import tell
from loyaltylib.value_complaints import Preset

from .controls import Choice, Control, Slider
from .picture import Shown, Table
from .simulator import Simulator

if TYPE_CHECKING:
    from collections.abc import Mapping, Sequence

    from loyaltylib.defection_outlook import Standing

NOTHING: Final = "none"  # the choice of no service recovery
_WEIGHTS: Final = (0, 100, 1)  # of a cause: from, to, step


class DefectionSimulator(Simulator):
    """Who leaves first, service recovery and a mix of causes -> the cascade, word of mouth, the measure that pays."""

    stem: ClassVar = "defection"

    def controls(self) -> dict[str, Sequence[Control]]:
        """Return who leaves and who follows, what is assumed besides, and the causes."""
        return {
            tell(self.lang, "Who leaves, who follows"): _leaving(self.lang),
            tell(self.lang, "Recovery, word of mouth, cost"): _assumed(self.lang),
            tell(self.lang, "Why they leave (weights)"): self._causes(),
        }

    @cached_property
    def board(self) -> DefectionBoard:
        """The picture, drawn once and then changed."""
        return DefectionBoard(self.lang, self._standing)

    @cached_property
    def _standing(self) -> Standing:
        """Return who is still a customer, and the network of them, made once."""
        return standing(self.tables)

    def _causes(self) -> list[Control]:
        """Return a weight for each cause, to begin with as the interviews point to it, in per cent of those known."""
        told = stated_and_told(self.tables.interviews).set_index("cause")["told"]
        known = {cause: int(told.get(cause.value, 0)) for cause in ANSWERED}
        total = max(sum(known.values()), 1)
        help_ = tell(self.lang, "weight of the cause; the shares are what counts, and the picture shows them")
        return [
            Slider(cause.value, cause_name(cause, self.lang), help_, *_WEIGHTS, round(100 * number / total))
            for cause, number in known.items()
        ]

    def state(self, settings: Mapping[str, Any]) -> Outlook:
        """Return what follows from these settings; raises `RuleError` where no cause has a weight."""
        weights: dict[str, float] = {cause: settings[cause.value] for cause in ANSWERED}
        if not any(weights.values()):
            raise RuleError(
                tell(self.lang, "No cause has a weight, so nobody would have a reason to leave; raise one.")
            )
        recovery = settings["recovery"]
        return Outlook(
            self._standing,
            First(settings["by"]),
            settings["people"],
            settings["chance"],
            None if recovery == NOTHING else Preset(recovery),
            WordSource(settings["source"]),
            weights,
            settings["cost"],
        )

    def shown(self, now: Outlook, before: Outlook) -> Shown:
        """Return the network, the rounds, the harm and the measures, and what has changed."""
        lang = self.lang
        self.board.update(now, before)
        heads = (tell(lang, "What is counted"), tell(lang, "Value before"), tell(lang, "Value now"))
        caption = tell(lang, "Customers on average, money in yuan; a measure keeps a quarter of those with its cause")
        return Shown(
            title=title(now, lang),
            figure=self.board.figure,
            alt=alt(now, lang),
            table=Table(caption, heads, rows(now, before, lang)),
            message=summary(now, before, lang),
        )


show = DefectionSimulator.show


# ---------------------------------------------------------------- controls


def _leaving(lang: str) -> list[Control]:
    orders = {
        tell(lang, "best connected"): First.CONTACTS.value,
        tell(lang, "most profitable"): First.PROFIT.value,
    }
    return [
        Choice(
            "by",
            tell(lang, "Leave first"),
            tell(lang, "who leaves unprompted: by contacts or by a year's profit"),
            orders,
            First.CONTACTS.value,
        ),
        Slider(
            "people",
            tell(lang, "How many (customers)"),
            tell(lang, "customers who would leave first, the highest rank first"),
            *(1, MOST_FIRST, 1, 5),
        ),
        Slider(
            "chance",
            tell(lang, "Followed by (% of contacts)"),
            tell(lang, "chance that a leaver draws a contact along"),
            *(0.0, 1.0, 0.05, 0.3, ".0%"),
        ),
    ]


def _assumed(lang: str) -> list[Control]:
    recoveries = {
        tell(lang, "nothing is done"): NOTHING,
        tell(lang, "the course's figures"): Preset.COURSE.value,
        tell(lang, "public figures"): Preset.OUTSIDE.value,
    }
    sources = {
        tell(lang, "course on CRM"): WordSource.CRM.value,
        tell(lang, "course on loyalty"): WordSource.LOYALTY.value,
        tell(lang, "public retellings"): WordSource.OUTSIDE.value,
        tell(lang, "guides on complaints"): WordSource.COMPLAINTS.value,
    }
    return [
        Choice(
            "recovery",
            tell(lang, "Service recovery"),
            tell(lang, "how many complain and are won back of those who would leave first, by quoted claims"),
            recoveries,
            NOTHING,
        ),
        Choice(
            "source",
            tell(lang, "Word of mouth by"),
            tell(lang, "whose figure on bad word is used; they count different things"),
            sources,
            WordSource.CRM.value,
        ),
        Slider(
            "cost",
            tell(lang, "A measure costs (yuan)"),
            tell(lang, "what a measure against one cause costs in a year; a measure keeps a quarter of its cause"),
            *(50, 10_000, 50, 550),
        ),
    ]
