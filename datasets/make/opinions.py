"""What customers think: the satisfaction survey of every half year, and the marks they give to single encounters.

How satisfied someone says he is goes with whether he is still a customer a year later, by the gradient of the real
survey; with complaints, with the habit, and with chance. The four ratings go with satisfaction, the closer the more the
course makes of them.
"""

from __future__ import annotations

from typing import TYPE_CHECKING

import numpy as np

from datasets.make.known import chance, day, pick, some, whole
from datasets.make.lives import CALIBRATION, LAST
from datasets.make.tables import in_order

if TYPE_CHECKING:
    import numpy.typing as npt
    import pandas as pd

    from datasets.make.known import Known, Rng
    from datasets.make.lives import Life
    from datasets.make.tables import Row

WAVES = (120, 302, 484, 666, 848, 1030)  # first days of the six surveys, from May 2023 to November 2025
YEAR_LATER = 365  # days after an answer on which one looks who is still a customer
OPEN_FOR = 21  # days in which an answer may come
ANSWER = 0.27  # share of the customers who answer a survey; some nearly always, some hardly ever
LEAVERS = 0.195  # share of the answers that come from those lost a year later: a little more than among all customers
LOW = 0.075  # share of the answers that are "very dissatisfied" or "neutral"
LEVELS = ("very dissatisfied", "neutral", "satisfied", "very satisfied")
WORST = {True: 0.55, False: 0.25}  # of the low answers of those who are lost and who stay: "very dissatisfied"
GAPS = {
    "very dissatisfied": {"-3": 0.15, "-2": 0.5, "-1": 0.35},
    "neutral": {"-1": 0.5, "0": 0.42, "1": 0.08},
    "satisfied": {"-1": 0.16, "0": 0.64, "1": 0.2},
    "very satisfied": {"0": 0.28, "1": 0.6, "2": 0.12},
}
SATISFACTION = dict(zip(LEVELS, (1, 3, 4, 5), strict=True))
RATINGS = {  # where the rating begins, how much of satisfaction goes into it, and how far it scatters
    "price": (2.0, 0.35, 0.85),
    "product_quality": (2.0, 0.45, 0.75),
    "brand_image": (2.6, 0.25, 0.85),
    "service_quality": (0.9, 0.70, 0.65),
}
PROMOTERS, DETRACTORS = 0.38, 0.24  # as in the real survey: 9 and 10; 6 and less

RATED = {"service": 0.7, "visit": 0.5, "negotiation": 0.35}  # share of the talks that are rated
DELIVERIES = 0.035  # share of the orders whose delivery is
SOURING = 300  # days before the end in which a leaver's encounters go wrong


def surveys(known: Known) -> pd.DataFrame:
    """Ask everyone who is a customer, twice a year, and keep the answers of those who reply."""
    rng = known.stream("surveys")
    replies = list(_replies(known, rng))
    lost = np.array([known.gone_by(place, on + YEAR_LATER) for place, on in replies])
    mood = np.array([_mood(known, rng, place, on) for place, on in replies])
    # What comes later than the data shows is drawn apart, so that the gradient can be measured exactly.
    seen = np.array([on + YEAR_LATER <= LAST for _, on in replies])
    levels = np.empty(len(replies), dtype=object)
    for part in (seen, ~seen):
        levels[part] = _levels(rng, lost[part], mood[part])
    score = np.array([SATISFACTION[level] for level in levels])
    tells = np.argsort(np.argsort(0.9 * score + 0.5 * mood + rng.normal(size=len(score)))) / len(score)
    expected: dict[int, int] = {}
    rows: list[Row] = []
    for (place, on), level, rank in zip(replies, levels, tells, strict=True):
        gap = int(pick(rng, GAPS[level]))
        # What is expected comes from word of mouth at first, later from what was experienced.
        told = known.customers["acquired_via"][place] == "referral"
        hoped = expected.get(place, 3 + chance(rng, 0.75 if told else 0.5) + chance(rng, 0.1))
        hoped = int(np.clip(hoped, max(1, 1 - gap), min(5, 5 - gap)))
        expected[place] = round(hoped + 0.5 * gap + float(rng.uniform(-0.2, 0.2)))
        ratings = {
            name: whole(rng, start + slope * SATISFACTION[level], spread)
            for name, (start, slope, spread) in RATINGS.items()
        }
        rows.append(
            {
                "customer_id": known.ids[place],
                "date": on,
                "perceived": hoped + gap,
                "expected": hoped,
                "satisfaction_level": level,
                **ratings,
                "recommend": _recommend(rng, rank),
            }
        )
    return in_order(rows, "date", "customer_id")


def _replies(known: Known, rng: Rng) -> list[tuple[int, int]]:
    """Draw who replies to which survey and on which day; that day he is a customer."""
    willing = rng.uniform(0.05, 1.0, len(known.lives))
    found: list[tuple[int, int]] = []
    for wave in WAVES:
        asked = {place: day(rng, wave, wave + OPEN_FOR - 1) for place in range(len(known.lives))}
        able = [place for place, on in asked.items() if known.is_customer(place, on)]
        # The willing come first: sorted by a number that is small for them.
        order = sorted(able, key=lambda place: float(rng.exponential()) / willing[place])
        number = round(ANSWER * len(able))
        for share, lost in ((1 - LEAVERS, False), (LEAVERS, True)):
            those = [place for place in order if known.gone_by(place, asked[place] + YEAR_LATER) is lost]
            found += [(place, asked[place]) for place in those[: round(share * number)]]
    return sorted(found, key=lambda reply: reply[1])


def _mood(known: Known, rng: Rng, place: int, on: int) -> float:
    """Draw how someone feels about the company on a day, beside what his future says: mean 0, spread about 1."""
    life = known.lives[place]
    recent = [complaint for complaint in life.complaints if 0 <= on - complaint[0] <= YEAR_LATER]
    badly = any(score is None or score <= 6 or (settled or LAST) > on for _, settled, score in recent)  # noqa: PLR2004
    liking = {"enthusiast": 1.0, "key": 0.2, "promotion": -0.3}.get(life.habit, 0.0)
    return float(rng.normal()) + liking - (1.4 if badly else 0.0)


def _levels(rng: Rng, lost: npt.NDArray[np.bool_], mood: npt.NDArray[np.float64]) -> list[str]:
    """Say how satisfied each is: by mood among those who will be lost, and among those who will stay.

    How many of either give which answer follows from the shares lost after each, which are given, and the share of
    the low answers.
    """
    low, middle, high = (CALIBRATION[f"lost_after_{name}"] for name in ("low", "satisfied", "very_satisfied"))
    overall = float(lost.mean())
    of_middle = (overall - LOW * low - (1 - LOW) * high) / (middle - high)
    shares = {True: (LOW * low, of_middle * middle), False: (LOW * (1 - low), of_middle * (1 - middle))}
    levels = np.full(len(lost), LEVELS[3], dtype=object)
    for gone, (bottom, second) in shares.items():
        places = np.flatnonzero(lost == gone)
        places = places[np.argsort(mood[places], kind="stable")]
        first, last = round(bottom * len(lost)), round((bottom + second) * len(lost))
        levels[places[first:last]] = LEVELS[2]
        levels[places[:first]] = LEVELS[1]
        levels[some(rng, places[:first], round(WORST[gone] * first))] = LEVELS[0]
    return [str(level) for level in levels]


def _recommend(rng: Rng, rank: float) -> int:
    """Return how likely someone is to recommend the company, 0 to 10, from his place among all answers (0 to 1)."""
    if rank >= 1 - PROMOTERS:
        return 9 + chance(rng, 0.45)
    if rank >= DETRACTORS:
        return 7 + chance(rng, 0.55)
    return min(6, int(7 * (rank / DETRACTORS) ** 0.4))


def encounters(known: Known) -> pd.DataFrame:
    """Rate encounters with the service: talks, deliveries, and how complaints were taken and settled.

    Whoever will leave meets with worse ones in his last months; loyalty is their sum.
    """
    rng = known.stream("encounters")
    talks = known.rows("contacts")
    rows: list[Row] = []
    for place, life in enumerate(known.lives):
        if life.habit == "onlooker":
            continue
        usual = float(rng.normal(4.3 if life.habit == "enthusiast" else 3.75, 0.35))
        days = [talk["date"] for talk in talks.get(place, []) if chance(rng, RATED.get(talk["function"], 0.0))]
        days += [int(on) for on in known.bought[place] if chance(rng, DELIVERIES)]
        marks = [(on, _mark(rng, life, on, usual)) for on in days]
        for opened, settled, score in life.complaints:
            marks.append((opened, whole(rng, 1.6, 0.5)))
            if settled is not None and score is not None:
                marks.append((settled, whole(rng, score / 2, 0.3)))
        rows += [{"customer_id": known.ids[place], "date": on, "score": mark} for on, mark in marks]
    return in_order(rows, "date", "customer_id", "score")


def _mark(rng: Rng, life: Life, on: int, usual: float) -> int:
    """Draw one mark, lower where the customer is soon to be gone."""
    stop = life.stop
    souring = 0.0 if stop is None else float(np.clip(1 - (stop - on) / SOURING, 0, 1))
    return whole(rng, usual - 1.5 * souring, 0.75)
