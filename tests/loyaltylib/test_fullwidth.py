"""Full-width characters typed into code are named with their half-width twins; those in strings are left alone."""

import ast

import pytest
from hypothesis import given
from hypothesis import strategies as st

from loyaltylib import fullwidth

CASES = [
    ("x = 1，2", [(1, "，", ",")]),
    ("print（1）", [(1, "（", "("), (1, "）", ")")]),
    ("a = 1\nb ＝ 2", [(2, "＝", "=")]),
    ("if x：\n  pass；", [(1, "：", ":"), (2, "；", ";")]),
    ("x = “lost”", [(1, "“", '"'), (1, "”", '"')]),
    ("x = 'lost’", [(1, "’", "'")]),
    ('x = "lost”\ny = 1', [(1, "”", '"')]),
    ("x = ９", [(1, "９", "9")]),
    ("x =\u30001", [(1, "\u3000", " ")]),
    ("x = 【1】", [(1, "【", "["), (1, "】", "]")]),
    ("x = '，' + \"（\"  # ：", []),
    ("'''，\n，'''\nx，", [(3, "，", ",")]),
    ("'\\'，' ，", [(1, "，", ",")]),
    ("变量 = 1", []),
    ("ａｂｃ = 1", []),
    ("", []),
]


@pytest.mark.parametrize(("code", "found"), CASES)
def test_what_is_found(code, found):
    assert [(each.line, each.character, each.twin) for each in fullwidth.find(code)] == found


@given(st.text())
def test_any_text_is_read_without_an_error(code):
    assert all(each.twin.isascii() for each in fullwidth.find(code))


@given(st.text(alphabet="，。（）“”ab 12"))
def test_a_string_that_python_accepts_is_left_alone(text):
    code = repr(text)
    ast.parse(code)
    assert fullwidth.find(code) == []


def test_the_hint_names_three_and_says_what_to_do():
    hint = fullwidth.hint("print（‘a’，２）", "en").splitlines()
    assert hint[0] == "Line 1: （ is a full-width character; Python needs the half-width ("
    assert len(hint) == 4
    assert "English" in hint[-1]
    assert "全角" in fullwidth.hint("x ＝ 1", "zh")
    assert "full-width space" in fullwidth.hint("x =\u30001", "en")
    assert fullwidth.hint("x = 1 +", "en") == ""
