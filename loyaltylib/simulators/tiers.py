"""The simulator of the customer pyramid: change a standard or act on a tier, and see who moves and what is at stake.

    from loyaltylib.simulators.tiers import show
    show(lang="zh")

The arithmetic is in `loyaltylib.tiers` and `loyaltylib.tiers_actions`, the picture in `loyaltylib.tiers_panels`; here
is the redraw. It changes the artists there are and sends one image, inside the handler of the control. The browser
holds a control's next change back until the last one is answered and then sends only the newest, so pictures of
values that are no longer set can never queue up.
"""

from __future__ import annotations

import base64
from collections import Counter
from dataclasses import dataclass, field
from functools import cached_property
from typing import TYPE_CHECKING, Any

import ipywidgets as widgets

from loyaltylib import drawn, formats
from loyaltylib.data import Tables, load
from loyaltylib.errors import LoyaltyError
from loyaltylib.figures import alt_pyramid, alt_revenue, alt_transitions, by_tier, sentences
from loyaltylib.messages import tell
from loyaltylib.tiers import TierRules, assign, signals
from loyaltylib.tiers_actions import Action, act, revenue, value_at_stake
from loyaltylib.tiers_panels import TIERS, Counts, Moves, TierBoard, base, tier_name

from . import Unmoved, unmoved
from .tiers_controls import Controls

if TYPE_CHECKING:
    from matplotlib.figure import Figure


@dataclass(frozen=True)
class Settings:
    """What the controls are set to: the standards, and the action (None: no action)."""

    rules: TierRules = field(default_factory=TierRules)
    action: Action | None = None


@dataclass(frozen=True)
class State:
    """The pyramid under some settings: who stands where, and per tier the customers and the revenue in yuan."""

    tiers: Any
    customers: Counts
    revenue: Counts


class Model:
    """The company behind the simulator; keeps what it has measured, for reading the tables is the slow part."""

    def __init__(self, tables: Tables) -> None:
        self.tables = tables
        self._measured: dict[int, Any] = {}

    @cached_property
    def revenues(self) -> Any:
        """What each customer paid in the last year: customer_id, revenue."""
        return revenue(self.tables, self.tables.as_of)

    def measured(self, window_days: int) -> Any:
        """Return the signals; of the standards with a control, the window is the one they depend on."""
        if window_days not in self._measured:
            rules = TierRules(window_days=window_days)
            self._measured[window_days] = signals(self.tables, self.tables.as_of, rules)
        return self._measured[window_days]

    def tiers(self, rules: TierRules) -> Any:
        """Return customer_id, tier, rank and the reasons under these standards."""
        return assign(self.measured(rules.window_days), rules)

    def state(self, settings: Settings) -> State:
        """Return the pyramid under these settings; raises `RuleError` for settings that make no sense."""
        frame = self.tiers(settings.rules)
        if settings.action is not None:
            frame = act(frame, self.revenues, settings.action)
        worth = value_at_stake(frame, self.revenues)
        return State(frame, by_tier(worth), by_tier(worth, "value"))


def moves(before: State, after: State) -> Moves:
    """Return how many customers stand in which tier before and after; both states have the same customers in order."""
    return Counter(zip(before.tiers["tier"], after.tiers["tier"], strict=True))


class TierSimulator:
    """The simulator as an object that a notebook shows: live where there is a kernel, else a picture that stays.

    lang      of every word
    wide      controls beside the picture, for a screen in front of a room; else above it, for a notebook

    `now` is the state shown, `before` the one it is compared with.
    """

    def __init__(self, tables: Tables, lang: str, *, wide: bool = False) -> None:
        self.lang = lang
        self.model = Model(tables)
        self.controls = Controls(lang)
        self.board = TierBoard(lang)
        self.image = widgets.Image(format="png", layout={"width": "100%", "max_width": "1060px"})
        self.message = widgets.HTML(layout={"min_height": "3.6em"})  # two lines: the picture must not jump
        self.words = widgets.HTML()
        self.table = widgets.HTML()
        self._held = False
        self.before = self.now = self.model.state(Settings())
        self._drawn: Settings | None = None
        self._redraw()
        self.controls.on_change(self._redraw)
        self.controls.reset.on_click(self._reset)
        self.controls.pin.on_click(self._pin)
        self.controls.story.observe(self._tell_story, "value")
        self.widget = self._laid_out(wide=wide)

    def _laid_out(self, *, wide: bool) -> Any:
        picture = [self.words, self.message, self.image]
        if wide:
            left = self.controls.box(wide=True)
            right = widgets.VBox([*picture, self.table], layout={"flex": "1 1 0", "min_width": "0"})
            return widgets.HBox([left, right])
        return widgets.VBox([self.controls.box(wide=False), *picture, self.table])

    @property
    def settings(self) -> Settings:
        """What the controls are set to; raises `RuleError` where that makes no sense."""
        return Settings(self.controls.read_rules(), self.controls.read_action())

    @property
    def alt(self) -> str:
        """What the picture shows, in words."""
        return sentences(
            self.lang,
            alt_pyramid(self.now.customers, self.lang),
            alt_revenue(self.now.revenue, self.lang),
            alt_transitions(self._moves, self.lang),
        )

    def _redraw(self, _change: object = None) -> None:
        """Show what the controls are set to; a setting that makes no sense leaves the picture and says why."""
        if self._held:
            return
        try:
            settings = self.settings
            if settings == self._drawn:
                return
            self.now = self.model.state(settings)
        except LoyaltyError as error:
            self.message.value = f'<p role="alert" style="color:#b00020;margin:.3em 0">⚠ {error}</p>'
            self._drawn = None
            return
        self._show()
        self._drawn = settings

    def _show(self) -> None:
        before, now = self.before, self.now
        self._moves = moves(before, now)
        self.image.value = self.board.draw(now.customers, now.revenue, self._moves, (before.customers, before.revenue))
        self.message.value = f'<p aria-live="polite" style="margin:.3em 0">{self.summary()}</p>'
        self.table.value = self._numbers()

    def summary(self) -> str:
        """Return one sentence: what has changed against the state before, in customers and in yuan."""
        before, now = self.before, self.now
        stake = now.revenue["at_risk"] - before.revenue["at_risk"]
        people = base(now.customers) - base(before.customers)
        if not round(stake) and not people and now.customers == before.customers:
            return tell(self.lang, "Nothing has changed against the state before.")
        change = tell(
            self.lang,
            "Against the state before: customer base {people}, revenue at stake {stake} (now {now}).",
            people=_signed(people, formats.number(people, self.lang)),
            stake=_signed(stake, formats.money(stake, self.lang)),
            now=formats.money(now.revenue["at_risk"], self.lang),
        )
        return sentences(
            self.lang,
            change,
            tell(self.lang, "Customers who change tier keep their revenue: a better tier earns nothing by itself."),
        )

    def _numbers(self) -> str:
        """Return the numbers of the picture as an HTML table: per tier customers and revenue, before and now."""
        lang, before, now = self.lang, self.before, self.now
        heads = (
            tell(lang, "Tier"),
            tell(lang, "Customers before"),
            tell(lang, "Customers now"),
            tell(lang, "Revenue before"),
            tell(lang, "Revenue now"),
        )
        rows = [
            (
                tier_name(tier, lang),
                formats.number(before.customers[tier], lang),
                formats.number(now.customers[tier], lang),
                formats.money(before.revenue[tier], lang, full=True),
                formats.money(now.revenue[tier], lang, full=True),
            )
            for tier in reversed(TIERS)
        ]
        first = f'<th scope="col" style="text-align:left">{heads[0]}</th>'
        head = "".join(f'<th scope="col" style="padding:0 .8em;text-align:right">{text}</th>' for text in heads[1:])
        body = "".join(
            f'<tr><th scope="row" style="text-align:left;font-weight:normal">{name}</th>'
            + "".join(f'<td style="padding:0 .8em;text-align:right">{cell}</td>' for cell in cells)
            + "</tr>"
            for name, *cells in rows
        )
        span = tell(lang, "Revenue of the last 365 days, to {day}", day=formats.date(self.model.tables.as_of, lang))
        style = "border-collapse:collapse;font-variant-numeric:tabular-nums;line-height:1.5"
        caption = f'<caption style="text-align:left">{span}</caption>'
        return f'<table style="{style}">{caption}<tr>{first}{head}</tr>{body}</table>'

    def _reset(self, _button: object) -> None:
        if self.controls.story.value == "free":
            self._begin("free")
        else:
            self.controls.story.value = "free"  # its own handler does the rest

    def _pin(self, _button: object) -> None:
        self.before = self.now
        self._show()

    def _tell_story(self, change: dict[str, Any]) -> None:
        self._begin(change["new"])

    def _begin(self, name: str) -> None:
        """Begin a story: its words, the default standards as the state before, all controls set, and one redraw."""
        story = next(story for story in self.controls.stories if story.name == name)
        self.words.value = f"<p style='margin:.2em 0'>{story.words} <b>{story.question}</b></p>" if story.words else ""
        self.before = self.model.state(Settings())
        self._held = True
        try:
            self.controls.set_to(story)
        finally:
            self._held = False
        self._drawn = None
        self.board.forget_scale()
        self._redraw()

    def _repr_mimebundle_(self, **options: Any) -> tuple[dict[str, Any], dict[str, Any]]:
        """Return the live widget, and beside it the picture and its words for where no kernel answers."""
        data = dict(self.widget._repr_mimebundle_(**options) or {})
        shown, told = drawn.bundle(base64.b64encode(self.image.value).decode(), self.alt)
        return data | shown, told


def _signed(value: float, text: str) -> str:
    return f"+{text}" if value > 0 else text


def _tables(source: object, lang: str) -> tuple[Tables, str]:
    """Return whose tables to show and the language: a kit's language, tables as they are, else the whole company."""
    if isinstance(source, Tables):
        return source, lang
    language = str(getattr(source, "lang", lang))
    # Not the learner's own sample: what the exercises ask about that is for the learner to find out.
    return load("company", lang=language), language


def show(source: object = None, lang: str = "en", *, wide: bool = False) -> TierSimulator | Unmoved:
    """Return the simulator, to be shown as the last line of a cell; one sentence while a notebook is marked.

    source  a kit (its language, on the whole company), tables of your own, or None: the whole company
    wide    controls beside the picture instead of above it
    """
    if still := unmoved(str(getattr(source, "lang", lang))):
        return still
    tables, language = _tables(source, lang)
    return TierSimulator(tables, language, wide=wide)


def picture(
    source: object = None, lang: str = "en", rules: TierRules | None = None, action: Action | None = None
) -> Figure:
    """Return the simulator's picture as a figure without controls: the default standards before, the given ones now."""
    tables, language = _tables(source, lang)
    model = Model(tables)
    before, now = model.state(Settings()), model.state(Settings(rules or TierRules(), action))
    board = TierBoard(language)
    board.draw(now.customers, now.revenue, moves(before, now), (before.customers, before.revenue))
    board.figure.set_label(alt_pyramid(now.customers, language))
    return board.figure
