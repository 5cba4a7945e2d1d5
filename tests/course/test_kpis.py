"""What only the chapter `kpis` has: the figures its text names, its single customers, its real data."""

from __future__ import annotations

import ast
from dataclasses import replace
from functools import cache
from typing import Any

import pandas as pd
import pytest

from autograders.ideas import ideas, imported
from loyaltylib import concepts, kpis
from loyaltylib.data import Tables, load
from loyaltylib.kpis_projection import chance, project, seen
from loyaltylib.kpis_start import measured
from loyaltylib.messages import LANGUAGES, tell
from tests.course import notebooks

IN_YEAR = ("2025-01-01", "2025-12-31")
# Mutants that do the same for every learner: exercise -> what was changed -> why.
EQUIVALENT = {"kpis-judged": {"if change > 0: -> if change >= 0:": "a change of 0 is within every learner's limit"}}


@cache
def company(lang: str = "en") -> Tables:
    return load("company", lang=lang)


@cache
def cdnow() -> Tables:
    return load("cdnow")


def text(cell_id: str, lang: str) -> str:
    return next(cell.source[lang] for cell in notebooks.source("kpis").cells if cell.id == cell_id)


def both(cell_id: str, *words: str) -> None:
    """Both languages say these figures."""
    for lang in LANGUAGES:
        for word in words:
            assert word in text(cell_id, lang), (cell_id, lang, word)


def rows(table: str, who: str) -> Any:
    frame = getattr(company(), table)
    return frame[frame["customer_id"] == who]


def name(who: str, lang: str) -> str:
    people = company(lang).customers
    return str(people.loc[people["customer_id"] == who, "name"].item())


# ---------------------------------------------------------------- words


def test_every_term_of_the_chapter_stands_in_its_text():
    said = {
        lang: " ".join(c.source[lang] for c in notebooks.source("kpis").cells if c.kind == "text") for lang in LANGUAGES
    }
    for concept in concepts.all():
        if concept.taught_in == "kpis" and concept.id.startswith("kpi."):
            for lang, term in (("en", concept.en), ("zh", concept.zh)):
                bare = term.split(" (")[0].split("（")[0].removesuffix(" of customers")
                assert bare.lower() in said[lang].lower(), (concept.id, lang, bare)


def test_the_tasks_of_the_groundwork_stand_in_order():
    for lang in LANGUAGES:
        lines = [line for line in text("groundwork", lang).splitlines() if line[:1].isdigit()]
        assert len(lines) == len(kpis.Task)
    assert "only its title" in text("groundwork", "en")
    assert "仅存标题" in text("groundwork", "zh")


def test_synthetic_and_real_data_are_called_so():
    assert "synthetic" in text("company-intro", "en")
    assert "合成" in text("company-intro", "zh")
    assert "real" in text("newcomers", "en")
    assert "真实" in text("newcomers", "zh")


# ---------------------------------------------------------------- one account


def test_umber_is_as_the_text_says():
    both("account", "11,552", "1,632", "10,478", "16%")
    for lang in LANGUAGES:
        assert name("K0010", lang) in text("account", lang)
    wallet = rows("wallet", "K0010").set_index("period")
    spring, autumn = wallet.loc["2025-06-30"], wallet.loc["2025-12-31"]
    assert (spring["own_spend"], spring["total_category_spend"]) == (11552, 11552)
    assert (autumn["own_spend"], autumn["total_category_spend"]) == (1632, 10478)
    assert round(1632 / 10478, 2) == 0.16
    orders = rows("transactions", "K0010")
    assert orders["date"].between("2025-04-01", "2025-06-30").sum() == 7
    assert orders["date"].between("2025-10-01", "2025-12-31").sum() == 1
    assert 91 // 7 == 13


def test_the_companys_frequency_and_spend_are_as_the_text_says():
    orders = company().transactions
    assert not orders.duplicated(["customer_id", "date"]).any()
    autumn = orders[orders["date"].between("2025-10-01", "2025-12-31")]
    buyers = autumn["customer_id"].nunique()
    assert round(len(autumn) / buyers, 1) == 4.8
    assert round(autumn["amount"].sum() / buyers) == 1640
    both("frequency-limits", "4.8", "1,640")


# ---------------------------------------------------------------- six accounts

SIX = {
    "K0010": ("2024-12-27", "2025-10-23"),
    "K2071": ("2024-12-26", "2025-09-12"),
    "K2466": ("2024-09-07", "2025-07-27"),
    "K0961": ("2024-11-28", "2025-10-14"),
    "K1042": ("2024-12-09", "2025-06-07"),
    "K0055": (None, "2025-12-15"),
}


def day_as(day: pd.Timestamp, lang: str) -> str:
    return f"{day.day} {day:%b} {day.year}" if lang == "en" else f"{day.year} 年 {day.month} 月 {day.day} 日"


@pytest.mark.parametrize("lang", LANGUAGES)
@pytest.mark.parametrize("who", SIX)
def test_the_six_accounts_stand_in_the_table_as_in_the_data(who, lang):
    dates = rows("transactions", who)["date"]
    found = (dates[dates < "2025-01-01"].max(), dates[dates >= "2025-01-01"].max())
    wanted = tuple(pd.NaT if day is None else pd.Timestamp(day) for day in SIX[who])
    assert [str(day) for day in found] == [str(day) for day in wanted]
    line = next(line for line in text("stay", lang).splitlines() if name(who, lang) in line)
    for day in wanted:
        assert (day_as(day, lang) if day is not pd.NaT else "–") in line


def test_of_five_four_stay_one_is_lost_and_one_is_new():
    people = company().customers
    tables = Tables(**{**vars(company()), "customers": people[people["customer_id"].isin(SIX)]})
    moved = kpis.movement(tables, *IN_YEAR)
    assert (moved.start, moved.end, moved.kept, moved.new) == (5, 5, 4, 1)
    assert (pd.Timestamp("2025-12-31") - pd.Timestamp("2025-06-07")).days == 207


def test_the_companys_movement_is_as_the_text_says():
    moved = kpis.movement(company(), *IN_YEAR)
    assert (moved.start, moved.end, moved.kept, moved.new, moved.new_and_lost) == (1615, 1828, 1328, 484, 27)
    both("stay-limits", "1,328", "1,615", "82.2%", "84.9%", "83.2%", "43", "70", "27", "13%")
    assert moved.won_back == 70
    assert moved.end - moved.kept == 43 + moved.new - moved.new_and_lost
    assert round(moved.kept / moved.start, 3) == 0.822
    assert round((moved.end - moved.new) / moved.start, 3) == 0.832
    assert round(moved.end / moved.start - 1, 2) == 0.13
    before = kpis.movement(company(), "2024-01-01", "2024-12-31")
    assert before.retention == pytest.approx(0.849, abs=5e-4)
    assert before.churn < moved.churn


# ---------------------------------------------------------------- CDNOW


def test_customer_00011_is_as_the_text_says():
    dates = cdnow().transactions.query("customer_id == '00011'")["date"]
    assert list((dates - dates.min()).dt.days) == [0, 27, 75, 415]
    assert 365 - 75 == 290
    both("two-readings", "27", "75", "290")


def test_the_figures_of_cdnow_are_as_the_text_says():
    found = kpis.new_customer_retention(cdnow(), "1997-01-01", "1997-03-31")
    assert [round(rate, 2) for rate in (found.early_rate, found.return_rate, found.rate)] == [0.29, 0.46, 0.26]
    assert found.won == 23570
    table = kpis.cohort_table(cdnow(), "1998-06-30").set_index(["cohort", "month"])["share"]
    assert round(table["1997-01", 12], 3) == 0.067
    bought = cdnow().transactions.groupby("customer_id")["date"].nunique()
    assert (bought == 1).sum() == 12054
    assert round((bought == 1).mean(), 2) == 0.51
    assert kpis.winback_rate(cdnow(), "1998-01-01", "1998-06-30") == pytest.approx(0.113, abs=5e-4)
    both("survival-limits", "12,054", "51%", "11.3%", "415", "32%", "26%")


def test_the_survival_of_cdnow_is_as_the_text_says():
    stays = kpis.survival(cdnow(), "1998-06-30").set_index("days")["survival"]
    assert stays.index[0] == 181
    assert stays.iloc[0] < 0.5
    assert round(stays[stays.index <= 365].iloc[-1], 2) == 0.32


# ---------------------------------------------------------------- complaints and rescues


@pytest.mark.parametrize(("who", "days", "score", "last"), [
    ("K1381", 42, 9, "2025-12-24"),
    ("K1030", 159, 1, "2025-02-03"),
    ("K1042", 14, 9, "2025-06-07"),
])  # fmt: skip
def test_the_complainers_are_as_the_text_says(who, days, score, last):
    complaint = rows("complaints", who).query("opened_on >= '2025-01-01'").iloc[0]
    assert (complaint["resolved_on"] - complaint["opened_on"]).days == days
    assert complaint["satisfaction_score"] == score
    assert rows("transactions", who)["date"].max() == pd.Timestamp(last)
    for lang in LANGUAGES:
        line = next(line for line in text("complaints", lang).splitlines() if line.startswith(f"| {name(who, lang)}"))
        assert f" {days} " in line
        assert f"| {score} |" in line
        assert day_as(pd.Timestamp(last), lang) in line


def test_the_customers_at_risk_are_as_the_text_says():
    def tried(who: str) -> tuple[str, str]:
        row = rows("save_attempts", who).iloc[0]
        return f"{row['flagged_on']:%Y-%m}", row["outcome"]

    assert tried("K0763") == ("2023-06", "saved")
    assert rows("transactions", "K0763")["date"].max() == pd.Timestamp("2023-07-31")
    assert tried("K2071") == ("2025-04", "not_tried")
    assert pd.Timestamp("2025-08-11") in set(rows("transactions", "K2071")["date"])
    assert tried("K0961") == ("2025-01", "not_tried")
    assert rows("transactions", "K0961")["date"].diff().iloc[-1].days > 180
    for lang in LANGUAGES:
        assert all(name(who, lang) in text("saves", lang) for who in ("K0763", "K2071", "K0961"))


def test_what_saving_adds_is_as_the_text_says():
    tables = company()
    names = {"tries": tables.save_attempts, "orders": tables.transactions, "kpis": kpis, "print": lambda *_: None}
    code = next(cell.source["en"] for cell in notebooks.source("kpis").cells if cell.id == "control")
    exec(code, names)  # noqa: S102 - the chapter's own cell
    assert (names["back"]["customer_id"].nunique(), len(names["alone"])) == (17, 150)
    outcomes = names["tries"]["outcome"].value_counts()
    assert (outcomes["saved"], outcomes["lost"]) == (112, 208)
    found = kpis.incremental_save_rate(saved=112, attempted=320, control_stayed=17, control=150)
    assert round(found.increment, 3) == 0.237
    assert (round(found.low, 2), round(found.high, 2)) == (0.16, 0.31)
    both("increment", "11.3%", "35.0%", "23.7", "16", "31")


# ---------------------------------------------------------------- the picture


def test_the_projection_moves_as_the_text_explains():
    begins = measured(company(), "2025-12-31")
    levers = replace(begins.levers, acquisition=40, early_loss=0.09, save_rate=0.36)
    before, band = project(levers, begins), chance(levers, begins)
    assert round(before["churn_rate"].iloc[-1], 3) == 0.019
    assert round(kpis.churn_rate(company(), *IN_YEAR), 2) == 0.18
    both("explain", "1.9%", "18%")
    after = project(replace(levers, acquisition=80, early_loss=0.35), begins)
    first = seen(after, before, band)
    assert (after["churn_rate"] <= before["churn_rate"])[:6].all()
    assert (first["customer_base"], first["churn_rate"], first["new_customer_retention"]) == (1, 7, 13)
    saved = seen(project(replace(levers, save_rate=0.45), begins), before, band)
    assert set(saved) == {"customer_base"}
    assert 11 <= saved["customer_base"] <= 13


def test_the_controls_stand_in_the_text_by_their_names():
    for lang in LANGUAGES:
        said = " ".join(text(cell, lang) for cell in ("predict-how", "explain"))
        for control in ("Won (customers a month)", "Early loss (%)", "Saved (%)", "Reset", "Story"):
            assert tell(lang, control) in said, (lang, control)


def test_in_2025_the_base_grew_while_retention_and_share_fell():
    card = kpis.scorecard(company(), *IN_YEAR).set_index("kpi")["trend"]
    assert card["customer_base"] == "up"
    assert card["retention_rate"] == card["customer_share"] == "down"


# ---------------------------------------------------------------- code


def test_the_three_new_ideas_are_used_where_they_are_explained():
    code = {cell.id: cell.source["en"] for cell in notebooks.source("kpis").cells if cell.kind == "code"}
    used = set()
    for cell in ("umber-windows", "control"):
        tree = ast.parse(code[cell])
        used |= ideas(tree, imported(tree))
    assert {"dates", "mask_logic", "unique"} <= used
