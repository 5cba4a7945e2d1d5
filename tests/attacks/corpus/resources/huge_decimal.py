"""The answer is a decimal number with an exponent beyond all others."""

INCIDENT = None  # it is wrong
CONTROL = None  # it is wrong

# %% tiers-base-answer
from decimal import Decimal

customer_base = Decimal("1e999999")
