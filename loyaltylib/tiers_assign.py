"""The standards held against a whole frame of signals: on arrays where it is in memory, as one query where it is not.

Both ways go through `FLAGS` and `STANDARDS` and decide nothing themselves. Arrays take a tenth of the time a query
takes on a class's data, and a slider asks at every step; a table that stays in a database is not brought into memory.
"""

from __future__ import annotations

from functools import cache, reduce
from operator import and_
from typing import TYPE_CHECKING, Any

import narwhals.stable.v2 as nw

from .frames import said_if
from .tiers_rules import FLAGS, SIGNALS, SOURCES, STANDARDS, TierRules, first_asked, reasons

if TYPE_CHECKING:
    import numpy as np
    import numpy.typing as npt

    from .frames import Frame


def on_arrays(frame: nw.DataFrame[Any], rules: TierRules) -> nw.DataFrame[Any]:
    """Return customer_id, tier, rank and signals of a frame that is in memory; its rows may be as many as it holds.

    Few of the combinations of tier and reasons that there could be occur, so the text of each is made once.
    """
    import numpy as np

    given = [name for name in SIGNALS if name != "volume_cut"]
    columns = {name: frame[name].to_numpy().astype(float, copy=False) for name in given}  # unknown is NaN
    bought = columns["volume"][columns["volume"] > 0]
    cut = np.quantile(bought, rules.core_quantile) if len(bought) else np.nan  # as `with_cut` in a query
    columns["volume_cut"] = np.full(len(columns["volume"]), cut)
    holds = {flag: rule(columns, rules) for flag, rule in FLAGS.items()}
    met = [sum(holds[flag].astype(np.int8) for flag in one.flags) >= one.least(rules) for one in STANDARDS[:-1]]
    place = np.select(met, list(range(len(met))), len(met))
    silent = {table: np.isnan(columns[signal]) for table, signal in SOURCES.items()}
    codes, which = np.unique(_coded(place, [*holds.values(), *silent.values()]), return_inverse=True)
    texts = np.array([_reasons(int(code)) for code in codes], dtype=object)
    found = {
        "tier": np.array([one.tier.value for one in STANDARDS], dtype=object)[place],
        "rank": np.array([one.tier.rank for one in STANDARDS])[place],
        "signals": texts[which] if len(texts) else texts,
    }
    kinds: dict[str, Any] = {"tier": nw.String, "rank": nw.Int64, "signals": nw.String}
    series = [nw.new_series(name, found[name], kinds[name], backend=frame.implementation) for name in found]
    return frame.select("customer_id").with_columns(*series)


def _coded(place: npt.NDArray[np.int64], bits: list[npt.NDArray[np.bool_]]) -> npt.NDArray[np.int64]:
    """Return one whole number a row: its place in `STANDARDS`, then a bit for each flag and for each silent table."""
    code = place
    for bit in bits:
        code = code * 2 + bit
    return code


@cache
def _reasons(code: int) -> str:
    """Return the text of one combination; what its tier does not ask for is left out."""
    names = [*FLAGS, *SOURCES]
    true = {name for bit, name in enumerate(reversed(names)) if code >> bit & 1}
    return ", ".join(reasons(code >> len(names), true, true))


def in_query(frame: Frame, rules: TierRules) -> Frame:
    """Return the same of any frame, in one query of expressions that every engine has."""
    columns = {name: nw.col(name) for name in SIGNALS}
    holds = {flag: rule(columns, rules) for flag, rule in FLAGS.items()}
    met = frame.with_columns(
        _at_least(standard.least(rules), [holds[flag] for flag in standard.flags]).alias(f"_met_{place}")
        for place, standard in enumerate(STANDARDS[:-1])
    )
    said = []
    for standard in STANDARDS:
        sure = standard.flags if standard.least(rules) == len(standard.flags) else ()
        words = [said_if(holds[flag], flag) for flag in (*standard.flags, *standard.reported) if flag not in sure]
        always = nw.lit("".join(f"{flag}, " for flag in sure))
        said.append(nw.concat_str([always, *words]) if words else always)
    place = _first_met([nw.lit(place) for place in range(len(STANDARDS))])
    silent = [
        said_if((nw.col("_place") >= first) & nw.col(SOURCES[table]).is_null(), f"{table}?")
        for table, first in first_asked().items()
    ]
    return met.with_columns(place.alias("_place")).select(
        "customer_id",
        _first_met([nw.lit(standard.tier.value) for standard in STANDARDS]).alias("tier"),
        _first_met([nw.lit(standard.tier.rank) for standard in STANDARDS]).alias("rank"),
        nw.concat_str([_first_met(said), *silent]).str.strip_chars(", ").alias("signals"),
    )


def _at_least(count: int, flags: list[nw.Expr]) -> nw.Expr:
    """Whether so many of the flags hold; an unknown one does not."""
    if count == len(flags):
        return reduce(and_, flags)
    return nw.sum_horizontal(*(flag.cast(nw.Int64) for flag in flags)) >= count


def _first_met(values: list[nw.Expr]) -> nw.Expr:
    """Return the value of the first standard that is met; the last asks for nothing."""
    chosen = values[-1]
    for place in reversed(range(len(STANDARDS) - 1)):
        chosen = nw.when(nw.col(f"_met_{place}")).then(values[place]).otherwise(chosen)
    return chosen
