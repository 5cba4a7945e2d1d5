"""The one formatter: numbers, money, shares and dates as a reader of each language writes them.

Money is in yuan. Chinese counts in 万 (10^4) and 亿 (10^8), English in thousands and millions; a figure's
axis, a sentence and a table all come through here, so that one amount never has two spellings.
"""

from __future__ import annotations

import math
from typing import Any

MISSING = "–"

_MONTHS = ("Jan", "Feb", "Mar", "Apr", "May", "Jun", "Jul", "Aug", "Sep", "Oct", "Nov", "Dec")
# (least value, divisor, text after the number), largest first
_SCALES = {
    "en": ((1e9, 1e9, "bn"), (1e6, 1e6, "m"), (1e3, 1e3, "k")),
    "zh": ((1e8, 1e8, " 亿"), (1e4, 1e4, " 万")),
}


def number(value: float | None, lang: str = "en", decimals: int = 0) -> str:
    """Return a number in full with thousands separators; both languages write it alike.

    >>> number(1234567.891, "en"), number(1234.5, "zh", decimals=1), number(None)
    ('1,234,568', '1,234.5', '–')
    """
    _known(lang)
    if _is_missing(value):
        return MISSING
    return _plain(float(value), decimals)  # type: ignore[arg-type]


def short(value: float | None, lang: str = "en", digits: int = 3) -> str:
    """Return a number in the language's large units with so many significant digits, for axes and bars.

    >>> short(9_876_543, "en"), short(9_876_543, "zh"), short(9_999.6, "zh"), short(250, "en")
    ('9.88m', '988 万', '1 万', '250')
    """
    _known(lang)
    if _is_missing(value):
        return MISSING
    rounded = _significant(float(value), digits)  # type: ignore[arg-type]
    for least, divisor, unit in _SCALES[lang]:
        if abs(rounded) >= least:
            return _trimmed(rounded / divisor, digits) + unit
    return _trimmed(rounded, digits)


def money(value: float | None, lang: str = "en", *, full: bool = False) -> str:
    """Return an amount in yuan; `full` writes it out to the yuan instead of in large units.

    >>> money(1_234_567.8, "en"), money(1_234_567.8, "zh")
    ('¥1.23m', '123 万元')
    >>> money(1_234_567.8, "en", full=True), money(1_234_567.8, "zh", full=True), money(-80, "en")
    ('¥1,234,568', '1,234,568 元', '-¥80')
    """
    text = number(value, lang) if full else short(value, lang)
    if text == MISSING:
        return text
    if lang == "en":
        return f"-¥{text[1:]}" if text.startswith("-") else f"¥{text}"
    return f"{text}元" if text[-1] in "万亿" else f"{text} 元"


def percent(value: float | None, lang: str = "en", decimals: int = 1, *, trim: bool = False) -> str:
    """Return a fraction in per cent; `trim` leaves out decimals that are all 0.

    >>> percent(0.1234, "en"), percent(0.5, "zh", decimals=0), percent(float("nan"), "zh")
    ('12.3%', '50%', '–')
    >>> percent(0.2), percent(0.2, trim=True), percent(0.125, trim=True)
    ('20.0%', '20%', '12.5%')
    """
    _known(lang)
    if _is_missing(value):
        return MISSING
    text = _plain(100 * float(value), decimals)  # type: ignore[arg-type]
    whole, _, rest = text.partition(".")
    return f"{whole if trim and not rest.strip('0') else text}%"


def points(value: float | None, lang: str = "en", decimals: int = 1) -> str:
    """Return the difference of two shares, given as a fraction, in percentage points, with its sign.

    >>> points(0.05, "en"), points(-0.012, "zh")
    ('+5.0 percentage points', '-1.2 个百分点')
    """
    _known(lang)
    if _is_missing(value):
        return MISSING
    text = _plain(100 * float(value), decimals)  # type: ignore[arg-type]
    sign = "" if text.startswith("-") or not text.strip("0.") else "+"
    return f"{sign}{text} " + ("percentage points" if lang == "en" else "个百分点")


def date(value: Any, lang: str = "en") -> str:
    """Return a day, from anything that has year, month and day (or a NumPy datetime).

    >>> import datetime
    >>> day = datetime.date(2025, 12, 31)
    >>> date(day, "en"), date(day, "zh"), date(None)
    ('31 Dec 2025', '2025 年 12 月 31 日', '–')
    """
    _known(lang)
    day = _day(value)
    if day is None:
        return MISSING
    if lang == "en":
        return f"{day.day} {_MONTHS[day.month - 1]} {day.year}"
    return f"{day.year} 年 {day.month} 月 {day.day} 日"


def month(value: Any, lang: str = "en") -> str:
    """Return the month of a day.

    >>> import datetime
    >>> month(datetime.date(2023, 3, 9), "en"), month(datetime.date(2023, 3, 9), "zh")
    ('Mar 2023', '2023 年 3 月')
    """
    _known(lang)
    day = _day(value)
    if day is None:
        return MISSING
    return f"{_MONTHS[day.month - 1]} {day.year}" if lang == "en" else f"{day.year} 年 {day.month} 月"


def _known(lang: str) -> None:
    """Refuse a language the kit does not speak, rather than show one reader the other's units."""
    if lang not in _SCALES:
        from .errors import UnknownName

        raise UnknownName("language", lang, _SCALES)


def _is_missing(value: Any) -> bool:
    """Say whether there is no finite number: None, NaN, infinity, or pandas' NA."""
    try:
        return not math.isfinite(value)
    except TypeError:
        return True


def _plain(value: float, decimals: int) -> str:
    text = f"{value:,.{decimals}f}"
    return text[1:] if text.startswith("-") and not text.strip("-0.,") else text  # never "-0"


def _significant(value: float, digits: int) -> float:
    """Round to significant digits, but never within the whole numbers of small values."""
    if value == 0:
        return 0.0
    return round(value, max(digits - 1 - math.floor(math.log10(abs(value))), -12))


def _trimmed(value: float, digits: int) -> str:
    """Write at most so many significant digits and no trailing zeros; whole numbers stay whole."""
    whole = len(str(int(abs(value))))
    text = _plain(value, max(digits - whole, 0))
    return text.rstrip("0").rstrip(".") if "." in text else text


def _day(value: Any) -> Any:
    """Return an object with year, month and day, or None where there is no date."""
    if hasattr(value, "astype"):
        value = value.astype("datetime64[D]").item()
    # NaT has a year too, and it is not a number.
    return value if isinstance(getattr(value, "year", None), int) else None
