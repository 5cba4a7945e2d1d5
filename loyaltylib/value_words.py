"""What is said beside the picture of the chapter's simulator: title, message, numbers, and the picture in words."""

from __future__ import annotations

from typing import TYPE_CHECKING, Final

from . import formats
from .figures import sentences
from .messages import tell
from .value_board import gain_said
from .value_board_parts import interval, people, signed, signed_money
from .value_loyalty import Quadrant
from .value_panels import kind_name, level_name

if TYPE_CHECKING:
    from collections.abc import Iterator

    from .value_outlook import Outlook
    from .value_satisfaction import Level

_NOTHING: Final = 1e-6  # sums of floats differ by less


def title(now: Outlook, lang: str) -> str:
    """Say in one sentence what moving brings, who would go and who stays all the same, and the expected loss."""
    return tell(
        lang,
        "{gain}: {going} satisfied customers would go, {held} who are not satisfied stay; "
        "the quoted rates expect {lost} of {all} to be lost",
        gain=gain_said(now, lang),
        going=formats.number(now.kinds[Quadrant.MERCENARY], lang),
        held=formats.number(now.kinds[Quadrant.HOSTAGE], lang),
        lost=interval(now.loss.low, now.loss.high, lang),
        all=formats.number(now.loss.customers, lang),
    )


def summary(now: Outlook, before: Outlook, lang: str) -> str:
    """Say what has changed against the state before, and what to make of it."""
    if now == before:
        return tell(lang, "Nothing has changed against the state before.")
    change = tell(
        lang,
        "Against the state before: {loss}; satisfied who would go {going}, not satisfied who stay {held}.",
        loss=_loss_said(now, before, lang),
        going=_change(now.kinds[Quadrant.MERCENARY] - before.kinds[Quadrant.MERCENARY], lang),
        held=_change(now.kinds[Quadrant.HOSTAGE] - before.kinds[Quadrant.HOSTAGE], lang),
    )
    return sentences(lang, change, _meaning(now, before, lang))


def _loss_said(now: Outlook, before: Outlook, lang: str) -> str:
    low, high = now.loss.low - before.loss.low, now.loss.high - before.loss.high
    if abs(low) < _NOTHING and abs(high) < _NOTHING:
        return tell(lang, "the expected loss is the same")
    return tell(
        lang,
        "expected loss {low} at the lower end, {high} at the upper",
        low=_change(low, lang),
        high=_change(high, lang),
    )


def _meaning(now: Outlook, before: Outlook, lang: str) -> str:
    """Return one sentence on the change that says most."""
    if not now.agree and before.agree:
        return _two_ways(now, lang)
    if now.found != before.found:
        return _share_of_loss(now, lang)
    if now.rules != before.rules:
        funnel = now.funnel
        return tell(
            lang,
            "{silent} of {whom} very dissatisfied customers never complain: settling complaints does not reach them.",
            silent=people(funnel.silent, lang),
            whom=people(funnel.dissatisfied, lang),
        )
    if not now.choice:
        return tell(
            lang, "Moving does not pay, so everybody stays, the dissatisfied too: that looks like loyalty and is none."
        )
    if abs(now.choice - before.choice) > _NOTHING:
        return tell(lang, "The quoted rates ask only how satisfied customers are: no rival and no offer moves them.")
    return tell(lang, "The offers are others, but what moving brings has stayed in proportion: nobody decides anew.")


def _two_ways(now: Outlook, lang: str) -> str:
    if now.rival.net > now.ours.net:
        return tell(
            lang, "By the difference the rival's offer is worth more, by the ratio ours: say which of the two is meant."
        )
    return tell(
        lang, "By the difference our offer is worth more, by the ratio the rival's: say which of the two is meant."
    )


def _share_of_loss(now: Outlook, lang: str) -> str:
    most = max(now.losses, key=lambda level: now.losses[level].low)
    return tell(
        lang,
        "The largest part of the expected loss, {loss}, is “{level}”: {people} of the customers.",
        loss=formats.percent(now.losses[most].low / now.loss.low, lang, 0),
        level=level_name(most, lang),
        people=formats.percent(now.customers[most] / now.loss.customers, lang, 0),
    )


def _change(value: float, lang: str) -> str:
    return signed(round(value, 1), formats.number(value, lang, 1))


def rows(now: Outlook, before: Outlook, lang: str) -> list[tuple[str, str, str]]:
    """Return the picture's numbers: name, before, now."""
    pairs = zip(_numbers(before, lang), _numbers(now, lang), strict=True)
    return [(name, was, there) for (name, was), (_, there) in pairs]


def _numbers(seen: Outlook, lang: str) -> Iterator[tuple[str, str]]:
    for name, offer in ((tell(lang, "our offer"), seen.ours), (tell(lang, "the rival's offer"), seen.rival)):
        yield tell(lang, "{name}: difference", name=name), signed_money(offer.net, lang)
        yield tell(lang, "{name}: ratio", name=name), formats.number(offer.ratio, lang, 2)
    yield tell(lang, "what moving gains"), signed_money(seen.gain, lang)
    yield tell(lang, "choice that is left"), formats.percent(seen.choice, lang, 0)
    for level, n in seen.customers.items():
        lost = interval(seen.losses[level].low, seen.losses[level].high, lang, 1)
        name = tell(lang, "{level}: customers (may be lost)", level=level_name(level, lang))
        yield name, tell(lang, "{n} ({lost})", n=formats.number(n, lang, 1), lost=lost)
    yield tell(lang, "may be lost in all, as quoted"), interval(seen.loss.low, seen.loss.high, lang, 1)
    yield tell(lang, "never complain"), formats.number(seen.funnel.silent, lang, 1)
    yield tell(lang, "won back by complaints"), formats.number(seen.funnel.won_back_low, lang, 1)
    for kind, n in seen.kinds.items():
        yield kind_name(kind, lang), formats.number(n, lang, 1)


def alt(now: Outlook, lang: str) -> str:
    """Tell the picture to someone who does not see it."""
    comma, dot = ("，", "。") if lang == "zh" else (", ", ".")
    offers = tell(
        lang,
        "Two offers by costs and benefits: ours is worth {ours} a month or {our_ratio}, the rival's {rival} or "
        "{rival_ratio}. {gain}.",
        ours=formats.money(now.ours.net, lang),
        our_ratio=formats.number(now.ours.ratio, lang, 2),
        rival=formats.money(now.rival.net, lang),
        rival_ratio=formats.number(now.rival.ratio, lang, 2),
        gain=gain_said(now, lang),
    )
    levels = [_level_said(level, now, lang) for level in now.customers]
    funnel = tell(
        lang,
        "Of the very dissatisfied {silent} are silent and {won} are won back.",
        silent=people(now.funnel.silent, lang),
        won=people(now.funnel.won_back_low, lang),
    )
    kinds = [f"{kind_name(kind, lang)} {formats.number(n, lang)}" for kind, n in now.kinds.items()]
    return sentences(lang, offers, comma.join(levels) + dot, funnel, comma.join(kinds) + dot)


def _level_said(level: Level, now: Outlook, lang: str) -> str:
    return tell(
        lang,
        "{level} {n}: {lost} may be lost as quoted, {stay} stay by the curve",
        level=level_name(level, lang),
        n=formats.number(now.customers[level], lang),
        lost=interval(now.losses[level].low, now.losses[level].high, lang),
        stay=formats.percent(now.stay(level), lang, 0),
    )
