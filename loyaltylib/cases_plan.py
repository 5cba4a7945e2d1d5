"""The capstone: one plan that ties tiers, value, strategies, KPIs and targets together."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, replace
from datetime import timedelta
from typing import TYPE_CHECKING, Any, Final

import narwhals.stable.v2 as nw

from .concepts import get
from .errors import RuleError
from .formats import number as written
from .formats import percent
from .frames import days_before
from .inputs import Reader, count, fraction, known_day, word
from .messages import tell
from .tiers import Tier, assign_tiers, pyramid, strategies_for

if TYPE_CHECKING:
    from datetime import date

    from .frames import Frame
    from .kpis import LoyaltyPlan
    from .tiers import TierRules

_BETWEEN: Final = {"en": "; ", "zh": "；"}


@dataclass(frozen=True)
class Aim:
    """What a plan wants of a tier: a share of its customers on the tier `to` at the end of the plan's year.

    tier   whose customers
    to     where they should stand; the tier itself where they are to be kept
    share  how many of them (fraction). The course names no figure; these are the kit's, to be replaced by your own
    kpis   names of the KPIs of `loyaltylib.kpis` that watch it

    Raises `UnknownName` for a tier there is not, `RuleError` for a share that is no fraction.
    """

    tier: Tier
    to: Tier
    share: float
    kpis: tuple[str, ...]

    def __post_init__(self) -> None:
        object.__setattr__(self, "tier", word("tier", self.tier, Tier))
        object.__setattr__(self, "to", word("tier", self.to, Tier))
        fraction(f"share of {self.tier}", self.share)

    def say(self, customers: float, lang: str = "en") -> str:
        """Return the target in a sentence.

        >>> AIMS[Tier.CORE].say(40)
        'Keep 95% of them where they stand: 38.0 customers.'
        """
        values = {"share": percent(self.share, lang, trim=True), "customers": written(self.share * customers, lang, 1)}
        if self.to == self.tier:
            return tell(lang, "Keep {share} of them where they stand: {customers} customers.", **values)
        return tell(
            lang, "Move {share} of them to “{to}”: {customers} customers.", to=get(self.to.concept).term(lang), **values
        )


# Each of the ten KPIs of the course watches a tier; which one, the course leaves open. Winning a lost customer back is
# hard, an onlooker easier, and losing an advocate is a loss no company can afford: the shares follow these words.
AIMS: Final[dict[Tier, Aim]] = {
    aim.tier: aim
    for aim in (
        Aim(Tier.LOST, Tier.REGULAR, 0.05, ("churn_rate",)),
        Aim(Tier.ONLOOKER, Tier.NEW, 0.1, ("new_customers_per_month",)),
        Aim(Tier.AT_RISK, Tier.REGULAR, 0.3, ("save_rate", "complaint_satisfaction")),
        Aim(Tier.NEW, Tier.REGULAR, 0.5, ("new_customer_retention",)),
        Aim(Tier.INACTIVE, Tier.REGULAR, 0.1, ("customer_share",)),
        Aim(Tier.REGULAR, Tier.CORE, 0.05, ("purchase_frequency", "average_spend")),
        Aim(Tier.CORE, Tier.CORE, 0.95, ("retention_rate", "average_spend")),
        Aim(Tier.ADVOCATE, Tier.ADVOCATE, 1.0, ("retention_rate", "customer_base")),
    )
}


@dataclass(frozen=True)
class Capstone:
    """A loyalty plan, worked out for one company.

    tiers      eight rows, one a tier (see `loyalty_plan`)
    scorecard  ten rows or more, one a KPI, as `loyaltylib.kpis.scorecard` gives it
    plan       the KPIs and the groundwork, as `loyaltylib.kpis.LoyaltyPlan` has them
    """

    tiers: Any
    scorecard: Any
    plan: LoyaltyPlan


def loyalty_plan(  # noqa: PLR0913  # each part of the plan may be one's own
    tables: object,
    as_of: date | str,
    *,
    days: int = 365,
    aims: Mapping[str, float] | None = None,
    plan: LoyaltyPlan | None = None,
    rules: TierRules | None = None,
    lang: str = "en",
) -> Capstone:
    """Draw up the loyalty plan of a company: who stands on which tier, what they bring, what to do, what to watch.

    Before: the tables, as `loyaltylib.tiers.assign_tiers` and `loyaltylib.kpis.scorecard` read them; customers and
    transactions must be there. `aims` replaces the share of a tier's aim (`AIMS`) by your own, `plan` the KPIs by
    yours. After: a `Capstone`, whose frame `tiers` has eight rows, from rank 1 to 8, of the tables' own engine:

        tier, rank
        customers    how many stand there on `as_of`
        share        of all customers (fraction)
        value        money they paid in the `days` up to and with `as_of`; a tier says nothing of value (AMB-50)
        strategies   what the course advises, in `lang`
        kpis         names of the KPIs that watch the tier, as the scorecard has them
        to           tier at which the plan aims; the same: keep them
        aim          share of the tier's customers to be there in a year (fraction)
        target       how many that is (customers, not rounded)
        sentence     the target in words, in `lang`

        >>> from loyaltylib.data import load
        >>> company = load("company")
        >>> after = loyalty_plan(company, company.as_of, aims={"at_risk": 0.4}).tiers
        >>> after[["tier", "customers", "to", "aim", "kpis"]]
               tier  customers        to   aim                               kpis
        0      lost        624   regular  0.05                         churn_rate
        1  onlooker        235       new  0.10            new_customers_per_month
        2   at_risk        285   regular  0.40  save_rate, complaint_satisfaction
        3       new        178   regular  0.50             new_customer_retention
        4  inactive        383   regular  0.10                     customer_share
        5   regular        787      core  0.05  purchase_frequency, average_spend
        6      core         99      core  0.95      retention_rate, average_spend
        7  advocate         96  advocate  1.00      retention_rate, customer_base

    The targets in plain pandas:

        >>> (after["customers"] * after["aim"]).equals(after["target"])
        True

    Raises `DataError` (a missing table, what breaks the schema), `RuleError` (a day or span outside the data, a share
    that is no fraction, a plan with fewer than ten KPIs or without one that watches a tier), `UnknownName` (a tier).
    """
    from .kpis import LoyaltyPlan, scorecard

    last, wanted = known_day(tables, as_of), (plan or LoyaltyPlan()).validate()
    first = last - timedelta(count("days", days, 1) - 1)
    chosen = _aims(aims or {})
    for aim in chosen:
        for name in aim.kpis:
            wanted.kpi(name)
    card = scorecard(tables, first, last, lang=lang, plan=wanted)
    placed: Frame = nw.from_native(assign_tiers(tables, last, rules))
    worth = placed.join(paid(tables, last, days), on="customer_id", how="left").with_columns(
        nw.col("value").fill_null(0.0)
    )
    steps: Any = nw.from_native(pyramid(worth.to_native(), value="value"))
    counts = steps["customers"].to_list()
    columns = {
        "strategies": [_BETWEEN[lang].join(strategies_for(aim.tier, lang)) for aim in chosen],
        "kpis": [", ".join(aim.kpis) for aim in chosen],
        "to": [aim.to.value for aim in chosen],
        "aim": [float(aim.share) for aim in chosen],
        "target": [aim.share * n for aim, n in zip(chosen, counts, strict=True)],
        "sentence": [aim.say(n, lang) for aim, n in zip(chosen, counts, strict=True)],
    }
    whole = {name: steps[name].to_list() for name in steps.columns}
    frame = nw.from_dict({**whole, **columns}, backend=steps.implementation).to_native()
    return Capstone(tiers=frame, scorecard=card, plan=wanted)


def _aims(shares: Mapping[str, float]) -> list[Aim]:
    """Return the aims of all tiers in order of rank, with a caller's shares in place of the kit's."""
    if not isinstance(shares, Mapping):
        raise RuleError(f"aims is {shares!r}; give each tier and its share, for instance {{'at_risk': 0.4}}")
    own = {word("tier", tier, Tier): share for tier, share in shares.items()}
    return [replace(AIMS[tier], share=own.get(tier, AIMS[tier].share)) for tier in Tier]


def paid(tables: object, last: date, days: int) -> Frame:
    """One row a buyer of the span: what was paid in it."""
    reader = Reader(tables)
    reader.open("customers", ("customer_id",))  # says what kind ids are
    why = "without it nobody knows what a tier brings"
    orders = reader.must_open("transactions", ("customer_id", "date", "amount"), why=why)
    age = nw.col("age")
    dated = orders.select(
        "customer_id", nw.col("amount").cast(nw.Float64).alias("value"), days_before("date", last).alias("age")
    )
    return dated.filter((age >= 0) & (age < days)).group_by("customer_id").agg(nw.col("value").sum())
