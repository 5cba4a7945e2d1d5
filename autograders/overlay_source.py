"""Merge what a class has of its own with the kit's chapter, check it, and make the class's source anew from both."""

from __future__ import annotations

import hashlib
import json
from dataclasses import dataclass
from functools import cached_property
from typing import TYPE_CHECKING, Any

import yaml

from loyaltylib import quiz, resources
from loyaltylib.errors import UnknownName
from loyaltylib.files import write_whole

from . import build, build_chapter, build_notebook, overlay, structure
from .build_quiz import SourceItem, learners_items, read_items
from .build_source import Placed, checked_chapter, read_cells, read_yaml, wrong
from .messages import LANGUAGES

if TYPE_CHECKING:
    from collections.abc import Mapping
    from pathlib import Path

    from loyaltylib.chapters import Chapter

    from .build_chapter import ChapterSource

MADE_FROM = "source/.private.json"  # chapter -> the overlay its source was made with, and what was written then
_FIXED = ("kind", "answer", "form")  # what the cells of the notebook are written for


@dataclass(frozen=True)
class Merged:
    """A chapter of the kit with what a class has of its own.

    raw    what `chapter.yml` would say
    items  item's id -> item, the kit's in their order and then those added
    """

    raw: Placed
    chapter: Chapter
    items: dict[str, SourceItem]

    @cached_property
    def learners_files(self) -> dict[str, bytes]:
        """What learners may see of it, path in the repository -> content."""
        stem, plain = self.chapter.stem, json.loads(json.dumps(self.raw))
        return {
            f"notebooks/items/{stem}.json": learners_items(self.items.values()).encode(),
            f"course/{stem}/chapter.yml": yaml.safe_dump(
                plain, allow_unicode=True, sort_keys=False, width=120
            ).encode(),
        }

    @property
    def edition(self) -> str:
        """By which a notebook of it is told from the kit's (`loyaltylib.quiz.edition`)."""
        return quiz.edition_of(*self.learners_files.values())


def merged(place: Path, files: Mapping[str, bytes], stem: str) -> Merged:
    """Return a chapter of the kit merged with a class's own; raises `CourseError` naming file and line.

    place, files   see `overlay.Overlay`
    """
    kit = resources.own(f"course/{stem}/chapter.yml").parent
    raw, chapter_path = read_yaml(kit / "chapter.yml"), kit / "chapter.yml"
    if own := files.get(f"course/{stem}/chapter.yml"):
        chapter_path = place / "course" / stem / "chapter.yml"
        raw = _with_exercises(chapter_path, raw, read_yaml(chapter_path, own))
    chapter = checked_chapter(chapter_path, stem, raw)
    asked = {item for exercise in chapter.exercises for item in exercise.items}
    known = read_items(kit / "quiz.yml")
    items = {name: one for name, one in known.items() if one.item.use == "practice" or name in asked}
    if quiz_file := files.get(f"course/{stem}/quiz.yml"):
        written = read_items(place / "course" / stem / "quiz.yml", quiz_file)
        _check_practice(known, written)
        items |= written
    build_chapter.check_marked(chapter, items, chapter_path)
    return Merged(raw, chapter, items)


def _with_exercises(path: Path, raw: Placed, own: Placed) -> Placed:
    """Return the kit's chapter with the exercises of a class's own laid over it, field by field."""
    if other := [key for key in own if key != "exercises"]:
        raise wrong(path, own.line, f"'{other[0]}' stays the kit's; only 'exercises' may be given here")
    entries: dict[str, Any] = {entry["id"]: entry for entry in raw["exercises"]}
    for entry in own.get("exercises") or ():
        if not isinstance(entry, Placed) or "id" not in entry:
            raise wrong(path, own.line, f"an exercise must be a mapping with its id, found {entry!r}")
        if entry["id"] not in entries:
            raise wrong(path, entry.line, str(UnknownName("exercise", str(entry["id"]), entries)))
        before = entries[entry["id"]]
        for name in _FIXED:
            if name in entry and entry[name] != before.get(name):
                raise wrong(path, entry.line, f"exercise '{entry['id']}': its {name} stays {before.get(name)!r}")
        entries[entry["id"]] = _placed({**before, **entry}, entry.line)
    return _placed({**raw, "exercises": list(entries.values())}, own.line)


def _placed(mapping: dict[str, Any], line: int) -> Placed:
    placed = Placed(mapping)
    placed.line = line
    return placed


def _check_practice(known: dict[str, SourceItem], own: dict[str, SourceItem]) -> None:
    """Check that a practice item replaces one: where a new one would be shown stands in the kit's notebook."""
    practice = [name for name, one in known.items() if one.item.use == "practice"]
    for name, one in own.items():
        if one.item.use == "practice" and name not in practice:
            raise wrong(one.path, one.line, str(UnknownName("practice item", name, practice)))
        if one.item.use == "marked" and name in practice:
            raise wrong(one.path, one.line, f"item '{name}' is for practice in the notebook; it cannot be marked")


def source(stem: str) -> ChapterSource:
    """Return a chapter's source with what the class entered last has of its own."""
    folder, own = build.course_folder() / stem, overlay.current().chapters.get(stem)
    if own is None:
        return build_chapter.read(folder)
    cells = read_cells(folder / "notebook.md")
    found = build_chapter.ChapterSource(folder, own.chapter, cells, own.items, own.edition)
    build_chapter.check(found)
    return found


def refresh(root: Path, stem: str) -> None:
    """Make the class's source of a chapter anew where `private/` has changed and nobody edited the source by hand."""
    now = overlay.current().version(stem)
    known = _made(root).get(stem, {})
    path = root / "source" / stem / f"{stem}.ipynb"
    if now == known.get("overlay", ""):
        return
    there = path.read_text("utf-8")
    lang = structure.language(json.loads(there)) or LANGUAGES[0]
    if _content(there) != (known.get("content") or _content(_kit_text(stem, lang))):
        return
    text = build_notebook.text(build.instructors_notebook(source(stem), lang))
    write_source(root, stem, text)


def write_source(root: Path, stem: str, text: str) -> None:
    """Write a class's source of a chapter as it was made with what is in `private/` now, and note that."""
    write_whole(root / "source" / stem / f"{stem}.ipynb", text)
    made = {**_made(root), stem: {"overlay": overlay.current().version(stem), "content": _content(text)}}
    write_whole(root / MADE_FROM, json.dumps(made, indent=1, sort_keys=True) + "\n")


def behind(root: Path, stem: str) -> bool:
    """Return whether the source of a chapter is not of what is in `private/` now: somebody edited it by hand."""
    return overlay.current().version(stem) != _made(root).get(stem, {}).get("overlay", "")


def _made(root: Path) -> dict[str, dict[str, str]]:
    path = root / MADE_FROM
    found: dict[str, dict[str, str]] = json.loads(path.read_text("utf-8")) if path.is_file() else {}
    return found


def _kit_text(stem: str, lang: str) -> str:
    """Return the instructor's notebook as `loyalty new` writes it."""
    return build_notebook.text(build.instructors_notebook(build_chapter.read(build.course_folder() / stem), lang))


def _content(text: str) -> str:
    """Return a hash of what a person writes in a notebook: opening it or running its cells is no edit."""
    cells = [[c.get("id"), c["cell_type"], "".join(c["source"])] for c in json.loads(text)["cells"]]
    return hashlib.sha256(json.dumps(cells).encode()).hexdigest()[:16]
