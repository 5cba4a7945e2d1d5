"""The simulator of the key accounts: move an account's scores or the weights, and see cell, strategy and firmness.

    from loyaltylib.simulators import burnett as simulator
    simulator.show(lang="zh")

The arithmetic is in `loyaltylib.burnett_what_if`, the picture in `loyaltylib.burnett_board`.
"""

from __future__ import annotations

from dataclasses import dataclass
from functools import cached_property
from typing import TYPE_CHECKING, Any, ClassVar

from loyaltylib import formats
from loyaltylib.burnett_board import AccountBoard, Chosen
from loyaltylib.burnett_indicators import RELATIONSHIP, Factor, Indicator
from loyaltylib.burnett_panels import cell_words, told_counts
from loyaltylib.burnett_robustness import Draws
from loyaltylib.burnett_weights import BurnettWeights
from loyaltylib.burnett_what_if import FIRM_FROM, ScoreSheet, Standing, nearest_shift, standing
from loyaltylib.figures import sentences
from loyaltylib.messages import tell

from .controls import Choice, Control, Slider
from .picture import Point, Shown, Table
from .simulator import Simulator

if TYPE_CHECKING:
    from collections.abc import Mapping, Sequence

NAMED = ("K0335", "K2598", "K0270", "K1483", "K0773", "K0050")  # the accounts the chapter speaks of
SEED = 7  # the chapter's, so that the shares are those of its table
_FARTHEST, _STEP = 4.0, 0.05  # of the scores: from 1 to 5 and back
_SHIFTS = tuple(round(step * _STEP, 2) for step in range(-80, 81))
KIT, MANAGERS = "kit", "managers"


@dataclass(frozen=True)
class State:
    """Where all stand; `attractiveness` and `relationship` were added to the scores of the account `who`."""

    who: str
    attractiveness: float
    relationship: float
    stopped: int
    all: Standing


class BurnettSimulator(Simulator):
    """Scores of an account and weights of the indicators -> the map, the cell, and how firm the place is."""

    stem: ClassVar = "burnett"

    def controls(self) -> dict[str, Sequence[Control]]:
        """Return the scores of an account, and the weights with the doubt about them."""
        return {
            tell(self.lang, "Scores of one account"): _scores(self.lang, self.names),
            tell(self.lang, "Weights of all"): _weights(self.lang),
        }

    @cached_property
    def sheet(self) -> ScoreSheet:
        """The scores of all accounts without a gap."""
        return ScoreSheet.of(self.tables.burnett_scores)

    @cached_property
    def names(self) -> dict[str, str]:
        """The accounts to choose from: those of the chapter, or, where the tables have none of them, the first."""
        known = set(self.sheet.accounts)
        chosen = [who for who in NAMED if who in known] or self.sheet.accounts[: len(NAMED)]
        people = self.tables.customers
        named = dict(zip(map(str, people["customer_id"]), people["name"], strict=True))
        return {who: str(named.get(who, who)) for who in chosen}

    @cached_property
    def board(self) -> AccountBoard:
        """The picture, drawn once and then changed."""
        return AccountBoard(self.lang)

    @cached_property
    def _sets(self) -> dict[str, BurnettWeights]:
        return {KIT: BurnettWeights(), MANAGERS: BurnettWeights.from_frame(self.tables.burnett_weights)}

    def state(self, settings: Mapping[str, Any]) -> State:
        """Return where all stand under these settings."""
        who = settings["account"]
        shift = {name: settings[name] for name in ("attractiveness", "relationship")}
        weights = self._sets[settings["others"]].stressed(Factor.JOINT_PROFIT.indicators, settings["joint_profit"])
        if weights[Indicator.VOLUME] != settings["volume"]:
            weights = weights.changed(volume=settings["volume"])
        sheet, draws = self.sheet.shifted(who, **shift), Draws(SEED, change=settings["change"])
        return State(who, **shift, stopped=self.sheet.stopped(who, **shift), all=standing(sheet, draws, weights))

    def dragged(self, name: str, x: float, y: float) -> Mapping[str, Any]:
        """Return the shifts of the account's scores that bring its point nearest to a place of the map."""
        relationship, attractiveness = self.board.figures(x, y)
        row, weights = self.sheet.row(name), self.now.all.weights
        each = list(weights.weights.values())
        even = [1 / len(RELATIONSHIP)] * len(RELATIONSHIP)
        return {
            "attractiveness": nearest_shift(self.sheet.attractiveness[row], each, attractiveness, _SHIFTS),
            "relationship": nearest_shift(self.sheet.relationship[row], even, relationship, _SHIFTS),
        }

    def shown(self, now: State, before: State) -> Shown:
        """Return the map, the chosen account's cell and how firm it stands there."""
        row = self.sheet.row(now.who)
        ways = [each.nearest(row) for each in (now.all, before.all)]
        chosen = Chosen(self.names[now.who], row, *(way.moved if way else None for way in ways))
        self.board.update(now.all, before.all, chosen)
        title = _title(now.all, chosen, self.lang)
        figures = float(now.all.relationship[row]), float(now.all.attractiveness[row])
        return Shown(
            title=title,
            figure=self.board.figure,
            alt=_alt(now.all, chosen, title, self.lang),
            table=_table(now.all, before.all, chosen, self.lang),
            message=sentences(self.lang, *_set(now, self.lang), *_changed(now, before, chosen, self.lang)),
            points=(Point(now.who, *self.board.point(*figures)),),
        )


show = BurnettSimulator.show


# ---------------------------------------------------------------- what is said


def _title(now: Standing, chosen: Chosen, lang: str) -> str:
    return tell(
        lang,
        "{name} stands in “{cell}” and keeps its band in {share} of 1,000 drawn weights",
        name=chosen.name,
        cell=cell_words(now.cell(chosen.row), lang),
        share=formats.percent(float(now.kept[chosen.row]), lang),
    )


def _alt(now: Standing, chosen: Chosen, title: str, lang: str) -> str:
    return tell(
        lang,
        "Map of {known} accounts. {title}; its attractiveness is {up}, its relationship {right}. {shaky} accounts do "
        "not stand firm. From high to low attractiveness, and from a poor to a good relationship: {rows}.",
        known=len(now.sheet.accounts),
        title=title,
        up=formats.number(float(now.attractiveness[chosen.row]), lang, 2),
        right=formats.number(float(now.relationship[chosen.row]), lang, 2),
        shaky=int(now.shaky.sum()),
        rows=told_counts(now.counts, lang),
    )


def _set(now: State, lang: str) -> list[str]:
    """Say which scores were set, for a dragged point moves scores and nothing else."""
    said = []
    if now.attractiveness or now.relationship:
        said.append(
            tell(
                lang,
                "Set: each of its 19 scores of attractiveness {up}, each of its 7 of the relationship {right}.",
                up=format(now.attractiveness, "+.2f"),
                right=format(now.relationship, "+.2f"),
            )
        )
    if now.stopped:
        said.append(tell(lang, "{stopped} of them stop at 1 or 5.", stopped=now.stopped))
    return said


def _changed(now: State, before: State, chosen: Chosen, lang: str) -> list[str]:
    """Say what is different from the state before, and what to make of it."""
    after, past, row = now.all, before.all, chosen.row
    moved = after.places != past.places
    others = int(moved.sum()) - int(moved[row])
    words = {"end": cell_words(after.cell(row), lang), "start": cell_words(past.cell(row), lang)}
    said = [tell(lang, "It goes from “{start}” to “{end}”.", **words)] if moved[row] else []
    counted = {"others": others, "shaky": int(after.shaky.sum()), "was": int(past.shaky.sum())}
    said.append(
        tell(lang, "{others} other accounts change their cell; {shaky} do not stand firm (before: {was}).", **counted)
    )
    if after.kept[row] < FIRM_FROM:
        return [*said, tell(lang, "So near a cut, ask for better scores before acting on the word of the cell.")]
    if others:
        return [*said, tell(lang, "Not one of their scores is different: what moved is the weights.")]
    return [*said, tell(lang, "Weights within the range drawn hardly touch this account's place.")]


def _table(now: Standing, before: Standing, chosen: Chosen, lang: str) -> Table:
    row, both = chosen.row, (before, now)
    ways = (chosen.was_moved, chosen.moved)
    rows = [
        (
            tell(lang, "attractiveness, 1 to 5"),
            *(formats.number(float(each.attractiveness[row]), lang, 2) for each in both),
        ),
        (
            tell(lang, "relationship, 1 to 5"),
            *(formats.number(float(each.relationship[row]), lang, 2) for each in both),
        ),
        (tell(lang, "strategy"), *(cell_words(each.cell(row), lang) for each in both)),
        (tell(lang, "keeps its band"), *(formats.percent(float(each.kept[row]), lang) for each in both)),
        (tell(lang, "weight to the next band"), *(formats.percent(way, lang) for way in ways)),
        (tell(lang, "accounts that are not firm"), *(str(int(each.shaky.sum())) for each in both)),
    ]
    heads = (tell(lang, "Figure"), tell(lang, "Before"), tell(lang, "Now"))
    return Table(tell(lang, "{name} among {known} accounts", name=chosen.name, known=len(now.kept)), heads, rows)


# ---------------------------------------------------------------- controls


def _scores(lang: str, names: Mapping[str, str]) -> list[Control]:
    options = {f"{name} ({who})": who for who, name in names.items()}
    ends = (-_FARTHEST, _FARTHEST, _STEP, 0.0, "+.2f")
    return [
        Choice(
            "account",
            tell(lang, "Account"),
            tell(lang, "whose scores are moved; its point on the map can be dragged"),
            options,
            next(iter(names)),
        ),
        Slider(
            "attractiveness",
            tell(lang, "Attractiveness (points)"),
            tell(lang, "added to each of its 19 scores; none goes below 1 or above 5"),
            *ends,
        ),
        Slider(
            "relationship",
            tell(lang, "Relationship (points)"),
            tell(lang, "added to each of its 7 scores; none goes below 1 or above 5"),
            *ends,
        ),
    ]


def _weights(lang: str) -> list[Control]:
    sets = {tell(lang, "in equal parts"): KIT, tell(lang, "as the managers weigh them"): MANAGERS}
    return [
        Slider(
            "volume",
            tell(lang, "Weight of volume (%)"),
            tell(lang, "of the transaction volume; the others share the rest as before"),
            *(0.0, 0.4, 0.01, BurnettWeights()[Indicator.VOLUME], ".0%"),
        ),
        Slider(
            "joint_profit",
            tell(lang, "Joint profit (times)"),
            tell(lang, "how many times as much the four indicators of factor D count"),
            *(0.0, 5.0, 0.1, 1.0, ".1f"),
        ),
        Choice("others", tell(lang, "The 13 assumed"), tell(lang, "the weights no source prints"), sets, KIT),
        Slider(
            "change",
            tell(lang, "Drawn within (±%)"),
            tell(lang, "how far each weight is drawn from its own, at most"),
            *(0.05, 1.0, 0.05, Draws(SEED).change, ".0%"),
        ),
    ]
