"""A chapter under its author's hands: built anew at every save, every fault with file and line, never an end."""

from __future__ import annotations

import asyncio
import json
import shutil
import socket
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path

import pytest
from click.testing import CliRunner
from tornado.httpclient import AsyncHTTPClient, HTTPClientError, HTTPRequest

from autograders import preview as module
from autograders.new_chapter import SYLLABUS, new_chapter
from autograders.preview import Preview, report
from loyaltylib import cli
from loyaltylib.errors import CourseError
from tests.autograders.test_new_chapter import bare

STEM = "novelty"


@pytest.fixture(scope="module")
def made(tmp_path_factory):
    root = bare(tmp_path_factory.mktemp("preview"))
    new_chapter(root, STEM)
    (root / SYLLABUS).write_text(f"stems: [{STEM}]\nchapters: [{STEM}]\n", encoding="utf-8")
    return root


@pytest.fixture
def course(made, tmp_path):
    return Path(shutil.copytree(made, tmp_path / "kit")) / "course"


def change(path: Path, before: str, after: str) -> None:
    text = path.read_text("utf-8")
    assert before in text
    path.write_text(text.replace(before, after, 1), encoding="utf-8")


def line_of(path: Path, text: str) -> int:
    return next(number for number, line in enumerate(path.read_text("utf-8").splitlines(), 1) if text in line)


# file, what stands there, what it becomes, the line the error names (a text on it), what it says
FAULTS = [
    ("notebook.md", '{"lang": "en", "id": "first"}', '{"lang": "en", "id": }', '"id": }', "head of a cell"),
    ("notebook.md", ":id: first-look", ":id", ":id", "':id: name'"),
    ("notebook.md", "days_since <= days", "days_since <=", "recent", "not Python"),
    ("notebook.md", "practice_2", "practice_99", "{code-cell}", "practice_99"),
    ("notebook.md", '+++ {"lang": "zh", "id": "first"}', '+++ {"lang": "zh", "id": "frist"}', '"first"', "no 'zh'"),
    ("chapter.yml", "kind: number", "kind: numbr", "id: share", "kind is 'numbr'"),
    ("chapter.yml", "exercises:", "exercises: [", "- id: quiz_what", "not valid YAML"),
    ("chapter.yml", "python: []", "python:", "stem:", "python must be a list"),
    ("chapter.yml", "points: 15", "points: 16", "stem:", "sum to 101"),
    ("concepts.yml", "status: beyond", "status: odd", "- id:", "status 'odd'"),
    ("quiz.yml", "    use: marked", "    use: market", "marked_1", "use 'market'"),
    ("quiz.yml", "concept: novelty.recent", "concept: novelty.recnt", "marked_1", "novelty.recnt"),
    ("stories.yml", "right: 1", "right: 3", "id: month", "right is 3"),
    ("stories.yml", "stories:", "storys:", "", "stories: [...]"),
]


@pytest.mark.parametrize("fault", FAULTS, ids=[f"{fault[0]}: {fault[-1]}" for fault in FAULTS])
def test_a_fault_is_told_with_file_and_line_and_the_last_good_state_stays(course, fault):
    name, before, after, place, says = fault
    shown = Preview(course, STEM, "en")
    assert shown.build(), shown.error
    good = shown.body
    path = course / STEM / name
    change(path, before, after)
    assert not shown.build()
    file, line, said = shown.error.split(":", 2)
    assert file == str(path)
    assert says in said
    text = path.read_text("utf-8").splitlines()
    # The line is the one at fault, or the head of the entry that holds it.
    assert any(place in each for each in text[int(line) - 1 : int(line) + 3]), (line, shown.error)
    assert shown.body == good
    assert shown.error.split(": ")[-1][:20] in report(shown)
    change(path, after, before)
    assert shown.build()
    assert not shown.error


def test_a_file_in_another_encoding_is_told_at_its_line(course):
    path = course / STEM / "chapter.yml"
    text = path.read_text("utf-8")
    path.write_bytes(text.encode("gb18030"))
    shown = Preview(course, STEM, "en")
    assert not shown.build()
    assert shown.error.startswith(f"{path}:2: the file is not UTF-8")


def test_what_no_rule_foresaw_does_not_end_the_watching(course):
    change(course / STEM / "quiz.yml", "options:\n", "options: 5\n    rest:\n")
    shown = Preview(course, STEM, "en")
    assert not shown.build()
    assert str(course / STEM) in shown.error


def test_a_chapter_that_the_syllabus_does_not_list(course):
    shown = Preview(course, "noveltyy", "en")
    assert not shown.build()
    assert "does not list 'noveltyy'" in shown.error


@pytest.mark.parametrize("lang", ["en", "zh"])
def test_the_page_shows_the_learners_notebook_and_what_is_open(course, lang):
    shown = Preview(course, STEM, lang)
    assert shown.build()
    page = shown.page()
    assert f'<html lang="{"zh-Hans" if lang == "zh" else "en"}">' in page
    assert "BEGIN SOLUTION" not in page
    assert "my_share" in page
    assert "course/novelty/chapter.yml:" in page
    assert 'src="http' not in page


def aside(work, *arguments, **settings):
    """Run what has an event loop of its own in a thread: a browser of other tests may have one in this."""
    with ThreadPoolExecutor(1) as threads:
        return threads.submit(work, *arguments, **settings).result()


async def _follow(course: Path, port: int) -> list[str]:
    """Serve a preview, break the chapter, mend it; return what was said."""
    said: list[str] = []
    shown = Preview(course, STEM, "en")
    ready = asyncio.Event()

    def say(line: str) -> None:
        said.append(line)
        ready.set()

    task = asyncio.create_task(module._serve(shown, port, browser=False, say=say))  # noqa: SLF001 - its loop
    await ready.wait()
    client, address = AsyncHTTPClient(), f"http://127.0.0.1:{port}"
    assert b"<main>" in (await client.fetch(f"{address}/")).body
    path = course / STEM / "chapter.yml"
    for before, after in (("kind: number", "kind: numbr"), ("kind: numbr", "kind: number")):
        number = shown.number
        asked = asyncio.ensure_future(client.fetch(f"{address}/news?number={number}"))
        change(path, before, after)
        while not (await asyncio.wait([asked], timeout=0.5))[0]:
            path.touch()  # the watch may have begun after the save
        assert json.loads((await asked).body)["number"] > number
    with pytest.raises(HTTPClientError, match="404"):
        await client.fetch(HTTPRequest(f"{address}/", headers={"Host": "example.org"}))
    task.cancel()
    with pytest.raises(asyncio.CancelledError):
        await task
    return said


def test_every_save_is_built_and_told_to_the_page(course):
    from tests.browser.conftest import free_port

    said = aside(asyncio.run, _follow(course, free_port()))
    assert any("kind is 'numbr'" in line for line in said)
    assert "Built." in said[-1]


def test_once_says_what_is_left_and_leaves(course, monkeypatch):
    monkeypatch.setattr("autograders.build.course_folder", lambda: course)
    done = CliRunner().invoke(cli.loyalty, ["--lang", "en", "preview", STEM, "--once"])
    assert done.exit_code == 0, done.output
    assert "lines still say TODO" in done.output
    change(course / STEM / "chapter.yml", "kind: number", "kind: numbr")
    broken = CliRunner().invoke(cli.loyalty, ["--lang", "zh", "preview", STEM, "--once"])
    assert broken.exit_code == 1
    assert "chapter.yml:" in broken.output


def test_the_command_writes_a_chapter(tmp_path, monkeypatch):
    root = bare(tmp_path)
    monkeypatch.setattr("autograders.build.course_folder", lambda: root / "course")
    done = CliRunner().invoke(cli.loyalty, ["--lang", "zh", "new-chapter", "fresh", "--title-zh", "新鲜"])
    assert done.exit_code == 0, done.output
    assert "course/fresh/chapter.yml" in done.output
    again = CliRunner().invoke(cli.loyalty, ["--lang", "zh", "new-chapter", "fresh"])
    assert again.exit_code == 2
    assert "已经存在" in again.output


def test_a_port_that_is_taken_is_told(course):
    with socket.socket() as other:
        other.bind(("127.0.0.1", 0))
        other.listen()
        with pytest.raises(CourseError, match="choose another with --port"):
            aside(module.serve, Preview(course, STEM, "en"), other.getsockname()[1], browser=False, say=print)
