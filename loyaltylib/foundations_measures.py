"""What to do: the measures of keeping and developing customers as checklists, with their state and score."""

from __future__ import annotations

from dataclasses import dataclass
from enum import StrEnum
from typing import TYPE_CHECKING, Final

from .concepts import get
from .errors import UnknownName
from .inputs import word

if TYPE_CHECKING:
    from collections.abc import Iterable

    import pandas as pd


class Keep(StrEnum):
    """Five practices that keep existing customers."""

    NEEDS_SEGMENT = "needs and segments"
    DATABASE = "database"
    COMMUNICATION = "communication"
    BARRIERS = "barriers"
    STAFF = "staff"

    @property
    def concept(self) -> str:
        """Id in the concept registry."""
        return f"keep.{self.name.lower()}"


class NeedsMeasure(StrEnum):
    """Three measures under `Keep.NEEDS_SEGMENT`."""

    OFFERS = "offers"
    SPECIAL = "special treatment"
    SOLUTIONS = "solutions"

    @property
    def concept(self) -> str:
        """Id in the concept registry."""
        return f"keep.needs_segment.{self.name.lower()}"


class Develop(StrEnum):
    """Four practices that win new customers."""

    SEARCH = "search"
    EXPLAIN = "explain"
    RELATE = "relate"
    ADD_VALUE = "add value"

    @property
    def concept(self) -> str:
        """Id in the concept registry."""
        return f"develop.{self.name.lower()}"


class ManagementField(StrEnum):
    """The ten fields that CRM takes in besides the customers themselves.

    >>> ManagementField.CARE.term("en"), ManagementField.CARE.term("zh")
    ('Customer care', '客户关怀')
    """

    MARKET = "market"
    SALES = "sales"
    SERVICE = "service"
    CARE = "customer care"
    ANALYSIS = "analysis and decision"
    OPPORTUNITIES = "sales opportunities"
    PARTNERS = "partners"
    COMPETITORS = "competitors"
    PRODUCTS = "products"
    EMPLOYEES = "employees"

    @property
    def concept(self) -> str:
        """Id in the concept registry; the ten are the traits of one concept."""
        return "crm.management_scope"

    def term(self, lang: str) -> str:
        """Return the field's name, from the concept's traits."""
        return get(self.concept).traits(lang)[list(ManagementField).index(self)]


_Item = Keep | NeedsMeasure | Develop | ManagementField
LISTS: Final[dict[str, type[_Item]]] = {
    "keep": Keep,
    "needs": NeedsMeasure,
    "develop": Develop,
    "management": ManagementField,
}


@dataclass(frozen=True)
class Checklist:
    """A list of measures and which of them are done; made by `checklist`."""

    name: str
    done: tuple[_Item, ...]

    @property
    def items(self) -> tuple[_Item, ...]:
        """All measures, in the course's order."""
        return tuple(LISTS[self.name])

    @property
    def missing(self) -> tuple[_Item, ...]:
        """Measures not done yet."""
        return tuple(item for item in self.items if item not in self.done)

    @property
    def score(self) -> int:
        """How many are done: 0 to 5 for "keep"."""
        return len(self.done)

    def frame(self, lang: str = "en") -> pd.DataFrame:
        """Return one row a measure: item, concept, term and what (in the reader's language), done.

        >>> checklist("develop", done=["explain"]).frame()[["item", "done"]]
                item   done
        0     search  False
        1    explain   True
        2     relate  False
        3  add value  False
        """
        import pandas as pd

        rows = [
            {
                "item": item.value,
                "concept": item.concept,
                "term": item.term(lang) if isinstance(item, ManagementField) else get(item.concept).term(lang),
                "what": get(item.concept).definition(lang),
                "done": item in self.done,
            }
            for item in self.items
        ]
        return pd.DataFrame(rows)


def checklist(name: str, done: Iterable[str] = ()) -> Checklist:
    """Return a checklist with the measures that are done: "keep", "needs", "develop" or "management".

    >>> list_ = checklist("keep", done=["database", "staff"])
    >>> list_.score, [str(item) for item in list_.missing]
    (2, ['needs and segments', 'communication', 'barriers'])

    A measure named twice counts once. Raises `UnknownName` for a list or a measure there is not.
    """
    if name not in LISTS:
        raise UnknownName("checklist", name, LISTS)
    kind = LISTS[name]
    named = {word(f"measure of {name!r}", item, kind) for item in done}
    return Checklist(name, tuple(item for item in kind if item in named))
