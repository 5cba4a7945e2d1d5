"""Commands of fairness: who handed in alike, and why a mark is what it is."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

import click

from loyaltylib.console import language

from .cli_parts import FOLDER, as_json, chapter, command, directory, echo_json, echo_table, option, showing
from .messages import N_, tell

if TYPE_CHECKING:
    from pathlib import Path

    from loyaltylib.console import Command

    from .similar import Similar

_PER_CENT = 100


@command("similar", N_("Show which submissions share more than the course explains. Never a mark."))
@directory
@chapter
@option("--across", multiple=True, type=FOLDER, help_text=N_("Compare with this class too, for instance last term's."))
@option(
    "--common",
    type=click.FloatRange(0, _PER_CENT),
    default=10,
    show_default=True,
    help_text=N_("What more than this many per cent have is the common solution."),
)
@as_json
def similar_command(
    directory: Path, chapter: str | None, across: tuple[Path, ...], common: float, *, as_json: bool
) -> None:
    """See the command's help."""
    from .classdir import open_class
    from .similar import similar
    from .similar_page import write_pages

    opened = open_class(directory, language())
    with showing(tell(language(), "Comparing submissions")) as progress:
        found = similar(
            directory, chapter, across=across, common=common / _PER_CENT, progress=progress, lang=language()
        )
        page = write_pages(opened.root, found, language())
    if as_json:
        rows = [pair.plain() for pair in found.pairs]
        echo_json({"stem": found.stem, "submissions": found.submissions, "unread": found.unread, "pairs": rows})
        return
    _say_similar(found, page)


def _say_similar(found: Similar, page: Path) -> None:
    """Print the pairs as a table, with what they mean and do not mean."""
    lang = language()
    rows = [
        {
            "number": number,
            "first": pair.first,
            "second": pair.second,
            "left": f"{pair.left:.0f}",
            "share": f"{pair.share:.0%}",
            "cells": " ".join(first.cell for first, _ in pair.parts),
        }
        for number, pair in enumerate(found.pairs, 1)
    ]
    heads = {
        "number": N_("No."),
        "first": N_("Learner"),
        "second": N_("Learner"),
        "left": N_("Left"),
        "share": N_("Share of their own"),
        "cells": N_("Where"),
    }
    if rows:
        echo_table(rows, heads, as_json=False)
    else:
        click.echo(tell(lang, "No two submissions share more than the course explains."))
    for each in found.unread:
        click.echo(tell(lang, "Not compared, no notebook: {learner}", learner=each), err=True)
    click.echo(
        tell(
            lang,
            "{submissions} submissions, {pairs} pairs compared, {listed} listed.",
            submissions=found.submissions,
            pairs=found.compared,
            listed=len(rows),
        )
    )
    click.echo(
        tell(
            lang,
            "This is never a mark. It shows what two submissions have in common; whether that means anything, and what,"
            " a person judges who knows the two.",
        )
    )
    click.echo(tell(lang, "Side by side: {path}", path=page))


@command("why", N_("Say why a learner's mark in an exercise is what it is: probes, hidden ones too, and reasons."))
@directory
@click.argument("learner")
@click.argument("exercise")
@as_json
def why_command(directory: Path, learner: str, exercise: str, *, as_json: bool) -> None:
    """See the command's help."""
    from .why import why

    found = why(directory, learner, exercise, language()).plain(language())
    if as_json:
        echo_json(found)
        return
    for line in _why_lines(found, language()):
        click.echo(line)
    if found["probes"]:
        click.echo()
        echo_table([_probe_row(each) for each in found["probes"]], _PROBE_HEADS, as_json=False)
    click.echo()
    for line in _around_lines(found, language()):
        click.echo(line)


_PROBE_HEADS = {
    "name": N_("Probe"),
    "seen": N_("Learner sees it"),
    "credit": N_("Credit"),
    "weight": N_("Weight"),
    "expected": N_("Expected"),
    "reasons": N_("Reason given"),
}


def _probe_row(probe: dict[str, Any]) -> dict[str, Any]:
    return {
        "name": probe["name"],
        "seen": "✓" if probe["visible"] else "–",
        "credit": f"{'✓' if probe['passed'] else '✗'} {probe['credit']:g}",
        "weight": f"{probe['weight']:g}",
        "expected": _shown(probe["expected"]),
        "reasons": " ".join(probe["reasons"]),
    }


def _shown(value: Any) -> str:
    """Return an expected value as a person reads it."""
    if isinstance(value, dict):
        return ", ".join(f"{key}: {_shown(each)}" for key, each in value.items())
    if isinstance(value, (list, tuple)):
        return ", ".join(map(_shown, value))
    return "" if value is None else str(value)


def _why_lines(found: dict[str, Any], lang: str) -> list[str]:
    """Return who, what, and the points with where they come from."""
    number = _number
    lines = [
        tell(lang, "{learner} · {title} ({exercise})", **{key: found[key] for key in ("learner", "title", "exercise")}),
        tell(lang, "{points} of {max} points", points=number(found["points"]), max=number(found["max_points"])),
    ]
    if found["by_hand"] is not None:
        message = N_("Given by hand: {points}; the check gives {check}.")
        lines.append(tell(lang, message, points=number(found["by_hand"]), check=number(found["by_check"])))
    if found["points"] is None:
        lines.append(tell(lang, "A person has still to mark this."))
    if found["extra"]:
        lines.append(tell(lang, "Extra points: {points}", points=number(found["extra"])))
    if found["late_penalty_of_chapter"]:
        hours = number(round(found["seconds_late"] / 3600, 1))
        lost = number(found["late_penalty_of_chapter"])
        lines.append(tell(lang, "Late by {hours} h: the chapter loses {points} points.", hours=hours, points=lost))
    return lines


def _around_lines(found: dict[str, Any], lang: str) -> list[str]:
    """Return what else is known of the hand-in: incidents, isolation, times, versions."""
    from .records import isolation_text
    from .terminal import PARTS

    lines = list(found["incidents"])
    if found["isolation"]:
        lines.append(isolation_text(found["isolation"], lang))
    if found["handed_in"]:
        lines.append(tell(lang, "Handed in: {time} UTC", time=found["handed_in"]))
    if found["attempts"]:
        message = N_("Hand-in {attempt} of {attempts} counts.")
        lines.append(tell(lang, message, attempt=found["attempt"] or "–", attempts=found["attempts"]))
    if found["seconds"]:
        known = {part: f"{seconds:.2f}" for part, seconds in found["seconds"].items() if part in PARTS}
        parts = ", ".join(tell(lang, PARTS[part], seconds=seconds) for part, seconds in known.items())
        lines.append(tell(lang, "A notebook took: {parts}.", parts=parts))
    if not found["check_version"]:
        lines.append(tell(lang, "There is no record: nbgrader's own Execute marked this, or nobody did."))
    elif found["current"]:
        lines.append(tell(lang, "Checks: {version}, those installed.", version=found["check_version"]))
    else:
        message = N_("Checks: {version}; others are installed now. See who would move: loyalty fix")
        lines.append(tell(lang, message, version=found["check_version"]))
    return lines


def _number(value: float | None) -> str:
    return "–" if value is None else f"{value:g}"


COMMANDS: list[Command] = [similar_command, why_command]
