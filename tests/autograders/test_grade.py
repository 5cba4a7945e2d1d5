"""A class is marked through nbgrader and its gradebook, whatever one of its notebooks is like."""

from __future__ import annotations

import shutil
from concurrent.futures import Executor, Future
from pathlib import Path

import pytest
from nbgrader.api import Gradebook

from autograders import classdir, records
from autograders.grade import grade, submissions
from autograders.sandbox.outside import best_level
from loyaltylib.errors import ClassError


def saved(root, learner):
    with Gradebook(f"sqlite:///{root}/gradebook.db") as gradebook:
        grades = gradebook.find_submission_notebook("mini", "mini", learner).grades
        return {g.name: g.auto_score for g in grades}


def points(root, learner):
    found = saved(root, learner)
    return found["mini-base"], found["mini-twice"]


def test_every_submission_gets_its_marks_and_its_incidents(marked_class):
    for learner, (_, expected, kinds) in marked_class.submissions.items():
        record = records.read(marked_class.root, "mini", learner)
        assert points(marked_class.root, learner) == expected, learner
        assert record.points == sum(expected), learner
        assert {i.kind for i in record.incidents} == kinds, learner
        assert record.isolation == ("" if record.failed else best_level())


def test_the_batch_goes_on_and_names_who_could_not_be_read(marked_class):
    summary = marked_class.summary
    assert summary.submissions == summary.marked == len(marked_class.submissions) + 1
    assert [learner for learner, _ in summary.failed] == ["nobody", "not-json"]
    assert points(marked_class.root, "nobody") == (0, 0)
    assert summary.isolation == (best_level(),)
    assert summary.max_points == 10
    assert summary.by_hand == 1
    total = sum(sum(expected) for _, expected, _ in marked_class.submissions.values())
    assert summary.mean == pytest.approx(total / summary.submissions)
    assert summary.seconds_each > 0


def test_progress_counts_to_the_end(marked_class):
    assert [(done, total) for done, total, _ in marked_class.steps] == [(i + 1, 14) for i in range(14)]


def test_nothing_handed_in_is_altered_and_nothing_is_left_behind(marked_class):
    assert marked_class.untouched
    assert not list(marked_class.root.rglob("*.part"))


def test_the_autograded_notebook_holds_no_machine_record(marked_class):
    for path in marked_class.root.glob("autograded/*/mini/mini.ipynb"):
        text = path.read_text("utf-8")
        assert records.VERDICT_MIME + '":' not in text
        assert '"loyalty"' not in text


@pytest.fixture
def small(mini):
    """A class in which two have handed in and were marked."""
    for learner in ("ann", "bob"):
        mini.hand_in(learner, mini.solved())
    grade(mini.root, "mini")
    return mini


def test_only_what_is_new_or_has_changed_is_marked_again(small, edit):
    assert grade(small.root).marked == 0
    changed = small.solved()
    edit.cell(changed, "mini-base-answer")["source"] = "base = 1"
    small.hand_in("bob", changed)
    small.hand_in("cho", small.solved())
    summary = grade(small.root)
    assert (summary.marked, summary.unchanged) == (2, 1)
    assert points(small.root, "bob") == (0, 6)


def test_lost_traces_are_made_anew(small):
    (small.root / "verdicts/mini/ann.json").unlink()
    shutil.rmtree(small.root / "autograded/bob")
    assert grade(small.root).marked == 2


def test_a_mark_by_hand_survives(small):
    with Gradebook(f"sqlite:///{small.root}/gradebook.db") as gradebook:
        gradebook.find_grade("mini-twice", "mini", "mini", "ann").manual_score = 5
        gradebook.find_grade("mini-why", "mini", "mini", "ann").manual_score = 2
        gradebook.db.commit()
    assert grade(small.root, force=True).marked == 2
    with Gradebook(f"sqlite:///{small.root}/gradebook.db") as gradebook:
        grades = gradebook.find_submission_notebook("mini", "mini", "ann").grades
        assert {g.name: g.manual_score for g in grades if g.manual_score is not None} == {
            "mini-twice": 5,
            "mini-why": 2,
        }


class Faulty(Executor):
    """An executor whose worker dies on the first notebook."""

    def __init__(self):
        self.asked = 0

    def submit(self, call, /, *args, **kwargs):
        self.asked += 1
        future: Future = Future()
        if self.asked == 1:
            future.set_exception(OSError("the worker died"))
        else:
            future.set_result(call(*args, **kwargs))
        return future


def test_a_lost_worker_is_named_and_marked_the_next_time(mini):
    for learner in ("ann", "bob"):
        mini.hand_in(learner, mini.solved())
    first = grade(mini.root, executor=Faulty())
    assert [learner for learner, _ in first.failed] == ["ann"]
    assert "the worker died" in first.failed[0][1]
    assert points(mini.root, "bob") == (4, 6)
    second = grade(mini.root)
    assert (second.marked, second.unchanged, second.failed) == (1, 1, ())
    assert points(mini.root, "ann") == (4, 6)


def test_odd_folders_of_a_submission(mini):
    mini.hand_in("renamed", mini.solved(), "mini (1).ipynb")
    mini.hand_in("two", mini.solved())
    mini.hand_in("two", b"draft", "draft.ipynb")
    mini.hand_in("link", b"").joinpath("mini.ipynb").unlink()
    (mini.root / "submitted/link/mini/mini.ipynb").symlink_to(mini.root / "source/mini/mini.ipynb")
    folder = mini.hand_in("time", mini.solved())
    (folder / "timestamp.txt").write_text("yesterday, I think", "utf-8")
    (folder / "numpy.py").write_text("raise SystemExit", "utf-8")
    (mini.root / "submitted/.DS_Store").write_bytes(b"")
    found = {s.learner: s for s in submissions(classdir.open_class(mini.root), "mini")}
    assert set(found) == {"renamed", "two", "link", "time"}
    assert found["renamed"].incident.kind == "renamed"
    assert found["two"].incident is None
    assert found["link"].incident.kind == "no_notebook"
    assert found["time"].timestamp == ""


def test_a_chapter_that_was_not_released_says_so(mini):
    shutil.rmtree(mini.root / "release")
    with pytest.raises(ClassError, match="release"):
        grade(mini.root, "mini")


@pytest.mark.parametrize("step", ["autograders.execute.RunNotebook", "nbgrader.preprocessors.Execute"])
def test_nbgraders_own_autograde_gives_the_same_marks(marked_class, tmp_path, step):
    root = Path(shutil.copytree(marked_class.root, tmp_path / "class"))
    for folder in ("autograded", "verdicts"):
        shutil.rmtree(root / folder)
    keep = ["wrong", "warns", "no-flags", "not-json"]
    for path in (root / "submitted").iterdir():
        if path.name not in keep:
            shutil.rmtree(path)
    config = root / classdir.CONFIG_FILE
    config.write_text(config.read_text("utf-8").replace("autograders.execute.RunNotebook", step), "utf-8")
    with Gradebook(f"sqlite:///{root}/gradebook.db") as gradebook:
        for learner in keep:
            gradebook.remove_submission("mini", learner)
    classdir.run(classdir.open_class(root), "Autograde", "mini")
    for learner in keep:
        assert points(root, learner) == marked_class.submissions[learner][1], learner
        autograded = root / f"autograded/{learner}/mini/mini.ipynb"
        assert records.is_of_plain_kernel(autograded) == step.startswith("nbgrader")
    if step.startswith("autograders"):
        for learner in keep:
            ours, theirs = (records.read(r, "mini", learner) for r in (marked_class.root, root))
            assert (ours.verdicts, ours.incidents, ours.content) == (theirs.verdicts, theirs.incidents, theirs.content)
