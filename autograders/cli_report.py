"""`loyalty report`: the report of a chapter, or of all that are marked, with the overview of the class."""

from __future__ import annotations

from typing import TYPE_CHECKING

import click

from loyaltylib.console import language

from .cli_parts import as_json, chapter, command, directory, echo_json, showing
from .messages import N_, tell

if TYPE_CHECKING:
    from pathlib import Path

    from loyaltylib.console import Command


@command("report", N_("Write the class report: a chapter's pages and tables; without CHAPTER all, and an overview."))
@directory
@chapter
@as_json
def report_command(directory: Path, chapter: str | None, *, as_json: bool) -> None:
    """See the command's help."""
    from .report_index import report_all

    with showing(tell(language(), "Writing the report")) as progress:
        page, found = report_all(directory, chapter, language(), progress)
    if as_json:
        echo_json({stem: {**tables.rows, "alpha": tables.alpha} for stem, tables in found.items()})
        return
    click.echo(tell(language(), "The report is {path}", path=page))


COMMANDS: list[Command] = [report_command]
