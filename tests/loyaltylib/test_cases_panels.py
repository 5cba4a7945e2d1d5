"""The picture of a card: what it holds, in both languages, and what it refuses."""

from __future__ import annotations

import pandas as pd
import pytest

from loyaltylib import chapters
from loyaltylib.cases import Benefit, Card, card_outcome
from loyaltylib.cases_panels import FEES, alt_card_design, card_design, plan_tables
from loyaltylib.errors import DataError, RuleError
from loyaltylib.look import png
from loyaltylib.messages import LANGUAGES
from loyaltylib.schema import UNITS

GROUPS = pd.DataFrame(
    {"group": ["fans", "others"], "customers": [100, 900], "spend": [2000.0, 300.0], "concert": [60.0, 0.0]}
)
CARD = Card(fee=20, points=0.02, benefits=(Benefit("concert", worth=0, cost=30),))


@pytest.mark.parametrize("lang", LANGUAGES)
def test_take_up_income_cost_and_profit_are_drawn_at_each_fee(lang):
    figure = card_design(GROUPS, CARD, lang, margin=0.4, lift=0.05)
    above, below = figure.axes
    expected = [
        card_outcome(GROUPS, Card(fee=fee, points=0.02, benefits=CARD.benefits), margin=0.4, lift=0.05) for fee in FEES
    ]
    assert list(above.lines[0].get_ydata()) == [each.take_up for each in expected]
    drawn = {line.get_label(): list(line.get_ydata()) for line in below.lines if not line.get_label().startswith("_")}
    assert list(drawn.values()) == [
        pytest.approx([each.income for each in expected]),
        pytest.approx([each.cost for each in expected]),
        pytest.approx([each.profit for each in expected]),
    ]
    assert figure.get_label() == alt_card_design(GROUPS, CARD, lang, margin=0.4, lift=0.05)
    assert png(figure) == png(card_design(GROUPS, CARD, lang, margin=0.4, lift=0.05))


def test_it_is_told_what_the_card_does_and_which_fee_earns_most():
    said = alt_card_design(GROUPS, CARD, margin=0.4, lift=0.05)
    # 100 fans: 20 + 0.4 x 0.05 x 2,000 = 60 of income each; 2,100 x 0.02 + 30 = 72 of cost
    assert "At 20 yuan: 100 of 1,000 take it, profit -1,200 yuan: income 6,000, cost 7,200." in said
    assert "95 yuan earns most: 6,300 yuan, with 100 members." in said  # worth 100 to a fan; at 100 nobody takes it


def test_what_cannot_be_drawn_is_refused():
    with pytest.raises(DataError, match="no customer"):
        card_design(GROUPS.head(0), CARD, margin=0.4)
    with pytest.raises(DataError, match="customers"):
        card_design(GROUPS.drop(columns="customers"), CARD, margin=0.4)
    with pytest.raises(RuleError):
        card_design(GROUPS, CARD, margin=4)
    with pytest.raises(RuleError, match="fee"):
        card_design(GROUPS, CARD, margin=0.4, fees=[-5])


@pytest.mark.parametrize("lang", LANGUAGES)
def test_the_tables_of_a_plan_are_in_a_readers_words(lang):
    plan = pd.DataFrame(
        {"tier": ["lost", "core"], "customers": [12, 3], "value": [0.0, 25000.4], "strategies": ["one", "two"]}
    )
    scores = pd.DataFrame(
        {
            "kpi": ["save_rate", "average_spend"],
            "term": ["saved", "spent"],
            "value": [0.25, 4615.67],
            "unit": [UNITS["fraction"][lang], UNITS["money"][lang]],
            "target": [0.325, 5077.24],
        }
    )
    bill = pd.DataFrame({"tier": ["core"], "measure": ["file"], "kpi": ["save_rate"], "cost": [1800.0]})
    segments, targets, measures = plan_tables(plan, scores, bill, lang).values()
    assert segments.iloc[1].tolist()[1:] == ["3", "25,000", "two"]
    assert targets.to_numpy().tolist() == [["saved", "25.0%", "32.5%"], ["spent", "4,615.7", "5,077.2"]]
    core, chosen, watched, cost = measures.iloc[0]
    assert (core, watched, cost) == (segments.iloc[1, 0], "saved", "1,800")
    assert chosen != "file"


def test_every_measure_of_the_menu_has_words_of_its_own():
    words = chapters.exercise("cases-measures").choices
    for lang in LANGUAGES:
        bill = pd.DataFrame({"tier": "core", "measure": words, "kpi": "save_rate", "cost": 1.0})
        scores = pd.DataFrame(columns=["kpi", "term", "value", "unit", "target"])
        plan = pd.DataFrame(columns=["tier", "customers", "value", "strategies"])
        said = list(plan_tables(plan, scores, bill, lang).values())[2].iloc[:, 1].tolist()
        assert len(set(said)) == len(words)
        assert not set(said) & set(words)
