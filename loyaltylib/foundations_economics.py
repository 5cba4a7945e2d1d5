"""What winning, keeping and selling cost and bring, from your own figures.

What is only quoted ("keeping costs one fifth of winning") is a claim of the concept registry, never a parameter.
"""

from __future__ import annotations

from dataclasses import dataclass

from .inputs import count, fraction, number, positive


def acquisition_cost(*, spend: float, new: int) -> float:
    """Return what a new customer cost: spend / new customers (money per customer).

    `spend` is all that was spent on winning in a span of time, `new` the customers won in the same span.

    >>> acquisition_cost(spend=50_000, new=250)
    200.0

    Raises `RuleError` for a negative spend, a count that is none, or nobody won.
    """
    return number("spend", spend, low=0) / positive("new", count("new", new))


@dataclass(frozen=True)
class CostComparison:
    """What keeping a customer costs beside winning one (money per customer, same span of time)."""

    keep: float
    win: float

    @property
    def ratio(self) -> float:
        """Cost of keeping as a fraction of the cost of winning."""
        return self.keep / self.win

    @property
    def kept_for_one_won(self) -> float:
        """Customers who can be kept for the money that wins one; infinite where keeping costs nothing."""
        return self.win / self.keep if self.keep else float("inf")


def compare_costs(*, keep_spend: float, kept: int, win_spend: float, won: int) -> CostComparison:
    """Compare what keeping and winning cost per customer, from what was spent on each in one span of time.

    The money is yours. "One fifth" (marketing expense, AMB-26) is a claim: `concepts.get("stat.retention_cost_fifth")`.

    >>> costs = compare_costs(keep_spend=36_000, kept=900, win_spend=30_000, won=150)
    >>> costs
    CostComparison(keep=40.0, win=200.0)
    >>> costs.ratio, costs.kept_for_one_won
    (0.2, 5.0)

    Raises `RuleError` for negative money, a count that is none or 0, or winning that cost nothing.
    """
    keep = number("keep_spend", keep_spend, low=0) / positive("kept", count("kept", kept))
    return CostComparison(keep=keep, win=positive("win_spend", win_spend) / positive("won", count("won", won)))


@dataclass(frozen=True)
class Chances:
    """Chance that one contact ends in a sale (fractions); raises `RuleError` for anything else."""

    existing: float
    new: float

    def __post_init__(self) -> None:
        fraction("existing", self.existing)
        fraction("new", self.new)


@dataclass(frozen=True)
class ExpectedSales:
    """Sales to be expected of a round of contacts; means, so they need not be whole numbers."""

    existing: float
    new: float

    @property
    def total(self) -> float:
        """Sales to existing and to new customers together."""
        return self.existing + self.new


def expected_sales(*, existing: int, new: int, chances: Chances) -> ExpectedSales:
    """Return the sales to be expected from so many contacts with existing and with new customers: contacts x chance.

    The chances are yours; the quoted ones come from `quoted_chances` (AMB-25).

    >>> expected_sales(existing=200, new=100, chances=Chances(existing=0.4, new=0.1)).total
    90.0

    Raises `RuleError` for a count that is none.
    """
    return ExpectedSales(existing=count("existing", existing) * chances.existing, new=count("new", new) * chances.new)
