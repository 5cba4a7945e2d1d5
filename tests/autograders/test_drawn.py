"""What was drawn is compared by its data, whatever it looks like: bars by words, lines and points by places."""

from __future__ import annotations

from datetime import date

import matplotlib as mpl
import pandas as pd
import pytest

from autograders.drawn import axes_in, heights, same_bars, same_lines, same_points
from autograders.plain import to_plain

mpl.use("agg")
CORE = {"core": 3, "lost": 1, "new": 2}


@pytest.fixture
def drawn():
    """Return a function that draws on new axes and gives them as a check sees them."""
    from matplotlib import pyplot as plt

    def draw(*steps):
        _, axes = plt.subplots()
        for step in steps:
            step(axes)
        return axes_in(to_plain(axes))

    yield draw
    plt.close("all")


STANDING = {
    "words": lambda ax: ax.bar(list(CORE), list(CORE.values())),
    "places with words": lambda ax: (ax.bar([10, 20, 30], [3, 1, 2]), ax.set_xticks([10, 20, 30], list(CORE))),
    "pandas": lambda ax: pd.Series(CORE).plot.bar(ax=ax),
    "thin": lambda ax: ax.bar(list(CORE), list(CORE.values()), width=0.2, color="red"),
    "written otherwise": lambda ax: ax.bar(["Core ", "LOST", "ｎｅｗ"], [3, 1, 2]),
}
LYING = {
    "words": lambda ax: ax.barh(list(CORE), list(CORE.values())),
    "pandas": lambda ax: pd.Series(CORE).plot.barh(ax=ax),
}


@pytest.mark.parametrize("step", STANDING.values(), ids=STANDING)
def test_standing_bars_are_found_by_their_words(drawn, step):
    axes = drawn(step)
    assert same_bars(axes, CORE)
    assert same_bars(axes, dict(reversed(CORE.items())))
    assert same_bars(axes, list(CORE.items()))
    assert not same_bars(axes, list(CORE.items())[::-1])
    assert not same_bars(axes, CORE | {"core": 4})
    assert not same_bars(axes, CORE | {"at_risk": 0})
    assert not same_bars(axes, {"core": 3, "lost": 1})


@pytest.mark.parametrize("step", LYING.values(), ids=LYING)
def test_lying_bars_will_do_where_the_check_says_so_read_from_the_top_or_the_bottom(drawn, step):
    axes = drawn(step)
    assert not same_bars(axes, CORE)
    assert same_bars(axes, CORE, either_way=True)
    assert same_bars(axes, list(CORE.items()), either_way=True)
    assert same_bars(axes, list(CORE.items())[::-1], either_way=True)
    assert not same_bars(axes, [("lost", 1), ("core", 3), ("new", 2)], either_way=True)


def test_bars_at_numbers_are_named_by_their_place(drawn):
    axes = drawn(lambda ax: ax.bar([2023, 2024, 2025], [1.0, 2.0, 2.5]))
    assert heights(axes) == [("2023", 1.0), ("2024", 2.0), ("2025", 2.5)]
    assert same_bars(axes, {2023: 1, 2024: 2, 2025: 2.5})
    assert same_bars(axes, [1, 2, 2.5])
    assert same_bars(axes, [1.01, 2, 2.49], tolerance=0.02)
    assert not same_bars(axes, [1.01, 2, 2.49])


def test_what_is_drawn_beside_the_bars_is_no_bar(drawn):
    axes = drawn(STANDING["words"], lambda ax: ax.axvspan(0.5, 1.5), lambda ax: ax.axhline(2))
    assert same_bars(axes, CORE)


def test_lines_are_found_in_any_order(drawn):
    first, second = ([1, 2, 3], [2.0, 4.0, 5.0]), (["a", "b"], [1.0, 3.0])
    axes = drawn(lambda ax: ax.plot(*second), lambda ax: ax.plot(*first))
    assert same_lines(axes, [second, first])
    assert same_lines(axes, [first, second])
    assert not same_lines(axes, [first])
    assert same_lines(axes, [first], more=True)
    assert not same_lines(axes, [first, first, second])
    turned = drawn(lambda ax: ax.plot(first[1], first[0], "--"))
    assert not same_lines(turned, [first])
    assert same_lines(turned, [first], either_way=True)


MONTHS = pd.date_range("2025-01-01", periods=3, freq="MS")
BY_MONTH = {
    "days": lambda ax: ax.plot(MONTHS, [1, 2, 3]),
    "dates": lambda ax: ax.plot([month.date() for month in MONTHS], [1, 2, 3]),
    "pandas": lambda ax: pd.Series([1, 2, 3], index=MONTHS).plot(ax=ax),
    "periods": lambda ax: pd.Series([1, 2, 3], index=MONTHS.to_period("M")).plot(ax=ax),
}


@pytest.mark.parametrize("step", BY_MONTH.values(), ids=BY_MONTH)
@pytest.mark.parametrize("expected", [MONTHS, [date(2025, month, 1) for month in (1, 2, 3)]])
def test_days_on_an_axis_are_days_however_they_came_there(drawn, step, expected):
    axes = drawn(step)
    assert same_lines(axes, [(expected, [1, 2, 3])])
    assert not same_lines(axes, [(expected, [1, 2, 4])])


@pytest.mark.parametrize("draw", [lambda ax, x, y: ax.scatter(x, y), lambda ax, x, y: ax.plot(x, y, "o")])
def test_points_are_found_in_any_order(drawn, draw):
    points = [(1, 5), (2, 4.5), (1, 3)]
    axes = drawn(lambda ax: draw(ax, [1, 1, 2], [3, 5, 4.5]))
    assert same_points(axes, points)
    assert same_points(axes, [(1.01, 5), (2, 4.5), (1, 3)], tolerance=0.05)
    assert not same_points(axes, [(1.01, 5), (2, 4.5), (1, 3)])
    assert not same_points(axes, [(y, x) for x, y in points])
    assert same_points(axes, [(y, x) for x, y in points], either_way=True)
    assert not same_points(axes, points[:2])


def test_nothing_drawn_is_no_axes(drawn):
    assert drawn() is None
    assert drawn(lambda ax: ax.set_title("A title alone")) is None
    assert axes_in([{"bars": [1], "lines": [], "points": []}]) is None
    assert axes_in("a figure") is None


def test_of_a_figure_the_axes_that_hold_something_are_looked_at():
    from matplotlib.figure import Figure

    figure = Figure()
    figure.subplots(1, 2)[1].bar(["a"], [1])
    assert same_bars(axes_in(to_plain(figure)), {"a": 1})
