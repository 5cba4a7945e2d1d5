"""What only the chapter `tiers` has: its terms, its single customers, its simulator, its plain Python."""

from __future__ import annotations

import ast
import re
from functools import cache
from typing import Any

import pytest

from autograders import build_map
from autograders.build_chapter import ChapterSource
from autograders.build_source import Cell
from autograders.checks import tiers as checks
from loyaltylib import concepts, tiers
from loyaltylib.data import Tables, load
from loyaltylib.messages import LANGUAGES, tell
from tests.course import notebooks

CAST = ("lost", "onlooker", "at_risk", "new", "inactive", "regular", "core", "advocate")


def source() -> ChapterSource:
    return notebooks.source("tiers")


@cache
def company(lang: str) -> Tables:
    return load("company", lang=lang)


@cache
def standing() -> dict[str, str]:
    tiered = tiers.assign_tiers(company("en"), company("en").as_of)
    return dict(zip(tiered["customer_id"], tiered["tier"], strict=True))


def text(cell_id: str, lang: str) -> str:
    return next(cell.source[lang] for cell in source().cells if cell.id == cell_id)


def code_cells() -> list[Cell]:
    return [cell for cell in source().cells if cell.kind == "code"]


# ---------------------------------------------------------------- aims, time, words


@pytest.mark.parametrize("lang", LANGUAGES)
def test_it_takes_about_an_hour(lang):
    assert 55 <= build_map.minutes(source(), lang) <= 65


def test_every_tier_is_called_by_its_term_in_both_languages():
    for tier in tiers.Tier:
        concept = concepts.get(tier.concept)
        for lang, term in (("en", concept.en), ("zh", concept.zh)):
            bare = re.sub(r"\s*[（(].*", "", term)
            said = [cell.source[lang] for cell in source().cells if cell.kind == "text"]
            assert any(bare.lower() in each.lower() for each in said), (lang, bare)


def test_the_company_is_said_to_be_invented():
    assert "synthetic" in text("company-intro", "en")
    assert "合成" in text("company-intro", "zh")


# ---------------------------------------------------------------- single customers


def cast(tier: str) -> str:
    """Return the id of the customer a tier is told on."""
    code = next(cell.source["en"] for cell in code_cells() if cell.id == f"tell-{tier}")
    return re.findall(r'"(K\d+)"', code)[0]


@pytest.mark.parametrize("tier", CAST)
def test_a_tier_is_told_on_a_customer_who_stands_there(tier):
    assert standing()[cast(tier)] == tier


@pytest.mark.parametrize("lang", LANGUAGES)
@pytest.mark.parametrize("tier", [t for t in CAST if t not in ("new", "inactive")])
def test_the_text_names_the_customer_whose_rows_follow(tier, lang):
    people = company(lang).customers
    name = people.loc[people["customer_id"] == cast(tier), "name"].item()
    before = {cell.id: previous for previous, cell in zip(source().cells, source().cells[1:], strict=False)}
    assert name in before[f"tell-{tier}"].source[lang]


def rows(table: str, tier: str) -> Any:
    frame = getattr(company("en"), table)
    return frame[frame["customer_id"] == cast(tier)]


def test_the_rows_show_what_the_text_says():
    lost = rows("customers", "lost").iloc[0]
    assert lost[["lost_on", "lost_reason", "destination"]].notna().all()
    assert rows("transactions", "onlooker").empty
    assert "enquiry" in set(rows("contacts", "onlooker")["function"])
    quarters = rows("wallet", "at_risk").tail(3)
    share = quarters["own_spend"] / quarters["total_category_spend"]
    assert share.is_monotonic_decreasing
    assert quarters["own_spend"].is_monotonic_decreasing
    assert quarters["total_category_spend"].min() > 0.5 * rows("wallet", "at_risk")["total_category_spend"].max()
    assert rows("customers", "new").iloc[0]["acquired_via"] == "promotion"
    wallet = rows("wallet", "inactive")
    assert (wallet["n_suppliers"] > 1).all()
    assert (wallet["own_spend"] < wallet["total_category_spend"] / 2).all()
    gaps = rows("transactions", "regular")["date"].tail(6).diff().dt.days.dropna()
    assert gaps.std() / gaps.mean() < 0.35
    assert "negotiation" in set(rows("contacts", "core")["function"])
    referrals = company("en").referrals
    assert (referrals["referrer_id"] == cast("advocate")).sum() >= 2
    assert len(rows("complaints", "advocate")) >= 1


def test_the_fall_is_the_one_the_text_works_out():
    spent = rows("wallet", "at_risk")["own_spend"].tolist()[-4:]
    usual = sum(spent[:-1]) / 3
    assert spent[-1] == 112 <= usual / 2
    assert round(usual) == 558
    assert sum([100, 100, 1000]) / 3 == 400
    for lang in LANGUAGES:
        assert "112" in text("fell-read", lang)
        assert "558" in text("fell-read", lang)
        assert "400" in text("wedding-read", lang)


def test_the_bars_show_what_the_text_says():
    steps = tiers.pyramid(tiers.assign_tiers(company("en"), company("en").as_of)).set_index("tier")["customers"]
    assert steps.idxmax() == "regular"
    assert steps["advocate"] == steps.min()
    assert 0.3 < (steps["lost"] + steps["onlooker"]) / steps.sum() < 1 / 3


def test_what_most_learners_see_in_their_own_bars_is_so():
    found = []
    for number in range(20):
        data = load("company", f"sample-{number}")
        revenue = checks.figures(data).revenue
        counts = checks.standing(data)["tier"].value_counts()
        assert sorted(revenue, key=revenue.__getitem__).index("advocate") < 3
        assert 140 < counts["regular"] < 260
        assert 10 < counts["core"] < 40
        found.append(revenue["core"] > revenue["regular"])
    assert sum(found) > 14


def test_what_the_simulator_is_said_to_show_is_so():
    """Lost after 90 days: nearly all who are newly lost were at risk, base and share at risk shrink."""
    tables = company("en")
    signals = tiers.signals(tables, tables.as_of)
    before = tiers.assign(signals).set_index("customer_id")["tier"]
    after = tiers.assign(signals, tiers.TierRules(lapse_days=90)).set_index("customer_id")["tier"]
    came = before[(after == "lost") & (before != "lost")]
    assert (came == "at_risk").mean() > 0.9

    def base(tier: Any) -> int:
        return int((~tier.isin(["lost", "onlooker"])).sum())

    assert base(after) < base(before)
    assert (after == "at_risk").sum() / base(after) < (before == "at_risk").sum() / base(before)
    nervous = tiers.assign(signals, tiers.TierRules(fall=0.2)).set_index("customer_id")["tier"]
    assert {"regular", "advocate"} <= set(before[(nervous == "at_risk") & (before != "at_risk")])


@pytest.mark.parametrize("lang", LANGUAGES)
def test_the_text_calls_the_sliders_by_their_labels(lang):
    assert tell(lang, "Lost after (days)") in text("predict", lang)
    assert tell(lang, "Warning from a fall of") in text("explain", lang)


# ---------------------------------------------------------------- code

BEYOND = (ast.While, ast.ListComp, ast.DictComp, ast.GeneratorExp, ast.Lambda, ast.ClassDef, ast.Try, ast.With)


def test_a_learner_meets_no_python_beyond_what_is_explained():
    for cell in code_cells():
        if cell.role != "try" and cell.source["en"].strip():
            used = {type(node) for node in ast.walk(ast.parse(cell.source["en"]))}
            assert not used & set(BEYOND), (cell.id, used & set(BEYOND))
