"""A correction while submissions exist: seen before it moves anybody, refused where old hand-ins would not fit."""

from __future__ import annotations

import json
import shutil
from datetime import UTC, datetime

import nbformat
import pytest
from click.testing import CliRunner
from nbgrader.api import Gradebook

from autograders import attempts, check, classdir, cli_fix, fix, fix_log, fix_write, overlay, records, runner, verdict
from autograders.fix import Change, Move
from autograders.grade import grade
from loyaltylib.cli import loyalty
from loyaltylib.errors import ClassError
from loyaltylib.resources import find
from tests import classes

# What the corrected check asks of the small chapter's second exercise; before, `twice` was asked for 1 and 3.
NOW = {"kinder": (1, 0, 2), "stricter": (1, 3, -4)}


@pytest.fixture
def handed_in(mini, edit):
    """A class in which three have handed in and were marked: right; wrong for negative numbers; wrong."""
    answers = {
        "ann": "def twice(n):\n    return 2 * n",
        "bob": "def twice(n):\n    return abs(2 * n)",
        "cho": "def twice(n):\n    return 2 if n == 1 else 0",
    }
    for learner, answer in answers.items():
        notebook = mini.solved()
        edit.cell(notebook, "mini-twice-answer")["source"] = answer
        mini.hand_in(learner, notebook)
    grade(mini.root, "mini")
    return mini


@pytest.fixture
def corrected(monkeypatch):
    """Return a function that puts a corrected check in place of the one the class was marked with."""
    before = runner.examined

    def put(name):
        def examined(exercise, work, learner, references=None):
            if exercise != "mini-twice":
                return before(exercise, work, learner, references)
            probes = tuple(
                check.probe(f"p{n}", lambda n=n: work.call("twice", n) == 2 * n, "A hidden probe gives another result.")
                for n in NOW[name]
            )
            return verdict.Verdict(exercise, 6, probes), ""

        monkeypatch.setattr(runner, "examined", examined)
        monkeypatch.setattr(records, "check_version", lambda _stem: name)

    return put


def source(mini):
    return mini.root / "source/mini/mini.ipynb"


def rewrite(mini, cell_id, change):
    """Change a cell of the class's own instructor's notebook."""
    notebook = nbformat.read(source(mini), as_version=4)
    change(next(cell for cell in notebook.cells if cell.id == cell_id), notebook)
    nbformat.write(notebook, source(mini))


def files(root):
    return {str(p.relative_to(root)): p.read_bytes() for p in root.rglob("*") if p.is_file()}


def scores(mini, exercise="mini-twice"):
    with Gradebook(f"sqlite:///{mini.root}/gradebook.db") as gradebook:
        found = gradebook.find_assignment("mini").submissions
        return {
            s.student.id: next(g.score for g in s.notebooks[0].grades if g.name == exercise)
            for s in sorted(found, key=lambda s: s.student.id)
        }


def by_hand(mini, learner, points):
    with Gradebook(f"sqlite:///{mini.root}/gradebook.db") as gradebook:
        gradebook.find_grade("mini-twice", "mini", "mini", learner).manual_score = points
        gradebook.db.commit()


def test_who_would_move_is_seen_and_nothing_is_touched(handed_in, corrected):
    corrected("stricter")
    before = files(handed_in.root)
    planned = fix.plan(handed_in.root, "mini", as_is=True)
    assert files(handed_in.root) == before
    (found,) = planned.corrections
    assert found.moves == (Move("bob", "mini-twice", 6.0, 4.0), Move("cho", "mini-twice", 3.0, 2.0))
    assert (found.marked, found.up, found.down, found.changes) == (3, 0, 2, ())
    assert scores(handed_in) == {"ann": 6, "bob": 6, "cho": 3}


def test_written_it_moves_exactly_those_and_keeps_what_was(handed_in, corrected):
    corrected("stricter")
    by_hand(handed_in, "cho", 5)
    planned = fix.plan(handed_in.root, "mini", as_is=True)
    assert [(move.learner, move.moves) for move in planned.corrections[0].moves] == [("bob", True), ("cho", False)]
    folder = fix_write.write(planned)
    assert scores(handed_in) == {"ann": 6, "bob": 4, "cho": 5}
    note = json.loads((folder / "fix.json").read_text("utf-8"))
    assert note["done"]
    assert note["before"]["mini"]["marks"]["bob"] == {"mini-base": 4.0, "mini-twice": 6.0}
    assert not (handed_in.root / ".fix").exists()
    assert not fix.plan(handed_in.root, "mini", as_is=True).needed


def test_a_text_is_corrected_and_old_hand_ins_stay_valid(handed_in):
    rewrite(handed_in, "title", lambda cell, _: cell.update(source="# Mini, corrected"))
    planned = fix.plan(handed_in.root, as_is=True)
    (found,) = planned.corrections
    assert found.changes == (Change("title", "# Mini", "# Mini, corrected"),)
    assert found.moves == ()
    handed = files(handed_in.root / "submitted")
    fix_write.write(planned)
    assert "# Mini, corrected" in str(handed_in.release_notebook())
    assert files(handed_in.root / "submitted") == handed
    assert scores(handed_in) == {"ann": 6, "bob": 6, "cho": 3}
    assert {each.learner: each.incidents for each in records.read_all(handed_in.root, "mini")} == dict.fromkeys(
        ("ann", "bob", "cho"), ()
    )


def _gone(cell, notebook):
    notebook.cells.remove(cell)


def _code(cell, _notebook):
    cell.update(cell_type="code", outputs=[], execution_count=None)


@pytest.mark.parametrize(
    ("cell", "change"),
    [("mini-twice", _gone), ("mini-why", _code), ("mini-twice", lambda c, _: c.metadata.nbgrader.update(points=7))],
    ids=["gone", "kind", "points"],
)
def test_a_change_of_cells_is_refused_in_one_sentence(handed_in, cell, change):
    rewrite(handed_in, cell, change)
    before = files(handed_in.root)
    with pytest.raises(ClassError, match=rf"give {cell} back as they were, or .*\(loyalty new\)") as error:
        fix.plan(handed_in.root, "mini", as_is=True)
    assert "\n" not in str(error.value)
    assert files(handed_in.root) == before


def test_a_mark_that_would_fall_is_held_and_outlives_a_regrade(handed_in, corrected):
    corrected("stricter")
    planned = fix.plan(handed_in.root, "mini", as_is=True, never_down=True)
    assert [(move.learner, move.held) for move in planned.corrections[0].moves] == [("bob", True), ("cho", True)]
    fix_write.write(planned)
    assert scores(handed_in) == {"ann": 6, "bob": 6, "cho": 3}
    assert records.read(handed_in.root, "mini", "bob").verdicts["mini-twice"].points == 4
    grade(handed_in.root, "mini", force=True)
    assert scores(handed_in) == {"ann": 6, "bob": 6, "cho": 3}


@pytest.mark.parametrize("at", ["release", "grade", "end"])
def test_stopped_in_between_it_goes_on_and_knows_the_marks_from_before(handed_in, corrected, monkeypatch, at):
    """Stopped before the release, after half of the class, and when all but the note was done."""
    corrected("kinder")
    rewrite(handed_in, "title", lambda cell, _: cell.update(source="# Mini, corrected"))
    planned = fix.plan(handed_in.root, "mini", as_is=True)
    with monkeypatch.context() as patch:
        if at == "release":
            patch.setattr(fix_write.classdir, "release", _stop)
        elif at == "grade":
            patch.setattr(
                fix_write.grade, "grade", lambda *_, **__: (grade(handed_in.root, learners=("cho",)), _stop())
            )
        else:
            patch.setattr(fix_log, "end", _stop)
        with pytest.raises(KeyboardInterrupt):
            fix_write.write(planned)
    again = fix.plan(handed_in.root, "mini", as_is=True)
    assert again.begun
    assert again.corrections[0].moves == planned.corrections[0].moves == (Move("cho", "mini-twice", 3.0, 4.0),)
    assert again.corrections[0].changes == planned.corrections[0].changes
    folder = fix_write.write(again)
    assert folder == again.begun
    assert scores(handed_in) == {"ann": 6, "bob": 6, "cho": 4}
    assert "# Mini, corrected" in str(handed_in.release_notebook())
    assert not fix.plan(handed_in.root, "mini", as_is=True).needed


def _stop(*_, **__):
    raise KeyboardInterrupt


def test_a_check_that_fails_itself_is_not_written(handed_in, monkeypatch):
    monkeypatch.setattr(records, "check_version", lambda _stem: "broken")

    before = runner.examined

    def broken(exercise, work, learner, references=None):
        if exercise != "mini-twice":
            return before(exercise, work, learner, references)
        return verdict.Verdict(exercise, 6, (verdict.Probe("check", passed=False),)), "KeyError: 'x'"

    monkeypatch.setattr(runner, "examined", broken)
    planned = fix.plan(handed_in.root, "mini", as_is=True)
    untouched = files(handed_in.root)
    with pytest.raises(ClassError, match="check itself fails for ann mini-twice"):
        fix_write.write(planned)
    assert files(handed_in.root) == untouched


def test_the_command_shows_first_and_writes_on_demand(handed_in, corrected):
    corrected("stricter")
    command = ["--lang", "en", "fix", str(handed_in.root), "mini", "--as-is"]
    shown = CliRunner().invoke(loyalty, command)
    assert shown.exit_code == 0, shown.output
    assert "0 marks rise, 2 fall" in shown.output
    assert "mini --as-is --yes" in shown.output
    assert scores(handed_in)["bob"] == 6
    asked = CliRunner().invoke(loyalty, [*command, "--json"])
    plain = json.loads(asked.stdout)
    assert not plain["written"]
    assert [(m["learner"], m["before"], m["after"]) for m in plain["chapters"][0]["moves"]] == [
        ("bob", 6.0, 4.0),
        ("cho", 3.0, 2.0),
    ]
    written = CliRunner().invoke(loyalty, [*command, "--yes"])
    assert written.exit_code == 0, written.output
    assert scores(handed_in)["bob"] == 4
    assert "nothing to correct" in CliRunner().invoke(loyalty, command).output


def test_on_a_terminal_the_chapters_name_is_typed(handed_in, corrected, monkeypatch):
    corrected("stricter")
    monkeypatch.setattr(cli_fix, "_on_terminal", lambda: True)
    command = ["--lang", "en", "fix", str(handed_in.root), "mini", "--as-is"]
    assert "Nothing is written yet" in CliRunner().invoke(loyalty, command, input="y\n").output
    assert scores(handed_in)["bob"] == 6
    assert "Written." in CliRunner().invoke(loyalty, command, input="mini\n").output
    assert scores(handed_in)["bob"] == 4


def test_another_hand_in_may_count_then_and_holds_no_mark(handed_in, corrected, edit):
    """Of two attempts the better one counts; by the corrected check they are equal, and the later one does."""
    (handed_in.root / "class.yml").write_text("attempts: 3\ncounts: best\n", "utf-8")
    opened = classdir.open_class(handed_in.root)
    for hour, answer in enumerate(("abs(2 * n)", "2 * n if n != 3 else 0")):
        notebook = handed_in.solved()
        edit.cell(notebook, "mini-twice-answer")["source"] = f"def twice(n):\n    return {answer}"
        moment = datetime(2026, 3, 2, hour, tzinfo=UTC)
        attempts.keep(opened, "mini", "dan", {"mini.ipynb": json.dumps(notebook).encode()}, moment, "folder")
    grade(handed_in.root, "mini")
    assert scores(handed_in)["dan"] == 6
    corrected("stricter")
    planned = fix.plan(handed_in.root, "mini", as_is=True, never_down=True)
    (move,) = [move for move in planned.corrections[0].moves if move.learner == "dan"]
    assert move == Move("dan", "mini-twice", 6.0, 4.0, other=True)
    fix_write.write(planned)
    assert scores(handed_in) == {"ann": 6, "bob": 6, "cho": 3, "dan": 4}
    assert len(attempts.attempts(opened, "mini", "dan")) == 2


def test_the_course_is_built_anew_for_a_class(tmp_path):
    """A text corrected in the course reaches the class; before anybody has handed in, an exercise may change too."""
    root, course = tmp_path / "class", tmp_path / "course"
    classdir.new(root, "zh", stems=["tiers"])
    classdir.release(root, "tiers")
    shutil.copytree(find("course/syllabus.yml").parent / "tiers", course / "tiers")
    assert not fix.plan(root, "tiers", course=course).needed
    text = course / "tiers/notebook.md"
    old = "本章"
    assert old in text.read_text("utf-8")
    text.write_text(text.read_text("utf-8").replace(old, "这一章", 1), "utf-8")
    planned = fix.plan(root, "tiers", course=course)
    (found,) = planned.corrections
    assert len(found.changes) == 1
    assert "这一章" in found.changes[0].after
    fix_write.write(planned)
    assert "这一章" in (root / "release/tiers/tiers.ipynb").read_text("utf-8")


def test_pinned_versions_become_those_installed_for_all_chapters_or_none(tmp_path):
    root = tmp_path / "class"
    classdir.new(root, "en", stems=["tiers", "stages"])
    for stem in ("tiers", "stages"):
        classdir.release(root, stem)
    file = root / "class.yml"
    new = file.read_text("utf-8")
    old = new.replace('kit: "', 'kit: "0.0.').replace('company: "', 'company: "0.')
    assert old != new
    file.write_text(old, "utf-8")
    planned = fix.plan(root, "tiers")
    assert planned.pins
    with pytest.raises(ClassError, match="stages would move unseen"):
        fix_write.write(planned)
    assert file.read_text("utf-8") == old
    fix_write.write(fix.plan(root))
    assert file.read_text("utf-8") == new


CHECK = """\
from autograders.check import Context, check, number_probes
from autograders.checks.tiers import figures


@check("tiers-base")
def base(c: Context):
    \"\"\"Count one customer more than the kit does.\"\"\"
    yield from number_probes(c, figures(c.tables).base + 1)
"""


def test_a_check_of_the_classs_own_is_corrected(tmp_path):
    """Through everything: two learners of a chapter, a check put into `private/`, who would move, and who moved."""
    root = tmp_path / "class"
    one, other = classes.marked_class(root, "tiers", "zh", [], ["blank"])
    private = root / "private/checks/tiers.py"
    private.parent.mkdir(parents=True)
    private.write_text(CHECK, "utf-8")
    full = one.marks["tiers-base"]
    before = files(root)
    planned = fix.plan(root, "tiers", workers=1)
    assert {name: data for name, data in files(root).items() if "gradebook" not in name} == {
        name: data for name, data in before.items() if "gradebook" not in name
    }
    assert planned.corrections[0].moves == (Move(one.learner, "tiers-base", full, 0.0),)
    fix_write.write(planned, workers=1)
    assert records.read(root, "tiers", one.learner).points == one.points - full
    assert records.read(root, "tiers", other.learner).points == 0
    assert not fix.plan(root, "tiers").needed
    overlay.enter(overlay.NONE)
