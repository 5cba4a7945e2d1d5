"""The instructor's commands parse, call one function and say what came out."""

from __future__ import annotations

import shutil
from contextlib import contextmanager
from pathlib import Path
from types import ModuleType

import pytest
from click.testing import CliRunner

from autograders import cli, terminal
from autograders.classfile import ChapterRules, ClassFile
from autograders.grade import Summary
from loyaltylib.cli import loyalty
from loyaltylib.errors import ClassError

SMALL = Path(__file__).parent / "small_course"


def run(*args, code=0):
    result = CliRunner().invoke(loyalty, [str(arg) for arg in args])
    assert result.exit_code == code, result.output + repr(result.exception)
    return result


def summary(**changes):
    known = {
        "stem": "tiny",
        "submissions": 30,
        "marked": 28,
        "unchanged": 0,
        "failed": (("0042", "the file is no notebook"),),
        "incidents": (),
        "mean": 61.25,
        "max_points": 90.0,
        "by_hand": 27,
        "seconds": 84.0,
        "workers": 2,
        "isolation": ("process",),
        "parts": {"cells": 28.0},
    }
    return Summary(**(known | changes))


def test_build_writes_and_check_agrees(tmp_path):
    course = shutil.copytree(SMALL, tmp_path / "course")
    assert "8 files changed" in run("build", "--course", course).output
    assert (tmp_path / "notebooks" / "zh" / "tiny.ipynb").is_file()
    run("build", "--course", course, "--check")


def test_check_fails_on_drift_naming_file_and_remedy(tmp_path):
    run("build", "--course", SMALL, "--to", tmp_path)
    drifted = tmp_path / "en" / "tiny.ipynb"
    drifted.write_text("{}", "utf-8")
    lines = run("build", "--course", SMALL, "--to", tmp_path, "--check", code=1).stderr.splitlines()
    assert [line for line in lines if str(drifted) in line and "loyalty build" in line]
    assert not [line for line in lines if "zh/tiny.ipynb" in line]
    assert drifted.read_text("utf-8") == "{}"


def test_a_wrong_source_is_one_line_with_its_place(tmp_path):
    course = Path(shutil.copytree(SMALL, tmp_path / "course"))
    quiz = course / "tiny" / "quiz.yml"
    quiz.write_text(quiz.read_text("utf-8").replace("kind: numeric", "kind: numerik"), "utf-8")
    result = run("build", "--course", course, code=2)
    said = [line for line in result.stderr.splitlines() if line.startswith("loyalty: ")]
    assert len(said) == 1
    assert "quiz.yml:" in said[0]
    assert "numerik" in said[0]
    assert "Traceback" not in result.output


@pytest.mark.parametrize("command", [["release"], ["grade"], ["feedback"], ["report"], ["simulate"]])
def test_commands_on_a_folder_that_is_no_class_say_so(tmp_path, command):
    result = run("--lang", "zh", *command, tmp_path, code=2)
    assert "不是班级目录" in result.stderr
    assert "Traceback" not in result.output


def test_new_takes_the_commands_language_unless_told(monkeypatch, tmp_path):
    made = []
    fake = ModuleType("autograders.classdir")

    class Made:
        rules = ClassFile(chapters={"tiny": ChapterRules()})

    fake.new = lambda path, lang, **_: made.append((path, lang)) or Made()
    monkeypatch.setattr("autograders.classdir", fake)
    run("--lang", "zh", "new", tmp_path / "a")
    run("--lang", "zh", "new", tmp_path / "b", "--lang", "en")
    assert made == [(tmp_path / "a", "zh"), (tmp_path / "b", "en")]


def test_summary_tells_count_mean_time_isolation_and_who_has_no_marks():
    text = "\n".join(terminal.summary_lines(summary(unchanged=1), "en"))
    for word in (
        "28 of 30",
        "84 s",
        "3.0 s each",
        "61.2",
        "90 points",
        "27 answers",
        "an interpreter of its own",
        "cells 1.00 s",
        "0042",
    ):
        assert word in text
    assert "1 were marked before" in text


def test_summary_in_chinese_is_chinese_throughout():
    for line in terminal.summary_lines(summary(unchanged=1, failed=()), "zh"):
        assert any("\u4e00" <= character <= "\u9fff" for character in line), line


def test_progress_without_a_terminal_is_a_line_for_each_tenth(capsys):
    with terminal.progress("Marking") as show:
        for number in range(200):
            show(number + 1, 200, f"learner {number + 1}")
    lines = capsys.readouterr().err.splitlines()
    assert lines[0] == "Marking ..."
    assert lines[1] == "Marking: 20/200 learner 20"
    assert lines[-1] == "Marking: 200/200 learner 200"
    assert len(lines) == 11


def test_progress_on_a_terminal_is_a_bar(monkeypatch, capsys):
    monkeypatch.setattr("sys.stderr.isatty", lambda: True, raising=False)
    monkeypatch.setenv("TERM", "xterm")
    monkeypatch.setenv("FORCE_COLOR", "1")
    with terminal.progress("Marking") as show:
        show(15, 30, "learner 15")
    assert "15/30" in capsys.readouterr().err


@pytest.fixture
def steps(monkeypatch, tmp_path):
    """What the demo calls, noted down instead of done."""
    import autograders.classdir
    import autograders.demo

    called = []

    class Opened:
        chapters = ("tiny",)

    def new(path, lang):
        called.append(("new", lang))
        path.mkdir(exist_ok=True)
        (path / "nbgrader_config.py").touch()
        return Opened()

    def note(name, answer):
        def step(_path, stem, *args, **_settings):
            called.append((name, stem, *(arg for arg in args if isinstance(arg, int))))
            return answer

        return step

    monkeypatch.setattr(autograders.classdir, "new", new)
    monkeypatch.setattr(autograders.classdir, "release", note("release", None))
    answers = {"simulate": (), "grade": summary(), "feedback": [], "report": tmp_path / "report" / "tiny.html"}
    for name, answer in answers.items():
        module = ModuleType(f"autograders.{name}")
        setattr(module, name, note(name, answer))
        monkeypatch.setitem(__import__("sys").modules, f"autograders.{name}", module)
        monkeypatch.setattr(f"autograders.{name}", module, raising=False)
    return called


def test_demo_goes_the_whole_way_and_says_what_is_next(steps, tmp_path):
    output = run("--lang", "en", "demo", tmp_path / "demo", "--seed", "7").output
    done = [("new", "en"), ("release", "tiny"), ("simulate", "tiny", 30, 7), ("grade", "tiny"), ("feedback", "tiny")]
    assert steps == [*done, ("report", "tiny")]
    for word in (
        "28 of 30",
        "61.2",
        "Isolation in force",
        "tiny.html",
        "loyalty lab",
        "loyalty desk",
        "loyalty present",
    ):
        assert word in output


def test_demo_replaces_its_own_class_only(steps, tmp_path):
    place = tmp_path / "demo"
    run("demo", place)
    (place / "left over").touch()
    run("demo", place)
    assert not (place / "left over").exists()
    assert len(steps) == 12
    precious = tmp_path / "precious"
    precious.mkdir()
    (precious / "thesis.txt").touch()
    assert "no earlier demo" in run("--lang", "en", "demo", precious, code=2).stderr
    assert (precious / "thesis.txt").exists()


def test_every_text_of_every_command_is_there_in_chinese():
    for command in cli.COMMANDS:
        output = run("--lang", "zh", command.name, "--help").output
        for part in output.split("\n\n")[1:]:
            assert any("\u4e00" <= character <= "\u9fff" for character in part), part


def test_an_error_of_a_class_is_shown_in_one_line(monkeypatch, tmp_path):
    def grade(*_args, **_settings):
        raise ClassError("first\nsecond")

    @contextmanager
    def opened(*_args):
        yield

    monkeypatch.setattr("autograders.grade.grade", grade)
    monkeypatch.setattr("autograders.classdir.open_class", lambda *_: type("C", (), {"chapter": lambda *_: "tiny"})())
    assert run("grade", tmp_path, code=2).stderr.splitlines()[-1] == "loyalty: first second"
