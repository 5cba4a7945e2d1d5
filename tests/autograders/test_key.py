"""What is right, for one learner: the trainer's page, and what feedback tells once the class shows its keys."""

from __future__ import annotations

from datetime import date
from html import unescape

import nbformat
import pytest
from traitlets import TraitError
from traitlets.config import Config

from autograders import classdir
from autograders.check import examine
from autograders.checks import foundations
from autograders.checks.tiers import figures
from autograders.feedback import FeedbackExporter, page
from autograders.key import Nothing, in_class, key
from autograders.probes import keys
from autograders.records import Record, verdict_from_plain, verdict_to_plain
from loyaltylib import chapters
from loyaltylib.data import load
from loyaltylib.errors import ClassError, LearnerError, UnknownName
from loyaltylib.messages import LANGUAGES

LEARNER = "learner-0"


@pytest.fixture(scope="module", params=LANGUAGES)
def opened(request, tmp_path_factory):
    return classdir.new(tmp_path_factory.mktemp("key") / "class", request.param), request.param


def test_the_page_tells_this_learners_values_every_key_and_every_why(opened):
    where, lang = opened
    place = key(where.root, " Learner-0 ", "tiers")
    assert place == where.root / "key/tiers/learner-0.html"
    text = unescape(place.read_text("utf-8"))
    expected = figures(load("company", LEARNER))
    assert str(expected.base) in text
    for exercise in chapters.chapter("tiers").exercises:
        assert exercise.title[lang] in text
        for name, value in chapters.variant(exercise.id, LEARNER).items():
            assert f"{name} = {value!r}" in text
        for name in exercise.items:
            item = keys("tiers")[name]
            said = [item.stem, *(o.why for o in item.options if o.why), *(o.text for o in item.options if o.right)]
            assert all(each[lang] in text for each in [*said, *item.why.values()]), name


def test_a_share_is_told_with_its_decimals(opened):
    where, _ = opened
    text = key(where.root, LEARNER, "foundations").read_text("utf-8")
    assert f"{foundations.figures(load('company', LEARNER)).retention:.4f}" in text


def test_other_learners_have_other_values(opened):
    where, _ = opened
    one, other = (key(where.root, learner, "tiers").read_text("utf-8") for learner in ("learner-1", "learner-2"))
    assert one != other
    assert str(figures(load("company", "learner-2")).base) in other


def test_a_key_needs_a_class_a_chapter_and_an_id(opened, tmp_path):
    with pytest.raises(ClassError, match="no class directory"):
        key(tmp_path, LEARNER)
    with pytest.raises(UnknownName):
        key(opened[0].root, LEARNER, "no-chapter")
    with pytest.raises(LearnerError):
        key(opened[0].root, "", "tiers")


def test_what_was_expected_is_kept_in_the_record_and_asked_of_no_check_again(opened, monkeypatch):
    verdict = examine("tiers-base", Nothing(), LEARNER)
    kept = verdict_from_plain(verdict_to_plain(verdict))
    assert kept == verdict
    monkeypatch.setattr("autograders.key.examine", None)
    said = in_class(opened[0].root, "tiers-base", LEARNER, "en", kept)
    assert said.expected == f"{figures(load('company', LEARNER)).base} (customers)"
    assert "customer_base =" in said.solution
    assert "None" not in said.solution


def handed_in(root, learner=LEARNER):
    """Return a marked notebook in which nothing was answered, its record, and what nbgrader knows of it."""
    notebook = nbformat.read(root / "source/tiers/tiers.ipynb", as_version=4)
    verdicts = {
        e.id: examine(e.id, Nothing(), learner) for e in chapters.chapter("tiers").exercises if e.kind != "text"
    }
    record = Record("tiers", learner, "en", "c", "v", "process", verdicts=verdicts)
    return (
        notebook,
        record,
        {"assignment": "tiers", "student": learner, "score": 0, "max_score": 100, "late_penalty": 0},
    )


def test_feedback_says_what_to_read_again_and_what_is_right_only_when_told_to(opened):
    root = opened[0].root
    before, after = page(*handed_in(root)), page(*handed_in(root), root)
    rows = {row["id"]: row for row in before["rows"]}
    assert rows["tiers-base"]["again"] == ["Customer base"]
    assert len(rows["tiers-quiz_ladder"]["again"]) > 1
    assert all(row["right"] is None for row in before["rows"])
    assert all(row["right"].id == row["id"] for row in after["rows"])


def test_keys_are_told_from_the_day_on_that_the_class_names():
    config = Config({"FeedbackExporter": {"reveal_on": {"tiers": "2026-03-01"}}})
    exporter = FeedbackExporter(config=config)
    told = [exporter.reveals("tiers", day) for day in (date(2026, 2, 28), date(2026, 3, 1), date(2026, 3, 2))]
    assert told == [False, True, True]
    assert not exporter.reveals("kpis", date(2030, 1, 1))
    assert not FeedbackExporter().reveals("tiers", date(2030, 1, 1))
    with pytest.raises(TraitError, match="no day; write it as"):
        FeedbackExporter(config=Config({"FeedbackExporter": {"reveal_on": {"tiers": "soon"}}}))
