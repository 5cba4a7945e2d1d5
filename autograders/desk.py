"""The instructor's desk: JupyterLab with Formgrader, with the settings of one class.

Formgrader reads `nbgrader_config.py` from the folder its server was started in. Started elsewhere it
would run learners' code with nbgrader's own Execute, so the desk starts the server in the class.
"""

from __future__ import annotations

import os
import subprocess
import sys
from pathlib import Path

from loyaltylib.lab import environment as lab_environment

from .classdir import open_class


def command(root: Path, port: int | None = None, *, browser: bool = True) -> list[str]:
    """Return the command that opens a class; it listens on this computer only."""
    options = [
        f"--ServerApp.root_dir={root}",
        "--ServerApp.ip=127.0.0.1",
    ]
    if port is not None:
        options.append(f"--ServerApp.port={port}")
    if not browser:
        options.append("--no-browser")
    return [sys.executable, "-m", "jupyterlab", *options]


def environment(root: Path, lang: str) -> dict[str, str]:
    """Return the environment of the desk: JupyterLab in `lang`, and this Python's commands on PATH."""
    settings = lab_environment(root, lang)
    settings["PATH"] = os.pathsep.join([str(Path(sys.executable).parent), settings.get("PATH", "")])
    return settings


def desk(path: Path, *, lang: str = "en", port: int | None = None, browser: bool = True) -> int:
    """Open a class in JupyterLab and wait for its end; return its exit code. Raises `ClassError`."""
    root = open_class(path, lang).root
    try:
        return subprocess.run(  # noqa: S603  # our own command, and no shell
            command(root, port, browser=browser), cwd=root, env=environment(root, lang), check=False
        ).returncode
    except KeyboardInterrupt:  # JupyterLab has asked and stopped itself
        return 0
