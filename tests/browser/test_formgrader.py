"""Formgrader, opened by `loyalty desk`: it lists the class, and its button marks through the kit's own steps."""

from __future__ import annotations

import json
import sys
from pathlib import Path

import pytest

from autograders import classdir
from autograders.simulate import simulate

LIST = """async () => (await fetch("/formgrader/api/submissions/tiers", {
    headers: {"Authorization": "token room"}})).json()"""
PRESS = """async () => {
    const answer = await fetch("/formgrader/api/submission/tiers/s001/autograde", {
        method: "POST", headers: {"Authorization": "token room"}});
    return [answer.status, await answer.text()];
}"""


@pytest.mark.timeout(300)
def test_the_button_marks_as_the_command_does(serve, port, visit, tmp_path):
    root = tmp_path / "class"
    classdir.new(root, "zh")
    classdir.release(root, "tiers")
    (handed_in,) = simulate(root, "tiers", learners=1, mistakes=[["off_by_100"]])
    command = [str(Path(sys.executable).with_name("loyalty")), "desk", str(root), "--no-browser", "--port", str(port)]
    serve(command, port, env={"HOME": str(tmp_path), "JUPYTER_TOKEN": "room"}, cwd=tmp_path)

    page = visit.page
    page.goto(f"http://127.0.0.1:{port}/formgrader/manage_submissions/tiers?token=room")
    listed = page.evaluate(LIST)
    assert [(entry["student"], entry["autograded"]) for entry in listed] == [(handed_in.learner, False)]
    status, text = page.evaluate(PRESS)
    assert status == 200
    assert json.loads(text)["success"], text

    record = json.loads((root / "verdicts/tiers/s001.json").read_text("utf-8"))
    marks = {exercise: verdict["points"] for exercise, verdict in record["verdicts"].items()}
    assert marks == {name: points for name, points in handed_in.marks.items() if points is not None}
    assert record["isolation"] == "process"
