"""The learner's zip: what is in it, what is not, and that the same class gives the same bytes."""

from __future__ import annotations

import base64
import csv
import hashlib
import io
import json
import zipfile

import pytest

from autograders import bundle as bundle_module
from autograders import classdir
from autograders.bundle import bundle, with_files
from autograders.roster import Learner
from autograders.wheelhouse import PLATFORMS, requirements
from loyaltylib.errors import ClassError
from tests import kept_back

CHAPTER = "foundations"


@pytest.fixture(scope="module")
def a_class(tmp_path_factory):
    """A Chinese class with one learner who reads English."""
    root = tmp_path_factory.mktemp("classes") / "春季班"
    classdir.new(root, "zh", stems=[CHAPTER], learners=[Learner("0041", "张三"), Learner("0042", "Ada", "", "en")])
    classdir.release(root, CHAPTER)
    return root


@pytest.fixture(scope="module")
def unpacked(a_class, wheel):
    """The files of the bundle by their names, with the session's wheel in place of one built anew."""
    with pytest.MonkeyPatch.context() as patch:
        patch.setattr(bundle_module, "_wheel", lambda *_: wheel)
        out = bundle(a_class, a_class.parent / "课程.zip")
        first = out.read_bytes()
        assert bundle(a_class, out).read_bytes() == first
    with zipfile.ZipFile(io.BytesIO(first)) as archive:
        assert all(name.startswith("课程/") for name in archive.namelist())
        modes = {entry.filename: entry.external_attr >> 16 for entry in archive.infolist()}
        assert {name for name, mode in modes.items() if mode & 0o111} == {
            "课程/start-linux.sh",
            "课程/start-macos.command",
        }
        return {name.removeprefix("课程/"): archive.read(name) for name in archive.namelist()}


def test_it_has_what_is_released_and_what_is_needed_to_start(unpacked, a_class):
    released = (a_class / f"release/{CHAPTER}/{CHAPTER}.ipynb").read_bytes()
    assert unpacked[f"notebooks/zh/{CHAPTER}.ipynb"] == released
    english = (kept_back.ROOT / f"notebooks/en/{CHAPTER}.ipynb").read_bytes()
    assert unpacked[f"notebooks/en/{CHAPTER}.ipynb"] == english  # for whom the class list says so
    assert {name.rpartition("/")[2] for name in unpacked if name.endswith(".ipynb")} == {
        f"{CHAPTER}.ipynb",
        "warmup.ipynb",
    }
    about = json.loads(unpacked["bundle.json"])
    assert (about["lang"], about["wheel"] in unpacked) == ("zh", True)
    assert b"\r\n" in unpacked["start-windows.bat"]
    assert b"\r" not in unpacked["start-linux.sh"]
    for readme in ("README.md", "README.zh.md"):
        assert "python3 start.py" in unpacked[readme].decode()
    compile(unpacked["start.py"], "start.py", "exec")


def test_no_key_no_solution_and_no_check_is_in_it(unpacked):
    solutions = kept_back.solution_lines(CHAPTER)
    said = {text for item in kept_back.marked_items(CHAPTER) for text in kept_back.said_of_any(item)}
    assert solutions
    assert said
    for name, body in unpacked.items():
        if name.endswith(".whl"):  # looked through by the test of secrets
            continue
        text = body.decode()
        shown = (
            "\n".join("".join(cell["source"]) for cell in json.loads(text)["cells"]) if name.endswith("ipynb") else text
        )
        assert not [line for line in solutions if line in shown], name
        assert not [one for one in said if one in shown], name
        assert not [word for word in kept_back.GRADERS if word in shown], name


def test_a_class_without_a_release_says_what_to_run(tmp_path):
    classdir.new(tmp_path / "class", "en", stems=[CHAPTER])
    with pytest.raises(ClassError, match="loyalty release"):
        bundle_module._notebooks(classdir.open_class(tmp_path / "class"), "en")  # noqa: SLF001 - before a wheel is built


def test_a_wheel_with_files_of_the_class_has_a_record_that_is_true(wheel):
    name = "loyaltylib/kit/notebooks/items/tiers.json"
    changed = with_files(wheel.read_bytes(), {name: b'{"items": []}'})
    with zipfile.ZipFile(io.BytesIO(changed)) as archive:
        assert archive.read(name) == b'{"items": []}'
        (record,) = [each for each in archive.namelist() if each.endswith("RECORD")]
        rows = {row[0]: row[1:] for row in csv.reader(io.StringIO(archive.read(record).decode()))}
        assert set(rows) == set(archive.namelist())
        for each, (digest, size) in rows.items():
            if each != record:
                body = archive.read(each)
                own = base64.urlsafe_b64encode(hashlib.sha256(body).digest()).rstrip(b"=").decode()
                assert (digest, int(size)) == (f"sha256={own}", len(body))


def test_the_locks_conditions_are_worked_out_for_the_platform_that_is_asked_for():
    lock = (kept_back.ROOT / "learner.lock").read_text("utf-8")

    def names(platform):
        lines = requirements(
            lock, {"python_version": "3.12", "python_full_version": "3.12.0", **PLATFORMS[platform][1]}
        )
        assert all("--hash=sha256:" in line and ";" not in line for line in lines)
        return {line.split("==")[0] for line in lines}

    assert "pywinpty" in names("windows")
    assert "pywinpty" not in names("linux") | names("macos")
    assert "appnope" in names("macos")
    assert "jupyterlab" in names("windows") & names("linux") & names("macos")


@pytest.mark.long
def test_two_builds_of_a_class_are_the_same_bytes(a_class, tmp_path):
    first, second = (bundle(a_class, tmp_path / name / "one.zip").read_bytes() for name in ("a", "b"))
    assert first == second
