"""What if scores or weights of the accounts were others: places and their firmness, quick enough to be dragged.

`place` and `robustness` read a table at every call. Here it is read once, into a `ScoreSheet`; a `Standing` is what
they would say of it under some weights.
"""

from __future__ import annotations

from dataclasses import dataclass, replace
from functools import cached_property
from typing import TYPE_CHECKING, Any, Final

from .burnett_grid import Cell, Cuts, cells
from .burnett_indicators import ATTRACTIVENESS, HIGHEST, LOWEST, RELATIONSHIP, Dimension
from .burnett_robustness import nearest_change
from .burnett_scores import SCORE_DECIMALS, open_scores, wide
from .burnett_weights import BurnettWeights
from .errors import DataError, RuleError, UnknownName

if TYPE_CHECKING:
    from collections.abc import Sequence

    import numpy as np
    import numpy.typing as npt

    from .burnett_robustness import Draws, Nearest

    Floats = npt.NDArray[np.float64]
    Whole = npt.NDArray[np.int64]
    Flags = npt.NDArray[np.bool_]

FIRM_FROM: Final = 0.9  # a place is firm that holds in nine of ten draws; a kit assumption


@dataclass(frozen=True, eq=False)
class ScoreSheet:
    """The scores of the accounts that have all 26.

    accounts        their ids, sorted
    attractiveness  one row an account, one column an indicator of `ATTRACTIVENESS`
    relationship    the same for `RELATIONSHIP`
    """

    accounts: tuple[str, ...]
    attractiveness: Floats
    relationship: Floats

    @classmethod
    def of(cls, scores: Any) -> ScoreSheet:
        """Read a table `burnett_scores`; an account with a gap is left out.

        >>> import pandas as pd
        >>> before = pd.DataFrame(
        ...     [("ann", "attractiveness", name, 4.0) for name in ATTRACTIVENESS]
        ...     + [("ann", "relationship", name, 2.0) for name in RELATIONSHIP]
        ...     + [("bo", "relationship", name, 2.0) for name in RELATIONSHIP],
        ...     columns=["customer_id", "dimension", "indicator", "score"])
        >>> ScoreSheet.of(before).accounts
        ('ann',)

        Raises `DataError` (what breaks the schema; an indicator nobody knows; no account has all scores).
        """
        import numpy as np

        known = {Dimension.ATTRACTIVENESS: ATTRACTIVENESS, Dimension.RELATIONSHIP: RELATIONSHIP}
        found = wide(open_scores(scores, known), known).lazy().collect().sort("customer_id")
        names = [f"{dimension}_{place}" for dimension, held in known.items() for place in range(len(held))]
        columns = [[np.nan if each is None else float(each) for each in found[name].to_list()] for name in names]
        matrix = np.array(columns, dtype=float).T
        whole = ~np.isnan(matrix).any(axis=1)
        if not whole.any():
            raise DataError("no account has all 26 scores; score them first", table="burnett_scores", column="score")
        accounts = tuple(str(who) for who, is_whole in zip(found["customer_id"], whole, strict=True) if is_whole)
        return cls(accounts, *np.split(matrix[whole], [len(ATTRACTIVENESS)], axis=1))

    def row(self, who: str) -> int:
        """Return the row of an account; raises `UnknownName`."""
        if who not in self.accounts:
            raise UnknownName("account", who, self.accounts)
        return self.accounts.index(who)

    def scores(self, who: str) -> dict[str, float]:
        """Return the 19 scores of an account's attractiveness; raises `UnknownName`."""
        held = self.attractiveness[self.row(who)].tolist()
        return {name.value: score for name, score in zip(ATTRACTIVENESS, held, strict=True)}

    def shifted(self, who: str, *, attractiveness: float = 0, relationship: float = 0) -> ScoreSheet:
        """Return the sheet with so many points added to every score of one account; none leaves 1 to 5.

        Raises `UnknownName` for an account there is not.
        """
        row, moved = self.row(who), {}
        for name, shift in (("attractiveness", attractiveness), ("relationship", relationship)):
            moved[name] = getattr(self, name).copy()
            moved[name][row] = held(moved[name][row] + shift)
        return replace(self, **moved)

    def stopped(self, who: str, *, attractiveness: float = 0, relationship: float = 0) -> int:
        """Return how many scores of an account `shifted` stops at 1 or 5; raises `UnknownName`."""
        row = self.row(who)
        wanted = (self.attractiveness[row] + attractiveness, self.relationship[row] + relationship)
        return sum(int((held(scores) != scores).sum()) for scores in wanted)


def held(scores: Floats) -> Floats:
    """Return scores held within 1 to 5."""
    return scores.clip(LOWEST, HIGHEST)


def nearest_shift(scores: Sequence[float], weights: Sequence[float], target: float, shifts: Sequence[float]) -> float:
    """Return which of these shifts of all scores brings their weighted sum nearest to a target.

    Scores stop at 1 and at 5. Of shifts that come equally near it is the smallest.

    >>> nearest_shift([3, 5], [0.5, 0.5], 4.5, [0, 0.5, 1, 1.5])
    1

    Raises `RuleError` without a shift.
    """
    import numpy as np

    if not len(shifts):
        raise RuleError("there are no shifts to choose from; give at least one")
    reached = held(np.add.outer(np.asarray(shifts, dtype=float), np.asarray(scores, dtype=float))) @ np.array(weights)
    missed = np.abs(reached - target).round(SCORE_DECIMALS).tolist()
    return min(zip(missed, map(abs, shifts), shifts, strict=True))[-1]


@dataclass(frozen=True, eq=False)
class Standing:
    """Where all accounts of a sheet stand under some weights, and how firmly.

    attractiveness, relationship  the two figures, 1 to 5, one an account
    drawn                         attractiveness under the drawn weights: one row an account, one column a draw
    """

    sheet: ScoreSheet
    weights: BurnettWeights
    cuts: Cuts
    attractiveness: Floats
    relationship: Floats
    drawn: Floats

    @cached_property
    def places(self) -> Whole:
        """The cell of each account: its place in `cells()`."""
        rows = _band(self.attractiveness, self.cuts.attractiveness)
        columns = _band(self.relationship, self.cuts.relationship)
        bands = len(self.cuts.attractiveness) + 1
        return (bands - 1 - rows) * bands + columns

    @cached_property
    def kept(self) -> Floats:
        """Share of the draws in which each account stays in its band (fraction)."""
        own = _band(self.attractiveness, self.cuts.attractiveness)
        stays: Flags = _band(self.drawn, self.cuts.attractiveness) == own[:, None]
        share: Floats = stays.mean(axis=1)
        return share

    @property
    def shaky(self) -> Flags:
        """Which accounts leave their band in more than a tenth of the draws."""
        return self.kept < FIRM_FROM

    @property
    def counts(self) -> tuple[int, ...]:
        """How many accounts stand in each of the nine cells, in the order of `cells()`."""
        found = self.places.tolist()
        return tuple(found.count(place) for place in range(len(cells())))

    def cell(self, row: int) -> Cell:
        """Return the cell of an account."""
        return cells()[int(self.places[row])]

    def nearest(self, row: int) -> Nearest | None:
        """Return the smallest shift of weight that brings an account to the next band; None where none does."""
        return nearest_change(self.sheet.scores(self.sheet.accounts[row]), self.weights, self.cuts)


def standing(
    sheet: ScoreSheet, draws: Draws, weights: BurnettWeights | None = None, cuts: Cuts | None = None
) -> Standing:
    """Return where all accounts stand, as `place` says it, and how firmly, as `robustness` says it.

    >>> import pandas as pd
    >>> from loyaltylib.burnett_robustness import Draws
    >>> before = pd.DataFrame(
    ...     [("ann", "attractiveness", name, 4.0) for name in ATTRACTIVENESS]
    ...     + [("ann", "relationship", name, 2.0) for name in RELATIONSHIP],
    ...     columns=["customer_id", "dimension", "indicator", "score"])
    >>> ann = standing(ScoreSheet.of(before), Draws(seed=1, number=10))
    >>> ann.cell(0).strategy.value, ann.kept.tolist()
    ('selective hold', [1.0])

    Raises `RuleError` for weights of other indicators than `ATTRACTIVENESS`.
    """
    import numpy as np

    ours = weights or BurnettWeights()
    if ours.indicators != tuple(each.value for each in ATTRACTIVENESS):
        raise RuleError(f"the weights are of {len(ours.indicators)} indicators; give one to each of the 19")
    each = np.array(list(ours.weights.values()))
    return Standing(
        sheet,
        ours,
        cuts or Cuts(),
        (sheet.attractiveness @ each).round(SCORE_DECIMALS),
        sheet.relationship.mean(axis=1).round(SCORE_DECIMALS),
        (sheet.attractiveness @ draws.of(ours).T).round(SCORE_DECIMALS),
    )


def _band(figures: Floats, cuts: tuple[float, float]) -> Whole:
    """Return the band of each figure, the lowest 0; a figure that is a cut belongs to the upper band."""
    lower, upper = cuts
    found: Whole = (figures >= lower).astype(int) + (figures >= upper)
    return found
