"""The cell behind a page of `loyalty present`: all is loaded before the request comes, then the one asked for."""

from __future__ import annotations

import gc
import os
from functools import cache
from html import escape
from typing import TYPE_CHECKING, Any
from urllib.parse import parse_qsl

import ipywidgets as widgets

from loyaltylib.data import load
from loyaltylib.errors import LoyaltyError
from loyaltylib.messages import language_or_default

from . import simulator_of, stems
from .stories import FREE

if TYPE_CHECKING:
    from collections.abc import Mapping

    from .simulator import Simulator


def ready(lang: str) -> Any:
    """Warm everything up in the room's language, wait for a page's request, and return what it shows."""
    from voila.utils import wait_for_request

    for stem in stems():
        _made(stem, lang)
    widgets.Widget.close_all()  # a browser asks for every widget there is; the numbers stay
    gc.freeze()  # what is loaded now stays: no search through it while somebody drags a slider
    wait_for_request()
    page = Page()
    page.open(os.environ.get("QUERY_STRING", ""))
    return page.whole


class Page:
    """What a page shows: one simulator, in whose place another one comes without a new kernel."""

    def __init__(self) -> None:
        self.whole = widgets.VBox()

    def open(self, query: str) -> None:
        """Show the simulator that a query names, `stem=tiers&lang=zh&lapse_days=90`; a message for what cannot be."""
        try:
            made = asked(query)
        except LoyaltyError as error:
            self.whole.children = [widgets.HTML(f'<p role="alert">{escape(str(error))}</p>')]
            return
        made.picture.on_msg(self._asked)
        self.whole.children = [made.widget]

    def _asked(self, _picture: object, content: Mapping[str, Any], _buffers: object) -> None:
        if content.get("do") == "open":
            self.open(str(content["query"]))


def asked(query: str) -> Simulator:
    """Return the simulator that a query names; raises `LoyaltyError` for a chapter or a control there is not."""
    at = dict(parse_qsl(query))
    at.pop("view", None)
    lang = language_or_default(at.pop("lang", ""))
    made = _made(at.pop("stem", stems()[0]), lang)
    if made.widget.comm is None:
        made.lay_out()
    made.begin(at.pop("story", FREE), at)
    return made


@cache
def _made(stem: str, lang: str) -> Simulator:
    return simulator_of(stem)(load("company", lang=lang), lang, wide=True)
