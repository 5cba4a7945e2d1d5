"""Burnett: the matrix and its weights against print, typed accounts, properties, bad input, every engine."""

from itertools import product
from types import SimpleNamespace

import numpy as np
import pandas as pd
import polars as pl
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from loyaltylib import burnett, concepts, schema
from loyaltylib.errors import DataError, RuleError, UnknownName

few = settings(max_examples=40, deadline=None, derandomize=True)
WEIGHTS = burnett.BurnettWeights()
ALL = list(burnett.ATTRACTIVENESS)
BANDS = ["low", "medium", "high"]
STANDINGS = ["poor", "fair", "good"]

# ---------------------------------------------------------------- against print


def test_six_weights_of_factor_a_as_the_course_text_prints_them():
    table = WEIGHTS.frame()
    printed = table[table["given"]].set_index("indicator")["weight"]
    assert printed.tolist() == [0.08, 0.03, 0.05, 0.03, 0.04, 0.04]
    assert printed.sum() == pytest.approx(0.27, abs=1e-12)
    assert [indicator.value for indicator in burnett.Factor.BUSINESS.indicators] == printed.index.tolist()


def test_thirteen_weights_share_the_rest_equally_amb_43():
    assert len(WEIGHTS.assumed) == 13
    assert {round(WEIGHTS[name], 7) for name in WEIGHTS.assumed} == {0.0561538}
    assert sum(WEIGHTS.weights.values()) == pytest.approx(1, abs=1e-9)


def test_a_partial_score_of_the_six_lies_from_027_to_135_amb_43():
    low, high = (burnett.partial_score(dict.fromkeys(burnett.GIVEN, score)) for score in (1, 5))
    assert (low.value, high.value) == (pytest.approx(0.27), pytest.approx(1.35))
    assert (low.lowest, low.highest) == (pytest.approx(0.27), pytest.approx(1.35))
    assert low.index_range == (pytest.approx(1), pytest.approx(0.27 + 5 * 0.73))
    assert low.missing == WEIGHTS.assumed


def test_four_factors_and_seven_indicators_as_the_course_text_lists_them():
    assert [len(factor.indicators) for factor in burnett.Factor] == [6, 5, 4, 4]
    assert [factor.letter for factor in burnett.Factor] == list("ABCD")
    assert (len(burnett.ATTRACTIVENESS), len(burnett.RELATIONSHIP)) == (19, 7)


R2 = {
    ("high", "poor"): "selective hold",
    ("high", "fair"): "develop",
    ("high", "good"): "develop and defend",
    ("medium", "poor"): "minimal hold",
    ("medium", "fair"): "defend and hold",
    ("medium", "good"): "develop",
    ("low", "poor"): "exit",
    ("low", "fair"): "minimal hold",
    ("low", "good"): "selective defence",
}


def test_the_strategy_grid_r2():
    found = {(a, r): burnett.strategy(attractiveness=a, relationship=r) for a, r in R2}
    assert found == R2
    assert [(c.attractiveness, c.relationship, c.strategy) for c in burnett.cells()] == [(*k, v) for k, v in R2.items()]


def test_the_other_layout_exchanges_the_two_uncertain_cells_and_no_other_amb_46():
    other = {(c.attractiveness, c.relationship): c for c in burnett.cells("relationship rows")}
    changed = {pair for pair, cell in other.items() if cell.strategy != R2[pair]}
    assert changed == {pair for pair, cell in other.items() if not cell.certain} == {("high", "poor"), ("low", "good")}
    assert other["high", "poor"].strategy == R2["low", "good"]
    assert other["low", "good"].strategy == R2["high", "poor"]


# ---------------------------------------------------------------- the words lead to the registry


def test_every_word_has_its_entry():
    enums = (burnett.Dimension, burnett.Factor, burnett.Indicator, burnett.Role, burnett.Method, burnett.CustomerClass)
    known = [member.concept for words in enums for member in words]
    known += [cell.concept for cell in burnett.cells()]
    known += [part.concept for part in burnett.Part if part.concept]
    for name in known:
        assert concepts.get(name).taught_in == "burnett"


def test_strategies_in_the_readers_words():
    assert burnett.strategies_for("high", "good", "zh") == ("发展并防御",)
    for cell in burnett.cells():
        (said,) = burnett.strategies_for(cell.attractiveness, cell.relationship)
        assert said.lower() == cell.strategy


@pytest.mark.parametrize("lang", ["en", "zh"])
def test_the_table_of_indicators(lang):
    table = burnett.indicators(lang)
    assert table["indicator"].tolist() == list(burnett.Indicator)
    assert table["weight"].sum() == pytest.approx(1)
    assert table["weight"].isna().sum() == 7
    assert set(table["polarity"]) == set(burnett.Polarity)
    assert table.set_index("indicator").loc["vertical_integration", "polarity"] == "more is worse"
    assert table["reading"].str.contains("5").all()
    assert table["term"].is_unique


# ---------------------------------------------------------------- four accounts a person can check

SCORES = pd.DataFrame(
    [
        *(("ann", "attractiveness", name.value, 5.0) for name in ALL),
        *(("ann", "relationship", name.value, 4.0) for name in burnett.RELATIONSHIP),
        # bo: 3 everywhere but 5 for volume: 3 + 2 x 0.08 = 3.16; the relationship 6 x 3 + 5 = 23, / 7 = 3.2857
        *(("bo", "attractiveness", name.value, 5.0 if name == "volume" else 3.0) for name in ALL),
        *(("bo", "relationship", name.value, 5.0 if name == "tenure" else 3.0) for name in burnett.RELATIONSHIP),
        # cy: only factor A is scored, 4 each: 4 x 0.27 = 1.08
        *(("cy", "attractiveness", name, 4.0) for name in burnett.GIVEN),
        *(("cy", "relationship", name.value, 2.0) for name in burnett.RATINGS),
        *(("di", "attractiveness", name.value, 1.0) for name in ALL),
        *(("di", "relationship", name.value, 5.0) for name in burnett.RELATIONSHIP),
    ],
    columns=["customer_id", "dimension", "indicator", "score"],
)

KINDS = {"pandas": lambda made: made, "polars": pl.from_pandas, "polars lazy": lambda made: pl.from_pandas(made).lazy()}


@pytest.fixture(params=KINDS)
def kind(request):
    return KINDS[request.param]


def rows(found):
    found = found.collect() if isinstance(found, pl.LazyFrame) else found
    return found.to_pandas() if isinstance(found, pl.DataFrame) else found


def same(found, expected):
    pd.testing.assert_frame_equal(rows(found), expected, check_dtype=False)


def account(who, dimension):
    chosen = SCORES[(SCORES["customer_id"] == who) & (SCORES["dimension"] == dimension)]
    return dict(zip(chosen["indicator"], chosen["score"], strict=True))


ATTRACTIVE = pd.DataFrame(
    [("ann", 5.0, 5.0, 1.0), ("bo", 3.16, 3.16, 1.0), ("cy", None, 1.08, 0.27), ("di", 1.0, 1.0, 1.0)],
    columns=["customer_id", "attractiveness", "partial_score", "weight_scored"],
)
STANDING = pd.DataFrame(
    [("ann", 4.0, 4.0), ("bo", 3.285714286, 3.0), ("cy", None, 2.0), ("di", 5.0, 5.0)],
    columns=["customer_id", "relationship", "rating"],
)
PLACED = pd.DataFrame(
    [
        ("ann", 5.0, 4.0, "high", "good", "develop and defend", True),
        ("bo", 3.16, 3.285714286, "medium", "fair", "defend and hold", True),
        ("cy", None, None, None, None, None, False),
        ("di", 1.0, 5.0, "low", "good", "selective defence", False),
    ],
    columns=[
        *("customer_id", "attractiveness", "relationship", "attractiveness_band", "relationship_band"),
        *("strategy", "certain"),
    ],
)


def test_attractiveness_of_four_accounts(kind):
    same(burnett.attractiveness(kind(SCORES)), ATTRACTIVE)


def test_relationship_of_four_accounts(kind):
    same(burnett.relationship(kind(SCORES)), STANDING)


def test_place_of_four_accounts(kind):
    found = burnett.place(kind(SCORES))
    assert type(found) is type(kind(SCORES))
    same(found, PLACED)


def test_one_account_is_what_the_table_says():
    for who, index, standing in (("ann", 5.0, 4.0), ("bo", 3.16, 3.285714286), ("di", 1.0, 5.0)):
        assert burnett.attractiveness(account(who, "attractiveness")) == index
        assert burnett.relationship(account(who, "relationship")) == standing
    assert burnett.partial_score(account("cy", "attractiveness")).value == pytest.approx(1.08)


def test_place_with_other_cuts_and_the_other_layout():
    strict = burnett.place(SCORES, cuts=burnett.Cuts(medium_from=3.2, high_from=4.9, fair_from=3, good_from=4.5))
    assert strict["strategy"].tolist()[:2] == ["develop", "minimal hold"]
    other = burnett.place(SCORES, layout="relationship rows")
    assert other["strategy"].tolist()[3] == "selective hold"


def test_the_matrix_of_the_three_that_have_a_place(kind):
    worth = PLACED.assign(paid=[10.0, 20.0, 40.0, 5.0])
    found = rows(burnett.matrix(kind(worth), value="paid"))
    expected = pd.DataFrame(
        [
            ("high", "poor", "selective hold", False, 0, 0.0, 0.0),
            ("high", "fair", "develop", True, 0, 0.0, 0.0),
            ("high", "good", "develop and defend", True, 1, 1 / 3, 10.0),
            ("medium", "poor", "minimal hold", True, 0, 0.0, 0.0),
            ("medium", "fair", "defend and hold", True, 1, 1 / 3, 20.0),
            ("medium", "good", "develop", True, 0, 0.0, 0.0),
            ("low", "poor", "exit", True, 0, 0.0, 0.0),
            ("low", "fair", "minimal hold", True, 0, 0.0, 0.0),
            ("low", "good", "selective defence", False, 1, 1 / 3, 5.0),
        ],
        columns=[
            *("attractiveness_band", "relationship_band", "strategy", "certain", "customers", "share", "value"),
        ],
    )
    same(found, expected)


def test_results_have_the_columns_the_model_declares():
    made = {
        "burnett.attractiveness": burnett.attractiveness(SCORES),
        "burnett.relationship": burnett.relationship(SCORES),
        "burnett.place": burnett.place(SCORES),
        "burnett.matrix": burnett.matrix(PLACED),
        "burnett.indicators": burnett.indicators(),
        "burnett.robustness": burnett.robustness(SCORES, burnett.Draws(seed=1, number=5)),
    }
    for name, frame in made.items():
        assert frame.columns.tolist() == schema.describe(name)["column"].tolist(), name
        assert schema.describe(name, "zh")["meaning"].all()


def test_indicators_of_ones_own_for_another_industry():
    own = burnett.BurnettWeights({"delivery": 0.4, "volume": 0.6}, frozenset({"volume"}))
    assert own.indicators == ("volume", "delivery")
    scores = pd.DataFrame(
        {"customer_id": "ann", "dimension": "attractiveness", "indicator": ["delivery", "volume"], "score": [2, 4]}
    )
    assert burnett.attractiveness({"delivery": 2, "volume": 4}, own) == 3.2
    assert burnett.attractiveness(scores, own)["attractiveness"].tolist() == [3.2]
    with pytest.raises(DataError, match="'delivery' is no indicator of attractiveness; known: volume"):
        burnett.attractiveness(scores)


# ---------------------------------------------------------------- rules, total and exclusive

SCORE = st.floats(1, 5)
ACCOUNT = st.fixed_dictionaries({name.value: st.integers(1, 5) for name in ALL})


@few
@given(SCORE, SCORE, st.sampled_from(burnett.Layout))
def test_every_pair_of_scores_has_one_cell(across, along, layout):
    cell = burnett.cell(attractiveness=across, relationship=along, layout=layout)
    assert cell in burnett.cells(layout)
    assert [band for band in BANDS if band == cell.attractiveness] == [BANDS[(across >= 2.33) + (across >= 3.67)]]
    by_words = burnett.cell(attractiveness=cell.attractiveness, relationship=cell.relationship, layout=layout)
    assert by_words == cell


@few
@given(SCORE, SCORE, st.floats(1.01, 4.9), st.floats(0.01, 3))
def test_bands_rise_with_the_score(one, other, lower, above):
    cuts = burnett.Cuts(medium_from=lower, high_from=min(lower + above, 5), fair_from=lower, good_from=5)
    low, high = sorted((one, other))
    assert BANDS.index(burnett.attractiveness_band(low, cuts)) <= BANDS.index(burnett.attractiveness_band(high, cuts))
    assert STANDINGS.index(burnett.relationship_band(low, cuts)) <= STANDINGS.index(
        burnett.relationship_band(high, cuts)
    )


@pytest.mark.parametrize("score", [1, 2.32, 2.33, 2.330001, 3.66, 3.67, 5])
def test_the_frame_cuts_where_the_plain_rule_cuts(score):
    made = SCORES[SCORES["customer_id"] == "ann"].assign(score=float(score))
    found = burnett.place(made).iloc[0]
    assert found["attractiveness_band"] == burnett.attractiveness_band(score)
    assert found["relationship_band"] == burnett.relationship_band(score)
    assert found["strategy"] == burnett.strategy(attractiveness=score, relationship=score)


@few
@given(ACCOUNT, st.sampled_from(ALL))
def test_a_better_score_never_lowers_attractiveness(scores, name):
    index = burnett.attractiveness(scores)
    assert 1 <= index <= 5
    better = scores | {name.value: min(scores[name.value] + 1, 5)}
    assert burnett.attractiveness(better) >= index
    assert min(scores.values()) - 1e-9 <= index <= max(scores.values()) + 1e-9


@few
@given(ACCOUNT)
def test_the_partial_score_of_a_full_account_is_the_index(scores):
    partial = burnett.partial_score(scores)
    assert partial.missing == ()
    assert partial.index_range == (pytest.approx(partial.value), pytest.approx(partial.value))
    assert partial.value == pytest.approx(burnett.attractiveness(scores))


@few
@given(st.dictionaries(st.sampled_from(ALL), st.floats(0, 0.05), max_size=8))
def test_changed_weights_come_to_one_and_keep_the_proportions_of_the_others(changes):
    new = WEIGHTS.changed(**changes)
    assert sum(new.weights.values()) == pytest.approx(1, abs=1e-9)
    others = [name for name in WEIGHTS.indicators if name not in changes]
    assert len({round(new[name] / WEIGHTS[name], 9) for name in others}) == 1
    assert burnett.BurnettWeights.from_frame(new.frame().sample(frac=1, random_state=3)) == new


def test_stressed_weights_count_so_many_times_as_much_against_the_others():
    twice = WEIGHTS.stressed(["volume", "tech"], 2)
    assert sum(twice.weights.values()) == pytest.approx(1)
    assert twice["volume"] / twice["impression"] == pytest.approx(2 * 0.08 / 0.04)
    assert twice["impression"] / twice["organisation"] == pytest.approx(1)
    assert not twice.given
    assert WEIGHTS.stressed(["volume"], 1) is WEIGHTS
    assert WEIGHTS.stressed(["volume"], 0)["volume"] == 0
    with pytest.raises(UnknownName, match="weather"):
        WEIGHTS.stressed(["weather"], 2)
    with pytest.raises(RuleError, match="at least 0"):
        WEIGHTS.stressed(["volume"], -1)
    with pytest.raises(RuleError, match="no indicator is left"):
        WEIGHTS.stressed(WEIGHTS.indicators, 0)


@pytest.mark.parametrize("polarity", [None, *burnett.Polarity])
@pytest.mark.parametrize("level", [1, 2.5, 5])
def test_every_indicator_is_scored_or_asks_for_its_polarity(level, polarity):
    for indicator in burnett.Indicator:
        known = indicator.polarity if polarity is None else polarity
        if known == "depends":
            with pytest.raises(RuleError, match="may be good or bad for us; say polarity="):
                burnett.score_of(indicator, level, polarity)
        else:
            expected = level if known == "more is better" else 6 - level
            assert burnett.score_of(indicator, level, polarity) == expected


@few
@given(st.floats(-10, 10), st.lists(st.floats(-9, 9), min_size=4, max_size=4, unique=True).map(sorted))
def test_bounds_rising_and_falling_mirror_each_other(value, bounds):
    score = burnett.score_by_bounds(value, bounds)
    assert 1 <= score <= 5
    assert burnett.score_by_bounds(-value, [-bound for bound in bounds]) == score
    assert burnett.score_by_bounds(value + 1, bounds) >= score


# ---------------------------------------------------------------- robustness


@pytest.mark.parametrize("spread", burnett.Spread)
@pytest.mark.parametrize("assumed_only", [False, True])
def test_drawn_weights_are_weights(spread, assumed_only):
    draws = burnett.Draws(seed=7, number=300, spread=spread, assumed_only=assumed_only)
    drawn = draws.of(WEIGHTS)
    assert drawn.shape == (300, 19)
    assert drawn.min() >= 0
    np.testing.assert_allclose(drawn.sum(axis=1), 1)
    np.testing.assert_array_equal(drawn, draws.of(WEIGHTS))
    assert (drawn != burnett.Draws(seed=8, number=300, spread=spread, assumed_only=assumed_only).of(WEIGHTS)).any()
    if assumed_only:
        np.testing.assert_allclose(drawn[:, :6], [list(burnett.GIVEN.values())] * 300)
    np.testing.assert_allclose(drawn.mean(axis=0), list(WEIGHTS.weights.values()), rtol=0.2)


def test_no_change_keeps_every_place():
    kept = burnett.robustness(SCORES, burnett.Draws(seed=1, number=9, change=0))["kept"]
    assert kept.dropna().tolist() == [1, 1, 1]


def test_robustness_of_four_accounts(kind):
    found = rows(burnett.robustness(kind(SCORES), burnett.Draws(seed=1, number=50)))
    # bo reaches the cut 3.67 from 3.16 when 0.51 / 2 = 0.255 of weight moves to volume; ann and di cannot move
    expected = pd.DataFrame(
        [
            ("ann", 5.0, "high", 1.0, None, None),
            ("bo", 3.16, "medium", 1.0, 0.255, "high"),
            ("cy", None, None, None, None, None),
            ("di", 1.0, "low", 1.0, None, None),
        ],
        columns=["customer_id", "attractiveness", "attractiveness_band", "kept", "moved", "towards"],
    )
    same(found, expected)


def test_an_account_near_a_cut_keeps_its_place_in_part_of_the_draws():
    near = {name.value: 5 if place < 9 else 2 for place, name in enumerate(ALL)}
    cuts = burnett.Cuts(high_from=burnett.attractiveness(near))
    weak = burnett.robustness(near, burnett.Draws(seed=1), cuts=cuts)
    assert 0.3 < weak.kept < 0.7
    assert weak.nearest.moved == pytest.approx(0, abs=1e-9)
    assert weak.nearest.band == "medium"
    assert burnett.robustness(near, burnett.Draws(seed=1), cuts=cuts) == weak


def test_the_table_says_what_the_single_account_says():
    draws = burnett.Draws(seed=5, number=40, spread="dirichlet", concentration=5)
    table = burnett.robustness(SCORES, draws).set_index("customer_id")
    for who in ("ann", "bo", "di"):
        one = burnett.robustness(account(who, "attractiveness"), draws)
        assert table.loc[who, "kept"] == one.kept
        assert table.loc[who, "attractiveness_band"] == one.band


@few
@given(ACCOUNT)
def test_the_nearest_change_brings_the_account_to_its_band_and_nothing_smaller_does(scores):
    index, change = burnett.attractiveness(scores), burnett.nearest_change(scores)
    if change is None:
        assert (
            burnett.robustness(scores, burnett.Draws(seed=1, number=30, spread="dirichlet", concentration=1)).kept == 1
        )
        return
    assert change.moved == pytest.approx(sum(change.givers.values()))
    moved = dict(WEIGHTS.weights)
    for name, weight in change.givers.items():
        moved[name] -= weight
        moved[change.receiver] += weight
    assert all(weight >= -1e-12 for weight in moved.values())
    reached = sum(weight * scores[name] for name, weight in moved.items())
    cuts = burnett.Cuts().attractiveness
    assert min(abs(reached - cut) for cut in cuts) < 1e-9
    assert BANDS.index(change.band) == BANDS.index(burnett.attractiveness_band(index)) + (1 if reached > index else -1)
    drawn = burnett.Draws(seed=1, number=200, change=0.5).of(WEIGHTS)
    shift = np.abs(drawn - list(WEIGHTS.weights.values())).sum(axis=1) / 2
    values = drawn @ [scores[name] for name in WEIGHTS.indicators]
    leaves = [burnett.attractiveness_band(round(v, 9)) != burnett.attractiveness_band(index) for v in values]
    assert (shift[leaves] >= change.moved - 1e-9).all()


# ---------------------------------------------------------------- permutations


@pytest.mark.parametrize("seed", [1, 2, 3])
def test_the_order_of_rows_changes_nothing(seed):
    mixed = pl.from_pandas(SCORES).sample(fraction=1, shuffle=True, seed=seed)
    same(burnett.place(mixed), PLACED)
    draws = burnett.Draws(seed=1, number=20)
    same(burnett.robustness(mixed, draws), rows(burnett.robustness(pl.from_pandas(SCORES), draws)))


# ---------------------------------------------------------------- bad input

FRAMES = {
    "attractiveness": burnett.attractiveness,
    "relationship": burnett.relationship,
    "place": burnett.place,
    "robustness": lambda scores: burnett.robustness(scores, burnett.Draws(seed=1, number=3)),
}


@pytest.mark.parametrize("call", FRAMES.values(), ids=FRAMES)
@pytest.mark.parametrize(
    ("change", "sentence"),
    [
        (lambda t: t.drop(columns="score"), "column 'score': is missing"),
        (lambda t: t.assign(score="good"), "column 'score': holds .* where number is declared"),
        (lambda t: t.assign(score=t["score"].mask(t.index == 3)), "column 'score': 1 of .* rows have no value"),
        (lambda t: t.assign(score=t["score"] + 1), "column 'score': 6.0 lies above 5"),
        (lambda t: t.assign(score=-t["score"]), "column 'score': -5.0 lies below 1"),
        (lambda t: t.assign(dimension="charm"), "column 'dimension': 'charm' is no dimension; use attractiveness or"),
        (lambda t: pd.concat([t, t.head(1)]), "occurs in 2 rows, but names one"),
        (lambda _: [1, 2], "table 'burnett_scores': a list is not a usable frame"),
    ],
)
def test_a_table_of_scores_that_breaks_a_rule(call, change, sentence):
    with pytest.raises(DataError, match=sentence):
        call(change(SCORES))


def test_an_indicator_under_the_wrong_dimension():
    with pytest.raises(DataError, match="'contact' is no indicator of attractiveness"):
        burnett.place(SCORES.assign(dimension="attractiveness").drop_duplicates(["customer_id", "indicator"]))


@pytest.mark.parametrize("call", FRAMES.values(), ids=FRAMES)
def test_an_empty_table_gives_an_empty_frame(call, kind):
    assert len(rows(call(kind(SCORES.head(0))))) == 0


@pytest.mark.parametrize(
    ("call", "error", "sentence"),
    [
        (
            lambda: burnett.attractiveness({"volume": 3}),
            RuleError,
            "no score for enterprise_lifecycle, .*; score all 19",
        ),
        (lambda: burnett.attractiveness(dict.fromkeys(ALL, 6)), RuleError, "the score of 'volume' is 6; give a number"),
        (lambda: burnett.attractiveness(dict.fromkeys(ALL, None)), RuleError, "no score for volume"),
        (lambda: burnett.attractiveness(dict.fromkeys(ALL, float("nan"))), RuleError, "give a finite number"),
        (
            lambda: burnett.attractiveness({"volum": 3}),
            UnknownName,
            "no indicator named 'volum'; did you mean 'volume'",
        ),
        (lambda: burnett.partial_score({"volume": True}), RuleError, "is True; give a finite number"),
        (lambda: burnett.relationship({"tenure": 3}), RuleError, "no score for wallet_trend3"),
        (lambda: burnett.strategy(attractiveness="good", relationship="good"), UnknownName, "no attractiveness named"),
        (
            lambda: burnett.strategy(attractiveness=0, relationship="good"),
            RuleError,
            "attractiveness is 0; give a number",
        ),
        (lambda: burnett.strategy(attractiveness=3, relationship=float("nan")), RuleError, "relationship is nan"),
        (lambda: burnett.cell(attractiveness=3, relationship=3, layout="x"), UnknownName, "no layout named 'x'"),
        (lambda: burnett.Cuts(medium_from=4), RuleError, "give 1 < medium_from < high_from <= 5"),
        (lambda: burnett.Cuts(good_from=5.5), RuleError, "give 1 < fair_from < good_from <= 5"),
        (lambda: burnett.Cuts(fair_from=1), RuleError, "give 1 < fair_from"),
        (lambda: burnett.BurnettWeights({"volume": 0.5}), RuleError, "the weights come to 0.5; they must come to 1"),
        (lambda: burnett.BurnettWeights({"volume": 8}), RuleError, "the weight of 'volume' is 8; give a fraction"),
        (lambda: burnett.BurnettWeights({"x": 1}, frozenset({"y"})), UnknownName, "no indicator named 'y'"),
        (lambda: WEIGHTS["charm"], UnknownName, "no indicator named 'charm'"),
        (lambda: WEIGHTS.changed(volume=0.9, tech=0.2), RuleError, "leave -0.1 for the others"),
        (lambda: WEIGHTS.changed(volum=0.9), UnknownName, "did you mean 'volume'"),
        (lambda: burnett.BurnettWeights({"x": 1}, frozenset()).changed(x=0.5), RuleError, "leave 0.5 for the others"),
        (lambda: burnett.Draws(seed=-1), RuleError, "Draws.seed is -1"),
        (lambda: burnett.Draws(seed=2**32), RuleError, r"below 2\*\*32"),
        (lambda: burnett.Draws(seed=1, number=0), RuleError, "Draws.number is 0"),
        (lambda: burnett.Draws(seed=1, change=20), RuleError, r"Draws.change is 20; .* \(0.2 for 20 per cent"),
        (lambda: burnett.Draws(seed=1, concentration=0), RuleError, "Draws.concentration is 0"),
        (lambda: burnett.Draws(seed=1, spread="normal"), UnknownName, "no spread named 'normal'"),
        (lambda: burnett.score_of("volume", 0), RuleError, "level is 0; give a number from 1 to 5"),
        (lambda: burnett.score_of("charm", 3), UnknownName, "no indicator named 'charm'"),
        (lambda: burnett.score_of("volume", 3, "up"), UnknownName, "no polarity named 'up'"),
        (lambda: burnett.score_by_bounds(3, (1, 2, 3)), RuleError, "give four numbers"),
        (lambda: burnett.score_by_bounds(3, (1, 3, 2, 4)), RuleError, "give four numbers"),
        (lambda: burnett.indicators("fr"), UnknownName, "no language named 'fr'"),
        (
            lambda: burnett.matrix(PLACED.drop(columns="relationship_band")),
            DataError,
            "'relationship_band': is missing",
        ),
        (lambda: burnett.matrix(PLACED, value="paid"), DataError, "column 'paid': is missing"),
        (
            lambda: burnett.matrix(PLACED.assign(attractiveness_band="x")),
            DataError,
            "'x' is no band; known: low, medium",
        ),
    ],
)
def test_what_is_refused(call, error, sentence):
    with pytest.raises(error, match=sentence):
        call()


@pytest.mark.parametrize(
    ("change", "sentence"),
    [
        (lambda t: t.drop(columns="weight"), "column 'weight': is missing"),
        (lambda t: t.assign(weight=t["weight"] * 2), "column 'weight': the weights come to 2"),
        (lambda t: t.assign(weight=-t["weight"]), "column 'weight': -0.08 lies below 0"),
        (lambda t: pd.concat([t, t]), "occurs in 2 rows"),
    ],
)
def test_a_table_of_weights_that_breaks_a_rule(change, sentence):
    with pytest.raises(DataError, match=sentence):
        burnett.BurnettWeights.from_frame(change(WEIGHTS.frame()))


def test_weights_without_the_column_given_are_all_assumed():
    read = burnett.BurnettWeights.from_frame(pl.from_pandas(WEIGHTS.frame().drop(columns="given")))
    assert read.weights == WEIGHTS.weights
    assert read.given == frozenset()


def test_the_matrix_of_no_account():
    assert burnett.matrix(PLACED.head(0))["customers"].tolist() == [0] * 9
    assert burnett.matrix(PLACED.head(0), value="attractiveness")["share"].sum() == 0


# ---------------------------------------------------------------- every engine


def test_figures_and_places_on_every_engine(engine):
    one = SimpleNamespace(burnett_scores=SCORES)
    engine.agrees(lambda tables: burnett.attractiveness(tables.burnett_scores), one, "customer_id")
    engine.agrees(lambda tables: burnett.relationship(tables.burnett_scores), one, "customer_id")
    engine.agrees(lambda tables: burnett.place(tables.burnett_scores), one, "customer_id")


def test_matrix_robustness_and_weights_on_every_engine(engine):
    draws = burnett.Draws(seed=1, number=10)
    two = SimpleNamespace(burnett_scores=SCORES, placed=PLACED)
    engine.agrees(lambda tables: burnett.matrix(tables.placed), two, "attractiveness_band", "relationship_band")
    engine.agrees(lambda tables: burnett.robustness(tables.burnett_scores, draws), two, "customer_id")
    assert burnett.BurnettWeights.from_frame(engine.frame(WEIGHTS.frame())) == WEIGHTS


def test_all_nine_cells_in_one_frame():
    pairs = list(product((1.0, 3.0, 5.0), repeat=2))
    made = pd.DataFrame(
        [
            (f"k{number}", dimension, name.value, score)
            for number, pair in enumerate(pairs)
            for dimension, score, group in zip(
                ("attractiveness", "relationship"), pair, (ALL, burnett.RELATIONSHIP), strict=True
            )
            for name in group
        ],
        columns=["customer_id", "dimension", "indicator", "score"],
    )
    found = burnett.place(made)
    expected = [burnett.cell(attractiveness=a, relationship=r) for a, r in pairs]
    assert found["strategy"].tolist() == [cell.strategy for cell in expected]
    assert found["certain"].tolist() == [cell.certain for cell in expected]
