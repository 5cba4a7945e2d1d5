"""What is right, for one learner: keys with every why, the values of the learner's own data, the worked solution.

`loyalty key` makes a page of it for a trainer. Feedback tells the same from the day that the class's settings name.
"""

from __future__ import annotations

from dataclasses import dataclass
from functools import lru_cache
from pathlib import Path
from typing import TYPE_CHECKING, Any

import nbformat

from loyaltylib import chapters, formats
from loyaltylib.data import normalise
from loyaltylib.files import write_whole
from loyaltylib.messages import language_tag

from .check import examine
from .classdir import open_class
from .messages import tell
from .mistakes.draft import language, worked_solution
from .plain import Missing
from .probes import keys

if TYPE_CHECKING:
    from collections.abc import Iterator

    from loyaltylib.chapters import Exercise
    from loyaltylib.quiz import Item

    from .verdict import Verdict

_TEMPLATES = Path(__file__).parent / "templates"
_WITH_UNIT = {"en": "{} ({})", "zh": "{}（{}）"}


@dataclass(frozen=True)
class ItemKey:
    """The key of one item: the question, what is right in words, and why, for everything that can be chosen."""

    stem: str
    right: tuple[str, ...]
    whys: tuple[tuple[str, str], ...]  # what can be chosen, why it is right or not


@dataclass(frozen=True)
class Answer:
    """What is right in one exercise.

    expected  the value of the learner's own data, with its unit; empty where an exercise has not the one value
    own       the learner's own parameters
    solution  the worked solution: Python, or the text that a person marks against
    """

    id: str
    title: str
    kind: str
    expected: str
    own: str
    items: tuple[ItemKey, ...]
    solution: str


class Nothing:
    """Work in which nothing is there, to ask a check which probes it has and what it expects."""

    def get(self, name: str) -> Any:
        """Have nothing."""
        raise Missing(name)

    def call(self, name: str, *args: Any) -> Any:
        """Have nothing."""
        del args
        raise Missing(name)


def key(path: Path, learner: str, stem: str | None = None, lang: str = "en") -> Path:
    """Write the key of a chapter for any learner as one page, in the class's language; return its place.

    Raises `ClassError` where there is no class or it holds several chapters, `UnknownName` for a chapter it has not,
    `LearnerError` for an id that cannot be one.
    """
    import jinja2

    opened = open_class(path, lang)
    stem = opened.chapter(stem, lang)
    source = _source(opened.root, stem)
    spoken = language(source)
    own = normalise(learner)
    answers = [answer(source, e, own, spoken) for e in chapters.chapter(stem).exercises]
    templates = jinja2.Environment(
        loader=jinja2.FileSystemLoader([_TEMPLATES, _TEMPLATES / "loyalty"]), autoescape=True
    )
    text = templates.get_template("key.html.j2").render(
        answers=answers,
        lang=language_tag(spoken),
        learner=own,
        say=lambda message, **values: tell(spoken, message, **values),
        title=chapters.chapter(stem).title[spoken],
    )
    place = opened.root / "key" / stem / f"{own}.html"
    write_whole(place, text + "\n")
    return place


def answer(source: Any, exercise: Exercise, learner: str, lang: str, verdict: Verdict | None = None) -> Answer:
    """Return what is right in an exercise for a learner, from the instructor's notebook and what the check expects.

    `verdict` saves asking the check again.
    """
    if verdict is None and exercise.kind == "number":
        verdict = examine(exercise.id, Nothing(), learner)
    own = chapters.variant(exercise.id, learner)
    return Answer(
        exercise.id,
        exercise.title[lang],
        exercise.kind,
        _expected(exercise, verdict, lang),
        ", ".join(f"{name} = {value!r}" for name, value in own.items()),
        tuple(_item_key(item, lang) for item in _items(exercise)),
        "" if exercise.kind == "quiz" else worked_solution(source, exercise),
    )


def in_class(root: Path, exercise_id: str, learner: str, lang: str, verdict: Verdict | None) -> Answer:
    """Return what is right in an exercise of a class, for its feedback."""
    exercise = chapters.exercise(exercise_id)
    return answer(_source(root, exercise.stem), exercise, normalise(learner), lang, verdict)


def _source(root: Path, stem: str) -> Any:
    """Return the instructor's notebook of a class."""
    path = root / "source" / stem / f"{stem}.ipynb"
    return _read(path, path.stat().st_mtime_ns)


@lru_cache(maxsize=8)
def _read(path: Path, _changed: int) -> Any:
    return nbformat.read(path, as_version=4)


def _expected(exercise: Exercise, verdict: Verdict | None, lang: str) -> str:
    """Return the value that is expected of a number, as a learner writes it, with its unit."""
    found = [p.expected for p in verdict.probes if p.expected is not None] if verdict else []
    if exercise.kind != "number" or not found or not exercise.unit:
        return ""
    return _WITH_UNIT[lang].format(formats.number(found[0], lang, exercise.decimals or 0), exercise.unit[lang])


def _items(exercise: Exercise) -> list[Item]:
    known = keys(exercise.stem) if exercise.kind == "quiz" else {}
    return [known[name] for name in exercise.items]


def _item_key(item: Item, lang: str) -> ItemKey:
    return ItemKey(item.stem[lang], tuple(_right(item, lang)), tuple(_whys(item, lang)))


def _right(item: Item, lang: str) -> Iterator[str]:
    """Yield what is right in words, as it stands in the notebook: in their order where the order is asked."""
    right = item.right_answer
    words = {option.id: option.text[lang] for option in (*item.left, *item.options)}
    match item.kind:
        case "truefalse":
            yield tell(lang, "True") if right else tell(lang, "False")
        case "numeric":
            yield f"{right:g} {item.unit[lang] if item.unit else ''}".strip()
        case "matching":
            yield from (f"{words[one]} → {words[other]}" for one, other in right.items())
        case "ordering":
            yield from (f"{place}. {words[one]}" for place, one in enumerate(right, 1))
        case _:
            yield from (words[one] for one in ([right] if isinstance(right, str) else right))


def _whys(item: Item, lang: str) -> Iterator[tuple[str, str]]:
    """Yield everything that can be chosen and what is said about it."""
    for option in item.options:
        if option.why:
            yield option.text[lang], option.why[lang]
    truth = {"true": tell(lang, "True"), "false": tell(lang, "False"), "": ""}
    for chosen, why in item.why.items():
        yield truth[chosen], why[lang]
