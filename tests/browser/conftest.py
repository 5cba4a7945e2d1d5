"""A real browser and real servers for the tests: Debian's Chromium, driven by Playwright."""

from __future__ import annotations

import os
import shutil
import signal
import socket
import subprocess
import time
from collections.abc import Callable, Iterator, Mapping, Sequence
from contextlib import suppress
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any
from urllib.parse import urlsplit

import pytest

LOOPBACK = frozenset({"127.0.0.1", "localhost", "::1", ""})  # no host: data: and blob: addresses
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
                pytest.fail(f"not within {seconds:g} s: {what}; the page complained: {self.errors}")
            self.page.wait_for_timeout(100)


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


@pytest.fixture
def serve(tmp_path: Path) -> Iterator[Callable[..., subprocess.Popen[bytes]]]:
    """Start a server's command, wait until it takes connections, and end it after the test whatever happens.

    `serve(command, port, env={...}, cwd=...)`; its output goes to `server.log` in the test's folder.
    """
    started: list[subprocess.Popen[bytes]] = []

    def start(
        command: Sequence[str], port: int, *, env: Mapping[str, str] | None = None, cwd: Path | None = None
    ) -> subprocess.Popen[bytes]:
        log = tmp_path / "server.log"
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
        started.append(process)
        end = time.monotonic() + 120
        while not _listens(port):
            if process.poll() is not None or time.monotonic() > end:
                pytest.fail(f"the server is not there: {log.read_text(errors='replace')[-2000:]}")
            time.sleep(0.2)
        return process

    yield start
    for process in started:
        _end(process)


@pytest.fixture
def port() -> int:
    return free_port()
