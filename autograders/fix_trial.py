"""A class below a class, in which a correction is tried: the same hand-ins, settings and rules, another gradebook."""

from __future__ import annotations

import re
import shutil
from contextlib import contextmanager
from typing import TYPE_CHECKING

import loyaltylib
from loyaltylib.errors import ClassError
from loyaltylib.files import write_whole

from . import classdir, classfile, overlay_source
from .classdir import CONFIG_FILE
from .classfile import CLASS_FILE
from .messages import N_, tell
from .overlay_source import MADE_FROM

if TYPE_CHECKING:
    from collections.abc import Iterator, Mapping
    from pathlib import Path

    from .classdir import ClassDirectory

FOLDER = ".fix"
_PINS = {
    "kit": re.compile(r"^kit:[^\n]*", re.MULTILINE),
    "data": re.compile(r"^data:[^\n]*(?:\n[ \t]+[^\n]*)*", re.MULTILINE),
}


@contextmanager
def trial(opened: ClassDirectory, sources: Mapping[str, str], *, built: bool) -> Iterator[Path]:
    """Make the class in which corrected sources (chapter -> notebook) are tried; it is gone in the end.

    It lies in the class directory: what learners wrote does not leave it.
    """
    place = opened.root / FOLDER
    shutil.rmtree(place, ignore_errors=True)
    try:
        place.mkdir()
        _copy_settings(opened, place)
        for stem, source in sources.items():
            write_source(place, stem, source, built=built)
            _copy_hand_ins(opened.root, place, stem)
        yield place
    finally:
        shutil.rmtree(place, ignore_errors=True)


def write_source(root: Path, stem: str, source: str, *, built: bool) -> None:
    """Write a chapter's source; what was built is noted as made with `private/` as that is now."""
    if built:
        overlay_source.write_source(root, stem, source)
    else:
        write_whole(root / "source" / stem / f"{stem}.ipynb", source)


def _copy_settings(opened: ClassDirectory, place: Path) -> None:
    """Copy the class's own files, with a gradebook of the trial's own whatever the settings say."""
    for path in opened.root.iterdir():
        if path.is_file() and path.suffix != ".db" and not path.is_symlink():
            shutil.copyfile(path, place / path.name)
    if (opened.root / "private").is_dir():
        shutil.copytree(opened.root / "private", place / "private")
    if (opened.root / MADE_FROM).is_file():
        (place / MADE_FROM).parent.mkdir()
        shutil.copyfile(opened.root / MADE_FROM, place / MADE_FROM)
    config = place / CONFIG_FILE
    url = f"sqlite:///{(place / 'gradebook.db').as_posix()}"
    own = f"\nc.CourseDirectory.root = {str(place)!r}\nc.CourseDirectory.db_url = {url!r}\n"
    config.write_text(config.read_text("utf-8") + own, "utf-8")
    write_pins(place, opened.lang)


def _copy_hand_ins(root: Path, place: Path, stem: str) -> None:
    """Copy everything handed in to a chapter, links as links: marking passes over them."""
    folders = [*root.glob(f"submitted/*/{stem}"), root / "attempts" / stem]
    for folder in folders:
        if folder.is_dir() and not folder.is_symlink():
            target = place / folder.relative_to(root)
            shutil.copytree(folder, target, symlinks=True, ignore=shutil.ignore_patterns("verdict.json"))


def release(place: Path, stem: str, lang: str) -> None:
    """Release a chapter in the trial."""
    classdir.release(place, stem, lang)


def write_pins(root: Path, lang: str) -> None:
    """Write the versions installed into a class file, the rest of which stays as it is."""
    path = root / CLASS_FILE
    if not path.is_file():
        return
    text = before = path.read_text("utf-8")
    data = ", ".join(f'{name}: "{version}"' for name, version in classfile.data_versions().items())
    for name, line in (("kit", f'kit: "{loyaltylib.__version__}"'), ("data", f"data: {{{data}}}")):
        if getattr(classfile.read(root, lang), name):  # nothing is pinned where the instructor took it out
            text = _PINS[name].sub(lambda _, line=line: line, text, count=1)  # type: ignore[misc]
    if text != before:
        write_whole(path, text)
    try:
        classfile.check_pins(classfile.read(root, lang), lang)
    except ClassError as error:
        message = N_("the versions in {file} cannot be written; write them as in the file of a new class: {reason}")
        raise ClassError(tell(lang, message, file=path, reason=error)) from error
