"""A chapter's source becomes notebooks for both languages, with nothing of the answers in them."""

from __future__ import annotations

import json
import re
import shutil
from pathlib import Path
from types import SimpleNamespace

import nbformat
import pytest

from autograders import build, build_notebook
from autograders.build_map import CHARACTERS_A_MINUTE, WORDS_A_MINUTE, reading_minutes
from loyaltylib.errors import CourseError, UnknownName

SMALL = Path(__file__).parent / "small_course"
LANGUAGES = ("en", "zh")


def find_concept(name):
    if name != "tier.lost":
        raise UnknownName("concept", name, ["tier.lost"])
    return SimpleNamespace(en="Lost customers", zh="流失客户")


@pytest.fixture
def course(tmp_path):
    return Path(shutil.copytree(SMALL, tmp_path / "course"))


@pytest.fixture(scope="module")
def files():
    return build.outputs(SMALL, find_concept)


def cells(text):
    return {cell.id: cell for cell in nbformat.reads(text, as_version=4).cells}


def replace(path, old, new):
    text = path.read_text("utf-8")
    assert text.count(old) >= 1, f"the small course has no {old!r}"
    path.write_text(text.replace(old, new, 1), "utf-8")


def test_builds_notebooks_items_and_map_in_both_languages(files):
    chapters = {
        name for stem in ("tiny", "warm") for name in (f"en/{stem}.ipynb", f"zh/{stem}.ipynb", f"items/{stem}.json")
    }
    assert set(files) == {*chapters, "README.md", "README.zh.md"}


def test_cells_stand_in_the_order_of_the_source_with_written_ids(files):
    expected = ["aims", "start", "ai", "look", "train", "tiny-ask-items"]
    for name in ("ask", "base", "plan", "late", "draw"):
        expected += [f"tiny-{name}-answer", f"tiny-{name}-try", f"tiny-{name}"]
    expected += ["tiny-why-text", "tiny-why"]
    for lang in LANGUAGES:
        assert list(cells(files[f"{lang}/tiny.ipynb"])) == expected


def test_start_cell_is_generated_with_the_notebooks_language(files):
    for lang in LANGUAGES:
        lines = cells(files[f"{lang}/tiny.ipynb"])["start"].source.split("\n")
        assert lines == ["from loyaltylib.practice import start", f'kit = start("tiny", lang="{lang}", learner="")']


def test_the_rule_on_help_by_ai_stands_below_the_first_code_cell(files):
    assert cells(files["en/tiny.ipynb"])["ai"].source == build_notebook.ai_line("cite", "en")
    assert cells(files["zh/tiny.ipynb"])["ai"].source == build_notebook.ai_line("cite", "zh")
    assert len({build_notebook.ai_line(rule, lang) for rule in ("none", "cite", "free") for lang in LANGUAGES}) == 6


def test_a_chapter_without_exercises_asks_for_no_id_and_has_no_marked_cell(files):
    for lang in LANGUAGES:
        built = cells(files[f"{lang}/warm.ipynb"])
        assert list(built) == ["aims", "start", "try-it"]
        assert built["start"].source.endswith(f'kit = start("warm", lang="{lang}")')
        assert not any("nbgrader" in cell.metadata for cell in built.values())
    (row,) = [line for line in files["README.md"].splitlines() if "en/warm.ipynb" in line]
    assert "| 0 | 0 + 1 | – | – |" in row
    section = files["README.md"].partition("(`warm`)")[2].partition("## ")[0]
    assert "- Run a cell." in section
    assert "Exercise" not in section
    assert "Concept" not in section


def test_both_languages_are_one_assignment(files):
    """Everything nbgrader marks, and all code but the start cell, is the same in both notebooks."""
    english, chinese = (cells(files[f"{lang}/tiny.ipynb"]) for lang in LANGUAGES)
    for name, cell in english.items():
        assert cell.metadata == chinese[name].metadata
        if (cell.cell_type == "code" or "nbgrader" in cell.metadata) and name != "start":
            assert cell.source == chinese[name].source, name


def test_text_cells_are_in_their_own_language(files):
    assert cells(files["en/tiny.ipynb"])["tiny-why-text"].source == "Write two sentences."
    assert cells(files["zh/tiny.ipynb"])["tiny-why-text"].source == "写两句话。"


def test_what_an_untouched_exercise_looks_like(files):
    released = cells(files["zh/tiny.ipynb"])
    stub = "pass  # your code here 在此作答"
    assert released["tiny-base-answer"].source == f"base = None\n{stub}"
    assert released["tiny-plan-answer"].source == f"plan = {{}}\n{stub}"
    drawn = f"import matplotlib.pyplot as plt\n\nfig, ax = plt.subplots()\n{stub}"
    assert released["tiny-draw-answer"].source == drawn
    assert released["tiny-late-answer"].source == f"def late(days):\n    {stub}"
    assert released["tiny-why"].source == "✎ …"
    assert released["tiny-base"].source == "# marked after you hand in 提交后评分"
    assert released["tiny-ask-items"].source == 'kit.quiz("tiny-ask")'
    assert released["tiny-base-try"].source == 'kit.probe("tiny-base")'


def test_untouched_quiz_answers_have_the_form_of_their_kind(files):
    namespace = {}
    exec(cells(files["en/tiny.ipynb"])["tiny-ask-answer"].source, namespace)  # noqa: S102 - our own cell
    untouched = {"one": "", "some": [], "true": None, "sum": None, "rank": [], "match": {"l1": "", "l2": ""}}
    assert namespace["ask"] == untouched


def test_key_of_a_quiz_stands_in_the_instructors_notebook_only(files):
    source = build.build_chapter.read(SMALL / "tiny", find_concept)
    answer = next(c for c in build.instructors_notebook(source, "en").cells if c.id == "tiny-ask-answer")
    namespace = {}
    exec(answer.source, namespace)  # noqa: S102 - our own cell
    assert namespace["ask"] == {
        "one": "red",
        "some": ["aa", "bb"],
        "true": True,
        "sum": 4711,
        "rank": ["r1", "r2", "r3", "r4"],
        "match": {"l1": "m1", "l2": "m2"},
    }
    assert "4711" not in files["en/tiny.ipynb"]


def test_nbgrader_knows_three_cells_of_an_exercise_and_one_of_a_text(files):
    known = {}
    for name, cell in cells(files["en/tiny.ipynb"]).items():
        if meta := cell.metadata.get("nbgrader"):
            assert meta["grade_id"] == name
            known[name] = (meta["solution"], meta["grade"], meta["locked"], meta.get("points"))
    assert known["tiny-late-answer"] == (True, False, False, None)
    assert known["tiny-late-try"] == (False, True, True, 0)
    assert known["tiny-late"] == (False, True, True, 15)
    assert known["tiny-why"] == (True, True, False, 10)
    assert sum(points or 0 for *_, points in known.values()) == 100
    tried = [c for name, c in cells(files["en/tiny.ipynb"]).items() if name.endswith("-try")]
    assert len(tried) == 5
    assert all("raises-exception" in c.metadata.tags for c in tried)


def test_a_learners_files_hold_no_solution_hidden_test_key_or_output(files):
    for name, text in files.items():
        if name.endswith(".ipynb"):
            forbidden = ["SOLUTION", "HIDDEN", "autograders", "model answer", "参考答案", '"red"', "return days >"]
            assert [word for word in forbidden if word in text] == []
            assert all(not c.get("outputs") and not c.get("execution_count") for c in cells(text).values())
    items = {item["id"]: item for item in json.loads(files["items/tiny.json"])["items"]}
    for item in items.values():
        if item["use"] == "marked":
            told = set(re.findall(r'"(key|why|right)":', json.dumps(item)))
            assert told == set(), item["id"]
    assert "secret" not in files["items/tiny.json"]
    assert "秘密" not in files["items/tiny.json"]
    assert items["tiny-train"]["options"][0]["right"] is True
    assert "open why" in files["items/tiny.json"]


def test_order_of_a_marked_items_options_is_not_the_authors(files, course):
    """An author lists the options of an ordering in the right order; a learner's file must not."""
    quiz = course / "tiny" / "quiz.yml"
    shown = [
        o["id"] for i in json.loads(files["items/tiny.json"])["items"] if i["id"] == "tiny-rank" for o in i["options"]
    ]
    lines = quiz.read_text("utf-8").splitlines()
    options = [i for i, line in enumerate(lines) if re.match(r"\s+- \{id: r\d", line)]
    for place, line in zip(options, [lines[i] for i in reversed(options)], strict=True):
        lines[place] = line
    quiz.write_text("\n".join(lines), "utf-8")
    again = json.loads(build.outputs(course, find_concept)["items/tiny.json"])["items"]
    assert [o["id"] for i in again if i["id"] == "tiny-rank" for o in i["options"]] == shown


def test_building_twice_gives_the_same_bytes(files):
    assert build.outputs(SMALL, find_concept) == files


def test_minutes_are_words_or_characters_plus_what_is_stated(files):
    assert reading_minutes("word " * WORDS_A_MINUTE, "en") == 1
    assert reading_minutes("字" * CHARACTERS_A_MINUTE, "zh") == 1
    assert reading_minutes("字" * CHARACTERS_A_MINUTE + " pandas", "zh") == 1 + 1 / WORDS_A_MINUTE
    # 2 + 2 + 2 + 3 + 2 + 4 for the exercises, 5 for the cell that asks for time, under a minute of text and practice
    assert "21 (en) / 21 (zh)" in files["README.md"]


def test_map_names_every_exercise_concept_and_file(files):
    for name in ("README.md", "README.zh.md"):
        for word in (
            "tiny-ask",
            "tiny-plan",
            "tiny-draw",
            "tiny-late",
            "tiny-why",
            "tier.lost",
            "en/tiny.ipynb",
            "zh/tiny.ipynb",
        ):
            assert word in files[name]
    assert "Lost customers" in files["README.md"]
    assert "流失客户" in files["README.zh.md"]
    assert "Exercise" not in files["README.zh.md"]
    assert "New Python: a figure with its title and labels" in files["README.md"]
    assert "Help by AI: to be named" in files["README.md"]


def test_build_writes_then_nothing_changes_then_drift_is_found(course, tmp_path):
    notebooks = tmp_path / "notebooks"
    assert len(build.drift(course, notebooks, find_concept)) == 8
    assert len(build.build(course, notebooks, find_concept)) == 8
    assert build.build(course, notebooks, find_concept) == []
    assert build.drift(course, notebooks, find_concept) == []
    (notebooks / "en" / "tiny.ipynb").write_text("{}", "utf-8")
    (notebooks / "zh" / "gone.ipynb").write_text("{}", "utf-8")
    assert build.drift(course, notebooks, find_concept) == [notebooks / "en/tiny.ipynb", notebooks / "zh/gone.ipynb"]
    build.build(course, notebooks, find_concept)
    assert not (notebooks / "zh" / "gone.ipynb").exists()


def test_a_changed_source_is_drift(course, tmp_path):
    build.build(course, tmp_path / "notebooks", find_concept)
    replace(course / "tiny" / "notebook.md", "写两句话。", "写三句话。")
    assert build.drift(course, tmp_path / "notebooks", find_concept) == [tmp_path / "notebooks" / "zh" / "tiny.ipynb"]


CHINESE_AIMS = '+++ {"lang": "zh", "id": "aims"}\n\n# 小小一章\n\n- 数一数[客户](https://example.org/customers)。\n'

WRONG = {
    "chinese missing": ("notebook.md", CHINESE_AIMS, "", "text cell 'aims' has no 'zh'"),
    "not chinese": ("notebook.md", "写两句话。", "Two sentences.", "not Chinese"),
    "links differ": (
        "notebook.md",
        "](https://example.org/customers)。",
        "](https://example.org/x)。",
        "one language only",
    ),
    "no language": ("notebook.md", '+++ {"lang": "en", "id": "aims"}', "+++", "a text cell opens with"),
    "id twice": ("notebook.md", ":id: train", ":id: look", "'look' is used twice"),
    "id of a generated cell": ("notebook.md", ":id: train", ":id: tiny-base", "generated cell"),
    "dotted id": ("notebook.md", ":id: train", ":id: a.b", "letters, digits"),
    "no id": ("notebook.md", ":id: train\n", "", "the cell's id is None"),
    "unknown exercise": ("notebook.md", ":exercise: tiny-base", ":exercise: tiny-bsae", "did you mean 'tiny-base'"),
    "unknown role": ("notebook.md", ":role: try", ":role: tries", "'tries'"),
    "try cell missing": ("notebook.md", ":exercise: tiny-late\n:role: try", ":id: other", "found ['answer']"),
    "no aims": ("notebook.md", '"id": "aims"}\n\n# A', '"id": "begin"}\n\n# A', "text cell 'begin' has no 'zh'"),
    "solution outside": ("notebook.md", "len(kit.data.customers)\n```", "### BEGIN SOLUTION\n```", "answer cell"),
    "solution not closed": ("notebook.md", "    ### END SOLUTION\n", "", "one ### BEGIN SOLUTION"),
    "number without its None": ("notebook.md", "base = None\n", "base = 0\n", "base = None"),
    "decision without its empty mapping": ("notebook.md", "plan = {}\n", "plan = []\n", "plan = {}"),
    "figure not defined": ("notebook.md", "fig, ax = plt", "fig, axes = plt", "the variable 'ax'"),
    "name not defined": ("notebook.md", "def late(", "def later(", "the function 'late'"),
    "not python": ("notebook.md", "def late(days):", "def late(days)", "is not Python"),
    "quiz cell not empty": ("notebook.md", ":exercise: tiny-ask\n", ":exercise: tiny-ask\nask = {}\n", "must be empty"),
    "question inside the text's cell": (
        "notebook.md",
        "### BEGIN SOLUTION\nThe",
        "Why?\n### BEGIN SOLUTION\nThe",
        "above",
    ),
    "unknown practice item": ("notebook.md", 'kit.practice("tiny-train")', 'kit.practice("tiny-one")', "kit.practice"),
    "points": ("chapter.yml", "points: 30", "points: 31", "sum to 101"),
    "decision without its form": ("chapter.yml", "form: mapping, ", "", "form is None"),
    "choice that is no word": ("chapter.yml", "[call, wait]", "[yes, wait]", "True is no word"),
    "reasons in a list": ("chapter.yml", "form: mapping, ", "form: list, reasons: [why], ", "only a mapping"),
    "form of a number": ("chapter.yml", "decimals: 0, ", "decimals: 0, form: list, ", "are a decision's"),
    "unknown rule on AI": ("chapter.yml", "ai: cite", "ai: maybe", "'maybe'"),
    "unknown idea": ("chapter.yml", "[figure, bar, dict]", "[figure, bars, dict]", "did you mean 'bar'"),
    "no rule on AI": ("chapter.yml", "ai: cite\n", "", "missing: ai"),
    "unknown kind": ("chapter.yml", "kind: number", "kind: numbr", "'numbr'"),
    "exercise nowhere": ("chapter.yml", "{id: why, ", "{id: how, ", "tiny-why"),
    "unknown concept": ("chapter.yml", "concepts: [tier.lost]", "concepts: [tier.lots]", "did you mean 'tier.lost'"),
    "unknown key": ("chapter.yml", "decimals: 0, ", "decimals: 0, colour: 3, ", "colour"),
    "hint in one language": ("chapter.yml", '{en: "Compare.", zh: "比较一下。"}', '{en: "Compare."}', "a hint"),
    "title missing": ("chapter.yml", 'title: {en: "A tiny chapter", zh: "小小一章"}', "other: 1", "missing: title"),
    "item not asked": ("chapter.yml", "tiny-one, ", "", "stands in 0 exercises"),
    "item unknown": ("chapter.yml", "tiny-one, ", "tiny-onn, ", "did you mean 'tiny-one'"),
    "practice item marked": ("chapter.yml", "tiny-one, ", "tiny-one, tiny-train, ", "is for practice"),
    "not yaml": ("chapter.yml", "stem: tiny", "stem: [tiny", "not valid YAML"),
    "two right options": ("quiz.yml", "right: false", "right: true", "tiny-one"),
    "no why": ("quiz.yml", ', why: {en: "secret why one", zh: "秘密原因一"}', "", "why"),
    "why in one language": ("quiz.yml", ', zh: "秘密原因一"', "", "no text in zh"),
    "option id twice": ("quiz.yml", "{id: blue,", "{id: red,", "red"),
    "item id twice": ("quiz.yml", "id: tiny-some", "id: tiny-one", "tiny-one' is there twice"),
    "escaped": ("quiz.yml", 'en: "Which one?"', 'en: "Which &amp; one?"', "escaped"),
    "placeholder in one language": ("quiz.yml", 'en: "Which one?"', 'en: "Which of {number}?"', "{number}"),
    "key twice": ("quiz.yml", "    key: 4711", "    key: 4711\n    key: 4712", "twice"),
}


@pytest.mark.parametrize(("name", "old", "new", "said"), WRONG.values(), ids=WRONG)
def test_a_wrong_source_is_named_by_its_file(course, name, old, new, said):
    path = course / "tiny" / name
    replace(path, old, new)
    with pytest.raises(CourseError) as caught:
        build.outputs(course, find_concept)
    assert said in str(caught.value)
    assert str(course / "tiny") in str(caught.value)


@pytest.mark.parametrize(
    ("name", "old", "new"),
    [
        ("notebook.md", ":id: train", ":id: a.b"),
        ("notebook.md", "写两句话。", "Two sentences."),
        ("quiz.yml", 'en: "Which ones?"', 'en: "Which &amp; ones?"'),
        ("chapter.yml", "kind: function", "kind: func"),
    ],
)
def test_a_wrong_source_is_named_by_its_line(course, name, old, new):
    """The line said is the opening of the cell or entry that holds the fault, at most four lines above it."""
    path = course / "tiny" / name
    replace(path, old, new)
    fault = next(i for i, line in enumerate(path.read_text("utf-8").splitlines(), 1) if new in line)
    with pytest.raises(CourseError) as caught:
        build.outputs(course, find_concept)
    found = re.match(rf"{re.escape(str(path))}:(\d+): ", str(caught.value))
    assert found
    assert fault - 4 <= int(found[1]) <= fault


def test_a_missing_file_is_named(course):
    (course / "tiny" / "quiz.yml").unlink()
    with pytest.raises(CourseError, match=r"quiz\.yml: the file is missing"):
        build.outputs(course, find_concept)


def test_stub_shows_nothing_when_it_runs():
    """A cell ending in `...` would print Ellipsis under every untouched answer."""
    from IPython.core.interactiveshell import InteractiveShell

    shell = InteractiveShell()
    assert shell.run_cell(build_notebook.CODE_STUB, silent=True).result is None
