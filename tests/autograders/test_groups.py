"""Groups: one hand-in marks everybody in it, with words, feedback and what is read later; nobody is counted twice."""

from __future__ import annotations

import pytest
from nbgrader.api import Gradebook, MissingEntry

from autograders import classdir, groups, reading, records
from autograders.feedback import feedback
from autograders.follow_up import follow_up
from autograders.grade import grade
from autograders.report import report
from loyaltylib.errors import ClassError

FILE = "小组,学号\nA,ann\nA,bob\nB,cho\nB,dan\n"


@pytest.fixture
def grouped(mini, edit):
    """Ann has handed in for A, both of B have."""
    (mini.root / "groups.csv").write_text(FILE, "utf-8")
    wrong = mini.solved()
    edit.cell(wrong, "mini-base-answer")["source"] = "base = 1"
    for learner, notebook in (("ann", wrong), ("cho", mini.solved()), ("dan", wrong)):
        mini.hand_in(learner, notebook)
    return mini


def score(root, learner):
    with Gradebook(f"sqlite:///{root}/gradebook.db") as gradebook:
        return gradebook.find_submission("mini", learner).score


def test_members_have_the_marks_of_the_one_who_handed_in(grouped):
    summary = grade(grouped.root)
    assert (score(grouped.root, "ann"), score(grouped.root, "bob")) == (6, 6)
    assert records.read(grouped.root, "mini", "bob").marks_of == "ann"
    assert [each.learner for each in records.read_all(grouped.root, "mini")] == ["ann", "cho", "dan"]
    assert (summary.submissions, summary.marked) == (3, 3)
    assert grade(grouped.root).marked == 0


def test_where_two_handed_in_each_keeps_their_own_and_a_person_is_told(grouped):
    (question,) = grade(grouped.root).questions
    assert "group B: cho, dan" in question
    assert (score(grouped.root, "cho"), score(grouped.root, "dan")) == (10, 6)


def test_a_text_read_later_reaches_all_and_is_shown_once(grouped):
    grade(grouped.root)
    opened = classdir.open_class(grouped.root)
    asked = reading.exercise(opened, "mini-why")
    assert sorted(each.learner for each in reading.texts(opened, asked)) == ["ann", "cho", "dan"]
    reading.give(opened, asked, "ann", 4, "Well argued.", "Wu")
    follow_up(opened, "mini")
    assert (score(grouped.root, "ann"), score(grouped.root, "bob")) == (11, 11)
    pages = {page.parent.parent.name: page.read_text("utf-8") for page in feedback(grouped.root, "mini")}
    for learner in ("ann", "bob"):
        assert "11 of 15 points" in pages[learner]
        assert "Well argued." in pages[learner]
    assert "Learner bob" in pages["bob"]


def test_the_report_counts_a_group_once(grouped):
    grade(grouped.root)
    assert "bob" not in report(grouped.root, "mini").read_text("utf-8")


def test_whoever_hands_in_after_all_has_their_own(grouped):
    grade(grouped.root)
    grouped.hand_in("bob", grouped.solved())
    summary = grade(grouped.root)
    assert (score(grouped.root, "ann"), score(grouped.root, "bob")) == (6, 10)
    assert len(summary.questions) == 2


def test_whoever_has_left_the_group_has_not_its_marks(grouped):
    grade(grouped.root)
    opened = classdir.open_class(grouped.root)
    asked = reading.exercise(opened, "mini-why")
    reading.give(opened, asked, "ann", 4, "Well argued.", "Wu")
    follow_up(opened, "mini")
    (grouped.root / "groups.csv").write_text("group,id\nA,ann\n", "utf-8")
    follow_up(opened, "mini")
    assert records.read(grouped.root, "mini", "bob") is None
    with Gradebook(opened.coursedir.db_url) as gradebook, pytest.raises(MissingEntry):
        gradebook.find_submission("mini", "bob")
    assert score(grouped.root, "ann") == 11


def test_a_text_of_ones_own_does_not_begin_with_the_points_of_the_group(grouped):
    grade(grouped.root)
    opened = classdir.open_class(grouped.root)
    asked = reading.exercise(opened, "mini-why")
    reading.give(opened, asked, "ann", 4, "Well argued.", "Wu")
    follow_up(opened, "mini")
    grouped.hand_in("bob", grouped.solved())
    grade(grouped.root)
    assert (score(grouped.root, "ann"), score(grouped.root, "bob")) == (11, 10)


@pytest.mark.parametrize(
    ("text", "said"),
    [
        ("group,id\nA,ann\nB,ann\n", "line 3: ann is in two groups"),
        ("group,id\nA,\n", "line 2: a group's name or an id is missing"),
        ("group,id,chapter\nA,ann,tides\n", "line 2: the class has no chapter “tides”"),
        ("group,id\nA,eve\n", "line 2: “eve” is not on the class list"),
        ("id\nann\n", "no column group"),
    ],
)
def test_what_will_not_do_is_refused_with_its_line(tmp_path, text, said):
    path = tmp_path / "groups.csv"
    path.write_text(text, "utf-8")
    with pytest.raises(ClassError) as caught:
        groups.read_groups(path, ["cases"], {"ann", "bob"})
    assert said in str(caught.value)
