"""A picture of relationships: who contacts whom in a year."""

from __future__ import annotations

from collections import Counter
from datetime import date
from typing import TYPE_CHECKING, Any

from .look import DOWN, UP, blank, columns, fix_tick_font, style
from .messages import tell

if TYPE_CHECKING:
    from collections.abc import Mapping

    from matplotlib.figure import Figure


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


def _talks(contacts: Any, accounts: Mapping[str, str], year: int) -> list[tuple[str, Any, str]]:
    rows = zip(*columns(contacts, "customer_id", "date", "direction"), strict=True)
    return [(who, day, way) for who, day, way in rows if who in accounts and day.year == year]
