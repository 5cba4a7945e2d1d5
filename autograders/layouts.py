"""How Moodle and Canvas name what they let an instructor download, as plugins of nbgrader's ZipCollect.

    Moodle   <name>_<number>_assignsubmission_file_/<file>, or flat with `_` in place of `/`
    Canvas   <name>_[LATE_]<user>_<attachment>_<file>; handed in again <file>-1

Both are one pattern, a setting of the class (`c.LmsNames.named_regexp`) for whoever has another LMS. `loyalty collect`
reads by it, and nbgrader's own `nbgrader zip_collect` unpacks and finds learners with these two plugins.
"""

from __future__ import annotations

import re
from functools import cached_property, lru_cache
from pathlib import Path
from typing import TYPE_CHECKING, Any

from nbgrader.plugins import ExtractorPlugin, FileNameCollectorPlugin
from traitlets import Unicode

if TYPE_CHECKING:
    from .handins import Handin

PATTERN = (
    r"(?:.*?/)??(?P<student_id>[^/]+?)_(?:(?P<late>(?i:late))_)?(?P<lms_id>\d+)_"
    r"(?:(?P<moodle>assignsubmission_file)_?/?|(?P<attachment>\d+)_)(?P<file_id>[^/].*)"
)
_OURS = re.compile(
    r"(^|/)[a-z]+-[^/]+-[2-9A-HJ-NP-Z]{8}\b[^/]*\.zip(?=/|$)"
)  # `handin()`'s own zips hold ids as they are


@lru_cache(maxsize=4096)
def _match(pattern: str, path: str) -> dict[str, str]:
    match = re.match(pattern, _OURS.sub(r"\1handin.zip", path))
    return {name: text for name, text in match.groupdict().items() if text} if match else {}


def named(path: str, pattern: str = PATTERN) -> dict[str, str]:
    """Return what an LMS has put into a path: nbgrader's `student_id` and `file_id`, and more; empty where nothing.

    lms     moodle or canvas
    key     what is common to the files of one learner
    lms_id  the learner's number there: Canvas's own, Moodle's for this one assignment
    """
    found = _match(pattern, path)
    if not found.get("student_id"):
        return {}
    known = {"lms": "moodle" if found.get("moodle") else "canvas", "lms_id": ""} | found
    return known | {"key": "_".join(filter(None, (known["student_id"], known["lms_id"])))}


class LmsNames(FileNameCollectorPlugin):  # type: ignore[misc]  # nbgrader is untyped
    """nbgrader's finder of learners, by the pattern of the LMS, the notebook, its receipt and the class list."""

    named_regexp = Unicode(PATTERN, help="What an LMS's names are made of.").tag(config=True)

    def collect(self, submitted_file: str) -> dict[str, Any] | None:
        """Return whose an unpacked notebook is, its name and its time; None where a person has to decide.

        Of several of a learner's nbgrader takes one: here the last (`loyalty collect` keeps them all).
        """
        path = Path(submitted_file)
        if path.suffix not in self.valid_ext:
            return None
        place = path.relative_to(self._folder).as_posix()
        who = next((who for who, handin in self._unpacked.items() if handin.place == place), None)
        if who is None:
            return None
        handin = self._unpacked[who]
        at = {"timestamp": handin.handed_in.strftime("%Y-%m-%d %H:%M:%S UTC")} if handin.handed_in else {}
        return {"student_id": who, "file_id": f"{handin.stem}.ipynb"} | at

    @property
    def _folder(self) -> Path:
        """Where nbgrader's ZipCollect has unpacked to."""
        app = self.parent
        return Path(app._format_collect_path(app.extracted_directory))  # noqa: SLF001 - nbgrader has no other way to ask

    @cached_property
    def _unpacked(self) -> dict[str, Handin]:
        """Return each learner's last hand-in that was unpacked; those in doubt become cases for a person."""
        from . import handins
        from .classdir import open_class
        from .collect import Taking
        from .execute import class_root
        from .owner import Doubt
        from .terminal import silent

        taking = Taking(open_class(class_root(self)), self.parent.coursedir.assignment_id)
        found = {}
        for handin in handins.of_place(self._folder, taking.look, silent):
            try:
                found[taking.whose(handin)] = handin
            except Doubt as doubt:
                self.log.warning("%s: %s", handin.place, taking.doubt(handin, doubt).why)
        return found


class SafeExtractor(ExtractorPlugin):  # type: ignore[misc]  # nbgrader is untyped
    """nbgrader's unpacker, for zips that strangers made: within limits, and names as they were meant."""

    def extract(self, archive_path: str, extracted_path: str) -> None:
        """Unpack what lies in a folder, zips in zips too; a zip becomes a folder of its whole name."""
        from . import handins
        from .incoming import Unfit
        from .owner import Roll
        from .terminal import silent

        def refuse(place: str, reason: Unfit) -> None:
            self.log.warning("%s: %s", place, reason.text("en"))

        look = handins.Look((), None, Roll(()), PATTERN, refuse)
        for group in handins.groups(Path(archive_path), look, silent):
            for entry in group.entries.values():
                path = Path(extracted_path, *entry.name.split("/"))
                try:
                    data = entry.read()
                except Unfit as reason:
                    refuse(entry.name, reason)
                    continue
                path.parent.mkdir(parents=True, exist_ok=True)
                path.write_bytes(data)
