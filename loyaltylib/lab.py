"""Open JupyterLab on a learner's own copy of the notebooks, in the learner's language."""

from __future__ import annotations

import json
import os
import shutil
import subprocess
import sys
from importlib.util import find_spec
from typing import TYPE_CHECKING

from .chapters import syllabus
from .errors import LoyaltyError, UnknownName
from .messages import tell
from .resources import find

if TYPE_CHECKING:
    from collections.abc import Sequence
    from pathlib import Path

_SETTINGS = ".jupyter"  # inside the working folder, so that a learner's own settings stay as they are
_LOCALES = {"en": "default", "zh": "zh_CN"}


def working_copy(folder: Path, lang: str, notebooks: Path | None = None) -> list[Path]:
    """Copy notebooks into `<folder>/<lang>` where they are missing; return the new ones.

    notebooks   a folder with one for each language, as a class's bundle has it, of which all are copied; without it the
                kit's own of one language

    A notebook that is there already holds a learner's work and is left as it is.
    """
    sources = sorted(notebooks.iterdir()) if notebooks else [find(f"notebooks/{lang}")]
    return [copied for source in sources if source.is_dir() for copied in _copied(source, folder / source.name)]


def _copied(source: Path, target: Path) -> list[Path]:
    target.mkdir(parents=True, exist_ok=True)
    copied = []
    for notebook in sorted(source.glob("*.ipynb")):
        if not (target / notebook.name).exists():
            shutil.copyfile(notebook, target / notebook.name)
            copied.append(target / notebook.name)
    return copied


def environment(folder: Path, lang: str, extensions: Sequence[str] = ()) -> dict[str, str]:
    """Return the environment in which JupyterLab speaks `lang` and asks for no news.

    Writes JupyterLab's settings below `<folder>/.jupyter`, which is put before the learner's own places.
    Who is root, as in most containers, has to say so to Jupyter; here that is not asked again. `extensions` are
    modules of the server that are switched on beside those that are installed.
    """
    overrides = {
        "@jupyterlab/translation-extension:plugin": {"locale": _LOCALES[lang]},
        # When a cell was run: the class report tells from it how long an exercise took.
        "@jupyterlab/notebook-extension:tracker": {"recordTiming": True},
        "@jupyterlab/apputils-extension:notification": {"fetchNews": "false", "checkForUpdates": False},
    }
    settings = folder.resolve() / _SETTINGS
    enabled = {"ServerApp": {"jpserver_extensions": dict.fromkeys(extensions, True)}}
    files: dict[str, object] = {
        "labconfig/default_setting_overrides.json": overrides,
        "jupyter_server_config.d/loyalty.json": enabled,
    }
    if hasattr(os, "geteuid") and os.geteuid() == 0:
        files["jupyter_server_config.json"] = {"ServerApp": {"allow_root": True}}
    for name, content in files.items():
        (settings / name).parent.mkdir(parents=True, exist_ok=True)
        (settings / name).write_text(json.dumps(content, indent=1) + "\n", "utf-8")
    before = [place for place in os.environ.get("JUPYTER_CONFIG_PATH", "").split(os.pathsep) if place]
    return {**os.environ, "JUPYTER_CONFIG_PATH": os.pathsep.join([str(settings), *before])}


def command(root: Path, page: str, port: int | None, *, browser: bool) -> list[str]:
    """Return the command that opens JupyterLab on a folder, at a page of its own; it listens on this computer only."""
    options = [f"--ServerApp.root_dir={root}", "--ServerApp.ip=127.0.0.1", f"--LabApp.default_url={page}"]
    if port is not None:
        options.append(f"--ServerApp.port={port}")
    if not browser:
        options.append("--no-browser")
    return [sys.executable, "-m", "jupyterlab", *options]


def serve(command: list[str], env: dict[str, str], cwd: Path | None = None) -> int:
    """Run JupyterLab until its end; return its exit code."""
    try:
        return subprocess.run(command, cwd=cwd, env=env, check=False).returncode  # noqa: S603 - our own command
    except KeyboardInterrupt:  # JupyterLab has asked and stopped itself
        return 0


def lab(  # noqa: PLR0913 - the command's own options
    folder: Path,
    lang: str,
    stem: str | None = None,
    port: int | None = None,
    *,
    browser: bool = True,
    notebooks: Path | None = None,
) -> int:
    """Open JupyterLab on the learner's copy of the notebooks and wait for its end; return its exit code.

    notebooks   a class's own, in place of the kit's (`working_copy`)

    Raises `UnknownName` for an unknown chapter and `LoyaltyError` where JupyterLab is not installed.
    """
    if find_spec("jupyterlab") is None:
        raise LoyaltyError(
            tell(
                lang,
                "JupyterLab is not installed here; install the learner's requirements (learner.lock) first",
            )
        )
    if stem and stem not in syllabus():
        raise UnknownName("chapter", stem, syllabus())
    working_copy(folder, lang, notebooks)
    there = [each for each in syllabus() if (folder / lang / f"{each}.ipynb").is_file()]
    stem = stem or next(iter(there), syllabus()[0])
    page = f"/lab/tree/{lang}/{stem}.ipynb"
    return serve(command(folder.resolve(), page, port, browser=browser), environment(folder, lang))
