"""What a KPI is, and the ten of the course: unit, direction, formula and the sentence the scorecard says."""

from __future__ import annotations

from dataclasses import dataclass, field
from typing import TYPE_CHECKING, Any, Final, Literal

from .concepts import get
from .errors import RuleError, UnknownName
from .kpis_counts import divided
from .kpis_customers import DAYS_PER_MONTH
from .messages import LANGUAGES, N_
from .schema import UNITS

if TYPE_CHECKING:
    from collections.abc import Callable, Mapping
    from datetime import date

    from .kpis_counts import Figures


@dataclass(frozen=True)
class Kpi:
    """One index of loyalty.

    name     what it is called in code, and in the scorecard
    terms    its name for readers, by language; left out where it is a concept of the registry
    unit     what it is in, by `loyaltylib.schema.UNITS` ("fraction", "customers", "money", ...)
    better   "up" where a rise is good, "down" where a fall is
    compute  `compute(tables, observed_from, observed_to)` gives its value in a window, or None where it is unknown
    concept  id in the concept registry
    says     sentence of the scorecard with a place for {value}, in English; translated where the kit has it
    of       for the kit's own: reads the value from the counts that all ten share

    Raises `RuleError` (no name, a unit or a direction that is none, a term missing in a language).
    """

    name: str
    terms: Mapping[str, str] = field(default_factory=dict)
    unit: str = "count"
    better: Literal["up", "down"] = "up"
    compute: Callable[[Any, date, date], float | None] | None = None
    concept: str | None = None
    says: str = N_("{term}: {value}.")
    of: Callable[[Figures], float | None] | None = None

    def __post_init__(self) -> None:
        if not self.name or not isinstance(self.name, str):
            raise RuleError(f"Kpi.name is {self.name!r}; give a short name in English")
        if self.unit not in UNITS:
            raise UnknownName("unit", self.unit, UNITS)
        if self.better not in ("up", "down"):
            raise RuleError(f"Kpi.better is {self.better!r}; give 'up' or 'down'")
        missing = [lang for lang in LANGUAGES if not self.concept and not self.terms.get(lang)]
        if missing:
            raise RuleError(f"Kpi {self.name!r} has no term for {' and '.join(missing)}; give terms in both languages")

    def term(self, lang: str) -> str:
        """Return its name for a reader; raises `UnknownName` for a language there is not."""
        if lang not in LANGUAGES:
            raise UnknownName("language", lang, LANGUAGES)
        return get(self.concept).term(lang) if self.concept else self.terms[lang]

    def value(self, figures: Figures, tables: Any) -> float | None:
        """Return its value in the window of `figures`; None where it is unknown."""
        found = None
        if self.of is not None:
            found = self.of(figures)
        elif self.compute is not None:
            found = self.compute(tables, figures.window.first, figures.window.last)
        return None if found is None else float(found)


def _per_month(figures: Figures) -> float:
    months = figures.window.months or figures.window.days / DAYS_PER_MONTH
    return figures.movement.new / months


def _core() -> tuple[Kpi, ...]:
    def one(name: str, concept: str, unit: str, says: str, of: Callable[[Figures], Any], **more: Any) -> Kpi:
        return Kpi(name, unit=unit, concept=f"kpi.{concept}", says=says, of=of, **more)

    return (
        one(
            "customer_base",
            "customer_base",
            "customers",
            N_("On the last day {value} people are customers, leaving out lost customers and onlookers."),
            lambda f: float(f.movement.end),
        ),
        one(
            "new_customer_retention",
            "new_retention",
            "fraction",
            N_("Of those whose first year ended in the window, {value} were still customers when it ended."),
            lambda f: f.newcomers and f.newcomers.rate,
        ),
        one(
            "retention_rate",
            "retention_rate",
            "fraction",
            N_("Of the customers on the day before the window, {value} are still customers on its last day."),
            lambda f: f.movement.retention,
        ),
        one(
            "customer_share",
            "customer_share",
            "fraction",
            N_("Of what customers spend on such goods anywhere, {value} comes to us."),
            lambda f: f.wallet and divided(*f.wallet),
        ),
        one(
            "complaint_satisfaction",
            "complaint_satisfaction",
            "fraction",
            N_("Of the complainers who scored the outcome, {value} are satisfied with it."),
            lambda f: f.complaints and divided(f.complaints[1], f.complaints[0]),
        ),
        one(
            "new_customers_per_month",
            "new_per_month",
            "per_month",
            N_("On average {value} new customers came each month."),
            _per_month,
        ),
        one(
            "purchase_frequency",
            "frequency",
            "purchases",
            N_("Whoever bought in the window did so on {value} days on average."),
            lambda f: f.purchases and f.purchases.frequency,
        ),
        one(
            "average_spend",
            "average_spend",
            "money",
            N_("Whoever bought in the window spent {value} on average."),
            lambda f: f.purchases and f.purchases.per_buyer,
        ),
        one(
            "churn_rate",
            "churn_rate",
            "fraction",
            N_("Of the customers on the day before the window, {value} were lost by its last day."),
            lambda f: f.movement.churn,
            better="down",
        ),
        one(
            "save_rate",
            "save_rate",
            "fraction",
            N_("Of the attempts to save a customer that are decided, {value} succeeded."),
            lambda f: f.saves and divided(f.saves[2], f.saves[1]),
        ),
    )


CORE: Final = _core()  # the ten of the course, in its order
