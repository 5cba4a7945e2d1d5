"""Who the learner is, in the order the brief of a class needs, and never an error on the learner's side."""

import json
import stat

import pytest

from loyaltylib import learner
from loyaltylib.errors import LearnerError


@pytest.fixture(autouse=True)
def nobody(monkeypatch):
    for name in (learner.MARKING_VARIABLE, learner.HUB_VARIABLE, learner.EXECUTION_VARIABLE):
        monkeypatch.delenv(name, raising=False)
    monkeypatch.setattr("builtins.input", lambda _: pytest.fail("asked"))


def answer(monkeypatch, reply):
    asked = []

    def ask(question):
        asked.append(question)
        if isinstance(reply, BaseException):
            raise reply
        return reply

    monkeypatch.setattr("builtins.input", ask)
    return asked


def test_the_marking_step_wins_and_leaves_no_trace(monkeypatch, tmp_path):
    monkeypatch.setenv("LOYALTY_LEARNER", " Roster7 ")
    monkeypatch.setenv("JUPYTERHUB_USER", "hub")
    assert learner.identify("typed", tmp_path, "en") == learner.Identity("roster7", "marking")
    assert list(tmp_path.iterdir()) == []


def test_the_argument_comes_before_memory_and_is_remembered(tmp_path):
    assert learner.identify("００42 ", tmp_path, "en") == learner.Identity("0042", "argument")
    assert json.loads((tmp_path / ".loyalty.json").read_text("utf-8")) == {"learner": "0042"}
    assert learner.identify("", tmp_path, "en") == learner.Identity("0042", "memory")
    assert learner.identify("other", tmp_path, "en").learner == "other"
    assert learner.identify("", tmp_path, "en").learner == "other"


def test_memory_comes_before_the_hub_and_the_hub_before_the_question(monkeypatch, tmp_path):
    monkeypatch.setenv("JUPYTERHUB_USER", "Hub")
    assert learner.identify("", tmp_path, "en") == learner.Identity("hub", "hub")
    (tmp_path / ".loyalty.json").write_text('{"learner": "kept"}', "utf-8")
    assert learner.identify("", tmp_path, "en") == learner.Identity("kept", "memory")


@pytest.mark.parametrize("memory", ["", "{", "[1]", '{"learner": 7}', "{}", '"x"'])
def test_a_damaged_memory_is_asked_over(monkeypatch, tmp_path, memory):
    (tmp_path / ".loyalty.json").write_text(memory, "utf-8")
    asked = answer(monkeypatch, "new1")
    assert learner.identify("", tmp_path, "zh") == learner.Identity("new1", "asked")
    assert len(asked) == 1
    assert "学员编号" in asked[0]
    assert learner.identify("", tmp_path, "zh").source == "memory"


@pytest.mark.parametrize("reply", ["", "  ", EOFError(), NotImplementedError(), OSError(), KeyboardInterrupt()])
def test_no_answer_and_no_front_end_make_a_guest(monkeypatch, tmp_path, reply):
    answer(monkeypatch, reply)
    assert learner.identify("", tmp_path, "en") == learner.Identity("", "none")
    assert list(tmp_path.iterdir()) == []


@pytest.mark.parametrize("typed", ["a/b", "x" * 65, "a\u200bb", ".."])
def test_an_impossible_id_makes_a_guest_who_is_told(monkeypatch, tmp_path, typed):
    identity = learner.identify(typed, tmp_path, "en")
    assert identity.learner == ""
    assert "cannot be an id" in identity.problem
    assert list(tmp_path.iterdir()) == []
    monkeypatch.setenv("LOYALTY_LEARNER", typed)
    with pytest.raises(LearnerError):
        learner.identify("", tmp_path, "en")


def test_a_folder_that_cannot_be_written_is_no_trouble(tmp_path):
    (tmp_path / ".loyalty.json").mkdir()
    assert learner.identify("zhang", tmp_path, "en").learner == "zhang"
    assert stat.S_ISDIR((tmp_path / ".loyalty.json").stat().st_mode)


def test_the_short_code_stays_and_tells_learners_apart():
    assert learner.short_code("zhang01", "v1") == learner.short_code("zhang01", "v1")
    codes = {learner.short_code(f"s{n}") for n in range(500)}
    assert len(codes) > 490
    assert all(len(code) == 4 and not set(code) & set("01IO") for code in codes)


def test_short_codes_are_pinned_so_that_a_release_cannot_change_them():
    assert learner.short_code("zhang01") == "QGFM"
