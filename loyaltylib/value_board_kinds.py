"""The lower half of the simulator's picture: the satisfaction-loyalty curve and the four kinds of customers."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any, Final

from . import formats
from .look import INK, QUIET, UP
from .messages import tell
from .value_board_parts import PALE, heading
from .value_loyalty import LoyaltyRules, Quadrant, loyalty_curve
from .value_panels import KIND_COLOURS, kind_name
from .value_satisfaction import Level

if TYPE_CHECKING:
    from matplotlib.axes import Axes
    from matplotlib.patches import Rectangle
    from matplotlib.text import Text

    from .value_outlook import Outlook

_STEPS: Final = 32  # points of a curve: enough to look smooth
_MOST_AREA: Final = 700.0  # of the mark of all customers, in square points
_LEAST_AREA: Final = 25.0
_LOW: Final = 0.3  # a share below which there is no room under its mark
_GAP: Final = 0.012  # between the rectangles of the kinds
# Kind -> whether its customers stay, whether they are satisfied; they stand to the right, and above.
_PLACES: Final = {
    Quadrant.MERCENARY: (False, True),
    Quadrant.APOSTLE: (True, True),
    Quadrant.DEFECTOR: (False, False),
    Quadrant.HOSTAGE: (True, False),
}


class CurvePanel:
    """The curve under the choice that is left, pale the one before; on it the levels, the larger the more customers."""

    def __init__(self, axes: Axes, lang: str) -> None:
        self.axes, self.lang = axes, lang
        rules = LoyaltyRules()
        low, high = rules.satisfaction_scale
        self._scores = [low + (high - low) * step / _STEPS for step in range(_STEPS + 1)]
        axes.set_axis_off()
        axes.set_xlim(low, high)
        axes.set_ylim(0, 1.0)
        self._shade(rules)
        self._heading = heading(axes, -0.19, 1.13)
        for score in range(int(low), int(high) + 1):
            axes.text(score, -0.04, str(score), ha="center", va="top", fontsize=11, color=QUIET)
        for share in (0.0, 0.5, 1.0):
            text = formats.percent(share, lang, 0)
            axes.text(-0.02, share, text, transform=axes.transAxes, ha="right", va="center", fontsize=11, color=QUIET)
        said = tell(lang, "satisfaction, 1 to 5")
        axes.text(0.5, -0.15, said, transform=axes.transAxes, ha="center", va="top", fontsize=12, color=QUIET)
        side: dict[str, Any] = {"rotation": 90, "ha": "right", "va": "center", "fontsize": 12, "color": QUIET}
        axes.text(-0.14, 0.5, tell(lang, "share who stay"), transform=axes.transAxes, **side)
        (self._past,) = axes.plot([], [], color=PALE, linewidth=3, linestyle=(0, (4, 2)), clip_on=False)
        (self._now,) = axes.plot([], [], color=UP, linewidth=3, clip_on=False)
        self._marks = axes.scatter([1], [0], s=[0], color=UP, edgecolor="white", zorder=3, clip_on=False)
        self._labels = {level: axes.text(level.points, 0, "", fontsize=12, color=INK, zorder=4) for level in Level}

    def _shade(self, rules: LoyaltyRules) -> None:
        """Shade the zones; the last is too narrow for its name above it, which stands along it."""
        *wide, last = _zones(rules, self.lang)
        for start, end, colour, name in (*wide, last):
            self.axes.axvspan(start, end, color=colour, linewidth=0, zorder=0)
            y, turn, side = (0.3, 90, "center") if name == last[-1] else (1.02, 0, "bottom")
            at = (start + end) / 2, y
            self.axes.text(*at, name, fontsize=11, color=QUIET, rotation=turn, ha="center", va=side)

    def update(self, now: Outlook, before: Outlook) -> None:
        """Show how many stay at each satisfaction."""
        self._now.set_data(self._scores, [loyalty_curve(score, now.choice) for score in self._scores])
        self._past.set_data(self._scores, [loyalty_curve(score, before.choice) for score in self._scores])
        total, lang = sum(now.customers.values()), self.lang
        self._marks.set_offsets([(level.points, now.stay(level)) for level in now.customers])
        self._marks.set_sizes([_LEAST_AREA + _MOST_AREA * n / total for n in now.customers.values()])
        for level, label in self._labels.items():
            self._label(level, label, now)
        fair = formats.percent(now.stay(Level.SATISFIED), lang, 0)
        share = {"choice": formats.percent(now.choice, lang, 0), "stay": fair}
        self._heading.set_text(tell(lang, "Choice {choice}: at 4 of 5, {stay} stay", **share))

    def _label(self, level: Level, label: Text, now: Outlook) -> None:
        """Write how many stay at a level below its mark, or above one that lies low; at the top all stay, always."""
        loyal, worst = now.stay(level), level is Level.VERY_DISSATISFIED
        told = level in now.customers and level is not Level.VERY_SATISFIED
        label.set_text(formats.percent(loyal, self.lang, 0) if told else "")
        low = loyal < _LOW
        label.set(ha="left" if worst else "center", va="bottom" if low else "top")
        height = loyal + 0.015 if low and worst else loyal + 0.07 if low else loyal - 0.09
        label.set_position((level.points + (0.13 if worst else 0.0), height))


class KindsPanel:
    """One square for all customers: above the satisfied, to the right who stays; areas count customers."""

    def __init__(self, axes: Axes, lang: str) -> None:
        self.axes, self.lang = axes, lang
        axes.set_axis_off()
        axes.set_xlim(0, 1)
        axes.set_ylim(0, 1)
        self._heading = heading(axes, -0.59, 1.13)
        self._now = {kind: self._square(kind) for kind in _PLACES}
        self._past = {kind: self._outline() for kind in _PLACES}
        self._names = {kind: self._name(kind) for kind in _PLACES}
        for x, text in ((0.0, tell(lang, "← would go")), (1.0, tell(lang, "stay →"))):
            side = "right" if x else "left"
            axes.text(x, 1.02, text, transform=axes.transAxes, fontsize=12, color=QUIET, ha=side)
        said = tell(lang, "above: satisfied; below: not; dashed: before")
        axes.text(0.5, -0.04, said, transform=axes.transAxes, ha="center", va="top", fontsize=11, color=QUIET)

    def _square(self, kind: Quadrant) -> Rectangle:
        from matplotlib.patches import Rectangle

        stays, _ = _PLACES[kind]
        made = Rectangle((0, 0), 0, 0, facecolor=KIND_COLOURS[kind], linewidth=0, alpha=0.75)
        made.set(hatch=None if stays else "///", edgecolor="white")
        self.axes.add_patch(made)
        return made

    def _outline(self) -> Rectangle:
        from matplotlib.patches import Rectangle

        look: dict[str, Any] = {"fill": False, "edgecolor": INK, "linestyle": (0, (2, 2)), "linewidth": 1}
        made = Rectangle((0, 0), 0, 0, clip_on=False, **look)
        self.axes.add_patch(made)
        return made

    def _name(self, kind: Quadrant) -> Text:
        stays, satisfied = _PLACES[kind]
        x, y = (1.04 if stays else -0.04), (0.72 if satisfied else 0.12)
        return self.axes.text(x, y, "", ha="left" if stays else "right", va="center", fontsize=13, linespacing=1.3)

    def update(self, now: Outlook, before: Outlook) -> None:
        """Show how many customers are of each kind, dashed how many were."""
        lang, total = self.lang, sum(now.kinds.values())
        _place(self._now, now.kinds, _GAP)
        _place(self._past, before.kinds)
        for kind, n in now.kinds.items():
            share = formats.percent(n / total, lang, 0)
            self._names[kind].set_text(f"{kind_name(kind, lang)}\n{formats.number(n, lang)} ({share})")
            self._past[kind].set_visible(now.kinds != before.kinds)
        going = formats.number(now.kinds[Quadrant.MERCENARY], lang)
        said = {"going": going, "satisfied": formats.number(now.satisfied, lang)}
        self._heading.set_text(tell(lang, "{going} of {satisfied} satisfied would go", **said))


def _place(squares: dict[Quadrant, Rectangle], kinds: dict[Quadrant, float], gap: float = 0.0) -> None:
    """Give every kind its rectangle in the square of all customers."""
    total = sum(kinds.values())
    for kind, square in squares.items():
        stays, satisfied = _PLACES[kind]
        row = sum(n for each, n in kinds.items() if _PLACES[each][1] is satisfied)
        tall, wide = row / total, kinds[kind] / row if row else 0.0
        square.set(x=1 - wide if stays else 0.0, y=1 - tall if satisfied else 0.0)
        square.set(width=wide - min(gap, wide / 2), height=tall - min(gap, tall / 2))


def _zones(rules: LoyaltyRules, lang: str = "en") -> list[tuple[float, float, str, str]]:
    """Return the three zones of satisfaction: from, to, colour, name.

    Only the last point of the scale is affection, so its zone is drawn a little wider than it is.
    """
    low, high = rules.satisfaction_scale
    top = high - 0.08 * (high - low)
    return [
        (low, rules.indifference_from, "#f6e3d8", tell(lang, "zone of defection")),
        (rules.indifference_from, top, "#f2f2f2", tell(lang, "zone of indifference")),
        (top, high, "#d8e8f4", tell(lang, "affection")),
    ]
