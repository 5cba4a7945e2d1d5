"""The checks of the chapter `defection`.

Figures are computed by the reference model on the learner's own sample, never typed. The decision is held against
rules: time for three talks, customers who can still be kept, enough at stake, and what the bill says of each.
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
    same_bars,
)
from autograders.drawn import heights
from loyaltylib.data import load
from loyaltylib.defection import Kind, classify
from loyaltylib.defection_panels import UNKNOWN, known_signs, talk_list

if TYPE_CHECKING:
    from collections.abc import Iterable, Mapping

    from loyaltylib.data import Tables

MOST_TALKS = 3  # the exercise's time: at most so many talks
ENOUGH = 0.9  # of the most that three talks can have at stake
MASKED, OPEN = "masked", "open"


# ---------------------------------------------------------------- the learner's own figures


@cache
def _known(dataset: str) -> tuple[Any, Any]:
    tables = load(dataset)
    return classify(tables, tables.as_of), known_signs(tables)


def _own(tables: Tables, place: int) -> Any:
    """Return what is known of the learner's customers: what is told of a customer rests on that customer's rows alone.

    So the whole company is classified once for a class, and each learner's customers are taken out of it.
    """
    everyone = _known(tables.name)[place]
    return everyone[everyone["customer_id"].isin(tables.customers["customer_id"])]


def masked_share(tables: Tables) -> float:
    """Return the share of the partial defectors whose loss hides behind a larger bill."""
    kinds = classify(tables, tables.as_of) if tables.learner is None else _own(tables, 0)
    return float(kinds["masked"].sum() / (kinds["kind"] == Kind.PARTIAL).sum())


def reasons(tables: Tables) -> dict[str, int]:
    """Return how many interviews state each reason, those that state none under `unknown`."""
    counts: dict[str, int] = {}
    for reason in [] if tables.interviews is None else tables.interviews["stated"].to_list():
        word = reason if isinstance(reason, str) else UNKNOWN
        counts[word] = counts.get(word, 0) + 1
    return counts


def candidates(tables: Tables) -> list[dict[str, Any]]:
    """Return the rows of the decision's table, as plain data."""
    rows = talk_list(tables) if tables.learner is None else talk_list(tables, _own(tables, 1))
    return [
        {"id": str(who), "kind": str(kind), "growth": float(growth), "profit": float(profit)}
        for who, kind, growth, profit in zip(
            rows["customer_id"], rows["kind"], rows["own_growth"], rows["profit"], strict=True
        )
    ]


@check("defection-masked")
def masked(c: Context) -> Iterable[Probe]:
    """Look at the share of partial defectors that is masked."""
    yield from number_probes(c, c.reference("masked_share", lambda: masked_share(c.tables)))


@check("defection-quiz_leaving")
def quiz_leaving(c: Context) -> Iterable[Probe]:
    """Look at the answers on who has gone and how far."""
    yield from quiz_probes(c)


@check("defection-quiz_why")
def quiz_why(c: Context) -> Iterable[Probe]:
    """Look at the answers on causes, harm and the inquiry."""
    yield from quiz_probes(c)


# ---------------------------------------------------------------- slipping


def reference_slipping(shares: Mapping[str, int], points: int) -> bool:
    """Slipping once the share has fallen by that many percentage points; the limit itself counts."""
    return shares["before"] - shares["now"] >= points


def _shares(before: int, now: int) -> dict[str, int]:
    return {"before": before, "now": now}


def slipping_groups(points: int) -> list[Group]:
    """Return the probes of `slipping`: each catches one mistake and no other."""
    return [
        Group("examples", (_shares(80, 40), _shares(60, 60)), visible=True),
        Group(
            "at-least",
            (_shares(100, 100 - points), _shares(100, 101 - points)),
            N_("A fall of exactly your points counts (“at least”); one point less does not."),
        ),
        Group(
            "own-points",
            [_shares(before, before - points + away) for before in (100, 97) for away in (-2, 2)],
            N_("Falls a little above and below your points are judged wrongly: is it the number given to you?"),
            weight=2,
        ),
        Group(
            "points-not-percent",
            (_shares(16, 18 - points), _shares(100, 99 - points)),
            N_("Percentage points are asked for: the difference of the two shares, not a part of the first."),
        ),
        Group(
            "rise",
            (_shares(20, 50), _shares(50, 20)),
            N_("A share that rises is not slipping: which of the two is taken from which?"),
        ),
    ]


@check("defection-slipping")
def slipping(c: Context) -> Iterable[Probe]:
    """Look at the learner's limit in percentage points."""
    points = int(c.variant["points"])
    yield from group_probes(c, lambda shares: reference_slipping(shares, points), slipping_groups(points))


# ---------------------------------------------------------------- reasons


@check("defection-reasons")
def stated_reasons(c: Context) -> Iterable[Probe]:
    """Look at the bars of the reasons stated, the silent ones among them, and at their order."""
    expected = c.reference("reasons", lambda: reasons(c.tables))
    given = {word: number for word, number in expected.items() if word != UNKNOWN}

    def shown(axes: Any) -> dict[str, float]:
        return dict(heights(axes))

    def falling(axes: Any) -> bool:
        found = [height for _, height in heights(axes)]
        lying = any(bar["lies"] for bar in axes["bars"])
        down = sorted(found, reverse=True)
        return len(found) > 1 and (found == down or (lying and found[::-1] == down))

    rules = [
        Rule(
            "reasons",
            lambda axes: all(shown(axes).get(word) == number for word, number in given.items()),
            N_("A reason's bar is missing or of another height: count the reasons stated in your own interviews."),
            weight=2,
        ),
        Rule(
            "silent",
            lambda axes: same_bars(axes, expected, either_way=True),
            N_("The bars are not the reasons and “unknown”: fill the missing reasons with “unknown” before counting."),
            weight=2,
        ),
        Rule("order", falling, N_("The most frequent comes first, the rarest last.")),
    ]
    yield from figure_probes(c, rules)


# ---------------------------------------------------------------- calls


def stake(chosen: Iterable[str], rows: Iterable[Mapping[str, Any]]) -> float:
    """Return the profit at stake in talks with the customers chosen, as far as they can still be kept."""
    wanted = set(chosen)
    return float(sum(row["profit"] for row in rows if row["id"] in wanted and row["kind"] == Kind.PARTIAL))


def most_at_stake(rows: Iterable[Mapping[str, Any]]) -> float:
    """Return the most that three talks can have at stake."""
    profits = sorted((row["profit"] for row in rows if row["kind"] == Kind.PARTIAL), reverse=True)
    return float(sum(profits[:MOST_TALKS]))


@check("defection-calls")
def calls(c: Context) -> Iterable[Probe]:
    """Look at whom the manager is to talk to, and what is said of each bill."""
    rows: list[dict[str, Any]] = c.reference("candidates", lambda: candidates(c.tables))
    by_id = {row["id"]: row for row in rows}

    def kept(answer: Mapping[str, str]) -> float:
        fitting = [who for who in answer if who in by_id and by_id[who]["kind"] == Kind.PARTIAL]
        return len(fitting) / len(answer)

    def enough(answer: Mapping[str, str]) -> float:
        if len(answer) > MOST_TALKS:
            return 0.0
        share = stake(answer, rows) / most_at_stake(rows)
        return 1.0 if share >= ENOUGH else max(share, 0.0) / ENOUGH / 2

    def bill(answer: Mapping[str, str]) -> float:
        says = {who: MASKED if row["growth"] > 0 else OPEN for who, row in by_id.items()}
        right = [who for who, said in answer.items() if said == says.get(who)]
        return len(right) / len(answer)

    rules = [
        Rule("time", lambda answer: len(answer) <= MOST_TALKS, N_("There is time for three talks, not for more.")),
        Rule(
            "kept",
            kept,
            N_("Somebody you chose has gone already, or is not on your list: the talks are with who can be kept."),
        ),
        Rule(
            "stake",
            enough,
            N_("More could be at stake in these talks: compare the profit, not how far our share has fallen."),
            weight=2,
        ),
        Rule("bill", bill, N_("“masked” is a loss behind a bill that has grown, “open” one where the bill fell.")),
    ]
    yield from decision_probes(c, rules, ids=[str(who) for who in c.tables.customers["customer_id"]])


# ---------------------------------------------------------------- price_of_one


def reference_price_of_one(arms: Mapping[str, int], cost: float, least: int) -> float | None:
    """Return the cost of one customer more than would have come back anyway; None where nothing can be said."""
    if arms["alone"] < least:
        return None
    gain = arms["saved"] / arms["tried"] - arms["back"] / arms["alone"]
    return cost / gain if gain > 0 else None


def two_arms(tried: int, saved: int, alone: int, back: int) -> dict[str, int]:
    """Return the two arms of an attempt as the exercise has them."""
    return {"tried": tried, "saved": saved, "alone": alone, "back": back}


def price_of_one_groups(least: int) -> list[Group]:
    """Return the probes of `price_of_one`.

    Sizes are such that shares and their differences are exact, so that no way of writing the formula decides.
    """
    return [
        Group("examples", (two_arms(100, 50, 80, 20), two_arms(100, 50, 10, 1)), visible=True),
        Group(
            "own-cost",
            (two_arms(160, 80, 80, 0), two_arms(200, 50, 64, 0)),
            N_("The result is the cost given to you, divided by the gain."),
        ),
        Group(
            "control",
            (two_arms(128, 96, 128, 32), two_arms(128, 96, 128, 64), two_arms(128, 64, 128, 16)),
            N_("Take the share that came back by itself from the share that was saved."),
            weight=2,
        ),
        Group(
            "own-size",
            (two_arms(200, 150, 64, 16), two_arms(80, 40, 160, 40), two_arms(320, 80, 64, 8)),
            N_("Each share is taken of its own arm: the saved of those tried, those back of those left alone."),
            weight=2,
        ),
        Group(
            "least-limit",
            (two_arms(80, 40, least, 0), two_arms(80, 40, least - 1, 0)),
            N_("“Fewer than” your number left alone is too few; that number itself is enough."),
        ),
        Group(
            "no-gain",
            (two_arms(80, 20, 64, 16), two_arms(80, 10, 64, 32), two_arms(80, 40, 64, 16)),
            N_("Where the attempt adds nothing, or less, there is no answer: None, not a number."),
        ),
    ]


@check("defection-price_of_one")
def price_of_one(c: Context) -> Iterable[Probe]:
    """Look at the cost of one more customer kept."""
    cost, least = float(c.variant["cost"]), int(c.variant["least"])
    yield from group_probes(c, lambda arms: reference_price_of_one(arms, cost, least), price_of_one_groups(least))
