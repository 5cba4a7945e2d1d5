"""Handing in: one zip with the notebook as it is saved and a receipt, the same bytes for the same notebook."""

from __future__ import annotations

import hashlib
import io
import json
import os
import re
import time
import zipfile
from dataclasses import dataclass, field
from pathlib import Path
from typing import TYPE_CHECKING, Any

from .learner import short_code
from .panel import LEARNER_MIME

if TYPE_CHECKING:
    from collections.abc import Mapping

_CELL_ID = re.compile(r"[A-Za-z0-9_-]{1,64}")  # what nbformat allows; other front ends pass ids of their own
EPOCH = (1980, 1, 1, 0, 0, 0)  # the earliest time a zip can hold: no clock in the file
_RECEIPT_LENGTH = 8
TEXT_STUB = "✎"  # stands in the released stub of a text answer


@dataclass
class Runs:
    """The source of every cell as it was last run, and when; compared with the file it shows unsaved work."""

    last: dict[str, tuple[str, float]] = field(default_factory=dict)

    def note(self, cell_id: str | None, source: str) -> None:
        """Remember one run; front ends that give cells no id, or ids of another kind, are passed over."""
        if cell_id and _CELL_ID.fullmatch(cell_id):
            self.last[cell_id] = (source, time.time())

    def unsaved(self, notebook: Mapping[str, Any], saved_at: float) -> int:
        """Return how many cells were run in another form than the file has, after it was last written."""
        saved = {cell.get("id"): _source(cell) for cell in notebook.get("cells", ())}
        return sum(
            ran_at > saved_at and _trimmed(saved.get(cell_id, "")) != _trimmed(source)
            for cell_id, (source, ran_at) in self.last.items()
        )


@dataclass(frozen=True)
class Receipt:
    """What was handed in: `number` depends only on learner, chapter and what the cells say."""

    stem: str
    learner: str
    lang: str
    data: str
    number: str
    notebook_sha256: str

    @property
    def shown(self) -> str:
        """The number in two groups, easy to read out."""
        half = _RECEIPT_LENGTH // 2
        return f"{self.number[:half]}-{self.number[half:]}"

    @property
    def file_name(self) -> str:
        """`<stem>-<learner>-<receipt>.zip`, with `_` for what a file name may not hold."""
        learner = "".join(each if each.isalnum() or each in "-_." else "_" for each in self.learner)
        return f"{self.stem}-{learner}-{self.number}.zip"

    def plain(self) -> dict[str, str]:
        """Return the content of `receipt.json`."""
        return {
            "version": "1",
            "stem": self.stem,
            "learner": self.learner,
            "lang": self.lang,
            "data": self.data,
            "receipt": self.shown,
            "notebook_sha256": self.notebook_sha256,
        }


def notebook_path(stem: str, folder: Path, namespace: Mapping[str, Any]) -> Path | None:
    """Return the open notebook's file: as JupyterLab or VS Code tell it, else `<stem>.ipynb`; None if there is none."""
    told = (os.environ.get("JPY_SESSION_NAME", ""), str(namespace.get("__vsc_ipynb_file__", "")))
    candidates = [Path(each) for each in told if each.endswith(".ipynb")]
    return next((path for path in (*candidates, folder / f"{stem}.ipynb") if path.is_file()), None)


def read_notebook(content: bytes) -> dict[str, Any]:
    """Return a notebook file's content; raises `ValueError` where it is not one."""
    notebook = json.loads(content)
    if not isinstance(notebook, dict) or not isinstance(notebook.get("cells"), list):
        raise ValueError("not a notebook")  # noqa: TRY004  # one kind of error for one kind of trouble
    return notebook


def names_learner(notebook: Mapping[str, Any], learner: str) -> bool:
    """Return whether the first cell's panel, with this learner's id in it, is saved in the notebook."""
    outputs = [output for cell in notebook["cells"] for output in cell.get("outputs", ())]
    records = [output.get("data", {}).get(LEARNER_MIME) for output in outputs]
    return any(isinstance(record, dict) and record.get("learner") == learner for record in records)


def text_is_untouched(notebook: Mapping[str, Any], exercise_id: str) -> bool:
    """Return whether the cell of a text exercise still holds its stub, or nothing."""
    texts = [_source(cell) for cell in notebook["cells"] if cell.get("id") == exercise_id]
    return not any(text.strip() and TEXT_STUB not in text for text in texts)


def receipt(content: bytes, *, stem: str, learner: str, lang: str, data: str) -> Receipt:
    """Return the receipt of a notebook. Outputs do not count: handing in again unchanged gives the same number."""
    cells = [(cell.get("id", ""), cell.get("cell_type", ""), _source(cell)) for cell in read_notebook(content)["cells"]]
    number = short_code(stem, learner, json.dumps(cells, ensure_ascii=False), length=_RECEIPT_LENGTH)
    return Receipt(stem, learner, lang, data, number, hashlib.sha256(content).hexdigest())


def pack(content: bytes, slip: Receipt) -> bytes:
    """Return the zip's bytes: the notebook exactly as saved, and `receipt.json`; no clock, no compression to differ."""
    buffer = io.BytesIO()
    with zipfile.ZipFile(buffer, "w", zipfile.ZIP_STORED) as archive:
        for name, data in (
            (f"{slip.stem}.ipynb", content),
            ("receipt.json", (json.dumps(slip.plain(), ensure_ascii=False, indent=1) + "\n").encode()),
        ):
            entry = zipfile.ZipInfo(name, EPOCH)
            entry.create_system = 3  # the same bytes from Windows
            entry.external_attr = 0o644 << 16
            archive.writestr(entry, data)
    return buffer.getvalue()


def _source(cell: Mapping[str, Any]) -> str:
    source = cell.get("source", "")
    return source if isinstance(source, str) else "".join(source)


def _trimmed(source: str) -> str:
    return "\n".join(line.rstrip() for line in source.strip().splitlines())
