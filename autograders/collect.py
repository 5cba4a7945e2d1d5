"""Take in what was handed in: learners' zips, folders, downloads of an LMS, nbgrader's exchange.

Every hand-in becomes an attempt (`attempts.keep`); the same again changes nothing, so that a run which was stopped is
simply started anew. Where it is in doubt whose a hand-in is, a person decides (`unsettled`).
"""

from __future__ import annotations

from dataclasses import dataclass, replace
from typing import TYPE_CHECKING

from loyaltylib.errors import ClassError

from . import attempts, handins, late, unsettled
from .classdir import open_class
from .handins import Look
from .incoming import Unfit
from .layouts import LmsNames
from .messages import N_, tell
from .owner import Doubt, Roll, reason_text
from .terminal import silent

if TYPE_CHECKING:
    from collections.abc import Iterable, Sequence
    from datetime import datetime
    from pathlib import Path

    from .attempts import Attempt
    from .classdir import ClassDirectory
    from .handins import Handin
    from .terminal import Progress

# outcome -> how it is called
OUTCOMES = {
    "taken": N_("taken in"),
    "same": N_("the same as before"),
    "unsettled": N_("unsettled"),
    "refused": N_("refused"),
}


@dataclass(frozen=True)
class Outcome:
    """What came of one hand-in, or of one file that is none.

    outcome  a key of `OUTCOMES`
    late     None where nothing says when it was handed in, or there is no deadline
    number   of the attempt, or of the unsettled case
    why      the reason, where it was not taken in
    """

    place: str
    chapter: str
    learner: str
    outcome: str
    late: bool | None = None
    number: int | None = None
    why: str = ""


def collect(  # noqa: PLR0913 - the command's own options
    path: Path,
    places: Sequence[Path] = (),
    stem: str | None = None,
    *,
    at: datetime | None = None,
    progress: Progress = silent,
    lang: str = "en",
) -> list[Outcome]:
    """Take in what lies in folders, zips or notebooks; without a place, what is in nbgrader's exchange.

    stem  the one chapter wanted; None: every chapter of the class
    at    when it was handed in, where nothing else says so

    Raises `ClassError` for a place that is not there, and `UnknownName` for a chapter.
    """
    opened = open_class(path, lang)
    if stem is not None:
        opened.chapter(stem, lang)
    taking = Taking(opened, stem, at)
    for place in places:
        if not place.exists() or (place.is_file() and place.suffix.lower() not in (".zip", ".ipynb")):
            message = N_(
                "{place} is no folder, no zip and no notebook, or is not there; give the place of the hand-ins"
            )
            raise ClassError(tell(lang, message, place=place))
    if not places:
        from .exchange import inbound

        return taking.all_of(inbound(opened, stem, taking.refuse))
    for place in places:
        taking.all_of(handins.of_place(place, taking.look, progress))
    return taking.outcomes


class Taking:
    """One taking in: what is looked for, and what came of each hand-in as yet."""

    def __init__(self, opened: ClassDirectory, stem: str | None = None, at: datetime | None = None) -> None:
        self.opened, self.at = opened, at
        self.known = unsettled.cases(opened.root)
        roll = Roll(opened.learners, unsettled.settled(self.known))
        pattern = LmsNames(config=opened.config).named_regexp
        self.look = Look(opened.chapters, stem, roll, pattern, self.refuse)
        self.outcomes: list[Outcome] = []

    def refuse(self, place: str, reason: Unfit) -> None:
        """Note what is not taken."""
        self.outcomes.append(Outcome(place, "", "", "refused", why=reason.text(self.opened.lang)))

    def all_of(self, found: Iterable[Handin]) -> list[Outcome]:
        """Take in hand-ins one after the other, and return what came of all."""
        for each in found:
            try:
                self.outcomes.append(self._take(each if each.handed_in else replace(each, handed_in=self.at)))
            except (OSError, UnicodeError) as error:  # a full disk, a name this system does not take
                why = getattr(error, "strerror", None) or error
                self.refuse(each.place, Unfit(N_("it could not be kept: {error}"), error=why))
        return self.outcomes

    def whose(self, handin: Handin) -> str:
        """Return whose a hand-in is; raises `Doubt`."""
        who = self.look.roll.whose(handin.claims)
        if handin.doubt:
            raise Doubt(handin.doubt, [who])
        return who

    def _take(self, handin: Handin) -> Outcome:
        case = unsettled.of_handin(handin, self.known)
        if case and case.decided:
            why = "" if case.settled else tell(self.opened.lang, "settled before: nobody's")
            return Outcome(handin.place, handin.stem, case.settled, "same", number=case.number, why=why)
        try:
            return self._keep(handin, self.whose(handin))
        except Doubt as doubt:
            return self.doubt(handin, doubt)

    def doubt(self, handin: Handin, doubt: Doubt) -> Outcome:
        """Put a hand-in where a person finds it, unless it is there."""
        case = unsettled.of_handin(handin, self.known)
        if case is None:
            case = unsettled.open_case(self.opened.root, handin, doubt.reason, doubt.suggested)
            self.known.append(case)
        why = reason_text(case.reason, case.claims, self.opened.lang)
        return Outcome(handin.place, handin.stem, "", "unsettled", number=case.number, why=why)

    def _keep(self, handin: Handin, who: str) -> Outcome:
        """Keep an attempt."""
        before = {each.number for each in attempts.attempts(self.opened, handin.stem, who)}
        attempt = attempts.keep(self.opened, handin.stem, who, handin.files, handin.handed_in, handin.source)
        outcome = "same" if attempt.number in before else "taken"
        return Outcome(handin.place, handin.stem, who, outcome, self._late(handin, attempt), attempt.number)

    def _late(self, handin: Handin, attempt: Attempt) -> bool | None:
        if attempt.handed_in and self.opened.dates.deadline(attempt.stem):
            return late.seconds_late(self.opened.dates, attempt.stem, attempt.learner, attempt.handed_in) > 0
        return handin.is_late
