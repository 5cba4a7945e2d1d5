"""The one small file of a class: read as it is written, refused with field, value and what may stand there."""

from __future__ import annotations

from datetime import date

import pytest
from traitlets.config import Config

import loyaltylib
from autograders import classfile
from autograders.classfile import ChapterRules, ClassFile, Late
from loyaltylib.errors import ClassError


def write(root, text):
    (root / classfile.CLASS_FILE).write_text(text, "utf-8")
    return root


@pytest.mark.parametrize("lang", ["en", "zh"])
def test_a_new_file_says_the_usual_and_what_it_was_made_with(tmp_path, lang):
    write(tmp_path, classfile.text(lang, ["tiers", "kpis"], "Asia/Shanghai"))
    found = classfile.read(tmp_path)
    usual = ClassFile(lang=lang, timezone="Asia/Shanghai")
    assert (found.lang, found.timezone, found.attempts) == (usual.lang, usual.timezone, 3)
    assert (found.counts, found.late) == ("best", Late())
    assert found.chapters == {"tiers": ChapterRules(), "kpis": ChapterRules()}
    assert (found.kit, found.data) == (loyaltylib.__version__, classfile.data_versions())
    classfile.check_pins(found, lang)


def test_what_an_instructor_writes_is_what_holds(tmp_path):
    write(
        tmp_path,
        "attempts: 0\ncounts: last\nlate: {grace: 15, per_day: 10, most: 50}\n"
        "chapters:\n  tiers: {weight: 2, reveal_on: 2026-12-31, ai: free}\n  kpis:\n",
    )
    found = classfile.read(tmp_path)
    assert (found.attempts, found.counts, found.late) == (0, "last", Late(15, 10, 50))
    assert found.chapter("tiers") == ChapterRules(2, date(2026, 12, 31), "free")
    assert found.chapter("kpis") == found.chapter("value") == ChapterRules()
    config = Config()
    classfile.apply(config, tmp_path)
    assert config.AiRule.chapters == {"tiers": "free"}
    assert config.FeedbackExporter.reveal_on == {"tiers": "2026-12-31"}


def test_a_class_from_before_has_the_last_hand_in_as_it_had(tmp_path):
    found = classfile.read(tmp_path)
    assert (found.attempts, found.counts, found.kit) == (0, "last", "")


@pytest.mark.parametrize(
    ("text", "said"),
    [
        ("attempts: many", "attempts is many; it has to be: a whole number"),
        ("attempts: -1", "attempts is -1"),
        ("counts: worst", "counts is worst; it has to be: best or last"),
        ("late: {per_day: 120}", "late.per_day is 120; it has to be: per cent from 0 to 100"),
        ("chapters: {tiers: {reveal_on: soon}}", "reveal_on is soon; it has to be: a day as 2026-12-31"),
        ("chapters: {tiers: {ai: maybe}}", "ai is maybe; it has to be: none, cite or free"),
        ("attemps: 3", "there is no “attemps”"),
        ("timezone: Peking", "timezone is Peking; it has to be: a name as Asia/Shanghai"),
        ("- tiers", "class.yml"),
        ("lang: [", "class.yml cannot be read"),
    ],
)
def test_what_will_not_do_is_named_with_field_value_and_remedy(tmp_path, text, said):
    with pytest.raises(ClassError) as caught:
        classfile.read(write(tmp_path, text))
    assert said in str(caught.value)


@pytest.mark.parametrize("pin", ['kit: "0.0.9"', 'data: {company: "00000000"}'])
def test_another_version_stops_with_the_remedy(tmp_path, pin):
    found = classfile.read(write(tmp_path, pin))
    with pytest.raises(ClassError, match=r"another version.*loyalty fix.*class\.yml"):
        classfile.check_pins(found, "en")
