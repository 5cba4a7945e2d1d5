"""Answers and prints are halves of characters."""

INCIDENT = None  # they are wrong
CONTROL = None  # they are wrong

# %% tiers-base-answer
customer_base = 0
print("\udfff")


# %% tiers-lapsed-answer
def lapsed(days_since_last):
    raise ValueError("\ud800")
