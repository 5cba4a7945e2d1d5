"""Scores of the Burnett matrix for the accounts looked after in person, and the weights the company gives.

How well the company stands with an account follows from the first tables: four of the seven scores are what the
database shows, as people who know the account would round it, and three are the account's own ratings. How attractive
an account is, is invented, except for the volume.
"""

from __future__ import annotations

from typing import TYPE_CHECKING, NamedTuple

import numpy as np
import pandas as pd

from datasets.make.known import chance, some, whole
from datasets.make.lives import LAST, YEAR, uniform

if TYPE_CHECKING:
    from collections.abc import Sequence

    from datasets.make.known import Known, Rng
    from datasets.make.lives import Life
    from datasets.make.tables import Row

# Printed in the course; the other thirteen are the company's own choice, and unlike each other.
PRINTED = {
    "volume": 0.08, "enterprise_lifecycle": 0.03, "market_potential": 0.05, "supplier_relation": 0.03,
    "organisation": 0.04, "impression": 0.04,
}  # fmt: skip
CHOSEN = {
    "product_lifecycle": 0.04, "complexity": 0.03, "added_value": 0.07, "tech": 0.03, "differentiation": 0.06,
    "competition": 0.05, "profit_outlook": 0.08, "sensitivity": 0.04, "vertical_integration": 0.06,
    "cost_structure": 0.06, "continuous_improvement": 0.05, "margin_effect": 0.09, "resource_fit": 0.07,
}  # fmt: skip

# How many accounts of each standing are scored (poor, fair, good), and where the bands of the matrix begin.
SCORED = {"poor": 46, "fair": 54, "good": 52}
FAIR, GOOD = 2.33, 3.67
ATTRACTIVE = ((1.4, 2.4), (2.4, 3.6), (3.7, 4.6))  # a third of each standing around each of the three bands
MINOR = 0.2  # share of what an account buys below which the company hardly counts: all such accounts are scored
UNSCORED = 5  # accounts for which one score is missing

# Where a measured thing gets 2, 3, 4 and 5, as `loyaltylib.burnett.BOUNDS` has it.
SHARE, TREND = (0.1, 0.2, 0.5, 0.8), (-0.1, -0.02, 0.02, 0.1)
OFTEN, BROADLY, LONG = (0.1, 0.25, 0.5, 1.0), (1, 2, 3, 4), (1, 2, 3, 5)
ROUNDED_OTHERWISE = 0.25  # share of the measured scores on which people are one step off the database


def burnett_weights() -> pd.DataFrame:
    """Return the weight of each of the 19 indicators of attractiveness; they come to 1."""
    weights = PRINTED | CHOSEN
    return pd.DataFrame(
        {"indicator": list(weights), "weight": list(weights.values()), "given": [name in PRINTED for name in weights]}
    )


def burnett_scores(known: Known) -> pd.DataFrame:
    """Score some accounts of every standing, 19 + 7 scores each."""
    rng = known.stream("burnett")
    accounts = _accounts(known)
    standing = {account.place: _relationship(rng, account) for account in accounts}
    cuts = np.quantile([account.volume for account in accounts], (0.2, 0.4, 0.6, 0.8)).tolist()
    bought = {account.place: _by(account.volume, cuts) for account in accounts}
    rows: list[Row] = []
    for band, number in SCORED.items():
        those = [account for account in accounts if _band(standing[account.place]) == band]
        first = [account.place for account in those if account.share < MINOR]
        others = some(rng, [account.place for account in those if account.share >= MINOR], number - len(first))
        for turn, place in enumerate(some(rng, [*first, *others], number)):
            both = {"attractiveness": _attractiveness(rng, turn, bought[place]), "relationship": standing[place]}
            rows += [
                {"customer_id": known.ids[place], "dimension": side, "indicator": name, "score": score}
                for side, scores in both.items()
                for name, score in scores.items()
            ]
    table = pd.DataFrame(rows)
    blanks = some(rng, np.flatnonzero(table["indicator"].isin(CHOSEN)).tolist(), UNSCORED)
    return table.drop(index=blanks).sort_values("customer_id", kind="stable", ignore_index=True)


class Account(NamedTuple):
    """A business that bought in the last year: our share of what it bought, its trend a year, its orders in yuan."""

    place: int
    life: Life
    share: float
    trend: float
    volume: float
    talks: list[Row]


def _accounts(known: Known) -> list[Account]:
    """Return the businesses that bought in the last year and said no goodbye, with what the first tables show."""
    wallet, talks, orders = known.rows("wallet"), known.rows("contacts"), known.rows("transactions")
    accounts = []
    for place in known.firms():
        if not known.buys(place, LAST - 364, LAST) or place in known.goodbye:
            continue
        quarters = [(row["period"], row["own_spend"], row["total_category_spend"]) for row in wallet[place]]
        year = [(own, total) for period, own, total in quarters if period > LAST - 365]
        trend = 0.0
        if len(quarters) >= 4:  # noqa: PLR2004 - a year of quarters tells a trend
            shares = [own / total for _, own, total in quarters]
            trend = float(np.polyfit([period / YEAR for period, _, _ in quarters], shares, 1)[0])
        accounts.append(
            Account(
                place=place,
                life=known.lives[place],
                share=sum(own for own, _ in year) / sum(total for _, total in year) if year else 0.0,
                trend=trend,
                volume=sum(row["amount"] for row in orders[place] if row["date"] > LAST - 365),
                talks=[talk for talk in talks.get(place, []) if talk["date"] > LAST - 365],
            )
        )
    return accounts


def _band(scores: dict[str, float]) -> str:
    mean = sum(scores.values()) / len(scores)
    return "poor" if mean < FAIR else "fair" if mean < GOOD else "good"


def _by(value: float, bounds: Sequence[float]) -> float:
    """Return 1, and 1 more for each bound reached."""
    return 1.0 + sum(value >= bound for bound in bounds)


def _relationship(rng: Rng, account: Account) -> dict[str, float]:
    """Score how the company stands with an account: measured, with a step more or less here and there, and rated."""
    often = _by(len(account.talks) / 12, OFTEN)
    broadly = _by(len({talk["function"] for talk in account.talks}), BROADLY)
    measured = {
        "wallet_trend3": _by(account.trend, TREND),
        "wallet_share": _by(account.share, SHARE),
        "contact": (often + broadly) / 2,
        "tenure": _by((LAST - account.life.start) / YEAR, LONG),
    }
    for name, score in measured.items():
        if chance(rng, ROUNDED_OTHERWISE):
            measured[name] = float(np.clip(score + (1 if chance(rng, 0.5) else -1), 1, 5))
    return measured | _ratings(rng, account)


def _ratings(rng: Rng, account: Account) -> dict[str, float]:
    """Draw the account's three ratings of the company: price, service, technical strength."""
    life = account.life
    liking = {"key": 4.0, "enthusiast": 4.6, "promotion": 3.1, "brief": 2.9}.get(life.habit, 3.6)
    if life.stop is not None:
        liking -= 1.5  # on the way out
    if account.share < MINOR:
        liking = 4.4 if chance(rng, 0.5) else 2.4  # one who could be won, or another's loyal customer
    lately = [score for opened, _, score in life.complaints if opened > LAST - 365]
    badly = any(score is None or score <= 6 for score in lately)  # noqa: PLR2004 - the lowest class of the survey
    common = liking + uniform(rng, -0.6, 0.6)
    lower = {"service_rating": 1.2 if badly else 0.0}
    names = ("price_image", "service_rating", "tech_rating")
    return {name: float(whole(rng, common - lower.get(name, 0.0), 0.5)) for name in names}


def _attractiveness(rng: Rng, turn: int, volume: float) -> dict[str, float]:
    """Draw the 19 scores of an account around a level; halves stand where two people differ."""
    low, high = ATTRACTIVE[turn % len(ATTRACTIVE)]
    level = uniform(rng, low, high)
    scores = {
        name: float(np.clip(round(2 * (level + 0.85 * float(rng.normal()))) / 2, 1, 5)) for name in PRINTED | CHOSEN
    }
    return scores | {"volume": volume}
