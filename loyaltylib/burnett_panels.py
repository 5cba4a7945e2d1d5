"""Two pictures of the Burnett matrix: the accounts on the map of the nine cells, and the weights of the indicators."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from . import formats
from .burnett_grid import Cell, Cuts, cells, strategies_for
from .burnett_indicators import HIGHEST, LOWEST, Indicator
from .burnett_weights import BurnettWeights
from .concepts import get
from .errors import DataError
from .look import DOWN, INK, QUIET, UP, blank, columns, fix_tick_font, style
from .messages import tell

if TYPE_CHECKING:
    from collections.abc import Mapping, Sequence

    from matplotlib.axes import Axes
    from matplotlib.figure import Figure
    from matplotlib.text import Text

    Places = dict[str, tuple[float, float]]  # account -> relationship, attractiveness

_ASSUMED = "#b9cfe0"  # the light blue of a weight that nobody printed
_SHADES = ("#f3f3f3", "#e9eff5", "#d8e6f1")  # of a cell: the better both figures, the bluer
_MARGIN = 0.12  # around the scale of 1 to 5, so that no point is cut


def account_map(
    frame: Any,
    lang: str = "en",
    names: Mapping[str, str] | None = None,
    before: Any = None,
    cuts: Cuts | None = None,
) -> Figure:
    """Return the map of the accounts: relationship to the right, attractiveness upwards, the nine cells behind.

    frame   what `burnett.place` gives (customer_id, attractiveness, relationship; one row an account)
    names   account -> words to write beside it
    before  the same with other weights or scores; an arrow leads from there wherever an account changes its cell

    An account without a place is left out; a dagger marks the two cells whose strategy is not certain. Raises
    `DataError` for a missing column or where no account has a place.
    """
    limits, places = cuts or Cuts(), _places(frame)
    past = {} if before is None else _places(before)
    with style():
        figure = blank(9.4, 6.4)
        axes = figure.add_subplot()
        _background(axes, limits, lang)
        for who, (x, y) in _moved(places, past, limits).items():
            start = past[who]
            axes.annotate("", (x, y), start, arrowprops={"arrowstyle": "->", "color": DOWN, "linewidth": 1.5})
        across, up = zip(*places.values(), strict=True)
        axes.scatter(across, up, s=26, color=UP, alpha=0.75, linewidths=0)
        for who, said in (names or {}).items():
            if who in places:
                x, y = places[who]
                axes.scatter(x, y, s=70, color=DOWN, zorder=3)
                axes.annotate(said, places[who], (8, 6), textcoords="offset points", color=INK, fontsize=12)
        axes.set_xlabel(tell(lang, "relationship status, 1 to 5"))
        axes.set_ylabel(tell(lang, "customer attractiveness, 1 to 5"))
        axes.set_title(_map_title(places, past, limits, lang))
        fix_tick_font(axes)
    figure.set_label(alt_account_map(frame, lang, before, limits))
    return figure


def alt_account_map(frame: Any, lang: str = "en", before: Any = None, cuts: Cuts | None = None) -> str:
    """Say in words what `account_map` shows: its title, then how many accounts each of the nine cells holds."""
    limits, places = cuts or Cuts(), _places(frame)
    past = {} if before is None else _places(before)
    counts = [sum(_cell_of(place, limits) == each.name for place in places.values()) for each in cells()]
    return tell(
        lang,
        "Map of the accounts. {title}. From high to low attractiveness, and from a poor to a good relationship: "
        "{rows}.",
        title=_map_title(places, past, limits, lang),
        rows=told_counts(counts, lang),
    )


def told_counts(counts: Sequence[int], lang: str) -> str:
    """Return the nine cells with how many accounts each holds, in the order of `cells()`."""
    words = (strategies_for(each.attractiveness, each.relationship, lang)[0] for each in cells())
    rows = (f"{word} {count}" for word, count in zip(words, counts, strict=True))
    return ("，" if lang == "zh" else ", ").join(rows)


def nine_cells(axes: Axes, cuts: Cuts, lang: str) -> list[Text]:
    """Draw the nine cells and return their words, which stand in the upper left corner of each."""
    across, up = (_edges(pair) for pair in (cuts.relationship, cuts.attractiveness))
    words = []
    for place, each in enumerate(cells()):
        column, row = place % 3, 2 - place // 3
        x, y = across[column], up[row]
        width, height = across[column + 1] - x, up[row + 1] - y
        axes.add_patch(_patch(x, y, width, height, _SHADES[(column + row) // 2]))
        said = cell_words(each, lang)
        words.append(axes.text(x + 0.04, y + height - 0.04, said, va="top", color=QUIET, fontsize=11, zorder=2))
    axes.set_xlim(across[0], across[-1])
    axes.set_ylim(up[0], up[-1])
    return words


def _background(axes: Axes, cuts: Cuts, lang: str) -> None:
    """Draw the nine cells with their strategies, and the numbers of both scales."""
    nine_cells(axes, cuts, lang)
    axes.set_xticks(range(LOWEST, HIGHEST + 1))
    axes.set_yticks(range(LOWEST, HIGHEST + 1))
    axes.spines[["left", "bottom"]].set_visible(False)


def _edges(cuts: tuple[float, float]) -> tuple[float, ...]:
    return (LOWEST - _MARGIN, *cuts, HIGHEST + _MARGIN)


def _patch(x: float, y: float, width: float, height: float, colour: str) -> Any:
    from matplotlib.patches import Rectangle

    return Rectangle((x, y), width, height, facecolor=colour, edgecolor="white", linewidth=3, zorder=0)


def cell_words(each: Cell, lang: str) -> str:
    """Return the strategy of a cell in the reader's words, with a dagger where it is not certain."""
    return strategies_for(each.attractiveness, each.relationship, lang)[0] + ("" if each.certain else " †")


def _places(frame: Any) -> Places:
    """Return where each account stands; raises `DataError` where none does."""
    rows = zip(*columns(frame, "customer_id", "relationship", "attractiveness"), strict=True)
    found = {str(who): (x, y) for who, x, y in rows if formats.MISSING not in (formats.number(x), formats.number(y))}
    if not found:
        raise DataError("no account has both figures; score them first", table="figure", column="attractiveness")
    return found


def _cell_of(place: tuple[float, float], cuts: Cuts) -> str:
    from .burnett_grid import cell

    return cell(attractiveness=place[1], relationship=place[0], cuts=cuts).name


def _moved(places: Places, past: Places, cuts: Cuts) -> Places:
    """Return the accounts that stand in another cell than before."""
    return {
        who: place
        for who, place in places.items()
        if who in past and _cell_of(past[who], cuts) != _cell_of(place, cuts)
    }


def _map_title(places: Places, past: Places, cuts: Cuts, lang: str) -> str:
    if past:
        moved = len(_moved(places, past, cuts))
        return tell(lang, "{moved} of {number} accounts change their cell", moved=moved, number=len(places))
    return tell(lang, "{number} key accounts and their strategies", number=len(places))


def weight_bars(weights: BurnettWeights | None = None, lang: str = "en") -> Figure:
    """Return the weights of the indicators as lying bars, in the order of the course: printed ones dark, others light.

    Indicators of one's own are called by their names.
    """
    held = weights or BurnettWeights()
    named = {name: get(Indicator(name).concept).term(lang) for name in held.indicators if name in set(Indicator)}
    with style():
        figure = blank(9.0, 6.2)
        axes = figure.add_subplot()
        words = [named.get(name, name) for name in held.indicators]
        colours = [UP if name in held.given else _ASSUMED for name in held.indicators]
        axes.barh(range(len(words)), list(held.weights.values()), color=colours)
        axes.set_yticks(range(len(words)), words, fontsize=11)
        axes.invert_yaxis()
        axes.xaxis.set_major_formatter(lambda share, _: formats.percent(share, lang, 0))
        axes.set_xlabel(tell(lang, "weight: dark is printed, light is assumed"))
        axes.set_title(_weights_title(held, lang))
        axes.spines["left"].set_visible(False)
        fix_tick_font(axes)
    figure.set_label(alt_weight_bars(held, lang))
    return figure


def alt_weight_bars(weights: BurnettWeights | None = None, lang: str = "en") -> str:
    """Say in words what `weight_bars` shows: how many weights are printed, and what they come to."""
    held = weights or BurnettWeights()
    return tell(
        lang,
        "Weights of {number} indicators. {title}; together the printed ones come to {sum}.",
        number=len(held.indicators),
        title=_weights_title(held, lang),
        sum=formats.percent(sum(held[name] for name in held.given), lang, 0),
    )


def _weights_title(held: BurnettWeights, lang: str) -> str:
    return tell(
        lang, "{given} weights are printed, {assumed} are assumed", given=len(held.given), assumed=len(held.assumed)
    )
