"""Whatever breaks while a class is marked: nothing is lost, nothing is marked twice, and a sentence says what broke."""

from __future__ import annotations

import contextlib
import json
import os
import shutil
import signal
import subprocess
import sys
from pathlib import Path

import psutil
import pytest
from nbgrader.api import Gradebook

from autograders import classdir, records
from autograders.grade import grade
from autograders.workers import cluster

pytestmark = pytest.mark.usefixtures("worker_processes")
LEARNERS = [f"s{n:02}" for n in range(8)]
# What every learner answers: one number, right for nobody, and one function that is.
MARK = """
import sys
from pathlib import Path
from autograders.grade import grade
if __name__ == "__main__":
    grade(Path(sys.argv[1]), "tiers", workers=2, progress=lambda done, total, name: print(done, flush=True))
"""


@pytest.fixture(scope="module")
def handed_in(tmp_path_factory):
    """A class of the real chapter in which eight have handed in short notebooks."""
    root = tmp_path_factory.mktemp("faults") / "class"
    classdir.new(root, "en")
    classdir.release(root, "tiers")
    released = json.loads((root / "release/tiers/tiers.ipynb").read_text("utf-8"))
    kept = [
        c for c in released["cells"] if "nbgrader" in c["metadata"] or "practice import start" in "".join(c["source"])
    ]
    for n, learner in enumerate(LEARNERS):
        for cell in kept:
            if cell["metadata"].get("nbgrader", {}).get("grade_id") == "tiers-base-answer":
                cell["source"] = f"base = {420 + n}"
        folder = root / "submitted" / learner / "tiers"
        folder.mkdir(parents=True)
        (folder / "tiers.ipynb").write_text(json.dumps({**released, "cells": kept}), "utf-8")
    return root


@pytest.fixture(scope="module")
def expected(handed_in, tmp_path_factory):
    """The marks of an undisturbed run in this process."""
    root = Path(shutil.copytree(handed_in, tmp_path_factory.mktemp("calm") / "class"))
    grade(root, "tiers")
    return marks(root)


@pytest.fixture
def klass(handed_in, tmp_path):
    """A class of one's own."""
    return Path(shutil.copytree(handed_in, tmp_path / "class"))


def marks(root):
    with Gradebook(f"sqlite:///{root}/gradebook.db") as gradebook:
        found = {}
        for submission in gradebook.assignment_submissions("tiers"):
            (notebook,) = submission.notebooks
            found[submission.student.id] = {grade.name: grade.auto_score for grade in notebook.grades}
    return found


def is_whole(root, expected):
    """Every learner has the marks of the undisturbed run, one record and one notebook."""
    assert marks(root) == expected
    assert [r.learner for r in records.read_all(root, "tiers")] == LEARNERS
    assert not [i for r in records.read_all(root, "tiers") for i in r.incidents]
    assert len(list(root.glob("autograded/*/tiers/tiers.ipynb"))) == len(LEARNERS)
    assert not list(root.rglob("*.part"))


def below(pid=None, *, named):
    found = []
    for process in psutil.Process(pid).children(recursive=True):
        with contextlib.suppress(psutil.Error):  # gone, or about to be
            if any(named in word for word in process.cmdline()):
                found.append(process)
    return found


@pytest.mark.long
def test_a_worker_that_is_killed_costs_nobody_a_mark(klass, expected):
    killed = []

    def kill_one(*_):
        if not killed:
            killed.extend(below(named="spawn_main")[:1])
            killed[0].kill()

    summary = grade(klass, "tiers", workers=2, progress=kill_one)
    assert killed
    assert summary.failed == ()
    is_whole(klass, expected)


@pytest.mark.long
def test_a_warm_process_that_is_killed_costs_nobody_a_mark(klass, expected):
    killed = []

    def kill_them(*_):
        if not killed:
            killed.extend(below(named="inside.py"))
            for process in killed:
                process.kill()

    summary = grade(klass, "tiers", workers=1, progress=kill_them)
    assert killed
    assert summary.failed == ()
    is_whole(klass, expected)


@pytest.mark.long
@pytest.mark.parametrize("sign", [signal.SIGKILL, signal.SIGINT])
def test_a_run_that_is_stopped_goes_on_where_it_stopped(klass, expected, tmp_path, sign):
    program = tmp_path / "mark.py"
    program.write_text(MARK)
    environment = {**os.environ, "PYTHONPATH": os.pathsep.join(sys.path)}
    running = subprocess.Popen([sys.executable, str(program), str(klass)], stdout=subprocess.PIPE, env=environment)
    started = below(running.pid, named="")
    assert running.stdout.readline()  # the first are saved
    started += below(running.pid, named="")
    running.send_signal(sign)
    running.wait(30)
    psutil.wait_procs(started, timeout=20)
    assert not [p for p in started if p.is_running() and p.status() != psutil.STATUS_ZOMBIE]
    before = {path: path.stat().st_mtime_ns for path in (klass / "verdicts/tiers").glob("*.json")}
    summary = grade(klass, "tiers", workers=1)
    assert summary.marked + summary.unchanged == len(LEARNERS)
    assert all(path.stat().st_mtime_ns == when for path, when in before.items())
    is_whole(klass, expected)


@pytest.mark.long
def test_a_worker_of_a_cluster_that_is_lost_costs_nobody_a_mark(klass, expected, tmp_path, monkeypatch):
    from dask.distributed import LocalCluster

    monkeypatch.chdir(tmp_path)
    killed = []

    def kill_one(*_):
        if not killed:
            killed.extend(below(named="spawn_main")[:1])
            killed[0].kill()

    with (
        LocalCluster(n_workers=2, threads_per_worker=1, processes=True, dashboard_address=None) as made,
        cluster(made.scheduler_address) as executor,
    ):
        summary = grade(klass, "tiers", executor=executor, progress=kill_one)
    assert killed
    assert summary.failed == ()
    is_whole(klass, expected)


@pytest.fixture
def small_disk(tmp_path):
    """A disk of a few megabytes, to fill up or to make read-only."""
    if os.geteuid() != 0 or sys.platform != "linux":
        pytest.skip("only root can make a disk of a few megabytes")
    disk = tmp_path / "disk"
    disk.mkdir()
    if subprocess.run(["mount", "-t", "tmpfs", "-o", "size=8m", "tmpfs", str(disk)], check=False).returncode:
        pytest.skip("no disk can be mounted here")
    yield disk
    subprocess.run(["umount", "-l", str(disk)], check=True)


def test_a_full_disk_is_said_and_the_next_run_marks_the_rest(handed_in, expected, small_disk):
    root = Path(shutil.copytree(handed_in, small_disk / "class"))
    filler = small_disk / "filler"

    def fill(*_):
        if not filler.exists():
            left = shutil.disk_usage(small_disk).free
            filler.write_bytes(bytes(max(left - 40_000, 0)))

    first = grade(root, "tiers", workers=1, progress=fill)
    assert first.failed
    assert all("No space left" in why or "disk" in why for _, why in first.failed)
    filler.unlink()
    grade(root, "tiers", workers=1)
    is_whole(root, expected)


def test_a_read_only_class_directory_is_said(handed_in, small_disk):
    root = Path(shutil.copytree(handed_in, small_disk / "class"))
    subprocess.run(["mount", "-o", "remount,ro", str(small_disk)], check=True)
    try:
        found = grade(root, "tiers", workers=1, learners=("s00",)).failed
    except Exception as error:  # noqa: BLE001 - whichever of the two says it
        found = [("s00", str(error))]
    assert "read-only" in found[0][1].lower() or "readonly" in found[0][1].lower()
