"""Beyond the course: scores of surveys, and points.

    nps, csat                           two survey scores
    points_breakage, points_liability   points never redeemed, and what the others will cost

With `kpis_cohorts` and `kpis_saving` this is what practice adds to the ten KPIs. None of it is in the course text; the
registry marks every entry `beyond`.
"""

from __future__ import annotations

from typing import TYPE_CHECKING

from .errors import RuleError
from .inputs import count, fraction, number, positive

if TYPE_CHECKING:
    from collections.abc import Iterable

_HIGHEST = 10  # of the scale of recommendation, which begins at 0
_PROMOTER, _DETRACTOR = 9, 6


def nps(
    scores: Iterable[float] | None = None,
    *,
    promoters: int | None = None,
    passives: int | None = None,
    detractors: int | None = None,
) -> float:
    """Return the net promoter score, as a fraction: the share who answer 9 or 10 less the share who answer 0 to 6.

    >>> nps([10, 9, 9, 8, 3]), nps(promoters=95, passives=95, detractors=60)
    (0.4, 0.14)

    "How likely are you to recommend us?", 0 to 10. Source: Reichheld (2003). Raises `RuleError` for a score outside 0
    to 10, NaN, or no answer.
    """
    if scores is not None:
        answers = [number("score", float(score), 0, _HIGHEST) for score in scores]
        promoters = sum(score >= _PROMOTER for score in answers)
        detractors = sum(score <= _DETRACTOR for score in answers)
        passives = len(answers) - promoters - detractors
    groups = {"promoters": promoters, "passives": passives, "detractors": detractors}
    above, between, below = (count(name, value) for name, value in groups.items())
    return (above - below) / positive("the number of answers", above + between + below)


def csat(scores: Iterable[float], satisfied_from: float = 4, highest: float = 5) -> float:
    """Return the customer satisfaction score: the share of answers of `satisfied_from` or more, on a scale from 1.

    >>> csat([5, 4, 3, 5])
    0.75

    Raises `RuleError` for a score outside 1 to `highest`, NaN, or no answer.
    """
    answers = [number("score", float(score), 1, highest) for score in scores]
    number("satisfied_from", satisfied_from, 1, highest)
    return sum(score >= satisfied_from for score in answers) / positive("the number of answers", len(answers))


def points_breakage(*, issued: float, redeemed: float) -> float:
    """Return the share of points issued that is never redeemed, from points old enough to be settled.

    >>> points_breakage(issued=1000, redeemed=750)
    0.25
    """
    given = positive("issued", issued)
    if number("redeemed", redeemed, 0) > given:
        raise RuleError(f"redeemed is {redeemed!r}, of {issued!r} issued; it is a part of them")
    return 1 - redeemed / given


def points_liability(*, outstanding: float, value_per_point: float, breakage: float = 0.0) -> float:
    """Return what the points not yet redeemed will cost (money): points x value of one x the share to be redeemed.

    >>> points_liability(outstanding=50000, value_per_point=0.01, breakage=0.2)
    400.0
    """
    worth = number("outstanding", outstanding, 0) * number("value_per_point", value_per_point, 0)
    return worth * (1 - fraction("breakage", breakage))
