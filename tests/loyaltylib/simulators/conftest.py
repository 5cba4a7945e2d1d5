"""The simulator that a file is about: `test_<stem>.py` is about that of the chapter."""

from __future__ import annotations

import pytest

from loyaltylib.data import load
from loyaltylib.simulators import simulator_of


@pytest.fixture(scope="module")
def _made(request):
    return simulator_of(request.path.stem.removeprefix("test_"))(load("company"), "en")


@pytest.fixture
def simulator(_made):
    """The chapter's simulator on the whole company, in English, at its start."""
    _made.reset()
    return _made
