"""What the hidden line does in a plain kernel: a float, reasons, and silence whatever the learner's code does."""

from __future__ import annotations

import logging
import os
import sys
import threading
import time
from types import SimpleNamespace

import pytest

from autograders import marking
from autograders.check import Case, Context, Verdict, function_probes
from autograders.plain import NamespaceWork, TookTooLong
from autograders.records import VERDICT_MIME, verdict_from_plain
from loyaltylib.chapters import Exercise

EXERCISE = Exercise(
    "mini-twice", "function", "twice", points=6, minutes=1, title={"en": "T", "zh": "T"}, concept="tier.lost"
)
CASES = (Case((1,), "one"), Case((2,), "two"))


@pytest.fixture
def marked(monkeypatch):
    """Mark a function in a namespace and return the points and what was displayed."""
    shown = []

    def run(function, learner="ann", kit=None):
        names = {"twice": function, "kit": kit}
        monkeypatch.setenv("LOYALTY_LEARNER", learner)
        monkeypatch.setattr("IPython.get_ipython", lambda: SimpleNamespace(user_ns=names))
        monkeypatch.setattr("IPython.display.display", lambda data, **_: shown.append(data))
        monkeypatch.setattr("loyaltylib.chapters.exercise", lambda _: EXERCISE)

        def examine(_, work, who, **_known):
            context = Context(work, EXERCISE, who, {}, lambda _: None)
            return Verdict(EXERCISE.id, 6, tuple(function_probes(context, lambda n: 2 * n, CASES)))

        monkeypatch.setattr(marking, "examine", examine)
        return marking.mark("mini-twice"), shown[-1]

    return run


def test_points_are_a_plain_float_within_the_maximum(marked):
    points, data = marked(lambda n: 2 if n == 1 else 0)
    assert type(points) is float
    assert points == 3
    assert data["text/plain"] == "3 of 6 points\n· A hidden probe gives another result."
    record = data[VERDICT_MIME]
    assert verdict_from_plain(record["verdict"]).points == 3
    assert record["crash"] == ""


def test_reasons_are_in_the_notebooks_language_and_escaped(marked):
    points, data = marked(lambda _: 0, kit=SimpleNamespace(lang="zh", learner="x<b>"))
    assert points == 0
    assert "隐藏测例" in data["text/plain"]
    assert "<b>" not in data["text/html"]


def test_nothing_a_learners_code_writes_comes_out(marked, capfd):
    handler = logging.StreamHandler(sys.stderr)
    logger = logging.getLogger("a learner's")
    logger.addHandler(handler)

    def twice(n):
        sys.stdout.write(f"hidden input {n}\n")
        sys.stderr.write(f"hidden input {n}\n")
        logger.warning("hidden input")
        os.write(1, b"hidden input\n")
        os.write(2, b"hidden input\n")
        return 2 * n

    points, _ = marked(twice)
    sys.stdout.write("afterwards\n")
    out, err = capfd.readouterr()
    assert points == 6
    assert "hidden input" not in out + err
    assert "afterwards" in out


def test_an_endless_function_costs_its_own_calls_only(marked, monkeypatch):
    monkeypatch.setattr(marking, "CALL_SECONDS", 0.1)

    def twice(n):
        while n == 1:
            try:
                time.sleep(0.01)
            except Exception:  # noqa: BLE001, S112  # what a learner may write
                continue
        return 2 * n

    points, data = marked(twice)
    assert points == 3
    assert "did not come to an end" in data["text/plain"]


def test_a_function_that_swallows_the_first_signal_meets_the_next(monkeypatch):
    monkeypatch.setattr(marking, "CALL_SECONDS", 0.1)
    swallowed = []

    def stubborn():
        try:
            while True:
                time.sleep(0.01)
        except BaseException as error:  # noqa: BLE001  # what a learner may write
            swallowed.append(type(error).__name__)
            while True:
                time.sleep(0.01)

    with pytest.raises(TookTooLong):
        marking.time_limit()(stubborn)
    assert swallowed == ["_Stop"]


def test_after_its_time_an_exercise_makes_no_more_calls(monkeypatch):
    monkeypatch.setattr(marking, "EXERCISE_SECONDS", 0.0)
    with pytest.raises(TookTooLong):
        marking.time_limit()(lambda: 1)


def test_the_limit_leaves_the_rest_of_the_process_alone():
    assert marking.time_limit()(lambda: 7) == 7
    found = []
    thread = threading.Thread(target=lambda: found.append(marking.time_limit()(lambda: 7)))
    thread.start()
    thread.join()
    assert found == [7]


def test_without_a_learner_nothing_is_marked(marked):
    points, data = marked(lambda n: 2 * n, learner="")
    assert points == 0
    assert "does not know whose work" in data["text/plain"]


def test_a_check_that_fails_is_not_the_learners_fault(monkeypatch):
    monkeypatch.setattr("loyaltylib.chapters.exercise", lambda _: EXERCISE)

    def broken(*_, **_known):
        raise ZeroDivisionError("a mistake of ours")

    monkeypatch.setattr(marking, "examine", broken)
    verdict, crash = marking.examined("mini-twice", NamespaceWork({}), "ann")
    assert crash == "ZeroDivisionError: a mistake of ours"
    assert verdict.points == 0
    assert "instructor" in verdict.reasons("en")[0]


def test_the_hidden_line_reaches_this_function():
    assert __import__("autograders.marking").marking.mark is marking.mark
