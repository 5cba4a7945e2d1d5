"""The picture of the chapter's simulator: the network, the rounds, the harm, and what each measure would keep.

It is drawn once; `update` only changes the values of its artists. Axes have no ticks: names and numbers are texts at
fixed places, for ticks look for room at every drawing.
"""

from __future__ import annotations

from textwrap import wrap
from typing import TYPE_CHECKING, Final

from . import formats
from .defection_measures import ANSWERED
from .defection_net import SIZE, NetPart
from .defection_panels import cause_name
from .defection_word import WordSource
from .look import DOWN, INK, QUIET, UP, blank, style
from .messages import tell
from .value_board_parts import heading, interval, people

if TYPE_CHECKING:
    from matplotlib.axes import Axes
    from matplotlib.figure import Figure

    from .defection_outlook import Outlook, Standing

_WIDTH, _HEIGHT = 11.0, 7.6  # inches
_NET: Final = (0.012, 0.042, SIZE[0] / _WIDTH, SIZE[1] / _HEIGHT)  # of each part: left, bottom, width, height
_ROUNDS: Final = (0.615, 0.745, 0.375, 0.18)
_HARM: Final = (0.615, 0.535, 0.375, 0.13)
_MEASURES: Final = (0.615, 0.055, 0.375, 0.365)
_NAMES: Final = 0.42  # part of the width that the names of the rounds take
_HEADROOM: Final = 1.3
_LETTERS: Final = 52  # of a quoted claim in one line
_LEAST_WIDTH: Final = 0.002  # bars that differ by less, in parts of the width, look the same
_OUTLINE: Final = (0, (2, 2))
SHOWN_ROUNDS: Final = 4  # rows of the rounds; the last one has all later rounds


def rounds_shown(state: Outlook) -> list[float]:
    """Return how many leave first and in each round, the last number for all later ones."""
    rounds = [*state.odds.rounds, *[0.0] * SHOWN_ROUNDS]
    return [*rounds[: SHOWN_ROUNDS - 1], sum(rounds[SHOWN_ROUNDS - 1 :])]


def round_names(lang: str) -> tuple[str, ...]:
    """Return the names of the rows of rounds."""
    return (
        tell(lang, "leave first"),
        tell(lang, "follow in round 1"),
        tell(lang, "in round 2"),
        tell(lang, "in round 3 or later"),
    )


def some(value: float, lang: str) -> str:
    """Return a number of customers on average; a small one that is not whole with one decimal.

    >>> some(5, "en"), some(5.27, "en"), some(52.7, "en")
    ('5', '5.3', '53')
    """
    return formats.number(value, lang) if value == round(value) else people(value, lang)


def counted(source: WordSource, lang: str) -> str:
    """Return whom a source's figure on bad word counts: sources differ, and so nothing is averaged."""
    return {
        WordSource.CRM: tell(lang, "people influenced"),
        WordSource.LOYALTY: tell(lang, "relatives and friends told"),
        WordSource.OUTSIDE: tell(lang, "people less willing to buy"),
        WordSource.COMPLAINTS: tell(lang, "people told"),
    }[source]


def reached(state: Outlook, lang: str) -> str:
    """Return how many the word reaches, from the lower to the upper end of the source's figure."""
    reach = state.reach
    return interval(reach.bad or 0.0, reach.bad_high or 0.0, lang)


class _Bars:
    """Rows of bars with outlines for the state before; a scale that only grows."""

    def __init__(self, axes: Axes, rows: int, height: float, begin: float = 0.0) -> None:
        self.axes, self.limit = axes, 0.0
        axes.set_axis_off()
        axes.set_xlim(0, 1)
        axes.set_ylim(rows - 0.5, -0.5)
        none, begins = [0.0] * rows, [begin] * rows
        self.room = 1 - begin
        self.now = list(axes.barh(range(rows), none, left=begins, height=height, color=DOWN, edgecolor="white").patches)
        self.was = list(
            axes.barh(
                range(rows), none, left=begins, height=height * 1.25, fill=False, edgecolor=INK, linestyle=_OUTLINE
            ).patches
        )

    def grow(self, largest: float) -> None:
        """Let the scale hold this value."""
        if largest > self.limit:
            self.limit = largest * _HEADROOM

    def show(self, row: int, value: float, past: float) -> float:
        """Show a row's value and, where it was another, the one before; return where the longer of both ends."""
        scale = self.room / self.limit if self.limit else 0.0
        self.now[row].set_width(value * scale)
        self.was[row].set(width=past * scale, visible=abs(past - value) * scale > _LEAST_WIDTH)
        return max(value, past) * scale


class RoundsPart:
    """How many leave first, and how many follow in each round, on average."""

    def __init__(self, axes: Axes, lang: str) -> None:
        self.lang = lang
        self.bars = _Bars(axes, SHOWN_ROUNDS, 0.62, _NAMES)
        self._heading = heading(axes, 0, 1.06)
        for row, name in enumerate(round_names(lang)):
            axes.text(_NAMES - 0.02, row, name, ha="right", va="center", fontsize=13)
        self._labels = [axes.text(_NAMES, row, "", va="center", fontsize=13) for row in range(SHOWN_ROUNDS)]

    def update(self, now: Outlook, before: Outlook) -> None:
        """Show the rounds of a state, and as outlines those of the one before."""
        rounds, past = rounds_shown(now), rounds_shown(before)
        self.bars.grow(max(*rounds, *past))
        for row, (value, was) in enumerate(zip(rounds, past, strict=True)):
            end = self.bars.show(row, value, was)
            self._labels[row].set(x=_NAMES + end + 0.015, text=some(value, self.lang))
        total = some(now.odds.total, self.lang)
        self._heading.set_text(tell(self.lang, "Leaving on average: {number}", number=total))


class HarmPart:
    """What profit goes with those who leave, and how many hear of it by one quoted claim: two scales."""

    def __init__(self, axes: Axes, lang: str) -> None:
        self.lang, self.limits = lang, [0.0, 0.0]
        self._bars = _Bars(axes, 2, 0.3)
        self._bars.limit = _HEADROOM
        self._heading = heading(axes, 0, 1.16)
        self._heading.set_text(tell(lang, "What goes, and who hears of it"))
        self._names = [axes.text(0, row - 0.26, "", fontsize=13) for row in range(2)]
        self._labels = [axes.text(1, row - 0.26, "", ha="right", fontsize=13) for row in range(2)]
        self._names[0].set_text(tell(lang, "profit of a year"))
        self._claim = axes.text(0, 1.27, "", va="top", fontsize=11, color=QUIET, linespacing=1.15)

    def update(self, now: Outlook, before: Outlook) -> None:
        """Show profit and word of mouth, and as outlines those of the state before."""
        lang = self.lang
        ends = [(state.profit, state.reach.bad_high or 0.0) for state in (now, before)]
        for row in range(2):
            self.limits[row] = max(self.limits[row], ends[0][row], ends[1][row], 1.0)
            self._bars.show(row, ends[0][row] / self.limits[row], ends[1][row] / self.limits[row])
        self._labels[0].set_text(formats.money(now.profit, lang))
        self._names[1].set_text(counted(now.source, lang))
        self._labels[1].set_text(reached(now, lang))
        said = tell(lang, "A claim: “{claim}”", claim=now.reach.says(lang)[-1].rstrip(".。"))
        self._claim.set_text("\n".join(wrap(said, _LETTERS)))


def _gained(net: float, lang: str) -> str:
    amount = formats.money(abs(net), lang, full=True)
    return tell(lang, "gains {amount}", amount=amount) if net > 0 else tell(lang, "loses {amount}", amount=amount)


class MeasuresPart:
    """What a measure against each cause would keep, beside what it costs."""

    def __init__(self, axes: Axes, lang: str) -> None:
        self.lang = lang
        self.bars = _Bars(axes, len(ANSWERED), 0.3)
        self._heading = heading(axes, 0, 1.06)
        rows = range(len(ANSWERED))
        self._names = [axes.text(0.005, row - 0.26, "", fontsize=12.5) for row in rows]
        self._labels = [axes.text(1, row - 0.26, "", ha="right", fontsize=12.5) for row in rows]
        ends = [end for row in rows for end in (row - 0.17, row + 0.4, float("nan"))]  # not through the names
        (self._past,) = axes.plot([0] * len(ends), ends, color=QUIET, linewidth=1.2, linestyle=_OUTLINE)
        (self._cost,) = axes.plot([0] * len(ends), ends, color=INK, linewidth=2.5)
        self._points = len(ends)
        self._note = axes.text(0, -0.055, "", transform=axes.transAxes, fontsize=11, color=QUIET, va="center")

    def update(self, now: Outlook, before: Outlook) -> None:
        """Show what each measure keeps, which of them pay, and as outlines what it kept before."""
        lang, found = self.lang, {each.cause: each for each in now.measures}
        past = {each.cause: each.worth for each in before.measures}
        self.bars.grow(max(now.cost, before.cost, *past.values(), *(each.worth for each in found.values())))
        best = now.paying[0].cause if now.paying else None
        for row, cause in enumerate(ANSWERED):
            one, pays = found[cause], found[cause].net > 0
            self.bars.show(row, one.worth, past[cause])
            self.bars.now[row].set(facecolor=UP if pays else DOWN, hatch="" if pays else "///")
            share = formats.percent(now.shares.get(cause, 0.0), lang, 0)
            name = tell(lang, "{cause}, {share}", cause=cause_name(cause, lang), share=share)
            self._names[row].set_text(f"► {name}" if cause == best else name)
            self._labels[row].set(text=_gained(one.net, lang), color=INK if pays else DOWN)
        for line, state in ((self._cost, now), (self._past, before)):
            line.set_xdata([state.cost / self.bars.limit] * self._points)
        self._past.set_visible(now.cost != before.cost)
        self._say(now)

    def _say(self, now: Outlook) -> None:
        lang, number = self.lang, len(now.paying)
        said = {
            0: tell(lang, "No measure pays"),
            1: tell(lang, "One measure pays"),
            len(ANSWERED): tell(lang, "Every measure pays"),
        }
        self._heading.set_text(said.get(number, tell(lang, "{number} measures pay", number=number)))
        cost = formats.money(now.cost, lang, full=True)
        self._note.set_text(tell(lang, "line: a measure costs {cost}; hatched: does not pay", cost=cost))


class DefectionBoard:
    """The simulator's picture: the network on the left, and what follows from it on the right."""

    def __init__(self, lang: str, found: Standing) -> None:
        with style():
            self.figure: Figure = blank(_WIDTH, _HEIGHT, fitted=False)
            self.net = NetPart(self.figure.add_axes(_NET), lang, found)
            self.rounds = RoundsPart(self.figure.add_axes(_ROUNDS), lang)
            self.harm = HarmPart(self.figure.add_axes(_HARM), lang)
            self.measures = MeasuresPart(self.figure.add_axes(_MEASURES), lang)

    def forget_scale(self) -> None:
        """Let the next drawing choose its scales anew."""
        self.rounds.bars.limit = self.measures.bars.limit = 0.0
        self.harm.limits = [0.0, 0.0]

    def update(self, now: Outlook, before: Outlook) -> None:
        """Show a state beside the one it is compared with."""
        with style():
            for part in (self.net, self.rounds, self.harm, self.measures):
                part.update(now, before)
