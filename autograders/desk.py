"""The instructor's desk: JupyterLab with Formgrader, with the settings of one class.

Formgrader reads `nbgrader_config.py` from the folder its server was started in, and from the course it is shown.
Started elsewhere, by settings that name a class's folders one by one, it would run learners' code with nbgrader's own
Execute; so the desk starts the server in the class. The report names in red whoever was marked past its settings.
"""

from __future__ import annotations

import os
import sys
from pathlib import Path

from loyaltylib import lab

from .classdir import open_class


def environment(root: Path, lang: str) -> dict[str, str]:
    """Return the environment of the desk: JupyterLab in `lang`, whole names, and this Python's commands on PATH."""
    settings = lab.environment(root, lang, extensions=["autograders.whole_names"])
    settings["PATH"] = os.pathsep.join([str(Path(sys.executable).parent), settings.get("PATH", "")])
    return settings


def desk(path: Path, *, lang: str = "en", port: int | None = None, browser: bool = True) -> int:
    """Open a class in JupyterLab and wait for its end; return its exit code. Raises `ClassError`."""
    root = open_class(path, lang).root
    return lab.serve(lab.command(root, "/lab", port, browser=browser), environment(root, lang), root)
