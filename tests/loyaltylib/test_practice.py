"""The learner's kit in a plain Python process: probes, hints, panel, quiz, handing in, guests."""

import json
import sys
import warnings
import zipfile

import pytest

from loyaltylib import practice, quiz_view
from loyaltylib.errors import CourseError, UnknownName
from loyaltylib.panel import LEARNER_MIME, State
from loyaltylib.probes import ProbeFailed, agree

CASES = [((5,), False), ((15,), True)]


@pytest.fixture
def kit(small, capsys):
    del small
    kit = practice.start("small", "en", "zhang01", namespace={})
    capsys.readouterr()
    return kit


def lines_of(kit, exercise_id, cases=None):
    with pytest.raises(ProbeFailed) as caught:
        kit.probe(exercise_id, cases)
    assert caught.value._render_traceback_() == str(caught.value).split("\n")
    assert 1 <= len(caught.value.lines) <= 6
    return caught.value.lines


def test_starting_shows_whose_data_it_is_and_every_exercise(small, capsys):
    del small
    kit = practice.start("small", "zh", "Zhang01", namespace={})
    said = capsys.readouterr().out
    assert kit.learner == "zhang01"
    assert "你的数据：zhang01 · " in said
    assert "○ 一个占比 · 未作答" in said
    assert "✎ 你的话 · 由教师评阅" in said
    assert practice.current() is kit
    assert kit.data.learner == "zhang01"
    assert kit.data.lang == "zh"


def test_a_chapter_or_language_that_is_not_there(small):
    del small
    with pytest.raises(UnknownName, match="chapter"):
        practice.start("smal", "en")
    with pytest.raises(UnknownName, match="language"):
        practice.start("small", "fr")


@pytest.mark.parametrize("raw", [None, lambda _: None, "", ...])
def test_an_untouched_function_is_no_failure(kit, capsys, raw):
    kit.namespace["late"] = raw
    assert kit.probe("small-late", CASES) is None
    assert "Nothing in late yet" in capsys.readouterr().out
    assert kit.panel.states["small-late"] is State.UNTOUCHED


def test_untouched_fails_under_validate(kit, monkeypatch):
    monkeypatch.setenv("NBGRADER_EXECUTION", "validate")
    assert "Nothing in late yet" in lines_of(kit, "small-late", CASES)[0]
    assert "Nothing in at_risk_share yet" in lines_of(kit, "small-share")[0]
    kit.namespace["small_quiz"] = {"lowest": "lost", "signs": []}
    assert "Still empty: signs" in lines_of(kit, "small-quiz")[0]


def late_at_least(days):
    return days >= 5


def test_a_failing_function_shows_call_value_expected_and_a_hint_and_then_another(kit):
    kit.namespace["late"] = late_at_least
    assert lines_of(kit, "small-late", CASES) == [
        "△ late(5) gave True",
        "expected: False",
        "Visible probes: 1 of 2 pass.",
        "Hint: Compare with days.",
    ]
    assert len(lines_of(kit, "small-late", CASES)) == 4  # the same answer again is not another try
    kit.namespace["late"] = lambda days: days > 1
    assert lines_of(kit, "small-late", CASES)[-2:] == ["Hint: Compare with days.", "Hint: More than, not at least."]
    kit.namespace["late"] = lambda days: days > 2
    assert len(lines_of(kit, "small-late", CASES)) == 5
    assert kit.panel.states["small-late"] is State.FAILING


def test_every_case_runs_and_passing_says_so(kit, capsys):
    seen = []

    def late(days):
        seen.append(days)
        return days > 10

    kit.namespace["late"] = late
    assert kit.probe("small-late", CASES) is None
    assert seen == [5, 15]
    assert capsys.readouterr().out.startswith("✓ Visible probes: 2 of 2 pass.\n")
    assert kit.panel.states["small-late"] is State.PASSING


def stops(days):
    return days / 0


def talks(days):
    warnings.warn("deprecated", stacklevel=1)
    sys.stderr.write("oh")
    return days > 10


def leaves(_):
    raise SystemExit(3)


def interrupted(_):
    raise KeyboardInterrupt


def prints(days):
    sys.stdout.write(str(days > 10))


class MuteError(Exception):
    def __str__(self):
        raise RuntimeError


def mute(_):
    raise MuteError


@pytest.mark.parametrize(
    ("function", "words"),
    [
        (stops, "△ late(5): ZeroDivisionError: division by zero (line"),
        (leaves, "SystemExit: 3"),
        (interrupted, "you stopped it"),
        (mute, "MuteError (line"),
        (len, "TypeError"),
        (7, "is not a function any more"),
        (prints, "gave None"),
    ],
)
def test_whatever_a_function_does_becomes_a_few_lines(kit, function, words):
    kit.namespace["late"] = function
    assert words in lines_of(kit, "small-late", CASES)[0]


def test_the_learners_own_line_is_named(kit):
    kit.namespace["late"] = stops
    assert lines_of(kit, "small-late", CASES)[0].endswith(": return days / 0)")


def test_nothing_goes_to_stderr(kit, capsys):
    kit.namespace["late"] = talks
    kit.probe("small-late", CASES)
    assert capsys.readouterr().err == ""


def test_arguments_are_the_functions_own_copy(kit):
    cases = [(([3, 1],), 1), (([9, 2],), 2)]

    def late(spend):
        spend.sort()
        return spend.pop(0)

    kit.namespace["late"] = late
    kit.probe("small-late", cases)
    assert cases == [(([3, 1],), 1), (([9, 2],), 2)]


def test_a_function_probe_without_cases_is_an_authors_error(kit):
    with pytest.raises(CourseError, match="needs its cases"):
        kit.probe("small-late")


def test_a_number_is_recorded_and_never_judged(kit, capsys):
    for value in (0.1, 0.9):
        kit.namespace["at_risk_share"] = value
        assert kit.probe("small-share") is None
        assert capsys.readouterr().out == f"● {value} (fraction between 0 and 1)\nRecorded, not yet marked.\n"
    kit.namespace["at_risk_share"] = "12%"
    assert lines_of(kit, "small-share") == [
        "△ at_risk_share = '12%'",
        "A share is written as a fraction: 0.12, not 12%.",
    ]


def test_a_quiz_answer_is_recorded_whether_right_or_wrong(kit, capsys):
    for lowest in ("lost", "core"):
        kit.namespace["small_quiz"] = {"lowest": lowest, "signs": ["a"]}
        assert kit.probe("small-quiz") is None
        assert capsys.readouterr().out == "● Recorded, not yet marked.\n"
    kit.namespace["small_quiz"] = {"lowest": "lots", "signs": ["a", "x"], "more": 1}
    said = lines_of(kit, "small-quiz")
    assert said[0] == "△ 'more': there is no question of this name; there are lowest, signs."
    assert "△ lowest: 'lots' is not one of the ids" in said[1]
    kit.namespace["small_quiz"] = "lost"
    assert "keep its braces" in lines_of(kit, "small-quiz")[0]


def test_a_decision_is_recorded_if_form_and_words_are_right_and_never_judged(kit, capsys):
    assert kit.probe("small-plan") is None
    assert "Nothing in plan yet" in capsys.readouterr().out
    for word in ("call", "wait"):
        kit.namespace["plan"] = {"K1": [word, "time"]}
        assert kit.probe("small-plan") is None
        assert capsys.readouterr().out == f"● {{'K1': ['{word}', 'time']}}\nRecorded, not yet marked.\n"
    kit.namespace["plan"] = {"K1": ["call", "time"], "K2": ""}
    kit.probe("small-plan")
    assert "Still empty: K2." in capsys.readouterr().out
    kit.namespace["plan"] = {"K1": ["call", "rain"]}
    assert lines_of(kit, "small-plan") == ["△ plan: 'rain' is not one of the words money, time."]
    assert kit.panel.states["small-plan"] is State.FAILING


def test_of_a_figure_only_its_words_are_looked_at(kit, capsys):
    pyplot = pytest.importorskip("matplotlib.pyplot")
    figure, kit.namespace["ax"] = pyplot.subplots()
    assert kit.probe("small-draw") is None
    assert "Nothing in ax yet" in capsys.readouterr().out
    assert "A picture" in kit._untouched({"cells": []})  # noqa: SLF001  # blank axes are no answer yet
    figure.axes[0].bar(["a"], [1])
    assert lines_of(kit, "small-draw")[0] == (
        "△ The figure still needs a title, a label on the x axis, a label on the y axis."
    )
    figure.axes[0].set(title="Anything", xlabel="x", ylabel="y")
    for answer in (figure.axes[0], figure):
        kit.namespace["ax"] = answer
        assert kit.probe("small-draw") is None
        assert capsys.readouterr().out == "● Anything\nRecorded, not yet marked.\n"
    kit.after_cell()
    assert kit.panel.states["small-draw"] is State.ACCEPTED
    kit.namespace["ax"] = figure.axes[0].containers[0]
    assert "this is a value of type BarContainer" in lines_of(kit, "small-draw")[0]
    pyplot.close(figure)


def test_a_chapter_without_exercises_asks_nobody(small, capsys, monkeypatch):
    del small
    monkeypatch.setattr("builtins.input", lambda _: pytest.fail("asked"))
    kit = practice.start("warm")
    assert capsys.readouterr().out == "Nothing in this chapter is marked: try what you like.\n"
    assert (kit.learner, kit.panel.states, len(kit.data.customers) > 0) == ("", {}, True)
    assert "<table>" not in kit.panel._repr_mimebundle_()["text/html"]


def test_an_answer_whose_cell_ended_in_an_error_is_not_judged_by_what_it_left_before(kit, capsys):
    kit.namespace["at_risk_share"] = 0.2
    kit.after_cell("small-share-answer", failed=True)
    assert "ended in an error" in lines_of(kit, "small-share")[0]
    kit.after_cell("small-other-answer", failed=True)
    kit.after_cell("small-share-answer", failed=False)
    kit.probe("small-share")
    assert "Recorded" in capsys.readouterr().out


def test_the_panel_follows_numbers_and_quiz_answers_after_every_cell(kit):
    kit.namespace.update(at_risk_share=0.2, small_quiz={"lowest": "zzz"}, late=late_at_least)
    kit.after_cell()
    assert kit.panel.states == {
        "small-quiz": State.FAILING,
        "small-share": State.ACCEPTED,
        "small-late": State.UNTOUCHED,
        "small-plan": State.UNTOUCHED,
        "small-draw": State.UNTOUCHED,
        "small-words": State.BY_HAND,
    }


def test_the_panels_bundle_names_learner_and_data_and_escapes(kit):
    bundle = kit.panel._repr_mimebundle_()
    assert bundle[LEARNER_MIME] == {"learner": "zhang01", "stem": "small", "data": kit.data.version, "lang": "en"}
    kit.panel.learner = "<script>"
    assert "<script>" not in kit.panel._repr_mimebundle_()["text/html"]


def test_yours_is_the_learners_own_variant(kit, capsys):
    values = kit.yours("small-late")
    assert values["days"] in (10, 20, 30)
    assert f"days = {values['days']}" in capsys.readouterr().out


def test_marked_items_are_shown_escaped_with_ids_and_how_to_type_them(kit, capsys):
    kit.quiz("small-quiz")
    said = capsys.readouterr().out
    assert '"lowest": "id",' in said
    assert '"signs": ["id", "id"],' in said
    assert "never below 0" in said
    items = [practice.quiz.item(name) for name in ("small-lowest", "small-signs")]
    html = quiz_view.bundle(items, "zhang01", "en")["text/html"]
    assert "&lt;b&gt;A &amp; B&lt;/b&gt;" in html
    assert "<b>A" not in html
    assert "<code>lost</code>" in html
    order = [o.id for o in practice.quiz.item("small-lowest").shuffled("zhang01")]
    assert sorted(order, key=lambda name: html.index(f"<code>{name}</code>")) == order


def test_numbers_say_unit_and_decimals(kit):
    del kit
    text = quiz_view.item_text(practice.quiz.item("small-count"), "zhang01", "zh")
    assert "单位：个层级。小数位数：0。" in text


def test_a_marked_item_is_not_for_practice(kit):
    with pytest.raises(UnknownName, match="practice item"):
        kit.practice("lowest")


def test_a_guest_looks_around_and_marked_exercises_wait(small, capsys, monkeypatch):
    monkeypatch.setattr("builtins.input", lambda _: "")
    kit = practice.start("small", "en", namespace={"late": late_at_least})
    kit.quiz("small-quiz")
    kit.probe("small-late", CASES)
    kit.probe("small-share")
    kit.handin()
    kit.practice("one")
    said = capsys.readouterr().out
    assert said.count("waits for your id") == 3
    assert "Not handed in yet: there is no id." in said
    assert "Pick b" in said
    assert len(kit.data.customers) > 0
    assert kit.yours("small-late")["days"] in (10, 20, 30)
    assert list(small.iterdir()) == []
    monkeypatch.setenv("NBGRADER_EXECUTION", "validate")
    assert "waits for your id" in lines_of(kit, "small-share")[0]


def saved(folder, words="✎ here", learner="zhang01"):
    panel = {"output_type": "display_data", "data": {LEARNER_MIME: {"learner": learner}}, "metadata": {}}
    cells = [
        {"id": "start", "cell_type": "code", "source": "", "metadata": {}, "outputs": [panel]},
        {"id": "small-words", "cell_type": "markdown", "source": words, "metadata": {}},
    ]
    (folder / "small.ipynb").write_text(json.dumps({"cells": cells, "metadata": {}, "nbformat": 4}), "utf-8")


def test_handing_in_writes_one_zip_and_says_the_receipt(kit, small, capsys):
    kit.handin()
    assert "was not found" in capsys.readouterr().out
    saved(small)
    kit.handin()
    assert "Nothing to hand in yet" in capsys.readouterr().out
    kit.handin("gone.ipynb")
    assert 'kit.handin("small.ipynb")' in capsys.readouterr().out
    kit.namespace["at_risk_share"] = 0.2
    kit.handin()
    said = capsys.readouterr().out
    assert "Still untouched: “Two questions”, “Late?”, “A plan”, “A picture”, “Your words”." in said
    (zipped,) = small.glob("*.zip")
    first = zipped.read_bytes()
    with zipfile.ZipFile(zipped) as archive:
        receipt = json.loads(archive.read("receipt.json"))
    assert receipt["receipt"] in said
    assert zipped.name == f"small-zhang01-{receipt['receipt'].replace('-', '')}.zip"
    kit.handin()
    assert zipped.read_bytes() == first
    assert len(list(small.glob("*.zip"))) == 1


def test_unsaved_work_is_not_handed_in_unless_asked(kit, small, capsys):
    saved(small, "my words")
    kit.before_cell("small-words", "other words")
    kit.runs.last["small-words"] = ("other words", (small / "small.ipynb").stat().st_mtime + 5)
    kit.handin()
    assert "some changes are not saved (cells: 1)" in capsys.readouterr().out
    assert not list(small.glob("*.zip"))
    kit.handin(anyway=True)
    assert list(small.glob("*.zip"))


def test_a_notebook_saved_before_it_knew_the_learner_is_not_saved_enough(kit, small, capsys):
    saved(small, "my words", learner="")
    kit.handin()
    assert "some changes are not saved (cells: 1)" in capsys.readouterr().out


@pytest.mark.parametrize("variable", [("LOYALTY_LEARNER", "zhang01"), ("NBGRADER_EXECUTION", "validate")])
def test_nothing_is_handed_in_by_a_marking_step(kit, small, capsys, monkeypatch, variable):
    saved(small, "my words")
    monkeypatch.setenv(*variable)
    kit.handin()
    assert "Nothing is handed in" in capsys.readouterr().out
    assert not list(small.glob("*.zip"))


@pytest.mark.parametrize(
    ("got", "expected", "same"),
    [
        (True, True, True),
        (1, True, False),
        ("True", True, False),
        (0.1 + 0.2, 0.3, True),
        (3, 3.0, True),
        (float("nan"), 1.0, False),
        ("lost", "lost", True),
        ("Lost", "lost", False),
        ([1], [1], True),
        ((1,), [1], False),
        (None, False, False),
        (1j, 1, False),
    ],
)
def test_when_two_values_agree(got, expected, same):
    assert agree(got, expected) is same


def test_a_numpy_truth_value_is_a_truth_value():
    np = pytest.importorskip("numpy")
    pd = pytest.importorskip("pandas")
    assert agree(np.float64(5) > 1, expected=True)
    assert not agree(pd.Series([True]), expected=True)
