"""The instructor's commands of `loyalty`. Each parses, shows progress, calls one function and says what came out.

Imports of the work itself stand inside the commands, so that `loyalty --help` stays quick.
"""

from __future__ import annotations

from pathlib import Path
from typing import TYPE_CHECKING

import click

from loyaltylib.console import language
from loyaltylib.messages import LANGUAGES

from . import (
    cli_archive,
    cli_author,
    cli_bundle,
    cli_collect,
    cli_export,
    cli_fairness,
    cli_fix,
    cli_reading,
    cli_report,
)
from .classfile import CLASS_FILE
from .cli_parts import FILE, FOLDER, as_json, chapter, command, directory, echo_json, echo_table, option, showing
from .messages import N_, tell

if TYPE_CHECKING:
    from loyaltylib.console import Command

_DEMO_LEARNERS = 30
_DEMO_SEED = 2025
_DRIFTED = 1  # exit code of `build --check`


@command("build", N_("Build the learners' notebooks, their items and the map from course/."))
@option("--check", is_flag=True, help_text=N_("Write nothing; fail if a generated file is not what its source says."))
@option("--course", type=FOLDER, help_text=N_("The course's source, instead of the kit's own."))
@option("--to", "notebooks", type=FOLDER, help_text=N_("Where to write, instead of notebooks/ beside the course."))
@click.pass_context
def build_command(ctx: click.Context, course: Path | None, notebooks: Path | None, *, check: bool) -> None:
    """See the command's help."""
    from . import build

    lang = language()
    course = course or build.course_folder()
    notebooks = notebooks or course.parent / "notebooks"
    if not check:
        with showing(tell(lang, "Building notebooks")):
            changed = build.build(course, notebooks)
        for path in changed:
            click.echo(str(path))
        click.echo(tell(lang, "{number} files changed.", number=len(changed)))
        return
    with showing(tell(lang, "Comparing notebooks with their source")):
        stale = build.drift(course, notebooks)
    for path in stale:
        click.echo(
            tell(lang, "{path} is not what its source says; refresh it with: loyalty build", path=path), err=True
        )
    if stale:
        ctx.exit(_DRIFTED)
    click.echo(tell(lang, "Every generated file is what its source says."))


@command("new", N_("Make a class directory: an ordinary nbgrader course."))
@directory
@option("--lang", type=click.Choice(LANGUAGES), help_text=N_("The class's language; default: the command's."))
@option("--roster", type=FILE, help_text=N_("The class list: a CSV file with the column id, or 学号."))
@option("--dates", type=FILE, help_text=N_("Deadlines, and who has more time: a CSV file."))
@option("--chapters", metavar="STEM,...", default="", help_text=N_("The class's chapters; default: all."))
def new_command(directory: Path, lang: str | None, roster: Path | None, dates: Path | None, chapters: str) -> None:
    """See the command's help."""
    from . import classdir
    from .overlay import practice_line
    from .roster import read_roster

    learners = read_roster(roster, language()) if roster else []
    stems = [stem.strip() for stem in chapters.split(",") if stem.strip()]
    with showing(tell(language(), "Making the class directory")):
        made = classdir.new(directory, lang or language(), learners=learners, stems=stems, dates=dates)
    first = next(iter(made.rules.chapters), "")
    click.echo(tell(language(), "Made {path}. Next: loyalty release {path} {stem}", path=directory, stem=first))
    click.echo(tell(language(), "Chapters: {chapters}", chapters=", ".join(made.rules.chapters)))
    click.echo(practice_line(language()))
    if learners:
        click.echo(tell(language(), "Learners: {number}", number=len(learners)))
    click.echo(tell(language(), "What holds in the class stands in {file}.", file=directory / CLASS_FILE))


@command("dates", N_("Show the deadlines of a class; with a file, settle them anew."))
@directory
@click.argument("dates", metavar="[DATES.CSV]", type=FILE, required=False)
@as_json
def dates_command(directory: Path, dates: Path | None, *, as_json: bool) -> None:
    """See the command's help."""
    from .classdir import open_class
    from .dates import rows, set_dates

    if dates:
        set_dates(directory, dates, language())
    heads = {"chapter": N_("Chapter"), "learner": N_("Learner"), "due": N_("Deadline")}
    echo_table(rows(open_class(directory, language())), heads, as_json=as_json)


@command("release", N_("Make a chapter's learner's notebook, as nbgrader releases it."))
@directory
@chapter
@option("--exchange", is_flag=True, help_text=N_("Also put it into nbgrader's exchange, for the learners of a Hub."))
def release_command(directory: Path, chapter: str | None, *, exchange: bool) -> None:
    """See the command's help."""
    from . import classdir, overlay_source

    with showing(tell(language(), "Releasing")):
        notebook = classdir.release(directory, chapter, language())
    click.echo(tell(language(), "Give learners {path}", path=notebook))
    if overlay_source.behind(directory.resolve(), notebook.stem):
        message = N_(
            "private/ has changed, but {file} was edited by hand and is kept: work the change in by hand, or delete"
            " your edits and release again"
        )
        click.echo(tell(language(), message, file=f"source/{notebook.stem}/{notebook.name}"), err=True)
    if exchange:
        from .exchange import release

        click.echo(tell(language(), "Released to {path}", path=release(directory, chapter, language())))


@command("simulate", N_("Hand in a class of made-up submissions, with known mistakes."))
@directory
@chapter
@option("--learners", type=click.IntRange(min=1), default=30, show_default=True, help_text=N_("How many submissions."))
@option("--seed", type=int, default=1, show_default=True, help_text=N_("The same seed gives the same class."))
def simulate_command(directory: Path, chapter: str | None, learners: int, seed: int) -> None:
    """See the command's help."""
    from .classdir import open_class
    from .simulate import simulate

    stem = open_class(directory, language()).chapter(chapter, language())
    with showing(tell(language(), "Handing in")) as progress:
        made = simulate(directory, stem, learners, seed, progress, lang=language())
    click.echo(tell(language(), "{number} submissions are in {path}", number=len(made), path=directory / "submitted"))


@command("grade", N_("Mark what was handed in, through nbgrader and its gradebook."))
@directory
@chapter
@option(
    "--workers", type=click.IntRange(min=1), help_text=N_("How many notebooks run at once; default: one for each core.")
)
@option("--scheduler", metavar="ADDRESS", help_text=N_("Run notebooks on the Dask cluster at this address."))
@option("--student", "learners", multiple=True, help_text=N_("Mark this learner only; may be given more than once."))
@option("--again", is_flag=True, help_text=N_("Mark everything again, not only what is new or has changed."))
@as_json
@option("--changed", is_flag=True, help_text=N_("Mark what is new or has changed: what happens without --again."))
@option(
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
    as_json: bool,
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
    with showing(tell(language(), "Marking")) as progress, cluster(scheduler, language()) as executor:
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
    if as_json:
        echo_json(summary)
        return
    for line in summary_lines(summary, language()):
        click.echo(line)


@command("doctor", N_("Say what this machine has to keep learners' code away from it."))
def doctor_command() -> None:
    """See the command's help."""
    from .doctor import lines

    with showing(tell(language(), "Trying each level of isolation")):
        found = lines(language())
    for line in found:
        click.echo(line)


@command("feedback", N_("Write what goes back to learners: their marks and why, without hidden tests."))
@directory
@chapter
@option("--exchange", is_flag=True, help_text=N_("Also give it back through nbgrader's exchange, on a Hub."))
def feedback_command(directory: Path, chapter: str | None, *, exchange: bool) -> None:
    """See the command's help."""
    from .classdir import open_class
    from .feedback import feedback

    stem = open_class(directory, language()).chapter(chapter, language())
    with showing(tell(language(), "Writing feedback")) as progress:
        written = feedback(directory, stem, progress=progress, lang=language())
    click.echo(tell(language(), "{number} pages are in {path}", number=len(written), path=directory / "feedback"))
    if exchange:
        from .exchange import release_feedback

        sent = release_feedback(directory, stem, language())
        click.echo(tell(language(), "{number} pages are in the exchange.", number=sent))


@command("key", N_("Write a chapter's key for one learner, as their own data and parameters have it."))
@directory
@click.argument("learner")
@chapter
def key_command(directory: Path, learner: str, chapter: str | None) -> None:
    """See the command's help."""
    from .key import key

    with showing(tell(language(), "Working out the key")):
        page = key(directory, learner, chapter, language())
    click.echo(tell(language(), "The key is {path}", path=page))


@command("desk", N_("Open JupyterLab with Formgrader for this class."))
@directory
@option("--port", type=int, help_text=N_("Port of the server."))
@option("--browser/--no-browser", default=True, help_text=N_("Whether to open a browser."))
@click.pass_context
def desk_command(ctx: click.Context, directory: Path, port: int | None, *, browser: bool) -> None:
    """See the command's help."""
    from .desk import desk

    click.echo(tell(language(), "JupyterLab opens with Formgrader for {path}. End it with Ctrl+C.", path=directory))
    ctx.exit(desk(directory, lang=language(), port=port, browser=browser))


@command("demo", N_("The whole way once: a class of made-up learners, released, marked and reported."))
@click.argument("directory", metavar="[DIR]", type=FOLDER, default=Path("demo"))
@option("--lang", type=click.Choice(LANGUAGES), help_text=N_("The class's language; default: the command's."))
@option(
    "--learners",
    type=click.IntRange(min=1),
    default=_DEMO_LEARNERS,
    show_default=True,
    help_text=N_("How many submissions."),
)
@option("--seed", type=int, default=_DEMO_SEED, show_default=True, help_text=N_("The same seed gives the same class."))
def demo_command(directory: Path, lang: str | None, learners: int, seed: int) -> None:
    """See the command's help."""
    from .demo import demo

    for line in demo(directory, lang or language(), learners=learners, seed=seed, reader=language(), show=showing):
        click.echo(line)


# Heading -> its commands, in the order of a term
_SECTIONS: dict[str, list[Command]] = {
    N_("Make a class:"): [
        new_command,
        dates_command,
        *cli_reading.CLASS_COMMANDS,
        release_command,
        *cli_bundle.COMMANDS,
    ],
    N_("Take in:"): cli_collect.COMMANDS,
    N_("Mark:"): [grade_command, *cli_reading.COMMANDS, desk_command, key_command, doctor_command, cli_fix.fix_command],
    N_("Look and answer:"): [*cli_report.COMMANDS, feedback_command, *cli_fairness.COMMANDS],
    N_("Pass on:"): cli_export.COMMANDS,
    N_("End the term:"): cli_archive.COMMANDS,
    N_("Write a chapter:"): [*cli_author.COMMANDS, build_command],
    N_("Try it all:"): [demo_command, simulate_command],
}
COMMANDS: list[click.Command] = [each.under(section) for section, commands in _SECTIONS.items() for each in commands]
