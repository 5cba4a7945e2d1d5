"""Who the valuable customers are: the 80/20 share, segments by features and value, lifetime value.

pareto_share(tables, top=0.2)         share of the value that the largest customers bring
profit_contribution(tables)           what each customer brings, and his place among all
traditional_dimensions(tables, day)   features and past spending
crm_dimensions(tables, day)           features, type of customer, and value: past, present and possible
profile(frame, by, value)             how many customers and how much value are in each segment

The customer matrix (CLP) is in `segments_clp`, recency, frequency and money in `segments_rfm`, lifetime value in
`segments_clv` and, from the rhythm of purchases, in `segments_btyd`; all their names are here too.
"""

from __future__ import annotations

from typing import TYPE_CHECKING, Any, Final

import narwhals.stable.v2 as nw

from .errors import DataError
from .frames import one_if, one_row, to_native
from .inputs import ANY, Reader, fraction, having, is_frame, numbers, rate
from .segments_btyd import BgNbd, GammaGamma, fit_bgnbd, fit_gamma_gamma
from .segments_clp import METALS, ClpCell, ClpRules, clp_cell, clp_cells, clp_strategies
from .segments_clv import clv_components, clv_discounted
from .segments_dimensions import TRADITIONAL, crm_dimensions, traditional_dimensions
from .segments_forecast import expected_purchases, expected_value, forecast, probability_alive
from .segments_profit import profit_contribution, sales
from .segments_rfm import CELLS, RfmCell, RfmRules, rfm_cell, rfm_scores, rfm_summary

if TYPE_CHECKING:
    from collections.abc import Sequence

    from .frames import Frame

__all__ = [
    "CELLS",
    "METALS",
    "TOPS",
    "TRADITIONAL",
    "BgNbd",
    "ClpCell",
    "ClpRules",
    "GammaGamma",
    "RfmCell",
    "RfmRules",
    "clp_cell",
    "clp_cells",
    "clp_strategies",
    "clv_components",
    "clv_discounted",
    "crm_dimensions",
    "expected_purchases",
    "expected_value",
    "fit_bgnbd",
    "fit_gamma_gamma",
    "forecast",
    "pareto_curve",
    "pareto_share",
    "probability_alive",
    "profile",
    "profit_contribution",
    "rfm_cell",
    "rfm_scores",
    "rfm_summary",
    "traditional_dimensions",
]

TOPS: Final = (0.01, 0.05, 0.1, 0.2, 0.5, 1.0)  # where `pareto_curve` looks unless told otherwise

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


def profile(frame: Any, by: str | Sequence[str], value: str | None = None) -> Any:
    """Count the customers of each segment, and where `value` names a column what they bring.

    Before: one row a customer with the columns that `by` names (one or several: sex, region, a cell). After: one row a
    segment that occurs, sorted by `by`, unknown features first or last as the engine has them:

        the columns of `by`
        customers    how many
        share        of all customers (fraction)
        value        sum of the column named (money), only where one is named; unknown ones count as 0
        value_share  of the value of all (fraction; unknown where that is not above 0), only where one is named

        >>> import pandas as pd
        >>> before = pd.DataFrame({"region": ["north", "south", "north", "south"], "spent": [10.0, 60.0, 20.0, 10.0]})
        >>> profile(before, "region", "spent")
          region  customers  share  value  value_share
        0  north          2    0.5   30.0          0.3
        1  south          2    0.5   70.0          0.7

    In plain pandas:

        >>> before.groupby("region")["spent"].agg(["size", "sum"]).to_dict()
        {'size': {'north': 2, 'south': 2}, 'sum': {'north': 30.0, 'south': 70.0}}

    An empty frame gives an empty one. Raises `DataError` for a missing column, or a value that is no finite number.
    """
    keys = [by] if isinstance(by, str) else list(by)
    table = having(frame, "customers", keys)
    sums = []
    if value is not None:
        table = numbers(table, "customers", {value: ANY}, gaps=True)
        sums = [nw.col(value).sum().alias("value")]
    totals = one_row(table, nw.len().alias("customers"), *sums)
    counted = table.group_by(*keys).agg(nw.len().alias("customers"), *sums)
    columns = [nw.col("customers"), (nw.col("customers") / (totals["customers"] or 1)).alias("share")]
    if value is not None:
        whole = totals["value"] or 0.0
        part = nw.col("value").fill_null(0.0)
        columns += [part, (part / nw.lit(whole if whole > 0 else None, nw.Float64)).alias("value_share")]
    return to_native(counted.select(*keys, *columns).sort(*keys))
