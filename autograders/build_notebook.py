"""Make a chapter's notebooks from its cells: the instructor's, and from it the learner's.

An exercise is three cells: its answer, `<id>-try` with the visible probes (graded, 0 points) and `<id>`,
the pointed cell, whose only line stands between nbgrader's hidden-test markers. Text marked by hand is one.
The learner's version is made by nbgrader's own steps, so it is what `nbgrader generate_assignment` releases.
"""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from .build_quiz import answer_cell
from .messages import tell

if TYPE_CHECKING:
    from collections.abc import Iterator, Mapping

    from loyaltylib import quiz
    from loyaltylib.chapters import Ai, Chapter, Exercise

    from .build_source import Cell

# A stub must be valid inside a function, show nothing when it runs (a last line `...` would print
# "Ellipsis"), and be the same in both languages.
CODE_STUB = "pass  # your code here 在此作答"
TEXT_STUB = "✎ …"
POINTED_LINE = "# marked after you hand in 提交后评分"
START_AFTER = "aims"  # the text cell after which the learner says who he is
START_CELL, AI_CELL = "start", "ai"  # what is generated there: the kit, and the rule on help by AI

_METADATA = {
    "kernelspec": {"display_name": "Python 3 (ipykernel)", "language": "python", "name": "python3"},
    "language_info": {"name": "python"},
}


def instructors_notebook(
    chapter: Chapter, cells: list[Cell], items: Mapping[str, quiz.Item], lang: str, edition: str = ""
) -> Any:
    """Return the instructor's notebook (nbformat 4.5) in one language, with solutions and pointed cells.

    edition   of the chapter, where a class has its own
    """
    from nbformat.v4 import new_notebook

    made: list[Any] = []
    for cell in cells:
        if cell.exercise:
            made += _exercise_cells(chapter.exercise(cell.exercise), cell, items, lang)
        else:
            made.append(_cell(cell.kind, cell.id, cell.source[lang], cell.metadata))
        if cell.id == START_AFTER:
            made.append(_cell("code", START_CELL, _start(chapter, lang, edition)))
            if chapter.exercises:
                made.append(_cell("markdown", AI_CELL, ai_line(chapter.ai, lang)))
    return new_notebook(cells=made, metadata=_METADATA)


def _start(chapter: Chapter, lang: str, edition: str) -> str:
    """Return the first code cell; where nothing is marked there is no place for an id."""
    who = ', learner=""' if chapter.exercises else ""
    which = f', edition="{edition}"' if edition else ""
    return f'from loyaltylib.practice import start\nkit = start("{chapter.stem}", lang="{lang}"{who}{which})'


def ai_line(rule: Ai, lang: str) -> str:
    """Return the rule on help by AI as the notebook says it."""
    return {
        "none": tell(lang, "**Help by AI: none.** Ask your instructor, the hints and each other."),
        "cite": tell(lang, "**Help by AI: allowed if you name it.** Say in your answer what it wrote for you."),
        "free": tell(lang, "**Help by AI: allowed.** You answer for what you hand in."),
    }[rule]


def _cell(kind: str, cell_id: str, source: str, metadata: Mapping[str, Any] | None = None) -> Any:
    from nbformat.v4 import new_code_cell, new_markdown_cell

    new = new_code_cell if kind == "code" else new_markdown_cell
    return new(source, id=cell_id, metadata=dict(metadata or {}))


def _graded(kind: str, cell_id: str, source: str, metadata: Mapping[str, Any] | None = None, **flags: Any) -> Any:
    """Return a cell nbgrader knows, its grade id being the cell's id."""
    known = {
        "grade": False,
        "grade_id": cell_id,
        "locked": False,
        "schema_version": 3,
        "solution": False,
        "task": False,
    }
    return _cell(kind, cell_id, source, {**(metadata or {}), "nbgrader": known | flags})


def _exercise_cells(exercise: Exercise, cell: Cell, items: Mapping[str, quiz.Item], lang: str) -> Iterator[Any]:
    """Yield what stands in the notebook for one cell of an exercise's source.

    A function's try cell is written by the chapter's author, so its pointed cell waits for it; the
    other kinds' try cells are generated.
    """
    if cell.role == "text":
        points = _points(exercise.points)
        yield _graded("markdown", cell.id, cell.source[lang], cell.metadata, grade=True, solution=True, points=points)
        return
    if cell.role == "try":
        yield _try(exercise, cell.source[lang])
        yield _pointed(exercise)
        return
    source = cell.source[lang]
    if exercise.kind == "quiz":
        yield _cell("code", f"{exercise.id}-items", f'kit.quiz("{exercise.id}")')
        source = answer_cell(exercise.answer, (items[i] for i in exercise.items))
    yield _graded("code", cell.id, source, cell.metadata, solution=True)
    if exercise.kind != "function":
        yield _try(exercise, f'kit.probe("{exercise.id}")')
        yield _pointed(exercise)


def _try(exercise: Exercise, source: str) -> Any:
    tags = {"tags": ["raises-exception"]}  # JupyterLab's Run All goes on past it
    return _graded("code", f"{exercise.id}-try", source, tags, grade=True, locked=True, points=0)


def _pointed(exercise: Exercise) -> Any:
    hidden = f'__import__("autograders.marking").marking.mark("{exercise.id}")'
    source = f"{POINTED_LINE}\n### BEGIN HIDDEN TESTS\n{hidden}\n### END HIDDEN TESTS"
    return _graded("code", exercise.id, source, grade=True, locked=True, points=_points(exercise.points))


def _points(points: float) -> float | int:
    return int(points) if points == int(points) else points


def text(notebook: Any) -> str:
    """Return a notebook as the text of its file, the same bytes every time."""
    import nbformat

    return str(nbformat.writes(notebook, version=4)).rstrip("\n") + "\n"


def learners_text(notebook: Any) -> str:
    """Return the learner's version of an instructor's notebook, as `nbgrader generate_assignment` releases it.

    The steps and their order are those of `nbgrader.converters.GenerateAssignment` without the ones that
    need a class: headers and footers, generated tests, and saving to the gradebook.
    """
    from nbconvert.exporters import NotebookExporter
    from nbgrader import preprocessors as nbgrader
    from traitlets.config import Config

    config = Config()
    config.Exporter.default_preprocessors = []
    config.ClearSolutions.code_stub = {"python": CODE_STUB}
    config.ClearSolutions.text_stub = TEXT_STUB
    exporter = NotebookExporter(config=config)
    for step in (
        nbgrader.LockCells,
        nbgrader.ClearSolutions,
        nbgrader.ClearOutput,
        nbgrader.CheckCellMetadata,
        nbgrader.ComputeChecksums,
        nbgrader.ClearHiddenTests,
        nbgrader.ClearMarkScheme,
        nbgrader.ComputeChecksums,
        nbgrader.CheckCellMetadata,
    ):
        exporter.register_preprocessor(step)
    released, _ = exporter.from_notebook_node(notebook)
    return str(released)
