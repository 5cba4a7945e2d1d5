"""Hand in a made-up class: submissions made from the solution by named mistakes, each with the marks it must get.

    DIR/submitted/<learner>/<stem>/<stem>.ipynb, timestamp.txt    as a learner's work lies in an nbgrader course
    DIR/simulated/<stem>.json                                     who made which mistakes, and the marks they must get

The same seed gives the same class, byte for byte.
"""

from __future__ import annotations

import json
import shutil
from copy import deepcopy
from dataclasses import asdict, dataclass
from datetime import UTC, datetime, timedelta
from functools import cache
from typing import TYPE_CHECKING, Any

from loyaltylib import chapters
from loyaltylib.data import normalise
from loyaltylib.errors import ClassError, CourseError, UnknownName
from loyaltylib.messages import LANGUAGES

from . import build, build_notebook, overlay_source
from .check import examine
from .classdir import ClassDirectory, open_class
from .key import Nothing
from .messages import N_, tell
from .mistakes import Cost, Draft, Mistake, known
from .mistakes.answers import name_of
from .mistakes.draft import language, solved
from .mistakes.mistake import NOTHING, PLACES
from .mistakes.mix import draw

if TYPE_CHECKING:
    from collections.abc import Mapping, Sequence
    from pathlib import Path

    from .roster import Learner
    from .terminal import Progress

SCHEMA = 1
FIRST_HOUR = datetime(2026, 1, 12, 9, tzinfo=UTC)  # when the first of a class hands in
BETWEEN = 7  # minutes until the next one does
_FAMILY = "赵钱孙李周吴郑王冯陈褚卫蒋沈韩杨朱秦许何吕施张孔曹严华金魏陶"
_GIVEN = ("Ada", "Ben", "Cleo", "Dan", "Eve", "Finn", "Gia", "Hugo", "Ida", "Jack", "Kim", "Leo", "Mia", "Ned")


@dataclass(frozen=True)
class Handin:
    """One simulated submission.

    learner    the roster's id: the name of the folder
    first_name, last_name   as they stand in the gradebook
    mistakes   names of the mistakes made, none for a perfect one
    said       the same for a person, in both languages
    marks      exercise's full id -> points that marking must give; None where a person marks
    incidents  kinds of the incidents that marking must note
    """

    learner: str
    first_name: str
    last_name: str
    mistakes: tuple[str, ...]
    said: Mapping[str, tuple[str, ...]]
    marks: Mapping[str, float | None]
    incidents: tuple[str, ...]

    @property
    def points(self) -> float:
        """Points without those a person gives."""
        return round(sum(mark or 0.0 for mark in self.marks.values()), 2)


def simulate(  # noqa: PLR0913 - the command's own options
    path: Path,
    stem: str,
    learners: int = 30,
    seed: int = 1,
    progress: Progress | None = None,
    *,
    lang: str = "en",
    mistakes: Sequence[Sequence[str]] | None = None,
) -> tuple[Handin, ...]:
    """Hand in a class of made-up submissions to a released chapter, and put its learners into the gradebook.

    The learners are those on the class list, in its order, or made-up ones where there is none. `mistakes` names each
    learner's mistakes, in place of those drawn by the seed. A class simulated before is replaced. Raises `ClassError`
    where the chapter is not released, real submissions are there, or fewer are on the list, and `UnknownName` for a
    mistake there is not.
    """
    opened = open_class(path, lang)
    stem = opened.chapter(stem, lang)
    wanted = learners if mistakes is None else len(mistakes)
    if opened.learners and wanted > len(opened.learners):
        message = N_("only {number} are on the class list: simulate so many, or in a class without a list")
        raise ClassError(tell(lang, message, number=len(opened.learners)))
    made = _Workshop(opened.root, stem, lang, opened.learners)
    _clear(opened.root, stem, lang)
    if mistakes is None:
        drawn = draw(stem, learners, seed)
    else:
        drawn = [tuple(_named(stem, each) for each in one) for one in mistakes]
    handins = []
    for number, chosen in enumerate(drawn):
        handin = made.hand_in(number, chosen)
        handins.append(handin)
        if progress:
            progress(number + 1, len(drawn), handin.learner)
    if not opened.learners:
        _enrol(opened, handins)
    record = {"schema": SCHEMA, "stem": stem, "seed": seed, "handins": [asdict(handin) for handin in handins]}
    place = _record(opened.root, stem)
    place.parent.mkdir(exist_ok=True)
    place.write_text(json.dumps(record, ensure_ascii=False, indent=1) + "\n", "utf-8")
    return tuple(handins)


def read(path: Path, stem: str) -> tuple[Handin, ...]:
    """Return the class that was simulated last in a class directory."""
    place = _record(path, stem)
    return tuple(_handin(raw) for raw in json.loads(place.read_text("utf-8"))["handins"])


def _handin(raw: dict[str, Any]) -> Handin:
    lists = {name: tuple(raw[name]) for name in ("mistakes", "incidents")}
    return Handin(**{**raw, **lists, "said": {lang: tuple(said) for lang, said in raw["said"].items()}})


def _named(stem: str, name: str) -> Mistake:
    if name not in known(stem):
        raise UnknownName("mistake", name, known(stem))
    return known(stem)[name]


class _Workshop:
    """What the submissions of a class are made of."""

    def __init__(self, root: Path, stem: str, lang: str, listed: Sequence[Learner]) -> None:
        import nbformat

        released = root / "release" / stem / f"{stem}.ipynb"
        if not released.is_file():
            raise ClassError(
                tell(
                    lang, "'{stem}' is not released yet; first run: loyalty release {path} {stem}", stem=stem, path=root
                )
            )
        self.root, self.stem = root, stem
        self.chapter = chapters.chapter(stem)
        self.released = nbformat.read(released, as_version=4)
        self.source = nbformat.read(root / "source" / stem / f"{stem}.ipynb", as_version=4)
        self.lang = language(self.released)
        self.listed = listed
        self.solved = solved(self.released, self.source, self.chapter)

    @cache  # noqa: B019 - one workshop makes one class
    def other(self) -> Any:
        """Return the other language's notebook as it would be released."""
        import nbformat

        lang = next(lang for lang in LANGUAGES if lang != self.lang)
        released = build_notebook.learners_text(build.instructors_notebook(overlay_source.source(self.stem), lang))
        return nbformat.reads(released, as_version=4)

    def hand_in(self, number: int, mistakes: tuple[Mistake, ...]) -> Handin:
        """Write one submission and return what is known of it."""
        learner, typed = (self.listed[number].id,) * 2 if self.listed else identity(number)
        draft = Draft(
            chapter=self.chapter,
            learner=learner,
            own=normalise(learner),
            notebook=deepcopy(self.solved),
            released=self.released,
            other=self.other,
            source=self.source,
            name=f"{self.stem}.ipynb",
        )
        costs = self._make(draft, typed, sorted(mistakes, key=lambda mistake: PLACES.index(mistake.place)))
        folder = self.root / "submitted" / learner / self.stem
        folder.mkdir(parents=True)
        (folder / draft.name).write_bytes(draft.to_bytes())
        handed_in = FIRST_HOUR + timedelta(minutes=BETWEEN * number)
        (folder / "timestamp.txt").write_text(f"{handed_in:%Y-%m-%d %H:%M:%S} UTC\n", "utf-8")
        first, last = ("", self.listed[number].name) if self.listed else name(number, self.lang)
        return Handin(
            learner,
            first,
            last,
            tuple(mistake.name for mistake in mistakes),
            {lang: tuple(mistake.said[lang] for mistake in mistakes) for lang in LANGUAGES},
            {e.id: self._points(e, costs.get(name_of(e), NOTHING), draft.own) for e in self.chapter.exercises},
            tuple(sorted({incident for mistake in mistakes for incident in mistake.incidents})),
        )

    def _make(self, draft: Draft, typed: str, mistakes: list[Mistake]) -> dict[str, Cost]:
        """Make the mistakes in a draft, the learner's id being typed in once its answers are written."""
        costs: dict[str, Cost] = {}
        in_answers = [mistake for mistake in mistakes if mistake.place not in ("cells", "file")]
        for mistake in in_answers:
            costs |= mistake.change(draft)
        draft.type_id(typed)
        for mistake in mistakes[len(in_answers) :]:
            costs |= {name: cost for name, cost in mistake.change(draft).items() if cost.whole or name not in costs}
        return costs

    def _points(self, exercise: chapters.Exercise, cost: Cost, learner: str) -> float | None:
        """Return the points an exercise must get: its check weighs the probes, the mistake says which fail."""
        if cost.whole:
            return 0.0
        if exercise.kind == "text":
            return None
        if not cost.left:
            return float(exercise.points)
        probes = examine(exercise.id, Nothing(), learner).probes
        if unknown := sorted(set(cost.left) - {probe.name for probe in probes}):
            raise CourseError(f"the check of '{exercise.id}' has no probe '{unknown[0]}': state its mistakes anew")
        whole = sum(probe.weight for probe in probes)
        earned = sum(probe.weight * cost.left.get(probe.name, 1.0) for probe in probes)
        return round(exercise.points * earned / whole, 2)


def identity(number: int) -> tuple[str, str]:
    """Return the roster's id of one made-up learner and what that learner types; a few differ, in case or width."""
    plain = f"s{number + 1:03}"
    special = {
        11: (plain.upper(), f" {plain} "),
        17: (plain.replace("s", "ｓ"), plain),
        23: (f"0{plain[1:]}", "".join(chr(ord("０") + int(digit)) for digit in f"0{plain[1:]}")),
    }
    return special.get(number % 30, (plain, plain))


def name(number: int, lang: str) -> tuple[str, str]:
    """Return first and last name of one made-up learner, as a reader of the language sees that nobody is meant."""
    if lang == "zh":
        return "某", _FAMILY[number % len(_FAMILY)]
    return _GIVEN[number % len(_GIVEN)], "Sample"


def _record(root: Path, stem: str) -> Path:
    return root / "simulated" / f"{stem}.json"


def _clear(root: Path, stem: str, lang: str) -> None:
    """Remove the submissions of a class simulated before; raises `ClassError` where there are others."""
    before = {h.learner for h in read(root, stem)} if _record(root, stem).is_file() else set()
    folders = [folder for folder in root.glob(f"submitted/*/{stem}") if folder.is_dir()]
    if real := sorted({folder.parent.name for folder in folders} - before):
        raise ClassError(
            tell(
                lang,
                "{path} holds a real learner's submission ({learner}): simulate in another class directory",
                path=root / "submitted",
                learner=real[0],
            )
        )
    for folder in folders:
        shutil.rmtree(folder)
        shutil.rmtree(root / "attempts" / stem / folder.parent.name, ignore_errors=True)


def _enrol(opened: ClassDirectory, handins: list[Handin]) -> None:
    """Put the learners into the class's gradebook with their names."""
    from nbgrader.api import Gradebook

    with Gradebook(opened.coursedir.db_url, opened.coursedir.course_id) as gradebook:
        for one in handins:
            gradebook.update_or_create_student(one.learner, first_name=one.first_name, last_name=one.last_name)
