"""Which of many works have rare fingerprints in common, and where: by an index, so that no two are compared as such."""

from __future__ import annotations

from collections import defaultdict
from dataclasses import dataclass
from itertools import combinations, pairwise
from typing import TYPE_CHECKING, Any

from loyaltylib.data import normalise
from loyaltylib.errors import LearnerError

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator, Mapping, Sequence

    from .fingerprints import Piece


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
class Work:
    """What one learner wrote: its pieces, and where each fingerprint stands: hash -> (piece, token), ..."""

    who: Who
    pieces: tuple[Piece, ...]
    prints: Mapping[int, tuple[tuple[int, int], ...]]
    recorded: str


def pairs(works: Sequence[Work], most_have: int, least: float) -> list[Pair]:
    """Return the pairs of which at least `least` is left, most first; what over `most_have` have, does not count."""
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
    """Yield the cells in which two share something, each of the first beside the one it has most in common with."""
    together: dict[str, dict[str, int]] = defaultdict(lambda: defaultdict(int))
    for print_ in shared:
        for cell, other in {
            (_cell(first, a), _cell(second, b)) for a in first.prints[print_] for b in second.prints[print_]
        }:
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
