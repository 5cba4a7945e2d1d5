"""Grades as tables for people, in either language: the class at a glance, and one chapter exercise by exercise."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

from loyaltylib.messages import tell as library_tell

from . import titles
from .messages import N_, tell

if TYPE_CHECKING:
    from collections.abc import Callable, Sequence

    from .grades import Grades, Part, Result, Row

Cell = str | float | int | None
NOISE = 6  # decimals: what float arithmetic adds to a mark is cut off

NOTHING = N_("nothing handed in")
UNMARKED = N_("handed in, not marked yet")
WAITING = N_("answers that wait for a person: {number}")

# What is known of a chapter beside its points: heading -> value; a column is left out where it says nothing
_ASIDE: dict[str, Callable[[Result], Cell]] = {
    N_("late penalty"): lambda result: rounded(result.late) if result.late else None,
    N_("hand-ins"): lambda result: result.attempts,
    N_("extra hours"): lambda result: rounded(result.more_hours) if result.more_hours else None,
}


@dataclass(frozen=True)
class Sheet:
    """A table: its title, its headings, its rows; `marked` are the rows (from 0) that are not settled yet."""

    title: str
    heads: Sequence[str]
    rows: Sequence[Sequence[Cell]]
    marked: frozenset[int] = frozenset()


def rounded(value: float) -> float:
    """Return points without the noise of float arithmetic.

    >>> rounded(0.1 + 0.2), rounded(4.0)
    (0.3, 4.0)
    """
    return round(value, NOISE)


def overview(grades: Grades, lang: str, *, exercises: bool = False) -> Sheet:
    """Return one row a learner: id, name, the grade of the term in per cent, each chapter's points, remarks.

    exercises  whether each chapter's exercises stand after it
    """
    columns: list[tuple[str, list[Cell]]] = []
    for part in grades.parts:
        title, results = part.title(lang), [row.results[part.stem] for row in grades.rows]
        columns.append((_head(title, part.max_points, lang), [rounded(result.total) for result in results]))
        columns += [(f"{title} · {head}", values) for head, values in _aside(results, lang)]
        if exercises:
            columns += [(f"{title} · {head}", values) for head, values in _exercises(part, results, lang)]
    percents = [grades.percent(row) for row in grades.rows]
    columns = [
        *_who(grades.rows, lang),
        (tell(lang, "Grade"), [None if value is None else round(value, 2) for value in percents]),
        *columns,
        (tell(lang, "Remarks"), [_remarks(row, grades.parts, lang) for row in grades.rows]),
    ]
    unsettled = {id(row) for row, _ in grades.with_state("waiting", "unmarked")}
    return _sheet(tell(lang, "Class"), columns, frozenset(i for i, r in enumerate(grades.rows) if id(r) in unsettled))


def of_chapter(grades: Grades, part: Part, lang: str) -> Sheet:
    """Return one chapter: id, name, points that count, out of how many, before lateness, each exercise, remarks."""
    results = [row.results[part.stem] for row in grades.rows]
    columns: list[tuple[str, list[Cell]]] = [
        *_who(grades.rows, lang),
        (tell(lang, "Grade"), [rounded(result.total) for result in results]),
        (tell(lang, "Points possible"), [rounded(part.max_points)] * len(results)),
        (tell(lang, "points before lateness"), [rounded(result.earned) for result in results]),
        *_aside(results, lang),
        (tell(lang, "handed in at"), [result.handed_in or None for result in results]),
        *_exercises(part, results, lang),
        (tell(lang, "Remarks"), [_remark(result, lang) for result in results]),
    ]
    unsettled = frozenset(i for i, result in enumerate(results) if result.state in ("waiting", "unmarked"))
    return _sheet(part.title(lang), columns, unsettled)


def _sheet(title: str, columns: Sequence[tuple[str, Sequence[Cell]]], marked: frozenset[int]) -> Sheet:
    return Sheet(
        title, [head for head, _ in columns], list(zip(*(values for _, values in columns), strict=True)), marked
    )


def _who(rows: Sequence[Row], lang: str) -> list[tuple[str, list[Cell]]]:
    return [
        (tell(lang, "Learner's id"), [row.learner.id for row in rows]),
        (tell(lang, "Name"), [row.learner.name for row in rows]),
    ]


def _aside(results: Sequence[Result], lang: str) -> list[tuple[str, list[Cell]]]:
    found = [(tell(lang, head), [value(result) for result in results]) for head, value in _ASIDE.items()]
    return [(head, values) for head, values in found if any(value is not None for value in values)]


def _exercises(part: Part, results: Sequence[Result], lang: str) -> list[tuple[str, list[Cell]]]:
    def points(result: Result, name: str) -> Cell:
        value = result.points.get(name)
        return None if value is None else rounded(value)

    return [
        (_head(titles.of_exercise(name, lang), most, lang), [points(result, name) for result in results])
        for name, most in part.exercises.items()
    ]


def _head(title: str, most: float, lang: str) -> str:
    return tell(lang, "{title} (of {points})", title=title, points=f"{rounded(most):g}")


def _remarks(row: Row, parts: Sequence[Part], lang: str) -> str:
    """Return what is to be known of a row; for a chapter that is settled, nothing."""
    said = [(part.title(lang), _remark(row.results[part.stem], lang)) for part in parts]
    return library_tell(lang, "; ").join(
        tell(lang, "{title}: {remark}", title=t, remark=remark) for t, remark in said if remark
    )


def _remark(result: Result, lang: str) -> str:
    message = {"nothing": NOTHING, "unmarked": UNMARKED, "waiting": WAITING}.get(result.state, "")
    return tell(lang, message, number=result.waiting) if message else ""
