"""Who the learner is: asked once, remembered beside the notebook, shown with a short code."""

from __future__ import annotations

import hashlib
import json
import os
from dataclasses import dataclass
from typing import TYPE_CHECKING, Literal

from .answers import shown
from .errors import LearnerError
from .messages import tell

if TYPE_CHECKING:
    from pathlib import Path

GUEST = "guest"  # whose sample is shown to someone without an id
MEMORY = ".loyalty.json"
MARKING_VARIABLE = "LOYALTY_LEARNER"  # set by every marking step; the roster's id wins over what was typed
HUB_VARIABLE = "JUPYTERHUB_USER"
EXECUTION_VARIABLE = "NBGRADER_EXECUTION"  # set by nbgrader to "validate" or "autograde"
_ALPHABET = "23456789ABCDEFGHJKLMNPQRSTUVWXYZ"  # 32 characters, none of them mistaken for another

Source = Literal["marking", "argument", "memory", "hub", "asked", "none"]


@dataclass(frozen=True)
class Identity:
    """A learner's normalised id and where it came from; `learner` is empty for a guest, `problem` says why."""

    learner: str
    source: Source
    problem: str = ""


def short_code(*words: str, length: int = 4) -> str:
    """Return a code of a few characters that a person can compare, from the SHA-256 of some words.

    >>> short_code("zhang01") == short_code("zhang01"), len(short_code("zhang01"))
    (True, 4)
    """
    number = int.from_bytes(hashlib.sha256("\x1f".join(words).encode()).digest(), "big")
    code = ""
    for _ in range(length):
        number, digit = divmod(number, len(_ALPHABET))
        code += _ALPHABET[digit]
    return code


def is_marking() -> bool:
    """Return whether this run belongs to a marking step and not to a learner at work."""
    return bool(os.environ.get(MARKING_VARIABLE)) or os.environ.get(EXECUTION_VARIABLE) == "autograde"


def is_validating() -> bool:
    """Return whether nbgrader's Validate button runs the notebook."""
    return os.environ.get(EXECUTION_VARIABLE) == "validate"


def identify(given: str, folder: Path, lang: str, *, ask: bool = True) -> Identity:
    """Return who works here: marking step, argument, memory beside the notebook, JupyterHub, or one question.

    `ask` is False where it makes no difference who it is: then nobody is asked.

    An id that cannot be one makes a guest, with a sentence that says why; only in a marking step is it
    an error (`LearnerError`), since nobody is there to read the sentence.
    """
    from .data import normalise  # pandas stays out of a plain import

    marked = os.environ.get(MARKING_VARIABLE, "")
    if marked:
        return Identity(normalise(marked), "marking")
    candidates: list[tuple[str, Source]] = [
        (given, "argument"),
        (_recall(folder), "memory"),
        (os.environ.get(HUB_VARIABLE, ""), "hub"),
    ]
    raw, source = next(((text, where) for text, where in candidates if text.strip()), ("", "none"))
    if source == "none" and ask:
        raw, source = _ask(lang), "asked"
    if not raw.strip():
        return Identity("", "none")
    try:
        learner = normalise(raw)
    except LearnerError:
        problem = tell(lang, "{typed} cannot be an id: use the one on your class list.", typed=shown(raw))
        return Identity("", source, problem)
    if source in ("argument", "asked"):
        _remember(folder, learner)
    return Identity(learner, source)


def _ask(lang: str) -> str:
    """Ask once, if the front end can be asked; an empty text for no answer."""
    question = tell(lang, "Your learner's id (press Enter to look around as a guest): ")
    try:
        return input(question)
    except (EOFError, OSError, NotImplementedError, KeyboardInterrupt):  # no front end, or a learner who declines
        return ""


def _recall(folder: Path) -> str:
    try:
        known = json.loads((folder / MEMORY).read_text("utf-8"))
    except (OSError, ValueError):  # no memory, or one that somebody edited: ask again
        return ""
    learner = known.get("learner", "") if isinstance(known, dict) else ""
    return learner if isinstance(learner, str) else ""


def _remember(folder: Path, learner: str) -> None:
    if _recall(folder) == learner:
        return
    try:
        (folder / MEMORY).write_text(json.dumps({"learner": learner}, ensure_ascii=False) + "\n", "utf-8")
    except OSError:  # a folder that may not be written to: the id holds for this session
        return
