"""Two pictures of relationships: who contacts whom in a year, and accounts in the cells of Kotler's grid."""

from __future__ import annotations

from collections import Counter
from datetime import date
from typing import TYPE_CHECKING, Any

from . import formats
from .errors import DataError
from .look import DOWN, QUIET, UP, blank, columns, fix_tick_font, style
from .messages import tell
from .relationships import GRID, Verdict, customer_band, margin_band
from .relationships_rules import CustomerBand, GridRules, MarginBand, RelationshipType

if TYPE_CHECKING:
    from collections.abc import Mapping

    from matplotlib.axes import Axes
    from matplotlib.figure import Figure

VERDICT_COLOURS: Mapping[str, str] = {Verdict.TOO_LITTLE: DOWN, Verdict.FITS: "#7f7f7f", Verdict.TOO_MUCH: UP}
_MARKS: Mapping[str, str] = {Verdict.TOO_LITTLE: "v", Verdict.FITS: "o", Verdict.TOO_MUCH: "^"}
_LOWEST, _HIGHEST = 0.0, 0.6  # margins at the left and the right edge of the grid, as fractions of the price
_ROOM = 0.1  # part of a cell's width and height that stays free of marks at either side
_BESIDE, _ABOVE = 0.6, 0.15  # named marks of one cell nearer than this: the name of the lower one goes below it
_LINES = 9  # marks of one cell stand on so many lines, so that fewer of them lie on one another


def talks(contacts: Any, accounts: Mapping[str, str], lang: str = "en", year: int = 2025) -> Figure:
    """Return the talks of a year on one line an account: our visits above it, the customers' own calls below.

    contacts  customer_id, date, direction ("in" or "out")
    accounts  customer_id -> the words beside its line, from top to bottom

    Raises `DataError` for a missing column.
    """
    found = _talks(contacts, accounts, year)
    with style():
        from matplotlib.dates import DateFormatter, MonthLocator, date2num

        figure = blank(9.0, 1.4 + 0.62 * len(accounts))
        axes = figure.add_subplot()
        for place, customer in enumerate(accounts):
            axes.axhline(place, color="#cccccc", linewidth=1, zorder=0)
            for direction, mark, colour, shift in (("out", "v", UP, -0.17), ("in", "^", DOWN, 0.17)):
                days: list[Any] = [day for who, day, way in found if (who, way) == (customer, direction)]
                axes.plot(days, [place + shift] * len(days), mark, color=colour, markersize=9)
        axes.plot([], [], "v", color=UP, markersize=9, label=tell(lang, "the company contacts the customer"))
        axes.plot([], [], "^", color=DOWN, markersize=9, label=tell(lang, "the customer contacts the company"))
        axes.legend(loc="upper center", bbox_to_anchor=(0.4, -0.12), ncols=2, frameon=False, fontsize=11)
        axes.set_yticks(range(len(accounts)), list(accounts.values()))
        axes.set_ylim(len(accounts) - 0.5, -0.5)
        axes.set_xlim(*(float(date2num(date(year + more, 1, 1))) for more in (0, 1)))  # type: ignore[no-untyped-call]
        axes.xaxis.set_major_locator(MonthLocator(bymonth=(1, 4, 7, 10)))  # type: ignore[no-untyped-call]
        axes.xaxis.set_major_formatter(DateFormatter("%Y-%m"))  # type: ignore[no-untyped-call]
        axes.set_title(tell(lang, "Who contacts whom, {year}", year=str(year)))
        axes.spines["left"].set_visible(False)
        fix_tick_font(axes)
    figure.set_label(alt_talks(contacts, accounts, lang, year))
    return figure


def alt_talks(contacts: Any, accounts: Mapping[str, str], lang: str = "en", year: int = 2025) -> str:
    """Say in words what `talks` shows: for each account how often either side began."""
    found = Counter((who, way) for who, _, way in _talks(contacts, accounts, year))
    said = [
        tell(
            lang,
            "{name}: {ours} by the company, {theirs} by the customer.",
            name=name,
            ours=found[customer, "out"],
            theirs=found[customer, "in"],
        )
        for customer, name in accounts.items()
    ]
    between = "" if lang == "zh" else " "
    return between.join([tell(lang, "Talks in {year}, by who began them.", year=str(year)), *said])


def relationship_grid(
    accounts: Any,
    lang: str = "en",
    rules: GridRules | None = None,
    names: Mapping[str, str] | None = None,
) -> Figure:
    """Return Kotler's grid with accounts in its cells: below the advice, as advised, or above it.

    Each cell that is not empty says at its lower right how many accounts stand in it.

    accounts  one row an account: customer_id, customers (how many there are of its kind), margin (fraction), intensity
              (1 to 5, of the type in use)
    rules     limits of the bands; within a cell an account stands the further right the higher its margin
    names     customer_id -> the words beside its mark

    Raises `DataError` for a missing column, `RuleError` for a number that makes no sense.
    """
    rules = rules or GridRules()
    placed = _placed(accounts, rules)
    with style():
        figure = blank(9.6, 6.4)
        axes = figure.add_subplot()
        _cells(axes, placed, lang)
        _marks(axes, placed, rules, names or {})
        for verdict in Verdict:
            how_many = formats.number(sum(row[3] == verdict for row in placed), lang)
            brackets = "（{}）" if lang == "zh" else " ({})"
            label = words(verdict, lang) + brackets.format(how_many)
            axes.plot([], [], _MARKS[verdict], color=VERDICT_COLOURS[verdict], label=label)
        axes.legend(loc="upper center", bbox_to_anchor=(0.45, -0.14), ncols=3, frameon=False, fontsize=11)
        axes.set_title(_title(placed, lang))
        fix_tick_font(axes)
        _limits(axes, rules, lang)
    figure.set_label(alt_relationship_grid(accounts, lang, rules))
    return figure


def alt_relationship_grid(accounts: Any, lang: str = "en", rules: GridRules | None = None) -> str:
    """Say in words what `relationship_grid` shows: how many fit, and how many stand in each cell that is not empty."""
    placed = _placed(accounts, rules or GridRules())
    cells = Counter((few, high) for _, few, high, _, _ in placed)
    semicolon = "；" if lang == "zh" else "; "
    where = semicolon.join(
        tell(
            lang,
            "{customers}, {margin}: {number} ({type})",
            customers=words(few, lang),
            margin=words(high, lang),
            number=cells[few, high],
            type=GRID[few, high].term(lang),
        )
        for few, high in GRID
        if cells[few, high]
    )
    return tell(lang, "Kotler's grid with {number} accounts. {said}. By cell: {cells}.",
                number=len(placed), said=_title(placed, lang), cells=where)  # fmt: skip


def _talks(contacts: Any, accounts: Mapping[str, str], year: int) -> list[tuple[str, Any, str]]:
    rows = zip(*columns(contacts, "customer_id", "date", "direction"), strict=True)
    return [(who, day, way) for who, day, way in rows if who in accounts and day.year == year]


def _placed(accounts: Any, rules: GridRules) -> list[tuple[str, CustomerBand, MarginBand, Verdict, float]]:
    """Return for each account its id, its two bands, how the type in use stands to the cell's, and its margin."""
    found = []
    for who, many, margin, intensity in zip(
        *columns(accounts, "customer_id", "customers", "margin", "intensity"), strict=True
    ):
        few, high = customer_band(many, rules), margin_band(margin, rules)
        gap = intensity - GRID[few, high].intensity
        verdict = Verdict.TOO_LITTLE if gap < 0 else Verdict.TOO_MUCH if gap else Verdict.FITS
        found.append((str(who), few, high, verdict, float(margin)))
    if not found:
        raise DataError("no account is in the table", table="figure", column="customer_id")
    return found


def _cells(axes: Axes, placed: list[tuple[str, CustomerBand, MarginBand, Verdict, float]], lang: str) -> None:
    from matplotlib.patches import Rectangle

    stand = Counter((few, high) for _, few, high, _, _ in placed)
    for (few, high), kind in GRID.items():
        axes.add_patch(Rectangle((high.step, few.step), 1, 1, facecolor=UP, alpha=shade(kind), edgecolor="none"))
        axes.add_patch(Rectangle((high.step, few.step), 1, 1, facecolor="none", edgecolor="white", linewidth=3))
        axes.text(high.step + 0.03, few.step + 0.96, kind.term(lang), va="top", fontsize=11, color=QUIET)
        how_many = formats.number(stand[few, high], lang) if stand[few, high] else ""
        axes.text(high.step + 0.97, few.step + 0.015, how_many, ha="right", va="bottom", fontsize=11, color=QUIET)
    axes.set_xlim(0, len(MarginBand))
    axes.set_ylim(0, len(CustomerBand))
    axes.spines[["left", "bottom"]].set_visible(False)


def _marks(
    axes: Axes,
    placed: list[tuple[str, CustomerBand, MarginBand, Verdict, float]],
    rules: GridRules,
    names: Mapping[str, str],
) -> None:
    filled: Counter[tuple[str, str]] = Counter()
    said: list[tuple[float, float, str]] = []
    for who, few, high, verdict, margin in sorted(placed, key=lambda row: (row[4], row[0])):
        line = filled[few, high] % _LINES
        filled[few, high] += 1
        x = high.step + _within(margin, high, rules)
        y = few.step + _ROOM + (1 - 3 * _ROOM) * line / (_LINES - 1)
        named = who in names
        axes.plot(
            x, y, _MARKS[verdict], color=VERDICT_COLOURS[verdict], markersize=10 if named else 5,
            alpha=1 if named else 0.55, markeredgecolor="black" if named else "none", zorder=3 if named else 2,
        )  # fmt: skip
        if named:
            said.append((x, y, names[who]))
    for x, y, name in said:
        under = any(abs(x - other) < _BESIDE and 0 < top - y < _ABOVE for other, top, _ in said)
        axes.annotate(
            name, (x, y), xytext=(0, -9 if under else 9), textcoords="offset points", ha="center",
            va="top" if under else "bottom", fontsize=10, zorder=4,
            bbox={"boxstyle": "round,pad=0.15", "facecolor": "white", "edgecolor": "none", "alpha": 0.75},
        )  # fmt: skip


def _within(margin: float, high: MarginBand, rules: GridRules) -> float:
    """Return the place of a margin within its cell, between the free strips at its sides."""
    limits = (_LOWEST, rules.medium_from, rules.high_from, max(_HIGHEST, rules.high_from + rules.medium_from))
    low, top = limits[high.step], limits[high.step + 1]
    return _ROOM + (1 - 2 * _ROOM) * min(max((margin - low) / (top - low), 0.0), 1.0)


def _limits(axes: Axes, rules: GridRules, lang: str) -> None:
    least, most = formats.percent(rules.medium_from, lang, 0), formats.percent(rules.high_from, lang, 0)
    few, many = formats.number(rules.few_most, lang), formats.number(rules.many_least, lang)
    margins = {
        MarginBand.LOW: tell(lang, "below {limit}", limit=least),
        MarginBand.MEDIUM: tell(lang, "{low} to below {high}", low=least, high=most),
        MarginBand.HIGH: tell(lang, "{limit} or more", limit=most),
    }
    numbers = {
        CustomerBand.MANY: tell(lang, "{limit} or more", limit=many),
        CustomerBand.MEDIUM: tell(lang, "between"),
        CustomerBand.FEW: tell(lang, "up to {limit}", limit=few),
    }
    axes.set_xticks([band.step + 0.5 for band in margins], [f"{words(b, lang)}\n{t}" for b, t in margins.items()])
    axes.set_yticks([band.step + 0.5 for band in numbers], [f"{words(b, lang)}\n{t}" for b, t in numbers.items()])


def _title(placed: list[tuple[str, CustomerBand, MarginBand, Verdict, float]], lang: str) -> str:
    return tell(
        lang,
        "With {number} of {all} accounts less is done than the grid advises",
        number=formats.number(sum(row[3] == Verdict.TOO_LITTLE for row in placed), lang),
        all=formats.number(len(placed), lang),
    )


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
