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
        "The second. Her complaint is open since May and her orders are stable: one visit may settle it.",
        "I would call the first, he buys the most.",
        "Nobody yet. I would first ask the sales team what they know about each of the ten.",
        "Whoever shows three signals is lost anyway: I go to the one with one signal and the second highest sum.",
        "The one who negotiates hard: whoever still argues still wants to buy from us.",
    ),
    "zh": (
        "我今天先给 14 号客户打电话。她以前每个月都下单，现在已经 70 天没有消息，还投诉过两次。",
        "先挽留销售额最高的那一位，因为失去他损失最大。",
        "给所有人发一封带优惠券的邮件，又快又公平。",
        "第二位。她的投诉从五月起一直没有解决，下单却很稳定，上门一次就可能谈好。",
        "先打电话给第一位，他买得最多。",
        "先不找客户。我会先问销售同事对这十位客户了解多少。",
        "三个信号都有的客户多半已经走了，所以我去找只有一个信号、金额第二高的那位。",
        "还在努力讨价还价的那一位：愿意争，说明还想买。",
    ),
}


def shoot(page, name, *texts, height=900):
    """Take a picture down to a height in pixels, in few colours; each text must stand on it whole."""
    for text in texts:
        place = page.get_by_text(text).first
        place.wait_for(timeout=30_000)
        box = place.bounding_box()
        assert box["y"] >= 0, text
        assert box["y"] + box["height"] <= height, text
    data, area = BytesIO(), {"x": 0, "y": 0, "width": page.viewport_size["width"], "height": height}
    Image.open(BytesIO(page.screenshot(clip=area))).quantize(COLOURS).save(data, "PNG", optimize=True)
    assert len(data.getvalue()) < MOST_BYTES, name
    if folder := os.environ.get("LOYALTY_SCREENSHOTS"):
        (Path(folder) / f"{name}.png").write_bytes(data.getvalue())


class Marked(NamedTuple):
    """A class, a learner who made mistakes, and the two who share."""

    lang: str
    root: Path
    weak: Handin
    alike: set[str]


@pytest.fixture(scope="module", params=LANGUAGES)
def marked(request, tmp_path_factory):
    """A marked class: two of its learners share more than the course explains, others wrote texts of their own."""
    lang = request.param
    root = tmp_path_factory.mktemp("pictures") / "spring"
    classdir.new(root, lang, stems=[STEM])
    classdir.release(root, STEM)
    plain = [handin for handin in simulate(root, STEM, LEARNERS) if not handin.incidents]
    *writers, first, second = sorted(plain, key=lambda handin: handin.points)
    for writer, text in zip((second, first, *reversed(writers)), TEXTS[lang], strict=False):
        change(root, writer.learner, {TEXT: text})
    change(root, first.learner, OWN)
    change(root, second.learner, {cell: copied(source) for cell, source in OWN.items()})
    grade(root, STEM)
    weak = next(writer for writer in writers if writer.points > HALF)
    return Marked(lang, root, weak, {first.learner, second.learner})


def test_the_class_report(marked, visit):
    lang, root, *_ = marked
    visit.page.goto(report(root, STEM, lang).as_uri())
    title, spread = chapter(STEM).title[lang], tell(lang, "How the points are spread")
    shoot(visit.page, f"instructor-report-{lang}", title, spread)


def test_a_learners_feedback(marked, visit):
    lang, root, *_ = marked
    pages = {page.parent.parent.name: page for page in feedback(root, STEM)}
    visit.page.goto(pages[marked.weak.learner].as_uri())
    lost = [name for name, points in marked.weak.marks.items() if points is not None and points < exercise(name).points]
    again = tell(lang, "Read again:")
    shoot(visit.page, f"instructor-feedback-{lang}", marked.weak.learner, exercise(lost[0]).title[lang], again)


def test_the_page_of_a_similar_pair(marked, visit):
    lang, root, *_ = marked
    found = similar(root, STEM)
    assert {found.pairs[0].first.learner, found.pairs[0].second.learner} == marked.alike
    page = write_pages(root, found, lang).with_name(f"1.{lang}.html")
    visit.page.goto(page.as_uri())
    assert visit.page.locator("mark").count()
    shoot(visit.page, f"instructor-similar-{lang}", *marked.alike, exercise("tiers-assign_one").title[lang])


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
    mine.evaluate("article => window.scrollBy(0, article.getBoundingClientRect().top - 72)")  # below the page's head
    assert not re.search(r"\bs0\d\d\b", visit.page.content())
    shoot(visit.page, f"instructor-read-{lang}", TEXTS[lang][0], tell(lang, "Rubric"))


@pytest.mark.parametrize("lang", LANGUAGES)
def test_an_exercise_and_the_receipt(lang, lab, visit):
    page, path = lab(lang)
    run_all(visit, LEARNER)
    answer, probe = cell_with(page, "def lapsed"), cell_with(page, f'kit.probe("{LAPSED}"')
    days = variant(LAPSED, LEARNER)["lapse_days"]
    type_and_run(visit, answer, f"def lapsed(days_since_last):\n    return days_since_last < {days}")
    assert "lapsed(3)" in run(visit, probe)
    place_at(page, answer, 300)
    shoot(page, f"learner-exercise-{lang}", re.compile(r"lapsed\(3\)"), height=600)

    type_and_run(visit, answer, f"def lapsed(days_since_last):\n    return days_since_last >= {days}")
    assert "lapsed(3)" not in run(visit, probe)
    saved(visit, path)
    handin = cell_with(page, "kit.handin")
    assert LEARNER in run(visit, handin)
    (written,) = path.parent.glob("*.zip")
    place_at(page, handin, 300)
    shoot(page, f"learner-handin-{lang}", written.name, height=450)


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
    visit.page.get_by_role("heading", name=TITLES[lang]).wait_for(timeout=30_000)
    notebook = root / "course" / NOVELTY / "notebook.md"
    notebook.write_text(notebook.read_text("utf-8").replace("days_since <= days", "days_since <=", 1), "utf-8")
    said = visit.page.get_by_role("alert")
    said.wait_for(timeout=30_000)
    visit.page.evaluate("window.scrollTo(0, document.body.scrollHeight)")
    assert visit.page.evaluate("window.scrollY") > 0
    assert said.bounding_box()["y"] == 0  # seen wherever its author reads
    visit.page.evaluate("window.scrollTo(0, 0)")  # the browser has kept its place in the text
    visit.page.locator("details summary").first.click()
    place = re.compile(r"course/novelty/notebook\.md:\d+")
    shoot(visit.page, f"author-preview-{lang}", tell(lang, "The last save broke the chapter:"), place)
