"""Read a chapter's source: `chapter.yml` and `notebook.md`, with the line of everything that can be wrong.

`notebook.md` is Jupytext MyST. A text cell stands twice, English and Chinese next to each other under
one id, and becomes one cell of either notebook; code stands once. An error names file and line.
"""

from __future__ import annotations

import re
from dataclasses import dataclass, field
from typing import TYPE_CHECKING, Any, Literal, get_args

import yaml

from loyaltylib.chapters import Ai, Chapter, Exercise, Form, Kind, chapter_of, exercise_of
from loyaltylib.errors import CourseError, UnknownName
from loyaltylib.messages import LANGUAGES

from .ideas import IDEAS

if TYPE_CHECKING:
    from pathlib import Path

Role = Literal["answer", "try", "text"]

CELL_ID = re.compile(r"[A-Za-z0-9_-]{1,64}")  # what both nbformat's cell ids and nbgrader's grade ids allow
CHINESE = re.compile(r"[\u3400-\u9fff]")
_ENTITY = re.compile(r"&(?:[A-Za-z]+|#\d+);")
_MATHS = re.compile(r"\$\$.*?\$\$|\$[^$\n]+\$", re.DOTALL)
_SHARED = re.compile(r"\]\(([^)\s]+)|(https?://[^\s)>\]，。；）]+)|(\{[a-z_]+\})")
_OWN_KEYS = {"id", "lang", "exercise", "role", "minutes"}
_TOTAL_POINTS = 100  # so that a point is a hundredth of the chapter's mark in every report
_LISTS = ("objectives", "concepts", "exercises", "python")
_REQUIRED = {"stem", "title", "objectives", "concepts", "exercises", "ai", "python"}


class Placed(dict[str, Any]):
    """A YAML mapping that knows the line it starts on."""

    line: int = 0


@dataclass(frozen=True)
class Cell:
    """One cell of a chapter, in both languages.

    source    language -> text; for code the same text twice
    line      its first line in `notebook.md`
    exercise  the full id of the exercise it belongs to, and its role there
    minutes   stated for a cell that asks for time of its own (a simulator)
    metadata  what the notebook's cell carries on top (tags)
    """

    kind: Literal["text", "code"]
    id: str
    line: int
    source: dict[str, str]
    exercise: str = ""
    role: Role | None = None
    minutes: float = 0.0
    metadata: dict[str, Any] = field(default_factory=dict)


def wrong(path: Path, line: int, message: str) -> CourseError:
    """Return the error of a chapter's source, which names file and line."""
    return CourseError(f"{path}:{line}: {message}")


def read_yaml(path: Path, content: bytes | None = None) -> Placed:
    """Read a YAML file, or what is known to stand in it, into mappings that know their lines; raises `CourseError`."""

    class Loader(yaml.SafeLoader):
        pass

    def mapping(loader: yaml.SafeLoader, node: yaml.MappingNode) -> Placed:
        pairs = loader.construct_mapping(node, deep=True)
        placed = Placed({str(k).lower() if isinstance(k, bool) else str(k): v for k, v in pairs.items()})
        placed.line = node.start_mark.line + 1
        if len(placed) < len(node.value):
            raise wrong(path, placed.line, "a key stands twice in one mapping; keep one of them")
        return placed

    Loader.add_constructor(yaml.resolver.BaseResolver.DEFAULT_MAPPING_TAG, mapping)
    try:
        text = (path.read_bytes() if content is None else content).decode("utf-8-sig")
        data = yaml.load(text, Loader)  # noqa: S506 - a subclass of the safe loader
    except FileNotFoundError:
        raise CourseError(f"{path}: the file is missing; every chapter has one") from None
    except UnicodeDecodeError as error:
        raise _no_utf8(path, error) from error
    except yaml.reader.ReaderError as error:
        raise wrong(path, 1, f"not valid YAML: it holds the character {error.character!r}") from error
    except yaml.MarkedYAMLError as error:
        line = error.problem_mark.line + 1 if error.problem_mark else 1
        raise wrong(path, line, f"not valid YAML: {error.problem}") from error
    if not isinstance(data, Placed):
        raise wrong(path, 1, "the file must hold a mapping")
    return data


def _no_utf8(path: Path, error: UnicodeDecodeError) -> CourseError:
    """Return the error of a file in another encoding, at the line of the first byte that is none of UTF-8."""
    line = error.object[: error.start].count(b"\n") + 1
    return wrong(path, line, "the file is not UTF-8; save it as UTF-8")


def _line_named(error: Exception) -> int:
    """Return the line that Jupytext names in its message; the first where it names none."""
    found = re.search(r"line (\d+)", str(error))
    return int(found[1]) if found else 1


def _line_of_option(text: str) -> int:
    """Return the line of the first option of a code cell that has no value; the first where there is none."""
    lines = enumerate(text.splitlines(), 1)
    return next((number for number, line in lines if re.fullmatch(r":\w+:?\s*", line)), 1)


def bilingual(path: Path, line: int, what: str, text: object, *, markdown: bool = False) -> dict[str, str]:
    """Return `text` if it says the same thing in both languages as far as a machine can see.

    Both must be there, not empty, with the same links and `{placeholders}`. Outside Markdown neither may
    be escaped for HTML: whoever shows it escapes it.
    """
    if not isinstance(text, dict) or set(text) != set(LANGUAGES):
        raise wrong(path, line, f"{what} must be written as {{en: ..., zh: ...}}, found {text!r}")
    for lang in LANGUAGES:
        if not isinstance(text[lang], str) or not text[lang].strip():
            raise wrong(path, line, f"{what} has no text in '{lang}'")
        if not markdown and (entity := _ENTITY.search(text[lang])):
            raise wrong(path, line, f"{what} is escaped ({entity[0]}) in '{lang}'; write the character itself")
    shared = {lang: {"".join(m) for m in _SHARED.findall(_MATHS.sub("", text[lang]))} for lang in LANGUAGES}
    if shared["en"] != shared["zh"]:
        different = ", ".join(sorted(shared["en"] ^ shared["zh"]))
        raise wrong(path, line, f"{what} has links or placeholders in one language only: {different}")
    return {lang: text[lang] for lang in LANGUAGES}


def read_chapter(folder: Path) -> Chapter:
    """Read and check `<folder>/chapter.yml`: ids, kinds, both languages, 100 points or nothing that is marked."""
    path = folder / "chapter.yml"
    return checked_chapter(path, folder.name, read_yaml(path))


def checked_chapter(path: Path, stem: str, raw: Placed) -> Chapter:
    """Return a chapter from what stands in its `chapter.yml`, checked as `read_chapter` does."""
    if missing := _REQUIRED - set(raw):
        raise wrong(path, raw.line, f"missing: {', '.join(sorted(missing))}")
    if odd := [name for name in _LISTS if not isinstance(raw[name], list)]:
        raise wrong(path, raw.line, f"{odd[0]} must be a list ([] for none), found {raw[odd[0]]!r}")
    _check_words(path, raw)
    if raw["stem"] != stem:
        raise wrong(path, raw.line, f"stem is '{raw['stem']}' but the folder is '{stem}'; they must be the same")
    for entry in raw["exercises"]:
        _check_exercise(path, stem, entry)
    chapter = chapter_of(stem, raw)
    ids = [e.id for e in chapter.exercises]
    if twice := sorted({i for i in ids if ids.count(i) > 1}):
        raise wrong(path, raw.line, f"exercise '{twice[0]}' is declared twice")
    if ids and (total := sum(e.points for e in chapter.exercises)) != _TOTAL_POINTS:
        raise wrong(path, raw.line, f"the points of the exercises sum to {total:g}, they must sum to {_TOTAL_POINTS}")
    bilingual(path, raw.line, "the title", chapter.title)
    for objective in chapter.objectives:
        bilingual(path, raw.line, "an objective", objective)
    return chapter


def _check_words(path: Path, raw: Placed) -> None:
    """Check the words of a chapter of which there is a list: the rule on help by AI, the ideas of Python."""
    if raw["ai"] not in get_args(Ai):
        raise wrong(path, raw.line, f"ai is {raw['ai']!r}, known: {', '.join(get_args(Ai))}")
    if unknown := [name for name in raw["python"] if name not in IDEAS]:
        raise wrong(path, raw.line, f"python: {UnknownName('idea', unknown[0], IDEAS)}")


def _check_exercise(path: Path, stem: str, entry: object) -> None:
    """Check one exercise's entry."""
    if not isinstance(entry, Placed):
        raise wrong(path, 1, f"an exercise must be a mapping, found {entry!r}")
    name, line = str(entry.get("id", "")), entry.line
    if not CELL_ID.fullmatch(f"{stem}-{name}-answer") or not name:
        raise wrong(path, line, f"'{name}' cannot be an exercise's id: letters, digits, '_' and '-' only")
    if entry.get("kind") not in get_args(Kind):
        raise wrong(path, line, f"exercise '{name}': kind is {entry.get('kind')!r}, known: {', '.join(get_args(Kind))}")
    bilingual(path, line, f"exercise '{name}': the title", entry.get("title"))
    for hint in entry.get("hints", ()):
        bilingual(path, line, f"exercise '{name}': a hint", hint)
    if "unit" in entry:
        bilingual(path, line, f"exercise '{name}': the unit", entry["unit"])
    try:
        exercise = exercise_of(stem, entry)
    except TypeError as error:
        raise wrong(path, line, f"exercise '{name}': {str(error).split('() ')[-1]}") from error
    if exercise.kind != "text" and not exercise.answer.isidentifier():
        raise wrong(path, line, f"exercise '{name}': answer is {exercise.answer!r}, it must be a Python name")
    if exercise.kind == "number" and (exercise.unit is None or exercise.decimals is None):
        raise wrong(path, line, f"exercise '{name}': a number needs its unit and its decimals")
    if problem := _wrong_form(exercise):
        raise wrong(path, line, f"exercise '{name}': {problem}")


def _wrong_form(exercise: Exercise) -> str:
    """Return what is wrong with the form of a decision, or with a form where there is no decision; else nothing."""
    words = (*exercise.choices, *exercise.reasons)
    if exercise.kind != "decision":
        return "form, choices and reasons are a decision's" if exercise.form or words else ""
    if exercise.form not in get_args(Form):
        return f"form is {exercise.form!r}, known: {', '.join(get_args(Form))}"
    if exercise.reasons and exercise.form != "mapping":
        return "only a mapping holds reasons"
    if odd := [word for word in words if not isinstance(word, str)]:
        return f"{odd[0]!r} is no word; put it in quotes"
    return ""


def read_cells(path: Path) -> list[Cell]:
    """Read `notebook.md` into cells, each text cell paired with its other language.

    Raises `CourseError` for a text without its other language, for an id that is missing, wrong or used
    twice, and for a role or language nobody knows.
    """
    from jupytext.myst import MystMetadataParsingError, myst_to_notebook
    from nbformat import ValidationError

    try:
        notebook = myst_to_notebook(path.read_text("utf-8"), add_source_map=True)
    except FileNotFoundError:
        raise CourseError(f"{path}: the file is missing; every chapter has one") from None
    except UnicodeDecodeError as error:
        raise _no_utf8(path, error) from error
    except MystMetadataParsingError as error:
        raise wrong(path, _line_named(error), f"the head of a cell is not as it should be: {error}") from error
    except ValidationError as error:
        line = _line_of_option(path.read_text("utf-8"))
        raise wrong(path, line, "an option of a code cell is not as it should be; write it as ':id: name'") from error
    cells: list[Cell] = []
    waiting: Cell | None = None  # the English of a pair whose Chinese must come next
    for raw, line in zip(notebook.cells, notebook.metadata["source_map"], strict=True):
        cell = _cell(path, max(line, 1), raw)
        if waiting is None and cell.kind == "text":
            waiting = cell
            continue
        if waiting is not None:
            cell = _pair(path, waiting, cell)
            waiting = None
        if same := next((c for c in cells if c.id == cell.id), None):
            raise wrong(path, cell.line, f"cell id '{cell.id}' is used twice, first on line {same.line}")
        cells.append(cell)
    if waiting is not None:
        raise _alone(path, waiting)
    return cells


def _cell(path: Path, line: int, raw: Any) -> Cell:
    """Turn one of Jupytext's cells into one of ours; a text cell has one language yet."""
    meta = dict(raw.metadata)
    exercise, role = str(meta.get("exercise", "")), meta.get("role")
    if raw.cell_type == "markdown":
        if meta.get("lang") not in LANGUAGES:
            raise wrong(path, line, 'a text cell opens with +++ {"lang": "en" or "zh", "id": "..."}')
        if exercise:
            meta, role = {**meta, "id": exercise}, "text"
        source = {meta["lang"]: raw.source}
    elif raw.cell_type == "code":
        if exercise and role not in (None, "try"):
            raise wrong(
                path, line, f"role is {role!r}; a code cell of an exercise is its answer, or has the role 'try'"
            )
        if exercise:
            role = role or "answer"
            meta["id"] = f"{exercise}-{role}"
        source = dict.fromkeys(LANGUAGES, raw.source)
    else:
        raise wrong(path, line, "only text cells and code cells are known")
    cell_id = meta.get("id")
    if not isinstance(cell_id, str) or not CELL_ID.fullmatch(cell_id):
        raise wrong(path, line, f"the cell's id is {cell_id!r}: letters, digits, '_' and '-', at most 64 of them")
    kept = {key: value for key, value in meta.items() if key not in _OWN_KEYS}
    kind: Literal["text", "code"] = "text" if raw.cell_type == "markdown" else "code"
    return Cell(kind, cell_id, line, source, exercise, role, float(meta.get("minutes", 0)), kept)


def _alone(path: Path, cell: Cell) -> CourseError:
    missing = next(lang for lang in LANGUAGES if lang not in cell.source)
    return wrong(path, cell.line, f"text cell '{cell.id}' has no '{missing}' next to it")


def _pair(path: Path, first: Cell, second: Cell) -> Cell:
    """Join the two languages of a text cell."""
    if second.kind != "text" or second.id != first.id or set(second.source) == set(first.source):
        raise _alone(path, first)
    source = bilingual(path, first.line, f"text cell '{first.id}'", first.source | second.source, markdown=True)
    if not CHINESE.search(source["zh"]):
        raise wrong(path, second.line, f"text cell '{first.id}': the text under 'zh' is not Chinese")
    minutes = first.minutes or second.minutes
    return Cell("text", first.id, first.line, source, first.exercise, first.role, minutes, first.metadata)
