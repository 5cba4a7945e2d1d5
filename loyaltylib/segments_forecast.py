"""What the models of `segments_btyd` say of a customer: alive or not, purchases and worth to come, lifetime value.

probability_alive(model, ...)           chance that a customer is still one
expected_purchases(model, t, ...)       purchases in the next t units of time
expected_value(model, ...)              mean worth of one of a customer's purchases
forecast(summary, purchases, horizon)   all of it for a frame of customers, up to the lifetime value
"""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

import narwhals.stable.v2 as nw

from .errors import RuleError
from .inputs import count, fraction, having, number
from .segments_btyd import HISTORY, BgNbd, GammaGamma, columns_of

if TYPE_CHECKING:
    import numpy as np
    import numpy.typing as npt

    Numbers = npt.NDArray[np.float64]

_NEAR_ONE = 1e-6  # expected purchases divide by a - 1; this close to 0 the digits are gone, so a is moved aside


def _history(frequency: Any, recency: Any, age: Any) -> list[Numbers]:
    """Return a customer's history, or that of many, as arrays of floats."""
    import numpy as np

    values = [np.asarray(value, dtype=float) for value in (frequency, recency, age)]
    for name, value in zip(("frequency", "recency", "age"), values, strict=True):
        if not np.isfinite(value).all() or (value < 0).any():
            raise RuleError(f"{name} holds a value that is no finite number of at least 0; correct it")
    if (values[1] > values[2]).any():
        raise RuleError("recency lies above age; the last purchase cannot come after the end")
    return values


def _plain(values: Any) -> Any:
    return values if getattr(values, "ndim", 0) else float(values)


def probability_alive(model: BgNbd, *, frequency: Any, recency: Any, age: Any) -> Any:
    """Return the chance that a customer is still one, by Bayes' rule (Fader, Hardie and Lee 2008).

    A number for one customer, an array for arrays. `frequency` counts repeat purchases, `recency` is the time from the
    first purchase to the last, `age` the time since the first (the column `T`), in the model's unit of time. Who never
    bought again cannot have left by this model, as customers leave right after a repeat purchase: the chance is 1.

    Raises `RuleError` for a negative value or a recency above the age.

    >>> model = BgNbd(r=0.243, alpha=4.414, a=0.793, b=2.426)
    >>> round(probability_alive(model, frequency=2, recency=30.43, age=38.86), 3)
    0.727
    """
    import numpy as np

    x, last, whole = _history(frequency, recency, age)
    odds = model.a / (model.b + np.maximum(x, 1) - 1)
    odds = odds * np.exp((model.r + x) * np.log((model.alpha + whole) / (model.alpha + last)))
    return _plain(1 / (1 + np.where(x > 0, odds, 0.0)))


def expected_purchases(model: BgNbd, t: Any, *, frequency: Any = 0, recency: Any = 0, age: Any = 0) -> Any:
    """Return the purchases to expect in the next `t` units of time (Fader, Hardie and Lee 2005, equation 10).

    A number for one customer, an array for arrays. Without a history it is a new customer's repeat purchases in the
    first `t` units. Longer never means less.

    Raises `RuleError` for a negative value or a recency above the age.

    >>> model = BgNbd(r=0.243, alpha=4.414, a=0.793, b=2.426)
    >>> round(expected_purchases(model, 39, frequency=2, recency=30.43, age=38.86), 3)
    1.226
    """
    import numpy as np
    from scipy.special import hyp2f1

    x, last, whole = _history(frequency, recency, age)
    ahead, _, _ = _history(t, 0, 0)
    r, b = model.r, model.b
    a = model.a if abs(model.a - 1) > _NEAR_ONE else 1 + _NEAR_ONE
    alive = probability_alive(model, frequency=x, recency=last, age=whole)
    # Euler's transformation of the published form: its arguments do not grow with x, so nothing overflows.
    share = (model.alpha + whole) / (model.alpha + whole + ahead)
    series = share ** (a - 1) * hyp2f1(a + b - 1 - r, a - 1, a + b + x - 1, 1 - share)
    return _plain(np.maximum((a + b + x - 1) / (a - 1) * (1 - series) * alive, 0.0))


def expected_value(model: GammaGamma, *, frequency: Any = 0, monetary: Any = 0) -> Any:
    """Return the mean worth to expect of one of a customer's purchases (Fader and Hardie 2013, equation 5).

    Between what the customer paid on average (`monetary`) and what all customers do; the more repeat purchases
    (`frequency`), the nearer to the customer's own. Without any it is the mean of all. A number or an array.

    Raises `RuleError` for a negative value, and where the mean of all is not finite (q of at most 1).

    >>> model = GammaGamma(p=6.25, q=3.74, v=15.44)
    >>> round(expected_value(model, frequency=2, monetary=22.35), 2), round(expected_value(model), 2)
    (24.66, 35.22)
    """
    if model.q <= 1:
        raise RuleError(f"GammaGamma.q is {model.q:g}; with 1 or less there is no mean worth to expect")
    x, _, _ = _history(frequency, 0, 0)
    z, _, _ = _history(monetary, 0, 0)
    return _plain(model.p * (model.v + x * z) / (model.p * x + model.q - 1))


def forecast(  # noqa: PLR0913 - the trade's own six, all but three with a default
    summary: Any,
    purchases: BgNbd,
    horizon: int,
    money: GammaGamma | None = None,
    *,
    discount: float = 0.0,
    margin: float = 1.0,
) -> Any:
    """Say for every customer whether he is still one, how often he will buy and, with `money`, what he is worth.

    Before: a summary with `customer_id`, `frequency`, `recency`, `T` (and `monetary`), time in the models' unit. After:
    one row a customer, sorted by `customer_id`; a lazy frame is collected:

        customer_id
        alive               chance of being a customer still (fraction)
        expected_purchases  in the next `horizon` units of time
        expected_value      mean worth of a purchase (money), only with `money`
        clv                 worth today of those purchases (money), only with `money`: `margin` times their worth, each
                            unit's share discounted by 1 / (1 + discount) a unit. Nothing of the past is in it

    horizon   whole units of time, at least 1        discount  interest of one unit (fraction of at least 0)
    margin    what is left of a unit of money (fraction; 1: turnover)

        >>> import pandas as pd
        >>> before = pd.DataFrame({"customer_id": ["ann", "bo"], "frequency": [2.0, 0.0], "recency": [30.43, 0.0],
        ...     "T": [38.86, 38.86], "monetary": [22.35, None]})
        >>> bgnbd, gamma_gamma = BgNbd(0.243, 4.414, 0.793, 2.426), GammaGamma(6.25, 3.74, 15.44)
        >>> forecast(before, bgnbd, 39, gamma_gamma).round(3)
          customer_id  alive  expected_purchases  expected_value     clv
        0         ann  0.727               1.226          24.664  30.238
        1          bo  1.000               0.195          35.219   6.871

    The last column in plain pandas, as nothing is discounted: `expected_purchases * expected_value`.

    Raises `DataError` (see `fit_bgnbd`), `RuleError` (horizon, discount, margin).
    """
    import numpy as np

    length, interest = count("horizon", horizon, 1), number("discount", discount, 0)
    left = fraction("margin", margin)
    having(summary, "summary", ("customer_id",))
    names = (*HISTORY, "monetary") if money else HISTORY
    rows, columns = columns_of(summary, *names)
    kinds, which = np.unique(np.column_stack(columns[:3]), axis=0, return_inverse=True)
    which = which.reshape(-1)
    past = {"frequency": kinds[:, :1], "recency": kinds[:, 1:2], "age": kinds[:, 2:]}
    steps = np.arange(1, length + 1) if money and interest else np.array([length])
    totals = expected_purchases(purchases, steps, **past)
    found: dict[str, Any] = {
        "customer_id": rows["customer_id"],
        "alive": probability_alive(purchases, **past)[which, 0],
        "expected_purchases": totals[which, -1],
    }
    if money:
        each = np.diff(totals, axis=1, prepend=0.0)
        worth = expected_value(money, frequency=columns[0], monetary=columns[3])
        found["expected_value"] = worth
        found["clv"] = left * worth * (each @ (1 + interest) ** -steps.astype(float))[which]
    return nw.from_dict(found, backend=rows.implementation).sort("customer_id").to_native()
