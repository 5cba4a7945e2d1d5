"""The learner's wheel is complete enough to run on its own."""

from __future__ import annotations

import json
import os
import subprocess
import sysconfig
import venv
import zipfile
from pathlib import Path

import pytest

ROOT = Path(__file__).parents[1]


def run_outside(python: Path, folder: Path) -> subprocess.CompletedProcess[str]:
    """Use the installed library from an empty folder: data, rules, concepts, chapter, figure."""
    code = """
import loyaltylib.resources, pathlib
from loyaltylib import concepts, data, tiers
from loyaltylib.practice import start
kit = start("tiers", lang="zh", learner="s001")
frame = tiers.assign_tiers(kit.data, kit.data.as_of)
assert tiers.pyramid(frame)["customers"].sum() == len(kit.data.customers)
assert concepts.get("tier.core").zh and len(data.load("cdnow").transactions) == 69_659
from loyaltylib import figures
figures.pyramid(tiers.pyramid(frame), "zh")
print(pathlib.Path(loyaltylib.resources.__file__).parent)
"""
    clean = {k: v for k, v in os.environ.items() if not k.startswith(("PYTHON", "LOYALTY"))}
    return subprocess.run([python, "-c", code], cwd=folder, env=clean, capture_output=True, text=True, check=False)


def test_wheel_runs_outside_the_checkout(wheel, tmp_path):
    venv.create(tmp_path / "env", with_pip=False, symlinks=True)
    python = tmp_path / "env/bin/python"
    site = next((tmp_path / "env/lib").glob("python*")) / "site-packages"
    # The dependencies of this environment without its editable installs: a path named in a .pth file
    # is searched for modules, but the .pth files in it are not read.
    (site / "dependencies.pth").write_text(sysconfig.get_path("purelib"))
    with zipfile.ZipFile(wheel) as archive:
        archive.extractall(site)
    (tmp_path / "work").mkdir()
    done = run_outside(python, tmp_path / "work")
    assert done.returncode == 0, done.stderr
    assert done.stdout.strip().endswith(str(site / "loyaltylib"))


@pytest.mark.long
def test_wheel_runs_with_the_learner_lock_alone(wheel, tmp_path):
    venv.create(tmp_path / "env", with_pip=True, symlinks=True)
    python = tmp_path / "env/bin/python"
    subprocess.run([python, "-m", "pip", "install", "-q", "--require-hashes", "-r", ROOT / "learner.lock"], check=True)
    subprocess.run([python, "-m", "pip", "install", "-q", "--no-deps", wheel], check=True)
    (tmp_path / "work").mkdir()
    done = run_outside(python, tmp_path / "work")
    assert done.returncode == 0, done.stderr
    names = subprocess.run(
        [python, "-m", "pip", "list", "--format=json"], check=True, capture_output=True, text=True
    ).stdout
    assert "nbgrader" not in {entry["name"] for entry in json.loads(names)}
