"""Customers in cells by fixed cuts: against the chapter's own cells, by hand, and what moving a cut can do."""

from __future__ import annotations

import pandas as pd
import pytest
from hypothesis import given
from hypothesis import strategies as st

from loyaltylib.data import load
from loyaltylib.errors import DataError, RuleError
from loyaltylib.segments import (
    ClpRules,
    RfmCell,
    RfmCuts,
    cell_moves,
    clp_cells,
    clp_cut,
    crm_dimensions,
    largest,
    pareto_curve,
    pareto_share,
    profit_contribution,
    rfm_cut,
    rfm_summary,
)

numbers = st.integers(0, 60)
people = st.lists(st.tuples(numbers, numbers, numbers), min_size=1, max_size=30)


@pytest.fixture(scope="module")
def company():
    return load("company")


@pytest.fixture(scope="module")
def bought(company):
    return rfm_summary(company, company.as_of)


def test_every_cell_is_counted_by_a_query(bought):
    found = rfm_cut(bought, RfmCuts(40, 12, 3000))
    recent, often = bought["days_since_last"] <= 40, bought["frequency"] >= 12
    much = bought["spent"].round(6) >= 3000
    assert found.customers[RfmCell.CHAMPION] == (recent & often & much).sum()
    assert found.customers[RfmCell.DORMANT] == (~recent & ~often & ~much).sum()
    assert found.brought[RfmCell.CHAMPION] == pytest.approx(bought["spent"][recent & often & much].sum())
    assert sum(found.customers.values()) == found.size == len(bought)
    assert sum(found.value_share(cell) for cell in found.cells) == pytest.approx(1)


def test_the_matrix_is_that_of_the_chapter(company):
    values = crm_dimensions(company, company.as_of)
    values = values[values["potential_value"].notna()]
    cells = clp_cells(values, ClpRules(current_cut=450, potential_cut=300))["cell"].value_counts()
    assert {cell: n for cell, n in clp_cut(values, 450, 300).customers.items() if n} == cells.to_dict()


@given(people=people, cuts=st.tuples(numbers, numbers, numbers), other=numbers)
def test_a_cut_moves_a_customer_along_its_own_measure_only(people, cuts, other):
    frame = pd.DataFrame(people, columns=["days_since_last", "frequency", "spent"]).astype({"spent": float})
    before, after = rfm_cut(frame, RfmCuts(*cuts)), rfm_cut(frame, RfmCuts(other, *cuts[1:]))
    moves = cell_moves(before, after)
    low, high = sorted((cuts[0], other))
    assert sum(moves.values()) == ((frame["days_since_last"] > low) & (frame["days_since_last"] <= high)).sum()
    half = len(before.cells) // 2
    for start, end in moves:
        assert abs(before.cells.index(start) - before.cells.index(end)) == half
    assert cell_moves(before, before) == {}


def test_what_cannot_be_cut_or_compared_is_refused(bought):
    with pytest.raises(RuleError, match="much"):
        RfmCuts(much=-1)
    with pytest.raises(DataError, match="unknown"):
        clp_cut(pd.DataFrame({"current_value": [1.0], "potential_value": [None]}, dtype=float), 1, 1)
    with pytest.raises(DataError):
        cell_moves(rfm_cut(bought), rfm_cut(bought.head(3)))
    nobody = rfm_cut(bought.head(0))
    assert (nobody.share("champion"), nobody.value_share("champion")) == (0, 0)


@pytest.mark.parametrize("by", ["revenue", "profit"])
def test_the_curve_read_off_is_the_curve(company, by):
    from datetime import timedelta

    brought = profit_contribution(company, company.as_of - timedelta(days=364), company.as_of)
    curve = largest(brought, by)
    for top in (0.01, 0.2, 0.5, 1.0):
        assert curve.at(top) == pytest.approx(pareto_share(brought, top, by))
        assert curve.number(top) == pareto_curve(brought, (top,), by)["customers"].item()
    passed, held = curve.lorenz()
    assert (passed[0], held[0], passed[-1], held[-1]) == (0, pytest.approx(0), 1, 1)
    assert held == sorted(held)
