"""What a class has of its own in `private/`, outside any repository: items, parameters and checks before the kit's.

    DIR/private/course/<stem>/quiz.yml      `items:` that replace the kit's of the same id, or are added
    DIR/private/course/<stem>/chapter.yml   `exercises:` entries whose fields go before those of the kit's
    DIR/private/checks/<stem>.py            functions under `@check("<id>")` that mark in place of the kit's

Whoever opens a class enters its overlay; it holds in that thread or task until another class is entered. Keys and
checks stay in the memory of the process that marks. What a learner may see, items without keys and parameters, is laid
out in the user's cache as the class's view (`loyaltylib.resources.view`): there notebooks and the sandbox find it.
"""

from __future__ import annotations

import hashlib
import os
import shutil
import tempfile
from contextvars import ContextVar
from functools import cached_property
from pathlib import Path
from typing import TYPE_CHECKING

from loyaltylib import chapters, quiz, resources
from loyaltylib.errors import ClassError, CourseError
from loyaltylib.files import write_whole

from .messages import LANGUAGES, N_, tell

if TYPE_CHECKING:
    from collections.abc import Mapping

    from .check import Check
    from .overlay_source import Merged

FOLDER = "private"
CLASS = "LOYALTY_CLASS"  # the environment variable by which a plain kernel knows the class it is marked in
_COURSE_FILES = ("quiz.yml", "chapter.yml")
_IGNORED = ("__pycache__", ".ipynb_checkpoints")


class Overlay:
    """What stood in a class's `private/` when it was read; travels to worker processes as these files.

    files  path below `private/` -> content
    place  where `private/` is, for what is said of it
    """

    def __init__(self, files: Mapping[str, bytes], place: Path) -> None:
        self.files = dict(files)
        self.place = place

    def __reduce__(self) -> tuple[type[Overlay], tuple[dict[str, bytes], Path]]:
        return Overlay, (self.files, self.place)

    def __bool__(self) -> bool:
        return bool(self.files)

    @cached_property
    def name(self) -> str:
        """By which this overlay is told from any other."""
        return _hash({str(self.place): b"", **self.files})

    @cached_property
    def stems(self) -> tuple[str, ...]:
        """The chapters it has something for, in the course's order."""
        return tuple(stem for stem in chapters.syllabus() if self._of(stem))

    def _of(self, stem: str) -> dict[str, bytes]:
        names = (*(f"course/{stem}/{name}" for name in _COURSE_FILES), f"checks/{stem}.py")
        return {name: self.files[name] for name in names if name in self.files}

    def version(self, stem: str) -> str:
        """Return a short hash of what it has for a chapter; empty where it has nothing."""
        return _hash(self._of(stem)) if self._of(stem) else ""

    @cached_property
    def chapters(self) -> dict[str, Merged]:
        """Each chapter with items or parameters of its own, merged with the kit's and checked; raises `CourseError`."""
        from .overlay_source import merged

        own = {name.split("/")[1] for name in self.files if name.startswith("course/")}
        return {stem: merged(self.place, self.files, stem) for stem in chapters.syllabus() if stem in own}

    @cached_property
    def checks(self) -> dict[str, Check]:
        """Its checks by the ids of their exercises; raises `CourseError` for a file that does not load."""
        from .overlay_checks import load

        found: dict[str, Check] = {}
        for name in sorted(self.files):
            if name.startswith("checks/"):
                found |= load(self.files[name], self.place / name, self.name)
        return found

    def keys(self, stem: str) -> dict[str, quiz.Item] | None:
        """Return a chapter's items with their keys, merged with the kit's; None where it has none of its own."""
        merged = self.chapters.get(stem)
        return {name: one.item for name, one in merged.items.items()} if merged else None

    @cached_property
    def learners_files(self) -> dict[str, bytes]:
        """What learners may see of it, path in the repository -> content: no key, no why, no check."""
        return {name: body for merged in self.chapters.values() for name, body in merged.learners_files.items()}

    @cached_property
    def view(self) -> Path | None:
        """The folder that holds just that, in the user's cache; None where there is nothing."""
        return _laid_out(self.learners_files) if self.learners_files else None


NONE = Overlay({}, Path(FOLDER))
_current: ContextVar[Overlay] = ContextVar("overlay", default=NONE)
_known: dict[str, Overlay] = {}  # what was entered in this process: it is read and checked once


def current() -> Overlay:
    """Return the overlay of the class entered last."""
    return _current.get()


def enter(overlay: Overlay) -> None:
    """Let a class's own items, parameters and checks stand in place of the kit's, from here on in this thread or task.

    Raises `CourseError` naming file and line for what does not fit.
    """
    overlay = _known.setdefault(overlay.name, overlay)
    folder = overlay.view
    overlay.checks  # noqa: B018 - loads them, so that what is wrong with one is said now
    _current.set(overlay)
    resources.use(folder)


def enter_class(root: Path, lang: str = "en") -> None:
    """Enter the overlay of a class; raises `ClassError` naming file and line for what does not fit."""
    found = read(root, lang)
    try:
        enter(found)
    except CourseError as error:
        raise ClassError(str(error)) from error


def enter_with_kernels(root: Path, lang: str = "en") -> None:
    """Enter the overlay of a class, also for the plain kernels and servers that this process starts from here on."""
    enter_class(root, lang)
    known = {CLASS: str(root) if current() else "", resources.VIEW: str(current().view or "")}
    for name, value in known.items():
        if value:
            os.environ[name] = value
        else:
            os.environ.pop(name, None)


def read(root: Path, lang: str = "en") -> Overlay:
    """Return what a class has of its own; raises `ClassError` for a file whose name says nothing to the kit."""
    place = root / FOLDER
    files: dict[str, bytes] = {}
    for path in sorted((*place.glob("course/**/*"), *place.glob("checks/**/*"))):
        name = path.relative_to(place).as_posix()
        if path.is_dir() or any(part.startswith(".") or part in _IGNORED for part in name.split("/")):
            continue
        if name not in _places():
            message = N_("{file}: the kit knows no such file; it reads {known}, with one of these chapters: {chapters}")
            known = "course/<stem>/quiz.yml, course/<stem>/chapter.yml, checks/<stem>.py"
            listed = ", ".join(chapters.syllabus())
            raise ClassError(tell(lang, message, file=path, known=known, chapters=listed))
        files[name] = path.read_bytes()
    return Overlay(files, place) if files else NONE


def _places() -> set[str]:
    stems = chapters.syllabus()
    return {f"course/{stem}/{name}" for stem in stems for name in _COURSE_FILES} | {f"checks/{s}.py" for s in stems}


def learners_files(root: Path) -> dict[str, bytes]:
    """Return what the learners of a class may see of its own, path in the repository -> content: for their bundle."""
    enter_class(root)
    return current().learners_files


def begin(root: Path, lang: str) -> None:
    """Make the folder of a new class, with a word on what it is for."""
    folder = root / FOLDER
    folder.mkdir(parents=True, exist_ok=True)
    title = tell(lang, "Questions of your own")
    lines = [
        f"# {title}",
        "",
        practice_line(lang),
        "",
        tell(lang, "What you put here stays in this folder: it is in no release, no bundle and no feedback."),
        tell(lang, "Learners get your items without keys, and your parameters, and nothing else of it."),
        "",
        f"- `course/<stem>/quiz.yml`{_colon(lang)}"
        + tell(lang, "items under `items:`; one with an id of the kit's replaces it, another one is added."),
        f"- `course/<stem>/chapter.yml`{_colon(lang)}"
        + tell(lang, "under `exercises:`, the id of an exercise and what differs: variant, items, points, tolerance."),
        f"- `checks/<stem>.py`{_colon(lang)}"
        + tell(lang, 'functions under `@check("<id>")`; each marks its exercise in place of the kit\'s check.'),
        "",
        tell(lang, "All have the form of the kit's own files in course/ and autograders/checks/. Then run:"),
        "",
        "```",
        "loyalty release . <stem>",
        "```",
        "",
    ]
    write_whole(folder / "README.md", "\n".join(lines))


def practice_line(lang: str) -> str:
    """Say what the shipped items are for."""
    message = N_(
        "The items shipped with the kit are public, their keys too: they are meant for practice. To examine, put items"
        " of your own into private/."
    )
    return tell(lang, message)


def _colon(lang: str) -> str:
    return {LANGUAGES[0]: ": "}.get(lang, "：")


def _hash(files: Mapping[str, bytes]) -> str:
    digest = hashlib.sha256()
    for name, body in sorted(files.items()):
        digest.update(f"{name}\0{len(body)}\0".encode())
        digest.update(body)
    return digest.hexdigest()[:16]


def _laid_out(files: Mapping[str, bytes]) -> Path:
    """Return a folder with these files under the name of their content, made in one step where it is missing."""
    home = Path(os.environ.get("XDG_CACHE_HOME") or Path.home() / ".cache") / "loyalty"
    folder = home / f"view-{_hash(files)}"
    if folder.is_dir():
        return folder
    home.mkdir(parents=True, exist_ok=True)
    part = Path(tempfile.mkdtemp(prefix=".view-", dir=home))
    for name, body in files.items():
        (part / name).parent.mkdir(parents=True, exist_ok=True)
        (part / name).write_bytes(body)
    try:
        part.rename(folder)
    except OSError:  # another process was faster
        shutil.rmtree(part, ignore_errors=True)
    return folder
