"""Groups: one hand-in of a chapter marks everybody in the group.

`groups.csv` in the class has the columns group and id, and chapter where it is not the capstone. Whoever of a group has
handed in is marked as anybody is, on that learner's own data; the others get the same marks, words and feedback. Their
records say of whom, and nothing that counts the class reads them twice.
"""

from __future__ import annotations

import shutil
from collections import Counter
from contextlib import suppress
from dataclasses import dataclass, replace
from typing import TYPE_CHECKING, Any

from nbgrader.api import MissingEntry

from loyaltylib.data import normalise
from loyaltylib.errors import ClassError, LearnerError
from loyaltylib.files import copy_whole

from . import records
from .gradebook import open_gradebook
from .messages import N_, tell
from .sheet import read_sheet

if TYPE_CHECKING:
    from collections.abc import Container, Sequence
    from pathlib import Path

    from .classdir import ClassDirectory

GROUPS_FILE = "groups.csv"
CAPSTONE = "cases"
COLUMNS = {
    "group": ("team", "组", "小组", "组别"),
    "id": ("student id", "learner", "学号", "学员"),
    "chapter": ("assignment", "章", "章节"),
}
_GRADE = ("auto_score", "manual_score", "extra_credit", "needs_manual_grade")
_COMMENT = ("auto_comment", "manual_comment")


@dataclass(frozen=True)
class Group:
    """Who hands in a chapter together."""

    name: str
    stem: str
    members: tuple[str, ...]


def read_groups(path: Path, chapters: Sequence[str], learners: Container[str], lang: str = "en") -> list[Group]:
    """Return the groups of a file; raises `ClassError` with its line for somebody unknown or in two groups."""
    found: dict[tuple[str, str], list[str]] = {}
    seen: Counter[tuple[str, str]] = Counter()
    for row in read_sheet(path, COLUMNS, ("group", "id"), lang):
        stem = row["chapter"] or (CAPSTONE if CAPSTONE in chapters or len(chapters) != 1 else chapters[0])
        try:
            learner = normalise(row["id"].removeprefix("'"))
        except LearnerError:
            learner = ""
        seen[stem, learner] += 1
        why = ""
        if stem not in chapters:
            why = tell(
                lang, "the class has no chapter “{value}”; it has {known}", value=stem, known=", ".join(chapters)
            )
        elif not row["group"] or not learner:
            why = tell(lang, "a group's name or an id is missing")
        elif learners and learner not in learners:
            why = tell(lang, "“{value}” is not on the class list", value=row["id"])
        elif seen[stem, learner] > 1:
            why = tell(lang, "{id} is in two groups", id=learner)
        if why:
            raise ClassError(tell(lang, "{file}, line {line}: {why}", file=path.name, line=row.line, why=why))
        found.setdefault((stem, row["group"]), []).append(learner)
    return [Group(name, stem, tuple(members)) for (stem, name), members in found.items()]


def set_groups(path: Path, source: Path, lang: str = "en") -> list[Group]:
    """Make a file of groups the class's own, once it has been read; the next marking goes by it."""
    from .classdir import open_class

    opened = open_class(path, lang)
    found = read_groups(source, opened.chapters, {each.id for each in opened.learners}, lang)
    copy_whole(source, opened.root / GROUPS_FILE)
    return found


def groups(opened: ClassDirectory, stem: str = "") -> list[Group]:
    """Return the groups of a class, of one chapter or of all; none where there is no file."""
    path = opened.root / GROUPS_FILE
    if not path.is_file():
        return []
    found = read_groups(path, opened.stems, {each.id for each in opened.learners}, opened.lang)
    return [group for group in found if stem in ("", group.stem)]


def handed_in(opened: ClassDirectory, group: Group) -> list[str]:
    """Return those of a group who handed in themselves."""
    return [each for each in group.members if (opened.root / "submitted" / each / group.stem).is_dir()]


def members_of_others(opened: ClassDirectory, stem: str) -> dict[str, str]:
    """Return those whose marks in a chapter are another one's, and whose."""
    found: dict[str, str] = {}
    for group in groups(opened, stem):
        own = handed_in(opened, group)
        if len(own) == 1:
            found |= dict.fromkeys(set(group.members) - set(own), own[0])
    return found


def take_back(opened: ClassDirectory, stem: str) -> None:
    """Take the marks of another from whoever is not to have them any more: has handed in, or left the group.

    It is done before anything is marked: a text of one's own must not begin with the points of another's.
    """
    entitled = members_of_others(opened, stem)
    copied = [records.before(opened.root, stem, path.stem) for path in opened.root.glob(f"verdicts/{stem}/*.json")]
    stale = [each.learner for each in copied if each and each.marks_of and entitled.get(each.learner) != each.marks_of]
    if not stale:
        return
    with open_gradebook(opened, opened.lang) as gradebook:
        for learner in stale:
            with suppress(MissingEntry):
                gradebook.remove_submission(stem, learner)
            for place in ("autograded", "feedback"):
                shutil.rmtree(opened.root / place / learner / stem, ignore_errors=True)
            records.path_of(opened.root, stem, learner).unlink(missing_ok=True)


def share(opened: ClassDirectory, stem: str) -> list[str]:
    """Give everybody of a group the marks of the one who handed in; return what a person has to settle, in words."""
    take_back(opened, stem)
    open_questions = []
    known = groups(opened, stem)
    if not known:
        return []
    with open_gradebook(opened, opened.lang) as gradebook:
        for group in known:
            own = handed_in(opened, group)
            if len(own) > 1:
                message = N_(
                    "group {group}: {learners} have all handed in '{stem}': each has marks of their own, the rest none"
                )
                open_questions.append(tell(opened.lang, message, group=group.name, learners=", ".join(own), stem=stem))
                continue
            for member in set(group.members) - set(own) if own else ():
                _copy(gradebook, opened.root, stem, own[0], member)
        gradebook.db.commit()
    return open_questions


def _copy(gradebook: Any, root: Path, stem: str, source: str, member: str) -> None:
    """Make a member's marks, words, notebook and record those of the one who handed in."""
    try:
        given = gradebook.find_submission_notebook(stem, stem, source)
    except MissingEntry:  # not marked yet
        return
    gradebook.update_or_create_student(member)
    submission = gradebook.update_or_create_submission(stem, member, timestamp=given.assignment.timestamp)
    submission.extension = given.assignment.extension
    taken = gradebook.find_submission_notebook(stem, stem, member)
    taken.late_submission_penalty = given.late_submission_penalty
    for rows, fields in (("grades", _GRADE), ("comments", _COMMENT)):
        by_name = {row.name: row for row in getattr(given, rows)}
        for row in getattr(taken, rows):
            for name in fields:
                setattr(row, name, getattr(by_name[row.name], name))
    folder = root / "autograded" / member / stem
    folder.mkdir(parents=True, exist_ok=True)
    copy_whole(root / "autograded" / source / stem / f"{stem}.ipynb", folder / f"{stem}.ipynb")
    record = records.before(root, stem, source)
    if record:
        records.write(root, replace(record, learner=member, marks_of=source))
