"""Two pictures of the chapter `value`: the four kinds of customers, and losses quoted and counted."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from . import formats
from .errors import DataError
from .look import DOWN, INK, QUIET, UP, blank, columns, fix_tick_font, style
from .messages import tell
from .value_loyalty import Quadrant

if TYPE_CHECKING:
    from collections.abc import Mapping

    from matplotlib.figure import Figure

# Kind -> where its square stands: 0 goes, 1 stays; 0 not satisfied, 1 satisfied.
_PLACES = {
    Quadrant.DEFECTOR: (0, 0),
    Quadrant.MERCENARY: (0, 1),
    Quadrant.HOSTAGE: (1, 0),
    Quadrant.APOSTLE: (1, 1),
}
KIND_COLOURS = {
    Quadrant.DEFECTOR: DOWN,
    Quadrant.MERCENARY: "#f0c84b",
    Quadrant.HOSTAGE: "#cc79a7",
    Quadrant.APOSTLE: UP,
}


def four_kinds(kinds: Any, lang: str = "en") -> Figure:
    """Return the square of satisfaction and loyalty: how many customers are of each of the four kinds.

    kinds  what `value.quadrants` gives (customer_id, quadrant), or kind -> customers

    Raises `DataError` for a missing column or a word that is no kind.
    """
    counts = _counts(kinds)
    total = sum(counts.values())
    with style():
        figure = blank(8.0, 5.2)
        axes = figure.add_subplot()
        for kind, (x, y) in _PLACES.items():
            axes.add_patch(_square(x, y, KIND_COLOURS[kind]))
            axes.text(x, y + 0.12, kind_name(kind, lang), ha="center", va="center", fontsize=16, color=INK)
            text = f"{formats.number(counts[kind], lang)}  ({_share(counts[kind], total, lang)})"
            axes.text(x, y - 0.14, text, ha="center", va="center", color=INK)
        axes.set_xlim(-0.5, 1.5)
        axes.set_ylim(-0.5, 1.5)
        axes.set_xticks([0, 1], [tell(lang, "has gone"), tell(lang, "stays")])
        axes.set_yticks([0, 1], [tell(lang, "not satisfied"), tell(lang, "satisfied")])
        axes.set_xlabel(tell(lang, "loyalty"))
        axes.set_ylabel(tell(lang, "satisfaction"))
        axes.set_title(_kinds_title(counts, lang))
        axes.spines[["left", "bottom"]].set_visible(False)
        fix_tick_font(axes)
    figure.set_label(alt_four_kinds(counts, lang))
    return figure


def alt_four_kinds(kinds: Any, lang: str = "en") -> str:
    """Say in words what `four_kinds` shows: the share of the satisfied who have gone, then each kind."""
    counts = _counts(kinds)
    rows = [f"{kind_name(kind, lang)} {formats.number(counts[kind], lang)}" for kind in Quadrant]
    said = tell(lang, "Four kinds of customers. {said}.", said=_kinds_title(counts, lang))
    return f"{said}{_space(lang)}{_comma(lang).join(rows)}{_stop(lang)}"


def kind_name(kind: str, lang: str = "en") -> str:
    """Return what the customers of one kind are called; raises `DataError` for a word that is no kind."""
    names = {
        Quadrant.APOSTLE: tell(lang, "apostles"),
        Quadrant.MERCENARY: tell(lang, "mercenaries"),
        Quadrant.HOSTAGE: tell(lang, "hostages"),
        Quadrant.DEFECTOR: tell(lang, "defectors"),
    }
    if kind not in names:
        known = ", ".join(repr(each.value) for each in Quadrant)
        raise DataError(f"{kind!r} is no kind of customer; known: {known}", table="figure", column="quadrant")
    return names[Quadrant(kind)]


def losses(frame: Any, counted: Mapping[str, float], lang: str = "en") -> Figure:
    """Return the rates of loss that are quoted beside those that were counted, level by level.

    frame    what `value.expected_loss_of` gives (level, rate_low, rate_high)
    counted  level -> the share of one's own customers who have gone (fraction)

    Raises `DataError` for a missing column, or a level that was not counted.
    """
    rows = _loss_rows(frame, counted)
    with style():
        figure = blank(9.0, 4.4)
        axes = figure.add_subplot()
        for place, (_, low, high, own) in enumerate(rows):
            axes.barh(place + 0.2, high, height=0.36, color="#cfcfcf", label=tell(lang, "quoted (a claim)"))
            axes.barh(place - 0.2, own, height=0.36, color=DOWN, label=tell(lang, "counted here"))
            quoted = _range(low, high, lang)
            axes.text(high + 0.01, place + 0.2, quoted, va="center", fontsize=11, color=QUIET)
            axes.text(own + 0.01, place - 0.2, formats.percent(own, lang, 0), va="center", fontsize=11, color=INK)
        axes.set_yticks(range(len(rows)), [level_name(level, lang) for level, *_ in rows])
        axes.xaxis.set_major_formatter(lambda share, _: formats.percent(share, lang, 0))
        axes.set_xlim(0, 1)
        axes.set_xlabel(tell(lang, "share of the customers who have gone"))
        axes.set_title(tell(lang, "Losses by satisfaction: quoted and counted"))
        handles, labels = axes.get_legend_handles_labels()
        axes.legend(handles[:2], labels[:2], frameon=False, loc="upper right")
        fix_tick_font(axes)
    figure.set_label(alt_losses(frame, counted, lang))
    return figure


def alt_losses(frame: Any, counted: Mapping[str, float], lang: str = "en") -> str:
    """Say in words what `losses` shows: for each level the quoted rate and the counted one."""
    rows = [
        tell(
            lang,
            "{level}: quoted {quoted}, counted {counted}",
            level=level_name(level, lang),
            quoted=_range(low, high, lang),
            counted=formats.percent(own, lang, 0),
        )
        for level, low, high, own in _loss_rows(frame, counted)
    ]
    title = tell(lang, "Losses by satisfaction: quoted and counted")
    return f"{title}{_stop(lang)}{_space(lang)}{_semicolon(lang).join(rows)}{_stop(lang)}"


def _square(x: int, y: int, colour: str) -> Any:
    from matplotlib.patches import Rectangle

    return Rectangle((x - 0.48, y - 0.48), 0.96, 0.96, facecolor=(colour, 0.35), edgecolor="none")


def _counts(kinds: Any) -> dict[Quadrant, float]:
    """Return kind -> customers; a customer of unknown kind is not counted."""
    if isinstance(kinds, dict):
        given = {str(kind): float(n) for kind, n in kinds.items()}
    else:
        (words,) = columns(kinds, "quadrant")
        known = [str(word) for word in words if isinstance(word, str)]
        given = {word: float(known.count(word)) for word in set(known)}
    for word in given:
        kind_name(word)
    return {kind: given.get(kind.value, 0.0) for kind in Quadrant}


def _kinds_title(counts: Mapping[Quadrant, float], lang: str) -> str:
    satisfied = counts[Quadrant.APOSTLE] + counts[Quadrant.MERCENARY]
    share = _share(counts[Quadrant.MERCENARY], satisfied, lang)
    return tell(lang, "Of the satisfied customers {share} have gone", share=share)


def _share(part: float, whole: float, lang: str) -> str:
    return formats.percent(part / whole if whole else 0.0, lang, 0)


def _loss_rows(frame: Any, counted: Mapping[str, float]) -> list[tuple[str, float, float, float]]:
    rows = list(zip(*columns(frame, "level", "rate_low", "rate_high"), strict=True))
    for level, *_ in rows:
        if level not in counted:
            raise DataError(f"{level!r} was not counted; give its share", table="figure", column="level")
    return [(level, low, high, float(counted[level])) for level, low, high in rows]


def level_name(level: str, lang: str = "en") -> str:
    """Return what a level of satisfaction is called in the quoted table; another word stays as it is."""
    names = {
        "very dissatisfied": tell(lang, "very dissatisfied"),
        "dissatisfied": tell(lang, "dissatisfied"),
        "neutral": tell(lang, "no opinion"),
        "satisfied": tell(lang, "fairly satisfied"),
        "very satisfied": tell(lang, "highly satisfied"),
    }
    return names.get(level, level)


def _range(low: float, high: float, lang: str) -> str:
    if low == high:
        return formats.percent(high, lang, 0)
    if lang == "zh":
        return f"{formats.percent(low, lang, 0)}～{formats.percent(high, lang, 0)}"
    return f"{formats.number(100 * low, lang)}–{formats.percent(high, lang, 0)}"


def _space(lang: str) -> str:
    return "" if lang == "zh" else " "


def _comma(lang: str) -> str:
    return "，" if lang == "zh" else ", "


def _semicolon(lang: str) -> str:
    return "；" if lang == "zh" else "; "


def _stop(lang: str) -> str:
    return "。" if lang == "zh" else "."
