"""The picture of the segments' simulator: Lorenz curve, map of RFM, customer matrix, and who changes cell.

Drawn once, then changed: no ticks, no fitted margins, every text at a place of its own.
"""

from __future__ import annotations

import textwrap
from dataclasses import dataclass
from typing import TYPE_CHECKING

from . import formats
from .look import DOWN, INK, QUIET, UP, blank, style
from .messages import tell
from .segments_clp import ClpCell
from .segments_cuts import cell_moves
from .segments_fields import Fields
from .segments_panels import CLP_PLACES, RFM_PLACES, cell_name, clp_sides, rfm_sides
from .segments_rfm import CELLS, RfmCell

if TYPE_CHECKING:
    from collections.abc import Mapping

    from matplotlib.axes import Axes
    from matplotlib.figure import Figure
    from matplotlib.patches import Rectangle
    from matplotlib.text import Text

    from .segments_cuts import Cut, RfmCuts
    from .segments_fields import Place
    from .segments_pareto import Largest

Moves = dict[tuple[str, str], int]

SMALL, PLAIN, HEADING = 11, 12, 16  # points; nothing on a wall is smaller
LORENZ = (0.052, 0.535, 0.27, 0.365)  # left, bottom, width, height of each panel as shares of the figure
_RFM = (0.405, 0.515, 0.59, 0.385)
_MOVES = (0.012, 0.01, 0.42, 0.425)
_CLP = (0.535, 0.045, 0.46, 0.315)
_LONG = 17  # signs of a name from which it takes two lines in a field
_SIDE = 15  # signs of a line beside a row
_RFM_SHOWN, _CLP_SHOWN = 3, 3  # moves that stand there, the largest
_UPWARDS = {"low": 0, "high": 1}


@dataclass(frozen=True)
class Segments:
    """What the picture shows of one state: the curve and where it is read, the cuts, and who is in which cell."""

    largest: Largest
    top: float
    cuts: RfmCuts
    rfm: Cut
    current_cut: float
    potential_cut: float
    clp: Cut


def name_of(cell: str, lang: str) -> str:
    """Return the name of a cell of RFM or of the matrix."""
    kind: RfmCell | ClpCell = ClpCell(cell) if cell in set(ClpCell) else RfmCell(cell)
    return cell_name(kind.concept, lang)


def short_name(cell: str, lang: str) -> str:
    """Return a name for a list of moves: a cell of the matrix by its two values, one of RFM by its name."""
    if cell not in set(ClpCell):
        return name_of(cell, lang)
    words = {"high": tell(lang, "high"), "low": tell(lang, "low")}
    return " · ".join(words[word] for word in cell.split("_"))


def highs(cell: str) -> int:
    """Return in how many measures a cell is high: 0 to 3 in RFM, 0 to 2 in the matrix."""
    if cell in set(ClpCell):
        return sum(_UPWARDS[word] for word in cell.split("_"))
    return next(sum(high) for high, each in CELLS.items() if each == cell)


def value_word(by: str, lang: str) -> str:
    """Return what customers are ranked by, as a word."""
    return tell(lang, "revenue") if by == "revenue" else tell(lang, "profit")


class LorenzPanel:
    """The Lorenz curve, the part of the largest customers in colour; before as a pale line and a pale mark."""

    def __init__(self, axes: Axes, lang: str) -> None:
        from matplotlib.patches import Rectangle

        self.lang = lang
        axes.set_axis_off()
        axes.set_xlim(0, 1)
        axes.set_ylim(0, 1)
        self._part = axes.add_patch(Rectangle((0, 0), 0, 0, facecolor=DOWN, alpha=0.22, hatch="//", edgecolor=DOWN))
        axes.plot([0, 0, 1], [1, 0, 0], color=QUIET, linewidth=1, clip_on=False)
        axes.plot([0, 1], [0, 1], color=QUIET, linewidth=1, linestyle=":")
        (self._was,) = axes.plot([], [], color="#999999", linewidth=1.8, linestyle="--")
        (self._was_at,) = axes.plot([], [], "o", color="white", markeredgecolor=INK, markersize=8)
        (self._now,) = axes.plot([], [], color=UP, linewidth=2.8)
        (self._at,) = axes.plot([], [], "o", color=DOWN, markersize=10, clip_on=False)
        self._heading = axes.text(-0.1, 1.055, "", fontsize=HEADING)
        self._said = axes.text(0.05, 0.93, "", fontsize=PLAIN, va="top", color=INK)
        self._side = axes.text(-0.025, 0.5, "", fontsize=SMALL, color=QUIET, rotation=90, ha="right", va="center")
        under = tell(lang, "share of the customers, from the smallest on")
        axes.text(0.5, -0.11, under, fontsize=SMALL, color=QUIET, ha="center", va="top")
        for step in (0, 0.5, 1):
            axes.text(step, -0.02, formats.percent(step, lang, 0), fontsize=SMALL, ha="center", va="top")

    def update(self, now: Segments, before: Segments) -> None:
        """Show the curve, and how much of it the largest have."""
        held, was = now.largest.at(now.top), before.largest.at(before.top)
        top, share = formats.percent(now.top, self.lang, 0), formats.percent(held, self.lang, 0)
        value = value_word(now.largest.by, self.lang)
        self._now.set_data(*now.largest.lorenz())
        self._was.set_data(*before.largest.lorenz())
        self._was.set_visible(before.largest.by != now.largest.by)
        self._at.set_data([1 - now.top], [1 - held])
        self._was_at.set_data([1 - before.top], [1 - was])
        self._was_at.set_visible((before.top, before.largest.by) != (now.top, now.largest.by))
        self._part.set(x=1 - now.top, y=1 - held, width=now.top, height=held)
        self._heading.set_text(tell(self.lang, "The top {top} bring {share}", top=top, share=share))
        people = formats.number(now.largest.number(now.top), self.lang)
        there = [
            tell(
                self.lang, "{people} customers\nbring {share}\nof the {value}", people=people, share=share, value=value
            )
        ]
        if self._was_at.get_visible():
            there.append(tell(self.lang, "before: {share}", share=formats.percent(was, self.lang, 0)))
        self._said.set_text("\n".join(there))
        self._side.set_text(tell(self.lang, "share of the {value}", value=value))


class CellsPanel:
    """A map of cells: darker brings more, the bar counts customers, a dashed outline is before."""

    def __init__(self, axes: Axes, lang: str, places: Mapping[Place, str], sides: tuple[list[str], list[str]]) -> None:
        self.lang, self.cells = lang, tuple(places.values())
        self.named, self.of_what = True, "{value}"  # whether a cell's name stands in it; how its share is said
        axes.set_axis_off()
        self.fields = Fields(axes, places, size=SMALL, bars=True)
        for column, word in enumerate(sides[0]):
            axes.text(column, -0.53, word, fontsize=PLAIN, ha="center", va="bottom")
        for row, word in enumerate(sides[1]):
            lines = textwrap.fill(word, _SIDE)
            axes.text(-0.53, row, lines, fontsize=PLAIN, ha="right", va="center", rotation=90, multialignment="center")
        self._heading = axes.text(0, 1.19, "", fontsize=HEADING, transform=axes.transAxes)
        self._note = axes.text(0, 1.115, "", fontsize=SMALL, color=QUIET, transform=axes.transAxes)

    def update(self, now: Cut, before: Cut, heading: str, note: str) -> None:
        """Show how many customers each cell has and what they bring."""
        shares = {cell: now.share(cell) for cell in self.cells}
        self.fields.update({cell: now.value_share(cell) for cell in self.cells}, self._words(now, before))
        self.fields.measure(shares, {cell: before.share(cell) for cell in self.cells})
        self._heading.set_text(heading)
        self._note.set_text(note)

    def _words(self, now: Cut, before: Cut) -> dict[str, str]:
        words = {}
        for cell in self.cells:
            n, share = formats.number(now.customers[cell], self.lang), formats.percent(now.share(cell), self.lang, 0)
            brings = self.of_what.format(value=formats.percent(now.value_share(cell), self.lang, 0))
            name = [_wrapped(name_of(cell, self.lang))] if self.named else []
            past = self._past(now.customers[cell], before.customers[cell])
            words[cell] = "\n".join([*name, f"{n} ({share})", brings, *past])
        return words

    def _past(self, n: int, was: int) -> list[str]:
        return [] if n == was else [tell(self.lang, "before: {share}", share=formats.number(was, self.lang))]


def _wrapped(name: str) -> str:
    """Break a long name of several words in two."""
    if len(name) <= _LONG or " " not in name:
        return name
    first, last = name.rsplit(" ", 1)
    return f"{first}\n{last}"


class CellMovesPanel:
    """Who changes cell: a list with bars for RFM and one for the matrix; places are inches from the top left."""

    _WIDTH, _HEIGHT, _BAR, _LINE = 4.62, 3.23, 0.15, 0.24

    def __init__(self, axes: Axes, lang: str) -> None:
        self.lang, self.limit = lang, 1.0
        axes.set_axis_off()
        axes.set_xlim(0, self._WIDTH)
        axes.set_ylim(self._HEIGHT, 0)
        self._rfm_heading = axes.text(0, 0.12, "", fontsize=HEADING - 1, va="center")
        self._rfm = [self._row(axes, 0.41 + 0.44 * slot) for slot in range(_RFM_SHOWN)]
        self._clp_heading = axes.text(0, 1.86, "", fontsize=HEADING - 1, va="center")
        self._clp = [self._row(axes, 2.13 + 0.38 * slot, self._LINE - 0.06) for slot in range(_CLP_SHOWN)]

    def _row(self, axes: Axes, y: float, below: float = 0.19) -> tuple[Text, Rectangle, Text]:
        from matplotlib.patches import Rectangle

        name = axes.text(0, y, "", fontsize=SMALL, va="center")
        bar = Rectangle((0, y + below - self._BAR / 2 + 0.02), 0, self._BAR, facecolor=UP, linewidth=0)
        axes.add_patch(bar)
        return name, bar, axes.text(0, y + below + 0.02, "", fontsize=SMALL, va="center")

    def update(self, rfm: Moves, clp: Moves) -> None:
        """Show the largest moves; the bars of both lists have one scale, which only grows."""
        self.limit = max([self.limit, *rfm.values(), *clp.values()])
        self._fill(self._rfm, rfm)
        self._fill(self._clp, clp)
        moved = (formats.number(sum(moves.values()), self.lang) for moves in (rfm, clp))
        self._rfm_heading.set_text(tell(self.lang, "RFM: {n} change cell", n=next(moved)))
        self._clp_heading.set_text(tell(self.lang, "Matrix (current · potential): {n} change", n=next(moved)))

    def _fill(self, rows: list[tuple[Text, Rectangle, Text]], moves: Moves) -> None:
        shown = list(moves.items())[: len(rows)]
        for slot, (name, bar, label) in enumerate(rows):
            (start, end), n = shown[slot] if slot < len(shown) else (("", ""), 0)
            width = n / self.limit * (self._WIDTH - 0.75)
            rises = n > 0 and highs(end) > highs(start)
            sign = "▲" if rises else "▼"
            named = f"{short_name(start, self.lang)} → {short_name(end, self.lang)}" if n else ""
            name.set_text(named)
            bar.set(width=width, facecolor=UP if rises else DOWN)
            label.set(x=width + 0.07, text=f"{sign} {formats.number(n, self.lang)}" if n else "")


class SegmentBoard:
    """The simulator's picture; `draw` shows a state beside the one it is compared with."""

    def __init__(self, lang: str) -> None:
        self.lang = lang
        with style():
            self.figure: Figure = blank(11.0, 7.6, fitted=False)
            self.lorenz = LorenzPanel(self.figure.add_axes(LORENZ), lang)
            rfm = {place: str(cell) for place, cell in RFM_PLACES.items()}
            clp = {place: str(cell) for place, cell in CLP_PLACES.items()}
            self.rfm = CellsPanel(self.figure.add_axes(_RFM), lang, rfm, rfm_sides(lang))
            self.clp = CellsPanel(self.figure.add_axes(_CLP), lang, clp, clp_sides(lang))
            self.rfm.of_what = tell(lang, "{value} of the money")
            self.clp.named, self.clp.of_what = False, tell(lang, "{value} of the profit")
            self.moves = CellMovesPanel(self.figure.add_axes(_MOVES), lang)

    def forget_scale(self) -> None:
        """Let the next drawing choose its scale anew."""
        self.moves.limit = 1.0

    def point(self, now: Segments) -> tuple[float, float]:
        """Return where the mark on the curve stands in the picture, from the top left, each from 0 to 1."""
        left, bottom, width, height = LORENZ
        return left + width * (1 - now.top), 1 - bottom - height * (1 - now.largest.at(now.top))

    @staticmethod
    def top_at(x: float) -> float:
        """Return which top share a place of the picture stands for, from its left edge (both fractions)."""
        left, _, width, _ = LORENZ
        return 1 - (x - left) / width

    def draw(self, now: Segments, before: Segments) -> None:
        """Show a state of the segments and who has changed cell since the one before."""
        with style():
            self.lorenz.update(now, before)
            self._cells(now, before)
            self.moves.update(cell_moves(before.rfm, now.rfm), cell_moves(before.clp, now.clp))

    def _cells(self, now: Segments, before: Segments) -> None:
        lang, champion, best = self.lang, str(RfmCell.CHAMPION), str(ClpCell.HIGH_HIGH)
        heading = tell(
            lang,
            "RFM: {n} champions, {value} of the money",
            n=formats.number(now.rfm.customers[champion], lang),
            value=formats.percent(now.rfm.value_share(champion), lang, 0),
        )
        self.rfm.update(now.rfm, before.rfm, heading, self._rfm_note(now.cuts))
        heading = tell(
            lang,
            "Matrix: {n} high in both, {value} of the profit",
            n=formats.number(now.clp.customers[best], lang),
            value=formats.percent(now.clp.value_share(best), lang, 0),
        )
        self.clp.update(now.clp, before.clp, heading, self._clp_note(now))

    def _rfm_note(self, cuts: RfmCuts) -> str:
        return tell(
            self.lang,
            "recently: last {days} days; often: from {often} repeat purchases; much: from {much}",
            days=cuts.recent_days,
            often=cuts.often,
            much=formats.money(cuts.much, self.lang),
        )

    def _clp_note(self, now: Segments) -> str:
        return tell(
            self.lang,
            "high: current above {current}, potential above {potential}",
            current=formats.money(now.current_cut, self.lang),
            potential=formats.money(now.potential_cut, self.lang),
        )
