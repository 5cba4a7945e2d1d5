"""What the synthetic company's tables show of the figures they were calibrated to.

Each is measured as it was measured on the real data. `python -m datasets.make.measures` prints them for the card.
"""

from __future__ import annotations

from typing import TYPE_CHECKING

import pandas as pd

from datasets.make.leaving import HALF_YEAR
from datasets.make.lives import CALIBRATION, LAPSE

if TYPE_CHECKING:
    from loyaltylib.data import Tables

YEARS = (2023, 2024, 2025)
YEAR_LATER = pd.Timedelta(days=365)
HALF_YEARS = ("2023-12-31", "2024-06-30", "2024-12-31", "2025-06-30")

# How far a measured share may lie from its target: about two standard errors of the number of cases it rests on.
TOLERANCE = {
    "complaints_per_customer_year": 0.006,
    "handled_well": 0.04,
    "leave_after_1_6": 0.06,
    "leave_after_7_8": 0.06,
    "leave_after_9_10": 0.06,
    "back_per_half_year": 0.012,
    "main_supplier_share": 0.03,
    "sole_supplier": 0.015,
    "business_top_fifth": 0.02,
    "lost_after_low": 0.03,  # from here on drawn to come out as meant; what is left is rounding to whole customers
    "lost_after_satisfied": 0.01,
    "lost_after_very_satisfied": 0.01,
    "net_promoters": 0.01,
    "saved_when_tried": 0.01,
    "back_untried": 0.01,
    "won_new": 0.03,
    "won_existing": 0.03,
}


def measured(company: Tables) -> dict[str, float]:
    """Return every figure of `CALIBRATION` as the tables show it."""
    return {
        "complaints_per_customer_year": complaints_per_customer_year(company),
        "handled_well": handled_well(company),
        **leaving(company),
        "back_per_half_year": back_per_half_year(company.transactions),
        **wallet_shares(company, YEARS[-1]),
        "business_top_fifth": business_top_fifth(company),
        **lost_after(company),
        "net_promoters": net_promoters(company),
        **saved(company),
        **won(company),
    }


def complaints_per_customer_year(company: Tables) -> float:
    """Share of those who buy in a calendar year who complain in it, the years taken together."""
    assert company.complaints is not None  # noqa: S101 - the company has all its tables
    buyers = complainers = 0
    for year in YEARS:
        orders, complaints = company.transactions, company.complaints
        bought = set(orders.loc[orders["date"].dt.year == year, "customer_id"])
        complained = set(complaints.loc[complaints["opened_on"].dt.year == year, "customer_id"])
        buyers += len(bought)
        complainers += len(bought & complained)
    return complainers / buyers


def handled_well(company: Tables) -> float:
    """Share of the scores of settled complaints that are 8 or more."""
    assert company.complaints is not None  # noqa: S101
    return float((company.complaints["satisfaction_score"].dropna() >= 8).mean())  # noqa: PLR2004


def leaving(company: Tables) -> dict[str, float]:
    """Share of the settled complaints after which the customer bought nothing for 180 days, by the score given."""
    assert company.complaints is not None  # noqa: S101
    span = pd.Timedelta(days=LAPSE)
    scored = company.complaints.dropna(subset="satisfaction_score")
    complaints = scored[scored["opened_on"] <= pd.Timestamp(company.as_of) - span].reset_index(names="complaint")
    orders = complaints.merge(company.transactions[["customer_id", "date"]], on="customer_id")
    after = orders["date"] - orders["opened_on"]
    stayed = orders.loc[(after > pd.Timedelta(0)) & (after <= span), "complaint"]
    gone = ~complaints["complaint"].isin(stayed)
    names = ["leave_after_1_6", "leave_after_7_8", "leave_after_9_10"]
    shares = gone.groupby(pd.cut(complaints["satisfaction_score"], [0, 6, 8, 10], labels=names), observed=False).mean()
    return {name: float(shares[name]) for name in names}


def back_per_half_year(transactions: pd.DataFrame) -> float:
    """Share of those silent for more than 180 days who buy in the following half year, four half years together."""
    silent = back = 0
    for day in HALF_YEARS:
        today = pd.Timestamp(day)
        before = transactions[transactions["date"] <= today].groupby("customer_id")["date"].max()
        lapsed = before.index[(today - before).dt.days > LAPSE]
        next_half = transactions["date"].between(today + pd.Timedelta(days=1), today + pd.DateOffset(months=6))
        silent += len(lapsed)
        back += int(lapsed.isin(transactions.loc[next_half, "customer_id"]).sum())
    return back / silent


def wallet_shares(company: Tables, year: int) -> dict[str, float]:
    """Of those who spend at least half with the company in a year: the mean share, and how many buy nowhere else."""
    assert company.wallet is not None  # noqa: S101
    rows = company.wallet[company.wallet["period"].dt.year == year]
    spent = rows.groupby("customer_id")[["own_spend", "total_category_spend"]].sum()
    share = spent["own_spend"] / spent["total_category_spend"]
    main = share[share >= 0.5]  # noqa: PLR2004
    return {"main_supplier_share": float(main.mean()), "sole_supplier": float((main == 1).mean())}


def business_top_fifth(company: Tables) -> float:
    """Share of the revenue from businesses, all years, that comes from the largest fifth of the accounts."""
    firms = company.customers.loc[company.customers["customer_type"] == "business", "customer_id"]
    orders = company.transactions[company.transactions["customer_id"].isin(firms)]
    revenue = orders.groupby("customer_id")["amount"].sum().sort_values(ascending=False)
    return float(revenue.iloc[: round(len(revenue) / 5)].sum() / revenue.sum())


def lost_after(company: Tables) -> dict[str, float]:
    """Share of the answers to the survey after which the customer is lost a year later, by the answer given.

    Lost as the tiers have it: silent for more than 180 days, or has said goodbye. Only answers old enough count.
    """
    assert company.surveys is not None  # noqa: S101
    old = company.surveys[company.surveys["date"] <= pd.Timestamp(company.as_of) - YEAR_LATER]
    answers = old.merge(company.customers[["customer_id", "lost_on"]], on="customer_id").reset_index(names="answer")
    orders = answers.merge(company.transactions[["customer_id", "date"]], on="customer_id", suffixes=("", "_bought"))
    silent = answers["date"] + YEAR_LATER - pd.Timedelta(days=LAPSE)
    bought = orders["date_bought"].between(orders["answer"].map(silent), orders["date"] + YEAR_LATER)
    gone = ~answers["answer"].isin(orders.loc[bought, "answer"]) | (answers["lost_on"] <= answers["date"] + YEAR_LATER)
    levels = {
        "very dissatisfied": "low",
        "neutral": "low",
        "satisfied": "satisfied",
        "very satisfied": "very_satisfied",
    }
    shares = gone.groupby(answers["satisfaction_level"].map(levels)).mean()
    return {f"lost_after_{level}": float(shares[level]) for level in ("low", "satisfied", "very_satisfied")}


def net_promoters(company: Tables) -> float:
    """Share of the answers 9 and 10 to the question of recommending, less the share of 6 and less."""
    assert company.surveys is not None  # noqa: S101
    answers = company.surveys["recommend"]
    return float((answers >= 9).mean() - (answers <= 6).mean())  # noqa: PLR2004


def saved(company: Tables) -> dict[str, float]:
    """Share of those seen to be at risk who bought again within half a year: tried, and left alone by lot."""
    assert company.save_attempts is not None  # noqa: S101
    flagged = company.save_attempts.reset_index(names="flag")
    settled = flagged[flagged["flagged_on"] <= pd.Timestamp(company.as_of) - pd.Timedelta(days=HALF_YEAR)]
    orders = settled.merge(company.transactions[["customer_id", "date"]], on="customer_id")
    after = (orders["date"] - orders["flagged_on"]).dt.days
    back = settled["flag"].isin(orders.loc[after.between(1, HALF_YEAR), "flag"])
    alone = settled["outcome"] == "not_tried"
    return {"saved_when_tried": float(back[~alone].mean()), "back_untried": float(back[alone].mean())}


def won(company: Tables) -> dict[str, float]:
    """Share of the deals that are over that brought an order, with those who had not bought before and who had."""
    assert company.deals is not None  # noqa: S101
    stays = company.deals.merge(company.customers[["customer_id", "acquired_on"]], on="customer_id")
    stays = stays.assign(open=stays["left_at"].isna())
    over = stays.groupby("deal_id").agg({"entered_at": "min", "acquired_on": "first", "won": "any", "open": "any"})
    over = over[~over["open"] | over["won"]]
    new = over["acquired_on"].isna() | (over["entered_at"] < over["acquired_on"])
    return {"won_new": float(over.loc[new, "won"].mean()), "won_existing": float(over.loc[~new, "won"].mean())}


def main() -> None:
    """Print every figure, its target and what the tables show."""
    from loyaltylib.data import load

    for name, value in measured(load("company")).items():
        print(f"{name:30} {CALIBRATION[name]:.3f} {value:.3f}")  # noqa: T201 - this command's only purpose


if __name__ == "__main__":
    main()
