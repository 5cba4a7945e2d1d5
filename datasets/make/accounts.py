"""What happens at the business accounts: milestones of the relationship, and events that open a chance to grow.

Milestones are read off the first tables: first order, main supplier, partnership, setback, complaint, goodbye, and a
change of persons. Chances are drawn: many where a rival is the main supplier, few where the company is.
"""

from __future__ import annotations

from itertools import pairwise
from typing import TYPE_CHECKING

from datasets.make.known import QUARTER_ENDS, chance, day, pick
from datasets.make.lives import LAST
from datasets.make.tables import in_order

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator

    import pandas as pd

    from datasets.make.known import Known, Rng
    from datasets.make.people import Succession
    from datasets.make.tables import Row

MAIN, PARTNER = 0.5, 0.8  # shares of what the account buys: main supplier; near to all
STEADY = 4  # quarters in a row with so much before a partnership is sealed
SEALED = 0.6  # share of those who could be partners that are
NOTED_FROM = 365  # the sales people note chances from 2024 on
FIRST_WORD = 16  # days within which the books are looked at after a quarter's end

# Chances an account and quarter, by how much we deliver there.
RATE = {"none": 1.3, "minor": 1.2, "main": 0.55, "near all": 0.25}
OF_THE_ACCOUNT = {"new_product": 0.25, "purchase_timing": 0.30, "cost": 0.2, "personnel": 0.25}
OF_A_RIVAL = {"quality": 0.24, "service": 0.26, "weak_tie": 0.20, "worsening": 0.20}


def account_events(known: Known, successions: Iterable[Succession]) -> pd.DataFrame:
    """List the events of all business accounts in the order of time."""
    rng = known.stream("account_events")
    shares, talks = _shares(known), known.rows("contacts")
    changed = [(change.place, change.day) for change in successions]
    rows = []
    for place in known.firms():
        here = [on for where, on in changed if where == place]
        events = [
            *_milestones(known, rng, place, shares.get(place, {})),
            *(("personnel", on) for on in here),
            *_chances(known, rng, place, shares.get(place, {}), talks.get(place, [])),
        ]
        rows += [{"account_id": known.ids[place], "type": kind, "date": on} for kind, on in events]
    return in_order(rows, "date", "account_id", "type")


def _shares(known: Known) -> dict[int, dict[int, float]]:
    """Return each account's share of what it buys that comes from us, by the last day of the quarter."""
    return {
        place: {row["period"]: row["own_spend"] / row["total_category_spend"] for row in rows}
        for place, rows in known.rows("wallet").items()
        if known.lives[place].business
    }


def _milestones(known: Known, rng: Rng, place: int, shares: dict[int, float]) -> Iterator[tuple[str, int]]:
    """Yield what the first tables say of an account's way. Where it stood before they begin, is no event."""
    life = known.lives[place]
    if life.start >= 0 and len(known.bought[place]):
        yield "first_order", life.start
    yield from (("complaint", opened) for opened, _, _ in life.complaints)
    if place in known.goodbye:
        yield "goodbye", known.goodbye[place]
    near, sealed = 0, False
    main = life.start < 0 and next(iter(shares.values()), 0.0) >= MAIN
    for period, share in shares.items():
        on = period + day(rng, 3, FIRST_WORD)
        if known.goodbye.get(place, LAST) < on or on > LAST:
            return
        near = near + 1 if share >= PARTNER else 0
        if share >= MAIN and not main:
            yield "main_supplier", on
        if share < MAIN and main:
            yield "share_lost", on
        if near == STEADY and not sealed and life.stop is None and chance(rng, SEALED):
            yield "partnership", on
            sealed = True
        main = share >= MAIN


def _chances(
    known: Known, rng: Rng, place: int, shares: dict[int, float], talks: list[Row]
) -> Iterator[tuple[str, int]]:
    """Yield events that open a chance, quarter by quarter, while the account is known and not lost."""
    life = known.lives[place]
    since = min(talk["date"] for talk in talks) if life.habit == "onlooker" else life.start
    for first, last in pairwise(QUARTER_ENDS):
        if last <= NOTED_FROM or since > first or known.goodbye.get(place, LAST + 1) <= last:
            continue
        if life.habit != "onlooker" and not known.is_customer(place, first):
            continue
        share = shares.get(first, 0.0)
        standing = "near all" if share >= PARTNER else "main" if share >= MAIN else "minor" if share > 0 else "none"
        # Whoever buys from nobody else has no rival whose trouble could be our chance.
        kinds = OF_THE_ACCOUNT if share == 1 else OF_THE_ACCOUNT | OF_A_RIVAL
        for _ in range(int(rng.poisson(RATE[standing]))):
            yield pick(rng, kinds), day(rng, first + 1, last)
