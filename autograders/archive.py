"""Keep a class after its term: everything in one zip with a manifest, and back again, proved whole.

    manifest.json      versions of kit, data and checks; every file with its sha256
    class/...          the class directory, as it was or with its learners pseudonymised (`pseudonyms`)

The same class gives the same bytes: names in order, no clock. Nothing is sent anywhere.
"""

from __future__ import annotations

import contextlib
import hashlib
import json
import os
import shutil
import sqlite3
import tempfile
import zipfile
from dataclasses import dataclass
from pathlib import Path, PurePosixPath, PureWindowsPath
from typing import TYPE_CHECKING, Any

import loyaltylib
from loyaltylib.errors import ClassError, CourseError
from loyaltylib.handin import EPOCH

from . import records, unsettled
from .classdir import open_class
from .classfile import data_versions
from .incoming import BROKEN
from .messages import N_, tell
from .pseudonyms import MARK, NOTE, Pseudonyms

if TYPE_CHECKING:
    from collections.abc import Iterator

    from .classdir import ClassDirectory
    from .terminal import Progress

SCHEMA = 1
_NO_ARCHIVE = N_("{path} cannot be read as an archive: is it whole, and the file that loyalty archive wrote?")
MANIFEST = "manifest.json"
INSIDE = "class/"
# What may be left out -> the folders that hold it
PARTS = {
    "notebooks": ("submitted", "attempts", "autograded", "feedback"),
    "feedback": ("feedback",),
    "reports": ("report", "key"),
    "private": ("private",),
    "texts": (),
}
_PASSING = ("__pycache__", ".ipynb_checkpoints", ".git", ".fix")  # made anew by whoever needs it
_MODE = 0o100644 << 16
_CHUNK = 1 << 20


@dataclass(frozen=True)
class Archived:
    """An archive that was written.

    sha256    of the zip, to be noted elsewhere: with it, nobody can change the archive unnoticed
    left_out  files of the class that are not in it, and why: links, and what pseudonyms cannot be searched in
    key       where the key of the pseudonyms is; None where learners are named
    """

    path: Path
    sha256: str
    files: int
    size: int
    left_out: tuple[str, ...]
    key: Path | None


def archive(  # noqa: PLR0913 - the command's own options
    path: Path,
    out: Path,
    *,
    pseudonymise: bool = False,
    without: tuple[str, ...] = (),
    progress: Progress | None = None,
    lang: str = "en",
) -> Archived:
    """Write a class into one zip; nothing is left of it where it cannot be finished.

    pseudonymise  replace ids, names and e-mails everywhere, by a key that is kept beside the zip
    without       keys of `PARTS` to be left out; `texts` only with pseudonyms

    Raises `ClassError` where the zip is there already or lies in the class, where a file or the gradebook cannot be
    read, and where an id, a name or an e-mail would still stand in a pseudonymised archive.
    """
    opened = open_class(path, lang)
    _check_out(opened.root, out, lang)
    strangers = (unsettled.FOLDER,) if pseudonymise and (opened.root / unsettled.FOLDER).is_dir() else ()
    found = _files(opened, without, strangers, lang)
    people = (
        Pseudonyms.of(opened, out.with_suffix(".key"), texts="texts" not in without, lang=lang)
        if pseudonymise
        else None
    )
    manifest: dict[str, Any] = {**_about(opened), "pseudonymised": pseudonymise, "without": sorted(without)}
    if people:
        manifest["note"] = NOTE
    part = out.with_name(f".{out.name}.part")
    try:
        packing = _Packing(opened, people)
        packing.left_out += strangers  # nobody knows whose these hand-ins are, so nobody knows what to replace
        packing.write(part, found, manifest, progress)
        size, digest = part.stat().st_size, _digest(part)
        if people:
            people.keep_key()
        part.replace(out)
    finally:
        part.unlink(missing_ok=True)
    return Archived(
        out, digest, len(packing.entries), size, tuple(sorted(packing.left_out)), people.key_path if people else None
    )


def _check_out(root: Path, out: Path, lang: str) -> None:
    if out.exists():
        raise ClassError(tell(lang, "{path} is there already: choose another name, or move it away", path=out))
    if out.resolve().is_relative_to(root):
        raise ClassError(tell(lang, "{path} lies in the class itself: write the archive elsewhere", path=out))
    if not out.resolve().parent.is_dir():
        raise ClassError(tell(lang, "{path} is no folder: make it first", path=out.parent))


def _about(opened: ClassDirectory) -> dict[str, Any]:
    """Return by what the class was made and marked."""
    checks = {}
    for stem in opened.chapters:
        with contextlib.suppress(CourseError, FileNotFoundError):
            checks[stem] = records.check_version(stem)
    return {"schema": SCHEMA, "kit": loyaltylib.__version__, "data": data_versions(), "checks": checks}


def _files(opened: ClassDirectory, without: tuple[str, ...], strangers: tuple[str, ...], lang: str) -> list[Path]:
    """Return everything that is to be kept, in order; links too, which are named and not followed."""
    dropped = {folder for part in without for folder in PARTS[part]}.union(strangers)
    if "texts" in without:
        dropped.add("feedback")  # its pages repeat the answers
    found = []
    for folder, folders, names in os.walk(opened.root):
        here = Path(folder)
        top = here == opened.root
        folders[:] = sorted(n for n in folders if n not in _PASSING and not (top and n in dropped))
        found += [here / name for name in names if not name.endswith((".part", "-journal", "-wal", "-shm"))]
        found += [here / name for name in folders if (here / name).is_symlink()]
        if not folders and not names and not top:
            found.append(here)  # an empty folder: a hand-in with nothing in it
    for path in found:
        try:
            path.relative_to(opened.root).as_posix().encode("utf-8")
        except UnicodeEncodeError:
            message = N_("{path}: the file's name is not UTF-8; give it another name")
            raise ClassError(tell(lang, message, path=ascii(str(path)))) from None
    return sorted(found, key=lambda path: path.relative_to(opened.root).as_posix())


class _Packing:
    """The files of a class on their way into the zip."""

    def __init__(self, opened: ClassDirectory, people: Pseudonyms | None) -> None:
        self.opened, self.people = opened, people
        self.database = _database(opened)
        self.entries: dict[str, Any] = {}
        self.left_out: list[str] = []

    def write(self, part: Path, found: list[Path], manifest: dict[str, Any], progress: Progress | None) -> None:
        """Write the zip: the files, and last the manifest that names them."""
        ordered = sorted(found, key=lambda path: path.suffix != ".ipynb")  # others name the hashes of notebooks
        with zipfile.ZipFile(part, "w", zipfile.ZIP_DEFLATED, allowZip64=True) as packed:
            for number, path in enumerate(ordered, 1):
                self._put(packed, path)
                if progress:
                    progress(number, len(ordered), "")
            if self.people:
                self._keep(packed, MARK, self.people.mark)
            about = {**manifest, "left_out": sorted(self.left_out), "files": self.entries}
            text = json.dumps(about, ensure_ascii=False, indent=1, sort_keys=True) + "\n"
            if self.people:
                self.people.search(MANIFEST, text.encode())
            packed.writestr(_info(MANIFEST), text.encode())

    def _put(self, packed: zipfile.ZipFile, path: Path) -> None:
        name = path.relative_to(self.opened.root).as_posix()
        shown = self.people.name(name) if self.people else name
        if shown in self.entries:
            message = N_("two files of the class would be called {file} in the archive: rename one of them")
            raise ClassError(tell(self.opened.lang, message, file=shown))
        if path.is_symlink() or not (path.is_file() or path.is_dir()):
            self.left_out.append(shown)
        elif path.is_dir():
            if self.people:
                self.people.search(shown, b"")
            self.entries[shown] = {"folder": True}
        else:
            self._keep(packed, shown, self._content(path, name))

    def _content(self, path: Path, name: str) -> bytes | None:
        database = path == self.database
        body = _snapshot(path) if database else path.read_bytes()
        return self.people.content(name, body, database=database) if self.people else body

    def _keep(self, packed: zipfile.ZipFile, shown: str, body: bytes | None) -> None:
        if body is None:
            self.left_out.append(shown)
            return
        self.entries[shown] = {"sha256": hashlib.sha256(body).hexdigest()}
        packed.writestr(_info(INSIDE + shown), body)


def _info(name: str) -> zipfile.ZipInfo:
    info = zipfile.ZipInfo(name, EPOCH)
    info.compress_type, info.external_attr, info.create_system = zipfile.ZIP_DEFLATED, _MODE, 3
    return info


def _database(opened: ClassDirectory) -> Path:
    """Return where the gradebook is; raises `ClassError` where it is no file of the class."""
    url = str(opened.coursedir.db_url)
    path = Path(url.removeprefix("sqlite:///")).resolve()
    if not url.startswith("sqlite:///") or not path.is_relative_to(opened.root):
        message = N_("the gradebook is not in the class ({url}): bring it into {file} before you archive the class")
        raise ClassError(tell(opened.lang, message, url=url.rpartition("@")[2], file="gradebook.db"))
    return path


def _snapshot(path: Path) -> bytes:
    """Return a database's bytes at one moment, whoever writes meanwhile."""
    with contextlib.closing(sqlite3.connect(f"{path.as_uri()}?mode=ro", uri=True)) as database:
        return bytes(database.serialize())


def _digest(path: Path) -> str:
    with path.open("rb") as file:
        return hashlib.file_digest(file, "sha256").hexdigest()


@dataclass(frozen=True)
class Restored:
    """A class that was restored: its folder, how many files, with what it was made, whether learners are named."""

    path: Path
    files: int
    kit: str
    pseudonymised: bool


def restore(source: Path, path: Path, *, progress: Progress | None = None, lang: str = "en") -> Restored:
    """Write an archived class to a new folder in one step, once every file is proved to be what was archived.

    Raises `ClassError` where the folder holds something already, and naming the file that is missing, changed, not in
    the manifest or not inside the class.
    """
    if path.exists() and (not path.is_dir() or any(path.iterdir())):
        raise ClassError(tell(lang, "{path} is there already and is not empty: choose another folder", path=path))
    try:
        packed = zipfile.ZipFile(source)
    except BROKEN as error:
        raise ClassError(tell(lang, _NO_ARCHIVE, path=source)) from error
    path.resolve().parent.mkdir(parents=True, exist_ok=True)
    part = Path(tempfile.mkdtemp(prefix=f".{path.name}-", dir=path.resolve().parent))
    try:
        with packed:
            manifest = _manifest(packed, source, lang)
            _unpack(packed, manifest["files"], part, _Broken(source, lang), progress)
        part.chmod(0o755)
        if path.exists():
            path.rmdir()
        part.rename(path.resolve())
    finally:
        shutil.rmtree(part, ignore_errors=True)
    return Restored(path, len(manifest["files"]), str(manifest["kit"]), bool(manifest["pseudonymised"]))


@dataclass(frozen=True)
class _Broken:
    """Says what is wrong with an archive."""

    source: Path
    lang: str

    def __call__(self, message: str, name: str) -> ClassError:
        why = tell(self.lang, message, file=name)
        whole = N_("{path} is not whole: {why}. Nothing was restored; take another copy of the archive")
        return ClassError(tell(self.lang, whole, path=self.source, why=why))


def _manifest(packed: zipfile.ZipFile, source: Path, lang: str) -> dict[str, Any]:
    try:
        found: dict[str, Any] = json.loads(packed.read(MANIFEST))
        known = found["schema"] == SCHEMA and isinstance(found["files"], dict)
    except (KeyError, TypeError, *BROKEN) as error:
        raise ClassError(tell(lang, _NO_ARCHIVE, path=source)) from error
    if not known:
        message = N_("{path} is an archive of another form ({schema}); restore it with the kit that wrote it")
        raise ClassError(tell(lang, message, path=source, schema=found.get("schema")))
    return found


def _unpack(
    packed: zipfile.ZipFile,
    files: dict[str, Any],
    part: Path,
    broken: _Broken,
    progress: Progress | None,
) -> None:
    names = [info.filename for info in packed.infolist()]
    wanted = {MANIFEST, *(INSIDE + name for name, about in files.items() if not about.get("folder"))}
    for name in names:
        if name not in wanted:
            raise broken(N_("{file} is in it and not in its manifest"), name)
    if len(names) != len(set(names)):
        raise broken(N_("{file} is in it twice"), max(names, key=names.count))
    if missing := sorted(wanted - set(names)):
        raise broken(N_("{file} is missing"), missing[0])
    for number, (name, about) in enumerate(sorted(files.items()), 1):
        if progress:
            progress(number, len(files), name)
        if not _inside(name):
            raise broken(N_("{file} would be written outside the class"), name)
        target = part / name
        if about.get("folder"):
            target.mkdir(parents=True, exist_ok=True)
            continue
        target.parent.mkdir(parents=True, exist_ok=True)
        if not _proved(packed, INSIDE + name, about, target):
            raise broken(N_("{file} has been changed"), name)


def _inside(name: str) -> bool:
    """Return whether a name stays inside the class, on any system."""
    posix, windows = PurePosixPath(name), PureWindowsPath(name)
    if posix.is_absolute() or ".." in posix.parts or not posix.parts:
        return False
    return os.name != "nt" or not (windows.drive or windows.root or ".." in windows.parts)


def _proved(packed: zipfile.ZipFile, name: str, about: dict[str, Any], target: Path) -> bool:
    """Write one file; return whether it has the hash that the manifest says."""
    digest = hashlib.sha256()
    with target.open("xb") as file:
        for chunk in _chunks(packed, name):
            digest.update(chunk)
            file.write(chunk)
    return bool(digest.hexdigest() == about["sha256"])


def _chunks(packed: zipfile.ZipFile, name: str) -> Iterator[bytes]:
    """Yield what can be read of a file; of a damaged one that is not all, as its hash will tell."""
    with contextlib.suppress(*BROKEN), packed.open(name) as body:
        while chunk := body.read(_CHUNK):
            yield chunk
