"""Give a handed-in notebook the structure its release has, before nbgrader looks at it.

nbgrader finds exercises by the metadata of cells, and a notebook whose metadata are damaged ends its
whole batch. Here the file is read kindly, cells are matched with those of the release, and what is
missing, doubled, retyped or changed is put right; what a learner wrote is never thrown away. Each
repair is an incident in the record, except those that any honest notebook may need (extra cells,
another order).
"""

from __future__ import annotations

import json
import re
from dataclasses import dataclass, replace
from typing import Any

from .messages import N_
from .records import LEARNER_MIME, Incident

LARGEST_FILE = 100 * 1024 * 1024
STATE = "loyalty"  # key of the notebook's metadata that carries what was found to the step that runs it
_ID = re.compile(r"[a-zA-Z0-9_-]{1,64}")
_START = re.compile(r"\bloyaltylib\.practice\b.*\bstart\b", re.DOTALL)
_TYPED_LEARNER = re.compile(r"""\bstart\([^)]*\blearner\s*=\s*(["'])(?P<id>[^"'\n]*)\1""")
_FLAGS = ("grade", "solution", "locked", "task", "points", "grade_id", "schema_version")


class Unreadable(Exception):  # noqa: N818  # an outcome, not a fault of the program
    """The file is no notebook; the text says why."""


@dataclass(frozen=True)
class Release:
    """The released notebook of a chapter, against which a submission is repaired."""

    cells: tuple[dict[str, Any], ...]
    metadata: dict[str, Any]

    @classmethod
    def of(cls, data: bytes) -> Release:
        """Return the release in a file's bytes."""
        raw = json.loads(data)
        return cls(tuple(_cell(c, f"cell-{i}") for i, c in enumerate(raw["cells"])), dict(raw.get("metadata", {})))

    @property
    def known(self) -> dict[str, dict[str, Any]]:
        """Cells nbgrader knows, by grade id."""
        return {_grade_id(c): c for c in self.cells if _grade_id(c)}

    def blank(self) -> dict[str, Any]:
        """Return the release as if it had been handed in untouched."""
        return _notebook([_copy(c) for c in self.cells], self.metadata)


@dataclass(frozen=True)
class Repaired:
    """A notebook with the release's structure, who it says worked on it, and what had to be repaired."""

    notebook: dict[str, Any]
    recorded_learner: str
    incidents: tuple[Incident, ...]


def parse(data: bytes) -> tuple[dict[str, Any], str]:
    """Return the notebook in a file's bytes and what was odd about the bytes; raises `Unreadable`.

    A byte order mark, UTF-16 and GB 18030 are read; notebook formats before 4 are converted.
    """
    if len(data) > LARGEST_FILE:
        raise Unreadable(N_("the file is too large"))
    text, odd = _decode(data)
    try:
        raw = json.loads(text)
    except (ValueError, RecursionError):
        raise Unreadable(N_("it is not JSON") if data.strip() else N_("the file is empty")) from None
    if not isinstance(raw, dict):
        raise Unreadable(N_("it is no notebook"))
    if isinstance(raw.get("worksheets"), list):
        raw, odd = _upgraded(raw), odd or N_("an old notebook format")
    if not isinstance(raw.get("cells"), list):
        raise Unreadable(N_("it has no cells"))
    return raw, odd


def _decode(data: bytes) -> tuple[str, str]:
    marks = ((b"\xef\xbb\xbf", "utf-8-sig"), (b"\xff\xfe", "utf-16"), (b"\xfe\xff", "utf-16"))
    for mark, encoding in marks:
        if data.startswith(mark):
            return data.decode(encoding, "replace"), N_("a byte order mark") if encoding == "utf-8-sig" else "UTF-16"
    for encoding in ("utf-8", "gb18030"):
        try:
            return data.decode(encoding), "" if encoding == "utf-8" else "GB 18030"
        except UnicodeDecodeError:
            continue
    return data.decode("utf-8", "replace"), N_("bytes that are no text")


def _upgraded(raw: dict[str, Any]) -> dict[str, Any]:
    import nbformat

    try:
        return dict(nbformat.convert(nbformat.from_dict(raw), 4))
    except Exception:  # noqa: BLE001  # a damaged old notebook may break its converter anywhere
        raise Unreadable(N_("an old notebook format")) from None


def repair(raw: dict[str, Any], release: Release, odd: str = "") -> Repaired:
    """Return a notebook with the cells, types, flags and order that marking needs.

    Cells are matched by nbgrader's id, else by the cell's own id. An answer that was split or copied
    keeps all its parts in place; a locked cell is taken from the release; a pointed cell that stands
    before its answer moves behind it.
    """
    learner = recorded_learner(raw)
    incidents = [Incident("repaired_file", detail=odd)] if odd else []
    cells = [_cell(c, f"handed-in-{i}") for i, c in enumerate(raw["cells"])]
    known = release.known
    keys = _match(cells, known)
    keys, found = _reclaim_answers(cells, keys, known)
    incidents += found
    cells, keys, found = _without_doubles(cells, keys, known)
    incidents += found
    for cell, key in zip(cells, keys, strict=True):
        incidents += _restore(cell, known.get(key))
    cells, keys, found = _with_missing(cells, keys, release)
    incidents += found
    cells, keys = _in_order(cells, keys)
    incidents += _with_start(cells, release)
    _unique_ids(cells)
    return Repaired(_notebook(cells, release.metadata), learner, tuple(dict.fromkeys(incidents)))


def recorded_learner(raw: dict[str, Any]) -> str:
    """Return the id a notebook says it was worked on under: shown by its start cell, else typed into it."""
    typed = ""
    for cell in raw.get("cells", ()):
        if not isinstance(cell, dict):
            continue
        outputs = cell.get("outputs")
        for output in outputs if isinstance(outputs, list) else ():
            data = output.get("data") if isinstance(output, dict) else None
            shown = data.get(LEARNER_MIME) if isinstance(data, dict) else None
            if isinstance(shown, dict) and isinstance(shown.get("learner"), str):
                return str(shown["learner"])
        match = _TYPED_LEARNER.search(_text(cell.get("source")))
        typed = typed or (match["id"] if match else "")
    return typed


def language(raw: dict[str, Any]) -> str:
    """Return the language a notebook's start cell names; empty where it names none."""
    for cell in raw.get("cells", ()):
        match = re.search(r"""\bstart\([^)]*\blang\s*=\s*["'](en|zh)["']""", _text(cell.get("source")))
        if match:
            return match[1]
    return ""


def _text(value: Any) -> str:
    """Return a source as one text that can be written as UTF-8."""
    if isinstance(value, list):
        value = "".join(str(line) for line in value)
    text = value if isinstance(value, str) else ""
    return text.replace("\r\n", "\n").encode("utf-8", "replace").decode("utf-8")


def _cell(raw: Any, fallback: str) -> dict[str, Any]:
    """Return a cell of valid form, without outputs; anything that is no cell becomes an empty raw one."""
    raw = raw if isinstance(raw, dict) else {}
    kind = raw.get("cell_type")
    kind = kind if kind in ("code", "markdown", "raw") else "raw"
    metadata = dict(raw["metadata"]) if isinstance(raw.get("metadata"), dict) else {}
    if not isinstance(metadata.get("tags", []), list) or not all(isinstance(t, str) for t in metadata.get("tags", [])):
        del metadata["tags"]
    if not isinstance(metadata.get("nbgrader", {}), dict):
        metadata["nbgrader"] = {"damaged": True}
    known = raw.get("id")
    cell_id = known if isinstance(known, str) and _ID.fullmatch(known) else fallback
    cell: dict[str, Any] = {"cell_type": kind, "id": cell_id, "metadata": metadata, "source": _text(raw.get("source"))}
    return cell | _CODE if kind == "code" else cell


_CODE: dict[str, Any] = {"execution_count": None, "outputs": []}


def _copy(cell: dict[str, Any]) -> dict[str, Any]:
    copied: dict[str, Any] = json.loads(json.dumps(cell))
    return copied


def _notebook(cells: list[dict[str, Any]], metadata: dict[str, Any]) -> dict[str, Any]:
    kept = {name: metadata[name] for name in ("kernelspec", "language_info") if name in metadata}
    return {"cells": cells, "metadata": kept, "nbformat": 4, "nbformat_minor": 5}


def _grade_id(cell: dict[str, Any]) -> str:
    grade_id = cell["metadata"].get("nbgrader", {}).get("grade_id")
    return grade_id if isinstance(grade_id, str) else ""


def _is_answer(released: dict[str, Any]) -> bool:
    return bool(released["metadata"]["nbgrader"].get("solution"))


def _bare(source: str) -> str:
    """Return a source without what no one sees: ends of lines and empty lines at the end."""
    return "\n".join(line.rstrip() for line in source.splitlines()).strip()


def _match(cells: list[dict[str, Any]], known: dict[str, dict[str, Any]]) -> list[str]:
    """Return for each cell the id of the released cell it is, or nothing."""
    keys = [_grade_id(cell) if _grade_id(cell) in known else "" for cell in cells]
    for i, cell in enumerate(cells):
        if not keys[i] and cell["id"] in known and cell["id"] not in keys:
            keys[i] = cell["id"]
    return keys


def _reclaim_answers(
    cells: list[dict[str, Any]], keys: list[str], known: dict[str, dict[str, Any]]
) -> tuple[list[str], list[Incident]]:
    """Give an answer back that was merged into the locked cell behind it: nbgrader would overwrite it there."""
    keys, incidents = list(keys), []
    for answer in (k for k, released in known.items() if _is_answer(released) and k.endswith("-answer")):
        exercise = answer.removesuffix("-answer")
        if answer in keys:
            continue
        for i, key in enumerate(keys):
            written = _bare(cells[i]["source"])
            if key in (exercise, f"{exercise}-try") and written and written not in _bare(known[key]["source"]):
                keys[i] = answer
                incidents.append(Incident("changed_cell", exercise, key))
                break
    return keys, incidents


def _without_doubles(
    cells: list[dict[str, Any]], keys: list[str], known: dict[str, dict[str, Any]]
) -> tuple[list[dict[str, Any]], list[str], list[Incident]]:
    """Leave one cell for each released one; other copies become ordinary cells, or go when they hold nothing new."""
    incidents, gone, keys = [], set(), list(keys)
    for key in sorted({k for k in keys if k and keys.count(k) > 1}):
        stub = _bare(known[key]["source"])
        places = [i for i, k in enumerate(keys) if k == key]
        written = [i for i in places if _bare(cells[i]["source"]) not in stub]
        keeper = (written if _is_answer(known[key]) and written else places)[-1]
        for i in (p for p in places if p != keeper):
            keys[i] = ""
            cells[i]["metadata"] = {}
            if _bare(cells[i]["source"]) in stub:
                gone.add(i)
        incidents.append(Incident("duplicate_cell", _exercise(key), key))
    kept = [i for i in range(len(cells)) if i not in gone]
    return [cells[i] for i in kept], [keys[i] for i in kept], incidents


def _exercise(key: str) -> str:
    return key.removesuffix("-answer").removesuffix("-try")


def _restore(cell: dict[str, Any], released: dict[str, Any] | None) -> list[Incident]:
    """Set type, flags, tags and locked source of a cell to the released ones; an unknown cell loses its flags."""
    incidents = []
    flags = cell["metadata"].pop("nbgrader", None)
    tags = cell["metadata"].pop("tags", [])
    skipped = "skip-execution" in tags  # obeyed by what runs notebooks, overlooked by nbgrader's own repair
    tags = [t for t in tags if t != "skip-execution"]
    if released is None:
        if tags:
            cell["metadata"]["tags"] = tags
        return []
    key = _grade_id(released)
    if cell["cell_type"] != released["cell_type"]:
        incidents.append(Incident("retyped_cell", _exercise(key), key))
        source, cell_id = cell["source"], cell["id"]
        cell.clear()
        cell.update(_copy(released) | {"source": source, "id": cell_id, "metadata": {}})
    wanted = _copy(released)["metadata"]
    asked = wanted["nbgrader"]
    if skipped or not isinstance(flags, dict) or any(flags.get(f) != asked.get(f) for f in _FLAGS):
        incidents.append(Incident("changed_metadata", _exercise(key), key))
    cell["metadata"] |= {"nbgrader": asked} | ({"tags": wanted["tags"]} if "tags" in wanted else {})
    if not _is_answer(released) and _bare(cell["source"]) != _bare(released["source"]):
        incidents.append(Incident("changed_cell", _exercise(key), key))
        cell["source"] = released["source"]
    return incidents


def _with_missing(
    cells: list[dict[str, Any]], keys: list[str], release: Release
) -> tuple[list[dict[str, Any]], list[str], list[Incident]]:
    """Put missing cells back behind the one that stands before them in the release.

    A missing code answer comes back empty: its stub would undo an answer written into another cell.
    """
    cells, keys, incidents = list(cells), list(keys), []
    place = 0
    for key, released in release.known.items():
        if key in keys:
            place = keys.index(key) + 1
            continue
        cell = _copy(released)
        if _is_answer(released) and cell["cell_type"] == "code":
            cell["source"] = ""
        cells.insert(place, cell)
        keys.insert(place, key)
        place += 1
        incidents.append(Incident("missing_cell", _exercise(key), key))
    return cells, keys, incidents


def _in_order(cells: list[dict[str, Any]], keys: list[str]) -> tuple[list[dict[str, Any]], list[str]]:
    """Move try and pointed cells that stand before their answer right behind it."""
    pairs = list(zip(keys, cells, strict=True))
    for answer in [k for k in keys if k.endswith("-answer")]:
        exercise = answer.removesuffix("-answer")
        at = next(i for i, (k, _) in enumerate(pairs) if k == answer)
        early = [p for p in pairs[:at] if p[0] in (exercise, f"{exercise}-try")]
        if early:
            early.sort(key=lambda pair: pair[0] == exercise)
            rest = [p for p in pairs if not any(p is e for e in early)]
            at = next(i for i, (k, _) in enumerate(rest) if k == answer) + 1
            pairs = rest[:at] + early + rest[at:]
    return [c for _, c in pairs], [k for k, _ in pairs]


def _with_start(cells: list[dict[str, Any]], release: Release) -> list[Incident]:
    """Put the start cell back at the top when no code cell starts the chapter: without it nothing else runs."""
    start = next((c for c in release.cells if c["cell_type"] == "code" and _START.search(c["source"])), None)
    if start is None or any(c["cell_type"] == "code" and _START.search(c["source"]) for c in cells):
        return []
    cells[:] = [c for c in cells if c["id"] != start["id"] or c["source"].strip()]
    cells.insert(0, _copy(start))
    return [Incident("missing_cell", detail=start["id"])]


def _unique_ids(cells: list[dict[str, Any]]) -> None:
    """Give cells with a doubled id another one: the release's cells keep theirs."""
    taken: set[str] = set()
    for cell in sorted(cells, key=lambda c: c["id"] != _grade_id(c)):
        cell_id, n = cell["id"], 1
        while cell["id"] in taken:
            n += 1
            cell["id"] = f"{cell_id[:58]}-{n}"
        taken.add(cell["id"])


def attach(repaired: Repaired, content: str) -> dict[str, Any]:
    """Return the notebook carrying what was found, for the step that runs it; whatever stood there is replaced."""
    found = {
        "content": content,
        "recorded_learner": repaired.recorded_learner,
        "incidents": [[i.kind, i.exercise, i.detail] for i in repaired.incidents],
    }
    return {**repaired.notebook, "metadata": {**repaired.notebook["metadata"], STATE: found}}


def detach(metadata: dict[str, Any]) -> tuple[str, str, tuple[Incident, ...]]:
    """Take content hash, recorded learner and incidents out of a notebook's metadata again."""
    found = metadata.pop(STATE, None) or {}
    incidents = tuple(Incident(*i) for i in found.get("incidents", ()))
    return str(found.get("content", "")), str(found.get("recorded_learner", "")), incidents


def unreadable(release: Release, reason: Unreadable | str, kind: str = "unreadable") -> Repaired:
    """Return the blank release in place of a file that is no notebook: it earns nothing and stops nobody."""
    return Repaired(release.blank(), "", (Incident(kind, detail=str(reason)),))


def with_incident(repaired: Repaired, incident: Incident) -> Repaired:
    """Return the same notebook with one more incident."""
    return replace(repaired, incidents=(*repaired.incidents, incident))
