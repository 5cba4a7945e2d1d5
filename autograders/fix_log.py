"""How a class was before a correction, kept while it is written and afterwards: who moved, and what was released.

DIR/fixes/<n>/fix.json                              who moved, and everybody's marks from before
DIR/fixes/<n>/<stem>.release.ipynb, .source.ipynb   what was corrected

The folder is there before anything else of the class is touched, and notes in the end that all is done. Where writing
was stopped in between, marks from before are read here: half of the class's records may be new already.
"""

from __future__ import annotations

import json
import shutil
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

from loyaltylib.files import write_whole

from . import execute, records
from .structure import Release

if TYPE_CHECKING:
    from collections.abc import Mapping
    from pathlib import Path

SCHEMA = 1
FOLDER = "fixes"
NOTE = "fix.json"


@dataclass(frozen=True)
class Before:
    """How a class was before a correction: what was released, from what, and everybody's marks with their hand-in."""

    notebook: bytes
    source: str
    marks: Mapping[str, Mapping[str, float]]
    contents: Mapping[str, str]

    @property
    def release(self) -> Release:
        """The released notebook."""
        return Release.of(self.notebook)


def before(root: Path, stem: str, begun: Path | None) -> Before:
    """Return how a chapter was before; where a correction was stopped, before that."""
    if begun and (begun / f"{stem}.release.ipynb").is_file():
        kept = json.loads((begun / NOTE).read_text("utf-8"))["before"][stem]
        release, source = (begun / f"{stem}.{name}.ipynb" for name in ("release", "source"))
        return Before(release.read_bytes(), source.read_text("utf-8"), kept["marks"], kept["contents"])
    known = list(records.read_all(root, stem))
    return Before(
        execute.release_path(root, stem).read_bytes(),
        (root / "source" / stem / f"{stem}.ipynb").read_text("utf-8"),
        {each.learner: {name: verdict.points for name, verdict in each.verdicts.items()} for each in known},
        {each.learner: each.content for each in known},
    )


def begin(root: Path, known: Mapping[str, Before], moves: Mapping[str, Any], begun: Path | None) -> Path:
    """Keep how everything was, in one step, and return the folder; what an earlier run has kept stays.

    known, moves  by chapter
    """
    folder = root / FOLDER
    numbers = [int(each.name) for each in folder.glob("*") if each.name.isdigit()]
    target = begun or folder / str(max(numbers, default=0) + 1)
    part = folder / ".part"
    shutil.rmtree(part, ignore_errors=True)
    part.mkdir(parents=True)
    for stem, each in known.items():
        (part / f"{stem}.release.ipynb").write_bytes(each.notebook)
        (part / f"{stem}.source.ipynb").write_text(each.source, "utf-8")
    marks = {stem: {"marks": each.marks, "contents": each.contents} for stem, each in known.items()}
    note = {"schema": SCHEMA, "done": False, "moves": moves, "before": marks}
    write_whole(part / NOTE, _text(note))
    shutil.rmtree(target, ignore_errors=True)
    part.rename(target)
    return target


def end(folder: Path) -> None:
    """Note that a correction is written."""
    note = json.loads((folder / NOTE).read_text("utf-8"))
    write_whole(folder / NOTE, _text({**note, "done": True}))


def _text(note: Mapping[str, Any]) -> str:
    return json.dumps(note, ensure_ascii=False, indent=1, sort_keys=True) + "\n"


def kept(folder: Path) -> set[str]:
    """Return the chapters of a correction."""
    return {path.name.removesuffix(".release.ipynb") for path in folder.glob("*.release.ipynb")}


def unfinished(root: Path) -> Path | None:
    """Return the folder of a correction whose writing was stopped."""
    for path in sorted((root / FOLDER).glob(f"*/{NOTE}")):
        if path.parent.name.isdigit() and not json.loads(path.read_text("utf-8"))["done"]:
            return path.parent
    return None
