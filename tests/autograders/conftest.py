"""A class of a small chapter whose hidden lines show a made verdict: marking is tested without a chapter's content."""

from __future__ import annotations

import copy
import json
import shutil
from pathlib import Path

import nbformat
import pytest
from nbformat.v4 import new_code_cell, new_markdown_cell, new_notebook

from autograders import check, classdir, marking, runner, verdict
from autograders import grade as grade_module
from autograders.workers import Here

HIDDEN = '''# marked after you hand in 提交后评分
### BEGIN HIDDEN TESTS
def _verdict(exercise, passed, points):
    """__import__("autograders.marking").marking.mark("stands for this cell")"""
    from IPython.display import display
    probes = [
        {{"name": f"p{{i}}", "passed": bool(p), "reason": "A hidden probe gives another result."}}
        for i, p in enumerate(passed)
    ]
    verdict = {{"exercise": exercise, "max_points": points, "probes": probes}}
    record = {{"verdict": verdict, "seconds": 0.0, "crash": ""}}
    display({{"text/plain": "reasons", "application/vnd.loyalty.verdict+json": record}}, raw=True)
    return points * sum(map(bool, passed)) / len(passed)
with __import__("autograders.marking").marking._quiet():
    passed = [{probes}]
_verdict("{exercise}", passed, {points})
### END HIDDEN TESTS'''

ANSWERS = {"mini-base-answer": "base = 42", "mini-twice-answer": "def twice(n):\n    return 2 * n"}
EXERCISES = {
    "mini-base": (4, "base == 42,", "base = None\n### BEGIN SOLUTION\nbase = 42\n### END SOLUTION"),
    "mini-twice": (
        6,
        "twice(1) == 2, twice(3) == 6",
        "def twice(n):\n    ### BEGIN SOLUTION\n    return 2 * n\n    ### END SOLUTION",
    ),
}


def _flags(grade_id, **flags):
    known = {
        "grade": False,
        "grade_id": grade_id,
        "locked": False,
        "schema_version": 3,
        "solution": False,
        "task": False,
    }
    return {"nbgrader": known | flags}


def _cells():
    yield new_markdown_cell("# Mini", id="title")
    yield new_code_cell("chapter = 'mini'  # from loyaltylib.practice import start", id="start")
    for exercise, (points, probes, solution) in EXERCISES.items():
        answer, tried = f"{exercise}-answer", f"{exercise}-try"
        yield new_code_cell(solution, id=answer, metadata=_flags(answer, solution=True))
        seen = _flags(tried, grade=True, locked=True, points=0) | {"tags": ["raises-exception"]}
        yield new_code_cell("print('tried')", id=tried, metadata=seen)
        hidden = HIDDEN.format(exercise=exercise, probes=probes, points=points)
        yield new_code_cell(hidden, id=exercise, metadata=_flags(exercise, grade=True, locked=True, points=points))
    text = "Why?\n### BEGIN SOLUTION\nBecause.\n### END SOLUTION"
    yield new_markdown_cell(text, id="mini-why", metadata=_flags("mini-why", grade=True, solution=True, points=5))


class MiniClass:
    """A class directory with helpers to hand in and to look at what came of it."""

    stem = "mini"

    def __init__(self, root):
        self.root = root

    def release_notebook(self):
        return json.loads((self.root / "release/mini/mini.ipynb").read_text("utf-8"))

    def solved(self):
        notebook = self.release_notebook()
        for cell in notebook["cells"]:
            cell["source"] = ANSWERS.get(cell["id"], cell["source"])
        return notebook

    def hand_in(self, learner, content, name="mini.ipynb"):
        folder = self.root / "submitted" / learner / "mini"
        folder.mkdir(parents=True, exist_ok=True)
        data = content if isinstance(content, bytes) else json.dumps(content).encode()
        (folder / name).write_bytes(data)
        return folder


def cell(notebook, cell_id):
    return next(c for c in notebook["cells"] if c["id"] == cell_id)


def position(notebook, cell_id):
    return notebook["cells"].index(cell(notebook, cell_id))


def without(notebook, *ids):
    notebook["cells"] = [c for c in notebook["cells"] if c["id"] not in ids]


def doubled(notebook, cell_id, source=None):
    double = copy.deepcopy(cell(notebook, cell_id)) | {"id": "a-copy"}
    if source is not None:
        double["source"] = source
    notebook["cells"].insert(position(notebook, cell_id) + 1, double)


def retyped(notebook, cell_id, kind):
    changed = cell(notebook, cell_id)
    changed["cell_type"] = kind
    changed.pop("outputs", None)
    changed.pop("execution_count", None)


def examined(exercise, work, learner, _references=None):
    """Examine an exercise of the small chapter, for which no check is registered, as its hidden lines do."""
    calls = {
        "mini-base": [lambda: work.get("base") == 42],
        "mini-twice": [lambda n=n: work.call("twice", n) == 2 * n for n in (1, 3)],
    }
    if exercise not in calls:
        return marking.examined(exercise, work, learner)
    probes = tuple(
        check.probe(f"p{i}", call, "A hidden probe gives another result.") for i, call in enumerate(calls[exercise])
    )
    return verdict.Verdict(exercise, EXERCISES[exercise][0], probes), ""


_LOCAL = grade_module.local


@pytest.fixture
def worker_processes(monkeypatch):
    """Let a class be marked in worker processes, as it is outside the tests."""
    monkeypatch.setattr(grade_module, "local", _LOCAL)


@pytest.fixture(scope="session", autouse=True)
def _small_chapter():
    """Let the small chapter's exercises be examined here, and classes be marked in this process."""
    with pytest.MonkeyPatch.context() as patch:
        patch.setattr(runner, "examined", examined)
        patch.setattr(grade_module, "local", lambda _: Here())
        yield


@pytest.fixture(scope="session")
def edit():
    """The ways a notebook is changed, as a namespace."""
    names = {"cell": cell, "position": position, "without": without, "doubled": doubled, "retyped": retyped}
    return type("Edit", (), {name: staticmethod(function) for name, function in names.items()})


@pytest.fixture(scope="session")
def released_class(tmp_path_factory):
    """The released class; copy it before handing in."""
    root = tmp_path_factory.mktemp("mini") / "class"
    (root / "source/mini").mkdir(parents=True)
    kernel = {"kernelspec": {"name": "python3", "display_name": "Python 3", "language": "python"}}
    nbformat.write(new_notebook(cells=list(_cells()), metadata=kernel), root / "source/mini/mini.ipynb")
    (root / "nbgrader_config.py").write_text(classdir._config(root), "utf-8")  # noqa: SLF001  # as `new` writes it
    classdir.release(root, "mini")
    return MiniClass(root)


@pytest.fixture
def mini(released_class, tmp_path):
    """A class of one's own."""
    return MiniClass(Path(shutil.copytree(released_class.root, tmp_path / "class")))


BLANK, BASE, ALL = (0.0, 0.0), (4.0, 0.0), (4.0, 6.0)

# learner -> how the notebook differs from the right one, the points of the two exercises, the kinds of incident
SUBMISSIONS = {
    "right": (lambda _: None, ALL, set()),
    "wrong": (lambda nb: cell(nb, "mini-twice-answer").update(source="def twice(n): return 2"), (4.0, 3.0), set()),
    "syntax": (lambda nb: cell(nb, "mini-twice-answer").update(source="def twice(n) return"), BASE, set()),
    "warns": (
        lambda nb: cell(nb, "mini-twice-answer").update(
            source="import warnings\ndef twice(n):\n    warnings.warn('x')\n    return 2 * n"
        ),
        ALL,
        set(),
    ),
    "no-pointed": (lambda nb: without(nb, "mini-twice"), ALL, {"missing_cell"}),
    "doubled": (lambda nb: doubled(nb, "mini-base-answer"), ALL, {"duplicate_cell"}),
    "retyped": (lambda nb: retyped(nb, "mini-base", "markdown"), ALL, {"retyped_cell"}),
    "no-flags": (lambda nb: [c.update(metadata={}) for c in nb["cells"]], ALL, {"changed_metadata"}),
    "skips": (
        lambda nb: (
            cell(nb, "mini-base")["metadata"].update(tags=["skip-execution"]),
            cell(nb, "mini-base-answer").update(source="base = 0"),
        ),
        (0.0, 6.0),
        {"changed_metadata"},
    ),
    "text": (lambda nb: cell(nb, "mini-why").update(source="So <script>alert(1)</script> there."), ALL, set()),
    "not-json": (lambda _: b'{"cells": [', BLANK, {"unreadable"}),
    "[a]*?<b>{x}": (lambda _: None, ALL, set()),
    "li_lei": (lambda nb: cell(nb, "start").update(source=_START_AS_ANOTHER), ALL, {"other_learner"}),
}
_START_AS_ANOTHER = (
    '# from loyaltylib.practice import start\nkit = "start(lang="  # start("mini", lang="zh", learner="x")'
)


@pytest.fixture(scope="session")
def marked_class(released_class, tmp_path_factory):
    """A class with every submission of the table and one that handed in nothing, marked; look, do not touch."""
    from autograders.grade import grade

    mini = MiniClass(Path(shutil.copytree(released_class.root, tmp_path_factory.mktemp("marked") / "class")))
    for learner, (change, _, _) in SUBMISSIONS.items():
        notebook = mini.solved()
        changed = change(notebook)
        mini.hand_in(learner, changed if isinstance(changed, bytes) else notebook)
    (mini.root / "submitted/nobody/mini").mkdir(parents=True)
    mini.steps = []
    before = _contents(mini.root / "submitted")
    mini.summary = grade(mini.root, "mini", progress=lambda *step: mini.steps.append(step))
    mini.untouched = _contents(mini.root / "submitted") == before
    mini.submissions = SUBMISSIONS
    return mini


def _contents(folder):
    return {str(p): p.read_bytes() for p in folder.rglob("*") if p.is_file()}
