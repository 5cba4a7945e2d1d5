"""One simulator per chapter: controls and a picture; the numbers come from the chapter's module."""

from __future__ import annotations

from functools import cache
from importlib import import_module
from importlib.util import find_spec
from typing import TYPE_CHECKING, Any

from loyaltylib.chapters import syllabus
from loyaltylib.errors import UnknownName
from loyaltylib.learner import is_marking
from loyaltylib.messages import tell

if TYPE_CHECKING:
    from .simulator import Simulator


class Unmoved:
    """Stands for a simulator while a notebook is marked: nobody is there to move it, and drawing it takes a second."""

    def __init__(self, lang: str) -> None:
        self._said = tell(lang, "The simulator is left out while a notebook is marked.")

    def _repr_mimebundle_(self, **_: Any) -> dict[str, str]:
        """Return the sentence."""
        return {"text/plain": self._said}


def unmoved(lang: str) -> Unmoved | None:
    """Return what stands for a simulator while a notebook is marked; None where somebody is there to move it."""
    return Unmoved(lang) if is_marking() else None


@cache
def stems() -> tuple[str, ...]:
    """Return the chapters that have a simulator, in the order of the course."""
    return tuple(stem for stem in syllabus() if find_spec(f"{__name__}.{stem}"))


def simulator_of(stem: str) -> type[Simulator]:
    """Return a chapter's simulator; raises `UnknownName` for a chapter without one."""
    if stem not in stems():
        raise UnknownName("simulator", stem, stems())
    kind: type[Simulator] = import_module(f"{__name__}.{stem}").show.__self__
    return kind
