"""The class report: one static page in each language, read from the verdict records.

How the points are spread, what each exercise showed, which reasons came up most, who needs a look by
hand, and what stood between the learners' code and the machine. No script, no other host; it prints.
"""

from __future__ import annotations

import math
from collections import Counter
from dataclasses import dataclass
from statistics import median
from typing import TYPE_CHECKING, Any

from nbgrader.api import MissingEntry

from loyaltylib import chapters
from loyaltylib.errors import ClassError, UnknownName
from loyaltylib.files import write_whole
from loyaltylib.messages import LANGUAGES, language_tag

from . import records, titles
from .classdir import ClassDirectory, open_class
from .execute import NO_NOTEBOOK
from .gradebook import open_gradebook, waits
from .groups import members_of_others
from .item_analysis import FEW, LOW_DISCRIMINATION, discrimination
from .messages import N_, tell
from .records import Incident, isolation_text
from .report_lesson import lesson
from .report_tables import Tables, tables, write_csv

if TYPE_CHECKING:
    from collections.abc import Mapping, Sequence
    from pathlib import Path

    from jinja2 import Environment

    from .records import Record

BINS = 10  # bars of the distribution
MOST_REASONS = 3  # per exercise


@dataclass(frozen=True)
class ExerciseStatistics:
    """What one exercise showed over a class.

    right           share of learners with all of its points
    mean            mean share of its points
    discrimination  correlation with the points of all other exercises (corrected item-total); None
                    where it is not defined: too few learners, or everyone alike
    """

    id: str
    learners: int
    right: float
    mean: float
    discrimination: float | None


def statistics(known: Sequence[Record], points: Mapping[str, float]) -> list[ExerciseStatistics]:
    """Return the statistics of each exercise over the notebooks that could be read; no verdict counts as 0.

    known     the records of the class
    points    exercise id -> its maximum
    """
    totals = [r.points for r in known]
    found = []
    for exercise, most in points.items():
        got = [r.verdicts[exercise].points if exercise in r.verdicts else 0.0 for r in known]
        shares = [value / most for value in got]
        count = len(got) or 1
        right = sum(math.isclose(share, 1) for share in shares) / count
        found.append(ExerciseStatistics(exercise, len(got), right, sum(shares) / count, discrimination(got, totals)))
    return found


def distribution(totals: Sequence[float], most: float) -> list[int]:
    """Return how many totals lie in each tenth of the points; the last tenth has the maximum in it.

    >>> distribution([0, 9.9, 10, 100], 100)
    [2, 1, 0, 0, 0, 0, 0, 0, 0, 1]
    """
    counts = [0] * BINS
    for total in totals:
        counts[min(int(BINS * total / most), BINS - 1) if most else 0] += 1
    return counts


def report(path: Path, stem: str | None = None, lang: str = "en") -> Path:
    """Write the report of a chapter in every language and return the page in `lang`.

    Raises `ClassError` when nothing was marked.
    """
    return written(path, stem, lang)[0]


def written(path: Path, stem: str | None = None, lang: str = "en") -> tuple[Path, Tables]:
    """Write the report of a chapter, its page for the lesson and its tables; return the page and the tables in `lang`.

    Raises `ClassError` when nothing was marked.
    """
    opened = open_class(path, lang)
    stem = opened.chapter(stem, lang)
    known = list(records.read_all(opened.root, stem))
    book = _gradebook(opened, stem, lang)
    if not known and not book.learners:
        message = N_("nothing of '{stem}' is marked yet; run: loyalty grade {path}")
        raise ClassError(tell(lang, message, stem=stem, path=path))
    folder = opened.root / "report"
    readable = sum(not r.failed for r in known)
    found = {each: tables(opened, stem, known, book.points, each) for each in LANGUAGES}
    for each, rows in found.items():
        write_whole(folder / f"{stem}.{each}.html", _page(stem, known, book, rows, each))
        page = lesson(stem, titles.of_chapter(stem, each), rows.misconceptions, readable, each)
        write_whole(folder / f"{stem}.lesson.{each}.html", page)
    write_csv(opened.root, stem, found[lang].rows)
    return folder / f"{stem}.{lang}.html", found[lang]


@dataclass(frozen=True)
class _Book:
    """What only the gradebook knows: points without a person by exercise, answers that wait, who was marked.

    plain   of these, whose notebook was run last by nbgrader's own Execute: a record from before says nothing of it
    """

    points: dict[str, float]
    waiting: tuple[tuple[str, str], ...]
    learners: tuple[str, ...]
    plain: tuple[str, ...]


def _gradebook(opened: ClassDirectory, stem: str, lang: str) -> _Book:
    with open_gradebook(opened, lang) as gradebook:
        try:
            notebook = gradebook.find_notebook(stem, stem)
        except MissingEntry:
            raise ClassError(f"the gradebook of {opened.root} does not know '{stem}': release it first") from None
        points = {c.name: float(c.max_score) for c in notebook.grade_cells if c.cell_type == "code" and c.max_score > 0}
        others = members_of_others(opened, stem)
        handed_in = sorted(notebook.submissions, key=lambda s: str(s.student.id))
        handed_in = [s for s in handed_in if str(s.student.id) not in others]
        waiting = tuple((str(s.student.id), str(g.name)) for s in handed_in for g in s.grades if waits(g))
        marked = {str(s.student.id): _autograded(opened, stem, str(s.student.id)) for s in handed_in}
    learners = tuple(learner for learner, path in marked.items() if path.is_file())
    plain = tuple(learner for learner in learners if records.is_of_plain_kernel(marked[learner]))
    return _Book(_in_course_order(stem, points), waiting, learners, plain)


def _autograded(opened: ClassDirectory, stem: str, learner: str) -> Path:
    return opened.root / "autograded" / learner / stem / f"{stem}.ipynb"


def _in_course_order(stem: str, points: dict[str, float]) -> dict[str, float]:
    try:
        order = [e.id for e in chapters.chapter(stem).exercises]
    except UnknownName:  # an instructor's own assignment in the same class
        order = []
    place = {exercise: i for i, exercise in enumerate(order)}
    return {e: points[e] for e in sorted(points, key=lambda e: (place.get(e, len(order)), e))}


def environment() -> Environment:
    """Return what the pages of a report are made in: what learners wrote is text in them."""
    from jinja2 import Environment, PackageLoader, StrictUndefined

    templates = PackageLoader("autograders")
    return Environment(
        loader=templates, autoescape=True, undefined=StrictUndefined, trim_blocks=True, lstrip_blocks=True
    )


def _page(stem: str, known: list[Record], book: _Book, found: Tables, lang: str) -> str:
    """Return the page in one language."""
    values = _values(stem, known, book, lang) | _analysis(found, lang)
    return environment().get_template("report.html.j2").render(stem=stem, **values)


def _analysis(found: Tables, lang: str) -> dict[str, Any]:
    """Return the tables as the template shows them."""
    from loyaltylib import formats

    def shown(row: dict[str, Any]) -> dict[str, Any]:
        shares = {name: formats.percent(row[name], lang, 0) for name in ("mean", "full")}
        number = row["discrimination"]
        return row | shares | {"discrimination": "–" if number is None else f"{number:.2f}"}

    known = found.alpha
    items = [
        shown(row) | {"options": [o for o in found.rows["options"] if _same_item(o, row)]}
        for row in found.rows["items"]
    ]
    return {
        "page": lang,
        "alpha": None if known is None else [f"{v:.2f}" for v in (known.value, known.low, known.high)],
        "inexact": known is not None and known.value < FEW,
        "items": items,
        "minutes": {row["exercise"]: (row["minutes"], row["timed"]) for row in found.rows["exercises"] if row["timed"]},
        "remarks": {row["exercise"]: row["remark"] for row in found.rows["exercises"]},
        "misconceptions": [
            {"title": titles.of_exercise(row["exercise"], lang), **row} for row in found.rows["misconceptions"]
        ],
        "stuck": [row for row in found.rows["learners"] if row["stuck"]],
    }


def _same_item(option: dict[str, Any], item: dict[str, Any]) -> bool:
    return bool(option["exercise"] == item["exercise"] and option["item"] == item["item"])


def _values(stem: str, known: list[Record], book: _Book, lang: str) -> dict[str, Any]:
    """Return everything the template shows, as it is shown."""
    from loyaltylib import formats

    readable = [r for r in known if not r.failed]
    most = sum(book.points.values())
    totals = [r.points for r in readable]
    rows = statistics(readable, book.points)
    heading = titles.of_chapter(stem, lang)
    return {
        "lang": language_tag(lang),
        "others": [{"lang": other, "file": f"{stem}.{other}.html"} for other in LANGUAGES if other != lang],
        "say": lambda message, **values: tell(lang, message, **values),
        "title": heading,
        "learners": len(known),
        "readable": len(readable),
        "mean": f"{sum(totals) / len(totals):.1f}" if totals else "–",
        "median": f"{median(totals):g}" if totals else "–",
        "most": f"{most:g}",
        "by_hand": len(book.waiting),
        "bars": _bars(distribution(totals, most)),
        "exercises": [
            {
                "title": titles.of_exercise(row.id, lang),
                "id": row.id,
                "points": f"{book.points[row.id]:g}",
                "right": formats.percent(row.right, lang, 0),
                "mean": formats.percent(row.mean, lang, 0),
                "width": round(100 * row.mean, 1),
                "discrimination": "–" if row.discrimination is None else f"{row.discrimination:.2f}",
                "weak": row.discrimination is not None and row.discrimination < LOW_DISCRIMINATION,
                "reasons": _reasons(readable, row.id, lang),
            }
            for row in rows
        ],
        "isolation": _isolation(known, lang),
        "without_record": sorted({*book.learners} - {r.learner for r in known} | {*book.plain}),
        "waiting": [{"learner": learner, "title": titles.of_exercise(e, lang)} for learner, e in book.waiting],
        "incidents": [
            {"learner": r.learner, "texts": _incident_texts(r.incidents, lang), "failed": bool(r.failed)}
            for r in known
            if r.incidents
        ],
        "unread": sum(any(i.kind in NO_NOTEBOOK for i in r.incidents) for r in known),
    }


def _bars(counts: Sequence[int]) -> list[dict[str, Any]]:
    """Return the distribution's bars with their place in a picture of 100 by 40."""
    highest = max([*counts, 1])
    step = 100 / BINS
    return [
        {
            "x": round(i * step + 0.5, 2),
            "width": step - 1,
            "height": round(34 * count / highest, 2),
            "count": count,
            "label": f"{i * 100 // BINS}–{(i + 1) * 100 // BINS}",
        }
        for i, count in enumerate(counts)
    ]


def _reasons(known: Sequence[Record], exercise: str, lang: str) -> list[dict[str, Any]]:
    """Return the reasons given most often for an exercise, with the number of learners who got them."""
    counts: Counter[str] = Counter()
    for record in known:
        if exercise in record.verdicts:
            counts.update(set(record.verdicts[exercise].reasons(lang)))
    ranked = sorted(counts.items(), key=lambda pair: (-pair[1], pair[0]))
    return [{"text": text, "count": count} for text, count in ranked[:MOST_REASONS]]


def _isolation(known: Sequence[Record], lang: str) -> list[str]:
    """Return in words each level that was in force for one of the records."""
    return [isolation_text(level, lang) for level in sorted({r.isolation for r in known if r.isolation})]


def _incident_texts(incidents: Sequence[Incident], lang: str) -> list[str]:
    """Return one sentence for each kind of incident, with all it is about."""
    details: dict[str, list[str]] = {}
    for incident in incidents:
        details.setdefault(incident.kind, []).append(tell(lang, incident.detail or incident.exercise))
    separator = {"zh": "、"}.get(lang, ", ")
    return [Incident(kind, detail=separator.join(dict.fromkeys(named))).text(lang) for kind, named in details.items()]
