"""No attack gains a point, touches anybody else or stops the marking; what can be seen of it is in the record."""

from __future__ import annotations

import random
import shutil
from pathlib import Path

import pytest

from autograders import grade, records
from tests.attacks import harness

ATTACKS = harness.attempts()
QUICK = [each for each in ATTACKS if not each.settings.get("SLOW")]
EVERY_DAY = random.Random(1).sample(QUICK, 45)  # noqa: S311 - a choice of tests, no secret
SAMPLE = EVERY_DAY[:8]  # of those, on the control too
NEIGHBOURS = {harness.NUMBER: 0, harness.FUNCTION: 8, harness.QUIZ: 16}
LEAST, LEAST_HARMFUL, LEAST_HONEST = 100, 80, 40


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
    attackers = {f"attacker-{number}": attack for number, attack in enumerate(EVERY_DAY[:40])}
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
