"""Whose a hand-in is: what it says itself, what its place says, and what the class list makes of either.

Everything that says something has to agree and to leave one learner. Where it does not, a person decides.
"""

from __future__ import annotations

import re
import unicodedata
from dataclasses import dataclass
from itertools import permutations
from typing import TYPE_CHECKING

from loyaltylib.data import normalise
from loyaltylib.errors import LearnerError

from .incoming import shown
from .messages import N_, tell

if TYPE_CHECKING:
    from collections.abc import Mapping, Sequence

    from .roster import Learner

# what says so -> how it is called; the first four give an id, the others what people are called
KINDS = {
    "receipt": N_("receipt"),
    "notebook": N_("notebook"),
    "account": N_("Hub account"),
    "owner": N_("owner of the files"),
    "folder": N_("folder"),
    "file": N_("file name"),
    "moodle": N_("Moodle"),
    "canvas": N_("Canvas"),
}
EXACT = ("receipt", "notebook", "account", "owner")
LMS = ("moodle", "canvas")
# reason -> what a person is told
REASONS = {
    "nobody": N_("nothing says whose it is"),
    "unknown": N_("not on the class list: {claims}"),
    "partly": N_("only a part of this is on the class list: {claims}"),
    "disagree": N_("these do not agree: {claims}"),
    "several": N_("more than one could be meant: {claims}"),
    "receipt": N_("the receipt is not of this notebook: {claims}"),
    "other_learner": N_("marked under one id, worked on under another: {claims}"),
}
_WORDS = re.compile(r"[0-9a-z]+|[^\W0-9a-z_]+")  # Latin and other script apart: 2026010101张三
_MOST_WORDS = 4  # of a name whose words are tried in every order
_SHORTEST_ID = 5  # of an id that is looked for inside a longer text: a 1 stands in "week 1" as well


@dataclass(frozen=True)
class Claim:
    """What something says of whose it is: the kind (a key of `KINDS`), its words, its number in an LMS."""

    kind: str
    text: str
    number: str = ""

    def shown(self, lang: str) -> str:
        """Return the claim for a person."""
        return tell(lang, "{kind}: {text}", kind=tell(lang, KINDS[self.kind]), text=shown(self.text))


class Doubt(Exception):  # noqa: N818  # an outcome, not a fault of the program
    """Whose a hand-in is cannot be told: why (a key of `REASONS`), and who may be meant."""

    def __init__(self, reason: str, suggested: Sequence[str] = ()) -> None:
        super().__init__(reason)
        self.reason, self.suggested = reason, tuple(suggested)


def reason_text(reason: str, claims: Sequence[Claim], lang: str) -> str:
    """Return why a person has to look at a hand-in."""
    return tell(lang, REASONS[reason], claims=tell(lang, "; ").join(each.shown(lang) for each in claims))


class Roll:
    """The class list, asked for whoever may be meant by an id or a name.

    settled  what persons have decided before: kind and number in an LMS -> learner
    """

    def __init__(self, learners: Sequence[Learner], settled: Mapping[tuple[str, str, str], str] | None = None) -> None:
        self.learners = {each.id: each for each in learners}
        self._settled = settled or {}
        self._names = {each.id: _orders(_words(each.name)) for each in learners if each.name}
        self._mails = {each.email.casefold(): each.id for each in learners if each.email}

    def may_be(self, claim: Claim) -> frozenset[str]:
        """Return the ids of the learners on the list who may be meant."""
        known = self._settled.get((claim.kind, claim.text, claim.number))
        if claim.number and known:
            return frozenset((known,))
        who = _normal(claim.text)
        if who in self.learners:
            return frozenset((who,))
        if claim.text.strip().casefold() in self._mails:
            return frozenset((self._mails[claim.text.strip().casefold()],))
        return frozenset() if claim.kind in EXACT else self._named(claim.text)

    def _named(self, text: str) -> frozenset[str]:
        words = _words(text)
        parts = {
            each for each in (*words, *map(_normal, re.split(r"[\s_,，()（）]+", text))) if len(each) >= _SHORTEST_ID
        }
        by_id = frozenset(parts & self.learners.keys())
        if by_id:
            return by_id
        names = _orders(words) | {word for word in words if not word.isascii()}
        return frozenset(who for who, own in self._names.items() if own & names)

    def whose(self, claims: Sequence[Claim]) -> str:
        """Return the one learner whom all claims allow; raises `Doubt`."""
        return self._of_list(claims) if self.learners else _of_itself(claims)

    def _of_list(self, claims: Sequence[Claim]) -> str:
        if not claims:
            raise Doubt("nobody")
        found = {claim: self.may_be(claim) for claim in claims}
        some = [ids for ids in found.values() if ids]
        meant = frozenset.intersection(*some) if some else frozenset()
        suggested = sorted(frozenset().union(*some))
        for claim, ids in found.items():
            if not ids and not (claim.kind in LMS and len(meant) == 1 and self._is_nameless(*meant)):
                raise Doubt("partly" if suggested else "unknown", suggested)
        if len(meant) == 1:
            return next(iter(meant))
        raise Doubt("several" if meant else "disagree", suggested)

    def _is_nameless(self, learner: str) -> bool:
        """Return whether the list has neither name nor e-mail of a learner, so that no name can speak against them."""
        return not self.learners[learner].name and not self.learners[learner].email


def _of_itself(claims: Sequence[Claim]) -> str:
    """Return the id that a hand-in says, where there is no list; else its folder's name."""
    said = {_normal(claim.text) for claim in claims if claim.kind in EXACT}
    said = said or {_normal(claim.text) for claim in claims if claim.kind == "folder"}
    if not said:
        raise Doubt("nobody")
    if len(said) > 1:
        raise Doubt("disagree", sorted(said - {""}))
    who = said.pop()
    if not who or who.startswith("."):  # a hidden folder would be passed over when marks are given
        raise Doubt("unknown")
    return who


def _normal(text: str) -> str:
    """Return an id in the form that counts; empty where it can be none."""
    try:
        return normalise(text)
    except LearnerError:
        return ""


def _words(text: str) -> list[str]:
    return _WORDS.findall(unicodedata.normalize("NFKC", text).casefold())


def _orders(words: Sequence[str]) -> set[str]:
    """Return a name without spaces, in every order of its words: an LMS puts either part first."""
    if not words:
        return set()
    return {"".join(each) for each in permutations(words)} if len(words) <= _MOST_WORDS else {"".join(words)}
