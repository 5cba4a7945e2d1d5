"""Free texts: without names, in an order of their own, and marks that stand in nbgrader's gradebook."""

from __future__ import annotations

import json
import threading
from concurrent.futures import ThreadPoolExecutor

import pytest
from click.testing import CliRunner
from nbgrader.api import Gradebook
from tornado.testing import AsyncHTTPTestCase

from autograders import classdir, reading, reading_server
from autograders.grade import grade
from loyaltylib.cli import loyalty
from loyaltylib.errors import ClassError, UnknownName

EXERCISE = "mini-why"  # 5 points
WROTE = {"ann": "It **pays**.", "bob": "<script>alert(1)</script> Because of $x$.", "cho": "因为划算。"}


@pytest.fixture
def marked(mini, edit):
    for learner, text in {**WROTE, "nil": None}.items():
        made = mini.solved()
        if text is not None:
            edit.cell(made, EXERCISE)["source"] = text
        mini.hand_in(learner, made)
    grade(mini.root)
    return classdir.open_class(mini.root)


@pytest.fixture
def asked(marked):
    return reading.exercise(marked, EXERCISE)


def by_hand(opened, learner):
    with Gradebook(opened.coursedir.db_url) as gradebook:
        grade_row = gradebook.find_grade(EXERCISE, "mini", "mini", learner)
        comment = gradebook.find_comment(EXERCISE, "mini", "mini", learner)
        return grade_row.manual_score, bool(grade_row.needs_manual_grade), comment.manual_comment


def test_what_is_read_is_what_was_written_and_an_untouched_answer_is_told(marked, asked):
    found = reading.texts(marked, asked)
    assert {each.learner: each.source for each in found if not each.untouched} == WROTE
    assert [each.learner for each in found if each.untouched] == ["nil"]
    assert [each.number for each in found] == [1, 2, 3, 4]
    assert all(each.points is None for each in found)
    assert (asked.points, asked.example) == (5, "Why?\n\nBecause.")


def test_only_what_a_person_marks_can_be_read(marked):
    with pytest.raises(UnknownName, match="mini-why"):
        reading.exercise(marked, "mini-base")


def test_a_class_that_is_not_marked_says_so(mini):
    opened = classdir.open_class(mini.root)
    with pytest.raises(ClassError, match="loyalty grade"):
        reading.texts(opened, reading.exercise(opened, EXERCISE))


@pytest.mark.parametrize(("level", "points"), [(0, 0), (1, 1.25), (2, 2.5), (3, 3.75), (4, 5)])
def test_a_level_is_that_many_quarters_of_the_points(marked, asked, level, points):
    assert reading.give(marked, asked, "ann", level, "Good.", "Wu") == points
    assert by_hand(marked, "ann") == (points, False, "Good.")
    assert asked.level_of(points) == level
    assert reading.give(marked, asked, "ann", None, "", "Wu") is None
    assert by_hand(marked, "ann") == (None, True, None)


def test_a_regrade_of_the_same_notebook_asks_nobody_to_read_again_and_a_new_text_does(marked, asked, mini, edit):
    reading.give(marked, asked, "ann", 4, "", "Wu")
    grade(mini.root, force=True)
    assert by_hand(marked, "ann") == (5, False, None)
    changed = mini.solved()
    edit.cell(changed, EXERCISE)["source"] = "It does not."
    mini.hand_in("ann", changed)
    grade(mini.root)
    assert by_hand(marked, "ann")[:2] == (5, True)
    assert {each.learner: each.points for each in reading.texts(marked, asked)}["ann"] is None


def test_parts_are_all_of_it_once_and_stay_when_others_come(marked, asked, mini):
    before = [{each.learner for each in reading.texts(marked, asked, (part, 3))} for part in (1, 2, 3)]
    assert sorted(learner for part in before for learner in part) == sorted([*WROTE, "nil"])
    mini.hand_in("dan", mini.solved())
    grade(mini.root)
    after = [{each.learner for each in reading.texts(marked, asked, (part, 3))} - {"dan"} for part in (1, 2, 3)]
    assert after == before


def test_two_markers_at_once_lose_nothing(marked, asked):
    def mark(learner, marker):
        for level in (1, 2, 3, 4):
            reading.give(marked, asked, learner, level, "", marker)

    both = [threading.Thread(target=mark, args=pair) for pair in (("ann", "Wu"), ("bob", "Li"))]
    for each in both:
        each.start()
    for each in both:
        each.join()
    assert by_hand(marked, "ann")[0] == by_hand(marked, "bob")[0] == 5
    assert reading.read_notes(marked.root, asked).readers == {"ann": "Wu", "bob": "Li"}


def test_a_comment_counts_once_for_each_answer_it_is_under(marked, asked):
    for level in (1, 2, 3):
        reading.give(marked, asked, "ann", level, "Good.", "Wu")
    assert reading.read_notes(marked.root, asked).comments == {"Good.": 1}


def test_the_status_says_who_read_how_much(marked, asked):
    reading.give(marked, asked, "ann", 4, "Good.", "Wu")
    reading.give(marked, asked, "bob", 2, "Good.", "Wu")
    assert reading.status(marked, asked) == [
        {"marker": "Wu", "texts": 2, "mean": 0.75},
        {"marker": "", "texts": 2, "mean": None},
    ]
    assert reading.read_notes(marked.root, asked).comments == {"Good.": 2}
    result = CliRunner().invoke(loyalty, ["read", str(marked.root), EXERCISE, "--status", "--json"])
    assert json.loads(result.stdout)[0]["texts"] == 2


def test_a_part_that_is_none_is_refused(marked):
    result = CliRunner().invoke(loyalty, ["read", str(marked.root), EXERCISE, "--part", "4/3"])
    assert result.exit_code == 2
    assert "2/3" in result.output


class TestServer(AsyncHTTPTestCase):
    """The page and its orders, over HTTP."""

    def run(self, result=None):
        """Run in a thread of its own: in this one a browser of another test may have left its loop."""
        with ThreadPoolExecutor(1) as pool:
            return pool.submit(super().run, result).result()

    @pytest.fixture(autouse=True)
    def _class(self, marked, asked):
        self.opened, self.asked = marked, asked

    def get_app(self):
        self.desk = reading_server.Desk(self.opened, self.asked, (1, 1), "Wu", "zh")
        return reading_server.application(self.desk, "secret")

    def order(self, **given):
        return self.fetch("/secret/mark", method="POST", body=json.dumps(given))

    def test_the_page_names_nobody_and_runs_nothing(self):
        page = self.fetch("/secret/")
        text = page.body.decode()
        assert '<html lang="zh-Hans">' in text
        assert "因为划算。" in text
        assert "<strong>pays</strong>" in text
        assert text.count("<script") == 1  # the page's own
        assert not [learner for learner in (*WROTE, "nil") if learner in text]
        assert "default-src 'none'" in page.headers["Content-Security-Policy"]

    def test_an_order_is_in_the_gradebook_and_on_the_page_loaded_again(self):
        number = self.desk.learners.index("cho") + 1
        now = {"number": number, "level": 3, "points": 3.75, "comment": "好", "read": 1, "texts": 4}
        assert json.loads(self.order(number=number, level=3, comment=" 好 ").body) == now
        assert by_hand(self.opened, "cho") == (3.75, False, "好")
        assert 'aria-pressed="true">3' in self.fetch("/secret/").body.decode()

    def test_undo_gives_back_what_was_given_elsewhere(self):
        number = self.desk.learners.index("cho") + 1
        reading.put(self.opened, self.asked, "cho", reading.Mark(3.3, "As I said."))
        self.order(number=number, level=4, comment="")
        self.order(number=number, comment="Good.")
        assert by_hand(self.opened, "cho") == (5, False, "Good.")
        undone = [json.loads(self.fetch("/secret/undo", method="POST", body="").body) for _ in range(3)]
        assert [each.get("points") for each in undone] == [5, 3.3, None]
        assert undone[2] == {}
        assert by_hand(self.opened, "cho") == (3.3, False, "As I said.")

    def test_a_comment_is_kept_before_there_is_a_mark(self):
        number = self.desk.learners.index("cho") + 1
        assert json.loads(self.order(number=number, comment="Whose?").body)["points"] is None
        assert by_hand(self.opened, "cho") == (None, True, "Whose?")
        assert "Whose?" in self.fetch("/secret/").body.decode()

    def test_numbers_stay_whose_they_are_where_another_answer_is_gone(self):
        first, *_, last = self.desk.learners
        with Gradebook(self.opened.coursedir.db_url) as gradebook:
            gradebook.remove_submission("mini", first)
        shown = {each["number"] for kind in ("written", "untouched") for each in self.desk.seen()[kind]}
        assert shown == {2, 3, 4}
        self.order(number=4, level=4, comment="")
        assert by_hand(self.opened, last)[0] == 5

    def test_what_is_no_order_changes_nothing(self):
        for wrong in ({"number": 0, "level": 1}, {"number": 9, "level": 1}, {"number": 1, "level": 5}, {"number": 1}):
            assert self.order(**wrong).code == 400, wrong
        assert self.fetch("/secret/mark", method="POST", body="{").code == 400
        assert by_hand(self.opened, "cho")[0] is None

    def test_without_the_secret_or_under_another_hosts_name_there_is_nothing(self):
        assert self.fetch("/").code == 404
        assert self.fetch("/secret/", headers={"Host": "evil.example"}).code == 403
