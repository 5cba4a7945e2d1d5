"""The answer is a whole number of a million digits."""

INCIDENT = None  # it is too large to be one
CONTROL = None  # it is wrong

# %% tiers-base-answer
customer_base = 1 << 3_000_000
