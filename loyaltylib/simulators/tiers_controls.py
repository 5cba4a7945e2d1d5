"""The controls of the pyramid's simulator: each has a name, a unit, a range, and works from the keyboard."""

from __future__ import annotations

from dataclasses import fields
from typing import TYPE_CHECKING, Any

import ipywidgets as widgets

from loyaltylib.errors import RuleError
from loyaltylib.messages import tell
from loyaltylib.tiers import Tier, TierRules
from loyaltylib.tiers_actions import Action
from loyaltylib.tiers_panels import TIERS, tier_name

from .tiers_stories import Story, stories

if TYPE_CHECKING:
    from collections.abc import Callable, Mapping

_WIDE = {"width": "97%"}
_LABELS = {"description_width": "11em"}


def _whole(name: str, label: str, help_: str, span: tuple[int, int, int]) -> Any:
    low, high, step = span
    tip = f"{help_} ({low}–{high})"
    value = getattr(TierRules(), name)
    return widgets.IntSlider(value, low, high, step, description=label, tooltip=tip, layout=_WIDE, style=_LABELS)


def _share(value: float, label: str, help_: str, span: tuple[float, float, float]) -> Any:
    low, high, step = span
    tip = f"{help_} ({low:.0%}–{high:.0%})"
    return widgets.FloatSlider(
        value,
        min=low,
        max=high,
        step=step,
        description=label,
        tooltip=tip,
        readout_format=".0%",
        layout=_WIDE,
        style=_LABELS,
    )


def _choice(label: str, help_: str, options: list[tuple[str, Any]], value: Any) -> Any:
    return widgets.Dropdown(options=options, value=value, description=label, tooltip=help_, layout=_WIDE, style=_LABELS)


def _button(label: str, help_: str) -> Any:
    return widgets.Button(description=label, tooltip=help_, layout={"width": "auto"})


class Controls:
    """The controls, what they are set to, and one callback for any change of them.

    rules   name of a standard -> its control
    """

    def __init__(self, lang: str) -> None:
        self.lang = lang
        self.stories = stories(lang)
        r = TierRules()
        self.rules: Mapping[str, Any] = {
            "lapse_days": _whole(
                "lapse_days", tell(lang, "Lost after (days)"), tell(lang, "days without a purchase"), (60, 365, 15)
            ),
            "new_days": _whole(
                "new_days", tell(lang, "New for (days)"), tell(lang, "days since the first purchase"), (30, 365, 15)
            ),
            "window_days": _whole(
                "window_days",
                tell(lang, "Window (days)"),
                tell(lang, "days over which purchases are counted to see a fall"),
                (30, 180, 15),
            ),
            "fall": _share(
                r.fall,
                tell(lang, "Warning from a fall of"),
                tell(lang, "share by which the last window lies below the mean of those before"),
                (0.1, 0.9, 0.05),
            ),
            "min_warnings": _whole(
                "min_warnings",
                tell(lang, "Warnings needed"),
                tell(lang, "how many warnings put a customer at risk"),
                (1, 4, 1),
            ),
            "main_share": _share(
                r.main_share,
                tell(lang, "Main supplier from"),
                tell(lang, "our share of the customer's spending"),
                (0.1, 0.9, 0.05),
            ),
            "core_quantile": _share(
                r.core_quantile,
                tell(lang, "Large buyer from"),
                tell(lang, "share of the buyers who buy less than a core customer"),
                (0.5, 0.99, 0.01),
            ),
            "core_feedback": _whole(
                "core_feedback",
                tell(lang, "Core: feedback from"),
                tell(lang, "pieces of feedback a core customer gives in a year, at the least"),
                (1, 12, 1),
            ),
        }
        names = [(tier_name(tier, lang), tier) for tier in reversed(TIERS)]
        self.tier = _choice(tell(lang, "Act on"), tell(lang, "the tier the action is for"), names, "at_risk")
        self.share = _share(
            0.0,
            tell(lang, "Customers reached"),
            tell(lang, "share of that tier's customers; 0% is no action"),
            (0.0, 1.0, 0.05),
        )
        self.to = _choice(tell(lang, "They move to"), tell(lang, "the tier of those who are reached"), names, "regular")
        orders = [(tell(lang, "highest revenue"), "revenue"), (tell(lang, "without looking"), "any")]
        self.first = _choice(
            tell(lang, "Reached first"), tell(lang, "whom the action reaches first"), orders, "revenue"
        )
        titles = [(story.title, story.name) for story in self.stories]
        self.story = _choice(tell(lang, "Story"), tell(lang, "sets the controls and asks a question"), titles, "free")
        self.reset = _button(tell(lang, "Reset"), tell(lang, "all controls and the comparison back to the start"))
        self.pin = _button(tell(lang, "Compare from here"), tell(lang, "what you see now becomes the state before"))

    @property
    def inputs(self) -> tuple[Any, ...]:
        """The controls that decide the picture, in the order they stand."""
        return (*self.rules.values(), self.tier, self.share, self.to, self.first)

    def read_rules(self) -> TierRules:
        """Return the standards as they are set; raises `RuleError`."""
        whole = {f.name for f in fields(TierRules) if f.type == "int"}
        # A slider's float is 0.30000000000000004 as often as 0.3.
        values = {n: c.value if n in whole else round(c.value, 4) for n, c in self.rules.items()}
        return TierRules(**values)

    def read_action(self) -> Action | None:
        """Return the action as it is set, None where it reaches nobody; raises `RuleError` in the reader's language."""
        start, end = Tier(self.tier.value), Tier(self.to.value)
        names = {"start": tier_name(start, self.lang), "end": tier_name(end, self.lang)}
        if not self.share.value:
            return None
        if start == end:
            raise RuleError(
                tell(
                    self.lang,
                    "The action leads from “{start}” to the same tier; choose another one to move to.",
                    **names,
                )
            )
        if end == Tier.ONLOOKER:
            raise RuleError(
                tell(
                    self.lang,
                    "Who has bought is never again one of the “{end}”; choose another tier to move to.",
                    **names,
                )
            )
        if (start, end) == (Tier.ONLOOKER, Tier.LOST):
            raise RuleError(
                tell(
                    self.lang,
                    "“{start}” have never bought and cannot be lost; choose another tier to move to.",
                    **names,
                )
            )
        return Action(start, end, round(self.share.value, 4), self.first.value)

    def on_change(self, callback: Callable[[Any], None]) -> None:
        """Call back after every change of a control that decides the picture."""
        for control in self.inputs:
            control.observe(callback, "value")

    def set_to(self, story: Story) -> None:
        """Set every control to a story; the story "free" is the start."""
        rules = TierRules(**story.rules)
        for name, control in self.rules.items():
            control.value = getattr(rules, name)
        action = story.action or Action(Tier.AT_RISK, Tier.REGULAR, 0.0, "revenue")
        self.tier.value, self.to.value = action.tier.value, action.to.value
        self.share.value, self.first.value = action.share, action.first

    def box(self, *, wide: bool) -> Any:
        """Return the controls laid out: one column beside a wide picture, two columns above a narrow one."""
        rules = [_heading(tell(self.lang, "Standards")), *self.rules.values()]
        action = [_heading(tell(self.lang, "Action on a tier")), self.tier, self.share, self.to, self.first]
        buttons = widgets.HBox([self.pin, self.reset])
        if wide:
            return widgets.VBox([self.story, *rules, *action, buttons], layout={"width": "29em", "flex": "0 0 29em"})
        half = {"width": "50%", "min_width": "24em"}
        columns = [widgets.VBox(rules, layout=half), widgets.VBox([self.story, *action, buttons], layout=half)]
        return widgets.HBox(columns, layout={"flex_flow": "row wrap"})


def _heading(text: str) -> Any:
    return widgets.HTML(f"<b>{text}</b>")
