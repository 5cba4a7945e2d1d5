"""Every function that reads the later tables gives an answer worth looking at, on the whole company and on samples.

The functions are those of the chapters' modules that take tables, or a table; what a figure should be is tested beside
each function. Here it is only held to be known, finite, and not the same for everybody.
"""

import inspect
from dataclasses import replace
from functools import cache
from importlib import import_module

import numpy as np
import pandas as pd
import pytest

from loyaltylib import burnett, data, defection, foundations, kpis, relationships, segments, stages, value
from loyaltylib.schema import check

LEARNERS = [f"learner-{number:03d}" for number in range(500)]
DAILY = [None, *LEARNERS[::50]]  # None: the whole company
YEAR, ALL = ("2025-01-01", "2025-12-31"), ("2023-01-01", "2025-12-31")
STAY = {"very dissatisfied": 1.0, "neutral": 3.0, "satisfied": 4.0, "very satisfied": 5.0}
RATINGS = ("price", "product_quality", "brand_image", "service_quality")


@cache
def tables(learner):
    return data.load("company", learner)


def once(make):
    """Make something of the tables once for each learner."""
    kept = cache(lambda learner: make(tables(learner)))
    return lambda company: kept(company.learner)


def arms(company):
    """Those seen to be at risk half a year ago or earlier: who was tried, and who bought again."""
    flagged = company.save_attempts[company.save_attempts["flagged_on"] <= "2025-07-04"].reset_index(names="row")
    orders = flagged.merge(company.transactions[["customer_id", "date"]], on="customer_id")
    after = (orders["date"] - orders["flagged_on"]).dt.days
    tried = flagged["outcome"] != "not_tried"
    back = flagged["row"].isin(orders.loc[after.between(1, 180), "row"])
    return kpis.incremental_save_rate(
        saved=int(back[tried].sum()),
        attempted=int(tried.sum()),
        control_stayed=int(back[~tried].sum()),
        control=int((~tried).sum()),
    )


@once
def left(company):
    # Who is gone shows in goodbyes and orders; the wallet would only add who is going, and takes long.
    return defection.classify(replace(company, wallet=None), company.as_of)


def told(company):
    """Complete defectors by cause, where interviews fill in what nobody said at the goodbye."""
    interviews = company.interviews.set_index("respondent_id").drop(columns="done_at").astype(object)
    rows = interviews.where(interviews.notna(), None).to_dict("index")
    found = {who: defection.cause_of(**row, about_equal=0.5) for who, row in rows.items()}
    known = left(company)
    return defection.causes(known.assign(cause=known["cause"].fillna(known["customer_id"].map(found))))


@once
def answers(company):
    """The survey as `value` wants it: satisfaction from 1 to 5, and whether somebody stayed for another year."""
    old = company.surveys[company.surveys["date"] <= "2024-12-31"].reset_index(drop=True)
    orders = old.reset_index(names="row").merge(company.transactions[["customer_id", "date"]], on="customer_id")
    after = (orders["date_y"] - orders["date_x"]).dt.days
    stayed = old.index.isin(orders.loc[after.between(185, 365), "row"])
    return old.assign(satisfaction=old["satisfaction_level"].map(STAY), stay=stayed.astype(float))


def last(company):
    return answers(company).groupby("customer_id").tail(1)


def partners(company):
    events = company.account_events
    return list(events.loc[events["type"] == "partnership", "account_id"])


@once
def placed(company):
    return burnett.place(company.burnett_scores, burnett.BurnettWeights.from_frame(company.burnett_weights))


def compared(company):
    """Our offer and the best of the others', to each customer."""
    net = value.value_of(company.offers).merge(company.offers[["offer_id", "customer_id", "supplier"]], on="offer_id")
    ours = net["supplier"] == "moonkettle"
    best = net[~ours].groupby("customer_id")["net"].max()
    moves = {
        who: stages.compare(present=present, candidate=best[who], cost=20.0)
        for who, present in net[ours].set_index("customer_id")["net"].items()
    }
    told = company.surveys.groupby("customer_id")["satisfaction_level"].last().map(STAY)
    known = [who for who in moves if who in told.index]
    return pd.DataFrame({"hold": [stages.hold(told[who], moves[who]).value for who in known]})


# function -> how it is called, and between which two numbers the answer lies on every sample (neither is reached)
NUMBERS = {
    "foundations.closing_rate": (lambda c: foundations.closing_rate(c, c.as_of), 0.2, 0.5),
    "foundations.staff_training": (lambda c: foundations.staff_training(c).trained, 0.7, 0.9),
    "kpis.save_rate": (lambda c: kpis.save_rate(c, *ALL), 0.15, 0.6),
    "kpis.save_rate, flagged": (lambda c: kpis.save_rate(c, *ALL, of="flagged"), 0.05, 0.4),
    "kpis.save_rate, one year": (lambda c: kpis.save_rate(c, *YEAR), 0.0, 0.9),
    "kpis.incremental_save_rate": (lambda c: arms(c).increment, 0.0, 0.5),
    "kpis.nps": (lambda c: kpis.nps(c.surveys["recommend"]), 0.0, 0.3),
    "kpis.csat": (lambda c: kpis.csat(c.surveys["service_quality"]), 0.6, 0.9),
    "defection.interviews_done": (
        lambda c: defection.interviews_done(c, c.as_of) / (left(c)["kind"] == "complete").sum(),
        0.3,
        0.6,
    ),
    "burnett.BurnettWeights": (
        lambda c: sum(burnett.BurnettWeights.from_frame(c.burnett_weights).weights.values()),
        1 - 1e-9,
        1 + 1e-9,
    ),
}

# function -> how it is called, the least number of rows, and columns that take so many different values at least
FRAMES = {
    "foundations.customer_scope": (foundations.customer_scope, 5, {"customers": 4}),
    "foundations.deal_funnel": (lambda c: foundations.deal_funnel(c, c.as_of), 5, {"dropped": 3, "mean_dwell_days": 5}),
    "foundations.database_completeness": (foundations.database_completeness, 15, {"share": 8}),
    "kpis.scorecard": (lambda c: kpis.scorecard(c, *YEAR).dropna(subset=["value", "before"]), 10, {"value": 9}),
    "defection.causes": (told, 8, {"customers": 5}),
    "value.value_of": (lambda c: value.value_of(c.offers), 100, {"net": 50, "ratio": 50}),
    "value.satisfaction_of": (lambda c: value.satisfaction_of(c.surveys), 300, {"level": 3, "gap": 4}),
    "value.expected_loss_of": (lambda c: value.expected_loss_of(c.surveys, c.as_of), 4, {"customers": 3}),
    "value.drivers_of, satisfaction": (
        lambda c: value.drivers_of(answers(c), "satisfaction", RATINGS),
        4,
        {"answers": 1},
    ),
    "value.drivers_of, stay": (lambda c: value.drivers_of(answers(c), "stay"), 5, {"explained": 5}),
    "value.quadrants": (lambda c: value.quadrants(last(c)), 150, {"quadrant": 4}),
    "value.stay_by_zone": (lambda c: value.stay_by_zone(answers(c)), 3, {"stay_share": 3}),
    "value.encounter_balance": (lambda c: value.encounter_balance(c.encounters, c.as_of, 3), 300, {"balance": 8}),
    "value.encounter_path": (lambda c: value.encounter_path(c.encounters, c.as_of, 3), 900, {"balance": 8}),
    "relationships.measure_segments": (
        lambda c: relationships.choose_segments(relationships.measure_segments(c, c.as_of, "purpose")),
        7,
        {"advised": 2, "customers_band": 2, "margin_band": 2},
    ),
    "stages.stage_path": (lambda c: stages.stage_path(c.wallet, partners=partners(c)), 3000, {"stage": 4, "move": 5}),
    "stages.opportunities": (lambda c: stages.opportunities(c.account_events, c.as_of), 25, {"opportunity": 6}),
    "stages.key_persons": (lambda c: stages.key_persons(c.contacts), 100, {"key": 2, "weight": 5, "place": 3}),
    "stages.contact_net": (lambda c: stages.contact_net(c.contacts), 70, {"single_line": 2, "people": 3}),
    "stages.compare and hold": (compared, 20, {"hold": 3}),
    "burnett.who_pays": (lambda c: burnett.who_pays(c, *YEAR).query("paid_for_others > 0"), 6, {"paid": 6, "users": 1}),
    "burnett.who_benefits": (lambda c: burnett.who_benefits(c, *YEAR), 400, {"paid_by_others": 6, "payers": 2}),
    "burnett.parties": (lambda c: burnett.parties(c, *YEAR), 400, {"part": 3}),
    "burnett.roles": (
        lambda c: burnett.roles(c, *YEAR, reads={"owner": "decider", "office_manager": "user", "buyer": "influencer"}),
        100,
        {"missing": 5},
    ),
    "burnett.stakeholders": (lambda c: burnett.stakeholders(c, c.as_of), 500, {"stakeholder_group": 4, "in_base": 2}),
    "burnett.classes": (lambda c: burnett.classes(c, c.as_of), 500, {"class": 3}),
    "burnett.attractiveness": (lambda c: burnett.attractiveness(c.burnett_scores), 20, {"attractiveness": 15}),
    "burnett.relationship": (lambda c: burnett.relationship(c.burnett_scores), 20, {"relationship": 10, "rating": 5}),
    "burnett.place": (placed, 20, {"strategy": 5, "certain": 2}),
    "burnett.matrix": (lambda c: burnett.matrix(placed(c)).query("customers > 0"), 6, {"strategy": 5}),
    "burnett.robustness": (
        lambda c: burnett.robustness(c.burnett_scores, burnett.Draws(seed=1, number=50)).dropna(subset="kept"),
        20,
        {"moved": 15, "towards": 2},
    ),
    "segments.traditional_dimensions": (
        lambda c: segments.traditional_dimensions(c, c.as_of),
        500,
        {"age": 40, "sex": 2, "education": 4, "purpose": 7, "preference": 5},
    ),
    "segments.crm_dimensions": (
        lambda c: segments.profile(segments.crm_dimensions(c, c.as_of), "purpose", "current_value"),
        7,
        {"value": 7},
    ),
}


# They read the long tables of orders and wallets, or are a part of another one: daily on the whole company and every
# fifth sample only. The long tests have them on all.
SLOW = {
    "burnett.attractiveness",
    "burnett.classes",
    "burnett.parties",
    "burnett.relationship",
    "burnett.robustness",
    "burnett.stakeholders",
    "kpis.save_rate, flagged",
    "kpis.scorecard",
    "relationships.measure_segments",
    "segments.crm_dimensions",
    "stages.stage_path",
    "value.drivers_of, satisfaction",
}


def daily(name):
    return DAILY[::5] if name in SLOW else DAILY


def lies_within(name, learner):
    """Assert that a function's number lies between the two given."""
    call, low, high = NUMBERS[name]
    assert low < call(tables(learner)) < high, learner


@pytest.mark.parametrize("name", NUMBERS)
def test_a_number_lies_where_it_may_on_every_sample(name):
    for learner in daily(name):
        lies_within(name, learner)


def told_apart(name, learner):
    """Assert that a function's frame has rows and columns enough, and no number without an end."""
    call, rows, columns = FRAMES[name]
    found = call(tables(learner))
    assert len(found) >= rows, learner
    assert np.isfinite(found.select_dtypes("number").to_numpy(dtype=float, na_value=0)).all(), learner
    for column, values in columns.items():
        assert found[column].nunique() >= values, (learner, column)


@pytest.mark.parametrize("name", FRAMES)
def test_a_frame_tells_customers_apart_on_every_sample(name):
    for learner in daily(name):
        told_apart(name, learner)


@pytest.mark.long
@pytest.mark.timeout(1800)
@pytest.mark.parametrize("name", [*NUMBERS, *FRAMES])
def test_an_answer_is_worth_looking_at_on_100_samples(name):
    for learner in LEARNERS[::5]:
        (lies_within if name in NUMBERS else told_apart)(name, learner)


def test_every_sample_passes_the_gate():
    for learner in DAILY[::5]:
        for name, frame in tables(learner).tables.items():
            check(frame, name)


# Functions that take tables and read none of the later ones, nor a column that came with them.
FIRST_ONLY = {
    "foundations": {"contact_record", "customer_body"},
    "kpis": {
        "average_spend", "churn_rate", "cohort_table", "complaint_satisfaction", "cross_sell_ratio", "customer_base",
        "customer_share", "customer_shares", "movement", "new_customer_retention", "new_customers_per_month",
        "newcomers", "purchase_frequency", "purchase_windows", "referral_rate", "retention_rate", "survival",
        "winback_rate",
    },
    "defection": {"cascade", "classify", "signals"},
    "value": set(),
    "relationships": {"in_use"},
    "stages": {"breakups"},
    "burnett": {"measures"},
    "segments": {"profit_contribution", "rfm_summary"},
    "cases": {"card_households", "loyalty_plan", "service_files"},
}  # fmt: skip
A_TABLE = {"tables", "surveys", "encounters", "offers", "contacts", "wallet", "events", "referrals"}


def test_no_function_that_takes_tables_is_forgotten():
    listed = {name.split(",")[0].split(" ")[0] for name in (*NUMBERS, *FRAMES)}
    for stem, others in FIRST_ONLY.items():
        module = import_module(f"loyaltylib.{stem}")
        public = {name: getattr(module, name) for name in module.__all__}
        functions = {name: each for name, each in public.items() if inspect.isfunction(each)}
        first = {name: next(iter(inspect.signature(each).parameters), "") for name, each in functions.items()}
        takes = {name for name, parameter in first.items() if parameter in A_TABLE}
        assert takes - others == {name for name in takes if f"{stem}.{name}" in listed}, stem
