"""A class directory: an ordinary nbgrader course whose settings name this kit's marking.

DIR/class.yml            what holds in the class           (`classfile`)
DIR/roster.csv, dates.csv   who is in it, and its deadlines  (`roster`, `dates`)
DIR/nbgrader_config.py   nbgrader's settings; portable, the class may be moved
DIR/source/<stem>/       the instructor's notebook, in the class's language
DIR/release/<stem>/      what learners get           (`release`)
DIR/attempts/            every hand-in                     (`attempts`)
DIR/submitted/<id>/<stem>/, autograded/, feedback/, gradebook.db   nbgrader's own places
"""

from __future__ import annotations

import json
import os
import re
import sys
from contextlib import suppress
from dataclasses import dataclass
from functools import cached_property
from pathlib import Path
from typing import TYPE_CHECKING, Any
from zoneinfo import ZoneInfo

from loyaltylib import concepts
from loyaltylib.errors import ClassError, UnknownName
from loyaltylib.files import copy_whole, write_whole

from . import build, build_chapter, build_notebook, classfile, overlay
from .dates import DATES_FILE, Dates, read_dates
from .messages import tell
from .roster import read_roster, write_roster

if TYPE_CHECKING:
    from collections.abc import Callable, Sequence

    from .classfile import ClassFile
    from .roster import Learner

CONFIG_FILE = "nbgrader_config.py"
ROSTER_FILE = "roster.csv"
# A step of nbgrader's -> the kit's in its place
OWN_STEPS = {"Execute": "autograders.execute.RunNotebook", "AssignLatePenalties": "autograders.late.LatePenalties"}
STOCK_SECONDS = 60  # longest a cell may run under nbgrader's own Execute, which has one limit for all cells

_CONFIG = '''\
"""nbgrader's settings of this class. Nothing here names a place outside the class, so it may be moved."""

from pathlib import Path

from autograders import classfile

c = get_config()  # noqa: F821 - nbgrader hands it in

c.CourseDirectory.root = str(Path(__file__).resolve().parent)
c.CourseDirectory.course_id = {course_id}

# What an answer cell holds before a learner writes in it: it runs, shows nothing, and is the same in both languages.
c.ClearSolutions.code_stub = {{"python": {code_stub}}}
c.ClearSolutions.text_stub = {text_stub}

c.GenerateAssignment.preprocessors = [
{release}
]

# A deleted exercise is put back, so that it gets no marks and the others keep theirs.
c.OverwriteCells.add_missing_cells = True

# nbgrader's own steps, with reading, running and marking a submission done by the kit.
# `nbgrader autograde`, Formgrader's button and `loyalty grade` all read this.
c.Autograde.exporter_class = "autograders.execute.SubmissionReader"
c.Autograde.sanitize_preprocessors = [
{sanitize}
]
c.Autograde.autograde_preprocessors = [
{autograde}
]
c.Execute.timeout = {seconds}  # seconds for one cell, should you put nbgrader's own Execute back

# Feedback without hidden tests and without a request to another host.
c.GenerateFeedback.exporter_class = "autograders.feedback.FeedbackExporter"

# Formgrader shows what learners wrote and printed without running it: its page has the rights of the Jupyter server.
c.HTMLExporter.preprocessors = ["autograders.formgrader.Cleaned"]
c.HTMLExporter.filters = {{"markdown2html": "autograders.formgrader.markdown"}}

# `nbgrader export` writes a table in which nothing a learner is called is taken for a formula.
c.ExportApp.plugin_class = "autograders.export.CsvExport"

# `nbgrader zip_collect` understands what Moodle and Canvas download, as `loyalty collect` does.
c.ZipCollectApp.collector_plugin = "autograders.layouts.LmsNames"
c.ZipCollectApp.extractor_plugin = "autograders.layouts.SafeExtractor"

# What class.yml says of feedback and of help by AI.
classfile.apply(c, Path(__file__).resolve().parent)
'''


@dataclass(frozen=True)
class ClassDirectory:
    """An opened class: its folder, its settings as nbgrader reads them, and the language of what is said about it."""

    root: Path
    config: Any  # traitlets.config.Config
    lang: str = "en"

    @cached_property
    def coursedir(self) -> Any:
        """The class as nbgrader's `CourseDirectory`."""
        from nbgrader.coursedir import CourseDirectory

        return CourseDirectory(config=self.config)

    @cached_property
    def rules(self) -> ClassFile:
        """What holds in the class, from its class file."""
        return classfile.read(self.root, self.lang)

    @cached_property
    def learners(self) -> list[Learner]:
        """Those on the class list; nobody where there is none."""
        path = self.root / ROSTER_FILE
        return read_roster(path, self.lang) if path.is_file() else []

    @cached_property
    def dates(self) -> Dates:
        """Deadlines and who has more time, from the class's file of dates."""
        path = self.root / DATES_FILE
        if not path.is_file():
            return Dates()
        return read_dates(path, self.stems, {each.id for each in self.learners}, self.rules.zone, self.lang)

    @property
    def stems(self) -> list[str]:
        """Stems of the chapters that the class file names or `source/` has: a trial of one chapter has only that."""
        return sorted({*self.rules.chapters, *self.chapters})

    @property
    def chapters(self) -> list[str]:
        """Stems of the chapters in `source/`."""
        return sorted(path.parent.name for path in self.root.glob("source/*/*.ipynb") if path.stem == path.parent.name)

    def chapter(self, stem: str | None, lang: str = "en") -> str:
        """Return the chapter meant: the one named, or the only one there is; raises `UnknownName`, `ClassError`."""
        if stem is not None:
            if stem not in self.chapters:
                raise UnknownName("chapter", stem, self.chapters)
            return stem
        if len(self.chapters) != 1:
            raise ClassError(
                tell(
                    lang,
                    "{path} holds several chapters: name one of {chapters}",
                    path=self.root,
                    chapters=", ".join(self.chapters),
                )
            )
        return self.chapters[0]


def environment_on_path() -> None:
    """Put the folder of this Python on PATH: nbgrader calls `alembic` by name when it makes a gradebook."""
    folder = str(Path(sys.executable).parent)
    places = os.environ.get("PATH", "").split(os.pathsep)
    if folder not in places:
        os.environ["PATH"] = os.pathsep.join([folder, *places])


def open_class(path: Path, lang: str = "en") -> ClassDirectory:
    """Open a class directory; raises `ClassError` where there is none or its settings do not load.

    What the class has of its own in `private/` stands in place of the kit's until another class is opened.
    """
    from traitlets.config.loader import PyFileConfigLoader

    environment_on_path()
    root = path.resolve()
    if not (root / CONFIG_FILE).is_file():
        raise ClassError(tell(lang, "{path} is no class directory; make one with: loyalty new {path}", path=path))
    try:
        config = PyFileConfigLoader(CONFIG_FILE, path=str(root)).load_config()
    except ClassError:
        classfile.read(root, lang)  # the same in the reader's language
        overlay.read(root, lang)
        raise
    except Exception as error:
        raise ClassError(
            tell(
                lang,
                "{file} does not load ({error}); mend it, or take it from a new class",
                file=root / CONFIG_FILE,
                error=error,
            )
        ) from error
    config.CourseDirectory.root = str(root)
    overlay.enter_with_kernels(root, lang)
    return ClassDirectory(root, config, lang)


def new(  # noqa: PLR0913 - what a class is made of
    path: Path,
    lang: str,
    course: Path | None = None,
    find_concept: Callable[[str], Any] = concepts.get,
    learners: Sequence[Learner] = (),
    *,
    stems: Sequence[str] = (),
    dates: Path | None = None,
) -> ClassDirectory:
    """Make a class directory with the instructor's notebook of each of its chapters in the class's language.

    course, find_concept  the kit's own by default
    learners              who is in the class (`roster.read_roster`); written down in it, and in its gradebook
    stems                 the class's chapters; empty: all that are marked
    dates                 a file of deadlines (`dates.read_dates`), which becomes the class's own

    Raises `ClassError` where `path` holds something already or a date will not do, `UnknownName` for a chapter there
    is not, and `CourseError` for one whose source is wrong; nothing is made then.
    """
    course = course or build.course_folder()
    if path.exists() and (not path.is_dir() or any(path.iterdir())):
        raise ClassError(tell(lang, "{path} is there already and is not empty: choose another folder", path=path))
    sources = _chapters(course, stems, find_concept)
    names, zone = [source.chapter.stem for source in sources], classfile.this_zone()
    if dates:
        read_dates(dates, names, {each.id for each in learners}, ZoneInfo(zone), lang)
    files = {
        CONFIG_FILE: _config(path),
        classfile.CLASS_FILE: classfile.text(lang, names, zone),
        "README.md": _readme(lang, names),
    }
    for source in sources:
        notebook = build_notebook.text(build.instructors_notebook(source, lang))
        files[f"source/{source.chapter.stem}/{source.chapter.stem}.ipynb"] = notebook
    for name, text in files.items():
        write_whole(path / name, text)
    if dates:
        copy_whole(dates, path / DATES_FILE)
    overlay.begin(path, lang)
    opened = open_class(path, lang)
    if learners:
        enrol(opened, learners)
    return opened


def _chapters(course: Path, stems: Sequence[str], find_concept: Callable[[str], Any]) -> list[Any]:
    """Return the sources of the chapters asked for, or of all that are marked, in the course's order."""
    known = [build_chapter.read(course / stem, find_concept) for stem in build.stems(course)]
    marked = {source.chapter.stem: source for source in known if source.chapter.exercises}
    for stem in stems:
        if stem not in marked:
            raise UnknownName("chapter", stem, marked)
    return [source for stem, source in marked.items() if not stems or stem in stems]


def enrol(opened: ClassDirectory, learners: Sequence[Learner]) -> None:
    """Write a class list into a class and its gradebook; who is there already gets the list's name and e-mail."""
    from nbgrader.api import Gradebook, Student

    write_roster(opened.root / ROSTER_FILE, learners)
    _make_gradebook(opened.coursedir.db_url)
    with Gradebook(opened.coursedir.db_url) as gradebook:
        for each in learners:
            # One field: nobody can tell which part of a name is the family's.
            gradebook.db.merge(
                Student(id=each.id, first_name=None, last_name=each.name or None, email=each.email or None)
            )
        gradebook.db.commit()


def _config(path: Path) -> str:
    """Return the class's settings; nbgrader's lists of steps with Execute replaced by the kit's."""
    from nbgrader.converters import Autograde, GenerateAssignment

    release = _steps(GenerateAssignment, "preprocessors")
    autograde = _steps(Autograde, "autograde_preprocessors")
    marking = [OWN_STEPS.get(step.rpartition(".")[2], step) for step in autograde]
    return _CONFIG.format(
        course_id=_quoted(re.sub(r"[^\w-]+", "-", path.resolve().name).strip("-") or "loyalty"),
        code_stub=_quoted(build_notebook.CODE_STUB),
        text_stub=_quoted(build_notebook.TEXT_STUB),
        release=_lines(["autograders.ai.AiRule", *release]),
        sanitize=_lines(_steps(Autograde, "sanitize_preprocessors")),
        autograde=_lines(marking),
        seconds=STOCK_SECONDS,
    )


def _steps(converter: Any, trait: str) -> list[str]:
    """Return the steps of one of nbgrader's converters by their full names."""
    return [f"{step.__module__}.{step.__name__}" for step in converter.class_traits()[trait].default_args[0]]


def _lines(steps: list[str]) -> str:
    return "\n".join(f"    {_quoted(step)}," for step in steps)


def _quoted(text: str) -> str:
    return json.dumps(text, ensure_ascii=False)


def release(path: Path, stem: str | None = None, lang: str = "en") -> Path:
    """Release a chapter as `nbgrader generate_assignment` does, in this process; return the learner's notebook.

    A chapter released before is released again; where `private/` has changed its source is made anew first, unless
    somebody edited it by hand (`overlay_source.behind` says so). Raises `ClassError` with nbgrader's reason where it
    refuses, for instance to change cells that submissions exist for.
    """
    from . import late, overlay_source

    opened = open_class(path, lang)
    stem = opened.chapter(stem, lang)
    overlay_source.refresh(opened.root, stem)
    _make_gradebook(opened.coursedir.db_url)
    run(opened, "GenerateAssignment", stem, lang, force=True)
    late.assign(opened, stem)
    return opened.root / "release" / stem / f"{stem}.ipynb"


def _make_gradebook(url: str) -> None:
    """Make nbgrader's tables in an empty database, in its newest version, as it does itself at its first use.

    It starts a process only to ask for the version, which takes seconds. Where the database does not open, nbgrader
    says so.
    """
    from alembic.migration import MigrationContext
    from alembic.script import ScriptDirectory
    from nbgrader import api, dbutil
    from sqlalchemy import create_engine, inspect
    from sqlalchemy.exc import SQLAlchemyError

    with suppress(SQLAlchemyError, ImportError):
        engine = create_engine(url)
        with engine.begin() as database:
            if not inspect(database).get_table_names():
                api.Base.metadata.create_all(database)
                MigrationContext.configure(database).stamp(ScriptDirectory(dbutil.ALEMBIC_DIR), "head")
        engine.dispose()


def run(opened: ClassDirectory, converter: str, stem: str, lang: str = "en", **traits: Any) -> None:
    """Run one of nbgrader's converters, by its name, on one chapter; raises `ClassError` with nbgrader's reason."""
    from nbgrader import converters
    from nbgrader.utils import capture_log

    opened.coursedir.assignment_id = stem
    app = getattr(converters, converter)(coursedir=opened.coursedir, config=opened.config)
    for name, value in traits.items():
        setattr(app, name, value)
    result = capture_log(app)
    if not result["success"]:
        raise ClassError(
            tell(
                lang,
                "nbgrader could not finish {step} for '{stem}': {reason}",
                step=converter,
                stem=stem,
                reason=_reason(result),
            )
        )


def _reason(result: dict[str, Any]) -> str:
    """Return the line of nbgrader's log that names the error, else the last line of its traceback."""
    lines = [line.strip() for line in result.get("log", "").splitlines()]
    raised = [line for line in lines if re.match(r"[\w.]*(Error|Exception): ", line)]
    return str((raised or result["error"].strip().splitlines())[-1])


def _readme(lang: str, stems: list[str]) -> str:
    """Return the class's README: what stands where, and the commands in the order they are needed."""
    stem = stems[0]
    places = {
        classfile.CLASS_FILE: tell(lang, "what holds in the class: attempts, lateness, chapters; edit it here"),
        f"source/{stem}/{stem}.ipynb": tell(lang, "the instructor's notebook, with solutions: do not pass it on"),
        f"release/{stem}/{stem}.ipynb": tell(lang, "what learners get"),
        f"submitted/<id>/{stem}/{stem}.ipynb": tell(lang, "a learner's submission: put it here under the learner's id"),
        "attempts/": tell(lang, "every hand-in, as it came; which one counts is in submitted/"),
        "private/": tell(lang, "items, parameters and checks of your own, to examine with: do not pass it on"),
        "autograded/": tell(lang, "submissions with their marks"),
        "feedback/": tell(lang, "what goes back to learners"),
        "verdicts/": tell(lang, "why each mark is what it is; not for learners"),
        "report/": tell(lang, "the class report"),
        "gradebook.db": tell(lang, "nbgrader's gradebook"),
    }
    commands = {
        f"loyalty release . {stem}": tell(lang, "make the learner's notebook"),
        f"loyalty grade . {stem}": tell(lang, "mark what is in submitted/"),
        "loyalty desk .": tell(lang, "mark texts by hand in Formgrader"),
        f"loyalty feedback . {stem}": tell(lang, "write the feedback"),
        f"loyalty report . {stem}": tell(lang, "write the class report"),
    }
    title, place_head, what_head = tell(lang, "A class"), tell(lang, "Place"), tell(lang, "What is there")
    return "\n".join(
        [
            f"# {title}",
            "",
            tell(lang, "An ordinary nbgrader course. Run these commands in this folder, in this order:"),
            "",
            *(
                f"- `{command}`: {what}" if lang == "en" else f"- `{command}`：{what}"
                for command, what in commands.items()
            ),
            "",
            f"| {place_head} | {what_head} |",
            "| --- | --- |",
            *(f"| `{place}` | {what} |" for place, what in places.items()),
            "",
        ]
    )
