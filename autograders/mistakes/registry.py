"""All mistakes of a chapter, by name."""

from __future__ import annotations

from functools import cache
from importlib import import_module
from importlib.util import find_spec
from typing import TYPE_CHECKING

from loyaltylib.chapters import chapter
from loyaltylib.errors import CourseError
from loyaltylib.resources import view

from . import answers, cells

if TYPE_CHECKING:
    from pathlib import Path

    from .mistake import Mistake


def known(stem: str) -> dict[str, Mistake]:
    """Return every mistake of a chapter by its name: those of any chapter, and the chapter's own."""
    return _known(stem, view())


@cache
def _known(stem: str, _view: Path | None) -> dict[str, Mistake]:
    found = [*answers.mistakes(chapter(stem)), *cells.mistakes(chapter(stem))]
    if find_spec(f"{__package__}.{stem}"):
        found += import_module(f"{__package__}.{stem}").mistakes()
    named = {mistake.name: mistake for mistake in found}
    if len(named) < len(found):
        raise CourseError(f"two mistakes of the chapter '{stem}' have one name")
    return named
