"""The chapter `tiers` as a learner meets it: its words, its items, its customers, its code."""

from __future__ import annotations

import ast
import re
from collections import Counter
from functools import cache
from types import SimpleNamespace
from typing import Any

import nbformat
import pytest
from markdown_it import MarkdownIt

from autograders import build, build_chapter, build_map
from autograders.build_chapter import ChapterSource
from autograders.build_source import Cell
from loyaltylib import chapters, concepts, quiz, tiers
from loyaltylib.data import Tables, load
from loyaltylib.messages import LANGUAGES, tell

CHAPTER = chapters.chapter("tiers")
CAST = ("lost", "onlooker", "at_risk", "new", "inactive", "regular", "core", "advocate")


@cache
def source() -> ChapterSource:
    return build_chapter.read(build.course_folder() / "tiers", concepts.get)


@cache
def company(lang: str) -> Tables:
    return load("company", lang=lang)


@cache
def standing() -> dict[str, str]:
    tiered = tiers.assign_tiers(company("en"), company("en").as_of)
    return dict(zip(tiered["customer_id"], tiered["tier"], strict=True))


def items(use: str = "") -> list[quiz.Item]:
    return [one.item for one in source().items.values() if use in ("", one.item.use)]


def text(cell_id: str, lang: str) -> str:
    return next(cell.source[lang] for cell in source().cells if cell.id == cell_id)


def code_cells() -> list[Cell]:
    return [cell for cell in source().cells if cell.kind == "code"]


def everything_said(lang: str) -> list[str]:
    """Return every text of the chapter in a language."""
    said = [cell.source[lang] for cell in source().cells if cell.kind == "text"]
    for item in items():
        said.append(item.stem[lang])
        said += [o.text[lang] for o in (*item.options, *item.left)]
        said += [o.why[lang] for o in item.options if o.why] + [w[lang] for w in item.why.values()]
    for exercise in CHAPTER.exercises:
        said += [exercise.title[lang], *(hint[lang] for hint in exercise.hints)]
    return said + [objective[lang] for objective in CHAPTER.objectives]


# ---------------------------------------------------------------- aims, time, words


def lines(cell_id: str, lang: str) -> list[str]:
    """Return the items of a cell's list, without mark and closing punctuation."""
    return [line[2:].rstrip(".;。；") for line in text(cell_id, lang).splitlines() if line.startswith("- ")]


@pytest.mark.parametrize("lang", LANGUAGES)
def test_it_opens_and_closes_with_the_same_aims(lang):
    aims = [objective[lang].rstrip(".。") for objective in CHAPTER.objectives]
    assert 3 <= len(aims) <= 5
    opening, closing = lines("aims", lang), lines("closing", lang)
    if lang == "en":
        opening = [line[0].upper() + line[1:] for line in opening]
        closing = [line.removeprefix("You ")[0].upper() + line.removeprefix("You ")[1:] for line in closing]
        assert all(line.startswith("- You ") for line in text("closing", lang).splitlines() if line.startswith("- "))
    assert opening == aims
    assert closing == aims


@pytest.mark.parametrize("lang", LANGUAGES)
def test_it_takes_about_45_minutes(lang):
    assert 40 <= build_map.minutes(source(), lang) <= 50


@pytest.mark.parametrize(
    ("lang", "never"),
    [
        ("en", r"\b(article|slides?|seed|AMB|student|user|participant|TODO)\b"),
        ("zh", r"文章|幻灯|课件|种子|AMB|学生|用户|三折|[,;!?]\s*[\u4e00-\u9fff]|[\u4e00-\u9fff][,;:!?]"),
    ],
)
def test_no_text_uses_a_word_or_a_sign_that_the_course_does_not(lang, never):
    for said in everything_said(lang):
        prose = re.sub(r"`[^`]*`", "", said)
        assert not re.search(never, prose), (re.search(never, prose), said[:80])


def test_chinese_has_a_space_between_characters_and_latin_letters_or_digits():
    tight = re.compile(r"[\u4e00-\u9fff][A-Za-z0-9]|[A-Za-z0-9][\u4e00-\u9fff]")
    for said in everything_said("zh"):
        prose = re.sub(r"`[^`]*`", "`", said)
        assert not tight.search(prose), (tight.search(prose), said[:80])
        assert not re.search(r"[\u4e00-\u9fff]`|`[\u4e00-\u9fff]", re.sub(r"`[^`]*`", "``", said)), said[:120]


@pytest.mark.parametrize("lang", LANGUAGES)
def test_emphasis_is_seen_as_emphasis(lang):
    """Beside full-width signs CommonMark does not always close `**`; then the stars would stand in the text."""
    markdown = MarkdownIt().enable("table")
    for cell in source().cells:
        if cell.kind == "text":
            shown = re.sub(r"<code>.*?</code>", "", markdown.render(cell.source[lang]))
            assert "*" not in shown, cell.id


def test_every_tier_is_called_by_its_term_in_both_languages():
    for tier in tiers.Tier:
        concept = concepts.get(tier.concept)
        for lang, term in (("en", concept.en), ("zh", concept.zh)):
            bare = re.sub(r"\s*[（(].*", "", term)
            assert any(bare.lower() in said.lower() for said in everything_said(lang)), (lang, bare)


def test_the_company_is_said_to_be_invented():
    assert "synthetic" in text("company-intro", "en")
    assert "合成" in text("company-intro", "zh")


# ---------------------------------------------------------------- single customers


def cast(tier: str) -> str:
    """Return the id of the customer a tier is told on."""
    code = next(cell.source["en"] for cell in code_cells() if cell.id == f"tell-{tier}")
    return re.findall(r'"(K\d+)"', code)[0]


@pytest.mark.parametrize("tier", CAST)
def test_a_tier_is_told_on_a_customer_who_stands_there(tier):
    assert standing()[cast(tier)] == tier


@pytest.mark.parametrize("lang", LANGUAGES)
@pytest.mark.parametrize("tier", [t for t in CAST if t not in ("new", "inactive")])
def test_the_text_names_the_customer_whose_rows_follow(tier, lang):
    people = company(lang).customers
    name = people.loc[people["customer_id"] == cast(tier), "name"].item()
    before = {cell.id: previous for previous, cell in zip(source().cells, source().cells[1:], strict=False)}
    assert name in before[f"tell-{tier}"].source[lang]


def rows(table: str, tier: str) -> Any:
    frame = getattr(company("en"), table)
    return frame[frame["customer_id"] == cast(tier)]


def test_the_rows_show_what_the_text_says():
    lost = rows("customers", "lost").iloc[0]
    assert lost[["lost_on", "lost_reason", "destination"]].notna().all()
    assert rows("transactions", "onlooker").empty
    assert "enquiry" in set(rows("contacts", "onlooker")["function"])
    quarters = rows("wallet", "at_risk").tail(3)
    share = quarters["own_spend"] / quarters["total_category_spend"]
    assert share.is_monotonic_decreasing
    assert quarters["own_spend"].is_monotonic_decreasing
    assert quarters["total_category_spend"].min() > 0.5 * rows("wallet", "at_risk")["total_category_spend"].max()
    assert rows("customers", "new").iloc[0]["acquired_via"] == "promotion"
    wallet = rows("wallet", "inactive")
    assert (wallet["n_suppliers"] > 1).all()
    assert (wallet["own_spend"] < wallet["total_category_spend"] / 2).all()
    gaps = rows("transactions", "regular")["date"].tail(6).diff().dt.days.dropna()
    assert gaps.std() / gaps.mean() < 0.35
    assert "negotiation" in set(rows("contacts", "core")["function"])
    referrals = company("en").referrals
    assert (referrals["referrer_id"] == cast("advocate")).sum() >= 2
    assert len(rows("complaints", "advocate")) >= 1


def test_what_the_simulator_is_said_to_show_is_so():
    """Lost after 90 days: nearly all who are newly lost were at risk, base and share at risk shrink."""
    tables = company("en")
    signals = tiers.signals(tables, tables.as_of)
    before = tiers.assign(signals).set_index("customer_id")["tier"]
    after = tiers.assign(signals, tiers.TierRules(lapse_days=90)).set_index("customer_id")["tier"]
    came = before[(after == "lost") & (before != "lost")]
    assert (came == "at_risk").mean() > 0.9

    def base(tier: Any) -> int:
        return int((~tier.isin(["lost", "onlooker"])).sum())

    assert base(after) < base(before)
    assert (after == "at_risk").sum() / base(after) < (before == "at_risk").sum() / base(before)
    nervous = tiers.assign(signals, tiers.TierRules(fall=0.2)).set_index("customer_id")["tier"]
    assert {"regular", "advocate"} <= set(before[(nervous == "at_risk") & (before != "at_risk")])


@pytest.mark.parametrize("lang", LANGUAGES)
def test_the_text_calls_the_sliders_by_their_labels(lang):
    assert tell(lang, "Lost after (days)") in text("predict", lang)
    assert tell(lang, "Warning from a fall of") in text("explain", lang)


# ---------------------------------------------------------------- items


def test_there_are_items_of_every_kind_and_none_is_marked_and_practised():
    assert len(items()) >= 12
    assert {item.kind for item in items()} == set(quiz.KINDS)
    assert {"multiple", "ordering", "matching"} <= {item.kind for item in items("marked")}
    asked = [name for e in CHAPTER.exercises for name in e.items]
    assert sorted(asked) == sorted(item.id for item in items("marked"))
    assert Counter(len(e.items) for e in CHAPTER.exercises if e.kind == "quiz") == {4: 2}


@pytest.mark.parametrize("item", items(), ids=lambda item: item.id)
def test_an_item_has_a_known_concept_and_a_why_for_everything_one_can_choose(item):
    assert concepts.get(item.concept)
    assert item.concept in CHAPTER.concepts
    whys = [o.why for o in item.options] + list(item.why.values())
    assert whys
    for lang in LANGUAGES:
        said = [why[lang] for why in whys if why]
        assert len(said) == len(set(said)) == len(whys)
    if item.kind == "numeric":
        assert item.unit
        assert item.tolerance > 0


@pytest.mark.parametrize("item", items("marked"), ids=lambda item: item.id)
def test_the_why_of_a_wrong_choice_does_not_name_the_right_one(item):
    if item.kind not in ("single", "multiple"):
        return
    for lang in LANGUAGES:
        right = [o.text[lang].lower().rstrip(".。") for o in item.options if o.right]
        for option in item.options:
            if not option.right and option.why:
                assert not any(r in option.why[lang].lower() for r in right)


@pytest.mark.parametrize("item", [i for i in items() if i.kind == "multiple"], ids=lambda item: item.id)
def test_a_stem_does_not_tell_how_many_options_are_right(item):
    assert not re.search(r"\b(one|two|three|four|five|\d+)\b", item.stem["en"], re.IGNORECASE)
    assert not re.search(r"[一二两三四五\d]\s*[个项条种]", item.stem["zh"])
    assert 2 <= sum(bool(o.right) for o in item.options) < len(item.options)


def test_no_marked_source_gives_the_answer_to_a_learner():
    released = build.outputs(build.course_folder())["items/tiers.json"]
    for item in items("marked"):
        if item.kind in ("single", "multiple"):
            assert not any(o.text[lang] in item.source for o in item.options for lang in LANGUAGES)
        for option in item.options:
            assert option.why
            assert option.why["en"] not in released


# ---------------------------------------------------------------- exercises


def test_exercises_are_of_four_kinds_and_each_has_two_hints():
    assert len(CHAPTER.exercises) >= 8
    assert {e.kind for e in CHAPTER.exercises} == {"quiz", "number", "function", "text"}
    assert sum(e.points for e in CHAPTER.exercises) == 100
    for exercise in CHAPTER.exercises:
        assert len(exercise.hints) >= 2
        assert exercise.concept in CHAPTER.concepts


def test_the_rubric_of_the_text_adds_up_to_its_points():
    points = {e.id: e.points for e in CHAPTER.exercises}["tiers-save_first"]
    assert sum(map(int, re.findall(r"\*\* \((\d+)\)", text("save_first-rubric", "en")))) == points
    assert sum(map(int, re.findall(r"（(\d+) 分）", text("save_first-rubric", "zh")))) == points


def test_every_number_is_asked_with_its_unit():
    for exercise in CHAPTER.exercises:
        if exercise.kind == "number":
            name = exercise.id.removeprefix("tiers-")
            assert exercise.unit
            assert "*Unit: " in text(f"{name}-task", "en")
            assert "*单位：" in text(f"{name}-task", "zh")


# ---------------------------------------------------------------- code

BEYOND = (ast.For, ast.While, ast.ListComp, ast.DictComp, ast.GeneratorExp, ast.Lambda, ast.ClassDef, ast.Try, ast.With)


def test_a_learner_meets_no_python_beyond_what_is_explained():
    for cell in code_cells():
        if cell.role != "try" and cell.source["en"].strip():
            used = {type(node) for node in ast.walk(ast.parse(cell.source["en"]))}
            assert not used & set(BEYOND), (cell.id, used & set(BEYOND))


@pytest.mark.parametrize("lang", LANGUAGES)
@pytest.mark.parametrize("version", ["released", "solved"])
def test_every_cell_runs_from_first_to_last(lang, version):
    """Without a kernel, the simulator and the marks: those are run in a real browser elsewhere."""
    instructors = build.instructors_notebook(source(), lang)
    notebook = instructors
    if version == "released":
        notebook = nbformat.reads(build.build_notebook.learners_text(instructors), as_version=4)
    seen: list[str] = []
    kit = SimpleNamespace(
        lang=lang,
        data=load("company", "learner-0", lang=lang),
        yours=lambda name: chapters.variant(name, "learner-0"),
        practice=seen.append,
        quiz=seen.append,
        probe=lambda name, **_: seen.append(name),
        handin=lambda: seen.append("handin"),
    )
    names: dict[str, Any] = {"kit": kit}
    pointed = {e.id for e in CHAPTER.exercises}
    for cell in notebook.cells:
        if cell.cell_type == "code" and cell.id not in {"start", "simulator"} | pointed:
            exec(cell.source, names)  # noqa: S102 - the course's own cells
    assert seen[-1] == "handin"
    assert {item.id for item in items("practice")} <= set(seen)
    answered = {e.id for e in CHAPTER.exercises if e.kind == "number" and names[e.answer] is not None}
    assert bool(answered) == (version == "solved")
