"""Beyond the course: what saving customers really adds, and whom to save first.

incremental_save_rate  what attempts add, against customers left alone
save_first             the order of customers by the gain from acting, not by the risk
"""

from __future__ import annotations

from dataclasses import dataclass
from math import sqrt
from statistics import NormalDist
from typing import Any, Final

import narwhals.stable.v2 as nw

from .errors import DataError, RuleError
from .frames import one_if, one_row, to_native
from .inputs import count, fraction, having, number, numbers, positive

_LIMITS: Final = {"risk": (0, 1), "uplift": (-1, 1), "value": (0, None), "cost": (0, None)}


@dataclass(frozen=True)
class Uplift:
    """What an action adds to what would have happened anyway (all: fractions).

    treated, control  share who stayed, of those acted upon and of those left alone by lot
    low, high         where the increment lies with the confidence asked for, by the normal approximation
    """

    treated: float
    control: float
    low: float
    high: float

    @property
    def increment(self) -> float:
        """The part the action may be credited with: `treated` - `control`."""
        return self.treated - self.control

    @property
    def is_clear(self) -> bool:
        """Whether the interval leaves 0 out."""
        return self.low > 0 or self.high < 0


def incremental_save_rate(
    *, saved: int, attempted: int, control_stayed: int, control: int, confidence: float = 0.95
) -> Uplift:
    """Compare the customers somebody tried to save with a control arm, drawn by lot, whom nobody tried to save.

    `kpis.save_rate` credits an attempt with those who would have stayed anyway; this does not.

    >>> found = incremental_save_rate(saved=35, attempted=100, control_stayed=113, control=1000)
    >>> round(found.treated, 3), round(found.control, 3), round(found.increment, 3), found.is_clear
    (0.35, 0.113, 0.237, True)

    Raises `RuleError` where one of the arms is empty, or more stayed than there were.
    """
    arms = []
    for name, stayed, size in (("saved", saved, attempted), ("control_stayed", control_stayed, control)):
        everyone = positive("attempted" if name == "saved" else "control", size)
        if count(name, stayed) > everyone:
            raise RuleError(f"{name} is {stayed}, of {size}; it is a part of them")
        arms.append((stayed / everyone, everyone))
    (treated, n), (alone, m) = arms
    if not 0 < fraction("confidence", confidence) < 1:
        raise RuleError(f"confidence is {confidence}; give a fraction between 0 and 1, such as 0.95")
    margin = NormalDist().inv_cdf((1 + confidence) / 2) * sqrt(treated * (1 - treated) / n + alone * (1 - alone) / m)
    return Uplift(treated, alone, treated - alone - margin, treated - alone + margin)


def save_first(frame: Any, budget: float | None = None) -> Any:
    """Order customers by what is gained from trying to save them, not by how likely they are to leave.

    Before: one row a customer with

        customer_id
        risk    chance of leaving if nothing is done (fraction)
        uplift  by how much an attempt lowers it (fraction, at most `risk`; negative where an attempt drives away)
        value   what the customer is worth if he stays (money)
        cost    of the attempt (money)

    After: the same rows, the largest gain first, with

        gain    uplift x value - cost (money)
        place   1 is first; equal gains by customer_id
        act     1: worth it, and the budget lasts for all up to this place; 0: not

        >>> import pandas as pd
        >>> before = pd.DataFrame({
        ...     "customer_id": ["ann", "bo", "cy"], "risk": [0.9, 0.4, 0.5], "uplift": [0.02, 0.3, 0.1],
        ...     "value": [1000.0, 1000.0, 2000.0], "cost": [50.0, 50.0, 50.0]})
        >>> save_first(before, budget=60)[["customer_id", "risk", "gain", "place", "act"]]
          customer_id  risk   gain  place  act
        0          bo   0.4  250.0      1    1
        1          cy   0.5  150.0      2    0
        2         ann   0.9  -30.0      3    0

    In plain pandas:

        >>> gain = before["uplift"] * before["value"] - before["cost"]
        >>> before["customer_id"][gain.sort_values(ascending=False).index].tolist()
        ['bo', 'cy', 'ann']

    Raises `DataError` (a missing column, text, an unknown value, one outside its limits), `RuleError` (`budget`).
    """
    customers = numbers(having(frame, "customers", ("customer_id",)), "customers", _LIMITS)
    above = one_row(customers, one_if(nw.col("uplift") > nw.col("risk")).sum().alias("rows"))["rows"]
    if above:
        says = f"{above:.0f} rows lie above their risk; an attempt cannot save more than would leave"
        raise DataError(says, table="customers", column="uplift")
    limit = float("inf") if budget is None else number("budget", budget, 0)
    order = {"order_by": ("minus", "customer_id")}
    placed = (
        customers.with_columns((nw.col("uplift") * nw.col("value") - nw.col("cost")).alias("gain"))
        .with_columns((-nw.col("gain")).alias("minus"), nw.lit(1).alias("place"), nw.col("cost").alias("spent"))
        .with_columns(nw.col("place").cum_sum().over(**order), nw.col("spent").cum_sum().over(**order))
    )
    act = ((nw.col("gain") > 0) & (nw.col("spent") <= limit)).cast(nw.Int64)
    return to_native(placed.with_columns(act.alias("act")).sort("place").drop("minus", "spent"))
