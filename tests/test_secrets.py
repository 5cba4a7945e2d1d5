"""Nothing that a learner gets gives an answer away: the wheel with its data, the notebooks, the feedback."""

from __future__ import annotations

import html
import io
import json
import re
import zipfile
from dataclasses import dataclass

import pandas as pd
import pytest
from bs4 import BeautifulSoup
from pandas.api.types import is_string_dtype

from autograders.feedback import feedback
from autograders.probes import keys
from autograders.simulate import Handin
from loyaltylib.chapters import chapter, syllabus
from loyaltylib.messages import LANGUAGES
from tests import kept_back
from tests.classes import MARKED, each_chapter_in_each_language, marked_class, together

every = pytest.mark.parametrize("stem", MARKED)


@pytest.fixture(scope="module")
def shipped(wheel):
    """Return the wheel's files as text, name -> text; of a table the words in it."""
    with zipfile.ZipFile(wheel) as archive:
        names = [name for name in archive.namelist() if not name.endswith((".otf", ".ttf", ".png"))]
        return {name: _words(name, archive.read(name)) for name in names}


def _words(name: str, content: bytes) -> str:
    if not name.endswith(".parquet"):
        return content.decode()
    table = pd.read_parquet(io.BytesIO(content))
    texts = [column for column in table if is_string_dtype(table[column])]
    assert texts, name
    return "\n".join([*table.columns, *(str(word) for column in texts for word in table[column].unique())])


def released(stem, lang):
    return json.loads((kept_back.ROOT / f"notebooks/{lang}/{stem}.ipynb").read_text("utf-8"))


def source_of(notebook):
    return "\n".join("".join(cell["source"]) for cell in notebook["cells"])


# ---------------------------------------------------------------- the wheel, the data, the notebooks


def test_no_file_and_no_line_of_the_graders(shipped):
    assert not [name for name in shipped if "autograders" in name or name.endswith(("quiz.yml", "notebook.md"))]
    graders = {
        line.strip()
        for path in (kept_back.ROOT / "autograders").rglob("*.py")
        for line in path.read_text("utf-8").splitlines()
        if len(line.strip()) > 60 and not line.strip().startswith(("#", '"', "from", "import"))
    }
    assert len(graders) > 100
    library = {line.strip() for text in shipped.values() for line in text.splitlines()}
    assert sorted(graders & library) == []


@every
def test_no_solution_and_no_key_is_shipped(shipped, stem):
    notebooks = {lang: source_of(released(stem, lang)) for lang in LANGUAGES}
    given = {name: text for name, text in shipped.items() if not name.endswith((".py", ".po"))} | notebooks
    solutions = kept_back.solution_lines(stem)
    whys = [said for item in kept_back.marked_items(stem) for said in kept_back.said_of_any(item)]
    assert any(name.endswith(".parquet") for name in given)
    assert len(solutions) > 5
    assert len(whys) > 20
    for name, text in given.items():
        found = [said for said in (*solutions, *whys) if said in text]
        assert not found, name
    assert not [word for word in kept_back.GRADERS for text in notebooks.values() if word in text]
    marks = ("BEGIN SOLUTION", "HIDDEN")  # the library itself speaks of them
    assert not [name for name, text in given.items() if not name.endswith(".yml") for mark in marks if mark in text]
    assert not [why for why in whys for text in shipped.values() if why in text]


@every
def test_a_marked_item_is_shipped_without_key_and_why(shipped, stem):
    items = {i["id"]: i for i in json.loads(shipped[f"loyaltylib/kit/notebooks/items/{stem}.json"])["items"]}
    marked = kept_back.marked_items(stem)
    assert len(marked) >= 6
    for item in marked:
        assert not {"key", "why"} & set(items[item.id])
        for option in items[item.id].get("options", []):
            assert set(option) == {"id", "text"}


@pytest.mark.parametrize("stem", syllabus())
@pytest.mark.parametrize("lang", LANGUAGES)
def test_a_released_notebook_has_no_output_and_no_check(stem, lang):
    notebook = released(stem, lang)
    cells = {cell["id"]: "".join(cell["source"]) for cell in notebook["cells"]}
    assert not any(cell.get("outputs") for cell in notebook["cells"])
    assert not [e.id for e in chapter(stem).exercises if "autograders" in cells[e.id]]
    assert not [name for name, text in cells.items() if "BEGIN" in text]


# ---------------------------------------------------------------- feedback


@dataclass(frozen=True)
class Returned:
    """A learner's feedback: the page and all that is read on it, and what the kit says, without notebook and work."""

    handin: Handin
    text: str
    said: str


def returned(root, stem, *handins):
    """Read the feedback of a marked class."""
    return [_returned(one, page) for one, page in zip(handins, feedback(root, stem), strict=True)]


def _returned(handin, page):
    text = re.sub("data:[^\"']*", "", page.read_text("utf-8"))
    soup = BeautifulSoup(text, "html.parser")
    read = soup.get_text()  # code is coloured word by word: a line of it stands only here
    for own in soup.select(".source, .output, .text, style"):
        own.decompose()
    return Returned(handin, html.unescape(text) + read, soup.get_text(" "))


@each_chapter_in_each_language(("burnett", "zh"))
def test_feedback_gives_nothing_away(tmp_path, stem, lang):
    """Who answered nothing finds nothing of any exercise there; who was wrong finds what was wrong, and no more."""
    root = tmp_path / "class"
    handins = marked_class(root, stem, lang, ["blank"], together(stem, "answer")[0], [])
    blank, wrong, right = returned(root, stem, *handins)
    lines = kept_back.solution_lines(stem)
    assert blank.handin.points == 0
    assert [line for line in lines if line in blank.text] == []
    seen = [line for line in lines if line in right.text]  # all but the model text, which is in one language
    assert len(seen) > len(lines) / 2
    told = 0
    for one in (blank, wrong):
        assert [word for word in kept_back.GRADERS if word in one.text] == []
        assert kept_back.hidden_probes(stem) & set(re.findall(r"\w+(?:[-_]\w+)+", one.said)) == set()
        for exercise in chapter(stem).exercises:
            if exercise.kind == "quiz" and one.handin.marks[exercise.id] == 0:
                items = [keys(stem)[name] for name in exercise.items]
                found = [said for item in items for said in kept_back.said_of_right(item)]
                assert [said for said in found if said in one.text] == [], exercise.id
                told += len(found)
        for name, values in kept_back.expected(stem, one.handin.learner).items():
            if one.handin.marks[name] == 0:
                assert [value for value in values if value in one.said] == [], name
                told += len(values)
    assert told > 0
