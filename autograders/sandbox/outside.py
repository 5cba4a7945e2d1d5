"""The outside of the sandbox: starts the warm process, gives it notebooks, and trusts nothing that comes back.

    with sandbox().notebook(learner, files) as child:
        child.run(source)           what the cell showed
        child.get(name)             plain data, or a `WorkError`
        child.call(name, 3, [1])    the same

One warm process serves this process as long as it lives; it is started anew when it dies.
"""

from __future__ import annotations

import atexit
import base64
import contextlib
import os
import select
import signal
import socket
import struct
import subprocess
import tempfile
import threading
import time
from dataclasses import dataclass
from enum import StrEnum
from typing import TYPE_CHECKING, Any, Final, NoReturn

from autograders.messages import N_, tell
from autograders.plain import Crashed, Missing, NotPlain, TookTooLong
from loyaltylib.errors import ClassError

from . import answer, inside, library
from .answer import Answer, Begun, Garbled, Ran, Twinned

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator, Mapping, Sequence
    from contextlib import AbstractContextManager

START_SECONDS = 120  # a cold disk reads the libraries for a while
GRACE_SECONDS = 1.0  # between asking a child to stop and ending it
LOOK_SECONDS = 0.1  # how often a running cell's processor time and memory are looked at
LARGEST_ANSWER: Final = 48 * inside.MEGABYTE


class Level(StrEnum):
    """What stands between a learner's code and the machine, the strongest first."""

    NAMESPACES = "namespaces"
    LANDLOCK = "landlock"
    PROCESS = "process"

    @property
    def strength(self) -> int:
        """A larger number is stronger."""
        return len(Level) - list(Level).index(self)


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


class Died(Exception):  # noqa: N818  # an outcome of a cell
    """The child ended, or had to be ended; the text is the kind of incident."""


class SandboxError(ClassError):
    """The sandbox cannot be started as asked."""


@dataclass
class Cell:
    """What a cell showed, and whether it was stopped at its time."""

    outputs: list[dict[str, Any]]
    updates: dict[str, dict[str, Any]]
    count: int
    stopped: bool = False


class Sandbox:
    """A level of isolation, ready to run notebooks."""

    def __init__(self, level: Level, bounds: Bounds) -> None:
        self.level = level
        self.bounds = bounds
        self._lock = threading.Lock()

    @property
    def alive(self) -> bool:
        """Whether it can take another notebook."""
        raise NotImplementedError

    def notebook(self, learner: str, files: Mapping[str, bytes] | None = None) -> AbstractContextManager[Child]:
        """Return a child for a notebook; nothing of it is left when the block ends."""
        raise NotImplementedError

    def usage(self) -> tuple[float, int]:
        """Return the processor seconds and the memory of everything the notebook runs now."""
        raise NotImplementedError

    def close(self) -> None:
        """End everything that was started."""
        raise NotImplementedError


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


class Child:
    """One notebook's process, as the marking sees it."""

    def __init__(self, sandbox: Sandbox, channel: socket.socket, stop: Callable[[int], object]) -> None:
        self._sandbox = sandbox
        self._channel = channel
        self._stop = stop
        self._turn = 0
        self._process = -1  # of a twin: a handle on it
        self._twins: list[Child] = []
        channel.settimeout(None)

    def close(self) -> None:
        """Let go of the channel, and of those of the twins."""
        for twin in self._twins:
            twin.close()
        self._channel.close()
        if self._process >= 0:
            os.close(self._process)
            self._process = -1

    def twin(self) -> Child | None:
        """Return a twin that stays as the notebook is now; None where the notebook has threads.

        It waits until it is asked. Whoever asks it something hidden must have taken all outputs before: what a twin
        learns may reach its siblings.
        """
        if not self._ask({"do": "twin"}, Twinned, GRACE_SECONDS * 30).there:
            return None
        try:
            channel, process = _received(self._channel)
        except (OSError, IndexError, ValueError, struct.error):
            self._end("forged_answer")
        twin = Child(self._sandbox, channel, lambda sign: signal.pidfd_send_signal(process, sign))
        twin._process = process
        self._twins.append(twin)
        return twin

    def begin(self, learner: str, files: Mapping[str, bytes]) -> None:
        """Put the learner's environment and files in place."""
        packed = [[name, base64.b64encode(body).decode("ascii")] for name, body in files.items()]
        self._ask({"do": "begin", "environment": environment(learner), "files": packed}, Begun, START_SECONDS)

    def run(self, source: str, cell_id: str = "", seconds: float = 10.0, clock: float = 30.0) -> Cell:
        """Run a cell for so many seconds of processor time, or by the clock; raises `Died` where the child ends."""
        message = {"do": "cell", "source": source, "id": cell_id}
        ran, stopped = self._ask_for_a_while(message, Ran, seconds, clock)
        outputs = [
            {key: value for key, value in answer.builtin(each).items() if value is not None} for each in ran.outputs
        ]
        return Cell(outputs, {name: answer.builtin(each) for name, each in ran.updates.items()}, ran.count, stopped)

    def get(self, name: str, seconds: float = 10.0) -> Any:
        """Return the plain data of a name of the notebook; raises a `WorkError` where there is none."""
        return self._answered({"do": "get", "name": name}, seconds)

    def call(self, name: str, arguments: Sequence[Any], seconds: float) -> Any:
        """Call a function of the notebook; return its plain result or raise a `WorkError`."""
        packed = [inside.encode(argument) for argument in arguments]
        return self._answered({"do": "call", "name": name, "arguments": packed}, seconds)

    def _answered(self, message: dict[str, Any], seconds: float) -> Any:
        found, stopped = self._ask_for_a_while(message, Answer, seconds, 3 * seconds)
        if stopped:
            raise TookTooLong("time")
        if found.missing is not None:
            raise Missing(found.missing)
        if found.raised is not None:
            raise Crashed(found.raised)
        if found.odd is not None or found.value is answer.NOTHING:
            raise NotPlain(found.odd or "nothing")
        try:
            return answer.plain(found.value)
        except Garbled as error:
            raise NotPlain(str(error)) from None

    def _ask_for_a_while(self, message: dict[str, Any], kind: type, seconds: float, clock: float) -> tuple[Any, bool]:
        """Ask, and stop what takes too long: first kindly, then for good."""
        self._send(message)
        started = time.monotonic()
        used = None
        stopped_at = None
        while not self._ready(LOOK_SECONDS if time.monotonic() - started > LOOK_SECONDS else LOOK_SECONDS / 2):
            now = time.monotonic()
            if stopped_at is not None:
                if now - stopped_at > GRACE_SECONDS:
                    self._end("timeout")
                continue
            cpu, memory = self._sandbox.usage()
            used = cpu if used is None else used
            if memory > self._sandbox.bounds.memory:
                self._end("too_much_memory")
            if cpu - used >= seconds or now - started >= clock:
                stopped_at = now
                self._signal(signal.SIGINT)
        return self._reply(kind, GRACE_SECONDS if stopped_at else 30.0), stopped_at is not None

    def _ask(self, message: dict[str, Any], kind: type, seconds: float) -> Any:
        self._send(message)
        if not self._ready(seconds):
            self._end("timeout")
        return self._reply(kind, seconds)

    def _send(self, message: dict[str, Any]) -> None:
        self._turn += 1
        try:
            inside.send(self._channel, {**message, "turn": self._turn})
        except OSError:
            raise Died("kernel_died") from None

    def _ready(self, seconds: float) -> bool:
        return bool(select.select([self._channel], [], [], seconds)[0])

    def _reply(self, kind: type, seconds: float) -> Any:
        """Return the answer to what was asked last; a child that sends anything else is not spoken to again."""
        end = time.monotonic() + seconds
        (length,) = struct.unpack("!I", self._exactly(4, end))
        if length > LARGEST_ANSWER:
            self._end("too_much_output")
        try:
            found = answer.read(self._exactly(length, end), kind)
        except Garbled:
            self._end("forged_answer")
        if found.turn != self._turn:
            self._end("forged_answer")
        return found

    def _exactly(self, length: int, end: float) -> bytes:
        parts, left = [], length
        while left:
            if not self._ready(max(end - time.monotonic(), 0.0)):
                self._end("timeout")
            try:
                part = self._channel.recv(min(left, inside.MEGABYTE))
            except OSError:
                part = b""
            if not part:
                raise Died("kernel_died")
            parts.append(part)
            left -= len(part)
        return b"".join(parts)

    def _end(self, kind: str) -> NoReturn:
        with contextlib.suppress(Died):
            self._signal(signal.SIGKILL)
        raise Died(kind)

    def _signal(self, sign: int) -> None:
        with contextlib.suppress(ProcessLookupError):
            self._stop(sign)


def _received(channel: socket.socket) -> tuple[socket.socket, int]:
    """Return the channel that a child sent, and a handle on the process behind it, by what the kernel says of it."""
    _, descriptors, _, _ = socket.recv_fds(channel, 1, 1)
    received = socket.socket(fileno=descriptors[0])
    received.settimeout(GRACE_SECONDS * 10)
    received.setsockopt(socket.SOL_SOCKET, socket.SO_PASSCRED, 1)
    inside.send(received, {"do": "hello", "turn": 0})
    _, credentials, _, _ = received.recvmsg(4096, socket.CMSG_SPACE(12))
    received.setsockopt(socket.SOL_SOCKET, socket.SO_PASSCRED, 0)
    process, _, _ = struct.unpack("3i", credentials[0][2])
    return received, os.pidfd_open(process)


def environment(learner: str) -> dict[str, str]:
    """Return what a notebook's environment says besides what every child has: whose work it is."""
    return {"LOYALTY_LEARNER": learner}


def start(level: Level, bounds: Bounds | None = None) -> Sandbox:
    """Start a sandbox of a level; raises `SandboxError` where this machine has none."""
    return Cold(bounds or Bounds()) if level is Level.PROCESS else Warm(level, bounds or Bounds())


def _launch(level: Level, bounds: Bounds, folder: str) -> tuple[subprocess.Popen[bytes], socket.socket, dict[str, Any]]:
    """Start the file that runs inside; return its process, the channel to it, and what it said when it was ready."""
    places = library.places()
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


_RUNNING: dict[Level, Sandbox] = {}
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
    """Return this process's warm process of a level, started when first asked for and again when it died."""
    found = _RUNNING.get(level)
    if found is not None and not found.alive:
        found.close()
        found = None
    if found is None:
        found = _RUNNING[level] = start(level)
    return found


@atexit.register
def close() -> None:
    """End every warm process of this process."""
    for found in _RUNNING.values():
        with contextlib.suppress(OSError):
            found.close()
    _RUNNING.clear()
