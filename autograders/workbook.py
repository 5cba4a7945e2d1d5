"""Tables as a workbook: ids are text cells, points are number cells, and nothing in it is worked out when it opens."""

from __future__ import annotations

import io
import re
from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:
    from collections.abc import Sequence

    from .sheets import Cell, Sheet

LONGEST_TITLE = 31  # signs of a sheet's name, and those that cannot be in one
_NOT_IN_TITLE = re.compile(r"[\[\]:*?/\\']")
_UNSETTLED = "FFF2CC"  # light yellow
_NARROW, _WIDE = 8, 40  # signs a column is wide
_CJK = "\u2e80"  # from here on signs are two wide


def workbook(sheets: Sequence[Sheet]) -> bytes:
    """Return an .xlsx file with these sheets: heading, id and name stay in view, rows that are not settled stand out.

    A text is written as a text whatever it begins with, so it is no formula; control signs, which such a file cannot
    hold, are left out.
    """
    from openpyxl import Workbook

    book = Workbook()
    book.remove(book.worksheets[0])
    for sheet in sheets:
        _write(book.create_sheet(_title(sheet.title, book.sheetnames)), sheet)
    file = io.BytesIO()
    book.save(file)
    return file.getvalue()


def _write(page: Any, sheet: Sheet) -> None:
    from openpyxl.styles import Font, PatternFill
    from openpyxl.utils import get_column_letter

    unsettled = PatternFill("solid", start_color=_UNSETTLED)
    for number, row in enumerate([sheet.heads, *sheet.rows], 1):
        for column, value in enumerate(row, 1):
            _put(page.cell(number, column), value)
            if number - 2 in sheet.marked:
                page.cell(number, column).fill = unsettled
    for column in range(1, len(sheet.heads) + 1):
        page.cell(1, column).font = Font(bold=True)
        widest = max(_width(row[column - 1]) for row in [sheet.heads, *sheet.rows])
        page.column_dimensions[get_column_letter(column)].width = min(_WIDE, max(_NARROW, widest + 2))
    page.freeze_panes = "C2"


def _put(cell: Any, value: Cell) -> None:
    """Put a value into a cell, by its type and never by what a text looks like."""
    from openpyxl.cell.cell import ILLEGAL_CHARACTERS_RE

    if value is None or value == "":
        return
    if isinstance(value, str):
        cell.value = ILLEGAL_CHARACTERS_RE.sub("", value)
        cell.data_type = "s"  # openpyxl took "=1+1" for a formula and "#N/A" for an error
        cell.number_format = "@"
        cell.quotePrefix = True
    else:
        cell.value = value
        cell.number_format = "0.##" if float(value) % 1 else "0"


def _title(title: str, taken: Sequence[str]) -> str:
    plain = _NOT_IN_TITLE.sub(" ", title)[:LONGEST_TITLE].strip() or "-"
    names = [plain, *(f"{plain[: LONGEST_TITLE - 4]} {number}" for number in range(2, 100))]
    used = {each.casefold() for each in taken}
    return next(name for name in names if name.casefold() not in used)


def _width(value: Cell) -> int:
    return sum(1 + (sign >= _CJK) for sign in str("" if value is None else value))
