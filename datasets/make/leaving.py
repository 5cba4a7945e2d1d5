"""Who is about to leave and who has left: attempts to keep them, with a control arm, and interviews about the causes.

What becomes of a customer is settled in the orders. So who was tried, and who was left alone by lot, is drawn among
those who stay and those who go, in the shares that are given.
"""

from __future__ import annotations

from typing import TYPE_CHECKING

import pandas as pd

from datasets.make.known import chance, day, pick, some
from datasets.make.lives import CALIBRATION, LAPSE, LAST
from datasets.make.tables import FIRST_DAY, in_order

if TYPE_CHECKING:
    from datasets.make.known import Known, Rng
    from datasets.make.lives import Life
    from datasets.make.tables import Row

MONTH_ENDS = [(end - FIRST_DAY).days for end in pd.date_range("2023-06-30", "2025-12-31", freq="ME")]
QUIET = 63  # days without an order after which a customer who used to come is seen to be at risk
WINDOW = 90  # days in which purchases are counted
USED_TO_COME = 3  # purchases before, so that there is a normal to fall below
HALF_YEAR = 180  # days after which it is settled whether somebody was kept

INQUIRY = (987, LAST)  # days of the interviews: 2025-09-14 to the end
REACHED = 0.45  # share of those who have left who have been interviewed by the end
STATES = 0.45  # share of the silent leavers who name a reason when they are asked
SAYS_PRICE = 0.35  # share of those with a reason of another kind who say that it was the price

COMPLAINED, SLOW, QUICK = (  # causes, by how somebody left; the rest of a bargain hunter's are a matter of offers
    {"service": 1.0},
    {"price": 0.34, "product": 0.24, "service": 0.25, "promotion": 0.17},
    {"price": 0.24, "product": 0.14, "service": 0.12, "promotion": 0.08, "market": 0.26, "technology": 0.16},
)
BARGAIN = {"promotion": 0.45, "price": 0.4, "product": 0.08, "service": 0.07}
WENT = {"market": "none", "technology": "outside_industry"}


def save_attempts(known: Known) -> pd.DataFrame:
    """Look at the end of each month who has gone quiet, and try to keep some of them; the others are left alone by lot.

    saved      tried, and bought again within the half year after
    lost       tried, and did not
    open       tried, and the half year is not over
    not_tried  left alone: the control arm
    """
    rng = known.stream("save_attempts")
    flagged = {}
    for end in MONTH_ENDS:
        for place in range(len(known.lives)):
            if place not in flagged and _has_gone_quiet(known, place, end):
                flagged[place] = end
    decided = [place for place, end in flagged.items() if end + HALF_YEAR <= LAST]
    stay = [place for place in decided if known.buys(place, flagged[place] + 1, flagged[place] + HALF_YEAR)]
    go = [place for place in decided if place not in set(stay)]
    kept, back = CALIBRATION["saved_when_tried"], CALIBRATION["back_untried"]
    tried = ((1 - back) * len(stay) - back * len(go)) / (kept - back)
    saved, lost = some(rng, stay, round(kept * tried)), some(rng, go, round((1 - kept) * tried))
    waiting = [place for place in flagged if place not in set(decided)]
    still = some(rng, waiting, round(tried / len(decided) * len(waiting)))
    outcomes = {
        **dict.fromkeys(flagged, "not_tried"),
        **dict.fromkeys(saved, "saved"),
        **dict.fromkeys(lost, "lost"),
        **dict.fromkeys(still, "open"),
    }
    rows = [
        {"customer_id": known.ids[place], "flagged_on": end, "outcome": outcomes[place]}
        for place, end in flagged.items()
    ]
    return in_order(rows, "flagged_on", "customer_id")


def _has_gone_quiet(known: Known, place: int, on: int) -> bool:
    """Tell whether someone who used to come has not come for a while, and has not yet gone for good.

    In the last window there are at most half as many purchases as was usual in up to three windows before.
    """
    last, since = known.last(place, on), max(known.lives[place].start, 0)
    if last is None or not QUIET < on - last <= LAPSE or known.goodbye.get(place, LAST + 1) <= on:
        return False
    earlier = min(3, (on - since + 1) // WINDOW - 1)
    if earlier < 1:
        return False
    ages = on - known.bought[place]
    lately = int(((ages >= 0) & (ages < WINDOW)).sum())
    before = int(((ages >= WINDOW) & (ages < WINDOW * (1 + earlier))).sum())
    return before >= USED_TO_COME and lately <= before / earlier / 2


def interviews(known: Known) -> pd.DataFrame:
    """Interview those who have left about the cause, in the autumn of 2025; not all have been reached by the end.

    The columns are the questions of `loyaltylib.defection.cause_of`. Who said goodbye says now what he said then; of
    the others some name a reason, and for the rest the answers must tell.
    """
    rng = known.stream("interviews")
    gone = [p for p in range(len(known.lives)) if len(known.bought[p]) and not known.is_customer(p, LAST)]
    # Whoever is lost when the inquiry begins; nobody comes back after his interview.
    able = [p for p in gone if not known.is_customer(p, INQUIRY[0]) and not known.buys(p, INQUIRY[0], LAST)]
    rows = []
    for place in some(rng, able, round(REACHED * len(gone))):
        reason = known.customers["lost_reason"][place]
        cause = str(reason) if isinstance(reason, str) else _cause(known, rng, place)
        said = cause if isinstance(reason, str) or chance(rng, STATES) else None
        if said and not isinstance(reason, str) and cause not in WENT and chance(rng, SAYS_PRICE):
            said = "price"
        went = known.customers["destination"][place]
        where = went if isinstance(went, str) else WENT.get(cause, "competitor" if chance(rng, 0.85) else "unknown")
        rows.append(
            {
                "respondent_id": known.ids[place],
                "done_at": day(rng, *INQUIRY),
                "stated": said,
                "destination": where,
                **_evidence(rng, cause),
            }
        )
    return in_order(rows, "done_at", "respondent_id")


def _cause(known: Known, rng: Rng, place: int) -> str:
    """Draw why somebody left without a word, by how he left."""
    life: Life = known.lives[place]
    if any(opened == life.stop for opened, _, _ in life.complaints):
        return pick(rng, COMPLAINED)
    if life.habit == "promotion":
        return pick(rng, BARGAIN)
    # Who faded away was seen to buy elsewhere ever more; who left at once may buy nowhere any more.
    return pick(rng, SLOW if life.fade else QUICK)


def _evidence(rng: Rng, cause: str) -> Row:
    """Draw what else is heard in an interview; the course's descriptions lead from it to the cause, mostly."""
    rival = cause == "promotion" or chance(rng, 0.15)
    better = {"product": (1.0, 1.0, 1.5, 2.0), "price": (0.0, 0.0, 0.0, 0.5, -0.5)}.get(cause, (-1.0, -0.5, 0.0, 0.0))
    dearer = {"price": (2, 15), "product": (-4, 10)}.get(cause, (-6, 5))
    return {
        "poor_service": cause == "service",
        "rival_promotion": rival,
        # Where the rival's offer was not the cause, the company had one to match it.
        "own_promotion": rival and cause != "promotion",
        "quality_gap": None if chance(rng, 0.08) else better[int(rng.randint(len(better)))],
        "price_gap": None if chance(rng, 0.05) else float(day(rng, *dearer)),
    }
