"""`present` without a browser: what it serves, and what it says when it cannot."""

from __future__ import annotations

import re
import socket
import sys

import nbformat
import pytest

from loyaltylib import present as module
from loyaltylib.errors import LoyaltyError
from loyaltylib.present import HOST, notebook, present

TEMPLATE = module.TEMPLATES / "voila/templates/loyalty/index.html.j2"


@pytest.mark.parametrize("lang", ["en", "zh"])
def test_the_page_is_a_valid_notebook_of_one_cell_that_runs_the_simulator(lang):
    page = nbformat.from_dict(notebook(lang))
    nbformat.validate(page)
    assert len(page.cells) == 1
    compile(page.cells[0].source, "page", "exec")
    assert f"ready('{lang}')" in page.cells[0].source


def test_a_port_that_is_taken_is_named_with_what_to_do():
    with socket.socket() as other:
        other.bind((HOST, 0))
        other.listen()
        port = other.getsockname()[1]
        with pytest.raises(LoyaltyError, match=rf"port {port} cannot be used .*--port 8866"):
            present("en", port, open_browser=False)


def test_a_port_that_is_none_is_an_error_for_a_person():
    with pytest.raises(LoyaltyError, match="port 99999 cannot be used"):
        present("en", 99_999, open_browser=False)


def test_without_voila_it_says_what_to_install(monkeypatch):
    monkeypatch.setattr(module, "find_spec", lambda _name: None)
    with pytest.raises(LoyaltyError, match="Voilà, which is not installed"):
        present("en", open_browser=False)
    with pytest.raises(LoyaltyError, match="没有安装"):
        present("zh", open_browser=False)


def test_a_server_that_does_not_start_is_told_with_its_last_words(monkeypatch, tmp_path):
    broken = tmp_path / "python"
    broken.write_text("#!/bin/sh\necho first words\necho last words\nexit 3\n")
    broken.chmod(0o755)
    monkeypatch.setattr(sys, "executable", str(broken))
    with socket.socket() as probe:
        probe.bind((HOST, 0))
        port = probe.getsockname()[1]
    with pytest.raises(LoyaltyError, match="did not start: last words"):
        present("en", port, open_browser=False, say=lambda _line: None)


def test_the_template_names_no_other_host():
    text = TEMPLATE.read_text("utf-8")
    assert re.findall(r"https?://|//cdn", text) == []
    assert "super.super()" in text  # past the block of Voilà's template that loads from a CDN
