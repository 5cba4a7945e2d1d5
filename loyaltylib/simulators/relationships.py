"""The simulator of Kotler's grid: plan a segment, move the limits, and see what is advised, what it costs, who fits.

    from loyaltylib.simulators import relationships as simulator
    simulator.show(lang="zh")

The arithmetic is in `loyaltylib.relationships_service` and `loyaltylib.relationships_accounts`, the picture in
`loyaltylib.relationships_board`.
"""

from __future__ import annotations

from functools import cache, cached_property
from typing import TYPE_CHECKING, Any, ClassVar

from loyaltylib import formats
from loyaltylib.figures import sentences
from loyaltylib.messages import tell
from loyaltylib.relationships import Verdict, choose, measure_segments
from loyaltylib.relationships_accounts import hold_accounts, measure_accounts, summarise
from loyaltylib.relationships_board import RelationshipBoard, less_than_advised
from loyaltylib.relationships_place import GridState, words
from loyaltylib.relationships_service import Segment, ServiceRules, plan_segment

from .picture import Point, Shown, Table
from .relationships_controls import CUSTOMERS, MARGIN, of_a_segment, of_the_grid, rules_of
from .simulator import Simulator

if TYPE_CHECKING:
    from collections.abc import Mapping, Sequence

    from .controls import Control

PLAN = "plan"  # the point that may be dragged


class RelationshipSimulator(Simulator):
    """A segment, the cost of a visit and the limits of the grid -> the type advised, what is left, who fits."""

    stem: ClassVar = "relationships"

    def controls(self) -> dict[str, Sequence[Control]]:
        """Return what is planned, and the limits of the grid."""
        return {
            tell(self.lang, "A segment you plan"): of_a_segment(self.lang),
            tell(self.lang, "Limits of the grid"): of_the_grid(self.lang),
        }

    @cached_property
    def board(self) -> RelationshipBoard:
        """The picture, drawn once and then changed."""
        return RelationshipBoard(self.lang)

    @cached_property
    def _accounts(self) -> Any:
        """Return the held accounts by limits; what is planned and what a visit costs move no account."""
        measured = measure_accounts(self.tables, self.tables.as_of)
        return cache(lambda large_from, rules: hold_accounts(measured, large_from, rules))

    @cached_property
    def _homes(self) -> tuple[int, float]:
        """Return how many households bought, and their margin."""
        measured = measure_segments(self.tables, self.tables.as_of)
        homes = measured[measured["segment"] == "consumer"].iloc[0]
        return int(homes["customers"]), float(homes["margin"])

    def state(self, settings: Mapping[str, Any]) -> GridState:
        """Return the grid under these settings; raises `RuleError` for settings that make no sense."""
        rules, service = rules_of(settings, self.lang), ServiceRules(visit=settings["visit"])
        planned = {name: settings[name] for name in ("customers", "margin", "revenue")}
        many, earns = self._homes
        return GridState(
            rules,
            plan_segment(**planned, rules=rules, service=service),
            Segment(many, earns, choose(customers=many, margin=earns, rules=rules)),
            summarise(self._accounts(settings["large_from"], rules), service),
        )

    def dragged(self, _name: str, x: float, y: float) -> Mapping[str, Any]:
        """Return the customers and the margin of the place a planned segment was dragged to."""
        customers, margin = self.board.read(x, y)
        return {"customers": _on(customers, CUSTOMERS), "margin": round(_on(margin, MARGIN), 2)}

    def shown(self, now: GridState, before: GridState) -> Shown:
        """Return the grid, what the types cost, and how the accounts fit."""
        lang, plan = self.lang, now.plan
        self.board.update(now, before)
        return Shown(
            title=tell(
                lang,
                "Advice of the grid: {type}; it costs {cost}, and one customer brings in {profit}. {less}.",
                type=plan.advised.term(lang),
                cost=formats.money(plan.cost, lang, full=True),
                profit=formats.money(plan.profit, lang, full=True),
                less=less_than_advised(now.accounts, lang),
            ),
            figure=self.board.figure,
            alt=_alt(now, lang),
            table=_table(now, before, lang),
            message=_message(now, before, lang),
            points=(Point(PLAN, *self.board.place(plan)),),
        )


show = RelationshipSimulator.show


def _on(value: float, span: tuple[float, float, float]) -> Any:
    """Return the nearest value a control can take."""
    low, high, step = span
    return min(max(low + step * round((value - low) / step), low), high)


# ---------------------------------------------------------------- what is said


def _message(now: GridState, before: GridState, lang: str) -> str:
    """Return what has changed against the state before, and what to make of it."""
    if now == before:
        return tell(lang, "Nothing has changed against the state before.")
    changes = [text for differs, text in _changes(now, before, lang) if differs]
    if not changes:
        changes = [tell(lang, "Something was moved, yet no advice and no amount has changed.")]
    return sentences(lang, *changes, *_meaning(now, before, lang))


def _changes(now: GridState, before: GridState, lang: str) -> list[tuple[bool, str]]:
    plan, was, ours, theirs = now.plan, before.plan, now.accounts, before.accounts
    planned = tell(
        lang,
        "Your segment: {was} → {now}, left of one customer {less} → {left}.",
        was=was.advised.term(lang),
        now=plan.advised.term(lang),
        less=formats.money(was.left, lang, full=True),
        left=formats.money(plan.left, lang, full=True),
    )
    homes = tell(
        lang,
        "The households: {was} → {now}.",
        was=before.households.advised.term(lang),
        now=now.households.advised.term(lang),
    )
    less = tell(
        lang,
        "Accounts with less than advised: {was} → {now}.",
        was=formats.number(theirs.less, lang),
        now=formats.number(ours.less, lang),
    )
    unpaid = tell(
        lang,
        "Accounts that cannot pay for the advice: {was} → {now}.",
        was=formats.number(theirs.unpaid, lang),
        now=formats.number(ours.unpaid, lang),
    )
    return [
        ((plan.advised, plan.left) != (was.advised, was.left), planned),
        (now.households.advised != before.households.advised, homes),
        (ours.less != theirs.less, less),
        (ours.unpaid != theirs.unpaid, unpaid),
    ]


def _meaning(now: GridState, before: GridState, lang: str) -> list[str]:
    """Return one sentence on what to make of it, the nearest at hand; none where the numbers speak."""
    if now.plan.left < 0 and (now.plan != before.plan):
        return [tell(lang, "The grid looks at a fraction of the price; the amount does not pay for what it advises.")]
    if now.accounts.less != before.accounts.less:
        return [tell(lang, "Nobody is served differently: a limit is a decision about how much work you promise.")]
    if now.accounts.unpaid != before.accounts.unpaid:
        return [tell(lang, "The advice stays as it was, for the grid does not ask what a visit costs.")]
    return []


def _alt(now: GridState, lang: str) -> str:
    plan, comma = now.plan, "；" if lang == "zh" else "; "
    ours = comma.join(
        tell(
            lang,
            "{verdict}: {number}, of them {unpaid} that cannot pay for the advice",
            verdict=words(verdict, lang),
            number=formats.number(found.accounts, lang),
            unpaid=formats.number(found.unpaid, lang),
        )
        for verdict, found in now.accounts.standings.items()
    )
    costs = comma.join(f"{kind.term(lang)} {formats.money(cost, lang, full=True)}" for kind, cost in plan.costs.items())
    return tell(
        lang,
        "Kotler's grid. Your segment of {customers} customers with a margin of {margin}: {type}. One customer brings "
        "in {profit} a year; the types cost: {costs}. {number} households: {home}. {large} large accounts and {other} "
        "other firms, by what is done for them: {ours}.",
        customers=formats.number(plan.customers, lang),
        margin=formats.percent(plan.margin, lang, 0),
        type=plan.advised.term(lang),
        profit=formats.money(plan.profit, lang, full=True),
        costs=costs,
        number=formats.number(now.households.customers, lang),
        home=now.households.advised.term(lang),
        large=formats.number(now.accounts.large, lang),
        other=formats.number(now.accounts.other, lang),
        ours=ours,
    )


def _table(now: GridState, before: GridState, lang: str) -> Table:
    caption = tell(lang, "One customer of the planned segment in a year; the company's accounts in the last 365 days")
    heads = (tell(lang, "Measure"), tell(lang, "Before"), tell(lang, "Now"))
    columns = [_column(state, lang) for state in (before, now)]
    return Table(caption, heads, [(name, columns[0][name], columns[1][name]) for name in columns[1]])


def _column(state: GridState, lang: str) -> dict[str, str]:
    """Return one state's numbers by the words that name them."""
    plan, ours = state.plan, state.accounts
    costs = {
        tell(lang, "Cost: {type}", type=kind.term(lang)): formats.money(cost, lang, full=True)
        for kind, cost in plan.costs.items()
    }
    stand = {words(verdict, lang): ours.standings[verdict].accounts for verdict in Verdict}
    unpaid = {
        tell(lang, "{verdict}, cannot pay for the advice", verdict=words(verdict, lang)): ours.standings[verdict].unpaid
        for verdict in Verdict
    }
    counted = {tell(lang, "Large accounts"): ours.large, tell(lang, "Other firms"): ours.other, **stand, **unpaid}
    return {
        tell(lang, "Advised for your segment"): plan.advised.term(lang),
        tell(lang, "Profit of one customer"): formats.money(plan.profit, lang, full=True),
        **costs,
        tell(lang, "Left at the type advised"): formats.money(plan.left, lang, full=True),
        tell(lang, "Advised for the households"): state.households.advised.term(lang),
        **{name: formats.number(number, lang) for name, number in counted.items()},
    }
