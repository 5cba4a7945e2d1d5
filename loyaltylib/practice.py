"""What a learner's notebook talks to: `kit = start("tiers", lang="en", learner="")`.

The kit knows who the learner is, hands out that learner's data, shows quiz items, runs the visible
probes, keeps the panel up to date and hands the notebook in. It is calm: a learner sees a few lines and
never a stack, nothing returns a value that a graded cell would take for a mark, nothing goes to stderr.
"""

from __future__ import annotations

from functools import cached_property
from pathlib import Path
from typing import TYPE_CHECKING, Any

from . import chapters, handin, portfolio, probes, quiz
from .answers import is_untouched, read_exercise
from .errors import CourseError, UnknownName
from .learner import GUEST, Identity, identify, is_marking, is_validating, short_code
from .messages import LANGUAGES, tell
from .panel import Panel, State
from .session import Display, namespace_of, show, watch

if TYPE_CHECKING:
    from collections.abc import Mapping, Sequence

    from .data import Tables
    from .quiz import Item

DATASET = "company"


class Kit:
    """One learner's kit for one chapter.

    stem, lang   the chapter and the language of what is shown
    learner      the normalised id; empty for a guest
    data         this learner's tables (`loyaltylib.data.Tables`)
    panel        what the panel shows; `panel.states` is the state of each exercise
    namespace    where the answers are: the notebook's names
    """

    def __init__(self, stem: str, lang: str, identity: Identity, folder: Path, namespace: Mapping[str, Any]) -> None:
        self.stem = stem
        self.lang = lang
        self.learner = identity.learner
        self._folder = folder
        self.namespace = namespace
        self.runs = handin.Runs()
        self._attempts = probes.Attempts()
        self._foreign = False  # whether the notebook is of a class with items that are not in this kit
        self._broken: set[str | None] = set()  # ids of the cells whose last run ended in an error
        self.panel = Panel(
            chapters.chapter(stem),
            lang,
            self.learner,
            short_code(self.learner, self.data.version),
            self.data.version,
            identity.problem,
        )
        self._display = Display(f"loyalty-panel-{stem}")

    def __repr__(self) -> str:
        return f"<{self.panel.headline}>"

    @cached_property
    def data(self) -> Tables:
        """The learner's own tables; a guest sees a sample that belongs to nobody."""
        from .data import load  # pandas stays out of a plain import

        return load(DATASET, learner=self.learner or GUEST, lang=self.lang)

    def begin(self, edition: str = "") -> None:
        """Show the panel here and follow the notebook's cells; `start` does this."""
        self._foreign = bool(edition) and not is_marking() and edition != quiz.edition(self.stem)
        if self._foreign:
            self._say(self._foreign_says())
        self._display.show(self.panel)
        watch(self.before_cell, self.after_cell, self.lang)

    def yours(self, exercise_id: str) -> dict[str, Any]:
        """Return this learner's own parameters of an exercise, and show them."""
        values = chapters.variant(chapters.exercise(exercise_id).id, self.learner or GUEST)
        listed = " · ".join(f"{name} = {value!r}" for name, value in values.items())
        if self.learner:
            self._say(tell(self.lang, "Yours: {values}", values=listed))
        else:
            self._say(tell(self.lang, "As a guest: {values}", values=listed))
        return values

    def quiz(self, exercise_id: str) -> None:
        """Show the items of a marked quiz exercise, options in this learner's order."""
        from .quiz_view import bundle

        exercise = chapters.exercise(exercise_id)
        if self._foreign:
            self._say(self._foreign_says())
            return
        if not self.learner:
            self._say(self._guest_says())
            return
        show(bundle(self._items(exercise), self.learner, self.lang))

    def practice(self, item_id: str) -> None:
        """Show a practice item to answer, with feedback at once; nothing of it is marked or kept."""
        from .practice_item import bundle

        item = quiz.item(item_id if item_id.startswith(f"{self.stem}-") else f"{self.stem}-{item_id}")
        if item.use != "practice":
            practice = [each.name for each in quiz.items(self.stem).values() if each.use == "practice"]
            raise UnknownName("practice item", item_id, practice)
        show(bundle(item, self.learner or GUEST, self.lang))

    def probe(self, exercise_id: str, cases: Sequence[probes.Case] | None = None) -> None:
        """Run the visible probes of an exercise on the learner's answer.

        cases    for a function: (arguments, expected value) pairs, all of which are run

        Prints a few lines. Raises `ProbeFailed` where a probe fails, with a hint, and another hint after
        another try. An untouched answer is no failure, except under nbgrader's Validate.
        """
        exercise = chapters.exercise(exercise_id)
        if exercise.kind == "function" and not cases:
            raise CourseError(f"exercise '{exercise_id}': kit.probe needs its cases")
        if not self.learner:
            self._refuse_or_say([self._guest_says()], refuse=is_validating())
            return
        if f"{exercise.id}-answer" in self._broken:
            said = tell(
                self.lang,
                "Your answer's cell ended in an error; an earlier answer still stands. Mend and run it first.",
            )
            raise probes.ProbeFailed([said])
        with probes.quiet():
            outcome = self._look(exercise, cases or ())
            self.panel.states[exercise.id] = outcome.state
            self._refresh()
        lines = list(outcome.lines)
        if outcome.state is State.FAILING:
            lines += self._attempts.hints(exercise, self.namespace.get(exercise.answer), self.lang)
        self._refuse_or_say(lines, refuse=outcome.state is State.FAILING or (is_validating() and not outcome.complete))

    def document(self, title: str, parts: Mapping[str, Any]) -> None:
        """Write one page of the learner's own work beside the notebook: these parts, and the figures of all chapters.

        parts   heading -> a text, a list, a mapping or a frame

        Nothing is written while the notebook is marked.
        """
        figures = portfolio.kept(self._folder, self.learner) if self.learner else []
        page = portfolio.document(title, figures, parts, self.lang, signed=self.panel.headline)
        missing = [
            chapters.chapter(stem).title[self.lang]
            for stem in chapters.syllabus()
            if any(e.kind == "number" for e in chapters.chapter(stem).exercises)
            and not any(chapters.exercise(figure.exercise).stem == stem for figure in figures)
        ]
        if not is_marking():
            place = self._folder / f"loyalty-{self.stem}-{self.learner or GUEST}.html"
            try:
                place.write_text(page, "utf-8")
                self._say(tell(self.lang, "Your document is {file}, beside this notebook.", file=place.name))
            except OSError:
                self._say(tell(self.lang, "The file {file} could not be written.", file=place.name))
        if missing:
            listed = tell(self.lang, ", ").join(missing)
            self._say(tell(self.lang, "No figures of yours are kept from: {chapters}.", chapters=listed))

    def handin(self, file: str = "", *, anyway: bool = False) -> None:
        """Write the one zip to hand in beside the notebook and show its receipt number.

        file      the notebook, where it cannot be found by itself
        anyway    hand in although work seems unsaved or nothing answered
        """
        if is_marking() or is_validating():
            self._say(tell(self.lang, "Nothing is handed in while the notebook is checked."))
            return
        if not self.learner:
            self._say(tell(self.lang, "Not handed in yet: there is no id.") + "\n" + self.panel.advice)
            return
        path = Path(file) if file else handin.notebook_path(self.stem, self._folder, self.namespace)
        try:
            content = path.read_bytes() if path else b""
            notebook = handin.read_notebook(content)
        except (OSError, ValueError):
            self._say(
                tell(
                    self.lang,
                    "Not handed in yet: the notebook's file was not found. Name it: {call}",
                    call=f'kit.handin("{self.stem}.ipynb")',
                )
            )
            return
        if path and (anyway or self._ready(path, notebook)):
            self._write(path, content)

    def _ready(self, path: Path, notebook: Mapping[str, Any]) -> bool:
        """Say what stands against handing in, if anything: unsaved work, or an untouched notebook."""
        unsaved = self.runs.unsaved(notebook, path.stat().st_mtime)
        if not handin.names_learner(notebook, self.learner):
            unsaved += 1  # the first cell's panel, which says whose work this is
        if unsaved:
            self._say(
                tell(
                    self.lang,
                    "Not handed in yet: some changes are not saved (cells: {number}). Press Ctrl+S (⌘S on a Mac), "
                    "then run this cell again. If this message stays, run {call}",
                    number=unsaved,
                    call="kit.handin(anyway=True)",
                )
            )
            return False
        untouched = self._untouched(notebook)
        if len(untouched) == len(self.panel.chapter.exercises):
            self._say(tell(self.lang, "Nothing to hand in yet: come back when you have answered an exercise."))
            return False
        if untouched:
            self._say(tell(self.lang, "Still untouched: “{titles}”.", titles=tell(self.lang, "”, “").join(untouched)))
        return True

    def _write(self, path: Path, content: bytes) -> None:
        slip = handin.receipt(content, stem=self.stem, learner=self.learner, lang=self.lang, data=self.data.version)
        target = path.parent / slip.file_name
        try:
            target.write_bytes(handin.pack(content, slip))
        except OSError:
            self._say(tell(self.lang, "Not handed in yet: the file {file} could not be written.", file=target.name))
            return
        self._say(tell(self.lang, "Your receipt: {number}. Keep this number.", number=slip.shown))
        self._say(
            tell(
                self.lang,
                "Your work is in {file}, beside this notebook. Give this file to your instructor. "
                "You can hand in again after changes.",
                file=target.name,
            )
        )

    def _untouched(self, notebook: Mapping[str, Any]) -> list[str]:
        """Return the titles of the exercises without an answer; a text answer is looked up in the file."""
        return [
            exercise.title[self.lang]
            for exercise in self.panel.chapter.exercises
            if (
                handin.text_is_untouched(notebook, exercise.id)
                if exercise.kind == "text"
                else self.panel.states[exercise.id] is State.UNTOUCHED
                and probes.is_unanswered(self.namespace.get(exercise.answer))
            )
        ]

    def _items(self, exercise: chapters.Exercise) -> list[Item]:
        prefix = f"{exercise.stem}-"
        return [quiz.item(each if each.startswith(prefix) else prefix + each) for each in exercise.items]

    def _look(self, exercise: chapters.Exercise, cases: Sequence[probes.Case]) -> probes.Outcome:
        items = self._items(exercise) if exercise.kind == "quiz" else ()
        return probes.look(exercise, self.namespace, self.lang, cases=cases, items=items)

    def _guest_says(self) -> str:
        return tell(self.lang, "This exercise waits for your id: see the first cell.")

    def _foreign_says(self) -> str:
        return tell(
            self.lang,
            "This notebook has questions of its own class, which are not in this kit: install the package that your "
            "class was given, then restart the notebook.",
        )

    def _refuse_or_say(self, lines: Sequence[str], *, refuse: bool) -> None:
        if refuse:
            raise probes.ProbeFailed(lines) from None
        self._say("\n".join(lines))

    def _say(self, text: str) -> None:
        print(text)  # noqa: T201  # what a learner reads under a cell

    def _keep(self, exercise: chapters.Exercise) -> None:
        """Keep a number whose form is accepted for the document that gathers the chapters."""
        if exercise.kind != "number" or self.panel.states[exercise.id] is not State.ACCEPTED or is_marking():
            return
        value = read_exercise(self.namespace.get(exercise.answer), exercise).value
        if value is not None:
            portfolio.keep(self._folder, self.learner, exercise.id, value)

    def _refresh(self) -> None:
        self._display.update(self.panel)

    def before_cell(self, cell_id: str | None, source: str) -> None:
        """Note that a cell is run, for the warning of unsaved work."""
        self.runs.note(cell_id, source)

    def after_cell(self, cell_id: str | None = None, failed: bool = False) -> None:  # noqa: FBT001, FBT002  # IPython's
        """Bring the panel up to date after a cell, as far as answers are only read; functions wait for their probes.

        An answer whose cell ended in an error is not judged by what it left before.
        """
        (self._broken.add if failed else self._broken.discard)(cell_id)
        before = dict(self.panel.states)
        for exercise in self.panel.chapter.exercises if self.learner else ():
            if exercise.kind in ("number", "quiz", "decision", "figure"):
                self.panel.states[exercise.id] = self._look(exercise, ()).state
                self._keep(exercise)
            elif exercise.kind == "function" and is_untouched(self.namespace.get(exercise.answer)):
                self.panel.states[exercise.id] = State.UNTOUCHED
        if self.panel.states != before:
            self._refresh()


def start(
    stem: str, lang: str = "en", learner: str = "", *, edition: str = "", namespace: Mapping[str, Any] | None = None
) -> Kit:
    """Start a chapter: find out who the learner is, show the panel, and return the kit.

    stem        the chapter
    lang        "en" or "zh"
    learner     the learner's id; empty to be asked once (see `loyaltylib.learner.identify`), and not asked at all by
                a chapter of which nothing is marked
    edition     which edition of the chapter the notebook is of, where a class has its own (`loyaltylib.quiz.edition`)
    namespace   where the answers are; by default the notebook's names

    Raises `UnknownName` for a chapter or language that is not there.
    """
    if lang not in LANGUAGES:
        raise UnknownName("language", lang, LANGUAGES)
    folder, marked = Path.cwd(), bool(chapters.chapter(stem).exercises)
    kit = Kit(stem, lang, identify(learner, folder, lang, ask=marked), folder, namespace_of(namespace))
    kit.begin(edition)
    global _current  # noqa: PLW0603  # one notebook has one kit
    _current = kit
    return kit


_current: Kit | None = None


def current() -> Kit | None:
    """Return the kit this notebook started last, or None."""
    return _current
