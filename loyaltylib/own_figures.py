"""What the library says of a sales list: tiers, scorecard, cohorts, how uneven customers are. No rule of its own.

Every number comes from the functions the chapters teach: `tiers.assign_tiers`, `kpis.scorecard`, `kpis.cohort_table`,
`segments.pareto_curve`. What a sales list cannot tell is named (`unknown_kpis`, `out_of_reach`) and never filled in.
"""

from __future__ import annotations

import warnings
from dataclasses import dataclass
from datetime import timedelta
from typing import TYPE_CHECKING, Final

from .errors import RateWarning
from .messages import N_

if TYPE_CHECKING:
    from collections.abc import Mapping
    from datetime import date

    import pandas as pd

    from .data import Tables

MOST_COHORTS: Final = 24  # months of new customers in the picture, the latest
# A KPI the list alone cannot give -> the data that are missing.
MISSING: Final[Mapping[str, str]] = {
    "customer_share": N_("what your customers spend with other suppliers"),
    "complaint_satisfaction": N_("complaints, each with the customer's score for how it was settled"),
    "save_rate": N_("attempts to keep customers at risk, each with how it ended"),
    "new_customer_retention": N_("a longer list: nobody's first year ended in this window"),
    "retention_rate": N_("a longer list: nobody was a customer on the day before this window"),
    "churn_rate": N_("a longer list: nobody was a customer on the day before this window"),
}
# A table a list of sales does not have -> what it would hold.
RECORDS: Final[Mapping[str, str]] = {
    "wallet": N_("spending with other suppliers"),
    "complaints": N_("complaints"),
    "referrals": N_("recommendations"),
    "feedback": N_("feedback"),
    "contacts": N_("negotiations"),
}
_YEAR = 365  # days


@dataclass(frozen=True)
class Found:
    """The library's figures of a list for one day, as frames: one attribute a function of the library.

    tiers      customer_id, tier, rank, signals, revenue of the last 365 days (`tiers.assign_tiers`)
    pyramid    one row a tier (`tiers.pyramid`, with the revenue of the last 365 days)
    scorecard  one row a KPI (`kpis.scorecard`) of the window from `first` to `as_of`; `months` 0: of all there is
    cohorts    `kpis.cohort_table`, the latest months
    pareto     `segments.pareto_curve`
    customers  customer_id, revenue, profit, place, ... (`segments.profit_contribution`), the largest first
    by_profit  whether the cost of every purchase is known
    """

    as_of: date
    first: date
    months: int
    tiers: pd.DataFrame
    pyramid: pd.DataFrame
    scorecard: pd.DataFrame
    cohorts: pd.DataFrame
    pareto: pd.DataFrame
    customers: pd.DataFrame
    by_profit: bool

    @property
    def has_later_months(self) -> bool:
        """Whether there is a month after the first to look at."""
        return bool((self.cohorts["month"] > 0).any())


def compute(tables: Tables, lang: str = "en", as_of: date | None = None) -> Found:
    """Compute everything the page shows; `as_of` is the last day of the list unless another day of it is given."""
    from . import kpis, segments, tiers
    from .inputs import known_day
    from .tiers_actions import revenue

    today = known_day(tables, as_of or tables.as_of)
    first, _, months = longest_window(tables.observed_from, today)
    assigned = tiers.assign_tiers(tables, today).merge(revenue(tables, today, _YEAR), on="customer_id", how="left")
    assigned["revenue"] = assigned["revenue"].fillna(0.0)
    costs = tables.transactions.get("cost")
    by_profit = costs is not None and bool(costs.notna().all())
    with warnings.catch_warnings():
        warnings.simplefilter("ignore", RateWarning)  # shares of profit may pass 1; the page says so
        customers = segments.profit_contribution(tables, None, today, margin=None if by_profit else 1)
        pareto = segments.pareto_curve(customers)
        card = kpis.scorecard(tables, first, today, lang)
    return Found(
        as_of=today,
        first=first,
        months=months,
        tiers=assigned,
        pyramid=tiers.pyramid(assigned, value="revenue"),
        scorecard=card,
        cohorts=_latest(kpis.cohort_table(tables, today)),
        pareto=pareto,
        customers=customers.sort_values(["revenue", "customer_id"], ascending=[False, True], kind="stable"),
        by_profit=by_profit,
    )


def longest_window(first: date, last: date) -> tuple[date, date, int]:
    """Return the window the scorecard is for, ending on the last day, and how many months it has (0: all there is).

    It has 12, 6, 3 or 1 months: the longest that leaves as much before it to be compared with.

    >>> from datetime import date
    >>> longest_window(date(1997, 1, 1), date(1998, 6, 30))
    (datetime.date(1998, 1, 1), datetime.date(1998, 6, 30), 6)
    """
    import pandas as pd

    after = pd.Timestamp(last + timedelta(days=1))
    for months in (12, 6, 3, 1):
        begin, before = ((after - pd.DateOffset(months=n)).date() for n in (months, 2 * months))
        if before >= first:
            return begin, last, months
    return first, last, 0


def out_of_reach(tables: Tables) -> dict[str, list[str]]:
    """Return the tiers that nobody can reach on these tables -> the tables their standards ask for and miss.

    A standard that asks for all of its flags is not met without one of its tables; see `tiers_rules.STANDARDS`.
    """
    from .tiers_rules import STANDARDS, TierRules

    there, rules = tables.tables, TierRules()
    return {
        standard.tier.value: missing
        for standard in STANDARDS
        if standard.flags
        and standard.least(rules) == len(standard.flags)
        and (missing := [table for table in standard.tables if table not in there])
    }


def unknown_kpis(card: pd.DataFrame) -> dict[str, str]:
    """Return the KPIs without a value -> the data that are missing (a message id; empty where the kit knows none)."""
    return {kpi: MISSING.get(kpi, "") for kpi in card.loc[card["value"].isna(), "kpi"]}


def _latest(cohorts: pd.DataFrame) -> pd.DataFrame:
    months = sorted(set(cohorts["cohort"]))[-MOST_COHORTS:]
    return cohorts[cohorts["cohort"].isin(months)]
