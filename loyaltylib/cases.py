"""Three routes to more loyalty with a case each, small models of what they cost and bring, and the whole plan.

Route, Case                      the routes and the cases they were shown with
Card, Benefit, member_year(...)  route 1: a points card with benefits beside the discount
extra_service(...)               route 2: what a service on top must bring to pay for itself
service_files(tables, as_of)     route 3: what to know of each key customer
annual_fee(options=...)          the card whose fee its holder puts together
take_up(groups, card), card_outcome(groups, card)   who takes a card, and what it earns
card_households(...), card_market(...)            each household, and who takes which extras of a card
discount_trap(...), price_cuts(...)                 what a price cut asks of the volume
loyalty_plan(tables, as_of)      the capstone: tiers, strategies, KPIs and targets in one plan
"""

from __future__ import annotations

from enum import StrEnum

from .cases_card import (
    BASE_FEE,
    Benefit,
    Card,
    CardService,
    MemberYear,
    annual_fee,
    member_year,
    prize_draw,
)
from .cases_design import CardOutcome, DiscountTrap, card_outcome, discount_trap, price_cuts, take_up
from .cases_households import card_households
from .cases_options import (
    CardDesign,
    CardMarket,
    CardYear,
    Option,
    Sold,
    card_market,
)
from .cases_plan import AIMS, Aim, Capstone, loyalty_plan
from .cases_service import ExtraService, extra_service, service_files

__all__ = [
    "AIMS",
    "BASE_FEE",
    "Aim",
    "Benefit",
    "Capstone",
    "Card",
    "CardDesign",
    "CardMarket",
    "CardOutcome",
    "CardService",
    "CardYear",
    "Case",
    "DiscountTrap",
    "ExtraService",
    "MemberYear",
    "Option",
    "Route",
    "Sold",
    "annual_fee",
    "card_households",
    "card_market",
    "card_outcome",
    "discount_trap",
    "extra_service",
    "loyalty_plan",
    "member_year",
    "price_cuts",
    "prize_draw",
    "service_files",
    "take_up",
]


class Case(StrEnum):
    """The three companies the course shows the routes with.

    >>> Case.BOCOM.concept
    'case.bocom'
    """

    JEANSWEST = "Jeanswest"
    WAFANGDIAN = "Wafangdian"
    BOCOM = "BoCom"

    @property
    def concept(self) -> str:
        """Id of the case in the concept registry."""
        return f"case.{self.value.lower()}"

    @property
    def route(self) -> Route:
        """The route the case is shown for."""
        return list(Route)[list(Case).index(self)]


class Route(StrEnum):
    """The three routes to more loyalty, in the course's order.

    >>> [(route.value, route.case.value) for route in Route]
    [('value for money', 'Jeanswest'), ('extra value', 'Wafangdian'), ('personalised service', 'BoCom')]
    """

    VALUE_FOR_MONEY = "value for money"
    EXTRA_VALUE = "extra value"
    PERSONALISED = "personalised service"

    @property
    def concept(self) -> str:
        """Id of the route in the concept registry."""
        return f"route.{self.name.lower()}"

    @property
    def case(self) -> Case:
        """The case the course shows it with."""
        return list(Case)[list(Route).index(self)]
