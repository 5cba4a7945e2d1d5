"""The poll without a network: what is counted, what may be seen when, and which step comes after which."""

from __future__ import annotations

import json

import pytest
from hypothesis import given
from hypothesis import strategies as st

from loyaltylib import quiz
from loyaltylib.chapters import syllabus
from loyaltylib.messages import LANGUAGES
from loyaltylib.poll import MOST_DEVICES, Poll, PollError, Question, prediction_of, question_of
from loyaltylib.simulators import stems
from loyaltylib.simulators.stories import stories

QUESTION = Question("Which one?", {"a": "this", "b": "that"}, ("b",), {"a": "not this", "b": "that it is"})


@pytest.fixture
def poll():
    asked = Poll()
    asked.ask(QUESTION)
    return asked


def cast(poll, **votes):
    for device, option in votes.items():
        poll.vote(device, option, poll.number)


def test_a_poll_of_two_rounds_by_hand(poll):
    cast(poll, ann="a", bo="b", cy="a")
    cast(poll, ann="b")  # she thinks again, and still counts once
    assert poll.votes == 3
    poll.close()
    assert poll.public()["counts"] == [{"a": 1, "b": 2}]
    poll.again()
    assert poll.voted("ann") is None
    cast(poll, ann="b", cy="b")
    poll.close()
    poll.reveal()
    seen = poll.public()
    assert seen["counts"] == [{"a": 1, "b": 2}, {"a": 0, "b": 2}]
    assert seen["right"] == ["b"]
    assert seen["why"] == QUESTION.why
    poll.end()
    assert poll.public() == {"number": poll.number, "phase": "idle", "round": 0, "votes": 0}


def test_nothing_is_seen_of_bars_before_the_close_nor_of_the_key_before_it_is_revealed(poll):
    cast(poll, ann="a")
    for step in (lambda: None, poll.close, poll.again, poll.close):
        step()
        seen = json.dumps(poll.public())
        assert "that it is" not in seen
        assert '"right": []' in seen
        assert ('"counts": []' in seen) == (poll.phase == "open")


def test_hands_that_the_trainer_counts_stand_beside_the_votes(poll):
    cast(poll, ann="a")
    poll.count_hands({"a": 3, "b": 4})
    poll.count_hands({"b": 5})
    assert poll.votes == 6
    poll.close()
    assert poll.counts() == [{"a": 1, "b": 5}]
    for wrong in ({"c": 1}, {"a": -1}, {"a": 1.5}, {"a": True}):
        with pytest.raises(PollError, match="whole number"):
            poll.count_hands(wrong)


@pytest.mark.parametrize(
    ("steps", "wrong", "says"),
    [
        ("", "again", "after the first"),
        ("", "reveal", "Close the vote"),
        ("close", "close", "No vote is open"),
        ("close again close", "again", "two votes"),
        ("close reveal", "again", "after the first"),
        ("end", "close", "No vote is open"),
    ],
)
def test_a_step_out_of_turn_is_refused_and_changes_nothing(poll, steps, wrong, says):
    for step in steps.split():
        getattr(poll, step)()
    before = poll.public()
    with pytest.raises(PollError, match=says):
        getattr(poll, wrong)()
    assert poll.public() == before


def test_a_vote_that_cannot_be_is_refused_and_counts_nothing(poll):
    old = poll.number
    with pytest.raises(PollError, match="no such option"):
        poll.vote("ann", "c", poll.number)
    poll.close()
    with pytest.raises(PollError, match="closed"):
        poll.vote("ann", "a", poll.number)
    poll.again()
    with pytest.raises(PollError, match="changed"):
        poll.vote("ann", "a", old)
    poll.end()
    with pytest.raises(PollError, match="Nothing is asked"):
        poll.vote("ann", "a", poll.number)
    assert poll.votes == 0


def test_a_full_room_takes_nobody_in_and_keeps_who_is_there(poll):
    for number in range(MOST_DEVICES):
        poll.join(str(number))
    with pytest.raises(PollError, match="full"):
        poll.vote("late", "a", poll.number)
    poll.vote("7", "a", poll.number)
    assert poll.votes == 1


@given(votes=st.lists(st.tuples(st.integers(0, 30), st.sampled_from("ab")), max_size=80))
def test_every_device_counts_once_by_its_last_word(votes):
    poll = Poll()
    poll.ask(QUESTION)
    for device, option in votes:
        poll.vote(str(device), option, poll.number)
    last = list(dict(votes).values())
    assert poll.counts() == [{"a": last.count("a"), "b": last.count("b")}]


@pytest.mark.parametrize("lang", LANGUAGES)
@pytest.mark.parametrize("stem", syllabus())
def test_every_chapter_has_practice_items_that_can_be_polls(stem, lang):
    items = [item for item in quiz.items(stem).values() if item.use == "practice"]
    can = [item for item in items if item.kind in ("single", "truefalse")]
    assert can
    for item in can:
        question = question_of(item, lang)
        assert set(question.right) < set(question.options)
        assert set(question.why) <= set(question.options)
    for item in (item for item in items if item not in can):
        with pytest.raises(PollError, match=item.id):
            question_of(item, lang)


@pytest.mark.parametrize("lang", LANGUAGES)
@pytest.mark.parametrize("stem", stems())
def test_every_story_can_be_a_prediction(stem, lang):
    for story in stories(stem, lang)[1:]:
        question = prediction_of(story)
        assert question.options[question.right[0]] == story.guesses[story.right - 1]
