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

from typing import TYPE_CHECKING, Any

import narwhals.stable.v2 as nw

from .frames import one_row, to_native
from .inputs import ANY, having, numbers
from .segments_btyd import BgNbd, GammaGamma, fit_bgnbd, fit_gamma_gamma
from .segments_clp import METALS, ClpCell, ClpRules, clp_cell, clp_cells, clp_strategies
from .segments_clv import clv_components, clv_discounted
from .segments_cuts import Cut, RfmCuts, cell_moves, clp_cut, rfm_cut
from .segments_dimensions import TRADITIONAL, crm_dimensions, traditional_dimensions
from .segments_forecast import expected_purchases, expected_value, forecast, probability_alive
from .segments_pareto import TOPS, Largest, largest, pareto_curve, pareto_share
from .segments_profit import profit_contribution
from .segments_rfm import CELLS, RfmCell, RfmRules, rfm_cell, rfm_scores, rfm_summary

if TYPE_CHECKING:
    from collections.abc import Sequence


__all__ = [
    "CELLS",
    "METALS",
    "TOPS",
    "TRADITIONAL",
    "BgNbd",
    "ClpCell",
    "ClpRules",
    "Cut",
    "GammaGamma",
    "Largest",
    "RfmCell",
    "RfmCuts",
    "RfmRules",
    "cell_moves",
    "clp_cell",
    "clp_cells",
    "clp_cut",
    "clp_strategies",
    "clv_components",
    "clv_discounted",
    "crm_dimensions",
    "expected_purchases",
    "expected_value",
    "fit_bgnbd",
    "fit_gamma_gamma",
    "forecast",
    "largest",
    "pareto_curve",
    "pareto_share",
    "probability_alive",
    "profile",
    "profit_contribution",
    "rfm_cell",
    "rfm_cut",
    "rfm_scores",
    "rfm_summary",
    "traditional_dimensions",
]


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
