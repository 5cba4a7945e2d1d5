"""What the database itself knows of a relationship, and the four classes of customers that follow from it.

The course text names the four classes and no rule that leads to them; the rule here is a kit assumption (AMB-45).
"""

from __future__ import annotations

from dataclasses import dataclass, fields
from enum import StrEnum
from typing import TYPE_CHECKING, Any

import narwhals.stable.v2 as nw

from .burnett_indicators import HIGHEST, LOWEST
from .burnett_scores import relationship
from .errors import RuleError
from .frames import Frame, days_before, one_if, ratio, to_native, unknown
from .inputs import Reader, count, fraction, known_day, number

if TYPE_CHECKING:
    from datetime import date

_YEAR = 365.25  # days
_MONTH = _YEAR / 12
_DECIMALS = 9  # of a share or a trend: a class must not hang on the order in which floats are summed


class CustomerClass(StrEnum):
    """The four classes in which the seven indicators of the relationship end."""

    LOYAL = "loyal"
    COMPETITIVE = "competitive"
    SWITCHABLE = "switchable"
    COMPETITOR_LOYAL = "competitor loyal"

    @property
    def concept(self) -> str:
        """Id in the concept registry."""
        return f"burnett.class.{self.value.replace(' ', '_')}"


@dataclass(frozen=True)
class ClassRules:
    """The limits of the four classes and of what is measured for them. All are kit assumptions (AMB-45).

    main_share      our share of the customer's spending from which on we are the main supplier (fraction)
    minor_share     share below which we hardly count (fraction, below main_share)
    falling         a trend below this is a fall (change of the share a year, as a fraction; 0: any fall)
    good_rating     mean of the three ratings from which on the customer thinks well of us (1 to 5)
    share_days      span the share is summed over (days)
    trend_days      span the trend is taken over (days; three years, as the course text says)
    trend_periods   least number of periods a trend is told from (quarters)
    contact_days    span in which contacts are counted (days)

    Raises `RuleError` for a limit that makes no sense.
    """

    main_share: float = 0.5
    minor_share: float = 0.2
    falling: float = 0.0
    good_rating: float = 3.67
    share_days: int = 365
    trend_days: int = 1096
    trend_periods: int = 4
    contact_days: int = 365

    def __post_init__(self) -> None:
        for field in fields(self):
            value, name = getattr(self, field.name), f"ClassRules.{field.name}"
            if field.type == "int":
                count(name, value, 2 if field.name == "trend_periods" else 1)
            elif field.name.endswith("_share"):
                fraction(name, value)
        number("ClassRules.falling", self.falling, -1, 1)
        number("ClassRules.good_rating", self.good_rating, LOWEST, HIGHEST)
        if self.minor_share >= self.main_share:
            raise RuleError(f"ClassRules.minor_share is {self.minor_share:g}; give less than main_share")


def customer_class(
    *, share: float, trend: float | None = None, rating: float | None = None, rules: ClassRules | None = None
) -> CustomerClass:
    """Return the class of one customer (AMB-45; a kit assumption).

    share    our share of the customer's spending (fraction)
    trend    change of that share a year (fraction), asked for where we are the main supplier
    rating   mean of the three ratings the customer gives us (1 to 5), asked for where we hardly count

        main supplier, share not falling     loyal
        main supplier, share falling         competitive
        between minor_share and main_share   competitive
        below minor_share, rated well        switchable
        below minor_share, not rated well    competitor loyal

    >>> customer_class(share=0.6, trend=0.01), customer_class(share=0.6, trend=-0.01)
    (<CustomerClass.LOYAL: 'loyal'>, <CustomerClass.COMPETITIVE: 'competitive'>)

    Raises `RuleError` (a share outside 0 to 1, a rating outside 1 to 5, one that is asked for and missing).
    """
    limits = rules or ClassRules()
    held = fraction("share", share)
    change = None if trend is None else number("trend", trend)
    opinion = None if rating is None else number("rating", rating, LOWEST, HIGHEST)
    if held >= limits.main_share:
        if change is None:
            raise RuleError(
                f"a share of {held:g} makes us the main supplier; give its trend to tell loyal from contested"
            )
        return CustomerClass.LOYAL if change >= limits.falling else CustomerClass.COMPETITIVE
    if held >= limits.minor_share:
        return CustomerClass.COMPETITIVE
    if opinion is None:
        raise RuleError(
            f"with a share of {held:g} we hardly count; give the rating to tell switchable from lost to a rival"
        )
    return CustomerClass.SWITCHABLE if opinion >= limits.good_rating else CustomerClass.COMPETITOR_LOYAL


def _wallet(people: Frame, reader: Reader, today: date, rules: ClassRules) -> Frame:
    """Add the share over the last year and its trend: the slope of a straight line through the periods' shares."""
    table = reader.open("wallet", ("customer_id", "period", "own_spend", "total_category_spend"))
    if table is None:
        return people.with_columns(unknown().alias("wallet_share"), unknown().alias("wallet_trend"))
    age, own, total = nw.col("age"), nw.col("own_spend").cast(nw.Float64), nw.col("total_category_spend")
    late = one_if(age < rules.share_days)
    counts = one_if((age < rules.trend_days) & (total > 0))
    when, share = -age / _YEAR, ratio(own, total.cast(nw.Float64)).fill_null(0.0)
    sums = (
        table.with_columns(days_before("period", today).alias("age"))
        .filter(age >= 0)
        .with_columns(
            (own * late).alias("own"),
            (total * late).alias("all"),
            counts.alias("n"),
            (when * counts).alias("x"),
            (when * when * counts).alias("xx"),
            (share * counts).alias("y"),
            (when * share * counts).alias("xy"),
        )
        .group_by("customer_id")
        .agg(nw.col("own", "all", "n", "x", "xx", "y", "xy").sum())
    )
    n, x, y = nw.col("n"), nw.col("x"), nw.col("y")
    slope = (n * nw.col("xy") - x * y) / (n * nw.col("xx") - x * x)
    found = sums.select(
        "customer_id",
        ratio(nw.col("own"), nw.col("all")).round(_DECIMALS).alias("wallet_share"),
        nw.when(n >= rules.trend_periods).then(slope).round(_DECIMALS).alias("wallet_trend"),
    )
    return people.join(found, on="customer_id", how="left")


def _contacts(people: Frame, reader: Reader, today: date, rules: ClassRules) -> Frame:
    """Add how often one spoke with the customer, and about how many different things."""
    table = reader.open("contacts", ("customer_id", "date", "function"))
    names = ("contacts_per_month", "contact_functions")
    if table is None:
        return people.with_columns(*(unknown().alias(name) for name in names))
    age = nw.col("age")
    talks = table.with_columns(days_before("date", today).alias("age")).filter((age >= 0) & (age < rules.contact_days))
    counted = talks.group_by("customer_id").agg(
        nw.len().alias("contacts_per_month"), nw.col("function").n_unique().alias("contact_functions")
    )
    months = rules.contact_days / _MONTH
    return (
        people.join(counted, on="customer_id", how="left")
        .with_columns(nw.col(*names).cast(nw.Float64).fill_null(0.0))
        .with_columns(nw.col("contacts_per_month") / months)
    )


def measures(tables: object, as_of: date | str, rules: ClassRules | None = None) -> Any:
    """Measure what the database knows of each relationship: four of the seven indicators, in their own units.

    Before: `customers` (customer_id, and where known acquired_on); `wallet` (customer_id, period, own_spend,
    total_category_spend), `contacts` (customer_id, date, function) or None. After: one row a customer known at `as_of`,
    sorted by `customer_id`; null where nothing is known:

        customer_id
        wallet_share         our share of the customer's spending in the last `share_days` (fraction)
        wallet_trend         its change a year over `trend_days`: slope of the least-squares line through the periods
                             (fraction; 0.05 is five points a year); null with fewer than `trend_periods` periods
        contacts_per_month   talks a month in the last `contact_days`
        contact_functions    different things they were about
        tenure_years         years since the first purchase

        >>> import pandas as pd
        >>> from types import SimpleNamespace
        >>> customers = pd.DataFrame({"customer_id": ["ann"], "acquired_on": pd.to_datetime(["2023-12-31"])})
        >>> wallet = pd.DataFrame({
        ...     "customer_id": "ann", "own_spend": [50.0, 50.0, 60.0, 60.0], "total_category_spend": 100.0,
        ...     "period": pd.to_datetime(["2025-03-31", "2025-06-30", "2025-09-30", "2025-12-31"])})
        >>> after = measures(SimpleNamespace(customers=customers, wallet=wallet), "2025-12-31").round(4)
        >>> after[["customer_id", "wallet_share", "wallet_trend", "tenure_years"]]
          customer_id  wallet_share  wallet_trend  tenure_years
        0         ann          0.55        0.1594        2.0014

    In plain pandas and NumPy:

        >>> import numpy as np
        >>> years = (wallet["period"] - pd.Timestamp("2025-12-31")).dt.days / 365.25
        >>> round(float(np.polyfit(years, wallet["own_spend"] / wallet["total_category_spend"], 1)[0]), 4)
        0.1594

    What is dated after `as_of` and who was won later are left out; an empty table counts as one that says nothing.
    Raises `DataError` (what breaks the schema), `RuleError` (`as_of`).
    """
    limits, today = rules or ClassRules(), known_day(tables, as_of)
    reader = Reader(tables)
    customers = reader.must_open("customers", ("customer_id",), {"acquired_on": nw.Datetime("us")})
    age = nw.col("age")
    people = customers.select("customer_id", days_before("acquired_on", today).alias("age"))
    people = people.filter(age.is_null() | (age >= 0)).select("customer_id", (age / _YEAR).alias("tenure_years"))
    found = _contacts(_wallet(people, reader, today, limits), reader, today, limits)
    ordered = ("wallet_share", "wallet_trend", "contacts_per_month", "contact_functions", "tenure_years")
    return to_native(found.select("customer_id", *ordered).sort("customer_id"))


def classes(tables: object, as_of: date | str, rules: ClassRules | None = None) -> Any:
    """Give every customer one of the four classes, from the wallet and the customer's own ratings (AMB-45).

    Before: the tables of `measures`, and `burnett_scores` for the ratings, or None. After: one row a customer known at
    `as_of`, sorted by `customer_id`: customer_id, wallet_share, wallet_trend (see `measures`), rating (mean of the
    three ratings, 1 to 5) and class (`CustomerClass`), null where what the rule asks for is not known.

        >>> import pandas as pd
        >>> from types import SimpleNamespace
        >>> customers = pd.DataFrame({"customer_id": ["ann", "bo"]})
        >>> wallet = pd.DataFrame({
        ...     "customer_id": ["ann", "bo"], "period": pd.to_datetime(["2025-12-31", "2025-12-31"]),
        ...     "own_spend": [30.0, 80.0], "total_category_spend": [100.0, 100.0]})
        >>> after = classes(SimpleNamespace(customers=customers, wallet=wallet), "2025-12-31")
        >>> after[["customer_id", "wallet_share", "class"]]
          customer_id  wallet_share        class
        0         ann           0.3  competitive
        1          bo           0.8          NaN

    In plain pandas, those in between:

        >>> (wallet["own_spend"] / wallet["total_category_spend"]).between(0.2, 0.5, inclusive="left").tolist()
        [True, False]

    Raises as `measures` does.
    """
    limits = rules or ClassRules()
    found: Frame = nw.from_native(measures(tables, as_of, limits))
    scores = getattr(tables, "burnett_scores", None)
    if scores is None:
        rated = found.with_columns(unknown().alias("rating"))
    else:
        ratings = nw.from_native(relationship(scores)).with_columns(
            nw.col("customer_id").cast(found.collect_schema()["customer_id"])
        )
        rated = found.join(ratings.select("customer_id", "rating"), on="customer_id", how="left")
    share, trend, rating = nw.col("wallet_share"), nw.col("wallet_trend"), nw.col("rating")
    words = {each: nw.lit(each.value) for each in CustomerClass}
    main = nw.when(trend >= limits.falling).then(words[CustomerClass.LOYAL])
    main = nw.when(~trend.is_null()).then(main.otherwise(words[CustomerClass.COMPETITIVE]))
    minor = nw.when(rating >= limits.good_rating).then(words[CustomerClass.SWITCHABLE])
    minor = nw.when(~rating.is_null()).then(minor.otherwise(words[CustomerClass.COMPETITOR_LOYAL]))
    between = nw.when(share >= limits.minor_share).then(words[CustomerClass.COMPETITIVE]).otherwise(minor)
    chosen = nw.when(~share.is_null()).then(nw.when(share >= limits.main_share).then(main).otherwise(between))
    columns = ("customer_id", "wallet_share", "wallet_trend", "rating")
    return to_native(rated.select(*columns, chosen.alias("class")).sort("customer_id"))
