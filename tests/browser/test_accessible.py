"""A learner's notebook as it is exported, its feedback, the key, the class report: axe-core finds nothing serious."""

from __future__ import annotations

from nbconvert import HTMLExporter

from autograders import classdir
from autograders.feedback import feedback
from autograders.key import key
from autograders.report import report
from autograders.report_index import report_all
from tests.browser.conftest import barriers
from tests.classes import each_chapter_in_each_language, marked_class, together


def _pages(root, stem, lang):
    """Mark a class of two, one with wrong answers, and return the pages a person opens."""
    handins = marked_class(root, stem, lang, [], together(stem, "answer")[0])
    exporter = HTMLExporter(language_code={"zh": "zh-Hans"}.get(lang, lang))
    exported = root / "exported.html"
    marked = root / "autograded" / handins[0].learner / stem / f"{stem}.ipynb"
    exported.write_text(exporter.from_filename(str(marked))[0], "utf-8")
    pages = {"notebook": exported, "feedback": feedback(root, stem)[1]}
    config = root / classdir.CONFIG_FILE
    shown = f'\nc.FeedbackExporter.reveal_on = {{"{stem}": "2026-01-01"}}\n'
    config.write_text(config.read_text("utf-8") + shown, "utf-8")
    pages["feedback with what is right"] = feedback(root, stem)[0]
    pages |= {"report": report(root, stem), "lesson": root / f"report/{stem}.lesson.{lang}.html"}
    return {**pages, "overview": report_all(root, lang=lang)[0], "key": key(root, handins[0].learner, stem)}


@each_chapter_in_each_language(("value", "zh"))
def test_axe_finds_nothing_serious_and_every_picture_is_told(chromium, tmp_path, stem, lang):
    for name, path in _pages(tmp_path / "class", stem, lang).items():
        context = chromium.new_context(viewport={"width": 1366, "height": 900}, bypass_csp=True)
        page = context.new_page()
        page.route(lambda url: not url.startswith("file:"), lambda route: route.abort())
        page.goto(path.as_uri())
        assert barriers(page) == [], name
        if name.startswith("feedback"):
            assert page.locator("h1").count() == 1, name
        told = page.evaluate("[...document.images].map(image => image.alt)")
        if name != "feedback":  # there a learner's own figure says what the learner wrote, and some wrote nothing
            assert [alt for alt in told if len(alt) < 20 or "No description" in alt] == [], name
            assert told or name in ("key", "report", "lesson", "overview"), name
        context.close()
