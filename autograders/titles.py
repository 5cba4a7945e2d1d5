"""What chapters and exercises are called on pages and in tables.

A class may hold an instructor's own assignments, of which the course knows nothing: they are called by their names.
"""

from __future__ import annotations

from loyaltylib import chapters
from loyaltylib.errors import UnknownName


def of_chapter(stem: str, lang: str) -> str:
    """Return a chapter's title; the name of an assignment that is not of the course."""
    try:
        return chapters.chapter(stem).title[lang]
    except UnknownName:
        return stem


def of_exercise(exercise: str, lang: str) -> str:
    """Return an exercise's title; the id of one that is not of the course."""
    try:
        return chapters.exercise(exercise).title[lang]
    except UnknownName:
        return exercise


def of_cell(cell: str, lang: str) -> str:
    """Return the title of the exercise that a cell answers; the cell's id where it answers none."""
    title = of_exercise(exercise := cell.removesuffix("-answer"), lang)
    return cell if title == exercise else title
