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
_HEX = re.compile(r"[0-9a-f]+", re.IGNORECASE)
# A number or a run of hexadecimal digits stands in longer ones by chance, a word of letters in longer words.
_EDGES = {
    "hex": (r"(?<![0-9])(?<![0-9a-fA-F]{2})", r"(?![0-9])(?![0-9a-fA-F]{2})"),
    "letters": (r"(?:(?<![A-Za-z])|(?<=\\[nrt]))", r"(?![A-Za-z])"),
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
                self._instead.setdefault(form.casefold(), instead)
        self.__dict__.pop("_pattern", None)

    def replace(self, text: str) -> str:
        """Return a text with every word replaced."""
        if not self._instead:
            return text
        return self._pattern.sub(lambda match: self._instead.get(match[0].casefold(), "p-"), text)

    def find(self, text: str) -> str:
        """Return the first word that stands in a text; empty where none does."""
        match = self._pattern.search(text) if self._instead else None
        return match[0] if match else ""

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
        branches = (f"{_EDGES[kind][0]}{_expression(tree, _EDGES[kind][1])}" for kind, tree in ordered)
        return re.compile("|".join(branches), re.IGNORECASE)


def _expression(tree: dict[str, Any], end: str) -> str:
    """Return a tree of letters as an expression that takes the longest word."""
    ways = [f"{re.escape(letter)}{_expression(rest, end)}" for letter, rest in sorted(tree.items()) if letter]
    if "" in tree:
        ways.append(end)
    return ways[0] if len(ways) == 1 else f"(?:{'|'.join(ways)})"
