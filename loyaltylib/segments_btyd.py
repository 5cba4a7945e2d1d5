"""Lifetime value from the rhythm of purchases: the BG/NBD and Gamma-Gamma models, by maximum likelihood.

While a customer is alive he buys at random at a rate of his own; after each purchase he may leave for good, with a
chance of his own. Nobody tells us when. From how often he bought and when last, both are estimated ("buy till you
die").

fit_bgnbd(summary)         rates and chances of leaving, over all customers
fit_gamma_gamma(summary)   how much a purchase is worth, over all customers

What a fitted model says of a customer is in `segments_forecast`.

Sources: Fader, Hardie and Lee (2005), "Counting Your Customers the Easy Way"; Fader and Hardie (2013), "The Gamma-Gamma
Model of Monetary Value".
"""

from __future__ import annotations

from dataclasses import dataclass, fields
from typing import TYPE_CHECKING, Any, Final

import narwhals.stable.v2 as nw

from .errors import DataError
from .inputs import numbers, positive

if TYPE_CHECKING:
    from collections.abc import Callable

    import numpy as np
    import numpy.typing as npt

    Numbers = npt.NDArray[np.float64]

HISTORY: Final = ("frequency", "recency", "T")  # what a purchase model needs to know of a customer
_LARGEST_LOG = 12.0  # of a parameter: the search ends at e^12 and at e^-12
_CLEAR_LOG = 9.0  # beyond e^9, or below e^-9, the likelihood is flat: the data do not determine the parameter


@dataclass(frozen=True)
class BgNbd:
    """The four parameters of a BG/NBD model, in the units of time of the summary it was fitted on.

    r, alpha        gamma distribution of the purchase rate among customers: mean r / alpha per unit of time
    a, b            beta distribution of the chance to leave after a purchase: mean a / (a + b)
    log_likelihood  of the data it was fitted on; None where the parameters were typed in
    customers       how many it was fitted on; 0 likewise
    converged       False where a parameter ran off: the data do not determine it, so do not rely on the model

    Raises `RuleError` for a parameter that is not above 0.

    >>> BgNbd(r=0.243, alpha=4.414, a=0.793, b=2.426).rate
    0.055
    """

    r: float
    alpha: float
    a: float
    b: float
    log_likelihood: float | None = None
    customers: int = 0
    converged: bool = True

    def __post_init__(self) -> None:
        for field in fields(self)[:4]:
            positive(f"BgNbd.{field.name}", getattr(self, field.name))

    @property
    def rate(self) -> float:
        """Mean purchases per unit of time of a customer who is alive, to three decimals."""
        return round(self.r / self.alpha, 3)


@dataclass(frozen=True)
class GammaGamma:
    """The three parameters of a Gamma-Gamma model; `v` is in the currency of the summary it was fitted on.

    p               shape of the amounts of one customer: the larger, the more alike they are
    q, v            gamma distribution of the customers' scales
    log_likelihood, customers, converged   as in `BgNbd`

    Raises `RuleError` for a parameter that is not above 0.
    """

    p: float
    q: float
    v: float
    log_likelihood: float | None = None
    customers: int = 0
    converged: bool = True

    def __post_init__(self) -> None:
        for field in fields(self)[:3]:
            positive(f"GammaGamma.{field.name}", getattr(self, field.name))


def columns_of(summary: Any, *names: str) -> tuple[Any, list[Numbers]]:
    """Collect a summary and return it with its columns as arrays; what is not known becomes 0."""
    frame = numbers(summary, "summary", dict.fromkeys(HISTORY, (0, None)))
    if "monetary" in names:
        frame = numbers(frame, "summary", {"monetary": (0, None)}, gaps=True)
    rows = frame.lazy().collect()
    columns = [rows[name].cast(nw.Float64).fill_null(0.0).to_numpy() for name in names]
    late = rows.filter(nw.col("recency") > nw.col("T"))
    if len(late):
        raise DataError(
            f"{late['recency'].to_list()[0]:g} lies above T; the last purchase cannot come after as_of",
            table="summary",
            column="recency",
        )
    return rows, columns


def _maximise(loss: Callable[[Numbers], tuple[float, Numbers]], start: list[float]) -> tuple[Numbers, bool]:
    """Return the parameters, all above 0, where the mean loss is least, and whether that is a clear place."""
    import numpy as np
    from scipy.optimize import minimize

    def in_logs(logs: Numbers) -> tuple[float, Numbers]:
        parameters = np.exp(logs)
        value, slope = loss(parameters)
        return value, slope * parameters

    bounds = [(-_LARGEST_LOG, _LARGEST_LOG)] * len(start)
    options = {"ftol": 1e-15, "gtol": 1e-9, "maxiter": 1000}
    found = minimize(in_logs, np.log(start), jac=True, method="L-BFGS-B", bounds=bounds, options=options)
    inside = bool((np.abs(found.x) < _CLEAR_LOG).all())
    return np.exp(found.x), inside and bool(np.isfinite(found.fun))


def _bgnbd_loss(p: Numbers, histories: tuple[Numbers, ...]) -> tuple[float, Numbers]:
    """Return the negative log-likelihood of BG/NBD (Fader, Hardie and Lee 2005, equation 6) and its slope.

    Gamma functions depend on the number of purchases alone, so they are taken once for each number that occurs.
    """
    import numpy as np
    from scipy.special import gammaln, psi

    (x, last, age, weight), (r, alpha, a, b) = histories, p
    times, which = np.unique(x, return_inverse=True)
    each = np.bincount(which, weights=weight)
    before = b + np.maximum(x, 1) - 1
    stays = -(r + x) * np.log(alpha + age)
    leaves = np.where(x > 0, np.log(a) - np.log(before) - (r + x) * np.log(alpha + last), -np.inf)
    both = np.logaddexp(stays, leaves)
    counted = gammaln(r + times) - gammaln(r) + r * np.log(alpha)
    counted += gammaln(a + b) + gammaln(b + times) - gammaln(b) - gammaln(a + b + times)
    alive, gone = weight * np.exp(stays - both), weight * np.exp(leaves - both)
    shared = each @ (psi(a + b) - psi(a + b + times))
    slope = [
        each @ (psi(r + times) - psi(r) + np.log(alpha)) - alive @ np.log(alpha + age) - gone @ np.log(alpha + last),
        each.sum() * r / alpha - (r + x) @ (alive / (alpha + age) + gone / (alpha + last)),
        shared + gone.sum() / a,
        shared + each @ (psi(b + times) - psi(b)) - gone @ (1 / before),
    ]
    return -float(each @ counted + weight @ both), -np.array(slope)


def fit_bgnbd(summary: Any) -> BgNbd:
    """Fit a BG/NBD model to a summary of customers, by maximum likelihood.

    Before: one row a customer with `frequency`, `recency`, `T` (`segments.rfm_summary`); customers alike in all three
    are counted once with their number, so whole customer bases fit in well under a second. The order of the rows makes
    no difference. A lazy frame is collected.

        >>> import pandas as pd
        >>> summary = pd.DataFrame({
        ...     "frequency": [0.0, 0.0, 1.0, 2.0, 0.0, 5.0, 1.0, 0.0],
        ...     "recency": [0.0, 0.0, 5.0, 30.0, 0.0, 33.0, 20.0, 0.0],
        ...     "T": [38.0, 30.0, 38.0, 35.0, 27.0, 38.0, 33.0, 36.0]})
        >>> model = fit_bgnbd(summary)
        >>> model.customers, round(model.log_likelihood, 3)
        (8, -38.282)

    Raises `DataError`: a missing column, an unknown or negative value, an empty frame, a last purchase after the end,
    nobody who bought again (then nothing tells leaving from waiting).
    """
    import numpy as np

    _, columns = columns_of(summary, *HISTORY)
    if not columns[0].any():
        raise DataError("nobody bought again; give a longer span", table="summary", column="frequency")
    unit = columns[2].mean()  # of time: the fit is the same in days and in weeks
    kinds, numbers = np.unique(np.column_stack(columns), axis=0, return_counts=True)
    x, last, age = kinds.T
    scaled = (x, last / unit, age / unit, numbers / numbers.sum())
    found, converged = _maximise(lambda p: _bgnbd_loss(p, scaled), [1.0, 1.0, 1.0, 1.0])
    found[1] *= unit
    loss, _ = _bgnbd_loss(found, (x, last, age, numbers.astype(float)))
    r, alpha, a, b = map(float, found)
    return BgNbd(r, alpha, a, b, log_likelihood=-loss, customers=int(numbers.sum()), converged=converged)


def _gamma_gamma_loss(parameters: Numbers, x: Numbers, z: Numbers, weight: Numbers) -> tuple[float, Numbers]:
    """Return the negative log-likelihood of Gamma-Gamma (Fader and Hardie 2013, equation 1a) and its slope."""
    import numpy as np
    from scipy.special import gammaln, psi

    p, q, v = parameters
    value = gammaln(p * x + q) - gammaln(p * x) - gammaln(q) + q * np.log(v) + (p * x - 1) * np.log(z)
    value = value + p * x * np.log(x) - (p * x + q) * np.log(x * z + v)
    slope = np.array(
        [
            weight @ (x * (psi(p * x + q) - psi(p * x) + np.log(z) + np.log(x) - np.log(x * z + v))),
            weight @ (psi(p * x + q) - psi(q) + np.log(v) - np.log(x * z + v)),
            weight @ (q / v - (p * x + q) / (x * z + v)),
        ]
    )
    return -float(weight @ value), -slope


def fit_gamma_gamma(summary: Any) -> GammaGamma:
    """Fit a Gamma-Gamma model to the customers who bought again, by maximum likelihood.

    Before: a summary with `frequency`, `recency`, `T` and `monetary` (money a repeat purchase). Customers without a
    repeat purchase say nothing about it and are left out, and so are those whose repeat purchases were all gifts of 0,
    for which the model has no place. The model takes it that how much a customer spends and how often he buys have
    nothing to do with each other; see whether that is so in your data. Scaling all money scales `v` and nothing else.

    Raises `DataError`: a missing column, an unknown or negative value, or nobody who bought again for money.
    """
    import numpy as np

    _, (frequency, monetary) = columns_of(summary, "frequency", "monetary")
    usable = (frequency > 0) & (monetary > 0)
    if not usable.any():
        raise DataError("nobody bought again for money; give a longer span", table="summary", column="monetary")
    kinds, numbers = np.unique(np.column_stack([frequency[usable], monetary[usable]]), axis=0, return_counts=True)
    x, unit = kinds[:, 0], float(numbers @ kinds[:, 1] / numbers.sum())
    z, weight = kinds[:, 1] / unit, numbers / numbers.sum()
    found, converged = _maximise(lambda p: _gamma_gamma_loss(p, x, z, weight), [1.0, 2.0, 1.0])
    found[2] *= unit
    loss, _ = _gamma_gamma_loss(found, x, kinds[:, 1], numbers.astype(float))
    p, q, v = map(float, found)
    return GammaGamma(p, q, v, log_likelihood=-loss, customers=int(numbers.sum()), converged=converged)
