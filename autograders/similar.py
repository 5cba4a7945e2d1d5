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
from itertools import combinations, pairwise
from typing import TYPE_CHECKING, Any

import loyaltylib
from loyaltylib import chapters
from loyaltylib.data import normalise
from loyaltylib.errors import ClassError, CourseError, LearnerError, UnknownName

from . import build, execute, structure
from .classdir import open_class
from .fingerprints import all_prints, names_in, pieces
from .grade import submissions
from .messages import N_, tell
from .terminal import silent

if TYPE_CHECKING:
    from collections.abc import Collection, Iterable, Iterator, Mapping, Sequence
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
class Who:
    """A learner, and of which other class where it is not this one."""

    learner: str
    origin: str = ""

    def __str__(self) -> str:
        """Return the learner's id, with the other class's name."""
        return f"{self.learner} ({self.origin})" if self.origin else self.learner


@dataclass(frozen=True)
class Side:
    """One cell of one of two learners: its source, and from where to where it is shared."""

    cell: str
    source: str
    spans: tuple[tuple[int, int], ...]

    @property
    def shared(self) -> str:
        """The shared parts of the source."""
        return "\n".join(self.source[start:end] for start, end in self.spans)

    @property
    def segments(self) -> list[tuple[str, bool]]:
        """The source in parts, each with whether it is shared."""
        ends = [0, *(place for span in self.spans for place in span), len(self.source)]
        parts = [(self.source[start:end], bool(n % 2)) for n, (start, end) in enumerate(pairwise(ends))]
        return [(text, shared) for text, shared in parts if text]


@dataclass(frozen=True)
class Pair:
    """Two submissions that share something rare.

    left      how much, in fingerprints that only these two have
    share     of what the smaller of the two wrote beyond the common solution, how much is shared; from 0 to 1
    parts     the cells they share it in, most first
    same_id   whether one notebook was worked on under the other's id: it shows the other's data
    """

    first: Who
    second: Who
    left: float
    share: float
    parts: tuple[tuple[Side, Side], ...]
    same_id: bool

    def plain(self) -> dict[str, Any]:
        """Return the pair as a script wants it."""
        return {
            "learners": [str(self.first), str(self.second)],
            "left": round(self.left, 2),
            "share": round(self.share, 3),
            "same_id": self.same_id,
            "parts": [{"cells": [a.cell, b.cell], "shared": [a.shared, b.shared]} for a, b in self.parts],
        }


@dataclass(frozen=True)
class Similar:
    """What came out: the pairs, most shared first; how many submissions and pairs there were, who could not be read."""

    stem: str
    pairs: tuple[Pair, ...]
    submissions: int
    compared: int
    unread: tuple[str, ...]
    most_have: int  # what so many learners have, still counts


@dataclass(frozen=True)
class Work:
    """What one learner wrote: its pieces, and where each fingerprint stands: hash -> (piece, token), ..."""

    who: Who
    pieces: tuple[Piece, ...]
    prints: Mapping[int, tuple[tuple[int, int], ...]]
    recorded: str


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
    pairs = tuple(_pairs(works, most_have, least))[:MOST]
    here = sum(not work.who.origin for work in works)
    compared = here * (here - 1) // 2 + here * (len(works) - here)
    return Similar(stem, pairs, len(works), compared, tuple(unread), most_have)


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


def _explained(opened: ClassDirectory, stem: str, names: Collection[str]) -> set[int]:
    """Return the fingerprints of all that learners have before them, and of the instructor's solution."""
    from pathlib import Path

    texts = []
    for place in (f"release/{stem}/{stem}.ipynb", f"source/{stem}/{stem}.ipynb"):
        cells = json.loads((opened.root / place).read_text("utf-8"))["cells"]
        texts += ["".join(cell["source"]) for cell in cells]
    try:
        course = sorted((build.course_folder() / stem).glob("*.*"))
    except CourseError:  # only the installed packages are here: the class's own notebooks have the text
        course = []
    library = sorted(Path(loyaltylib.__file__).parent.glob("*.py"))
    texts += [path.read_text("utf-8") for path in (*course, *library)]
    return {print_ for text in texts for print_ in all_prints(text, names)}


def _pairs(works: Sequence[Work], most_have: int, least: float) -> list[Pair]:
    """Return the pairs of which enough is left, by an index of who has a fingerprint: no two are compared as such."""
    having: dict[int, list[int]] = defaultdict(list)
    for number, work in enumerate(works):
        for print_ in work.prints:
            having[print_].append(number)
    rare = {print_ for print_, who in having.items() if len(who) <= most_have}
    own = [sum(print_ in rare for print_ in work.prints) for work in works]
    left: dict[tuple[int, int], float] = defaultdict(float)
    shared: dict[tuple[int, int], list[int]] = defaultdict(list)
    for print_ in rare:
        for pair in combinations(having[print_], 2):
            left[pair] += 1 / (len(having[print_]) - 1)
            shared[pair].append(print_)
    same_id = _same_ids(works)
    found = [
        Pair(
            works[a].who,
            works[b].who,
            left[a, b],
            len(shared[a, b]) / max(min(own[a], own[b]), 1),
            tuple(_parts(works[a], works[b], shared[a, b])),
            (a, b) in same_id,
        )
        for a, b in {pair for pair, value in left.items() if value >= least} | same_id
        if _may_be_compared(works[a].who, works[b].who)
    ]
    return sorted(found, key=lambda pair: (not pair.same_id, -pair.left, str(pair.first), str(pair.second)))


def _may_be_compared(first: Who, second: Who) -> bool:
    """Return whether one of them is of this class, and they are not one learner who takes the course again."""
    return not (first.origin and second.origin) and first.learner != second.learner


def _same_ids(works: Sequence[Work]) -> set[tuple[int, int]]:
    """Return the pairs of whom one worked under the other's id."""
    known = {_id(work.who.learner): number for number, work in enumerate(works)}
    claims = ((number, known.get(_id(work.recorded), number)) for number, work in enumerate(works))
    return {(min(a, b), max(a, b)) for a, b in claims if a != b}


def _id(learner: str) -> str:
    try:
        return normalise(learner)
    except LearnerError:
        return ""


def _parts(first: Work, second: Work, shared: Sequence[int]) -> Iterator[tuple[Side, Side]]:
    """Yield the cells in which two share something, each cell of the first beside the one it has most in common with."""
    together: dict[str, dict[str, int]] = defaultdict(lambda: defaultdict(int))
    for print_ in shared:
        for cell, other in {(_cell(first, a), _cell(second, b)) for a in first.prints[print_] for b in second.prints[print_]}:
            together[cell][other] += 1
    for cell, others in sorted(together.items(), key=lambda item: -max(item[1].values())):
        other = max(others, key=lambda each: others[each])
        yield _side(first, cell, shared), _side(second, other, shared)


def _cell(work: Work, place: tuple[int, int]) -> str:
    return work.pieces[place[0]].cell


def _side(work: Work, cell: str, shared: Iterable[int]) -> Side:
    """Return a cell with its shared parts marked; the parts of code and of comments are joined."""
    places: dict[int, list[int]] = defaultdict(list)
    for print_ in shared:
        for piece, place in work.prints[print_]:
            if work.pieces[piece].cell == cell:
                places[piece].append(place)
    spans = [span for piece, found in places.items() for span in work.pieces[piece].spans(found)]
    source = next(piece.source for piece in work.pieces if piece.cell == cell)
    return Side(cell, source, tuple(_joined(spans)))


def _joined(spans: Iterable[tuple[int, int]]) -> list[tuple[int, int]]:
    joined: list[tuple[int, int]] = []
    for start, end in sorted(spans):
        if joined and start <= joined[-1][1]:
            joined[-1] = joined[-1][0], max(end, joined[-1][1])
        else:
            joined.append((start, end))
    return joined
