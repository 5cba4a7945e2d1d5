"""`nbgrader export` in a class: the table nbgrader writes, in which nothing a learner is called is a formula."""

from __future__ import annotations

import csv
import shutil
from pathlib import Path

import pytest
from nbgrader.api import Gradebook
from nbgrader.apps.exportapp import ExportApp
from nbgrader.plugins import CsvExportPlugin

from autograders import classdir
from autograders.export import COLUMNS, FORMULA_SIGNS

# What a learner may be called: text -> as it stands in the table.
NAMES = {
    '=HYPERLINK("http:example.org","marks")': '\'=HYPERLINK("http:example.org","marks")',
    "+cmd|' !A0": "'+cmd|' !A0",
    "-2+3": "'-2+3",
    "@SUM(1,2)": "'@SUM(1,2)",
    "\t=1+1": "'\t=1+1",
    " =1+1": "' =1+1",
    "＝1+1": "'＝1+1",
    "a,b\n=1+1": "a,b\n=1+1",
    'li "lei"': 'li "lei"',
    "李雷": "李雷",
    "007": "007",
}


@pytest.fixture
def klass(marked_class, tmp_path):
    """The marked class with learners of odd names who handed in nothing."""
    root = Path(shutil.copytree(marked_class.root, tmp_path / "class"))
    with Gradebook(f"sqlite:///{root}/gradebook.db") as gradebook:
        for name in NAMES:
            gradebook.add_student(name, last_name=name, email=name)
    return root


def exported(root, monkeypatch, *options):
    """Run `nbgrader export` in a class; return what it wrote."""
    monkeypatch.chdir(root)
    app = ExportApp()
    app.initialize(list(options))
    app.start()
    return (root / "grades.csv").read_text("utf-8")


def test_no_cell_of_the_table_begins_a_formula(klass, monkeypatch):
    rows = list(csv.reader(exported(klass, monkeypatch).splitlines(keepends=True)))
    assert rows[0] == list(COLUMNS)
    assert {len(row) for row in rows} == {len(COLUMNS)}
    assert [cell for row in rows for cell in row if cell.lstrip(" ").startswith(FORMULA_SIGNS)] == []
    of = COLUMNS.index("student_id")
    assert {row[of] for row in rows} >= set(NAMES.values())
    assert all(row[of] == row[of + 1] == row[of + 3] for row in rows if row[of] in NAMES.values())


def test_harmless_names_give_the_table_that_nbgrader_writes(marked_class, tmp_path, monkeypatch):
    root = Path(shutil.copytree(marked_class.root, tmp_path / "class"))
    ours = exported(root, monkeypatch)
    assert "wrong" in ours
    assert exported(root, monkeypatch, f"--exporter={CsvExportPlugin.__module__}.CsvExportPlugin") == ours
    some = exported(root, monkeypatch, "--student=wrong", "--assignment=mini")
    assert some.splitlines() == [line for line in ours.splitlines() if ",wrong," in line or "student_id" in line]


def test_a_class_names_this_exporter(mini):
    assert classdir.open_class(mini.root).config.ExportApp.plugin_class == "autograders.export.CsvExport"
