"""Makes the tables of the synthetic company, `datasets/company/synthetic_<table>.parquet`, from a seed.

    python -m datasets.make.company             writes them beside their card
    python -m datasets.make.company --to DIR    writes them elsewhere

`numpy.random.RandomState` is used on purpose: its stream is promised to stay the same, that of `Generator` is not
(NEP 19).
"""

from __future__ import annotations

import argparse
from pathlib import Path
from typing import TYPE_CHECKING, NamedTuple

import numpy as np
import pandas as pd

from datasets.make.accounts import account_events
from datasets.make.burnett import burnett_scores, burnett_weights
from datasets.make.features import features, payers
from datasets.make.known import QUARTER_ENDS, Known
from datasets.make.leaving import interviews, save_attempts
from datasets.make.lives import LAST, YEAR, Life, lives, uniform
from datasets.make.opinions import encounters, surveys
from datasets.make.people import people
from datasets.make.personas import firm, person, region
from datasets.make.sales import deals, offers, staff
from datasets.make.tables import Row, arrow, in_order, write

if TYPE_CHECKING:
    from collections.abc import Iterator

    import pyarrow as pa

SEED = 4  # of the first ten, the one whose figures lie nearest to all they were calibrated to
FOLDER = Path(__file__).resolve().parent.parent / "company"


class Product(NamedTuple):
    """A product line: price of a piece and what it costs the company, in yuan; how many have it as their favourite."""

    name: str
    price: float
    cost: float
    weight: float


PRODUCTS = (
    Product("espresso_beans", 68.0, 39.0, 0.30),
    Product("filter_coffee", 56.0, 31.0, 0.22),
    Product("green_tea", 78.0, 44.0, 0.20),
    Product("black_tea", 48.0, 25.0, 0.16),
    Product("herbal_tea", 42.0, 23.0, 0.12),
)
SPECIALS = (Product("cups_and_pots", 95.0, 52.0, 0.0), Product("gift_boxes", 128.0, 80.0, 0.0))
REASONS = {  # said at the goodbye -> where they went
    "price": "competitor",
    "product": "competitor",
    "service": "competitor",
    "promotion": "competitor",
    "market": "none",
    "technology": "outside_industry",
}
REASON_WEIGHTS = [0.30, 0.15, 0.25, 0.15, 0.08, 0.07]


class Company:
    """The company's customers with their numbers, and one method for each of its tables."""

    def __init__(self, seed: int) -> None:
        self.seed = seed
        self.rng = np.random.RandomState(seed)
        self.lives = lives(self.rng)
        self.ids = [f"K{place:04d}" for place in range(1, len(self.lives) + 1)]
        self.referrals = self._refer()

    def tables(self) -> dict[str, pa.Table]:
        """Make all tables; the order of the calls is part of what the seed means."""
        transactions = in_order(self._transactions(), "date", "customer_id")
        transactions.insert(2, "order_id", [f"A{place:06d}" for place in range(1, len(transactions) + 1)])
        frames = {
            "customers": pd.DataFrame(self._customers()),
            "transactions": transactions,
            "wallet": self._wallet(transactions),
            "complaints": in_order(self._complaints(), "opened_on", "customer_id"),
            "feedback": in_order(self._feedback(), "date", "customer_id", "channel"),
            "referrals": pd.DataFrame(self.referrals).sort_values(["date", "referrer_id", "referred_id"]),
            "contacts": in_order(self._contacts(), "date", "customer_id", "function"),
        }
        frames |= self._later(Known(self.seed, self.ids, self.lives, frames))
        return {f"synthetic_{name}": arrow(frame) for name, frame in frames.items()}

    @staticmethod
    def _later(known: Known) -> dict[str, pd.DataFrame]:
        """Make the tables that stand on the first ones; each is drawn from a stream of its own (`Known`).

        A table's name with `_more` holds more of its columns, row for row: so a file that is there stays as it is.
        """
        persons, successions = people(known)
        return {
            "customers": known.frames["customers"].join(features(known)),
            "transactions_more": payers(known),
            "contacts_more": persons,
            "save_attempts": save_attempts(known),
            "surveys": surveys(known),
            "encounters": encounters(known),
            "interviews": interviews(known),
            "burnett_scores": burnett_scores(known),
            "burnett_weights": burnett_weights(),
            "account_events": account_events(known, successions),
            "offers": offers(known),
            "staff": staff(known),
            "deals": deals(known),
        }

    def _refer(self) -> list[Row]:
        """Let enthusiasts bring customers, and talk to some who only look on; everyone is brought once."""
        givers = [place for place, life in enumerate(self.lives) if life.habit == "enthusiast"]
        comers = [p for p, life in enumerate(self.lives) if life.start > 0 and life.habit not in ("onlooker", "key")]
        lookers = [place for place, life in enumerate(self.lives) if life.habit == "onlooker"]
        brought = [comers[i] for i in self.rng.permutation(len(comers))[: round(0.25 * len(comers))]]
        told = [lookers[i] for i in self.rng.permutation(len(lookers))[: round(0.3 * len(lookers))]]
        waiting = [givers[i] for i in self.rng.permutation(len(givers))]
        rows = []
        for place in [*brought, *told]:
            life = self.lives[place]
            day = max(0, life.start - int(self.rng.randint(1, 40))) if place in brought else self._day(60, LAST)
            # Whoever has not brought anyone yet comes first, so that every enthusiast is one in the tables too.
            able = [g for g in waiting if self._there(g, day) and g != place] or [
                g for g in givers if self._there(g, day) and g != place
            ]
            giver = able[int(self.rng.randint(len(able)))]
            if giver in waiting:
                waiting.remove(giver)
            rows.append({"referrer_id": self.ids[giver], "referred_id": self.ids[place], "date": day})
        return rows

    def _there(self, place: int, day: int) -> bool:
        return self.lives[place].start + 30 <= day <= self.lives[place].end

    def _day(self, first: int, last: int) -> int:
        return int(self.rng.randint(first, max(first, last) + 1))

    def _customers(self) -> Iterator[Row]:
        referred = {row["referred_id"]: row["referrer_id"] for row in self.referrals}
        for number, life in zip(self.ids, self.lives, strict=True):
            name, place = (firm if life.business else person)(self.rng), region(self.rng)
            bought = life.habit != "onlooker"
            lost_on, reason = self._goodbye(life)
            yield {
                "customer_id": number,
                "name_en": name["en"],
                "name_zh": name["zh"],
                "customer_type": "business" if life.business else "consumer",
                "region_en": place["en"],
                "region_zh": place["zh"],
                "acquired_on": life.start if bought else None,
                "acquired_via": self._way(life, referred.get(number)) if bought else None,
                "referred_by": referred.get(number),
                "lost_on": lost_on,
                "lost_reason": reason,
                "destination": REASONS[reason] if reason else None,
            }

    def _way(self, life: Life, referrer: str | None) -> str:
        """Draw what brought a customer; a promotion brings most of the late and the brief ones."""
        if referrer:
            return "referral"
        if life.business:
            return ("sales_visit", "search", "advert")[int(self.rng.choice(3, p=[0.6, 0.25, 0.15]))]
        promotion = 0.75 if life.habit in ("promotion", "brief") or life.start > LAST - 90 else 0.4
        return ("promotion", "search", "advert")[int(self.rng.choice(3, p=[promotion, *[(1 - promotion) / 2] * 2]))]

    def _goodbye(self, life: Life) -> tuple[int | None, str | None]:
        """Draw the day and reason of those few leavers who say goodbye."""
        if life.stop is None or life.returned or self.rng.uniform() > 0.15:  # noqa: PLR2004
            return None, None
        day = life.stop + self._day(3, 45)
        if day > LAST:
            return None, None
        if any(opened == life.stop for opened, _, _ in life.complaints):
            return day, "service"
        return day, list(REASONS)[int(self.rng.choice(len(REASONS), p=REASON_WEIGHTS))]

    def _transactions(self) -> Iterator[Row]:
        for number, life in zip(self.ids, self.lives, strict=True):
            favourite = PRODUCTS[int(self.rng.choice(len(PRODUCTS), p=[product.weight for product in PRODUCTS]))]
            for day in [*life.days, *life.returned]:
                product = favourite
                if self.rng.uniform() < 0.22:  # noqa: PLR2004
                    product = (*PRODUCTS, *SPECIALS)[int(self.rng.randint(len(PRODUCTS) + len(SPECIALS)))]
                pieces = self._pieces(life)
                paid = round(pieces * product.price * (1 - self._discount(life, day)), 2)
                yield {
                    "customer_id": number,
                    "date": day,
                    "product": product.name,
                    "quantity": pieces,
                    "amount": paid,
                    "cost": pieces * product.cost,
                }

    def _pieces(self, life: Life) -> int:
        if life.business:
            return max(1, round(life.pieces * uniform(self.rng, 0.85, 1.15)))
        return max(1, round(life.pieces) + int(self.rng.choice([-1, 0, 1], p=[0.08, 0.8, 0.12])))

    def _discount(self, life: Life, day: int) -> float:
        """Return the reduction: bargained by key accounts, an offer, or a welcome to the first order."""
        if life.habit == "key":
            return 0.12
        return 0.2 if life.habit == "promotion" or day == life.start else 0.0

    def _wallet(self, transactions: pd.DataFrame) -> pd.DataFrame:
        """Estimate each customer's spending with all suppliers, for every quarter between first and last purchase."""
        own: dict[tuple[str, int], float] = {}
        quarters = np.searchsorted(QUARTER_ENDS, transactions["date"])
        for number, place, amount in zip(transactions["customer_id"], quarters, transactions["amount"], strict=True):
            own[number, int(place)] = own.get((number, int(place)), 0.0) + amount
        bought: dict[str, list[int]] = {}
        for number, place in own:
            bought.setdefault(number, []).append(place)
        rows: list[Row] = []
        for number, life in zip(self.ids, self.lives, strict=True):
            usual = 0.0
            places = bought.get(number, [])
            for place in range(min(places, default=0), max(places, default=-1) + 1):
                spent = round(own.get((number, place), 0.0), 2)
                total, suppliers = self._elsewhere(life, QUARTER_ENDS[place], spent, usual)
                usual = (usual + total) / 2 if usual else total
                rows.append(
                    {
                        "customer_id": number,
                        "period": QUARTER_ENDS[place],
                        "own_spend": spent,
                        "total_category_spend": total,
                        "n_suppliers": suppliers,
                    }
                )
        return pd.DataFrame(rows)

    def _elsewhere(self, life: Life, day: int, own: float, usual: float) -> tuple[float, int]:
        """Return what a customer spends with all suppliers in a quarter that ends on a day, and with how many.

        Who is drifting away still needs as much as ever, so the company's share falls.
        """
        going = life.stop is not None and day > life.stop - life.fade
        if going and life.habit != "brief":
            return round(max(usual, own / life.share, own + 20), 0), 2 + int(self.rng.randint(0, 2))
        if life.share == 1 and own > 0:
            return own, 1
        share = min(0.97, life.share * uniform(self.rng, 0.9, 1.1))
        least = 3 if life.habit == "promotion" else 2
        return float(max(np.ceil(own) + 1, round(max(own, 0.2 * usual) / share))), least + int(self.rng.randint(0, 2))

    def _complaints(self) -> Iterator[Row]:
        for number, life in zip(self.ids, self.lives, strict=True):
            for opened, resolved, score in life.complaints:
                yield {
                    "customer_id": number,
                    "opened_on": opened,
                    "resolved_on": resolved,
                    "satisfaction_score": score,
                }

    def _events(self, per_year: float, first: int, last: int) -> list[int]:
        """Draw the days of events that come evenly enough for every year to have about as many."""
        days, day = [], first + uniform(self.rng, 0, YEAR / per_year)
        while day <= last:
            days.append(int(day))
            day += YEAR / per_year * float(self.rng.gamma(4, 1 / 4))
        return days

    def _feedback(self) -> Iterator[Row]:
        rates = {"key": (6.0, 11.0), "enthusiast": (2.0, 4.0), "steady": (0.8, 2.4), "promotion": (0.2, 0.4)}
        for number, life in zip(self.ids, self.lives, strict=True):
            if life.habit not in rates:
                continue
            for day in self._events(uniform(self.rng, *rates[life.habit]), max(life.start, 0), life.end):
                channels = ("phone", "visit", "app") if life.business else ("app", "phone", "shop")
                channel = channels[int(self.rng.choice(3, p=[0.5, 0.3, 0.2]))]
                yield {"customer_id": number, "date": day, "channel": channel}

    def _contacts(self) -> Iterator[Row]:
        for number, life in zip(self.ids, self.lives, strict=True):
            for day, function, direction in self._talks(life):
                role = "household"
                if life.business:
                    role = ("buyer", "owner", "office_manager")[int(self.rng.choice(3, p=[0.5, 0.2, 0.3]))]
                yield {
                    "customer_id": number,
                    "role": role,
                    "direction": direction,
                    "date": day,
                    "function": function,
                }

    def _talks(self, life: Life) -> Iterator[tuple[int, str, str]]:
        """Yield a customer's talks with the company: day, function, direction."""
        first = max(life.start, 0)
        if life.habit == "onlooker":
            for _ in range(1 + int(self.rng.randint(0, 3))):
                yield self._day(0, LAST), "enquiry", "in"
            return
        if life.start > 0 and self.rng.uniform() < 0.5:  # noqa: PLR2004
            yield self._day(max(0, life.start - 60), life.start), "enquiry", "in"
        for day in self._events(0.3, first, life.end):
            yield day, "service", "in"
        if life.business:
            for day in self._events(1.5, first, life.end):
                yield day, "visit", "out"
            # A few who do not buy much bargain all the same.
            if life.habit == "key" or self.rng.uniform() < 0.08:  # noqa: PLR2004
                for day in self._events(uniform(self.rng, 2.5, 5.0), first, life.end):
                    yield day, "negotiation", "in"


def main(arguments: list[str] | None = None) -> None:
    """Make the tables and the manifest."""
    parser = argparse.ArgumentParser(description="make datasets/company/synthetic_*.parquet")
    parser.add_argument("--seed", type=int, default=SEED, help="another company")
    parser.add_argument("--to", type=Path, default=FOLDER, help="folder to write to")
    options = parser.parse_args(arguments)
    write(Company(options.seed).tables(), options.to)


if __name__ == "__main__":
    main()
