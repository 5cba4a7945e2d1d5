"""What is said beside the picture of the chapter's simulator: title, message, numbers, and the picture in words."""

from __future__ import annotations

from typing import TYPE_CHECKING, Final

from . import formats
from .defection_board import counted, reached, round_names, rounds_shown, some
from .defection_measures import ANSWERED
from .defection_panels import cause_name
from .figures import sentences
from .messages import tell
from .value_board_parts import signed

if TYPE_CHECKING:
    from collections.abc import Iterator

    from .defection_outlook import Outlook

_FEW: Final = 0.1  # so many followers for each who leaves first are hardly any
_NEAR: Final = 2  # rounds 0 and 1: who leaves first and one step
_HALF_A_YUAN: Final = 0.5
_SEEN: Final = 0.05  # of a customer: less is not written


def title(now: Outlook, lang: str) -> str:
    """Say in one sentence how many leave first and follow, what profit goes, and which measure pays most."""
    return tell(
        lang,
        "Leaving first {first}, following on average {followers}: {profit} of profit a year goes with them, and {pays}",
        first=some(now.odds.first, lang),
        followers=some(now.odds.followers, lang),
        profit=formats.money(now.profit, lang),
        pays=_pays(now, lang),
    )


def _pays(now: Outlook, lang: str) -> str:
    if not now.paying:
        return tell(lang, "no measure pays")
    return tell(lang, "a measure against {cause} pays most", cause=cause_name(now.paying[0].cause, lang).lower())


def summary(now: Outlook, before: Outlook, lang: str) -> str:
    """Say what has changed against the state before, and what to make of it."""
    if now == before:
        return tell(lang, "Nothing has changed against the state before.")
    return sentences(lang, _change(now, before, lang), *list(_meanings(now, before, lang))[:1])


def _change(now: Outlook, before: Outlook, lang: str) -> str:
    people, profit = now.odds.total - before.odds.total, now.profit - before.profit
    if abs(people) < _SEEN and abs(profit) < _HALF_A_YUAN:
        return tell(
            lang,
            "As many leave as before; measures that pay: {was} → {now}.",
            was=len(before.paying),
            now=len(now.paying),
        )
    return tell(
        lang,
        "Against the state before: {people} customers and {profit} of profit a year; measures that pay: {was} → {now}.",
        people=signed(people, formats.number(people, lang, 1)),
        profit=signed(profit, formats.money(profit, lang)),
        was=len(before.paying),
        now=len(now.paying),
    )


def _meanings(now: Outlook, before: Outlook, lang: str) -> Iterator[str]:
    """Yield what to make of what has changed, the weightiest first."""
    if now.by != before.by:
        yield _company(now, lang)
    if now.recovery != before.recovery:
        yield _recovery(now, lang)
    if now.source != before.source:
        yield tell(
            lang,
            "Another source counts something else ({counted}): the harm is the same, the claim is not.",
            counted=counted(now.source, lang),
        )
    if (now.people, now.chance) != (before.people, before.chance):
        yield _net(now, lang)
    if now.shares != before.shares:
        yield tell(lang, "The mix changes nobody's leaving, only the answer: a measure reaches its own cause alone.")
    if now.cost != before.cost:
        yield tell(
            lang,
            "A measure pays where it keeps more than {cost}; here each keeps the same part of its own cause.",
            cost=formats.money(now.cost, lang, full=True),
        )


def _company(now: Outlook, lang: str) -> str:
    if now.odds.followers < _FEW * now.odds.first:
        return tell(lang, "Hardly anybody is tied to them by a recommendation: they take their money, and nobody else.")
    return tell(
        lang,
        "For each who leaves first {number} follow, for these customers have brought others or been brought.",
        number=formats.number(now.odds.followers / now.odds.first if now.odds.first else 0, lang, 1),
    )


def _recovery(now: Outlook, lang: str) -> str:
    if now.recovery is None:
        return tell(lang, "Nothing is done for those who leave first: all of them go.")
    return tell(
        lang,
        "By these figures {share} of those who would leave first complain and are won back, and so draw nobody along.",
        share=formats.percent(now.won_back, lang),
    )


def _net(now: Outlook, lang: str) -> str:
    far, followers = sum(now.odds.rounds[_NEAR:]), now.odds.followers
    if not followers:
        return tell(lang, "Nobody follows: whoever leaves first leaves alone.")
    return tell(
        lang,
        "Of those who follow, {share} are more than one step away: the net is thin.",
        share=formats.percent(far / followers, lang, 0),
    )


def alt(now: Outlook, lang: str) -> str:
    """Say in words what the picture shows."""
    stop = tell(lang, "; ")
    rounds = [
        tell(lang, "{name}: {number} customers", name=name, number=some(value, lang))
        for name, value in zip(round_names(lang), rounds_shown(now), strict=True)
    ]
    measures = [
        tell(
            lang,
            "{cause}, {share}: keeps {worth}",
            cause=cause_name(each.cause, lang),
            share=formats.percent(now.shares.get(each.cause, 0.0), lang, 0),
            worth=formats.money(each.worth, lang),
        )
        for each in now.measures
    ]
    return tell(
        lang,
        "A net of customers in small groups: filled discs show who may leave. On average {rounds}. Profit of a year "
        "that goes with them: {profit}. By one claim, {counted}: {reached}. A measure costs {cost}; by cause: "
        "{measures}.",
        rounds=stop.join(rounds),
        profit=formats.money(now.profit, lang),
        counted=counted(now.source, lang),
        reached=reached(now, lang),
        cost=formats.money(now.cost, lang, full=True),
        measures=stop.join(measures),
    )


def rows(now: Outlook, before: Outlook, lang: str) -> list[tuple[str, str, str]]:
    """Return the picture's numbers as texts: what is counted, before, now."""
    columns = [_column(state, lang) for state in (before, now)]
    return [(name, was, is_) for (name, was), (_, is_) in zip(*columns, strict=True)]


def _column(state: Outlook, lang: str) -> list[tuple[str, str]]:
    """Return one state's numbers, each with its name; the names are those of every state."""
    found = {each.cause: each for each in state.measures}
    rounds = zip(round_names(lang), rounds_shown(state), strict=True)
    measures = [
        (
            tell(lang, "measure against {cause}: share, gain", cause=cause_name(cause, lang).lower()),
            tell(lang, ", ").join([formats.percent(share, lang, 0), formats.money(found[cause].net, lang, full=True)]),
        )
        for cause in ANSWERED
        for share in [state.shares.get(cause, 0.0)]
    ]
    return [
        *((name, formats.number(value, lang, 1)) for name, value in rounds),
        (tell(lang, "all who leave"), formats.number(state.odds.total, lang, 1)),
        (tell(lang, "profit of a year"), formats.money(state.profit, lang, full=True)),
        (tell(lang, "reached by their word"), f"{reached(state, lang)} ({counted(state.source, lang)})"),
        *measures,
    ]
