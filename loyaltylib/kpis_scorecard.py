"""The scorecard: ten KPIs of a window, each against the window before, with a sentence a reader understands."""

# ruff: noqa: PLR0913  # tables, window, language, plan and rules are five things
from __future__ import annotations

from enum import StrEnum
from math import isclose
from typing import TYPE_CHECKING, Any

import narwhals.stable.v2 as nw

from .errors import UnknownName
from .formats import number, percent, points
from .inputs import must_have
from .kpis_forms import window_of
from .kpis_measure import figures
from .kpis_plan import LoyaltyPlan
from .messages import LANGUAGES, tell
from .schema import UNITS

if TYPE_CHECKING:
    from datetime import date

    from .kpis_core import Kpi
    from .kpis_counts import KpiRules


class Trend(StrEnum):
    """Where a KPI went since the window before."""

    UP = "up"
    DOWN = "down"
    STEADY = "steady"
    UNKNOWN = "unknown"


def _trend(value: float | None, before: float | None) -> Trend:
    if value is None or before is None:
        return Trend.UNKNOWN
    if isclose(value, before, rel_tol=1e-9, abs_tol=1e-12):  # sums of floats differ with the order of the rows
        return Trend.STEADY
    return Trend.UP if value > before else Trend.DOWN


def _judged(trend: Trend, better: str) -> str:
    if trend in (Trend.UNKNOWN, Trend.STEADY):
        return "unknown" if trend == Trend.UNKNOWN else "same"
    return "better" if trend == better else "worse"


def _shown(value: float, unit: str, lang: str) -> str:
    if unit == "fraction":
        return percent(value, lang)
    decimals = {"customers": 0, "people": 0, "money": 2, "purchases": 2}.get(unit, 1)
    return number(value, lang, decimals)


def _change(value: float, before: float, unit: str, lang: str) -> str:
    if unit == "fraction":
        return points(value - before, lang)
    return percent(value / before - 1, lang) if before else _shown(value - before, unit, lang)


def sentence(kpi: Kpi, value: float | None, before: float | None, lang: str) -> str:
    """Say what a KPI is and where it went, in one or two sentences."""
    if value is None:
        return tell(lang, "{term} is not known: the tables do not say it for this window.", term=kpi.term(lang))
    now = tell(lang, kpi.says, term=kpi.term(lang), value=_shown(value, kpi.unit, lang))
    trend = _trend(value, before)
    if trend == Trend.UNKNOWN or before is None:
        return now
    then, by = _shown(before, kpi.unit, lang), _change(value, before, kpi.unit, lang)
    if trend == Trend.STEADY:
        return now + tell(lang, " The same as in the window before.")
    if _judged(trend, kpi.better) == "better":
        return now + tell(lang, " In the window before it was {then} ({by}): better.", then=then, by=by)
    return now + tell(lang, " In the window before it was {then} ({by}): worse.", then=then, by=by)


def scorecard(
    tables: Any,
    observed_from: date | str,
    observed_to: date | str,
    lang: str = "en",
    *,
    plan: LoyaltyPlan | None = None,
    rules: KpiRules | None = None,
) -> Any:
    """Measure all ten KPIs of a window and of the one before, with one query a table, and say what they mean.

    The window before has as many whole months where the window is made of whole months, else as many days. Where it
    begins before the data's own span, nothing is compared.

    Before: the tables as for the single KPIs; only `customers` must be there. After: one row a KPI, in the plan's order
    (the ten of the course, then a trainer's own):

        kpi       its name
        term      its name for a reader
        value     in the window; unknown where a table is missing or there is nothing to divide by
        unit      what the value is in, for a reader
        before    in the window before
        change    value - before
        trend     up, down, steady, unknown
        judged    better, worse, same, unknown: whether that is good
        sentence  all of it in words

        >>> from loyaltylib.data import load
        >>> after = scorecard(load("company"), "2025-01-01", "2025-12-31")
        >>> after[["kpi", "value", "before", "trend", "judged"]].round(3)
                               kpi     value    before trend  judged
        0            customer_base  1828.000  1615.000    up  better
        1   new_customer_retention     0.837     0.810    up  better
        2           retention_rate     0.822     0.849  down   worse
        3           customer_share     0.489     0.534  down   worse
        4   complaint_satisfaction     0.460     0.438    up  better
        5  new_customers_per_month    40.333    38.250    up  better
        6       purchase_frequency    15.683    16.667  down   worse
        7            average_spend  5262.260  5663.952  down   worse
        8               churn_rate     0.178     0.151    up   worse
        9                save_rate     0.360     0.309    up  better
        >>> print(after["sentence"][2])
        Of the customers on the day before the window, 82.2% are still customers on its last day. In the window before \
it was 84.9% (-2.6 percentage points): worse.

    One of them in plain pandas: new customers per month.

        >>> won = load("company").customers["acquired_on"]
        >>> round(int(won.between("2025-01-01", "2025-12-31").sum()) / 12, 3)
        40.333

    Raises `DataError` (what breaks the schema), `RuleError` (a window outside the data's span, a plan with fewer than
    ten KPIs), `UnknownName` (a language).
    """
    if lang not in LANGUAGES:
        raise UnknownName("language", lang, LANGUAGES)
    kpis = (plan or LoyaltyPlan()).validate().kpis
    window = window_of(tables, observed_from, observed_to)
    windows = [window, *([window.before()] if window.before().is_within(tables) else [])]
    found = figures(tables, windows, rules)
    values = [kpi.value(found[0], tables) for kpi in kpis]
    befores = [kpi.value(found[1], tables) if len(found) > 1 else None for kpi in kpis]
    pairs = list(zip(kpis, values, befores, strict=True))
    columns: dict[str, list[Any]] = {
        "kpi": [kpi.name for kpi in kpis],
        "term": [kpi.term(lang) for kpi in kpis],
        "value": values,
        "unit": [UNITS[kpi.unit][lang] for kpi in kpis],
        "before": befores,
        "change": [None if v is None or b is None else v - b for v, b in zip(values, befores, strict=True)],
        "trend": [_trend(v, b).value for _, v, b in pairs],
        "judged": [_judged(_trend(v, b), kpi.better) for kpi, v, b in pairs],
        "sentence": [sentence(kpi, v, b, lang) for kpi, v, b in pairs],
    }
    numeric = ("value", "before", "change")
    schema = {name: nw.Float64 if name in numeric else nw.String for name in columns}
    return nw.from_dict(columns, schema=schema, backend=_backend(tables)).to_native()


def _backend(tables: Any) -> Any:
    """Return the kind of frame that rows collected from the customers have."""
    return nw.from_native(must_have(tables, "customers")).head(0).lazy().collect().implementation
