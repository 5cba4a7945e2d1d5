"""Figures: no missing glyph, colours everyone can tell apart, words for those who do not see them."""

from __future__ import annotations

import warnings
from itertools import pairwise

import numpy as np
import pandas as pd
import polars as pl
import pytest
from fontTools.ttLib import TTFont
from matplotlib import font_manager
from matplotlib.colors import to_rgb

from loyaltylib import figures
from loyaltylib.errors import DataError
from loyaltylib.fonts import FAMILY, FONT
from loyaltylib.fonts.make import LIMIT, kit_characters
from loyaltylib.resources import find

ROOT = find("pyproject.toml").parent
COUNTS = {"lost": 40, "onlooker": 20, "at_risk": 10, "new": 5, "inactive": 12, "regular": 30, "core": 4, "advocate": 2}
COHORTS = pd.DataFrame(
    {
        "cohort": ["2025-01"] * 3 + ["2025-02"] * 2,
        "month": [0, 1, 2, 0, 1],
        "customers": [10, 10, 10, 20, 20],
        "active": [10, 4, 2, 20, 4],
        "share": [1.0, 0.4, 0.2, 1.0, 0.2],
    }
)
STAYS = pd.DataFrame({"days": [100.0, 400.0], "at_risk": [10, 7], "lost": [2, 4], "survival": [0.8, 0.4]})
MOVES = {("regular", "regular"): 25, ("regular", "at_risk"): 5, ("new", "regular"): 3, ("core", "core"): 4}


def glyphs(path) -> set[int]:
    return set(TTFont(path).getBestCmap())


def test_every_character_of_the_kits_texts_has_a_glyph():
    known = glyphs(FONT) | glyphs(font_manager.findfont("DejaVu Sans", fallback_to_default=False))
    missing = {character: file for character, file in kit_characters(ROOT).items() if ord(character) not in known}
    assert missing == {}, "run `make font` and commit the font"


def test_the_font_is_small_renamed_and_keeps_its_copyright():
    font = TTFont(FONT)
    names = {record.nameID: str(record) for record in font["name"].names}
    assert FONT.stat().st_size < LIMIT
    assert names[1] == FAMILY
    assert all("Noto" not in text and "Source" not in text for number, text in names.items() if number in {1, 3, 4, 6})
    assert "Adobe" in names[0]
    assert "Open Font License" in names[13]
    assert "SIL OPEN FONT LICENSE" in (FONT.parent / "OFL.txt").read_text("utf-8")


@pytest.fixture
def only_shipped_fonts(monkeypatch):
    """A machine without a Chinese font: matplotlib knows its own fonts and the kit's."""
    ours = [f for f in font_manager.fontManager.ttflist if "matplotlib" in f.fname or f.name == FAMILY]
    monkeypatch.setattr(font_manager.fontManager, "ttflist", ours)
    font_manager.fontManager._findfont_cached.cache_clear()  # noqa: SLF001 - what it found before is not there now


@pytest.mark.usefixtures("only_shipped_fonts")
@pytest.mark.parametrize("lang", ["en", "zh"])
def test_all_pictures_are_drawn_without_a_warning_on_a_machine_without_a_chinese_font(lang, caplog):
    with warnings.catch_warnings():
        warnings.simplefilter("error")
        for figure in (
            figures.pyramid(COUNTS, lang, before={**COUNTS, "new": 9}),
            figures.revenue({tier: 1e4 * n for tier, n in COUNTS.items()}, lang),
            figures.transitions(MOVES, lang),
            figures.cohort_heatmap(COHORTS, lang),
            figures.survival_curve(STAYS, lang),
        ):
            assert figures.png(figure).startswith(b"\x89PNG")
    assert [record for record in caplog.records if "font" in record.name] == []


def test_the_same_picture_gives_the_same_bytes():
    assert figures.png(figures.pyramid(COUNTS)) == figures.png(figures.pyramid(COUNTS))
    assert figures.png(figures.pyramid(COUNTS)) != figures.png(figures.pyramid({**COUNTS, "core": 5}))


def test_drawing_leaves_no_trace_in_matplotlibs_settings():
    import matplotlib as mpl

    before = dict(mpl.rcParams)
    figures.png(figures.pyramid(COUNTS, "zh"))
    assert dict(mpl.rcParams) == before


# Machado, Oliveira and Fernandes (2009), severity 1.0: what someone without one kind of cone sees, on linear RGB.
BLINDNESS = {
    "none": np.eye(3),
    "protan": [[0.152286, 1.052583, -0.204868], [0.114503, 0.786281, 0.099216], [-0.003882, -0.048116, 1.051998]],
    "deutan": [[0.367322, 0.860646, -0.227968], [0.280085, 0.672501, 0.047413], [-0.011820, 0.042940, 0.968881]],
    "tritan": [[1.255528, -0.076749, -0.178779], [-0.078411, 0.930809, 0.147602], [0.004733, 0.691367, 0.303900]],
    "grey": [[0.2126, 0.7152, 0.0722]] * 3,
}


def perceived(colour: str, kind: str) -> np.ndarray:
    linear = np.power(to_rgb(colour), 2.2)
    return np.power(np.clip(np.asarray(BLINDNESS[kind]) @ linear, 0, 1), 1 / 2.2)


@pytest.mark.parametrize("kind", BLINDNESS)
def test_neighbours_on_the_pyramid_differ_for_every_kind_of_sight(kind):
    colours = list(figures.COLOURS.values())
    distance = [np.linalg.norm(perceived(a, kind) - perceived(b, kind)) for a, b in pairwise(colours)]
    assert min(distance) > 0.15


@pytest.mark.parametrize("make", [pd.DataFrame, pl.DataFrame, lambda d: pl.DataFrame(d).lazy()])
def test_a_frame_of_any_kind_gives_the_same_counts(make):
    frame = make({"tier": ["core", "lost"], "customers": [3, 8]})
    assert figures.by_tier(frame) == {**dict.fromkeys(figures.TIERS, 0.0), "core": 3.0, "lost": 8.0}


def test_who_is_in_one_of_two_frames_only_is_no_move():
    frame = pd.DataFrame(
        {"tier_before": ["absent", "new", "core"], "tier_after": ["new", "core", "absent"], "customers": [7, 2, 1]}
    )
    assert figures.by_move(frame) == {("new", "core"): 2}


def test_wrong_frames_are_named():
    with pytest.raises(DataError, match=r"column 'customers': it is missing; there are tier"):
        figures.pyramid(pd.DataFrame({"tier": ["core"]}))
    with pytest.raises(DataError, match="there is no tier 'gold'"):
        figures.pyramid({"gold": 3})
    with pytest.raises(DataError, match="there is no tier 'gold'"):
        figures.transitions({("gold", "core"): 3})


def test_titles_and_words_say_what_the_picture_shows_now():
    figure = figures.pyramid(COUNTS, "en")
    texts = [text.get_text() for text in figure.axes[0].texts]
    assert "63 customers in the base, 123 known" in texts
    assert "30  (24.4%)" in texts
    assert figure.get_label().startswith(
        "Customer pyramid. 63 customers in the base, 123 known. From the top: Advocates 2"
    )
    assert "客户基数 63 位，已知 123 位" in figures.alt_pyramid(COUNTS, "zh")
    assert "Of 37 customers 3 moved up, 5 moved down" in figures.alt_transitions(MOVES, "en")


def test_the_cohort_heatmap_leaves_the_first_month_out_and_says_what_it_shows():
    figure = figures.cohort_heatmap(COHORTS)
    assert [text.get_text() for text in figure.axes[0].texts] == ["40%", "20%", "20%"]
    assert figures.alt_cohort_heatmap(COHORTS) == figure.get_label()
    assert (
        "One month after the first purchase 30.0% bought again on average, 2 months after it 20.0%"
        in figure.get_label()
    )
    with pytest.raises(DataError, match="choose a later day"):
        figures.cohort_heatmap(COHORTS.query("month == 0"))


def test_the_survival_curve_says_who_is_left_after_a_year_and_when_half_are_lost():
    figure = figures.survival_curve(STAYS)
    assert figure.axes[0].get_title("left") == "80% stay longer than a year"
    assert figure.get_label() == "Survival curve. 80% stay longer than a year. Half are lost after 400 days."
    assert figures.alt_survival_curve(STAYS.head(1)).endswith("More than half stay to the end of the data.")
    with pytest.raises(DataError, match="no step to draw"):
        figures.survival_curve(STAYS.head(0))


def test_nobody_and_nothing_can_be_drawn():
    nobody = dict.fromkeys(figures.TIERS, 0)
    for figure in (figures.pyramid(nobody), figures.revenue(nobody), figures.transitions({})):
        assert figures.png(figure).startswith(b"\x89PNG")
    assert "0 customers in the base" in figures.alt_pyramid({}, "en")
