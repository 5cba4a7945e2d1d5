"""Files that are written whole or not at all: who reads one sees what was there before, or all of what is there now."""

from __future__ import annotations

from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from pathlib import Path


def write_whole(path: Path, content: str | bytes) -> None:
    """Write a file in one step, and the folders it needs; what was at its place stays until the new one is whole.

    content  bytes, or a text, which is written in UTF-8 with its own line ends
    """
    path.parent.mkdir(parents=True, exist_ok=True)
    part = path.with_name(f".{path.name}.part")
    try:
        part.write_bytes(content.encode() if isinstance(content, str) else content)
        part.replace(path)
    finally:
        part.unlink(missing_ok=True)


def copy_whole(source: Path, path: Path) -> None:
    """Copy a file's content to another place in one step; a file onto itself stays as it is."""
    if source.resolve() != path.resolve():
        write_whole(path, source.read_bytes())
