"""What of a chapter no learner may get: keys and what is said of them, solutions, hidden probes, expected values."""

from __future__ import annotations

import json
import re
from pathlib import Path

from autograders.check import examine
from autograders.key import Nothing
from autograders.probes import keys
from loyaltylib import formats
from loyaltylib.chapters import chapter
from loyaltylib.messages import LANGUAGES
from loyaltylib.quiz import Item

ROOT = Path(__file__).parents[1]
GRADERS = ("autograders", "__import__", "HIDDEN TESTS", "BEGIN SOLUTION")  # what stands in an instructor's notebook
_SHORT = 25  # characters up to which a line of a solution may stand in a notebook by chance
_TELLING = 3  # digits from which on a number does not stand on a page by chance


def marked_items(stem: str) -> list[Item]:
    """Return the items that count, with their keys."""
    return [item for item in keys(stem).values() if item.use == "marked"]


def said_of_right(item: Item) -> list[str]:
    """Return what would give an item away: what is said of right answers, and the whole answer as it is typed."""
    if item.kind in ("single", "multiple"):
        said = [o.why[lang] for o in item.options if o.right and o.why for lang in LANGUAGES]
    elif item.kind == "truefalse":
        said = list(item.why[str(item.key).lower()].values())
    else:
        said = [text for why in item.why.values() for text in why.values()]
    if item.kind in ("single", "truefalse", "numeric"):
        return said
    return [*said, repr(item.right_answer), json.dumps(item.right_answer)]


def said_of_any(item: Item) -> list[str]:
    """Return everything that is said of what can be chosen, right or wrong, in both languages."""
    whys = [option.why for option in item.options if option.why] + list(item.why.values())
    return [*said_of_right(item), *(why[lang] for why in whys for lang in LANGUAGES)]


def solution_lines(stem: str) -> set[str]:
    """Return the lines of the solutions."""
    text = (ROOT / f"course/{stem}/notebook.md").read_text("utf-8")
    blocks = re.findall(r"### BEGIN SOLUTION\n(.*?)### END SOLUTION", text, re.DOTALL)
    return {line.strip() for block in blocks for line in block.splitlines() if len(line.strip()) > _SHORT}


def hidden_probes(stem: str) -> set[str]:
    """Return the names of hidden probes that are no words."""
    marked = [
        examine(e.id, Nothing(), "learner-0") for e in chapter(stem).exercises if e.kind in ("function", "figure")
    ]
    return {p.name for verdict in marked for p in verdict.probes if not p.visible and re.search("[-_]", p.name)}


def expected(stem: str, learner: str) -> dict[str, set[str]]:
    """Return the values that a learner's own data give, as a page would write them: exercise -> texts."""
    found = {}
    for exercise in chapter(stem).exercises:
        if exercise.kind == "number":
            (value,) = (p.expected for p in examine(exercise.id, Nothing(), learner).probes)
            written = {formats.number(value, lang, exercise.decimals or 0) for lang in LANGUAGES} | {f"{value:.4g}"}
            found[exercise.id] = {text for text in written if len(re.sub(r"\D|^0\.", "", text)) >= _TELLING}
    return found
