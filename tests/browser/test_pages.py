"""What a learner is called, writes and prints runs nothing in the browser of whoever reads it.

The kit's pages forbid scripts by a policy in their head. Each is opened with it, and without it: what the policy would
stop must not be there in the first place. Formgrader's page has no policy, and the rights of the instructor's server.
"""

from __future__ import annotations

import json
import re
import sys
from pathlib import Path

import pytest
from nbformat.v4 import new_code_cell, new_markdown_cell
from nbgrader.api import Gradebook

from autograders import classdir
from autograders.feedback import feedback
from autograders.grade import grade
from autograders.report_index import report_all
from autograders.similar import similar
from autograders.similar_page import write_pages
from loyaltylib.messages import LANGUAGES

JS = "taken=document.title=9"  # without quotes and slashes: it stands in attributes and in names of folders
HTML = (
    f"<script>{JS}</script>",
    f"<img src=x onerror={JS}>",
    f"</td></div></pre></code><script>{JS}</script>",
    f'"><svg onload={JS}>',
    f"'><details open ontoggle={JS}>x</details>",
    f"<svg><script>{JS}</script><animate onbegin={JS} attributeName=x dur=1s></svg>",
    f"<math><mtext><table><mglyph><style><!--</style><img title='--&gt;&lt;img src=1 onerror={JS}&gt;'>",
    f"<noscript><p title='</noscript><img src=x onerror={JS}>'>",
    f"<svg></p><style><a id='</style><img src=1 onerror={JS}>'>",
    f"<iframe srcdoc='<script>parent.{JS}</script>'></iframe><iframe src='javascript:parent.{JS}'></iframe>",
    f"<a href='javascript:{JS}' autofocus onfocus={JS}>x</a><a href='jav&#x09;ascript:{JS}'>y</a>",
    f"<a href='data:text/html,<script>{JS}</script>'>x</a><form action='javascript:{JS}'><input autofocus></form>",
    f"<base href='javascript:/'><meta http-equiv=refresh content='0;url=javascript:{JS}'>",
    f"<body onload={JS}><object data='javascript:{JS}'></object><embed src='javascript:{JS}'>",
    f"<!--><script>{JS}</script>--><![CDATA[><script>{JS}</script>]]><style onload={JS}></style>",
    "<link rel=stylesheet href=taken.css><style>@import 'taken.css'</style><img src=taken.png srcset=taken.png>",
    "<video src=taken.mp4 poster=taken.png></video><div style='background:url(taken.png)'>x</div>",
)
MARKDOWN = (
    *HTML,
    f"[x](javascript:{JS}) [y](JaVaScRiPt:{JS}) <javascript:{JS}> [z](data:text/html;base64,PHNjcmlwdD4=)",
    f'![x](javascript:{JS}) ![y](taken.png) ![z](x" onerror="{JS})',
    f"[x]: javascript:{JS}\n\n[x] `<script>{JS}</script>`\n\n```\n<script>{JS}</script>\n```",
    f"$<img src=x onerror={JS}>$ $$<script>{JS}</script>$$ \\(<svg onload={JS}>\\)",
)
SVG = f"<svg xmlns='http://www.w3.org/2000/svg'><script>{JS}</script><image href='taken.png' onerror={JS} /></svg>"
SHOWS = f"""
import sys
from IPython.display import display
for each in {MARKDOWN!r}:
    print(each)
    print(each, file=sys.stderr)
    for kind in ("text/html", "text/markdown", "text/latex", "text/plain", "text/x-made-up", "image/png"):
        display({{kind: each}}, raw=True)
    display({{"image/png": "aGVsbG8=", "text/plain": each}}, raw=True)
display({{"image/svg+xml": {SVG!r}, "text/plain": {HTML[3]!r}}}, raw=True)
wide = {{"image/png": {{"width": "1 onerror={JS}"}}}}
display({{"image/png": "aGVsbG8=", "text/plain": ""}}, metadata=wide, raw=True)
display({{"text/html": {HTML[0]!r}}}, metadata={{"text/html": {{"isolated": True}}}}, raw=True)
display({{"application/javascript": {JS!r}, "application/json": {{"x": {HTML[0]!r}}}}}, raw=True)
class Odd(Exception): __module__ = {HTML[0]!r}
Odd.__name__ = {HTML[1]!r}
raise Odd({"".join(HTML)!r})
"""
ANSWERS = {
    "tiers-base-answer": f"customer_base = {HTML[0]!r}",
    "tiers-lapsed-answer": f"def lapsed(days_since_last):\n    raise ValueError({HTML[0]!r})",
}
MOST_THAT_RUN = 10  # of these texts, in a page that shows them as they stand; the others fetch, or are about cleaners
NAMES = (
    f"<img src=x onerror={JS}>",
    f'"><svg onload={JS}>',
    f"'onmouseover={JS} x='",
    "=1+1",
    "{{ 7 * 7 }}",
)
PAGES = {"tiers.html"} | {
    f"{name}.{lang}.html" for name in ("tiers", "tiers.lesson", "index", "1") for lang in LANGUAGES
}


@pytest.fixture(scope="module")
def attacked(tmp_path_factory):
    """A class of the real chapter whose learners try it in every place; the pages."""
    root = tmp_path_factory.mktemp("pages") / "class"
    classdir.new(root, "en")
    classdir.release(root, "tiers")
    for name in NAMES:
        hand_in(root, name, everything=name == NAMES[0])
    grade(root, "tiers", workers=1)
    pages = feedback(root, "tiers")
    assert [page.parent.parent.name for page in pages] == sorted(NAMES)
    report_all(root)
    write_pages(root, similar(root, "tiers", common=1), "en")
    return root


def hand_in(root, name, *, everything):
    """Hand in a notebook under an odd name and in an odd file, with odd answers or with everything there is to try."""
    notebook = json.loads((root / "release/tiers/tiers.ipynb").read_text("utf-8"))
    kept = [c for c in notebook["cells"] if "nbgrader" in c["metadata"] or c["id"] == "start"]
    for cell in kept:
        cell["source"] = ANSWERS.get(cell["id"], cell["source"])
        if cell["id"] == "start":
            cell["source"] = re.sub(r'learner="[^"]*"', f'learner="{HTML[1]}"', "".join(cell["source"]))
        if cell["cell_type"] == "markdown":
            cell["source"] = "\n\n".join(MARKDOWN)
    if everything:
        odd = {"magics_language": HTML[1], "tags": [HTML[1], HTML[3]]}
        kept.insert(1, new_code_cell(SHOWS, id="shows", metadata=odd))
        kept.extend(new_markdown_cell(text, id=f"text-{i}", metadata=odd) for i, text in enumerate(MARKDOWN))
        kept.append(new_code_cell(f"# {HTML[2]}\n%%html\n{HTML[0]}", id="source", metadata=odd))
    language = {"name": HTML[1], "pygments_lexer": HTML[1], "codemirror_mode": HTML[1]}
    metadata = {**notebook["metadata"], "language_info": language, "title": HTML[0], "authors": [{"name": HTML[0]}]}
    folder = root / "submitted" / name / "tiers"
    folder.mkdir(parents=True)
    text = json.dumps({**notebook, "cells": kept, "metadata": metadata})
    (folder / f"{name}.ipynb").write_text(text, "utf-8")


def is_quiet(page, inside="body"):
    """Nothing of a learner's ran, and nothing is there that would run, or lead to what runs."""
    assert page.evaluate("typeof taken") == "undefined"
    assert page.title() != "9"
    protocols = page.evaluate(f"[...document.querySelectorAll('{inside} a, area')].map(each => each.protocol)")
    assert set(protocols) <= {"file:", "http:", "https:", "mailto:", ":"}
    runs = ":is(script, iframe, object, embed, form, base, link, meta, svg animate)"
    assert page.evaluate(f"document.querySelectorAll('{inside} {runs}').length") == 0
    attributes = page.evaluate(f"[...document.querySelectorAll('{inside} *')].flatMap(e => e.getAttributeNames())")
    assert {name for name in attributes if name.startswith("on")} == set()


def test_the_same_texts_do_run_where_nothing_cleans_them(visit, tmp_path):
    ran = []
    for number, text in enumerate(HTML):
        shown = tmp_path / "raw.html"
        shown.write_text(f"<!DOCTYPE html><title>x</title><body><pre title='{text}'>{text}", "utf-8")
        visit.page.goto(shown.as_uri())
        visit.page.wait_for_timeout(50)
        if visit.page.title() == "9":
            ran.append(number)
    assert len(ran) >= MOST_THAT_RUN


@pytest.mark.parametrize(
    "policy", [False, pytest.param(True, marks=pytest.mark.long)], ids=["by itself", "by its policy"]
)
def test_no_page_of_the_kit_runs_or_fetches_what_a_learner_wrote(attacked, visit, tmp_path, policy):
    kinds = ("feedback/*/tiers", "report", "similar/tiers")
    pages = [page for kind in kinds for page in attacked.glob(f"{kind}/*.html")]
    assert {page.name for page in pages} >= PAGES
    dialogs = []
    visit.page.on("dialog", lambda dialog: (dialogs.append(dialog.message), dialog.dismiss()))
    for number, page in enumerate(pages):
        text = page.read_text("utf-8")
        assert re.search("taken|=1|7 \\* 7", text) or ".lesson." in page.name, "nothing was tried"
        shown = tmp_path / f"{number}.html"
        shown.write_text(text if policy else re.sub("<meta http-equiv=[^>]*>", "", text), "utf-8")
        visit.page.goto(shown.as_uri())
        visit.page.mouse.move(300, 300)
        visit.page.keyboard.press("Tab")
        visit.page.wait_for_timeout(200)
        is_quiet(visit.page)
        assert visit.page.url == shown.as_uri()
    asked = {url for url in visit.requests if not url.startswith("data:")}
    assert asked == {(tmp_path / f"{number}.html").as_uri() for number in range(len(pages))}
    assert dialogs == []
    assert visit.errors == []


@pytest.mark.timeout(300)
def test_formgrader_runs_nothing_of_a_submission(attacked, serve, port, visit, tmp_path):
    with Gradebook(f"sqlite:///{attacked}/gradebook.db") as gradebook:
        ids = [notebook.id for each in gradebook.assignment_submissions("tiers") for notebook in each.notebooks]
    desk = [str(Path(sys.executable).with_name("loyalty")), "desk", str(attacked), "--no-browser", "--port", str(port)]
    serve(desk, port, env={"HOME": str(tmp_path), "JUPYTER_TOKEN": "room"}, cwd=tmp_path)
    page = visit.page
    page.route(lambda url: "127.0.0.1" not in url, lambda route: route.abort())  # MathJax comes from elsewhere
    page.goto(f"http://127.0.0.1:{port}/login?token=room&next=/formgrader/manage_submissions/tiers")
    page.wait_for_selector("table tbody tr:has-text('=1+1')")
    is_quiet(page, "table")
    named = set()
    for submission in ids:
        page.goto(f"http://127.0.0.1:{port}/formgrader/submissions/{submission}/")
        page.wait_for_selector("#tiers-save_first-comment", state="attached")
        is_quiet(page, "#notebook")
        named.add(page.text_content("nav a.name-shown").strip())
        assert page.locator("nav img, nav svg").count() == 0
    assert named == set(NAMES)
