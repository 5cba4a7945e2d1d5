"""The parts a picture of the pyramid is put together from; each keeps its artists and only changes their values.

A simulator redraws while someone drags a slider, so a panel is drawn once and then updated, and its scale only
ever grows: a bar that gets longer is a number that got larger. `figures` puts panels into single pictures,
`TierBoard` into the one of the simulator.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from functools import cache
from typing import TYPE_CHECKING, Any

from . import formats
from .look import COLOURS, DOWN, INK, QUIET, UP, blank, style
from .messages import tell

if TYPE_CHECKING:
    from matplotlib.axes import Axes
    from matplotlib.figure import Figure
    from matplotlib.patches import Rectangle
    from matplotlib.text import Text

TIERS = tuple(COLOURS)  # from the lowest to the highest
ABSENT = "absent"  # `tiers.ABSENT`, without reading that module's frame machinery for a picture
OUTSIDE_BASE = frozenset({"lost", "onlooker"})  # the customer base is what stands above these
AT_STAKE = "at_risk"
MOVES_SHOWN = 6
HALF_A_YUAN = 0.5  # a smaller change cannot be seen, and sums of floats differ by less

Counts = Mapping[str, float]  # tier -> number
Moves = Mapping[tuple[str, str], int]  # (tier before, tier after) -> customers

_HEADROOM = 1.15  # a scale grows by this much beyond the longest bar, so that it need not grow at every step


@cache
def tier_name(tier: str, lang: str) -> str:
    """Return the name of a tier as it stands beside a bar, from the concept registry, without its explanation."""
    from .concepts import get

    return get(f"tier.{tier}").term(lang).split(" (")[0].split("（")[0]


def base(counts: Counts) -> float:
    """Return the size of the customer base: all tiers but the lost and the onlookers."""
    return sum(n for tier, n in counts.items() if tier not in OUTSIDE_BASE)


def share(part: float, whole: float) -> float:
    """Return a part as a fraction of the whole; nothing of nothing is none."""
    return part / whole if whole else 0.0


def went_up(move: tuple[str, str]) -> bool:
    """Say whether a move leads to a higher tier."""
    return TIERS.index(move[1]) > TIERS.index(move[0])


def ranked(moves: Moves) -> list[tuple[tuple[str, str], int]]:
    """Return the moves from one tier to another, the largest first; who stayed made no move."""
    changed = [(move, n) for move, n in moves.items() if move[0] != move[1] and n]
    return sorted(changed, key=lambda item: (-item[1], item[0]))


class _Panel:
    """Axes without ticks: names, title and numbers are texts at fixed places.

    Ticks and axes' titles look for room at every drawing, which took longer than all the bars together.
    """

    def __init__(self, axes: Axes, lang: str, rows: int) -> None:
        self.axes, self.lang = axes, lang
        self.limit = 0.0  # how far the scale reaches, in what the bars count
        axes.set_axis_off()
        self._heading = axes.text(0, 1.03, "", transform=axes.transAxes, fontsize=16)
        self._labels = [axes.text(0, row, "", va="center", fontsize=12.5) for row in range(rows)]

    def _name(self, row: int, text: str) -> Text:
        """Write the name of a row to its left."""
        at = self.axes.get_yaxis_transform()
        return self.axes.text(-0.015, row, text, va="center", ha="right", fontsize=13, transform=at)

    def _bars(self, rows: int, **look: Any) -> list[Rectangle]:
        return list(self.axes.barh(range(rows), [0] * rows, **look).patches)

    def _fits(self, largest: float) -> bool:
        """Let the scale grow where a bar needs it, never shrink; say whether it was right as it is."""
        if largest <= self.limit:
            return True
        self.limit = largest * _HEADROOM
        return False


class _TierPanel(_Panel):
    """One row per tier, the highest at the top: a bar for now, an outline for before."""

    def __init__(self, axes: Axes, lang: str, *, names: bool = True) -> None:
        super().__init__(axes, lang, len(TIERS))
        axes.set_ylim(-0.55, len(TIERS) - 0.45)
        self._now = self._bars(len(TIERS), height=0.78, color=[COLOURS[tier] for tier in TIERS])
        self._before = self._bars(len(TIERS), height=0.86, fill=False, edgecolor=INK, linestyle=(0, (2, 2)))
        for row, tier in enumerate(TIERS if names else ()):
            self._name(row, tier_name(tier, lang))


class PyramidPanel(_TierPanel):
    """The pyramid: one centred bar per tier, as wide as it has customers, with number and share beside it."""

    def __init__(self, axes: Axes, lang: str) -> None:
        super().__init__(axes, lang)
        for tier, bar in zip(TIERS, self._now, strict=True):
            if tier in OUTSIDE_BASE:
                bar.set(hatch="///", edgecolor="white", linewidth=0)
        axes.axhline(len(OUTSIDE_BASE) - 0.5, color=QUIET, linewidth=1, linestyle=(0, (6, 4)))
        self._note = axes.text(0, -0.01, "", transform=axes.transAxes, va="top", fontsize=11, color=QUIET)

    def update(self, counts: Counts, before: Counts | None = None) -> None:
        """Show these numbers of customers, and as outlines those of before where they differ."""
        past = before or counts
        known = sum(counts.values())
        if not self._fits(max(*counts.values(), *past.values(), 1)):
            self.axes.set_xlim(-self.limit / 2, self.limit * 1.02)
        for row, tier in enumerate(TIERS):
            n, was = counts[tier], past[tier]
            self._now[row].set(x=-n / 2, width=n)
            self._before[row].set(x=-was / 2, width=was, visible=was != n)
            label = f"{formats.number(n, self.lang)}  ({formats.percent(share(n, known), self.lang)})"
            self._labels[row].set(x=max(n, was) / 2 + self.limit * 0.015, text=label)
        there = {"base": formats.number(base(counts), self.lang), "known": formats.number(known, self.lang)}
        self._heading.set_text(tell(self.lang, "{base} customers in the base, {known} known", **there))
        if any(counts[tier] != past[tier] for tier in TIERS):
            self._note.set_text(tell(self.lang, "hatched: outside the customer base; outline: before"))
        else:
            self._note.set_text(tell(self.lang, "hatched: outside the customer base"))


class RevenuePanel(_TierPanel):
    """What each tier brings in, row by row beside the pyramid; the tier about to leave is what is at stake."""

    def __init__(self, axes: Axes, lang: str, *, names: bool = True) -> None:
        super().__init__(axes, lang, names=names)
        self._labels[TIERS.index(AT_STAKE)].set_color(DOWN)

    def update(self, revenue: Counts, before: Counts | None = None) -> None:
        """Show these amounts of yuan, and as outlines those of before where they differ."""
        past = before or revenue
        total = sum(revenue.values())
        if not self._fits(max(*revenue.values(), *past.values(), 1)):
            self.axes.set_xlim(0, self.limit * 2)
        for row, tier in enumerate(TIERS):
            amount, was = revenue[tier], past[tier]
            self._now[row].set_width(amount)
            self._before[row].set(width=was, visible=abs(was - amount) >= HALF_A_YUAN)
            label = f"{formats.money(amount, self.lang)}  ({formats.percent(share(amount, total), self.lang)})"
            self._labels[row].set(x=max(amount, was) + self.limit * 0.03, text=label)
        stake, all_now = formats.money(revenue[AT_STAKE], self.lang), formats.money(total, self.lang)
        self._heading.set_text(tell(self.lang, "{stake} of {total} is at stake", stake=stake, total=all_now))


class MovesPanel(_Panel):
    """The moves between tiers as bars, the largest first, upwards blue and downwards orange."""

    def __init__(self, axes: Axes, lang: str) -> None:
        super().__init__(axes, lang, MOVES_SHOWN)
        axes.set_ylim(MOVES_SHOWN - 0.45, -0.55)
        self._now = self._bars(MOVES_SHOWN, height=0.72)
        self._names = [self._name(row, "") for row in range(MOVES_SHOWN)]
        self._none = axes.text(0, 0, tell(lang, "Nobody has changed tier."), va="center", color=QUIET)

    def update(self, moves: Moves) -> None:
        """Show who changed tier; beyond the rows there are, the smaller moves are told as one sum."""
        rows = ranked(moves)
        if not self._fits(max((n for _, n in rows), default=1)):
            self.axes.set_xlim(0, self.limit * 1.15)
        for slot in range(MOVES_SHOWN):
            (start, end), n = rows[slot] if slot < len(rows) else (("", ""), 0)
            self._now[slot].set(width=n, facecolor=UP if n and went_up((start, end)) else DOWN)
            self._names[slot].set_text(f"{tier_name(start, self.lang)} → {tier_name(end, self.lang)}" if n else "")
            label = formats.number(n, self.lang) if n else ""
            self._labels[slot].set(x=n + self.limit * 0.01, text=label)
        self._none.set_visible(not rows)
        self._heading.set_text(self._sum(rows))

    def _sum(self, rows: Sequence[tuple[tuple[str, str], int]]) -> str:
        up = formats.number(sum(n for move, n in rows if went_up(move)), self.lang)
        down = formats.number(sum(n for move, n in rows if not went_up(move)), self.lang)
        rest = sum(n for _, n in rows[MOVES_SHOWN:])
        if not rest:
            return tell(self.lang, "Moves: {up} up, {down} down", up=up, down=down)
        return tell(
            self.lang,
            "Moves: {up} up, {down} down; the largest here, {rest} more in smaller ones",
            up=up,
            down=down,
            rest=formats.number(rest, self.lang),
        )


class TierBoard:
    """The simulator's picture: pyramid, revenue beside it, moves below; drawn once, then updated.

    Its margins are set by hand, for fitting them anew at every step costs more than the drawing.
    """

    def __init__(self, lang: str) -> None:
        with style():
            self.figure: Figure = blank(11.0, 7.6, fitted=False)
            self.pyramid = PyramidPanel(self.figure.add_axes((0.175, 0.405, 0.47, 0.535)), lang)
            self.revenue = RevenuePanel(self.figure.add_axes((0.66, 0.405, 0.34, 0.535)), lang, names=False)
            self.moves = MovesPanel(self.figure.add_axes((0.37, 0.015, 0.62, 0.27)), lang)

    def forget_scale(self) -> None:
        """Let the next drawing choose its scales anew, as the first one did."""
        for panel in (self.pyramid, self.revenue, self.moves):
            panel.limit = 0.0

    def draw(self, counts: Counts, revenue: Counts, moves: Moves, before: tuple[Counts, Counts] | None = None) -> None:
        """Show a state of the pyramid.

        counts, revenue  per tier, now; `before` the same two of the state it is compared with
        moves            (tier before, tier now) -> customers
        """
        with style():
            self.pyramid.update(counts, before[0] if before else None)
            self.revenue.update(revenue, before[1] if before else None)
            self.moves.update(moves)
