"""What only the chapter `relationships` has: its accounts, the figures its text names, its picture."""

from __future__ import annotations

import re
from functools import cache
from typing import Any

import pytest

from autograders import build_map
from autograders.build_chapter import ChapterSource
from autograders.checks import relationships as checks
from loyaltylib import concepts, relationships
from loyaltylib.data import Tables, load
from loyaltylib.messages import LANGUAGES
from loyaltylib.relationships import GridRules, RelationshipType, choose, choose_segments, measure_segments
from tests.course import notebooks

FIVE = {
    "K0447": "basic",
    "K1921": "reactive",
    "K0806": "accountable",
    "K2155": "proactive",
    "K1110": "partnership",
}  # the accounts a type is told on

# Mutants that do the same as the solution, for every learner.
EQUIVALENT: dict[str, dict[str, str]] = {}


def source() -> ChapterSource:
    return notebooks.source("relationships")


@cache
def company(lang: str) -> Tables:
    return load("company", lang=lang)


@cache
def firms() -> Any:
    return checks.measured(company("en")).set_index("customer_id")


def text(cell_id: str, lang: str) -> str:
    return next(cell.source[lang] for cell in source().cells if cell.id == cell_id)


def code(cell_id: str) -> str:
    return text(cell_id, "en")


def name(who: str, lang: str) -> str:
    people = company(lang).customers
    return str(people.loc[people["customer_id"] == who, "name"].item())


def people_of(who: str, lang: str = "en") -> Any:
    contacts = company(lang).contacts
    assert contacts is not None
    return contacts[contacts["customer_id"] == who]


# ---------------------------------------------------------------- time, words


@pytest.mark.parametrize("lang", LANGUAGES)
def test_it_takes_about_an_hour(lang):
    assert 55 <= build_map.minutes(source(), lang) <= 70


def test_every_type_is_called_by_its_term_in_both_languages():
    for kind in RelationshipType:
        concept = concepts.get(kind.concept)
        assert concept.en.lower() in text("types", "en").lower()
        assert concept.zh in text("types", "zh")


@pytest.mark.parametrize("lang", LANGUAGES)
def test_the_two_views_are_called_by_their_terms(lang):
    said = text("draw_left-read", lang)
    terms = {"en": ("static view", "dynamic view"), "zh": ("静态客户关系观", "动态客户关系观")}
    for term in terms[lang]:
        assert term in said.replace("**", "")
    assert {"en": "headings", "zh": "只有标题"}[lang] in said


def test_the_company_is_said_to_be_invented():
    assert "synthetic" in text("company-intro", "en")
    assert "合成" in text("company-intro", "zh")


@pytest.mark.parametrize("lang", LANGUAGES)
def test_the_table_of_the_grid_is_that_of_the_rules(lang):
    rows = [line for line in text("grid", lang).splitlines() if line.startswith("| **")]
    bands = {"few": rows[0], "medium": rows[1], "many": rows[2]}
    for few, row in bands.items():
        for margin, cell in zip(("low", "medium", "high"), row.strip("|").split("|")[1:], strict=True):
            kind = choose(customers=few, margin=margin)
            word = {"en": kind.value, "zh": kind.term("zh").removesuffix("关系")}[lang]
            assert cell.strip().startswith(word), (few, margin)


# ---------------------------------------------------------------- single accounts


def test_a_type_is_told_on_an_account_that_has_it_in_use():
    assert firms().loc[list(FIVE), "in_use"].to_dict() == FIVE


@pytest.mark.parametrize("lang", LANGUAGES)
def test_the_accounts_go_by_their_names(lang):
    for who, kind in FIVE.items():
        assert f'"{name(who, lang)}"' in code("talks")
        assert who in code("talks")
        line = next(line for line in text("types", lang).splitlines() if RelationshipType(kind).term(lang) in line)
        assert name(who, lang) in line
    for who, cell in (("K2565", "people-intro"), ("K2096", "theatre-read"), ("K1921", "school-read")):
        assert name(who, lang) in text(cell, lang)


@pytest.mark.parametrize("lang", LANGUAGES)
def test_the_figures_of_the_two_accounts_are_as_the_text_says(lang):
    yoga, software = firms().loc["K1110"], firms().loc["K1921"]
    assert (yoga["inbound"] + yoga["outbound"], round(yoga["amount"])) == (8, 3653)
    assert (software["inbound"], software["outbound"], round(software["amount"])) == (1, 0, 85630)
    assert round(yoga["margin"], 2) == 0.42
    assert round(software["margin"], 2) == 0.44
    assert yoga["left"] < 0
    assert (yoga["advised"], software["advised"]) == ("proactive", "partnership")
    assert round(firms().loc["K0447", "profit"]) == 28
    assert firms().loc["K0447", "advised"] == "accountable"
    said = text("two-read", lang).replace(",", "")
    assert "3653" in said
    assert "85630" in said
    assert "42%" in text("cost-intro", lang)


@pytest.mark.parametrize("lang", LANGUAGES)
def test_the_people_are_as_the_text_says(lang):
    theatre = people_of("K2565", lang)
    visits = theatre[theatre["direction"] == "out"]
    assert len(visits) == 4
    assert set(visits["person"]) == {*visits["person"].head(1)}
    assert visits["person"].iloc[0] in text("theatre-read", lang)
    owner = theatre[theatre["role"] == "owner"].iloc[0]
    assert owner["influence_weight"] == 0.35
    assert owner["person"] in text("theatre-read", lang)
    largest = firms()["amount"].idxmax()
    assert largest == "K2565"
    school = people_of("K2096", lang).groupby("person")["influence_weight"].max()
    gone, came = school[school == 0].index[0], school[school == 0.45].index[0]
    assert gone in text("school-read", lang)
    assert came in text("school-read", lang)
    known = people_of("K1921").groupby("person")["influence_weight"].max()
    assert known.tolist() == [0.45]


# ---------------------------------------------------------------- groups, the picture


@pytest.mark.parametrize("lang", LANGUAGES)
def test_the_groups_are_as_large_as_the_text_says(lang):
    large = firms()["amount"] >= checks.LARGE
    assert (len(firms()), large.sum()) == (375, 71)
    assert "71" in text("grid", lang)
    assert "304" in text("fit-intro", lang)
    assert "375" in text("predict", lang)
    consumers = measure_segments(company("en"), company("en").as_of).set_index("segment").loc["consumer", "customers"]
    assert abs(consumers - 1650) < 10
    groups = measure_segments(company("en"), company("en").as_of, by="stakeholder_group")
    advised = choose_segments(groups).set_index("segment")["advised"].to_dict()
    assert advised == {"existing": "reactive", "partner": "proactive", "potential": "partnership"}
    counted = groups.set_index("segment")["customers"]
    assert (counted["partner"], counted["potential"]) == (22, 45)


@pytest.mark.parametrize("lang", LANGUAGES)
def test_what_moving_the_limit_does_is_as_the_text_says(lang):
    frame = firms().reset_index()[["customer_id", "customers", "margin", "in_use"]]
    fits = {at: relationships.fit_segments(frame, GridRules(high_from=at), key="customer_id") for at in (0.4, 0.35)}
    less = {at: int((fit["fit"] == "too little").sum()) for at, fit in fits.items()}
    assert less == {0.4: 191, 0.35: 221}
    closer = {at: int((fit["advised"] == "partnership").sum()) for at, fit in fits.items()}
    assert closer[0.35] - closer[0.4] == 36
    for figure in ("191", "221", "36"):
        assert re.search(rf"\b{figure}\b", text("explain", lang).replace(" ", " "))
    label = {"en": "High margin from (%)", "zh": "利润高：达到（%）"}[lang]
    assert label in text("predict", lang)


def test_the_hours_and_costs_of_the_text_are_those_of_the_checks():
    names: dict[str, Any] = {}
    line = next(line for line in code("desk").splitlines() if line.startswith("hours ="))
    notebooks.run(line, names)
    assert names["hours"] == checks.HOURS
    costs = next(line for line in code("choose_type-yours").splitlines() if line.startswith("cost ="))
    notebooks.run(costs, names)
    assert names["cost"] == {kind: checks.HOUR * hours for kind, hours in checks.HOURS.items() if hours}
    scale = next(line for line in code("choose_type-yours").splitlines() if line.startswith("intensity ="))
    notebooks.run(scale, names)
    assert names["intensity"] == {kind.value: kind.intensity for kind in RelationshipType if kind.intensity > 1}
