"""What only the chapter `burnett` has: its terms, the accounts it tells of, and the figures its text names."""

from __future__ import annotations

import re
from functools import cache
from typing import Any

import pytest

from loyaltylib import burnett, concepts
from loyaltylib.data import Tables, load
from loyaltylib.messages import LANGUAGES
from tests.course import notebooks

# What no learner's data would show: exercise -> mutant -> why it is the same as the solution.
_GOOD = "good = [who for who in accounts if 'develop' in advice(who) and accounts[who]['kept'] {} 0.9]"
EQUIVALENT = {
    "burnett-develop": {
        f"{_GOOD.format('>=')} -> {_GOOD.format('>')}": "no account is kept in exactly 900 of the 1,000 draws"
    }
}

NAMED = {
    "en": {"K2598": "Quince Theatre", "K0773": "Indigo Guesthouse", "K0050": "Larkspur Software"}
    | {"K1483": "Cobalt Guesthouse", "K0335": "Riverstone Bakery", "K0270": "Willow Theatre"}
    | {"K0144": "Ember Law Office", "K1822": "Maeve Ironside", "K0327": "Silas Wren"},
    "zh": {"K2598": "南窗剧场", "K0773": "谷仓民宿", "K0050": "海盐软件", "K1483": "飞鱼民宿", "K0335": "萌芽面包坊"}
    | {"K0270": "晚风剧场", "K0144": "海盐律师事务所", "K1822": "谢飞雪", "K0327": "郑念慈"},
}


@cache
def company(lang: str = "en") -> Tables:
    return load("company", lang=lang)


@cache
def everything(lang: str) -> str:
    return "\n".join(cell.source[lang] for cell in notebooks.source("burnett").cells if cell.kind == "text")


def text(cell_id: str, lang: str = "en") -> str:
    return next(cell.source[lang] for cell in notebooks.source("burnett").cells if cell.id == cell_id)


@cache
def placed() -> Any:
    return burnett.place(company().burnett_scores).set_index("customer_id")


def scores(who: str, dimension: str = "attractiveness") -> dict[str, float]:
    table = company().burnett_scores
    mine = table[(table["customer_id"] == who) & (table["dimension"] == dimension)]
    return dict(zip(mine["indicator"], mine["score"], strict=True))


# ---------------------------------------------------------------- terms


# Taught in words of its own, a place where the term would not read well in a sentence.
OTHERWISE = {
    "ident.q.revenue": {"en": "who provides the revenue", "zh": "谁带来收入"},
    "ident.q.benefit": {"en": "who benefits", "zh": "谁是受益者"},
    "ident.end_user": {"en": "end user", "zh": "最终用户"},
    "ident.service_spread": {"en": "end user pays back", "zh": "善待最终用户会有回报"},
    "ident.user": {"en": "`user`", "zh": "使用者"},
    "burnett.prereq": {"en": "customer database comes first", "zh": "前提是建立客户数据库"},
    "burnett.scoring": {"en": "is score times weight", "zh": "评分规则是分值乘权重"},
    "burnett.weights": {"en": "Weights: six printed, thirteen assumed", "zh": "指标权重：6 项已知，13 项为假设"},
    "burnett.polarity": {"en": "Five is always best for us", "zh": "5 分总是对我方最有利"},
    "burnett.note.automate": {"en": "Automatic scoring after several rounds", "zh": "多轮评价后可以自动评分"},
    "burnett.note.industry": {"en": "Other industries need other indicators", "zh": "行业不同，指标也不同"},
    "burnett.class.loyal": {"en": "loyal customer", "zh": "忠诚客户"},
    "burnett.robustness": {"en": "Robustness of a place", "zh": "矩阵位置的稳健性"},
    "burnett.class_rule": {"en": "How the kit tells the four classes apart", "zh": "四类客户的划分规则"},
    "ident.method.clp": {"en": "Customer matrix by lifetime profit (CLP)", "zh": "客户终身利润矩阵"},
}


@pytest.mark.parametrize("lang", LANGUAGES)
def test_every_concept_is_taught_by_its_term(lang):
    said = everything(lang).lower()
    for concept in concepts.all():
        if concept.taught_in == "burnett" and not concept.id.startswith("burnett.cell."):
            words = OTHERWISE.get(concept.id, {}).get(lang, concept.term(lang))
            assert words.lower() in said, concept.id


@pytest.mark.parametrize("lang", LANGUAGES)
def test_each_of_the_nine_cells_has_its_strategy_in_the_matrix(lang):
    table = [line for line in text("matrix", lang).splitlines() if line.startswith("| **")]
    rows = {"en": ["high", "medium", "low"], "zh": ["高", "中等", "低"]}[lang]
    for cell in burnett.cells():
        place = ["high", "medium", "low"].index(cell.attractiveness)
        row = next(line for line in table if line.startswith(f"| **{rows[place]}** |"))
        said = row.split("|")[2 + ["poor", "fair", "good"].index(cell.relationship)].strip()
        advice = burnett.strategies_for(cell.attractiveness, cell.relationship, lang)[0]
        assert said.removesuffix(" †").lower() == advice.lower()
        assert said.endswith("†") == (not cell.certain)


@pytest.mark.parametrize("lang", LANGUAGES)
def test_every_indicator_stands_in_a_table_under_its_name_in_code(lang):
    for indicator in burnett.Indicator:
        dagger = " †" if indicator.polarity == "depends" else ""
        row = f"| {concepts.get(indicator.concept).term(lang)}{dagger} | `{indicator}` |"
        assert row in everything(lang), row


# ---------------------------------------------------------------- persons, firms, figures


@pytest.mark.parametrize("lang", LANGUAGES)
def test_whoever_is_named_has_that_name(lang):
    names = company(lang).customers.set_index("customer_id")["name"]
    for who, name in NAMED[lang].items():
        assert names[who] == name
        assert name in everything(lang)
    people = company(lang).contacts
    for person in people[people["customer_id"] == "K2598"]["person"].unique():
        assert person in text("roles-said", lang)


def test_silas_pays_for_maeve_and_never_ordered():
    orders = company().transactions
    assert (orders[orders["customer_id"] == "K1822"].tail(4)["payer_id"] == "K0327").all()
    assert not (orders["customer_id"] == "K0327").any()
    silas = company().customers.set_index("customer_id").loc["K0327"]
    assert (silas["age"], silas["stakeholder_group"]) == (18, "target")
    both = burnett.stakeholders(company(), company().as_of).set_index("customer_id")
    assert not both.loc["K0327", "in_base"]


def test_nobody_spoke_with_the_office_manager_in_2025():
    talks = company().contacts
    talks = talks[(talks["customer_id"] == "K2598") & (talks["date"] >= "2025-01-01")]
    assert set(talks["role"]) == {"owner", "buyer"}
    assert talks[talks["role"] == "buyer"]["function"].tolist() == ["negotiation", "visit"]
    owner = talks[talks["role"] == "owner"]
    assert owner["date"].max().month == 11


def test_the_accounts_stand_where_the_text_says():
    row = re.compile(r"^\| ([A-Z][\w ]+?)(?: †)? \| ([\d.]+) and ([\d.]+) \| \*\*([a-z ]+)\*\*", re.MULTILINE)
    told = row.findall(text("matrix"))
    assert len(told) == 6
    ids = {name: who for who, name in NAMED["en"].items()}
    for name, attractiveness, relationship, strategy in told:
        stands = placed().loc[ids[name]]
        assert stands["strategy"] == strategy, name
        assert round(stands["attractiveness"], len(attractiveness.partition(".")[2])) == float(attractiveness)
        assert round(stands["relationship"], len(relationship.partition(".")[2])) == float(relationship)


def test_the_figures_of_the_text():
    c = company()
    firms = set(c.burnett_scores["customer_id"])
    year = c.transactions[c.transactions["date"] >= "2025-01-01"]
    assert len(firms) == 152
    assert 0.25 < year[year["customer_id"].isin(firms)]["amount"].sum() / year["amount"].sum() < 0.3
    assert placed()["strategy"].notna().sum() == 147
    law = burnett.partial_score(scores("K0144"))
    assert law.missing == ("vertical_integration",)
    assert round(law.value, 2) == 3.26
    assert [round(each, 2) for each in law.index_range] == [3.32, 3.54]
    assert {burnett.attractiveness_band(each) for each in law.index_range} == {"medium"}
    ratings = scores("K2598", "relationship")
    assert [ratings[name] for name in burnett.RATINGS] == [4, 4, 5]
    assert sum(ratings.values()) / 7 == 4


def test_the_four_classes_are_those_of_the_table():
    found = burnett.classes(company(), company().as_of).set_index("customer_id")
    said = {"K0050": "loyal", "K0773": "competitive", "K0270": "switchable", "K0335": "competitor loyal"}
    assert found.loc[list(said), "class"].to_dict() == said
    assert round(found.loc["K0773", "wallet_share"], 2) == 0.76
    assert round(found.loc["K0773", "wallet_trend"], 2) == -0.08


def test_what_moving_a_weight_shows():
    for volume, moved in {0.4: 45, 0.2: 15}.items():
        after = burnett.place(company().burnett_scores, burnett.BurnettWeights().changed(volume=volume))
        after = after.set_index("customer_id")
        assert (after["relationship"].dropna() == placed()["relationship"].dropna()).all()
        changed = after["attractiveness_band"].notna() & (
            after["attractiveness_band"] != placed()["attractiveness_band"]
        )
        assert changed.sum() == moved
        up = changed & (after["attractiveness"] > placed()["attractiveness"])
        assert up.any()
        assert all(scores(who)["volume"] > placed().loc[who, "attractiveness"] for who in up[up].index)
        before = placed().loc[changed[changed].index, "attractiveness"]
        near = [min(abs(index - cut) for cut in (2.33, 3.67)) for index in before]
        assert volume == 0.4 or max(near) < 0.4


def test_the_bakery_stands_on_a_cut():
    bakery, theirs = scores("K0335"), burnett.BurnettWeights.from_frame(company().burnett_weights)
    assert [round(burnett.attractiveness(bakery), 3), round(burnett.attractiveness(bakery, theirs), 2)] == [2.356, 2.31]
    strategies = [burnett.place(company().burnett_scores, each).set_index("customer_id") for each in (None, theirs)]
    assert [each.loc["K0335", "strategy"] for each in strategies] == ["minimal hold", "exit"]
    firm = burnett.robustness(company().burnett_scores, burnett.Draws(seed=7)).sort_values("kept")
    assert "K0335" in firm.head(5)["customer_id"].tolist()
    assert (firm["kept"] < 0.9).sum() < 8
