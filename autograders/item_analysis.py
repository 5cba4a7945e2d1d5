"""Item analysis by classical test theory: how hard an item is, whom it tells apart, how exact the whole is.

Pure numbers on frames: rows are learners, columns are items (or exercises), values are points. A learner without
a value has 0: nothing in a class is missing at random. Words for what stands out are in `FLAGS`.
"""

from __future__ import annotations

import math
from dataclasses import dataclass
from typing import TYPE_CHECKING

import numpy as np
import pandas as pd

from .messages import N_

if TYPE_CHECKING:
    from collections.abc import Hashable, Mapping, Sequence

LEAST_POINTS = 0.01  # points come in hundredths: a smaller spread is float noise
LEAST_LEARNERS = 5  # fewer give no discrimination worth a number
LEAST_GROUPED = 10  # fewer give no upper and lower group worth comparing
GROUP = 0.27  # share of a class in the upper and in the lower group (Kelley, 1939)
LOW_DISCRIMINATION = 0.2  # the usual limit below which an item is looked at again (Ebel, 1965)
EASY, HARD = 0.95, 0.25  # mean shares above and below which an item separates few
RARE = 0.05  # a wrong option chosen by fewer does not work as one (Haladyna and Downing, 1993)
BELOW = 1.96  # standard errors below 0 from which a correlation is not put down to chance
CHANCE = 0.01  # of a hundred wrong options that attract nobody in particular, one at most is said to
FEW = 0.7  # alpha below which a test is not exact enough to rank learners by (Nunnally, 1978)

FLAGS = {
    "negative": N_("Who knows more gets it wrong more often: look at the key and the wording."),
    "low": N_("It tells little about who knows the chapter: look at it again."),
    "easy": N_("Nearly everybody has it."),
    "hard": N_("Hardly anybody has it."),
    "rare": N_("Hardly anybody falls for it."),
    "attracts": N_("The upper group chooses it more often than the lower one: look at the key and the wording."),
}


@dataclass(frozen=True)
class Alpha:
    """Cronbach's alpha with its confidence interval, of `items` items over `learners` learners."""

    value: float
    low: float
    high: float
    items: int
    learners: int


def correlation(item: Sequence[float], rest: Sequence[float]) -> float | None:
    """Return Pearson's correlation of an item with the rest; point-biserial where the item is 0 or 1.

    None where it is not defined or not worth a number: too few learners, everyone alike.

    >>> round(correlation([0, 0, 1, 1, 1], [0, 1, 2, 3, 2]), 3)
    0.881
    """
    one, other = np.asarray(item, float), np.asarray(rest, float)
    if len(one) < LEAST_LEARNERS or min(np.ptp(one), np.ptp(other)) < LEAST_POINTS:
        return None
    return float(np.corrcoef(one, other)[0, 1])


def discrimination(item: Sequence[float], totals: Sequence[float]) -> float | None:
    """Return the corrected item-total correlation: that with the total without the item.

    >>> round(discrimination([0, 0, 1, 1, 1], [0, 1, 3, 4, 3]), 3)
    0.881
    """
    points = np.asarray(item, float)
    return correlation(list(points), list(np.asarray(totals, float) - points))


def analysis(points: pd.DataFrame, most: Mapping[str, float], totals: pd.Series) -> pd.DataFrame:
    """Return each item's figures.

    points  learners by items
    most    item -> its maximum
    totals  a learner's points of everything, these items too

    The frame has a row for each item: learners, mean (share), full (share of learners with all of it),
    discrimination (NaN where there is none), flag (a key of `FLAGS` or empty).
    """
    rows = {}
    for item, maximum in most.items():
        got = points[item].fillna(0.0) if item in points else pd.Series(0.0, points.index)
        shares = got / maximum
        mean = float(shares.mean()) if len(got) else 0.0
        full = float(np.isclose(shares, 1).mean()) if len(got) else 0.0
        found = discrimination(list(got), list(totals.reindex(got.index)))
        rows[item] = [len(got), mean, full, np.nan if found is None else found, flag(mean, found, len(got))]
    return pd.DataFrame.from_dict(rows, "index", columns=["learners", "mean", "full", "discrimination", "flag"])


def flag(mean: float, found: float | None, learners: int) -> str:
    """Return the one thing about an item that a person is to look at first: a key of `FLAGS`, or nothing."""
    if learners < LEAST_LEARNERS:
        return ""
    if found is not None and found < -BELOW / math.sqrt(learners):
        return "negative"
    if mean > EASY:
        return "easy"
    if mean < HARD:
        return "hard"
    return "low" if found is not None and found < LOW_DISCRIMINATION else ""


def groups(totals: pd.Series) -> tuple[list[Hashable], list[Hashable]]:
    """Return the upper and the lower 27 % of a class by points (Kelley, 1939); nobody where the class is small.

    Of learners with the same points at the border, those first in order are taken.
    """
    size = round(GROUP * len(totals)) if len(totals) >= LEAST_GROUPED else 0
    ranked = totals.sort_values(ascending=False, kind="stable").index
    return list(ranked[:size]), list(ranked[len(ranked) - size :])


def distractors(
    chosen: Mapping[str, set[str]], totals: pd.Series, right: Mapping[str, bool], *, to_be_chosen: bool = True
) -> pd.DataFrame:
    """Return how many chose each option, in the whole class and in the upper and the lower group.

    chosen        learner -> the options they chose
    totals        a learner's points of everything
    right         option -> whether it is right, in the order to be shown
    to_be_chosen  whether a wrong option is there to be chosen; not so a wrong place in an order, or a wrong pair

    That a wrong option attracts the upper group is said by Fisher's exact test of the two groups, at level `CHANCE`.
    """
    parts = {"all": list(totals.index), **dict(zip(("upper", "lower"), groups(totals), strict=True))}
    table = pd.DataFrame(
        {name: [sum(option in chosen.get(str(one), ()) for one in part) for option in right]
         for name, part in parts.items()},
        index=list(right),
    )  # fmt: skip
    table["right"] = list(right.values())
    sizes = {name: len(part) for name, part in parts.items()}
    table["flag"] = [_distractor_flag(row, sizes) for row in table.itertuples(index=False)]
    if not to_be_chosen:
        table["flag"] = table["flag"].replace("rare", "")
    return table


def _distractor_flag(row: object, learners: Mapping[str, int]) -> str:
    from scipy.stats import fisher_exact

    chosen, upper, lower, right = row[:4]  # type: ignore[index]  # a named tuple of pandas has no type of its own
    if right or learners["all"] < LEAST_GROUPED:
        return ""
    others = [learners["upper"] - upper, learners["lower"] - lower]
    if upper > lower and fisher_exact([[upper, lower], others], "greater").pvalue < CHANCE:
        return "attracts"
    return "rare" if chosen < RARE * learners["all"] else ""


def alpha(points: pd.DataFrame, confidence: float = 0.95) -> Alpha | None:
    """Return Cronbach's alpha with its interval by the F distribution (Feldt, 1965); None where it is not defined.

    points  learners by items; items that everybody has alike are kept, as in the definition
    """
    from scipy.stats import f

    learners, items = points.shape
    whole = float(points.sum(axis=1).var()) if learners > 1 else 0.0
    if learners < LEAST_LEARNERS or items < 2 or whole < LEAST_POINTS**2:  # noqa: PLR2004  # one item has no inner agreement
        return None
    value = items / (items - 1) * (1 - float(points.var().sum()) / whole)
    freedom = learners - 1, (learners - 1) * (items - 1)
    tails = f.ppf([(1 + confidence) / 2, (1 - confidence) / 2], *freedom)
    low, high = (float(1 - (1 - value) * tail) for tail in tails)
    return Alpha(value, low, high, items, learners)
