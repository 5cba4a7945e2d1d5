"""The simulator of the customer pyramid: change a standard or act on a tier, and see who moves and what is at stake.

    from loyaltylib.simulators import tiers as simulator
    simulator.show(lang="zh")

The arithmetic is in `loyaltylib.tiers` and `loyaltylib.tiers_actions`, the picture in `loyaltylib.tiers_panels`.
"""

from __future__ import annotations

from dataclasses import dataclass, fields
from functools import cache, cached_property
from itertools import product
from typing import TYPE_CHECKING, Any, ClassVar

import narwhals.stable.v2 as nw
import numpy as np

from loyaltylib import formats
from loyaltylib.errors import RuleError
from loyaltylib.figures import alt_pyramid, alt_revenue, alt_transitions, by_tier, sentences
from loyaltylib.messages import tell
from loyaltylib.tiers import Tier, TierRules, assign, signals
from loyaltylib.tiers_actions import Action, act, revenue, value_at_stake
from loyaltylib.tiers_panels import TIERS, Counts, Moves, TierBoard, base, tier_name

from .controls import Choice, Control, Slider
from .picture import Shown, Table
from .simulator import Simulator

if TYPE_CHECKING:
    from collections.abc import Mapping, Sequence

STANDARDS = tuple(each.name for each in fields(TierRules))


@dataclass(frozen=True)
class State:
    """The pyramid under some settings: who stands where, and per tier the customers and the revenue in yuan."""

    tiers: Any
    customers: Counts
    revenue: Counts


def moves(before: State, after: State) -> Moves:
    """Return how many customers stand in which tier before and after; both states have the same customers in order."""
    ranks = [state.tiers["rank"].to_numpy() - 1 for state in (before, after)]
    counted = np.bincount(ranks[0] * len(TIERS) + ranks[1], minlength=len(TIERS) ** 2)
    return {pair: int(n) for pair, n in zip(product(TIERS, TIERS), counted, strict=True)}


class TierSimulator(Simulator):
    """Standards and an action -> the pyramid, the moves between tiers, the value at stake."""

    stem: ClassVar = "tiers"

    def controls(self) -> dict[str, Sequence[Control]]:
        """Return the standards with a control, and what an action is made of."""
        return {
            tell(self.lang, "Standards"): _standards(self.lang),
            tell(self.lang, "Action on a tier"): _action(self.lang),
        }

    @cached_property
    def board(self) -> TierBoard:
        """The picture, drawn once and then changed."""
        return TierBoard(self.lang)

    @cached_property
    def revenues(self) -> Any:
        """What each customer paid in the last year, row by row beside the signals: customer_id, revenue."""
        paid: Any = nw.from_native(revenue(self.tables, self.tables.as_of))
        known: Any = nw.from_native(self._measured(TierRules().window_days)).select("customer_id")
        return known.join(paid, on="customer_id", how="left").with_columns(nw.col("revenue").fill_null(0.0)).to_native()

    @cached_property
    def _measured(self) -> Any:
        """Return the signals by window: of the standards with a control, it is the one they depend on."""
        return cache(lambda days: signals(self.tables, self.tables.as_of, TierRules(window_days=days)))

    def state(self, settings: Mapping[str, Any]) -> State:
        """Return the pyramid under these settings; raises `RuleError` for settings that make no sense."""
        rules = TierRules(**{name: value for name, value in settings.items() if name in STANDARDS})
        action = _read_action(settings, self.lang)
        frame = assign(self._measured(rules.window_days), rules)
        if action is not None:
            frame = act(frame, self.revenues, action)
        worth = value_at_stake(frame, self.revenues)
        return State(frame, by_tier(worth), by_tier(worth, "value"))

    def shown(self, now: State, before: State) -> Shown:
        """Return the pyramid, what it brings in and who has moved."""
        lang, moved = self.lang, moves(before, now)
        there, known = formats.number(base(now.customers), lang), formats.number(sum(now.customers.values()), lang)
        self.board.draw(now.customers, now.revenue, moved, (before.customers, before.revenue))
        return Shown(
            title=tell(
                lang,
                "{base} of {known} customers are in the base; {stake} of {total} is at stake",
                base=there,
                known=known,
                stake=formats.money(now.revenue["at_risk"], lang),
                total=formats.money(sum(now.revenue.values()), lang),
            ),
            figure=self.board.figure,
            alt=sentences(
                lang,
                alt_pyramid(now.customers, lang),
                alt_revenue(now.revenue, lang),
                alt_transitions(moved, lang),
            ),
            table=self._table(now, before),
            message=_summary(now, before, lang),
        )

    def _table(self, now: State, before: State) -> Table:
        lang = self.lang
        heads = (
            tell(lang, "Tier"),
            tell(lang, "Customers before"),
            tell(lang, "Customers now"),
            tell(lang, "Revenue before"),
            tell(lang, "Revenue now"),
        )
        rows = [
            (
                tier_name(tier, lang),
                formats.number(before.customers[tier], lang),
                formats.number(now.customers[tier], lang),
                formats.money(before.revenue[tier], lang, full=True),
                formats.money(now.revenue[tier], lang, full=True),
            )
            for tier in reversed(TIERS)
        ]
        day = formats.date(self.tables.as_of, lang)
        return Table(tell(lang, "Revenue of the last 365 days, to {day}", day=day), heads, rows)


show = TierSimulator.show


def _summary(now: State, before: State, lang: str) -> str:
    """Return one sentence: what has changed against the state before, in customers and in yuan."""
    stake = now.revenue["at_risk"] - before.revenue["at_risk"]
    people = base(now.customers) - base(before.customers)
    if not round(stake) and not people and now.customers == before.customers:
        return tell(lang, "Nothing has changed against the state before.")
    change = tell(
        lang,
        "Against the state before: customer base {people}, revenue at stake {stake} (now {now}).",
        people=_signed(people, formats.number(people, lang)),
        stake=_signed(stake, formats.money(stake, lang)),
        now=formats.money(now.revenue["at_risk"], lang),
    )
    return sentences(
        lang,
        change,
        tell(lang, "Customers who change tier keep their revenue: a better tier earns nothing by itself."),
    )


def _signed(value: float, text: str) -> str:
    return f"+{text}" if value > 0 else text


# ---------------------------------------------------------------- controls


def _standards(lang: str) -> list[Control]:
    r = TierRules()
    return [
        Slider(
            "lapse_days",
            tell(lang, "Lost after (days)"),
            tell(lang, "days without a purchase"),
            *(60, 365, 15, r.lapse_days),
        ),
        Slider(
            "new_days",
            tell(lang, "New for (days)"),
            tell(lang, "days since the first purchase"),
            *(30, 365, 15, r.new_days),
        ),
        Slider(
            "window_days",
            tell(lang, "Window (days)"),
            tell(lang, "days over which purchases are counted to see a fall"),
            *(30, 180, 15, r.window_days),
        ),
        Slider(
            "fall",
            tell(lang, "Warning from a fall of"),
            tell(lang, "share by which the last window lies below the mean of those before"),
            *(0.1, 0.9, 0.05, r.fall, ".0%"),
        ),
        Slider(
            "min_warnings",
            tell(lang, "Warnings needed"),
            tell(lang, "how many warnings put a customer at risk"),
            *(1, 4, 1, r.min_warnings),
        ),
        Slider(
            "main_share",
            tell(lang, "Main supplier from"),
            tell(lang, "our share of the customer's spending"),
            *(0.1, 0.9, 0.05, r.main_share, ".0%"),
        ),
        Slider(
            "core_quantile",
            tell(lang, "Large buyer from"),
            tell(lang, "share of the buyers who buy less than a core customer"),
            *(0.5, 0.99, 0.01, r.core_quantile, ".0%"),
        ),
        Slider(
            "core_feedback",
            tell(lang, "Core: feedback from"),
            tell(lang, "pieces of feedback a core customer gives in a year, at the least"),
            *(1, 12, 1, r.core_feedback),
        ),
    ]


def _action(lang: str) -> list[Control]:
    names = {tier_name(tier, lang): str(tier) for tier in reversed(TIERS)}
    orders = {tell(lang, "highest revenue"): "revenue", tell(lang, "without looking"): "any"}
    return [
        Choice("tier", tell(lang, "Act on"), tell(lang, "the tier the action is for"), names, "at_risk"),
        Slider(
            "share",
            tell(lang, "Customers reached"),
            tell(lang, "share of that tier's customers; 0% is no action"),
            *(0.0, 1.0, 0.05, 0.0, ".0%"),
        ),
        Choice("to", tell(lang, "They move to"), tell(lang, "the tier of those who are reached"), names, "regular"),
        Choice("first", tell(lang, "Reached first"), tell(lang, "whom the action reaches first"), orders, "revenue"),
    ]


def _read_action(settings: Mapping[str, Any], lang: str) -> Action | None:
    """Return the action as it is set, None where it reaches nobody; raises `RuleError` in the reader's language."""
    start, end = Tier(settings["tier"]), Tier(settings["to"])
    names = {"start": tier_name(start, lang), "end": tier_name(end, lang)}
    if not settings["share"]:
        return None
    if start == end:
        raise RuleError(
            tell(lang, "The action leads from “{start}” to the same tier; choose another one to move to.", **names)
        )
    if end == Tier.ONLOOKER:
        raise RuleError(
            tell(
                lang,
                "Who has bought is never again one of the “{end}”; choose another tier to move to.",
                **names,
            )
        )
    if (start, end) == (Tier.ONLOOKER, Tier.LOST):
        raise RuleError(
            tell(lang, "“{start}” have never bought and cannot be lost; choose another tier to move to.", **names)
        )
    return Action(start, end, settings["share"], settings["first"])
