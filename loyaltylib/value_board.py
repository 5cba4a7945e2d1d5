"""The picture of the chapter's simulator: two offers, satisfaction and losses, the curve, the four kinds.

It is drawn once; `update` only changes the values of its artists. Axes have no ticks: names and numbers are texts at
fixed places, for ticks look for room at every drawing.
"""

from __future__ import annotations

from typing import TYPE_CHECKING, Any, Final

from . import formats
from .look import DOWN, INK, QUIET, UP, blank, style
from .messages import tell
from .value_board_kinds import CurvePanel, KindsPanel
from .value_board_parts import PALE, heading, interval, people, signed_money
from .value_panels import level_name
from .value_satisfaction import Level, loss_rates

if TYPE_CHECKING:
    from matplotlib.axes import Axes
    from matplotlib.figure import Figure
    from matplotlib.lines import Line2D
    from matplotlib.text import Text

    from .value import Offer
    from .value_outlook import Outlook

MOST: Final = 260.0  # yuan a month at the ends of both axes of the offers
_MARKS: Final = (50, 100, 150, 200, 250)  # numbers written along these axes
_HEADROOM: Final = 1.15
_LOSS_FROM: Final = 1.62  # where the bars of the losses begin, in widths of the bars of the customers
_LOSS_WIDTH: Final = 0.85


class OffersPanel:
    """Costs to the right, benefits up: a ray's slope is a ratio, the height above the diagonal a difference."""

    def __init__(self, axes: Axes, lang: str) -> None:
        self.axes, self.lang = axes, lang
        axes.set_axis_off()
        axes.set_xlim(0, MOST)
        axes.set_ylim(0, MOST)
        self._heading = heading(axes, -0.19)
        axes.fill_between([0, MOST], [0, MOST], color="#f2f2f2", linewidth=0)
        axes.plot([0, 0, MOST], [MOST, 0, 0], color="#999999", linewidth=1, clip_on=False)
        self._write_axes()
        self._past = axes.plot([], [], "o", color=PALE, markersize=11)[0], axes.plot([], [], "s", color=PALE, ms=10)[0]
        self._rays = [axes.plot([0, 0], [0, 0], color=colour, linewidth=1, alpha=0.6)[0] for colour in (UP, DOWN)]
        self._nets = [axes.plot([0, 0], [0, 0], color=colour, linewidth=4, alpha=0.45)[0] for colour in (UP, DOWN)]
        (self._level,) = axes.plot([0, MOST], [0, 0], color=UP, linewidth=1.5, linestyle=(0, (5, 3)))
        (self._way,) = axes.plot([0, 0], [0, 0], color=DOWN, linewidth=1.5, linestyle=(0, (1, 1)))
        (self._moved,) = axes.plot([], [], "s", color=DOWN, markerfacecolor="white", markersize=9)
        self._points = axes.plot([], [], "o", color=UP, ms=12)[0], axes.plot([], [], "s", color=DOWN, ms=11)[0]
        self._said = [self._key(row, colour) for row, colour in enumerate((UP, DOWN, INK))]

    def _write_axes(self) -> None:
        axes, lang = self.axes, self.lang
        for mark in _MARKS:
            axes.text(mark, -6, str(mark), ha="center", va="top", fontsize=11, color=QUIET)
            axes.text(-5, mark, str(mark), ha="right", va="center", fontsize=11, color=QUIET)
        at = axes.transAxes
        costs, benefits = tell(lang, "costs (yuan a month)"), tell(lang, "benefits (yuan a month)")
        axes.text(0.5, -0.105, costs, transform=at, ha="center", va="top", fontsize=12, color=QUIET)
        axes.text(-0.125, 0.5, benefits, transform=at, ha="right", va="center", rotation=90, fontsize=12, color=QUIET)

    def _key(self, row: int, colour: str) -> Text:
        return self.axes.text(
            0.99, 0.26 - 0.1 * row, "", transform=self.axes.transAxes, ha="right", fontsize=12, color=colour
        )

    def update(self, now: Outlook, before: Outlook) -> None:
        """Show two offers, the cost of moving, and pale where the offers were before."""
        offers, past = (now.ours, now.rival), (before.ours, before.rival)
        for offer, was, point, pale, ray, net in zip(
            offers, past, self._points, self._past, self._rays, self._nets, strict=True
        ):
            point.set_data([offer.costs], [offer.benefits])
            pale.set_data([was.costs], [was.benefits])
            _to_edge(ray, offer)
            net.set_data([offer.costs, offer.costs], [offer.costs, offer.benefits])
        moved = now.rival.costs + now.switching_cost
        self._way.set_data([now.rival.costs, moved], [now.rival.benefits] * 2)
        self._moved.set_data([moved] if now.switching_cost else [], [now.rival.benefits] if now.switching_cost else [])
        self._level.set_data([0, MOST], [now.ours.net, MOST + now.ours.net])
        self._write(now)

    def _write(self, now: Outlook) -> None:
        lang = self.lang
        for text, name, offer in zip(
            self._said, (tell(lang, "● ours"), tell(lang, "■ rival")), (now.ours, now.rival), strict=False
        ):
            text.set_text(f"{name}  {signed_money(offer.net, lang)}  /  {formats.number(offer.ratio, lang, 2)}")
        self._said[2].set_text(tell(lang, "□ after moving: pays above - -"))
        self._heading.set_text(gain_said(now, lang))


def gain_said(now: Outlook, lang: str) -> str:
    """Say what moving to the rival would bring a customer each month."""
    if now.gain > 0:
        return tell(lang, "Moving gains {gain} a month", gain=formats.money(now.gain, lang))
    return tell(lang, "Moving gains nothing ({gain} a month)", gain=formats.money(now.gain, lang))


def _to_edge(ray: Line2D, offer: Offer) -> None:
    """Draw a ray from nothing through an offer to the edge of the picture."""
    far = MOST / max(offer.costs, offer.benefits)
    ray.set_data([0, offer.costs * far], [0, offer.benefits * far])


class LevelsPanel:
    """A row for each level: how many customers, and how many may be lost; below, what becomes of the dissatisfied."""

    def __init__(self, axes: Axes, lang: str) -> None:
        self.axes, self.lang, self.limit = axes, lang, 0.0
        self.levels = [*loss_rates()]  # from the worst, below, to the best
        rows = range(len(self.levels))
        axes.set_axis_off()
        axes.set_xlim(0, _LOSS_FROM + _LOSS_WIDTH + 0.5)
        axes.set_ylim(-2.2, len(rows) + 0.15)
        self._heading = heading(axes, -0.36)
        self._people = list(axes.barh(rows, [0] * len(rows), height=0.7, color="#7cc4ee").patches)
        self._losses = list(axes.barh(rows, [0] * len(rows), left=_LOSS_FROM, height=0.7, color=DOWN).patches)
        light: dict[str, Any] = {"color": "white", "edgecolor": DOWN, "hatch": "////", "linewidth": 0}
        self._perhaps = list(axes.barh(rows, [0] * len(rows), height=0.7, **light).patches)
        outline: dict[str, Any] = {"height": 0.82, "fill": False, "edgecolor": INK, "linestyle": (0, (2, 2))}
        self._past = list(axes.barh([*rows, *rows], [0] * 2 * len(rows), **outline).patches)
        for row, level in enumerate(self.levels):
            axes.text(-0.04, row, level_name(level, lang), ha="right", va="center", fontsize=13)
        top = len(rows) - 0.42
        axes.text(0, top, tell(lang, "how many customers"), fontsize=12, color=QUIET)
        axes.text(_LOSS_FROM, top, tell(lang, "of them lost, as quoted"), fontsize=11.5, color=QUIET)
        self._counts = [axes.text(0, row, "", va="center", fontsize=12.5) for row in rows]
        self._said = [axes.text(0, row, "", va="center", fontsize=12.5) for row in rows]
        self._build_funnel()

    def _build_funnel(self) -> None:
        axes, lang = self.axes, self.lang
        looks: tuple[dict[str, Any], ...] = (
            {"color": "#cfcfcf"},
            {"color": "#f0c84b", "hatch": "xxx", "edgecolor": "white"},
            {"color": UP},
        )
        self._steps = [axes.barh([-1.15], [0], height=0.55, linewidth=0, **look).patches[0] for look in looks]
        axes.text(-0.04, -1.15, tell(lang, "their complaints"), ha="right", va="center", fontsize=13)
        self._funnel = axes.text(-0.9, -1.95, "", va="center", fontsize=12)

    def update(self, now: Outlook, before: Outlook) -> None:
        """Show how satisfied the customers are, what is quoted for them, and as outlines what was before."""
        total = sum(now.customers.values())
        worst = max(*(each.high for each in (*now.losses.values(), *before.losses.values())), 1.0)
        if worst > self.limit:
            self.limit = worst * _HEADROOM
        for row, level in enumerate(self.levels):
            self._row(row, level, now, before, total)
        self._show_funnel(now)
        lost = {"lost": interval(now.loss.low, now.loss.high, self.lang), "all": formats.number(total, self.lang)}
        self._heading.set_text(tell(self.lang, "{lost} of {all} may be lost (a claim)", **lost))

    def _row(self, row: int, level: Level, now: Outlook, before: Outlook, total: float) -> None:
        n, was, loss, past = now.customers[level], before.customers[level], now.losses[level], before.losses[level]
        wide = _LOSS_WIDTH / self.limit
        self._people[row].set_width(n / total)
        self._past[row].set(width=was / total, visible=abs(was - n) >= 1)
        self._counts[row].set(x=max(n, was) / total + 0.03, text=formats.number(n, self.lang))
        self._losses[row].set_width(loss.low * wide)
        self._perhaps[row].set(x=_LOSS_FROM + loss.low * wide, width=(loss.high - loss.low) * wide)
        outline = self._past[row + len(self.levels)]
        outline.set(x=_LOSS_FROM, width=past.high * wide, visible=abs(past.high - loss.high) >= 1)
        end = _LOSS_FROM + max(loss.high, past.high) * wide + 0.03
        self._said[row].set(x=end, text=interval(loss.low, loss.high, self.lang))

    def _show_funnel(self, now: Outlook) -> None:
        funnel, lang, start = now.funnel, self.lang, 0.0
        whole = (_LOSS_FROM + _LOSS_WIDTH) / max(funnel.dissatisfied, 1.0)
        parts = (funnel.silent, funnel.complain - funnel.won_back_low, funnel.won_back_low)
        for step, part in zip(self._steps, parts, strict=True):
            step.set(x=start * whole, width=part * whole)
            start += part
        said = dict(zip(("silent", "vain", "won"), (people(part, lang) for part in parts), strict=True))
        whom = people(funnel.dissatisfied, lang)
        self._funnel.set_text(
            tell(
                lang,
                "Of {whom} very dissatisfied: {silent} silent, {vain} in vain, {won} won back",
                whom=whom,
                **said,
            )
        )


class ValueBoard:
    """The simulator's picture: offers and levels above, curve and kinds below; drawn once, then updated."""

    def __init__(self, lang: str) -> None:
        with style():
            self.figure: Figure = blank(11.0, 7.6, fitted=False)
            self.offers = OffersPanel(self.figure.add_axes((0.085, 0.575, 0.325, 0.355)), lang)
            self.levels = LevelsPanel(self.figure.add_axes((0.615, 0.5, 0.385, 0.43)), lang)
            self.curve = CurvePanel(self.figure.add_axes((0.085, 0.085, 0.325, 0.29)), lang)
            self.kinds = KindsPanel(self.figure.add_axes((0.615, 0.06, 0.235, 0.315)), lang)

    def forget_scale(self) -> None:
        """Let the next drawing choose its scale anew, as the first one did."""
        self.levels.limit = 0.0

    def update(self, now: Outlook, before: Outlook) -> None:
        """Show an outlook beside the one it is compared with."""
        with style():
            for panel in (self.offers, self.levels, self.curve, self.kinds):
                panel.update(now, before)

    def place(self, offer: Offer) -> tuple[float, float]:
        """Return where an offer stands in the picture, from the top left, each from 0 to 1."""
        left, bottom, width, height = self.offers.axes.get_position().bounds
        return left + width * offer.costs / MOST, 1 - bottom - height * offer.benefits / MOST

    def terms(self, x: float, y: float) -> tuple[float, float]:
        """Return the benefits and costs of an offer that stands at a place of the picture."""
        left, bottom, width, height = self.offers.axes.get_position().bounds
        return (1 - y - bottom) / height * MOST, (x - left) / width * MOST
