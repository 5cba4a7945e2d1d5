"""What a learner found out, kept beside the notebooks and gathered in one page."""

from __future__ import annotations

import pandas as pd
import pytest

from loyaltylib import portfolio
from loyaltylib.portfolio import MEMORY, Figure, document, keep, kept
from loyaltylib.practice import start


def test_figures_are_kept_by_learner_and_come_back_in_the_order_of_the_course(tmp_path):
    keep(tmp_path, "ann", "tiers-base", 400)
    keep(tmp_path, "ann", "foundations-stays", 0.1234)
    keep(tmp_path, "ben", "tiers-base", 500)
    keep(tmp_path, "ann", "tiers-base", 497)
    assert kept(tmp_path, "ann") == [Figure("foundations-stays", 0.1234), Figure("tiers-base", 497)]
    assert kept(tmp_path, "ben") == [Figure("tiers-base", 500)]
    assert kept(tmp_path, "eve") == []


@pytest.mark.parametrize("content", ["", "[]", "{", '{"ann": 3}', '{"ann": {"tiers-base": "x"}}', "\0"])
def test_a_damaged_file_counts_as_none(tmp_path, content):
    (tmp_path / MEMORY).write_text(content, "utf-8")
    assert kept(tmp_path, "ann") == []
    keep(tmp_path, "ann", "tiers-base", 497)
    assert kept(tmp_path, "ann") == [Figure("tiers-base", 497)]


def test_an_exercise_that_the_course_has_no_longer_is_left_out(tmp_path):
    keep(tmp_path, "ann", "tiers-no_more", 1)
    assert kept(tmp_path, "ann") == []


def test_the_document_shows_every_kind_of_part_as_text():
    parts = {
        "Why": "Because.\n\nAnd <b>so</b>.",
        "Steps": ["call", ["write", "visit"]],
        "Targets": {"churn_rate": 0.1},
        "Table": pd.DataFrame({"tier": ["core <i>"], "customers": [3]}),
    }
    page = document("A plan", [Figure("foundations-stays", 0.1234)], parts, "zh", signed="Ann")
    assert '<html lang="zh-Hans">' in page
    assert "<p>And &lt;b&gt;so&lt;/b&gt;.</p>" in page
    assert "<li>write, visit</li>" in page
    assert "<td>churn_rate</td><td>0.1</td>" in page
    assert "core &lt;i&gt;" in page
    assert "你的客户有多少留下来" in page
    assert "0.1234" in page
    assert "<script" not in page


@pytest.fixture
def kit(tmp_path, monkeypatch):
    monkeypatch.chdir(tmp_path)
    names = {}
    return start("tiers", "en", "learner-0", namespace=names), names


def test_a_number_of_the_right_form_is_kept_and_gathered(kit, tmp_path, capsys):
    learners, names = kit
    names["customer_base"] = "none of your business"
    learners.after_cell()
    assert kept(tmp_path, "learner-0") == []
    names["customer_base"] = 497
    learners.after_cell()
    assert kept(tmp_path, "learner-0") == [Figure("tiers-base", 497)]
    learners.document("My plan", {"Why": "Because."})
    page = (tmp_path / "loyalty-tiers-learner-0.html").read_text("utf-8")
    assert "Your customer base" in page
    assert "497" in page
    assert "loyalty-tiers-learner-0.html" in capsys.readouterr().out


def test_nothing_is_kept_or_written_while_the_notebook_is_marked(kit, tmp_path, monkeypatch, capsys):
    learners, names = kit
    monkeypatch.setenv("LOYALTY_LEARNER", "learner-0")
    names["customer_base"] = 497
    learners.after_cell()
    learners.document("My plan", {"Why": "Because."})
    assert kept(tmp_path, "learner-0") == []
    assert not list(tmp_path.glob("*.html"))
    said = capsys.readouterr().out
    assert said.startswith("No figures of yours are kept from: ")
    assert "The customer pyramid" in said


def test_a_folder_that_cannot_be_written_to_keeps_nothing_and_says_so(kit, tmp_path, monkeypatch, capsys):
    learners, _ = kit

    def full(*_args, **_how):
        raise OSError(28, "No space left on device")

    monkeypatch.setattr("pathlib.Path.write_text", full)
    portfolio.keep(tmp_path, "learner-0", "tiers-base", 1)
    learners.document("My plan", {})
    assert "could not be written" in capsys.readouterr().out
