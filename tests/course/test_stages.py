"""What only the chapter `stages` has: its accounts, the figures in its text, its tactics, its words on the law."""

from __future__ import annotations

import re
from functools import cache
from typing import Any

import pytest

from loyaltylib import chapters, concepts, stages
from loyaltylib.data import Tables, load
from loyaltylib.defection_mortgage import MortgageSwitch
from loyaltylib.messages import LANGUAGES
from tests.course import notebooks

# Where an answer with something changed is the same answer.
_EARLY = "early = chances[(chances['share'] {} 0.5) & (chances['opportunity'] != 'worsening')]"
EQUIVALENT = {
    "stages-visits": {f"{_EARLY.format('<')} -> {_EARLY.format('<=')}": "no firm's share is exactly one half"},
}
MENTIONED = {
    "development": "K0301",
    "early": "K1913",
    "stable": "K2096",
    "strategic": "K0048",
    "broke": "K0318",
    "fell": "K2466",
    "wobbles": "K2479",
}


@cache
def company(lang: str = "en") -> Tables:
    return load("company", lang=lang)


@cache
def path() -> Any:
    return stages.stage_path(company().wallet)


@cache
def said(lang: str) -> str:
    return "\n".join(cell.source[lang] for cell in notebooks.source("stages").cells if cell.kind == "text")


def text(cell_id: str, lang: str) -> str:
    return next(cell.source[lang] for cell in notebooks.source("stages").cells if cell.id == cell_id)


def rows(frame: Any, who: str, column: str = "customer_id") -> Any:
    return frame[frame[column] == MENTIONED.get(who, who)]


def year_share(who: str, year: int) -> float:
    part = rows(company().wallet, who)
    part = part[part["period"].dt.year == year]
    return float(part["own_spend"].sum() / part["total_category_spend"].sum())


# ---------------------------------------------------------------- words


@pytest.mark.parametrize("lang", LANGUAGES)
def test_stages_chances_and_moves_are_called_by_their_terms(lang):
    """The prefix that tells a list's points apart in the registry does not stand in the text."""
    listed = [*stages.Stage, *stages.Opportunity]
    terms = [concepts.get(each.concept).term(lang).split(": ")[-1] for each in listed]
    terms += concepts.get("strategic").strategies(lang) + concepts.get("dev").strategies(lang)
    for term in terms:
        assert term.lower() in said(lang).lower(), term


@pytest.mark.parametrize("lang", LANGUAGES)
def test_the_accounts_are_called_by_their_names(lang):
    people = company(lang).customers.set_index("customer_id")["name"]
    for who in MENTIONED.values():
        assert people[who] in said(lang), who


def test_the_company_is_said_to_be_invented_and_the_law_no_advice():
    assert "synthetic" in text("stages", "en")
    assert "合成" in text("stages", "zh")
    assert "no legal advice" in text("law", "en")
    assert "不是法律意见" in text("law", "zh")


def test_the_chapter_says_what_the_rules_mean_for_lock_in_and_for_customer_data():
    for word in ("Price discrimination by profile", "PIPL", "GDPR", "lock-in", "customer data", "liable"):
        assert word in text("law", "en"), word
    for word in ("大数据杀熟", "个人信息保护法", "GDPR", "锁定客户", "客户数据", "反不正当竞争法"):
        assert word in text("law", "zh"), word


# ---------------------------------------------------------------- tactics with a flag


def test_no_marked_answer_rewards_a_flagged_point():
    """A marked item may ask which points are flagged, and nothing else of them is right anywhere."""
    items = [one.item for one in notebooks.source("stages").items.values()]
    about = [item for item in items if stages.ethics_flag(item.concept)]
    assert about == []
    (asked,) = (item for item in items if item.id == "stages-flagged")
    assert "leave alone" in asked.stem["en"]
    assert "不应采用" in asked.stem["zh"]
    assert [o.id for o in asked.options if o.right] == ["odds", "magnify", "private"]
    assert stages.Opportunity.WORSENING not in chapters.exercise("stages-visits").choices


def test_every_flagged_point_is_named_as_one_in_the_text():
    assert "*personal* interest" in text("development", "en")
    assert "carries a flag" in text("expectation", "en")
    assert "to be recognised" in text("chances", "en")
    assert "只为识别" in text("chances", "zh")
    assert "有合规风险" in text("line", "zh")
    assert stages.compliance_note("grassroots", "zh")


# ---------------------------------------------------------------- the accounts stand where the text says


def test_each_account_stands_in_its_stage():
    assert rows(company().wallet, "development").empty
    talks = rows(company().contacts, "development")
    assert len(talks) == 3
    assert set(talks["function"]) == {"enquiry"}
    for who in ("early", "stable"):
        assert set(rows(path(), who)["stage"]) == {who}
    assert set(rows(path(), "strategic")["share"]) == {1.0}
    assert "partnership" in set(rows(company().account_events, "strategic", "account_id")["type"])


def test_indigo_bought_what_the_text_says():
    last = rows(company().wallet, "early").tail(4)
    own, total = last["own_spend"].sum(), last["total_category_spend"].sum()
    assert (round(own), round(total), round(own / total, 2)) == (7977, 19156, 0.42)
    for lang in LANGUAGES:
        assert "7,977" in text("tell-stable-intro", lang)
        assert "19,156" in text("tell-stable-intro", lang)
    offers = rows(company().offers, "early").set_index("supplier")
    net = offers["functional"] + offers["emotional"] - offers[["money", "time", "energy", "psychic"]].sum(axis=1)
    assert net.round().to_dict() == {"moonkettle": 569, "north_roast": 179, "tin_lantern": 547}
    assert round(net["moonkettle"] - net["tin_lantern"]) == 22


def test_umber_keeps_secondary_suppliers_and_its_share_when_the_buyer_leaves():
    wallet = rows(company().wallet, "stable")
    assert set(wallet["n_suppliers"]) == {2, 3}
    assert round(year_share("stable", 2025), 1) == 0.7
    people = stages.key_persons(rows(company().contacts, "stable")).set_index("person")
    assert people.loc["Ida Underhill", "weight"] == 0
    talks = rows(company().contacts, "stable")
    assert talks.loc[talks["person"] == "Ida Underhill", "date"].max().isoformat()[:7] == "2024-04"
    assert talks.loc[talks["person"] == "Maeve Dale", "date"].min().isoformat()[:7] == "2024-08"
    assert year_share("stable", 2025) > year_share("stable", 2023)
    net = stages.contact_net(company().contacts).set_index("customer_id")
    assert net.loc["K1913", "concentration"] == 1
    assert net.loc["K2096", "people"] == 4
    assert set(rows(company().contacts, "early")["person"]) == {"Lois Hale"}
    assert set(rows(company("zh").contacts, "early")["person"]) == {"罗松涛"}
    assert "方思源" in set(rows(company("zh").contacts, "stable")["person"])


def test_halfmoon_talks_through_one_person():
    talks = rows(company().contacts, "strategic")
    assert (len(talks), talks["person"].nunique()) == (17, 1)
    for lang in LANGUAGES:
        assert "17" in text("strategic", lang)


def test_kingfisher_fell_and_left_as_the_text_says():
    walk = rows(path(), "broke").set_index("period")
    assert round(walk.loc["2024-12-31", "share"], 2) == 0.9
    assert round(walk.loc["2025-03-31", "share"], 2) == 0.45
    assert walk.loc["2025-03-31", "move"] == "collapsed"
    assert rows(company().customers, "broke")["lost_on"].item().isoformat()[:10] == "2025-08-16"
    answer = rows(company().surveys, "broke").iloc[-1]
    assert answer["perceived"] - answer["expected"] == -1
    assert answer["date"].isoformat()[:7] == "2024-11"


def test_the_four_of_the_figure_begin_and_end_as_told():
    start = path()[path()["period"] == "2024-03-31"].set_index("customer_id")["share"]
    told = {"early": 0.42, "stable": 0.64, "fell": 0.70, "wobbles": 0.81}
    assert {who: round(start[MENTIONED[who]], 2) for who in told} == told
    assert year_share("fell", 2025) < 0.2
    pinecone = rows(path(), "wobbles").set_index("period")["stage"]
    assert list(pinecone["2023-12-31":"2024-06-30"]) == ["stable", "strategic", "stable"]
    end = path()[path()["period"] == "2025-12-31"].set_index("customer_id")["stage"]
    assert {who: end.get(MENTIONED[who]) for who in told} == {
        "early": "early", "stable": "stable", "fell": None, "wobbles": "strategic"
    }  # fmt: skip
    last = rows(path(), "fell").iloc[-1]
    assert (last["stage"], last["period"].isoformat()[:7]) == ("early", "2025-09")
    assert round(year_share("wobbles", 2025), 2) == 0.78
    key = stages.key_persons(rows(company().contacts, "wobbles"))
    assert list(key["key"]) == [True, True, False]


def test_a_third_of_the_firms_single_steps_down_are_taken_back_at_once():
    firms = company().customers.loc[company().customers["customer_type"] == "business", "customer_id"]
    walks = path()[path()["customer_id"].isin(firms)].copy()
    walks["next"] = walks.groupby("customer_id")["move"].shift(-1)
    down = walks[walks["move"] == "down"]
    assert (down["next"] == "up").mean() == pytest.approx(1 / 3, abs=0.02)
    assert (path()["move"] == "skipped").any()


def test_the_causes_of_those_who_said_goodbye():
    ended = stages.breakups(company(), company().as_of)
    assert len(ended) == 103
    assert (~ended["controllable"]).sum() == 18
    for lang in LANGUAGES:
        assert "103" in text("breakup", lang)


# ---------------------------------------------------------------- sums in the text


def test_the_mortgage_and_the_airline_are_computed_as_the_text_says():
    case = MortgageSwitch()
    assert (case.balance, case.months, case.switching_cost) == (500_000, 240, 8_000)
    assert (case.paid_here, case.paid_there) == (0.85, 0.7)
    assert round(case.saving_per_month) == 245
    assert case.months_to_recover == 33
    assert "30% off" in text("leaves-task", "en")
    assert "七折" in text("leaves-task", "zh")
    assert "八五折" in text("leaves-task", "zh")
    airline = stages.switching(advantage=12e6, cost=100e6, periods=10, discount=0.06)
    assert airline.stays
    assert stages.hold(2, airline) == "hostage"
    assert stages.hold(5, airline) == "held"


@pytest.mark.parametrize("lang", LANGUAGES)
def test_the_text_about_the_visits_says_what_the_check_holds(lang):
    from autograders.checks import stages as checks

    words = {"en": ("at most three", "three quarters"), "zh": ("三家", "四分之三")}[lang]
    assert all(word in text("visits-task", lang) for word in words)
    assert (checks.MOST_VISITS, checks.ENOUGH) == (3, 0.75)
    assert re.search(r"\b90\b", text("visits-task", lang))
