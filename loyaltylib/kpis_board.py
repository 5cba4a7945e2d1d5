"""The picture of the KPIs to come: ten small lines over months, the band of chance, drawn once and then changed.

KpiBoard      the simulator's picture
name_of       what a KPI is called on it
shown         its value as it stands there
"""

from __future__ import annotations

from typing import TYPE_CHECKING, Any, Final

from .kpis_core import CORE
from .kpis_panels import shown
from .kpis_projection import HELD
from .look import INK, QUIET, UP, blank, style
from .messages import tell

if TYPE_CHECKING:
    from collections.abc import Mapping

    from matplotlib.axes import Axes
    from matplotlib.figure import Figure

    from .kpis_core import Kpi

# Left to right and top to bottom: who is there, who stays, who comes and is saved, what is bought. The base is wide.
ORDER: Final = (
    *("customer_base", "new_customer_retention", "retention_rate", "churn_rate", "new_customers_per_month"),
    *("save_rate", "purchase_frequency", "average_spend", "customer_share", "complaint_satisfaction"),
)
KPIS: Final[Mapping[str, Kpi]] = {kpi.name: kpi for kpi in CORE}

_WIDE, _COLUMNS, _ROWS = 2, 3, 4
_LEFT, _RIGHT, _BOTTOM, _TOP, _GAP = 0.01, 0.99, 0.06, 0.945, 0.02
_HEIGHT = 0.7  # share of a row that the lines have; the rest is for the heading
_HEADING, _TEXT = 14, 12
_MONTHS_LEFT, _MONTHS_RIGHT = 7.0, 8.0  # room for the values beside the lines, in months of a small panel
_BESIDE = 1.1  # months between a line and its value
_PAD, _LEAST = 0.16, 0.01  # of the scale: room above and below; least length, as a share of the value
_BAND = "#d9d9d9"
_SAME = 1e-9


def name_of(kpi: str, lang: str) -> str:
    """Return a KPI's name, short enough for a small panel."""
    short = {
        "new_customers_per_month": tell(lang, "New customers per month"),
        "save_rate": tell(lang, "Save rate"),
        "average_spend": tell(lang, "Average spend (yuan)"),
        "complaint_satisfaction": tell(lang, "Complainers satisfied"),
    }
    return short.get(kpi) or KPIS[kpi].term(lang).split(" (")[0].split("（")[0]


class _Line:
    """One KPI: the line of now, that of before with its band, the values at both ends."""

    def __init__(self, axes: Axes, kpi: str, lang: str, room: float) -> None:
        from matplotlib.patches import Polygon

        self.axes, self.unit, self.lang, self.room = axes, KPIS[kpi].unit, lang, room
        self.limits: tuple[float, float] | None = None
        self.months = 0
        axes.set_axis_off()
        held = kpi in HELD
        name = name_of(kpi, lang)
        heading = tell(lang, "{name} (held)", name=name) if held else name
        axes.text(0, 1.05, heading, transform=axes.transAxes, fontsize=_HEADING, color=QUIET if held else INK)
        self._band = Polygon([(0.0, 0.0)] * 3, closed=True, facecolor=_BAND, linewidth=0)
        axes.add_patch(self._band)
        (self._year,) = axes.plot([], [], color="#bbbbbb", linewidth=1, linestyle=(0, (1, 3)))
        (self._before,) = axes.plot([], [], color=QUIET, linewidth=1.5, linestyle=(0, (4, 3)))
        look: dict[str, Any] = {"color": QUIET, "linewidth": 1.5} if held else {"color": UP, "linewidth": 2.6}
        (self._now,) = axes.plot([], [], **look)
        (self._ring,) = axes.plot([], [], "o", markersize=9, markerfacecolor="white", markeredgecolor=INK, mew=2)
        self._ends = [axes.text(0, 0, "", va="center", ha=side, fontsize=_TEXT) for side in ("right", "left")]

    def update(self, now: Any, before: Any, band: Any, first: int | None) -> None:
        """Show arrays of a value a month, the half width of the band, and the month from which a change is seen."""
        import numpy as np

        months = np.arange(1, len(now) + 1)
        low = np.maximum(before - band, 0)
        high = np.minimum(before + band, 1) if self.unit == "fraction" else before + band
        self._scale(np.concatenate([low, high, now]), len(now))
        there = np.isfinite(low)
        edge = np.concatenate([np.c_[months, low][there], np.c_[months, high][there][::-1]])
        self._band.set_visible(len(edge) > 0)
        if len(edge):
            self._band.set_xy(edge)
        self._before.set_data(months, before)
        self._now.set_data(months, now)
        self._ring.set_data([] if first is None else [first], [] if first is None else [now[first - 1]])
        known = np.flatnonzero(np.isfinite(now))
        beside = _BESIDE * self.room
        for text, place, x in zip(self._ends, (0, -1), (1 - beside, len(now) + beside), strict=True):
            at = now[known[place]] if len(known) else sum(self.limits or (0.0, 0.0)) / 2
            text.set(x=x, y=at, text=shown(now[place], self.unit, self.lang))
        self._ends[1].set_text(self._ends[1].get_text() + _arrow(now[-1] - before[-1], before[-1]))

    def _scale(self, values: Any, months: int) -> None:
        """Let the scale grow where a value needs it; it never shrinks."""
        import numpy as np

        values = values[np.isfinite(values)]
        low, high = (float(values.min()), float(values.max())) if len(values) else (0.0, 1.0)
        if self.limits and self.limits[0] <= low and high <= self.limits[1] and months == self.months:
            return
        if self.limits:
            low, high = min(low, self.limits[0]), max(high, self.limits[1])
        pad = max((high - low) * _PAD, abs(high) * _LEAST / 2, _SAME)
        self.limits, self.months = (low - pad, high + pad), months
        self.axes.set_ylim(*self.limits)
        self.axes.set_xlim(1 - _MONTHS_LEFT * self.room, months + _MONTHS_RIGHT * self.room)
        self._year.set_data([months / 2] * 2, self.limits)


class KpiBoard:
    """Ten lines and a legend, at fixed places; nothing is fitted at a redraw."""

    def __init__(self, lang: str, months: int = 24) -> None:
        with style():
            self.figure: Figure = blank(11.0, 7.6, fitted=False)
            places = _places()
            rooms = {kpi: 0.5 if kpi == ORDER[0] else 1.0 for kpi in ORDER}
            self.lines = {
                kpi: _Line(self.figure.add_axes(place), kpi, lang, rooms[kpi])
                for kpi, place in zip(ORDER, places, strict=False)
            }
            _legend(self.figure.add_axes(places[-1]), lang)
            for kpi in ORDER[-_WIDE:]:
                _months(self.lines[kpi].axes, months, lang)

    def forget_scale(self) -> None:
        """Let the next drawing choose its scales anew, as the first one did."""
        for line in self.lines.values():
            line.limits = None

    def draw(self, now: Any, before: Any, band: Any, first: Mapping[str, int]) -> None:
        """Show a projection.

        now, before  what `kpis_projection.project` gives; `band` what `chance` gives of the state before
        first        what `seen` gives
        """
        with style():
            for kpi, line in self.lines.items():
                line.update(now[kpi].to_numpy(), before[kpi].to_numpy(), band[kpi].to_numpy(), first.get(kpi))


def _places() -> list[tuple[float, float, float, float]]:
    """Return the place of each panel in the figure, the legend's last: left, bottom, width, height."""
    width = (_RIGHT - _LEFT - _GAP * (_COLUMNS - 1)) / _COLUMNS
    row = (_TOP - _BOTTOM) / _ROWS
    cells = [(column, line) for line in range(_ROWS) for column in range(_COLUMNS)]
    wide, *others = [(column, line) for column, line in cells if (column, line) != (1, 0)]
    found = [(_LEFT, _TOP - row * _HEIGHT, width * _WIDE + _GAP * (_WIDE - 1), row * _HEIGHT)]
    for column, line in others:
        bottom = _TOP - row * line - row * _HEIGHT
        found.append((_LEFT + column * (width + _GAP), bottom, width, row * _HEIGHT))
    return found if wide == (0, 0) else []


def _arrow(change: float, before: float) -> str:
    if not abs(change) > _SAME * max(abs(before), _SAME):
        return ""
    return " ▲" if change > 0 else " ▼"


def _months(axes: Axes, months: int, lang: str) -> None:
    """Write what is counted below a panel."""
    at = axes.get_xaxis_transform()
    axes.text(1, -0.06, "1", ha="center", va="top", fontsize=_TEXT, color=QUIET, transform=at)
    axes.text(months / 2, -0.06, f"{months // 2}", ha="center", va="top", fontsize=_TEXT, color=QUIET, transform=at)
    said = tell(lang, "month {month}", month=months)
    axes.text(months, -0.06, said, ha="center", va="top", fontsize=_TEXT, color=QUIET, transform=at)


def _legend(axes: Axes, lang: str) -> None:
    """Say what the lines, the band and the ring are."""
    axes.set_axis_off()
    axes.set_xlim(0, 1)
    axes.set_ylim(0, 4)
    axes.plot([0.02, 0.14], [3.5, 3.5], color=UP, linewidth=2.6)
    axes.plot([0.02, 0.14], [2.5, 2.5], color=QUIET, linewidth=1.5, linestyle=(0, (4, 3)))
    axes.bar([0.08], [0.7], bottom=[1.15], width=0.12, color=_BAND)
    axes.plot([0.08], [0.5], "o", markersize=9, markerfacecolor="white", markeredgecolor=INK, mew=2)
    said = (
        tell(lang, "from here beyond chance"),
        tell(lang, "chance alone, 9 months in 10"),
        tell(lang, "before"),
        tell(lang, "now; arrow: against before"),
    )
    for row, text in enumerate(said):
        axes.text(0.18, row + 0.5, text, va="center", fontsize=_TEXT)
