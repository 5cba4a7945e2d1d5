"""`loyalty read`, `loyalty groups`: free texts by many on a page, and one hand-in for a group."""

from __future__ import annotations

import re
from typing import TYPE_CHECKING

import click

from loyaltylib.console import language

from .cli_parts import FILE, as_json, command, directory, echo_table, option
from .messages import N_, tell

if TYPE_CHECKING:
    from pathlib import Path

    from loyaltylib.console import Command


def _part(_context: click.Context, _parameter: click.Parameter, value: str) -> tuple[int, int]:
    match = re.fullmatch(r"(\d+)/(\d+)", value)
    part = (int(match[1]), int(match[2])) if match else (0, 0)
    if not 1 <= part[0] <= part[1]:
        raise click.BadParameter(tell(language(), "write it as 2/3: the second of three parts"))
    return part


@command("read", N_("Read the free texts of an exercise: without names, many on a page, levels on the keys 0 to 4."))
@directory
@click.argument("exercise")
@option("--part", callback=_part, default="1/1", help_text=N_("As 2/3: the second of three markers' parts."))
@option("--marker", default="", help_text=N_("Who reads, for --status."))
@option("--status", is_flag=True, help_text=N_("Open nothing; show how many are read, by whom, and how high."))
@as_json
@option("--port", type=int, default=0, help_text=N_("Port of the page."))
@option("--browser/--no-browser", default=True, help_text=N_("Whether to open a browser."))
def read_command(  # noqa: PLR0913 - the command's own options
    directory: Path,
    exercise: str,
    part: tuple[int, int],
    marker: str,
    port: int,
    *,
    status: bool,
    as_json: bool,
    browser: bool,
) -> None:
    """See the command's help."""
    from . import reading, reading_server
    from .classdir import open_class
    from .follow_up import follow_up

    opened = open_class(directory, language())
    asked = reading.exercise(opened, exercise)
    if status:
        heads = {"marker": N_("Marker"), "texts": N_("Texts"), "mean": N_("Mean share")}
        echo_table(reading.status(opened, asked), heads, as_json=as_json)
        return
    desk = reading_server.Desk(opened, asked, part, marker, language())

    def say(address: str) -> None:
        click.echo(tell(language(), "Read at {address} . End with Ctrl+C.", address=address))

    reading_server.serve(desk, port, browser=browser, say=say)
    for question in follow_up(opened, asked.stem):
        click.echo(question)


@command("groups", N_("Show the groups of a class, in which one hand-in marks all; with a file, settle them anew."))
@directory
@click.argument("groups", metavar="[GROUPS.CSV]", type=FILE, required=False)
@as_json
def groups_command(directory: Path, groups: Path | None, *, as_json: bool) -> None:
    """See the command's help."""
    from . import groups as groups_module
    from .classdir import open_class

    if groups:
        groups_module.set_groups(directory, groups, language())
    opened = open_class(directory, language())
    rows = [
        {
            "chapter": group.stem,
            "group": group.name,
            "members": ", ".join(group.members),
            "handed_in": ", ".join(groups_module.handed_in(opened, group)),
        }
        for group in groups_module.groups(opened)
    ]
    heads = {
        "chapter": N_("Chapter"),
        "group": N_("Group"),
        "members": N_("Members"),
        "handed_in": N_("Handed in"),
    }
    echo_table(rows, heads, as_json=as_json)


COMMANDS: list[Command] = [read_command]
CLASS_COMMANDS: list[Command] = [groups_command]
