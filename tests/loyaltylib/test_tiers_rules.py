"""The standards in plain Python: against print, over the whole input space, and what they refuse."""

from itertools import product

import pandas as pd
import polars as pl
import pytest

from loyaltylib.errors import RuleError, UnknownName
from loyaltylib.tiers_rules import (
    FLAGS,
    SIGNALS,
    SOURCES,
    STANDARDS,
    Tier,
    TierRules,
    first_asked,
    flags_of,
    reasons_of,
    tier_of,
)

# ---------------------------------------------------------------- against print (concepts.md, A5 and section Y)


def test_eight_tiers_in_the_order_of_the_course_list():
    assert [tier.value for tier in Tier] == [
        "lost", "onlooker", "at_risk", "new", "inactive", "regular", "core", "advocate",
    ]  # fmt: skip
    assert [tier.rank for tier in Tier] == [1, 2, 3, 4, 5, 6, 7, 8]


def test_explicit_comparisons_of_the_course():
    assert Tier.LOST.rank == min(tier.rank for tier in Tier)  # "the lowest of all"
    assert Tier.ONLOOKER.rank > Tier.LOST.rank  # "more loyal than lost customers"
    assert Tier.ADVOCATE.rank == max(tier.rank for tier in Tier)  # "the most loyal group"
    assert Tier.CORE.rank > Tier.REGULAR.rank  # "very loyal" above "fairly loyal"


def test_amb_05_three_places_rest_on_the_order_of_the_list():
    assert {tier.value for tier in Tier if tier.rank_basis == "listing"} == {"at_risk", "new", "inactive"}


def test_amb_08_dormant_is_no_tier():
    assert "dormant" not in set(Tier)


def test_amb_01_nothing_about_price_is_looked_at():
    assert not [name for name in (*SIGNALS, *FLAGS) if "price" in name]


def test_the_order_of_precedence():
    assert [standard.tier.value for standard in STANDARDS] == [
        "lost", "onlooker", "new", "at_risk", "advocate", "core", "inactive", "regular",
    ]  # fmt: skip


def test_defaults_as_printed():
    rules = TierRules()
    assert (rules.new_days, rules.fall, rules.min_warnings) == (90, 0.5, 1)  # three months; one half; at least one


# ---------------------------------------------------------------- one customer after another, checked by hand

BUYER = {"n_orders": 9, "days_since_last": 20, "tenure_days": 700, "complaints_unforgiven": 0, "open_complaints": 0}


@pytest.mark.parametrize(
    ("signals", "tier"),
    [
        ({"days_since_last": 180, "tenure_days": 700, "n_orders": 3}, Tier.REGULAR),  # the limit itself is not over it
        ({"days_since_last": 181, "tenure_days": 700, "n_orders": 3}, Tier.LOST),
        ({"declared_lost": 1, "n_orders": 0}, Tier.LOST),  # lost comes before onlooker
        ({"n_orders": 0, "open_complaints": 1}, Tier.ONLOOKER),
        ({"n_orders": 1, "tenure_days": 90}, Tier.NEW),
        ({"n_orders": 1, "tenure_days": 91}, Tier.REGULAR),
        ({"n_orders": 1, "tenure_days": 30, "open_complaints": 1}, Tier.NEW),  # new comes before at risk
        (BUYER | {"spend_fall": 0.5}, Tier.AT_RISK),  # a fall of exactly the share counts
        (BUYER | {"spend_fall": 0.499}, Tier.REGULAR),  # a fall, but not of half
        (BUYER | {"frequency_fall": 1.0, "referrals": 2}, Tier.AT_RISK),  # at risk comes before advocate
        (BUYER | {"referrals": 1}, Tier.ADVOCATE),
        (BUYER | {"referrals": 1, "complaints_unforgiven": 1}, Tier.REGULAR),
        (BUYER | {"volume": 9, "volume_cut": 9, "feedback": 3, "negotiations": 1}, Tier.CORE),
        (BUYER | {"volume": 9, "volume_cut": 9, "feedback": 2, "negotiations": 1}, Tier.REGULAR),
        (BUYER | {"n_suppliers": 2, "wallet_share": 0.49, "gap_cv": 0.75}, Tier.INACTIVE),
        (BUYER | {"n_suppliers": 2, "wallet_share": 0.5, "gap_cv": 0.75}, Tier.REGULAR),  # the main supplier
        (BUYER | {"n_suppliers": 2, "wallet_share": 0.0, "gap_cv": 0.75}, Tier.REGULAR),  # buys elsewhere only
        ({}, Tier.REGULAR),  # nothing is known
    ],
)
def test_one_customer(signals, tier):
    assert tier_of(signals) == tier


def test_a_rule_can_be_changed():
    two = TierRules(min_warnings=2)
    assert tier_of(BUYER | {"spend_fall": 0.9}, two) == Tier.REGULAR
    assert tier_of(BUYER | {"spend_fall": 0.9, "open_complaints": 1}, two) == Tier.AT_RISK


def test_reasons_are_the_flags_of_the_tier_and_the_silent_tables():
    signals = BUYER | {"spend_fall": 0.9, "feedback": 4}
    assert reasons_of(signals) == ("spend_fall", "wallet?")  # feedback is no reason; the complaints are known
    assert reasons_of({"days_since_last": 200, "n_orders": 2}) == ("lapsed",)  # no other table could change it


# ---------------------------------------------------------------- total and exclusive, over every combination of flags

HOLDS = {
    "declared_lost": {"declared_lost": 1},
    "lapsed": {"days_since_last": 181},
    "never_bought": {"n_orders": 0},
    "newly_won": {"tenure_days": 90},
    "frequency_fall": {"frequency_fall": 0.5},
    "spend_fall": {"spend_fall": 0.5},
    "share_fall": {"share_fall": 0.5},
    "open_complaint": {"open_complaints": 1},
    "recommends": {"referrals": 1},
    "forgives": {"complaints_unforgiven": 0},
    "large_volume": {"volume": 5, "volume_cut": 5},
    "much_feedback": {"feedback": 3},
    "negotiates": {"negotiations": 1},
    "several_suppliers": {"n_suppliers": 2},
    "minor_share": {"wallet_share": 0.4},
    "irregular_gaps": {"gap_cv": 0.75},
}


def by_hand(f: set[str], min_warnings: int) -> str:  # noqa: PLR0911  # one return a tier reads best
    """The standards once more, as the issue words them."""
    if "declared_lost" in f or "lapsed" in f:
        return "lost"
    if "never_bought" in f:
        return "onlooker"
    if "newly_won" in f:
        return "new"
    if len(f & {"frequency_fall", "spend_fall", "share_fall", "open_complaint"}) >= min_warnings:
        return "at_risk"
    if {"recommends", "forgives"} <= f:
        return "advocate"
    if {"large_volume", "much_feedback", "negotiates"} <= f:
        return "core"
    if {"several_suppliers", "minor_share", "irregular_gaps"} <= f:
        return "inactive"
    return "regular"


def test_every_combination_of_flags_has_exactly_the_tier_of_the_issue():
    from loyaltylib.tiers import assign

    assert set(HOLDS) == {flag for standard in STANDARDS for flag in standard.flags}
    combinations = [
        {flag for flag, holds in zip(HOLDS, held, strict=True) if holds}
        for held in product((False, True), repeat=len(HOLDS))
    ]
    rows = [{name: value for flag in flags for name, value in HOLDS[flag].items()} for flags in combinations]
    frame = pd.DataFrame(rows, columns=[*SIGNALS], dtype=float).assign(customer_id=range(len(rows)))
    frames = [(frame, 1), *((pl.from_pandas(frame), least) for least in (1, 2, 3, 4))]
    for table, least in frames:
        rules = TierRules(min_warnings=least, core_quantile=0)  # whoever has a volume is among the largest
        found = assign(table, rules)["tier"].to_list()
        assert found == [by_hand(flags, least) for flags in combinations]
        assert set(found) == set(Tier)
    for number in range(0, len(rows), 997):  # the plain way agrees; it is slower, so it goes a sample
        assert tier_of(rows[number]) == by_hand(combinations[number], 1)
        raised = set(flags_of(rows[number])) - {"gives_feedback", "repeat_purchase"}
        assert raised == combinations[number]


def test_each_flag_decides_for_one_tier_only():
    used = [flag for standard in STANDARDS for flag in (*standard.flags, *standard.reported)]
    assert sorted(used) == sorted(FLAGS)


def test_every_table_is_asked_by_some_standard():
    assert set(first_asked()) == set(SOURCES) == {table for standard in STANDARDS for table in standard.tables}


# ---------------------------------------------------------------- what is refused


@pytest.mark.parametrize(
    ("name", "value"),
    [
        ("lapse_days", 0), ("lapse_days", -5), ("lapse_days", 90.5), ("lapse_days", "180"), ("lapse_days", True),
        ("fall", 0), ("fall", 1.2), ("fall", float("nan")), ("fall", None), ("min_warnings", 5), ("min_warnings", 0),
        ("core_quantile", 1.5), ("forgiven_score", 11), ("main_share", 0), ("gap_irregularity", -0.1),
        ("gap_irregularity", float("inf")), ("earlier_windows", 0),
    ],
)  # fmt: skip
def test_a_limit_that_makes_no_sense(name, value):
    with pytest.raises(RuleError, match=rf"TierRules\.{name} is {value!r}; give a"):
        TierRules(**{name: value})


def test_a_signal_no_one_knows():
    with pytest.raises(UnknownName, match="no signal named 'days_since'; did you mean 'days_since_last'"):
        tier_of({"days_since": 3})
