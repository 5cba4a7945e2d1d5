"""The `loyalty` command: quick, in two languages, one line for an error; and the learner's own copy."""

from __future__ import annotations

import errno
import json
import os
import subprocess
import sys
from types import SimpleNamespace

import click
import pytest
from click.shell_completion import ShellComplete
from click.testing import CliRunner

from loyaltylib import cli, console, lab
from loyaltylib.chapters import syllabus
from loyaltylib.errors import LoyaltyError, UnknownName
from loyaltylib.resources import find

HEAVY = {
    "pandas",
    "numpy",
    "matplotlib",
    "ipywidgets",
    "IPython",
    "narwhals",
    "nbgrader",
    "nbconvert",
    "jupytext",
    "rich",
}


def loaded_after(code):
    """Return which heavy modules a fresh Python has loaded after some code."""
    code += f"\nimport sys; print(sorted({HEAVY!r} & set(sys.modules)), file=sys.stderr)"
    run = subprocess.run([sys.executable, "-c", code], check=True, capture_output=True, text=True)
    return run.stderr.splitlines()[-1]


def chinese(text):
    return any("\u4e00" <= character <= "\u9fff" for character in text)


def test_importing_the_package_loads_nothing_heavy():
    assert loaded_after("import loyaltylib") == "[]"


@pytest.mark.parametrize("arguments", [["--help"], ["--lang", "zh", "--help"], ["lab", "--help"]])
def test_help_loads_nothing_heavy(arguments):
    code = f"from loyaltylib.cli import loyalty\nloyalty({arguments!r}, standalone_mode=False)"
    assert loaded_after(code) == "[]"


def test_help_lists_the_learners_and_the_instructors_commands():
    own, added = (
        ["lab", "present", "try"],
        ["build", "new", "release", "simulate", "grade", "feedback", "report", "desk", "demo"],
    )
    output = CliRunner().invoke(cli.loyalty, ["--lang", "en", "--help"]).output
    for name in [*own, *added]:
        assert f"\n  {name} " in output
    assert not chinese(output)


def test_help_in_chinese_is_chinese_throughout():
    output = CliRunner().invoke(cli.loyalty, ["--lang", "zh", "--help"]).output
    for line in output.splitlines():
        assert not line.startswith("  ") or chinese(line), line
    assert output.startswith("用法：")


@pytest.mark.parametrize("command", ["lab", "present", "try"])
def test_help_of_the_own_commands_is_in_both_languages(command):
    for lang in ("en", "zh"):
        result = CliRunner().invoke(cli.loyalty, ["--lang", lang, command, "--help"])
        assert result.exit_code == 0
        assert chinese(result.output) == (lang == "zh")


@pytest.mark.parametrize(
    ("variables", "expected"),
    [
        ({}, "en"),
        ({"LANG": "zh_CN.UTF-8"}, "zh"),
        ({"LANG": "zh_CN.UTF-8", "LC_ALL": "C.UTF-8"}, "en"),
        ({"LANG": "de_DE.UTF-8"}, "en"),
        ({"LANG": "en_GB.UTF-8", "LOYALTY_LANG": "zh"}, "zh"),
        ({"LANG": "zh_CN.UTF-8", "LOYALTY_LANG": "en"}, "en"),
        ({"LANG": "Chinese (Simplified)_China.936"}, "zh"),
    ],
)
def test_language_comes_from_the_environment(monkeypatch, variables, expected):
    for name in console.LANGUAGE_VARIABLES:
        monkeypatch.delenv(name, raising=False)
    for name, value in variables.items():
        monkeypatch.setenv(name, value)
    assert console.language() == expected


def test_a_deliberate_error_is_one_line_and_exit_code_2():
    @click.command("fail", cls=console.Command)
    def fail():
        raise LoyaltyError("table 'x':\n   is empty")

    group = console.Group("loyalty", commands=[fail])
    result = CliRunner().invoke(group, ["fail"])
    assert result.exit_code == 2
    assert result.stderr == "loyalty: table 'x': is empty\n"


@pytest.mark.parametrize(
    ("words", "english", "said"),
    [
        (["lab", "--nix"], "No such option '--nix'.", "没有选项 '--nix'。"),
        (["nothing-like-it"], "No such command 'nothing-like-it'.", "没有命令 'nothing-like-it'。"),
        (["try"], "Missing argument 'SALES'.", "缺少参数 'SALES'。"),
        (["try", "no.csv"], "File 'no.csv' does not exist.", "没有文件 'no.csv'。"),
        (["lab", "--port", "x"], "'x' is not a valid integer.", "'x' 不是有效的值（integer）。"),
        (["lab", "--port"], "Option '--port' requires an argument.", "选项 '--port' 后面要写一个值。"),
        (["completion", "ksh"], "'ksh' is not one of 'bash', 'zsh', 'fish'.", "'ksh' 不在可选的值之中"),
        (["completion", "bash", "x"], "Got unexpected extra argument (x)", "多出一个参数（x）"),
    ],
)
def test_a_wrong_use_is_said_in_the_readers_language(words, english, said):
    result = CliRunner().invoke(cli.loyalty, ["--lang", "en", *words])
    assert result.exit_code == 2
    assert english in result.stderr
    result = CliRunner().invoke(cli.loyalty, ["--lang", "zh", *words])
    assert result.exit_code == 2
    assert said in result.stderr
    assert result.stderr.startswith("用法：")
    assert "查看帮助" in result.stderr


def test_a_command_that_comes_near_is_named_an_instructors_too():
    assert "'release'" in CliRunner().invoke(cli.loyalty, ["relese"]).stderr


@pytest.mark.parametrize("number", [errno.ENOSPC, errno.EACCES])
def test_a_place_that_takes_no_file_is_one_line(number):
    @click.command("fail", cls=console.Command)
    def fail():
        raise OSError(number, "no way", "/some/where")

    result = CliRunner().invoke(console.Group("loyalty", commands=[fail]), ["fail"])
    assert result.exit_code == 2
    assert result.stderr.startswith("loyalty: /some/where: no way.")
    assert result.stderr.count("\n") == 1


def test_an_error_of_our_own_making_is_not_hidden():
    @click.command("fail", cls=console.Command)
    def fail():
        raise ZeroDivisionError

    result = CliRunner().invoke(console.Group("loyalty", commands=[fail]), ["fail"])
    assert isinstance(result.exception, ZeroDivisionError)


def test_working_copy_is_made_once_and_a_learners_work_is_kept(tmp_path):
    first = lab.working_copy(tmp_path, "zh")
    assert tmp_path / "zh" / "tiers.ipynb" in first
    assert (tmp_path / "zh/tiers.ipynb").read_bytes() == find("notebooks/zh/tiers.ipynb").read_bytes()
    (tmp_path / "zh" / "tiers.ipynb").write_text("my work", "utf-8")
    assert lab.working_copy(tmp_path, "zh") == []
    assert (tmp_path / "zh" / "tiers.ipynb").read_text("utf-8") == "my work"
    assert tmp_path / "en" / "tiers.ipynb" in lab.working_copy(tmp_path, "en")


def test_jupyterlab_speaks_the_language_and_asks_no_news(tmp_path, monkeypatch):
    monkeypatch.setenv("JUPYTER_CONFIG_PATH", "/somewhere")
    environment = lab.environment(tmp_path, "zh")
    places = environment["JUPYTER_CONFIG_PATH"].split(os.pathsep)
    assert places == [str(tmp_path / ".jupyter"), "/somewhere"]
    text = (tmp_path / ".jupyter/labconfig/default_setting_overrides.json").read_text("utf-8")
    overrides = json.loads(text)
    assert overrides["@jupyterlab/translation-extension:plugin"] == {"locale": "zh_CN"}
    assert overrides["@jupyterlab/apputils-extension:notification"]["fetchNews"] == "false"


def test_jupyterlab_itself_reads_the_overrides(tmp_path):
    """JupyterLab's own reader, in a process of its own since it looks the places up once."""
    code = (
        "from jupyterlab_server.config import get_page_config\n"
        "from jupyterlab_server.settings_utils import _get_overrides\n"
        "print(_get_overrides('')[0]['@jupyterlab/translation-extension:plugin'])"
    )
    run = subprocess.run(
        [sys.executable, "-c", code], env=lab.environment(tmp_path, "zh"), capture_output=True, text=True, check=True
    )
    assert run.stdout.strip() == "{'locale': 'zh_CN'}"


def test_lab_opens_the_chapter_on_the_copy_and_passes_its_exit_code_on(monkeypatch, tmp_path):
    started = []

    def start(command, **options):
        started.append((command, options))
        return SimpleNamespace(returncode=3)

    monkeypatch.setattr(subprocess, "run", start)
    arguments = ["--lang", "zh", "lab", "--folder", str(tmp_path / "work"), "--port", "8899", "--no-browser"]
    assert CliRunner().invoke(cli.loyalty, arguments).exit_code == 3
    command = started[0][0]
    assert command[:3] == [sys.executable, "-m", "jupyterlab"]
    assert f"--ServerApp.root_dir={tmp_path / 'work'}" in command
    assert f"--LabApp.default_url=/lab/tree/zh/{syllabus()[0]}.ipynb" in command
    assert {"--ServerApp.port=8899", "--no-browser"} <= set(command)
    assert (tmp_path / "work" / "zh" / "tiers.ipynb").is_file()


def test_lab_names_an_unknown_chapter_and_a_missing_jupyterlab(monkeypatch, tmp_path):
    with pytest.raises(UnknownName, match="did you mean 'tiers'"):
        lab.lab(tmp_path, "en", "tier")
    monkeypatch.setattr(lab, "find_spec", lambda _name: None)
    with pytest.raises(LoyaltyError, match="JupyterLab is not installed"):
        lab.lab(tmp_path, "en")
    assert list(tmp_path.iterdir()) == []


def test_present_gets_language_port_and_browser(monkeypatch):
    import loyaltylib.present

    asked = []
    monkeypatch.setattr(loyaltylib.present, "present", lambda *args, **settings: asked.append((args, settings)))
    assert CliRunner().invoke(cli.loyalty, ["--lang", "zh", "present", "--port", "9000", "--no-browser"]).exit_code == 0
    (args, settings), *_ = asked
    assert args == ("zh", 9000)
    assert settings["open_browser"] is False


def test_version_is_the_packages():
    assert "0.1.0" in CliRunner().invoke(cli.loyalty, ["--version"]).output


@pytest.mark.parametrize(("user", "written"), [(0, True), (1000, False)])
def test_only_root_is_let_in_as_root(monkeypatch, tmp_path, user, written):
    monkeypatch.setattr(os, "geteuid", lambda: user, raising=False)
    lab.environment(tmp_path, "en")
    assert (tmp_path / ".jupyter" / "jupyter_server_config.json").exists() == written


@pytest.mark.parametrize(
    ("lang", "headings"), [("en", ["Learn:", "Show:", "Mark:"]), ("zh", ["学习：", "演示：", "评分："])]
)
def test_help_lists_commands_under_what_they_are_for(lang, headings):
    lines = CliRunner().invoke(cli.loyalty, ["--lang", lang, "--help"]).output.splitlines()
    places = [lines.index(heading) for heading in headings]
    assert places == sorted(places)
    assert lines[places[0] + 1].split()[0] == "lab"


@pytest.mark.parametrize("shell", ["bash", "zsh", "fish"])
def test_a_shell_gets_what_completes(shell):
    assert "_LOYALTY_COMPLETE" in CliRunner().invoke(cli.loyalty, ["completion", shell]).output


def test_commands_and_a_classs_own_chapters_are_completed(tmp_path):
    (tmp_path / "source" / "tides").mkdir(parents=True)
    (tmp_path / "source" / "kpis").mkdir()
    complete = ShellComplete(cli.loyalty, {}, "loyalty", "_LOYALTY_COMPLETE")
    assert "release" in {item.value for item in complete.get_completions([], "rel")}
    assert [item.value for item in complete.get_completions(["grade", str(tmp_path)], "")] == ["kpis", "tides"]
    assert [item.value for item in complete.get_completions(["grade", str(tmp_path)], "t")] == ["tides"]
