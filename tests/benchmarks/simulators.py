"""From a control's move to the changed picture, in a real browser: as a page for a room, and in JupyterLab.

    python tests/benchmarks/simulators.py                  every simulator
    python tests/benchmarks/simulators.py tiers kpis       these

Milliseconds, median and 95th percentile of a key on the first slider, pressed again and again; how long a page takes
to open once the next kernel is warm; and how long the next chapter takes, chosen on the page. The aim: 100 and 200,
2,000 for a page and 1,000 for the next chapter.
"""

from __future__ import annotations

import statistics
import sys
import tempfile
import time
from pathlib import Path

import nbformat
from playwright.sync_api import sync_playwright

from loyaltylib.messages import tell
from loyaltylib.simulators import stems
from tests.browser.conftest import FLAGS, free_port, started
from tests.browser.simulators import LATENCY, PICTURE, notebook_of, settled

TIMES, WARM = 60, 6  # keys that count, and those before
PATIENCE = 120_000
PERCENT = 95


def line(name: str, place: str, took: list[float]) -> str:
    """Return one line of the report."""
    cut = statistics.quantiles(took, n=100)[PERCENT - 1]
    return f"{name:<14} {place:<8} median {statistics.median(took):6.0f} ms   {PERCENT}% {cut:6.0f} ms"


def on_a_page(page, server, address: str, stem: str, then: str) -> tuple[float, list[float], float]:
    """Open a page of `loyalty present` when the next kernel is warm, move, and go on: milliseconds of each."""
    settled(server)
    start = time.perf_counter()
    page.goto(f"{address}/simulator?stem={stem}", wait_until="commit")
    page.wait_for_selector(PICTURE, timeout=PATIENCE)
    opened = (time.perf_counter() - start) * 1000
    settled(server)
    took = page.evaluate(LATENCY, [0, TIMES + WARM])[WARM:]
    page.evaluate("picture => { document.querySelector(picture).dataset.past = 'yes'; }", PICTURE)
    start = time.perf_counter()
    page.get_by_label(tell("en", "Chapter")).select_option(then)
    page.wait_for_selector(f"{PICTURE}:not([data-past])", timeout=PATIENCE)
    return opened, took, (time.perf_counter() - start) * 1000


def in_the_lab(browser, folder: Path, chosen: list[str]) -> dict[str, list[float]]:
    """Measure simulators in JupyterLab, each in a cell of one notebook."""
    port = free_port()
    nbformat.write(notebook_of(chosen), folder / "simulators.ipynb")
    command = [sys.executable, "-m", "jupyterlab", "--no-browser", "--allow-root", f"--port={port}"]
    options = [f"--ServerApp.root_dir={folder}", "--IdentityProvider.token=room"]
    with started([*command, *options], port, folder / "lab.log"):
        page = browser.new_page(viewport={"width": 1600, "height": 1000})
        page.goto(f"http://127.0.0.1:{port}/lab/tree/simulators.ipynb?token=room&reset")
        page.wait_for_selector(".jp-Notebook .jp-Cell", timeout=PATIENCE)
        page.wait_for_timeout(5000)
        page.locator(".lm-MenuBar-item").nth(3).click()
        page.locator('li[data-command="runmenu:run-all"]').click()
        found = {}
        for number, stem in enumerate(chosen):
            page.locator(".jp-CodeCell").nth(number).scroll_into_view_if_needed()
            page.locator(PICTURE).nth(number).wait_for(timeout=PATIENCE)
            found[stem] = page.evaluate(LATENCY, [number, TIMES + WARM])[WARM:]
        page.close()
    return found


def main(chosen: list[str]) -> None:
    """Print a line for each simulator and place."""
    port = free_port()
    code = f"from loyaltylib.present import present; present('en', {port}, open_browser=False)"
    with tempfile.TemporaryDirectory() as folder, sync_playwright() as playwright:
        browser = playwright.chromium.launch(executable_path="/usr/bin/chromium", args=list(FLAGS))
        with started([sys.executable, "-c", code], port, Path(folder) / "server.log") as server:
            page = browser.new_page(viewport={"width": 1600, "height": 1000})
            following = dict(zip(stems(), stems()[1:] + stems()[:1], strict=True))
            for stem in chosen:
                then = following[stem]
                opened, took, went_on = on_a_page(page, server, f"http://127.0.0.1:{port}", stem, then)
                print(
                    line(stem, "a room", took), f"  page {opened:5.0f} ms   then {then} {went_on:5.0f} ms", flush=True
                )
            page.close()
        for stem, took in in_the_lab(browser, Path(folder), chosen).items():
            print(line(stem, "lab", took), flush=True)
        browser.close()


if __name__ == "__main__":
    main(sys.argv[1:] or list(stems()))
