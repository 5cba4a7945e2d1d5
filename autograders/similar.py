"""Which submissions of a chapter share more than the course explains. For a person to judge; never a mark.

Compared is what a learner wrote: answers and cells of the learner's own, cell by cell, as fingerprints (see
`fingerprints`). What explains that two wrote the same is taken out: the released notebook, the instructor's solution,
the chapter's text and items, the library, and whatever more than a tenth of the class has. Answers that are chosen from
a list (quizzes, decisions) are not compared: they have the same form for everybody.

What is left counts the more the rarer it is: a fingerprint that n learners have counts 1/(n - 1) for each two of them.
In a short exercise everybody writes the same, so that equal short answers are the common solution and prove nothing:
two are listed only from `LEAST` on, which is about four lines of code that nobody else has. Of made-up classes in which
nobody copies, and in which the same mistake is the same code to the letter, about one pair in a thousand is listed
(`tests/autograders/test_similar.py` counts); a list that is short is to be read, not believed.
"""

from __future__ import annotations

import json
from collections import defaultdict
from dataclasses import dataclass
from functools import cache
from typing import TYPE_CHECKING, Any

import loyaltylib
from loyaltylib import chapters
from loyaltylib.errors import ClassError, CourseError, UnknownName

from . import build, execute, structure
from .classdir import open_class
from .fingerprints import all_prints, names_in, pieces
from .grade import submissions
from .messages import N_, tell
from .similar_pairs import Pair, Who, Work, pairs
from .terminal import silent

if TYPE_CHECKING:
    from collections.abc import Collection, Iterable, Iterator, Sequence
    from pathlib import Path

    from .classdir import ClassDirectory
    from .fingerprints import Piece
    from .grade import Submission
    from .terminal import Progress

COMMON = 0.1  # share of the class from which on something is the common solution
FEWEST = 2  # so many may always have something in common, however small the class
LEAST = 30.0  # what has to be left of a pair, in fingerprints that only these two have
MOST = 50  # pairs that are shown: a person reads them
_CHOSEN = ("quiz", "decision")  # kinds of exercise whose answers are chosen from a list


@dataclass(frozen=True)
class Similar:
    """What came out: the pairs, most shared first; how many submissions and pairs there were, who could not be read."""

    stem: str
    pairs: tuple[Pair, ...]
    submissions: int
    compared: int
    unread: tuple[str, ...]
    most_have: int  # what so many learners have, still counts


def similar(  # noqa: PLR0913 - the command's own options
    path: Path,
    stem: str | None = None,
    *,
    across: Sequence[Path] = (),
    common: float = COMMON,
    least: float = LEAST,
    progress: Progress = silent,
    lang: str = "en",
) -> Similar:
    """Return the pairs of submissions of a chapter that share at least `least`, the most shared first.

    across  other classes (last term's); their submissions are compared with those of this class
    common  from which share of all on something is the common solution

    Raises `ClassError` where the chapter is not released, or another class does not have it.
    """
    opened = open_class(path, lang)
    stem = opened.chapter(stem, lang)
    release = execute.released(opened.root, stem)
    names = {name for cell in release.cells if cell["cell_type"] == "code" for name in names_in(cell["source"])}
    reader = _Reader(stem, release, names, _explained(opened, stem, names))
    classes = [("", opened), *((other.name, _other(other, stem, lang)) for other in across)]
    todo = [(origin, each) for origin, one in classes for each in _last(submissions(one, stem))]
    works, unread = [], []
    for done, (origin, each) in enumerate(todo, 1):
        try:
            works.append(reader.read(Who(each.learner, origin), each.read()[0]))
        except structure.Unreadable:
            unread.append(str(Who(each.learner, origin)))
        progress(done, len(todo), each.learner)
    most_have = max(FEWEST, int(common * len(works)))
    found = tuple(pairs(works, most_have, least))[:MOST]
    here = sum(not work.who.origin for work in works)
    compared = here * (here - 1) // 2 + here * (len(works) - here)
    return Similar(stem, found, len(works), compared, tuple(unread), most_have)


def _last(everything: Iterable[Submission]) -> Iterable[Submission]:
    """Return the last hand-in of each learner."""
    return {each.learner: each for each in everything}.values()


def _other(path: Path, stem: str, lang: str) -> ClassDirectory:
    other = open_class(path, lang)
    if not any(other.root.glob(f"submitted/*/{stem}")):
        message = N_("{path} has no submissions of '{stem}': name a class directory that has")
        raise ClassError(tell(lang, message, path=path, stem=stem))
    return other


@dataclass(frozen=True)
class _Reader:
    """Reads what learners wrote in a chapter; `explained` are the fingerprints that say nothing."""

    stem: str
    release: structure.Release
    names: Collection[str]
    explained: Collection[int]

    def read(self, who: Who, data: bytes) -> Work:
        """Return a submission's work; raises `Unreadable` where it is no notebook."""
        raw, odd = structure.parse(data)
        repaired = structure.repair(raw, self.release, odd)
        found = tuple(piece for cell in self._own(repaired.notebook["cells"]) for piece in self._pieces(cell))
        prints: dict[int, list[tuple[int, int]]] = defaultdict(list)
        for number, piece in enumerate(found):
            for print_, places in piece.prints.items():
                if print_ not in self.explained:
                    prints[print_] += [(number, place) for place in places]
        frozen = {print_: tuple(places) for print_, places in prints.items()}
        return Work(who, found, frozen, repaired.recorded_learner)

    def _own(self, cells: Iterable[dict[str, Any]]) -> Iterator[dict[str, Any]]:
        """Yield the cells a learner added or wrote in, without those whose answer is chosen from a list."""
        released = {cell["id"]: cell["source"] for cell in self.release.cells}
        chosen = _chosen(self.stem)
        return (c for c in cells if c["id"] not in chosen and c["source"] != released.get(c["id"]))

    def _pieces(self, cell: dict[str, Any]) -> Iterator[Piece]:
        return (piece for piece in pieces(cell["id"], cell["cell_type"], cell["source"], self.names) if piece.tokens)


def _chosen(stem: str) -> set[str]:
    try:
        exercises = chapters.chapter(stem).exercises
    except UnknownName:  # an instructor's own assignment in the same class
        return set()
    return {f"{exercise.id}-answer" for exercise in exercises if exercise.kind in _CHOSEN}


def _explained(opened: ClassDirectory, stem: str, names: Collection[str]) -> Collection[int]:
    """Return the fingerprints of all that learners have before them, and of the instructor's solution."""
    texts = []
    for place in (f"release/{stem}/{stem}.ipynb", f"source/{stem}/{stem}.ipynb"):
        cells = json.loads((opened.root / place).read_text("utf-8"))["cells"]
        texts += ["".join(cell["source"]) for cell in cells]
    try:
        course = sorted((build.course_folder() / stem).glob("*.*"))
    except CourseError:  # only the installed packages are here: the class's own notebooks have the text
        course = []
    texts += [path.read_text("utf-8") for path in course]
    return _library(frozenset(names)).union(*(all_prints(text, names) for text in texts))


@cache
def _library(names: frozenset[str]) -> frozenset[int]:
    """Return the fingerprints of the library, which learners may read and copy from."""
    from pathlib import Path

    modules = sorted(Path(loyaltylib.__file__).parent.glob("*.py"))
    return frozenset(print_ for path in modules for print_ in all_prints(path.read_text("utf-8"), names))
