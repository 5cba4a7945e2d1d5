"""A sales list's file, row by row: a CSV file of any usual encoding, or a sheet of a workbook.

A row's number is the one a spreadsheet shows. What stands above the headings (a title, a period) is passed over.
"""

from __future__ import annotations

import codecs
import csv
from contextlib import closing
from dataclasses import dataclass
from itertools import islice
from typing import TYPE_CHECKING, Any, Final

from .errors import SalesError
from .messages import tell
from .own_cells import plain

if TYPE_CHECKING:
    from collections.abc import Generator, Iterator, Sequence
    from pathlib import Path

    from python_calamine import CalamineWorkbook

    Row = tuple[int, Sequence[Any]]  # its number, its cells

SHOWN: Final = 200  # first rows, from which columns are guessed
_LEAST_COLUMNS = 3  # customer, day, amount: a row with fewer cells is a title
_LOOKED_FOR_HEADS = 30  # rows
_SEPARATORS = ",;\t|，；"
_CHUNK = 1 << 20
_WORKBOOKS = {b"PK\x03\x04", b"\xd0\xcf\x11\xe0"}  # how a file of today's and of the older kind begins


@dataclass(frozen=True)
class Sheet:
    """A list in a file: its headings, each different, the row they stand in, and its first rows.

    name      of the sheet; empty for a CSV file
    encoding  of a CSV file; empty for a workbook
    """

    path: Path
    name: str
    encoding: str
    heads: tuple[str, ...]
    head_row: int
    first: tuple[tuple[Any, ...], ...]

    def rows(self, lang: str = "en") -> Iterator[Row]:
        """Yield number and cells of each row below the headings in which anything stands."""
        for number, cells in _rows(self.path, self.name, self.encoding, lang):
            if number > self.head_row and any(cell is not None and cell != "" for cell in cells):
                yield number, cells

    @property
    def title(self) -> str:
        """What a reader calls it: the file, and the sheet where there is one."""
        return f"{self.path.name} · {self.name}" if self.name else self.path.name


def open_sheets(path: Path, lang: str = "en") -> list[Sheet]:
    """Return the lists of a file: one of a CSV file, one for each sheet of a workbook that has headings and a row.

    Raises `SalesError` for a file that cannot be read, is of another kind, or holds no list.
    """
    try:
        with path.open("rb") as file:
            begin = file.read(4)
    except OSError as error:
        raise SalesError(tell(lang, "{file} cannot be read: {error}", file=path, error=error.strerror)) from error
    workbook = begin in _WORKBOOKS
    names = _workbook(path, lang).sheet_names if workbook else [""]
    encoding = "" if workbook else _encoding(path, lang)
    found = [sheet for name in names if (sheet := _opened(path, name, encoding, lang))]
    if not found:
        raise SalesError(
            tell(
                lang,
                "{file} holds no list; it needs one row of headings, at least {number} columns and a row below",
                file=path.name,
                number=_LEAST_COLUMNS,
            )
        )
    return found


def _opened(path: Path, name: str, encoding: str, lang: str) -> Sheet | None:
    """Return a sheet whose headings are the first row with so many cells as a list needs; None where there is none."""
    with closing(_rows(path, name, encoding, lang)) as rows:
        for number, cells in islice(rows, _LOOKED_FOR_HEADS):
            if sum(bool(plain(cell)) for cell in cells) >= _LEAST_COLUMNS:
                first = tuple(tuple(row) for _, row in islice(rows, SHOWN) if any(plain(cell) for cell in row))
                heads = _different([plain(cell) for cell in cells])
                return Sheet(path, name, encoding, heads, number, first) if first else None
    return None


def _different(heads: Sequence[str]) -> tuple[str, ...]:
    """Give each column a heading of its own: one without gets its number, one that is there twice too."""
    found: list[str] = []
    for number, head in enumerate(heads, 1):
        found.append(head if head and head not in found else f"{head} #{number}".strip())
    return tuple(found)


def _rows(path: Path, name: str, encoding: str, lang: str) -> Generator[Row, None, None]:
    return _csv_rows(path, encoding, lang) if encoding else _workbook_rows(path, name, lang)


# ---------------------------------------------------------------- CSV


def _encoding(path: Path, lang: str) -> str:
    """Return the encoding all of a file can be read in; hardly any GB 18030 is valid UTF-8."""
    with path.open("rb") as file:
        begin = file.read(2)
    wide = ["utf-16"] if begin in {codecs.BOM_UTF16_LE, codecs.BOM_UTF16_BE} else []
    for encoding in (*wide, "utf-8-sig", "gb18030"):
        decoder = codecs.getincrementaldecoder(encoding)()
        try:
            with path.open("rb") as file:
                while chunk := file.read(_CHUNK):
                    if "\0" in decoder.decode(chunk):
                        break  # no text at all
                else:
                    decoder.decode(b"", final=True)
                    return encoding
        except UnicodeDecodeError:
            continue
    raise SalesError(
        tell(
            lang,
            "{file} is no workbook (.xlsx) and no text in UTF-8 or GB 18030; save it as .xlsx or as “CSV UTF-8”",
            file=path.name,
        )
    )


def _csv_rows(path: Path, encoding: str, lang: str) -> Generator[Row, None, None]:
    with path.open(encoding=encoding, newline="") as file:
        separator = _separator("".join(islice(file, _LOOKED_FOR_HEADS)))
        file.seek(0)
        number = 0
        try:
            for number, cells in enumerate(csv.reader(file, delimiter=separator), 1):
                yield number, cells
        except csv.Error as error:
            raise SalesError(
                tell(lang, "{file}, row {row}: no CSV ({error})", file=path.name, row=number + 1, error=error)
            ) from error


def _separator(text: str) -> str:
    """Return what parts the columns: of the signs that may, the one that stands in most of the first lines."""
    lines = text.splitlines()

    def parted(sign: str) -> tuple[int, bool]:
        return sum(line.count(sign) >= _LEAST_COLUMNS - 1 for line in lines), sign == ","

    return max(_SEPARATORS, key=parted)


# ---------------------------------------------------------------- workbooks


def _workbook(path: Path, lang: str) -> CalamineWorkbook:
    from python_calamine import CalamineError, CalamineWorkbook, PasswordError

    try:
        return CalamineWorkbook.from_path(path)
    except PasswordError as error:
        raise SalesError(
            tell(lang, "{file} has a password; open it in the spreadsheet and save it without", file=path.name)
        ) from error
    except (CalamineError, OSError) as error:
        raise SalesError(
            tell(lang, "{file} is no workbook that can be read; save it as .xlsx again", file=path.name)
        ) from error


def _workbook_rows(path: Path, name: str, lang: str) -> Generator[Row, None, None]:
    """Yield the rows of a sheet; of a formula its result, as the spreadsheet last saved it: none is worked out here."""
    from python_calamine import CalamineError

    try:
        yield from enumerate(_workbook(path, lang).get_sheet_by_name(name).iter_rows(), 1)
    except CalamineError as error:
        raise SalesError(
            tell(lang, "{file} is no workbook that can be read; save it as .xlsx again", file=path.name)
        ) from error
