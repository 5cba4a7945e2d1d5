"""Correct a chapter that learners have handed in to: see who would move, then release it and mark everybody anew.

The correction is made where the chapter is written (`course/`, `private/`, checks), or in the class's own `source/`.
All that counts is marked by it in a class of its own below `DIR/.fix/`, through the whole pipeline, and only what came
out is held against the class's records; nothing of the class is touched here (`fix_write` does that).
"""

from __future__ import annotations

import json
from dataclasses import asdict, dataclass, field, replace
from typing import TYPE_CHECKING, Any

from loyaltylib.errors import ClassError

from . import (
    build,
    build_chapter,
    build_notebook,
    classfile,
    execute,
    fix_log,
    fix_trial,
    grade,
    overlay_source,
    records,
    structure,
)
from .classdir import open_class
from .gradebook import open_chapter
from .messages import N_, tell
from .terminal import silent

if TYPE_CHECKING:
    from collections.abc import Iterator, Mapping
    from pathlib import Path

    from .classdir import ClassDirectory
    from .fix_log import Before
    from .records import Record
    from .structure import Release
    from .terminal import Progress

_FLAGS = ("grade", "solution", "locked", "task", "points")  # what nbgrader and old hand-ins go by


@dataclass(frozen=True)
class Change:
    """A cell of the released notebook that reads otherwise; empty where it was not there before or is no more."""

    cell: str
    before: str
    after: str


@dataclass(frozen=True)
class Move:
    """A mark that would be another one.

    by_hand  a person has marked it: that mark stays
    held     it would fall, and stays as it is, as if given by hand
    other    another of the learner's hand-ins counts then
    """

    learner: str
    exercise: str
    before: float
    after: float
    by_hand: bool = False
    held: bool = False
    other: bool = False

    @property
    def moves(self) -> bool:
        """Whether the mark that counts is another one."""
        return not self.by_hand and not self.held


@dataclass(frozen=True)
class Correction:
    """What a correction of one chapter does.

    source    the instructor's notebook as it will be
    changes   cells of the released notebook that change
    moves     marks that change, or would if nobody held them
    marked    hand-ins that were marked anew; `unmarked` of these had no record before
    crashed   learner and exercise for which the corrected check itself fails
    stale     whether anything was not yet marked by these checks
    """

    stem: str
    source: str
    changes: tuple[Change, ...]
    new_source: bool
    stale: bool
    moves: tuple[Move, ...] = ()
    marked: int = 0
    unmarked: tuple[str, ...] = ()
    crashed: tuple[tuple[str, str], ...] = ()

    @property
    def needed(self) -> bool:
        """Whether there is anything to do."""
        return bool(self.changes) or self.new_source or self.stale

    @property
    def up(self) -> int:
        """How many marks rise."""
        return sum(move.moves and move.after > move.before for move in self.moves)

    @property
    def down(self) -> int:
        """How many marks fall."""
        return sum(move.moves and move.after < move.before for move in self.moves)


@dataclass(frozen=True)
class Plan:
    """A correction of one or several chapters that is ready to be written; `begun` where that was stopped before."""

    root: Path
    corrections: tuple[Correction, ...]
    before: Mapping[str, Before] = field(repr=False)
    pins: bool
    begun: Path | None
    named: bool  # whether a chapter was
    built: bool  # whether the sources were, or are the class's own

    @property
    def needed(self) -> bool:
        """Whether there is anything to write."""
        return self.pins or self.begun is not None or any(each.needed for each in self.corrections)

    def plain(self) -> dict[str, Any]:
        """Return the plan as a script wants it."""
        return {
            "pins": self.pins,
            "chapters": [
                {
                    "stem": each.stem,
                    "changes": [asdict(change) for change in each.changes],
                    "moves": [asdict(move) for move in each.moves],
                    "marked": each.marked,
                    "unmarked": list(each.unmarked),
                    "up": each.up,
                    "down": each.down,
                }
                for each in self.corrections
            ],
        }


def plan(  # noqa: PLR0913 - the command's own options
    path: Path,
    stem: str | None = None,
    *,
    course: Path | None = None,
    as_is: bool = False,
    never_down: bool = False,
    progress: Progress = silent,
    lang: str = "en",
    **how: Any,
) -> Plan:
    """Return what a correction would do; nothing of the class is written.

    stem        the chapter; None: every chapter that is released
    course      the corrected source; default: the kit's own
    as_is       the class's own `source/` was corrected, not the course
    never_down  a mark that would fall stays
    how         workers, level, executor: see `grade`

    Raises `ClassError` where cells were added, removed or given another kind or other points.
    """
    opened = open_class(path, lang)
    begun = fix_log.unfinished(opened.root)
    stems = [opened.chapter(stem, lang)] if stem else released(opened, lang)
    stems += sorted(fix_log.kept(begun) - {*stems}) if begun else []
    before = {each: fix_log.before(opened.root, each, begun) for each in stems}
    sources = {each: _own(opened, each) if as_is else _rebuilt(opened, each, course) for each in stems}
    corrections = []
    with fix_trial.trial(opened, sources, built=not as_is) as place:
        tried = _Trial(opened, place, lang, never_down)
        for each in stems:
            fix_trial.release(place, each, lang)
            found = tried.compared(each, before[each], sources[each])
            if found.needed or begun:
                grade.grade(place, each, force=True, progress=progress, lang=lang, **how)
                found = tried.with_moves(found, before[each])
            corrections.append(found)
    pins = _differs(opened)
    return Plan(opened.root, tuple(corrections), before, pins, begun, named=stem is not None, built=not as_is)


def released(opened: ClassDirectory, lang: str) -> list[str]:
    """Return the chapters that are released; raises `ClassError` where there is none."""
    stems = [stem for stem in opened.chapters if (opened.root / "release" / stem / f"{stem}.ipynb").is_file()]
    if not stems:
        message = N_("no chapter of {path} is released yet: there is nothing to correct")
        raise ClassError(tell(lang, message, path=opened.root))
    return stems


def _own(opened: ClassDirectory, stem: str) -> str:
    """Return the instructor's notebook of a chapter as it is in the class."""
    return (opened.root / "source" / stem / f"{stem}.ipynb").read_text("utf-8")


def _rebuilt(opened: ClassDirectory, stem: str, course: Path | None) -> str:
    """Return the instructor's notebook of a chapter as its text says now, and what is in the class's `private/`."""
    chapter = build_chapter.read(course / stem) if course else overlay_source.source(stem)
    lang = structure.language(json.loads(_own(opened, stem))) or opened.rules.lang
    return build_notebook.text(build.instructors_notebook(chapter, lang))


@dataclass(frozen=True)
class _Trial:
    """A correction under trial: the class, the one below it, and how it is tried."""

    opened: ClassDirectory
    place: Path
    lang: str
    never_down: bool

    def compared(self, stem: str, before: Before, source: str) -> Correction:
        """Return how the corrected release differs; raises `ClassError` where old hand-ins would not fit it."""
        release = execute.released(self.place, stem)
        if grade.submissions(self.opened, stem):
            _check_structure(stem, before.release, release, self.lang)
        old, new = ({cell["id"]: cell["source"] for cell in each.cells} for each in (before.release, release))
        changes = [Change(cell, old.get(cell, ""), new.get(cell, "")) for cell in (*new, *(old.keys() - new.keys()))]
        known = [each.check_version for each in records.read_all(self.opened.root, stem)]
        return Correction(
            stem,
            source,
            tuple(change for change in changes if change.before != change.after),
            new_source=_texts(source) != _texts(before.source),
            stale=any(version != records.check_version(stem) for version in known),
        )

    def with_moves(self, found: Correction, before: Before) -> Correction:
        """Return a correction with who moves, from the records of the class that was marked by it."""
        after = list(records.read_all(self.place, found.stem))
        with open_chapter(self.opened, found.stem, self.lang) as book:
            by_hand = set(book.marks_by_hand())
        moves = [move for record in after for move in _moves(record, before, by_hand, never_down=self.never_down)]
        return replace(
            found,
            moves=tuple(moves),
            marked=len(after),
            unmarked=tuple(record.learner for record in after if record.learner not in before.marks),
            crashed=tuple((r.learner, i.exercise) for r in after for i in r.incidents if i.kind == "check_failed"),
        )


def _texts(notebook: str) -> list[tuple[str, str, str]]:
    """Return what a person writes in a notebook: opening it or running its cells is no change."""
    return [(c.get("id", ""), c["cell_type"], "".join(c["source"])) for c in json.loads(notebook)["cells"]]


def _check_structure(stem: str, old: Release, new: Release, lang: str) -> None:
    """Raise `ClassError` with the cells that were added, removed or are other ones than those handed in."""
    kinds = [{name: _kind(cell) for name, cell in each.known.items()} for each in (old, new)]
    changed = sorted(name for name in kinds[0].keys() | kinds[1].keys() if kinds[0].get(name) != kinds[1].get(name))
    if changed:
        message = N_(
            "'{stem}' has been handed in to, so no cell that is marked may come, go, or change its kind or points:"
            " give {cells} back as they were, or release the new chapter in a new class (loyalty new)"
        )
        raise ClassError(tell(lang, message, stem=stem, cells=", ".join(changed)))


def _kind(cell: Mapping[str, Any]) -> tuple[Any, ...]:
    flags = cell["metadata"]["nbgrader"]
    return cell["cell_type"], *(flags.get(name) for name in _FLAGS)


def _moves(record: Record, before: Before, by_hand: set[tuple[str, str]], *, never_down: bool) -> Iterator[Move]:
    known, learner = before.marks.get(record.learner, {}), record.learner
    other = before.contents.get(learner) != record.content
    for exercise, verdict in record.verdicts.items():
        if exercise in known and known[exercise] != verdict.points:
            hand = (learner, exercise) in by_hand
            held = never_down and not hand and not other and verdict.points < known[exercise]
            yield Move(learner, exercise, known[exercise], verdict.points, hand, held, other)


def _differs(opened: ClassDirectory) -> bool:
    """Return whether the class is pinned to another version than the one installed."""
    try:
        classfile.check_pins(opened.rules, opened.lang)
    except ClassError:
        return True
    return False
