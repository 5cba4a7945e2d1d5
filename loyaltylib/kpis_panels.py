"""Pictures of the KPIs over time, and the two tables behind pictures and exercises of the chapter.

    cohort_heatmap, survival_curve   of new customers; `loyaltylib.figures` has both
    account_history                  what one account spends with us and with everybody, quarter by quarter
    over_time, scorecard_over_time   all ten KPIs, quarter by quarter: the numbers, and the picture
    call_list                        customers at risk whom somebody may call, with what a call costs and what it gains

Each picture carries the sentence of its `alt_` function as its label.
"""

from __future__ import annotations

from datetime import date, timedelta
from typing import TYPE_CHECKING, Any

from . import formats
from .errors import DataError, RuleError
from .look import DOWN, INK, QUIET, UP, blank, columns, fix_tick_font, style
from .messages import tell

if TYPE_CHECKING:
    from matplotlib.axes import Axes
    from matplotlib.figure import Figure

_DAYS_A_YEAR = 365
_MONTHS_A_YEAR, _MONTHS_A_QUARTER = 12, 3
_CALLED = 8  # customers on the list of calls
_COST = {"consumer": 30.0, "business": 150.0}  # yuan a call, invented with the rest of the list
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


# ---------------------------------------------------------------- one account


def account_history(frame: Any, lang: str = "en") -> Figure:
    """Return one account's quarters: a bar for all it spends on such goods, ours in colour, our share above it.

    frame  rows of `wallet` of one customer (period, own_spend, total_category_spend), money in yuan

    Raises `DataError` for a missing column or no row.
    """
    rows = _quarters(frame)
    with style():
        figure = blank(9.0, 4.2)
        axes = figure.add_subplot()
        places = range(len(rows))
        axes.bar(places, [total for _, _, total in rows], color="#dddddd", label=tell(lang, "with all suppliers"))
        axes.bar(places, [own for _, own, _ in rows], color=UP, label=tell(lang, "spent with us"))
        for place, (_, own, total) in enumerate(rows):
            text = formats.percent(own / total if total else None, lang, 0)
            axes.text(place, total, text, ha="center", va="bottom", fontsize=10, color=INK)
        axes.set_xticks(places, [quarter(day) for day, _, _ in rows])
        axes.yaxis.set_major_formatter(lambda amount, _: formats.short(amount, lang))
        axes.set_ylabel(tell(lang, "yuan a quarter"))
        axes.set_title(_account_title(rows, lang))
        axes.legend(frameon=False, fontsize=10, loc="lower right", bbox_to_anchor=(1, 1), ncols=2)
        fix_tick_font(axes)
    figure.set_label(alt_account_history(frame, lang))
    return figure


def alt_account_history(frame: Any, lang: str = "en") -> str:
    """Say in words what `account_history` shows: what is spent with us and in all, in the first and last quarter."""
    rows = _quarters(frame)
    said = [
        tell(
            lang,
            "{quarter}: {own} of {total} yuan with us",
            quarter=quarter(day),
            own=formats.number(own, lang),
            total=formats.number(total, lang),
        )
        for day, own, total in (rows[0], rows[-1])
    ]
    return tell(lang, "{title}. {first}; {last}.", title=_account_title(rows, lang), first=said[0], last=said[1])


def quarter(day: Any) -> str:
    """Return a day's quarter as both languages write it on an axis.

    >>> quarter(date(2025, 6, 30))
    '2025 Q2'
    """
    return f"{day.year} Q{(day.month - 1) // _MONTHS_A_QUARTER + 1}"


def _quarters(frame: Any) -> list[tuple[Any, ...]]:
    rows = sorted(_rows(frame, "period", "own_spend", "total_category_spend"))
    if not rows:
        raise DataError("there is no quarter to draw", table="figure", column="period")
    return rows


def _account_title(rows: list[tuple[Any, ...]], lang: str) -> str:
    own, total = rows[-1][1:]
    share = formats.percent(own / total if total else None, lang, 0)
    return tell(lang, "Our share of the last quarter: {share}", share=share)


# ---------------------------------------------------------------- the scorecard over time


def over_time(tables: Any, observed_from: date | str, observed_to: date | str, months: int = 3) -> Any:
    """Measure all ten KPIs at the end of each quarter of a span, each over the `months` months that end there.

    After, as pandas: one row a KPI and quarter, in the order of the scorecard:

        kpi     its name
        day     last day of the quarter
        value   over the window; unknown where a table does not say it, or the window begins before the data

    All windows are counted by one query a table. Raises `RuleError` for no whole quarter, or no month.
    """
    import pandas as pd

    from .inputs import count
    from .kpis_core import CORE
    from .kpis_counts import Window
    from .kpis_measure import figures

    count("months", months, 1)
    whole = Window.of(observed_from, observed_to).whole("Q")
    if whole is None:
        raise RuleError(f"there is no whole quarter in {observed_from} to {observed_to}; choose a longer span")
    first = whole[0].first.year * _MONTHS_A_YEAR + whole[0].first.month - 1
    ends = [first + _MONTHS_A_QUARTER * (k + 1) for k in range(whole[1])]
    windows = [Window(_month_begins(end - months), _month_begins(end) - timedelta(1)) for end in ends]
    known = [window for window in windows if window.is_within(tables)]
    found = dict(zip(known, figures(tables, known), strict=True)) if known else {}
    rows = [
        (kpi.name, pd.Timestamp(window.last), kpi.value(found[window], tables) if window in found else None)
        for kpi in CORE
        for window in windows
    ]
    return pd.DataFrame(rows, columns=["kpi", "day", "value"]).astype({"value": float})


def _month_begins(month: int) -> date:
    return date(month // _MONTHS_A_YEAR, month % _MONTHS_A_YEAR + 1, 1)


def scorecard_over_time(frame: Any, lang: str = "en") -> Figure:
    """Return the ten KPIs as ten small lines, each on its own scale; a gap where a value is unknown.

    frame  what `over_time` gives (kpi, day, value)

    Raises `DataError` for a missing column, `UnknownName` for a KPI there is not.
    """
    from .kpis_plan import LoyaltyPlan

    plan, lines = LoyaltyPlan(), _lines(frame)
    with style():
        figure = blank(11.0, 8.6, fitted=False)  # margins by hand: fitting twelve axes takes longer than drawing them
        figure.subplots_adjust(left=0.02, right=0.98, bottom=0.05, top=0.95, wspace=0.12, hspace=0.5)
        grid = figure.subplots(4, 3)
        for axes in grid.flat[len(lines) :]:
            axes.set_axis_off()
        for axes, (name, points) in zip(grid.flat, lines.items(), strict=False):
            kpi = plan.kpi(name)
            _line(axes, points, kpi.unit, lang)
            axes.set_title(kpi.term(lang), fontsize=9.8)
    figure.set_label(alt_scorecard_over_time(frame, lang))
    return figure


def _line(axes: Axes, points: list[tuple[Any, float]], unit: str, lang: str) -> None:
    """Draw one KPI: a line with a point a quarter, the first and the last value written beside it."""
    places = range(len(points))
    values = [value for _, value in points]
    axes.plot(places, values, color=UP, linewidth=2, marker="o", markersize=4)
    axes.margins(y=0.35)
    known = [place for place in places if values[place] == values[place]]  # NaN is not itself
    for place, beside in ((known[0], known[1:2]), (known[-1], known[-2:-1])) if known else ():
        above = not beside or values[place] >= values[beside[0]]  # on the side where the line is not
        axes.annotate(
            shown(values[place], unit, lang),
            (place, values[place]),
            xytext=(0, 7 if above else -7),
            textcoords="offset points",
            ha="center",
            va="bottom" if above else "top",
            fontsize=9.5,
            color=INK,
        )
    axes.set_xlim(-0.8, len(points) - 0.2)
    axes.set_xticks([places[0], places[-1]], [quarter(points[0][0]), quarter(points[-1][0])], fontsize=9)
    axes.set_yticks([])
    axes.spines["left"].set_visible(False)
    fix_tick_font(axes)


def shown(value: float | None, unit: str, lang: str) -> str:
    """Return a KPI's value as a reader writes it: a share in per cent, money and people whole, the rest to a decimal.

    >>> shown(0.822, "fraction", "en"), shown(5262.3, "money", "en"), shown(4.77, "purchases", "zh")
    ('82.2%', '5,262', '4.8')
    """
    if unit == "fraction":
        return formats.percent(value, lang)
    return formats.number(value, lang, 0 if unit in ("customers", "people", "money") else 1)


def alt_scorecard_over_time(frame: Any, lang: str = "en") -> str:
    """Say in words what `scorecard_over_time` shows: each KPI's first and last known value."""
    from .kpis_plan import LoyaltyPlan

    plan, said = LoyaltyPlan(), []
    for name, points in _lines(frame).items():
        known = [value for _, value in points if value == value]  # noqa: PLR0124 - NaN is not itself
        kpi = plan.kpi(name)
        first, last = (shown(known[place] if known else None, kpi.unit, lang) for place in (0, -1))
        said.append(tell(lang, "{term} from {first} to {last}", term=kpi.term(lang), first=first, last=last))
    return tell(lang, "The ten KPIs, quarter by quarter: {lines}.", lines=tell(lang, "; ").join(said))


def _lines(frame: Any) -> dict[str, list[tuple[Any, float]]]:
    """Return each KPI's days and values; NaN where one is unknown."""
    found: dict[str, list[tuple[Any, float]]] = {}
    for name, day, value in _rows(frame, "kpi", "day", "value"):
        found.setdefault(name, []).append((day, float("nan") if value is None else float(value)))
    return found


# ---------------------------------------------------------------- whom to call


def call_list(tables: Any) -> Any:
    """Return the eight most valuable customers at risk whose attempt is open, and what a call would change.

    Before: customers, transactions and save_attempts. After, as pandas: one row a customer, the one at the greatest
    risk first, with

        customer_id
        last_order      day of the last purchase; none since the customer was flagged
        risk            chance of leaving if nobody calls (fraction), by days of silence: an invented estimate
        risk_if_called  the same if somebody calls; the longer the silence, the less a call changes
        value           profit of the last 365 days: what they paid less what the goods cost (money)
        cost            of the call (money)
    """
    import pandas as pd

    today = pd.Timestamp(tables.as_of)
    orders = tables.transactions
    year = orders[orders["date"] > today - timedelta(_DAYS_A_YEAR)]
    profit = (year["amount"] - year["cost"]).groupby(year["customer_id"]).sum().rename("value")
    last = orders.groupby("customer_id")["date"].max().rename("last_order")
    kinds = tables.customers.set_index("customer_id")["customer_type"].map(_COST).rename("cost")
    tried = tables.save_attempts[tables.save_attempts["outcome"] == "open"].set_index("customer_id")
    found = tried.join([last, profit, kinds]).dropna(subset=["value"])
    found = found[found["last_order"] <= found["flagged_on"]].reset_index()
    found = found.sort_values(["value", "customer_id"], ascending=[False, True]).head(_CALLED)
    silent = (today - found["last_order"]).dt.days
    risk = (0.30 + silent / 300).clip(upper=0.98).round(2)
    drop = (0.60 - silent / 250).clip(lower=0.02).round(2)
    found = found.assign(risk=risk, risk_if_called=(risk - drop).round(2), value=found["value"].round(2))
    names = ["customer_id", "last_order", "risk", "risk_if_called", "value", "cost"]
    return found.sort_values(["risk", "customer_id"], ascending=[False, True])[names].reset_index(drop=True)
