"""The answer is a list ten thousand deep."""

INCIDENT = None  # it is too deep to be one
CONTROL = None  # it is wrong

# %% tiers-base-answer
customer_base = []
for _ in range(10_000):
    customer_base = [customer_base]
