"""Free texts are read by keyboard only, in a real browser: levels, comments, undo, and nothing lost by loading anew."""

from __future__ import annotations

import os
import re
import sys
from pathlib import Path

import pytest

from autograders import classdir, reading
from autograders.grade import grade
from autograders.simulate import simulate
from tests.browser.conftest import barriers, free_port

STEM, EXERCISE = "tiers", "tiers-save_first"
ROOT = Path(__file__).parents[2]


@pytest.fixture(scope="module")
def marked(tmp_path_factory):
    root = tmp_path_factory.mktemp("reading") / "class"
    classdir.new(root, "zh", stems=[STEM])
    classdir.release(root, STEM)
    simulate(root, STEM, mistakes=[[], [], [], ["blank"]])
    grade(root, STEM)
    return root


@pytest.fixture(params=["zh", pytest.param("en", marks=pytest.mark.long)])
def page(request, marked, visit, serve, tmp_path):
    command = [sys.executable, "-m", "loyaltylib", "--lang", request.param, "read", str(marked), EXERCISE]
    port = free_port()
    serve([*command, "--no-browser", "--port", str(port)], port, env={"PYTHONPATH": str(ROOT), "PYTHONUNBUFFERED": "1"})
    log = tmp_path / "server.log"
    visit.wait_until(lambda: "http://" in log.read_text("utf-8"), "the address")
    visit.page.goto(re.search(r"http://\S+/", log.read_text("utf-8"))[0])
    return visit.page


def points(root):
    opened = classdir.open_class(root)
    return [each.points for each in reading.texts(opened, reading.exercise(opened, EXERCISE)) if not each.untouched]


def test_a_marker_needs_no_mouse_and_no_name_is_seen(page, visit, marked):
    keyboard = page.keyboard
    assert page.locator("article").count() == 3
    page.screenshot(path=os.environ.get("LOYALTY_SCREENSHOTS", str(marked)) + "/reading.png")
    assert not re.search(r"\bs00\d\b", page.content())
    for key in "421":
        keyboard.press(key)
    visit.wait_until(lambda: points(marked) == [10, 5, 2.5], "three marks in the gradebook")
    keyboard.press("u")
    visit.wait_until(lambda: points(marked) == [10, 5, None], "the last one taken back")
    keyboard.press("k")
    keyboard.press("c")
    keyboard.insert_text("写明客户。")
    keyboard.press("Escape")
    keyboard.press("3")
    visit.wait_until(lambda: points(marked)[:2] == [10, 7.5], "another level")
    keyboard.press("5")  # the comment used before, under the answer that comes next
    visit.wait_until(lambda: page.locator("textarea").nth(2).input_value() == "写明客户。", "a comment reused")
    page.locator("#nothing").focus()
    keyboard.press("Enter")
    visit.wait_until(lambda: "3" in page.locator("#progress").inner_text(), "the untouched one")
    page.reload()
    assert page.locator("article.read").count() == 2
    assert page.locator("article").nth(1).locator("textarea").input_value() == "写明客户。"
    assert page.locator("#bank button").first.inner_text() == "5 写明客户。"
    assert barriers(page) == []
    assert visit.foreign == []
