"""A cell of somebody's sales list: what is read, and what is refused and why."""

from __future__ import annotations

from datetime import date, datetime

import pytest
from hypothesis import given
from hypothesis import strategies as st

from loyaltylib import own_cells as cells
from loyaltylib.own_cells import Unreadable, read_amount, read_customer, read_day

AMOUNTS = {
    "1.2万": 12_000,
    "1.2 万元": 12_000,
    "0.35亿": 35_000_000,
    "￥1,200.00": 1200,
    "¥ 1，200": 1200,
    "RMB 88": 88,
    "1200元": 1200,
    "１２．５": 12.5,
    "$1,234,567.89": 1_234_567.89,
    "12,3456.78": 123_456.78,
    "1.234,56 €": 1234.56,
    "12,5": 12.5,
    "1 234,50": 1234.5,
    "1'200.50": 1200.5,
    "(35.50)": -35.5,
    "-￥35.50": -35.5,
    "￥-35.50": -35.5,
    "35.50-": -35.5,
    "2.5k": 2500,
    "0": 0,
    ".5": 0.5,
}


@pytest.mark.parametrize(("text", "amount"), AMOUNTS.items())
def test_an_amount_however_it_is_written(text, amount):
    assert read_amount(text) == pytest.approx(amount, abs=1e-9)


@pytest.mark.parametrize(
    ("cell", "reason"),
    [
        ("", cells.NO_AMOUNT),
        (None, cells.NO_AMOUNT),
        ("—", cells.NO_AMOUNT),
        ("=1+1", cells.NOT_AN_AMOUNT),
        ("1.2.3", cells.NOT_AN_AMOUNT),
        ("1,23,4", cells.NOT_AN_AMOUNT),
        ("about 5", cells.NOT_AN_AMOUNT),
        (float("nan"), cells.NOT_AN_AMOUNT),
        (float("inf"), cells.NOT_AN_AMOUNT),
        ("#REF!", cells.BROKEN),
    ],
)
def test_what_is_no_amount(cell, reason):
    with pytest.raises(Unreadable) as refused:
        read_amount(cell)
    assert str(refused.value) == reason


@pytest.mark.parametrize(
    "cell",
    [
        "2023年3月5日",
        "2023 年 3 月 5 日",
        "２０２３年３月５日",
        "2023-03-05",
        "2023/3/5",
        "2023.03.05",
        "2023-03-05 23:59:59",
        "2023-03-05T08:00:00+08:00",
        "20230305",
        20230305,
        44990,
        44990.75,
        "44990",
        "5 Mar 2023",
        "March 5, 2023",
        datetime(2023, 3, 5, 23, 59),  # noqa: DTZ001 - as a workbook has it
        date(2023, 3, 5),
    ],
)
def test_a_day_however_it_is_written(cell):
    assert read_day(cell) == date(2023, 3, 5)


def test_day_or_month_first():
    assert read_day("05/03/2023", "dmy") == read_day("03/05/2023", "mdy") == date(2023, 3, 5)
    assert read_day("25/03/2023") == read_day("03/25/2023") == date(2023, 3, 25)
    assert read_day("03/03/2023") == date(2023, 3, 3)
    with pytest.raises(Unreadable) as refused:
        read_day("05/03/2023")
    assert str(refused.value) == cells.EITHER_DAY


@pytest.mark.parametrize(
    "cell", ["2023/13/40", "2023-02-30", "soon", "23-3-5", 7, 1e300, "1700000000", "=TODAY()", True]
)
def test_what_is_no_day(cell):
    with pytest.raises(Unreadable) as refused:
        read_day(cell)
    assert str(refused.value) == cells.NOT_A_DAY


@given(st.dates(date(1950, 1, 1), date(2100, 12, 31)))
def test_every_day_in_every_form(day):
    serial = (day - date(1899, 12, 30)).days
    forms = [day.isoformat(), f"{day.year}年{day.month}月{day.day}日", f"{day:%Y%m%d}", serial, f"{day:%d %b %Y}"]
    assert {read_day(form) for form in forms} == {day}


@given(st.floats(-1e9, 1e9).map(lambda value: round(value, 2)))
def test_every_amount_in_every_form(amount):
    forms = [amount, f"{amount:.2f}", f"{amount:,.2f}", f"¥{amount:,.2f}", f"{amount:.2f}元"]
    assert [read_amount(form) for form in forms] == [pytest.approx(amount)] * len(forms)


@pytest.mark.parametrize(
    ("cell", "customer"),
    [("007", "007"), (" 007 ", "007"), (1001, "1001"), (1001.0, "1001"), ("张三\u200b", "张三"), ("Ａ１", "A1")],
)
def test_a_customer_keeps_zeros_and_loses_what_cannot_be_seen(cell, customer):
    assert read_customer(cell) == customer


@pytest.mark.parametrize(
    ("cell", "reason"),
    [
        ("", cells.NO_CUSTOMER),
        ("散客", cells.NO_CUSTOMER),
        ("Guest", cells.NO_CUSTOMER),
        ("2.02312E+11", cells.SHORTENED),
        ("#N/A", cells.BROKEN),
    ],
)
def test_who_is_no_customer(cell, reason):
    with pytest.raises(Unreadable) as refused:
        read_customer(cell)
    assert str(refused.value) == reason


def test_each_different_cell_is_read_once():
    asked = []

    def read(cell):
        asked.append(cell)
        return read_amount(cell)

    values, faults = cells.each_once(["5", "x", "5", 5, "x"], read)
    assert values == [5, None, 5, 5, None]
    assert faults == {1: cells.NOT_AN_AMOUNT, 4: cells.NOT_AN_AMOUNT}
    assert asked == ["5", "x", 5]
