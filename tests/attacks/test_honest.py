"""Honest work that looks unusual keeps every mark and raises no incident."""

from __future__ import annotations

import pytest

from tests.attacks import harness


@pytest.mark.parametrize("work", [pytest.param(each, id=each.name) for each in harness.attempts("honest")])
def test_honest_work_keeps_its_marks(work, classroom):
    outcome = classroom.mark(work, solved=True)
    assert outcome.sum == harness.ALL_POINTS, outcome.points
    assert outcome.incidents == set()
    assert outcome.harm == set()
