"""A record is written whole, read back as it was, and refused in words when it is damaged."""

from __future__ import annotations

import pytest

from autograders import records
from autograders.records import INCIDENTS, Incident, Record
from autograders.verdict import Probe, Verdict
from loyaltylib.errors import ClassError


def record(learner="ann", **more):
    probes = (Probe("a", passed=False, reason="Not answered.", share=0.5, texts=({"en": "e", "zh": "z"},)),)
    verdicts = {"mini-one": Verdict("mini-one", 4, probes)}
    known = {"lang": "zh", "content": "c", "check_version": "v", "isolation": "process"}
    return Record("mini", learner, verdicts=verdicts, incidents=(Incident("timeout", "mini-one", "d"),), **known | more)


@pytest.mark.parametrize("learner", ["ann", "李雷", "<b>&", "[a]*?", "o'neill 007", "a.b"])
def test_a_record_is_read_back_as_written(tmp_path, learner):
    records.write(tmp_path, record(learner))
    found = records.read(tmp_path, "mini", learner)
    assert found == record(learner)
    assert (found.points, found.max_points) == (2, 4)
    assert [r.learner for r in records.read_all(tmp_path, "mini")] == [learner]


def test_no_record_and_a_record_of_another_version_are_none(tmp_path):
    assert records.read(tmp_path, "mini", "ann") is None
    records.write(tmp_path, record(schema=records.SCHEMA + 1))
    assert records.read(tmp_path, "mini", "ann") is None


def test_a_damaged_record_is_named(tmp_path):
    records.write(tmp_path, record())
    path = records.path_of(tmp_path, "mini", "ann")
    path.write_text(path.read_text("utf-8")[:-40], "utf-8")
    with pytest.raises(ClassError, match=r"ann\.json"):
        records.read(tmp_path, "mini", "ann")


def test_points_are_worked_out_again_not_read(tmp_path):
    records.write(tmp_path, record())
    path = records.path_of(tmp_path, "mini", "ann")
    path.write_text(path.read_text("utf-8").replace('"points": 2.0', '"points": 400.0'), "utf-8")
    assert records.read(tmp_path, "mini", "ann").points == 2


@pytest.mark.parametrize("kind", INCIDENTS)
def test_every_incident_has_a_sentence_in_both_languages(kind):
    incident = Incident(kind, detail="d")
    assert incident.text("en") != incident.text("zh")
    assert incident.text("zh").endswith("。")


def test_what_the_reference_answered_is_known_as_long_as_the_checks_are_the_same(tmp_path):
    assert records.known_references(tmp_path, "mini", "ann") == {}
    now = records.check_version("mini")
    for version, known in ((now, {"figures": {"base": 271, "revenue": 0.1 + 0.2}}), ("another", {})):
        records.write(
            tmp_path, record(check_version=version, references={"figures": {"base": 271, "revenue": 0.1 + 0.2}})
        )
        assert records.known_references(tmp_path, "mini", "ann") == known
    records.path_of(tmp_path, "mini", "ann").write_text("{", "utf-8")
    assert records.known_references(tmp_path, "mini", "ann") == {}


def test_the_check_version_is_short_and_steady():
    assert records.check_version("tiers") == records.check_version("tiers")
    assert records.check_version("tiers") != records.check_version("no-such-chapter")
