"""What happens at an account and opens a chance."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

import narwhals.stable.v2 as nw

from .errors import RuleError
from .frames import days_before, to_native
from .inputs import count, day, word
from .schema import check
from .stages_rules import OPENINGS, Opportunity, Stage

if TYPE_CHECKING:
    from datetime import date

    from .frames import Frame


def opportunities(events: Any, as_of: date | str, *, stage: str = "early", window_days: int = 90) -> Any:
    """List the chances now open at each account, from what happened there lately.

    Before: the table `account_events` (account_id, type, date); `type` is a word of `Opportunity`, also written with
    underscores, and other types are passed over. After: one row an account and opportunity:

        account_id
        opportunity      one of the eight
        number           its place in the course's list, 1 to 8
        events           how many such events in the last `window_days` days (up to and with `as_of`)
        days_since_last  days since the latest of them

        >>> import pandas as pd
        >>> before = pd.DataFrame({
        ...     "account_id": ["east", "east", "west"], "type": ["personnel", "weak_tie", "fair"],
        ...     "date": pd.to_datetime(["2025-12-01", "2025-12-21", "2025-12-30"])})
        >>> opportunities(before, "2025-12-31")
          account_id opportunity  number  events  days_since_last
        0       east   personnel       3       1             30.0
        1       east    weak tie       6       1             10.0

    In plain pandas, before they are counted:

        >>> age = (pd.Timestamp("2025-12-31") - before["date"]).dt.days
        >>> before.loc[(age >= 0) & (age < 90), "type"].str.replace("_", " ").tolist()
        ['personnel', 'weak tie', 'fair']

    At the "development" stage the course names six openings, which are seven of the eight (`OPENINGS`); at the later
    stages it names none. How long a chance stays open is the kit's guess. An empty frame gives an empty one. Raises
    `DataError` (what breaks the schema), `RuleError` (`as_of`, `window_days`, a later stage), `UnknownName` (`stage`).
    """
    at = word("stage", stage, Stage)
    if at not in (Stage.DEVELOPMENT, Stage.EARLY):
        raise RuleError(f"stage is {at.value!r}; opportunities are listed for 'development' and 'early' only")
    span, today = count("window_days", window_days, low=1), day(as_of)
    openings = {chance for several in OPENINGS.values() for chance in several}
    chances = [chance for chance in Opportunity if at is Stage.EARLY or chance in openings]
    frame = check(events, "account_events", ("account_id", "type", "date"))
    opened: Frame = nw.from_native(frame.to_native()).with_columns(days_before("date", today).alias("age"))
    words = {chance: [chance.value, chance.value.replace(" ", "_")] for chance in chances}
    said, kind, place = nw.col("type").cast(nw.String), nw.lit(""), nw.lit(0)
    for chance, either in words.items():
        kind = nw.when(said.is_in(either)).then(nw.lit(chance.value)).otherwise(kind)
        place = nw.when(said.is_in(either)).then(nw.lit(chance.number)).otherwise(place)
    return to_native(
        opened.filter((nw.col("age") >= 0) & (nw.col("age") < span))
        .select("account_id", kind.alias("opportunity"), place.alias("number"), "age")
        .filter(nw.col("number") > 0)
        .group_by("account_id", "opportunity", "number")
        .agg(nw.len().alias("events"), nw.col("age").min().alias("days_since_last"))
        .with_columns(nw.col("number", "events").cast(nw.Int64))
        .sort("account_id", "number")
    )
