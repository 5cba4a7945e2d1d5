"""What two notebooks can have in common: their code as tokens without the names a learner chose, their prose as words.

A fingerprint is the hash of a few tokens in a row (Schleimer, Wilkerson, Aiken, "Winnowing", SIGMOD 2003), taken by
`copydetect`. Every one is kept, none is winnowed away: the notebooks of a class are small, and a fingerprint that is
looked for in the common solution must not be missing by the choice of its neighbours.
"""

from __future__ import annotations

import re
from dataclasses import dataclass
from functools import cache
from typing import TYPE_CHECKING, Any, Literal
from zlib import crc32

if TYPE_CHECKING:
    from collections.abc import Collection, Iterator, Sequence

Kind = Literal["code", "prose"]

LENGTH: dict[Kind, int] = {"code": 8, "prose": 6}  # tokens of one fingerprint: about a call; words, or Chinese signs
OWN_NAME = "·"  # stands for every name that a learner chose
_WORD = re.compile(r"[\u3400-\u9fff]|[^\W_\u3400-\u9fff]+")


@dataclass(frozen=True)
class Token:
    """One token as it is compared, and where it stands in its source."""

    text: str
    start: int
    end: int


@dataclass(frozen=True)
class Piece:
    """The code or the prose of one cell: its tokens, with their places in the cell's source."""

    cell: str
    kind: Kind
    source: str
    tokens: tuple[Token, ...]

    @property
    def prints(self) -> dict[int, list[int]]:
        """Return its fingerprints: hash -> numbers of the tokens where it begins."""
        from copydetect.utils import get_document_fingerprints

        numbers = tuple(crc32(f"{self.kind} {token.text}".encode()) for token in self.tokens)
        _, places = get_document_fingerprints(numbers, LENGTH[self.kind], 1)  # hashes of numbers: the same on each run
        return {int(print_): [int(place) for place in found] for print_, found in places.items()}

    def spans(self, places: Sequence[int]) -> list[tuple[int, int]]:
        """Return from where to where in the source the fingerprints stand that begin at these tokens.

        A comment between two tokens is in none of them.
        """
        import numpy as np
        from copydetect.utils import get_copied_slices

        starts, ends = get_copied_slices(np.array(sorted(places)), LENGTH[self.kind])
        found: list[tuple[int, int]] = []
        for first, last in zip(starts, ends, strict=True):
            run = self.tokens[int(first) : int(last)]
            found.append((run[0].start, run[0].end))
            for token in run[1:]:
                begun, end = found[-1]
                if "#" in self.source[end : token.start]:
                    found.append((token.start, token.end))
                else:
                    found[-1] = begun, token.end
        return found


def pieces(cell: str, cell_type: str, source: str, names: Collection[str]) -> Iterator[Piece]:
    """Yield what is compared of a cell: of code its tokens and, apart from them, its comments; of a text its words.

    names  those the released notebook gives, which stay as they are; every other name counts as the same one
    """
    if cell_type != "code":
        yield Piece(cell, "prose", source, tuple(_words(source, 0)))
        return
    code, prose = _lexed(source, names)
    yield Piece(cell, "code", source, tuple(code))
    yield Piece(cell, "prose", source, tuple(prose))


def names_in(source: str) -> set[str]:
    """Return the names that stand in a piece of Python."""
    from pygments.token import Name

    return {text for _, kind, text in _python().get_tokens_unprocessed(source) if kind in Name}


def all_prints(source: str, names: Collection[str]) -> set[int]:
    """Return every fingerprint of a text, read as code and as prose: of what explains that learners wrote the same."""
    read = (*pieces("", "code", source, names), *pieces("", "markdown", source, names))
    return {print_ for piece in read for print_ in piece.prints}


def _words(text: str, offset: int) -> list[Token]:
    """Return the words of a text, of Chinese each sign, without case and punctuation."""
    return [Token(m[0].casefold(), offset + m.start(), offset + m.end()) for m in _WORD.finditer(text)]


def _lexed(source: str, names: Collection[str]) -> tuple[list[Token], list[Token]]:
    """Return the tokens of a piece of Python, which may be wrong Python, and the words of its comments."""
    from pygments.token import Comment, Literal, Name, Text

    code: list[Token] = []
    prose: list[Token] = []
    for start, kind, text in _python().get_tokens_unprocessed(source):
        if kind in Comment or kind in Literal.String.Doc:
            prose += _words(text, start)
        elif kind in Text or (kind in Literal.String and text in _QUOTES):
            continue
        elif kind in Name and _is_own(code, kind, text, names):
            code.append(Token(OWN_NAME, start, start + len(text)))
        else:
            code.append(Token(text, start, start + len(text)))
    return code, prose


_QUOTES = {"'", '"', "'''", '"""'}


def _is_own(before: Sequence[Token], kind: Any, text: str, names: Collection[str]) -> bool:
    """Return whether a name is one that the learner chose: no attribute, no builtin, none of those given."""
    from pygments.token import Name

    attribute = bool(before) and before[-1].text == "."
    return not attribute and kind not in Name.Builtin and text not in names


@cache
def _python() -> Any:
    from pygments.lexers.python import PythonLexer

    return PythonLexer(stripnl=False, ensurenl=False)
