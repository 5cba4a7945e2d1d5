"""How fast a class is marked: `loyalty grade` beside stock `nbgrader autograde`, on the same submissions in one run.

    python tests/benchmarks/marking.py                     8 submissions of the chapter tiers, three of them by stock
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
from pathlib import Path

import psutil
from nbgrader.api import Gradebook

from autograders import classdir
from autograders.grade import grade
from autograders.simulate import simulate

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


def ours(root: Path, workers: int) -> tuple[float, dict[str, float], float]:
    """Mark everything; return seconds each, by part, and the most memory this process held (MB)."""
    most = 0.0

    def look(*_: object) -> None:
        nonlocal most
        most = max(most, psutil.Process().memory_info().rss / 1e6)

    summary = grade(root, "tiers", workers=workers, progress=look)
    parts = {part: seconds / summary.marked for part, seconds in summary.parts.items()}
    return summary.seconds_each, parts, most


def main() -> None:
    """Print the table."""
    reader = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    reader.add_argument("--learners", type=int, default=8)
    asked = reader.parse_args()
    warnings.simplefilter("ignore")
    with tempfile.TemporaryDirectory() as folder:
        made = Path(folder) / "class"
        classdir.new(made, "en")
        classdir.release(made, "tiers")
        simulate(made, "tiers", asked.learners, mistakes=[()] * asked.learners)
        print("                    each (s)   repair    cells   checks     save   memory (MB)")
        found = {}
        for workers in dict.fromkeys((1, os.cpu_count() or 1)):
            root = Path(shutil.copytree(made, Path(folder) / f"with-{workers}"))
            each, parts, memory = ours(root, workers)
            found[workers] = each
            shown = " ".join(f"{parts[name]:8.3f}" for name in ("repair", "cells", "checks", "save"))
            print(f"{workers:>2} worker(s)        {each:8.2f} {shown} {memory:8.0f}", flush=True)
        if asked.learners <= 100:
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
