"""How uneven customers are: what the largest of them bring, at some shares or at every hundredth."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING, Any, Final

import narwhals.stable.v2 as nw

from .errors import DataError
from .frames import one_if, one_row
from .inputs import ANY, Reader, fraction, is_frame, number, numbers, rate
from .look import columns
from .segments_profit import sales

if TYPE_CHECKING:
    from collections.abc import Sequence

    from .frames import Frame

TOPS: Final = (0.01, 0.05, 0.1, 0.2, 0.5, 1.0)  # where `pareto_curve` looks unless told otherwise

_HUNDREDTHS: Final = tuple(step / 100 for step in range(1, 101))
_DECIMALS = 12  # of a share: the sums of all and of the parts differ in the last places
_LOSSES = "some customers cost more than they bring, so the others bring more than the total"


def pareto_curve(data: Any, tops: Sequence[float] = TOPS, by: str = "revenue") -> Any:
    """Say how much of the value the largest 1, 5, 10 ... per cent of the customers bring, by sorting them.

    Before: tables with `transactions` (every customer who bought counts), where `by` is "revenue" or, where the cost is
    known, "profit"; or a frame with one row a customer and `by` the column with the value. After: one row a top share;
    lazy frames are collected:

        top        share of the customers, the largest first (fraction)
        customers  how many that is: `top` times all, to the nearest whole number (a half to the even one), at least 1
        value      what they bring (money)
        share      of the value of all (fraction; above 1 where others are loss-making, with a `RateWarning`)

    Which of several equal customers is counted makes no difference to what they bring.

        >>> import pandas as pd
        >>> before = pd.DataFrame({"customer_id": list("abcde"), "revenue": [700.0, 20.0, 150.0, 80.0, 50.0]})
        >>> pareto_curve(before, tops=(0.2, 0.4, 1))
           top  customers   value  share
        0  0.2          1   700.0   0.70
        1  0.4          2   850.0   0.85
        2  1.0          5  1000.0   1.00

    In plain pandas:

        >>> float(before["revenue"].nlargest(2).sum() / before["revenue"].sum())
        0.85

    Raises `RuleError` for a top that is no fraction, `DataError` for a missing column, an unknown value, and values
    that do not add up to more than 0 (an empty frame among them).
    """
    shares = [fraction("top", top) for top in tops]
    values = _values(data, by)
    found = one_row(values, nw.len().alias("all"), nw.col("value").sum().alias("total"))
    total = found["total"] or 0.0
    if total <= 0:
        raise DataError(f"adds up to {total:g}; a share needs a sum above 0", table="customers", column=by)
    numbers = [max(round(share * found["all"]), 1) for share in shares]
    ranked = values.select((-nw.col("value")).alias("minus"), nw.lit(1).alias("place")).with_columns(
        nw.col("place").cum_sum().over(order_by="minus")
    )
    of_top = [(nw.col("minus") * one_if(nw.col("place") <= size)).sum() for size in numbers]
    sums = ranked.lazy().select(top.alias(f"{place}") for place, top in enumerate(of_top)).collect()
    brought = [-float(sums[name].to_list()[0]) for name in sums.columns]
    rows = {
        "top": shares,
        "customers": numbers,
        "value": brought,
        "share": [rate("pareto_share", round(value / total, _DECIMALS), _LOSSES) for value in brought],
    }
    return nw.from_dict(rows, backend=sums.implementation).to_native()


def pareto_share(data: Any, top: float = 0.2, by: str = "revenue") -> float:
    """Return the share of all value that the largest customers bring (the 80/20 rule), by sorting them.

    `data` and `by` as in `pareto_curve`; `top` is the share of the customers, 0.2 for the 20 per cent of the rule.
    Counted are the `top` times n largest, to the nearest whole number (a half to the even one) and at least one. The
    rule of 80/20 is a rule of thumb, not a law: the data decide. "80 per cent of the customers bring 20 per cent" is
    the same split, said of the others (AMB-41).

    Raises as `pareto_curve`; the result is above 1, with a `RateWarning`, where others are loss-making.

    >>> import pandas as pd
    >>> pareto_share(pd.DataFrame({"revenue": [700, 20, 150, 80, 50]}), top=0.2)
    0.7
    """
    curve = nw.from_native(pareto_curve(data, (top,), by))
    return float(curve["share"].to_list()[0])


def _values(data: Any, by: str) -> Frame:
    """Return one row a customer with `value`, from a frame of customers or from the tables."""
    if is_frame(data):
        return numbers(data, "customers", {by: ANY}).select(nw.col(by).alias("value"))
    if by not in {"revenue", "profit"}:
        raise DataError("is no value of the transactions; take 'revenue' or 'profit'", table="transactions", column=by)
    bought = sales(Reader(data), margin=None if by == "profit" else 1)
    return bought.group_by("customer_id").agg(nw.col("amount" if by == "revenue" else by).sum().alias("value"))


@dataclass(frozen=True)
class Largest:
    """What the largest customers bring, at every hundredth of them: `pareto_curve`, read off again and again.

    by         what they are ranked by: revenue or profit
    customers  how many the largest 1, 2 ... 100 per cent are
    shares     what those bring of the value of all (fractions)
    """

    by: str
    customers: tuple[int, ...]
    shares: tuple[float, ...]

    def at(self, top: float) -> float:
        """Return what the largest bring; `top` is one of the hundredths (fraction)."""
        return self.shares[self._place(top)]

    def number(self, top: float) -> int:
        """Return how many customers these largest are."""
        return self.customers[self._place(top)]

    def lorenz(self) -> tuple[list[float], list[float]]:
        """Return the Lorenz curve: share of the customers from the smallest on, and their share of the value."""
        passed = [1 - n / self.customers[-1] for n in reversed(self.customers)]
        return [*passed, 1.0], [*(1 - share for share in reversed(self.shares)), 1.0]

    @staticmethod
    def _place(top: float) -> int:
        return round(number("top", top, _HUNDREDTHS[0], 1) / _HUNDREDTHS[0]) - 1


def largest(data: Any, by: str) -> Largest:
    """Sum up what the largest 1, 2, 3 ... per cent of the customers bring; `data` and `by` as in `pareto_curve`."""
    people, shares = columns(pareto_curve(data, _HUNDREDTHS, by), "customers", "share")
    return Largest(by, tuple(people), tuple(shares))
