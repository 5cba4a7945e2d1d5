"""What only the chapter `cases` has: its cases, the figures its text names, the plan's document."""

from __future__ import annotations

import re
from functools import cache
from typing import Any

import pytest

from autograders import build_map
from autograders.build_chapter import ChapterSource
from autograders.checks import cases as checks
from loyaltylib import concepts
from loyaltylib.cases import BASE_FEE, CardService, Case, extra_service, price_cuts
from loyaltylib.data import Tables, load
from loyaltylib.messages import LANGUAGES
from loyaltylib.simulators.cases import CardSimulator
from tests.course import notebooks

# Mutants that are right as well, for every learner: a decision has many right answers.
EQUIVALENT: dict[str, dict[str, str]] = {
    "cases-targets": {
        "targets = {name: 'further' if name in ten[:3] else 'hold' for name in ten}"
        " -> targets = {name: 'further' if name in ten[:4] else 'hold' for name in ten}": "a plan may move four as well"
    }
}


def source() -> ChapterSource:
    return notebooks.source("cases")


@cache
def company(lang: str) -> Tables:
    return load("company", lang=lang)


def text(cell_id: str, lang: str) -> str:
    return next(cell.source[lang] for cell in source().cells if cell.id == cell_id)


def code(cell_id: str) -> str:
    return text(cell_id, "en")


def name(who: str, lang: str) -> str:
    people = company(lang).customers
    return str(people.loc[people["customer_id"] == who, "name"].item())


def money(who: str) -> tuple[float, float]:
    orders = checks.in_year(company("en"))
    sums = orders[orders["customer_id"] == who][["amount", "cost"]].sum()
    return float(sums["amount"]), float(sums["cost"])


def digits(said: str) -> str:
    return re.sub(r"(?<=\d),(?=\d{3})", "", said)


# ---------------------------------------------------------------- time, words


@pytest.mark.parametrize("lang", LANGUAGES)
def test_it_takes_a_little_over_an_hour(lang):
    assert 60 <= build_map.minutes(source(), lang) <= 75


@pytest.mark.parametrize("lang", LANGUAGES)
def test_every_concept_is_called_by_its_term(lang):
    said = " ".join(cell.source[lang] for cell in source().cells if cell.kind == "text").replace("**", "").lower()
    loose = {"case.card_design", "case.repeated_cuts", "case.capstone", "case.jeanswest", "case.wafangdian"}
    loose |= {"case.bocom", "route.personalised"}
    for concept in source().chapter.concepts:
        term = concepts.get(concept).term(lang).lower()
        if concept not in loose:
            assert term in said, concept
    words = {
        "en": ("repeated price cuts", "the whole loyalty plan of a company", "case: the jeanswest vip card"),
        "zh": ("反复降价", "完整的客户忠诚计划", "案例：真维斯 vip 会员卡"),
    }
    for word in words[lang]:
        assert word in said


@pytest.mark.parametrize("lang", LANGUAGES)
def test_each_case_has_its_data_model_and_its_questions(lang):
    cells = {Case.JEANSWEST: "jeanswest", Case.WAFANGDIAN: "foxglove-read", Case.BOCOM: "route3-read"}
    for case, cell in cells.items():
        said = text(cell, lang)
        assert concepts.get(case.concept).term(lang).split(":")[-1].strip() in said
        assert sum(line.startswith("| ") for line in said.splitlines()) == 4  # a head and three tables
        assert {"en": "Questions it answers", "zh": "能回答的问题"}[lang] in said


@pytest.mark.parametrize("lang", LANGUAGES)
def test_the_second_case_is_about_a_couple_whom_ordering_by_phone_shut_out(lang):
    said = text("foxglove-read", lang)
    words = {
        "en": ("could not hear or speak", "shut them out", "promotes no product"),
        "zh": ("听不见也说不了话", "挡在了门外", "不涉及任何产品的推广"),
    }
    for word in words[lang]:
        assert word in said.replace("**", "")
    assert not re.search(r"deaf|mute|dumb|cigarette|smok|聋|哑|香烟|吸烟", said)


@pytest.mark.parametrize("lang", LANGUAGES)
def test_claims_are_shown_as_claims(lang):
    said = digits(text("jeanswest", lang))
    unverified = {"en": "Both claims are unverified", "zh": "都未经证实"}
    assert unverified[lang] in said
    for figure in {"en": ("1.86 million", "50 members", "3000"), "zh": ("186 万元", "50 名会员", "3000")}[lang]:
        assert figure in said


@pytest.mark.parametrize("lang", LANGUAGES)
def test_the_seven_services_stand_in_their_order(lang):
    said = text("route3-read", lang)
    listed = re.findall(r"^\d\. (.+)$", said, re.MULTILINE)
    assert listed == [concepts.get(service.concept).term(lang) for service in CardService]
    assert str(BASE_FEE) in digits(said)


# ---------------------------------------------------------------- single customers


@pytest.mark.parametrize("lang", LANGUAGES)
def test_the_customers_go_by_their_names_and_figures(lang):
    for who, cell in (("K0020", "route1"), ("K0180", "route2"), ("K0038", "route3")):
        assert name(who, lang) in text(cell, lang)
    assert money("K0020") == (1704, 960)
    paid, goods = money("K0180")
    assert round(paid - goods) == 11882
    assert "11882" in digits(text("route2", lang))
    orders = checks.in_year(company("en"))
    print_works = orders[orders["customer_id"] == "K0038"]
    tea = print_works[print_works["product"] == "green_tea"]["amount"].sum()
    assert (round(print_works["amount"].sum()), round(tea)) == (64126, 60197)
    assert "64126" in digits(text("route3-read", lang))
    assert "60197" in digits(text("route3-read", lang))
    people = company("en").customers.set_index("customer_id")
    assert people.loc["K0038", "preference"] == "espresso_beans"


@pytest.mark.parametrize("lang", LANGUAGES)
def test_the_arithmetic_of_the_routes_is_as_the_text_says(lang):
    orders = checks.in_year(company("en"))
    margin = 1 - orders["cost"].sum() / orders["amount"].sum()
    assert round(margin, 3) == 0.375
    assert "37.5%" in text("milo-read", lang)
    needed = price_cuts(margin=0.375, discount=0.1, times=4)["volume_needed"].round(2).tolist()
    assert (needed[1], round(needed[4])) == (1.36, 12)
    assert "1.36" in text("again-read", lang)
    stay = extra_service(margin=11882, cost=2400, retention=0.82).retention_needed
    assert round(stay, 2) == 0.86
    assert "86" in text("foxglove-read", lang)
    from loyaltylib.kpis import retention_rate

    assert round(retention_rate(company("en"), "2025-01-01", "2025-12-31"), 2) == 0.82


# ---------------------------------------------------------------- the card, the plan


@cache
def groups() -> Any:
    return checks.card_groups(company("en"))


@pytest.mark.parametrize("lang", LANGUAGES)
def test_what_moving_the_fee_does_is_as_the_text_says(lang):
    """From 20 to 40 the profit rises, at 100 a sixth is left and it is below that at 20, and without a lift it goes."""
    one = CardSimulator(company(lang), lang)
    at = {fee: one.state({**one.start, "fee": fee}) for fee in (20, 40, 100)}
    flat = {fee: one.state({**one.start, "fee": fee, "lift": 0.0}) for fee in at}
    assert one.start["fee"] == 20
    assert at[40].profit > at[20].profit > at[100].profit
    assert at[20].members["all"] / at[20].known["all"] > 0.9
    assert at[100].members["all"] / at[100].known["all"] == pytest.approx(1 / 6, abs=0.02)
    assert at[100].members["heavy"] > at[100].members["all"] / 2
    assert all(flat[fee].members == at[fee].members and flat[fee].profit < at[fee].profit / 2 for fee in at)
    assert flat[20].profit < 0
    said = text("explain", lang)
    for figure in ("20", "40", "100", {"en": "a sixth", "zh": "六分之一"}[lang]):
        assert figure in said
    for label in ("fee", "sold", "points", "lift"):  # the text names controls as they are named
        assert one.known[label].label.split(" (")[0].split("（")[0] in text("move", lang)


def test_the_groups_of_the_notebook_are_those_of_the_checks():
    names: dict[str, Any] = {"company": company("en")}
    notebooks.run(code("groups"), names)
    assert names["groups"].equals(groups())
    assert names["evenings"] == checks.EVENINGS


@pytest.mark.parametrize("lang", LANGUAGES)
def test_the_menu_of_the_text_has_the_prices_of_the_checks(lang):
    rows = re.findall(r"^\| `(\w+)` \| .+ \| (\d+) \|$", text("measures-intro", lang), re.MULTILINE)
    assert {word: int(price) for word, price in rows} == checks.PRICE
    assert "1.6%" in text("measures-intro", lang)


def test_the_board_and_the_budget_of_the_notebook_are_those_of_the_checks():
    names = notebooks.answered("cases", "learner-0", "solved")
    data = load("company", "learner-0")
    assert names["ten"] == [row["kpi"] for row in checks.board(data)]
    found = checks.steps(data)
    assert names["budget"] == checks.budget(found)
    for tier in found:
        for measure in (*checks.PRICE, "price_cut"):
            assert names["cost"](tier, measure) == pytest.approx(checks.cost(found, tier, measure))
    goals = names["goals"]
    assert goals["retention_rate"] + goals["churn_rate"] == pytest.approx(1)


@pytest.mark.parametrize("version", notebooks.VERSIONS)
def test_the_document_has_segments_targets_measures_and_words(version):
    parts = notebooks.answered("cases", "learner-2", version)["parts"]
    assert list(parts) == ["一句话", "细分", "目标", "措施与预算", "文字说明"]
    assert len(parts["细分"]) == 8
    assert len(parts["目标"]) == 11
    assert len(parts["措施与预算"]) == (8 if version == "solved" else 0)
