"""What only the chapter `foundations` has: its single customers, the figures in its text, its claims."""

from __future__ import annotations

import re
from functools import cache
from typing import Any

import pytest

from autograders import build_map
from loyaltylib import concepts, foundations
from loyaltylib.data import Tables, load
from loyaltylib.messages import LANGUAGES
from tests.course import notebooks

in_both = pytest.mark.parametrize("lang", LANGUAGES)

# Mutants of the decision's solution that are right answers too, for every learner: who stands so near to the limit that
# they choose otherwise loses less than a tenth of the net gain by it, and nine tenths count.
_CHOICE = "spend = ['keep_homes', 'keep_firms', ['win_homes', 'win_firms'][{}]]"
_LIMIT = "firm > 10 * home + 12000"
_NEAR = ("firm >= 10 * home + 12000", "firm > 10 * home + 12001", "firm > 10 * home + 11999",
         "firm > 11 * home + 12000", "firm > 9 * home + 12000")  # fmt: skip
EQUIVALENT = {
    "foundations-campaign": {
        f"{_CHOICE.format(_LIMIT)} -> {_CHOICE.format(near)}": "both choices leave nearly the same" for near in _NEAR
    }
}


@cache
def company(lang: str = "en") -> Tables:
    return load("company", lang=lang)


def text(cell_id: str, lang: str) -> str:
    return next(cell.source[lang] for cell in notebooks.source("foundations").cells if cell.id == cell_id)


def rows(table: str, who: str) -> Any:
    frame = getattr(company(), table)
    return frame[frame["customer_id"] == who]


@in_both
def test_it_takes_a_little_over_an_hour(lang):
    assert 60 < build_map.minutes(notebooks.source("foundations"), lang) <= 70


@in_both
def test_the_company_is_said_to_be_invented(lang):
    assert {"en": "synthetic", "zh": "合成"}[lang] in text("company-intro", lang)


# ---------------------------------------------------------------- single customers


@in_both
@pytest.mark.parametrize(
    ("who", "cell"),
    [
        ("K1189", "company-intro"),
        ("K2533", "tell-left-intro"),
        ("K0008", "crm"),
        ("K0079", "crm"),
        ("K0032", "crm"),
        ("K0038", "crm"),
        ("K0008", "deal-dropped-intro"),
    ],
)
def test_the_text_calls_a_customer_by_name(who, cell, lang):
    people = company(lang).customers
    assert people.loc[people["customer_id"] == who, "name"].item() in text(cell, lang)


def test_the_two_firms_are_what_the_text_says():
    stays, left = rows("transactions", "K1189"), rows("transactions", "K2533")
    assert round((stays["amount"] - stays["cost"]).sum()) == 23_887
    assert round((left["amount"] - left["cost"]).sum()) == 521
    assert (left["date"].max() - left["date"].min()).days == 72  # ten weeks
    assert stays["date"].diff().dt.days.median() == pytest.approx(21, abs=3)  # every three weeks
    yearly = (stays["amount"] - stays["cost"]).groupby(stays["date"].dt.year).sum()
    assert yearly[2025] == pytest.approx(9000, rel=0.05)
    assert (rows("wallet", "K1189")["n_suppliers"] == 1).all()
    for who in ("K1189", "K2533"):
        deal = rows("deals", who).head(5)
        weeks = (deal["entered_at"].iloc[3] - deal["entered_at"].iloc[0]).days / 7
        assert weeks == pytest.approx(7, abs=0.5)
        assert deal["stage"].tolist() == [link.value for link in foundations.Link]
        assert deal["won"].tolist() == [False, False, False, True, False]
    interview = company().interviews.set_index("respondent_id").loc["K2533"]
    assert (interview["stated"], interview["destination"]) == ("product", "competitor")
    assert interview["quality_gap"] > 0


def test_each_group_has_the_customer_who_is_named_for_it():
    people = company().customers.set_index("customer_id")
    groups = people["stakeholder_group"]
    assert groups[["K1189", "K0008", "K0079", "K0032", "K0038"]].tolist() == [
        *("existing", "target", "potential", "partner", "partner")
    ]
    assert people.loc["K0079", "lost_on"].year == 2023
    assert people.loc["K0079", "lost_reason"] == "price"
    assert len(rows("contacts", "K0008")) == 3
    assert rows("transactions", "K0008").empty
    assert rows("transactions", "K0032").empty
    assert not rows("transactions", "K0038").empty


def test_the_three_deals_of_the_one_who_never_bought_ended_where_the_text_says():
    deals = rows("deals", "K0008")
    assert not deals["won"].any()
    assert deals.groupby("deal_id")["stage"].last().tolist() == ["control", "tracking", "tracking"]


# ---------------------------------------------------------------- figures in the text


@in_both
def test_the_companys_figures_are_what_the_data_give(lang):
    talked = foundations.contact_record(company(), "2025-01-01", "2025-12-31")["contacts"] > 0
    staff = foundations.staff_training(company())
    assert f"{talked.mean():.0%}" in text("keep", lang)
    assert str(staff.staff) in text("keep", lang)
    assert staff.mean_hours == pytest.approx(19, abs=0.5)
    assert "19" in text("keep", lang)
    assert f"{foundations.closing_rate(company(), company().as_of):.0%}" in text("develop", lang)
    people = company().customers
    new = people[people["acquired_on"] >= "2025-01-01"]
    assert f"{(new['acquired_via'] == 'referral').mean():.0%}" in text("referral-read", lang)


def test_most_deals_are_dropped_at_tracking():
    funnel = foundations.deal_funnel(company(), company().as_of).set_index("link")
    assert funnel["dropped"].idxmax() == "tracking"


def test_the_model_gives_the_figures_of_the_text():
    assert [round(foundations.tenure(rate), 1) for rate in (0.7, 0.8, 0.9)] == [3.3, 5.0, 10.0]
    assert round(foundations.customer_value(margin=9000, retention=0.8)) == 45_000
    effect = foundations.retention_effect
    assert effect(retention=0.75).profit_change == pytest.approx(0.25)
    assert effect(retention=0.9).profit_change == pytest.approx(1.0)
    assert effect(retention=0.89).profit_change == pytest.approx(0.85, abs=0.02)
    assert effect(retention=0.85, change=-0.05).profit_change == pytest.approx(-0.25)


# ---------------------------------------------------------------- claims

STATUS = {
    "en": {"verified": "verified", "contested": "contested", "unverified": "unverified"},
    "zh": {"verified": "已证实", "contested": "有争议", "unverified": "未证实"},
}
# What of each claim stands in its row: the figure as the registry's term has it.
FIGURE = {
    "en": {"stat.crm.two_thirds_leave_care": "Two in three", "stat.crm.cycle_half": "one half",
           "stat.crm.very_satisfied_6x": "six times", "stat.retention_cost_fifth": "one fifth"},
    "zh": {"stat.service.80_service": "80%", "stat.crm.two_thirds_leave_care": "三分之二",
           "stat.crm.cycle_half": "一半",
           "stat.crm.very_satisfied_6x": "六倍", "stat.retention_cost_fifth": "五分之一"},
}  # fmt: skip


def claim_rows(lang: str) -> list[list[str]]:
    lines = [line for line in text("claims", lang).splitlines() if line.startswith("| ")]
    cells = [[cell.strip() for cell in line.strip("|").split("|")] for line in lines]
    return [row for row in cells if row[1] in STATUS[lang].values()]


@in_both
def test_every_quoted_claim_stands_in_its_order_with_its_figure_and_its_status(lang):
    claims = [c for c in concepts.all() if c.taught_in == "foundations" and c.claims]
    asked = sorted(claims, key=lambda c: _place(c.id))
    shown = claim_rows(lang)
    assert len(shown) == len(asked)
    for concept, (said, status, _) in zip(asked, shown, strict=True):
        assert status == STATUS[lang][concept.claims[0].status], concept.id
        figure = FIGURE[lang].get(concept.id) or re.findall(r"\d+%?", concept.term(lang))[-1]
        assert figure in said, concept.id


# The order of the three tables.
_ORDER = (
    "stat.crm.ceo_93", "stat.crm.very_satisfied_6x", "stat.crm.two_thirds_leave_care",
    "stat.crm.satisfaction5_profit_x2", "stat.crm.rep_sales_51", "stat.crm.satisfaction_20", "stat.crm.cost_21",
    "stat.crm.cycle_half", "stat.crm.profit_2", "stat.service.80_service", "stat.service.94", "stat.service.89",
    "stat.service.9", "stat.wom_25", "stat.wom_8", "stat.service.67", "stat.service.75", "stat.retention_cost_fifth",
    "stat.sell_existing_50", "stat.sell_new_15", "stat.referral_60", "stat.loyalty_down5_profit_down25",
    "stat.retention_up5_profit_up85",
)  # fmt: skip


def _place(concept: str) -> int:
    return _ORDER.index(concept)


@in_both
def test_every_other_concept_is_called_by_its_term(lang):
    said = " ".join(c.source[lang] for c in notebooks.source("foundations").cells if c.kind == "text").lower()
    said = re.sub(r"[*\s]+", " ", said)
    missing = []
    for concept in concepts.all():
        if concept.taught_in == "foundations" and not concept.claims:
            term = re.sub(r"\s*[（(].*", "", concept.term(lang)).lower()
            if term not in said:
                missing.append((concept.id, term))
    assert missing == []


def test_no_item_rests_on_a_claim_that_may_not_be_asked():
    asked = {one.item.concept for one in notebooks.source("foundations").items.values()}
    assert "stat.crm.satisfaction5_profit_x2" not in asked
