"""A chapter's notebooks run: in a kernel, and without one for any learner; solved, or as they are released."""

from __future__ import annotations

import ast
import contextlib
import io
import os
import re
import textwrap
from functools import cache
from typing import Any
from unittest.mock import patch

import matplotlib as mpl
import nbformat
from nbclient import NotebookClient

from autograders import build, build_chapter, build_notebook
from autograders.build_chapter import ChapterSource
from loyaltylib import chapters, practice
from loyaltylib.chapters import Exercise
from loyaltylib.quiz import Item
from loyaltylib.simulators import stems
from loyaltylib.simulators.stories import TOLD, stories

MOST_SECONDS = 60  # of processor time, for a whole notebook: a busy machine makes the clock a poor witness
_HUNG = 600  # seconds by the clock after which a cell is taken not to end
VERSIONS = ("solved", "released")
LEARNERS = {"learner-0": "en", "learner-1": "en", "learner-2": "zh"}  # and the notebook each works in
_SOLUTION = re.compile(r"^ *### BEGIN SOLUTION[^\n]*\n(.*?)^ *### END SOLUTION", re.MULTILINE | re.DOTALL)
_MARKER = re.compile(r"^ *### (?:BEGIN|END) SOLUTION[^\n]*\n?", re.MULTILINE)
_VARIABLES = ("LOYALTY_LEARNER", "JUPYTERHUB_USER", "NBGRADER_EXECUTION")


@cache
def source(stem: str) -> ChapterSource:
    """Return a chapter as its author wrote it."""
    return build_chapter.read(build.course_folder() / stem)


def items(stem: str, use: str = "") -> list[Item]:
    """Return the items of a chapter with their keys, all or those of one use."""
    return [one.item for one in source(stem).items.values() if use in ("", one.item.use)]


@cache
def everything_said(stem: str, lang: str) -> list[str]:
    """Return every text of the chapter in a language."""
    chapter = chapters.chapter(stem)
    said = [cell.source[lang] for cell in source(stem).cells if cell.kind == "text"]
    for item in items(stem):
        said.append(item.stem[lang])
        said += [o.text[lang] for o in (*item.options, *item.left)]
        said += [o.why[lang] for o in item.options if o.why] + [w[lang] for w in item.why.values()]
    for exercise in chapter.exercises:
        said += [exercise.title[lang], *(hint[lang] for hint in exercise.hints)]
        said += [exercise.unit[lang]] if exercise.unit else []
    told = stories(stem, lang) if stem in stems() else ()
    said += [text for story in told for text in (*(getattr(story, part) for part in TOLD), *story.guesses)]
    return [*said, chapter.title[lang], *(objective[lang] for objective in chapter.objectives)]


@cache
def notebook(stem: str, lang: str, version: str) -> Any:
    """Return the instructor's notebook (`solved`) or the learner's (`released`)."""
    instructors = build.instructors_notebook(source(stem), lang)
    if version == "solved":
        return instructors
    return nbformat.reads(build_notebook.learners_text(instructors), as_version=4)


@cache
def ran(stem: str, lang: str, version: str) -> tuple[Any, float]:
    """Run a notebook in a fresh kernel, as learner-0; return it with its outputs, and the kernel's processor time."""
    made = nbformat.from_dict(notebook(stem, lang, version))
    client = NotebookClient(made, timeout=_HUNG, kernel_name="python3", allow_errors=True)
    environment = dict.fromkeys(_VARIABLES, "") | {"LOYALTY_LEARNER": "learner-0"}
    before = _processor_time()
    with patch.dict(os.environ, environment):
        client.execute()
    return made, _processor_time() - before


def _processor_time() -> float:
    """Return the processor time of all child processes that have ended, in seconds."""
    spent = os.times()
    return spent.children_user + spent.children_system


def answered(stem: str, learner: str, version: str) -> dict[str, Any]:
    """Run a notebook's cells in this process, but for the marks; return the names it leaves."""
    return _answered(stem, learner, version)[""]


def before(exercise: Exercise, learner: str) -> dict[str, Any]:
    """Return the names there are when a solved notebook comes to the answer of an exercise: a copy."""
    return dict(_answered(exercise.stem, learner, "solved")[f"{exercise.id}-answer"])


@cache
def _answered(stem: str, learner: str, version: str) -> dict[str, dict[str, Any]]:
    """Run the cells; return the names before each answer, and those at the end."""
    mpl.use("agg")
    marked = {exercise.id for exercise in chapters.chapter(stem).exercises}
    names: dict[str, Any] = {"__name__": "__main__"}
    found = {"": names}
    with patch.dict(os.environ, {"LOYALTY_LEARNER": learner}), contextlib.redirect_stdout(io.StringIO()):
        for cell in notebook(stem, LEARNERS[learner], version).cells:
            if cell.id == build_notebook.START_CELL:
                names["kit"] = practice.start(stem, LEARNERS[learner], namespace=names)
            elif cell.cell_type == "code" and cell.id not in marked and not cell.source.startswith(("%", "!")):
                if cell.id.endswith("-answer"):
                    found[cell.id] = dict(names)
                run(cell.source, names)
    return found


def run(code: str, names: dict[str, Any]) -> None:
    """Run code in a namespace as a cell does."""
    exec(code, names)  # noqa: S102 - the course's own cells


def answer_cell(exercise: Exercise) -> str:
    """Return the source of the cell that an exercise is answered in, solution and markers in it."""
    cells = notebook(exercise.stem, "en", "solved").cells
    return str(next(cell.source for cell in cells if cell.id in (f"{exercise.id}-answer", exercise.id)))


def solution(exercise: Exercise) -> ast.Module:
    """Return what stands between the markers, as a tree."""
    (inside,) = _SOLUTION.findall(answer_cell(exercise))
    return ast.parse(textwrap.dedent(inside))


def answer(exercise: Exercise) -> ast.Module:
    """Return the whole answer, what is given and the solution, as a tree."""
    return ast.parse(_MARKER.sub("", answer_cell(exercise)))


def with_solution(exercise: Exercise, code: str) -> str:
    """Return the code of an answer with another solution in the place of the right one."""
    cell = answer_cell(exercise)
    found = _SOLUTION.search(cell)
    assert found, exercise.id
    indent = re.match(r" *", found[1])
    return cell[: found.start()] + textwrap.indent(code, indent[0] if indent else "") + cell[found.end() :]
