"""What a learner found out, gathered: the figures of all chapters, kept beside the notebooks, and one document of them.

A figure is kept when its form and unit are accepted, whether it is right or not: nothing here knows a key.
"""

from __future__ import annotations

import contextlib
import json
from collections.abc import Mapping
from dataclasses import dataclass
from html import escape
from typing import TYPE_CHECKING, Any

from . import chapters, formats
from .errors import UnknownName
from .files import write_whole
from .messages import N_, language_tag, tell

if TYPE_CHECKING:
    from pathlib import Path

MEMORY = ".loyalty-figures.json"
_STYLE = """\
body { font: 16px/1.55 system-ui, "Noto Sans CJK SC", "PingFang SC", "Microsoft YaHei", sans-serif; color: #1d2733;
  max-width: 48rem; margin: 0 auto; padding: 1.5rem; }
table { border-collapse: collapse; }
th, td { text-align: left; padding: .3rem .7rem; border-bottom: 1px solid #d8dee6; }
td.number { text-align: right; font-variant-numeric: tabular-nums; }
@media print { body { max-width: none; padding: 0; font-size: 11pt; } table, section { break-inside: avoid; } }"""


@dataclass(frozen=True)
class Figure:
    """One kept answer: its exercise, and the number as the learner's own data gave it to the learner."""

    exercise: str
    value: float

    def row(self, lang: str) -> tuple[str, str, str, str]:
        """Return chapter, exercise, number and unit as they are shown."""
        known = chapters.exercise(self.exercise)
        number = formats.number(self.value, lang, known.decimals or 0)
        return chapters.chapter(known.stem).title[lang], known.title[lang], number, (known.unit or {}).get(lang, "")


def keep(folder: Path, learner: str, exercise: str, value: float) -> None:
    """Keep one figure of a learner beside the notebooks; a folder that may not be written to keeps nothing."""
    known = _read(folder)
    mine = known.setdefault(learner, {})
    if mine.get(exercise) == value:
        return
    mine[exercise] = value
    with contextlib.suppress(OSError):
        write_whole(folder / MEMORY, json.dumps(known, ensure_ascii=False, indent=1, sort_keys=True) + "\n")


def kept(folder: Path, learner: str) -> list[Figure]:
    """Return what is kept of a learner, in the order of the course; what the course has no longer is left out."""
    mine = _read(folder).get(learner, {})
    found = []
    for name, value in mine.items():
        try:
            exercise = chapters.exercise(name)
        except UnknownName:
            continue
        place = [e.id for e in chapters.chapter(exercise.stem).exercises].index(name)
        found.append((chapters.syllabus().index(exercise.stem), place, Figure(name, value)))
    return [figure for *_, figure in sorted(found, key=lambda each: each[:2])]


def _read(folder: Path) -> dict[str, dict[str, float]]:
    """Read what is kept: learner -> exercise -> number; a file that somebody damaged counts as none."""
    try:
        raw = json.loads((folder / MEMORY).read_text("utf-8"))
        return {
            str(learner): {str(name): float(value) for name, value in figures.items()}
            for learner, figures in raw.items()
        }
    except (OSError, ValueError, TypeError, AttributeError):
        return {}


def document(title: str, figures: list[Figure], parts: Mapping[str, Any], lang: str, *, signed: str = "") -> str:
    """Return one HTML page without script: the parts under their headings, then the figures chapter by chapter.

    parts    heading -> a text, a list, a mapping (shown as a table of two columns) or a frame
    signed   a line below the title, such as whose plan it is
    """
    body = [f"<h1>{escape(title)}</h1>", f"<p>{escape(signed)}</p>" if signed else ""]
    for heading, content in parts.items():
        body.append(f"<section><h2>{escape(str(heading))}</h2>{_shown(content)}</section>")
    if figures:
        rows = "".join(
            f'<tr><td>{escape(chapter)}</td><td>{escape(name)}</td><td class="number">{number}</td>'
            f"<td>{escape(unit)}</td></tr>"
            for chapter, name, number, unit in (figure.row(lang) for figure in figures)
        )
        words = (N_("Chapter"), N_("Figure"), N_("Value"), N_("Unit"))
        head = "".join(f"<th>{escape(tell(lang, word))}</th>" for word in words)
        heading = escape(tell(lang, "My figures from the chapters"))
        body.append(f"<section><h2>{heading}</h2><table><tr>{head}</tr>{rows}</table></section>")
    return (
        f'<!DOCTYPE html>\n<html lang="{language_tag(lang)}">\n<head>\n<meta charset="utf-8">\n'
        "<meta http-equiv=\"Content-Security-Policy\" content=\"default-src 'none'; style-src 'unsafe-inline'\">\n"
        f"<title>{escape(title)}</title>\n<style>\n{_STYLE}\n</style>\n</head>\n<body>\n"
        + "\n".join(part for part in body if part)
        + "\n</body>\n</html>\n"
    )


def _shown(content: Any) -> str:
    """Return one part of the document as HTML; whatever a learner wrote is text."""
    if hasattr(content, "to_html"):
        return str(content.to_html(index=False, border=0, na_rep=""))
    if isinstance(content, Mapping):
        rows = "".join(f"<tr><td>{escape(str(k))}</td><td>{escape(_line(v))}</td></tr>" for k, v in content.items())
        return f"<table>{rows}</table>"
    if isinstance(content, (list, tuple)):
        return f"<ul>{''.join(f'<li>{escape(_line(each))}</li>' for each in content)}</ul>"
    return "".join(f"<p>{escape(paragraph)}</p>" for paragraph in str(content).strip().split("\n\n"))


def _line(value: Any) -> str:
    return ", ".join(map(str, value)) if isinstance(value, (list, tuple)) else str(value)
