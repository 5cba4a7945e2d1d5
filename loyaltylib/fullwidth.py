"""Full-width characters typed into code: which they are, where, and which half-width one Python needs."""

from __future__ import annotations

import unicodedata
from dataclasses import dataclass

from .messages import tell

# Punctuation of a Chinese keyboard whose compatibility form is not the ASCII character that is meant.
_TWINS = {
    "“": '"',
    "”": '"',
    "‘": "'",
    "’": "'",
    "、": ",",
    "。": ".",
    "【": "[",
    "】": "]",
    "「": "[",
    "」": "]",
    "《": "<",
    "》": ">",
    "—": "-",
    "–": "-",
    "\N{MINUS SIGN}": "-",
    "×": "*",
    "÷": "/",
    "…": "...",
    "￥": "¥",
}
_SHOWN = 3  # distinct characters named in one hint


@dataclass(frozen=True)
class Typed:
    """One full-width character in code: the line it is on (from 1), itself, and its half-width twin."""

    line: int
    character: str
    twin: str


def find(code: str) -> list[Typed]:
    """Return the full-width characters of a cell that stand in code, not in strings or comments.

    A string that is never closed on its line is searched too, for the curly quotes that should have closed it.

    >>> [(t.line, t.character, t.twin) for t in find("x = ['a'， 'b，c']  # 好，")]
    [(1, '，', ',')]
    """
    found: list[Typed] = []
    quote = ""
    opened = 0
    line = 1
    at = 0
    while at < len(code):
        character = code[at]
        step = 1
        if quote:
            if character == "\\":
                step = 2
            elif code.startswith(quote, at):
                step, quote = len(quote), ""
            elif character == "\n" and len(quote) == 1:
                found += _unclosed(code[opened:at], line)
                quote = ""
        elif character == "#":
            step = len(code[at:].partition("\n")[0])
        elif character in "'\"":
            quote = character * 3 if code.startswith(character * 3, at) else character
            step, opened = len(quote), at + len(quote)
        elif twin := half_width(character):
            found.append(Typed(line, character, twin))
        line += code.count("\n", at, at + step)
        at += step
    if len(quote) == 1:
        found += _unclosed(code[opened:], line)
    return found


def _unclosed(text: str, line: int) -> list[Typed]:
    return [Typed(line, each, _TWINS[each]) for each in text if each in "“”‘’"]


def half_width(character: str) -> str:
    """Return the ASCII character a full-width one stands for; empty for letters and for anything else.

    Full-width letters make valid names (Python folds them itself), so they are not reported.
    """
    if character.isascii() or character.isalpha():
        return ""
    twin = _TWINS.get(character) or unicodedata.normalize("NFKC", character)
    return twin if twin.isascii() else ""


def hint(code: str, lang: str) -> str:
    """Return a calm sentence for each full-width character in a cell's code, at most three; empty if there is none."""
    seen: dict[str, Typed] = {}
    for typed in find(code):
        seen.setdefault(typed.character, typed)
    lines = [_sentence(typed, lang) for typed in list(seen.values())[:_SHOWN]]
    if lines:
        lines.append(tell(lang, "Switch the keyboard to English input, type it again, and run the cell."))
    return "\n".join(lines)


def _sentence(typed: Typed, lang: str) -> str:
    if typed.twin.isspace():
        return tell(lang, "Line {line}: there is a full-width space; Python needs an ordinary one.", line=typed.line)
    return tell(
        lang,
        "Line {line}: {wide} is a full-width character; Python needs the half-width {half}",
        line=typed.line,
        wide=typed.character,
        half=typed.twin,
    )
