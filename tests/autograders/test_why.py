"""Why a mark is what it is: everything that decided it, for the instructor."""

from __future__ import annotations

import json
import shutil
from pathlib import Path

import pytest
from click.testing import CliRunner
from nbgrader.api import Gradebook

from autograders import records
from autograders.why import why
from loyaltylib.cli import loyalty
from loyaltylib.errors import ClassError, UnknownName
from tests import classes


@pytest.fixture(scope="module")
def tiers(tmp_path_factory):
    """A class of two: one made a mistake in a quiz and one in a function, the other none."""
    root = tmp_path_factory.mktemp("why") / "class"
    handins = classes.marked_class(root, "tiers", "zh", ["limit_excluded", "false_option"], [])
    return root, [one.learner for one in handins]


def invoke(*words):
    done = CliRunner().invoke(loyalty, [str(word) for word in words])
    assert done.exit_code == 0, done.output
    return done


def test_probes_are_told_with_weights_credits_and_what_was_expected(tiers):
    root, (learner, _) = tiers
    found = why(root, learner, "tiers-quiz_ladder").plain("en")
    verdict = records.read(root, "tiers", learner).verdicts["tiers-quiz_ladder"]
    assert (found["points"], found["by_check"]) == (verdict.points, verdict.points)
    probe = next(each for each in found["probes"] if each["name"] == "core_notes")
    assert (probe["visible"], probe["passed"], probe["credit"]) == (False, False, 0.75)
    assert probe["expected"] == ["pallets", "suggestions", "standing", "terms"]
    assert probe["reasons"]
    assert found["current"]
    assert (found["attempt"], found["attempts"]) == (1, 1)


def test_hidden_probes_of_a_function_are_named(tiers):
    root, (learner, _) = tiers
    found = why(root, learner, "tiers-lapsed").plain("en")
    assert [each["name"] for each in found["probes"] if not each["passed"] and not each["visible"]] == ["limit-day"]


def test_the_command_says_it_in_either_language(tiers):
    root, (learner, _) = tiers
    english = invoke("--lang", "en", "why", root, learner.upper(), "tiers-lapsed").output
    chinese = invoke("--lang", "zh", "why", root, learner, "tiers-lapsed").output
    assert "limit-day" in english
    assert "Learner sees it" in english
    assert "limit-day" in chinese
    assert "学员" in chinese
    plain = json.loads(invoke("why", root, learner, "tiers-lapsed", "--json").stdout)
    assert plain["exercise"] == "tiers-lapsed"
    assert plain["seconds"]


def test_a_mark_by_hand_and_lateness_are_said(tiers, tmp_path):
    root, (learner, _) = tiers
    root = Path(shutil.copytree(root, tmp_path / "class"))
    with Gradebook(f"sqlite:///{root}/gradebook.db") as gradebook:
        gradebook.find_grade("tiers-lapsed", "tiers", "tiers", learner).manual_score = 7
        gradebook.find_submission_notebook("tiers", "tiers", learner).late_submission_penalty = 3.5
        gradebook.db.commit()
    found = why(root, learner, "tiers-lapsed")
    assert (found.book.points, found.book.by_hand, found.book.late) == (7, 7, 3.5)
    assert "Given by hand: 7; the check gives " in invoke("--lang", "en", "why", root, learner, "tiers-lapsed").output


def test_a_text_waits_for_a_person(tiers):
    root, (learner, _) = tiers
    shown = invoke("--lang", "en", "why", root, learner, "tiers-save_first").output
    assert "A person has still to mark this." in shown


def test_incidents_of_the_exercise_and_of_the_whole_are_told(marked_class):
    root = marked_class.root
    assert why(root, "no-pointed", "twice").plain("en")["incidents"] == [
        "A cell was missing and was put back: mini-twice."
    ]
    assert why(root, "no-pointed", "mini-base").plain("en")["incidents"] == []
    assert "other learner" in " ".join(why(root, "li_lei", "base").plain("en")["incidents"]).replace("another", "other")


def test_checks_of_another_version_are_said(tiers, monkeypatch):
    root, (learner, _) = tiers
    monkeypatch.setattr(records, "check_version", lambda _stem: "another")
    assert "others are installed now" in invoke("--lang", "en", "why", root, learner, "tiers-lapsed").output


def test_who_or_what_there_is_not_is_named(tiers):
    root, (learner, _) = tiers
    with pytest.raises(UnknownName, match="s001"):
        why(root, "s01", "tiers-lapsed")
    with pytest.raises(UnknownName, match="tiers-lapsed"):
        why(root, learner, "tiers-lapse")
    with pytest.raises(ClassError, match="handed in"):
        why(root, learner, "value-kind")
