"""How much the place of an account hangs on the weights, thirteen of which nobody knows.

Weights decide about attractiveness alone, so a place holds as long as the band of attractiveness does.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from enum import StrEnum
from typing import TYPE_CHECKING, Any, overload

import narwhals.stable.v2 as nw

from .burnett_grid import AttractivenessBand, Cuts, attractiveness_band
from .burnett_indicators import Dimension
from .burnett_scores import SCORE_DECIMALS, attractiveness, open_scores, wide
from .burnett_weights import BurnettWeights
from .errors import RuleError
from .inputs import count, fraction, positive, word

if TYPE_CHECKING:
    import numpy as np
    import numpy.typing as npt

    Floats = npt.NDArray[np.float64]


class Spread(StrEnum):
    """How weights are drawn.

    Perturb: each weight times 1 plus or minus up to `change`, then all rescaled. Dirichlet: any weights at all, the
    likelier the nearer they are to ours.
    """

    PERTURB = "perturb"
    DIRICHLET = "dirichlet"


@dataclass(frozen=True)
class Draws:
    """How often and how weights are drawn.

    seed            of `numpy.random.RandomState`: the same seed, the same draws, on every machine
    number          how many draws. 1,000 tell a share to about 3 points
    spread          "perturb" or "dirichlet"
    change          perturb: how far each weight moves at most (fraction of itself)
    concentration   dirichlet: the larger, the nearer to our weights; 100 moves a weight of 0.05 by about 0.02
    assumed_only    leave weights that a source prints as they are and draw the others: how much hangs on what the kit
                    had to assume

    Raises `RuleError` for a value that makes no sense, `UnknownName` for a spread there is not.
    """

    seed: int
    number: int = 1000
    spread: str = Spread.PERTURB
    change: float = 0.2
    concentration: float = 100
    assumed_only: bool = False

    def __post_init__(self) -> None:
        if count("Draws.seed", self.seed) >= 2**32:
            raise RuleError(f"Draws.seed is {self.seed!r}; give a whole number below 2**32")
        count("Draws.number", self.number, 1)
        fraction("Draws.change", self.change)
        positive("Draws.concentration", self.concentration)
        word("spread", self.spread, Spread)

    def of(self, weights: BurnettWeights) -> Floats:
        """Return the drawn weights: one row a draw, one column an indicator in the order of `weights`, rows sum to 1.

        >>> drawn = Draws(seed=1, number=3).of(BurnettWeights())
        >>> drawn.shape, drawn.sum(axis=1).round(9).tolist()
        ((3, 19), [1.0, 1.0, 1.0])
        """
        import numpy as np

        random = np.random.RandomState(self.seed)
        base = np.array(list(weights.weights.values()))
        free = np.array([not self.assumed_only or name not in weights.given for name in weights.indicators])
        total = base[free].sum()
        drawn = np.tile(base, (self.number, 1))
        if total == 0:
            return drawn
        shape = (self.number, int(free.sum()))
        if self.spread == Spread.PERTURB:
            raw = base[free] * (1 + random.uniform(-self.change, self.change, shape))
        else:
            raw = random.gamma(self.concentration * base[free], size=shape)
        sums = raw.sum(axis=1, keepdims=True)
        # A draw in which every weight comes out 0 (a change of 1, a tiny concentration) says nothing: keep ours.
        drawn[:, free] = np.where(sums > 0, raw / np.where(sums > 0, sums, 1), base[free] / total) * total
        return drawn


@dataclass(frozen=True)
class Nearest:
    """The smallest change of weights that brings an account to the next band.

    moved       weight that has to move from some indicators to another (fraction; 0.03 is three points of weight)
    receiver    the indicator that gets it
    givers      indicator -> weight it gives
    band        the band the account reaches
    """

    moved: float
    receiver: str
    givers: Mapping[str, float]
    band: AttractivenessBand


@dataclass(frozen=True)
class Robustness:
    """How firmly one account stands in its band.

    band      its band with our weights
    kept      share of the draws in which it stays there (fraction)
    nearest   the smallest change that moves it; None where no weights at all do
    """

    band: AttractivenessBand
    kept: float
    nearest: Nearest | None


def _shift(scores: Mapping[str, float], weights: BurnettWeights, gap: float, *, up: bool) -> Nearest | None:
    """Move weight to the best (or worst) scored indicator until the index has changed by `gap`; None if it cannot.

    Each point of weight taken from the indicator that differs most changes the index most, so taking from those first
    moves the least weight.
    """
    sign = 1 if up else -1
    receiver = max(weights.indicators, key=lambda name: sign * scores[name])
    givers: dict[str, float] = {}
    for name in sorted(weights.indicators, key=lambda name: sign * scores[name]):
        step = sign * (scores[receiver] - scores[name])
        if step <= 0 or gap <= 0:
            break
        taken = min(weights[name], gap / step)
        if taken > 0:
            givers[name] = taken
            gap -= taken * step
    if gap > 10**-SCORE_DECIMALS:
        return None
    return Nearest(sum(givers.values()), receiver, givers, AttractivenessBand.LOW)


def nearest_change(
    scores: Mapping[str, float], weights: BurnettWeights | None = None, cuts: Cuts | None = None
) -> Nearest | None:
    """Return the smallest shift of weight between indicators at which one account reaches the next band.

    Exact, and greedy: weight goes from the indicators that hold the account back most to the one that serves it best.
    On the way down it is the shift that brings the index to the cut; any further and the band is lost.

    >>> poor = dict.fromkeys(BurnettWeights().indicators, 3) | {"volume": 5}
    >>> change = nearest_change(poor)
    >>> round(change.moved, 3), change.receiver, change.band
    (0.255, 'volume', <AttractivenessBand.HIGH: 'high'>)

    None where no weights move it (all scores alike, for instance). Raises as `attractiveness` of one account does.
    """
    held, limits = weights or BurnettWeights(), cuts or Cuts()
    index = attractiveness(scores, held)
    bands, place = list(AttractivenessBand), list(AttractivenessBand).index(attractiveness_band(index, limits))
    ways = []
    for up, next_place in ((True, place + 1), (False, place - 1)):
        if 0 <= next_place < len(bands):
            gap = limits.attractiveness[place] - index if up else index - limits.attractiveness[place - 1]
            found = _shift(scores, held, gap, up=up)
            # Down, every score at the cut keeps the index there: the band is left only if some score lies below it.
            lowest = min(scores[name] for name in held.indicators)
            if found and (up or lowest < limits.attractiveness[place - 1]):
                ways.append(Nearest(found.moved, found.receiver, found.givers, bands[next_place]))
    return min(ways, key=lambda way: way.moved, default=None)


@overload
def robustness(
    scores: Mapping[str, float], draws: Draws, weights: BurnettWeights | None = None, cuts: Cuts | None = None
) -> Robustness: ...
@overload
def robustness(scores: Any, draws: Draws, weights: BurnettWeights | None = None, cuts: Cuts | None = None) -> Any: ...
def robustness(scores: Any, draws: Draws, weights: BurnettWeights | None = None, cuts: Cuts | None = None) -> Any:
    """Say how firmly accounts stand in their band (and so in their cell) when the weights are not what we think.

    One account, as a mapping of indicator -> score:

        >>> even = dict.fromkeys(BurnettWeights().indicators, 4)
        >>> robustness(even, Draws(seed=1))
        Robustness(band=<AttractivenessBand.HIGH: 'high'>, kept=1.0, nearest=None)

    All accounts. Before: the table `burnett_scores`. After: one row a customer, sorted by `customer_id`:

        customer_id
        attractiveness        1 to 5, with our weights
        attractiveness_band   low, medium, high
        kept                  share of the draws in which the account stays in that band (fraction)
        moved                 weight that must move to bring it to the next band (fraction); null where none does
        towards               that band; null where there is none

    All but the customer are null where a score is missing. A lazy table is collected: key accounts are few.

        >>> import pandas as pd
        >>> before = pd.DataFrame({
        ...     "customer_id": "ann", "dimension": "attractiveness", "indicator": BurnettWeights().indicators,
        ...     "score": [4.0] * 9 + [3.0] * 10})
        >>> after = robustness(before, Draws(seed=1, number=200))
        >>> after[["customer_id", "attractiveness_band", "kept", "towards"]]
          customer_id attractiveness_band  kept towards
        0         ann              medium   1.0    high

    Our own index in plain pandas:

        >>> round(float((before["score"] * before["indicator"].map(BurnettWeights().weights)).sum()), 4)
        3.4385

    Raises as `attractiveness` does.
    """
    import numpy as np

    held, limits = weights or BurnettWeights(), cuts or Cuts()
    drawn = draws.of(held)
    if isinstance(scores, Mapping):
        index = attractiveness(scores, held)
        row = np.array([[float(scores[name]) for name in held.indicators]])
        band = attractiveness_band(index, limits)
        return Robustness(band, float(_kept(row, drawn, held, limits)[0]), nearest_change(scores, held, limits))
    known = {Dimension.ATTRACTIVENESS: held.indicators}
    found = wide(open_scores(scores, known), known).lazy().collect().sort("customer_id")
    columns = [found[f"{Dimension.ATTRACTIVENESS}_{place}"].to_list() for place in range(len(held.indicators))]
    rows = [[np.nan if score is None else float(score) for score in row] for row in zip(*columns, strict=True)]
    matrix = np.array(rows, dtype=float).reshape(len(found), len(held.indicators))
    whole = ~np.isnan(matrix).any(axis=1)
    kept = iter(_kept(matrix[whole], drawn, held, limits).tolist())
    made = [
        _row(row, next(kept), held, limits) if is_whole else _NOTHING for row, is_whole in zip(rows, whole, strict=True)
    ]
    names = ("attractiveness", "attractiveness_band", "kept", "moved", "towards")
    kinds: tuple[Any, ...] = (nw.Float64, nw.String, nw.Float64, nw.Float64, nw.String)
    added = [
        nw.new_series(name, [row[place] for row in made], kind, backend=found.implementation)
        for place, (name, kind) in enumerate(zip(names, kinds, strict=True))
    ]
    return nw.maybe_reset_index(found.select("customer_id")).with_columns(*added).to_native()


_NOTHING = (None, None, None, None, None)


def _kept(rows: Floats, drawn: Floats, weights: BurnettWeights, cuts: Cuts) -> Floats:
    """Return for each row of scores the share of the draws that leave it in the band our weights give it."""
    import numpy as np

    limits = np.array(cuts.attractiveness)
    own = np.digitize((rows @ np.array(list(weights.weights.values()))).round(SCORE_DECIMALS), limits)
    stays = np.zeros(len(rows))
    for draw in drawn:  # one draw at a time: memory does not grow with the draws
        stays += np.digitize((rows @ draw).round(SCORE_DECIMALS), limits) == own
    return stays / len(drawn)


def _row(row: list[float], kept: float, weights: BurnettWeights, cuts: Cuts) -> tuple[Any, ...]:
    scores = dict(zip(weights.indicators, row, strict=True))
    index = attractiveness(scores, weights)
    nearest = nearest_change(scores, weights, cuts)
    band = attractiveness_band(index, cuts)
    moved, towards = (nearest.moved, nearest.band.value) if nearest else (None, None)
    return index, band.value, kept, moved, towards
