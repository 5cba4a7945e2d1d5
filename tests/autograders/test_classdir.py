"""A class directory is an ordinary nbgrader course, and what it releases is what `loyalty build` makes."""

from __future__ import annotations

import os
import shutil
import subprocess
import sys
from pathlib import Path

import nbformat
import pytest
from nbgrader.api import Gradebook
from nbgrader.converters import Autograde
from nbgrader.nbgraderformat import MetadataValidator
from sqlalchemy import create_engine, inspect, text
from traitlets import import_item

from autograders import build, build_notebook, classdir
from loyaltylib.errors import ClassError, CourseError, UnknownName

SMALL = Path(__file__).parent / "small_course"


@pytest.fixture(scope="module")
def built():
    return build.outputs(SMALL)


@pytest.fixture(scope="module")
def released(tmp_path_factory):
    """A Chinese class whose chapter is released."""
    path = tmp_path_factory.mktemp("classes") / "春季班"
    classdir.new(path, "zh", SMALL)
    classdir.release(path)
    return path


@pytest.fixture
def released_copy(released, tmp_path):
    """The released class again, to be changed; copied, because making it takes seconds."""
    return Path(shutil.copytree(released, tmp_path / "copy"))


@pytest.fixture
def new_class(tmp_path):
    path = tmp_path / "spring 2026"
    classdir.new(path, "en", SMALL)
    return path


def test_a_fresh_gradebook_has_the_tables_and_the_version_that_nbgrader_gives_it(released, tmp_path):
    def seen(url):
        with create_engine(url).connect() as database:
            tables = {
                name: [c["name"] for c in inspect(database).get_columns(name)]
                for name in inspect(database).get_table_names()
            }
            return tables, database.execute(text("SELECT version_num FROM alembic_version")).all()

    Gradebook(f"sqlite:///{tmp_path}/own.db").close()
    assert seen(f"sqlite:///{released}/gradebook.db") == seen(f"sqlite:///{tmp_path}/own.db")


def test_release_is_byte_for_byte_what_the_build_makes(released, built):
    assert (released / "release/tiny/tiny.ipynb").read_text("utf-8") == built["zh/tiny.ipynb"]


def test_nbgraders_own_command_releases_the_same_from_a_class_that_was_moved(new_class, built, tmp_path):
    moved = tmp_path / "elsewhere"
    shutil.move(new_class, moved)
    bin_first = os.pathsep.join([str(Path(sys.executable).parent), os.environ["PATH"]])
    command = [sys.executable, "-m", "nbgrader", "generate_assignment", "tiny"]
    subprocess.run(command, cwd=moved, check=True, capture_output=True, env={**os.environ, "PATH": bin_first})
    assert (moved / "release/tiny/tiny.ipynb").read_text("utf-8") == built["en/tiny.ipynb"]
    assert (moved / "gradebook.db").is_file()


def test_gradebook_knows_every_exercise_with_its_points(released):
    opened = classdir.open_class(released)
    with Gradebook(opened.coursedir.db_url) as gradebook:
        notebook = gradebook.find_notebook("tiny", "tiny")
        points = {cell.name: cell.max_score for cell in notebook.grade_cells}
        kinds = {cell.name: cell.cell_type for cell in notebook.grade_cells}
    tries = {f"tiny-{name}-try": 0 for name in ("ask", "base", "plan", "late", "draw")}
    own = {"tiny-ask": 30, "tiny-base": 20, "tiny-plan": 15, "tiny-late": 15, "tiny-draw": 10, "tiny-why": 10}
    assert points == own | tries
    assert kinds["tiny-why"] == "markdown"


def test_a_class_has_the_marked_chapters_only(released):
    """The other chapter of the small course has no exercise: it is a notebook for learners, and no assignment."""
    assert classdir.open_class(released).chapters == ["tiny"]
    assert classdir.open_class(released).chapter(None) == "tiny"
    assert "warm" not in (released / "README.md").read_text("utf-8")
    with pytest.raises(UnknownName):
        classdir.release(released, "warm")


@pytest.mark.parametrize(("own", "said"), [({"tiny": "free"}, "free"), ({"other": "free"}, "cite")])
def test_a_class_may_have_its_own_rule_on_help_by_ai(released_copy, own, said):
    rules = "".join(f"\n  {stem}: {{ai: {rule}}}" for stem, rule in own.items())
    (released_copy / "class.yml").write_text(f"chapters:{rules}\n", "utf-8")
    notebook = nbformat.read(classdir.release(released_copy, "tiny"), as_version=4)
    (rule,) = [cell.source for cell in notebook.cells if cell.id == "ai"]
    assert rule == build_notebook.ai_line(said, "zh")


def test_source_is_the_instructors_notebook_in_the_class_language(released):
    notebook = nbformat.read(released / "source/tiny/tiny.ipynb", as_version=4)
    sources = {cell.id: cell.source for cell in notebook.cells}
    assert "参考答案" in sources["tiny-why"]
    assert 'lang="zh"' in sources["start"]
    assert sources["tiny-late"].split("\n") == [
        "# marked after you hand in 提交后评分",
        "### BEGIN HIDDEN TESTS",
        '__import__("autograders.marking").marking.mark("tiny-late")',
        "### END HIDDEN TESTS",
    ]
    MetadataValidator().validate_nb(notebook)


def test_readme_is_in_the_class_language(released, new_class):
    assert "loyalty grade . tiny`：" in (released / "README.md").read_text("utf-8")
    assert "mark what is in submitted/" in (new_class / "README.md").read_text("utf-8")


def test_settings_name_no_place_of_this_machine(new_class):
    text = (new_class / classdir.CONFIG_FILE).read_text("utf-8")
    for place in (str(new_class), str(Path.home()), sys.prefix, "/tmp", "site-packages"):  # noqa: S108 - looked for
        assert place not in text
    assert 'course_id = "spring-2026"' in text


def test_settings_keep_nbgraders_steps_but_for_running_and_lateness(new_class):
    config = classdir.open_class(new_class).config.Autograde
    for name in ("sanitize_preprocessors", "autograde_preprocessors"):
        stock = [f"{step.__module__}.{step.__name__}" for step in getattr(Autograde(), name)]
        swapped = {
            "nbgrader.preprocessors.execute.Execute",
            "nbgrader.preprocessors.latesubmissions.AssignLatePenalties",
        }
        assert len(config[name]) == len(stock)
        assert {own for own, step in zip(config[name], stock, strict=True) if own != step} <= set(
            classdir.OWN_STEPS.values()
        )
        assert {step for own, step in zip(config[name], stock, strict=True) if own != step} <= swapped
    assert config.autograde_preprocessors[0] == "autograders.execute.RunNotebook"
    for name in (*config.autograde_preprocessors, config.exporter_class):
        assert import_item(name)


def test_every_class_named_in_the_settings_is_there(new_class):
    config = classdir.open_class(new_class).config
    assert import_item(config.GenerateFeedback.exporter_class)
    assert config.OverwriteCells.add_missing_cells is True


def test_new_refuses_a_folder_that_holds_something(new_class):
    before = sorted(new_class.rglob("*"))
    with pytest.raises(ClassError, match="not empty"):
        classdir.new(new_class, "en", SMALL)
    assert sorted(new_class.rglob("*")) == before


def test_new_makes_nothing_from_a_wrong_source(tmp_path):
    course = Path(shutil.copytree(SMALL, tmp_path / "course"))
    (course / "tiny" / "quiz.yml").unlink()
    with pytest.raises(CourseError):
        classdir.new(tmp_path / "class", "en", course)
    assert not (tmp_path / "class").exists()


def test_release_again_takes_a_changed_source(released_copy):
    source = released_copy / "source/tiny/tiny.ipynb"
    source.write_text(source.read_text("utf-8").replace("写两句话。", "写三句话。"), "utf-8")
    assert "写三句话。" in classdir.release(released_copy, "tiny").read_text("utf-8")


@pytest.mark.filterwarnings("ignore::sqlalchemy.exc.SAWarning")  # nbgrader's own way of adding a submission
def test_release_gives_nbgraders_reason_when_it_refuses(released_copy):
    opened = classdir.open_class(released_copy)
    with Gradebook(opened.coursedir.db_url) as gradebook:
        gradebook.add_student("0042")
        gradebook.add_submission("tiny", "0042")
    source = released_copy / "source/tiny/tiny.ipynb"
    notebook = nbformat.read(source, as_version=4)
    notebook.cells = [cell for cell in notebook.cells if cell.id != "tiny-base"]
    nbformat.write(notebook, source)
    with pytest.raises(ClassError, match="Cannot add or remove cells"):
        classdir.release(released_copy)


@pytest.mark.parametrize("lang", ["en", "zh"])
def test_a_folder_that_is_no_class_is_named(tmp_path, lang):
    with pytest.raises(ClassError, match="loyalty new") as caught:
        classdir.open_class(tmp_path, lang)
    assert ("不是班级目录" in str(caught.value)) == (lang == "zh")


def test_settings_that_do_not_load_are_named(new_class):
    (new_class / classdir.CONFIG_FILE).write_text("c = get_config(\n", "utf-8")
    with pytest.raises(ClassError, match=r"nbgrader_config\.py does not load"):
        classdir.open_class(new_class)


def test_the_only_chapter_is_meant_unless_there_are_more(new_class):
    opened = classdir.open_class(new_class)
    assert opened.chapter(None) == "tiny"
    with pytest.raises(UnknownName, match="did you mean 'tiny'"):
        opened.chapter("tinny")
    shutil.copytree(new_class / "source/tiny", new_class / "source/other")
    (new_class / "source/other/tiny.ipynb").rename(new_class / "source/other/other.ipynb")
    with pytest.raises(ClassError, match="other, tiny"):
        opened.chapter(None)


def test_environments_folder_is_put_on_the_path_once(monkeypatch):
    monkeypatch.setenv("PATH", os.pathsep.join(["/bin", "/usr/bin"]))
    classdir.environment_on_path()
    classdir.environment_on_path()
    folder = str(Path(sys.executable).parent)
    assert os.environ["PATH"].split(os.pathsep) == [folder, "/bin", "/usr/bin"]


def test_the_kits_own_chapter_is_released_as_it_is_committed(tmp_path):
    classdir.new(tmp_path / "class", "en")
    released = classdir.release(tmp_path / "class", "tiers").read_text("utf-8")
    assert released == (build.course_folder().parent / "notebooks/en/tiers.ipynb").read_text("utf-8")


def test_committed_files_are_what_their_source_says():
    course = build.course_folder()
    assert build.drift(course, course.parent / "notebooks") == []
