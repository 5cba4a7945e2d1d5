"""The people behind the talks with firms: who they are, how much each counts in the decision, who follows whom."""

from __future__ import annotations

from typing import TYPE_CHECKING, NamedTuple

import numpy as np
import pandas as pd

from datasets.make.known import chance, day
from datasets.make.personas import person

if TYPE_CHECKING:
    from datasets.make.known import Known, Rng
    from datasets.make.lives import Life

ROLES = ("buyer", "owner", "office_manager")
SMALL, LARGE = 4.5, 15.0  # pieces of an order: below and above these a firm is small or large
CHANGES = 0.3  # share of the firms with several people in which somebody is followed by another
SETTLED = 240  # days a firm must be there before and after somebody leaves

# How influence is spread: over one person, over the owner and another, over three (in the order of `ROLES`).
TWO = {"small": (0.7, 0.3), "medium": (0.55, 0.45), "large": (0.4, 0.6)}
THREE = {"small": (0.2, 0.6, 0.2), "medium": (0.35, 0.4, 0.25), "large": (0.45, 0.35, 0.2)}


class Succession(NamedTuple):
    """Somebody at a firm is followed by another on a day."""

    place: int
    day: int


class Speaker(NamedTuple):
    """Someone who speaks for a firm in some roles, between two days (the second not included)."""

    name: dict[str, str]
    weight: float
    roles: tuple[str, ...]
    first: float = -np.inf
    until: float = np.inf


def people(known: Known) -> tuple[pd.DataFrame, list[Succession]]:
    """Name who spoke in each talk, row for row with `contacts`; and say where somebody was followed by another.

    In a small firm one person often speaks in every role. The weights of those who are there come to 1; who has left
    weighs nothing any more. Households have no such people: their rows are empty.
    """
    rng = known.stream("people")
    speakers: dict[str, list[Speaker]] = {}
    successions = []
    for place in known.firms():
        life = known.lives[place]
        staff = _staff(rng, life)
        room = life.start + SETTLED, life.end - SETTLED
        if len(staff) > 1 and room[0] < room[1] and chance(rng, CHANGES):
            changed = day(rng, max(room[0], 60), room[1])
            leaver = staff.pop()  # the last named is never the owner
            staff.append(leaver._replace(weight=0.0, until=changed))
            staff.append(leaver._replace(name=_other(rng, [who.name for who in staff]), first=changed))
            successions.append(Succession(place, changed))
        speakers[known.ids[place]] = staff
    talks = known.frames["contacts"]
    rows = []
    for number, role, on in zip(talks["customer_id"], talks["role"], talks["date"], strict=True):
        staff = speakers.get(number, [])
        spoke = next((who for who in staff if role in who.roles and who.first <= on < who.until), None)
        rows.append(
            (spoke.name["en"], spoke.name["zh"], spoke.weight) if spoke is not None else (None, None, float("nan"))
        )
    return pd.DataFrame(rows, columns=["person_en", "person_zh", "influence_weight"]), successions


def _staff(rng: Rng, life: Life) -> list[Speaker]:
    """Draw who speaks for a firm: the larger it is, the more people, and the more the buyer counts."""
    size = "small" if life.pieces < SMALL else "large" if life.pieces > LARGE else "medium"
    odds = {"small": (0.7, 0.25, 0.05), "medium": (0.25, 0.5, 0.25), "large": (0.05, 0.35, 0.6)}[size]
    number = 1 + int(rng.choice(3, p=odds))
    names: list[dict[str, str]] = []
    for _ in range(number):
        names.append(_other(rng, names))
    if number == 1:
        return [Speaker(names[0], 1.0, ROLES)]
    if number == len(ROLES):
        made = {role: (weight, (role,)) for role, weight in zip(ROLES, THREE[size], strict=True)}
        order = ("owner", "office_manager", "buyer")
        return [Speaker(name, *made[role]) for name, role in zip(names, order, strict=True)]
    owner, other = TWO[size]
    joined = ("owner", "office_manager") if size == "small" else ("owner",)
    rest = tuple(role for role in ROLES if role not in joined)
    return [Speaker(names[0], owner, joined), Speaker(names[1], other, rest)]


def _other(rng: Rng, names: list[dict[str, str]]) -> dict[str, str]:
    """Draw a name that nobody at the firm bears in either language."""
    while True:
        name = person(rng)
        if not any(name[lang] == known[lang] for known in names for lang in name):
            return name
