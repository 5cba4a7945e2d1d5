"""The commands for a term's end: `loyalty archive` and `loyalty restore`."""

from __future__ import annotations

from pathlib import Path  # noqa: TC003 - click's functions are annotated with it

import click

from loyaltylib.console import Command, language

from .cli_parts import FILE, NEW_FILE, as_json, command, directory, echo_json, option, showing
from .messages import N_, tell

_MEGABYTE = 1 << 20


@command("archive", N_("Keep a class after its term: everything in one zip that proves itself whole."))
@directory
@click.argument("out", metavar="OUT.zip", type=NEW_FILE)
@option("--pseudonymise", is_flag=True, help_text=N_("Replace ids, names and e-mails everywhere; the key stays here."))
@option(
    "--without",
    multiple=True,
    type=click.Choice(["notebooks", "feedback", "reports", "private", "texts"]),
    help_text=N_("Leave this out; may be given more than once. texts: what learners wrote, with --pseudonymise."),
)
@as_json
def archive_command(directory: Path, out: Path, without: tuple[str, ...], *, pseudonymise: bool, as_json: bool) -> None:
    """See the command's help."""
    from .archive import archive

    if "texts" in without and not pseudonymise:
        raise click.UsageError(tell(language(), "--without texts goes with --pseudonymise"))
    with showing(tell(language(), "Archiving")) as progress:
        made = archive(directory, out, pseudonymise=pseudonymise, without=without, progress=progress, lang=language())
    if as_json:
        echo_json(made)
        return
    size = f"{made.size / _MEGABYTE:.1f}"
    click.echo(tell(language(), "{path}: {number} files, {size} MB", path=made.path, number=made.files, size=size))
    click.echo(tell(language(), "sha256 {digest}: note it elsewhere, to prove the archive by", digest=made.sha256))
    if made.left_out:
        click.echo(tell(language(), "Left out: {files}", files=", ".join(made.left_out)))
    if made.key is None:
        click.echo(tell(language(), "It holds personal data: keep it as you keep the class."))
        return
    message = N_("The key of the pseudonyms is {path}. Who has it and the class list can undo them: keep it apart.")
    click.echo(tell(language(), message, path=made.key))
    message = N_(
        "Data samples and expected values were drawn from the real ids: the archived class cannot be marked again, and"
        " whoever has the list of ids could tell by trying whose sample a notebook holds."
    )
    click.echo(tell(language(), message))


@command("restore", N_("Prove an archive whole and make its class directory again."))
@click.argument("source", metavar="OUT.zip", type=FILE)
@directory
@as_json
def restore_command(source: Path, directory: Path, *, as_json: bool) -> None:
    """See the command's help."""
    from .archive import restore

    with showing(tell(language(), "Proving and restoring")) as progress:
        made = restore(source, directory, progress=progress, lang=language())
    if as_json:
        echo_json(made)
        return
    click.echo(tell(language(), "{number} files are as they were archived.", number=made.files))
    click.echo(
        tell(language(), "The class is {path}, made with version {kit} of the kit.", path=made.path, kit=made.kit)
    )
    if made.pseudonymised:
        message = N_("Its learners are pseudonymised: it can be read and reported, and not marked again.")
        click.echo(tell(language(), message))


COMMANDS: list[Command] = [archive_command, restore_command]
