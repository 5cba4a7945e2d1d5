"""From a file to the library's tables: encodings, sheets, columns, faults with their row, returns."""

from __future__ import annotations

import datetime as dt
from pathlib import Path

import pandas as pd
import pytest
from openpyxl import Workbook

from loyaltylib import own_cells, own_sales
from loyaltylib.data import load
from loyaltylib.errors import SalesError
from loyaltylib.own_columns import guess
from loyaltylib.own_files import open_sheets
from loyaltylib.own_sales import read_sales
from loyaltylib.schema import check

SMALL = """客户编号,下单日期,实付金额,商品
007,2023年3月5日,"￥1,200.00",茶
007,2023-03-06,1.2万,茶
八,44990,5,咖啡
八,2023/13/40,5,咖啡
,2023/1/4,5,茶
007,2023-03-07,-200,茶
"""


def written(folder: Path, text: str, encoding: str = "utf-8", name: str = "sales.csv") -> Path:
    path = folder / name
    path.write_bytes(text.encode(encoding))
    return path


def read(path, **columns):
    (sheet,) = open_sheets(path)
    return read_sales(sheet, {**guess(sheet.heads, sheet.first).columns, **columns})


def book(path: Path, sheets: dict[str, list[list[object]]]) -> Path:
    made = Workbook()
    made.remove(made.active)
    for name, rows in sheets.items():
        sheet = made.create_sheet(name)
        for row in rows:
            sheet.append(row)
    made.save(path)
    return path


@pytest.mark.parametrize("encoding", ["utf-8", "utf-8-sig", "gb18030", "utf-16"])
def test_a_small_list_in_every_encoding(tmp_path, encoding):
    sales = read(written(tmp_path, SMALL, encoding))
    expected = pd.DataFrame(
        {
            "customer_id": ["007", "007", "八"],
            "date": pd.to_datetime(["2023-03-05", "2023-03-06", "2023-03-05"]),
            "amount": [1200.0, 11_800.0, 5.0],  # the return of 200 lowers the purchase before it
            "product": ["茶", "茶", "咖啡"],
        }
    )
    pd.testing.assert_frame_equal(sales.tables.transactions, expected, check_dtype=False)
    assert sales.tables.customers["acquired_on"].astype(str).tolist() == ["2023-03-05", "2023-03-05"]
    assert (sales.tables.observed_from, sales.tables.as_of) == (dt.date(2023, 3, 5), dt.date(2023, 3, 6))
    assert (sales.rows, sales.returns, sales.repeated) == (6, 1, 0)
    assert [(fault.row, fault.role, fault.cell, fault.reason) for fault in sales.faults] == [
        (5, "date", "2023/13/40", own_cells.NOT_A_DAY),
        (6, "customer", "", own_cells.NO_CUSTOMER),
    ]
    assert sales.faults[0].text("en") == "row 5, date “2023/13/40”: not a date; write it as 2023-03-05"
    for table in ("customers", "transactions"):
        check(getattr(sales.tables, table), table)


def test_a_title_above_the_headings_and_rows_as_a_spreadsheet_counts_them(tmp_path):
    text = "三月销售\n\n" + SMALL.replace("茶\n八,44990", "茶\n\n八,44990")
    assert [fault.row for fault in read(written(tmp_path, text)).faults] == [8, 9]


@pytest.mark.parametrize("separator", [";", "\t"])
def test_other_separators(tmp_path, separator):
    text = separator.join(["Customer ID", "Order date", "Revenue"]) + "\n" + separator.join(["a", "2023-03-05", "12,5"])
    assert read(written(tmp_path, text)).tables.transactions["amount"].tolist() == [12.5]


def test_a_row_with_an_unquoted_separator_is_named(tmp_path):
    sales = read(written(tmp_path, "customer,date,amount\na,2023-03-05,5\na,2023-03-05,1,200.00\n"))
    assert [(fault.row, fault.reason) for fault in sales.faults] == [(3, own_sales.TOO_MANY)]


def test_a_workbook_has_numbers_dates_and_results_of_formulas(tmp_path):
    rows = [
        ["Customer", "Date", "Amount", "Order no"],
        [1001, dt.datetime(2023, 3, 5, 14, 2), 12.5, "A"],  # noqa: DTZ001 - as a workbook has it
        [1001.0, 44991, "1.2万", "B"],
        ["=HYPERLINK(1)", dt.date(2023, 3, 7), 3, "C"],
        [1001, dt.date(2023, 3, 7), "five", "D"],
    ]
    sales = read(book(tmp_path / "sales.xlsx", {"2023": rows}))
    assert sales.title == "sales.xlsx · 2023"
    assert sales.tables.transactions["customer_id"].tolist() == ["1001", "1001"]
    assert sales.tables.transactions["amount"].tolist() == [12.5, 12_000.0]
    # A formula never worked out has no result; its text is not taken for a customer.
    assert [(fault.row, fault.reason) for fault in sales.faults] == [
        (4, own_cells.NO_CUSTOMER),
        (5, own_cells.NOT_AN_AMOUNT),
    ]


def test_each_sheet_with_a_list_is_found(tmp_path):
    rows = [["Customer", "Date", "Amount"], ["a", "2023-03-05", 5]]
    path = book(tmp_path / "sales.xlsx", {"说明": [["see the other sheets"]], "2023": rows, "2024": rows})
    assert [sheet.name for sheet in open_sheets(path)] == ["2023", "2024"]


@pytest.mark.parametrize(
    ("data", "says"),
    [
        (b"", "holds no list"),
        (b"a,b\n1,2\n", "holds no list"),
        (b"PK\x03\x04 no workbook", "no workbook that can be read"),
        (b"\xd0\xcf\x11\xe0 old", "no workbook that can be read"),
        (b"\x89PNG\r\n\x1a\n\x00\x00\xff\xff", "no text in UTF-8 or GB 18030"),
    ],
)
def test_a_file_of_another_kind_is_refused_with_the_remedy(tmp_path, data, says):
    path = tmp_path / "sales.xlsx"
    path.write_bytes(data)
    with pytest.raises(SalesError, match=says):
        open_sheets(path)


def test_a_heading_there_is_not_and_a_list_of_nothing(tmp_path):
    (sheet,) = open_sheets(written(tmp_path, SMALL))
    with pytest.raises(SalesError, match="has no column “who”"):
        read_sales(sheet, {"customer": "who", "date": "下单日期", "amount": "实付金额"})
    with pytest.raises(SalesError, match="no row can be used"):
        read_sales(sheet, {"customer": "客户编号", "date": "商品", "amount": "实付金额"})


# ---------------------------------------------------------------- columns


@pytest.mark.parametrize(
    ("heads", "expected"),
    [
        ("客户编号,下单日期,实付金额", "客户编号,下单日期,实付金额"),
        ("订单号,客户,日期,金额", "客户,日期,金额"),
        ("Order ID,Order date,Customer ID,Revenue", "Customer ID,Order date,Revenue"),
        ("InvoiceNo,InvoiceDate,Unit Price,CustomerID,Total amount", "CustomerID,InvoiceDate,Total amount"),
        ("会员卡号,消费时间,消费金额（元）,门店", "会员卡号,消费时间,消费金额（元）"),
    ],
)
def test_headings_of_both_languages(heads, expected):
    sample = {"Date": "2023-03-05", "日期": "2023-03-05", "时间": "2023-03-05 10:00"}
    rows = []
    for number in range(4):
        row = []
        for head in heads.split(","):
            day = next((value for word, value in sample.items() if word.casefold() in head.casefold()), None)
            row.append(day or str(number))
        rows.append(row)
    found = guess(heads.split(","), rows)
    assert [found.columns[role] for role in ("customer", "date", "amount")] == expected.split(",")
    assert found.from_cells == ()


def test_cells_speak_where_headings_say_nothing():
    rows = [["K1", "2023-03-05", "5.50"], ["K2", "2023-03-06", "7"], ["K1", "2023-03-07", "8"]]
    found = guess(["x", "y", "z"], rows)
    assert found.columns == {"customer": "x", "date": "y", "amount": "z"}
    assert set(found.from_cells) == {"customer", "date", "amount"}


def test_a_heading_whose_cells_say_otherwise_does_not_count():
    assert "date" not in guess(["customer", "date", "amount"], [["a", "soon", "5"], ["b", "later", "7"]]).columns


# ---------------------------------------------------------------- what is given back, what it cost


def table(tmp_path, rows, heads="customer,date,amount"):
    return read(written(tmp_path, heads + "\n" + "\n".join(rows) + "\n"))


def test_a_return_lowers_the_latest_purchase_before_it_and_a_whole_one_removes_it(tmp_path):
    sales = table(
        tmp_path,
        [
            "ann,2023-03-01,100",
            "ann,2023-03-02,50",
            "ann,2023-03-03,-80",  # 50 of the second, 30 of the first
            "ann,2023-03-04,20",
            "bo,2023-03-01,10",
            "bo,2023-02-01,-5",  # nothing before it
        ],
    )
    assert sales.tables.transactions["amount"].tolist() == [70.0, 20.0, 10.0]
    assert (sales.returns, [fault.row for fault in sales.faults]) == (1, [7])
    assert sales.faults[0].reason == own_sales.NOT_BOUGHT


def test_a_return_of_an_order_lowers_that_order(tmp_path):
    rows = ["ann,2023-03-01,100,A", "ann,2023-03-02,50,B", "ann,2023-03-03,-80,A"]
    sales = table(tmp_path, rows, "customer,date,amount,order id")
    assert sales.tables.transactions["amount"].tolist() == [20.0, 50.0]


def test_a_profit_makes_the_cost_and_what_is_given_back_costs_nothing(tmp_path):
    rows = ["ann,2023-03-01,100,40", "ann,2023-03-02,-50,-20", "bo,2023-03-01,10,12", "cy,2023-03-01,10,?"]
    costs = table(tmp_path, rows, "customer,date,amount,profit").tables.transactions["cost"]
    assert costs.tolist()[0] == 30.0  # half of 60
    assert costs.isna().tolist() == [False, True, True]  # a profit above the amount, and none that can be read


def test_equal_rows_are_kept_and_counted(tmp_path):
    sales = table(tmp_path, ["ann,2023-03-01,100"] * 3)
    assert (len(sales.tables.transactions), sales.repeated) == (3, 2)


def test_cdnow_as_a_csv_is_cdnow(tmp_path):
    whole = load("cdnow").transactions
    whole.to_csv(tmp_path / "cdnow.csv", index=False)
    sales = read(tmp_path / "cdnow.csv")
    pd.testing.assert_frame_equal(
        sales.tables.transactions, whole[["customer_id", "date", "amount"]], check_dtype=False
    )
    pd.testing.assert_frame_equal(sales.tables.customers, load("cdnow").customers, check_dtype=False)
    assert (sales.rows, sales.repeated, list(sales.faults)) == (69_659, 255, [])
