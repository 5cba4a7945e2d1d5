"""Feedback for learners: points, what was missed and what to read again, and their own notebook, on one page.

nbgrader's GenerateFeedback writes it with this exporter, so Formgrader's button and `loyalty feedback`
give the same page. Hidden tests are not in it, and it asks no other host for anything: what a learner's
code put out is cleaned, pictures are inside the page, and a policy in its head forbids scripts and the rest.
From the day on that the class names in `reveal_on` it also tells what is right.
"""

from __future__ import annotations

import base64
import logging
import re
from collections.abc import Callable
from datetime import date, datetime
from functools import lru_cache
from pathlib import Path
from typing import TYPE_CHECKING, Any

import bleach  # type: ignore[import-untyped]  # its stubs are no dependency of ours
from nbconvert.exporters import HTMLExporter
from nbconvert.filters import Highlight2HTML, ansi2html
from nbformat import NotebookNode
from nbgrader.api import Gradebook
from nbgrader.converters import GenerateFeedback
from traitlets import Dict, TraitError, Unicode, validate

from loyaltylib import chapters, concepts
from loyaltylib.errors import ClassError, UnknownName
from loyaltylib.messages import LANGUAGES, language_or_default, language_tag

from . import key, overlay, records, titles
from .classdir import ROSTER_FILE, open_class
from .execute import NO_NOTEBOOK, class_root
from .follow_up import follow_up
from .gradebook import has_points, waits
from .messages import N_, tell
from .probes import keys
from .roster import read_roster
from .runner import MARK_LINE

if TYPE_CHECKING:
    from .records import Record
    from .verdict import Verdict

Progress = Callable[[int, int, str], None]

_TEMPLATES = Path(__file__).parent / "templates"
_TAGS = {
    *("a", "abbr", "b", "blockquote", "br", "caption", "code", "del", "details", "div", "em", "hr", "i", "img", "ins"),
    *("kbd", "p", "pre", "q", "s", "samp", "small", "span", "strong", "sub", "summary", "sup", "u"),
    *("dd", "dl", "dt", "li", "ol", "ul", "table", "tbody", "td", "tfoot", "th", "thead", "tr"),
    *("h1", "h2", "h3", "h4", "h5", "h6"),
}
_SILENT = re.compile(
    r"<(script|style|iframe|object|svg|math|template|noscript)\b.*?(</\1\s*>|\Z)", re.DOTALL | re.IGNORECASE
)
_DATA_PICTURE = re.compile(r"data:image/(png|jpeg|gif);base64,[A-Za-z0-9+/=\s]+\Z")
_BASE64 = re.compile(r"[A-Za-z0-9+/=\s]+\Z")
_NEVER = N_("Not read yet.")
_AGAIN = N_("Handed in anew and not read again yet: these are the points of what was handed in before.")
_EMPTY = "No response."  # nbgrader's own comment on an untouched answer, in English only
_LONGEST_TEXT = 20_000  # characters of one output that a page shows


def feedback(path: Path, stem: str | None = None, *, progress: Progress | None = None, lang: str = "en") -> list[Path]:
    """Write the feedback of every marked submission of a chapter; return the pages.

    Raises `ClassError` when nothing was marked, or naming the learners whose page could not be written
    after all others were.
    """
    opened = open_class(path, lang)
    stem = opened.chapter(stem, lang)
    marked = sorted(p.parent.parent.name for p in opened.root.glob(f"autograded/*/{stem}/{stem}.ipynb"))
    if not marked:
        message = N_("nothing of '{stem}' is marked yet; run: loyalty grade {path}")
        raise ClassError(tell(lang, message, stem=stem, path=path))
    follow_up(opened, stem)  # a text may have been read, or a deadline moved, since the chapter was marked
    converter = _ClassFeedback(coursedir=opened.coursedir, config=opened.config)
    level = converter.log.level
    converter.log.setLevel(logging.CRITICAL)
    pages, failed = [], []
    try:
        converter.begin()
        for done, learner in enumerate(marked, 1):
            try:
                pages.append(converter.write(learner, stem))
            except Exception as error:  # noqa: BLE001  # one page must not stop the others
                failed.append(f"{learner} ({type(error).__name__}: {error})")
            if progress:
                progress(done, len(marked), learner)
    finally:
        converter.log.setLevel(level)
    if failed:
        raise ClassError(tell(lang, "no feedback could be written for: {learners}", learners="; ".join(failed)))
    return pages


class _ClassFeedback(GenerateFeedback):  # type: ignore[misc]  # nbgrader is untyped
    """nbgrader's GenerateFeedback, one learner at a time: an id may hold what nbgrader takes for a pattern."""

    def begin(self) -> None:
        """Make writer and exporter, as nbgrader does when it starts."""
        from nbconvert.writers import FilesWriter

        self.writer = FilesWriter(parent=self, config=self.config)
        self.exporter = FeedbackExporter(parent=self, config=self.config)
        for step in self.preprocessors:
            self.exporter.register_preprocessor(step)

    def write(self, learner: str, stem: str) -> Path:
        """Write one learner's page and return its place."""
        self.convert_single_notebook(str(Path(self._format_source(stem, learner)) / f"{stem}.ipynb"))
        self.set_permissions(stem, learner)
        return Path(self._format_dest(stem, learner)) / f"{stem}.html"


class FeedbackExporter(HTMLExporter):  # type: ignore[misc]  # nbconvert is untyped
    """Writes a marked notebook as a feedback page; the mark and the reasons come from the verdict record."""

    reveal_on = Dict(
        key_trait=Unicode(),
        value_trait=Unicode(),
        help="Chapter -> the day, YYYY-MM-DD, from which on feedback tells what is right; never where none is named.",
    ).tag(config=True)

    @validate("reveal_on")  # type: ignore[untyped-decorator]  # traitlets
    def _days(self, proposal: Any) -> Any:
        for stem, day in proposal["value"].items():
            try:
                date.fromisoformat(day)
            except ValueError as error:
                message = f"reveal_on: '{day}' for '{stem}' is no day; write it as in \"2026-12-31\""
                raise TraitError(message) from error
        return proposal["value"]

    def __init__(self, config: Any = None, **kw: Any) -> None:
        # GenerateFeedback names its own template in the configuration, and a class the filters of Formgrader's page;
        # what is passed here goes before that.
        kw |= {"exclude_anchor_links": True, "filters": {}}
        kw |= {"template_name": "loyalty", "extra_template_basedirs": [str(_TEMPLATES)]}
        super().__init__(config=config, **kw)
        self._languages: dict[str, str] | None = None

    def from_notebook_node(self, nb: NotebookNode, resources: Any = None, **kw: Any) -> tuple[str, Any]:
        """Return the page as the template makes it.

        HTMLExporter then takes the whole page apart once more for pictures that have no words; here they have, and it
        is half of the time that a page takes.
        """
        self.register_filter("highlight_code", Highlight2HTML(pygments_lexer="ipython3", parent=self))
        page: tuple[str, Any] = super(HTMLExporter, self).from_notebook_node(nb, resources, **kw)
        return page

    def reveals(self, stem: str, today: date) -> bool:
        """Return whether the day has come from which on a chapter's feedback tells what is right."""
        day = self.reveal_on.get(stem)
        return day is not None and today >= date.fromisoformat(day)

    def _preprocess(self, nb: NotebookNode, resources: Any) -> Any:
        nb, resources = super()._preprocess(nb, resources)
        known = resources["nbgrader"]
        _note_what_waits(nb, known)
        root, stem = class_root(self), known["assignment"]
        overlay.enter_class(root)
        record = records.read(root, stem, known["student"])
        revealed = root if self.reveals(stem, datetime.now().astimezone().date()) else None
        resources["page"] = page(nb, record, known, revealed, self._asked_for(root).get(known["student"], ""))
        return nb, resources

    def _asked_for(self, root: Path) -> dict[str, str]:
        """Return the languages that the class list names, by the learners' ids."""
        if self._languages is None:
            path = root / ROSTER_FILE
            self._languages = {each.id: each.lang for each in read_roster(path)} if path.is_file() else {}
        return self._languages

    def default_filters(self) -> Any:
        """Yield nbconvert's filters and the page's own."""
        yield from super().default_filters()
        yield ("clean", clean)


def page(
    nb: NotebookNode, record: Record | None, known: dict[str, Any], root: Path | None = None, lang: str = ""
) -> dict[str, Any]:
    """Return everything the template shows.

    root    the class's folder where what is right is to be told, else None
    lang    the language the class list names; empty: that of the notebook that was handed in
    """
    lang = language_or_default(lang or (record.lang if record else ""))
    stem = known["assignment"]
    rows = [_row(cell, record, lang) for cell in nb.cells if _is_exercise(cell)]
    if root:
        for row in rows:
            row["right"] = _right(root, row["id"], known["student"], record, lang)
    return {
        "lang": language_tag(lang),
        "say": lambda message, **values: tell(lang, message, **values),
        "title": titles.of_chapter(stem, lang),
        "learner": known["student"],
        "score": f"{float(known['score']):g}",
        "max_score": f"{float(known['max_score']):g}",
        "late_penalty": f"{float(known['late_penalty']):g}" if known["late_penalty"] else "",
        "unread": [i.text(lang) for i in record.incidents if i.kind in NO_NOTEBOOK] if record else [],
        "rows": rows,
        "waiting": any(row["score"] == "–" for row in rows),
        "cells": [_shown_cell(cell, rows) for cell in _without_title(nb.cells, stem)],
    }


def _without_title(cells: list[NotebookNode], stem: str) -> list[NotebookNode]:
    """Return the cells without the chapter's title, in whichever language they were handed in: the page has it."""
    headings = {f"# {titles.of_chapter(stem, lang)}" for lang in LANGUAGES}
    place = next((number for number, cell in enumerate(cells) if cell.cell_type == "markdown"), None)
    if place is None:
        return cells
    first, _, rest = cells[place].source.lstrip().partition("\n")
    if first.strip() not in headings:
        return cells
    return [*cells[:place], NotebookNode({**cells[place], "source": rest}), *cells[place + 1 :]]


def _note_what_waits(nb: NotebookNode, known: dict[str, Any]) -> None:
    """Note which answers wait for a person: nbgrader reads a 0 where nobody has given points yet."""
    with Gradebook(known["db_url"]) as gradebook:
        handed_in = gradebook.find_submission_notebook(known["notebook"], known["assignment"], known["student"])
        waiting = {each.name: _AGAIN if has_points(each) else _NEVER for each in handed_in.grades if waits(each)}
    for cell in nb.cells:
        flags = cell.metadata.get("nbgrader", {})
        if "score" in flags:
            flags["waits"] = waiting.get(flags.get("grade_id"), "")


def _is_exercise(cell: NotebookNode) -> bool:
    flags = cell.metadata.get("nbgrader", {})
    return bool(flags.get("grade")) and float(flags.get("points") or 0) > 0


def _row(cell: NotebookNode, record: Record | None, lang: str) -> dict[str, Any]:
    """Return one exercise: title, points, and what was missed or why there is no verdict."""
    flags = cell.metadata["nbgrader"]
    exercise = flags["grade_id"]
    by_hand, comment = bool(flags.get("solution")), str(flags.get("comment") or "")
    verdict = record.verdicts.get(exercise) if record else None
    reasons = verdict.reasons(lang) if verdict else _shown_reasons(cell)
    if not by_hand and not verdict and not reasons:
        reasons = [tell(lang, "There is no verdict: the cell ended in an error, or did not come to an end.")]
    return {
        "id": exercise,
        "title": titles.of_exercise(exercise, lang),
        "score": "–" if flags.get("waits") == _NEVER else f"{float(flags.get('score') or 0):g}",
        "points": f"{float(flags['points']):g}",
        "waits": tell(lang, flags.get("waits", "")),
        "reasons": [tell(lang, "No response.")] if comment == _EMPTY else reasons,
        "comment": _by_person(flags),
        "again": _to_read_again(exercise, verdict, lang) if reasons else [],
        "right": None,
    }


def _to_read_again(exercise: str, verdict: Verdict | None, lang: str) -> list[str]:
    """Return the terms of the concepts to read again: of a quiz those of the items that were missed."""
    try:
        known = chapters.exercise(exercise)
    except UnknownName:
        return []
    names = [known.concept]
    if known.kind == "quiz" and verdict:
        missed = {probe.name for probe in verdict.probes if not probe.passed}
        items = [keys(known.stem)[name] for name in known.items]
        names = [item.concept for item in items if item.name in missed]
    return [getattr(concepts.get(name), lang) for name in dict.fromkeys(names)]


def _right(root: Path, exercise: str, learner: str, record: Record | None, lang: str) -> key.Answer | None:
    """Return what is right in an exercise; None for one of the instructor's own, of which the kit knows nothing."""
    try:
        return key.in_class(root, exercise, learner, lang, record.verdicts.get(exercise) if record else None)
    except UnknownName:
        return None


def _by_person(flags: Any) -> str:
    """Return an instructor's comment; nbgrader's own on an empty answer is none."""
    comment = str(flags.get("comment") or "")
    return "" if comment == _EMPTY else comment


def _shown_reasons(cell: NotebookNode) -> list[str]:
    """Return the reasons a pointed cell shows by itself, where nbgrader's own Execute ran it and left no record."""
    for output in cell.get("outputs", ()):
        if output.output_type == "display_data" and MARK_LINE in cell.source:
            return [line.removeprefix("· ") for line in output.data.get("text/plain", "").splitlines()[1:]]
    return []


def _shown_cell(cell: NotebookNode, rows: list[dict[str, Any]]) -> dict[str, Any]:
    """Return a cell as the page shows it; a marked one shows its row instead of the test."""
    flags = cell.metadata.get("nbgrader", {})
    row = next((r for r in rows if r["id"] == flags.get("grade_id")), None)
    hidden = row is not None and not flags.get("solution")
    return {
        "kind": "mark" if hidden else cell.cell_type,
        "row": row,
        "answer": bool(flags.get("solution")),
        "comment": "" if row else _by_person(flags),
        "source": "" if hidden else cell.source,
        "outputs": [] if hidden else [_shown_output(o) for o in cell.get("outputs", ())],
    }


def _shown_output(output: NotebookNode) -> dict[str, str]:  # noqa: PLR0911  # one for each kind
    """Return an output as a picture, safe HTML or text; scripts and widgets have no place on the page."""
    if output.output_type == "stream":
        return {"text": output.text[:_LONGEST_TEXT]}
    if output.output_type == "error":
        return {"html": f"<pre>{ansi2html(chr(10).join(output.traceback)[:_LONGEST_TEXT])}</pre>"}
    data = output.get("data", {})
    for kind in ("image/png", "image/jpeg"):
        if isinstance(data.get(kind), str) and _BASE64.match(data[kind]):
            return {"picture": f"data:{kind};base64,{''.join(data[kind].split())}", "alt": _alt(data)}
    if isinstance(data.get("image/svg+xml"), str):
        svg = base64.b64encode(data["image/svg+xml"].encode("utf-8", "replace")).decode()
        return {"picture": f"data:image/svg+xml;base64,{svg}", "alt": _alt(data)}
    if isinstance(data.get("text/html"), str):
        return {"html": clean(data["text/html"])}
    if isinstance(data.get("text/markdown"), str):
        return {"markdown": data["text/markdown"]}
    return {"text": str(data.get("text/plain", ""))[:_LONGEST_TEXT]}


def _alt(data: Any) -> str:
    return str(data.get("text/plain", ""))[:200]


@lru_cache(maxsize=2048)  # most of what a class's notebooks show is the same in all of them
def clean(html: str) -> str:
    """Return HTML that shows and does nothing else: no script, no style, no picture from elsewhere."""
    return str(
        bleach.clean(
            _SILENT.sub("", str(html)),
            tags=_TAGS,
            attributes=_allowed,
            protocols={"http", "https", "mailto", "data"},
            strip=True,
        )
    )


def _allowed(tag: str, name: str, value: str) -> bool:
    """Return whether an attribute may stay."""
    if tag == "img":
        return name in ("alt", "width", "height") or (name == "src" and bool(_DATA_PICTURE.match(value)))
    if tag == "a":
        return name == "href" and not value.lower().startswith("data:")
    return name in ("class", "title", "colspan", "rowspan", "lang")
