"""A new chapter is whole from the start, and the author's walk-through does what it says, in a copy of the checkout."""

from __future__ import annotations

import os
import re
import shutil
import subprocess
import sys
from pathlib import Path

import pytest

from autograders import build, build_chapter
from autograders.new_chapter import FILES, SYLLABUS, new_chapter, open_places
from autograders.preview import fresh_concepts
from loyaltylib.errors import CourseError

ROOT = Path(__file__).parents[2]
BLOCK = re.compile(r"^```sh\n(.*?)^```", re.DOTALL | re.MULTILINE)
STEM, CLASS = "novelty", "trial"
LEFT_OUT = shutil.ignore_patterns(".git", ".venv", ".bench", "__pycache__", ".*_cache", "*.egg-info", "build", "dist")


pytestmark = pytest.mark.timeout(900)  # a copy of the checkout, built and tested by commands of its own


def commands(path: Path) -> list[str]:
    return [line for block in BLOCK.findall(path.read_text("utf-8")) for line in block.splitlines()]


def run(line: str, root: Path) -> subprocess.CompletedProcess[str]:
    """Run a line of the walk-through with this environment's commands and the copy's code."""
    path = os.pathsep.join([str(Path(sys.executable).parent), os.environ["PATH"]])
    kept = {name: value for name, value in os.environ.items() if not name.startswith(("LOYALTY", "PYTEST"))}
    settings = kept | {"PATH": path, "PYTHONPATH": str(root), "LOYALTY_LANG": "en", "PYTHONDONTWRITEBYTECODE": "1"}
    return subprocess.run(["sh", "-c", line], cwd=root, env=settings, capture_output=True, text=True, check=False)


@pytest.fixture(scope="module")
def checkout(tmp_path_factory):
    """Return a copy of the checkout, without what is made in it."""
    return Path(shutil.copytree(ROOT, tmp_path_factory.mktemp("author") / "kit", ignore=LEFT_OUT))


@pytest.fixture(scope="module")
def walked(checkout):
    """Follow the walk-through but for the class, which takes a minute: each command with what came of it."""
    lines = commands(ROOT / "course/AUTHOR.md")
    return {line: run(line, checkout) for line in lines if CLASS not in line}


def check(walked: dict[str, subprocess.CompletedProcess[str]], fewest: int) -> None:
    assert len(walked) >= fewest
    for line, done in walked.items():
        assert done.returncode == 0, (line, done.stdout[-2000:], done.stderr[-2000:])


def test_every_command_of_the_walk_through_does_its_work(walked):
    check(walked, 6)


@pytest.mark.long
@pytest.mark.usefixtures("walked")
def test_a_class_is_marked_with_it(checkout):
    check({line: run(line, checkout) for line in commands(ROOT / "course/AUTHOR.md") if CLASS in line}, 5)
    assert len(list((checkout / CLASS / "verdicts").rglob("*.json"))) == 2


def test_both_languages_walk_the_same_way():
    assert commands(ROOT / "course/AUTHOR.md") == commands(ROOT / "course/AUTHOR.zh.md")


@pytest.mark.usefixtures("walked")
def test_the_chapter_is_built(checkout):
    for name in (f"en/{STEM}.ipynb", f"zh/{STEM}.ipynb", f"items/{STEM}.json"):
        assert (checkout / "notebooks" / name).is_file()
    assert "Curious customers" in (checkout / "notebooks/README.md").read_text("utf-8")


@pytest.mark.usefixtures("walked")
def test_only_what_asks_for_a_text_without_todo_fails(checkout):
    """The rules of every chapter, asked of the new one: its to-do list."""
    places = "tests/course/test_chapters.py tests/course/test_concepts.py tests/test_tree.py"
    places += " tests/loyaltylib/simulators/test_simulators.py"
    line = f"python -m pytest -q -p no:cacheprovider -m 'not long' -k {STEM} {places}"
    done = run(line, checkout)
    failed = {name.split("::")[1].split("[")[0] for name in re.findall(r"^FAILED (\S+)", done.stdout, re.MULTILINE)}
    assert failed == {
        "test_no_text_uses_a_word_or_a_sign_that_the_course_does_not",
        "test_everything_is_written",
    }, done.stdout[-3000:]
    assert int(re.search(r"(\d+) passed", done.stdout)[1]) > 30


@pytest.mark.usefixtures("walked")
def test_it_keeps_the_house_style(checkout):
    files = [name.format(stem=STEM) for name in FILES.values() if name.endswith(".py")]
    for words in ("ruff check", "ruff format --check"):
        done = run(f"python -m {words} {' '.join(files)}", checkout)
        assert done.returncode == 0, done.stdout


# ---------------------------------------------------------------- the function


def bare(folder: Path) -> Path:
    """Return as much of a checkout as the command asks for."""
    for name in ("loyaltylib/chapters.py", SYLLABUS):
        (folder / name).parent.mkdir(parents=True, exist_ok=True)
        shutil.copy(ROOT / name, folder / name)
    return folder


@pytest.mark.parametrize("stem", ["abc", "a_very_long_stem_of_31_letters_"])
def test_a_chapter_of_any_name_can_be_built(tmp_path, stem):
    root = bare(tmp_path)
    written = new_chapter(root, stem, "It's “quoted”: 100% #", "引号“与”: 冒号")
    assert set(written) == {root / name.format(stem=stem) for name in (*FILES.values(), SYLLABUS)}
    assert build.stems(root / "course")[-1] == stem
    (root / SYLLABUS).write_text(f"stems: [{stem}]\nchapters: [{stem}]\n", encoding="utf-8")
    source = build_chapter.read(root / "course" / stem, fresh_concepts(root / "course", stem))
    assert source.chapter.title["en"] == "It's “quoted”: 100% #"
    assert {place.path.name for place in open_places(root, stem)} >= {"chapter.yml", "quiz.yml", "notebook.md"}


@pytest.mark.parametrize("stem", ["Novelty", "a b", "no-dash", "class", "x", "1st", "../evil", "", "naïve"])
def test_what_cannot_be_a_stem_is_refused(tmp_path, stem):
    root = bare(tmp_path)
    before = sorted(root.rglob("*"))
    with pytest.raises(CourseError, match="cannot be a stem"):
        new_chapter(root, stem)
    assert sorted(root.rglob("*")) == before


def test_nothing_is_written_where_something_is_in_the_way(tmp_path):
    root = bare(tmp_path)
    (root / "loyaltylib/novelty.py").write_text("mine = 1\n")
    before = (root / SYLLABUS).read_text("utf-8")
    with pytest.raises(CourseError, match=r"novelty\.py is there already"):
        new_chapter(root, "novelty")
    assert (root / SYLLABUS).read_text("utf-8") == before
    assert not (root / "course/novelty").exists()


def test_a_title_that_is_not_chinese_and_a_folder_that_is_no_checkout(tmp_path):
    with pytest.raises(CourseError, match="no checkout"):
        new_chapter(tmp_path, "novelty")
    with pytest.raises(CourseError, match="not Chinese"):
        new_chapter(bare(tmp_path), "novelty", title_zh="Novelty")
