"""Where the kit's own files are: in a class's view, in the installed wheel, or in a checkout."""

from __future__ import annotations

import os
from contextvars import ContextVar
from pathlib import Path
from typing import Any

_PACKAGE = Path(__file__).resolve().parent
VIEW = "LOYALTY_VIEW"  # the environment variable by which a class's kernels know its view
_view: ContextVar[Path | None] = ContextVar("view")


def use(folder: Path | None) -> None:
    """Let the files of a folder, laid out as in the repository, stand in place of the kit's own; None: no more.

    That is how a class has items and parameters of its own. It holds for the calling thread or task only.
    """
    _view.set(folder)


def view() -> Path | None:
    """Return the folder whose files stand in place of the kit's own: what `use` said, else the environment."""
    return _view.get(Path(named) if (named := os.environ.get(VIEW)) else None)


def find(path: str) -> Path:
    """Return the place of a file or folder of the kit, by its path in the repository; a class's view goes before it.

    Raises `FileNotFoundError` naming the path when it is nowhere.
    """
    seen = view()
    return seen / path if seen and (seen / path).is_file() else own(path)


def own(path: str) -> Path:
    """Return the place of a file or folder of the kit itself, whatever a class's view has.

    The wheel carries what `loyaltylib` needs under `loyaltylib/kit/`, laid out as in the repository
    (the allow-list is in `pyproject.toml`); a checkout has it beside the package.

    Raises `FileNotFoundError` naming the path when it is in neither.
    """
    for root in (_PACKAGE / "kit", _PACKAGE.parent):
        if (root / path).exists():
            return root / path
    raise FileNotFoundError(f"the kit has no file '{path}': the installation is incomplete, install loyaltylib again")


def read_yaml(path: Path) -> Any:
    """Return what a YAML file of the kit holds; by the C parser, for every start of a notebook reads some."""
    import yaml

    return yaml.load(path.read_text("utf-8"), yaml.CSafeLoader)
