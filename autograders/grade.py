"""Mark a class: nbgrader's own sanitising and saving around notebooks that run side by side.

For each new or changed submission: a repaired copy in a private place, nbgrader's sanitising steps,
a run in an executor, nbgrader's saving steps. Everything that touches the gradebook happens here, in
one process, one submission after the other; a submission that cannot be marked is named and the rest
goes on.
"""

from __future__ import annotations

import logging
import os
import shutil
import tempfile
import time
import warnings
from collections.abc import Callable, Iterator
from concurrent.futures import FIRST_COMPLETED, Executor, Future, ThreadPoolExecutor, wait
from contextlib import contextmanager
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

import nbformat
from nbgrader.api import Gradebook, MissingEntry
from nbgrader.utils import parse_utc
from sqlalchemy.exc import SAWarning

from loyaltylib.errors import ClassError

from . import execute, records, structure
from .classdir import ClassDirectory, open_class
from .converter import converter
from .messages import N_, tell
from .records import Incident, Record
from .runner import Run

Progress = Callable[[int, int, str], None]


@dataclass(frozen=True)
class Submission:
    """What one learner handed in: the notebook's bytes, or why there are none."""

    learner: str
    data: bytes
    incident: Incident | None = None
    timestamp: str = ""


@dataclass(frozen=True)
class Summary:
    """How a class was marked.

    submissions   all there are; marked: those of this run; unchanged: marked before and the same since
    failed        learner and reason: what could not be marked, or not be read and so has no points
    mean          of the points given without a person, out of `max_points`, over all records
    by_hand       answers that wait for a person in Formgrader
    isolation     what stood between learners' code and the machine
    parts         seconds of this run by part, summed over notebooks
    """

    stem: str
    submissions: int
    marked: int
    unchanged: int
    failed: tuple[tuple[str, str], ...]
    incidents: tuple[tuple[str, Incident], ...]
    mean: float
    max_points: float
    by_hand: int
    seconds: float
    workers: int
    isolation: str = ""
    parts: dict[str, float] = field(default_factory=dict)

    @property
    def seconds_each(self) -> float:
        """Seconds of wall time for one notebook of this run."""
        return self.seconds / self.marked if self.marked else 0.0


def grade(  # noqa: PLR0913  # the command's own options
    path: Path,
    stem: str | None = None,
    *,
    workers: int | None = None,
    force: bool = False,
    progress: Progress | None = None,
    executor: Executor | None = None,
    lang: str = "en",
) -> Summary:
    """Mark the submissions of a chapter that are new or have changed, all of them with `force`.

    Scores given by hand are kept. Raises `ClassError` when the chapter was not released.
    """
    started = time.perf_counter()
    opened = open_class(path, lang)
    stem = opened.chapter(stem, lang)
    workers = workers or os.cpu_count() or 1
    batch = _Batch(opened, stem, lang)
    todo = [s for s in submissions(opened, stem) if force or batch.is_new(s)]
    marked, failed = 0, []
    with batch.staged(), executor or ThreadPoolExecutor(workers) as pool:
        for learner, problem in batch.mark(todo, pool):
            marked += not problem
            if problem:
                failed.append((learner, Incident("not_marked", detail=problem).text(lang)))
            if progress:
                progress(marked + len(failed), len(todo), learner)
    return _summary(batch, marked, failed, workers, time.perf_counter() - started, lang)


def submissions(opened: ClassDirectory, stem: str) -> list[Submission]:
    """Return what every learner handed in for a chapter, in the order of their ids; nothing is followed or run."""
    folders = sorted(p for p in opened.root.glob("submitted/*/") if not p.name.startswith(".") and (p / stem).is_dir())
    return [_submission(folder.name, folder / stem, stem) for folder in folders]


def _submission(learner: str, folder: Path, stem: str) -> Submission:
    """Return one learner's notebook; the only notebook in the folder will do under another name."""
    found = sorted(p for p in folder.iterdir() if p.suffix == ".ipynb" and p.is_file() and not p.is_symlink())
    named = [p for p in found if p.stem == stem]
    timestamp = _timestamp(folder / "timestamp.txt")
    if not named and len(found) != 1:
        return Submission(learner, b"", Incident("no_notebook"), timestamp)
    path = (named or found)[0]
    incident = None if named else Incident("renamed", detail=path.name)
    try:
        return Submission(learner, path.read_bytes(), incident, timestamp)
    except OSError as error:
        return Submission(learner, b"", Incident("unreadable", detail=str(error)), timestamp)


def _timestamp(path: Path) -> str:
    """Return the time of handing in where nbgrader can read it: an unreadable one would end its batch."""
    try:
        text = path.read_text("utf-8").strip() if path.is_file() and not path.is_symlink() else ""
        if text:
            parse_utc(text)
    except (OSError, ValueError, OverflowError):
        return ""
    return text


class _Batch:
    """The submissions of one chapter on their way through nbgrader."""

    def __init__(self, opened: ClassDirectory, stem: str, lang: str) -> None:
        self.root, self.stem, self.lang = opened.root, stem, lang
        self.opened = opened
        self.release = execute.released(opened.root, stem)
        self.parts = {"repair": 0.0, "cells": 0.0, "checks": 0.0, "save": 0.0}
        self.found: dict[str, tuple[Incident, ...]] = {}
        with self.gradebook() as gradebook:
            try:
                gradebook.find_notebook(stem, stem)
            except MissingEntry:
                message = N_("the gradebook of {path} does not know the chapter '{stem}': release it first")
                raise ClassError(tell(lang, message, path=opened.root, stem=stem)) from None

    def gradebook(self) -> Any:
        """Return the class's gradebook, to be used in a `with`."""
        coursedir = self.opened.coursedir
        return Gradebook(coursedir.db_url, coursedir.course_id)

    def is_new(self, submission: Submission) -> bool:
        """Return whether a submission has no up-to-date record and marks."""
        record = records.read(self.root, self.stem, submission.learner)
        if record is None or record.content != execute.content_hash(submission.data):
            return True
        if record.check_version != records.check_version(self.stem):
            return True
        return not self._autograded(submission.learner).is_file() or not self._in_gradebook(submission.learner)

    def _autograded(self, learner: str) -> Path:
        return self.root / "autograded" / learner / self.stem / f"{self.stem}.ipynb"

    def _in_gradebook(self, learner: str) -> bool:
        with self.gradebook() as gradebook:
            try:
                gradebook.find_submission(self.stem, learner)
            except MissingEntry:
                return False
        return True

    @contextmanager
    def staged(self) -> Iterator[None]:
        """Keep repaired copies of the submissions in a private folder of the class while it is marked."""
        for left in self.root.glob(".marking-*"):  # of a run that was killed
            shutil.rmtree(left, ignore_errors=True)
        stage = Path(tempfile.mkdtemp(prefix=".marking-", dir=self.root))
        self.converter = converter(self.opened, stage.name)
        level = self.converter.log.level
        try:
            self.converter.log.setLevel(logging.CRITICAL)  # what goes wrong is told in the summary, once
            with warnings.catch_warnings():
                warnings.simplefilter("ignore", SAWarning)  # of nbgrader's own queries under SQLAlchemy 2.1
                yield
        finally:
            self.converter.log.setLevel(level)
            shutil.rmtree(stage, ignore_errors=True)

    def mark(self, todo: list[Submission], pool: Executor) -> Iterator[tuple[str, str]]:
        """Yield each learner when their marks are saved, with what went wrong where they could not be."""
        running: dict[Future[Run], str] = {}
        try:
            for submission in todo:
                try:
                    running[self._start(submission, pool)] = submission.learner
                except Exception as error:  # noqa: BLE001  # whatever one submission does, the batch goes on
                    yield submission.learner, self._trouble(submission.learner, error)
                for future in [f for f in running if f.done()]:
                    yield self._finish(running.pop(future), future)
            while running:
                done, _ = wait(running, return_when=FIRST_COMPLETED)
                for future in done:
                    yield self._finish(running.pop(future), future)
        finally:
            for future in running:
                future.cancel()

    def _start(self, submission: Submission, pool: Executor) -> Future[Run]:
        """Repair and sanitise a submission, and hand it to the executor."""
        started = time.perf_counter()
        notebook, incidents = self._sanitised(submission)
        self.found[submission.learner] = incidents
        self.parts["repair"] += time.perf_counter() - started
        limits = self.converter.limits
        return pool.submit(execute.run_or_refuse, notebook, submission.learner, limits, incidents)

    def _sanitised(self, submission: Submission) -> tuple[Any, tuple[Incident, ...]]:
        """Return a submission as nbgrader's sanitising steps leave it; a blank one where even those fail."""
        learner, incident = submission.learner, submission.incident
        if incident and incident.kind in execute.NO_NOTEBOOK:
            repaired = structure.unreadable(self.release, incident.detail, incident.kind)
        else:
            repaired = execute.read_submission(submission.data, self.release)
            repaired = structure.with_incident(repaired, incident) if incident else repaired
        try:
            return self._sanitise(submission, repaired), repaired.incidents
        except Exception as error:
            if any(i.kind in execute.NO_NOTEBOOK for i in repaired.incidents):
                raise
            logging.getLogger(__name__).debug("%s: not sanitised", learner, exc_info=error)
            blank = structure.unreadable(self.release, f"nbgrader: {type(error).__name__}")
            return self._sanitise(submission, blank), blank.incidents

    def _sanitise(self, submission: Submission, repaired: structure.Repaired) -> Any:
        content = execute.content_hash(submission.data)
        notebook = structure.attach(repaired, content)
        self.converter.stage(submission.learner, self.stem, notebook, submission.timestamp)
        sanitised = self.converter.sanitise(submission.learner, self.stem)
        return nbformat.read(sanitised, as_version=4)

    def _finish(self, learner: str, future: Future[Run]) -> tuple[str, str]:
        """Save the marks of a run; return the learner and what went wrong."""
        started = time.perf_counter()
        try:
            run = future.result()
            self.converter.save(learner, self.stem, run)
            self._compare(learner)
        except Exception as error:  # noqa: BLE001  # whatever one submission does, the batch goes on
            return learner, self._trouble(learner, error)
        for part, seconds in run.seconds.items():
            self.parts[part] = self.parts.get(part, 0.0) + seconds
        self.parts["save"] += time.perf_counter() - started
        return learner, ""

    def _trouble(self, learner: str, error: Exception) -> str:
        """Drop what was half marked, so that the next run takes it up again; return what went wrong in one line."""
        logging.getLogger(__name__).debug("%s: not marked", learner, exc_info=error)
        shutil.rmtree(self._autograded(learner).parent, ignore_errors=True)
        records.path_of(self.root, self.stem, learner).unlink(missing_ok=True)
        return f"{type(error).__name__}: {error}".splitlines()[0][:200]

    def max_points(self) -> float:
        """Return the points that can be had without a person, from the gradebook."""
        with self.gradebook() as gradebook:
            cells = gradebook.find_notebook(self.stem, self.stem).grade_cells
            return float(sum(cell.max_score for cell in cells if cell.cell_type == "code"))

    def by_hand(self) -> int:
        """Return how many answers wait for a person's mark."""
        with self.gradebook() as gradebook:
            handed_in = gradebook.notebook_submissions(self.stem, self.stem)
            return sum(g.auto_score is None and g.manual_score is None for n in handed_in for g in n.grades)

    def _compare(self, learner: str) -> None:
        """Compare the gradebook's marks with the record; a difference becomes an incident of the record."""
        record = records.read(self.root, self.stem, learner)
        if record is None:
            return
        with self.gradebook() as gradebook:
            grades = gradebook.find_submission_notebook(self.stem, self.stem, learner).grades
            saved = {grade.name: grade.auto_score for grade in grades}
        found = [
            Incident("gradebook_differs", exercise, f"{saved.get(exercise)} / {verdict.points}")
            for exercise, verdict in record.verdicts.items()
            if saved.get(exercise) != verdict.points
        ]
        if found:
            records.write(self.root, Record(**{**vars(record), "incidents": (*record.incidents, *found)}))


def _summary(  # noqa: PLR0913, PLR0917  # what a run knows of itself
    batch: _Batch, marked: int, failed: list[tuple[str, str]], workers: int, seconds: float, lang: str
) -> Summary:
    everyone = submissions(batch.opened, batch.stem)
    learners = {s.learner for s in everyone}
    known = [r for r in records.read_all(batch.root, batch.stem) if r.learner in learners]
    unread = [(r.learner, i.text(lang)) for r in known for i in r.incidents if i.kind in execute.NO_NOTEBOOK]
    return Summary(
        stem=batch.stem,
        submissions=len(everyone),
        marked=marked,
        unchanged=len(everyone) - marked - len(failed),
        failed=tuple(sorted([*failed, *unread])),
        incidents=tuple((r.learner, i) for r in known for i in r.incidents),
        mean=sum(r.points for r in known) / len(known) if known else 0.0,
        max_points=batch.max_points(),
        by_hand=batch.by_hand(),
        seconds=seconds,
        workers=workers,
        parts={part: round(value, 3) for part, value in batch.parts.items()},
    )
