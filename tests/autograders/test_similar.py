"""Who really copied is found, whoever solved alike is not, and the pages are for a person."""

from __future__ import annotations

import json
import os
import random
import re
import shutil
import subprocess
import sys
from pathlib import Path

import pytest
from click.testing import CliRunner

from autograders import classdir
from autograders.fingerprints import OWN_NAME, pieces
from autograders.similar import LEAST, similar
from autograders.similar_page import write_pages
from autograders.simulate import simulate
from loyaltylib.cli import loyalty
from loyaltylib.errors import ClassError
from tests.classes import each_chapter

STEM = "tiers"
CLASS = 30
FALSE_ALARMS = 0.005  # of the pairs of a class in which nobody copied: two of 435

# A way of one's own, and what somebody made of it who did not want to be seen.
OWN = {
    "tiers-assign_one-answer": """def assign_one(signals):
    quiet = signals["days_since_last"]
    table = [
        ("onlooker", not signals["orders"]),
        ("lost", quiet > 180),
        ("new", signals["tenure_days"] < mine["new_days"] + 1),
        ("advocate", mine["first"] == "advocate" and signals["recommendations"] > 0),
        ("at_risk", signals["warnings"] > 1),
        ("advocate", signals["recommendations"] > 0),
        ("core", signals["negotiations"] > 0),
        ("inactive", not signals["suppliers"] <= 1),
    ]
    hits = [tier for tier, true in table if true]
    return hits[0] if hits else "regular"
""",
    "tiers-revenue-answer": """fig, ax = plt.subplots()
sums = {tier: part["amount"].sum() for tier, part in spend.groupby("tier")}
for place, tier in enumerate(sums):
    ax.bar(place, sums[tier])
ax.set_xticks(range(len(sums)), list(sums))
ax.set(title="Money by tier", xlabel="tier of the ladder", ylabel="yuan in 2025")""",
}
RENAMED = {"quiet": "n_days", "table": "all_rules", "hits": "fits", "true": "ok", "sums": "totals", "part": "chunk"}
TEXT = (
    "The third one on the list, because whoever argues about a late pallet still wants to be served; "
    "silence costs more than a quarrel, and an afternoon in March is enough for both warehouses."
)


def copied(source):
    """Return a source with other names of variables, comments and another layout."""
    for name, other in RENAMED.items():
        source = re.sub(rf"\b{name}\b", other, source)
    lines = [f"{line}  # step {number} of my solution" for number, line in enumerate(source.splitlines())]
    return "# I thought about this for a long time\n\n" + "\n\n".join(lines).replace(" = ", "  =  ")


def change(root, learner, answers, *, moved=()):
    """Write answers into a submission; the cells of the exercises in `moved` go to the end."""
    path = root / "submitted" / learner / STEM / f"{STEM}.ipynb"
    notebook = json.loads(path.read_text("utf-8"))
    cells = {cell["id"]: cell for cell in notebook["cells"]}
    for cell, source in answers.items():
        cells[cell]["source"] = source
    last = [cell for cell in notebook["cells"] if cell["id"].startswith(tuple(moved or ("none",)))]
    notebook["cells"] = [cell for cell in notebook["cells"] if cell not in last] + last
    path.write_text(json.dumps(notebook), "utf-8")


def names(found):
    return [(pair.first.learner, pair.second.learner) for pair in found.pairs]


@pytest.fixture(scope="module")
def simulated(tmp_path_factory):
    """Return a function that gives a released class of a chapter in which nobody copied; copy before changing."""
    made = {}

    def give(stem=STEM):
        if stem not in made:
            made[stem] = root = tmp_path_factory.mktemp("similar") / stem
            classdir.new(root, "en", stems=[stem])
            classdir.release(root, stem)
            simulate(root, stem, CLASS, seed=1)
        return made[stem]

    return give


@pytest.fixture(scope="module")
def copiers(simulated, tmp_path_factory):
    """A class in which s020 has s003's code under other names, and s027 a sentence of s010's text; s005 sits apart."""
    root = Path(shutil.copytree(simulated(), tmp_path_factory.mktemp("copiers") / "class"))
    change(root, "s003", OWN)
    change(root, "s020", {cell: copied(source) for cell, source in OWN.items()}, moved=["tiers-assign_one"])
    change(root, "s010", {"tiers-save_first": TEXT})
    change(root, "s027", {"tiers-save_first": f"I had to think. {TEXT.upper()} That is what I would do."})
    return root


@pytest.fixture(scope="module")
def found(copiers):
    return similar(copiers, STEM)


def test_who_copied_stands_first_and_whoever_solved_alike_is_not_there(found):
    assert names(found)[0] == ("s003", "s020")
    top = found.pairs[0]
    assert {first.cell for first, _ in top.parts} == set(OWN)
    assert all(first.cell == second.cell for first, second in top.parts)
    assert top.share > 0.8
    honest = [pair for pair in names(found) if pair not in {("s003", "s020"), ("s010", "s027")}]
    assert len(honest) <= FALSE_ALARMS * found.compared
    assert found.compared == found.submissions * (found.submissions - 1) // 2


def test_a_rare_sentence_in_a_text_is_found(copiers):
    pair = next(pair for pair in similar(copiers, STEM, least=10).pairs if pair.first.learner == "s010")
    assert pair.second.learner == "s027"
    ((first, second),) = pair.parts
    assert first.shared.casefold() == second.shared.casefold() == TEXT.removesuffix(".").casefold()


@each_chapter(STEM)
def test_hardly_anybody_is_listed_where_nobody_copied(simulated, stem):
    """Made-up learners make the same mistake in the same words, and are still no pair: they share too little."""
    found = similar(simulated(stem), stem)
    assert found.compared > 350
    assert len(found.pairs) <= FALSE_ALARMS * found.compared


def test_what_many_have_is_the_common_solution(simulated, tmp_path):
    root = Path(shutil.copytree(simulated(), tmp_path / "class"))
    for learner in ("s003", "s005", "s010", "s020", "s027"):
        change(root, learner, OWN)
    few = {"s003", "s005", "s010", "s020", "s027"}
    assert not [pair for pair in names(similar(root, STEM)) if few.issuperset(pair)]
    assert len([pair for pair in names(similar(root, STEM, common=0.2)) if few.issuperset(pair)]) == 10


def test_a_notebook_worked_on_under_anothers_id_comes_first(copiers, tmp_path):
    root = Path(shutil.copytree(copiers, tmp_path / "class"))
    path = root / "submitted/s005/tiers/tiers.ipynb"
    path.write_bytes((root / "submitted/s014/tiers/tiers.ipynb").read_bytes())
    top = similar(root, STEM).pairs[0]
    assert (top.first.learner, top.second.learner, top.same_id) == ("s005", "s014", True)


def test_last_terms_class_is_looked_at_too(copiers, simulated):
    now = similar(simulated(), STEM, across=[copiers])
    assert not [pair for pair in now.pairs if pair.first.origin and pair.second.origin]
    assert not [pair for pair in now.pairs if pair.first.learner == pair.second.learner]
    both = similar(copiers, STEM, across=[simulated()])
    assert both.submissions == 2 * now.submissions - both.submissions
    with pytest.raises(ClassError, match="no submissions"):
        similar(copiers, STEM, across=[simulated("stages")])


def test_code_is_compared_without_names_comments_and_layout():
    written = 'quiet = desk.keeps["hours"]  # a note'
    (code,) = [piece for piece in pieces("x", "code", written, {"desk"}) if piece.kind == "code"]
    assert [token.text for token in code.tokens] == [OWN_NAME, "=", "desk", ".", "keeps", "[", "hours", "]"]
    (again,) = [p for p in pieces("y", "code", "n=desk.keeps[\n  'hours'\n]", {"desk"}) if p.kind == "code"]
    assert [token.text for token in again.tokens] == [token.text for token in code.tokens]
    assert again.prints == code.prints
    assert code.spans([0]) == [(0, 27)]
    (prose,) = pieces("z", "markdown", "先看第三位 customer，再说。", set())
    assert [token.text for token in prose.tokens] == [*"先看第三位", "customer", *"再说"]


def test_fingerprints_are_the_same_on_each_run():
    code = (
        "from autograders.fingerprints import pieces\n"
        "print([sorted(p.prints) for p in pieces('x', 'code', 'a = b[1] + c(2) * 3  # 1 2 3 4 5 6', ())])"
    )
    seen = {
        subprocess.run(
            [sys.executable, "-c", code],
            capture_output=True,
            text=True,
            check=True,
            env={**os.environ, "PYTHONHASHSEED": seed},
        ).stdout
        for seed in ("1", "2")
    }
    assert len(seen) == 1
    assert [len(found) for found in json.loads(seen.pop())] == [6, 1]  # 13 tokens by eights, 6 words by sixes


@pytest.mark.parametrize("seed", range(5))
def test_whatever_a_learner_writes_can_be_compared(seed):
    rng = random.Random(seed)  # noqa: S311 - a sample
    odd = "".join(rng.choice("ab=(){}[]'\"\\\n\t#:.0１é中🙂\u202e%!`") for _ in range(400))
    for piece in (*pieces("x", "code", odd, set()), *pieces("x", "markdown", odd, set())):
        for places in piece.prints.values():
            assert all(0 <= start < end <= len(odd) for start, end in piece.spans(places))


def test_pages_are_in_both_languages_and_show_no_learners_markup(copiers, tmp_path):
    root = Path(shutil.copytree(copiers, tmp_path / "class"))
    hostile = "".join(f"label_{n} = '<script>alert({n})</script>' + str({n})\n" for n in range(12))
    for learner in ("s003", "s020"):
        change(root, learner, {"tiers-base-answer": hostile})
    found = similar(root, STEM)
    index = write_pages(root, found, "zh")
    assert index.name == "index.zh.html"
    assert sorted(p.name for p in index.parent.iterdir()) == sorted(
        f"{name}.{lang}.html" for name in ("index", *range(1, len(found.pairs) + 1)) for lang in ("en", "zh")
    )
    for page in index.parent.iterdir():
        text = page.read_text("utf-8")
        assert "<script" not in text
        assert ("This is never a mark" in text) == (".en." in page.name)
        assert 'href="http' not in text
    assert "&lt;script&gt;" in (index.parent / "1.en.html").read_text("utf-8")
    write_pages(root, similar(root, STEM, least=10**6), "en")
    assert len(list(index.parent.iterdir())) == 2


def test_the_command_prints_a_table_and_json(copiers):
    shown = CliRunner().invoke(loyalty, ["--lang", "en", "similar", str(copiers), STEM])
    assert shown.exit_code == 0, shown.output
    assert "s003" in shown.output
    assert "This is never a mark" in shown.output
    plain = json.loads(CliRunner().invoke(loyalty, ["similar", str(copiers), STEM, "--json"]).stdout)
    assert plain["pairs"][0]["learners"] == ["s003", "s020"]
    assert plain["pairs"][0]["left"] >= LEAST
