"""Where the kit's own files are: in the installed wheel, or in a checkout."""

from __future__ import annotations

from pathlib import Path
from typing import Any

_PACKAGE = Path(__file__).resolve().parent


def find(path: str) -> Path:
    """Return the place of a file or folder of the kit, by its path in the repository.

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
