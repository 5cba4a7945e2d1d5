"""Two pictures of a relationship: our share over time on the ground of the stages, and what keeps a customer."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any, Final

from . import formats
from .concepts import get
from .errors import DataError
from .look import DOWN, INK, QUIET, UP, blank, columns, fix_tick_font, style
from .messages import tell
from .stages_rules import Stage, StageLimits
from .stages_stay import Switching, switching

if TYPE_CHECKING:
    from matplotlib.axes import Axes
    from matplotlib.figure import Figure

    Walks = dict[str, list[tuple[Any, float]]]  # name -> (day, share), oldest first

GROUNDS: Final = ("#f3e3d6", "#fbf1dc", "#e3eef7", "#c9ddee")  # from development to strategic: warm to cool
_LINES: Final = (INK, DOWN, UP, "#7a3e8e")
_MARKS: Final = ("o", "s", "^", "D")
_STYLES: Final = ("-", "--", "-.", ":")
LOWEST: Final = -0.08  # room under 0 for the development stage, which has no span of its own
_MOST_YEARS: Final = 20
_MANY: Final = 8  # so many ticks crowd the axis


def share_path(path: Any, lang: str = "en", customers: Any = None) -> Figure:
    """Return our share of what customers buy, period by period, on the ground of the four stages.

    path       what `stages.stage_path` gives (customer_id, period, share), one to four customers of it
    customers  a frame with their names (customer_id, name); without it they are called by their ids

    Lines differ in colour, dash and mark. Raises `DataError` for a missing column, no row, or more than four customers.
    """
    walks = _walks(path, customers)
    with style():
        figure = blank(9.0, 4.8)
        axes = figure.add_subplot()
        _grounds(axes, lang)
        for place, (name, walk) in enumerate(walks.items()):
            days, shares = [day for day, _ in walk], [share for _, share in walk]
            look: dict[str, Any] = {"color": _LINES[place], "marker": _MARKS[place], "linestyle": _STYLES[place]}
            axes.plot(days, shares, label=name, linewidth=2.2, markersize=6, **look)
        axes.set_ylim(LOWEST, 1.03)
        days = _spread({day for walk in walks.values() for day, _ in walk})
        axes.set_xticks(days, [formats.month(day, lang) for day in days])
        axes.yaxis.set_major_formatter(lambda share, _: formats.percent(share, lang, 0))
        axes.set_ylabel(tell(lang, "our share of the customer's spending"))
        axes.set_xlabel(tell(lang, "end of the quarter"))
        axes.set_title(_path_title(walks, lang))
        if len(walks) > 1:
            figure.legend(loc="outside lower center", ncols=2, frameon=False, fontsize=12)
        fix_tick_font(axes)
    figure.set_label(alt_share_path(path, lang, customers))
    return figure


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


def alt_share_path(path: Any, lang: str = "en", customers: Any = None) -> str:
    """Say in words what `share_path` shows: for each customer the first share, the highest, the lowest, the last."""
    said = [
        tell(
            lang,
            "{name}: {first} in {start}, between {lowest} and {highest}, {last} in {end}.",
            name=name,
            first=formats.percent(walk[0][1], lang, 0),
            start=formats.month(walk[0][0], lang),
            lowest=formats.percent(min(share for _, share in walk), lang, 0),
            highest=formats.percent(max(share for _, share in walk), lang, 0),
            last=formats.percent(walk[-1][1], lang, 0),
            end=formats.month(walk[-1][0], lang),
        )
        for name, walk in _walks(path, customers).items()
    ]
    head = tell(lang, "Our share over time, on the ground of the four stages.")
    return (" " if lang == "en" else "").join([head, *said])


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


def _walks(path: Any, customers: Any) -> Walks:
    names = {} if customers is None else dict(zip(*columns(customers, "customer_id", "name"), strict=True))
    found: Walks = {}
    for who, period, share in zip(*columns(path, "customer_id", "period", "share"), strict=True):
        if share is not None and share == share:  # noqa: PLR0124 - a share nobody knows is not a number
            found.setdefault(str(names.get(who, who)), []).append((period, share))
    if not 0 < len(found) <= len(_LINES):
        raise DataError(
            f"{len(found)} customers are to be drawn; one to {len(_LINES)} can be told apart",
            table="figure",
            column="customer_id",
        )
    return {name: sorted(walk) for name, walk in found.items()}


def _spread(places: set[Any]) -> list[Any]:
    """Return places for ticks: every fourth, or second of a few, the last among them."""
    step = 4 if len(places) >= _MANY else 2
    return sorted(sorted(places, reverse=True)[::step])


def _grounds(axes: Axes, lang: str) -> None:
    """Colour the spans of the stages and write their names at the right."""
    limits = StageLimits()
    ends = (LOWEST, 0.0, limits.main_share, limits.strategic_share, 1.03)
    for stage, low, high, colour in zip(Stage, ends, ends[1:], GROUNDS, strict=False):
        axes.axhspan(low, high, color=colour, linewidth=0, zorder=0)
        name = get(stage.concept).term(lang)
        axes.annotate(
            name, (1.01, (low + high) / 2), xycoords=("axes fraction", "data"), va="center", fontsize=11, color=QUIET
        )


def _path_title(walks: Walks, lang: str) -> str:
    if len(walks) > 1:
        return tell(lang, "Our share over time")
    ((name, walk),) = walks.items()
    first, last = (formats.percent(walk[place][1], lang, 0) for place in (0, -1))
    return tell(lang, "{name}: from {first} to {last}", name=name, first=first, last=last)


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
