"""The cascade on average: against many runs of `cascade`, by hand, at its edges, and what is refused."""

from __future__ import annotations

from statistics import mean

import networkx as nx
import pytest

from loyaltylib.defection import cascade, cascade_odds
from loyaltylib.errors import RuleError

RUNS = 400


def test_a_star_and_a_path_by_hand():
    star = cascade_odds(nx.star_graph(4), {0: 0.5}, 0.25)
    assert star.rounds == pytest.approx((0.5, 0.5))
    path = cascade_odds(nx.path_graph(3), {0: 1, 2: 1}, 0.5)
    assert path.left == pytest.approx({0: 1, 1: 0.75, 2: 1})
    assert (path.first, path.followers, path.total) == pytest.approx((2, 0.75, 2.75))


def test_the_mean_of_many_runs_is_near():
    tree = nx.Graph([("a", "b"), ("b", "c"), ("b", "d"), ("d", "e"), ("x", "y")])
    odds = cascade_odds(tree, {"a": 1, "e": 1, "x": 1}, 0.4)
    runs = [cascade(tree, ["a", "e", "x"], chance=0.4, seed=seed) for seed in range(RUNS)]
    assert odds.followers == pytest.approx(mean(run.followers for run in runs), abs=0.12)
    first = mean(float((run.rows["round"] == 1).sum()) for run in runs)
    assert odds.rounds[1] == pytest.approx(first, abs=0.12)


def test_the_edges():
    path = nx.path_graph(4)
    assert cascade_odds(path, {0: 1}, 0).rounds == (1,)
    assert cascade_odds(path, {0: 1}, 1).rounds == (1, 1, 1, 1)
    assert cascade_odds(path, {}, 1).total == 0
    alone = cascade_odds(path, {"nobody's contact": 0.5}, 1)
    assert (alone.left, alone.total) == ({"nobody's contact": 0.5}, 0.5)


def test_a_circle_is_refused_where_it_matters_alone():
    both = nx.Graph([(0, 1), (1, 2), (2, 0), (5, 6)])
    with pytest.raises(RuleError, match="circle"):
        cascade_odds(both, {0: 1}, 0.5)
    assert cascade_odds(both, {5: 1}, 0.5).followers == 0.5
    with pytest.raises(RuleError, match="chance"):
        cascade_odds(both, {5: 1}, 1.5)
