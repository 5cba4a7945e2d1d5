"""Write a correction that was tried: release it, mark everybody anew, hold what shall not fall."""

from __future__ import annotations

from dataclasses import asdict
from typing import TYPE_CHECKING, Any

from loyaltylib.errors import ClassError

from . import classdir, classfile, fix_log, fix_trial, grade, late
from .classdir import open_class
from .fix import released
from .gradebook import open_chapter
from .messages import N_, tell
from .terminal import silent

if TYPE_CHECKING:
    from pathlib import Path

    from .fix import Correction, Plan
    from .terminal import Progress


def check_writable(planned: Plan, lang: str) -> None:
    """Raise `ClassError` where a plan must not be written: its check fails, or it leaves chapters behind."""
    crashed = [f"{learner} {exercise}" for each in planned.corrections for learner, exercise in each.crashed]
    if crashed:
        message = N_("the corrected check itself fails for {cases}: mend it first; nothing was written")
        raise ClassError(tell(lang, message, cases=", ".join(crashed[:5])))
    left = set(released(open_class(planned.root, lang), lang)) - {each.stem for each in planned.corrections}
    if planned.pins and left:
        message = N_(
            "the versions in {file} hold for every chapter, and {chapters} would move unseen: name no chapter, to"
            " correct all of them; nothing was written"
        )
        raise ClassError(tell(lang, message, file=classfile.CLASS_FILE, chapters=", ".join(sorted(left))))


def write(planned: Plan, *, progress: Progress = silent, lang: str = "en", **how: Any) -> Path:
    """Release what was corrected, mark everybody anew, and return the folder that says who moved.

    Marks given by hand stay; what was to be held becomes such a mark. Raises `ClassError` before anything is written
    where the plan must not be (`check_writable`).
    """
    check_writable(planned, lang)
    open_class(planned.root, lang)  # its private/ holds again, not the trial's
    moves = {each.stem: [asdict(move) for move in each.moves] for each in planned.corrections}
    folder = fix_log.begin(planned.root, planned.before, moves, planned.begun)
    for each in planned.corrections:
        fix_trial.write_source(planned.root, each.stem, each.source, built=planned.built)
    fix_trial.write_pins(planned.root, lang)
    for each in planned.corrections:
        classdir.release(planned.root, each.stem, lang)
        grade.grade(planned.root, each.stem, force=True, progress=progress, lang=lang, **how)
        _hold(planned.root, each, lang)
    fix_log.end(folder)
    return folder


def _hold(root: Path, correction: Correction, lang: str) -> None:
    """Give the marks that shall not fall as if by hand: so they outlive any marking, and a person sees them."""
    held = [move for move in correction.moves if move.held]
    if not held:
        return
    opened = open_class(root, lang)
    with open_chapter(opened, correction.stem, lang) as book:
        for move in held:
            book.mark_by_hand(move.learner, move.exercise, move.before)
        book.commit()
    late.assign(opened, correction.stem)
