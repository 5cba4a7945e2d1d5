"""Find many words at once in any of the ways in which files write them, and replace each by its own."""

from __future__ import annotations

import html
import json
import re
import unicodedata
from functools import cached_property
from typing import Any
from urllib.parse import quote

_WIDE = {ord(chr(code)): chr(code + 0xFEE0) for code in range(0x21, 0x7F)}
_HEX = re.compile("[0-9a-f]+")
# A number or a run of hexadecimal digits stands in longer ones by chance, a word of letters in longer words. What must
# not stand before a word is looked for behind its first letter: an expression that begins with letters is found fast.
_EDGES = {
    "hex": ("(?<![0-9]{0})(?<![0-9a-f]{{2}}{0})", "(?![0-9])(?![0-9a-f]{2})"),
    "letters": (r"(?:(?<![a-z]{0})|(?<=\\[nrt]{0}))", "(?![a-z])"),
    "other": ("", ""),
}


def latin(word: str) -> bool:
    """Return whether a word is of Latin letters."""
    return all("LATIN" in unicodedata.name(each, "") for each in word if each.isalpha())


def forms(word: str) -> set[str]:
    """Return a word as texts, pages, JSON, addresses, tables, Python and file names write it."""
    escaped = html.escape(word)
    file_name = "".join(each if each.isalnum() or each in "-_." else "_" for each in word)
    return {
        word,
        word.translate(_WIDE),
        escaped,
        escaped.replace("&#x27;", "&#39;"),
        html.escape(word, quote=False),
        html.escape(html.escape(word)),
        json.dumps(word)[1:-1],
        json.dumps(word, ensure_ascii=False)[1:-1],
        repr(word)[1:-1],
        quote(word),
        quote(word, safe=""),
        word.replace('"', '""'),
        file_name,
    }


class Words:
    """Words with what stands in place of each; case does not matter, the longest goes first."""

    def __init__(self) -> None:
        self._instead: dict[str, str] = {}

    def add(self, word: str, instead: str) -> None:
        """Have a word replaced, in all its forms."""
        for form in forms(word):
            if form.strip("_. "):
                self._instead.setdefault(_lower(form), instead)
        self.__dict__.pop("_pattern", None)

    def replace(self, text: str) -> str:
        """Return a text with every word replaced."""
        parts, end = [], 0
        for match in self._pattern.finditer(_lower(text)) if self._instead else ():
            parts += [text[end : match.start()], self._instead[match[0]]]
            end = match.end()
        return "".join([*parts, text[end:]]) if parts else text

    def find(self, text: str) -> str:
        """Return the first word that stands in a text; empty where none does."""
        match = self._pattern.search(_lower(text)) if self._instead else None
        return text[match.start() : match.end()] if match else ""

    @cached_property
    def _pattern(self) -> re.Pattern[str]:
        """All words as one expression: a tree of letters, so that their number costs little."""
        kinds: dict[str, dict[str, Any]] = {}
        for word in self._instead:
            kind = "hex" if _HEX.fullmatch(word) else "letters" if word.isascii() and word.isalpha() else "other"
            node = kinds.setdefault(kind, {})
            for letter in word:
                node = node.setdefault(letter, {})
            node[""] = {}
        ordered = sorted(kinds.items(), reverse=True)  # what holds an id or a name, such as an e-mail, goes first
        return re.compile(
            "|".join(_beginning(letter, rest, kind) for kind, tree in ordered for letter, rest in tree.items())
        )


def _lower(text: str) -> str:
    """Return a text in small letters, each in its place."""
    small = text.lower()
    return small if len(small) == len(text) else "".join(c.lower() if len(c.lower()) == 1 else c for c in text)


def _beginning(letter: str, rest: dict[str, Any], kind: str) -> str:
    """Return the expression of all words of a kind that begin with a letter."""
    before, after = _EDGES[kind]
    return f"{re.escape(letter)}{before.format(re.escape(letter))}{_expression(rest, after)}"


def _expression(tree: dict[str, Any], end: str) -> str:
    """Return a tree of letters as an expression that takes the longest word."""
    ways = [f"{re.escape(letter)}{_expression(rest, end)}" for letter, rest in sorted(tree.items()) if letter]
    if "" in tree:
        ways.append(end)
    return ways[0] if len(ways) == 1 else f"(?:{'|'.join(ways)})"
