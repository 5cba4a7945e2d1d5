"""What only the chapter `warmup` has: the Python it introduces, the figures its text names, the error it asks for."""

from __future__ import annotations

import ast
import re
import traceback
from functools import cache
from typing import Any

import pytest

from autograders import build_map
from autograders.build_chapter import ChapterSource
from autograders.ideas import ideas, imported
from loyaltylib import chapters
from loyaltylib.data import load
from loyaltylib.messages import LANGUAGES
from tests.course import notebooks

CHECK = ("names", "error", "text", "function", "verbs", "steps")
# Taken by the way, two columns to look at; the chapter `value` has it among its own ideas.
RECALLED_LATER = {"columns"}
in_both = pytest.mark.parametrize("lang", LANGUAGES)


def source() -> ChapterSource:
    return notebooks.source("warmup")


def text(cell_id: str, lang: str = "en") -> str:
    return next(cell.source[lang] for cell in source().cells if cell.id == cell_id)


@cache
def names() -> dict[str, Any]:
    """Return the names there are at the end of the untouched notebook."""
    return notebooks.answered("warmup", "learner-0", "released")


def changed(cell_id: str, before: str, after: str) -> dict[str, Any]:
    """Run a cell as the text asks to change it; return the names there are then."""
    code = text(cell_id)
    assert before in code, cell_id
    there = dict(names())
    notebooks.run(code.replace(before, after), there)
    return there


# ---------------------------------------------------------------- the check


def test_the_check_opens_the_chapter_and_takes_about_five_minutes():
    shown = [cell.id for cell in source().cells if "kit.practice" in cell.source["en"]]
    assert shown[: len(CHECK)] == [f"check-{name}" for name in CHECK]
    items = [source().items[f"warmup-{name}"].item for name in CHECK]
    assert len({item.kind for item in items}) == len(CHECK)
    for lang in LANGUAGES:
        minutes = sum(build_map._practice_minutes(item, lang) for item in items)  # noqa: SLF001  # no twin of it
        assert 3 <= minutes <= 5.5


@in_both
def test_the_result_of_the_check_names_sections_that_are_there(lang):
    headings = {
        heading
        for cell in source().cells
        for heading in re.findall(r"^## (.+)$", cell.source[lang], re.MULTILINE)
        if cell.kind == "text"
    }
    named = re.findall(
        {"en": r"\*([^*|]+)\*", "zh": r"看“([^”]+)”"}[lang], text("check-result", lang).split("\n", 1)[1]
    )
    assert len(named) == 5
    assert set(named) <= headings


# ---------------------------------------------------------------- Python


def test_it_introduces_what_it_says_and_nothing_else():
    code = [ast.parse(cell.source["en"]) for cell in source().cells if cell.kind == "code"]
    modules = {name for tree in code for name in imported(tree)}
    met = {idea for tree in code for idea in ideas(tree, modules)}
    assert met - RECALLED_LATER == set(chapters.chapter("warmup").python)


# ---------------------------------------------------------------- figures


def test_the_amounts_typed_are_those_of_the_customer_named():
    assert names()["one"]["amount"].tolist() == names()["amounts"]
    assert names()["one"]["product"].value_counts()["espresso_beans"] == 4
    spent = names()["one"].groupby("product")["amount"].sum()
    assert spent["espresso_beans"] == 340 == 68 + 68 + 68 + 136


@in_both
def test_the_customer_is_called_by_her_name(lang):
    people = load("company", lang=lang).customers
    name = people.loc[people["customer_id"] == names()["customer"], "name"].item()
    for cell_id in ("calls", "group"):
        assert name.split()[0] in text(cell_id, lang)
    assert people["sex"][people["customer_id"] == names()["customer"]].item() == "f"


def test_what_the_tasks_promise_comes_out():
    assert changed("names-give", "bags = 3", "bags = 5")["total"] == 204
    five = changed("names-give", "bags = 3", "bags = 5")
    notebooks.run(text("names-print"), five)
    assert five["total"] == 340
    assert round(names()["mean"], 2) == 78.67
    assert names()["amounts"][1] == 68
    assert changed("function-yours", "return amount", "return amount * 0.9")["discounted"](136) == 122.4
    one, orders, sales = (names()[name] for name in ("one", "orders", "sales"))
    assert len(one[one["amount"] > 70]) == 2
    assert 9e6 < orders.groupby("product")["amount"].sum()["espresso_beans"] < 9.5e6
    firms = sales[sales["customer_type"] == "business"]
    best = firms.groupby("product")["amount"].sum().sort_values(ascending=False)
    assert best.index[0] == "espresso_beans"
    assert 6.8e6 < best.iloc[0] < 7e6


def test_the_items_speak_of_the_same_data():
    orders, people = names()["orders"], names()["people"]
    assert {"customer_id", "product", "amount"} <= set(orders)
    assert {"customer_id", "name", "region"} <= set(people)
    beside = source().items["warmup-beside"].item
    assert len(names()["one"].merge(people, on="customer_id")) == beside.key == len(names()["one"])
    assert f"{len(people):,}" in beside.stem["en"]
    assert f"{len(people):,}" in beside.stem["zh"]


# ---------------------------------------------------------------- the error


@in_both
def test_the_error_that_the_text_asks_for_is_the_one_it_shows(lang):
    with pytest.raises(NameError) as caught:
        changed("text-name", '"K2431"', "K2431")
    last = "".join(traceback.format_exception_only(caught.value)).strip()
    shown = re.findall(r"```text\n(.*?)```", text("error", lang), re.DOTALL)[0]
    assert shown.strip().splitlines()[-1] == last
    marked = [line[6:].lstrip("0123456789 ") for line in shown.splitlines() if line.startswith(("---->", "      "))]
    assert marked == text("text-name").replace('"K2431"', "K2431").splitlines()


@in_both
def test_the_curly_marks_that_the_text_gives_get_their_hint(lang):
    from loyaltylib.fullwidth import hint

    pasted = "print(“tea”)"
    assert f"`{pasted}`" in text("signs", lang)
    with pytest.raises(SyntaxError):
        ast.parse(pasted)
    assert "“" in hint(pasted, lang)
