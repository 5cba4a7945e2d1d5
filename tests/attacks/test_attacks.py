"""No attack gains a point, touches anybody else or stops the marking; what can be seen of it is in the record."""

from __future__ import annotations

import os
import random
import shutil
from dataclasses import replace
from pathlib import Path

import pytest

from autograders import grade, job, records
from autograders.sandbox import outside
from autograders.sandbox.outside import Level
from tests.attacks import harness

ATTACKS = harness.attempts()
QUICK = [each for each in ATTACKS if not each.settings.get("SLOW")]
ROOM = random.Random(1).sample(QUICK, 40)  # noqa: S311 - a choice of tests, no secret
EVERY_DAY = ROOM[:30]
SAMPLE = EVERY_DAY[:4]  # of those, on the control too
NEIGHBOURS = {harness.NUMBER: 0, harness.FUNCTION: 8, harness.QUIZ: 16}
LEAST, LEAST_HARMFUL, LEAST_HONEST = 100, 80, 40


# What `loyalty doctor` says a level is good for, and so which families are tried there. At Landlock: paths, no network,
# no signal to others, nothing that stays; not tried is what is repaired before any sandbox (structure), and what only a
# private folder of its own size holds back (resources). At process: the checks are somewhere else, and that is all;
# not tried is whatever reads, writes or reaches out, and what would do it to those who run this test.
LANDLOCK = [each for each in QUICK if each.path.parent.name in {"forge", "read", "tamper"}]
EVERY_DAY_LANDLOCK = {
    *("forge/compiler_wrapped", "forge/pleasing_object", "forge/parent_killed", "forge/verdict_by_proc"),
    *("read/environment_of_others", "read/network", "tamper/gradebook", "tamper/double_fork"),
}
WITHOUT_A_CHILD = {"forge/channel_taken_by_a_child"}  # root may start no process at Landlock: there is no such death
REACHING_OUT = {"forge/ancestors_pipe", "forge/everybody_killed", "forge/parent_killed"}
PROCESS = [each for each in QUICK if each.path.parent.name == "forge" and each.name not in REACHING_OUT]
EVERY_DAY_PROCESS = {"forge/verdict_to_every_descriptor"}
# Ways for a cell to end its process or never to end, and the kind of incident each is told as.
MEMORY = "too_much_memory"
FIVE_CHILDREN = "import os, time\nfor _ in range(5):\n    if not os.fork():\n"
KILL_ITSELF = "import os, signal; os.kill(os.getpid(), signal.SIGKILL)"
DEATHS = {
    "exits": ("import os; os._exit(0)", "kernel_died"),
    "aborts": ("import os; os.abort()", "kernel_died"),
    "crashes": ("import ctypes; ctypes.string_at(0)", "kernel_died"),
    "takes memory": (
        f"{FIVE_CHILDREN}        kept = b'x' * (70 << 20); time.sleep(3); os._exit(0)\ntime.sleep(4)",
        MEMORY,
    ),
    "loops, deaf to signals": (
        "import signal\nsignal.signal(signal.SIGINT, signal.SIG_IGN)\nwhile True:\n    pass",
        "timeout",
    ),
}


def params(attempts, everyday):
    """Return attempts as parameters, those that are not for every day marked as long."""
    return [pytest.param(each, id=each.name, marks=[] if each in everyday else [pytest.mark.long]) for each in attempts]


def test_every_file_says_what_it_tries():
    assert [(each.name, each.faults()) for each in harness.attempts() if each.faults()] == []


def test_an_untouched_notebook_has_no_points(classroom):
    blank = harness.Attempt(harness.CORPUS / "blank.py", "Nothing.", {}, {}, "")
    outcome = classroom.mark(blank)
    assert (outcome.sum, outcome.incidents, outcome.harm) == (0, set(), set())


@pytest.mark.parametrize("attack", params(ATTACKS, EVERY_DAY))
def test_an_attack_gains_nothing_and_touches_nobody(attack, classroom):
    outcome = classroom.mark(attack)
    assert outcome.sum == 0, outcome.points
    assert outcome.harm == set()
    assert outcome.incidents == attack.incidents
    assert classroom.neighbours_points() == NEIGHBOURS


def here(level):
    """Skip where this machine has no such level; else let its warm process be there before anybody is counted."""
    why = outside.refusal(level)
    if why:
        pytest.skip(why)
    return level


@pytest.mark.parametrize("attack", params(LANDLOCK, [each for each in LANDLOCK if each.name in EVERY_DAY_LANDLOCK]))
def test_at_landlock_an_attack_gains_nothing_and_touches_nobody(attack, classroom):
    level = here(Level.LANDLOCK)
    outcome = classroom.mark(attack, level=level)
    assert outcome.sum == 0, outcome.points
    assert outcome.harm == set()
    assert outcome.incidents == (set() if attack.name in WITHOUT_A_CHILD and os.geteuid() == 0 else attack.incidents)
    assert classroom.neighbours_points(level) == NEIGHBOURS


@pytest.mark.parametrize("attack", params(PROCESS, [each for each in PROCESS if each.name in EVERY_DAY_PROCESS]))
def test_in_a_process_of_its_own_an_attack_forges_no_verdict(attack, classroom):
    outcome = classroom.mark(attack, level=here(Level.PROCESS))
    assert outcome.sum == 0, outcome.points
    assert outcome.incidents == attack.incidents
    assert "stops" not in outcome.harm


def test_those_chosen_for_every_day_are_there():
    assert {each.name for each in LANDLOCK} >= EVERY_DAY_LANDLOCK | WITHOUT_A_CHILD
    assert {each.name for each in PROCESS} >= EVERY_DAY_PROCESS
    assert {each.name for each in ATTACKS} >= REACHING_OUT


@pytest.fixture(scope="module")
def honest(classroom):
    """The verdicts of the notebook with every answer right."""
    record = handed_in(classroom, {})
    assert record.points == harness.ALL_POINTS
    assert record.incidents == ()
    return record.verdicts


def handed_in(classroom, cells, level=None):
    """Mark the right notebook with other answers in some of its cells; return the record."""
    attempt = harness.Attempt(harness.CORPUS / "dies.py", "Dies.", {}, cells, "")
    folder = classroom.hand_in(attempt, classroom.root, solved=True)
    data = (folder / f"{harness.STEM}.ipynb").read_bytes()
    chapter = replace(classroom.chapter, limits=harness.SHORT, level=level)
    return job.do(job.Job(chapter, harness.ATTACKER, data)).record


def costs_its_own_exercise(record, honest, exercise, kind):
    """The exercise has no points and its incident; every other verdict is the honest notebook's."""
    assert record.verdicts[exercise].points == 0
    others = {name: verdict for name, verdict in record.verdicts.items() if name != exercise}
    assert others == {name: verdict for name, verdict in honest.items() if name != exercise}
    assert [(incident.kind, incident.exercise) for incident in record.incidents] == [(kind, exercise)]


@pytest.mark.parametrize(
    ("way", "exercise"),
    [
        pytest.param(way, exercise, marks=[] if exercise == harness.FUNCTION else [pytest.mark.long])
        for way in DEATHS
        for exercise in (harness.NUMBER, harness.FUNCTION, harness.QUIZ)
    ],
)
def test_a_cell_that_dies_costs_its_own_exercise_and_no_other(way, exercise, classroom, honest):
    source, kind = DEATHS[way]
    right = classroom.answers()[f"{exercise}-answer"]
    record = handed_in(classroom, {f"{exercise}-answer": f"{right}\n{source}"}, here(Level.NAMESPACES))
    costs_its_own_exercise(record, honest, exercise, kind)
    assert record.isolation == Level.NAMESPACES


@pytest.mark.parametrize("level", [Level.NAMESPACES, Level.LANDLOCK])
def test_a_cell_that_kills_its_own_process_costs_no_more_than_its_exercise(level, classroom, honest):
    right = classroom.answers()[f"{harness.FUNCTION}-answer"]
    cells = {f"{harness.FUNCTION}-answer": f"{right}\n{KILL_ITSELF}"}
    record = handed_in(classroom, cells, here(level))
    if level is Level.NAMESPACES:  # the first process of a namespace does not hear a signal from within
        assert (record.verdicts, record.incidents) == (honest, ())
    else:
        costs_its_own_exercise(record, honest, harness.FUNCTION, "kernel_died")


@pytest.mark.parametrize("attack", params(ATTACKS, SAMPLE))
def test_the_control_suffers_from_what_is_said_to_do_harm_there(attack, control):
    outcome = control.mark(attack)
    declared = attack.settings["CONTROL"]
    assert outcome.harm >= {declared} if declared else not outcome.harm, (outcome.points, outcome.said, outcome.harm)


@pytest.mark.long
def test_a_class_of_attackers_and_neighbours_is_marked_to_its_end(classroom, tmp_path):
    root = Path(shutil.copytree(classroom.root.parent, tmp_path / "room", ignore=shutil.ignore_patterns("listener")))
    root /= "class"
    shutil.rmtree(root / "submitted")
    attackers = {f"attacker-{number}": attack for number, attack in enumerate(ROOM)}
    neighbours = [f"neighbour-{number}" for number in range(10)]
    for learner, attack in attackers.items():
        classroom.hand_in(attack, root, learner)
    for learner in neighbours:
        folder = root / "submitted" / learner / harness.STEM
        folder.mkdir(parents=True)
        (folder / f"{harness.STEM}.ipynb").write_bytes(classroom.neighbours_work(learner))
    grade.grade(root, harness.STEM, workers=2)
    found = {record.learner: record for record in records.read_all(root, harness.STEM)}
    assert found.keys() == {*attackers, *neighbours}
    assert {name: found[name].points for name in attackers} == dict.fromkeys(attackers, 0)
    assert {name: found[name].points for name in neighbours} == dict.fromkeys(neighbours, sum(NEIGHBOURS.values()))
    declared = {name: attack.incidents for name, attack in attackers.items()}
    told = {name: {incident.kind for incident in found[name].incidents} for name in attackers}
    assert {name: kinds - told[name] for name, kinds in declared.items() if kinds - told[name]} == {}


def test_there_are_enough_attacks_and_enough_of_them_do_harm_on_the_control():
    assert len(ATTACKS) >= LEAST
    assert sum(each.settings["CONTROL"] is not None for each in ATTACKS) >= LEAST_HARMFUL
    assert len(harness.attempts("honest")) >= LEAST_HONEST
