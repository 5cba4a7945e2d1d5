"""A simulated class: drawn by its seed alone, and every named mistake gets exactly the marks it must get."""

from __future__ import annotations

import json
import random
import re
import shutil
from contextlib import contextmanager
from itertools import product
from pathlib import Path

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from nbgrader.api import Gradebook
from nbgrader.converters import Autograde
from nbgrader.coursedir import CourseDirectory

from autograders import classdir, records
from autograders.check import examine
from autograders.grade import grade
from autograders.mistakes import known
from autograders.mistakes.mix import draw
from autograders.plain import NamespaceWork
from autograders.roster import Learner
from autograders.simulate import Handin, identity, read, simulate
from loyaltylib import chapters
from loyaltylib.chapters import chapter
from loyaltylib.data import normalise
from loyaltylib.errors import ClassError, UnknownName
from loyaltylib.messages import LANGUAGES
from tests.classes import each_chapter, together

STEM = "tiers"
MISTAKES = known(STEM)
SAMPLED = 5  # mistakes that go through the whole pipeline by default; `make test-all` takes every one
PATIENCE = 45  # seconds a cell may run here: a machine that runs other tests as well must not cost a mark
SEVERAL = ["limit_excluded", "false_option"]  # what one learner of the sample gets wrong
PLACES = {"notebook", "answer", "form", "run", "cells", "file"}


def sample() -> list[list[str]]:
    """Mistakes of every place, drawn by a seed that is written here, with a wrong answer beside some of them."""
    rng = random.Random(20260112)  # noqa: S311 - a sample, not a secret
    quick = {place: [m.name for m in MISTAKES.values() if m.place == place and not m.slow] for place in sorted(PLACES)}
    first = [rng.choice(quick[place]) for place in ("answer", "form", "run", "cells", "file")]
    more = rng.sample(sorted(set().union(*quick.values()) - set(first)), SAMPLED - len(first))
    return [SEVERAL, *([name] for name in first + more)]


@pytest.fixture(scope="module")
def released(tmp_path_factory):
    """Return a function that gives a class of a language with a chapter released, made once, copied for each use."""
    made = {}

    def copy(lang, stem=STEM):
        if (lang, stem) not in made:
            made[lang, stem] = path = tmp_path_factory.mktemp("classes") / lang
            classdir.new(path, lang)
            classdir.release(path, stem)
            config = path / classdir.CONFIG_FILE
            config.write_text(f"{config.read_text('utf-8')}\nc.RunNotebook.cell_seconds = {PATIENCE}\n", "utf-8")
        return Path(shutil.copytree(made[lang, stem], tmp_path_factory.mktemp("class") / "spring"))

    return copy


@contextmanager
def gradebook(path):
    opened = classdir.open_class(path)
    with Gradebook(opened.coursedir.db_url, opened.coursedir.course_id) as found:
        yield found


def marks(path, learner, stem=STEM):
    """What the gradebook holds: exercise -> points; None where a person has to mark; try cells have no points."""
    with gradebook(path) as found:
        grades = found.find_submission_notebook(stem, stem, learner).grades
        saved = {g.name: (g.auto_score, g.max_score) for g in grades}
    assert all(score == 0 for name, (score, most) in saved.items() if most == 0 and name.endswith("-try") and score)
    return {name: score for name, (score, most) in saved.items() if most > 0}


def differences(path: Path, handins: tuple[Handin, ...], stem: str = STEM) -> list[tuple[str, ...]]:
    """Return who did not get exactly what the mistakes must cost, or whose incidents are not those expected."""
    found = []
    for one in handins:
        got, record = marks(path, one.learner, stem), records.read(path, stem, one.learner)
        wrong = {name: (got.get(name), mark) for name, mark in one.marks.items() if got.get(name) != mark}
        noted = {incident.kind for incident in record.incidents}
        if wrong or noted != set(one.incidents) or set(got) != set(one.marks):
            found.append((one.learner, *one.mistakes, str(wrong), f"noted {sorted(noted)}"))
    return found


def test_sampled_mistakes_get_exactly_their_marks_through_nbgrader(released):
    path = released("en")
    handins = simulate(path, STEM, mistakes=sample())
    summary = grade(path, STEM)
    assert summary.marked == len(handins)
    assert differences(path, handins) == []


@each_chapter()
def test_the_language_of_class_and_notebook_does_not_move_a_mark(released, stem):
    """The same answers in a class of either language, in either language's notebook."""
    several = together(stem, "answer", "form")[0]
    given = []
    for lang in LANGUAGES:
        path = released(lang, stem)
        handins = simulate(path, stem, mistakes=[several, ["other_language", *several]])
        grade(path, stem, workers=1)
        written = [records.read(path, stem, one.learner).lang for one in handins]
        assert sorted(written) == sorted(LANGUAGES)
        assert written[0] == lang
        assert differences(path, handins, stem) == []
        given.append([one.points for one in handins])
    assert given[0] == given[1]
    assert 0 < max(given[0]) < sum(e.points for e in chapter(stem).exercises if e.kind != "text")


def stock_autograde(path: Path, learner: str, monkeypatch) -> None:
    """Mark one submission with nbgrader's own steps, its own Execute among them; only the learner's id is set."""
    monkeypatch.setenv("LOYALTY_LEARNER", learner)
    config = classdir.open_class(path).config
    del config["Autograde"]
    coursedir = CourseDirectory(config=config)
    coursedir.assignment_id, coursedir.student_id = STEM, learner
    Autograde(coursedir=coursedir, config=config).start()


@pytest.mark.filterwarnings("ignore::sqlalchemy.exc.SAWarning")  # of nbgrader's own way with its database
def test_nbgraders_own_execute_gives_the_same_marks(released, monkeypatch):
    path = released("en")
    mistakes = [
        ["warning_on_stderr", "one_pair_wrong", "ten_thousands", "prints"],
        ["wrong_precedence", "nan_lapsed", "nan"],
    ]
    handins = simulate(path, STEM, mistakes=mistakes)
    for one in handins:
        stock_autograde(path, one.learner, monkeypatch)
    assert [marks(path, one.learner) for one in handins] == [dict(one.marks) for one in handins]
    assert not (path / "verdicts").exists()


@pytest.mark.long
@pytest.mark.timeout(5400)
def test_every_mistake_gets_exactly_its_marks(released):
    path = released("zh")
    handins = simulate(path, STEM, mistakes=[[name] for name in MISTAKES])
    assert {name for one in handins for name in one.mistakes} == set(MISTAKES)
    grade(path, STEM)
    assert differences(path, handins) == []


@pytest.mark.timeout(5400)
@each_chapter()
def test_every_wrong_answer_of_a_chapter_gets_exactly_its_marks(released, stem):
    path = released("zh", stem)
    handins = simulate(path, stem, mistakes=together(stem, "answer", "form"))
    grade(path, stem)
    assert differences(path, handins, stem) == []


@pytest.mark.long
@pytest.mark.timeout(5400)
def test_a_drawn_class_gets_exactly_its_marks(released):
    path = released("en")
    handins = simulate(path, STEM, learners=60, seed=7)
    grade(path, STEM)
    assert differences(path, handins) == []


def test_a_mistake_changes_what_is_handed_in_and_only_that(released):
    """No mistake is empty, and where it touches an answer, only the answers it names."""
    path = released("en")
    perfect, *handins = simulate(path, STEM, mistakes=[[], *([name] for name in MISTAKES)])
    own = {e.id: None if e.kind == "text" else e.points for e in chapter(STEM).exercises}
    assert dict(perfect.marks) == own
    cells = _answers(path, perfect)
    for one in handins:
        mistake = MISTAKES[one.mistakes[0]]
        if mistake.place in ("answer", "form", "run"):
            now = _answers(path, one)
            changed = {name for name in cells if now[name] != cells[name]}
            assert changed == {f"{STEM}-{name}" for name in mistake.touches}, mistake.name
        lost = {name for name, mark in one.marks.items() if mark != own[name]}
        assert lost <= {f"{STEM}-{name}" for name in mistake.touches}, mistake.name
        assert all(0 <= (mark or 0) <= (own[name] or 0) for name, mark in one.marks.items())
        assert set(mistake.said) == set(LANGUAGES)
        assert re.search(r"[\u4e00-\u9fff]", mistake.said["zh"])
        assert not re.search(r"[\u4e00-\u9fff]", mistake.said["en"].replace("(万)", "")), mistake.name


def _answers(path, one):
    notebook = json.loads((path / "submitted" / one.learner / STEM / f"{STEM}.ipynb").read_text("utf-8"))
    sources = {cell["id"]: "".join(cell["source"]) for cell in notebook["cells"]}
    return {e.id: sources[e.id if e.kind == "text" else f"{e.id}-answer"] for e in chapter(STEM).exercises}


def test_nobody_hands_in_what_only_the_instructor_has(released):
    path = released("zh")
    simulate(path, STEM, learners=6)
    for file in path.glob(f"submitted/*/{STEM}/*"):
        text = file.read_bytes().decode("utf-8", "replace")
        assert "SOLUTION" not in text
        assert "autograders" not in text
        assert "HIDDEN" not in text


def test_the_same_seed_hands_in_the_same_bytes_and_is_read_back(released):
    classes = [released("zh"), released("zh")]
    made = [simulate(path, STEM, learners=9, seed=3) for path in classes]
    assert made[0] == made[1] == read(classes[0], STEM)
    files = [{p.relative_to(path): p.read_bytes() for p in path.glob("s[iu]*/**/*") if p.is_file()} for path in classes]
    assert files[0] == files[1]
    assert len({p.parts[1] for p in files[0] if p.parts[0] == "submitted"}) == 9
    assert all((path.parent / "timestamp.txt") in files[0] for path in files[0] if path.suffix == ".ipynb")


def test_a_class_simulated_again_is_replaced_and_real_work_is_never_touched(released):
    path = released("en")
    simulate(path, STEM, mistakes=[[], [], []])
    simulate(path, STEM, mistakes=[[]])
    assert [folder.name for folder in (path / "submitted").iterdir() if (folder / STEM).exists()] == ["s001"]
    real = path / "submitted" / "zhang" / STEM / f"{STEM}.ipynb"
    real.parent.mkdir(parents=True)
    real.write_text("{}", "utf-8")
    with pytest.raises(ClassError, match="zhang"):
        simulate(path, STEM, mistakes=[[]])
    assert real.read_text("utf-8") == "{}"
    assert (path / "submitted" / "s001" / STEM).exists()


def test_the_gradebook_has_the_learners_names(released):
    for lang, first, last in (("en", "Ada", "Sample"), ("zh", "某", "赵")):
        path = released(lang)
        simulate(path, STEM, mistakes=[[]])
        with gradebook(path) as found:
            student = found.find_student("s001")
            assert (student.first_name, student.last_name) == (first, last)


def test_where_there_is_a_class_list_those_on_it_hand_in(released):
    path = released("en")
    classdir.enrol(classdir.open_class(path), [Learner("0042", "张三"), Learner("0043", "Li Lei")])
    assert [handin.learner for handin in simulate(path, STEM, mistakes=[[], []])] == ["0042", "0043"]
    with gradebook(path) as known:
        assert known.find_student("0042").last_name == "张三"
    with pytest.raises(ClassError, match="only 2 are on the class list"):
        simulate(path, STEM, learners=3)


def test_errors_say_what_to_do(released, tmp_path):
    with pytest.raises(UnknownName, match="'limit_excluded'"):
        simulate(released("en"), STEM, mistakes=[["limit_exclued"]])
    bare = tmp_path / "bare"
    classdir.new(bare, "en")
    with pytest.raises(ClassError, match="loyalty release"):
        simulate(bare, STEM)


@settings(max_examples=60, deadline=None)
@given(learners=st.integers(1, 120), seed=st.integers(0, 10**6))
def test_any_class_is_drawn_by_its_seed_with_a_realistic_mix(learners, seed):
    drawn = draw(STEM, learners, seed)
    assert drawn == draw(STEM, learners, seed)
    assert len(drawn) == learners
    for mistakes in drawn:
        touched = [name for mistake in mistakes for name in mistake.touches]
        assert len(set(touched)) == len(touched)
        assert len([m for m in mistakes if m.place in ("notebook", "run", "cells", "file")]) <= 1
    assert sum(mistake.slow for mistakes in drawn for mistake in mistakes) <= learners // 30
    odd = [m.name for mistakes in drawn for m in mistakes if m.place in ("notebook", "run", "cells", "file")]
    assert max((odd.count(name) for name in odd), default=0) <= 1 + learners // 30


@pytest.mark.parametrize("seed", [1, 2025])
def test_a_class_of_thirty_is_mixed(seed):
    drawn = draw(STEM, 30, seed)
    names = [tuple(mistake.name for mistake in mistakes) for mistakes in drawn]
    assert 4 <= names.count(()) <= 8
    assert ("blank",) in names
    assert sum(any(m.place in ("cells", "file", "run", "notebook") for m in mistakes) for mistakes in drawn) >= 6
    assert sum(any(m.place in ("answer", "form") for m in mistakes) for mistakes in drawn) >= 15


@settings(max_examples=30, deadline=None)
@given(numbers=st.sets(st.integers(0, 900), min_size=2, max_size=40))
def test_no_two_learners_are_one_after_normalising(numbers):
    identities = [identity(number) for number in numbers]
    assert len({normalise(roster) for roster, _ in identities}) == len(numbers)
    assert all(normalise(roster) == normalise(typed) for roster, typed in identities)


def test_some_ids_need_normalising():
    rosters = [identity(number)[0] for number in range(30)]
    assert [roster for roster in rosters if normalise(roster) != roster] == ["S012", "ｓ018"]
    assert identity(23) == ("0024", "００２４")
    assert normalise("0024") == "0024"


class Page:
    """As much of a draft as a wrong function needs: the learner's parameters, and a place to write."""

    def __init__(self, learner):
        self.learner, self.code = learner, ""

    def variant(self, name):
        return chapters.variant(f"{STEM}-{name}", self.learner)

    def write(self, _name, code):
        self.code = code


FUNCTIONS = {e.id.removeprefix(f"{STEM}-"): e for e in chapters.chapter(STEM).exercises if e.kind == "function"}
WRONG_FUNCTIONS = [
    m for m in MISTAKES.values() if m.place == "answer" and m.touches[0] in FUNCTIONS and len(m.touches) == 1
]


@pytest.mark.parametrize("mistake", WRONG_FUNCTIONS, ids=lambda mistake: mistake.name)
def test_a_wrong_function_fails_the_probes_it_is_said_to_fail_whatever_the_variant(mistake):
    exercise = FUNCTIONS[mistake.touches[0]]
    seen = set()
    for number in range(40):
        page = Page(f"learner-{number}")
        (cost,) = mistake.change(page).values()
        namespace = {}
        exec(page.code, namespace)  # noqa: S102 - the kit's own code
        verdict = examine(exercise.id, NamespaceWork(namespace), page.learner)
        assert {probe.name for probe in verdict.probes if not probe.passed} == set(cost.left), page.code
        assert set(cost.left.values()) == {0.0}
        seen.add(tuple(page.variant(mistake.touches[0]).values()))
    assert seen == set(product(*exercise.variant.values()))


def test_no_exercise_is_without_a_mistake_of_its_own():
    touched = {name for mistake in MISTAKES.values() for name in mistake.touches if len(mistake.touches) == 1}
    assert touched == {exercise.id.removeprefix(f"{STEM}-") for exercise in chapter(STEM).exercises}


def test_every_place_has_mistakes():
    assert {mistake.place for mistake in MISTAKES.values()} == PLACES
