"""The simulator of segments: move a cut or the top share, and see how uneven it is and who changes cell.

    from loyaltylib.simulators import segments as simulator
    simulator.show(lang="zh")

The arithmetic is in `loyaltylib.segments_cuts`, the picture in `loyaltylib.segments_board`.
"""

from __future__ import annotations

from datetime import timedelta
from functools import cache, cached_property
from typing import TYPE_CHECKING, Any, ClassVar

from loyaltylib import formats
from loyaltylib.figures import sentences
from loyaltylib.messages import tell
from loyaltylib.segments import crm_dimensions, profit_contribution, rfm_summary
from loyaltylib.segments_board import SegmentBoard, Segments, name_of, short_name, value_word
from loyaltylib.segments_clp import ClpCell
from loyaltylib.segments_cuts import RfmCuts, cell_moves, clp_cut, rfm_cut
from loyaltylib.segments_pareto import largest
from loyaltylib.segments_rfm import CELLS, RfmCell

from .controls import Choice, Control, Slider
from .picture import Point, Shown, Table
from .simulator import Simulator

if TYPE_CHECKING:
    from collections.abc import Mapping, Sequence

    from loyaltylib.segments_cuts import Cut

LEAST_TOP, MOST_TOP = 0.01, 0.5
_YEAR = timedelta(days=364)  # before the last day of a year that has 365


class SegmentSimulator(Simulator):
    """Cuts and a top share -> the Lorenz curve, the map of RFM, the customer matrix, and who changes cell."""

    stem: ClassVar = "segments"

    def controls(self) -> dict[str, Sequence[Control]]:
        """Return the cuts of RFM, and what is asked of the values."""
        return {
            tell(self.lang, "What customers do: RFM"): _rfm_controls(self.lang),
            tell(self.lang, "What they bring: curve and matrix"): _value_controls(self.lang),
        }

    @cached_property
    def board(self) -> SegmentBoard:
        """The picture, drawn once and then changed."""
        return SegmentBoard(self.lang)

    @cached_property
    def _bought(self) -> Any:
        return rfm_summary(self.tables, self.tables.as_of)

    @cached_property
    def _valued(self) -> Any:
        """The values of those whose potential is known; the others are in no cell."""
        values = crm_dimensions(self.tables, self.tables.as_of)
        return values[values["potential_value"].notna()]

    @cached_property
    def _largest(self) -> Any:
        """What the largest bring, by what they are ranked by; summed up when first asked for."""
        today = self.tables.as_of
        brought = profit_contribution(self.tables, today - _YEAR, today)
        return cache(lambda by: largest(brought, by))

    def state(self, settings: Mapping[str, Any]) -> Segments:
        """Return who is in which cell under these settings, and the curve with the place where it is read."""
        cuts = RfmCuts(settings["recent_days"], settings["often"], settings["much"])
        current, potential = settings["current_cut"], settings["potential_cut"]
        return Segments(
            largest=self._largest(settings["by"]),
            top=settings["top"],
            cuts=cuts,
            rfm=rfm_cut(self._bought, cuts),
            current_cut=current,
            potential_cut=potential,
            clp=clp_cut(self._valued, current, potential),
        )

    def dragged(self, name: str, x: float, y: float) -> Mapping[str, Any]:  # noqa: ARG002 - the curve decides on y
        """Return the top share that a place on the curve stands for."""
        return {name: round(min(max(self.board.top_at(x), LEAST_TOP), MOST_TOP), 2)}

    def shown(self, now: Segments, before: Segments) -> Shown:
        """Return the curve, the two maps and who has changed cell."""
        self.board.draw(now, before)
        title = _title(now, self.lang)
        return Shown(
            title=title,
            figure=self.board.figure,
            alt=sentences(self.lang, f"{title}{'。' if self.lang == 'zh' else '.'}", _in_words(now, self.lang)),
            table=self._table(now, before),
            message=_message(now, before, self.lang),
            points=(Point("top", *self.board.point(now)),),
        )

    def _table(self, now: Segments, before: Segments) -> Table:
        lang = self.lang
        heads = (
            tell(lang, "Group"),
            tell(lang, "Customers before"),
            tell(lang, "Customers now"),
            tell(lang, "Share of the value before"),
            tell(lang, "Share of the value now"),
        )
        people = (before.largest.number(before.top), now.largest.number(now.top))
        shares = (before.largest.at(before.top), now.largest.at(now.top))
        rows = [_row(tell(lang, "The largest (curve)"), people, shares, lang)]
        rows += [_cell_row(str(cell), before.rfm, now.rfm, lang) for cell in CELLS.values()]
        rows += [_cell_row(str(cell), before.clp, now.clp, lang) for cell in reversed(ClpCell)]
        caption = tell(
            lang,
            "The curve counts revenue or profit of the last 365 days, RFM all money spent, the matrix profit; to {day}",
            day=formats.date(self.tables.as_of, lang),
        )
        return Table(caption, heads, rows)


show = SegmentSimulator.show


# ---------------------------------------------------------------- words


def _title(now: Segments, lang: str) -> str:
    return tell(
        lang,
        "The largest {top} bring {held} of the {value}; {champions} of the buyers are champions, "
        "{best} of the accounts are high in both values",
        top=formats.percent(now.top, lang, 0),
        held=formats.percent(now.largest.at(now.top), lang),
        value=value_word(now.largest.by, lang),
        champions=formats.percent(now.rfm.share(RfmCell.CHAMPION), lang),
        best=formats.percent(now.clp.share(ClpCell.HIGH_HIGH), lang),
    )


def _in_words(now: Segments, lang: str) -> str:
    """Return all cells with their customers and what they bring."""
    rows = [
        tell(
            lang,
            "{name}: {n} customers, {value} of the value",
            name=name_of(cell, lang),
            n=formats.number(cut.customers[cell], lang),
            value=formats.percent(cut.value_share(cell), lang, 0),
        )
        for cut in (now.rfm, now.clp)
        for cell in reversed(cut.cells)
    ]
    said = ("；" if lang == "zh" else "; ").join(rows)
    return tell(lang, "RFM and the customer matrix, cell by cell. {rows}.", rows=said)


def _message(now: Segments, before: Segments, lang: str) -> str:
    """Return what has changed against the state before, and what to make of it."""
    said = []
    if (now.top, now.largest.by) != (before.top, before.largest.by):
        said.append(_read_off(before, lang))
    moved = {**cell_moves(before.rfm, now.rfm)}, {**cell_moves(before.clp, now.clp)}
    if any(moved):
        said.append(_who_moves(*moved, lang))
    return sentences(lang, *said) or tell(lang, "Nothing has changed against the state before.")


def _read_off(before: Segments, lang: str) -> str:
    return tell(
        lang,
        "Before, the largest {top} brought {held} of the {value}: it is another reading of the same customers.",
        top=formats.percent(before.top, lang, 0),
        held=formats.percent(before.largest.at(before.top), lang),
        value=value_word(before.largest.by, lang),
    )


def _who_moves(rfm: Mapping[tuple[str, str], int], clp: Mapping[tuple[str, str], int], lang: str) -> str:
    (start, end), n = max((*rfm.items(), *clp.items()), key=lambda move: move[1])
    return tell(
        lang,
        "{rfm} customers change cell in RFM, {clp} in the matrix; the most, {n}, from “{start}” to “{end}”. "
        "None of them has bought more or less: only a cut has moved.",
        rfm=formats.number(sum(rfm.values()), lang),
        clp=formats.number(sum(clp.values()), lang),
        n=formats.number(n, lang),
        start=short_name(start, lang),
        end=short_name(end, lang),
    )


def _cell_row(cell: str, before: Cut, now: Cut, lang: str) -> tuple[str, ...]:
    people = (before.customers[cell], now.customers[cell])
    return _row(name_of(cell, lang), people, (before.value_share(cell), now.value_share(cell)), lang)


def _row(name: str, people: tuple[int, int], shares: tuple[float, float], lang: str) -> tuple[str, ...]:
    return (name, *(formats.number(n, lang) for n in people), *(formats.percent(each, lang) for each in shares))


# ---------------------------------------------------------------- controls


def _rfm_controls(lang: str) -> list[Control]:
    cuts = RfmCuts()
    return [
        Slider(
            "recent_days",
            tell(lang, "Recently: within (days)"),
            tell(lang, "days since the last purchase, at the most"),
            *(5, 365, 5, cuts.recent_days),
        ),
        Slider(
            "often",
            tell(lang, "Often: from (purchases)"),
            tell(lang, "repeat purchases, at the least"),
            *(1, 90, 1, cuts.often),
        ),
        Slider(
            "much",
            tell(lang, "Much: from (yuan)"),
            tell(lang, "money spent in all, at the least"),
            *(500, 20_000, 500, int(cuts.much)),
        ),
    ]


def _value_controls(lang: str) -> list[Control]:
    kinds = {value_word(by, lang): by for by in ("profit", "revenue")}
    return [
        Slider(
            "top",
            tell(lang, "Top share (customers)"),
            tell(lang, "share of the customers, the largest first"),
            *(LEAST_TOP, MOST_TOP, 0.01, 0.2, ".0%"),
        ),
        Choice("by", tell(lang, "Ranked by"), tell(lang, "what makes a customer large on the curve"), kinds, "profit"),
        Slider(
            "current_cut",
            tell(lang, "Current value above (yuan)"),
            tell(lang, "profit of the last 365 days from which the current value is high"),
            *(0, 5000, 50, 450),
        ),
        Slider(
            "potential_cut",
            tell(lang, "Potential above (yuan)"),
            tell(lang, "profit on what is spent elsewhere from which the potential is high"),
            *(0, 5000, 50, 300),
        ),
    ]
