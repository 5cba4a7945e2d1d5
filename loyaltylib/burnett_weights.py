"""The weights of the 19 indicators of attractiveness: six are printed in the course text, thirteen are not.

The kit lets the thirteen share equally what the six leave, and calls that what it is: an assumption (AMB-43).
"""

from __future__ import annotations

from dataclasses import dataclass, field
from typing import TYPE_CHECKING, Any, Final

import narwhals.stable.v2 as nw

from .burnett_indicators import ATTRACTIVENESS, Indicator
from .errors import DataError, RuleError, UnknownName
from .inputs import fraction, number
from .schema import check

if TYPE_CHECKING:
    from collections.abc import Iterable, Mapping

    import pandas as pd

# The only weights the course text prints: factor A, the customer's business.
GIVEN: Final[Mapping[str, float]] = {
    Indicator.VOLUME: 0.08,
    Indicator.ENTERPRISE_LIFECYCLE: 0.03,
    Indicator.MARKET_POTENTIAL: 0.05,
    Indicator.SUPPLIER_RELATION: 0.03,
    Indicator.ORGANISATION: 0.04,
    Indicator.IMPRESSION: 0.04,
}
_TOLERANCE = 1e-9


def _equal_rest() -> dict[str, float]:
    """Return all 19: the six as printed, the others (1 - 0.27) / 13 = 0.0561538 each."""
    each = (1 - sum(GIVEN.values())) / (len(ATTRACTIVENESS) - len(GIVEN))
    return {indicator: GIVEN.get(indicator, each) for indicator in ATTRACTIVENESS}


def _course_order(name: str) -> tuple[int, str]:
    known = name in set(Indicator)
    return (list(Indicator).index(Indicator(name)) if known else len(Indicator), name)


@dataclass(frozen=True)
class BurnettWeights:
    """How much each indicator of attractiveness counts.

    weights   indicator -> fraction from 0 to 1; together 1 (to 1e-9). By default the six of the course text, and the
              other thirteen share the remaining 0.73 equally: a kit assumption. Another industry may choose other
              indicators, so names of one's own are allowed; an indicator left out does not count
    given     indicators whose weight is printed in a source; the others are assumed

    The order is that of the course text whatever order they come in, names of one's own last.

    >>> weights = BurnettWeights()
    >>> weights["volume"], round(weights["tech"], 7), len(weights.assumed)
    (0.08, 0.0561538, 13)

    Raises `RuleError` for a weight outside 0 to 1 or weights that do not come to 1, `UnknownName` for a given name
    without weight.
    """

    weights: Mapping[str, float] = field(default_factory=_equal_rest)
    given: frozenset[str] = field(default=frozenset(GIVEN))

    def __post_init__(self) -> None:
        names = sorted((str(name) for name in self.weights), key=_course_order)
        held = {name: fraction(f"the weight of {name!r}", self.weights[name]) for name in names}
        total = sum(held.values())
        if abs(total - 1) > _TOLERANCE:
            raise RuleError(f"the weights come to {total:.10g}; they must come to 1 (`changed` rescales the others)")
        for name in self.given:
            if name not in held:
                raise UnknownName("indicator", name, held)
        object.__setattr__(self, "weights", held)
        object.__setattr__(self, "given", frozenset(str(name) for name in self.given))

    def __getitem__(self, indicator: str) -> float:
        if indicator not in self.weights:
            raise UnknownName("indicator", indicator, self.weights)
        return self.weights[indicator]

    @property
    def indicators(self) -> tuple[str, ...]:
        """Names of the indicators that have a weight, in order."""
        return tuple(self.weights)

    @property
    def assumed(self) -> tuple[str, ...]:
        """Names of the indicators whose weight no source prints."""
        return tuple(name for name in self.weights if name not in self.given)

    def changed(self, **weights: float) -> BurnettWeights:
        """Return weights with some set anew and the others scaled so that all come to 1 again.

        >>> twice = BurnettWeights().changed(volume=0.16)
        >>> twice["volume"], round(twice["impression"], 5), round(sum(twice.weights.values()), 9)
        (0.16, 0.03652, 1.0)

        What is set anew is no longer "given"; nor is a printed weight that had to move. Raises `RuleError`,
        `UnknownName`.
        """
        for name in weights:
            self[name]
        rest = sum(weight for name, weight in self.weights.items() if name not in weights)
        left = 1 - sum(fraction(name, weight) for name, weight in weights.items())
        if left < -_TOLERANCE or (rest == 0 and left > _TOLERANCE):
            raise RuleError(f"the weights set leave {left:g} for the others; leave them something between 0 and 1")
        scale = max(left, 0) / rest if rest else 0
        new = {name: weights.get(name, weight * scale) for name, weight in self.weights.items()}
        return BurnettWeights(new, frozenset(name for name in self.given if new[name] == self.weights[name]))

    def stressed(self, names: Iterable[str], times: float) -> BurnettWeights:
        """Return weights in which some indicators count so many times as much against the others; all come to 1.

        >>> BurnettWeights({"volume": 0.5, "tech": 0.5}, frozenset()).stressed(["tech"], 3).weights
        {'volume': 0.25, 'tech': 0.75}

        Once is no change. A printed weight that had to move is no longer "given". Raises `RuleError` (a number below
        0; nothing left that counts), `UnknownName`.
        """
        chosen, factor = {name for name in names if self[name] >= 0}, number("times", times, 0)
        raw = {name: weight * (factor if name in chosen else 1) for name, weight in self.weights.items()}
        total = sum(raw.values())
        if factor == 1:
            return self
        if total == 0:
            raise RuleError("no indicator is left that counts; give a number above 0")
        new = {name: weight / total for name, weight in raw.items()}
        return BurnettWeights(new, frozenset(name for name in self.given if new[name] == self.weights[name]))

    def frame(self) -> pd.DataFrame:
        """Return the weights as a table `burnett_weights` (pandas): indicator, weight (fraction), given (flag).

        >>> BurnettWeights().frame().head(2)
                      indicator  weight  given
        0                volume    0.08   True
        1  enterprise_lifecycle    0.03   True
        """
        import pandas as pd

        rows = [(name, weight, name in self.given) for name, weight in self.weights.items()]
        return pd.DataFrame(rows, columns=["indicator", "weight", "given"])

    @classmethod
    def from_frame(cls, frame: Any) -> BurnettWeights:
        """Read a table `burnett_weights`; without the column `given`, no weight counts as given.

        >>> BurnettWeights.from_frame(BurnettWeights().frame()) == BurnettWeights()
        True

        Raises `DataError` (what breaks the schema; weights that do not come to 1).
        """
        wrapped = check(frame, "burnett_weights")
        has_given = "given" in wrapped.collect_schema().names()
        if has_given:
            wrapped = check(frame, "burnett_weights", ("indicator", "weight", "given"))
        held = nw.from_native(wrapped.to_native()).lazy().collect().iter_rows(named=True)
        rows = {str(row["indicator"]): (float(row["weight"]), bool(row.get("given") or False)) for row in held}
        try:
            return cls({name: w for name, (w, _) in rows.items()}, frozenset(n for n, (_, g) in rows.items() if g))
        except RuleError as error:
            raise DataError(str(error), table="burnett_weights", column="weight") from error
