"""Verdict records: one versioned JSON file per learner and chapter under a class directory's `verdicts/`.

The gradebook holds marks only; feedback, the class report, regrading and statistics read these.
Learners never see them: they name hidden probes.
"""

from __future__ import annotations

import hashlib
import json
from dataclasses import asdict, dataclass, field
from functools import cache
from pathlib import Path
from typing import TYPE_CHECKING, Any

import loyaltylib
from loyaltylib import resources
from loyaltylib.errors import ClassError
from loyaltylib.files import write_whole

from . import overlay
from .messages import N_, tell
from .verdict import Probe, Verdict

if TYPE_CHECKING:
    from collections.abc import Iterator, Mapping

SCHEMA = 1
VERDICT_FILE = "verdict.json"  # an attempt's own record, in its folder
VERDICT_MIME = "application/vnd.loyalty.verdict+json"
LEARNER_MIME = "application/vnd.loyalty.learner+json"

# kind -> what an instructor is told; `{detail}` is the incident's own
INCIDENTS = {
    "unreadable": N_("The notebook could not be read: {detail}."),
    "no_notebook": N_("No notebook of this chapter was handed in."),
    "renamed": N_("The notebook had another name: {detail}."),
    "other_learner": N_("The notebook was worked on under another learner's id: {detail}."),
    "repaired_file": N_("The file was repaired: {detail}."),
    "missing_cell": N_("A cell was missing and was put back: {detail}."),
    "duplicate_cell": N_("A cell was there more than once: {detail}."),
    "retyped_cell": N_("A cell had been given another type: {detail}."),
    "changed_cell": N_("A locked cell had been changed and was restored: {detail}."),
    "changed_metadata": N_("A cell's settings for marking had been changed and were restored: {detail}."),
    "timeout": N_("A cell did not come to an end in time: {detail}."),
    "kernel_died": N_("A cell ended its process: {detail}."),
    "too_much_memory": N_("A cell took more memory than a notebook has: {detail}."),
    "too_much_output": N_("A cell gave back more than a notebook may: {detail}."),
    "forged_answer": N_("The notebook's process answered what nobody had asked; it was ended: {detail}."),
    "no_verdict": N_("There is no verdict for this exercise, so it has no points: {detail}."),
    "check_failed": N_("The check itself failed; this is not the learner's fault: {detail}."),
    "gradebook_differs": N_("The gradebook and the record differ: {detail}."),
    "not_marked": N_("The submission could not be marked: {detail}."),
}


# level -> what stood between the learners' code and the machine
ISOLATION = {
    "namespaces": N_(
        "Isolation in force: namespaces. A notebook saw the libraries and a folder of its own, no network."
    ),
    "landlock": N_("Isolation in force: Landlock. A notebook could open the libraries and its own folder, no network."),
    "process": N_(
        "Isolation in force: process. Each notebook had an interpreter of its own, which could reach this computer and"
        " its network; the checks were in another process."
    ),
}


def isolation_text(level: str, lang: str) -> str:
    """Return a level of isolation as a sentence."""
    return tell(lang, ISOLATION.get(level, level))


@dataclass(frozen=True)
class Incident:
    """Something a person may want to look at: its kind (a key of `INCIDENTS`), the exercise it is about, a detail."""

    kind: str
    exercise: str = ""
    detail: str = ""

    def text(self, lang: str) -> str:
        """Return the incident as a sentence."""
        return tell(lang, INCIDENTS[self.kind], detail=tell(lang, self.detail))


@dataclass(frozen=True)
class Record:
    """What is known of one learner's marked chapter.

    learner           the roster's id, which wins
    recorded_learner  the id written into the notebook; empty where there is none
    lang              language of the notebook that was handed in
    content           sha256 of the bytes handed in
    check_version     of everything that decides a mark in this chapter
    isolation         what stood between the learner's code and the machine
    seconds           per part: repair, cells, checks
    verdicts          exercise id -> verdict; exercises marked by hand are not in it
    references        what the reference itself answers for this learner, under this check version
    failed            why nothing could be marked; empty where it could
    marks_of          the member of a group who handed in, whose marks these are; empty: the learner's own
    """

    stem: str
    learner: str
    lang: str
    content: str
    check_version: str
    isolation: str
    recorded_learner: str = ""
    seconds: Mapping[str, float] = field(default_factory=dict)
    incidents: tuple[Incident, ...] = ()
    verdicts: Mapping[str, Verdict] = field(default_factory=dict)
    references: Mapping[str, Any] = field(default_factory=dict)
    failed: str = ""
    marks_of: str = ""
    schema: int = SCHEMA

    @property
    def points(self) -> float:
        """Points of all verdicts together."""
        return round(sum(v.points for v in self.verdicts.values()), 2)

    @property
    def max_points(self) -> float:
        """Points that could be had for what was marked without a person."""
        return round(sum(v.max_points for v in self.verdicts.values()), 2)


def verdict_to_plain(verdict: Verdict) -> dict[str, Any]:
    """Return a verdict as plain data, with the points a reader of the file would otherwise have to work out."""
    return {**asdict(verdict), "points": verdict.points, "passed": verdict.passed}


def verdict_from_plain(raw: Mapping[str, Any]) -> Verdict:
    """Return a verdict from plain data; its points are worked out again, never read."""
    probes = tuple(Probe(**{**p, "texts": tuple(p.get("texts", ()))}) for p in raw["probes"])
    return Verdict(str(raw["exercise"]), float(raw["max_points"]), probes)


def path_of(root: Path, stem: str, learner: str) -> Path:
    """Return where the record of a learner's chapter is kept."""
    return root / "verdicts" / stem / f"{learner}.json"


def write(root: Path, record: Record) -> None:
    """Write the record of what counts in one step: a reader sees the old one or the new one, whole."""
    write_at(path_of(root, record.stem, record.learner), record)


def write_at(path: Path, record: Record) -> None:
    """Write a record to a place of its own, in one step."""
    plain = asdict(record) | {"verdicts": {k: verdict_to_plain(v) for k, v in record.verdicts.items()}}
    text = json.dumps(plain, ensure_ascii=False, indent=1, sort_keys=True, default=str)
    write_whole(path, text + "\n")


def read(root: Path, stem: str, learner: str) -> Record | None:
    """Return the record of what counts of a learner, or None where there is none of this version."""
    return read_at(path_of(root, stem, learner))


def read_at(path: Path) -> Record | None:
    """Return the record at a place, or None; raises `ClassError` for a damaged one."""
    if not path.is_file():
        return None
    try:
        raw = json.loads(path.read_text("utf-8"))
        if raw.get("schema") != SCHEMA:
            return None
        return Record(
            **{
                **raw,
                "incidents": tuple(Incident(**i) for i in raw["incidents"]),
                "verdicts": {k: verdict_from_plain(v) for k, v in raw["verdicts"].items()},
            }
        )
    except (ValueError, KeyError, TypeError) as error:
        raise ClassError(f"the verdict record {path} is damaged ({error}); delete it and grade again") from error


def before(root: Path, stem: str, learner: str) -> Record | None:
    """Return the record a new one is about to replace; a damaged one counts as none."""
    try:
        return read(root, stem, learner)
    except (ClassError, OSError):
        return None


def known_references(root: Path, stem: str, learner: str) -> Mapping[str, Any]:
    """Return what the reference answered for a learner when this chapter was last marked under the same checks."""
    record = before(root, stem, learner)
    return record.references if record and record.check_version == check_version(stem) else {}


def is_of_plain_kernel(path: Path) -> bool:
    """Return whether an autograded notebook was run by nbgrader's own Execute: its pointed cells show their record.

    A notebook that ran in the sandbox has none there, whatever its cells show (see `runner`).
    """
    try:
        text = path.read_text("utf-8")
        cells = json.loads(text)["cells"] if VERDICT_MIME in text else []
    except (OSError, ValueError, KeyError):
        return False
    pointed = [cell for cell in cells if cell.get("metadata", {}).get("nbgrader", {}).get("grade")]
    return any(VERDICT_MIME in output.get("data", {}) for cell in pointed for output in cell.get("outputs", ()))


def read_all(root: Path, stem: str) -> Iterator[Record]:
    """Yield the records of a chapter's hand-ins in the order of the learners' ids; no group's counts twice."""
    for path in sorted((root / "verdicts" / stem).glob("*.json")):
        record = read(root, stem, path.stem)
        if record is not None and not record.marks_of:
            yield record


def check_version(stem: str) -> str:
    """Return a short hash of everything that decides a mark in a chapter.

    Its checks, its exercises, its keys, and the model and the data that the reference's answers come from; and what the
    class entered last has of its own.
    """
    return _check_version(stem, overlay.current().version(stem))


@cache
def _check_version(stem: str, own: str) -> str:
    here = Path(__file__).parent
    digest = hashlib.sha256()
    parts = ("verdict", "probes", "rules", "drawn", "plain", "sandbox/inside", "sandbox/answer", f"checks/{stem}")
    deciding = [f"{part}.py" for part in parts]
    model = sorted(Path(loyaltylib.__file__).parent.glob("*.py"))
    data = sorted(resources.own("datasets").glob("*/SHA256SUMS"))
    for path in (*(here / name for name in deciding), *model, *data):
        digest.update(path.read_bytes() if path.is_file() else b"")
    for name in ("chapter.yml", "quiz.yml"):
        try:
            digest.update(resources.own(f"course/{stem}/{name}").read_bytes())
        except FileNotFoundError:
            digest.update(b"")
    digest.update(own.encode())
    return digest.hexdigest()[:12]
