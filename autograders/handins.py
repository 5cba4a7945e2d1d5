"""From a place, a folder or a zip, to the hand-ins in it: which files are one learner's, of which chapter, who says so.

A hand-in is one notebook with the files beside it. Zips in zips are opened where they lie; what an LMS or a
learner's `handin()` has put into names is read by `layouts` and from the receipt.
"""

from __future__ import annotations

import io
import json
import re
from collections import Counter
from dataclasses import dataclass, field, replace
from datetime import UTC, datetime
from itertools import groupby, takewhile
from pathlib import PurePosixPath
from typing import TYPE_CHECKING, Any

from loyaltylib import handin
from loyaltylib.messages import LANGUAGES

from . import execute, incoming, structure
from .execute import RECEIPT, TIMESTAMP
from .incoming import Budget, Contents, Entry, Unfit
from .layouts import named
from .messages import N_
from .owner import Claim
from .terminal import silent

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator, Sequence
    from pathlib import Path

    from .owner import Roll
    from .terminal import Progress

_DEEPEST = 3  # a folder's zip, a download in it, a learner's zip in that
_NO_ZIP = (".rar", ".7z", ".gz", ".tar", ".bz2", ".xz")
_STARTED = re.compile(r"""\bstart\(\s*["']([\w-]+)["']""")


@dataclass(frozen=True)
class Group:
    """Files that were handed in together, by their names; their paths are in the entries.

    layout   what an LMS says of them
    crowded  the folders with more than one notebook or zip below them, which are no learner's own
    """

    entries: dict[str, Entry]
    layout: dict[str, str] = field(default_factory=dict)
    crowded: frozenset[str] = frozenset()


@dataclass(frozen=True)
class Handin:
    """One notebook with the files beside it.

    place      where it was found, for people
    source     a word: receipt, folder, moodle, canvas, exchange
    claims     what says whose it is
    handed_in  None where nothing says when
    doubt      what else a person has to look at, a key of `owner.REASONS`
    is_late    what an LMS says of it; None where it says nothing
    """

    place: str
    source: str
    stem: str
    files: dict[str, bytes]
    claims: tuple[Claim, ...]
    handed_in: datetime | None = None
    doubt: str = ""
    is_late: bool | None = None


@dataclass
class Look:
    """What to look for: the class's chapters, the one wanted or None, who is in the class; and who is told of trouble.

    refuse  called with a place and the reason for what is not taken
    """

    chapters: Sequence[str]
    stem: str | None
    roll: Roll
    pattern: str
    refuse: Callable[[str, Unfit], None]


def of_place(place: Path, look: Look, progress: Progress) -> Iterator[Handin]:
    """Yield the hand-ins of a folder, a zip or a notebook; what cannot be taken is told to `look.refuse`."""
    for group in groups(place, look, progress):
        yield from of_group(group, look)


def groups(place: Path, look: Look, progress: Progress) -> Iterator[Group]:
    """Yield what was handed in together, of a folder, a zip or a single file, in the order of names."""
    budget = Budget()
    if place.is_dir():
        yield from _groups(incoming.folder(place, budget), _Level(look, budget), progress)
    elif place.suffix.lower() == ".zip":
        with place.open("rb") as file:
            try:
                found = incoming.zipped(file, budget)
            except Unfit as reason:
                look.refuse(place.name, reason)
                return
            above = f"{place.name}/" if any(each.name == RECEIPT for each in found.entries) else ""
            yield from _groups(found, _Level(look, budget, above), progress)
    else:
        found = incoming.folder(place.parent, budget)
        yield Group({each.name: each for each in found.entries if each.name == place.name})


@dataclass(frozen=True)
class _Level:
    """Where in a place we are: the path of what is opened, ending in `/`, how deep, and the folders above."""

    look: Look
    budget: Budget
    above: str = ""
    depth: int = 1
    crowded: frozenset[str] = frozenset()


def _groups(found: Contents, level: _Level, progress: Progress = silent) -> Iterator[Group]:
    """Yield the groups of one folder or zip, then those of the zips in it."""
    pattern = level.look.pattern
    for name, reason in found.refused:
        level.look.refuse(level.above + name, reason)
    crowded = level.crowded | _crowded(found.entries, level.above)
    zips = [each for each in found.entries if each.name.lower().endswith(".zip")]
    files = [each for each in found.entries if not each.name.lower().endswith(".zip")]
    files.sort(key=lambda each: (_key(each.name, pattern), _order(each.name, pattern)))
    together = [(key, list(group)) for key, group in groupby(files, lambda each: _key(each.name, pattern))]
    for done, (key, group) in enumerate(together, 1):
        yield _group(group, level.above, pattern, crowded)
        progress(done, len(together) + len(zips), key)
    for done, entry in enumerate(sorted(zips, key=lambda each: _order(each.name, pattern)), len(together) + 1):
        yield from _in_zip(entry, replace(level, crowded=crowded))
        progress(done, len(together) + len(zips), entry.name)


def _group(group: list[Entry], above: str, pattern: str, crowded: frozenset[str]) -> Group:
    """Return files that belong together; of two with one name in different folders each notebook keeps its path."""
    entries: dict[str, Entry] = {}
    for each in group:
        base = _base(each.name, pattern)
        name = base if base not in entries else PurePosixPath(each.name).as_posix().replace("/", "_")
        entries[name] = replace(each, name=above + each.name)
    return Group(entries, named(above + group[0].name, pattern), crowded)


def _in_zip(entry: Entry, level: _Level) -> Iterator[Group]:
    """Yield the groups of a zip that lies in a folder or in another zip."""
    place = level.above + entry.name
    if level.depth >= _DEEPEST:
        level.look.refuse(place, Unfit(N_("a zip in a zip in a zip")))
        return
    try:
        inner = incoming.zipped(io.BytesIO(entry.read()), level.budget)
    except Unfit as reason:
        level.look.refuse(place, reason)
        return
    if not inner.entries and not inner.refused:
        level.look.refuse(place, Unfit(N_("no notebook in it")))
    yield from _groups(inner, replace(level, above=f"{place}/", depth=level.depth + 1))


def _crowded(entries: Sequence[Entry], above: str) -> frozenset[str]:
    """Return the folders with more than one notebook or zip below them."""
    paths = [above + each.name for each in entries if each.name.lower().endswith((".ipynb", ".zip"))]
    times = Counter(str(parent) for path in paths for parent in PurePosixPath(path).parents)
    return frozenset(folder for folder, number in times.items() if number > 1)


def _key(name: str, pattern: str) -> str:
    """Return what the files of one hand-in have in common: what an LMS names a learner by, else their folder."""
    layout = named(name, pattern)
    return layout["key"] if layout else str(PurePosixPath(name).parent)


def _order(name: str, pattern: str) -> tuple[int, str]:
    """Return by what hand-ins of one learner are ordered: Canvas counts its files up."""
    return int(named(name, pattern).get("attachment") or 0), name


def _base(name: str, pattern: str) -> str:
    return PurePosixPath(named(name, pattern).get("file_id") or name).name


def of_group(group: Group, look: Look) -> Iterator[Handin]:
    """Yield the hand-ins of files that were handed in together: each notebook is one."""
    notebooks = [name for name in group.entries if name.lower().endswith(".ipynb")]
    if not notebooks:
        other = any(name.lower().endswith(_NO_ZIP) for name in group.entries)
        why = N_("only zips can be opened; ask for a zip") if other else N_("no notebook in it")
        look.refuse(next(iter(group.entries.values())).name, Unfit(why))
        return
    beside = _beside(group, look)
    for name in notebooks:
        try:
            found = _handin(name, group, beside, look)
        except Unfit as reason:
            look.refuse(group.entries[name].name, reason)
            continue
        yield found


def _handin(name: str, group: Group, beside: dict[str, bytes], look: Look) -> Handin:
    place, content = group.entries[name].name, group.entries[name].read()
    try:
        raw, _ = structure.parse(content)
    except structure.Unreadable:  # its chapter and its learner may be known all the same; marking says what is wrong
        raw = {}
    slip = _slip(beside.get(RECEIPT))
    stem = str(slip["stem"]) if slip else _chapter(raw, name, look)
    if stem not in look.chapters:
        raise Unfit(N_("of the chapter “{stem}”, which the class does not have"), stem=stem)
    if look.stem and stem != look.stem:
        raise Unfit(N_("of the chapter “{stem}”; collect it without naming a chapter"), stem=stem)
    own = (*_from_slip(slip), *_from_notebook(raw))
    return Handin(
        place=place,
        source=group.layout.get("lms") or ("receipt" if slip else "folder"),
        stem=stem,
        files={name if _fits(name) else f"{stem}.ipynb": content}
        | {other: data for other, data in beside.items() if other != TIMESTAMP},
        claims=(*own, *_from_place(group, name, look, own)),
        handed_in=moment(beside.get(TIMESTAMP, b"")) if _is_the_instructors(group, name) else None,
        doubt="receipt" if slip and not _is_of(slip, content) else "",
        is_late="late" in group.layout if group.layout.get("lms") == "canvas" else None,
    )


def _beside(group: Group, look: Look) -> dict[str, bytes]:
    """Return the files beside notebooks, as far as they are few and small."""
    found: dict[str, bytes] = {}
    left = execute.MOST_BYTES
    for name, entry in sorted(group.entries.items()):
        if name.lower().endswith(".ipynb") or len(found) >= execute.MOST_FILES:
            continue
        try:
            data = entry.read()
        except Unfit as reason:
            look.refuse(entry.name, reason)
            continue
        if len(data) <= left and _fits(name):
            found[name] = data
            left -= len(data)
    return found


def _is_the_instructors(group: Group, name: str) -> bool:
    """Return whether the files beside a notebook are the instructor's: those in a zip or a download are a learner's."""
    return not group.layout.get("lms") and not group.entries[name].packed


def _fits(name: str) -> bool:
    """Return whether a file can have that name here: Windows counts signs, others bytes; no broken sign in it."""
    try:
        return len(name.encode("utf-8")) <= incoming.LONGEST_NAME
    except UnicodeEncodeError:
        return False


def _slip(data: bytes | None) -> dict[str, Any]:
    """Return what a receipt says; nothing where there is none or it is no receipt."""
    try:
        slip = json.loads(data or b"")
    except (ValueError, RecursionError):
        return {}
    return slip if isinstance(slip, dict) and isinstance(slip.get("stem"), str) else {}


def _is_of(slip: dict[str, Any], content: bytes) -> bool:
    """Return whether a receipt is the one that `handin()` writes for a notebook: number and sha256."""
    said = {key: str(slip.get(key, "")) for key in ("stem", "learner", "lang", "data")}
    try:
        return handin.receipt(content, **said).plain() == slip
    except (ValueError, AttributeError, TypeError, RecursionError):  # a notebook that is none
        return False


def _chapter(raw: dict[str, Any], name: str, look: Look) -> str:
    """Return which chapter a notebook is of: the one it starts, else the one its file is called after."""
    for cell in raw.get("cells", ()):
        source = cell.get("source", "") if isinstance(cell, dict) else ""
        match = _STARTED.search("".join(map(str, source)) if isinstance(source, list) else str(source))
        if match and match[1] in look.chapters:
            return match[1]
    words = re.split(r"[^a-z]+", name.lower())
    found = [stem for stem in look.chapters if stem in words]
    if len(found) == 1:
        return found[0]
    if look.stem:
        return look.stem
    raise Unfit(N_("its chapter cannot be told; name it: loyalty collect DIR CHAPTER PLACE"))


def _from_slip(slip: dict[str, Any]) -> list[Claim]:
    return [Claim("receipt", slip["learner"])] if isinstance(slip.get("learner"), str) and slip["learner"] else []


def _from_notebook(raw: dict[str, Any]) -> list[Claim]:
    recorded = structure.recorded_learner(raw)
    return [Claim("notebook", recorded)] if recorded.strip() else []


def _from_place(group: Group, name: str, look: Look, own: Sequence[Claim]) -> list[Claim]:
    """Return what LMS, folders and file name say.

    Words that name nobody count only for a folder of its own that a bare notebook lies in: it is meant for somebody.
    What learners call their zips and the folders in them may be anything.
    """
    layout, path = group.layout, PurePosixPath(group.entries[name].name)
    claims = [Claim(layout["lms"], layout["student_id"], layout["lms_id"])] if layout else []
    parents = [each for each in reversed(path.parents) if each.name and each.name not in (*look.chapters, *LANGUAGES)]
    parents = [each for each in parents if not named(each.name + "/", look.pattern)]
    said = [Claim("folder", each.name.removesuffix(".zip")) for each in parents]
    hits = [each for each in (*said, Claim("file", PurePosixPath(name).stem)) if look.roll.may_be(each)]
    if hits or claims or any(claim.kind == "receipt" for claim in own):
        return [*claims, *hits]
    folders = list(takewhile(lambda each: not each.name.lower().endswith(".zip"), parents))
    if folders and (not own or str(folders[-1]) not in group.crowded):
        return [Claim("folder", folders[-1].name)]
    return []


def moment(data: bytes) -> datetime | None:
    """Return the time that a file of nbgrader's says; None where there is none or it says none."""
    from nbgrader.utils import parse_utc

    try:
        text = data.decode("utf-8").strip()
        return parse_utc(text).replace(tzinfo=UTC) if text else None
    except (ValueError, OverflowError):
        return None
