"""Customer lifetime value in plain arithmetic: the course's sum of three parts, and the discounted form.

clv_components(historical, current, potential)     the sum of past, present and possible value
clv_discounted(margin, retention, discount)        what the margins to come are worth today
"""

from __future__ import annotations

from .errors import RuleError
from .inputs import count, fraction, number


def clv_components(historical: float, current: float, potential: float, *, include_historical: bool = True) -> float:
    """Return a customer's lifetime value as the sum of its three parts, all in one currency.

    historical          what the customer has brought so far (money)
    current             what the customer brings now (money; the kit takes the last year)
    potential           what can still be won from the customer (money)
    include_historical  True, the course's definition: everything from the first service to the last. False leaves the
                        past out, as one must when deciding what to spend from now on: no decision changes it (AMB-48)

    A part may be below 0: a customer can cost more than he brings. Nothing is discounted and no chance of leaving is
    counted; `clv_discounted` does both.

    Raises `RuleError` for a part that is no finite number.

    >>> clv_components(historical=3200, current=900, potential=400)
    4500.0
    >>> clv_components(historical=3200, current=900, potential=400, include_historical=False)
    1300.0
    """
    past, now, ahead = number("historical", historical), number("current", current), number("potential", potential)
    return (past if include_historical else 0.0) + now + ahead


def clv_discounted(
    margin: float, retention: float, discount: float, periods: int | None = None, *, immediate: bool = False
) -> float:
    """Return what a customer's margins to come are worth today, by the geometric series of retention and discount.

    Each period the customer stays with the chance `retention` (r), then brings `margin` (m), which is worth
    1 / (1 + d) for every period one waits for it:

        CLV = m * r/(1+d) + m * (r/(1+d))**2 + ...  =  m * r / (1 + d - r)      over all time

    margin     profit of one period (money, at least 0)
    retention  chance to stay from one period to the next (fraction)
    discount   interest of one period (fraction of at least 0; 0.1 is 10 per cent)
    periods    how many periods count; None: all time, the closed form above
    immediate  True adds the margin of today, before the first chance to leave

    The first margin counted is that of period 1, after the first chance to leave. More retention never lowers the
    result. Source: the closed form as in Gupta and Lehmann (2003), "Customers as Assets".

    Raises `RuleError` for a negative margin or discount, a retention outside 0 to 1, less than 0 periods, and where the
    sum over all time has no limit (retention 1 without discount).

    >>> round(clv_discounted(margin=100, retention=0.8, discount=0.1), 2)
    266.67
    >>> round(clv_discounted(margin=100, retention=0.8, discount=0.1, periods=2), 2)
    125.62

    The two periods one by one:

    >>> round(100 * 0.8 / 1.1 + 100 * 0.8**2 / 1.1**2, 2)
    125.62
    """
    profit, stays, interest = (
        number("margin", margin, 0),
        fraction("retention", retention),
        number("discount", discount, 0),
    )
    kept = stays / (1 + interest)
    today = profit if immediate else 0.0
    if periods is not None:
        length = count("periods", periods)
        return today + profit * (length if kept == 1 else kept * (1 - kept**length) / (1 - kept))
    if kept == 1:
        raise RuleError("retention is 1 and discount 0; without an end the sum has no limit, so give periods")
    return today + profit * stays / (1 + interest - stays)
