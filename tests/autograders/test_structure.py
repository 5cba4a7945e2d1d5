"""A damaged notebook gets its release's structure back; what a learner wrote stays."""

from __future__ import annotations

import copy
import json

import nbformat
import pytest
from hypothesis import HealthCheck, example, given, settings
from hypothesis import strategies as st
from nbgrader.nbgraderformat import MetadataValidator

from autograders import structure
from autograders.structure import Release, Unreadable, parse, recorded_learner, repair


@pytest.fixture(scope="session")
def release(released_class):
    return Release.of((released_class.root / "release/mini/mini.ipynb").read_bytes())


@pytest.fixture
def solved(released_class):
    return released_class.solved()


def ids(repaired):
    return [c["id"] for c in repaired.notebook["cells"]]


def kinds(repaired):
    return {i.kind for i in repaired.incidents}


def sources(repaired):
    return {c["id"]: c["source"] for c in repaired.notebook["cells"]}


def check_whole(repaired, release):
    """nbgrader accepts it, and every cell it knows is there once, as released."""
    notebook = nbformat.from_dict(repaired.notebook)
    nbformat.validate(notebook)
    MetadataValidator().validate_nb(notebook)
    found = [c.metadata.nbgrader["grade_id"] for c in notebook.cells if "nbgrader" in c.metadata]
    assert sorted(found) == sorted(release.known)
    by_id = {c.metadata.nbgrader["grade_id"]: c for c in notebook.cells if "nbgrader" in c.metadata}
    for grade_id, released in release.known.items():
        assert by_id[grade_id].cell_type == released["cell_type"]
        assert by_id[grade_id].metadata.nbgrader == released["metadata"]["nbgrader"]
    for exercise in ("mini-base", "mini-twice"):
        order = [found.index(f"{exercise}-answer"), found.index(exercise)]
        assert order == sorted(order)


def test_an_honest_notebook_is_left_alone(solved, release):
    repaired = repair(solved, release)
    assert not repaired.incidents
    assert sources(repaired)["mini-base-answer"] == "base = 42"
    check_whole(repaired, release)


def test_extra_re_ordered_and_crlf_cells_are_no_incident(solved, release, edit):
    solved["cells"].insert(2, {"cell_type": "code", "id": "mine", "metadata": {}, "source": "x = 1", "outputs": []})
    answer = edit.cell(solved, "mini-base-answer")
    edit.without(solved, "mini-base-answer")
    solved["cells"].append(answer)
    edit.cell(solved, "mini-base-try")["source"] = "print('tried')\r\n"
    repaired = repair(solved, release)
    assert not repaired.incidents
    assert ids(repaired).index("mini-base") > ids(repaired).index("mini-base-answer")
    assert "mine" in ids(repaired)
    check_whole(repaired, release)


@pytest.mark.parametrize("cell_id", ["mini-base-answer", "mini-base-try", "mini-base", "mini-why"])
def test_a_deleted_cell_comes_back(solved, release, edit, cell_id):
    edit.without(solved, cell_id)
    repaired = repair(solved, release)
    assert kinds(repaired) == {"missing_cell"}
    check_whole(repaired, release)


def test_an_answer_written_elsewhere_is_not_undone_by_a_stub(solved, release, edit):
    edit.without(solved, "mini-base-answer")
    solved["cells"].insert(2, {"cell_type": "code", "id": "mine", "metadata": {}, "source": "base = 42"})
    repaired = repair(solved, release)
    assert sources(repaired)["mini-base-answer"] == ""
    assert sources(repaired)["mine"] == "base = 42"


@pytest.mark.parametrize("cell_id", ["mini-base-answer", "mini-base-try", "mini-base", "mini-why"])
def test_a_doubled_cell_is_there_once(solved, release, edit, cell_id):
    edit.doubled(solved, cell_id)
    repaired = repair(solved, release)
    assert kinds(repaired) == {"duplicate_cell"}
    check_whole(repaired, release)


def test_a_split_answer_keeps_both_parts_in_place(solved, release, edit):
    edit.cell(solved, "mini-base-answer")["source"] = "base = 40"
    edit.doubled(solved, "mini-base-answer", "base += 2")
    repaired = repair(solved, release)
    parts = [c["source"] for c in repaired.notebook["cells"] if c["source"].startswith("base")]
    assert parts == ["base = 40", "base += 2"]
    check_whole(repaired, release)


def test_an_untouched_copy_does_not_undo_an_answer(solved, release, edit):
    stub = release.known["mini-base-answer"]["source"]
    edit.doubled(solved, "mini-base-answer", stub)
    repaired = repair(solved, release)
    assert [s for s in sources(repaired).values() if s == stub] == []


def test_an_answer_merged_into_the_locked_cell_is_kept(solved, release, edit):
    edit.cell(solved, "mini-base-try")["source"] = "base = 42\nprint('tried')"
    edit.without(solved, "mini-base-answer")
    repaired = repair(solved, release)
    assert "base = 42\nprint('tried')" in sources(repaired).values()
    check_whole(repaired, release)


@pytest.mark.parametrize("kind", ["markdown", "raw", "code", "nonsense"])
def test_a_retyped_cell_gets_its_type_back(solved, release, edit, kind):
    for cell_id in ("mini-base-answer", "mini-twice", "mini-why"):
        edit.retyped(solved, cell_id, kind)
    repaired = repair(solved, release)
    assert "retyped_cell" in kinds(repaired)
    assert sources(repaired)["mini-base-answer"] == "base = 42"
    check_whole(repaired, release)


@pytest.mark.parametrize(
    "flags",
    [
        "text",
        None,
        [],
        {"grade": "yes"},
        {"grade_id": 7},
        {
            "grade_id": "mini-base",
            "points": 999,
            "grade": True,
            "locked": False,
            "solution": False,
            "schema_version": 3,
        },
        {"grade_id": "mini-base", "points": "many", "grade": 1, "locked": True, "solution": "", "schema_version": 99},
    ],
)
def test_changed_flags_are_restored(solved, release, edit, flags):
    edit.cell(solved, "mini-base")["metadata"]["nbgrader"] = flags
    repaired = repair(solved, release)
    assert kinds(repaired) == {"changed_metadata"}
    check_whole(repaired, release)


def test_a_tag_that_skips_a_cell_is_taken_off(solved, release, edit):
    edit.cell(solved, "mini-base")["metadata"]["tags"] = ["skip-execution"]
    repaired = repair(solved, release)
    assert kinds(repaired) == {"changed_metadata"}
    assert all("skip-execution" not in c["metadata"].get("tags", []) for c in repaired.notebook["cells"])


def test_a_changed_locked_cell_is_restored(solved, release, edit):
    edit.cell(solved, "mini-base")["source"] = "4.0"
    repaired = repair(solved, release)
    assert kinds(repaired) == {"changed_cell"}
    assert sources(repaired)["mini-base"] == release.known["mini-base"]["source"]


def test_a_deleted_start_cell_comes_back_first(solved, release, edit):
    edit.without(solved, "start")
    assert ids(repair(solved, release))[0] == "start"


def test_an_empty_notebook_becomes_a_blank_one(release):
    repaired = repair({"cells": []}, release)
    check_whole(repaired, release)


@pytest.mark.parametrize(
    ("encode", "odd"),
    [
        (lambda text: text.encode("utf-8-sig"), "a byte order mark"),
        (lambda text: text.encode("utf-16"), "UTF-16"),
        (lambda text: text.encode("gb18030"), "GB 18030"),
        (lambda text: text.encode("utf-8"), ""),
    ],
)
def test_other_encodings_are_read(solved, encode, odd):
    raw, said = parse(encode(json.dumps(solved, ensure_ascii=False)))
    assert raw == solved
    assert said == odd


@pytest.mark.parametrize(
    "data",
    [
        b"",
        b"  ",
        b"{",
        b"[]",
        b"3",
        b"null",
        b'{"cells": 3}',
        b'{"cells": ' + b"[" * 100_000,
        b"\x00" * 9,
        b"PK\x03\x04zip",
    ],
)
def test_what_is_no_notebook_says_so(data):
    with pytest.raises(Unreadable):
        parse(data)


def test_an_old_notebook_format_is_read():
    old = {
        "metadata": {"name": ""},
        "nbformat": 3,
        "nbformat_minor": 0,
        "worksheets": [{"cells": [{"cell_type": "code", "input": "base = 42", "outputs": [], "language": "python"}]}],
    }
    raw, odd = parse(json.dumps(old).encode())
    assert odd == "an old notebook format"
    assert raw["cells"][0]["source"] == "base = 42"


def test_lone_surrogates_can_be_written(solved, release, edit):
    edit.cell(solved, "mini-why")["source"] = "a\ud800b\x00"
    repaired = repair(solved, release)
    nbformat.writes(nbformat.from_dict(repaired.notebook)).encode("utf-8")


def test_the_recorded_learner_is_the_one_shown_then_the_one_typed(solved, edit):
    assert recorded_learner(solved) == ""
    start = edit.cell(solved, "start")
    start["source"] = 'from loyaltylib.practice import start\nkit = start("mini", lang="zh", learner=" 007 ")'
    assert recorded_learner(solved) == " 007 "
    assert structure.language(solved) == "zh"
    data = {"application/vnd.loyalty.learner+json": {"learner": "bond"}}
    start["outputs"] = [{"output_type": "display_data", "data": data, "metadata": {}}]
    assert recorded_learner(solved) == "bond"


junk = st.recursive(
    st.none() | st.booleans() | st.integers() | st.text(max_size=8),
    lambda s: st.lists(s, max_size=3) | st.dictionaries(st.text(max_size=8), s, max_size=3),
    max_leaves=6,
)
change = st.tuples(
    st.integers(0, 8),
    st.sampled_from(["drop", "double", "swap", "cell_type", "id", "metadata", "source", "outputs", "nbgrader", "junk"]),
    junk,
)


def changed(notebook, changes):
    cells = notebook["cells"]
    for place, what, value in changes:
        i = place % max(len(cells), 1)
        if not cells:
            cells.append(value)
        elif what == "drop":
            del cells[i]
        elif what == "double":
            cells.insert(place % (len(cells) + 1), copy.deepcopy(cells[i]))
        elif what == "swap":
            cells[i], cells[0] = cells[0], cells[i]
        elif what == "junk" or not isinstance(cells[i], dict):
            cells[i] = value
        elif what == "nbgrader":
            cells[i]["metadata"] = {"nbgrader": value}
        else:
            cells[i][what] = value
    return notebook


def check_any(released_class, release, changes):
    repaired = repair(changed(released_class.solved(), changes), release)
    check_whole(repaired, release)
    again = repair(copy.deepcopy(repaired.notebook), release)
    assert again.notebook == repaired.notebook


SETTINGS = {"deadline": None, "suppress_health_check": [HealthCheck.function_scoped_fixture, HealthCheck.too_slow]}


@settings(max_examples=60, derandomize=True, **SETTINGS)
@given(changes=st.lists(change, max_size=8))
@example(changes=[(0, "outputs", 1)])
def test_whatever_is_done_to_a_notebook_the_result_is_whole(released_class, release, changes):
    check_any(released_class, release, changes)


@pytest.mark.long
@settings(max_examples=1500, **SETTINGS)
@given(changes=st.lists(change, max_size=8))
def test_whatever_is_done_to_a_notebook_the_result_is_whole_at_length(released_class, release, changes):
    check_any(released_class, release, changes)


def test_times_that_jupyterlab_notes_are_no_incident(solved, release):
    plain = repair(solved, release)
    for cell in solved["cells"]:
        cell["metadata"]["execution"] = {"iopub.execute_input": "2026-03-02T09:00:00.000000Z"}
    timed = repair(solved, release)
    assert timed.incidents == plain.incidents
    assert sources(timed) == sources(plain)
    check_whole(timed, release)
