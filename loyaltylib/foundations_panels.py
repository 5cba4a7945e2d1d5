"""Three pictures of the foundations: the links of the deals, who is still there, and what some points of retention do.

What they show is computed in `loyaltylib.foundations`; quoted figures are marks beside it and nothing more (AMB-23).
"""

from __future__ import annotations

from typing import TYPE_CHECKING, Any, Final

from . import formats
from .concepts import get
from .errors import RuleError
from .foundations_claims import effect_marks
from .foundations_deals import Link
from .foundations_retention import retention_effect
from .look import DOWN, QUIET, UP, blank, columns, fix_tick_font, style
from .messages import N_, tell

if TYPE_CHECKING:
    from collections.abc import Sequence

    from matplotlib.axes import Axes
    from matplotlib.figure import Figure

_HUNDRED: Final = 100  # customers a picture begins with: their number is the share in per cent
_SHADES: Final = (DOWN, QUIET, UP)
_STARTS: Final = [place / 200 for place in range(100, 189)]  # rates before the change, 50 to 94 %
_SEEN: Final = (-0.6, 1.6)  # changes of the value that the picture has room for
_WORDS: Final = {  # how a quoted effect is written beside its mark
    "stat.retention_up5_profit_up85": N_("claim: retention +5 points, profit {change}"),
    "stat.loyalty_down5_profit_down25": N_("claim: loyalty -5%, profit {change}"),
    "stat.crm.satisfaction5_profit_x2": N_("claim: satisfaction +5%, profit {change}"),
}


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


def points_board(  # noqa: PLR0913 - the parameters of the model, each of which a reader may move
    retention: float = 0.75,
    lang: str = "en",
    *,
    change: float = 0.05,
    margin: float = 1000.0,
    cost: float = 1500.0,
    years: int = 10,
) -> Figure:
    """Return what some points of retention do: one customer over the years, and the effect by where the rate starts.

    retention, change   rate a year before (fraction), and the points it moves by (fraction, not 0)
    margin, cost        of a customer: margin a year while he stays, cost of winning him (money)

    Left, what a customer has brought, the cost of winning taken off; where a line crosses 0 he has paid it back. Right,
    the change of his whole value for every starting rate, `change` up and `change` down, with the quoted effects on
    profit as marks. Raises `RuleError` as `retention_effect` does.
    """
    effect = retention_effect(retention=retention, change=change, margin=margin)
    with style():
        figure = blank(13.0, 4.8)
        left, right = figure.subplots(1, 2)
        for rate, colour in ((effect.retention, QUIET), (effect.retention_after, UP)):
            brought = _brought(rate, margin, cost, years)
            left.plot(range(years + 1), brought, color=colour, linewidth=2.5)
            left.text(years + 0.2, brought[-1], formats.percent(rate, lang, trim=True), va="center", color=colour)
        left.axhline(0, color="#999999", linewidth=0.8)
        left.set_xlim(0, years * 1.12)
        left.yaxis.set_major_formatter(lambda value, _: formats.money(value, lang))
        left.set_xlabel(tell(lang, "years since the customer was won"))
        left.set_ylabel(tell(lang, "brought in, less the cost of winning"))
        left.set_title(tell(lang, "One customer, year by year"))
        _draw_effects(right, effect.retention, abs(change), lang)
        fix_tick_font(left)
        fix_tick_font(right)
    figure.set_label(alt_points_board(retention, lang, change=change, margin=margin))
    return figure


def _brought(rate: float, margin: float, cost: float, years: int) -> list[float]:
    """Return what is left of the margins so far after the cost of winning, for year 0 to the last."""
    brought = [-cost]
    for year in range(years):
        brought.append(brought[-1] + margin * rate**year)
    return brought


def _draw_effects(axes: Axes, retention: float, change: float, lang: str) -> None:
    """Draw the change of a customer's value by the starting rate, up and down, and the quoted effects as marks."""
    for step, colour in ((change, UP), (-change, DOWN)):
        starts = [rate for rate in _STARTS if 0 <= rate + step < 1]
        changes = [retention_effect(retention=rate, change=step).profit_change for rate in starts]
        shown = [(rate, moved) for rate, moved in zip(starts, changes, strict=True) if moved <= _SEEN[1]]
        axes.plot(*zip(*shown, strict=True), color=colour, linewidth=2.5, label=formats.points(step, lang, 0))
        if 0 <= retention + step < 1:
            at = retention_effect(retention=retention, change=step).profit_change
            if _SEEN[0] <= at <= _SEEN[1]:
                axes.plot([retention], [at], "o", color=colour, markersize=9)
    for text, value in _marks(lang):
        axes.axhline(value, color=QUIET, linewidth=1.2, linestyle=":")
        if value < 0:  # the curve of the fewer points runs above its mark
            axes.text(_STARTS[0], value - 0.02, text, fontsize=10, color=QUIET, va="top")
        else:
            axes.text(_STARTS[0], value + 0.02, text, fontsize=10, color=QUIET, va="bottom")
    axes.axhline(0, color="#999999", linewidth=0.8)
    axes.set_ylim(*_SEEN)
    axes.xaxis.set_major_formatter(lambda value, _: formats.percent(value, lang, 0))
    axes.yaxis.set_major_formatter(lambda value, _: formats.percent(value, lang, 0))
    axes.set_xlabel(tell(lang, "retention rate before"))
    axes.set_ylabel(tell(lang, "change of a customer's value"))
    axes.set_title(tell(lang, "The same points, another start"))
    axes.legend(frameon=False, loc="upper left", bbox_to_anchor=(0.0, 0.62))


def _marks(lang: str) -> list[tuple[str, float]]:
    """Return the quoted effects on profit as marks: what stands beside each, and its height as a change."""
    found = effect_marks(lang).drop_duplicates("concept")
    marks = []
    for concept, value in zip(found["concept"], found["value"], strict=True):
        moved = value - 1 if get(concept).claims[0].unit == "times" else value
        sign = "+" if moved > 0 else ""
        marks.append((tell(lang, _WORDS[concept], change=f"{sign}{formats.percent(moved, lang, 0)}"), moved))
    return marks


def alt_points_board(retention: float = 0.75, lang: str = "en", *, change: float = 0.05, margin: float = 1000.0) -> str:
    """Say in words what `points_board` shows: the effect at this start, and the marks."""
    effect = retention_effect(retention=retention, change=change, margin=margin)
    marks = ("；" if lang == "zh" else "; ").join(text for text, _ in _marks(lang))
    return tell(lang, "{effect} Marks: {marks}.", effect=effect.text(lang), marks=marks)
