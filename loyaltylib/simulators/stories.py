"""Stories of a chapter's simulator, from `course/<stem>/stories.yml`: a setting of the controls and one question."""

from __future__ import annotations

from dataclasses import dataclass, field
from functools import cache
from typing import TYPE_CHECKING, Any

from loyaltylib.messages import tell
from loyaltylib.resources import find, read_yaml

if TYPE_CHECKING:
    from collections.abc import Mapping

FREE = "free"  # the story that changes nothing
TOLD = ("title", "words", "question", "answer", "notes")


@dataclass(frozen=True)
class Story:
    """One story in a reader's language.

    words     what is told, then the `question` to answer before looking
    guesses   what can be answered, and which of them, from 1, is `right`
    answer    what happened and why: beside the picture for a learner, in the presenter's view for a trainer
    notes     for the trainer alone: what to say, what to watch
    at        settings that differ from the start
    """

    name: str
    title: str
    words: str = ""
    question: str = ""
    guesses: tuple[str, ...] = ()
    right: int = 0
    answer: str = ""
    notes: str = ""
    at: Mapping[str, Any] = field(default_factory=dict)


@cache
def stories(stem: str, lang: str) -> tuple[Story, ...]:
    """Return a chapter's stories, the one that changes nothing first."""
    raw = read_yaml(find(f"course/{stem}/stories.yml"))["stories"]
    return (Story(FREE, tell(lang, "None: your own settings")), *(_story(each, lang) for each in raw))


def _story(raw: Mapping[str, Any], lang: str) -> Story:
    said = {name: raw[name][lang] for name in TOLD}
    guesses = tuple(guess[lang] for guess in raw["guesses"])
    return Story(raw["id"], **said, guesses=guesses, right=raw["right"], at=raw["at"])
