"""The profit effect of retention, computed from how long customers stay and what they are worth.

No figure here is a law. What is only quoted ("five points more retention, 85% more profit") is a mark beside a computed
result, never a parameter: the effect depends on where the rate starts (AMB-23).
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any

import narwhals.stable.v2 as nw

from . import formats
from .errors import DataError, RuleError
from .frames import one_row
from .inputs import ANY, fraction, number, numbers, positive
from .messages import tell


def _staying(retention: float) -> float:
    found = fraction("retention", retention)
    if found == 1:
        raise RuleError("retention is 1: nobody ever leaves, so tenure has no end; give a rate below 1")
    return found


def tenure(retention: float) -> float:
    """Return how long a customer stays on average: 1 / (1 - retention), in the years (or periods) of the rate.

    >>> tenure(0.75)
    4.0

    Raises `RuleError` for a rate outside 0 to 1, and for 1.
    """
    return 1 / (1 - _staying(retention))


def customer_value(*, margin: float, retention: float, discount: float = 0.0) -> float:
    """Return the present value of a customer who pays `margin` at the start of each year for as long as he stays.

    margin x (1 + discount) / (1 + discount - retention): the sum over years t = 0, 1, 2, ... of
    margin x retention^t / (1 + discount)^t. Without discount it is margin x tenure. `margin` in money a year,
    `retention` and `discount` a year. The first margin counts in full;
    `segments.clv_discounted` leaves it out unless told to count it.

    >>> customer_value(margin=100, retention=0.75)
    400.0
    >>> round(sum(100 * (0.75 / 1.1) ** year for year in range(200)), 6) == round(
    ...     customer_value(margin=100, retention=0.75, discount=0.1), 6)
    True

    Raises `RuleError`: a margin not above 0, a rate outside 0 to 1 (or 1), a negative discount.
    """
    grown = 1 + number("discount", discount, low=0)
    return positive("margin", margin) * grown / (grown - _staying(retention))


@dataclass(frozen=True)
class RetentionEffect:
    """What a change of retention does to one customer's tenure and value; made by `retention_effect`.

    retention, retention_after   rates a year (fractions)
    margin                       money a customer a year
    discount                     a year (fraction)
    """

    retention: float
    retention_after: float
    margin: float
    discount: float

    @property
    def change(self) -> float:
        """Change of the rate in percentage points, as a fraction."""
        return self.retention_after - self.retention

    @property
    def tenure(self) -> float:
        """Mean stay before (years)."""
        return tenure(self.retention)

    @property
    def tenure_after(self) -> float:
        """Mean stay after (years)."""
        return tenure(self.retention_after)

    @property
    def value(self) -> float:
        """Value of a customer before (money)."""
        return customer_value(margin=self.margin, retention=self.retention, discount=self.discount)

    @property
    def value_after(self) -> float:
        """Value of a customer after (money)."""
        return customer_value(margin=self.margin, retention=self.retention_after, discount=self.discount)

    @property
    def gain(self) -> float:
        """What the change is worth for each customer (money)."""
        return self.value_after - self.value

    @property
    def profit_change(self) -> float:
        """Change of the value as a fraction of what it was: 1.0 is twice as much."""
        return self.value_after / self.value - 1

    def text(self, lang: str = "en") -> str:
        """Return the effect in one sentence.

        >>> retention_effect(retention=0.75, change=0.05, margin=100).text()
        'Retention 75.0% +5.0 percentage points: mean stay 4.0 → 5.0 years, value of a customer ¥400 → ¥500 (25.0%).'
        """
        return tell(
            lang,
            "Retention {rate} {points}: mean stay {before} → {after} years, "
            "value of a customer {value} → {value_after} ({change}).",
            rate=formats.percent(self.retention, lang),
            points=formats.points(self.change, lang),
            before=formats.number(self.tenure, lang, 1),
            after=formats.number(self.tenure_after, lang, 1),
            value=formats.money(self.value, lang),
            value_after=formats.money(self.value_after, lang),
            change=formats.percent(self.profit_change, lang),
        )


def retention_effect(
    *, retention: float, change: float = 0.05, margin: float = 1.0, discount: float = 0.0
) -> RetentionEffect:
    """Compute what `change` percentage points of retention do to tenure and value, from 1 / (1 - r) and the value.

    `change` is a fraction: 0.05 is five percentage points, and never five per cent of the rate. The result in per cent
    does not depend on `margin`, and depends much on `retention`: no single quoted figure can hold (AMB-23).

    >>> [round(retention_effect(retention=r).profit_change, 2) for r in (0.5, 0.75, 0.9)]
    [0.11, 0.25, 1.0]

    Raises `RuleError`: a rate outside 0 to 1 before or after (or 1), and what `customer_value` refuses.
    """
    after = _staying(retention) + number("change", change, -1, 1)
    if not 0 <= after < 1:
        raise RuleError(
            f"retention is {retention!r} and change {change!r}, together {after:.4g}; stay from 0 to below 1"
        )
    effect = RetentionEffect(float(retention), after, float(margin), float(discount))
    customer_value(margin=margin, retention=retention, discount=discount)
    return effect


def retention_effects(frame: Any, change: float = 0.05, discount: float = 0.0) -> Any:
    """Compute the effect of `change` percentage points of retention for each row, as `retention_effect` does for one.

    Before: a frame with `retention` (fraction a year) and `margin` (money a customer a year), one row for whatever is
    compared: a segment, a branch, a step of a slider. After: the same rows and columns, in the same order, with

        tenure, tenure_after   mean stay (years)
        value, value_after     of a customer (money)
        profit_change          value_after / value - 1 (fraction)

        >>> import pandas as pd
        >>> before = pd.DataFrame({"branch": ["east", "west"], "retention": [0.50, 0.75], "margin": [100.0, 100.0]})
        >>> retention_effects(before)[["branch", "tenure", "value", "value_after", "profit_change"]].round(3)
          branch  tenure  value  value_after  profit_change
        0   east     2.0  200.0      222.222          0.111
        1   west     4.0  400.0      500.000          0.250

    In plain pandas:

        >>> (1 / (1 - before["retention"])).tolist()
        [2.0, 4.0]

    An empty frame gives an empty frame. Raises `DataError` for a missing column, one that is not numeric or not wholly
    known, a rate that leaves 0 to below 1 before or after the change, a margin not above 0; `RuleError` (`change`,
    `discount`).
    """
    step, grown = number("change", change, -1, 1), 1 + number("discount", discount, low=0)
    rate, margin = nw.col("retention"), nw.col("margin")
    rows = numbers(frame, "retention_effects", {"retention": ANY, "margin": ANY})
    extremes = (rate.min().alias("low"), rate.max().alias("high"), margin.min().alias("margin"))
    low, high, least = one_row(rows, *extremes).values()
    if low is not None:
        lowest, highest = low + min(step, 0), high + max(step, 0)
        if lowest < 0 or highest >= 1:
            odd = lowest if lowest < 0 else highest
            raise DataError(
                f"{odd:.4g} is reached with a change of {step:g}; rates stay from 0 to below 1",
                table="retention_effects",
                column="retention",
            )
        if least <= 0:
            raise DataError(f"{least:g} is not above 0", table="retention_effects", column="margin")
    each = margin * grown
    return rows.with_columns(
        (1 / (1 - rate)).alias("tenure"),
        (1 / (1 - rate - step)).alias("tenure_after"),
        (each / (grown - rate)).alias("value"),
        (each / (grown - rate - step)).alias("value_after"),
        ((grown - rate) / (grown - rate - step) - 1).alias("profit_change"),
    ).to_native()
