"""The learner's notebook in a real kernel without a front end: calm when untouched, when wrong, when mistyped."""

import json
import re
import zipfile

from loyaltylib.panel import LEARNER_MIME

START = 'from loyaltylib.practice import start\nkit = start("small", lang="{lang}", learner="{learner}")'
PROBE = 'kit.probe("small-late", cases=[((5,), False), ((15,), True)])'


def start(lang="en", learner="zhang01"):
    return START.format(lang=lang, learner=learner)


def text(outputs):
    return "".join(output["text"] for output in outputs if output["output_type"] == "stream")


def assert_calm(outputs):
    """No error, nothing on stderr, no value that nbgrader would take for a mark."""
    for name, cell in outputs.items():
        for output in cell:
            assert output["output_type"] in ("stream", "display_data"), (name, output)
            assert output.get("name") != "stderr", (name, output)


UNTOUCHED = {
    "items": 'kit.quiz("small-quiz")',
    "quiz": 'small_quiz = {"lowest": "", "signs": []}',
    "quiz-try": 'kit.probe("small-quiz")',
    "share": "at_risk_share = None\n...  # your code here",
    "share-try": 'kit.probe("small-share")',
    "late": 'days = kit.yours("small-late")["days"]\ndef late(x):\n    limit = days\n    ...  # your code here',
    "late-try": PROBE,
    "practice": "".join(f'kit.practice("{name}")\n' for name in ("one", "many", "claim", "count", "order", "pairs")),
    "handin": "kit.handin()",
}


def test_an_untouched_notebook_runs_from_first_to_last(run, tmp_path):
    outputs = run({"start": start(lang="zh"), **UNTOUCHED})
    assert_calm(outputs)
    assert "late 还没有填写" in text(outputs["late-try"])
    assert len(outputs["practice"]) == 6
    assert all("text/html" in output["data"] for output in outputs["practice"])
    (panel,) = outputs["start"]
    assert panel["data"][LEARNER_MIME]["learner"] == "zhang01"
    assert [path.name for path in tmp_path.iterdir()] == [".loyalty.json"]


def test_a_guest_without_a_front_end_is_asked_nothing_and_sees_no_error(run, tmp_path):
    outputs = run({"start": start(learner=""), **UNTOUCHED})
    assert_calm(outputs)
    assert outputs["start"][0]["data"][LEARNER_MIME]["learner"] == ""
    assert "waits for your id" in text(outputs["late-try"])
    assert "there is no id" in text(outputs["handin"])
    assert list(tmp_path.iterdir()) == []


def error(outputs):
    (only,) = [output for output in outputs if output["output_type"] == "error"]
    assert all(output.get("name") != "stderr" for output in outputs)
    return only


def test_a_failing_probe_is_a_few_lines_then_a_second_hint_then_it_passes(run):
    outputs = run(
        {
            "start": start(),
            "late-1": "def late(x):\n    return x >= 5",
            "try-1": PROBE,
            "try-again": PROBE,
            "late-2": "def late(x):\n    return x / 0",
            "try-2": PROBE,
            "late-3": "import sys, warnings\ndef late(x):\n    warnings.warn('w')\n    print('e', file=sys.stderr)\n"
            "    return x > 10",
            "try-3": PROBE,
            "share": "at_risk_share = '12%'",
        }
    )
    first = error(outputs["try-1"])
    assert first["ename"] == "ProbeFailed"
    assert first["traceback"] == [
        "△ late(5) gave True",
        "expected: False",
        "Visible probes: 1 of 2 pass.",
        "Hint: Compare with days.",
    ]
    assert error(outputs["try-again"])["traceback"] == first["traceback"]
    second = error(outputs["try-2"])["traceback"]
    assert second[0] == "△ late(5): ZeroDivisionError: division by zero (line 2: return x / 0)"
    assert second[-1] == "Hint: More than, not at least."
    assert len(second) <= 6
    assert not any("Traceback" in line or "\x1b" in line for line in (*first["traceback"], *second))
    assert_calm({"try-3": outputs["try-3"]})
    assert "2 of 2 pass" in text(outputs["try-3"])
    (panel,) = outputs["start"]  # brought up to date in its place, by later cells
    assert "✓ Late? · visible probes pass" in panel["data"]["text/plain"]
    assert "△ A share · a visible probe fails" in panel["data"]["text/plain"]
    assert "○ Two questions · untouched" in panel["data"]["text/plain"]


def test_full_width_characters_get_their_own_hint_and_errors_of_the_kit_no_stack(run):
    outputs = run(
        {
            "start": start(lang="zh"),
            "again": start(lang="zh"),
            "wide": "at_risk_share ＝ （1，2）",
            "plain": "x = = 1",
            "fine": "print('，（')",
            "unknown": 'kit.probe("small-lat")',
        }
    )
    said = text(outputs["wide"])
    assert "第 1 行：＝ 是全角字符，Python 需要半角的 =" in said
    assert said.count("＝") == 1  # starting twice does not watch twice
    assert text(outputs["plain"]) == ""
    assert text(outputs["fine"]) == "，（\n"
    (line,) = error(outputs["unknown"])["traceback"]
    assert line.startswith("UnknownName: no exercise named 'small-lat'")


def test_under_validate_an_untouched_exercise_fails_in_a_line(run):
    outputs = run({"start": start(), **UNTOUCHED}, NBGRADER_EXECUTION="validate")
    for name in ("quiz-try", "share-try", "late-try"):
        assert len(error(outputs[name])["traceback"]) == 1
    assert "Nothing is handed in" in text(outputs["handin"])


def test_the_marking_step_names_the_learner_and_leaves_no_trace(run, tmp_path):
    outputs = run({"start": start(learner="somebody"), **UNTOUCHED}, LOYALTY_LEARNER="Roster7")
    assert_calm(outputs)
    assert outputs["start"][0]["data"][LEARNER_MIME]["learner"] == "roster7"
    assert list(tmp_path.iterdir()) == []


def test_handing_in_from_a_kernel(run, tmp_path):
    panel = {"output_type": "display_data", "data": {LEARNER_MIME: {"learner": "zhang01"}}, "metadata": {}}
    share = {"id": "share", "cell_type": "code", "source": "at_risk_share = 0.2", "outputs": [panel], "metadata": {}}
    (tmp_path / "small.ipynb").write_text(json.dumps({"cells": [share], "nbformat": 4}), "utf-8")
    outputs = run(
        {
            "start": start(),
            "share": "at_risk_share = 0.2",
            "handin": "kit.handin()",
            # What a front end does that sends the cell's id with a change that is not in the file.
            "other": "_ = kit.before_cell('share', 'at_risk_share = 0.3')",
            "again": "kit.handin()",
        }
    )
    assert_calm(outputs)
    (zipped,) = tmp_path.glob("small-zhang01-*.zip")
    number = re.search(r"Your receipt: (\w{4}-\w{4})\.", text(outputs["handin"])).group(1)
    assert zipped.stem.endswith(number.replace("-", ""))
    with zipfile.ZipFile(zipped) as archive:
        assert archive.namelist() == ["small.ipynb", "receipt.json"]
    assert "not saved (cells: 1)" in text(outputs["again"])


DRAW = """
import matplotlib.pyplot as plt
fig, ax = plt.subplots()
bars = ax.bar(["核心客户"], [1])
texts = ax.set(title="各层级的人数", xlabel="层级", ylabel="人数")
"""
LIBRARY = "from loyaltylib import figures\nfigures.pyramid(dict.fromkeys(figures.TIERS, 1), 'zh')"


def test_every_figure_has_an_alternative_text_and_its_chinese_no_warning(run):
    """One by pyplot, in the cell that first imports it too; one that the library made without it."""
    outputs = run({"start": start(lang="zh"), "library": LIBRARY, "draw": DRAW, "again": DRAW, "named": "ax"})
    assert [each for cell in outputs.values() for each in cell if {"name", "ename"} & set(each)] == []
    for name, words in (("library", "客户金字塔"), ("draw", "各层级的人数 · 层级 · 人数"), ("again", "各层级的人数")):
        (shown,) = outputs[name]
        assert words in shown["metadata"]["image/png"]["alt"]
        assert words in shown["data"]["text/plain"]
        assert re.search(f'<img [^>]*alt="[^"]*{words}', shown["data"]["text/html"]), "what JupyterLab shows"
