"""A notebook runs in a kernel of its own: no verdict, no mark; a cell that hangs or dies costs its own exercise."""

from __future__ import annotations

import json
import os
import subprocess
import sys

import nbformat
import psutil
import pytest
from nbformat.v4 import new_code_cell, new_notebook, new_output

from autograders.records import VERDICT_MIME
from autograders.runner import Limits, environment, refuse, run_notebook, settle

MARK = '"""__import__("autograders.marking").marking.mark("stands for this cell")"""'


def flags(grade_id, points):
    known = {"grade": True, "solution": False, "locked": True, "schema_version": 3, "task": False}
    return {"nbgrader": known | {"grade_id": grade_id, "points": points}}


def verdict(exercise="mini-one", points=3, *, passed=True):
    probes = [{"name": "a", "passed": passed}, {"name": "b", "passed": True}]
    return {"verdict": {"exercise": exercise, "max_points": points, "probes": probes}, "seconds": 0.5, "crash": ""}


def shows(record):
    return new_output("display_data", {"text/plain": "reasons", VERDICT_MIME: record})


def pointed(*outputs, grade_id="mini-one", points=3):
    return new_code_cell(MARK, metadata=flags(grade_id, points), outputs=list(outputs))


def marking_cell(exercise, points=3):
    record = json.dumps(verdict(exercise, points))
    source = (
        f"{MARK}\nimport json\nfrom IPython.display import display\n"
        f"display({{'text/plain': 'reasons', '{VERDICT_MIME}': json.loads({record!r})}}, raw=True)\n{points}.0"
    )
    return new_code_cell(source, metadata=flags(exercise, points))


def test_only_a_verdict_becomes_a_mark():
    error = new_output("error", ename="NameError", evalue="", traceback=[])
    claim = new_output("execute_result", {"text/plain": "3.0"})
    for outputs in ([], [claim], [error], [new_output("stream", text="3.0")], [shows({"verdict": {}})], [shows([])]):
        cell = pointed(*outputs)
        verdicts, incidents, _ = settle(new_notebook(cells=[cell]))
        assert verdicts == {}
        assert [o.output_type for o in cell.outputs] == ["error"]
        assert [i.kind for i in incidents] == ["no_verdict"]


def test_a_verdict_is_written_as_points_and_reasons_without_its_record():
    cell = pointed(
        new_output("stream", name="stderr", text="a warning"),
        shows(verdict(passed=False)),
        new_output("execute_result", {"text/plain": "3.0"}),
    )
    verdicts, incidents, seconds = settle(new_notebook(cells=[cell]))
    assert verdicts["mini-one"].points == 1.5
    assert not incidents
    assert seconds == 0.5
    assert [o.data["text/plain"] for o in cell.outputs] == ["reasons", "1.5"]
    assert VERDICT_MIME not in json.dumps(cell)


@pytest.mark.parametrize("record", [verdict("mini-other"), verdict(points=4)])
def test_a_verdict_of_another_exercise_or_of_more_points_does_not_count(record):
    assert settle(new_notebook(cells=[pointed(shows(record))]))[0] == {}


def test_a_broken_check_is_an_incident():
    found = settle(new_notebook(cells=[pointed(shows(verdict() | {"crash": "KeyError: 'x'"}))]))[1]
    assert [(i.kind, i.exercise) for i in found] == [("check_failed", "mini-one")]


def test_an_instructors_own_test_cell_is_nbgraders_business():
    own = new_code_cell("assert True", metadata=flags("own", 1), outputs=[])
    assert settle(new_notebook(cells=[own])) == ({}, [], 0.0)
    assert own.outputs == []


def test_what_is_not_run_has_no_points():
    run = refuse(new_notebook(cells=[pointed()]), "nothing to mark")
    assert run.notebook.cells[0].outputs[0].output_type == "error"
    assert run.verdicts == {}


def test_the_environment_is_the_learners_own(monkeypatch, tmp_path):
    monkeypatch.setenv("SECRET_TOKEN", "x")
    monkeypatch.setenv("LOYALTY_LEARNER", "someone else")
    found = environment("ann", tmp_path)
    assert found["LOYALTY_LEARNER"] == "ann"
    assert found["HOME"] == str(tmp_path)
    assert "SECRET_TOKEN" not in found


def test_cells_that_hang_or_die_cost_their_own_exercise():
    cells = [
        new_code_cell("x = 1", id="x"),
        marking_cell("mini-one"),
        new_code_cell("import sys; print('to stderr', file=sys.stderr); 1 / 0", id="fails"),
        new_code_cell("while True: pass", id="hangs"),
        new_code_cell("import os; os._exit(0)", id="dies", metadata={"tags": ["skip-execution"]}),
        new_code_cell("import os; print(os.environ['LOYALTY_LEARNER'], x, os.listdir())", id="prints"),
        marking_cell("mini-two"),
    ]
    run = run_notebook(nbformat.from_dict(new_notebook(cells=cells)), "ann", Limits(cell=2))
    assert {e: v.points for e, v in run.verdicts.items()} == {"mini-one": 3, "mini-two": 3}
    assert {(i.kind, i.detail) for i in run.incidents} == {("timeout", "hangs"), ("kernel_died", "dies")}
    assert run.notebook.cells[5].outputs[0].text == "ann 1 []\n"
    assert run.isolation == "process"


def test_a_machine_that_never_drew_a_figure_lists_its_fonts_once(tmp_path):
    code = """
from pathlib import Path
from autograders import runner
for name in ("one", "two"):
    home = Path(name)
    home.mkdir()
    runner._share_font_lists(home)
    print(*(path.name for path in (home / "mpl").iterdir()))
"""
    cache = tmp_path / "cache"
    done = subprocess.run(
        [sys.executable, "-c", code],
        cwd=tmp_path,
        env={**os.environ, "MPLCONFIGDIR": str(cache)},
        capture_output=True,
        text=True,
        check=True,
    )
    one, two = done.stdout.splitlines()
    assert one == two
    assert one.startswith("fontlist-")
    assert (cache / one).is_file()


@pytest.mark.parametrize("source", ["1 + 1", "while True: pass", "import os; os._exit(3)"])
def test_no_kernel_outlives_its_notebook(source):
    before = set(psutil.Process().children(recursive=True))
    run_notebook(new_notebook(cells=[new_code_cell(source)]), "s1", Limits(cell=2))
    assert set(psutil.Process().children(recursive=True)) <= before
