"""What a test and a measurement do with a simulator in a browser: see the picture, find its controls, move them."""

from __future__ import annotations

import time
from contextlib import suppress
from typing import TYPE_CHECKING, Any
from urllib.parse import parse_qsl, urlsplit

import nbformat
import psutil

if TYPE_CHECKING:
    from collections.abc import Callable, Iterable, Sequence

    from tests.browser.conftest import Visit

WHOLE = ".loyalty-simulator"
PICTURE = ".loyalty-picture[data-number]"
KINDS = {"widget-slider": "slider", "widget-dropdown": "menu", "widget-toggle-buttons": "buttons"}

LITTLE = 0.12  # of the picture's width and height
SETTLED = 500  # milliseconds in which all that was asked for is drawn
IDLE, SECONDS_OF_QUIET = 0.1, 8  # seconds of processor time in a second; how long

# The picture's own text, and what is said of it; of the simulator with this number on the page.
SEEN = """(number) => {
    const root = document.querySelectorAll('.loyalty-picture[data-number]')[number];
    const text = (part) => root.querySelector('.loyalty-' + part).textContent;
    return [root.querySelector('.loyalty-image').shadowRoot.innerHTML, text('title') + text('message')];
}"""

# The names of controls for which there is no room.
CUT = """() => [...document.querySelectorAll('.loyalty-simulator .widget-label')]
    .filter((label) => label.scrollWidth > label.clientWidth + 1 && label.clientWidth)
    .map((label) => label.textContent)"""

# Milliseconds from a key on a slider to the changed picture on the screen, again and again.
LATENCY = """async ([number, times]) => {
    const whole = document.querySelectorAll('.loyalty-simulator')[number];
    const root = whole.querySelector('.loyalty-picture');
    const handle = whole.querySelector('.widget-slider .noUi-handle');
    handle.scrollIntoView({block: 'center'});
    handle.focus();
    const took = [];
    for (let step = 0; step < times; step++) {
        const before = root.dataset.number;
        const start = performance.now();
        const [key, keyCode] = step % 2 ? ['ArrowLeft', 37] : ['ArrowRight', 39];
        handle.dispatchEvent(new KeyboardEvent('keydown', {key, keyCode, bubbles: true}));
        await new Promise((done) => {
            // Done when a frame with it is laid out and drawn.
            const painted = () => requestAnimationFrame(() => setTimeout(done));
            const seen = new MutationObserver(() => root.dataset.number === before || (seen.disconnect(), painted()));
            seen.observe(root, {attributes: true});
        });
        took.push(performance.now() - start);
        await new Promise((done) => setTimeout(done, 80));
    }
    return took;
}"""


def notebook_of(chosen: Iterable[str], lang: str = "en") -> Any:
    """Return a notebook with a simulator in each cell."""
    kernel = {"name": "python3", "display_name": "Python 3", "language": "python"}
    book = nbformat.v4.new_notebook(metadata={"kernelspec": kernel})
    book.cells = [
        nbformat.v4.new_code_cell(
            f"from loyaltylib.simulators import {stem} as simulator\n\nsimulator.show(lang={lang!r})"
        )
        for stem in chosen
    ]
    return book


def settled(server: Any) -> None:
    """Wait until a server and its kernels have nothing more to do: the next page's kernel is warm."""
    quiet, used = 0, 0.0
    while quiet < SECONDS_OF_QUIET:
        time.sleep(1)
        now = 0.0
        for each in (psutil.Process(server.pid), *psutil.Process(server.pid).children(recursive=True)):
            with suppress(psutil.NoSuchProcess):
                now += sum(each.cpu_times()[:2])
        quiet = quiet + 1 if now - used < IDLE else 0
        used = now


def seen(page: Any, number: int = 0) -> list[str]:
    """Return the picture as it is shown, and its title with what is said of it."""
    found: list[str] = page.evaluate(SEEN, number)
    return found


def counted(page: Any, number: int = 0) -> str:
    """Return how many pictures there have been, as the page has it."""
    return str(page.locator(PICTURE).nth(number).get_attribute("data-number"))


def controls(page: Any, number: int = 0) -> dict[str, tuple[str, Any]]:
    """Return the controls of a simulator on the page by their names, the stories among them: kind, and where it is."""
    found = {}
    for control in page.locator(WHOLE).nth(number).locator("[class*='control-']").all():
        classes = control.get_attribute("class").split()
        (name,) = (each.removeprefix("control-") for each in classes if each.startswith("control-"))
        (kind,) = (KINDS[each] for each in classes if each in KINDS)
        found[name] = (kind, control)
    return found


def by_keyboard(page: Any, kind: str, control: Any) -> None:
    """Move a control with keys alone, from wherever it stands to another place."""
    match kind:
        case "slider":
            handle = control.locator(".noUi-handle")
            handle.focus()
            at_end = handle.get_attribute("aria-valuenow") == handle.get_attribute("aria-valuemax")
            page.keyboard.press("Home" if at_end else "End")
        case "menu":
            control.locator("select").focus()
            place = control.locator("select").evaluate("menu => menu.selectedIndex")
            page.keyboard.press("ArrowUp" if place else "ArrowDown")
        case _:
            control.locator("button:not(.mod-active)").first.focus()
            page.keyboard.press("Space")


def by_mouse(_page: Any, kind: str, control: Any) -> None:
    """Move a control with the mouse alone."""
    match kind:
        case "slider":
            track = control.locator(".noUi-base")
            box = track.bounding_box()
            handle = control.locator(".noUi-handle").bounding_box()
            far = handle["x"] + handle["width"] / 2 > box["x"] + box["width"] / 2
            track.click(position={"x": box["width"] * (0.1 if far else 0.9), "y": box["height"] / 2})
        case "menu":
            menu = control.locator("select")
            place = menu.evaluate("menu => menu.selectedIndex")
            menu.select_option(index=0 if place else 1)
        case _:
            control.locator("button:not(.mod-active)").first.click()


def dragged(visit: Visit, simulator: Any, point: Any) -> None:
    """Drag a point of the picture towards the middle, and wait until the address has what that place stands for.

    simulator  the same simulator at the same settings, which knows what a place stands for
    """
    to = [at + (LITTLE if at < 1 / 2 else -LITTLE) for at in (point.x, point.y)]

    def move(x: float, y: float, steps: int) -> None:
        box = visit.page.locator(".loyalty-image").bounding_box()  # further down where more is said above it
        visit.page.mouse.move(box["x"] + x * box["width"], box["y"] + y * box["height"], steps=steps)

    move(point.x, point.y, 1)
    visit.page.mouse.down()
    before = counted(visit.page)
    move(*to, 20)
    visit.wait_until(lambda: counted(visit.page) != before, f"another picture while {point.name} is dragged")
    visit.page.wait_for_timeout(SETTLED)
    move(*to, 2)
    visit.page.mouse.up()
    want = simulator.dragged(point.name, *to)

    def arrived() -> bool:
        asked = dict(parse_qsl(urlsplit(visit.page.url).query))
        return all(
            abs(float(asked.get(name, "nan")) - value) <= simulator.known[name].step for name, value in want.items()
        )

    visit.wait_until(arrived, f"{want} in the address after dragging {point.name}")


def moved(visit: Visit, number: int, how: Callable[..., None], name: str) -> set[str]:
    """Move one control and wait until something has changed; return what: the picture, and what is said of it."""
    kind, control = controls(visit.page, number)[name]
    before = seen(visit.page, number)
    how(visit.page, kind, control)
    visit.wait_until(lambda: seen(visit.page, number) != before, f"a change after {name}, {how.__name__}")
    return {part for part, now, then in zip(PARTS, seen(visit.page, number), before, strict=True) if now != then}


def at_the_start(visit: Visit, number: int = 0) -> None:
    """Press the button that sets all controls back, and wait until it is done."""
    before = counted(visit.page, number)
    visit.page.locator(WHOLE).nth(number).locator(".loyalty-reset").click()
    visit.wait_until(lambda: counted(visit.page, number) != before, "the start again")


def everything_moves(visit: Visit, number: int, names: Iterable[str], ways: Callable[[str], Sequence[Any]]) -> None:
    """Move each control from the start; one way and the other, both the picture and what is said of it change."""
    for name in names:
        at_the_start(visit, number)
        changed = [moved(visit, number, how, name) for how in ways(name)]
        assert set().union(*changed) == set(PARTS) or len(changed) < len(WAYS), name


def ways_of(names: Sequence[str], *, both: bool) -> Callable[[str], Sequence[Any]]:
    """Return name -> ways to move it: both, or by turns."""
    return lambda name: WAYS if both else (WAYS[names.index(name) % len(WAYS)],)


WAYS = (by_keyboard, by_mouse)
PARTS = ("picture", "words")  # as `seen` returns them
