"""Every chapter of the syllabus as a learner meets it: its words, its time, its items, its exercises, its code.

A rule stands here once, and a new chapter is held against it by being in the syllabus. Where one does not keep to a
rule yet, its name stands beside the rule with the reason, and the day it does this file asks for the name to go.
"""

from __future__ import annotations

import ast
import math
import re
from importlib import import_module
from itertools import product
from typing import Any

import pytest
from markdown_it import MarkdownIt

from autograders import build, build_map
from autograders.build_source import Cell
from autograders.check import CHECKS, check_for, examine
from autograders.ideas import IDEAS, ideas, imported
from autograders.plain import NamespaceWork
from loyaltylib import chapters, concepts
from loyaltylib.chapters import Exercise, syllabus
from loyaltylib.data import load
from loyaltylib.messages import LANGUAGES
from tests.classes import MARKED
from tests.course.notebooks import (
    LEARNERS,
    MOST_SECONDS,
    VERSIONS,
    answer,
    answered,
    everything_said,
    items,
    notebook,
    ran,
    solution,
    source,
)

MOST_MINUTES, MOST_WARMING_UP = 75, 40
# What the first chapter introduces, until it stands in the syllabus and says so itself.
FIRST = {
    *("assignment", "attribute", "call", "text", "arithmetic", "comparison", "column", "mask", "indexing", "function"),
    *("len", "total", "head", "value_counts", "groupby", "sort_values", "merge"),
}


def each(stems: list[str] | tuple[str, ...] = MARKED, **not_yet: str) -> Any:
    """Ask of each chapter; of one that does not keep to the rule yet, with the reason, that it does not."""
    params = [
        pytest.param(stem, marks=[pytest.mark.xfail(strict=True, reason=not_yet[stem])] if stem in not_yet else [])
        for stem in stems
    ]
    return pytest.mark.parametrize("stem", params)


every = each(syllabus())
in_both = pytest.mark.parametrize("lang", LANGUAGES)


def exercises(stem: str, *kinds: str) -> list[Exercise]:
    return [e for e in chapters.chapter(stem).exercises if not kinds or e.kind in kinds]


def text(stem: str, cell_id: str, lang: str) -> str:
    return next(cell.source[lang] for cell in source(stem).cells if cell.id == cell_id)


def asked_in(exercise: Exercise) -> list[Cell]:
    """Return the text cells between the exercise before and this one: what a learner reads to do it."""
    cells = source(exercise.stem).cells
    place = next(i for i, cell in enumerate(cells) if cell.exercise == exercise.id)
    before = [i for i, cell in enumerate(cells[:place]) if cell.exercise]
    return [cell for cell in cells[max(before, default=-1) + 1 : place] if cell.kind == "text"]


# ---------------------------------------------------------------- aims, time, words


def lines(stem: str, cell_id: str, lang: str) -> list[str]:
    """Return the items of a cell's list, without mark and closing punctuation."""
    return [line[2:].rstrip(".;。；") for line in text(stem, cell_id, lang).splitlines() if line.startswith("- ")]


def capitalised(line: str) -> str:
    return line[:1].upper() + line[1:]


@every
@in_both
def test_it_opens_and_closes_with_the_same_aims(stem, lang):
    aims = [objective[lang].rstrip(".。") for objective in chapters.chapter(stem).objectives]
    assert 3 <= len(aims) <= 5
    opening, closing = lines(stem, "aims", lang), lines(stem, "closing", lang)
    if lang == "en":
        assert all(line.startswith("You ") for line in closing)
        opening = [capitalised(line) for line in opening]
        closing = [capitalised(line.removeprefix("You ")) for line in closing]
    assert opening == aims
    assert closing == aims


@every
def test_a_beginner_has_the_time_and_the_map_says_how_much(stem):
    spent = {lang: build_map.minutes(source(stem), lang) for lang in LANGUAGES}
    assert max(spent.values()) <= (MOST_MINUTES if exercises(stem) else MOST_WARMING_UP)
    said = " / ".join(f"{minutes} ({lang})" for lang, minutes in spent.items())
    for name in ("README.md", "README.zh.md"):
        on_the_map = (build.course_folder().parent / "notebooks" / name).read_text("utf-8").splitlines()
        assert any(f"en/{stem}.ipynb" in line and said in line for line in on_the_map), said


# The end user of a product is a term of the course; the kit's own people are learners.
NEVER = {
    "en": r"\b(article|slides?|seed|AMB|student|(?<!end )user|participant|TODO)\b",
    "zh": r"本文|文章|幻灯|课件|种子|AMB|学生|(?<!最终)用户|三折|TODO|[,;!?]\s*[\u4e00-\u9fff]|[\u4e00-\u9fff][,;:!?]",
}


@every
@in_both
def test_no_text_uses_a_word_or_a_sign_that_the_course_does_not(stem, lang):
    for said in everything_said(stem, lang):
        prose = re.sub(r"`[^`]*`", "", said)
        assert not re.search(NEVER[lang], prose), (re.search(NEVER[lang], prose), said[:80])


@every
def test_chinese_has_a_space_between_characters_and_latin_letters_or_digits(stem):
    tight = re.compile(r"[\u4e00-\u9fff][A-Za-z0-9]|[A-Za-z0-9][\u4e00-\u9fff]")
    for said in everything_said(stem, "zh"):
        prose = re.sub(r"`[^`]*`", "`", said)
        assert not tight.search(prose), (tight.search(prose), said[:80])
        assert not re.search(r"[\u4e00-\u9fff]`|`[\u4e00-\u9fff]", re.sub(r"`[^`]*`", "``", said)), said[:120]


@every
@in_both
def test_emphasis_is_seen_as_emphasis_and_every_picture_is_told(stem, lang):
    """Beside full-width signs CommonMark does not always close `**`; then the stars would stand in the text."""
    markdown = MarkdownIt().enable("table")
    for cell in notebook(stem, lang, "released").cells:
        if cell.cell_type == "markdown":
            html = markdown.render(cell.source)
            assert "*" not in re.sub(r"<code>.*?</code>", "", html), cell.id
            assert 'alt=""' not in html, cell.id
            assert all("alt=" in picture for picture in re.findall(r"<img[^>]*>", html)), cell.id


# ---------------------------------------------------------------- concepts


@each()
def test_the_chapter_lists_every_concept_it_teaches_and_no_other(stem):
    """A concept of a chapter that is not written yet is not asked for; one that is only recalled is not listed."""
    listed = chapters.chapter(stem).concepts
    assert len(set(listed)) == len(listed)
    assert set(listed) == {concept.id for concept in concepts.all() if concept.taught_in == stem}


@each()
def test_what_is_asked_was_taught_here_or_before(stem):
    taught = chapters.stems()[: chapters.stems().index(stem) + 1]
    for name in [*(e.concept for e in exercises(stem)), *(item.concept for item in items(stem))]:
        assert concepts.get(name).taught_in in taught, name


# ---------------------------------------------------------------- items


@each()
def test_there_are_items_enough_of_five_kinds_and_as_many_to_practise(stem):
    marked, practised = items(stem, "marked"), items(stem, "practice")
    assert 8 <= len(marked) <= 10
    assert abs(len(practised) - len(marked)) <= 1
    assert len({item.kind for item in marked + practised}) >= 5
    stems = [item.stem["en"] for item in marked + practised]
    assert len(set(stems)) == len(stems)


@each()
def test_at_most_a_third_of_the_marked_items_is_recall(stem):
    assert [item.id for item in items(stem) if item.level is None] == []
    marked = items(stem, "marked")
    assert sum(item.level == "recall" for item in marked) <= len(marked) / 3


HOW_MANY = {"en": r"\bhow many\b.*\bare there\b", "zh": r"有\s*(多少|几)\s*(个|种|类|条|项|层|步|级)"}
COUNTED = {"en": r"\b(one|two|three|four|five|six|\d+)\b", "zh": r"[一二两三四五六\d]\s*[个项条种]"}


@every
@in_both
def test_no_stem_asks_how_many_there_are_or_tells_how_many_are_right(stem, lang):
    for item in items(stem):
        assert not re.search(HOW_MANY[lang], item.stem[lang], re.IGNORECASE), item.id
        if item.kind == "multiple":
            assert not re.search(COUNTED[lang], item.stem[lang], re.IGNORECASE), item.id
            assert 2 <= sum(bool(o.right) for o in item.options) < len(item.options), item.id


@every
def test_everything_one_can_choose_has_a_why_of_its_own(stem):
    for item in items(stem):
        whys = [o.why for o in item.options] + list(item.why.values())
        assert whys, item.id
        for lang in LANGUAGES:
            said = [why[lang] for why in whys if why]
            assert len(said) == len(set(said)) == len(whys), item.id
        if item.kind == "numeric":
            assert item.unit, item.id
            assert item.tolerance > 0, item.id


@each()
@in_both
def test_the_why_of_a_wrong_choice_does_not_name_the_right_one(stem, lang):
    for item in items(stem, "marked"):
        right = [o.text[lang].lower().rstrip(".。") for o in item.options if o.right]
        for option in item.options:
            if right and not option.right and option.why:
                assert not any(r in option.why[lang].lower() for r in right), (item.id, option.id)


@each()
def test_no_marked_source_and_no_why_gives_the_answer_to_a_learner(stem):
    released = (build.course_folder().parent / f"notebooks/items/{stem}.json").read_text("utf-8")
    for item in items(stem, "marked"):
        if item.kind in ("single", "multiple"):
            assert not any(o.text[lang] in item.source for o in item.options for lang in LANGUAGES), item.id
        assert not any(o.why and o.why["en"] in released for o in item.options), item.id


# ---------------------------------------------------------------- exercises


@each()
def test_there_are_six_to_eight_exercises(stem):
    assert 6 <= len(exercises(stem)) <= 8


@each()
def test_every_exercise_has_two_hints(stem):
    for exercise in exercises(stem):
        assert len(exercise.hints) == 2, exercise.id


def lines_of_code(exercise: Exercise) -> int:
    """Return how many statements an answer needs; ids written into a quiz and a text are no code."""
    if exercise.kind in ("quiz", "text"):
        return 0
    return sum(isinstance(node, ast.stmt) for node in ast.walk(solution(exercise)))


@each()
def test_sixty_points_need_no_more_than_one_line_of_code(stem):
    simple = [e for e in exercises(stem) if e.kind != "figure" and lines_of_code(e) <= 1]
    assert sum(e.points for e in simple) >= 60, [(e.id, lines_of_code(e), e.points) for e in exercises(stem)]


@each()
def test_the_last_exercise_but_the_text_is_the_stretch(stem):
    minutes = [e.minutes for e in exercises(stem) if e.kind != "text"]
    assert minutes[-1] == max(minutes)


@each()
def test_the_rubric_of_a_text_adds_up_to_its_points(stem):
    assert exercises(stem, "text")
    for exercise in exercises(stem, "text"):
        said = {lang: "\n".join(cell.source[lang] for cell in asked_in(exercise)) for lang in LANGUAGES}
        assert sum(map(int, re.findall(r"\*\* \((\d+)\)", said["en"]))) == exercise.points
        assert sum(map(int, re.findall(r"（(\d+) 分）", said["zh"]))) == exercise.points


UNIT = {"en": r"\*Unit: [^*]*\bdecimals?\b[^*]*\*", "zh": r"\*单位：[^*]*(小数|整数)[^*]*\*"}


@each()
@in_both
def test_every_number_is_asked_with_its_unit_and_its_decimals(stem, lang):
    for exercise in exercises(stem, "number"):
        assert exercise.unit, exercise.id
        assert exercise.tolerance > 0, exercise.id
        assert any(re.search(UNIT[lang], cell.source[lang]) for cell in asked_in(exercise)), exercise.id


@each()
def test_every_exercise_but_a_text_has_a_check(stem):
    asked = {e.id for e in exercises(stem) if e.kind != "text"}
    assert {name for name in asked if check_for(name)} == asked
    assert {name for name in CHECKS if name.startswith(f"{stem}-")} == asked


# ---------------------------------------------------------------- Python


def introduced(stem: str) -> set[str]:
    """Return the ideas of this chapter and all before it."""
    before = syllabus()[: syllabus().index(stem) + 1]
    first = set() if "warmup" in before else FIRST
    return first | {name for each in before for name in chapters.chapter(each).python}


@every
def test_at_most_three_ideas_of_python_are_new(stem):
    chapter = chapters.chapter(stem)
    assert set(chapter.python) <= set(IDEAS)
    assert len(set(chapter.python)) == len(chapter.python)
    assert len(chapter.python) <= 3 or not chapter.exercises
    earlier = introduced(syllabus()[syllabus().index(stem) - 1]) if stem != syllabus()[0] else FIRST
    assert not set(chapter.python) & (earlier if chapter.exercises else set())


@each()
def test_no_answer_needs_python_that_was_not_introduced(stem):
    """Of a quiz the form of an answer is explained beside each item."""
    names = set()
    for cell in notebook(stem, "en", "solved").cells:
        if cell.cell_type == "code" and not cell.source.startswith(("%", "!")):
            names |= imported(ast.parse(cell.source))
    for exercise in exercises(stem, "number", "decision", "function", "figure"):
        beyond = ideas(answer(exercise), names) - introduced(stem)
        assert beyond == set(), exercise.id


# ---------------------------------------------------------------- running


def _runs() -> Any:
    """Run every notebook of every chapter; every day the solved one of every fourth, by turns in either language."""
    params = []
    for number, stem in enumerate(syllabus()):
        for lang, version in product(LANGUAGES, VERSIONS):
            daily = number % 4 == 0 and version == "solved" and lang == LANGUAGES[number // 4 % len(LANGUAGES)]
            params.append(pytest.param(stem, lang, version, marks=[] if daily else [pytest.mark.long]))
    return pytest.mark.parametrize(("stem", "lang", "version"), params)


in_each_notebook = _runs()


@in_each_notebook
def test_every_cell_runs_clean_in_a_fresh_kernel_and_in_time(stem, lang, version):
    made, seconds = ran(stem, lang, version)
    for cell in made.cells:
        for output in cell.get("outputs", ()):
            assert output.output_type != "error", (cell.id, output.ename, output.evalue)
            assert output.get("name") != "stderr", (cell.id, output.text)
    assert all(cell.execution_count for cell in made.cells if cell.cell_type == "code" and cell.source.strip())
    assert 0 < seconds < MOST_SECONDS


@in_each_notebook
def test_every_figure_has_an_alternative_text(stem, lang, version):
    """But for the axes that a learner has not drawn on yet."""
    made, _ = ran(stem, lang, version)
    empty = {f"{exercise.id}-answer" for exercise in exercises(stem, "figure")} if version == "released" else set()
    for cell in made.cells:
        for output in cell.get("outputs", ()):
            if cell.id not in empty and "image/png" in output.get("data", {}):
                assert output.metadata.get("image/png", {}).get("alt", "").strip(), cell.id


@every
def test_every_practice_item_is_shown_in_its_own_cell(stem):
    code = "\n".join(cell.source["en"] for cell in source(stem).cells if cell.kind == "code")
    shown = re.findall(r'kit\.practice\("([^"]+)"\)', code)
    assert sorted(shown) == sorted(item.id for item in items(stem, "practice"))


# Every day one learner; the data of others are asked about by each chapter's own tests of its checks.
ALL_LEARNERS = [pytest.param(name, marks=[pytest.mark.long] if n else []) for n, name in enumerate(LEARNERS)]


@each()
@pytest.mark.parametrize("learner", ALL_LEARNERS)
@pytest.mark.parametrize("version", VERSIONS)
def test_the_solution_gets_every_point_and_the_untouched_notebook_none(stem, learner, version):
    work, tables, known = NamespaceWork(answered(stem, learner, version)), load("company", learner), {}
    for exercise in exercises(stem, "quiz", "number", "decision", "function", "figure"):
        verdict = examine(exercise.id, work, learner, tables, known)
        expected = exercise.points if version == "solved" else 0
        assert verdict.points == expected, (exercise.id, verdict.reasons("en"))
        assert bool(verdict.reasons("en")) == bool(verdict.reasons("zh")) == (version == "released")


@each()
def test_calling_what_comes_nearest_in_the_library_is_no_answer(stem):
    for exercise in exercises(stem, "function"):
        assert exercise.nearest.startswith("loyaltylib."), f"{exercise.id}: 'nearest' names a function of the library"
        module, _, name = exercise.nearest.rpartition(".")
        names = answered(stem, "learner-0", "solved") | {exercise.answer: getattr(import_module(module), name)}
        verdict = examine(exercise.id, NamespaceWork(names), "learner-0")
        assert not verdict.passed, exercise.id
        assert not math.isclose(verdict.points, exercise.points), exercise.id
