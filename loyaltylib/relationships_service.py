"""What serving costs: the contacts each type plans, what they cost, and a segment planned with both."""

from __future__ import annotations

from dataclasses import dataclass, field
from typing import TYPE_CHECKING, Final

from .inputs import number
from .relationships import choose
from .relationships_rules import RelationshipType

if TYPE_CHECKING:
    from collections.abc import Mapping

    from .relationships_rules import GridRules

# Contacts with one customer in a year as each type plans them: visits of ours, talks that the customer begins. The
# course says who contacts whom; the numbers are the kit's, as the chapter tells them.
CONTACTS: Final[Mapping[RelationshipType, tuple[int, int]]] = {
    RelationshipType.BASIC: (0, 0),
    RelationshipType.REACTIVE: (0, 2),
    RelationshipType.ACCOUNTABLE: (1, 2),
    RelationshipType.PROACTIVE: (4, 0),
    RelationshipType.PARTNERSHIP: (12, 0),
}


@dataclass(frozen=True)
class ServiceRules:
    """What one contact costs. The books of no company of the course say so: these are the kit's.

    visit   a visit with the way there (yuan; six hours at 100)
    talk    a talk that the customer begins (yuan; one hour)

    Raises `RuleError` for a negative cost.
    """

    visit: float = 600
    talk: float = 100

    def __post_init__(self) -> None:
        number("ServiceRules.visit", self.visit, 0)
        number("ServiceRules.talk", self.talk, 0)


def yearly_cost(kind: RelationshipType, service: ServiceRules | None = None) -> float:
    """Return what a type costs with one customer in a year, in yuan: the contacts it plans times what each costs.

    >>> [yearly_cost(kind) for kind in RelationshipType]
    [0, 200, 800, 2400, 7200]
    """
    service = service or ServiceRules()
    visits, talks = CONTACTS[kind]
    return visits * service.visit + talks * service.talk


# ---------------------------------------------------------------- a segment


@dataclass(frozen=True)
class Segment:
    """A segment in the grid: how many customers it has, its margin (fraction of the price), the type advised."""

    customers: int
    margin: float
    advised: RelationshipType


@dataclass(frozen=True)
class SegmentPlan(Segment):
    """A segment with what one of its customers brings in and what each type would cost with him, in yuan a year."""

    revenue: float
    costs: Mapping[RelationshipType, float] = field(hash=False)

    @property
    def profit(self) -> float:
        """What one customer brings in before anybody has spoken with him."""
        return self.margin * self.revenue

    @property
    def cost(self) -> float:
        """What the type advised costs with one customer."""
        return self.costs[self.advised]

    @property
    def left(self) -> float:
        """What one customer leaves after the cost of the type advised."""
        return self.profit - self.cost


def plan_segment(
    *,
    customers: int,
    margin: float,
    revenue: float,
    rules: GridRules | None = None,
    service: ServiceRules | None = None,
) -> SegmentPlan:
    """Plan a segment: the type of its cell, and what each type costs with one customer beside what he brings in.

    `revenue` is what one customer buys for, in yuan a year.

    >>> found = plan_segment(customers=60, margin=0.45, revenue=5000)
    >>> found.advised, found.profit, found.cost, found.left
    (<RelationshipType.PARTNERSHIP: 'partnership'>, 2250.0, 7200, -4950.0)

    Raises `RuleError` for a number that makes no sense.
    """
    number("revenue", revenue, 0)
    advised = choose(customers=customers, margin=margin, rules=rules)
    return SegmentPlan(customers, margin, advised, revenue, {kind: yearly_cost(kind, service) for kind in CONTACTS})
