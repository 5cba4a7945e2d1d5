"""Write every file of a new chapter: a small one that builds, runs and is marked, with TODO where its author writes.

    course/<stem>/…, loyaltylib/<stem>.py, loyaltylib/<stem>_board.py, loyaltylib/simulators/<stem>.py,
    autograders/checks/<stem>.py, autograders/mistakes/<stem>.py, their messages, their tests, the syllabus entry

The files come from `templates/chapter/`, which has the shape of the tree. What a test asks of every chapter the new
one keeps, but for the rule that no text says TODO: that rule is the list of what is left to write (`open_places`).
"""

from __future__ import annotations

import keyword
import re
import subprocess
import sys
from dataclasses import dataclass
from importlib.util import find_spec
from pathlib import Path
from typing import TYPE_CHECKING, Any, Final

from loyaltylib.errors import CourseError
from loyaltylib.files import write_whole

from .messages import tell

if TYPE_CHECKING:
    from collections.abc import Mapping

TEMPLATES: Final = Path(__file__).resolve().parent / "templates" / "chapter"
OPEN: Final = "TODO"
# Template -> file of the new chapter.
FILES: Final[Mapping[str, str]] = {
    "course/chapter.yml.j2": "course/{stem}/chapter.yml",
    "course/concepts.yml.j2": "course/{stem}/concepts.yml",
    "course/notebook.md.j2": "course/{stem}/notebook.md",
    "course/quiz.yml.j2": "course/{stem}/quiz.yml",
    "course/stories.yml.j2": "course/{stem}/stories.yml",
    "loyaltylib/module.py.j2": "loyaltylib/{stem}.py",
    "loyaltylib/board.py.j2": "loyaltylib/{stem}_board.py",
    "loyaltylib/simulators/module.py.j2": "loyaltylib/simulators/{stem}.py",
    "loyaltylib/locale/po.j2": "loyaltylib/locale/zh/LC_MESSAGES/loyaltylib-{stem}.po",
    "autograders/checks/module.py.j2": "autograders/checks/{stem}.py",
    "autograders/mistakes/module.py.j2": "autograders/mistakes/{stem}.py",
    "autograders/locale/po.j2": "autograders/locale/zh/LC_MESSAGES/autograders-{stem}.po",
    "tests/course/test.py.j2": "tests/course/test_{stem}.py",
    "tests/loyaltylib/test.py.j2": "tests/loyaltylib/test_{stem}.py",
    "tests/loyaltylib/simulators/test.py.j2": "tests/loyaltylib/simulators/test_{stem}.py",
    "tests/autograders/checks/test.py.j2": "tests/autograders/checks/test_{stem}.py",
}
SYLLABUS: Final = "course/syllabus.yml"
_STEM = re.compile(r"[a-z][a-z0-9_]{2,30}")
_CHINESE = re.compile(r"[\u4e00-\u9fff]")
_ITEMS = 8  # marked, and as many to practise: the least the rules of every chapter ask for
_AIMS = 3
_KINDS = ("single", "multiple", "truefalse", "numeric", "ordering", "matching")


@dataclass(frozen=True)
class Open:
    """A place that its author has still to write: file, line and what it says."""

    path: Path
    line: int
    text: str


def new_chapter(root: Path, stem: str, title_en: str = "", title_zh: str = "", lang: str = "en") -> list[Path]:
    """Write the files of a chapter into a checkout, list it last in the syllabus, and return the paths written.

    Nothing is written where something is in the way. Raises `CourseError` for a name that cannot be a stem or is
    taken, a title that is not Chinese, and a folder that is no checkout.
    """
    syllabus = root / SYLLABUS
    if not syllabus.is_file() or not (root / "loyaltylib" / "chapters.py").is_file():
        raise CourseError(tell(lang, "{folder} is no checkout of the kit; run this command in one", folder=root))
    _check_stem(root, stem, lang)
    title_en = title_en or stem.replace("_", " ").capitalize()
    title_zh = title_zh or "新的一章"
    if not _CHINESE.search(title_zh):
        raise CourseError(tell(lang, "the Chinese title “{title}” is not Chinese; give one", title=title_zh))
    listed = _listed(syllabus, stem, lang)
    texts = {root / name.format(stem=stem): text for name, text in _texts(stem, title_en, title_zh).items()}
    for path, text in {**texts, syllabus: listed}.items():
        write_whole(path, text)
    _in_the_house_style([path for path in texts if path.suffix == ".py"])
    return [*texts, syllabus]


def open_places(root: Path, stem: str) -> list[Open]:
    """Return every line of a chapter's files that still says TODO, in the order of `FILES`."""
    paths = [root / name.format(stem=stem) for name in FILES.values()]
    return [
        Open(path, number, line.strip())
        for path in paths
        if path.is_file()
        for number, line in enumerate(path.read_text("utf-8", errors="replace").splitlines(), 1)
        if OPEN in line
    ]


def _check_stem(root: Path, stem: str, lang: str) -> None:
    if not _STEM.fullmatch(stem) or keyword.iskeyword(stem):
        raise CourseError(
            tell(
                lang,
                "“{stem}” cannot be a stem: 3 to 31 small letters, digits and _, a letter first; it names a module",
                stem=stem,
            )
        )
    for name in FILES.values():
        path = root / name.format(stem=stem)
        if path.exists():
            raise CourseError(tell(lang, "{path} is there already; choose another stem, or remove it", path=path))


def _texts(stem: str, title_en: str, title_zh: str) -> dict[str, str]:
    """Return the text of each file of a new chapter."""
    from jinja2 import Environment, FileSystemLoader, StrictUndefined

    # Braces are everywhere in YAML, Markdown and Python, so the templates' own signs are others.
    room = Environment(
        loader=FileSystemLoader(TEMPLATES),
        block_start_string="<%",
        block_end_string="%>",
        variable_start_string="<<",
        variable_end_string=">>",
        comment_start_string="<#",
        comment_end_string="#>",
        trim_blocks=True,
        lstrip_blocks=True,
        keep_trailing_newline=True,
        undefined=StrictUndefined,
        autoescape=False,  # noqa: S701 - YAML, Markdown and Python, no page
    )
    room.policies["json.dumps_kwargs"] = {"ensure_ascii": False}
    values: dict[str, Any] = {
        "stem": stem,
        "classname": "".join(part.capitalize() for part in stem.split("_")),
        "title_en": title_en,
        "title_zh": title_zh,
        "aims": range(1, _AIMS + 1),
        "marked": range(1, _ITEMS + 1),
        "practice": range(1, _ITEMS + 1),
        "kinds": _KINDS,
    }
    return {name: _calm(room.get_template(template).render(values)) for template, name in FILES.items()}


def _in_the_house_style(paths: list[Path]) -> None:
    """Break lines and sort imports, both of which the stem's length decides; left as it is without ruff."""
    if find_spec("ruff") is None:
        return
    for words in (("check", "--fix", "--quiet", "--select", "I,E,W"), ("format", "--quiet")):
        subprocess.run([sys.executable, "-m", "ruff", *words, *map(str, paths)], check=False, capture_output=True)  # noqa: S603 - our own files


def _calm(text: str) -> str:
    """Leave one empty line where loops and macros left several, but two above what Python sets apart."""
    return re.sub(r"\n{4,}", "\n\n\n", text) if text.startswith('"""') else re.sub(r"\n{3,}", "\n\n", text)


def _listed(syllabus: Path, stem: str, lang: str) -> str:
    """Return the syllabus with the stem at the end of both lists; its comments stay as they are."""
    text = syllabus.read_text("utf-8")
    for name in ("stems", "chapters"):
        text, found = re.subn(rf"^({name}: \[.*?)\]", rf"\1, {stem}]", text, count=1, flags=re.MULTILINE | re.DOTALL)
        if not found:
            raise CourseError(
                tell(
                    lang, "{path}: no list “{name}: [...]” to put the chapter in; write it so", path=syllabus, name=name
                )
            )
    return text
