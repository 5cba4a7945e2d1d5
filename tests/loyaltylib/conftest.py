"""Fixtures for the learner's side: a chapter of four exercises and eight items, `small`, in place of the course."""

import json
import textwrap
from pathlib import Path

import nbformat
import pytest
from nbclient import NotebookClient
from nbformat.v4 import new_code_cell, new_notebook

from loyaltylib import chapters, quiz, resources

SMALL = Path(__file__).parent / "small"
VARIABLES = ("LOYALTY_LEARNER", "JUPYTERHUB_USER", "NBGRADER_EXECUTION", "JPY_SESSION_NAME")

# The same swap in a kernel of its own, before the notebook's first cell.
_SWAP = f"""
import pathlib
from loyaltylib import chapters, quiz, resources
def find(path, small=pathlib.Path({str(SMALL)!r})):
    return small / path if (small / path).exists() else resources.find(path)
chapters.find = quiz.find = find
"""


@pytest.fixture
def small(monkeypatch, tmp_path):
    """Put the small chapter in place of the course, in this process; work in an empty folder as nobody."""

    def find(path):
        return SMALL / path if (SMALL / path).exists() else resources.find(path)

    def forget():
        for cached in (chapters.syllabus, chapters.chapter, quiz.items):
            cached.cache_clear()

    monkeypatch.setattr(chapters, "find", find)
    monkeypatch.setattr(quiz, "find", find)
    for name in VARIABLES:
        monkeypatch.delenv(name, raising=False)
    monkeypatch.chdir(tmp_path)
    forget()
    yield tmp_path
    forget()


@pytest.fixture
def run(tmp_path, monkeypatch):
    """Return a function that runs cells (id -> source) in a real kernel without stdin and returns their outputs."""
    for name in VARIABLES:
        monkeypatch.delenv(name, raising=False)

    def run_cells(cells, **env):
        for name, value in env.items():
            monkeypatch.setenv(name, value)
        sources = {"swap": _SWAP, **cells}
        notebook = new_notebook(cells=[new_code_cell(textwrap.dedent(s), id=name) for name, s in sources.items()])
        client = NotebookClient(
            notebook,
            timeout=120,
            kernel_name="python3",
            allow_errors=True,
            resources={"metadata": {"path": str(tmp_path)}},
        )
        client.execute()
        nbformat.validate(notebook)
        return {cell.id: [json.loads(json.dumps(output)) for output in cell.outputs] for cell in notebook.cells}

    return run_cells
