"""Rewrite one file with pseudonyms: a notebook, another JSON file, a table, a page, a zip, the gradebook."""

from __future__ import annotations

import contextlib
import io
import json
import re
import sqlite3
import zipfile
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

from loyaltylib.handin import EPOCH
from loyaltylib.panel import LEARNER_MIME

from .incoming import BROKEN

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator, Mapping

    from .pseudonym_words import Words

LEFT_OUT = "[…]"  # where a picture or a text was, in any language
NAME_FIELDS = ("name", "first_name", "last_name", "full_name", "email", "e-mail", "姓名", "邮箱")
_PICTURES = ("image/", "audio/", "video/", "application/pdf", "application/vnd.jupyter.widget")
_EMBEDDED = re.compile(r"data:(?:image|audio|video|application)/[^;,\"']*;base64,[A-Za-z0-9+/=\s]+")
_DRAWN = re.compile(r"<svg\b.*?</svg\s*>", re.DOTALL | re.IGNORECASE)
_TYPED = re.compile(r"""(\blearner\s*=\s*)(["'])([^"'\n]+)\2""")
_RECEIPT = re.compile(r"\b[0-9A-Z]{4}-[0-9A-Z]{4}\b")
_HASH = re.compile(r"\b[0-9a-f]{64}\b")
_ENCODINGS = {".csv": ("gb18030",), ".tsv": ("gb18030",), ".txt": ("gb18030",), ".md": ("gb18030",)}
SHOWN = re.compile(r"p-[bcdfghjklmnpqrstvwxz]{10}")  # a pseudonym


@dataclass
class Rewriting:
    """What files are rewritten with: words, the pseudonym of an id, names that fill a field, hashes of notebooks."""

    words: Words
    of_id: Callable[[str], str]
    of_hash: Callable[[str], str]
    names: Mapping[str, str]
    hashes: Mapping[str, str]
    texts: bool

    def file(self, name: str, body: bytes) -> bytes | None:
        """Return a file rewritten; None for what cannot be searched."""
        if zipfile.is_zipfile(io.BytesIO(body)):
            return self._zip(body)
        found = _decoded(name, body)
        if found is None:
            return None
        text, encoding = found
        if name.endswith(".jsonl"):  # one after the other
            lines = [json.dumps(self._walk(_json(line)), ensure_ascii=False) for line in text.splitlines()]
            return "".join(f"{line}\n" for line in lines).encode("utf-8", "replace")
        plain = _json(text) if name.endswith((".json", ".ipynb")) else None
        if plain is None:
            return self._text(text, page=name.endswith((".html", ".htm"))).encode(encoding, "replace")
        if isinstance(plain, dict) and isinstance(plain.get("cells"), list):
            self._notebook(plain)
        return (json.dumps(self._walk(plain), ensure_ascii=False, indent=1) + "\n").encode("utf-8", "replace")

    def _text(self, text: str, *, page: bool = False) -> str:
        text = _EMBEDDED.sub("data:,", text)
        if page:
            text = _DRAWN.sub(LEFT_OUT, text)
        text = _TYPED.sub(lambda m: f"{m[1]}{m[2]}{self.of_id(m[3])}{m[2]}", text)
        text = _HASH.sub(lambda m: self.hashes.get(m[0], m[0]), text)
        return self.words.replace(text)

    def _walk(self, value: Any, field: str = "") -> Any:
        """Return plain data with every text in it rewritten; a number that reads like an id becomes one."""
        if isinstance(value, dict):
            return {self.words.replace(key): self._walk(one, key) for key, one in value.items()}
        if isinstance(value, list):
            return [self._walk(one, field) for one in value]
        if isinstance(value, str):
            return self._said(value, field)
        if isinstance(value, (int, float)) and not isinstance(value, bool) and self.words.find(repr(value)):
            return self.words.replace(repr(value))
        return value

    def _said(self, value: str, field: str) -> str:
        """Return a text of plain data rewritten, by the field it stands in."""
        if field in NAME_FIELDS and value in self.names:
            return self.names[value]
        if field in ("learner", "recorded_learner") and value:
            return value if SHOWN.fullmatch(value) else self.of_id(value)
        if field == "receipt":
            return LEFT_OUT
        if field in ("content", "notebook_sha256") and _HASH.fullmatch(value):
            return self.hashes.get(value) or self.of_hash(value)
        return self._text(value)

    def _notebook(self, notebook: dict[str, Any]) -> None:
        """Take out of a notebook what cannot be searched: pictures, widgets, the panel; and texts where asked."""
        if isinstance(notebook.get("metadata"), dict):
            notebook["metadata"].pop("widgets", None)
        for cell in notebook["cells"]:
            if not isinstance(cell, dict):
                continue
            cell.pop("attachments", None)
            flags = (cell.get("metadata") or {}).get("nbgrader") or {}
            if not self.texts and cell.get("cell_type") == "markdown" and flags.get("solution"):
                cell["source"] = LEFT_OUT
            if isinstance(cell.get("source"), list):
                cell["source"] = "".join(map(str, cell["source"]))
            for output in cell.get("outputs") or ():
                self._output(output)

    def _output(self, output: Any) -> None:
        data = output.get("data") if isinstance(output, dict) else None
        if isinstance(output, dict) and isinstance(output.get("text"), list):
            output["text"] = "".join(map(str, output["text"]))
        if isinstance(output, dict) and isinstance(output.get("text"), str) and "R" in output.get("text", ""):
            output["text"] = _RECEIPT.sub(LEFT_OUT, output["text"])
        if not isinstance(data, dict):
            return
        if isinstance(record := data.get(LEARNER_MIME), dict):
            shown = self.of_id(str(record.get("learner", "")))
            output["data"] = {"text/plain": shown, LEARNER_MIME: {**record, "learner": shown}}
            return
        for mime in [mime for mime in data if mime.startswith(_PICTURES)]:
            del data[mime]
        for mime, value in data.items():
            if isinstance(value, list):
                data[mime] = "".join(map(str, value))
            if mime == "text/html" and isinstance(data[mime], str):
                data[mime] = _DRAWN.sub(LEFT_OUT, data[mime])

    def _zip(self, body: bytes) -> bytes | None:
        """Return a zip with everything in it rewritten, in the order of names; None where it cannot be read."""
        buffer = io.BytesIO()
        try:
            with zipfile.ZipFile(io.BytesIO(body)) as packed, zipfile.ZipFile(buffer, "w") as made:
                for name in sorted(packed.namelist()):
                    if name.endswith("/") or (changed := self.file(name, packed.read(name))) is None:
                        continue
                    made.writestr(zipfile.ZipInfo(self.words.replace(name), EPOCH), changed)
        except BROKEN:
            return None
        return buffer.getvalue()

    def database(self, body: bytes) -> bytes:
        """Return a gradebook rewritten, its free pages too: nothing deleted is left in them."""
        with contextlib.closing(sqlite3.connect(":memory:")) as database:
            database.deserialize(body)
            database.execute("PRAGMA foreign_keys = OFF")
            for (table,) in database.execute("SELECT name FROM sqlite_master WHERE type = 'table'").fetchall():
                self._table(database, table)
            # Formgrader shows the last name: the pseudonym is all that is left of a learner.
            database.execute("UPDATE student SET first_name = NULL, last_name = id, email = NULL, lms_user_id = NULL")
            database.commit()
            database.execute("VACUUM")
            return bytes(database.serialize())

    def _table(self, database: sqlite3.Connection, table: str) -> None:
        columns = [row[1] for row in database.execute(f'PRAGMA table_info("{table}")')]
        for row, *values in database.execute(f'SELECT rowid, * FROM "{table}"').fetchall():  # noqa: S608 - its own names
            changed = {
                column: self._field(table, column, value)
                for column, value in zip(columns, values, strict=True)
                if isinstance(value, str)
            }
            changed = {column: new for column, new in changed.items() if new != values[columns.index(column)]}
            if changed:
                sets = ", ".join(f'"{column}" = ?' for column in changed)
                database.execute(f'UPDATE "{table}" SET {sets} WHERE rowid = ?', (*changed.values(), row))  # noqa: S608

    def _field(self, table: str, column: str, value: str) -> str:
        """Return a field of the gradebook rewritten."""
        whole = (table, column) == ("student", "id") or column == "student_id"
        return self.of_id(value) if whole else self._text(value)


def _decoded(name: str, body: bytes) -> tuple[str, str] | None:
    """Return a text file's text and encoding; None for any other file."""
    if body.startswith((b"\xff\xfe", b"\xfe\xff")):
        encodings: tuple[str, ...] = ("utf-16",)
    else:
        suffix = name[name.rfind(".") :].lower()
        encodings = ("utf-8", *_ENCODINGS.get(suffix, ()))
    for encoding in encodings:
        with contextlib.suppress(UnicodeDecodeError):
            text = body.decode(encoding)
            return None if "\0" in text else (text, encoding)
    return None


def _json(text: str) -> Any:
    try:
        return json.loads(text)
    except ValueError:
        return None


def texts(body: bytes) -> Iterator[str]:
    """Yield everything in a file's bytes that can be read as text, inside zips too."""
    if zipfile.is_zipfile(io.BytesIO(body)):
        with zipfile.ZipFile(io.BytesIO(body)) as packed:
            for name in packed.namelist():
                yield name
                yield from texts(packed.read(name))
        return
    found = _decoded("any.txt", body)
    yield found[0] if found else body.decode("utf-8", "replace")
