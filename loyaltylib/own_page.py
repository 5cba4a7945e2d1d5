"""A sales list of one's own as one HTML page: pyramid, scorecard, cohorts, Lorenz curve, each with how to read it.

The page is whole in one file, has no script and asks no other computer for anything: its own rule for the browser
(Content-Security-Policy) forbids it. What stood in the list is text on it, never markup.
"""

from __future__ import annotations

import base64
from pathlib import Path
from typing import TYPE_CHECKING, Any, Final

from . import formats
from .files import write_whole
from .look import svg
from .messages import language_tag, tell
from .own_columns import ROLES
from .own_figures import RECORDS, out_of_reach, unknown_kpis
from .tiers_panels import OUTSIDE_BASE, TIERS, tier_name

if TYPE_CHECKING:
    from matplotlib.figure import Figure

    from .own_figures import Found
    from .own_sales import Sales

PAGES: Final = Path(__file__).resolve().parent / "page" / "own"
LARGEST, ENDANGERED, FAULTS = 10, 15, 20  # rows shown of each table


def write_page(sales: Sales, found: Found, path: Path, lang: str = "en", *, show_ids: bool = False) -> Path:
    """Write the page and return its path; a page that is there is replaced once the new one is whole.

    show_ids  customers by their own numbers or names; else by their place in the order of revenue
    """
    write_whole(path, page(sales, found, lang, show_ids=show_ids))
    return path


def page(sales: Sales, found: Found, lang: str = "en", *, show_ids: bool = False) -> str:
    """Return the page's HTML."""
    from jinja2 import Environment, FileSystemLoader

    def say(message: str, **values: object) -> str:
        return tell(lang, message, **values)

    room = Environment(loader=FileSystemLoader(PAGES), autoescape=True, trim_blocks=True, lstrip_blocks=True)
    names = _names(found, lang, show_ids=show_ids)
    return room.get_template("page.html.j2").render(
        say=say,
        tag=language_tag(lang),
        number=lambda value, decimals=0: formats.number(value, lang, decimals),
        percent=lambda value: formats.percent(value, lang),
        day=lambda value: formats.date(value, lang),
        roles=ROLES,
        sales=sales,
        found=found,
        show_ids=show_ids,
        total=formats.number(float(sales.tables.transactions["amount"].sum()), lang, 2),
        pictures=_pictures(found, lang),
        tiers=_tiers(found, lang),
        unreachable=_unreachable(sales, lang),
        kpis=_kpis(found, lang),
        tops=found.pareto.to_dict("records"),
        largest=_largest(found, names, lang),
        endangered=_endangered(found, names, lang),
        faults=[fault.text(lang) for fault in sales.faults[:FAULTS]],
        reasons=[(tell(lang, reason), count) for reason, count in sales.by_reason],
    )


def _names(found: Found, lang: str, *, show_ids: bool) -> dict[str, str]:
    """Return what each customer is called on the page: by default a place in the order of revenue, no number."""
    ids = found.customers["customer_id"]
    if show_ids:
        return {each: each for each in ids}
    return {each: tell(lang, "customer {place}", place=place) for place, each in enumerate(ids, 1)}


def _pictures(found: Found, lang: str) -> dict[str, dict[str, str]]:
    from . import figures
    from .segments_panels import lorenz

    curves = {tell(lang, "revenue"): found.customers["revenue"]}
    if found.by_profit and found.customers["profit"].sum() > 0:
        curves[tell(lang, "profit")] = found.customers["profit"]
    made = {"pyramid": figures.pyramid(found.pyramid, lang)}
    if found.customers["revenue"].sum() > 0:
        made["lorenz"] = lorenz(curves, lang)
    if found.has_later_months:
        made["cohorts"] = figures.cohort_heatmap(found.cohorts, lang)
    return {name: _picture(figure, lang) for name, figure in made.items()}


def _picture(figure: Figure, lang: str) -> dict[str, str]:
    """Return a picture as the address of its own bytes, and its text alternative."""
    data = base64.b64encode(svg(figure, lang).encode()).decode()
    width, height = (round(96 * inches) for inches in figure.get_size_inches())
    return {
        "src": f"data:image/svg+xml;base64,{data}",
        "alt": str(figure.get_label()),
        "width": str(width),
        "height": str(height),
    }


def _tiers(found: Found, lang: str) -> list[dict[str, Any]]:
    rows = {row["tier"]: row for row in found.pyramid.to_dict("records")}
    return [
        {
            "name": tier_name(tier, lang),
            "customers": formats.number(rows[tier]["customers"], lang),
            "share": formats.percent(rows[tier]["share"], lang),
            "value": formats.number(rows[tier]["value"], lang),
            "outside": tier in OUTSIDE_BASE,
        }
        for tier in reversed(TIERS)
    ]


def _unreachable(sales: Sales, lang: str) -> list[dict[str, str]]:
    """Return the tiers that a list of sales cannot show, with the records that are missing."""
    comma = "、" if lang == "zh" else ", "
    return [
        {"tier": tier_name(tier, lang), "records": comma.join(tell(lang, RECORDS[table]) for table in missing)}
        for tier, missing in out_of_reach(sales.tables).items()
    ]


def _kpis(found: Found, lang: str) -> list[dict[str, str]]:
    missing = unknown_kpis(found.scorecard)
    words = {"better": tell(lang, "better"), "worse": tell(lang, "worse"), "same": tell(lang, "the same")}
    return [
        {
            "term": row["term"],
            "sentence": row["sentence"],
            "judged": words.get(row["judged"], formats.MISSING),
            "kind": row["judged"],
            "missing": tell(lang, text) if (text := missing.get(row["kpi"], "")) else "",
        }
        for row in found.scorecard.to_dict("records")
    ]


def _largest(found: Found, names: dict[str, str], lang: str) -> list[dict[str, str]]:
    tiers = dict(zip(found.tiers["customer_id"], found.tiers["tier"], strict=True))
    return [
        {
            "name": names[row["customer_id"]],
            "revenue": formats.number(row["revenue"], lang),
            "tier": tier_name(tiers[row["customer_id"]], lang),
        }
        for row in found.customers.head(LARGEST).to_dict("records")
    ]


def _endangered(found: Found, names: dict[str, str], lang: str) -> list[dict[str, str]]:
    """Return the customers at risk with the most revenue in the last 365 days, and the warnings."""
    from .tiers import explain

    rows = found.tiers[found.tiers["tier"] == "at_risk"]
    rows = rows.sort_values(["revenue", "customer_id"], ascending=[False, True], kind="stable").head(ENDANGERED)
    comma = "；" if lang == "zh" else "; "
    known = [", ".join(one for one in text.split(", ") if not one.endswith("?")) for text in rows["signals"]]
    return [
        {
            "name": names[row["customer_id"]],
            "revenue": formats.number(row["revenue"], lang),
            "why": comma.join(explain(signals, lang)),
        }
        for row, signals in zip(rows.to_dict("records"), known, strict=True)
    ]
