"""The poll's own small server: join, vote, results. No kernel behind it, no token in it, nothing written to disk.

    python -m loyaltylib.poll_server --host 0.0.0.0 --port 8868 --lang zh

The room reaches three pages by the network. The trainer's orders come by standard input, a JSON object a line, and
are answered on standard output: no address of the network leads to them. When standard input ends, the server ends.

    {"do": "ask", "stem": "tiers", "item": "tiers-..."}      {"do": "ask", "stem": "tiers", "story": "save"}
    {"do": "close"}  {"do": "again"}  {"do": "reveal"}  {"do": "end"}  {"do": "state"}
    {"do": "hands", "counts": {"a": 3}}
"""

from __future__ import annotations

import argparse
import asyncio
import json
import secrets
import sys
from pathlib import Path
from typing import TYPE_CHECKING, Any

from jinja2 import Environment, FileSystemLoader
from tornado.httpserver import HTTPServer
from tornado.web import Application, RequestHandler

from . import quiz
from .errors import LoyaltyError
from .messages import LANGUAGES, language_tag, tell
from .poll import Poll, PollError, Question, prediction_of, question_of
from .simulators.stories import stories

if TYPE_CHECKING:
    from collections.abc import Mapping

PAGES = Path(__file__).resolve().parent / "page" / "poll"
COOKIE = "device"
SECONDS_TO_SPEAK = 10  # for a request to be whole, and between two of one connection
MOST_BYTES = 2048  # of a vote
MOST_HEADER = 8192
ASK_AGAIN = 2  # seconds after which a waiting page without script asks again


class Page(RequestHandler):
    """What all pages have: the poll, the device, and the same few headers."""

    @property
    def poll(self) -> Poll:
        """The one poll of this server."""
        poll: Poll = self.settings["poll"]
        return poll

    def set_default_headers(self) -> None:
        """Nothing may be kept, framed, or loaded from elsewhere."""
        self.set_header("Server", "poll")
        self.set_header("Cache-Control", "no-store")
        self.set_header("X-Frame-Options", "DENY")
        self.set_header("X-Content-Type-Options", "nosniff")
        self.set_header("Referrer-Policy", "no-referrer")
        self.set_header("Content-Security-Policy", "default-src 'none'; style-src 'unsafe-inline'; form-action 'self'")

    def device(self) -> str:
        """Return which device asks, by the cookie that this server gave it; gives a new one its own."""
        known = self.get_signed_cookie(COOKIE, max_age_days=1)
        if known:
            return known.decode()
        name = secrets.token_hex(8)
        self.set_signed_cookie(COOKIE, name, expires_days=None, httponly=True, samesite="Lax")
        return name

    def page(self, name: str, **given: Any) -> None:
        """Write a page in the poll's language."""
        lang = self.poll.lang
        template = self.settings["templates"].get_template(f"{name}.html.j2")
        self.finish(
            template.render(lang=lang, tag=language_tag, say=lambda text, **more: tell(lang, text, **more), **given)
        )

    def write_error(self, status_code: int, **_: Any) -> None:
        """Say in one line that this cannot be had here; never how the server is made."""
        self.set_status(status_code)
        self.page("wrong", message=tell(self.poll.lang, "There is nothing here; go back to the start."))


class Join(Page):
    """The question as a form, or a word to wait."""

    def get(self) -> None:
        """Show what is asked now."""
        device = self.device()
        try:
            self.poll.join(device)
        except PollError as error:
            self.set_status(503)
            self.page("wrong", message=str(error))
            return
        self.page("join", seen=self.poll.public(), voted=self.poll.voted(device), again=ASK_AGAIN)

    def head(self) -> None:
        """Answer who only looks whether somebody is there."""
        self.finish()


class Vote(Page):
    """Takes a vote and leads back to the start."""

    def post(self) -> None:
        """Count the option of the form for this device; what cannot be counted is told and changes nothing."""
        try:
            self.poll.vote(self.device(), self.get_body_argument("option", ""), self.get_body_argument("number", ""))
        except PollError as error:
            self.set_status(409)
            self.page("wrong", message=str(error))
            return
        self.redirect("/", status=303)


class Results(Page):
    """The bars, once the trainer has closed the vote."""

    def get(self) -> None:
        """Show what may be seen."""
        self.page("results", seen=self.poll.public(), again=ASK_AGAIN)


class Wrong(Page):
    """Every other address."""

    def prepare(self) -> None:
        """Refuse it."""
        self.set_status(404)
        self.page("wrong", message=tell(self.poll.lang, "There is nothing here; go back to the start."))


def application(poll: Poll, join: type[Join] = Join) -> Application:
    """Return the three pages of a poll; the first of them may be one's own."""
    templates = Environment(loader=FileSystemLoader(PAGES), autoescape=True)
    pages = [("/", join), ("/vote", Vote), ("/results", Results)]
    return Application(
        pages,
        poll=poll,
        templates=templates,
        cookie_secret=secrets.token_bytes(32),  # gone with the session, as the votes are
        default_handler_class=Wrong,
        log_function=lambda _: None,  # who voted when is nobody's business
    )


def serve(poll: Poll, host: str, port: int, join: type[Join] = Join) -> HTTPServer:
    """Listen on an address; raises `OSError` where that cannot be."""
    server = HTTPServer(
        application(poll, join),
        idle_connection_timeout=SECONDS_TO_SPEAK,
        body_timeout=SECONDS_TO_SPEAK,
        max_body_size=MOST_BYTES,
        max_buffer_size=4 * MOST_HEADER,
        max_header_size=MOST_HEADER,
        no_keep_alive=False,
    )
    server.listen(port, host, backlog=512)
    return server


# ---------------------------------------------------------------- the trainer's orders


def order(poll: Poll, wanted: Mapping[str, Any]) -> dict[str, Any]:
    """Carry out an order and return what the trainer may see: all of it; an error is a word for the trainer."""
    try:
        match wanted.get("do"):
            case "ask":
                poll.ask(_question(wanted, poll.lang))
            case "hands":
                poll.count_hands(wanted.get("counts", {}))
            case "close" | "again" | "reveal" | "end" as step:
                getattr(poll, step)()
            case "state":
                pass
            case other:
                raise PollError(tell(poll.lang, "The poll knows no order “{order}”.", order=other))
    except LoyaltyError as error:
        return {"error": str(error)}
    question = poll.question
    kept = {"right": list(question.right), "why": dict(question.why)} if question else {}
    return {**poll.public(), **kept, "counts": poll.counts(), "devices": len(poll.devices)}


def _question(wanted: Mapping[str, Any], lang: str) -> Question:
    if "story" in wanted:
        for story in stories(str(wanted.get("stem")), lang):
            if story.name == wanted["story"] and story.guesses:
                return prediction_of(story)
        raise PollError(tell(lang, "There is no story “{story}”.", story=wanted["story"]))
    item = quiz.item(str(wanted.get("item")))
    if item.use != "practice":
        raise PollError(tell(lang, "“{item}” counts for a mark and is no poll.", item=item.id))
    return question_of(item, lang)


async def listen_to_the_trainer(poll: Poll) -> None:
    """Carry out the orders of standard input until it ends."""
    while line := await asyncio.to_thread(sys.stdin.readline):
        answer = order(poll, json.loads(line))
        sys.stdout.write(json.dumps(answer, ensure_ascii=False) + "\n")
        sys.stdout.flush()


async def main(host: str, port: int, lang: str) -> None:
    """Serve until standard input ends."""
    poll = Poll(lang)
    serve(poll, host, port)
    sys.stdout.write(json.dumps({"ready": True, "port": port}) + "\n")
    sys.stdout.flush()
    await listen_to_the_trainer(poll)


if __name__ == "__main__":
    parser = argparse.ArgumentParser()
    parser.add_argument("--host", default="127.0.0.1")
    parser.add_argument("--port", type=int, required=True)
    parser.add_argument("--lang", choices=LANGUAGES, default=LANGUAGES[0])
    given = parser.parse_args()
    asyncio.run(main(given.host, given.port, given.lang))
