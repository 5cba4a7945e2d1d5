"""The overview over chapters, from records that were written for it: who falls far below their own other chapters."""

from __future__ import annotations

import csv

import pytest

from autograders import classdir, records
from autograders.gradebook import open_gradebook
from autograders.records import Record
from autograders.report_index import far_below, report_all
from autograders.verdict import Probe, Verdict
from loyaltylib.messages import LANGUAGES

SHARES = {
    "ann": {"foundations": 0.9, "tiers": 0.8, "kpis": 0.5},  # 0.5 beside a median of 0.85
    "bob": {"foundations": 0.9, "tiers": 0.8, "kpis": 0.6},  # 0.25 below is not far
    "cem": {"foundations": 1.0, "kpis": 0.1},  # one other chapter says nothing
}


@pytest.fixture(scope="module")
def overview(tmp_path_factory):
    root = tmp_path_factory.mktemp("overview") / "class"
    classdir.new(root, "en")
    for stem in ("foundations", "tiers", "kpis"):
        classdir.release(root, stem)
    for learner, shares in SHARES.items():
        for stem, share in shares.items():
            probe = Probe("a", passed=share == 1, share=share)
            verdicts = {each: Verdict(each, most, (probe,)) for each, most in points_of(root, stem).items()}
            records.write(root, Record(stem, learner, "en", "c", "v", "process", verdicts=verdicts))
    page, _ = report_all(root)
    assert page == root / "report/index.en.html"
    return root


def points_of(root, stem):
    with open_gradebook(classdir.open_class(root), "en") as gradebook:
        cells = gradebook.find_notebook(stem, stem).grade_cells
        return {cell.name: cell.max_score for cell in cells if cell.cell_type == "code" and cell.max_score}


def test_who_stays_far_below_what_is_usual_for_them_is_marked(overview):
    for lang in LANGUAGES:
        text = (overview / f"report/index.{lang}.html").read_text("utf-8")
        assert text.count("▼</td>") == 1
        row = text[text.index('<th scope="row">ann</th>') :]
        assert "50% ▼</td>" in row[: row.index("</tr>")]


def test_the_same_is_there_as_a_table_with_a_row_for_each_learner_and_chapter(overview):
    with (overview / "report/csv/index.learners.csv").open(encoding="utf-8-sig", newline="") as file:
        rows = list(csv.DictReader(file))
    assert [(row["learner"], row["chapter"]) for row in rows if row["far_below"] == "True"] == [("ann", "kpis")]
    found = {(row["learner"], row["chapter"]): float(row["share"]) for row in rows}
    expected = {(learner, stem): share for learner, shares in SHARES.items() for stem, share in shares.items()}
    assert found == pytest.approx(expected, abs=1e-3)


def test_a_learner_who_is_weak_everywhere_is_far_below_nothing():
    assert far_below({"foundations": 0.2, "tiers": 0.1, "kpis": 0.2}) == set()
