"""Load the checks of a class's own: a file of Python whose functions mark in place of the kit's."""

from __future__ import annotations

import importlib.util
import sys
import traceback
from importlib import import_module
from types import ModuleType
from typing import TYPE_CHECKING

from loyaltylib import chapters
from loyaltylib.errors import CourseError, UnknownName

from . import check

if TYPE_CHECKING:
    from pathlib import Path


def load(source: bytes, path: Path, overlay: str) -> dict[str, check.Check]:
    """Return the checks of one file by the ids of their exercises; raises `CourseError` naming file and line.

    overlay  a name of the class's overlay: two classes may have a file of the same name
    """
    stem = path.stem
    if importlib.util.find_spec(f"autograders.checks.{stem}"):  # registers the kit's own first
        import_module(f"autograders.checks.{stem}")
    module = ModuleType(f"{check.PRIVATE}{overlay}_{stem}")
    module.__file__ = str(path)
    sys.modules[module.__name__] = module  # dataclasses look their module up there
    found = check.OWN[module.__name__] = {}
    try:
        exec(compile(source, str(path), "exec"), module.__dict__)  # noqa: S102 - the instructor's own code
    except Exception as error:
        sys.modules.pop(module.__name__, None)
        raise CourseError(f"{path}:{_line(error, path)}: {type(error).__name__}: {error}") from error
    known = [e.id for e in chapters.chapter(stem).exercises if e.kind != "text"]
    for name, function in found.items():
        if name not in known:
            line = function.__code__.co_firstlineno if hasattr(function, "__code__") else 1
            raise CourseError(f"{path}:{line}: {UnknownName('exercise', name, known)}")
    return found


def _line(error: Exception, path: Path) -> int:
    """Return the line of the file at which loading it ended."""
    if isinstance(error, SyntaxError) and error.filename == str(path):
        return error.lineno or 1
    lines = [frame.lineno for frame in traceback.extract_tb(error.__traceback__) if frame.filename == str(path)]
    return lines[-1] or 1 if lines else 1
