"""Show a simulator to a room: one page in a browser, served on this machine only, with no request to another host.

The page is a notebook of one cell, made for the moment and run by Voilà with a template of the kit's own.
"""

from __future__ import annotations

import json
import os
import signal
import socket
import subprocess
import sys
import tempfile
import time
import webbrowser
from contextlib import contextmanager
from importlib.util import find_spec
from pathlib import Path
from typing import TYPE_CHECKING, BinaryIO, NoReturn

from .errors import LoyaltyError
from .messages import tell

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator

HOST = "127.0.0.1"
PORT, POLL_PORT = 8866, 8868
TEMPLATES = Path(__file__).resolve().parent / "page"
_START_SECONDS = 90.0  # a slow disk reads matplotlib and pandas for the first time
_STOP_SECONDS = 10.0
_FILL_SECONDS = 6.0
# Extensions of JupyterLab that belong to an editor; inside a page they only fill the console with errors.
_UNWANTED = ("@jupyter/nbgrader", "jupyterlab-jupytext", "@jupyter-notebook/lab-extension")


def present(
    lang: str = "en",
    port: int = PORT,
    *,
    poll: tuple[str, int] = (HOST, POLL_PORT),
    open_browser: bool = True,
    say: Callable[[str], object] = print,
) -> None:
    """Serve the simulators on the loopback address until Ctrl-C, and open a browser on the page of all of them.

    poll  address and port on which a room's phones reach the poll; by default this machine alone does
    say   is given each line that tells how far it is

    Raises `LoyaltyError` when Voilà is not installed, the port is taken, or the page does not start.
    """
    if find_spec("voila") is None:
        raise LoyaltyError(
            tell(
                lang,
                "showing a simulator needs Voilà, which is not installed here; "
                "install the instructor's requirements (kit.lock), or open the chapter's notebook in JupyterLab",
            )
        )
    _check_free(port, lang)
    say(tell(lang, "Starting the simulators ..."))
    with tempfile.TemporaryDirectory(prefix="loyalty-") as folder, _ended_by_signal():
        page = Path(folder) / "loyalty.ipynb"
        page.write_text(json.dumps(notebook(lang)), "utf-8")
        log = Path(folder) / "voila.log"
        with log.open("wb") as out, _server(page, port, poll, out) as server:
            try:
                _wait(server, port, log, lang)
                address = f"http://{HOST}:{port}/?lang={lang}"
                say(tell(lang, "The simulators are at {address} - Ctrl-C ends it.", address=address))
                if open_browser:
                    webbrowser.open(address)
                server.wait()
            except KeyboardInterrupt:
                say(tell(lang, "Ended."))
                return
        raise LoyaltyError(tell(lang, "the simulator's server ended by itself: {last}", last=_last_line(log)))


def notebook(lang: str) -> dict[str, object]:
    """Return the notebook behind the page, as nbformat 4.5 has it."""
    source = f"from loyaltylib.simulators.page import ready\n\nready({lang!r})"
    cell = {"id": "simulator", "cell_type": "code", "source": source}
    kernel = {"name": "python3", "language": "python", "display_name": "Python 3"}
    return {
        "nbformat": 4,
        "nbformat_minor": 5,
        "metadata": {"title": tell(lang, "Simulators"), "kernelspec": kernel},
        "cells": [{**cell, "metadata": {}, "execution_count": None, "outputs": []}],
    }


def _check_free(port: int, lang: str) -> None:
    """Raise `LoyaltyError` when something already listens on the port."""
    with socket.socket() as probe:
        if os.name == "posix":
            # Without it a port that was in use a minute ago counts as taken; on Windows the flag means the opposite.
            probe.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
        try:
            probe.bind((HOST, port))
        except (OSError, OverflowError) as error:
            raise LoyaltyError(
                tell(
                    lang,
                    "port {port} cannot be used ({error}); end the other program or give another port, "
                    "for instance --port {other}",
                    port=port,
                    error=getattr(error, "strerror", None) or error,
                    other=PORT + 1 if port == PORT else PORT,
                )
            ) from error


@contextmanager
def _server(page: Path, port: int, poll: tuple[str, int], out: BinaryIO) -> Iterator[subprocess.Popen[bytes]]:
    """Run Voilà on one notebook in a process of its own, and end it with its kernels whatever happens."""
    command = [
        *(sys.executable, "-m", "loyaltylib.present_server", str(page)),
        *("--no-browser", "--template=loyalty", "--theme=light"),
        *(f"--port={port}", f"--Voila.ip={HOST}", "--Voila.port_retries=0", "--show_tracebacks=False"),
        *(f"--Room.poll_host={poll[0]}", f"--Room.poll_port={poll[1]}"),
        # Two pages opened one after another find a warm kernel each; the next is warmed when the second stands.
        *("--preheat_kernel=True", "--pool_size=2", f"--VoilaKernelManager.fill_delay={_FILL_SECONDS}"),
        *(f"--VoilaConfiguration.extension_denylist={name}" for name in _UNWANTED),
    ]
    paths = [str(TEMPLATES), *filter(None, [os.environ.get("JUPYTER_PATH")])]
    environment = {**os.environ, "JUPYTER_PATH": os.pathsep.join(paths)}
    server = subprocess.Popen(  # noqa: S603 - our own interpreter and our own arguments
        command,
        env=environment,
        cwd=page.parent,
        stdin=subprocess.DEVNULL,
        stdout=out,
        stderr=subprocess.STDOUT,
        start_new_session=True,  # Ctrl-C reaches us alone, and we end the server in order
    )
    try:
        yield server
    finally:
        if server.poll() is None:
            # SIGINT is what Voilà shuts its kernels down on.
            server.send_signal(signal.SIGINT if os.name == "posix" else signal.SIGTERM)
            try:
                server.wait(_STOP_SECONDS)
            except subprocess.TimeoutExpired:
                server.kill()
                server.wait()


def _wait(server: subprocess.Popen[bytes], port: int, log: Path, lang: str) -> None:
    """Wait until the server takes connections. It is not asked for the page: that would use up the warm kernel."""
    end = time.monotonic() + _START_SECONDS
    while time.monotonic() < end:
        if server.poll() is not None:
            raise LoyaltyError(tell(lang, "the simulator's server did not start: {last}", last=_last_line(log)))
        with socket.socket() as probe:
            probe.settimeout(1)
            if probe.connect_ex((HOST, port)) == 0:
                return
        time.sleep(0.1)
    raise LoyaltyError(
        tell(lang, "the simulator's server did not start within {seconds} seconds", seconds=int(_START_SECONDS))
    )


@contextmanager
def _ended_by_signal() -> Iterator[None]:
    """Let a request to terminate end us as Ctrl-C does, so that no server is left behind."""

    def stop(*_: object) -> NoReturn:
        raise KeyboardInterrupt

    try:
        before = signal.signal(signal.SIGTERM, stop)
    except ValueError:  # not in the main thread: signals are someone else's
        yield
        return
    try:
        yield
    finally:
        signal.signal(signal.SIGTERM, before)


def _last_line(log: Path) -> str:
    lines = [line.strip() for line in log.read_text("utf-8", errors="replace").splitlines() if line.strip()]
    return lines[-1] if lines else "-"
