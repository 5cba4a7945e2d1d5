"""A map of cells: one field each, the darker the more it brings, with its words; drawn once, then changed."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from .look import DOWN, INK, UP

if TYPE_CHECKING:
    from collections.abc import Mapping

    from matplotlib.axes import Axes
    from matplotlib.patches import Rectangle

Place = tuple[int, int]  # column and row; the first row stands above

_DARK = 0.62  # strength of a field's colour from which white text is easier to read than black
_FAINTEST, _RANGE = 0.06, 0.84  # strength of a field that brings nothing, and what the one that brings most has more
_SIDE = 0.97  # of a field; the rest is the gap between two
_TRACK, _BAR_HEIGHT = 0.9, 0.1  # width and height of the bar in a field
_BAR_TOP = 0.33  # where it begins, below the middle of the field
_SEEN = 0.0005  # a smaller change of a share cannot be seen


class Fields:
    """The fields of a map.

    places  (column, row) -> cell
    bars    with a bar at the foot of each field: the whole width stands for all customers
    """

    def __init__(self, axes: Axes, places: Mapping[Place, str], *, size: float = 11.5, bars: bool = False) -> None:
        from matplotlib.patches import Rectangle

        def box(x: float, y: float, width: float, height: float, **look: Any) -> Rectangle:
            made = Rectangle((x, y), width, height, **look)
            axes.add_patch(made)
            return made

        self._fields, self._texts, self._now, self._before = {}, {}, {}, {}
        for (x, y), cell in places.items():
            self._fields[cell] = box(x - _SIDE / 2, y - _SIDE / 2, _SIDE, _SIDE, edgecolor="none")
            middle = y - (_BAR_HEIGHT if bars else 0)
            self._texts[cell] = axes.text(x, middle, "", ha="center", va="center", fontsize=size)
            if bars:
                left, top = x - _TRACK / 2, y + _BAR_TOP
                box(left, top, _TRACK, _BAR_HEIGHT, facecolor="white", edgecolor=INK, linewidth=0.8)
                self._now[cell] = box(left, top, 0, _BAR_HEIGHT, facecolor=INK)
                dashed = {"fill": False, "edgecolor": DOWN, "linewidth": 2.2, "linestyle": (0, (2, 1))}
                self._before[cell] = box(left, top - 0.02, 0, _BAR_HEIGHT + 0.04, **dashed)
        axes.set_xlim(-0.5, max(column for column, _ in places) + 0.5)
        axes.set_ylim(max(row for _, row in places) + 0.5, -0.5)

    def update(self, values: Mapping[str, float], words: Mapping[str, str]) -> None:
        """Show each cell's share of the value as the darkness of its field, and its words."""
        most = max(values.values()) or 1.0
        for cell, field in self._fields.items():
            strength = _FAINTEST + _RANGE * max(values[cell], 0.0) / most
            field.set_facecolor((UP, strength))
            self._texts[cell].set(text=words[cell], color="white" if strength > _DARK else "black")

    def measure(self, shares: Mapping[str, float], before: Mapping[str, float]) -> None:
        """Show each cell's share of the customers as a bar, and as a dashed outline the one before where it differs."""
        for cell, bar in self._now.items():
            bar.set_width(shares[cell] * _TRACK)
            differs = abs(shares[cell] - before[cell]) > _SEEN
            self._before[cell].set(width=before[cell] * _TRACK, visible=differs)
