"""The picture of a simulator as a widget: image, title, words, table, and what a person may drag in it."""

from __future__ import annotations

from dataclasses import dataclass
from pathlib import Path
from typing import TYPE_CHECKING

import anywidget
import traitlets as t

from loyaltylib import look

if TYPE_CHECKING:
    from collections.abc import Sequence

    from matplotlib.figure import Figure

    from .stories import Story

HERE = Path(__file__).parent


@dataclass(frozen=True)
class Table:
    """The numbers of a picture as texts: each row begins with its name."""

    caption: str
    heads: Sequence[str]
    rows: Sequence[Sequence[str]]

    def __post_init__(self) -> None:
        if any(len(row) != len(self.heads) for row in self.rows):
            raise ValueError(f"a row of “{self.caption}” has another length than its heads")


@dataclass(frozen=True)
class Point:
    """A point that may be dragged: its name, and its place in the picture from the top left, each from 0 to 1."""

    name: str
    x: float
    y: float


@dataclass(frozen=True)
class Shown:
    """What a person gets to see of one state.

    title    one sentence: what the picture shows now
    figure   the picture
    alt      the picture in words
    table    its numbers
    message  what has changed, and what to make of it
    points   what may be dragged
    """

    title: str
    figure: Figure
    alt: str
    table: Table
    message: str = ""
    points: tuple[Point, ...] = ()


class Picture(anywidget.AnyWidget):
    """The widget; `number` counts the pictures, and its change is the sign that a whole new one is there."""

    _esm = HERE / "picture.js"
    _css = HERE / "picture.css"

    lang = t.Unicode().tag(sync=True)
    labels = t.Dict().tag(sync=True)
    number = t.Int().tag(sync=True)
    svg = t.Unicode().tag(sync=True)
    title = t.Unicode().tag(sync=True)
    alt = t.Unicode().tag(sync=True)
    message = t.Unicode().tag(sync=True)
    alarm = t.Bool().tag(sync=True)
    table = t.Dict().tag(sync=True)
    points = t.List().tag(sync=True)
    story = t.Dict().tag(sync=True)
    code = t.Unicode().tag(sync=True)
    query = t.Unicode().tag(sync=True)
    stage = t.Bool().tag(sync=True)

    def show(self, shown: Shown, code: str, query: str) -> None:
        """Send a picture, everything said of it, and what leads back to it, in one message."""
        with self.hold_sync():
            self.svg, self.title, self.alt = look.svg(shown.figure, self.lang), shown.title, shown.alt
            self.message, self.alarm = shown.message, False
            self.table = {
                "caption": shown.table.caption,
                "heads": [*shown.table.heads],
                "rows": [*map(list, shown.table.rows)],
            }
            self.points = [{"name": point.name, "x": point.x, "y": point.y} for point in shown.points]
            self.code, self.query = code, query
            self.number += 1

    def complain(self, message: str) -> None:
        """Leave the picture as it is and say what is wrong with the settings."""
        with self.hold_sync():
            self.message, self.alarm = message, True
            self.number += 1

    def tell(self, story: Story) -> None:
        """Tell a story's words, its question with what can be answered, and, but on a stage, what happened."""
        told = {"words": story.words, "question": story.question, "answer": "" if self.stage else story.answer}
        self.story = {**told, "guesses": [*story.guesses], "name": story.name, "title": story.title}
