"""What an instructor's commands are made of: help in the reader's language, progress, tables for people and scripts."""

from __future__ import annotations

import json
from contextlib import contextmanager
from dataclasses import asdict, is_dataclass
from pathlib import Path
from typing import TYPE_CHECKING, Any, TypeVar

import click

from loyaltylib.console import Command, Option, language

from .messages import N_, tell

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator, Mapping, Sequence

    from .terminal import Progress

Function = TypeVar("Function", bound="Callable[..., Any]")
FOLDER = click.Path(file_okay=False, path_type=Path)
FILE = click.Path(dir_okay=False, exists=True, path_type=Path)
NEW_FILE = click.Path(dir_okay=False, path_type=Path)

directory = click.argument("directory", metavar="DIR", type=FOLDER)


def _stems(ctx: click.Context, _param: click.Parameter, begun: str) -> list[str]:
    """Return the chapters of the class named before, or of the course, for a shell that completes."""
    from loyaltylib.chapters import syllabus

    folder = ctx.params.get("directory")
    found = sorted(path.name for path in Path(folder).glob("source/*")) if folder else []
    return [stem for stem in found or syllabus() if stem.startswith(begun)]


chapter = click.argument("chapter", required=False, shell_complete=_stems)


def command(name: str, help_text: str) -> Callable[[Callable[..., Any]], Command]:
    """Return the decorator of a command whose help is a message id."""
    return click.command(name, cls=Command, tell=tell, help=help_text)


def option(*names: str, help_text: str, **settings: Any) -> Callable[[Function], Function]:
    """Return the decorator of an option whose help is a message id."""
    return click.option(*names, cls=Option, tell=tell, help=help_text, **settings)


as_json = option("--json", "as_json", is_flag=True, help_text=N_("Print JSON for scripts."))


@contextmanager
def showing(what: str) -> Iterator[Progress]:
    """Show on stderr that `what` is under way, and yield the function that says how far it is."""
    from .terminal import progress

    with progress(what) as show:
        yield show


def echo_json(data: Any) -> None:
    """Print plain data, or dataclasses, as JSON: the same on every machine, texts as they are."""
    click.echo(json.dumps(data, ensure_ascii=False, indent=1, default=_plain))


def echo_table(rows: Sequence[Mapping[str, Any]], heads: Mapping[str, str], *, as_json: bool) -> None:
    """Print rows as a table for people, or as JSON for scripts.

    heads  key of a row -> its heading, a message id; JSON has the rows whole, by their keys
    """
    if as_json:
        echo_json([dict(row) for row in rows])
        return
    from .terminal import table

    shown = {key: tell(language(), head) for key, head in heads.items()}
    cells = [["–" if row.get(key, "") is None else row.get(key, "") for key in shown] for row in rows]
    click.echo(table(cells, list(shown.values())))


def _plain(value: Any) -> Any:
    if is_dataclass(value) and not isinstance(value, type):
        return asdict(value)
    return sorted(value) if isinstance(value, (set, frozenset)) else str(value)
