"""Tables from a spreadsheet: every way one is saved gives the same rows, and what cannot be read is named."""

from __future__ import annotations

import pytest

from autograders.sheet import read_sheet
from loyaltylib.errors import ClassError

COLUMNS = {"id": ("学号",), "name": ("full name", "姓名")}


def sheet(tmp_path, data):
    path = tmp_path / "class.csv"
    path.write_bytes(data if isinstance(data, bytes) else data.encode())
    return path


def rows(path):
    return [(row.line, row["id"], row["name"]) for row in read_sheet(path, COLUMNS, ("id",))]


@pytest.mark.parametrize("encoding", ["utf-8", "utf-8-sig", "gb18030"])
@pytest.mark.parametrize("separator", [",", ";", "\t"])
@pytest.mark.parametrize("end", ["\n", "\r\n"])
def test_however_it_was_saved_it_is_the_same_list(tmp_path, encoding, separator, end):
    lines = [("学号", "年级", "姓名"), ("0012", "大三", "张三"), ("0013", "大三", "李 四")]
    text = end.join(separator.join(line) for line in lines) + end
    assert rows(sheet(tmp_path, text.encode(encoding))) == [(2, "0012", "张三"), (3, "0013", "李 四")]


def test_headings_may_be_written_in_another_way_and_other_columns_do_not_matter(tmp_path):
    assert rows(sheet(tmp_path, " ID ,Full  Name,mood\n7, Ann , fine\n")) == [(2, "7", "Ann")]


def test_a_text_over_two_lines_and_an_empty_row_leave_the_lines_right(tmp_path):
    assert rows(sheet(tmp_path, 'id,name\n1,"A\nB"\n,\n\n2,C\n')) == [(2, "1", "A\nB"), (6, "2", "C")]


def test_a_row_may_be_short_and_may_end_in_separators(tmp_path):
    assert rows(sheet(tmp_path, "id,name\n1\n2,B,,\n")) == [(2, "1", ""), (3, "2", "B")]


@pytest.mark.parametrize(
    ("data", "said"),
    [
        ("name\nAnn\n", r"class.csv: no column id / 学号"),
        ("", "no column id"),
        ("id,学号\n1,1\n", "more than once"),
        ("id,name\n1,Ann,Lee\n", r"line 2: 3 texts stand under 2 headings"),
        (b"id,name\n1,\xff\xfe\xff\n", "neither UTF-8 nor GB 18030"),
        (b"id,name\n1,a\x00b\n" + b'2,"' + b"x" * 140_000, "no CSV"),
    ],
)
def test_what_cannot_be_read_is_named(tmp_path, data, said):
    with pytest.raises(ClassError, match=said):
        rows(sheet(tmp_path, data))


def test_a_file_that_is_not_there(tmp_path):
    with pytest.raises(ClassError, match=r"nobody\.csv cannot be read"):
        rows(tmp_path / "nobody.csv")
