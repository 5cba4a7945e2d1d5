"""The report of a whole class: every marked chapter's pages, and one page that puts chapter beside chapter."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

import numpy as np

from loyaltylib import chapters, formats
from loyaltylib.errors import ClassError
from loyaltylib.files import write_whole
from loyaltylib.messages import LANGUAGES, language_tag

from . import records, report, titles
from .classdir import open_class
from .messages import N_, tell
from .report_tables import write_csv

if TYPE_CHECKING:
    from collections.abc import Mapping
    from pathlib import Path

    from .item_analysis import Alpha
    from .records import Record
    from .report_tables import Tables
    from .terminal import Progress

SHADES = 5  # steps of a heat table, each a fifth of the points
FAR = 0.3  # share of the points by which a chapter lies far below the learner's others
FEWEST = 2  # other chapters that must be there to say so


@dataclass(frozen=True)
class _Row:
    """One chapter beside the others: shares are of the points given without a person."""

    stem: str
    shares: dict[str, float]
    alpha: Alpha | None
    listed: int


def marked(path: Path, lang: str = "en") -> list[str]:
    """Return the chapters of a class with verdicts, in course order; an instructor's own come last."""
    opened = open_class(path, lang)
    found = {folder.name for folder in opened.root.glob("verdicts/*") if any(folder.glob("*.json"))}
    order = [stem for stem in chapters.syllabus() if stem in found]
    return [*order, *sorted(found - set(order))]


def report_all(
    path: Path, stem: str | None = None, lang: str = "en", progress: Progress | None = None
) -> tuple[Path, dict[str, Tables]]:
    """Write one chapter's report, or all chapters' and the overview; return the page to open and the tables.

    Raises `ClassError` where nothing is marked.
    """
    opened = open_class(path, lang)
    stems = [opened.chapter(stem, lang)] if stem else marked(path, lang)
    if not stems:
        raise ClassError(tell(lang, N_("nothing is marked yet; run: loyalty grade {path}"), path=path))
    found = {}
    for number, each in enumerate(stems, 1):
        page, found[each] = report.written(path, each, lang)
        if progress:
            progress(number, len(stems), each)
    if stem:
        return page, found
    rows = [_row(opened.root, each, tables, len(opened.learners)) for each, tables in found.items()]
    for each in LANGUAGES:
        write_whole(opened.root / "report" / f"index.{each}.html", _page(rows, each))
    write_csv(opened.root, "index", {"learners": _of_learners(rows)})
    return opened.root / "report" / f"index.{lang}.html", found


def _row(root: Path, stem: str, found: Tables, listed: int) -> _Row:
    known: list[Record] = [r for r in records.read_all(root, stem) if not r.failed]
    most = found.most or 1.0
    return _Row(stem, {r.learner: r.points / most for r in known}, found.alpha, listed)


def far_below(shares: Mapping[str, float]) -> set[str]:
    """Return the chapters in which a learner stays far below what is usual for this learner.

    shares  chapter -> share of the points that the learner has

    Far below is `FAR` or more under the median of the learner's other chapters, where there are `FEWEST` of them.

    >>> far_below({"tiers": 0.9, "kpis": 0.5, "value": 0.8})
    {'kpis'}
    """
    others = {each: [share for other, share in shares.items() if other != each] for each in shares}
    return {each for each, of in others.items() if len(of) >= FEWEST and shares[each] <= np.median(of) - FAR}


def _of_learners(rows: list[_Row]) -> list[dict[str, Any]]:
    """Return a row for each learner and marked chapter."""
    found = []
    for learner in sorted({learner for row in rows for learner in row.shares}):
        shares = {row.stem: row.shares[learner] for row in rows if learner in row.shares}
        below = far_below(shares)
        found += [
            {"learner": learner, "chapter": stem, "share": round(share, 4), "far_below": stem in below}
            for stem, share in shares.items()
        ]
    return found


def _page(rows: list[_Row], lang: str) -> str:
    """Return the overview in one language."""
    cells = {
        (row["learner"], row["chapter"]): _cell(row["share"], row["far_below"], lang) for row in _of_learners(rows)
    }
    nothing = {"text": "–", "shade": "none"}
    return (
        report.environment()
        .get_template("report_index.html.j2")
        .render(
            lang=language_tag(lang),
            page=lang,
            others=[{"lang": other, "file": f"index.{other}.html"} for other in LANGUAGES if other != lang],
            say=lambda message, **values: tell(lang, message, **values),
            rows=[_shown(row, lang) for row in rows],
            heat=[
                {"learner": one, "cells": [cells.get((one, row.stem), nothing) for row in rows]}
                for one in sorted({learner for learner, _ in cells})
            ],
            far=formats.percent(FAR, lang, 0),
        )
    )


def _shown(row: _Row, lang: str) -> dict[str, Any]:
    shares = np.array(list(row.shares.values()))
    low, middle, high = np.percentile(shares, [25, 50, 75]) if len(shares) else (0.0, 0.0, 0.0)
    alpha = row.alpha
    return {
        "stem": row.stem,
        "title": titles.of_chapter(row.stem, lang),
        "handed_in": f"{len(shares)} / {row.listed}" if row.listed else str(len(shares)),
        "mean": formats.percent(float(shares.mean()), lang, 0) if len(shares) else "–",
        "spread": formats.percent(float(shares.std(ddof=1)), lang, 0) if len(shares) > 1 else "–",
        "box": [round(100 * float(v), 1) for v in (low, middle, high)] if len(shares) else None,
        "ends": [round(100 * float(v), 1) for v in (shares.min(), shares.max())] if len(shares) else None,
        "alpha": f"{alpha.value:.2f} ({alpha.low:.2f} … {alpha.high:.2f})" if alpha else "–",
    }


def _cell(share: float, below: bool, lang: str) -> dict[str, Any]:  # noqa: FBT001  # both are of one row
    text = formats.percent(share, lang, 0)
    return {"text": f"{text} ▼" if below else text, "shade": min(int(share * SHADES), SHADES - 1)}
