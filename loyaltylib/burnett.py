"""Who the customers are, and the Burnett matrix: how attractive each key account is and how well we stand with it.

who_pays, who_benefits, parties                         customer identification   (burnett_identification)
roles, stakeholders                                     the same, of persons      (burnett_roles)
Indicator, Polarity, score_of                           what is scored            (burnett_indicators)
BurnettWeights                                          how much each counts      (burnett_weights)
attractiveness(scores, weights), relationship(scores)   the two figures           (burnett_scores)
strategy(attractiveness=..., relationship=...)          the nine cells            (burnett_grid)
measures, customer_class, classes                       what the database knows   (burnett_classes)
automatic_scores                                        scores from it            (burnett_automatic)
robustness(scores, draws)                               does the place hold       (burnett_robustness)
place(scores), matrix(placed), indicators()             whole tables              (here)
"""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

import narwhals.stable.v2 as nw

from .burnett_automatic import BOUNDS, automatic_scores
from .burnett_classes import ClassRules, CustomerClass, classes, customer_class, measures
from .burnett_grid import (
    AttractivenessBand,
    Cell,
    Cuts,
    Layout,
    RelationshipBand,
    Strategy,
    attractiveness_band,
    cell,
    cells,
    relationship_band,
    strategies_for,
    strategy,
)
from .burnett_identification import Method, Part, parties, who_benefits, who_pays
from .burnett_indicators import (
    ATTRACTIVENESS,
    RATINGS,
    RELATIONSHIP,
    Dimension,
    Factor,
    Indicator,
    Polarity,
    score_by_bounds,
    score_of,
)
from .burnett_robustness import Draws, Nearest, Robustness, Spread, nearest_change, robustness
from .burnett_roles import Role, roles, stakeholders
from .burnett_scores import (
    PartialScore,
    attractiveness,
    mean_of,
    open_scores,
    partial_score,
    relationship,
    weighted,
    wide,
)
from .burnett_weights import GIVEN, BurnettWeights
from .concepts import get
from .errors import DataError
from .frames import to_native

if TYPE_CHECKING:
    from collections.abc import Sequence

    import pandas as pd

    from .frames import Frame

__all__ = [
    "ATTRACTIVENESS",
    "BOUNDS",
    "GIVEN",
    "RATINGS",
    "RELATIONSHIP",
    "AttractivenessBand",
    "BurnettWeights",
    "Cell",
    "ClassRules",
    "CustomerClass",
    "Cuts",
    "Dimension",
    "Draws",
    "Factor",
    "Indicator",
    "Layout",
    "Method",
    "Nearest",
    "Part",
    "PartialScore",
    "Polarity",
    "RelationshipBand",
    "Robustness",
    "Role",
    "Spread",
    "Strategy",
    "attractiveness",
    "attractiveness_band",
    "automatic_scores",
    "cell",
    "cells",
    "classes",
    "customer_class",
    "indicators",
    "matrix",
    "measures",
    "nearest_change",
    "partial_score",
    "parties",
    "place",
    "relationship",
    "relationship_band",
    "robustness",
    "roles",
    "score_by_bounds",
    "score_of",
    "stakeholders",
    "strategies_for",
    "strategy",
    "who_benefits",
    "who_pays",
]

_BANDS = ("attractiveness_band", "relationship_band")


def indicators(lang: str = "en", weights: BurnettWeights | None = None) -> pd.DataFrame:
    """Return the 26 indicators as a table for a reader (pandas), in the order of the course text.

    Columns: indicator, dimension, factor (empty for the relationship), term, polarity (what more of it means for us),
    weight (fraction; null where there is none), given (the weight is printed in the source), reading (what a 5 and a 1
    stand for in this kit).

    >>> table = indicators()
    >>> table.loc[table["given"], "weight"].tolist()
    [0.08, 0.03, 0.05, 0.03, 0.04, 0.04]

    Raises `UnknownName` for a language there is not.
    """
    import pandas as pd

    held = weights or BurnettWeights()
    return pd.DataFrame(
        [
            {
                "indicator": each.value,
                "dimension": each.dimension.value,
                "factor": each.factor.value if each.factor else "",
                "term": get(each.concept).term(lang),
                "polarity": each.polarity.value,
                "weight": held.weights.get(each),
                "given": each in held.given,
                "reading": get(each.concept).note(lang),
            }
            for each in Indicator
        ]
    )


def _band(score: nw.Expr, cuts: tuple[float, float], words: Sequence[str]) -> nw.Expr:
    """Return the word of a score's band; unknown where the score is."""
    low, middle, high = (nw.lit(str(word)) for word in words)
    lower = nw.when(score < cuts[0]).then(low).otherwise(middle)
    return nw.when(~score.is_null()).then(nw.when(score >= cuts[1]).then(high).otherwise(lower))


def _by_cell(values: dict[str, Any]) -> nw.Expr:
    """Return the value of each row's cell; unknown where a band is."""
    name = nw.concat_str([nw.col(band) for band in _BANDS], separator="_")
    (first, value), *others = values.items()
    chosen: nw.Expr = nw.when(name == first).then(nw.lit(value))
    for cell_name, value in others:
        chosen = nw.when(name == cell_name).then(nw.lit(value)).otherwise(chosen)
    return chosen


def place(
    scores: Any,
    weights: BurnettWeights | None = None,
    cuts: Cuts | None = None,
    layout: str = Layout.ATTRACTIVENESS_ROWS,
) -> Any:
    """Place every account in the matrix: its two figures, their bands, the strategy and how sure that is.

    Before: the table `burnett_scores` (customer_id, dimension, indicator, score). After: one row a customer, sorted by
    `customer_id`:

        customer_id
        attractiveness, relationship            1 to 5
        attractiveness_band, relationship_band  low, medium, high; poor, fair, good
        strategy                                the word of `Strategy`
        certain                                 False in the two cells that depend on the layout of a lost figure

    A figure is null where one of its scores is missing; then so are its band and the strategy, and `certain` is False.

        >>> import pandas as pd
        >>> before = pd.DataFrame(
        ...     [("ann", "attractiveness", name, 5) for name in ATTRACTIVENESS]
        ...     + [("bo", "attractiveness", name, 3) for name in ATTRACTIVENESS]
        ...     + [("ann", "relationship", name, 2) for name in RELATIONSHIP],
        ...     columns=["customer_id", "dimension", "indicator", "score"])
        >>> after = place(before)
        >>> after[["customer_id", "attractiveness", "relationship", "strategy", "certain"]]
          customer_id  attractiveness  relationship        strategy  certain
        0         ann             5.0           2.0  selective hold    False
        1          bo             3.0           NaN             NaN    False

    The bands in plain pandas:

        >>> words = ["low", "medium", "high"]
        >>> pd.cut(after["attractiveness"], [1, 2.33, 3.67, 5.01], right=False, labels=words).tolist()
        ['high', 'medium']

    An empty table gives an empty frame. Raises `DataError` (what breaks the schema; an indicator nobody knows),
    `UnknownName` (layout).
    """
    held, limits = weights or BurnettWeights(), cuts or Cuts()
    nine = cells(layout)
    known = {Dimension.ATTRACTIVENESS: held.indicators, Dimension.RELATIONSHIP: RELATIONSHIP}
    figures = wide(open_scores(scores, known), known).select(
        "customer_id",
        weighted(held)["attractiveness"].alias("attractiveness"),
        mean_of(RELATIONSHIP).alias("relationship"),
    )
    placed = figures.with_columns(
        _band(nw.col("attractiveness"), limits.attractiveness, list(AttractivenessBand)).alias(_BANDS[0]),
        _band(nw.col("relationship"), limits.relationship, list(RelationshipBand)).alias(_BANDS[1]),
    )
    chosen = placed.with_columns(
        _by_cell({each.name: each.strategy.value for each in nine}).alias("strategy"),
        _by_cell({each.name: int(each.certain) for each in nine}).alias("certain"),
    )
    return to_native(chosen.with_columns((nw.col("certain").fill_null(0) == 1).alias("certain")).sort("customer_id"))


def matrix(placed: Any, value: str | None = None, layout: str = Layout.ATTRACTIVENESS_ROWS) -> Any:
    """Count the accounts of each cell.

    Before: one row an account with `attractiveness_band` and `relationship_band`, as `place` makes it, and where
    `value` names it a column with what each is worth. After: nine rows, one a cell even where it is empty, from high to
    low attractiveness and from a poor to a good relationship:

        attractiveness_band, relationship_band, strategy, certain
        customers    how many
        share        of all accounts that have a place (fraction; 0 where there are none)
        value        sum of the column named, only where one is named

        >>> import pandas as pd
        >>> before = pd.DataFrame({
        ...     "attractiveness_band": ["high", "high", "low"], "relationship_band": ["good", "good", "poor"]})
        >>> after = matrix(before)
        >>> after.loc[after["customers"] > 0, ["strategy", "customers", "share"]]
                     strategy  customers     share
        2  develop and defend          2  0.666667
        6                exit          1  0.333333

    In plain pandas:

        >>> before.groupby(["attractiveness_band", "relationship_band"]).size().to_dict()
        {('high', 'good'): 2, ('low', 'poor'): 1}

    An account without a place is left out. A lazy frame is collected. Raises `DataError` for a missing column or a word
    that is no band.
    """
    frame: Frame = nw.from_native(placed)
    present = frame.collect_schema().names()
    for name in (*_BANDS, *(() if value is None else (value,))):
        if name not in present:
            raise DataError(f"is missing; the frame has {', '.join(map(repr, present))}", table="placed", column=name)
    summed = [] if value is None else [nw.col(value).sum().alias("value")]
    known = frame.filter(~nw.col(_BANDS[0]).is_null() & ~nw.col(_BANDS[1]).is_null())
    counts = known.group_by(*_BANDS).agg(nw.len().alias("customers"), *summed).lazy().collect()
    found = {(str(row[_BANDS[0]]), str(row[_BANDS[1]])): row for row in counts.iter_rows(named=True)}
    nine = cells(layout)
    for pair in found:
        for band, said, words in zip(_BANDS, pair, (AttractivenessBand, RelationshipBand), strict=True):
            if said not in set(words):
                raise DataError(f"{said!r} is no band; known: {', '.join(words)}", table="placed", column=band)
    rows = [found.get((each.attractiveness, each.relationship), {"customers": 0, "value": 0}) for each in nine]
    total = sum(row["customers"] for row in rows)
    made: dict[str, list[Any]] = {
        _BANDS[0]: [each.attractiveness.value for each in nine],
        _BANDS[1]: [each.relationship.value for each in nine],
        "strategy": [each.strategy.value for each in nine],
        "certain": [each.certain for each in nine],
        "customers": [row["customers"] for row in rows],
        "share": [row["customers"] / total if total else 0.0 for row in rows],
    }
    if value is not None:
        made["value"] = [float(row["value"] or 0) for row in rows]
    return nw.from_dict(made, backend=counts.implementation).to_native()
