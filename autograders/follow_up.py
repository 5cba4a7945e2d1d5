"""What follows from marks, whoever gave them: what lateness costs, and the marks of a group's members."""

from __future__ import annotations

from typing import TYPE_CHECKING

from . import groups, late

if TYPE_CHECKING:
    from .classdir import ClassDirectory


def follow_up(opened: ClassDirectory, stem: str) -> list[str]:
    """Bring the gradebook of a chapter up to date with its marks; return what a person has to settle, in words."""
    late.assign(opened, stem)
    return groups.share(opened, stem)
