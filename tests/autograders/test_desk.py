"""The desk starts JupyterLab where Formgrader finds the class's settings, for this computer only."""

from __future__ import annotations

import sys
from pathlib import Path
from types import SimpleNamespace

import pytest

from autograders import desk
from loyaltylib.errors import ClassError


def test_the_server_starts_in_the_class(mini, monkeypatch):
    seen = {}

    def run(command, **options):
        seen.update(options, command=command)
        return SimpleNamespace(returncode=3)

    monkeypatch.setattr(desk.lab.subprocess, "run", run)
    assert desk.desk(mini.root, lang="zh", port=8899, browser=False) == 3
    assert seen["cwd"] == mini.root.resolve()
    assert seen["command"][:3] == [sys.executable, "-m", "jupyterlab"]
    assert "--ServerApp.ip=127.0.0.1" in seen["command"]
    assert "--ServerApp.port=8899" in seen["command"]
    assert "--no-browser" in seen["command"]
    assert seen["env"]["PATH"].startswith(str(Path(sys.executable).parent))


def test_what_is_no_class_is_refused(tmp_path):
    with pytest.raises(ClassError):
        desk.desk(tmp_path)


def test_ctrl_c_is_an_ordinary_end(mini, monkeypatch):
    def run(*_, **__):
        raise KeyboardInterrupt

    monkeypatch.setattr(desk.lab.subprocess, "run", run)
    assert desk.desk(mini.root) == 0
