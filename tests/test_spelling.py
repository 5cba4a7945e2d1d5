"""Everything a person reads is spelt rightly, in both languages: a dictionary and the kit's own words.

words/en.txt   English words that no dictionary has: names, terms, Python; British forms
words/zh.txt   Chinese forms that are wrong or that the kit does not use, and what stands for them
"""

from __future__ import annotations

import re
from functools import cache
from pathlib import Path

import pytest
from babel.messages.pofile import read_po
from spellchecker import SpellChecker

from loyaltylib import concepts
from loyaltylib.chapters import syllabus
from loyaltylib.messages import LANGUAGES
from tests.course.notebooks import everything_said

ROOT = Path(__file__).parents[1]
WORDS = Path(__file__).parent / "words"
DOCUMENTS = ("*.md", "notebooks/*.md", "datasets/*/*.md")
NO_PROSE = re.compile(r"```.*?```|`[^`]*`|\{[^}]*\}|https?://\S+|\]\([^)]*\)|<[^>]*>", re.DOTALL)
DOUBLED = re.compile(r"的的|了了|是是|在在|和和|与与|就就|把把|被被|不不|会会|这这|那那|到到|地地|也也|都都")
ABROAD = {"color": "colour", "behavior": "behaviour", "center": "centre", "favor": "favour"}


@cache
def texts(lang: str) -> dict[str, list[str]]:
    """Return everything a person reads in a language, place -> texts: chapters, messages, concepts, documents."""
    found = {stem: everything_said(stem, lang) for stem in syllabus()}
    for path in sorted(ROOT.glob("*/locale/zh/LC_MESSAGES/*.po")):
        with path.open("rb") as opened:
            pairs = [(m.id, m.string) for m in read_po(opened) if m.id]
        said = [pair[lang == "zh"] for pair in pairs]
        found[path.name] = [each for one in said for each in ([one] if isinstance(one, str) else one)]
    found["concepts"] = [getattr(concept, lang) for concept in concepts.all()]
    for path in sorted(path for pattern in DOCUMENTS for path in ROOT.glob(pattern)):
        if path.name.endswith(".zh.md") == (lang == "zh"):
            found[str(path.relative_to(ROOT))] = [path.read_text("utf-8")]
    return found


def prose(lang: str) -> list[tuple[str, str]]:
    """Return (place, text) without code, addresses and placeholders."""
    return [(place, NO_PROSE.sub(" ", text)) for place, said in texts(lang).items() for text in said]


def listed(name: str) -> list[str]:
    lines = (WORDS / name).read_text("utf-8").splitlines()
    return [line for line in lines if line and not line.startswith("#")]


@pytest.mark.parametrize("lang", LANGUAGES)
def test_there_is_something_to_read_everywhere(lang):
    assert all(texts(lang).values())
    assert len(prose(lang)) > 3000


def english() -> dict[str, str]:
    """Return every English word, without 's: word -> a place where it stands."""
    return {re.sub(r"['’]s$", "", word): place for place, text in prose("en") for word in _words(text)}


def _words(text: str) -> list[str]:
    return re.findall(r"[^\W\d_\u4e00-\u9fff]+(?:['’][a-z]+)?", text)


def test_every_english_word_is_in_a_dictionary_or_in_the_kits_list():
    words = {word.lower().replace("’", "'"): place for word, place in english().items()}
    own = {word.lower() for word in listed("en.txt")}
    unknown = SpellChecker().unknown(words)
    assert {word: words[word] for word in sorted(unknown - own)} == {}
    assert sorted(own - unknown) == [], "no longer needed in words/en.txt"


def test_one_way_of_spelling_english():
    found = {word.lower(): place for word, place in english().items()}
    assert {other: (ABROAD[other], found[other]) for other in ABROAD if other in found} == {}


def test_no_chinese_form_that_the_kit_does_not_use():
    wrong = dict(line.split() for line in listed("zh.txt"))
    for place, text in prose("zh"):
        assert [(form, wrong[form]) for form in wrong if form in text] == [], (place, text[:80])
        doubled = DOUBLED.search(text)
        assert not doubled, (place, text[max(0, doubled.start() - 10) :][:30])


def test_chinese_characters_are_simplified_and_in_common_use():
    """GB 2312 has the characters of everyday simplified Chinese, and no traditional one."""
    for place, text in prose("zh"):
        rare = [sign for sign in text if "\u3400" <= sign <= "\u9fff" and not _common(sign)]
        assert rare == [], (place, text[:80])


def _common(sign: str) -> bool:
    try:
        return bool(sign.encode("gb2312"))
    except UnicodeEncodeError:
        return False
