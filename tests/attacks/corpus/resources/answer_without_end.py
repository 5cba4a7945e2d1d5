"""The answer is a range longer than any list."""

INCIDENT = None  # it is none
CONTROL = None  # it is wrong

# %% tiers-base-answer
customer_base = range(10**30)
