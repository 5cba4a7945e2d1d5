"""Items: their form, their order for each learner, and how an answer is marked."""

import copy
import json

import pytest
from hypothesis import given
from hypothesis import strategies as st

from loyaltylib import quiz
from loyaltylib.errors import CourseError, UnknownName

FILE = "notebooks/items/small.json"


@pytest.fixture
def items(small):
    del small
    return quiz.items("small")


@pytest.fixture
def raw(small):
    del small
    return {each["id"]: each for each in json.loads(quiz.find(FILE).read_text("utf-8"))["items"]}


def test_items_come_in_the_files_order(items):
    assert list(items)[:2] == ["small-lowest", "small-signs"]
    assert items["small-lowest"].name == "lowest"
    with pytest.raises(UnknownName, match="small-lowest"):
        quiz.item("small-lowst")


def test_yaml_and_json_are_the_same_form(items, tmp_path):
    path = tmp_path / "quiz.yml"
    path.write_text(quiz.find(FILE).read_text("utf-8"), "utf-8")  # JSON is YAML
    assert quiz.read_items(path) == items


# item, answer as typed, share of credit
MARKS = [
    ("one", "b", 1.0),
    ("one", "a", 0.0),
    ("many", ["a", "b"], 1.0),
    ("many", ["a"], 0.5),
    ("many", ["a", "b", "c"], 0.5),
    ("many", ["a", "c"], 0.0),
    ("many", ["c", "d"], 0.0),
    ("many", ["a", "b", "c", "d"], 0.0),
    ("claim", False, 1.0),
    ("claim", True, 0.0),
    ("count", 8, 1.0),
    ("count", 8.4, 0.0),
    ("order", ["x", "y", "z"], 1.0),
    ("order", ["x", "z", "y"], 0.0),
    ("pairs", {"l1": "r1", "l2": "r2"}, 1.0),
    ("pairs", {"l1": "r1", "l2": "r3"}, 0.5),
    ("pairs", {"l1": "r2", "l2": "r1"}, 0.0),
    ("pairs", {"l1": "r1"}, 0.0),
]


@pytest.mark.parametrize(("name", "typed", "share"), MARKS)
def test_marks(items, name, typed, share):
    item = items[f"small-{name}"]
    marked = item.mark(item.read(typed).value)
    assert marked.share == share
    assert marked.passed is (share == 1)


@pytest.mark.parametrize("name", ["one", "many", "claim", "count", "order", "pairs"])
def test_the_right_answer_gets_full_credit_and_the_stub_none(items, name):
    item = items[f"small-{name}"]
    assert item.mark(item.read(item.right_answer).value).share == 1
    assert item.mark(item.read(item.stub).value).share == 0


def test_a_share_typed_as_per_cent_gets_a_hint_and_no_verdict(raw):
    share = quiz.parse({**raw["small-count"], "unit": {"en": "fraction between 0 and 1", "zh": "0 到 1 之间的小数"}})
    assert "0.54" in share.read(54).hint("en")
    percent = quiz.parse({**raw["small-count"], "unit": {"en": "%", "zh": "%"}})
    assert percent.read(54).accepted
    assert percent.read("54%").value == 54


def test_every_chosen_option_gets_its_why(items):
    notes = items["small-many"].mark(["a", "c"]).notes
    assert [(note.option, note.right, note.why["en"]) for note in notes] == [
        ("a", True, "a why"),
        ("c", False, "c why"),
    ]
    assert items["small-claim"].mark(value=True).notes[0].why["zh"] == "不，是往下"


@given(chosen=st.sets(st.sampled_from("abcd")))
def test_multiple_choice_never_pays_below_nothing_nor_for_ticking_all(chosen):
    options = tuple(quiz.Option(each, {}, each in "ab", {}) for each in "abcd")
    item = quiz.Item("small-x", "practice", "multiple", "c", "s", {}, options)
    share = item.mark(sorted(chosen)).share
    assert 0 <= share <= 1
    assert (share == 1) == (chosen == {"a", "b"})


def test_the_order_is_the_learners_own_and_stays(items):
    item = items["small-many"]
    orders = {tuple(o.id for o in item.shuffled(f"s{n}")) for n in range(60)}
    assert len(orders) > 12  # of 24
    assert item.shuffled("s1") == item.shuffled("s1")
    assert {o.id for o in item.shuffled("s1")} == set("abcd")


def test_a_learners_copy_of_a_marked_item_holds_no_key(raw):
    for name in ("small-one", "small-claim", "small-count", "small-order", "small-pairs"):
        bare = quiz.without_key({**raw[name], "use": "marked"})
        text = json.dumps(bare)
        assert not any(word in text for word in ('"key"', '"why"', '"right"'))
        item = quiz.parse(bare)
        assert not item.keyed
        with pytest.raises(CourseError, match="key is not in this file"):
            item.mark("a")


WRONG = [
    ("small-one", {"kind": "guess"}, "kind 'guess' is none of"),
    ("small-one", {"use": "exam"}, "use 'exam'"),
    ("small-one", {"stem": {"en": "only"}}, "stem: no text in zh"),
    ("small-one", {"options": []}, "fewer than two"),
    ("small-count", {"key": "8"}, "does not fit"),
    ("small-count", {"key": True}, "does not fit"),
    ("small-count", {"unit": None}, "needs its unit"),
    ("small-count", {"why": None}, "needs a why"),
    ("small-claim", {"key": "false"}, "does not fit"),
    ("small-claim", {"why": {"true": {"en": "x", "zh": "x"}}}, "true and false"),
    ("small-order", {"key": ["x", "y"]}, "does not fit"),
    ("small-pairs", {"key": {"l1": "r1"}}, "does not fit"),
    ("small-pairs", {"left": []}, "nothing on the left"),
    ("small-claim", {"key": None}, "practice item needs its key"),
]


@pytest.mark.parametrize(("name", "change", "words"), WRONG)
def test_a_wrong_item_is_refused_by_name(raw, name, change, words):
    with pytest.raises(CourseError, match=words) as caught:
        quiz.parse({**raw[name], **change})
    assert name in str(caught.value)


def test_options_need_whys_and_ids_of_their_own(raw):
    item = copy.deepcopy(raw["small-one"])
    del item["options"][0]["why"]
    with pytest.raises(CourseError, match="without a why: a"):
        quiz.parse(item)
    item["options"][0]["id"] = "b"
    with pytest.raises(CourseError, match="used twice: b"):
        quiz.parse(item)
    item = copy.deepcopy(raw["small-one"])
    item["options"][0]["right"] = True
    with pytest.raises(CourseError, match="2 right options"):
        quiz.parse(item)


def test_an_item_twice_is_refused(raw, tmp_path):
    path = tmp_path / "twice.json"
    path.write_text(json.dumps({"items": [raw["small-one"], raw["small-one"]]}), "utf-8")
    with pytest.raises(CourseError, match="is there twice"):
        quiz.read_items(path)
