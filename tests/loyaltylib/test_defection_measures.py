"""Which measure against defection pays: the sum by hand, the edges, and what is refused."""

from __future__ import annotations

import pytest

from loyaltylib.defection_measures import ANSWERED, measures_that_pay
from loyaltylib.errors import RuleError, UnknownName

GIVEN = {"effect": 0.25, "value": 200, "cost": 1000}


def test_the_sum_is_the_one_done_by_hand_and_the_best_stands_first():
    found = measures_that_pay(100, {"price": 0.2, "service": 0.8}, **GIVEN)
    assert [(each.cause.value, each.kept, each.net) for each in found[:3]] == [
        ("service", 20.0, 3000.0),
        ("price", 5.0, 0.0),
        ("product", 0.0, -1000.0),
    ]
    assert {each.cause for each in found} == set(ANSWERED)


def test_where_nobody_leaves_no_measure_pays():
    assert all(each.net == -1000 for each in measures_that_pay(0, {"price": 1.0}, **GIVEN))


@pytest.mark.parametrize(
    ("mix", "error", "words"),
    [
        ({"price": 0.5}, RuleError, "add up to 0.5"),
        ({"organizational": 1.0}, RuleError, "outside the course"),
        ({"weather": 1.0}, UnknownName, "weather"),
        ({"price": 40}, RuleError, "fraction"),
    ],
)
def test_a_mix_that_makes_no_sense_is_refused(mix, error, words):
    with pytest.raises(error, match=words):
        measures_that_pay(100, mix, **GIVEN)
