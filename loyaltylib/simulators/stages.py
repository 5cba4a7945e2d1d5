"""The simulator of a relationship's stages: win share, let a rival move, and see the path and what holds the customer.

    from loyaltylib.simulators import stages as simulator
    simulator.show(lang="zh")

The arithmetic is in `loyaltylib.stages_walk` and `loyaltylib.stages_stay`, the picture in `loyaltylib.stages_board`.
"""

from __future__ import annotations

from dataclasses import dataclass
from functools import cached_property
from itertools import takewhile
from math import isfinite
from typing import TYPE_CHECKING, Any, ClassVar

from loyaltylib import formats
from loyaltylib.errors import RuleError
from loyaltylib.figures import sentences
from loyaltylib.look import columns
from loyaltylib.messages import tell
from loyaltylib.stages import Hold, Move, Outlook, Push, StageLimits, outlook, stage_path, switching
from loyaltylib.stages_board import QUARTERS, PathBoard, place_of, read_place, stage_name, verdict_name

from .picture import Point, Shown, Table
from .simulator import Simulator
from .stages_controls import LIMITS, OWN, of_the_account, of_the_customer

if TYPE_CHECKING:
    from collections.abc import Collection, Mapping, Sequence

    from .controls import Control

ACCOUNTS = ("K1913", "K2096", "K2466", "K2479", "K0318")  # the firms the chapter tells of
YEARS_AHEAD = 3  # how far the customer looks; later money counts in full
POINT = 0.01  # a percentage point as a fraction
HANDLE = 1.0  # the height, as a share, at which the rival's move is taken hold of


@dataclass(frozen=True)
class State:
    """An account under some settings: its id and name, what becomes of it, the rival's quarter, and the limits."""

    account: str
    name: str
    outlook: Outlook
    quarter: int
    limits: StageLimits

    @property
    def shares(self) -> tuple[float, ...]:
        """Our share in each quarter."""
        return tuple(step.share for step in self.outlook.steps)


class StagesSimulator(Simulator):
    """An account, what we win and a rival's move -> the path through the stages, and what to do at its end."""

    stem: ClassVar = "stages"

    def controls(self) -> dict[str, Sequence[Control]]:
        """Return what moves the share, and what the customer weighs."""
        return {
            tell(self.lang, "The account and the rival"): of_the_account(self.lang, self.names),
            tell(self.lang, "What the customer weighs"): of_the_customer(self.lang),
        }

    @cached_property
    def board(self) -> PathBoard:
        """The picture, drawn once and then changed."""
        return PathBoard(self.lang)

    @cached_property
    def names(self) -> dict[str, str]:
        """The firms there are to choose from: id -> name."""
        known = dict(zip(*columns(self.tables.customers, "customer_id", "name"), strict=True))
        return {who: known[who] for who in ACCOUNTS if who in known}

    @cached_property
    def _walks(self) -> tuple[list[Any], dict[str, dict[Any, float]]]:
        """Return the last quarters there are, and of each firm the share in each of them: id -> period -> share."""
        path = stage_path(self.tables.wallet, as_of=self.tables.as_of)
        walks: dict[str, dict[Any, float]] = {}
        periods = set()
        for who, period, share in zip(*columns(path, "customer_id", "period", "share"), strict=True):
            periods.add(period)
            if who in self.names:
                walks.setdefault(who, {})[period] = share
        return sorted(periods)[-QUARTERS:], walks

    def _base(self, account: str, start: float) -> tuple[float, ...]:
        """Return the shares an account begins with: as they were, up to the first unknown, or always the same."""
        if account == OWN:
            return (start,) * QUARTERS
        periods, walks = self._walks
        known = [walks[account].get(period) for period in periods]
        return tuple(takewhile(lambda share: share is not None and isfinite(share), known))  # type: ignore[arg-type]

    def state(self, settings: Mapping[str, Any]) -> State:
        """Return the account under these settings; raises `RuleError` for a move after the account's last quarter."""
        account, quarter = settings["account"], settings["quarter"]
        name = tell(self.lang, "Your account") if account == OWN else self.names[account]
        base = self._base(account, settings["start"])
        if quarter > len(base):
            raise RuleError(
                tell(
                    self.lang,
                    "{name} has {count} quarters and then no more; let the rival move by then.",
                    name=name,
                    count=len(base),
                )
            )
        limits = StageLimits(*LIMITS[settings["limits"]])
        offer = switching(advantage=settings["advantage"], cost=settings["cost"], periods=YEARS_AHEAD)
        push = Push(settings["won"] * POINT, settings["taken"] * POINT, quarter)
        result = outlook(base, offer, settings["satisfaction"], push, limits)
        return State(account, name, result, quarter, limits)

    def idle(self, settings: Mapping[str, Any]) -> Collection[str]:
        """Return the share at the start where a firm is chosen: a firm keeps its own."""
        return () if settings["account"] == OWN else ("start",)

    def dragged(self, name: str, x: float, y: float) -> Mapping[str, Any]:
        """Return the first share, or the quarter of the rival's move, that lies at a place of the picture."""
        quarter, share = read_place(x, y)
        if name == "start":
            return {"start": round(min(max(share, 0.0), 1.0), 2)}
        return {"quarter": min(max(round(quarter), 2), len(self.now.outlook.base))}

    def shown(self, now: State, before: State) -> Shown:
        """Return the path, what holds the customer and what to do."""
        self.board.update(now.outlook, before.outlook, now.limits, now.quarter, self._days(now.account))
        return Shown(
            title=self._title(now),
            figure=self.board.figure,
            alt=self._alt(now),
            table=self._table(now, before),
            message=_summary(now, before, self.lang),
            points=self._points(now),
        )

    def _points(self, now: State) -> tuple[Point, ...]:
        points = [Point("rival", *place_of(now.quarter, HANDLE))]
        if now.account == OWN:
            points.append(Point("start", *place_of(1, now.shares[0])))
        return tuple(points)

    def _days(self, account: str) -> list[str]:
        if account == OWN:
            return [tell(self.lang, "quarter {number}", number=place + 1) for place in range(QUARTERS)]
        return [formats.month(period, self.lang) for period in self._walks[0]]

    def _title(self, now: State) -> str:
        last = now.outlook.steps[-1]
        return tell(
            self.lang,
            "{name}: from {first} to {last} in {count} quarters; at the end: {stage}",
            name=now.name,
            first=formats.percent(now.shares[0], self.lang, 0),
            last=formats.percent(last.share, self.lang, 0),
            count=len(now.shares),
            stage=stage_name(last.stage, self.lang),
        )

    def _alt(self, now: State) -> str:
        lang, offer = self.lang, now.outlook.offer
        shares = [formats.percent(share, lang, 0) for share in now.shares]
        return sentences(
            lang,
            tell(
                lang,
                "Our share of what {name} buys, quarter by quarter, on the ground of the stages: {shares}.",
                name=now.name,
                shares=(", " if lang == "en" else "、").join(shares),
            ),
            tell(
                lang,
                "The rival's advantage is worth {gain} to the customer, moving costs {pain}. {verdict}.",
                gain=formats.money(offer.gain, lang),
                pain=formats.money(offer.pain, lang),
                verdict=verdict_name(now.outlook.verdict, lang),
            ),
        )

    def _table(self, now: State, before: State) -> Table:
        lang = self.lang
        heads = (
            tell(lang, "Quarter"),
            tell(lang, "Share before"),
            tell(lang, "Share now"),
            tell(lang, "Stage now"),
            tell(lang, "Move"),
        )
        past = (*before.shares, *[None] * QUARTERS)
        rows = [
            (
                day,
                formats.percent(was, lang, 0),
                formats.percent(step.share, lang, 0),
                stage_name(step.stage, lang),
                _move_name(step.move, lang),
            )
            for day, step, was in zip(self._days(now.account), now.outlook.steps, past, strict=False)
        ]
        return Table(tell(lang, "Our share, quarter by quarter"), heads, rows)


show = StagesSimulator.show


def _move_name(move: Move, lang: str) -> str:
    return {
        Move.FIRST: formats.MISSING,
        Move.STAYED: tell(lang, "no change of stage"),
        Move.UP: tell(lang, "one stage up"),
        Move.SKIPPED: tell(lang, "more than one stage up"),
        Move.DOWN: tell(lang, "one stage down"),
        Move.COLLAPSED: tell(lang, "more than one stage down"),
    }[move]


def _summary(now: State, before: State, lang: str) -> str:
    """Return what has changed at the end of the path, and what to make of the customer's choice."""
    if now == before:
        return sentences(lang, tell(lang, "Nothing has changed against the state before."), _verdict(now, lang))
    change = formats.points(now.shares[-1] - before.shares[-1], lang, 0)
    return sentences(
        lang,
        tell(lang, "Against the state before, the last share: {change}.", change=change),
        _verdict(now, lang),
    )


def _verdict(now: State, lang: str) -> str:
    match now.outlook.verdict:
        case Hold.LEAVES:
            return tell(
                lang,
                "What the rival offers is worth more than moving costs, so in quarter {quarter} it takes what it is "
                "after.",
                quarter=now.quarter,
            )
        case Hold.HOSTAGE:
            return tell(
                lang,
                "The rival gets nothing in quarter {quarter}, but the customer is not satisfied: a hostage goes on the "
                "day the barrier falls. First make staying pleasant.",
                quarter=now.quarter,
            )
        case Hold.HELD:
            return tell(
                lang,
                "The rival gets nothing in quarter {quarter}: it is the better offer, and only the cost of moving "
                "stands in its way.",
                quarter=now.quarter,
            )
        case Hold.CONTENT:
            return tell(
                lang,
                "The rival gets nothing in quarter {quarter}: the customer is satisfied, and no rival is better.",
                quarter=now.quarter,
            )
