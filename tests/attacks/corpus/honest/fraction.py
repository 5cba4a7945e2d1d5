"""The number is a fraction."""

# %% tiers-base-answer
from fractions import Fraction

customer_base = Fraction(RIGHT_NUMBER * 2, 2)
