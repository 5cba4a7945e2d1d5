"""What drives loyalty: the five drivers, the quality index, the sum of encounters, and the advice that follows."""

from __future__ import annotations

from enum import StrEnum
from math import fsum, nan, sqrt
from typing import TYPE_CHECKING, Any, Final

import narwhals.stable.v2 as nw

from .concepts import get
from .errors import RuleError
from .frames import days_before, one_row, to_native
from .inputs import ANY, day, number, numbers, word
from .schema import check

if TYPE_CHECKING:
    from collections.abc import Mapping, Sequence
    from datetime import date

    from .frames import Frame


class Driver(StrEnum):
    """The five drivers of loyalty, in the order of the course."""

    SATISFACTION = "satisfaction"
    PRICE = "price"
    PRODUCT_QUALITY = "product_quality"
    BRAND_IMAGE = "brand_image"
    SERVICE_QUALITY = "service_quality"

    @property
    def concept(self) -> str:
        """Id of the driver in the concept registry."""
        return f"driver.{self.value}"


class Advice(StrEnum):
    """The course's three pieces of advice for keeping loyalty; of the third only the title survives."""

    INTERNAL = "internal"
    DIFFERENTIATION = "differentiation"
    MONITOR_SERVICE = "monitor service"

    @property
    def concept(self) -> str:
        """Id of the advice in the concept registry."""
        return "maintain.monitor_service.title" if self is Advice.MONITOR_SERVICE else f"maintain.{self.value}"


def advice_for(advice: str, lang: str = "en") -> tuple[str, ...]:
    """Return what the course says to do under one piece of advice; nothing where only the title survives.

    >>> advice_for("internal")[0]
    'Raise the loyalty of employees first'

    Raises `UnknownName` for a name that is none of `Advice`, or another language.
    """
    return get(word("advice", advice, Advice).concept).strategies(lang)


# What a telecom company's product quality is judged by in the course's example.
TELECOM: Final = ("voice quality", "connection rate", "transmission speed", "stability", "convenience")


def quality_index(scores: Mapping[str, float], weights: Mapping[str, float] | None = None) -> float:
    """Return one figure for quality: the mean of the scores of its indicators, weighted where weights are given.

    `scores` has a number for each indicator, all on one scale, in whose steps the index is (the course's example:
    `TELECOM`). `weights` are fractions for the same indicators that come to 1; without them all count alike.

    >>> quality_index(dict(zip(TELECOM, (4, 5, 3, 4, 4))))
    4.0
    >>> quality_index({"stability": 2, "convenience": 4}, weights={"stability": 0.75, "convenience": 0.25})
    2.5

    Raises `RuleError` where there is no score, for what is no finite number, and for weights of other indicators, below
    0 or with another sum than 1.
    """
    if not scores:
        raise RuleError("scores is empty; give at least one indicator")
    found = {name: number(f"scores[{name!r}]", value) for name, value in scores.items()}
    if weights is None:
        return fsum(found.values()) / len(found)
    if set(weights) != set(found):
        names = ", ".join(sorted(repr(str(name)) for name in set(weights) ^ set(found)))
        raise RuleError(f"weights and scores do not name the same indicators; mend {names}")
    given = {name: number(f"weights[{name!r}]", value, 0) for name, value in weights.items()}
    total = fsum(given.values())
    if abs(total - 1) > 1e-9:  # noqa: PLR2004  # ten weights of 0.1 do not come to 1 exactly
        raise RuleError(f"weights come to {total:g}; make them come to 1")
    return fsum(given[name] * score for name, score in found.items())


def drivers_of(answers: Any, outcome: str, drivers: Sequence[str] = tuple(Driver)) -> Any:
    """Tell how much of an outcome each driver explains: the squared correlation, one driver at a time.

    Before: one row an answer, with a column of scores for the outcome (satisfaction, staying, recommending) and one for
    each driver, on any scales. An answer without the outcome or the driver is left out for that driver. After: one row
    a driver, in the order given:

        driver
        answers       how many rows have both
        correlation   Pearson's r, from -1 to 1; unknown where either column does not vary
        explained     its square: the share of the outcome's variance that a straight line explains (fraction)

    That goes together; that one causes the other it does not say. An `explained` of 1 would be "determines", the usual
    0.1 to 0.5 is "partly determines".

        >>> import pandas as pd
        >>> before = pd.DataFrame({
        ...     "service_quality": [1.0, 2.0, 3.0, 4.0], "price": [3.0, 3.0, 1.0, 1.0],
        ...     "satisfaction": [2.0, 1.0, 4.0, 3.0]})
        >>> drivers_of(before, "satisfaction", drivers=("service_quality", "price"))
                    driver  answers  correlation  explained
        0  service_quality        4     0.600000       0.36
        1            price        4    -0.894427       0.80

    In plain pandas:

        >>> before.corr()["satisfaction"].round(6).tolist()
        [0.6, -0.894427, 1.0]

    A lazy frame is collected. Source: ordinary least squares; the chain from quality to satisfaction to loyalty is the
    course's. Raises `DataError` for a missing column, no numbers, or a number that is not finite; `RuleError` where no
    driver is named.
    """
    if not drivers:
        raise RuleError("drivers is empty; name at least one column")
    names = list(dict.fromkeys(str(driver) for driver in drivers))
    frame = numbers(answers, "answers", dict.fromkeys((*names, outcome), ANY), gaps=True)
    pairs = _pairs(frame, outcome, dict.fromkeys(names, (0.0, 0.0)))
    columns = [f"{side} {name}" for name in names for side in "xy"]
    measures = (nw.Expr.count, nw.Expr.mean, nw.Expr.min, nw.Expr.max)
    found = one_row(pairs, *(f(nw.col(c)).alias(f"{f.__name__} {c}") for c in columns for f in measures))
    vary = [c for c in columns if found[f"count {c}"] and found[f"min {c}"] < found[f"max {c}"]]
    means = {n: (found[f"mean x {n}"], found[f"mean y {n}"]) for n in names if {f"x {n}", f"y {n}"} <= set(vary)}
    known = _correlations(_pairs(frame, outcome, means), [*means]) if means else {}
    correlations = [known.get(name, nan) for name in names]
    rows = {
        "driver": names,
        "answers": [int(found[f"count x {name}"]) for name in names],
        "correlation": correlations,
        "explained": [r * r for r in correlations],
    }
    return nw.from_dict(rows, backend=frame.lazy().head(0).collect().implementation).to_native()


def _pairs(frame: Frame, outcome: str, means: dict[str, tuple[float, float]]) -> Frame:
    """Return for each driver its scores (x) and the outcome (y), both less their means; null unless both are given."""
    made = []
    for name, (mean, outcome_mean) in means.items():
        both = ~nw.col(name).is_null() & ~nw.col(outcome).is_null()
        made.append(nw.when(both).then(nw.col(name) - mean).alias(f"x {name}"))
        made.append(nw.when(both).then(nw.col(outcome) - outcome_mean).alias(f"y {name}"))
    return frame.select(*made)


def _correlations(centred: Frame, names: list[str]) -> dict[str, float]:
    """Return Pearson's r of each pair of columns that have their means taken off."""
    products = [
        (nw.col(f"{a} {name}") * nw.col(f"{b} {name}")).sum().alias(f"{a}{b} {name}")
        for name in names
        for a, b in ("xx", "yy", "xy")
    ]
    sums = one_row(centred, *products)
    roots = {name: sqrt(sums[f"xx {name}"]) * sqrt(sums[f"yy {name}"]) for name in names}
    return {name: max(-1.0, min(1.0, sums[f"xy {name}"] / roots[name])) if roots[name] else nan for name in names}


def _encounters(encounters: Any, as_of: date | str | None) -> Frame:
    frame = check(encounters, "encounters", ("customer_id", "date", "score"))
    return frame if as_of is None else frame.filter(days_before("date", day(as_of)) >= 0)


def encounter_balance(encounters: Any, as_of: date | str | None = None, neutral: float = 0) -> Any:
    """Sum up for every customer the scores of all encounters with the company: the balance decides who stays.

    Before: table `encounters`: customer_id, date, score (1 to 5). Those after `as_of` are left out, where it is given.
    After: one row a customer, sorted by `customer_id`, with

        customer_id
        encounters   how many
        balance      sum of score - neutral
        mean         mean score (1 to 5)

    With `neutral` 0, the default, the balance is the plain sum of the course, and every encounter raises it; with 3,
    the middle of the scale, a bad encounter lowers it, and a balance below 0 says: more bad than good.

        >>> import pandas as pd
        >>> before = pd.DataFrame({
        ...     "customer_id": ["ann", "bo", "ann", "bo"],
        ...     "date": pd.to_datetime(["2025-01-05", "2025-01-07", "2025-02-01", "2025-03-01"]),
        ...     "score": [5.0, 2.0, 4.0, 1.0]})
        >>> encounter_balance(before)
          customer_id  encounters  balance  mean
        0         ann           2      9.0   4.5
        1          bo           2      3.0   1.5
        >>> encounter_balance(before, neutral=3)["balance"].tolist()
        [3.0, -3.0]

    In plain pandas:

        >>> before.groupby("customer_id")["score"].sum().to_dict()
        {'ann': 9.0, 'bo': 3.0}

    Raises `DataError` (what breaks the schema: a score outside 1 to 5), `RuleError` (as_of, neutral).
    """
    middle = number("neutral", neutral)
    score = nw.col("score").cast(nw.Float64)
    rows = _encounters(encounters, as_of).with_columns((score - middle).alias("balance"), score.alias("mean"))
    sums = rows.group_by("customer_id").agg(
        nw.len().alias("encounters"), nw.col("balance").sum(), nw.col("mean").mean()
    )
    return to_native(sums.sort("customer_id"))


def encounter_path(encounters: Any, as_of: date | str | None = None, neutral: float = 0) -> Any:
    """Follow every customer's balance of encounters from day to day.

    Before: as for `encounter_balance`, with the same `as_of` and `neutral`. After: one row a customer and day with an
    encounter, sorted by both, with

        customer_id, date
        balance   sum of score - neutral, up to and with this day

        >>> import pandas as pd
        >>> before = pd.DataFrame({
        ...     "customer_id": ["ann", "ann", "ann"],
        ...     "date": pd.to_datetime(["2025-02-01", "2025-01-05", "2025-02-01"]), "score": [1.0, 5.0, 2.0]})
        >>> encounter_path(before, neutral=3)
          customer_id       date  balance
        0         ann 2025-01-05      2.0
        1         ann 2025-02-01     -1.0

    In plain pandas:

        >>> by_day = (before["score"] - 3).groupby([before["customer_id"], before["date"]]).sum()
        >>> by_day.groupby("customer_id").cumsum().tolist()
        [2.0, -1.0]

    Raises as `encounter_balance` does.
    """
    middle = number("neutral", neutral)
    score = (nw.col("score").cast(nw.Float64) - middle).alias("balance")
    rows = _encounters(encounters, as_of).with_columns(score)
    by_day = rows.group_by("customer_id", "date").agg(nw.col("balance").sum())
    running = nw.col("balance").cum_sum().over("customer_id", order_by="date")
    path = by_day.with_columns(running.alias("balance")).select("customer_id", "date", "balance")
    return to_native(path.sort("customer_id", "date"))
