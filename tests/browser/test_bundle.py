"""The learner's zip on a fresh machine: unpacked where the path is Chinese, clicked on, worked with, handed in."""

from __future__ import annotations

import os
import subprocess

import pytest

from autograders import classdir
from autograders.bundle import bundle
from loyaltylib.chapters import variant
from tests.browser.test_lab import LEARNER, cell_with, run, run_all, saved, type_and_run

STEM = "tiers"


@pytest.mark.long
@pytest.mark.timeout(1200)
def test_a_learner_comes_from_the_zip_to_the_receipt(lab, visit, tmp_path):
    root = tmp_path / "class"
    classdir.new(root, "zh", stems=[STEM])
    classdir.release(root, STEM)
    out = bundle(root, tmp_path / "客户 忠诚度.zip", house=True)
    place, home = tmp_path / "我的 文件夹", tmp_path / "home"
    home.mkdir()
    subprocess.run(["unzip", "-q", out, "-d", place], check=True)
    folder = place / out.stem
    clean = {name: os.environ[name] for name in ("PATH", "LANG") if name in os.environ}
    offline = {**clean, "HOME": str(home), "PIP_INDEX_URL": "http://127.0.0.1:1", "PIP_CONFIG_FILE": os.devnull}
    done = subprocess.run(
        ["./start-linux.sh", "--help"], cwd=folder, env=offline, capture_output=True, text=True, check=False
    )
    assert done.returncode == 0, done.stdout + done.stderr  # installed, from what the zip has
    assert "安装" in done.stdout

    page, path = lab("zh", STEM, [str(folder / "start-linux.sh")], folder / "work")
    assert page.locator(".lm-MenuBar-item").first.inner_text() == "文件"
    run_all(visit, LEARNER)
    days = variant(f"{STEM}-lapsed", LEARNER)["lapse_days"]
    answer = cell_with(page, "def lapsed")
    type_and_run(visit, answer, f"def lapsed(days_since_last):\n    return days_since_last >= {days}")
    saved(visit, path)
    said = run(visit, cell_with(page, "kit.handin"))
    (handed_in,) = path.parent.glob("*.zip")
    assert handed_in.name in said
    assert visit.foreign == []
