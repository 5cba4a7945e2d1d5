"""Read a whole chapter and check what its files say about each other.

Every exercise of `chapter.yml` stands in `notebook.md` exactly once, every item of `quiz.yml` is asked,
every concept exists, and what a learner gets is code that runs and defines the names that are marked.
"""

from __future__ import annotations

import ast
import re
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

from loyaltylib import concepts
from loyaltylib.answers import is_untouched
from loyaltylib.errors import CourseError, UnknownName

from .build_notebook import AI_CELL, START_AFTER, START_CELL, TEXT_STUB
from .build_quiz import SourceItem, read_items
from .build_source import Cell, read_cells, read_chapter, wrong

if TYPE_CHECKING:
    from collections.abc import Callable
    from pathlib import Path

    from loyaltylib.chapters import Chapter, Exercise

_KIT_CALL = re.compile(r"kit\.(quiz|practice|probe|yours)\(\s*[\"']([^\"']+)[\"']")
_MARKERS = re.compile(r"(BEGIN|END) (SOLUTION|HIDDEN TESTS|MARK SCHEME)|AUTOTEST")
_MAGIC = re.compile(r"^\s*[%!]", re.MULTILINE)


@dataclass(frozen=True)
class ChapterSource:
    """A chapter as its author wrote it, checked."""

    folder: Path
    chapter: Chapter
    cells: list[Cell]
    items: dict[str, SourceItem]
    edition: str = ""  # where a class has its own items or parameters

    @property
    def notebook_path(self) -> Path:
        """Where the cells are written."""
        return self.folder / "notebook.md"


def read(folder: Path, find_concept: Callable[[str], object] = concepts.get) -> ChapterSource:
    """Read and check the chapter in `folder`; raises `CourseError` naming file and line.

    `find_concept` raises `UnknownName` for a concept that does not exist; by default the kit's registry.
    """
    source = ChapterSource(
        folder, read_chapter(folder), read_cells(folder / "notebook.md"), read_items(folder / "quiz.yml")
    )
    check(source, find_concept)
    return source


def check(source: ChapterSource, find_concept: Callable[[str], object] = concepts.get) -> None:
    """Check what the files of a chapter say about each other; raises `CourseError` as `read` does."""
    _check_cells(source)
    for exercise in source.chapter.exercises:
        _check_exercise(source, exercise)
    check_marked(source.chapter, source.items, source.folder / "chapter.yml")
    _check_practice(source)
    _check_concepts(source, find_concept)


def _check_cells(source: ChapterSource) -> None:
    """Check each cell by itself: its exercise exists, its calls name things that exist, no stray markers."""
    path, known = source.notebook_path, {e.id for e in source.chapter.exercises}
    parts = ("", "-items", "-answer", "-try")
    generated = {START_CELL, AI_CELL, *(f"{name}{part}" for name in known for part in parts)}
    if all(cell.id != START_AFTER for cell in source.cells):
        raise wrong(path, 1, f"no text cell with the id '{START_AFTER}'; the notebook opens with its aims")
    for cell in source.cells:
        if not cell.exercise and cell.id in generated:
            raise wrong(path, cell.line, f"cell id '{cell.id}' is that of a generated cell: choose another")
        if cell.exercise and cell.exercise not in known:
            raise wrong(path, cell.line, str(UnknownName("exercise", cell.exercise, known)))
        if (not cell.exercise or cell.role == "try") and (
            marker := _MARKERS.search(cell.source["en"] + cell.source["zh"])
        ):
            raise wrong(path, cell.line, f"'{marker[0]}' belongs into the answer cell of an exercise only")
        if cell.kind == "code":
            for call, name in _KIT_CALL.findall(cell.source["en"]):
                names = (
                    {i for i, one in source.items.items() if one.item.use == "practice"}
                    if call == "practice"
                    else known
                )
                if name not in names:
                    raise wrong(path, cell.line, f"kit.{call}: {UnknownName('item or exercise', name, names)}")


def _check_exercise(source: ChapterSource, exercise: Exercise) -> None:
    """Check that the cells of one exercise are those its kind has, in order, each with its solution."""
    path = source.notebook_path
    places = [i for i, cell in enumerate(source.cells) if cell.exercise == exercise.id]
    if not places:
        raise wrong(path, 1, f"exercise '{exercise.id}' of chapter.yml is not in the notebook")
    found = [source.cells[i].role for i in places]
    first = source.cells[places[0]]
    expected = {"text": ["text"], "function": ["answer", "try"]}.get(exercise.kind, ["answer"])
    if found != expected:
        message = (
            f"exercise '{exercise.id}' is a {exercise.kind}: its cells are {expected} in this order, found {found}"
        )
        raise wrong(path, first.line, message)
    if any(source.cells[i].exercise not in ("", exercise.id) for i in range(places[0], places[-1])):
        raise wrong(path, first.line, f"another exercise stands between the cells of '{exercise.id}'")
    for text in first.source.values():
        _check_solution(path, first, exercise, text)


def _check_solution(path: Path, cell: Cell, exercise: Exercise, text: str) -> None:
    if exercise.kind == "quiz":
        if text.strip():
            raise wrong(path, cell.line, f"the answer cell of '{exercise.id}' must be empty; quiz.yml fills it")
        return
    if [m[0] for m in _MARKERS.finditer(text)] != ["BEGIN SOLUTION", "END SOLUTION"]:
        raise wrong(
            path, cell.line, f"'{exercise.id}' needs one ### BEGIN SOLUTION and, after it, one ### END SOLUTION"
        )


def check_marked(chapter: Chapter, items: dict[str, SourceItem], chapter_path: Path) -> None:
    """Check that every exercise's items are there and every marked item stands in exactly one exercise."""
    asked = [item for exercise in chapter.exercises for item in exercise.items]
    for exercise in chapter.exercises:
        if bool(exercise.items) != (exercise.kind == "quiz"):
            raise CourseError(f"{chapter_path}: exercise '{exercise.id}': a quiz has items, and nothing else has")
    for name in asked:
        if name not in items:
            raise CourseError(f"{chapter_path}: {UnknownName('item', name, items)}")
        if items[name].item.use != "marked":
            raise CourseError(
                f"{chapter_path}: item '{name}' is for practice, its key is in the notebook: mark another"
            )
    for name, one in items.items():
        if one.item.use == "marked" and asked.count(name) != 1:
            raise wrong(one.path, one.line, f"marked item '{name}' stands in {asked.count(name)} exercises, not in one")


def _check_practice(source: ChapterSource) -> None:
    """Check that every practice item is shown in the text."""
    code = "\n".join(cell.source["en"] for cell in source.cells if cell.kind == "code")
    practised = {name for call, name in _KIT_CALL.findall(code) if call == "practice"}
    for name, one in source.items.items():
        if one.item.use == "practice" and name not in practised:
            raise wrong(one.path, one.line, f"practice item '{name}' is never shown: kit.practice(\"{name}\")")


def _check_concepts(source: ChapterSource, find_concept: Callable[[str], object]) -> None:
    chapter_path = source.folder / "chapter.yml"
    named = [(f"{chapter_path}", name) for name in source.chapter.concepts]
    named += [(f"{chapter_path}", exercise.concept) for exercise in source.chapter.exercises]
    named += [(f"{one.path}:{one.line}", one.item.concept) for one in source.items.values() if one.item.concept]
    for place, name in named:
        try:
            find_concept(name)
        except UnknownName as error:
            raise CourseError(f"{place}: {error}") from None


def check_notebooks(source: ChapterSource, instructors: Any, released: Any) -> None:
    """Check what comes out of one language: the code is Python and defines what is marked.

    A number starts as None in the learner's version and a decision as an empty list or mapping, so that an untouched
    one is not taken for an answer; of a text marked by hand the stub alone is left, so that an untouched one is the
    same in both languages.
    """
    path = source.notebook_path
    lines = {cell.id: cell.line for cell in source.cells}
    sources = {cell.id: cell.source for cell in released.cells}
    for version, notebook in {"instructor": instructors, "learner": released}.items():
        defined = _defined(path, lines, version, notebook)
        for exercise in source.chapter.exercises:
            line, node = lines.get(f"{exercise.id}-answer", lines.get(exercise.id, 1)), defined.get(exercise.answer)
            if exercise.kind == "text":
                if sources[exercise.id].strip() != TEXT_STUB:
                    message = (
                        f"'{exercise.id}': nothing but its solution may stand in its cell; ask in a text cell above"
                    )
                    raise wrong(path, line, message)
            elif not isinstance(node, ast.FunctionDef if exercise.kind == "function" else ast.Assign):
                what = "function" if exercise.kind == "function" else "variable"
                raise wrong(path, line, f"the {version}'s notebook must define the {what} '{exercise.answer}'")
            elif version == "learner" and (stub := _stub_missing(exercise, node)):
                raise wrong(path, line, f"'{exercise.answer} = {stub}' must stand above the solution")


def _defined(path: Path, lines: dict[str, int], version: str, notebook: Any) -> dict[str, ast.stmt]:
    """Return the top-level names of a notebook, each with the statement that defines it last."""
    defined: dict[str, ast.stmt] = {}
    for cell in notebook.cells:
        if cell.cell_type != "code" or _MAGIC.search(cell.source):
            continue
        try:
            tree = ast.parse(cell.source)
        except SyntaxError as error:
            message = f"cell '{cell.id}' of the {version}'s notebook is not Python: {error.msg}"
            raise wrong(path, lines.get(cell.id, 1), message) from None
        for node in tree.body:
            if isinstance(node, ast.FunctionDef):
                defined[node.name] = node
            elif isinstance(node, ast.Assign):
                defined |= {name.id: node for target in node.targets for name in _names(target)}
    return defined


def _names(target: ast.expr) -> list[ast.Name]:
    """Return the names that a target of an assignment gives: one, or several as in `fig, ax = plt.subplots()`."""
    parts = target.elts if isinstance(target, ast.Tuple) else [target]
    return [part for part in parts if isinstance(part, ast.Name)]


def _stub_missing(exercise: Exercise, node: ast.stmt | None) -> str:
    """Return the untouched answer that should be there and is not; nothing where all is well."""
    stub = {"number": "None", "decision": "{}" if exercise.form == "mapping" else "[]"}.get(exercise.kind, "")
    if not stub or not isinstance(node, ast.Assign):
        return ""
    try:
        value = ast.literal_eval(node.value)
    except ValueError:
        return stub
    return "" if is_untouched(value) and isinstance(value, type(ast.literal_eval(stub))) else stub
