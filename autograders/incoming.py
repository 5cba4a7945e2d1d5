"""Files and zips that strangers made, read within limits: nothing is followed, nothing unpacked to the disk.

What cannot be taken is refused one by one with a reason; the rest of a download goes on.
"""

from __future__ import annotations

import os
import re
import stat
import struct
import unicodedata
import zipfile
import zlib
from collections import Counter
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any, BinaryIO

from .messages import N_, tell
from .structure import LARGEST_FILE

if TYPE_CHECKING:
    from collections.abc import Callable, Iterable
    from pathlib import Path

MOST_ENTRIES = 20_000  # files of one zip or folder: a thousand learners, each with twenty
DIRECTORY_BYTES = 8 * 1024 * 1024  # of a zip's list of entries, which is read whole before any can be counted
MOST_BYTES = 4 * 1024**3  # read out of one place, all zips in it together
LONGEST_NAME = 240  # bytes of a file's name that every system takes
_LONGEST_SHOWN = 200
_CHUNK = 64 * 1024
_ENCRYPTED, _UTF8 = 0x1, 0x800  # bits of a zip entry's flags
_USUAL = (zipfile.ZIP_STORED, zipfile.ZIP_DEFLATED)  # what every system's own zip makes
_ABSOLUTE = re.compile(r"/|[A-Za-z]:")
_JUNK = ("__MACOSX", "Thumbs.db", "desktop.ini")
BROKEN = (  # what reading a damaged zip raises
    *(zipfile.BadZipFile, zipfile.LargeZipFile, zlib.error, struct.error),
    *(EOFError, OSError, NotImplementedError, RuntimeError, ValueError),
)
# Where a system knows them: a link is not followed, a pipe not waited for.
_CAREFULLY = os.O_RDONLY | getattr(os, "O_NOFOLLOW", 0) | getattr(os, "O_NONBLOCK", 0) | getattr(os, "O_BINARY", 0)


class Unfit(Exception):  # noqa: N818  # an outcome, not a fault of the program
    """A file or zip cannot be taken in; a message id says why."""

    def __init__(self, why: str, **places: Any) -> None:
        super().__init__(why)
        self.why, self.places = why, places

    def text(self, lang: str) -> str:
        """Return the reason in a reader's language."""
        return tell(lang, self.why, **self.places)


@dataclass(frozen=True)
class Entry:
    """One file: its path below the place, with `/`, what reads it, which raises `Unfit`, and whether a zip has it."""

    name: str
    read: Callable[[], bytes]
    packed: bool = False


@dataclass(frozen=True)
class Contents:
    """What is in a zip or a folder: files in the order of their names, and what is refused with the reason."""

    entries: list[Entry]
    refused: list[tuple[str, Unfit]]


class Budget:
    """How many bytes may still be read of one place."""

    def __init__(self, left: int = MOST_BYTES) -> None:
        self.left = left

    def take(self, number: int) -> None:
        """Take so many bytes off; raises `Unfit` where there are not so many."""
        self.left -= number
        if self.left < 0:
            raise Unfit(N_("more than can be read of one place"))


def folder(root: Path, budget: Budget) -> Contents:
    """Return the files below a folder; links and whatever is no file are refused."""
    entries: list[Entry] = []
    refused: list[tuple[str, Unfit]] = []
    for place, folders, files in os.walk(root):
        folders.sort()
        for name in sorted(files) + [each for each in folders if os.path.islink(os.path.join(place, each))]:  # noqa: PTH114, PTH118
            path = os.path.join(place, name)  # noqa: PTH118 - os.walk has texts
            below = os.path.relpath(path, root).replace(os.sep, "/")
            if _is_junk(below):
                continue
            if len(entries) >= MOST_ENTRIES:
                return Contents([], [("", Unfit(N_("too many files in it")))])
            if not stat.S_ISREG(os.lstat(path).st_mode):
                refused.append((below, Unfit(N_("a link, or no file at all"))))
                continue
            entries.append(Entry(below, lambda path=path: _regular(path, budget)))  # type: ignore[misc]  # mypy: lambda
    return Contents(entries, refused)


def submission(place: Path, budget: Budget) -> dict[str, bytes]:
    """Return the files right in a folder that its owner may change meanwhile; links are left out, also in its place.

    Raises `Unfit` where the folder is none, or a file too large.
    """
    try:
        here = os.open(place, os.O_RDONLY | os.O_DIRECTORY | os.O_NOFOLLOW)
    except OSError as error:
        raise Unfit(N_("a link, or no file at all")) from error
    found = {}
    try:
        for name in sorted(os.listdir(here))[:MOST_ENTRIES]:  # noqa: PTH208 - of a folder that is open
            if not _is_junk(name) and stat.S_ISREG(os.stat(name, dir_fd=here, follow_symlinks=False).st_mode):
                found[name] = _regular(name, budget, here)
    except OSError as error:
        raise Unfit(N_("it cannot be read")) from error
    finally:
        os.close(here)
    return found


def zipped(file: BinaryIO, budget: Budget) -> Contents:
    """Return the files in a zip, to be read while `file` is open; raises `Unfit` where it is none."""
    try:
        archive = zipfile.ZipFile(_Bounded(file))
        infos = [info for info in archive.infolist() if not info.is_dir()]
    except BROKEN as error:
        raise Unfit(N_("no zip, or a damaged one")) from error
    if len(infos) > MOST_ENTRIES:
        raise Unfit(N_("too many files in it"))
    named: list[tuple[str, zipfile.ZipInfo]] = []
    refused: list[tuple[str, Unfit]] = []
    for info in infos:
        name = _name(info)
        try:
            if not _is_junk(name):
                named.append((_inside(name), info))
        except Unfit as reason:
            refused.append((shown(name), reason))
    times = Counter(name for name, _ in named)
    refused += [(name, Unfit(N_("the name is there more than once"))) for name, number in times.items() if number > 1]
    once = sorted((each for each in named if times[each[0]] == 1), key=lambda each: each[0])
    return Contents([Entry(name, _reader(archive, info, budget), packed=True) for name, info in once], refused)


class _Bounded:
    """A file of which no long list of entries is read: to read it whole is the first thing `zipfile` does."""

    def __init__(self, file: BinaryIO) -> None:
        self._file = file
        self.seek, self.tell, self.seekable, self.close = file.seek, file.tell, file.seekable, file.close

    def read(self, number: int = -1) -> bytes:
        if number > DIRECTORY_BYTES:
            raise Unfit(N_("too many files in it"))
        return self._file.read(number)


def _name(info: zipfile.ZipInfo) -> str:
    """Return an entry's name; where it does not say that it is UTF-8 it may be, else it is as Chinese Windows writes.

    The names are told apart before backslashes are read as separators: they are second bytes of Chinese signs too.
    """
    name = info.orig_filename
    if not info.flag_bits & _UTF8:
        raw = name.encode("cp437", "replace")  # what `zipfile` took it for
        for encoding in ("utf-8", "gb18030"):
            try:
                name = raw.decode(encoding)
                break
            except UnicodeDecodeError:
                continue
    return unicodedata.normalize("NFC", name).replace("\\", "/")


def _inside(name: str) -> str:
    """Return a path that stays below its place; raises `Unfit` for one that does not."""
    if _ABSOLUTE.match(name) or ".." in name.split("/"):
        raise Unfit(N_("its name leads out of the folder"))
    if any(unicodedata.category(sign) in ("Cc", "Cs") for sign in name):
        raise Unfit(N_("its name holds control characters"))
    return "/".join(part for part in name.split("/") if part not in ("", "."))


def shown(name: str) -> str:
    """Return words of strangers as one short line that does nothing to a terminal."""
    line = "".join("?" if unicodedata.category(sign) in ("Cc", "Cs") else sign for sign in name)
    return line if len(line) <= _LONGEST_SHOWN else f"{line[:_LONGEST_SHOWN]}…"


def _is_junk(name: str) -> bool:
    """Return whether a path is what systems leave beside people's files, or hidden."""
    parts = name.split("/")
    return any(part in _JUNK or (part.startswith(".") and part.strip(".")) for part in parts)


def _reader(archive: zipfile.ZipFile, info: zipfile.ZipInfo, budget: Budget) -> Callable[[], bytes]:
    def read() -> bytes:
        if stat.S_ISLNK(info.external_attr >> 16):
            raise Unfit(N_("a link, or no file at all"))
        if info.flag_bits & _ENCRYPTED:
            raise Unfit(N_("it has a password; ask for it without one"))
        if info.compress_type not in _USUAL:
            raise Unfit(N_("it is packed in an unusual way; ask for an ordinary zip"))
        try:
            with archive.open(info) as file:
                return _limited(iter(lambda: file.read(_CHUNK), b""), budget)
        except BROKEN as error:
            raise Unfit(N_("no zip, or a damaged one")) from error

    return read


def _regular(path: str, budget: Budget, here: int | None = None) -> bytes:
    """Return the bytes of an ordinary file, of the folder `here` if one is given."""
    try:
        handle = os.open(path, _CAREFULLY, dir_fd=here)
        with os.fdopen(handle, "rb") as file:
            if not stat.S_ISREG(os.fstat(handle).st_mode):
                raise Unfit(N_("a link, or no file at all"))
            return _limited(iter(lambda: file.read(_CHUNK), b""), budget)
    except OSError as error:
        raise Unfit(N_("it cannot be read")) from error


def _limited(chunks: Iterable[bytes], budget: Budget) -> bytes:
    """Return what comes, as long as it is not too much: what a zip says of a size need not be true."""
    found = bytearray()
    for chunk in chunks:
        budget.take(len(chunk))
        found += chunk
        if len(found) > LARGEST_FILE:
            raise Unfit(N_("larger than {most} MB"), most=LARGEST_FILE // 1024**2)
    return bytes(found)
