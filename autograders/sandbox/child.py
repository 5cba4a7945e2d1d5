"""One notebook's process, as the marking sees it: asked one thing at a time, and believed in nothing.

What is asked and answered is one message each over a channel; what takes too long or too much is ended.
"""

from __future__ import annotations

import base64
import contextlib
import os
import select
import signal
import socket
import struct
import time
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any, Final, NoReturn

from autograders.plain import Crashed, Missing, NotPlain, TookTooLong

from . import answer, inside
from .answer import Answer, Begun, Garbled, Ran, Twinned

if TYPE_CHECKING:
    from collections.abc import Callable, Mapping, Sequence

    from .outside import Sandbox

START_SECONDS = 120  # a cold disk reads the libraries for a while
GRACE_SECONDS = 1.0  # of its own processor time between asking a child to stop and ending it
GRACE_BY_THE_CLOCK = 5.0  # seconds: a child that only waits has no more, and one on a busy machine that many
LOOK_SECONDS = 0.1  # how often a running cell's processor time and memory are looked at
LARGEST_ANSWER: Final = 48 * inside.MEGABYTE


class Died(Exception):  # noqa: N818  # an outcome of a cell
    """The child ended, or had to be ended; the text is the kind of incident."""


@dataclass
class Cell:
    """What a cell showed, and whether it was stopped at its time."""

    outputs: list[dict[str, Any]]
    updates: dict[str, dict[str, Any]]
    count: int
    stopped: bool = False


class Child:
    """One notebook's process, as the marking sees it."""

    def __init__(
        self, sandbox: Sandbox, channel: socket.socket, stop: Callable[[int], object], handle: int = -1
    ) -> None:
        self._sandbox = sandbox
        self._channel = channel
        self._stop = stop
        self._handle = handle  # on the process, where it is ours to close
        self._turn = 0
        self._twins: list[Child] = []
        channel.settimeout(None)

    def close(self) -> None:
        """Let go of the channel, and of those of the twins."""
        for twin in self._twins:
            twin.close()
        self._channel.close()
        if self._handle >= 0:
            os.close(self._handle)
            self._handle = -1

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
        twin = Child(self._sandbox, channel, lambda sign: signal.pidfd_send_signal(process, sign), process)
        self._twins.append(twin)
        return twin

    def begin(self, learner: str, files: Mapping[str, bytes]) -> None:
        """Put the learner's environment and files in place."""
        packed = [[name, base64.b64encode(body).decode("ascii")] for name, body in files.items()]
        self._ask({"do": "begin", "environment": {"LOYALTY_LEARNER": learner}, "files": packed}, Begun, START_SECONDS)

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
        stopped_at, used_then = None, 0.0
        while not self._ready(LOOK_SECONDS if time.monotonic() - started > LOOK_SECONDS else LOOK_SECONDS / 2):
            now = time.monotonic()
            cpu, memory = self._sandbox.usage()
            if stopped_at is not None:
                if cpu - used_then > GRACE_SECONDS or now - stopped_at > GRACE_BY_THE_CLOCK:
                    self._end("timeout")
                continue
            used = cpu if used is None else used
            if memory > self._sandbox.bounds.memory:
                self._end("too_much_memory")
            if cpu - used >= seconds or now - started >= clock:
                stopped_at, used_then = now, cpu
                self._signal(signal.SIGINT)
        return self._reply(kind, GRACE_BY_THE_CLOCK if stopped_at else 30.0), stopped_at is not None

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
