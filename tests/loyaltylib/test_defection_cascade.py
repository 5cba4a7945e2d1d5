"""Word of mouth by named sources, and departures that draw others along."""

from types import SimpleNamespace

import networkx as nx
import numpy as np
import pandas as pd
import polars as pl
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from loyaltylib import concepts, data, schema
from loyaltylib.defection import WordSource, cascade, word_of_mouth
from loyaltylib.errors import DataError, RuleError, UnknownName

# ---------------------------------------------------------------- word of mouth


def test_course_text_on_crm_8_and_25():
    found = word_of_mouth(satisfied=10, dissatisfied=10, source="crm")
    assert (found.good, found.bad, found.bad_high) == (80, 250, 250)


def test_course_text_on_loyalty_9_relatives_and_friends():
    found = word_of_mouth(satisfied=10, dissatisfied=10, source="loyalty")
    assert (found.good, found.bad, found.bad_high) == (None, 90, 90)


def test_public_sources_8_deals_25_wishes_to_buy_and_8_to_10_told():
    assert word_of_mouth(1, 1, "outside").good == 8
    assert word_of_mouth(1, 1, "outside").bad == 25
    complaints = word_of_mouth(1, 10, "outside complaints")
    assert (complaints.good, complaints.bad, complaints.bad_high) == (None, 80, 100)


@pytest.mark.parametrize("source", WordSource)
def test_each_source_says_what_it_counts_in_both_languages(source):
    found = word_of_mouth(source=source)
    assert len(found.says("en")) == len(found.says("zh")) == 2 - (found.good is None)
    assert found.says("en") != found.says("zh")


@settings(max_examples=50, deadline=None, derandomize=True)
@given(st.sampled_from(WordSource), st.floats(0, 1e6), st.floats(0, 1e6))
def test_twice_as_many_customers_reach_twice_as_far(source, satisfied, dissatisfied):
    once, twice = (word_of_mouth(n * satisfied, n * dissatisfied, source) for n in (1, 2))
    for name in ("good", "bad", "bad_high"):
        one, two = getattr(once, name), getattr(twice, name)
        assert (one is None) == (two is None)
        assert one is None or two == pytest.approx(2 * one)


@pytest.mark.parametrize("number", [-1, float("nan"), "ten", True, None])
def test_customers_that_are_no_number(number):
    with pytest.raises(RuleError, match="dissatisfied"):
        word_of_mouth(dissatisfied=number)


def test_a_source_there_is_not():
    with pytest.raises(UnknownName, match="no source named 'average'"):
        word_of_mouth(source="average")


# ---------------------------------------------------------------- six customers a person can follow with a pencil
# ann - bo, ann - cy, bo - di, cy - di, di - eve; fox and gus know only each other.

TIES = pd.DataFrame(
    [("ann", "bo"), ("ann", "cy"), ("bo", "di"), ("cy", "di"), ("di", "eve"), ("fox", "gus")],
    columns=["referrer_id", "referred_id"],
)
KINDS = {"pandas": lambda made: made, "polars": pl.from_pandas, "lazy": lambda made: pl.from_pandas(made).lazy()}


@pytest.fixture(params=KINDS)
def kind(request):
    return KINDS[request.param]


def rows(found):
    columns = ("customer_id", "round", "contacts_left")
    return list(zip(*(found.rows[name].to_list() for name in columns), strict=True))


def test_everybody_in_reach_follows_at_chance_1(kind):
    found = cascade(kind(TIES), ["ann"], chance=1)
    assert isinstance(found.rows, pd.DataFrame if kind is KINDS["pandas"] else pl.DataFrame)
    assert rows(found) == [("ann", 0, 0), ("bo", 1, 1), ("cy", 1, 1), ("di", 2, 2), ("eve", 3, 1)]
    assert (found.leavers, found.followers, found.rounds, found.customers) == (1, 4, 3, 7)
    assert found.total == 5
    assert found.multiplier == 5
    assert found.share_left == 5 / 7


def test_at_chance_0_nobody_follows():
    found = cascade(TIES, ["gus", "ann"], chance=0)
    assert rows(found) == [("ann", 0, 0), ("gus", 0, 0)]
    assert (found.rounds, found.multiplier) == (0, 1)


@pytest.mark.parametrize(
    ("threshold", "left"),
    [
        (0.5, ["ann", "bo", "cy", "di", "eve"]),  # bo and cy lose 1 of 2, di then 2 of 3, eve 1 of 1
        (0.6, ["ann"]),
        (1, ["ann"]),
    ],
)
def test_threshold_by_hand(threshold, left):
    found = cascade(TIES, ["ann"], threshold=threshold)
    assert found.rows["customer_id"].tolist() == left


def test_who_follows_only_when_two_of_three_have_left():
    found = cascade(TIES, ["bo", "cy"], threshold=2 / 3)
    assert rows(found) == [("bo", 0, 0), ("cy", 0, 0), ("ann", 1, 2), ("di", 1, 2), ("eve", 2, 1)]


def test_ties_that_carry_one_way_only():
    assert cascade(TIES, ["di"], chance=1, mutual=False).rows["customer_id"].tolist() == ["di", "eve"]
    assert cascade(TIES, ["di"], chance=1).followers == 4


@pytest.mark.parametrize("make", [nx.Graph, nx.DiGraph])
def test_a_networkx_graph_serves_as_well(make):
    graph = make(list(TIES.itertuples(index=False, name=None)))
    for rule in ({"chance": 0.5}, {"threshold": 0.5}):
        pd.testing.assert_frame_equal(cascade(graph, ["ann"], **rule).rows, cascade(TIES, ["ann"], **rule).rows)
    assert cascade(nx.Graph(), [], chance=1).customers == 0


def test_a_leaver_without_ties_leaves_alone_and_one_named_twice_leaves_once():
    found = cascade(TIES, ["hal", "hal"], chance=1)
    assert (found.leavers, found.followers, found.customers) == (1, 0, 8)


def test_who_recommended_himself_is_no_contact():
    own = pd.concat([TIES, pd.DataFrame({"referrer_id": ["fox"], "referred_id": ["fox"]})])
    assert cascade(own, ["gus"], threshold=1).followers == 1


def test_ids_may_be_whole_numbers():
    ties = pd.DataFrame({"referrer_id": [1, 1], "referred_id": [2, 3]})
    for leavers in ([1], np.array([1]), pd.Series([1])):
        assert cascade(ties, leavers, chance=1).rows["customer_id"].tolist() == [1, 2, 3]


def test_an_empty_table_has_no_ties(kind):
    found = cascade(kind(TIES.head(0)), ["ann"], chance=1)
    assert rows(found) == [("ann", 0, 0)]
    nobody = cascade(kind(TIES.head(0)), [], threshold=0.5)
    assert rows(nobody) == []
    assert (nobody.multiplier, nobody.share_left, nobody.rounds) == (None, None, 0)


def test_one_seed_one_run_and_seeds_differ():
    company = data.load("company")
    first = company.referrals["referrer_id"].head(20)
    runs = [cascade(company.referrals, first, chance=0.3, seed=seed).total for seed in (1, 1, 2, 3, 4)]
    assert runs[0] == runs[1]
    assert len(set(runs)) > 1


# ---------------------------------------------------------------- properties

PEOPLE = "abcdefgh"
NETWORKS = st.lists(
    st.tuples(st.sampled_from(PEOPLE), st.sampled_from(PEOPLE)), max_size=14, unique_by=lambda tie: tie
).map(lambda ties: pd.DataFrame(ties, columns=["referrer_id", "referred_id"]).astype("str"))
LEAVERS = st.lists(st.sampled_from(PEOPLE), max_size=4)
CHANCES = st.sampled_from([0, 0.1, 0.3, 0.5, 0.8, 1])
some = settings(max_examples=25, deadline=None, derandomize=True)


def left(*arguments, **rules):
    return set(cascade(*arguments, **rules).rows["customer_id"])


@some
@given(NETWORKS, LEAVERS, CHANCES, CHANCES, st.integers(0, 5))
def test_a_larger_chance_takes_no_follower_away(ties, leavers, one, other, seed):
    low, high = sorted((one, other))
    assert left(ties, leavers, chance=low, seed=seed) <= left(ties, leavers, chance=high, seed=seed)


@some
@given(NETWORKS, LEAVERS, st.floats(0.01, 1), st.floats(0.01, 1))
def test_a_lower_threshold_takes_no_follower_away(ties, leavers, one, other):
    low, high = sorted((one, other))
    assert left(ties, leavers, threshold=high) <= left(ties, leavers, threshold=low)


@some
@given(NETWORKS, LEAVERS, st.sampled_from(PEOPLE), CHANCES)
def test_one_more_leaver_keeps_nobody(ties, leavers, more, chance):
    assert left(ties, leavers, chance=chance) <= left(ties, [*leavers, more], chance=chance)


@some
@given(NETWORKS, LEAVERS, st.randoms(use_true_random=False), st.booleans())
def test_the_order_of_rows_changes_nothing(ties, leavers, random, mutual):
    mixed = ties.sample(frac=1, random_state=random.randrange(2**31))
    for rule in ({"chance": 0.5}, {"threshold": 0.5}):
        one, other = (cascade(t, leavers, mutual=mutual, **rule).rows for t in (ties, mixed))
        pd.testing.assert_frame_equal(one, other)


@some
@given(NETWORKS, LEAVERS, CHANCES)
def test_totals_are_those_of_the_rows_and_followers_have_a_contact_who_left(ties, leavers, chance):
    found = cascade(ties, leavers, chance=chance)
    assert found.total == len(found.rows)
    assert found.leavers == (found.rows["round"] == 0).sum() == len(set(leavers))
    assert (found.rows.loc[found.rows["round"] > 0, "contacts_left"] > 0).all()
    assert found.rows["round"].max() == found.rounds or not found.total


# ---------------------------------------------------------------- bad input


@pytest.mark.parametrize(
    ("change", "says"),
    [
        (lambda made: made.drop(columns="referred_id"), "column 'referred_id': is missing"),
        (lambda made: pd.concat([made, made.head(1)]), "ann, bo occurs in 2 rows"),
        (lambda made: made.assign(referrer_id=None), "referrer_id"),
        (lambda made: made.assign(referred_id=1.5), "1.5"),
        (lambda made: made.assign(referred_id=range(6)), "make them the same"),
    ],
)
def test_ties_that_break_the_schema(change, says):
    with pytest.raises(DataError, match=says) as error:
        cascade(change(TIES), ["ann"], chance=1)
    assert error.value.table == "referrals"


@pytest.mark.parametrize(
    ("rules", "says"),
    [
        ({}, "give one of the two"),
        ({"chance": 0.5, "threshold": 0.5}, "give one of the two"),
        ({"chance": 30}, "0.3 for 30 per cent"),
        ({"chance": -0.1}, "chance"),
        ({"chance": float("nan")}, "chance"),
        ({"threshold": 0}, "above 0"),
        ({"threshold": 1.5}, "threshold"),
    ],
)
def test_rules_of_following_that_make_no_sense(rules, says):
    with pytest.raises(RuleError, match=says):
        cascade(TIES, ["ann"], **rules)


@pytest.mark.parametrize("leavers", ["ann", [7], [None], [float("nan")], [True]])
def test_leavers_that_are_no_ids(leavers):
    with pytest.raises(RuleError, match="leavers"):
        cascade(TIES, leavers, chance=1)


def test_results_are_described():
    assert (
        list(schema.describe("defection.cascade")["column"]) == cascade(TIES, ["ann"], chance=1).rows.columns.tolist()
    )
    assert concepts.get("defection.harm.cascade").computed_by == "defection.cascade"


def test_the_same_on_every_engine(engine):
    ties = SimpleNamespace(ties=TIES)
    engine.agrees(lambda t: cascade(t.ties, ["ann"], chance=0.6, seed=1).rows, ties, "customer_id")
    engine.agrees(lambda t: cascade(t.ties, ["ann"], threshold=0.5).rows, ties, "customer_id")
