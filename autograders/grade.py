"""Mark a class: repair, run and decide in workers, and save in one place.

For each new or changed submission a worker gets its bytes and returns the marked notebook and its record (`job.do`).
Workers share nothing and hold no database; everything that touches the gradebook happens here, in one process, many
submissions to a commit. A submission that cannot be marked is named and the rest goes on. The record of a submission is
written last, when its notebook and its marks are saved: a run that is stopped at any moment goes on where it stopped.
"""

from __future__ import annotations

import contextlib
import logging
import os
import time
import warnings
from collections.abc import Callable, Iterator
from dataclasses import dataclass, field, replace
from pathlib import Path  # noqa: TC003 - the fields of Submission travel to workers
from typing import TYPE_CHECKING, Any

import nbformat
from sqlalchemy.exc import SAWarning

from loyaltylib.files import write_whole

from . import attempts, classfile, execute, gradebook, groups, job, late, overlay, pseudonyms, records
from .attempts import Attempt  # noqa: TC001 - as above
from .classdir import ClassDirectory, open_class
from .follow_up import follow_up
from .records import Incident
from .workers import Workers, local

if TYPE_CHECKING:
    from concurrent.futures import Executor

    from .gradebook import ChapterBook
    from .job import Done, Job
    from .records import Record
    from .sandbox.outside import Level

Progress = Callable[[int, int, str], None]
_Rank = tuple[float, str, int]  # points, when, number
# What is not committed yet when a run is killed is marked again: at most so many submissions, or seconds.
COMMIT_EACH = 25
COMMIT_SECONDS = 2.0
KIT_STEPS = ("RunNotebook", "Execute", "SaveAutoGrades", "AssignLatePenalties", "LatePenalties", "CheckCellMetadata")


@dataclass(frozen=True)
class Submission:
    """What one learner handed in: where the notebook is, or why there is none; the attempt, where it could be kept."""

    learner: str
    path: Path | None
    incident: Incident | None = None
    timestamp: str = ""
    attempt: Attempt | None = None

    def read(self) -> tuple[bytes, Incident | None]:
        """Return the notebook's bytes; an incident where they cannot be read."""
        if self.path is None:
            return b"", self.incident
        try:
            return self.path.read_bytes(), self.incident
        except OSError as error:
            return b"", Incident("unreadable", detail=str(error))

    def files(self) -> dict[str, bytes]:
        """Return the learner's files beside the notebook."""
        return execute.beside(self.path.parent) if self.path else {}


@dataclass(frozen=True)
class Moved:
    """A mark that is another one than before: in which exercise, from what to what."""

    learner: str
    exercise: str
    before: float
    after: float


@dataclass(frozen=True)
class Summary:
    """How a class was marked.

    submissions   all there are; marked: those of this run; unchanged: marked before and the same since
    failed        learner and reason: what could not be marked, or not be read and so has no points
    moved         marks that were others before this run
    mean          of the points given without a person, out of `max_points`, over all records
    by_hand       answers that wait for a person in Formgrader
    isolation     what stood between learners' code and the machine
    parts         seconds of this run by part, summed over notebooks
    questions     what a person has to settle
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
    isolation: tuple[str, ...] = ()
    moved: tuple[Moved, ...] = ()
    parts: dict[str, float] = field(default_factory=dict)
    questions: tuple[str, ...] = ()

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
    learners: tuple[str, ...] = (),
    level: Level | None = None,
    progress: Progress | None = None,
    executor: Executor | None = None,
    lang: str = "en",
) -> Summary:
    """Mark the submissions of a chapter that are new or have changed, all of them with `force`.

    learners  learners to mark; empty: all
    level     the isolation asked for; without it the best this machine has
    executor  where notebooks run: any `concurrent.futures.Executor`, such as a Dask client's; else `workers` processes,
              and this one where `workers` is 1

    Of a learner who handed in more than once every attempt that may count is marked, and the gradebook gets the one
    that does. Scores given by hand are kept. Raises `ClassError` when the chapter was not released or the class was
    made with another version of the kit, and `SandboxError` where the isolation asked for is not to be had.
    """
    started = time.perf_counter()
    opened = open_class(path, lang)
    stem = opened.chapter(stem, lang)
    pseudonyms.forbid(opened.root, lang)
    classfile.check_pins(opened.rules, lang)
    attempts.take_in(opened, stem)
    groups.take_back(opened, stem)
    workers = workers or os.cpu_count() or 1
    marked, failed = 0, []
    with warnings.catch_warnings():
        warnings.simplefilter("ignore", SAWarning)  # of nbgrader's own queries under SQLAlchemy 2.1
        with gradebook.open_chapter(opened, stem, lang) as book:
            batch = _Batch(opened, stem, book, level)
            todo = batch.todo(force=force, learners=learners)
            with executor or local(min(workers, len(todo))) as pool:
                for learner, problem in batch.mark(todo, pool, replaceable=executor is None):
                    marked += not problem
                    if problem:
                        failed.append((learner, Incident("not_marked", detail=problem).text(lang)))
                    if progress:
                        progress(marked + len(failed), len(todo), learner)
            questions = follow_up(opened, stem)
            summary = _summary(batch, marked, failed, workers, time.perf_counter() - started, lang)
            return replace(summary, questions=tuple(questions))


def submissions(opened: ClassDirectory, stem: str) -> list[Submission]:
    """Return what counts or may count of every learner for a chapter, in the order of their ids and of handing in.

    Nothing is followed or run.
    """
    folders = sorted(p for p in opened.root.glob("submitted/*/") if not p.name.startswith(".") and (p / stem).is_dir())
    found = []
    for folder in folders:
        kept = attempts.counting(opened.rules, attempts.attempts(opened, stem, folder.name))
        found += [_submission(folder.name, each.folder, stem, each) for each in kept] or [
            _submission(folder.name, folder / stem, stem)
        ]
    return found


def _submission(learner: str, folder: Path, stem: str, attempt: Attempt | None = None) -> Submission:
    """Return one learner's notebook; the only notebook in the folder will do under another name."""
    found = sorted(p for p in folder.iterdir() if p.suffix == ".ipynb" and p.is_file() and not p.is_symlink())
    named = [p for p in found if p.stem == stem]
    timestamp = attempt.handed_in if attempt else execute.timestamp(folder / execute.TIMESTAMP)
    if not named and len(found) != 1:
        return Submission(learner, None, Incident("no_notebook"), timestamp, attempt)
    path = (named or found)[0]
    return Submission(learner, path, None if named else Incident("renamed", detail=path.name), timestamp, attempt)


class _Batch:
    """The submissions of one chapter on their way."""

    def __init__(self, opened: ClassDirectory, stem: str, book: ChapterBook, level: Level | None) -> None:
        self.opened, self.stem, self.book = opened, stem, book
        self.root = opened.root
        self.steps = _other_steps(opened)
        self.chapter = job.Chapter(
            stem=stem,
            release=execute.release_path(opened.root, stem).read_bytes(),
            kept=book.kept(),
            limits=execute.RunNotebook(config=opened.config).limits,
            level=level,
            overlay=overlay.current(),
        )
        self.parts = {"repair": 0.0, "cells": 0.0, "checks": 0.0, "save": 0.0}
        self.moved: list[Moved] = []
        self.uncommitted: list[tuple[Submission, Done, bool]] = []  # what was marked, and whether it counts
        self.ranks: dict[Submission, _Rank] = {}
        self.committed = time.perf_counter()

    def todo(self, *, force: bool, learners: tuple[str, ...]) -> list[Submission]:
        """Return the submissions to be marked: those asked for that are new or have changed, or all asked for."""
        everyone = [s for s in submissions(self.opened, self.stem) if not learners or s.learner in learners]
        saved = {} if force else self.book.marks()
        todo = []
        for learner, tried in _by_learner(everyone).items():
            known = {each: None if force else self._record(each) for each in tried}
            self.ranks |= {each: self._rank(each, record) for each, record in known.items() if record}
            new = [each for each, record in known.items() if record is None]
            if not new:
                best = max(tried, key=self.ranks.__getitem__)
                new = [] if self._counts_already(best, saved.get(learner)) else [best]
            todo += new
        return todo

    def _record(self, submission: Submission) -> Record | None:
        """Return the record of a submission under the checks of today, or None."""
        content = execute.content_hash(submission.read()[0], submission.files())
        own = submission.attempt and submission.attempt.folder / records.VERDICT_FILE
        for path in (own, records.path_of(self.root, self.stem, submission.learner)):
            record = records.read_at(path) if path else None
            if record and (record.content, record.check_version) == (content, records.check_version(self.stem)):
                return record
        return None

    def _rank(self, submission: Submission, record: Record) -> _Rank:
        """Return by what the attempt that counts is chosen: points without a person, less what is lost by lateness."""
        seconds = late.seconds_late(self.opened.dates, self.stem, submission.learner, submission.timestamp)
        points = record.points - late.lost(self.opened.rules.late, record.points, seconds)
        number = submission.attempt.number if submission.attempt else 0
        return round(points, 2), submission.timestamp, number

    def _counts_already(self, submission: Submission, saved: dict[str, float | None] | None) -> bool:
        """Return whether record, notebook and marks in the gradebook are those of a submission."""
        record, own = records.read(self.root, self.stem, submission.learner), self._record(submission)
        if record is None or own is None or saved is None:
            return False
        if (record.content, record.check_version) != (own.content, own.check_version):
            return False
        same = all(saved.get(exercise) == verdict.points for exercise, verdict in record.verdicts.items())
        path = self._autograded(submission.learner)
        return same and path.is_file() and not records.is_of_plain_kernel(path)

    def _counts(self, submission: Submission, record: Record) -> bool:
        """Return whether a submission that was just marked is, of those marked as yet, the one that counts."""
        self.ranks[submission] = own = self._rank(submission, record)
        others = [rank for each, rank in self.ranks.items() if each.learner == submission.learner]
        return own == max(others)

    def _autograded(self, learner: str) -> Path:
        return self.root / "autograded" / learner / self.stem / f"{self.stem}.ipynb"

    def mark(self, todo: list[Submission], pool: Executor, *, replaceable: bool) -> Iterator[tuple[str, str]]:
        """Yield each learner when their marks are saved, with what went wrong where they could not be.

        Only so many submissions are under way as keep the workers busy, so that memory does not grow with the class.
        """
        workers: Workers[Submission] = Workers(pool, replaceable=replaceable)
        waiting = iter(todo)
        try:
            for submission in waiting:
                workers.start(submission, lambda s=submission: self._job(s))  # type: ignore[misc]
                if workers.full:
                    yield from self._take(workers)
            while workers.busy:
                yield from self._take(workers)
            yield from self._keep()
        finally:
            workers.stop()

    def _job(self, submission: Submission) -> Job:
        data, incident = submission.read()
        known = records.known_references(self.root, self.stem, submission.learner)
        return job.Job(self.chapter, submission.learner, data, incident, submission.files(), known)

    def _take(self, workers: Workers[Submission]) -> Iterator[tuple[str, str]]:
        """Yield those that are done; their marks are committed together."""
        for submission, done in workers.done():
            if isinstance(done, Exception):
                yield submission.learner, self._trouble(submission, done)
                continue
            started = time.perf_counter()
            try:
                self._put(submission, done)
            except Exception as error:  # noqa: BLE001  # whatever one submission does, the batch goes on
                self.book.undo()
                again, self.uncommitted = self.uncommitted, []
                for other, earlier, _ in again:  # each by itself: what went wrong may go on
                    try:
                        self._put(other, earlier)
                        yield from self._commit()
                    except Exception as problem:  # noqa: BLE001  # as above
                        self.book.undo()
                        self.uncommitted = []
                        yield other.learner, self._trouble(other, problem)
                yield submission.learner, self._trouble(submission, error)
                continue
            finally:
                self.parts["save"] += time.perf_counter() - started
            for part, seconds in done.seconds.items():
                self.parts[part] = self.parts.get(part, 0.0) + seconds
            if len(self.uncommitted) >= COMMIT_EACH or time.perf_counter() - self.committed > COMMIT_SECONDS:
                yield from self._keep()

    def _put(self, submission: Submission, done: Done) -> None:
        """Write the marked notebook and put its marks into the session, where they count."""
        counts = self._counts(submission, done.record)
        if not counts:
            self.uncommitted.append((submission, done, False))
            return
        notebook = nbformat.v4.reads(done.notebook)  # we wrote it ourselves: it needs no validation
        for step in self.steps:
            notebook, _ = step.preprocess(notebook, self._resources(submission.learner))
        text = done.notebook if not self.steps else nbformat.v4.writes(notebook) + "\n"
        write_whole(self._autograded(submission.learner), text)
        before = records.before(self.root, self.stem, submission.learner)
        same = before is not None and before.content == done.record.content
        self.book.put(submission.learner, notebook, submission.timestamp, same=same)
        self.uncommitted.append((submission, done, True))

    def _resources(self, learner: str) -> dict[str, Any]:
        coursedir = self.opened.coursedir
        named = {"student": learner, "assignment": self.stem, "notebook": self.stem, "db_url": coursedir.db_url}
        return {"nbgrader": named, "metadata": {"path": str(self._autograded(learner).parent)}}

    def _keep(self) -> Iterator[tuple[str, str]]:
        """Commit, and name everybody whose marks could not be kept."""
        try:
            yield from self._commit()
        except Exception as error:  # noqa: BLE001  # a full disk, a server that went away
            self.book.undo()
            lost, self.uncommitted = self.uncommitted, []
            for submission, *_ in lost:
                yield submission.learner, self._trouble(submission, error)

    def _commit(self) -> Iterator[tuple[str, str]]:
        """Commit what was put, compare it with the records, and write these; yield the learners."""
        started = time.perf_counter()
        self.book.commit()
        counting = {submission.learner: submission for submission, _, counts in self.uncommitted if counts}
        saved = self.book.marks(list(counting))
        for submission, done, _ in self.uncommitted:
            record = done.record
            if counting.get(submission.learner) == submission:
                record = _compared(record, saved.get(submission.learner, {}))
                self.moved += _moved(records.before(self.root, self.stem, submission.learner), record)
                if submission.attempt:
                    attempts.place(self.root, submission.attempt)
                records.write(self.root, record)
            if submission.attempt:
                records.write_at(submission.attempt.folder / records.VERDICT_FILE, record)
        finished, self.uncommitted = self.uncommitted, []
        self.committed = time.perf_counter()
        self.parts["save"] += time.perf_counter() - started
        for submission, *_ in finished:
            yield submission.learner, ""

    def _trouble(self, submission: Submission, error: Exception) -> str:
        """Drop what was half marked, so that the next run takes it up again; return what went wrong in one line."""
        logging.getLogger(__name__).debug("%s: not marked", submission.learner, exc_info=error)
        self.ranks.pop(submission, None)
        with contextlib.suppress(OSError):
            records.path_of(self.root, self.stem, submission.learner).unlink(missing_ok=True)
        if submission.attempt:
            with contextlib.suppress(OSError):
                (submission.attempt.folder / records.VERDICT_FILE).unlink(missing_ok=True)
        return f"{type(error).__name__}: {error}".splitlines()[0][:200]


def _other_steps(opened: ClassDirectory) -> list[Any]:
    """Return the class's own steps of nbgrader's Autograde, apart from those that are done here.

    nbgrader's defaults among them change what a notebook shows (LimitOutput) and are kept as they are configured.
    """
    from nbgrader.converters import Autograde
    from traitlets import import_item

    autograde = Autograde(coursedir=opened.coursedir, config=opened.config)
    classes = [import_item(step) if isinstance(step, str) else step for step in autograde.autograde_preprocessors]
    steps = [step(parent=autograde) for step in classes if step.__name__ not in KIT_STEPS]
    return [step for step in steps if getattr(step, "enabled", True)]


def _by_learner(everyone: list[Submission]) -> dict[str, list[Submission]]:
    found: dict[str, list[Submission]] = {}
    for submission in everyone:
        found.setdefault(submission.learner, []).append(submission)
    return found


def _compared(record: Record, saved: dict[str, float | None]) -> Record:
    """Return the record, with an incident for each mark that the gradebook holds otherwise."""
    found = [
        Incident("gradebook_differs", exercise, f"{saved.get(exercise)} / {verdict.points}")
        for exercise, verdict in record.verdicts.items()
        if saved.get(exercise) != verdict.points
    ]
    return replace(record, incidents=(*record.incidents, *found)) if found else record


def _moved(before: Record | None, after: Record) -> list[Moved]:
    if before is None or before.content != after.content:
        return []
    return [
        Moved(after.learner, exercise, before.verdicts[exercise].points, verdict.points)
        for exercise, verdict in after.verdicts.items()
        if exercise in before.verdicts and before.verdicts[exercise].points != verdict.points
    ]


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
        max_points=batch.book.max_points,
        by_hand=batch.book.by_hand(),
        seconds=seconds,
        workers=workers,
        isolation=tuple(sorted({r.isolation for r in known if r.isolation})),
        moved=tuple(sorted(batch.moved, key=lambda each: (each.learner, each.exercise))),
        parts={part: round(value, 3) for part, value in batch.parts.items()},
    )
