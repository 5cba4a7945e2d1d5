"""Files written whole or not at all."""

from __future__ import annotations

import os
import stat
from typing import TYPE_CHECKING

import pytest

from loyaltylib import files

if TYPE_CHECKING:
    from pathlib import Path


def test_a_file_has_exactly_what_was_given_and_its_folders_are_made(tmp_path: Path) -> None:
    path = tmp_path / "班级" / "a.csv"
    files.write_whole(path, "学号\r\n")
    assert path.read_bytes() == "学号\r\n".encode()
    files.write_whole(path, b"\xef\xbb\xbf1\n")
    assert path.read_bytes() == b"\xef\xbb\xbf1\n"
    assert [each.name for each in path.parent.iterdir()] == ["a.csv"]


def test_what_cannot_be_written_whole_leaves_what_was_there(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    path = tmp_path / "grades.csv"
    path.write_text("before", "utf-8")

    def full(*_: object) -> None:
        raise OSError(28, "No space left on device")

    monkeypatch.setattr("pathlib.Path.replace", full)
    with pytest.raises(OSError, match="No space"):
        files.write_whole(path, "after")
    assert path.read_text("utf-8") == "before"
    assert [each.name for each in tmp_path.iterdir()] == ["grades.csv"]


@pytest.mark.skipif(os.name == "nt", reason="folders of Windows know no such modes")
def test_a_file_is_open_to_whom_the_umask_says(tmp_path: Path) -> None:
    before = os.umask(0o027)
    try:
        files.write_whole(tmp_path / "marks.csv", "1\n")
    finally:
        os.umask(before)
    assert stat.S_IMODE((tmp_path / "marks.csv").stat().st_mode) == 0o640


def test_a_file_onto_itself_stays(tmp_path: Path) -> None:
    path = tmp_path / "dates.csv"
    path.write_text("1", "utf-8")
    files.copy_whole(path, tmp_path / "." / "dates.csv")
    assert path.read_text("utf-8") == "1"
    files.copy_whole(path, tmp_path / "class" / "dates.csv")
    assert (tmp_path / "class" / "dates.csv").read_text("utf-8") == "1"
