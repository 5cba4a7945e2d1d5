"""Minutes of an exercise from the times in a notebook's cells: gaps by hand, pauses, what is no time."""

from __future__ import annotations

import pytest

from autograders.report_time import minutes, runs


def noted(cell, at):
    return {"id": cell, "metadata": {"execution": {"iopub.execute_input": at}}}


def test_minutes_by_hand():
    notebook = {
        "cells": [
            noted("start", "2026-03-02T09:00:00.000Z"),
            noted("x-one-answer", "2026-03-02T09:04:00.000Z"),
            noted("x-one-try", "2026-03-02T09:05:30.000Z"),
            noted("mine", "2026-03-02T09:06:00.000Z"),
            noted("x-two-answer", "2026-03-02T12:00:00.000Z"),  # after a pause
            noted("x-two-try", "2026-03-02T20:03:00.000+08:00"),  # three minutes later, elsewhere
        ]
    }
    assert minutes(runs(notebook), ["x-one", "x-two", "x-three"]) == {"x-one": 5.5, "x-two": 3.0}


@pytest.mark.parametrize("wrong", [None, 7, "", "yesterday", [], {}, "0001-01-01T00:00:00+14:00"])
def test_what_is_no_time_is_left_out(wrong):
    assert list(runs({"cells": [noted("x-one", wrong), {"id": "y"}, None]})) == []
    assert list(runs({"cells": wrong})) == []
    assert list(runs(wrong)) == []
