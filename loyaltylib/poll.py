"""A poll in a room: what is asked, who has voted, and what may be seen when.

    idle -> open -> closed -> open (a second vote, after discussion) -> closed -> revealed

Nothing here knows a network or a disk: a poll lives in memory and is gone with the session. A device votes once in
each round; while the round is open it may think again. Bars are seen once the trainer has closed the round, the key
and the whys once the trainer reveals them, and before that they are in nothing that leaves this module.
"""

from __future__ import annotations

from collections import Counter
from dataclasses import dataclass, field
from typing import TYPE_CHECKING, Any, Literal

from .errors import LoyaltyError
from .messages import tell

if TYPE_CHECKING:
    from collections.abc import Mapping

    from .quiz import Item
    from .simulators.stories import Story

Phase = Literal["idle", "open", "closed", "revealed"]
ROUNDS = 2
MOST_DEVICES = 1000  # a room, and not a machine that makes devices up
TRUE, FALSE = "true", "false"


class PollError(LoyaltyError):
    """A vote, or a step of the trainer, that the poll does not take now; says why, in the reader's language."""


@dataclass(frozen=True)
class Question:
    """What is asked.

    text, options   the question, and option id -> text
    right, why      ids of the right options, and option id -> what is said of it; kept back until they are revealed
    """

    text: str
    options: Mapping[str, str]
    right: tuple[str, ...] = ()
    why: Mapping[str, str] = field(default_factory=dict)


def question_of(item: Item, lang: str) -> Question:
    """Return a practice item as a question; raises `PollError` for a kind that is no choice of one."""
    if item.kind == "truefalse":
        names = {TRUE: tell(lang, "true"), FALSE: tell(lang, "false")}
        why = {name: said[lang] for name, said in item.why.items()}
        return Question(item.stem[lang], names, (str(item.key).lower(),), why)
    if item.kind != "single":
        raise PollError(tell(lang, "“{item}” cannot be a poll: only items with one right option can.", item=item.id))
    why = {option.id: option.why[lang] for option in item.options if option.why}
    right = tuple(option.id for option in item.options if option.right)
    return Question(item.stem[lang], {option.id: option.text[lang] for option in item.options}, right, why)


def prediction_of(story: Story) -> Question:
    """Return the question of a simulator's story: its guesses, and what happened as the why."""
    options = {str(number): guess for number, guess in enumerate(story.guesses, 1)}
    return Question(story.question, options, (str(story.right),), {str(story.right): story.answer})


class Poll:
    """One room's poll; `number` counts what has changed, so that a page knows whether to ask again."""

    def __init__(self, lang: str = "en") -> None:
        self.lang = lang
        self.number = 0
        self.phase: Phase = "idle"
        self.question: Question | None = None
        self.rounds: list[dict[str, str]] = []  # device -> option, a round each
        self.hands: list[dict[str, int]] = []  # option -> hands the trainer counted, a round each
        self.devices: set[str] = set()

    # ------------------------------------------------------------ the trainer

    def ask(self, question: Question) -> None:
        """Put a question and open the first round; what was voted on the one before is forgotten."""
        self.question, self.phase = question, "open"
        self.rounds, self.hands = [{}], [{}]
        self.number += 1

    def close(self) -> None:
        """Close the round: no more votes, and the bars may be seen."""
        self._must("open", tell(self.lang, "No vote is open."))
        self._to("closed")

    def again(self) -> None:
        """Open the second round, after the room has talked."""
        self._must("closed", tell(self.lang, "A second vote comes after the first one is closed."))
        if len(self.rounds) == ROUNDS:
            raise PollError(tell(self.lang, "There were two votes already; reveal the key or ask something else."))
        self.rounds.append({})
        self.hands.append({})
        self._to("open")

    def reveal(self) -> None:
        """Show the key and the whys."""
        self._must("closed", tell(self.lang, "Close the vote before the key is shown."))
        self._to("revealed")

    def end(self) -> None:
        """Take the question away."""
        self.question, self.rounds, self.hands = None, [], []
        self._to("idle")

    def count_hands(self, hands: Mapping[str, int]) -> None:
        """Put the trainer's count of raised hands in the place of this round's: option -> hands."""
        question = self._asked()
        for option, number in hands.items():
            if option not in question.options or isinstance(number, bool) or not isinstance(number, int) or number < 0:
                raise PollError(tell(self.lang, "A count of hands is a whole number for each option, from 0."))
        self.hands[-1] = dict(hands)

    # ------------------------------------------------------------ the room

    def join(self, device: str) -> None:
        """Count a device as there; raises `PollError` where the room is full."""
        if device not in self.devices and len(self.devices) >= MOST_DEVICES:
            raise PollError(tell(self.lang, "The room is full: {most} devices are there already.", most=MOST_DEVICES))
        self.devices.add(device)

    def vote(self, device: str, option: str, number: object) -> None:
        """Take a device's vote, in place of the one it gave in this round before.

        number  of the poll when the page was shown: an old page does not vote on a new question
        """
        question = self._asked()
        self._must("open", tell(self.lang, "The vote is closed."))
        if str(number) != str(self.number):
            raise PollError(tell(self.lang, "The question has changed; look again."))
        if option not in question.options:
            raise PollError(tell(self.lang, "There is no such option; choose one of those on the page."))
        self.join(device)
        self.rounds[-1][device] = option

    def voted(self, device: str) -> str | None:
        """Return what a device has chosen in this round."""
        return self.rounds[-1].get(device) if self.rounds else None

    # ------------------------------------------------------------ what may be seen

    @property
    def votes(self) -> int:
        """How many have voted in this round, hands among them."""
        return len(self.rounds[-1]) + sum(self.hands[-1].values()) if self.rounds else 0

    def counts(self) -> list[dict[str, int]]:
        """Return for each round option -> votes, in the order of the options."""
        options = self.question.options if self.question else {}
        counted = [
            Counter(votes.values()) + Counter(hands) for votes, hands in zip(self.rounds, self.hands, strict=True)
        ]
        return [{option: count[option] for option in options} for count in counted]

    def public(self) -> dict[str, Any]:
        """Return what anybody in the room may know now."""
        seen: dict[str, Any] = {
            "number": self.number,
            "phase": self.phase,
            "round": len(self.rounds),
            "votes": self.votes,
        }
        if self.question is None:
            return seen
        seen |= {"text": self.question.text, "options": dict(self.question.options), "right": [], "why": {}}
        seen["counts"] = [] if self.phase == "open" else self.counts()  # the first vote must not lead the second
        if self.phase == "revealed":
            seen |= {"right": list(self.question.right), "why": dict(self.question.why)}
        return seen

    def _asked(self) -> Question:
        if self.question is None:
            raise PollError(tell(self.lang, "Nothing is asked at the moment."))
        return self.question

    def _must(self, phase: Phase, why: str) -> None:
        if self.phase != phase:
            raise PollError(why)

    def _to(self, phase: Phase) -> None:
        self.phase = phase
        self.number += 1
