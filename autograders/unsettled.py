"""Hand-ins of which a person has to say whose they are: kept with the reason until one does, and the decision after.

DIR/unsettled/<number>/about.json   where from, what it says, why in doubt; then who decided for whom, and when
DIR/unsettled/<number>/files/       what was handed in

A notebook that was marked under another id than it was worked on under is such a case as well.
"""

from __future__ import annotations

import hashlib
import json
import shutil
from contextlib import suppress
from dataclasses import asdict, dataclass, replace
from datetime import UTC, datetime
from typing import TYPE_CHECKING

from loyaltylib.data import normalise
from loyaltylib.errors import ClassError, LearnerError, UnknownName
from loyaltylib.files import write_whole

from . import attempts, execute, records
from .messages import N_, tell
from .owner import LMS, Claim

if TYPE_CHECKING:
    from collections.abc import Mapping, Sequence
    from pathlib import Path

    from .classdir import ClassDirectory
    from .handins import Handin

FOLDER = "unsettled"
_ABOUT, _FILES, _WITHDRAWN = "about.json", "files", "withdrawn"


@dataclass(frozen=True)
class Case:
    """One hand-in in doubt.

    reason     a key of `owner.REASONS`
    suggested  ids of learners who may be meant
    content    by which the same hand-in is known when it is collected again
    notebook   what its files are told by when they are an attempt and marked
    learner    under whose id it was marked; empty where it was not
    decided    when, in UTC; empty: not yet
    settled    whose it is; empty once decided: nobody's
    """

    number: int
    stem: str
    place: str
    source: str
    handed_in: str
    reason: str
    claims: tuple[Claim, ...]
    suggested: tuple[str, ...]
    content: str
    notebook: str
    learner: str = ""
    decided: str = ""
    settled: str = ""


def cases(root: Path) -> list[Case]:
    """Return every case of a class, decided or not, in the order of their numbers."""
    found = [path for path in (root / FOLDER).glob(f"*/{_ABOUT}") if path.parent.name.isdigit()]
    return sorted((_read(path) for path in found), key=lambda case: case.number)


def settled(known: Sequence[Case]) -> dict[tuple[str, str, str], str]:
    """Return who is who in an LMS, as persons have decided: kind, name and number there -> learner."""
    return {
        (claim.kind, claim.text, claim.number): case.settled
        for case in known
        for claim in case.claims
        if claim.kind in LMS and case.settled
    }


def of_handin(handin: Handin, known: Sequence[Case]) -> Case | None:
    """Return the case that a hand-in has been before."""
    content = _content(handin)
    return next((case for case in known if case.content == content), None)


def open_case(root: Path, handin: Handin, reason: str, suggested: Sequence[str]) -> Case:
    """Keep a hand-in until a person says whose it is."""
    case = Case(
        number=_next(root),
        stem=handin.stem,
        place=handin.place,
        source=handin.source,
        handed_in=handin.handed_in.astimezone(UTC).isoformat() if handin.handed_in else "",
        reason=reason,
        claims=handin.claims,
        suggested=tuple(suggested),
        content=_content(handin),
        notebook=attempts.identity(handin.files, handin.stem)[1],
    )
    _write(root, case, handin.files)
    return case


def note_marked(opened: ClassDirectory) -> None:
    """Open a case for each notebook that was marked under another id than it was worked on under, and not settled."""
    known = cases(opened.root)
    for stem in opened.chapters:
        for record in records.read_all(opened.root, stem):
            if not any(incident.kind == "other_learner" for incident in record.incidents):
                continue
            if any(
                case.notebook == record.content and record.learner in (case.learner, case.settled) for case in known
            ):
                continue
            case = Case(
                number=_next(opened.root),
                stem=stem,
                place=f"submitted/{record.learner}/{stem}",
                source="folder",
                handed_in="",
                reason="other_learner",
                claims=(Claim("folder", record.learner), Claim("notebook", record.recorded_learner)),
                suggested=(record.learner,),
                content="",
                notebook=record.content,
                learner=record.learner,
            )
            _write(opened.root, case, {})


def decide(opened: ClassDirectory, number: int, learner: str | None) -> Case:
    """Write down whose a hand-in is, None for nobody's, and do so: it becomes an attempt of that learner.

    What was marked under another id is taken from that learner; its files stay with the case. Raises `ClassError`
    for a case there is not, or one that is decided; `UnknownName` for somebody not on the class list.
    """
    case = _undecided(opened, number)
    whose = "" if learner is None else _on_list(opened, learner)
    files = _files(opened, case)
    if whose and whose != case.learner:
        at = datetime.fromisoformat(case.handed_in) if case.handed_in else None
        attempts.keep(opened, case.stem, whose, files, at, case.source)
    if case.learner and whose != case.learner:
        _withdraw(opened, case)
    decided = replace(case, decided=datetime.now(UTC).isoformat(timespec="seconds"), settled=whose)
    write_whole(_place(opened.root, number) / _ABOUT, _plain(decided))
    return decided


def _undecided(opened: ClassDirectory, number: int) -> Case:
    case = next((each for each in cases(opened.root) if each.number == number), None)
    if case is None:
        message = N_("nothing unsettled has the number {number}; see: loyalty settle {path}")
        raise ClassError(tell(opened.lang, message, number=number, path=opened.root))
    if case.decided:
        whose = case.settled or tell(opened.lang, "nobody's")
        message = N_("number {number} was settled on {day}: {learner}")
        raise ClassError(tell(opened.lang, message, number=number, day=case.decided[:10], learner=whose))
    return case


def _on_list(opened: ClassDirectory, learner: str) -> str:
    known = [each.id for each in opened.learners]
    try:
        who = normalise(learner)
    except LearnerError as error:
        raise ClassError(str(error)) from error
    if known and who not in known:
        raise UnknownName("learner", learner, known)
    return who


def _files(opened: ClassDirectory, case: Case) -> dict[str, bytes]:
    """Return what was handed in: kept with the case, or as the attempt it was marked as."""
    folder = _place(opened.root, case.number) / _FILES
    for attempt in attempts.attempts(opened, case.stem, case.learner) if case.learner else ():
        if attempt.content == case.notebook:
            folder = attempt.folder
    if case.learner and not folder.is_dir():
        folder = opened.root / "submitted" / case.learner / case.stem
    own = (execute.ABOUT, execute.TIMESTAMP, records.VERDICT_FILE)
    return (
        {path.name: path.read_bytes() for path in folder.iterdir() if path.name not in own} if folder.is_dir() else {}
    )


def _withdraw(opened: ClassDirectory, case: Case) -> None:
    """Take a marked hand-in from the learner it was marked for; the next marking goes by what that learner has left."""
    from nbgrader.api import Gradebook, MissingEntry

    root, stem, learner = opened.root, case.stem, case.learner
    for attempt in attempts.attempts(opened, stem, learner):
        if attempt.content == case.notebook:
            shutil.move(attempt.folder, _place(root, case.number) / _WITHDRAWN)
    records.path_of(root, stem, learner).unlink(missing_ok=True)
    for part in ("submitted", "autograded", "feedback"):
        shutil.rmtree(root / part / learner / stem, ignore_errors=True)
    left = attempts.counting(opened.rules, attempts.attempts(opened, stem, learner))
    if left:
        attempts.place(root, left[-1])
        return
    with Gradebook(opened.coursedir.db_url, opened.coursedir.course_id) as gradebook, suppress(MissingEntry):
        gradebook.remove_submission(stem, learner)


def _content(handin: Handin) -> str:
    """Return by what a hand-in in doubt is known: its files, and what says whose it is."""
    digest = hashlib.sha256(handin.stem.encode())
    for claim in handin.claims:
        digest.update(repr((claim.kind, claim.text)).encode())
    for name in sorted(handin.files):
        digest.update(name.encode("utf-8", "replace") + hashlib.sha256(handin.files[name]).digest())
    return digest.hexdigest()


def _next(root: Path) -> int:
    return max((int(path.name) for path in (root / FOLDER).glob("*") if path.name.isdigit()), default=0) + 1


def _place(root: Path, number: int) -> Path:
    return root / FOLDER / str(number)


def _write(root: Path, case: Case, files: Mapping[str, bytes]) -> None:
    """Write a case in one step."""
    part = root / FOLDER / f".{case.number}.part"
    shutil.rmtree(part, ignore_errors=True)
    (part / _FILES).mkdir(parents=True)
    for name, data in files.items():
        (part / _FILES / name).write_bytes(data)
    (part / _ABOUT).write_text(_plain(case), "utf-8")
    part.rename(_place(root, case.number))


def _plain(case: Case) -> str:
    return json.dumps(asdict(case), ensure_ascii=False, indent=1) + "\n"


def _read(path: Path) -> Case:
    raw = json.loads(path.read_text("utf-8"))
    claims = tuple(Claim(**claim) for claim in raw["claims"])
    return Case(**{**raw, "claims": claims, "suggested": tuple(raw["suggested"])})
