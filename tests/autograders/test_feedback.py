"""What goes back to learners: points and reasons, nothing hidden, nothing that runs or asks another host."""

from __future__ import annotations

import re
import shutil
from html.parser import HTMLParser
from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st
from nbformat.v4 import new_code_cell, new_markdown_cell, new_output
from nbgrader.api import Gradebook

from autograders import classdir, records
from autograders.feedback import _shown_output, _without_title, clean, feedback
from autograders.roster import Learner, write_roster
from loyaltylib.chapters import chapter
from loyaltylib.errors import ClassError

OUTSIDE = re.compile(
    r"""(?:src|href|srcset|data|action|poster)\s*=\s*["']?\s*(?!#|data:)[a-z/.]|url\(|@import""", re.IGNORECASE
)


@pytest.fixture(scope="module")
def returned(marked_class, tmp_path_factory):
    """The marked class with its feedback: learner -> page."""
    root = Path(shutil.copytree(marked_class.root, tmp_path_factory.mktemp("feedback") / "class"))
    with Gradebook(f"sqlite:///{root}/gradebook.db") as gradebook:
        given = gradebook.find_grade("mini-why", "mini", "mini", "text")
        given.manual_score, given.needs_manual_grade = 3.5, False
        gradebook.find_comment("mini-why", "mini", "mini", "text").manual_comment = "Good <b>start</b>."
        gradebook.db.commit()
    write_roster(root / "roster.csv", [Learner("warns", "张三", "", "zh"), Learner("wrong", "Li Lei")])
    steps = []
    pages = feedback(root, "mini", progress=lambda *step: steps.append(step))
    assert len(steps) == len(pages)
    return {page.parent.parent.name: page.read_text("utf-8") for page in pages}


def test_everyone_who_was_marked_gets_a_page(returned, marked_class):
    assert set(returned) == {*marked_class.submissions, "nobody"}


def test_no_page_holds_a_hidden_test(returned):
    for learner, page in returned.items():
        for hidden in ("HIDDEN TESTS", "autograders.marking", "_verdict", "base == 42", "twice(3)", "vnd.loyalty"):
            assert hidden not in page, (learner, hidden)


def test_no_page_runs_or_fetches_anything(returned):
    for learner, page in returned.items():
        assert "<script" not in page.lower(), learner
        assert not OUTSIDE.findall(page), (learner, OUTSIDE.findall(page))
        assert "default-src 'none'" in page


def test_points_and_reasons_are_told(returned):
    assert "Learner wrong: 7 of 15 points" in returned["wrong"]
    assert "A hidden probe gives another result." in returned["wrong"]
    assert "A hidden probe" not in returned["right"]
    assert "The notebook has no twice." in returned["syntax"]


def test_a_learner_called_in_html_is_shown_as_text(returned):
    assert "Learner [a]*?&lt;b&gt;{x}: 10 of 15 points" in returned["[a]*?<b>{x}"]


def test_marks_and_words_by_hand_are_in_it(returned):
    page = returned["text"]
    assert "3.5 / 5" in page
    assert "Good &lt;b&gt;start&lt;/b&gt;." in page
    assert "alert" not in page
    assert "read yet" not in page
    assert "No response." in returned["right"]


def test_a_text_that_nobody_has_read_has_no_points_yet(marked_class, tmp_path):
    root = Path(shutil.copytree(marked_class.root, tmp_path / "class"))
    write_roster(root / "roster.csv", [Learner("text", "张三", "", "zh")])
    pages = {page.parent.parent.name: page.read_text("utf-8") for page in feedback(root, "mini")}
    assert pages["text"].count("– / 5") == 2  # in the table and below the answer
    assert "尚未评阅。" in pages["text"]
    assert "尚未评阅的练习未计入" in pages["text"]
    assert "<th>得分</th>" in pages["text"]
    assert "0 / 5" not in pages["text"]
    assert pages["right"].count("0 / 5") == 2  # nothing was written: nobody has to read it
    assert "read yet" not in pages["right"]


def test_a_text_handed_in_anew_says_whose_points_these_are(marked_class, tmp_path):
    root = Path(shutil.copytree(marked_class.root, tmp_path / "class"))
    for path in (root / "autograded").glob("*"):
        if path.name != "text":
            shutil.rmtree(path)
    with Gradebook(f"sqlite:///{root / 'gradebook.db'}") as gradebook:
        given = gradebook.find_grade("mini-why", "mini", "mini", "text")
        given.manual_score, given.needs_manual_grade = 3.5, True  # what marking another notebook leaves
        gradebook.db.commit()
    (page,) = feedback(root, "mini")
    shown = page.read_text("utf-8")
    assert shown.count("3.5 / 5") == 2
    assert "Handed in anew and not read again yet" in shown
    assert "is not counted" not in shown


def test_the_chapters_title_is_the_pages_and_stands_once():
    for title in chapter("tiers").title.values():  # whichever language was handed in
        cells = [new_code_cell("kit"), new_markdown_cell(f"# {title}\n\nAims."), new_markdown_cell(f"# {title}")]
        assert [cell.source for cell in _without_title(cells, "tiers")] == ["kit", "\nAims.", f"# {title}"]
    own = [new_markdown_cell("# Another title")]
    assert _without_title(own, "tiers") == own
    assert _without_title([], "tiers") == []


def test_an_unreadable_notebook_is_told_so(returned):
    assert "The notebook could not be read: it is not JSON." in returned["not-json"]
    assert "No notebook of this chapter was handed in." in returned["nobody"]


def test_the_page_is_in_the_notebooks_language(returned):
    page = returned["li_lei"]
    assert '<html lang="zh-Hans">' in page
    assert "学员 li_lei：得 10 分，满分 15 分" in page
    assert '<html lang="en">' in returned["right"]


def test_the_page_is_in_the_language_that_the_class_list_names(returned):
    assert '<html lang="zh-Hans"' in returned["warns"]
    assert '<html lang="en"' in returned["wrong"]


def test_nbgraders_own_command_gives_the_same_page(returned, marked_class, tmp_path):
    root = Path(shutil.copytree(marked_class.root, tmp_path / "class"))
    classdir.run(classdir.open_class(root), "GenerateFeedback", "mini", force=True)
    assert (root / "feedback/wrong/mini/mini.html").read_text("utf-8") == returned["wrong"]


def test_without_a_record_the_reasons_of_the_notebook_are_shown(marked_class, tmp_path):
    root = Path(shutil.copytree(marked_class.root, tmp_path / "class"))
    records.path_of(root, "mini", "wrong").unlink()
    feedback(root, "mini")
    assert "7 of 15" in (root / "feedback/wrong/mini/mini.html").read_text("utf-8")


def test_nothing_marked_is_said(mini):
    with pytest.raises(ClassError, match="loyalty grade"):
        feedback(mini.root, "mini")


class Seen(HTMLParser):
    def __init__(self):
        super().__init__()
        self.tags, self.attributes = set(), set()

    def handle_starttag(self, tag, attrs):
        self.tags.add(tag)
        self.attributes |= {name for name, _ in attrs}


@pytest.mark.parametrize(
    "html",
    [
        "<script>alert(1)</script>",
        "<img src=x onerror=alert(1)>",
        "<img src='https://example.org/a.png'>",
        "<svg onload=alert(1)><image href='http://example.org'/></svg>",
        "<a href='javascript:alert(1)'>x</a>",
        "<iframe src='http://example.org'></iframe>",
        "<div style='background:url(http://example.org)'>x</div>",
        "<style>@import 'http://example.org'</style>",
        "<link rel=stylesheet href=http://example.org>",
        "<meta http-equiv=refresh content='0;url=http://example.org'>",
        "<form action=http://example.org><input></form>",
        "<script>alert(1)",
        "<math><mtext></mtext><script>alert(1)</script></math>",
    ],
)
def test_html_of_a_learners_output_does_nothing(html):
    cleaned = clean(html)
    assert not OUTSIDE.findall(cleaned)
    seen = Seen()
    seen.feed(cleaned)
    assert not seen.tags & {"script", "svg", "iframe", "style", "link", "meta", "form", "input"}
    assert not seen.attributes & {"onerror", "onload", "style"}


def test_a_table_stays_a_table():
    table = "<style scoped>.dataframe {}</style><table class='dataframe'><tr><th>n</th></tr><tr><td>1</td></tr></table>"
    assert clean(table) == '<table class="dataframe"><tbody><tr><th>n</th></tr><tr><td>1</td></tr></tbody></table>'


@given(st.text(alphabet="<>&\"'=/ scriptonload:#x", max_size=60))
def test_cleaning_leaves_no_script(html):
    seen = Seen()
    seen.feed(clean(html))
    assert "script" not in seen.tags
    assert not {name for name in seen.attributes if name.startswith("on")}


def test_pictures_go_before_widgets_and_text():
    view = {"application/vnd.jupyter.widget-view+json": {}, "image/png": "aGVsbG8=\n", "text/plain": "a <b>picture</b>"}
    shown = _shown_output(new_output("display_data", view))
    assert shown["picture"] == "data:image/png;base64,aGVsbG8="
    assert _shown_output(new_output("display_data", {"image/png": '"><script>', "text/plain": "t"})) == {"text": "t"}
    assert _shown_output(new_output("display_data", {"application/javascript": "alert(1)"})) == {"text": ""}
    error = _shown_output(new_output("error", ename="E", evalue="", traceback=["\x1b[31m<b>\x1b[0m"]))
    assert "<b>" not in error["html"]
