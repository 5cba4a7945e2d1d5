"""All pictures of the kit, in one look (`loyaltylib.look`), each with its text alternative.

Every function takes a frame of any kind, or plain counts, and returns a `matplotlib.figure.Figure`; nothing
touches pyplot, so no notebook shows a picture twice. A title says what the picture shows now. The sentence for
someone who does not see it comes from the `alt_` function of the same name, and the figure carries it as its label.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from typing import TYPE_CHECKING, Any

from . import formats
from .errors import DataError
from .kpis_panels import alt_cohort_heatmap, alt_survival_curve, cohort_heatmap, survival_curve
from .look import COLOURS, DOWN, UP, blank, columns, fix_tick_font, png, style
from .messages import tell
from .tiers_panels import (
    ABSENT,
    TIERS,
    Counts,
    Moves,
    PyramidPanel,
    RevenuePanel,
    base,
    ranked,
    share,
    tier_name,
    went_up,
)

if TYPE_CHECKING:
    from matplotlib.axes import Axes
    from matplotlib.figure import Figure

__all__ = [
    "COLOURS",
    "TIERS",
    "alt_cohort_heatmap",
    "alt_pyramid",
    "alt_revenue",
    "alt_survival_curve",
    "alt_transitions",
    "cohort_heatmap",
    "png",
    "pyramid",
    "revenue",
    "style",
    "survival_curve",
    "transitions",
]


def pyramid(frame: Any, lang: str = "en", before: Any = None) -> Figure:
    """Return the customer pyramid: one centred bar per tier, the most loyal at the top.

    frame   what `tiers.pyramid` gives (tier, customers; one row per tier), or tier -> customers
    before  the same of another day or rule; shown as outlines where it differs

    Raises `DataError` for a missing column or a tier that does not exist.
    """
    counts = by_tier(frame)
    past = None if before is None else by_tier(before)
    with style():
        figure = blank(9.0, 5.0)
        PyramidPanel(figure.add_subplot(), lang).update(counts, past)
    figure.set_label(alt_pyramid(counts, lang))
    return figure


def revenue(frame: Any, lang: str = "en", before: Any = None) -> Figure:
    """Return what each tier brings in, and what is at stake: the part of the customers about to leave.

    frame   one row per tier with `tier` and `value` in yuan (`tiers_actions.value_at_stake`), or tier -> yuan
    before  the same of another state; shown as outlines where it differs
    """
    amounts = by_tier(frame, "value")
    past = None if before is None else by_tier(before, "value")
    with style():
        figure = blank(8.0, 5.0)
        RevenuePanel(figure.add_subplot(), lang).update(amounts, past)
    figure.set_label(alt_revenue(amounts, lang))
    return figure


def transitions(frame: Any, lang: str = "en") -> Figure:
    """Return the moves between tiers from one day to another as a table in colour: rows before, columns after.

    frame  what `tiers.transitions` gives (tier_before, tier_after, customers; one row per pair), or a mapping
           (before, after) -> customers

    Right of the diagonal (blue) are the moves up, left of it (orange) the moves down; on it (grey) is who stayed.
    The colour is the share of the row: what became of the customers of a tier.
    """
    moves = by_move(frame)
    with style():
        figure = blank(9.4, 6.6)
        axes = figure.add_subplot()
        _matrix(axes, moves, lang)
        axes.set_title(_moves_title(moves, lang), pad=14)
    figure.set_label(alt_transitions(moves, lang))
    return figure


def _matrix(axes: Axes, moves: Moves, lang: str) -> None:
    """Draw one cell per pair of tiers, the highest tier before in the top row, the highest after at the right."""
    rows = {start: sum(n for (a, _), n in moves.items() if a == start) for start in TIERS}
    for (start, end), n in moves.items():
        part = share(n, rows[start])
        colour = "#9a9a9a" if start == end else UP if went_up((start, end)) else DOWN
        x, y = TIERS.index(end), TIERS.index(start)
        strength = 0.12 + 0.68 * part  # never so strong that black text on it is hard to read
        axes.add_patch(_cell(x, y, colour, strength))
        text = f"{formats.number(n, lang)}\n{formats.percent(part, lang, 0)}"
        axes.text(x, y, text, ha="center", va="center", fontsize=11, color="black")
    names = [tier_name(tier, lang) for tier in TIERS]
    axes.set_xticks(range(len(TIERS)), names, rotation=30, ha="right", rotation_mode="anchor")
    axes.set_yticks(range(len(TIERS)), names)
    axes.set_xlim(-0.5, len(TIERS) - 0.5)
    axes.set_ylim(-0.5, len(TIERS) - 0.5)
    axes.set_xlabel(tell(lang, "tier after"))
    axes.set_ylabel(tell(lang, "tier before"))
    axes.spines[["left", "bottom"]].set_visible(False)
    fix_tick_font(axes)


def _cell(x: int, y: int, colour: str, strength: float) -> Any:
    from matplotlib.patches import Rectangle

    return Rectangle((x - 0.48, y - 0.48), 0.96, 0.96, facecolor=(colour, strength), edgecolor="none")


def _moves_title(moves: Moves, lang: str) -> str:
    changed = ranked(moves)
    return tell(
        lang,
        "Of {all} customers {up} moved up, {down} moved down",
        all=formats.number(sum(moves.values()), lang),
        up=formats.number(sum(n for move, n in changed if went_up(move)), lang),
        down=formats.number(sum(n for move, n in changed if not went_up(move)), lang),
    )


def alt_pyramid(frame: Any, lang: str = "en") -> str:
    """Say in words what `pyramid` shows: the customer base, then every tier from the top."""
    counts = by_tier(frame)
    known = sum(counts.values())
    rows = (
        tell(
            lang,
            "{tier} {customers} ({part})",
            tier=tier_name(tier, lang),
            customers=formats.number(counts[tier], lang),
            part=formats.percent(share(counts[tier], known), lang),
        )
        for tier in reversed(TIERS)
    )
    return tell(
        lang,
        "Customer pyramid. {base} customers in the base, {known} known. From the top: {rows}.",
        base=formats.number(base(counts), lang),
        known=formats.number(known, lang),
        rows=_listed(rows, lang),
    )


def alt_revenue(frame: Any, lang: str = "en") -> str:
    """Say in words what `revenue` shows: the total, what is at stake, then every tier from the top."""
    amounts = by_tier(frame, "value")
    total = sum(amounts.values())
    rows = (f"{tier_name(tier, lang)} {formats.money(amounts[tier], lang)}" for tier in reversed(TIERS))
    return tell(
        lang,
        "Revenue by tier. {total} in all, {stake} ({part}) at stake. From the top: {rows}.",
        total=formats.money(total, lang),
        stake=formats.money(amounts["at_risk"], lang),
        part=formats.percent(share(amounts["at_risk"], total), lang),
        rows=_listed(rows, lang),
    )


def alt_transitions(frame: Any, lang: str = "en") -> str:
    """Say in words what `transitions` shows: how many moved up and down, then the largest moves."""
    moves = by_move(frame)
    largest = ranked(moves)[:6]
    text = tell(lang, "Moves between tiers. {summary}.", summary=_moves_title(moves, lang))
    if not largest:
        return text
    rows = (f"{tier_name(a, lang)} → {tier_name(b, lang)} {formats.number(n, lang)}" for (a, b), n in largest)
    return sentences(lang, text, tell(lang, "The largest: {rows}.", rows=_listed(rows, lang)))


def _listed(words: Iterable[str], lang: str) -> str:
    return ("，" if lang == "zh" else ", ").join(words)


def sentences(lang: str, *parts: str) -> str:
    """Put sentences one after another; Chinese has no space between them."""
    return ("" if lang == "zh" else " ").join(parts)


def by_tier(frame: Any, column: str = "customers") -> Counts:
    """Return one column of a frame with one row per tier as tier -> number; tiers without a row have 0.

    A mapping is taken as it is. Raises `DataError` for a missing column and for a tier that does not exist.
    """
    rows = frame if isinstance(frame, Mapping) else dict(zip(*columns(frame, "tier", column), strict=True))
    numbers = {str(tier): float(value or 0) for tier, value in rows.items()}
    _check(numbers)
    return {tier: numbers.get(tier, 0.0) for tier in TIERS}


def by_move(frame: Any) -> Moves:
    """Return a frame of moves (tier_before, tier_after, customers) as (before, after) -> customers, without zeros.

    Who is in one of the two frames only (`tiers.ABSENT`: not yet known, or no longer) has not moved between tiers and
    is left out. A mapping is taken as it is.
    Raises `DataError` for a missing column and for a tier that does not exist.
    """
    if isinstance(frame, Mapping):
        rows = [(start, end, n) for (start, end), n in frame.items()]
    else:
        rows = list(zip(*columns(frame, "tier_before", "tier_after", "customers"), strict=True))
    moves = {(str(a), str(b)): int(n) for a, b, n in rows if n and ABSENT not in (a, b)}
    _check(tier for move in moves for tier in move)
    return moves


def _check(tiers: Iterable[str]) -> None:
    for tier in tiers:
        if tier not in TIERS:
            raise DataError(
                f"there is no tier {tier!r}; the tiers are {', '.join(TIERS)}", table="figure", column="tier"
            )
