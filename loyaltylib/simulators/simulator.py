"""What all simulators have in common: controls with a reset and stories, one redraw, and what stays without a kernel.

A chapter's simulator says which controls and stories there are, computes a state by the chapter's module, and says
how a state is shown. The redraw runs inside the handler of the control: the browser holds a control's next change
back until the last one is answered and then sends only the newest, so pictures of values that are no longer set
never queue up.
"""

from __future__ import annotations

import base64
from abc import ABC, abstractmethod
from functools import cached_property
from typing import TYPE_CHECKING, Any, ClassVar, Protocol, Self
from urllib.parse import urlencode

import ipywidgets as widgets

from loyaltylib import drawn, look
from loyaltylib.data import Tables, load
from loyaltylib.errors import LoyaltyError, UnknownName
from loyaltylib.messages import tell

from . import Unmoved, unmoved
from .controls import Choice
from .picture import Picture, Shown
from .stories import FREE, stories

if TYPE_CHECKING:
    from collections.abc import Collection, Mapping, Sequence

    from .controls import Control


class Board(Protocol):
    """A picture that is drawn once and then changed."""

    def forget_scale(self) -> None:
        """Let the next drawing choose its scales anew: a story begins."""


class Simulator(ABC):
    """A simulator as an object that a notebook shows: live where there is a kernel, else a picture that stays.

    tables      whose data it shows
    lang        of every word
    wide        controls beside the picture, for a screen in front of a room; else above it, for a notebook
    prediction  what the learner expects; while it is blank the controls are locked, None asks for none
    at          settings to begin with that differ from the start

    `now` is the state shown, `before` the one it is compared with.
    """

    stem: ClassVar[str]

    def __init__(
        self,
        tables: Tables,
        lang: str,
        *,
        wide: bool = False,
        prediction: str | None = None,
        at: Mapping[str, Any] | None = None,
    ) -> None:
        self.tables, self.lang, self.prediction, self.wide = tables, lang, prediction, wide
        self.groups = self.controls()
        self.known: dict[str, Control] = {c.name: c for group in self.groups.values() for c in group}
        self.told = stories(self.stem, lang)
        self.before = self.now = self._first
        self.lay_out()
        self.go(at or {})

    def lay_out(self) -> None:
        """Make the widgets, anew where they were closed; what was computed so far is kept."""
        lang = self.lang
        self.inputs = {name: control.widget() for name, control in self.known.items()}
        titles = {story.title: story.name for story in self.told}
        self.story = Choice(
            "story", tell(lang, "Story"), tell(lang, "sets the controls and asks a question"), titles, FREE
        ).widget()
        for name, control in (("story", self.story), *self.inputs.items()):
            control.add_class(f"control-{name}")  # how a test finds it on the page
        self.picture = Picture(lang=lang, labels=_labels(lang), stage=self.wide)
        self._held = False
        self._settings: Mapping[str, Any] | None = None
        for control in self.inputs.values():
            control.observe(self._redraw, "value")
        self.story.observe(self._begin, "value")
        self.picture.on_msg(self._asked)
        self.widget = self._arranged()
        self._lock()

    # ------------------------------------------------------------ what a chapter says

    @property
    @abstractmethod
    def board(self) -> Board:
        """The picture, drawn once and then changed."""

    @abstractmethod
    def controls(self) -> dict[str, Sequence[Control]]:
        """Return the controls in groups: heading -> controls."""

    @abstractmethod
    def state(self, settings: Mapping[str, Any]) -> Any:
        """Return the numbers under these settings; raises `LoyaltyError` for settings that make no sense."""

    @abstractmethod
    def shown(self, now: Any, before: Any) -> Shown:
        """Return what a person gets to see of a state beside the one it is compared with."""

    def idle(self, settings: Mapping[str, Any]) -> Collection[str]:  # noqa: ARG002 - a chapter may ask
        """Return the controls that change nothing under these settings; they stand there in grey."""
        return ()

    def dragged(self, name: str, x: float, y: float) -> Mapping[str, Any]:
        """Return the settings that put a point at a place of the picture; only where `Shown.points` has any."""
        raise NotImplementedError(name, x, y)

    # ------------------------------------------------------------ settings

    @property
    def start(self) -> dict[str, Any]:
        """The settings before anything is moved."""
        return {name: control.value for name, control in self.known.items()}

    @cached_property
    def _first(self) -> Any:
        """The state before anything is moved; every story is compared with it."""
        return self.state(self.start)

    @property
    def settings(self) -> dict[str, Any]:
        """What the controls are set to."""
        return {name: self.known[name].read(control.value, self.lang) for name, control in self.inputs.items()}

    @property
    def code(self) -> str:
        """The line of code that leads back to these settings."""
        start = self.start
        moved = [f", {name}={value!r}" for name, value in self.settings.items() if value != start[name]]
        return f"simulator.show(kit{''.join(moved)})"

    @property
    def query(self) -> str:
        """The same as the query of a page's address."""
        start = self.start
        moved = {name: value for name, value in self.settings.items() if value != start[name]}
        story = {} if self.story.value == FREE else {"story": self.story.value}
        return urlencode({"stem": self.stem, "lang": self.lang, **story, **moved})

    def go(self, at: Mapping[str, Any], story: str = FREE) -> None:
        """Set every control, those not named to the start, and redraw once.

        What cannot be set is said beside the picture of the start. Raises `UnknownName` for a control there is not.
        """
        for name in at:
            if name not in self.known:
                raise UnknownName("control", name, self.known)
        wrong = ""
        self._held = True
        try:
            for name, value in self.start.items():
                try:
                    self.inputs[name].value = self.known[name].read(at.get(name, value), self.lang)
                except LoyaltyError as error:
                    wrong, self.inputs[name].value = str(error), value
            self.story.value = story
        finally:
            self._held = False
        self.before, self._settings = self._first, None
        self.board.forget_scale()
        self._redraw()
        if wrong:
            self.picture.complain(wrong)

    # ------------------------------------------------------------ what a person does

    def _redraw(self, _change: object = None) -> None:
        """Show what the controls are set to; a setting that makes no sense leaves the picture and says why."""
        if self._held:
            return
        settings = self.settings
        if settings == self._settings:
            return
        try:
            self.now = self.state(settings)
        except LoyaltyError as error:
            self._settings = None
            self.picture.complain(str(error))
            return
        self._settings = settings
        self._lock(self.idle(settings))
        self._show()

    def _show(self) -> None:
        self.last = self.shown(self.now, self.before)
        self.picture.show(self.last, self.code, self.query)

    def _begin(self, change: Mapping[str, Any]) -> None:
        if self._held:
            return
        self.begin(change["new"])

    def begin(self, name: str, at: Mapping[str, Any] | None = None) -> None:
        """Begin a story: its words, the start as the state before, all controls set, and one redraw.

        at  settings to begin with instead of the story's own

        Raises `UnknownName` for a story or a control there is not.
        """
        known = {story.name: story for story in self.told}
        if name not in known:
            raise UnknownName("story", name, known)
        story = known[name]
        self.picture.tell(story)
        self.go(at or story.at, name)

    def pin(self, _button: object = None) -> None:
        """Compare with what is seen now from here on."""
        self.before = self.now
        self._show()

    def reset(self, _button: object = None) -> None:
        """Set all controls, the story and the comparison back to the start."""
        self.begin(FREE)

    def _asked(self, _picture: object, content: Mapping[str, Any], _buffers: object) -> None:
        """Do what the page asks for: a point was dragged, or a trainer's clicker was pressed."""
        match content.get("do"):
            case "ping":
                self.picture.send({"pong": True})
            case _ if self._locked:
                return
            case "drag":
                self._drag(content["name"], float(content["x"]), float(content["y"]))
            case "step":
                self.step(int(content["by"]))
            case "reset":
                self.reset()

    def _drag(self, name: str, x: float, y: float) -> None:
        self._held = True
        try:
            for setting, value in self.dragged(name, x, y).items():
                self.inputs[setting].value = value
        finally:
            self._held = False
        self._settings = None  # a point that could not go further is answered too
        self._redraw()

    def step(self, by: int) -> None:
        """Begin the story so many places on, or back; beyond the last and before the first nothing happens."""
        names = [story.name for story in self.told]
        place = names.index(self.story.value) + by
        if 0 <= place < len(names):
            self.begin(names[place])

    # ------------------------------------------------------------ how it stands there

    @property
    def _locked(self) -> bool:
        return self.prediction is not None and not self.prediction.strip()

    def _lock(self, idle: Collection[str] = ()) -> None:
        for control in (self.story, *self._buttons):
            control.disabled = self._locked
        for name, control in self.inputs.items():
            control.disabled = self._locked or name in idle

    def _arranged(self) -> Any:
        pin = _button(
            tell(self.lang, "Compare from here"), tell(self.lang, "what you see now becomes the state before")
        )
        reset = _button(tell(self.lang, "Reset"), tell(self.lang, "all controls and the comparison back to the start"))
        pin.on_click(self.pin)
        reset.on_click(self.reset)
        reset.add_class("loyalty-reset")
        self._buttons = (pin, reset)
        boxes = [
            widgets.VBox([widgets.HTML(f"<b>{heading}</b>"), *(self.inputs[control.name] for control in group)])
            for heading, group in self.groups.items()
        ]
        top = [self.story, widgets.HBox([pin, reset])]
        if self.wide:
            left = widgets.VBox([*top, *boxes], layout={"width": "35em", "flex": "0 0 35em"})
            parts = [widgets.HBox([left, self.picture])]
        else:
            for box in boxes:
                box.layout = {"flex": "1 1 24em"}
            parts = [*top, widgets.HBox(boxes, layout={"flex_flow": "row wrap"}), self.picture]
        if self.prediction is not None:
            parts.insert(0, widgets.HTML(self._expected()))
        whole = widgets.VBox(parts)
        whole.add_class("loyalty-simulator")
        return whole

    def _expected(self) -> str:
        from html import escape

        if self._locked:
            return tell(
                self.lang,
                "First write your prediction between the quotation marks in the cell above. "
                "Run that cell and then this one: the controls unlock.",
            )
        return tell(self.lang, "You predicted: “{prediction}”", prediction=escape(str(self.prediction)))

    def _repr_mimebundle_(self, **options: Any) -> tuple[dict[str, Any], dict[str, Any]]:
        """Return the live widget, and in a notebook the picture and its words for where no kernel answers."""
        data = dict(self.widget._repr_mimebundle_(**options) or {})
        if self.picture.stage:
            return data, {}
        still, said = drawn.bundle(base64.b64encode(look.png(self.last.figure)).decode(), self.last.alt)
        return data | still, said

    @classmethod
    def show(
        cls, source: object = None, prediction: str | None = None, *, lang: str = "en", wide: bool = False, **at: Any
    ) -> Self | Unmoved:
        """Return the simulator, to be shown as the last line of a cell; one sentence while a notebook is marked.

        source      a kit (its language, on the whole company), tables of your own, or None: the whole company
        prediction  what you expect; while it is blank the controls are locked
        wide        controls beside the picture instead of above it
        at          settings that differ from the start, as the line to copy has them
        """
        language = str(getattr(source, "lang", lang))
        if still := unmoved(language):
            return still
        # Not the learner's own sample: what the exercises ask about that is for the learner to find out.
        tables = source if isinstance(source, Tables) else load("company", lang=language)
        return cls(tables, language, wide=wide, prediction=prediction, at=at)


def _button(label: str, help_: str) -> Any:
    return widgets.Button(description=label, tooltip=help_, layout={"width": "auto"})


def _labels(lang: str) -> dict[str, str]:
    """Return the words of the page itself."""
    return {
        "table": tell(lang, "The numbers"),
        "answer": tell(lang, "What happened"),
        "code": tell(lang, "Line of code that leads back here"),
        "copy": tell(lang, "Copy"),
        "copied": tell(lang, "Copied"),
        "link": tell(lang, "Address that leads back here"),
    }
