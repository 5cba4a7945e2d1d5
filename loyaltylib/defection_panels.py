"""Pictures of the chapter on defection, and the table of its decision.

A picture takes a frame or plain numbers and the reader's language, touches no pyplot, and carries the sentence for
someone who does not see it (the `alt_` function of the same name) as its label.
"""

from __future__ import annotations

from typing import TYPE_CHECKING, Any, Final

from . import formats
from .defection import cause_of, classify, signals
from .defection_outlook import year_profit
from .errors import DataError, RuleError
from .look import DOWN, UP, blank, columns, fix_tick_font, style
from .messages import tell

if TYPE_CHECKING:
    from collections.abc import Sequence

    import pandas as pd
    from matplotlib.figure import Figure

    from .data import Tables

UNKNOWN: Final = "unknown"
_ELSEWHERE = "#c9c9c9"

# ---------------------------------------------------------------- one customer's wallet


def wallet_bars(frame: Any, lang: str = "en") -> Figure:
    """Return one customer's spending by quarter: ours, what goes elsewhere on top, and our share above each bar.

    frame  the customer's rows of the wallet (period, own_spend, total_category_spend)

    Raises `DataError` for a missing column or no row.
    """
    rows = _wallet(frame)
    with style():
        figure = blank(9.0, 4.4)
        axes = figure.add_subplot()
        places = range(len(rows))
        own = [own for _, own, _ in rows]
        axes.bar(places, own, color=UP, label=tell(lang, "with us"))
        rest = [total - own for _, own, total in rows]
        axes.bar(places, rest, bottom=own, color=_ELSEWHERE, label=tell(lang, "elsewhere"))
        for place, (_, ours, total) in enumerate(rows):
            text = formats.percent(ours / total if total else None, lang, 0)
            axes.text(place, total, text, ha="center", va="bottom", fontsize=11)
        axes.set_xticks(places, [_quarter(period) for period, _, _ in rows])
        axes.yaxis.set_major_formatter(lambda amount, _: formats.money(amount, lang))
        axes.set_xlabel(tell(lang, "quarter; above the bar: our share of the customer's spending"))
        axes.set_title(_wallet_title(rows, lang))
        axes.set_ylim(0, 1.12 * max(total for _, _, total in rows))
        axes.legend(loc="upper left", bbox_to_anchor=(1, 1), frameon=False)
        fix_tick_font(axes)
    figure.set_label(alt_wallet_bars(frame, lang))
    return figure


def alt_wallet_bars(frame: Any, lang: str = "en") -> str:
    """Say in words what `wallet_bars` shows: spending with us and our share, in the last quarter and the one before."""
    return tell(lang, "Spending by quarter, with us and elsewhere. {said}.", said=_wallet_title(_wallet(frame), lang))


def _wallet(frame: Any) -> list[tuple[Any, float, float]]:
    rows = sorted(zip(*columns(frame, "period", "own_spend", "total_category_spend"), strict=True))
    if not rows:
        raise DataError("there is no quarter to draw", table="figure", column="period")
    return [(period, float(own), float(total)) for period, own, total in rows]


def _wallet_title(rows: Sequence[tuple[Any, float, float]], lang: str) -> str:
    (_, own, total), (_, own_before, total_before) = rows[-1], rows[-2] if len(rows) > 1 else rows[-1]
    return tell(
        lang,
        "With us {before} → {now}, our share {share_before} → {share_now}",
        before=formats.money(own_before, lang),
        now=formats.money(own, lang),
        share_before=formats.percent(own_before / total_before if total_before else None, lang, 0),
        share_now=formats.percent(own / total if total else None, lang, 0),
    )


def _quarter(period: Any) -> str:
    quarter = (period.month + 2) // 3
    return f"Q{quarter}\n{period.year}" if quarter == 1 else f"Q{quarter}"


# ---------------------------------------------------------------- what they say, what the rest says


def stated_and_told(interviews: Any) -> pd.DataFrame:
    """Count the interviews by the reason stated, and by the cause that all the rest of each interview points to.

    Before: `interviews` as the data model has them. After: one row a cause, then `unknown`: `cause`, `stated`, `told`,
    the cause told most often first. `told` leaves the stated reason aside and asks `cause_of` in its usual order.
    """
    import pandas as pd

    names = ("destination", "poor_service", "rival_promotion", "own_promotion", "quality_gap", "price_gap")
    stated, *rest = columns(interviews, "stated", *names)
    told = [
        cause_of(
            destination=where,
            poor_service=bool(poor),
            rival_promotion=bool(rival),
            own_promotion=bool(own),
            quality_gap=None if pd.isna(quality) else quality,
            price_gap=None if pd.isna(price) else price,
        )
        for where, poor, rival, own, quality, price in zip(*rest, strict=True)
    ]
    counts = {
        "stated": pd.Series(stated, dtype="object").fillna(UNKNOWN).value_counts(),
        "told": pd.Series([UNKNOWN if cause is None else cause.value for cause in told]).value_counts(),
    }
    both = pd.DataFrame(counts).fillna(0).astype(int).rename_axis("cause").reset_index()
    both["last"] = both["cause"] == UNKNOWN
    order = both.sort_values(["last", "told", "cause"], ascending=[True, False, True], ignore_index=True)
    return order[["cause", "stated", "told"]]


def cause_bars(frame: Any, lang: str = "en") -> Figure:
    """Return two bars for each cause: how many stated it, and how many point to it by the rest of their interview.

    frame  what `stated_and_told` gives
    """
    rows = _rows(frame, "cause", "stated", "told")
    with style():
        figure = blank(9.0, 4.8)
        axes = figure.add_subplot()
        for shift, place, colour, label in (
            (-0.2, 1, _ELSEWHERE, tell(lang, "the reason they state")),
            (0.2, 2, UP, tell(lang, "where the rest of the interview points")),
        ):
            where = [at + shift for at in range(len(rows))]
            bars = axes.barh(where, [row[place] for row in rows], height=0.38, color=colour, label=label)
            axes.bar_label(bars, padding=3, fontsize=11)
        axes.set_yticks(range(len(rows)), [cause_name(row[0], lang) for row in rows])
        axes.invert_yaxis()
        axes.set_xlabel(tell(lang, "interviews"))
        axes.set_title(tell(lang, "What they say, and what they tell"))
        axes.legend(loc="upper left", bbox_to_anchor=(0, -0.14), ncols=2, frameon=False)
        fix_tick_font(axes)
    figure.set_label(alt_cause_bars(frame, lang))
    return figure


def alt_cause_bars(frame: Any, lang: str = "en") -> str:
    """Say in words what `cause_bars` shows: both counts of every cause."""
    said = [
        tell(lang, "{cause} {stated} and {told}", cause=cause_name(cause, lang), stated=stated, told=told)
        for cause, stated, told in _rows(frame, "cause", "stated", "told")
    ]
    listed = tell(lang, ", ").join(said)
    return tell(lang, "Interviews by the reason stated and by what the rest points to: {listed}.", listed=listed)


def cause_name(cause: str, lang: str = "en") -> str:
    """Return the name of a cause as it stands beside a bar, from the concept registry; `unknown` has its own word."""
    from .concepts import get

    return tell(lang, "not known") if cause == UNKNOWN else get(f"defection.cause.{cause}").term(lang)


# ---------------------------------------------------------------- who follows


# ---------------------------------------------------------------- saving, with a control arm


def save_arms(tried: tuple[int, int], alone: tuple[int, int], lang: str = "en") -> Figure:
    """Return two bars: the share who bought again of those somebody tried to save, and of those left alone by lot.

    tried, alone  how many bought again, and how many there were

    Raises `RuleError` for an arm with nobody in it.
    """
    shares = _shares(tried, alone)
    with style():
        figure = blank(8.0, 3.6)
        axes = figure.add_subplot()
        names = [tell(lang, "left alone by lot"), tell(lang, "tried to save")]
        for place, (share, (back, of)) in enumerate(zip(shares[::-1], (alone, tried), strict=True)):
            axes.barh(place, share, color=(_ELSEWHERE, UP)[place], height=0.55)
            said = tell(lang, "{share} ({back} of {of})", share=formats.percent(share, lang, 0), back=back, of=of)
            axes.text(share, place, f"  {said}", va="center")
        axes.axvline(shares[1], color=DOWN, linewidth=1.5, linestyle="--")
        axes.set_yticks(range(2), names)
        axes.set_xlim(0, max(*shares, 0.1) * 1.5)
        axes.xaxis.set_major_formatter(lambda share, _: formats.percent(share, lang, 0))
        axes.set_xlabel(tell(lang, "bought again within 180 days"))
        axes.set_title(_arms_title(shares, lang))
        fix_tick_font(axes)
    figure.set_label(alt_save_arms(tried, alone, lang))
    return figure


def alt_save_arms(tried: tuple[int, int], alone: tuple[int, int], lang: str = "en") -> str:
    """Say in words what `save_arms` shows: both shares and their difference."""
    shares = _shares(tried, alone)
    return tell(
        lang,
        "Bought again within 180 days: {tried} of those tried, {alone} of those left alone by lot. {said}.",
        tried=formats.percent(shares[0], lang, 0),
        alone=formats.percent(shares[1], lang, 0),
        said=_arms_title(shares, lang),
    )


def _shares(tried: tuple[int, int], alone: tuple[int, int]) -> tuple[float, float]:
    if tried[1] <= 0 or alone[1] <= 0:
        raise RuleError("an arm has nobody in it; both need one customer or more")
    return tried[0] / tried[1], alone[0] / alone[1]


def _arms_title(shares: tuple[float, float], lang: str) -> str:
    return tell(lang, "The attempt adds {gain}", gain=formats.points(shares[0] - shares[1], lang, 0))


def arms_of(tables: Tables, days: int = 180) -> dict[str, int]:
    """Count both arms of the attempts to save: who was tried and who left alone by lot, and who bought again.

    After: `tried`, `saved`, `alone`, `back`. Only who was flagged at least `days` before `as_of` counts, in both arms;
    who bought again did so within these days.
    """
    import pandas as pd

    attempts, span = tables.save_attempts, pd.Timedelta(days=days)
    if attempts is None:
        return dict.fromkeys(("tried", "saved", "alone", "back"), 0)
    over = attempts[attempts["flagged_on"] + span <= pd.Timestamp(tables.as_of)]
    alone = over[over["outcome"] == "not_tried"].reset_index()
    bought = alone.merge(tables.transactions[["customer_id", "date"]], on="customer_id")
    since = bought["date"] - bought["flagged_on"]
    back = bought.loc[(since > pd.Timedelta(0)) & (since <= span), "index"].nunique()
    saved = int((over["outcome"] == "saved").sum())
    return {
        "tried": saved + int((over["outcome"] == "lost").sum()),
        "saved": saved,
        "alone": len(alone),
        "back": int(back),
    }


# ---------------------------------------------------------------- whom to talk to

_SLIPPING, _GONE, _LEAST_FALL, _LEAST_CHANGE = 9, 3, 0.05, 0.01


def talk_list(tables: Tables, everyone: pd.DataFrame | None = None) -> pd.DataFrame:
    """Return twelve customers to choose from: nine who have half gone and three who have gone, those of most profit.

    `everyone` may hold what `classify` and `signals` say of these customers, where it is known already (`known_signs`).
    After: one row a customer, the largest fall of our share first:

        customer_id
        kind        partial or complete
        share_fall  by how much our share fell in the latest quarter of the wallet (fraction)
        own_growth  by how much spending with us changed in it (fraction; negative: it fell)
        profit      of the last 365 days: amount less cost of the goods (yuan)
    """
    import pandas as pd

    signs = known_signs(tables) if everyone is None else everyone
    known = signs.merge(year_profit(tables).round().reset_index(), on="customer_id")
    best = known.sort_values(["profit", "customer_id"], ascending=[False, True])
    slipping, gone = (best[best["kind"] == kind] for kind in ("partial", "complete"))
    clear = (slipping["share_fall"] >= _LEAST_FALL) & (slipping["own_growth"].abs() >= _LEAST_CHANGE)
    chosen = pd.concat([slipping[clear].head(_SLIPPING), gone.head(_GONE)])
    shown = chosen.sort_values(["share_fall", "customer_id"], ascending=[False, True], ignore_index=True)
    return shown.round({"share_fall": 3, "own_growth": 2})


def known_signs(tables: Tables) -> pd.DataFrame:
    """Return what `talk_list` needs of each customer: kind, fall of our share, change of spending with us."""
    kinds: pd.DataFrame = classify(tables, tables.as_of)[["customer_id", "kind"]]
    measured = signals(tables, tables.as_of)[["customer_id", "share_fall", "own_growth"]]
    return kinds.merge(measured, on="customer_id")


def _rows(frame: Any, *names: str) -> list[tuple[Any, ...]]:
    return list(zip(*columns(frame, *names), strict=True))
