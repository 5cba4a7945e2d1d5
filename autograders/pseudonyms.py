"""Replace learners by pseudonyms in everything a class holds: file names, gradebook, records, notebooks, pages.

A pseudonym is drawn from the learner's id by a keyed hash (HMAC-SHA256), so the same key gives the same one; who has
not the key cannot work it out. What cannot be searched, such as a picture, is left out. What comes out is searched for
every id, name and e-mail before it is written.
"""

from __future__ import annotations

import hashlib
import hmac
import json
import os
import re
import secrets
from contextlib import suppress
from dataclasses import dataclass, field, fields
from functools import cached_property
from typing import TYPE_CHECKING

from loyaltylib import handin
from loyaltylib.data import normalise
from loyaltylib.errors import ClassError, LearnerError
from loyaltylib.learner import short_code

from . import pseudonym_files as files
from .classdir import ROSTER_FILE
from .gradebook import open_gradebook
from .messages import N_, tell
from .pseudonym_words import Words, latin
from .records import Incident, Record
from .roster import Learner, csv_text
from .verdict import Probe, Verdict

if TYPE_CHECKING:
    from collections.abc import Iterator
    from pathlib import Path

    from .classdir import ClassDirectory

MARK = "pseudonymised.json"  # in a class that was restored from such an archive
NOTE = (
    "Learners are pseudonymised. Their data samples and expected values were drawn from the real ids, so this class"
    " cannot be marked again; its marks and records stand as they were. Whoever has the list of ids could still find"
    " out by trying whose sample a notebook holds: this is not anonymous."
)
_LETTERS = "bcdfghjklmnpqrstvwxz"  # no digit and no word: a pseudonym is never part of a number, a hash or a name
_LENGTH = 10
_SHORTEST_ID, _SHORTEST_NAME = 4, 3  # characters; two of a Chinese name: shorter ones stand in other words and numbers
_KEY_BYTES = 32
_OUTPUT_WORDS = "data text plain html image output_type display_data execute_result stream error ename evalue traceback"


@dataclass
class Person:
    """Somebody whose id, name and e-mail are to be replaced.

    forms  the id as it was typed
    parts  of the name, which are replaced only where one fills a field: elsewhere they may be any word
    """

    id: str
    forms: set[str] = field(default_factory=set)
    names: set[str] = field(default_factory=set)
    parts: set[str] = field(default_factory=set)
    emails: set[str] = field(default_factory=set)


class Pseudonyms:
    """The pseudonyms of one class, and everything rewritten with them."""

    def __init__(self, key: bytes, people: list[Person], key_path: Path, *, texts: bool, lang: str) -> None:
        self.key_path, self._key, self._texts, self._lang = key_path, key, texts, lang
        self._listed: list[Learner] = []
        self._people = people
        self.words = Words()
        self._searched = Words()
        for person in people:
            self._learn(person)
        self._hashes: dict[str, str] = {}  # of notebooks, before -> after

    @classmethod
    def of(cls, opened: ClassDirectory, key_path: Path, *, texts: bool, lang: str) -> Pseudonyms:
        """Return those of a class, with the key beside the archive; a new one where none is there.

        Raises `ClassError` for an id that is too short to be told from others, or a word of the files themselves.
        """
        key = _key(key_path, lang)
        people = sorted(people_of(opened).values(), key=lambda person: person.id)
        _check_ids([person.id for person in people], _own_words(opened.root), lang)
        found = cls(key, people, key_path, texts=texts, lang=lang)
        found._listed = opened.learners
        for stem, learner, path in _notebooks(opened.root):
            found._learn_receipts(stem, learner, path)
        return found

    def of_id(self, learner: str) -> str:
        """Return the pseudonym of an id, in any form in which it may have been typed."""
        digest = hmac.digest(self._key, _plain(learner).encode(), "sha256")
        number = int.from_bytes(digest, "big")
        letters = ""
        for _ in range(_LENGTH):
            number, place = divmod(number, len(_LETTERS))
            letters += _LETTERS[place]
        return f"p-{letters}"

    def _learn(self, person: Person) -> None:
        shown = self.of_id(person.id)
        for form in {person.id, *person.forms}:
            self.words.add(f"{form} · {_code(form)}", shown)  # the panel's code says whose it is to whoever tries ids
            self.words.add(form, shown)
            self._searched.add(form, shown)
        for email in person.emails:
            self.words.add(email, f"{shown}@example.invalid")
            self._searched.add(email, shown)
        for name in person.names:
            if len(name) >= _SHORTEST_NAME or (len(name) > 1 and not latin(name)):
                self.words.add(name, shown)
                self._searched.add(name, shown)

    def _learn_receipts(self, stem: str, learner: str, path: Path) -> None:
        """Have the receipt number of a hand-in replaced: it was worked out from the id."""
        with suppress(ValueError, OSError, KeyError, AttributeError, TypeError):
            slip = handin.receipt(path.read_bytes(), stem=stem, learner=_plain(learner), lang="", data="")
            for number in (slip.number, slip.shown):
                self.words.add(number, f"R-{self.of_id(number)[2:]}")

    def name(self, path: str) -> str:
        """Return a file's path with every id in it replaced."""
        return self.words.replace(path)

    def content(self, name: str, body: bytes, *, database: bool = False) -> bytes | None:
        """Return a file's bytes with learners replaced; None for what cannot be searched.

        Raises `ClassError` where an id, a name or an e-mail would still stand in it.
        """
        changed = self._rewritten(name, body, database=database)
        if changed is None:
            return None
        if name.endswith(".ipynb"):
            self._hashes[hashlib.sha256(body).hexdigest()] = hashlib.sha256(changed).hexdigest()
        self.search(self.name(name), changed)
        return changed

    def _rewritten(self, name: str, body: bytes, *, database: bool) -> bytes | None:
        if name == ROSTER_FILE:
            return csv_text([Learner(self.of_id(each.id), lang=each.lang) for each in self._listed]).encode("utf-8-sig")
        rewriting = files.Rewriting(self.words, self.of_id, self._of_hash, self._names, self._hashes, texts=self._texts)
        return rewriting.database(body) if database else rewriting.file(name, body)

    @cached_property
    def _names(self) -> dict[str, str]:
        """Names of people -> their pseudonym, for the fields that hold nothing else."""
        return {name: self.of_id(person.id) for person in self._people for name in person.names | person.parts}

    def _of_hash(self, digest: str) -> str:
        return hmac.digest(self._key, digest.encode(), "sha256").hex()

    def search(self, shown: str, body: bytes) -> None:
        """Raise `ClassError` where an id, a name or an e-mail stands in a file's name or content."""
        for text in (shown, *files.texts(body)):
            if found := self._searched.find(text):
                message = N_(
                    "{found} still stands in {file}: nothing was written. Take that file out of the class, or archive"
                    " without pseudonyms"
                )
                raise ClassError(tell(self._lang, message, found=found, file=shown))

    def keep_key(self) -> None:
        """Write the key beside the archive, readable by its owner only."""
        if not self.key_path.is_file():
            descriptor = os.open(self.key_path, os.O_WRONLY | os.O_CREAT | os.O_EXCL, 0o600)
            with os.fdopen(descriptor, "w", encoding="ascii") as file:
                file.write(self._key.hex() + "\n")

    @property
    def mark(self) -> bytes:
        """What the class says of itself, so that it is not marked again."""
        return (json.dumps({"note": NOTE}, indent=1) + "\n").encode()


def _key(path: Path, lang: str) -> bytes:
    """Return the key that lies at a place, a new one where none does; raises `ClassError` for what is none."""
    if not path.is_file():
        return secrets.token_bytes(_KEY_BYTES)
    with suppress(ValueError, OSError):
        key = bytes.fromhex(path.read_text("ascii").strip())
        if len(key) == _KEY_BYTES:
            return key
    raise ClassError(tell(lang, "{path} is no key of pseudonyms: move it away, or name another archive", path=path))


def forbid(root: Path, lang: str) -> None:
    """Raise `ClassError` where a class was restored from a pseudonymised archive: it cannot be marked again."""
    if (root / MARK).is_file():
        message = N_(
            "the learners of this class are pseudonymised, and what is right was drawn from their real ids: it cannot"
            " be marked again. Its marks, records and pages stand as they were"
        )
        raise ClassError(tell(lang, message))


def _plain(learner: str) -> str:
    try:
        return normalise(learner)
    except LearnerError:
        return learner


def _code(learner: str) -> str:
    from loyaltylib.data import version

    return short_code(_plain(learner), version("company"))


def people_of(opened: ClassDirectory) -> dict[str, Person]:
    """Return everybody of a class by normalised id: of the list, of the gradebook, and whoever handed in."""
    found: dict[str, Person] = {}

    def person(learner: str) -> Person:
        one = found.setdefault(_plain(learner), Person(_plain(learner)))
        one.forms.add(learner.strip())
        return one

    for each in opened.learners:
        one = person(each.id)
        one.names |= {each.name} - {""}
        one.emails |= {each.email} - {""}
    with open_gradebook(opened, opened.lang) as gradebook:
        for student in gradebook.students:
            one, first, last = person(student.id), student.first_name or "", student.last_name or ""
            one.parts |= {first, last} - {""}
            one.names |= {f"{first} {last}", f"{last}, {first}", f"{last}{first}"} if first and last else one.parts
            one.emails |= {student.email or ""} - {""}
    for learner in _handed_in(opened.root):
        person(learner)
    return found


def _handed_in(root: Path) -> Iterator[str]:
    """Yield the ids that files are named after, and those that learners typed."""
    for pattern in ("submitted/*", "autograded/*", "feedback/*", "attempts/*/*", "verdicts/*/*.json"):
        for path in root.glob(pattern):
            if not path.name.startswith("."):
                yield path.name.removesuffix(".json") if pattern.endswith(".json") else path.name
    for path in root.glob("verdicts/*/*.json"):
        with suppress(ValueError, OSError, AttributeError):
            typed = str(json.loads(path.read_text("utf-8")).get("recorded_learner") or "")
            if len(_plain(typed)) >= _SHORTEST_ID:
                yield typed


def _check_ids(ids: list[str], own: set[str], lang: str) -> None:
    for each in ids:
        if len(each) < _SHORTEST_ID:
            message = N_("the id {id} is too short to be found everywhere; archive this class without pseudonyms")
            raise ClassError(tell(lang, message, id=each))
        if each in own:
            message = N_("the id {id} is also a word of the class's own files; archive this class without pseudonyms")
            raise ClassError(tell(lang, message, id=each))


def _own_words(root: Path) -> set[str]:
    """Return the words of the files' own forms: keys of notebooks and records, what the chapters' notebooks say."""
    texts = [path.read_text("utf-8") for path in sorted(root.glob("source/*/*.ipynb"))]
    words = {word.casefold() for text in texts for word in re.findall(r"\w+", text)}
    forms = (Record, Verdict, Probe, Incident)
    return words.union(_OUTPUT_WORDS.split(), *({each.name for each in fields(form)} for form in forms))


def _notebooks(root: Path) -> Iterator[tuple[str, str, Path]]:
    """Yield chapter, learner and place of every notebook that was handed in."""
    for path in sorted((*root.glob("submitted/*/*/*.ipynb"), *root.glob("attempts/*/*/*/*.ipynb"))):
        parts = path.relative_to(root).parts
        yield (parts[2], parts[1], path) if parts[0] == "submitted" else (parts[1], parts[2], path)
