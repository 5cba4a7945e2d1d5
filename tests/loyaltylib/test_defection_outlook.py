"""Who is still a customer, and what a wave of departures comes to: counted again in plain pandas and by hand."""

from __future__ import annotations

import networkx as nx
import pandas as pd
import pytest

from loyaltylib.data import load
from loyaltylib.defection import Cause, WordSource, classify
from loyaltylib.defection_outlook import First, Outlook, Standing, standing, year_profit
from loyaltylib.errors import DataError, RuleError
from loyaltylib.value_complaints import Preset

SMALL = Standing(nx.star_graph(4), {0: 100.0, 1: 50.0, 9: 1000.0}, {First.CONTACTS: (0, 1), First.PROFIT: (9, 0)})


def outlook(**given):
    usual = {
        "by": First.CONTACTS,
        "people": 1,
        "chance": 0.5,
        "recovery": None,
        "source": WordSource.CRM,
        "weights": {Cause.PRICE: 3, Cause.SERVICE: 1},
        "cost": 20,
    }
    return Outlook(SMALL, **(usual | given))


def test_who_is_still_there_and_stands_first():
    company = load("company")
    found, kinds = standing(company), classify(company, company.as_of)
    gone = set(kinds.loc[kinds["kind"] == "complete", "customer_id"])
    assert not gone & set(found.network)
    assert not gone & set(found.profit)
    ties = company.referrals
    here = ties[~ties["referrer_id"].isin(gone) & ~ties["referred_id"].isin(gone)]
    counts = pd.concat([here["referrer_id"], here["referred_id"]]).value_counts()
    assert len(found.first[First.CONTACTS]) == len(found.first[First.PROFIT]) == 20
    assert [found.network.degree(who) for who in found.first[First.CONTACTS]] == counts.head(20).tolist()
    best = year_profit(company).drop(labels=gone, errors="ignore").nlargest(20)
    assert [*found.first[First.PROFIT]] == [*best.index]


def test_without_recommendations_it_is_told():
    with pytest.raises(DataError, match="referrals"):
        standing(load("cdnow"))


def test_the_sums_by_hand():
    found = outlook()
    assert (found.odds.total, found.profit) == (3, 125)
    assert (found.reach.bad, outlook(source=WordSource.COMPLAINTS).reach.bad_high) == (75, 30)
    assert {each.cause.value: each.worth for each in found.measures[:2]} == {
        "price": 0.25 * 0.75 * 125,
        "service": 0.25 * 0.25 * 125,
    }
    assert [each.cause for each in found.paying] == [Cause.PRICE]
    assert outlook(by=First.PROFIT).profit == 1000


def test_whoever_is_won_back_draws_nobody_along():
    half = outlook(recovery=Preset.COURSE)
    assert half.won_back == pytest.approx(0.67 * 0.75)
    assert half.odds.total == pytest.approx(3 * (1 - 0.67 * 0.75))


def test_causes_without_any_weight_are_refused():
    with pytest.raises(RuleError, match="no weight"):
        _ = outlook(weights={Cause.PRICE: 0}).measures
