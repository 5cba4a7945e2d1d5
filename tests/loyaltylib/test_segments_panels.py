"""Pictures of segments and value: what they say in words, on small numbers a person can check."""

from __future__ import annotations

import warnings

import pandas as pd
import polars as pl
import pytest

from loyaltylib import segments
from loyaltylib import segments_panels as panels
from loyaltylib.errors import DataError
from loyaltylib.look import png
from loyaltylib.messages import LANGUAGES

VALUES = [700.0, 20.0, 150.0, 80.0, 50.0]
RFM = pd.DataFrame(
    {"cell": ["champion", "recent", "dormant"], "share": [0.2, 0.3, 0.5], "value_share": [0.6, 0.1, 0.3]},
)
CLP = pd.DataFrame({"cell": ["high_high", "low_low"], "share": [0.4, 0.6], "value_share": [0.9, 0.1]})
FORECAST = pd.DataFrame({"frequency": [0, 1, 7], "forecast": [0.2, 0.5, 6.0], "happened": [0.3, 0.7, 6.5]})


def test_a_lorenz_curve_by_hand():
    steps, held = panels.lorenz_points(VALUES)
    assert steps == pytest.approx([0, 0.2, 0.4, 0.6, 0.8, 1])
    assert held == pytest.approx([0, 0.02, 0.07, 0.15, 0.3, 1])


def test_the_title_says_what_the_share_of_the_library_is():
    frame = pd.DataFrame({"revenue": [float(n**3) for n in range(1, 48)]})
    share = f"{segments.pareto_share(frame, 0.1):.0%}"
    assert share in panels.alt_lorenz({"a": frame["revenue"]}, top=0.1)


def test_losses_bend_the_curve_below_the_axis_and_nothing_at_all_is_refused():
    assert min(panels.lorenz_points([-10, 30])[1]) == -0.5
    with pytest.raises(DataError, match="above 0"):
        panels.lorenz_points([0, 0])


@pytest.mark.parametrize("lang", LANGUAGES)
def test_every_picture_is_drawn_without_a_warning_and_says_itself_in_words(lang):
    with warnings.catch_warnings():
        warnings.simplefilter("error")
        for figure, alt in (
            (panels.lorenz({"A": VALUES, "B": [1, 1]}, lang), panels.alt_lorenz({"A": VALUES, "B": [1, 1]}, lang)),
            (panels.rfm_map(RFM, lang), panels.alt_rfm_map(RFM, lang)),
            (panels.clp_map(CLP, lang), panels.alt_clp_map(CLP, lang)),
            (panels.forecast_check(FORECAST, lang), panels.alt_forecast_check(FORECAST, lang)),
        ):
            assert figure.get_label() == alt
            assert png(figure).startswith(b"\x89PNG")


def test_the_words_of_the_maps():
    assert "Champions: 20% of the customers, 60% of the money" in panels.alt_rfm_map(RFM)
    assert "Slipping champions: 0% of the customers" in panels.alt_rfm_map(RFM)
    assert panels.rfm_map(RFM).axes[0].get_title(loc="left").startswith("50% of the customers score as recent, 20%")
    assert "Low current value, low potential: 60%" in panels.alt_clp_map(CLP)
    assert "of the money" not in panels.alt_clp_map(CLP)
    assert "of the profit" in panels.clp_map(CLP).axes[0].texts[0].get_text()
    assert "7 or more before: 6.00 forecast, 6.50 happened" in panels.alt_forecast_check(FORECAST)


def test_a_frame_of_another_kind_gives_the_same_words():
    assert panels.alt_rfm_map(pl.DataFrame(RFM.to_dict("list"))) == panels.alt_rfm_map(RFM)


def test_a_missing_column_is_named():
    with pytest.raises(DataError, match="value_share"):
        panels.rfm_map(RFM.drop(columns="value_share"))
