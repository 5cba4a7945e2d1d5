"""`loyalty bundle`: what learners get, in one zip."""

from __future__ import annotations

from typing import TYPE_CHECKING

import click

from loyaltylib.console import language

from .cli_parts import NEW_FILE, command, directory, option, showing
from .messages import N_, tell

if TYPE_CHECKING:
    from pathlib import Path

    from loyaltylib.console import Command


@command("bundle", N_("Make what learners get: one zip with the notebooks, the library and starters to click on."))
@directory
@click.argument("out", metavar="OUT.ZIP", type=NEW_FILE)
@option(
    "--wheelhouse", is_flag=True, help_text=N_("Put everything inside that is installed, for rooms without internet.")
)
@option(
    "--platform",
    "platforms",
    multiple=True,
    type=click.Choice(["windows", "macos", "linux"]),
    help_text=N_("With --wheelhouse: for which computers; may be given more than once. Default: like this one."),
)
@option(
    "--python",
    "pythons",
    multiple=True,
    metavar="3.12",
    help_text=N_("With --wheelhouse: for which Python; may be given more than once. Default: this one's."),
)
def bundle_command(
    directory: Path, out: Path, platforms: tuple[str, ...], pythons: tuple[str, ...], *, wheelhouse: bool
) -> None:
    """See the command's help."""
    from .bundle import bundle

    if (platforms or pythons) and not wheelhouse:
        raise click.UsageError(tell(language(), "--platform and --python need --wheelhouse"))
    with showing(tell(language(), "Making the learners' zip")):
        bundle(directory, out, house=wheelhouse, platforms=platforms, pythons=pythons, lang=language())
    size = f"{out.stat().st_size / 1e6:.1f}"
    click.echo(tell(language(), "Give learners {path} ({size} MB)", path=out, size=size))


COMMANDS: list[Command] = [bundle_command]
