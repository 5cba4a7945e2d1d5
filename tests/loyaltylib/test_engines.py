"""One definition, every engine: the tiers on Polars, DuckDB and PySpark are those on pandas."""

from types import SimpleNamespace

import pandas as pd
import pytest

from loyaltylib import data, tiers

DAY = "2025-12-31"


@pytest.fixture(scope="module")
def few():
    """A learner's sample cut to sixty customers, with every table the tiers read."""
    company = data.load("company", learner="engines")
    chosen = company.customers["customer_id"].head(60)
    frames = {
        name: frame[frame[owner].isin(chosen)].reset_index(drop=True)
        for name, frame in company.tables.items()
        if (owner := "referrer_id" if name == "referrals" else "customer_id") in frame
    }
    return SimpleNamespace(observed_from=company.observed_from, **frames)


def test_signals(engine, few):
    engine.agrees(lambda tables: tiers.signals(tables, DAY), few, "customer_id")


def test_tiers(engine, few):
    engine.agrees(lambda tables: tiers.assign_tiers(tables, DAY), few, "customer_id")


def test_pyramid_and_moves(engine, few):
    after = tiers.assign_tiers(few, DAY)
    before = tiers.assign_tiers(few, "2025-06-30")
    two = SimpleNamespace(before=before[["customer_id", "tier"]], after=after[["customer_id", "tier"]])
    engine.agrees(lambda frames: tiers.pyramid(frames.after), two, "rank")
    engine.agrees(lambda frames: tiers.transitions(frames.before, frames.after), two, "tier_before", "tier_after")


def test_a_difference_would_show(engine):
    one = SimpleNamespace(frame=pd.DataFrame({"key": ["a", "b"], "x": [1.0, 2.0]}))
    other = engine.frame(one.frame.assign(x=[1.0, 2.1]))
    with pytest.raises(AssertionError):
        engine.agrees(lambda tables: one.frame if tables is one else other, one, "key")
