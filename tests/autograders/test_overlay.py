"""A class's own items, parameters and checks: marks follow them, and nobody but the marking sees a key."""

from __future__ import annotations

import json
import re
import shutil
from concurrent.futures import ProcessPoolExecutor
from multiprocessing import get_context

import nbformat
import pytest
from click.testing import CliRunner
from nbgrader.apps import NbGraderAPI
from nbgrader.converters import Autograde
from nbgrader.coursedir import CourseDirectory

from autograders import classdir, fix, fix_write, grade, overlay, overlay_source, records
from autograders.check import examine
from autograders.feedback import feedback
from autograders.key import Nothing, key
from autograders.probes import keys
from autograders.sandbox import outside
from autograders.simulate import simulate
from loyaltylib import chapters, practice, quiz, resources
from loyaltylib.cli import loyalty
from loyaltylib.errors import ClassError

STEM = "tiers"
# Another question under an id of the kit's, whose key is another; and a new one.
QUIZ = """\
items:
  - id: tiers-easier_win
    use: marked
    kind: truefalse
    level: judge
    concept: tier.at_risk
    source: "kit"
    stem: {en: "Zebra question of this class.", zh: "本班的斑马题。"}
    key: true
    why:
      "true": {en: "Because of zebras.", zh: "因为斑马。"}
      "false": {en: "Think of zebras again.", zh: "再想想斑马。"}
  - id: tiers-giraffe
    use: marked
    kind: single
    concept: tier.at_risk
    source: "kit"
    stem: {en: "Which neck is the longest?", zh: "谁的脖子最长？"}
    options:
      - {id: giraffe, right: true, text: {en: "giraffe", zh: "长颈鹿"}, why: {en: "Look up.", zh: "抬头看。"}}
      - {id: mole, text: {en: "mole", zh: "鼹鼠"}, why: {en: "Look down.", zh: "低头看。"}}
"""
CHAPTER = """\
exercises:
  - id: lapsed
    variant: {lapse_days: [333]}
  - id: quiz_strategies
    items: [tiers-giraffe, tiers-which_strategy, tiers-advocate_steps, tiers-easier_win]
"""
CHECKS = """\
from autograders.check import Context, check, number_probes
from autograders.checks.tiers import figures


@check("tiers-base")
def base(c: Context):
    \"\"\"Ask for one customer more than the kit does.\"\"\"
    yield from number_probes(c, figures(c.tables).base + 1)
"""
FILES = {"course/tiers/quiz.yml": QUIZ, "course/tiers/chapter.yml": CHAPTER, "checks/tiers.py": CHECKS}
SECRETS = ("Because of zebras", "Think of zebras", "Look up.", "one customer more")


@pytest.fixture(autouse=True)
def _left():
    """Leave the class that a test opened."""
    yield
    overlay.enter(overlay.NONE)


def put(root, files=FILES):
    for name, text in files.items():
        path = root / "private" / name
        path.parent.mkdir(parents=True, exist_ok=True)
        path.write_text(text, "utf-8")


@pytest.fixture(scope="module")
def kit_class(tmp_path_factory):
    root = tmp_path_factory.mktemp("kit") / "class"
    classdir.new(root, "en", stems=[STEM])
    classdir.release(root, STEM)
    return root


@pytest.fixture(scope="module")
def own_class(kit_class, tmp_path_factory):
    """A class with files of its own, one hand-in that is right by them, and one that is right by the kit's."""
    root = tmp_path_factory.mktemp("own") / "class"
    shutil.copytree(kit_class, root)
    put(root)
    classdir.release(root, STEM)
    simulate(root, STEM, mistakes=[[], []])
    _edit(root, "s001", "base", lambda text: f"{text}\ncustomer_base += 1")
    _edit(root, "s002", "quiz_strategies", lambda text: text.replace('"easier_win": True', '"easier_win": False'))
    _edit(root, "s002", "lapsed", lambda text: text.replace("lapse_days", "150"))
    yield root
    overlay.enter(overlay.NONE)


def _edit(root, learner, exercise, change):
    path = root / "submitted" / learner / STEM / f"{STEM}.ipynb"
    notebook = nbformat.read(path, 4)
    cell = next(c for c in notebook.cells if c.id == f"tiers-{exercise}-answer")
    before, cell.source = cell.source, change(cell.source)
    assert cell.source != before
    nbformat.write(notebook, path)


def marks(root, learner):
    return {name: verdict.points for name, verdict in records.read(root, STEM, learner).verdicts.items()}


@pytest.fixture(scope="module")
def marked(own_class):
    summary = grade.grade(own_class, STEM, workers=1)
    assert summary.incidents == ()
    return own_class


def full(*but):
    return {e.id: e.points for e in chapters.chapter(STEM).exercises if e.kind != "text" and e.id not in but}


def test_marks_follow_what_the_class_has_of_its_own(marked):
    assert marks(marked, "s001") == full()
    second = marks(marked, "s002")
    assert second["tiers-base"] == 0  # right by the kit's check
    assert second["tiers-quiz_strategies"] == 12  # three of four: right by the kit's key
    assert second["tiers-lapsed"] < 8  # a day limit of the kit's
    others = full("tiers-base", "tiers-quiz_strategies", "tiers-lapsed")
    assert {name: points for name, points in second.items() if name in others} == others


def test_a_second_run_changes_nothing_and_a_changed_check_marks_again(marked, tmp_path):
    assert grade.grade(marked, STEM, workers=1).unchanged == 2
    root = shutil.copytree(marked, tmp_path / "class")
    put(root, {"checks/tiers.py": CHECKS.replace("+ 1", "+ 0")})
    summary = grade.grade(root, STEM, workers=1)
    assert summary.marked == 2
    assert {(each.learner, each.exercise, each.after) for each in summary.moved} == {
        ("s001", "tiers-base", 0.0),
        ("s002", "tiers-base", 8.0),
    }


def test_nbgraders_own_autograde_gives_the_same_marks(marked, tmp_path):
    expected = {learner: marks(marked, learner) for learner in ("s001", "s002")}
    root = shutil.copytree(marked, tmp_path / "class", ignore=shutil.ignore_patterns("verdicts", "autograded"))
    opened = classdir.open_class(root)
    overlay.enter(overlay.NONE)  # as in nbgrader's own process, which knows the class by its settings only
    assert NbGraderAPI(opened.coursedir, config=opened.config).autograde(STEM, "s001")["success"]
    assert NbGraderAPI(opened.coursedir, config=opened.config).autograde(STEM, "s002")["success"]
    assert {learner: marks(root, learner) for learner in expected} == expected


@pytest.mark.filterwarnings("ignore::sqlalchemy.exc.SAWarning")  # of nbgrader's own way with its database
def test_nbgraders_own_execute_gives_the_same_marks(marked, tmp_path, monkeypatch):
    root = shutil.copytree(marked, tmp_path / "class", ignore=shutil.ignore_patterns("verdicts", "autograded"))
    monkeypatch.setenv("LOYALTY_LEARNER", "s002")
    config = classdir.open_class(root).config
    del config["Autograde"]
    coursedir = CourseDirectory(config=config)
    coursedir.assignment_id, coursedir.student_id = STEM, "s002"
    Autograde(coursedir=coursedir, config=config).start()
    from nbgrader.api import Gradebook

    with Gradebook(coursedir.db_url) as gradebook:
        grades = gradebook.find_submission(STEM, "s002").notebooks[0].grades
        found = {g.name: g.auto_score for g in grades if g.cell.cell_type == "code" and g.max_score}
    assert found == marks(marked, "s002")


def test_two_classes_in_one_process_do_not_mix(own_class, kit_class):
    for root, days, right in ((own_class, 333, True), (kit_class, None, False), (own_class, 333, True)):
        opened = classdir.open_class(root)
        variant = chapters.exercise("tiers-lapsed").variant["lapse_days"]
        assert (variant == [333]) == (days is not None)
        assert keys(STEM)["tiers-easier_win"].right_answer is right
        assert ("tiers-giraffe" in quiz.items(STEM)) == (days is not None)
        assert quiz.items(STEM)["tiers-easier_win"].key is None
        expected = examine("tiers-base", Nothing(), "s001").probes[0].expected
        assert opened.root == root
        assert expected == _base() + (1 if right else 0)


def _base():
    from autograders.checks.tiers import figures
    from loyaltylib.data import load

    return figures(load("company", "s001")).base


def test_versions_change_with_the_chapter_only(own_class, kit_class):
    classdir.open_class(kit_class)
    kit = {stem: records.check_version(stem) for stem in chapters.syllabus()}
    classdir.open_class(own_class)
    assert [s for s in kit if records.check_version(s) != kit[s]] == [STEM]


def _in_worker(found):
    overlay.enter(found)
    return chapters.exercise("tiers-lapsed").variant["lapse_days"], examine("tiers-base", Nothing(), "s001").max_points


@pytest.mark.usefixtures("worker_processes")
def test_worker_processes_mark_by_it(marked, tmp_path):
    root = shutil.copytree(marked, tmp_path / "class", ignore=shutil.ignore_patterns("verdicts"))
    assert grade.grade(root, STEM, workers=2).marked == 2
    assert marks(root, "s001") == marks(marked, "s001")
    assert marks(root, "s002") == marks(marked, "s002")


def test_it_travels_without_its_folder(own_class, tmp_path):
    root = shutil.copytree(own_class / "private", tmp_path / "elsewhere" / "private").parent
    found = overlay.read(root)
    shutil.rmtree(root)
    with ProcessPoolExecutor(1, mp_context=get_context("spawn")) as pool:
        days, points = pool.submit(_in_worker, found).result(timeout=60)
    assert (days, points) == ([333], 8)


def test_what_learners_get_tells_no_key(own_class):
    files = overlay.learners_files(own_class)
    assert set(files) == {"notebooks/items/tiers.json", "course/tiers/chapter.yml"}
    released = (own_class / "release/tiers/tiers.ipynb").read_text("utf-8")
    text = b"".join(files.values()).decode() + released
    assert "Zebra question" in text
    assert [secret for secret in SECRETS if secret in text] == []
    item = next(i for i in json.loads(files["notebooks/items/tiers.json"])["items"] if i["id"] == "tiers-giraffe")
    assert not {"key", "why", "right"} & {name for part in (item, *item["options"]) for name in part}


def test_the_view_is_in_the_sandbox_and_private_is_not(own_class):
    classdir.open_class(own_class)
    wanted = own_class / "private/course/tiers/quiz.yml"
    look = f"print(open({str(wanted)!r}).read())"
    shown = "from loyaltylib import quiz, chapters\nprint(quiz.item('tiers-giraffe').stem['en'])"
    tried = [level for level in (outside.Level.NAMESPACES, outside.Level.LANDLOCK) if not outside.refusal(level)]
    assert tried
    for level in tried:
        with outside.sandbox(level).notebook("s001") as child:
            assert "longest" in str(child.run(shown).outputs)
            found = str(child.run(look).outputs)
            assert "Because of zebras" not in found
            assert re.search("FileNotFoundError|PermissionError", found)
    with outside.sandbox(outside.Level.PROCESS).notebook("s001") as child:  # the control: nothing keeps it out
        assert "Because of zebras" in str(child.run(look).outputs)


def test_warm_processes_of_earlier_views_are_ended(own_class, kit_class, monkeypatch):
    monkeypatch.setattr(outside, "MOST_VIEWS", 1)
    level = outside.best_level()
    outside.close()
    classdir.open_class(kit_class)
    first = outside.sandbox(level)
    classdir.open_class(own_class)
    second = outside.sandbox(level)
    assert second is not first
    assert (first.alive, second.alive) == (False, True)
    assert outside.sandbox(level) is second


def test_a_notebook_of_a_class_asks_for_the_classs_kit(own_class, capsys, tmp_path, monkeypatch):
    monkeypatch.chdir(tmp_path)
    source = nbformat.read(own_class / "release/tiers/tiers.ipynb", 4)
    edition = re.search(r'edition="(\w+)"', "".join(c.source for c in source.cells))[1]
    classdir.open_class(own_class)
    assert quiz.edition(STEM) == edition
    practice.start(STEM, learner="s001", edition=edition, namespace={}).quiz("tiers-quiz_strategies")
    assert "install" not in capsys.readouterr().out
    overlay.enter(overlay.NONE)
    kit = practice.start(STEM, learner="s001", edition=edition, namespace={})
    assert "install the package that your class was given" in capsys.readouterr().out
    kit.quiz("tiers-quiz_strategies")
    assert "install the package" in capsys.readouterr().out


def test_key_and_feedback_tell_the_classs_texts(marked):
    page = key(marked, "s001", STEM).read_text("utf-8")
    assert "Because of zebras" in page
    assert "lapse_days = 333" in page
    (one, other) = (path.read_text("utf-8") for path in feedback(marked, STEM))
    assert "Think of zebras again" in other
    assert "Because of zebras" not in one + other  # the key waits for its day


def test_a_source_edited_by_hand_is_kept(own_class, tmp_path):
    root = shutil.copytree(own_class, tmp_path / "class")
    path = root / "source/tiers/tiers.ipynb"
    made = path.read_text("utf-8")
    notebook = nbformat.read(path, 4)
    notebook.cells[1].outputs = []
    notebook.metadata["opened"] = "in JupyterLab"
    nbformat.write(notebook, path)
    put(root, {"course/tiers/quiz.yml": QUIZ.replace("Zebra", "Okapi")})
    shutil.rmtree(root / "submitted")
    classdir.release(root, STEM)
    assert path.read_text("utf-8") != made
    assert not overlay_source.behind(root, STEM)
    notebook = nbformat.read(path, 4)
    notebook.cells[0].source += "\nMy word."
    nbformat.write(notebook, path)
    put(root, {"course/tiers/quiz.yml": QUIZ})
    result = CliRunner().invoke(loyalty, ["release", str(root), STEM])
    assert result.exit_code == 0
    assert "edited by hand and is kept" in result.output
    assert "My word." in path.read_text("utf-8")


def test_a_changed_question_goes_the_way_of_a_correction(marked, tmp_path):
    root = shutil.copytree(marked, tmp_path / "class")
    put(
        root, {"checks/tiers.py": CHECKS.replace("+ 1", "+ 0"), "course/tiers/quiz.yml": QUIZ.replace("Zebra", "Okapi")}
    )
    planned = fix.plan(root, STEM, workers=1)
    (correction,) = planned.corrections
    moved = {(move.learner, move.exercise): (move.before, move.after) for move in correction.moves}
    assert moved == {("s001", "tiers-base"): (8.0, 0.0), ("s002", "tiers-base"): (0.0, 8.0)}
    fix_write.write(planned, workers=1)
    assert not overlay_source.behind(root, STEM)
    assert marks(root, "s002")["tiers-base"] == 8
    put(root, {"course/tiers/quiz.yml": QUIZ})
    classdir.release(root, STEM)
    assert not overlay_source.behind(root, STEM)  # what the correction wrote is nobody's own edit


def test_without_private_again_the_source_is_the_kits(own_class, kit_class, tmp_path):
    root = shutil.copytree(own_class, tmp_path / "class", ignore=shutil.ignore_patterns("submitted"))
    shutil.rmtree(root / "private")
    classdir.release(root, STEM)
    place = "source/tiers/tiers.ipynb"
    assert (root / place).read_bytes() == (kit_class / place).read_bytes()


@pytest.mark.parametrize(
    ("name", "text", "said"),
    [
        ("course/tirs/quiz.yml", QUIZ, "the kit knows no such file"),
        ("course/tiers/quiz.yaml", QUIZ, "the kit knows no such file"),
        ("course/tiers/quiz.yml", QUIZ.replace("key: true", "key: perhaps"), r"quiz\.yml:2: .*the key does not fit"),
        ("course/tiers/quiz.yml", QUIZ, r"quiz\.yml:13: marked item 'tiers-giraffe' stands in 0 exercises"),
        ("course/tiers/quiz.yml", "items: [", r"quiz\.yml:\d: not valid YAML"),
        ("course/tiers/chapter.yml", "title: {en: a, zh: b}", r"chapter\.yml:1: 'title' stays the kit's"),
        ("course/tiers/chapter.yml", "exercises:\n  - {id: lapse}", r"chapter\.yml:2: .*lapsed"),
        ("course/tiers/chapter.yml", "exercises:\n  - {id: lapsed, kind: text}", r"chapter\.yml:2: .*kind stays"),
        ("course/tiers/chapter.yml", "exercises:\n  - {id: lapsed, points: 9}", "sum to 101, they must sum to 100"),
        ("course/tiers/chapter.yml", "exercises:\n  - {id: lapsed, colour: red}", r"chapter\.yml:2: .*'colour'"),
        ("checks/tiers.py", "x = 1\ny = x / 0\n", r"tiers\.py:2: ZeroDivisionError"),
        ("checks/tiers.py", "def (:\n", r"tiers\.py:1: SyntaxError"),
        ("checks/tiers.py", CHECKS.replace("tiers-base", "tiers-bass"), r"tiers\.py:\d: .*tiers-bass"),
    ],
)
def test_what_does_not_fit_is_named_with_its_place(kit_class, tmp_path, name, text, said):
    root = shutil.copytree(kit_class, tmp_path / "class")
    put(root, {name: text})
    with pytest.raises(ClassError, match=said):
        classdir.open_class(root)
    assert resources.view() is None


def test_new_says_what_private_is_for(tmp_path):
    root = tmp_path / "class"
    result = CliRunner().invoke(loyalty, ["new", str(root), "--lang", "zh", "--chapters", STEM])
    assert "public, their keys too: they are meant for practice" in result.output
    text = (root / "private/README.md").read_text("utf-8")
    assert "供练习之用" in text
    assert overlay.read(root) is overlay.NONE
