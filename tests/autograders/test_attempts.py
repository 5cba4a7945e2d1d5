"""Every hand-in is kept, and the one that counts is the class's choice: in submitted/, the gradebook and the record."""

from __future__ import annotations

import json
import shutil
from datetime import UTC, datetime, timedelta

import pytest
from nbgrader.api import Gradebook

from autograders import attempts, classdir, records
from autograders.execute import ABOUT
from autograders.grade import grade
from loyaltylib.errors import ClassError

START = datetime(2026, 12, 1, 10, tzinfo=UTC)
RULES = "attempts: {attempts}\ncounts: {counts}\nlate: {{grace: 15, per_day: 10, most: 50}}\n"


def settle(mini, counts="best", number=3, dates=""):
    (mini.root / "class.yml").write_text(RULES.format(counts=counts, attempts=number), "utf-8")
    if dates:
        (mini.root / "dates.csv").write_text(f"chapter,learner,due,extra\n{dates}", "utf-8")
    return classdir.open_class(mini.root)


def notebook(mini, edit, base="42", twice="n * 2"):
    """Return a notebook's bytes: 4 points for 42, 6 for twice, 3 where only one of its probes passes."""
    made = mini.solved()
    edit.cell(made, "mini-base-answer")["source"] = f"base = {base}"
    edit.cell(made, "mini-twice-answer")["source"] = f"def twice(n):\n    return {twice}"
    return json.dumps(made).encode()


@pytest.fixture
def hand_in(mini, edit):
    def hand_in(opened, learner="ann", hours=0.0, **answers):
        files = {"mini.ipynb": notebook(mini, edit, **answers), "notes.txt": b"beside"}
        return attempts.keep(opened, "mini", learner, files, START + timedelta(hours=hours), "receipt")

    return hand_in


def seen(root, learner="ann"):
    """Return points in the gradebook and in the record, and what is lost by lateness."""
    with Gradebook(f"sqlite:///{root}/gradebook.db") as gradebook:
        submission = gradebook.find_submission("mini", learner)
        points, lost = submission.score, submission.late_submission_penalty
    return points, records.read(root, "mini", learner).points, lost


def submitted(root, learner="ann"):
    return (root / "submitted" / learner / "mini" / "mini.ipynb").read_bytes()


def test_the_best_counts_however_they_came_and_all_are_kept(mini, hand_in):
    opened = settle(mini)
    hand_in(opened, hours=0, twice="2")  # 4 + 3
    best = hand_in(opened, hours=1)  # 4 + 6
    hand_in(opened, hours=2, base="1")  # 0 + 6
    summary = grade(mini.root)
    assert (summary.submissions, summary.marked) == (3, 3)
    assert seen(mini.root) == (10, 10, 0)
    assert submitted(mini.root) == best.path.read_bytes()
    kept = attempts.attempts(opened, "mini", "ann")
    assert [records.read_at(each.folder / records.VERDICT_FILE).points for each in kept] == [7, 10, 6]
    assert [each.number for each in kept] == [1, 2, 3]
    assert (kept[0].folder / "notes.txt").read_bytes() == b"beside"
    assert grade(mini.root).marked == 0


def test_the_last_counts_where_the_class_says_so(mini, hand_in):
    opened = settle(mini, counts="last")
    hand_in(opened, hours=0)
    last = hand_in(opened, hours=2, base="1")
    earlier = hand_in(opened, hours=1, twice="2")  # taken in later, handed in before
    assert earlier.number == 3
    assert grade(mini.root).marked == 1
    assert seen(mini.root)[0] == 6
    assert submitted(mini.root) == last.path.read_bytes()


@pytest.mark.parametrize("counts", ["best", "last"])
def test_one_too_many_is_kept_and_does_not_count(mini, hand_in, counts):
    opened = settle(mini, counts=counts, number=2)
    hand_in(opened, hours=0, twice="2")
    hand_in(opened, hours=1, base="1", twice="2")
    hand_in(opened, hours=2)
    grade(mini.root)
    assert seen(mini.root)[0] == {"best": 7, "last": 3}[counts]
    assert len(attempts.attempts(opened, "mini", "ann")) == 3


def test_the_same_notebook_again_is_the_same_attempt(mini, hand_in):
    opened = settle(mini)
    assert hand_in(opened, hours=0) == hand_in(opened, hours=5)
    assert len(attempts.attempts(opened, "mini", "ann")) == 1


def test_taking_in_again_places_what_an_ended_run_left(mini, hand_in):
    opened = settle(mini)
    kept = hand_in(opened)
    shutil.rmtree(mini.root / "submitted" / "ann")
    assert hand_in(opened) == kept
    assert submitted(mini.root) == kept.path.read_bytes()


def test_what_somebody_put_into_submitted_is_kept_before_anything_replaces_it(mini, edit):
    opened = settle(mini)
    for number in (1, 2):
        mini.hand_in("ann", json.loads(notebook(mini, edit, base=str(number))))
        grade(mini.root)
    assert [each.source for each in attempts.attempts(opened, "mini", "ann")] == ["folder", "folder"]


def test_a_better_hand_in_after_marking_takes_over_and_a_worse_one_does_not(mini, hand_in):
    opened = settle(mini)
    hand_in(opened, hours=0, twice="2")
    grade(mini.root)
    hand_in(opened, hours=1, base="1", twice="2")
    assert grade(mini.root).marked == 1
    assert seen(mini.root)[:2] == (7, 7)
    hand_in(opened, hours=2)
    assert grade(mini.root).marked == 1
    assert seen(mini.root)[:2] == (10, 10)
    assert grade(mini.root, force=True).marked == 3
    assert seen(mini.root)[:2] == (10, 10)


def test_a_late_hand_in_loses_what_the_class_says_and_best_is_after_that(mini, hand_in):
    opened = settle(mini, dates="mini,,2026-12-01 10:30,\n")  # 30 minutes after the first, in UTC
    hand_in(opened, hours=0, twice="2")  # 7, in time
    hand_in(opened, hours=24 * 4)  # 10, four days late: 6
    hand_in(opened, "bob", hours=24)  # one day begun: 9
    hand_in(opened, "cho", hours=0.7)  # within the minutes of grace
    grade(mini.root)
    assert seen(mini.root, "ann") == (7, 7, 0)
    assert seen(mini.root, "bob") == (10, 10, 1)
    assert seen(mini.root, "cho") == (10, 10, 0)


def test_more_time_reaches_the_gradebook_and_a_moved_deadline_the_marks(mini, hand_in):
    opened = settle(mini, dates="mini,,2026-12-01 10:30,\n,ann,,2 d\n")
    hand_in(opened, "ann", hours=24)
    hand_in(opened, "bob", hours=24)
    grade(mini.root)
    assert (seen(mini.root, "ann")[2], seen(mini.root, "bob")[2]) == (0, 1)
    with Gradebook(f"sqlite:///{mini.root}/gradebook.db") as gradebook:
        assert gradebook.find_assignment("mini").duedate == datetime(2026, 12, 1, 10, 30)  # noqa: DTZ001 - as kept there
        assert gradebook.find_submission("mini", "ann").extension == timedelta(days=2)
    settle(mini, dates="mini,,2026-12-09,\n")
    assert grade(mini.root).marked == 0
    assert seen(mini.root, "bob")[2] == 0
    settle(mini, dates="mini,,2026-12-01 10:30,\n")
    grade(mini.root)
    assert seen(mini.root, "bob")[2] == 1
    (mini.root / "dates.csv").write_text("chapter,learner,due,extra\n", "utf-8")  # no deadlines any more
    grade(mini.root)
    assert seen(mini.root, "bob")[2] == 0
    with Gradebook(f"sqlite:///{mini.root}/gradebook.db") as gradebook:
        assert gradebook.find_assignment("mini").duedate is None
        gradebook.find_assignment("mini").duedate = datetime(2026, 12, 1, 10, 30)  # noqa: DTZ001 - in Formgrader
        gradebook.db.commit()
    (mini.root / "dates.csv").unlink()
    grade(mini.root)
    assert seen(mini.root, "bob")[2] == 1


def test_a_text_read_later_loses_its_part_too(mini, hand_in):
    hand_in(settle(mini, dates="mini,,2026-12-01 10:30,\n"), hours=24)
    grade(mini.root)
    with Gradebook(f"sqlite:///{mini.root}/gradebook.db") as gradebook:
        gradebook.find_grade("mini-why", "mini", "mini", "ann").manual_score = 5
        gradebook.db.commit()
    grade(mini.root)
    assert seen(mini.root)[::2] == (15, 1.5)


def test_nbgraders_own_autograde_takes_off_the_same(mini, hand_in):
    opened = settle(mini, dates="mini,,2026-12-01 10:30,\n,ann,,2 d\n")
    for learner in ("ann", "bob"):
        hand_in(opened, learner, hours=24)
    classdir.run(classdir.open_class(mini.root), "Autograde", "mini", create_student=True)
    assert (seen(mini.root, "ann")[2], seen(mini.root, "bob")[2]) == (0, 1)


def test_a_run_that_is_ended_between_two_attempts_goes_on(mini, hand_in):
    opened = settle(mini)
    for hours, twice in enumerate(("2", "n * 2", "n")):
        hand_in(opened, hours=hours, twice=twice)

    def ended(_done, _total, _name):
        raise KeyboardInterrupt

    with pytest.raises(KeyboardInterrupt):
        grade(mini.root, progress=ended)
    grade(mini.root)
    assert seen(mini.root)[:2] == (10, 10)
    assert grade(mini.root).marked == 0


def test_another_version_of_the_kit_marks_nobody_on_either_way(mini, hand_in):
    hand_in(settle(mini))
    (mini.root / "class.yml").write_text('kit: "0.0.9"\n', "utf-8")
    with pytest.raises(ClassError, match="another version"):
        grade(mini.root)
    with pytest.raises(ClassError, match="could not finish Autograde"):
        classdir.run(classdir.open_class(mini.root), "Autograde", "mini", create_student=True)
    assert not (mini.root / "verdicts").exists()


def test_another_file_beside_the_same_notebook_is_another_hand_in_and_is_marked(mini, edit):
    opened = settle(mini, counts="last")
    made = mini.solved()
    edit.cell(made, "mini-base-answer")["source"] = "base = int(open('own.csv').read())"
    whole = json.dumps(made).encode()

    def hand_in(hours, **files):
        own = {"mini.ipynb": whole, **{name.replace("_", "."): body for name, body in files.items()}}
        return attempts.keep(opened, "mini", "ann", own, START + timedelta(hours=hours), "receipt").number

    assert [hand_in(0, own_csv=b"1"), hand_in(1, own_csv=b"42"), hand_in(2, own_csv=b"42", receipt_json=b"{}")] == [
        1,
        2,
        2,
    ]
    assert grade(mini.root).marked == 1
    assert seen(mini.root) == (10, 10, 0)
    (mini.root / "attempts/mini/ann/2/own.csv").write_bytes(b"7")
    assert (grade(mini.root).marked, seen(mini.root)[0]) == (1, 6)


def test_an_attempt_kept_by_an_earlier_version_is_known_again(mini, hand_in):
    opened = settle(mini)
    about = hand_in(opened).folder / ABOUT
    about.write_text(json.dumps(json.loads(about.read_text("utf-8")) | {"content": "of the notebook only"}), "utf-8")
    assert hand_in(opened, hours=5).number == 1
    assert len(attempts.attempts(opened, "mini", "ann")) == 1


def test_marked_again_a_notebook_finds_what_was_handed_in_and_nothing_of_the_kit(mini, edit):
    """An attempt's folder holds its record: hidden probes, and what the reference answers."""
    opened = settle(mini)
    made = mini.solved()
    edit.cell(made, "mini-base-answer")["source"] = "import os\nprint('found', sorted(os.listdir('.')))\nbase = 42"
    files = {"mini.ipynb": json.dumps(made).encode(), "own.csv": b"1"}
    attempts.keep(opened, "mini", "ann", files, START, "receipt")
    for _ in range(2):
        grade(mini.root, force=True)
        shown = (mini.root / "autograded/ann/mini/mini.ipynb").read_text("utf-8")
        (found,) = [line for line in shown.splitlines() if '"found [' in line]
        assert "own.csv" in found
        assert not [name for name in ("verdict", "attempt", "timestamp", ".json") if name in found], found
