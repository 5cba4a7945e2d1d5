"""What a wave of departures costs a company, all at once: who follows, what is lost, who hears of it, what would help.

`standing` says who is still a customer, who recommended whom, and what each brings in; an `Outlook` puts the chapter's
functions together: `complaint_funnel` for service recovery, `cascade_odds` for those who follow, `word_of_mouth` for
who hears of it, `measures_that_pay` for the answer to a mix of causes.
"""

from __future__ import annotations

from dataclasses import dataclass, field
from enum import StrEnum
from functools import cached_property
from typing import TYPE_CHECKING, Any, Final

from .defection_measures import Measure, measures_that_pay, shares_of
from .defection_odds import CascadeOdds, cascade_odds
from .defection_word import Reach, WordSource, word_of_mouth
from .inputs import count, must_have, word
from .value_complaints import Preset, complaint_funnel

if TYPE_CHECKING:
    from collections.abc import Mapping

    import pandas as pd

    from .data import Tables

MOST_FIRST: Final = 20  # customers who leave first, at the most
EFFECT: Final = 0.25  # of the leavers with its cause, the share a measure keeps: an assumption of the kit
_YEAR: Final = 365


class First(StrEnum):
    """Who leaves first: those with the most contacts, or those of the most profit."""

    CONTACTS = "contacts"
    PROFIT = "profit"


@dataclass(frozen=True, eq=False)
class Standing:
    """Who is still a customer, and what is known of them that matters when somebody leaves.

    network  a NetworkX graph: who recommended whom, of those who are still there
    profit   customer -> what was earned with the customer in the last 365 days, in yuan
    first    in which order customers leave, by each `First`: `MOST_FIRST` customers each
    """

    network: Any
    profit: Mapping[Any, float]
    first: Mapping[First, tuple[Any, ...]]


def year_profit(tables: Tables) -> pd.Series[float]:
    """Return what was earned with each customer in the last 365 days: amount less cost of the goods, in yuan."""
    import pandas as pd

    sales = tables.transactions
    year = sales[sales["date"] > pd.Timestamp(tables.as_of) - pd.Timedelta(days=_YEAR)]
    profit: pd.Series[float] = (year["amount"] - year["cost"]).groupby(year["customer_id"]).sum().rename("profit")
    return profit


def standing(tables: Tables) -> Standing:
    """Return who is still a customer on the tables' day: everybody but the complete defectors of `classify`.

    Needs customers, transactions and referrals. Equal ones stand by id. Raises `DataError` for a table that is missing.
    """
    import networkx as nx

    from .defection import classify

    ties = must_have(tables, "referrals")
    kinds = classify(tables, tables.as_of)
    here = set(kinds.loc[kinds["kind"] != "complete", "customer_id"])
    both = ties["referrer_id"].isin(here) & ties["referred_id"].isin(here)
    network = nx.Graph(list(ties.loc[both, ["referrer_id", "referred_id"]].itertuples(index=False, name=None)))
    profit = {who: each for who, each in year_profit(tables).items() if who in here}
    order = {First.CONTACTS: dict(network.degree()), First.PROFIT: profit}
    first = {by: tuple(sorted(found, key=lambda who: (-found[who], who))[:MOST_FIRST]) for by, found in order.items()}
    return Standing(network, profit, first)


@dataclass(frozen=True)
class Outlook:
    """A wave of departures under some assumptions.

    standing  who is still a customer
    by        whether the best connected or the most profitable leave first
    people    how many of them, up to `MOST_FIRST`
    chance    that a leaver draws a contact along
    recovery  whose figures on service recovery hold for those who leave first (`Preset`); None: nothing is done
    source    whose figures on word of mouth are used
    weights   cause -> its weight among the causes (any numbers; the shares are what counts)
    cost      of each measure, in yuan

    Whoever leaves first counts as dissatisfied, so service recovery speaks to them and not to those who follow a
    model; all who leave count as dissatisfied for word of mouth. Both are assumptions of the kit.
    """

    standing: Standing = field(repr=False, compare=False)
    by: First
    people: int
    chance: float
    recovery: Preset | None
    source: WordSource
    weights: Mapping[str, float]
    cost: float

    @property
    def first(self) -> tuple[Any, ...]:
        """Who would leave first."""
        return self.standing.first[word("first", self.by, First)][: count("people", self.people)]

    @property
    def won_back(self) -> float:
        """Share of those who would leave first that service recovery keeps: by the funnel's lowest figures."""
        return 0.0 if self.recovery is None else complaint_funnel(1, self.recovery).won_back_low

    @cached_property
    def odds(self) -> CascadeOdds:
        """Who leaves, and in which round, on average."""
        return cascade_odds(self.standing.network, dict.fromkeys(self.first, 1 - self.won_back), self.chance)

    @cached_property
    def profit(self) -> float:
        """What was earned in a year with those who leave, on average (yuan)."""
        return sum(self.standing.profit.get(who, 0.0) * odds for who, odds in self.odds.left.items())

    @property
    def reach(self) -> Reach:
        """How far the word of those who leave travels, by the one source."""
        return word_of_mouth(dissatisfied=self.odds.total, source=self.source)

    @cached_property
    def shares(self) -> dict[str, float]:
        """The causes' weights as shares; raises `RuleError` where all of them are 0."""
        return shares_of(self.weights)

    @cached_property
    def measures(self) -> tuple[Measure, ...]:
        """One measure a cause, the one that pays most first; a customer kept is worth a year's profit."""
        total = self.odds.total
        value = self.profit / total if total else 0.0
        return measures_that_pay(total, self.shares, effect=EFFECT, value=max(value, 0.0), cost=self.cost)

    @property
    def paying(self) -> tuple[Measure, ...]:
        """The measures that bring more than they cost, the best first."""
        return tuple(each for each in self.measures if each.net > 0)
