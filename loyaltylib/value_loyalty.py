"""Satisfaction beside loyalty: who is satisfied and stays, who only stays, who is only satisfied.

The four kinds of customers and the curve are Jones and Sasser's (1995), the three zones Heskett and others' (1994).
They draw pictures and print no limits, so every limit here is the kit's own, and a parameter.
"""

from __future__ import annotations

from dataclasses import dataclass
from enum import StrEnum
from typing import Any

import narwhals.stable.v2 as nw

from .errors import DataError, RuleError
from .frames import one_if, one_row, to_native
from .inputs import fraction, having, number, numbers, positive


class Quadrant(StrEnum):
    """The four kinds of customers by satisfaction and loyalty.

    An apostle is satisfied and stays; a mercenary is satisfied and goes where it is cheaper; a hostage is not satisfied
    and stays because leaving is hard; a defector is not satisfied and goes.
    """

    APOSTLE = "apostle"
    MERCENARY = "mercenary"
    HOSTAGE = "hostage"
    DEFECTOR = "defector"

    @property
    def concept(self) -> str:
        """Id of the model in the concept registry."""
        return "satloy.apostle"


class Zone(StrEnum):
    """The three zones of the satisfaction-loyalty curve, from its lower end to its upper."""

    DEFECTION = "defection"
    INDIFFERENCE = "indifference"
    AFFECTION = "affection"

    @property
    def concept(self) -> str:
        """Id of the curve in the concept registry."""
        return "satloy.curve"


Scale = tuple[float, float]


def _scale(name: str, scale: Any) -> Scale:
    """Return a scale given by its two ends; raises `RuleError` unless the second lies above the first."""
    try:
        low, high = scale
    except (TypeError, ValueError) as error:
        raise RuleError(f"{name} is {scale!r}; give its two ends, for instance (1, 5)") from error
    ends = number(f"{name}[0]", low), number(f"{name}[1]", high)
    if ends[1] <= ends[0]:
        raise RuleError(f"{name} is {scale!r}; give the lower end first")
    return ends


@dataclass(frozen=True)
class LoyaltyRules:
    """From where on a customer counts as satisfied, as staying, as indifferent, as devoted.

    satisfaction_scale   the two ends of the scale of satisfaction (1, the worst, to 5 by default)
    stay_scale           the two ends of the scale of staying (0 to 1 by default: the chance that the customer stays)
    satisfied_from       satisfied: at or above this. 4 of 5, the first answer above the middle
    stays_from           stays: at or above this. 0.5, as likely to stay as to go
    indifference_from    zone of indifference: at or above this; below it lies defection. 3 of 5, the middle
    affection_from       zone of affection: at or above this. 5 of 5, because only the completely satisfied are devoted

    Each limit lies above the lower end of its scale and not above its upper end, so that both its sides can be reached.
    Raises `RuleError` for a limit that does not, and where affection begins at or below indifference.
    """

    satisfied_from: float = 4
    stays_from: float = 0.5
    indifference_from: float = 3
    affection_from: float = 5
    satisfaction_scale: Scale = (1, 5)
    stay_scale: Scale = (0, 1)

    def __post_init__(self) -> None:
        satisfied = _scale("LoyaltyRules.satisfaction_scale", self.satisfaction_scale)
        stays = _scale("LoyaltyRules.stay_scale", self.stay_scale)
        for name in ("satisfied_from", "stays_from", "indifference_from", "affection_from"):
            low, high = stays if name == "stays_from" else satisfied
            if number(f"LoyaltyRules.{name}", getattr(self, name), low, high) == low:
                raise RuleError(f"LoyaltyRules.{name} is {low:g}, the lower end of its scale; give a number above it")
        if self.affection_from <= self.indifference_from:
            says = f"give a number above {self.indifference_from:g}, where indifference begins"
            raise RuleError(f"LoyaltyRules.affection_from is {self.affection_from!r}; {says}")


def quadrant(satisfaction: float, stay: float, rules: LoyaltyRules | None = None) -> Quadrant:
    """Return what kind of customer someone is, by how satisfied he is and how likely he stays.

    A hostage is who stays at a low satisfaction: barriers and pain hold him, not loyalty (AMB-38). Both numbers on the
    scales of `LoyaltyRules`. Source: Jones and Sasser, Why Satisfied Customers Defect, 1995.

    >>> quadrant(5, 0.9).value, quadrant(2, 0.9).value, quadrant(5, 0.2).value, quadrant(2, 0.2).value
    ('apostle', 'hostage', 'mercenary', 'defector')

    Raises `RuleError` for a number outside its scale.
    """
    limits = rules or LoyaltyRules()
    satisfied = number("satisfaction", satisfaction, *limits.satisfaction_scale) >= limits.satisfied_from
    if number("stay", stay, *limits.stay_scale) >= limits.stays_from:
        return Quadrant.APOSTLE if satisfied else Quadrant.HOSTAGE
    return Quadrant.MERCENARY if satisfied else Quadrant.DEFECTOR


def quadrants(answers: Any, rules: LoyaltyRules | None = None) -> Any:
    """Tell of every customer what kind he is, by the rule of `quadrant`.

    Before: one row a customer with customer_id, satisfaction and stay, on the scales of `LoyaltyRules`. After: one row
    a customer, sorted by `customer_id`, with

        customer_id
        quadrant   "apostle", "mercenary", "hostage" or "defector"; unknown where either number is

        >>> import pandas as pd
        >>> before = pd.DataFrame({
        ...     "customer_id": ["ann", "bo", "cy"], "satisfaction": [5.0, 2.0, 4.0], "stay": [0.9, 0.8, 0.1]})
        >>> quadrants(before)
          customer_id   quadrant
        0         ann    apostle
        1          bo    hostage
        2          cy  mercenary

    In plain pandas:

        >>> satisfied, stays = before["satisfaction"] >= 4, before["stay"] >= 0.5
        >>> [("apostle" if s else "hostage") if k else ("mercenary" if s else "defector")
        ...  for s, k in zip(satisfied, stays)]
        ['apostle', 'hostage', 'mercenary']

    Raises `DataError` for a missing column, no numbers, a number outside its scale, or a customer without an id or
    there twice.
    """
    limits = rules or LoyaltyRules()
    frame = _answers(answers, limits, ("customer_id",))
    rows = one_row(frame, nw.len().alias("n"), nw.col("customer_id").n_unique().alias("ids"), _unnamed())
    if rows["unnamed"]:
        raise DataError(f"{rows['unnamed']} rows have no value; fill it in", table="answers", column="customer_id")
    if rows["n"] != rows["ids"]:
        raise DataError("a customer is there twice; one row a customer", table="answers", column="customer_id")
    satisfied = nw.col("satisfaction") >= limits.satisfied_from
    staying = _either(satisfied, Quadrant.APOSTLE, Quadrant.HOSTAGE)
    leaving = _either(satisfied, Quadrant.MERCENARY, Quadrant.DEFECTOR)
    kind = nw.when(nw.col("stay") >= limits.stays_from).then(staying).otherwise(leaving)
    known = ~nw.col("satisfaction").is_null() & ~nw.col("stay").is_null()
    told = frame.select("customer_id", nw.when(known).then(kind).alias("quadrant"))
    return to_native(told.sort("customer_id"))


def _answers(answers: Any, limits: LoyaltyRules, others: tuple[str, ...] = ()) -> Any:
    scales = {"satisfaction": limits.satisfaction_scale, "stay": limits.stay_scale}
    return numbers(having(answers, "answers", others), "answers", scales, gaps=True)


def _unnamed() -> nw.Expr:
    return nw.col("customer_id").null_count().alias("unnamed")


def _either(condition: nw.Expr, yes: StrEnum, no: StrEnum) -> nw.Expr:
    return nw.when(condition).then(nw.lit(yes.value)).otherwise(nw.lit(no.value))


def zone(satisfaction: float, rules: LoyaltyRules | None = None) -> Zone:
    """Return the zone of the satisfaction-loyalty curve in which a satisfaction lies.

    Source: Heskett, Jones, Loveman, Sasser and Schlesinger, Putting the Service-Profit Chain to Work, 1994.

    >>> [zone(score).value for score in (1, 2, 3, 4, 5)]
    ['defection', 'defection', 'indifference', 'indifference', 'affection']

    Raises `RuleError` for a number outside its scale.
    """
    limits = rules or LoyaltyRules()
    found = number("satisfaction", satisfaction, *limits.satisfaction_scale)
    if found >= limits.affection_from:
        return Zone.AFFECTION
    return Zone.INDIFFERENCE if found >= limits.indifference_from else Zone.DEFECTION


def stay_by_zone(answers: Any, rules: LoyaltyRules | None = None) -> Any:
    """Tell how many customers lie in each zone of satisfaction, and how many of them stay.

    Before: one row an answer with satisfaction and stay, on the scales of `LoyaltyRules`; a row without either is left
    out. After: three rows from defection to affection, even where one is empty:

        zone
        customers     how many answers
        stay_share    of them, who stay: `stay` at or above `stays_from` (fraction; unknown where there are none)
        stay_mean     mean of `stay`, on its scale (unknown where there are none)

        >>> import pandas as pd
        >>> before = pd.DataFrame({"satisfaction": [1, 3, 4, 5, 5], "stay": [0.1, 0.4, 0.6, 0.8, 1.0]})
        >>> stay_by_zone(before)
                   zone  customers  stay_share  stay_mean
        0     defection          1         0.0        0.1
        1  indifference          2         0.5        0.5
        2     affection          2         1.0        0.9

    In plain pandas:

        >>> zones = pd.cut(before["satisfaction"], [1, 3, 5, 6], right=False)
        >>> (before["stay"] >= 0.5).groupby(zones, observed=False).mean().tolist()
        [0.0, 0.5, 1.0]

    A lazy frame is collected. Raises `DataError` for a missing column, no numbers, or a number outside its scale.
    """
    limits = rules or LoyaltyRules()
    frame = _answers(answers, limits).filter(~nw.col("satisfaction").is_null() & ~nw.col("stay").is_null())
    score = nw.col("satisfaction")
    lower = _either(score >= limits.indifference_from, Zone.INDIFFERENCE, Zone.DEFECTION)
    named = frame.with_columns(
        nw.when(score >= limits.affection_from).then(nw.lit(Zone.AFFECTION.value)).otherwise(lower).alias("zone"),
        one_if(nw.col("stay") >= limits.stays_from).alias("stays"),
    )
    sums = named.group_by("zone").agg(nw.len().alias("n"), nw.col("stays").mean(), nw.col("stay").mean())
    found = sums.lazy().collect()
    by_zone = {str(row["zone"]): row for row in found.iter_rows(named=True)}
    nobody: dict[str, Any] = {"n": 0, "stays": float("nan"), "stay": float("nan")}
    rows = [by_zone.get(each.value, nobody) for each in Zone]
    columns = {"customers": "n", "stay_share": "stays", "stay_mean": "stay"}
    made = nw.from_dict(
        {"zone": [each.value for each in Zone], **{name: [r[of] for r in rows] for name, of in columns.items()}},
        backend=found.implementation,
    )
    return made.to_native()


def loyalty_curve(satisfaction: float, choice: float = 1, steepness: float = 4, scale: Scale = (1, 5)) -> float:
    """Return how loyal customers of one satisfaction are, from 0 to 1, by a curve that only has the right shape.

    loyalty = s ** (steepness * choice), s being the place of the satisfaction on its scale (0 to 1). With full choice
    (1) the curve is flat below and steep at the top: only the completely satisfied are loyal. Without choice (0; high
    switching costs, a monopoly) everybody stays at any satisfaction, which looks like loyalty and is none. The form
    and its steepness are the kit's own, to play with; nobody measured them. Shape after Jones and Sasser, 1995.

    >>> [round(loyalty_curve(score), 2) for score in (1, 2, 3, 4, 5)]
    [0.0, 0.0, 0.06, 0.32, 1.0]
    >>> [loyalty_curve(score, choice=0) for score in (1, 3, 5)]
    [1.0, 1.0, 1.0]

    Raises `RuleError` for a satisfaction outside its scale, a choice outside 0 to 1, a steepness of 0 or less.
    """
    low, high = _scale("scale", scale)
    place = (number("satisfaction", satisfaction, low, high) - low) / (high - low)
    return float(place ** (positive("steepness", steepness) * fraction("choice", choice)))
