"""The tables of a plan: in a reader's words, and a word for every measure."""

from __future__ import annotations

import pandas as pd
import pytest

from loyaltylib import chapters
from loyaltylib.cases_panels import plan_tables
from loyaltylib.messages import LANGUAGES
from loyaltylib.schema import UNITS


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
