"""One submission's way from bytes to marks, wherever it is done: no class directory, no gradebook, nothing shared.

A worker gets a `Job` and returns a `Done`; both are plain data that any executor can carry.
"""

from __future__ import annotations

import time
from dataclasses import dataclass, field
from functools import lru_cache
from typing import TYPE_CHECKING, Any

import nbformat

from . import execute, gradebook, overlay, structure
from .runner import Limits, Run

if TYPE_CHECKING:
    from collections.abc import Mapping

    from .gradebook import Kept
    from .overlay import Overlay
    from .records import Incident, Record
    from .sandbox.outside import Level


@dataclass(frozen=True)
class Chapter:
    """What every submission of a chapter is held against: its release, what the gradebook keeps, and the limits."""

    stem: str
    release: bytes
    kept: Mapping[str, Kept]
    limits: Limits = field(default_factory=Limits)
    level: Level | None = None  # the best there is
    overlay: Overlay = overlay.NONE


@dataclass(frozen=True)
class Job:
    """One learner's submission: the notebook's bytes, or an incident that says why there are none."""

    chapter: Chapter
    learner: str
    data: bytes
    incident: Incident | None = None
    files: Mapping[str, bytes] = field(default_factory=dict)
    references: Mapping[str, Any] = field(default_factory=dict)


@dataclass(frozen=True)
class Done:
    """A submission that was run: the notebook with its outputs, and its record."""

    learner: str
    notebook: str
    record: Record
    seconds: Mapping[str, float]


def do(job: Job) -> Done:
    """Repair a submission, run it in the sandbox and decide its marks."""
    started = time.perf_counter()
    overlay.enter(job.chapter.overlay)
    notebook, repaired = _prepared(job)
    prepared = time.perf_counter()
    how = {"limits": job.chapter.limits, "level": job.chapter.level, "files": job.files, "references": job.references}
    run = execute.run_or_refuse(notebook, job.learner, repaired.incidents, **how)
    found = execute.Found(execute.content_hash(job.data, job.files), repaired.recorded_learner, repaired.incidents)
    record = execute.record_of(job.chapter.stem, job.learner, found, run)
    seconds = {"repair": prepared - started, **run.seconds}
    return Done(job.learner, _written(run), record, {part: round(value, 4) for part, value in seconds.items()})


def _prepared(job: Job) -> tuple[Any, structure.Repaired]:
    """Return a submission with the release's structure and the hidden lines; a blank one where it is no notebook."""
    release = _release(job.chapter.release)
    if job.incident and job.incident.kind in execute.NO_NOTEBOOK:
        repaired = structure.unreadable(release, job.incident.detail, job.incident.kind)
    else:
        repaired = execute.read_submission(job.data, release)
        repaired = structure.with_incident(repaired, job.incident) if job.incident else repaired
    try:
        notebook = nbformat.from_dict(repaired.notebook)
        gradebook.restore(notebook, job.chapter.kept)
    except Exception as error:  # noqa: BLE001  # whatever is in it, the batch goes on
        repaired = structure.unreadable(release, f"{type(error).__name__}")
        notebook = nbformat.from_dict(repaired.notebook)
        gradebook.restore(notebook, job.chapter.kept)
    return notebook, repaired


@lru_cache(maxsize=4)
def _release(data: bytes) -> structure.Release:
    return structure.Release.of(data)


def _written(run: Run) -> str:
    run.notebook.metadata.pop(structure.STATE, None)
    text: str = nbformat.v4.writes(run.notebook)
    return text + "\n"
