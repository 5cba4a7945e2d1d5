"""The outside of the sandbox: starts the warm process, gives it notebooks, and trusts nothing that comes back.

    with sandbox().notebook(learner, files) as child:
        child.run(source)           what the cell showed
        child.get(name)             plain data, or a `WorkError`
        child.call(name, 3, [1])    the same

One warm process serves this process as long as it lives; it is started anew when it dies.
"""

from __future__ import annotations

import atexit
import contextlib
import signal
import socket
import subprocess
import tempfile
import threading
from abc import ABC, abstractmethod
from dataclasses import dataclass
from enum import StrEnum
from typing import TYPE_CHECKING, Any

from autograders.messages import N_, tell
from loyaltylib import resources
from loyaltylib.errors import ClassError

from . import inside, library
from .child import START_SECONDS, Child, Died

if TYPE_CHECKING:
    from collections.abc import Iterator, Mapping
    from contextlib import AbstractContextManager
    from pathlib import Path


class Level(StrEnum):
    """What stands between a learner's code and the machine, the strongest first."""

    NAMESPACES = "namespaces"
    LANDLOCK = "landlock"
    PROCESS = "process"


@dataclass(frozen=True)
class Bounds:
    """The system's limits on one notebook.

    memory     bytes of one process beyond what is loaded before it starts, and of all its processes together
    scratch    bytes of its private folder
    file_size  bytes of one file
    processes  processes and threads
    files      open files
    cpu        seconds of processor time of one process
    """

    memory: int = 2048 * inside.MEGABYTE
    scratch: int = 128 * inside.MEGABYTE
    file_size: int = 64 * inside.MEGABYTE
    processes: int = 64
    files: int = 256
    cpu: int = 330


class SandboxError(ClassError):
    """The sandbox cannot be started as asked."""


class Sandbox(ABC):
    """A level of isolation, ready to run notebooks."""

    def __init__(self, level: Level, bounds: Bounds) -> None:
        self.level = level
        self.bounds = bounds
        self._lock = threading.Lock()

    @property
    def busy(self) -> bool:
        """Whether a notebook runs in it now."""
        return self._lock.locked()

    @property
    @abstractmethod
    def alive(self) -> bool:
        """Whether it can take another notebook."""

    @abstractmethod
    def notebook(self, learner: str, files: Mapping[str, bytes] | None = None) -> AbstractContextManager[Child]:
        """Return a child for a notebook; nothing of it is left when the block ends."""

    @abstractmethod
    def usage(self) -> tuple[float, int]:
        """Return the processor seconds and the memory of everything the notebook runs now."""

    @abstractmethod
    def close(self) -> None:
        """End everything that was started."""


class Warm(Sandbox):
    """A warm process that forks a child for each notebook."""

    def __init__(self, level: Level, bounds: Bounds) -> None:
        super().__init__(level, bounds)
        self._folder = tempfile.TemporaryDirectory(prefix="loyalty-sandbox-", ignore_cleanup_errors=True)
        try:
            self._process, self._control, said = _launch(level, bounds, self._folder.name)
        except SandboxError:
            self._folder.cleanup()
            raise
        self.seconds, self.abi = said["seconds"], said["abi"]

    @property
    def alive(self) -> bool:
        """See `Sandbox`."""
        return self._process.poll() is None

    @property
    def pid(self) -> int:
        """The process that was started."""
        return self._process.pid

    @contextlib.contextmanager
    def notebook(self, learner: str, files: Mapping[str, bytes] | None = None) -> Iterator[Child]:
        """See `Sandbox`."""
        with self._lock:
            ours, theirs = socket.socketpair()
            with ours, theirs:
                self._order("notebook", "started", theirs)
                theirs.close()
                child = Child(self, ours, lambda sign: self._order(_ORDERS[signal.Signals(sign)]))
                try:
                    child.begin(learner, files or {})
                    yield child
                finally:
                    child.close()
                    with contextlib.suppress(Died):
                        self._order("bury", "buried")

    def _order(self, order: str, reply: str = "", channel: socket.socket | None = None) -> None:
        try:
            line = f"{order:<63}\n".encode("ascii")
            if channel is None:
                self._control.sendall(line)
            else:
                socket.send_fds(self._control, [line], [channel.fileno()])
            if reply and self._control.recv(64).decode("ascii", "replace").strip() != reply:
                raise Died("sandbox_died")
        except OSError:
            raise Died("sandbox_died") from None

    def usage(self) -> tuple[float, int]:
        """See `Sandbox`."""
        return _usage(self._process.pid)

    def close(self) -> None:
        """See `Sandbox`."""
        self._control.close()
        _end(self._process)
        self._folder.cleanup()


class Cold(Sandbox):
    """An interpreter of its own for each notebook: where nothing stronger is, as on macOS and Windows."""

    def __init__(self, bounds: Bounds) -> None:
        super().__init__(Level.PROCESS, bounds)
        self._process: subprocess.Popen[bytes] | None = None

    @property
    def alive(self) -> bool:
        """See `Sandbox`."""
        return True

    @contextlib.contextmanager
    def notebook(self, learner: str, files: Mapping[str, bytes] | None = None) -> Iterator[Child]:
        """See `Sandbox`."""
        with self._lock, tempfile.TemporaryDirectory(prefix="loyalty-sandbox-", ignore_cleanup_errors=True) as folder:
            self._process, channel, _ = _launch(self.level, self.bounds, folder)
            try:
                with channel:
                    child = Child(self, channel, self._process.send_signal)
                    child.begin(learner, files or {})
                    yield child
                    child.close()
            finally:
                _end(self._process)

    def usage(self) -> tuple[float, int]:
        """See `Sandbox`."""
        return _usage(self._process.pid) if self._process else (0.0, 0)

    def close(self) -> None:
        """See `Sandbox`."""
        if self._process:
            _end(self._process)


_ORDERS = {signal.SIGINT: "interrupt", signal.SIGKILL: "kill"}


def _usage(root: int) -> tuple[float, int]:
    import psutil  # type: ignore[import-untyped]  # its stubs are no dependency of ours

    seconds, memory = 0.0, 0
    with contextlib.suppress(psutil.Error):
        top = psutil.Process(root)
        for process in [top, *top.children(recursive=True)]:
            with contextlib.suppress(psutil.Error):
                seconds += sum(process.cpu_times()[:2])
                memory += process.memory_full_info().uss  # what it shares with the warm process is not its own
    return seconds, memory


def _end(process: subprocess.Popen[bytes]) -> None:
    """End a process and all it started."""
    import psutil

    started: list[Any] = []
    with contextlib.suppress(psutil.Error):
        started = psutil.Process(process.pid).children(recursive=True)
    process.kill()
    for each in started:
        with contextlib.suppress(psutil.Error):
            each.kill()
    process.wait()


def start(level: Level, bounds: Bounds | None = None) -> Sandbox:
    """Start a sandbox of a level; raises `SandboxError` where this machine has none."""
    return Cold(bounds or Bounds()) if level is Level.PROCESS else Warm(level, bounds or Bounds())


def _launch(level: Level, bounds: Bounds, folder: str) -> tuple[subprocess.Popen[bytes], socket.socket, dict[str, Any]]:
    """Start the file that runs inside; return its process, the channel to it, and what it said when it was ready."""
    places = library.places(resources.view())
    ours, theirs = socket.socketpair()
    process = subprocess.Popen(  # noqa: S603 - our own file, by our own interpreter
        [places.python, "-I", "-S", "-u", "-X", "utf8", str(places.inside), str(theirs.fileno())],
        env=_clean(),
        cwd="/",
        stdin=subprocess.DEVNULL,
        stdout=subprocess.DEVNULL,
        stderr=subprocess.DEVNULL,
        pass_fds=[theirs.fileno()],
        start_new_session=True,
    )
    theirs.close()
    told = {
        "level": level.value,
        "readable": places.readable,
        "hidden": places.hidden,
        "path": places.path,
        "modules": library.MODULES,
        "fonts": library.font_lists(),
        "scratch": places.scratch,
        "scratch_folder": folder,
        "limits": vars(bounds),
    }
    ours.settimeout(START_SECONDS)
    try:
        inside.send(ours, told)
        said = inside.receive(ours) or {"failed": f"it ended with {process.wait(5)}"}
    except (OSError, ValueError, subprocess.TimeoutExpired) as error:
        said = {"failed": f"{type(error).__name__}: {error}"}
    if "failed" in said:
        ours.close()
        _end(process)
        raise SandboxError(f"no sandbox at level '{level.value}' on this machine: {said['failed']}")
    ours.settimeout(60)
    return process, ours, said


def _clean() -> dict[str, str]:
    """Return the environment a warm process starts with: nothing of ours."""
    one_thread = dict.fromkeys(
        ("OMP_NUM_THREADS", "OPENBLAS_NUM_THREADS", "MKL_NUM_THREADS", "POLARS_MAX_THREADS"), "1"
    )
    return {
        **one_thread,
        "PATH": "/usr/local/bin:/usr/bin:/bin",
        "LANG": "C.UTF-8",
        "MPLBACKEND": "module://matplotlib_inline.backend_inline",
        "PYTHONHASHSEED": "0",
        "PYTHONDONTWRITEBYTECODE": "1",
    }


def safe_level(lang: str = "en") -> Level:
    """Return the strongest level; raises `SandboxError` where it is no more than a process of its own."""
    level = best_level()
    if level is Level.PROCESS:
        message = N_(
            "this machine cannot keep learners' code away from it ({why}); mark in a Linux that can, or say"
            " --isolation process if you trust who handed in"
        )
        raise SandboxError(tell(lang, message, why="; ".join(_REFUSED.values())))
    return level


MOST_VIEWS = 3  # warm processes of a level at once, each for another class's view
_RUNNING: dict[tuple[Level, Path | None], Sandbox] = {}  # by level, and by the view of a class (`library.places`)
_REFUSED: dict[Level, str] = {}


def refusal(level: Level) -> str:
    """Try a level; return why this machine has none of it, or nothing."""
    try:
        sandbox(level)
    except SandboxError as error:
        _REFUSED[level] = str(error)
    return _REFUSED.get(level, "")


def best_level() -> Level:
    """Return the strongest level this machine has; each is tried once in a process."""
    for level in Level:
        if level not in _REFUSED and not refusal(level):
            return level
    raise SandboxError(" · ".join(_REFUSED.values()))


def sandbox(level: Level) -> Sandbox:
    """Return this process's warm process of a level for the class's view that is in use; started where none lives."""
    wanted = (level, resources.view())
    found = _RUNNING.get(wanted)
    if found is not None and not found.alive:
        found.close()
        found = None
    if found is None:
        _make_room(level)
        found = _RUNNING[wanted] = start(level)
    return found


def _make_room(level: Level) -> None:
    """End the oldest warm processes of a level: each change of what a class has of its own starts another."""
    kept = [(wanted, found) for wanted, found in _RUNNING.items() if wanted[0] is level and not found.busy]
    for wanted, found in kept[: max(0, len(kept) - MOST_VIEWS + 1)]:
        found.close()
        del _RUNNING[wanted]


@atexit.register
def close() -> None:
    """End every warm process of this process."""
    for found in _RUNNING.values():
        with contextlib.suppress(OSError):
            found.close()
    _RUNNING.clear()
