"""A notebook runs in the sandbox: no verdict, no mark; a cell that hangs or dies costs its own exercise."""

from __future__ import annotations

import json

import nbformat
import psutil
import pytest
from nbformat.v4 import new_code_cell, new_notebook

from autograders import runner
from autograders.records import VERDICT_MIME
from autograders.runner import Limits, refuse, run_notebook
from autograders.sandbox import outside
from autograders.sandbox.outside import Level
from autograders.verdict import Probe, Verdict

MARK = '__import__("autograders.marking").marking.mark("{}")'


def flags(grade_id, points=3):
    known = {"grade": True, "solution": False, "locked": True, "schema_version": 3, "task": False}
    return {"nbgrader": known | {"grade_id": grade_id, "points": points}}


def pointed(exercise, points=3):
    return new_code_cell(MARK.format(exercise), metadata=flags(exercise, points))


def notebook(*cells):
    made = [new_code_cell(cell) if isinstance(cell, str) else cell for cell in cells]
    return nbformat.from_dict(new_notebook(cells=made))


@pytest.fixture
def asks(monkeypatch):
    """Let an exercise be examined by the question given for it, `(work) -> bool`; keep what was asked and answered."""
    questions, answers = {}, {}

    def examined(exercise, work, *_):
        try:
            answers[exercise] = questions[exercise](work)
        except Exception as error:  # noqa: BLE001 - the test looks at it
            answers[exercise] = error
        probe = Probe("it", passed=answers[exercise] is True)
        return Verdict(exercise, 3.0, (probe,)), ""

    monkeypatch.setattr(runner, "examined", examined)
    return questions, answers


def marks(run):
    return {exercise: verdict.points for exercise, verdict in run.verdicts.items()}


def test_a_pointed_cell_ends_in_points_and_reasons_and_is_not_run(asks):
    questions, _ = asks
    questions |= {"mini-one": lambda work: work.get("x") == 42}
    run = run_notebook(notebook("x = 42", pointed("mini-one")), "ann")
    shown, points = run.notebook.cells[1].outputs
    assert (shown.data["text/plain"], points.data["text/plain"]) == ("3 of 3 points", "3.0")
    assert marks(run) == {"mini-one": 3}
    assert run.isolation == outside.best_level()
    assert set(run.seconds) == {"cells", "checks"}


def test_positions_mean_what_they_mean_in_nbgrader(asks):
    questions, answers = asks
    questions |= {
        "mini-one": lambda work: work.get("x") == 1,
        "mini-two": lambda work: work.call("f", 1) == 11,
        "mini-three": lambda work: (work.get("x"), work.call("f", 1)) == (2, 21),
    }
    cells = ["x = 1\nstep = 10", "def f(n): return n + step", pointed("mini-one"), pointed("mini-two")]
    run = run_notebook(notebook(*cells, "x = 2\nstep = 20", pointed("mini-three")), "ann")
    assert answers == dict.fromkeys(questions, True)
    assert not run.incidents


@pytest.mark.parametrize(
    "before", ["", "import threading, time\nthreading.Thread(target=time.sleep, args=(9,)).start()"]
)
def test_a_hidden_call_reaches_no_output_and_no_later_cell(asks, before):
    questions, _ = asks
    questions |= {"mini-one": lambda work: work.call("f", 123454321) == 123454321}
    body = "seen.append(n)\n    print(n)\n    open('seen', 'a').write(str(n))\n    return n"
    spy = f"{before}\nseen = []\ndef f(n):\n    {body}"
    look = "import os\nprint(seen, os.path.exists('seen') and open('seen').read())"
    run = run_notebook(notebook(spy, pointed("mini-one"), look, "f(5)"), "ann")
    assert marks(run) == {"mini-one": 3}
    assert "123454321" not in json.dumps(run.notebook)
    assert run.notebook.cells[2].outputs[0].text == "[] False\n"


def test_cells_that_hang_or_die_cost_their_own_exercise(asks):
    questions, _ = asks
    questions |= {name: lambda work: work.call("f") == 1 for name in ("mini-one", "mini-two")}
    cells = [
        "def f(): return 1",
        pointed("mini-one"),
        "import sys; print('to stderr', file=sys.stderr); 1 / 0",
        new_code_cell("while True: pass", id="hangs"),
        new_code_cell("import os; os._exit(0)", id="dies", metadata={"tags": ["skip-execution"]}),
        "import os; print(os.environ['LOYALTY_LEARNER'], f(), os.listdir())",
        pointed("mini-two"),
    ]
    run = run_notebook(notebook(*cells), "ann", Limits(cell=1))
    assert marks(run) == {"mini-one": 3, "mini-two": 3}
    assert {(i.kind, i.detail) for i in run.incidents} == {("timeout", "hangs"), ("kernel_died", "dies")}
    assert run.notebook.cells[5].outputs[0].text == "ann 1 []\n"
    assert [o.output_type for o in run.notebook.cells[2].outputs] == ["stream", "error"]


@pytest.mark.parametrize("body", ["while True: pass", "import os; os._exit(1)", "raise SystemExit"])
def test_a_call_that_hangs_or_dies_costs_its_own_exercise(asks, body):
    questions, _ = asks
    questions |= {"mini-one": lambda work: work.call("bad") == 1, "mini-two": lambda work: work.call("good") == 1}
    cells = [f"def bad():\n    {body}", pointed("mini-one"), "def good(): return 1", pointed("mini-two")]
    assert marks(run_notebook(notebook(*cells), "ann")) == {"mini-one": 0, "mini-two": 3}


def test_a_notebook_out_of_time_keeps_what_it_earned(asks):
    questions, _ = asks
    questions |= {name: lambda _: True for name in ("mini-one", "mini-two")}
    sleep = new_code_cell("import time; time.sleep(1.5)", id="sleeps")
    run = run_notebook(notebook(pointed("mini-one"), sleep, "1", pointed("mini-two")), "ann", Limits(9, 1))
    assert run.notebook.cells[2].outputs[0].ename == "NoTimeLeft"
    assert ("timeout", "3") not in {(i.kind, i.detail) for i in run.incidents}
    assert "timeout" in {i.kind for i in run.incidents}


def test_a_verdict_of_more_points_does_not_count(asks):
    questions, _ = asks
    questions |= {"mini-one": lambda _: True}
    run = run_notebook(notebook(pointed("mini-one", points=2)), "ann")
    assert marks(run) == {}
    assert [o.output_type for o in run.notebook.cells[0].outputs] == ["error"]
    assert [i.kind for i in run.incidents] == ["no_verdict"]


def test_what_a_notebook_shows_is_no_verdict(asks):
    questions, _ = asks
    questions |= {"mini-one": lambda work: work.get("x") == 1}
    record = {"verdict": {"exercise": "mini-one", "max_points": 3, "probes": [{"name": "a", "passed": True}]}}
    bundle = f"{{'text/plain': 'x', '{VERDICT_MIME}': {record!r}}}"
    forged = f"from IPython.display import display\nshown = display({bundle}, raw=True, display_id=True)"
    later = f"shown.update({bundle}, raw=True)"
    run = run_notebook(notebook(forged, pointed("mini-one"), forged, later), "ann")
    assert marks(run) == {"mini-one": 0}
    assert VERDICT_MIME + '":' not in json.dumps(run.notebook).replace("\\", "")


def test_an_instructors_own_test_cell_is_nbgraders_business():
    own = new_code_cell("assert x == 1", metadata=flags("own", 1))
    run = run_notebook(notebook("x = 1", own), "ann")
    assert (run.verdicts, run.incidents, own.outputs) == ({}, (), [])


def test_what_a_cell_shows_later_cells_may_change():
    first = "from IPython.display import display\nhandle = display('one', display_id='it')\nprint('x')"
    run = run_notebook(notebook(first, "handle.update('two')", "2 + 2"), "ann")
    assert [o.get("data", {}).get("text/plain") for o in run.notebook.cells[0].outputs] == ["'two'", None]
    assert run.notebook.cells[2].outputs[0].data["text/plain"] == "4"
    nbformat.validate(run.notebook)


def test_what_is_not_run_has_no_points():
    run = refuse(notebook(pointed("mini-one")), "nothing to mark")
    assert run.notebook.cells[0].outputs[0].output_type == "error"
    assert run.verdicts == {}


@pytest.mark.parametrize("level", list(Level))
def test_every_level_gives_the_same_marks(asks, level):
    if why := outside.refusal(level):
        pytest.skip(why)
    questions, _ = asks
    questions |= {
        "mini-one": lambda work: work.call("f", 2) == 4,
        "mini-two": lambda work: work.get("x") == [1.5, None],
    }
    cells = ["def f(n): return 2 * n", pointed("mini-one"), "x = [1.5, None]", pointed("mini-two"), "helper"]
    run = run_notebook(notebook("import helper", *cells), "ann", level=level, files={"helper.py": b"y = 1"})
    assert marks(run) == {"mini-one": 3, "mini-two": 3}
    assert run.isolation == level


@pytest.mark.parametrize("source", ["1 + 1", "while True: pass", "import os; os._exit(3)", "import os; os.fork()"])
def test_nothing_outlives_its_notebook(source):
    run_notebook(notebook("1"), "s1")  # the warm process stays, and is there before
    before = set(psutil.Process().children(recursive=True))
    run_notebook(notebook(source), "s1", Limits(cell=1))
    assert set(psutil.Process().children(recursive=True)) <= before
