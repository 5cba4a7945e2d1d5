"""Answers marked by rules: a decision, a figure; nothing decided and nothing drawn keeps no rule."""

from __future__ import annotations

import matplotlib as mpl
import pytest

from autograders.check import N_, Context, Rule, Verdict, decision_probes, figure_probes, same_bars
from autograders.plain import NamespaceWork
from loyaltylib.chapters import Exercise

mpl.use("agg")
RULES = (
    Rule("budget", lambda plan: sum(10 for word in plan.values() if word == "call") <= 20, N_("Not answered.")),
    Rule("everyone", lambda plan: len(plan) / 3, N_("Not answered."), weight=2),
    Rule("first", lambda plan: plan["K1"] == "call", N_("Not answered.")),
)


def context(kind, answer, **more):
    title = {"en": "A title", "zh": "标题"}
    asked = Exercise("mini-one", kind, answer, points=10, minutes=1, title=title, concept="tier.lost", **more)
    return lambda **names: Context(NamespaceWork(names), asked, "ann", {}, lambda _: None)


def outcome(probes):
    found = {probe.name: probe for probe in probes}
    return {name: probe.credit for name, probe in found.items()}, [r for p in found.values() for r in p.reasons("en")]


decided = context("decision", "plan", form="mapping", choices=("call", "wait"))


@pytest.mark.parametrize(
    ("plan", "shares"),
    [
        ({"K1": "call", "K2": "wait", "K3": "wait"}, [1, 1, 1]),
        ({"K1": "Call", "K2": "call", "K3": "call"}, [0, 1, 1]),
        ({"K2": "wait", "K3": "wait"}, [1, 2 / 3, 0]),
        ({"K1": "wait", "K2": "", "K3": "wait"}, [1, 2 / 3, 0]),
    ],
)
def test_each_rule_is_held_against_the_decision_by_itself(plan, shares):
    found, _ = outcome(decision_probes(decided(plan=plan), RULES))
    assert list(found.values()) == pytest.approx(shares)


@pytest.mark.parametrize(
    ("plan", "said"),
    [
        ({}, "Not answered."),
        (None, "Not answered."),
        ({"K1": ""}, "Not answered."),
        ({"K1": "visit"}, "'visit' is not one of the words call, wait."),
        (["K1"], "Write pairs in braces"),
        (open, "not plain data"),
    ],
)
def test_what_is_no_decision_keeps_no_rule_and_says_why(plan, said):
    found, reasons = outcome(decision_probes(decided(plan=plan), RULES))
    assert list(found.values()) == [0, 0, 0]
    assert said in reasons[0]


def test_ids_are_those_of_the_learners_data():
    first = context("decision", "first", form="list")
    rules = [Rule("two", lambda chosen: chosen == ["K2", "K1"], N_("Not answered."))]
    assert outcome(decision_probes(first(first=["k2", "K1"]), rules, ids=["K1", "K2", "K3"]))[0] == {"two": 1}
    assert "not an id of your data" in outcome(decision_probes(first(first=["K9"]), rules, ids=["K1"]))[1][0]
    assert outcome(decision_probes(first(), rules))[1] == ["The notebook has no first."]


BARS = [Rule("bars", lambda axes: same_bars(axes, {"a": 1, "b": 2}, either_way=True), N_("Not answered."), weight=3)]
figure = context("figure", "ax")


def axes(draw):
    from matplotlib.figure import Figure

    made = Figure().add_subplot()
    draw(made)
    return made


@pytest.mark.parametrize(
    ("draw", "points"),
    [
        (lambda ax: (ax.bar(["a", "b"], [1, 2]), ax.set(title="T", xlabel="x", ylabel="y")), 10),
        (lambda ax: (ax.barh(["b", "a"], [2, 1]), ax.set(title="T", xlabel="x", ylabel="y")), 10),
        (lambda ax: (ax.bar(["a", "b"], [1, 2]), ax.set(xlabel="x", ylabel="y")), 9.17),
        (lambda ax: (ax.bar(["a", "b"], [2, 1]), ax.set(title="T", xlabel="x", ylabel="y")), 2.5),
        (lambda ax: ax.set(title="T", xlabel="x", ylabel="y"), 0),
        (lambda _: None, 0),
    ],
)
def test_a_figure_has_points_for_its_words_and_for_its_data(draw, points):
    assert Verdict("mini-one", 10, tuple(figure_probes(figure(ax=axes(draw)), BARS))).points == points


@pytest.mark.parametrize(
    ("answer", "said"),
    [(None, "Not answered."), ("figure.png", "not a figure"), ([{"bars": [1]}], "not a figure"), (7, "not a figure")],
)
def test_what_is_no_figure_keeps_no_rule_and_says_why(answer, said):
    found, reasons = outcome(figure_probes(figure(ax=answer), BARS))
    assert found == {"words": 0, "bars": 0}
    assert said in reasons[0]
