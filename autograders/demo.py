"""The whole way once: a class of made-up learners, released, handed in, marked, answered and reported."""

from __future__ import annotations

import os
import sys
from pathlib import Path
from typing import TYPE_CHECKING

from loyaltylib.errors import ClassError

from . import classdir
from .messages import tell
from .terminal import Progress, summary_lines

if TYPE_CHECKING:
    from collections.abc import Callable
    from contextlib import AbstractContextManager

CHAPTER = "tiers"  # the one that is shown
_MARK = ".loyalty-demo"  # a folder with this file was made by a demo, and only such a one is made anew


def demo(  # noqa: PLR0913 - the command's own options
    path: Path,
    lang: str,
    *,
    learners: int,
    seed: int,
    show: Callable[[str], AbstractContextManager[Progress]],
    reader: str,
) -> list[str]:
    """Make a class at `path`, mark made-up submissions, and return the lines of its summary.

    `lang` is the class's language, `reader` that of the messages, `show` opens the progress of one step.
    The class of an earlier demo at the same place is replaced; anything else there is a `ClassError`.
    """
    from .feedback import feedback
    from .grade import grade
    from .report import report
    from .simulate import simulate

    _clear(path, reader)
    with show(tell(reader, "Making the class directory")):
        opened = classdir.new(path, lang)
        (path / _MARK).touch()
    stem = CHAPTER if CHAPTER in opened.chapters else opened.chapters[0]
    with show(tell(reader, "Releasing")):
        classdir.release(path, stem, reader)
    with show(tell(reader, "Handing in")) as progress:
        simulate(path, stem, learners, seed, progress, lang=reader)
    with show(tell(reader, "Marking")) as progress:
        summary = grade(path, stem, progress=progress, lang=reader)
    with show(tell(reader, "Writing feedback")) as progress:
        feedback(path, stem, progress=progress, lang=reader)
    with show(tell(reader, "Writing the report")):
        page = report(path, stem, reader)
    loyalty = _own_command()
    return [
        *summary_lines(summary, reader),
        tell(reader, "The report is {path}", path=page),
        tell(reader, "Next, for a learner:     {loyalty} lab", loyalty=loyalty),
        tell(reader, "Next, for an instructor: {loyalty} desk {path}", loyalty=loyalty, path=path),
        tell(reader, "Next, for a trainer:     {loyalty} present", loyalty=loyalty),
    ]


def _own_command() -> str:
    """Return how to call this command again: by its place where that is below this folder, as in a checkout."""
    called = os.path.relpath(sys.argv[0])
    return called if Path(called).name == "loyalty" and not called.startswith(os.pardir) else "loyalty"


def _clear(path: Path, reader: str) -> None:
    """Remove an earlier demo's class, and nothing else."""
    if not path.exists() or (path.is_dir() and not any(path.iterdir())):
        return
    if not (path / _MARK).is_file():
        raise ClassError(
            tell(reader, "{path} is there already and no earlier demo made it: choose another folder", path=path)
        )
    from nbgrader.utils import rmtree

    rmtree(str(path))
