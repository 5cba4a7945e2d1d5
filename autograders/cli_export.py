"""Commands that hand things on: grades to a spreadsheet or a learning management system, the quiz bank to another."""

from __future__ import annotations

from pathlib import Path
from typing import TYPE_CHECKING, Any

import click

from loyaltylib.console import language
from loyaltylib.messages import LANGUAGES

from .cli_parts import FILE, FOLDER, NEW_FILE, as_json, command, directory, echo_json, echo_table, option, showing
from .messages import N_, tell

if TYPE_CHECKING:
    from loyaltylib.console import Command

    from .grades import Grades
    from .quiz_export import System

_HEADS = {
    "chapter": N_("Chapter"),
    "points": N_("Points"),
    "weight": N_("Weight"),
    "handed_in": N_("Handed in"),
    "nothing": N_("Nothing"),
    "waiting": N_("Waiting"),
    "mean": N_("Mean"),
}
_LONGEST_SAFE_ID = 11  # digits from which on a spreadsheet writes a number as 2.02E+11

chapters = click.argument("chapters", metavar="[CHAPTER]...", nargs=-1)


@command("export", N_("Write the grades: a table, a workbook, or the file that Canvas or Moodle imports."))
@directory
@chapters
@option(
    "--to",
    type=click.Choice(["csv", "xlsx", "canvas", "moodle"]),
    default="xlsx",
    show_default=True,
    help_text=N_("What for."),
)
@option("--out", type=NEW_FILE, help_text=N_("The file; default: in DIR/export/."))
@option(
    "--per",
    type=click.Choice(["chapter", "exercise"]),
    default="chapter",
    show_default=True,
    help_text=N_("A column for each chapter, or for each exercise too (csv; a workbook has both)."),
)
@option(
    "--like", type=FILE, help_text=N_("A gradebook exported from Canvas, for who and what is which there (canvas).")
)
@option("--feedback", is_flag=True, help_text=N_("A column of feedback after each chapter (moodle)."))
@option("--zero", is_flag=True, help_text=N_("0 for who handed in nothing, not an empty cell (canvas, moodle)."))
@option("--anyway", is_flag=True, help_text=N_("Although answers wait for a person (canvas, moodle)."))
@as_json
def export_command(  # noqa: PLR0913 - the command's own options
    directory: Path, chapters: tuple[str, ...], to: str, out: Path | None, per: str, *, as_json: bool, **given: Any
) -> None:
    """See the command's help."""
    from .classdir import open_class
    from .export import export, remarks

    with showing(tell(language(), "Exporting grades")):
        traits = _traits(to, per, **given)
        opened = open_class(directory, language())
        path, grades = export(opened, to, chapters, out, language(), **traits)
    said = remarks(grades, opened.root, language())
    if to == "csv" and any(_is_a_number(row.learner.id) for row in grades.rows):
        message = N_(
            "Ids are digits: a double click on the file costs them zeros or digits; import it, or use --to xlsx."
        )
        said.append(tell(language(), message))
    if as_json:
        echo_json({"file": path, "remarks": said, "chapters": _summary(grades), "learners": _people(grades)})
        return
    echo_table(_summary(grades), _HEADS, as_json=False)
    for line in said:
        click.echo(line, err=True)
    click.echo(tell(language(), "The grades of {number} learners are in {path}", number=len(grades.rows), path=path))


def _traits(to: str, per: str, **given: Any) -> dict[str, Any]:
    """Return the plugin's settings; raises `click.UsageError` for an option that this kind of file has no use for."""
    given["exercises"] = per == "exercise"
    lms = {"zero", "anyway"}
    has = {"csv": {"exercises"}, "xlsx": {"exercises"}, "canvas": lms | {"like"}, "moodle": lms | {"feedback"}}[to]
    set_ = {name: str(value) if name == "like" else value for name, value in given.items() if value}
    unused = sorted(set_.keys() - has)
    if unused:
        names = ", ".join("--per" if name == "exercises" else f"--{name}" for name in unused)
        raise click.UsageError(tell(language(), "{options}: not with --to {to}", options=names, to=to))
    return set_


def _is_a_number(learner: str) -> bool:
    return learner.isdecimal() and (learner.startswith("0") or len(learner) > _LONGEST_SAFE_ID)


def _summary(grades: Grades) -> list[dict[str, Any]]:
    """Return one row a chapter: what the export holds."""
    rows = []
    for part in grades.parts:
        results = [row.results[part.stem] for row in grades.rows]
        marked = [result.total for result in results if result.state in ("marked", "waiting")]
        rows.append(
            {
                "chapter": part.stem,
                "points": part.max_points,
                "weight": part.weight,
                "handed_in": sum(result.state != "nothing" for result in results),
                "nothing": sum(result.state == "nothing" for result in results),
                "waiting": sum(result.waiting for result in results),
                "mean": round(sum(marked) / len(marked), 2) if marked else None,
            }
        )
    return rows


def _people(grades: Grades) -> list[dict[str, Any]]:
    """Return one entry a learner, with what is known of each chapter."""
    return [
        {
            "id": row.learner.id,
            "name": row.learner.name,
            "grade": grades.percent(row),
            "chapters": {stem: {"total": result.total, **vars(result)} for stem, result in row.results.items()},
        }
        for row in grades.rows
    ]


@command("export-quiz", N_("Write the quiz bank, keys and all, as Moodle and QTI 2.1 systems import it."))
@chapters
@option("--to", type=click.Choice(["moodle", "qti"]), default="moodle", show_default=True, help_text=N_("What for."))
@option(
    "--lang",
    "wanted",
    type=click.Choice([*LANGUAGES, "both"]),
    default="both",
    show_default=True,
    help_text=N_("The questions' language; one file for each."),
)
@option(
    "--use",
    type=click.Choice(["practice", "marked", "all"]),
    default="practice",
    show_default=True,
    help_text=N_("Items that learners practise with, those that are marked, or all."),
)
@option("--out", type=FOLDER, default=Path("quiz-export"), show_default=True, help_text=N_("The folder."))
@as_json
def export_quiz_command(  # noqa: PLR0913 - the command's own options
    chapters: tuple[str, ...], to: System, wanted: str, use: str, out: Path, *, as_json: bool
) -> None:
    """See the command's help."""
    from .quiz_export import bank, export_quiz

    langs = LANGUAGES if wanted == "both" else (wanted,)
    with showing(tell(language(), "Writing the quiz bank")):
        written = export_quiz(to, out, chapters, langs=langs, use=use, said_in=language())
    units = bank(chapters, use)
    rows = [{"chapter": unit.stem, "use": unit.use, "items": len(unit.items)} for unit in units]
    if as_json:
        echo_json({"files": written, "bank": rows})
        return
    shown = [row | {"use": unit.use_text(language())} for row, unit in zip(rows, units, strict=True)]
    echo_table(shown, {"chapter": N_("Chapter"), "use": N_("Use"), "items": N_("Items")}, as_json=False)
    for path in written:
        click.echo(str(path))
    click.echo(tell(language(), "The files hold every key and why: for instructors only."), err=True)
    if use != "practice":
        message = N_("Marked items are in them: who sees them in another quiz knows them before this class's hand-in.")
        click.echo(tell(language(), message), err=True)


COMMANDS: list[Command] = [export_command, export_quiz_command]
