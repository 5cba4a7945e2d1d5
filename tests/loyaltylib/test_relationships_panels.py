"""The picture of who contacts whom: what it holds, in both languages, and what it refuses."""

from __future__ import annotations

import pandas as pd
import pytest

from loyaltylib.errors import DataError
from loyaltylib.look import png
from loyaltylib.messages import LANGUAGES
from loyaltylib.relationships_panels import alt_talks, talks

CONTACTS = pd.DataFrame(
    {
        "customer_id": ["a", "a", "a", "b", "c", "a"],
        "date": pd.to_datetime(["2025-02-01", "2025-05-01", "2025-08-01", "2025-03-01", "2025-03-01", "2024-12-31"]),
        "direction": ["out", "out", "in", "in", "out", "out"],
    }
)


@pytest.mark.parametrize("lang", LANGUAGES)
def test_the_talks_of_one_year_are_drawn_and_told(lang):
    figure = talks(CONTACTS, {"a": "Ann", "b": "Bo"}, lang)
    axes = figure.axes[0]
    drawn = [line for line in axes.lines if line.get_linestyle() == "None" and len(line.get_xdata())]
    assert sorted(len(line.get_xdata()) for line in drawn) == [1, 1, 2]
    assert [tick.get_text() for tick in axes.get_yticklabels()] == ["Ann", "Bo"]
    assert figure.get_label() == alt_talks(CONTACTS, {"a": "Ann", "b": "Bo"}, lang)
    assert png(figure)


def test_the_talks_are_told_by_who_began():
    said = alt_talks(CONTACTS, {"a": "Ann", "b": "Bo"})
    assert "Ann: 2 by the company, 1 by the customer." in said
    assert "Bo: 0 by the company, 1 by the customer." in said


def test_what_cannot_be_drawn_is_refused():
    with pytest.raises(DataError, match="direction"):
        talks(CONTACTS.drop(columns="direction"), {"a": "Ann"})
