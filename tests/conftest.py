"""Order of the tests: the files that take longest start first, so that no worker ends alone.

A file stays with one worker (`--dist loadfile`): what its fixtures set up, above all the class of 30, is made once.
"""

from __future__ import annotations

import os
import subprocess
import sys
from pathlib import Path

import pytest
from hypothesis import settings

from loyaltylib.learner import EXECUTION_VARIABLE

# No clock and no chance decides a test: this machine may be slow, and a failure must come back.
settings.register_profile("steady", deadline=None, derandomize=True, max_examples=25)
settings.register_profile("whole", deadline=None, derandomize=True)  # what `make test-all` asks for
settings.load_profile("steady")

# measurements, a fuzzer's program and attacks: no tests
collect_ignore_glob = ["benchmarks/*", "*/fuzz_*.py", "attacks/corpus/*"]

LONGEST = (
    "test_loop.py",
    "test_walkthroughs.py",
    "test_present.py",
    "test_similar.py",
    "test_pages.py",
    "test_chapters.py",
    "test_attacks.py",
    "test_simulate.py",
    "test_accessible.py",
    "test_lab.py",
)


def pytest_collection_modifyitems(items):
    place = {name: number for number, name in enumerate(LONGEST)}
    items.sort(key=lambda item: place.get(item.path.name, len(LONGEST)))


@pytest.fixture(autouse=True)
def _no_marking_run_goes_on():
    """Take back what nbgrader leaves in the environment where a run of its own in this process ends with an error."""
    yield
    os.environ.pop(EXECUTION_VARIABLE, None)


@pytest.fixture(scope="session")
def wheel(tmp_path_factory):
    """Build the wheel from the checkout, as an instructor does."""
    out = tmp_path_factory.mktemp("wheel")
    command = [
        sys.executable,
        "-m",
        "pip",
        "wheel",
        "--quiet",
        "--no-deps",
        "--no-build-isolation",
        "-w",
        str(out),
        str(Path(__file__).parents[1]),
    ]
    subprocess.run(command, check=True, cwd=out)
    (path,) = out.glob("loyaltylib-*.whl")
    return path
