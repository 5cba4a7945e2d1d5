"""The `loyalty` command's building blocks: help in the reader's language, one line for an error.

A help text is written in English as a message id; what is shown comes from a catalogue when it is shown.
"""

from __future__ import annotations

import errno
import os
import re
from contextlib import contextmanager
from pathlib import Path
from typing import TYPE_CHECKING, Any

import click
from click.exceptions import NoArgsIsHelpError

from .console_click import Misused, translated
from .errors import LoyaltyError
from .messages import LANGUAGES, N_
from .messages import tell as library_tell

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator

LANGUAGE_VARIABLES = ("LOYALTY_LANG", "LC_ALL", "LC_MESSAGES", "LANG")
_LANGUAGE = "loyalty.lang"  # where click's root context keeps the language
EXIT_FAILED = 2
_EXTRA = re.compile(r"\[default: [^\]]*\]")  # what click adds to an option's help
_NO_PLACE = (errno.ENOSPC, errno.EROFS, errno.EACCES, errno.EPERM, getattr(errno, "EDQUOT", errno.ENOSPC))


def default_language() -> str:
    """Return the language of the environment: the first of `LOYALTY_LANG`, `LC_ALL`, ... that is set."""
    found = next((os.environ[name] for name in LANGUAGE_VARIABLES if os.environ.get(name)), "")
    return "zh" if found.lower().startswith(("zh", "chinese")) else "en"


def language() -> str:
    """Return the language of the command that runs: `--lang`, or the environment's."""
    context = click.get_current_context(silent=True)
    chosen = context.find_root().meta.get(_LANGUAGE) if context else None
    return str(chosen or default_language())


class Formatter(click.HelpFormatter):
    """Writes the fixed words of a help page in the reader's language."""

    def write_usage(self, prog: str, args: str = "", prefix: str | None = None) -> None:
        """Write the line of usage."""
        super().write_usage(prog, args, prefix or library_tell(language(), "Usage: "))

    def write_heading(self, heading: str) -> None:
        """Write the heading of a section."""
        lang = language()
        words = {"Options": library_tell(lang, "Options:"), "Commands": library_tell(lang, "Commands:")}
        self.write(f"{'':>{self.current_indent}}{words.get(heading, heading)}\n")


class Context(click.Context):
    """Click's context with our formatter."""

    formatter_class = Formatter


class _Translated:
    """A part of a command whose `help` is a message id of `tell`'s catalogue."""

    def __init__(self, *args: Any, tell: Callable[..., str] = library_tell, **kwargs: Any) -> None:
        self._tell = tell
        super().__init__(*args, **kwargs)

    @property
    def help(self) -> str | None:
        """The help in the reader's language."""
        return self._tell(language(), self._help) if self._help else self._help

    @help.setter  # noqa: A003 - click's name
    def help(self, text: str | None) -> None:
        self._help = text


class Option(_Translated, click.Option):
    """An option with a translated help."""

    def get_help_record(self, ctx: click.Context) -> tuple[str, str] | None:
        """Return the option and its help; what click adds to it is translated too."""
        record = super().get_help_record(ctx)
        return record and (record[0], _EXTRA.sub(lambda found: translated(found[0], language()), record[1]))


class Command(_Translated, click.Command):
    """A command with a translated help, shown whole in the list of commands, under the heading of its `section`."""

    context_class = Context
    section = ""  # a message id of the command's own catalogue

    def under(self, section: str) -> Command:
        """Return the command, listed from now on under a heading."""
        self.section = section
        return self

    @property
    def heading(self) -> str:
        """The heading in the reader's language."""
        return self._tell(language(), self.section) if self.section else ""

    def get_short_help_str(self, limit: int = 45) -> str:  # noqa: ARG002 - click's signature; nothing is cut off
        """Return the first line of the help."""
        return (self.help or "").split("\n", maxsplit=1)[0]

    def get_help_option(self, ctx: click.Context) -> click.Option | None:
        """Return the `--help` option with its own help translated."""
        return _translated_help(super().get_help_option(ctx))


class Failure(click.ClickException):
    """An error a person can act on: one line on stderr, exit code 2, no traceback."""

    exit_code = EXIT_FAILED

    def show(self, file: Any = None) -> None:  # noqa: ARG002 - click's signature
        """Write the one line."""
        click.echo(f"loyalty: {' '.join(self.message.split())}", err=True)


class Group(Command, click.Group):
    """A group of commands that turns a `LoyaltyError` into one line."""

    def format_commands(self, ctx: click.Context, formatter: click.HelpFormatter) -> None:
        """Write the commands under the headings of their sections, in the order in which these first come up."""
        sections: dict[str, list[tuple[str, str]]] = {}
        for name in self.list_commands(ctx):
            command = self.get_command(ctx, name)
            if isinstance(command, Command) and not command.hidden:
                sections.setdefault(command.heading or "Commands", []).append((name, command.get_short_help_str()))
        widest = max((len(name) for rows in sections.values() for name, _ in rows), default=0)
        for heading, rows in sections.items():
            with formatter.section(heading):
                formatter.write_dl([(name.ljust(widest), text) for name, text in rows])

    def parse_args(self, ctx: click.Context, args: list[str]) -> list[str]:
        """Read the group's own options."""
        with _said_to_a_person():
            return super().parse_args(ctx, args)

    def resolve_command(
        self, ctx: click.Context, args: list[str]
    ) -> tuple[str | None, click.Command | None, list[str]]:
        """Return the command that is meant; of one there is not, what comes near it, added commands too."""
        try:
            return super().resolve_command(ctx, args)
        except click.NoSuchCommand as error:
            names = self.list_commands(ctx)
            raise click.NoSuchCommand(error.command_name, possibilities=names, ctx=ctx) from error

    def invoke(self, ctx: click.Context) -> Any:
        """Run a command; what it raises on purpose becomes one line, and so does a place that takes no file."""
        with _said_to_a_person():
            return super().invoke(ctx)


@contextmanager
def _said_to_a_person() -> Iterator[None]:
    try:
        yield
    except LoyaltyError as error:
        raise Failure(str(error)) from error
    except NoArgsIsHelpError:
        raise
    except click.UsageError as error:
        raise Misused(error, language()) from error
    except OSError as error:
        if error.errno not in _NO_PLACE:
            raise
        message = N_("{path}: {reason}. Make room or choose another place, and run it again")
        where = error.filename or Path.cwd()
        raise Failure(library_tell(language(), message, path=where, reason=error.strerror)) from error


def _translated_help(option: click.Option | None) -> click.Option | None:
    if option is not None:
        option.help = library_tell(language(), "Show this page and leave.")
    return option


def _choose(ctx: click.Context, _param: click.Parameter, value: str | None) -> str | None:
    """Keep the language for every help text and message that follows."""
    if value:
        ctx.find_root().meta[_LANGUAGE] = value
    return value


def lang_option(help_text: str) -> Option:
    """Return the `--lang` option of the whole command, which takes effect for a `--help` after it."""
    kind = click.Choice(LANGUAGES)
    return Option(["--lang"], type=kind, callback=_choose, is_eager=True, expose_value=False, help=help_text)
