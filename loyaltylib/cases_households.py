"""The households a card is for, one row each: what they spend, where they stand, and what extras are worth to them."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any, Final

import narwhals.stable.v2 as nw

from .cases_plan import paid
from .frames import to_native
from .inputs import Reader, known_day
from .tiers import assign_tiers

if TYPE_CHECKING:
    from collections.abc import Mapping
    from datetime import date

SHOPPERS: Final = ("light", "middle", "heavy")  # thirds of the households, by what they spend in a year

# What each extra is worth to a household of a tier, in yuan a year: the kit's guesses, those of the evenings as the
# chapter has them. A tier that is not named here gets nothing from it.
WORTHS: Final[dict[str, dict[str, float]]] = {
    "evenings": {"at_risk": 10, "new": 40, "inactive": 20, "regular": 60, "core": 60, "advocate": 120},
    "delivery": {"at_risk": 30, "new": 20, "inactive": 60, "regular": 20, "core": 40, "advocate": 10},
    "care": {"at_risk": 15, "new": 60, "inactive": 10, "regular": 30, "core": 50, "advocate": 60},
}
COSTS: Final = {"evenings": 30.0, "delivery": 15.0, "care": 20.0}  # of a member who uses it, yuan a year; guesses too


def card_households(
    tables: object, as_of: date | str, worths: Mapping[str, Mapping[str, float]] | None = None, days: int = 365
) -> Any:
    """List the households a card is for: consumers on a tier that values some extra.

    Before: the tables as `loyaltylib.tiers.assign_tiers` reads them, and customers.customer_type. `worths` says what
    an extra is worth to a household of a tier a year: extra -> tier -> money (`WORTHS` by default). After: one row a
    household, sorted by `group`:

        group      its customer_id
        customers  1
        spend      money paid in the `days` up to and with `as_of`
        tier       where it stands
        shopper    light, middle or heavy: thirds of these households, by `spend`
        and one column an extra: what it is worth to the household (money a year)

        >>> from loyaltylib.data import load
        >>> company = load("company")
        >>> card_households(company, company.as_of).groupby("shopper").size().to_dict()
        {'heavy': 493, 'light': 494, 'middle': 494}

    Raises `DataError` (a missing table, what breaks the schema), `RuleError` (`as_of`, `days`).
    """
    given = WORTHS if worths is None else worths
    last, tiers = known_day(tables, as_of), sorted({tier for each in given.values() for tier in each})
    people = Reader(tables).must_open("customers", ("customer_id", "customer_type"), why="a card is for households")
    homes = people.filter(nw.col("customer_type") == "consumer").select("customer_id")
    placed: Any = nw.from_native(assign_tiers(tables, last)).filter(nw.col("tier").is_in(tiers))
    found = homes.join(placed.select("customer_id", "tier"), on="customer_id", how="inner").join(
        paid(tables, last, days), on="customer_id", how="left"
    )
    frame: Any = found.with_columns(nw.col("value").fill_null(0.0), nw.lit(1).alias("customers"))
    frame = frame.rename({"customer_id": "group", "value": "spend"}).sort("spend", "group")
    if isinstance(frame, nw.LazyFrame):
        frame = frame.collect()
    third = [SHOPPERS[len(SHOPPERS) * place // len(frame)] for place in range(len(frame))]
    values = {name: [float(each.get(tier, 0)) for tier in frame["tier"]] for name, each in given.items()}
    added = [
        nw.new_series(name, list_, backend=frame.implementation) for name, list_ in {"shopper": third, **values}.items()
    ]
    order = ("group", "customers", "spend", "tier", "shopper", *values)
    return to_native(frame.with_columns(*added).select(*order).sort("group"))
