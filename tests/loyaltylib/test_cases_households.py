"""The households a card is for: who they are, against pandas, and their thirds."""

from __future__ import annotations

import pytest

from loyaltylib.cases import card_households
from loyaltylib.cases_households import WORTHS
from loyaltylib.data import load
from loyaltylib.errors import DataError
from loyaltylib.tiers import assign_tiers


@pytest.fixture(scope="module")
def company():
    return load("company")


@pytest.fixture(scope="module")
def found(company):
    return card_households(company, company.as_of)


def test_they_are_the_households_of_the_chapter_with_what_each_spent_in_the_year(company, found):
    year = company.transactions[company.transactions["date"] >= "2025-01-01"]
    homes = company.customers[company.customers["customer_type"] == "consumer"][["customer_id"]]
    placed = homes.merge(assign_tiers(company, company.as_of), on="customer_id")
    placed = placed[placed["tier"].isin(list(WORTHS["evenings"]))].sort_values("customer_id")
    assert found["group"].tolist() == placed["customer_id"].tolist()
    assert found["tier"].tolist() == placed["tier"].tolist()
    spent = year.groupby("customer_id")["amount"].sum()
    assert found["spend"].tolist() == pytest.approx([spent.get(each, 0.0) for each in found["group"]])
    assert found["evenings"].tolist() == [WORTHS["evenings"][tier] for tier in found["tier"]]


def test_the_thirds_are_alike_in_number_and_in_the_order_of_what_is_spent(found):
    sizes = found.groupby("shopper").size()
    assert sizes.max() - sizes.min() <= 1
    ends = found.groupby("shopper")["spend"].agg(["min", "max"])
    assert ends.loc["light", "max"] <= ends.loc["middle", "min"]
    assert ends.loc["middle", "max"] <= ends.loc["heavy", "min"]


def test_a_worth_of_your_own_decides_whom_it_is_for(company):
    own = card_households(company, company.as_of, {"samples": {"new": 12}})
    assert set(own["tier"]) == {"new"}
    assert set(own["samples"]) == {12.0}


def test_what_is_missing_is_told(company):
    from types import SimpleNamespace

    with pytest.raises(DataError, match="customers"):
        card_households(SimpleNamespace(transactions=company.transactions), company.as_of)
