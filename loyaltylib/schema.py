"""What each table holds, column by column, and the one gate every table passes.

The data model is declared once, in `schema.yml` beside this file: names, kinds, units, meanings in both
languages, what may be missing, which values make sense. A result (a tier, a score) is no column of it.

`check` is the gate: it takes a pandas, Polars or any other frame Narwhals knows, and gives it back as a
Narwhals frame or raises a `DataError` that names the table, the column, the value and what to do.

    >>> import pandas as pd
    >>> orders = pd.DataFrame({"customer_id": ["a"], "date": pd.to_datetime(["2025-03-01"]), "amount": [-4.0]})
    >>> check(orders, "transactions")
    Traceback (most recent call last):
    ...
    loyaltylib.errors.DataError: table 'transactions', column 'amount': -4.0 lies below 0; correct or remove such rows
"""

from __future__ import annotations

from dataclasses import dataclass
from pathlib import Path
from typing import TYPE_CHECKING, Any, Literal

import narwhals.stable.v2 as nw

from .errors import DataError, UnknownName
from .frames import one_row
from .messages import LANGUAGES
from .resources import read_yaml

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator

    import pandas as pd

    from .frames import Frame

Kind = Literal["id", "text", "date", "integer", "number", "flag"]
Text = dict[str, str]  # language -> text


@dataclass(frozen=True)
class Column:
    """One column of a table.

    kind       id (text or whole number), text, date (a calendar day, without a time zone), integer, number, flag
    meaning    what it says, by language
    unit       what a number is in, by language; None where there is none
    required   the table is not usable without it
    nullable   may be unknown for some rows
    low, high  smallest and largest value that makes sense
    """

    name: str
    kind: Kind
    meaning: Text
    unit: Text | None
    required: bool
    nullable: bool
    low: float | None
    high: float | None


@dataclass(frozen=True)
class Table:
    """One table: what a row is (`meaning`), and the columns that together name a row (`key`; empty: none do)."""

    name: str
    key: tuple[str, ...]
    meaning: Text
    columns: tuple[Column, ...]

    @property
    def required(self) -> tuple[str, ...]:
        """Names of the columns without which the table is not usable."""
        return tuple(column.name for column in self.columns if column.required)

    def column(self, name: str) -> Column:
        """Return one column; raises `UnknownName`."""
        for column in self.columns:
            if column.name == name:
                return column
        raise UnknownName("column", f"{self.name}.{name}", (f"{self.name}.{c.name}" for c in self.columns))


def _column(name: str, raw: dict[str, Any], units: dict[str, Text]) -> Column:
    required = bool(raw.get("required", False))
    return Column(
        name=name,
        kind=raw["kind"],
        meaning={"en": raw["en"], "zh": raw["zh"]},
        unit=units[raw["unit"]] if "unit" in raw else None,
        required=required,
        nullable=bool(raw.get("nullable", not required)),
        low=raw.get("low"),
        high=raw.get("high"),
    )


def _tables(raw: dict[str, Any], units: dict[str, Text]) -> dict[str, Table]:
    return {
        name: Table(
            name=name,
            key=tuple(table["key"]),
            meaning={"en": table["en"], "zh": table["zh"]},
            columns=tuple(_column(column, entry, units) for column, entry in table["columns"].items()),
        )
        for name, table in raw.items()
    }


_MODEL = read_yaml(Path(__file__).with_suffix(".yml"))
UNITS: dict[str, Text] = _MODEL["units"]
TABLES: dict[str, Table] = _tables(_MODEL["tables"], UNITS)
# What the library's own functions give back; described as the tables are, and never passed through the gate.
RESULTS: dict[str, Table] = _tables(_MODEL["results"], UNITS)

_TEXTUAL = (nw.String, nw.Categorical, nw.Enum)
# What a column without a single value becomes. Whole numbers that are unknown are floats, as pandas has them; flags
# stay as they are in pandas, which would turn "unknown" into False.
_EMPTY: dict[Kind, Any] = {
    "id": nw.String(),
    "text": nw.String(),
    "date": nw.Datetime("us"),
    "integer": nw.Float64(),
    "number": nw.Float64(),
}
# What to do about a column of another kind.
_REMEDY: dict[Kind, str] = {
    "id": "read ids as text (dtype=str), so that leading zeros and gaps survive",
    "text": "read the column as text",
    "date": "turn it into dates without a time zone (pandas.to_datetime; convert to local time first)",
    "integer": "turn it into whole numbers",
    "number": "turn it into numbers",
    "flag": "turn it into True and False",
}


def _fits(dtype: Any, column: Column) -> bool:
    """Tell whether a column's dtype is of its declared kind.

    A whole number that may be missing is allowed to come as a float: that is what pandas makes of it.
    """
    match column.kind:
        case "id":
            return isinstance(dtype, _TEXTUAL) or bool(dtype.is_integer())
        case "text":
            return isinstance(dtype, _TEXTUAL)
        case "date":
            return isinstance(dtype, nw.Date) or (isinstance(dtype, nw.Datetime) and dtype.time_zone is None)
        case "integer":
            return bool(dtype.is_integer()) or (column.nullable and bool(dtype.is_float()))
        case "number":
            return bool(dtype.is_numeric())
        case "flag":
            return isinstance(dtype, nw.Boolean)


def _open(frame: Any, table: Table) -> Frame:
    """Wrap a native frame; a Narwhals frame passes as it is."""
    try:
        return nw.from_native(frame)  # type: ignore[no-any-return]
    except (TypeError, nw.exceptions.NarwhalsError) as error:
        raise DataError(
            f"a {type(frame).__name__} is not a usable frame ({error}); pass a pandas or Polars DataFrame "
            "whose column names are all different",
            table=table.name,
        ) from error


def _sample(frame: Frame, column: str) -> Any:
    """Return one value that is there, to show it in an error."""
    return frame.lazy().select(column).drop_nulls().head(1).collect()[column].to_list()[0]


def _bad_types(frame: Frame, table: Table, names: list[str]) -> Frame:
    """Refuse columns of another kind than declared; one without any value takes the declared kind instead."""
    dtypes = frame.collect_schema()
    odd = [name for name in names if not _fits(dtypes[name], table.column(name))]
    if not odd:
        return frame
    counts = one_row(frame, *(nw.col(name).count().alias(name) for name in odd))
    for name in odd:
        kind = table.column(name).kind
        if counts[name]:
            value = _sample(frame, name)
            raise DataError(
                f"holds {dtypes[name]}, for instance {value!r}, where {kind} is declared; {_REMEDY[kind]}",
                table=table.name,
                column=name,
            )
    kinds = {name: _EMPTY[table.column(name).kind] for name in odd if table.column(name).kind in _EMPTY}
    if not frame.implementation.is_pandas_like():
        kinds |= {name: nw.Boolean() for name in odd if table.column(name).kind == "flag"}
    return (
        frame.with_columns(*(nw.lit(None).cast(kind).alias(name) for name, kind in kinds.items())) if kinds else frame
    )


def _value_queries(frame: Frame, table: Table, names: list[str], key: tuple[str, ...]) -> Iterator[nw.Expr]:
    """Yield the aggregates that decide about values, all of one query."""
    dtypes = frame.collect_schema()
    # A float NaN is how pandas writes "unknown"; anywhere else it is a broken number and would pass every comparison.
    nan_is_null = frame.implementation.is_pandas_like()
    yield nw.len().alias("rows")
    for name in names:
        column = table.column(name)
        if not column.nullable or name in key:
            yield nw.col(name).null_count().alias(f"null {name}")
        if column.low is not None:
            yield nw.col(name).min().alias(f"low {name}")
        if column.low is not None or column.high is not None:
            yield nw.col(name).max().alias(f"high {name}")
        if dtypes[name].is_float() and not nan_is_null:
            yield nw.col(name).is_nan().cast(nw.Int64).sum().alias(f"nan {name}")
    if key:
        yield _key(key).n_unique().alias("keys")


def _key(key: tuple[str, ...]) -> nw.Expr:
    if len(key) == 1:
        return nw.col(key[0])
    return nw.concat_str([nw.col(name).cast(nw.String()) for name in key], separator="\x1f")


def _bad_values(found: dict[str, Any], table: Table, names: list[str]) -> None:
    """Raise for the first rule of values that the aggregates show to be broken."""
    for name in names:
        column = table.column(name)

        def refuse(message: str, name: str = name) -> None:
            raise DataError(message, table=table.name, column=name)

        if found.get(f"null {name}"):
            refuse(f"{found[f'null {name}']} of {found['rows']} rows have no value; fill in or remove such rows")
        if found.get(f"nan {name}"):
            refuse(f"{found[f'nan {name}']} of {found['rows']} rows hold NaN; use null for what is not known")
        low, high = found.get(f"low {name}"), found.get(f"high {name}")
        if column.low is not None and low is not None and low < column.low:
            refuse(f"{low} lies below {column.low:g}; correct or remove such rows")
        if high == float("inf"):
            refuse("a value is not a finite number; correct or remove such rows")
        if column.high is not None and high is not None and high > column.high:
            refuse(f"{high} lies above {column.high:g}; correct or remove such rows")


def _bad_keys(frame: Frame, found: dict[str, Any], table: Table, key: tuple[str, ...]) -> None:
    """Raise when two rows bear the same key; looks for the key itself only then."""
    if not key or found["keys"] == found["rows"]:
        return
    twice = frame.lazy().group_by(*key).agg(nw.len().alias("rows_")).filter(nw.col("rows_") > 1).sort(*key)
    first = twice.head(1).collect()
    value = ", ".join(str(first[name].to_list()[0]) for name in key)
    raise DataError(
        f"{value} occurs in {first['rows_'].to_list()[0]} rows, but names one; remove or merge the repeated rows",
        table=table.name,
        column=" + ".join(key),
    )


def check(frame: Any, table: str, needs: Iterable[str] | None = None, also: Iterable[str] = ()) -> Frame:
    """Check one table against the data model and return it as a Narwhals frame, rows and columns as they were.

    Frame before: any frame Narwhals knows, eager or lazy; columns the model does not declare are let through
    unread. Frame after: the same, of the same engine. A column without a single value (every column of an empty
    table) takes the declared kind, whatever its dtype was, so that date arithmetic works on it.

    `needs` names the columns the caller reads: they must be there, and only they are looked at. Without it the
    table's required columns must be there, and every declared column is looked at. `also` names columns that are
    looked at too, where the table has them.

    The rules, in this order: the columns are there; each is of its kind; what may not be unknown is known; numbers
    lie within their limits and are finite; no two rows bear the same key (where all columns of the key are there).
    Values are looked at in one aggregate query.

    Raises `DataError` (table, column, value, remedy), `UnknownName` for a table or a column no one declared.

    >>> import pandas as pd
    >>> before = pd.DataFrame({"customer_id": ["007", "042"], "acquired_on": [None, None], "colour": ["red", "blue"]})
    >>> after = nw.to_native(check(before, "customers"))
    >>> after
      customer_id acquired_on colour
    0         007         NaT    red
    1         042         NaT   blue

    The same in plain pandas, for this table:

    >>> plain = before.assign(acquired_on=pd.to_datetime(before["acquired_on"]).astype("datetime64[us]"))
    >>> plain.equals(after) and plain["customer_id"].is_unique and bool(plain["customer_id"].notna().all())
    True
    """
    if table not in TABLES:
        raise UnknownName("table", table, TABLES)
    model = TABLES[table]
    wanted = model.required if needs is None else tuple(model.column(name).name for name in needs)
    wrapped = _open(frame, model)
    present = list(wrapped.collect_schema().names())
    for name in wanted:
        if name not in present:
            raise DataError(
                f"is missing; the table has {', '.join(map(repr, present)) or 'no column'}. Add or rename it: "
                f"{model.column(name).meaning['en']}",
                table=table,
                column=name,
            )
    extra = [model.column(name).name for name in also if name in present and name not in wanted]
    names = [*wanted, *extra] if needs is not None else [c.name for c in model.columns if c.name in present]
    key = model.key if set(model.key) <= set(names) else ()
    wrapped = _bad_types(wrapped, model, names)
    found = one_row(wrapped, *_value_queries(wrapped, model, names, key))
    _bad_values(found, model, names)
    _bad_keys(wrapped, found, model, key)
    return wrapped


def describe(table: str, lang: str = "en") -> pd.DataFrame:
    """Return the columns of a table, or of a result of this library, for a reader.

    One row a column, with `column`, `kind`, `unit`, `required`, `meaning`. A result bears the name of the function
    that makes it: `describe("kpis.scorecard", "zh")`.

    `unit` and `meaning` are in the language asked for; `unit` is empty where there is none.

    Raises `UnknownName` for a table no one declared or a language there is not.
    """
    import pandas as pd

    known = {**TABLES, **RESULTS}
    if table not in known:
        raise UnknownName("table", table, known)
    if lang not in LANGUAGES:
        raise UnknownName("language", lang, LANGUAGES)
    return pd.DataFrame(
        [
            {
                "column": column.name,
                "kind": column.kind,
                "unit": column.unit[lang] if column.unit else "",
                "required": column.required,
                "meaning": column.meaning[lang],
            }
            for column in known[table].columns
        ]
    )
