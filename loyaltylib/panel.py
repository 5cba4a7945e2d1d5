"""The small panel under the first cell: whose data this is, and how far each exercise has come."""

from __future__ import annotations

from dataclasses import dataclass, field
from enum import StrEnum
from html import escape
from typing import TYPE_CHECKING, Any

from .messages import tell

if TYPE_CHECKING:
    from .chapters import Chapter

LEARNER_MIME = "application/vnd.loyalty.learner+json"


class State(StrEnum):
    """How far an exercise has come, as far as a learner may know before it is marked."""

    UNTOUCHED = "untouched"
    ACCEPTED = "accepted"
    FAILING = "failing"
    PASSING = "passing"
    BY_HAND = "by_hand"


_SIGNS = {State.UNTOUCHED: "○", State.ACCEPTED: "●", State.FAILING: "△", State.PASSING: "✓", State.BY_HAND: "✎"}


def state_text(state: State, lang: str) -> str:
    """Return what a state is called in the panel."""
    return {
        State.UNTOUCHED: tell(lang, "untouched"),
        State.ACCEPTED: tell(lang, "recorded, form accepted"),
        State.FAILING: tell(lang, "a visible probe fails"),
        State.PASSING: tell(lang, "visible probes pass"),
        State.BY_HAND: tell(lang, "read by your instructor"),
    }[state]


@dataclass
class Panel:
    """What the panel shows; Jupyter draws it from `_repr_mimebundle_`.

    The bundle also carries the learner's id and the data's version for machines, so that both are in the
    notebook file.
    """

    chapter: Chapter
    lang: str
    learner: str
    code: str
    data_version: str
    problem: str = ""
    states: dict[str, State] = field(init=False)

    def __post_init__(self) -> None:
        self.states = {
            each.id: State.BY_HAND if each.kind == "text" else State.UNTOUCHED for each in self.chapter.exercises
        }

    @property
    def headline(self) -> str:
        """Whose data this is, or how to say who you are."""
        if self.learner:
            return tell(self.lang, "Your data: {learner} · {code}", learner=self.learner, code=self.code)
        if not self.chapter.exercises:
            return tell(self.lang, "Nothing in this chapter is marked: try what you like.")
        return tell(self.lang, "You are a guest.")

    @property
    def advice(self) -> str:
        """What a guest does to have exercises marked; empty for a learner."""
        if self.learner or not self.chapter.exercises:
            return ""
        advice = tell(
            self.lang,
            "Look around freely. To have exercises marked, type your id between the quotes after learner= in the "
            "first cell and run it again.",
        )
        return f"{self.problem}\n{advice}".strip()

    def lines(self) -> list[tuple[str, str, str]]:
        """Return sign, title and state of every exercise, in the chapter's order."""
        return [
            (_SIGNS[self.states[each.id]], each.title[self.lang], state_text(self.states[each.id], self.lang))
            for each in self.chapter.exercises
        ]

    def _repr_mimebundle_(self, include: Any = None, exclude: Any = None) -> dict[str, Any]:
        del include, exclude
        rows = "".join(
            f'<tr><td style="text-align:center">{sign}</td><td style="text-align:left">{escape(title)}</td>'
            f'<td style="text-align:left">{escape(state)}</td></tr>'
            for sign, title, state in self.lines()
        )
        advice = f"<p>{escape(self.advice)}</p>".replace("\n", "<br>") if self.advice else ""
        plain = [self.headline, self.advice, *(f"{sign} {title} · {state}" for sign, title, state in self.lines())]
        return {
            "text/plain": "\n".join(line for line in plain if line),
            "text/html": f'<div class="loyalty-panel"><p><b>{escape(self.headline)}</b></p>{advice}'
            f"{f'<table>{rows}</table>' if rows else ''}</div>",
            LEARNER_MIME: {
                "learner": self.learner,
                "stem": self.chapter.stem,
                "data": self.data_version,
                "lang": self.lang,
            },
        }
