"""Pictures of segments and value: the Lorenz curve, the eight cells of RFM, the customer matrix, a forecast checked.

Every function takes frames or plain numbers and returns a `matplotlib.figure.Figure` without pyplot; the sentence of
its `alt_` twin is the figure's label.
"""

from __future__ import annotations

from itertools import accumulate
from typing import TYPE_CHECKING, Any

from . import formats
from .errors import DataError
from .look import DOWN, INK, QUIET, UP, blank, columns, fix_tick_font, style
from .messages import N_, tell
from .segments_clp import ClpCell
from .segments_fields import Fields
from .segments_rfm import CELLS

if TYPE_CHECKING:
    from collections.abc import Iterable, Mapping, Sequence

    from matplotlib.axes import Axes
    from matplotlib.figure import Figure

    from .segments_fields import Place
    from .segments_rfm import RfmCell

FIFTH = 0.2  # the top share that the rule of 80/20 speaks of

_COLOURS = (UP, DOWN, "#009e73", INK)
# What a field and its sentence say: of the money spent in RFM, of the profit in the matrix.
_OF_MONEY = (
    N_("{share} of the customers\n{value} of the money"),
    N_("{name}: {share} of the customers, {value} of the money"),
)
_OF_PROFIT = (
    N_("{share} of the customers\n{value} of the profit"),
    N_("{name}: {share} of the customers, {value} of the profit"),
)
_RFM_COLUMNS = ((True, True), (True, False), (False, True), (False, False))  # often or not, much or not
RFM_PLACES: dict[Place, RfmCell] = {
    (column, row): CELLS[row == 0, *high] for row in (0, 1) for column, high in enumerate(_RFM_COLUMNS)
}
CLP_PLACES: dict[Place, ClpCell] = {
    (column, row): ClpCell(f"{now}_{ahead}")
    for row, now in enumerate(("high", "low"))
    for column, ahead in enumerate(("low", "high"))
}


# ---------------------------------------------------------------- the Lorenz curve


def lorenz_points(values: Iterable[float]) -> tuple[list[float], list[float]]:
    """Return the points of a Lorenz curve: share of the customers, the smallest first, and their share of the value.

    >>> lorenz_points([6, 1, 3])
    ([0.0, 0.3333333333333333, 0.6666666666666666, 1.0], [0.0, 0.1, 0.4, 1.0])

    Raises `DataError` where the values do not add up to more than 0.
    """
    ordered = sorted(float(value) for value in values)
    total = sum(ordered)
    if total <= 0:
        raise DataError(f"adds up to {total:g}; a share needs a sum above 0", table="figure", column="value")
    return (
        [place / len(ordered) for place in range(len(ordered) + 1)],
        [0.0, *(passed / total for passed in accumulate(ordered))],
    )


def _of_largest(values: Iterable[float], top: float) -> float:
    """Return what `segments.pareto_share` does, read off the Lorenz curve."""
    _, held = lorenz_points(values)
    return 1 - held[len(held) - 1 - max(round(top * (len(held) - 1)), 1)]


def lorenz(curves: Mapping[str, Iterable[float]], lang: str = "en", top: float = FIFTH) -> Figure:
    """Return Lorenz curves: how much of the value the smaller customers bring, up to all of them.

    curves  name of a curve -> what each customer brings (money)
    top     the top share that is marked (fraction)
    """
    known = {name: [float(value) for value in values] for name, values in curves.items()}
    with style():
        figure = blank(7.6, 5.6)
        axes = figure.add_subplot()
        axes.plot([0, 1], [0, 1], color=QUIET, linewidth=1, linestyle=":", label=tell(lang, "all alike"))
        for (name, values), colour in zip(known.items(), _COLOURS * len(known), strict=False):
            axes.plot(*lorenz_points(values), color=colour, linewidth=2.5, label=name)
        axes.axvline(1 - top, color=INK, linewidth=1, linestyle="--")
        _shares_on(axes, lang)
        axes.set_xlabel(tell(lang, "share of the customers, from the smallest on"))
        axes.set_ylabel(tell(lang, "share of what all of them bring"))
        axes.set_title(_lorenz_title(known, lang, top))
        axes.legend(loc="upper left", frameon=False)
        fix_tick_font(axes)
    figure.set_label(alt_lorenz(known, lang, top))
    return figure


def alt_lorenz(curves: Mapping[str, Iterable[float]], lang: str = "en", top: float = FIFTH) -> str:
    """Say in words what `lorenz` shows: what the largest bring, curve by curve."""
    return tell(lang, "Lorenz curve. {said}.", said=_lorenz_title(curves, lang, top))


def _lorenz_title(curves: Mapping[str, Iterable[float]], lang: str, top: float) -> str:
    rows = [f"{name} {formats.percent(_of_largest(values, top), lang, 0)}" for name, values in curves.items()]
    share = formats.percent(top, lang, 0, trim=True)
    return tell(lang, "The largest {top} bring: {rows}", top=share, rows=_listed(rows, lang))


# ---------------------------------------------------------------- fields: RFM and the customer matrix


def rfm_sides(lang: str) -> tuple[list[str], list[str]]:
    """Return the words along the map of RFM: over its columns, and beside its rows."""
    often, seldom = tell(lang, "often, much"), tell(lang, "seldom, much")
    names = [often, tell(lang, "often, little"), seldom, tell(lang, "seldom, little")]
    return names, [tell(lang, "recently"), tell(lang, "not for a while")]


def clp_sides(lang: str) -> tuple[list[str], list[str]]:
    """Return the words along the customer matrix: over its columns, and beside its rows."""
    names = [tell(lang, "low potential"), tell(lang, "high potential")]
    return names, [tell(lang, "high current value"), tell(lang, "low current value")]


def rfm_map(frame: Any, lang: str = "en") -> Figure:
    """Return the eight cells of RFM as a map: above who bought recently, from left to right less often and for less.

    frame  one row a cell with `cell`, `share` (of the customers) and `value_share` (of the money): what
           `segments.profile(scored, "cell", "spent")` gives. A cell without a row is empty
    """
    shares = _by_cell(frame, [str(cell) for cell in CELLS.values()])
    texts = {place: (str(cell), cell.concept) for place, cell in RFM_PLACES.items()}
    with style():
        figure = blank(11.0, 4.8)
        axes = figure.add_subplot()
        _fields(axes, texts, shares, lang, _OF_MONEY[0])
        names, rows = rfm_sides(lang)
        axes.set_xticks(range(len(names)), names)
        axes.set_yticks(range(len(rows)), rows)
        axes.set_title(_rfm_title(shares, lang))
        fix_tick_font(axes)
    figure.set_label(alt_rfm_map(frame, lang))
    return figure


def alt_rfm_map(frame: Any, lang: str = "en") -> str:
    """Say in words what `rfm_map` shows: the share of customers and of money in each of the eight cells."""
    shares = _by_cell(frame, [str(cell) for cell in CELLS.values()])
    rows = [_in_words(cell.concept, shares[str(cell)], lang, _OF_MONEY[1]) for cell in CELLS.values()]
    return tell(lang, "The eight cells of RFM. {rows}.", rows=_listed(rows, lang, apart=True))


def _rfm_title(shares: Mapping[str, tuple[float, float]], lang: str) -> str:
    recent = sum(shares[str(cell)][0] for (r, _, _), cell in CELLS.items() if r)
    top = CELLS[True, True, True]
    return tell(
        lang,
        "{recent} of the customers score as recent, {share} as champions",
        recent=formats.percent(recent, lang, 0),
        share=formats.percent(shares[str(top)][0], lang, 0),
    )


def clp_map(frame: Any, lang: str = "en") -> Figure:
    """Return the customer matrix: current value upwards, potential value to the right.

    frame  one row a cell with `cell`, `share` (of the customers) and `value_share` (of the current profit): what
           `segments.profile(cells, "cell", "current_value")` gives. A cell without a row is empty
    """
    shares = _by_cell(frame, [str(cell) for cell in ClpCell])
    texts = {place: (str(cell), cell.concept) for place, cell in CLP_PLACES.items()}
    with style():
        figure = blank(9.4, 4.8)
        axes = figure.add_subplot()
        _fields(axes, texts, shares, lang, _OF_PROFIT[0])
        names, rows = clp_sides(lang)
        axes.set_xticks(range(len(names)), names)
        axes.set_yticks(range(len(rows)), rows)
        axes.set_title(tell(lang, "Four cells: share of the customers, share of the profit"))
        fix_tick_font(axes)
    figure.set_label(alt_clp_map(frame, lang))
    return figure


def alt_clp_map(frame: Any, lang: str = "en") -> str:
    """Say in words what `clp_map` shows: the share of customers and of profit in each of the four cells."""
    shares = _by_cell(frame, [str(cell) for cell in ClpCell])
    rows = [_in_words(cell.concept, shares[str(cell)], lang, _OF_PROFIT[1]) for cell in ClpCell]
    return tell(lang, "The customer matrix. {rows}.", rows=_listed(rows, lang, apart=True))


def _fields(
    axes: Axes,
    texts: Mapping[tuple[int, int], tuple[str, str]],
    shares: Mapping[str, tuple[float, float]],
    lang: str,
    words: str,
) -> None:
    """Draw one field a cell with its name and its shares."""
    said = {}
    for cell, concept in texts.values():
        share, value = (formats.percent(each, lang, 0) for each in shares[cell])
        said[cell] = f"{cell_name(concept, lang)}\n{tell(lang, words, share=share, value=value)}"
    fields = Fields(axes, {place: cell for place, (cell, _) in texts.items()})
    fields.update({cell: shares[cell][1] for cell in said}, said)
    axes.spines[["left", "bottom"]].set_visible(False)


def _by_cell(frame: Any, cells: Sequence[str]) -> dict[str, tuple[float, float]]:
    """Return cell -> share of the customers and of the value; a cell without a row has neither."""
    rows = {str(cell): (share, value) for cell, share, value in zip(*_three(frame), strict=True) if cell in cells}
    return {cell: (float(rows[cell][0]), float(rows[cell][1] or 0)) if cell in rows else (0.0, 0.0) for cell in cells}


def _three(frame: Any) -> list[list[Any]]:
    return columns(frame, "cell", "share", "value_share")


def cell_name(concept: str, lang: str) -> str:
    """Return the name of a cell, from the concept registry."""
    from .concepts import get

    return get(concept).term(lang)


def _in_words(concept: str, shares: tuple[float, float], lang: str, words: str) -> str:
    return tell(
        lang,
        words,
        name=cell_name(concept, lang),
        share=formats.percent(shares[0], lang, 0),
        value=formats.percent(shares[1], lang, 0),
    )


# ---------------------------------------------------------------- a forecast and what happened


def forecast_check(frame: Any, lang: str = "en") -> Figure:
    """Return a forecast beside what happened, for groups of customers who had bought again equally often.

    frame  one row a group with `frequency` (repeat purchases before; the last group holds all with more), `forecast`
           and `happened` (purchases a customer in the span ahead)
    """
    times, ahead, happened = _three_of_forecast(frame)
    with style():
        figure = blank(9.0, 4.6)
        axes = figure.add_subplot()
        places = range(len(times))
        axes.bar([place - 0.2 for place in places], ahead, width=0.38, color=UP, label=tell(lang, "forecast"))
        axes.bar([place + 0.2 for place in places], happened, width=0.38, color=DOWN, label=tell(lang, "happened"))
        axes.set_xticks(places, _groups(times, lang))
        axes.set_xlabel(tell(lang, "repeat purchases before"))
        axes.set_ylabel(tell(lang, "purchases a customer afterwards"))
        axes.set_title(tell(lang, "Groups: the forecast and what happened"))
        axes.legend(loc="upper left", frameon=False)
        fix_tick_font(axes)
    figure.set_label(alt_forecast_check(frame, lang))
    return figure


def alt_forecast_check(frame: Any, lang: str = "en") -> str:
    """Say in words what `forecast_check` shows: forecast and outcome of each group."""
    times, ahead, happened = _three_of_forecast(frame)
    rows = [
        tell(
            lang,
            "{times} before: {forecast} forecast, {happened} happened",
            times=group,
            forecast=formats.number(expected, lang, 2),
            happened=formats.number(found, lang, 2),
        )
        for group, expected, found in zip(_groups(times, lang), ahead, happened, strict=True)
    ]
    return tell(lang, "Purchases a customer, by repeat purchases. {rows}.", rows=_listed(rows, lang, apart=True))


def _three_of_forecast(frame: Any) -> list[list[float]]:
    return columns(frame, "frequency", "forecast", "happened")


def _groups(times: Sequence[float], lang: str) -> list[str]:
    names = [formats.number(each, lang) for each in times]
    return [*names[:-1], tell(lang, "{number} or more", number=names[-1])] if names else []


def _shares_on(axes: Axes, lang: str) -> None:
    """Let both axes run from 0 to 1 and say so in per cent."""
    for axis in (axes.xaxis, axes.yaxis):
        axis.set_major_formatter(lambda share, _: formats.percent(share, lang, 0))
    axes.set_xlim(0, 1)
    axes.set_ylim(0, 1)


def _listed(rows: Sequence[str], lang: str, *, apart: bool = False) -> str:
    """Join what is listed; `apart` where the parts have commas of their own."""
    if apart:
        return ("；" if lang == "zh" else "; ").join(rows)
    return ("，" if lang == "zh" else ", ").join(rows)
