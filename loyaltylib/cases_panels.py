"""A picture of a membership card, fee by fee; and the tables of a plan as its readers see them."""

from __future__ import annotations

from dataclasses import replace
from typing import TYPE_CHECKING, Any

from . import formats
from .cases_design import CardOutcome, take_up
from .concepts import get
from .errors import DataError
from .inputs import number
from .look import DOWN, QUIET, UP, blank, columns, fix_tick_font, style
from .messages import tell
from .schema import UNITS
from .tiers import Tier

if TYPE_CHECKING:
    from collections.abc import Sequence

    import pandas as pd
    from matplotlib.axes import Axes
    from matplotlib.figure import Figure

    from .cases_card import Card

FEES = tuple(range(0, 141, 5))  # yuan a year: from a free card to one that hardly anybody takes


def card_design(  # noqa: PLR0913  # what is sold to whom, and the two things nobody knows
    groups: Any,
    card: Card,
    lang: str = "en",
    *,
    margin: float,
    lift: float = 0.0,
    fees: Sequence[float] = FEES,
) -> Figure:
    """Return what a card does at each fee: above, who takes it; below, income, cost and profit of a year.

    groups        one row a group, as `cases.take_up` takes it
    card          its own fee is marked; every other fee is tried with all else as it is
    margin, lift  as in `cases.card_outcome`
    fees          money a year, from the lowest to the highest

    Raises `DataError` (no customers in the groups, what `cases.take_up` raises), `RuleError` (`margin`, `lift`, a fee).
    """
    now, tried = _tried(groups, card, margin, lift, fees)
    with style():
        figure = blank(9.0, 6.0)
        above, below = figure.subplots(2, 1, sharex=True, height_ratios=[1, 1.4])
        above.step(fees, [each.take_up for each in tried], where="mid", color=UP, linewidth=2.5)
        above.set_ylim(-0.05, 1.1)
        above.yaxis.set_major_formatter(lambda share, _: formats.percent(share, lang, 0))
        above.set_ylabel(tell(lang, "share that takes it"))
        above.set_title(_title(now, card, lang))
        below.axhline(0, color=QUIET, linewidth=0.8)
        for values, colour, dashes, word in (
            ([each.income for each in tried], UP, "--", tell(lang, "income")),
            ([each.cost for each in tried], DOWN, ":", tell(lang, "cost")),
            ([each.profit for each in tried], "black", "-", tell(lang, "profit")),
        ):
            below.plot(fees, values, dashes, color=colour, linewidth=2.5, label=word)
        below.yaxis.set_major_formatter(lambda money, _: formats.number(money, lang))
        below.set_ylabel(tell(lang, "yuan a year"))
        below.set_xlabel(tell(lang, "fee of the card, yuan a year"))
        below.legend(loc="upper center", bbox_to_anchor=(0.45, -0.22), ncols=3, frameon=False, fontsize=11)
        for axes in (above, below):
            _mark(axes, card.fee)
    figure.set_label(_said(now, tried, card, lang, fees))
    return figure


def alt_card_design(  # noqa: PLR0913  # as the picture
    groups: Any,
    card: Card,
    lang: str = "en",
    *,
    margin: float,
    lift: float = 0.0,
    fees: Sequence[float] = FEES,
) -> str:
    """Say in words what `card_design` shows: the card at its own fee, and the fee that earns most of those tried."""
    now, tried = _tried(groups, card, margin, lift, fees)
    return _said(now, tried, card, lang, fees)


def _said(now: CardOutcome, tried: Sequence[CardOutcome], card: Card, lang: str, fees: Sequence[float]) -> str:
    best = max(range(len(fees)), key=lambda place: tried[place].profit)
    return tell(
        lang,
        "Who takes a card and what it earns, by its fee. {said}: income {income}, cost {cost}. Of the fees drawn, "
        "{fee} yuan earns most: {profit} yuan, with {members} members.",
        said=_title(now, card, lang),
        income=formats.number(now.income, lang),
        cost=formats.number(now.cost, lang),
        fee=formats.number(fees[best], lang),
        profit=formats.number(tried[best].profit, lang),
        members=formats.number(tried[best].members, lang),
    )


def _tried(
    groups: Any, card: Card, margin: float, lift: float, fees: Sequence[float]
) -> tuple[CardOutcome, list[CardOutcome]]:
    """Return the card as it is, and at each of the fees.

    All fees come from one look at the free card: who would not take that takes none, and a fee changes only who takes
    it and what each of them pays.
    """
    free = take_up(groups, replace(card, fee=0.0), margin=margin, lift=lift)
    rows = list(zip(*columns(free, "customers", "worth", "members", "income", "cost"), strict=True))
    customers = int(sum(row[0] for row in rows))
    if not customers:
        raise DataError("no customer is in the groups", table="figure", column="customers")

    def at(fee: float) -> CardOutcome:
        taken = [row for row in rows if round(row[1] - fee, 6) > 0]  # as `take_up` rounds it
        members = sum(row[2] for row in taken)
        income, cost = sum(row[3] for row in taken) + fee * members, sum(row[4] for row in taken)
        return CardOutcome(customers, int(members), income, cost, income - cost)

    now, *tried = (at(number("fee", fee, low=0)) for fee in (card.fee, *fees))
    return now, tried


def _title(now: CardOutcome, card: Card, lang: str) -> str:
    return tell(
        lang,
        "At {fee} yuan: {members} of {customers} take it, profit {profit} yuan",
        fee=formats.number(card.fee, lang),
        members=formats.number(now.members, lang),
        customers=formats.number(now.customers, lang),
        profit=formats.number(now.profit, lang),
    )


def _mark(axes: Axes, fee: float) -> None:
    axes.axvline(fee, color="#999999", linewidth=1.5, linestyle="--", zorder=0)
    fix_tick_font(axes)


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
