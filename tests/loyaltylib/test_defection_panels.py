"""Pictures and tables of the chapter on defection: what they count, what they say, in both languages."""

from __future__ import annotations

import datetime as dt
import warnings
from types import SimpleNamespace

import pandas as pd
import pytest

from loyaltylib import defection_panels as panels
from loyaltylib.data import load
from loyaltylib.errors import DataError, RuleError
from loyaltylib.look import png
from loyaltylib.messages import LANGUAGES

WALLET = pd.DataFrame(
    {
        "period": pd.to_datetime(["2025-09-30", "2025-12-31"]),
        "own_spend": [100.0, 120.0],
        "total_category_spend": [100.0, 150.0],
    }
)


def interviews() -> pd.DataFrame:
    return pd.DataFrame(
        {
            "stated": ["price", None, None, "market"],
            "destination": ["competitor", "none", "unknown", "none"],
            "poor_service": [True, False, False, False],
            "rival_promotion": [False] * 4,
            "own_promotion": [False] * 4,
            "quality_gap": [0.0, float("nan"), float("nan"), 0.0],
            "price_gap": [3.0, float("nan"), float("nan"), 0.0],
        }
    )


def pictures(lang: str):
    return {
        "wallet": panels.wallet_bars(WALLET, lang),
        "causes": panels.cause_bars(panels.stated_and_told(interviews()), lang),
        "arms": panels.save_arms((35, 100), (10, 100), lang),
    }


@pytest.mark.parametrize("lang", LANGUAGES)
def test_every_picture_is_drawn_without_a_warning_and_told_in_words(lang):
    with warnings.catch_warnings():
        warnings.simplefilter("error")
        drawn = pictures(lang)
        assert all(png(figure).startswith(b"\x89PNG") for figure in drawn.values())
    for figure in drawn.values():
        assert figure.get_label()
        axes = figure.get_axes()[0]
        assert axes.get_title(loc="left")
        assert axes.get_xlabel()


def test_what_the_pictures_say_in_english():
    said = {name: figure.get_label() for name, figure in pictures("en").items()}
    assert said["wallet"].endswith("With us ¥100 → ¥120, our share 100% → 80%.")
    assert "Service defection 0 and 1" in said["causes"]
    assert said["arms"].endswith("The attempt adds +25 percentage points.")


def test_the_reason_stated_and_what_the_rest_tells_by_hand():
    found = panels.stated_and_told(interviews()).set_index("cause")
    assert found["stated"].to_dict() == {"market": 1, "service": 0, "price": 1, "unknown": 2}
    assert found["told"].to_dict() == {"market": 2, "service": 1, "price": 0, "unknown": 1}
    assert list(found.index) == ["market", "service", "price", "unknown"]


def test_a_wallet_without_a_row_and_a_column_that_is_missing():
    with pytest.raises(DataError, match="no quarter"):
        panels.wallet_bars(WALLET.head(0))
    with pytest.raises(DataError, match="missing"):
        panels.wallet_bars(WALLET.drop(columns="own_spend"))


def test_one_quarter_is_compared_with_itself():
    assert "100% → 100%" in panels.alt_wallet_bars(WALLET.head(1))


def test_an_arm_needs_somebody():
    with pytest.raises(RuleError, match="arm"):
        panels.save_arms((0, 0), (1, 10))


def attempts(**changed) -> SimpleNamespace:
    """One tried and saved, one tried and lost, three left alone of whom one came back in time, and one too late."""
    day = pd.Timestamp("2025-01-31")
    tables = {
        "as_of": dt.date(2025, 12, 31),
        "save_attempts": pd.DataFrame(
            {
                "customer_id": ["a", "b", "c", "d", "e", "f"],
                "flagged_on": [day, day, day, day, day, pd.Timestamp("2025-11-30")],
                "outcome": ["saved", "lost", "not_tried", "not_tried", "not_tried", "not_tried"],
            }
        ),
        "transactions": pd.DataFrame(
            {
                "customer_id": ["a", "c", "c", "d", "f"],
                "date": pd.to_datetime(["2025-02-10", "2025-03-01", "2025-04-01", "2025-12-01", "2025-12-01"]),
            }
        ),
    }
    return SimpleNamespace(**(tables | changed))


def test_both_arms_by_hand():
    assert panels.arms_of(attempts()) == {"tried": 2, "saved": 1, "alone": 3, "back": 1}
    assert panels.arms_of(attempts(save_attempts=None)) == {"tried": 0, "saved": 0, "alone": 0, "back": 0}


def test_the_arms_of_the_company_are_those_on_its_card():
    arms = panels.arms_of(load("company"))
    assert arms["saved"] / arms["tried"] == pytest.approx(0.35)
    assert round(arms["back"] / arms["alone"], 3) == 0.113


def test_the_list_to_choose_from():
    tables = load("company", "learner-0")
    rows = panels.talk_list(tables)
    assert list(rows.columns) == ["customer_id", "kind", "share_fall", "own_growth", "profit"]
    assert rows["kind"].value_counts().to_dict() == {"partial": 9, "complete": 3}
    half = rows[rows["kind"] == "partial"]
    assert (half["share_fall"] >= 0.05).all()
    assert (half["own_growth"] != 0).all()
    everyone = panels.known_signs(load("company"))
    own = everyone[everyone["customer_id"].isin(tables.customers["customer_id"])]
    pd.testing.assert_frame_equal(panels.talk_list(tables, own), rows)
