"""Every message a person reads is there in Chinese, says the same places, and nothing stale is kept."""

from __future__ import annotations

import io
import re
import string
from pathlib import Path

import pytest
from babel.messages.extract import extract
from babel.messages.pofile import read_po

ROOT = Path(__file__).parents[1]
KEYWORDS = {"tell": (2,), "library_tell": (2,), "_tell": (2,), "N_": None}
TEMPLATE = re.compile(r"""say\(\s*"((?:[^"\\]|\\.)*)\"""")
CHINESE = re.compile(r"[\u4e00-\u9fff]")


def used(package: str) -> set[str]:
    """Collect the message ids that stand as literals in a package's code and templates."""
    found: set[str] = set()
    for path in (ROOT / package).rglob("*.py"):
        for _, message, _, _ in extract("python", io.BytesIO(path.read_bytes()), keywords=KEYWORDS):
            found.add(message[-1] if isinstance(message, tuple) else message)
    for path in (ROOT / package).rglob("*.j2"):
        found |= set(TEMPLATE.findall(path.read_text("utf-8")))
    return {message for message in found if message}


def catalogues(package: str) -> list[Path]:
    return sorted((ROOT / package / "locale" / "zh" / "LC_MESSAGES").glob(f"{package}*.po"))


def translations(package: str) -> dict[str, str]:
    found: dict[str, str] = {}
    for path in catalogues(package):
        with path.open("rb") as file:
            found |= {str(m.id): str(m.string) for m in read_po(file, abort_invalid=True) if m.id}
    return found


def places(text: str) -> set[str]:
    return {name for _, name, _, _ in string.Formatter().parse(text) if name}


@pytest.fixture(scope="module", params=["loyaltylib", "autograders"])
def package(request):
    return request.param


def test_every_message_has_a_translation(package):
    # The graders may say a thing in the library's words.
    known = translations(package) | (translations("loyaltylib") if package == "autograders" else {})
    assert len(used(package)) > 50
    assert sorted(message for message in used(package) if not known.get(message)) == []


def test_no_translation_without_a_message(package):
    assert sorted(set(translations(package)) - used("loyaltylib") - used("autograders")) == []


def test_translations_keep_the_places_and_are_chinese(package):
    for message, text in translations(package).items():
        assert places(message) == places(text), message
        if len(re.sub(r"\{[^}]*\}|[^A-Za-z]", "", message)) > 3:
            assert CHINESE.search(text), message


def test_no_message_stands_in_the_catalogues_twice(package):
    texts = [path.read_text("utf-8") for path in catalogues(package)]
    ids = [each for text in texts for each in re.findall(r'^msgid ((?:"(?:[^"\\]|\\.)*"\s*)+)', text, re.MULTILINE)]
    joined = [word for word in ("".join(re.findall(r'"((?:[^"\\]|\\.)*)"', each)) for each in ids) if word]
    assert sorted({each for each in joined if joined.count(each) > 1}) == []
