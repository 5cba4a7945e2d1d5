"""Kotler's grid on a frame: one row a segment (or an account), its band, its cell, and how the type in use fits."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any, Final

import narwhals.stable.v2 as nw

from .errors import DataError
from .frames import one_row, pick, to_native
from .inputs import having, numbers
from .relationships_rules import CustomerBand, GridRules, MarginBand, RelationshipType

if TYPE_CHECKING:
    from collections.abc import Iterable

    from .frames import Frame


def choose_segments(frame: Any, rules: GridRules | None = None, key: str = "segment") -> Any:
    """Choose the type for each segment (or account) of a frame, as `choose` does for one.

    Before: one row a segment with the columns `key`, `customers` (how many, or a band's word) and `margin` (fraction of
    the price, or a band's word). After: one row a segment, sorted by `key`, with

        segment         as `key` names it
        customers_band, margin_band   the bands
        advised         the type of the cell
        intensity       1 to 5, a float so that it can be unknown

    A number nobody knows (null; in pandas NaN) has no band, and its segment no type (null).

        >>> import pandas as pd
        >>> before = pd.DataFrame({
        ...     "segment": ["tea houses", "households"], "customers": [60, 250_000], "margin": [0.45, 0.25]})
        >>> choose_segments(before)
              segment customers_band margin_band      advised  intensity
        0  households           many      medium     reactive        2.0
        1  tea houses            few        high  partnership        5.0

    The bands in plain pandas:

        >>> pd.cut(before["customers"], [0, 100, 999, float("inf")], labels=["few", "medium", "many"]).tolist()
        ['few', 'many']

    An empty frame gives an empty one. Raises `DataError`: a missing column, another kind of column, a number that makes
    no sense (NaN off pandas, below 0 customers, a margin above 1), a word that is no band.
    """
    rules = rules or GridRules()
    checked = _checked(frame, key, {"customers": CustomerBand, "margin": MarginBand})
    return to_native(_advise(checked, rules).select(key, *_AFTER).sort(key))


def fit_segments(frame: Any, rules: GridRules | None = None, key: str = "segment") -> Any:
    """Hold the type in use with each segment (or account) against the type the grid advises, as `fit` does for one.

    Before: what `choose_segments` takes, and `in_use`, a type's word. After: one row a segment, sorted by `key`, with

        segment     as `key` names it
        in_use, advised   the two types
        gap         intensity in use less intensity advised, -4 to 4, a float so that it can be unknown
        fit         "too little", "fits" or "too much"

        >>> import pandas as pd
        >>> before = pd.DataFrame({
        ...     "segment": ["tea houses", "households"], "customers": ["few", "many"], "margin": ["high", "medium"],
        ...     "in_use": ["accountable", "accountable"]})
        >>> fit_segments(before)
              segment       in_use      advised  gap         fit
        0  households  accountable     reactive  1.0    too much
        1  tea houses  accountable  partnership -2.0  too little

    The gap in plain pandas:

        >>> intensity = {kind.value: kind.intensity for kind in RelationshipType}
        >>> (before["in_use"].map(intensity) - pd.Series([5, 2])).tolist()
        [-2, 1]

    Raises `DataError` as `choose_segments` does, and for a word in `in_use` that is no type.
    """
    rules = rules or GridRules()
    words = {"customers": CustomerBand, "margin": MarginBand, "in_use": RelationshipType}
    used = pick((nw.col("in_use") == kind.value, float(kind.intensity)) for kind in RelationshipType)
    gap = nw.col("gap")
    verdict = pick(((gap < 0, "too little"), (gap == 0, "fits"), (gap > 0, "too much")))
    advised = _advise(_checked(frame, key, words), rules).with_columns((used - nw.col("intensity")).alias("gap"))
    placed = advised.with_columns(verdict.alias("fit"))
    return to_native(placed.select(key, "in_use", "advised", "gap", "fit").sort(key))


_LIMITS: Final = {"customers": (0, None), "margin": (None, 1)}
_AFTER = ("customers_band", "margin_band", "advised", "intensity")


def _advise(frame: Frame, rules: GridRules) -> Frame:
    """Add both bands, the intensity of their cell and its type; a column of words is its own band."""
    kinds, many, profit = frame.collect_schema(), nw.col("customers"), nw.col("margin")
    counted = pick(
        (
            (many <= rules.few_most, "few"),
            (many < rules.many_least, "medium"),
            (many >= rules.many_least, "many"),
        )
    )
    earned = pick(
        (
            (profit < rules.medium_from, "low"),
            (profit < rules.high_from, "medium"),
            (profit >= rules.high_from, "high"),
        )
    )
    banded = frame.with_columns(
        (counted if kinds["customers"].is_numeric() else many).alias("customers_band"),
        (earned if kinds["margin"].is_numeric() else profit).alias("margin_band"),
    )
    steps = pick((nw.col("customers_band") == band.value, float(band.step)) for band in CustomerBand) + pick(
        (nw.col("margin_band") == band.value, float(band.step)) for band in MarginBand
    )
    placed = banded.with_columns((1 + steps).alias("intensity"))
    cells = pick((nw.col("intensity") == kind.intensity, kind.value) for kind in RelationshipType)
    return placed.with_columns(cells.alias("advised"))


def _checked(frame: Any, key: str, words: dict[str, Any]) -> Frame:
    """Wrap a frame and refuse what the grid cannot read; values are looked at in one aggregate query."""
    wrapped = having(frame, "segments", (key, *words))
    kinds = wrapped.collect_schema()
    texts = [column for column in words if column == "in_use" or not kinds[column].is_numeric()]
    limits = {column: _LIMITS[column] for column in words if column not in texts}
    wrapped = numbers(wrapped, "segments", limits, gaps=True) if limits else wrapped
    for column in texts:
        wrapped = _check_words(wrapped, column, words[column])
    return wrapped


def _check_words(frame: Frame, column: str, words: Iterable[str]) -> Frame:
    """Refuse a word that is none of those known, and a column that holds no text at all."""
    kind = frame.collect_schema()[column]
    filled = one_row(frame, nw.col(column).count().alias("filled"))["filled"]
    if not filled:  # an empty column bears any dtype
        return frame.with_columns(nw.lit(None).cast(nw.String).alias(column))
    if not isinstance(kind, (nw.String, nw.Categorical, nw.Enum)):
        raise DataError(f"holds {kind}; give one of {', '.join(words)}", table="segments", column=column)
    texts = frame.with_columns(nw.col(column).cast(nw.String))
    odd = texts.filter(~nw.col(column).is_null()).filter(~nw.col(column).is_in(list(words)))
    found = odd.select(column).head(1).lazy().collect()[column].to_list()
    if found:
        raise DataError(f"{found[0]!r} is none of {', '.join(words)}", table="segments", column=column)
    return texts
