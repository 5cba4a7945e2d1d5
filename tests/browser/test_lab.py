"""A learner's notebook in JupyterLab, in a real browser and both languages: run all, move, answer wrong, then right."""

from __future__ import annotations

import json
from pathlib import Path

import pytest

from loyaltylib.chapters import variant
from loyaltylib.messages import tell
from tests.browser.conftest import CELL, wait_idle
from tests.browser.simulators import PICTURE

LEARNER = "s007"


def run_all(visit, answer: str) -> None:
    """Run every cell from the menu and answer the one question."""
    page = visit.page
    page.locator(".lm-MenuBar-item").nth(3).click()
    page.locator('li[data-command="runmenu:run-all"]').click()
    field = page.locator("input.jp-Stdin-input")
    field.wait_for(timeout=60_000)
    field.fill(answer)
    field.press("Enter")
    visit.wait_until(lambda: page.locator("input.jp-Stdin-input").count() == 0, "the question to be gone")
    wait_idle(visit)


def saved(visit, path: Path) -> dict:
    """Save from the keyboard and read the file: cell id -> cell."""
    before = path.stat().st_mtime_ns
    visit.page.keyboard.press("Escape")
    visit.page.keyboard.press("Control+s")
    visit.wait_until(lambda: path.stat().st_mtime_ns != before and path.stat().st_size > 0, "the saved file")
    visit.page.wait_for_selector(".jp-DirtyIndicator, .jp-mod-dirty", state="detached", timeout=30_000)
    return {cell["id"]: cell for cell in json.loads(path.read_text("utf-8"))["cells"]}


def cell_with(page, text: str):
    return page.locator(".jp-CodeCell", has=page.locator(f".cm-content:has-text('{text}')")).first


def type_and_run(visit, cell, code: str) -> None:
    """Replace a cell's code from the keyboard and run it."""
    page = visit.page
    cell.locator(".cm-content").click()
    page.keyboard.press("Control+a")
    page.keyboard.insert_text(code)
    page.keyboard.press("Control+Enter")
    wait_idle(visit)


def run(visit, cell) -> str:
    """Run a cell and return what stands under it."""
    cell.locator(".cm-content").click()
    visit.page.keyboard.press("Control+Enter")
    wait_idle(visit)
    return cell.locator(".jp-OutputArea").first.inner_text()


@pytest.mark.parametrize("lang", ["zh", pytest.param("en", marks=pytest.mark.long)])
def test_a_learner_runs_all_moves_answers_wrong_then_right(lang, lab, visit):
    page, path = lab(lang)
    run_all(visit, LEARNER)

    cells = saved(visit, path)
    code = [cell for cell in cells.values() if cell["cell_type"] == "code" and "".join(cell["source"]).strip()]
    assert all(cell["execution_count"] for cell in code)
    outputs = [(cell["id"], output) for cell in code for output in cell["outputs"]]
    assert [(where, output) for where, output in outputs if output["output_type"] == "error"] == []
    assert [(where, output) for where, output in outputs if output.get("name") == "stderr"] == []
    assert LEARNER in json.dumps(cells["start"]["outputs"])

    slider = page.locator(f".widget-slider:has-text('{tell(lang, 'Lost after (days)')}') .noUi-handle")
    assert page.locator(".control-lapse_days .slider").get_attribute("disabled")  # until there is a prediction
    type_and_run(visit, cell_with(page, "prediction = "), 'prediction = "The base shrinks."')
    run(visit, cell_with(page, "simulator.show(kit, prediction)"))
    picture = page.locator(PICTURE).first
    picture.scroll_into_view_if_needed()
    before = picture.get_attribute("data-number")
    slider.focus()
    page.keyboard.press("ArrowLeft")
    visit.wait_until(lambda: picture.get_attribute("data-number") != before, "the picture to change")

    answer, probe = cell_with(page, "def lapsed"), cell_with(page, 'kit.probe("tiers-lapsed"')
    days = variant("tiers-lapsed", LEARNER)["lapse_days"]
    type_and_run(visit, answer, f"def lapsed(days_since_last):\n    return days_since_last < {days}")
    wrong = run(visit, probe)
    assert "lapsed(3)" in wrong
    assert len([line for line in wrong.splitlines() if line.strip()]) <= 6
    assert "Traceback" not in wrong

    type_and_run(visit, answer, f"def lapsed(days_since_last):\n    return days_since_last >= {days}")
    right = run(visit, probe)
    assert "lapsed(3)" not in right
    assert right != wrong

    saved(visit, path)
    said = run(visit, cell_with(page, "kit.handin"))
    (handed_in,) = path.parent.glob("*.zip")
    assert handed_in.name in said
    assert LEARNER in handed_in.name

    type_and_run(visit, answer, "def lapsed（days_since_last）：\n    return days_since_last >= 1")
    assert "（" in answer.locator(".jp-OutputArea").first.inner_text()
    assert "kit.handin(anyway=True)" in run(visit, cell_with(page, "kit.handin")), "unsaved work was not noticed"

    page.locator(".jp-NotebookPanel-toolbar >> text=Validate").click()
    dialog = page.locator(".jp-Dialog")
    dialog.wait_for(timeout=120_000)
    visit.wait_until(lambda: "kit.probe" in dialog.inner_text(), "the cells that nbgrader's Validate names", 120)
    assert visit.foreign == []


class Hands:
    """A learner who has a keyboard and no mouse."""

    def __init__(self, visit, path):
        self.visit, self.page = visit, visit.page
        self.ids = [cell["id"] for cell in json.loads(path.read_text("utf-8"))["cells"]]

    def press(self, key):
        self.page.keyboard.press(key)
        self.page.wait_for_timeout(100)

    def here(self):
        """Return the place of the active cell."""
        cells = self.page.locator(CELL)
        return cells.evaluate_all("all => all.findIndex(each => each.classList.contains('jp-mod-active'))")

    def go_to(self, cell):
        """Go to a cell by its id, in command mode; return it."""
        self.press("Escape")
        there = self.ids.index(cell)
        for _ in self.ids:
            here = self.here()
            if here == there:
                return self.page.locator(CELL).nth(there)
            self.press("ArrowDown" if here < there else "ArrowUp")
        return pytest.fail(f"no key leads to {cell}")

    def tab_to(self, what):
        """Press Tab until the keyboard is on an element."""
        for _ in range(30):
            self.press("Tab")
            if self.page.evaluate(f"document.activeElement.matches('{what}')"):
                return
        pytest.fail(f"Tab does not lead to {what}")

    def run(self):
        """Run the cell and go to the next."""
        self.press("Shift+Enter")
        wait_idle(self.visit)

    def write(self, cell, text):
        """Replace what stands in a cell and run it."""
        self.go_to(cell)
        self.press("Enter")
        self.press("Control+a")
        self.page.keyboard.insert_text(text)
        self.run()


@pytest.mark.long
@pytest.mark.timeout(600)
def test_every_task_of_a_learner_is_done_by_keyboard(lab, visit):
    """From the first cell to the hand-in: the id, a practice item, the simulator, a function, a text."""
    page, path = lab("en")
    hands = Hands(visit, path)
    hands.go_to("start")
    hands.press("Shift+Enter")
    page.locator("input.jp-Stdin-input").wait_for()
    page.keyboard.type(LEARNER)
    hands.press("Enter")
    wait_idle(visit)
    while hands.ids[hands.here()] != "tiers-lapsed-answer":
        hands.run()

    item = hands.go_to("practice-overlooked")
    hands.tab_to('input[type="radio"]')
    hands.press("Space")
    hands.tab_to(".widget-button")
    hands.press("Space")
    visit.wait_until(lambda: "✓" in item.inner_text() or "✗" in item.inner_text(), "a practice item's reply")

    hands.write("prediction", 'prediction = "The base shrinks."')
    hands.run()
    simulator = hands.go_to("simulator")
    hands.run()
    hands.go_to("simulator")
    picture = simulator.locator(PICTURE)
    hands.tab_to(".noUi-handle")
    hands.press("ArrowRight")
    visit.wait_until(lambda: int(picture.get_attribute("data-number")) > 1, "the picture to change")
    hands.run()  # back from the slider to the cells

    days = variant("tiers-lapsed", LEARNER)["lapse_days"]
    hands.write("tiers-lapsed-answer", f"def lapsed(days_since_last):\n    return days_since_last >= {days}")
    probe = hands.go_to("tiers-lapsed-try")
    hands.run()
    assert "✓" in probe.inner_text()

    hands.write("tiers-save_first", "Tomorrow I shall call the second on my list.")
    assert "the second on my list" in "".join(saved(visit, path)["tiers-save_first"]["source"])
    hands.go_to("handin")
    hands.run()
    (handed_in,) = path.parent.glob("*.zip")
    assert LEARNER in handed_in.name
