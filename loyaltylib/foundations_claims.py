"""The figures that are only quoted: who says them, and whether they hold. They stand in the concept registry.

A claim is shown with its status, and never enters a computation unless a caller asks for it by name.
"""

from __future__ import annotations

from enum import StrEnum
from typing import TYPE_CHECKING, Final

from .concepts import all as all_concepts
from .concepts import get
from .errors import UnknownName
from .foundations_economics import Chances
from .inputs import word
from .messages import LANGUAGES
from .schema import UNITS

if TYPE_CHECKING:
    from collections.abc import Iterable

    import pandas as pd

STEM: Final = "foundations"
# Claims about what retention, loyalty or satisfaction does to profit: marks beside `retention_effect`.
EFFECT_MARKS: Final = (
    "stat.retention_up5_profit_up85",
    "stat.loyalty_down5_profit_down25",
    "stat.crm.satisfaction5_profit_x2",
)


class ChanceSource(StrEnum):
    """Who is quoted on the chance of selling: the course text, or a later textbook that says otherwise (AMB-25)."""

    COURSE = "course"
    OUTSIDE = "outside"


def significance_claims(lang: str = "en", concepts: Iterable[str] | None = None) -> pd.DataFrame:
    """Return the quoted figures of this chapter from the concept registry, one row a claim, in the registry's order.

    `concepts` (ids) narrows them. After:

        concept, term    id in the registry, and what readers call it
        value, high      the figure; the upper end where it is a range, else unknown. Rates are fractions
        unit             what it is in, in the reader's words
        status           verified: found elsewhere as quoted; contested: others say otherwise; unverified: not found
        source, text     who says so; the claim in one sentence

    >>> claims = significance_claims("en", ["stat.retention_cost_fifth"])
    >>> claims[["value", "high", "status"]]
       value  high    status
    0    0.2   NaN  verified
    1    0.1   0.2  verified

    Raises `UnknownName` for a concept or a language there is not.
    """
    import pandas as pd

    if lang not in LANGUAGES:
        raise UnknownName("language", lang, LANGUAGES)
    wanted = (
        [c for c in all_concepts() if c.taught_in == STEM] if concepts is None else [get(name) for name in concepts]
    )
    rows = [
        {
            "concept": concept.id,
            "term": concept.term(lang),
            "value": claim.value,
            "high": claim.high,
            "unit": UNITS[claim.unit][lang],
            "status": claim.status,
            "source": claim.source(lang),
            "text": claim.text(lang),
        }
        for concept in wanted
        for claim in concept.claims
    ]
    columns = ["concept", "term", "value", "high", "unit", "status", "source", "text"]
    return pd.DataFrame(rows, columns=columns).astype({"value": float, "high": float})


def effect_marks(lang: str = "en") -> pd.DataFrame:
    """Return the quoted effects on profit, to be drawn as marks beside what `retention_effect` computes (AMB-23).

    The columns are those of `significance_claims`. They are no elasticities: their bases and units differ.

    >>> effect_marks()["value"].tolist()[0]
    0.85
    """
    return significance_claims(lang, EFFECT_MARKS)


def quoted_chances(source: str = ChanceSource.COURSE, *, high: bool = False) -> Chances:
    """Return the quoted chances of selling from the concept registry; `high` takes the upper end of a range.

    >>> quoted_chances()
    Chances(existing=0.5, new=0.15)
    >>> quoted_chances("outside"), quoted_chances("outside", high=True)
    (Chances(existing=0.6, new=0.05), Chances(existing=0.7, new=0.2))

    Raises `UnknownName` for a source nobody knows.
    """
    place = list(ChanceSource).index(word("source", source, ChanceSource))
    found = [get(name).claims[place] for name in ("stat.sell_existing_50", "stat.sell_new_15")]
    ends = [claim.high if high and claim.high is not None else claim.value for claim in found]
    return Chances(existing=ends[0], new=ends[1])
