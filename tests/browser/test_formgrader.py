"""Formgrader in a real browser: opened by `loyalty desk` its button marks through the kit's own steps.

Opened past the class's settings it runs a notebook in a plain kernel, and the report says so.
"""

from __future__ import annotations

import json
import re
import shutil
import sys
from pathlib import Path
from types import SimpleNamespace

import pytest
from nbgrader.server_extensions.formgrader.formgrader import FormgradeExtension
from traitlets.config import Config

from autograders import classdir, records
from autograders.grade import grade
from autograders.report import report
from autograders.roster import Learner
from autograders.sandbox.outside import best_level
from autograders.simulate import simulate

ROW = "table tbody tr"
# What nbgrader calls each folder of a course, seen from the folder above the class.
FOLDERS = ("source", "release", "submitted", "autograded", "feedback")


@pytest.fixture(scope="module")
def handed_in(tmp_path_factory):
    """A class in which two have handed in, the first with a mistake."""
    root = tmp_path_factory.mktemp("formgrader") / "class"
    classdir.new(root, "zh")
    classdir.release(root, "tiers")
    made = simulate(root, "tiers", learners=2, mistakes=[["ten_thousands"], []])
    classdir.enrol(classdir.open_class(root), [Learner("s001", "张三"), Learner("s002")])
    return SimpleNamespace(root=root, made=made)


@pytest.fixture
def klass(handed_in, tmp_path):
    """A class of one's own, in a folder of its own."""
    return Path(shutil.copytree(handed_in.root, tmp_path / "room" / "class"))


@pytest.fixture
def autograde(serve, port, visit, tmp_path):
    """Start a server in a folder, and press the button that marks a learner, in the row of that learner."""

    def press(command, folder, learner):
        env = {"HOME": str(tmp_path), "JUPYTER_TOKEN": "room"}
        serve([*command, "--no-browser", "--port", str(port)], port, env=env, cwd=folder)
        # By the login, which sets its cookie for the whole server. A page of Formgrader's own opened with a token
        # sets it for its own folder only (nbgrader cuts the slash off `base_url`), and stays at "Loading".
        page = visit.page
        page.goto(f"http://127.0.0.1:{port}/login?token=room&next=/formgrader/manage_submissions/tiers")
        row = f"{ROW}:has-text('{learner}')"
        page.click(f"{row} td.autograde a")
        page.wait_for_selector("#success-modal", timeout=120_000)

    return press


def marks(record):
    return {exercise: verdict.points for exercise, verdict in record.verdicts.items()}


@pytest.mark.timeout(300)
def test_the_button_marks_as_the_command_does(autograde, handed_in, klass, visit):
    autograde([str(Path(sys.executable).with_name("loyalty")), "desk", str(klass)], klass.parent, "s001")
    names = visit.page.locator(f"{ROW} td:first-child").all_inner_texts()
    assert sorted(names) == ["s002", "张三"]  # as the class list has them, and the id where it has no name
    record = records.read(klass, "tiers", "s001")
    expected = handed_in.made[0].marks
    assert marks(record) == {name: points for name, points in expected.items() if points is not None}
    assert record.isolation == best_level()


@pytest.mark.timeout(300)
@pytest.mark.long
def test_a_notebook_marked_past_the_classs_settings_stands_in_red_until_it_is_marked_again(autograde, klass):
    shorten(klass)
    grade(klass, "tiers", workers=1)
    before = records.read(klass, "tiers", "s001")
    settings = [f'c.CourseDirectory.{name}_directory = "class/{name}"' for name in FOLDERS]
    database = f'c.CourseDirectory.db_url = "sqlite:///{klass}/gradebook.db"'
    above = klass.parent / classdir.CONFIG_FILE
    above.write_text("\n".join(["c = get_config()", *settings, database]), "utf-8")
    autograde([sys.executable, "-m", "jupyterlab", "--allow-root", "--ip=127.0.0.1"], klass.parent, "s001")

    marked = {learner: klass / f"autograded/{learner}/tiers/tiers.ipynb" for learner in ("s001", "s002")}
    assert {learner: records.is_of_plain_kernel(path) for learner, path in marked.items()} == {
        "s001": True,
        "s002": False,
    }
    assert records.read(klass, "tiers", "s001") == before, "its record is of the run before and says nothing of this"
    assert in_red(klass) == "s001"
    (klass / "verdicts/tiers/s001.json").unlink()
    assert in_red(klass) == "s001"
    shutil.rmtree(klass / "verdicts")
    assert in_red(klass) == "s001, s002"

    assert grade(klass, "tiers", workers=1).marked == 2
    assert in_red(klass) == ""


def shorten(root):
    """Take out the cells that belong to no exercise, so that a plain kernel has less to do."""
    for path in root.glob("submitted/*/tiers/tiers.ipynb"):
        notebook = json.loads(path.read_text("utf-8"))
        notebook["cells"] = [cell for cell in notebook["cells"] if "nbgrader" in cell["metadata"]]
        path.write_text(json.dumps(notebook), "utf-8")


def in_red(root):
    """Return whom the report names in red."""
    page = report(root, "tiers").read_text("utf-8")
    found = re.search(r'<p class="warning">Marked by nbgrader&#39;s own Execute[^:]*: ([^<]*)</p>', page)
    return found[1] if found else ""


@pytest.mark.parametrize("how", ["started in it", "named above", "named on the command line", "opened by its path"])
def test_wherever_its_server_starts_formgrader_finds_the_settings_of_the_class_it_is_shown(
    klass, monkeypatch, tmp_path, how
):
    monkeypatch.setenv("HOME", str(tmp_path))
    monkeypatch.chdir(klass if how == "started in it" else klass.parent)
    where = {"CourseDirectory": {"root": str(klass)}}
    if how == "named above":
        (klass.parent / classdir.CONFIG_FILE).write_text(f"c.CourseDirectory.root = {str(klass)!r}", "utf-8")
    formgrader = FormgradeExtension(config=Config(where if how == "named on the command line" else {}))
    formgrader.root_dir = str(klass.parent)
    formgrader.initialize([], root=str(klass) if how == "opened by its path" else "")
    assert Path(formgrader.coursedir.root) == klass
    assert "autograders.execute.RunNotebook" in json.dumps(formgrader.config.Autograde)
