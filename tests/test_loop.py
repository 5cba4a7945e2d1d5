"""The whole loop on a class through the command line, in an empty folder, as an instructor runs it: of 12, or of 30."""

from __future__ import annotations

import html
import json
import os
import re
import shutil
import subprocess
import sys
from html.parser import HTMLParser
from pathlib import Path

import pytest
from nbgrader.api import Gradebook
from nbgrader.apps import NbGraderAPI
from nbgrader.validator import Validator

from autograders import classdir, probes, records
from autograders.simulate import read, simulate
from loyaltylib.chapters import chapter
from loyaltylib.messages import LANGUAGES
from tests.kept_back import GRADERS, hidden_probes, said_of_right

STEM = "tiers"
CLASS = "spring"
SEEDS = {12: "14", 30: "366"}  # learners -> a class with what the tests look for
PATIENCE = 5  # seconds of its own processor time that a cell may take: one of the class never ends

# The tests share one class, so they stay on one worker.
pytestmark = pytest.mark.timeout(900)


def loyalty(folder, *args, lang="en", code=0):
    """Run the command as a person does, in an empty environment but for PATH and a home."""
    script = Path(sys.executable).with_name("loyalty")
    env = {"PATH": os.environ["PATH"], "HOME": str(folder), "LOYALTY_LANG": lang, "PYTHONIOENCODING": "utf-8"}
    run = subprocess.run(
        [script, *args], cwd=folder, env=env, capture_output=True, text=True, encoding="utf-8", check=False
    )
    assert run.returncode == code, f"{args}: {run.stdout}\n{run.stderr}"
    assert "Traceback" not in run.stderr
    return run


@pytest.fixture(scope="module", params=[12, pytest.param(30, marks=pytest.mark.long)], ids="of {}".format)
def loop(request, tmp_path_factory):
    """Everything section 5 of the way through the kit does, once; what the commands said, by command."""
    learners = request.param
    folder = tmp_path_factory.mktemp("empty")
    said = {"new": loyalty(folder, "new", CLASS, "--lang", "en")}
    config = folder / CLASS / classdir.CONFIG_FILE
    config.write_text(f"{config.read_text('utf-8')}\nc.RunNotebook.cell_seconds = {PATIENCE}\n", "utf-8")
    said |= {
        "release": loyalty(folder, "release", CLASS, STEM),
        "simulate": loyalty(folder, "simulate", CLASS, STEM, "--learners", str(learners), "--seed", SEEDS[learners]),
        "grade": loyalty(folder, "grade", CLASS, STEM),
        "feedback": loyalty(folder, "feedback", CLASS, STEM),
        "report": loyalty(folder, "report", CLASS, STEM),
    }
    said["again"] = loyalty(folder, "grade", CLASS, STEM, lang="zh")
    return folder / CLASS, said


@pytest.fixture(scope="module")
def handins(loop):
    return read(loop[0], STEM)


@pytest.fixture(scope="module")
def marks(loop, handins):
    """The gradebook's marks, learner -> exercise -> points; None where a person has to mark."""
    opened = classdir.open_class(loop[0])
    found = {}
    with Gradebook(opened.coursedir.db_url, opened.coursedir.course_id) as gradebook:
        for one in handins:
            grades = gradebook.find_submission_notebook(STEM, STEM, one.learner).grades
            found[one.learner] = {g.name: g.auto_score for g in grades if g.max_score}
    return found


def pages(path):
    return sorted((path / "feedback").rglob("*.html")) + sorted((path / "report").rglob("*.html"))


def test_every_learner_has_exactly_the_marks_the_mistakes_must_get(handins, marks):
    assert len(handins) in SEEDS
    expected = {one.learner: dict(one.marks) for one in handins}
    wrong = {one.learner: one.mistakes for one in handins if marks[one.learner] != expected[one.learner]}
    assert wrong == {}
    assert marks == expected
    assert len({one.points for one in handins}) > len(handins) / 3  # a class in which everyone is alike proves little


def test_the_simulated_class_is_what_this_seed_says(loop, handins, tmp_path):
    again = tmp_path / CLASS
    shutil.copytree(loop[0] / "source", again / "source")
    shutil.copytree(loop[0] / "release", again / "release")
    shutil.copy(loop[0] / classdir.CONFIG_FILE, again)
    classdir.release(again, STEM)
    simulate(again, STEM, len(handins), int(SEEDS[len(handins)]))
    first, second = (
        {p.relative_to(root): p.read_bytes() for p in (root / "submitted").rglob("*") if p.is_file()}
        for root in (loop[0], again)
    )
    assert first == second


def test_verdict_records_are_there_and_agree_with_the_gradebook(loop, handins, marks):
    for one in handins:
        record = records.read(loop[0], STEM, one.learner)
        assert record.stem == STEM
        assert {i.kind for i in record.incidents} == set(one.incidents), one.mistakes
        for exercise, points in marks[one.learner].items():
            if exercise in record.verdicts:
                assert record.verdicts[exercise].points == points
            else:
                assert points in (0, None)
        raw = json.loads(records.path_of(loop[0], STEM, one.learner).read_text("utf-8"))
        assert raw["schema"] == records.SCHEMA
        assert {"check_version", "isolation", "seconds"} <= set(raw)


def test_a_broken_notebook_is_named_and_stopped_nobody(loop, handins):
    said = loop[1]["grade"].stdout
    broken = [one.learner for one in handins if {"unreadable", "no_notebook"} & set(one.incidents)]
    assert broken, "the seed must draw a class with a broken notebook"
    for learner in broken:
        assert re.search(rf"^ *{re.escape(learner)}\b", said, re.MULTILINE), said
    assert f"{len(handins)}" in said
    assert len(list((loop[0] / "autograded").glob(f"*/{STEM}/{STEM}.ipynb"))) == len(handins)


def test_a_second_grade_marks_nothing_again(loop, handins):
    said = loop[1]["again"].stdout
    assert re.search(r"[\u4e00-\u9fff]", said)
    assert re.search(r"\b0\b", said.splitlines()[0]), said
    assert f"{len(handins)}" in said.splitlines()[1]


class Requests(HTMLParser):
    """Collects what a page would load by itself, and the elements a static page has no use for."""

    LOADS = frozenset(
        ("src", "srcset", "data", "poster", "action", "formaction", "background", "manifest", "ping", "xlink:href")
    )

    def __init__(self):
        super().__init__()
        self.loaded, self.elements, self.styles, self._style = [], set(), [], False

    def handle_starttag(self, tag, attrs):
        self.elements.add(tag)
        self._style = tag == "style"
        for name, value in attrs:
            if name in self.LOADS or (name == "href" and tag != "a"):
                self.loaded.append(value or "")
            if name == "style":
                self.styles.append(value or "")
            assert not name.startswith("on"), f"<{tag} {name}>"

    def handle_data(self, data):
        if self._style:
            self.styles.append(data)
            self._style = False


def test_no_page_asks_another_host_for_anything(loop, handins):
    found = pages(loop[0])
    assert len(found) >= len(handins)
    for page in found:
        requests = Requests()
        requests.feed(page.read_text("utf-8"))
        assert [url for url in requests.loaded if not url.startswith("data:")] == [], page
        assert not {"script", "iframe", "object", "embed", "base", "form"} & requests.elements, page
        for style in requests.styles:
            assert "@import" not in style
            assert all(url.startswith("data:") for url in re.findall(r"url\(\s*[\"']?([^\"')]+)", style)), page


def test_feedback_has_no_hidden_line(loop, handins):
    for one in handins:
        text = html.unescape((loop[0] / "feedback" / one.learner / STEM / f"{STEM}.html").read_text("utf-8"))
        assert [word for word in (*GRADERS, *hidden_probes(STEM)) if word in text] == [], one.mistakes


def test_feedback_gives_no_key_of_a_marked_item_to_who_did_not_have_it(loop, handins):
    looked = 0
    for one in handins:
        text = html.unescape((loop[0] / "feedback" / one.learner / STEM / f"{STEM}.html").read_text("utf-8"))
        for exercise in chapter(STEM).exercises:
            if exercise.kind == "quiz" and one.marks[exercise.id] == 0:
                items = [probes.keys(STEM)[name] for name in exercise.items]
                assert [key for item in items for key in said_of_right(item) if key in text] == [], (
                    one.mistakes,
                    exercise.id,
                )
                looked += 1
    assert looked


def test_the_wrong_answer_of_a_learner_is_explained_in_the_feedback(loop, handins):
    """The `why` of the option that was chosen is there; this is also what makes the test above able to fail."""
    item = probes.keys(STEM)["tiers-advocate_steps"]
    chosen = [one for one in handins if "all_options" in one.mistakes]
    assert chosen, "the seed must draw a class with this mistake"
    text = html.unescape((loop[0] / "feedback" / chosen[0].learner / STEM / f"{STEM}.html").read_text("utf-8"))
    assert item.option("discount").why["en"] in text


def test_the_report_is_there_in_both_languages(loop, handins):
    reports = sorted((loop[0] / "report").rglob("*.html"))
    texts = {page.name: html.unescape(page.read_text("utf-8")) for page in reports}
    for lang in LANGUAGES:
        text = "".join(body for name, body in texts.items() if f".{lang}." in name) or "".join(texts.values())
        for exercise in chapter(STEM).exercises:
            assert exercise.title[lang] in text
        assert [one.learner for one in handins if one.incidents and one.learner not in text] == []


def test_the_commands_say_what_comes_next(loop, handins):
    assert "loyalty release" in loop[1]["new"].stdout
    assert "release" in loop[1]["release"].stdout
    assert str(len(handins)) in loop[1]["simulate"].stdout


def validate(path, notebook):
    """Run what nbgrader's Validate button runs."""
    opened = classdir.open_class(path)
    return Validator(config=opened.config).validate(str(notebook))


def _failed(results):
    assert set(results) <= {"failed"}, results
    return [cell["source"] for cell in results.get("failed", [])]


@pytest.fixture(scope="module")
def validated(loop, tmp_path_factory):
    """Return a function that puts one submission with the mistakes named beside nobody else's and validates it."""
    path = tmp_path_factory.mktemp("validate") / CLASS
    shutil.copytree(loop[0], path, ignore=shutil.ignore_patterns("submitted", "autograded", "feedback", "simulated"))

    def run(*mistakes):
        (one,) = simulate(path, STEM, mistakes=[list(mistakes)])
        folder = path / "submitted" / one.learner / STEM
        return _failed(validate(path, folder / f"{STEM}.ipynb"))

    return run


def test_the_solution_passes_nbgraders_validate(validated):
    assert validated() == []


def test_validate_reports_the_visible_probe_that_fails_and_no_other(validated):
    (source,) = validated("rest_forgotten", "limit_excluded", "false_option")
    assert 'kit.probe(\n    "tiers-assign_one"' in source


def test_validate_reports_every_untouched_exercise(validated):
    sources = "\n".join(validated("blank"))
    untouched = [e.id for e in chapter(STEM).exercises if e.kind != "text"]
    assert [name for name in untouched if f'"{name}"' not in sources] == []


def test_the_class_is_one_that_nbgrader_itself_reads(loop, handins):
    opened = classdir.open_class(loop[0])
    api = NbGraderAPI(opened.coursedir, config=opened.config)
    assignment = api.get_assignment(STEM)
    assert assignment["num_submissions"] == len(handins)
    assert assignment["max_score"] == sum(exercise.points for exercise in chapter(STEM).exercises)
