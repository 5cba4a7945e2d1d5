"""The concept registry as a whole: no entry left out, and every entry computed, or told why not."""

import re
import warnings
from importlib import import_module
from pathlib import Path

import pandas as pd
import pytest

from loyaltylib import concepts, data
from loyaltylib.chapters import stems

INVENTORY = [
    line for line in (Path(__file__).parent / "inventory.txt").read_text("utf-8").splitlines() if line[:1] != "#"
]
TAUGHT = [stem for stem in stems() if stem != "warmup"]
ADDED = ("reading", "outside", "beyond")  # what an entry that is not of the inventory may be


def of(stem):
    return [concept for concept in concepts.all() if concept.taught_in == stem]


@pytest.fixture(scope="module")
def names():
    """What an example may use: the course's modules by their stems, and both datasets."""
    modules = {stem: import_module(f"loyaltylib.{stem}") for stem in TAUGHT}
    return {**modules, "company": data.load("company"), "cdnow": data.load("cdnow"), "pd": pd}


def test_every_entry_of_the_inventory_is_taught_in_one_chapter():
    ids = [concept.id for concept in concepts.all()]
    assert len(set(INVENTORY)) == 311
    assert sorted(set(INVENTORY) - set(ids)) == []
    assert {c.id for c in concepts.all() if c.id not in INVENTORY and c.status not in ADDED} == set()


@pytest.mark.parametrize("stem", TAUGHT)
def test_everything_is_written(stem):
    raw = Path(concepts.resource(f"course/{stem}/concepts.yml")).read_text("utf-8")
    assert "TODO" not in raw
    for concept in of(stem):
        for text in (concept.zh, concept.definition("zh"), *concept.traits("zh"), *concept.strategies("zh")):
            assert re.search(r"[\u4e00-\u9fff]", text), (concept.id, text)
            assert not re.search(r"[\u4e00-\u9fff][,;:?!]|[,;:?!][\u4e00-\u9fff]", text), (concept.id, text)


@pytest.mark.parametrize("stem", TAUGHT)
def test_what_computes_an_entry_is_there_and_runs(stem, names):
    for concept in of(stem):
        if concept.computed_by is None:
            assert concept.not_computed, concept.id
            continue
        module, name = concept.computed_by.split(".", 1)
        found = names[module]
        for part in name.split("."):
            found = getattr(found, part)
        if callable(found) and not isinstance(found, type):
            assert concept.example, f"{concept.id}: an example that calls {concept.computed_by}"
        example = concept.example or concept.computed_by
        assert concept.computed_by in example, concept.id
        with warnings.catch_warnings():
            warnings.simplefilter("error")
            made = eval(example, dict(names))  # noqa: S307 - the course's own files
        assert made is not None, concept.id
        if concept.gives is not None:
            expected = pytest.approx(concept.gives) if isinstance(concept.gives, float | int) else concept.gives
            assert made == expected, concept.id


@pytest.mark.parametrize("stem", TAUGHT)
def test_a_claim_says_whose_it_is_and_whether_it_holds(stem):
    for concept in of(stem):
        for claim in concept.claims:
            for lang in ("en", "zh"):
                assert claim.text(lang)
                assert claim.source(lang)
            assert claim.high is None or claim.high > claim.value
