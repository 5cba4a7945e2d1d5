"""What is known of everyone once the first tables are made: the ground the later tables stand on.

The first seven tables are drawn from one stream, and stay as they are. Each later table has a stream of its own, so
that another draw in one of them, or one more table, changes nothing elsewhere.
"""

from __future__ import annotations

from typing import TYPE_CHECKING

import numpy as np
import pandas as pd

from datasets.make.lives import LAPSE, LAST, uniform
from datasets.make.tables import FIRST_DAY

if TYPE_CHECKING:
    from collections.abc import Iterable, Mapping

    from datasets.make.lives import Life
    from datasets.make.tables import Row

    Rng = np.random.RandomState

# The place of a theme is part of its stream's seed: new ones go to the end.
THEMES = (
    "features", "payers", "people", "surveys", "encounters", "save_attempts", "interviews", "account_events", "burnett",
    "deals", "offers", "staff",
)  # fmt: skip
QUARTER_ENDS = [(day - FIRST_DAY).days for day in pd.date_range("2023-01-01", "2025-12-31", freq="QE")]


class Known:
    """Everyone's number, hidden life and rows so far. Days are counted from 2023-01-01; a place is that in `lives`.

    frames     the first tables, by name, their dates still days
    customers  column of `customers` -> its values, by place
    place      customer_id -> place
    bought     place -> days with a purchase, in order
    goodbye    place -> day of the goodbye, for those who said one
    """

    def __init__(self, seed: int, ids: list[str], lives: list[Life], frames: Mapping[str, pd.DataFrame]) -> None:
        self.seed, self.ids, self.lives, self.frames = seed, ids, lives, frames
        self.place = {number: place for place, number in enumerate(ids)}
        self.bought = [np.array(sorted({*life.days, *life.returned}), dtype=int) for life in lives]
        self.customers = {str(name): values.to_list() for name, values in frames["customers"].items()}
        said = enumerate(self.customers["lost_on"])
        self.goodbye = {place: int(on) for place, on in said if not pd.isna(on)}
        self._rows: dict[str, dict[int, list[Row]]] = {}

    def stream(self, theme: str) -> Rng:
        """Return the random stream of a theme, from its first number on."""
        return np.random.RandomState([self.seed, 1 + THEMES.index(theme)])

    def last(self, place: int, day: int) -> int | None:
        """Return the day of the last purchase up to and with a day; None: there was none in the observed years."""
        before = int(np.searchsorted(self.bought[place], day, side="right"))
        return int(self.bought[place][before - 1]) if before else None

    def buys(self, place: int, first: int, last: int) -> bool:
        """Tell whether there is a purchase between two days, both included."""
        found = np.searchsorted(self.bought[place], [first, last + 1])
        return bool(found[0] < found[1])

    def is_customer(self, place: int, day: int) -> bool:
        """Tell whether someone is a customer on a day: has bought in the half year before, and said no goodbye."""
        last = self.last(place, day)
        return last is not None and day - last <= LAPSE and self.goodbye.get(place, LAST + 1) > day

    def gone_by(self, place: int, day: int) -> bool:
        """Tell whether someone is no customer on a day any more; beyond the observed years the hidden life says it."""
        if day <= LAST:
            return not self.is_customer(place, day)
        stop = self.lives[place].stop
        return stop is not None and stop < day - LAPSE

    def rows(self, table: str) -> dict[int, list[Row]]:
        """Return the rows of one of the first tables by the place of their customer."""
        if table not in self._rows:
            found: dict[int, list[Row]] = {}
            columns = {str(name): values.to_list() for name, values in self.frames[table].items()}
            for row in zip(*columns.values(), strict=True):
                named = dict(zip(columns, row, strict=True))
                found.setdefault(self.place[named["customer_id"]], []).append(named)
            self._rows[table] = found
        return self._rows[table]

    def firms(self) -> list[int]:
        """Return the places of all businesses."""
        return [place for place, life in enumerate(self.lives) if life.business]


def pick(rng: Rng, weights: dict[str, float]) -> str:
    """Draw one of several words by their weights, which need not come to 1."""
    left = uniform(rng, 0, sum(weights.values()))
    for word, weight in weights.items():
        left -= weight
        if left < 0:
            return word
    return next(reversed(weights))


def some(rng: Rng, places: Iterable[int], number: int) -> list[int]:
    """Draw so many of some places, each at most once, in random order."""
    known = list(places)
    return [known[i] for i in rng.permutation(len(known))[:number]]


def day(rng: Rng, first: float, last: float) -> int:
    """Draw a day between two, both included; the first where they cross."""
    return int(rng.randint(int(first), max(int(first), int(last)) + 1))


def whole(rng: Rng, mean: float, spread: float, low: int = 1, high: int = 5) -> int:
    """Draw an answer on a scale: a normal number, rounded, and held within its two ends."""
    return int(np.clip(round(mean + spread * float(rng.normal())), low, high))


def chance(rng: Rng, share: float) -> bool:
    """Draw yes or no."""
    return uniform(rng, 0, 1) < share
