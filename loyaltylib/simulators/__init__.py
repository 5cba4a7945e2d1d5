"""One simulator per chapter: controls and a picture; the numbers come from the chapter's module."""

from __future__ import annotations

from typing import Any

from loyaltylib.learner import is_marking
from loyaltylib.messages import tell


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
