"""What the data says of three ways of keeping customers: the database, the talks, the training of the staff."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

import narwhals.stable.v2 as nw

from .errors import DataError
from .frames import days_before, one_if, one_row, to_native
from .inputs import Reader, days, must_have
from .schema import TABLES, check

if TYPE_CHECKING:
    from datetime import date


def database_completeness(tables: object) -> Any:
    """Measure how much the customer database knows: for each declared column, how many customers have a value.

    Before: `tables` with `customers`. After: one row a column of the data model, in its order:

        column   name
        known    customers with a value; 0 where the table has no such column
        share    known / customers (fraction); unknown (null) where there are none

        >>> import pandas as pd
        >>> from types import SimpleNamespace
        >>> customers = pd.DataFrame({"customer_id": ["ann", "bo"], "region": ["north", None]})
        >>> found = database_completeness(SimpleNamespace(customers=customers))
        >>> found[found["column"].isin(["customer_id", "region", "purpose"])]
                 column  known  share
        0   customer_id      2    1.0
        14      purpose      0    0.0
        16       region      1    0.5

    In plain pandas:

        >>> customers.notna().mean().tolist()
        [1.0, 0.5]

    A lazy frame is collected. An unknown value may be unknown for good reason (a customer who never said goodbye has no
    `lost_on`): read the share beside what the column means. Raises `DataError` (what breaks the schema).
    """
    frame = check(must_have(tables, "customers"), "customers")
    present = set(frame.collect_schema().names())
    names = [column.name for column in TABLES["customers"].columns]
    found = one_row(frame, nw.len().alias("rows"), *(nw.col(name).count() for name in names if name in present))
    known = [int(found.get(name) or 0) for name in names]
    rows = found["rows"]
    columns = {"column": names, "known": known, "share": [n / rows if rows else None for n in known]}
    made = nw.from_dict(columns, backend=_eager(frame))
    return made.with_columns(nw.col("share").cast(nw.Float64)).to_native()


def _eager(frame: Any) -> Any:
    """Return the kind of frame that a collected one of this kind is."""
    return frame.lazy().head(0).collect().implementation


def contact_record(tables: object, observed_from: date | str, observed_to: date | str) -> Any:
    """Count how often each customer was spoken with between two days, both included.

    Before: `tables` with `customers` (customer_id) and `contacts` (customer_id, date, and where known direction).
    After: one row a customer, sorted by `customer_id`:

        contacts          talks in the window
        inbound, outbound   those the customer began, those we began; where no direction is given, neither
        days_since_last   from the last of them to `observed_to` (days); unknown where there was none

        >>> import pandas as pd
        >>> from types import SimpleNamespace
        >>> customers = pd.DataFrame({"customer_id": ["ann", "bo"]})
        >>> contacts = pd.DataFrame({
        ...     "customer_id": ["ann", "ann", "ann"],
        ...     "date": pd.to_datetime(["2024-12-31", "2025-03-01", "2025-12-21"]),
        ...     "direction": ["in", "in", "out"]})
        >>> contact_record(SimpleNamespace(customers=customers, contacts=contacts), "2025-01-01", "2025-12-31")
          customer_id  contacts  inbound  outbound  days_since_last
        0         ann       2.0      1.0       1.0             10.0
        1          bo       0.0      0.0       0.0              NaN

    In plain pandas:

        >>> contacts[contacts["date"].between("2025-01-01", "2025-12-31")].groupby("customer_id").size().to_dict()
        {'ann': 2}

    How deep the talk went no table says. Raises `DataError` (what breaks the schema), `RuleError` (the window).
    """
    first, last = days(observed_from, observed_to)
    reader = Reader(tables)
    people = reader.open("customers", ("customer_id",))
    talks = reader.open("contacts", ("customer_id", "date"), {"direction": nw.String})
    if people is None or talks is None:
        raise DataError("is missing; contacts are counted customer by customer", table="customers or contacts")
    age, direction, names = nw.col("age"), nw.col("direction"), ("contacts", "inbound", "outbound")
    counted = (
        talks.select("customer_id", direction, days_before("date", last).alias("age"))
        .filter((age >= 0) & (age <= (last - first).days))
        .with_columns(
            nw.lit(1.0).alias("contacts"),
            one_if((direction == "in").fill_null(value=False)).alias("inbound"),
            one_if((direction == "out").fill_null(value=False)).alias("outbound"),
        )
        .group_by("customer_id")
        .agg(nw.col(*names).sum(), age.min().alias("days_since_last"))
    )
    joined = people.select("customer_id").join(counted, on="customer_id", how="left")
    return to_native(joined.with_columns(nw.col(*names).fill_null(0.0)).sort("customer_id"))


@dataclass(frozen=True)
class StaffTraining:
    """How well trained and how loyal the service staff are.

    staff          employees in the table
    trained        share of them with any training in the year (fraction; unknown hours count as none)
    mean_hours     training in the year (hours an employee), over those whose hours are known; None where none is
    mean_tenure    time with the company (years), over those whose tenure is known; None where none is
    """

    staff: int
    trained: float
    mean_hours: float | None
    mean_tenure: float | None


def staff_training(tables: object) -> StaffTraining:
    """Measure the training and the tenure of the staff, from one row an employee.

    Before: `tables` with `staff` (employee_id, training_hours, tenure). After: a `StaffTraining`.

    >>> import pandas as pd
    >>> from types import SimpleNamespace
    >>> staff = pd.DataFrame({"employee_id": ["e1", "e2"], "training_hours": [40.0, 0.0], "tenure": [6.0, 1.0]})
    >>> staff_training(SimpleNamespace(staff=staff))
    StaffTraining(staff=2, trained=0.5, mean_hours=20.0, mean_tenure=3.5)

    Raises `DataError` (what breaks the schema; nobody in the table).
    """
    native = must_have(tables, "staff", "give a table with a row for each employee")
    hours, years = nw.col("training_hours").cast(nw.Float64), nw.col("tenure").cast(nw.Float64)
    found = one_row(
        check(native, "staff", ("employee_id", "training_hours", "tenure")),
        nw.len().alias("staff"),
        one_if((hours > 0).fill_null(value=False)).sum().alias("trained"),
        *(part for name, known in (("hours", hours), ("years", years)) for part in _mean_of(name, known)),
    )
    if not found["staff"]:
        raise DataError("has no row; give at least one employee", table="staff")
    means = [found[name] / found[f"{name} known"] if found[f"{name} known"] else None for name in ("hours", "years")]
    return StaffTraining(int(found["staff"]), found["trained"] / found["staff"], *means)


def _mean_of(name: str, column: nw.Expr) -> tuple[nw.Expr, nw.Expr]:
    """Return what a mean is made of: the sum, and how many values are known."""
    return column.sum().alias(name), column.count().alias(f"{name} known")
