"""The tables of a class report, as plain rows that a page shows, a CSV file holds and `--json` prints."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

import pandas as pd

from loyaltylib.files import write_whole

from . import choices, probes, records, titles
from .attempts import attempts
from .item_analysis import FLAGS, Alpha, alpha, analysis, distractors
from .messages import N_, tell
from .misconceptions import items_of, misconceptions
from .report_time import of_class

if TYPE_CHECKING:
    from collections.abc import Mapping, Sequence
    from pathlib import Path

    from .classdir import ClassDirectory
    from .misconceptions import Misconception
    from .records import Record
    from .verdict import Verdict

MANY = 0.5  # share of a chapter's exercises that, left alone, makes somebody worth asking
MOST_LABELS = 6  # answers shown of an item whose answers are not a list of options
STUCK = {
    "nothing": N_("Handed in nothing"),
    "unreadable": N_("The notebook could not be marked"),
    "untouched": N_("{number} of {all} exercises are untouched"),
    "used_up": N_("All {number} attempts are used up"),
}
_UNTOUCHED = (
    probes.NOT_ANSWERED,
    "“{item}” Not answered.",
    "The notebook has no {name}.",
    "The function returns nothing: does every way through it end in a return?",
)


@dataclass(frozen=True)
class Tables:
    """What is known of a class in one chapter.

    rows           name of a table -> its rows: items, options, exercises, learners, misconceptions
    alpha          of the exercises; None where it is not defined
    misconceptions the same as in `rows`, whole
    most           points that can be had without a person
    """

    rows: Mapping[str, list[dict[str, Any]]]
    alpha: Alpha | None
    misconceptions: tuple[Misconception, ...]
    most: float


def tables(
    opened: ClassDirectory, stem: str, known: Sequence[Record], points: Mapping[str, float], lang: str
) -> Tables:
    """Return the tables of a chapter in a language.

    known   the records of the class
    points  exercise -> its maximum, without those that a person marks
    """
    readable = [r for r in known if not r.failed]
    totals = pd.Series({r.learner: r.points for r in readable}, dtype=float)
    by_exercise = pd.DataFrame(
        [[_points(r, e) for e in points] for r in readable], index=totals.index, columns=list(points), dtype=float
    )
    found = misconceptions(readable, stem, opened.root)
    spent = of_class(opened, stem, totals.index, list(points))
    exercises = _analysed(
        analysis(by_exercise, points, totals), lang, "exercise", lambda exercise: titles.of_exercise(exercise, lang)
    )
    rows = {
        "exercises": [_timed(row, spent) for row in exercises],
        "items": _items(stem, readable, points, totals, lang),
        "options": _options(stem, readable, points, totals, lang),
        "learners": _learners(opened, stem, known, points, lang),
        "misconceptions": [
            {
                "exercise": each.exercise,
                "said": each.text(lang),
                "learners": len(each.learners),
                "certain": each.certain,
            }
            for each in found
        ],
    }
    return Tables(rows, alpha(by_exercise), tuple(found), sum(points.values()))


def _timed(row: dict[str, Any], spent: Mapping[str, tuple[float, int]]) -> dict[str, Any]:
    minutes, timed = spent.get(row["exercise"], (None, 0))
    return row | {"minutes": minutes, "timed": timed}


def _points(record: Record, exercise: str) -> float:
    return record.verdicts[exercise].points if exercise in record.verdicts else 0.0


def _analysed(table: pd.DataFrame, lang: str, name: str, title: Any) -> list[dict[str, Any]]:
    return [
        {
            name: str(key),
            "title": title(str(key)),
            "learners": int(row["learners"]),
            "mean": round(float(row["mean"]), 4),
            "full": round(float(row["full"]), 4),
            "discrimination": None if pd.isna(row["discrimination"]) else round(float(row["discrimination"]), 4),
            "remark": _remark(row, lang),
        }
        for key, row in table.iterrows()
    ]


def _remark(row: pd.Series, lang: str) -> str:
    message = FLAGS.get(str(row["flag"]), "")
    return tell(lang, message) if message else ""


def _quizzes(stem: str, points: Mapping[str, float]) -> dict[str, dict[str, Any]]:
    return {exercise: items for exercise in points if (items := items_of(stem, exercise))}


def _items(
    stem: str, known: Sequence[Record], points: Mapping[str, float], totals: pd.Series, lang: str
) -> list[dict[str, Any]]:
    """Return each quiz item's figures; an item has its part of its exercise's points."""
    found: list[dict[str, Any]] = []
    for exercise, items in _quizzes(stem, points).items():
        most = {name: points[exercise] / len(items) for name in items}
        got = [[_credit(r.verdicts.get(exercise), name) * most[name] for name in items] for r in known]
        table = analysis(pd.DataFrame(got, index=totals.index, columns=list(items), dtype=float), most, totals)
        stems = {name: item.stem[lang] for name, item in items.items()}
        found += [{"exercise": exercise, **row} for row in _analysed(table, lang, "item", stems.__getitem__)]
    return found


def _credit(verdict: Verdict | None, name: str) -> float:
    return next((probe.credit for probe in verdict.probes if probe.name == name), 0.0) if verdict else 0.0


def _options(
    stem: str, known: Sequence[Record], points: Mapping[str, float], totals: pd.Series, lang: str
) -> list[dict[str, Any]]:
    """Return who chose which option of each item; of answers that are no options, those given most often."""
    found: list[dict[str, Any]] = []
    for exercise, items in _quizzes(stem, points).items():
        for name, item in items.items():
            chosen = {r.learner: _chosen(r.verdicts.get(exercise), name, item) for r in known}
            right = choices.offered(item)
            others = sorted({label for each in chosen.values() for label in each} - set(right))
            offered = right | dict.fromkeys(others, False)
            table = distractors(chosen, totals, offered, to_be_chosen=False in right.values())
            table = table.sort_values("all", ascending=False, kind="stable") if others else table
            keep = [label for label in table.index if label in right or label in table.index[:MOST_LABELS]]
            found += [_option(exercise, item, label, table.loc[label], lang) for label in keep]
    return found


def _chosen(verdict: Verdict | None, name: str, item: Any) -> set[str]:
    probe = next((probe for probe in verdict.probes if probe.name == name), None) if verdict else None
    return choices.labels(item, choices.choice(item, probe)) if probe else set()


def _option(exercise: str, item: Any, label: str, row: pd.Series, lang: str) -> dict[str, Any]:
    return {
        "exercise": exercise,
        "item": item.name,
        "option": label,
        "text": choices.said(item, label, lang),
        "right": bool(row["right"]),
        "all": int(row["all"]),
        "upper": int(row["upper"]),
        "lower": int(row["lower"]),
        "remark": _remark(row, lang),
    }


def _learners(
    opened: ClassDirectory, stem: str, known: Sequence[Record], points: Mapping[str, float], lang: str
) -> list[dict[str, Any]]:
    """Return a row for each learner on the class list or with a record: points, attempts, what they may be stuck at."""
    by_id = {r.learner: r for r in known}
    listed = {one.id: one.name for one in opened.learners}
    rows = []
    for learner in [*listed, *(each for each in by_id if each not in listed)]:
        record = by_id.get(learner) or records.read(opened.root, stem, learner)
        tries = len(attempts(opened, stem, learner))
        untouched = sum(_is_untouched(record.verdicts.get(e)) for e in points) if record else len(points)
        stuck = _stuck(opened, record, tries, untouched, len(points))
        rows.append(
            {
                "learner": learner,
                "name": listed.get(learner, ""),
                "points": record.points if record else None,
                "untouched": untouched,
                "attempts": tries,
                "stuck": [tell(lang, STUCK[kind], number=number, all=len(points)) for kind, number in stuck],
            }
        )
    return rows


def _is_untouched(verdict: Verdict | None) -> bool:
    return verdict is None or all(not p.passed and not p.credit and p.reason in _UNTOUCHED for p in verdict.probes)


def _stuck(
    opened: ClassDirectory, record: Record | None, tries: int, untouched: int, exercises: int
) -> list[tuple[str, int]]:
    if record is None:
        return [] if tries else [("nothing", 0)]  # handed in, and not marked yet
    if record.failed:
        return [("unreadable", 0)]
    found = [("untouched", untouched)] if exercises and untouched >= MANY * exercises else []
    allowed = opened.rules.attempts
    if allowed and tries >= allowed and record.points < record.max_points:
        found.append(("used_up", tries))
    return found


def write_csv(root: Path, of: str, tables: Mapping[str, list[dict[str, Any]]]) -> None:
    """Write each table to report/csv/<of>.<table>.csv: UTF-8 with the mark, no text that a spreadsheet works out."""
    from .export import as_csv

    folder = root / "report" / "csv"
    for name, rows in tables.items():
        heads = list(rows[0]) if rows else []
        lines = [[" · ".join(v) if isinstance(v, list) else v for v in row.values()] for row in rows]
        write_whole(folder / f"{of}.{name}.csv", as_csv([heads, *lines]).encode("utf-8-sig"))
