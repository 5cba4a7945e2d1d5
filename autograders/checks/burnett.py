"""The checks of the chapter `burnett`.

What is known of an account (its cell, its scores, how firmly it stands) is computed by the reference model on the
learner's own sample, or drawn from what is known of the whole company: it rests on the account's own rows alone.
"""

from __future__ import annotations

from functools import cache
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
    same_points,
)
from loyaltylib.burnett import (
    RELATIONSHIP,
    AttractivenessBand,
    BurnettWeights,
    Draws,
    Strategy,
    attractiveness_band,
    place,
    robustness,
    who_benefits,
)
from loyaltylib.chapters import draw
from loyaltylib.data import load

if TYPE_CHECKING:
    from collections.abc import Iterable, Mapping

    from loyaltylib.data import Tables

YEAR = ("2025-01-01", "2025-12-31")  # what the exercises call 2025
SEED = 7  # of the draws that the notebook shows
FIRM = 0.9  # a place holds when it is kept in at least this share of the draws
TIME_FOR = 3  # accounts to develop
DEVELOP = (Strategy.DEVELOP.value, Strategy.DEVELOP_AND_DEFEND.value)
HALF = 0.5  # of what the largest accounts spent, the chosen ones must have spent; and of the cases of `kept`
NO_DRAWS = 19  # cases of `kept`: one for each indicator
SAFE = 1e-6  # no probe lets a place hang on less than this, so that float noise decides nothing


@check("burnett-quiz_who")
def quiz_who(c: Context) -> Iterable[Probe]:
    """Look at the answers on identification."""
    yield from quiz_probes(c)


@check("burnett-quiz_matrix")
def quiz_matrix(c: Context) -> Iterable[Probe]:
    """Look at the answers on scores and strategies."""
    yield from quiz_probes(c)


# ---------------------------------------------------------------- the learner's own accounts


def paid_by_others(tables: Tables) -> float:
    """Return the share of the money of 2025 that somebody else paid than who got the goods."""
    got = who_benefits(tables, *YEAR)
    return float(got["paid_by_others"].sum() / got["received"].sum())


@check("burnett-others_pay")
def others_pay(c: Context) -> Iterable[Probe]:
    """Look at the share of the money that others paid."""
    yield from number_probes(c, c.reference("others_pay", lambda: paid_by_others(c.tables)))


@cache
def _known(dataset: str) -> dict[str, dict[str, Any]]:
    return _measured(load(dataset))


def accounts(tables: Tables) -> dict[str, dict[str, Any]]:
    """Return the accounts that have a place, those that spent most first, as plain data: see `_measured`.

    A learner's sample holds all rows of its customers, so the whole company is measured once for a class.
    """
    if tables.learner is None:
        return _measured(tables)
    own = set(tables.customers["customer_id"])
    return {who: known for who, known in _known(tables.name).items() if who in own}


def _measured(tables: Tables) -> dict[str, dict[str, Any]]:
    """Measure each account: both figures, strategy, share of draws that keep it, amount of 2025, weakest indicators."""
    if tables.burnett_scores is None:
        return {}
    placed = place(tables.burnett_scores)
    firm = robustness(tables.burnett_scores, Draws(seed=SEED)).set_index("customer_id")["kept"]
    orders = tables.transactions
    year = orders[orders["date"].between(*YEAR)].groupby("customer_id")["amount"].sum()
    ratings: dict[str, dict[str, float]] = {}
    for who, name, score in tables.burnett_scores[["customer_id", "indicator", "score"]].itertuples(index=False):
        if name in set(RELATIONSHIP):
            ratings.setdefault(str(who), {})[str(name)] = float(score)
    found: dict[str, dict[str, Any]] = {}
    for row in placed[placed["strategy"].notna()].itertuples():
        who = str(row.customer_id)
        seven = ratings[who]
        found[who] = {
            "attractiveness": float(row.attractiveness),
            "relationship": float(row.relationship),
            "strategy": str(row.strategy),
            "kept": float(firm[who]),
            "amount": float(year.get(who, 0)),
            "weakest": sorted(name for name, score in seven.items() if score == min(seven.values())),
        }
    return dict(sorted(found.items(), key=lambda item: -item[1]["amount"]))


def _own(c: Context) -> dict[str, dict[str, Any]]:
    return c.reference("accounts", lambda: accounts(c.tables))


@check("burnett-own_map")
def own_map(c: Context) -> Iterable[Probe]:
    """Look at the points: one for each account with a place, the relationship to the right."""
    points = [(each["relationship"], each["attractiveness"]) for each in _own(c).values()]
    said = N_(
        "There should be one point for each account with a place: the relationship to the right, attractiveness up."
    )
    yield from figure_probes(c, [Rule("points", lambda axes: same_points(axes, points), said, weight=2)])


# ---------------------------------------------------------------- develop


def enough(known: Mapping[str, Mapping[str, Any]]) -> float:
    """Return what the accounts chosen must have spent: half of what the three largest spent that may be chosen."""
    best = [each["amount"] for each in known.values() if each["strategy"] in DEVELOP and each["kept"] >= FIRM]
    return float(HALF * sum(sorted(best, reverse=True)[:TIME_FOR]))


def develop_rules(known: Mapping[str, Mapping[str, Any]]) -> list[Rule]:
    """Return the rules of the decision: a mapping from account to [strategy, weak spot].

    Rules on single accounts give the share of those named that keep them, of three at least: who names one account has
    a third.
    """

    def share(plan: Mapping[str, Any], kept: Any) -> float:
        good = sum(who in known and kept(known[who], *plan[who]) for who in plan)
        return float(good) / max(len(plan), TIME_FOR)

    return [
        Rule(
            "three", lambda plan: len(plan) == TIME_FOR, N_("There is time for three accounts, no more and no fewer.")
        ),
        Rule(
            "develop",
            lambda plan: share(plan, lambda it, *_: it["strategy"] in DEVELOP),
            N_("Not every account stands in a cell whose strategy says “develop”: compare both figures with the cuts."),
            weight=2,
        ),
        Rule(
            "strategy",
            lambda plan: share(plan, lambda it, word, _: word == it["strategy"]),
            N_("Not every strategy is the one of the account's cell: look at the matrix again."),
            weight=2,
        ),
        Rule(
            "weak_spot",
            lambda plan: share(plan, lambda it, _, spot: spot in it["weakest"]),
            N_("Not every reason is the account's lowest score of the seven: read its row of the sheet again."),
            weight=2,
        ),
        Rule(
            "holds",
            lambda plan: share(plan, lambda it, *_: it["kept"] >= FIRM),
            N_("Not every place holds: the column kept should be 0.9 or more."),
        ),
        Rule(
            "stake",
            lambda plan: sum(known[who]["amount"] for who in plan if who in known) >= enough(known),
            N_("More is at stake elsewhere: the accounts chosen spent less than half of what the largest three did."),
        ),
    ]


@check("burnett-develop")
def develop(c: Context) -> Iterable[Probe]:
    """Look at three accounts, each with its strategy and its weak spot."""
    known = _own(c)
    yield from decision_probes(c, develop_rules(known), ids=known)


# ---------------------------------------------------------------- index


def reference_index(scores: Mapping[str, float], weights: Mapping[str, float], fill: float) -> float:
    """Return the branch's index: a missing score counts as `fill`, an indicator without a weight not at all."""
    return float(sum(weight * scores.get(name, fill) for name, weight in weights.items()))


def index_groups(weights: Mapping[str, float], learner: str) -> list[Group]:
    """Return the probes of `index`."""
    first, *_, last = weights
    whole = [_drawn_scores(learner, "burnett-index", str(n), names=list(weights)) for n in range(3)]
    gaps = [{name: score for name, score in scores.items() if name != first} for scores in whole]
    return [
        Group("examples", (dict.fromkeys(weights, 3), dict.fromkeys(weights, 5)), visible=True),
        Group(
            "weights",
            [*whole, *(dict.fromkeys(weights, 1) | {name: 5} for name in weights)],
            N_("With all scores there, the sum of weight times score is another: are these your weights?"),
            weight=2,
        ),
        Group(
            "gap",
            [*gaps, {last: 4}],
            N_("Where a score is missing, it counts as your fill, with the weight of its indicator."),
            weight=2,
        ),
        Group(
            "others",
            [whole[0] | {"tech": 5, "organisation": 1}, whole[1] | {"competition": 4.5}],
            N_("An indicator without a weight does not count: go through the weights, not through the scores."),
        ),
        Group(
            "nothing",
            ({}, dict.fromkeys(weights, 4.5)),
            N_("With no score at all, every one of them is missing and counts as your fill."),
        ),
    ]


def _drawn_scores(*words: str, names: Iterable[str]) -> dict[str, float]:
    """Return scores from 1 to 5 in halves, drawn for this learner."""
    learner, *rest = words
    return {name: 1 + (draw(learner, *rest, name) % 9) / 2 for name in names}


@check("burnett-index")
def index(c: Context) -> Iterable[Probe]:
    """Look at the branch's own index."""
    weights, fill = dict(c.variant["weights"]), float(c.variant["fill"])
    yield from group_probes(c, lambda scores: reference_index(scores, weights, fill), index_groups(weights, c.learner))


# ---------------------------------------------------------------- kept

WEIGHTS = BurnettWeights().weights


def tilted(scores: Mapping[str, float], step: float) -> list[float]:
    """Return our index, then for each indicator the index when it gets `step` more of the weight."""
    ours = sum(weight * scores[name] for name, weight in WEIGHTS.items())
    return [ours, *((1 - step) * ours + step * scores[name] for name in WEIGHTS)]


def reference_kept(scores: Mapping[str, float], step: float) -> float:
    """Return the share of the indicators that may get `step` more of the weight without another band."""
    ours, *others = (attractiveness_band(index) for index in tilted(scores, step))
    return others.count(ours) / NO_DRAWS


def is_safe(scores: Mapping[str, float], step: float) -> bool:
    """Return whether every index lies away from the cuts, so that no order of summing matters."""
    return all(abs(index - cut) > SAFE for index in tilted(scores, step) for cut in (2.33, 3.67))


def around(middle: float, **changed: float) -> dict[str, float]:
    """Return an account with the same score everywhere but where told."""
    return dict.fromkeys(WEIGHTS, middle) | changed


def drawn_accounts(step: float, learner: str, wanted: int = 4) -> list[dict[str, float]]:
    """Return medium accounts drawn for this learner that mostly stay so, but not equally often with another step."""
    others = [each for each in (0.2, 0.3, 0.4, 0.5, 1 - step) if each != step]
    found: list[dict[str, float]] = []
    number = 0
    while len(found) < wanted:
        scores = _drawn_scores(learner, "burnett-kept", str(number), names=WEIGHTS)
        share, band = reference_kept(scores, step), attractiveness_band(tilted(scores, step)[0])
        tells = all(reference_kept(scores, each) != share for each in others)
        if tells and share > HALF and band is AttractivenessBand.MEDIUM and is_safe(scores, step):
            found.append(scores)
        number += 1
    return found


def kept_groups(step: float, learner: str) -> list[Group]:
    """Return the probes of `kept`."""
    return [
        Group("examples", (around(3), around(3.5, volume=5)), visible=True),
        Group(
            "own-step",
            drawn_accounts(step, learner),
            N_("The index with more weight on one indicator is another: is it your step, and are both parts right?"),
            weight=2,
        ),
        Group(
            "each-band",
            (around(2.5, tech=1), around(1.9, volume=5), around(3.3), around(4.1, tech=1)),
            N_("An account may be low, medium or high with our weights; compare with its own band, whichever it is."),
        ),
        Group(
            "alone",
            (around(3.56, volume=5), around(3.72, volume=3), around(2.43, volume=1), around(4.1)),
            N_(
                "Count the cases that agree with our weights, even where they are the smaller part: not the commonest "
                "band, nor the cases that go up."
            ),
        ),
    ]


@check("burnett-kept")
def kept(c: Context) -> Iterable[Probe]:
    """Look at the learner's test of a place."""
    step = float(c.variant["step"])
    yield from group_probes(c, lambda scores: reference_kept(scores, step), kept_groups(step, c.learner))
