"""Voilà with pages of the kit's own: a start page of tiles, one page for each simulator, a wall; on the loopback only.

python -m loyaltylib.present_server NOTEBOOK --port=8866
"""

from __future__ import annotations

import os
import signal
from dataclasses import asdict
from pathlib import Path
from typing import TYPE_CHECKING, Any

from jinja2 import Environment, FileSystemLoader
from tornado.web import RequestHandler, StaticFileHandler
from traitlets import Int, Unicode
from voila.app import Voila
from voila.tornado.handler import TornadoVoilaHandler

from loyaltylib import chapters
from loyaltylib.messages import language_or_default, language_tag, tell
from loyaltylib.present import HOST, POLL_PORT
from loyaltylib.present_poll import PollCode, PollOrder, PollProcess, offered
from loyaltylib.simulators import stems
from loyaltylib.simulators.stories import stories

if TYPE_CHECKING:
    from collections.abc import Sequence

PAGES = Path(__file__).resolve().parent / "page" / "room"
# Another host's page must not reach the kernels by a name that it points at this machine.
HOSTS = r"^(127[.]0[.]0[.]1|localhost)$"
OWN_NAMES = {"en": "English", "zh": "中文"}


class Page(RequestHandler):
    """A page without a kernel, in the language of its address."""

    def initialize(self, name: str, scripts: Sequence[str] = ()) -> None:
        """Take the name of the template, and the addresses of scripts to fetch while somebody reads the page."""
        self.name, self.scripts = name, scripts

    @property
    def lang(self) -> str:
        """The language asked for."""
        return language_or_default(self.get_query_argument("lang", ""))

    def get(self) -> None:
        """Write it."""
        lang = self.lang
        tiles = [(stem, chapters.chapter(stem).title[lang]) for stem in stems()]
        template = Environment(loader=FileSystemLoader(PAGES), autoescape=True).get_template(f"{self.name}.html.j2")
        say = lambda text, **more: tell(lang, text, **more)  # noqa: E731 - as every template has it
        self.finish(
            template.render(
                lang=lang, tag=language_tag, tiles=tiles, languages=OWN_NAMES, say=say, scripts=self.scripts
            )
        )


class Words(Page):
    """What a simulator's page says, as JSON: the page itself is made before anybody has asked for it."""

    def get(self) -> None:
        """Write the words of a chapter's simulator and its stories, notes and answers among them."""
        lang, asked = self.lang, self.get_query_argument("stem", "")
        stem = asked if asked in stems() else stems()[0]
        self.finish(
            {
                "lang": lang,
                "language": language_tag(lang),
                "languages": OWN_NAMES,
                "stem": stem,
                "title": chapters.chapter(stem).title[lang],
                "chapters": {each: chapters.chapter(each).title[lang] for each in stems()},
                "stories": [asdict(story) for story in stories(stem, lang)],
                "polls": offered(stem, lang),
                "labels": _labels(lang),
            }
        )


class Alive(RequestHandler):
    """Says that the server is there."""

    def get(self) -> None:
        """Say it."""
        self.finish("alive")


def _labels(lang: str) -> dict[str, str]:
    return {
        "page": tell(lang, "This page"),
        "start": tell(lang, "All simulators"),
        "chapter": tell(lang, "Chapter"),
        "presenter": tell(lang, "Presenter's view"),
        "now": tell(lang, "Story"),
        "notes": tell(lang, "Notes"),
        "right": tell(lang, "Key"),
        "answer": tell(lang, "What happened"),
        "next": tell(lang, "Next"),
        "last": tell(lang, "That was the last story."),
        "blanked": tell(lang, "The wall is black."),
        "frozen": tell(lang, "The wall is frozen."),
        "lost": tell(lang, "The connection is lost; trying again ..."),
        "PageUp": tell(lang, "Story before (PageUp)"),
        "PageDown": tell(lang, "Next story (PageDown)"),
        "b": tell(lang, "Blank (B)"),
        "f": tell(lang, "Freeze (F)"),
        "r": tell(lang, "Reset (R)"),
        "poll": tell(lang, "Poll"),
        "ask": tell(lang, "Open the vote"),
        "close": tell(lang, "Close the vote"),
        "again": tell(lang, "Second vote"),
        "reveal": tell(lang, "Show the key"),
        "end": tell(lang, "End the poll"),
        "hands": tell(lang, "Raised hands"),
        "as": tell(lang, "A, B, C: 12 7 3"),
        "count": tell(lang, "Enter the count"),
        "votes": tell(lang, "Votes: {votes}", votes="{}"),
        "devices": tell(lang, "Devices in the room: {devices}", devices="{}"),
        "join": tell(lang, "Join here:"),
        "first": tell(lang, "First vote"),
        "second": tell(lang, "Second vote"),
    }


class Room(Voila):  # type: ignore[misc]  # Voilà has no types
    """Voilà on one notebook, with the kit's pages around it."""

    poll_host = Unicode(HOST, help="Address the poll's pages listen on.").tag(config=True)
    poll_port = Int(POLL_PORT, help="Port of the poll's pages.").tag(config=True)

    def init_handlers(self) -> list[Any]:
        """Keep Voilà's handlers but the one of every address, until the hosts they are for are named."""
        self._handlers = super().init_handlers()[:-1]
        return []

    def listen(self) -> None:
        """Answer requests to this machine only."""
        simulator = {
            "notebook_path": os.path.relpath(self.notebook_path, self.root_dir),
            "template_paths": self.template_paths,
            "config": self.config,
            "voila_configuration": self.voila_configuration,
        }
        self.poll = PollProcess(self.poll_host, self.poll_port)
        own = [
            ("/", Page, {"name": "start", "scripts": self._scripts()}),
            ("/wall", Page, {"name": "wall"}),
            ("/words", Words, {"name": "words"}),
            ("/alive", Alive),
            ("/poll", PollOrder, {"poll": self.poll}),
            ("/poll.svg", PollCode, {"poll": self.poll}),
            (r"/page/(\w+[.](?:js|css))", StaticFileHandler, {"path": str(PAGES)}),
            ("/simulator()", TornadoVoilaHandler, simulator),
        ]
        # A page that is left ends its kernel with a beacon, which cannot carry a token; another origin is refused.
        self.app.settings["disable_check_xsrf"] = True
        self.app.add_handlers(HOSTS, [*self._handlers, *own])
        super().listen()

    def _scripts(self) -> list[str]:
        """Return the addresses of Voilà's own scripts: the first simulator's page need not wait for them."""
        found = {path.name for folder in self.static_paths for path in Path(folder).glob("*.js")}
        return [f"voila/static/{name}" for name in sorted(found)]


if __name__ == "__main__":
    # It is ended by SIGINT, which what a shell starts in the background would not hear.
    signal.signal(signal.SIGINT, signal.default_int_handler)
    Room.launch_instance()
