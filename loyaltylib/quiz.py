"""Quiz items: what one is, where a chapter's are, how an answer to one is marked.

An item is written in `course/<stem>/quiz.yml`. The build copies the items to
`notebooks/items/<stem>.json` for learners: practice items whole, marked items without key and whys.
Both files have the same form, `{"items": [...]}`, and are read by the same function.
"""

from __future__ import annotations

import hashlib
import json
from collections.abc import Mapping
from dataclasses import dataclass, field
from functools import cache
from typing import TYPE_CHECKING, Any, Literal, cast, get_args

from . import answers
from .chapters import Text, draw
from .errors import CourseError, UnknownName
from .messages import LANGUAGES
from .resources import find, read_yaml, view

if TYPE_CHECKING:
    from pathlib import Path

Kind = Literal["single", "multiple", "truefalse", "numeric", "ordering", "matching"]
Use = Literal["marked", "practice"]
Level = Literal["recall", "apply", "judge"]  # say again what the course says; use it; weigh it in a new case
KINDS: tuple[Kind, ...] = get_args(Kind)
PERCENT = ("%", "per cent", "percent", "percentage points")  # units of a numeric item in which "90%" means 90
_KEY_FIELDS = ("key", "why", "right")


@dataclass(frozen=True)
class Option:
    """One thing to choose. `right` (single, multiple) and `why` are None where a learner may not see them."""

    id: str
    text: Text
    right: bool | None = None
    why: Text | None = None


@dataclass(frozen=True)
class Note:
    """What is said about one thing a learner chose: the option's id, whether it was right there, and why."""

    option: str
    right: bool
    why: Text


@dataclass(frozen=True)
class Marked:
    """The outcome for one answer: `share` of full credit (0 to 1), and a note on everything chosen."""

    share: float
    notes: tuple[Note, ...] = ()

    @property
    def passed(self) -> bool:
        """Whether everything asked for was right."""
        return self.share == 1


@dataclass(frozen=True)
class Item:
    """One quiz question.

    id          `<stem>-<name>`
    use         marked (its key is the instructor's) or practice (its key is in the notebook's items)
    kind        single, multiple, truefalse, numeric, ordering, matching
    concept     id of the concept to read again; empty for what is no concept of the course, such as Python
    level       recall, apply or judge; None in a course that does not say
    source      where the course says it
    stem        the question, in both languages
    options     what can be chosen (single, multiple), put in order, or matched to `left`
    left        the things each of which gets one option (matching)
    key         truefalse: bool; numeric: number; ordering: option ids in order; matching: {left: option};
                single and multiple: None, their options are `right` or not
    why         truefalse: {"true": text, "false": text}; numeric: {"": text}; else empty, options have it
    unit, decimals, tolerance   numeric only
    """

    id: str
    use: Use
    kind: Kind
    concept: str
    source: str
    stem: Text
    options: tuple[Option, ...] = ()
    left: tuple[Option, ...] = ()
    key: Any = None
    why: dict[str, Text] = field(default_factory=dict)
    unit: Text | None = None
    decimals: int = 0
    tolerance: float = 0.0
    level: Level | None = None

    @property
    def name(self) -> str:
        """The id without its chapter: how an answer dict names the item."""
        return self.id.partition("-")[2]

    @property
    def keyed(self) -> bool:
        """Whether the right answer is known here."""
        return self.key is not None or any(option.right for option in self.options)

    @property
    def right_answer(self) -> Any:
        """The right answer in the form a learner types it; raises `CourseError` where it is not known here."""
        if not self.keyed:
            raise CourseError(f"item '{self.id}': its key is not in this file")
        if self.kind == "single":
            return next(option.id for option in self.options if option.right)
        if self.kind == "multiple":
            return [option.id for option in self.options if option.right]
        return self.key

    @property
    def stub(self) -> Any:
        """The empty answer of this kind of item, as it stands in an answer cell."""
        return {"single": "", "multiple": [], "ordering": [], "matching": {}}.get(self.kind)

    def option(self, option_id: str) -> Option:
        """Return one option, or a thing of `left`, by its id; raises `UnknownName`."""
        for option in (*self.options, *self.left):
            if option.id == option_id:
                return option
        raise UnknownName("option", option_id, (o.id for o in (*self.options, *self.left)))

    def shuffled(self, learner: str) -> tuple[Option, ...]:
        """Return the options in this learner's own order, the same on every machine."""
        return tuple(sorted(self.options, key=lambda option: draw(learner, self.id, option.id)))

    def read(self, raw: object) -> answers.Reading:
        """Return what was meant by an answer, with a hint where its form is not the one of this kind."""
        ids = [option.id for option in self.options]
        match self.kind:
            case "single":
                return answers.read_choice(raw, ids)
            case "multiple":
                return answers.read_choices(raw, ids)
            case "truefalse":
                return answers.read_truth(raw)
            case "numeric":
                unit = (self.unit or {}).get("en", "")
                return answers.read_in_unit(raw, percent=unit in PERCENT, fraction=unit.startswith(answers.FRACTION))
            case "ordering":
                return answers.read_order(raw, ids)
            case "matching":
                return answers.read_matching(raw, [thing.id for thing in self.left], ids)

    def mark(self, value: Any) -> Marked:  # noqa: PLR0911  # one return a kind
        """Mark an answer as `read(...)` returned it: `item.mark(item.read(raw).value)`.

        single, truefalse, numeric, ordering: all or nothing. multiple: (right ones chosen - wrong ones
        chosen) / right ones, never below 0. matching: the share of pairs that are right. A value of
        None (an unreadable answer) gets nothing; a number that is readable but not accepted is for its hint, not
        for marking. Raises `CourseError` where the key is not known here.
        """
        right = self.right_answer
        if value is None:
            return Marked(0.0)
        match self.kind:
            case "single":
                return Marked(float(value == right), (self._note(value, right=value == right),))
            case "multiple":
                hits = sum(option in right for option in value)
                notes = tuple(self._note(option, right=option in right) for option in value)
                return Marked(max(0.0, (2 * hits - len(value)) / len(right)), notes)
            case "truefalse":
                return Marked(float(value == right), (Note("", value == right, self.why[str(value).lower()]),))
            case "numeric":
                passed = abs(value - right) <= self.tolerance
                return Marked(float(passed), (Note("", passed, self.why[""]),))
            case "ordering":
                notes = tuple(self._note(one, right=one == other) for one, other in zip(value, right, strict=True))
                return Marked(float(value == right), notes)
            case "matching":
                notes = tuple(self._note(value[one], right=value[one] == right[one]) for one in right)
                return Marked(sum(note.right for note in notes) / len(notes), notes)

    def _note(self, option_id: str, *, right: bool) -> Note:
        return Note(option_id, right, self.option(option_id).why or {})


def without_key(raw: Mapping[str, Any]) -> dict[str, Any]:
    """Return a marked item as a learner may see it, without key, whys and which option is right."""
    item = {name: value for name, value in raw.items() if name not in _KEY_FIELDS}
    for side in ("options", "left"):
        if side in item:
            item[side] = [{k: v for k, v in option.items() if k not in _KEY_FIELDS} for option in item[side]]
    return item


def parse(raw: Mapping[str, Any]) -> Item:
    """Return one item from its plain form in `quiz.yml` or in the learners' items.

    Raises `CourseError` naming the item and the field: an unknown kind, a missing language, a key
    that names no option, an option without a why where the key is given.
    """
    place = f"item '{raw.get('id', '?')}'"
    for name in ("id", "use", "kind", "concept", "source", "stem"):
        if name not in raw:
            raise CourseError(f"{place}: '{name}' is missing")
    if raw["kind"] not in KINDS:
        raise CourseError(f"{place}: kind '{raw['kind']}' is none of {', '.join(KINDS)}")
    if raw["use"] not in get_args(Use):
        raise CourseError(f"{place}: use '{raw['use']}' is none of {', '.join(get_args(Use))}")
    if raw.get("level") not in (None, *get_args(Level)):
        raise CourseError(f"{place}: level '{raw['level']}' is none of {', '.join(get_args(Level))}")
    why = raw.get("why") or {}
    if "en" in why or "zh" in why:
        why = {"": why}
    item = Item(
        id=str(raw["id"]),
        use=cast("Use", raw["use"]),
        kind=cast("Kind", raw["kind"]),
        concept=str(raw["concept"]),
        source=str(raw["source"]),
        stem=_text(raw["stem"], f"{place}, stem"),
        level=raw.get("level"),
        options=tuple(_option(option, place) for option in raw.get("options", ())),
        left=tuple(_option(option, place) for option in raw.get("left", ())),
        key=raw.get("key"),
        why={str(answer).lower(): _text(text, f"{place}, why") for answer, text in why.items()},
        unit=_text(raw["unit"], f"{place}, unit") if raw.get("unit") else None,
        decimals=int(raw.get("decimals", 0)),
        tolerance=float(raw.get("tolerance", 0.0)),
    )
    _check_form(item, place)
    if item.keyed:
        _check_key(item, place)
    elif item.use == "practice":
        raise CourseError(f"{place}: a practice item needs its key")
    return item


def _text(raw: Any, place: str) -> Text:
    missing = [lang for lang in LANGUAGES if not isinstance(raw, Mapping) or not raw.get(lang)]
    if missing:
        raise CourseError(f"{place}: no text in {' and '.join(missing)}")
    return {lang: str(raw[lang]) for lang in LANGUAGES}


def _option(raw: Mapping[str, Any], place: str) -> Option:
    if "id" not in raw:
        raise CourseError(f"{place}: an option has no id")
    here = f"{place}, option '{raw['id']}'"
    why = _text(raw["why"], f"{here}, why") if raw.get("why") else None
    return Option(str(raw["id"]), _text(raw.get("text"), here), raw.get("right"), why)


def _check_form(item: Item, place: str) -> None:
    ids = [option.id for option in (*item.options, *item.left)]
    doubles = sorted({option for option in ids if ids.count(option) > 1})
    if doubles:
        raise CourseError(f"{place}: option ids used twice: {', '.join(doubles)}")
    if item.kind in ("single", "multiple", "ordering", "matching") and len(item.options) < 2:  # noqa: PLR2004  # a choice
        raise CourseError(f"{place}: fewer than two options")
    if item.kind == "matching" and not item.left:
        raise CourseError(f"{place}: nothing on the left to match")
    if item.kind == "numeric" and item.unit is None:
        raise CourseError(f"{place}: a number needs its unit")


def _check_key(item: Item, place: str) -> None:
    ids = [option.id for option in item.options]
    rights = sum(option.right is True for option in item.options)
    key = item.key
    wrong = {
        "single": rights != 1,
        "multiple": rights < 1,
        "truefalse": not isinstance(key, bool),
        "numeric": isinstance(key, bool) or not isinstance(key, (int, float)),
        "ordering": not isinstance(key, list) or sorted(key) != sorted(ids),
        "matching": not isinstance(key, Mapping)
        or set(key) != {thing.id for thing in item.left}
        or not set(key.values()) <= set(ids),
    }[item.kind]
    if wrong:
        given = f"{rights} right options" if key is None else key
        raise CourseError(f"{place}: the key does not fit an item of kind {item.kind}: {given}")
    if item.kind == "truefalse" and set(item.why) != {"true", "false"}:
        raise CourseError(f"{place}: true and false each need a why")
    if item.kind == "numeric" and "" not in item.why:
        raise CourseError(f"{place}: the number needs a why")
    silent = [option.id for option in item.options if option.why is None]
    if silent:
        raise CourseError(f"{place}: options without a why: {', '.join(silent)}")


def read_items(path: Path) -> dict[str, Item]:
    """Return the items of one file (`quiz.yml` or the learners' JSON) by id, in its order; raises `CourseError`."""
    raw = json.loads(path.read_text("utf-8")) if path.suffix == ".json" else read_yaml(path)  # learners read JSON
    items: dict[str, Item] = {}
    for each in raw["items"]:
        try:
            item = parse(each)
        except CourseError as error:
            raise CourseError(f"{path.name}: {error}") from None
        if item.id in items:
            raise CourseError(f"{path.name}: item '{item.id}' is there twice")
        items[item.id] = item
    return items


def items(stem: str) -> dict[str, Item]:
    """Return a chapter's items as learners have them, by id, from `notebooks/items/<stem>.json`."""
    return _items(stem, view())


@cache
def _items(stem: str, _view: Path | None) -> dict[str, Item]:
    return read_items(find(f"notebooks/items/{stem}.json"))


def edition(stem: str) -> str:
    """Return by which a chapter of a class with items or parameters of its own is told from another.

    It is a short hash of what learners have of the chapter: its items and `chapter.yml`.
    """
    parts = (f"notebooks/items/{stem}.json", f"course/{stem}/chapter.yml")
    return edition_of(*(find(part).read_bytes() for part in parts))


def edition_of(items: bytes, chapter: bytes) -> str:
    """Return the same from the content of the two files."""
    return hashlib.sha256(items + b"\0" + chapter).hexdigest()[:8]


def item(item_id: str) -> Item:
    """Return one of the learners' items by its full id, for instance `tiers-lowest`; raises `UnknownName`."""
    known = items(item_id.partition("-")[0])
    if item_id not in known:
        raise UnknownName("item", item_id, known)
    return known[item_id]
