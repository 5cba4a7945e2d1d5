"""The simulator of the foundations: some points of retention, and what they do to a customer's value over the years.

    from loyaltylib.simulators import foundations as simulator
    simulator.show(lang="zh")

The arithmetic is in `loyaltylib.foundations_years`, the picture in `loyaltylib.foundations_board`.
"""

from __future__ import annotations

from functools import cached_property
from typing import TYPE_CHECKING, Any, ClassVar, Final

from loyaltylib import formats
from loyaltylib.errors import RuleError
from loyaltylib.figures import sentences
from loyaltylib.foundations_board import YearsBoard, change, in_year, marks, yuan
from loyaltylib.foundations_years import CustomerYears, Keeping
from loyaltylib.messages import tell

from .controls import Control, Slider
from .picture import Point, Shown, Table
from .simulator import Simulator

if TYPE_CHECKING:
    from collections.abc import Mapping, Sequence

LOWEST, HIGHEST, STEP = 0.40, 0.94, 0.01  # of the rate before the change
START: Final = "start"  # the point that may be dragged
_POINT: Final = 100  # points in a whole


class YearsSimulator(Simulator):
    """A customer, a change of the retention rate and what it costs -> his value over the years, before and after."""

    stem: ClassVar = "foundations"

    def controls(self) -> dict[str, Sequence[Control]]:
        """Return the controls: the customer, and what is done to keep him."""
        return {tell(self.lang, "The customer"): _customer(self.lang), tell(self.lang, "Keeping"): _keeping(self.lang)}

    @cached_property
    def board(self) -> YearsBoard:
        """The picture, drawn once and then changed."""
        return YearsBoard(self.lang)

    def state(self, settings: Mapping[str, Any]) -> Keeping:
        """Return the customer and the change; raises `RuleError` for settings that make no sense."""
        _check(settings, self.lang)
        customer = CustomerYears(settings["margin"], settings["retention"], settings["cost"], settings["discount"])
        return Keeping(customer, settings["points"] / _POINT, settings["fee"])

    def dragged(self, name: str, x: float, y: float) -> Mapping[str, Any]:  # noqa: ARG002 - the curve gives the height
        """Return the rate that a point on the curve was put to."""
        rate = round(self.board.effects.rate(x) / STEP) * STEP
        return {"retention": round(min(max(rate, LOWEST), HIGHEST), 2)} if name == START else {}

    def shown(self, now: Keeping, before: Keeping) -> Shown:
        """Return the years, the effect by start and the values."""
        lang = self.lang
        self.board.update(now, before)
        title = sentences(lang, _effect(now, lang), _back(now.after, lang))
        claims = ("；" if lang == "zh" else "; ").join(text for text, _ in marks(lang))
        return Shown(
            title=title,
            figure=self.board.figure,
            alt=sentences(lang, title, _from_elsewhere(now, lang), tell(lang, "Marks: {marks}.", marks=claims)),
            table=_table(now, before, lang),
            message=sentences(lang, _against(now, before, lang), _advice(now, lang)),
            points=(Point(START, *self.board.effects.at(now.customer.retention, now.effect)),),
        )


show = YearsSimulator.show


# ---------------------------------------------------------------- words


def _effect(now: Keeping, lang: str) -> str:
    return tell(
        lang,
        "{points} from {rate}: the value of a customer goes from {before} to {after} ({change}).",
        points=formats.points(now.change, lang, 0),
        rate=formats.percent(now.customer.retention, lang, 0),
        before=yuan(now.customer.value, lang),
        after=yuan(now.after.value, lang),
        change=change(now.effect, lang),
    )


def _back(after: CustomerYears, lang: str) -> str:
    return tell(
        lang,
        "Cost of winning at the new rate ({cost}): {back}.",
        cost=yuan(after.cost, lang),
        back=in_year(after, lang),
    )


def _from_elsewhere(now: Keeping, lang: str) -> str:
    """Tell the curve: the same change from a lower and from a higher start."""
    (low, less), (high, more) = now.effects((0.5, 0.85))
    return tell(
        lang,
        "The same change from {low}: {less}; from {high}: {more}.",
        low=formats.percent(low, lang, 0),
        less=change(less, lang),
        high=formats.percent(high, lang, 0),
        more=change(more, lang),
    )


def _against(now: Keeping, before: Keeping, lang: str) -> str:
    if now == before:
        return tell(lang, "Nothing has changed against the state before.")
    return tell(
        lang,
        "Against the state before: effect {was} → {now}, value at the new rate {value} → {value_now}, "
        "cost of winning {back} → {back_now}.",
        was=change(before.effect, lang),
        now=change(now.effect, lang),
        value=yuan(before.after.value, lang),
        value_now=yuan(now.after.value, lang),
        back=in_year(before.after, lang),
        back_now=in_year(now.after, lang),
    )


def _advice(now: Keeping, lang: str) -> str:
    """Return what to make of it: whether keeping is worth what it costs, and how much it might cost at the most."""
    if now.change < 0:
        if round(now.customer.retention - now.change, 6) >= 1:
            return tell(lang, "As many points could not be gained from here: nobody would ever leave.")
        return tell(lang, "Lost points take away less than the same points, gained from here, would add.")
    if not now.change:
        return tell(lang, "No points, no effect: whatever keeping costs now comes off the value.")
    most = yuan(now.most_fee, lang)
    if not now.fee:
        return tell(lang, "These points pay as long as keeping costs less than {most} a year per customer.", most=most)
    if round(now.effect, 6) < 0:
        return tell(lang, "Keeping costs more than it brings: it pays below {most} a year per customer.", most=most)
    return tell(lang, "Keeping still pays: it may cost up to {most} a year per customer.", most=most)


def _table(now: Keeping, before: Keeping, lang: str) -> Table:
    heads = (
        tell(lang, "Number"),
        tell(lang, "At the old rate"),
        tell(lang, "At the new rate"),
        tell(lang, "State before, new rate"),
    )
    three = (now.customer, now.after, before.after)
    rows = [
        (tell(lang, "Retention rate"), *(formats.percent(one.retention, lang, 0) for one in three)),
        (tell(lang, "Margin a year, less keeping"), *(yuan(one.margin, lang) for one in three)),
        (tell(lang, "Value over all years"), *(yuan(one.value, lang) for one in three)),
        (tell(lang, "Value less the cost of winning"), *(yuan(one.net, lang) for one in three)),
        (tell(lang, "Cost of winning"), *(in_year(one, lang) for one in three)),
    ]
    rate = formats.percent(now.customer.discount, lang, 0)
    return Table(tell(lang, "Per customer, in today's money (discount {rate})", rate=rate), heads, rows)


# ---------------------------------------------------------------- controls


def _check(settings: Mapping[str, Any], lang: str) -> None:
    """Raise `RuleError` in the reader's language where nobody would ever leave, or nothing of the margin is left."""
    after = settings["retention"] + settings["points"] / _POINT
    if round(after, 6) >= 1:
        rate = formats.percent(after, lang, 0)
        raise RuleError(
            tell(lang, "The new rate would be {rate}: nobody would ever leave. Take fewer points.", rate=rate)
        )
    if settings["fee"] >= settings["margin"]:
        amounts = {name: yuan(settings[name], lang) for name in ("fee", "margin")}
        raise RuleError(
            tell(
                lang, "Keeping costs {fee} a year, and the margin is {margin}: nothing is left. Spend less.", **amounts
            )
        )


def _customer(lang: str) -> list[Control]:
    return [
        Slider(
            "retention",
            tell(lang, "Retention rate before (a year)"),
            tell(lang, "share of the customers of one year who buy again in the next"),
            *(LOWEST, HIGHEST, STEP, 0.75, ".0%"),
        ),
        Slider(
            "margin",
            tell(lang, "Margin (yuan a year)"),
            tell(lang, "what a customer pays in a year, less what the goods cost"),
            *(200, 3000, 100, 1000),
        ),
        Slider(
            "cost",
            tell(lang, "Cost of winning (yuan)"),
            tell(lang, "what was spent to win this one customer"),
            *(0, 6000, 100, 1500),
        ),
        Slider(
            "discount",
            tell(lang, "Discount (a year)"),
            tell(lang, "at 10%, 1.10 yuan in a year count as 1 yuan today"),
            *(0.0, 0.30, 0.01, 0.0, ".0%"),
        ),
    ]


def _keeping(lang: str) -> list[Control]:
    return [
        Slider(
            "points",
            tell(lang, "Change of retention (points)"),
            tell(lang, "percentage points by which the rate moves, up or down"),
            *(-10, 10, 1, 5),
        ),
        Slider(
            "fee",
            tell(lang, "Cost of keeping (yuan a year)"),
            tell(lang, "spent at the new rate on each customer who is still there"),
            *(0, 500, 25, 0),
        ),
    ]
