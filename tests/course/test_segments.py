"""What only the chapter `segments` has: its accounts, its figures on real data, its pictures."""

from __future__ import annotations

import re
from functools import cache
from typing import Any

import pytest

from loyaltylib import concepts, segments
from loyaltylib.data import Tables, load
from loyaltylib.formats import number
from loyaltylib.messages import LANGUAGES
from tests.course import notebooks

CAST = {"K2565": "high_high", "K0076": "high_low", "K1164": "low_high", "K0769": "low_low"}
AUTUMN, END, WEEKS = "1997-09-30", "1998-06-30", 39
in_both = pytest.mark.parametrize("lang", LANGUAGES)


@cache
def company(lang: str = "en") -> Tables:
    return load("company", lang=lang)


@cache
def cdnow() -> Tables:
    return load("cdnow")


@cache
def value() -> Any:
    return segments.crm_dimensions(company(), company().as_of).set_index("customer_id")


@cache
def scored(day: str) -> Any:
    summary = segments.rfm_summary(cdnow(), day)
    return summary.merge(segments.rfm_scores(summary), on="customer_id")


@cache
def checked() -> Any:
    """Return the forecast of the notebook beside what happened in the weeks after."""
    known = segments.rfm_summary(cdnow(), AUTUMN, unit_days=7)
    ahead = segments.forecast(known, segments.fit_bgnbd(known), WEEKS, segments.fit_gamma_gamma(known))
    bought = cdnow().transactions
    later = bought[bought["date"] > AUTUMN]
    days = later.drop_duplicates(["customer_id", "date"])["customer_id"].value_counts()
    found = known.merge(ahead, on="customer_id").set_index("customer_id")
    found["happened"] = days.reindex(found.index, fill_value=0)
    found["paid"] = later.groupby("customer_id")["amount"].sum().reindex(found.index, fill_value=0.0)
    return found


def text(cell_id: str, lang: str) -> str:
    return next(cell.source[lang] for cell in notebooks.source("segments").cells if cell.id == cell_id)


def said(cell_id: str, *figures: str) -> None:
    """Ask that a cell names the figures, in both languages."""
    for lang in LANGUAGES:
        for figure in figures:
            assert re.search(rf"(?<![\d.,]){re.escape(figure)}(?![\d]|[.,]\d)", text(cell_id, lang)), (
                cell_id,
                lang,
                figure,
            )


# ---------------------------------------------------------------- words


@in_both
def test_every_concept_is_called_by_its_term(lang):
    everything = " ".join(
        cell.source[lang].lower() for cell in notebooks.source("segments").cells if cell.kind == "text"
    )
    for concept in concepts.all():
        if concept.taught_in != "segments":
            continue
        bare = re.sub(r"\s*[（(].*|^Dimension \d: ", "", concept.term(lang)).lower()
        assert bare in everything, concept.id


@in_both
def test_what_is_invented_and_what_is_real_is_said(lang):
    assert {"en": "**synthetic**", "zh": "**合成的**"}[lang] in text("aims", lang)
    assert {"en": "is real", "zh": "真实"}[lang] in text("aims", lang)


# ---------------------------------------------------------------- the accounts


@in_both
@pytest.mark.parametrize(
    ("who", "where"),
    [("K0076", "pair-intro"), ("K1164", "pair-intro"), ("K2565", "lorenz-intro"), ("K0769", "clp-cells")],
)
def test_the_text_names_the_accounts_of_the_rows(who, where, lang):
    people = company(lang).customers
    name = people.loc[people["customer_id"] == who, "name"].item()
    assert name in text(where, lang)
    assert who in text(where, lang)


def test_the_four_accounts_stand_in_the_four_cells():
    cells = segments.clp_cells(value().reset_index()).set_index("customer_id")["cell"]
    assert {who: cells[who] for who in CAST} == CAST


def test_the_map_is_not_cut_into_halves_as_the_text_says():
    cells = segments.clp_cells(value().reset_index())
    without = cells["potential_value"].isna()
    assert (cells.loc[without, "current_value"] == 0).all()
    high = cells.loc[~without, "cell"].str.startswith("high_").mean()
    said("clp-intro", str(without.sum()), f"{high:.0%}")


def test_the_two_accounts_are_what_the_text_says():
    theatre, school = value().loc["K0076"], value().loc["K1164"]
    assert theatre["consumption"] > 3 * school["consumption"]
    assert theatre["potential_value"] == 0
    place = value()["consumption"].rank(ascending=False)
    said("wallet-intro", str(int(place["K0076"])), str(int(place["K1164"])))
    wallet = company().wallet
    rows = wallet[(wallet["customer_id"] == "K1164") & (wallet["period"] >= "2025-01-01")]
    assert set(rows["total_category_spend"]) == {20359.0}
    assert list(rows["period"].astype(str).str[:10]) == ["2025-03-31", "2025-06-30", "2025-09-30"]
    assert rows["own_spend"].sum() < 0.03 * rows["total_category_spend"].sum()
    said("elsewhere-intro", number(20359), "0.3754")
    by_hand = (rows["total_category_spend"] - rows["own_spend"]).sum() * 0.3754
    assert by_hand == pytest.approx(school["potential_value"], abs=0.5)
    parts = school[["historical_value", "current_value", "potential_value"]]
    assert list(parts.round(2)) == [1687.2, 385.0, 22417.94]
    said("clv-forward", number(parts.iloc[1:].sum()))


def test_the_splits_are_what_the_text_says():
    persons = value()[(value()["customer_type"] == "consumer") & (value()["consumption"] > 0)]
    means = persons.groupby("sex")["current_value"].mean()
    said("dimensions", f"{means['f']:.0f}", f"{means['m']:.0f}")
    firms = segments.profile(value().reset_index(), "customer_type", "current_value").set_index("customer_type")
    said("dimensions", f"{firms['share']['business']:.0%}", f"{firms['value_share']['business']:.0%}")
    said("dimensions", str(value()["potential_value"].isna().sum()))


def test_profit_is_spread_as_the_text_says():
    profits = segments.profit_contribution(company(), "2025-01-01", "2025-12-31")
    first = profits.sort_values("place").iloc[0]
    assert first["customer_id"] == "K2565"
    said("lorenz-intro", number(first["profit"]), number(len(profits)), f"{first['cumulative']:.1%}")
    spent = segments.rfm_summary(cdnow(), END)
    said("lorenz-intro", number(len(spent)))
    ours, theirs = segments.pareto_share(profits, by="profit"), segments.pareto_share(spent, by="spent")
    said("eighty", f"{ours:.0%}", f"{theirs:.0%}", f"{1 - theirs:.0%}")


def test_the_low_low_account_recommended_somebody():
    assert (company().referrals["referrer_id"] == "K0769").any()
    assert value()["current_value"]["K0769"] == 75


# ---------------------------------------------------------------- RFM


def test_customer_03883_is_what_the_text_says():
    row = scored(AUTUMN).set_index("customer_id").loc["03883"]
    assert row["frequency"] == 7
    assert row["recency"] == 56
    assert row["cell"] == "slipping champion"
    said("forecast-intro", "03883", "00154")
    rare = scored(AUTUMN).set_index("customer_id").loc["00154"]
    assert (rare["frequency"], rare["days_since_last"]) == (2, 3)


def test_the_map_moves_as_the_text_says():
    before, after = scored("1997-06-30"), scored(END)
    shares = [(frame["cell"] == "champion").mean() for frame in (before, after)]
    said("fifths-explain", *(f"{share:.0%}" for share in shares))
    recent = [(frame["r"] >= 4).mean() for frame in (before, after)]
    assert recent == pytest.approx([0.4, 0.4], abs=0.01)
    said("explain", *(f"{(frame['days_since_last'] <= 90).mean():.0%}" for frame in (before, after)))
    bought = cdnow().transactions
    quarters = bought.groupby(bought["date"].dt.to_period("Q"))["amount"].sum()
    sales = [quarters["1997Q2"], quarters["1998Q2"]]
    assert all(f"{amount / 1000:.0f},000" in text("explain", "en") for amount in sales)
    assert all(f"{amount / 10000:.1f} 万美元" in text("explain", "zh") for amount in sales)


# ---------------------------------------------------------------- lifetime value and the forecast


def test_the_discounted_years_are_right():
    years = [1000 * 0.8**year / 1.1**year for year in (1, 2, 3)]
    said("discounted", *(f"{year:.0f}" for year in years))
    said("discounted", number(segments.clv_discounted(margin=1000, retention=0.8, discount=0.1)))


def test_the_forecast_and_what_happened_are_what_the_text_says():
    found = checked()
    said("check-intro", f"{found['alive']['03883']:.3f}", f"{found['alive']['00154']:.3f}")
    forecast, happened = found["expected_purchases"].sum(), found["happened"].sum()
    said("forecast-says", number(forecast), number(happened), f"{happened / forecast - 1:.0%}")
    assert f"{found['clv'].sum() / 1000:.0f},000 dollars" in text("forecast-says", "en")
    assert f"{found['paid'].sum() / 1000:.0f},000" in text("forecast-says", "en")
    assert f"{found['clv'].sum() / 10000:.1f} 万美元" in text("forecast-says", "zh")
    assert f"{found['paid'].sum() / 10000:.1f} 万美元" in text("forecast-says", "zh")
    once = found[found["frequency"] == 0]
    assert set(once["alive"]) == {1.0}
    said("forecast-says", number(len(once)), f"{(once['happened'] == 0).mean():.0%}")
    assert found["happened"]["03883"] == 6
    assert round(found["expected_purchases"]["14048"]) == 54
    assert found["happened"]["14048"] == 100
    groups = found.groupby(found["frequency"].clip(upper=7))[["expected_purchases", "happened"]].mean()
    assert groups["expected_purchases"].is_monotonic_increasing
    assert groups["happened"].is_monotonic_increasing


def test_the_model_ranks_the_practice_item_as_its_key_does():
    model = segments.fit_bgnbd(segments.rfm_summary(cdnow(), AUTUMN, unit_days=7))
    histories = {"weekly": (12, 12), "seldom": (1, 12), "fresh": (12, 40)}
    alive = {
        name: segments.probability_alive(model, frequency=times, recency=last, age=40)
        for name, (times, last) in histories.items()
    }
    key = next(one.item.key for one in notebooks.source("segments").items.values() if one.item.name == "silence")
    assert sorted(alive, key=lambda name: alive[name]) == key


def test_the_numeric_items_are_right():
    keys = {one.item.name: one.item.key for one in notebooks.source("segments").items.values()}
    assert keys["multiple"] == pytest.approx(segments.clv_discounted(300, 0.7, 0.05))
    assert keys["forward"] == segments.clv_components(4200, 650, 1150, include_historical=False)
    assert keys["score"] == 1 + sum(cut < 80 for cut in (20, 45, 80, 150))
    assert keys["lorenz"] == 1 - 0.37
