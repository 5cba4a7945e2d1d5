"""The picture of the foundations' simulator: a customer over the years, the effect by start, and the value as bars.

What is shown is computed in `loyaltylib.foundations_years`; quoted figures are marks beside it, and nothing more
(AMB-23). Everything is drawn once and then only changed; scales of money only grow.
"""

from __future__ import annotations

from typing import TYPE_CHECKING, Any, Final

from . import formats
from .concepts import get
from .foundations_claims import effect_marks
from .look import INK, QUIET, UP, blank, style
from .messages import N_, tell

if TYPE_CHECKING:
    from collections.abc import Sequence

    from matplotlib.axes import Axes
    from matplotlib.figure import Figure
    from matplotlib.lines import Line2D
    from matplotlib.text import Text

    from .foundations_years import CustomerYears, Keeping

YEARS: Final = 20  # that are drawn; the value counts all of them
STARTS: Final = tuple(place / 100 for place in range(40, 99))  # rates before the change
SEEN: Final = (-0.75, 2.0)  # effects that the picture has room for
RIGHT: Final = (0.575, 0.40, 0.39, 0.50)  # the axes of the effects, in the figure: left, bottom, width, height

_EDGE: Final = (0.38, 1.0)  # rates at the two ends of those axes
_PALE: Final = "#9a9a9a"
_HEADROOM: Final = 1.15  # a scale grows by this much beyond the highest value, so that it need not grow at every step
_APART: Final = 0.07  # of the height: what two labels at the end of lines need between them
_TICKED_YEARS: Final = (0, 5, 10, 15, 20)
_TICKED_RATES: Final = (0.4, 0.5, 0.6, 0.7, 0.8, 0.9)
_NEAR_EDGE: Final = 0.9  # from here on the effect stands on the left of its mark
_TICKED_EFFECTS: Final = (-0.5, 0, 0.5, 1.0, 1.5, 2.0)
_WORDS: Final = {  # how a quoted effect is written beside its mark
    "stat.retention_up5_profit_up85": N_("claim: retention +5 points, profit {change}"),
    "stat.loyalty_down5_profit_down25": N_("claim: loyalty -5%, profit {change}"),
    "stat.crm.satisfaction5_profit_x2": N_("claim: satisfaction +5%, profit {change}"),
}


def marks(lang: str) -> list[tuple[str, float]]:
    """Return the quoted effects on profit: what stands beside each mark, and its height as a change (fraction)."""
    found = effect_marks(lang).drop_duplicates("concept")
    made = []
    for concept, value in zip(found["concept"], found["value"], strict=True):
        moved = value - 1 if get(concept).claims[0].unit == "times" else value
        made.append((tell(lang, _WORDS[concept], change=change(moved, lang)), moved))
    return made


def change(value: float, lang: str) -> str:
    """Return a relative change in per cent with its sign: +25%."""
    said = formats.percent(value, lang, 1, trim=True)
    return f"+{said}" if value > 0 and said != "0%" else said


def yuan(value: float, lang: str) -> str:
    """Return an amount to the yuan: what is compared here may differ by less than a large unit shows."""
    return formats.money(value, lang, full=True)


def in_year(customer: CustomerYears, lang: str) -> str:
    """Say in a few words when the cost of winning has come back."""
    if customer.back is None and customer.net < -0.5:  # noqa: PLR2004 - half a yuan is not seen
        return tell(lang, "never back")
    if customer.back is None:
        return tell(lang, "back over all years together")
    return (
        tell(lang, "back in year {year}", year=customer.back) if customer.back else tell(lang, "nothing to bring back")
    )


class _Part:
    """Axes without ticks: names, heading and numbers are texts at fixed places."""

    def __init__(self, axes: Axes, lang: str, heading: str) -> None:
        self.axes, self.lang = axes, lang
        self.low = self.high = 0.0
        axes.set_axis_off()
        axes.text(0, 1.05, heading, transform=axes.transAxes, fontsize=16)

    def _line(self, **look: Any) -> Line2D:
        return self.axes.plot([], [], **look)[0]

    def _below(self, places: Sequence[float], texts: Sequence[str], name: str) -> None:
        """Write a scale and its name below the axes."""
        at = self.axes.get_xaxis_transform()
        for x, text in zip(places, texts, strict=True):
            self.axes.text(x, -0.03, text, ha="center", va="top", fontsize=12, transform=at)
        self.axes.text(1, -0.11, name, ha="right", va="top", color=QUIET, transform=self.axes.transAxes)

    def _reaches(self, low: float, high: float) -> bool:
        """Let the scale grow where it must, never shrink; say whether it grew."""
        if self.low <= low and high <= self.high:
            return False
        self.low, self.high = min(self.low, low), max(self.high, high * _HEADROOM)
        return True


class YearsPart(_Part):
    """What a customer has brought so far, less the cost of winning: at the old rate, at the new one, and before."""

    def __init__(self, axes: Axes, lang: str) -> None:
        super().__init__(axes, lang, tell(lang, "One customer, year by year"))
        axes.set_xlim(0, YEARS * 1.27)
        axes.plot([0, YEARS], [0, 0], color=_PALE, linewidth=1)
        self._pale = self._line(color=_PALE, linewidth=1.5, linestyle=":")
        self._lines = (
            self._line(color=QUIET, linewidth=2.5, linestyle="--"),
            self._line(color=UP, linewidth=3),
        )
        self._back = [
            self._line(color=line.get_color(), marker=mark, markersize=10, linestyle="none", clip_on=False)
            for line, mark in zip(self._lines, "so", strict=True)
        ]
        self._ends = [axes.text(YEARS * 1.01, 0, "", va="center", color=each.get_color()) for each in self._lines]
        self._cost = axes.text(0.3, 0, "", va="top", fontsize=12, color=INK)
        self._key = [self._sample(0.97 - 0.075 * row, line) for row, line in enumerate((*self._lines, self._pale))]
        self._below(_TICKED_YEARS, [*map(str, _TICKED_YEARS)], tell(lang, "years since the customer was won"))

    def _sample(self, y: float, line: Line2D) -> Text:
        at = self.axes.transAxes
        look: dict[str, Any] = {
            "color": line.get_color(),
            "linestyle": line.get_linestyle(),
            "linewidth": line.get_linewidth(),
        }
        self.axes.plot([0.02, 0.09], [y, y], transform=at, **look)
        return self.axes.text(0.11, y, "", va="center", fontsize=12, color=INK, transform=at)

    def update(self, now: Keeping, before: Keeping) -> None:
        """Show a customer at both rates, and at the new rate of the state before."""
        pair, past = (now.customer, now.after), before.after.brought(YEARS)
        drawn = [one.brought(YEARS) for one in pair]
        if self._reaches(1.12 * min(*past, *drawn[0], *drawn[1]), 1.3 * max(*past, *drawn[0], *drawn[1], 1.0)):
            self.axes.set_ylim(self.low, self.high)
        years = range(YEARS + 1)
        self._pale.set_data(years, past)
        words = (tell(self.lang, "old rate {rate}: {back}"), tell(self.lang, "new rate {rate}: {back}"))
        for row, one in enumerate(pair):
            self._lines[row].set_data(years, drawn[row])
            seen = one.back is not None and one.back <= YEARS
            self._back[row].set_data([one.back or 0] if seen else [], [drawn[row][one.back or 0]] if seen else [])
            rate = formats.percent(one.retention, self.lang, 0)
            self._key[row].set_text(words[row].format(rate=rate, back=in_year(one, self.lang)))
        self._key[2].set_text(tell(self.lang, "state before, new rate"))
        self._label([line[-1] for line in drawn])
        cost = yuan(now.customer.cost, self.lang)
        self._cost.set(y=-now.customer.cost, text=tell(self.lang, "cost of winning {cost}", cost=cost))

    def _label(self, ends: list[float]) -> None:
        """Write the amounts at the ends of the lines, far enough apart to be read."""
        least = _APART * (self.high - self.low)
        middle, half = sum(ends) / 2, max(abs(ends[1] - ends[0]), least) / 2
        upper = int(ends[1] >= ends[0])
        for row, text in enumerate(self._ends):
            text.set(y=middle + (half if row == upper else -half), text=yuan(ends[row], self.lang))


class EffectPart(_Part):
    """The same change from every starting rate, the claims as marks, and where the rate starts now."""

    def __init__(self, axes: Axes, lang: str) -> None:
        super().__init__(axes, lang, tell(lang, "The same points, another start"))
        axes.set_xlim(*_EDGE)
        axes.set_ylim(*SEEN)
        for height in _TICKED_EFFECTS:
            axes.plot(_EDGE, [height, height], color="#e4e4e4" if height else _PALE, linewidth=1)
            beside: dict[str, Any] = {
                "transform": axes.get_yaxis_transform(),
                "va": "center",
                "ha": "right",
                "fontsize": 12,
            }
            axes.text(-0.015, height, change(height, lang), **beside)
        for text, height in marks(lang):
            axes.plot(_EDGE, [height, height], color=INK, linewidth=1.3, linestyle=":")
            above = height >= 1
            axes.text(
                0.39,
                height + (0.015 if above else -0.03),
                text,
                fontsize=11,
                color=INK,
                va="bottom" if above else "top",
            )
        self._pale = self._line(color=_PALE, linewidth=1.5, linestyle=":")
        self._curve = self._line(color=UP, linewidth=3)
        self._was = self._line(color=_PALE, marker="o", markersize=10, fillstyle="none", linestyle="none")
        self._point = self._line(color=UP, marker="o", markersize=12, linestyle="none", clip_on=False)
        self._label = axes.text(0, 0, "", fontsize=15, color=UP)
        self._label.set_bbox({"facecolor": "white", "edgecolor": "none", "alpha": 0.85, "pad": 1})
        rates = [formats.percent(rate, lang, 0) for rate in _TICKED_RATES]
        self._below(_TICKED_RATES, rates, tell(lang, "retention rate before the change"))

    def update(self, now: Keeping, before: Keeping) -> None:
        """Show the effect of a change by its start, now and in the state before."""
        for curve, point, plan in ((self._curve, self._point, now), (self._pale, self._was, before)):
            shown = [each for each in plan.effects(STARTS) if SEEN[0] <= each[1] <= SEEN[1]]
            curve.set_data([rate for rate, _ in shown], [effect for _, effect in shown])
            point.set_data([plan.customer.retention], [_inside(plan.effect)])
        height, said = _inside(now.effect), change(now.effect, self.lang)
        beyond = "" if height == now.effect else "↑ " if now.effect > height else "↓ "
        self._label.set_text(f"{beyond}{said}")
        # Between the curve and the zero line there is room, and no claim is written; at the edge beyond the curve.
        gains, at_edge = height >= 0, now.customer.retention > _NEAR_EDGE
        way = -1 if at_edge else 1
        self._label.set(x=now.customer.retention + 0.015 * way, y=height - 0.05 * (way if gains else -way))
        self._label.set_horizontalalignment("right" if at_edge else "left")
        self._label.set_verticalalignment("top" if gains != at_edge or height == SEEN[1] else "bottom")

    def at(self, rate: float, effect: float) -> tuple[float, float]:
        """Return the place of a rate and an effect in the whole figure, from the top left, each from 0 to 1."""
        left, bottom, width, height = RIGHT
        x = left + width * (rate - _EDGE[0]) / (_EDGE[1] - _EDGE[0])
        return x, 1 - (bottom + height * (_inside(effect) - SEEN[0]) / (SEEN[1] - SEEN[0]))

    def rate(self, x: float) -> float:
        """Return the rate at a place of the figure: what `at` says, backwards."""
        return _EDGE[0] + (x - RIGHT[0]) / RIGHT[2] * (_EDGE[1] - _EDGE[0])


def _inside(effect: float) -> float:
    return min(max(effect, SEEN[0]), SEEN[1])


class ValuePart(_Part):
    """The value over all years as bars: at the old rate and at the new one; outlines are the state before."""

    def __init__(self, axes: Axes, lang: str) -> None:
        super().__init__(axes, lang, tell(lang, "Value of a customer over all years"))
        axes.set_ylim(1.55, -0.55)
        self._bars = list(axes.barh([0, 1], [0, 0], height=0.66, color=["#c8c8c8", UP]).patches)
        self._bars[0].set(hatch="///", edgecolor="white", linewidth=0)
        past: dict[str, Any] = {"height": 0.8, "fill": False, "edgecolor": INK, "linestyle": (0, (2, 2))}
        self._past = list(axes.barh([0, 1], [0, 0], **past).patches)
        at = axes.get_yaxis_transform()
        for row, name in enumerate((tell(lang, "at the old rate"), tell(lang, "at the new rate"))):
            axes.text(-0.015, row, name, va="center", ha="right", fontsize=13, transform=at)
        self._labels = [axes.text(0, row, "", va="center", fontsize=13) for row in range(2)]
        self._line_of_cost = self._line(color=INK, linewidth=2, linestyle="-.")
        note = tell(lang, "upright line: cost of winning; dashed outline: state before")
        axes.text(0, -0.08, note, transform=axes.transAxes, va="top", fontsize=12, color=QUIET)

    def update(self, now: Keeping, before: Keeping) -> None:
        """Show both values, what the change makes of them, and the cost of winning as a line across."""
        values = (now.customer.value, now.after.value)
        past = (before.customer.value, before.after.value)
        cost = now.customer.cost
        if self._reaches(0, max(*values, *past, cost)):
            self.axes.set_xlim(0, self.high * 1.25)
        ends = ("", f"  ({change(now.effect, self.lang)})")
        for row, value in enumerate(values):
            self._bars[row].set_width(value)
            self._past[row].set(width=past[row], visible=round(past[row]) != round(value))
            x = max(value, past[row] if round(past[row]) != round(value) else 0, cost) + self.high * 0.015
            self._labels[row].set(x=x, text=yuan(value, self.lang) + ends[row])
        self._line_of_cost.set_data([cost, cost], [-0.5, 1.5])


class YearsBoard:
    """The whole picture, drawn once and then changed."""

    def __init__(self, lang: str) -> None:
        with style():
            self.figure: Figure = blank(11.0, 7.6, fitted=False)
            self.years = YearsPart(self.figure.add_axes((0.02, 0.40, 0.475, 0.50)), lang)
            self.effects = EffectPart(self.figure.add_axes(RIGHT), lang)
            self.value = ValuePart(self.figure.add_axes((0.16, 0.065, 0.81, 0.155)), lang)

    def forget_scale(self) -> None:
        """Let the next drawing choose its scales of money anew."""
        for part in (self.years, self.value):
            part.low = part.high = 0.0

    def update(self, now: Keeping, before: Keeping) -> None:
        """Show a change of retention beside that of the state it is compared with."""
        with style():
            self.years.update(now, before)
            self.effects.update(now, before)
            self.value.update(now, before)
