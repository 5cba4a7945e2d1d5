"""What is said of a card: its numbers as the picture shows them, their names, a title, a message, and a table."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING, Final

from . import formats
from .figures import sentences
from .messages import tell
from .tiers_panels import TIERS, tier_name

if TYPE_CHECKING:
    from collections.abc import Mapping

COSTS_OF: Final = ("anyway", "more", "extras")  # the sums of `CardYear.money` that go out
ALL: Final = "all"


@dataclass(frozen=True)
class CardState:
    """A card as the picture shows it.

    fee       its base fee (yuan a year)
    points    of what is bought (fraction)
    members   who takes it: a tier, a kind of shopper, "all"; and of an extra: who uses it -> households
    known     the same keys -> how many there are
    money     word -> sum, as `cases_options.CardYear.money` has them (yuan a year)
    profit    of the card (yuan a year)
    curve     profit at each of the fees of the picture
    """

    fee: float
    points: float
    members: Mapping[str, int]
    known: Mapping[str, int]
    money: Mapping[str, float]
    profit: float
    curve: tuple[float, ...]


def extra_names(lang: str) -> dict[str, str]:
    """Return the extras of the card: word -> name."""
    return {
        "evenings": tell(lang, "Tasting evenings"),
        "delivery": tell(lang, "Home delivery"),
        "care": tell(lang, "Machine care"),
    }


def shopper_names(lang: str) -> dict[str, str]:
    """Return the thirds of the households by what they spend: word -> name, those who spend most first."""
    return {
        "heavy": tell(lang, "Heavy shoppers"),
        "middle": tell(lang, "In the middle"),
        "light": tell(lang, "Light shoppers"),
    }


def money_names(lang: str) -> dict[str, str]:
    """Return what comes in, what goes out and what is left: word -> name."""
    return {
        "fees": tell(lang, "Base fees"),
        "prices": tell(lang, "Extras sold"),
        "bought": tell(lang, "Margin on extra sales"),
        "anyway": tell(lang, "Points: bought anyway"),
        "more": tell(lang, "Points: extra sales"),
        "extras": tell(lang, "Cost of extras"),
        "profit": tell(lang, "Profit of the card"),
    }


def row_groups(state: CardState, lang: str) -> dict[str, dict[str, str]]:
    """Return the groups of which it is shown who takes the card: heading -> key -> name; only tiers with households."""
    tiers = {tier: tier_name(tier, lang) for tier in reversed(TIERS) if state.known.get(tier)}
    return {
        tell(lang, "Who takes the card, by tier"): tiers,
        tell(lang, "By what they spend (thirds)"): shopper_names(lang),
    }


def signed(value: float, lang: str) -> str:
    """Return a change with its sign."""
    text = formats.number(value, lang)
    return f"+{text}" if value > 0 else text


def title(now: CardState, lang: str) -> str:
    """Return one sentence: who takes the card at its fee, and what it earns."""
    numbers = {
        "fee": formats.number(now.fee, lang),
        "members": formats.number(now.members[ALL], lang),
        "all": formats.number(now.known[ALL], lang),
        "profit": formats.number(abs(now.profit), lang),
    }
    if round(now.profit) < 0:
        return tell(
            lang,
            "At a base fee of {fee} yuan, {members} of {all} households take the card, and it loses "
            "{profit} yuan a year",
            **numbers,
        )
    return tell(
        lang,
        "At a base fee of {fee} yuan, {members} of {all} households take the card, and it earns {profit} yuan a year",
        **numbers,
    )


def summary(now: CardState, before: CardState, lang: str) -> str:
    """Return what has changed against the state before, and what to make of it."""
    if now == before:
        return sentences(
            lang,
            tell(lang, "Nothing has changed against the state before."),
            tell(lang, "What an extra is worth to whom, and how much more members buy, are guesses."),
        )
    change = tell(
        lang,
        "Against the state before: members {members}, profit {profit} yuan.",
        members=signed(now.members[ALL] - before.members[ALL], lang),
        profit=signed(now.profit - before.profit, lang),
    )
    return sentences(lang, change, _meaning(now, before, lang))


def _meaning(now: CardState, before: CardState, lang: str) -> str:
    """Return who pays for other points where those changed, else who joins or leaves most, else what is a guess."""
    if now.points != before.points:
        return tell(
            lang,
            "Of the points, {anyway} yuan are for what members would have bought anyway, {more} yuan for what they "
            "buy in addition.",
            anyway=formats.number(now.money["anyway"], lang),
            more=formats.number(now.money["more"], lang),
        )
    groups = {key: name for names in row_groups(now, lang).values() for key, name in names.items()}
    tiers = {key: now.members[key] - before.members[key] for key in TIERS if key in groups}
    most = max(tiers, key=lambda key: abs(tiers[key]))
    if tiers[most]:
        return tell(
            lang,
            "The largest change is among “{group}”: {n} households.",
            group=groups[most],
            n=signed(tiers[most], lang),
        )
    return tell(lang, "The same households have the card: only what comes in and goes out has changed.")


def alt(now: CardState, lang: str) -> str:
    """Tell the picture to someone who does not see it."""
    groups = {key: name for names in row_groups(now, lang).values() for key, name in names.items()}
    taken = [_of(now, key, name, lang) for key, name in groups.items()]
    used = [_of(now, key, name, lang) for key, name in extra_names(lang).items()]
    sums = [
        tell(lang, "{name} {n} yuan", name=name, n=formats.number(_amount(now, word), lang))
        for word, name in money_names(lang).items()
    ]
    between = tell(lang, "; ")
    return sentences(
        lang,
        tell(lang, "{title}.", title=title(now, lang)),
        tell(lang, "Members by group: {parts}.", parts=between.join(taken)),
        tell(lang, "Extras in use: {parts}.", parts=between.join(used)),
        tell(lang, "Money of a year: {parts}.", parts=between.join(sums)),
        tell(lang, "Below, a curve of the profit at every base fee, with a point at the one that is set."),
    )


def rows(now: CardState, before: CardState, lang: str) -> list[tuple[str, str, str]]:
    """Return the numbers of the picture: name, before, now."""
    everyone = {ALL: tell(lang, "All members")}
    groups = {key: name for names in row_groups(now, lang).values() for key, name in names.items()}
    people = [
        (name, formats.number(before.members[key], lang), formats.number(now.members[key], lang))
        for key, name in {**everyone, **groups, **extra_names(lang)}.items()
    ]
    sums = [
        (
            tell(lang, "{name} (yuan)", name=name),
            formats.number(_amount(before, word), lang),
            formats.number(_amount(now, word), lang),
        )
        for word, name in money_names(lang).items()
    ]
    return people + sums


def _of(now: CardState, key: str, name: str, lang: str) -> str:
    return tell(
        lang,
        "{name} {n} of {all}",
        name=name,
        n=formats.number(now.members[key], lang),
        all=formats.number(now.known[key], lang),
    )


def _amount(state: CardState, word: str) -> float:
    """Return a sum with the sign that it has for us."""
    if word == "profit":
        return state.profit
    return -state.money[word] if word in COSTS_OF else state.money[word]
