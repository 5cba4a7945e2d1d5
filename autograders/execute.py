"""The kit's steps in nbgrader's own pipeline: a kind reader of submissions, and the step that runs and marks them.

A class's `nbgrader_config.py` names `RunNotebook` in place of nbgrader's Execute, and
`SubmissionReader` as the exporter of Autograde, so `nbgrader autograde`, Formgrader's button and
`loyalty grade` read, run and mark a notebook alike.
"""

from __future__ import annotations

import contextlib
import hashlib
from dataclasses import dataclass
from pathlib import Path
from typing import TYPE_CHECKING, Any

import nbformat
from nbconvert.exporters import NotebookExporter
from nbformat import NotebookNode
from nbgrader.preprocessors import NbGraderPreprocessor
from nbgrader.utils import parse_utc
from traitlets import Integer

from loyaltylib.errors import ClassError, LearnerError

from . import classfile, overlay, records, structure
from .messages import LANGUAGES
from .records import VERDICT_FILE, Incident, Record
from .runner import Limits, Run, refuse, run_notebook

if TYPE_CHECKING:
    from collections.abc import Mapping

__all__ = ["Limits", "Run", "RunNotebook", "SubmissionReader", "run_notebook"]


def read_submission(data: bytes, release: structure.Release) -> structure.Repaired:
    """Return a submission with the release's structure; a file that is no notebook gives a blank one."""
    try:
        raw, odd = structure.parse(data)
        return structure.repair(raw, release, odd)
    except structure.Unreadable as reason:
        return structure.unreadable(release, reason)


def content_hash(notebook: bytes, files: Mapping[str, bytes]) -> str:
    """Return the hash by which a changed submission is told from an unchanged one: what its marks can depend on.

    files  beside the notebook (`beside`)
    """
    digest = hashlib.sha256(notebook)
    for name in sorted(files.keys() - {RECEIPT}):
        digest.update(f"\0{name}\0{len(files[name])}\0".encode("utf-8", "replace") + files[name])
    return digest.hexdigest()


def release_path(root: Path, stem: str) -> Path:
    """Return where a class's released notebook of a chapter is; raises `ClassError` where there is none."""
    path = root / "release" / stem / f"{stem}.ipynb"
    if not path.is_file():
        raise ClassError(f"there is no {path}: release the chapter first (`loyalty release`)")
    return path


def released(root: Path, stem: str) -> structure.Release:
    """Return the released notebook of a chapter of a class; raises `ClassError` where there is none."""
    return structure.Release.of(release_path(root, stem).read_bytes())


class SubmissionReader(NotebookExporter):  # type: ignore[misc]  # nbconvert is untyped
    """Autograde's exporter: repairs a submission while it is read, before nbgrader's own steps see it."""

    def from_filename(self, filename: str, resources: Any = None, **kw: Any) -> Any:
        """Read one notebook; a submission is repaired, the sanitised copy in `autograded/` is read as it is."""
        overlay.enter_with_kernels(class_root(self))
        if not getattr(self.parent, "_sanitizing", False):
            return super().from_filename(filename, resources=resources, **kw)
        path = Path(filename)
        data = path.read_bytes()
        release = released(class_root(self), resources["nbgrader"]["assignment"])
        notebook = structure.attach(read_submission(data, release), content_hash(data, beside(path.parent)))
        return self.from_notebook_node(nbformat.from_dict(notebook), resources=resources, **kw)


class RunNotebook(NbGraderPreprocessor):  # type: ignore[misc]  # nbgrader is untyped
    """Run a sanitised submission, write its pointed cells from the verdicts, and keep the record of it."""

    cell_seconds = Integer(10, help="Seconds of processor time that one cell may take.").tag(config=True)
    notebook_seconds = Integer(300, help="Seconds that one notebook may run.").tag(config=True)

    @property
    def limits(self) -> Limits:
        """The limits of one run."""
        return Limits(cell=self.cell_seconds, notebook=self.notebook_seconds)

    def preprocess(self, nb: NotebookNode, resources: dict[str, Any]) -> tuple[NotebookNode, dict[str, Any]]:
        """Return the notebook with its outputs; its verdicts go to the class's `verdicts/`."""
        learner, stem = resources["nbgrader"]["student"], resources["nbgrader"]["assignment"]
        found = Found(*structure.detach(nb.metadata))
        overlay.enter_class(class_root(self))
        root, files = class_root(self), beside(Path(resources.get("metadata", {}).get("path") or "."))
        classfile.check_pins(classfile.read(root), LANGUAGES[0])
        known = records.known_references(root, stem, learner)
        run = run_or_refuse(nb, learner, found.incidents, limits=self.limits, files=files, references=known)
        run.notebook.metadata.pop(structure.STATE, None)
        records.write(root, record_of(stem, learner, found, run))
        return run.notebook, resources


NO_NOTEBOOK = ("unreadable", "no_notebook")  # incidents after which there is nothing to run
MOST_FILES = 50  # beside a notebook, and bytes of all of them
MOST_BYTES = 20 * 1024 * 1024
RECEIPT, TIMESTAMP, ABOUT = "receipt.json", "timestamp.txt", "attempt.json"
_NOT_THE_LEARNERS = (TIMESTAMP, ABOUT, VERDICT_FILE)  # the last holds hidden probes and what the reference answers


@dataclass(frozen=True)
class Found:
    """What was seen of a submission before it ran: its content's hash, whose it says it is, what was repaired."""

    content: str
    recorded_learner: str
    incidents: tuple[Incident, ...]


def record_of(stem: str, learner: str, found: Found, run: Run) -> Record:
    """Return the record of a submission that was run."""
    incidents = (*found.incidents, *_foreign(learner, found.recorded_learner), *run.incidents)
    return Record(
        stem=stem,
        learner=learner,
        lang=structure.language(run.notebook) or LANGUAGES[0],
        content=found.content,
        check_version=records.check_version(stem),
        isolation=run.isolation,
        recorded_learner=found.recorded_learner,
        seconds=run.seconds,
        incidents=tuple(dict.fromkeys(incidents)),
        verdicts=run.verdicts,
        references=run.references,
        failed=next((i.kind for i in found.incidents if i.kind in NO_NOTEBOOK), ""),
    )


def beside(folder: Path) -> dict[str, bytes]:
    """Return the files a learner handed in beside the notebook, as far as they are few, small and no links.

    They are what the notebook finds when it is marked: nothing that the kit has put there is among them.
    """
    found: dict[str, bytes] = {}
    with contextlib.suppress(OSError):
        sizes = {p.name: p.stat().st_size for p in folder.iterdir() if p.is_file() and not p.is_symlink()}
        for name in of_learner(sizes):
            found[name] = (folder / name).read_bytes()
    return found


def of_learner(sizes: Mapping[str, int]) -> list[str]:
    """Return which of the files beside a notebook, by their bytes, are the learner's and go with it, in order."""
    found: list[str] = []
    left = MOST_BYTES
    for name in sorted(sizes):
        if len(found) >= MOST_FILES or name.startswith(".") or name.endswith(".ipynb"):
            continue
        if name not in _NOT_THE_LEARNERS and sizes[name] <= left:
            found.append(name)
            left -= sizes[name]
    return found


def timestamp(path: Path) -> str:
    """Return the time of handing in where nbgrader can read it: an unreadable one would end its batch."""
    try:
        text = path.read_text("utf-8").strip() if path.is_file() and not path.is_symlink() else ""
        if text:
            parse_utc(text)
    except (OSError, ValueError, OverflowError):
        return ""
    return text


def run_or_refuse(nb: NotebookNode, learner: str, incidents: tuple[Incident, ...], **how: Any) -> Run:
    """Run a notebook (see `run_notebook`), unless it only stands in place of a file that could not be read."""
    if any(i.kind in NO_NOTEBOOK for i in incidents):
        return refuse(nb, "nothing to mark")
    return run_notebook(nb, learner, **how)


def class_root(step: Any) -> Path:
    """Return the class directory that a step of nbgrader's pipeline works in."""
    while step is not None:
        if getattr(step, "coursedir", None) is not None:
            return Path(step.coursedir.root)
        step = step.parent
    return Path.cwd()  # nbgrader's converters work inside the class directory


def _foreign(learner: str, recorded: str) -> list[Incident]:
    """Return an incident when a notebook was worked on under another id than the roster's, which wins."""
    from loyaltylib.data import normalise

    if not recorded.strip():
        return []
    try:
        same = normalise(recorded) == normalise(learner)
    except LearnerError:
        same = False
    return [] if same else [Incident("other_learner", detail=recorded[:80])]
