"""Order of the tests: what takes longest starts first, so that no worker ends alone."""

from __future__ import annotations

import pytest


@pytest.hookimpl(trylast=True)
def pytest_collection_modifyitems(items):
    def late(item) -> int:
        group = item.get_closest_marker("xdist_group")
        if group and group.args[:1] == ("loop",):
            return 0
        return 1 if item.get_closest_marker("browser") else 2

    items.sort(key=late)
