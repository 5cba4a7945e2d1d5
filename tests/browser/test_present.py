"""`loyalty present` in a real browser: start page, wall, presenter's view, a clicker's keys, a kernel that is lost."""

from __future__ import annotations

import os
import signal
import sys
from io import BytesIO
from pathlib import Path
from urllib.parse import urlencode

import psutil
import pytest
from PIL import Image

from loyaltylib.chapters import chapter
from loyaltylib.messages import LANGUAGES, tell
from loyaltylib.simulators import simulator_of, stems
from loyaltylib.simulators.stories import stories
from tests.browser.conftest import Visit, barriers, free_port, started
from tests.browser.simulators import (
    CUT,
    PARTS,
    PICTURE,
    WAYS,
    WHOLE,
    at_the_start,
    controls,
    dragged,
    everything_moves,
    moved,
    seen,
    ways_of,
)
from tests.loyaltylib.simulators.test_simulators import NEEDS

STEM = "tiers"
COLOURS = 64  # of a screenshot: a third of its bytes
ASK = "detail => window.dispatchEvent(new CustomEvent('loyalty-ask', {detail}))"


@pytest.fixture(scope="module")
def server(tmp_path_factory):
    """`loyalty present` for all tests of this file, ended as Ctrl-C does: the process, and its address."""
    port, poll, log = free_port(), free_port(), tmp_path_factory.mktemp("room") / "server.log"
    call = f"present('en', {port}, poll=('127.0.0.1', {poll}), open_browser=False)"
    # What a shell starts in the background does not hear Ctrl-C, and hands that on.
    hears = "import signal; signal.signal(signal.SIGINT, signal.default_int_handler)"
    code = f"{hears}; from loyaltylib.present import present; {call}"
    with started([sys.executable, "-c", code], port, log) as process:
        yield process, f"http://127.0.0.1:{port}"
        process.send_signal(signal.SIGINT)
        assert process.wait(30) == 0
        assert "Traceback" not in log.read_text("utf-8")


@pytest.fixture
def room(server, visit):
    """The server's process, a browser's page, and the address."""
    return server[0], visit, server[1]


@pytest.fixture(scope="module")
def one_page(server, chromium):
    """The presenter's view, in which one simulator takes the place of the other: a kernel is heated for ten seconds."""
    context = chromium.new_context(viewport={"width": 1600, "height": 1000})
    visit = Visit(context.new_page())
    opened(visit, f"{server[1]}/simulator?view=presenter")
    yield visit
    context.close()


@pytest.fixture(scope="module")
def wall(server, one_page):
    """The wall in a second window of the same browser."""
    shown = Visit(one_page.page.context.new_page())
    shown.page.goto(f"{server[1]}/wall")
    return shown


def opened(visit, address):
    visit.page.goto(address, wait_until="commit")  # the kernel may still warm up
    visit.page.wait_for_selector(PICTURE, timeout=90_000)


def turned_to(visit, stem, lang):
    """Bring another chapter and language into the page."""
    bar = visit.page.locator("nav.loyalty-bar")
    bar.locator("select").select_option(stem)
    visit.wait_until(lambda: f"stem={stem}&" in visit.page.url, f"the simulator of {stem}")
    bar.locator(f"a[lang^={lang}]").last.click()
    visit.wait_until(lambda: f"stem={stem}&lang={lang}" in visit.page.url, f"the simulator of {stem} in {lang}")


def test_the_start_page_leads_to_every_simulator_in_either_language(room):
    _, visit, address = room
    page = visit.page
    page.goto(address)
    for lang in LANGUAGES:
        page.locator(f"nav a[lang^={lang}]").click()
        titles = page.locator(".loyalty-tiles li > a:first-child").all_inner_texts()
        assert titles == [chapter(stem).title[lang] for stem in stems()]
        assert barriers(page) == []
    page.locator(".loyalty-tiles a").first.click()
    page.wait_for_selector(PICTURE, timeout=90_000)
    visit.wait_until(lambda: page.title() == chapter(stems()[0]).title["zh"], "the chapter's title")
    assert visit.foreign == []
    assert visit.errors == []


def test_chapter_and_language_change_on_the_page_with_the_settings_kept(server, one_page):
    visit, page = one_page, one_page.page
    turned_to(visit, STEM, "en")
    kernels = psutil.Process(server[0].pid).children(recursive=True)
    page.locator(".control-lapse_days .noUi-handle").focus()
    page.keyboard.press("ArrowLeft")
    visit.wait_until(lambda: "lapse_days=165" in page.url, "the setting in the address")
    page.get_by_role("link", name="中文").click()
    visit.wait_until(lambda: page.title() == chapter(STEM).title["zh"], "the title in Chinese")
    visit.wait_until(lambda: "lang=zh&lapse_days=165" in page.url, "the same setting")
    assert tell("zh", "Standards") in page.locator(WHOLE).inner_text()
    for stem in stems():
        page.get_by_label(tell("zh", "Chapter")).select_option(stem)
        visit.wait_until(lambda stem=stem: f"stem={stem}&lang=zh" in page.url, f"the simulator of {stem}")
        assert page.locator(PICTURE).count() == 1
        assert page.locator("aside select option").count() >= len(stories(stem, "zh")) - 1
    running = {each.pid for each in psutil.Process(server[0].pid).children(recursive=True)}
    assert {each.pid for each in kernels} <= running
    assert visit.foreign == []
    assert visit.errors == []


def test_another_hosts_name_for_this_machine_opens_nothing(room):
    _, visit, address = room
    for path in ("/", "/simulator", "/voila/static/voila.js"):
        answer = visit.page.request.get(address + path, headers={"Host": "evil.example"})
        assert answer.status == 404


def test_a_clicker_leads_through_the_stories_and_the_wall_follows(one_page, wall):
    visit, page, told = one_page, one_page.page, stories(STEM, "en")
    page.bring_to_front()
    turned_to(visit, STEM, "en")
    visit.wait_until(lambda: wall.page.locator("#picture").get_attribute("alt"), "the picture on the wall")

    page.keyboard.press("PageDown")
    visit.wait_until(lambda: told[1].question in wall.page.locator("main").inner_text(), "the story on the wall")
    aside = page.locator("aside").inner_text()
    assert told[1].notes in aside
    assert told[1].guesses[told[1].right - 1] in aside
    assert told[2].title in aside
    assert barriers(page) == []
    assert barriers(wall.page) == []
    everything = wall.page.locator("body").inner_text() + page.locator(".loyalty-picture").inner_text()
    assert told[1].notes not in everything
    assert told[1].answer not in everything

    wall.page.bring_to_front()
    wall.page.keyboard.press("PageDown")  # the clicker is heard in either window
    visit.wait_until(lambda: told[2].question in wall.page.locator("main").inner_text(), "the next story")

    page.bring_to_front()
    page.keyboard.press("f")
    page.keyboard.press("PageUp")
    visit.wait_until(lambda: told[1].question in page.locator(".loyalty-story").inner_text(), "the story before")
    assert told[2].question in wall.page.locator("main").inner_text()
    page.keyboard.press("f")
    visit.wait_until(lambda: told[1].question in wall.page.locator("main").inner_text(), "the wall thawed")

    page.keyboard.press("b")
    visit.wait_until(lambda: wall.page.locator("#blank").is_visible(), "a black wall")
    assert page.locator(".loyalty-picture").is_visible()
    page.keyboard.press("b")
    visit.wait_until(lambda: not wall.page.locator("#blank").is_visible(), "the wall again")

    page.keyboard.press("r")
    visit.wait_until(lambda: not page.locator(".loyalty-story strong").count(), "no story after a reset")
    page.locator(".widget-slider .noUi-handle").first.focus()
    before = seen(page)
    page.keyboard.press("ArrowRight")  # stays with the slider
    visit.wait_until(lambda: seen(page) != before, "the slider's own picture")
    for each in (visit, wall):
        assert each.foreign == []
        assert each.errors == []


def test_a_lost_kernel_comes_back_to_the_same_state(room):
    server, visit, address = room
    opened(visit, f"{address}/simulator?stem={STEM}&lang=en&lapse_days=90")
    before = seen(visit.page)
    kernel = next(url for url in visit.requests if "/channels" in url).partition("/api/kernels/")[2].partition("/")[0]
    running = psutil.Process(server.pid).children(recursive=True)
    (process,) = (each for each in running if kernel in " ".join(each.cmdline()))
    process.kill()
    visit.page.wait_for_event("load", timeout=90_000)  # the page opens itself anew
    visit.page.wait_for_selector(PICTURE, timeout=90_000)
    assert "lapse_days=90" in visit.page.url
    assert seen(visit.page) == before


def test_a_setting_that_makes_no_sense_says_so_in_the_page(one_page, room):
    one_page.page.bring_to_front()
    one_page.page.evaluate(ASK, {"do": "open", "query": f"stem={STEM}&lang=en&share=much"})
    alert = one_page.page.get_by_role("alert")
    alert.wait_for(timeout=30_000)
    assert "much" in alert.inner_text()
    _, visit, address = room
    visit.page.goto(f"{address}/simulator?stem={STEM}&weather=bad", wait_until="commit")
    alert = visit.page.get_by_role("alert")
    alert.wait_for(timeout=90_000)
    assert "weather" in alert.inner_text()


def test_the_room_votes_and_the_wall_shows_it_when_the_trainer_does(one_page, wall, chromium):
    visit, page, story = one_page, one_page.page, stories(STEM, "zh")[1]
    page.bring_to_front()
    turned_to(visit, STEM, "zh")
    press = lambda name: page.get_by_role("button", name=tell("zh", name), exact=True).click()  # noqa: E731
    press("Open the vote")
    wall.page.locator("#code:visible").wait_for()
    phone = chromium.new_context(viewport={"width": 390, "height": 800}, java_script_enabled=False).new_page()
    phone.goto("http" + wall.page.locator("#join").inner_text().partition("http")[2])
    phone.get_by_label(story.guesses[0]).check()
    phone.get_by_role("button").click()
    assert story.guesses[0] in phone.locator("main").inner_text()
    visit.wait_until(lambda: "1" in wall.page.locator("#votes").inner_text(), "the vote on the wall")
    looked = chromium.new_context(viewport={"width": 390, "height": 800}).new_page()
    looked.goto(phone.url)
    assert barriers(looked) == []  # as somebody who has not voted sees it
    assert barriers(wall.page) == []
    looked.context.close()
    assert not wall.page.locator("meter").count()
    press("Close the vote")
    visit.wait_until(lambda: wall.page.locator("meter").count() == len(story.guesses), "the bars")
    assert "✓" not in wall.page.locator("#bars").inner_text()
    press("Show the key")
    visit.wait_until(lambda: "✓" in wall.page.locator("#bars").inner_text(), "the key")
    assert story.answer in wall.page.locator("#why").inner_text()
    assert barriers(wall.page) == []
    phone.reload()
    assert story.answer in phone.locator("main").inner_text()
    phone.context.close()


def all_and_daily():
    """Every simulator in each language, moved both ways; every day each third one, each control one way."""
    for place, stem in enumerate(stems()):
        if place % 3 == 0:
            yield pytest.param(stem, LANGUAGES[place // 3 % len(LANGUAGES)], False)
        for lang in LANGUAGES:
            yield pytest.param(stem, lang, True, marks=pytest.mark.long)


@pytest.mark.parametrize(("stem", "lang", "both"), list(all_and_daily()))
def test_every_control_and_every_point_changes_the_picture(one_page, stem, lang, both):
    visit = one_page
    turned_to(visit, stem, lang)
    needs = NEEDS.get(stem, {})
    names = [name for name in controls(visit.page) if name not in {"story", *needs}]
    assert visit.page.evaluate(CUT) == []
    everything_moves(visit, 0, names, ways_of(names, both=both))
    simulator = simulator_of(stem).show(lang=lang, wide=True)
    for point in simulator.last.points:
        at_the_start(visit)
        dragged(visit, simulator, point)
    for name, settings in needs.items() if both else ():
        query = urlencode({"stem": stem, "lang": lang, **settings})
        visit.page.evaluate(ASK, {"do": "open", "query": query})
        visit.wait_until(lambda query=query: query in visit.page.url, query)
        assert set().union(*(moved(visit, 0, how, name) for how in WAYS)) == set(PARTS), name
    assert barriers(visit.page) == []
    assert visit.foreign == []
    assert visit.errors == []


@pytest.mark.parametrize("lang", LANGUAGES)
@pytest.mark.parametrize("stem", stems())
@pytest.mark.long
def test_a_picture_of_every_simulator(room, stem, lang, tmp_path):
    _, visit, address = room
    opened(visit, f"{address}/simulator?stem={stem}&lang={lang}&story={stories(stem, lang)[1].name}")
    folder = Path(os.environ.get("LOYALTY_SCREENSHOTS", str(tmp_path)))
    shot = Image.open(BytesIO(visit.page.screenshot()))
    shot.quantize(COLOURS).save(folder / f"simulator-{stem}-{lang}.png", optimize=True)
    assert visit.errors == []
