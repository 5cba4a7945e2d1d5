"""The lives of the synthetic company's customers: when they come, how they buy, why and when they leave.

Everything here is invented, except the figures in `CALIBRATION`, most of which were measured on real data
(`datasets/company/README.md` says on which). A habit is hidden from whoever reads the tables: it shows only in what the
customer does.
"""

from __future__ import annotations

from dataclasses import dataclass, field
from statistics import NormalDist
from typing import TYPE_CHECKING, Literal

import numpy as np

if TYPE_CHECKING:
    from collections.abc import Iterator

Habit = Literal["onlooker", "steady", "promotion", "key", "enthusiast", "brief"]

LAST = 1095  # day 0 is 2023-01-01, day 1095 is 2025-12-31
YEAR = 365.25
LAPSE = 180  # days of silence after which a customer counts as gone

# What is aimed at.
CALIBRATION = {
    "complaints_per_customer_year": 0.077,
    "handled_well": 0.448,  # share of complainers who give 8 or more of 10
    "leave_after_1_6": 0.583,  # share who buy no more, by the score they give: 1 to 6, 7 to 8, 9 to 10
    "leave_after_7_8": 0.208,
    "leave_after_9_10": 0.134,
    "back_per_half_year": 0.113,  # lapsed customers who buy again without being asked
    "main_supplier_share": 0.80,  # mean share of spending of those whose main supplier the company is
    "sole_supplier": 0.225,  # share of them who buy nowhere else
    "business_top_fifth": 0.75,  # share of the business revenue that comes from the largest fifth of the accounts
    "lost_after_low": 0.583,  # share lost a year later, by the answer: neutral or worse, satisfied, very satisfied
    "lost_after_satisfied": 0.208,
    "lost_after_very_satisfied": 0.134,
    "net_promoters": 0.14,  # share of 9 and 10 less share of 6 and less
    "saved_when_tried": 0.35,  # share of those at risk who buy again within half a year, where somebody tried
    "back_untried": 0.113,  # the same where nobody did, by lot
    "won_new": 0.25,  # share of the ended deals that bring an order: with new customers, with those of old
    "won_existing": 0.50,
}
# Scores of settled complaints, 1 to 10: 44.8 % give 8 or more, 10.8 % 4 or less.
SCORES = np.array([0.010, 0.020, 0.030, 0.048, 0.110, 0.150, 0.184, 0.220, 0.130, 0.098])

MEDIAN_PIECES, SKEW = 7.0, 1.37  # of a business order: log-normal
SLOWLY_SETTLED = 0.22  # share of complaints that take months

# Some of what is drawn does not show: part of a year is less than a year, and who leaves looks elsewhere first. Some
# shows that was not drawn: a slow leaver's last orders look like a return. So the draws aim a little off the target.
MORE_COMPLAINTS, MORE_SOLE, LESS_BACK = 1.51, 1.11, 0.81

# How many people live which life, and whether they are still there at the end ("leaver": gone or going).
NEWCOMERS, LEAVERS_GONE, LEAVERS_GOING = 178, 545, 305
STAYERS: dict[Habit, int] = {"onlooker": 235, "key": 106, "enthusiast": 92, "promotion": 420, "steady": 820}
BUSINESSES = {"key": 1.0, "enthusiast": 0.06, "promotion": 0.12, "steady": 0.17, "brief": 0.12, "onlooker": 0.18}


@dataclass
class Life:
    """One customer's hidden life. Days count from 2023-01-01; a start below 0 lies before the observed years.

    stop      last day of ordinary buying; None: buys on
    fade      days before `stop` in which the customer buys a third as often
    gap       usual days between orders
    pieces    usual pieces of an order
    share     the company's usual share of what the customer spends on such goods; 1: buys nowhere else
    returned  days of purchases after having been away
    """

    habit: Habit
    business: bool
    start: int = 0
    stop: int | None = None
    fade: int = 0
    gap: float = 21.0
    pieces: float = 2.0
    share: float = 0.8
    days: list[int] = field(default_factory=list)
    returned: list[int] = field(default_factory=list)
    complaints: list[tuple[int, int | None, int | None]] = field(default_factory=list)

    @property
    def end(self) -> int:
        """Last day on which the customer is there."""
        return LAST if self.stop is None else min(self.stop, LAST)


class Even:
    """Numbers from 0 to 1 that fill the span evenly, so that a share comes out as meant in a few hundred draws."""

    def __init__(self, rng: np.random.RandomState) -> None:
        self.number = float(rng.uniform())

    def draw(self) -> float:
        """Return the next number: one golden section on, the step that leaves the smallest gaps."""
        self.number = (self.number + (5**0.5 - 1) / 2) % 1
        return self.number


def uniform(rng: np.random.RandomState, low: float, high: float) -> float:
    """Draw one number between two limits."""
    return float(rng.uniform(low, high))


def lives(rng: np.random.RandomState) -> list[Life]:
    """Draw everyone the company knows, and what each of them does on which day, in no telling order."""
    everyone = [*_stayers(rng), *_newcomers(rng), *_leavers(rng)]
    _size_businesses(rng, everyone)
    even = {use: Even(rng) for use in ("score", "leave_after_1_6", "leave_after_7_8", "leave_after_9_10", "back")}
    for life in everyone:
        _complain(rng, even, life)
        life.days = sorted(set(_days(rng, life)))
        life.returned = list(_returns(rng, even["back"], life))
    known = [life for life in everyone if life.habit == "onlooker" or life.days]
    return [known[place] for place in rng.permutation(len(known))]


def _life(rng: np.random.RandomState, habit: Habit, start: int) -> Life:
    """Draw a customer of a habit who comes on a given day."""
    business = bool(rng.uniform() < BUSINESSES[habit])
    life = Life(habit, business, start)
    life.gap = uniform(rng, 11, 22) if business else uniform(rng, 14, 28)
    life.pieces = 1 + float(rng.randint(3))
    sole = rng.uniform() < CALIBRATION["sole_supplier"] * MORE_SOLE
    life.share = 1.0 if sole else uniform(rng, 0.56, 0.91)
    if habit == "promotion":
        life.share = uniform(rng, 0.14, 0.42)
    return life


def _stayers(rng: np.random.RandomState) -> Iterator[Life]:
    """Draw those who are there to the end; half of them came before the observed years."""
    for habit, count in STAYERS.items():
        latest = 700 if habit in ("key", "enthusiast") else LAST - 95
        for _ in range(count):
            before = rng.uniform() < (0.62 if habit in ("key", "enthusiast") else 0.5)
            # The company grows: of those who came in the observed years, more came late than early.
            yield _life(rng, habit, int(rng.randint(-1200, 0)) if before else int(latest * rng.uniform() ** 0.65))


def _newcomers(rng: np.random.RandomState) -> Iterator[Life]:
    """Draw those who came in the last three months, most of them in the autumn promotion."""
    for _ in range(NEWCOMERS):
        habit: Habit = ("steady", "promotion", "brief")[int(rng.choice(3, p=[0.45, 0.2, 0.35]))]
        yield _life(rng, habit, LAST - int(rng.randint(0, 90)))


def _leavers(rng: np.random.RandomState) -> Iterator[Life]:
    """Draw those who leave in the observed years: at once after a promotion, or slowly after a longer time."""
    for place in range(LEAVERS_GONE + LEAVERS_GOING):
        gone = place < LEAVERS_GONE
        stop = int(rng.randint(20, LAST - LAPSE) if gone else rng.randint(LAST - 175, LAST + 70))
        habit: Habit = ("steady", "promotion", "brief", "enthusiast")[
            int(rng.choice(4, p=[0.46, 0.14, 0.36, 0.04] if gone else [0.66, 0.19, 0.10, 0.05]))
        ]
        stay = int(rng.randint(0, 110)) if habit == "brief" else int(rng.randint(330, 1300))
        life = _life(rng, habit, min(stop - stay, LAST - 91))
        life.stop = stop
        if habit != "brief":
            life.fade = int(rng.randint(100, 220))
        yield life


def _size_businesses(rng: np.random.RandomState, everyone: list[Life]) -> None:
    """Give every business its size, in pieces an order; key accounts are among the largest of those who stay."""
    firms = [life for life in everyone if life.business and life.habit != "onlooker"]
    # Evenly spaced places of a log-normal law: the skew comes out as meant whatever the seed.
    places = ((np.arange(len(firms)) + 0.5) / len(firms))[::-1]
    sizes = np.array([MEDIAN_PIECES * np.exp(SKEW * NormalDist().inv_cdf(float(place))) for place in places])
    keys = [life for life in firms if life.habit == "key"]
    others = [life for life in firms if life.habit != "key"]
    # Half of the largest third negotiate: not everyone who buys much is a core customer.
    top = rng.permutation(int(len(keys) * 1.45))[: len(keys)]
    for life, place in zip(keys, top, strict=True):
        life.pieces = float(sizes[place])
    rest = np.delete(sizes, top)
    for life, place in zip(others, rng.permutation(len(others)), strict=True):
        life.pieces = float(rest[place])


def _complain(rng: np.random.RandomState, even: dict[str, Even], life: Life) -> None:
    """Draw a customer's complaints; one may end the relationship on the spot, the sooner the worse it was handled."""
    first, last = max(life.start, 0), life.end - (0 if life.stop is None else 60)
    if life.habit == "onlooker" or last <= first:
        return
    tolerant = life.habit == "enthusiast"  # complains half as often, is content, and stays
    rate = CALIBRATION["complaints_per_customer_year"] * MORE_COMPLAINTS * (0.5 if tolerant else 1)
    for _ in range(rng.poisson(rate * (last - first) / YEAR)):
        opened = int(rng.randint(first, last + 1))
        slow = rng.uniform() < SLOWLY_SETTLED
        settled = opened + (int(rng.randint(60, 200)) if slow else 1 + int(rng.exponential(18)))
        score = 1 + int(np.searchsorted(np.cumsum(SCORES), even["score"].draw()))
        if tolerant:
            score = max(score, 7)
        life.complaints.append((opened, *((settled, score) if settled <= LAST else (None, None))))
        use = leaving(score)
        if not tolerant and even[use].draw() < CALIBRATION[use]:
            life.stop, life.fade = opened, 0
            life.complaints = [complaint for complaint in life.complaints if complaint[0] <= opened]
            return


def leaving(score: int) -> str:
    """Return the name of the share of complainers who leave after giving a score: the classes of the survey."""
    if score <= 6:  # noqa: PLR2004 - the classes of the survey
        return "leave_after_1_6"
    return "leave_after_7_8" if score <= 8 else "leave_after_9_10"  # noqa: PLR2004 - the same


def _days(rng: np.random.RandomState, life: Life) -> Iterator[int]:
    """Yield the days of a customer's purchases in the observed years."""
    if life.habit == "onlooker":
        return
    if life.start >= 0:
        yield life.start
    if life.habit == "promotion":
        yield from _promotion_days(rng, life)
        return
    # Bought before the observed years: the first order seen is somewhere within one gap.
    day = float(life.start) if life.start >= 0 else uniform(rng, -life.gap, 0)
    spread = 2.0 if life.habit == "brief" else 25.0
    while True:
        slow = 3.0 if life.stop is not None and day >= life.stop - life.fade else 1.0
        day += max(1.0, life.gap * slow * float(rng.gamma(spread, 1 / spread)))
        if day > life.end:
            return
        if day >= 0:
            yield int(day)


def _promotion_days(rng: np.random.RandomState, life: Life) -> Iterator[int]:
    """Yield the days of one who buys from several: a few orders in most of the monthly offers, none in between."""
    offset = int(rng.randint(0, 24))
    for month in range(36):
        opening = int(month * YEAR / 12) + offset
        fading = life.stop is not None and opening >= life.stop - life.fade
        if rng.uniform() < (0.36 if fading else 0.93):
            for _ in range(2 + int(rng.randint(0, 3))):
                day = opening + int(rng.randint(0, 6))
                if max(life.start, 0) <= day <= life.end:
                    yield day


def _returns(rng: np.random.RandomState, even: Even, life: Life) -> Iterator[int]:
    """Yield the days on which one who has been away long enough to count as gone comes back for a short while."""
    rate = -np.log(1 - CALIBRATION["back_per_half_year"] * LESS_BACK) / (YEAR / 2)
    last = life.days[-1] if life.days else LAST
    while life.stop is not None:
        day = last + LAPSE + 1 + int(-np.log(1 - even.draw()) / rate)
        for _ in range(1 + int(rng.randint(0, 3))):
            if day > LAST:
                return
            yield day
            last, day = day, day + int(rng.randint(15, 45))
