"""The pictures of the walk-throughs, taken from what learner, instructor and author really see, in both languages.

`make pictures` writes them to notebooks/pictures; a picture of anything but what its text promises fails here.
"""

from __future__ import annotations

import os
import re
import sys
from io import BytesIO
from pathlib import Path
from typing import NamedTuple

import pytest
from PIL import Image

from autograders import classdir
from autograders.feedback import feedback
from autograders.grade import grade
from autograders.messages import tell
from autograders.new_chapter import SYLLABUS, new_chapter
from autograders.report import report
from autograders.similar import similar
from autograders.similar_page import write_pages
from autograders.simulate import Handin, simulate
from loyaltylib.chapters import chapter, exercise, variant
from loyaltylib.messages import LANGUAGES
from tests.autograders.test_new_chapter import bare
from tests.autograders.test_similar import OWN, change, copied
from tests.browser.test_lab import LEARNER, cell_with, run, run_all, saved, type_and_run

pytestmark = pytest.mark.long

ROOT = Path(__file__).parents[2]
STEM, LAPSED, TEXT, NOVELTY = "tiers", "tiers-lapsed", "tiers-save_first", "novelty"
COLOURS = 64  # of a picture: a third of its bytes
MOST_BYTES = 150_000
LEARNERS, HALF = 12, 50
TITLES = {"en": "Curious customers", "zh": "尝鲜的客户"}
TEXTS = {
    "en": (
        "I call customer 14 today. She ordered every month, has been silent for 70 days and wrote two complaints.",
        "The one with the highest turnover, because the loss would be the largest.",
        "All of them get a voucher by e-mail, that is quick and fair.",
    ),
    "zh": (
        "我今天先给 14 号客户打电话。她以前每个月都下单，现在已经 70 天没有消息，还投诉过两次。",
        "先挽留销售额最高的那一位，因为失去他损失最大。",
        "给所有人发一封带优惠券的邮件，又快又公平。",
    ),
}


def shoot(page, name, height=900):
    """Take a picture of what is seen, down to a height in pixels, in few colours."""
    data, area = BytesIO(), {"x": 0, "y": 0, "width": page.viewport_size["width"], "height": height}
    Image.open(BytesIO(page.screenshot(clip=area))).quantize(COLOURS).save(data, "PNG", optimize=True)
    assert len(data.getvalue()) < MOST_BYTES, name
    if folder := os.environ.get("LOYALTY_SCREENSHOTS"):
        (Path(folder) / f"{name}.png").write_bytes(data.getvalue())


def seen(page, *texts):
    """Assert that each text stands in the part of the page that is on the picture."""
    for text in texts:
        place = page.get_by_text(text).first
        place.wait_for(timeout=30_000)
        box = place.bounding_box()
        assert 0 <= box["y"] < page.viewport_size["height"], text


class Marked(NamedTuple):
    """A class, a learner who made mistakes, and the two who share."""

    lang: str
    root: Path
    weak: Handin
    alike: set[str]


@pytest.fixture(scope="module", params=LANGUAGES)
def marked(request, tmp_path_factory):
    """A marked class: two of its learners share more than the course explains, three wrote texts of their own."""
    lang = request.param
    root = tmp_path_factory.mktemp("pictures") / "spring"
    classdir.new(root, lang, stems=[STEM])
    classdir.release(root, STEM)
    plain = [handin for handin in simulate(root, STEM, LEARNERS) if not handin.incidents]
    *writers, first, second = sorted(plain, key=lambda handin: handin.points)
    for writer, text in zip(writers, TEXTS[lang], strict=False):
        change(root, writer.learner, {TEXT: text})
    change(root, first.learner, OWN)
    change(root, second.learner, {cell: copied(source) for cell, source in OWN.items()})
    grade(root, STEM)
    weak = next(writer for writer in writers if writer.points > HALF)
    return Marked(lang, root, weak, {first.learner, second.learner})


def test_the_class_report(marked, visit):
    lang, root, *_ = marked
    visit.page.goto(report(root, STEM, lang).as_uri())
    seen(visit.page, chapter(STEM).title[lang], tell(lang, "How the points are spread"))
    shoot(visit.page, f"instructor-report-{lang}")


def test_a_learners_feedback(marked, visit):
    lang, root, *_ = marked
    pages = {page.parent.parent.name: page for page in feedback(root, STEM)}
    visit.page.goto(pages[marked.weak.learner].as_uri())
    lost = [name for name, points in marked.weak.marks.items() if points is not None and points < exercise(name).points]
    seen(visit.page, exercise(lost[0]).title[lang])
    shoot(visit.page, f"instructor-feedback-{lang}")


def test_the_page_of_a_similar_pair(marked, visit):
    lang, root, *_ = marked
    found = similar(root, STEM)
    assert {found.pairs[0].first.learner, found.pairs[0].second.learner} == marked.alike
    page = write_pages(root, found, lang).with_name(f"1.{lang}.html")
    visit.page.goto(page.as_uri())
    seen(visit.page, *marked.alike, exercise("tiers-assign_one").title[lang])
    assert visit.page.locator("mark").count()
    shoot(visit.page, f"instructor-similar-{lang}")


def test_reading_free_texts(marked, visit, serve, port, tmp_path):
    lang, root, *_ = marked
    command = [sys.executable, "-m", "loyaltylib", "--lang", lang, "read", str(root), TEXT]
    env = {"PYTHONPATH": str(ROOT), "PYTHONUNBUFFERED": "1"}
    serve([*command, "--no-browser", "--port", str(port)], port, env=env)
    log = tmp_path / "server.log"
    visit.wait_until(lambda: "http://" in log.read_text("utf-8"), "the address")
    visit.page.goto(re.search(r"http://\S+/", log.read_text("utf-8"))[0])
    mine = visit.page.locator("article", has_text=TEXTS[lang][0])
    mine.focus()
    visit.page.keyboard.press("4")
    visit.wait_until(lambda: "read" in (mine.get_attribute("class") or "").split(), "a level given")
    visit.page.evaluate("window.scrollTo(0, 0)")
    seen(visit.page, tell(lang, "Rubric"))
    assert not re.search(r"\bs0\d\d\b", visit.page.content())
    shoot(visit.page, f"instructor-read-{lang}")


@pytest.mark.parametrize("lang", LANGUAGES)
def test_an_exercise_and_the_receipt(lang, lab, visit):
    page, path = lab(lang)
    run_all(visit, LEARNER)
    answer, probe = cell_with(page, "def lapsed"), cell_with(page, f'kit.probe("{LAPSED}"')
    days = variant(LAPSED, LEARNER)["lapse_days"]
    type_and_run(visit, answer, f"def lapsed(days_since_last):\n    return days_since_last < {days}")
    assert "lapsed(3)" in run(visit, probe)
    place_at(page, answer, 300)
    seen(page, re.compile(r"lapsed\(3\)"))
    shoot(page, f"learner-exercise-{lang}", height=600)

    type_and_run(visit, answer, f"def lapsed(days_since_last):\n    return days_since_last >= {days}")
    assert "lapsed(3)" not in run(visit, probe)
    saved(visit, path)
    handin = cell_with(page, "kit.handin")
    assert LEARNER in run(visit, handin)
    (written,) = path.parent.glob("*.zip")
    place_at(page, handin, 300)
    seen(page, re.compile(re.escape(written.name)))
    shoot(page, f"learner-handin-{lang}", height=420)


def place_at(page, cell, top):
    """Scroll JupyterLab's notebook until a cell stands this far below the window's top, as far as it can."""
    cell.evaluate(
        """(cell, top) => {
          const box = cell.closest('.jp-WindowedPanel-outer');
          box.scrollTop += cell.getBoundingClientRect().top - top;
        }""",
        top,
    )
    page.wait_for_timeout(500)  # JupyterLab draws what came into view


@pytest.mark.parametrize("lang", LANGUAGES)
def test_the_preview_after_a_save_that_breaks_a_chapter(lang, visit, serve, port, tmp_path):
    root = bare(tmp_path / "kit")
    new_chapter(root, NOVELTY, TITLES["en"], TITLES["zh"])
    (root / SYLLABUS).write_text(f"stems: [{NOVELTY}]\nchapters: [{NOVELTY}]\n", encoding="utf-8")
    shown = f"Preview(Path('course'), {NOVELTY!r}, {lang!r})"  # from here, so that no machine's path is on the picture
    code = "from pathlib import Path; from autograders.preview import Preview, serve"
    code = f"{code}; serve({shown}, {port}, browser=False, say=print)"
    serve([sys.executable, "-c", code], port, env={"PYTHONPATH": str(ROOT)}, cwd=root)
    visit.page.goto(f"http://127.0.0.1:{port}/")
    seen(visit.page, TITLES[lang])
    notebook = root / "course" / NOVELTY / "notebook.md"
    notebook.write_text(notebook.read_text("utf-8").replace("days_since <= days", "days_since <=", 1), "utf-8")
    visit.page.get_by_role("alert").wait_for(timeout=30_000)
    visit.page.evaluate("window.scrollTo(0, 0)")  # the browser has kept its place in the text
    seen(visit.page, tell(lang, "The last save broke the chapter:"), re.compile(r"course/novelty/notebook\.md:\d+"))
    visit.page.locator("details summary").first.click()
    shoot(visit.page, f"author-preview-{lang}")
