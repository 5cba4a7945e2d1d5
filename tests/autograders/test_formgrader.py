"""What Formgrader's exporter makes of a notebook under a class's settings: it shows, and does nothing else."""

from __future__ import annotations

import re

import pytest
from nbconvert.exporters import HTMLExporter
from nbformat.v4 import new_code_cell, new_markdown_cell, new_notebook, new_output

from autograders import classdir
from autograders.formgrader import Cleaned

TABLE = "<table class='dataframe'><thead><tr><th>n</th></tr></thead><tbody><tr><td>1</td></tr></tbody></table>"
PICTURE = "aGVsbG8="


@pytest.fixture
def shown(mini):
    """Show outputs and texts as Formgrader's exporter does."""
    exporter = HTMLExporter(config=classdir.open_class(mini.root).config, template_name="classic")

    def show(*cells):
        page, _ = exporter.from_notebook_node(new_notebook(cells=list(cells)))
        return page[page.index("<body") :]

    return show


def display(metadata=None, **data):
    bundle = {kind.replace("_", "/", 1).replace("_xml", "+xml"): value for kind, value in data.items()}
    return new_code_cell("1", outputs=[new_output("display_data", bundle, metadata=metadata or {})])


def test_a_table_and_pictures_stay(shown):
    page = shown(display(text_html=TABLE), display(image_png=PICTURE), display(image_svg_xml="<svg></svg>"))
    assert '<table class="dataframe"><thead><tr><th>n</th></tr></thead>' in page
    assert f"data:image/png;base64,{PICTURE}" in page
    assert "data:image/svg+xml;base64," in page


def test_a_text_keeps_its_markup_and_the_picture_pasted_into_it(shown):
    text = "# Why\n\n1 < 2, `a < b` and **so**: ![it](attachment:it.png)\n\n> said\n\n| a |\n|---|\n| 1 |"
    page = shown(new_markdown_cell(text, attachments={"it.png": {"image/png": PICTURE}}))
    for part in ("1 &lt; 2", "<code>a &lt; b</code>", "<strong>so</strong>", "<blockquote>", "<td>1</td>", "<h1>Why"):
        assert part in page, part
    assert f'src="data:image/png;base64,{PICTURE}"' in page


@pytest.mark.parametrize(
    "cell",
    [
        display(text_html="<script>taken()</script><img src=x onerror=taken()>"),
        display(text_markdown="[x](javascript:taken()) <img src=x onerror=taken()>"),
        display(application_javascript="taken()"),
        display({"image/png": {"width": "1 onerror=taken()"}}, image_png=PICTURE),
        display({"text/html": {"isolated": True}}, text_html="<p>x</p>"),
        new_markdown_cell("<script>taken()</script> <img src=x onerror=taken()> [x](jav&#x09;ascript:taken())"),
    ],
)
def test_nothing_that_runs_is_left(shown, cell):
    page = shown(cell)
    assert not re.search(r"<script[^>]*>\s*(taken|var element)|<iframe|<[^>]*(\son\w+=|javascript:)", page)


def test_names_are_text():
    resources = {"student": "<img src=x>", "notebook_path": 'class/"><img src=x>', "index": 1}
    _, found = Cleaned().preprocess(new_notebook(), resources)
    assert found == {"student": "&lt;img src=x&gt;", "notebook_path": "class/&quot;&gt;&lt;img src=x&gt;", "index": 1}


def test_the_rubric_stands_above_a_text_whatever_the_learner_made_of_it_and_not_in_feedback(mini):
    opened = classdir.open_class(mini.root)
    flags = {"nbgrader": {"grade_id": "mini-why", "grade": True, "solution": True, "schema_version": 3}}
    answer = new_markdown_cell("It pays.", metadata=flags)

    def texts(above, **resources):
        step = Cleaned(config=opened.config)
        shown, _ = step.preprocess(new_notebook(cells=[new_markdown_cell(above), answer]), resources)
        return [cell.source for cell in shown.cells]

    assert texts("# Mini", assignment_id="mini") == ["# Mini", "It pays."]
    assert texts("4 points for any", assignment_id="mini") == [
        "4 points for any",
        "**The class's own rubric**\n\n# Mini",
        "It pays.",
    ]
    assert texts("4 points for any") == ["4 points for any", "It pays."]
    assert texts("4 points for any", assignment_id="another") == ["4 points for any", "It pays."]
