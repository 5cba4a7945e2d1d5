"""`loyalty present` in a real browser: the page shows, follows the keyboard, and asks no other host for anything."""

from __future__ import annotations

import hashlib
import os
import signal
import sys
from pathlib import Path

import pytest

from loyaltylib.messages import tell
from loyaltylib.tiers_panels import tier_name

PICTURE = ".widget-image"


def digest_of_picture(page) -> str:
    """Return the sha256 of the bytes the browser shows as the simulator's picture."""
    data = page.evaluate(
        f"""async () => {{
            const blob = await (await fetch(document.querySelector('{PICTURE}').src)).blob();
            return Array.from(new Uint8Array(await blob.arrayBuffer()));
        }}"""
    )
    assert bytes(data[:4]) == b"\x89PNG"
    return hashlib.sha256(bytes(data)).hexdigest()


@pytest.mark.parametrize("lang", ["zh", pytest.param("en", marks=pytest.mark.long)])
def test_the_picture_follows_a_slider_moved_by_keyboard(lang, serve, port, visit, tmp_path):
    code = f"from loyaltylib.present import present; present({lang!r}, {port}, open_browser=False)"
    server = serve([sys.executable, "-c", code], port)
    page = visit.page
    page.goto(f"http://127.0.0.1:{port}/")
    page.wait_for_selector(PICTURE, timeout=90_000)
    visit.wait_until(lambda: page.evaluate(f"document.querySelector('{PICTURE}').naturalWidth > 0"), "the picture")
    assert page.title() == tell(lang, "The customer pyramid")

    before = digest_of_picture(page)
    label = tell(lang, "Lost after (days)")
    handle = page.locator(f".widget-slider:has-text('{label}') .noUi-handle")
    handle.focus()
    page.keyboard.press("ArrowRight")
    visit.wait_until(lambda: digest_of_picture(page) != before, "another picture after a key on the slider")

    page.screenshot(path=os.environ.get("LOYALTY_SCREENSHOTS", str(tmp_path)) + f"/present-{lang}.png", full_page=True)
    page.get_by_role("button", name=tell(lang, "Reset")).click()
    visit.wait_until(lambda: digest_of_picture(page) == before, "the first picture again after a reset")

    assert visit.foreign == []
    assert visit.errors == []
    server.send_signal(signal.SIGINT)
    assert server.wait(30) == 0
    assert "Traceback" not in Path(tmp_path / "server.log").read_text("utf-8")


def test_a_setting_that_makes_no_sense_says_so_in_the_page(serve, port, visit):
    code = f"from loyaltylib.present import present; present('en', {port}, open_browser=False)"
    serve([sys.executable, "-c", code], port)
    page = visit.page
    page.goto(f"http://127.0.0.1:{port}/")
    page.wait_for_selector(PICTURE, timeout=90_000)

    page.locator(".widget-slider:has-text('Customers reached') .noUi-handle").focus()
    page.keyboard.press("End")
    page.locator(".widget-dropdown:has-text('They move to') select").select_option(tier_name("at_risk", "en"))
    page.get_by_role("alert").wait_for(timeout=30_000)
    assert "same tier" in page.get_by_role("alert").inner_text()

    page.locator(".widget-dropdown:has-text('They move to') select").select_option(tier_name("core", "en"))
    page.get_by_role("alert").wait_for(state="detached", timeout=30_000)
    assert visit.errors == []
