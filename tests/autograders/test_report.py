"""The class report: figures that can be worked out by hand, on a page that does nothing but show."""

from __future__ import annotations

import csv
import json
import re
import shutil
from dataclasses import replace
from pathlib import Path

import pytest
from click.testing import CliRunner
from hypothesis import given
from hypothesis import strategies as st

from autograders import classdir, records
from autograders.grade import grade
from autograders.item_analysis import discrimination
from autograders.misconceptions import signatures
from autograders.records import Incident, Record, isolation_text
from autograders.report import distribution, report, statistics
from autograders.report_tables import tables
from autograders.roster import Learner
from autograders.sandbox.outside import best_level
from autograders.simulate import simulate
from autograders.verdict import Probe, Verdict
from loyaltylib.cli import loyalty
from loyaltylib.errors import ClassError


def record(learner, **points):
    verdicts = {e: Verdict(e, 4, (Probe("a", passed=p == 4, share=p / 4),)) for e, p in points.items()}
    return Record("mini", learner, "en", "c", "v", "process", verdicts=verdicts)


def test_corrected_item_total_by_hand():
    # 0 0 1 1 1 against the rests 0 1 2 3 2: sums of squares 1.2 and 5.2, of products 2.2
    assert discrimination([0, 0, 1, 1, 1], [0, 1, 3, 4, 3]) == pytest.approx(2.2 / (1.2 * 5.2) ** 0.5)


@pytest.mark.parametrize(
    ("item", "totals"),
    [([1, 1, 1, 1, 1], [1, 2, 3, 4, 5]), ([0, 1, 0, 1, 0], [0, 1, 0, 1, 0]), ([0, 1], [0, 2]), ([], [])],
)
def test_discrimination_is_none_where_it_is_not_defined(item, totals):
    assert discrimination(item, totals) is None


@given(st.lists(st.tuples(st.floats(0, 10), st.floats(0, 90)), min_size=5, max_size=20))
def test_discrimination_is_a_correlation(pairs):
    item = [a for a, _ in pairs]
    found = discrimination(item, [a + b for a, b in pairs])
    assert found is None or -1.000001 <= found <= 1.000001


def test_statistics_over_a_class_by_hand():
    known = [record("a", one=4, two=4), record("b", one=4, two=0), record("c", one=2)]
    one, two = statistics(known, {"one": 4, "two": 4})
    assert (one.learners, one.right, one.mean) == (3, 2 / 3, 2.5 / 3)
    assert (two.right, two.mean) == (1 / 3, 1 / 3)


@given(st.lists(st.floats(0, 90)))
def test_every_learner_is_in_one_bar(totals):
    assert sum(distribution(totals, 90)) == len(totals)


@pytest.fixture(scope="module")
def pages(marked_class, tmp_path_factory):
    root = Path(shutil.copytree(marked_class.root, tmp_path_factory.mktemp("report") / "class"))
    path = report(root, "mini", lang="zh")
    assert path == root / "report/mini.zh.html"
    return {lang: (root / f"report/mini.{lang}.html").read_text("utf-8") for lang in ("en", "zh")}


def test_the_two_pages_name_each_other(pages):
    assert 'href="mini.zh.html"' in pages["en"]
    assert 'href="mini.en.html"' in pages["zh"]
    assert '<html lang="zh-Hans">' in pages["zh"]


def test_the_page_asks_nothing_of_anyone(pages):
    for page in pages.values():
        assert "<script" not in page
        assert not re.findall(r"(?:src=|url\(|@import|https?:)", page)


def test_isolation_is_said_plainly(pages):
    assert isolation_text(best_level(), "en") in pages["en"]
    assert isolation_text(best_level(), "zh") in pages["zh"]


def test_figures_of_the_class(pages, marked_class):
    readable = [e for learner, (_, e, _) in marked_class.submissions.items() if learner != "not-json"]
    mean = sum(map(sum, readable)) / len(readable)
    assert f"<dd>{mean:.1f} / 10</dd>" in pages["en"]
    assert "over the 12 notebooks that could be read" in pages["en"]
    assert "A hidden probe gives another result. (2)" not in pages["zh"]
    assert "有一个隐藏测例的结果不同。（1）" in pages["zh"]


def test_who_needs_a_look_is_named_and_escaped(pages):
    page = pages["en"]
    assert "No notebook of this chapter was handed in." in page
    assert "text · mini-why" in page
    assert "<b>{x}" not in page
    assert "no-flags" in page
    assert "right</td>" not in page


def test_ids_and_details_in_html_are_text(marked_class, tmp_path):
    root = Path(shutil.copytree(marked_class.root, tmp_path / "class"))
    bad = Record("mini", "<img src=x>", "en", "c", "v", "process", incidents=(Incident("renamed", detail="<script>"),))
    records.write(root, bad)
    page = report(root).read_text("utf-8")
    assert "<img" not in page
    assert "<script" not in page
    assert "&lt;script&gt;" in page


def test_marks_without_a_record_stand_in_red(marked_class, tmp_path):
    root = Path(shutil.copytree(marked_class.root, tmp_path / "class"))
    records.path_of(root, "mini", "right").unlink()
    page = report(root).read_text("utf-8")
    assert re.search(r'class="warning">Marked by nbgrader&#39;s own Execute[^<]* right<', page)
    shutil.rmtree(root / "verdicts")
    page = report(root).read_text("utf-8")
    everyone = ", ".join(sorted([*marked_class.submissions, "nobody"])).replace("<b>", "&lt;b&gt;")
    assert f"without a record: {everyone}<" in page


def test_nothing_marked_is_said(mini):
    with pytest.raises(ClassError, match="loyalty grade"):
        report(mini.root)


@pytest.fixture(scope="module")
def quiz_class(tmp_path_factory):
    """A class of a real chapter, marked: one made two mistakes, one left everything, one handed in nothing."""
    root = tmp_path_factory.mktemp("quiz") / "class"
    listed = [Learner(f"s0{n}", name) for n, name in enumerate(("=Ann", "Bob", "Cleo", "Dan"), 1)]
    classdir.new(root, "en", learners=listed, stems=["tiers"])
    classdir.release(root, "tiers")
    simulate(root, "tiers", mistakes=[["inactive_as_asleep", "everybody_saved"], ["blank"], ["inactive_as_asleep"]])
    grade(root, "tiers", workers=1)
    report(root, "tiers")
    return root


def test_the_record_keeps_what_was_chosen(quiz_class):
    known = records.read(quiz_class, "tiers", "s01")
    probes = known.verdicts["tiers-quiz_strategies"].probes
    item = next(m for m in signatures("tiers") if m.name == "inactive_as_asleep").chosen
    assert {p.name: p.chosen for p in probes if not p.passed} == item


def test_tables_are_tidy_and_safe_in_a_spreadsheet(quiz_class):
    known = {}
    for name in ("items", "options", "exercises", "learners", "misconceptions"):
        path = quiz_class / f"report/csv/tiers.{name}.csv"
        assert path.read_bytes().startswith(b"\xef\xbb\xbf")
        known[name] = list(csv.DictReader(path.read_text("utf-8-sig").splitlines()))
    first = {row["learner"]: row for row in known["learners"]}
    assert first["s01"]["name"] == "'=Ann"
    assert first["s02"]["stuck"] == "7 of 7 exercises are untouched"
    assert first["s04"]["stuck"] == "Handed in nothing"
    assert known["misconceptions"][0]["learners"] == "2"
    assert "asleep" in known["misconceptions"][0]["said"]
    inactive = [row for row in known["options"] if row["right"] == "False" and row["all"] == "2"]
    assert len(inactive) == 1  # both chose the same wrong option


def test_the_page_for_the_lesson_names_nobody(quiz_class):
    for lang in ("en", "zh"):
        page = (quiz_class / f"report/tiers.lesson.{lang}.html").read_text("utf-8")
        assert not re.search(r"s0[1-4]|Ann|Bob|Cleo", page)
        assert page.count("<section>") == 2
        assert "<script" not in page
        assert not re.findall(r"(?:src=|url\(|@import|https?:)", page)


def test_the_command_writes_every_chapter_and_the_overview(quiz_class):
    done = CliRunner().invoke(loyalty, ["report", str(quiz_class)])
    assert done.exit_code == 0, done.output
    assert f"{quiz_class}/report/index.en.html" in done.output
    page = (quiz_class / "report/index.zh.html").read_text("utf-8")
    assert 'href="tiers.zh.html"' in page
    assert "3 / 4" in page
    done = CliRunner().invoke(loyalty, ["report", str(quiz_class), "tiers", "--json"])
    found = json.loads(done.stdout)["tiers"]
    assert {row["exercise"] for row in found["exercises"]} >= {"tiers-base", "tiers-quiz_ladder"}
    assert found["alpha"] is None  # three learners are too few


def test_two_hundred_records_make_a_page(quiz_class):
    root = quiz_class
    one = records.read(root, "tiers", "s01")
    known = [replace(one, learner=f"x{n:03}") for n in range(200)]
    points = {e: v.max_points for e, v in one.verdicts.items()}
    found = tables(classdir.open_class(root), "tiers", known, points, "zh")
    assert found.rows["misconceptions"][0]["learners"] == 200
    assert {row["learners"] for row in found.rows["exercises"]} == {200}
