"""The page of one's own sales list: the library's figures, hostile cells as text, nothing from anywhere else."""

from __future__ import annotations

import html
import re
from datetime import date
from html.parser import HTMLParser

import pytest
from click.testing import CliRunner

from loyaltylib import cli, kpis, own_wizard, segments, tiers
from loyaltylib.data import load
from loyaltylib.formats import number, percent
from loyaltylib.messages import LANGUAGES
from loyaltylib.own_figures import compute, longest_window, out_of_reach
from loyaltylib.own_page import page
from loyaltylib.tiers_panels import TIERS, tier_name
from tests.loyaltylib.test_own_sales import SMALL, book, read, table, written

HOSTILE = "<script>alert(1)</script>"


class Text(HTMLParser):
    """The tables' rows as text, the pictures' alternatives, and every address on a page."""

    def __init__(self) -> None:
        super().__init__()
        self.rows: list[list[str]] = []
        self.alts: list[str] = []
        self.addresses: list[str] = []
        self.tags: set[str] = set()
        self._cell = False

    def handle_starttag(self, tag, attrs):
        self.tags.add(tag)
        found = dict(attrs)
        self.addresses += [found[name] for name in ("src", "href", "action") if name in found]
        if tag == "img":
            self.alts.append(found["alt"])
        if tag == "tr":
            self.rows.append([])
        if tag in {"td", "th"}:
            self.rows[-1].append("")
            self._cell = True

    def handle_endtag(self, tag):
        self._cell = self._cell and tag not in {"td", "th"}

    def handle_data(self, data):
        if self._cell:
            self.rows[-1][-1] += data


def parsed(text):
    found = Text()
    found.feed(text)
    return found


@pytest.fixture(scope="module")
def cdnow(tmp_path_factory):
    path = tmp_path_factory.mktemp("own") / "cdnow.csv"
    load("cdnow").transactions.to_csv(path, index=False)
    return path


@pytest.fixture(scope="module")
def sales(cdnow):
    return read(cdnow)


def test_a_small_list_by_hand(tmp_path):
    """Ann buys every month and stops spending, Bo left long ago, Cy came last week."""
    months = [f"ann,2023-{month:02d}-10,100" for month in range(1, 10)]
    rows = [*months, "ann,2023-12-20,10", "bo,2023-01-05,40", "cy,2023-12-28,50"]
    found = compute(table(tmp_path, rows).tables)
    assert found.as_of == date(2023, 12, 28)
    assert dict(zip(found.tiers["customer_id"], found.tiers["tier"], strict=True)) == {
        "ann": "at_risk",
        "bo": "lost",
        "cy": "new",
    }
    assert found.customers[["customer_id", "revenue"]].to_numpy().tolist() == [["ann", 910], ["cy", 50], ["bo", 40]]
    january = found.cohorts[found.cohorts["cohort"] == "2023-01"]
    assert january["customers"].tolist()[:3] == [2, 2, 2]
    assert january["share"].tolist()[:4] == [1.0, 0.5, 0.5, 0.5]
    assert not found.by_profit


def test_profit_is_counted_where_every_cost_is_known(tmp_path):
    rows = ["ann,2023-01-10,100,60", "ann,2023-03-10,100,60", "bo,2023-02-10,50,80"]
    found = compute(table(tmp_path, rows, "customer,date,amount,cost").tables)
    assert found.by_profit
    assert found.customers["profit"].tolist() == [80.0, -30.0]


def test_the_window_is_the_longest_that_can_be_compared():
    assert longest_window(date(2023, 1, 1), date(2024, 12, 31)) == (date(2024, 1, 1), date(2024, 12, 31), 12)
    assert longest_window(date(2023, 1, 2), date(2024, 12, 31)) == (date(2024, 7, 1), date(2024, 12, 31), 6)
    assert longest_window(date(2024, 11, 30), date(2024, 12, 31)) == (date(2024, 11, 30), date(2024, 12, 31), 0)


def test_tiers_out_of_reach_are_those_nobody_stands_on(sales):
    assert out_of_reach(sales.tables) == {
        "advocate": ["referrals", "complaints"],
        "core": ["feedback", "contacts"],
        "inactive": ["wallet"],
    }
    counts = compute(sales.tables).pyramid.set_index("tier")["customers"]
    assert counts[list(out_of_reach(sales.tables))].sum() == 0
    assert out_of_reach(load("company")) == {}


@pytest.mark.parametrize("lang", LANGUAGES)
def test_cdnow_from_csv_to_page_has_the_librarys_figures(sales, lang):
    shown = parsed(page(sales, compute(sales.tables, lang), lang))
    data = load("cdnow")
    counts = tiers.pyramid(tiers.assign_tiers(data, data.as_of)).set_index("tier")["customers"]
    for tier in TIERS:
        assert [tier_name(tier, lang), number(counts[tier], lang)] in [row[:2] for row in shown.rows]
    card = kpis.scorecard(data, "1998-01-01", "1998-06-30", lang)
    for term, sentence in zip(card["term"], card["sentence"], strict=True):
        assert any(row[0] == term and row[1].startswith(sentence) for row in shown.rows)
    for row in segments.pareto_curve(data).itertuples():
        assert [percent(row.top), number(row.customers), number(row.value), percent(row.share)] in shown.rows
    heat = kpis.cohort_table(data, data.as_of)
    first = heat[heat["month"] == 1]["share"].mean()
    assert any(percent(first, lang) in alt for alt in shown.alts)
    assert len(shown.alts) == 3
    assert all(shown.alts)


@pytest.mark.parametrize("lang", LANGUAGES)
def test_a_kpi_without_data_says_which_are_missing(sales, lang):
    card = compute(sales.tables, lang).scorecard.set_index("kpi")
    text = page(sales, compute(sales.tables, lang), lang)
    assert card.loc[["customer_share", "complaint_satisfaction", "save_rate"], "value"].isna().all()
    for word in {"en": ("suppliers.", "settled.", "ended."), "zh": ("支出。", "评分。", "结果。")}[lang]:
        assert word in text


def test_customers_are_named_only_when_asked(sales):
    found = compute(sales.tables)
    largest = found.customers["customer_id"].iloc[0]
    assert f">{largest}<" not in page(sales, found)
    assert "customer 1" in page(sales, found)
    assert f">{largest}<" in page(sales, found, show_ids=True)


def test_hostile_cells_are_text_and_the_page_asks_nobody(tmp_path):
    rows = [
        [f"Customer{HOSTILE}", "Date", "Amount", "Product"],
        [HOSTILE, "2023-03-05", 5, '=HYPERLINK("http://example.org")'],
        ["=cmd|' /C calc'!A0", "2023-03-06", 7, "<img src=x onerror=alert(1)>"],
        ["a", HOSTILE, 7, "b"],
        ["\x1b[2J", "2023-03-06", "7\x1b[2J", "b"],
    ]
    path = book_of_csv(tmp_path, rows)
    sales = read(path)
    text = page(sales, compute(sales.tables), show_ids=True)
    shown = parsed(text)
    assert "<script" not in text
    assert html.escape(HOSTILE) in text
    assert shown.tags.isdisjoint({"script", "iframe", "object", "link", "form", "a"})
    assert shown.addresses
    assert all(address.startswith("data:image/svg+xml;base64,") for address in shown.addresses)
    assert "default-src &#39;none&#39;" in text or "default-src 'none'" in text
    assert "\x1b" not in text
    assert all("\x1b" not in fault.text("en") for fault in sales.faults)


def book_of_csv(folder, rows):
    import csv

    path = folder / "sales.csv"
    with path.open("w", encoding="utf-8", newline="") as file:
        csv.writer(file).writerows(rows)
    return path


# ---------------------------------------------------------------- the command


def run(*arguments, typed=None):
    return CliRunner().invoke(cli.loyalty, ["--lang", "en", "try", *map(str, arguments)], input=typed)


def test_the_command_writes_the_page_beside_the_list_in_the_language_asked(cdnow):
    done = run(cdnow, "--lang", "zh")
    assert done.exit_code == 0, done.output
    text = (cdnow.parent / "cdnow-loyalty.html").read_text("utf-8")
    assert '<html lang="zh-Hans">' in text
    assert "没有向任何地方发送数据" in text


def test_many_bad_rows_stop_a_script_and_the_remedy_goes_on(tmp_path):
    path = written(tmp_path, SMALL)
    stopped = run(path)
    assert stopped.exit_code == 2
    assert "row 5, date “2023/13/40”" in stopped.output
    assert "--yes" in stopped.output
    assert not (tmp_path / "sales-loyalty.html").exists()
    assert run(path, "--yes", "--to", tmp_path / "p.html").exit_code == 0
    assert (tmp_path / "p.html").is_file()


def test_a_script_says_its_columns_and_is_told_which_is_missing(tmp_path):
    path = written(tmp_path, "x,y,z\nK1,2023-03-05,5\nK2,2023-03-06,7\nK1,2023-04-07,8\n")
    refused = run(path)
    assert refused.exit_code == 2
    assert "--customer COLUMN" in refused.output
    done = run(path, "--customer", "X", "--date", "2", "--amount", "z")
    assert done.exit_code == 0, done.output


def test_dates_that_can_be_read_both_ways_name_the_option(tmp_path):
    path = written(tmp_path, "customer,date,amount\na,01/02/2023,5\na,03/04/2023,7\n")
    assert "--dates" in run(path).output
    assert run(path, "--dates", "dmy").exit_code == 0


def test_a_day_outside_the_list_is_refused(cdnow):
    assert "1999-01-01 lies after 1998-06-30" in run(cdnow, "--as-of", "1999-01-01").output


def test_a_person_chooses_sheet_and_columns(tmp_path, monkeypatch):
    monkeypatch.setattr(own_wizard, "can_ask", lambda: True)
    rows = [["Who", "When", "Customer", "Amount"], *([f"K{n % 3}", f"2023-0{n}-05", n, 10 * n] for n in range(1, 7))]
    path = book(tmp_path / "sales.xlsx", {"old": rows, "new": rows})
    # sheet 2, the guess is wrong: customer 1, date 2, amount 4, no order, no cost, no profit, no product
    done = run(path, typed="2\nn\n1\n2\n4\n0\n0\n0\n0\n")
    assert done.exit_code == 0, done.output
    assert "sales.xlsx · new" in (tmp_path / "sales-loyalty.html").read_text("utf-8")
    assert re.search(r"customer: column “Who”", (tmp_path / "sales-loyalty.html").read_text("utf-8"))


def test_a_person_may_stop_at_bad_rows(tmp_path, monkeypatch):
    monkeypatch.setattr(own_wizard, "can_ask", lambda: True)
    path = written(tmp_path, SMALL)
    assert run(path, typed="y\nn\n").exit_code == 2
    assert run(path, typed="y\ny\n").exit_code == 0


def test_without_a_terminal_a_sheet_with_the_columns_is_taken(tmp_path):
    rows = [["Customer", "Date", "Amount"], ["a", "2023-03-05", 5], ["a", "2023-04-05", 5], ["b", "2023-04-05", 5]]
    path = book(tmp_path / "sales.xlsx", {"notes": [["a", "b", "c"], ["x", "y", "z"]], "2023": rows})
    done = run(path)
    assert done.exit_code == 0, done.output
    assert "“2023” is taken" in done.output
    assert "there is no sheet “x”" in run(path, "--sheet", "x").output
