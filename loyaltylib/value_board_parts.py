"""What the panels of the chapter's simulator have in common: a heading, an interval, an amount with its sign."""

from __future__ import annotations

from typing import TYPE_CHECKING, Final

from . import formats

if TYPE_CHECKING:
    from matplotlib.axes import Axes
    from matplotlib.text import Text

PALE: Final = "#bbbbbb"  # the state before
_FEW: Final = 10


def heading(axes: Axes, x: float, y: float = 1.05) -> Text:
    """Return an empty heading above axes, beginning at `x` of their width."""
    return axes.text(x, y, "", transform=axes.transAxes, fontsize=16)


def interval(low: float, high: float, lang: str, decimals: int = 0) -> str:
    """Return a number from one end to the other; one number where both round to the same.

    >>> interval(134.5, 142.3, "en"), interval(134.5, 142.3, "zh"), interval(22.8, 22.8, "en", decimals=1)
    ('134–142', '134～142', '22.8')
    """
    ends = formats.number(low, lang, decimals), formats.number(high, lang, decimals)
    return ends[0] if ends[0] == ends[1] else ("～" if lang == "zh" else "–").join(ends)


def people(value: float, lang: str) -> str:
    """Return a number of people expected; a few of them with one decimal, for 0.8 is not 1.

    >>> people(0.84, "en"), people(62.6, "en"), people(0, "en")
    ('0.8', '63', '0')
    """
    return formats.number(value, lang, 1 if 0 < value < _FEW else 0)


def signed(value: float, text: str) -> str:
    """Return a number's text with a plus in front where it is above 0.

    >>> signed(2.0, "2"), signed(-2.0, "-2")
    ('+2', '-2')
    """
    return f"+{text}" if value > 0 else text


def signed_money(value: float, lang: str) -> str:
    """Return an amount in yuan with its sign."""
    return signed(value, formats.money(value, lang))
