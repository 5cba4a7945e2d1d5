"""The picture of the chapter's simulator: Kotler's grid, what each type costs, and how the accounts fit.

Each part is drawn once and then updated.
"""

from __future__ import annotations

from math import log10
from typing import TYPE_CHECKING, Any, Final

from . import formats
from .look import DOWN, INK, QUIET, UP, blank, style
from .messages import tell
from .relationships import Verdict
from .relationships_accounts import TOP
from .relationships_place import FEWEST, FRAME, HATCHES, MOST, OUTLINE, VERDICT_COLOURS, GridPart, type_name, words
from .relationships_rules import RelationshipType

if TYPE_CHECKING:
    from matplotlib.axes import Axes
    from matplotlib.figure import Figure

    from .relationships_accounts import Summary
    from .relationships_place import GridState
    from .relationships_service import Segment, SegmentPlan

_SIZE: Final = (11.0, 7.6)  # inches
_GRID: Final = (0.128, 0.43, 0.512, 0.5)  # places of the three parts in the picture: left, bottom, width, height
_COSTS: Final = (0.672, 0.43, 0.318, 0.5)
_FITS: Final = (0.19, 0.055, 0.8, 0.205)


def less_than_advised(accounts: Summary, lang: str) -> str:
    """Say with how many accounts less is done than the grid advises."""
    return tell(
        lang,
        "With {number} of {all} accounts less is done than the grid advises",
        number=formats.number(accounts.less, lang),
        all=formats.number(accounts.accounts, lang),
    )


class CostsPart:
    """What each type costs with one customer of the planned segment, beside what the customer brings in."""

    def __init__(self, axes: Axes, lang: str) -> None:
        self.axes, self.lang, self.limit = axes, lang, 0.0
        axes.set_axis_off()
        kinds = list(RelationshipType)
        axes.set_ylim(-0.62, len(kinds) - 0.35)
        axes.text(0, 1.035, tell(lang, "Cost of each type, what is left"), transform=axes.transAxes, fontsize=16)
        bars: dict[str, Any] = {"height": 0.36, "align": "center"}
        places = [row - 0.16 for row in range(len(kinds))]
        self._now = list(axes.barh(places, [0] * len(kinds), color=UP, edgecolor="white", **bars).patches)
        self._was = list(
            axes.barh(places, [0] * len(kinds), fill=False, edgecolor=INK, linestyle=OUTLINE, **bars).patches
        )
        at = axes.get_yaxis_transform()
        line: dict[str, Any] = {"transform": at, "va": "center", "zorder": 5, "bbox": FRAME}
        self._names = [axes.text(0, row + 0.2, type_name(kind, lang), **line) for row, kind in enumerate(kinds)]
        self._labels = [axes.text(1, row + 0.2, "", ha="right", fontsize=12, **line) for row in range(len(kinds))]
        upright = axes.get_xaxis_transform()
        (self._before,) = axes.plot([0, 0], [0.06, 1], color=QUIET, linestyle=OUTLINE, linewidth=1.2, transform=upright)
        (self._profit,) = axes.plot([0, 0], [0.06, 1], color=INK, linewidth=2.5, transform=upright)
        self._said = axes.text(0, 0.045, "", transform=axes.transAxes, va="top", fontsize=12)

    def update(self, now: SegmentPlan, before: SegmentPlan) -> None:
        """Show a plan, and as outlines the costs and the profit of the one before where they differ."""
        lang = self.lang
        largest = max(now.profit, before.profit, *now.costs.values(), *before.costs.values(), 1)
        if largest > self.limit:
            self.limit = largest * 1.08
            self.axes.set_xlim(0, self.limit)
        for row, (kind, cost) in enumerate(now.costs.items()):
            left, advised = now.profit - cost, kind == now.advised
            self._now[row].set(width=cost, facecolor=DOWN if left < 0 else UP, hatch="///" if left < 0 else "")
            self._now[row].set_alpha(1 if advised else 0.35)
            self._was[row].set(width=before.costs[kind], visible=cost != before.costs[kind])
            name = type_name(kind, lang)
            self._names[row].set(text=f"► {name}" if advised else name, fontsize=13 if advised else 12)
            money = {"cost": formats.money(cost, lang, full=True), "left": formats.money(left, lang, full=True)}
            self._labels[row].set(text=tell(lang, "{cost}, leaves {left}", **money), color=DOWN if left < 0 else INK)
        self._profit.set_xdata([now.profit] * 2)
        self._before.set_xdata([before.profit] * 2)
        self._before.set_visible(now.profit != before.profit)
        profit = formats.money(now.profit, lang, full=True)
        self._said.set_text(tell(lang, "line: profit of one customer, {profit}", profit=profit))


class FitsPart:
    """How many accounts get less, as much, and more than the grid advises, and how many of them cannot pay for it."""

    def __init__(self, axes: Axes, lang: str) -> None:
        self.axes, self.lang = axes, lang
        axes.set_axis_off()
        axes.set_ylim(len(Verdict) - 0.45, -0.55)
        self._heading = axes.text(-0.21, 1.1, "", transform=axes.transAxes, fontsize=16)
        rows, none = range(len(Verdict)), [0] * len(Verdict)
        self._now = list(axes.barh(rows, none, height=0.7, edgecolor="white").patches)
        for verdict, bar in zip(Verdict, self._now, strict=True):
            bar.set(facecolor=VERDICT_COLOURS[verdict], hatch=HATCHES[verdict])
        self._unpaid = list(axes.barh(rows, none, height=0.24, color=INK).patches)
        self._was = list(axes.barh(rows, none, height=0.8, fill=False, edgecolor=INK, linestyle=OUTLINE).patches)
        at = axes.get_yaxis_transform()
        for row, verdict in enumerate(Verdict):
            axes.text(-0.012, row, words(verdict, lang), transform=at, va="center", ha="right", fontsize=13)
        self._labels = [axes.text(0, row, "", va="center", fontsize=12.5) for row in rows]
        note = tell(lang, "dark: what the grid advises would cost more than the account brings in; outline: before")
        axes.text(-0.21, -0.07, note, transform=axes.transAxes, va="top", fontsize=11, color=QUIET)

    def update(self, now: Summary, before: Summary) -> None:
        """Show how many stand where, and as outlines how many did before where that differs."""
        lang = self.lang
        self.axes.set_xlim(0, now.accounts * 1.35)
        for row, verdict in enumerate(Verdict):
            here, was = now.standings[verdict], before.standings[verdict]
            self._now[row].set_width(here.accounts)
            self._unpaid[row].set_width(here.unpaid)
            self._was[row].set(width=was.accounts, visible=here != was)
            share = formats.percent(here.accounts / now.accounts if now.accounts else 0, lang, 0)
            words_ = tell(
                lang,
                "{number} ({share}), {unpaid} of them dark",
                number=formats.number(here.accounts, lang),
                share=share,
                unpaid=formats.number(here.unpaid, lang),
            )
            self._labels[row].set(x=max(here.accounts, was.accounts) + now.accounts * 0.01, text=words_)
        self._heading.set_text(less_than_advised(now, lang))


class RelationshipBoard:
    """The simulator's picture: the grid, beside it what the types cost, below it how the accounts fit."""

    def __init__(self, lang: str) -> None:
        with style():
            self.figure: Figure = blank(*_SIZE, fitted=False)
            self.grid = GridPart(self.figure.add_axes(_GRID), lang)
            self.costs = CostsPart(self.figure.add_axes(_COSTS), lang)
            self.fits = FitsPart(self.figure.add_axes(_FITS), lang)

    def forget_scale(self) -> None:
        """Let the next drawing choose the scale of the costs anew."""
        self.costs.limit = 0.0

    def update(self, now: GridState, before: GridState) -> None:
        """Show a state beside the one it is compared with."""
        with style():
            self.grid.update(now, before)
            self.costs.update(now.plan, before.plan)
            self.fits.update(now.accounts, before.accounts)

    @staticmethod
    def place(segment: Segment) -> tuple[float, float]:
        """Return where a segment stands in the picture, from the top left, each from 0 to 1."""
        left, bottom, width, height = _GRID
        few, many = log10(FEWEST), log10(MOST)
        down = (log10(segment.customers) - few) / (many - few)
        return left + width * segment.margin / TOP, 1 - bottom - height * (1 - down)

    @staticmethod
    def read(x: float, y: float) -> tuple[float, float]:
        """Return the customers and the margin of a place in the picture, within the grid."""
        left, bottom, width, height = _GRID
        few, many = log10(FEWEST), log10(MOST)
        across = min(max((x - left) / width, 0.0), 1.0)
        down = min(max(1 - (1 - y - bottom) / height, 0.0), 1.0)
        return 10 ** (few + down * (many - few)), across * TOP
