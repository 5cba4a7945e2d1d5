"""The concept registry: against the inventory, its Chinese, searching, and what it refuses."""

import copy
import re

import pytest
import yaml

from loyaltylib import chapters, concepts, resources
from loyaltylib.errors import CourseError, UnknownName
from loyaltylib.tiers_rules import Tier

# Areas A5 and A6 of the inventory and the two entries of A7 that the chapter needs: id -> the seed's Chinese.
INVENTORY = {
    "tier.pyramid": "客户金字塔",
    "tier.lost": "流失的客户",
    "tier.onlooker": "观望者",
    "tier.at_risk": "流失边缘的客户",
    "tier.new": "新客户",
    "tier.inactive": "不活跃客户",
    "tier.regular": "活跃的常客",
    "tier.core": "核心客户",
    "tier.advocate": "拥护者",
    "core.service": "核心客户的服务策略",
    "core.service.pyramid": "锁定顶级客户",
    "core.service.customised": "成为客户的一个部门",
    "core.service.feedback": "不断搜集客户反馈",
    "core.service.cross_sell": "积极的交叉销售",
    "advocate.marketing": "拥护者的营销策略",
    "advocate.marketing.wom": "利用客户口碑积极推广",
    "advocate.marketing.referral": "请客户推荐客户",
    "advocate.marketing.codesign": "请客户参与新产品设计",
    "tier.standards": "制定标准区分各类客户",
    "plan.purpose": "客户忠诚计划",
    "kpi.customer_base": "客户基数",
}
SECTION_Y = {"core.alt_profile"}  # AMB-01 asks for it by this id


def written():
    return yaml.safe_load(resources.find("course/tiers/concepts.yml").read_text("utf-8"))


def test_the_entries_are_those_of_the_inventory_with_its_seed_forms():
    found = {concept.id: concept.seed_form for concept in concepts.all() if concept.taught_in == "tiers"}
    assert {name: found.get(name) for name in INVENTORY} == INVENTORY
    assert set(found) == set(INVENTORY) | SECTION_Y


def test_an_entry_says_everything_in_both_languages():
    for concept in concepts.all():
        for lang in ("en", "zh"):
            assert concept.term(lang)
            assert concept.definition(lang)
            assert concept.cite(lang)
            assert len(concept.traits(lang)) == len(concept.trait_texts)
        assert concept.source == concept.cite("en")


def test_every_chinese_term_belongs_to_one_concept():
    terms = [concept.zh for concept in concepts.all()]
    assert len(set(terms)) == len(terms)
    assert not {c.zh for c in concepts.all()} & {
        a for c in concepts.all() for a in c.aliases if a != c.zh and a in terms
    }


def test_every_tier_is_a_concept():
    assert [concepts.get(tier.concept).id for tier in Tier] == [f"tier.{tier}" for tier in Tier]


def test_amb_08_the_term_of_inactive_customers_says_what_is_meant():
    inactive = concepts.get("tier.inactive")
    assert inactive.en == "Inactive customers (multi-homing)"
    assert "多家购买" in inactive.zh


def test_strategies_that_are_concepts_show_their_terms():
    assert concepts.get("core.service").strategies("zh")[2] == "持续收集客户反馈"
    assert concepts.get("tier.core").strategies("en") == concepts.get("core.service").strategies("en")


def test_what_the_chapter_names_is_there():
    chapter = chapters.chapter("tiers")
    for name in {*chapter.concepts, *(exercise.concept for exercise in chapter.exercises)}:
        assert concepts.get(name).id == name


HAN = "[\u4e00-\u9fff]"


def _chinese(entry) -> list[str]:
    if isinstance(entry, dict):
        return [text for name, value in entry.items() for text in ([value] if name == "zh" else _chinese(value))]
    return [text for value in entry for text in _chinese(value)] if isinstance(entry, list) else []


def test_chinese_is_set_as_chinese():
    texts = [text for text in _chinese(written()) if isinstance(text, str)]
    assert len(texts) > 80
    for text in texts:
        assert not re.search(rf"{HAN}[,;:?!()]|[,;:?!(){HAN}]*[,;:?!()](?={HAN})", text), f"half-width mark: {text}"
        assert not re.search(rf"{HAN}[A-Za-z0-9]|[A-Za-z0-9]{HAN}", text), f"space missing: {text}"
        assert not re.search("顾客|用户|學|戶", text), f"another word or script: {text}"


# ---------------------------------------------------------------- searching


@pytest.mark.parametrize(
    ("text", "first"),
    [
        ("core customers", "tier.core"),
        ("CORE Customers", "tier.core"),
        ("核心客户", "tier.core"),
        ("ｔｉｅｒ．ｃｏｒｅ", "tier.core"),
        ("老带新", "advocate.marketing.referral"),
        ("流失边缘的客户", "tier.at_risk"),
        ("churned", "tier.lost"),
        (" 口碑 ", "advocate.marketing.wom"),
        ("kpi.", "kpi.customer_base"),
    ],
)
def test_find(text, first):
    assert concepts.find(text)[0].id == first


def test_find_goes_from_terms_to_definitions():
    found = [concept.id for concept in concepts.find("促销")]
    assert found.index("defection.cause.promotion") < found.index("tier.new")  # in its term; only in its definition
    found = [concept.id for concept in concepts.find("核心客户")]
    assert found[0] == "tier.core"
    assert found.index("core.service") < found.index("tier.standards")


def test_find_nothing():
    assert concepts.find("  ") == ()
    assert concepts.find("quantum") == ()


def test_unknown_names():
    with pytest.raises(UnknownName, match=r"no concept named 'tier\.cor'; did you mean 'tier\.core'"):
        concepts.get("tier.cor")
    with pytest.raises(UnknownName, match="no language named 'fr'"):
        concepts.get("tier.core").definition("fr")
    with pytest.raises(UnknownName, match="no reason named 'laps'; did you mean 'lapsed'"):
        concepts.reason("laps", "en")


# ---------------------------------------------------------------- a file that is wrong


def _set(field, value):
    return lambda entry: entry.update({field: value})


@pytest.mark.parametrize(
    ("change", "says"),
    [
        (lambda entry: entry.pop("zh"), "concept 'tier.lost': 'zh' is missing"),
        (lambda entry: entry["definition"].pop("zh"), "concept 'tier.lost', definition: the text for zh is missing"),
        (_set("definition", "only English"), "the text for en and zh is missing"),
        (_set("status", "sure"), "status 'sure' is none of stated, reading"),
        (_set("source", "elsewhere"), "source 'elsewhere' is none of"),
        (_set("id", "tier.pyramid"), "concept 'tier.pyramid': the id is there twice"),
        (_set("zh", "客户金字塔"), "concept 'tier.lost': 客户金字塔 is already the term of 'tier.pyramid'"),
        (_set("strategies", ["tier.nothing"]), "concept 'tier.lost': there is no concept 'tier.nothing'"),
    ],
)
def test_a_wrong_entry_is_named(change, says):
    raw = copy.deepcopy(written())
    change(raw["concepts"][1])
    with pytest.raises(CourseError, match=re.escape(says)) as error:
        concepts.index(concepts.parse(raw, "tiers", "course/tiers/concepts.yml"))
    assert "course/tiers/concepts.yml" in str(error.value)
