"""A class's grades as table, workbook and files for learning management systems, read back and compared."""

from __future__ import annotations

import csv
import io
import json
import shutil
from dataclasses import replace
from pathlib import Path

import openpyxl
import pytest
from click.testing import CliRunner
from nbgrader.api import Gradebook, MissingEntry
from nbgrader.apps.exportapp import ExportApp

from autograders import classdir
from autograders.export import FORMULA_SIGNS, export, remarks
from autograders.export_lms import CANVAS_COLUMNS, MOODLE_COLUMNS, POINTS_POSSIBLE
from autograders.grades import Grades, Part, Result, Row, read_grades
from autograders.roster import Learner
from loyaltylib.cli import loyalty
from loyaltylib.errors import ClassError, UnknownName

HOSTILE = [
    "=cmd|' /C calc'!A0",
    "@SUM(1,2)",
    "\t=1+1",
    "＝1+1",
    "+1",
    "-2+3",
    "a,b\n=1+1",
    'li "lei"',
    "张三",
    "#N/A",
    "bell\x07",
]
LIST = [Learner("right", "张三", "zs@example.org"), *(Learner(f"00{n}", name) for n, name in enumerate(HOSTILE, 1))]
LATE = 1.5


@pytest.fixture
def klass(marked_class, tmp_path):
    """The marked class with a list of odd names, most of whom handed in nothing; one was late, one is unmarked."""
    root = Path(shutil.copytree(marked_class.root, tmp_path / "class"))
    opened = classdir.open_class(root)
    classdir.enrol(opened, LIST)
    (root / "submitted/002/mini").mkdir(parents=True)
    (root / "submitted/002/mini/mini.ipynb").write_text("{}")
    with Gradebook(opened.coursedir.db_url) as gradebook:
        gradebook.find_submission("mini", "right").notebooks[0].late_submission_penalty = LATE
        gradebook.db.commit()
    opened = classdir.open_class(root)
    # Names as they stand on the list: reading it trims them, so they are set as a school's own list might have them.
    object.__setattr__(opened, "learners", LIST)
    return opened


@pytest.fixture
def settled(klass):
    """The same class once every text has been read."""
    with Gradebook(klass.coursedir.db_url) as gradebook:
        for submission in gradebook.find_assignment("mini").submissions:
            for grade in submission.notebooks[0].grades:
                if grade.auto_score is None:
                    grade.manual_score, grade.needs_manual_grade = 3.0, False
        gradebook.db.commit()
    return klass


def in_gradebook(opened):
    """Learner -> points that count, by nbgrader's own properties; None for who has no submission."""
    found = {}
    with Gradebook(opened.coursedir.db_url) as gradebook:
        for student in gradebook.students:
            try:
                submission = gradebook.find_submission("mini", student.id)
                found[student.id] = max(0.0, submission.score - submission.late_submission_penalty)
            except MissingEntry:
                found[student.id] = None
    return found


def read_csv(path):
    return list(csv.reader(io.StringIO(path.read_bytes().decode("utf-8-sig"), newline="")))


def safe(text):
    """A text as CSV holds it."""
    return f"'{text}" if text.lstrip(" ").startswith(FORMULA_SIGNS) else text


def invoke(*words):
    return CliRunner().invoke(loyalty, [str(word) for word in words])


def test_the_whole_list_comes_first_in_its_order_and_says_what_is_not_known(klass):
    with Gradebook(klass.coursedir.db_url) as gradebook:
        grades = read_grades(gradebook, klass)
        everyone = {student.id for student in gradebook.students}
    ids = [row.learner.id for row in grades.rows]
    assert ids[: len(LIST)] == [each.id for each in LIST]
    assert sorted(ids) == sorted(everyone)
    state = {row.learner.id: row.results["mini"].state for row in grades.rows}
    found = [state[learner] for learner in ("right", "001", "002", "text")]
    assert found == ["marked", "nothing", "unmarked", "waiting"]
    late = next(row.results["mini"] for row in grades.rows if row.learner.id == "right")
    assert (late.earned, late.late, late.total, late.attempts) == (10.0, LATE, 8.5, 1)
    said = remarks(grades, klass.root, "en")
    assert any("wait for a person: 1;" in line and f"loyalty read {klass.root} mini-" in line for line in said)
    assert any(f"hand-ins that are not marked yet: 1; run: loyalty grade {klass.root} mini" in line for line in said)


def test_a_text_handed_in_anew_waits_again_and_keeps_its_points_until_then(settled):
    with Gradebook(settled.coursedir.db_url) as gradebook:
        before = {row.learner.id: row.results["mini"] for row in read_grades(gradebook, settled).rows}["text"]
        (grade,) = [each for each in gradebook.find_submission("mini", "text").notebooks[0].grades if each.manual_score]
        grade.needs_manual_grade = True  # as marking another notebook of the same learner does
        gradebook.db.commit()
        name = str(grade.name)
        after = {row.learner.id: row.results["mini"] for row in read_grades(gradebook, settled).rows}["text"]
    assert (before.state, before.to_read) == ("marked", ())
    assert (after.state, after.to_read, after.points) == ("waiting", (name,), before.points)
    assert after.total == before.total > 0
    with pytest.raises(ClassError, match="wait for a person: 1"):
        export(settled, "canvas")


def test_before_anything_is_released_there_is_nothing_to_export(tmp_path):
    opened = classdir.new(tmp_path / "class", "en", stems=["tiers"])
    with pytest.raises(ClassError, match=r"no chapter of .* is released yet; run: loyalty release"):
        export(opened, "csv")
    assert not (opened.root / "export").exists()


def test_the_grade_of_the_term_weighs_each_chapters_share():
    # Chapter of 20 points, weight 1; chapter of 50 points, weight 3; a third weighs nothing.
    parts = [Part("a", 20, {"a-x": 20}, 1), Part("b", 50, {"b-x": 50}, 3), Part("c", 10, {"c-x": 10}, 0)]
    results = {"a": Result("marked", earned=10), "b": Result("marked", earned=50, late=5), "c": Result("marked")}
    rows = [Row(Learner("l"), results), Row(Learner("n"), dict.fromkeys("abc", Result()))]
    grades = Grades(parts, rows)
    assert [grades.percent(row) for row in rows] == [(50 * 1 + 90 * 3) / 4, 0.0]
    assert replace(grades, parts=parts[2:]).percent(rows[0]) is None
    assert any("nobody has handed in" in line for line in remarks(Grades(parts, rows[1:]), Path(), "en"))


def test_csv_read_back_is_the_gradebook_and_no_cell_a_formula(klass):
    path, _ = export(klass, "csv", exercises=True)
    assert path.read_bytes().startswith(b"\xef\xbb\xbf")
    heads, *rows = read_csv(path)
    assert heads[:4] == ["Learner's id", "Name", "Grade", "mini (of 15)"]
    table = {row[0].removeprefix("'"): dict(zip(heads, row, strict=True)) for row in rows}
    expected = in_gradebook(klass)
    assert {learner: float(row["mini (of 15)"]) for learner, row in table.items()} == {
        learner: points or 0.0 for learner, points in expected.items()
    }
    assert [row[1] for row in rows[: len(LIST)]] == [safe(each.name) for each in LIST]
    assert [cell for row in rows for cell in row if cell.lstrip(" ").startswith(FORMULA_SIGNS)] == []
    assert [table[each.id]["Remarks"] for each in LIST[:3]] == [
        "",
        "mini: nothing handed in",
        "mini: handed in, not marked yet",
    ]
    assert table["text"]["Remarks"] == "mini: answers that wait for a person: 1"
    assert (table["right"]["mini · late penalty"], table["wrong"]["mini · late penalty"]) == ("1.5", "")
    assert (table["wrong"]["mini · mini-base (of 4)"], table["wrong"]["mini · mini-twice (of 6)"]) == ("4.0", "3.0")
    assert float(table["right"]["Grade"]) == round(100 * 8.5 / 15, 2)


def test_workbook_read_back_is_the_gradebook_and_ids_and_names_are_texts(klass):
    path, _ = export(klass, "xlsx", lang="zh")
    book = openpyxl.load_workbook(path)
    assert [(sheet.title, sheet.freeze_panes) for sheet in book] == [("Class", "C2"), ("mini", "C2")]
    page = book["mini"]
    cells = [cell for sheet in book for row in sheet.iter_rows() for cell in row if cell.value is not None]
    assert {cell.data_type for cell in cells} == {"s", "n"}
    heads = [cell.value for cell in page[1]]
    table = {row[0].value: dict(zip(heads, row, strict=True)) for row in page.iter_rows(min_row=2)}
    expected = in_gradebook(klass)
    assert {learner: row["Grade"].value for learner, row in table.items()} == {
        learner: points or 0 for learner, points in expected.items()
    }
    # A workbook can hold no control sign; openpyxl reads a line break and a tab as they are.
    assert [table[each.id]["Name"].value for each in LIST] == [each.name.replace("\x07", "") for each in LIST]
    assert table["001"]["Learner's id"].number_format == "@"
    assert table["wrong"]["mini-twice (of 6)"].value == 3
    assert (table["right"]["points before lateness"].value, table["right"]["late penalty"].value) == (10, LATE)
    filled = {name for name, row in table.items() if row["Grade"].fill.fill_type}
    assert filled == {"002", "text"}


def test_headings_are_in_the_class_s_language(klass):
    (klass.root / "class.yml").write_text("lang: zh\n", "utf-8")
    path, _ = export(classdir.open_class(klass.root), "xlsx")
    book = openpyxl.load_workbook(path)
    assert [cell.value for cell in book["mini"][1]][:4] == ["学号", "姓名", "成绩", "满分"]
    assert [cell.value for cell in book.worksheets[0][1]][:4] == ["学号", "姓名", "成绩", "mini（满分 15）"]


@pytest.mark.parametrize("to", ["canvas", "moodle"])
def test_texts_that_wait_stop_what_learners_would_see_unless_asked_for(klass, to):
    with pytest.raises(ClassError, match=r"wait for a person: 1; .* --anyway"):
        export(klass, to)
    assert not (klass.root / "export").is_dir() or not list((klass.root / "export").iterdir())
    path, _ = export(klass, to, anyway=True)
    assert path.name == f"{to}.csv"


def test_canvas_reads_points_by_id_and_leaves_alone_what_is_not_known(settled):
    rows = read_csv(export(settled, "canvas")[0])
    assert rows[0] == [*CANVAS_COLUMNS, "mini"]
    assert rows[1] == [POINTS_POSSIBLE, "", "", "", "", "15.0"]
    expected = in_gradebook(settled)
    assert {row[2].removeprefix("'"): row[5] for row in rows[2:]} == {
        learner: "" if points is None else str(points) for learner, points in expected.items()
    }
    assert [row[0] for row in rows[2:5]] == ["张三", "'=cmd|' /C calc'!A0", "'@SUM(1,2)"]
    assert all("\n" not in row[0] for row in rows)
    zero = {row[2]: row[5] for row in read_csv(export(settled, "canvas", zero=True)[0])[2:]}
    assert (zero["001"], zero["002"]) == ("0.0", "")  # nothing handed in; handed in and not marked


CANVAS_HEAD = "Student,ID,SIS User ID,SIS Login ID,Section,Essay (7),mini (4711),mini Current Score\n"


def like(path, learners):
    rows = [f'"{n}, Li",{900 + n},{each.id.upper()},{each.id}@example.org,S1,,,\n' for n, each in enumerate(learners)]
    text = CANVAS_HEAD + "    Points Possible,,,,,10,15,(read only)\n" + "".join(rows) + "Student Test,1,,x,S1,,,\n"
    path.write_text(text, "utf-8")
    return path


def test_canvas_own_export_gives_ids_and_assignment(settled, tmp_path):
    with Gradebook(settled.coursedir.db_url) as gradebook:
        learners = [row.learner for row in read_grades(gradebook, settled).rows]
    path, _ = export(settled, "canvas", like=str(like(tmp_path / "canvas.csv", learners)))
    heads, _, *rows = read_csv(path)
    assert heads[5] == "mini (4711)"  # Canvas' number of the assignment: no second one is made
    assert [row[1] for row in rows] == [str(900 + n) for n in range(len(learners))]
    assert {row[4] for row in rows} == {"S1"}
    with pytest.raises(ClassError, match=r"nobody there has .* of 001 =cmd.* \(2 learners\)"):
        export(
            settled,
            "canvas",
            like=str(like(tmp_path / "canvas.csv", [e for e in learners if e.id not in ("001", "005")])),
        )
    (tmp_path / "canvas.csv").write_text("Student,ID,Section\nLi,1,S1\n", "utf-8")
    with pytest.raises(ClassError, match="SIS User ID and SIS Login ID"):
        export(settled, "canvas", like=str(tmp_path / "canvas.csv"))


def test_moodle_has_id_number_mail_points_and_feedback(settled):
    rows = read_csv(export(settled, "moodle", feedback=True)[0])
    assert rows[0] == [*MOODLE_COLUMNS, "mini", "mini: feedback"]
    expected = in_gradebook(settled)
    assert {row[0].removeprefix("'"): row[3] for row in rows[1:]} == {
        learner: "" if points is None else str(points) for learner, points in expected.items()
    }
    assert rows[1] == [
        "right",
        "zs@example.org",
        "张三",
        "8.5",
        "mini-base: 4 / 4; mini-twice: 6 / 6; mini-why: 0 / 5; late penalty: 1.5",
    ]
    assert rows[2][4] == ""


def test_a_chapter_there_is_not_is_named(klass):
    with pytest.raises(UnknownName, match="tiers"):
        export(klass, "csv", ["tiers"])


def test_nbgraders_own_command_writes_the_same_workbook(klass, monkeypatch):
    root = klass.root
    (root / "roster.csv").unlink()  # the list is read from the class here
    ours = export(classdir.open_class(root), "xlsx", out=root / "ours.xlsx")[0]
    monkeypatch.chdir(root)
    app = ExportApp()
    app.initialize(["--exporter=autograders.export.XlsxExport", "--to=theirs.xlsx"])
    app.start()
    values = [
        [[cell.value for cell in row] for sheet in openpyxl.load_workbook(path) for row in sheet.iter_rows()]
        for path in (ours, root / "theirs.xlsx")
    ]
    assert values[0] == values[1]
    assert ["text" in row for row in values[0]].count(True) == 2


def test_the_command_says_what_is_open_and_speaks_json(klass):
    root = klass.root
    result = invoke("export", root, "mini", "--to", "csv", "--out", root / "g.csv")
    assert result.exit_code == 0, result.output
    assert "answers that wait for a person: 1; they count 0" in result.stderr
    assert "import it" in result.stderr  # ids with zeros
    assert "g.csv" in result.stdout
    said = json.loads(invoke("export", root, "--json").stdout)
    assert Path(said["file"]).name == "grades.xlsx"
    assert [(each["chapter"], each["waiting"]) for each in said["chapters"]] == [("mini", 1)]
    expected = in_gradebook(klass)
    assert {each["id"]: each["chapters"]["mini"]["total"] for each in said["learners"]} == {
        learner: points or 0.0 for learner, points in expected.items()
    }
    refused = invoke("--lang", "zh", "export", root, "--to", "moodle")
    assert (refused.exit_code != 0, "等人评阅" in refused.stderr) == (True, True)
    wrong = invoke("export", root, "--to", "csv", "--zero")
    assert (wrong.exit_code, "--zero: not with --to csv" in wrong.stderr) == (2, True)
