"""A table for people is JSON for scripts, with the same rows."""

from __future__ import annotations

import json

from autograders import cli_parts
from autograders.terminal import table

ROWS = [{"id": "s001", "name": "张三", "points": 3.5}, {"id": "s002", "name": "[b]李雷", "points": 10}]


def test_a_table_stands_in_columns_and_takes_no_text_for_a_style():
    lines = table([list(row.values()) for row in ROWS], ["学号", "姓名", "成绩"]).splitlines()
    assert [line.split() for line in lines if "─" not in line] == [
        ["学号", "姓名", "成绩"],
        ["s001", "张三", "3.5"],
        ["s002", "[b]李雷", "10"],
    ]


def test_scripts_get_the_rows_whole(capsys):
    cli_parts.echo_table(ROWS, {"id": "Chapter"}, as_json=True)
    assert json.loads(capsys.readouterr().out) == ROWS
    cli_parts.echo_table(ROWS, {"id": "Chapter"}, as_json=False)
    assert "s002" in capsys.readouterr().out
