"""The answer is a fraction too large for a number of the machine's."""

INCIDENT = None  # it is wrong
CONTROL = None  # it is wrong

# %% tiers-base-answer
from fractions import Fraction

customer_base = Fraction(10**400, 3)
