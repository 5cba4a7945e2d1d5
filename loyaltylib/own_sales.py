"""A sales list of one's own as the tables the library computes on, and what of it could not be used and why.

    sheet    file, headings, first rows            (`own_files.open_sheets`)
    columns  which heading plays which role        (`own_columns.guess`, or a person)
    sales    `read_sales(sheet, columns)`: tables, faults, returns

A customer's first purchase in the list stands for the day the customer was won. A return (a negative amount) lowers
what the same customer, or the same order, paid before it; a purchase given back whole is none.
"""

from __future__ import annotations

from collections import Counter
from dataclasses import dataclass
from functools import partial
from typing import TYPE_CHECKING, Any, Final

from .data import Tables
from .errors import SalesError
from .messages import N_, tell
from .own_cells import day_order, each_once, plain, read_amount, read_customer, read_day, read_name
from .own_columns import NEEDED, ROLES

if TYPE_CHECKING:
    from collections.abc import Mapping, Sequence
    from pathlib import Path

    import pandas as pd

    from .own_cells import DayOrder
    from .own_files import Sheet

TOO_MANY: Final = N_("more cells than headings; put quotation marks around text that holds the separator")
NOT_BOUGHT: Final = N_("a return without a purchase before it in the list")
_SHOWN = 40  # characters of a cell in a message
_DECIMALS = 6  # of a cost made from a profit: amount less profit leaves a trace where nothing should be left
_CENT = 0.005  # what is left of a purchase after a return, below which nothing is left


@dataclass(frozen=True)
class Fault:
    """A row that could not be used: its number, the column's role, the cell and the reason (a message id)."""

    row: int
    role: str
    cell: str
    reason: str

    def text(self, lang: str) -> str:
        """Return it in one line."""
        return tell(
            lang,
            "row {row}, {role} “{cell}”: {reason}",
            row=self.row,
            role=tell(lang, ROLES.get(self.role, self.role)),
            cell=self.cell,
            reason=tell(lang, self.reason),
        )


@dataclass(frozen=True)
class Sales:
    """What a sales list says.

    title     file and sheet
    columns   role -> heading
    tables    customers and transactions, as the library takes them
    rows      rows below the headings in which anything stands
    faults    rows that could not be used, in the order of the list
    returns   rows with a negative amount that lowered a purchase
    repeated  rows equal to an earlier one in all columns that are read
    """

    title: str
    columns: Mapping[str, str]
    tables: Tables
    rows: int
    faults: Sequence[Fault]
    returns: int
    repeated: int

    @property
    def by_reason(self) -> list[tuple[str, int]]:
        """Reasons why rows could not be used, with how many, the most frequent first."""
        return Counter(fault.reason for fault in self.faults).most_common()


def read_sales(sheet: Sheet, columns: Mapping[str, str], lang: str = "en", order: DayOrder | None = None) -> Sales:
    """Read a list into tables.

    columns  role (`own_columns.ROLES`) -> heading; customer, date and amount must be there
    order    whether 03/05/2023 is a day first (dmy) or a month first (mdy); None: as the column's other dates show

    Raises `SalesError` for a heading there is not, and a list in which no row can be used.
    """
    import pandas as pd

    numbers, cells, faults = _cells(sheet, columns, lang)
    rows = len(numbers) + len(faults)
    order = order or day_order(dict.fromkeys(cells["date"]))
    readers: dict[str, Any] = {
        "customer": read_customer,
        "date": partial(read_day, order=order),
        "amount": read_amount,
        "cost": read_amount,
        "profit": read_amount,
    }
    values: dict[str, list[Any]] = {}
    bad: set[int] = set()
    for role in columns:
        # A whole column is let go once it is read: a long list is in memory once, not twice.
        column = cells.pop(role)
        values[role], wrong = each_once(column, readers.get(role, read_name))
        if role in NEEDED:
            new = {place: reason for place, reason in wrong.items() if place not in bad}
            faults += [Fault(numbers[at], role, shown(column[at]), reason) for at, reason in new.items()]
            bad |= new.keys()
    frame = pd.DataFrame(
        {
            role: pd.to_datetime(pd.Series(found, dtype="datetime64[s]")) if role == "date" else pd.Series(found)
            for role, found in values.items()
        }
    )
    frame.insert(0, "row", numbers)
    frame = frame[~frame.index.isin(list(bad))].astype({"amount": "float64", "customer": "str"})
    repeated = int(frame.drop(columns="row").duplicated().sum())
    bought, taken_back, more = _without_returns(_with_cost(frame))
    if bought.empty:
        raise SalesError(_no_row(sheet, columns, faults + more, lang))
    return Sales(
        title=sheet.title,
        columns=dict(columns),
        tables=_tables(sheet.path, bought, lang),
        rows=rows,
        faults=sorted(faults + more, key=lambda fault: fault.row),
        returns=taken_back,
        repeated=repeated,
    )


def shown(cell: Any) -> str:
    """Return a cell as it may stand in a message: no sign that moves a cursor, and not too long."""
    text = plain(cell)
    return text if len(text) <= _SHOWN else f"{text[: _SHOWN - 1]}…"


def _cells(sheet: Sheet, columns: Mapping[str, str], lang: str) -> tuple[list[int], dict[str, list[Any]], list[Fault]]:
    """Return row numbers, the cells of each role, and the rows that have more cells than there are headings."""
    places = {}
    for role, head in columns.items():
        if head not in sheet.heads:
            raise SalesError(
                tell(
                    lang,
                    "{file} has no column “{column}”; it has {columns}",
                    file=sheet.title,
                    column=head,
                    columns=", ".join(f"“{shown(one)}”" for one in sheet.heads),
                )
            )
        places[role] = sheet.heads.index(head)
    numbers: list[int] = []
    cells: dict[str, list[Any]] = {role: [] for role in columns}
    faults: list[Fault] = []
    width = len(sheet.heads)
    for number, row in sheet.rows(lang):
        if len(row) > width and any(plain(cell) for cell in row[width:]):
            faults.append(Fault(number, "row", shown(" ".join(map(plain, row))), TOO_MANY))
            continue
        numbers.append(number)
        for role, place in places.items():
            cells[role].append(row[place] if place < len(row) else None)
    return numbers, cells, faults


def _with_cost(frame: pd.DataFrame) -> pd.DataFrame:
    """Turn a profit into the cost of the goods, which the library asks for; a cost below 0 is unknown."""
    if "profit" in frame:
        profit = frame.pop("profit").astype("float64")
        if "cost" not in frame:
            frame["cost"] = frame["amount"] - profit
    if "cost" in frame:
        cost = frame["cost"].astype("float64").round(_DECIMALS)
        frame["cost"] = cost.where(cost >= 0)
    return frame


def _without_returns(frame: pd.DataFrame) -> tuple[pd.DataFrame, int, list[Fault]]:
    """Let each return lower purchases before it, the same order's first and then the latest; list those without."""
    back = frame[frame["amount"] < 0].sort_values(["date", "row"], kind="stable")
    if back.empty:
        return frame, 0, []
    bought = frame[frame["amount"] >= 0].sort_values(["date", "row"], kind="stable")
    left = bought["amount"].copy()
    orders = frame.get("order")
    mine = bought[bought["customer"].isin(set(back["customer"]))]
    purchases = dict(iter(mine.groupby("customer")["date"]))
    faults = []
    for row in back.to_dict("records"):
        before = purchases.get(row["customer"])
        places = [] if before is None else list(before.index[before <= row["date"]][::-1])
        if orders is not None and row["order"]:
            same = [place for place in places if orders[place] == row["order"]]
            places = [*same, *(place for place in places if place not in set(same))]
        owed = _taken_back(left, places, -row["amount"])
        if owed >= _CENT:
            faults.append(Fault(row["row"], "amount", f"{row['amount']:g}", NOT_BOUGHT))
    share = (left / bought["amount"]).where(bought["amount"] > 0, 1.0)
    if "cost" in bought:
        bought["cost"] = bought["cost"] * share
    gone = (left < _CENT) & (bought["amount"] >= _CENT)
    bought["amount"] = left.clip(lower=0)
    return bought[~gone].sort_index(), len(back) - len(faults), faults


def _taken_back(left: pd.Series[float], places: Sequence[int], owed: float) -> float:
    """Lower what is left of the purchases in these places, in turn, by what is owed; return what remains owed."""
    for place in places:
        taken = min(owed, left[place])
        left[place] -= taken
        owed -= taken
        if owed < _CENT:
            break
    return owed


def _tables(path: Path, bought: pd.DataFrame, lang: str) -> Tables:
    """Return the tables of the library: one row a purchase, and one a customer with the first purchase's day."""
    names = {"customer": "customer_id"}
    kept = [role for role in ("customer", "date", "amount", "cost", "product") if role in bought]
    orders = bought[kept].rename(columns=names).reset_index(drop=True)
    if "product" in orders:
        orders["product"] = orders["product"].where(orders["product"].fillna("").ne("")).astype("str")
    customers = orders.groupby("customer_id", as_index=False, sort=True).agg(acquired_on=("date", "min"))
    first, last = orders["date"].min().date(), orders["date"].max().date()
    return Tables(
        name=path.stem,
        as_of=last,
        observed_from=first,
        observed_to=last,
        version="",
        customers=customers,
        transactions=orders,
        lang=lang,
    )


def _no_row(sheet: Sheet, columns: Mapping[str, str], faults: Sequence[Fault], lang: str) -> str:
    first = faults[0].text(lang) if faults else ""
    return tell(
        lang,
        "{file}: no row can be used; is customer “{customer}”, date “{date}”, amount “{amount}” right? {first}",
        file=sheet.title,
        customer=columns["customer"],
        date=columns["date"],
        amount=columns["amount"],
        first=first,
    )
