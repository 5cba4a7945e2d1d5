"""What a class misunderstood: named mistakes matched against the probes that learners failed, and wrong options chosen.

A named mistake says which probes it fails and what it leaves of them (`mistakes`); where a learner's failed probes are
just these, it explains them. Two mistakes that fail the same explain it both: then it only looks like one of them. So
it does where all is lost: a record keeps that a number is wrong, not which number it was.
"""

from __future__ import annotations

import ast
import hashlib
import json
import math
from collections import defaultdict
from contextlib import suppress
from dataclasses import asdict, dataclass, field
from functools import cache
from pathlib import Path
from typing import TYPE_CHECKING, Any

from loyaltylib import chapters
from loyaltylib.errors import UnknownName
from loyaltylib.files import write_whole
from loyaltylib.messages import LANGUAGES
from loyaltylib.resources import view

from . import choices, probes, records
from .messages import N_, tell

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator, Mapping, Sequence

    from loyaltylib.chapters import Text
    from loyaltylib.quiz import Item

    from .mistakes import Mistake
    from .records import Record
    from .verdict import Probe, Verdict

# Named for tests of marking, not for what somebody believes
_NOT_BELIEVED = ("unknown_option", "neighbours_number", "text_empty", "blank", "half")
_SIMULATED = "x"  # a learner whose mistakes stand for everyone's
_SILENT = (
    probes.NOT_ANSWERED,
    probes.NO_END,
    "“{item}” Not answered.",
    "“{item}” {hint}",
    "The notebook has no {name}.",
    "The function raised {error}",
    "In a hidden probe the function raised {error}.",
    "The function returns nothing: does every way through it end in a return?",
    "The answer is not plain data (a number, a text, a list or a mapping).",
    "This is not a number.",
)
CHOSEN = N_("“{option}” was chosen in “{item}”")


@dataclass(frozen=True)
class Signature:
    """What a mistake leaves behind in one exercise.

    left    probe's name -> share of credit left; empty where everything is lost
    chosen  quiz item's name -> the answer the mistake gives
    """

    name: str
    said: Text
    exercise: str
    left: Mapping[str, float]
    chosen: Mapping[str, Any] = field(default_factory=dict)


@dataclass(frozen=True)
class Misconception:
    """One thing a class got wrong.

    names     of the mistakes that explain it, several where they fail the same; `<item>:<option>` for an option
    certain   whether nothing else explains it; not where all is lost, which many a mistake does
    said      what was done, in both languages, one for each name
    item      the quiz item's full id; empty elsewhere
    why       why it is wrong, in the course's own words
    learners  who did it
    """

    exercise: str
    names: tuple[str, ...]
    certain: bool
    said: tuple[Text, ...]
    item: str
    why: tuple[Text, ...]
    learners: tuple[str, ...]

    def text(self, lang: str) -> str:
        """Return what was done in one sentence, as a guess where something else may explain it."""
        if self.certain:
            return self.said[0][lang]
        joined = {"zh": "；或者"}.get(lang, "; or ").join(one[lang].rstrip(".。") for one in self.said)
        return tell(lang, "Looks like: {mistakes}", mistakes=joined)


def signatures(stem: str, root: Path | None = None) -> tuple[Signature, ...]:
    """Return what each named mistake of a chapter leaves behind; none in an assignment that is not of the course.

    Each mistake is made once, which takes seconds; in a class, what was found is kept until a check or mistake changes.
    """
    try:
        chapters.chapter(stem)
    except UnknownName:
        return ()
    if root is None:
        return _signatures(stem, view())
    kept, version = root / "report" / ".mistakes" / f"{stem}.json", _version(stem)
    with suppress(OSError, ValueError, TypeError, KeyError):
        raw = json.loads(kept.read_text("utf-8"))
        if raw["version"] == version:
            return tuple(Signature(**one) for one in raw["signatures"])
    found = _signatures(stem, view())
    plain = {"version": version, "signatures": [asdict(one) for one in found]}
    write_whole(kept, json.dumps(plain, ensure_ascii=False) + "\n")
    return found


def _version(stem: str) -> str:
    """Return the version of everything that decides what a mistake leaves behind."""
    return f"{records.check_version(stem)}-{_version_of_mistakes()}"


@cache
def _version_of_mistakes() -> str:
    from . import mistakes

    files = sorted(Path(mistakes.__file__).parent.glob("*.py"))
    return hashlib.sha256(b"".join(file.read_bytes() for file in files)).hexdigest()[:16]


@cache
def _signatures(stem: str, _view: Path | None) -> tuple[Signature, ...]:
    from .mistakes import known

    return tuple(found for m in known(stem).values() if _is_believed(m) for found in _of_mistake(stem, m))


def _is_believed(mistake: Mistake) -> bool:
    return (
        mistake.place == "answer"
        and len(mistake.touches) == 1
        and mistake.name not in _NOT_BELIEVED
        and not mistake.name.startswith("library_")
    )


def _of_mistake(stem: str, mistake: Mistake) -> Iterator[Signature]:
    """Make a mistake in a draft and yield what it costs, and what it answers where that is a quiz."""
    draft = _draft(stem)
    for name, cost in mistake.change(draft).items():
        exercise = draft.exercise(name)
        if not cost.whole and not cost.left:
            continue
        answers = _written(draft.answer(name).source) if exercise.kind == "quiz" else {}
        left = {} if cost.whole else {probe: share for probe, share in cost.left.items() if share < 1}
        chosen = {item: answers[item] for item in left if item in answers}
        yield Signature(mistake.name, mistake.said, exercise.id, left, chosen)


def _draft(stem: str) -> Any:
    from copy import deepcopy

    from .mistakes import Draft

    chapter, released, source, whole = _notebooks(stem, view())
    return Draft(chapter, _SIMULATED, _SIMULATED, deepcopy(whole), released, lambda: released, source, f"{stem}.ipynb")


@cache
def _notebooks(stem: str, _view: Path | None) -> tuple[Any, Any, Any, Any]:
    """Return a chapter, its learner's and its instructor's notebook, and the first solved."""
    import nbformat

    from . import build, build_notebook, overlay_source
    from .mistakes.draft import solved

    source = build.instructors_notebook(overlay_source.source(stem), LANGUAGES[0])
    released = nbformat.reads(build_notebook.learners_text(source), as_version=4)
    chapter = chapters.chapter(stem)
    return chapter, released, source, solved(released, source, chapter)


def _written(code: str) -> dict[str, Any]:
    """Return the answers that a quiz's cell writes down."""
    for statement in ast.parse(code).body:
        if isinstance(statement, ast.Assign) and isinstance(statement.value, ast.Dict):
            found: dict[str, Any] = ast.literal_eval(statement.value)
            return found
    return {}


def explained(
    verdict: Verdict, known: Iterable[Signature], items: Mapping[str, Item]
) -> dict[frozenset[str], list[Signature]]:
    """Return which of a verdict's probes are explained by which mistakes.

    In a quiz each item is looked at by itself; elsewhere a mistake explains all that failed, or nothing.
    """
    found: dict[frozenset[str], list[Signature]] = defaultdict(list)
    failed = {probe.name: probe for probe in verdict.probes if not probe.passed}
    if any(_is_no_answer(probe) for probe in failed.values()):
        failed = {name: probe for name, probe in failed.items() if probe.chosen is not None}
    for each in known:
        if each.exercise == verdict.exercise and failed and _fits(each, failed, items, len(verdict.probes)):
            found[frozenset(each.left or failed)].append(each)
    return found


def _is_no_answer(probe: Probe) -> bool:
    """Return whether there was nothing to be right or wrong: no answer, no end, an exception, a form not asked for.

    What the library says of an answer's form is no message of this package.
    """
    if probe.chosen is not None or not probe.reason:
        return False
    return probe.reason in _SILENT or tell("zh", probe.reason) == probe.reason


def _fits(signature: Signature, failed: Mapping[str, Probe], items: Mapping[str, Item], number: int) -> bool:
    if not signature.left:
        return len(failed) == number and not any(probe.credit for probe in failed.values())
    if not signature.chosen and set(failed) != set(signature.left):
        return False
    return all(
        name in failed
        and math.isclose(failed[name].credit, left, abs_tol=1e-6)
        and _agrees(signature, failed[name], items.get(name))
        for name, left in signature.left.items()
    )


def _agrees(signature: Signature, probe: Probe, item: Item | None) -> bool:
    """Return whether what was chosen, where it is known, is what the mistake chooses."""
    mine = signature.chosen.get(probe.name)
    if item is None or probe.chosen is None or mine is None:
        return True
    return choices.labels(item, mine) == choices.labels(item, probe.chosen)


def misconceptions(known: Sequence[Record], stem: str, root: Path | None = None) -> list[Misconception]:
    """Return what a class got wrong, what most did first."""
    mistakes = signatures(stem, root)
    who: dict[tuple[str, tuple[str, ...]], dict[str, Any]] = {}
    for record in known:
        for exercise, verdict in record.verdicts.items():
            for names, about in _of_verdict(stem, verdict, mistakes):
                row = who.setdefault((exercise, names), {**about, "learners": []})
                row["learners"].append(record.learner)
                row["why"] = tuple({repr(text): text for text in (*row["why"], *about["why"])}.values())
    found = [
        Misconception(exercise, names, row["certain"], row["said"], row["item"], row["why"], tuple(row["learners"]))
        for (exercise, names), row in who.items()
    ]
    return sorted(found, key=lambda one: (-len(one.learners), one.exercise, one.names))


def _of_verdict(
    stem: str, verdict: Verdict, mistakes: Sequence[Signature]
) -> Iterator[tuple[tuple[str, ...], dict[str, Any]]]:
    named: set[str] = set()
    by_name = {probe.name: probe for probe in verdict.probes}
    items = items_of(stem, verdict.exercise)
    for covered, each in explained(verdict, mistakes, items).items():
        named |= covered
        failed = [by_name[name] for name in sorted(covered)]
        about = {
            "certain": len(each) == 1 and bool(each[0].left),
            "said": tuple(one.said for one in each),
            "item": next((items[name].id for name in sorted(covered) if name in items), ""),
            "why": tuple(text for probe in failed for text in _why(probe)),
        }
        yield tuple(one.name for one in each), about
    for name, item in items.items():
        if name in by_name and name not in named and not by_name[name].passed:
            yield from _of_options(item, by_name[name])


def _of_options(item: Item, probe: Probe) -> Iterator[tuple[tuple[str, ...], dict[str, Any]]]:
    """Yield the wrong options that were chosen in one item, where nothing has a name for it."""
    for option in choices.wrong_options(item, probe):
        said = {lang: tell(lang, CHOSEN, option=option.text[lang], item=item.stem[lang]) for lang in LANGUAGES}
        why = (option.why,) if option.why else ()
        yield (f"{item.name}:{option.id}",), {"certain": True, "said": (said,), "item": item.id, "why": why}


def _why(probe: Probe) -> tuple[Text, ...]:
    """Return the course's words on an option, else the reason, where it is the same for everybody.

    A reason with a call, a result or an error in it shows what one learner's code gave back: not for a room.
    """
    if probe.texts or not probe.reason or probe.values:
        return tuple(probe.texts)
    return ({lang: " ".join(probe.reasons(lang)) for lang in LANGUAGES},)


def items_of(stem: str, exercise: str) -> dict[str, Item]:
    """Return the items of a quiz exercise by their names."""
    try:
        listed = chapters.exercise(exercise)
    except UnknownName:
        return {}
    if listed.kind != "quiz":
        return {}
    keys = probes.keys(stem)
    full = [name if name.startswith(f"{stem}-") else f"{stem}-{name}" for name in listed.items]
    return {keys[each].name: keys[each] for each in full if each in keys}
