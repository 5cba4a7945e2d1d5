"""Mutants of an answer: the same code with one small thing changed, as somebody in a hurry would get it wrong.

Written here rather than taken from a mutation tester: those run a test suite on files, and none leaves out a statement
or shifts a slice; what is wanted is the code of one cell, changed.
"""

from __future__ import annotations

import ast
import copy
import difflib
from collections.abc import Callable, Iterator
from dataclasses import dataclass
from functools import partial
from typing import Any

_COMPARED: dict[type[ast.cmpop], type[ast.cmpop]] = {
    ast.Lt: ast.LtE, ast.LtE: ast.Lt, ast.Gt: ast.GtE, ast.GtE: ast.Gt, ast.Eq: ast.NotEq, ast.NotEq: ast.Eq,
    ast.In: ast.NotIn, ast.NotIn: ast.In, ast.Is: ast.IsNot, ast.IsNot: ast.Is,
}  # fmt: skip
_COMPUTED: dict[type[ast.operator], type[ast.operator]] = {
    ast.Add: ast.Sub, ast.Sub: ast.Add, ast.Mult: ast.Div, ast.Div: ast.Mult, ast.FloorDiv: ast.Mult,
    ast.Mod: ast.Mult, ast.Pow: ast.Mult, ast.BitAnd: ast.BitOr, ast.BitOr: ast.BitAnd,
}  # fmt: skip
Change = Callable[[Any], None]  # changes the node it is given


@dataclass(frozen=True)
class Mutant:
    """Changed code, and what was changed: the lines that went and the lines that came."""

    code: str
    said: str


def mutants(tree: ast.Module) -> list[Mutant]:
    """Return every mutant of a tree, each with one change, none twice."""
    before = ast.unparse(tree)
    found: dict[str, Mutant] = {}
    for place, node in enumerate(ast.walk(tree)):
        for change in _changes(node):
            changed = copy.deepcopy(tree)
            change(list(ast.walk(changed))[place])
            code = ast.unparse(ast.fix_missing_locations(changed)) or "pass"
            if code != before:
                found.setdefault(code, Mutant(code, _said(before, code)))
    return list(found.values())


def _said(before: str, after: str) -> str:
    lines = list(difflib.ndiff(before.splitlines(), after.splitlines()))
    went, came = ([line[2:].strip() for line in lines if line[0] == sign] for sign in "-+")
    return f"{' / '.join(went) or 'nothing'} -> {' / '.join(came) or 'nothing'}"


def _changes(node: ast.AST) -> Iterator[Change]:
    """Yield what can be changed at one node, each change by itself."""
    yield from _of_signs(node)
    yield from _of_values(node)
    for name, value in ast.iter_fields(node):
        if _is_not(value):
            yield partial(_put, name=name, value=value.operand)
        if isinstance(value, list):
            yield from (
                partial(_put_at, name=name, place=i, value=v.operand) for i, v in enumerate(value) if _is_not(v)
            )
        if name in ("body", "orelse") and isinstance(value, list):
            yield from (partial(_leave_out, name=name, place=place) for place in range(len(value)))


def _of_signs(node: ast.AST) -> Iterator[Change]:
    match node:
        case ast.Compare():
            for place, sign in enumerate(node.ops):
                yield partial(_put_at, name="ops", place=place, value=_COMPARED[type(sign)]())
        case ast.BinOp() | ast.AugAssign() if type(node.op) in _COMPUTED:
            yield partial(_put, name="op", value=_COMPUTED[type(node.op)]())
        case ast.BoolOp():
            yield partial(_put, name="op", value=ast.Or() if isinstance(node.op, ast.And) else ast.And())
        case ast.If() | ast.IfExp() | ast.While():
            yield partial(_put, name="test", value=ast.UnaryOp(ast.Not(), copy.deepcopy(node.test)))


def _of_values(node: ast.AST) -> Iterator[Change]:
    match node:
        case ast.Constant(value=bool()):
            yield partial(_put, name="value", value=not node.value)
        case ast.Constant(value=int() | float()):
            yield partial(_put, name="value", value=node.value + 1)
            yield partial(_put, name="value", value=node.value - 1)
        case ast.Slice():
            if node.lower is None:
                yield partial(_put, name="lower", value=ast.Constant(1))
            if node.upper is None:
                yield partial(_put, name="upper", value=ast.Constant(-1))


def _is_not(value: Any) -> bool:
    return isinstance(value, ast.UnaryOp) and isinstance(value.op, ast.Not)


def _put(node: Any, *, name: str, value: Any) -> None:
    setattr(node, name, value)


def _put_at(node: Any, *, name: str, place: int, value: Any) -> None:
    getattr(node, name)[place] = value


def _leave_out(node: Any, *, name: str, place: int) -> None:
    rest = getattr(node, name)
    del rest[place]
    if not rest and name == "body" and not isinstance(node, ast.Module):
        rest.append(ast.Pass())
