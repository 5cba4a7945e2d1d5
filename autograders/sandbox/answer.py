"""What comes out of a sandbox, read by a schema: whatever a child wrote, this gives plain data or `Garbled`.

A frame is decoded by msgspec into the types below and into nothing else: no pickle, no eval, no class that a frame
could name. Plain data are None, truth values, numbers, texts, lists and mappings; times become ISO text and spans
seconds, so that a check never meets an object with an opinion of its own.
"""

from __future__ import annotations

import math
import re
from typing import Annotated, Any

import msgspec
from msgspec import Meta, Struct

from .inside import DEEPEST, LONGEST_INT, MOST_ITEMS

_DIGITS = re.compile(rf"-?[0-9]{{1,{LONGEST_INT}}}")
_Name = Annotated[str, Meta(max_length=20_000)]
_Said = Annotated[str, Meta(max_length=100_000)]


class Garbled(Exception):  # noqa: N818  # an outcome, not a fault of the program
    """What came out is nothing that an honest child sends."""


class Drawing(list[Any]):
    """The axes of a figure, each a mapping: told from a list of mappings, which nobody has drawn."""


class _Tagged(Struct, tag_field="t", forbid_unknown_fields=True, frozen=True):
    pass


class _List(_Tagged, tag="list", frozen=True):
    v: list[Value]


class _Set(_Tagged, tag="set", frozen=True):
    v: list[Value]


class _Array(_Tagged, tag="array", frozen=True):
    v: list[Value]


class _Series(_Tagged, tag="series", frozen=True):
    v: list[Value]


class _Figure(_Tagged, tag="figure", frozen=True):
    v: list[Value]


class _Time(_Tagged, tag="time", frozen=True):
    v: _Name


class _Span(_Tagged, tag="span", frozen=True):
    v: float


class _Int(_Tagged, tag="int", frozen=True):
    v: _Name


class _Float(_Tagged, tag="float", frozen=True):
    v: _Name


class _Map(_Tagged, tag="map", frozen=True):
    v: list[tuple[Key, Value]]


class _Frame(_Tagged, tag="frame", frozen=True):
    v: list[tuple[Key, list[Value]]]


Key = None | bool | int | float | str | _Time | _Span | _Int | _Float
Value = (
    None | bool | int | float | str | _List | _Set | _Array | _Series | _Figure | _Map | _Frame | _Time | _Span | _Int
    | _Float
)  # fmt: skip


class Answer(Struct, forbid_unknown_fields=True, frozen=True):
    """The answer to one question: a value, or why there is none."""

    turn: int
    value: Value | msgspec.UnsetType = msgspec.UNSET
    missing: _Name | None = None
    odd: _Said | None = None
    raised: _Said | None = None


class Shown(Struct, forbid_unknown_fields=True, frozen=True):
    """One output of a cell, in nbformat's fields."""

    output_type: str
    name: _Name | None = None
    text: str | None = None
    data: dict[_Name, Any] | None = None
    metadata: dict[_Name, Any] | None = None
    display_id: _Name | None = None
    execution_count: int | None = None
    ename: _Said | None = None
    evalue: _Said | None = None
    traceback: list[_Said] | None = None


class Bundle(Struct, forbid_unknown_fields=True, frozen=True):
    """What stands in a place shown earlier from now on."""

    data: dict[_Name, Any]
    metadata: dict[_Name, Any]


class Ran(Struct, forbid_unknown_fields=True, frozen=True):
    """What a cell showed."""

    turn: int
    outputs: Annotated[list[Shown], Meta(max_length=20_000)]
    updates: dict[_Name, Bundle]
    count: int


class Begun(Struct, forbid_unknown_fields=True, frozen=True):
    """The child is in place."""

    turn: int


class Twinned(Struct, forbid_unknown_fields=True, frozen=True):
    """Whether there is a twin."""

    turn: int
    there: bool


KINDS: dict[type, Any] = {kind: msgspec.json.Decoder(kind) for kind in (Answer, Ran, Begun, Twinned)}
NOTHING = msgspec.UNSET


def builtin(found: Struct) -> dict[str, Any]:
    """Return what was read as plain dictionaries."""
    plainly: dict[str, Any] = msgspec.to_builtins(found)
    return plainly


def read(frame: bytes, kind: type) -> Any:
    """Return a frame as one of `Answer`, `Ran`, `Begun`, `Twinned`; raises `Garbled` for anything else."""
    try:
        return KINDS[kind].decode(frame)
    except (msgspec.MsgspecError, RecursionError, UnicodeDecodeError, ValueError) as error:
        raise Garbled(str(error)[:200]) from None


def plain(value: Value) -> Any:
    """Return the plain data of a decoded value; raises `Garbled` where it is larger or deeper than an honest one."""
    return _Reader().plain(value, 0)


class _Reader:
    """One value with its budget."""

    def __init__(self) -> None:
        self.left = MOST_ITEMS + DEEPEST

    def plain(self, value: Value, depth: int) -> Any:  # noqa: C901, PLR0911  # one for each kind
        self.left -= 1
        if self.left < 0 or depth > DEEPEST + 2:
            raise Garbled("the answer is too large")
        match value:
            case _Map():
                return {self._key(key): self.plain(each, depth + 1) for key, each in value.v}
            case _Frame():
                return {self._key(name): self._all(column, depth + 1) for name, column in value.v}
            case _List() | _Set() | _Array() | _Series():
                return self._all(value.v, depth)
            case _Figure():
                return Drawing(self._all(value.v, depth))
            case _Time() | _Span():
                return value.v
            case _Int():
                if not _DIGITS.fullmatch(value.v):
                    raise Garbled("a whole number is none")
                return int(value.v)
            case _Float():
                if value.v not in ("nan", "inf", "-inf"):
                    raise Garbled("a number is none")
                return float(value.v)
            case float() if not math.isfinite(value):
                raise Garbled("a number is not finite")
        return value

    def _all(self, values: list[Value], depth: int) -> list[Any]:
        return [self.plain(each, depth + 1) for each in values]

    def _key(self, key: Key) -> Any:
        return self.plain(key, 0)
