"""Every hand-in of a class, kept as it came; which of a learner's counts is settled by the class file.

DIR/attempts/<stem>/<learner>/<n>/   notebook, the files beside it, attempt.json; once marked, its record
DIR/submitted/<learner>/<stem>/      the one that counts, where nbgrader looks for it

Nothing here is ever changed or removed by a later hand-in.
"""

from __future__ import annotations

import json
import os
import shutil
from contextlib import suppress
from dataclasses import asdict, dataclass
from datetime import UTC, datetime
from pathlib import Path
from typing import TYPE_CHECKING

from . import execute, records
from .execute import ABOUT, TIMESTAMP

if TYPE_CHECKING:
    from collections.abc import Iterable, Mapping

    from .classdir import ClassDirectory
    from .classfile import ClassFile

_OWN_FILES = (ABOUT, records.VERDICT_FILE)


@dataclass(frozen=True)
class Attempt:
    """One hand-in: its number (the order of taking in, from 1), its folder, when, from where, whose bytes.

    handed_in  as nbgrader writes times, in UTC; empty where it is not known
    notebook   the notebook's file name; empty where none was handed in
    content    what it is told by (`identity`)
    """

    stem: str
    learner: str
    number: int
    folder: Path
    handed_in: str
    source: str
    notebook: str
    content: str

    @property
    def path(self) -> Path | None:
        """The notebook's place."""
        return self.folder / self.notebook if self.notebook else None


def attempts(opened: ClassDirectory, stem: str, learner: str) -> list[Attempt]:
    """Return all hand-ins of a learner, in the order of handing in."""
    folder = _place(opened.root, stem, learner)
    found = [_read(each, stem, learner) for each in folder.iterdir() if each.name.isdigit()] if folder.is_dir() else []
    return sorted(found, key=_order)


def counting(rules: ClassFile, known: Iterable[Attempt]) -> list[Attempt]:
    """Return those of a learner's hand-ins that may count: the first ones the class allows, of these all or the last.

    Where the last one counts it is the last of those allowed: who hands in too often has the earlier one.
    """
    allowed = sorted(known, key=_order)
    if rules.attempts:
        allowed = allowed[: rules.attempts]
    return allowed[-1:] if rules.counts == "last" else allowed


def keep(  # noqa: PLR0913, PLR0917 - what is known of a hand-in
    opened: ClassDirectory,
    stem: str,
    learner: str,
    files: Mapping[str, bytes],
    handed_in: datetime | None,
    source: str,
) -> Attempt:
    """Keep a hand-in as a learner's next attempt and return it; the same files again are the attempt they were.

    files   plain file names -> bytes; the notebook is the one called after the chapter, else the only one
    source  where it came from, a word: folder, receipt, moodle, canvas, exchange

    Where the learner has nothing in `submitted/`, or the last hand-in counts, it is put there; else marking decides.
    """
    notebook, content = identity(files, stem)
    known = attempts(opened, stem, learner)
    for each in known:
        if content in (each.content, identity(files_of(each.folder), stem)[1]):  # the first may be an earlier version's
            _place_if_none(opened, stem, learner, known)  # a run may have ended between keeping and placing
            return each
    number = max((each.number for each in known), default=0) + 1
    folder = _place(opened.root, stem, learner) / str(number)
    at = handed_in.astimezone(UTC).strftime("%Y-%m-%d %H:%M:%S.%f UTC") if handed_in else ""
    attempt = Attempt(stem, learner, number, folder, at, source, notebook, content)
    _write(attempt, files)
    allowed = counting(opened.rules, [*known, attempt])
    if allowed and allowed[-1] == attempt and (opened.rules.counts == "last" or not known):
        place(opened.root, attempt)
    return attempt


def _place_if_none(opened: ClassDirectory, stem: str, learner: str, known: Iterable[Attempt]) -> None:
    allowed = counting(opened.rules, known)
    if allowed and not (opened.root / "submitted" / learner / stem).is_dir():
        place(opened.root, allowed[-1])


def take_in(opened: ClassDirectory, stem: str) -> None:
    """Keep what lies in `submitted/` and is no attempt yet, as somebody or one of nbgrader's commands put it there."""
    for folder in sorted(opened.root.glob(f"submitted/*/{stem}")):
        if folder.is_symlink() or not folder.is_dir() or folder.parent.name.startswith("."):
            continue
        try:
            files = files_of(folder)
        except OSError:  # marking says what is wrong with it
            continue
        if files:
            keep(opened, stem, folder.parent.name, files, _time_of(folder), "folder")


def files_of(folder: Path) -> dict[str, bytes]:
    """Return a submission's files, those that a notebook may be handed in with: few, small, no links, no folders."""
    notebooks = {
        path.name: path.read_bytes()
        for path in sorted(folder.iterdir())
        if path.suffix == ".ipynb" and path.is_file() and not path.is_symlink()
    }
    return notebooks | execute.beside(folder)


def place(root: Path, attempt: Attempt) -> None:
    """Put an attempt into `submitted/` as what counts; what was there is an attempt itself, so nothing is lost."""
    target = root / "submitted" / attempt.learner / attempt.stem
    if _is_there(target, attempt):
        return
    part = target.with_name(f".{attempt.stem}.part")
    shutil.rmtree(part, ignore_errors=True)
    shutil.copytree(attempt.folder, part, ignore=shutil.ignore_patterns(*_OWN_FILES))
    if attempt.handed_in:
        (part / TIMESTAMP).write_text(attempt.handed_in + "\n", "utf-8")
    shutil.rmtree(target, ignore_errors=True)
    part.rename(target)


def _is_there(target: Path, attempt: Attempt) -> bool:
    with suppress(OSError):
        return identity(files_of(target), attempt.stem) == (attempt.notebook, attempt.content)
    return False


def _order(attempt: Attempt) -> tuple[str, int]:
    return attempt.handed_in, attempt.number


def _place(root: Path, stem: str, learner: str) -> Path:
    return root / "attempts" / stem / learner


def identity(files: Mapping[str, bytes], stem: str) -> tuple[str, str]:
    """Return the name of a hand-in's notebook, empty where there is none to be marked, and the hash it is told by."""
    notebook = _notebook(files, stem)
    own = execute.of_learner({name: len(data) for name, data in files.items()})
    own += [] if notebook else [name for name in files if name.endswith(".ipynb")]
    return notebook, execute.content_hash(files.get(notebook, b""), {name: files[name] for name in own})


def _notebook(files: Mapping[str, bytes], stem: str) -> str:
    """Return the name of the notebook that is marked, as `grade` chooses it; empty where it cannot be told."""
    found = sorted(name for name in files if name.endswith(".ipynb"))
    if f"{stem}.ipynb" in found:
        return f"{stem}.ipynb"
    return found[0] if len(found) == 1 else ""


def _write(attempt: Attempt, files: Mapping[str, bytes]) -> None:
    """Write an attempt's folder in one step."""
    part = attempt.folder.with_name(f".{attempt.number}.part")
    shutil.rmtree(part, ignore_errors=True)
    part.mkdir(parents=True)
    for name, content in files.items():
        if name not in _OWN_FILES:
            (part / Path(name).name).write_bytes(content)
    about = {key: value for key, value in asdict(attempt).items() if key not in ("folder", "stem", "learner")}
    (part / ABOUT).write_text(json.dumps(about, ensure_ascii=False, indent=1) + "\n", "utf-8")
    os.replace(part, attempt.folder)  # noqa: PTH105 - onto nothing: a second writer of the same number fails


def _read(folder: Path, stem: str, learner: str) -> Attempt:
    about = json.loads((folder / ABOUT).read_text("utf-8"))
    return Attempt(stem=stem, learner=learner, folder=folder, **about)


def _time_of(folder: Path) -> datetime | None:
    """Return when nbgrader says that a submission was handed in."""
    from nbgrader.utils import parse_utc

    text = execute.timestamp(folder / TIMESTAMP)
    return parse_utc(text).replace(tzinfo=UTC) if text else None
