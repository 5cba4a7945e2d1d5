"""The picture of a card: who takes it by group, what comes in and what it costs, and the profit at every fee.

Drawn once and then only changed: bars at fixed rows, one curve, texts by hand. The numbers are those of
`loyaltylib.cases_options`, the names beside the bars those of `loyaltylib.cases_words`.
"""

from __future__ import annotations

from typing import TYPE_CHECKING, Any, Final

from . import formats
from .cases_words import COSTS_OF, CardState, extra_names, money_names, row_groups, signed
from .look import DOWN, INK, QUIET, UP, blank, style
from .messages import tell
from .tiers_panels import share

if TYPE_CHECKING:
    from collections.abc import Sequence

    from matplotlib.axes import Axes
    from matplotlib.figure import Figure

FEES: Final = tuple(range(0, 141, 5))  # yuan a year: from a free card to one that hardly anybody takes
PALE: Final = "#e4e4e4"
TRAITS: Final = (UP, "#56b4e9", "#009e73")  # of tiers, shoppers, extras; their place and heading say the same
HATCHES: Final = ("", "..", "xx")
_DASHES: Final = (0, (2, 2))
_HEADROOM: Final = 1.25  # a scale grows by this much beyond what it must hold
_TICK_EVERY: Final = 20  # yuan of the fee
_BAR, _OUTLINE = 0.62, 0.78  # heights, in rows
_A_YUAN: Final = 0.5  # a smaller change cannot be seen


class TakersPanel:
    """One row a group: a pale bar for all of it, a bar for its members now, an outline for those before."""

    def __init__(self, axes: Axes, lang: str, state: CardState) -> None:
        self.axes, self.lang = axes, lang
        self.keys: list[str] = []
        self._now: dict[str, Any] = {}
        self._before: dict[str, Any] = {}
        self._labels: dict[str, Any] = {}
        axes.set_axis_off()
        place = 0.0
        groups = {**row_groups(state, lang), tell(lang, "Members who use an extra"): extra_names(lang)}
        for number, (heading, names) in enumerate(groups.items()):
            axes.text(-0.78, place, heading, fontsize=16, va="center")
            place += 1
            for key, name in names.items():
                self._row(place, key, name, number)
                place += 1
            place += 0.2
        axes.set(xlim=(0, 1), ylim=(place - 0.7, -0.5))

    def _row(self, place: float, key: str, name: str, number: int) -> None:
        self.keys.append(key)
        self.axes.barh(place, 1, height=_BAR, color=PALE)
        bar: dict[str, Any] = {
            "height": _BAR,
            "color": TRAITS[number],
            "edgecolor": "white",
            "linewidth": 0,
            "hatch": HATCHES[number],
        }
        (self._now[key],) = self.axes.barh(place, 0, **bar)
        (self._before[key],) = self.axes.barh(
            place, 0, height=_OUTLINE, fill=False, edgecolor=INK, linewidth=1.4, linestyle=_DASHES
        )
        self.axes.text(-0.03, place, name, ha="right", va="center", fontsize=12.5)
        self._labels[key] = self.axes.text(1.03, place, "", va="center", fontsize=12)

    def update(self, now: CardState, before: CardState) -> None:
        """Show who has the card now and who had it before, as shares of each group."""
        for key in self.keys:
            n, was, everyone = now.members[key], before.members[key], now.known[key]
            self._now[key].set_width(share(n, everyone))
            self._before[key].set(width=share(was, before.known[key]), visible=n != was)
            label = tell(
                self.lang,
                "{n} of {all}",
                n=formats.number(n, self.lang),
                all=formats.number(everyone, self.lang),
            )
            change = f"  ({signed(n - was, self.lang)})" if n != was else ""
            self._labels[key].set_text(label + change)


class MoneyPanel:
    """One row a sum of money: income blue, cost orange, hatched and with a minus, the profit last."""

    def __init__(self, axes: Axes, lang: str) -> None:
        self.axes, self.lang, self.limit = axes, lang, 0.0
        axes.set_axis_off()
        names = money_names(lang)
        axes.text(-0.9, -1, tell(lang, "Yuan a year"), fontsize=16, va="center", transform=axes.get_yaxis_transform())
        self._now, self._before, self._labels = {}, {}, {}
        for row, (word, name) in enumerate(names.items()):
            place = row + 0.3 * (word == "profit")
            cost = word in COSTS_OF
            (self._now[word],) = axes.barh(
                place,
                0,
                height=_BAR,
                color=DOWN if cost else UP,
                edgecolor="white",
                linewidth=0,
                hatch="///" if cost else "",
            )
            (self._before[word],) = axes.barh(
                place, 0, height=_OUTLINE, fill=False, edgecolor=INK, linewidth=1.4, linestyle=_DASHES
            )
            axes.text(-0.03, place, name, ha="right", va="center", fontsize=12.5, transform=axes.get_yaxis_transform())
            self._labels[word] = axes.text(0, place, "", va="center", fontsize=12.5)
        # A bar has no sign: what the profit was is written, for a loss may be as long as a gain.
        self._was = axes.text(0, len(names) - 0.02, "", va="center", fontsize=11.5, color=QUIET)
        axes.set_ylim(len(names) + 0.2, -1.5)

    def update(self, now: CardState, before: CardState) -> None:
        """Show what comes in and what it costs now, and as outlines what it was before."""
        largest = max(abs(each) for state in (now, before) for each in (*state.money.values(), state.profit))
        if largest > self.limit:
            self.limit = max(largest, 1) * _HEADROOM
            self.axes.set_xlim(0, self.limit * 1.45)
        for word, bar in self._now.items():
            value, was = (state.profit if word == "profit" else state.money[word] for state in (now, before))
            bar.set_width(abs(value))
            self._before[word].set(width=abs(was), visible=abs(value - was) >= _A_YUAN)
            shown = -value if word in COSTS_OF else value
            self._labels[word].set(
                x=max(abs(value), abs(was)) + self.limit * 0.03, text=formats.number(shown, self.lang)
            )
        changed = abs(now.profit - before.profit) >= _A_YUAN
        told = tell(self.lang, "before: {profit}", profit=formats.number(before.profit, self.lang))
        self._was.set_text(told if changed else "")
        loss = now.profit < 0
        self._now["profit"].set(facecolor=DOWN if loss else UP, hatch="///" if loss else "")


class FeePanel:
    """The profit at every base fee, now and, dashed, before; the point is the fee that is set, and may be dragged."""

    def __init__(self, axes: Axes, lang: str) -> None:
        self.axes, self.lang = axes, lang
        self.low = self.high = 0.0
        axes.set_axis_off()
        axes.set_xlim(FEES[0], FEES[-1])
        across = axes.get_xaxis_transform()
        axes.text(0, 1.09, tell(lang, "Profit at every base fee"), fontsize=16, transform=axes.transAxes)
        axes.axhline(0, color=QUIET, linewidth=1)
        self._ends = [axes.text(-2, 0, "", ha="right", va="center", fontsize=11.5, color=QUIET) for _ in range(3)]
        for fee in range(FEES[0], FEES[-1] + 1, _TICK_EVERY):
            axes.text(fee, -0.06, str(fee), ha="center", va="top", fontsize=11.5, color=QUIET, transform=across)
        note = tell(lang, "base fee (yuan a year); dashed: before")
        axes.text(0.5, -0.2, note, ha="center", va="top", fontsize=12, color=QUIET, transform=axes.transAxes)
        (self._was,) = axes.plot([], [], color="#999999", linewidth=2.2, linestyle=(0, (4, 3)))
        (self._now,) = axes.plot([], [], color=INK, linewidth=2.6)
        self._drop = axes.axvline(0, color=UP, linewidth=1.2)
        (self._point,) = axes.plot([], [], "o", color=UP, markersize=13, markeredgecolor="white", clip_on=False)

    def update(self, now: CardState, before: CardState) -> None:
        """Show the profits now and before, and the point at the fee that is set."""
        self._stretch([*now.curve, *before.curve])
        self._now.set_data(FEES, now.curve)
        changed = any(abs(a - b) >= _A_YUAN for a, b in zip(now.curve, before.curve, strict=True))
        self._was.set_data(FEES if changed else [], before.curve if changed else [])
        self._drop.set_xdata([now.fee, now.fee])
        self._point.set_data([now.fee], [now.profit])

    def _stretch(self, values: Sequence[float]) -> None:
        low, high = min(0, *values), max(1, *values)
        if low < self.low or high > self.high:
            self.low, self.high = min(self.low, low * _HEADROOM), max(self.high, high * _HEADROOM)
            self.axes.set_ylim(self.low, self.high)
            for text, value in zip(self._ends, (self.low, 0, self.high), strict=True):
                text.set(y=value, text=formats.short(value, self.lang, 2))
            self._ends[0].set_visible(self.low < -self.high / 4)  # else it would stand on the number of zero


class CardBoard:
    """The simulator's picture: who takes the card, the money, and the profit by fee; drawn once, then updated."""

    def __init__(self, lang: str, state: CardState) -> None:
        with style():
            self.figure: Figure = blank(11.0, 7.6, fitted=False)
            self.takers = TakersPanel(self.figure.add_axes((0.175, 0.015, 0.2, 0.97)), lang, state)
            self.money = MoneyPanel(self.figure.add_axes((0.76, 0.405, 0.235, 0.575)), lang)
            self.fees = FeePanel(self.figure.add_axes((0.625, 0.105, 0.355, 0.225)), lang)

    def forget_scale(self) -> None:
        """Let the next drawing choose its scales anew."""
        self.money.limit = self.fees.low = self.fees.high = 0.0

    def update(self, now: CardState, before: CardState) -> None:
        """Show a card beside the one it is compared with."""
        with style():
            for panel in (self.takers, self.money, self.fees):
                panel.update(now, before)

    def place(self, state: CardState) -> tuple[float, float]:
        """Return where the fee's point stands, from the top left, each from 0 to 1."""
        at = self.fees.axes.transData.transform((state.fee, state.profit))
        x, y = self.figure.transFigure.inverted().transform(at)
        return float(x), float(1 - y)

    def fee_at(self, x: float) -> float:
        """Return the fee that stands at a place of the picture, from the left, from 0 to 1; it may lie outside."""
        left, _, width, _ = self.fees.axes.get_position().bounds
        return float(FEES[0] + (x - left) / width * (FEES[-1] - FEES[0]))
