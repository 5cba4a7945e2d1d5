"""A company of any size, made column by column: ten transactions a customer on average, skewed as real ones are.

Not the company of the course (its generator tells each customer's life and takes hours at this size) but the same
tables, so that every rule and KPI has something to read. Ids are whole numbers, days lie in 2023 to 2025.
"""

from __future__ import annotations

from pathlib import Path

import numpy as np
import pyarrow as pa
import pyarrow.parquet as pq

FIRST = np.datetime64("2023-01-01", "us")
DAYS = 1096  # 2023 to 2025
AS_OF = "2025-12-31"
A_CUSTOMER = 10  # transactions, on average


def _dates(days: np.ndarray) -> np.ndarray:
    return FIRST + days.astype("timedelta64[D]")


def _write(folder: Path, name: str, **columns: np.ndarray) -> None:
    pq.write_table(pa.table(columns), folder / f"{name}.parquet")


def generate(folder: Path, rows: int, seed: int = 1) -> None:
    """Write the tables for so many transactions into a folder, unless they are there."""
    if (folder / "whole").exists():
        return
    folder.mkdir(parents=True, exist_ok=True)
    dice = np.random.RandomState(seed)
    people = rows // A_CUSTOMER
    ids = np.arange(people)

    # Who buys: a skewed weight each. When: from the customer's own first day on, later ones thinning out.
    weight = dice.gamma(0.6, size=people) + 0.02
    of = np.searchsorted(np.cumsum(weight), dice.uniform(0, weight.sum(), rows)).clip(0, people - 1)
    began = dice.randint(0, DAYS - 1, people)
    stays = dice.gamma(1.2, 400, people).astype(int) + 1
    day = began[of] + (dice.uniform(size=rows) * np.minimum(stays, DAYS - began)[of]).astype(int)
    amount = np.round(dice.gamma(2.0, 30.0, rows), 2)
    first = np.full(people, DAYS)
    np.minimum.at(first, of, day)
    acquired = np.where(first < DAYS, _dates(first), np.datetime64("NaT"))
    lost = np.where(dice.uniform(size=people) < 0.03, _dates(dice.randint(500, DAYS, people)), np.datetime64("NaT"))
    via = np.array(["promotion", "referral", "search"], dtype=object)[dice.randint(0, 3, people)]
    _write(folder, "customers", customer_id=ids, acquired_on=acquired, lost_on=lost, acquired_via=via)
    _write(folder, "transactions", customer_id=of, date=_dates(day), amount=amount)

    def some(share: float) -> np.ndarray:
        return np.sort(dice.choice(people, int(people * share), replace=False))

    def days(length: int) -> np.ndarray:
        return _dates(dice.randint(0, DAYS, length))

    asked = np.repeat(some(0.2), 4)  # a panel of one customer in five, four quarters each
    quarters = np.array(["2025-03-31", "2025-06-30", "2025-09-30", "2025-12-31"], dtype="datetime64[us]")
    own = np.round(dice.gamma(2.0, 40.0, len(asked)), 2)
    _write(
        folder,
        "wallet",
        customer_id=asked,
        period=np.tile(quarters, len(asked) // 4),
        own_spend=own,
        total_category_spend=own + np.round(dice.gamma(1.0, 40.0, len(asked)), 2),
        n_suppliers=dice.randint(1, 5, len(asked)),
    )
    who = some(0.05)
    opened = dice.randint(0, DAYS, len(who))
    settled = np.where(dice.uniform(size=len(who)) < 0.9, _dates(opened + 10), np.datetime64("NaT"))
    score = np.where(np.isnat(settled), np.nan, dice.randint(1, 11, len(who)))
    scores = pa.array(score, mask=np.isnan(score))
    _write(
        folder, "complaints", customer_id=who, opened_on=_dates(opened), resolved_on=settled, satisfaction_score=scores
    )
    who = some(0.1)
    _write(folder, "feedback", customer_id=np.repeat(who, 4), date=days(len(who) * 4))
    who = some(0.05)
    _write(folder, "referrals", referrer_id=who, referred_id=(who + 1) % people, date=days(len(who)))
    who = some(0.1)
    about = np.array(["negotiation", "service"], dtype=object)[dice.randint(0, 2, len(who))]
    _write(folder, "contacts", customer_id=who, date=days(len(who)), function=about)
    who = some(0.05)
    outcome = np.array(["saved", "lost", "open", "not_tried"], dtype=object)[dice.randint(0, 4, len(who))]
    _write(folder, "save_attempts", customer_id=who, flagged_on=days(len(who)), outcome=outcome)
    (folder / "whole").touch()
