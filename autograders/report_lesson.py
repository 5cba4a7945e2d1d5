"""What to begin the next lesson with: a class's three most frequent misconceptions on one page, without a name.

For the projector and for print. What was done, by how many, why it is wrong in the course's own words, and one
question for the room.
"""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from loyaltylib import chapters, concepts
from loyaltylib.errors import UnknownName
from loyaltylib.messages import LANGUAGES, language_tag

from . import probes
from .messages import N_, tell

if TYPE_CHECKING:
    from collections.abc import Sequence

    from .misconceptions import Misconception

MOST = 3
WHYS = 2  # texts on why it is wrong: more do not fit a wall
ASK_ITEM = N_("Ask again: {question}")
ASK_OTHER = N_("In “{exercise}”: how would you notice, from the result alone, that this has happened?")


def lesson(stem: str, title: str, found: Sequence[Misconception], learners: int, lang: str) -> str:
    """Return the page in one language; `learners` is how many notebooks could be read."""
    from .report import environment

    return (
        environment()
        .get_template("lesson.html.j2")
        .render(
            lang=language_tag(lang),
            title=title,
            say=lambda message, **values: tell(lang, message, **values),
            others=[{"lang": other, "file": f"{stem}.lesson.{other}.html"} for other in LANGUAGES if other != lang],
            learners=learners,
            parts=[_part(stem, each, lang) for each in found[:MOST]],
        )
    )


def _part(stem: str, one: Misconception, lang: str) -> dict[str, Any]:
    item = probes.keys(stem)[one.item] if one.item else None
    concept = item.concept if item else _of_exercise(one.exercise, "concept", "")
    title = _of_exercise(one.exercise, "title", {}).get(lang, one.exercise)
    return {
        "said": one.text(lang),
        "learners": len(one.learners),
        "exercise": title,
        "question": item.stem[lang] if item else "",
        "why": list(dict.fromkeys(text[lang] for text in one.why))[:WHYS],
        "concept": _concept(concept, lang),
        "ask": tell(lang, ASK_ITEM, question=item.stem[lang]) if item else tell(lang, ASK_OTHER, exercise=title),
    }


def _of_exercise(exercise: str, name: str, without: Any) -> Any:
    try:
        return getattr(chapters.exercise(exercise), name)
    except UnknownName:
        return without


def _concept(concept: str, lang: str) -> dict[str, str] | None:
    try:
        found = concepts.get(concept)
    except UnknownName:
        return None
    return {"term": found.term(lang), "text": found.definition(lang), "source": found.cite(lang)}
