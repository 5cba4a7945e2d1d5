"""The counting behind the ten KPIs: every count and sum of several windows at once, from as few passes as possible.

    moves(tables, windows)      customers and purchases: one query over both tables, however many windows
    figures(tables, windows)    the same, and wallet, complaints and attempts to save: one query each

Each table passes the input gate once. Who is a customer on a day is told by the standards of the tiers
(`loyaltylib.tiers_rules.FLAGS`): known, neither lost nor an onlooker. So the customer base is the sum of the tiers from
rank 3 to 8, and there is no second rule.
"""

from __future__ import annotations

from typing import TYPE_CHECKING, Any, Final

import narwhals.stable.v2 as nw

from .errors import DataError
from .frames import Frame, days_before, one_if, one_row
from .inputs import Reader
from .kpis_counts import (
    Figures,
    KpiRules,
    Movement,
    Newcomers,
    Purchases,
    Window,
)
from .tiers_rules import FLAGS

if TYPE_CHECKING:
    from collections.abc import Sequence
    from datetime import date

    from .tiers_rules import TierRules

OUTCOMES: Final = ("saved", "lost", "open", "not_tried")  # of an attempt to save a customer

Moves = tuple[Movement, Newcomers, Purchases | None]


def people(reader: Reader, today: date) -> Frame:
    """One row a customer: days from the first purchase and from the goodbye to `today`, where the table says so."""
    dates = {"acquired_on": nw.Datetime("us"), "lost_on": nw.Datetime("us")}
    return reader.must_open("customers", ("customer_id",), dates).select(
        "customer_id", days_before("acquired_on", today).alias("acquired"), days_before("lost_on", today).alias("gone")
    )


def with_first(people: Frame, days: Frame) -> Frame:
    """Let the first purchase stand for `acquired` where that is unknown; a buyer's rows are looked at only then."""
    acquired = nw.col("acquired")
    if not one_row(people, acquired.is_null().cast(nw.Int64).sum())["acquired"]:
        return people
    silent = people.filter(acquired.is_null()).select("customer_id")
    first = days.join(silent, on="customer_id", how="inner").group_by("customer_id").agg(nw.col("age").max())
    known = people.join(first.select("customer_id", nw.col("age").alias("first")), on="customer_id", how="left")
    return known.select("customer_id", nw.coalesce("acquired", "first").alias("acquired"), "gone")


def _spans(days: Frame, people: Frame, bounds: list[int], horizon: int) -> Frame:
    """Sum a customer's purchases up: one row a customer and span of time between two bounds (ages in days).

    near   age of the span's last purchase           again  days from the first purchase to the next
    held   days from the first purchase to the last one within the horizon
    """
    age, since = nw.col("age"), nw.col("acquired") - nw.col("age")
    # A sum of plain comparisons numbers the spans, the latest 0.
    span = sum((one_if(age >= bound) for bound in bounds[1:]), start=nw.lit(0.0))
    return (
        days.join(people.select("customer_id", "acquired"), on="customer_id", how="inner")
        .with_columns(
            span.alias("span"),
            nw.when(since > 0).then(since).alias("again"),
            nw.when(since <= horizon).then(since).alias("held"),
        )
        .group_by("customer_id", "span")
        .agg(
            nw.len().alias("n"),
            nw.col("amount").sum(),
            age.min().alias("near"),
            nw.col("again").min(),
            nw.col("held").max(),
        )
    )


def _wide(spans: Frame, places: list[tuple[int, int]], bounds: list[int]) -> Frame:
    """One row a customer: purchases and money of each window, and the last purchase up to each bound."""
    span = nw.col("span")
    parts = [one_if((span >= end) & (span < start)) for end, start in places]
    wide = spans.with_columns(
        *((nw.col("n") * part).alias(f"n_{w}") for w, part in enumerate(parts)),
        *((nw.col("amount") * part).alias(f"amount_{w}") for w, part in enumerate(parts)),
        *(nw.when(span >= place).then(nw.col("near")).alias(f"near_{place}") for place in range(len(bounds))),
    )
    sums = [f"{name}_{w}" for name in ("n", "amount") for w in range(len(parts))]
    nears = [f"near_{place}" for place in range(len(bounds))]
    return wide.group_by("customer_id").agg(nw.col(*sums).sum(), nw.col(*nears, "again").min(), nw.col("held").max())


def _holds(flags: tuple[str, ...], near: nw.Expr | None, back: nw.Expr, gone: nw.Expr, rules: TierRules) -> nw.Expr:
    """1 where one of a tier's flags holds `back` days ago for who last bought `near` days ago (None: nobody knows)."""
    if near is None:
        told = {"declared_lost": one_if(gone >= back).fill_null(0.0)}
    else:
        told = {
            "declared_lost": one_if((gone >= back) & (near.is_null() | (near >= gone))).fill_null(0.0),
            "days_since_last": near - back,
            "n_orders": one_if(~near.is_null()),
        }
    needs = {"declared_lost": "declared_lost", "lapsed": "days_since_last", "never_bought": "n_orders"}
    raised = [one_if(FLAGS[flag](told, rules)).fill_null(0.0) for flag in flags if needs[flag] in told]
    return one_if(sum(raised[1:], start=raised[0]) > 0)


_LOST = ("declared_lost", "lapsed")
_OUT = (*_LOST, "never_bought")


def moves(
    tables: object | Reader,
    windows: Sequence[Window],
    rules: KpiRules | None = None,
) -> list[Moves]:
    """Count customers, newcomers and purchases of every window, with one query over customers and transactions.

    A window's newcomers are those whose horizon ends within it. Rows of customers who are not in `customers` are left
    out, and so is what is dated after a window where it speaks of that window.
    """
    reader = tables if isinstance(tables, Reader) else Reader(tables)
    rules = rules or KpiRules()
    today = max(window.last for window in windows)
    ends = [(today - window.last).days for window in windows]
    starts = [end + window.days for end, window in zip(ends, windows, strict=True)]
    bounds = sorted({*ends, *starts})
    places = [(bounds.index(end), bounds.index(start)) for end, start in zip(ends, starts, strict=True)]
    everyone = people(reader, today)
    table = reader.open("transactions", ("customer_id", "date", "amount"))
    if table is not None:
        amount, age = nw.col("amount"), nw.col("age")
        rows = table.select("customer_id", amount.cast(nw.Float64), days_before("date", today).alias("age"))
        rows = rows.filter(age >= 0)
        everyone = with_first(everyone, rows)  # not from the days: a lazy engine would make them twice
        days = rows.group_by("customer_id", "age").agg(amount.sum())
        wide = _wide(_spans(days, everyone, bounds, rules.horizon_days), places, bounds)
        everyone = everyone.join(wide, on="customer_id", how="left")
    everyone = _with_standing(everyone, bounds, rules, bought=table is not None)
    sums: dict[str, nw.Expr] = {}
    for w, (end, start) in enumerate(places):
        sums |= _counted(w, (end, start), (bounds[end], bounds[start]), rules, bought=table is not None)
    row = one_row(everyone, *(expression.sum().alias(name) for name, expression in sums.items()))
    return [_parts(row, w, bought=table is not None) for w in range(len(windows))]


def _with_standing(everyone: Frame, bounds: list[int], rules: KpiRules, *, bought: bool) -> Frame:
    """Add 1 or 0: in the base and lost, so many days ago as each bound says; left, by the end of the horizon."""
    acquired, gone, horizon = nw.col("acquired"), nw.col("gone"), rules.horizon_days
    # The last purchase up to the end of a customer's own horizon, and that day, as ages.
    held = acquired - nw.col("held") if bought else None
    standing = [_holds(_OUT, held, acquired - horizon, gone, rules.tiers).alias("left")]
    for place, bound in enumerate(bounds):
        near = nw.col(f"near_{place}") if bought else None
        known = one_if(acquired.is_null() | (acquired >= bound))
        back = nw.lit(bound)
        standing.append((known * (1 - _holds(_OUT, near, back, gone, rules.tiers))).alias(f"base_{place}"))
        standing.append((known * _holds(_LOST, near, back, gone, rules.tiers)).alias(f"lost_{place}"))
    return everyone.with_columns(*standing)


def _counted(
    w: int, places: tuple[int, int], ages: tuple[int, int], rules: KpiRules, *, bought: bool
) -> dict[str, nw.Expr]:
    """Return what is to be summed over the customers for one window, from its end and its start."""
    acquired, again, horizon = nw.col("acquired"), nw.col("again"), rules.horizon_days
    end, start = (nw.col(f"base_{place}") for place in places)
    new = one_if((acquired >= ages[0]) & (acquired < ages[1]))
    won = one_if((acquired >= ages[0] + horizon) & (acquired < ages[1] + horizon))
    sums = {"start": start, "end": end, "kept": start * end, "new": new, "new_and_lost": new * (1 - end)}
    sums |= {"won": won, "stayed": won * (1 - nw.col("left"))}
    if bought:
        buyer, lost = one_if(nw.col(f"n_{w}") > 0), nw.col(f"lost_{places[1]}")
        sums |= {"lost_before": lost, "won_back": lost * buyer, "buyers": buyer}
        sums |= {"returned": won * one_if(again <= horizon), "early": won * one_if(again <= rules.early_watch_days)}
        sums |= {"purchases": nw.col(f"n_{w}"), "spend": nw.col(f"amount_{w}")}
    return {f"{name}_{w}": value for name, value in sums.items()}


def _number(value: Any) -> float:
    """Return a sum as a float; that of no rows is 0, whatever the engine calls it."""
    return 0.0 if value is None or value != value else float(value)  # noqa: PLR0124 - NaN is not itself


def _parts(row: dict[str, Any], w: int, *, bought: bool) -> tuple[Movement, Newcomers, Purchases | None]:
    def of(name: str) -> int:
        return round(_number(row.get(f"{name}_{w}")))

    names = ("start", "end", "kept", "new", "new_and_lost", "lost_before", "won_back")
    movement = Movement(**{name: of(name) for name in names})
    if not bought:
        return movement, Newcomers(of("won"), None, None, of("stayed")), None
    newcomers = Newcomers(of("won"), of("early"), of("returned"), of("stayed"))
    return movement, newcomers, Purchases(of("buyers"), of("purchases"), _number(row[f"spend_{w}"]))


def _inside(column: str, windows: Sequence[Window], values: dict[str, nw.Expr]) -> list[nw.Expr]:
    """Return the sum of every value over the rows dated within every window."""
    return [
        (value.cast(nw.Float64) * one_if(window.holds(column))).sum().alias(f"{name}_{w}")
        for w, window in enumerate(windows)
        for name, value in values.items()
    ]


def wallet(reader: Reader, windows: Sequence[Window]) -> list[tuple[float, float] | None]:
    """Sum own spending and all spending in the category over the periods that end within each window."""
    table = reader.open("wallet", ("customer_id", "period", "own_spend", "total_category_spend"))
    if table is None:
        return [None] * len(windows)
    row = one_row(
        table,
        *_inside("period", windows, {"own": nw.col("own_spend"), "total": nw.col("total_category_spend")}),
    )
    return [(_number(row[f"own_{w}"]), _number(row[f"total_{w}"])) for w in range(len(windows))]


def complaints(reader: Reader, windows: Sequence[Window], rules: KpiRules) -> list[tuple[int, int, float] | None]:
    """Count the complaints settled and scored within each window, and those scored `rules.satisfied_from` or more."""
    needs = ("customer_id", "resolved_on", "satisfaction_score")
    table = reader.open("complaints", needs[:2], {"satisfaction_score": nw.Float64})
    if table is None:
        return [None] * len(windows)
    score = nw.col("satisfaction_score")
    scored = {"scored": one_if(~score.is_null()), "satisfied": one_if(score >= rules.satisfied_from), "sum": score}
    row = one_row(table, *_inside("resolved_on", windows, scored))
    return [
        (round(_number(row[f"scored_{w}"])), round(_number(row[f"satisfied_{w}"])), _number(row[f"sum_{w}"]))
        for w in range(len(windows))
    ]


def saves(reader: Reader, windows: Sequence[Window]) -> list[tuple[int, int, int] | None]:
    """Count customers flagged in each window, attempts that are decided, and customers saved."""
    table = reader.open("save_attempts", ("customer_id", "flagged_on", "outcome"))
    if table is None:
        return [None] * len(windows)
    outcome = nw.col("outcome").cast(nw.String)
    ended = {name: one_if(outcome == name) for name in OUTCOMES}
    row = one_row(
        table,
        *_inside("flagged_on", windows, ended),
        one_if(~outcome.is_in(OUTCOMES)).sum().alias("odd"),
    )
    if _number(row["odd"]):
        known = ", ".join(OUTCOMES)
        raise DataError(
            f"{row['odd']:.0f} rows hold another word than {known}", table="save_attempts", column="outcome"
        )
    each = [{name: round(_number(row[f"{name}_{w}"])) for name in OUTCOMES} for w in range(len(windows))]
    return [(sum(found.values()), found["saved"] + found["lost"], found["saved"]) for found in each]


def figures(tables: object, windows: Sequence[Window], rules: KpiRules | None = None) -> list[Figures]:
    """Count everything the ten KPIs of each window are made of; each table is read by one query."""
    reader, rules = Reader(tables), rules or KpiRules()
    counted = moves(reader, windows, rules)
    spent = wallet(reader, windows)
    scored = complaints(reader, windows, rules)
    tried = saves(reader, windows)
    # Who was won before the data begins was not seen coming back.
    seen = [window.shifted(-rules.horizon_days).is_within(tables) for window in windows]
    return [
        Figures(window, counted[w][0], counted[w][1] if seen[w] else None, counted[w][2], spent[w], scored[w], tried[w])
        for w, window in enumerate(windows)
    ]
