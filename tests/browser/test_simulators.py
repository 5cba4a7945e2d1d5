"""Every simulator in JupyterLab: each control by mouse and by keyboard. Those of a room are in test_present."""

from __future__ import annotations

import nbformat
import pytest

from loyaltylib.messages import LANGUAGES
from loyaltylib.simulators import stems
from tests.browser.conftest import wait_idle
from tests.browser.simulators import CUT, PICTURE, controls, everything_moves, notebook_of, ways_of
from tests.loyaltylib.simulators.test_simulators import NEEDS


@pytest.mark.parametrize(
    ("lang", "both"), [("en", False), *(pytest.param(lang, True, marks=pytest.mark.long) for lang in LANGUAGES)]
)
@pytest.mark.timeout(900)
def test_in_jupyterlab_every_control_changes_the_picture(lab, visit, tmp_path, lang, both):
    folder = tmp_path / "work" / lang
    folder.mkdir(parents=True)
    nbformat.write(notebook_of(stems(), lang), folder / "simulators.ipynb")
    page, _ = lab(lang, "simulators")
    page.locator(".lm-MenuBar-item").nth(3).click()
    page.locator('li[data-command="runmenu:run-all"]').click()
    visit.wait_until(lambda: page.locator(PICTURE).count() == len(stems()), "all simulators", 240)
    wait_idle(visit)
    assert page.evaluate(CUT) == []
    for number, stem in enumerate(stems()):
        names = [name for name in controls(page, number) if name not in {"story", *NEEDS.get(stem, {})}]
        chosen = names if both else names[:2]
        everything_moves(visit, number, chosen, ways_of(names, both=both))
    assert visit.foreign == []
