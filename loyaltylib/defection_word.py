"""How far word of mouth travels, by one named source at a time."""

from __future__ import annotations

from dataclasses import dataclass
from enum import StrEnum
from typing import Final

from .concepts import get
from .inputs import number, word


class WordSource(StrEnum):
    """Whose figures on word of mouth are used; they count different things and are never averaged (AMB-18).

    crm                 the course text on CRM: told of satisfaction; influenced by dissatisfaction
    loyalty             the course text on loyalty: relatives and friends told by the dissatisfied
    outside             public versions of the first pair: deals within reach; people whose wish to buy is affected
    outside complaints  public guides on complaints: people told by the dissatisfied, as a range
    """

    CRM = "crm"
    LOYALTY = "loyalty"
    OUTSIDE = "outside"
    COMPLAINTS = "outside complaints"


# Whose first claim in the concept registry holds the figure: for a satisfied and for a dissatisfied customer.
_CLAIMS: Final[dict[WordSource, tuple[str | None, str | None]]] = {
    WordSource.CRM: ("stat.wom_8", "stat.wom_25"),
    WordSource.LOYALTY: (None, "stat.service.9"),
    WordSource.OUTSIDE: ("defection.wom.deals", "defection.wom.intention"),
    WordSource.COMPLAINTS: (None, "defection.wom.complaints"),
}


@dataclass(frozen=True)
class Reach:
    """How far word travels by one source; what is counted differs from source to source (`says`).

    good       reached by the satisfied; None where the source says nothing of them
    bad        reached by the dissatisfied; None where the source says nothing of them
    bad_high   upper end where the source gives a range, else the same as `bad`
    """

    source: WordSource
    good: float | None
    bad: float | None
    bad_high: float | None

    def says(self, lang: str = "en") -> tuple[str, ...]:
        """Return the source's own claims, a sentence each."""
        return tuple(get(name).claims[0].text(lang) for name in _CLAIMS[self.source] if name)


def word_of_mouth(satisfied: float = 0, dissatisfied: float = 0, source: str = "crm") -> Reach:
    """Return how far the word of so many customers travels, by multiplying with the figures of one named source.

    The figures are quoted claims (their sources and status stand in the concept registry), not measurements: no two
    sources are mixed or averaged, and people told, people influenced and deals are not added up (AMB-18).

    Raises `UnknownName` for a source there is not, `RuleError` for a number below 0 or none at all.

    >>> word_of_mouth(satisfied=10, dissatisfied=10)
    Reach(source=<WordSource.CRM: 'crm'>, good=80.0, bad=250.0, bad_high=250.0)
    >>> word_of_mouth(dissatisfied=10, source="loyalty").bad
    90.0
    """
    named = word("source", source, WordSource)
    people = (number("satisfied", satisfied, low=0), number("dissatisfied", dissatisfied, low=0))
    good, bad = (get(name).claims[0] if name else None for name in _CLAIMS[named])
    return Reach(
        source=named,
        good=None if good is None else people[0] * good.value,
        bad=None if bad is None else people[1] * bad.value,
        bad_high=None if bad is None else people[1] * (bad.value if bad.high is None else bad.high),
    )
