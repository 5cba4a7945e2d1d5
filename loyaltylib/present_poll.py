"""The poll as the trainer's pages have it: its server as a process of its own, orders to it, and its address as a code.

The pages of `loyalty present` are on the loopback; the poll's own pages may be on the network. Between the two there
is a pipe, and nothing that the network could speak to.
"""

from __future__ import annotations

import asyncio
import io
import json
import sys
from typing import TYPE_CHECKING, Any

from tornado.web import HTTPError, RequestHandler

from . import quiz
from .messages import language_or_default
from .poll import PollError, question_of
from .simulators.stories import stories
from .stages_rules import ethics_flag

if TYPE_CHECKING:
    from asyncio.subprocess import Process

MOST_BYTES = 4096  # of an order


class PollProcess:
    """The poll's server, started with the first order; `address` is what the room types."""

    def __init__(self, host: str, port: int) -> None:
        self.host, self.port = host, port
        self._process: Process | None = None
        self._lang = ""
        self._turn = asyncio.Lock()

    @property
    def address(self) -> str:
        """The address of the join page."""
        return f"http://{self.host}:{self.port}/"

    async def order(self, wanted: dict[str, Any], lang: str) -> dict[str, Any]:
        """Carry out an order and return what the trainer may see; a server that has ended is started anew."""
        async with self._turn:
            if self._process is None or self._process.returncode is not None or lang != self._lang:
                await self._start(lang)
            return await self._ask(wanted)

    async def _start(self, lang: str) -> None:
        await self.end()
        command = ["-m", "loyaltylib.poll_server", "--host", self.host, "--port", str(self.port), "--lang", lang]
        pipe = asyncio.subprocess.PIPE
        self._process = await asyncio.create_subprocess_exec(sys.executable, *command, stdin=pipe, stdout=pipe)
        self._lang = lang
        await self._answer()

    async def _ask(self, wanted: dict[str, Any]) -> dict[str, Any]:
        assert self._process is not None  # noqa: S101 - started above
        assert self._process.stdin is not None  # noqa: S101 - it has a pipe
        self._process.stdin.write((json.dumps(wanted) + "\n").encode())
        await self._process.stdin.drain()
        return await self._answer()

    async def _answer(self) -> dict[str, Any]:
        assert self._process is not None  # noqa: S101 - as above
        assert self._process.stdout is not None  # noqa: S101 - as above
        line = await self._process.stdout.readline()
        if not line:
            raise HTTPError(503, "the poll's server has ended")
        answer: dict[str, Any] = json.loads(line)
        return answer

    async def end(self) -> None:
        """End the server; its votes are gone with it."""
        if self._process is not None and self._process.returncode is None:
            self._process.terminate()
            await self._process.wait()
        self._process = None


class PollOrder(RequestHandler):
    """Takes the presenter's view's orders."""

    def initialize(self, poll: PollProcess) -> None:
        """Take the poll."""
        self.poll = poll

    async def post(self) -> None:
        """Carry out an order; one that another page sends is refused."""
        origin = self.request.headers.get("Origin", "")
        if origin != f"{self.request.protocol}://{self.request.host}" or len(self.request.body) > MOST_BYTES:
            raise HTTPError(403)
        wanted = json.loads(self.request.body)
        answer = await self.poll.order(wanted, language_or_default(self.get_query_argument("lang", "")))
        self.finish({**answer, "address": self.poll.address})


class PollCode(RequestHandler):
    """The address as a QR code."""

    def initialize(self, poll: PollProcess) -> None:
        """Take the poll."""
        self.poll = poll

    def get(self) -> None:
        """Write it as SVG."""
        import segno

        out = io.BytesIO()
        segno.make(self.poll.address, micro=False).save(out, kind="svg", scale=8, border=4, dark="#000", light="#fff")
        self.set_header("Content-Type", "image/svg+xml")
        self.finish(out.getvalue())


def offered(stem: str, lang: str) -> list[dict[str, str]]:
    """Return what can be asked in a chapter, the predictions of the stories first: order and title.

    Items about a tactic with an `ethics_flag` are left out: a show of hands is no place to recommend one.
    """
    told = [{"story": story.name, "title": story.question} for story in stories(stem, lang)[1:]]
    asked = []
    for item in quiz.items(stem).values():
        if item.use != "practice" or (item.concept and ethics_flag(item.concept)):
            continue
        try:
            asked.append({"item": item.id, "title": question_of(item, lang).text})
        except PollError:
            continue
    return [{"stem": stem, **each} for each in (*told, *asked)]
