"""The learner's wheel: complete enough to run on its own, and nothing in it gives an answer away."""

from __future__ import annotations

import json
import os
import re
import subprocess
import sys
import sysconfig
import venv
import zipfile
from pathlib import Path

import pytest
import yaml

from loyaltylib.chapters import chapter, syllabus

ROOT = Path(__file__).parents[1]
MARKED = [stem for stem in syllabus() if chapter(stem).exercises]


@pytest.fixture(scope="module")
def wheel(tmp_path_factory):
    """Build the wheel from the checkout, as an instructor does."""
    out = tmp_path_factory.mktemp("wheel")
    command = [
        sys.executable,
        "-m",
        "pip",
        "wheel",
        "--quiet",
        "--no-deps",
        "--no-build-isolation",
        "-w",
        str(out),
        str(ROOT),
    ]
    subprocess.run(command, check=True, cwd=out)
    (path,) = out.glob("loyaltylib-*.whl")
    return path


def texts(path: Path) -> dict[str, str]:
    """Read every text file of the wheel."""
    with zipfile.ZipFile(path) as archive:
        names = [n for n in archive.namelist() if not n.endswith((".parquet", ".otf", ".ttf", ".png"))]
        return {name: archive.read(name).decode() for name in names}


def quiz(stem: str) -> list[dict]:
    return yaml.safe_load((ROOT / f"course/{stem}/quiz.yml").read_text())["items"]


def test_no_file_and_no_line_of_the_graders(wheel):
    found = texts(wheel)
    assert not [name for name in found if "autograders" in name or name.endswith(("quiz.yml", "notebook.md"))]
    graders = {
        line.strip()
        for path in (ROOT / "autograders").rglob("*.py")
        for line in path.read_text().splitlines()
        if len(line.strip()) > 60 and not line.strip().startswith(("#", '"', "from", "import"))
    }
    assert len(graders) > 100
    library = {line.strip() for text in found.values() for line in text.splitlines()}
    assert not graders & library


@pytest.mark.parametrize("stem", MARKED)
def test_no_solution_and_no_hidden_line(wheel, stem):
    solutions = re.findall(
        r"### BEGIN SOLUTION\n(.*?)### END SOLUTION", (ROOT / f"course/{stem}/notebook.md").read_text(), re.DOTALL
    )
    lines = {line.strip() for block in solutions for line in block.splitlines() if len(line.strip()) > 25}
    assert len(lines) > 5
    for name, text in texts(wheel).items():
        if name.startswith("loyaltylib/kit/") and not name.endswith(".yml"):
            assert "BEGIN SOLUTION" not in text
            assert "HIDDEN" not in text
            assert not [line for line in lines if line in text], name


@pytest.mark.parametrize("stem", MARKED)
def test_no_key_and_no_why_of_a_marked_item(wheel, stem):
    marked = [item for item in quiz(stem) if item["use"] == "marked"]
    assert len(marked) >= 6
    with zipfile.ZipFile(wheel) as archive:
        shipped = {i["id"]: i for i in json.loads(archive.read(f"loyaltylib/kit/notebooks/items/{stem}.json"))["items"]}
    everything = "\n".join(texts(wheel).values())
    for item in marked:
        assert not {"key", "why"} & set(shipped[item["id"]])
        for option in item.get("options", []):
            assert option["why"]["en"] not in everything
            assert option["why"]["zh"] not in everything
        for option in shipped[item["id"]].get("options", []):
            assert set(option) == {"id", "text"}


@pytest.mark.parametrize("stem", syllabus())
@pytest.mark.parametrize("lang", ["en", "zh"])
def test_released_notebook_holds_no_answer(stem, lang):
    notebook = json.loads((ROOT / f"notebooks/{lang}/{stem}.ipynb").read_text())
    cells = {cell["id"]: "".join(cell["source"]) for cell in notebook["cells"]}
    assert not any(cell.get("outputs") for cell in notebook["cells"])
    for exercise in chapter(stem).exercises:
        assert "autograders" not in cells[exercise.id]
    text = "\n".join(cells.values())
    assert "BEGIN" not in text
    for item in quiz(stem):
        if item["use"] == "marked" and item["kind"] == "ordering":
            assert json.dumps(item["key"]) not in text


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
