"""nbgrader's exchange, the shared folder of a JupyterHub: release to it, take every hand-in out of it, return feedback.

nbgrader's own collector takes the newest hand-in of each learner; here each one is an attempt.
"""

from __future__ import annotations

import shutil
import sys
from pathlib import Path
from typing import TYPE_CHECKING, Any

from loyaltylib.errors import ClassError

from . import execute, incoming
from .classdir import open_class
from .handins import Handin, moment
from .incoming import Budget, Unfit
from .messages import N_, tell
from .owner import Claim

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator
    from datetime import datetime

    from .classdir import ClassDirectory

SECRET = "submission_secret.txt"  # noqa: S105 - a file's name; what is in it finds a learner's feedback
_OWN = (SECRET, execute.TIMESTAMP)


def settings(opened: ClassDirectory) -> Any:
    """Return the class's settings together with the machine's, where an administrator says where the exchange is."""
    from nbgrader.apps.baseapp import NbGrader

    app = NbGrader()
    app.load_cwd_config = False
    app.log.setLevel("CRITICAL")  # it misses a file of settings where there need not be one
    app.load_config_file()
    config = app.config
    config.merge(opened.config)
    return config


def release(path: Path, stem: str | None = None, lang: str = "en") -> Path:
    """Put a released chapter into the exchange, in place of what was there; return its place. Raises `ClassError`."""
    opened = open_class(path, lang)
    stem = opened.chapter(stem, lang)
    part = _part(opened, "ExchangeReleaseAssignment", stem, force=True)
    _start(part, opened)
    return Path(part.dest_path)


def release_feedback(path: Path, stem: str | None = None, lang: str = "en") -> int:
    """Put the feedback of a chapter where each learner, and nobody else, finds it; return how many pages.

    Feedback belongs to the hand-in that counts. Only what came through the exchange has a way back.
    """
    opened = open_class(path, lang)
    stem = opened.chapter(stem, lang)
    part = _part(opened, "ExchangeReleaseFeedback", stem)
    sent = 0
    for page in sorted(opened.root.glob(f"feedback/*/{stem}/{stem}.html")):
        learner = page.parent.parent.name
        files = opened.root / "submitted" / learner / stem
        if not (files / SECRET).is_file():
            continue
        for name in _OWN:
            shutil.copyfile(files / name, page.parent / name)
        part.coursedir.student_id = learner
        _start(part, opened)
        sent += 1
    return sent


def inbound(opened: ClassDirectory, stem: str | None, refuse: Callable[[str, Unfit], None]) -> Iterator[Handin]:
    """Yield every hand-in of the exchange, the earliest first, of one chapter or all.

    Who handed in is the account in the folder's name, and the owner of the folder where the exchange looks at that
    (`c.ExchangeCollect.check_owner`); where they differ a person decides. Raises `ClassError` where there is none.
    """
    part = _part(opened, "ExchangeCollect", stem or "")
    place = Path(part.root) / part.coursedir.course_id / "inbound"
    try:
        folders = sorted((path for path in place.iterdir() if not path.name.startswith(".")), key=_when)
    except OSError as error:
        message = N_("no hand-ins at {place}: release to the exchange first, or name a folder or zip to collect from")
        raise ClassError(tell(opened.lang, message, place=place)) from error
    for folder in folders:
        account, chapter, when = _parts(folder)
        if chapter not in opened.chapters or (stem and chapter != stem):
            continue
        try:
            files = incoming.submission(folder, Budget())
        except Unfit as reason:
            refuse(folder.name, reason)
            continue
        if not any(name.endswith(".ipynb") for name in files):
            refuse(folder.name, Unfit(N_("no notebook in it")))
            continue
        claims = [Claim("account", account)]
        if part.check_owner and _owner(folder) != account:
            claims.append(Claim("owner", _owner(folder)))
        yield _handin(folder, chapter, files, claims, moment(when.encode()))


def _handin(folder: Path, stem: str, files: dict[str, bytes], claims: list[Claim], at: datetime | None) -> Handin:
    from . import structure

    notebooks = [name for name in files if name.endswith(".ipynb")]
    main = f"{stem}.ipynb" if f"{stem}.ipynb" in notebooks else notebooks[0]
    try:
        recorded = structure.recorded_learner(structure.parse(files[main])[0])
    except structure.Unreadable:
        recorded = ""
    if recorded.strip():
        claims.append(Claim("notebook", recorded))
    kept = {name: data for name, data in files.items() if name != execute.TIMESTAMP}
    return Handin(folder.name, "exchange", stem, kept, tuple(claims), at)


def _parts(folder: Path) -> tuple[str, str, str]:
    """Return account, chapter and time of a hand-in's folder, which nbgrader joins by `+`; the account may hold one."""
    parts = folder.name.rsplit("+", 3)
    if len(parts) == 4 and moment(parts[2].encode()):  # noqa: PLR2004 - with the random part that hides it
        return parts[0], parts[1], parts[2]
    parts = folder.name.rsplit("+", 2)
    return (parts[0], parts[1], parts[2]) if len(parts) == 3 else ("", "", "")  # noqa: PLR2004 - without it


def _when(folder: Path) -> tuple[str, str]:
    return _parts(folder)[2], folder.name


def _owner(folder: Path) -> str:
    """Return whose account made a folder; its number where the account is gone."""
    if sys.platform == "win32":  # there is no exchange
        return ""
    import pwd

    number = folder.lstat().st_uid
    try:
        return pwd.getpwuid(number).pw_name
    except KeyError:
        return str(number)


def _part(opened: ClassDirectory, name: str, stem: str, **traits: Any) -> Any:
    """Return one of nbgrader's parts of the exchange, of whatever kind the machine has set."""
    from nbgrader.auth import Authenticator
    from nbgrader.coursedir import CourseDirectory
    from nbgrader.exchange import ExchangeFactory

    config = settings(opened)
    kind = getattr(ExchangeFactory(config=config), _FACTORY[name])
    coursedir = CourseDirectory(config=config)
    coursedir.assignment_id = stem
    return kind(coursedir=coursedir, authenticator=Authenticator(config=config), config=config, **traits)


_FACTORY = {
    "ExchangeReleaseAssignment": "release_assignment",
    "ExchangeReleaseFeedback": "release_feedback",
    "ExchangeCollect": "collect",
}


def _start(part: Any, opened: ClassDirectory) -> None:
    """Run it; raises `ClassError` with nbgrader's reason."""
    from nbgrader.utils import capture_log

    result = capture_log(part)
    if not result["success"]:
        lines = [line for line in result.get("log", "").splitlines() if "ERROR" in line or "CRITICAL" in line]
        reason = (lines or result["error"].strip().splitlines() or [""])[-1]
        raise ClassError(tell(opened.lang, N_("the exchange refused: {reason}"), reason=reason.strip()))
