"""Formgrader's scripts are nbgrader's own but for how a name is put together."""

from __future__ import annotations

from pathlib import Path

import pytest
from nbgrader.server_extensions.formgrader import handlers

from autograders.whole_names import ANY, BOTH, JOINED, SCRIPTS, WHOLE, with_whole_names

OWN = Path(handlers.static_path) / "js"


@pytest.mark.parametrize("name", SCRIPTS)
def test_names_are_joined_in_another_way_and_nothing_else_is_different(name):
    changed = with_whole_names(name)
    assert WHOLE in changed
    assert changed.replace(WHOLE, JOINED).replace(ANY, BOTH) == (OWN / name).read_text("utf-8")


def test_no_other_script_of_formgrader_joins_names():
    assert {path.name for path in OWN.glob("*.js") if JOINED in path.read_text("utf-8")} == set(SCRIPTS)
