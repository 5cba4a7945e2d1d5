"""What a person is asked about a sales list on a terminal: which sheet, which columns, whether to go on.

In a script nobody can be asked: what was given or guessed from the headings is taken, and anything less stops with
the option to say it with.
"""

from __future__ import annotations

import sys
from typing import TYPE_CHECKING, Any, Final

import click

from .console import language
from .errors import SalesError
from .messages import N_, tell
from .own_columns import NEEDED, ROLES, Guess, guess
from .own_sales import shown

if TYPE_CHECKING:
    from collections.abc import Mapping, Sequence

    from .own_files import Sheet
    from .own_sales import Sales

MOST: Final = 0.5  # share of rows without which no figure says anything of the company, whoever says to go on
FEW: Final = 0.05  # share of rows that may be left out of the figures without a person saying so
_PREVIEWED = 3  # rows
_LISTED = 8  # faults on the terminal


def can_ask() -> bool:
    """Tell whether a person sits at the terminal."""
    return sys.stdin.isatty()


def choose_sheet(sheets: Sequence[Sheet], name: str | None) -> Sheet:
    """Return the sheet asked for, the only one, the one a person chooses, or the first with the needed columns."""
    lang = language()
    names = ", ".join(f"“{shown(sheet.name)}”" for sheet in sheets)
    if name is not None:
        if found := next((sheet for sheet in sheets if sheet.name == name), None):
            return found
        raise SalesError(tell(lang, "there is no sheet “{name}” with a list; there is {names}", name=name, names=names))
    if len(sheets) == 1:
        return sheets[0]
    usual = next((at for at, sheet in enumerate(sheets) if not guess(sheet.heads, sheet.first).missing), 0)
    if can_ask():
        click.echo(tell(lang, "The workbook has several lists:"))
        for number, sheet in enumerate(sheets, 1):
            click.echo(f"  {number}  {shown(sheet.name)}")
        chosen = click.prompt(tell(lang, "Which one"), type=click.IntRange(1, len(sheets)), default=usual + 1)
        return sheets[chosen - 1]
    click.echo(
        tell(
            lang,
            "Of the sheets {names}, “{name}” is taken; choose another with --sheet",
            names=names,
            name=shown(sheets[usual].name),
        )
    )
    return sheets[usual]


def choose_columns(sheet: Sheet, given: Mapping[str, str], *, yes: bool) -> dict[str, str]:
    """Return role -> heading: what was given, else guessed, and confirmed by the person at a terminal."""
    guessed = guess(sheet.heads, sheet.first)
    named = {role: _heading(sheet, text) for role, text in given.items()}
    free = {role: head for role, head in guessed.columns.items() if role not in named and head not in named.values()}
    columns = {role: (named | free)[role] for role in ROLES if role in named | free}
    missing = [role for role in NEEDED if role not in columns]
    unsure = [role for role in guessed.from_cells if role not in named]
    if yes or not can_ask():
        if missing or (unsure and not yes):
            raise SalesError(_say_it(sheet, (missing or unsure)[0]))
        _show(sheet, columns)
        return columns
    if not missing:
        _show(sheet, columns, Guess(columns, tuple(unsure)))
        if click.confirm(tell(language(), "Is that right?"), default=True):
            return columns
    return _ask(sheet, columns)


def go_on(sales: Sales, *, yes: bool) -> None:
    """Say which rows could not be used; stop where they are many and nobody says to go on without them."""
    lang = language()
    if not sales.faults:
        return
    click.echo(
        tell(lang, "{left} of {rows} rows cannot be used:", left=len(sales.faults), rows=sales.rows),
        err=True,
    )
    for fault in sales.faults[:_LISTED]:
        click.echo(f"  {fault.text(lang)}", err=True)
    if len(sales.faults) > _LISTED:
        for reason, count in sales.by_reason:
            told = tell(lang, "{reason}: {count} rows", reason=tell(lang, reason), count=count)
            click.echo(f"  {told}", err=True)
    if len(sales.faults) > MOST * sales.rows:
        raise SalesError(
            tell(lang, "nothing was made: most rows cannot be used; correct them, or choose other columns")
        )
    if yes or len(sales.faults) <= FEW * sales.rows:
        return
    if can_ask() and click.confirm(tell(lang, "Go on without these rows?"), default=False):
        return
    raise SalesError(tell(lang, "nothing was made; correct the rows, or go on without them with --yes"))


def _heading(sheet: Sheet, text: str) -> str:
    """Return the heading meant by a name, whatever its case and spaces, or by a column's number."""
    if text in sheet.heads:
        return text
    if text.isdecimal() and 1 <= int(text) <= len(sheet.heads):
        return sheet.heads[int(text) - 1]
    found = next((head for head in sheet.heads if _same(head) == _same(text)), None)
    if found is None:
        columns = ", ".join(f"“{shown(head)}”" for head in sheet.heads)
        message = N_("{file}: there is no column “{name}”; there is {columns}")
        raise SalesError(tell(language(), message, file=sheet.title, name=text, columns=columns))
    return found


def _same(text: str) -> str:
    return "".join(text.split()).casefold()


def _say_it(sheet: Sheet, role: str) -> str:
    lang = language()
    return tell(
        lang,
        "{file}: which column is the {role}? Say it with --{option} COLUMN; there is {columns}",
        file=sheet.title,
        role=tell(lang, ROLES[role]),
        option=role,
        columns=", ".join(f"“{shown(head)}”" for head in sheet.heads),
    )


def _show(sheet: Sheet, columns: Mapping[str, str], guessed: Guess | None = None) -> None:
    """Print what each column is taken for, with the first cells below its heading."""
    lang = language()
    click.echo(tell(lang, "{file}, headings in row {row}:", file=sheet.title, row=sheet.head_row))
    for role, head in columns.items():
        cells = ", ".join(_first_cells(sheet, head))
        mark = "?" if guessed and role in guessed.from_cells else " "
        said = tell(lang, "{role}: “{column}” ({cells})", role=tell(lang, ROLES[role]), column=shown(head), cells=cells)
        click.echo(f" {mark}{said}")
    if guessed and guessed.from_cells:
        click.echo(tell(lang, "A ? marks what only the cells, not the heading, speak for."))


def _first_cells(sheet: Sheet, head: str) -> list[str]:
    place = sheet.heads.index(head)
    cells: list[Any] = [row[place] for row in sheet.first[:_PREVIEWED] if place < len(row)]
    return [shown(cell) for cell in cells]


def _ask(sheet: Sheet, usual: Mapping[str, str]) -> dict[str, str]:
    """Ask for each role; 0 is no column, for the roles that need not be there."""
    lang = language()
    for number, head in enumerate(sheet.heads, 1):
        click.echo(f"  {number}  {shown(head)} ({', '.join(_first_cells(sheet, head))})")
    click.echo(tell(lang, "Give the number of each column; 0 where there is none."))
    found: dict[str, str] = {}
    for role in ROLES:
        least = 1 if role in NEEDED else 0
        default = sheet.heads.index(usual[role]) + 1 if role in usual else None if least else 0
        kind = click.IntRange(least, len(sheet.heads))
        number = click.prompt(tell(lang, ROLES[role]), type=kind, default=default)
        if number:
            found[role] = sheet.heads[number - 1]
    return found
