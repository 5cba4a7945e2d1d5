"""How fast a class is marked: `loyalty grade` beside stock `nbgrader autograde`, on the same submissions in one run.

    python tests/benchmarks/marking.py                     40 submissions of the chapter tiers, three of them by stock
    python tests/benchmarks/marking.py --learners 1000     flat cost and flat memory: ours alone

Seconds a notebook by part, with one worker and with all cores, and the ratio to stock; the marks are compared.
"""

from __future__ import annotations

import argparse
import os
import shutil
import tempfile
import time
import warnings
from dataclasses import dataclass
from pathlib import Path

import psutil
from nbgrader.api import Gradebook

from autograders import classdir
from autograders.grade import grade
from autograders.simulate import simulate

MANY = 100  # submissions: more of them are marked once, by all cores, and not by stock
STOCK = 3  # submissions marked by nbgrader's own Execute: each takes seconds


def marks(root: Path) -> dict[str, dict[str, float | None]]:
    """Return learner -> exercise -> points."""
    with Gradebook(f"sqlite:///{root}/gradebook.db") as gradebook:
        return {
            submission.student.id: {grade.name: grade.auto_score for grade in submission.notebooks[0].grades}
            for submission in gradebook.assignment_submissions("tiers")
        }


def stock(root: Path, learners: list[str]) -> float:
    """Mark some submissions by nbgrader's own Execute; return seconds each."""
    config = root / classdir.CONFIG_FILE
    config.write_text(
        config.read_text("utf-8")
        .replace("autograders.execute.RunNotebook", "nbgrader.preprocessors.Execute")
        .replace('c.Autograde.exporter_class = "autograders.execute.SubmissionReader"\n', ""),
        "utf-8",
    )
    for folder in (root / "submitted").iterdir():
        if folder.name not in learners:
            shutil.rmtree(folder)
    started = time.perf_counter()
    for learner in learners:
        os.environ["LOYALTY_LEARNER"] = learner
        opened = classdir.open_class(root)
        opened.config.CourseDirectory.student_id = learner
        classdir.run(opened, "Autograde", "tiers")
    del os.environ["LOYALTY_LEARNER"]
    return (time.perf_counter() - started) / len(learners)


@dataclass(frozen=True)
class Marked:
    """A run of ours: seconds each, by part, each of the first and of the last tenth, memory (MB) after either.

    Memory is of the process that writes; that of its workers and their notebooks has limits of its own.
    """

    each: float
    parts: dict[str, float]
    early: float
    late: float
    first: float
    last: float


def ours(root: Path, workers: int) -> Marked:
    """Mark everything with so many workers."""
    seen: list[tuple[float, float]] = []

    def look(*_: object) -> None:
        seen.append((time.perf_counter(), psutil.Process().memory_info().rss / 1e6))

    summary = grade(root, "tiers", workers=workers, progress=look)
    parts = {part: seconds / summary.marked for part, seconds in summary.parts.items()}
    tenth = max(len(seen) // 10, 1)

    def pace(end: int) -> float:
        return (seen[end][0] - seen[max(end - tenth, 0)][0]) / tenth

    # The first tenth has the start of the workers in it; the second is the first that shows the pace.
    return Marked(
        summary.seconds_each, parts, pace(2 * tenth - 1), pace(len(seen) - 1), seen[tenth - 1][1], seen[-1][1]
    )


def main() -> None:
    """Print the table."""
    reader = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    reader.add_argument("--learners", type=int, default=40)
    asked = reader.parse_args()
    warnings.simplefilter("ignore")
    with tempfile.TemporaryDirectory() as folder:
        made = Path(folder) / "class"
        classdir.new(made, "en")
        classdir.release(made, "tiers")
        simulate(made, "tiers", asked.learners, mistakes=[()] * asked.learners)
        print("                    each (s)   repair    cells   checks     save   early, late (s)   memory (MB)")
        found = {}
        cores = os.cpu_count() or 1
        for workers in dict.fromkeys((1, cores) if asked.learners <= MANY else (cores,)):
            root = Path(shutil.copytree(made, Path(folder) / f"with-{workers}"))
            run = ours(root, workers)
            found[workers] = run.each
            shown = " ".join(f"{run.parts[name]:8.3f}" for name in ("repair", "cells", "checks", "save"))
            pace = f"{run.early:8.2f} {run.late:8.2f}"
            print(
                f"{workers:>2} worker(s)        {run.each:8.2f} {shown} {pace} {run.first:7.0f} {run.last:5.0f}",
                flush=True,
            )
        if asked.learners <= MANY:
            honest = sorted(marks(root))[:STOCK]
            other = Path(shutil.copytree(made, Path(folder) / "stock"))
            each = stock(other, honest)
            theirs = marks(other)
            same = all(theirs[learner] == marks(root)[learner] for learner in honest)
            print(f"nbgrader autograde  {each:8.2f}   marks {'are the same' if same else 'DIFFER'}")
            for workers, seconds in found.items():
                print(f"ratio with {workers} worker(s): {each / seconds:.1f}")


if __name__ == "__main__":
    main()
