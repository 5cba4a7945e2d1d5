"""Beyond the course: what practice adds to the ten KPIs.

    cohort_table           how many of each month's new customers buy k months later
    survival               how long customers stay, with those who have not left yet counted right
    nps, csat              two survey scores
    incremental_save_rate  what saving really adds, against customers left alone
    points_breakage, points_liability   points never redeemed, and what the others will cost
    save_first             whom to save first: by the gain from acting, not by the risk

None of this is in the course text; the registry marks every entry `beyond`.
"""

from __future__ import annotations

from dataclasses import dataclass
from datetime import timedelta
from math import sqrt
from statistics import NormalDist
from typing import TYPE_CHECKING, Any

import narwhals.stable.v2 as nw

from .errors import DataError, RuleError
from .frames import days_before, one_if, one_row, to_native
from .inputs import Reader, count, day, fraction, known_day, number, positive
from .kpis_forms import needed
from .kpis_measure import people, with_first
from .tiers_rules import TierRules

if TYPE_CHECKING:
    from collections.abc import Iterable
    from datetime import date

_HIGHEST = 10  # of the scale of recommendation, which begins at 0
_PROMOTER, _DETRACTOR = 9, 6


def cohort_table(tables: Any, as_of: date | str, months: int = 12) -> Any:
    """Count for each month's new customers how many of them bought k calendar months later (the cohort table).

    Before: `customers` (customer_id, acquired_on; the first purchase stands in where it is unknown) and `transactions`
    (customer_id, date, amount). After: one row a cohort and month, sorted by both:

        cohort     month of the first purchase, "1997-01"
        month      calendar months since: 0 is the first; at most `months`, and only months over by `as_of`
        customers  in the cohort
        active     of them, bought in that month
        share      active / customers

        >>> import pandas as pd
        >>> from types import SimpleNamespace
        >>> tables = SimpleNamespace(
        ...     customers=pd.DataFrame({
        ...         "customer_id": ["ann", "bo"], "acquired_on": pd.to_datetime(["2025-01-05", "2025-01-20"])}),
        ...     transactions=pd.DataFrame({
        ...         "customer_id": ["ann", "bo", "ann"], "amount": [1.0, 2.0, 3.0],
        ...         "date": pd.to_datetime(["2025-01-05", "2025-01-20", "2025-03-01"])}))
        >>> cohort_table(tables, "2025-03-31")
            cohort  month  customers  active  share
        0  2025-01      0          2       2    1.0
        1  2025-01      1          2       0    0.0
        2  2025-01      2          2       1    0.5

    In plain pandas:

        >>> months = tables.transactions["date"].dt.to_period("M") - pd.Period("2025-01")
        >>> months.map(lambda gap: gap.n).value_counts().sort_index().to_dict()
        {0: 2, 2: 1}

    A lazy frame is collected. "Active in month 12" is another figure than "bought again within a year": name the one
    you mean. Raises `DataError`, `RuleError` (`as_of`, `months`).
    """
    last, reader = known_day(tables, as_of), Reader(tables)
    closed = _closed(last)
    count("months", months)
    table = reader.open("customers", ("customer_id",), {"acquired_on": nw.Datetime("us")})
    orders = needed(reader.open("transactions", ("customer_id", "date", "amount")), "transactions")
    bought = (
        orders.filter(days_before("date", last) >= 0)
        .select("customer_id", _month("date").alias("at"))
        .group_by("customer_id", "at")
        .agg(nw.len().alias("orders"))
    )
    firsts = bought.group_by("customer_id").agg(nw.col("at").min().alias("first"))
    cohorts = (
        needed(table, "customers")
        .filter(nw.col("acquired_on").is_null() | (days_before("acquired_on", last) >= 0))
        .select("customer_id", _month("acquired_on").alias("won"))
        .join(firsts, on="customer_id", how="left")
        .select("customer_id", nw.coalesce("won", "first").alias("cohort"))
        .filter(~nw.col("cohort").is_null())
    )
    sizes = _counts(cohorts.group_by("cohort").agg(nw.len().alias("n")), "cohort")
    active = _counts(
        bought.join(cohorts, on="customer_id", how="inner").group_by("cohort", "at").agg(nw.len().alias("n")),
        "cohort",
        "at",
    )
    rows = [
        (f"{cohort // 12}-{cohort % 12 + 1:02d}", k, size, active.get((cohort, cohort + k), 0))
        for (cohort,), size in sorted(sizes.items())
        for k in range(min(months, closed - cohort) + 1)
    ]
    columns: dict[str, list[Any]] = {
        "cohort": [row[0] for row in rows],
        "month": [row[1] for row in rows],
        "customers": [row[2] for row in rows],
        "active": [row[3] for row in rows],
        "share": [row[3] / row[2] for row in rows],
    }
    kinds = (nw.String, nw.Int64, nw.Int64, nw.Int64, nw.Float64)
    return _frame(columns, kinds, orders)


def _month(column: str) -> nw.Expr:
    """Calendar months of a date column, counted from the year 0; floats, so that "unknown" has a place."""
    date_of = nw.col(column).dt
    return date_of.year().cast(nw.Float64) * 12 + date_of.month().cast(nw.Float64) - 1


def _closed(last: date) -> int:
    """Return the last calendar month over by a day, counted from the year 0."""
    ends = (last + timedelta(1)).day == 1
    return last.year * 12 + last.month - (1 if ends else 2)


def _counts(frame: Any, *keys: str) -> dict[tuple[int, ...], int]:
    rows = frame.lazy().collect()
    return {tuple(int(row[key]) for key in keys): int(row["n"]) for row in rows.iter_rows(named=True)}


def _frame(columns: dict[str, list[Any]], kinds: tuple[Any, ...], like: Any) -> Any:
    """Return rows made here as the kind of frame that rows collected from `like` have."""
    backend = like.head(0).lazy().collect().implementation
    return nw.from_dict(columns, schema=dict(zip(columns, kinds, strict=True)), backend=backend).to_native()


def survival(tables: Any, as_of: date | str, rules: TierRules | None = None) -> Any:
    """Estimate how long customers stay: the Kaplan-Meier curve, by SciPy's `ecdf` on right-censored durations.

    A customer's time runs from the first purchase to the day the standards of the tiers call the customer lost: the
    goodbye, or `lapse_days` + 1 after the last purchase. Who is not lost by `as_of` has stayed at least until then and
    is censored, not left out: leaving them out makes every customer look short-lived. Customers won before the data
    begins (`tables.observed_from`) are left out, since those who left before it were never seen.

    After: one row for each number of days at which somebody was lost:

        days      since the first purchase
        at_risk   customers still watched and not lost just before
        lost      on that day
        survival  estimated share of customers who stay longer

        >>> import pandas as pd
        >>> from types import SimpleNamespace
        >>> days = pd.to_datetime(["2024-01-01", "2024-01-01", "2025-12-01"])
        >>> tables = SimpleNamespace(
        ...     customers=pd.DataFrame({"customer_id": ["ann", "bo", "cy"], "acquired_on": days}),
        ...     transactions=pd.DataFrame({
        ...         "customer_id": ["ann", "bo", "cy", "bo"], "amount": [1.0, 1.0, 1.0, 1.0],
        ...         "date": [*days, pd.Timestamp("2025-12-20")]}))
        >>> survival(tables, "2025-12-31")
            days  at_risk  lost  survival
        0  181.0        2     1       0.5

    Source: Kaplan, Meier (1958). Raises `DataError`, `RuleError` (`as_of`, nobody who was won in the data's span).
    """
    from scipy.stats import CensoredData, ecdf

    last, rules, reader = known_day(tables, as_of), rules or TierRules(), Reader(tables)
    known = people(reader, last)
    orders = needed(reader.open("transactions", ("customer_id", "date", "amount")), "transactions")
    ages = orders.select("customer_id", days_before("date", last).alias("age")).filter(nw.col("age") >= 0)
    near = ages.group_by("customer_id").agg(nw.col("age").min().alias("near"))
    start = getattr(tables, "observed_from", None)
    longest = (last - day(start)).days if start is not None else float("inf")
    acquired, silent, gone = nw.col("acquired"), nw.col("near"), nw.col("gone")
    said = (gone >= 0) & (silent >= gone)
    lapsed = silent - rules.lapse_days - 1
    rows = (
        with_first(known, ages)
        .join(near, on="customer_id", how="inner")
        .filter((acquired >= 0) & (acquired <= longest))
        .with_columns(nw.when(said).then(gone).alias("said"), nw.when(lapsed >= 0).then(lapsed).alias("lapsed"))
        .select("acquired", nw.max_horizontal("said", "lapsed").alias("end"))
        .lazy()
        .collect()
    )
    if not len(rows):
        raise RuleError(f"nobody was won between {start} and {last}; choose a later day")
    time = rows["acquired"].to_numpy() - rows["end"].fill_null(0.0).fill_nan(0.0).to_numpy()
    stays = (rows["end"].is_null() | rows["end"].is_nan().fill_null(value=True)).to_numpy().astype(bool)
    curve = ecdf(CensoredData.right_censored(time, stays)).sf
    lost = [int(((time == x) & ~stays).sum()) for x in curve.quantiles]
    seen = [place for place, left in enumerate(lost) if left]
    columns: dict[str, list[Any]] = {
        "days": [float(curve.quantiles[place]) for place in seen],
        "at_risk": [int((time >= curve.quantiles[place]).sum()) for place in seen],
        "lost": [lost[place] for place in seen],
        "survival": [float(curve.probabilities[place]) for place in seen],
    }
    return _frame(columns, (nw.Float64, nw.Int64, nw.Int64, nw.Float64), orders)


def nps(
    scores: Iterable[float] | None = None,
    *,
    promoters: int | None = None,
    passives: int | None = None,
    detractors: int | None = None,
) -> float:
    """Return the net promoter score, as a fraction: the share who answer 9 or 10 less the share who answer 0 to 6.

    >>> nps([10, 9, 9, 8, 3]), nps(promoters=95, passives=95, detractors=60)
    (0.4, 0.14)

    "How likely are you to recommend us?", 0 to 10. Source: Reichheld (2003). Raises `RuleError` for a score outside 0
    to 10, NaN, or no answer.
    """
    if scores is not None:
        answers = [number("score", float(score), 0, _HIGHEST) for score in scores]
        promoters = sum(score >= _PROMOTER for score in answers)
        detractors = sum(score <= _DETRACTOR for score in answers)
        passives = len(answers) - promoters - detractors
    groups = {"promoters": promoters, "passives": passives, "detractors": detractors}
    above, between, below = (count(name, value) for name, value in groups.items())
    return (above - below) / positive("the number of answers", above + between + below)


def csat(scores: Iterable[float], satisfied_from: float = 4, highest: float = 5) -> float:
    """Return the customer satisfaction score: the share of answers of `satisfied_from` or more, on a scale from 1.

    >>> csat([5, 4, 3, 5])
    0.75

    Raises `RuleError` for a score outside 1 to `highest`, NaN, or no answer.
    """
    answers = [number("score", float(score), 1, highest) for score in scores]
    number("satisfied_from", satisfied_from, 1, highest)
    return sum(score >= satisfied_from for score in answers) / positive("the number of answers", len(answers))


@dataclass(frozen=True)
class Uplift:
    """What an action adds to what would have happened anyway (all: fractions).

    treated, control  share who stayed, of those acted upon and of those left alone by lot
    low, high         where the increment lies with the confidence asked for, by the normal approximation
    """

    treated: float
    control: float
    low: float
    high: float

    @property
    def increment(self) -> float:
        """The part the action may be credited with: `treated` - `control`."""
        return self.treated - self.control

    @property
    def is_clear(self) -> bool:
        """Whether the interval leaves 0 out."""
        return self.low > 0 or self.high < 0


def incremental_save_rate(
    *, saved: int, attempted: int, control_stayed: int, control: int, confidence: float = 0.95
) -> Uplift:
    """Compare the customers somebody tried to save with a control arm, drawn by lot, whom nobody tried to save.

    `kpis.save_rate` credits an attempt with those who would have stayed anyway; this does not.

    >>> found = incremental_save_rate(saved=35, attempted=100, control_stayed=113, control=1000)
    >>> round(found.treated, 3), round(found.control, 3), round(found.increment, 3), found.is_clear
    (0.35, 0.113, 0.237, True)

    Raises `RuleError` where one of the arms is empty, or more stayed than there were.
    """
    arms = []
    for name, stayed, size in (("saved", saved, attempted), ("control_stayed", control_stayed, control)):
        everyone = positive("attempted" if name == "saved" else "control", size)
        if count(name, stayed) > everyone:
            raise RuleError(f"{name} is {stayed}, of {size}; it is a part of them")
        arms.append((stayed / everyone, everyone))
    (treated, n), (alone, m) = arms
    if not 0 < fraction("confidence", confidence) < 1:
        raise RuleError(f"confidence is {confidence}; give a fraction between 0 and 1, such as 0.95")
    margin = NormalDist().inv_cdf((1 + confidence) / 2) * sqrt(treated * (1 - treated) / n + alone * (1 - alone) / m)
    return Uplift(treated, alone, treated - alone - margin, treated - alone + margin)


def points_breakage(*, issued: float, redeemed: float) -> float:
    """Return the share of points issued that is never redeemed, from points old enough to be settled.

    >>> points_breakage(issued=1000, redeemed=750)
    0.25
    """
    given = positive("issued", issued)
    if number("redeemed", redeemed, 0) > given:
        raise RuleError(f"redeemed is {redeemed!r}, of {issued!r} issued; it is a part of them")
    return 1 - redeemed / given


def points_liability(*, outstanding: float, value_per_point: float, breakage: float = 0.0) -> float:
    """Return what the points not yet redeemed will cost (money): points x value of one x the share to be redeemed.

    >>> points_liability(outstanding=50000, value_per_point=0.01, breakage=0.2)
    400.0
    """
    worth = number("outstanding", outstanding, 0) * number("value_per_point", value_per_point, 0)
    return worth * (1 - fraction("breakage", breakage))


def save_first(frame: Any, budget: float | None = None) -> Any:
    """Order customers by what is gained from trying to save them, not by how likely they are to leave.

    Before: one row a customer with

        customer_id
        risk    chance of leaving if nothing is done (fraction)
        uplift  by how much an attempt lowers it (fraction, at most `risk`; negative where an attempt drives away)
        value   what the customer is worth if he stays (money)
        cost    of the attempt (money)

    After: the same rows, the largest gain first, with

        gain    uplift x value - cost (money)
        place   1 is first; equal gains by customer_id
        act     1: worth it, and the budget lasts for all up to this place; 0: not

        >>> import pandas as pd
        >>> before = pd.DataFrame({
        ...     "customer_id": ["ann", "bo", "cy"], "risk": [0.9, 0.4, 0.5], "uplift": [0.02, 0.3, 0.1],
        ...     "value": [1000.0, 1000.0, 2000.0], "cost": [50.0, 50.0, 50.0]})
        >>> save_first(before, budget=60)[["customer_id", "risk", "gain", "place", "act"]]
          customer_id  risk   gain  place  act
        0          bo   0.4  250.0      1    1
        1          cy   0.5  150.0      2    0
        2         ann   0.9  -30.0      3    0

    In plain pandas:

        >>> gain = before["uplift"] * before["value"] - before["cost"]
        >>> before["customer_id"][gain.sort_values(ascending=False).index].tolist()
        ['bo', 'cy', 'ann']

    Raises `DataError` for a missing column, an unknown value, or one outside its limits; `RuleError` (`budget`).
    """
    wrapped: Any = nw.from_native(frame)
    present = wrapped.collect_schema()
    columns = ("risk", "uplift", "value", "cost")
    for name in ("customer_id", *columns):
        if name not in present:
            raise DataError(f"is missing; the frame has {', '.join(map(repr, present))}", table="frame", column=name)
        if name != "customer_id" and not present[name].is_numeric():
            raise DataError(f"holds {present[name]}; turn it into numbers", table="frame", column=name)
    _must_hold(wrapped)
    limit = float("inf") if budget is None else number("budget", budget, 0)
    gain = (nw.col("uplift") * nw.col("value") - nw.col("cost")).cast(nw.Float64)
    order = {"order_by": ("minus", "customer_id")}
    placed = (
        wrapped.with_columns(gain.alias("gain"), nw.lit(1).alias("place"), nw.col("cost").alias("spent"))
        .with_columns((-nw.col("gain")).alias("minus"))
        .with_columns(nw.col("place").cum_sum().over(**order), nw.col("spent").cum_sum().over(**order))
    )
    act = ((nw.col("gain") > 0) & (nw.col("spent") <= limit)).cast(nw.Int64)
    chosen = placed.with_columns(act.alias("act")).sort("place")
    return to_native(chosen.drop("minus", "spent"))


def _must_hold(frame: Any) -> None:
    """Refuse a frame to order where a value is unknown or outside its limits, with one query."""
    risk, uplift = nw.col("risk"), nw.col("uplift")
    right = {
        "risk": (risk >= 0) & (risk <= 1),
        "uplift": (uplift >= -1) & (uplift <= risk),
        "value": nw.col("value") >= 0,
        "cost": nw.col("cost") >= 0,
    }
    says = {"risk": "from 0 to 1", "uplift": "from -1 to the risk", "value": "of at least 0", "cost": "of at least 0"}
    rows = one_row(frame, nw.len().alias("rows"), *(one_if(rule).sum().alias(name) for name, rule in right.items()))
    for name, span in says.items():
        if rows["rows"] and (rows[name] or 0) < rows["rows"]:
            wrong = rows["rows"] - int(rows[name] or 0)
            raise DataError(f"{wrong} rows have no number {span}; correct or remove them", table="frame", column=name)
