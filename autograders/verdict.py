"""Probe, verdict and context: what a check is given and what it gives back."""

from __future__ import annotations

import math
from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from functools import cached_property
from typing import TYPE_CHECKING, Any, TypeVar

from loyaltylib.messages import tell as library_tell

from .messages import LANGUAGES, tell

if TYPE_CHECKING:
    from loyaltylib.chapters import Exercise, Text
    from loyaltylib.data import Tables

    from .plain import Work


_Answer = TypeVar("_Answer")


@dataclass(frozen=True)
class Probe:
    """One call or value a check looked at.

    name      unique within its check
    passed    whether all of its credit is earned
    reason    English message id (written as `N_("...")`); empty where there is nothing to say
    values    fills the `{named}` places of the reason; a value may be a text in both languages
    visible   whether the notebook shows this probe to the learner
    weight    its part of the exercise's points, relative to the other probes
    share     credit from 0 to 1; None means 1 when passed, else 0
    texts     course texts, in both languages, that follow the reason (the `why` of an option chosen)
    expected  the value that was expected, where there is one; told only once the class shows its keys
    chosen    the answer to a quiz item, as it was read (`Item.read`): an option's id, ids, a mapping, a truth, a
              number; None where there is none or a record is older
    """

    name: str
    passed: bool
    reason: str = ""
    values: Mapping[str, Any] = field(default_factory=dict)
    visible: bool = False
    weight: float = 1.0
    share: float | None = None
    texts: tuple[Text, ...] = ()
    expected: Any = None
    chosen: Any = None

    @property
    def credit(self) -> float:
        """Share of its credit that the probe earned, from 0 to 1."""
        if self.share is None:
            return float(self.passed)
        return min(max(self.share, 0.0), 1.0)

    def reasons(self, lang: str) -> list[str]:
        """Return what the learner is told about this probe, in their language; empty when it passed."""
        if self.passed:
            return []
        said = [translate(lang, self.reason, self.values)] if self.reason else []
        return said + [text[lang] for text in self.texts]


@dataclass(frozen=True)
class Verdict:
    """Points and reasons of one exercise; everything but the probes is derived."""

    exercise: str
    max_points: float
    probes: tuple[Probe, ...]

    @property
    def points(self) -> float:
        """Points earned, from 0 to the maximum, in hundredths: what nbgrader and a person both show."""
        whole = math.fsum(p.weight for p in self.probes)
        if not whole > 0:
            return 0.0
        earned = math.fsum(p.weight * p.credit for p in self.probes) / whole
        return float(min(max(round(self.max_points * earned, 2), 0.0), self.max_points))

    @property
    def passed(self) -> bool:
        """Whether every probe passed."""
        return bool(self.probes) and all(p.passed for p in self.probes)

    def reasons(self, lang: str) -> list[str]:
        """Return what was missed, each sentence once, in the order of the probes."""
        return list(dict.fromkeys(said for p in self.probes for said in p.reasons(lang)))


@dataclass(frozen=True)
class Context:
    """What a check may look at: the work, the exercise, the learner's own parameters and data, and known references.

    `load(lang)` reads the learner's own data, its names of people and places in that language.
    """

    work: Work
    exercise: Exercise
    learner: str
    variant: Mapping[str, Any]
    load: Callable[[str], Tables]
    references: dict[str, Any] = field(default_factory=dict)

    def reference(self, name: str, compute: Callable[[], _Answer]) -> _Answer:
        """Return the reference's own answer of that name: plain data, computed once for a learner and a chapter.

        It is kept with the learner's record, so another hand-in or a regrade under the same checks asks no more.
        """
        if name not in self.references:
            self.references[name] = compute()
        found: _Answer = self.references[name]
        return found

    @cached_property
    def tables(self) -> Tables:
        """The learner's own data, read when a check first asks for it; its names are the English ones."""
        return self.load(LANGUAGES[0])

    def in_each_language(self, of: Callable[[Tables], _Answer]) -> list[_Answer]:
        """Return what is made of the learner's own data in each language.

        For what holds names of people or places, such as the words under bars: a notebook shows those of its language,
        and either may be handed in.
        """
        return [of(self.load(lang)) for lang in LANGUAGES]


def translate(lang: str, message: str, values: Mapping[str, Any]) -> str:
    """Return a message in a language; it may be this package's or, for the form of an answer, the library's."""
    filled = {
        key: value[lang] if isinstance(value, Mapping) and lang in value else value for key, value in values.items()
    }
    text = tell(lang, message)
    if text == message:
        text = library_tell(lang, message)
    return text.format(**filled) if filled else text
