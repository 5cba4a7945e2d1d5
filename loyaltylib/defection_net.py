"""The network of recommendations in the picture of the chapter's simulator: a place for each customer, found once.

Each of the best connected customers stands with everybody tied to them in a cell of its own, for the whole network is
too thin to be read; the most profitable ones stand in a row below.
"""

from __future__ import annotations

from math import cos, hypot, pi, sin
from typing import TYPE_CHECKING, Any, Final

from . import formats
from .defection_outlook import First, Standing
from .look import DOWN, INK, QUIET
from .messages import tell

if TYPE_CHECKING:
    from collections.abc import Iterator, Mapping, Sequence

    from matplotlib.axes import Axes
    from matplotlib.collections import PathCollection

    from .defection_outlook import Outlook

Place = tuple[float, float]

SIZE: Final = (6.3, 7.1)  # inches of the part; its data are inches too
_COLUMNS, _CELL, _TOP = 5, 1.26, 6.56  # cells in a row, inches of a cell, where the highest begin
_BEND: Final = 0.6  # below 1: the inner rings stand further out, where most customers are
_INNER: Final = 0.46  # inches from the middle of a cell to its outermost customer
_ROW, _STEP = 0.44, 0.312  # height of the row of the most profitable, and from one of them to the next
_RISE, _SWAY = 0.24, 0.1  # how much higher a contact of theirs stands, and how far to the side
_DOT: Final = 125.0  # points squared of a whole disc
_RING: Final = 300.0  # of the ring around one who leaves first
_SEEN: Final = 0.004  # a chance below this leaves no mark
_TIE: Final = "#b5b5b5"


def spread_out(tree: Any, root: Any) -> dict[Any, Place]:
    """Return places for a tree of customers around its root, in a circle of radius 1: contacts on rings by distance.

    Each branch has room by how many customers end it, so that no two ties cross.
    """
    import networkx as nx

    arrows = nx.bfs_tree(tree, root, sort_neighbors=sorted)
    depth = nx.single_source_shortest_path_length(arrows, root)
    ends = {who: 1 for who in arrows if not arrows.out_degree(who)}
    for who in reversed(list(nx.topological_sort(arrows))):
        ends.setdefault(who, sum(ends[each] for each in arrows.successors(who)))
    wide, places = max(*depth.values(), 1), {root: (0.0, 0.0)}
    begins = {root: 0.0}
    for who in nx.topological_sort(arrows):
        angle = begins[who]
        for each in arrows.successors(who):
            begins[each] = angle
            middle = angle + pi * ends[each] / ends[root]
            angle += 2 * pi * ends[each] / ends[root]
            far = (depth[each] / wide) ** _BEND
            places[each] = (far * sin(middle), far * cos(middle))
    return places


def _cells(found: Standing) -> Iterator[tuple[int, Any, Place]]:
    """Yield rank, customer and middle of the cell of each of the best connected that has one of its own."""
    import networkx as nx

    drawn: set[Any] = set()
    for rank, who in enumerate(found.first[First.CONTACTS]):
        if who not in drawn:
            drawn |= nx.node_connected_component(found.network, who)
            row, column = divmod(rank, _COLUMNS)
            yield rank, who, (_CELL * (column + 0.5), _TOP - _CELL * (row + 0.5))


def placed(found: Standing) -> dict[Any, Place]:
    """Return a place in inches for each customer that is drawn."""
    places: dict[Any, Place] = {}
    for _, who, (x, y) in _cells(found):
        near = found.network.subgraph(_component(found.network, who))
        places |= {each: (x + _INNER * dx, y + _INNER * dy) for each, (dx, dy) in spread_out(near, who).items()}
    for rank, who in enumerate(found.first[First.PROFIT]):
        x = _STEP * (rank + 0.5)
        places.setdefault(who, (x, _ROW))
        contacts = sorted(found.network[who]) if who in found.network else []
        for number, each in enumerate(contacts[:3]):
            side = _SWAY * (number - (len(contacts[:3]) - 1) / 2)
            places.setdefault(each, (x + side, _ROW + _RISE))
            for beyond in sorted(set(found.network[each]) - {who})[:1]:
                places.setdefault(beyond, (x + side, _ROW + 2 * _RISE))
    return places


def _component(network: Any, who: Any) -> set[Any]:
    import networkx as nx

    found: set[Any] = nx.node_connected_component(network, who)
    return found


class NetPart:
    """Who may leave: a ring a customer, filled by the chance to leave, with the fill of the state before as outline."""

    def __init__(self, axes: Axes, lang: str, found: Standing) -> None:
        self.axes, self.lang = axes, lang
        axes.set_axis_off()
        axes.set_xlim(0, SIZE[0])
        axes.set_ylim(0, SIZE[1])
        self.places = placed(found)
        self._write(found)
        self._tie(found.network)
        across, up = zip(*self.places.values(), strict=True)
        axes.plot(across, up, "o", ms=_DOT**0.5, mfc="white", mec=QUIET, mew=1.1, zorder=3)
        self._first = self._marks(6, facecolor="white", edgecolor=INK, linewidth=2.4)
        self._now = self._marks(7, facecolor=DOWN, edgecolor="none")
        self._past = self._marks(8, facecolor="none", edgecolor=INK, linewidth=1.0)

    def _write(self, found: Standing) -> None:
        axes, lang = self.axes, self.lang
        contacts = formats.number(len(found.first[First.CONTACTS]), lang)
        profit = formats.number(len(found.first[First.PROFIT]), lang)
        heads = {
            SIZE[1] - 0.29: tell(lang, "The {number} best connected, with their contacts", number=contacts),
            1.2: tell(lang, "The {number} most profitable", number=profit),
        }
        for y, text in heads.items():
            axes.text(0.02, y, text, fontsize=16)
        for rank, _, (x, y) in _cells(found):
            if rank % _COLUMNS:  # the first of each row is enough to count by
                continue
            axes.text(x - _CELL * 0.47, y + _CELL * 0.33, str(rank + 1), fontsize=11, color=QUIET)
        for rank in (0, *range(_COLUMNS - 1, len(found.first[First.PROFIT]), _COLUMNS)):
            axes.text(_STEP * (rank + 0.5), 0.17, str(rank + 1), fontsize=11, color=QUIET, ha="center")
        note = tell(lang, "filled: chance to leave; thick ring: leaves first; thin circle: chance before")
        axes.text(0.02, -0.1, note, fontsize=11, color=QUIET)

    def _tie(self, network: Any) -> None:
        drawn = network.subgraph(self.places)
        gap = (float("nan"), float("nan"))  # ends a line, so that all ties are one artist
        ends = [(self.places[one], self.places[other], gap) for one, other in sorted(map(sorted, drawn.edges))]
        every = [place for tie in ends for place in tie]
        self.axes.plot([x for x, _ in every], [y for _, y in every], color=_TIE, linewidth=1.6, zorder=1)

    def _marks(self, zorder: int, **looks: Any) -> PathCollection:
        return self.axes.scatter([], [], zorder=zorder, **looks)

    def update(self, now: Outlook, before: Outlook) -> None:
        """Show who leaves first, each customer's chance to leave, and where it was another one before."""
        odds, past = now.odds.left, before.odds.left
        changed = {who: each for who, each in past.items() if abs(each - odds.get(who, 0.0)) > _SEEN}
        self._show(self._first, now.first, [_RING] * len(now.first))
        self._fill(self._now, odds)
        self._fill(self._past, changed)

    def _fill(self, marks: PathCollection, odds: Mapping[Any, float]) -> None:
        seen = [who for who, each in odds.items() if each > _SEEN]
        self._show(marks, seen, [_DOT * odds[who] for who in seen])

    def _show(self, marks: PathCollection, who: Sequence[Any], sizes: Sequence[float]) -> None:
        pairs = [(self.places[each], size) for each, size in zip(who, sizes, strict=True) if each in self.places]
        marks.set_offsets([place for place, _ in pairs] or [(float("nan"), float("nan"))])
        marks.set_sizes([size for _, size in pairs] or [0.0])


def nearest(places: Mapping[Any, Place]) -> float:
    """Return how near the two nearest places are, in inches: what tells whether customers hide each other."""
    every = list(places.values())
    return min(hypot(x - u, y - v) for number, (x, y) in enumerate(every) for u, v in every[number + 1 :])
