"""The class that is attacked, once for all attacks, and the control beside it."""

from __future__ import annotations

import compileall
import os
from pathlib import Path

import pytest

from autograders import checks
from autograders.sandbox import outside
from tests.attacks import harness

collect_ignore_glob = ["corpus/*", "control.py"]  # to be run where they can do no harm


@pytest.fixture(scope="session")
def classroom(tmp_path_factory):
    """A released class; the marker has secrets in the environment and at home."""
    kept = dict(os.environ)
    os.environ["MARKER_TOKEN"] = f"{harness.WORD}-environment"
    os.environ.setdefault("XDG_CACHE_HOME", str(Path.home() / ".cache"))
    harness.small_sandbox()
    # Attacks look for these files; where Python was told to write none, there would be nothing to defend.
    assert compileall.compile_dir(str(Path(checks.__file__).parent), quiet=1)
    found = harness.Classroom(tmp_path_factory.mktemp("attacked"))
    yield found
    found.close()
    outside.close()
    os.environ.clear()
    os.environ.update(kept)


@pytest.fixture(scope="session")
def control(classroom, tmp_path_factory):
    """The grader that is weak on purpose."""
    found = harness.Control(classroom, tmp_path_factory.mktemp("control") / "room")
    yield found
    found.close()
