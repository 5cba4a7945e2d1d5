"""Tables that people make in a spreadsheet: a class list, dates. Read as text, column by column, with the line of each.

A spreadsheet of a Chinese Windows saves CSV in GB 18030, another one in UTF-8 with a mark before it; a German one
parts columns by semicolons. Which it is shows in the file; nobody is asked.
"""

from __future__ import annotations

import csv
import io
from dataclasses import dataclass
from typing import TYPE_CHECKING

from loyaltylib.errors import ClassError

from .messages import tell

if TYPE_CHECKING:
    from collections.abc import Mapping, Sequence
    from pathlib import Path

_SEPARATORS = ",;\t，；"


@dataclass(frozen=True)
class Row:
    """One row: the line of the file it begins on (from 1), and its texts by the names of the columns, trimmed."""

    line: int
    values: Mapping[str, str]

    def __getitem__(self, name: str) -> str:
        """Return the text of a column; empty where the file has no such column."""
        return self.values.get(name, "")


def read_sheet(path: Path, columns: Mapping[str, Sequence[str]], needed: Sequence[str], lang: str = "en") -> list[Row]:
    """Return the rows of a CSV file.

    columns  name -> what its heading may be called, in either language; case and spaces do not matter
    needed   names without which nothing can be done

    Columns of other names are left out, and rows with no text at all. Raises `ClassError` for a file that cannot be
    read, a heading that is missing or there twice, and a row that has more texts than there are headings.
    """
    text = _text(path, lang)
    lines = csv.reader(io.StringIO(text, newline=""), delimiter=_separator(text))
    try:
        heads = [_plain(head) for head in next(lines, [])]
        known = {_plain(alias): name for name, aliases in columns.items() for alias in (name, *aliases)}
        names = [known.get(head) for head in heads]
        _check_heads(path, [name for name in names if name], columns, needed, lang)
        rows = []
        before = lines.line_num
        for texts in lines:
            line, before = before + 1, lines.line_num
            if not any(each.strip() for each in texts):
                continue
            if any(each.strip() for each in texts[len(heads) :]):
                raise ClassError(
                    tell(
                        lang,
                        "{file}, line {line}: {texts} texts stand under {heads} headings; put a text that holds the "
                        "separator in quotation marks",
                        file=path.name,
                        line=line,
                        texts=len(texts),
                        heads=len(heads),
                    )
                )
            rows.append(Row(line, {name: each.strip() for name, each in zip(names, texts, strict=False) if name}))
    except csv.Error as error:
        raise ClassError(
            tell(lang, "{file}, line {line}: no CSV ({error})", file=path.name, line=lines.line_num, error=error)
        ) from error
    return rows


def _text(path: Path, lang: str) -> str:
    try:
        data = path.read_bytes()
    except OSError as error:
        raise ClassError(tell(lang, "{file} cannot be read: {error}", file=path, error=error.strerror)) from error
    for encoding in ("utf-8-sig", "gb18030"):  # hardly any GB 18030 is valid UTF-8
        try:
            return data.decode(encoding)
        except UnicodeDecodeError:
            continue
    raise ClassError(
        tell(
            lang,
            "{file} is neither UTF-8 nor GB 18030 text; save it from the spreadsheet as “CSV UTF-8”",
            file=path.name,
        )
    )


def _separator(text: str) -> str:
    """Return what parts the columns: of the signs that may, the one the first line has most of."""
    head = text.split("\n", 1)[0]
    return max(_SEPARATORS, key=lambda sign: (head.count(sign), sign == ","))


def _plain(head: str) -> str:
    return "".join(head.split()).casefold()


def _check_heads(
    path: Path, names: Sequence[str], columns: Mapping[str, Sequence[str]], needed: Sequence[str], lang: str
) -> None:
    for name, aliases in columns.items():
        listed = " / ".join((name, *aliases))
        if name in needed and name not in names:
            raise ClassError(tell(lang, "{file}: no column {name} in the first line", file=path.name, name=listed))
        if names.count(name) > 1:
            raise ClassError(
                tell(lang, "{file}: the column {name} is there more than once", file=path.name, name=listed)
            )
