"""Two pictures of the foundations: the links of the deals, and who is still there.

What they show is computed in `loyaltylib.foundations`; the picture of the simulator is in `foundations_board`.
"""

from __future__ import annotations

from typing import TYPE_CHECKING, Any, Final

from . import formats
from .concepts import get
from .errors import RuleError
from .foundations_deals import Link
from .look import DOWN, QUIET, UP, blank, columns, fix_tick_font, style
from .messages import tell

if TYPE_CHECKING:
    from collections.abc import Sequence

    from matplotlib.figure import Figure

_HUNDRED: Final = 100  # customers a picture begins with: their number is the share in per cent
_SHADES: Final = (DOWN, QUIET, UP)


def deal_links(frame: Any, lang: str = "en") -> Figure:
    """Return the deals of each link as a lying bar: those that went on, those still there, those that were dropped.

    frame  what `foundations.deal_funnel` gives (link, deals_in, deals_out, dropped, open)
    """
    rows = list(zip(*columns(frame, "link", "deals_in", "deals_out", "open", "dropped"), strict=True))
    parts = [(tell(lang, "went on"), UP), (tell(lang, "still open"), "#cfcfcf"), (tell(lang, "dropped"), DOWN)]
    with style():
        figure = blank(9.0, 3.8)
        axes = figure.add_subplot()
        begun = [0.0] * len(rows)
        for place, (name, colour) in enumerate(parts):
            widths = [row[2 + place] for row in rows]
            axes.barh(range(len(rows)), widths, left=begun, color=colour, label=name, height=0.7)
            begun = [start + width for start, width in zip(begun, widths, strict=True)]
        axes.set_yticks(range(len(rows)), [get(Link(row[0]).concept).term(lang) for row in rows])
        axes.invert_yaxis()
        axes.set_xlabel(tell(lang, "deals that came in"))
        axes.set_ylabel(tell(lang, "link"))
        axes.set_title(tell(lang, "Where deals end"))
        axes.legend(frameon=False, loc="lower right")
        fix_tick_font(axes)
    figure.set_label(alt_deal_links(frame, lang))
    return figure


def alt_deal_links(frame: Any, lang: str = "en") -> str:
    """Say in words what `deal_links` shows: how many deals came into each link, and how many were dropped there."""
    rows = zip(*columns(frame, "link", "deals_in", "dropped"), strict=True)
    said = [
        tell(lang, "{link} {deals}, dropped {dropped}", link=get(Link(link).concept).term(lang), deals=n, dropped=out)
        for link, n, out in rows
    ]
    return tell(lang, "Deals that came into each link: {links}.", links=("；" if lang == "zh" else "; ").join(said))


def still_there(rates: Sequence[float], lang: str = "en", years: int = 8) -> Figure:
    """Return how many of 100 customers are left year by year, one line for each retention rate.

    Raises `RuleError` for no rate, and for one outside 0 to 1.
    """
    _check(rates)
    with style():
        figure = blank(9.0, 4.2)
        axes = figure.add_subplot()
        for place, rate in enumerate(rates):
            left = [_HUNDRED * rate**year for year in range(years + 1)]
            axes.plot(range(years + 1), left, marker="o", linewidth=2.5, color=_SHADES[place % len(_SHADES)])
            axes.text(years + 0.15, left[-1], _stay(rate, lang), va="center", color=_SHADES[place % len(_SHADES)])
        axes.set_xlim(0, years * 1.3)
        axes.set_ylim(0, _HUNDRED * 1.05)
        axes.set_xticks(range(years + 1))
        axes.set_xlabel(tell(lang, "years since they were won"))
        axes.set_ylabel(tell(lang, "of 100 customers"))
        axes.set_title(tell(lang, "Who is still there"))
        fix_tick_font(axes)
    figure.set_label(alt_still_there(rates, lang, years))
    return figure


def alt_still_there(rates: Sequence[float], lang: str = "en", years: int = 8) -> str:
    """Say in words what `still_there` shows: how many are left at the end, rate by rate."""
    _check(rates)
    said = [
        tell(lang, "{rate}: {left} left", rate=_stay(rate, lang), left=formats.number(_HUNDRED * rate**years, lang))
        for rate in rates
    ]
    joined = ("；" if lang == "zh" else "; ").join(said)
    return tell(lang, "Of 100 customers after {years} years. {rates}.", years=years, rates=joined)


def _check(rates: Sequence[float]) -> None:
    if not rates:
        raise RuleError("there is no rate to draw; give one or more, such as [0.7, 0.9]")
    for rate in rates:
        if not 0 <= rate <= 1:
            raise RuleError(f"the rate is {rate!r}; it must lie between 0 and 1")


def _stay(rate: float, lang: str) -> str:
    return tell(lang, "{rate} stay each year", rate=formats.percent(rate, lang, trim=True))
