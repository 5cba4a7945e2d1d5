"""Formgrader, opened by `loyalty desk`: it lists the class, and its button marks through the kit's own steps."""

from __future__ import annotations

import json
import sys
from pathlib import Path

import pytest

from autograders import classdir
from autograders.sandbox.outside import best_level
from autograders.simulate import simulate

ROW = "table tbody tr"


@pytest.mark.timeout(300)
def test_the_button_marks_as_the_command_does(serve, port, visit, tmp_path):
    root = tmp_path / "class"
    classdir.new(root, "zh")
    classdir.release(root, "tiers")
    (handed_in,) = simulate(root, "tiers", learners=1, mistakes=[["off_by_100"]])
    command = [str(Path(sys.executable).with_name("loyalty")), "desk", str(root), "--no-browser", "--port", str(port)]
    serve(command, port, env={"HOME": str(tmp_path), "JUPYTER_TOKEN": "room"}, cwd=tmp_path)

    page = visit.page
    page.goto(f"http://127.0.0.1:{port}/lab?token=room")  # as the command prints it; only this page sets the cookie
    page.goto(f"http://127.0.0.1:{port}/formgrader/manage_submissions/tiers")
    page.wait_for_selector(f"{ROW}:has-text('needs autograding')")
    assert handed_in.learner in page.inner_text(ROW)
    page.click(f"{ROW} td.autograde a")
    page.wait_for_selector("#success-modal", timeout=120_000)

    record = json.loads((root / "verdicts/tiers/s001.json").read_text("utf-8"))
    marks = {exercise: verdict["points"] for exercise, verdict in record["verdicts"].items()}
    assert marks == {name: points for name, points in handed_in.marks.items() if points is not None}
    assert record["isolation"] == best_level()
