"""The sum a borrower does when another bank asks only 70 % of the benchmark rate (房贷七折, which is 30 % off).

Only the title of the case survives; every number here is an assumption of the kit, to be changed at will.
"""

from __future__ import annotations

from dataclasses import dataclass
from math import ceil

from .inputs import count, fraction, number, positive


def annuity(balance: float, yearly_rate: float, months: int) -> float:
    """Return the equal monthly payment that repays a loan with its interest, by the annuity formula.

    balance, the result   money; yearly_rate   fraction a year, charged in twelfths each month (0: no interest)

    Raises `RuleError` for a balance below 0, a rate outside 0 to 1, or less than one month.

    >>> round(annuity(1_000_000, 0.049, 360), 2)
    5307.27
    """
    owed = number("balance", balance, low=0)
    term = count("months", months, 1)
    monthly = fraction("yearly_rate", yearly_rate) / 12
    if monthly == 0:
        return owed / term
    return owed * monthly / (1 - (1 + monthly) ** -term)


@dataclass(frozen=True)
class MortgageSwitch:
    """What a borrower gains by taking the mortgage to another bank, beside what changing costs.

    balance         still owed (money)
    months          still to pay (months)
    benchmark       the benchmark rate (fraction a year)
    paid_here       part of the benchmark rate this bank asks (fraction)
    paid_there      part of it the rival asks: 0.7 is 七折, 30 % off; 三折 would be 0.3, 70 % off
    switching_cost  fees and effort of changing, once (money)

    All defaults are assumptions of the kit. Interest on savings is left out. Raises `RuleError` for a value that makes
    no sense.

    >>> case = MortgageSwitch()
    >>> round(case.off, 9), round(case.saving_per_month, 2), case.months_to_recover, case.leaves
    (0.3, 244.61, 33, True)
    """

    balance: float = 500_000
    months: int = 240
    benchmark: float = 0.06
    paid_here: float = 0.85
    paid_there: float = 0.7
    switching_cost: float = 8_000

    def __post_init__(self) -> None:
        positive("balance", self.balance)
        count("months", self.months, 1)
        number("switching_cost", self.switching_cost, low=0)
        for name in ("benchmark", "paid_here", "paid_there"):
            fraction(name, getattr(self, name))

    @property
    def off(self) -> float:
        """What the rival takes off the benchmark rate (fraction)."""
        return 1 - self.paid_there

    @property
    def payment_here(self) -> float:
        """Monthly payment at this bank (money)."""
        return annuity(self.balance, self.benchmark * self.paid_here, self.months)

    @property
    def payment_there(self) -> float:
        """Monthly payment at the rival (money)."""
        return annuity(self.balance, self.benchmark * self.paid_there, self.months)

    @property
    def saving_per_month(self) -> float:
        """What the borrower pays less each month at the rival; negative: more (money)."""
        return self.payment_here - self.payment_there

    @property
    def gain(self) -> float:
        """What changing leaves in the borrower's hand over all months, its cost taken off; negative: a loss (money)."""
        return self.saving_per_month * self.months - self.switching_cost

    @property
    def months_to_recover(self) -> int | None:
        """Months until the savings have paid for changing; None where they never do."""
        if self.gain < 0 or self.saving_per_month <= 0:
            return None
        return ceil(self.switching_cost / self.saving_per_month)

    @property
    def leaves(self) -> bool:
        """Whether changing pays, so that a borrower who looks at nothing else goes."""
        return self.gain > 0
