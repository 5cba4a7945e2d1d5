"""A cell of somebody's sales list as a customer, a day or an amount, however a person or a spreadsheet wrote it.

Each reader takes one cell (text of a CSV file; text, number or date of a workbook) and returns a value, or raises
`Unreadable` with the reason, which is a message id: so that a thousand rows with one fault are one line for a reader.
"""

from __future__ import annotations

import re
import unicodedata
from datetime import date, datetime, timedelta
from math import isfinite
from typing import TYPE_CHECKING, Any, Final, Literal, TypeVar

from .messages import N_

if TYPE_CHECKING:
    from collections.abc import Callable, Iterable

Value = TypeVar("Value")
DayOrder = Literal["dmy", "mdy"]

NO_CUSTOMER: Final = N_("no customer; the purchase of a guest cannot be followed")
SHORTENED: Final = N_("a spreadsheet has shortened this number; give the column the format Text")
NO_DAY: Final = N_("no date")
NOT_A_DAY: Final = N_("not a date; write it as 2023-03-05")
EITHER_DAY: Final = N_("day or month first? Say it with --dates dmy or --dates mdy")
NO_AMOUNT: Final = N_("no amount")
NOT_AN_AMOUNT: Final = N_("not an amount; write it as 1200.00")
BROKEN: Final = N_("the spreadsheet shows an error here; correct its formula")

_NOTHING = {"", "-", "--", "—", "–", "/", "n/a", "na", "nan", "null", "none", "nil", "无", "空", "(空)", "(blank)"}
_GUESTS = {"guest", "anonymous", "walk-in", "walkin", "cash customer", "散客", "游客", "非会员"}
_SHORTENED = re.compile(r"\d(\.\d+)?E\+\d+", re.IGNORECASE)
_BROKEN = re.compile(r"#(N/A|REF!|VALUE!|DIV/0!|NAME\?|NUM!|NULL!|SPILL!|CALC!)", re.IGNORECASE)

# ---------------------------------------------------------------- days

_FIRST_YEAR, _LAST_YEAR = 1950, 2100  # of a sale; a number outside is no day but something else
_EXCEL_ZERO = date(1899, 12, 30)  # day 0 of a workbook's numbers for days, from March 1900 on
_YEAR_FIRST = re.compile(r"(\d{4})\s*[-/.年]\s*(\d{1,2})\s*[-/.月]\s*(\d{1,2})\s*日?(?!\d)")
_YEAR_LAST = re.compile(r"(\d{1,2})\s*[-/.]\s*(\d{1,2})\s*[-/.]\s*(\d{4})(?!\d)")
_IN_A_ROW = re.compile(r"(\d{4})(\d{2})(\d{2})")
_SERIAL = re.compile(r"\d{5}(\.\d+)?")
_WORDS = ("%d %b %Y", "%d %B %Y", "%b %d %Y", "%B %d %Y", "%d-%b-%Y")


def read_day(cell: Any, order: DayOrder | None = None) -> date:
    """Return a cell's calendar day; a time of day is left out, a workbook's number for a day is understood.

    order  whether 03/05/2023 is a day first (dmy) or a month first (mdy); a date with the year first needs none

    >>> [read_day(cell).isoformat() for cell in ("2023年3月5日", "2023/3/5 14:02", "20230305", 44990)]
    ['2023-03-05', '2023-03-05', '2023-03-05', '2023-03-05']
    """
    if isinstance(cell, datetime | date):
        return _sensible(cell.year, cell.month, cell.day)
    if isinstance(cell, int | float) and not isinstance(cell, bool):
        return _of_number(float(cell))
    text = plain(cell)
    if text.casefold() in _NOTHING:
        raise Unreadable(NO_DAY)
    if found := _YEAR_FIRST.match(text):
        return _sensible(*map(int, found.groups()))
    if found := _YEAR_LAST.match(text):
        first, second, year = map(int, found.groups())
        return _year_last(first, second, year, order)
    if _SERIAL.fullmatch(text) or _IN_A_ROW.fullmatch(text):
        return _of_number(float(text))
    return _in_words(text)


def day_order(cells: Iterable[Any]) -> DayOrder | None:
    """Return whether days or months come first in a column of dates, where a number above 12 gives it away.

    >>> day_order(["03/04/2023", "25/04/2023"]), day_order(["03/04/2023"])
    ('dmy', None)
    """
    pairs = [found.groups() for cell in cells if (found := _YEAR_LAST.match(plain(cell)))]
    first, second = any(int(a) > 12 for a, _, _ in pairs), any(int(b) > 12 for _, b, _ in pairs)  # noqa: PLR2004 - months
    return "dmy" if first and not second else "mdy" if second and not first else None


def _of_number(number: float) -> date:
    if isfinite(number) and (found := _IN_A_ROW.fullmatch(f"{number:.0f}")):
        return _sensible(*map(int, found.groups()))
    try:
        day = _EXCEL_ZERO + timedelta(days=int(number))
    except (ValueError, OverflowError) as error:
        raise Unreadable(NOT_A_DAY) from error
    return _sensible(day.year, day.month, day.day)


def _year_last(first: int, second: int, year: int, order: DayOrder | None) -> date:
    if first == second:
        return _sensible(year, first, second)
    if order is None and first <= 12 and second <= 12:  # noqa: PLR2004 - months
        raise Unreadable(EITHER_DAY)
    day_first = first > 12 if order is None else order == "dmy"  # noqa: PLR2004 - months
    return _sensible(year, second, first) if day_first else _sensible(year, first, second)


def _in_words(text: str) -> date:
    for form in _WORDS:
        try:
            day = datetime.strptime(text.replace(",", " ").replace("  ", " "), form)  # noqa: DTZ007 - a calendar day
        except ValueError:
            continue
        return _sensible(day.year, day.month, day.day)
    raise Unreadable(BROKEN if _BROKEN.fullmatch(text) else NOT_A_DAY)


def _sensible(year: int, month: int, day: int) -> date:
    try:
        found = date(year, month, day)
    except ValueError as error:
        raise Unreadable(NOT_A_DAY) from error
    if not _FIRST_YEAR <= year <= _LAST_YEAR:
        raise Unreadable(NOT_A_DAY)
    return found


# ---------------------------------------------------------------- amounts

_CURRENCY = re.compile(r"(RMB|CNY|USD|EUR|GBP|HKD|JPY|[¥$€£元圆块整])", re.IGNORECASE)
_TIMES = {"百": 1e2, "千": 1e3, "k": 1e3, "万": 1e4, "m": 1e6, "百万": 1e6, "亿": 1e8}
_NUMBER = re.compile(r"(?P<number>[\d.,'\s]*\d[\d.,'\s]*?)(?P<times>百万|[百千万亿km])?", re.IGNORECASE)
_THOUSANDS = re.compile(r"\d{1,3}([,' ]\d{3})+(\.\d*)?")
_GROUPS_OF_FOUR = re.compile(r"\d{1,4}(,\d{4})+(\.\d*)?")
_COMMA = re.compile(r"\d{1,3}((\.\d{3})+|( \d{3})+)?,\d{1,2}|\d+,\d{1,2}")
_POINT = re.compile(r"(\d+\.?\d*|\.\d+)")


def read_amount(cell: Any) -> float:
    """Return a cell's amount of money: currency and separators left out, 万 and 亿 counted, brackets and - negative.

    >>> [read_amount(cell) for cell in ("1.2万", "￥1,200.00", "(35.50)", "1.234,56", "－１２元", 7)]
    [12000.0, 1200.0, -35.5, 1234.56, -12.0, 7.0]
    """
    if isinstance(cell, int | float) and not isinstance(cell, bool):
        if not isfinite(cell):
            raise Unreadable(NOT_AN_AMOUNT)
        return float(cell)
    text = plain(cell)
    if text.casefold() in _NOTHING:
        raise Unreadable(NO_AMOUNT)
    if _BROKEN.fullmatch(text):
        raise Unreadable(BROKEN)
    bare = _CURRENCY.sub("", text).strip()
    sign = 1
    if (bare.startswith("(") and bare.endswith(")")) or bare.startswith("-") or bare.endswith("-"):
        sign, bare = -1, bare.strip("()- ")
    found = _NUMBER.fullmatch(bare.removeprefix("+").strip())
    if not found:
        raise Unreadable(NOT_AN_AMOUNT)
    # Twelve digits after the point are far below a cent, and 1.1 × 10,000 stays 11,000.
    amount = round(sign * _digits(found["number"].strip()) * _TIMES.get((found["times"] or "").casefold(), 1), 12)
    return amount + 0.0  # never -0


def _digits(text: str) -> float:
    if _THOUSANDS.fullmatch(text) or _GROUPS_OF_FOUR.fullmatch(text):
        return float(re.sub("[,' ]", "", text))
    if _COMMA.fullmatch(text):
        return float(re.sub("[. ]", "", text).replace(",", "."))
    if _POINT.fullmatch(text):
        return float(text)
    raise Unreadable(NOT_AN_AMOUNT)


# ---------------------------------------------------------------- customers and other names


def read_customer(cell: Any) -> str:
    """Return a customer's number or name as text; leading zeros stay, 1001.0 is 1001.

    >>> read_customer(" 007 "), read_customer(1001.0), read_customer("张三")
    ('007', '1001', '张三')
    """
    text = read_name(cell)
    if text.casefold() in _NOTHING | _GUESTS:
        raise Unreadable(NO_CUSTOMER)
    if _SHORTENED.fullmatch(text):
        raise Unreadable(SHORTENED)
    if _BROKEN.fullmatch(text):
        raise Unreadable(BROKEN)
    return text


def read_name(cell: Any) -> str:
    """Return a cell as text in one form (NFKC, trimmed, no sign that cannot be seen); empty where there is none."""
    if isinstance(cell, float) and cell.is_integer():
        cell = int(cell)
    return plain(cell)


def plain(cell: Any) -> str:
    """Return a cell's text: NFKC, so that full-width digits are digits; what cannot be seen is a space or nothing."""
    if cell is None:
        return ""
    text = str(cell)
    if text.isascii() and text.isprintable():
        return text.strip()
    folded = unicodedata.normalize("NFKC", text)
    seen = (" " if sign.isspace() else sign for sign in folded if sign.isspace() or sign.isprintable())
    return "".join(seen).strip()


class Unreadable(ValueError):  # noqa: N818 - reads as what it is
    """A cell that gives no value; its text is the reason, a message id."""


def each_once(cells: Iterable[Any], read: Callable[[Any], Value]) -> tuple[list[Value | None], dict[int, str]]:
    """Read a column, each different cell once: the values (None where there is none), and place -> reason."""
    known: dict[Any, Value | Unreadable] = {}
    values: list[Value | None] = []
    faults: dict[int, str] = {}
    for place, cell in enumerate(cells):
        key = (cell.__class__, cell)
        found = known.get(key)
        if found is None:
            try:
                found = read(cell)
            except Unreadable as reason:
                found = reason
            known[key] = found
        if isinstance(found, Unreadable):
            faults[place] = str(found)
            values.append(None)
        else:
            values.append(found)
    return values, faults
