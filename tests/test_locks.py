"""The three locks, `environment.yml` and the two `pyproject.toml` say the same."""

from __future__ import annotations

import re
import tomllib
from pathlib import Path

import pytest
import rattler
import yaml
from packaging.requirements import Requirement
from packaging.specifiers import SpecifierSet
from packaging.utils import canonicalize_name

ROOT = Path(__file__).parents[1]
LOCKS = ("learner", "kit", "dev")
APART = ("long", "bench")  # Spark is for the full length only; no test installs what the library is measured against
ALL = (*LOCKS, *APART)
PIN = re.compile(
    r"^(?P<name>[A-Za-z0-9._-]+)(?:\[[^]]*\])?==(?P<version>[^ ;\\]+)(?: ; (?P<marker>[^\\]+))?", re.MULTILINE
)


def pins(lock: str) -> dict[str, set[str]]:
    """Read one lock: canonical name -> its versions (more than one where Python versions differ)."""
    found: dict[str, set[str]] = {}
    for match in PIN.finditer((ROOT / f"{lock}.lock").read_text()):
        found.setdefault(canonicalize_name(match["name"]), set()).add(match["version"])
    return found


def project(path: str) -> dict:
    return tomllib.loads((ROOT / path / "pyproject.toml").read_text())


def declared() -> dict[str, list[Requirement]]:
    library, graders = project("."), project("autograders")
    learner = [*library["project"]["dependencies"], *library["project"]["optional-dependencies"]["learner"]]
    kit = [*learner, *(d for d in graders["project"]["dependencies"] if d != "loyaltylib")]
    groups = library["dependency-groups"]
    wanted = {"learner": learner, "kit": kit, "dev": [*kit, *groups["dev"]], **{lock: groups[lock] for lock in APART}}
    return {lock: [Requirement(text) for text in texts] for lock, texts in wanted.items()}


@pytest.mark.parametrize("lock", ALL)
def test_lock_names_no_address_and_hashes_everything(lock):
    text = (ROOT / f"{lock}.lock").read_text()
    assert not re.search(r"://|^-|^\.|file:|index", text, re.MULTILINE)
    entries = re.split(r"^(?=[A-Za-z0-9])", text, flags=re.MULTILINE)[1:]
    assert len(entries) > {"long": 1, "bench": 70}.get(lock, 100)
    assert all(re.search(r"--hash=sha256:[0-9a-f]{64}", entry) for entry in entries)


@pytest.mark.parametrize("lock", ALL)
def test_every_declared_requirement_is_locked_at_a_version_it_allows(lock):
    locked = pins(lock)
    for requirement in declared()[lock]:
        versions = locked[canonicalize_name(requirement.name)]
        assert all(requirement.specifier.contains(version) for version in versions), requirement


def test_locks_are_nested_and_agree():
    learner, kit, dev = (pins(lock) for lock in LOCKS)
    assert learner.items() <= kit.items()
    assert kit.items() <= dev.items()


def test_learner_lock_has_nothing_of_the_instructor():
    assert not {"nbgrader", "jupytext", "voila", "sqlalchemy", "pytest", "playwright", "notebook"} & set(
        pins("learner")
    )


def test_no_second_lock_format():
    assert not (ROOT / "uv.lock").exists()


def test_environment_yml_agrees_with_pyproject_and_lock():
    environment = yaml.safe_load((ROOT / "environment.yml").read_text())
    assert environment["channels"][0] == "conda-forge"
    *conda, pip = environment["dependencies"]
    specs = {spec.name.normalized: spec for spec in map(rattler.MatchSpec, conda)}
    assert set(specs) == {"python", "pip"}
    allowed = SpecifierSet(project(".")["project"]["requires-python"])
    for version in ("3.10", "3.11", "3.12", "3.13", "3.14"):
        record = rattler.Version(version)
        if rattler.VersionSpec(str(specs["python"].version)).matches(record):
            assert version in allowed
    assert rattler.VersionSpec(str(specs["python"].version)).matches(rattler.Version("3.11"))
    assert pip == {"pip": ["--require-hashes", "--requirement learner.lock"]}


def test_both_projects_need_the_same_python():
    assert project(".")["project"]["requires-python"] == project("autograders")["project"]["requires-python"]
