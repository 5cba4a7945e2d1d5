"""A submission in the making: the learner's released notebook with the solution written in, ready for a mistake."""

from __future__ import annotations

import json
import re
from copy import deepcopy
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

from autograders.probes import keys
from loyaltylib import chapters
from loyaltylib.errors import ClassError, CourseError

if TYPE_CHECKING:
    from collections.abc import Callable, Mapping

_MARKER = re.compile(r"^ *### (?:BEGIN|END) SOLUTION[^\n]*\n?", re.MULTILINE)
_SOLUTION = re.compile(r"^ *### BEGIN SOLUTION[^\n]*\n(.*?)^ *### END SOLUTION", re.MULTILINE | re.DOTALL)
_TYPED_ID = re.compile(r"learner\s*=\s*\"[^\"]*\"")
_STUB = r"(?:None|\[\]|\{\})"  # an empty answer that the solution below it replaces
START = "start"  # the generated first code cell
DATASET = "company"


@dataclass
class Draft:
    """One learner's notebook while it is being written.

    learner   the roster's id; `own` is the same in its normalised form
    notebook  what will be handed in (nbformat), solved to begin with
    released  the same, untouched
    other     returns the other language's, untouched
    source    the instructor's notebook
    name      of the file
    content   the file's bytes, where a mistake has changed them after writing
    """

    chapter: chapters.Chapter
    learner: str
    own: str
    notebook: Any
    released: Any
    other: Callable[[], Any]
    source: Any
    name: str
    content: bytes | None = None

    def exercise(self, name: str) -> chapters.Exercise:
        """Return an exercise by its name within the chapter."""
        return self.chapter.exercise(f"{self.chapter.stem}-{name}")

    def variant(self, name: str) -> dict[str, Any]:
        """Return this learner's own parameters of an exercise."""
        return chapters.variant(self.exercise(name).id, self.own)

    def index(self, cell_id: str) -> int:
        """Return the place of a cell in the notebook."""
        return place_of(self.notebook, cell_id)

    def answer(self, name: str) -> Any:
        """Return the cell an exercise is answered in."""
        return self.notebook.cells[self.index(answer_id(self.exercise(name)))]

    def write(self, name: str, code: str) -> None:
        """Write an exercise's answer anew."""
        self.answer(name).source = code

    def add(self, name: str, code: str) -> None:
        """Write something below an exercise's answer, in the same cell."""
        cell = self.answer(name)
        cell.source = f"{cell.source}\n\n{code}"

    def undo(self, name: str) -> None:
        """Leave an exercise as it was released."""
        cell_id = answer_id(self.exercise(name))
        self.write(name, self.released.cells[place_of(self.released, cell_id)].source)

    def key(self, name: str) -> dict[str, Any]:
        """Return the right answers of a quiz, item's name -> answer, for a mistake to change."""
        items = keys(self.chapter.stem)
        return {items[each].name: deepcopy(items[each].right_answer) for each in self.exercise(name).items}

    def write_quiz(self, name: str, answers: Mapping[str, Any]) -> None:
        """Write the answers of a quiz."""
        lines = [f"    {item!r}: {answer!r}," for item, answer in answers.items()]
        self.write(name, "\n".join([f"{self.exercise(name).answer} = {{", *lines, "}"]))

    def insert(self, place: int, cell_id: str, code: str) -> None:
        """Insert a code cell of the learner's own."""
        from nbformat.v4 import new_code_cell

        self.notebook.cells.insert(place, new_code_cell(code, id=cell_id))

    def translate(self) -> None:
        """Do the same work in the other language's notebook."""
        self.released = self.other()
        self.notebook = solved(self.released, self.source, self.chapter)

    def type_id(self, learner: str) -> None:
        """Type an id into the first code cell and run it, which writes into the file whose data it shows."""
        cell = self.notebook.cells[self.index(START)]
        cell.source = _TYPED_ID.sub(lambda _: f"learner={json.dumps(learner, ensure_ascii=False)}", cell.source)
        cell.outputs = [_panel(self.chapter, learner, language(self.notebook))]
        cell.execution_count = 1

    def to_bytes(self) -> bytes:
        """Return the file as it is handed in."""
        return written(self.notebook) if self.content is None else self.content


def answer_id(exercise: chapters.Exercise) -> str:
    """Return the id of the cell an exercise is answered in; a text is answered where it is marked."""
    return exercise.id if exercise.kind == "text" else f"{exercise.id}-answer"


def place_of(notebook: Any, cell_id: str) -> int:
    """Return the place of a cell; raises `ClassError` where the notebook has none of that id."""
    for place, cell in enumerate(notebook.cells):
        if cell.get("id") == cell_id:
            return place
    raise ClassError(f"the notebook has no cell '{cell_id}': release the chapter again, then simulate")


def language(notebook: Any) -> str:
    """Return the language a notebook is in, as its first code cell says."""
    return "zh" if 'lang="zh"' in notebook.cells[place_of(notebook, START)].source else "en"


def written(notebook: Any) -> bytes:
    """Return a notebook as the bytes of its file, whatever is wrong with it."""
    import nbformat

    return f"{json.dumps(nbformat.v4.rwbase.split_lines(deepcopy(notebook)), ensure_ascii=False, indent=1)}\n".encode()


def _panel(chapter: chapters.Chapter, learner: str, lang: str) -> Any:
    """Return the output of the first code cell: the panel, with the record of whose work it is."""
    from nbformat.v4 import new_output

    from loyaltylib.data import load, normalise
    from loyaltylib.learner import short_code
    from loyaltylib.panel import Panel

    own, version = normalise(learner), load(DATASET).version
    panel = Panel(chapter, lang, own, short_code(own, version), version)
    return new_output("display_data", data=panel._repr_mimebundle_())


def solved(released: Any, source: Any, chapter: chapters.Chapter) -> Any:
    """Return a released notebook with the instructor's solutions in its answer cells.

    Of a quiz, a number and a decision only the solution is taken, as a learner writes over the empty answer; a
    function's solution stands inside it, and a figure's may go on from the empty axes.
    """
    notebook = deepcopy(released)
    for exercise in chapter.exercises:
        cell = notebook.cells[place_of(notebook, answer_id(exercise))]
        cell.source = worked_solution(source, exercise)
    return notebook


def worked_solution(source: Any, exercise: chapters.Exercise) -> str:
    """Return an exercise's answer as the instructor's notebook has it, without the empty one that it replaces."""
    text = str(source.cells[place_of(source, answer_id(exercise))].source)
    if exercise.kind != "quiz":
        text = re.sub(rf"\A{re.escape(exercise.answer)} = {_STUB} *\n", "", text)
    inside = _SOLUTION.search(text)
    if inside is None:
        raise CourseError(f"the source of exercise '{exercise.id}' has no solution between its markers")
    return (inside[1] if exercise.kind in ("quiz", "text") else _MARKER.sub("", text)).strip("\n")
