"""What click itself says, in the reader's language: click has no catalogues, and its sentences are few.

Each of its sentences is a message id here; one that comes with words in it is found again by its fixed part.
"""

from __future__ import annotations

import re
from functools import cache

import click

from .messages import N_, tell

SENTENCES = (
    N_("Usage: "),
    N_("Try '{command} {option}' for help."),
    N_("Error: {message}"),
    N_("Missing argument {name}. Choose from:{options}"),
    N_("Missing option {name}. Choose from:{options}"),
    N_("Missing argument {name}."),
    N_("Missing option {name}."),
    N_("No such command {name}. Did you mean {other}?"),
    N_("No such command {name}. (Did you mean one of: {other}?)"),
    N_("No such command {name}."),
    N_("No such option {name}. Did you mean {other}?"),
    N_("No such option {name}. (Did you mean one of: {other}?)"),
    N_("No such option {name}."),
    N_("Option {name} requires an argument."),
    N_("Option {name} does not take a value."),
    N_("Got unexpected extra argument ({name})"),
    N_("Got unexpected extra arguments ({name})"),
    N_("Invalid value for {name}: {message}"),
    N_("File {name} does not exist."),
    N_("Directory {name} does not exist."),
    N_("Path {name} does not exist."),
    N_("File {name} is a directory."),
    N_("Directory {name} is a file."),
    N_("{name} is not a valid {kind}."),
    N_("{name} is not in the range {kind}."),
    N_("{name} is not one of {options}."),
    N_("{name} does not match the format {options}."),
    N_("[default: {value}]"),
)


@cache
def _known() -> tuple[tuple[str, re.Pattern[str]], ...]:
    def pattern(sentence: str) -> re.Pattern[str]:
        return re.compile(re.sub(r"\\{(\w+)\\}", r"(?P<\1>.+?)", re.escape(sentence)), re.DOTALL)

    return tuple((sentence, pattern(sentence)) for sentence in SENTENCES)


def translated(text: str, lang: str) -> str:
    """Return a sentence of click's in a language; what click has not said stays as it is.

    >>> translated("Missing argument 'DIR'.", "en")
    "Missing argument 'DIR'."
    """
    if lang == "en":
        return text
    for sentence, pattern in _known():
        if found := pattern.fullmatch(text):
            return tell(lang, sentence, **{name: translated(part, lang) for name, part in found.groupdict().items()})
    return text


class Misused(click.UsageError):
    """A wrong use of the command, said as click says it, in the reader's language."""

    def __init__(self, error: click.UsageError, lang: str) -> None:
        super().__init__(error.format_message(), error.ctx or click.get_current_context(silent=True))
        self._lang = lang
        self._usage = self.ctx.get_usage() if self.ctx else ""  # now, while the context says which language

    def show(self, file: object = None) -> None:  # noqa: ARG002 - click's signature
        """Write the line of usage, where help is, and what was wrong."""
        if self.ctx is not None:
            hint = f"Try '{self.ctx.command_path} --help' for help."
            click.echo(f"{self._usage}\n{translated(hint, self._lang)}\n", err=True)
        click.echo(tell(self._lang, "Error: {message}", message=translated(self.message, self._lang)), err=True)
