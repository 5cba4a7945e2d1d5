"""The ten KPIs of customer loyalty, the scorecard of all ten, and the loyalty plan that asks for them.

    customer_base           new_customer_retention   retention_rate       customer_share   complaint_satisfaction
    new_customers_per_month purchase_frequency       average_spend        churn_rate       save_rate

Each is there in two forms, and both give a number: from counts a person has (`retention_rate(start=1000, end=1100,
new=300)`), and from tables and a window of days (`retention_rate(tables, "2025-01-01", "2025-12-31")`). Rates are
fractions. Beside them stand `winback_rate`, `cross_sell_ratio` and `referral_rate`.

    scorecard(tables, observed_from, observed_to)   all ten, against the window before, with a sentence each
    movement, newcomers, purchase_windows           the counts behind them
    LoyaltyPlan, Kpi, Groundwork                     the plan: at least ten KPIs, seven tasks of groundwork

What goes beyond the course is in `loyaltylib.kpis_cohorts` (cohort tables, survival), `kpis_saving` (the gain from
saving) and `kpis_beyond` (NPS, points), and can be had here too. How the counting is done is in
`loyaltylib.kpis_measure`.

The forms on tables take anything with the attributes of `loyaltylib.data.Tables`, frames of any engine, and keep these
rules:

    a customer    on a day is who was known then and, by the standards of the tiers, neither lost nor an onlooker
    a purchase    is a day on which a customer bought; two orders of one day are one purchase
    left out      rows of customers who are not in `customers`, and what is dated after the window
    empty tables  give a base and counts of 0; a rate with nothing to divide by raises `RuleError`
    a window      that leaves the tables' own `observed_from` to `observed_to`, where stated, raises `RuleError`
    bad tables    (a missing column, another dtype, NaN, negative money, dates with a time zone) raise `DataError`
    numbers       that are NaN, infinite, negative, text, or both forms at once raise `RuleError`
"""

from __future__ import annotations

from .kpis_beyond import csat, nps, points_breakage, points_liability
from .kpis_cohorts import cohort_table, survival
from .kpis_core import CORE, Kpi
from .kpis_counts import Figures, KpiRules, Movement, Newcomers, Purchases, Window
from .kpis_customers import (
    DAYS_PER_MONTH,
    churn_rate,
    customer_base,
    movement,
    new_customer_retention,
    new_customers_per_month,
    newcomers,
    retention_rate,
    winback_rate,
)
from .kpis_plan import Groundwork, LoyaltyPlan, State, Task
from .kpis_records import (
    complaint_satisfaction,
    cross_sell_ratio,
    customer_share,
    customer_shares,
    referral_rate,
    save_rate,
)
from .kpis_saving import Uplift, incremental_save_rate, save_first
from .kpis_scorecard import Trend, scorecard
from .kpis_spending import (
    average_spend,
    purchase_frequency,
    purchase_windows,
    trend,
)

__all__ = [
    "CORE",
    "DAYS_PER_MONTH",
    "Figures",
    "Groundwork",
    "Kpi",
    "KpiRules",
    "LoyaltyPlan",
    "Movement",
    "Newcomers",
    "Purchases",
    "State",
    "Task",
    "Trend",
    "Uplift",
    "Window",
    "average_spend",
    "churn_rate",
    "cohort_table",
    "complaint_satisfaction",
    "cross_sell_ratio",
    "csat",
    "customer_base",
    "customer_share",
    "customer_shares",
    "incremental_save_rate",
    "movement",
    "new_customer_retention",
    "new_customers_per_month",
    "newcomers",
    "nps",
    "points_breakage",
    "points_liability",
    "purchase_frequency",
    "purchase_windows",
    "referral_rate",
    "retention_rate",
    "save_first",
    "save_rate",
    "scorecard",
    "survival",
    "trend",
    "winback_rate",
]
