"""The instructor's commands of `loyalty`. Each parses, shows progress, calls one function and says what came out.

Imports of the work itself stand inside the commands, so that `loyalty --help` stays quick.
"""

from __future__ import annotations

from contextlib import contextmanager
from pathlib import Path
from typing import TYPE_CHECKING, Any, TypeVar

import click

from loyaltylib.console import Command, Option, language
from loyaltylib.messages import LANGUAGES

from .messages import N_, tell

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator

    from .terminal import Progress

_DEMO_LEARNERS = 30
_DEMO_SEED = 2025
_DRIFTED = 1  # exit code of `build --check`

Function = TypeVar("Function", bound="Callable[..., Any]")
_folder = click.Path(file_okay=False, path_type=Path)
_file = click.Path(dir_okay=False, exists=True, path_type=Path)
_directory = click.argument("directory", metavar="DIR", type=_folder)
_chapter = click.argument("chapter", required=False)


def _command(name: str, help_text: str) -> Callable[[Callable[..., Any]], Command]:
    return click.command(name, cls=Command, tell=tell, help=help_text)


def _option(*names: str, help_text: str, **settings: Any) -> Callable[[Function], Function]:
    return click.option(*names, cls=Option, tell=tell, help=help_text, **settings)


@contextmanager
def _progress(what: str) -> Iterator[Progress]:
    from .terminal import progress

    with progress(what) as show:
        yield show


@_command("build", N_("Build the learners' notebooks, their items and the map from course/."))
@_option("--check", is_flag=True, help_text=N_("Write nothing; fail if a generated file is not what its source says."))
@_option("--course", type=_folder, help_text=N_("The course's source, instead of the kit's own."))
@_option("--to", "notebooks", type=_folder, help_text=N_("Where to write, instead of notebooks/ beside the course."))
@click.pass_context
def build_command(ctx: click.Context, course: Path | None, notebooks: Path | None, *, check: bool) -> None:
    """See the command's help."""
    from . import build

    lang = language()
    course = course or build.course_folder()
    notebooks = notebooks or course.parent / "notebooks"
    if not check:
        with _progress(tell(lang, "Building notebooks")):
            changed = build.build(course, notebooks)
        for path in changed:
            click.echo(str(path))
        click.echo(tell(lang, "{number} files changed.", number=len(changed)))
        return
    with _progress(tell(lang, "Comparing notebooks with their source")):
        stale = build.drift(course, notebooks)
    for path in stale:
        click.echo(
            tell(lang, "{path} is not what its source says; refresh it with: loyalty build", path=path), err=True
        )
    if stale:
        ctx.exit(_DRIFTED)
    click.echo(tell(lang, "Every generated file is what its source says."))


@_command("new", N_("Make a class directory: an ordinary nbgrader course."))
@_directory
@_option("--lang", type=click.Choice(LANGUAGES), help_text=N_("The class's language; default: the command's."))
@_option("--roster", type=_file, help_text=N_("The class list: a CSV file with the column id, or 学号."))
def new_command(directory: Path, lang: str | None, roster: Path | None) -> None:
    """See the command's help."""
    from . import classdir
    from .roster import read_roster

    learners = read_roster(roster, language()) if roster else []
    with _progress(tell(language(), "Making the class directory")):
        made = classdir.new(directory, lang or language(), learners=learners)
    click.echo(tell(language(), "Made {path}. Next: loyalty release {path}", path=directory))
    click.echo(tell(language(), "Chapters: {chapters}", chapters=", ".join(made.chapters)))
    if learners:
        click.echo(tell(language(), "Learners: {number}", number=len(learners)))


@_command("release", N_("Make a chapter's learner's notebook, as nbgrader releases it."))
@_directory
@_chapter
def release_command(directory: Path, chapter: str | None) -> None:
    """See the command's help."""
    from . import classdir

    with _progress(tell(language(), "Releasing")):
        notebook = classdir.release(directory, chapter, language())
    click.echo(tell(language(), "Give learners {path}", path=notebook))


@_command("simulate", N_("Hand in a class of made-up submissions, with known mistakes."))
@_directory
@_chapter
@_option("--learners", type=click.IntRange(min=1), default=30, show_default=True, help_text=N_("How many submissions."))
@_option("--seed", type=int, default=1, show_default=True, help_text=N_("The same seed gives the same class."))
def simulate_command(directory: Path, chapter: str | None, learners: int, seed: int) -> None:
    """See the command's help."""
    from .classdir import open_class
    from .simulate import simulate

    stem = open_class(directory, language()).chapter(chapter, language())
    with _progress(tell(language(), "Handing in")) as progress:
        made = simulate(directory, stem, learners, seed, progress, lang=language())
    click.echo(tell(language(), "{number} submissions are in {path}", number=len(made), path=directory / "submitted"))


@_command("grade", N_("Mark what was handed in, through nbgrader and its gradebook."))
@_directory
@_chapter
@_option(
    "--workers", type=click.IntRange(min=1), help_text=N_("How many notebooks run at once; default: one for each core.")
)
@_option("--scheduler", metavar="ADDRESS", help_text=N_("Run notebooks on the Dask cluster at this address."))
@_option("--student", "learners", multiple=True, help_text=N_("Mark this learner only; may be given more than once."))
@_option("--again", is_flag=True, help_text=N_("Mark everything again, not only what is new or has changed."))
@_option("--changed", is_flag=True, help_text=N_("Mark what is new or has changed: what happens without --again."))
@_option(
    "--isolation",
    type=click.Choice(["namespaces", "landlock", "process"]),
    help_text=N_("The isolation asked for; default: the best there is, but not below landlock."),
)
def grade_command(  # noqa: PLR0913, PLR0917 - the command's own options
    directory: Path,
    chapter: str | None,
    workers: int | None,
    scheduler: str | None,
    learners: tuple[str, ...],
    isolation: str | None,
    *,
    again: bool,
    changed: bool,
) -> None:
    """See the command's help."""
    from .classdir import open_class
    from .grade import grade
    from .sandbox.outside import Level, safe_level
    from .terminal import summary_lines
    from .workers import cluster

    if again and changed:
        raise click.UsageError(tell(language(), "--again and --changed exclude each other"))
    stem = open_class(directory, language()).chapter(chapter, language())
    level = Level(isolation) if isolation else None if scheduler else safe_level(language())
    with _progress(tell(language(), "Marking")) as progress, cluster(scheduler, language()) as executor:
        summary = grade(
            directory,
            stem,
            workers=workers,
            force=again,
            learners=learners,
            level=level,
            progress=progress,
            executor=executor,
            lang=language(),
        )
    for line in summary_lines(summary, language()):
        click.echo(line)


@_command("doctor", N_("Say what this machine has to keep learners' code away from it."))
def doctor_command() -> None:
    """See the command's help."""
    from .doctor import lines

    with _progress(tell(language(), "Trying each level of isolation")):
        found = lines(language())
    for line in found:
        click.echo(line)


@_command("feedback", N_("Write what goes back to learners: their marks and why, without hidden tests."))
@_directory
@_chapter
def feedback_command(directory: Path, chapter: str | None) -> None:
    """See the command's help."""
    from .classdir import open_class
    from .feedback import feedback

    stem = open_class(directory, language()).chapter(chapter, language())
    with _progress(tell(language(), "Writing feedback")) as progress:
        written = feedback(directory, stem, progress=progress, lang=language())
    click.echo(tell(language(), "{number} pages are in {path}", number=len(written), path=directory / "feedback"))


@_command("key", N_("Write a chapter's key for one learner, as their own data and parameters have it."))
@_directory
@click.argument("learner")
@_chapter
def key_command(directory: Path, learner: str, chapter: str | None) -> None:
    """See the command's help."""
    from .key import key

    with _progress(tell(language(), "Working out the key")):
        page = key(directory, learner, chapter, language())
    click.echo(tell(language(), "The key is {path}", path=page))


@_command("report", N_("Write the class report: one page, in both languages."))
@_directory
@_chapter
def report_command(directory: Path, chapter: str | None) -> None:
    """See the command's help."""
    from .classdir import open_class
    from .report import report

    stem = open_class(directory, language()).chapter(chapter, language())
    with _progress(tell(language(), "Writing the report")):
        page = report(directory, stem, language())
    click.echo(tell(language(), "The report is {path}", path=page))


@_command("desk", N_("Open JupyterLab with Formgrader for this class."))
@_directory
@_option("--port", type=int, help_text=N_("Port of the server."))
@_option("--browser/--no-browser", default=True, help_text=N_("Whether to open a browser."))
@click.pass_context
def desk_command(ctx: click.Context, directory: Path, port: int | None, *, browser: bool) -> None:
    """See the command's help."""
    from .desk import desk

    click.echo(tell(language(), "JupyterLab opens with Formgrader for {path}. End it with Ctrl+C.", path=directory))
    ctx.exit(desk(directory, lang=language(), port=port, browser=browser))


@_command("demo", N_("The whole way once: a class of made-up learners, released, marked and reported."))
@click.argument("directory", metavar="[DIR]", type=_folder, default=Path("demo"))
@_option("--lang", type=click.Choice(LANGUAGES), help_text=N_("The class's language; default: the command's."))
@_option(
    "--learners",
    type=click.IntRange(min=1),
    default=_DEMO_LEARNERS,
    show_default=True,
    help_text=N_("How many submissions."),
)
@_option("--seed", type=int, default=_DEMO_SEED, show_default=True, help_text=N_("The same seed gives the same class."))
def demo_command(directory: Path, lang: str | None, learners: int, seed: int) -> None:
    """See the command's help."""
    from .demo import demo

    for line in demo(directory, lang or language(), learners=learners, seed=seed, reader=language(), show=_progress):
        click.echo(line)


COMMANDS: list[click.Command] = [
    build_command,
    new_command,
    release_command,
    simulate_command,
    grade_command,
    feedback_command,
    key_command,
    report_command,
    desk_command,
    doctor_command,
    demo_command,
]
