"""A real browser and real servers for the tests: Debian's Chromium, driven by Playwright."""

from __future__ import annotations

import json
import os
import shutil
import signal
import socket
import subprocess
import sys
import time
from collections.abc import Callable, Iterator, Mapping, Sequence
from contextlib import contextmanager, suppress
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any
from urllib.parse import urlsplit

import pytest

LOOPBACK = frozenset({"127.0.0.1", "localhost", "::1", ""})  # no host: data: and blob: addresses
CELL = ".jp-Notebook .jp-Cell"
FLAGS = (
    "--no-sandbox",
    "--disable-gpu",
    "--disable-quic",
    "--no-first-run",
    "--disable-background-networking",
    "--disable-component-update",
    "--disable-sync",
)


def pytest_collection_modifyitems(items):
    here = Path(__file__).parent
    for item in items:
        if here in Path(item.fspath).parents:
            item.add_marker(pytest.mark.browser)


@pytest.fixture(scope="session")
def chromium() -> Iterator[Any]:
    """Start the browser once; skip where there is none."""
    path = shutil.which("chromium")
    if path is None:
        pytest.skip("no Chromium found: install Debian's package chromium to run the browser tests")
    sync_api = pytest.importorskip("playwright.sync_api", reason="Playwright is not installed")
    with sync_api.sync_playwright() as playwright:
        browser = playwright.chromium.launch(executable_path=path, args=list(FLAGS))
        yield browser
        browser.close()


@dataclass
class Visit:
    """A browser page that keeps a record of what it asked for and what it complained about."""

    page: Any
    requests: list[str] = field(default_factory=list)
    errors: list[str] = field(default_factory=list)

    def __post_init__(self) -> None:
        self.page.on("request", lambda request: self.requests.append(request.url))
        self.page.on("websocket", lambda socket_: self.requests.append(socket_.url))
        self.page.on("console", lambda line: self.errors.append(line.text) if line.type == "error" else None)
        self.page.on("pageerror", lambda error: self.errors.append(str(error)))

    @property
    def foreign(self) -> list[str]:
        """Requests to a host that is not this machine."""
        return [url for url in self.requests if (urlsplit(url).hostname or "") not in LOOPBACK]

    def wait_until(self, condition: Callable[[], bool], what: str, seconds: float = 60) -> None:
        """Wait for something in the page; fails naming it."""
        end = time.monotonic() + seconds
        while not condition():
            if time.monotonic() > end:
                pytest.fail(f"not within {seconds:g} s: {what}; at {self.page.url}, which complained: {self.errors}")
            self.page.wait_for_timeout(100)


# JupyterLab's and Voilà's own templates draw these: numbers beside cells, and the colours of code.
NOT_OURS = [[".jp-InputPrompt"], [".jp-OutputPrompt"], [".highlight"]]


def barriers(page: Any) -> list[tuple[str, str]]:
    """Return what axe-core calls serious or critical on a page: the rule, and the element."""
    axe = pytest.importorskip("axe_playwright_python.sync_playwright").Axe()
    found = axe.run(page, context={"exclude": NOT_OURS}).response["violations"]
    serious = [each for each in found if each["impact"] in ("serious", "critical")]
    return [(each["id"], node["html"][:200]) for each in serious for node in each["nodes"]]


@pytest.fixture
def visit(chromium: Any) -> Iterator[Visit]:
    """Open a fresh page: no cookies, no cache, a projector's size."""
    context = chromium.new_context(viewport={"width": 1366, "height": 900})
    yield Visit(context.new_page())
    context.close()


def free_port() -> int:
    """Return a port nobody listens on."""
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        return int(probe.getsockname()[1])


def _listens(port: int) -> bool:
    with socket.socket() as probe:
        probe.settimeout(1)
        return probe.connect_ex(("127.0.0.1", port)) == 0


def _end(process: subprocess.Popen[bytes]) -> None:
    """End a server and everything it started."""
    if process.poll() is None:
        process.send_signal(signal.SIGINT)
        with suppress(subprocess.TimeoutExpired):
            process.wait(20)
    with suppress(ProcessLookupError):
        os.killpg(process.pid, signal.SIGKILL)
    process.wait()


@contextmanager
def started(command: Sequence[str], port: int, log: Path) -> Iterator[subprocess.Popen[bytes]]:
    """Start a server's command, wait until it takes connections, and end it whatever happens."""
    process = _start(command, port, log)
    try:
        yield process
    finally:
        _end(process)


def _start(
    command: Sequence[str], port: int, log: Path, *, env: Mapping[str, str] | None = None, cwd: Path | None = None
) -> subprocess.Popen[bytes]:
    with log.open("wb") as out:
        process = subprocess.Popen(
            command,
            cwd=cwd,
            env={**os.environ, **(env or {})},
            stdin=subprocess.DEVNULL,
            stdout=out,
            stderr=subprocess.STDOUT,
            start_new_session=True,
        )
    end = time.monotonic() + 120
    while not _listens(port):
        if process.poll() is not None or time.monotonic() > end:
            _end(process)
            pytest.fail(f"the server is not there: {log.read_text(errors='replace')[-2000:]}")
        time.sleep(0.2)
    return process


@pytest.fixture
def serve(tmp_path: Path) -> Iterator[Callable[..., subprocess.Popen[bytes]]]:
    """Start a server's command, wait until it takes connections, and end it after the test whatever happens.

    `serve(command, port, env={...}, cwd=...)`; its output goes to `server.log` in the test's folder.
    """
    running: list[subprocess.Popen[bytes]] = []

    def start(
        command: Sequence[str], port: int, *, env: Mapping[str, str] | None = None, cwd: Path | None = None
    ) -> subprocess.Popen[bytes]:
        running.append(_start(command, port, tmp_path / "server.log", env=env, cwd=cwd))
        return running[-1]

    yield start
    for process in running:
        _end(process)


@pytest.fixture
def port() -> int:
    return free_port()


@pytest.fixture
def lab(serve: Any, port: int, visit: Visit, tmp_path: Path) -> Callable[..., tuple[Any, Path]]:
    """Open the learner's notebook as `loyalty lab` does, or a bundle's starter, and wait for its kernel."""

    def open_lab(
        lang: str, name: str = "tiers", starter: Sequence[str] = (), work: Path | None = None
    ) -> tuple[Any, Path]:
        config, settings = tmp_path / "config", tmp_path / "settings"
        tracker = settings / "@jupyterlab/notebook-extension/tracker.jupyterlab-settings"
        tracker.parent.mkdir(parents=True)
        # Every cell stays in the page, so that the test can find it without scrolling.
        tracker.write_text(json.dumps({"windowingMode": "none"}))
        config.mkdir()
        (config / "jupyter_server_config.json").write_text(json.dumps({"ServerApp": {"allow_root": True}}))
        work = work or tmp_path / "work"
        own = [str(Path(sys.executable).with_name("loyalty")), "--lang", lang, "lab", "--folder", str(work)]
        env = {
            "HOME": str(tmp_path),
            "JUPYTER_TOKEN": "room",
            "JUPYTER_CONFIG_PATH": str(config),
            "JUPYTERLAB_SETTINGS_DIR": str(settings),
        }
        serve([*(starter or own), "--no-browser", "--port", str(port)], port, env=env, cwd=tmp_path)
        visit.page.goto(f"http://127.0.0.1:{port}/lab/tree/{lang}/{name}.ipynb?token=room&reset")
        visit.page.wait_for_selector(CELL, timeout=90_000)
        wait_idle(visit)
        return visit.page, work / lang / f"{name}.ipynb"

    return open_lab


def wait_idle(visit: Visit, seconds: float = 120) -> None:
    """Wait for the kernel: idle in the status bar, and no cell that still waits its turn."""

    def idle() -> bool:
        status = visit.page.locator("#jp-main-statusbar").inner_text()
        waiting = visit.page.locator(".jp-InputPrompt", has_text="[*]").count()
        return ("Idle" in status or "空闲" in status) and not waiting

    visit.wait_until(idle, "an idle kernel", seconds)
