"""The answer is a text of eight million characters."""

INCIDENT = None  # it is too large to be one
CONTROL = None  # it is wrong

# %% tiers-base-answer
customer_base = "5" * 8_000_000
