"""Which column of a sales list is the customer, the day and the amount: guessed from its heading, then its cells."""

from __future__ import annotations

import re
import unicodedata
from dataclasses import dataclass
from functools import cache
from pathlib import Path
from typing import TYPE_CHECKING, Any, Final

from .messages import N_
from .own_cells import Unreadable, day_order, plain, read_amount, read_customer, read_day
from .resources import read_yaml

if TYPE_CHECKING:
    from collections.abc import Callable, Mapping, Sequence

NEEDED: Final = ("customer", "date", "amount")
ROLES: Final[Mapping[str, str]] = {
    "customer": N_("customer"),
    "date": N_("date"),
    "amount": N_("amount"),
    "order": N_("order number"),
    "cost": N_("cost of the goods"),
    "profit": N_("profit"),
    "product": N_("product line"),
}

_READABLE = 0.6  # of the cells shown: so many must be a day, or an amount, for a column to be one
_MANY = 0.95  # of the cells are different: a number of each row, no customer who comes again
_EXACT, _PART = 1000, 500  # a heading that is the word, or holds it; less its place among the words
_SHORT = 2  # characters a word must have to be looked for inside a heading


@dataclass(frozen=True)
class Guess:
    """Which heading plays which role, and the roles that only the cells, not the heading, speak for."""

    columns: Mapping[str, str]
    from_cells: tuple[str, ...]

    @property
    def missing(self) -> tuple[str, ...]:
        """The roles without which there is nothing to compute."""
        return tuple(role for role in NEEDED if role not in self.columns)


def guess(heads: Sequence[str], rows: Sequence[Sequence[Any]]) -> Guess:
    """Guess which column plays which role; `rows` are the first rows of the list.

    A heading decides, if the cells below it can be read as what it says; for a needed role without such a heading the
    cells decide alone. A column plays one role.

    >>> found = guess(["客户编号", "下单日期", "实付金额"], [["007", "2023年3月5日", "1.2万"]])
    >>> dict(found.columns)
    {'customer': '客户编号', 'date': '下单日期', 'amount': '实付金额'}
    """
    cells = {head: [row[place] for row in rows if place < len(row)] for place, head in enumerate(heads)}
    ranked = sorted(
        ((score, role, head) for role in ROLES for head in heads if (score := _score(head, role))),
        key=lambda one: (-one[0], list(ROLES).index(one[1]), heads.index(one[2])),
    )
    columns: dict[str, str] = {}
    for _, role, head in ranked:
        if role not in columns and head not in columns.values() and _fits(role, cells[head]):
            columns[role] = head
    found = []
    for role in ("date", "amount", "customer"):  # the days first: an amount can be read as a day's number
        free = [head for head in heads if head not in columns.values()]
        speaking = [] if role in columns else [head for head in free if _speaks_for(role, cells[head])]
        if speaking:
            columns[role] = speaking[0]
            found.append(role)
    return Guess(
        {role: columns[role] for role in ROLES if role in columns}, tuple(role for role in ROLES if role in found)
    )


@cache
def _words() -> Mapping[str, tuple[str, ...]]:
    raw = read_yaml(Path(__file__).with_suffix(".yml"))
    return {role: tuple(_bare(word) for word in words) for role, words in raw.items()}


def _bare(head: str) -> str:
    text = re.sub(r"[(\[（【].*?[)\]）】]", "", unicodedata.normalize("NFKC", head).casefold())
    return re.sub(r"[\W_]", "", text)


def _score(head: str, role: str) -> int:
    bare = _bare(head)
    for place, word in enumerate(_words()[role]):
        if word == bare:
            return _EXACT - place
    parts = [p for p, word in enumerate(_words()[role]) if len(word) > _SHORT - (not word.isascii()) and word in bare]
    return _PART - parts[0] if parts else 0


def _share(cells: Sequence[Any], read: Callable[[Any], object]) -> float:
    filled = [cell for cell in cells if plain(cell)]
    return sum(_reads(cell, read) for cell in filled) / len(filled) if filled else 0.0


def _reads(cell: Any, read: Callable[[Any], object]) -> bool:
    try:
        read(cell)
    except Unreadable:
        return False
    return True


def _fits(role: str, cells: Sequence[Any]) -> bool:
    """Tell whether cells can be what their heading says."""
    if role == "date":
        order = day_order(cells) or "dmy"
        return _share(cells, lambda cell: read_day(cell, order)) >= _READABLE
    if role in {"amount", "cost", "profit"}:
        return _share(cells, read_amount) >= _READABLE
    return any(plain(cell) for cell in cells)


def _speaks_for(role: str, cells: Sequence[Any]) -> bool:
    """Tell whether cells alone make a column the customer, the day or the amount."""
    if role == "customer":
        different = {plain(cell) for cell in cells if plain(cell)}
        return 1 < len(different) <= _MANY * len(cells) and _share(cells, read_customer) >= _READABLE
    if role == "date":
        return _fits(role, cells) and not all(isinstance(cell, int | float) or plain(cell).isdigit() for cell in cells)
    return _fits(role, cells)
