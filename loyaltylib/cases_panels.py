"""The tables of a loyalty plan as its readers see them."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from . import formats
from .concepts import get
from .look import columns
from .messages import tell
from .schema import UNITS
from .tiers import Tier

if TYPE_CHECKING:
    import pandas as pd


def plan_tables(plan: Any, scores: Any, bill: Any, lang: str = "en") -> dict[str, pd.DataFrame]:
    """Return the tables of a loyalty plan in a reader's words: heading -> segments, targets, measures.

    plan    tier, customers, value, strategies, as `cases.loyalty_plan(...).tiers` gives them
    scores  kpi, term, value, unit, as its `scorecard`; and `target`, in the same unit
    bill    tier, measure, kpi, cost (money a year), one row a step that has a measure: words of the chapter's menu
    """
    import pandas as pd

    names = {tier.value: get(tier.concept).term(lang) for tier in Tier}
    kpis, terms, values, units, aims = columns(scores, "kpi", "term", "value", "unit", "target")
    term_of = dict(zip(kpis, terms, strict=True))

    def shown(value: float, unit: str) -> str:
        if unit == UNITS["fraction"][lang]:
            return formats.percent(value, lang)
        return formats.number(value, lang, 0 if unit == UNITS["customers"][lang] else 1)

    tiers, customers, paid, strategies = columns(plan, "tier", "customers", "value", "strategies")
    segments = pd.DataFrame(
        {
            tell(lang, "Tier"): [names[tier] for tier in tiers],
            tell(lang, "Customers"): [formats.number(each, lang) for each in customers],
            tell(lang, "Paid in a year, yuan"): [formats.number(each, lang) for each in paid],
            tell(lang, "What the course advises"): strategies,
        }
    )
    targets = pd.DataFrame(
        {
            tell(lang, "KPI"): terms,
            tell(lang, "Now"): [shown(value, unit) for value, unit in zip(values, units, strict=True)],
            tell(lang, "In a year"): [shown(value, unit) for value, unit in zip(aims, units, strict=True)],
        }
    )
    said = _measures(lang)
    steps, chosen, watching, costs = columns(bill, "tier", "measure", "kpi", "cost")
    measures = pd.DataFrame(
        {
            tell(lang, "Step"): [names[tier] for tier in steps],
            tell(lang, "Measure"): [said.get(measure, measure) for measure in chosen],
            tell(lang, "Watched by"): [term_of.get(kpi, kpi) for kpi in watching],
            tell(lang, "Cost, yuan"): [formats.number(each, lang) for each in costs],
        }
    )
    headings = (tell(lang, "Segments"), tell(lang, "Targets"), tell(lang, "Measures and budget"))
    return dict(zip(headings, (segments, targets, measures), strict=True))


def _measures(lang: str) -> dict[str, str]:
    """Return the measures of the chapter's menu in words."""
    return {
        "letter": tell(lang, "a letter with news and an invitation"),
        "calls": tell(lang, "three calls in the first ninety days"),
        "card": tell(lang, "a membership card with points"),
        "trial": tell(lang, "a trial parcel at cost price"),
        "whole_range": tell(lang, "one offer for the whole range"),
        "co_design": tell(lang, "a part in choosing new blends"),
        "reward": tell(lang, "a reward for every customer they bring along"),
        "repair": tell(lang, "ask what went wrong, and make it good"),
        "file": tell(lang, "a service file and a contact person of their own"),
        "price_cut": tell(lang, "15% off everything"),
    }
