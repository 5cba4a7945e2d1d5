"""How an instructor's command shows that it is at work, and what came of it."""

from __future__ import annotations

import sys
from collections.abc import Callable, Iterator, Sequence
from contextlib import contextmanager
from typing import TYPE_CHECKING

from .messages import N_, tell
from .records import isolation_text

if TYPE_CHECKING:
    from .grade import Summary

Progress = Callable[[int, int, str], None]  # how many are done, of how many, the one that was just done
_PLAIN_STEPS = 10  # lines of progress where there is no terminal, whatever the size of the class
_WIDE = 200  # signs to a line of a table that goes into a file

PARTS = {
    "repair": N_("repair {seconds} s"),
    "cells": N_("cells {seconds} s"),
    "checks": N_("checks {seconds} s"),
    "save": N_("saving {seconds} s"),
}


def silent(_done: int, _total: int, _name: str) -> None:
    """Show nothing: the progress of a caller who wants none."""


@contextmanager
def progress(what: str) -> Iterator[Progress]:
    """Show that `what` is under way, and yield the function that says how far it is.

    On a terminal a spinner until the number of steps is known, then a bar; it leaves no trace. Elsewhere
    one line at the start and one after every tenth of the steps.
    """
    if not sys.stderr.isatty():
        sys.stderr.write(f"{what} ...\n")
        sys.stderr.flush()
        yield _lines(what)
        return
    from rich.console import Console
    from rich.progress import (
        BarColumn,
        MofNCompleteColumn,
        SpinnerColumn,
        TextColumn,
        TimeElapsedColumn,
        TimeRemainingColumn,
    )
    from rich.progress import Progress as Bar

    columns = (
        SpinnerColumn(),
        TextColumn("{task.description}"),
        BarColumn(),
        MofNCompleteColumn(),
        TimeElapsedColumn(),
        TimeRemainingColumn(),
        TextColumn("{task.fields[name]}"),
    )
    with Bar(*columns, console=Console(stderr=True), transient=True) as bar:
        task = bar.add_task(what, total=None, name="")
        yield lambda done, total, name: bar.update(task, completed=done, total=total, name=name)


def _lines(what: str) -> Progress:
    said = 0

    def say(done: int, total: int, name: str) -> None:
        nonlocal said
        step = done * _PLAIN_STEPS // max(total, 1)
        if step > said:
            said = step
            sys.stderr.write(f"{what}: {done}/{total} {name}".rstrip() + "\n")
            sys.stderr.flush()

    return say


def table(rows: Sequence[Sequence[object]], heads: Sequence[str]) -> str:
    """Return rows as a table for a terminal; Chinese signs are two columns wide, which a reader's font agrees with."""
    from rich.box import SIMPLE_HEAD
    from rich.console import Console
    from rich.table import Table

    shown = Table(*heads, box=SIMPLE_HEAD, pad_edge=False)
    for row in rows:
        shown.add_row(*(str(value) for value in row))
    console = Console(width=None if sys.stdout.isatty() else _WIDE, color_system=None, markup=False, highlight=False)
    with console.capture() as text:
        console.print(shown)
    return "\n".join(line.rstrip() for line in text.get().splitlines() if line.strip())


def summary_lines(summary: Summary, lang: str) -> list[str]:
    """Return what a person wants to know of a marked class: how many, mean, time, isolation, who has no marks."""
    marked = tell(
        lang,
        "Marked {marked} of {submissions} submissions in {seconds} s ({each} s each, {workers} at a time).",
        marked=summary.marked,
        submissions=summary.submissions,
        seconds=f"{summary.seconds:.0f}",
        each=f"{summary.seconds_each:.1f}",
        workers=summary.workers,
    )
    mean = tell(
        lang,
        "Mean: {mean} of the {points} points that need no person; {by_hand} answers wait for a mark by hand.",
        mean=f"{summary.mean:.1f}",
        points=f"{summary.max_points:g}",
        by_hand=summary.by_hand,
    )
    lines = [marked, mean, *(isolation_text(level, lang) for level in summary.isolation)]
    if summary.unchanged:
        lines.insert(1, tell(lang, "{number} were marked before and have not changed.", number=summary.unchanged))
    parts = ", ".join(
        tell(lang, PARTS[part], seconds=f"{seconds / max(summary.marked, 1):.2f}")
        for part, seconds in summary.parts.items()
        if part in PARTS
    )
    if summary.marked and parts:
        lines.append(tell(lang, "A notebook took: {parts}.", parts=parts))
    if summary.moved:
        lines.append(tell(lang, "Marks that moved:"))
        lines += [f"  {each.learner}: {each.exercise} {each.before:g} → {each.after:g}" for each in summary.moved]
    lines += summary.questions
    if summary.failed:
        lines.append(tell(lang, "Without marks, or with a notebook that could not be read:"))
        lines += [f"  {learner}: {reason}" for learner, reason in summary.failed]
    return lines
