"""The answer is a list that holds itself."""

INCIDENT = None  # it is too deep to be one
CONTROL = None  # it is wrong

# %% tiers-base-answer
customer_base = []
customer_base.append(customer_base)
