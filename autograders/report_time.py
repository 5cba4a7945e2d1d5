"""How long exercises took: an estimate from the times that JupyterLab notes in a cell when it is run.

Of each cell the notebook knows its last run only; earlier hand-ins know earlier ones. The time between one run and the
next counts for the exercise of the later one, unless it is a pause. Times that learners' notebooks state prove nothing.
"""

from __future__ import annotations

import json
from contextlib import suppress
from datetime import UTC, datetime
from itertools import pairwise
from statistics import median
from typing import TYPE_CHECKING, Any

from .attempts import attempts
from .structure import LARGEST_FILE

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator, Sequence
    from pathlib import Path

    from .classdir import ClassDirectory

PAUSE = 600  # seconds: a longer gap is no work on the exercise
_PARTS = ("", "-answer", "-try")  # cells of an exercise, after its id


def runs(notebook: Any) -> Iterator[tuple[datetime, str]]:
    """Yield when a cell of a notebook was run, and its id; what is no time is left out."""
    cells = notebook.get("cells") if isinstance(notebook, dict) else None
    for cell in cells if isinstance(cells, list) else ():
        with suppress(AttributeError, TypeError, ValueError, KeyError, OverflowError):
            noted = cell["metadata"]["execution"]
            at = datetime.fromisoformat(noted.get("iopub.execute_input") or noted["shell.execute_reply.started"])
            yield (at if at.tzinfo else at.replace(tzinfo=UTC)).astimezone(UTC), str(cell["id"])


def minutes(known: Iterable[tuple[datetime, str]], exercises: Sequence[str]) -> dict[str, float]:
    """Return the minutes that one learner's runs tell of, by exercise; none of an exercise that was not run."""
    of = {f"{exercise}{part}": exercise for exercise in exercises for part in _PARTS}
    ordered = sorted(set(known))
    spent: dict[str, float] = {}
    for (before, _), (at, cell) in pairwise(ordered):
        gap = (at - before).total_seconds()
        if cell in of and gap <= PAUSE:
            spent[of[cell]] = spent.get(of[cell], 0.0) + gap / 60
    return spent


def of_class(
    opened: ClassDirectory, stem: str, learners: Iterable[str], exercises: Sequence[str]
) -> dict[str, tuple[float, int]]:
    """Return the median minutes of each exercise and over how many learners; empty where no times are noted."""
    by_exercise: dict[str, list[float]] = {}
    for learner in learners:
        paths = [each.path for each in attempts(opened, stem, learner) if each.path]
        paths = paths or [opened.root / "submitted" / learner / stem / f"{stem}.ipynb"]
        noted = [run for path in paths for run in runs(_read(path))]
        for exercise, spent in minutes(noted, exercises).items():
            by_exercise.setdefault(exercise, []).append(spent)
    return {exercise: (round(median(spent), 1), len(spent)) for exercise, spent in by_exercise.items()}


def _read(path: Path) -> Any:
    """Return a notebook as plain data, or None where it is none, too large, or has no times in it."""
    with suppress(OSError, ValueError, RecursionError):
        content = path.read_bytes() if path.stat().st_size <= LARGEST_FILE else b""
        if b'"execution"' in content:
            return json.loads(content)
    return None
