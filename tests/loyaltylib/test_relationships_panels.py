"""The two pictures of relationships: what they hold, in both languages, and what they refuse."""

from __future__ import annotations

import pandas as pd
import pytest

from loyaltylib.errors import DataError, RuleError
from loyaltylib.look import png
from loyaltylib.messages import LANGUAGES
from loyaltylib.relationships import GridRules
from loyaltylib.relationships_panels import alt_relationship_grid, alt_talks, relationship_grid, talks

CONTACTS = pd.DataFrame(
    {
        "customer_id": ["a", "a", "a", "b", "c", "a"],
        "date": pd.to_datetime(["2025-02-01", "2025-05-01", "2025-08-01", "2025-03-01", "2025-03-01", "2024-12-31"]),
        "direction": ["out", "out", "in", "in", "out", "out"],
    }
)
ACCOUNTS = pd.DataFrame(
    {
        "customer_id": ["a", "b", "c", "d"],
        "customers": [71, 71, 304, 2000],
        "margin": [0.45, 0.3, 0.39, 0.1],
        "intensity": [5, 3, 4, 1],
    }
)


@pytest.mark.parametrize("lang", LANGUAGES)
def test_the_talks_of_one_year_are_drawn_and_told(lang):
    figure = talks(CONTACTS, {"a": "Ann", "b": "Bo"}, lang)
    axes = figure.axes[0]
    drawn = [line for line in axes.lines if line.get_linestyle() == "None" and len(line.get_xdata())]
    assert sorted(len(line.get_xdata()) for line in drawn) == [1, 1, 2]
    assert [tick.get_text() for tick in axes.get_yticklabels()] == ["Ann", "Bo"]
    assert figure.get_label() == alt_talks(CONTACTS, {"a": "Ann", "b": "Bo"}, lang)
    assert png(figure)


def test_the_talks_are_told_by_who_began():
    said = alt_talks(CONTACTS, {"a": "Ann", "b": "Bo"})
    assert "Ann: 2 by the company, 1 by the customer." in said
    assert "Bo: 0 by the company, 1 by the customer." in said


@pytest.mark.parametrize("lang", LANGUAGES)
def test_the_grid_says_how_many_fit(lang):
    figure = relationship_grid(ACCOUNTS, lang, names={"a": "Ann"})
    axes = figure.axes[0]
    counted = [entry.get_text() for entry in axes.get_legend().get_texts()]
    assert [entry[-2] for entry in counted] == ["1", "2", "1"]  # b too little; a and d fit; c too much
    assert "Ann" in {each.get_text() for each in axes.texts}
    assert figure.get_label() == alt_relationship_grid(ACCOUNTS, lang)
    assert png(figure) == png(relationship_grid(ACCOUNTS, lang, names={"a": "Ann"}))


def test_a_cell_says_how_many_accounts_stand_in_it():
    frame = pd.DataFrame({"customer_id": list("abc"), "customers": 50, "margin": [0.1, 0.1, 0.5], "intensity": 3})
    axes = relationship_grid(frame).axes[0]
    assert sorted(each.get_text() for each in axes.texts if each.get_text().isdigit()) == ["1", "2"]


def test_of_two_names_that_would_lie_on_one_another_one_goes_under_its_mark():
    frame = pd.DataFrame({"customer_id": list("ab"), "customers": 50, "margin": [0.45, 0.46], "intensity": 3})
    axes = relationship_grid(frame, names={"a": "Ann", "b": "Bo"}).axes[0]
    assert {each.get_text(): each.get_va() for each in axes.texts if each.get_text() in {"Ann", "Bo"}} == {
        "Ann": "top",
        "Bo": "bottom",
    }


def test_an_account_stands_in_its_cell_wherever_its_margin_is():
    margins = [-0.2, 0.0, 0.19, 0.2, 0.39, 0.4, 0.9]
    frame = pd.DataFrame(
        {"customer_id": [f"k{n}" for n in range(7)], "customers": 50, "margin": margins, "intensity": 3}
    )
    axes = relationship_grid(frame, names={f"k{n}": f"k{n}" for n in range(7)}).axes[0]
    places = sorted(float(line.get_xdata()[0]) for line in axes.lines if len(line.get_xdata()))
    assert [int(place) for place in places] == [0, 0, 0, 1, 1, 2, 2]


def test_other_limits_give_another_picture():
    assert "few customers, high margin: 1" in alt_relationship_grid(ACCOUNTS)
    assert "few customers, high margin: 2" in alt_relationship_grid(ACCOUNTS, rules=GridRules(high_from=0.3))


def test_what_cannot_be_drawn_is_refused():
    with pytest.raises(DataError, match="margin"):
        relationship_grid(ACCOUNTS.drop(columns="margin"))
    with pytest.raises(DataError, match="no account"):
        relationship_grid(ACCOUNTS.head(0))
    with pytest.raises(RuleError):
        relationship_grid(ACCOUNTS.assign(margin=1.5))
    with pytest.raises(DataError, match="direction"):
        talks(CONTACTS.drop(columns="direction"), {"a": "Ann"})
