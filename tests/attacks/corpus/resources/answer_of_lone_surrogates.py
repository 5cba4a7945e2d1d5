"""The answer is half a character, which no text that is sent can hold."""

INCIDENT = None  # it is a wrong answer like another
CONTROL = None  # it is wrong

# %% tiers-base-answer
customer_base = "\ud800"
