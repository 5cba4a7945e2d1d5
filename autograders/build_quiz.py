"""Read a chapter's `quiz.yml` with lines, write a quiz's answer cell, and the items as learners get them.

What an item is and which key fits its kind is `loyaltylib.quiz`; here every complaint gets file and line.
Of a marked item the learner's file holds no key, no `why`, and its options in an order that says nothing.
"""

from __future__ import annotations

import hashlib
import json
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

from loyaltylib import quiz
from loyaltylib.errors import CourseError

from .build_source import CELL_ID, Placed, bilingual, read_yaml, wrong

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator
    from pathlib import Path

_REMARKS = {  # what stands beside an untouched answer; the same in both languages' notebooks
    "single": "choose one 单选",
    "multiple": "choose one or more 多选",
    "truefalse": "True or False 判断",
    "numeric": "a number 数值",
    "ordering": "all of them, in order 排序",
    "matching": "one for each 配对",
}


@dataclass(frozen=True)
class SourceItem:
    """One item, as written and as read, and the file and the line it starts on."""

    raw: Placed
    item: quiz.Item
    path: Path

    @property
    def line(self) -> int:
        """The line of `quiz.yml` it starts on."""
        return self.raw.line


def read_items(path: Path, content: bytes | None = None) -> dict[str, SourceItem]:
    """Read and check `quiz.yml`, or what is known to stand in it: item's id -> item, in the file's order.

    Raises `CourseError` with file and line for what `loyaltylib.quiz` refuses, for an id that is not the
    chapter's, and for texts that differ between the languages in their links or placeholders.
    """
    raw, items = read_yaml(path, content), dict[str, SourceItem]()
    for entry in raw.get("items", ()):
        if not isinstance(entry, Placed):
            raise wrong(path, raw.line, f"an item must be a mapping, found {entry!r}")
        try:
            item = quiz.parse(entry)
        except CourseError as error:
            raise wrong(path, entry.line, str(error)) from None
        for name in (item.id, *(option.id for option in (*item.options, *item.left))):
            if not CELL_ID.fullmatch(name):
                raise wrong(path, entry.line, f"'{name}' cannot be an id: letters, digits, '_' and '-' only")
        if not item.id.startswith(f"{path.parent.name}-") or not item.name:
            raise wrong(path, entry.line, f"item '{item.id}': its id must be '{path.parent.name}-<name>'")
        if not item.keyed:
            raise wrong(path, entry.line, f"item '{item.id}' has no key")
        if item.id in items:
            raise wrong(path, entry.line, f"item '{item.id}' is there twice, first on line {items[item.id].line}")
        for line, what, text in _texts(entry):
            bilingual(path, line, f"item '{item.id}': {what}", text)
        items[item.id] = SourceItem(entry, item, path)
    return items


def _texts(node: Any, what: str = "") -> Iterator[tuple[int, str, Placed]]:
    """Find every text of an item: each mapping of languages, with its line and where it stands."""
    if isinstance(node, Placed) and {"en", "zh"} & set(node):
        yield node.line, what, node
    elif isinstance(node, Placed):
        for key, value in node.items():
            yield from _texts(value, str(key))
    elif isinstance(node, list):
        for value in node:
            yield from _texts(value, what)


def _python(value: Any) -> str:
    """Write a plain value as Python code, with double quotes as everywhere in the notebook."""
    if isinstance(value, str):
        return json.dumps(value, ensure_ascii=False)
    if isinstance(value, list):
        return f"[{', '.join(map(_python, value))}]"
    if isinstance(value, dict):
        return f"{{{', '.join(f'{_python(k)}: {_python(v)}' for k, v in value.items())}}}"
    return repr(value)


def _stub(item: quiz.Item) -> Any:
    """Return the untouched answer; a matching keeps its left side, so that nobody has to type it."""
    return {thing.id: "" for thing in item.left} if item.kind == "matching" else item.stub


def answer_cell(name: str, items: Iterable[quiz.Item]) -> str:
    """Return the code of a quiz's answer cell: the untouched answers, then the key as the solution."""
    items = list(items)
    stub = [f"    {_python(i.name)}: {_python(_stub(i))},  # {_REMARKS[i.kind]}" for i in items]
    key = [f"    {_python(i.name)}: {_python(i.right_answer)}," for i in items]
    solution = ["### BEGIN SOLUTION", f"{name} = {{", *key, "}", "### END SOLUTION"]
    return "\n".join([f"{name} = {{", *stub, "}", *solution])


def learners_items(items: Iterable[SourceItem]) -> str:
    """Return the learner's items file: JSON, byte-stable, without any marked item's key."""
    public = [_marked(one.raw) if one.item.use == "marked" else one.raw for one in items]
    return json.dumps({"items": public}, ensure_ascii=False, indent=1) + "\n"


def _marked(raw: Placed) -> dict[str, Any]:
    """Return what a learner may see of a marked item; the order of its options tells nothing of the key."""
    seen = quiz.without_key(raw)
    if "options" in seen:
        place = {o["id"]: hashlib.sha256(f"{raw['id']}|{o['id']}".encode()).digest() for o in seen["options"]}
        seen["options"].sort(key=lambda option: place[option["id"]])
    return seen
