"""Which named mistake explains what a learner failed: a class made from mistakes is told apart by its records."""

from __future__ import annotations

import pytest

from autograders.choices import choice, labels, offered, said
from autograders.misconceptions import Signature, explained, items_of, misconceptions, signatures
from autograders.records import Record
from autograders.verdict import Probe, Verdict

SAID = {"en": "It.", "zh": "它。"}
ONE, TWO = Signature("one", SAID, "tiers-f", {"a": 0.0}), Signature("two", SAID, "tiers-f", {"a": 0.0, "b": 0.5})
WHOLE = Signature("all", SAID, "tiers-f", {})


def verdict(**shares):
    probes = tuple(Probe(name, passed=share == 1, share=share, reason="") for name, share in shares.items())
    return Verdict("tiers-f", 4, probes)


@pytest.mark.parametrize(
    ("shares", "names"),
    [
        ({"a": 1, "b": 1}, []),
        ({"a": 0, "b": 1}, ["one"]),
        ({"a": 0, "b": 0.5}, ["two"]),
        ({"a": 0, "b": 0}, ["all"]),
        ({"a": 1, "b": 0}, []),
    ],
)
def test_a_mistake_explains_just_what_it_fails(shares, names):
    found = explained(verdict(**shares), [ONE, TWO, WHOLE], {})
    assert [one.name for each in found.values() for one in each] == names


def test_an_answer_in_the_wrong_form_is_no_misconception():
    silent = Probe("value", passed=False, reason="Not answered.")
    assert explained(Verdict("tiers-f", 4, (silent,)), [WHOLE], {}) == {}


def record(learner, *verdicts):
    return Record("tiers", learner, "en", "c", "v", "process", verdicts={v.exercise: v for v in verdicts})


def quiz(item, answer):
    """Return the verdict of the quiz with one item answered so, as marking would, and the rest right."""
    from autograders.probes import _item_probe

    items = items_of("tiers", "tiers-quiz_strategies")
    right = {name: each.right_answer for name, each in items.items()}
    probes = tuple(_item_probe(each, (right | {item: answer})[name]) for name, each in items.items())
    return Verdict("tiers-quiz_strategies", 4, probes)


def test_a_class_is_told_by_its_answers():
    mistake = next(m for m in signatures("tiers") if m.name == "inactive_as_asleep")
    ((item, answer),) = mistake.chosen.items()
    known = [record(learner, quiz(item, answer)) for learner in ("ann", "bob")]
    (found,) = misconceptions(known, "tiers")
    assert found.names == ("inactive_as_asleep",)
    assert found.learners == ("ann", "bob")
    assert found.item == f"tiers-{item}"
    assert found.why


def test_a_wrong_option_without_a_name_is_counted_by_itself():
    items = items_of("tiers", "tiers-quiz_strategies")
    named = {(item, str(answer)) for m in signatures("tiers") for item, answer in m.chosen.items()}
    item, option = next(
        (item, option)
        for item in items.values()
        if item.kind == "single"
        for option in item.options
        if not option.right and (item.name, option.id) not in named
    )
    (found,) = misconceptions([record("ann", quiz(item.name, option.id))], "tiers")
    assert found.names == (f"{item.name}:{option.id}",)
    assert option.text["zh"] in found.text("zh")
    assert found.why == (option.why,)


def test_an_older_record_tells_the_choice_by_its_why():
    for item in items_of("tiers", "tiers-quiz_strategies").values():
        if item.kind == "single":
            wrong = next(option for option in item.options if not option.right)
            assert choice(item, Probe(item.name, passed=False, texts=(wrong.why,))) == wrong.id
        assert labels(item, choice(item, Probe(item.name, passed=True))) <= set(offered(item))


def test_what_one_learners_code_gave_back_is_not_told_to_a_room(monkeypatch):
    monkeypatch.setattr("autograders.misconceptions.signatures", lambda *_: (ONE,))
    said = "{call} should give {expected}, but gave {got}."
    told = Probe("a", passed=False, reason=said, values={"call": "f(1)", "expected": 2, "got": "'Li Lei 138'"})
    plain = Probe("a", passed=False, reason="A hidden probe gives another result.")
    known = [record("ann", Verdict("tiers-f", 4, (told,))), record("bob", Verdict("tiers-f", 4, (plain,)))]
    (found,) = misconceptions(known, "tiers")
    assert found.learners == ("ann", "bob")
    assert [why["en"] for why in found.why] == ["A hidden probe gives another result."]


def test_a_mistake_that_leaves_a_probe_whole_is_found():
    keep_only = next(m for m in signatures("foundations") if m.name == "keep_only")
    assert keep_only.left
    assert all(share < 1 for share in keep_only.left.values())


def test_an_option_that_a_correction_took_out_is_shown_by_its_id():
    item = next(each for each in items_of("tiers", "tiers-quiz_strategies").values() if each.kind == "single")
    assert said(item, "gone", "en") == "gone"
