"""Every link of a document or a notebook leads somewhere, and every picture in one is told."""

from __future__ import annotations

import json
import re
from pathlib import Path
from urllib.parse import unquote, urlsplit

import pytest
from markdown_it import MarkdownIt

ROOT = Path(__file__).parents[1]

PLACES = ("*.md", "course/*.md", "loyaltylib/**/*.md", "datasets/**/*.md", "notebooks/*.md", "notebooks/*/*.ipynb")
DOCUMENTS = sorted(path for pattern in PLACES for path in ROOT.glob(pattern))
MARKDOWN = MarkdownIt("commonmark").enable("table")


def texts(path: Path) -> list[str]:
    """Return the Markdown of a file: of a notebook that of its text cells."""
    if path.suffix == ".md":
        return [path.read_text("utf-8")]
    cells = json.loads(path.read_text("utf-8"))["cells"]
    return ["".join(cell["source"]) for cell in cells if cell["cell_type"] == "markdown"]


def tokens(text: str):
    for token in MARKDOWN.parse(text):
        yield from (token, *(token.children or ()))


def anchors(path: Path) -> set[str]:
    """Return the names that a heading of a document can be linked by, as GitHub makes them."""
    found = set()
    for text in texts(path):
        lines = re.findall(r"^#+ +(.+?) *$", text, re.MULTILINE)
        found |= {re.sub(r"[^\w\- ]", "", line.lower()).replace(" ", "-") for line in lines}
    return found


@pytest.mark.parametrize("path", DOCUMENTS, ids=lambda path: str(path.relative_to(ROOT)))
def test_every_link_leads_somewhere_and_every_picture_is_told(path):
    for token in (token for text in texts(path) for token in tokens(text)):
        if token.type == "image":
            assert token.content.strip(), f"{token.attrs['src']} has no alternative text"
        target = token.attrs.get("href") or token.attrs.get("src")
        if not target:
            continue
        parts = urlsplit(str(target))
        if parts.scheme:
            assert (parts.scheme, bool(parts.hostname)) == ("https", True), target
            continue
        place = (path.parent / unquote(parts.path)).resolve() if parts.path else path
        assert place.exists(), target
        assert place.is_relative_to(ROOT), target
        if parts.fragment:
            assert unquote(parts.fragment) in anchors(place), target


def test_a_learners_notebook_links_to_nothing_that_a_learner_has_not():
    """A notebook is copied to wherever a learner works: only its neighbours come along."""
    for path in ROOT.glob("notebooks/*/*.ipynb"):
        found = [token.attrs.get("href") or token.attrs.get("src") for text in texts(path) for token in tokens(text)]
        beside = [urlsplit(str(target)) for target in found if target]
        assert [each.path for each in beside if not each.scheme and "/" in each.path] == [], path
