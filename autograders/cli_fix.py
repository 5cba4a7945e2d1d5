"""The command that corrects a chapter while submissions exist: what it would do, a question, and what it did."""

from __future__ import annotations

import sys
from difflib import unified_diff
from typing import TYPE_CHECKING, Any

import click

from loyaltylib.console import language

from .classfile import CLASS_FILE
from .cli_parts import FOLDER, as_json, chapter, command, directory, echo_json, echo_table, option, showing
from .messages import N_, tell

if TYPE_CHECKING:
    from pathlib import Path

    from .fix import Change, Correction, Move, Plan


@command("fix", N_("Correct a chapter that was handed in to: see who would move, then release and mark it anew."))
@directory
@chapter
@option("--course", type=FOLDER, help_text=N_("The corrected course, instead of the kit's own."))
@option("--as-is", is_flag=True, help_text=N_("The class's own source/ was corrected; do not build it anew."))
@option("--never-down", is_flag=True, help_text=N_("Let no mark fall: keep it as a mark given by hand."))
@option("--yes", is_flag=True, help_text=N_("Write it, without being asked."))
@option(
    "--workers", type=click.IntRange(min=1), help_text=N_("How many notebooks run at once; default: one for each core.")
)
@option(
    "--isolation",
    type=click.Choice(["namespaces", "landlock", "process"]),
    help_text=N_("The isolation asked for; default: the best there is, but not below landlock."),
)
@as_json
def fix_command(  # noqa: PLR0913 - the command's own options
    directory: Path,
    chapter: str | None,
    course: Path | None,
    workers: int | None,
    isolation: str | None,
    *,
    as_is: bool,
    never_down: bool,
    yes: bool,
    as_json: bool,
) -> None:
    """See the command's help."""
    from . import fix, fix_write
    from .sandbox.outside import Level, safe_level

    lang = language()
    if as_is and course:
        raise click.UsageError(tell(lang, "--as-is and --course exclude each other"))
    how: dict[str, Any] = {
        "workers": workers,
        "level": Level(isolation) if isolation else safe_level(lang),
        "lang": lang,
    }
    with showing(tell(lang, "Trying the correction")) as progress:
        planned = fix.plan(
            directory, chapter, course=course, as_is=as_is, never_down=never_down, progress=progress, **how
        )
    if not as_json:
        _say_plan(planned)
    written = planned.needed and (yes or (not as_json and _confirmed(planned)))
    folder = None
    if written:
        with showing(tell(lang, "Marking")) as progress:
            folder = fix_write.write(planned, progress=progress, **how)
    if as_json:
        echo_json({"written": written, "folder": folder, **planned.plain()})
    elif planned.needed:
        chosen = ["--as-is"] * as_is + ["--never-down"] * never_down + ["--course", str(course)] * bool(course)
        _say_end(planned, directory, folder, chosen)


def _confirmed(planned: Plan) -> bool:
    """Ask on a terminal whether to write: by typing what it is about, for a key is hit too soon."""
    if not _on_terminal():
        return False
    names = " ".join(each.stem for each in planned.corrections)
    message = N_("To write this, type {name}; anything else leaves all as it is")
    return bool(click.prompt(tell(language(), message, name=names), default="", show_default=False).strip() == names)


def _on_terminal() -> bool:
    return sys.stdin.isatty()


def _say_plan(planned: Plan) -> None:
    """Print what changes in each chapter and who would move."""
    lang = language()
    if planned.begun:
        click.echo(tell(lang, "A correction was stopped while it was written; this goes on with it."))
    for each in planned.corrections:
        if not planned.begun and not each.needed:
            click.echo(tell(lang, "{stem}: nothing to correct.", stem=each.stem))
            continue
        for line in _correction_lines(each, lang):
            click.echo(line)
        if each.moves:
            echo_table([_move_row(move) for move in each.moves], _MOVE_HEADS, as_json=False)
    if planned.pins:
        click.echo(tell(lang, "The versions in {file} become those installed.", file=CLASS_FILE))


_MOST_LINES = 6  # of one changed cell
_MOVE_HEADS = {
    "learner": N_("Learner"),
    "exercise": N_("Exercise"),
    "before": N_("Before"),
    "after": N_("After"),
    "note": N_("Note"),
}


def _move_row(move: Move) -> dict[str, Any]:
    notes = {
        "by_hand": N_("marked by hand: stays"),
        "held": N_("would fall: stays"),
        "other": N_("another hand-in counts"),
    }
    note = next((tell(language(), text) for name, text in notes.items() if getattr(move, name)), "")
    return {
        "learner": move.learner,
        "exercise": move.exercise,
        "before": f"{move.before:g}",
        "after": f"{move.after:g}",
        "note": note,
    }


def _correction_lines(correction: Correction, lang: str) -> list[str]:
    """Return what a correction does to one chapter: the texts that change, how many marks move."""
    stem = correction.stem
    lines = []
    if correction.changes:
        lines.append(tell(lang, "{stem}: {cells} cells read otherwise.", stem=stem, cells=len(correction.changes)))
    for change in correction.changes:
        lines += [f"  {change.cell}", *(f"    {line}" for line in _difference(change))]
    if correction.new_source and not correction.changes:
        lines.append(tell(lang, "{stem}: only the instructor's notebook changes.", stem=stem))
    lines.append(
        tell(
            lang,
            "{stem}: {marked} learners marked anew; {up} marks rise, {down} fall.",
            stem=stem,
            marked=correction.marked,
            up=correction.up,
            down=correction.down,
        )
    )
    if correction.unmarked:
        names = ", ".join(correction.unmarked)
        lines.append(tell(lang, "{stem}: not marked before: {learners}", stem=stem, learners=names))
    return lines


def _difference(change: Change) -> list[str]:
    """Return the lines of a cell that change, as far as they can be taken in."""
    found = list(unified_diff(change.before.splitlines(), change.after.splitlines(), lineterm="", n=0))
    lines = [line for line in found[2:] if not line.startswith("@@")]
    return lines if len(lines) <= _MOST_LINES else [*lines[:_MOST_LINES], "…"]


def _say_end(planned: Plan, directory: Path, folder: Path | None, chosen: list[str]) -> None:
    """Print whether it was written, and what to do next, with the options that were chosen."""
    lang = language()
    if folder is None:
        stem = [each.stem for each in planned.corrections[:1] if planned.named]
        command = " ".join(["loyalty fix", str(directory), *stem, *chosen])
        click.echo(tell(lang, "Nothing is written yet. To write it: {command} --yes", command=command))
        return
    click.echo(tell(lang, "Written. Who moved, and what was released before: {folder}", folder=folder))
    for each in planned.corrections:
        click.echo(tell(lang, "Next: loyalty feedback {path} {stem}", path=directory, stem=each.stem))
