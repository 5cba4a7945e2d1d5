"""The two pictures of the Burnett matrix: what they say, in both languages, and what they leave out."""

from __future__ import annotations

import pandas as pd
import pytest

from loyaltylib import burnett_panels as panels
from loyaltylib.burnett_weights import BurnettWeights
from loyaltylib.errors import DataError
from loyaltylib.look import png

PLACED = pd.DataFrame(
    {
        "customer_id": ["ann", "bo", "cy"],
        "attractiveness": [4.5, 2.4, None],
        "relationship": [4.0, 2.0, 3.0],
    }
)
LOWER = PLACED.assign(attractiveness=[4.4, 2.2, None])


@pytest.mark.parametrize(
    ("lang", "said"),
    [("en", "2 key accounts and their strategies"), ("zh", "2 家重点客户及其策略")],
)
def test_the_map_counts_the_accounts_with_a_place(lang, said):
    figure = panels.account_map(PLACED, lang, names={"ann": "Ann", "cy": "Cy"})
    (axes,) = figure.axes
    assert axes.get_title("left") == said
    assert said in figure.get_label()
    assert {"Ann"} == {each.get_text() for each in axes.texts} & {"Ann", "Cy"}
    assert png(figure)


def test_the_map_draws_an_arrow_for_whoever_changes_the_cell():
    figure = panels.account_map(LOWER, before=PLACED)
    assert figure.axes[0].get_title("left") == "1 of 2 accounts change their cell"
    assert "Exit 1" in figure.get_label()
    assert "Develop and defend 1" in panels.alt_account_map(PLACED)


def test_a_map_of_nobody_is_refused():
    with pytest.raises(DataError, match="no account has both figures"):
        panels.account_map(PLACED.tail(1))


@pytest.mark.parametrize(("lang", "said"), [("en", "6 weights are printed"), ("zh", "6 项权重已知")])
def test_the_bars_tell_printed_weights_from_assumed_ones(lang, said):
    figure = panels.weight_bars(lang=lang)
    assert said in figure.get_label()
    assert len(figure.axes[0].patches) == 19
    assert len({patch.get_facecolor() for patch in figure.axes[0].patches}) == 2


def test_indicators_of_ones_own_are_called_by_their_names():
    figure = panels.weight_bars(BurnettWeights({"volume": 0.5, "delivery": 0.5}, frozenset()))
    words = [tick.get_text() for tick in figure.axes[0].get_yticklabels()]
    assert words == ["Transaction volume and amount", "delivery"]
