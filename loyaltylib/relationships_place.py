"""Kotler's grid on real scales, as a part of the simulator's picture that is drawn once and then updated.

A place in it is a margin and a number of customers, so that accounts stay where they are while a limit moves over them.
"""

from __future__ import annotations

from dataclasses import dataclass
from itertools import pairwise
from math import log10
from typing import TYPE_CHECKING, Any, Final

from . import formats
from .look import DOWN, INK, QUIET, UP
from .messages import tell
from .relationships import GRID, Verdict, customer_band, margin_band
from .relationships_accounts import BIN, TOP, Summary
from .relationships_rules import CustomerBand, GridRules, MarginBand, RelationshipType

if TYPE_CHECKING:
    from collections.abc import Sequence

    from matplotlib.axes import Axes

    from .relationships_service import Segment, SegmentPlan

FEWEST, MOST = 10, 5000  # customers at the upper and the lower edge of the grid
_NAMED = (0.125, 0.13)  # a cell as wide (fraction of the price) and as high (powers of ten) has room for its name
_HILL = 0.5 / 90  # powers of ten that one account adds to a hill: the highest stays within its row
OUTLINE: Final = (0, (2, 2))
FRAME: Final = {"boxstyle": "round,pad=0.15", "facecolor": "white", "edgecolor": "none", "alpha": 0.8}
VERDICT_COLOURS: Final = {Verdict.TOO_LITTLE: DOWN, Verdict.FITS: "#7f7f7f", Verdict.TOO_MUCH: UP}
HATCHES: Final = {Verdict.TOO_LITTLE: "\\\\\\\\", Verdict.FITS: "", Verdict.TOO_MUCH: "////"}
_BESIDE = 0.43  # a segment with a larger margin has its name on the left, where there is room
_CLEAR, _NEAR = 0.2, 0.15  # beyond this margin, and so near a hill (powers of ten), it would lie on the hill's name


@dataclass(frozen=True)
class GridState:
    """What the board shows: the limits, the planned segment, the households, and the company's accounts."""

    rules: GridRules
    plan: SegmentPlan
    households: Segment
    accounts: Summary


def shade(kind: RelationshipType) -> float:
    """Return how deep a cell of this type is coloured, the deeper the more work it asks: the alpha of the blue."""
    return 0.05 + 0.075 * (kind.intensity - 1)


def words(band: CustomerBand | MarginBand | Verdict, lang: str) -> str:
    """Return the words for a band or a verdict; the two middle bands are the same text, so they are told by kind."""
    if isinstance(band, MarginBand):
        names = (tell(lang, "low margin"), tell(lang, "medium margin"), tell(lang, "high margin"))
        return names[band.step]
    if isinstance(band, CustomerBand):
        names = (
            tell(lang, "many customers"),
            tell(lang, "a medium number of customers"),
            tell(lang, "few customers"),
        )
        return names[band.step]
    names = (tell(lang, "less than advised"), tell(lang, "as advised"), tell(lang, "more than advised"))
    return names[list(Verdict).index(band)]


def type_name(kind: RelationshipType, lang: str) -> str:
    """Return a type's intensity and its short name, as it stands in a cell."""
    return f"{kind.intensity} {kind.term(lang).removesuffix(' relationship').removesuffix('关系')}"


class GridPart:
    """The nine cells between their limits, hills of accounts in them, the households, and the planned segment."""

    def __init__(self, axes: Axes, lang: str) -> None:
        self.axes, self.lang = axes, lang
        axes.set_axis_off()
        axes.set(xlim=(0, TOP), ylim=(log10(MOST), log10(FEWEST)))
        heading = tell(lang, "Kotler's grid: who stands where")
        axes.text(0, 1.035, heading, transform=axes.transAxes, fontsize=16)
        self._cells()
        self._hills()
        self._bands()
        self._marks()

    def _cells(self) -> None:
        from matplotlib.patches import Rectangle

        self._rooms: Any = {
            cell: self.axes.add_patch(Rectangle((0, 0), 1, 1, facecolor=UP, alpha=shade(kind), edgecolor="none"))
            for cell, kind in GRID.items()
        }
        self._names = {cell: self.axes.text(0, 0, "", va="top", fontsize=11.5, color=QUIET, zorder=4) for cell in GRID}
        across = self.axes.get_yaxis_transform()
        upright = self.axes.get_xaxis_transform()
        before: dict[str, Any] = {"color": QUIET, "linewidth": 1.2, "linestyle": OUTLINE}
        now: dict[str, Any] = {"color": "white", "linewidth": 3}
        self._lines = [
            [self.axes.plot([0, 0], [0, 1], transform=upright, **look)[0] for _ in range(2)]
            + [self.axes.plot([0, 1], [0, 0], transform=across, **look)[0] for _ in range(2)]
            for look in (now, before)
        ]
        self._here: Any = self.axes.add_patch(
            Rectangle((0, 0), 1, 1, facecolor="none", edgecolor=INK, linewidth=2.2, zorder=5)
        )

    def _hills(self) -> None:
        from matplotlib.patches import Polygon

        self._heaps: Any = {
            (large, verdict): self.axes.add_patch(
                Polygon(
                    [(0, 0)], facecolor=VERDICT_COLOURS[verdict], hatch=HATCHES[verdict], edgecolor="white", zorder=3
                )
            )
            for large in (True, False)
            for verdict in Verdict
        }
        self._ground = {
            large: self.axes.plot([0, TOP], [0, 0], color=INK, linewidth=0.8, zorder=3)[0] for large in (True, False)
        }
        self._kinds = {
            large: self.axes.text(
                TOP - 0.006, 0, "", fontsize=11, va="bottom" if large else "top", ha="right", zorder=4, bbox=FRAME
            )
            for large in (True, False)
        }

    def _bands(self) -> None:
        under: dict[str, Any] = {"transform": self.axes.get_xaxis_transform(), "va": "top", "fontsize": 11}
        self._margins = {
            MarginBand.LOW: self.axes.text(0, -0.015, "", ha="left", **under),
            MarginBand.MEDIUM: self.axes.text(0, -0.015, "", ha="center", **under),
            MarginBand.HIGH: self.axes.text(TOP, -0.015, "", ha="right", **under),
        }
        beside: dict[str, Any] = {"transform": self.axes.get_yaxis_transform(), "ha": "right", "fontsize": 11}
        self._numbers = {
            CustomerBand.FEW: self.axes.text(-0.015, log10(FEWEST), "", va="top", **beside),
            CustomerBand.MEDIUM: self.axes.text(-0.015, 0, "", va="center", **beside),
            CustomerBand.MANY: self.axes.text(-0.015, log10(MOST), "", va="bottom", **beside),
        }

    def _marks(self) -> None:
        point: dict[str, Any] = {"linestyle": "none", "clip_on": False, "zorder": 7}
        look: dict[str, Any] = {"markerfacecolor": "white", "markeredgecolor": INK}
        (self._was,) = self.axes.plot([0], [0], marker="D", markersize=11, alpha=0.6, **look, **point)
        (self._now,) = self.axes.plot([0], [0], marker="D", markersize=15, markeredgewidth=3, **look, **point)
        (self._homes,) = self.axes.plot([0], [0], marker="s", markersize=11, color=INK, **point)
        self._said = [self.axes.text(0, 0, "", va="center", fontsize=12, zorder=8, bbox=FRAME) for _ in range(2)]

    def update(self, now: GridState, before: GridState) -> None:
        """Show a state, and of the state before the limits and the segment where they differ."""
        self._limit(now.rules, before.rules)
        self._place(now, before)
        for large in (True, False):
            self._heap(now.accounts, large=large)

    def _limit(self, rules: GridRules, past: GridRules) -> None:
        steps, rows = _edges(rules)
        for (few, high), room in self._rooms.items():
            (left, right), (bottom, top) = steps[high.step], rows[few.step]
            room.set_bounds(left, bottom, right - left, top - bottom)
            wide, flat = right - left < _NAMED[0], bottom - top < _NAMED[1]
            kind = GRID[few, high]
            name = "" if flat else str(kind.intensity) if wide else type_name(kind, self.lang)
            self._names[few, high].set(x=left + 0.008, y=top + 0.035, text=name)
        for lines, each, shown in ((self._lines[0], rules, True), (self._lines[1], past, rules != past)):
            places = (each.medium_from, each.high_from, log10(each.few_most), log10(each.many_least))
            for line, place, upright in zip(lines, places, (True, True, False, False), strict=True):
                (line.set_xdata if upright else line.set_ydata)([place, place])
                line.set_visible(shown)
        self._write(rules, steps, rows)

    def _write(
        self, rules: GridRules, steps: Sequence[tuple[float, float]], rows: Sequence[tuple[float, float]]
    ) -> None:
        lang, between = self.lang, tell(self.lang, "between")
        low, high = formats.percent(rules.medium_from, lang, 0), formats.percent(rules.high_from, lang, 0)
        few, many = formats.number(rules.few_most, lang), formats.number(rules.many_least, lang)
        margins = (tell(lang, "below {limit}", limit=low), between, tell(lang, "{limit} or more", limit=high))
        numbers = (tell(lang, "{limit} or more", limit=many), between, tell(lang, "up to {limit}", limit=few))
        for band, text in self._margins.items():
            text.set_text(f"{words(band, lang)}\n{margins[band.step]}")
        for number, text in self._numbers.items():
            text.set_text(f"{_number_words(number, lang)}\n{numbers[number.step]}")
        self._margins[MarginBand.MEDIUM].set_x(sum(steps[1]) / 2)
        bottom, top = rows[1]
        self._numbers[CustomerBand.MEDIUM].set(y=(bottom + top) / 2, visible=bottom - top > 2 * _NAMED[1])

    def _place(self, now: GridState, before: GridState) -> None:
        plan, was, homes, ours, lang = now.plan, before.plan, now.households, now.accounts, self.lang
        self._now.set_data([plan.margin], [log10(plan.customers)])
        self._was.set_data([was.margin], [log10(was.customers)])
        self._was.set_visible((plan.margin, plan.customers) != (was.margin, was.customers))
        self._homes.set_data([homes.margin], [log10(homes.customers)])
        many = formats.number(homes.customers, lang)
        said = (tell(lang, "your segment"), tell(lang, "{number} households", number=many))
        for text, what, each in zip(self._said, said, (plan, homes), strict=True):
            at_hill = any(abs(log10(each.customers / max(number, 1))) < _NEAR for number in (ours.large, ours.other))
            turned = each.margin > _BESIDE or (each.margin > _CLEAR and at_hill)
            shift = -0.02 if turned else 0.02
            text.set(x=each.margin + shift, y=log10(each.customers), text=what, ha="right" if turned else "left")
        steps, rows = _edges(now.rules)
        few, high = customer_band(plan.customers, now.rules), margin_band(plan.margin, now.rules)
        (left, right), (bottom, top) = steps[high.step], rows[few.step]
        self._here.set_bounds(left, bottom, right - left, top - bottom)

    def _heap(self, accounts: Summary, *, large: bool) -> None:
        number, lang = accounts.large if large else accounts.other, self.lang
        ground, way = log10(max(number, 1)), -_HILL if large else _HILL
        floor = [0] * len(accounts.heaps[large, Verdict.FITS])
        for verdict in Verdict:
            roof = [under + more for under, more in zip(floor, accounts.heaps[large, verdict], strict=True)]
            self._heaps[large, verdict].set_xy(_outline(floor, roof, ground, way))
            floor = roof
        self._ground[large].set_ydata([ground, ground])
        how_many = formats.number(number, lang)
        said = (
            tell(lang, "{number} large accounts", number=how_many)
            if large
            else tell(lang, "{number} other firms", number=how_many)
        )
        self._kinds[large].set(y=ground + (-0.02 if large else 0.02), text=said)


def _edges(rules: GridRules) -> tuple[list[tuple[float, float]], list[tuple[float, float]]]:
    """Return where the bands lie in the grid, from low and from many on: left and right, lower and upper edge."""
    steps = pairwise((0.0, rules.medium_from, rules.high_from, TOP))
    rows = pairwise(log10(number) for number in (MOST, rules.many_least, rules.few_most, FEWEST))
    return list(steps), list(rows)


def _outline(floor: Sequence[int], roof: Sequence[int], ground: float, way: float) -> list[tuple[float, float]]:
    """Return the corners of one layer of a hill: its roof from left to right, then its floor back."""
    corners = [
        (place, ground + way * height)
        for heights in (roof, floor)
        for step, height in enumerate(heights)
        for place in (step * BIN, (step + 1) * BIN)
    ]
    half = len(corners) // 2
    return corners[:half] + corners[: half - 1 : -1]


def _number_words(band: CustomerBand, lang: str) -> str:
    return tell(lang, "medium number") if band == CustomerBand.MEDIUM else words(band, lang)
