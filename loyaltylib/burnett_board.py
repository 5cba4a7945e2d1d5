"""The simulator's picture of the key accounts: the map, one account under drawn weights, and how firm its place is.

Drawn once; a redraw only changes what is there. The numbers come from `loyaltylib.burnett_what_if`.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING, Any, Final

from . import formats
from .burnett_grid import Cuts, cells
from .burnett_indicators import HIGHEST, LOWEST
from .burnett_panels import cell_words, nine_cells
from .look import DOWN, INK, QUIET, UP, blank, style
from .messages import tell

if TYPE_CHECKING:
    from matplotlib.axes import Axes
    from matplotlib.figure import Figure

    from .burnett_what_if import Standing

_MAP: Final = (0.062, 0.115, 0.575, 0.825)  # left, bottom, width, height, as fractions of the figure
_DRAWS: Final = (0.705, 0.435, 0.29, 0.395)
_SHARES: Final = (0.705, 0.03, 0.29, 0.33)
_SLOTS = 17  # bars of the draws
_NARROWEST = 0.15  # points of the index shown above and below an account, at the least
_ROOM = 1.1  # beyond the outermost draw
_NEVER = -9.0  # where an artist stands that is not to be seen
_FURTHER_LEFT = 0.02  # so that the longest strategy and two counts find room in their cell
_BESIDE = 0.13  # points of a figure between an account and its name
_NEAR_CUT = 0.7  # points of a figure within which a name has room above its account only
_SHIFTED = 0.005  # a point that moved less is drawn where it was
_LINE_APART = 0.06  # of the height: a cut this near the account's own line is called from the other side


@dataclass(frozen=True)
class Chosen:
    """The account the picture is about: its name, its row in the sheet, and what its place hangs on.

    moved, was_moved  weight that brings it to the next band, now and before (fraction; None where none does)
    """

    name: str
    row: int
    moved: float | None
    was_moved: float | None


class MapPanel:
    """All accounts on the nine cells; the chosen one large, with where it was and how far the draws take it."""

    def __init__(self, axes: Axes, lang: str, cuts: Cuts) -> None:
        from matplotlib.collections import LineCollection

        self.axes, self.lang = axes, lang
        self._floors = (LOWEST, *cuts.attractiveness)
        axes.set_axis_off()
        self._counts = nine_cells(axes, cuts, lang)
        self._words = [cell_words(each, lang) for each in cells()]
        for text in self._counts:
            text.set_x(text.get_position()[0] - _FURTHER_LEFT)
        self._scales()
        self._moves = LineCollection([], colors=DOWN, linewidths=1.2, zorder=3)
        axes.add_collection(self._moves, autolim=False)
        self._firm = axes.scatter([], [], s=30, color=UP, alpha=0.75, linewidths=0, zorder=4)
        self._shaky = axes.scatter(
            [], [], s=60, marker="D", facecolors="white", edgecolors=DOWN, linewidths=1.8, zorder=5
        )
        (self._path,) = axes.plot([], [], color=INK, linewidth=1.3, linestyle=(0, (3, 2)), zorder=6)
        (self._was,) = axes.plot([], [], "o", markersize=11, markerfacecolor="none", markeredgecolor=INK, zorder=6)
        (self._reach,) = axes.plot([], [], color=INK, linewidth=3, solid_capstyle="butt", zorder=6)
        (self._now,) = axes.plot([], [], "o", markersize=12, color=DOWN, markeredgecolor=INK, zorder=7)
        paper = {"facecolor": "white", "alpha": 0.75, "edgecolor": "none", "pad": 1.5}
        self._name = axes.text(0, 0, "", fontsize=14, va="center", bbox=paper, zorder=8)

    def _scales(self) -> None:
        axes, lang = self.axes, self.lang
        for score in range(LOWEST, HIGHEST + 1):
            axes.text(score, -0.02, str(score), transform=axes.get_xaxis_transform(), ha="center", va="top")
            axes.text(-0.015, score, str(score), transform=axes.get_yaxis_transform(), ha="right", va="center")
        axes.text(0, 1.025, tell(lang, "↑ customer attractiveness"), transform=axes.transAxes, fontsize=13)
        right = tell(lang, "relationship status →")
        axes.text(1, 1.025, right, transform=axes.transAxes, fontsize=13, ha="right")
        legend = tell(lang, "◇ not firm: other band in over a tenth of the draws; line: from the cell before")
        axes.text(0, -0.105, legend, transform=axes.transAxes, fontsize=11, color=QUIET)

    def update(self, now: Standing, before: Standing, chosen: Chosen) -> None:
        """Show where all stand, and what has changed."""
        import numpy as np

        places = np.column_stack((now.relationship, now.attractiveness))
        past = np.column_stack((before.relationship, before.attractiveness))
        others = np.arange(len(places)) != chosen.row
        self._firm.set_offsets(places[others & ~now.shaky])
        self._shaky.set_offsets(places[others & now.shaky])
        moved = others & (now.places != before.places)
        self._moves.set_segments(list(np.stack((past[moved], places[moved]), axis=1)))
        for text, word, count, was in zip(self._counts, self._words, now.counts, before.counts, strict=True):
            text.set_text(f"{word} {count}" if count == was else f"{word} {was}→{count}")
        self._one(places[chosen.row], past[chosen.row], now.drawn[chosen.row], chosen.name)

    def _one(self, place: Any, past: Any, drawn: Any, name: str) -> None:
        (x, y), (x0, y0) = place, past
        self._now.set_data([x], [y])
        self._reach.set_data([x, x], [drawn.min(), drawn.max()])
        has_moved = bool(abs(place - past).max() > _SHIFTED)
        self._was.set_data([x0] if has_moved else [], [y0] if has_moved else [])
        self._path.set_data([x0, x] if has_moved else [], [y0, y] if has_moved else [])
        side = 1 if x < (LOWEST + HIGHEST) / 2 else -1
        # The words of a cell stand at its top: near a cut, on either side of it, there is more room above the point.
        above = 1 if min(abs(y - cut) for cut in self._floors) < _NEAR_CUT else -1
        self._name.set(x=x + side * _BESIDE, y=y + above * _BESIDE, ha="left" if side > 0 else "right", text=name)


class DrawsPanel:
    """One account's attractiveness under the drawn weights: lying bars, hatched beyond the cut."""

    def __init__(self, axes: Axes, lang: str, cuts: Cuts) -> None:
        self.axes, self.lang, self.cuts = axes, lang, cuts
        self.limit = 0.0
        axes.set_axis_off()
        axes.set(xlim=(0, 1), ylim=(-1, 1))
        self._bars = list(axes.barh(range(_SLOTS), [0] * _SLOTS, color=UP, edgecolor="white", linewidth=0.5).patches)
        self._own = axes.axhline(0, color=INK, linewidth=2)
        self._cuts = [axes.axhline(_NEVER, color=DOWN, linewidth=2, linestyle=(0, (5, 2))) for _ in cuts.attractiveness]
        self._says = axes.text(-0.02, 0, "", ha="right", va="center", fontsize=12.5, clip_on=False)
        paper = {"facecolor": "white", "alpha": 0.85, "edgecolor": "none", "pad": 1}
        self._calls = [
            axes.text(1, _NEVER, "", ha="right", fontsize=12, color=DOWN, clip_on=True, bbox=paper)
            for _ in cuts.attractiveness
        ]
        self._name = axes.text(0, 1.21, "", transform=axes.transAxes, fontsize=16)
        self._strategy = axes.text(0, 1.115, "", transform=axes.transAxes, fontsize=14)
        head = tell(lang, "its attractiveness, 1,000 draws")
        axes.text(0, 1.02, head, transform=axes.transAxes, fontsize=12, color=QUIET)

    def update(self, now: Standing, before: Standing, chosen: Chosen) -> None:
        """Show the draws of an account around its own index."""
        import numpy as np

        index, drawn = float(now.attractiveness[chosen.row]), now.drawn[chosen.row]
        self.limit = max(self.limit, _NARROWEST, float(abs(drawn - index).max()) * _ROOM)
        cut = min(self.cuts.attractiveness, key=lambda each: abs(each - index))
        wide = 2 * self.limit / (_SLOTS - 1)
        # A cut is an edge of two bars, so that none lies on both sides of it.
        start = cut + np.floor((index - self.limit - cut) / wide) * wide
        edges = start + wide * np.arange(_SLOTS + 1)
        found, _ = np.histogram(drawn, edges)
        middle = (edges[:-1] + edges[1:]) / 2
        away = np.digitize(middle, self.cuts.attractiveness) != np.digitize(index, self.cuts.attractiveness)
        for bar, at, n, is_away in zip(self._bars, edges - index, found / max(found.max(), 1), away, strict=False):
            bar.set(y=at / self.limit, height=wide / self.limit, width=n * 0.96, visible=n > 0)
            bar.set(facecolor="white" if is_away else UP, edgecolor=DOWN if is_away else "white")
            bar.set_hatch("////" if is_away else "")
        self._says.set_text(formats.number(index, self.lang, 2))
        self._call(index)
        self._name.set_text(chosen.name)
        word = cell_words(now.cell(chosen.row), self.lang)
        same = before.places[chosen.row] == now.places[chosen.row]
        self._strategy.set_text(word if same else f"→ {word}")

    def _call(self, index: float) -> None:
        """Write at each cut what begins there."""
        names = (tell(self.lang, "medium from {cut}"), tell(self.lang, "high from {cut}"))
        for line, text, cut, name in zip(self._cuts, self._calls, self.cuts.attractiveness, names, strict=True):
            at = (cut - index) / self.limit
            line.set_ydata([at, at])
            below = at <= 0 or at > 1 - 2 * _LINE_APART
            text.set(y=at + (-_LINE_APART if below else _LINE_APART) / 2, va="top" if below else "bottom")
            text.set(text=name.format(cut=formats.number(cut, self.lang, 2)), visible=abs(at) < 1)


class SharesPanel:
    """Three shares as lying bars with the outline of before: what the account's place and all places hang on."""

    def __init__(self, axes: Axes, lang: str) -> None:
        self.lang = lang
        axes.set_axis_off()
        axes.set(xlim=(0, 1), ylim=(2.75, -0.75))
        at = range(3)
        axes.barh(at, [1, 1, 1], height=0.34, color="#eeeeee")
        self._now = list(axes.barh(at, [0, 0, 0], height=0.34, color=[UP, QUIET, DOWN]).patches)
        self._now[2].set(facecolor="white", edgecolor=DOWN, hatch="////")
        self._before = list(axes.barh(at, [0, 0, 0], height=0.42, fill=False, edgecolor=INK, linestyle=(0, (2, 2))))
        self._words = [axes.text(0, row - 0.29, "", fontsize=12.5, va="bottom") for row in at]
        note = tell(lang, "dotted outline: before")
        axes.text(0, 2.72, note, fontsize=11, color=QUIET, va="bottom")

    def update(self, now: Standing, before: Standing, chosen: Chosen) -> None:
        """Show the shares."""
        lang, row = self.lang, chosen.row
        kept, was_kept = float(now.kept[row]), float(before.kept[row])
        shaky, was_shaky = int(now.shaky.sum()), int(before.shaky.sum())
        known = len(now.sheet.accounts)
        values = (kept, chosen.moved or 0.0, shaky / known)
        past = (was_kept, chosen.was_moved or 0.0, was_shaky / known)
        for bar, outline, value, was in zip(self._now, self._before, values, past, strict=True):
            bar.set_width(value)
            outline.set(width=was, visible=value != was)
        weight = tell(lang, "none") if chosen.moved is None else formats.percent(chosen.moved, lang)
        said = (
            tell(lang, "keeps its band in {share} of draws", share=formats.percent(kept, lang)),
            tell(lang, "to the next band: {weight} of weight", weight=weight),
            tell(lang, "not firm: {shaky} of {known} accounts", shaky=shaky, known=known),
        )
        for text, words in zip(self._words, said, strict=True):
            text.set_text(words)


class AccountBoard:
    """The simulator's picture; its margins are set by hand, for fitting them anew costs more than the drawing."""

    def __init__(self, lang: str, cuts: Cuts | None = None) -> None:
        limits = cuts or Cuts()
        with style():
            self.figure: Figure = blank(11.0, 7.6, fitted=False)
            self.map = MapPanel(self.figure.add_axes(_MAP), lang, limits)
            self.draws = DrawsPanel(self.figure.add_axes(_DRAWS), lang, limits)
            self.shares = SharesPanel(self.figure.add_axes(_SHARES), lang)

    def forget_scale(self) -> None:
        """Let the next drawing choose its scales anew."""
        self.draws.limit = 0.0

    def update(self, now: Standing, before: Standing, chosen: Chosen) -> None:
        """Show where all accounts stand beside the state before, and one of them more closely."""
        with style():
            for panel in (self.map, self.draws, self.shares):
                panel.update(now, before, chosen)

    def point(self, relationship: float, attractiveness: float) -> tuple[float, float]:
        """Return where two figures stand in the picture, from the top left, each from 0 to 1."""
        left, bottom, width, height = _MAP
        (x0, x1), (y0, y1) = self.map.axes.get_xlim(), self.map.axes.get_ylim()
        across, up = (relationship - x0) / (x1 - x0), (attractiveness - y0) / (y1 - y0)
        return left + width * across, 1 - (bottom + height * up)

    def figures(self, x: float, y: float) -> tuple[float, float]:
        """Return the relationship and the attractiveness that stand at a place of the picture."""
        left, bottom, width, height = _MAP
        (x0, x1), (y0, y1) = self.map.axes.get_xlim(), self.map.axes.get_ylim()
        return x0 + (x - left) / width * (x1 - x0), y0 + (1 - y - bottom) / height * (y1 - y0)
