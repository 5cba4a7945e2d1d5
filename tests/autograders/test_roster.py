"""A class list: ids stay the text they are, and what a spreadsheet made of them is refused with its row."""

from __future__ import annotations

import pytest
from click.testing import CliRunner
from hypothesis import given
from hypothesis import strategies as st
from nbgrader.api import Gradebook

from autograders import classdir
from autograders.roster import Learner, read_roster, write_roster
from loyaltylib.cli import loyalty
from loyaltylib.errors import ClassError

LONG = [f"20230{n:05}" for n in range(1, 10)]


def roster(tmp_path, *lines, head="id,name,lang"):
    path = tmp_path / "roster.csv"
    path.write_text("\n".join([head, *lines]), "utf-8")
    return path


def test_an_id_keeps_its_zeros_and_a_name_stays_whole(tmp_path):
    found = read_roster(roster(tmp_path, "００１２,张三,中文", "0013,Ann  de Witt,", "b-07,Bo,English"))
    assert found == [
        Learner("0012", "张三", lang="zh"),
        Learner("0013", "Ann de Witt"),
        Learner("b-07", "Bo", lang="en"),
    ]


@pytest.mark.parametrize(
    ("line", "said"),
    [
        ("2.02312E+11,张三", r"line 11: 2.02312E\+11 is a number that a spreadsheet wrote"),
        ("2.023e11,张三", "a number that a spreadsheet wrote"),
        ("2023000010.0,张三", "a number that a spreadsheet wrote"),
        ("23000010,张三", "line 11: 23000010 has 8 digits and the others 10: zeros may be lost"),
        ("2023000001,张三", "line 11: 2023000001 is on line 2 as well"),
        ("２０２３０００００１,张三", "line 11: 2023000001 is on line 2 as well"),
        (",张三", "line 11: .*nobody's id"),
        ("a/b,张三", "line 11: “a/b” can be nobody's id"),
        ("2023000010,张三,French", "line 11: no language French; there are en, zh"),
    ],
)
def test_a_row_that_would_be_somebodys_zero_is_refused(tmp_path, line, said):
    with pytest.raises(ClassError, match=r"roster\.csv, " + said if said.startswith("line") else said):
        read_roster(roster(tmp_path, *LONG, line))


@pytest.mark.parametrize("lost", ["41", "041"])
def test_ids_that_are_one_number_have_lost_zeros(tmp_path, lost):
    with pytest.raises(ClassError, match=r"line 3: .*zeros may be lost"):
        read_roster(roster(tmp_path, "0041,Ann", f"{lost},Bo"))
    assert len(read_roster(roster(tmp_path, "0041,Ann", f"'{lost},Bo"))) == 2


def test_short_ids_with_zeros_have_a_length_too(tmp_path):
    with pytest.raises(ClassError, match="line 6: 45 has 2 digits and the others 4"):
        read_roster(roster(tmp_path, "0041", "0042", "0043", "0044", "45"))


def test_a_short_id_that_is_right_can_be_written(tmp_path):
    assert read_roster(roster(tmp_path, *LONG, "'23000010,张三"))[-1].id == "23000010"


def test_ids_of_all_lengths_are_nothing_to_wonder_at(tmp_path):
    numbers = [str(n) for n in range(1, 201)]
    assert [each.id for each in read_roster(roster(tmp_path, *numbers))] == numbers


def test_a_list_without_anybody_is_refused(tmp_path):
    with pytest.raises(ClassError, match="nobody is on the list"):
        read_roster(roster(tmp_path))


words = st.text(st.characters(codec="utf-8", exclude_categories=["C", "Z"]), max_size=8)
ids = st.text("0123456789abc-", min_size=1, max_size=10).filter(lambda each: each.strip("."))


@given(
    st.lists(
        st.builds(Learner, ids, words, words, st.sampled_from(["", "en", "zh"])),
        min_size=1,
        unique_by=lambda each: each.id,
    )
)
def test_what_is_written_is_read_again(tmp_path_factory, learners):
    path = tmp_path_factory.mktemp("list") / "roster.csv"
    write_roster(path, learners)
    assert read_roster(path) == learners


def test_a_class_made_with_a_list_knows_everybody(tmp_path):
    path = roster(tmp_path, "0012,张三,zh", "0013,Ann de Witt,", head="学号,姓名,语言")
    done = CliRunner().invoke(loyalty, ["new", str(tmp_path / "class"), "--roster", str(path)])
    assert done.exit_code == 0, done.output
    assert "Learners: 2" in done.output
    opened = classdir.open_class(tmp_path / "class")
    assert [each.id for each in read_roster(opened.root / classdir.ROSTER_FILE)] == ["0012", "0013"]
    with Gradebook(opened.coursedir.db_url) as gradebook:
        assert {each.id: (each.last_name, each.first_name) for each in gradebook.students} == {
            "0012": ("张三", None),
            "0013": ("Ann de Witt", None),
        }


def test_a_list_that_is_refused_leaves_no_class_behind(tmp_path):
    path = roster(tmp_path, "1.2E+10,张三")
    done = CliRunner().invoke(loyalty, ["--lang", "zh", "new", str(tmp_path / "class"), "--roster", str(path)])
    assert done.exit_code == 2
    assert "第 2 行" in done.output
    assert not (tmp_path / "class").exists()
