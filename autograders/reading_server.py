"""The page on which free texts are read: on this machine only, behind an address that nobody can guess.

    GET  /<secret>/           all answers of the marker's part, without names, and the rubric beside them
    POST /<secret>/mark       {"number": 3, "level": 2, "comment": "..."}  ->  the answer's mark as it is now
                              without a level only the comment is kept, whatever the mark is
    POST /<secret>/undo       what the last order of this marker changed is as it was before; the same reply, or {}

An answer is known to the page by its number. What the page shows is the gradebook's state, so it may be loaded again.
"""

from __future__ import annotations

import asyncio
import contextlib
import json
import secrets
import signal
import webbrowser
from pathlib import Path
from typing import TYPE_CHECKING, Any

from jinja2 import Environment, FileSystemLoader
from nbconvert.filters.markdown_mistune import markdown2html_mistune
from tornado.httpserver import HTTPServer
from tornado.netutil import bind_sockets
from tornado.web import Application, HTTPError, RequestHandler

from loyaltylib.messages import language_tag

from . import reading, titles
from .feedback import clean
from .messages import tell

if TYPE_CHECKING:
    from collections.abc import Callable

    from .classdir import ClassDirectory

HOST = "127.0.0.1"
_PAGES = Path(__file__).parent / "templates" / "reading"
_POLICY = (
    "default-src 'none'; script-src 'self'; style-src 'self'; connect-src 'self'; img-src data:; form-action 'none';"
    " frame-ancestors 'none'; base-uri 'none'"
)
BANK = 5  # comments that one key, 5 to 9, puts under an answer
_MOST_BYTES = 64 * 1024  # of one order, most of it a comment


class Desk:
    """One marker at work: a class, an exercise, a part of its answers."""

    def __init__(
        self, opened: ClassDirectory, asked: reading.Exercise, part: tuple[int, int], marker: str, lang: str
    ) -> None:
        self.opened, self.asked, self.part, self.marker, self.lang = opened, asked, part, marker, lang
        self.learners = [each.learner for each in reading.texts(opened, asked, part)]
        self._done: list[tuple[int, reading.Mark]] = []  # what was before each order

    def seen(self) -> dict[str, Any]:
        """Return everything the page shows. Answers that came since the start have to wait for the next one."""
        found = {each.learner: each for each in reading.texts(self.opened, self.asked, self.part)}
        shown = [
            {
                "number": number,
                "html": as_html(text.source),
                "level": self.asked.level_of(text.points),
                "points": text.points,
                "comment": text.comment,
                "untouched": text.untouched,
            }
            for number, learner in enumerate(self.learners, 1)
            if (text := found.get(learner))  # a number is one learner's, even where another's answer is gone
        ]
        bank = [comment for comment, _ in reading.read_notes(self.opened.root, self.asked).comments.most_common(BANK)]
        return {
            "title": titles.of_exercise(self.asked.id, self.lang),
            "written": [each for each in shown if not each["untouched"]],
            "untouched": [each for each in shown if each["untouched"]],
            "read": sum(each["points"] is not None for each in shown),
            "texts": len(shown),
            "rubric": as_html(self.asked.rubric),
            "example": as_html(self.asked.example),
            "levels": [f"{self.asked.points_of(level):g}" for level in range(reading.LEVELS + 1)],
            "points": f"{self.asked.points:g}",
            "bank": bank,
            "most": BANK,
        }

    def mark(self, number: int, level: int | None, comment: str) -> dict[str, Any]:
        """Give an answer a level; return what has changed on the page."""
        points = None if level is None else self.asked.points_of(level)
        return self._put(
            number, reading.Mark(points, comment, points is None, self.marker if points is not None else "")
        )

    def comment(self, number: int, comment: str) -> dict[str, Any]:
        """Put a comment under an answer and leave its mark; return what has changed on the page."""
        learner = self.learners[number - 1]
        self._done.append((number, reading.put_comment(self.opened, self.asked, learner, comment)))
        return self._now(number)

    def undo(self) -> dict[str, Any]:
        """Take back the last order, with whatever mark and comment there were before; nothing where there is none."""
        if not self._done:
            return {}
        number, before = self._done.pop()
        reading.put(self.opened, self.asked, self.learners[number - 1], before)
        return self._now(number)

    def _put(self, number: int, mark: reading.Mark) -> dict[str, Any]:
        self._done.append((number, reading.put(self.opened, self.asked, self.learners[number - 1], mark)))
        return self._now(number)

    def _now(self, number: int) -> dict[str, Any]:
        """Return what the page has to show anew after an order."""
        mark = reading.mark_of(self.opened, self.asked, self.learners[number - 1])
        points = None if mark.waits else mark.points
        read = reading.progress(self.opened, self.asked, self.part)
        return {
            "number": number,
            "level": self.asked.level_of(points),
            "points": points,
            "comment": mark.comment,
            "read": read,
            "texts": len(self.learners),
        }


def as_html(markdown: str) -> str:
    """Return Markdown as HTML that shows and does nothing else."""
    return clean(markdown2html_mistune(markdown))


class _Page(RequestHandler):
    """What all answers of the server have: the desk, and headers that allow nothing but the page itself."""

    desk: Desk

    def initialize(self, desk: Desk, environment: Environment) -> None:
        """Keep what the server was made with."""
        self.desk, self.environment = desk, environment

    def prepare(self) -> None:
        """Answer only who asks for this machine by its number: another name may be anybody's."""
        if self.request.host.partition(":")[0] != HOST:
            raise HTTPError(403)

    def set_default_headers(self) -> None:
        """Nothing may be kept, framed, or loaded from elsewhere."""
        self.set_header("Server", "reading")
        self.set_header("Cache-Control", "no-store")
        self.set_header("X-Content-Type-Options", "nosniff")
        self.set_header("Referrer-Policy", "no-referrer")
        self.set_header("Content-Security-Policy", _POLICY)

    def write_error(self, status_code: int, **_: Any) -> None:
        """Say nothing of how the server is made."""
        self.set_status(status_code)
        self.finish("")


class _Texts(_Page):
    def get(self) -> None:
        """Show the answers."""
        lang = self.desk.lang
        template = self.environment.get_template("reading.html.j2")
        self.finish(
            template.render(
                lang=language_tag(lang), say=lambda text, **more: tell(lang, text, **more), **self.desk.seen()
            )
        )


class _File(_Page):
    def get(self, name: str) -> None:
        """Give the page's own script or style."""
        self.set_header("Content-Type", {"js": "text/javascript", "css": "text/css"}[name.rpartition(".")[2]])
        self.finish((_PAGES / name).read_text("utf-8"))


class _Mark(_Page):
    def post(self) -> None:
        """Give one answer a level, or only a comment."""
        try:
            order = json.loads(self.request.body)
            number, comment = int(order["number"]), str(order.get("comment", "")).strip()
            if not 1 <= number <= len(self.desk.learners):
                raise HTTPError(400)
            if "level" not in order and "comment" in order:
                self.finish(self.desk.comment(number, comment))
                return
            level = None if order["level"] is None else int(order["level"])
            if level is not None and not 0 <= level <= reading.LEVELS:
                raise HTTPError(400)
            self.finish(self.desk.mark(number, level, comment))
        except (ValueError, KeyError, TypeError) as error:
            raise HTTPError(400) from error


class _Undo(_Page):
    def post(self) -> None:
        """Take back the last order."""
        self.finish(self.desk.undo())


def application(desk: Desk, secret: str) -> Application:
    """Return the server's pages, all below the secret."""
    environment = Environment(loader=FileSystemLoader(_PAGES), autoescape=True, trim_blocks=True, lstrip_blocks=True)
    given = {"desk": desk, "environment": environment}
    return Application(
        [
            (f"/{secret}/", _Texts, given),
            (f"/{secret}/(reading\\.(?:js|css))", _File, given),
            (f"/{secret}/mark", _Mark, given),
            (f"/{secret}/undo", _Undo, given),
        ]
    )


def serve(desk: Desk, port: int, *, browser: bool, say: Callable[[str], None]) -> None:
    """Serve the page until Ctrl+C; `say` gets its address."""

    async def run() -> None:
        secret = secrets.token_urlsafe(16)
        server = HTTPServer(application(desk, secret), max_body_size=_MOST_BYTES)
        sockets = bind_sockets(port, HOST)
        server.add_sockets(sockets)
        address = f"http://{HOST}:{sockets[0].getsockname()[1]}/{secret}/"
        say(address)
        if browser:
            webbrowser.open(address)
        try:
            await asyncio.Event().wait()
        finally:
            server.stop()

    signal.signal(signal.SIGINT, signal.default_int_handler)  # a shell's background has it switched off
    with contextlib.suppress(KeyboardInterrupt):
        asyncio.run(run())
