"""The checks of the chapter `stages`.

Figures are computed by the reference model on the learner's own firms. The three visits are marked by rules, so that
any good choice is right. The two functions are compared with a reference of their own, in groups of calls.
"""

from __future__ import annotations

from dataclasses import asdict, dataclass
from datetime import date
from typing import TYPE_CHECKING, Any

from autograders.check import (
    N_,
    Context,
    Group,
    Probe,
    Rule,
    check,
    decision_probes,
    figure_probes,
    group_probes,
    number_probes,
    quiz_probes,
    same_lines,
)
from loyaltylib.stages import Move, Opportunity, Stage, opportunities, stage_of, stage_path

if TYPE_CHECKING:
    from collections.abc import Iterable, Mapping

    from loyaltylib.data import Tables

LAST_YEAR, YEAR_BEFORE = 2025, 2024  # the exercises' years; the tables end on 31 December 2025
MOST_VISITS = 3
ENOUGH = 0.75  # of the most that so many firms can bring
LEFT_OUT = Opportunity.WORSENING  # a private demand may hide behind it (AMB-37)
BACK = (Move.DOWN, Move.COLLAPSED)


# ---------------------------------------------------------------- the learner's own firms


@dataclass(frozen=True)
class Figures:
    """What a learner's firms give: quarters with one before them, and those of them in a lower stage."""

    compared: int
    back: int

    @property
    def going_back_share(self) -> float:
        """Quarters in a lower stage than the one before, as a fraction of all that have one before."""
        return self.back / self.compared


@dataclass(frozen=True)
class Fall:
    """The firm whose share fell most from one year to the next: its id, its name, and its path."""

    firm: str
    name: str
    periods: list[str]
    shares: list[float]


@dataclass(frozen=True)
class Open:
    """Where a visit makes sense: firm -> purchases from others, and its chances; and who buys at all.

    firms    the ids of all the learner's firms
    early    those in the early stage -> what they bought from others in the last year
    chances  those with a chance open -> the words of their chances
    """

    firms: list[str]
    early: dict[str, float]
    chances: dict[str, list[str]]

    @property
    def best(self) -> float:
        """What the best visits together bring within reach."""
        return sum(
            sorted((self.early[each] for each in self.early if each in self.chances), reverse=True)[:MOST_VISITS]
        )

    def worth(self, visits: Mapping[str, str]) -> float:
        """Return what a choice brings within reach: too many firms nothing, nor one where the chance is not open."""
        if len(visits) > MOST_VISITS:
            return 0.0
        return sum(self.early.get(firm, 0.0) for firm, word in visits.items() if word in self.chances.get(firm, ()))


def firms_wallet(tables: Tables) -> Any:
    """Return the rows of the wallet that belong to firms."""
    firms = tables.customers.loc[tables.customers["customer_type"] == "business", "customer_id"]
    wallet: Any = tables.wallet
    return wallet[wallet["customer_id"].isin(firms)]


def of_year(wallet: Any, year: int) -> Any:
    """Return what each firm bought in a year: own_spend, total_category_spend, and our share."""
    sums = wallet[wallet["period"].dt.year == year].groupby("customer_id")[["own_spend", "total_category_spend"]].sum()
    return sums.assign(share=sums["own_spend"] / sums["total_category_spend"])


def figures(tables: Tables) -> Figures:
    """Return the figures of any tables, whoever's they are."""
    moves = stage_path(firms_wallet(tables))["move"].dropna()
    return Figures(compared=int((moves != Move.FIRST).sum()), back=int(moves.isin(BACK).sum()))


def fall(tables: Tables) -> Fall:
    """Return the firm that fell most, with its path."""
    wallet = firms_wallet(tables)
    change = of_year(wallet, LAST_YEAR)["share"] - of_year(wallet, YEAR_BEFORE)["share"]
    firm = str(change.idxmin())
    path = stage_path(wallet[wallet["customer_id"] == firm])
    people = tables.customers.set_index("customer_id")["name"]
    days = [date.isoformat(each.date()) for each in path["period"]]
    return Fall(firm, str(people[firm]), days, [float(share) for share in path["share"]])


def open_visits(tables: Tables) -> Open:
    """Return where visits make sense: early firms, and the chances open at each."""
    year = of_year(firms_wallet(tables), LAST_YEAR)
    year = year[[stage_of(share) == Stage.EARLY for share in year["share"]]]
    elsewhere = year["total_category_spend"] - year["own_spend"]
    chances: dict[str, list[str]] = {}
    found = opportunities(tables.account_events, tables.as_of)
    for firm, word in zip(found["account_id"], found["opportunity"], strict=True):
        if word != LEFT_OUT:
            chances.setdefault(str(firm), []).append(str(word))
    firms = tables.customers.loc[tables.customers["customer_type"] == "business", "customer_id"]
    early = {str(firm): float(amount) for firm, amount in elsewhere.items()}
    return Open([str(firm) for firm in firms], early, chances)


@check("stages-going_back")
def going_back(c: Context) -> Iterable[Probe]:
    """Look at the share of quarters in which a firm stands lower than the quarter before."""
    known = Figures(**c.reference("figures", lambda: asdict(figures(c.tables))))
    yield from number_probes(c, known.going_back_share)


@check("stages-fallen")
def fallen(c: Context) -> Iterable[Probe]:
    """Look at the line of the firm that fell most, and whether the title says which firm it is."""
    known = Fall(**c.reference("fall", lambda: asdict(fall(c.tables))))
    days = [date.fromisoformat(day) for day in known.periods]
    yield from figure_probes(
        c,
        [
            Rule(
                "line",
                lambda axes: same_lines(axes, [(days, known.shares)], more=True, tolerance=1e-6),
                N_("The line is not the firm's share over its periods: it wants one[“period”] and one[“share”]."),
                weight=3,
            ),
            Rule(
                "firm",
                lambda axes: any(word.casefold() in str(axes["title"]).casefold() for word in (known.firm, known.name)),
                N_("The title does not say which firm it is: write its name or its id."),
            ),
        ],
    )


@check("stages-visits")
def visits(c: Context) -> Iterable[Probe]:
    """Look at which firms are visited: not too many, in the early stage, with the chance named, and worth it."""
    known = Open(**c.reference("visits", lambda: asdict(open_visits(c.tables))))
    rules = [
        Rule("budget", lambda chosen: len(chosen) <= MOST_VISITS, N_("There is time for three visits, not for more.")),
        Rule(
            "early",
            lambda chosen: _share(firm in known.early for firm in chosen),
            N_("A firm among your visits is not in the early stage: look at its share in 2025."),
        ),
        Rule(
            "chance",
            lambda chosen: _share(word in known.chances.get(firm, ()) for firm, word in chosen.items()),
            N_("A chance that you name is not open at its firm in the last 90 days."),
        ),
        Rule(
            "worth",
            lambda chosen: min(1.0, known.worth(chosen) / (ENOUGH * known.best)),
            N_("Other early firms with a chance buy more elsewhere: with these visits too little is to be won."),
            weight=3,
        ),
    ]
    yield from decision_probes(c, rules, ids=known.firms)


def _share(kept: Iterable[bool]) -> float:
    """Return which part of the choices keeps to a rule."""
    each = list(kept)
    return sum(each) / len(each)


@check("stages-quiz_stages")
def quiz_stages(c: Context) -> Iterable[Probe]:
    """Look at the answers on stages and paths."""
    yield from quiz_probes(c)


@check("stages-quiz_lock")
def quiz_lock(c: Context) -> Iterable[Probe]:
    """Look at the answers on what holds customers, and what may."""
    yield from quiz_probes(c)


# ---------------------------------------------------------------- leaves


def reference_leaves(deal: Mapping[str, float], patience: int) -> bool:
    """Leaves when the saving of so many months is more than the cost and the expected loss together."""
    return deal["saving"] * patience > deal["cost"] + deal["chance"] * deal["loss"]


def deal(saving: float, cost: float, chance: float = 0.0, loss: float = 0.0) -> dict[str, float]:
    """Return what a borrower weighs."""
    return {"saving": saving, "cost": cost, "chance": chance, "loss": loss}


def leaves_groups(patience: int) -> list[Group]:
    """Return the probes of `leaves`. Chances are halves and quarters, so that no float noise decides at the limit."""
    even = 200 * patience  # what 200 yuan a month come to
    return [
        Group("examples", (deal(900, 8000, 0, 0), deal(100, 8000, 0, 0)), visible=True),
        Group(
            "limit",
            (deal(200, even), deal(200, even - 1), deal(200, even + 1)),
            N_("At the limit one yuan decides: saving and pain alike, and the borrower stays (“more than”)."),
        ),
        Group(
            "own-months",
            (deal(1000, 1000 * patience - 2500), deal(1000, 1000 * patience + 2500), deal(10, 10 * patience + 25)),
            N_("Without risk, costs just above and below your months of saving are judged wrongly: are they yours?"),
            weight=2,
        ),
        Group(
            "risk",
            (deal(200, even - 1000, 0.25, 3600), deal(200, even - 1000, 0.25, 4400), deal(200, even - 900, 0.5, 1900)),
            N_("The risk counts too: the chance of trouble times the loss it brings is added to the cost."),
            weight=2,
        ),
        Group(
            "chance",
            (deal(200, even - 100, 0.0, 90_000), deal(200, even - 100, 1.0, 90_000), deal(200, even - 100, 1.0, 50)),
            N_("A loss that cannot come counts nothing, one that is certain counts in full."),
        ),
    ]


@check("stages-leaves")
def leaves(c: Context) -> Iterable[Probe]:
    """Look at the learner's months, the cost and the risk."""
    patience = int(c.variant["patience"])
    yield from group_probes(c, lambda d: reference_leaves(d, patience), leaves_groups(patience))


# ---------------------------------------------------------------- held


def worth_today(saving: float, years: int, rate: float, delay: int) -> float:
    """Return the present value of a saving a year, from the year after the delay to the last year."""
    return sum(saving / (1 + rate) ** year for year in range(delay + 1, years + 1))


def reference_held(case: Mapping[str, float], rate: float, delay: int, satisfied: float) -> str:
    """Return what holds the airline; unlike the library's rule the first years save nothing."""
    worth = worth_today(case["saving"], int(case["years"]), rate, delay)
    if worth > case["cost"]:
        return "leaves"
    if case["satisfaction"] < satisfied:
        return "hostage"
    return "held" if worth > 0 else "content"


def airline(saving: float, years: int, cost: float, satisfaction: float = 5) -> dict[str, float]:
    """Return what an airline weighs; it is satisfied unless told otherwise."""
    return {"saving": saving, "years": years, "cost": cost, "satisfaction": satisfaction}


def held_groups(rate: float, delay: int, satisfied: float) -> list[Group]:
    """Return the probes of `held`: the sum, on both sides of each limit, and the order of the questions."""

    def near(saving: float, years: int, part: float) -> dict[str, float]:
        """Return a cost that is so large a part of what the savings are worth."""
        return airline(saving, years, round(part * worth_today(saving, years, rate, delay), 2))

    return [
        Group(
            "examples",
            (airline(10, 5, 1000), airline(1000, 5, 100), airline(10, 5, 1000, 1), airline(-10, 5, 1000)),
            visible=True,
        ),
        Group(
            "delay",
            (airline(1000, delay, 100), airline(1000, delay + 1, 100), airline(1000, delay + 1, 1200)),
            N_("The first saving comes in the year after the delay, the last in the last year: look at your range."),
            weight=2,
        ),
        Group(
            "own-rate",
            [near(1000, years, part) for years in (8, 12, 20) for part in (0.99, 1.01)],
            N_("Costs 1% above and below what the savings are worth today are judged wrongly: the sum is not right."),
            weight=2,
        ),
        Group(
            "more-than",
            (airline(0, 6, 0), airline(0, 6, 0, 1), airline(1, 6, 0)),
            N_("Only savings worth more than the cost make it leave; where both are 0 it stays."),
        ),
        Group(
            "own-satisfied",
            (airline(10, 6, 1000, satisfied), airline(10, 6, 1000, satisfied - 0.5), airline(0, 6, 1000, satisfied)),
            N_("It counts as satisfied from your limit on (“at least”), and as a hostage below."),
            weight=2,
        ),
        Group(
            "leaves-first",
            (airline(1000, 9, 100, 1), airline(1000, 9, 90_000, 1), airline(-5, 9, 100, 1)),
            N_("Ask first whether leaving pays: who leaves is no hostage, however dissatisfied."),
        ),
        Group(
            "no-rival",
            (airline(-50, 9, 10), airline(0, 9, 10), airline(0.05, 9, 10)),
            N_("Held only if a rival is better: where the savings are worth 0 or less, a satisfied one is content."),
        ),
    ]


@check("stages-held")
def held(c: Context) -> Iterable[Probe]:
    """Look at the present value with the learner's rate and delay, and at the questions after it."""
    own = {name: c.variant[name] for name in ("rate", "delay", "satisfied")}
    yield from group_probes(c, lambda case: reference_held(case, **own), held_groups(**own))
