"""What a person can move: each control has a name with its unit, a range, a start, and works from the keyboard."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

import ipywidgets as widgets

from loyaltylib.errors import RuleError
from loyaltylib.messages import tell

if TYPE_CHECKING:
    from collections.abc import Mapping

FEW = 5  # options up to which all of them stand there as buttons
_DIGITS = 6  # a slider's float is 0.30000000000000004 as often as 0.3
_WHOLE_WIDTH = {"width": "97%"}
_LABELS = {"description_width": "17em"}


@dataclass(frozen=True)
class Slider:
    """A number in a range.

    name    of the setting
    label   what a person reads, with the unit in brackets
    help    one sentence, shown with the range
    shown   how the number is written, as d3 has it: ".0%" for a share
    """

    name: str
    label: str
    help: str
    low: float
    high: float
    step: float
    value: float
    shown: str = ",.0f"

    @property
    def is_whole(self) -> bool:
        """Whether it moves in whole numbers."""
        return all(isinstance(each, int) for each in (self.low, self.high, self.step, self.value))

    def widget(self) -> Any:
        """Return it as a widget."""
        kind = widgets.IntSlider if self.is_whole else widgets.FloatSlider
        form = "d" if self.is_whole and self.shown == ",.0f" else self.shown
        ends = (format(end, self.shown.replace("~", "")) for end in (self.low, self.high))
        return kind(
            value=self.value,
            min=self.low,
            max=self.high,
            step=self.step,
            description=self.label,
            tooltip=f"{self.help} ({'–'.join(ends)})",
            readout_format=form,
            layout=_WHOLE_WIDTH,
            style=_LABELS,
        )

    def read(self, value: Any, lang: str) -> float:
        """Return a value that came from outside; raises `RuleError` where it is none or out of the range."""
        try:
            number = int(value) if self.is_whole else round(float(value), _DIGITS)
        except (TypeError, ValueError):
            number = None
        if number is None or not self.low <= number <= self.high:
            raise RuleError(
                tell(
                    lang,
                    "“{label}” cannot be {value}; give a number from {low} to {high}.",
                    label=self.label,
                    value=value,
                    low=self.low,
                    high=self.high,
                )
            )
        return number


@dataclass(frozen=True)
class Choice:
    """One of several; options are what a person reads -> the value."""

    name: str
    label: str
    help: str
    options: Mapping[str, Any]
    value: Any

    def widget(self) -> Any:
        """Return it as buttons, or as a menu where they are many."""
        kind = widgets.ToggleButtons if len(self.options) <= FEW else widgets.Dropdown
        return kind(
            options=list(self.options.items()),
            value=self.value,
            description=self.label,
            tooltip=self.help,
            layout=_WHOLE_WIDTH,
            style={**_LABELS, **({"button_width": "auto"} if kind is widgets.ToggleButtons else {})},
        )

    def read(self, value: Any, lang: str) -> Any:
        """Return a value that came from outside; raises `RuleError` where there is no such option."""
        found = {str(known): known for known in self.options.values()}
        if str(value) not in found:
            raise RuleError(
                tell(
                    lang,
                    "“{label}” cannot be {value}; there are {options}.",
                    label=self.label,
                    value=value,
                    options=", ".join(found),
                )
            )
        return found[str(value)]


Control = Slider | Choice
