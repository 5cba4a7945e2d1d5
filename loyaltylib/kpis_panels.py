"""Two pictures of the KPIs over time, the cohort heatmap and the survival curve; `loyaltylib.figures` has both."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from . import formats
from .errors import DataError
from .look import DOWN, QUIET, UP, blank, columns, fix_tick_font, style
from .messages import tell

if TYPE_CHECKING:
    from matplotlib.figure import Figure

_DAYS_A_YEAR = 365
_DARK = 0.7  # share of the colour scale from which white text is easier to read than black


def cohort_heatmap(frame: Any, lang: str = "en") -> Figure:
    """Return the cohort table as a heatmap: a row for each month's new customers, a column for each month since.

    frame  what `kpis.cohort_table` gives (cohort, month, customers, active, share)

    Month 0, in which everyone bought, is left out: it would hide all the rest. Raises `DataError` for a missing column
    or a table without a later month.
    """
    rows = _rows(frame, "cohort", "month", "customers", "share")
    later = {(cohort, month): share for cohort, month, _, share in rows if month > 0}
    if not later:
        raise DataError("no month after the first is in the table; choose a later day", table="figure", column="month")
    cohorts = sorted({cohort for cohort, _ in later})
    months = max(month for _, month in later)
    sizes = {cohort: size for cohort, _, size, _ in rows}
    most = max(later.values()) or 1.0
    with style():
        from matplotlib.colors import LinearSegmentedColormap

        figure = blank(2.4 + 0.62 * months, 1.6 + 0.42 * len(cohorts))
        axes = figure.add_subplot()
        colours = LinearSegmentedColormap.from_list("share", ["#f2f6fa", UP])
        grid = [[later.get((cohort, month), float("nan")) for month in range(1, months + 1)] for cohort in cohorts]
        axes.imshow(grid, cmap=colours, vmin=0, vmax=most, aspect="auto")
        for (cohort, month), share in later.items():
            colour = "white" if share / most > _DARK else "black"
            text = formats.percent(share, lang, 0)
            axes.text(month - 1, cohorts.index(cohort), text, ha="center", va="center", fontsize=10, color=colour)
        names = [f"{cohort} ({formats.number(sizes[cohort], lang)})" for cohort in cohorts]
        axes.set_xticks(range(months), [str(month) for month in range(1, months + 1)])
        axes.set_yticks(range(len(cohorts)), names)
        axes.set_xlabel(tell(lang, "months since the first purchase"))
        axes.set_ylabel(tell(lang, "new customers of the month"))
        axes.set_title(tell(lang, "Who bought again, and when"))
        axes.spines[["left", "bottom"]].set_visible(False)
        fix_tick_font(axes)
    figure.set_label(alt_cohort_heatmap(frame, lang))
    return figure


def survival_curve(frame: Any, lang: str = "en") -> Figure:
    """Return how long customers stay: the share still customers, step by step, and the day half of them are lost.

    frame  what `kpis.survival` gives (days, at_risk, lost, survival)

    Raises `DataError` for a missing column or an empty frame.
    """
    rows = _rows(frame, "days", "survival")
    if not rows:
        raise DataError("nobody was lost, so there is no step to draw", table="figure", column="days")
    with style():
        figure = blank(9.0, 4.6)
        axes = figure.add_subplot()
        days, left = [0.0, *(day for day, _ in rows)], [1.0, *(share for _, share in rows)]
        axes.step(days, left, where="post", color=UP, linewidth=2.5)
        if (half := _half(rows)) is not None:
            axes.axvline(half, color=DOWN, linewidth=1.5, linestyle="--")
            axes.text(half, 0.97, " " + tell(lang, "half are lost"), color=DOWN, va="top")
        axes.axhline(0.5, color=QUIET, linewidth=0.8, linestyle=":")
        axes.set_xlim(0, None)
        axes.set_ylim(0, 1)
        axes.yaxis.set_major_formatter(lambda share, _: formats.percent(share, lang, 0))
        axes.set_xlabel(tell(lang, "days since the first purchase"))
        axes.set_title(_survival_title(rows, lang))
        fix_tick_font(axes)
    figure.set_label(alt_survival_curve(frame, lang))
    return figure


def alt_cohort_heatmap(frame: Any, lang: str = "en") -> str:
    """Say in words what `cohort_heatmap` shows: how many cohorts, and who bought in the first and last month."""
    rows = [row for row in _rows(frame, "cohort", "month", "share") if row[1] > 0]
    first, last = _mean(rows, 1), _mean(rows, max(month for _, month, _ in rows))
    return tell(
        lang,
        "Cohort heatmap of {cohorts} months. One month after the first purchase {first} bought again on average, "
        "{months} months after it {last}.",
        cohorts=len({cohort for cohort, _, _ in rows}),
        first=formats.percent(first, lang),
        months=max(month for _, month, _ in rows),
        last=formats.percent(last, lang),
    )


def alt_survival_curve(frame: Any, lang: str = "en") -> str:
    """Say in words what `survival_curve` shows: who is left after a year, and the day half are lost."""
    rows = _rows(frame, "days", "survival")
    half = _half(rows)
    said = _survival_title(rows, lang)
    if half is None:
        return tell(lang, "Survival curve. {said}. More than half stay to the end of the data.", said=said)
    return tell(lang, "Survival curve. {said}. Half are lost after {days} days.", said=said, days=int(half))


def _survival_title(rows: list[tuple[Any, ...]], lang: str) -> str:
    left = [share for day, share in rows if day <= _DAYS_A_YEAR]
    share = left[-1] if left else 1.0
    return tell(lang, "{share} stay longer than a year", share=formats.percent(share, lang, 0))


def _half(rows: list[tuple[Any, ...]]) -> float | None:
    return next((day for day, share in rows if share <= 0.5), None)  # noqa: PLR2004 - half


def _mean(rows: list[tuple[Any, ...]], month: int) -> float:
    shares = [share for _, at, share in rows if at == month]
    return sum(shares) / len(shares) if shares else 0.0


def _rows(frame: Any, *names: str) -> list[tuple[Any, ...]]:
    return list(zip(*columns(frame, *names), strict=True))
