"""Points and reasons: partial credit, hints about the unit, and nothing hidden told."""

from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from autograders import check as registry
from autograders import probes as probes_module
from autograders.check import (
    N_,
    Case,
    Context,
    Group,
    Probe,
    Verdict,
    check,
    check_for,
    examine,
    function_probes,
    group_probes,
    number_probes,
    probe,
    quiz_probes,
)
from autograders.plain import Missing, NamespaceWork, TookTooLong
from autograders.probes import same
from loyaltylib.chapters import Exercise
from loyaltylib.errors import CourseError
from loyaltylib.quiz import parse

SHARE = {"en": "fraction between 0 and 1", "zh": "0 到 1 之间的小数"}


def exercise(kind, answer, **more):
    title = {"en": "A title", "zh": "标题"}
    return Exercise("mini-one", kind, answer, points=10, minutes=1, title=title, concept="tier.lost", **more)


def context(given_exercise, **names):
    return Context(NamespaceWork(names), given_exercise, "ann", {}, lambda _: None)


def test_points_are_shared_out_by_weight():
    verdict = Verdict("mini-one", 10, (Probe("a", passed=True, weight=3), Probe("b", passed=False, weight=1)))
    assert verdict.points == 7.5
    assert not verdict.passed


def test_a_share_of_credit_counts():
    assert Verdict("mini-one", 9, (Probe("a", passed=False, share=1 / 3),)).points == 3


def test_no_probe_no_point():
    assert Verdict("mini-one", 10, ()).points == 0
    assert not Verdict("mini-one", 10, ()).passed


@given(
    st.floats(0, 1000),
    st.lists(st.tuples(st.floats(0, 100), st.floats(allow_nan=False, min_value=-2, max_value=2)), max_size=8),
)
def test_points_lie_between_nothing_and_the_maximum(most, pairs):
    probes = tuple(Probe(str(i), passed=False, weight=w, share=s) for i, (w, s) in enumerate(pairs))
    points = Verdict("mini-one", most, probes).points
    assert type(points) is float
    assert 0 <= points <= most


def test_each_reason_is_said_once_and_in_the_language():
    twice = tuple(Probe(str(i), passed=False, reason=N_("Not answered.")) for i in range(2))
    verdict = Verdict("mini-one", 10, (*twice, Probe("c", passed=False, texts=({"en": "Because.", "zh": "因为。"},))))
    assert verdict.reasons("en") == ["Not answered.", "Because."]
    assert verdict.reasons("zh") == ["未作答。", "因为。"]


def test_a_probe_that_raises_costs_only_itself():
    def broken():
        raise ValueError

    assert probe("a", broken, "Broken.").credit == 0
    assert probe("b", lambda: True).passed
    assert probe("c", lambda: 0.25).credit == 0.25
    assert probe("d", lambda: float("nan")).credit == 0

    def missing():
        raise Missing("twice")

    assert probe("e", missing).reasons("en") == ["The notebook has no twice."]


@pytest.mark.parametrize(
    ("raw", "passed", "said"),
    [
        (0.375, True, ""),
        (0.3754, True, ""),
        (0.3756, False, "not the value"),
        (37.5, False, "factor of 100"),
        (0.00375, False, "factor of 100"),
        ("37.5%", False, "0.375, not 37.5%"),
        ("０.375", False, "full-width"),
        ("1.2万", False, "12000"),
        (float("nan"), False, "divided by zero"),
        (None, False, "Not answered"),
        (True, False, "not a number"),
    ],
)
def test_a_number_in_the_wrong_unit_or_form_gets_a_hint(raw, passed, said):
    asked = exercise("number", "share", tolerance=0.0005, unit=SHARE)
    (found,) = number_probes(context(asked, share=raw), 0.375)
    assert found.passed is passed
    assert said in " ".join(found.reasons("en"))
    assert passed or found.reasons("zh")


def test_a_number_that_is_not_there():
    (found,) = number_probes(context(exercise("number", "share")), 1)
    assert found.reasons("en") == ["The notebook has no share."]


def test_names_of_people_and_places_are_those_of_either_notebook(monkeypatch):
    monkeypatch.setattr("loyaltylib.chapters.variant", lambda *_: {})
    asked = registry.context(exercise("figure", "ax"), NamespaceWork({}), "ann")
    regions = asked.in_each_language(lambda tables: set(tables.customers["region"]))
    assert regions[0] == set(asked.tables.customers["region"])
    assert regions[0].isdisjoint(regions[1])
    assert len(regions[0]) == len(regions[1])


CASES = (Case((1,), "one", visible=True), Case((0,), "zero", N_("Not answered.")), Case((-2,), "minus"))


def verdicts_of(function):
    return list(function_probes(context(exercise("function", "twice"), twice=function), lambda n: 2 * n, CASES))


def test_every_case_runs_even_if_one_fails():
    def twice(n):
        if n == 0:
            raise KeyError("secret input 0")
        return 2 * n

    found = verdicts_of(twice)
    assert [p.passed for p in found] == [True, False, True]
    assert found[1].reasons("en") == ["In a hidden probe the function raised KeyError."]


def test_a_visible_case_shows_call_and_values_and_a_hidden_one_does_not():
    found = verdicts_of(lambda n: n)
    assert found[0].reasons("en") == ["twice(1) should give 2, but gave 1."]
    assert found[2].reasons("en") == ["A hidden probe gives another result."]
    assert "-2" not in str(found[2])


def test_a_hidden_input_does_not_leave_by_the_name_of_an_error():
    def twice(n):
        raise type(f"Input{n}", (Exception,), {})

    assert "Input" not in str(verdicts_of(twice)[2])


def test_a_function_without_return_says_so():
    assert "return" in verdicts_of(lambda _: None)[0].reasons("en")[0]


GROUPS = (Group("shown", (1, 3), visible=True), Group("hidden", range(20), N_("Not answered."), weight=2))


def groups_of(function):
    return list(group_probes(context(exercise("function", "twice"), twice=function), lambda n: 2 * n, GROUPS))


def test_a_group_passes_where_all_its_calls_do_and_tells_of_the_first_that_does_not():
    found = groups_of(lambda n: 2 * n)
    assert [(p.name, p.passed, p.visible, p.weight) for p in found] == [
        ("shown", True, True, 1),
        ("hidden", True, False, 2),
    ]
    shown, hidden = groups_of(lambda n: 2 * n if n < 3 else None if n > 9 else n)
    assert shown.reasons("en") == ["twice(3) should give 6, but gave 3."]
    assert (hidden.credit, hidden.reasons("en")) == (0, ["Not answered."])


def test_a_function_that_counts_its_calls_fails_a_hidden_group():
    doubled = [2 * n for n in range(20)]
    results = iter([2, 6, 6, 2, *doubled, *reversed(doubled)])  # right if calls came in the order they are written in
    assert [p.passed for p in groups_of(lambda _: next(results, None))] == [True, False]


def test_an_endless_function_is_called_once_a_group():
    calls = []

    def slow(n):
        calls.append(n)
        raise TookTooLong("time")

    assert not any(p.passed for p in groups_of(slow))
    assert len(calls) == len(GROUPS)


@pytest.mark.parametrize(
    ("got", "expected", "equal"),
    [
        (0.1 + 0.2, 0.3, True),
        ([1, 2], (1, 2), True),
        (" core ", "core", True),
        (1, True, True),
        ("1", 1, False),
        (None, 0, False),
        ({"a": [1.0]}, {"a": [1]}, True),
        ({"a": 1, "b": 2}, {"a": 1}, False),
        (float("nan"), float("nan"), True),
        (float("nan"), 1.0, False),
        ([1], [1, 2], False),
    ],
)
def test_same(got, expected, equal):
    assert same(got, expected) is equal


def text(words):
    return {"en": words, "zh": words}


def option(name, *, right):
    return {"id": name, "text": text(name), "right": right, "why": text(f"why {name}")}


ITEMS = [
    {"id": "mini-single", "kind": "single", "options": [option("a", right=True), option("b", right=False)]},
    {
        "id": "mini-multiple",
        "kind": "multiple",
        "options": [option("a", right=True), option("b", right=True), option("c", right=False)],
    },
    {"id": "mini-truth", "kind": "truefalse", "key": True, "why": {"true": text("why yes"), "false": text("why no")}},
    {"id": "mini-number", "kind": "numeric", "key": 0.25, "tolerance": 0.01, "unit": SHARE, "why": text("it is 0.25")},
]


@pytest.fixture
def quiz(monkeypatch):
    common = {"use": "marked", "concept": "tier.lost", "source": "test", "stem": text("Which?")}
    items = {raw["id"]: parse(common | raw) for raw in ITEMS}
    monkeypatch.setattr(probes_module, "keys", lambda _: items)
    asked = exercise("quiz", "answers", items=tuple(items))
    return lambda answers: {p.name: p for p in quiz_probes(context(asked, answers=answers))}


def test_right_quiz_answers_get_everything(quiz):
    found = quiz({"single": "a", "multiple": ["b", "a"], "truth": True, "number": 0.25})
    assert all(p.passed for p in found.values())


def test_wrong_quiz_answers_get_the_why_of_what_was_chosen_and_no_key(quiz):
    found = quiz({"single": "b", "multiple": ["a", "b", "c"], "truth": False, "number": 0.0025})
    assert {name: p.credit for name, p in found.items()} == {"single": 0, "multiple": 0.5, "truth": 0, "number": 0}
    said = {name: " ".join(p.reasons("en")) for name, p in found.items()}
    assert "why b" in said["single"]
    assert "why c" in said["multiple"]
    assert "why a" not in said["single"] + said["multiple"]
    assert "why no" in said["truth"]
    assert "factor of 100" in said["number"]
    assert "0.25" not in said["number"]


def test_choosing_everything_in_a_multiple_item_does_not_pay(quiz):
    assert quiz({"multiple": ["a", "c"]})["multiple"].credit == 0


@pytest.mark.parametrize("answers", [{}, None, ["a"], {"single": ["x"]}, {"single": {"a": 1}}, {"number": "25%"}])
def test_odd_quiz_answers_get_a_reason_each(quiz, answers):
    found = quiz(answers)
    assert all(p.credit == 0 and p.reasons("en") and p.reasons("zh") for p in found.values())


def test_the_registry_knows_one_check_for_each_exercise(monkeypatch):
    monkeypatch.setattr(registry, "CHECKS", {})
    asked = exercise("function", "twice")
    monkeypatch.setattr("loyaltylib.chapters.exercise", lambda _: asked)
    monkeypatch.setattr("loyaltylib.chapters.variant", lambda *_: {"window": 90})

    @check("mini-one")
    def one(c):
        yield Probe("variant", passed=c.variant == {"window": 90} and c.learner == "ann")

    assert check_for("mini-one") is one
    assert examine("mini-one", NamespaceWork({}), " ANN ").points == 10

    def other(_):
        yield Probe("a", passed=True)

    other.__module__ = "elsewhere"
    with pytest.raises(CourseError, match="two checks"):
        check("mini-one")(other)


def test_a_check_with_doubled_probe_names_is_an_authors_error(monkeypatch):
    monkeypatch.setattr(registry, "CHECKS", {})
    asked = exercise("function", "twice")
    monkeypatch.setattr("loyaltylib.chapters.exercise", lambda _: asked)
    monkeypatch.setattr("loyaltylib.chapters.variant", lambda *_: {})
    check("mini-one")(lambda _: [Probe("a", passed=True), Probe("a", passed=False)])
    with pytest.raises(CourseError, match="different names"):
        examine("mini-one", NamespaceWork({}), "ann")
