"""The `loyalty` command: what a learner and a trainer run; an instructor's commands come from `autograders`.

`loyalty --help` stays quick: a command's own imports happen when it runs.
"""

from __future__ import annotations

from importlib.metadata import entry_points
from pathlib import Path

import click

from . import __version__
from .cli_own import try_command
from .console import Command, Group, Option, lang_option, language
from .messages import N_, tell

ENTRY_POINTS = "loyalty.commands"  # each entry is a list of click commands


class Loyalty(Group):
    """The group: its own commands, and those that installed packages add."""

    def _added(self) -> dict[str, click.Command]:
        """Load the commands other packages add, once."""
        found: dict[str, click.Command] = self.__dict__.setdefault("_found", {})
        if not found:
            for entry in sorted(entry_points(group=ENTRY_POINTS), key=lambda e: e.name):
                found |= {command.name: command for command in entry.load()}
        return found

    def list_commands(self, ctx: click.Context) -> list[str]:  # noqa: ARG002 - click's signature
        """Return the names of all commands: the group's own, those that were added, and last the one on itself."""
        own = [name for name in self.commands if name != completion_command.name]
        return [*own, *self._added(), str(completion_command.name)]

    def get_command(self, ctx: click.Context, cmd_name: str) -> click.Command | None:
        """Return a command by its name; other packages are asked only for what is not the group's own."""
        return super().get_command(ctx, cmd_name) or self._added().get(cmd_name)


@click.command(
    "lab",
    cls=Command,
    help=N_("Open the notebooks in JupyterLab, on your own copy.\n\nWork that is there already is never overwritten."),
)
@click.argument("chapter", required=False)
@click.option(
    "--folder",
    cls=Option,
    type=click.Path(file_okay=False, path_type=Path),
    default=Path("loyalty-work"),
    show_default=True,
    help=N_("Where your copy of the notebooks is kept."),
)
@click.option(
    "--notebooks",
    cls=Option,
    type=click.Path(file_okay=False, exists=True, path_type=Path),
    help=N_("A class's notebooks, in place of the kit's own."),
)
@click.option("--port", cls=Option, type=int, help=N_("Port of the server."))
@click.option("--browser/--no-browser", cls=Option, default=True, help=N_("Whether to open a browser."))
@click.pass_context
def lab_command(  # noqa: PLR0913 - the command's own options
    ctx: click.Context, chapter: str | None, folder: Path, notebooks: Path | None, port: int | None, *, browser: bool
) -> None:
    """See the command's help."""
    from .lab import lab

    click.echo(tell(language(), "JupyterLab opens; your notebooks are in {folder}. End it with Ctrl+C.", folder=folder))
    ctx.exit(lab(folder, language(), chapter, port, browser=browser, notebooks=notebooks))


@click.command(
    "present",
    cls=Command,
    help=N_(
        "Show the simulators to a room, and let it vote.\n\n"
        "Only this computer can open the simulators; the poll is for the address given with --poll-host."
    ),
)
@click.option("--port", cls=Option, type=int, help=N_("Port of the server."))
@click.option("--poll-host", cls=Option, help=N_("This computer's address in the room's network, for the poll."))
@click.option("--poll-port", cls=Option, type=int, help=N_("Port of the poll."))
@click.option("--check", cls=Option, is_flag=True, help=N_("Only test whether phones can reach the poll."))
@click.option("--browser/--no-browser", cls=Option, default=True, help=N_("Whether to open a browser."))
@click.pass_context
def present_command(  # noqa: PLR0913 - the command's own options
    ctx: click.Context, port: int | None, poll_host: str | None, poll_port: int | None, *, check: bool, browser: bool
) -> None:
    """See the command's help."""
    from .present import HOST, POLL_PORT, PORT, present

    host, number = poll_host or HOST, POLL_PORT if poll_port is None else poll_port
    if check:
        from .present_check import check as reachable

        ctx.exit(0 if reachable(host, number, language(), say=click.echo) else 1)
    present(language(), PORT if port is None else port, poll=(host, number), open_browser=browser, say=click.echo)


@click.command(
    "completion",
    cls=Command,
    help=N_(
        "Print what lets your shell complete commands, options, chapters and folders.\n\n"
        'For bash put this line into ~/.bashrc: eval "$(loyalty completion bash)"'
    ),
)
@click.argument("shell", type=click.Choice(["bash", "zsh", "fish"]), default="bash")
def completion_command(shell: str) -> None:
    """See the command's help."""
    from click.shell_completion import get_completion_class

    kind = get_completion_class(shell)
    if kind is not None:  # click knows each of the choices
        click.echo(kind(loyalty, {}, "loyalty", "_LOYALTY_COMPLETE").source())


loyalty = Loyalty(
    "loyalty",
    commands=[
        lab_command.under(N_("Learn:")),
        present_command.under(N_("Show:")),
        try_command.under(N_("Your own company:")),
        completion_command.under(N_("This command:")),
    ],
    params=[lang_option(N_("Language of messages and help; default: the environment's."))],
    help=N_("The customer loyalty course: learn, teach, show."),
)
click.version_option(__version__, prog_name="loyalty", cls=Option, help=N_("Show the version and leave."))(loyalty)


def main() -> None:
    """Run the `loyalty` command."""
    loyalty(prog_name="loyalty")
