"""Why a relationship goes back or ends: the three controllable causes and their signs."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any, Final

import narwhals.stable.v2 as nw

from .frames import days_before, to_native
from .inputs import Reader, count, known_day, number
from .stages_rules import Listed

if TYPE_CHECKING:
    from datetime import date


class Breakup(Listed):
    """The three controllable causes of a relationship that goes back or ends."""

    RIVAL = "rival"
    UNMET_NEED = "unmet need"
    UNSOLVED_COMPLAINT = "unsolved complaint"

    @property
    def concept(self) -> str:
        """Id of the cause in the concept registry."""
        return self._id("breakup")


@dataclass(frozen=True)
class BreakupRules:
    """What counts as an unsolved complaint; the course names no limits, so both are the kit's own.

    timely_days  a complaint not settled in so many days was not settled in time (days; a month)
    recent_days  only a complaint made so many days before the goodbye, or later, is held to be a cause (days; a year)

    Raises `RuleError`.
    """

    timely_days: int = 30
    recent_days: int = 365

    def __post_init__(self) -> None:
        count("BreakupRules.timely_days", self.timely_days)
        count("BreakupRules.recent_days", self.recent_days, low=1)


# A cause -> the sign that it was at work, from `reason`, `destination` and `wait`, the longest wait of a recent
# complaint. Written so that one line serves a single customer and whole columns alike.
Sign = Callable[[Mapping[str, Any], BreakupRules], Any]
SIGNS: Final[dict[Breakup, Sign]] = {
    Breakup.RIVAL: lambda s, _: s["destination"] == "competitor",
    Breakup.UNMET_NEED: lambda s, _: (s["reason"] == "product") | (s["reason"] == "service"),
    Breakup.UNSOLVED_COMPLAINT: lambda s, rules: s["wait"] > rules.timely_days,
}


def breakup_causes(
    reason: str | None = None,
    destination: str | None = None,
    wait: float | None = None,
    rules: BreakupRules | None = None,
) -> tuple[Breakup, ...]:
    """Return which of the three controllable causes show in what is known of one customer who left.

    reason       what the customer said: "product", "service", "price", ... (`customers.lost_reason`)
    destination  where the customer went: "competitor", ... (`customers.destination`)
    wait         days the slowest recent complaint waited for an answer, up to the goodbye

    Several can show at once; none does where nothing is known or the cause was beyond control. Raises `RuleError` (wait
    below 0 or no number).

    >>> breakup_causes(reason="service", destination="competitor", wait=45)
    (<Breakup.RIVAL: 'rival'>, <Breakup.UNMET_NEED: 'unmet need'>, <Breakup.UNSOLVED_COMPLAINT: 'unsolved complaint'>)
    """
    waited = 0.0 if wait is None else number("wait", wait, low=0)
    signs = {"reason": reason, "destination": destination, "wait": waited}
    return tuple(cause for cause, shows in SIGNS.items() if shows(signs, rules or BreakupRules()))


def breakups(tables: object, as_of: date | str, rules: BreakupRules | None = None) -> Any:
    """Show for every customer who said goodbye which of the three controllable causes were at work.

    Before: `tables.customers` (customer_id, and where known lost_on, lost_reason, destination) and, where there is one,
    `tables.complaints` (customer_id, opened_on, resolved_on). After: one row a customer with a goodbye up to `as_of`,
    sorted by it:

        customer_id
        days_ago            days from the goodbye to `as_of`
        rival               went to a competitor
        unmet_need          said that the product or the service was the reason
        unsolved_complaint  a recent complaint waited too long (`BreakupRules`), unsettled or settled late
        controllable        at least one of the three

        >>> import pandas as pd
        >>> from types import SimpleNamespace
        >>> customers = pd.DataFrame({
        ...     "customer_id": ["ann", "bo", "cy"], "lost_on": pd.to_datetime(["2025-12-01", "2025-11-01", None]),
        ...     "lost_reason": ["service", "market", None], "destination": ["competitor", "none", None]})
        >>> complaints = pd.DataFrame({
        ...     "customer_id": ["ann"], "opened_on": pd.to_datetime(["2025-10-01"]), "resolved_on": [pd.NaT]})
        >>> breakups(SimpleNamespace(customers=customers, complaints=complaints), "2025-12-31")
          customer_id  days_ago  rival  unmet_need  unsolved_complaint  controllable
        0         ann      30.0   True        True                True          True
        1          bo      60.0  False       False               False         False

    How long ann waited, in plain pandas:

        >>> int((customers["lost_on"][0] - complaints["opened_on"][0]).days)
        61

    What nobody knows shows as False, so a missing table hides causes. No goodbye gives an empty frame. Raises
    `DataError` (what breaks the schema; no customers), `RuleError` (`as_of`).
    """
    rules, today, reader = rules or BreakupRules(), known_day(tables, as_of), Reader(tables)
    extra = {"lost_on": nw.Datetime("us"), "lost_reason": nw.String, "destination": nw.String}
    people = reader.must_open("customers", ("customer_id",), extra)
    lost = people.select(
        "customer_id",
        days_before("lost_on", today).alias("days_ago"),
        nw.col("lost_reason").cast(nw.String).alias("reason"),
        nw.col("destination").cast(nw.String),
    ).filter(nw.col("days_ago") >= 0)
    complaints = reader.open("complaints", ("customer_id", "opened_on", "resolved_on"))
    if complaints is None:
        lost = lost.with_columns(nw.lit(0.0).alias("wait"))
    else:
        opened, ended = nw.col("opened"), nw.col("ended")
        waits = (
            complaints.select(
                "customer_id",
                days_before("opened_on", today).alias("opened"),
                days_before("resolved_on", today).alias("ended"),
            )
            .join(lost.select("customer_id", "days_ago"), on="customer_id", how="inner")
            .filter((opened >= nw.col("days_ago")) & (opened - nw.col("days_ago") <= rules.recent_days))
            .with_columns(nw.when(ended > nw.col("days_ago")).then(ended).otherwise(nw.col("days_ago")).alias("ended"))
            .with_columns((opened - ended).alias("wait"))
            .group_by("customer_id")
            .agg(nw.col("wait").max())
        )
        lost = lost.join(waits, on="customer_id", how="left").with_columns(nw.col("wait").fill_null(0.0))
    columns = {name: nw.col(name) for name in ("reason", "destination", "wait")}
    shows = {cause.value.replace(" ", "_"): rule(columns, rules) for cause, rule in SIGNS.items()}
    names = list(shows)
    marked = lost.with_columns(rule.fill_null(value=False).alias(name) for name, rule in shows.items())
    either = nw.col(names[0]) | nw.col(names[1]) | nw.col(names[2])
    return to_native(
        marked.with_columns(either.alias("controllable"))
        .select("customer_id", "days_ago", *names, "controllable")
        .sort("customer_id")
    )
