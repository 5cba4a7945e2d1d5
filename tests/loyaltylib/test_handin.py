"""Handing in: the same bytes for the same notebook, a receipt that outputs do not change, unsaved work noticed."""

import io
import json
import zipfile
from pathlib import Path

import pytest

from loyaltylib import handin
from loyaltylib.panel import LEARNER_MIME

CELLS = [
    {"id": "a", "cell_type": "code", "source": ["x = 1\n", "y = 2"], "outputs": [], "metadata": {}},
    {"id": "words", "cell_type": "markdown", "source": "✎ write here", "metadata": {}},
]


def notebook(cells=CELLS):
    return json.dumps({"cells": cells, "metadata": {}, "nbformat": 4, "nbformat_minor": 5}).encode()


def slip(content, learner="zhang01"):
    return handin.receipt(content, stem="small", learner=learner, lang="en", data="d1")


def test_the_zip_is_the_same_bytes_each_time_and_holds_the_notebook_as_saved():
    content = notebook()
    packed = handin.pack(content, slip(content))
    assert packed == handin.pack(content, slip(content))
    with zipfile.ZipFile(io.BytesIO(packed)) as archive:
        assert archive.namelist() == ["small.ipynb", "receipt.json"]
        assert archive.read("small.ipynb") == content
        receipt = json.loads(archive.read("receipt.json"))
        assert archive.getinfo("small.ipynb").date_time == (1980, 1, 1, 0, 0, 0)
    assert receipt["learner"] == "zhang01"
    assert receipt["receipt"] == slip(content).shown


def test_the_receipt_depends_on_learner_and_sources_and_not_on_outputs():
    first = slip(notebook())
    ran = [{**CELLS[0], "outputs": [{"output_type": "stream", "name": "stdout", "text": "2"}]}, CELLS[1]]
    assert slip(notebook(ran)).number == first.number
    assert slip(notebook(ran)).notebook_sha256 != first.notebook_sha256
    assert slip(notebook(), "li02").number != first.number
    assert slip(notebook([{**CELLS[0], "source": "x = 2"}, CELLS[1]])).number != first.number
    assert slip(notebook([{**CELLS[0], "source": "x = 1\ny = 2"}, CELLS[1]])).number == first.number


def test_the_file_name_holds_nothing_a_file_system_refuses():
    assert slip(notebook()).file_name == f"small-zhang01-{slip(notebook()).number}.zip"
    assert slip(notebook(), "张 三:*?").file_name.startswith("small-张_三___-")


@pytest.mark.parametrize("content", [b"", b"{", b"[]", b"{}", b"\xff\xfe"])
def test_what_is_no_notebook_is_refused(content):
    with pytest.raises(ValueError, match=r"."):
        handin.read_notebook(content)


def test_unsaved_work_is_a_cell_run_after_saving_in_another_form():
    runs = handin.Runs()
    saved = json.loads(notebook())
    runs.last = {"a": ("x = 1\ny = 2  \n", 20.0)}
    assert runs.unsaved(saved, saved_at=10.0) == 0
    runs.last = {"a": ("x = 9", 20.0), "new": ("z = 1", 21.0)}
    assert runs.unsaved(saved, saved_at=10.0) == 2
    assert runs.unsaved(saved, saved_at=30.0) == 0  # edited after it was run, and saved


def test_ids_that_are_not_a_notebooks_are_not_followed():
    runs = handin.Runs()
    runs.note(None, "x")
    runs.note("vscode-notebook-cell:/home/x.ipynb#W2", "x")
    runs.note("a", "x")
    assert list(runs.last) == ["a"]


def test_where_the_notebook_is(monkeypatch, tmp_path):
    monkeypatch.delenv("JPY_SESSION_NAME", raising=False)
    assert handin.notebook_path("small", tmp_path, {}) is None
    own = tmp_path / "small.ipynb"
    own.write_bytes(notebook())
    assert handin.notebook_path("small", tmp_path, {}) == own
    other = tmp_path / "renamed.ipynb"
    other.write_bytes(notebook())
    assert handin.notebook_path("small", tmp_path, {"__vsc_ipynb_file__": str(other)}) == other
    monkeypatch.setenv("JPY_SESSION_NAME", str(other))
    assert handin.notebook_path("small", Path("/nowhere"), {}) == other
    monkeypatch.setenv("JPY_SESSION_NAME", str(tmp_path / "gone.ipynb"))
    assert handin.notebook_path("small", tmp_path, {}) == own


def test_whether_the_saved_notebook_says_whose_it_is():
    def saved(*outputs):
        return {"cells": [{"id": "words", "source": ""}, {"id": "start", "source": "", "outputs": list(outputs)}]}

    panel = {"output_type": "display_data", "data": {LEARNER_MIME: {"learner": "zhang01"}}}
    assert handin.names_learner(saved({"output_type": "stream", "text": "x"}, panel), "zhang01")
    assert not handin.names_learner(saved(panel), "li02")
    assert not handin.names_learner(saved(), "zhang01")


def test_a_text_answer_is_untouched_while_its_stub_stands():
    def with_text(source):
        return {"cells": [{"id": "words", "source": source}]}

    assert handin.text_is_untouched(with_text("✎ write here"), "words")
    assert handin.text_is_untouched(with_text(" "), "words")
    assert not handin.text_is_untouched(with_text(["I would ", "call first"]), "words")
    assert handin.text_is_untouched({"cells": []}, "words")
