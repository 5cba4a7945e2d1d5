"""What Formgrader shows of a learner's notebook, cleaned as feedback is.

Formgrader's page of a submission belongs to the instructor's Jupyter server, and nbgrader writes outputs, texts and the
learner's id into it as they are: a script in one of them would do on that server whatever the instructor may do. A
class's settings give these two to nbconvert's HTML exporter, with which Formgrader makes the page.
"""

from __future__ import annotations

import html
from functools import cache
from pathlib import Path
from typing import TYPE_CHECKING, Any

from jinja2 import pass_context
from nbconvert.exporters import HTMLExporter
from nbconvert.preprocessors import Preprocessor
from nbformat.v4 import new_markdown_cell

from . import classfile
from .classdir import ClassDirectory
from .feedback import clean
from .messages import tell
from .reading import rubrics

if TYPE_CHECKING:
    from nbformat import NotebookNode

# What the template writes as text, as a picture or by `markdown`; HTML is cleaned, and anything else is left out.
_SAFE = ("text/plain", "text/latex", "text/markdown", "image/png", "image/jpeg", "image/svg+xml")
_NAMES = ("student", "last_name", "first_name", "notebook_path")


class Cleaned(Preprocessor):  # type: ignore[misc]  # nbconvert is untyped
    """Leaves of each output what shows and does nothing else; the learner's names become text."""

    def preprocess(self, nb: NotebookNode, resources: Any) -> tuple[NotebookNode, Any]:
        """Return the notebook and the names as they may be shown; the file stays as it is."""
        stem, root = resources.get("assignment_id"), self.config.get("CourseDirectory", {}).get("root")
        if stem and root:  # what Formgrader gives; feedback is written without
            _show_rubrics(nb, ClassDirectory(Path(root), self.config, classfile.read(Path(root)).lang), stem)
        for cell in nb.cells:
            for output in cell.get("outputs", ()):
                if "data" in output:
                    output["data"] = _shown(output["data"])
                    output["metadata"] = {}
        for name in _NAMES:
            if isinstance(resources.get(name), str):
                resources[name] = html.escape(resources[name])
        return nb, resources


def _show_rubrics(nb: NotebookNode, opened: ClassDirectory, stem: str) -> None:
    """Put the class's rubric above an answer that a person marks, where the learner's notebook has not got it there.

    The task with its rubric is a text like any other in the learner's notebook, and may have been changed or cut out.
    """
    known = rubrics(opened, stem)
    cells: list[NotebookNode] = []
    for cell in nb.cells:
        rubric = known.get(cell.metadata.get("nbgrader", {}).get("grade_id"), "")
        if rubric and (not cells or cells[-1].source.strip() != rubric.strip()):
            title = tell(opened.lang, "The class's own rubric")
            cells.append(new_markdown_cell(f"**{title}**\n\n{rubric}"))
        cells.append(cell)
    nb.cells = cells


def _shown(data: dict[str, Any]) -> dict[str, Any]:
    kept = {"text/plain": ""} | {kind: data[kind] for kind in _SAFE if isinstance(data.get(kind), str)}
    return kept | ({"text/html": clean(data["text/html"])} if isinstance(data.get("text/html"), str) else {})


@pass_context
def markdown(context: Any, source: str) -> str:
    """Return Markdown as HTML that shows and does nothing else: nbconvert's own filter, cleaned."""
    return clean(_exporter().markdown2html(context, source))


@cache
def _exporter() -> Any:
    return HTMLExporter()
