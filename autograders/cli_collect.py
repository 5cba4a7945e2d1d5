"""The commands that take in what was handed in, and settle what only a person can."""

from __future__ import annotations

from collections import Counter
from pathlib import Path
from typing import TYPE_CHECKING, Any

import click

from loyaltylib.console import language

from .cli_parts import as_json, command, directory, echo_json, echo_table, option, showing
from .messages import N_, tell

if TYPE_CHECKING:
    from datetime import datetime

    from loyaltylib.console import Command

    from .collect import Outcome
    from .unsettled import Case

_TIMES = ["%Y-%m-%d %H:%M", "%Y-%m-%dT%H:%M", "%Y-%m-%d"]
_COLLECT = N_(
    "Take in what was handed in: zips, folders, downloads of Moodle or Canvas; without a place the Hub's exchange."
)


@command("collect", _COLLECT)
@directory
@click.argument("places", metavar="[CHAPTER] [PLACE]...", nargs=-1)
@option(
    "--at",
    metavar="TIME",
    type=click.DateTime(_TIMES),
    help_text=N_("When it was handed in, where nothing else says so."),
)
@as_json
def collect_command(directory: Path, places: tuple[str, ...], at: datetime | None, *, as_json: bool) -> None:
    """See the command's help."""
    from .classdir import open_class
    from .collect import collect

    opened = open_class(directory, language())
    stem = places[0] if places and places[0] in opened.chapters else None
    where = [Path(place) for place in places[1 if stem else 0 :]]
    moment = at.replace(tzinfo=opened.rules.zone) if at else None
    with showing(tell(language(), "Taking in")) as progress:
        found = collect(directory, where, stem, at=moment, progress=progress, lang=language())
    if as_json:
        echo_json(found)
        return
    _say(found, directory)


def _say(found: list[Outcome], directory: Path) -> None:
    from .collect import OUTCOMES

    heads = {
        "place": N_("Place"),
        "chapter": N_("Chapter"),
        "learner": N_("Learner"),
        "shown": N_("What came of it"),
        "late": N_("Late"),
        "why": N_("Why"),
    }
    if found:
        echo_table([_row(each) for each in found], heads, as_json=False)
    times = Counter(each.outcome for each in found)
    names = {outcome: tell(language(), name) for outcome, name in OUTCOMES.items()}
    counts = [tell(language(), "{kind}: {text}", kind=name, text=times[outcome]) for outcome, name in names.items()]
    click.echo(tell(language(), "; ").join(counts))
    if times["unsettled"]:
        click.echo(tell(language(), "Say whose the unsettled ones are: loyalty settle {path}", path=directory))


def _row(each: Outcome) -> dict[str, Any]:
    from .collect import OUTCOMES
    from .incoming import shown as harmless

    said = {None: "", True: N_("yes"), False: N_("no")}[each.late]
    shown = tell(language(), OUTCOMES[each.outcome])
    if each.outcome == "unsettled":
        shown = f"{shown} #{each.number}"
    late = tell(language(), said) if said else ""
    return {**vars(each), "place": harmless(each.place), "shown": shown, "late": late}


@command("settle", N_("List the hand-ins of which it is in doubt whose they are; with a number, settle one."))
@directory
@click.argument("number", type=int, required=False)
@click.argument("learner", required=False)
@option("--drop", is_flag=True, help_text=N_("It is nobody's: it is kept aside and not marked."))
@option("--suggested", is_flag=True, help_text=N_("Settle each for which one learner is suggested, for that one."))
@as_json
def settle_command(  # noqa: PLR0913 - the command's own options
    directory: Path, number: int | None, learner: str | None, *, drop: bool, suggested: bool, as_json: bool
) -> None:
    """See the command's help."""
    from . import unsettled
    from .classdir import open_class

    opened = open_class(directory, language())
    if number is not None and (learner is None) != drop:
        raise click.UsageError(tell(language(), "Say whose number {number} is, or --drop", number=number))
    unsettled.note_marked(opened)
    if number is not None:
        _told(unsettled.decide(opened, number, learner))
    elif suggested:
        for case in unsettled.cases(opened.root):
            if not case.decided and len(case.suggested) == 1:
                _told(unsettled.decide(opened, case.number, case.suggested[0]))
    else:
        _list([case for case in unsettled.cases(opened.root) if not case.decided], as_json=as_json)


def _told(case: Case) -> None:
    click.echo(
        tell(language(), "Number {number} is {learner}'s.", number=case.number, learner=case.settled)
        if case.settled
        else tell(language(), "Number {number} is nobody's; it stays in {place}.", number=case.number, place=_at(case))
    )


def _at(case: Case) -> str:
    from .unsettled import FOLDER

    return f"{FOLDER}/{case.number}/"


def _list(found: list[Case], *, as_json: bool) -> None:
    from dataclasses import asdict

    from .incoming import shown
    from .owner import reason_text

    if not found and not as_json:
        click.echo(tell(language(), "Nothing is unsettled."))
        return
    heads = {
        "number": N_("Number"),
        "stem": N_("Chapter"),
        "place": N_("Place"),
        "why": N_("Why"),
        "meant": N_("May be"),
    }
    rows = [
        asdict(case)
        | {
            "place": shown(case.place),
            "why": reason_text(case.reason, case.claims, language()),
            "meant": ", ".join(case.suggested),
        }
        for case in found
    ]
    echo_table(rows, heads, as_json=as_json)


COMMANDS: list[Command] = [collect_command, settle_command]
