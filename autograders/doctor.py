"""What this machine has to keep learners' code away from it, found by trying."""

from __future__ import annotations

import platform

from . import classdir
from .messages import N_, tell
from .records import isolation_text
from .sandbox.outside import Bounds, Level, best_level, refusal, sandbox

_PROMISES = {
    Level.NAMESPACES: N_(
        "own users, processes, network, mounts and IPC; a root of libraries, read only; a private folder in memory;"
        " refused system calls; no privilege"
    ),
    Level.LANDLOCK: N_(
        "paths by Landlock; no network, no signal to others; refused system calls; no privilege; processes that stay"
        " are ended"
    ),
    Level.PROCESS: N_("an interpreter of its own for each notebook, and the limits of the system"),
}


def lines(lang: str) -> list[str]:
    """Return what each level promises and whether it is here, the limits in force, and what `loyalty grade` takes."""
    classdir.environment_on_path()
    found = [tell(lang, "This machine: {system}, Python {python}", system=_system(), python=platform.python_version())]
    for level in Level:
        why = refusal(level)
        promise = tell(lang, _PROMISES[level])
        if why:
            found.append(tell(lang, "✗ {level}: not here ({why})", level=level.value, why=why))
        else:
            found.append(tell(lang, "✓ {level}: {promise}", level=level.value, promise=promise))
    bounds = Bounds()
    megabyte = 1 << 20
    found.append(
        tell(
            lang,
            "Limits of a notebook: {memory} MB of memory, {scratch} MB of files, {processes} processes, {files} open"
            " files, {cpu} s of processor time",
            memory=bounds.memory // megabyte,
            scratch=bounds.scratch // megabyte,
            processes=bounds.processes,
            files=bounds.files,
            cpu=bounds.cpu,
        )
    )
    best = best_level()
    found.append(tell(lang, "`loyalty grade` takes: {level}", level=best.value))
    found.append(isolation_text(best.value, lang))
    seconds = getattr(sandbox(best), "seconds", None)
    if seconds is not None:
        found.append(tell(lang, "Warm in {seconds} s", seconds=f"{seconds:.1f}"))
    return found


def _system() -> str:
    return f"{platform.system()} {platform.release()}"
