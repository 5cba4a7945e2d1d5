"""Build what learners open from the course's text: notebooks, items, the map; and fail on drift.

    course/<stem>/notebook.md  ->  notebooks/en/<stem>.ipynb, notebooks/zh/<stem>.ipynb
    course/<stem>/quiz.yml     ->  notebooks/items/<stem>.json
    all of it                  ->  notebooks/README.md, notebooks/README.zh.md

The same source always gives the same bytes: ids are written, and there is no clock.
"""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from loyaltylib import concepts
from loyaltylib.errors import CourseError
from loyaltylib.messages import LANGUAGES
from loyaltylib.resources import find

from . import build_chapter, build_notebook
from .build_map import maps
from .build_quiz import learners_items
from .build_source import read_yaml, wrong

if TYPE_CHECKING:
    from collections.abc import Callable
    from pathlib import Path

    from .build_chapter import ChapterSource


def course_folder() -> Path:
    """Return the kit's own `course/`; raises `CourseError` where only the installed packages are."""
    folder = find("course/syllabus.yml").parent
    if not any(folder.glob("*/notebook.md")):
        raise CourseError(f"{folder} holds no chapter's source: run this command from a checkout of the kit")
    return folder


def stems(course: Path) -> list[str]:
    """Return the chapters of a course folder in order, from its `syllabus.yml`."""
    path = course / "syllabus.yml"
    chapters = read_yaml(path).get("chapters")
    if not isinstance(chapters, list) or not chapters:
        raise wrong(path, 1, "the syllabus lists no chapters")
    return [str(stem) for stem in chapters]


def instructors_notebook(source: ChapterSource, lang: str) -> Any:
    """Return the instructor's notebook of a chapter in one language (nbformat)."""
    items = {name: one.item for name, one in source.items.items()}
    return build_notebook.instructors_notebook(source.chapter, source.cells, items, lang, source.edition)


def outputs(course: Path, find_concept: Callable[[str], Any] = concepts.get) -> dict[str, str]:
    """Return every generated file, path below `notebooks/` -> text; raises `CourseError`.

    `find_concept` gives a concept's terms by its id; by default the kit's registry.
    """
    import nbformat

    sources = [build_chapter.read(course / stem, find_concept) for stem in stems(course)]
    files: dict[str, str] = {}
    for source in sources:
        stem = source.chapter.stem
        for lang in LANGUAGES:
            instructors = instructors_notebook(source, lang)
            released = build_notebook.learners_text(instructors)
            build_chapter.check_notebooks(source, instructors, nbformat.reads(released, as_version=4))
            files[f"{lang}/{stem}.ipynb"] = released
        files[f"items/{stem}.json"] = learners_items(source.items.values())
    return files | maps(sources, find_concept)


def build(course: Path, notebooks: Path, find_concept: Callable[[str], Any] = concepts.get) -> list[Path]:
    """Write every generated file, remove notebooks and items of chapters that are no more; return what changed."""
    files = outputs(course, find_concept)
    changed = []
    for name, text in files.items():
        path = notebooks / name
        if not path.exists() or path.read_bytes() != text.encode():
            path.parent.mkdir(parents=True, exist_ok=True)
            path.write_bytes(text.encode())
            changed.append(path)
    for path in _left_over(notebooks, files):
        path.unlink()
        changed.append(path)
    return changed


def drift(course: Path, notebooks: Path, find_concept: Callable[[str], Any] = concepts.get) -> list[Path]:
    """Return the generated files that are not what their source says: changed, missing or left over."""
    files = outputs(course, find_concept)
    stale = [
        notebooks / name
        for name, text in files.items()
        if not (notebooks / name).exists() or (notebooks / name).read_bytes() != text.encode()
    ]
    return stale + _left_over(notebooks, files)


def _left_over(notebooks: Path, files: dict[str, str]) -> list[Path]:
    """Return notebooks and items that nothing generates any more."""
    patterns = (*(f"{lang}/*.ipynb" for lang in LANGUAGES), "items/*.json")
    found = (path for pattern in patterns for path in sorted(notebooks.glob(pattern)))
    return [path for path in found if path.relative_to(notebooks).as_posix() not in files]
