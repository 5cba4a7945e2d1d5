"""A class's own rule on help by AI, in place of the chapter's: a step of nbgrader's that writes it into the release."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any, get_args

from nbgrader.preprocessors import NbGraderPreprocessor
from traitlets import Dict, Enum, Unicode

from loyaltylib.chapters import Ai

from . import structure
from .build_notebook import AI_CELL, ai_line
from .messages import LANGUAGES

if TYPE_CHECKING:
    from nbformat import NotebookNode


class AiRule(NbGraderPreprocessor):  # type: ignore[misc]  # nbgrader is untyped
    """Say the class's own rule where it has one."""

    chapters = Dict(
        value_trait=Enum(get_args(Ai)), key_trait=Unicode(), help="Chapter -> none, cite or free; else its own rule."
    ).tag(config=True)

    def preprocess(self, nb: NotebookNode, resources: dict[str, Any]) -> tuple[NotebookNode, dict[str, Any]]:
        """Return the notebook with the rule of this class."""
        say_rule(nb, self.chapters.get(resources["nbgrader"]["assignment"]), structure.language(nb) or LANGUAGES[0])
        return nb, resources


def say_rule(nb: NotebookNode, rule: Ai | None, lang: str) -> None:
    """Write a class's own rule into a notebook, where it has one."""
    for cell in nb.cells if rule else ():
        if rule and cell.get("id") == AI_CELL:
            cell.source = ai_line(rule, lang)
