"""A picture of a relationship: what keeps a customer."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any, Final

from . import formats
from .look import DOWN, UP, blank, fix_tick_font, style
from .messages import tell
from .stages_stay import Switching, switching

if TYPE_CHECKING:
    from matplotlib.figure import Figure

_MOST_YEARS: Final = 20
_MANY: Final = 8  # so many ticks crowd the axis


def switching_curve(move: Switching, discount: float = 0.0, lang: str = "en", years: int = _MOST_YEARS) -> Figure:
    """Return what a rival's advantage is worth to the customer, year by year, against the pain of leaving.

    move      what `stages.switching` gives, for any number of years: its advantage, cost and risk are shown
    discount  what later money loses a year (a rate; 0: nothing)

    Where the curve lies below the line the customer stays. Raises `RuleError` for a discount or years below 0.
    """
    worth = _worth(move, discount, years)
    with style():
        figure = blank(9.0, 4.4)
        axes = figure.add_subplot()
        axes.plot(range(1, years + 1), worth, color=UP, linewidth=2.5, marker="o", markersize=4)
        axes.axhline(move.pain, color=DOWN, linewidth=2, linestyle="--")
        axes.text(1, move.pain, tell(lang, "pain of leaving"), color=DOWN, va="bottom")
        said = tell(lang, "worth of the rival's advantage")
        late = years * 3 // 4  # the curve bends to the right: above it, and left of a late point, there is room
        axes.annotate(said, (late + 1, worth[late]), (-8, 6), textcoords="offset points", color=UP, ha="right")
        axes.set_xticks(_spread(set(range(1, years + 1))))
        axes.yaxis.set_major_formatter(lambda amount, _: formats.money(amount, lang))
        axes.set_xlabel(tell(lang, "years the customer looks ahead"))
        axes.set_title(_curve_title(move, worth, lang))
        fix_tick_font(axes)
    figure.set_label(alt_switching_curve(move, discount, lang, years))
    return figure


def alt_switching_curve(move: Switching, discount: float = 0.0, lang: str = "en", years: int = _MOST_YEARS) -> str:
    """Say in words what `switching_curve` shows: the pain, the worth at the end, and the year one passes the other."""
    worth = _worth(move, discount, years)
    return tell(
        lang,
        "The worth of the rival's advantage rises to {worth} in {years} years; the pain of leaving is {pain}. {said}.",
        worth=formats.money(worth[-1], lang),
        years=years,
        pain=formats.money(move.pain, lang),
        said=_curve_title(move, worth, lang),
    )


def _spread(places: set[Any]) -> list[Any]:
    """Return places for ticks: every fourth, or second of a few, the last among them."""
    step = 4 if len(places) >= _MANY else 2
    return sorted(sorted(places, reverse=True)[::step])


def _worth(move: Switching, discount: float, years: int) -> list[float]:
    return [
        switching(advantage=move.advantage, cost=move.cost, risk=move.risk, periods=year, discount=discount).gain
        for year in range(1, years + 1)
    ]


def _curve_title(move: Switching, worth: list[float], lang: str) -> str:
    year = next((year for year, amount in enumerate(worth, 1) if amount > move.pain), None)
    if year is None:
        return tell(lang, "The rival's advantage never pays for leaving")
    return tell(lang, "Leaving pays for a customer who looks {years} years ahead or more", years=year)
