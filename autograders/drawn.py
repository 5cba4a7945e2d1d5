"""What a learner drew, as plain data, and whether it is what was asked for.

An axes comes out of the notebook as a mapping (`sandbox.inside`): `title`, `xlabel`, `ylabel`, `legend`, the words and
places of the ticks, `lines`, `bars`, `points`. Colours, sizes and styles are nobody's business.
"""

from __future__ import annotations

import math
import unicodedata
from collections.abc import Mapping, Sequence
from itertools import chain
from typing import Any

from .plain import to_plain
from .sandbox.answer import Drawing

Axes = Mapping[str, Any]
CLOSE = 1e-6  # relative: what drawing and reading back may change
WORDS = ("title", "xlabel", "ylabel")


def axes_in(plain: Any) -> Axes | None:
    """Return an answer's axes: of several the first one in which something is drawn; None where nothing is."""
    found: list[Axes] = plain if isinstance(plain, Drawing) else []
    return next((each for each in found if each["lines"] or each["bars"] or any(each["points"])), None)


def heights(axes: Axes) -> list[tuple[str, float]]:
    """Return the bars along their axis, each as the word under it and its height; a lying bar's height is its width.

    The word is the tick's that stands at the bar; where the ticks are numbers it is the bar's own place.
    """
    bars = [bar for bar in axes["bars"] if bar["lies"] is not None]
    lying = [bar for bar in bars if bar["lies"]]
    place, span, size, ticks = ("y", "height", "width", "y") if lying else ("x", "width", "height", "x")
    words = list(zip(axes[f"{ticks}places"], axes[f"{ticks}ticks"], strict=False))
    found = [(bar[place] + bar[span] / 2, bar) for bar in (lying or bars)]
    return [
        (_word_at(middle, abs(bar[span]) / 2, words), bar[size]) for middle, bar in sorted(found, key=lambda f: f[0])
    ]


def _word_at(middle: float, reach: float, ticks: Sequence[tuple[float, str]]) -> str:
    near = min(ticks, key=lambda tick: abs(tick[0] - middle), default=(math.inf, ""))
    if abs(near[0] - middle) > reach or _is_number(near[1]):
        return f"{middle:g}"
    return near[1]


def _is_number(word: str) -> bool:
    try:
        float(word.replace("\N{MINUS SIGN}", "-"))
    except ValueError:
        return False
    return True


def same_bars(
    axes: Axes,
    expected: Mapping[Any, float] | Sequence[tuple[Any, float]] | Sequence[float],
    *,
    either_way: bool = False,
    tolerance: float = 0.0,
) -> bool:
    """Return whether the bars are the expected ones.

    expected    word -> height where the order does not matter; pairs of word and height, or heights alone, in order
    either_way  lying bars will do as well; their order may be read from the top or from the bottom

    >>> bar = {"x": -0.4, "y": 0, "width": 0.8, "height": 3, "lies": False}
    >>> axes = {"bars": [bar], "xplaces": [0], "xticks": ["a"]}
    >>> same_bars(axes, {"a": 3}), same_bars(axes, [3]), same_bars(axes, {"b": 3})
    (True, True, False)
    """
    lying = any(bar["lies"] for bar in axes["bars"])
    if lying and not either_way:
        return False
    found = heights(axes)
    if isinstance(expected, Mapping):
        return _same_pairs(sorted(found, key=_by_word), sorted(expected.items(), key=_by_word), tolerance)
    pairs = [each if isinstance(each, tuple) else (None, each) for each in expected]
    return any(_same_pairs(order, pairs, tolerance) for order in ([found, found[::-1]] if lying else [found]))


def _by_word(pair: tuple[Any, float]) -> str:
    return _plainly(pair[0])


def _same_pairs(found: Sequence[tuple[Any, float]], expected: Sequence[tuple[Any, float]], tolerance: float) -> bool:
    return len(found) == len(expected) and all(
        (word is None or _plainly(got) == _plainly(word)) and _close(height, wanted, tolerance)
        for (got, height), (word, wanted) in zip(found, expected, strict=True)
    )


def same_lines(
    axes: Axes,
    expected: Sequence[tuple[Sequence[Any], Sequence[float]]],
    *,
    either_way: bool = False,
    more: bool = False,
    tolerance: float = 0.0,
) -> bool:
    """Return whether each expected line, its x and its y, is drawn, in any order of the lines.

    either_way  x and y may be exchanged
    more        other lines may be there as well, such as one for the mean
    """
    left = [(line["x"], line["y"]) for line in axes["lines"]]
    for x, y in expected:
        ways = [(x, y), (y, x)] if either_way else [(x, y)]
        hit = next((one for one in left for way in ways if _same_line(one, way, tolerance)), None)
        if hit is None:
            return False
        left.remove(hit)
    return more or not left


def _same_line(found: tuple[Any, Any], expected: tuple[Any, Any], tolerance: float) -> bool:
    return all(
        len(got) == len(wanted) and all(_close(g, w, tolerance) for g, w in zip(got, wanted, strict=True))
        for got, wanted in zip(found, (to_plain(list(side)) for side in expected), strict=True)
    )


def same_points(
    axes: Axes, expected: Sequence[tuple[float, float]], *, either_way: bool = False, tolerance: float = 0.0
) -> bool:
    """Return whether the points are the expected ones, in any order; points drawn by `plot` are points too."""
    drawn = chain.from_iterable(axes["points"]) if any(axes["points"]) else _points_of_lines(axes)
    found = sorted((float(x), float(y)) for x, y in drawn)
    ways = [expected, [(y, x) for x, y in expected]] if either_way else [expected]
    return any(_same_line(_columns(found), _columns(sorted(way)), tolerance) for way in ways)


def _points_of_lines(axes: Axes) -> list[tuple[Any, Any]]:
    return [point for line in axes["lines"] for point in zip(line["x"], line["y"], strict=False)]


def _columns(points: Sequence[tuple[float, float]]) -> tuple[list[float], list[float]]:
    return [x for x, _ in points], [y for _, y in points]


def _close(got: Any, wanted: Any, tolerance: float) -> bool:
    """Return whether two values of a picture are one: numbers within the tolerance, words and days as written."""
    if isinstance(got, (int, float)) and isinstance(wanted, (int, float)):
        return math.isclose(got, wanted, rel_tol=CLOSE, abs_tol=tolerance + CLOSE)
    return _plainly(got) == _plainly(wanted)


def _plainly(word: Any) -> str:
    return unicodedata.normalize("NFKC", str(word)).strip().casefold().removesuffix("t00:00:00")
