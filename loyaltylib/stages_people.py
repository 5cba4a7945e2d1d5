"""The people in a relationship: who decides at the customer, and how widely the relationship is woven."""

from __future__ import annotations

from types import SimpleNamespace
from typing import TYPE_CHECKING, Any, Literal

import narwhals.stable.v2 as nw

from .errors import DataError, RuleError
from .frames import one_if, one_row, ratio, to_native
from .inputs import Reader, fraction
from .stages_rules import SHARE_DECIMALS

if TYPE_CHECKING:
    from .frames import Frame


def _open(contacts: Any, needs: tuple[str, ...]) -> Frame:
    return Reader(SimpleNamespace(contacts=contacts)).must_open("contacts", needs)


def key_persons(contacts: Any, enough: float = 0.5) -> Any:
    """Weigh the people at each customer by their influence on buying, and mark the key persons.

    Before: rows with customer_id, person, role and influence_weight (as the table `contacts` has them; a person may be
    there many times). After: one row a customer and person, the most influential first:

        customer_id, person, role
        talks    rows of that person
        weight   influence as given; share  of the weights of all the customer's people, which add up to 1 (fraction)
        place    1 for the most influential; equal weights in the order of the names
        key      whether the person is among the fewest who together hold at least `enough` of the influence

        >>> import pandas as pd
        >>> before = pd.DataFrame({
        ...     "customer_id": "north", "person": ["Lu", "Wei", "Mo", "Wei"],
        ...     "role": ["user", "buyer", "owner", "buyer"], "influence_weight": [0.1, 0.3, 0.4, 0.3]})
        >>> key_persons(before)
          customer_id person   role  talks  weight  share  place    key
        0       north     Mo  owner      1     0.4  0.500      1   True
        1       north    Wei  buyer      2     0.3  0.375      2  False
        2       north     Lu   user      1     0.1  0.125      3  False

    The shares in plain pandas:

        >>> weights = before.drop_duplicates("person").set_index("person")["influence_weight"]
        >>> (weights / weights.sum()).round(3).to_dict()
        {'Lu': 0.125, 'Wei': 0.375, 'Mo': 0.5}

    Rows without a person are left out; who has no weight has no share and is not key, and nobody is key where no weight
    is known or all are 0. An empty frame gives an empty one. Raises `DataError` (what breaks the schema; a person with
    two different weights), `RuleError` (`enough` outside 0 to 1).
    """
    wanted = fraction("enough", enough)
    frame = _open(contacts, ("customer_id", "person", "role", "influence_weight"))
    weight = nw.col("influence_weight")
    people = (
        frame.filter(~nw.col("person").is_null())
        .with_columns(weight.cast(nw.Float64).alias("weight"))
        .group_by("customer_id", "person")
        .agg(
            nw.col("role").max(),
            nw.len().alias("talks"),
            nw.col("weight").max(),
            nw.col("weight").min().alias("low"),
        )
    )
    uneven = one_row(people, one_if(nw.col("low") < nw.col("weight")).sum().alias("people"))["people"]
    if uneven:
        raise DataError(
            f"{uneven:.0f} people have different weights in different rows; give each one weight",
            table="contacts",
            column="influence_weight",
        )
    order = ("last", "person")
    running = nw.col("known").cum_sum().over("customer_id", order_by=order) - nw.col("known")
    return to_native(
        people.with_columns(
            nw.col("weight").fill_null(0.0).alias("known"), nw.col("talks").cast(nw.Int64), nw.lit(1).alias("place")
        )
        .with_columns((-nw.col("known")).alias("last"), nw.col("known").sum().over("customer_id").alias("total"))
        .with_columns(
            ratio(nw.col("weight"), nw.col("total")).alias("share"),
            nw.col("place").cum_sum().over("customer_id", order_by=order).cast(nw.Int64).alias("place"),
            ratio(running, nw.col("total")).round(SHARE_DECIMALS).alias("before"),
        )
        .with_columns(((nw.col("before") < wanted) & (nw.col("known") > 0)).fill_null(value=False).alias("key"))
        .select("customer_id", "person", "role", "talks", "weight", "share", "place", "key")
        .sort("customer_id", "place")
    )


def contact_net(contacts: Any, by: Literal["person", "role"] = "person") -> Any:
    """Measure how widely a relationship is woven: one line between two people, or a net of many.

    Before: the table `contacts` (customer_id, function, and `by`, what tells the customer's people apart). After: one
    row a customer, sorted by it:

        customer_id
        people         different people (or roles)
        functions      different things that were talked about
        talks          talks in all
        concentration  sum of the squared shares of the people in the talks: 1 is a single line, 1/people an even net
        single_line    whether all talks go through one person: nobody's leaving may break a relationship

        >>> import pandas as pd
        >>> before = pd.DataFrame({
        ...     "customer_id": ["east", "east", "east", "east", "west"], "person": ["Lu", "Lu", "Lu", "Mo", "An"],
        ...     "function": ["visit", "service", "visit", "negotiation", "visit"]})
        >>> contact_net(before)
          customer_id  people  functions  talks  concentration  single_line
        0        east       2          3      4          0.625        False
        1        west       1          1      1          1.000         True

    The concentration in plain pandas:

        >>> talks = before.groupby(["customer_id", "person"]).size()
        >>> share = talks / talks.groupby("customer_id").transform("sum")
        >>> (share ** 2).groupby("customer_id").sum().to_dict()
        {'east': 0.625, 'west': 1.0}

    Rows without a person are left out; an empty frame gives an empty one. Raises `DataError` (what breaks the schema),
    `RuleError` for another `by`.
    """
    if by not in ("person", "role"):
        raise RuleError(f"by is {by!r}; give 'person' or 'role'")
    frame = _open(contacts, ("customer_id", by, "function")).filter(~nw.col(by).is_null())
    talks = nw.col("talks")
    lines = frame.group_by("customer_id", by).agg(nw.len().alias("talks")).with_columns(talks.cast(nw.Float64))
    net = (
        lines.with_columns((talks * talks).alias("squares"))
        .group_by("customer_id")
        .agg(nw.len().alias("people"), talks.sum(), nw.col("squares").sum())
    )
    topics = frame.group_by("customer_id").agg(nw.col("function").n_unique().alias("functions"))
    return to_native(
        net.join(topics, on="customer_id", how="inner")
        .with_columns(
            ratio(nw.col("squares"), talks * talks).alias("concentration"), (nw.col("people") == 1).alias("single_line")
        )
        .with_columns(nw.col("people", "functions", "talks").cast(nw.Int64))
        .select("customer_id", "people", "functions", "talks", "concentration", "single_line")
        .sort("customer_id")
    )
