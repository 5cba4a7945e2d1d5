"""The picture of the chapter's simulator: one account's path on the ground of the stages, and why it takes it.

Drawn once and then only changed; its axes have no ticks, since those look for room at every drawing.
"""

from __future__ import annotations

import textwrap
from typing import TYPE_CHECKING, Final

from . import formats
from .concepts import get
from .look import DOWN, INK, QUIET, UP, blank, style
from .messages import tell
from .stages import fair_strategies, strategies_for
from .stages_rules import Move, Stage, StageLimits
from .stages_stay import Hold

if TYPE_CHECKING:
    from collections.abc import Sequence

    from matplotlib.axes import Axes
    from matplotlib.figure import Figure

    from .stages_walk import Outlook, Step

GROUNDS: Final = ("#f3e3d6", "#fbf1dc", "#e3eef7", "#c9ddee")  # from development to strategic: warm to cool
LOWEST: Final = -0.08  # room under 0 for the development stage, which has no span of its own
QUARTERS: Final = 8
ROOM: Final = 0.85  # an arrow stands above the line up to here, else below it
ARROW_OFF: Final = 0.03
ARROW_SIDE: Final = 0.17  # to the right, beside the line of the rival's move
HIGHEST: Final = 1.06  # room above 100% for a mark on the line
MOST_MONEY: Final = 20_000  # yuan the bars reach to; no control goes beyond
LEAST_MONEY: Final = -6_000
ROUNDING: Final = 1e-9
PATH: Final = (0.06, 0.435, 0.735, 0.47)  # left, bottom, width, height in the figure
REASON: Final = (0.03, 0.02, 0.5, 0.27)
ADVICE: Final = (0.585, 0.02, 0.4, 0.27)
LINE_WIDTH: Final = {"en": 40, "zh": 22}  # signs on a line of advice
ARROWS: Final = {Move.UP: "↑", Move.SKIPPED: "⇈", Move.DOWN: "↓", Move.COLLAPSED: "⇊"}
FAR_LEFT, FAR_RIGHT = 0.4, QUARTERS + 0.7


def stage_name(stage: Stage, lang: str) -> str:
    """Return the name of a stage as it stands beside a picture."""
    return get(stage.concept).term(lang).removesuffix(" stage")


def verdict_name(verdict: Hold, lang: str) -> str:
    """Return in a few words what holds the customer."""
    return {
        Hold.LEAVES: tell(lang, "The customer leaves"),
        Hold.HOSTAGE: tell(lang, "The customer stays: a hostage"),
        Hold.HELD: tell(lang, "The customer stays: held by the cost"),
        Hold.CONTENT: tell(lang, "The customer stays: content"),
    }[verdict]


def place_of(quarter: float, share: float) -> tuple[float, float]:
    """Return where a quarter and a share lie in the picture, from the top left, each from 0 to 1."""
    left, bottom, width, height = PATH
    across = (quarter - FAR_LEFT) / (FAR_RIGHT - FAR_LEFT)
    return left + across * width, 1 - bottom - (share - LOWEST) / (HIGHEST - LOWEST) * height


def read_place(x: float, y: float) -> tuple[float, float]:
    """Return which quarter and share lie at a place of the picture: the way back from `place_of`."""
    left, bottom, width, height = PATH
    quarter = FAR_LEFT + (x - left) / width * (FAR_RIGHT - FAR_LEFT)
    return quarter, LOWEST + (1 - y - bottom) / height * (HIGHEST - LOWEST)


class _PathPart:
    """The share over the quarters, now, before, and as it was, on the ground of the stages."""

    def __init__(self, axes: Axes, lang: str) -> None:
        from matplotlib.patches import Rectangle

        self.lang = lang
        axes.set_axis_off()
        axes.set(xlim=(FAR_LEFT, FAR_RIGHT), ylim=(LOWEST, HIGHEST))
        self._grounds = [
            axes.add_patch(Rectangle((FAR_LEFT, 0), FAR_RIGHT - FAR_LEFT, 0, color=colour, linewidth=0, zorder=0))
            for colour in GROUNDS
        ]
        right, below = FAR_RIGHT + 0.1, axes.get_xaxis_transform()
        self._stages = [axes.text(right, 0, stage_name(stage, lang), va="center", fontsize=12.5) for stage in Stage]
        self._shares = [axes.text(FAR_LEFT - 0.08, 0, "", va="center", ha="right", fontsize=12) for _ in range(4)]
        self._days = [
            axes.text(quarter + 1, -0.03, "", va="top", ha="center", fontsize=11.5, transform=below)
            for quarter in range(QUARTERS)
        ]
        (self._base,) = axes.plot([], [], color=QUIET, linewidth=1.8, linestyle=":", marker="x", markersize=6)
        (self._before,) = axes.plot([], [], color=INK, alpha=0.45, linewidth=2, linestyle=(0, (5, 3)))
        (self._now,) = axes.plot([], [], color=UP, linewidth=3, marker="o", markersize=8)
        (self._rival,) = axes.plot([], [], color=DOWN, linewidth=1.6, linestyle="-.")
        self._rival_name = axes.text(0, HIGHEST, "", va="bottom", ha="center", fontsize=12, color=DOWN)
        self._moves = [axes.text(0, 0, "", ha="center", fontsize=20) for _ in range(QUARTERS)]
        self._ends = [axes.text(0, 0, "", va="center", fontsize=14) for _ in range(2)]
        self._heading = axes.text(0, 1.085, "", transform=axes.transAxes, fontsize=16)
        self._key = axes.text(0, -0.155, "", va="top", fontsize=11.5, color=QUIET, transform=axes.transAxes)

    def update(self, now: Outlook, before: Outlook, limits: StageLimits, rival: int, days: Sequence[str]) -> None:
        """Show a path beside the one before it; `days` are the words under the quarters."""
        self._limits(limits)
        for text, day in zip(self._days, days, strict=True):
            text.set_text(day.replace("年 ", "年\n"))  # as a line of its own, or two would run into one another
        shares, past = [step.share for step in now.steps], [step.share for step in before.steps]
        self._now.set_data(_numbered(shares))
        self._before.set_data(_numbered(past if past != shares else []))
        self._base.set_data(_numbered(now.base if _differs(now.base, shares) else []))
        self._rival.set_data([rival, rival], [LOWEST, HIGHEST])
        leaves = now.verdict is Hold.LEAVES
        self._rival_name.set_position((rival, HIGHEST + 0.01))
        self._rival_name.set_text(tell(self.lang, "rival moves") if leaves else tell(self.lang, "rival is repelled"))
        self._mark(now.steps)
        self._words(has_before=past != shares, has_base=_differs(now.base, shares))

    def _limits(self, limits: StageLimits) -> None:
        ends = (LOWEST, 0.0, limits.main_share, limits.strategic_share, HIGHEST)
        for ground, name, low, high in zip(self._grounds, self._stages, ends, ends[1:], strict=False):
            ground.set(y=low, height=high - low)
            name.set_y((low + high) / 2)
        for text, share in zip(self._shares, (*ends[1:4], 1.0), strict=True):
            text.set(y=share, text=formats.percent(share, self.lang, 0))

    def _mark(self, steps: Sequence[Step]) -> None:
        for place, text in enumerate(self._moves):
            move = steps[place].move if place < len(steps) else Move.STAYED
            text.set_text(ARROWS.get(move, ""))
            if place < len(steps):
                high = steps[place].share < ROOM
                text.set(
                    x=place + 1 + ARROW_SIDE,
                    y=steps[place].share + (ARROW_OFF if high else -ARROW_OFF),
                    va="bottom" if high else "top",
                )
                text.set_color(UP if move in {Move.UP, Move.SKIPPED} else DOWN)
        for text, place, side in zip(self._ends, (0, len(steps) - 1), ("right", "left"), strict=True):
            share = steps[place].share
            text.set(x=place + 1 + (0.12 if side == "left" else -0.12), y=share, ha=side)
            text.set_text(formats.percent(share, self.lang, 0))

    def _words(self, *, has_before: bool, has_base: bool) -> None:
        lang = self.lang
        self._heading.set_text(tell(lang, "Our share of what the account buys"))
        parts = [tell(lang, "↑ ↓ to another stage; ⇈ ⇊ over more than one")]
        parts += [tell(lang, "dashed: before")] if has_before else []
        parts += [tell(lang, "dotted: with nothing won or taken")] if has_base else []
        self._key.set_text(("; " if lang == "en" else "；").join(parts))


class _ReasonPart:
    """Whether leaving pays: two bars of money, and what holds the customer."""

    def __init__(self, axes: Axes, lang: str) -> None:
        self.lang = lang
        axes.set_axis_off()
        axes.set(xlim=(LEAST_MONEY, MOST_MONEY), ylim=(2.1, -0.5))
        self._now = axes.barh([0.35, 1.45], [0, 0], height=0.5, color=[DOWN, UP]).patches
        self._now[1].set(hatch="///", edgecolor="white", linewidth=0)
        self._before = axes.barh([0.35, 1.45], [0, 0], height=0.6, fill=False, edgecolor=INK, linestyle="--").patches
        axes.plot([0] * 5, [0.02, 0.68, float("nan"), 1.12, 1.78], color=QUIET, linewidth=1)
        self._names = [axes.text(LEAST_MONEY, row, "", va="bottom", fontsize=12.5) for row in (-0.05, 1.05)]
        self._heading = axes.text(0, 1.03, "", transform=axes.transAxes, fontsize=16)

    def update(self, now: Outlook, before: Outlook) -> None:
        """Show the worth of the rival's advantage and the pain of leaving."""
        lang = self.lang
        amounts, past = ((one.offer.gain, one.offer.pain) for one in (now, before))
        for bar, outline, amount, was in zip(self._now, self._before, amounts, past, strict=True):
            bar.set_width(amount)
            outline.set(width=was, visible=was != amount)
        gain, pain = (formats.money(amount, lang) for amount in (now.offer.gain, now.offer.pain))
        self._names[0].set_text(tell(lang, "the rival's advantage in three years: {gain}", gain=gain))
        self._names[1].set_text(tell(lang, "the cost of moving, once: {pain}", pain=pain))
        self._heading.set_text(verdict_name(now.verdict, lang))
        self._heading.set_color(DOWN if now.verdict in {Hold.LEAVES, Hold.HOSTAGE} else INK)


class _AdvicePart:
    """What the course advises in the stage the path ends in, without what carries a flag."""

    def __init__(self, axes: Axes, lang: str) -> None:
        self.lang = lang
        axes.set_axis_off()
        self._heading = axes.text(0, 1.03, "", transform=axes.transAxes, fontsize=16)
        self._lines = axes.text(0, 0.93, "", va="top", fontsize=13, linespacing=1.5, transform=axes.transAxes)
        self._left_out = axes.text(0, 0, "", fontsize=11, color=QUIET, transform=axes.transAxes)

    def update(self, stage: Stage) -> None:
        """Show what to do in a stage."""
        lang, advice = self.lang, fair_strategies(stage, self.lang)
        self._heading.set_text(tell(lang, "What to do in the last stage"))
        self._lines.set_text("\n".join(f"• {_wrapped(each, lang)}" for each in advice))
        fewer = len(advice) < len(strategies_for(stage, lang))
        said = tell(lang, "Left out: a listed point with a risk to law or decency.")
        self._left_out.set_text(said if fewer else "")


class PathBoard:
    """The simulator's picture: the path above, below it why the customer stays or leaves, and what to do."""

    def __init__(self, lang: str) -> None:
        with style():
            self.figure: Figure = blank(11.0, 7.6, fitted=False)
            self._path = _PathPart(self.figure.add_axes(PATH), lang)
            self._reason = _ReasonPart(self.figure.add_axes(REASON), lang)
            self._advice = _AdvicePart(self.figure.add_axes(ADVICE), lang)

    def forget_scale(self) -> None:
        """Nothing to forget: a share goes from 0 to 1 whatever the story."""

    def update(self, now: Outlook, before: Outlook, limits: StageLimits, rival: int, days: Sequence[str]) -> None:
        """Show an account.

        now, before  the outlook, and the one it is compared with
        limits       of the stages, now
        rival        the quarter of the rival's move, from 1
        days         what stands under each of the quarters
        """
        with style():
            self._path.update(now, before, limits, rival, days)
            self._reason.update(now, before)
            self._advice.update(now.steps[-1].stage)


def _wrapped(text: str, lang: str) -> str:
    return "\n   ".join(textwrap.wrap(text, LINE_WIDTH[lang]))


def _numbered(shares: Sequence[float]) -> tuple[list[int], list[float]]:
    return list(range(1, len(shares) + 1)), list(shares)


def _differs(some: Sequence[float], others: Sequence[float]) -> bool:
    return any(abs(one - other) > ROUNDING for one, other in zip(some, others, strict=True))
