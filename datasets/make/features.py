"""Who the customers are: their group, age, sex, education, purpose and preference; and who pays for whom.

All of it is invented. Age goes with what one likes best and purpose with how one buys; sex and education go with
nothing, as features often do that are asked for all the same.
"""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

import numpy as np
import pandas as pd

from datasets.make.known import chance, day, pick, some, whole
from datasets.make.lives import LAST

if TYPE_CHECKING:
    from datasets.make.known import Known, Rng
    from datasets.make.lives import Life
    from datasets.make.tables import Row

LINES = {"espresso_beans": 0.30, "filter_coffee": 0.22, "green_tea": 0.20, "black_tea": 0.16, "herbal_tea": 0.12}
AGE_BY_LINE = {"espresso_beans": 35, "filter_coffee": 41, "green_tea": 49, "black_tea": 52, "herbal_tea": 45}
EDUCATION = {"school": 0.24, "vocational": 0.26, "college": 0.38, "postgraduate": 0.12}
PURPOSE = {
    "steady": {"home": 0.60, "work": 0.25, "gift": 0.15},
    "promotion": {"stock_up": 0.55, "home": 0.35, "gift": 0.10},
    "enthusiast": {"home": 0.60, "gift": 0.30, "work": 0.10},
    "brief": {"gift": 0.50, "home": 0.40, "work": 0.10},
    "onlooker": {"home": 0.60, "gift": 0.40},
}
HOSTS = ("Guesthouse", "Bakery", "Theatre", "Bookshop", "Yoga House")  # trades that serve the cup to their own guests
BUYING_PARTNERS, OTHER_PARTNERS = 22, 12
ASKED = 2  # enquiries from which on an onlooker is a target
UNKNOWN = {"age": 0.12, "sex": 0.08, "education": 0.3, "purpose": 0.1, "preference": 0.15}

ONE_PAYS_ALL, ONE_PAYS_SOME, HEAD_OFFICES = 36, 34, 14
PART_PAID = 0.6  # of the orders, where another customer helps out
TOGETHER = 2  # purchases of the one who gets while the one who pays is there


def features(known: Known) -> pd.DataFrame:
    """Describe everyone in columns that go behind those of `customers`, in the same order of rows."""
    rng = known.stream("features")
    groups = _groups(known, rng)
    orders = known.frames["transactions"]
    lines = orders[orders["product"].isin(LINES)].groupby(["customer_id", "product"]).size()
    most = {str(number): str(line) for number, line in lines.groupby("customer_id").idxmax()}
    rows = [
        {
            "stakeholder_group": groups[place],
            **_person(rng, life, known.customers["name_en"][place], most.get(number)),
        }
        for place, (number, life) in enumerate(zip(known.ids, known.lives, strict=True))
    ]
    return pd.DataFrame(rows)


def _groups(known: Known, rng: Rng) -> list[str]:
    """Say whom each is to the company: who has bought is existing, some are partners, the others wait outside."""
    enquiries = known.frames["contacts"]["customer_id"].value_counts()
    told = set(known.frames["referrals"]["referred_id"])
    groups = []
    for place, (number, life) in enumerate(zip(known.ids, known.lives, strict=True)):
        if life.habit != "onlooker":
            # Who said goodbye might be won again; of who left without a word the records say nothing.
            groups.append("potential" if place in known.goodbye else "existing")
        else:
            warm = life.business or number in told or enquiries[number] >= ASKED
            groups.append("target" if warm else "potential")
    loyal = [place for place in known.firms() if known.lives[place].habit in ("key", "enthusiast")]
    outside = [place for place in known.firms() if known.lives[place].habit == "onlooker"]
    for place in [*some(rng, loyal, BUYING_PARTNERS), *some(rng, outside, OTHER_PARTNERS)]:
        groups[place] = "partner"
    return groups


def _person(rng: Rng, life: Life, name: str, most: str | None) -> Row:
    """Draw the features of a customer; a firm has a purpose and a preference only."""
    said: dict[str, Any] = {}
    # What is said to be liked best is mostly what is bought most.
    said["preference"] = most if most and chance(rng, 0.85) else pick(rng, LINES)
    said["age"] = whole(rng, AGE_BY_LINE[str(said["preference"])], 13, 18, 88)
    said["sex"] = pick(rng, {"f": 0.54, "m": 0.46})
    said["education"] = pick(rng, EDUCATION)
    if life.business:
        hosts = name.endswith(HOSTS)
        uses = {"guests": 0.5, "resale": 0.3, "staff": 0.2} if hosts else {"staff": 0.75, "guests": 0.25}
        said |= {"age": None, "sex": None, "education": None, "purpose": pick(rng, uses)}
    else:
        said["purpose"] = pick(rng, PURPOSE[life.habit])
    unheard = 3.0 if life.habit == "onlooker" else 1.0
    blanks = {feature: chance(rng, share * unheard) for feature, share in UNKNOWN.items()}
    return {feature: None if blanks[feature] else said[feature] for feature in UNKNOWN}


def payers(known: Known) -> pd.DataFrame:
    """Say of each order who paid, where that is someone else: one column, row for row with `transactions`.

    Onlookers who buy nothing for themselves pay for somebody of their town, customers help others out, and head offices
    pay for their branches. Nobody pays before he is known or after he left.
    """
    rng = known.stream("payers")
    region = known.customers["region_en"]
    first_talk = known.frames["contacts"].groupby("customer_id")["date"].min()
    spans: dict[int, tuple[int, int]] = {}
    for place, life in enumerate(known.lives):
        asked = int(first_talk.get(known.ids[place], LAST + 1))
        spans[place] = (asked, LAST) if life.habit == "onlooker" else (max(life.start, 0), life.end)
    people = [place for place, life in enumerate(known.lives) if not life.business]
    buyers = [place for place in people if len(known.bought[place])]
    firms = [place for place in known.firms() if len(known.bought[place])]
    aunts = [place for place in people if known.lives[place].habit == "onlooker" and spans[place][0] < LAST / 2]
    keys = [place for place in firms if known.lives[place].habit == "key"]
    pairs: dict[int, tuple[int, float]] = {}  # who gets -> who pays, and which share of the orders
    for paying, getting, number, share, most in (
        (aunts, buyers, ONE_PAYS_ALL, 1.0, 2),
        (buyers, buyers, ONE_PAYS_SOME, PART_PAID, 1),
        (keys, firms, HEAD_OFFICES, 1.0, 3),
    ):
        for payer in some(rng, paying, number):
            free = [p for p in getting if p not in pairs and p != payer and payer not in pairs]
            near = [p for p in free if region[p] == region[payer]]
            # Of those near by some with whom the payer shares some time.
            there = [p for p in near if _shared(known, p, spans[payer]) >= TOGETHER]
            pairs |= dict.fromkeys(some(rng, there, day(rng, 1, most)), (payer, share))
    orders = known.frames["transactions"]
    paid: list[str | None] = [None] * len(orders)
    at = {known.ids[place]: place for place in pairs}
    numbers, days = orders["customer_id"].to_list(), orders["date"].to_list()
    for row in np.flatnonzero(orders["customer_id"].isin(at)):
        place = at[numbers[row]]
        payer, share = pairs[place]
        first, last = spans[payer]
        if first <= days[row] <= last and chance(rng, share):
            paid[row] = known.ids[payer]
    return pd.DataFrame({"payer_id": pd.Series(paid, dtype=object)})


def _shared(known: Known, place: int, span: tuple[int, int]) -> int:
    """Count the purchase days of someone within a span."""
    return int(((known.bought[place] >= span[0]) & (known.bought[place] <= span[1])).sum())
