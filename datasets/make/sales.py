"""What is sold and by whom: deals on their way through the five links, offers as customers see them, the staff."""

from __future__ import annotations

from typing import TYPE_CHECKING

import numpy as np
import pandas as pd

from datasets.make.known import chance, day, pick, some
from datasets.make.lives import LAST, uniform
from datasets.make.tables import in_order

if TYPE_CHECKING:
    from collections.abc import Iterator

    from datasets.make.known import Known, Rng
    from datasets.make.tables import Row

LINKS = {"generation": (2, 14), "tracking": (6, 45), "control": (4, 30), "fulfilment": (5, 40), "evaluation": (10, 45)}
STOPS = {"generation": 0.28, "tracking": 0.45, "control": 0.27}  # where a deal is dropped that brings no order
WON_NEW = 0.65  # share of the firms won in the observed years whose deal is on record
ANOTHER = {"key": 1.0, "enthusiast": 0.6, "steady": 0.5, "promotion": 0.4, "brief": 0.3}  # more deals, a year
WON_AGAIN = 0.53

JUDGES = 260  # customers whose view of the offers is known
RIVALS = {"tin_lantern": (0.84, 0.10), "north_roast": (1.12, 0.34)}  # price beside ours, emotional benefit
OURS = 0.24

STAFF, UNTRAINED = 64, 0.2


def deals(known: Known) -> pd.DataFrame:
    """Follow deals from link to link: with those who ask and never buy, with firms won, and with firms once more.

    Only who has bought has a deal that was won, and its fulfilment begins on the day of an order.
    """
    rng = known.stream("deals")
    found = [*_new_deals(known, rng), *_further_deals(known, rng)]
    found.sort(key=lambda deal: (deal[1][0][1], deal[0]))
    rows = [
        {
            "deal_id": f"D{number:04d}",
            "customer_id": known.ids[place],
            "stage": link,
            "entered_at": entered,
            "left_at": left if left <= LAST else None,
            "won": won and link == "fulfilment",
        }
        for number, (place, stays, won) in enumerate(found, 1)
        for link, entered, left in stays
        if entered <= LAST
    ]
    return pd.DataFrame(rows)


Deal = tuple[int, list[tuple[str, int, int]], bool]  # with whom, its stays (link, first and last day), brought an order


def _new_deals(known: Known, rng: Rng) -> Iterator[Deal]:
    """Yield the first deals: each enquiry of an onlooker begins one, which comes to nothing or is still on its way."""
    for place, talks in known.rows("contacts").items():
        if known.lives[place].habit == "onlooker":
            yield from ((place, _dropped(rng, talk["date"]), False) for talk in talks)
    for place in known.firms():
        start = known.lives[place].start
        if start > 0 and len(known.bought[place]) and chance(rng, WON_NEW):
            stays = _won(rng, start)
            if stays[0][1] >= 0:
                yield place, stays, True


def _further_deals(known: Known, rng: Rng) -> Iterator[Deal]:
    """Yield deals with firms that are customers already: a larger order, another product line, a new year's terms."""
    for place in known.firms():
        life = known.lives[place]
        days = known.bought[place]
        first = max(life.start, 0) + 200
        for _ in range(int(rng.poisson(ANOTHER.get(life.habit, 0.0) * max(0, life.end - first) / 365))):
            on = day(rng, first, life.end)
            later = days[days > on + 60]
            if chance(rng, WON_AGAIN) and len(later):
                yield place, _won(rng, int(later[0])), True
            else:
                yield place, _dropped(rng, on), False


def _won(rng: Rng, order: int) -> list[tuple[str, int, int]]:
    """Return the stays of a deal whose fulfilment begins with an order, from the last link before it backwards."""
    stays: list[tuple[str, int, int]] = []
    for link in ("control", "tracking", "generation"):
        until = stays[0][1] if stays else order
        stays.insert(0, (link, until - day(rng, *LINKS[link]), until))
    for link in ("fulfilment", "evaluation"):
        stays.append((link, stays[-1][2], stays[-1][2] + day(rng, *LINKS[link])))
    return stays


def _dropped(rng: Rng, begin: int) -> list[tuple[str, int, int]]:
    """Return the stays of a deal that ends without an order; what would end after the last day is still open."""
    last = pick(rng, STOPS)
    stays: list[tuple[str, int, int]] = []
    for link, (low, high) in LINKS.items():
        entered = stays[-1][2] if stays else begin
        stays.append((link, entered, entered + day(rng, low, high)))
        if link == last:
            break
    return stays


def offers(known: Known) -> pd.DataFrame:
    """Value our offer and those of two rivals as single customers see them, in yuan a month.

    Those with whom our share is large see more in our offer than in the best of the rivals', those who went to a rival
    less: mostly, for some stay all the same.
    """
    rng = known.stream("offers")
    wallet = known.rows("wallet")
    here = [p for p in wallet if known.is_customer(p, LAST) and wallet[p][-1]["period"] > LAST - 100]
    # Whoever faded away was seen to buy elsewhere; only those who still came in the last year are asked.
    faded = [p for p in wallet if known.lives[p].fade and not known.is_customer(p, LAST)]
    to_rivals = [p for p in faded if known.buys(p, LAST - 364, LAST)]
    judges = [*some(rng, here, JUDGES * 4 // 5), *some(rng, to_rivals, JUDGES // 5)]
    rows: list[Row] = []
    for place in sorted(judges):
        share = 0.0
        if known.is_customer(place, LAST):
            year = [row for row in wallet[place] if row["period"] > LAST - 365]
            share = sum(row["own_spend"] for row in year) / sum(row["total_category_spend"] for row in year)
        month = max(wallet[place][-1]["total_category_spend"] / 3, 20.0)
        number, views = known.ids[place], _offers(rng, month, share, known.lives[place].habit)
        rows += [
            {"offer_id": f"{number}-{supplier}", "customer_id": number, "supplier": supplier, **terms}
            for supplier, terms in views.items()
        ]
    return in_order(rows, "offer_id")


def _offers(rng: Rng, month: float, share: float, habit: str) -> dict[str, dict[str, float]]:
    """Draw the six terms of each supplier's offer for a month's need, and lift or lower what ours is good for."""
    discount = {"key": 0.12, "promotion": 0.2}.get(habit, 0.0)
    suppliers = {"moonkettle": (1 - discount, OURS), **RIVALS}
    if share == 1:  # knows but one of the others
        suppliers.pop(pick(rng, dict.fromkeys(RIVALS, 1.0)))
    # To some a plain cup is as good as any.
    plain = chance(rng, 0.75 if habit == "promotion" else 0.3)
    made = {}
    for name, (price, emotional) in suppliers.items():
        cheap = name == "tin_lantern"
        made[name] = {
            "functional": uniform(rng, 1.2, 1.4) if plain is cheap else uniform(rng, 0.9, 1.2) + 0.2 * (not cheap),
            "emotional": emotional * uniform(rng, 0.6, 1.4),
            "money": price * uniform(rng, 0.97, 1.03),
            "time": uniform(rng, 0.06, 0.14) if cheap else uniform(rng, 0.02, 0.07),
            "energy": uniform(rng, 0.02, 0.06),
            "psychic": uniform(rng, 0.05, 0.12) if cheap else uniform(rng, 0.01, 0.04),
        }
    best = max(_net(terms) for name, terms in made.items() if name != "moonkettle")
    lead = 0.45 * (share - 0.45) + 0.06 * float(rng.normal())
    ours = made["moonkettle"]
    ours["functional"] = max(0.2, ours["functional"] + best + lead - _net(ours))
    return {name: {term: round(month * part, 1) for term, part in terms.items()} for name, terms in made.items()}


def _net(terms: dict[str, float]) -> float:
    """Return benefits less costs."""
    benefits = terms["functional"] + terms["emotional"]
    return benefits - sum(value for term, value in terms.items() if term not in ("functional", "emotional"))


def staff(known: Known) -> pd.DataFrame:
    """List the employees with the hours of training in 2025 and their years with the company.

    Who is trained stays longer, or who stays is trained: the table does not say which.
    """
    rng = known.stream("staff")
    rows = []
    for number in range(1, STAFF + 1):
        hours = 0.0 if chance(rng, UNTRAINED) else float(np.clip(round(float(rng.gamma(3, 9))), 2, 90))
        tenure = round(float(np.clip(float(rng.exponential(2.2 + 0.09 * hours)) + 0.1, 0.1, 18)), 1)
        rows.append({"employee_id": f"E{number:02d}", "training_hours": hours, "tenure": tenure})
    return pd.DataFrame(rows)
