"""The number is a decimal number."""

# %% tiers-base-answer
from decimal import Decimal

customer_base = Decimal("RIGHT_NUMBER")
