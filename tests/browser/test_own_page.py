"""The page of one's own sales list in a browser: readable by everybody, and asking nobody for anything."""

from __future__ import annotations

import pytest

from loyaltylib.data import load
from loyaltylib.messages import LANGUAGES
from loyaltylib.own_columns import guess
from loyaltylib.own_figures import compute
from loyaltylib.own_files import open_sheets
from loyaltylib.own_page import write_page
from loyaltylib.own_sales import read_sales
from tests.browser.conftest import barriers


@pytest.mark.parametrize("lang", LANGUAGES)
def test_the_page_is_accessible_and_asks_nobody(lang, tmp_path, visit):
    load("cdnow", "s001").transactions.to_csv(tmp_path / "cdnow.csv", index=False)
    (sheet,) = open_sheets(tmp_path / "cdnow.csv")
    sales = read_sales(sheet, guess(sheet.heads, sheet.first).columns)
    made = write_page(sales, compute(sales.tables, lang), tmp_path / "page.html", lang)
    visit.page.goto(made.as_uri())
    assert [url for url in visit.requests if not url.startswith(("file:", "data:"))] == []
    assert visit.errors == []
    assert visit.page.evaluate("[...document.images].every(each => each.naturalWidth > 0)")
    assert barriers(visit.page) == []
