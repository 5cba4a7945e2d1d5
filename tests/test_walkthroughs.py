"""The walk-throughs are true: their own command blocks are typed in an empty folder, one after the other.

A block of `sh` is run; `sh server` is started, asked for its page and ended; of `sh later`, which needs what a reader
has and a test has not, every command and option must exist. A block of `csv` becomes the file named above it.
"""

from __future__ import annotations

import os
import re
import shlex
import signal
import subprocess
import sys
import time
from dataclasses import dataclass
from pathlib import Path
from urllib.request import urlopen

import click
import pytest
from markdown_it import MarkdownIt

from loyaltylib.cli import loyalty

ROOT = Path(__file__).parents[1]
ADDRESS = re.compile(r"http://(?:127\.0\.0\.1|localhost):\d+\S*")
STARTS_WITHIN = 60  # seconds, on a busy machine
FILE = re.compile(r"`([\w.-]+\.csv)`")


@dataclass(frozen=True)
class Block:
    """One code block of a walk-through, and the text that stands before it."""

    kind: str
    text: str
    before: str


def blocks(page: Path) -> list[Block]:
    found, before = [], ""
    for token in MarkdownIt("commonmark").parse(page.read_text("utf-8")):
        if token.type == "fence":
            found.append(Block(token.info.strip(), token.content, before))
        elif token.type == "inline":
            before = token.content
    return found


def settings(home: Path) -> dict[str, str]:
    """Return the environment of somebody who has just unpacked the kit: an empty home, nothing remembered."""
    path = os.pathsep.join([str(Path(sys.executable).parent), os.environ["PATH"]])
    kept = {name: value for name, value in os.environ.items() if not name.startswith(("LOYALTY", "JUPYTER"))}
    return {**kept, "PATH": path, "HOME": str(home), "PYTHONPATH": str(ROOT)}


def run(script: str, folder: Path, env: dict[str, str]) -> str:
    done = subprocess.run(
        ["bash", "-euo", "pipefail", "-c", script], cwd=folder, env=env, capture_output=True, text=True, check=False
    )
    assert done.returncode == 0, f"{script}\n{done.stdout}\n{done.stderr}"
    return done.stdout


def serve(script: str, folder: Path, env: dict[str, str]) -> None:
    """Start a command that serves a page, look at the page, and end it as Ctrl+C does."""
    log = folder / "server.log"
    with log.open("w") as out:
        started = subprocess.Popen(
            [*shlex.split(script), "--no-browser"], cwd=folder, env=env, stdout=out, stderr=out, start_new_session=True
        )
        try:
            until = time.monotonic() + STARTS_WITHIN
            while not (told := ADDRESS.search(log.read_text("utf-8"))) and time.monotonic() < until:
                assert started.poll() is None, log.read_text("utf-8")
                time.sleep(0.2)
            assert told, log.read_text("utf-8")
            with urlopen(told[0].rstrip(".。"), timeout=STARTS_WITHIN) as page:  # noqa: S310 - a page on this machine
                assert page.status == 200
        finally:
            os.killpg(started.pid, signal.SIGINT)
            try:
                started.wait(STARTS_WITHIN)
            except subprocess.TimeoutExpired:
                os.killpg(started.pid, signal.SIGKILL)
                started.wait()


def exists(line: str) -> None:
    """Assert that a command and each of its options is there."""
    _, *words = shlex.split(re.sub(r" --lang \w+", "", line))
    name = words[0]
    command = loyalty.get_command(click.Context(loyalty), name)
    assert command is not None, line
    known = {word for parameter in command.params for word in (*parameter.opts, *parameter.secondary_opts)}
    assert {word for word in words if word.startswith("--")} <= known, line


@pytest.mark.timeout(900)
@pytest.mark.parametrize("lang", ["en", pytest.param("zh", marks=pytest.mark.long)])
def test_an_instructor_comes_from_an_empty_folder_to_exported_grades(lang, tmp_path):
    page = ROOT / "notebooks" / ("INSTRUCTOR.md" if lang == "en" else "INSTRUCTOR.zh.md")
    home, folder = tmp_path / "home", tmp_path / "term"
    home.mkdir()
    folder.mkdir()
    env = settings(home)
    for block in blocks(page):
        match block.kind:
            case "csv":
                (folder / FILE.search(block.before)[1]).write_text(block.text, "utf-8")
            case "sh":
                lines = block.text.splitlines()
                env |= dict(line.removeprefix("export ").split("=") for line in lines if line.startswith("export "))
                run(block.text, folder, env)
            case "sh server":
                serve(block.text, folder, env)
            case "sh later":
                for line in block.text.splitlines():
                    exists(line)
            case other:
                assert other == "text", block
    grades = (folder / "spring/export/grades.csv").read_text("utf-8-sig")
    for learner in ("0041", "0042", "0043", "0044", "张三"):
        assert learner in grades
    assert not list(home.rglob("*spring*"))  # everything personal is in the class's folder


def test_both_languages_show_the_same_commands():
    for name in ("INSTRUCTOR", "LEARNER"):
        english, chinese = (
            [
                (block.kind, re.sub(r" --lang \w+", "", line))
                for block in blocks(ROOT / "notebooks" / file)
                for line in block.text.splitlines()
                if block.kind.startswith("sh") and not line.startswith("export ")
            ]
            for file in (f"{name}.md", f"{name}.zh.md")
        )
        assert english == chinese
