"""The simulator of the scorecard: move who comes, leaves, is saved and buys, and see which KPI shows it, and when.

    from loyaltylib.simulators import kpis as simulator
    simulator.show(lang="zh")

The arithmetic is in `loyaltylib.kpis_projection`, where the company stands in `loyaltylib.kpis_start`, the picture in
`loyaltylib.kpis_board`.
"""

from __future__ import annotations

from dataclasses import asdict, dataclass
from functools import cached_property
from typing import TYPE_CHECKING, Any, ClassVar

from loyaltylib import formats
from loyaltylib.figures import sentences
from loyaltylib.kpis_board import KPIS, ORDER, KpiBoard, name_of
from loyaltylib.kpis_panels import shown
from loyaltylib.kpis_projection import Levers, chance, project, seen
from loyaltylib.kpis_start import measured
from loyaltylib.messages import tell

from .controls import Control, Slider
from .picture import Shown, Table
from .simulator import Simulator

if TYPE_CHECKING:
    from collections.abc import Mapping, Sequence

    from loyaltylib.kpis_projection import Start

MONTHS = 24
_YEAR = 12
_SAME = 1e-9
# Of each lever: lowest, highest, step, how it is written.
_RANGES: Mapping[str, tuple[float, float, float, str]] = {
    "acquisition": (0, 120, 1, ",.0f"),
    "early_loss": (0.0, 0.6, 0.01, ".0%"),
    "churn": (0.0, 0.1, 0.001, ".1%"),
    "save_rate": (0.0, 0.9, 0.01, ".0%"),
    "frequency": (1.0, 4.0, 0.1, ".1f"),
    "spend": (50, 1000, 5, ",.0f"),
}


@dataclass(frozen=True)
class State:
    """The ten KPIs of the coming months under some settings, and half the width of the band of chance."""

    levers: Levers
    kpis: Any
    band: Any


class KpiSimulator(Simulator):
    """Six levers -> ten KPIs over two years, with the band of chance."""

    stem: ClassVar = "kpis"

    @cached_property
    def begins(self) -> Start:
        """Where the company stands on the last day of its data."""
        return measured(self.tables, self.tables.as_of)

    def controls(self) -> dict[str, Sequence[Control]]:
        """Return the levers, each set to what was measured."""
        lang, slider = self.lang, self._slider
        return {
            tell(lang, "Who comes and who leaves"): [
                slider("acquisition", tell(lang, "Won (customers a month)"), tell(lang, "new customers a month")),
                slider(
                    "early_loss",
                    tell(lang, "Early loss (%)"),
                    tell(lang, "share of those won from now on who are found lost after six months"),
                ),
                slider(
                    "churn",
                    tell(lang, "About to leave (% a month)"),
                    tell(lang, "share of all other customers who would leave in a month if nobody saved them"),
                ),
                slider("save_rate", tell(lang, "Saved (%)"), tell(lang, "share of those about to leave who are saved")),
            ],
            tell(lang, "What they buy"): [
                slider("frequency", tell(lang, "Purchases (a month)"), tell(lang, "purchases of a buyer in a month")),
                slider("spend", tell(lang, "Spend (yuan a purchase)"), tell(lang, "money of one purchase")),
            ],
        }

    def _slider(self, name: str, label: str, help_: str) -> Slider:
        low, high, step, form = _RANGES[name]
        value = getattr(self.begins.levers, name)
        value = min(max(round(value / step) * step, low), high)
        is_whole = isinstance(step, int)
        return Slider(name, label, help_, low, high, step, int(value) if is_whole else round(value, 6), form)

    @cached_property
    def board(self) -> KpiBoard:
        """The picture, drawn once and then changed."""
        return KpiBoard(self.lang, MONTHS)

    def state(self, settings: Mapping[str, Any]) -> State:
        """Return the coming months under these settings."""
        levers = Levers(**{name: settings[name] for name in _RANGES})
        return State(levers, project(levers, self.begins, MONTHS), chance(levers, self.begins, MONTHS))

    def shown(self, now: State, before: State) -> Shown:
        """Return the ten lines, beside those of the state before."""
        lang = self.lang
        first = seen(now.kpis, before.kpis, before.band)
        self.board.draw(now.kpis, before.kpis, before.band, first)
        return Shown(
            title=self._title(now),
            figure=self.board.figure,
            alt=self._alt(now, before, first),
            table=self._table(now, before, first),
            message=_summary(now, before, first, lang),
        )

    def _title(self, now: State) -> str:
        lang, base = self.lang, now.kpis["customer_base"].iloc[-1]
        return tell(
            lang,
            "In {months} months {base} customers ({change} against today); {churn} leave in a month",
            months=MONTHS,
            base=formats.number(base, lang),
            change=_signed(base - self.begins.customers, lang),
            churn=formats.percent(now.kpis["churn_rate"].iloc[-1], lang),
        )

    def _alt(self, now: State, before: State, first: Mapping[str, int]) -> str:
        lang = self.lang
        lines = [
            tell(
                lang,
                "{term} from {first} to {last}",
                term=name_of(kpi, lang),
                first=_written(now.kpis, kpi, 1, lang),
                last=_written(now.kpis, kpi, MONTHS, lang),
            )
            for kpi in ORDER
        ]
        listed = tell(lang, "; ").join(lines)
        return sentences(
            lang,
            tell(lang, "Ten lines over {months} months: {lines}.", months=MONTHS, lines=listed),
            *([_beyond(first, lang)] if now.levers != before.levers else []),
        )

    def _table(self, now: State, before: State, first: Mapping[str, int]) -> Table:
        lang = self.lang
        heads = (
            tell(lang, "KPI"),
            tell(lang, "Now, month {month}", month=_YEAR),
            tell(lang, "Now, month {month}", month=MONTHS),
            tell(lang, "Before, month {month}", month=MONTHS),
            tell(lang, "Chance alone, ±"),
            tell(lang, "Beyond chance from month"),
        )
        rows = [
            (
                name_of(kpi, lang),
                _written(now.kpis, kpi, _YEAR, lang),
                _written(now.kpis, kpi, MONTHS, lang),
                _written(before.kpis, kpi, MONTHS, lang),
                _written(before.band, kpi, MONTHS, lang),
                formats.number(first.get(kpi), lang),
            )
            for kpi in ORDER
        ]
        day = formats.date(self.tables.as_of, lang)
        caption = tell(lang, "Each KPI of the month itself; months counted from {day}", day=day)
        return Table(caption, heads, rows)


show = KpiSimulator.show


def _summary(now: State, before: State, first: Mapping[str, int], lang: str) -> str:
    """Return what changed and what of it could be told from chance, then what the band means."""
    means = tell(
        lang,
        "The band is what chance alone does to numbers of this size; whether the model is right it does not say. "
        "Satisfaction with complaints is held: nothing here moves it.",
    )
    changed = [name for name, value in asdict(now.levers).items() if abs(value - getattr(before.levers, name)) > _SAME]
    if not changed:
        return sentences(lang, tell(lang, "Nothing has changed against the state before."), means)
    people = now.kpis["customer_base"].iloc[-1] - before.kpis["customer_base"].iloc[-1]
    change = tell(
        lang,
        "Against the state before, after {months} months: customer base {people}.",
        months=MONTHS,
        people=_signed(people, lang),
    )
    return sentences(lang, change, _beyond(first, lang), means)


def _beyond(first: Mapping[str, int], lang: str) -> str:
    """Say which KPIs leave the band of the state before, the earliest first."""
    if not first:
        return tell(lang, "No KPI leaves the band: nobody could tell this from chance.")
    ranked = sorted(first.items(), key=lambda item: (item[1], ORDER.index(item[0])))
    said = [tell(lang, "{kpi} from month {month}", kpi=name_of(kpi, lang), month=month) for kpi, month in ranked]
    return tell(lang, "Beyond chance: {kpis}.", kpis=tell(lang, "; ").join(said))


def _signed(value: float, lang: str) -> str:
    text = formats.number(value, lang)
    return f"+{text}" if round(value) > 0 else f"±{text}" if text == "0" else text


def _written(frame: Any, kpi: str, month: int, lang: str) -> str:
    value, unit = float(frame[kpi].loc[month]), KPIS[kpi].unit
    return formats.number(value, lang, 2) if unit == "purchases" else shown(value, unit, lang)
